//! From the texts of a header to typed values. Each question names its key; a wrong answer becomes a finding at the
//! spot where it was written, and the value counts as not given.

use super::date::DateFault;
use super::{Clock, Day, Moment, Region};
use crate::load::fields::{Field, Shape};
use crate::load::node::{Map, Node, Value};
use crate::report::{Edit, Finding, Place, Report, SourcePath, Span, Text, codes, displayable, nearest};

/// Reads one map (a header, or a row in it) of one file.
pub struct Reading<'a, 'r> {
    /// The file, for places.
    pub path: &'a SourcePath,
    /// The values.
    pub map: &'a Map,
    /// The bureau's region, which decides between divisions of the same name.
    pub near: Option<Region>,
    /// The year to propose where somebody left it out.
    pub year: Option<i16>,
    /// Where findings go.
    pub report: &'r mut Report,
}

impl<'a> Reading<'a, '_> {
    /// The same questions asked of a row inside this map.
    pub fn of(&mut self, map: &'a Map) -> Reading<'a, '_> {
        Reading { path: self.path, map, near: self.near, year: self.year, report: self.report }
    }

    /// Where the value of `key` stands, or the file as a whole.
    pub fn place(&self, key: &str) -> Place {
        self.map.entry(key).map_or_else(|| Place::file(self.path), |entry| entry.node.place(self.path))
    }

    /// A text.
    pub fn text(&self, key: &str) -> Option<String> {
        self.map.text(key).map(|text| text.trim().to_string()).filter(|text| !text.is_empty())
    }

    /// Several texts; a single one counts as a list of one.
    pub fn texts(&self, key: &str) -> Vec<String> {
        self.nodes(key).into_iter().filter_map(Node::as_text).map(|text| text.trim().to_string()).collect()
    }

    /// The nodes of a list; a single value counts as a list of one.
    pub fn nodes(&self, key: &str) -> Vec<&'a Node> {
        match self.map.get(key).map(|node| (&node.value, node)) {
            Some((Value::List(nodes), _)) => nodes.iter().collect(),
            Some((_, node)) => vec![node],
            None => Vec::new(),
        }
    }

    /// The rows of a list of maps.
    pub fn rows(&self, key: &str) -> Vec<&'a Map> {
        self.nodes(key).into_iter().filter_map(as_map).collect()
    }

    /// One map.
    pub fn table(&self, key: &str) -> Option<&'a Map> {
        self.map.get(key).and_then(as_map)
    }

    /// `true` or `false`; nothing counts as `false`.
    pub fn flag(&mut self, key: &str) -> bool {
        let Some(text) = self.text(key) else { return false };
        match text.as_str() {
            "true" => return true,
            "false" => return false,
            _ => {}
        }
        let meant = match text.to_lowercase().as_str() {
            "是" | "yes" | "y" | "on" | "1" | "真" | "对" => Some("true"),
            "否" | "no" | "n" | "off" | "0" | "假" | "不" => Some("false"),
            other => nearest(other, ["true", "false"]),
        };
        let message = Text::new("这里只能写 true（是）或 false（否）。", "Use true or false.");
        let mut finding = Finding::new(&codes::E118, self.place(key), message);
        if let Some(meant) = meant {
            finding = finding.fix(self.line(key, meant));
        }
        self.report.add(finding);
        // In doubt a page stays hidden: `draft: 是` must never publish it.
        meant != Some("false")
    }

    /// A day.
    pub fn day(&mut self, key: &str) -> Option<Day> {
        let text = self.text(key)?;
        match Day::parse(&text) {
            Ok(day) => {
                self.odd_year(key, day);
                Some(day)
            }
            Err(fault) => {
                self.date_fault(key, &text, fault);
                None
            }
        }
    }

    /// A day with a time.
    pub fn moment(&mut self, key: &str) -> Option<Moment> {
        let text = self.text(key)?;
        match Moment::parse(&text) {
            Ok(moment) => {
                self.odd_year(key, moment.day);
                Some(moment)
            }
            Err(fault) => {
                match (Day::parse(&text), fault) {
                    (Ok(day), _) => self.timeless(key, day),
                    (_, DateFault::Form(Some(meant))) if Moment::parse(&meant).is_ok() => {
                        self.unclear_time(key, &text, Some(meant));
                    }
                    (_, fault) => self.date_fault(key, &text, fault),
                }
                None
            }
        }
    }

    /// A day, with or without a time.
    pub fn day_or_moment(&mut self, key: &str) -> Option<(Day, Option<Clock>)> {
        let text = self.text(key)?;
        match Day::parse(&text) {
            Ok(_) => self.day(key).map(|day| (day, None)),
            Err(_) => self.moment(key).map(|moment| (moment.day, Some(moment.clock))),
        }
    }

    /// A time of day.
    pub fn clock(&mut self, key: &str) -> Option<Clock> {
        let text = self.text(key)?;
        let fault = match Clock::parse(&text) {
            Ok(clock) => return Some(clock),
            Err(fault) => fault,
        };
        let meant = match fault {
            DateFault::Form(meant) => meant,
            _ => None,
        };
        self.unclear_time(key, &text, meant);
        None
    }

    /// A web address; anything else is refused (E125).
    pub fn web(&mut self, key: &str) -> Option<String> {
        let text = self.text(key)?;
        if is_web(&text) {
            return Some(text);
        }
        let message = Text::new(
            "网址要以 https:// 或 http:// 开头，中间不能有空格。",
            "A web address begins with https:// or http:// and holds no spaces.",
        );
        let whole = format!("https://{text}");
        let line = (text.starts_with("www.") && is_web(&whole)).then(|| self.line(key, &whole));
        self.report.add(Finding::new(&codes::E125, self.place(key), message).fixes(line));
        None
    }

    fn unclear_time(&mut self, key: &str, text: &str, meant: Option<String>) {
        let shown = displayable(text);
        let message = match &meant {
            Some(meant) => Text::new(
                format!("时间“{shown}”要写成 {meant}（24 小时制，英文冒号）。"),
                format!("Write the time `{shown}` as {meant}."),
            ),
            None => Text::new(
                format!("时间“{shown}”不能确定，请写成 09:00 这样的形式（24 小时制）。"),
                format!("The time `{shown}` is unclear; write it as 09:00 (24 hours)."),
            ),
        };
        let lines = meant.map(|meant| self.line(key, &meant));
        self.report.add(Finding::new(&codes::E149, self.place(key), message).fixes(lines));
    }

    /// A whole number from 0 on.
    pub fn number(&mut self, key: &str) -> Option<u32> {
        let text = self.text(key)?;
        if let Ok(number) = text.parse::<u32>() {
            return Some(number);
        }
        let shown = displayable(&text);
        let message = Text::new(
            format!("这里要写一个整数，不能写“{shown}”。"),
            format!("A whole number belongs here, not `{shown}`."),
        );
        let line = only_number(&text).map(|digits| self.line(key, &digits));
        self.report.add(Finding::new(&codes::E119, self.place(key), message).fixes(line));
        None
    }

    /// An administrative division.
    pub fn region(&mut self, key: &str) -> Option<Region> {
        let text = self.text(key)?;
        if let Some(region) = Region::find(&text, self.near) {
            return Some(region);
        }
        let shown = displayable(&text);
        let namesakes = Region::namesakes(&text);
        if namesakes.len() > 1 {
            self.report.add(ambiguous(self.place(key), &shown, &namesakes));
            return None;
        }
        let near = nearest(&text, Region::all().map(|region| region.name));
        let (zh, en) = near.map_or((String::new(), String::new()), |near| {
            (format!("你是不是想写“{near}”？"), format!(" Did you mean `{near}`?"))
        });
        let message = Text::new(
            format!("没有叫“{shown}”的地区。{zh}可以写全称或六位行政区划代码。"),
            format!("Unknown region `{shown}`.{en} Write the full name or the six-digit code."),
        );
        let mut finding = Finding::new(&codes::E152, self.place(key), message);
        if let Some(near) = near {
            finding = finding.fix(self.line(key, near));
        }
        self.report.add(finding);
        None
    }

    /// One of several words; the first is the default.
    pub fn one_of(&mut self, key: &str, words: &[&'static str]) -> &'static str {
        let first = words.first().copied().unwrap_or_default();
        let Some(text) = self.text(key) else { return first };
        if let Some(word) = words.iter().find(|word| **word == text) {
            return word;
        }
        let shown = displayable(&text);
        let message = Text::new(
            format!("“{shown}”不在可用的写法里：{}。", words.join("、")),
            format!("`{shown}` is none of {}.", words.join(", ")),
        );
        let mut finding = Finding::new(&codes::E119, self.place(key), message);
        if let Some(near) = nearest(&text, words.iter().copied()) {
            finding = finding.fix(self.line(key, near));
        }
        self.report.add(finding);
        first
    }

    /// The line to write instead: as it stands in the file, with another value of `key`.
    pub fn line(&self, key: &str, value: &str) -> String {
        match self.map.entry(key) {
            Some(entry) => entry.node.span.with(value),
            None => format!("{key}: {value}"),
        }
    }

    /// The lines to write instead where several values change: one line where they stand in the same.
    pub fn lines<'k>(&self, values: impl IntoIterator<Item = (&'k str, &'k str)>) -> Vec<String> {
        let spanned = values.into_iter().filter_map(|(key, value)| Some((&self.map.entry(key)?.node.span, value)));
        let mut spanned: Vec<(&Span, &str)> = spanned.collect();
        // Values of rows get their line later (`load::open_days::told`).
        if spanned.iter().any(|(span, _)| span.text.is_empty()) {
            return spanned.into_iter().map(|(_, value)| value.to_string()).collect();
        }
        // From the end of a line to its beginning, so that no column moves before its turn.
        spanned.sort_by_key(|(span, _)| (span.line, std::cmp::Reverse(span.column)));
        let mut lines: Vec<(usize, String)> = Vec::new();
        for (span, value) in spanned {
            match lines.last_mut() {
                Some((line, text)) if *line == span.line => {
                    *text = Span { text: text.as_str().into(), ..span.clone() }.with(value)
                }
                _ => lines.push((span.line, span.with(value))),
            }
        }
        lines.into_iter().map(|(_, text)| text).collect()
    }

    /// Tells that `end` lies before `start` (E143), with both lines exchanged where that makes sense.
    pub fn reversed(&mut self, start: &str, end: &str, shown: (String, String)) {
        let (from, to) = shown;
        let message =
            Text::new(format!("结束（{to}）早于开始（{from}）。"), format!("Ends ({to}) before it starts ({from})."));
        let finding = Finding::new(&codes::E143, self.place(end), message).related(self.place(start));
        self.report.add(match (start, other_year(&from, &to)) {
            (_, Some(meant)) => finding.fix(self.line(end, &meant)),
            // The posting time is a fact; nobody is asked to change it.
            ("published", None) => finding,
            _ => finding.fix(self.line(start, &to)).fix(self.line(end, &from)),
        });
    }

    fn odd_year(&mut self, key: &str, day: Day) {
        if (2000..2050).contains(&day.year()) {
            return;
        }
        let message = Text::new(
            format!("年份 {:04} 像是写错了，请核对。", day.year()),
            format!("The year {:04} looks mistyped.", day.year()),
        );
        self.report.add(Finding::new(&codes::W151, self.place(key), message));
    }

    fn timeless(&mut self, key: &str, day: Day) {
        let message = Text::new(
            format!("只写了日期，还要写几点几分，例如 {day} 09:00。发布时间要由人填写，程序不会代填。"),
            format!("Only a day is given; the time is needed as well, such as {day} 09:00."),
        );
        self.report
            .add(Finding::new(&codes::E149, self.place(key), message).fix(self.line(key, &format!("{day} 09:00"))));
    }

    fn date_fault(&mut self, key: &str, text: &str, fault: DateFault) {
        let shown = displayable(text);
        let finding = match fault {
            DateFault::Form(meant) => self.unclear(key, &shown, meant),
            DateFault::Yearless { month, day } => self.yearless(key, &shown, month, day),
            DateFault::Impossible { year, month, day, last } => self.impossible(key, text, (year, month, day), last),
        };
        self.report.add(finding);
    }

    fn unclear(&self, key: &str, shown: &str, meant: Option<String>) -> Finding {
        let wanted = meant.clone().unwrap_or_else(|| "2022-09-05".to_string());
        let message = match meant {
            Some(_) => {
                Text::new(format!("日期“{shown}”要写成 {wanted}。"), format!("Write the date `{shown}` as {wanted}."))
            }
            None => Text::new(
                format!("日期“{shown}”不能确定是哪一天，请写成 {wanted} 这样的形式。"),
                format!("It is not clear which day `{shown}` is; write it in the form {wanted}."),
            ),
        };
        let finding = Finding::new(&codes::E112, self.place(key), message);
        match meant {
            Some(meant) => self.mended(finding, key, meant),
            None if is_vague(shown) => finding.hint(Text::new(
                "日期还没有定的，活动和开放日请写“时间说明”（date_text），不写日期。",
                "Where no day is set, campaigns and open days take `date_text` instead.",
            )),
            None => finding,
        }
    }

    /// The finding with the line in which `key` says `meant`, which a program may write; a row gets its line later.
    fn mended(&self, finding: Finding, key: &str, meant: String) -> Finding {
        match finding.place.span.clone().filter(|span| !span.text.is_empty()) {
            Some(Span { column, width, .. }) => finding.mend(vec![Edit { column, width, words: meant }]),
            None => finding.fix(self.line(key, &meant)),
        }
    }

    fn yearless(&self, key: &str, shown: &str, month: i8, day: i8) -> Finding {
        let message = Text::new(
            format!("日期“{shown}”没有写年份，是哪一年？"),
            format!("The date `{shown}` has no year; which year is it?"),
        );
        let finding = Finding::new(&codes::E112, self.place(key), message);
        match self.year {
            Some(year) => finding.fix(self.line(key, &format!("{year:04}-{month:02}-{day:02}"))),
            None => finding,
        }
    }

    fn impossible(&self, key: &str, text: &str, (year, month, day): (i16, i8, i8), last: Option<i8>) -> Finding {
        let Some(last) = last else {
            let message =
                Text::new(format!("一年没有 {month} 月，请核对日期。"), format!("There is no month {month}."));
            return Finding::new(&codes::E113, self.place(key), message);
        };
        let message = Text::new(
            format!("没有 {year} 年 {month} 月 {day} 日，{month} 月最后一天是 {last} 日。"),
            format!("{year:04}-{month:02}-{day:02} does not exist; that month has {last} days."),
        );
        let clock = text.trim().rsplit_once(' ').filter(|(_, clock)| Clock::parse(clock).is_ok());
        let clock = clock.map_or(String::new(), |(_, clock)| format!(" {clock}"));
        let line = (day > 0).then(|| self.line(key, &format!("{year:04}-{month:02}-{last:02}{clock}")));
        Finding::new(&codes::E113, self.place(key), message).fixes(line)
    }
}

