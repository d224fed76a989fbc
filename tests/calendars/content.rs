//! The calendar files of the demonstration site say what its content says.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use jiff::{civil, tz::Offset};
use site::load::fields::Kind;
use site::model::page::{OpenDay, Session, Status};
use site::model::{Clock, Day, Own, Page, Region};
use site::render::Press;

use super::reader::{Calendar, Event};
use super::{calendars, press};

fn demonstration() -> std::sync::Arc<Press> {
    press(Path::new(env!("CARGO_MANIFEST_DIR")))
}

/// The instant in UTC, by another library than the one under test.
fn utc(day: Day, clock: Clock) -> String {
    let local = civil::date(day.year(), day.month(), day.day()).at(clock.hour, clock.minute, 0, 0);
    Offset::constant(8).to_timestamp(local).unwrap().strftime("%Y%m%dT%H%M%SZ").to_string()
}

fn open_days(press: &Press) -> impl Iterator<Item = (&Page, &OpenDay)> {
    press.edition.of_kind(Kind::OpenDay).filter_map(|page| match &page.own {
        Own::OpenDay(open_day) => Some((page, open_day)),
        _ => None,
    })
}

/// Start and title of all sessions of the open days that pass, and of all events of campaigns whose region does.
fn expected(
    press: &Press,
    visits: impl Fn(&Page, &OpenDay) -> bool,
    events: impl Fn(&Page, Option<Region>) -> bool,
) -> BTreeSet<(String, String)> {
    let mut all = BTreeSet::new();
    let mut add = |day: Day, start: Option<Clock>, title: &str| {
        let midnight = || day.to_string().replace('-', "");
        all.insert((start.map_or_else(midnight, |start| utc(day, start)), title.to_string()))
    };
    for (page, open_day) in open_days(press).filter(|(page, open_day)| visits(page, open_day)) {
        for session in &open_day.sessions {
            assert!(add(session.date, session.start, &page.title), "two sessions cannot be told apart");
        }
    }
    for page in press.edition.of_kind(Kind::Campaign) {
        let Own::Campaign(campaign) = &page.own else { continue };
        for event in campaign.events.iter().filter(|event| events(page, event.region.or(page.region))) {
            event.date.map(|day| add(day, event.start, &event.title));
        }
    }
    all
}

fn said(calendar: &Calendar) -> BTreeSet<(String, String)> {
    let plain = |summary: &str| summary.split_once('】').map_or(summary, |(_, title)| title).to_string();
    calendar.events.iter().map(|event| (start(event).to_string(), plain(event.get("SUMMARY")))).collect()
}

fn start(event: &Event) -> &str {
    let start = event.properties.get("DTSTART").or_else(|| event.properties.get("DTSTART;VALUE=DATE"));
    start.map(String::as_str).unwrap()
}

/// Whether `region` is `of` or a county of it.
fn inside(region: Option<Region>, of: &str) -> bool {
    region.is_some_and(|region| {
        region.code == of || (!of.ends_with("0000") && &region.code[..4] == of.trim_end_matches("00"))
    })
}

#[test]
fn every_calendar_holds_its_sessions_and_no_others() {
    let press = demonstration();
    let mut kinds: BTreeMap<String, usize> = BTreeMap::new();
    for (out, calendar) in calendars(&press) {
        let parts: Vec<&str> = out.split('/').collect();
        let expected = match parts.as_slice() {
            ["open-days", slug, _] => expected(&press, |page, _| &*page.id.slug == *slug, |_, _| false),
            ["institutions", slug, _] => {
                expected(&press, |_, open_day| &*open_day.institution.slug == *slug, |_, _| false)
            }
            ["campaigns", slug, _] => expected(
                &press,
                |page, _| page.campaigns.iter().any(|id| &*id.slug == *slug),
                |page, _| &*page.id.slug == *slug,
            ),
            ["regions", code, _] => {
                let own = |page: &Page, open_day: &OpenDay| {
                    let host = press.edition.page(&open_day.institution);
                    inside(page.region.or(host.and_then(|host| host.region)), code)
                };
                expected(&press, own, |_, region| inside(region, code))
            }
            _ => expected(&press, |_, _| true, |_, _| true),
        };
        assert_eq!(said(&calendar), expected, "{out}");
        assert_eq!(calendar.events.len(), expected.len(), "{out}");
        assert_eq!(calendar.others, if expected.is_empty() { vec!["VTIMEZONE"] } else { vec![] }, "{out}");
        *kinds.entry(parts[0].to_string()).or_default() += expected.len();
    }
    assert_eq!(kinds.keys().collect::<Vec<_>>(), ["calendar.ics", "campaigns", "institutions", "open-days", "regions"]);
    assert!(kinds.values().all(|events| *events > 10), "{kinds:?}");
}

#[test]
fn every_field_is_that_of_the_content() {
    let press = demonstration();
    let calendars = calendars(&press);
    let all = &calendars["calendar.ics"];
    let mut statuses = BTreeSet::new();
    for (page, open_day) in open_days(&press) {
        for session in &open_day.sessions {
            let mine = |event: &&Event| {
                event.get("URL").ends_with(&format!("/open-days/{}/", page.id.slug)) && begins(event, session)
            };
            let found: Vec<&Event> = all.events.iter().filter(mine).collect();
            assert_eq!(found.len(), 1, "{}", page.title);
            about(&press, page, open_day, found[0]);
            let end = session.end.map(|end| utc(session.date, end));
            assert_eq!(found[0].properties.get("DTEND").cloned(), end, "{}", page.title);
            statuses.insert(found[0].get("STATUS").to_string());
        }
    }
    assert_eq!(statuses.into_iter().collect::<Vec<_>>(), ["CANCELLED", "CONFIRMED", "TENTATIVE"]);
}

