//! What the glyphs of a font of a PDF mean and how wide they are (ISO 32000-2 §9.6–9.10): by its table to Unicode, by
//! one of the Chinese encodings, or by the names of its glyphs.

use std::collections::BTreeMap;

use encoding_rs::GB18030;

use super::lexer::{Dict, Value, is_space};
use super::objects::Objects;

/// How the bytes of a string are read.
#[derive(Debug)]
enum Codes {
    /// One byte a glyph, with what the bytes mean that do not mean themselves; none of them where nobody knows.
    Bytes(Option<BTreeMap<u8, Option<String>>>),
    /// Two bytes a glyph, which nobody knows.
    Pairs,
    /// Two bytes a glyph, in UTF-16.
    Utf16,
    /// The Chinese encoding of the People's Republic.
    Gb,
    /// A table, and how many bytes a glyph has.
    Table(Table, usize),
}

/// A font.
#[derive(Debug)]
pub struct Font {
    codes: Codes,
    widths: BTreeMap<u32, f64>,
    /// The width of all others.
    width: f64,
}

/// More widths than this are of no font.
const MOST_WIDTHS: usize = 70_000;

impl Font {
    /// The font whose object is called `number`. Its tables may unpack to `room` bytes.
    pub fn of(objects: &Objects, number: u32, room: &mut usize) -> Font {
        let unknown = Font { codes: Codes::Bytes(None), widths: BTreeMap::new(), width: 0.5 };
        let Some(Value::Dict(font)) = objects.object(number) else { return unknown };
        let table = objects.reference(&font, "ToUnicode").and_then(|number| objects.content(number, *room));
        let table = table.map(|(_, bytes)| {
            *room -= bytes.len().min(*room);
            Table::of(&bytes)
        });
        let is_composite = font.is("Subtype", "Type0");
        let (widths, width) = if is_composite { composite(objects, &font) } else { (simple(objects, &font), 0.5) };
        let codes = match table.filter(|table| !table.is_empty()) {
            Some(table) => {
                let bytes = table.bytes.unwrap_or(if is_composite { 2 } else { 1 });
                Codes::Table(table, if is_composite { bytes } else { 1 })
            }
            None if is_composite => encoded(objects, &font),
            None => Codes::Bytes(named(objects, &font)),
        };
        Font { codes, widths, width }
    }

    /// Gives what each glyph of a string means, if that is known, and its width in ems.
    pub fn glyphs(&self, bytes: &[u8], mut each: impl FnMut(Option<&str>, f64)) {
        let width = |code: u32| self.widths.get(&code).copied().unwrap_or(self.width);
        let mut letters = [0; 4];
        match &self.codes {
            Codes::Bytes(known) => {
                for byte in bytes {
                    let meant = match known.as_ref().map(|known| known.get(byte)) {
                        Some(Some(meant)) => meant.as_deref(),
                        Some(None) if byte.is_ascii_graphic() || *byte == b' ' => {
                            Some(&*char::from(*byte).encode_utf8(&mut letters))
                        }
                        // A letter of another alphabet, or a typographic sign.
                        Some(None) => Some(SIGN),
                        None => None,
                    };
                    each(meant, width(u32::from(*byte)));
                }
            }
            Codes::Pairs => bytes.chunks(2).for_each(|pair| each(None, width(code(pair)))),
            Codes::Utf16 => {
                for unit in char::decode_utf16(bytes.chunks(2).map(|pair| code(pair) as u16)) {
                    let c = unit.unwrap_or('\u{fffd}');
                    each(Some(c.encode_utf8(&mut letters)), wide(c));
                }
            }
            Codes::Gb => {
                for c in GB18030.decode_without_bom_handling(bytes).0.chars() {
                    each(Some(c.encode_utf8(&mut letters)), wide(c));
                }
            }
            Codes::Table(table, size) => {
                for part in bytes.chunks(*size) {
                    each(table.meant(code(part), &mut letters), width(code(part)));
                }
            }
        }
    }
}

/// Stands for a sign that is no digit.
const SIGN: &str = "\u{b7}";

/// The bytes of a glyph as a number.
fn code(bytes: &[u8]) -> u32 {
    bytes.iter().take(4).fold(0, |code, byte| code << 8 | u32::from(*byte))
}

fn wide(c: char) -> f64 {
    if c.is_ascii() { 0.5 } else { 1.0 }
}

/// The widths of a font of one byte a glyph.
fn simple(objects: &Objects, font: &Dict) -> BTreeMap<u32, f64> {
    let first = objects.number(font, "FirstChar").filter(|first| (0.0..256.0).contains(first)).unwrap_or(0.0) as u32;
    let Some(Value::Array(widths)) = objects.value(font, "Widths") else { return BTreeMap::new() };
    let widths = (first..).zip(widths).take(256).map(|(code, width)| (code, number(objects, &width)));
    widths.filter_map(|(code, width)| Some((code, width? / 1000.0))).collect()
}

