//! What the project keeps of each output folder, in a folder of its own in `.site/out`: where the output lies, so that
//! every command can clear up after a stopped build, the stamps of what was published there, and, where the output lies
//! in the project, the second folder that the next build will be staged in, with its stamps, which only a build looks
//! at that writes. All of it may be deleted at any time.

use std::fs;
use std::path::{Path, PathBuf};

use super::Request;
use super::guard::Places;
use super::manifest::RECORD;
use super::sealed::{self, Lost};
use super::tree::Tree;

const OUT: &str = "out";
const PLACE: &str = "place";
const NEXT: &str = "next";

/// Where the stamps of a folder are kept.
#[derive(Debug, Clone, Copy)]
pub(super) enum Stamps {
    /// Of the published one.
    Published,
    /// Of the one that is to be staged in.
    Next,
}

impl Stamps {
    fn name(self) -> &'static str {
        match self {
            Stamps::Published => "published-stamps",
            Stamps::Next => "next-stamps",
        }
    }
}

impl Places {
    /// The same places with the project's room for them, where the project can be written to.
    pub(super) fn with_room(self, request: &Request) -> Places {
        let Some(room) = open(&self, request) else { return self };
        if self.own && same_disk(&room, &self.output) {
            return Places { staging: room.join(NEXT), lasting: true, room: Some(room), ..self };
        }
        Places { room: Some(room), ..self }
    }
}

fn open(places: &Places, request: &Request) -> Option<PathBuf> {
    let room = sealed::folder(request.project, &[OUT, &name(places, request)?])?;
    let (place, path) = (room.join(PLACE), places.output.to_str()?);
    if fs::read(&place).ok().as_deref() != Some(path.as_bytes()) {
        drop(fs::remove_file(&place));
        super::single(&place, path.as_bytes()).ok()?;
    }
    Some(room)
}

/// The name of the room; a project that is moved keeps it.
fn name(places: &Places, request: &Request) -> Option<String> {
    let project = fs::canonicalize(request.project).ok()?;
    let path = places.output.strip_prefix(project).unwrap_or(&places.output);
    Some(blake3::hash(path.to_str()?.as_bytes()).to_hex()[..16].to_string())
}

/// The output folders that builds of the project wrote to, as far as they are still known.
pub fn outs(project: &Path) -> Vec<PathBuf> {
    let folder = sealed::existing(project, &[OUT]);
    let rooms = folder.and_then(|folder| fs::read_dir(folder).ok()).into_iter().flatten().flatten();
    let place = |room: fs::DirEntry| {
        let path = sealed::existing(project, &[OUT, room.file_name().to_str()?])?.join(PLACE);
        let is_file = fs::symlink_metadata(&path).is_ok_and(|facts| facts.is_file());
        is_file.then(|| fs::read_to_string(path).ok()).flatten().map(PathBuf::from)
    };
    let mut outs: Vec<PathBuf> = rooms.filter_map(place).filter(|path| path.is_absolute()).collect();
    outs.sort();
    outs
}

/// Whether the project has an output folder above `output`: that is replaced as a whole, or would hold what it did not
/// write.
pub(super) fn holds(project: &Path, output: &Path) -> bool {
    let is_above = |known: &PathBuf| known != output && output.starts_with(known) && known.join(RECORD).is_file();
    outs(project).iter().any(is_above)
}

/// The stamps the last build left, where they can be used.
pub(super) fn stamps(room: Option<&Path>, which: Stamps) -> Result<Tree, Lost> {
    let tree: Tree = sealed::value(&room.ok_or(Lost::Absent)?.join(which.name()))?;
    if tree.is_inside() { Ok(tree) } else { Err(Lost::Damaged) }
}

/// Keeps stamps for the next build, or that there are none; where they cannot be kept, it takes longer.
pub(super) fn keep(places: &Places, which: Stamps, tree: Option<&Tree>) {
    let Some(path) = places.room.as_ref().map(|room| room.join(which.name())) else { return };
    if tree.is_none_or(|tree| sealed::keep(&path, tree).is_err()) {
        sealed::forget(&path);
    }
}

/// Removes what killed runs left.
pub(super) fn sweep(places: &Places) {
    if let Some(room) = &places.room
        && let Some(now) = sealed::now(room)
    {
        sealed::sweep(room, now);
    }
}

/// The room, where there is one.
pub(super) fn existing(places: &Places, request: &Request) -> Option<PathBuf> {
    sealed::existing(request.project, &[OUT, &name(places, request)?])
}

#[cfg(unix)]
fn same_disk(room: &Path, output: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let disk = |path: &Path| path.ancestors().find_map(|path| fs::metadata(path).ok()).map(|facts| facts.dev());
    disk(room) == disk(output) && disk(room) == output.parent().and_then(disk)
}

/// An output that lies in the project's folder behind all links lies on its disk.
#[cfg(not(unix))]
fn same_disk(_: &Path, _: &Path) -> bool {
    true
}
