//! Posting dates are true, expired pages are told (domain.md D01).

use crate::edition::{Hidden, first_day, hidden};
use crate::model::{Day, Own, Page, Site};
use crate::report::{Finding, Report, Text, codes};

/// Checks every page.
pub fn check(site: &Site, today: Day, report: &mut Report) {
    for page in site.pages.values() {
        match hidden(page, today) {
            None => posted(page, today, report),
            // Days in the wrong order were told where they were read.
            Some(Hidden::Expired(day)) if first_day(page).is_some_and(|first| first > day) => {}
            Some(Hidden::Expired(day)) => report.add(expired(page, day)),
            Some(_) => {}
        }
    }
}

/// A public page's posting time may not lie ahead, nor before the day of the document.
fn posted(page: &Page, today: Day, report: &mut Report) {
    let Some(published) = page.published else { return };
    if published.day > today {
        let text = Text::new(
            format!("发布时间 {published} 还没有到（今天按 {today} 算），页面却已经公开。发布时间要写实际发布的时间。"),
            format!("The posting time {published} lies ahead of {today}, yet the page is public."),
        );
        report.add(Finding::new(&codes::D01, page.place("published"), text));
    }
    if let Own::Notice(notice) = &page.own
        && let Some(date) = notice.date.filter(|date| published.day < *date)
    {
        let text = Text::new(
            format!("发布时间 {published} 早于成文日期 {date}，请核对。"),
            format!("The posting time {published} lies before the document's date {date}."),
        );
        report.add(Finding::new(&codes::D01, page.place("published"), text));
    }
}

fn expired(page: &Page, day: Day) -> Finding {
    let text = Text::new(
        format!("失效日期 {day} 已过，正式网站不会出现这一页。"),
        format!("Expired on {day}; it will not be published."),
    );
    Finding::new(&codes::W142, page.place("expires"), text)
}
