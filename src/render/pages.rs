//! The views of the pages somebody wrote, one function a kind.

use super::view::{self, Page as V};
use super::{Press, calendar, cards, ics, lists, map, posters, words};
use crate::load::fields::Kind;
use crate::model::page::{self, AttachmentTarget, Contact, Deadline, Own, Page};
use crate::model::{Day, PageId};
use crate::plan::{CalendarOf, Recipe};

/// The template and the view of `page`; posters have no page of their own.
pub fn page(press: &Press, page: &Page) -> Option<(&'static str, V)> {
    Some(match &page.own {
        Own::Campaign(campaign) => ("campaign.html", V::Campaign(self::campaign(press, page, campaign))),
        Own::Notice(notice) => ("notice.html", V::Notice(self::notice(press, page, notice)?)),
        Own::News | Own::Case(_) | Own::Page => ("article.html", V::Article(article(press, page))),
        Own::OpenDay(open_day) => ("open-day.html", V::OpenDay(self::open_day(press, page, open_day))),
        Own::Institution(institution) => {
            ("institution.html", V::Institution(self::institution(press, page, institution)))
        }
        Own::Poster(_) => return None,
    })
}

fn campaign(press: &Press, page: &Page, campaign: &page::Campaign) -> view::Campaign {
    let mine = press.plan.index.of_campaign(&page.id);
    let of = |kind: Kind| mine.iter().filter(|id| id.kind == kind).cloned().collect::<Vec<PageId>>();
    let cards = |kind| press.cards(&of(kind), usize::MAX);
    let today = press.edition.today();
    let calendar = CalendarOf::Page(page.id.clone());
    view::Campaign {
        card: press.campaign_card(page, campaign),
        start: campaign.start.map(words::date),
        end: campaign.end.map(words::date),
        date_basis: campaign.date_basis.clone(),
        organizer: campaign.organizer.clone(),
        audience: campaign.audience.clone(),
        activities: campaign.activities.clone(),
        events: events(campaign, today),
        deadlines: deadlines(&campaign.deadlines, today),
        contacts: campaign.contacts.iter().map(contact).collect(),
        pictures: press.pictures(page),
        body: press.body(page),
        notices: cards(Kind::Notice),
        news: cards(Kind::News),
        cases: cards(Kind::Case),
        open_days: cards(Kind::OpenDay),
        posters: lists::posters_of(press, mine),
        poster_set: press.poster_set(page),
        feed: format!("{}/feed.xml", page.id.folder()),
        booklet: press.plan.booklet(&page.id).map(|out| press.url(&out)),
        agenda: calendar::address(press, &calendar),
        ics: ics::fetched(press, &calendar),
        ics_size: ics::size(press, &calendar),
        subscription: ics::subscription(press, &calendar),
    }
}

/// The events of a campaign in their order.
pub(super) fn events(campaign: &page::Campaign, today: Day) -> Vec<view::Event> {
    let mut events: Vec<&page::Event> = campaign.events.iter().collect();
    events.sort_by_key(|event| (event.date.is_none(), event.date, event.start));
    events.into_iter().map(|event| self::event(event, today)).collect()
}

fn event(event: &page::Event, today: Day) -> view::Event {
    view::Event {
        title: event.title.clone(),
        date: event.date.map(words::date),
        date_text: event.date_text.clone(),
        start: event.start,
        end: event.end,
        place: event.place.clone(),
        region: event.region.map(|region| region.name.to_string()),
        over: event.date.is_some_and(|day| day < today),
    }
}

pub(super) fn deadlines(deadlines: &[Deadline], today: Day) -> Vec<view::Deadline> {
    let deadline = |deadline: &Deadline| view::Deadline {
        what: deadline.what.clone(),
        date: words::date(deadline.date),
        to: deadline.to.clone(),
        materials: deadline.materials.clone(),
        over: deadline.date < today,
    };
    deadlines.iter().map(deadline).collect()
}

pub(super) fn contact(contact: &Contact) -> view::Contact {
    view::Contact {
        name: contact.name.clone(),
        role: contact.role.clone(),
        phone: contact.phone.clone(),
        phone_url: contact.phone.as_deref().and_then(words::phone_url),
        email: contact.email.clone(),
        email_url: contact.email.as_deref().and_then(words::email_url),
    }
}

fn notice(press: &Press, page: &Page, notice: &page::Notice) -> Option<view::Notice> {
    let (previous, next) = neighbours(press, page);
    let forwards = notice.forwards.as_ref().and_then(|id| press.edition.page(id));
    Some(view::Notice {
        title: page.title.clone(),
        issuer: notice.issuer.clone(),
        doc_no: notice.doc_no.clone(),
        date: notice.date.map(words::date),
        published: words::time(page.published?),
        recipients: notice.recipients.clone(),
        cc: notice.cc.clone(),
        openness: notice.openness.clone(),
        layout: notice.layout,
        urgency: notice.urgency.clone(),
        note: notice.note.clone(),
        forwards: forwards.map(|page| press.card(page)),
        forwarded_by: press.cards(press.plan.index.forwarding(&page.id), usize::MAX),
        attachments: attachments(press, &notice.attachments),
        contacts: notice.contacts.iter().map(contact).collect(),
        deadlines: deadlines(&notice.deadlines, press.edition.today()),
        campaigns: press.campaign_tags(page),
        region: page.region.map(|region| press.region_tag(region)),
        source: source(press, page),
        summary: press.summary(page),
        body: press.body(page),
        pdf: press.plan.letter(&page.id).map(|out| press.url(&out)),
        pdf_file: posters::file_name(page, None, "pdf"),
        pdf_size: match press.plan.letter(&page.id) {
            Some(_) => press.printed_size(&Recipe::Letter(page.id.clone())),
            None => view::Size::default(),
        },
        previous,
        next,
    })
}

