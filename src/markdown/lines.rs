//! Byte offsets to places, without counting the lines of the whole file for each of them.

use std::cell::Cell;

use crate::report::{Place, SourcePath, Span};

/// Lines longer than this many bytes are not copied into a place; thousands of links in one endless line would
/// otherwise hold thousands of copies of it.
const LONGEST_SHOWN: usize = 8 * 1024;

/// Where the lines of a file begin.
#[derive(Debug)]
pub struct Lines<'a> {
    path: &'a SourcePath,
    text: &'a str,
    starts: Vec<usize>,
    last: Cell<(usize, usize)>,
}

impl<'a> Lines<'a> {
    /// The lines of `text`.
    pub fn of(path: &'a SourcePath, text: &'a str) -> Lines<'a> {
        let starts = std::iter::once(0).chain(memchr::memchr_iter(b'\n', text.as_bytes()).map(|at| at + 1)).collect();
        Lines { path, text, starts, last: Cell::new((0, 1)) }
    }

    /// The file these are the lines of.
    pub fn path(&self) -> &SourcePath {
        self.path
    }

    /// The whole text.
    pub fn source(&self) -> &'a str {
        self.text
    }

    /// The number of the line that holds the byte `offset`, counted from 0.
    pub fn number(&self, offset: usize) -> usize {
        self.starts.partition_point(|start| *start <= offset) - 1
    }

    /// The line with that number, without its line break.
    pub fn line(&self, number: usize) -> &'a str {
        let end = self.starts.get(number + 1).map_or(self.text.len(), |next| next - 1);
        self.text[self.starts[number]..end].trim_end_matches('\r')
    }

    /// The place of the bytes `start..end`, as far as they stand in one line.
    pub fn place(&self, start: usize, end: usize) -> Place {
        let start = self.text.floor_char_boundary(start);
        let number = self.number(start);
        let line = self.line(number);
        let border = line.floor_char_boundary(start - self.starts[number]);
        let column = self.column(self.starts[number], self.starts[number] + border);
        let stop = line.floor_char_boundary(end.saturating_sub(self.starts[number])).max(border);
        let shown = line.len() <= LONGEST_SHOWN;
        let width = if shown { line[border..stop].chars().count() } else { 0 };
        let text = if shown { line } else { "" }.into();
        Place::at(self.path, Span { line: number + 1, column, width, text })
    }

    /// Counts from the last answer on when that stands in the same line before `offset`, as it mostly does.
    fn column(&self, line_start: usize, offset: usize) -> usize {
        let (known, column) = self.last.get();
        let (from, column) = if (line_start..=offset).contains(&known) { (known, column) } else { (line_start, 1) };
        let column = column + self.text[from..offset].chars().count();
        self.last.set((offset, column));
        column
    }
}
