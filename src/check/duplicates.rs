//! Pages that readers and search engines cannot tell apart: two with one title, two with one summary (domain.md M05).
//! Official documents keep their titles from year to year, and open days repeat theirs in many places; those pass.

use std::collections::BTreeMap;

use crate::edition::hidden;
use crate::load::fields::Kind;
use crate::model::{Day, Own, Page, PageId, Site};
use crate::report::{Code, Finding, Report, Text, codes, displayable};

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

/// Checks every page that is shown (W167, W168); pages that are alike are told together.
pub fn check(site: &Site, today: Day, report: &mut Report) {
    let mut faces: BTreeMap<Face, Vec<&Page>> = BTreeMap::new();
    // Supplied posters share one page.
    let pages = site.pages.values().map(|page| &**page).filter(|page| page.id.kind != Kind::Poster);
    for page in pages.filter(|page| hidden(page, today).is_none()) {
        faces.entry(face(page)).or_default().push(page);
    }
    let mut summaries: BTreeMap<&str, Vec<&Page>> = BTreeMap::new();
    // Of pages that are told for their titles only one counts here.
    for page in faces.values().filter_map(|alike| alike.first()).filter(|page| page.id.kind != Kind::OpenDay) {
        let summary = page.summary.as_deref().map(str::trim).filter(|text| !text.is_empty());
        summary.into_iter().for_each(|summary| summaries.entry(summary).or_default().push(page));
    }
    report.extend(faces.values().filter_map(|alike| same_title(alike)));
    report.extend(summaries.values_mut().filter_map(|alike| {
        alike.sort_by(|a, b| a.id.cmp(&b.id));
        same_summary(alike)
    }));
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

/// Other pages that are alike are named up to this many.
const MOST_RELATED: usize = 3;

/// A finding at the second of the pages that are `alike`, with the first and some more beside it.
fn told(code: &'static Code, alike: &[&Page], key: fn(&Page) -> &'static str, text: Text) -> Option<Finding> {
    let at = |page: &&Page| page.place(key(page));
    let finding = Finding::new(code, alike.get(1).map(at)?, text);
    let others = alike.iter().take(1).chain(alike.iter().skip(2)).take(MOST_RELATED);
    Some(others.map(at).fold(finding, Finding::related))
}

fn same_title(alike: &[&Page]) -> Option<Finding> {
    let (first, count) = (alike.first().filter(|_| alike.len() > 1)?, alike.len());
    let (title, other) = (displayable(&first.title), &first.path);
    let (zh, en) = match count {
        2 => (format!("和“{other}”的一样"), format!("`{other}` has")),
        _ => (format!("有 {count} 个页面在用"), format!("{count} pages have")),
    };
    let text = Text::new(
        format!("标题“{title}”{zh}，读者分不清是哪一篇。请写出各自的不同，重复的删掉。"),
        format!("{en} the same title `{title}`; make them different, or delete what is there twice."),
    );
    told(&codes::W167, alike, key_of_title, text)
}

fn same_summary(alike: &[&Page]) -> Option<Finding> {
    let (first, count) = (alike.first().filter(|_| alike.len() > 1)?, alike.len());
    let other = &first.path;
    let (zh, en) = match count {
        2 => (format!("摘要和“{other}”的一字不差"), format!("`{other}` has")),
        _ => (format!("有 {count} 个页面的摘要一字不差"), format!("{count} pages have")),
    };
    let text = Text::new(
        format!("{zh}。摘要会显示在列表和搜索结果里，请按每一篇的内容改写。"),
        format!("{en} the same summary; write what each page is about."),
    );
    told(&codes::W168, alike, |_| "summary", text)
}
