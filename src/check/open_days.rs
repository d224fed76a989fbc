//! What readers could be misled by on open days: days outside the campaign, a status that says too little or too much,
//! sessions that overlap or fall on a holiday, places and deadlines that cannot be (domain.md V01 to V04 and what belongs to them).

use std::collections::BTreeMap;

use crate::edition::hidden;
use crate::model::holidays::Rest;
use crate::model::page::{Campaign, OpenDay, Session, Status};
use crate::model::{Clock, Day, Own, Page, PageId, Site};
use crate::report::{Finding, Place, Report, Text, codes, displayable};

/// Checks every open day, hidden ones included, and the events of campaigns.
pub fn check(site: &Site, today: Day, report: &mut Report) {
    let mut visits: BTreeMap<&PageId, Vec<Visit>> = BTreeMap::new();
    for page in site.pages.values() {
        match &page.own {
            Own::OpenDay(open_day) => {
                let visit = Visit { page, open_day };
                report.extend(open_day.sessions.iter().filter_map(|session| visit.outside(site, session)));
                report.extend(visit.unexplained());
                report.extend(visit.stale(today));
                report.extend(visit.on_holiday(site, today));
                report.extend(open_day.sessions.iter().flat_map(|session| visit.places(session)));
                report.extend(visit.late_booking());
                report.extend(visit.contradiction(today));
                visits.entry(&open_day.institution).or_default().push(visit);
            }
            Own::Campaign(campaign) => events(page, campaign, report),
            _ => {}
        }
    }
    visits.values().for_each(|visits| overlaps(visits, report));
}

/// The days of a campaign that has both.
fn span(campaign: &Campaign) -> Option<(Day, Day)> {
    campaign.start.zip(campaign.end)
}

fn events(page: &Page, campaign: &Campaign, report: &mut Report) {
    let Some((start, end)) = span(campaign) else { return };
    for event in &campaign.events {
        let Some(day) = event.date.filter(|day| *day < start || *day > end) else { continue };
        let title = displayable(&event.title);
        let text = Text::new(
            format!("“{title}”（{day}）不在本活动的 {start} 至 {end} 之内。"),
            format!("`{title}` on {day} lies outside its own campaign ({start} to {end})."),
        );
        let place = event.spots.place(&page.path, "date");
        report.add(Finding::new(&codes::W144, place, text).related(page.place("start")));
    }
}

/// An open day with its page.
struct Visit<'s> {
    page: &'s Page,
    open_day: &'s OpenDay,
}

impl<'s> Visit<'s> {
    fn at(&self, session: &Session, key: &str) -> Place {
        session.spots.place(&self.page.path, key)
    }

    /// Whether a status was typed: one that follows from the day needs no mending.
    fn is_typed(&self) -> bool {
        self.page.spot("status").is_some_and(|span| span.width > 0)
    }

    fn is_off(&self) -> bool {
        self.open_day.status.is_off()
    }

    /// W144
    fn outside(&self, site: &Site, session: &Session) -> Option<Finding> {
        let day = session.date;
        let mut campaigns = self.page.campaigns.iter().filter_map(|id| site.pages.get(id));
        campaigns.find_map(|page| {
            let Own::Campaign(campaign) = &page.own else { return None };
            let (start, end) = span(campaign).filter(|(start, end)| day < *start || day > *end)?;
            let text = Text::new(
                format!("{day} 的场次不在活动“{}”的 {start} 至 {end} 之内。", displayable(&page.title)),
                format!("The session on {day} lies outside its campaign ({start} to {end})."),
            );
            Some(Finding::new(&codes::W144, self.at(session, "date"), text).related(page.place("start")))
        })
    }

    /// V02
    fn unexplained(&self) -> Option<Finding> {
        if !self.is_off() || self.open_day.status_note.is_some() {
            return None;
        }
        let line = match self.open_day.status {
            Status::Cancelled => "status_note: 因天气原因取消。",
            _ => "status_note: 因设备检修延期，新的日期另行公布。",
        };
        let word = self.open_day.status.zh();
        let text = Text::new(
            format!("写了“{word}”，没有写“状态说明”（status_note）。请用一两句话说明原因，以及已经预约的人怎么办。"),
            format!("The status is {} without a `status_note` that says why.", self.open_day.status.word()),
        );
        Some(Finding::new(&codes::V02, self.page.place("status"), text).add_line(line))
    }

