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

/// The closed room one sheet is set in.
pub struct World<'a> {
    library: LazyHash<Library>,
    fonts: &'a Fonts,
    main: FileId,
    files: BTreeMap<String, File>,
}

enum File {
    Source(Source),
    Bytes(Bytes),
}

impl<'a> World<'a> {
    /// The room for `sheet`; the findings name template files that are no text.
    pub fn new(
        sheet: &Sheet,
        templates: &BTreeMap<String, SheetFile>,
        fonts: &'a Fonts,
    ) -> Result<World<'a>, Vec<Finding>> {
        let mut files = BTreeMap::new();
        let mut wrong = Vec::new();
        for (name, file) in templates {
            let path = format!("/posters/{name}");
            match (id(&path), name.ends_with(".typ"), std::str::from_utf8(&file.bytes)) {
                (Some(id), true, Ok(text)) => {
                    // Line ends decide where a mistake is told, so they are the same on every machine.
                    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
                    files.insert(path, File::Source(Source::new(id, text)));
                }
                (Some(_), false, _) => {
                    files.insert(path, File::Bytes(Bytes::new(file.bytes.to_vec())));
                }
                _ => wrong.push(no_text(&file.path)),
            }
        }
        files.insert("/data.json".to_string(), File::Bytes(Bytes::from_string(sheet.data.to_string())));
        for (path, bytes) in &sheet.pictures {
            files.insert(path.clone(), File::Bytes(Bytes::new(bytes.to_vec())));
        }
        let main = format!("/posters/{}", sheet.template);
        match id(&main).filter(|_| files.contains_key(&main)) {
            Some(main) if wrong.is_empty() => {
                Ok(World { library: LazyHash::new(Library::default()), fonts, main, files })
            }
            Some(_) => Err(wrong),
            None => Err(vec![missing(sheet.template)]),
        }
    }

    fn find(&self, id: FileId) -> FileResult<&File> {
        let path = id.get();
        let inside = matches!(path.root(), VirtualRoot::Project).then(|| path.vpath().get_with_slash());
        let found = inside.and_then(|path| self.files.get(path));
        found.ok_or_else(|| FileError::NotFound(PathBuf::from(path.vpath().get_without_slash())))
    }
}

impl typst::World for World<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.fonts.book
    }

    fn main(&self) -> FileId {
        self.main
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        match self.find(id)? {
            File::Source(source) => Ok(source.clone()),
            File::Bytes(_) => Err(FileError::NotSource),
        }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        match self.find(id)? {
            File::Source(source) => Ok(Bytes::from_string(source.text().to_string())),
            File::Bytes(bytes) => Ok(bytes.clone()),
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
