//! Structured data for search engines (schema.org) as a finished script element. `<` and the line separators are
//! written as codes, so no text can end the element (faults.md G08).

use std::io;

use serde::Serialize;
use serde_json::{Value, json};

use super::Press;
use super::pages::source;
use super::view::Tag;
use crate::model::page::{Campaign, OpenDay, Session, Status};
use crate::model::{Clock, Day, Own, Page, Point, Region};
use crate::plan::{self, Recipe};

/// What the head of a page says of it.
pub struct Said<'a> {
    /// What it is called.
    pub name: &'a str,
    /// What it is described by.
    pub description: &'a str,
    /// The absolute address of its picture.
    pub image: Option<&'a str>,
}

/// The element for the page of `recipe`, to which `trail` leads.
pub fn element(press: &Press, recipe: &Recipe, trail: &[Tag], said: &Said) -> String {
    let mut graph = Vec::new();
    match recipe {
        Recipe::Home => graph.push(site(press)),
        Recipe::Page(id) => {
            if let Some(page) = press.edition.page(id) {
                graph.extend(about(press, page, said));
            }
        }
        _ => {}
    }
    if !trail.is_empty() {
        graph.push(breadcrumbs(press, trail, said.name));
    }
    if graph.is_empty() {
        return String::new();
    }
    let whole = Graph { context: "https://schema.org", graph };
    let json = serde_json::to_string(&whole).expect("texts and lists are JSON");
    format!(r#"<script type="application/ld+json">{}</script>"#, safe(&json))
}

/// All that is said of a page.
#[derive(Serialize)]
struct Graph {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@graph")]
    graph: Vec<Value>,
}

/// JSON that no HTML or script parser can misread.
pub fn safe(json: &str) -> String {
    let mut safe = Safe(Vec::with_capacity(json.len() + json.len() / 16));
    safe.add(json.as_bytes());
    String::from_utf8(safe.0).expect("whole characters are replaced by others")
}

/// Takes JSON and holds it as [`safe`] makes it. What is written at once has to be whole characters, as serializers
/// write it.
pub struct Safe(pub Vec<u8>);

impl Safe {
    fn add(&mut self, mut json: &[u8]) {
        while let Some(at) = json.iter().position(|byte| matches!(byte, b'<' | b'>' | b'&' | 0xe2)) {
            let (before, from) = json.split_at(at);
            let (instead, length) = match from {
                [b'<', ..] => (&b"\\u003c"[..], 1),
                [b'>', ..] => (&b"\\u003e"[..], 1),
                [b'&', ..] => (&b"\\u0026"[..], 1),
                [0xe2, 0x80, 0xa8, ..] => (&b"\\u2028"[..], 3),
                [0xe2, 0x80, 0xa9, ..] => (&b"\\u2029"[..], 3),
                _ => (&from[..1], 1),
            };
            self.0.extend_from_slice(before);
            self.0.extend_from_slice(instead);
            json = &from[length..];
        }
        self.0.extend_from_slice(json);
    }
}

impl io::Write for Safe {
    fn write(&mut self, json: &[u8]) -> io::Result<usize> {
        self.add(json);
        Ok(json.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

fn site(press: &Press) -> Value {
    let config = press.edition.config();
    json!({
        "@type": "WebSite",
        "name": config.title,
        "url": config.base_url.absolute(""),
        "inLanguage": "zh-CN",
        "publisher": organization(press, &config.bureau.name),
    })
}

/// What else is named may be a bureau too, or a paper, or a laboratory: nobody says which.
fn organization(press: &Press, name: &str) -> Value {
    let own = name == press.edition.config().bureau.name;
    json!({ "@type": if own { "GovernmentOrganization" } else { "Organization" }, "name": name })
}

/// The last step is the page itself, so it needs no address.
fn breadcrumbs(press: &Press, trail: &[Tag], name: &str) -> Value {
    let base = &press.edition.config().base_url;
    let address = |url: &str| base.absolute(url.strip_suffix("index.html").unwrap_or(url));
    let parents = trail.iter().enumerate().map(|(index, tag)| {
        json!({ "@type": "ListItem", "position": index + 1, "name": tag.title, "item": { "@id": address(&tag.url) } })
    });
    let mut list: Vec<Value> = parents.collect();
    list.push(json!({ "@type": "ListItem", "position": trail.len() + 1, "name": name }));
    let mut value = json!({ "@type": "BreadcrumbList" });
    put(&mut value, "itemListElement", Some(Value::Array(list)));
    value
}

fn about(press: &Press, page: &Page, said: &Said) -> Vec<Value> {
    match &page.own {
        Own::OpenDay(open_day) => {
            open_day.sessions.iter().map(|session| event(press, page, open_day, session, said)).collect()
        }
        Own::Campaign(campaign) => week(press, page, campaign, said).into_iter().collect(),
        Own::Institution(institution) => {
            let mut value = json!({
                "@type": "Organization",
                "name": page.title,
                "url": press.absolute(&page.id.out()),
            });
            put(&mut value, "address", institution.address.clone().map(Value::from));
            let street = institution.address.as_deref();
            let location = |point| place(&page.title, address(street, page.region), Some(point));
            put(&mut value, "location", institution.geo.map(location));
            put(&mut value, "telephone", institution.phone.clone().map(Value::from));
            vec![value]
        }
        Own::Notice(_) | Own::News | Own::Case(_) => vec![article(press, page, said)],
        Own::Page | Own::Poster(_) => Vec::new(),
    }
}

fn week(press: &Press, page: &Page, campaign: &Campaign, said: &Said) -> Option<Value> {
    let start = campaign.start?;
    let mut value = json!({
        "@type": "Event",
        "name": page.title,
        "description": said.description,
        "startDate": start.to_string(),
        "endDate": campaign.end.unwrap_or(start).to_string(),
        "eventStatus": "https://schema.org/EventScheduled",
        "organizer": organizers(press, &campaign.organizer),
        "location": whereabouts(press, page),
        "isAccessibleForFree": true,
        "url": press.absolute(&page.id.out()),
    });
    put(&mut value, "image", said.image.map(Value::from));
    Some(value)
}

fn article(press: &Press, page: &Page, said: &Said) -> Value {
    let kind = if matches!(page.own, Own::News) { "NewsArticle" } else { "Article" };
    let mut value = json!({
        "@type": kind,
        "headline": page.title,
        "description": said.description,
        "inLanguage": "zh-CN",
        "url": press.absolute(&page.id.out()),
        "author": author(press, page),
        "publisher": organization(press, &source(press, page)),
    });
    put(&mut value, "datePublished", page.published.map(|moment| moment.rfc3339().into()));
    put(&mut value, "dateModified", page.updated.map(|moment| moment.rfc3339().into()));
    put(&mut value, "image", said.image.map(Value::from));
    value
}

/// The person who is named, else the body it comes from.
fn author(press: &Press, page: &Page) -> Value {
    match &page.author {
        Some(name) => json!({ "@type": "Person", "name": name }),
        None => organization(press, &source(press, page)),
    }
}

fn event(press: &Press, page: &Page, open_day: &OpenDay, session: &Session, said: &Said) -> Value {
    let status = open_day.status;
    let online = status == Status::MovedOnline;
    let brief = press.brief(open_day);
    let venue = brief.institution.as_ref().map_or(page.title.as_str(), |tag| tag.title.as_str());
    let location = match (&open_day.online_url, online) {
        (Some(url), true) => json!({ "@type": "VirtualLocation", "url": url }),
        _ => {
            let address = address(brief.address.as_deref(), plan::region(&press.edition, page));
            place(venue, address, press.point(open_day))
        }
    };
    let mut value = json!({
        "@type": "Event",
        "name": page.title,
        "description": said.description,
        "startDate": moment(session.date, session.start),
        "eventStatus": format!("https://schema.org/{}", status_word(status, session.planned.is_some())),
        "eventAttendanceMode": format!("https://schema.org/{}", mode(online, open_day.online_url.is_some())),
        "location": location,
        "organizer": organizers(press, &open_day.organizer),
        "isAccessibleForFree": true,
        "url": press.absolute(&page.id.out()),
    });
    put(&mut value, "previousStartDate", session.planned.map(|(day, clock)| moment(day, clock).into()));
    put(&mut value, "endDate", session.end.map(|end| moment(session.date, Some(end)).into()));
    put(&mut value, "image", said.image.map(Value::from));
    put(&mut value, "maximumAttendeeCapacity", session.capacity.map(Value::from));
    put(&mut value, "remainingAttendeeCapacity", session.left.map(Value::from));
    value
}

fn put(value: &mut Value, key: &str, part: Option<Value>) {
    if let (Some(map), Some(part)) = (value.as_object_mut(), part) {
        map.insert(key.to_string(), part);
    }
}

/// Where a campaign is held: its region, else the bureau's, else the whole country.
fn whereabouts(press: &Press, page: &Page) -> Value {
    let region = page.region.or(press.edition.config().bureau.region);
    place(region.map_or("全国", |region| region.name), address(None, region), None)
}

fn place(name: &str, address: Value, point: Option<Point>) -> Value {
    let mut value = json!({ "@type": "Place", "name": name, "address": address });
    put(&mut value, "geo", point.map(coordinates));
    value
}

fn address(street: Option<&str>, region: Option<Region>) -> Value {
    let mut value = json!({ "@type": "PostalAddress" });
    put(&mut value, "streetAddress", street.map(Value::from));
    if let Some(region) = region {
        let key = if region.code.ends_with("0000") { "addressRegion" } else { "addressLocality" };
        put(&mut value, key, Some(region.name.into()));
    }
    put(&mut value, "addressCountry", Some("CN".into()));
    value
}

/// Written as texts, which schema.org allows, so that no digit changes on the way.
fn coordinates(point: Point) -> Value {
    let point = point.wgs84();
    let (latitude, longitude) = (point.lat.to_string(), point.lon.to_string());
    json!({ "@type": "GeoCoordinates", "latitude": latitude, "longitude": longitude })
}

fn organizers(press: &Press, names: &[String]) -> Value {
    match names {
        [] => organization(press, &press.edition.config().bureau.name),
        names => names.iter().map(|name| organization(press, name)).collect(),
    }
}

fn moment(day: Day, clock: Option<Clock>) -> String {
    clock.map_or_else(|| day.to_string(), |clock| crate::model::Moment { day, clock }.rfc3339())
}

/// A session that was moved is rescheduled, whatever else may be said of its open day.
fn status_word(status: Status, moved: bool) -> &'static str {
    match status {
        Status::Cancelled => "EventCancelled",
        Status::Postponed => "EventPostponed",
        Status::Rescheduled => "EventRescheduled",
        Status::MovedOnline => "EventMovedOnline",
        _ if moved => "EventRescheduled",
        _ => "EventScheduled",
    }
}

fn mode(online: bool, also_online: bool) -> &'static str {
    match (online, also_online) {
        (true, _) => "OnlineEventAttendanceMode",
        (false, true) => "MixedEventAttendanceMode",
        (false, false) => "OfflineEventAttendanceMode",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn g08_no_text_ends_the_script() {
        let said = json!({ "a": "</script><!--\u{2028}“&”\u{2029}—" });
        let json = safe(&said.to_string());
        assert_eq!(json, r#"{"a":"\u003c/script\u003e\u003c!--\u2028“\u0026”\u2029—"}"#);
        assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), said);
    }
}
