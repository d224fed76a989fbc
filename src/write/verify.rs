//! A published folder held against its own record, wherever it lies, with or without the project: what was altered, is
//! gone, or was added since (faults.md F19). Nothing is written, and no link below the folder is followed.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read as _};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use walkdir::WalkDir;

use super::manifest::{self, Digest, Entry, Fault, Manifest, RECORD, is_litter};
use super::staging::below;
use super::tree::Stamp;
use super::{Failure, message};
use crate::report::Finding;

/// A folder that was held against its record.
#[derive(Debug)]
pub struct Verified {
    /// What does not agree.
    pub findings: Vec<Finding>,
    /// Files the record lists.
    pub files: usize,
    /// Their bytes.
    pub bytes: u64,
    /// How many of them are as they were written.
    pub intact: usize,
    /// The hash of the record; the same for the same files of the same project, and for nothing else.
    pub fingerprint: Digest,
}

/// Holds the folder, which is named as `shown`, against its record, and the record against the fingerprint that is
/// `expected`, of which the beginning is enough. Refused where there is no record.
pub fn verify(
    folder: &Path,
    shown: &str,
    expected: Option<&str>,
    interrupted: &AtomicBool,
) -> Result<Verified, Failure> {
    // The name itself may be a link to the site that is served now, which may be another one in a moment.
    let top = fs::canonicalize(folder).unwrap_or_else(|_| folder.to_path_buf());
    undisturbed(&top, || {
        let record = manifest::record(&top).map_err(|why| Failure::refused(message::no_record(shown, &why)))?;
        held(&top, shown, &record, expected, interrupted)
    })
}

/// What `look` sees in `folder`, looked at again where a build has put another site in its place meanwhile.
fn undisturbed<T>(folder: &Path, look: impl Fn() -> Result<T, Failure>) -> Result<T, Failure> {
    let stamp = || Stamp::at(&folder.join(RECORD)).ok();
    loop {
        let before = stamp();
        let seen = look()?;
        if stamp() == before {
            return Ok(seen);
        }
    }
}

fn held(
    top: &Path,
    shown: &str,
    record: &Manifest,
    expected: Option<&str>,
    interrupted: &AtomicBool,
) -> Result<Verified, Failure> {
    let named = |path: &str| format!("{}/{path}", shown.trim_end_matches(['/', '\\']));
    let is_stopped = || interrupted.load(Ordering::Relaxed);
    let met = met(top, record, &is_stopped);
    let files: Vec<(&String, &Entry)> = record.files().iter().collect();
    let look = |(path, entry): &(&String, &Entry)| match is_stopped() || met.is_closed(path) {
        true => Some(None),
        false => fault(top, path, entry, &met).map(|fault| Some(message::unverified(&named(path), &fault))),
    };
    let told: Vec<Option<Finding>> = files.par_iter().filter_map(look).collect();
    let intact = files.len() - told.len();
    let mut findings: Vec<Finding> = told.into_iter().flatten().collect();
    findings.extend(met.added.iter().map(|path| message::stray(&named(path))));
    let closed = met.closed.into_iter();
    findings.extend(closed.map(|(path, error)| message::unverified(&named(&path), &Fault::Unread(error))));
    let fingerprint = Digest::of(record.to_json().as_bytes());
    let is_another = |expected: &&str| !fingerprint.to_string().starts_with(*expected);
    findings.extend(expected.filter(is_another).map(|expected| message::another_record(shown, expected, &fingerprint)));
    if is_stopped() {
        return Err(Failure::Interrupted);
    }
    Ok(Verified { findings, files: files.len(), bytes: record.bytes(), intact, fingerprint })
}

/// What stands in a folder.
#[derive(Default)]
struct Met {
    /// Plain files that are listed.
    plain: BTreeSet<String>,
    /// Everything else that has a listed name.
    odd: BTreeSet<String>,
    /// What is not listed, as it is told.
    added: BTreeSet<String>,
    /// Folders that cannot be looked into, with the reason; empty for the top.
    closed: Vec<(String, io::Error)>,
}

impl Met {
    /// Whether nobody can tell what stands at `path`.
    fn is_closed(&self, path: &str) -> bool {
        let within =
            |folder: &str| path.strip_prefix(folder).is_some_and(|rest| folder.is_empty() || rest.starts_with('/'));
        self.closed.iter().any(|(folder, _)| within(folder))
    }
}

