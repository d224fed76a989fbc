//! The words on the pages of a PDF, as far as its fonts tell what their glyphs mean (ISO 32000-2 §9.10).
//!
//! Numbers are looked for in it, so what counts is which glyphs stand together; columns and their order do not. How much
//! is unpacked, and how often a page may call on another stream, is bounded.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::Unread;
use super::content::{Shown, Tokens};
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

fn number(of: &Dict, name: &[u8]) -> Option<u32> {
    of.entries().find(|(key, _)| *key == name)?.1.reference()
}
