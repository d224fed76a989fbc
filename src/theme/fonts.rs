//! The fonts of a theme, `fonts/*.woff2`, `.ttf` and `.otf`. They are only listed here: a site that sets no poster
//! never reads one, and none is written into the output.

use std::borrow::Cow;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

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
    stamp: Arc<str>,
}

#[derive(Debug, Clone)]
enum From {
    Program(&'static [u8]),
    Disk(PathBuf),
}

impl FontFile {
    /// A font of the project.
    pub fn on_disk(path: SourcePath, disk: PathBuf) -> FontFile {
        let stamp = match std::fs::read(&disk) {
            Ok(bytes) => format!("{}:{}", path.as_str(), blake3::hash(&bytes).to_hex()),
            Err(_) => format!("{}:unreadable", path.as_str()),
        };
        FontFile { path, from: From::Disk(disk), stamp: stamp.into() }
    }

    /// Its bytes.
    pub fn bytes(&self) -> io::Result<Cow<'static, [u8]>> {
        match &self.from {
            From::Program(bytes) => Ok(Cow::Borrowed(bytes)),
            From::Disk(disk) => std::fs::read(disk).map(Cow::Owned),
        }
    }

    /// What told it from other fonts when it was listed: for those in the program, the program's own stamp of them.
    pub fn stamp(&self) -> &str {
        &self.stamp
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
        let stamp = format!("{}:{}", path.as_str(), env!("SITE_STAMP")).into();
        is_font(&name).then(|| (name, FontFile { path, from: From::Program(file.contents()), stamp }))
    })
}
