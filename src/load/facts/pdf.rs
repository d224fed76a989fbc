//! How many pages a PDF has and how large the first is: the least of PDF (ISO 32000-2 §7) that tells it. What is
//! written on the pages is read by [`text`].
//!
//! Posters come from anywhere, and the readers of PDF we know follow what a file claims: hayro-syntax 0.7.2 overflows
//! the stack on nested arrays, doubles its work at each level of a tree of pages that refers to the next twice, and
//! (0.9.0 too) reads a broken file once for each of its objects and unpacks without end. None of that can be caught.
//! So objects are found by going through the file once ([`objects`]), never by the table at its end, which broken
//! files have wrong; and depth, length and unpacked bytes are bounded.

mod content;
mod fonts;
mod lexer;
mod objects;
pub mod text;

use std::collections::BTreeSet;

use lexer::{Dict, Value};
use objects::Objects;

/// The pages of a PDF.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Paper {
    /// How many.
    pub pages: u32,
    /// Width of the first in millimetres, as it is shown: cut to its trim box, else its crop box, and turned.
    pub width: f64,
    /// Its height.
    pub height: f64,
    /// Whether that is smaller than the sheet, so that bleed and marks are known not to be in it.
    pub trimmed: bool,
}

/// Why a PDF tells nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unread {
    /// It is encrypted, perhaps only against printing.
    Locked,
    /// It is longer than [`MOST_BYTES`].
    TooLarge,
    /// There are no pages in it that can be found.
    Damaged,
}

/// A PDF is read whole, up to this length.
pub const MOST_BYTES: u64 = 64 << 20;
/// More nodes than this in the tree of pages are no poster.
const MOST_NODES: usize = 20_000;

/// What the PDF in `bytes` says of its pages.
pub fn paper(bytes: &[u8]) -> Result<Paper, Unread> {
    let objects = Objects::of(bytes);
    if objects.is_locked() {
        return Err(Unread::Locked);
    }
    pages(&objects).ok_or(Unread::Damaged)
}

/// Boxes and turns that pages inherit from the nodes above them (§7.7.3.4).
#[derive(Clone, Copy, Default)]
struct Inherited {
    media: Option<Rect>,
    crop: Option<Rect>,
    turn: f64,
}

/// Left, bottom, right, top.
type Rect = [f64; 4];

fn pages(objects: &Objects) -> Option<Paper> {
    let root = objects.root()?;
    let mut open = vec![(objects.reference(&root, "Pages")?, Inherited::default())];
    let (mut seen, mut pages, mut first) = (BTreeSet::new(), 0, None);
    while let Some((number, above)) = open.pop() {
        if seen.len() + open.len() >= MOST_NODES {
            return None;
        }
        let Some(Value::Dict(node)) = objects.object(number).filter(|_| seen.insert(number)) else { continue };
        let inherited = Inherited {
            media: rect(objects, &node, "MediaBox").or(above.media),
            crop: rect(objects, &node, "CropBox").or(above.crop),
            turn: objects.number(&node, "Rotate").unwrap_or(above.turn),
        };
        match objects.value(&node, "Kids") {
            Some(Value::Array(kids)) => {
                // The last in is the first out.
                let kids = kids.iter().rev().filter_map(Value::reference);
                open.extend(kids.take(MOST_NODES).map(|kid| (kid, inherited)));
            }
            _ => {
                if pages == 0 {
                    first = size(objects, &node, inherited);
                }
                pages += 1;
            }
        }
    }
    let (width, height, trimmed) = first?;
    Some(Paper { pages, width, height, trimmed })
}

/// Width and height in millimetres, and whether the sheet is larger.
fn size(objects: &Objects, page: &Dict, inherited: Inherited) -> Option<(f64, f64, bool)> {
    let media = inherited.media?;
    let crop = inherited.crop.map(|crop| common(crop, media)).filter(|crop| extent(crop).is_some()).unwrap_or(media);
    let trim = rect(objects, page, "TrimBox").map(|trim| common(trim, media)).filter(|trim| extent(trim).is_some());
    let unit = objects.number(page, "UserUnit").filter(|unit| *unit > 0.0).unwrap_or(1.0) * MM_A_POINT;
    let (width, height) = extent(&trim.unwrap_or(crop))?;
    let sheet = extent(&media)?;
    let (width, height, sheet) = (width * unit, height * unit, (sheet.0 * unit, sheet.1 * unit));
    let trimmed = trim.is_some() && (sheet.0 - width > 1.0 || sheet.1 - height > 1.0);
    let possible = |length: f64| (1.0..=MOST_MM).contains(&length);
    let turned = inherited.turn.rem_euclid(180.0) == 90.0;
    let (width, height) = if turned { (height, width) } else { (width, height) };
    (possible(width) && possible(height)).then_some((width, height, trimmed))
}

const MM_A_POINT: f64 = 25.4 / 72.0;
/// Nobody prints more than a hundred metres.
const MOST_MM: f64 = 100_000.0;

fn rect(objects: &Objects, dict: &Dict, key: &str) -> Option<Rect> {
    let Value::Array(sides) = objects.value(dict, key)? else { return None };
    let mut numbers = sides.iter().map(|side| match objects.resolved(side) {
        Some(Value::Number(number)) => Some(number),
        _ => None,
    });
    let mut next = || numbers.next().flatten();
    let (a, b, c, d) = (next()?, next()?, next()?, next()?);
    Some([a.min(c), b.min(d), a.max(c), b.max(d)])
}

fn common(one: Rect, other: Rect) -> Rect {
    [one[0].max(other[0]), one[1].max(other[1]), one[2].min(other[2]), one[3].min(other[3])]
}

/// Width and height; none where there is nothing between the sides.
fn extent([left, bottom, right, top]: &Rect) -> Option<(f64, f64)> {
    (right > left && top > bottom).then_some((right - left, top - bottom))
}

#[cfg(test)]
mod tests;
