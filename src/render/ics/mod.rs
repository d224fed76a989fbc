//! Calendar files (RFC 5545): of the site, of each region, campaign and institution to subscribe to, of each open day
//! to fetch once. One VEVENT a session, in the order of time.
//!
//! # Times
//!
//! They are written in UTC, not with a VTIMEZONE. Beijing time has had one offset since 15 September 1991, so nothing a
//! VTIMEZONE could say is lost, and there is nothing left to misread: a reader that ignores the component, or knows
//! `Asia/Shanghai` by another name, would be hours off for people in other zones. What has no time of day is a whole
//! day and ends, exclusively, on the next. A session without an end has no DTEND: by §3.6.1 it is then a moment, which
//! is what was written; a duration would be our invention.
//!
//! # Which event is which
//!
//! A UID is made of kind, slug, day and the number of the session among those of that day, as written. So time, place,
//! title and status may change, sessions of other days may come and go, and one may be added below on the same day:
//! no other UID changes. It changes with the slug, with the day, and where a session is put in before another of the
//! same day. That is the price of not asking officers for numbers: had sessions one count for all days, a session
//! added in front would rename all others. Where 原定日期 says which day a session was moved from, that day stays in
//! the UID, and the event moves in the calendars of subscribers. Where nobody says it, a day that moves is a new event
//! to them, whose programs drop the old one, as it is no longer in the file.
//!
//! SEQUENCE is 0 until 更新时间 is written, then the minutes of that since 2000, so it rises with each later one,
//! whatever happens to 发布时间. DTSTAMP is 更新时间, else 发布时间, else the session itself, never the clock.
//!
//! # No METHOD
//!
//! METHOD:PUBLISH would make each file a message of RFC 5546 §3.2.1, which demands an ORGANIZER with an address and at
//! least one event. Without it a file is a snapshot, which it is, and DTSTAMP is the time of the last change (§3.8.7.2).

mod entry;
mod lines;
mod time;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use self::entry::{Alarm, Entry};
use self::lines::Lines;
use super::{Press, view};
use crate::model::{Day, Own, Page, PageId};
use crate::plan::{CalendarOf, Occurrence};

/// Events as they stand in every calendar that has them, each written once; by page and place among its sessions.
pub(super) type Events = Mutex<BTreeMap<(PageId, usize), Arc<str>>>;

/// The calendar file of `of`.
pub fn calendar(press: &Press, of: &CalendarOf) -> String {
    let events = events(press, of);
    let mut lines = Lines::default();
    lines.raw("BEGIN:VCALENDAR");
    lines.raw("VERSION:2.0");
    lines.raw("PRODID:-//site//publicity calendar//ZH");
    lines.raw("CALSCALE:GREGORIAN");
    let single = open_day(press, of);
    if single.is_none() {
        feed(&mut lines, &name(press, of));
    }
    let today = press.edition.today();
    let alarm = single.and_then(|(page, open_day)| Alarm::of(page, open_day, today));
    // One reminder is enough, however many sessions there are.
    let reminding = events.iter().position(|(day, _)| *day >= today);
    for (index, (_, event)) in events.iter().enumerate() {
        lines.raw("BEGIN:VEVENT");
        lines.written(event);
        if let Some(alarm) = alarm.as_ref().filter(|_| Some(index) == reminding) {
            alarm.write(&mut lines);
        }
        lines.raw("END:VEVENT");
    }
    if events.is_empty() {
        timezone(&mut lines);
    }
    lines.raw("END:VCALENDAR");
    lines.into_text()
}

/// The address of a calendar file below the root; none while it has no event.
pub fn fetched(press: &Press, of: &CalendarOf) -> Option<String> {
    press.plan.index.calendars.is_dated(of).then(|| press.url(&of.out()))
}

