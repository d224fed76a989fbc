//! The words on the pages of a PDF, as far as its fonts tell what their glyphs mean (ISO 32000-2 §9.10), and those of
//! its notes and of the fields of its forms (§12.5, §12.7).
//!
//! Numbers are looked for in it, so what counts is which glyphs stand together; columns and their order do not. How much
//! is unpacked, and how often a page may call on another stream, is bounded.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};

use super::Unread;
use super::content::{self, Shown, Tokens};
use super::fonts::Font;
use super::lexer::{Dict, Value};
use super::objects::Objects;

/// How much of the words could be read.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Read {
    /// Characters that are known.
    pub known: usize,
    /// Glyphs of which the file does not tell what they mean.
    pub unknown: usize,
    /// Whether something was left out because there was too much.
    pub cut: bool,
}

/// All streams of the pages together may unpack to this many bytes.
const MOST_CONTENT: usize = 32 << 20;
/// More pages than this are not looked at.
const MOST_PAGES: usize = 5_000;
/// Drawings may lie in each other this deep.
const DEEPEST: usize = 4;
/// Drawings may be called on this often.
const MOST_CALLS: usize = 20_000;

/// Gives the words of each page of the PDF in `bytes`, with its number from 1.
pub fn text(bytes: &[u8], mut page: impl FnMut(usize, &str)) -> Result<Read, Unread> {
    let objects = Objects::of(bytes);
    if objects.is_locked() {
        return Err(Unread::Locked);
    }
    let pages = pages(&objects).filter(|pages| !pages.is_empty()).ok_or(Unread::Damaged)?;
    let mut reading = Reading {
        objects: &objects,
        fonts: BTreeMap::new(),
        room: MOST_CONTENT,
        calls: MOST_CALLS,
        read: Read::default(),
    };
    reading.read.cut = pages.len() >= MOST_PAGES;
    for (index, (dict, resources)) in pages.iter().enumerate() {
        let mut content = Vec::new();
        for number in streams(&objects, dict) {
            reading.unpack(number, &mut content);
        }
        let mut shown = Shown::default();
        reading.go(&content, resources, &mut shown, 0);
        page(index + 1, &shown.text);
        for words in reading.notes(dict) {
            page(index + 1, &words);
        }
    }
    Ok(reading.read)
}

type Resources<'a> = Option<Dict<'a>>;

/// The pages in order, each with its resources, which may be inherited.
fn pages<'o>(objects: &'o Objects) -> Option<Vec<(Dict<'o>, Resources<'o>)>> {
    let root = objects.root()?;
    let mut open = vec![(objects.reference(&root, "Pages")?, None)];
    let (mut seen, mut pages) = (BTreeSet::new(), Vec::new());
    while let Some((number, above)) = open.pop() {
        if pages.len() >= MOST_PAGES || seen.len() + open.len() >= super::MOST_NODES {
            break;
        }
        let Some(Value::Dict(node)) = objects.object(number).filter(|_| seen.insert(number)) else { continue };
        let resources = dict(objects, &node, "Resources").or(above);
        match objects.value(&node, "Kids") {
            Some(Value::Array(kids)) => {
                let kids = kids.iter().rev().filter_map(Value::reference).take(super::MOST_NODES);
                open.extend(kids.map(|kid| (kid, resources.clone())));
            }
            _ => pages.push((node, resources)),
        }
    }
    Some(pages)
}

fn dict<'o>(objects: &'o Objects, of: &Dict<'o>, key: &str) -> Option<Dict<'o>> {
    match objects.resolved(&of.get(key)?.clone())? {
        Value::Dict(dict) => Some(dict),
        _ => None,
    }
}

/// The numbers of the streams of a page.
fn streams(objects: &Objects, page: &Dict) -> Vec<u32> {
    match page.get("Contents") {
        Some(Value::Reference(number)) => match objects.object(*number) {
            Some(Value::Array(parts)) => parts.iter().filter_map(Value::reference).collect(),
            _ => vec![*number],
        },
        Some(Value::Array(parts)) => parts.iter().filter_map(Value::reference).collect(),
        _ => Vec::new(),
    }
}

struct Reading<'o> {
    objects: &'o Objects<'o>,
    /// Fonts by the numbers of their objects.
    fonts: BTreeMap<u32, Rc<Font>>,
    room: usize,
    calls: usize,
    read: Read,
}