fn met(top: &Path, record: &Manifest, is_stopped: &dyn Fn() -> bool) -> Met {
    let mut met = Met::default();
    for entry in WalkDir::new(top).min_depth(1).into_iter().take_while(|_| !is_stopped()) {
        let entry = match entry {
            Ok(entry) => entry,
            Err(error) => {
                // A name that is not Unicode is none of ours, and is only told.
                let lossy = |path: &Path| path.strip_prefix(top).unwrap_or(path).to_string_lossy().into_owned();
                let path = error.path().map(|path| manifest::relative(top, path).unwrap_or_else(|| lossy(path)));
                met.closed.push((path.unwrap_or_default(), error.into()));
                continue;
            }
        };
        let (kind, path) = (entry.file_type(), manifest::relative(top, entry.path()));
        let is_listed = |path: &String| path == RECORD || record.files().contains_key(path);
        match path.filter(is_listed) {
            Some(path) if kind.is_file() => drop(met.plain.insert(path)),
            Some(path) => drop(met.odd.insert(path)),
            None if kind.is_dir() => {}
            // What file managers leave in any folder they show.
            None if kind.is_file() && entry.file_name().to_str().is_some_and(is_litter) => {}
            None => drop(met.added.insert(manifest::shown(top, entry.path(), record))),
        }
    }
    met
}

fn fault(top: &Path, path: &str, entry: &Entry, met: &Met) -> Option<Fault> {
    if !met.plain.contains(path) {
        return Some(if met.odd.contains(path) { Fault::NoFile } else { Fault::Missing });
    }
    let place = below(top, path);
    match entry.is_at(&place) {
        Ok(true) => None,
        Ok(false) if is_but_for_line_ends(&place, entry) => Some(Fault::LineEnds),
        Ok(false) => Some(Fault::Altered),
        Err(error) => Some(Fault::Unread(error)),
    }
}

/// Texts we write are smaller.
const MOST_TEXT: u64 = 32 << 20;

fn is_but_for_line_ends(path: &Path, entry: &Entry) -> bool {
    let mut bytes = Vec::new();
    let read = manifest::open_plain(path).and_then(|file| file.take(MOST_TEXT + 1).read_to_end(&mut bytes));
    if read.is_err() || bytes.len() as u64 > MOST_TEXT {
        return false;
    }
    let is_half = |at: usize| bytes[at] == b'\r' && bytes.get(at + 1) == Some(&b'\n');
    let unix: Vec<u8> = (0..bytes.len()).filter(|at| !is_half(*at)).map(|at| bytes[at]).collect();
    if Entry::of(&unix) == *entry {
        return true;
    }
    let mut dos = Vec::with_capacity(unix.len());
    for byte in unix {
        dos.extend_from_slice(if byte == b'\n' { b"\r\n" } else { std::slice::from_ref(&byte) });
    }
    Entry::of(&dos) == *entry
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;

    #[test]
    fn a_folder_that_is_replaced_meanwhile_is_looked_at_again() {
        let folder = tempfile::tempdir().unwrap();
        let record = folder.path().join(RECORD);
        fs::write(&record, "old").unwrap();
        let looks = Cell::new(0);
        let look = || {
            looks.set(looks.get() + 1);
            if looks.get() == 1 {
                fs::remove_file(&record).unwrap();
                fs::write(&record, "newer").unwrap();
            }
            Ok(looks.get())
        };
        assert_eq!(undisturbed(folder.path(), look), Ok(2));
    }

    #[test]
    fn a_transfer_in_text_mode_is_told_from_an_alteration() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        for (written, now, is_transfer) in [
            ("甲\n乙\n", "甲\r\n乙\r\n", true),
            ("甲\r\n乙\r\n", "甲\n乙\n", true),
            ("甲\n乙\n", "甲\r\n丙\r\n", false),
            ("甲\n乙\n", "", false),
            ("甲\n", "甲\r", false),
            ("甲\r乙\n", "甲\r乙\r\n", true),
        ] {
            fs::write(&path, now).unwrap();
            let met = Met { plain: BTreeSet::from(["a".to_string()]), ..Met::default() };
            let fault = fault(folder.path(), "a", &Entry::of(written.as_bytes()), &met);
            assert_eq!(matches!(fault, Some(Fault::LineEnds)), is_transfer, "{written:?} {now:?} {fault:?}");
            assert!(fault.is_some());
        }
    }
}