/// The size of a calendar file; none while it has no event.
pub fn size(press: &Press, of: &CalendarOf) -> view::Size {
    match press.plan.index.calendars.is_dated(of) {
        true => press.written_size(&of.out()),
        false => view::Size::default(),
    }
}

/// The addresses to subscribe to a calendar file.
pub fn subscription(press: &Press, of: &CalendarOf) -> view::Subscription {
    let address = press.absolute(&of.out());
    let rest = address.split_once("://").map_or(address.as_str(), |(_, rest)| rest);
    view::Subscription { webcal: format!("webcal://{rest}"), address }
}

/// What programs need to know of a calendar they come back to (RFC 7986 §5.1 and §5.7, and the names before it).
fn feed(lines: &mut Lines, name: &str) {
    lines.text("NAME", name);
    lines.text("X-WR-CALNAME", name);
    lines.raw("X-WR-TIMEZONE:Asia/Shanghai");
    lines.raw("REFRESH-INTERVAL;VALUE=DURATION:P1D");
    lines.raw("X-PUBLISHED-TTL:P1D");
}

/// A calendar must hold one component at least (RFC 5545 §3.6); where there is no event, the zone stands in.
fn timezone(lines: &mut Lines) {
    lines.raw("BEGIN:VTIMEZONE");
    lines.raw("TZID:Asia/Shanghai");
    lines.raw("BEGIN:STANDARD");
    lines.raw("DTSTART:19910915T020000");
    lines.raw("TZOFFSETFROM:+0900");
    lines.raw("TZOFFSETTO:+0800");
    lines.raw("END:STANDARD");
    lines.raw("END:VTIMEZONE");
}

fn name(press: &Press, of: &CalendarOf) -> String {
    let site = &press.edition.config().title;
    match of {
        CalendarOf::Site => site.clone(),
        CalendarOf::Region(region) => format!("{} - {site}", region.name),
        CalendarOf::Page(id) => press.edition.page(id).map_or_else(|| site.clone(), |page| page.title.clone()),
    }
}

/// The open day whose own calendar this is.
fn open_day<'p>(press: &'p Press, of: &CalendarOf) -> Option<(&'p Page, &'p crate::model::page::OpenDay)> {
    let CalendarOf::Page(id) = of else { return None };
    let page = press.edition.page(id)?;
    match &page.own {
        Own::OpenDay(open_day) => Some((page, open_day)),
        _ => None,
    }
}

/// What stands in a calendar, in the order of time, each with its day; what has no day stands in none.
fn events(press: &Press, of: &CalendarOf) -> Vec<(Day, Arc<str>)> {
    press.plan.index.calendars.all(of).filter_map(|occurrence| event(press, occurrence)).collect()
}

fn event(press: &Press, occurrence: &Occurrence) -> Option<(Day, Arc<str>)> {
    let (day, key) = (occurrence.day()?, (occurrence.page.clone(), occurrence.at?));
    let known = || press.events.lock().unwrap_or_else(PoisonError::into_inner);
    let before = known().get(&key).cloned();
    if let Some(event) = before {
        return Some((day, event));
    }
    let mut lines = Lines::default();
    entry(press, occurrence)?.write(&mut lines, press);
    let event: Arc<str> = lines.into_text().into();
    known().insert(key, event.clone());
    Some((day, event))
}

fn entry<'p>(press: &'p Press, occurrence: &Occurrence) -> Option<Entry<'p>> {
    let page = press.edition.page(&occurrence.page)?;
    let (day, at) = (occurrence.day()?, occurrence.at?);
    match &page.own {
        Own::OpenDay(open_day) => Some(Entry::visit(page, open_day, open_day.sessions.get(at)?)),
        Own::Campaign(campaign) => {
            let same_day = campaign.events.iter().take(at + 1).filter(|event| event.date == Some(day)).count();
            let number = u32::try_from(same_day).unwrap_or(u32::MAX);
            Some(Entry::event(page, campaign.events.get(at)?, day, number))
        }
        _ => None,
    }
}
