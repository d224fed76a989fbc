//! What a poster template sees as `/data.json`: the contract with the authors of `posters/*.typ`, as [`view`] is the
//! one with those of HTML templates. A field is added freely; to rename one breaks themes of other projects.
//!
//! [`view`]: super::view

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;

use super::{Press, cards, words};
use crate::load;
use crate::load::facts::Form;
use crate::model::page::{self, Color, OpenDay, Status};
use crate::model::{Clock, Day, Format, Own, Page, PageId};
use crate::plan;
use crate::report::Place;
use crate::typeset::{Sheet, qr};

/// The hotline for complaints, on every poster.
const HOTLINE: &str = "12315";
const MOST_POINTS: usize = 6;
const MOST_OPEN_DAYS: usize = 4;
const MOST_SESSIONS: usize = 8;
/// What both kinds of posters show.
#[derive(Debug, Serialize)]
struct Common {
    kind: &'static str,
    format: FormatData,
    /// Title of the document.
    title: String,
    author: String,
    date: DateParts,
    family: String,
    color: String,
    name: String,
    slogan: Option<String>,
    slogan_parts: Vec<String>,
    /// What stands between the parts: nothing behind a colon, else a space.
    slogan_gaps: Vec<&'static str>,
    dates: String,
    organizer: Vec<String>,
    points: Vec<String>,
    picture: Option<PictureData>,
    qr: Option<Image>,
    url: String,
    hotline: &'static str,
    footer: String,
}

/// `campaign.typ`
#[derive(Debug, Serialize)]
struct CampaignSheet {
    #[serde(flatten)]
    common: Common,
    open_days: Vec<OpenDayLine>,
}

/// `open-day.typ`
#[derive(Debug, Serialize)]
struct OpenDaySheet {
    #[serde(flatten)]
    common: Common,
    institution: String,
    campaign: Option<String>,
    sessions: Vec<SessionLine>,
    more_sessions: usize,
    date_text: Option<String>,
    status: Option<&'static str>,
    status_note: Option<String>,
    address: Option<String>,
    booking: Vec<String>,
    audience: Option<String>,
    bring: Option<String>,
}

#[derive(Debug, Serialize)]
struct FormatData {
    name: &'static str,
    zh: &'static str,
    unit: &'static str,
    width: u32,
    height: Option<u32>,
    bleed: u32,
    marks: bool,
    ink: &'static str,
}

#[derive(Debug, Serialize)]
pub(super) struct DateParts {
    year: i16,
    month: i8,
    day: i8,
}

#[derive(Debug, Serialize)]
struct Image {
    path: String,
    alt: String,
}

#[derive(Debug, Serialize)]
struct PictureData {
    path: String,
    alt: String,
    width: u32,
    height: u32,
}

#[derive(Debug, Serialize)]
struct OpenDayLine {
    date: String,
    weekday: &'static str,
    hours: Option<String>,
    title: String,
    institution: Option<String>,
    region: Option<String>,
}

#[derive(Debug, Serialize)]
struct SessionLine {
    date: String,
    year: i16,
    weekday: &'static str,
    hours: Option<String>,
    note: Option<String>,
}

/// The sheet of a page's poster in one format; none when the page has no poster.
pub fn poster(press: &Press, page: &Page, format: Format) -> Option<Sheet> {
    let mut pictures = BTreeMap::new();
    let common = common(press, page, format, &mut pictures);
    let (template, data) = match &page.own {
        Own::Campaign(campaign) => {
            ("campaign.typ", serde_json::to_value(self::campaign(press, page, campaign, common)))
        }
        Own::OpenDay(open_day) => ("open-day.typ", serde_json::to_value(self::open_day(press, page, open_day, common))),
        _ => return None,
    };
    Some(Sheet { template, data: data.ok()?, pictures, page: Place::file(&page.path), places: places(press, page) })
}

