//! The record of a published folder, `.site-output`: what we wrote, with sizes and hashes, and for which project.
//! It is what makes a folder ours (faults.md F02, F03), what tells our files from added ones (F05), and what the
//! next build is compared with (F18). It names no time and no absolute path, so equal builds have equal records (I6).

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::{self, File};
use std::io::{self, Read as _};
use std::path::Path;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::hash::Hash;
use crate::model::OutPath;

/// The record's name in the published folder.
pub const RECORD: &str = ".site-output";

/// The form of the record; a higher number was written by a newer program.
const FORMAT: u32 = 1;

/// The most bytes of a record that are read.
const MAX_RECORD: u64 = 64 << 20;

/// Files that file managers put into any folder they show; they count as nobody's.
const LITTER: [&str; 4] = [".DS_Store", "Thumbs.db", "ehthumbs.db", "desktop.ini"];

/// One file of a build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Its size in bytes.
    pub size: u64,
    /// Its BLAKE3 hash.
    pub blake3: Digest,
}

impl Entry {
    /// That of a file that holds `bytes`.
    pub fn of(bytes: &[u8]) -> Entry {
        Entry { size: bytes.len() as u64, blake3: Digest::of(bytes) }
    }

    /// Whether the file at `path` holds just what this one held. No more of it is read than that.
    pub(super) fn is_at(&self, path: &Path) -> io::Result<bool> {
        let file = open_plain(path)?;
        if file.metadata()?.len() != self.size {
            return Ok(false);
        }
        let mut hasher = blake3::Hasher::new();
        let size = io::copy(&mut file.take(self.size.saturating_add(1)), &mut hasher)?;
        Ok(size == self.size && Digest::from(hasher.finalize()) == self.blake3)
    }
}

/// A BLAKE3 hash; lower-case hexadecimal where people may read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Digest(Hash);

impl Digest {
    /// The hash of `bytes`.
    pub fn of(bytes: &[u8]) -> Digest {
        Digest(Hash::of(bytes))
    }
}

impl From<blake3::Hash> for Digest {
    fn from(hash: blake3::Hash) -> Digest {
        Digest(hash.into())
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.hex())
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match serializer.is_human_readable() {
            true => serializer.serialize_str(&self.0.hex()),
            false => self.0.serialize(serializer),
        }
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Digest, D::Error> {
        match deserializer.is_human_readable() {
            true => {
                let hex = String::deserialize(deserializer)?;
                blake3::Hash::from_hex(hex).map(Digest::from).map_err(D::Error::custom)
            }
            false => Hash::deserialize(deserializer).map(Digest),
        }
    }
}

/// Every file of a build.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    format: u32,
    key: String,
    files: BTreeMap<String, Entry>,
}

impl Manifest {
    pub(super) fn new(key: &str) -> Manifest {
        Manifest { format: FORMAT, key: key.to_string(), files: BTreeMap::new() }
    }

    /// The build of the project `key` with these files.
    pub(super) fn of(key: &str, files: impl Iterator<Item = (String, Entry)>) -> Manifest {
        Manifest { files: files.collect(), ..Manifest::new(key) }
    }

    /// The project the folder belongs to.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The files by output path, in order of path.
    pub fn files(&self) -> &BTreeMap<String, Entry> {
        &self.files
    }

    /// All sizes added up, in bytes.
    pub fn bytes(&self) -> u64 {
        self.files.values().fold(0, |sum, entry| sum.saturating_add(entry.size))
    }

    pub(super) fn to_json(&self) -> String {
        let mut json = serde_json::to_string_pretty(self).unwrap_or_default();
        json.push('\n');
        json
    }

    /// The web pages among the files.
    pub(super) fn pages(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str).filter(|path| path.ends_with(".html"))
    }

    fn lists(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }
}