fn number(objects: &Objects, value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => Some(*number),
        Value::Reference(at) => match objects.object(*at)? {
            Value::Number(number) => Some(number),
            _ => None,
        },
        _ => None,
    }
}

/// The font below one of two bytes a glyph.
fn descendant<'o>(objects: &'o Objects, font: &Dict<'o>) -> Option<Dict<'o>> {
    let Value::Array(fonts) = objects.resolved(&font.get("DescendantFonts")?.clone())? else { return None };
    match objects.resolved(&fonts.first()?.clone())? {
        Value::Dict(dict) => Some(dict),
        _ => None,
    }
}

/// The widths of a font of two bytes a glyph (§9.7.4.3), and that of all others.
fn composite(objects: &Objects, font: &Dict) -> (BTreeMap<u32, f64>, f64) {
    let mut known = BTreeMap::new();
    let Some(below) = descendant(objects, font) else { return (known, 1.0) };
    let width = objects.number(&below, "DW").unwrap_or(1000.0) / 1000.0;
    let Some(Value::Array(list)) = objects.value(&below, "W") else { return (known, width) };
    let (mut list, mut put) = (list.iter(), 0);
    while let (Some(Value::Number(first)), Some(second)) = (list.next(), list.next()) {
        let first = first.clamp(0.0, 65_535.0) as u32;
        match second {
            Value::Array(widths) => {
                let each =
                    (first..).zip(widths).filter_map(|(code, width)| Some((code, number(objects, width)? / 1000.0)));
                known.extend(each);
                put += widths.len();
            }
            Value::Number(last) => {
                let width = list.next().and_then(|width| number(objects, width)).unwrap_or(1000.0) / 1000.0;
                let last = last.clamp(0.0, 65_535.0) as u32;
                known.extend((first..=last).map(|code| (code, width)));
                put += (first..=last).count();
            }
            _ => break,
        }
        if put > MOST_WIDTHS {
            break;
        }
    }
    (known, width)
}

/// How a font of two bytes a glyph is read that has no table: by the name of its encoding.
fn encoded(objects: &Objects, font: &Dict) -> Codes {
    let Some(Value::Name(name)) = objects.value(font, "Encoding") else { return Codes::Pairs };
    match &*name {
        name if name.starts_with(b"UniGB-U") || name.starts_with(b"UniCNS-U") => Codes::Utf16,
        name if name.starts_with(b"GB") => Codes::Gb,
        _ => Codes::Pairs,
    }
}

/// What bytes mean that do not mean themselves; none where the font has signs of its own.
fn named(objects: &Objects, font: &Dict) -> Option<BTreeMap<u8, Option<String>>> {
    let mut known = BTreeMap::new();
    match objects.value(font, "Encoding") {
        Some(Value::Name(_)) => {}
        Some(Value::Dict(encoding)) => {
            let Some(Value::Array(differences)) = objects.value(&encoding, "Differences") else { return Some(known) };
            let mut at = 0u32;
            for value in &differences {
                match value {
                    Value::Number(number) => at = number.clamp(0.0, 256.0) as u32,
                    Value::Name(name) => {
                        if let Ok(byte) = u8::try_from(at) {
                            known.insert(byte, meaning(name));
                        }
                        at += 1;
                    }
                    _ => {}
                }
            }
        }
        _ => {
            let flags = match objects.value(font, "FontDescriptor") {
                Some(Value::Dict(descriptor)) => objects.number(&descriptor, "Flags").unwrap_or(0.0) as u32,
                _ => 0,
            };
            if flags & 4 != 0 || font.is("Subtype", "Type3") {
                return None;
            }
        }
    }
    Some(known)
}

/// What a glyph of this name means.
fn meaning(name: &[u8]) -> Option<String> {
    const NAMES: [(&str, char); 19] = [
        ("zero", '0'),
        ("one", '1'),
        ("two", '2'),
        ("three", '3'),
        ("four", '4'),
        ("five", '5'),
        ("six", '6'),
        ("seven", '7'),
        ("eight", '8'),
        ("nine", '9'),
        ("space", ' '),
        ("hyphen", '-'),
        ("minus", '-'),
        ("period", '.'),
        ("at", '@'),
        ("colon", ':'),
        ("slash", '/'),
        ("asterisk", '*'),
        ("comma", ','),
    ];
    let name = std::str::from_utf8(name).ok()?;
    let known = NAMES.iter().find(|(known, _)| *known == name).map(|(_, c)| *c);
    let letter = || name.chars().next().filter(|c| name.len() == 1 && c.is_ascii_alphabetic());
    let coded = || char::from_u32(u32::from_str_radix(name.strip_prefix("uni")?.get(..4)?, 16).ok()?);
    // Accents and ligatures mean no digit.
    let other = || (name.len() > 1 && name.bytes().all(|byte| byte.is_ascii_lowercase())).then_some('\u{b7}');
    Some(known.or_else(letter).or_else(coded).or_else(other)?.to_string())
}

