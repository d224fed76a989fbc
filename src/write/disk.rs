//! Every change to the disk, one small method each, so that a test can fail or stop the program before any of them
//! (faults.md F07, F08, F22). Reading is not here: it cannot harm the published folder. Renames wait for programs
//! that hold a folder for a moment, as Explorer, WPS and virus scanners do on Windows (F11).

use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek as _, Write as _};
use std::path::Path;
use std::time::Duration;

/// What is about to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Change {
    CreateFolder,
    CreateFile,
    Write,
    Link,
    Sync,
    Rename,
    RemoveFile,
    RemoveFolder,
}

/// The disk as the writer sees it.
pub(super) trait Disk: Sync {
    /// Called before each change; an error takes the place of the change.
    fn before(&self, change: Change, path: &Path) -> io::Result<()>;

    /// Whether a rename failed only because another program holds the folder for now.
    fn held(&self, error: &io::Error) -> bool {
        is_held(cfg!(windows), error)
    }

    /// Waits.
    fn pause(&self, pause: Duration) {
        std::thread::sleep(pause);
    }

    /// Creates one folder, which must not exist.
    fn create_folder(&self, path: &Path) -> io::Result<()> {
        self.before(Change::CreateFolder, path)?;
        fs::create_dir(path)
    }

    /// Creates a file, which must not exist: neither an existing file nor a link is ever written through.
    fn create_file(&self, path: &Path) -> io::Result<File> {
        self.before(Change::CreateFile, path)?;
        File::create_new(path)
    }

    /// Opens a file of ours for new bytes in the place of the old ones, unless it is a link, has a second name, under which
    /// the old bytes stay, or somebody has taken away the right to write to it, which says nothing of the folder. To
    /// remove it and create another would be slow on ext4, which does not like to give a number away again for minutes;
    /// so would be to empty it first, because ext4 then writes it to the disk as soon as it is closed.
    fn rewrite_file(&self, path: &Path) -> io::Result<Option<File>> {
        // It may have been cleared away for a link that could not be made.
        let facts = fs::symlink_metadata(path).ok();
        if !facts.is_some_and(|facts| facts.is_file() && has_one_name(&facts)) {
            return Ok(None);
        }
        self.before(Change::CreateFile, path)?;
        or_anew(OpenOptions::new().write(true).open(path))
    }

    /// Ends the file where what was written to it ends.
    fn end_file(&self, path: &Path, file: &mut File) -> io::Result<()> {
        self.before(Change::Write, path)?;
        let end = file.stream_position()?;
        file.set_len(end)
    }

    /// Writes all of `bytes`; `path` names the file in errors.
    fn write(&self, path: &Path, file: &mut File, bytes: &[u8]) -> io::Result<()> {
        self.before(Change::Write, path)?;
        file.write_all(bytes)
    }

    /// Gives the file `from` a second name, which must not be taken.
    fn link(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.before(Change::Link, to)?;
        fs::hard_link(from, to)
    }

    /// Waits until everything in the file system of `folder` is on the disk; says false where that cannot be asked for.
    fn sync_all(&self, folder: &Path) -> io::Result<bool> {
        self.before(Change::Sync, folder)?;
        sync_all(folder)
    }

    /// Waits until the file's bytes are on the disk and returns errors that writing kept back (F22).
    fn sync_file(&self, path: &Path) -> io::Result<()> {
        self.before(Change::Sync, path)?;
        // Windows flushes only through a handle that may write.
        OpenOptions::new().write(true).open(path)?.sync_all()
    }

    /// Waits until the names in a folder are on the disk; does nothing where folders cannot be synced.
    fn sync_folder(&self, path: &Path) -> io::Result<()> {
        self.before(Change::Sync, path)?;
        if !cfg!(unix) {
            return Ok(());
        }
        match File::open(path)?.sync_all() {
            Err(error) if matches!(error.kind(), io::ErrorKind::InvalidInput | io::ErrorKind::Unsupported) => Ok(()),
            other => other,
        }
    }

