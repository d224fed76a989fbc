//! `search/*`: what each page says to those who look for it, the index of all that, and the page readers search on.

mod earlier;
mod said;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use serde_json::json;

pub use earlier::Published;
use earlier::Remembered;
pub use said::texts_of;
use said::{city, said};

use super::view::{self, Counted};
use super::{Press, lists, structured};
use crate::hash::{Hash, hash};
use crate::load::fields::Kind;
use crate::model::{Page, PageId, Region};
use crate::plan::{self, ListOf, Recipe};
use crate::search::index::{Before, Documents};
use crate::search::{self, Index, Texts, bits};

/// Readers choose among so many campaigns at most.
const MOST_CAMPAIGNS: usize = 100;

/// The index of a press, made when it is first asked for.
#[derive(Default)]
pub(super) struct Search {
    before: Option<Arc<dyn Before>>,
    keys: OnceLock<Vec<Hash>>,
    whole: OnceLock<Option<Hash>>,
    columns: OnceLock<Columns>,
    index: OnceLock<Index>,
    /// Whether a text was gone when the index was made.
    gap: AtomicBool,
}

impl Press {
    /// The same press, whose index is made from an earlier one as far as that can stand.
    pub fn after(self, before: Option<Arc<dyn Before>>) -> Press {
        Press { search: Arc::new(Search { before, ..Search::default() }), ..self }
    }

    /// The index that this press made, or the one it would begin with, for the press that comes next.
    pub fn found(&self) -> Option<Arc<dyn Before>> {
        let is_whole = |_: &(&Index, _)| !self.search.gap.load(Ordering::Relaxed);
        let made = self.search.index.get().zip(self.search.keys.get()).filter(is_whole);
        let remembered = |(index, keys): (&Index, &Vec<Hash>)| -> Arc<dyn Before> {
            Arc::new(Remembered {
                keys: keys.clone(),
                shards: (0..index.shards()).map(|number| index.shard(number)).collect(),
                edition: self.edition.clone(),
                documents: self.documents().to_vec(),
            })
        };
        made.map(remembered).or_else(|| self.search.before.clone())
    }

    fn documents(&self) -> &[PageId] {
        self.plan.searched.as_ref().map_or(&[], |searched| &searched.documents)
    }

    /// The index; of nothing where the site has no search.
    pub fn index(&self) -> &Index {
        self.search.index.get_or_init(|| {
            let texts = |at: usize| {
                let page = self.documents().get(at).and_then(|id| self.edition.page(id));
                if page.is_some_and(|page| !page.body.is_here()) {
                    self.search.gap.store(true, Ordering::Relaxed);
                }
                self.texts(at).unwrap_or_default()
            };
            let shards = self.plan.searched.as_ref().map_or(1, |searched| searched.shards);
            Index::of(&Documents { keys: self.document_keys(), texts: &texts }, shards, self.search.before.clone())
        })
    }

    /// What document `number` says.
    pub fn texts(&self, number: usize) -> Option<Texts> {
        let page = self.edition.page(self.documents().get(number)?)?;
        Some(said(&self.edition, page, true).texts())
    }

    /// The key of each document: those of one key say the same.
    fn document_keys(&self) -> &[Hash] {
        let key = |id: &PageId| self.edition.page(id).and_then(|page| self.document_key(page)).unwrap_or_default();
        self.search.keys.get_or_init(|| self.documents().iter().map(key).collect())
    }

    fn document_key(&self, page: &Page) -> Option<Hash> {
        hash(&(search::FORMAT, said(&self.edition, page, false), page.id.url(), page.body.key))
    }

    /// The key of one of the outputs of the search, if it is one.
    pub(super) fn search_key(&self, recipe: &Recipe) -> Option<Hash> {
        match recipe {
            Recipe::SearchText(id) => self.document_key(self.edition.page(id)?),
            Recipe::SearchIndex => hash(&("search", self.directory())),
            Recipe::SearchColumns => self.columns_key(),
            Recipe::SearchShard(number) => hash(&("shard", number, self.whole_key())),
            _ => None,
        }
    }

