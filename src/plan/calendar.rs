//! What happens when: every session and event once, in the order of time, and whose calendars it stands in.
//!
//! A calendar file, an agenda and the grid of a month are three printings of the same occurrences, so what one of
//! them shows cannot be missing from another.

use std::collections::{BTreeMap, BTreeSet};

use super::{listed_under, region};
use crate::edition::Edition;
use crate::load::fields::Kind;
use crate::model::{Clock, Day, OutPath, Own, Page, PageId, Region};

/// Occurrences on one page of an agenda.
pub const PER_AGENDA: usize = 100;

/// The longest run of months without anything that is still filled with pages. A year typed wrong by a century must
/// not make twelve hundred of them.
const LONGEST_GAP: i32 = 12;

/// What a calendar is the calendar of.
///
/// Every page named here has its calendar file, be there a day in it or not: who subscribed to an institution before
/// its days were set learns of them by itself, and no subscription dies when the last day is taken back. A file without
/// events is still valid (faults.md G06), but pages do not offer it to be fetched once. Agendas are different: a page
/// that shows nothing helps nobody, so only the site's is always there.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum CalendarOf {
    /// The whole site.
    Site,
    /// A region, its counties counted with it.
    Region(Region),
    /// An open day, an institution or a campaign.
    Page(PageId),
}

impl CalendarOf {
    /// The kinds whose pages have a calendar file.
    pub const KINDS: [Kind; 3] = [Kind::OpenDay, Kind::Institution, Kind::Campaign];

    /// The calendar file.
    pub fn out(&self) -> OutPath {
        let path = match self {
            CalendarOf::Site => "calendar.ics".to_string(),
            CalendarOf::Page(id) => format!("{}/calendar.ics", id.folder()),
            CalendarOf::Region(region) => format!("regions/{}/calendar.ics", region.code),
        };
        OutPath::new(&path).expect("checked slugs and codes make output paths")
    }

    /// A page of its agenda.
    pub fn agenda(&self, part: Part, page: usize) -> OutPath {
        let mut path = match self {
            CalendarOf::Site => "calendar".to_string(),
            CalendarOf::Page(id) => format!("calendar/{}/{}", id.kind.folder(), id.slug),
            CalendarOf::Region(region) => format!("calendar/regions/{}", region.code),
        };
        if part == Part::Past {
            path.push_str("/past");
        }
        if page > 1 {
            path.push_str(&format!("/page/{page}"));
        }
        OutPath::new(&format!("{path}/index.html")).expect("checked slugs, codes and numbers make output paths")
    }

    /// Whether it has an agenda; an open day is its own page.
    fn has_agenda(&self) -> bool {
        !matches!(self, CalendarOf::Page(id) if id.kind == Kind::OpenDay)
    }
}

/// Which half of an agenda.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// From the day of the edition on, the next one first; what has no day comes last.
    Upcoming,
    /// What is over, the latest day first.
    Past,
}

/// A session of an open day or an event of a campaign; or one whose day is not set yet.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Occurrence {
    /// Without a day sorts last; within a day what has no time comes first.
    when: (bool, Option<Day>, Option<Clock>),
    /// The open day or the campaign.
    pub page: PageId,
    /// The index among its sessions or events; none for an open day without sessions.
    pub at: Option<usize>,
}

impl Occurrence {
    fn new(day: Option<Day>, start: Option<Clock>, page: &PageId, at: Option<usize>) -> Occurrence {
        Occurrence { when: (day.is_none(), day, start), page: page.clone(), at }
    }

    /// The day, where one is set.
    pub fn day(&self) -> Option<Day> {
        self.when.1
    }
}

/// All occurrences, and the calendars they stand in.
#[derive(Debug, Default)]
pub struct Calendars {
    all: Vec<Occurrence>,
    of: BTreeMap<CalendarOf, Agenda>,
    /// Months with a page, in order: those in which something happens, and the short gaps between them.
    pub months: BTreeSet<(i16, i8)>,
}

