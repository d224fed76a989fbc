//! Sheets to print: posters, official letters and previews, set by Typst and written as PDF, PNG or SVG.
//!
//! A [`Sheet`] is a template of the theme with the values it shows. Values are handed over as data (`/data.json`),
//! never as source, so nothing an author types can be code (faults.md D17, G12). A template sees the theme's own
//! `posters` folder, the values, and the few pictures of its sheet; there is no disk, no network, no package and no
//! clock behind it. [`world`] is that closed room, [`fonts`] reads the theme's fonts, [`laid`] checks what was set
//! and exports it, [`store`] keeps what was made by the hash of exactly what it was made from.

pub mod boxes;
pub mod fonts;
pub mod laid;
pub mod png;
pub mod qr;
pub mod store;
pub mod told;
mod world;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use serde_json::Value;
use typst::diag::Warned;
use typst_layout::PagedDocument;

use crate::model::Made;
use crate::report::{Finding, Place, SourcePath};
use crate::theme::{FontFile, SheetFile, Theme};
pub use laid::Laid;
pub use store::{Key, Products, Store};
use world::{Room, World};

/// Everything one printed page, or set of pages, is made from.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// The template, by its name in the theme's `posters` folder.
    pub template: &'static str,
    /// The values, a JSON object.
    pub data: Value,
    /// Pictures by the path under which the template finds them, such as `/picture.png`.
    pub pictures: BTreeMap<String, Arc<[u8]>>,
    /// The page that is printed.
    pub page: Place,
    /// Where values were written, by their key in the data.
    pub places: BTreeMap<&'static str, Place>,
}

impl Sheet {
    /// Where the value of `key` was written, else the page as a whole.
    pub fn place(&self, key: &str) -> Place {
        self.places.get(key).unwrap_or(&self.page).clone()
    }
}

/// Sets sheets with the templates and fonts of one theme.
pub struct Typesetter {
    templates: BTreeMap<String, SheetFile>,
    fonts: BTreeMap<String, FontFile>,
    store: Arc<Store>,
    stamp: OnceLock<String>,
    room: OnceLock<Result<Room, Vec<Finding>>>,
}

impl Typesetter {
    /// A typesetter for `theme`, which keeps fonts and products in `store`. No font is read yet.
    pub fn new(theme: &Theme, store: Arc<Store>) -> Typesetter {
        let (templates, fonts) = (theme.sheets.clone(), theme.fonts.clone());
        Typesetter { templates, fonts, store, stamp: OnceLock::new(), room: OnceLock::new() }
    }

    /// The bytes of `sheet` as `made`, from the store where they are kept. All that is wrong is told at once.
    pub fn make(&self, sheet: &Sheet, made: Made) -> Result<Arc<[u8]>, Vec<Finding>> {
        let key = self.key(sheet, made);
        if let Some(bytes) = self.store.product(&key) {
            return Ok(bytes);
        }
        let bytes: Arc<[u8]> = self.lay(sheet)?.export(sheet, made).map_err(|finding| vec![*finding])?.into();
        self.store.keep(&key, &bytes);
        Ok(bytes)
    }

    /// The bytes of `sheet` as `draw` makes them, from the store where they are kept; none where it cannot.
    pub fn make_apart(&self, sheet: &Sheet, made: Made, draw: impl FnOnce() -> Option<Vec<u8>>) -> Option<Arc<[u8]>> {
        self.stored(&self.key(sheet, made), draw)
    }

    /// What `make` makes of just these parts, which have nothing to do with the theme, from the store where it is kept.
    pub fn kept(&self, parts: &[&[u8]], make: impl FnOnce() -> Option<Vec<u8>>) -> Option<Arc<[u8]>> {
        let mut key = Key::begun("");
        parts.iter().for_each(|part| key.part(part));
        self.stored(&key.done(), make)
    }

    fn stored(&self, key: &Key, make: impl FnOnce() -> Option<Vec<u8>>) -> Option<Arc<[u8]>> {
        if let Some(bytes) = self.store.product(key) {
            return Some(bytes);
        }
        let bytes: Arc<[u8]> = make()?.into();
        self.store.keep(key, &bytes);
        Some(bytes)
    }

