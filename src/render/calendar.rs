//! Agendas and the grids of months: the occurrences of the plan as templates see them.

use std::collections::{BTreeMap, BTreeSet};

use super::lists::{month_title, pagination};
use super::view::{
    AgendaDay, Calendar, Choice, DayCell, DayMark, Filter, Happening, MarkedDays, Month, More, OpenDaysData, Refine,
    Tag,
};
use super::{Press, ics, words};
use crate::load::fields::Kind;
use crate::model::holidays::Rest;
use crate::model::page::{Event, OpenDay, Session};
use crate::model::{Day, OutPath, Own, Page, Region};
use crate::plan::{self, CalendarOf, ListOf, Occurrence, PER_AGENDA, Part, listed_under};
use crate::theme::Ready;

/// Happenings in one cell of a month.
const IN_CELL: usize = 4;
/// Happenings of one day below the grid of a month.
const IN_DAY: usize = 20;

/// `calendar.html`
pub fn agenda(press: &Press, of: &CalendarOf, part: Part, number: usize) -> Option<Calendar> {
    let calendars = &press.plan.index.calendars;
    let all = calendars.part(of, part);
    let total = all.len();
    let here: Vec<&Occurrence> = all.skip((number - 1) * PER_AGENDA).take(PER_AGENDA).collect();
    let (dated, undated): (Vec<&Occurrence>, Vec<_>) = here.into_iter().partition(|one| one.day().is_some());
    let days = by_day(press, &dated);
    let undated: Vec<Happening> = undated.into_iter().filter_map(|one| happening(press, one)).collect();
    let other = if part == Part::Past { Part::Upcoming } else { Part::Past };
    let refine = refine(days.iter().flat_map(|day| &day.happenings).chain(&undated));
    Some(Calendar {
        title: title(press, of, part),
        of: match of {
            CalendarOf::Site => "site",
            CalendarOf::Region(_) => "region",
            CalendarOf::Page(id) => id.kind.word(),
        },
        about: about(press, of),
        url: press.url(&of.agenda(part, number)),
        past: part == Part::Past,
        days,
        undated,
        total,
        pages: pagination(number, calendars.pages(of, part)?, |number| press.url(&of.agenda(part, number))),
        other: calendars.pages(of, other).map(|_| press.url(&of.agenda(other, 1))),
        other_total: calendars.part(of, other).len(),
        months: calendars.months.iter().map(|(year, month)| tag(press, *year, *month)).collect(),
        // The one long list, of institutions, stands where people look for it first.
        filters: filters(press, of == &CalendarOf::Site && part == Part::Upcoming && number == 1),
        refine,
        ics: ics::fetched(press, of),
        ics_size: ics::size(press, of),
        subscription: ics::subscription(press, of),
        data: data(press),
    })
}

fn data(press: &Press) -> OpenDaysData {
    let file = |path| match OutPath::new(path) {
        Ok(out) => (press.url(&out), press.written_size(&out)),
        Err(_) => Default::default(),
    };
    let [(csv, csv_size), (json, json_size), (schema, schema_size)] =
        [plan::OPEN_DAYS_TABLE, plan::OPEN_DAYS_DATA, plan::OPEN_DAYS_SCHEMA].map(file);
    OpenDaysData { csv, csv_size, json, json_size, schema, schema_size }
}

/// The heading of an agenda.
pub fn title(press: &Press, of: &CalendarOf, part: Part) -> String {
    let name = name(press, of);
    match part {
        Part::Upcoming => format!("{name}活动日历"),
        Part::Past => format!("{name}已结束的活动"),
    }
}

/// The address of an agenda; none where it has no page.
pub fn address(press: &Press, of: &CalendarOf) -> Option<String> {
    press.plan.index.calendars.pages(of, Part::Upcoming).map(|_| press.url(&of.agenda(Part::Upcoming, 1)))
}

/// The name of what a calendar is of; empty for the site.
fn name(press: &Press, of: &CalendarOf) -> String {
    match of {
        CalendarOf::Site => String::new(),
        CalendarOf::Region(region) => region.name.to_string(),
        CalendarOf::Page(id) => press.edition.page(id).map(|page| page.title.clone()).unwrap_or_default(),
    }
}

/// The page of what a calendar is of; a region in which only an event takes place has none.
fn about(press: &Press, of: &CalendarOf) -> Option<Tag> {
    match of {
        CalendarOf::Site => None,
        CalendarOf::Region(region) => {
            Some(press.region_tag(*region)).filter(|_| !press.plan.index.list(ListOf::Region(*region)).is_empty())
        }
        CalendarOf::Page(id) => press.edition.page(id).map(|page| press.tag(page)),
    }
}

