//! Days, sizes, phones and slogans in the forms readers see.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::view::{Date, Planned, Time};
use crate::model::{Clock, Day, Moment};
use crate::report::html::entity;
use crate::theme::Ready;

/// A day in its forms. The same days stand on thousands of pages, so each is put into words once by each thread.
pub fn date(day: Day) -> Ready<Date> {
    thread_local!(static KNOWN: RefCell<BTreeMap<Day, Ready<Date>>> = const { RefCell::new(BTreeMap::new()) });
    // So many days are ten years, and take up a few megabytes.
    const MOST: usize = 4_000;
    let forms = || Date {
        iso: day,
        text: day.zh(),
        short: day.zh_short(),
        weekday: day.weekday_zh(),
        year: day.year(),
        month: day.month(),
        day: day.day(),
    };
    KNOWN.with_borrow_mut(|known| {
        if known.len() >= MOST {
            known.clear();
        }
        known.entry(day).or_insert_with(|| forms().into()).clone()
    })
}

/// A day and a time in their forms.
pub fn time(moment: Moment) -> Time {
    Time {
        iso: moment.rfc3339(),
        text: format!("{} {}", moment.day.zh(), moment.clock),
        plain: moment,
        date: date(moment.day),
    }
}

/// The day, and perhaps time, a session of `now` was first planned for.
pub fn planned((day, clock): (Day, Option<Clock>), now: Day) -> Planned {
    let text = if day.year() == now.year() { day.zh_short() } else { day.zh() };
    match clock {
        Some(clock) => Planned { text: format!("{text} {clock}"), iso: Moment { day, clock }.rfc3339() },
        None => Planned { text, iso: day.to_string() },
    }
}

/// `2022年9月19日至23日`, naming only what differs.
pub fn period(start: Day, end: Day) -> String {
    if start == end {
        return start.zh();
    }
    let to = if start.year() != end.year() {
        end.zh()
    } else if start.month() != end.month() {
        end.zh_short()
    } else {
        format!("{}日", end.day())
    };
    format!("{}至{to}", start.zh())
}

/// `512 B`, `120 KB`, `1.2 MB`, counted in 1024.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KB", bytes.div_ceil(1024)),
        _ => {
            let tenths = (bytes * 10).div_ceil(1 << 20);
            format!("{}.{} MB", tenths / 10, tenths % 10)
        }
    }
}

/// `tel:…` for a phone, where it holds nothing but digits and signs (RFC 3966).
pub fn phone_url(phone: &str) -> Option<String> {
    let plain: String = phone.chars().filter(|c| !matches!(c, ' ' | '(' | ')' | '（' | '）')).collect();
    let usable = plain.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '+'));
    (usable && plain.chars().any(|c| c.is_ascii_digit())).then(|| format!("tel:{plain}"))
}

/// `mailto:…` for a mailbox of letters, digits and signs that need no code (RFC 6068).
pub fn email_url(email: &str) -> Option<String> {
    let plain = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || "._+-".contains(c));
    let (name, host) = email.trim().split_once('@')?;
    (plain(name) && plain(host) && host.contains('.')).then(|| format!("mailto:{name}@{host}"))
}

/// The slogan cut behind its colon and at its inner spaces, for line breaks by meaning.
pub fn slogan_lines(slogan: &str) -> Vec<String> {
    let mut lines = Vec::new();
    for part in slogan.split([' ', '\u{3000}']).filter(|part| !part.is_empty()) {
        match part.find('：') {
            Some(at) => {
                let (head, tail) = part.split_at(at + '：'.len_utf8());
                lines.extend([head, tail].into_iter().filter(|line| !line.is_empty()).map(str::to_string));
            }
            None => lines.push(part.to_string()),
        }
    }
    lines
}

/// The same parts, and what stands between each and the next: nothing behind a colon, else a space.
pub fn slogan_parts(slogan: &str) -> (Vec<String>, Vec<&'static str>) {
    let parts = slogan_lines(slogan);
    let gap = |part: &String| if part.ends_with('：') { "" } else { " " };
    let gaps = parts.iter().take(parts.len().saturating_sub(1)).map(gap).collect();
    (parts, gaps)
}

/// `text` escaped for XML text and attributes; characters XML 1.0 does not allow are left out (§2.2).
pub fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match (c, entity(c)) {
            (_, Some(entity)) => out.push_str(entity),
            ('\t' | '\n' | '\r', None) => out.push(' '),
            (c, None) if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => {}
            (c, None) => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_name_only_what_differs() {
        let day = |m, d| Day::new(2022, m, d).unwrap();
        assert_eq!(period(day(9, 19), day(9, 23)), "2022年9月19日至23日");
        assert_eq!(period(day(9, 26), day(10, 2)), "2022年9月26日至10月2日");
        assert_eq!(period(day(9, 19), day(9, 19)), "2022年9月19日");
    }

    #[test]
    fn slogans_break_by_meaning() {
        assert_eq!(
            slogan_lines("有机产品认证：护航消费升级 优享品质生活"),
            ["有机产品认证：", "护航消费升级", "优享品质生活"]
        );
    }

    #[test]
    fn phones_are_dialled_only_if_they_are_phones() {
        assert_eq!(phone_url("0359-5770019").as_deref(), Some("tel:0359-5770019"));
        assert_eq!(phone_url("见公告"), None);
    }

    #[test]
    fn mail_goes_only_to_mailboxes() {
        assert_eq!(email_url("rzk@example.gov.cn").as_deref(), Some("mailto:rzk@example.gov.cn"));
        for bad in ["rzk", "rzk@", "@example.gov.cn", "a\"b@example.gov.cn", "甲@example.gov.cn", "a@b"] {
            assert_eq!(email_url(bad), None, "{bad}");
        }
    }

    #[test]
    fn sizes_are_rounded_up() {
        assert_eq!([size(512), size(1025), size(1 << 20), size(1_300_000)], ["512 B", "2 KB", "1.0 MB", "1.3 MB"]);
    }
}
