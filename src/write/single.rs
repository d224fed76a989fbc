//! One file outside of the published folder, such as a poster somebody asked for: whole or not at all.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

/// Writes `bytes` to `path`, in place of an older file of that name; never through a link.
pub fn single(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    if fs::symlink_metadata(path).is_ok_and(|facts| !facts.is_file()) {
        return Err(io::Error::from(io::ErrorKind::AlreadyExists));
    }
    let mut name = path.file_name().unwrap_or_default().to_os_string();
    name.push(format!(".new-{}", std::process::id()));
    let beside = folder.join(name);
    let written = fs::File::create_new(&beside).and_then(|mut file| {
        file.write_all(bytes)?;
        file.sync_all()
    });
    written.and_then(|()| fs::rename(&beside, path)).inspect_err(|_| drop(fs::remove_file(&beside)))
}

/// Writes `bytes` to `path` below `folder` where nothing is yet, through no link; else it fails with
/// [`io::ErrorKind::AlreadyExists`].
pub fn fresh(folder: &Path, path: &str, bytes: &[u8]) -> io::Result<()> {
    let mut disk = folder.to_path_buf();
    for part in path.split('/') {
        disk.push(part);
        if disk.is_symlink() {
            return Err(io::Error::other("链接文件夹里不会写入 / nothing is written through a link"));
        }
    }
    match disk.exists() {
        true => Err(io::ErrorKind::AlreadyExists.into()),
        false => single(&disk, bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_left_alone_and_nothing_is_written_through_a_link() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fresh(folder.path(), "a/b.css", b"1").unwrap();
        assert_eq!(fresh(folder.path(), "a/b.css", b"22").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(fs::read(at("a/b.css")).unwrap(), b"1");
        #[cfg(unix)]
        {
            fs::create_dir(at("elsewhere")).unwrap();
            std::os::unix::fs::symlink(at("elsewhere"), at("link")).unwrap();
            assert!(fresh(folder.path(), "link/c.css", b"3").is_err());
            assert!(!at("elsewhere/c.css").exists());
        }
    }

    #[test]
    fn a_file_is_replaced_whole_and_a_folder_or_link_never() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a/b.pdf");
        single(&path, b"1").unwrap();
        single(&path, b"22").unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"22");
        assert_eq!(fs::read_dir(path.parent().unwrap()).unwrap().count(), 1);
        assert!(single(path.parent().unwrap(), b"x").is_err());
        #[cfg(unix)]
        {
            let link = folder.path().join("link.pdf");
            std::os::unix::fs::symlink(&path, &link).unwrap();
            assert!(single(&link, b"x").is_err());
            assert_eq!(fs::read(&path).unwrap(), b"22");
        }
    }
}
