//! A published folder held against its own record, wherever it lies, with or without the project: what was altered, is
//! gone, or was added since (faults.md F19). Nothing is written.

use std::fs;
use std::io;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use super::manifest::{self, Digest, Entry, Fault, Found, Manifest, RECORD, strays};
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
    loop {
        let stamp = Stamp::at(&folder.join(RECORD)).ok();
        let verified = held(folder, shown, &record(folder, shown)?, expected, interrupted)?;
        // A build may have put another site in its place meanwhile.
        if Stamp::at(&folder.join(RECORD)).ok() == stamp {
            return Ok(verified);
        }
    }
}

fn record(folder: &Path, shown: &str) -> Result<Manifest, Failure> {
    // The name itself may be a link to the site that is served now.
    let found = match fs::canonicalize(folder) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Found::Absent),
        place => place.and_then(|place| manifest::look(&place)),
    };
    match found {
        Ok(Found::Ours(manifest)) => Ok(manifest),
        Ok(found) => Err(Failure::refused(message::no_record(shown, &found))),
        Err(error) => Err(Failure::refused(message::unverified(shown, &Fault::Unread(error)))),
    }
}

fn held(
    folder: &Path,
    shown: &str,
    manifest: &Manifest,
    expected: Option<&str>,
    interrupted: &AtomicBool,
) -> Result<Verified, Failure> {
    let named = |path: &str| format!("{}/{path}", shown.trim_end_matches(['/', '\\']));
    let fingerprint = Digest::of(manifest.to_json().as_bytes());
    let files: Vec<(&String, &Entry)> = manifest.files().iter().collect();
    let look = |(path, entry): &(&String, &Entry)| match interrupted.load(Ordering::Relaxed) {
        true => None,
        false => fault(&below(folder, path), entry).map(|fault| message::unverified(&named(path), &fault)),
    };
    let mut findings: Vec<Finding> = files.par_iter().filter_map(look).collect();
    let intact = files.len() - findings.len();
    match fs::canonicalize(folder).and_then(|folder| strays(&folder, manifest)) {
        Ok(strays) => findings.extend(strays.iter().map(|path| message::stray(&named(path)))),
        Err(error) => findings.push(message::unverified(shown, &Fault::Unread(error))),
    }
    let is_another = |expected: &&str| !fingerprint.to_string().starts_with(*expected);
    findings.extend(expected.filter(is_another).map(|expected| message::another_record(shown, expected, &fingerprint)));
    if interrupted.load(Ordering::Relaxed) {
        return Err(Failure::Interrupted);
    }
    Ok(Verified { findings, files: files.len(), bytes: manifest.bytes(), intact, fingerprint })
}

fn fault(path: &Path, entry: &Entry) -> Option<Fault> {
    match fs::symlink_metadata(path) {
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => {
            return Some(Fault::Missing);
        }
        Err(error) => return Some(Fault::Unread(error)),
        Ok(facts) if !facts.is_file() => return Some(Fault::NoFile),
        Ok(_) => {}
    }
    match Entry::at(path) {
        Ok(now) if now == *entry => None,
        Ok(now) if now.size != entry.size && now.size <= MOST_TEXT && is_but_for_line_ends(path, entry) => {
            Some(Fault::LineEnds)
        }
        Ok(_) => Some(Fault::Altered),
        Err(error) => Some(Fault::Unread(error)),
    }
}

/// Texts we write are smaller.
const MOST_TEXT: u64 = 32 << 20;

fn is_but_for_line_ends(path: &Path, entry: &Entry) -> bool {
    let Ok(bytes) = fs::read(path) else { return false };
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
    use super::*;

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
            let fault = fault(&path, &Entry::of(written.as_bytes()));
            assert_eq!(matches!(fault, Some(Fault::LineEnds)), is_transfer, "{written:?} {now:?} {fault:?}");
            assert!(fault.is_some());
        }
    }
}