    /// V03
    fn stale(&self, today: Day) -> Option<Finding> {
        let last = self.open_day.sessions.last()?.date;
        if last >= today || !self.is_typed() || hidden(self.page, today).is_some() {
            return None;
        }
        let word = self.open_day.status.zh();
        let text = match self.open_day.status {
            Status::Scheduled | Status::Full => {
                // A line of a table is all of an open day.
                let (zh, en) = match self.page.row.is_some() {
                    true => (format!("请把写着“{word}”的这一格清空。"), "empty this cell"),
                    false => (format!("请删掉写着“{word}”的这一行。"), "delete this line"),
                };
                Text::new(
                    format!("最后一场（{last}）已经过去，读者看到的是“已结束”。{zh}"),
                    format!("The last session ({last}) is over and readers see that by themselves; {en}."),
                )
            }
            Status::Postponed => Text::new(
                format!(
                    "原来的日期（{last}）已经过去，还写着“{word}”。定了新日期的，请改“场次”，并写上“原定日期”（planned）；不再举办的，请改为“已取消”。"
                ),
                format!(
                    "The last session ({last}) is over and the open day still postponed; give the new day, or cancel it."
                ),
            ),
            _ => return None,
        };
        Some(Finding::new(&codes::V03, self.page.place("status"), text))
    }

    /// V04: one note is enough, however many sessions there are.
    fn on_holiday(&self, site: &Site, today: Day) -> Option<Finding> {
        if self.is_off() || self.open_day.status_note.is_some() {
            return None;
        }
        let holiday = |day| site.holidays.on(day).filter(|mark| mark.kind == Rest::Off);
        let mut marked = self.open_day.sessions.iter().filter(|session| session.date >= today);
        let (session, mark) = marked.find_map(|session| Some((session, holiday(session.date)?)))?;
        let (day, name) = (session.date, displayable(&mark.name));
        let text = Text::new(
            format!(
                "{day} 是{name}放假的日子，请核对日期。确实开放的，请写上“状态说明”（status_note），免得群众以为放假不开。"
            ),
            format!("{day} is a public holiday ({name}); check it, or say in `status_note` that you are open."),
        );
        let line = format!("status_note: {name}期间照常开放。");
        let hint = Text::new(format!("例如：{line}"), format!("For example: {line}"));
        Some(Finding::new(&codes::V04, self.at(session, "date"), text).hint(hint))
    }

    /// V06
    fn places(&self, session: &Session) -> Option<Finding> {
        match (session.capacity, session.left) {
            (Some(0), _) => {
                let text = Text::new(
                    "名额不能是 0。不限人数的，不写“名额”（capacity）；约满了的，写“余位”（left）0。",
                    "A capacity of 0 is none; leave it out where there is no limit, or write `left: 0` when it is full.",
                );
                Some(Finding::new(&codes::V06, self.at(session, "capacity"), text))
            }
            (Some(capacity), Some(left)) if left > capacity => {
                let text = Text::new(
                    format!("余位 {left} 比名额 {capacity} 还多，请核对。"),
                    format!("There are more places left ({left}) than places ({capacity})."),
                );
                let finding = Finding::new(&codes::V06, self.at(session, "left"), text);
                Some(finding.related(self.at(session, "capacity")))
            }
            _ => None,
        }
    }

    /// V07
    fn late_booking(&self) -> Option<Finding> {
        let booking = self.open_day.booking.as_ref()?;
        let (last, deadline) = (self.open_day.sessions.last()?, booking.deadline?);
        if deadline <= last.date || self.is_off() {
            return None;
        }
        let text = Text::new(
            format!("预约截止日期 {deadline} 在最后一场（{}）以后，那时已经没有可约的场次。", last.date),
            format!("Booking ends on {deadline}, after the last session ({}).", last.date),
        );
        Some(Finding::new(&codes::V07, booking.deadline_at.clone(), text).related(self.at(last, "date")))
    }

