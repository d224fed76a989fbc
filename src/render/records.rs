//! `data/*`: the pages and the open days of the site for other programs and for spreadsheets, addresses absolute.
//!
//! `open-days.json` is described key by key by the schema beside it; `open-days.csv` is written by [`table`].

mod table;

pub use table::open_days as open_days_table;

use std::io::{BufWriter, Write as _};

use serde::ser::SerializeMap as _;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::pages::{accessibility, source};
use super::{Press, structured};
use crate::load::fields::Kind;
use crate::model::geo::Degrees;
use crate::model::page::{Booking, Session};
use crate::model::{Clock, Day, Moment, OutPath, Own, Page, Point};
use crate::plan::{self, CalendarOf, ListOf};

const SCHEMA: &str = include_str!("records/open-days.schema.json");

/// `data/pages.json`
pub fn pages(press: &Press) -> Vec<u8> {
    let shown =
        || press.edition.pages().filter(|page| page.id.kind != Kind::Poster).map(|page| self::page(press, page));
    text(&Document { head: head(press), key: "pages", records: shown })
}

/// `data/open-days.json`
pub fn open_days(press: &Press) -> Vec<u8> {
    let all = || press.shown(press.plan.index.list(ListOf::Kind(Kind::OpenDay)));
    let records = || all().filter_map(|page| open_day(press, page));
    let schema = ("$schema".to_string(), schema_address(press).into());
    text(&Document { head: std::iter::once(schema).chain(head(press)).collect(), key: "open_days", records })
}

/// `data/open-days.schema.json`: what `open-days.json` holds, as JSON Schema 2020-12.
pub fn open_days_schema(press: &Press) -> Vec<u8> {
    let schema: Map<String, Value> = serde_json::from_str(SCHEMA).expect("the embedded schema is a JSON object");
    let mut whole = Map::from_iter([("$id".to_string(), schema_address(press).into())]);
    whole.extend(schema);
    text(&whole)
}

fn schema_address(press: &Press) -> String {
    press.absolute(&OutPath::new(plan::OPEN_DAYS_SCHEMA).expect("a fixed path is an output path"))
}

/// A document whose records are made one by one as they are written; of ten thousand at once there would be a hundred
/// megabytes.
struct Document<F> {
    head: Map<String, Value>,
    key: &'static str,
    records: F,
}

struct Records<'f, F>(&'f F);

impl<F: Fn() -> I, I: Iterator<Item: Serialize>> Serialize for Document<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        for (key, value) in &self.head {
            map.serialize_entry(key, value)?;
        }
        map.serialize_entry(self.key, &Records(&self.records))?;
        map.end()
    }
}

impl<F: Fn() -> I, I: Iterator<Item: Serialize>> Serialize for Records<'_, F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq((self.0)())
    }
}

fn head(press: &Press) -> Map<String, Value> {
    let config = press.edition.config();
    Map::from_iter([
        ("site".to_string(), json!(config.title)),
        ("url".to_string(), json!(config.base_url.absolute(""))),
        ("as_of".to_string(), json!(press.edition.today())),
    ])
}

fn text(document: &impl Serialize) -> Vec<u8> {
    let mut safe = structured::Safe(Vec::new());
    // Nothing is written to but memory, a little at a time and whole: a buffer does not part a character.
    let mut gathered = BufWriter::new(&mut safe);
    let _ = serde_json::to_writer_pretty(&mut gathered, document).map(|()| gathered.flush());
    drop(gathered);
    safe.0.push(b'\n');
    safe.0
}

/// A page in `data/pages.json`.
#[derive(Serialize)]
struct PageRecord<'a> {
    kind: &'static str,
    slug: &'a str,
    title: &'a str,
    url: String,
    summary: String,
    published: Option<String>,
    updated: Option<String>,
    source: String,
    region: Option<&'static str>,
    campaigns: Vec<&'a str>,
}

fn page<'a>(press: &'a Press, page: &'a Page) -> PageRecord<'a> {
    PageRecord {
        kind: page.id.kind.word(),
        slug: &page.id.slug,
        title: &page.title,
        url: press.absolute(&page.id.out()),
        summary: press.summary(page),
        published: page.published.map(Moment::rfc3339),
        updated: page.updated.map(Moment::rfc3339),
        source: source(press, page),
        region: plan::region(&press.edition, page).map(|region| region.code),
        campaigns: press.shown(&page.campaigns).map(|page| &*page.id.slug).collect(),
    }
}