impl<'o> Reading<'o> {
    /// Adds the bytes of the stream `number` to `content`.
    fn unpack(&mut self, number: u32, content: &mut Vec<u8>) -> Option<Dict<'o>> {
        match self.objects.content(number, self.room) {
            Some((dict, bytes)) => {
                self.room -= bytes.len().min(self.room);
                self.read.cut |= self.room == 0;
                content.extend(bytes);
                content.push(b'\n');
                Some(dict)
            }
            None => {
                // Packed in a way that is not known: somebody has to look.
                self.read.unknown += 1;
                None
            }
        }
    }

    /// Goes through the operators of a page, or of a drawing on it.
    fn go(&mut self, content: &[u8], resources: &Resources<'o>, shown: &mut Shown, depth: usize) {
        let named = resources.as_ref().and_then(|of| dict(self.objects, of, "Font"));
        let drawings = resources.as_ref().and_then(|of| dict(self.objects, of, "XObject"));
        let mut tokens = Tokens::new(content);
        while let Some(operator) = tokens.operator() {
            match operator {
                b"Tf" => {
                    let reference = named.as_ref().and_then(|fonts| number(fonts, tokens.name()?));
                    let font = reference.map(|number| self.font(number));
                    shown.font(font, tokens.number(0));
                }
                b"Do" => {
                    let drawing = drawings.as_ref().and_then(|known| number(known, tokens.name()?));
                    if let Some(drawing) = drawing.filter(|_| depth < DEEPEST && self.calls > 0) {
                        self.calls -= 1;
                        self.draw(drawing, resources, shown, depth);
                    }
                }
                operator => shown.apply(operator, &tokens, &mut self.read),
            }
            tokens.clear();
        }
    }

    fn draw(&mut self, number: u32, above: &Resources<'o>, shown: &mut Shown, depth: usize) {
        let is_form = matches!(self.objects.object(number), Some(Value::Dict(dict)) if dict.is("Subtype", "Form"));
        let mut content = Vec::new();
        if !is_form {
            return;
        }
        if let Some(form) = self.unpack(number, &mut content) {
            let own = dict(self.objects, &form, "Resources").or_else(|| above.clone());
            shown.save();
            self.go(&content, &own, shown, depth + 1);
            shown.restore();
        }
    }

    /// What was written into notes and fields on a page, and what they show.
    fn notes(&mut self, page: &Dict<'o>) -> Vec<String> {
        let Some(Value::Array(notes)) = self.objects.value(page, "Annots") else { return Vec::new() };
        let mut words = Vec::new();
        for note in &notes {
            if self.calls == 0 {
                self.read.cut = true;
                break;
            }
            self.calls -= 1;
            let Some(Value::Dict(note)) = self.objects.resolved(note) else { continue };
            let written = [self.inherited(&note, "V"), self.objects.value(&note, "Contents")];
            for raw in written.into_iter().flatten() {
                if let Value::Text(raw) = raw {
                    words.push(decoded(&content::string(raw)));
                }
            }
            let look = dict(self.objects, &note, "AP").and_then(|looks| self.objects.reference(&looks, "N"));
            if let Some(look) = look {
                let mut shown = Shown::default();
                self.draw(look, &None, &mut shown, 0);
                words.push(shown.text);
            }
        }
        self.read.known += words.iter().map(|words| words.chars().count()).sum::<usize>();
        words
    }

    /// A value of a field, or of the field it belongs to.
    fn inherited(&self, field: &Dict<'o>, key: &str) -> Option<Value<'o>> {
        let mut field = field.clone();
        for _ in 0..DEEPEST {
            match self.objects.value(&field, key) {
                None => field = dict(self.objects, &field, "Parent")?,
                value => return value,
            }
        }
        None
    }

    fn font(&mut self, number: u32) -> Rc<Font> {
        if let Some(font) = self.fonts.get(&number) {
            return font.clone();
        }
        let mut room = self.room;
        let font = Rc::new(Font::of(self.objects, number, &mut room));
        self.room = room;
        self.fonts.insert(number, font.clone());
        font
    }
}

/// The words of a string outside of pages (§7.9.2.2); what is not marked as Unicode was written by a Chinese program.
fn decoded(bytes: &[u8]) -> String {
    match bytes {
        [0xFE, 0xFF, rest @ ..] => UTF_16BE.decode_without_bom_handling(rest).0.into_owned(),
        [0xFF, 0xFE, rest @ ..] => UTF_16LE.decode_without_bom_handling(rest).0.into_owned(),
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8_lossy(rest).into_owned(),
        _ => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_string(),
            Err(_) => GB18030.decode_without_bom_handling(bytes).0.into_owned(),
        },
    }
}

fn number(of: &Dict, name: &[u8]) -> Option<u32> {
    of.entries().find(|(key, _)| *key == name)?.1.reference()
}
