//! Tables of open days: every row of `content/open-days/*.csv` becomes a page source, as if somebody had typed its
//! header, so that everything that checks pages checks rows as well (faults.md C27).
//!
//! Rows that give the same name in the column 网址名 are sessions of one open day. Values know their place by line
//! and column alone; [`told`] finds the row and the column of each finding again.

pub mod columns;
#[cfg(test)]
mod tests;
pub mod told;

use std::collections::BTreeMap;

use super::SourceText;
use super::fields::Shape;
use super::header::Header;
use super::node::{Entry, Map, Node, Value};
use super::table::{self, Cell, Row};
use super::walk::PageFile;
use super::{RowAt, Source};
use crate::report::{Finding, Place, Report, Span, Text, codes, displayable};
use columns::{COLUMNS, Column};
use told::Told;

/// Texts that a cell may list.
const LONGEST_LIST: usize = 100;

/// Signs between the texts of a list in a cell.
pub const BETWEEN: [char; 4] = ['、', '；', ';', '\n'];

/// The pages in the table `text` of `file`, and the table itself; none when its header cannot be used.
pub(super) fn sources(file: &PageFile, text: String, report: &mut Report) -> Option<(Vec<Source>, Told)> {
    let table = table::read(&file.path, &text, report)?;
    let columns = columns::of(&file.path, &text, &table, report)?;
    let mut reader = Reader { file, text: &text, columns: &columns, sources: Vec::new(), report };
    let mut named: BTreeMap<&str, (Option<usize>, &Row)> = BTreeMap::new();
    for row in &table.rows {
        let name = reader.text_of(row, "slug");
        match name.and_then(|name| named.get(name)) {
            Some((source, first)) => reader.join(*source, first, row),
            None => {
                let source = reader.add(row);
                named.extend(name.map(|name| (name, (source, row))));
            }
        }
    }
    let sources = reader.sources;
    Some((sources, Told::new(text, table)))
}

/// Turns rows into sources.
struct Reader<'a, 'r> {
    file: &'a PageFile,
    text: &'a str,
    /// The column of each cell; none where it is passed over.
    columns: &'a [Option<&'static Column>],
    sources: Vec<Source>,
    report: &'r mut Report,
}

/// What the cells of a row say, under the keys of a header.
#[derive(Default)]
struct Values {
    map: Map,
    session: Option<Map>,
    mistaken: Vec<&'static str>,
}

impl Reader<'_, '_> {
    /// A page of its own for `row`; none when it lacks what a page cannot do without.
    fn add(&mut self, row: &Row) -> Option<usize> {
        let whole = self.missing(row);
        self.halves(row);
        let mut values = self.values(row);
        values.map.entries.extend(self.session(row, &mut values.session, &mut values.mistaken));
        if !whole {
            return None;
        }
        let header = Header { map: values.map, mistaken: values.mistaken, body_at: 0 };
        let row = RowAt { number: row.number, span: told::whole(row) };
        self.sources.push(Source { file: self.file.clone(), text: SourceText::none(), header, row: Some(row) });
        Some(self.sources.len() - 1)
    }

    /// A further session of the open day that `first` began; its other cells are empty or say the same.
    fn join(&mut self, source: Option<usize>, first: &Row, row: &Row) {
        for (column, (earlier, cell)) in self.columns.iter().zip(first.cells.iter().zip(&row.cells)) {
            let Some(column) = column.filter(|column| column.path[0] != "sessions") else { continue };
            if !cell.text.is_empty() && cell.text != earlier.text {
                let finding = self.differs(column, first, (earlier, cell));
                self.report.add(finding);
            }
        }
        let mut values = self.values(row);
        let session = self.session(row, &mut values.session, &mut values.mistaken);
        let Some(source) = source.and_then(|at| self.sources.get_mut(at)) else { return };
        source.header.mistaken.extend(values.mistaken);
        let Some(session) = session else { return };
        let known = source.header.map.entries.iter_mut().find(|entry| entry.key == "sessions");
        match (known.map(|entry| &mut entry.node.value), session.node.value) {
            (Some(Value::List(rows)), Value::List(more)) => rows.extend(more),
            (_, value) => source.header.map.entries.push(Entry { node: Node { value, ..session.node }, ..session }),
        }
    }