pub(super) fn attachments(press: &Press, attachments: &[page::Attachment]) -> Vec<view::Attachment> {
    let attachment = |(index, attachment): (usize, &page::Attachment)| {
        let (url, format, size) = match &attachment.target {
            AttachmentTarget::File(path) => (press.file_url(path), cards::format(path), press.size(path)),
            AttachmentTarget::Notice(id) => {
                (press.edition.page(id).map(|page| page.id.url()), String::new(), String::new())
            }
            AttachmentTarget::Missing => (None, String::new(), String::new()),
        };
        view::Attachment { number: index + 1, title: attachment.title.clone(), url, format, size }
    };
    attachments.iter().enumerate().map(attachment).collect()
}

/// Where the text of a page comes from: as typed, else the issuer of a notice, else the bureau.
pub fn source(press: &Press, page: &Page) -> String {
    page.source.clone().unwrap_or_else(|| match &page.own {
        Own::Notice(notice) => notice.issuer.clone(),
        _ => press.edition.config().bureau.name.clone(),
    })
}

/// The next older and the next newer page of the same list.
fn neighbours(press: &Press, page: &Page) -> (Option<view::Tag>, Option<view::Tag>) {
    let (newer, older) = press.plan.index.neighbours(&page.id);
    let tag = |id: &PageId| press.edition.page(id).map(|page| press.tag(page));
    (older.and_then(tag), newer.and_then(tag))
}

fn article(press: &Press, page: &Page) -> view::Article {
    let (previous, next) = match page.id.kind {
        Kind::Page => (None, None),
        _ => neighbours(press, page),
    };
    let case = match &page.own {
        Own::Case(case) => Some(case),
        _ => None,
    };
    view::Article {
        kind: page.id.kind.word(),
        kind_text: page.id.kind.zh(),
        title: page.title.clone(),
        published: page.published.map(words::time),
        updated: page.updated.map(words::time),
        source: source(press, page),
        author: page.author.clone(),
        unit: case.and_then(|case| case.unit.clone()),
        labels: case.map(|case| case.labels.clone()).unwrap_or_default(),
        region: page.region.map(|region| press.region_tag(region)),
        campaigns: press.campaign_tags(page),
        pictures: press.pictures(page),
        summary: press.summary(page),
        body: press.body(page),
        previous,
        next,
    }
}

fn open_day(press: &Press, page: &Page, open_day: &page::OpenDay) -> view::OpenDay {
    let booking = open_day.booking.as_ref();
    let calendar = CalendarOf::Page(page.id.clone());
    view::OpenDay {
        card: press.card(page),
        sessions: press.sessions(open_day),
        status_note: open_day.status_note.clone(),
        booking: booking.map(|booking| self::booking(booking, press.edition.today())),
        audience: open_day.audience.clone(),
        map: press.open_day_map(&page.title, open_day),
        online_url: open_day.online_url.clone(),
        accessibility: accessibility(press, open_day),
        bring: open_day.bring.clone(),
        organizer: open_day.organizer.clone(),
        contact: open_day.contact.as_ref().map(contact),
        pictures: press.pictures(page),
        source: source(press, page),
        published: page.published.map(words::time),
        updated: page.updated.map(words::time),
        body: press.body(page),
        others: others(press, page),
        poster_set: press.poster_set(page),
        ics: ics::fetched(press, &calendar),
        ics_size: ics::size(press, &calendar),
    }
}

/// The open day's own, else its institution's.
pub(super) fn accessibility(press: &Press, open_day: &page::OpenDay) -> Vec<String> {
    if !open_day.accessibility.is_empty() {
        return open_day.accessibility.clone();
    }
    match press.edition.page(&open_day.institution).map(|page| &page.own) {
        Some(Own::Institution(institution)) => institution.accessibility.clone(),
        _ => Vec::new(),
    }
}

pub(super) fn booking(booking: &page::Booking, today: Day) -> view::Booking {
    view::Booking {
        method: booking.method.clone(),
        phone: booking.phone.clone(),
        phone_url: booking.phone.as_deref().and_then(words::phone_url),
        url: booking.url.clone(),
        deadline: booking.deadline.map(words::date),
        over: booking.deadline.is_some_and(|day| day < today),
    }
}

fn others(press: &Press, page: &Page) -> Vec<view::Card> {
    let all = press.shown(press.plan.index.to_come(&page.campaigns));
    all.filter(|other| other.id != page.id).take(4).map(|page| press.card(page)).collect()
}

fn institution(press: &Press, page: &Page, institution: &page::Institution) -> view::Institution {
    let calendar = CalendarOf::Page(page.id.clone());
    view::Institution {
        name: page.title.clone(),
        region: page.region.map(|region| press.region_tag(region)),
        address: institution.address.clone(),
        map: institution.geo.map(|point| map::map(point, &page.title)),
        fields: institution.fields.clone(),
        phone: institution.phone.clone(),
        phone_url: institution.phone.as_deref().and_then(words::phone_url),
        cma_no: institution.cma_no.clone(),
        accessibility: institution.accessibility.clone(),
        pictures: press.pictures(page),
        summary: press.summary(page),
        body: press.body(page),
        open_days: press.cards(press.plan.index.of_institution(&page.id), usize::MAX),
        agenda: calendar::address(press, &calendar),
        ics: ics::fetched(press, &calendar),
        ics_size: ics::size(press, &calendar),
        subscription: ics::subscription(press, &calendar),
    }
}
