//! The new build beside the output, in a folder of its own. Where there is a folder of an earlier build that may be
//! used again, only what differs from it is written or removed: files the published folder already has are linked from
//! there. The record is emptied first, which marks the folder as unfinished, and is filled last. Everything new is
//! synced before anyone may swap it in, because late errors of writing are ours to report (faults.md F22).

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Mutex, OnceLock, PoisonError};

use super::disk::Disk;
use super::guard::Places;
use super::manifest::{self, Entry, Found, Manifest, RECORD};
use super::tree::Tree;
use super::{Failure, Next, Request, message, recover};
use crate::model::OutPath;
use crate::report::Finding;

/// Bytes of a source file that are in memory at a time.
const CHUNK: usize = 256 << 10;
/// From this many files on, the whole file system is synced at once, where it can be: 11,000 files on ext4 take 0.5 s
/// one by one from many threads, and 0.2 s that way. For fewer it would only wait for what other programs write.
const MANY: usize = 2000;
/// The most threads that sync at a time: each only waits, and the disk answers many at the price of one.
const SYNC_THREADS: usize = 32;
/// The fewest files a thread is started for.
const SYNC_SHARE: usize = 8;

/// What can go wrong with one file.
pub(super) enum Fault {
    Refused(Vec<Finding>),
    Interrupted,
    Disk(io::Error),
}

impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Fault {
        Fault::Disk(error)
    }
}

/// Every folder of the build below the top, and whether it stands. Each is made by one thread, and only those that need
/// the same one wait for it: on a disk that takes as long as to make a page.
type Folders<'a> = BTreeMap<&'a str, OnceLock<io::Result<()>>>;

/// A file that is being written.
struct New {
    path: PathBuf,
    file: File,
    /// Whether it had bytes before, of which some may stand behind the new ones.
    is_old: bool,
}

/// A staging folder that is being filled, by several threads.
pub(super) struct Staging<'a> {
    disk: &'a dyn Disk,
    request: &'a Request<'a>,
    places: &'a Places,
    record: File,
    /// What an earlier build left in it.
    had: BTreeMap<String, Entry>,
    before: Tree,
    folders: Folders<'a>,
    /// Files and folders that are new or changed; none in a new folder, where all are.
    touched: Option<Mutex<BTreeSet<String>>>,
    /// Files that were written and not linked.
    written: Mutex<Vec<String>>,
    /// Files that were linked from the published folder.
    linked: Mutex<BTreeSet<String>>,
}

