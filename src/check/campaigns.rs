//! What campaigns still need: cases, posters, something to visit, and an end that readers can see (domain.md D05).

use std::collections::BTreeMap;

use crate::edition::hidden;
use crate::model::page::Campaign;
use crate::model::{Day, Own, Page, PageId, Site};
use crate::report::{Finding, Report, Text, codes, displayable};

/// A campaign without a day counts as over so many days after the last one that is known of it.
const FORGOTTEN: i64 = 180;
/// A campaign is looked at from so many days before it starts …
const BEFORE: i64 = 14;
/// … until so many days after its end, in which cases are gathered.
const AFTER: i64 = 60;

/// The days of a campaign that has them in their order.
pub fn span(page: &Page) -> Option<(Day, Day)> {
    match &page.own {
        Own::Campaign(campaign) => campaign.start.zip(campaign.end).filter(|(start, end)| start <= end),
        _ => None,
    }
}

/// Whether posters are made of campaigns and open days; where the address stands in the way, that was told (W174).
pub fn makes_posters(site: &Site) -> bool {
    !site.config.posters.is_empty()
}

/// What belongs to a campaign.
#[derive(Default)]
struct Belongings {
    cases: bool,
    posters: bool,
    open_days: bool,
    /// The last day that is known of its open days.
    last: Option<Day>,
}

/// Checks every campaign that is shown.
pub fn check(site: &Site, today: Day, report: &mut Report) {
    let mut all: BTreeMap<&PageId, Belongings> = BTreeMap::new();
    let shown = |page: &&Page| hidden(page, today).is_none();
    for page in site.pages.values().map(|page| &**page).filter(shown) {
        for id in &page.campaigns {
            let of = all.entry(id).or_default();
            match &page.own {
                Own::Case(_) => of.cases = true,
                Own::Poster(_) => of.posters = true,
                Own::OpenDay(open_day) => {
                    of.open_days = true;
                    of.last = of.last.max(open_day.sessions.last().map(|session| session.date));
                }
                _ => {}
            }
        }
    }
    for page in site.pages.values().map(|page| &**page).filter(shown) {
        let Own::Campaign(campaign) = &page.own else { continue };
        let none = Belongings::default();
        let of = all.get(&page.id).unwrap_or(&none);
        report.extend(never_over(page, campaign, of, today));
        report.extend(lacking(page, campaign, of, makes_posters(site), today));
    }
}

/// D05: only a campaign without a day can be over unseen.
fn never_over(page: &Page, campaign: &Campaign, of: &Belongings, today: Day) -> Option<Finding> {
    if campaign.start.is_some() || campaign.end.is_some() {
        return None;
    }
    let events = campaign.events.iter().filter_map(|event| event.date);
    let deadlines = campaign.deadlines.iter().map(|deadline| deadline.date);
    let typed = [page.published, page.updated].into_iter().flatten().map(|moment| moment.day);
    let last = events.chain(deadlines).chain(typed).chain(of.last).max()?;
    let days = last.days_until(today);
    if days <= FORGOTTEN {
        return None;
    }
    let title = displayable(&page.title);
    let text = Text::new(
        format!(
            "活动“{title}”没有写日期，网站一直显示“日期待定”；它最近的一个日期是 {last}，已经过去 {days} 天。活动已经结束的，请写上“结束日期”（end），网站会把它归到已结束的活动里。"
        ),
        format!(
            "`{title}` has no day and is shown as undated; the last day known of it was {last}, {days} days ago. Once it is over, give its `end`."
        ),
    );
    let place = if page.spot("date_text").is_some() { page.place("date_text") } else { page.place("title") };
    Some(Finding::new(&codes::D05, place, text))
}

/// D08
fn lacking(page: &Page, campaign: &Campaign, of: &Belongings, made: bool, today: Day) -> Option<Finding> {
    let (start, end) = span(page)?;
    if today < start.plus(-BEFORE) || today > end.plus(AFTER) {
        return None;
    }
    let is_over = end < today;
    let parts = [
        (!is_over && !made && !of.posters, "海报", "poster"),
        (!is_over && !of.open_days && campaign.events.is_empty(), "开放日或活动安排", "open day or event"),
        (start <= today && !of.cases, "典型案例", "case"),
    ];
    let missing: Vec<_> = parts.into_iter().filter(|(lacks, ..)| *lacks).collect();
    if missing.is_empty() {
        return None;
    }
    let zh = missing.iter().map(|part| part.1).collect::<Vec<_>>().join("、");
    let en = missing.iter().map(|part| part.2).collect::<Vec<_>>().join(", no ");
    let (when, when_en) = match () {
        () if is_over => ("已经结束", "is over"),
        () if start > today => ("快要开始", "starts soon"),
        () => ("正在进行", "is going on"),
    };
    let title = displayable(&page.title);
    let text = Text::new(
        format!("活动“{title}”{when}，网站上还没有它的{zh}。"),
        format!("`{title}` {when_en} and has no {en} yet."),
    );
    Some(Finding::new(&codes::D08, page.place("title"), text))
}