/// The bytes of hexadecimal digits.
pub fn unhexed(digits: &[u8]) -> Vec<u8> {
    let values: Vec<u8> =
        digits.iter().filter_map(|digit| char::from(*digit).to_digit(16)).map(|value| value as u8).collect();
    values.chunks(2).map(|pair| pair[0] << 4 | pair.get(1).copied().unwrap_or(0)).collect()
}

/// From codes to Unicode (§9.10.3).
#[derive(Debug, Default)]
struct Table {
    /// How many bytes a code has, where that is said.
    bytes: Option<usize>,
    single: BTreeMap<u32, String>,
    /// By the first code: the last one, and what the first means.
    ranges: BTreeMap<u32, (u32, u32)>,
}

/// More codes than this are of no font.
const MOST_CODES: usize = 200_000;

enum Word<'a> {
    Hex(Vec<u8>),
    Open,
    Close,
    Other(&'a [u8]),
}

impl Table {
    fn of(bytes: &[u8]) -> Table {
        let mut table = Table::default();
        let mut codes: Vec<Vec<u8>> = Vec::new();
        let mut list: Option<Vec<Vec<u8>>> = None;
        for word in words(bytes).take(MOST_CODES) {
            match word {
                Word::Hex(code) => match &mut list {
                    Some(list) => list.push(code),
                    None => codes.push(code),
                },
                Word::Open => list = Some(Vec::new()),
                Word::Close => {
                    let (Some(list), Some(_), Some(first)) = (list.take(), codes.pop(), codes.pop()) else { continue };
                    table.single.extend((code(&first)..).zip(list.iter().map(|text| utf16(text))));
                }
                Word::Other(b"endcodespacerange") => {
                    table.bytes = codes.first().map(|code| code.len().clamp(1, 4));
                    codes.clear();
                }
                Word::Other(b"endbfchar") => {
                    table.single.extend(codes.chunks_exact(2).map(|pair| (code(&pair[0]), utf16(&pair[1]))));
                    codes.clear();
                }
                Word::Other(b"endbfrange") => {
                    table.range(&codes);
                    codes.clear();
                }
                Word::Other(name) if name.starts_with(b"begin") => codes.clear(),
                Word::Other(_) => {}
            }
        }
        table
    }

    fn range(&mut self, codes: &[Vec<u8>]) {
        for triple in codes.chunks_exact(3) {
            let meant = utf16(&triple[2]).chars().next().map_or(0, u32::from);
            self.ranges.insert(code(&triple[0]), (code(&triple[1]), meant));
        }
    }

    fn is_empty(&self) -> bool {
        self.single.is_empty() && self.ranges.is_empty()
    }

    fn meant<'s>(&'s self, code: u32, letters: &'s mut [u8; 4]) -> Option<&'s str> {
        if let Some(text) = self.single.get(&code) {
            return Some(text);
        }
        let (first, (last, meant)) = self.ranges.range(..=code).next_back()?;
        let meant = if code <= *last { meant.checked_add(code - first) } else { None };
        Some(char::from_u32(meant?)?.encode_utf8(letters))
    }
}

fn utf16(bytes: &[u8]) -> String {
    let units = bytes.chunks(2).map(|pair| code(pair) as u16);
    char::decode_utf16(units).map(|unit| unit.unwrap_or('\u{fffd}')).take(3).collect()
}

/// The words of a table.
fn words(bytes: &[u8]) -> impl Iterator<Item = Word<'_>> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        while rest.first().is_some_and(|byte| is_space(*byte)) {
            rest = &rest[1..];
        }
        let first = *rest.first()?;
        let until = |stop: &dyn Fn(u8) -> bool| {
            rest.iter().skip(1).position(|byte| stop(*byte)).map_or(rest.len(), |at| at + 1)
        };
        let (length, word) = match first {
            b'<' if rest.get(1) != Some(&b'<') => {
                let end = until(&|byte| byte == b'>');
                ((end + 1).min(rest.len()), Word::Hex(unhexed(&rest[1..end])))
            }
            b'[' => (1, Word::Open),
            b']' => (1, Word::Close),
            _ => {
                let end = until(&|byte| is_space(byte) || b"<>[]".contains(&byte));
                (end, Word::Other(&rest[..end]))
            }
        };
        rest = &rest[length..];
        Some(word)
    })
}
