//! What the site consists of: an ordered map from output path to recipe, and the order of pages in every list.
//!
//! A recipe is light (a kind and an id). Nothing is rendered here, so preview can plan ten thousand pages and render
//! the one that is asked for. Two recipes for one path are a finding (E141), never a silent loss.

mod booklets;
mod calendar;
mod files;
mod photos;
mod posters;
pub mod search;

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use crate::edition::Edition;
use crate::load::fields::Kind;
use crate::model::page::{OpenDay, Session, Status};
use crate::model::{Day, OutPath, Own, Page, PageId, Region};
use crate::report::{Finding, Place, Report, SourcePath, Text, codes};
use crate::theme::Theme;
pub use calendar::{CalendarOf, Calendars, Occurrence, PER_AGENDA, Part, month_out};
pub use photos::{Size, is_made_anew, scaled, shown_alone};
pub use posters::{MOST_PICTURE_BYTES, PREVIEW_WIDTH, PosterPart, address, fits_on_poster, paper, supplied_source};
pub use search::{SEARCH, Searched};

/// Cards on one page of a list.
pub const PER_PAGE: usize = 20;

/// The open days for programs.
pub const OPEN_DAYS_DATA: &str = "data/open-days.json";
/// What that file holds.
pub const OPEN_DAYS_SCHEMA: &str = "data/open-days.schema.json";
/// The open days for spreadsheets.
pub const OPEN_DAYS_TABLE: &str = "data/open-days.csv";

/// How one output file is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipe {
    /// The home page.
    Home,
    /// A page somebody wrote.
    Page(PageId),
    /// One page of a list, counted from 1.
    List(ListOf, usize),
    /// The index of campaigns.
    Campaigns,
    /// A campaign bound together for printing.
    Booklet(PageId),
    /// One page of an agenda, counted from 1.
    Agenda(CalendarOf, Part, usize),
    /// The grid of a month.
    Month(i16, i8),
    /// The page of posters.
    Posters,
    /// A file of the posters that are made of a page, or the preview of supplied ones.
    Poster(PageId, PosterPart),
    /// A notice as PDF.
    Letter(PageId),
    /// The picture that stands for the site where it is shared.
    Card,
    /// 404.html
    NotFound,
    /// An old address that leads to a page.
    Moved(PageId),
    /// A calendar file, RFC 5545.
    CalendarFile(CalendarOf),
    /// The Atom feed of the site or of a campaign.
    Feed(Option<PageId>),
    /// sitemap.xml
    Sitemap,
    /// robots.txt
    Robots,
    /// data/pages.json
    PagesData,
    /// data/open-days.json
    OpenDaysData,
    /// data/open-days.schema.json
    OpenDaysSchema,
    /// data/open-days.csv
    OpenDaysTable,
    /// search/index.html
    Search,
    /// search/index.json
    SearchIndex,
    /// search/docs.bin
    SearchColumns,
    /// search/fold.txt
    SearchFold,
    /// search/worker.js
    SearchWorker,
    /// What a page says, for those who found it.
    SearchText(PageId),
    /// A shard of the index.
    SearchShard(usize),
    /// The style sheet of the chosen colours.
    Colors,
    /// A file of the theme, by its name.
    Asset(String),
    /// A photo of the project in a width in pixels.
    Photo(SourcePath, u32),
    /// A file of the project.
    File(SourcePath),
}

/// What a list is a list of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ListOf {
    /// The pages of a kind.
    Kind(Kind),
    /// The pages of a region, counties counted with their city.
    Region(Region),
    /// The pages of a year.
    Year(i16),
}

impl ListOf {
    /// The kinds whose index is a list; campaigns and posters have pages of their own.
    pub const KINDS: [Kind; 6] = [Kind::Notice, Kind::News, Kind::Case, Kind::OpenDay, Kind::Institution, Kind::Page];

    /// The file of one page of the list.
    pub fn out(self, page: usize) -> OutPath {
        OutPath::new(&self.url(page)).expect("codes, years and numbers make output paths")
    }

