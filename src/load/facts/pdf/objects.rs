//! Where the objects of a PDF stand. The file is gone through once, from `1 0 obj` to the next: what comes later in it
//! replaces what came before, as it does when a file is changed by adding to its end (ISO 32000-2 §7.5.6).

use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::Read;

use flate2::read::ZlibDecoder;
use memchr::memmem;
use weezl::BitOrder;
use weezl::LzwStatus;
use weezl::decode::Decoder;

use super::lexer::{Dict, Lexer, Value, is_space};

/// The objects of one file.
pub struct Objects<'a> {
    bytes: &'a [u8],
    /// Unpacked streams that hold objects (§7.5.7).
    packs: Vec<Vec<u8>>,
    spots: BTreeMap<u32, Spot>,
    trailer: Trailer,
    /// How many bytes may still be read as objects: references can lead to the same place again and again.
    left: Cell<usize>,
}

/// In which pack, if in one, and at which byte an object begins.
#[derive(Debug, Clone, Copy)]
struct Spot {
    pack: Option<usize>,
    at: usize,
}

/// What the last trailer that names a root says.
#[derive(Debug, Default)]
struct Trailer {
    at: usize,
    root: Option<u32>,
    locked: bool,
}

/// More objects than this are no poster.
const MOST_OBJECTS: usize = 1_000_000;
/// All packs together may unpack to this many bytes.
const MOST_UNPACKED: usize = 64 << 20;
/// This many bytes may be read as objects, once all are found.
const MOST_READ: usize = 128 << 20;
/// References may lead to references this often.
const MOST_HOPS: usize = 8;

const FLATE: &[u8] = b"FlateDecode";
const LZW: &[u8] = b"LZWDecode";
const LETTERS: &[u8] = b"ASCII85Decode";

impl<'a> Objects<'a> {
    /// The objects of the file in `bytes`.
    pub fn of(bytes: &'a [u8]) -> Objects<'a> {
        let mut objects = Objects {
            bytes,
            packs: Vec::new(),
            spots: BTreeMap::new(),
            trailer: Trailer::default(),
            left: Cell::new(MOST_READ),
        };
        let mut at = 0;
        while let Some(found) = memmem::find(&bytes[at..], b"obj") {
            let keyword = at + found;
            at = keyword + 3;
            if let Some(number) = number_before(&bytes[..keyword]) {
                // Never back, so that a file of broken objects is gone through once as well.
                at = objects.add(number, at).max(at).min(bytes.len());
            }
        }
        let words = memmem::rfind_iter(bytes, b"trailer").take(32);
        for at in words {
            if let Some(Value::Dict(dict)) = Lexer::new(bytes, at + 7).value() {
                objects.note(&dict, at);
            }
        }
        objects
    }

    /// Whether the file is encrypted.
    pub fn is_locked(&self) -> bool {
        self.trailer.locked
    }

    /// The dictionary from which everything can be reached.
    pub fn root(&self) -> Option<Dict<'_>> {
        match self.object(self.trailer.root?)? {
            Value::Dict(dict) => Some(dict),
            _ => None,
        }
    }

