//! One build at a time for one output folder (faults.md F13). The lock is the operating system's, on an open file
//! beside the output, so that a crash releases it. The file holds the number of the process, for the message.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

/// Held until dropped.
#[derive(Debug)]
pub(super) struct Lock {
    file: File,
    path: PathBuf,
}

/// Why the lock was not taken.
#[derive(Debug)]
pub(super) enum Refusal {
    /// Another process has it; its number, where it could be read.
    Busy(Option<u32>),
    /// Something else has the name: a folder or a link.
    NoFile,
    /// The disk refused.
    Disk(io::Error),
}

impl From<io::Error> for Refusal {
    fn from(error: io::Error) -> Refusal {
        Refusal::Disk(error)
    }
}

/// How often a lock file that vanished while we opened it is opened again.
const ATTEMPTS: usize = 100;

/// Takes the lock whose file is `path`, or says at once who has it.
pub(super) fn take(path: &Path) -> Result<Lock, Refusal> {
    for _ in 0..ATTEMPTS {
        if fs::symlink_metadata(path).is_ok_and(|metadata| !metadata.is_file()) {
            return Err(Refusal::NoFile);
        }
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)?;
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => return Err(Refusal::Busy(holder(&mut file))),
            Err(TryLockError::Error(error)) => return Err(Refusal::Disk(error)),
            // The last holder may have removed the file between our opening and locking it.
            Ok(()) if !still_named(path, &file) => continue,
            Ok(()) => {}
        }
        sign(&mut file)?;
        return Ok(Lock { file, path: path.to_path_buf() });
    }
    Err(Refusal::Busy(None))
}

fn sign(file: &mut File) -> io::Result<()> {
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(std::process::id().to_string().as_bytes())
}

/// How often, and after which pauses, a lock file that its holder has not signed yet is read again.
const READINGS: usize = 20;
const PAUSE: Duration = Duration::from_millis(5);

/// The number in a file that another process locked, waiting for one that has just been locked and is not signed yet.
/// Windows does not let anyone read a locked file; the message then goes without the number.
fn holder(file: &mut File) -> Option<u32> {
    for _ in 0..READINGS {
        let mut number = String::new();
        file.rewind().ok()?;
        file.take(16).read_to_string(&mut number).ok()?;
        match number.parse() {
            Ok(number) => return Some(number),
            Err(_) => thread::sleep(PAUSE),
        }
    }
    None
}

/// Whether `path`, not followed if it is a link, still names the open `file`.
#[cfg(unix)]
pub(super) fn still_named(path: &Path, file: &File) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    let (Ok(named), Ok(open)) = (fs::symlink_metadata(path), file.metadata()) else { return false };
    (named.dev(), named.ino()) == (open.dev(), open.ino())
}

/// Elsewhere the file is never removed.
#[cfg(not(unix))]
pub(super) fn still_named(_: &Path, _: &File) -> bool {
    true
}

impl Drop for Lock {
    fn drop(&mut self) {
        // Removed while still locked, and only where `still_named` can tell a removed file from a new one.
        if cfg!(unix) {
            let _ = fs::remove_file(&self.path);
        }
        let _ = self.file.unlock();
    }
}
