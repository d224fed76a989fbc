//! The agenda and the grid of a month, from the sessions of open days and the events of campaigns.

use std::collections::BTreeMap;

use super::view::{AgendaDay, Calendar, DayCell, Happening, Month, OpenDaysData, Tag};
use super::{Press, ics, lists, words};
use crate::load::fields::Kind;
use crate::model::page::{Event, OpenDay, Session, Status};
use crate::model::{Day, OutPath, Own, Page};
use crate::plan::{self, CalendarOf, ListOf, Recipe};

/// What happens, by day; without a day last.
struct Happenings {
    days: BTreeMap<Day, Vec<Happening>>,
    undated: Vec<Happening>,
}

/// `calendar.html`
pub fn agenda(press: &Press) -> Calendar {
    let Happenings { days, undated } = happenings(press);
    let today = press.edition.today();
    let (mut upcoming, mut past) = (Vec::new(), Vec::new());
    for (day, happenings) in days {
        let entry = AgendaDay { date: words::date(day), happenings };
        if day < today { past.push(entry) } else { upcoming.push(entry) }
    }
    past.reverse();
    let months = press.plan.index.months.iter().map(|(year, month)| tag(press, *year, *month));
    let months = months.collect();
    let subscription = ics::subscription(press, &CalendarOf::Site);
    Calendar {
        upcoming,
        undated,
        past,
        months,
        ics: press.url(&CalendarOf::Site.out()),
        subscription,
        data: data(press),
    }
}

fn data(press: &Press) -> OpenDaysData {
    let url = |path: &str| OutPath::new(path).map(|out| press.url(&out)).unwrap_or_default();
    OpenDaysData {
        csv: url(plan::OPEN_DAYS_TABLE),
        json: url(plan::OPEN_DAYS_DATA),
        schema: url(plan::OPEN_DAYS_SCHEMA),
    }
}

/// `month.html`; weeks begin on Monday.
pub fn month(press: &Press, year: i16, month: i8) -> Option<Month> {
    let first = Day::new(year, month, 1)?;
    let mut days = happenings(press).days;
    days.retain(|day, _| (day.year(), day.month()) == (year, month));
    let monday = first.plus(-(first.weekday() as i64));
    let last = first.last_of_month();
    let weeks = (0..6).map(|week| monday.plus(week * 7)).take_while(|monday| *monday <= last);
    let cell = |day: Day| DayCell {
        date: words::date(day),
        in_month: day.month() == month && day.year() == year,
        today: day == press.edition.today(),
        happenings: days.get(&day).cloned().unwrap_or_default(),
    };
    let months = &press.plan.index.months;
    let previous = months.range(..(year, month)).next_back();
    let next = months.range((year, month + 1)..).next();
    Some(Month {
        title: lists::month_title(year, month),
        year,
        month,
        weeks: weeks.map(|monday| (0..7).map(|day| cell(monday.plus(day))).collect()).collect(),
        previous: previous.map(|(year, month)| tag(press, *year, *month)),
        next: next.map(|(year, month)| tag(press, *year, *month)),
        days: days
            .iter()
            .map(|(day, happenings)| AgendaDay { date: words::date(*day), happenings: happenings.clone() })
            .collect(),
        ics: press.url(&CalendarOf::Site.out()),
        subscription: ics::subscription(press, &CalendarOf::Site),
    })
}

fn tag(press: &Press, year: i16, month: i8) -> Tag {
    let out = OutPath::new(&format!("calendar/{year:04}-{month:02}/index.html"));
    let url = out.ok().filter(|out| press.plan.recipe(out) == Some(&Recipe::Month(year, month)));
    Tag {
        title: lists::month_title(year, month),
        url: url.map(|out| press.url(&out)).unwrap_or_default(),
        color: String::new(),
    }
}

fn happenings(press: &Press) -> Happenings {
    let mut all = Happenings { days: BTreeMap::new(), undated: Vec::new() };
    let of = |kind| press.shown(press.plan.index.list(ListOf::Kind(kind)));
    for page in of(Kind::OpenDay) {
        let Own::OpenDay(open_day) = &page.own else { continue };
        for session in &open_day.sessions {
            all.days.entry(session.date).or_default().push(visit(press, page, open_day, Some(session)));
        }
        if open_day.sessions.is_empty() {
            all.undated.push(visit(press, page, open_day, None));
        }
    }
    for page in of(Kind::Campaign) {
        let Own::Campaign(campaign) = &page.own else { continue };
        for event in &campaign.events {
            let happening = self::event(press, page, event);
            match event.date {
                Some(day) => all.days.entry(day).or_default().push(happening),
                None => all.undated.push(happening),
            }
        }
    }
    for happenings in all.days.values_mut() {
        happenings.sort_by(|a, b| (a.start, &a.title).cmp(&(b.start, &b.title)));
    }
    all
}

fn visit(press: &Press, page: &Page, open_day: &OpenDay, session: Option<&Session>) -> Happening {
    let status = match (plan::status(open_day, press.edition.today()), session) {
        // One session that has passed is over, though the open day goes on.
        (Status::Scheduled | Status::Full, Some(session)) if session.date < press.edition.today() => Status::Finished,
        (status, _) => status,
    };
    Happening {
        kind: "open-day",
        title: page.title.clone(),
        url: press.page_url(&page.id),
        start: session.and_then(|session| session.start),
        end: session.and_then(|session| session.end),
        place: press.edition.page(&open_day.institution).map(|page| page.title.clone()),
        region: plan::region(&press.edition, page).map(|region| region.name.to_string()),
        campaign: press.campaign_tags(page).into_iter().next(),
        date_text: open_day.date_text.clone(),
        status: status.word(),
        status_text: status.zh(),
    }
}

fn event(press: &Press, page: &Page, event: &Event) -> Happening {
    let over = event.date.is_some_and(|day| day < press.edition.today());
    Happening {
        kind: "event",
        title: event.title.clone(),
        url: press.page_url(&page.id),
        start: event.start,
        end: event.end,
        place: event.place.clone(),
        region: event.region.map(|region| region.name.to_string()),
        campaign: Some(press.tag(page)),
        date_text: event.date_text.clone().or_else(|| event.date.is_none().then(|| "日期待定".to_string())),
        status: if over { "finished" } else { "scheduled" },
        status_text: if over { "已结束" } else { "" },
    }
}
