//! What a template sees: one [`View`] a page, and nothing behind it. This page is the contract with theme authors;
//! `tests/theme.rs` reads every path of the default theme against it.
//!
//! # What is where
//!
//! Every template gets `root`, `site` ([`Site`]), `meta` ([`Meta`]) and `page`; the type of `page` is the template's
//! own and stands in [`Page`]: `notice.html` gets a [`Notice`], `list.html` a [`List`]. `base.html` uses only the
//! first three, because every page extends it, and offers the blocks `canonical`, `script`, `head` (empty, the end of
//! `<head>`), `body_class`, `header` with `site_title` in it, `main` and `footer`; `home.html` offers `hero`, `open_days`,
//! `columns`, `cases`, `posters`, `pages` and `archived`. A template of a project that extends `default/base.html`
//! redefines the blocks it names and leaves the others. `components.html` holds the shared parts; a component that a
//! project defines stands for the one of that name.
//!
//! # Rules
//!
//! - All addresses (`url`, `ics`, `feed`) are relative to the root of the site and already percent-encoded: write
//!   `href="{{ root }}{{ card.url }}"`. Only fields called absolute lead elsewhere and stand alone.
//! - Style sheets, scripts and pictures of the theme are named by `site.assets`: `{{ root }}{{ site.assets["site.css"] }}`.
//! - Fields that may be missing are `null`, lists may be empty: ask with `{% if %}`, or give another value with `or`.
//!   `0` is a number of places left, so ask `is not none` there.
//! - Only `html` fields and `meta.structured` are HTML and are written with `| safe`; everything else is text and is
//!   escaped, whatever the template is called.
//! - Days and times come in every form a page needs ([`Date`], [`Time`]); no filter has to format one.
//! - To write a field that does not exist is an error with template, line and page (E205); a condition on one is false.
//! - A page that grows over 8 MiB is stopped (E206).
//!
//! # A change of the contract
//!
//! A field is added freely. To rename or remove one breaks themes of other projects and belongs in the changelog.

use serde::Serialize;

pub use super::sizes::Size;
use crate::hash::Hash;
use crate::model::{Clock, Day, Moment};
use crate::theme::Ready;

/// Everything one page is rendered from; the hash of this and of the templates is the key of the page.
#[derive(Debug, Serialize)]
pub struct View {
    /// From this page to the root of the site: empty, `../`, `../../` …; for 404.html the path of `base_url`.
    pub root: String,
    /// The shared parts, the same for every page, made once: to make them anew for every page took more than half the time
    /// of a build of ten thousand.
    pub site: Ready<Site>,
    /// What stands in `<head>`.
    pub meta: Meta,
    /// What stands in `<main>`; the template's own type.
    pub page: Page,
}

/// The shared parts of every page.
#[derive(Debug, Serialize)]
pub struct Site {
    /// Name of the site.
    pub title: String,
    /// One sentence about the site, or empty.
    pub description: String,
    /// The bureau.
    pub bureau: Bureau,
    /// `https://…/`, with a final slash.
    pub base_url: String,
    /// The menu.
    pub menu: Vec<MenuEntry>,
    /// The footer.
    pub footer: Footer,
    /// The portal this site belongs to, or null.
    pub portal: Option<NamedUrl>,
    /// `url` of assets by their name in the theme: `site.assets["site.css"]`.
    pub assets: std::collections::BTreeMap<String, String>,
    /// Address of a style sheet that sets the colours chosen in `content/site.yaml` as custom properties, or null: any of
    /// `--chosen-main` (the site's own), `--chosen-organic`, `--chosen-green`, `--chosen-service` and `--chosen-open-day`, and
    /// each with `-light` behind it, as text on dark ground. Link it behind your own.
    pub colors: Option<String>,
    /// Address of the search page, or null where the site has none.
    pub search: Option<String>,
    /// Years that have a page of their own, newest first.
    pub years: Vec<Tag>,
    /// Regions that have a page of their own, in the order of their codes.
    pub regions: Vec<Tag>,
    /// Campaigns that are shown, in their order.
    pub campaigns: Vec<Tag>,
}

/// The bureau whose site it is.
#[derive(Debug, Serialize)]
pub struct Bureau {
    /// Full name.
    pub name: String,
    /// `province`, `city` or `county`.
    pub level: String,
    /// Name of its region, or null.
    pub region: Option<String>,
    /// Public phone, or null.
    pub contact: Option<String>,
    /// Address, or null.
    pub address: Option<String>,
}

/// One entry of the menu.
#[derive(Debug, Clone, Serialize)]
pub struct MenuEntry {
    /// Label.
    pub title: String,
    /// Address.
    pub url: String,
    /// The first part of the address (`notices`), to compare with `meta.section`.
    pub section: String,
}

/// The footer a government site must carry; missing parts are null.
#[derive(Debug, Serialize)]
pub struct Footer {
    /// 主办单位
    pub sponsor: String,
    /// 承办单位
    pub organizer: Option<String>,
    /// 联系方式
    pub contact: Option<String>,
    /// ICP 备案号
    pub icp: Option<String>,
    /// 公安备案号
    pub police: Option<String>,
    /// 网站标识码
    pub site_id_code: Option<String>,
    /// Link of the 党政机关网站标识
    pub party_mark_url: Option<String>,
    /// Link of 我为政府网站找错
    pub correction_url: Option<String>,
    /// 版权说明
    pub copyright: Option<String>,
}

/// A name with an absolute address.
#[derive(Debug, Serialize)]
pub struct NamedUrl {
    /// Name.
    pub name: String,
    /// Absolute `https:` address.
    pub url: String,
}