/// Whether `url` is an absolute `http:` or `https:` address without white space.
pub fn is_web(url: &str) -> bool {
    let lower = url.to_ascii_lowercase();
    (lower.starts_with("https://") || lower.starts_with("http://"))
        && !url.chars().any(|c| c.is_whitespace() || c.is_control() || c == '\\')
}

/// The end in the year of the start, where only the year was mistyped.
fn other_year(from: &str, to: &str) -> Option<String> {
    let (from, to) = (Day::parse(from).ok()?, Day::parse(to).ok()?);
    let meant = Day::new(from.year(), to.month(), to.day())?;
    (to.year() != from.year() && meant >= from).then(|| meant.to_string())
}

/// Whether a day is named only roughly.
fn is_vague(text: &str) -> bool {
    ["旬", "初", "底", "左右", "前后", "待定", "未定"].iter().any(|word| text.contains(word))
}

fn ambiguous(place: Place, shown: &str, namesakes: &[Region]) -> Finding {
    let named = namesakes.iter().take(5).map(|region| {
        let parent = region.parent().map_or("", |parent| parent.name);
        format!("{}（{parent}）", region.code)
    });
    let list = named.collect::<Vec<_>>().join("、");
    let count = namesakes.len();
    let message = Text::new(
        format!("全国有 {count} 个“{shown}”，请写六位行政区划代码，例如 {list}。"),
        format!("There are {count} regions called `{shown}`; write the six-digit code, such as {list}."),
    );
    Finding::new(&codes::E152, place, message)
}