impl<'a> Staging<'a> {
    /// Opens the folder for a build of the files that `target` names: the one an earlier build left, if it is
    /// known and whole, else a new one, which must not exist (F20).
    pub(super) fn open(
        disk: &'a dyn Disk,
        places: &'a Places,
        request: &'a Request<'a>,
        next: Option<&Next>,
        target: &BTreeSet<&'a str>,
    ) -> Result<Staging<'a>, Failure> {
        let name = request.beside(&places.staging);
        let failed = |error: io::Error| match error.kind() {
            io::ErrorKind::AlreadyExists => Failure::refused(message::name_taken(&name)),
            _ => Failure::disk(message::disk(&name, &error)),
        };
        if let Some(next) = next
            && let Some(stage) = Staging::again(disk, places, request, next, target).map_err(failed)?
        {
            return Ok(stage);
        }
        match next.is_some_and(|next| next.tree.is_in(&places.staging)) {
            true => drop(recover::discard_staging(disk, places).map_err(failed)?),
            false if places.lasting => clear(disk, places, request)?,
            false => {}
        }
        let folder = &places.staging;
        disk.create_folder(folder).map_err(failed)?;
        let record = disk.create_file(&folder.join(RECORD)).map_err(|error| {
            let _ = disk.remove_folder(folder);
            failed(error)
        })?;
        Ok(Staging {
            disk,
            request,
            places,
            record,
            had: BTreeMap::new(),
            before: Tree::unknown(),
            folders: folders(target),
            touched: None,
            written: Mutex::default(),
            linked: Mutex::default(),
        })
    }

    /// The folder of an earlier build, cleared of what is not in `target`; none when it does not hold what it should.
    fn again(
        disk: &'a dyn Disk,
        places: &'a Places,
        request: &'a Request<'a>,
        next: &Next,
        target: &BTreeSet<&'a str>,
    ) -> io::Result<Option<Staging<'a>>> {
        let folder = &places.staging;
        let Some(sound) = next.sound(folder, None).filter(|sound| !sound.added && !sound.missing) else {
            return Ok(None);
        };
        let tree = sound.seen.as_ref().unwrap_or(&next.tree).clone();
        let record = folder.join(RECORD);
        disk.remove_file(&record)?;
        let record = disk.create_file(&record)?;
        let mut had = sound.files.clone();
        let mut touched = BTreeSet::from([String::new()]);
        for path in tree.files() {
            if had.contains_key(path) && target.contains(path.as_str()) {
                continue;
            }
            had.remove(path);
            match disk.remove_file(&below(folder, path)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => drop(touched.insert(parent(path).to_string())),
            }
        }
        let folders = folders(target);
        for path in tree.folders() {
            if let Some(stands) = folders.get(path) {
                let _ = stands.set(Ok(()));
                continue;
            }
            match disk.remove_folder(&below(folder, path)) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                // Somebody's litter.
                Err(_) => return Ok(None),
                Ok(()) => drop(touched.insert(parent(path).to_string())),
            }
        }
        Ok(Some(Staging {
            disk,
            request,
            places,
            record,
            had,
            before: tree,
            folders,
            touched: Some(Mutex::new(touched)),
            written: Mutex::default(),
            linked: Mutex::default(),
        }))
    }

    /// Writes a file whose bytes are in memory and make up `entry`.
    pub(super) fn write(&self, path: &OutPath, bytes: &[u8], entry: &Entry) -> Result<(), Fault> {
        if self.has(path, entry) {
            return Ok(());
        }
        let mut new = self.create(path)?;
        self.disk.write(&new.path, &mut new.file, bytes)?;
        Ok(self.end(new)?)
    }

    /// Copies the file at `from`.
    pub(super) fn copy(&self, path: &OutPath, from: &Path) -> Result<Entry, Fault> {
        let unreadable =
            |error: io::Error| Fault::Refused(vec![message::unreadable_source(&self.request.named(from), &error)]);
        let mut source = manifest::open_plain(from).map_err(unreadable)?;
        let mut new = self.create(path)?;
        let (mut hasher, mut size, mut chunk) = (blake3::Hasher::new(), 0, vec![0; CHUNK]);
        loop {
            let read = source.read(&mut chunk).map_err(unreadable)?;
            if read == 0 {
                self.end(new)?;
                return Ok(Entry { size, blake3: hasher.finalize().into() });
            }
            if self.request.interrupted.load(Ordering::Relaxed) {
                return Err(Fault::Interrupted);
            }
            hasher.update(&chunk[..read]);
            self.disk.write(&new.path, &mut new.file, &chunk[..read])?;
            size += read as u64;
        }
    }

    /// Takes over a file from the published folder, which holds `entry` there: by another name for the same file, else by
    /// a copy where the file system has no such names.
    pub(super) fn carry(&self, path: &OutPath, entry: &Entry) -> Result<(), Fault> {
        if self.has(path, entry) {
            return Ok(());
        }
        let from = below(&self.places.output, path.as_str());
        let target = self.clear(path)?;
        match self.disk.link(&from, &target) {
            Ok(()) => {
                locked(&self.linked).insert(path.as_str().to_string());
                Ok(())
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(clash(path)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(error.into()),
            Err(_) => match self.copy(path, &from)? == *entry {
                true => Ok(()),
                false => Err(io::Error::other("the published file changed while it was copied").into()),
            },
        }
    }

    fn has(&self, path: &OutPath, entry: &Entry) -> bool {
        self.had.get(path.as_str()) == Some(entry)
    }

    /// A new file at `path`, in the place of one that an earlier build left.
    fn create(&self, path: &OutPath) -> Result<New, Fault> {
        let target = below(&self.places.staging, path.as_str());
        let again = match self.had.contains_key(path.as_str()) {
            true => self.disk.rewrite_file(&target)?,
            false => None,
        };
        let new = match again {
            Some(file) => {
                self.touch(path.as_str());
                New { path: target, file, is_old: true }
            }
            None => {
                let target = self.clear(path)?;
                let file = self.disk.create_file(&target).map_err(|error| named(error, path))?;
                New { path: target, file, is_old: false }
            }
        };
        locked(&self.written).push(path.as_str().to_string());
        Ok(new)
    }

    /// Closes a file that holds all it should.
    fn end(&self, mut new: New) -> io::Result<()> {
        if new.is_old { self.disk.end_file(&new.path, &mut new.file) } else { Ok(()) }
    }

    /// The place of `path`, with its folders and without a file.
    fn clear(&self, path: &OutPath) -> Result<PathBuf, Fault> {
        if path.as_str().split('/').next().is_some_and(|top| top.eq_ignore_ascii_case(RECORD)) {
            return Err(Fault::Refused(vec![message::reserved_name(path.as_str())]));
        }
        let target = below(&self.places.staging, path.as_str());
        if self.had.contains_key(path.as_str()) {
            match self.disk.remove_file(&target) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
                _ => {}
            }
        }
        self.make_folders(parent(path.as_str())).map_err(|error| named(error, path))?;
        self.touch(path.as_str());
        self.touch(parent(path.as_str()));
        Ok(target)
    }

    fn touch(&self, path: &str) {
        if let Some(touched) = &self.touched {
            locked(touched).insert(path.to_string());
        }
    }

    /// Creates `folder` and those above it, each once; one that exists without us is a clash of names.
    fn make_folders(&self, folder: &str) -> io::Result<()> {
        if folder.is_empty() {
            return Ok(());
        }
        let make = || {
            self.make_folders(parent(folder))?;
            self.disk.create_folder(&below(&self.places.staging, folder))?;
            self.touch(folder);
            self.touch(parent(folder));
            Ok(())
        };
        let stands = self.folders.get(folder).ok_or(io::ErrorKind::NotFound)?.get_or_init(make);
        let again = |error: &io::Error| error.raw_os_error().map_or(error.kind().into(), io::Error::from_raw_os_error);
        stands.as_ref().copied().map_err(again)
    }

    /// Writes the record of `manifest` and syncs what is new, files before the folders that name them. Gives the stamps
    /// of the whole folder, where they can be used later; `published` are those of the published one.
    pub(super) fn close(
        mut self,
        (manifest, json): (&Manifest, &str),
        published: Option<&Tree>,
    ) -> Result<Option<Tree>, Failure> {
        let folder = &self.places.staging;
        let record = folder.join(RECORD);
        self.disk.write(&record, &mut self.record, json.as_bytes()).map_err(|error| self.late(&record, &error))?;
        let touched = self.touched.take().map(|touched| touched.into_inner().unwrap_or_else(PoisonError::into_inner));
        let mut files: Vec<PathBuf> = locked(&self.written).iter().map(|path| below(folder, path)).collect();
        files.push(record);
        if !(files.len() > MANY && self.disk.sync_all(folder).map_err(|error| self.late(folder, &error))?) {
            let is_new = |path: &&str| touched.as_ref().is_none_or(|touched| touched.contains(*path));
            let folders = std::iter::once("").chain(self.folders.keys().copied());
            let folders: Vec<PathBuf> = folders.filter(is_new).map(|path| below(folder, path)).collect();
            self.sync(&files, |path| self.disk.sync_file(path))?;
            self.sync(&folders, |path| self.disk.sync_folder(path))?;
        }
        let taken = self.places.room.as_deref().and_then(super::sealed::now);
        Ok(taken.and_then(|taken| {
            let linked = locked(&self.linked);
            let touched = touched.unwrap_or_default();
            Tree::of(
                folder,
                (manifest, Entry::of(json.as_bytes())),
                taken,
                (&self.before, &touched),
                (published, &linked),
            )
            .ok()
        }))
    }

    fn sync(&self, paths: &[PathBuf], sync: impl Fn(&Path) -> io::Result<()> + Sync) -> Result<(), Failure> {
        let one_thread = |paths: &[PathBuf]| {
            paths.iter().try_for_each(|path| match self.request.interrupted.load(Ordering::Relaxed) {
                true => Err(Failure::Interrupted),
                false => sync(path).map_err(|error| self.late(path, &error)),
            })
        };
        let share = paths.len().div_ceil(SYNC_THREADS).max(SYNC_SHARE);
        std::thread::scope(|scope| {
            let threads: Vec<_> = paths.chunks(share).map(|paths| scope.spawn(|| one_thread(paths))).collect();
            let ends = threads.into_iter();
            let ends = ends.map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
            ends.collect::<Vec<_>>().into_iter().collect()
        })
    }

    fn late(&self, path: &Path, error: &io::Error) -> Failure {
        Failure::disk(message::disk(&self.request.staged(&self.places.staging, path), error))
    }
}

