//! CSV text to rows of cells, each with the place it was written at: what spreadsheet programs save as CSV.
//!
//! The separator is read off the header's line, cells may be quoted and hold line breaks (RFC 4180), and blank rows
//! are passed over but counted, so that a row has the number a spreadsheet shows. A row that cannot be read, or whose
//! cells do not match the header, is told and left out; the others stay usable (faults.md C27).

#[cfg(test)]
mod tests;

use std::ops::Range;

use super::header::chinese_quotes;
use crate::report::{Finding, Place, Report, SourcePath, Span, Text, codes};

/// Rows a table may have besides its header.
pub const MAX_ROWS: usize = 5000;
/// Columns a table may have.
pub const MAX_COLUMNS: usize = 100;
/// Rows that cannot be read, after which the rest of the table is given up.
const MOST_FAULTS: usize = 20;

/// A table: its header and the rows that match it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// The sign between cells: `,`, `;` or a tab.
    pub separator: char,
    /// The first row that is not blank, without the empty cells at its end.
    pub header: Row,
    /// The other rows, blank ones left out; each has as many cells as the header.
    pub rows: Vec<Row>,
}

/// One row of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its number as a spreadsheet shows it, counted from 1; blank rows count, line breaks in cells do not.
    pub number: usize,
    /// Its cells.
    pub cells: Vec<Cell>,
}

/// One cell of a row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// What it says: without quotes, without white space round it, and without the `'` that guards formulas.
    pub text: String,
    /// The bytes it takes in the text, quotes included.
    pub range: Range<usize>,
    /// The line it begins on, counted from 1.
    pub line: usize,
    line_start: usize,
}

impl Row {
    /// Whether no cell says anything.
    fn is_blank(&self) -> bool {
        self.cells.iter().all(|cell| cell.text.is_empty())
    }

    /// The byte at which it begins, and the one behind its last cell.
    fn range(&self) -> Range<usize> {
        let (first, last) = (self.cells.first(), self.cells.last());
        first.map_or(0, |cell| cell.range.start)..last.map_or(0, |cell| cell.range.end)
    }
}

impl Cell {
    /// Where it stands in `text`, the table's; of a cell with line breaks, its first line.
    pub fn span(&self, text: &str) -> Span {
        self.marked(text, self.range.clone())
    }

    /// Whether it was typed over several lines.
    pub fn is_tall(&self, text: &str) -> bool {
        text[self.range.clone()].contains('\n')
    }

    fn marked(&self, text: &str, range: Range<usize>) -> Span {
        let line = &text[self.line_start..];
        let line = &line[..line.find('\n').unwrap_or(line.len())];
        let end = range.end.min(self.line_start + line.len());
        Span {
            line: self.line,
            column: text[self.line_start..range.start].chars().count() + 1,
            width: text[range.start..end].chars().count(),
            text: line.into(),
        }
    }
}

/// Reads the decoded `text` of the table at `path`; none when it has no header that could be used.
pub fn read(path: &SourcePath, text: &str, report: &mut Report) -> Option<Table> {
    let separator = separator(text);
    let mut lexer = Lexer { path, text, separator, at: 0, line: 1, number: 0 };
    let header = header(&mut lexer, report)?;
    let typed = header.cells.len();
    let header = without_empty_end(header);
    let mut rows = lexer.rows(MAX_ROWS + 1, report);
    if rows.len() > MAX_ROWS {
        report.extend(rows.pop().map(|row| too_many(&lexer, &row)));
    }
    if let Some(finding) = title_above(&lexer, &header, rows.first()) {
        report.add(finding);
        return None;
    }
    let width = header.cells.len();
    rows.retain_mut(|row| match misfit(&lexer, row, width, typed) {
        Some(finding) => {
            report.add(finding);
            false
        }
        None => {
            row.cells.truncate(width);
            true
        }
    });
    Some(Table { separator, header, rows })
}

fn header(lexer: &mut Lexer, report: &mut Report) -> Option<Row> {
    let mut faults = Report::new();
    let header = lexer.rows(1, &mut faults).pop();
    if faults.is_empty() {
        match &header {
            Some(header) => faults.extend(header_fault(lexer, header)),
            None => faults.add(Finding::new(&codes::E159, Place::file(lexer.path), no_header())),
        }
    }
    let sound = faults.is_empty();
    report.extend(faults.into_sorted());
    header.filter(|_| sound)
}

/// What is said about a row, and where known about a cell of it, with both named: a spreadsheet shows no lines.
pub fn told(said: Text, row: usize, column: Option<&str>) -> Text {
    let (zh, en) = match column {
        Some(name) => (format!("第 {row} 行“{name}”一列"), format!("Row {row}, column `{name}`")),
        None => (format!("第 {row} 行"), format!("Row {row}")),
    };
    Text::new(format!("{zh}：{}", said.zh), format!("{en}: {}", said.en))
}

