//! Bytes to a folder: staged beside the output, swapped whole, recovered after an interruption.
//!
//! This is the only writer of the published folder. A build first calls [`guard`], which refuses folders that hold
//! anything but an earlier build of the same project, and then [`replace`], which writes everything anew in a
//! sibling folder and swaps it in by two renames. Whatever happens, the published folder is wholly the old build or
//! wholly the new one, or the next run makes it so (faults.md I4).

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::model::OutPath;
use crate::report::Finding;

mod disk;
mod guard;
mod lock;
mod manifest;
mod memory;
mod message;
mod products;
mod recover;
mod single;
mod stage;
mod swap;
#[cfg(test)]
mod tests;

pub use manifest::{Entry, Manifest, RECORD};
pub use memory::remember;
pub use products::Kept;
pub use single::single;

use disk::{Disk, Real};
use guard::Places;
pub(crate) use guard::resolve;
use lock::Lock;
use manifest::Found;
use stage::Stage;

/// What a build wants to replace, and everything that must not be replaced.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    /// The project folder, absolute.
    pub project: &'a Path,
    /// Folders the output must not overlap, such as content and themes; relative ones are taken from the project.
    pub sources: &'a [PathBuf],
    /// The user's home folder, where known: it and its desktop are never replaced.
    pub home: Option<&'a Path>,
    /// The output folder; a relative one is taken from the project.
    pub out: &'a Path,
    /// The output folder as messages name it.
    pub out_shown: &'a str,
    /// What tells this project's output from another's; not a path, because it is written into the output.
    pub key: &'a str,
    /// Whether the user allowed most pages to vanish.
    pub shrink: bool,
    /// Set from outside to stop the build.
    pub interrupted: &'a AtomicBool,
}

impl Request<'_> {
    /// How messages name a folder beside the output.
    fn beside(&self, path: &Path) -> String {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        match self.out_shown.trim_end_matches(['/', '\\']).rsplit_once(['/', '\\']) {
            Some((folder, _)) => format!("{folder}/{name}"),
            None => name.into_owned(),
        }
    }

    /// How messages name a file of the output while it is in the staging folder.
    fn staged(&self, staging: &Path, path: &Path) -> String {
        let below = path.strip_prefix(staging).unwrap_or(path).to_string_lossy();
        format!("{}/{below}", self.out_shown).trim_end_matches('/').to_string()
    }

    /// How messages name a source file.
    fn named(&self, path: &Path) -> String {
        path.strip_prefix(self.project).unwrap_or(path).to_string_lossy().into_owned()
    }
}

/// Why the published folder was left as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// It must not be replaced, or a file of the build cannot be published.
    Refused(Vec<Finding>),
    /// The build was stopped from outside.
    Interrupted,
    /// The disk failed.
    Disk(Box<Finding>),
}

impl Failure {
    fn refused(finding: Finding) -> Failure {
        Failure::Refused(vec![finding])
    }

    fn disk(finding: Finding) -> Failure {
        Failure::Disk(Box::new(finding))
    }
}

/// Where the bytes of an output file come from.
#[derive(Debug, Clone)]
pub enum Source {
    /// From memory.
    Bytes(Arc<[u8]>),
    /// From a file, which is copied.
    File(PathBuf),
    /// From nowhere: it could not be rendered. Nothing will be published; all such findings are gathered.
    Refused(Vec<Finding>),
}

impl From<Vec<u8>> for Source {
    fn from(bytes: Vec<u8>) -> Source {
        Source::Bytes(bytes.into())
    }
}

/// What a build wrote, and how it differs from the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Written {
    /// Files of the site, without the record.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// Files the last build did not have.
    pub added: usize,
    /// Files with other bytes than in the last build.
    pub changed: usize,
    /// Files only the last build had.
    pub removed: usize,
    /// Files with the same bytes as in the last build.
    pub unchanged: usize,
}

/// What clearing up after a stopped build did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recovered {
    /// There was nothing to do, or another build is at work.
    Nothing,
    /// Left-over folders were removed.
    Cleared,
    /// The old site, which a stopped build had moved aside, was put back.
    Restored,
}

/// A folder that may be replaced, locked against other builds until this is dropped.
#[derive(Debug)]
pub struct Guarded {
    places: Places,
    last: Option<Manifest>,
    recovered: Recovered,
    _lock: Lock,
}

impl Guarded {
    /// What had to be cleared up first.
    pub fn recovered(&self) -> Recovered {
        self.recovered
    }

    /// The build that stands in the folder now.
    pub fn last(&self) -> Option<&Manifest> {
        self.last.as_ref()
    }
}

/// Checks that the folder may be replaced, before anything is rendered, and first clears up after a stopped build.
pub fn guard(request: &Request) -> Result<Guarded, Failure> {
    guard_on(&Real, request)
}

fn guard_on(disk: &dyn Disk, request: &Request) -> Result<Guarded, Failure> {
    let places = allowed(request)?;
    let lock = locked(&places, request)?;
    let recovered = recover::run(disk, &places, request)?;
    let last = replaceable(&places, request)?;
    Ok(Guarded { places, last, recovered, _lock: lock })
}

