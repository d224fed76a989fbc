//! Subscribed calendars learn of a change by 更新时间 alone, and people forget it. So a build remembers what it told of
//! each open day and campaign, and the next one compares (V08). The memory of an event stays as it is until 更新时间 has
//! risen, so the reminder stays as well. No fact depends on the day of the build.

use std::collections::BTreeMap;

use crate::edition::hidden;
use crate::load::memory::{Facts, Memory, Told};
use crate::model::page::{Booking, Campaign, Event, OpenDay, Session, Status};
use crate::model::{Clock, Day, Moment, Own, Page, Site};
use crate::report::{Finding, Report, Text, codes, displayable};

/// The names of the facts, in the order in which messages name them.
const NAMES: [(&str, &str); 7] = [
    ("标题", "title"),
    ("场次", "events"),
    ("时间", "times"),
    ("地点", "place"),
    ("状态", "status"),
    ("线上参观", "online visit"),
    ("预约", "booking"),
];

/// Compares what is public now with what was told before.
pub fn check(site: &Site, today: Day, report: &mut Report) {
    for (page, facts) in told(site).values().filter(|(page, _)| hidden(page, today).is_none()) {
        let Some(old) = site.memory.events.get(&name(page)) else { continue };
        let changed = changed(&old.facts, facts);
        if !changed.is_empty() && !has_risen(page, old) {
            report.add(silent(page, old, &changed, today));
        }
    }
}

/// What to remember once the site of `today` is published.
pub fn next(site: &Site, today: Day) -> Memory {
    let mut events = BTreeMap::new();
    for (name, (page, facts)) in told(site) {
        let old = site.memory.events.get(&name);
        let public = hidden(page, today).is_none();
        let stays = old.is_some_and(|old| !public || !changed(&old.facts, &facts).is_empty() && !has_risen(page, old));
        match old.filter(|_| stays) {
            Some(old) => events.insert(name, old.clone()),
            None if public => events.insert(name, Told { updated: latest(page, old), facts }),
            None => None,
        };
    }
    Memory { events, ..Memory::default() }
}

fn name(page: &Page) -> String {
    format!("{}/{}", page.id.kind.word(), page.id.slug)
}

/// The pages whose events stand in calendars, with what calendars say of them.
fn told(site: &Site) -> BTreeMap<String, (&Page, Facts)> {
    let facts = |page: &Page| match &page.own {
        Own::OpenDay(open_day) if !open_day.sessions.is_empty() => Some(of_open_day(site, page, open_day)),
        Own::Campaign(campaign) if campaign.events.iter().any(|event| event.date.is_some()) => {
            Some(of_campaign(page, campaign))
        }
        _ => None,
    };
    site.pages.values().filter_map(|page| Some((name(page), (&**page, facts(page)?)))).collect()
}

fn of_open_day(site: &Site, page: &Page, open_day: &OpenDay) -> Facts {
    let host = site.pages.get(&open_day.institution);
    let home = host.and_then(|host| match &host.own {
        Own::Institution(institution) => institution.address.clone(),
        _ => None,
    });
    let place = host.map(|host| host.title.clone()).into_iter().chain(open_day.address.clone().or(home));
    named([
        ("标题", vec![page.title.clone()]),
        ("时间", open_day.sessions.iter().map(session).collect()),
        ("地点", place.collect()),
        ("状态", status(open_day)),
        ("线上参观", open_day.online_url.iter().cloned().collect()),
        ("预约", open_day.booking.as_ref().map(booking).unwrap_or_default()),
    ])
}

fn of_campaign(page: &Page, campaign: &Campaign) -> Facts {
    let dated = || campaign.events.iter().filter_map(|event| Some((event, event.date?)));
    let place = |event: &Event| {
        let region = event.region.map(|region| region.name.to_string());
        region.into_iter().chain(event.place.clone()).collect::<Vec<_>>().join("，")
    };
    named([
        ("标题", vec![page.title.clone()]),
        ("场次", dated().map(|(event, _)| event.title.clone()).collect()),
        ("时间", dated().map(|(event, day)| times(day, event.start, event.end)).collect()),
        ("地点", dated().map(|(event, _)| place(event)).collect()),
    ])
}