    /// The address of the list's page with this number, counted from 1, below the root: nothing in it needs to be encoded.
    pub fn url(self, page: usize) -> String {
        let year;
        let (folder, name) = match self {
            ListOf::Kind(kind) => (kind.folder(), ""),
            ListOf::Region(region) => ("regions/", region.code),
            ListOf::Year(of) => {
                year = of.to_string();
                ("years/", year.as_str())
            }
        };
        match page {
            1 => [folder, name, "/index.html"].concat(),
            page => format!("{folder}{name}/page/{page}/index.html"),
        }
    }
}

/// The output map of a site, and its lists.
#[derive(Debug)]
pub struct Plan {
    outputs: BTreeMap<OutPath, Recipe>,
    files: BTreeMap<SourcePath, OutPath>,
    photos: BTreeMap<SourcePath, Vec<Size>>,
    posters: BTreeMap<PageId, String>,
    /// The style sheet of the chosen colours; none where none are chosen.
    pub colors: Option<OutPath>,
    /// What can be searched; none where the site has no search.
    pub searched: Option<Searched>,
    /// The order of pages in every list.
    pub index: Index,
}

/// Pages in the order in which lists show them.
#[derive(Debug, Default)]
pub struct Index {
    lists: BTreeMap<ListOf, Vec<PageId>>,
    positions: BTreeMap<PageId, usize>,
    campaigns: BTreeMap<PageId, Vec<PageId>>,
    institutions: BTreeMap<PageId, Vec<PageId>>,
    forwarded: BTreeMap<PageId, Vec<PageId>>,
    to_come: BTreeMap<Vec<PageId>, Vec<PageId>>,
    /// What happens when.
    pub calendars: Calendars,
}

impl Index {
    /// The pages of a list.
    pub fn list(&self, of: ListOf) -> &[PageId] {
        self.lists.get(&of).map_or(&[], Vec::as_slice)
    }

    /// The page before `id` in the list of its kind, and the page after it.
    pub fn neighbours(&self, id: &PageId) -> (Option<&PageId>, Option<&PageId>) {
        let list = self.list(ListOf::Kind(id.kind));
        match self.positions.get(id) {
            Some(at) => (at.checked_sub(1).and_then(|before| list.get(before)), list.get(at + 1)),
            None => (None, None),
        }
    }

    /// The pages that belong to a campaign, in the order of their kinds' lists.
    pub fn of_campaign(&self, id: &PageId) -> &[PageId] {
        self.campaigns.get(id).map_or(&[], Vec::as_slice)
    }

    /// The open days of an institution.
    pub fn of_institution(&self, id: &PageId) -> &[PageId] {
        self.institutions.get(id).map_or(&[], Vec::as_slice)
    }

    /// The notices that forward a notice.
    pub fn forwarding(&self, id: &PageId) -> &[PageId] {
        self.forwarded.get(id).map_or(&[], Vec::as_slice)
    }

    /// The open days of just these campaigns that are neither over nor cancelled.
    pub fn to_come(&self, campaigns: &[PageId]) -> &[PageId] {
        self.to_come.get(campaigns).map_or(&[], Vec::as_slice)
    }

    /// Years that have a page, newest first.
    pub fn years(&self) -> Vec<i16> {
        self.lists.keys().rev().filter_map(|of| if let ListOf::Year(year) = of { Some(*year) } else { None }).collect()
    }

    /// Regions that have a page, in the order of their codes.
    pub fn regions(&self) -> Vec<Region> {
        self.lists.keys().filter_map(|of| if let ListOf::Region(region) = of { Some(*region) } else { None }).collect()
    }
}

impl Plan {
    /// Every output path with its recipe, in the order of the paths.
    pub fn outputs(&self) -> impl Iterator<Item = (&OutPath, &Recipe)> {
        self.outputs.iter()
    }

    /// The recipe of an output path.
    pub fn recipe(&self, out: &OutPath) -> Option<&Recipe> {
        self.outputs.get(out)
    }

    /// Where a file of the project stands in the site.
    pub fn file(&self, path: &SourcePath) -> Option<&OutPath> {
        self.files.get(path)
    }

    /// A photo in the widths it is made in, the widest last; none where it is offered as it is, or not at all.
    pub fn photo(&self, path: &SourcePath) -> Option<&[Size]> {
        self.photos.get(path).map(Vec::as_slice)
    }