/// What stands under a name on the disk.
#[derive(Debug)]
pub(super) enum Found {
    /// Nothing.
    Absent,
    /// A file, a link or a device.
    NoFolder,
    /// A folder with nothing in it but empty folders and litter.
    Blank,
    /// A folder we wrote.
    Ours(Manifest),
    /// A folder whose record cannot be read: damaged, or of a newer program.
    Unreadable(Unreadable),
    /// A folder with other people's files, some of which are named.
    Foreign(Vec<String>),
}

/// Why a record cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unreadable {
    Damaged,
    Newer,
}

/// Why a file is not as it was written.
#[derive(Debug)]
pub(super) enum Fault {
    /// It is gone.
    Missing,
    /// It is a link, a folder or a device.
    NoFile,
    /// Only the ends of its lines are others, as a transfer in text mode leaves them.
    LineEnds,
    /// It holds something else.
    Altered,
    /// It cannot be read.
    Unread(io::Error),
}

/// Why a folder cannot be held against a record.
#[derive(Debug)]
pub(super) enum NoRecord {
    /// There is no folder.
    Nowhere,
    /// It is a file or a device.
    NoFolder,
    /// It has no record.
    Absent,
    /// Its record cannot be used.
    Unreadable(Unreadable),
    /// It cannot be looked into.
    Unread(io::Error),
}

/// The record of the build in `folder`, which may be named by a link.
pub(super) fn record(folder: &Path) -> Result<Manifest, NoRecord> {
    match fs::metadata(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(NoRecord::Nowhere),
        Err(error) => return Err(NoRecord::Unread(error)),
        Ok(facts) if !facts.is_dir() => return Err(NoRecord::NoFolder),
        Ok(_) => {}
    }
    match read(folder) {
        Ok(Some(Ok(manifest))) => Ok(manifest),
        Ok(Some(Err(reason))) => Err(NoRecord::Unreadable(reason)),
        Ok(None) => Err(NoRecord::Absent),
        Err(error) => Err(NoRecord::Unread(error)),
    }
}