fn common(press: &Press, page: &Page, format: Format, pictures: &mut BTreeMap<String, Arc<[u8]>>) -> Common {
    let config = press.edition.config();
    let campaign = campaign_of(press, page);
    let slogan = campaign.map(|campaign| campaign.slogan.clone());
    let (slogan_parts, slogan_gaps) = slogan.as_deref().map(words::slogan_parts).unwrap_or_default();
    let about = format.about();
    // The artwork of a family is in its own colours; another one is shown by the plainest of scenes.
    let family = campaign.map(|campaign| campaign.color.name());
    let family = family.filter(|family| config.colors.of_family(family).is_none()).unwrap_or("custom");
    Common {
        kind: page.id.kind.word(),
        format: format_data(format),
        title: format!("{}{}（{}）", page.title, if page.title.ends_with("海报") { "" } else { "海报" }, about.zh),
        author: config.bureau.name.clone(),
        date: date(page),
        family: family.to_string(),
        color: config.colors.of(campaign.map_or(&Color::Family("open-day"), |campaign| &campaign.color)).to_string(),
        name: page.title.clone(),
        slogan,
        slogan_parts,
        slogan_gaps,
        dates: dates(page),
        organizer: organizer(page),
        points: points(page),
        picture: picture(press, page, pictures),
        qr: code(press, page, pictures),
        url: printed(&plan::address(&press.edition, page)),
        hotline: HOTLINE,
        footer: config.bureau.name.clone(),
    }
}

fn format_data(format: Format) -> FormatData {
    let about = format.about();
    let print = format.bleed() > 0;
    FormatData {
        name: if format == Format::Svg { Format::A3.about().word } else { about.word },
        zh: about.zh,
        unit: about.unit,
        width: about.width,
        height: about.height,
        bleed: format.bleed(),
        marks: print,
        ink: if print { "cmyk" } else { "rgb" },
    }
}

/// The campaign a page is, or the first shown one it belongs to.
fn campaign_of<'p>(press: &'p Press, page: &'p Page) -> Option<&'p page::Campaign> {
    let own = std::iter::once(page).chain(press.shown(&page.campaigns));
    own.filter_map(|page| if let Own::Campaign(campaign) = &page.own { Some(campaign) } else { None }).next()
}

/// The day that is written into the document: when the page was posted, else a day of its own; never today, or every
/// poster would change each midnight.
pub(super) fn date(page: &Page) -> DateParts {
    let own = match &page.own {
        Own::Campaign(campaign) => campaign.start,
        Own::OpenDay(open_day) => open_day.sessions.first().map(|session| session.date),
        Own::Notice(notice) => notice.date,
        _ => None,
    };
    let posted = page.updated.or(page.published).map(|moment| moment.day);
    let day = posted.or(own).or_else(|| Day::new(2000, 1, 1));
    day.map_or(DateParts { year: 2000, month: 1, day: 1 }, |day| DateParts {
        year: day.year(),
        month: day.month(),
        day: day.day(),
    })
}

fn dates(page: &Page) -> String {
    match &page.own {
        Own::Campaign(campaign) => cards::dates_text(campaign),
        Own::OpenDay(open_day) => match (open_day.sessions.first(), open_day.sessions.last()) {
            (Some(first), Some(last)) => words::period(first.date, last.date),
            _ => open_day.date_text.clone().unwrap_or_else(|| "日期待定".to_string()),
        },
        _ => String::new(),
    }
}

fn organizer(page: &Page) -> Vec<String> {
    match &page.own {
        Own::Campaign(campaign) => campaign.organizer.clone(),
        Own::OpenDay(open_day) => open_day.organizer.clone(),
        _ => Vec::new(),
    }
}

fn points(page: &Page) -> Vec<String> {
    let all = match &page.own {
        Own::Campaign(campaign) => &campaign.activities,
        Own::OpenDay(open_day) => &open_day.programme,
        _ => return Vec::new(),
    };
    all.iter().take(MOST_POINTS).cloned().collect()
}

/// The page's first picture that a poster can hold.
fn picture(press: &Press, page: &Page, pictures: &mut BTreeMap<String, Arc<[u8]>>) -> Option<PictureData> {
    let usable = |picture: &&page::Picture| press.edition.file(&picture.file).is_some_and(plan::fits_on_poster);
    let picture = page.pictures.iter().find(usable)?;
    let file = press.edition.file(&picture.file)?;
    let (width, height) = file.facts.pixels?;
    let path = format!("/picture.{}", extension(file.facts.form));
    pictures.insert(path.clone(), press.picture_bytes(&picture.file)?);
    Some(PictureData { path, alt: picture.alt.clone(), width, height })
}