/// Removes a folder that cannot be used again. A whole one may be an old site, which a stopped build had no time to look
/// at: what was added to that in the last moment is told, and kept where the next run tells it again.
fn clear(disk: &dyn Disk, places: &Places, request: &Request) -> Result<(), Failure> {
    let name = request.beside(&places.staging);
    let failed = |error: io::Error| match error.kind() {
        io::ErrorKind::AlreadyExists => Failure::refused(message::name_taken(&name)),
        _ => Failure::disk(message::disk(&name, &error)),
    };
    if let Found::Ours(old) = manifest::look(&places.staging).map_err(failed)? {
        let strays = recover::remove_published(disk, &places.staging, &old).map_err(failed)?;
        if strays.is_empty() {
            return Ok(());
        }
        disk.rename(&places.staging, &places.kept).map_err(failed)?;
        return Err(Failure::refused(message::added(&request.beside(&places.kept), &strays)));
    }
    recover::discard_staging(disk, places).map(drop).map_err(failed)
}

fn named(error: io::Error, path: &OutPath) -> Fault {
    if error.kind() == io::ErrorKind::AlreadyExists { clash(path) } else { Fault::Disk(error) }
}

fn clash(path: &OutPath) -> Fault {
    Fault::Refused(vec![message::clash(path.as_str())])
}

/// The folders of the files that `target` names, of which none stands yet.
fn folders<'a>(target: &BTreeSet<&'a str>) -> Folders<'a> {
    let mut folders = Folders::new();
    for path in target {
        let mut folder = parent(path);
        while !folder.is_empty() && folders.insert(folder, OnceLock::new()).is_none() {
            folder = parent(folder);
        }
    }
    folders
}

/// The folder of `path`, without a final slash.
pub(super) fn parent(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// What a thread that panicked held is whole: each change is one insertion.
fn locked<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Joined part by part: Windows does not read `/` in its long form of paths.
pub(super) fn below(folder: &Path, path: &str) -> PathBuf {
    let mut below = folder.to_path_buf();
    below.extend(path.split('/').filter(|part| !part.is_empty()));
    below
}