/// The occurrences of one calendar as positions in the list of all.
#[derive(Debug, Default)]
struct Agenda {
    past: Vec<u32>,
    upcoming: Vec<u32>,
}

impl Calendars {
    /// The calendars of an edition.
    pub fn of_edition(edition: &Edition) -> Calendars {
        let mut entries: Vec<(Occurrence, Vec<CalendarOf>)> = Vec::new();
        for page in edition.pages() {
            occurrences(edition, page, &mut entries);
        }
        entries.sort();
        let mut calendars = Calendars::default();
        for (position, (occurrence, of)) in entries.into_iter().enumerate() {
            let position = u32::try_from(position).unwrap_or(u32::MAX);
            let past = occurrence.day().is_some_and(|day| day < edition.today());
            for of in of {
                let agenda = calendars.of.entry(of).or_default();
                if past { agenda.past.push(position) } else { agenda.upcoming.push(position) }
            }
            calendars.all.push(occurrence);
        }
        for agenda in calendars.of.values_mut() {
            // Stable: within a day the order of time stays.
            agenda.past.sort_by_key(|position| std::cmp::Reverse(calendars.all[*position as usize].day()));
        }
        calendars.months = months(&calendars.all);
        calendars
    }

    /// Everything in a calendar in the order of time; what has no day comes last.
    pub fn all(&self, of: &CalendarOf) -> impl Iterator<Item = &Occurrence> {
        let mut positions = [self.positions(of, Part::Past), self.positions(of, Part::Upcoming)].concat();
        positions.sort_unstable();
        positions.into_iter().map(|position| &self.all[position as usize])
    }

    /// Whether something in a calendar has a day.
    pub fn is_dated(&self, of: &CalendarOf) -> bool {
        // What has no day comes last.
        [Part::Past, Part::Upcoming]
            .into_iter()
            .any(|part| self.part(of, part).next().is_some_and(|one| one.day().is_some()))
    }

    /// What an agenda shows, in its order.
    pub fn part(&self, of: &CalendarOf, part: Part) -> impl ExactSizeIterator<Item = &Occurrence> {
        self.positions(of, part).iter().map(|position| &self.all[*position as usize])
    }

    /// The occurrences of a month.
    pub fn month(&self, year: i16, month: i8) -> &[Occurrence] {
        let before = |occurrence: &Occurrence| match occurrence.day() {
            Some(day) => (day.year(), day.month()) < (year, month),
            None => false,
        };
        let within =
            |occurrence: &Occurrence| occurrence.day().is_some_and(|day| (day.year(), day.month()) == (year, month));
        let rest = &self.all[self.all.partition_point(before)..];
        &rest[..rest.partition_point(within)]
    }

    /// The agendas that have pages, with the number of pages of each part; the site's comes first.
    pub fn agendas(&self) -> impl Iterator<Item = (&CalendarOf, Part, usize)> {
        let others = self.of.keys().filter(|of| **of != CalendarOf::Site);
        std::iter::once(&CalendarOf::Site).chain(others).flat_map(move |of| {
            let parts = [Part::Upcoming, Part::Past].into_iter();
            parts.filter_map(move |part| Some((of, part, self.pages(of, part)?)))
        })
    }

    /// The number of pages of a part; none when the calendar has no such pages.
    pub fn pages(&self, of: &CalendarOf, part: Part) -> Option<usize> {
        if !of.has_agenda() {
            return None;
        }
        let count = self.positions(of, part).len().div_ceil(PER_AGENDA);
        match part {
            Part::Upcoming => (self.of.contains_key(of) || *of == CalendarOf::Site).then_some(count.max(1)),
            Part::Past => (count > 0).then_some(count),
        }
    }

