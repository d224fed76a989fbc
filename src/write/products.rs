//! Posters and letters that were made once, in the project's `.site/print` folder, under the hash of everything they
//! were made from. The folder may be deleted at any time: that costs time, never correctness. Each file begins with
//! the hash of what follows, so one that was cut or altered counts as not there.

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::sealed;
use crate::load::memory::FOLDER;
use crate::typeset::Key;
use crate::typeset::store::{InMemory, Products};

const PRINT: &str = "print";
const HASH: usize = blake3::OUT_LEN;
/// Beyond this, what the last build did not use goes.
const MOST_BYTES: u64 = 512 << 20;

/// Products of one project on the disk.
pub struct Kept {
    project: PathBuf,
    folder: PathBuf,
    writes: bool,
    /// What a build used; the rest is swept away after it.
    used: Mutex<BTreeSet<String>>,
    /// What the disk does not take, and what is made by a command that writes nothing.
    memory: InMemory,
}

impl Kept {
    /// The products of `project`; `writes` says whether new ones are kept on the disk.
    pub fn of(project: &Path, writes: bool) -> Kept {
        let folder = project.join(FOLDER).join(PRINT);
        Kept { project: project.to_path_buf(), folder, writes, used: Mutex::default(), memory: InMemory::default() }
    }

    /// Whether neither `.site` nor its `print` is a link or anything but a folder.
    fn is_ours(&self) -> bool {
        sealed::existing(&self.project, &[PRINT]).is_some()
    }

    fn path(&self, key: &Key) -> PathBuf {
        self.folder.join(key.to_string())
    }

    fn read(&self, key: &Key) -> Option<Arc<[u8]>> {
        let path = self.path(key);
        if !self.is_ours() || !fs::symlink_metadata(&path).ok()?.is_file() {
            return None;
        }
        let file = fs::read(path).ok()?;
        let (hash, bytes) = file.split_at_checked(HASH)?;
        (blake3::hash(bytes).as_bytes() == hash).then(|| bytes.into())
    }

    fn write(&self, key: &Key, bytes: &[u8]) -> io::Result<()> {
        sealed::folder(&self.project, &[PRINT]).ok_or(io::ErrorKind::NotADirectory)?;
        sealed::put(&self.path(key), &[blake3::hash(bytes).as_bytes(), bytes])
    }

    fn note(&self, key: &Key) {
        if let Ok(mut used) = self.used.lock() {
            used.insert(key.to_string());
        }
    }

    /// Removes what builds left behind and, where the folder has grown large, what this build did not use, the
    /// oldest first. Builds for two addresses by turns make nothing twice that way.
    pub fn sweep(&self) {
        self.sweep_to(MOST_BYTES);
    }

    fn sweep_to(&self, most: u64) {
        let Ok(used) = self.used.lock() else { return };
        if !self.writes || !self.is_ours() {
            return;
        }
        let mut total = 0;
        let mut unused = Vec::new();
        for entry in fs::read_dir(&self.folder).into_iter().flatten().flatten() {
            let (name, Ok(facts)) = (entry.file_name().to_string_lossy().into_owned(), entry.metadata()) else {
                continue;
            };
            if !is_product(&name) {
                drop(fs::remove_file(entry.path()));
                continue;
            }
            total += facts.len();
            if !used.contains(&name) {
                unused.push((facts.modified().ok(), entry.path(), facts.len()));
            }
        }
        unused.sort();
        for (_, path, bytes) in unused {
            if total <= most {
                return;
            }
            drop(fs::remove_file(path));
            total -= bytes;
        }
    }
}

/// Whether a file is named as products are.
fn is_product(name: &str) -> bool {
    name.len() == Key::LENGTH && name.bytes().all(|b| b.is_ascii_hexdigit())
}

impl Products for Arc<Kept> {
    fn get(&self, key: &Key) -> Option<Arc<[u8]>> {
        let found = self.memory.get(key).or_else(|| self.read(key))?;
        self.note(key);
        Some(found)
    }

    fn has(&self, key: &Key) -> bool {
        self.memory.has(key) || self.is_ours() && self.path(key).is_file()
    }

    fn put(&self, key: &Key, bytes: &Arc<[u8]>) {
        self.note(key);
        if !self.writes || self.write(key, bytes).is_err() {
            self.memory.put(key, bytes);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> Key {
        Key::begun(text).done()
    }

    fn bytes(text: &str) -> Arc<[u8]> {
        text.as_bytes().into()
    }

    #[test]
    fn what_was_kept_is_found_again_until_it_is_swept() {
        let project = tempfile::tempdir().unwrap();
        let first = Arc::new(Kept::of(project.path(), true));
        first.put(&key("a"), &bytes("甲"));
        first.put(&key("b"), &bytes("乙"));
        fs::write(project.path().join(".site/print/new-1-1"), "left by a build that was killed").unwrap();
        first.sweep_to(0);
        let second = Arc::new(Kept::of(project.path(), true));
        assert_eq!(second.get(&key("a")), Some(bytes("甲")));
        second.sweep();
        assert!(second.has(&key("a")) && second.has(&key("b")), "both are small");
        second.sweep_to(HASH as u64 + 3);
        assert!(second.has(&key("a")) && !second.has(&key("b")));
        assert_eq!(fs::read_dir(project.path().join(".site/print")).unwrap().count(), 1);
    }

    #[test]
    fn what_was_cut_or_altered_is_not_there() {
        let project = tempfile::tempdir().unwrap();
        let kept = Arc::new(Kept::of(project.path(), true));
        kept.put(&key("a"), &bytes("甲乙丙"));
        let path = kept.path(&key("a"));
        let whole = fs::read(&path).unwrap();
        for end in [0, 10, HASH, whole.len() - 1] {
            fs::write(&path, &whole[..end]).unwrap();
            assert_eq!(kept.get(&key("a")), None, "{end}");
        }
        fs::write(&path, [&whole[..whole.len() - 1], b"x"].concat()).unwrap();
        assert_eq!(kept.get(&key("a")), None);
    }

    #[test]
    fn a_command_that_writes_nothing_keeps_in_memory() {
        let project = tempfile::tempdir().unwrap();
        let kept = Arc::new(Kept::of(project.path(), false));
        kept.put(&key("a"), &bytes("甲"));
        assert_eq!(kept.get(&key("a")), Some(bytes("甲")));
        assert_eq!(fs::read_dir(project.path()).unwrap().count(), 0);
    }

    #[cfg(unix)]
    #[test]
    fn nothing_is_written_read_or_swept_through_a_link() {
        let (project, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(other.path().join("theirs"), "x").unwrap();
        fs::create_dir(project.path().join(FOLDER)).unwrap();
        std::os::unix::fs::symlink(other.path(), project.path().join(FOLDER).join(PRINT)).unwrap();
        let kept = Arc::new(Kept::of(project.path(), true));
        kept.put(&key("a"), &bytes("甲"));
        kept.sweep();
        assert_eq!(fs::read_dir(other.path()).unwrap().count(), 1);
        assert_eq!(kept.get(&key("a")), Some(bytes("甲")), "memory serves instead");
    }
}
