//! `data/open-days.csv`: the open days for officers who work in a spreadsheet, one row a session.
//!
//! UTF-8 with a byte order mark, without which Excel and WPS read Chinese as GBK, and lines ending as RFC 4180 says.
//! No cell can run as a formula when the file is opened (faults.md G07). The columns bear the names of the tables
//! that are read as input.

use crate::load::fields::Kind;
use crate::model::page::{OpenDay, Session};
use crate::model::{Own, Page};
use crate::plan::{self, ListOf};
use crate::render::Press;
use crate::render::pages::accessibility;

/// The header, in the order of [`cells`].
const COLUMNS: [&str; 29] = [
    "标题",
    "活动",
    "机构",
    "日期",
    "开始",
    "结束",
    "名额",
    "余位",
    "时间说明",
    "地区",
    "地址",
    "预约方式",
    "预约电话",
    "预约网址",
    "预约截止",
    "活动项目",
    "面向人群",
    "云参观",
    "无障碍",
    "携带物品",
    "状态",
    "状态说明",
    "主办单位",
    "发布时间",
    "更新时间",
    "摘要",
    "网址名",
    "机构名称",
    "网址",
];

/// What separates the texts of a list in one cell.
const BETWEEN: &str = "；";

/// `data/open-days.csv`
pub fn open_days(press: &Press) -> Vec<u8> {
    let mut table = String::from("\u{feff}");
    add(&mut table, COLUMNS.map(String::from));
    for page in press.shown(press.plan.index.list(ListOf::Kind(Kind::OpenDay))) {
        let Own::OpenDay(open_day) = &page.own else { continue };
        for session in &open_day.sessions {
            add(&mut table, cells(press, page, open_day, Some(session)));
        }
        if open_day.sessions.is_empty() {
            add(&mut table, cells(press, page, open_day, None));
        }
    }
    table.into_bytes()
}

fn add(table: &mut String, row: [String; COLUMNS.len()]) {
    table.push_str(&row.map(|text| cell(&text)).join(","));
    table.push_str("\r\n");
}

fn cells(press: &Press, page: &Page, open_day: &OpenDay, session: Option<&Session>) -> [String; COLUMNS.len()] {
    let brief = press.brief(open_day);
    let booking = open_day.booking.as_ref();
    let institution = press.edition.page(&open_day.institution);
    let campaigns: Vec<String> = press.shown(&page.campaigns).map(|page| page.id.slug.to_string()).collect();
    [
        page.title.clone(),
        campaigns.join(BETWEEN),
        word(institution.map(|page| &page.id.slug)),
        word(session.map(|session| session.date)),
        word(session.and_then(|session| session.start)),
        word(session.and_then(|session| session.end)),
        word(session.and_then(|session| session.capacity)),
        word(session.and_then(|session| session.left)),
        word(open_day.date_text.as_ref()),
        word(plan::region(&press.edition, page).map(|region| region.name)),
        word(brief.address),
        word(booking.and_then(|booking| booking.method.as_ref())),
        word(booking.and_then(|booking| booking.phone.as_ref())),
        word(booking.and_then(|booking| booking.url.as_ref())),
        word(booking.and_then(|booking| booking.deadline)),
        open_day.programme.join(BETWEEN),
        open_day.audience.join(BETWEEN),
        word(open_day.online_url.as_ref()),
        accessibility(press, open_day).join(BETWEEN),
        open_day.bring.join(BETWEEN),
        brief.status_text.to_string(),
        word(open_day.status_note.as_ref()),
        open_day.organizer.join(BETWEEN),
        word(page.published),
        word(page.updated),
        press.summary(page),
        page.id.slug.to_string(),
        word(institution.map(|page| &page.title)),
        press.absolute(&page.id.out()),
    ]
}

fn word(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

/// A text as a cell: on one line, harmless, in quotes where it could be taken for several.
fn cell(text: &str) -> String {
    let text = guarded(one_line(text));
    match text.contains([',', '"']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
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
