//! Structured data for search engines (schema.org) as a finished script element. `<` and the line separators are
//! written as codes, so no text can end the element (faults.md G08).

use std::borrow::Cow;
use std::io;

use serde::Serialize;

use super::Press;
use super::pages::source;
use super::view::Tag;
use crate::model::page::{Campaign, OpenDay, Session, Status};
use crate::model::{Clock, Day, Moment, Own, Page, Point, Region};
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
        Recipe::Home => graph.push(Thing::Site(site(press))),
        Recipe::Page(id) => {
            if let Some(page) = press.edition.page(id) {
                graph.extend(about(press, page, said));
            }
        }
        _ => {}
    }
    if !trail.is_empty() {
        graph.push(Thing::Breadcrumbs(breadcrumbs(press, trail, said.name)));
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
struct Graph<'a> {
    #[serde(rename = "@context")]
    context: &'static str,
    #[serde(rename = "@graph")]
    graph: Vec<Thing<'a>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Thing<'a> {
    Site(Site<'a>),
    Visit(Box<Visit<'a>>),
    Week(Box<Week<'a>>),
    Institution(Box<Institution<'a>>),
    Article(Article<'a>),
    Breadcrumbs(Breadcrumbs<'a>),
}

#[derive(Serialize)]
#[serde(tag = "@type", rename = "WebSite", rename_all = "camelCase")]
struct Site<'a> {
    name: &'a str,
    url: String,
    in_language: &'static str,
    publisher: Organization<'a>,
}

#[derive(Serialize)]
struct Organization<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    name: Cow<'a, str>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Organizers<'a> {
    One(Organization<'a>),
    Several(Vec<Organization<'a>>),
}

#[derive(Serialize)]
#[serde(tag = "@type", rename = "BreadcrumbList", rename_all = "camelCase")]
struct Breadcrumbs<'a> {
    item_list_element: Vec<Step<'a>>,
}

#[derive(Serialize)]
#[serde(tag = "@type", rename = "ListItem")]
struct Step<'a> {
    position: usize,
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<Item>,
}

#[derive(Serialize)]
struct Item {
    #[serde(rename = "@id")]
    id: String,
}

#[derive(Serialize)]
#[serde(tag = "@type", rename = "Organization")]
struct Institution<'a> {
    name: &'a str,
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    location: Option<Location<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    telephone: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(tag = "@type", rename = "Event", rename_all = "camelCase")]
struct Week<'a> {
    name: &'a str,
    description: &'a str,
    start_date: Day,
    end_date: Day,
    event_status: &'static str,
    organizer: Organizers<'a>,
    location: Location<'a>,
    is_accessible_for_free: bool,
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Article<'a> {
    #[serde(rename = "@type")]
    kind: &'static str,
    headline: &'a str,
    description: &'a str,
    in_language: &'static str,
    url: String,
    author: Organization<'a>,
    publisher: Organization<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_published: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date_modified: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
}

/// A session of an open day.
#[derive(Serialize)]
#[serde(tag = "@type", rename = "Event", rename_all = "camelCase")]
struct Visit<'a> {
    name: &'a str,
    description: &'a str,
    start_date: String,
    event_status: &'static str,
    event_attendance_mode: &'static str,
    location: Location<'a>,
    organizer: Organizers<'a>,
    is_accessible_for_free: bool,
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    previous_start_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_date: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    image: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    maximum_attendee_capacity: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remaining_attendee_capacity: Option<u32>,
}

#[derive(Serialize)]
#[serde(tag = "@type")]
enum Location<'a> {
    #[serde(rename = "VirtualLocation")]
    Online { url: &'a str },
    Place {
        name: Cow<'a, str>,
        address: Address<'a>,
        #[serde(skip_serializing_if = "Option::is_none")]
        geo: Option<Coordinates>,
    },
}

#[derive(Serialize)]
#[serde(tag = "@type", rename = "PostalAddress", rename_all = "camelCase")]
struct Address<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    street_address: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address_region: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address_locality: Option<&'static str>,
    address_country: &'static str,
}

/// Written as texts, which schema.org allows, so that no digit changes on the way.
#[derive(Serialize)]
#[serde(tag = "@type", rename = "GeoCoordinates")]
struct Coordinates {
    latitude: String,
    longitude: String,
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
        const STRETCH: usize = 32;
        let special = |byte: u8| matches!(byte, b'<' | b'>' | b'&' | 0xe2);
        loop {
            // Nearly all of a text is told many bytes at a time.
            let clear = |stretch: &&[u8]| !stretch.iter().fold(false, |any, byte| any | special(*byte));
            let clear = STRETCH * json.chunks_exact(STRETCH).take_while(clear).count();
            let Some(at) = json[clear..].iter().position(|byte| special(*byte)) else { break };
            let (before, from) = json.split_at(clear + at);
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

fn site(press: &Press) -> Site<'_> {
    let config = press.edition.config();
    Site {
        name: &config.title,
        url: config.base_url.absolute(""),
        in_language: "zh-CN",
        publisher: organization(press, config.bureau.name.as_str()),
    }
}

/// What else is named may be a bureau too, or a paper, or a laboratory: nobody says which.
fn organization<'a>(press: &Press, name: impl Into<Cow<'a, str>>) -> Organization<'a> {
    let name = name.into();
    let own = name == press.edition.config().bureau.name;
    Organization { kind: if own { "GovernmentOrganization" } else { "Organization" }, name }
}

/// The last step is the page itself, so it needs no address.
fn breadcrumbs<'a>(press: &Press, trail: &'a [Tag], name: &'a str) -> Breadcrumbs<'a> {
    let base = &press.edition.config().base_url;
    let address = |url: &str| base.absolute(url.strip_suffix("index.html").unwrap_or(url));
    let item = |tag: &Tag| Some(Item { id: address(&tag.url) });
    let parents =
        trail.iter().enumerate().map(|(index, tag)| Step { position: index + 1, name: &tag.title, item: item(tag) });
    let last = Step { position: trail.len() + 1, name, item: None };
    Breadcrumbs { item_list_element: parents.chain([last]).collect() }
}

fn about<'a>(press: &'a Press, page: &'a Page, said: &Said<'a>) -> Vec<Thing<'a>> {
    match &page.own {
        Own::OpenDay(open_day) => {
            let visit = |session| Thing::Visit(Box::new(visit(press, page, open_day, session, said)));
            open_day.sessions.iter().map(visit).collect()
        }
        Own::Campaign(campaign) => {
            week(press, page, campaign, said).into_iter().map(|week| Thing::Week(Box::new(week))).collect()
        }
        Own::Institution(institution) => {
            let street = institution.address.as_deref();
            let location = |point| place(page.title.as_str(), address(street.map(Cow::from), page.region), Some(point));
            vec![Thing::Institution(Box::new(Institution {
                name: &page.title,
                url: press.absolute(&page.id.out()),
                address: street,
                location: institution.geo.map(location),
                telephone: institution.phone.as_deref(),
            }))]
        }
        Own::Notice(_) | Own::News | Own::Case(_) => vec![Thing::Article(article(press, page, said))],
        Own::Page | Own::Poster(_) => Vec::new(),
    }
}

