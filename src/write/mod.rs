//! Bytes to a folder: staged beside the output, swapped whole, recovered after an interruption.
//!
//! This is the only writer of the published folder. A build first calls [`guard`], which refuses folders that hold
//! anything but an earlier build of the same project, and then [`replace`], which brings a second folder to the new
//! state and swaps the two. Whatever happens, the published folder is wholly the old build or wholly the new one, or the
//! next run makes it so (faults.md I4).
//!
//! Where the output lies in the project, the second folder stays in `.site/out` for the next build, which then changes
//! only what differs: files that both have are one file with two names. Elsewhere it stands beside the output while it
//! is needed, so that no old page stays where a web server might find it. The two change places in one step where the
//! system can do that (Linux, macOS), else by two renames. On shares and disks without second names for files, files
//! are copied.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use rayon::prelude::*;

use crate::load::memory::FOLDER;
use crate::model::OutPath;
use crate::report::{Finding, Stage};

mod disk;
mod fill;
mod guard;
mod lock;
mod manifest;
mod memory;
mod message;
mod products;
mod recover;
mod room;
pub mod sealed;
mod single;
mod staging;
mod swap;
#[cfg(test)]
mod tests;
mod tree;
mod verify;

pub use manifest::{Digest, Entry, Manifest, RECORD};
pub use memory::remember;
pub use products::Kept;
pub use room::outs;
pub use single::{fresh, single};
pub use verify::{Verified, verify};

use disk::{Disk, Real};
pub(crate) use guard::resolve;
use guard::{Forbidden, Places};
use lock::Lock;
use manifest::Found;
use room::Stamps;
use tree::{Sound, Tree};

/// What a build wants to replace, and everything that must not be replaced.
#[derive(Clone, Copy)]
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
    /// Whether every file is written anew, as if nothing were known of the last build.
    pub clean: bool,
    /// Set from outside to stop the build.
    pub interrupted: &'a AtomicBool,
    /// Is told of every stage that has passed.
    pub passed: &'a (dyn Fn(Stage) + Sync),
}