    /// The output path behind an address below the root, such as `notices/` or `files/a.pdf`.
    pub fn at_address(&self, address: &str) -> Option<&OutPath> {
        let path = address.split(['#', '?']).next().unwrap_or_default();
        let path = match path.is_empty() || path.ends_with('/') {
            true => format!("{path}index.html"),
            false => path.to_string(),
        };
        let direct = OutPath::new(&path).ok().and_then(|out| self.outputs.get_key_value(&out));
        let folder =
            || OutPath::new(&format!("{path}/index.html")).ok().and_then(|out| self.outputs.get_key_value(&out));
        direct.or_else(folder).map(|(out, _)| out)
    }
}

/// The region of a page; an open day without one stands in its institution's.
pub fn region(edition: &Edition, page: &Page) -> Option<Region> {
    page.region.or_else(|| match &page.own {
        Own::OpenDay(open_day) => edition.page(&open_day.institution)?.region,
        _ => None,
    })
}

/// The regions under which something in `region` is listed: itself and, for a county, its city.
pub fn listed_under(region: Region) -> impl Iterator<Item = Region> {
    let city = region.parent().filter(|parent| !parent.code.ends_with("0000"));
    std::iter::once(region).chain(city)
}

/// The status readers see: an open day whose last session has passed is finished.
pub fn status(open_day: &OpenDay, today: Day) -> Status {
    let last = open_day.sessions.last();
    last.map_or(open_day.status, |last| session_status(open_day, last, today))
}

/// The status of one session, which is over when its day is, though the open day may go on.
pub fn session_status(open_day: &OpenDay, session: &Session, today: Day) -> Status {
    let status = open_day.status;
    if session.date < today && !status.is_off() { Status::Finished } else { status }
}

/// Plans the outputs of `edition`.
pub fn outputs(edition: &Edition, theme: &Theme, report: &mut Report) -> Plan {
    let mut draft = Draft { outputs: BTreeMap::new(), report };
    let index = index(edition);
    generated(&index, &mut draft);
    pages(edition, &mut draft);
    booklets::add(edition, &index, &mut draft);
    let posters = posters::add(edition, &mut draft);
    for (name, asset) in &theme.assets {
        draft.add(asset.out.clone(), Recipe::Asset(name.clone()), None);
    }
    let colors = edition.config().colors.style_sheet().map(|text| colors_out(&text));
    if let Some(out) = &colors {
        draft.add(out.clone(), Recipe::Colors, None);
    }
    let bundles = files::bundles(edition);
    let photos = if edition.is_ahead() { BTreeMap::new() } else { photos::add(edition, &bundles, &mut draft) };
    let files = files::add(edition, &bundles, &photos, &mut draft);
    let searched = search::add(edition, &mut draft);
    moved(edition, &mut draft);
    draft.clashes();
    let outputs = draft.outputs.into_iter().map(|(out, (recipe, _))| (out, recipe)).collect();
    Plan { outputs, files, photos, posters, colors, searched, index }
}

/// Like an asset of the theme, so that browsers may keep it for ever: a style sheet and not a style attribute on every
/// page, which the Content-Security-Policy allows for the colours of single campaigns alone.
fn colors_out(text: &str) -> OutPath {
    let hash = blake3::hash(text.as_bytes()).to_hex();
    OutPath::new(&format!("assets/chosen-colors.{}.css", &hash[..10])).expect("a hash makes an output path")
}

/// The map while it is being made, with the source of each entry.
struct Draft<'r> {
    outputs: BTreeMap<OutPath, (Recipe, Option<Place>)>,
    report: &'r mut Report,
}

