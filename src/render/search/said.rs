//! What a page says to those who look for it: its texts, and what a result shows beside them.

use serde::{Deserialize, Serialize};

use crate::edition::Edition;
use crate::model::page::{Contact, Deadline, Event};
use crate::model::{Own, Page, Region};
use crate::plan;
use crate::search::{self, Texts};

/// What a document says, and what is shown of it beside that.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Said {
    kind: String,
    title: String,
    url: String,
    slogan: String,
    /// The id and the text of each.
    headings: Vec<(String, String)>,
    summary: String,
    facts: Vec<String>,
    body: String,
    date: Option<String>,
    /// The last day of a campaign or an open day.
    end: Option<String>,
    status: String,
    status_text: String,
    region: Option<String>,
    campaigns: Vec<String>,
}

impl Said {
    /// The same, which stands at `url`.
    pub(super) fn at(self, url: String) -> Said {
        Said { url, ..self }
    }

    /// What can be found of it.
    pub(super) fn texts(self) -> Texts {
        let headings: Vec<String> = self.headings.into_iter().map(|(_, text)| text).collect();
        [self.title, self.slogan, headings.join("\n"), self.summary, self.facts.join("\n"), self.body]
    }
}

/// What the file of a document says, as it was written by a build.
pub fn texts_of(json: &[u8]) -> Option<Texts> {
    serde_json::from_slice::<Said>(json).ok().map(Said::texts)
}

/// What a page says, its address left out, and its body where that is not asked for.
pub(super) fn said(edition: &Edition, page: &Page, with_body: bool) -> Said {
    let (slogan, end, status) = match &page.own {
        Own::Campaign(campaign) => (campaign.slogan.clone(), campaign.end, None),
        Own::OpenDay(open_day) => {
            (String::new(), open_day.sessions.last().map(|session| session.date), Some(open_day.status))
        }
        _ => (String::new(), None, None),
    };
    let joined = [page.title.as_str(), &slogan].into_iter().filter_map(joined);
    let campaigns = page.campaigns.iter().filter(|id| edition.page(id).is_some());
    Said {
        kind: page.id.kind.word().to_string(),
        title: page.title.clone(),
        url: String::new(),
        headings: page.body.outline().iter().map(|heading| (heading.id.clone(), heading.text.clone())).collect(),
        summary: page.summary.clone().unwrap_or_default(),
        facts: facts(edition, page).into_iter().chain(joined).filter(|fact| !fact.trim().is_empty()).collect(),
        body: if with_body { page.body.plain() } else { String::new() },
        date: plan::day(page).map(|day| day.to_string()),
        end: end.map(|day| day.to_string()),
        status: status.map_or("", |status| status.word()).to_string(),
        status_text: status.map_or("", |status| status.zh()).to_string(),
        region: plan::region(edition, page).map(|region| region.name.to_string()),
        campaigns: campaigns.map(|id| id.slug.to_string()).collect(),
        slogan,
    }
}

/// The city a county is listed under as well.
pub(super) fn city(region: Region) -> Option<Region> {
    plan::listed_under(region).nth(1)
}

/// A slogan in two halves is typed without the blank as well.
fn joined(text: &str) -> Option<String> {
    let joined: String = text.chars().filter(|c| !search::fold::is_blank(*c)).collect();
    (joined.len() < text.len()).then_some(joined)
}

/// What the header of a page says and the page shows, besides what has a field of its own.
fn facts(edition: &Edition, page: &Page) -> Vec<String> {
    let mut facts: Vec<String> = Vec::new();
    let mut add = |texts: &[String]| facts.extend_from_slice(texts);
    match &page.own {
        Own::Campaign(campaign) => {
            add(&campaign.organizer);
            add(&campaign.audience);
            add(&campaign.activities);
            add(&parts([&campaign.date_text, &campaign.date_basis]));
            campaign.events.iter().for_each(|event| add(&of_event(event)));
            campaign.deadlines.iter().for_each(|deadline| add(&due(deadline)));
            campaign.contacts.iter().for_each(|contact| add(&of_contact(contact)));
        }
        Own::Notice(notice) => {
            add(&parts([&notice.doc_no, &Some(notice.issuer.clone()), &notice.note, &notice.urgency]));
            add(&notice.recipients);
            add(&notice.cc);
            add(&notice.attachments.iter().map(|attachment| attachment.title.clone()).collect::<Vec<_>>());
            notice.deadlines.iter().for_each(|deadline| add(&due(deadline)));
            notice.contacts.iter().for_each(|contact| add(&of_contact(contact)));
        }
        Own::Case(case) => {
            add(case.unit.as_slice());
            add(&case.labels);
        }
        Own::OpenDay(open_day) => {
            let institution = edition.page(&open_day.institution).map(|page| page.title.clone());
            let booking = open_day.booking.as_ref();
            add(&parts([&institution, &open_day.address, &open_day.date_text, &open_day.status_note]));
            booking.into_iter().for_each(|booking| add(&parts([&booking.method, &booking.phone])));
            add(&open_day.programme);
            add(&open_day.audience);
            add(&open_day.bring);
            add(&open_day.accessibility);
            add(&open_day.organizer);
            open_day.contact.iter().for_each(|contact| add(&of_contact(contact)));
        }
        Own::Institution(institution) => {
            add(&parts([&institution.address, &institution.phone, &institution.cma_no]));
            add(&institution.fields);
            add(&institution.accessibility);
        }
        Own::Poster(poster) => add(&parts([&poster.year, &poster.issuer, &poster.kind, &poster.alt, &poster.text])),
        Own::News | Own::Page => {}
    }
    let campaigns = page.campaigns.iter().filter_map(|id| edition.page(id)).map(|page| page.title.clone());
    facts.extend(campaigns);
    facts.extend(plan::region(edition, page).map(|region| region.name.to_string()));
    facts.extend(parts([&page.source, &page.author]));
    facts.extend(
        page.pictures.iter().flat_map(|picture| [Some(picture.alt.clone()), picture.caption.clone()]).flatten(),
    );
    facts
}

fn parts<const N: usize>(parts: [&Option<String>; N]) -> Vec<String> {
    parts.into_iter().flatten().cloned().collect()
}

fn due(deadline: &Deadline) -> Vec<String> {
    [vec![deadline.what.clone()], parts([&deadline.to]), deadline.materials.clone()].concat()
}

fn of_event(event: &Event) -> Vec<String> {
    let region = event.region.map(|region| region.name.to_string());
    parts([&Some(event.title.clone()), &event.date_text, &event.place, &region])
}

fn of_contact(contact: &Contact) -> Vec<String> {
    parts([&contact.name, &contact.role, &contact.phone, &contact.email])
}