/// What stands in `<head>`.
#[derive(Debug, Serialize)]
pub struct Meta {
    /// The whole `<title>`.
    pub title: String,
    /// The page's own name, which `title` begins with; of the home page the site's.
    pub name: String,
    /// Description, at most 120 characters, of no other page.
    pub description: String,
    /// Keywords joined with commas, or empty.
    pub keywords: String,
    /// Absolute address of this page; empty for 404.html.
    pub canonical: String,
    /// The first part of the address: `notices`, `calendar` …; empty for the home page.
    pub section: String,
    /// `SiteName`.
    pub site_name: String,
    /// `SiteDomain`.
    pub site_domain: String,
    /// `SiteIDCode`, or empty.
    pub site_id_code: String,
    /// The four `Column…` tags of index pages, or null.
    pub column: Option<Column>,
    /// The `Article…` tags of article pages, or null.
    pub article: Option<ArticleMeta>,
    /// Absolute address of the picture that stands for the page where it is shared, or null.
    pub picture: Option<String>,
    /// What is to be seen on that picture, and its size; null without one.
    pub picture_facts: Option<Picture>,
    /// Whether search engines may list the page.
    pub index: bool,
    /// A finished `<script type="application/ld+json">` element, or empty. Write it with `| safe`.
    pub structured: String,
    /// The feed that fits this page.
    pub feed: String,
    /// Breadcrumbs from the home page to the parent of this page.
    pub trail: Vec<Tag>,
}

/// The four column tags (国办发〔2017〕47号 的网页标签规范).
#[derive(Debug, Serialize)]
pub struct Column {
    /// `ColumnName`.
    pub name: String,
    /// `ColumnDescription`.
    pub description: String,
    /// `ColumnKeywords`.
    pub keywords: String,
    /// `ColumnType`.
    pub kind: String,
}

/// The article tags.
#[derive(Debug, Serialize)]
pub struct ArticleMeta {
    /// `ArticleTitle`.
    pub title: String,
    /// `PubDate`, `YYYY-MM-DD HH:MM`, typed by a person; empty where none was typed.
    pub pub_date: String,
    /// `ContentSource`.
    pub source: String,
    /// `Keywords`, joined with commas.
    pub keywords: String,
    /// `Author`, or empty.
    pub author: String,
    /// `Description`.
    pub description: String,
    /// `Image`, absolute, or empty.
    pub image: String,
}

/// What stands in `<main>`, one variant a template.
#[derive(Debug, Serialize)]
#[serde(untagged)]
#[allow(clippy::large_enum_variant)]
pub enum Page {
    /// `home.html`
    Home(Home),
    /// `campaign.html`
    Campaign(Campaign),
    /// `notice.html`
    Notice(Notice),
    /// `article.html`: news, cases and pages
    Article(Article),
    /// `open-day.html`
    OpenDay(OpenDay),
    /// `institution.html`
    Institution(Institution),
    /// `list.html`: the index of a kind, of a region, of a year
    List(List),
    /// `campaigns.html`: the index of campaigns
    Campaigns(Campaigns),
    /// `booklet.html`: a campaign bound together for printing
    Booklet(Booklet),
    /// `calendar.html`: an agenda
    Calendar(Calendar),
    /// `month.html`
    Month(Month),
    /// `posters.html`
    Posters(Posters),
    /// `poster.html`
    Poster(PosterPage),
    /// `search.html`
    Search(Search),
    /// `404.html`
    NotFound(NotFound),
    /// `moved.html`: an old address
    Moved(Moved),
}

/// `search.html`: what there is, for those whose browser runs no script.
#[derive(Debug, Serialize)]
pub struct Search {
    /// Campaigns, with how many pages belong to each.
    pub campaigns: Vec<Counted>,
    /// Kinds that have a page.
    pub kinds: Vec<Counted>,
    /// Years, newest first.
    pub years: Vec<Counted>,
    /// Regions, in the order of their codes; a city counts its counties.
    pub regions: Vec<Counted>,
    /// How many pages can be found.
    pub total: usize,
}

/// A part of the site with an address of its own.
#[derive(Debug, Serialize)]
pub struct Counted {
    /// Name.
    pub title: String,
    /// Address.
    pub url: String,
    /// For campaigns the colour family, else empty.
    pub color: String,
    /// How many pages it has.
    pub count: usize,
}

/// A name with an address in the site.
#[derive(Debug, Clone, Serialize)]
pub struct Tag {
    /// Text.
    pub title: String,
    /// Address.
    pub url: String,
    /// For campaigns the colour family (`organic`, `green`, `service`, `open-day`, `custom`), else empty.
    pub color: String,
}

/// A day, in the forms a page needs.
#[derive(Debug, Clone, Serialize)]
pub struct Date {
    /// `2022-09-05`, for `<time datetime>`.
    pub iso: Day,
    /// `2022年9月5日`.
    pub text: String,
    /// `9月5日`.
    pub short: String,
    /// `星期一`.
    pub weekday: &'static str,
    /// Year, 2022.
    pub year: i16,
    /// Month, 9.
    pub month: i8,
    /// Day, 5.
    pub day: i8,
}

/// A day and a time.
#[derive(Debug, Clone, Serialize)]
pub struct Time {
    /// `2022-09-05T09:00:00+08:00`, for `<time datetime>`.
    pub iso: String,
    /// `2022年9月5日 09:00`.
    pub text: String,
    /// `2022-09-05 09:00`.
    pub plain: Moment,
    /// The day alone.
    pub date: Ready<Date>,
}

