//! Public holidays, and the Saturdays and Sundays that are worked for them (调休).
//!
//! What the State Council arranged is embedded, one table a year (`holidays/README.md` names the notices). A project
//! adds a year, or sets single days otherwise, with `content/holidays/<year>.csv` in the same form: the next
//! arrangement comes out each November, and no site should wait for a release of this program.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::sync::LazyLock;

use super::Day;
use super::reading::Reading;
use crate::load::holidays::{COLUMNS, HolidayRow, HolidayTable};
use crate::load::table;
use crate::report::{Finding, Report, SourcePath, Text, codes, displayable};

const EMBEDDED: [(i16, &str); 5] = [
    (2022, include_str!("holidays/2022.csv")),
    (2023, include_str!("holidays/2023.csv")),
    (2024, include_str!("holidays/2024.csv")),
    (2025, include_str!("holidays/2025.csv")),
    (2026, include_str!("holidays/2026.csv")),
];

static ARRANGED: LazyLock<BTreeMap<Day, Mark>> = LazyLock::new(|| {
    let tables = EMBEDDED.iter().map(|(year, text)| embedded(*year, text));
    tables.flat_map(|table| marks(&table, &mut Report::new())).collect()
});

/// What is arranged for a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rest {
    /// 放假
    Off,
    /// A Saturday or Sunday that is worked.
    Working,
}

/// A day that is not as its weekday says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Whether people rest or work.
    pub kind: Rest,
    /// The holiday it belongs to, such as 中秋节.
    pub name: String,
}

impl Mark {
    /// `休` or `班`, for a cell of a calendar.
    pub fn short(&self) -> &'static str {
        match self.kind {
            Rest::Off => "休",
            Rest::Working => "班",
        }
    }

    /// `中秋节放假` or `国庆节调休上班`, for readers and for screen readers.
    pub fn words(&self) -> String {
        match self.kind {
            Rest::Off => format!("{}放假", self.name),
            Rest::Working => format!("{}调休上班", self.name),
        }
    }
}

/// The marked days of every year that is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Holidays {
    days: BTreeMap<Day, Mark>,
}

impl Holidays {
    /// The arranged days, and over them the days of the project's own tables.
    pub fn of(tables: &[HolidayTable], report: &mut Report) -> Holidays {
        let mut days = ARRANGED.clone();
        for table in tables {
            days.extend(marks(table, report));
        }
        Holidays { days }
    }

    /// What is arranged for `day`; none for an ordinary day, and for every day of a year nobody has entered.
    pub fn on(&self, day: Day) -> Option<&Mark> {
        self.days.get(&day)
    }
}

fn embedded(year: i16, text: &str) -> HolidayTable {
    HolidayTable { path: SourcePath::new(format!("{year}.csv")), year, text: text.to_string() }
}

/// The days of one table; a row with a mistake is told and left out.
fn marks(table: &HolidayTable, report: &mut Report) -> BTreeMap<Day, Mark> {
    let mut days = BTreeMap::new();
    for row in table.rows(report) {
        let mut found = Report::new();
        let mut reading =
            Reading { path: &table.path, map: &row.map, near: None, year: Some(table.year), report: &mut found };
        if let Some((day, mark)) = mark(&mut reading, table.year) {
            match days.entry(day) {
                Entry::Vacant(free) => {
                    free.insert(mark);
                }
                Entry::Occupied(_) => reading.report.add(twice(&reading, day)),
            }
        }
        report.extend(found.into_sorted().into_iter().map(|finding| in_row(finding, &row)));
    }
    days
}

/// The finding with its row and column in words.
fn in_row(finding: Finding, row: &HolidayRow) -> Finding {
    let entry = row.map.entries.iter().find(|entry| finding.place.span.as_ref() == Some(&entry.node.span));
    let column = COLUMNS.into_iter().find(|(key, _)| entry.is_some_and(|entry| entry.key == *key));
    let message = table::told(finding.message, row.number, column.map(|(_, zh)| zh));
    Finding { message, ..finding }
}

fn mark(reading: &mut Reading, year: i16) -> Option<(Day, Mark)> {
    let empty = COLUMNS.into_iter().filter(|(key, _)| reading.text(key).is_none());
    let missing: Vec<Finding> = empty.map(|(key, _)| missing(reading, key)).collect();
    reading.report.extend(missing);
    let (day, kind, name) = (reading.day("date"), rest(reading), reading.text("name"));
    let day = day?;
    if day.year() != year {
        reading.report.add(other_year(reading, day, year));
        return None;
    }
    Some((day, Mark { kind: kind?, name: name? }))
}

