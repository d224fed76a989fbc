//! What a page is: the parts every kind has, and the parts of its own.

use std::fmt;
use std::sync::{Arc, OnceLock};

use super::waiver::Waiver;
use super::{Clock, Day, Moment, OutPath, Point, Region};
use crate::load::fields::Kind;
use crate::load::node::Map;
use crate::markdown::Body;
use crate::report::{Place, SourcePath, Span};

/// Which page: its kind and its slug, both part of its address. The order is that of kinds, then of slugs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PageId {
    /// The kind.
    pub kind: Kind,
    /// The checked slug, `[a-z0-9-]`.
    pub slug: Arc<str>,
}

impl PageId {
    /// The page of `kind` called `slug`.
    pub fn new(kind: Kind, slug: &str) -> PageId {
        PageId { kind, slug: slug.into() }
    }

    /// The folder of its files in the output, without a final slash.
    pub fn folder(&self) -> String {
        match self.kind {
            Kind::Page => self.slug.to_string(),
            kind => [kind.folder(), "/", &self.slug].concat(),
        }
    }

    /// Its HTML file; all supplied posters share one page.
    pub fn out(&self) -> OutPath {
        OutPath::new(&self.html()).expect("a checked slug makes an output path")
    }

    /// Its address below the root, `index.html` named in full. No letter of a slug or a folder needs to be encoded.
    pub fn url(&self) -> String {
        match self.kind {
            Kind::Poster => [&self.html(), "#", &self.slug].concat(),
            _ => self.html(),
        }
    }

    fn html(&self) -> String {
        match self.kind {
            Kind::Poster => "posters/index.html".to_string(),
            Kind::Page => [&self.slug, "/index.html"].concat(),
            kind => [kind.folder(), "/", &self.slug, "/index.html"].concat(),
        }
    }
}

/// One page as it was written.
#[derive(Debug)]
pub struct Page {
    /// Which page.
    pub id: PageId,
    /// Its source file.
    pub path: SourcePath,
    /// Title; an institution's name.
    pub title: String,
    /// Whether it is kept back.
    pub draft: bool,
    /// First day it is public, if another than that of `published`.
    pub publish: Option<Day>,
    /// Last day it is public.
    pub expires: Option<Day>,
    /// Posting time, typed by a person.
    pub published: Option<Moment>,
    /// Time of the last change, typed by a person.
    pub updated: Option<Moment>,
    /// Summary as typed.
    pub summary: Option<String>,
    /// Keywords.
    pub keywords: Vec<String>,
    /// Author.
    pub author: Option<String>,
    /// Where the text comes from.
    pub source: Option<String>,
    /// Region.
    pub region: Option<Region>,
    /// Campaigns it belongs to.
    pub campaigns: Vec<PageId>,
    /// Addresses that lead here, each with the spot it was written at.
    pub old_urls: Vec<(OutPath, Place)>,
    /// Pictures of the header.
    pub pictures: Vec<Picture>,
    /// Who read it before it was published, where somebody wrote that down.
    pub review: Option<Review>,
    /// By what right the page shows a certification mark.
    pub mark_permission: Option<String>,
    /// Rules that are set aside for it.
    pub waivers: Vec<Waiver>,
    /// What its kind has of its own.
    pub own: Own,
    /// The Markdown body.
    pub body: Arc<Body>,
    pub(super) links: Links,
    /// Where the keys of its header stand.
    pub spots: Vec<(&'static str, Span)>,
    /// The page as a whole, where it is a row of a table.
    pub row: Option<Span>,
}

/// Where the links of a body lead, at once or when somebody asks.
#[derive(Clone)]
pub(super) struct Links {
    known: OnceLock<Vec<Destination>>,
    leads: Option<Arc<dyn Leads>>,
}

/// Says where the links of a body lead that is read when somebody asks.
pub(super) trait Leads: Send + Sync {
    /// The destinations of the links of `body`, which stands in the file `from`.
    fn of(&self, from: &SourcePath, body: &Body) -> Vec<Destination>;
}

impl Links {
    pub(super) fn of(known: Vec<Destination>) -> Links {
        Links { known: OnceLock::from(known), leads: None }
    }

    pub(super) fn ahead(leads: Arc<dyn Leads>) -> Links {
        Links { known: OnceLock::new(), leads: Some(leads) }
    }
}

impl fmt::Debug for Links {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Links").field(&self.known).finish()
    }
}