/// The Markdown body.
#[derive(Debug, Clone)]
pub struct Body {
    /// Safe HTML; write it with `| safe`. Its classes are `table-scroll` (round every table), `align-left`, `align-center`
    /// and `align-right` (cells), `external` (links that leave the site, with `data-leave`), `file-facts` (type and size
    /// of a file), `visually-hidden`, `note` and `note-back` (references to notes, and back), `footnotes`, and
    /// `language-…` of code. English phrases stand in a `<span lang="en">`.
    pub html: String,
    /// Headings in order, for a table of contents.
    pub outline: Vec<Heading>,
    pub(super) key: Hash,
}

/// One heading of a body.
#[derive(Debug, Clone, Serialize)]
pub struct Heading {
    /// 2 to 6.
    pub level: u8,
    /// Anchor.
    pub id: String,
    /// Text.
    pub text: String,
}

/// A picture.
#[derive(Debug, Clone, Serialize)]
pub struct Picture {
    /// Address.
    pub url: String,
    /// Alternative text.
    pub alt: String,
    /// Caption, or null.
    pub caption: Option<String>,
    /// Width in pixels, or null.
    pub width: Option<u32>,
    /// Height in pixels, or null.
    pub height: Option<u32>,
    /// A photo in the widths it is made in, the narrowest first; of other pictures none.
    pub sizes: Vec<PictureSize>,
}

/// A photo in one width.
#[derive(Debug, Clone, Serialize)]
pub struct PictureSize {
    /// Address.
    pub url: String,
    /// Width in pixels.
    pub width: u32,
}

/// A page in a list.
#[derive(Debug, Clone, Serialize)]
pub struct Card {
    /// `campaign`, `notice`, `news`, `case`, `open-day`, `institution` or `page`.
    pub kind: &'static str,
    /// 活动, 通知, 工作动态 …
    pub kind_text: &'static str,
    /// Title.
    pub title: String,
    /// Address.
    pub url: String,
    /// Summary, at most 120 characters.
    pub summary: String,
    /// Posting day, or null.
    pub date: Option<Ready<Date>>,
    /// For notices the number, for cases the unit, for open days the institution, for institutions the address; or null.
    pub note: Option<String>,
    /// Region, or null.
    pub region: Option<Tag>,
    /// Campaigns it belongs to.
    pub campaigns: Vec<Tag>,
    /// Labels such as 示例.
    pub labels: Vec<String>,
    /// First picture, or null.
    pub picture: Option<Picture>,
    /// For open days, when and in which state; else null.
    pub open_day: Option<OpenDayBrief>,
}

/// When an open day is and how it stands.
#[derive(Debug, Clone, Serialize)]
pub struct OpenDayBrief {
    /// The next session still to come, else the last one; null where no day is set.
    pub next: Option<Session>,
    /// How many sessions there are.
    pub sessions: usize,
    /// 9月中下旬, where no day is set; or null.
    pub date_text: Option<String>,
    /// `scheduled`, `full`, `postponed`, `rescheduled`, `cancelled`, `moved_online` or `finished`.
    pub status: &'static str,
    /// 可以预约, 已约满, 已延期, 已改期, 已取消, 改为线上, 已结束.
    pub status_text: &'static str,
    /// Institution.
    pub institution: Option<Tag>,
    /// Address, or null.
    pub address: Option<String>,
    /// 质量小课堂 …
    pub programme: Vec<String>,
    /// Whether it can be visited online.
    pub online: bool,
}

/// One session of an open day.
#[derive(Debug, Clone, Serialize)]
pub struct Session {
    /// Day.
    pub date: Ready<Date>,
    /// From, or null.
    pub start: Option<Clock>,
    /// To, or null.
    pub end: Option<Clock>,
    /// How many people, or null.
    pub capacity: Option<u32>,
    /// Places left, or null.
    pub left: Option<u32>,
    /// When it was planned before it was moved, or null.
    pub planned: Option<Planned>,
    /// Whether it is over on the day of the build.
    pub over: bool,
}

/// The day, and where it was set the time, a session was planned for before it was moved.
#[derive(Debug, Clone, Serialize)]
pub struct Planned {
    /// `9月20日 14:30`; with the year where that is another one than now.
    pub text: String,
    /// `2022-09-20T14:30:00+08:00` or `2022-09-20`, for `<time datetime>`.
    pub iso: String,
}

/// Links to a place on the map.
#[derive(Debug, Clone, Serialize)]
pub struct Map {
    /// `geo:39.911954,116.377817`, which opens the map app of a phone.
    pub geo_url: String,
    /// Absolute address of a map in the browser; another site's.
    pub web_url: String,
}

/// `home.html`
#[derive(Debug, Serialize)]
pub struct Home {
    /// Campaigns that are not over: running first, then those to come, then those without a day.
    pub campaigns: Vec<CampaignCard>,
    /// Campaigns that are over.
    pub archived: Vec<CampaignCard>,
    /// The next open days, at most six.
    pub open_days: Vec<Card>,
    /// The newest notices, at most six.
    pub notices: Vec<Card>,
    /// The newest news, at most six.
    pub news: Vec<Card>,
    /// The newest cases, at most six.
    pub cases: Vec<Card>,
    /// Supplied posters, at most six.
    pub posters: Vec<Poster>,
    /// Other pages, in the order of their names.
    pub pages: Vec<Card>,
}