impl Draft<'_> {
    fn add(&mut self, out: OutPath, recipe: Recipe, place: Option<Place>) {
        match self.outputs.entry(out) {
            Entry::Vacant(entry) => drop(entry.insert((recipe, place))),
            Entry::Occupied(entry) => self.report.add(clash(entry.key(), place.as_ref(), entry.get().1.as_ref())),
        }
    }

    fn fixed(&mut self, path: &str, recipe: Recipe) {
        self.add(OutPath::new(path).expect("a fixed path is an output path"), recipe, None);
    }

    fn calendar(&mut self, of: CalendarOf, place: Option<Place>) {
        self.add(of.out(), Recipe::CalendarFile(of), place);
    }

    /// A file where another path needs a folder, and paths that differ only by case, cannot both be written.
    fn clashes(&mut self) {
        let mut folded: BTreeMap<String, &OutPath> = BTreeMap::new();
        let mut told: BTreeSet<OutPath> = BTreeSet::new();
        let mut findings = Vec::new();
        let place = |out: &OutPath| self.outputs.get(out).and_then(|(_, place)| place.as_ref());
        // In plain small letters no two differ only by case.
        let is_plain = |out: &OutPath| out.as_str().bytes().all(|b| b.is_ascii() && !b.is_ascii_uppercase());
        let all_plain = self.outputs.keys().all(is_plain);
        let mut free = "";
        for out in self.outputs.keys() {
            // Folders that it shares with the path before were looked for with that one.
            let folder = out.as_str().rsplit_once('/').map_or("", |(folder, _)| folder);
            let parents = || out.as_str().match_indices('/').map(|(at, _)| &out.as_str()[..at]);
            let blocked = match folder == free {
                true => None,
                false => parents().find_map(|parent| self.outputs.get_key_value(parent)).map(|(file, _)| file.clone()),
            };
            free = if blocked.is_none() { folder } else { free };
            let same = match all_plain {
                true => None,
                false => folded.insert(out.as_str().to_lowercase(), out).cloned(),
            };
            match (blocked, same) {
                // One file may stand in the way of a whole folder, so it is told once, where somebody can rename it.
                (Some(file), _) if !told.insert(file.clone()) => {}
                (Some(file), _) if place(&file).is_some() => {
                    let index = OutPath::new(&format!("{file}/index.html")).ok();
                    findings.push(clash(&file, place(&file), index.as_ref().and_then(place)));
                }
                (Some(other), _) | (None, Some(other)) => findings.push(clash(out, place(out), place(&other))),
                (None, None) => {}
            }
        }
        self.report.extend(findings);
    }
}

fn clash(out: &OutPath, place: Option<&Place>, first: Option<&Place>) -> Finding {
    let url = format!("/{}", out.address());
    let (place, other) = match (place, first) {
        (Some(place), other) => (place.clone(), other),
        (None, Some(first)) => (first.clone(), None),
        (None, None) => (Place::file(&SourcePath::new(out.as_str())), None),
    };
    let text = match other {
        Some(other) => Text::new(
            format!("“{}”和“{}”会生成同一个网址 {url}。请给其中一个换个名字。", other.path, place.path),
            format!("Both `{}` and `{}` produce {url}; rename one.", other.path, place.path),
        ),
        None => Text::new(
            format!("网址 {url} 已经由系统自动生成的页面占用，请换一个名字。"),
            format!("The address {url} belongs to a page that is made automatically; choose another name."),
        ),
    };
    let finding = Finding::new(&codes::E141, place, text);
    match other {
        Some(other) => finding.related(other.clone()),
        None => finding,
    }
}

fn generated(index: &Index, draft: &mut Draft) {
    let fixed = [
        ("index.html", Recipe::Home),
        ("campaigns/index.html", Recipe::Campaigns),
        ("posters/index.html", Recipe::Posters),
        ("404.html", Recipe::NotFound),
        ("calendar.ics", Recipe::CalendarFile(CalendarOf::Site)),
        ("feed.xml", Recipe::Feed(None)),
        ("sitemap.xml", Recipe::Sitemap),
        ("robots.txt", Recipe::Robots),
        ("data/pages.json", Recipe::PagesData),
        (OPEN_DAYS_DATA, Recipe::OpenDaysData),
        (OPEN_DAYS_SCHEMA, Recipe::OpenDaysSchema),
        (OPEN_DAYS_TABLE, Recipe::OpenDaysTable),
    ];
    for (path, recipe) in fixed {
        draft.fixed(path, recipe);
    }
    for (of, part, count) in index.calendars.agendas() {
        for page in 1..=count {
            draft.add(of.agenda(part, page), Recipe::Agenda(of.clone(), part, page), None);
        }
    }
    for (year, month) in &index.calendars.months {
        draft.add(month_out(*year, *month), Recipe::Month(*year, *month), None);
    }
    let kinds = ListOf::KINDS.into_iter().map(ListOf::Kind);
    let others = index.lists.keys().copied().filter(|of| !matches!(of, ListOf::Kind(_)));
    for of in kinds.chain(others) {
        for page in 1..=index.list(of).len().div_ceil(PER_PAGE).max(1) {
            draft.add(of.out(page), Recipe::List(of, page), None);
        }
    }
    for region in index.regions().into_iter().chain(index.calendars.regions()).collect::<BTreeSet<_>>() {
        draft.calendar(CalendarOf::Region(region), None);
    }
}

