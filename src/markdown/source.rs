//! The text as the parser gets it, and the way back to the file.
//!
//! Line breaks become LF, private characters go, joiners come in ([`super::emphasis`]), single tildes are hidden, and
//! the indentation of Chinese paragraphs that CommonMark would take for code is cut. Each change leaves a mark, so
//! that every byte offset the parser reports leads back to the byte in the file.

use std::cell::Cell;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

use super::chars::{JOINER, TILDE, is_private, is_wide};
use super::emphasis::joints;

/// The text for the parser, with the marks that lead back.
#[derive(Debug)]
pub(super) struct Prepared {
    /// What the parser reads.
    pub(super) text: String,
    marks: Vec<(usize, usize)>,
    /// The mark that was asked for last; the next one is mostly the same, or the one behind it.
    last: Cell<usize>,
}

/// The dialect, chosen one by one: smart punctuation would turn `"` the wrong way in Chinese, heading attributes
/// would let `{onclick=…}` through, and mathematics would eat prices.
pub(super) fn dialect() -> Options {
    Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES | Options::ENABLE_STRIKETHROUGH | Options::ENABLE_TASKLISTS
}

impl Prepared {
    /// Prepares `text` from the byte `start` on.
    pub(super) fn of(text: &str, start: usize) -> Prepared {
        let first = Writer::new(text, start, &[]).prepared();
        if !may_hold_indented_prose(&first.text) {
            return first;
        }
        let cuts = first.indented_prose();
        if cuts.is_empty() { first } else { Writer::new(text, start, &cuts).prepared() }
    }

    /// The byte of the file from which the byte `offset` of the prepared text came.
    pub(super) fn origin(&self, offset: usize) -> usize {
        let begins = |at: usize| self.marks.get(at).is_some_and(|(prepared, _)| *prepared <= offset);
        let holds = |at: &usize| begins(*at) && !begins(*at + 1);
        let last = self.last.get();
        let at = [last, last + 1]
            .into_iter()
            .find(holds)
            .unwrap_or_else(|| self.marks.partition_point(|(prepared, _)| *prepared <= offset).saturating_sub(1));
        self.last.set(at);
        let (prepared, original) = self.marks[at];
        original + offset.saturating_sub(prepared)
    }

    /// Stretches of the file whose removal turns indented code that begins with a wide character into paragraphs.
    fn indented_prose(&self) -> Vec<Range<usize>> {
        let mut cuts = Vec::new();
        let mut lines: Option<Vec<Range<usize>>> = None;
        for (event, range) in Parser::new_ext(&self.text, dialect()).into_offset_iter() {
            match event {
                Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => lines = Some(Vec::new()),
                Event::Text(_) => lines.iter_mut().for_each(|lines| lines.push(range.clone())),
                Event::End(TagEnd::CodeBlock) => cuts.extend(self.cuts(lines.take().unwrap_or_default())),
                _ => {}
            }
        }
        cuts
    }

    fn cuts(&self, lines: Vec<Range<usize>>) -> Vec<Range<usize>> {
        let first = lines.iter().find_map(|line| self.text[line.clone()].trim_start().chars().next());
        if !first.is_some_and(is_wide) {
            return Vec::new();
        }
        lines.into_iter().map(|line| self.indentation(line)).filter(|cut| !cut.is_empty()).collect()
    }

    /// Up to four spaces or one tab before `line`, and the white space it begins with.
    fn indentation(&self, line: Range<usize>) -> Range<usize> {
        let before = &self.text.as_bytes()[..line.start];
        let spaces = before.iter().rev().take(4).take_while(|b| **b == b' ').count();
        let outside = if spaces == 0 { usize::from(before.last() == Some(&b'\t')) } else { spaces };
        let text = &self.text[line.clone()];
        let inside = text.len() - text.trim_start_matches(|c: char| c.is_whitespace() && c != '\n').len();
        self.origin(line.start - outside)..self.origin(line.start + inside)
    }
}

/// Whether some wide character follows four spaces or a tab; only then is a second reading worth its time.
fn may_hold_indented_prose(text: &str) -> bool {
    if !text.contains('\t') && !text.contains("  ") {
        return false;
    }
    let mut columns = 0;
    text.chars().any(|c| {
        match c {
            ' ' => columns += 1,
            '\t' => columns += 4,
            '\u{3000}' => {}
            c if columns >= 4 && is_wide(c) => return true,
            _ => columns = 0,
        }
        false
    })
}

struct Writer<'a> {
    source: &'a str,
    at: usize,
    cuts: &'a [Range<usize>],
    prev: Option<char>,
    text: String,
    marks: Vec<(usize, usize)>,
}