/// `text` as a cell: in quotes where it could be taken for something else.
pub fn quoted(text: &str, separator: char) -> String {
    match text.contains([separator, '"', '\n', '\r']) || text.trim() != text {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text.to_string(),
    }
}

/// The sign that stands most often in the first line that says something, outside quotes; a comma in doubt.
fn separator(text: &str) -> char {
    let line = text.lines().find(|line| !is_blank(line)).unwrap_or_default();
    let outside: String = line.split('"').step_by(2).collect();
    let count = |sign: &char| outside.matches(*sign).count();
    [',', ';', '\t'].into_iter().rev().max_by_key(count).unwrap_or(',')
}

fn is_blank(line: &str) -> bool {
    line.chars().all(|c| c.is_whitespace() || matches!(c, ',' | ';' | '"'))
}

fn without_empty_end(mut row: Row) -> Row {
    while row.cells.last().is_some_and(|cell| cell.text.is_empty()) {
        row.cells.pop();
    }
    row
}

/// Where the reading stands.
struct Lexer<'a> {
    path: &'a SourcePath,
    text: &'a str,
    separator: char,
    at: usize,
    line: usize,
    number: usize,
}

impl Lexer<'_> {
    /// The next rows that are not blank, `most` of them.
    fn rows(&mut self, most: usize, report: &mut Report) -> Vec<Row> {
        let (mut rows, mut faults) = (Vec::new(), 0);
        while self.at < self.text.len() && rows.len() < most && faults < MOST_FAULTS {
            self.number += 1;
            if self.text[self.at..].starts_with('\n') {
                (self.at, self.line) = (self.at + 1, self.line + 1);
                continue;
            }
            let (start, line) = (self.at, self.line);
            match self.row() {
                Ok(row) if row.is_blank() => {}
                Ok(row) => rows.push(row),
                Err(finding) => {
                    report.add(*finding);
                    faults += 1;
                    // What follows the broken line may well be sound.
                    self.at = self.text[start..].find('\n').map_or(self.text.len(), |end| start + end + 1);
                    self.line = line + 1;
                }
            }
        }
        rows
    }

    fn row(&mut self) -> Result<Row, Box<Finding>> {
        let mut cells = Vec::new();
        let mut line_start = self.at;
        loop {
            let cell = self.cell(line_start)?;
            if self.line > cell.line {
                line_start = cell.range.start + self.text[cell.range.clone()].rfind('\n').map_or(0, |at| at + 1);
            }
            cells.push(cell);
            let next = self.text[self.at..].chars().next();
            self.at += next.map_or(0, char::len_utf8);
            if next != Some(self.separator) {
                self.line += 1;
                return Ok(Row { number: self.number, cells });
            }
        }
    }

    /// The next cell, up to the separator or the end of the row.
    fn cell(&mut self, line_start: usize) -> Result<Cell, Box<Finding>> {
        let (start, line, separator) = (self.at, self.line, self.separator);
        let rest = &self.text[start..];
        // Spreadsheet programs save mostly empty cells.
        if rest.starts_with(separator) {
            return Ok(Cell { text: String::new(), range: start..start, line, line_start });
        }
        let raw = &rest[..self.end_of_cell(rest)];
        let words = raw.trim_start();
        let from = start + raw.len() - words.len();
        if words.starts_with('"') {
            return self.quoted(from, line_start);
        }
        self.at += raw.len();
        let words = words.trim_end();
        Ok(Cell { text: unguarded(words).to_string(), range: from..from + words.len(), line, line_start })
    }

    /// Where the next separator or line break stands in `rest`.
    fn end_of_cell(&self, rest: &str) -> usize {
        let ends = |byte| byte == b'\n' || char::from(byte) == self.separator;
        rest.bytes().position(ends).unwrap_or(rest.len())
    }

    /// The cell whose quote opens at `open`.
    fn quoted(&mut self, open: usize, line_start: usize) -> Result<Cell, Box<Finding>> {
        let mut cell = Cell { text: String::new(), range: open..open + 1, line: self.line, line_start };
        let mut end = open + 1;
        loop {
            match self.text[end..].find('"') {
                None => return Err(Box::new(self.unclosed(&cell, None))),
                Some(at) => end += at + 1,
            }
            if !self.text[end..].starts_with('"') {
                break;
            }
            end += 1;
        }
        cell.range.end = end;
        let rest = &self.text[end..];
        let after = &rest[..self.end_of_cell(rest)];
        if !after.trim().is_empty() {
            return Err(Box::new(match cell.is_tall(self.text) {
                true => self.unclosed(&cell, Some(end)),
                false => self.after_quote(&cell, after),
            }));
        }
        let inner = self.text[open + 1..end - 1].replace("\"\"", "\"");
        cell.text = unguarded(inner.trim()).to_string();
        self.line += inner.matches('\n').count();
        self.at = end + after.len();
        Ok(cell)
    }

    fn place(&self, cell: &Cell) -> Place {
        Place::at(self.path, cell.span(self.text))
    }

    /// E107: a quote that nothing closes, or that a quote of a later row seems to close.
    fn unclosed(&self, cell: &Cell, closed_at: Option<usize>) -> Finding {
        let open = cell.range.start;
        let rest = &self.text[open..];
        let end = self.end_of_cell(rest);
        let number = self.number;
        let message = Text::new(
            format!(
                "第 {number} 行有一格以英文引号 \" 开头，却没有配对的结束引号，这一行没有读。请补上引号；文字里的引号请用中文引号“ ”。"
            ),
            format!("Row {number}: the quote opened here is never closed, so the row was not read. Close it."),
        );
        let closed = format!("\"{}\"", rest[1..end].trim_end().trim_end_matches(['”', '“', '＂', '\'']));
        let line = cell.marked(self.text, open..open + end).with(&closed);
        let place = Place::at(self.path, cell.marked(self.text, open..open + 1));
        let finding = Finding::new(&codes::E107, place, message).fix(line);
        match closed_at {
            Some(at) => finding.related(Place::in_text(self.path, self.text, at - 1, 1)),
            None => finding,
        }
    }

    /// E108: `"质量月"活动`.
    fn after_quote(&self, cell: &Cell, after: &str) -> Finding {
        let number = self.number;
        let whole = cell.range.start..cell.range.end + after.trim_end().len();
        let lost = after.trim();
        let message = Text::new(
            format!(
                "第 {number} 行有一格的引号已经结束，后面又有文字“{lost}”，这一行没有读。文字里的引号请用中文引号“ ”。"
            ),
            format!(
                "Row {number}: `{lost}` follows a closing quote, so the row was not read. Use “ ” inside the text."
            ),
        );
        let raw = &self.text[whole.clone()];
        let line = cell.marked(self.text, whole).with(&quoted(&chinese_quotes(raw), self.separator));
        let from = cell.range.end + after.len() - after.trim_start().len();
        let place = Place::at(self.path, cell.marked(self.text, from..from + lost.len()));
        Finding::new(&codes::E108, place, message).fix(line)
    }

    fn shown_separator(&self) -> &'static str {
        match self.separator {
            ';' => ";",
            '\t' => "Tab",
            _ => ",",
        }
    }
}