    /// The key of the index as a whole.
    fn whole_key(&self) -> Option<Hash> {
        let shards = self.plan.searched.as_ref()?.shards;
        *self.search.whole.get_or_init(|| hash(&(search::FORMAT, shards, self.document_keys())))
    }

    /// The key of all that browsers keep under one name: the index, and the columns, which say more than documents do.
    fn columns_key(&self) -> Option<Hash> {
        let columns = self.columns();
        hash(&("columns", self.whole_key()?, &columns.rows, columns.widths()))
    }

    /// Whether every text the index was made of was there to be read.
    pub(super) fn is_indexed(&self) -> bool {
        self.index();
        !self.search.gap.load(Ordering::Relaxed)
    }

    /// `search/text/12.json`
    pub(super) fn search_text(&self, page: &Page) -> Vec<u8> {
        let said = said(&self.edition, page, true).at(page.id.url());
        structured::safe(&serde_json::to_string(&said).unwrap_or_default()).into_bytes()
    }

    /// `search/index.json`
    pub(super) fn search_directory(&self) -> Vec<u8> {
        structured::safe(&self.directory()).into_bytes()
    }

    fn directory(&self) -> String {
        let columns = self.columns();
        let key = self.columns_key().unwrap_or_default().hex()[..16].to_string();
        let place = |region: &Option<Region>| {
            let parent = region.and_then(city);
            let parent = parent.and_then(|parent| columns.regions.iter().position(|known| *known == Some(parent)));
            let parent = parent.map_or(-1, |at| at as i64);
            json!([region.map_or("", |region| region.code), region.map_or("", |region| region.name), parent])
        };
        let campaigns = self.choosable().into_iter().filter_map(|id| self.edition.page(id));
        let campaigns: Vec<_> = campaigns.map(|page| json!([&*page.id.slug, page.title])).collect();
        let kinds = Kind::ALL.map(|kind| json!([kind.word(), self.kind_name(kind)]));
        json!({
            "version": search::FORMAT,
            "key": key,
            "docs": self.documents().len(),
            "shards": self.plan.searched.as_ref().map_or(1, |searched| searched.shards),
            "kinds": kinds,
            "years": columns.years,
            "regions": columns.regions.iter().map(place).collect::<Vec<_>>(),
            "campaigns": campaigns,
            "sets": columns.sets,
            "widths": columns.widths(),
        })
        .to_string()
    }

    /// The campaigns that results can be chosen by, in their order: the newest, as many as a list can offer. The names of
    /// a thousand would be most of what a first question loads.
    fn choosable(&self) -> Vec<&PageId> {
        let newest = self.documents().iter().rev().filter(|id| id.kind == Kind::Campaign);
        let newest: BTreeSet<&PageId> = newest.take(MOST_CAMPAIGNS).collect();
        self.plan.index.list(ListOf::Kind(Kind::Campaign)).iter().filter(|id| newest.contains(id)).collect()
    }

    /// What the pages of a kind are called where they stand together.
    fn kind_name(&self, kind: Kind) -> String {
        match kind {
            Kind::Campaign => "宣传活动".to_string(),
            Kind::Poster => "宣传海报".to_string(),
            kind => lists::names(self, ListOf::Kind(kind)).0,
        }
    }

    /// What documents can be chosen by.
    fn columns(&self) -> &Columns {
        self.search.columns.get_or_init(|| self.chosen_by())
    }