fn week<'a>(press: &'a Press, page: &'a Page, campaign: &'a Campaign, said: &Said<'a>) -> Option<Week<'a>> {
    let start = campaign.start?;
    Some(Week {
        name: &page.title,
        description: said.description,
        start_date: start,
        end_date: campaign.end.unwrap_or(start),
        event_status: "https://schema.org/EventScheduled",
        organizer: organizers(press, &campaign.organizer),
        location: whereabouts(press, page),
        is_accessible_for_free: true,
        url: press.absolute(&page.id.out()),
        image: said.image,
    })
}

fn article<'a>(press: &Press, page: &'a Page, said: &Said<'a>) -> Article<'a> {
    // The person who is named, else the body it comes from.
    let author = match &page.author {
        Some(name) => Organization { kind: "Person", name: name.as_str().into() },
        None => organization(press, source(press, page)),
    };
    Article {
        kind: if matches!(page.own, Own::News) { "NewsArticle" } else { "Article" },
        headline: &page.title,
        description: said.description,
        in_language: "zh-CN",
        url: press.absolute(&page.id.out()),
        author,
        publisher: organization(press, source(press, page)),
        date_published: page.published.map(Moment::rfc3339),
        date_modified: page.updated.map(Moment::rfc3339),
        image: said.image,
    }
}