fn as_map(node: &Node) -> Option<&Map> {
    match &node.value {
        Value::Map(map) => Some(map),
        _ => None,
    }
}

/// The number in `约30人`, `1,234` or `30.0`; none where several stand, as in `30-40` or `1e9`.
fn only_number(text: &str) -> Option<String> {
    let narrow = |c: char| match c {
        '０'..='９' => char::from_digit(c as u32 - '０' as u32, 10).unwrap_or(c),
        c => c,
    };
    let plain: String = text.chars().filter(|c| *c != ',').map(narrow).collect();
    let whole = plain.strip_suffix(".0").unwrap_or(&plain);
    let mut numbers = whole.split(|c: char| !c.is_ascii_digit()).filter(|digits| !digits.is_empty());
    match (numbers.next(), numbers.next()) {
        (Some(digits), None) if digits.len() < 7 && !whole.starts_with(['-', '－', '−', '.']) => {
            Some(digits.to_string())
        }
        _ => None,
    }
}

/// The Chinese name of a key in `fields`, for messages.
pub fn zh_of(fields: impl IntoIterator<Item = &'static Field>, key: &str) -> &'static str {
    fields.into_iter().find(|field| field.key == key).map_or("", |field| field.zh)
}

/// The keys of the rows or the table behind `key`.
pub fn inner(fields: impl IntoIterator<Item = &'static Field>, key: &str) -> &'static [Field] {
    match fields.into_iter().find(|field| field.key == key).map(|field| field.shape) {
        Some(Shape::Rows(fields) | Shape::Table(fields)) => fields,
        _ => &[],
    }
}