    fn chosen_by(&self) -> Columns {
        let pages: Vec<&Page> = self.shown(self.documents()).collect();
        let campaigns: BTreeMap<&PageId, usize> =
            self.choosable().into_iter().enumerate().map(|(at, id)| (id, at)).collect();
        let year = |page: &Page| plan::day(page).map_or(0, |day| day.year());
        let region = |page: &Page| plan::region(&self.edition, page);
        // A campaign is of itself.
        let set = |page: &Page| -> Vec<usize> {
            let own = page.campaigns.iter().chain([&page.id]).filter_map(|id| campaigns.get(id).copied());
            own.collect::<BTreeSet<_>>().into_iter().collect()
        };
        let years: Vec<i16> = pages.iter().map(|page| year(page)).collect::<BTreeSet<_>>().into_iter().collect();
        let regions: BTreeSet<Option<Region>> =
            pages.iter().flat_map(|page| [region(page), region(page).and_then(city)]).collect();
        let regions: Vec<Option<Region>> = regions.into_iter().collect();
        let sets: Vec<Vec<usize>> = pages.iter().map(|page| set(page)).collect::<BTreeSet<_>>().into_iter().collect();
        let rows = pages.iter().map(|page| {
            let kind = Kind::ALL.iter().position(|kind| *kind == page.id.kind).unwrap_or_default();
            let place = |found: Result<usize, usize>| found.unwrap_or_default();
            [
                kind,
                place(years.binary_search(&year(page))),
                place(regions.binary_search(&region(page))),
                place(sets.binary_search(&set(page))),
            ]
        });
        Columns { rows: rows.collect(), years, regions, sets }
    }

    /// `search/docs.bin`
    pub(super) fn search_columns(&self) -> Option<Vec<u8>> {
        let index = self.index();
        let mut out = Vec::new();
        for number in 0..index.shards() {
            out.push(u8::try_from(index.size(number)?.div_ceil(256)).unwrap_or(u8::MAX));
        }
        let columns = self.columns();
        let mut writer = bits::Writer::default();
        for (column, width) in columns.widths().into_iter().enumerate() {
            columns.rows.iter().for_each(|row| writer.bits(row[column] as u32, width));
            writer.finish(&mut out);
        }
        Some(out)
    }

    /// `search.html`
    pub(super) fn search_page(&self) -> view::Search {
        let documents = self.documents();
        let list = |of: ListOf| Counted {
            title: lists::names(self, of).0,
            url: of.url(1),
            count: self.plan.index.list(of).len(),
            color: String::new(),
        };
        let page_of = |kind: Kind, path: &str| Counted {
            title: self.kind_name(kind),
            url: path.to_string(),
            count: documents.iter().filter(|id| id.kind == kind).count(),
            color: String::new(),
        };
        let campaigns = self.shown(self.plan.index.list(ListOf::Kind(Kind::Campaign))).map(|campaign| {
            let view::Tag { title, url, color } = self.tag(campaign);
            Counted { title, url, color, count: self.shown(self.plan.index.of_campaign(&campaign.id)).count() }
        });
        let mut kinds = vec![page_of(Kind::Campaign, "campaigns/index.html")];
        kinds.extend(ListOf::KINDS.map(|kind| list(ListOf::Kind(kind))));
        kinds.push(page_of(Kind::Poster, "posters/index.html"));
        kinds.retain(|kind| kind.count > 0);
        view::Search {
            campaigns: campaigns.collect(),
            kinds,
            years: self.plan.index.years().into_iter().map(|year| list(ListOf::Year(year))).collect(),
            regions: self.plan.index.regions().into_iter().map(|region| list(ListOf::Region(region))).collect(),
            total: documents.len(),
        }
    }
}

/// What documents can be chosen by: the values, and for each document the number of its own.
struct Columns {
    years: Vec<i16>,
    regions: Vec<Option<Region>>,
    sets: Vec<Vec<usize>>,
    rows: Vec<[usize; 4]>,
}

impl Columns {
    /// How many bits a value of each column takes.
    fn widths(&self) -> [u32; 4] {
        let counts = [Kind::ALL.len(), self.years.len(), self.regions.len(), self.sets.len()];
        counts.map(|count| count.next_power_of_two().trailing_zeros())
    }
}
