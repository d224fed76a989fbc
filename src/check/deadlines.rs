//! What is due in the next days: deadlines of campaigns and notices, and of booking, each told once however many pages
//! repeat it.

use std::collections::BTreeMap;

use crate::edition::hidden;
use crate::model::page::{Deadline, OpenDay, Status};
use crate::model::{Day, Holidays, Own, Page, Site};
use crate::report::{Finding, Place, Report, Text, codes, displayable};

/// Checks every page that is shown (D07).
pub fn check(site: &Site, today: Day, report: &mut Report) {
    let soon = i64::from(site.config.limits.remind_days);
    let mut due: BTreeMap<(Day, &str, Option<&str>), Vec<Place>> = BTreeMap::new();
    for page in site.pages.values() {
        let coming = deadlines(page).into_iter().filter(|one| (0..=soon).contains(&today.days_until(one.date)));
        let mut coming = coming.peekable();
        if coming.peek().is_none() || hidden(page, today).is_some() {
            continue;
        }
        for one in coming {
            due.entry((one.date, one.what, one.to)).or_default().push(one.place);
        }
    }
    for ((day, what, to), places) in due {
        let mut places = places.into_iter();
        let Some(first) = places.next() else { continue };
        let finding = Finding::new(&codes::D07, first, told(&site.holidays, today, day, what, to));
        report.add(places.take(MOST_RELATED).fold(finding, Finding::related));
    }
}

/// Other pages with the same deadline are named up to this many.
const MOST_RELATED: usize = 3;

/// Something that is due.
struct Due<'p> {
    date: Day,
    what: &'p str,
    to: Option<&'p str>,
    place: Place,
}

fn deadlines(page: &Page) -> Vec<Due<'_>> {
    let deadlines: &[Deadline] = match &page.own {
        Own::Campaign(campaign) => &campaign.deadlines,
        Own::Notice(notice) => &notice.deadlines,
        Own::OpenDay(open_day) => return booking(open_day).into_iter().collect(),
        _ => &[],
    };
    let all = deadlines.iter().map(|one| {
        let place = one.spots.place(&page.path, "date");
        Due { date: one.date, what: &one.what, to: one.to.as_deref(), place }
    });
    all.collect()
}

/// Readers can book until then; all that end on one day are one reminder. Where nothing can be booked, none.
fn booking(open_day: &OpenDay) -> Option<Due<'_>> {
    let booking = open_day.booking.as_ref().filter(|_| open_day.status == Status::Scheduled)?;
    Some(Due { date: booking.deadline?, what: "开放日预约", to: None, place: booking.deadline_at.clone() })
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
