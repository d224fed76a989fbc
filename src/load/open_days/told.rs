//! Findings about rows in words for people who look at a spreadsheet: the row, the column, and the CSV line to write.
//!
//! The values of rows carry a line and a column without the line's text, so a finding about one proposes the bare
//! value. Here, in one place for all rules, the value gets the line round it.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::load::table::{self, Cell, Row, Table, quoted};
use crate::report::{Finding, Place, SourcePath, Span, codes, displayable};

/// The width that marks a row as a whole.
const WHOLE: usize = usize::MAX;

/// The tables of a project.
#[derive(Debug, Clone, Default)]
pub struct Tables(BTreeMap<SourcePath, Arc<Told>>);

/// A table as it was read, with its text.
#[derive(Debug)]
pub struct Told {
    text: String,
    table: Table,
}

/// The place of what `cell` says in `text`, without its line.
pub(super) fn span(cell: &Cell, text: &str) -> Span {
    Span { text: "".into(), ..cell.span(text) }
}

/// The place of a whole row, without its text.
pub(super) fn whole(row: &Row) -> Span {
    let line = row.cells.first().map_or(1, |cell| cell.line);
    Span { line, column: 1, width: WHOLE, text: "".into() }
}

impl Tables {
    /// The tables that were read.
    pub(in crate::load) fn new(tables: impl IntoIterator<Item = (SourcePath, Arc<Told>)>) -> Tables {
        Tables(tables.into_iter().collect())
    }

    /// The text of each table.
    pub fn texts(&self) -> impl Iterator<Item = (&SourcePath, &str)> {
        self.0.iter().map(|(path, told)| (path, told.text.as_str()))
    }

    /// The finding with the row and the column named and the line to write, where it is about a row.
    pub fn told(&self, mut finding: Finding) -> Finding {
        for place in &mut finding.related {
            if let Some((told, row, _)) = self.spot(place) {
                place.span = place.span.take().map(|span| told.filled(span, row));
            }
        }
        let Some((told, row, at)) = self.spot(&finding.place) else { return finding };
        let cell = at.map(|at| &row.cells[at]);
        finding.fix = match (finding.adds, cell) {
            (false, Some(cell)) => told.lines(row, cell, &finding),
            _ => Vec::new(),
        };
        finding.adds = false;
        let name = at.map(|at| displayable(&told.table.header.cells[at].text));
        finding.message = table::told(finding.message, row.number, name.as_deref());
        finding.place.span = finding.place.span.map(|span| told.filled(span, row));
        finding
    }

    /// The row that `place` lies in and which of its cells; none for places of other files or with a text already.
    fn spot(&self, place: &Place) -> Option<(&Told, &Row, Option<usize>)> {
        let span = place.span.as_ref().filter(|span| span.text.is_empty())?;
        let told = self.0.get(&place.path)?;
        let rows = &told.table.rows;
        let after = rows.partition_point(|row| row.cells.first().is_none_or(|cell| cell.line <= span.line));
        let row = rows.get(after.checked_sub(1)?)?;
        let at = told.position(row, span).filter(|_| span.width != WHOLE);
        Some((told, row, at))
    }
}

impl Told {
    pub(super) fn new(text: String, table: Table) -> Told {
        Told { text, table }
    }

    /// The table's decoded text.
    pub(in crate::load) fn text(&self) -> &str {
        &self.text
    }

    /// Which cell of `row` begins at `span`.
    fn position(&self, row: &Row, span: &Span) -> Option<usize> {
        let begins = |cell: &Cell| cell.line == span.line && cell.span(&self.text).column == span.column;
        row.cells.iter().position(begins)
    }

    /// The span with its line's text.
    fn filled(&self, span: Span, row: &Row) -> Span {
        let cell = row.cells.iter().find(|cell| cell.line == span.line).or(row.cells.first());
        let Some(text) = cell.map(|cell| cell.span(&self.text).text) else { return span };
        let width = if span.width == WHOLE { text.chars().count() } else { span.width };
        Span { width, text, ..span }
    }

    /// The lines with the finding's values in place of what `cell` says; none where the row is not one line.
    fn lines(&self, row: &Row, cell: &Cell, finding: &Finding) -> Vec<String> {
        let start = finding.related.first().and_then(|place| place.span.as_ref());
        let start = start.and_then(|span| self.position(row, span)).map(|at| &row.cells[at]);
        match (start, &finding.fix[..]) {
            // Both ends stand on one line.
            (Some(start), [from, to]) if finding.code == &codes::E143 => {
                self.line(&[(start, from), (cell, to)]).into_iter().collect()
            }
            // And so do both numbers of a point.
            (Some(other), [first, second]) if finding.code == &codes::V10 => {
                self.line(&[(cell, first), (other, second)]).into_iter().collect()
            }
            (_, values) => values.iter().filter_map(|value| self.line(&[(cell, value)])).collect(),
        }
    }

    /// The line of some cells of one row with other values in them; none where the cells stand on several.
    fn line(&self, values: &[(&Cell, &String)]) -> Option<String> {
        let at = values.first()?.0.range.start;
        let start = self.text[..at].rfind('\n').map_or(0, |at| at + 1);
        let end = self.text[at..].find('\n').map_or(self.text.len(), |end| at + end);
        let mut values = values.to_vec();
        values.sort_by_key(|(cell, _)| std::cmp::Reverse(cell.range.start));
        let mut line = self.text[start..end].to_string();
        for (cell, value) in values {
            if cell.range.start < start || cell.range.end > end {
                return None;
            }
            line.replace_range(cell.range.start - start..cell.range.end - start, &quoted(value, self.table.separator));
        }
        Some(line)
    }
}
