//! Which pages have posters and PDFs of their own, and where those files lie: `/posters/<slug>/…` with names that
//! still tell what they are after a download.

use super::{Draft, Plan, Recipe};
use crate::edition::Edition;
use crate::load::File;
use crate::load::facts::Form;
use crate::load::facts::pdf::Paper;
use crate::load::fields::Kind;
use crate::model::page::Poster;
use crate::model::{Format, OutPath, Own, Page, PageId};
use crate::report::{Place, SourcePath};
use crate::typeset::qr;

/// One of the files that belong to a page's posters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum PosterPart {
    /// The page that offers the others.
    Page,
    /// A small picture of it.
    Preview,
    /// A small picture of a supplied one.
    Thumbnail,
    /// The poster in one format.
    File(Format),
    /// Everything in one ZIP.
    Pack,
}

/// The width of previews in pixels.
pub const PREVIEW_WIDTH: u32 = 480;

/// The file of one part; `slug` is the folder's name.
fn out(slug: &str, part: PosterPart) -> OutPath {
    let name = match part {
        PosterPart::Page => "index.html".to_string(),
        PosterPart::Preview => format!("{slug}-preview.png"),
        // A campaign may be called like a supplied poster, whose own files often include a `preview.png`.
        PosterPart::Thumbnail => format!("{slug}-thumbnail.png"),
        PosterPart::File(format) => {
            let about = format.about();
            let ending = about.made.extension();
            match about.word {
                "svg" => format!("{slug}-a3.svg"),
                word => format!("{slug}-{word}.{ending}"),
            }
        }
        PosterPart::Pack => format!("{slug}-posters.zip"),
    };
    OutPath::new(&format!("posters/{slug}/{name}")).expect("a checked slug makes an output path")
}

impl Plan {
    /// The file of one part of a page's posters; none where it has none.
    pub fn poster(&self, id: &PageId, part: PosterPart) -> Option<OutPath> {
        self.posters.get(id).map(|slug| out(slug, part))
    }

    /// The picture that stands for the site where a page has none of its own; none where the site sets no poster.
    pub fn card(&self) -> Option<OutPath> {
        let out = card();
        self.recipe(&out).is_some_and(|recipe| *recipe == Recipe::Card).then_some(out)
    }

    /// Whether there is any poster, made or supplied.
    pub fn has_posters(&self) -> bool {
        !self.posters.is_empty() || !self.index.list(super::ListOf::Kind(Kind::Poster)).is_empty()
    }

    /// The PDF of a notice; none where the site makes none.
    pub fn letter(&self, id: &PageId) -> Option<OutPath> {
        let out = letter(id);
        self.recipe(&out).is_some_and(|recipe| *recipe == Recipe::Letter(id.clone())).then_some(out)
    }
}

fn card() -> OutPath {
    OutPath::new("posters/site-card.png").expect("a fixed path is an output path")
}

fn letter(id: &PageId) -> OutPath {
    OutPath::new(&format!("{}/{}.pdf", id.folder(), id.slug)).expect("a checked slug makes an output path")
}

/// Whether posters are made of `page`: of campaigns and open days whose address fits into a QR code.
fn has_posters(edition: &Edition, page: &Page) -> bool {
    let made = matches!(page.own, Own::Campaign(_) | Own::OpenDay(_)) && !edition.config().posters.is_empty();
    made && edition.config().base_url.is_public() && qr::fits(&address(edition, page))
}

/// The absolute address of a page, which stands on its posters.
pub fn address(edition: &Edition, page: &Page) -> String {
    edition.config().base_url.absolute(&crate::address::percent_encode(page.id.out().address()))
}

/// A picture of more bytes is left out of posters, which would grow as large (W173).
pub const MOST_PICTURE_BYTES: u64 = 12 << 20;
/// The same in pixels.
const MOST_PICTURE_PIXELS: u64 = 40_000_000;
/// A supplied PDF of more bytes gets no small picture.
const MOST_PDF_BYTES: u64 = 16 << 20;

/// Whether a picture is small enough for posters.
pub fn fits_on_poster(file: &File) -> bool {
    let pixels = file.facts.pixels.map_or(0, |(width, height)| u64::from(width) * u64::from(height));
    let size = file.facts.size <= MOST_PICTURE_BYTES && (1..=MOST_PICTURE_PIXELS).contains(&pixels);
    size && file.facts.form.is_picture()
}

/// The file a supplied poster's small picture is made from: its preview, else the first file that can be one.
pub fn supplied_source<'p>(edition: &Edition, poster: &'p Poster) -> Option<&'p SourcePath> {
    let usable = |path: &&SourcePath| {
        edition.file(path).is_some_and(|file| match file.facts.form {
            // Only what our own bounded reader could follow is given to a reader that has no bounds.
            Form::Pdf => file.facts.size <= MOST_PDF_BYTES && paper(file).is_some(),
            // A picture without an end, or in the colours of a print shop, is told of where it was supplied.
            _ => fits_on_poster(file) && !file.facts.cmyk && !file.supplied.as_ref().is_some_and(|more| more.cut),
        })
    };
    let preview = poster.preview.iter().map(|picture| &picture.file);
    preview.chain(poster.files.iter().map(|file| &file.file)).find(usable)
}

/// The page of a PDF.
pub fn paper(file: &File) -> Option<Paper> {
    file.supplied.as_ref()?.paper?.ok()
}

/// Plans the files of every poster and letter.
pub(super) fn add(edition: &Edition, draft: &mut Draft) -> std::collections::BTreeMap<PageId, String> {
    let mut posters = std::collections::BTreeMap::new();
    let mut sets_some = false;
    for page in edition.pages() {
        let place = Place::file(&page.path);
        if page.id.kind == Kind::Notice && edition.config().notice_pdf {
            draft.add(letter(&page.id), Recipe::Letter(page.id.clone()), Some(place.clone()));
        }
        if let Own::Poster(poster) = &page.own {
            if supplied_source(edition, poster).is_none() {
                continue;
            }
            let slug = page.id.slug.to_string();
            let thumbnail = out(&slug, PosterPart::Thumbnail);
            draft.add(thumbnail, Recipe::Poster(page.id.clone(), PosterPart::Thumbnail), Some(place));
            posters.insert(page.id.clone(), slug);
            continue;
        }
        if !has_posters(edition, page) {
            continue;
        }
        sets_some = true;
        let slug = slug(edition, page);
        let files = edition.config().posters.iter().map(|format| PosterPart::File(*format));
        for part in [PosterPart::Page, PosterPart::Preview, PosterPart::Pack].into_iter().chain(files) {
            draft.add(out(&slug, part), Recipe::Poster(page.id.clone(), part), Some(place.clone()));
        }
        posters.insert(page.id.clone(), slug);
    }
    // For this picture alone, a site that sets no poster need not unpack fonts.
    if sets_some {
        draft.add(card(), Recipe::Card, None);
    }
    posters
}

/// The page's own slug; an open day that is called like a campaign stands aside.
fn slug(edition: &Edition, page: &Page) -> String {
    let slug = page.id.slug.to_string();
    let namesake = PageId::new(Kind::Campaign, &slug);
    match page.id.kind {
        Kind::OpenDay if edition.page(&namesake).is_some() => format!("{slug}-open-day"),
        _ => slug,
    }
}