    /// Tells required cells that are empty; whether there are none.
    fn missing(&mut self, row: &Row) -> bool {
        let mut whole = true;
        for (column, cell) in self.columns.iter().zip(&row.cells) {
            let Some(field) = column.map(Column::field).filter(|field| field.required) else { continue };
            if column.is_some_and(|column| column.path.len() == 1) && cell.text.is_empty() {
                whole = false;
                let message = Text::new(
                    format!("这一格是空的，必须填写（{}）。这一行没有发布。", field.meaning),
                    format!("This cell must be filled in ({}); the row was not published.", field.meaning_en),
                );
                self.report.add(Finding::new(&codes::E116, self.place(cell), message));
            }
        }
        whole
    }

    /// Tells what belongs together and is only half filled in, such as 纬度 without 经度.
    fn halves(&mut self, row: &Row) {
        let cells: Vec<(&Column, &Cell)> =
            self.columns.iter().zip(&row.cells).filter_map(|(column, cell)| Some(((*column)?, cell))).collect();
        let inner = COLUMNS.iter().filter(|column| column.path.len() == 2 && column.path[0] != "sessions");
        for needed in inner.filter(|column| column.field().required) {
            let filled = |key: &str| cells.iter().find(|(column, cell)| column.key == key && !cell.text.is_empty());
            let beside = cells.iter().find(|(column, cell)| column.path[0] == needed.path[0] && !cell.text.is_empty());
            let Some((_, beside)) = beside.filter(|_| filled(needed.key).is_none()) else { continue };
            let message = Text::new(
                format!("填了这一格，还要填“{}”。", needed.zh),
                format!("This cell is filled in, so `{}` is needed as well.", needed.key),
            );
            let place = self.place(beside);
            self.report.add(Finding::new(&codes::E116, place, message));
        }
    }

    fn values(&mut self, row: &Row) -> Values {
        let mut values = Values::default();
        for (column, cell) in self.columns.iter().zip(&row.cells) {
            let Some(column) = column else {
                continue;
            };
            let span = told::span(cell, self.text);
            // Our own CSV says so of open days that are over; the day decides that.
            let is_over = column.key == "status" && matches!(cell.text.as_str(), "已结束" | "finished");
            if cell.text.is_empty() || is_over {
                // A name to write is written here.
                if column.path == ["slug"] {
                    values.map.entries.push(entry("slug", span, Value::Empty));
                }
                continue;
            }
            let Some(value) = self.value(column, cell) else {
                values.mistaken.push(column.path[0]);
                continue;
            };
            match column.path {
                [key] => values.map.entries.push(entry(key, span, value)),
                ["sessions", key] => {
                    values.session.get_or_insert_default().entries.push(entry(key, span, value));
                }
                [table, key] => within(&mut values.map, table, entry(key, span, value)),
                _ => {}
            }
        }
        values
    }

    /// The entry `sessions`, or what is wrong with it.
    fn session(&mut self, row: &Row, session: &mut Option<Map>, mistaken: &mut Vec<&'static str>) -> Option<Entry> {
        let dated = session.as_ref().and_then(|session| session.get("date")).map(|date| date.span.clone());
        if let (Some(span), Some(session)) = (dated, session.take()) {
            let node = Node { span: span.clone(), value: Value::Map(session) };
            return Some(entry("sessions", span, Value::List(vec![node])));
        }
        if mistaken.contains(&"sessions") {
            return None;
        }
        let filled =
            self.columns.iter().zip(&row.cells).find(|(column, cell)| {
                column.is_some_and(|column| column.path[0] == "sessions") && !cell.text.is_empty()
            });
        let message = match filled {
            Some(_) => Text::new("填了这一格，却没有填“日期”。", "This cell is filled in, but the row has no date."),
            None if self.text_of(row, "date_text").is_some() => return None,
            None => Text::new(
                "没有填“日期”；日期还没定的，请填“时间说明”，例如“9月中下旬”。",
                "The row has no date; where no day is set, fill in date_text.",
            ),
        };
        mistaken.push("sessions");
        let cell = filled.map(|(_, cell)| cell).or_else(|| self.cell(row, "date"));
        let place = cell.map_or_else(|| Place::at(&self.file.path, told::whole(row)), |cell| self.place(cell));
        self.report.add(Finding::new(&codes::E116, place, message));
        None
    }