/// A campaign in a list.
#[derive(Debug, Clone, Serialize)]
pub struct CampaignCard {
    /// Name of the week.
    pub title: String,
    /// Address.
    pub url: String,
    /// Slogan as typed.
    pub slogan: String,
    /// Slogan cut at its inner space and colon, for line breaks by meaning.
    pub slogan_lines: Vec<String>,
    /// `organic`, `green`, `service`, `open-day` or `custom`.
    pub color: String,
    /// `#rrggbb`; at least 4.5:1 on white is the author's duty for custom colours.
    pub color_hex: String,
    /// `running`, `upcoming`, `undated` or `over`.
    pub state: &'static str,
    /// 进行中, 即将开始, 日期待定, 已结束.
    pub state_text: &'static str,
    /// 2022年9月19日至23日, the typed wording, or 日期待定.
    pub dates_text: String,
    /// Summary.
    pub summary: String,
    /// How many open days it has.
    pub open_days: usize,
    /// How many cases it has.
    pub cases: usize,
    /// First picture, or null.
    pub picture: Option<Picture>,
}

/// `campaign.html`
#[derive(Debug, Serialize)]
pub struct Campaign {
    /// The same fields as in lists.
    pub card: CampaignCard,
    /// First day, or null.
    pub start: Option<Ready<Date>>,
    /// Last day, or null.
    pub end: Option<Ready<Date>>,
    /// Where the dates come from, or null.
    pub date_basis: Option<String>,
    /// 主办单位
    pub organizer: Vec<String>,
    /// 面向人群
    pub audience: Vec<String>,
    /// 活动内容
    pub activities: Vec<String>,
    /// 活动安排
    pub events: Vec<Event>,
    /// 截止日期
    pub deadlines: Vec<Deadline>,
    /// 联系人
    pub contacts: Vec<Contact>,
    /// Pictures.
    pub pictures: Vec<Picture>,
    /// Body.
    pub body: Body,
    /// Notices about it, newest first.
    pub notices: Vec<Card>,
    /// News about it, newest first.
    pub news: Vec<Card>,
    /// Its cases.
    pub cases: Vec<Card>,
    /// Its open days: those to come first, then without a day, then over.
    pub open_days: Vec<Card>,
    /// Supplied posters.
    pub posters: Vec<Poster>,
    /// The posters made of it, or null.
    pub poster_set: Option<PosterSet>,
    /// Its feed.
    pub feed: String,
    /// Address of the campaign bound together for printing, or null.
    pub booklet: Option<String>,
    /// Address of the agenda of its open days and events, or null.
    pub agenda: Option<String>,
    /// Address of the calendar file of its open days and events; null while none of them has a day.
    pub ics: Option<String>,
    /// Size of that file; empty without one.
    pub ics_size: Size,
    /// To subscribe to that file.
    pub subscription: Subscription,
}

/// `booklet.html`: a campaign with the texts that belong to it. All ids in bodies are unique on the page.
#[derive(Debug, Serialize)]
pub struct Booklet {
    /// The same fields as in lists.
    pub card: CampaignCard,
    /// Where the dates come from, or null.
    pub date_basis: Option<String>,
    /// 主办单位
    pub organizer: Vec<String>,
    /// 面向人群
    pub audience: Vec<String>,
    /// 活动内容
    pub activities: Vec<String>,
    /// 活动安排
    pub events: Vec<Event>,
    /// 截止日期
    pub deadlines: Vec<Deadline>,
    /// 联系人
    pub contacts: Vec<Contact>,
    /// Pictures.
    pub pictures: Vec<Picture>,
    /// Body; its headings begin with `<h3>`.
    pub body: Body,
    /// Notices, cases and news, as far as there are any; of each the newest, for as many as about forty sheets hold.
    pub parts: Vec<BookletPart>,
    /// Its open days in the order of their days, at most 300.
    pub open_days: Vec<BookletOpenDay>,
    /// How many more open days it has.
    pub open_days_left: usize,
}

/// The texts of one kind in a booklet.
#[derive(Debug, Serialize)]
pub struct BookletPart {
    /// `notice`, `case` or `news`.
    pub kind: &'static str,
    /// 通知, 典型案例, 工作动态.
    pub kind_text: &'static str,
    /// The texts, the oldest first.
    pub texts: Vec<BookletText>,
    /// How many more there are on the site.
    pub left: usize,
}

/// A text in a booklet.
#[derive(Debug, Serialize)]
pub struct BookletText {
    /// Its anchor.
    pub id: String,
    /// Title.
    pub title: String,
    /// Address of its own page.
    pub url: String,
    /// Of a notice the issuer, of a case the unit, else the source.
    pub by: String,
    /// The number of a notice, or null.
    pub note: Option<String>,
    /// Of a notice its date, of news the day it was posted; or null.
    pub date: Option<Ready<Date>>,
    /// Labels such as 示例.
    pub labels: Vec<String>,
    /// Summary, at most 120 characters; for texts without a body.
    pub summary: String,
    /// The attachments of a notice.
    pub attachments: Vec<Attachment>,
    /// Pictures.
    pub pictures: Vec<Picture>,
    /// Body; its headings begin with `<h4>`.
    pub body: Body,
}

/// An open day in a booklet.
#[derive(Debug, Serialize)]
pub struct BookletOpenDay {
    /// Title.
    pub title: String,
    /// Address of its own page.
    pub url: String,
    /// All sessions in order.
    pub sessions: Vec<Session>,
    /// 9月中下旬, where no day is set; or null.
    pub date_text: Option<String>,
    /// As in [`OpenDayBrief`].
    pub status: &'static str,
    /// As in [`OpenDayBrief`].
    pub status_text: &'static str,
    /// Name of the institution, or null.
    pub institution: Option<String>,
    /// Address, or null.
    pub address: Option<String>,
    /// How to book, or null.
    pub booking: Option<Booking>,
}

