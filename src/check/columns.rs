//! Whether the site is kept up: something new while a campaign runs, no column that stands still in its season, none in
//! the menu that is empty (domain.md D02 to D04). Out of season nothing is told: a topic that is over rests.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::campaigns::span;
use crate::edition::{Hidden, hidden};
use crate::load::fields::Kind;
use crate::model::config::MenuEntry;
use crate::model::{Day, Page, Site};
use crate::report::{Finding, Report, Text, codes, displayable};

/// From so many days before a campaign on its columns are looked at.
const AHEAD: i64 = 30;

/// Checks home page, columns and menu.
pub fn check(site: &Site, today: Day, report: &mut Report) {
    let shown: Vec<&Page> =
        site.pages.values().map(|page| &**page).filter(|page| hidden(page, today).is_none()).collect();
    let limits = &site.config.limits;
    let home = stale_home(&shown, today, limits.home_days);
    let news = column(&shown, today, Kind::News, limits.news_days);
    // The same page twice would be one problem told twice.
    report.extend(news.filter(|news| home.as_ref().is_none_or(|home| home.place != news.place)));
    report.extend(column(&shown, today, Kind::Notice, limits.notice_days));
    report.extend(home);
    empty(site, &shown, today, report);
}

/// The newest day that was typed, up to today, and the key it stands behind.
fn newest(page: &Page, today: Day) -> Option<(Day, &'static str)> {
    let days = [(page.published, "published"), (page.updated, "updated")];
    let days = days.into_iter().filter_map(|(moment, key)| Some((moment?.day, key)));
    days.filter(|(day, _)| *day <= today).max()
}

/// D02
fn stale_home(shown: &[&Page], today: Day, most: u32) -> Option<Finding> {
    let running = |page: &&&Page| span(page).is_some_and(|(start, end)| start <= today && today <= end);
    let campaign = shown.iter().find(running)?;
    let dated = shown.iter().filter_map(|page| Some((newest(page, today)?, *page)));
    let ((day, key), page) = dated.max_by_key(|((day, _), page)| (*day, std::cmp::Reverse(&page.id)))?;
    let days = day.days_until(today);
    if days <= i64::from(most) {
        return None;
    }
    let title = displayable(&campaign.title);
    let text = Text::new(
        format!(
            "活动“{title}”正在进行，网站却已经 {days} 天没有新内容，最近一次是 {day}。活动期间请及时发布，间隔不要超过 {most} 天。"
        ),
        format!("`{title}` is going on, yet nothing is new for {days} days (since {day}); {most} are allowed."),
    );
    Some(Finding::new(&codes::D02, page.place(key), text))
}

/// D03
fn column(shown: &[&Page], today: Day, kind: Kind, most: u32) -> Option<Finding> {
    let season = |page: &&Page| span(page).is_some_and(|(start, end)| start.plus(-AHEAD) <= today && today <= end);
    let dated = shown.iter().filter(|page| page.id.kind == kind);
    let dated = dated.filter_map(|page| Some((page.published.filter(|moment| moment.day <= today)?.day, *page)));
    let (day, page) = dated.max_by_key(|(day, page)| (*day, std::cmp::Reverse(&page.id)))?;
    let days = day.days_until(today);
    if days <= i64::from(most) || !shown.iter().any(season) {
        return None;
    }
    let (name, word) = (kind.zh(), kind.word());
    let text = Text::new(
        format!(
            "“{name}”栏目最新的一篇是 {day} 的，已经 {days} 天没有更新。检查时，这类栏目超过 {most} 天不更新就要扣分。"
        ),
        format!(
            "The newest {word} is of {day}, {days} days ago; inspections count a column without news for {most} days."
        ),
    );
    Some(Finding::new(&codes::D03, page.place("published"), text))
}

/// D04
fn empty(site: &Site, shown: &[&Page], today: Day, report: &mut Report) {
    let mut kinds: BTreeSet<Kind> = shown.iter().map(|page| page.id.kind).collect();
    // What is ready for its day will fill the column.
    let is_ready = |page: &&Arc<Page>| matches!(hidden(page, today), Some(Hidden::Future(_)));
    kinds.extend(site.pages.values().filter(is_ready).map(|page| page.id.kind));
    let has = |kind: Kind| kinds.contains(&kind);
    let made = super::campaigns::makes_posters(site) && (has(Kind::Campaign) || has(Kind::OpenDay));
    for entry in &site.config.menu {
        let Some(kind) = Kind::of_folder(entry.address.trim_end_matches('/')) else { continue };
        let folder = format!("content/{}/", kind.folder());
        // A page that cannot be read was told; with it the column is not empty.
        let broken = || site.broken.iter().any(|path| path.as_str().starts_with(&folder));
        let is_filled = has(kind) || kind == Kind::Poster && made;
        if !is_filled && !broken() {
            report.add(stands_empty(site, entry, kind));
        }
    }
}

fn stands_empty(site: &Site, entry: &MenuEntry, kind: Kind) -> Finding {
    let title = displayable(&entry.title);
    let waiting = site.pages.keys().filter(|id| id.kind == kind).count();
    let (zh, en) = match waiting {
        0 => (String::new(), String::new()),
        count => (format!("（写好的 {count} 篇现在都不公开）"), format!(" ({count} written, none of them public)")),
    };
    let text = Text::new(
        format!("菜单里的“{title}”是空栏目，读者点开什么也看不到{zh}。请发布内容，或者先把它从菜单里去掉。"),
        format!("The menu leads to `{title}`, which is empty{en}; publish something or take it out of the menu."),
    );
    Finding::new(&codes::D04, entry.place.clone(), text)
}