/// The agendas of regions and campaigns, and where `institutions` says so, of institutions.
fn filters(press: &Press, institutions: bool) -> Vec<Ready<Filter>> {
    let list = |kind| press.plan.index.list(ListOf::Kind(kind)).iter().cloned().map(CalendarOf::Page);
    let tag = |of: CalendarOf| Some(Tag { title: name(press, &of), url: address(press, &of)?, color: String::new() });
    let filter = |title, of: &mut dyn Iterator<Item = CalendarOf>| {
        Ready::from(Filter { title, tags: of.filter_map(tag).collect() })
    };
    let shared = || {
        let regions = filter("按地区", &mut press.plan.index.calendars.regions().map(CalendarOf::Region));
        vec![regions, filter("按活动", &mut list(Kind::Campaign))]
    };
    let mut all = press.agendas.get_or_init(shared).clone();
    if institutions {
        all.push(filter("按机构", &mut list(Kind::Institution)));
    }
    all.retain(|filter| !filter.tags.is_empty());
    all
}

/// `month.html`; weeks begin on Monday.
pub fn month(press: &Press, year: i16, month: i8) -> Option<Month> {
    let first = Day::new(year, month, 1)?;
    let calendars = &press.plan.index.calendars;
    let occurrences: Vec<&Occurrence> = calendars.month(year, month).iter().collect();
    let mut days = by_day(press, &occurrences);
    let cells: BTreeMap<Day, (Vec<Happening>, usize)> = days
        .iter()
        .map(|day| {
            let shown = day.happenings.iter().take(IN_CELL).cloned().collect();
            (day.date.iso, (shown, day.happenings.len().saturating_sub(IN_CELL)))
        })
        .collect();
    let refine = refine(days.iter().flat_map(|day| &day.happenings));
    for day in &mut days {
        shorten(press, day);
    }
    let monday = first.plus(-(first.weekday() as i64));
    let last = first.last_of_month();
    let weeks = (0..6).map(|week| monday.plus(week * 7)).take_while(|monday| *monday <= last);
    let cell = |day: Day| {
        let (happenings, more) = cells.get(&day).cloned().unwrap_or_default();
        DayCell {
            date: words::date(day),
            in_month: day.month() == month && day.year() == year,
            today: day == press.edition.today(),
            mark: mark(press, day),
            happenings,
            more,
        }
    };
    let months = &calendars.months;
    Some(Month {
        title: month_title(year, month),
        year,
        month,
        weeks: weeks.map(|monday| (0..7).map(|day| cell(monday.plus(day))).collect()).collect(),
        days,
        marked: marked(press, first),
        previous: months.range(..(year, month)).next_back().map(|(year, month)| tag(press, *year, *month)),
        next: months.range((year, month + 1)..).next().map(|(year, month)| tag(press, *year, *month)),
        agenda: press.url(&CalendarOf::Site.agenda(Part::Upcoming, 1)),
        filters: filters(press, false),
        refine,
        ics: press.url(&CalendarOf::Site.out()),
        ics_size: ics::size(press, &CalendarOf::Site),
        subscription: ics::subscription(press, &CalendarOf::Site),
    })
}

fn mark(press: &Press, day: Day) -> Option<DayMark> {
    let mark = press.edition.holidays().on(day)?;
    Some(DayMark { off: mark.kind == Rest::Off, short: mark.short(), text: mark.words() })
}

/// The holidays of the month that begins on `first`, and the weekends worked for them, in runs of days.
fn marked(press: &Press, first: Day) -> Vec<MarkedDays> {
    let days = (0..31).map(|day| first.plus(day)).filter(|day| day.month() == first.month());
    let marks: Vec<(Day, DayMark)> = days.filter_map(|day| Some((day, mark(press, day)?))).collect();
    let runs = marks.chunk_by(|a, b| a.0.plus(1) == b.0 && a.1.text == b.1.text);
    let run = |run: &[(Day, DayMark)]| {
        let ((from, mark), (to, _)) = (run.first()?, run.last()?);
        let days = if from == to { from.zh_short() } else { format!("{}至{}日", from.zh_short(), to.day()) };
        Some(MarkedDays { days, mark: mark.clone() })
    };
    runs.filter_map(run).collect()
}

/// Keeps the page of a month of a province with thousands of open days small enough for a phone.
fn shorten(press: &Press, day: &mut AgendaDay) {
    let count = day.happenings.len().saturating_sub(IN_DAY);
    let begins = press.plan.index.calendars.page_of(day.date.iso).filter(|_| count > 0);
    if let Some((part, number)) = begins {
        let url = format!("{}#d-{}", press.url(&CalendarOf::Site.agenda(part, number)), day.date.iso);
        day.happenings.truncate(IN_DAY);
        day.more = Some(More { count, url });
    }
}

fn tag(press: &Press, year: i16, month: i8) -> Tag {
    Tag { title: month_title(year, month), url: press.url(&plan::month_out(year, month)), color: String::new() }
}

