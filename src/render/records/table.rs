//! `data/open-days.csv`: the open days for officers who work in a spreadsheet, one row a session.
//!
//! UTF-8 with a byte order mark, without which Excel and WPS read Chinese as GBK, and lines ending as RFC 4180 says.
//! No cell can run as a formula when the file is opened (faults.md G07). The columns are those of the tables that are
//! read as input, so that the file can become one; two more, which a reader passes over, are for people.

use crate::load::fields::Kind;
use crate::load::open_days::columns::COLUMNS;
use crate::load::table;
use crate::model::page::{OpenDay, Session};
use crate::model::{Own, Page, Region};
use crate::plan::{self, ListOf};
use crate::render::Press;
use crate::render::pages::{accessibility, source};

/// Columns of input that stay here: whom to ask is on the page of the open day, not in lists of names to copy, and
/// when a page is shown is nobody's fact but the officers'.
const KEPT_BACK: [&str; 7] =
    ["contact_name", "contact_role", "contact_phone", "contact_email", "publish", "expires", "draft"];

/// What separates the texts of a list in one cell.
const BETWEEN: &str = "；";

/// One line of the table: an open day and one of its sessions, or the only line of one without sessions.
struct Line<'a> {
    page: &'a Page,
    open_day: &'a OpenDay,
    session: Option<&'a Session>,
}

/// `data/open-days.csv`
pub fn open_days(press: &Press) -> Vec<u8> {
    let columns = || COLUMNS.iter().filter(|column| !KEPT_BACK.contains(&column.key));
    let mut table = String::from("\u{feff}");
    add(&mut table, columns().map(|column| column.zh.to_string()).chain(["机构名称", "网址"].map(String::from)));
    for page in press.shown(press.plan.index.list(ListOf::Kind(Kind::OpenDay))) {
        let Own::OpenDay(open_day) = &page.own else { continue };
        let sessions = open_day.sessions.iter().map(Some);
        let lines = sessions.chain(open_day.sessions.is_empty().then_some(None));
        for line in lines.map(|session| Line { page, open_day, session }) {
            let institution = press.edition.page(&open_day.institution).map(|page| page.title.clone());
            let people = [institution.unwrap_or_default(), press.absolute(&page.id.out())];
            add(&mut table, columns().map(|column| line.text(press, column.key)).chain(people));
        }
    }
    table.into_bytes()
}

fn add(table: &mut String, row: impl Iterator<Item = String>) {
    table.push_str(&row.map(|text| cell(&text)).collect::<Vec<_>>().join(","));
    table.push_str("\r\n");
}

impl Line<'_> {
    /// What stands in the column of `key`.
    fn text(&self, press: &Press, key: &str) -> String {
        let (page, open_day) = (self.page, self.open_day);
        match key {
            "slug" => page.id.slug.to_string(),
            "title" => page.title.clone(),
            "campaign" => press.shown(&page.campaigns).map(|page| &*page.id.slug).collect::<Vec<_>>().join(BETWEEN),
            "institution" => word(press.edition.page(&open_day.institution).map(|page| &page.id.slug)),
            "date_text" => word(open_day.date_text.as_ref()),
            "region" => word(plan::region(&press.edition, page).map(|region| named(press, region))),
            "address" => word(press.brief(open_day).address),
            "programme" => open_day.programme.join(BETWEEN),
            "audience" => open_day.audience.join(BETWEEN),
            "online_url" => word(open_day.online_url.as_ref()),
            "accessibility" => accessibility(press, open_day).join(BETWEEN),
            "bring" => open_day.bring.join(BETWEEN),
            "status" => press.brief(open_day).status_text.to_string(),
            "status_note" => word(open_day.status_note.as_ref()),
            "organizer" => open_day.organizer.join(BETWEEN),
            "source" => source(press, page),
            "summary" => press.summary(page),
            "published" => word(page.published),
            "updated" => word(page.updated),
            key => {
                self.session(key).or_else(|| self.booking(key)).or_else(|| self.point(press, key)).unwrap_or_default()
            }
        }
    }

    fn session(&self, key: &str) -> Option<String> {
        let session = self.session?;
        match key {
            "date" => Some(session.date.to_string()),
            "start" => Some(word(session.start)),
            "end" => Some(word(session.end)),
            "capacity" => Some(word(session.capacity)),
            "left" => Some(word(session.left)),
            "planned" => session.planned.map(|(day, clock)| match clock {
                Some(clock) => format!("{day} {clock}"),
                None => day.to_string(),
            }),
            _ => None,
        }
    }

    fn booking(&self, key: &str) -> Option<String> {
        let booking = self.open_day.booking.as_ref()?;
        match key {
            "booking_method" => booking.method.clone(),
            "booking_phone" => booking.phone.clone(),
            "booking_url" => booking.url.clone(),
            "booking_deadline" => booking.deadline.map(|day| day.to_string()),
            _ => None,
        }
    }

    fn point(&self, press: &Press, key: &str) -> Option<String> {
        let point = press.point(self.open_day)?;
        match key {
            "lat" => Some(point.lat.to_string()),
            "lon" => Some(point.lon.to_string()),
            "datum" => Some(point.datum.word().to_string()),
            _ => None,
        }
    }
}

/// The name of a region, or its code where there are several of that name.
fn named(press: &Press, region: Region) -> &'static str {
    let found = Region::find(region.name, press.edition.config().bureau.region);
    if found == Some(region) { region.name } else { region.code }
}

fn word(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// A text as a cell: on one line, harmless, in quotes where it could be taken for several.
fn cell(text: &str) -> String {
    table::quoted(&guarded(one_line(text)), ',')
}

/// Line breaks, tabs and other controls become one space each, none at the ends.
fn one_line(text: &str) -> String {
    let is_break = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    let text = text.replace("\r\n", "\n");
    let text: String = text.chars().map(|c| if is_break(c) { ' ' } else { c }).collect();
    text.trim().to_string()
}

/// With a `'` in front where a spreadsheet would take the text for a formula; one that is there already counts as
/// part of the text, so that whoever takes one `'` away has what was written.
fn guarded(text: String) -> String {
    let signs = ['=', '+', '-', '@', '＝', '＋', '－', '＠'];
    if text.trim_start_matches('\'').starts_with(signs) { format!("'{text}") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g07_no_cell_is_a_formula() {
        for sign in ["=", "+", "-", "@", "＝", "＋", "－", "＠", "\t=", "\r=", " \n＝", "'=", "''@"] {
            let cell = cell(&format!("{sign}1+1"));
            assert!(cell.starts_with('\''), "{sign:?} {cell}");
        }
        for plain in ["甲=乙", "0351-1234567", "'引号'", "“=”", ""] {
            assert_eq!(cell(plain), plain);
        }
        assert_eq!(cell("=HYPERLINK(\"http://x\",\"点\")"), "\"'=HYPERLINK(\"\"http://x\"\",\"\"点\"\")\"");
    }

    #[test]
    fn a_cell_is_one_line() {
        assert_eq!(cell(" 甲\r\n乙\n丙\t丁\u{2028}戊\u{85} "), "甲 乙 丙 丁 戊");
        assert_eq!(cell("甲,乙"), "\"甲,乙\"");
    }
}