fn named(facts: impl IntoIterator<Item = (&'static str, Vec<String>)>) -> Facts {
    facts.into_iter().map(|(name, texts)| (name.to_string(), texts)).collect()
}

fn session(session: &Session) -> String {
    times(session.date, session.start, session.end)
}

fn times(day: Day, start: Option<Clock>, end: Option<Clock>) -> String {
    let end = end.map_or(String::new(), |end| format!("–{end}"));
    start.map_or(day.to_string(), |start| format!("{day} {start}{end}"))
}

/// Whether it can be booked changes with every call, and the line about it is deleted when all is over: no news.
fn status(open_day: &OpenDay) -> Vec<String> {
    let word = match open_day.status {
        Status::Scheduled | Status::Full | Status::Finished => "如期举行",
        status => status.zh(),
    };
    [word.to_string()].into_iter().chain(open_day.status_note.clone()).collect()
}

fn booking(booking: &Booking) -> Vec<String> {
    let deadline = booking.deadline.map(|day| format!("{day} 截止"));
    [booking.method.clone(), booking.phone.clone(), booking.url.clone(), deadline].into_iter().flatten().collect()
}

/// The names of the facts that both know and that differ.
fn changed(old: &Facts, new: &Facts) -> Vec<(&'static str, &'static str)> {
    let differs = |name: &str| old.get(name).zip(new.get(name)).is_some_and(|(old, new)| old != new);
    NAMES.into_iter().filter(|(zh, _)| differs(zh)).collect()
}

fn moment(told: &Told) -> Option<Moment> {
    told.updated.as_deref().and_then(|text| Moment::parse(text).ok())
}

/// Whether 更新时间 is later than it was then.
fn has_risen(page: &Page, old: &Told) -> bool {
    page.updated > moment(old)
}

/// The latest 更新时间 subscribers have seen: one that was taken back does not count again.
fn latest(page: &Page, old: Option<&Told>) -> Option<String> {
    page.updated.max(old.and_then(moment)).map(|moment| moment.to_string())
}

/// V08
fn silent(page: &Page, old: &Told, changed: &[(&'static str, &'static str)], today: Day) -> Finding {
    let zh = changed.iter().map(|(zh, _)| *zh).collect::<Vec<_>>().join("、");
    let en = changed.iter().map(|(_, en)| *en).collect::<Vec<_>>().join(", ");
    let text = Text::new(
        format!("{zh}和上次生成时不同，“更新时间”（updated）却没有跟着改。手机里订阅的日历要靠它才知道有变动。"),
        format!("Changed since the last build: {en}; `updated` is not, and subscribed calendars go by it."),
    );
    let line = later(today, moment(old)).to_string();
    let finding = match page.spot("updated").filter(|span| span.width > 0) {
        Some(span) => Finding::new(&codes::V08, page.place("updated"), text).fix(span.with(&line)),
        None => Finding::new(&codes::V08, page.whole(), text).add_line(format!("updated: {line}")),
    };
    match hint(page, old, changed, &line) {
        Some(hint) => finding.hint(hint),
        None => finding,
    }
}

/// What the first of the changed facts was; and for a row of a table, to which no line can be added, what to write.
fn hint(page: &Page, old: &Told, changed: &[(&'static str, &'static str)], line: &str) -> Option<Text> {
    let (zh, en) = *changed.first()?;
    let was: String = displayable(&old.facts.get(zh)?.join("，")).chars().take(80).collect();
    let (mut said_zh, mut said_en) = (Vec::new(), Vec::new());
    if page.row.is_some() && page.spot("updated").is_none_or(|span| span.width == 0) {
        said_zh.push(format!("“更新时间”一列写 {line}。"));
        said_en.push(format!("Write {line} into the column `updated`."));
    }
    if !was.is_empty() {
        said_zh.push(format!("上次的{zh}：{was}"));
        said_en.push(format!("The {en} before: {was}"));
    }
    (!said_zh.is_empty()).then(|| Text::new(said_zh.concat(), said_en.join(" ")))
}

/// Nine o'clock today, or the next minute after `before` where that is later.
fn later(today: Day, before: Option<Moment>) -> Moment {
    let nine = Moment { day: today, clock: Clock { hour: 9, minute: 0 } };
    let Some(before) = before.filter(|before| *before >= nine) else { return nine };
    match before.clock {
        Clock { hour: 23, minute: 59 } => Moment { day: before.day.plus(1), clock: Clock { hour: 0, minute: 0 } },
        Clock { hour, minute: 59 } => Moment { day: before.day, clock: Clock { hour: hour + 1, minute: 0 } },
        Clock { hour, minute } => Moment { day: before.day, clock: Clock { hour, minute: minute + 1 } },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_proposed_time_is_later_than_the_remembered_one() {
        let today = Day::new(2022, 9, 20).unwrap();
        let proposed = |before: &str| later(today, Moment::parse(before).ok()).to_string();
        assert_eq!(later(today, None).to_string(), "2022-09-20 09:00");
        assert_eq!(proposed("2022-09-19 23:59"), "2022-09-20 09:00");
        assert_eq!(proposed("2022-09-20 09:00"), "2022-09-20 09:01");
        assert_eq!(proposed("2022-09-20 17:59"), "2022-09-20 18:00");
        assert_eq!(proposed("2022-12-31 23:59"), "2023-01-01 00:00");
    }
}