/// A single event of a campaign.
#[derive(Debug, Clone, Serialize)]
pub struct Event {
    /// Name.
    pub title: String,
    /// Day, or null.
    pub date: Option<Ready<Date>>,
    /// The wording when no day is set, or null.
    pub date_text: Option<String>,
    /// From, or null.
    pub start: Option<Clock>,
    /// To, or null.
    pub end: Option<Clock>,
    /// Place, or null.
    pub place: Option<String>,
    /// Region, or null.
    pub region: Option<String>,
    /// Whether it is over on the day of the build.
    pub over: bool,
}

/// Something that is due.
#[derive(Debug, Clone, Serialize)]
pub struct Deadline {
    /// What is due.
    pub what: String,
    /// By which day.
    pub date: Ready<Date>,
    /// To whom, or null.
    pub to: Option<String>,
    /// What to send.
    pub materials: Vec<String>,
    /// Whether the day has passed.
    pub over: bool,
}

/// Somebody to ask.
#[derive(Debug, Clone, Serialize)]
pub struct Contact {
    /// Name, or null.
    pub name: Option<String>,
    /// Office, or null.
    pub role: Option<String>,
    /// Phone as typed, or null.
    pub phone: Option<String>,
    /// `tel:…`, or null.
    pub phone_url: Option<String>,
    /// E-mail as typed, or null.
    pub email: Option<String>,
    /// `mailto:…`, or null.
    pub email_url: Option<String>,
}

/// `notice.html`
#[derive(Debug, Serialize)]
pub struct Notice {
    /// Title.
    pub title: String,
    /// 发文机关
    pub issuer: String,
    /// 发文字号, or null.
    pub doc_no: Option<String>,
    /// 成文日期, or null.
    pub date: Option<Ready<Date>>,
    /// 发布时间
    pub published: Time,
    /// 主送
    pub recipients: Vec<String>,
    /// 抄送
    pub cc: Vec<String>,
    /// 主动公开 …
    pub openness: String,
    /// `letter` or `document`.
    pub layout: &'static str,
    /// 特急, 加急, or null.
    pub urgency: Option<String>,
    /// 附注, or null.
    pub note: Option<String>,
    /// The notice it forwards, or null.
    pub forwards: Option<Card>,
    /// Notices that forward it.
    pub forwarded_by: Vec<Card>,
    /// 附件
    pub attachments: Vec<Attachment>,
    /// 联系人
    pub contacts: Vec<Contact>,
    /// 截止日期
    pub deadlines: Vec<Deadline>,
    /// Campaigns it is about.
    pub campaigns: Vec<Tag>,
    /// Region, or null.
    pub region: Option<Tag>,
    /// 来源
    pub source: String,
    /// Summary.
    pub summary: String,
    /// Body.
    pub body: Body,
    /// Address of the notice as PDF, or null.
    pub pdf: Option<String>,
    /// Name to save the PDF under.
    pub pdf_file: String,
    /// Size of the PDF; empty without one.
    pub pdf_size: Size,
    /// The next older notice, or null.
    pub previous: Option<Tag>,
    /// The next newer notice, or null.
    pub next: Option<Tag>,
}

/// An attachment: a file to download, or another notice.
#[derive(Debug, Clone, Serialize)]
pub struct Attachment {
    /// 1, 2, 3 …
    pub number: usize,
    /// Name.
    pub title: String,
    /// Address; null where the notice it names is not public.
    pub url: Option<String>,
    /// `PDF`, `XLSX` …; empty for another page.
    pub format: String,
    /// `120 KB`; empty for another page.
    pub size: String,
}

/// `article.html`
#[derive(Debug, Serialize)]
pub struct Article {
    /// `news`, `case` or `page`.
    pub kind: &'static str,
    /// 工作动态, 典型案例, 页面.
    pub kind_text: &'static str,
    /// Title.
    pub title: String,
    /// 发布时间, or null.
    pub published: Option<Time>,
    /// 更新时间, or null.
    pub updated: Option<Time>,
    /// 来源
    pub source: String,
    /// 作者, or null.
    pub author: Option<String>,
    /// For cases the body concerned, or null.
    pub unit: Option<String>,
    /// Labels such as 示例.
    pub labels: Vec<String>,
    /// Region, or null.
    pub region: Option<Tag>,
    /// Campaigns it belongs to.
    pub campaigns: Vec<Tag>,
    /// Pictures of the header, shown above the body.
    pub pictures: Vec<Picture>,
    /// Summary.
    pub summary: String,
    /// Body.
    pub body: Body,
    /// The next older page of its kind, or null.
    pub previous: Option<Tag>,
    /// The next newer page of its kind, or null.
    pub next: Option<Tag>,
}

