//! `site new open-days-table`: a table of open days with every column named and one row as an example, kept back as a
//! draft. With a byte order mark and CRLF, without which WPS and Excel take Chinese for GBK.

use super::Known;
use crate::load::fields::{Kind, Shape};
use crate::load::open_days::BETWEEN;
use crate::load::open_days::columns::{COLUMNS, Column};
use crate::load::table::quoted;
use crate::report::Lang;

/// Columns of the example that are filled in besides the required ones.
const FILLED: [&str; 7] = ["date", "start", "end", "capacity", "booking_method", "booking_phone", "programme"];

/// The bytes of a new table.
pub(super) fn text(known: &Known, lang: Lang) -> String {
    let header = COLUMNS.iter().map(|column| if lang == Lang::Zh { column.zh } else { column.key }.to_string());
    let example = COLUMNS.iter().map(|column| cell(column, known));
    format!("\u{feff}{}{}", line(header), line(example))
}

fn line(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = cells.map(|cell| quoted(&cell, ',')).collect();
    format!("{}\r\n", cells.join(","))
}

fn cell(column: &Column, known: &Known) -> String {
    let field = column.field();
    match column.key {
        "draft" => "true".to_string(),
        "title" => super::title(Kind::OpenDay).to_string(),
        "date" => known.visit.to_string(),
        key if !field.required && !FILLED.contains(&key) => String::new(),
        _ if column.path[0] == "geo" => String::new(),
        _ if field.shape == Shape::Texts => {
            field.example.trim_matches(['[', ']']).replace(", ", &BETWEEN[0].to_string())
        }
        _ => known.value(field, false),
    }
}