/// An open day in `data/open-days.json`.
#[derive(Serialize)]
struct OpenDayRecord<'a> {
    slug: &'a str,
    title: &'a str,
    url: String,
    calendar: String,
    summary: String,
    institution: Option<NamedRecord<'a>>,
    region: Option<RegionRecord>,
    address: Option<String>,
    geo: Option<GeoRecord>,
    campaigns: Vec<NamedRecord<'a>>,
    sessions: Vec<SessionRecord>,
    date_text: Option<&'a str>,
    booking: Option<BookingRecord<'a>>,
    programme: &'a [String],
    audience: &'a [String],
    accessibility: Vec<String>,
    bring: &'a [String],
    online_url: Option<String>,
    status: &'static str,
    status_text: &'static str,
    status_note: Option<&'a str>,
    organizer: &'a [String],
    published: Option<String>,
    updated: Option<String>,
}

fn open_day<'a>(press: &'a Press, page: &'a Page) -> Option<OpenDayRecord<'a>> {
    let Own::OpenDay(open_day) = &page.own else { return None };
    let brief = press.brief(open_day);
    let region = plan::region(&press.edition, page);
    Some(OpenDayRecord {
        slug: &page.id.slug,
        title: &page.title,
        url: press.absolute(&page.id.out()),
        calendar: press.absolute(&CalendarOf::Page(page.id.clone()).out()),
        summary: press.summary(page),
        institution: press.edition.page(&open_day.institution).map(|page| named(press, page)),
        region: region.map(|region| RegionRecord { code: region.code, name: region.name }),
        address: brief.address,
        geo: press.point(open_day).map(geo),
        campaigns: press.shown(&page.campaigns).map(|page| named(press, page)).collect(),
        sessions: open_day.sessions.iter().map(session).collect(),
        date_text: open_day.date_text.as_deref(),
        booking: open_day.booking.as_ref().map(booking),
        programme: &open_day.programme,
        audience: &open_day.audience,
        accessibility: accessibility(press, open_day),
        bring: &open_day.bring,
        online_url: open_day.online_url.as_deref().map(uri),
        status: brief.status,
        status_text: brief.status_text,
        status_note: open_day.status_note.as_deref(),
        organizer: &open_day.organizer,
        published: page.published.map(Moment::rfc3339),
        updated: page.updated.map(Moment::rfc3339),
    })
}

#[derive(Serialize)]
struct NamedRecord<'a> {
    slug: &'a str,
    title: &'a str,
    url: String,
}

fn named<'a>(press: &Press, page: &'a Page) -> NamedRecord<'a> {
    NamedRecord { slug: &page.id.slug, title: &page.title, url: press.absolute(&page.id.out()) }
}

#[derive(Serialize)]
struct RegionRecord {
    code: &'static str,
    name: &'static str,
}

#[derive(Serialize)]
struct SessionRecord {
    date: Day,
    start: Option<Clock>,
    end: Option<Clock>,
    capacity: Option<u32>,
    left: Option<u32>,
    planned: Option<PlannedRecord>,
}

#[derive(Serialize)]
struct PlannedRecord {
    date: Day,
    start: Option<Clock>,
}

fn session(session: &Session) -> SessionRecord {
    SessionRecord {
        date: session.date,
        start: session.start,
        end: session.end,
        capacity: session.capacity,
        left: session.left,
        planned: session.planned.map(|(date, start)| PlannedRecord { date, start }),
    }
}

/// A point in the datum of other programs, whatever map it was copied from.
#[derive(Serialize)]
struct GeoRecord {
    lat: Option<f64>,
    lon: Option<f64>,
    datum: &'static str,
}

fn geo(point: Point) -> GeoRecord {
    let point = point.wgs84();
    let number = |degrees: Degrees| degrees.to_string().parse::<f64>().ok();
    GeoRecord { lat: number(point.lat), lon: number(point.lon), datum: point.datum.word() }
}

#[derive(Serialize)]
struct BookingRecord<'a> {
    method: Option<&'a str>,
    phone: Option<&'a str>,
    url: Option<String>,
    deadline: Option<Day>,
}

fn booking(booking: &Booking) -> BookingRecord<'_> {
    BookingRecord {
        method: booking.method.as_deref(),
        phone: booking.phone.as_deref(),
        url: booking.url.as_deref().map(uri),
        deadline: booking.deadline,
    }
}

/// An address that was typed, with what RFC 3986 does not allow in one percent-encoded.
fn uri(typed: &str) -> String {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~:/?#@!$&'()*+,;=".contains(&byte);
    let code = |(at, byte): (usize, u8)| match byte {
        b'%' if crate::address::percent_decode(typed.get(at..at + 3).unwrap_or("%")).is_some() => "%".to_string(),
        byte if allowed(byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    typed.bytes().enumerate().map(code).collect()
}
