//! What is personal inside the files that are offered: Word, Excel, PowerPoint and OFD documents, PDF, CSV and plain
//! text, also where they lie in a ZIP archive (domain.md P01–P05, P08).
//!
//! Whoever made the file may have meant harm: it is read whole up to a length, unpacked up to a length and an entry up to
//! a ratio, and entries are counted before anything is unpacked. Only masked numbers leave this module.

mod office;
mod sheets;
mod xml;

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use encoding_rs::{GB18030, UTF_8};

use super::facts::pdf::{self, text};
use super::facts::{Facts, Form};
use super::walk;
use crate::personal;
use crate::report::Code;

/// What a look inside a file showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inside {
    /// What was found, one entry a code, in the order of the codes.
    pub found: Vec<Found>,
    /// Why somebody has to look, where the program could not, or not everywhere.
    pub unread: Option<Unread>,
    /// How many rows the longest of its tables has.
    pub rows: usize,
}

/// Everything of one code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// P01 to P05.
    pub code: &'static Code,
    /// How often it was found.
    pub count: usize,
    /// The first few, masked, and where they stand.
    pub examples: Vec<(String, Spot)>,
}

/// Where in a file something stands.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Spot {
    /// On a page, from 1.
    Page(usize),
    /// On a slide, from 1.
    Slide(usize),
    /// On a line, from 1.
    Line(usize),
    /// In a cell.
    Cell {
        /// The name of the sheet.
        sheet: String,
        /// The name of the cell, such as B5.
        cell: String,
    },
    /// In a part of the document.
    Part(Part),
    /// In a file of an archive; its name.
    Entry(String),
}

/// The parts of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// 正文
    Body,
    /// 页眉或页脚
    Margin,
    /// 脚注或尾注
    Note,
    /// 批注
    Comment,
    /// What a spreadsheet keeps of its tables and drawings without showing it in a cell.
    Beside,
}

/// Why a file, or some of it, could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unread {
    /// An older form: .doc, .xls, .wps, .et.
    Old,
    /// It needs a password.
    Locked,
    /// There is too much in it.
    TooLarge,
    /// It is damaged.
    Damaged,
    /// There are pictures of words in it, and no words.
    NoText,
}

/// A file is read whole, up to this length.
const MOST_BYTES: u64 = 64 << 20;
/// More of one code is not counted.
const MOST_FOUND: usize = 10_000;
/// So many examples are kept of each code.
const EXAMPLES: usize = 3;

/// The endings of files that are looked into.
const ENDINGS: [&str; 16] = [
    "docx", "xlsx", "pptx", "docm", "xlsm", "ofd", "pdf", "doc", "xls", "ppt", "wps", "et", "dps", "csv", "txt", "zip",
];

/// Looks inside the file at `disk`; none where its form holds no words.
pub fn look(disk: &Path, facts: &Facts) -> io::Result<Option<Inside>> {
    let extension = walk::extension(&disk.file_name().unwrap_or_default().to_string_lossy());
    let kind = ENDINGS.iter().find(|known| **known == extension);
    // A file that is not what its name says is told for that.
    let Some(kind) = kind.filter(|kind| facts.size > 0 && facts.form.suits(kind)) else { return Ok(None) };
    let is_plain = ["csv", "txt"].contains(kind);
    match facts.form {
        Form::Compound => return Ok(Some(Inside::unread(Unread::Old))),
        Form::Zip | Form::Pdf => {}
        Form::Other if is_plain => {}
        _ => return Ok(None),
    }
    if facts.size > MOST_BYTES {
        return Ok(Some(Inside::unread(Unread::TooLarge)));
    }
    let mut bytes = Vec::new();
    File::open(disk)?.take(MOST_BYTES).read_to_end(&mut bytes)?;
    Ok(Some(inside(&bytes, facts.form)))
}

/// Whether a file in an archive, called `name`, is looked into.
fn is_looked_into(name: &str) -> bool {
    ENDINGS.contains(&walk::extension(name).as_str())
}

/// What is inside the `bytes` of a file of this form.
fn inside(bytes: &[u8], form: Form) -> Inside {
    let mut look = Look::default();
    let unread = match form {
        Form::Pdf => paper(bytes, &mut look).err(),
        Form::Zip => office::read(bytes, &mut look).err(),
        _ => {
            plain(bytes, &mut look);
            None
        }
    };
    let Look { mut found, rows, .. } = look;
    found.sort_by_key(|found| found.code.id);
    Inside { found, unread, rows }
}

impl Inside {
    fn unread(why: Unread) -> Inside {
        Inside { found: Vec::new(), unread: Some(why), rows: 0 }
    }
}

/// What was seen so far.
#[derive(Default)]
struct Look {
    found: Vec<Found>,
    /// Some documents say everything twice, for readers of two ages.
    seen: BTreeSet<(&'static str, String, Spot)>,
    /// Whether there were any words.
    words: bool,
    rows: usize,
    /// The file of an archive that is looked at.
    entry: Option<String>,
}

impl Look {
    /// Looks through `text`, which stands at `spot`.
    fn text(&mut self, text: &str, spot: impl Fn() -> Spot) {
        self.labelled("", text, spot);
    }

    /// The same of a text with a label beside or above it, which says what its numbers are.
    fn labelled(&mut self, label: &str, text: &str, spot: impl Fn() -> Spot) {
        let is_empty = text.trim().is_empty();
        self.words |= !is_empty;
        if is_empty || self.seen.len() >= MOST_FOUND {
            return;
        }
        let hits = match label {
            "" => personal::find(text),
            label => personal::find(&format!("{label}：{text}")),
        };
        for hit in hits {
            let spot = self.entry.clone().map_or_else(&spot, Spot::Entry);
            if self.seen.insert((hit.code.id, hit.masked.clone(), spot.clone())) {
                self.add(hit.code, hit.masked, spot);
            }
        }
    }

    fn add(&mut self, code: &'static Code, masked: String, spot: Spot) {
        let at = self.found.iter().position(|found| found.code == code).unwrap_or(self.found.len());
        if at == self.found.len() {
            self.found.push(Found { code, count: 0, examples: Vec::new() });
        }
        let found = &mut self.found[at];
        found.count += 1;
        if found.examples.len() < EXAMPLES {
            found.examples.push((masked, spot));
        }
    }
}

fn paper(bytes: &[u8], look: &mut Look) -> Result<(), Unread> {
    let read = text::text(bytes, |page, words| look.text(words, || Spot::Page(page)));
    match read {
        Err(pdf::Unread::Locked) => Err(Unread::Locked),
        Err(pdf::Unread::TooLarge) => Err(Unread::TooLarge),
        Err(pdf::Unread::Damaged) => Err(Unread::Damaged),
        Ok(read) if read.cut => Err(Unread::TooLarge),
        // Signs of fonts without letters, such as those before the items of a list, are few.
        Ok(read) if read.known == 0 || read.unknown > read.known / 10 + 20 => Err(Unread::NoText),
        Ok(_) => Ok(()),
    }
}

fn plain(bytes: &[u8], look: &mut Look) {
    let text = UTF_8.decode_without_bom_handling_and_without_replacement(bytes);
    let text = text.unwrap_or_else(|| GB18030.decode_without_bom_handling(bytes).0);
    for (index, line) in text.lines().enumerate() {
        look.text(line, || Spot::Line(index + 1));
    }
}

#[cfg(test)]
mod tests;