impl<'a> Writer<'a> {
    fn new(source: &'a str, start: usize, cuts: &'a [Range<usize>]) -> Writer<'a> {
        let text = String::with_capacity(source.len() - start + 1024);
        Writer { source, at: start, cuts, prev: None, text, marks: vec![(0, start)] }
    }

    fn prepared(mut self) -> Prepared {
        while self.at < self.source.len() {
            self.cut();
            self.plain();
            self.special();
        }
        Prepared { text: self.text, marks: self.marks, last: Cell::new(0) }
    }

    fn cut(&mut self) {
        while let Some((first, rest)) = self.cuts.split_first()
            && first.start <= self.at
        {
            self.cuts = rest;
            self.at = self.at.max(first.end);
            self.mark();
        }
    }

    fn plain(&mut self) {
        let end = self.cuts.first().map_or(self.source.len(), |cut| cut.start);
        let rest = &self.source[self.at..end.max(self.at)];
        let plain = &rest[..find_special(rest).unwrap_or(rest.len())];
        self.text.push_str(plain);
        self.prev = plain.chars().next_back().or(self.prev);
        self.at += plain.len();
    }

    fn special(&mut self) {
        if self.cuts.first().is_some_and(|cut| cut.start <= self.at) {
            return;
        }
        match self.source[self.at..].chars().next() {
            Some('\\') => self.escape(),
            Some('\r') => self.line_break(),
            Some('*' | '~') => self.run(),
            Some(c) if is_private(c) => {
                self.at += c.len_utf8();
                self.mark();
            }
            _ => {}
        }
    }

    fn escape(&mut self) {
        let escaped = self.source[self.at + 1..].chars().next().filter(char::is_ascii_punctuation);
        let length = 1 + escaped.map_or(0, char::len_utf8);
        self.text.push_str(&self.source[self.at..self.at + length]);
        self.prev = escaped.or(Some('\\'));
        self.at += length;
    }

    fn line_break(&mut self) {
        self.at += 1;
        if !self.source[self.at..].starts_with('\n') {
            self.text.push('\n');
            self.prev = Some('\n');
        }
        self.mark();
    }

    fn run(&mut self) {
        let rest = &self.source[self.at..];
        let length = rest.bytes().take_while(|b| matches!(b, b'*' | b'~')).count();
        let run = &rest[..length];
        let joints = joints(self.prev, run, rest[length..].chars().next());
        self.join(joints.before);
        for (index, part) in parts(run).enumerate() {
            self.join(joints.between && index > 0);
            self.part(part);
        }
        self.join(joints.after);
        self.prev = run.chars().next_back();
    }

    fn part(&mut self, part: &str) {
        self.at += part.len();
        if part == "~" {
            self.text.push(TILDE);
            self.mark();
        } else {
            self.text.push_str(part);
        }
    }

    fn join(&mut self, wanted: bool) {
        if wanted {
            self.text.push(JOINER);
            self.mark();
        }
    }

    fn mark(&mut self) {
        self.marks.push((self.text.len(), self.at));
    }
}

/// Where the first character stands that asks for more than to be copied.
fn find_special(text: &str) -> Option<usize> {
    // By two bytes nearly all of a text is told, many at a time: all others are the beginning of nothing private.
    const STRETCH: usize = 32;
    let begins = |byte: u8, next: u8| {
        matches!(byte, b'\\' | b'\r' | b'*' | b'~' | 0xEE) | ((byte == 0xEF) & (next <= 0xA3)) | (byte >= 0xF3)
    };
    let bytes = text.as_bytes();
    let mut at = 0;
    loop {
        while let Some(stretch) = bytes.get(at..=at + STRETCH) {
            let pairs = stretch.iter().zip(&stretch[1..]);
            if pairs.fold(false, |any, (byte, next)| any | begins(*byte, *next)) {
                break;
            }
            at += STRETCH;
        }
        let next = |at: usize| bytes.get(at + 1).copied().unwrap_or_default();
        at = (at..bytes.len()).find(|at| begins(bytes[*at], next(*at)))?;
        let c = text[at..].chars().next()?;
        if c.is_ascii() || is_private(c) {
            return Some(at);
        }
        at += c.len_utf8();
    }
}

/// `**~~` as `**` and `~~`.
fn parts(run: &str) -> impl Iterator<Item = &str> {
    let mut rest = run;
    std::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let (part, tail) = rest.split_at(rest.len() - rest.trim_start_matches(first).len());
        rest = tail;
        Some(part)
    })
}