    /// The object called `number`.
    pub fn object(&self, number: u32) -> Option<Value<'_>> {
        let spot = self.spots.get(&number)?;
        let bytes = match spot.pack {
            Some(pack) => self.packs.get(pack)?,
            None => self.bytes,
        };
        let mut lexer = Lexer::new(bytes, spot.at);
        let value = lexer.value();
        self.left.set(self.left.get().checked_sub(lexer.at - spot.at)?);
        value
    }

    /// What `value` stands for.
    pub fn resolved<'s>(&'s self, value: &Value<'s>) -> Option<Value<'s>> {
        let mut value = value.clone();
        for _ in 0..MOST_HOPS {
            match value {
                Value::Reference(number) => value = self.object(number)?,
                _ => return Some(value),
            }
        }
        None
    }

    /// What `key` of `dict` stands for.
    pub fn value<'s>(&'s self, dict: &Dict<'s>, key: &str) -> Option<Value<'s>> {
        self.resolved(dict.get(key)?)
    }

    /// The number `key` of `dict` stands for.
    pub fn number(&self, dict: &Dict, key: &str) -> Option<f64> {
        match self.resolved(dict.get(key)?)? {
            Value::Number(number) => Some(number),
            _ => None,
        }
    }

    /// The object that `key` of `dict` refers to.
    pub fn reference(&self, dict: &Dict, key: &str) -> Option<u32> {
        dict.get(key)?.reference()
    }

    /// The unpacked bytes of the stream called `number`, at most `room` of them, and its dictionary; none where it is
    /// packed in a way that is not known.
    pub fn content(&self, number: u32, room: usize) -> Option<(Dict<'_>, Vec<u8>)> {
        let spot = self.spots.get(&number).filter(|spot| spot.pack.is_none())?;
        let mut lexer = Lexer::new(self.bytes, spot.at);
        let Value::Dict(dict) = lexer.value().filter(|_| lexer.word(b"stream"))? else { return None };
        let start = begin(self.bytes, lexer.at);
        let said = self.number(&dict, "Length").filter(|length| (0.0..1e9).contains(length));
        let said = said.map(|length| start + length as usize).filter(|end| ends(self.bytes, *end));
        let rest = self.bytes.get(start..)?;
        // What others packed in vain is gone through once for each that asks for it.
        let end = said.or_else(|| Some(start + memmem::find(&rest[..rest.len().min(self.left.get())], b"endstream")?));
        self.left.set(self.left.get().checked_sub(end? - spot.at)?);
        let bytes = unpacked(&dict, self.bytes.get(start..end?)?, room)?;
        Some((dict, bytes))
    }

    /// Takes in the object whose value begins at `at`, and returns where it ends.
    fn add(&mut self, number: u32, at: usize) -> usize {
        let bytes = self.bytes;
        let mut lexer = Lexer::new(bytes, at);
        let value = lexer.value();
        if self.spots.len() < MOST_OBJECTS && value.is_some() {
            self.spots.insert(number, Spot { pack: None, at });
        }
        match value {
            Some(Value::Dict(dict)) if lexer.word(b"stream") => self.stream(&dict, number, lexer.at),
            _ => lexer.at,
        }
    }

    /// Looks into a stream whose keyword ends at `at`, and returns where it ends.
    fn stream(&mut self, dict: &Dict<'a>, number: u32, at: usize) -> usize {
        let bytes = self.bytes;
        let start = begin(bytes, at);
        let said = dict.size("Length").map(|length| start + length).filter(|end| ends(bytes, *end));
        let end = said.or_else(|| Some(start + memmem::find(bytes.get(start..)?, b"endstream")?));
        let end = end.unwrap_or(bytes.len());
        if dict.is("Type", "XRef") {
            self.note(dict, at);
        } else if dict.is("Type", "ObjStm")
            && let Some(pack) = unpacked(dict, &bytes[start.min(end)..end], self.room())
        {
            self.spots.remove(&number);
            self.unpack(dict, pack);
        }
        end
    }

    /// How many more bytes may be unpacked.
    fn room(&self) -> usize {
        MOST_UNPACKED.saturating_sub(self.packs.iter().map(Vec::len).sum())
    }

    fn unpack(&mut self, dict: &Dict, pack: Vec<u8>) {
        let (Some(count), Some(first)) = (dict.size("N"), dict.size("First")) else { return };
        let mut head = Lexer::new(&pack, 0);
        for _ in 0..count.min(MOST_OBJECTS.saturating_sub(self.spots.len())) {
            let (Some(Value::Number(number)), Some(Value::Number(offset))) = (head.value(), head.value()) else {
                break;
            };
            self.spots.insert(
                number as u32,
                Spot { pack: Some(self.packs.len()), at: first.saturating_add(offset as usize) },
            );
        }
        self.packs.push(pack);
    }

    /// Remembers the trailer `dict` at `at`, if it is the last so far that names a root.
    fn note(&mut self, dict: &Dict, at: usize) {
        let root = dict.get("Root").and_then(Value::reference);
        if root.is_some() && at >= self.trailer.at {
            self.trailer = Trailer { at, root, locked: dict.get("Encrypt").is_some() };
        }
    }
}

/// Where the bytes of a stream begin whose keyword ends at `at`.
fn begin(bytes: &[u8], at: usize) -> usize {
    let rest = bytes.get(at..).unwrap_or_default();
    at + if rest.starts_with(b"\r\n") { 2 } else { usize::from(rest.starts_with(b"\n")) }
}