fn begins(event: &Event, session: &Session) -> bool {
    session.start.is_some_and(|clock| start(event) == utc(session.date, clock))
}

fn about(press: &Press, page: &Page, open_day: &OpenDay, event: &Event) {
    let status = open_day.status;
    let prefixed = matches!(status, Status::Cancelled | Status::Postponed | Status::Rescheduled | Status::MovedOnline);
    let summary = if prefixed { format!("【{}】{}", status.zh(), page.title) } else { page.title.clone() };
    assert_eq!(event.get("SUMMARY"), summary);
    let word = match status {
        Status::Cancelled => "CANCELLED",
        Status::Postponed => "TENTATIVE",
        _ => "CONFIRMED",
    };
    assert_eq!(event.get("STATUS"), word, "{summary}");
    let host = press.edition.page(&open_day.institution).unwrap();
    let Own::Institution(institution) = &host.own else { panic!() };
    let location = match (status, &open_day.online_url) {
        (Status::MovedOnline, Some(url)) => format!("线上：{url}"),
        _ => {
            let address = open_day.address.as_ref().or(institution.address.as_ref());
            address.map_or(host.title.clone(), |address| format!("{}，{address}", host.title))
        }
    };
    assert_eq!(event.get("LOCATION"), location);
    let typed = page.updated.or(page.published).unwrap();
    assert_eq!(event.get("DTSTAMP"), utc(typed.day, typed.clock));
    assert_eq!(event.get("LAST-MODIFIED"), utc(typed.day, typed.clock));
    assert_eq!(event.sequence() > 0, page.updated.is_some(), "{summary}");
    let words = event.get("DESCRIPTION");
    assert!(open_day.status_note.iter().all(|note| words.contains(note.as_str())), "{words}");
    let booking = open_day.booking.iter().filter(|_| status != Status::Cancelled);
    let mut told = booking.flat_map(|booking| booking.method.iter().chain(&booking.phone).chain(&booking.url));
    assert!(told.all(|word| words.contains(word.as_str())), "{words}");
    let campaigns = page.campaigns.iter().filter_map(|id| press.edition.page(id)).map(|page| page.title.as_str());
    let categories: Vec<&str> = campaigns.chain(open_day.programme.iter().map(String::as_str)).collect();
    assert_eq!(event.list("CATEGORIES"), categories);
    let base = &press.edition.config().base_url;
    assert_eq!(event.get("URL"), base.absolute(&format!("open-days/{}/", page.id.slug)));
}

/// A session in several calendars is one event: the same in all of them, but for the reminder.
#[test]
fn g04_a_session_is_the_same_event_everywhere() {
    let calendars = calendars(&demonstration());
    let mut known: BTreeMap<String, Event> = BTreeMap::new();
    for (out, calendar) in &calendars {
        let unique: BTreeSet<&str> = calendar.uids().into_iter().collect();
        assert_eq!(unique.len(), calendar.events.len(), "{out}: a UID stands twice");
        for event in &calendar.events {
            let first = known.entry(event.get("UID").to_string()).or_insert_with(|| event.clone());
            assert_eq!(first.properties, event.properties, "{out}");
        }
    }
    assert_eq!(known.len(), calendars["calendar.ics"].events.len());
}

#[test]
fn reminders_stand_only_where_one_can_still_book() {
    let press = demonstration();
    let today = press.edition.today();
    let mut reminding = 0;
    for (out, calendar) in calendars(&press) {
        let alarms: Vec<_> = calendar.events.iter().flat_map(|event| &event.alarms).collect();
        let Some(slug) = out.strip_prefix("open-days/").and_then(|rest| rest.strip_suffix("/calendar.ics")) else {
            assert!(alarms.is_empty(), "{out} reminds its subscribers");
            continue;
        };
        let (page, open_day) = open_days(&press).find(|(page, _)| &*page.id.slug == slug).unwrap();
        let deadline = open_day.booking.as_ref().and_then(|booking| booking.deadline).filter(|day| *day >= today);
        let open = matches!(open_day.status, Status::Scheduled | Status::Rescheduled | Status::MovedOnline);
        let room = open_day.sessions.iter().any(|session| session.date >= today && session.left != Some(0));
        let day = deadline.filter(|_| open && room);
        assert_eq!(alarms.len(), usize::from(day.is_some()), "{out}");
        for alarm in alarms {
            let nine = Clock { hour: 9, minute: 0 };
            assert_eq!(alarm["TRIGGER;VALUE=DATE-TIME"], utc(day.unwrap(), nine));
            assert_eq!(alarm["ACTION"], "DISPLAY");
            assert!(alarm["DESCRIPTION"].contains(&page.title));
            reminding += 1;
        }
    }
    assert!(reminding > 2, "the demonstration reminds of {reminding} days");
}

#[test]
fn feeds_say_their_name_and_how_often_to_come_back() {
    let press = demonstration();
    for (out, calendar) in calendars(&press) {
        let get = |name: &str| calendar.properties.get(name).map(String::as_str);
        assert_eq!((get("VERSION"), get("METHOD")), (Some("2.0"), None), "{out}");
        let feed = !out.starts_with("open-days/");
        assert_eq!(get("REFRESH-INTERVAL;VALUE=DURATION"), feed.then_some("P1D"), "{out}");
        assert_eq!(get("X-PUBLISHED-TTL"), feed.then_some("P1D"), "{out}");
        assert_eq!(get("X-WR-CALNAME").is_some(), feed, "{out}");
    }
}
