//! What the files of posters show beyond their first bytes. Reading whole files takes time, so this is done only for
//! those that a poster names, and each part of it only where it tells something.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::Path;
use std::sync::Arc;

use memchr::memmem;
use sha2::{Digest, Sha256};

use super::facts::pdf::{self, MOST_BYTES, Paper, Unread};
use super::facts::{Facts, Form};
use super::fields::Kind;
use super::node::{Map, Value};
use super::{Source, paths};
use crate::report::SourcePath;

/// What a file of a poster shows.
#[derive(Debug, Clone)]
pub struct Supplied {
    /// The pages of a PDF, or why they cannot be told; none for other forms.
    pub paper: Option<Result<Paper, Unread>>,
    /// Its SHA-256 in lower case, where somebody wrote one to compare.
    pub sha256: Option<String>,
    /// Whether the end of a PNG or JPEG is missing.
    pub cut: bool,
}

/// What of a file is wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Wanted {
    /// Its SHA-256 as well.
    pub sha256: bool,
}

/// The files that posters name, whether they are there or not.
pub fn wanted(pages: &[Arc<Source>]) -> BTreeMap<SourcePath, Wanted> {
    let mut wanted: BTreeMap<SourcePath, Wanted> = BTreeMap::new();
    for page in pages.iter().filter(|page| page.file.kind == Kind::Poster) {
        let (map, from) = (&page.header.map, &page.file.path);
        let mut name = |written: Option<&str>, sha256: bool| {
            if let Some(path) = written.and_then(|written| paths::meant(from, written.trim())) {
                wanted.entry(path).or_default().sha256 |= sha256;
            }
        };
        name(map.text("preview"), false);
        rows(map, "files").for_each(|row| name(row.text("path"), row.text("sha256").is_some()));
    }
    wanted
}

/// The rows of a list, or a single one without a list.
fn rows<'a>(map: &'a Map, key: &str) -> impl Iterator<Item = &'a Map> {
    let nodes = match map.get(key) {
        Some(node) => match &node.value {
            Value::List(nodes) => nodes.as_slice(),
            _ => std::slice::from_ref(node),
        },
        None => &[],
    };
    nodes.iter().filter_map(|node| match &node.value {
        Value::Map(map) => Some(map),
        _ => None,
    })
}

/// Reads of the file at `disk` what is wanted and `facts` leave open.
pub fn supplied(disk: &Path, facts: &Facts, wanted: &Wanted) -> io::Result<Supplied> {
    let mut file = File::open(disk)?;
    let paper = if facts.form == Form::Pdf { Some(paper(&mut file)?) } else { None };
    let sha256 = if wanted.sha256 { Some(sha256(&mut file)?) } else { None };
    Ok(Supplied { paper, sha256, cut: is_cut(&mut file, facts.form)? })
}

fn paper(file: &mut File) -> io::Result<Result<Paper, Unread>> {
    let mut bytes = Vec::new();
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(if bytes.len() as u64 > MOST_BYTES { Err(Unread::TooLarge) } else { pdf::paper(&bytes) })
}

fn sha256(file: &mut File) -> io::Result<String> {
    file.rewind()?;
    let (mut sum, mut part) = (Sha256::new(), vec![0; 1 << 16]);
    loop {
        match file.read(&mut part)? {
            0 => break,
            read => sum.update(&part[..read]),
        }
    }
    Ok(sum.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Programs put a few bytes behind the end of a picture, hardly more than this.
const TAIL: u64 = 64 << 10;

fn is_cut(file: &mut File, form: Form) -> io::Result<bool> {
    let end: &[u8] = match form {
        Form::Png => b"IEND",
        Form::Jpeg => b"\xFF\xD9",
        _ => return Ok(false),
    };
    let length = file.metadata()?.len();
    file.seek(SeekFrom::Start(length.saturating_sub(TAIL)))?;
    let mut tail = Vec::new();
    file.take(TAIL).read_to_end(&mut tail)?;
    Ok(memmem::rfind(&tail, end).is_none())
}