/// Clears up after a stopped build, for commands that do not build; does nothing while a build is running.
pub fn recover(request: &Request) -> Result<Recovered, Failure> {
    let places = allowed(request)?;
    if !recover::needed(&places) {
        return Ok(Recovered::Nothing);
    }
    match lock::take(&places.lock) {
        Ok(_lock) => recover::run(&Real, &places, request),
        Err(lock::Refusal::Busy(_)) => Ok(Recovered::Nothing),
        Err(refusal) => Err(unlocked(&places, request, refusal)),
    }
}

/// Replaces the folder by `files`; each is asked for only when it is written.
pub fn replace(
    guarded: Guarded,
    request: &Request,
    files: impl Iterator<Item = (OutPath, Source)>,
) -> Result<Written, Failure> {
    replace_on(&Real, guarded, request, files)
}

fn replace_on(
    disk: &dyn Disk,
    guarded: Guarded,
    request: &Request,
    files: impl Iterator<Item = (OutPath, Source)>,
) -> Result<Written, Failure> {
    let places = &guarded.places;
    let stage = Stage::open(disk, places, request)?;
    let published = stage.fill(files).and_then(|manifest| {
        full_enough(guarded.last.as_ref(), &manifest, request)?;
        // Rendering takes time; someone may have put a file into the folder meanwhile.
        let last = replaceable(places, request)?;
        if request.interrupted.load(Ordering::Relaxed) {
            return Err(Failure::Interrupted);
        }
        swap::publish(disk, places, request)?;
        Ok((last, manifest))
    });
    match published {
        Ok((last, manifest)) => {
            finish(disk, places, last.as_ref(), request);
            Ok(written(guarded.last.as_ref(), &manifest))
        }
        Err(failure) => {
            // What cannot be removed now is removed by the next run.
            let _ = recover::discard_staging(disk, places);
            Err(failure)
        }
    }
}

/// Removes the old copy. The new site already stands, so what fails here is left to the next run.
fn finish(disk: &dyn Disk, places: &Places, last: Option<&Manifest>, request: &Request) {
    let blank = Manifest::new(request.key);
    if swap::settle(disk, places).is_ok() && fs::symlink_metadata(&places.kept).is_ok() {
        let _ = recover::remove_published(disk, &places.kept, last.unwrap_or(&blank));
    }
}

fn written(last: Option<&Manifest>, manifest: &Manifest) -> Written {
    let counts = manifest::differences(last, manifest);
    Written {
        files: manifest.files().len(),
        bytes: manifest.bytes(),
        added: counts.added,
        changed: counts.changed,
        removed: counts.removed,
        unchanged: counts.unchanged,
    }
}

fn allowed(request: &Request) -> Result<Places, Failure> {
    match guard::places(request) {
        Ok(Ok(places)) => Ok(places),
        Ok(Err(reason)) => Err(Failure::refused(message::forbidden(request.out_shown, reason))),
        Err(error) => Err(Failure::disk(message::disk(request.out_shown, &error))),
    }
}

fn locked(places: &Places, request: &Request) -> Result<Lock, Failure> {
    let failed = |error: io::Error| Failure::disk(message::disk(request.out_shown, &error));
    places.lock.parent().map_or(Ok(()), fs::create_dir_all).map_err(failed)?;
    lock::take(&places.lock).map_err(|refusal| unlocked(places, request, refusal))
}

fn unlocked(places: &Places, request: &Request, refusal: lock::Refusal) -> Failure {
    let name = request.beside(&places.lock);
    match refusal {
        lock::Refusal::Busy(process) => Failure::refused(message::busy(request.out_shown, process)),
        lock::Refusal::NoFile => Failure::refused(message::name_taken(&name)),
        lock::Refusal::Disk(error) => Failure::disk(message::disk(request.out_shown, &error)),
    }
}

/// The build in the output folder, if there is one; refuses whatever else is there (F02, F03, F05).
fn replaceable(places: &Places, request: &Request) -> Result<Option<Manifest>, Failure> {
    let shown = request.out_shown;
    let failed = |error: io::Error| Failure::disk(message::disk(shown, &error));
    let finding = match manifest::look(&places.output).map_err(failed)? {
        Found::Absent | Found::Blank => return Ok(None),
        Found::NoFolder => message::no_folder(shown),
        Found::Foreign(others) => message::foreign(shown, &others),
        Found::Unreadable(reason) => message::unreadable(shown, reason),
        Found::Ours(manifest) if !places.own && manifest.key() != request.key => message::another_project(shown),
        Found::Ours(manifest) => match manifest::strays(&places.output, &manifest).map_err(failed)? {
            strays if strays.is_empty() => return Ok(Some(manifest)),
            strays => message::added(shown, &strays),
        },
    };
    Err(Failure::refused(finding))
}

/// The fewest pages of a last build that make a shrinking one suspicious.
const FEW_PAGES: usize = 4;

/// Refuses a build without pages, or with fewer than half the pages of the last one (F18).
fn full_enough(last: Option<&Manifest>, new: &Manifest, request: &Request) -> Result<(), Failure> {
    let before: Vec<&str> = last.into_iter().flat_map(Manifest::pages).collect();
    let now = new.pages().count();
    let halved = before.len() >= FEW_PAGES && now * 2 < before.len();
    if request.shrink || (now > 0 && !halved) {
        return Ok(());
    }
    let vanished: Vec<String> =
        before.iter().filter(|page| !new.files().contains_key(**page)).map(ToString::to_string).collect();
    Err(Failure::refused(message::shrunk(request.out_shown, before.len(), now, &vanished)))
}