impl Page {
    /// Where each link of the body leads, in the order of `body.links()`.
    pub fn links(&self) -> &[Destination] {
        let found = || self.links.leads.as_ref().map_or_else(Vec::new, |leads| leads.of(&self.path, &self.body));
        self.links.known.get_or_init(found)
    }

    /// Where the value of `key` stands, else the page as a whole: its file, or its row in it.
    pub fn place(&self, key: &str) -> Place {
        self.spot(key).map_or_else(|| self.whole(), |span| Place::at(&self.path, span.clone()))
    }

    /// Whether it says what `other` says, apart from its body and where the links in that lead.
    pub fn has_face_of(&self, other: &Page) -> bool {
        // Named in full, so that no new field can be forgotten.
        let Page {
            id,
            path,
            title,
            draft,
            publish,
            expires,
            published,
            updated,
            summary,
            keywords,
            author,
            source,
            region,
            campaigns,
            old_urls,
            pictures,
            review,
            waivers,
            mark_permission,
            own,
            body: _,
            links: _,
            spots,
            row,
        } = self;
        (id, path, title, draft, publish, expires)
            == (&other.id, &other.path, &other.title, &other.draft, &other.publish, &other.expires)
            && (published, updated, summary, keywords)
                == (&other.published, &other.updated, &other.summary, &other.keywords)
            && (author, source, region, campaigns) == (&other.author, &other.source, &other.region, &other.campaigns)
            && (old_urls, pictures, review, mark_permission, waivers)
                == (&other.old_urls, &other.pictures, &other.review, &other.mark_permission, &other.waivers)
            && (own, spots, row) == (&other.own, &other.spots, &other.row)
    }

    /// The page as a whole: its file, or its row in it.
    pub fn whole(&self) -> Place {
        Place { path: self.path.clone(), span: self.row.clone() }
    }

    /// The files it names.
    pub fn files(&self) -> Vec<&SourcePath> {
        self.shown_files().chain(self.offered_files()).collect()
    }

    /// The pictures that stand on it.
    pub fn shown_files(&self) -> impl Iterator<Item = &SourcePath> {
        self.pictures.iter().map(|picture| &picture.file).chain(self.linked(true))
    }

    fn linked(&self, as_pictures: bool) -> impl Iterator<Item = &SourcePath> {
        let links = self.body.links().iter().zip(self.links()).filter(move |(link, _)| link.is_image == as_pictures);
        links.filter_map(|(_, to)| match to {
            Destination::File(path) => Some(path),
            _ => None,
        })
    }

    /// The files it offers as they are.
    pub fn offered_files(&self) -> Vec<&SourcePath> {
        let mut files: Vec<&SourcePath> = self.linked(false).collect();
        match &self.own {
            Own::Notice(notice) => {
                files.extend(notice.attachments.iter().filter_map(|attachment| match &attachment.target {
                    AttachmentTarget::File(path) => Some(path),
                    _ => None,
                }))
            }
            Own::Poster(poster) => {
                files.extend(poster.files.iter().map(|file| &file.file));
                files.extend(poster.preview.iter().map(|picture| &picture.file));
            }
            _ => {}
        }
        files
    }

    /// Where the value of `key` stands; none where nobody wrote the key.
    pub fn spot(&self, key: &str) -> Option<&Span> {
        self.spots.iter().find(|(known, _)| *known == key).map(|(_, span)| span)
    }
}

/// Bodies are compared by identity: a body that was read again counts as another.
impl PartialEq for Page {
    fn eq(&self, other: &Page) -> bool {
        Arc::ptr_eq(&self.body, &other.body) && self.links() == other.links() && self.has_face_of(other)
    }
}

/// A page that cannot stand, as it has no name or says too little, with what a check needs to tell everything of it at
/// once.
#[derive(Debug, Clone)]
pub struct Fallen {
    /// Its file.
    pub path: SourcePath,
    /// Its text, and what was told of that.
    pub body: Arc<Body>,
    /// `draft: true`
    pub draft: bool,
    /// The first day it would be public.
    pub first: Option<Day>,
    /// The last one.
    pub expires: Option<Day>,
    /// What is set aside in it.
    pub waivers: Vec<Waiver>,
}