/// Opens a file for reading unless it is a link, a pipe or a device (faults.md A02, A05); one that takes its place in the
/// same moment is not waited for.
pub(super) fn open_plain(path: &Path) -> io::Result<File> {
    let is_plain = |facts: fs::Metadata| facts.is_file();
    let other = || io::Error::from(io::ErrorKind::InvalidInput);
    fs::symlink_metadata(path).map(is_plain)?.then_some(()).ok_or_else(other)?;
    let file = open_at_once(path)?;
    file.metadata().map(is_plain)?.then_some(file).ok_or_else(other)
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
fn open_at_once(path: &Path) -> io::Result<File> {
    use rustix::fs::{Mode, OFlags};
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    Ok(rustix::fs::open(path, flags, Mode::empty()).map(File::from)?)
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn open_at_once(path: &Path) -> io::Result<File> {
    File::open(path)
}

/// Looks at `folder` without following a link.
pub(super) fn look(folder: &Path) -> io::Result<Found> {
    match fs::symlink_metadata(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Absent),
        Err(error) => return Err(error),
        Ok(metadata) if !metadata.is_dir() => return Ok(Found::NoFolder),
        Ok(_) => {}
    }
    match read(folder)? {
        Some(Ok(manifest)) => Ok(Found::Ours(manifest)),
        Some(Err(reason)) => Ok(Found::Unreadable(reason)),
        None => {
            let others = strays(folder, &Manifest::new(""))?;
            Ok(if others.is_empty() { Found::Blank } else { Found::Foreign(others) })
        }
    }
}

/// The record in `folder`; none when there is none.
fn read(folder: &Path) -> io::Result<Option<Result<Manifest, Unreadable>>> {
    let path = folder.join(RECORD);
    match fs::symlink_metadata(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
        Ok(metadata) if !metadata.is_file() => return Ok(Some(Err(Unreadable::Damaged))),
        Ok(_) => {}
    }
    let mut bytes = Vec::new();
    open_plain(&path)?.take(MAX_RECORD + 1).read_to_end(&mut bytes)?;
    Ok(Some(parse(&bytes)))
}

#[derive(Deserialize)]
struct Version {
    format: u32,
}

fn parse(bytes: &[u8]) -> Result<Manifest, Unreadable> {
    let version: Version = serde_json::from_slice(bytes).map_err(|_| Unreadable::Damaged)?;
    if version.format > FORMAT {
        return Err(Unreadable::Newer);
    }
    let manifest: Manifest = serde_json::from_slice(bytes).map_err(|_| Unreadable::Damaged)?;
    let sound = bytes.len() as u64 <= MAX_RECORD && manifest.files.keys().all(|path| OutPath::new(path).is_ok());
    if sound { Ok(manifest) } else { Err(Unreadable::Damaged) }
}

/// What `folder` holds besides the listed files, in order: files by path, a folder that is wholly unlisted by its
/// path and a final `/`. Empty folders and litter do not count; links do, and are not followed.
pub(super) fn strays(folder: &Path, manifest: &Manifest) -> io::Result<Vec<String>> {
    let mut found = BTreeSet::new();
    for entry in walkdir::WalkDir::new(folder).min_depth(1) {
        let entry = entry.map_err(io::Error::from)?;
        if !entry.file_type().is_dir() && !expected(folder, entry.path(), manifest) {
            found.insert(shown(folder, entry.path(), manifest));
        }
    }
    Ok(found.into_iter().collect())
}

/// Whether file managers put files of this name into folders.
pub(super) fn is_litter(name: &str) -> bool {
    LITTER.contains(&name)
}

/// Whether the file at `path` is listed, litter, or the record itself.
pub(super) fn expected(folder: &Path, path: &Path, manifest: &Manifest) -> bool {
    path.file_name().and_then(|name| name.to_str()).is_some_and(is_litter)
        || relative(folder, path).is_some_and(|path| path == RECORD || manifest.lists(&path))
}

/// `path` below `folder` with `/` between its parts; none when it is not Unicode.
pub(super) fn relative(folder: &Path, path: &Path) -> Option<String> {
    let parts: Option<Vec<&str>> = path.strip_prefix(folder).ok()?.iter().map(|part| part.to_str()).collect();
    let path = parts?.join("/");
    // Old macOS volumes hand names back decomposed.
    if cfg!(target_os = "macos") { OutPath::new(&path).ok().map(|path| path.as_str().to_string()) } else { Some(path) }
}

/// The topmost unlisted folder of `path` with a final `/`, or the file itself.
pub(super) fn shown(folder: &Path, path: &Path, manifest: &Manifest) -> String {
    let below = path.strip_prefix(folder).unwrap_or(path);
    let mut name = String::new();
    for part in below.parent().into_iter().flatten() {
        name.push_str(&part.to_string_lossy());
        name.push('/');
        if !manifest.has_folder(&name) {
            return name;
        }
    }
    name.push_str(&below.file_name().unwrap_or_default().to_string_lossy());
    name
}

impl Manifest {
    /// Whether a listed file begins with `folder`, which ends with `/`.
    fn has_folder(&self, folder: &str) -> bool {
        self.files.range(folder.to_string()..).next().is_some_and(|(path, _)| path.starts_with(folder))
    }
}

/// How a build differs from the one before it, counted in files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Differences {
    pub(super) added: usize,
    pub(super) changed: usize,
    pub(super) removed: usize,
    pub(super) unchanged: usize,
}

/// Compares two builds by the hashes of their files.
pub(super) fn differences(old: Option<&Manifest>, new: &Manifest) -> Differences {
    let mut counts = Differences::default();
    for (path, entry) in &new.files {
        match old.and_then(|old| old.files.get(path)) {
            None => counts.added += 1,
            Some(before) if before == entry => counts.unchanged += 1,
            Some(_) => counts.changed += 1,
        }
    }
    counts.removed = old.map_or(0, |old| old.files.keys().filter(|path| !new.lists(path)).count());
    counts
}