/// First parts of addresses that belong to the site itself, so that a page cannot be called so.
const RESERVED: [&str; 7] = ["assets", "data", "files", "regions", "search", "years", "static"];

fn pages(edition: &Edition, draft: &mut Draft) {
    for page in edition.pages() {
        let place = Place::file(&page.path);
        if page.id.kind == Kind::Page && RESERVED.contains(&&*page.id.slug) {
            let finding = clash(&page.id.out(), Some(&place), None);
            draft.report.add(finding);
            continue;
        }
        if page.id.kind == Kind::Poster {
            continue;
        }
        draft.add(page.id.out(), Recipe::Page(page.id.clone()), Some(place.clone()));
        if CalendarOf::KINDS.contains(&page.id.kind) {
            draft.calendar(CalendarOf::Page(page.id.clone()), Some(place.clone()));
        }
        if page.id.kind == Kind::Campaign {
            let feed = OutPath::new(&format!("{}/feed.xml", page.id.folder())).expect("a checked slug makes a path");
            draft.add(feed, Recipe::Feed(Some(page.id.clone())), Some(place));
        }
    }
}

fn moved(edition: &Edition, draft: &mut Draft) {
    for page in edition.pages() {
        for (out, place) in &page.old_urls {
            match draft.outputs.get(out) {
                Some((recipe, first)) => {
                    let finding = taken(out, place, recipe, first.as_ref(), page);
                    draft.report.add(finding);
                }
                None => draft.add(out.clone(), Recipe::Moved(page.id.clone()), Some(place.clone())),
            }
        }
    }
}

/// E147 for an old address that is in use.
fn taken(out: &OutPath, place: &Place, recipe: &Recipe, first: Option<&Place>, page: &Page) -> Finding {
    let url = format!("/{}", out.address());
    let (zh, en) = match recipe {
        Recipe::Page(id) if *id == page.id => ("就是这一页现在的网址", "is the page's own address"),
        Recipe::Page(_) => ("是另一个页面现在的网址", "is the address of another page"),
        Recipe::Moved(_) => ("别的页面也写了", "is claimed by another page as well"),
        _ => ("由系统自动生成的页面使用", "belongs to a page that is made automatically"),
    };
    let text = Text::new(
        format!("旧网址 {url} {zh}，不能再跳转。请删掉这一项。"),
        format!("The old address {url} {en}; remove it."),
    );
    let finding = Finding::new(&codes::E147, place.clone(), text);
    match first.filter(|first| first.path != place.path) {
        Some(first) => finding.related(first.clone()),
        None => finding,
    }
}

fn index(edition: &Edition) -> Index {
    let mut index = Index { calendars: Calendars::of_edition(edition), ..Default::default() };
    for kind in Kind::ALL {
        let mut pages: Vec<&Page> = edition.of_kind(kind).collect();
        pages.sort_by_cached_key(|page| order(edition, page));
        for page in &pages {
            list(edition, page, &mut index);
        }
        index.positions.extend(pages.iter().enumerate().map(|(at, page)| (page.id.clone(), at)));
        index.lists.insert(ListOf::Kind(kind), pages.iter().map(|page| page.id.clone()).collect());
    }
    for of in index.lists.keys().copied().filter(|of| !matches!(of, ListOf::Kind(_))).collect::<Vec<_>>() {
        if let Some(ids) = index.lists.get_mut(&of) {
            ids.sort_by_cached_key(|id| edition.page(id).map(newest));
        }
    }
    index
}