    /// Lays the sheet out and tells what is wrong with it, without making any bytes; what is kept was right.
    pub fn proof(&self, sheet: &Sheet, made: Made) -> Vec<Finding> {
        match self.store.holds(&self.key(sheet, made)) {
            true => Vec::new(),
            false => self.lay(sheet).err().unwrap_or_default(),
        }
    }

    /// Lays the sheet out.
    pub fn lay(&self, sheet: &Sheet) -> Result<Laid, Vec<Finding>> {
        let fonts = self.store.fonts(self.stamp(), self.fonts.values()).map_err(|finding| vec![*finding])?;
        let room = self.room.get_or_init(|| Room::of(&self.templates)).as_ref().map_err(Clone::clone)?;
        let world = World::new(sheet, room, &fonts)?;
        let Warned { output, warnings } = typst::compile::<PagedDocument>(&world);
        forget_others();
        let document = output.map_err(|errors| told::all(&errors, &world, sheet, &self.templates))?;
        if !warnings.is_empty() {
            return Err(told::all(&warnings, &world, sheet, &self.templates));
        }
        Laid::checked(document, sheet)
    }

    /// The hash of exactly what the bytes depend on: program, templates, fonts, values, pictures and form.
    pub fn key(&self, sheet: &Sheet, made: Made) -> Key {
        let mut hash = Key::begun(self.stamp());
        hash.part(sheet.template.as_bytes());
        hash.part(sheet.data.to_string().as_bytes());
        for (path, bytes) in &sheet.pictures {
            hash.part(path.as_bytes());
            hash.part(bytes);
        }
        hash.part(format!("{made:?}").as_bytes());
        hash.done()
    }

    /// What tells this theme's templates and fonts, and this program, from others.
    fn stamp(&self) -> &str {
        self.stamp.get_or_init(|| {
            let mut hash = Key::begun(env!("SITE_STAMP"));
            for (name, file) in &self.templates {
                hash.part(name.as_bytes());
                hash.part(&file.bytes);
            }
            for font in self.fonts.values() {
                hash.part(font.stamp().as_bytes());
            }
            hash.done().to_string()
        })
    }
}

/// The first page of a PDF as a PNG of `width` pixels; none when it cannot be read. A hostile file may stop the process
/// or never end, so this runs in a process of its own (see [`Apart`]).
pub fn thumbnail(pdf: &[u8], width: u32) -> Option<Vec<u8>> {
    const TEMPLATE: &str = "#set page(width: 480pt, height: auto, margin: 0pt)\n#image(\"/picture.pdf\", width: 100%)";
    let template = SheetFile { path: SourcePath::new("thumbnail.typ"), bytes: TEMPLATE.as_bytes().into() };
    let typesetter = Typesetter {
        templates: BTreeMap::from([("thumbnail.typ".to_string(), template)]),
        fonts: BTreeMap::new(),
        store: Arc::default(),
        stamp: OnceLock::new(),
        room: OnceLock::new(),
    };
    let sheet = Sheet {
        template: "thumbnail.typ",
        data: Value::Null,
        pictures: BTreeMap::from([("/picture.pdf".to_string(), pdf.into())]),
        page: Place::file(&SourcePath::new("thumbnail.typ")),
        places: BTreeMap::new(),
    };
    typesetter.lay(&sheet).ok()?.export(&sheet, Made::Png(width)).ok()
}

/// Draws the first page of a PDF in a process of its own: [`thumbnail`], which nobody has to wait for without end.
pub type Apart = fn(&[u8]) -> Option<Vec<u8>>;

/// Lets go what was memoised for other sheets, or three hundred posters would stay in memory. Going through all that is
/// memoised takes a twelfth of a sheet's time, so it is done for several sheets at once.
fn forget_others() {
    static LAID: AtomicUsize = AtomicUsize::new(0);
    if LAID.fetch_add(1, Ordering::Relaxed) % FORGET_AFTER == FORGET_AFTER - 1 {
        comemo::evict(1);
    }
}

/// After so many sheets, Typst's intermediate results that were of no use to any of them are let go.
const FORGET_AFTER: usize = 6;
