//! Which folders may be replaced at all (faults.md F01, F04). Rules are applied to the path behind all links, and
//! compared without regard to case, because some systems would call two spellings one folder.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

use unicode_normalization::UnicodeNormalization;

use super::Request;

/// The output folder behind all links, and the names beside it.
#[derive(Debug, Clone)]
pub(super) struct Places {
    /// The published folder.
    pub(super) output: PathBuf,
    /// The new build while it is being written.
    pub(super) staging: PathBuf,
    /// Whether the staging folder stays for the next build; then it lies in the room.
    pub(super) lasting: bool,
    /// The project's own folder for what is known of this output, where there is one.
    pub(super) room: Option<PathBuf>,
    /// The old build while it is being replaced.
    pub(super) kept: PathBuf,
    /// The lock file.
    pub(super) lock: PathBuf,
    /// Whether the output lies in the project's folder. It is then the project's own whatever its key says, so that
    /// a new title does not lock a bureau out of its own site.
    pub(super) own: bool,
}

/// Why a folder may never be replaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Forbidden {
    /// The root of a disk.
    Root,
    /// The home folder, one above it, or the desktop and its like.
    Home,
    /// The project folder or one above it.
    Project,
    /// Content or theme, or a folder above or inside them.
    Source,
    /// `.git` or a folder inside it.
    Versions,
    /// One of the names this program keeps for staging, old copy and lock.
    Reserved,
    /// Inside another output folder of the project, which is replaced as a whole.
    Output,
    /// A link to something that does not exist, or `..` behind a folder that does not exist.
    Nowhere,
}

/// The endings of the three names beside the output.
const STAGING: &str = ".site-staging";
const KEPT: &str = ".site-old";
const LOCK: &str = ".site-lock";

/// Folders of a home that are full of other things.
const LIVED_IN: [&str; 12] = [
    "Desktop",
    "桌面",
    "Documents",
    "文档",
    "Downloads",
    "下载",
    "OneDrive",
    "OneDrive/Desktop",
    "OneDrive/桌面",
    "OneDrive/Documents",
    "OneDrive/文档",
    "Library",
];

/// The places of a request, if its output folder is none of the forbidden ones.
pub(super) fn places(request: &Request) -> io::Result<Result<Places, Forbidden>> {
    let project = resolve(request.project)?.unwrap_or_else(|| request.project.to_path_buf());
    let Some(output) = resolve(&project.join(request.out))? else {
        return Ok(Err(Forbidden::Nowhere));
    };
    let sources = request.sources.iter().map(|source| Ok(resolve(&project.join(source))?.unwrap_or(source.clone())));
    let sources = sources.collect::<io::Result<Vec<PathBuf>>>()?;
    let home = request.home.map(resolve).transpose()?.flatten();
    Ok(match forbidden(&output, &project, &sources, home.as_deref()) {
        Some(reason) => Err(reason),
        None => {
            let own = folded(&output).starts_with(&folded(&project));
            beside(output, own).ok_or(Forbidden::Root)
        }
    })
}

/// The path behind all links; parts that do not exist yet are kept as they are. None when a link leads nowhere or
/// `..` follows a folder that does not exist.
pub(crate) fn resolve(path: &Path) -> io::Result<Option<PathBuf>> {
    let mut existing = path.to_path_buf();
    let mut missing = Vec::new();
    loop {
        match existing.canonicalize() {
            Ok(real) => {
                return Ok(Some(missing.into_iter().rev().fold(real, |path, part| path.join::<OsString>(part))));
            }
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            Err(_) if existing.is_symlink() => return Ok(None),
            Err(_) => {}
        }
        let Some(name) = existing.file_name().map(OsStr::to_os_string) else { return Ok(None) };
        missing.push(name);
        existing.pop();
    }
}

fn forbidden(output: &Path, project: &Path, sources: &[PathBuf], home: Option<&Path>) -> Option<Forbidden> {
    let root = output.parent().is_none();
    let output = folded(output);
    let within = |inner: &[String], outer: &[String]| inner.starts_with(outer);
    let lived_in = |home: &Path| LIVED_IN.iter().any(|name| folded(&home.join(name)) == output);
    let overlaps = |source: &PathBuf| {
        let source = folded(source);
        within(&output, &source) || within(&source, &output)
    };
    if root {
        Some(Forbidden::Root)
    } else if within(&folded(project), &output) {
        Some(Forbidden::Project)
    } else if sources.iter().any(overlaps) {
        Some(Forbidden::Source)
    } else if home.is_some_and(|home| within(&folded(home), &output) || lived_in(home)) {
        Some(Forbidden::Home)
    } else if output.iter().any(|part| matches!(part.as_str(), ".git" | ".hg" | ".svn")) {
        Some(Forbidden::Versions)
    } else if output.last().is_some_and(|name| [STAGING, KEPT, LOCK].iter().any(|end| name.ends_with(end))) {
        Some(Forbidden::Reserved)
    } else {
        None
    }
}

/// The parts of a path without regard to case and composition.
fn folded(path: &Path) -> Vec<String> {
    path.components()
        .map(|part| part.as_os_str().to_string_lossy().nfc().flat_map(char::to_lowercase).collect())
        .collect()
}

/// The names beside `output`: on the same disk, so that a rename suffices (F14). None for the root of a disk.
fn beside(output: PathBuf, own: bool) -> Option<Places> {
    let (folder, name) = (output.parent()?, output.file_name()?);
    let sibling = |ending: &str| {
        let mut sibling = OsString::from(".");
        sibling.push(name);
        sibling.push(ending);
        folder.join(sibling)
    };
    Some(Places {
        staging: sibling(STAGING),
        lasting: false,
        room: None,
        kept: sibling(KEPT),
        lock: sibling(LOCK),
        output: output.clone(),
        own,
    })
}