fn list(edition: &Edition, page: &Page, index: &mut Index) {
    let id = &page.id;
    for campaign in page.campaigns.iter().filter(|campaign| edition.page(campaign).is_some()) {
        index.campaigns.entry(campaign.clone()).or_default().push(id.clone());
    }
    match &page.own {
        Own::OpenDay(open_day) => {
            index.institutions.entry(open_day.institution.clone()).or_default().push(id.clone());
            if !matches!(status(open_day, edition.today()), Status::Finished | Status::Cancelled) {
                index.to_come.entry(page.campaigns.clone()).or_default().push(id.clone());
            }
        }
        Own::Notice(notice) => {
            if let Some(upper) = &notice.forwards {
                index.forwarded.entry(upper.clone()).or_default().push(id.clone());
            }
        }
        _ => {}
    }
    if id.kind == Kind::Poster {
        return;
    }
    for region in region(edition, page).into_iter().flat_map(listed_under) {
        index.lists.entry(ListOf::Region(region)).or_default().push(id.clone());
    }
    if let Some(day) = day(page) {
        index.lists.entry(ListOf::Year(day.year())).or_default().push(id.clone());
    }
}

/// The day a page is about: an open day's first session, a campaign's start, else the day it was posted.
pub fn day(page: &Page) -> Option<Day> {
    let own = match &page.own {
        Own::OpenDay(open_day) => open_day.sessions.first().map(|session| session.date),
        Own::Campaign(campaign) => campaign.start,
        _ => None,
    };
    own.or(page.published.map(|moment| moment.day))
}

/// A sort key: (group, number, text). Groups come in order, numbers within a group.
type Order = (u8, i64, String);

fn order(edition: &Edition, page: &Page) -> Order {
    let slug = page.id.slug.to_string();
    match &page.own {
        Own::Campaign(campaign) => (0, i64::from(campaign.order), campaign_order(campaign.start, &slug)),
        Own::OpenDay(open_day) => open_day_order(edition.today(), open_day, slug),
        Own::Institution(_) => {
            (0, region(edition, page).and_then(|region| region.code.parse().ok()).unwrap_or(i64::MAX), slug)
        }
        Own::Page | Own::Poster(_) => (0, 0, slug),
        _ => newest(page),
    }
}

fn campaign_order(start: Option<Day>, slug: &str) -> String {
    format!("{}{slug}", start.map_or_else(|| "9999".to_string(), |day| day.to_string()))
}

/// Those to come first, the next one in front; then those without a day; then those that are over, newest first.
fn open_day_order(today: Day, open_day: &OpenDay, slug: String) -> Order {
    let number = |day: Day| today.days_until(day);
    match open_day.sessions.iter().find(|session| session.date >= today) {
        Some(next) => (0, number(next.date), slug),
        None => match open_day.sessions.last() {
            None => (1, 0, slug),
            Some(last) => (2, -number(last.date), slug),
        },
    }
}

/// Newest first; pages without a day last.
fn newest(page: &Page) -> Order {
    match page.published {
        Some(moment) => {
            let minutes = i64::from(moment.clock.hour) * 60 + i64::from(moment.clock.minute);
            let epoch = Day::new(1970, 1, 1).map_or(0, |epoch| epoch.days_until(moment.day));
            (0, -(epoch * 1440 + minutes), page.id.slug.to_string())
        }
        None => match day(page) {
            Some(day) => (1, Day::new(1970, 1, 1).map_or(0, |epoch| -epoch.days_until(day)), page.id.slug.to_string()),
            None => (2, 0, page.id.slug.to_string()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::address::percent_encode;

    #[test]
    fn addresses_are_those_of_the_files() {
        let lists = Kind::ALL.into_iter().map(ListOf::Kind).chain(Region::all().map(ListOf::Region));
        for of in lists.chain([ListOf::Year(2022)]) {
            for page in [1, 2, 10] {
                assert_eq!(of.url(page), percent_encode(of.out(page).as_str()));
            }
        }
        assert_eq!(ListOf::Year(2022).url(2), "years/2022/page/2/index.html");
        for kind in Kind::ALL {
            let id = PageId::new(kind, "organic-2022");
            let (url, out) = (id.url(), id.out());
            assert_eq!(url.strip_suffix("#organic-2022").unwrap_or(&url), percent_encode(out.as_str()));
            assert_eq!(url.contains('#'), kind == Kind::Poster);
        }
    }
}
