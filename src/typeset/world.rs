//! What a template can see: the theme's `posters` folder, `/data.json`, and the pictures of its sheet.

use std::collections::BTreeMap;
use std::path::PathBuf;

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt as _};

use super::Sheet;
use super::fonts::Fonts;
use crate::report::{Finding, Place, SourcePath, Text, codes};
use crate::theme::SheetFile;

/// What every sheet of a theme is set with: Typst's own library, and the templates, parsed once.
pub struct Room {
    library: LazyHash<Library>,
    templates: BTreeMap<String, File>,
}

/// The closed room one sheet is set in.
pub struct World<'a> {
    room: &'a Room,
    fonts: &'a Fonts,
    main: FileId,
    files: BTreeMap<String, Bytes>,
}

enum File {
    Source(Source),
    Bytes(Bytes),
}

impl Room {
    /// The room of a theme; the findings name template files that are no text.
    pub fn of(theme: &BTreeMap<String, SheetFile>) -> Result<Room, Vec<Finding>> {
        let mut templates = BTreeMap::new();
        let mut wrong = Vec::new();
        for (name, file) in theme {
            let path = format!("/posters/{name}");
            match (id(&path), name.ends_with(".typ"), std::str::from_utf8(&file.bytes)) {
                (Some(id), true, Ok(text)) => {
                    // Line ends decide where a mistake is told, so they are the same on every machine.
                    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
                    templates.insert(path, File::Source(Source::new(id, text)));
                }
                (Some(_), false, _) => {
                    templates.insert(path, File::Bytes(Bytes::new(file.bytes.to_vec())));
                }
                _ => wrong.push(no_text(&file.path)),
            }
        }
        if wrong.is_empty() { Ok(Room { library: LazyHash::new(Library::default()), templates }) } else { Err(wrong) }
    }
}

impl<'a> World<'a> {
    /// The room with what `sheet` brings into it.
    pub fn new(sheet: &Sheet, room: &'a Room, fonts: &'a Fonts) -> Result<World<'a>, Vec<Finding>> {
        let pictures = sheet.pictures.iter().map(|(path, bytes)| (path.clone(), Bytes::new(bytes.to_vec())));
        let mut files: BTreeMap<String, Bytes> = pictures.collect();
        files.insert("/data.json".to_string(), Bytes::from_string(sheet.data.to_string()));
        let main = format!("/posters/{}", sheet.template);
        match id(&main).filter(|_| room.templates.contains_key(&main)) {
            Some(main) => Ok(World { room, fonts, main, files }),
            None => Err(vec![missing(sheet.template)]),
        }
    }
}

/// The path inside the room; none for packages.
fn inside(id: FileId) -> Option<&'static str> {
    let path = id.get();
    matches!(path.root(), VirtualRoot::Project).then(|| path.vpath().get_with_slash())
}

fn not_here(id: FileId) -> FileError {
    FileError::NotFound(PathBuf::from(id.get().vpath().get_without_slash()))
}

impl typst::World for World<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.room.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.fonts.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        match inside(id).and_then(|path| self.room.templates.get(path)) {
            Some(File::Source(source)) => Ok(source.clone()),
            Some(File::Bytes(_)) => Err(FileError::NotSource),
            None => Err(not_here(id)),
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let path = inside(id).ok_or_else(|| not_here(id))?;
        if let Some(bytes) = self.files.get(path) {
            return Ok(bytes.clone());
        }
        match self.room.templates.get(path) {
            Some(File::Source(source)) => Ok(Bytes::from_string(source.text().to_string())),
            Some(File::Bytes(bytes)) => Ok(bytes.clone()),
            None => Err(not_here(id)),
        }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.faces.get(index).cloned()
    }

    /// None: the day is part of the values, never the machine's.
    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn id(path: &str) -> Option<FileId> {
    Some(RootedPath::new(VirtualRoot::Project, VirtualPath::new(path).ok()?).intern())
}

fn no_text(path: &SourcePath) -> Finding {
    let text = Text::new("海报模板要存成 UTF-8 编码。", "A poster template must be UTF-8.");
    Finding::new(&codes::E207, Place::file(path), text)
}

fn missing(template: &str) -> Finding {
    let text = Text::new(
        format!("主题缺少海报模板 posters/{template}。"),
        format!("The theme lacks the template posters/{template}."),
    );
    Finding::new(&codes::E204, Place::file(&SourcePath::new("themes")), text)
}
