//! The running text of a body, and the way back to the file: what the rules of wording read.
//!
//! Code, web addresses and raw HTML are not running text; each leaves [`MASK`], so that what stands before and after it
//! does not become one word.

use std::ops::Range;

use super::chars::{TILDE, is_printable};
use super::source::Prepared;
use super::web;

/// Stands for what is no running text; one byte, as every byte of an address.
pub const MASK: char = '\u{1A}';

/// Running text, one line a block: a paragraph, a heading, a cell, a picture's alternative text.
#[derive(Debug, Clone, Default)]
pub struct Prose {
    text: String,
    /// Where the block begins that is being written.
    block: usize,
    /// Bytes of the text, and the bytes of the file they came from; between two of them both go on alike.
    marks: Vec<(usize, usize)>,
}

impl Prose {
    /// No text, with room for so many bytes.
    pub(super) fn with_room(bytes: usize) -> Prose {
        Prose { text: String::with_capacity(bytes + bytes / 16), ..Prose::default() }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its blocks, each of which ends with a line break.
    pub fn blocks(&self) -> impl Iterator<Item = &str> {
        let mut start = 0;
        memchr::memchr_iter(b'\n', self.text.as_bytes()).map(move |end| {
            let block = &self.text[start..end];
            start = end + 1;
            block
        })
    }

    /// The byte of the file from which the byte `at` of the text came.
    pub fn origin(&self, at: usize) -> usize {
        let after = self.marks.partition_point(|(known, _)| *known <= at);
        let (known, origin) = after.checked_sub(1).and_then(|last| self.marks.get(last)).copied().unwrap_or_default();
        origin + (at - known)
    }

    /// The bytes of the file from which the bytes `range` of the text came.
    pub fn origins(&self, range: &Range<usize>) -> Range<usize> {
        let end = if range.is_empty() { range.end } else { range.end - 1 };
        let last = self.origin(self.text.floor_char_boundary(end));
        let width = self.text.get(self.text.floor_char_boundary(end)..range.end).map_or(0, str::len);
        self.origin(range.start)..last + width
    }

    /// Adds the text of one event, which stands at `range` of the prepared text; `untouched` says whether nothing in it is
    /// a mark of ours or unprintable.
    pub(super) fn add(&mut self, prepared: &Prepared, text: &str, untouched: bool, range: &Range<usize>) {
        let origin = prepared.origin(range.start);
        self.mark(origin);
        let alike = text.len() == range.len() && prepared.origin(range.end) == origin + text.len();
        if alike && untouched {
            return self.text.push_str(text);
        }
        let verbatim = text.len() == range.len();
        for (at, c) in text.char_indices() {
            if verbatim {
                self.mark(prepared.origin(range.start + at));
            }
            match c {
                TILDE => self.text.push('~'),
                c if is_printable(c) => self.text.push(c),
                _ => {}
            }
        }
    }

    /// Adds something that is no running text.
    pub(super) fn mask(&mut self) {
        self.text.push(MASK);
    }

    /// A line break within a block is a space between words and nothing between Chinese characters.
    pub(super) fn soft_break(&mut self) {
        if self.text.ends_with(|c: char| c.is_ascii() && c != '\n') {
            self.text.push(' ');
        }
    }

    /// Ends a block.
    pub(super) fn end_block(&mut self) {
        if self.text.len() == self.block || self.text.ends_with('\n') {
            return;
        }
        if web::may_stand_in(&self.text[self.block..]) {
            let block = self.text.split_off(self.block);
            let mut done = 0;
            for address in web::addresses(&block) {
                self.text.push_str(&block[done..address.start]);
                self.text.extend(std::iter::repeat_n(MASK, address.len()));
                done = address.end;
            }
            self.text.push_str(&block[done..]);
        }
        self.text.push('\n');
        self.block = self.text.len();
    }

    fn mark(&mut self, origin: usize) {
        let at = self.text.len();
        match self.marks.last_mut() {
            Some((known, last)) if *last + (at - *known) == origin => {}
            Some((known, last)) if *known == at => *last = origin,
            _ => self.marks.push((at, origin)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::read;
    use super::*;
    use crate::report::{Report, SourcePath};

    fn prose(text: &str) -> Prose {
        read(&SourcePath::new("content/a.md"), text, 0, crate::hash::Hash::default(), &mut Report::new()).1
    }

    #[test]
    fn code_and_addresses_are_no_running_text() {
        let text = "# 标题\n\n一`代码`二[三](a.html)见https://a.cn/1。\n\n| 甲 | 乙 |\n|-|-|\n| 1 | 2 |\n\n![图](a.png)\n\n```\n列\n```\n";
        let prose = prose(text);
        let shown = prose.text().replace(MASK, "*");
        assert_eq!(shown, "标题\n一*二三见**************。\n甲\n乙\n1\n2\n图\n");
    }

    #[test]
    fn every_character_leads_back_to_itself() {
        let text = "一**二（三）**四\r\n五&amp;六~七\\*八 a\nb [九](x.md)十\n\n> - 十一\u{E123}十二\n";
        let prose = prose(text);
        for (at, c) in prose.text().char_indices().filter(|(_, c)| !matches!(c, '\n' | ' ' | '&')) {
            assert!(text[prose.origin(at)..].starts_with(c), "{c} {at}");
        }
        let at = prose.text().find("二（三）四").unwrap();
        assert_eq!(&text[prose.origins(&(at..at + "二（三）四".len()))], "二（三）**四");
    }
}