/// `open-day.html`
#[derive(Debug, Serialize)]
pub struct OpenDay {
    /// The same fields as in lists (`card.open_day` holds status, institution, address, programme).
    pub card: Card,
    /// All sessions in order.
    pub sessions: Vec<Session>,
    /// The reason for a change, in plain words, or null.
    pub status_note: Option<String>,
    /// How to book, or null.
    pub booking: Option<Booking>,
    /// 面向人群
    pub audience: Vec<String>,
    /// Links to its address on the map, or null.
    pub map: Option<Map>,
    /// Address of the online visit, or null.
    pub online_url: Option<String>,
    /// 无障碍
    pub accessibility: Vec<String>,
    /// 携带物品
    pub bring: Vec<String>,
    /// 主办单位
    pub organizer: Vec<String>,
    /// 联系方式, or null.
    pub contact: Option<Contact>,
    /// Pictures.
    pub pictures: Vec<Picture>,
    /// 来源
    pub source: String,
    /// 发布时间, or null.
    pub published: Option<Time>,
    /// 更新时间, or null.
    pub updated: Option<Time>,
    /// Body.
    pub body: Body,
    /// Other open days of the same campaign that are still to come, at most four.
    pub others: Vec<Card>,
    /// The posters made of it, or null.
    pub poster_set: Option<PosterSet>,
    /// Address of the calendar file of its sessions; null while there are none.
    pub ics: Option<String>,
    /// Size of that file; empty without one.
    pub ics_size: Size,
}

/// How to book.
#[derive(Debug, Clone, Serialize)]
pub struct Booking {
    /// 电话预约 …, or null.
    pub method: Option<String>,
    /// Phone as typed, or null.
    pub phone: Option<String>,
    /// `tel:…`, or null.
    pub phone_url: Option<String>,
    /// Absolute address, or null.
    pub url: Option<String>,
    /// Last day, or null.
    pub deadline: Option<Ready<Date>>,
    /// Whether that day has passed.
    pub over: bool,
}

/// `institution.html`
#[derive(Debug, Serialize)]
pub struct Institution {
    /// Full name.
    pub name: String,
    /// Region, or null.
    pub region: Option<Tag>,
    /// Address, or null.
    pub address: Option<String>,
    /// Links to its address on the map, or null.
    pub map: Option<Map>,
    /// 检测领域
    pub fields: Vec<String>,
    /// Phone as typed, or null.
    pub phone: Option<String>,
    /// `tel:…`, or null.
    pub phone_url: Option<String>,
    /// CMA certificate number, or null.
    pub cma_no: Option<String>,
    /// 无障碍
    pub accessibility: Vec<String>,
    /// Pictures.
    pub pictures: Vec<Picture>,
    /// Summary.
    pub summary: String,
    /// Body.
    pub body: Body,
    /// Its open days: those to come first.
    pub open_days: Vec<Card>,
    /// Address of the agenda of its open days, or null.
    pub agenda: Option<String>,
    /// Address of the calendar file of its open days; null while none of them has a day.
    pub ics: Option<String>,
    /// Size of that file; empty without one.
    pub ics_size: Size,
    /// To subscribe to that file.
    pub subscription: Subscription,
}

/// `list.html`
#[derive(Debug, Serialize)]
pub struct List {
    /// Heading.
    pub title: String,
    /// One sentence about the list.
    pub description: String,
    /// `notice`, `news`, `case`, `open-day`, `institution`, `page`, or `region` and `year` for mixed lists.
    pub of: &'static str,
    /// This page's cards.
    pub cards: Vec<Card>,
    /// How many there are on all pages.
    pub total: usize,
    /// Where this page stands among the pages of the list.
    pub pages: Pagination,
    /// For regions and open days the address of their agenda; else null.
    pub agenda: Option<String>,
    /// For regions the address of the calendar file, null while nothing in it has a day; else null.
    pub ics: Option<String>,
    /// Size of that file; empty without one.
    pub ics_size: Size,
    /// For regions, to subscribe to that file; else null.
    pub subscription: Option<Subscription>,
}

/// The addresses of a calendar file to subscribe to; both absolute.
#[derive(Debug, Clone, Serialize)]
pub struct Subscription {
    /// `webcal://…`, which opens the calendar program where there is one that knows it.
    pub webcal: String,
    /// `https://…`, to type or paste where there is none.
    pub address: String,
}

/// Pages of a list.
#[derive(Debug, Clone, Serialize)]
pub struct Pagination {
    /// This page, from 1.
    pub current: usize,
    /// How many there are; 1 even when the list is empty.
    pub count: usize,
    /// Address of the page before, or null.
    pub previous: Option<String>,
    /// Address of the page after, or null.
    pub next: Option<String>,
    /// Page numbers to offer: the first, the last and those near this one; `url` is null where a gap stands.
    pub links: Vec<PageLink>,
}

/// A page number to offer.
#[derive(Debug, Clone, Serialize)]
pub struct PageLink {
    /// The number; 0 for a gap.
    pub number: usize,
    /// Its address, or null for a gap.
    pub url: Option<String>,
}

/// `campaigns.html`
#[derive(Debug, Serialize)]
pub struct Campaigns {
    /// Campaigns that are not over.
    pub current: Vec<CampaignCard>,
    /// Campaigns that are over.
    pub archived: Vec<CampaignCard>,
}

