//! What is due in the next days: deadlines of campaigns and notices, and of booking, each told once however many pages
//! repeat it.

use std::collections::BTreeMap;

use crate::edition::hidden;
use crate::model::page::{Deadline, Status};
use crate::model::{Day, Holidays, Own, Page, Site};
use crate::report::{Finding, Place, Report, Text, codes, displayable};

/// Checks every page that is shown (D07).
pub fn check(site: &Site, today: Day, report: &mut Report) {
    let last = today.plus(i64::from(site.config.limits.remind_days));
    let is_soon = |day: Day| (today..=last).contains(&day);
    let mut due: BTreeMap<(Day, &str, Option<&str>), Vec<Place>> = BTreeMap::new();
    let mut bookings: Vec<(Day, &Place)> = Vec::new();
    for page in site.pages.values() {
        let coming: Vec<&Deadline> = deadlines(page).iter().filter(|one| is_soon(one.date)).collect();
        let booked = booking(page).filter(|(day, _)| is_soon(*day));
        if coming.is_empty() && booked.is_none() || hidden(page, today).is_some() {
            continue;
        }
        bookings.extend(booked);
        for one in coming {
            let places = due.entry((one.date, &one.what, one.to.as_deref())).or_default();
            places.push(one.spots.place(&page.path, "date"));
        }
    }
    for ((day, what, to), places) in due {
        report.extend(repeated(told(&site.holidays, today, day, what, to), places));
    }
    bookings.sort_by_key(|(day, _)| *day);
    if let Some((day, _)) = bookings.first() {
        let text = bookable(&site.holidays, today, *day, bookings.len());
        report.extend(repeated(text, bookings.iter().map(|(_, place)| (*place).clone()).collect()));
    }
}

/// Other pages with the same deadline are named up to this many.
const MOST_RELATED: usize = 3;

/// One finding for all the places that say so.
fn repeated(text: Text, places: Vec<Place>) -> Option<Finding> {
    let mut places = places.into_iter();
    let finding = Finding::new(&codes::D07, places.next()?, text);
    Some(places.take(MOST_RELATED).fold(finding, Finding::related))
}

fn deadlines(page: &Page) -> &[Deadline] {
    match &page.own {
        Own::Campaign(campaign) => &campaign.deadlines,
        Own::Notice(notice) => &notice.deadlines,
        _ => &[],
    }
}

/// Until when readers can book an open day, where they can.
fn booking(page: &Page) -> Option<(Day, &Place)> {
    let Own::OpenDay(open_day) = &page.own else { return None };
    let booking = open_day.booking.as_ref().filter(|_| open_day.status == Status::Scheduled)?;
    Some((booking.deadline?, &booking.deadline_at))
}

/// Open days are many; they are one reminder.
fn bookable(holidays: &Holidays, today: Day, first: Day, count: usize) -> Text {
    if count == 1 {
        return told(holidays, today, first, "开放日预约", None);
    }
    let (zh, en) = match today.days_until(first) {
        0 => ("是今天".to_string(), "today".to_string()),
        days => (format!("是 {first}（{}），还有 {days} 天", first.weekday_zh()), format!("{first}, in {days} days")),
    };
    Text::new(
        format!("有 {count} 个开放日的预约快截止了，最早的{zh}。"),
        format!("Booking ends soon for {count} open days, first {en}."),
    )
}

fn told(holidays: &Holidays, today: Day, day: Day, what: &str, to: Option<&str>) -> Text {
    let what = displayable(what);
    let (zh_to, en_to) = match to.map(displayable) {
        Some(to) => (format!("，{to}"), format!(", to {to}")),
        None => (String::new(), String::new()),
    };
    let mark = holidays.on(day).map_or(String::new(), |mark| format!("，{}", displayable(&mark.words())));
    let when = format!("{day}，{}{mark}", day.weekday_zh());
    match today.days_until(day) {
        0 => {
            Text::new(format!("“{what}”今天截止（{when}{zh_to}）。"), format!("`{what}` is due today ({day}{en_to})."))
        }
        days => Text::new(
            format!("距离“{what}”截止还有 {days} 天（{when}{zh_to}）。"),
            format!("`{what}` is due in {days} days ({day}{en_to})."),
        ),
    }
}