    /// V09
    fn contradiction(&self, today: Day) -> Option<Finding> {
        let to_come: Vec<&Session> = self.open_day.sessions.iter().filter(|session| session.date >= today).collect();
        let free = to_come.iter().find(|session| session.left.is_some_and(|left| left > 0));
        let status = self.page.place("status");
        match (self.open_day.status, free) {
            (Status::Full, Some(session)) => {
                let (day, left) = (session.date, session.left.unwrap_or_default());
                let text = Text::new(
                    format!("状态写着“已约满”，{day} 的场次却还有 {left} 个余位。请改正其中一处。"),
                    format!("The status is full, yet {left} places are left on {day}; mend one of them."),
                );
                Some(Finding::new(&codes::V09, status, text).related(self.at(session, "left")))
            }
            (Status::Scheduled, None) if !to_come.is_empty() && to_come.iter().all(|one| one.left == Some(0)) => {
                let text = Text::new(
                    "各场次都没有余位了，读者看到的还是“可以预约”。请把“状态”（status）写成“已约满”。",
                    "No session has a place left, yet readers see that they can book; set `status` to `full`.",
                );
                let finding = Finding::new(&codes::V09, status.clone(), text).related(self.at(to_come[0], "left"));
                Some(match self.is_typed() {
                    true if status.marked().is_ascii() => finding.fix(status.with("full")),
                    true => finding.fix(status.with("已约满")),
                    false => finding.add_line("status: full"),
                })
            }
            _ => None,
        }
    }
}

/// A session with times, for comparison with the others of its institution. The order is that of time.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Slot<'s> {
    day: Day,
    start: Clock,
    /// The start once more where no end is set.
    end: Clock,
    page: &'s PageId,
    index: usize,
}

/// V05: each session is told once, together with the one that lasts longest into it.
fn overlaps(visits: &[Visit], report: &mut Report) {
    let mut slots = Vec::new();
    for (number, visit) in visits.iter().enumerate().filter(|(_, visit)| !visit.is_off()) {
        for (index, session) in visit.open_day.sessions.iter().enumerate() {
            let Some(start) = session.start else { continue };
            let end = session.end.filter(|end| *end > start).unwrap_or(start);
            slots.push((Slot { day: session.date, start, end, page: &visit.page.id, index }, number));
        }
    }
    slots.sort();
    let mut longest: Option<&(Slot, usize)> = None;
    for slot in &slots {
        match longest.filter(|other| meet(&other.0, &slot.0)) {
            Some(other) => report.add(overlap(visits, other, slot)),
            None => longest = Some(slot),
        }
        longest = longest.filter(|other| other.0.end >= slot.0.end).or(Some(slot));
    }
}

/// Whether `later`, which does not start before `earlier`, starts while that lasts.
fn meet(earlier: &Slot, later: &Slot) -> bool {
    earlier.day == later.day && (later.start < earlier.end || later.start == earlier.start)
}

fn overlap(visits: &[Visit], earlier: &(Slot, usize), later: &(Slot, usize)) -> Finding {
    let (first, second) = (&visits[earlier.1], &visits[later.1]);
    let at = |visit: &Visit, slot: &Slot| visit.at(&visit.open_day.sessions[slot.index], "start");
    let times = |slot: &Slot| match slot.end == slot.start {
        true => slot.start.to_string(),
        false => format!("{}–{}", slot.start, slot.end),
    };
    let (day, this, other) = (later.0.day, times(&later.0), times(&earlier.0));
    let (zh, en) = match first.page.id == second.page.id {
        true => (String::new(), String::new()),
        false => {
            let title = displayable(&first.page.title);
            (format!("“{title}”的"), format!(" of `{title}`"))
        }
    };
    let text = Text::new(
        format!("{day} {this} 这一场，与同一机构{zh} {other} 那一场时间重叠，请核对。"),
        format!("The session on {day}, {this}, overlaps with that of {other}{en} at the same institution."),
    );
    Finding::new(&codes::V05, at(second, &later.0), text).related(at(first, &earlier.0))
}