fn visit<'a>(press: &'a Press, page: &'a Page, open_day: &'a OpenDay, session: &Session, said: &Said<'a>) -> Visit<'a> {
    let status = open_day.status;
    let online = status == Status::MovedOnline;
    let brief = press.brief(open_day);
    let location = match (&open_day.online_url, online) {
        (Some(url), true) => Location::Online { url },
        _ => {
            let address = address(brief.address.map(Cow::from), plan::region(&press.edition, page));
            let venue = brief.institution.map_or_else(|| Cow::from(&page.title), |tag| Cow::from(tag.title));
            place(venue, address, press.point(open_day))
        }
    };
    Visit {
        name: &page.title,
        description: said.description,
        start_date: moment(session.date, session.start),
        event_status: status_url(status, session.planned.is_some()),
        event_attendance_mode: mode_url(online, open_day.online_url.is_some()),
        location,
        organizer: organizers(press, &open_day.organizer),
        is_accessible_for_free: true,
        url: press.absolute(&page.id.out()),
        previous_start_date: session.planned.map(|(day, clock)| moment(day, clock)),
        end_date: session.end.map(|end| moment(session.date, Some(end))),
        image: said.image,
        maximum_attendee_capacity: session.capacity,
        remaining_attendee_capacity: session.left,
    }
}

/// Where a campaign is held: its region, else the bureau's, else the whole country.
fn whereabouts<'a>(press: &Press, page: &Page) -> Location<'a> {
    let region = page.region.or(press.edition.config().bureau.region);
    place(region.map_or("全国", |region| region.name), address(None, region), None)
}

fn place<'a>(name: impl Into<Cow<'a, str>>, address: Address<'a>, point: Option<Point>) -> Location<'a> {
    Location::Place { name: name.into(), address, geo: point.map(coordinates) }
}

fn address(street: Option<Cow<'_, str>>, region: Option<Region>) -> Address<'_> {
    let named = |whole: bool| region.filter(|region| region.code.ends_with("0000") == whole).map(|region| region.name);
    Address {
        street_address: street,
        address_region: named(true),
        address_locality: named(false),
        address_country: "CN",
    }
}

fn coordinates(point: Point) -> Coordinates {
    let point = point.wgs84();
    Coordinates { latitude: point.lat.to_string(), longitude: point.lon.to_string() }
}

fn organizers<'a>(press: &'a Press, names: &'a [String]) -> Organizers<'a> {
    match names {
        [] => Organizers::One(organization(press, press.edition.config().bureau.name.as_str())),
        names => Organizers::Several(names.iter().map(|name| organization(press, name.as_str())).collect()),
    }
}

fn moment(day: Day, clock: Option<Clock>) -> String {
    clock.map_or_else(|| day.to_string(), |clock| Moment { day, clock }.rfc3339())
}

/// A session that was moved is rescheduled, whatever else may be said of its open day.
fn status_url(status: Status, moved: bool) -> &'static str {
    match status {
        Status::Cancelled => "https://schema.org/EventCancelled",
        Status::Postponed => "https://schema.org/EventPostponed",
        Status::Rescheduled => "https://schema.org/EventRescheduled",
        Status::MovedOnline => "https://schema.org/EventMovedOnline",
        _ if moved => "https://schema.org/EventRescheduled",
        _ => "https://schema.org/EventScheduled",
    }
}

fn mode_url(online: bool, also_online: bool) -> &'static str {
    match (online, also_online) {
        (true, _) => "https://schema.org/OnlineEventAttendanceMode",
        (false, true) => "https://schema.org/MixedEventAttendanceMode",
        (false, false) => "https://schema.org/OfflineEventAttendanceMode",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn g08_no_text_ends_the_script() {
        let said = json!({ "a": "</script><!--\u{2028}“&”\u{2029}—" });
        let json = safe(&said.to_string());
        assert_eq!(json, r#"{"a":"\u003c/script\u003e\u003c!--\u2028“\u0026”\u2029—"}"#);
        assert_eq!(serde_json::from_str::<Value>(&json).unwrap(), said);
        for at in 0..100 {
            let (before, behind) = ("检".repeat(at / 3) + &"a".repeat(at % 3), "验".repeat(30 - at % 30));
            assert_eq!(safe(&format!("{before}<{behind}")), format!("{before}\\u003c{behind}"));
            assert_eq!(safe(&format!("{behind}\u{2028}{before}")), format!("{behind}\\u2028{before}"));
            assert_eq!(safe(&format!("{before}—{behind}>")), format!("{before}—{behind}\\u003e"));
        }
    }
}
