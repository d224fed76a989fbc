//! The calendar file: one event a session (RFC 5545). Times are written in UTC, all-day events end on the day
//! after; UIDs come from slugs, DTSTAMP and SEQUENCE from what was typed, never from the clock.

use super::Press;
use crate::load::fields::Kind;
use crate::model::page::{Event, OpenDay, Session, Status};
use crate::model::{Clock, Day, Moment, Own, Page};
use crate::plan::{self, ListOf};

/// `calendar.ics`
pub fn calendar(press: &Press) -> String {
    let config = press.edition.config();
    let mut lines = Lines::default();
    lines.raw("BEGIN:VCALENDAR");
    lines.raw("VERSION:2.0");
    lines.raw("PRODID:-//site//publicity calendar//ZH");
    lines.raw("CALSCALE:GREGORIAN");
    lines.raw("METHOD:PUBLISH");
    lines.text("X-WR-CALNAME", &config.title);
    lines.raw("X-WR-TIMEZONE:Asia/Shanghai");
    let of = |kind| press.shown(press.plan.index.list(ListOf::Kind(kind)));
    for page in of(Kind::OpenDay) {
        if let Own::OpenDay(open_day) = &page.own {
            for (number, session) in open_day.sessions.iter().enumerate() {
                visit(&mut lines, press, page, open_day, session, number + 1);
            }
        }
    }
    for page in of(Kind::Campaign) {
        if let Own::Campaign(campaign) = &page.own {
            for (number, event) in campaign.events.iter().enumerate() {
                self::event(&mut lines, press, page, event, number + 1);
            }
        }
    }
    lines.raw("END:VCALENDAR");
    lines.0
}

fn visit(lines: &mut Lines, press: &Press, page: &Page, open_day: &OpenDay, session: &Session, number: usize) {
    let brief = press.brief(open_day);
    let status = plan::status(open_day, press.edition.today());
    begin(lines, press, page, &format!("{}-{number}", page.id.slug));
    when(lines, session.date, session.start, session.end);
    lines.text(
        "SUMMARY",
        &match status {
            Status::Cancelled => format!("【已取消】{}", page.title),
            Status::Postponed => format!("【已延期】{}", page.title),
            _ => page.title.clone(),
        },
    );
    let place = brief.institution.map(|tag| tag.title).into_iter().chain(brief.address);
    lines.text("LOCATION", &place.collect::<Vec<_>>().join("，"));
    lines.text("DESCRIPTION", &press.summary(page));
    lines.raw(match status {
        Status::Cancelled => "STATUS:CANCELLED",
        Status::Postponed => "STATUS:TENTATIVE",
        _ => "STATUS:CONFIRMED",
    });
    end(lines, press, page);
}

fn event(lines: &mut Lines, press: &Press, page: &Page, event: &Event, number: usize) {
    let Some(day) = event.date else { return };
    begin(lines, press, page, &format!("{}-event-{number}", page.id.slug));
    when(lines, day, event.start, event.end);
    lines.text("SUMMARY", &event.title);
    let region = event.region.map(|region| region.name.to_string());
    lines.text("LOCATION", &region.into_iter().chain(event.place.clone()).collect::<Vec<_>>().join("，"));
    lines.text("DESCRIPTION", &page.title);
    lines.raw("STATUS:CONFIRMED");
    end(lines, press, page);
}

fn begin(lines: &mut Lines, press: &Press, page: &Page, name: &str) {
    lines.raw("BEGIN:VEVENT");
    lines.text("UID", &format!("{name}@{}", press.edition.config().base_url.host()));
    let changed = page.updated.or(page.published);
    let first = page.published.or(page.updated);
    lines.raw(&format!("DTSTAMP:{}", changed.map_or_else(|| "19700101T000000Z".to_string(), utc)));
    // Minutes since it was posted: a later change always has a higher number.
    let sequence = changed.zip(first).map_or(0, |(changed, first)| minutes(first, changed));
    lines.raw(&format!("SEQUENCE:{sequence}"));
}