/// `calendar.html`: the agenda of the site, of a region, a campaign or an institution
#[derive(Debug, Serialize)]
pub struct Calendar {
    /// Heading.
    pub title: String,
    /// `site`, `region`, `campaign` or `institution`.
    pub of: &'static str,
    /// The page of that region, campaign or institution; null for the site.
    pub about: Option<Tag>,
    /// Address of this page.
    pub url: String,
    /// Whether this is the archive: what is over, newest day first. Else it is what is still to come.
    pub past: bool,
    /// What happens, by day.
    pub days: Vec<AgendaDay>,
    /// What has no day yet; empty in the archive.
    pub undated: Vec<Happening>,
    /// How many happenings there are on all pages of this part.
    pub total: usize,
    /// Where this page stands among the pages of this part.
    pub pages: Pagination,
    /// Address of the other part: the archive, or from there what is to come; null where the archive is empty.
    pub other: Option<String>,
    /// How many happenings stand there.
    pub other_total: usize,
    /// Months that have a page, in order.
    pub months: Vec<Tag>,
    /// Agendas of single regions, campaigns and institutions.
    pub filters: Vec<Ready<Filter>>,
    /// What the script of the theme can refine this page by.
    pub refine: Refine,
    /// Address of the calendar file for phones and computers.
    pub ics: Option<String>,
    /// Size of that file; empty without one.
    pub ics_size: Size,
    /// To subscribe to that file.
    pub subscription: Subscription,
    /// The open days as data.
    pub data: OpenDaysData,
}

/// The addresses of the open days as data.
#[derive(Debug, Serialize)]
pub struct OpenDaysData {
    /// A table for spreadsheets.
    pub csv: String,
    /// Size of the table.
    pub csv_size: Size,
    /// JSON for programs.
    pub json: String,
    /// Size of that file.
    pub json_size: Size,
    /// The JSON Schema of that file.
    pub schema: String,
    /// Size of the schema.
    pub schema_size: Size,
}

/// Agendas of one sort to choose from.
#[derive(Debug, Clone, Serialize)]
pub struct Filter {
    /// 按地区, 按活动 or 按机构.
    pub title: &'static str,
    /// The agendas; the one whose `url` is the page's own is the current one.
    pub tags: Vec<Tag>,
}

/// What occurs in the happenings of a page, to choose from; each value stands in the happenings it belongs to.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Refine {
    /// Regions by code, counties and their cities.
    pub regions: Vec<Choice>,
    /// Campaigns by slug.
    pub campaigns: Vec<Choice>,
    /// 质量小课堂 …
    pub programme: Vec<String>,
    /// Whether places are still to be had in one of them, and not in all.
    pub bookable: bool,
    /// Whether one of them can be visited online, and not all.
    pub online: bool,
}

/// One value to choose.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Choice {
    /// Value.
    pub value: String,
    /// Words for it.
    pub title: String,
}

/// One day of the agenda.
#[derive(Debug, Clone, Serialize)]
pub struct AgendaDay {
    /// Day.
    pub date: Ready<Date>,
    /// Whether it is the day of the build.
    pub today: bool,
    /// Whether it is a public holiday, or worked for one; or null.
    pub mark: Option<DayMark>,
    /// What happens that day, by time; on pages of months the first of many.
    pub happenings: Vec<Happening>,
    /// Where the rest stands, on pages of months; else null.
    pub more: Option<More>,
}

/// What is arranged for a day by the State Council.
#[derive(Debug, Clone, Serialize)]
pub struct DayMark {
    /// Whether people rest; else they work on a Saturday or Sunday.
    pub off: bool,
    /// `休` or `班`.
    pub short: &'static str,
    /// `中秋节放假`, `国庆节调休上班`.
    pub text: String,
}

/// Days in a row with the same mark.
#[derive(Debug, Clone, Serialize)]
pub struct MarkedDays {
    /// `9月10日至12日`.
    pub days: String,
    /// The mark.
    pub mark: DayMark,
}

/// What does not stand here.
#[derive(Debug, Clone, Serialize)]
pub struct More {
    /// How many happenings.
    pub count: usize,
    /// Address of the agenda where the day begins.
    pub url: String,
}

/// A session of an open day or an event of a campaign.
#[derive(Debug, Clone, Serialize)]
pub struct Happening {
    /// `open-day` or `event`.
    pub kind: &'static str,
    /// Title.
    pub title: String,
    /// Address of the open day's or the campaign's page.
    pub url: String,
    /// From, or null.
    pub start: Option<Clock>,
    /// To, or null.
    pub end: Option<Clock>,
    /// Institution or place, or null.
    pub place: Option<String>,
    /// Region, or null.
    pub region: Option<String>,
    /// Campaign, or null.
    pub campaign: Option<Tag>,
    /// 9月中下旬, for the list without days; or null.
    pub date_text: Option<String>,
    /// As in [`OpenDayBrief`]; for events `scheduled` or `finished`.
    pub status: &'static str,
    /// The Chinese word for it.
    pub status_text: &'static str,
    /// Places left, or null.
    pub left: Option<u32>,
    /// Whether it is an open day that can be booked: to come, with places, before its deadline.
    pub bookable: bool,
    /// Whether it can be visited online.
    pub online: bool,
    /// 质量小课堂 …
    pub programme: Vec<String>,
    /// Codes of the regions it is found under, as in [`Refine`].
    pub regions: Vec<String>,
    /// Slugs of the campaigns it is found under, as in [`Refine`].
    pub campaigns: Vec<String>,
}

/// `month.html`
#[derive(Debug, Serialize)]
pub struct Month {
    /// 2022年9月.
    pub title: String,
    /// Year.
    pub year: i16,
    /// Month.
    pub month: i8,
    /// Weeks from Monday to Sunday; the first and the last may hold days of other months.
    pub weeks: Vec<Vec<DayCell>>,
    /// The days on which something happens, in order: the same as the grid, for phones and screen readers.
    pub days: Vec<AgendaDay>,
    /// Its public holidays and the weekends worked for them, in order.
    pub marked: Vec<MarkedDays>,
    /// The month before that has a page, or null.
    pub previous: Option<Tag>,
    /// The month after that has a page, or null.
    pub next: Option<Tag>,
    /// Address of the agenda.
    pub agenda: String,
    /// Agendas of single regions and campaigns.
    pub filters: Vec<Ready<Filter>>,
    /// What the script of the theme can refine this page by.
    pub refine: Refine,
    /// Address of the calendar file, which holds all months.
    pub ics: String,
    /// Size of that file; empty without one.
    pub ics_size: Size,
    /// To subscribe to that file.
    pub subscription: Subscription,
}