/// What a kind has of its own.
#[derive(Debug, PartialEq)]
#[allow(clippy::large_enum_variant)]
pub enum Own {
    /// 活动
    Campaign(Campaign),
    /// 通知
    Notice(Notice),
    /// 工作动态
    News,
    /// 典型案例
    Case(Case),
    /// 开放日
    OpenDay(OpenDay),
    /// 检验检测机构
    Institution(Institution),
    /// 海报
    Poster(Poster),
    /// 其他页面
    Page,
}

/// A picture of a header.
#[derive(Debug, Clone, PartialEq)]
pub struct Picture {
    /// The file.
    pub file: SourcePath,
    /// What it shows.
    pub alt: String,
    /// Caption.
    pub caption: Option<String>,
    /// Who can be recognised in it, such as `minors`.
    pub people: Option<String>,
    /// Whether those people, or for children their guardians, agreed.
    pub consent: bool,
    /// Where its values stand.
    pub spots: Spots,
}

/// The three readers of a text before it is published (三审), and the day on which it is to be read again.
#[derive(Debug, PartialEq)]
pub struct Review {
    /// 初审
    pub first: Option<String>,
    /// 复审
    pub second: Option<String>,
    /// 终审
    pub last: Option<String>,
    /// The day on which the page is to be looked at again.
    pub due: Option<Day>,
    /// Where its values stand.
    pub spots: Spots,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// Another page, and an anchor in it.
    Page(PageId, Option<String>),
    /// A file of the project.
    File(SourcePath),
    /// An address of the site that is checked against the plan, such as `notices/`.
    Address(String),
    /// An anchor of the same page.
    Anchor(String),
    /// Another site.
    External(String),
    /// `mailto:` or `tel:`.
    Contact(String),
    /// Nowhere: it was refused or is broken, and that was told.
    Nowhere,
}

/// 活动
#[derive(Debug, PartialEq)]
pub struct Campaign {
    /// The slogan, character for character.
    pub slogan: String,
    /// First day, where one is set.
    pub start: Option<Day>,
    /// Last day.
    pub end: Option<Day>,
    /// The wording where no day is set.
    pub date_text: Option<String>,
    /// Where the dates come from.
    pub date_basis: Option<String>,
    /// 主办单位
    pub organizer: Vec<String>,
    /// Colour.
    pub color: Color,
    /// 面向人群
    pub audience: Vec<String>,
    /// 活动内容
    pub activities: Vec<String>,
    /// Single events.
    pub events: Vec<Event>,
    /// What is due.
    pub deadlines: Vec<Deadline>,
    /// Whom to ask.
    pub contacts: Vec<Contact>,
    /// Smaller comes first.
    pub order: u32,
}

/// The colour of a campaign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Color {
    /// One of the four families, by its name.
    Family(&'static str),
    /// `#rrggbb`
    Custom(String),
}

