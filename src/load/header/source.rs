//! The file a header stands in, its lines, and the list of what was found in it.

use std::ops::Range;

use crate::report::{Finding, Place, Report, Severity, SourcePath, Span};

/// Findings of one severity that one header may add; what is beyond them can wait for the next run.
const MOST: usize = 20;

/// A file and its whole text; all offsets of this module are bytes of that text.
#[derive(Clone, Copy)]
pub(super) struct Source<'a> {
    pub path: &'a SourcePath,
    pub text: &'a str,
}

impl<'a> Source<'a> {
    /// The text of `range`.
    pub fn slice(&self, range: &Range<usize>) -> &'a str {
        &self.text[range.clone()]
    }

    /// The part of `range` on its first line, as line, column and width.
    pub fn span(&self, range: &Range<usize>) -> Span {
        let width = self.slice(range).lines().next().unwrap_or("").trim_end().chars().count();
        Span::in_text(self.text, range.start, width.max(1))
    }

    /// The place of `range`.
    pub fn place(&self, range: &Range<usize>) -> Place {
        Place::at(self.path, self.span(range))
    }

    /// Where the line of `offset` begins.
    pub fn line_start(&self, offset: usize) -> usize {
        self.text[..offset].rfind('\n').map_or(0, |at| at + 1)
    }

    /// Where the line of `offset` ends, before its line break.
    pub fn line_end(&self, offset: usize) -> usize {
        self.text[offset..].find('\n').map_or(self.text.len(), |at| offset + at)
    }

    /// The line of `range` with that range (as far as the line's end) written as `words`.
    pub fn with(&self, range: &Range<usize>, words: &str) -> String {
        let end = range.end.min(self.line_end(range.start));
        let before = &self.text[self.line_start(range.start)..range.start];
        let after = &self.text[end..self.line_end(end)];
        format!("{before}{words}{after}").trim_end().to_string()
    }
}

/// One line without its line break, and where it begins.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Line<'a> {
    pub at: usize,
    pub text: &'a str,
}

impl<'a> Line<'a> {
    /// Where the line ends.
    pub fn end(&self) -> usize {
        self.at + self.text.len()
    }

    /// The whole line.
    pub fn range(&self) -> Range<usize> {
        self.at..self.end()
    }

    /// The bytes of white space before the first word, of whatever kind.
    pub fn margin(&self) -> usize {
        self.text.len() - self.text.trim_start().len()
    }

    /// How far the line is indented; tabs and wide spaces count as two, so that reading can go on after them.
    pub fn indent(&self) -> usize {
        self.text[..self.margin()].chars().map(|c| if c == ' ' { 1 } else { 2 }).sum()
    }

    /// The words of the line without what surrounds them.
    pub fn words(&self) -> &'a str {
        self.text.trim()
    }

    /// Where the first word begins.
    pub fn start(&self) -> usize {
        self.at + self.margin()
    }

    /// Whether the line holds nothing, or only a remark.
    pub fn is_idle(&self) -> bool {
        self.words().is_empty() || self.words().starts_with('#')
    }
}

/// The lines of `range`, which begins and ends at line borders.
pub(super) fn lines<'a>(source: &Source<'a>, range: Range<usize>) -> impl Iterator<Item = Line<'a>> {
    let mut at = range.start;
    source.slice(&range).split_inclusive('\n').map(move |text| {
        let line = Line { at, text: text.strip_suffix('\n').unwrap_or(text) };
        at += text.len();
        line
    })
}

/// What a header is found to have wrong, at most [`MOST`] errors and as many warnings.
#[derive(Default)]
pub(super) struct Found {
    findings: Vec<Finding>,
    errors: usize,
    warnings: usize,
}

impl Found {
    /// Adds a finding.
    pub fn add(&mut self, finding: Finding) {
        let count = match finding.code.severity {
            Severity::Veto | Severity::Error => &mut self.errors,
            Severity::Warning | Severity::Info => &mut self.warnings,
        };
        *count += 1;
        if *count <= MOST {
            self.findings.push(finding);
        }
    }

    /// Counts an error that is told together with the one before it.
    pub fn add_to_last(&mut self) {
        self.errors += 1;
    }

    /// How many errors were found so far; a part of the header is sound when reading it adds none.
    pub fn errors(&self) -> usize {
        self.errors
    }

    /// Whether further errors would not be told; then there is no use in looking for them.
    pub fn is_full(&self) -> bool {
        self.errors >= MOST
    }

    /// Hands the findings over.
    pub fn tell(self, report: &mut Report) {
        report.extend(self.findings);
    }
}
