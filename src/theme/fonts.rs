//! The fonts of a theme, `fonts/*.woff2`, `.ttf` and `.otf`. They are only listed here: a site that sets no poster
//! never reads one, and none is written into the output.

use std::borrow::Cow;
use std::io;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use include_dir::Dir;

use crate::report::SourcePath;

/// The folder of fonts in a theme.
pub const FOLDER: &str = "fonts/";

/// One font file.
#[derive(Debug, Clone)]
pub struct FontFile {
    /// Where it stands in the project, or would stand.
    pub path: SourcePath,
    from: From,
    /// What tells one state of a file from another without reading it.
    mark: Option<(u64, Option<SystemTime>)>,
    /// Reckoned once, when somebody asks.
    stamp: Arc<OnceLock<String>>,
}

#[derive(Debug, Clone)]
enum From {
    Program(&'static [u8]),
    Disk(PathBuf),
}

impl FontFile {
    /// A font of the project.
    pub fn on_disk(path: SourcePath, disk: PathBuf) -> FontFile {
        let mark = std::fs::metadata(&disk).ok().map(|facts| (facts.len(), facts.modified().ok()));
        FontFile { path, from: From::Disk(disk), mark, stamp: Arc::default() }
    }

    /// Its bytes.
    pub fn bytes(&self) -> io::Result<Cow<'static, [u8]>> {
        match &self.from {
            From::Program(bytes) => Ok(Cow::Borrowed(bytes)),
            From::Disk(disk) => std::fs::read(disk).map(Cow::Owned),
        }
    }

    /// What tells it from other fonts: for those in the program, the program's own stamp of them. The first call reads a
    /// font on the disk.
    pub fn stamp(&self) -> &str {
        self.stamp.get_or_init(|| match &self.from {
            From::Program(_) => format!("{}:{}", self.path.as_str(), env!("SITE_STAMP")),
            From::Disk(disk) => match std::fs::read(disk) {
                Ok(bytes) => format!("{}:{}", self.path.as_str(), blake3::hash(&bytes).to_hex()),
                Err(_) => format!("{}:unreadable", self.path.as_str()),
            },
        })
    }

    /// Whether it is the font that was listed `before`. One that looks otherwise is read, and so known from then on.
    pub fn is(&self, before: &FontFile) -> bool {
        if self.path != before.path || self.mark == before.mark {
            return self.path == before.path;
        }
        let stamp = self.stamp();
        before.stamp.get().is_some_and(|known| known == stamp)
    }
}

/// Whether a file of a theme is a font, by its name below the theme's folder.
pub fn is_font(name: &str) -> bool {
    let extension = name.rsplit('.').next().unwrap_or_default();
    name.starts_with(FOLDER) && ["woff2", "woff", "ttf", "otf", "ttc"].contains(&extension)
}

/// The fonts in the program.
pub fn built_in(theme: &'static Dir) -> impl Iterator<Item = (String, FontFile)> {
    let files = theme.get_dir("fonts").into_iter().flat_map(|folder| folder.files());
    files.filter_map(|file| {
        let name = file.path().to_string_lossy().replace('\\', "/");
        let path = SourcePath::new(format!("themes/default/{name}"));
        let from = From::Program(file.contents());
        is_font(&name).then(|| (name, FontFile { path, from, mark: None, stamp: Arc::default() }))
    })
}