impl Color {
    /// The names of the families.
    pub const FAMILIES: [&'static str; 4] = ["organic", "green", "service", "open-day"];

    /// The name templates use.
    pub fn name(&self) -> &str {
        match self {
            Color::Family(name) => name,
            Color::Custom(_) => "custom",
        }
    }

    /// `#rrggbb`; all families reach 4.5:1 on white (domain.md §6).
    pub fn hex(&self) -> &str {
        match self {
            Color::Family("organic") => "#2E7D32",
            Color::Family("green") => "#0B7A4B",
            Color::Family("service") => "#B5432A",
            Color::Family(_) => "#154C8C",
            Color::Custom(hex) => hex,
        }
    }
}

/// A single event of a campaign.
#[derive(Debug, PartialEq)]
pub struct Event {
    /// Name.
    pub title: String,
    /// Day, where one is set.
    pub date: Option<Day>,
    /// The wording where none is set.
    pub date_text: Option<String>,
    /// From.
    pub start: Option<Clock>,
    /// To.
    pub end: Option<Clock>,
    /// Place.
    pub place: Option<String>,
    /// Region.
    pub region: Option<Region>,
    /// Where its values stand.
    pub spots: Spots,
}

/// Something that is due.
#[derive(Debug, PartialEq)]
pub struct Deadline {
    /// What.
    pub what: String,
    /// By which day, inclusive.
    pub date: Day,
    /// To whom.
    pub to: Option<String>,
    /// What to send.
    pub materials: Vec<String>,
    /// Where its values stand.
    pub spots: Spots,
}

/// Somebody to ask.
#[derive(Debug, PartialEq)]
pub struct Contact {
    /// Name.
    pub name: Option<String>,
    /// Office.
    pub role: Option<String>,
    /// Phone as typed.
    pub phone: Option<String>,
    /// E-mail.
    pub email: Option<String>,
}

/// 通知
#[derive(Debug, PartialEq)]
pub struct Notice {
    /// 发文机关
    pub issuer: String,
    /// 发文字号
    pub doc_no: Option<String>,
    /// 成文日期
    pub date: Option<Day>,
    /// 主送
    pub recipients: Vec<String>,
    /// 公开属性
    pub openness: String,
    /// The notice it forwards.
    pub forwards: Option<PageId>,
    /// 附件
    pub attachments: Vec<Attachment>,
    /// 抄送
    pub cc: Vec<String>,
    /// 联系人
    pub contacts: Vec<Contact>,
    /// 截止日期
    pub deadlines: Vec<Deadline>,
    /// `letter` or `document`.
    pub layout: &'static str,
    /// 附注
    pub note: Option<String>,
    /// 紧急程度
    pub urgency: Option<String>,
    /// 密级 or 份号, where one stands: such a document may not be published.
    pub secret: Option<(String, Place)>,
}

/// The only openness that may be published.
pub const OPEN: &str = "主动公开";

/// An attachment of a notice.
#[derive(Debug, PartialEq)]
pub struct Attachment {
    /// Name.
    pub title: String,
    /// What it is.
    pub target: AttachmentTarget,
    /// Whether somebody has signed for there being nothing personal in it.
    pub reviewed: bool,
    /// Where its file or notice is named.
    pub place: Place,
    /// Where its values stand.
    pub spots: Spots,
}

/// A file, or another notice.
#[derive(Debug, PartialEq)]
pub enum AttachmentTarget {
    /// A file to download.
    File(SourcePath),
    /// Another notice.
    Notice(PageId),
    /// Neither was given, or the one given does not exist, which was told.
    Missing,
}

/// 典型案例
#[derive(Debug, PartialEq)]
pub struct Case {
    /// The body concerned.
    pub unit: Option<String>,
    /// Labels such as 示例.
    pub labels: Vec<String>,
}

/// How an open day stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Status {
    /// 可以预约
    Scheduled,
    /// 已约满
    Full,
    /// 已延期
    Postponed,
    /// 已改期
    Rescheduled,
    /// 已取消
    Cancelled,
    /// 改为线上
    MovedOnline,
    /// 已结束, derived from the day.
    Finished,
}

impl Status {
    /// The words an author may write, the default first.
    pub const WORDS: [&'static str; 6] = ["scheduled", "full", "postponed", "rescheduled", "cancelled", "moved_online"];

    /// The status of a word.
    pub fn of(word: &str) -> Status {
        match word {
            "full" => Status::Full,
            "postponed" => Status::Postponed,
            "rescheduled" => Status::Rescheduled,
            "cancelled" => Status::Cancelled,
            "moved_online" => Status::MovedOnline,
            _ => Status::Scheduled,
        }
    }

    /// The word templates see.
    pub fn word(self) -> &'static str {
        match self {
            Status::Scheduled => "scheduled",
            Status::Full => "full",
            Status::Postponed => "postponed",
            Status::Rescheduled => "rescheduled",
            Status::Cancelled => "cancelled",
            Status::MovedOnline => "moved_online",
            Status::Finished => "finished",
        }
    }

    /// Whether an open day of this status takes place with places to book.
    pub fn is_bookable(self) -> bool {
        matches!(self, Status::Scheduled | Status::Rescheduled | Status::MovedOnline)
    }

    /// Whether an open day of this status takes place on none of its days.
    pub fn is_off(self) -> bool {
        matches!(self, Status::Cancelled | Status::Postponed)
    }

    /// The word readers see.
    pub fn zh(self) -> &'static str {
        match self {
            Status::Scheduled => "可以预约",
            Status::Full => "已约满",
            Status::Postponed => "已延期",
            Status::Rescheduled => "已改期",
            Status::Cancelled => "已取消",
            Status::MovedOnline => "改为线上",
            Status::Finished => "已结束",
        }
    }
}

