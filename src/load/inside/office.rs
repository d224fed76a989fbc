//! Documents that are ZIP files of XML parts: OOXML (ECMA-376) and OFD (GB/T 33190).

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use memchr::memmem;
use zip::ZipArchive;
use zip::result::ZipError;

use super::xml::{self, Next};
use super::{Look, Part, Spot, Unread, sheets};
use crate::personal;

/// More entries than this are of no document.
const MOST_ENTRIES: usize = 10_000;
/// All parts together may unpack to this many bytes.
const MOST_UNPACKED: usize = 64 << 20;
/// One part may be so many times as long as it is packed, and a little more. XML of the same words again and again comes
/// to a hundred.
const MOST_RATIO: u64 = 300;
/// Documents and archives may lie in each other this deep.
const DEEPEST: usize = 2;

/// An open document.
pub struct Pack<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    /// The entries by their names.
    names: BTreeMap<String, usize>,
    room: usize,
    /// Why something could not be read.
    fault: Option<Unread>,
}

/// Reads the document in `bytes`.
pub fn read(bytes: &[u8], look: &mut Look) -> Result<(), Unread> {
    nested(bytes, look, MOST_UNPACKED, 0).map(drop)
}

/// Reads a document that may unpack to `room` bytes, and returns what is left of them.
fn nested(bytes: &[u8], look: &mut Look, room: usize, depth: usize) -> Result<usize, Unread> {
    let mut pack = Pack::open(bytes, room)?;
    let words_before = std::mem::take(&mut look.words);
    let names: Vec<String> = pack.names.keys().cloned().collect();
    let of = |folder: &str| names.iter().any(|name| name.starts_with(folder));
    let (is_table, is_known) = (of("xl/"), of("word/") || of("ppt/") || of("xl/") || of("Doc_"));
    if !is_known {
        look.words = true;
        return pack.archive(&names, look, depth);
    }
    if is_table {
        sheets::read(&mut pack, look);
    }
    for name in &names {
        if let Some(spot) = spot(name) {
            let part = pack.part(name);
            words(&part.unwrap_or_default(), look, &spot);
        } else if name.starts_with("xl/pivotCache/") {
            sheets::cache(&pack.part(name).unwrap_or_default(), look);
        } else if name.contains("/embeddings/") && depth < DEEPEST {
            pack.inner(name, look, depth);
        }
    }
    let has_words = std::mem::replace(&mut look.words, true) || is_table;
    look.words |= words_before;
    match pack.fault {
        Some(fault) => Err(fault),
        None if !has_words => Err(Unread::NoText),
        None => Ok(pack.room),
    }
}

impl<'a> Pack<'a> {
    fn open(bytes: &'a [u8], room: usize) -> Result<Pack<'a>, Unread> {
        // Counted before they are listed, since each takes memory.
        if memmem::find_iter(bytes, b"PK\x01\x02").take(MOST_ENTRIES + 1).count() > MOST_ENTRIES {
            return Err(Unread::TooLarge);
        }
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Unread::Damaged)?;
        let raw = archive.file_names_raw().map(|name| String::from_utf8_lossy(name).replace('\\', "/"));
        let names = raw.enumerate().map(|(index, name)| (name.trim_start_matches('/').to_string(), index));
        let names = names.collect();
        Ok(Pack { archive, names, room, fault: None })
    }

    /// The names of all entries.
    pub fn names(&self) -> impl Iterator<Item = &String> {
        self.names.keys()
    }

    /// The text of the part called `name`.
    pub fn part(&mut self, name: &str) -> Option<String> {
        let bytes = self.bytes(name)?;
        Some(String::from_utf8(bytes).unwrap_or_else(|fault| String::from_utf8_lossy(fault.as_bytes()).into_owned()))
    }

    fn bytes(&mut self, name: &str) -> Option<Vec<u8>> {
        let entry = match self.archive.by_index(*self.names.get(name)?) {
            Ok(entry) => entry,
            Err(fault) => {
                let locked = matches!(&fault, ZipError::UnsupportedArchive(why) if *why == ZipError::PASSWORD_REQUIRED);
                self.fault = Some(if locked { Unread::Locked } else { Unread::Damaged });
                return None;
            }
        };
        let limit = (self.room as u64).min(entry.compressed_size().saturating_mul(MOST_RATIO).saturating_add(1 << 20));
        let mut bytes = Vec::new();
        // What came before the damage counts.
        let read = entry.take(limit + 1).read_to_end(&mut bytes);
        self.room = self.room.saturating_sub(bytes.len());
        if bytes.len() as u64 > limit {
            self.fault = Some(Unread::TooLarge);
        } else if read.is_err() {
            self.fault.get_or_insert(Unread::Damaged);
        }
        Some(bytes)
    }