impl Request<'_> {
    /// How messages name a folder beside the output, or in the project's room for it.
    fn beside(&self, path: &Path) -> String {
        if path.strip_prefix(self.project).is_ok_and(|inside| inside.starts_with(FOLDER)) {
            return self.named(path);
        }
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
    /// From the published folder, where [`Guarded::standing`] lists it.
    Standing,
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

/// A folder that an earlier build left for staging.
#[derive(Debug)]
struct Next {
    tree: Tree,
    /// What stands of it, once somebody has looked.
    sound: OnceLock<Option<Sound>>,
}

impl Next {
    /// What stands of it in `folder`; none when it is not the folder the stamps were taken of. Files that stand in the
    /// `published` folder, whose tree is given with them, are not looked at twice.
    fn sound(&self, folder: &Path, published: Option<(&Tree, &BTreeMap<String, Entry>)>) -> Option<&Sound> {
        let look = || self.tree.is_in(folder).then(|| self.tree.sound(folder, published).ok()).flatten();
        self.sound.get_or_init(look).as_ref()
    }
}

/// A folder that may be replaced, locked against other builds until this is dropped.
#[derive(Debug)]
pub struct Guarded {
    places: Places,
    last: Option<Manifest>,
    /// The stamps of the published folder, where they are known.
    tree: Option<Tree>,
    standing: BTreeMap<String, Entry>,
    /// Whether some of the stamps are others than those that were known.
    restamped: bool,
    /// The folder that is to be staged in, where an earlier build left one, once somebody has asked for it.
    next: OnceLock<Result<Next, sealed::Lost>>,
    lost: Option<sealed::Lost>,
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

    /// The files in the folder that are known to be as the last build wrote them.
    pub fn standing(&self) -> &BTreeMap<String, Entry> {
        &self.standing
    }

    /// Reads the files below `folder` that stand as they were written, and no others.
    pub fn reader(&self, folder: &str) -> impl Fn(&OutPath) -> Option<Vec<u8>> + Send + Sync + 'static {
        let within = |(path, _): &(&String, &Entry)| path.starts_with(folder);
        let standing = self.standing.iter().filter(within).map(|(path, entry)| (path.clone(), *entry));
        let (standing, output): (BTreeMap<String, Entry>, _) = (standing.collect(), self.places.output.clone());
        move |out| {
            let entry = standing.get(out.as_str())?;
            let bytes = fs::read(output.join(out.as_str())).ok()?;
            (Digest::of(&bytes) == entry.blake3).then_some(bytes)
        }
    }

    /// Why nothing is known of the files, or of those in the folder that is to be staged in, if something was once.
    pub fn lost(&self) -> Option<sealed::Lost> {
        let next = self.next.get().and_then(|next| next.as_ref().err().copied());
        self.lost.or(next.filter(|lost| *lost != sealed::Lost::Absent))
    }

    fn next(&self) -> Option<&Next> {
        let read = || {
            let stamps = room::stamps(self.places.room.as_deref(), Stamps::Next);
            // What cannot be used is told once.
            stamps.inspect_err(|_| room::keep(&self.places, Stamps::Next, None))
        };
        let next = self.next.get_or_init(|| read().map(|tree| Next { tree, sound: OnceLock::new() }));
        next.as_ref().ok()
    }

    /// Leaves the folder as it is. Where it had to be looked at closely the stamps that were seen are kept, so that the next
    /// build need not.
    pub fn still(&self) {
        if self.restamped {
            room::keep(&self.places, Stamps::Published, self.tree.as_ref());
        }
    }

    /// Looks at the folder that is to be staged in, for those who have time before they write.
    pub fn look_ahead(&self) {
        if self.places.lasting {
            let published = self.tree.as_ref().map(|tree| (tree, &self.standing));
            self.next().map(|next| next.sound(&self.places.staging, published));
        }
    }

    /// What is to be told of files that somebody altered or removed since the last build, once another build stands.
    pub fn altered(&self, request: &Request) -> Option<Finding> {
        let files: Vec<(&String, &Entry)> = self.last.as_ref()?.files().iter().collect();
        let is_altered = |(path, entry): &&(&String, &Entry)| match self.tree {
            Some(_) => !self.standing.contains_key(*path),
            // Nothing else is known of it than its record.
            None => !entry.is_at(&staging::below(&self.places.output, path)).unwrap_or(false),
        };
        let altered: Vec<String> = files.par_iter().filter(is_altered).map(|(path, _)| (*path).clone()).collect();
        (!altered.is_empty()).then(|| message::mended(request.out_shown, &altered))
    }

    /// Whether every file of the last build is as it was written.
    pub fn is_whole(&self) -> bool {
        self.last.as_ref().is_some_and(|last| last.files().len() == self.standing.len())
    }
}

/// Checks that the folder may be replaced, before anything is rendered, and first clears up after a stopped build.
pub fn guard(request: &Request) -> Result<Guarded, Failure> {
    guard_on(&Real, request)
}