/// The text without the `'` that keeps spreadsheet programs from running it; our own CSV files have it.
fn unguarded(text: &str) -> &str {
    if !text.starts_with('\'') {
        return text;
    }
    let signs = text.trim_start_matches('\'');
    let guarded = signs.len() < text.len() && signs.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']);
    if guarded { &text[1..] } else { text }
}

fn no_header() -> Text {
    Text::new("表格是空的，缺少第一行的表头。", "The table is empty; its first row names the columns.")
}

/// What makes a header unusable: Chinese separators, or far too many columns.
fn header_fault(lexer: &Lexer, header: &Row) -> Option<Finding> {
    let count = header.cells.iter().rposition(|cell| !cell.text.is_empty()).map_or(0, |last| last + 1);
    if count > MAX_COLUMNS {
        let message = Text::new(
            format!("表头有 {count} 列，最多 {MAX_COLUMNS} 列。"),
            format!("The header has {count} columns; {MAX_COLUMNS} at most."),
        );
        return Some(Finding::new(&codes::E120, Place::file(lexer.path), message));
    }
    let wide = |cell: &&Cell| cell.text.contains(['，', '；']) && !lexer.text[cell.range.clone()].starts_with('"');
    let cell = header.cells.iter().find(wide)?;
    let sign = if cell.text.contains('，') { '，' } else { '；' };
    let message = Text::new(
        format!("表头各列之间用了中文的“{sign}”，程序分不开。请改成英文逗号“,”，下面各行也一样。"),
        format!("The columns are separated by a full-width `{sign}`; use `,` here and in the rows below."),
    );
    let at = lexer.text[cell.range.clone()].find(sign).map_or(cell.range.start, |at| cell.range.start + at);
    let place = Place::at(lexer.path, cell.marked(lexer.text, at..at + sign.len_utf8()));
    let line = cell.span(lexer.text).text.replace(['，', '；'], lexer.separator.encode_utf8(&mut [0; 4]));
    Some(Finding::new(&codes::E159, place, message).fix(line))
}

