//! `content/holidays/<year>.csv`: which days a project marks as holidays or as worked, as rows of texts.

use super::node::{Entry, Map, Node, Value};
use crate::report::{Report, SourcePath, Span};

/// One year's table, decoded.
#[derive(Debug, Clone)]
pub struct HolidayTable {
    /// Its file.
    pub path: SourcePath,
    /// The year its name stands for.
    pub year: i16,
    /// The decoded text.
    pub text: String,
}

const COLUMNS: [&str; 3] = ["date", "rest", "name"];

impl HolidayTable {
    /// The rows below the first line, by the keys `date`, `rest` and `name`.
    pub fn rows(&self, _report: &mut Report) -> Vec<Map> {
        let lines = self.text.lines().enumerate().skip(1).filter(|(_, line)| !line.trim().is_empty());
        lines.map(|(at, line)| row(at + 1, line)).collect()
    }
}

fn row(line: usize, text: &str) -> Map {
    let mut column = 1;
    let mut entries = Vec::new();
    for (key, cell) in COLUMNS.into_iter().zip(text.split(',')) {
        let width = cell.chars().count();
        let span = Span { line, column, width, text: text.to_string() };
        column += width + 1;
        entries.push(Entry { key, key_span: span.clone(), node: Node { span, value: Value::Text(cell.into()) } });
    }
    Map { entries }
}
