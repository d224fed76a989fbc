//! Pages that readers and search engines cannot tell apart: two with one title, two with one summary (domain.md M05).
//! Official documents keep their titles from year to year, and open days repeat theirs in many places; those pass.

use std::collections::BTreeMap;

use crate::edition::hidden;
use crate::load::fields::Kind;
use crate::model::{Day, Own, Page, PageId, Site};
use crate::report::{Finding, Report, Text, codes, displayable};

/// Pages with the same of these are alike.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Face<'p> {
    title: &'p str,
    /// Of one year: the notice of next year's campaign may be called like this year's.
    year: Option<i16>,
    /// Documents with numbers of their own are different documents.
    doc_no: Option<&'p str>,
    /// An open day is told by where and when it is.
    open_day: Option<(&'p PageId, Vec<Day>)>,
}

/// Checks every page that is shown (W167, W168).
pub fn check(site: &Site, today: Day, report: &mut Report) {
    let mut faces: BTreeMap<Face, &Page> = BTreeMap::new();
    let mut summaries: BTreeMap<&str, &Page> = BTreeMap::new();
    // Supplied posters share one page.
    let pages = site.pages.values().map(|page| &**page).filter(|page| page.id.kind != Kind::Poster);
    for page in pages.filter(|page| hidden(page, today).is_none()) {
        let twin = *faces.entry(face(page)).or_insert(page);
        if twin.id != page.id {
            report.add(same_title(page, twin));
            continue;
        }
        let summary = page.summary.as_deref().map(str::trim).filter(|text| !text.is_empty());
        let Some(summary) = summary.filter(|_| page.id.kind != Kind::OpenDay) else { continue };
        let twin = *summaries.entry(summary).or_insert(page);
        if twin.id != page.id {
            report.add(same_summary(page, twin));
        }
    }
}

fn face(page: &Page) -> Face<'_> {
    let (doc_no, open_day) = match &page.own {
        Own::Notice(notice) => (notice.doc_no.as_deref(), None),
        Own::OpenDay(open_day) => {
            let days = open_day.sessions.iter().map(|session| session.date).collect();
            (None, Some((&open_day.institution, days)))
        }
        _ => (None, None),
    };
    let day = match &page.own {
        Own::Campaign(campaign) => campaign.start,
        _ => None,
    };
    let year = day.or(page.published.map(|moment| moment.day)).map(Day::year);
    Face { title: page.title.trim(), year, doc_no, open_day }
}

fn key_of_title(page: &Page) -> &'static str {
    if page.id.kind == Kind::Institution { "name" } else { "title" }
}

fn same_title(page: &Page, twin: &Page) -> Finding {
    let (title, other) = (displayable(&page.title), &twin.path);
    let text = Text::new(
        format!("标题“{title}”和“{other}”的一样，读者分不清是哪一篇。请写出各自的不同，重复的删掉一篇。"),
        format!("`{other}` has the same title `{title}`; make them different, or delete one."),
    );
    Finding::new(&codes::W167, page.place(key_of_title(page)), text).related(twin.place(key_of_title(twin)))
}

fn same_summary(page: &Page, twin: &Page) -> Finding {
    let other = &twin.path;
    let text = Text::new(
        format!("摘要和“{other}”的一字不差。摘要会显示在列表和搜索结果里，请按这一篇的内容改写。"),
        format!("`{other}` has the same summary; write what this page is about."),
    );
    Finding::new(&codes::W168, page.place("summary"), text).related(twin.place("summary"))
}