fn missing(reading: &Reading, key: &str) -> Finding {
    let text = Text::new("这一格是空的，要填写。", "This cell is empty.");
    Finding::new(&codes::E116, reading.place(key), text)
}

fn rest(reading: &mut Reading) -> Option<Rest> {
    let text = reading.text("rest")?;
    let known = [(Rest::Off, "放假"), (Rest::Working, "上班")].into_iter().find(|(_, word)| *word == text);
    if known.is_none() {
        let shown = displayable(&text);
        let message = Text::new(
            format!("要写“放假”或者“上班”，不能写“{shown}”。"),
            format!("Write 放假 (off) or 上班 (working), not `{shown}`."),
        );
        let meant = match text.as_str() {
            text if text.contains('班') => Some("上班"),
            text if text.contains(['休', '假']) => Some("放假"),
            _ => None,
        };
        let line = meant.map(|meant| reading.line("rest", meant));
        reading.report.add(Finding::new(&codes::E119, reading.place("rest"), message).fixes(line));
    }
    known.map(|(rest, _)| rest)
}

fn other_year(reading: &Reading, day: Day, year: i16) -> Finding {
    let text = Text::new(
        format!("{}不在 {year} 年，没有读取。请写到 {:04}.csv 里，或者改正年份。", day.zh(), day.year()),
        format!("{day} is not in {year} and was not read; put it into {:04}.csv or mend the year.", day.year()),
    );
    Finding::new(&codes::E160, reading.place("date"), text)
}

fn twice(reading: &Reading, day: Day) -> Finding {
    let text = Text::new(
        format!("{}在前面已经写过，只读了前面一行。请删掉其中一行。", day.zh()),
        format!("{day} stands in an earlier row, and only that one was read; delete one of them."),
    );
    Finding::new(&codes::E160, reading.place("date"), text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    #[test]
    fn every_embedded_table_is_read_whole_and_every_day_lies_in_its_year() {
        for ((year, text), (off, working)) in EMBEDDED.iter().zip([(32, 7), (26, 7), (28, 8), (28, 5), (33, 6)]) {
            let mut report = Report::new();
            let days = marks(&embedded(*year, text), &mut report);
            assert_eq!(report.into_sorted(), [], "{year}");
            assert_eq!(days.len() + 1, text.lines().count(), "{year}");
            let count = |kind: Rest| days.values().filter(|mark| mark.kind == kind).count();
            assert_eq!((count(Rest::Off), count(Rest::Working)), (off, working), "{year}");
            assert!(days.keys().all(|day| day.year() == *year), "{year}");
        }
    }

    #[test]
    fn only_weekends_are_worked_for_a_holiday() {
        for (day, mark) in ARRANGED.iter() {
            assert!(mark.kind == Rest::Off || day.weekday() >= 5, "{day} {}", mark.name);
        }
    }

    #[test]
    fn the_autumn_of_2022() {
        let holidays = Holidays::of(&[], &mut Report::new());
        let words = |text: &str| holidays.on(day(text)).map(Mark::words);
        for text in ["2022-09-10", "2022-09-11", "2022-09-12"] {
            assert_eq!(words(text).as_deref(), Some("中秋节放假"));
        }
        for text in ["2022-10-01", "2022-10-07"] {
            assert_eq!(words(text).as_deref(), Some("国庆节放假"));
        }
        for text in ["2022-10-08", "2022-10-09"] {
            assert_eq!(words(text).as_deref(), Some("国庆节调休上班"));
            assert_eq!(holidays.on(day(text)).map(Mark::short), Some("班"));
        }
        for text in ["2022-09-09", "2022-09-13", "2022-09-20", "2022-10-10", "1999-10-01"] {
            assert_eq!(words(text), None);
        }
    }

    #[test]
    fn a_project_sets_single_days_and_adds_years() {
        let table = |year: i16, text: &str| embedded(year, &format!("日期,安排,名称\n{text}"));
        let tables =
            [table(2022, "2022-10-08,放假,本地安排\n"), table(2027, "2027-01-01,放假,元旦\n2026-12-31,放假,元旦\n")];
        let mut report = Report::new();
        let holidays = Holidays::of(&tables, &mut report);
        let words = |text: &str| holidays.on(day(text)).map(Mark::words);
        assert_eq!(words("2022-10-08").as_deref(), Some("本地安排放假"), "the project's word counts");
        assert_eq!(words("2022-10-09").as_deref(), Some("国庆节调休上班"), "the other days stay");
        assert_eq!(words("2027-01-01").as_deref(), Some("元旦放假"));
        assert_eq!(words("2026-12-31"), None, "a day of another year is not taken");
        assert_eq!(report.into_sorted().len(), 1);
    }
}
