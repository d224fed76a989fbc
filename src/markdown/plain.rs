//! A body without marks: for the search index, the length of a page, and the summary under its title.

use super::chars::{is_ambiguous, is_han, is_wide};
use super::pieces::{Element, Piece};
use super::{Heading, Link};

/// The most characters a summary has.
const SUMMARY: usize = 120;
/// How many characters are given up for a pause.
const PAUSE: usize = 30;

/// A body without marks, in the order of its text.
enum Part<'t> {
    Text(&'t str),
    /// Between what stands in one line.
    Space,
    /// Of one line or more than one.
    EndOfLine,
}

/// Writes the text of `pieces` to `out`, one line a block.
pub(super) fn write(out: &mut String, pieces: &[Piece], links: &[Link]) {
    parts(pieces, links, &mut |part| match part {
        Part::Text(text) => out.push_str(text),
        Part::Space => out.push(' '),
        Part::EndOfLine => {
            out.truncate(out.trim_end_matches(' ').len());
            if !out.is_empty() && !out.ends_with('\n') {
                out.push('\n');
            }
        }
    });
}

fn parts(pieces: &[Piece], links: &[Link], part: &mut dyn FnMut(Part)) {
    for piece in pieces {
        match piece {
            Piece::Text(text) | Piece::Code(text) => part(Part::Text(text)),
            Piece::Listing(_, text) => {
                part(Part::EndOfLine);
                part(Part::Text(text));
                part(Part::EndOfLine);
            }
            Piece::Picture(number) => part(Part::Text(&links[*number].text)),
            Piece::SoftBreak => part(Part::Space),
            Piece::HardBreak => part(Part::EndOfLine),
            Piece::Open(element) | Piece::Close(element) if !element.is_inline() => {
                if matches!((piece, element), (Piece::Close(_), Element::Cell(_) | Element::HeadCell(_))) {
                    part(Part::Space);
                } else if !matches!(element, Element::Cell(_) | Element::HeadCell(_)) {
                    part(Part::EndOfLine);
                }
            }
            _ => {}
        }
    }
    part(Part::EndOfLine);
}

/// Fills in the texts of headings and links from what stands between their ends.
pub(super) fn name(pieces: &[Piece], outline: &mut [Heading], links: &mut [Link]) {
    let (mut heading, mut link) = (None, None);
    for piece in pieces {
        match piece {
            Piece::Open(Element::Heading(number)) => heading = Some(*number),
            Piece::Close(Element::Heading(_)) => heading = None,
            Piece::Open(Element::Link(number)) => link = Some(*number),
            Piece::Close(Element::Link(_)) => link = None,
            _ => {}
        }
        if heading.is_none() && link.is_none() {
            continue;
        }
        let text = match piece {
            Piece::Text(text) | Piece::Code(text) => text.to_string(),
            Piece::Picture(number) => links[*number].text.clone(),
            Piece::SoftBreak | Piece::HardBreak => " ".to_string(),
            _ => continue,
        };
        heading.iter().for_each(|&number: &usize| outline[number].text.push_str(&text));
        link.iter().for_each(|&number: &usize| links[number].text.push_str(&text));
    }
}

/// The first paragraphs, up to a little more than a summary needs; headings, tables, lists and code are left out.
pub(super) fn opening(pieces: &[Piece], links: &[Link]) -> String {
    let mut opening = String::new();
    let mut from = None;
    let mut others = 0usize;
    for (index, piece) in pieces.iter().enumerate() {
        match piece {
            Piece::Open(Element::Paragraph) if others == 0 => from = Some(index),
            Piece::Close(Element::Paragraph) => {
                let paragraph = from.take().map_or(String::new(), |from| paragraph(&pieces[from..index], links));
                append(&mut opening, paragraph.trim());
                if opening.chars().count() > SUMMARY {
                    break;
                }
            }
            Piece::Open(element) if is_aside(*element) => others += 1,
            Piece::Close(element) if is_aside(*element) => others = others.saturating_sub(1),
            _ => {}
        }
    }
    opening
}

fn is_aside(element: Element) -> bool {
    !element.is_inline() && !matches!(element, Element::Paragraph | Element::Quote)
}

