//! `data/*.json`: the pages and the open days of the site for other programs, addresses absolute.

use serde_json::{Value, json};

use super::pages::source;
use super::{Press, structured};
use crate::load::fields::Kind;
use crate::model::{Own, Page};
use crate::plan::{self, ListOf};

/// `data/pages.json`
pub fn pages(press: &Press) -> Vec<u8> {
    let pages: Vec<Value> =
        press.edition.pages().filter(|page| page.id.kind != Kind::Poster).map(|page| self::page(press, page)).collect();
    document(press, "pages", pages)
}

/// `data/open-days.json`
pub fn open_days(press: &Press) -> Vec<u8> {
    let all = press.shown(press.plan.index.list(ListOf::Kind(Kind::OpenDay)));
    document(press, "open_days", all.filter_map(|page| open_day(press, page)).collect())
}

fn document(press: &Press, key: &str, rows: Vec<Value>) -> Vec<u8> {
    let config = press.edition.config();
    let document = json!({
        "site": config.title,
        "url": config.base_url.absolute(""),
        "as_of": press.edition.today().to_string(),
        key: rows,
    });
    let json = serde_json::to_string_pretty(&document).unwrap_or_default();
    format!("{}\n", structured::safe(&json)).into_bytes()
}

fn page(press: &Press, page: &Page) -> Value {
    json!({
        "kind": page.id.kind.word(),
        "slug": &*page.id.slug,
        "title": page.title,
        "url": press.absolute(&page.id.out()),
        "summary": press.summary(page),
        "published": page.published.map(|moment| moment.rfc3339()),
        "updated": page.updated.map(|moment| moment.rfc3339()),
        "source": source(press, page),
        "region": plan::region(&press.edition, page).map(|region| region.code),
        "campaigns": press.shown(&page.campaigns).map(|page| page.id.slug.to_string()).collect::<Vec<_>>(),
    })
}

fn open_day(press: &Press, page: &Page) -> Option<Value> {
    let Own::OpenDay(open_day) = &page.own else { return None };
    let brief = press.brief(open_day);
    let region = plan::region(&press.edition, page);
    let sessions: Vec<Value> = open_day
        .sessions
        .iter()
        .map(|session| {
            json!({
                "date": session.date.to_string(),
                "start": session.start.map(|clock| clock.to_string()),
                "end": session.end.map(|clock| clock.to_string()),
                "capacity": session.capacity,
                "left": session.left,
            })
        })
        .collect();
    Some(json!({
        "slug": &*page.id.slug,
        "title": page.title,
        "url": press.absolute(&page.id.out()),
        "institution": brief.institution.map(|tag| tag.title),
        "region": region.map(|region| json!({ "code": region.code, "name": region.name })),
        "address": brief.address,
        "campaigns": press.shown(&page.campaigns).map(|page| page.id.slug.to_string()).collect::<Vec<_>>(),
        "sessions": sessions,
        "date_text": open_day.date_text,
        "programme": open_day.programme,
        "status": brief.status,
        "status_text": brief.status_text,
        "online_url": open_day.online_url,
    }))
}