/// The ending by which a template knows what it reads.
pub(super) fn extension(form: Form) -> &'static str {
    match form {
        Form::Jpeg => "jpg",
        Form::Gif => "gif",
        Form::Webp => "webp",
        Form::Pdf => "pdf",
        _ => "png",
    }
}

fn code(press: &Press, page: &Page, pictures: &mut BTreeMap<String, Arc<[u8]>>) -> Option<Image> {
    let address = plan::address(&press.edition, page);
    let path = "/qr.svg".to_string();
    // In a key the address stands for its picture, which takes much longer to draw than all else that is in it.
    let picture = if press.named { qr::fits(&address).then(|| address.clone())? } else { qr::svg(&address)? };
    pictures.insert(path.clone(), picture.into_bytes().into());
    Some(Image { path, alt: format!("二维码：打开{address}") })
}

/// An address as people type it.
pub(super) fn printed(address: &str) -> String {
    address.split_once("://").map_or(address, |(_, rest)| rest).to_string()
}

fn campaign(press: &Press, page: &Page, _: &page::Campaign, common: Common) -> CampaignSheet {
    let mine = press.plan.index.of_campaign(&page.id);
    let open_days = press.shown(mine).filter_map(|page| open_day_line(press, page)).take(MOST_OPEN_DAYS);
    CampaignSheet { open_days: open_days.collect(), common }
}

/// The next session of an open day that takes place.
fn open_day_line(press: &Press, page: &Page) -> Option<OpenDayLine> {
    let Own::OpenDay(open_day) = &page.own else { return None };
    let today = press.edition.today();
    let next = open_day.sessions.iter().find(|session| session.date >= today)?;
    if open_day.status.is_off() {
        return None;
    }
    Some(OpenDayLine {
        date: next.date.zh_short(),
        weekday: next.date.weekday_zh(),
        hours: hours(next.start, next.end),
        title: page.title.clone(),
        institution: title_of(press, &open_day.institution),
        region: plan::region(&press.edition, page).map(|region| region.name.to_string()),
    })
}

fn title_of(press: &Press, id: &PageId) -> Option<String> {
    press.edition.page(id).map(|page| page.title.clone())
}

fn hours(start: Option<Clock>, end: Option<Clock>) -> Option<String> {
    match (start, end) {
        (Some(start), Some(end)) => Some(format!("{start}–{end}")),
        (Some(start), None) => Some(format!("{start}开始")),
        _ => None,
    }
}

fn open_day(press: &Press, page: &Page, open_day: &OpenDay, common: Common) -> OpenDaySheet {
    let today = press.edition.today();
    let status = plan::status(open_day, today);
    let to_come: Vec<&page::Session> = open_day.sessions.iter().filter(|session| session.date >= today).collect();
    let shown = if to_come.is_empty() { open_day.sessions.iter().collect() } else { to_come };
    OpenDaySheet {
        institution: title_of(press, &open_day.institution).unwrap_or_default(),
        campaign: press.shown(&page.campaigns).next().map(|page| page.title.clone()),
        sessions: shown.iter().take(MOST_SESSIONS).map(|session| session_line(session)).collect(),
        more_sessions: shown.len().saturating_sub(MOST_SESSIONS),
        date_text: open_day.date_text.clone().filter(|_| open_day.sessions.is_empty()),
        status: (!matches!(status, Status::Scheduled | Status::Finished)).then(|| status.zh()),
        status_note: open_day.status_note.clone(),
        address: press.brief(open_day).address,
        booking: open_day.booking.as_ref().map(|booking| self::booking(booking, open_day.status)).unwrap_or_default(),
        audience: Some(open_day.audience.join("、")).filter(|text| !text.is_empty()),
        bring: Some(open_day.bring.join("、")).filter(|text| !text.is_empty()),
        common,
    }
}

fn session_line(session: &page::Session) -> SessionLine {
    SessionLine {
        date: session.date.zh_short(),
        year: session.date.year(),
        weekday: session.date.weekday_zh(),
        hours: hours(session.start, session.end),
        // Places left change daily and would be wrong on paper.
        note: session.capacity.map(|capacity| format!("限{capacity}人")),
    }
}