/// 开放日
#[derive(Debug, PartialEq)]
pub struct OpenDay {
    /// The institution.
    pub institution: PageId,
    /// Sessions in the order of day and time; empty where no day is set.
    pub sessions: Vec<Session>,
    /// The wording where no day is set.
    pub date_text: Option<String>,
    /// Address.
    pub address: Option<String>,
    /// Where that is on the map.
    pub geo: Option<Point>,
    /// How to book.
    pub booking: Option<Booking>,
    /// 活动项目
    pub programme: Vec<String>,
    /// 面向人群
    pub audience: Vec<String>,
    /// Address of an online visit.
    pub online_url: Option<String>,
    /// 无障碍
    pub accessibility: Vec<String>,
    /// 携带物品
    pub bring: Vec<String>,
    /// How it stands, as written.
    pub status: Status,
    /// The reason, in plain words.
    pub status_note: Option<String>,
    /// Whom to ask.
    pub contact: Option<Contact>,
    /// 主办单位
    pub organizer: Vec<String>,
}

/// One session of an open day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Session {
    /// Day.
    pub date: Day,
    /// From.
    pub start: Option<Clock>,
    /// To.
    pub end: Option<Clock>,
    /// How many people.
    pub capacity: Option<u32>,
    /// Places left.
    pub left: Option<u32>,
    /// The day, and where it was set the time, it was planned for before it was moved.
    pub planned: Option<(Day, Option<Clock>)>,
    /// Which of the sessions that were first planned for the same day, from 1, in the order in which they are written.
    /// Calendar programs know the session by this and [`Session::first_day`], so it must not depend on times.
    pub number: u32,
    /// Where its values stand.
    pub spots: Spots,
}

impl Session {
    /// The day it was first planned for: it stays when the session is moved, so calendar programs move it as well.
    pub fn first_day(&self) -> Day {
        self.planned.map_or(self.date, |(day, _)| day)
    }
}

/// Where the values of a row or table stand, by their keys.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Spots(Vec<(&'static str, Span)>);

impl Spots {
    /// The spots of the texts in `map`.
    pub fn of(map: &Map) -> Spots {
        let texts = map.entries.iter().filter(|entry| entry.node.as_text().is_some());
        Spots(texts.map(|entry| (entry.key, entry.node.span.clone())).collect())
    }

    /// Where the value of `key` stands in `path`, else the file as a whole.
    pub fn place(&self, path: &SourcePath, key: &str) -> Place {
        let span = self.0.iter().find(|(known, _)| *known == key).map(|(_, span)| span.clone());
        Place { path: path.clone(), span }
    }
}

/// How to book.
#[derive(Debug, PartialEq)]
pub struct Booking {
    /// 电话预约 …
    pub method: Option<String>,
    /// Phone as typed.
    pub phone: Option<String>,
    /// Absolute address.
    pub url: Option<String>,
    /// Where that stands, or the file.
    pub url_at: Place,
    /// Last day, inclusive.
    pub deadline: Option<Day>,
    /// Where that stands, or the file.
    pub deadline_at: Place,
}

/// 检验检测机构
#[derive(Debug, PartialEq)]
pub struct Institution {
    /// Address.
    pub address: Option<String>,
    /// Where that is on the map.
    pub geo: Option<Point>,
    /// 检测领域
    pub fields: Vec<String>,
    /// Phone as typed.
    pub phone: Option<String>,
    /// 资质认定编号
    pub cma_no: Option<String>,
    /// 无障碍
    pub accessibility: Vec<String>,
}

/// 海报
#[derive(Debug, PartialEq)]
pub struct Poster {
    /// The files.
    pub files: Vec<PosterFile>,
    /// Year as typed.
    pub year: Option<String>,
    /// Who issues it.
    pub issuer: Option<String>,
    /// 海报, 易拉宝 …
    pub kind: Option<String>,
    /// Preview.
    pub preview: Option<Picture>,
    /// What it shows, for those who cannot see it; none only where that was told.
    pub alt: Option<String>,
    /// The words on the poster.
    pub text: Option<String>,
    /// Permission.
    pub permission: Option<String>,
}

/// One file of a poster.
#[derive(Debug, PartialEq)]
pub struct PosterFile {
    /// The file.
    pub file: SourcePath,
    /// `297×420 mm，300 dpi，CMYK，出血 3 mm`, read from the file as far as it tells; may be empty.
    pub dimensions: String,
}