fn end(lines: &mut Lines, press: &Press, page: &Page) {
    lines.raw(&format!("URL:{}", press.absolute(&page.id.out())));
    lines.raw("END:VEVENT");
}

fn when(lines: &mut Lines, day: Day, start: Option<Clock>, end: Option<Clock>) {
    match start {
        Some(start) => {
            lines.raw(&format!("DTSTART:{}", utc(Moment { day, clock: start })));
            if let Some(end) = end.filter(|end| *end > start) {
                lines.raw(&format!("DTEND:{}", utc(Moment { day, clock: end })));
            }
        }
        None => {
            lines.raw(&format!("DTSTART;VALUE=DATE:{}", compact(day)));
            lines.raw(&format!("DTEND;VALUE=DATE:{}", compact(day.plus(1))));
        }
    }
}

fn compact(day: Day) -> String {
    format!("{:04}{:02}{:02}", day.year(), day.month(), day.day())
}

/// Beijing time in UTC, eight hours back.
fn utc(moment: Moment) -> String {
    let hour = moment.clock.hour - 8;
    let (day, hour) = if hour < 0 { (moment.day.plus(-1), hour + 24) } else { (moment.day, hour) };
    format!("{}T{hour:02}{:02}00Z", compact(day), moment.clock.minute)
}

fn minutes(from: Moment, to: Moment) -> i64 {
    let of_day = |clock: Clock| i64::from(clock.hour) * 60 + i64::from(clock.minute);
    (from.day.days_until(to.day) * 1440 + of_day(to.clock) - of_day(from.clock)).max(0)
}

/// Content lines, folded at 75 octets and ending in CRLF (RFC 5545 §3.1).
#[derive(Default)]
struct Lines(String);

impl Lines {
    /// A property with a text value; an empty one is left out.
    fn text(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.raw(&format!("{name}:{}", escape(value)));
        }
    }

    /// A finished content line.
    fn raw(&mut self, line: &str) {
        let mut width = 0;
        for c in line.chars() {
            if width + c.len_utf8() > 75 {
                self.0.push_str("\r\n ");
                width = 1;
            }
            self.0.push(c);
            width += c.len_utf8();
        }
        self.0.push_str("\r\n");
    }
}

/// Text values (RFC 5545 §3.3.11); control characters other than line breaks are left out.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' | '\u{2028}' | '\u{2029}' | '\u{85}' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g01_a_line_break_starts_no_property() {
        let mut lines = Lines::default();
        lines.text("SUMMARY", "甲\r\nATTENDEE:mailto:x@x.cn;a,b\\");
        assert_eq!(lines.0, "SUMMARY:甲\\nATTENDEE:mailto:x@x.cn\\;a\\,b\\\\\r\n");
    }

    #[test]
    fn g02_long_lines_fold_between_characters() {
        let mut lines = Lines::default();
        lines.text("DESCRIPTION", &"有机产品认证宣传周𠮷".repeat(20));
        assert!(lines.0.split("\r\n").all(|line| line.len() <= 75));
        assert_eq!(lines.0.replace("\r\n ", ""), format!("DESCRIPTION:{}\r\n", "有机产品认证宣传周𠮷".repeat(20)));
    }

    #[test]
    fn g05_times_are_utc_and_days_end_on_the_next() {
        let day = Day::new(2022, 9, 1).unwrap();
        let mut lines = Lines::default();
        when(&mut lines, day, Some(Clock { hour: 7, minute: 30 }), Some(Clock { hour: 11, minute: 0 }));
        when(&mut lines, day, None, None);
        assert_eq!(
            lines.0,
            "DTSTART:20220831T233000Z\r\nDTEND:20220901T030000Z\r\nDTSTART;VALUE=DATE:20220901\r\nDTEND;VALUE=DATE:20220902\r\n"
        );
    }
}