fn guard_on(disk: &dyn Disk, request: &Request) -> Result<Guarded, Failure> {
    let places = allowed(request)?;
    if room::holds(request.project, &places.output) {
        return Err(Failure::refused(message::forbidden(request.out_shown, Forbidden::Output)));
    }
    let lock = locked(&places, request)?;
    let recovered = recover::run(disk, &places, request)?;
    let room = room::existing(&places, request);
    let (tree, lost) = match room::stamps(room.as_deref(), Stamps::Published) {
        Ok(tree) if !request.clean => (Some(tree), None),
        Err(lost) if lost != sealed::Lost::Absent => (None, Some(lost)),
        _ => (None, None),
    };
    // The time before a look at the output, by the clock of the file system; none where there is no room yet.
    let time = room.as_deref().and_then(sealed::now);
    let standing = replaceable(&places, request, tree, time)?;
    (request.passed)(Stage::Look);
    Ok(Guarded {
        places: places.with_room(request),
        last: standing.manifest,
        restamped: standing.restamped,
        tree: standing.tree,
        standing: standing.files,
        next: if request.clean { OnceLock::from(Err(sealed::Lost::Absent)) } else { OnceLock::new() },
        lost,
        recovered,
        _lock: lock,
    })
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

/// Replaces the folder by the files that `waves` name, each wave made after the one before it; `make` is asked once for
/// each, from several threads. A folder that holds just that already is left alone. The new site stands then, and what is
/// left to do can be done beside something else.
pub fn replace<'r>(
    guarded: Guarded,
    request: &'r Request,
    waves: &[Vec<OutPath>],
    make: &(dyn Fn(&OutPath) -> Source + Sync),
) -> Result<(Written, Manifest, Unsettled<'r>), Failure> {
    replace_on(&Real, guarded, request, waves, make)
}

fn replace_on<'r>(
    disk: &'r dyn Disk,
    mut guarded: Guarded,
    request: &'r Request,
    waves: &[Vec<OutPath>],
    make: &(dyn Fn(&OutPath) -> Source + Sync),
) -> Result<(Written, Manifest, Unsettled<'r>), Failure> {
    let opened = AtomicBool::new(false);
    let filled = fill::fill(disk, &guarded, request, waves, make, &opened);
    let published = filled.and_then(|fill::Filled { manifest, staged }| {
        full_enough(guarded.last.as_ref(), &manifest, request)?;
        let written = written(guarded.last.as_ref(), &manifest);
        let swapped = staged.map(|staged| change_places(disk, &mut guarded, request, staged)).transpose()?;
        Ok((written, manifest, swapped))
    });
    match published {
        Ok((written, manifest, swapped)) => Ok((written, manifest, Unsettled { disk, request, guarded, swapped })),
        Err(failure) => {
            // What cannot be removed now is removed by the next run.
            if opened.load(Ordering::Relaxed) {
                let _ = recover::discard_staging(disk, &guarded.places);
            }
            Err(failure)
        }
    }
}

/// Puts what was staged, with these stamps, in the place of the published folder, if that may still be replaced.
fn change_places(
    disk: &dyn Disk,
    guarded: &mut Guarded,
    request: &Request,
    staged: Option<Tree>,
) -> Result<Swapped, Failure> {
    // Rendering takes time; someone may have put a file into the folder meanwhile.
    let last = still_replaceable(guarded, request)?;
    if request.interrupted.load(Ordering::Relaxed) {
        return Err(Failure::Interrupted);
    }
    let left = swap::publish(disk, &guarded.places, request)?;
    (request.passed)(Stage::Publish);
    Ok(Swapped { last, left, staged })
}

/// Two folders that have changed places.
struct Swapped {
    last: Standing,
    left: swap::Left,
    /// The stamps of the new one, where they can be used later.
    staged: Option<Tree>,
}

/// What is left to do once the new site stands. What fails of it, or is never done, is left to the next run.
#[must_use]
pub struct Unsettled<'r> {
    disk: &'r dyn Disk,
    request: &'r Request<'r>,
    guarded: Guarded,
    swapped: Option<Swapped>,
}

impl Unsettled<'_> {
    /// Leaves the old site to the next build, or removes it, and keeps the stamps of both.
    pub fn settle(self) {
        let Unsettled { disk, request, guarded, swapped } = self;
        let Some(Swapped { last, left, staged }) = swapped else { return guarded.still() };
        let (places, had_names) = (&guarded.places, left != swap::Left::Nothing);
        let next = finish(disk, places, last, left, request);
        let Some(published) = staged else { return };
        let published = match had_names && next.is_none() {
            // With the old folder the second names of many files are removed.
            true => published.restamped(&places.output),
            false => published,
        };
        let next = next.map(|next| next.with_marks_of(&published));
        rayon::join(
            || room::keep(places, Stamps::Published, Some(&published)),
            || room::keep(places, Stamps::Next, next.as_ref()),
        );
        room::sweep(places);
    }
}

