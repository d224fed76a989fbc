//! Files in the project's `.site` folder that spare a later run work. Each begins with a seal, which names the build of the
//! program that wrote it, and ends with the hash of what is between: a file of another build, one that was cut, and one
//! that was altered are told apart from a whole one and count as not there. Deleting any of them costs time, never
//! correctness.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, SystemTime};

use postcard::ser_flavors::Flavor;
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::load::memory::FOLDER;

/// The build of this program: a hash of its source.
const BUILD: &str = env!("SITE_BUILD");
const MARK: &[u8] = b"site:kept:";
const HASH: usize = blake3::OUT_LEN;
/// Files that are larger are none of ours.
const MOST_BYTES: u64 = 1 << 30;

/// What the names of files begin with that stand for a moment, and how long that may be.
const PASSING: [&str; 2] = ["new-", "now-"];
const MOMENT: Duration = Duration::from_secs(3600);

/// Why there is nothing to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// There is no file.
    Absent,
    /// Another build of the program wrote it.
    Foreign,
    /// It was cut or altered, or is no file.
    Damaged,
}

fn seal() -> Vec<u8> {
    [MARK, BUILD.as_bytes(), b"\n"].concat()
}

/// The bytes that were kept at `path`.
pub fn bytes(path: &Path) -> Result<Vec<u8>, Lost> {
    let (mut file, within) = read(path)?;
    file.truncate(within.end);
    file.drain(..within.start);
    Ok(file)
}

/// The value that was kept at `path`.
pub fn value<T: DeserializeOwned>(path: &Path) -> Result<T, Lost> {
    let (file, within) = read(path)?;
    postcard::from_bytes(&file[within]).map_err(|_| Lost::Damaged)
}

/// The file at `path`, and where in it stands what was kept.
fn read(path: &Path) -> Result<(Vec<u8>, Range<usize>), Lost> {
    let facts = match fs::symlink_metadata(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(Lost::Absent),
        facts => facts.map_err(|_| Lost::Damaged)?,
    };
    if !facts.is_file() || facts.len() > MOST_BYTES {
        return Err(Lost::Damaged);
    }
    let file = fs::read(path).map_err(|_| Lost::Damaged)?;
    let seal = seal();
    if !file.starts_with(&seal) {
        return Err(if file.starts_with(MARK) { Lost::Foreign } else { Lost::Damaged });
    }
    let within = seal.len()..file.len().checked_sub(HASH).filter(|end| *end >= seal.len()).ok_or(Lost::Damaged)?;
    if blake3::hash(&file[within.clone()]).as_bytes() != &file[within.end..] {
        return Err(Lost::Damaged);
    }
    Ok((file, within))
}

/// Keeps `bytes` at `path`: beside it first, then by a rename, so that a reader finds the old file or the new one.
pub fn keep_bytes(path: &Path, bytes: &[u8]) -> io::Result<()> {
    put(path, &[&seal(), bytes, blake3::hash(bytes).as_bytes()])
}

/// Writes `parts` to a file of ours at `path`, whole or not at all.
pub(super) fn put(path: &Path, parts: &[&[u8]]) -> io::Result<()> {
    place(path, |file| parts.iter().try_for_each(|part| file.write_all(part)))
}

fn place(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let beside = path.with_file_name(format!("new-{}-{number}", std::process::id()));
    // Left behind by a run that was killed.
    drop(fs::remove_file(&beside));
    let mut file = File::create_new(&beside)?;
    let written = write(&mut file);
    drop(file);
    written.and_then(|()| fs::rename(&beside, path)).inspect_err(|_| drop(fs::remove_file(&beside)))
}

/// Keeps a value at `path` in the same way; it is never in memory as a whole.
pub fn keep<T: Serialize>(path: &Path, value: &T) -> io::Result<()> {
    place(path, |file| {
        file.write_all(&seal())?;
        let sealed = Sealed { file, hasher: blake3::Hasher::new(), waiting: Vec::with_capacity(PIECE) };
        postcard::serialize_with_flavor(value, sealed).map_err(io::Error::other)
    })
}

/// What is written to a file and hashed at a time.
const PIECE: usize = 128 << 10;

/// A file while a value is written to it.
struct Sealed<'f> {
    file: &'f mut File,
    hasher: blake3::Hasher,
    waiting: Vec<u8>,
}

impl Sealed<'_> {
    fn write(&mut self) -> postcard::Result<()> {
        self.hasher.update(&self.waiting);
        let written = self.file.write_all(&self.waiting);
        self.waiting.clear();
        written.map_err(|_| postcard::Error::SerializeBufferFull)
    }
}

impl Flavor for Sealed<'_> {
    type Output = ();

    fn try_push(&mut self, byte: u8) -> postcard::Result<()> {
        self.try_extend(&[byte])
    }

    fn try_extend(&mut self, bytes: &[u8]) -> postcard::Result<()> {
        if self.waiting.len() + bytes.len() > PIECE {
            self.write()?;
        }
        self.waiting.extend_from_slice(bytes);
        Ok(())
    }

    fn finalize(mut self) -> postcard::Result<()> {
        self.write()?;
        let hash = self.hasher.finalize();
        self.file.write_all(hash.as_bytes()).map_err(|_| postcard::Error::SerializeBufferFull)
    }
}

/// Gives what was kept at `next` the place of what was kept at `path`.
pub fn replace(next: &Path, path: &Path) -> io::Result<()> {
    fs::rename(next, path)
}