/// One cell of the month grid.
#[derive(Debug, Clone, Serialize)]
pub struct DayCell {
    /// Day.
    pub date: Ready<Date>,
    /// Whether it belongs to this month.
    pub in_month: bool,
    /// Whether it is the day of the build.
    pub today: bool,
    /// Whether it is a public holiday, or worked for one; or null.
    pub mark: Option<DayMark>,
    /// What happens that day, the first few.
    pub happenings: Vec<Happening>,
    /// How many more there are; all or most stand in `days`.
    pub more: usize,
}

/// `posters.html`
#[derive(Debug, Serialize)]
pub struct Posters {
    /// Posters by campaign, in the order of the campaigns; a campaign without posters has an empty list. Posters
    /// whose campaign is not shown come last.
    pub groups: Vec<PosterGroup>,
    /// The posters made of the next open days, at most twelve.
    pub open_days: Vec<PosterSet>,
    /// Address of the list of open days, each of which offers its own.
    pub all_open_days: String,
}

/// The posters of one campaign.
#[derive(Debug, Serialize)]
pub struct PosterGroup {
    /// Campaign; none for posters whose campaign is not shown.
    pub campaign: Option<CampaignCard>,
    /// Its supplied posters.
    pub posters: Vec<Poster>,
    /// The posters made of it, or null.
    pub set: Option<PosterSet>,
}

/// `poster.html`: the posters made of one campaign or open day.
#[derive(Debug, Serialize)]
pub struct PosterPage {
    /// The campaign or open day.
    pub of: Card,
    /// The campaign, or the one the open day belongs to; null where that is not shown.
    pub campaign: Option<CampaignCard>,
    /// In short.
    pub set: PosterSet,
    /// The files with their sizes.
    pub files: Vec<PosterDownload>,
    /// All of them and those supplied for the campaign in one ZIP, or null.
    pub pack: Option<PackFile>,
    /// The words of the poster, a line each, for those who cannot see it.
    pub lines: Vec<String>,
}

/// The posters made of one campaign or open day, in short.
#[derive(Debug, Clone, Serialize)]
pub struct PosterSet {
    /// Title of the campaign or open day.
    pub title: String,
    /// Address of the page that offers them.
    pub url: String,
    /// A small picture.
    pub preview: Picture,
    /// The files; their `size` is empty here.
    pub files: Vec<PosterDownload>,
}

/// A poster in one format.
#[derive(Debug, Clone, Serialize)]
pub struct PosterDownload {
    /// `a3`, `wechat` …, as in `posters` of the configuration.
    pub word: &'static str,
    /// `A3海报`.
    pub name: &'static str,
    /// What it is for.
    pub purpose: &'static str,
    /// `PDF`, `PNG` or `SVG`.
    pub format: String,
    /// `297×420 mm`, `宽 1080 像素`.
    pub dimensions: String,
    /// For pictures the width in pixels, or null.
    pub width: Option<u32>,
    /// For pictures of a fixed size the height in pixels, or null.
    pub height: Option<u32>,
    /// `1.2 MB`; empty where only [`PosterSet`] is shown.
    pub size: Size,
    /// Address.
    pub url: String,
    /// Name to save it under.
    pub file: String,
}

/// A ZIP of posters.
#[derive(Debug, Clone, Serialize)]
pub struct PackFile {
    /// Address.
    pub url: String,
    /// Name to save it under.
    pub file: String,
    /// `1.2 MB`.
    pub size: Size,
}

/// A poster supplied as files.
#[derive(Debug, Clone, Serialize)]
pub struct Poster {
    /// Title.
    pub title: String,
    /// Anchor on the page of posters.
    pub id: String,
    /// Address of that anchor.
    pub url: String,
    /// Campaign, or null.
    pub campaign: Option<Tag>,
    /// Year as typed, or null.
    pub year: Option<String>,
    /// Who issues it, or null.
    pub issuer: Option<String>,
    /// 海报, 易拉宝 …, or null.
    pub kind: Option<String>,
    /// Preview, or null.
    pub preview: Option<Picture>,
    /// The words on the poster, or null.
    pub text: Option<String>,
    /// Source, or null.
    pub source: Option<String>,
    /// Permission, or null.
    pub permission: Option<String>,
    /// The files.
    pub files: Vec<PosterFile>,
}

/// One file of a poster.
#[derive(Debug, Clone, Serialize)]
pub struct PosterFile {
    /// Address.
    pub url: String,
    /// Name to save it under.
    pub name: String,
    /// `PDF`, `PNG` …
    pub format: String,
    /// `1.2 MB`.
    pub size: String,
    /// `297×420 mm，300 dpi，CMYK，出血 3 mm` or `1500×2122 像素`, read from the file as far as it tells; may be empty.
    pub dimensions: String,
}

/// `404.html`
#[derive(Debug, Serialize)]
pub struct NotFound {
    /// Campaigns to offer instead.
    pub campaigns: Vec<CampaignCard>,
}

/// `moved.html`
#[derive(Debug, Serialize)]
pub struct Moved {
    /// Where the page is now.
    pub to: Tag,
}