/// Leaves the old copy to the next build, where that may use it, else removes it, but for files that were added in the
/// last moment. The new site already stands, so what fails here is left to the next run.
fn finish(disk: &dyn Disk, places: &Places, last: Standing, left: swap::Left, request: &Request) -> Option<Tree> {
    swap::settle(disk, places).ok()?;
    let (old, place) = match left {
        swap::Left::Nothing => return None,
        swap::Left::Kept => (&places.kept, &places.staging),
        swap::Left::Staging => (&places.staging, &places.kept),
    };
    if places.lasting
        && let Some(tree) = last.tree.filter(|tree| !tree.has_more(old).unwrap_or(true))
    {
        let is_there = left == swap::Left::Staging || disk.rename(old, place).is_ok();
        return Some(tree).filter(|_| is_there);
    }
    let blank = Manifest::new(request.key);
    let strays = recover::remove_published(disk, old, last.manifest.as_ref().unwrap_or(&blank)).ok()?;
    if !strays.is_empty() && left == swap::Left::Staging {
        // Where the next run tells of it.
        disk.rename(old, place).ok()?;
    }
    None
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

/// What stands in the output folder.
#[derive(Debug, Default)]
struct Standing {
    /// The build, if there is one.
    manifest: Option<Manifest>,
    /// Its stamps, where they are known.
    tree: Option<Tree>,
    /// Its files that are as they were written, where that is known.
    files: BTreeMap<String, Entry>,
    /// Whether some of the stamps are others than those that were known.
    restamped: bool,
}

/// What stands in the output folder now, before it is replaced.
fn still_replaceable(guarded: &mut Guarded, request: &Request) -> Result<Standing, Failure> {
    let places = &guarded.places;
    match guarded.tree.take() {
        Some(tree) if tree.is_in(&places.output) && tree.has_more(&places.output).is_ok_and(|more| !more) => {
            Ok(Standing { manifest: guarded.last.take(), tree: Some(tree), ..Standing::default() })
        }
        _ => replaceable(places, request, None, None),
    }
}

/// The build in the output folder, if there is one; refuses whatever else is there (F02, F03, F05). `tree` are stamps
/// that may be those of the folder, and `time` is that of its file system.
fn replaceable(
    places: &Places,
    request: &Request,
    tree: Option<Tree>,
    time: Option<SystemTime>,
) -> Result<Standing, Failure> {
    let shown = request.out_shown;
    let failed = |error: io::Error| Failure::disk(message::disk(shown, &error));
    if let Some(tree) = tree.filter(|tree| tree.is_in(&places.output)) {
        let sound = tree.sound(&places.output, None).map_err(failed)?;
        if !sound.added && (places.own || tree.key() == request.key) {
            let manifest = Some(tree.manifest());
            let (tree, restamped) = match time.zip(sound.seen) {
                Some((time, seen)) => (seen.taken(time), true),
                None => (tree, false),
            };
            return Ok(Standing { manifest, tree: Some(tree), files: sound.files, restamped });
        }
    }
    let finding = match manifest::look(&places.output).map_err(failed)? {
        Found::Absent | Found::Blank => return Ok(Standing::default()),
        Found::NoFolder => message::no_folder(shown),
        Found::Foreign(others) => message::foreign(shown, &others),
        Found::Unreadable(reason) => message::unreadable(shown, reason),
        Found::Ours(manifest) if !places.own && manifest.key() != request.key => message::another_project(shown),
        Found::Ours(manifest) => match manifest::strays(&places.output, &manifest).map_err(failed)? {
            strays if strays.is_empty() => return Ok(Standing { manifest: Some(manifest), ..Standing::default() }),
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