/// Removes what runs that were killed left in `folder`, where it is `now`: files that stand there for a moment, and not for
/// an hour.
pub fn sweep(folder: &Path, now: SystemTime) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let is_passing = name.to_str().is_some_and(|name| PASSING.iter().any(|begin| name.starts_with(begin)));
        let written = entry.metadata().and_then(|facts| facts.modified()).ok();
        let age = written.filter(|_| is_passing).and_then(|written| now.duration_since(written).ok());
        if age.is_some_and(|age| age > MOMENT) {
            drop(fs::remove_file(entry.path()));
        }
    }
}

/// Drops what was kept at `path`.
pub fn forget(path: &Path) {
    drop(fs::remove_file(path));
}

/// The folder `names` below the project's `.site`, made where it is missing; none when a part of it is a link or no
/// folder, or cannot be made.
pub fn folder(project: &Path, names: &[&str]) -> Option<PathBuf> {
    // Another run may make it at the same time.
    reached(project, names, |missing| drop(fs::create_dir(missing)))
}

/// The same folder where it exists.
pub fn existing(project: &Path, names: &[&str]) -> Option<PathBuf> {
    reached(project, names, |_| ())
}

fn reached(project: &Path, names: &[&str], missing: impl Fn(&Path)) -> Option<PathBuf> {
    let mut folder = project.to_path_buf();
    for name in [FOLDER].iter().chain(names) {
        folder.push(name);
        if !is_folder(&folder) {
            missing(&folder);
        }
        if !is_folder(&folder) {
            return None;
        }
    }
    Some(folder)
}

/// Takes a folder that [`folder`] made away again, and those above it in `.site`, as far as they are empty.
pub fn unmake(project: &Path, names: &[&str]) {
    let site = project.join(FOLDER);
    let mut folder: PathBuf = names.iter().fold(site.clone(), |folder, name| folder.join(name));
    while folder.starts_with(&site) && is_folder(&folder) && fs::remove_dir(&folder).is_ok() {
        folder.pop();
    }
}

/// Whether there is a folder at `path` that is no link.
fn is_folder(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok_and(|facts| facts.is_dir())
}

/// The time in the project's file system, as it stamps files, which need not be this machine's; none where nothing can be
/// written. What was stamped shortly before may still change without another stamp.
pub fn now(folder: &Path) -> Option<SystemTime> {
    let path = folder.join(format!("now-{}", std::process::id()));
    drop(fs::remove_file(&path));
    let time = File::create_new(&path).and_then(|file| file.metadata()).and_then(|facts| facts.modified());
    drop(fs::remove_file(&path));
    time.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_read_back() {
        let top = tempfile::tempdir().unwrap();
        let path = top.path().join("a");
        assert_eq!(bytes(&path), Err(Lost::Absent));
        for length in [0, 1, PIECE - 9, PIECE, PIECE + 1, 3 * PIECE + 7] {
            let kept = ("甲".repeat(length), vec![7u8; length], length);
            keep(&path, &kept).unwrap();
            assert!(value(&path) == Ok(kept), "{length}");
        }
        assert_eq!(fs::read_dir(top.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_killed_runs_left_is_swept_and_nothing_else() {
        let top = tempfile::tempdir().unwrap();
        let old = SystemTime::now() - 2 * MOMENT;
        for (name, is_old) in
            [("new-1-1", true), ("now-1", true), ("new-2-1", false), ("made", true), ("pages-00", true)]
        {
            let file = File::create_new(top.path().join(name)).unwrap();
            file.set_modified(if is_old { old } else { SystemTime::now() }).unwrap();
        }
        sweep(top.path(), SystemTime::now());
        let mut left: Vec<_> = fs::read_dir(top.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["made", "new-2-1", "pages-00"]);
    }

    #[test]
    fn what_was_cut_or_altered_or_is_of_another_build_counts_as_lost() {
        let top = tempfile::tempdir().unwrap();
        let path = top.path().join("a");
        keep_bytes(&path, "甲乙丙".as_bytes()).unwrap();
        let whole = fs::read(&path).unwrap();
        for end in 0..whole.len() {
            fs::write(&path, &whole[..end]).unwrap();
            assert!(matches!(bytes(&path), Err(Lost::Damaged | Lost::Foreign)), "{end}");
        }
        for at in 0..whole.len() {
            let mut other = whole.clone();
            other[at] ^= 1;
            fs::write(&path, other).unwrap();
            assert!(matches!(bytes(&path), Err(Lost::Damaged | Lost::Foreign)), "{at}");
        }
        fs::write(&path, [MARK, b"0123456789abcdef\n", b"something"].concat()).unwrap();
        assert_eq!(bytes(&path), Err(Lost::Foreign));
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        assert_eq!(bytes(&path), Err(Lost::Damaged));
    }

    #[cfg(unix)]
    #[test]
    fn no_folder_is_reached_through_a_link() {
        let (project, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        assert!(folder(project.path(), &["out"]).is_some_and(|path| path.is_dir()));
        std::os::unix::fs::symlink(other.path(), project.path().join(FOLDER).join("linked")).unwrap();
        assert_eq!(folder(project.path(), &["linked"]), None);
        assert_eq!(folder(project.path(), &["linked", "inside"]), None);
        assert_eq!(existing(project.path(), &["linked"]), None);
        assert_eq!(existing(project.path(), &["absent"]), None);
        assert!(existing(project.path(), &["out"]).is_some() && !project.path().join(FOLDER).join("absent").exists());
        assert_eq!(fs::read_dir(other.path()).unwrap().count(), 0);
    }
}