fn paragraph(pieces: &[Piece], links: &[Link]) -> String {
    let mut text = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(more) | Piece::Code(more) => text.push_str(more),
            Piece::Picture(number) => text.push_str(&links[*number].text),
            Piece::SoftBreak | Piece::HardBreak => text.push(' '),
            _ => {}
        }
        if text.len() > 8 * SUMMARY {
            break;
        }
    }
    text
}

fn append(opening: &mut String, paragraph: &str) {
    let touches = |c: Option<char>| c.is_none_or(|c| is_wide(c) || is_ambiguous(c));
    if !(touches(opening.chars().next_back()) && touches(paragraph.chars().next())) {
        opening.push(' ');
    }
    opening.push_str(paragraph);
}

/// `opening` cut after the last sentence that ends within the bound, else where a pause is near, else between two
/// characters.
pub(super) fn summary(opening: &str) -> String {
    let opening = opening.trim();
    let Some(next) = opening.chars().nth(SUMMARY) else { return opening.to_string() };
    let window: Vec<(usize, char)> = opening.char_indices().take(SUMMARY).collect();
    // Where the character behind the one at `index` begins.
    let behind = |index: usize| window.get(index).map_or(0, |(at, c)| at + c.len_utf8());
    let until = |end: usize| &opening[..end.checked_sub(1).map_or(0, behind)];
    if let Some(stop) = window.iter().rposition(|(_, c)| matches!(c, '。' | '！' | '？')) {
        let closes = |(_, c): &&(usize, char)| matches!(c, '”' | '’' | '）' | '」' | '』' | '》');
        return until(stop + 1 + window[stop + 1..].iter().take_while(closes).count()).to_string();
    }
    let pause = |(_, c): &(usize, char)| matches!(c, '，' | '；' | '：' | '、');
    if let Some(pause) = window[SUMMARY - PAUSE..SUMMARY - 1].iter().rposition(pause) {
        return format!("{}…", until(SUMMARY - PAUSE + pause));
    }
    let at = |index: usize| window.get(index).map_or(next, |(_, c)| *c);
    let mut end = SUMMARY - 1;
    while end > 0 && continues(at(end - 1), at(end)) {
        end -= 1;
    }
    format!("{}…", until(end))
}

/// Whether no border between characters as a reader sees them lies between `a` and `b`.
fn continues(a: char, b: char) -> bool {
    use unicode_width::UnicodeWidthChar;
    a == '\u{200D}' || b.width() == Some(0)
}

/// How long a text is: Han characters and words of other letters or digits.
#[derive(Debug, Default)]
pub(super) struct Length {
    count: usize,
    in_word: bool,
}

impl Length {
    /// Adds what `pieces` say.
    pub(super) fn add(&mut self, pieces: &[Piece], links: &[Link]) {
        parts(pieces, links, &mut |part| match part {
            Part::Text(text) => self.text(text),
            Part::Space | Part::EndOfLine => self.in_word = false,
        });
    }

    /// How long it is.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    fn text(&mut self, text: &str) {
        let (mut count, mut in_word) = (self.count, self.in_word);
        let mut rest = text.as_bytes();
        loop {
            // Nearly all of a Chinese text, told by its bytes: from U+4E00 to U+9FFF.
            if let [0xE5..=0xE9, _, _, behind @ ..] | [0xE4, 0xB8..=0xBF, _, behind @ ..] = rest {
                (count, in_word, rest) = (count + 1, false, behind);
                continue;
            }
            let Some(c) = text.get(text.len() - rest.len()..).and_then(|rest| rest.chars().next()) else { break };
            rest = &rest[c.len_utf8()..];
            if is_han(c) {
                (count, in_word) = (count + 1, false);
                continue;
            }
            if matches!(c, '\u{3000}'..='\u{303F}' | '\u{FF01}'..='\u{FF0F}') {
                in_word = false;
                continue;
            }
            let word = if c.is_ascii() { c.is_ascii_alphanumeric() } else { c.is_alphanumeric() && !is_wide(c) };
            count += usize::from(word && !in_word);
            in_word = word || in_word && matches!(c, '\'' | '-' | '.' | '_' | '’');
        }
        (self.count, self.in_word) = (count, in_word);
    }
}