/// Happenings under their days, in the order given.
fn by_day(press: &Press, occurrences: &[&Occurrence]) -> Vec<AgendaDay> {
    let runs = occurrences.chunk_by(|a, b| a.day() == b.day());
    let day = |run: &[&Occurrence]| {
        let day = run.first()?.day()?;
        Some(AgendaDay {
            date: words::date(day),
            today: day == press.edition.today(),
            mark: mark(press, day),
            happenings: run.iter().filter_map(|one| happening(press, one)).collect(),
            more: None,
        })
    };
    runs.filter_map(day).collect()
}

/// What can be chosen among `happenings`.
fn refine<'h>(happenings: impl Iterator<Item = &'h Happening>) -> Refine {
    let mut refine = Refine::default();
    let (mut regions, mut campaigns, mut programme) = (BTreeSet::new(), BTreeMap::new(), BTreeMap::new());
    let (mut total, mut bookable, mut online) = (0, 0, 0);
    for happening in happenings {
        total += 1;
        bookable += usize::from(happening.bookable);
        online += usize::from(happening.online);
        regions.extend(happening.regions.iter().cloned());
        if let (Some(slug), Some(tag)) = (happening.campaigns.first(), &happening.campaign) {
            campaigns.entry(slug.clone()).or_insert_with(|| tag.title.clone());
        }
        for name in &happening.programme {
            *programme.entry(name.clone()).or_insert(0) += 1;
        }
    }
    let choice = |code: String| Some(Choice { title: Region::find(&code, None)?.name.to_string(), value: code });
    refine.regions = regions.into_iter().filter_map(choice).collect();
    refine.campaigns = campaigns.into_iter().map(|(value, title)| Choice { value, title }).collect();
    // The commonest first: sorted by sound or by stroke, Chinese words stand in no order a reader would expect.
    let mut names: Vec<(String, usize)> = programme.into_iter().collect();
    names.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    refine.programme = names.into_iter().map(|(name, _)| name).collect();
    refine.bookable = (1..total).contains(&bookable);
    refine.online = (1..total).contains(&online);
    refine
}

fn happening(press: &Press, occurrence: &Occurrence) -> Option<Happening> {
    let page = press.edition.page(&occurrence.page)?;
    match &page.own {
        Own::OpenDay(open_day) => {
            let session = occurrence.at.and_then(|at| open_day.sessions.get(at));
            Some(visit(press, page, open_day, session))
        }
        Own::Campaign(campaign) => Some(event(press, page, campaign.events.get(occurrence.at?)?)),
        _ => None,
    }
}

fn visit(press: &Press, page: &Page, open_day: &OpenDay, session: Option<&Session>) -> Happening {
    let today = press.edition.today();
    let status = session.map_or(open_day.status, |session| plan::session_status(open_day, session, today));
    let brief = press.brief(open_day);
    let region = plan::region(&press.edition, page);
    let in_time = open_day.booking.as_ref().and_then(|booking| booking.deadline).is_none_or(|day| day >= today);
    let left = session.and_then(|session| session.left);
    Happening {
        kind: "open-day",
        title: page.title.clone(),
        url: page.id.url(),
        start: session.and_then(|session| session.start),
        end: session.and_then(|session| session.end),
        place: brief.institution.map(|tag| tag.title),
        region: region.map(|region| region.name.to_string()),
        campaign: press.campaign_tags(page).into_iter().next(),
        date_text: open_day.date_text.clone(),
        status: status.word(),
        status_text: status.zh(),
        left,
        bookable: status.is_bookable() && in_time && left != Some(0) && session.is_some(),
        online: brief.online,
        programme: open_day.programme.iter().map(|name| choosable(name)).collect(),
        regions: codes(region),
        campaigns: press.shown(&page.campaigns).map(|page| page.id.slug.to_string()).collect(),
    }
}

/// A name as an attribute can list it between `|` and as a choice of a form gives it back, its white space in runs of
/// one.
fn choosable(name: &str) -> String {
    name.replace('|', "｜").split_whitespace().collect::<Vec<_>>().join(" ")
}

fn codes(region: Option<Region>) -> Vec<String> {
    region.into_iter().flat_map(listed_under).map(|region| region.code.to_string()).collect()
}

fn event(press: &Press, page: &Page, event: &Event) -> Happening {
    let over = event.date.is_some_and(|day| day < press.edition.today());
    Happening {
        kind: "event",
        title: event.title.clone(),
        url: page.id.url(),
        start: event.start,
        end: event.end,
        place: event.place.clone(),
        region: event.region.map(|region| region.name.to_string()),
        campaign: Some(press.tag(page)),
        date_text: event.date_text.clone().or_else(|| event.date.is_none().then(|| "日期待定".to_string())),
        status: if over { "finished" } else { "scheduled" },
        status_text: if over { "已结束" } else { "" },
        left: None,
        bookable: false,
        online: false,
        programme: Vec::new(),
        regions: codes(event.region.or(page.region)),
        campaigns: vec![page.id.slug.to_string()],
    }
}
