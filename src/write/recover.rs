//! Clearing up after a build that was stopped. Three states are possible: only a staging folder (removed), an old
//! copy without an output (put back), and an old copy beside a new output (removed). Whatever is not ours stays.

use std::fs;
use std::io;
use std::path::Path;

use walkdir::WalkDir;

use super::disk::{Disk, rename_patiently};
use super::guard::Places;
use super::manifest::{self, Found, Manifest, RECORD, strays};
use super::{Failure, Recovered, Request, message};

/// Whether an earlier build left anything behind; looks without changing anything.
pub(super) fn needed(places: &Places) -> bool {
    [&places.staging, &places.kept].iter().any(|path| fs::symlink_metadata(path).is_ok())
}

/// Brings the folder back to the old build, or to the new one if that was already published.
pub(super) fn run(disk: &dyn Disk, places: &Places, request: &Request) -> Result<Recovered, Failure> {
    let restored = kept(disk, places, request)?;
    let cleared = staging(disk, places, request)?;
    Ok(if restored == Recovered::Nothing { cleared } else { restored })
}

fn kept(disk: &dyn Disk, places: &Places, request: &Request) -> Result<Recovered, Failure> {
    let name = request.beside(&places.kept);
    let failed = |error: io::Error| Failure::disk(message::disk(&name, &error));
    let refused = |finding| Err(Failure::refused(finding));
    let blank = Manifest::new(request.key);
    let kept = manifest::look(&places.kept).map_err(failed)?;
    if matches!(kept, Found::Absent) {
        return Ok(Recovered::Nothing);
    }
    let found = (kept, manifest::look(&places.output).map_err(failed)?);
    let listed = match &found {
        (Found::Ours(_), Found::Blank) => {
            remove_published(disk, &places.output, &blank).map_err(failed)?;
            return put_back(disk, places).map_err(failed);
        }
        (Found::Ours(_) | Found::Blank, Found::Absent) => return put_back(disk, places).map_err(failed),
        (Found::Ours(listed), Found::Ours(_)) => listed,
        (Found::Blank, _) => &blank,
        (Found::Ours(_), _) => return refused(message::blocked(request.out_shown, &name)),
        (Found::Absent | Found::NoFolder | Found::Foreign(_) | Found::Unreadable(_), _) => {
            return refused(message::name_taken(&name));
        }
    };
    match remove_published(disk, &places.kept, listed).map_err(failed)? {
        strays if strays.is_empty() => Ok(Recovered::Cleared),
        strays => refused(message::added(&name, &strays)),
    }
}

fn put_back(disk: &dyn Disk, places: &Places) -> io::Result<Recovered> {
    rename_patiently(disk, &places.kept, &places.output)?;
    Ok(Recovered::Restored)
}

fn staging(disk: &dyn Disk, places: &Places, request: &Request) -> Result<Recovered, Failure> {
    let name = request.beside(&places.staging);
    match discard_staging(disk, places) {
        Ok(true) => Ok(Recovered::Cleared),
        Ok(false) => Ok(Recovered::Nothing),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(Failure::refused(message::name_taken(&name))),
        Err(error) => Err(Failure::disk(message::disk(&name, &error))),
    }
}

/// Removes the staging folder if it is ours, which its place in `.site`, a record of any content or an empty folder shows
/// (F20). Says
/// whether there was one; the error `AlreadyExists` stands for somebody else's.
pub(super) fn discard_staging(disk: &dyn Disk, places: &Places) -> io::Result<bool> {
    let folder = &places.staging;
    match fs::symlink_metadata(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
        Err(error) => return Err(error),
        Ok(metadata) if !metadata.is_dir() => return Err(io::ErrorKind::AlreadyExists.into()),
        Ok(_) => {}
    }
    let record = folder.join(RECORD);
    let marked = fs::symlink_metadata(&record).is_ok_and(|metadata| metadata.is_file());
    if !marked && !places.lasting && fs::read_dir(folder)?.next().is_some() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    remove_below(disk, folder, |path| path != record)?;
    if marked {
        disk.remove_file(&record)?;
    }
    disk.remove_folder(folder)?;
    Ok(true)
}

/// Removes an old build: the files it lists, then its record, then the folder. Files it does not list stay, keep
/// the record with them, and are returned.
pub(super) fn remove_published(disk: &dyn Disk, folder: &Path, listed: &Manifest) -> io::Result<Vec<String>> {
    let record = folder.join(RECORD);
    remove_below(disk, folder, |path| path != record && manifest::expected(folder, path, listed))?;
    let left = strays(folder, listed)?;
    if left.is_empty() {
        if fs::symlink_metadata(&record).is_ok() {
            disk.remove_file(&record)?;
        }
        disk.remove_folder(folder)?;
    }
    Ok(left)
}

/// Removes the files below `folder` that `ours` accepts, and the folders that are empty then; follows no link.
fn remove_below(disk: &dyn Disk, folder: &Path, ours: impl Fn(&Path) -> bool) -> io::Result<()> {
    for entry in WalkDir::new(folder).min_depth(1).contents_first(true) {
        let entry = entry.map_err(io::Error::from)?;
        if entry.file_type().is_dir() {
            match disk.remove_folder(entry.path()) {
                Err(error) if error.kind() == io::ErrorKind::DirectoryNotEmpty => {}
                other => other?,
            }
        } else if ours(entry.path()) {
            disk.remove_file(entry.path())?;
        }
    }
    Ok(())
}
