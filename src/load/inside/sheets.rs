//! Spreadsheets (ECMA-376 part 1, §18): texts that cells share, texts and numbers of their own, and what tables keep of
//! their sources. What a number is, the head of its column says, or the label before it.

use std::collections::BTreeMap;

use super::office::Pack;
use super::xml::{self, Element, Next};
use super::{Look, Part, Spot};
use crate::personal;

/// Reads the sheets of a workbook.
pub fn read(pack: &mut Pack, look: &mut Look) {
    let strings = strings(&pack.part("xl/sharedStrings.xml").unwrap_or_default());
    let titles = titles(pack);
    let is_sheet = |name: &&String| name.starts_with("xl/worksheets/") && name.ends_with(".xml");
    let names: Vec<String> = pack.names().filter(is_sheet).filter(|name| !name.contains("/_rels/")).cloned().collect();
    for name in names {
        let part = pack.part(&name).unwrap_or_default();
        let stem = || name.rsplit('/').next().unwrap_or(&name).trim_end_matches(".xml").to_string();
        let title = titles.get(&name).cloned().unwrap_or_else(stem);
        let mut sheet = Sheet { strings: &strings, title, ..Sheet::default() };
        sheet.read(&part, look);
        look.rows = look.rows.max(sheet.rows);
    }
}

/// Looks through what a table keeps of its sources.
pub fn cache(part: &str, look: &mut Look) {
    xml::each(part, |next| {
        if let Next::Open(element) = next
            && let Some(value) = element.attribute("v")
        {
            look.text(&whole(&value).unwrap_or(value), || Spot::Part(Part::Beside));
        }
    });
}

/// The titles of the sheets by the names of their parts.
fn titles(pack: &mut Pack) -> BTreeMap<String, String> {
    let (mut parts, mut titles) = (BTreeMap::new(), BTreeMap::new());
    let relations = pack.part("xl/_rels/workbook.xml.rels").unwrap_or_default();
    xml::each(&relations, |next| {
        if let Next::Open(element) = next
            && let (Some(id), Some(target)) = (element.attribute("Id"), element.attribute("Target"))
        {
            let target = target.trim_start_matches('/');
            let target = if target.starts_with("xl/") { target.to_string() } else { format!("xl/{target}") };
            parts.insert(id, target);
        }
    });
    xml::each(&pack.part("xl/workbook.xml").unwrap_or_default(), |next| {
        if let Next::Open(element) = next
            && element.name() == "sheet"
            && let (Some(name), Some(id)) = (element.attribute("name"), element.attribute("id"))
            && let Some(part) = parts.get(&id)
        {
            titles.insert(part.clone(), name.chars().take(40).collect());
        }
    });
    titles
}

/// A text that cells share, whether there is something personal in it, and whether it says what numbers are.
struct Shared {
    text: String,
    personal: bool,
    label: bool,
}

fn strings(part: &str) -> Vec<Shared> {
    let (mut strings, mut text, mut spelling) = (Vec::new(), String::new(), false);
    xml::each(part, |next| match next {
        // How a word is spelled stands beside it.
        Next::Open(element) if element.name() == "rPh" => spelling = true,
        Next::Close("rPh") => spelling = false,
        Next::Words(words) if !spelling => text.push_str(words),
        Next::Close("si") => {
            let text = std::mem::take(&mut text);
            let (personal, label) = (!personal::find(&text).is_empty(), personal::is_label(&text));
            strings.push(Shared { text, personal, label });
        }
        _ => {}
    });
    strings
}

/// A sheet while it is read.
#[derive(Default)]
struct Sheet<'a> {
    strings: &'a [Shared],
    title: String,
    rows: usize,
    /// The last label of each column.
    heads: BTreeMap<String, String>,
    /// The last label of this row.
    label: String,
    cell: Cell,
}

/// A cell while it is read.
#[derive(Default)]
struct Cell {
    name: String,
    kind: String,
    text: String,
    open: bool,
}

/// Columns there can be; more labels are not kept.
const MOST_COLUMNS: usize = 16_384;

impl Sheet<'_> {
    fn read(&mut self, part: &str, look: &mut Look) {
        xml::each(part, |next| match next {
            Next::Open(element) => self.open(&element),
            Next::Words(words) if self.cell.open => self.cell.text.push_str(words),
            Next::Words(_) => {}
            Next::Close(name) => match name {
                "v" | "t" => self.cell.open = false,
                "c" => self.cell(look),
                _ => {}
            },
        });
    }

    fn open(&mut self, element: &Element) {
        match element.name() {
            "row" => {
                self.rows += 1;
                self.label.clear();
            }
            "c" => {
                let of = |name| element.attribute(name).unwrap_or_default();
                self.cell = Cell { name: of("r"), kind: of("t"), ..Cell::default() };
            }
            "v" | "t" => self.cell.open = true,
            _ => {}
        }
    }

    /// Looks into the cell that has ended.
    fn cell(&mut self, look: &mut Look) {
        let Cell { name, kind, text, .. } = std::mem::take(&mut self.cell);
        let shared = || self.strings.get(text.trim().parse::<usize>().ok()?);
        let number;
        let value = match kind.as_str() {
            "s" => match shared() {
                Some(shared) if shared.personal || shared.label => &shared.text,
                _ => return,
            },
            "inlineStr" | "str" => &text,
            "b" | "e" => return,
            _ => match whole(&text) {
                Some(digits) => {
                    number = digits;
                    &number
                }
                None => return,
            },
        };
        let column: String = name.chars().take_while(char::is_ascii_alphabetic).collect();
        if personal::is_label(value) {
            self.label = value.clone();
            if self.heads.len() < MOST_COLUMNS {
                self.heads.insert(column, value.clone());
            }
            return;
        }
        let label =
            if self.label.is_empty() { self.heads.get(&column).map_or("", String::as_str) } else { &self.label };
        let spot = || Spot::Cell { sheet: self.title.clone(), cell: name.chars().take(10).collect() };
        look.labelled(label, value, spot);
    }
}

/// The digits of a whole number as long as those that are looked for; spreadsheets write long ones as 1.3800138E10.
fn whole(text: &str) -> Option<String> {
    let text = text.trim();
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return (text.len() >= 11).then(|| text.to_string());
    }
    let number: f64 = text.parse().ok().filter(|number: &f64| number.fract() == 0.0)?;
    (1e10..1e15).contains(&number).then(|| format!("{number:.0}"))
}
