//! A campaign as a booklet: one page to print, with the texts that belong to it.

use super::view::{Booklet, BookletOpenDay, BookletPart, BookletText};
use super::{Press, pages, words};
use crate::load::fields::Kind;
use crate::markdown::Within;
use crate::model::page::{Campaign, OpenDay};
use crate::model::{OutPath, Own, Page, PageId};

/// The levels above the headings of a text: the booklet, its part, the text.
const DEEPER: u8 = 2;

/// `booklet.html`
pub fn booklet(press: &Press, page: &Page, campaign: &Campaign) -> Option<Booklet> {
    let out = press.plan.booklet(&page.id)?;
    let today = press.edition.today();
    let index = &press.plan.index;
    let open_days = index.open_days_of_booklet(&press.edition, &page.id);
    let mut rows: Vec<&Page> = press.shown(&open_days.pages).collect();
    rows.sort_by_key(|page| (first_day(page).is_none(), first_day(page), page.id.slug.to_string()));
    let mut number = 0;
    let mut parts = Vec::new();
    for bound in index.texts_of_booklet(&press.edition, &page.id) {
        let texts = press.shown(&bound.pages).map(|page| {
            number += 1;
            text(press, page, &out, number)
        });
        let texts = texts.collect();
        parts.push(BookletPart { kind: bound.kind.word(), kind_text: bound.kind.zh(), texts, left: bound.left });
    }
    let within = Within { ids: "about-", deeper: DEEPER - 1 };
    Some(Booklet {
        card: press.campaign_card(page, campaign),
        date_basis: campaign.date_basis.clone(),
        organizer: campaign.organizer.clone(),
        audience: campaign.audience.clone(),
        activities: campaign.activities.clone(),
        events: pages::events(campaign, today),
        deadlines: pages::deadlines(&campaign.deadlines, today),
        contacts: campaign.contacts.iter().map(pages::contact).collect(),
        pictures: press.pictures(page),
        body: press.body_within(page, &out, within),
        open_days: rows.into_iter().filter_map(|page| open_day(press, page)).collect(),
        open_days_left: open_days.left,
        parts,
    })
}

/// All pages whose texts stand in the booklet of `campaign`, with its own.
pub fn sources<'p>(press: &'p Press, campaign: &'p PageId) -> impl Iterator<Item = &'p Page> {
    let texts = press.plan.index.texts_of_booklet(&press.edition, campaign);
    let others = texts.into_iter().flat_map(|bound| bound.pages);
    std::iter::once(campaign.clone()).chain(others).filter_map(|id| press.edition.page(&id))
}

fn first_day(page: &Page) -> Option<crate::model::Day> {
    match &page.own {
        Own::OpenDay(open_day) => open_day.sessions.first().map(|session| session.date),
        _ => None,
    }
}

fn text(press: &Press, page: &Page, out: &OutPath, number: usize) -> BookletText {
    let id = format!("text-{number}");
    let ids = format!("{id}-");
    let (by, note, date, attachments, labels) = match &page.own {
        Own::Notice(notice) => {
            let attachments = pages::attachments(press, &notice.attachments);
            (notice.issuer.clone(), notice.doc_no.clone(), notice.date, attachments, Vec::new())
        }
        Own::Case(case) => {
            let by = case.unit.clone().unwrap_or_else(|| pages::source(press, page));
            (by, None, None, Vec::new(), case.labels.clone())
        }
        _ => (pages::source(press, page), None, page.published.map(|moment| moment.day), Vec::new(), Vec::new()),
    };
    let body = press.body_within(page, out, Within { ids: &ids, deeper: DEEPER });
    BookletText {
        id,
        title: page.title.clone(),
        url: page.id.url(),
        by,
        note,
        date: date.map(words::date),
        labels,
        summary: press.summary(page),
        attachments,
        pictures: press.pictures(page),
        body,
    }
}

fn open_day(press: &Press, page: &Page) -> Option<BookletOpenDay> {
    let Own::OpenDay(open_day @ OpenDay { booking, .. }) = &page.own else { return None };
    let brief = press.brief(open_day);
    Some(BookletOpenDay {
        title: page.title.clone(),
        url: page.id.url(),
        sessions: press.sessions(open_day),
        date_text: brief.date_text,
        status: brief.status,
        status_text: brief.status_text,
        institution: brief.institution.map(|tag| tag.title),
        address: brief.address,
        booking: booking.as_ref().map(|booking| pages::booking(booking, press.edition.today())),
    })
}

/// `《…》资料汇编`
pub fn title(page: &Page) -> String {
    format!("{}资料汇编", page.title)
}

/// What it holds, in words: `通知2篇、典型案例3篇`.
pub fn contents(booklet: &Booklet) -> String {
    let mut said: Vec<String> =
        booklet.parts.iter().map(|part| format!("{}{}篇", part.kind_text, part.texts.len())).collect();
    if !booklet.open_days.is_empty() {
        said.push(format!("{}{}场", Kind::OpenDay.zh(), booklet.open_days.len()));
    }
    said.join("、")
}