    /// What a cell says, with the forms of spreadsheet programs turned into ours; none where that cannot be.
    fn value(&mut self, column: &Column, cell: &Cell) -> Option<Value> {
        if let Some(message) = spoilt(&cell.text) {
            self.report.add(Finding::new(&codes::E119, self.place(cell), message));
            return None;
        }
        if column.field().shape != Shape::Texts {
            return Some(Value::Text(tidied(column, &cell.text)));
        }
        let texts = cell.text.split(BETWEEN).map(str::trim).filter(|text| !text.is_empty());
        let nodes: Vec<Node> = texts
            .take(LONGEST_LIST + 1)
            .map(|text| Node { span: told::span(cell, self.text), value: Value::Text(text.to_string()) })
            .collect();
        if nodes.len() > LONGEST_LIST {
            let message = Text::new(
                format!("这一格列出的内容太多，最多 {LONGEST_LIST} 项。"),
                format!("This cell lists too much; {LONGEST_LIST} at most."),
            );
            self.report.add(Finding::new(&codes::E120, self.place(cell), message));
            return None;
        }
        Some(Value::List(nodes))
    }

    fn differs(&self, column: &Column, first: &Row, (earlier, cell): (&Cell, &Cell)) -> Finding {
        let (number, zh, en) = (first.number, column.zh, column.key);
        let message = Text::new(
            format!(
                "和第 {number} 行的“网址名”相同，是同一个开放日的两场，“{zh}”却不一样。请改成一样或留空；是另一个开放日的，请换一个网址名。"
            ),
            format!("Has the slug of row {number}, so it is a session of the same open day, but `{en}` differs."),
        );
        Finding::new(&codes::E129, self.place(cell), message).fix(earlier.text.clone()).related(self.place(earlier))
    }

    /// The cell of `row` below the column of `key`.
    fn cell<'c>(&self, row: &'c Row, key: &str) -> Option<&'c Cell> {
        let at = self.columns.iter().position(|column| column.is_some_and(|column| column.key == key))?;
        row.cells.get(at)
    }

    fn text_of<'c>(&self, row: &'c Row, key: &str) -> Option<&'c str> {
        self.cell(row, key).map(|cell| cell.text.as_str()).filter(|text| !text.is_empty())
    }

    fn place(&self, cell: &Cell) -> Place {
        Place::at(&self.file.path, told::span(cell, self.text))
    }
}

fn entry(key: &'static str, span: Span, value: Value) -> Entry {
    Entry { key, key_span: span.clone(), node: Node { span, value } }
}

/// Puts `inner` into the table `key` of `map`.
fn within(map: &mut Map, key: &'static str, inner: Entry) {
    let known = map.entries.iter_mut().find(|entry| entry.key == key);
    match known.map(|entry| &mut entry.node.value) {
        Some(Value::Map(table)) => table.entries.push(inner),
        _ => {
            let span = inner.node.span.clone();
            map.entries.push(entry(key, span, Value::Map(Map { entries: vec![inner] })));
        }
    }
}

/// `TRUE` and 是 of spreadsheet programs, and times with seconds nobody typed.
fn tidied(column: &Column, text: &str) -> String {
    match (column.key, text.to_ascii_lowercase().as_str()) {
        ("draft", "true" | "是") => "true".to_string(),
        ("draft", "false" | "否") => "false".to_string(),
        ("start" | "end" | "planned" | "published" | "updated", _) if text.matches(':').count() == 2 => {
            text.strip_suffix(":00").unwrap_or(text).to_string()
        }
        _ => text.to_string(),
    }
}

/// What a spreadsheet program put in the place of what was typed.
fn spoilt(text: &str) -> Option<Text> {
    let shown = displayable(text);
    if matches!(text, "#N/A" | "#REF!" | "#VALUE!" | "#NAME?" | "#DIV/0!" | "#NULL!" | "#NUM!") {
        return Some(Text::new(
            format!("“{shown}”是表格公式的出错提示，请改成真实内容。"),
            format!("`{shown}` is the error of a formula; write the real value."),
        ));
    }
    let (mantissa, exponent) = text.split_once(['E', 'e'])?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = mantissa.split_once('.').map_or(digits(mantissa), |(whole, rest)| digits(whole) && digits(rest));
    (number && exponent.strip_prefix('+').is_some_and(digits)).then(|| {
        Text::new(
            format!("“{shown}”是表格把长号码缩短后的样子，后面几位已经丢了。请把这一列设成“文本”格式，重新填写号码。"),
            format!(
                "`{shown}` is a long number cut short by the spreadsheet; format the column as text and type it again."
            ),
        )
    })
}
