//! A stretch of running text as the rules read it, and what they tell of it.

use std::ops::Range;

use super::{is_han, numbers, punctuation};
use crate::report::{Code, Edit, Finding, Place, Report, Span, Text};
use crate::sieve::Sieve;

/// A paragraph, a heading, a cell, or a value of a header.
pub struct Passage<'a> {
    /// The text, without code, addresses and line breaks.
    pub text: &'a str,
    /// Its characters, each with the byte it begins at.
    pub chars: &'a [(usize, char)],
    /// The places of those that a rule may begin at.
    pub signs: &'a [usize],
    /// Where bytes of the text stand in the file.
    pub place: &'a dyn Fn(&Range<usize>) -> Place,
    /// Whether each character of the text stands in the file as it is, so that a program may replace it there.
    pub exact: bool,
}

/// The characters of a passage.
#[derive(Debug, Default)]
pub struct Chars {
    /// Each with the byte it begins at.
    pub all: Vec<(usize, char)>,
    signs: Vec<usize>,
    has_han: bool,
}

/// The characters at which a rule may begin.
static SIGNS: Sieve = {
    let mut sieve = Sieve::new();
    let all = [numbers::SIGNS, punctuation::SIGNS];
    let mut of = 0;
    while of < all.len() {
        let mut at = 0;
        while at < all[of].len() {
            sieve.add(all[of][at] as u32);
            at += 1;
        }
        of += 1;
    }
    sieve
};

impl Chars {
    /// The characters of `text`.
    #[cfg(test)]
    pub fn of(text: &str) -> Chars {
        let mut chars = Chars::default();
        chars.read(text);
        chars
    }

    /// Takes up the characters of `text`.
    pub fn read(&mut self, text: &str) {
        self.all.clear();
        self.signs.clear();
        self.has_han = false;
        self.all.extend(text.char_indices());
        for (index, (_, c)) in self.all.iter().enumerate() {
            if SIGNS.may_hold(u32::from(*c)) {
                self.signs.push(index);
            }
            self.has_han |= matches!(c, '\u{4E00}'..='\u{9FFF}');
        }
    }

    /// Whether one of them is Chinese.
    pub fn has_han(&self) -> bool {
        self.has_han || self.all.iter().any(|(_, c)| is_han(*c))
    }

    /// The passage of the same `text`.
    pub fn passage<'a>(&'a self, text: &'a str, place: &'a dyn Fn(&Range<usize>) -> Place, exact: bool) -> Passage<'a> {
        Passage { text, chars: &self.all, signs: &self.signs, place, exact }
    }
}

/// Characters to be replaced, and by what.
pub type Mend = (Range<usize>, String);

impl Passage<'_> {
    /// The signs, each with its place.
    pub fn signs(&self) -> impl Iterator<Item = (usize, char)> {
        self.signs.iter().filter_map(|index| Some((*index, self.at(*index)?)))
    }

    /// The character at `index`.
    pub fn at(&self, index: usize) -> Option<char> {
        self.chars.get(index).map(|(_, c)| *c)
    }

    /// The character before `index`.
    pub fn before(&self, index: usize) -> Option<char> {
        self.at(index.checked_sub(1)?)
    }

    /// The bytes of the characters `from..to`.
    pub fn bytes(&self, from: usize, to: usize) -> Range<usize> {
        let byte = |index: usize| self.chars.get(index).map_or(self.text.len(), |(byte, _)| *byte);
        byte(from)..byte(to)
    }

    /// The text of the characters `from..to`.
    pub fn part(&self, from: usize, to: usize) -> &str {
        self.text.get(self.bytes(from, to)).unwrap_or_default()
    }

    /// How many characters from `index` on are ASCII digits.
    pub fn digits(&self, index: usize) -> usize {
        self.chars.iter().skip(index).take_while(|(_, c)| c.is_ascii_digit()).count()
    }

    /// The sentence that holds the byte `at`, as far as 100 characters on both sides.
    pub fn sentence(&self, at: usize) -> Range<usize> {
        let ends = |c: &char| matches!(c, '。' | '！' | '？' | '；' | '!' | '?' | ';');
        let (before, behind) = (&self.text[..at], &self.text[at..]);
        let width = |c: char| c.len_utf8();
        let left: usize = before.chars().rev().take(100).take_while(|c| !ends(c)).map(width).sum();
        let right: usize = behind.chars().take(100).take_while(|c| !ends(c)).map(width).sum();
        at - left..at + right
    }

    /// Tells that `range` is wrong.
    pub fn tell(&self, report: &mut Report, code: &'static Code, range: Range<usize>, message: Text) {
        report.add(Finding::new(code, (self.place)(&range), message));
    }

    /// Tells that `range` is wrong, with the line in which it is `words`.
    pub fn tell_instead(
        &self,
        report: &mut Report,
        code: &'static Code,
        range: Range<usize>,
        words: &str,
        message: Text,
    ) {
        let place = (self.place)(&range);
        let fits = self.exact && place.marked() == self.text.get(range).unwrap_or_default();
        let line = fits.then(|| place.with(words));
        report.add(Finding::new(code, place, message).fixes(line));
    }

    /// Tells what a program may mend, one finding for each line of the file; `message` is asked with the first of it.
    pub fn tell_mends(
        &self,
        report: &mut Report,
        code: &'static Code,
        mends: &[Mend],
        message: &dyn Fn(&Mend, usize) -> Text,
    ) {
        if mends.is_empty() {
            return;
        }
        let mut lines: Vec<(Place, Vec<&Mend>, Vec<Edit>)> = Vec::new();
        for mend in mends {
            let place = (self.place)(&mend.0);
            let Some(span) = &place.span else { continue };
            let fits = self.exact && span.marked() == self.text.get(mend.0.clone()).unwrap_or_default();
            let Span { line, column, width, .. } = *span;
            let edit = fits.then(|| Edit { column, width, words: mend.1.clone() });
            // Mends come in the order of the text, so that those of one line follow each other.
            match lines.last_mut().filter(|(place, ..)| place.span.as_ref().is_some_and(|span| span.line == line)) {
                Some((_, mends, edits)) => {
                    mends.push(mend);
                    edits.extend(edit);
                }
                None => lines.push((place, vec![mend], edit.into_iter().collect())),
            }
        }
        for (place, mends, edits) in lines {
            let Some(first) = mends.first() else { continue };
            let finding = Finding::new(code, place, message(first, mends.len()));
            report.add(if edits.is_empty() { finding } else { finding.mend(edits) });
        }
    }
}