    /// Renames a folder; `to` must not exist.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.before(Change::Rename, from)?;
        if fs::symlink_metadata(to).is_ok() {
            // Unix would silently put the folder in the place of an empty one.
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        fs::rename(from, to)
    }

    /// Lets two folders change places in one step; says false where the system cannot.
    fn exchange(&self, one: &Path, other: &Path) -> io::Result<bool> {
        self.before(Change::Rename, one)?;
        exchange(one, other)
    }

    /// Removes a file or a link, never what a link points to.
    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.before(Change::RemoveFile, path)?;
        match fs::remove_file(path) {
            // Windows removes a link to a folder as a folder.
            Err(_) if cfg!(windows) && path.is_symlink() => fs::remove_dir(path),
            other => other,
        }
    }

    /// Removes an empty folder.
    fn remove_folder(&self, path: &Path) -> io::Result<()> {
        self.before(Change::RemoveFolder, path)?;
        fs::remove_dir(path)
    }
}

/// None for a file that may not be written to, which another can take the place of.
fn or_anew(opened: io::Result<File>) -> io::Result<Option<File>> {
    match opened {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => Ok(None),
        opened => opened.map(Some),
    }
}

/// The computer's own disk.
pub(super) struct Real;

impl Disk for Real {
    fn before(&self, _: Change, _: &Path) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(unix)]
fn has_one_name(facts: &fs::Metadata) -> bool {
    std::os::unix::fs::MetadataExt::nlink(facts) == 1
}

/// Elsewhere nobody tells.
#[cfg(not(unix))]
fn has_one_name(_: &fs::Metadata) -> bool {
    false
}

#[cfg(target_os = "linux")]
fn sync_all(folder: &Path) -> io::Result<bool> {
    rustix::fs::syncfs(File::open(folder)?)?;
    Ok(true)
}

#[cfg(not(target_os = "linux"))]
fn sync_all(_: &Path) -> io::Result<bool> {
    Ok(false)
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
fn exchange(one: &Path, other: &Path) -> io::Result<bool> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    use rustix::io::Errno;
    match renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE) {
        Ok(()) => Ok(true),
        // File systems and kernels that do not know it.
        Err(Errno::INVAL | Errno::NOSYS | Errno::NOTSUP | Errno::XDEV) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn exchange(_: &Path, _: &Path) -> io::Result<bool> {
    Ok(false)
}

/// How long a held folder is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// The first pause; each following one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(10);

/// Renames `from` to `to`, trying again for up to five seconds while another program holds the folder.
pub(super) fn rename_patiently(disk: &dyn Disk, from: &Path, to: &Path) -> io::Result<()> {
    let (mut pause, mut waited) = (FIRST_PAUSE, Duration::ZERO);
    loop {
        match disk.rename(from, to) {
            Err(error) if disk.held(&error) && waited < PATIENCE => {
                let now = pause.min(PATIENCE - waited);
                disk.pause(now);
                waited += now;
                pause *= 2;
            }
            other => return other,
        }
    }
}

/// Whether `error` is Windows' access denied (5), sharing violation (32) or lock violation (33), which pass when
/// the other program lets go. The same numbers mean other things elsewhere.
pub(super) fn is_held(windows: bool, error: &io::Error) -> bool {
    windows && matches!(error.raw_os_error(), Some(5 | 32 | 33))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_may_not_be_written_to_is_made_anew() {
        let denied = || Err(io::ErrorKind::PermissionDenied.into());
        assert!(or_anew(denied()).unwrap().is_none());
        assert!(or_anew(Err(io::ErrorKind::StorageFull.into())).is_err());
        let folder = tempfile::tempdir().unwrap();
        assert!(or_anew(File::create_new(folder.path().join("a"))).unwrap().is_some());
    }
}