/// Whether a stream can end at `end`: the word for it follows.
fn ends(bytes: &[u8], end: usize) -> bool {
    bytes.get(end..).is_some_and(|_| Lexer::new(bytes, end).word(b"endstream"))
}

/// The bytes of a stream, at most `room` of them: packed by Flate or LZW, perhaps written in letters besides, or not at all.
fn unpacked(dict: &Dict, packed: &[u8], room: usize) -> Option<Vec<u8>> {
    let filters: Vec<&[u8]> = match dict.get("Filter") {
        None => Vec::new(),
        Some(Value::Name(name)) => vec![name],
        Some(Value::Array(filters)) => filters
            .iter()
            .map(|filter| match filter {
                Value::Name(name) => Some(&**name),
                _ => None,
            })
            .collect::<Option<_>>()?,
        Some(_) => return None,
    };
    let letters;
    let (filters, packed) = match filters.as_slice() {
        [first, rest @ ..] if *first == LETTERS => {
            letters = unlettered(packed);
            (rest, letters.as_slice())
        }
        all => (all, packed),
    };
    let mut bytes = Vec::new();
    // What came before the damage of a broken stream counts.
    let _ = match filters {
        [] => packed.take(room as u64).read_to_end(&mut bytes),
        [FLATE] => ZlibDecoder::new(packed).take(room as u64).read_to_end(&mut bytes),
        [LZW] => {
            unpack_lzw(dict, packed, room, &mut bytes);
            Ok(bytes.len())
        }
        _ => return None,
    };
    Some(bytes)
}

/// Adds to `bytes` what was packed by LZW (§7.4.4.2), whose codes grow one early unless the dictionary says otherwise.
fn unpack_lzw(dict: &Dict, mut packed: &[u8], room: usize, bytes: &mut Vec<u8>) {
    let is_late = matches!(dict.get("DecodeParms"), Some(Value::Dict(how)) if how.size("EarlyChange") == Some(0));
    let mut decoder = match is_late {
        true => Decoder::new(BitOrder::Msb, 8),
        false => Decoder::with_tiff_size_switch(BitOrder::Msb, 8),
    };
    let mut part = [0; 8 << 10];
    while bytes.len() < room {
        let done = decoder.decode_bytes(packed, &mut part);
        bytes.extend(&part[..done.consumed_out.min(room - bytes.len())]);
        packed = &packed[done.consumed_in..];
        match done.status {
            Ok(LzwStatus::Ok) if done.consumed_in + done.consumed_out > 0 => {}
            _ => return,
        }
    }
}

/// The bytes that are written in letters (§7.4.3): five of them stand for four bytes.
fn unlettered(letters: &[u8]) -> Vec<u8> {
    let (mut bytes, mut group) = (Vec::new(), Vec::new());
    for letter in letters.iter().take_while(|letter| **letter != b'~') {
        match letter {
            b'z' if group.is_empty() => bytes.extend([0; 4]),
            b'!'..=b'u' => group.push(letter - b'!'),
            _ => {}
        }
        if group.len() == 5 {
            bytes.extend(quad(&group));
            group.clear();
        }
    }
    if group.len() > 1 {
        let count = group.len() - 1;
        group.resize(5, 84);
        bytes.extend(&quad(&group)[..count]);
    }
    bytes
}

fn quad(group: &[u8]) -> [u8; 4] {
    group.iter().fold(0u32, |value, digit| value.wrapping_mul(85).wrapping_add(u32::from(*digit))).to_be_bytes()
}

/// The object number in `12 0 ` at the end of `before`.
fn number_before(before: &[u8]) -> Option<u32> {
    let tail = &before[before.len().saturating_sub(32)..];
    let mut words = tail.rsplit(|byte| is_space(*byte)).filter(|word| !word.is_empty());
    let (generation, number) = (words.next()?, words.next()?);
    let digits = |word: &[u8]| std::str::from_utf8(word).ok()?.parse::<u32>().ok();
    // The byte before the number need not be a space where an object follows another closely.
    let from = number.iter().rposition(|byte| !byte.is_ascii_digit()).map_or(0, |at| at + 1);
    digits(generation)?;
    digits(&number[from..])
}