fn booking(booking: &page::Booking, status: Status) -> Vec<String> {
    if status.is_off() {
        return Vec::new();
    }
    let method = match (&booking.method, &booking.phone) {
        (Some(method), Some(phone)) => Some(format!("{method}：{phone}")),
        (None, Some(phone)) => Some(format!("预约电话：{phone}")),
        (Some(method), None) => Some(method.clone()),
        (None, None) => None,
    };
    let online = booking.url.as_deref().map(|url| format!("网上预约：{}", printed(url)));
    let deadline = booking.deadline.map(|day| format!("预约截止：{}", day.zh_short()));
    [method, online, deadline].into_iter().flatten().collect()
}

/// Where the values of a sheet were written.
fn places(press: &Press, page: &Page) -> BTreeMap<&'static str, Place> {
    let mut places: BTreeMap<&'static str, Place> = BTreeMap::new();
    let pairs: &[(&'static str, &str)] = match &page.own {
        Own::Campaign(_) => &[
            ("name", "title"),
            ("title", "title"),
            ("slogan", "slogan"),
            ("slogan_parts", "slogan"),
            ("points", "activities"),
            ("organizer", "organizer"),
            ("dates", "date_text"),
            ("picture", "pictures"),
        ],
        _ => &[
            ("name", "title"),
            ("title", "title"),
            ("points", "programme"),
            ("organizer", "organizer"),
            ("dates", "date_text"),
            ("date_text", "date_text"),
            ("address", "address"),
            ("booking", "booking"),
            ("audience", "audience"),
            ("bring", "bring"),
            ("status_note", "status_note"),
            ("picture", "pictures"),
        ],
    };
    places.extend(pairs.iter().map(|(key, written)| (*key, page.place(written))));
    if let Own::OpenDay(open_day) = &page.own {
        let institution = press.edition.page(&open_day.institution);
        places.extend(institution.map(|page| ("institution", page.place("name"))));
        let campaign = press.shown(&page.campaigns).next();
        places.extend(campaign.into_iter().flat_map(|campaign| {
            let slogan = campaign.place("slogan");
            [("campaign", campaign.place("title")), ("slogan", slogan.clone()), ("slogan_parts", slogan)]
        }));
    }
    let config = Place::file(&load::config_path());
    places.extend([("author", config.clone()), ("footer", config.clone()), ("url", config)]);
    places
}

/// Pixels of the picture that stands for the site.
pub(super) const CARD: (u32, u32) = (1200, 630);

/// The picture that stands for the site where a page has none of its own, and how wide it is.
pub fn card(press: &Press) -> (Sheet, u32) {
    let config = press.edition.config();
    let (name_parts, _) = words::slogan_parts(&config.title);
    let data = serde_json::json!({
        "kind": "site",
        "format": {
            "name": "card", "zh": "分享图", "unit": "px", "width": CARD.0, "height": CARD.1,
            "bleed": 0, "marks": false, "ink": "rgb",
        },
        "title": config.title,
        "author": config.bureau.name,
        "date": { "year": 2000, "month": 1, "day": 1 },
        "family": "custom",
        "color": config.colors.main().unwrap_or("#154C8C"),
        "name": config.title,
        "name_parts": name_parts,
        "description": crate::markdown::shortened(&config.description),
        "footer": config.bureau.name,
    });
    let page = Place::file(&load::config_path());
    (Sheet { template: "card.typ", data, pictures: BTreeMap::new(), page, places: BTreeMap::new() }, CARD.0)
}

/// A small picture of what a supplied poster shows: its preview, else its first file that can be one.
pub fn supplied(press: &Press, page: &Page) -> Option<Sheet> {
    let Own::Poster(poster) = &page.own else { return None };
    let file = plan::supplied_source(&press.edition, poster)?;
    let found = press.edition.file(file)?;
    let path = format!("/picture.{}", extension(found.facts.form));
    let bytes: Arc<[u8]> = load::bytes(&found.found.disk).ok()?.into();
    let data = serde_json::json!({
        "format": { "name": "preview", "zh": "预览图" },
        "title": page.title,
        "picture": { "path": path, "alt": page.title },
    });
    let places = BTreeMap::from([("picture", Place::file(file))]);
    let pictures = BTreeMap::from([(path, bytes)]);
    Some(Sheet { template: "preview.typ", data, pictures, page: Place::file(&page.path), places })
}
