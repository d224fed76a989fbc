//! Who may see what, on which day. Visibility is decided here and nowhere else: every later stage receives an
//! [`Edition`] and cannot reach the [`Site`] behind it, so nothing hidden can leak (faults.md I5).
//!
//! A page is public from its `publish` day (else the day of `published`) up to and including its `expires` day,
//! unless it is a draft, is not 主动公开, or carries a 密级 or 份号.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use imbl::OrdMap;

use crate::load::File;
use crate::load::fields::Kind;
use crate::model::page::{Fallen, OPEN};
use crate::model::{Config, Day, Holidays, Own, Page, PageId, Site};
use crate::report::SourcePath;

/// Why a page is not shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Hidden {
    /// `draft: true`
    Draft,
    /// Its first day is still to come.
    Future(Day),
    /// Its last day has passed.
    Expired(Day),
    /// Not 主动公开, or marked secret.
    NotPublic,
}

/// What may be shown on one day.
#[derive(Debug, Clone)]
pub struct Edition {
    site: Arc<Site>,
    today: Day,
    visible: OrdMap<PageId, Arc<Page>>,
    files: Arc<BTreeSet<SourcePath>>,
    is_ahead: bool,
}

/// Who looks: what is shown besides what is public. A build is always for the public.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reader {
    /// Drafts, whatever their days.
    pub drafts: bool,
    /// Pages whose first day is still to come.
    pub future: bool,
    /// Pages whose last day has passed.
    pub expired: bool,
}

impl Reader {
    /// Everybody.
    pub const PUBLIC: Reader = Reader { drafts: false, future: false, expired: false };
    /// The author, who also sees what is not public yet.
    pub const AUTHOR: Reader = Reader { drafts: true, future: true, expired: false };
}

impl Edition {
    /// What `reader` may see of `site` on the day `today`.
    pub fn of(site: Arc<Site>, today: Day, reader: Reader) -> Edition {
        let visible = visible(&site, today, reader);
        let files = files(&site, &visible).into();
        Edition { site, today, visible, files, is_ahead: false }
    }

    /// The same for a site whose bodies are read when somebody asks for them. It offers every file: what a page that may be
    /// shown leads to may be offered, and nothing else is to be made of such an edition.
    pub fn ahead(site: Arc<Site>, today: Day, reader: Reader) -> Edition {
        let visible = visible(&site, today, reader);
        let files = site.files.keys().cloned().collect::<BTreeSet<_>>().into();
        Edition { site, today, visible, files, is_ahead: true }
    }

    /// Whether nothing may be asked that looks into all bodies.
    pub fn is_ahead(&self) -> bool {
        self.is_ahead
    }

    /// The same edition of a `site` in which only the bodies of `changed` differ: as much is shown as before.
    pub fn of_bodies(&self, site: Arc<Site>, changed: &[PageId]) -> Edition {
        let mut visible = self.visible.clone();
        for (id, page) in changed.iter().filter_map(|id| site.pages.get_key_value(id)) {
            if visible.contains_key(id) {
                visible.insert(id.clone(), page.clone());
            }
        }
        Edition { site, visible, ..self.clone() }
    }

    /// The day of the edition.
    pub fn today(&self) -> Day {
        self.today
    }

    /// The configuration, which is public as a whole.
    pub fn config(&self) -> &Config {
        &self.site.config
    }

    /// Public holidays and the weekends that are worked for them: nobody's secret.
    pub fn holidays(&self) -> &Holidays {
        &self.site.holidays
    }

    /// The page, if it may be shown.
    pub fn page(&self, id: &PageId) -> Option<&Page> {
        self.visible.get(id).map(|page| &**page)
    }

    /// Every page that may be shown, by kind and slug.
    pub fn pages(&self) -> impl Iterator<Item = &Page> {
        self.visible.values().map(|page| &**page)
    }

    /// How many pages may be shown.
    pub fn count(&self) -> usize {
        self.visible.len()
    }

    /// The pages of one kind that may be shown, by slug.
    pub fn of_kind(&self, kind: Kind) -> impl Iterator<Item = &Page> {
        let of_kind = self.visible.range(PageId::new(kind, "")..).take_while(move |(id, _)| id.kind == kind);
        of_kind.map(|(_, page)| &**page)
    }

    /// The files that may be offered, by their path in the project.
    pub fn files(&self) -> impl Iterator<Item = (&SourcePath, &File)> {
        self.files.iter().filter_map(|path| self.site.files.get_key_value(path))
    }

    /// The file, if it may be offered.
    pub fn file(&self, path: &SourcePath) -> Option<&File> {
        if self.files.contains(path) { self.site.files.get(path) } else { None }
    }
}

fn visible(site: &Site, today: Day, reader: Reader) -> OrdMap<PageId, Arc<Page>> {
    let shown = |page: &&Arc<Page>| is_shown(hidden(page, today), reader) && (!page.draft || is_open(page));
    site.pages.iter().filter(|(_, page)| shown(page)).map(|(id, page)| (id.clone(), page.clone())).collect()
}

/// Whether `reader` sees what is hidden for this reason, if for any.
fn is_shown(hidden: Option<Hidden>, reader: Reader) -> bool {
    match hidden {
        None => true,
        Some(Hidden::Draft) => reader.drafts,
        Some(Hidden::Future(_)) => reader.future,
        Some(Hidden::Expired(_)) => reader.expired,
        Some(Hidden::NotPublic) => false,
    }
}

/// Whether `reader` would see a page on the day `today`, if it could stand and is 主动公开.
pub fn would_be_shown(fallen: &Fallen, today: Day, reader: Reader) -> bool {
    let hidden = if fallen.draft { Some(Hidden::Draft) } else { by_day(fallen.first, fallen.expires, today) };
    is_shown(hidden, reader)
}

/// Why `page` is not shown on `today`, or none if it is.
pub fn hidden(page: &Page, today: Day) -> Option<Hidden> {
    if page.draft {
        return Some(Hidden::Draft);
    }
    if !is_open(page) {
        return Some(Hidden::NotPublic);
    }
    by_day(first_day(page), page.expires, today)
}

fn by_day(first: Option<Day>, last: Option<Day>, today: Day) -> Option<Hidden> {
    match (first, last) {
        (Some(first), _) if first > today => Some(Hidden::Future(first)),
        (_, Some(last)) if last < today => Some(Hidden::Expired(last)),
        _ => None,
    }
}

/// Whether `page` is 主动公开 and carries no 密级 or 份号.
fn is_open(page: &Page) -> bool {
    match &page.own {
        Own::Notice(notice) => notice.openness == OPEN && notice.secret.is_none(),
        _ => true,
    }
}

/// The first day `page` is public, if it names one.
pub fn first_day(page: &Page) -> Option<Day> {
    page.publish.or(page.published.map(|moment| moment.day))
}

/// A file that pages name is offered if one of them is visible. A file nobody names is offered only from the folders
/// that exist for it, `files/` and `static/`.
fn files(site: &Site, visible: &OrdMap<PageId, Arc<Page>>) -> BTreeSet<SourcePath> {
    let mut named: BTreeMap<&SourcePath, bool> = BTreeMap::new();
    for page in site.pages.values() {
        let shown = visible.contains_key(&page.id);
        for path in page.files() {
            *named.entry(path).or_default() |= shown;
        }
    }
    let free =
        |path: &SourcePath| path.as_str().starts_with("content/files/") || path.as_str().starts_with("content/static/");
    site.files.keys().filter(|path| named.get(path).copied().unwrap_or_else(|| free(path))).cloned().collect()
}
