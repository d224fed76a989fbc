//! `content/holidays/<year>.csv`: which days a project marks as holidays or as worked, as rows of texts.

use super::node::{Entry, Map, Node, Value};
use super::table::{self, Row, Table};
use crate::report::{Finding, Place, Report, SourcePath, Text, codes};

/// One year's table, decoded.
#[derive(Debug, Clone, PartialEq)]
pub struct HolidayTable {
    /// Its file.
    pub path: SourcePath,
    /// The year its name stands for.
    pub year: i16,
    /// The decoded text.
    pub text: String,
}

/// One row: its number as a spreadsheet shows it, and its cells by the keys of [`COLUMNS`].
#[derive(Debug, Clone, PartialEq)]
pub struct HolidayRow {
    /// Counted from 1, the header's row included.
    pub number: usize,
    /// The cells.
    pub map: Map,
}

/// The key of each column, and its name in the table. Other columns are the officers' own and are not read.
pub const COLUMNS: [(&str, &str); 3] = [("date", "日期"), ("rest", "安排"), ("name", "名称")];

impl HolidayTable {
    /// The rows below the header; a row or a table that cannot be read is told.
    pub fn rows(&self, report: &mut Report) -> Vec<HolidayRow> {
        let Some(table) = table::read(&self.path, &self.text, report) else { return Vec::new() };
        let columns = COLUMNS.map(|(key, zh)| (key, column(&table, key, zh)));
        let missing: Vec<&str> =
            COLUMNS.iter().zip(columns).filter(|(_, (_, at))| at.is_none()).map(|((_, zh), _)| *zh).collect();
        if !missing.is_empty() {
            report.add(self.incomplete(&table, &missing));
            return Vec::new();
        }
        let places = columns.map(|(key, at)| (key, at.unwrap_or_default()));
        table.rows.iter().map(|row| HolidayRow { number: row.number, map: self.map(row, &places) }).collect()
    }

    fn map(&self, row: &Row, places: &[(&'static str, usize)]) -> Map {
        let entry = |(key, at): &(&'static str, usize)| {
            let cell = row.cells.get(*at)?;
            let span = cell.span(&self.text);
            let value = if cell.text.is_empty() { Value::Empty } else { Value::Text(cell.text.clone()) };
            Some(Entry { key, key_span: span.clone(), node: Node { span, value } })
        };
        Map { entries: places.iter().filter_map(entry).collect() }
    }

    fn incomplete(&self, table: &Table, missing: &[&str]) -> Finding {
        let names = missing.iter().map(|zh| format!("“{zh}”")).collect::<Vec<_>>().join("、");
        let text = Text::new(
            format!("节假日表的表头缺少{names}，整个表没有读取。表头要写“日期,安排,名称”。"),
            format!("The header lacks {}, so the table was not read; it is 日期,安排,名称.", missing.join(", ")),
        );
        let place = table.header.cells.first().map(|cell| Place::at(&self.path, cell.span(&self.text)));
        Finding::new(&codes::E116, place.unwrap_or_else(|| Place::file(&self.path)), text)
    }
}

fn column(table: &Table, key: &str, zh: &str) -> Option<usize> {
    table.header.cells.iter().position(|cell| cell.text == zh || cell.text.eq_ignore_ascii_case(key))
}