    /// Looks into the files of an archive, of which this program knows only the endings of their names.
    fn archive(mut self, names: &[String], look: &mut Look, depth: usize) -> Result<usize, Unread> {
        let outer = look.entry.take();
        let mut seen = false;
        for name in names.iter().filter(|name| !name.ends_with('/')) {
            if !super::is_looked_into(name) {
                continue;
            }
            seen = true;
            let Some(bytes) = self.bytes(name) else { continue };
            let file = name.rsplit('/').next().unwrap_or(name);
            look.entry = outer.clone().or_else(|| Some(file.chars().take(40).collect()));
            if let Err(fault) = self.file(&bytes, look, depth) {
                self.fault.get_or_insert(fault);
            }
        }
        look.entry = outer;
        match self.fault {
            Some(fault) => Err(fault),
            None if !seen => Err(Unread::NoText),
            None => Ok(self.room),
        }
    }

    /// Looks into one of them, by what it begins with.
    fn file(&mut self, bytes: &[u8], look: &mut Look, depth: usize) -> Result<(), Unread> {
        match bytes {
            [b'P', b'K', ..] if depth >= DEEPEST => Err(Unread::TooLarge),
            [b'P', b'K', ..] => {
                self.room = nested(bytes, look, self.room, depth + 1)?;
                Ok(())
            }
            [0xD0, 0xCF, 0x11, 0xE0, ..] => Err(Unread::Old),
            [b'%', b'P', b'D', b'F', ..] => super::paper(bytes, look),
            _ => {
                super::plain(bytes, look);
                Ok(())
            }
        }
    }

    /// Looks into a document that lies in this one.
    fn inner(&mut self, name: &str, look: &mut Look, depth: usize) {
        let is_document = [".xlsx", ".docx", ".pptx", ".xlsm", ".docm"].iter().any(|ending| name.ends_with(ending));
        let Some(bytes) = (if is_document { self.bytes(name) } else { None }) else { return };
        match nested(&bytes, look, self.room, depth + 1) {
            Ok(room) => self.room = room,
            // A picture of nothing in it is no reason to look.
            Err(Unread::NoText) => {}
            Err(fault) => {
                self.room /= 2;
                self.fault = Some(fault);
            }
        }
    }
}

/// Where the words of the part called `name` stand; none of a part that shows no words.
fn spot(name: &str) -> Option<Spot> {
    let (folder, file) = name.rsplit_once('/')?;
    let file = file.strip_suffix(".xml")?;
    let numbered = |word: &str| file.strip_prefix(word)?.parse::<usize>().ok();
    let part = match folder {
        "word" if file == "document" => Part::Body,
        "word" if file.starts_with("header") || file.starts_with("footer") => Part::Margin,
        "word" if file == "footnotes" || file == "endnotes" => Part::Note,
        "word" if file.starts_with("comments") => Part::Comment,
        "word/charts" | "word/diagrams" | "ppt/charts" | "ppt/diagrams" => Part::Body,
        "xl" if file.starts_with("comments") => Part::Comment,
        "xl/threadedComments" | "ppt/comments" => Part::Comment,
        "xl/drawings" | "xl/externalLinks" | "xl/charts" | "xl/diagrams" => Part::Beside,
        "ppt/slides" => return numbered("slide").map(Spot::Slide),
        "ppt/notesSlides" => return numbered("notesSlide").map(Spot::Slide),
        _ if folder.starts_with("Doc_") && file.eq_ignore_ascii_case("content") => return Some(ofd_page(folder)),
        _ if folder.starts_with("Doc_") && folder.contains("/Annots") => Part::Comment,
        _ => return None,
    };
    Some(Spot::Part(part))
}

/// The pages of OFD are counted from 0 in the names of their folders.
fn ofd_page(folder: &str) -> Spot {
    let number = folder.rsplit_once("Page_").and_then(|(_, number)| number.parse::<usize>().ok());
    number.map_or(Spot::Part(Part::Body), |number| Spot::Page(number.saturating_add(1)))
}

/// Looks through the paragraphs of a part.
fn words(part: &str, look: &mut Look, spot: &Spot) {
    let (mut paragraph, mut label, mut open) = (String::new(), String::new(), false);
    let mut end = |paragraph: &mut String, label: &mut String| {
        if paragraph.is_empty() {
            return;
        }
        look.labelled(label, paragraph, || spot.clone());
        if personal::is_label(paragraph) {
            *label = std::mem::take(paragraph);
        }
        paragraph.clear();
    };
    xml::each(part, |next| match next {
        Next::Words(words) if open => paragraph.push_str(words),
        Next::Words(_) => {}
        Next::Open(element) => match element.name() {
            "t" | "delText" | "instrText" | "v" | "TextCode" => open = true,
            "p" | "TextObject" => end(&mut paragraph, &mut label),
            "tr" => label.clear(),
            "tab" => paragraph.push('\t'),
            "br" | "cr" => paragraph.push('\n'),
            _ => {}
        },
        Next::Close(name) => match name {
            "t" | "delText" | "instrText" => open = false,
            "v" | "TextCode" => {
                open = false;
                paragraph.push('\n');
            }
            "p" => end(&mut paragraph, &mut label),
            "tbl" => label.clear(),
            _ => {}
        },
    });
    end(&mut paragraph, &mut label);
}