    /// On which page of the site's agenda a day begins.
    pub fn page_of(&self, day: Day) -> Option<(Part, usize)> {
        [Part::Upcoming, Part::Past].into_iter().find_map(|part| {
            let at = self.part(&CalendarOf::Site, part).position(|occurrence| occurrence.day() == Some(day))?;
            Some((part, at / PER_AGENDA + 1))
        })
    }

    /// The regions in which something happens, in the order of their codes.
    pub fn regions(&self) -> impl Iterator<Item = Region> {
        // The order of the keys puts regions behind the site and before pages.
        let keys = self.of.keys().skip_while(|of| **of == CalendarOf::Site);
        keys.map_while(|of| if let CalendarOf::Region(region) = of { Some(*region) } else { None })
    }

    fn positions(&self, of: &CalendarOf, part: Part) -> &[u32] {
        match (self.of.get(of), part) {
            (Some(agenda), Part::Upcoming) => &agenda.upcoming,
            (Some(agenda), Part::Past) => &agenda.past,
            (None, _) => &[],
        }
    }
}

/// The page of a month.
pub fn month_out(year: i16, month: i8) -> OutPath {
    OutPath::new(&format!("calendar/{year:04}-{month:02}/index.html")).expect("numbers make an output path")
}

/// The occurrences of a page, each with the calendars it stands in.
fn occurrences(edition: &Edition, page: &Page, entries: &mut Vec<(Occurrence, Vec<CalendarOf>)>) {
    let own = [CalendarOf::Site, CalendarOf::Page(page.id.clone())];
    let regions = |region: Option<Region>| region.into_iter().flat_map(listed_under).map(CalendarOf::Region);
    match &page.own {
        Own::OpenDay(open_day) => {
            let others = page.campaigns.iter().chain([&open_day.institution]).filter(|id| edition.page(id).is_some());
            let of: Vec<CalendarOf> = own
                .into_iter()
                .chain(others.cloned().map(CalendarOf::Page))
                .chain(regions(region(edition, page)))
                .collect();
            if open_day.sessions.is_empty() {
                entries.push((Occurrence::new(None, None, &page.id, None), of.clone()));
            }
            let sessions = open_day.sessions.iter().enumerate();
            entries.extend(sessions.map(|(at, session)| {
                (Occurrence::new(Some(session.date), session.start, &page.id, Some(at)), of.clone())
            }));
        }
        Own::Campaign(campaign) => {
            let events = campaign.events.iter().enumerate();
            entries.extend(events.map(|(at, event)| {
                let of = own.iter().cloned().chain(regions(event.region.or(page.region)));
                (Occurrence::new(event.date, event.start, &page.id, Some(at)), of.collect())
            }));
        }
        _ => {}
    }
}

fn months(all: &[Occurrence]) -> BTreeSet<(i16, i8)> {
    let number = |day: Day| i32::from(day.year()) * 12 + i32::from(day.month()) - 1;
    let mut found: Vec<i32> = all.iter().filter_map(Occurrence::day).map(number).collect();
    found.dedup();
    let gaps = found.windows(2).filter(|pair| pair[1] - pair[0] <= LONGEST_GAP).flat_map(|pair| pair[0]..pair[1]);
    let gaps: Vec<i32> = gaps.collect();
    let month = |number: i32| Some((i16::try_from(number / 12).ok()?, i8::try_from(number % 12 + 1).ok()?));
    found.into_iter().chain(gaps).filter_map(month).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_gaps_between_months_are_filled_and_long_ones_are_not() {
        let page = PageId::new(Kind::OpenDay, "x");
        let days = [(2022, 6, 1), (2022, 9, 30), (2022, 9, 30), (2023, 9, 1), (2122, 1, 1)];
        let all: Vec<Occurrence> =
            days.into_iter().map(|(y, m, d)| Occurrence::new(Day::new(y, m, d), None, &page, None)).collect();
        let months = months(&all);
        assert_eq!(months.len(), 16 + 1);
        assert!(months.contains(&(2022, 7)) && months.contains(&(2023, 1)) && !months.contains(&(2023, 10)));
    }
}