/// A table with the name of the whole table above its header.
fn title_above(lexer: &Lexer, header: &Row, below: Option<&Row>) -> Option<Finding> {
    let said = |row: &Row| row.cells.iter().filter(|cell| !cell.text.is_empty()).count();
    let title = header.cells.first().filter(|_| said(header) == 1)?;
    let number = below.filter(|below| said(below) > 1)?.number;
    let message = Text::new(
        format!(
            "第 {} 行像是整个表格的标题，不是表头，这个表格没有读。请删掉这一行，表头要放在最上面（现在是第 {number} 行）。",
            header.number
        ),
        format!(
            "Row {} looks like a title of the table; the table was not read. Delete it: the header (now row {number}) comes first.",
            header.number
        ),
    );
    Some(Finding::new(&codes::E159, lexer.place(title), message))
}

fn too_many(lexer: &Lexer, row: &Row) -> Finding {
    let number = row.number;
    let message = Text::new(
        format!("表格最多 {MAX_ROWS} 行，从第 {number} 行起没有读。请分成几个文件。"),
        format!("A table has {MAX_ROWS} rows at most; row {number} and those below were not read. Split the file."),
    );
    let place = row.cells.first().map_or_else(|| Place::file(lexer.path), |cell| lexer.place(cell));
    Finding::new(&codes::E120, place, message)
}

/// E159 for a row with fewer cells than the header, or more of which one says something; the header takes `width`
/// cells and was `typed` with empty ones behind.
fn misfit(lexer: &Lexer, row: &Row, width: usize, typed: usize) -> Option<Finding> {
    let (number, count, sign) = (row.number, row.cells.len(), lexer.shown_separator());
    if count < width {
        let message = Text::new(
            format!(
                "第 {number} 行只有 {count} 格，表头有 {width} 列，这一行没有读。空着的格子也要留着分隔符“{sign}”，请核对是哪里少了。"
            ),
            format!(
                "Row {number} has {count} cells, the header {width}; the row was not read. Keep the separators `{sign}` of empty cells."
            ),
        );
        let place = row.cells.last().map_or_else(|| Place::file(lexer.path), |cell| lexer.place(cell));
        return Some(Finding::new(&codes::E159, place, message).fixes(longer(lexer, row, width)));
    }
    // An empty cell too many may also be the end of a row that a number such as 1,234 pushed to the right.
    let pushed = split_number(row).filter(|_| count > typed && count == width + 1);
    let extra = row.cells[width..].iter().find(|cell| !cell.text.is_empty()).or(pushed.map(|pair| &pair[0]))?;
    let message = Text::new(
        format!(
            "第 {number} 行有 {count} 格，表头只有 {width} 列，多出的内容不知道属于哪一列，这一行没有读。内容里有“{sign}”的，要用英文双引号括起来。"
        ),
        format!(
            "Row {number} has {count} cells, the header {width}; the row was not read. Quote texts that hold `{sign}`."
        ),
    );
    Some(Finding::new(&codes::E159, lexer.place(extra), message).fixes(shorter(lexer, row, width)))
}

/// The line of a short row with its `，` as separators, where that makes it fit. Where else a cell is missing, nobody
/// but the author knows.
fn longer(lexer: &Lexer, row: &Row, width: usize) -> Option<String> {
    let line = lexer.text.get(row.range()).filter(|line| !line.contains(['\n', '"']))?;
    let sign = lexer.separator.to_string();
    (line.matches('，').count() == width - row.cells.len()).then(|| line.replace('，', &sign))
}

/// The line of a long row with its numbers such as `1,234` in one cell, where that makes it fit.
fn shorter(lexer: &Lexer, row: &Row, width: usize) -> Option<String> {
    let range = row.range();
    let line = lexer.text.get(range).filter(|line| !line.contains('\n'))?;
    let pair = split_number(row)?;
    let at = pair[0].range.end - row.range().start..pair[1].range.start - row.range().start;
    (row.cells.len() == width + 1).then(|| format!("{}{}", &line[..at.start], &line[at.end..]))
}

/// The two cells that hold the only number such as `1,234`.
fn split_number(row: &Row) -> Option<&[Cell]> {
    let digits = |cell: &Cell| cell.text.bytes().all(|byte| byte.is_ascii_digit());
    let split = |pair: &[Cell]| digits(&pair[0]) && digits(&pair[1]) && pair[1].text.len() == 3;
    let mut splits = row.cells.windows(2).filter(|pair| (1..4).contains(&pair[0].text.len()) && split(pair));
    match (splits.next(), splits.next()) {
        (Some(pair), None) => Some(pair),
        _ => None,
    }
}
