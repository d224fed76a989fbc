//! `search/*`: what each page says to those who look for it, the index of all that, and the page readers search on.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::view::{self, Counted};
use super::{Press, lists, structured};
use crate::edition::Edition;
use crate::load::fields::Kind;
use crate::load::kept::{Hash, hash};
use crate::model::page::{Contact, Deadline};
use crate::model::{OutPath, Own, Page, PageId, Region};
use crate::plan::{self, ListOf, Recipe, Searched};
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
    index: OnceLock<Index>,
}

/// What a document says, and what is shown of it beside that.
#[derive(Debug, Serialize, Deserialize)]
struct Said {
    kind: String,
    title: String,
    url: String,
    slogan: String,
    /// The id and the text of each.
    headings: Vec<(String, String)>,
    summary: String,
    facts: Vec<String>,
    body: String,
    date: Option<String>,
    /// The last day of a campaign or an open day.
    end: Option<String>,
    status: String,
    status_text: String,
    region: Option<String>,
    campaigns: Vec<String>,
}

impl Said {
    fn texts(self) -> Texts {
        let headings: Vec<String> = self.headings.into_iter().map(|(_, text)| text).collect();
        [self.title, self.slogan, headings.join("\n"), self.summary, self.facts.join("\n"), self.body]
    }
}

/// What the file of a document says, as it was written by a build.
pub fn texts_of(json: &[u8]) -> Option<Texts> {
    serde_json::from_slice::<Said>(json).ok().map(Said::texts)
}

impl Press {
    /// The same press, whose index is made from an earlier one as far as that can stand.
    pub fn after(self, before: Option<Arc<dyn Before>>) -> Press {
        Press { search: Arc::new(Search { before, ..Search::default() }), ..self }
    }

    /// The index that this press made, or the one it would begin with, for the press that comes next.
    pub fn found(&self) -> Option<Arc<dyn Before>> {
        let made = self.search.index.get().zip(self.search.keys.get());
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
            let texts = |at| self.texts(at).unwrap_or_default();
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
        hash(&(search::FORMAT, said(&self.edition, page, false), self.page_url(&page.id), page.body.key))
    }

    /// The key of one of the outputs of the search, if it is one.
    pub(super) fn search_key(&self, recipe: &Recipe) -> Option<Hash> {
        match recipe {
            Recipe::SearchText(id) => self.document_key(self.edition.page(id)?),
            Recipe::SearchIndex => hash(&("search", self.directory())),
            Recipe::SearchColumns => hash(&("columns", self.whole_key(), self.columns().rows)),
            Recipe::SearchShard(number) => hash(&("shard", number, self.whole_key())),
            _ => None,
        }
    }

    /// The key of the index as a whole.
    fn whole_key(&self) -> Option<Hash> {
        let shards = self.plan.searched.as_ref()?.shards;
        *self.search.whole.get_or_init(|| hash(&(search::FORMAT, shards, self.document_keys())))
    }

    /// `search/text/12.json`
    pub(super) fn search_text(&self, page: &Page) -> Vec<u8> {
        let said = Said { url: self.page_url(&page.id), ..said(&self.edition, page, true) };
        structured::safe(&serde_json::to_string(&said).unwrap_or_default()).into_bytes()
    }

    /// `search/index.json`
    pub(super) fn search_directory(&self) -> Vec<u8> {
        structured::safe(&self.directory()).into_bytes()
    }

    fn directory(&self) -> String {
        let columns = self.columns();
        let key: String =
            self.whole_key().unwrap_or_default().iter().take(8).map(|byte| format!("{byte:02x}")).collect();
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
    fn columns(&self) -> Columns {
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
            url: self.url(&of.out(1)),
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

/// An index that an earlier press of the same run made.
struct Remembered {
    keys: Vec<Hash>,
    shards: Vec<Option<Arc<[u8]>>>,
    edition: Edition,
    documents: Vec<PageId>,
}

impl Before for Remembered {
    fn keys(&self) -> &[Hash] {
        &self.keys
    }

    fn shards(&self) -> usize {
        self.shards.len()
    }

    fn shard(&self, number: usize) -> Option<Arc<[u8]>> {
        self.shards.get(number)?.clone()
    }

    fn texts(&self, number: usize) -> Option<Texts> {
        let page = self.edition.page(self.documents.get(number)?)?;
        Some(said(&self.edition, page, true).texts())
    }
}

/// What a page says, its address left out, and its body where that is not asked for.
fn said(edition: &Edition, page: &Page, with_body: bool) -> Said {
    let (slogan, end, status) = match &page.own {
        Own::Campaign(campaign) => (campaign.slogan.clone(), campaign.end, None),
        Own::OpenDay(open_day) => {
            (String::new(), open_day.sessions.last().map(|session| session.date), Some(open_day.status))
        }
        _ => (String::new(), None, None),
    };
    let joined = [page.title.as_str(), &slogan].into_iter().filter_map(joined);
    let campaigns = page.campaigns.iter().filter(|id| edition.page(id).is_some());
    Said {
        kind: page.id.kind.word().to_string(),
        title: page.title.clone(),
        url: String::new(),
        headings: page.body.outline.iter().map(|heading| (heading.id.clone(), heading.text.clone())).collect(),
        summary: page.summary.clone().unwrap_or_default(),
        facts: facts(edition, page).into_iter().chain(joined).filter(|fact| !fact.trim().is_empty()).collect(),
        body: if with_body { page.body.plain() } else { String::new() },
        date: plan::day(page).map(|day| day.to_string()),
        end: end.map(|day| day.to_string()),
        status: status.map_or("", |status| status.word()).to_string(),
        status_text: status.map_or("", |status| status.zh()).to_string(),
        region: plan::region(edition, page).map(|region| region.name.to_string()),
        campaigns: campaigns.map(|id| id.slug.to_string()).collect(),
        slogan,
    }
}

/// The city a county is listed under as well.
fn city(region: Region) -> Option<Region> {
    plan::listed_under(region).nth(1)
}

/// A slogan in two halves is typed without the blank as well.
fn joined(text: &str) -> Option<String> {
    let joined: String = text.chars().filter(|c| !search::fold::is_blank(*c)).collect();
    (joined.len() < text.len()).then_some(joined)
}

/// What the header of a page says and the page shows, besides what has a field of its own.
fn facts(edition: &Edition, page: &Page) -> Vec<String> {
    let mut facts: Vec<String> = Vec::new();
    let mut add = |texts: &[String]| facts.extend_from_slice(texts);
    match &page.own {
        Own::Campaign(campaign) => {
            add(&campaign.organizer);
            add(&campaign.audience);
            add(&campaign.activities);
            add(campaign.date_text.as_slice());
            campaign.events.iter().for_each(|event| add(&[vec![event.title.clone()], parts([&event.place])].concat()));
            campaign.deadlines.iter().for_each(|deadline| add(&due(deadline)));
            campaign.contacts.iter().for_each(|contact| add(&of_contact(contact)));
        }
        Own::Notice(notice) => {
            add(&parts([&notice.doc_no, &Some(notice.issuer.clone()), &notice.note]));
            add(&notice.recipients);
            add(&notice.cc);
            add(&notice.attachments.iter().map(|attachment| attachment.title.clone()).collect::<Vec<_>>());
            notice.deadlines.iter().for_each(|deadline| add(&due(deadline)));
            notice.contacts.iter().for_each(|contact| add(&of_contact(contact)));
        }
        Own::Case(case) => {
            add(case.unit.as_slice());
            add(&case.labels);
        }
        Own::OpenDay(open_day) => {
            let institution = edition.page(&open_day.institution).map(|page| page.title.clone());
            let booking = open_day.booking.as_ref();
            add(&parts([&institution, &open_day.address, &open_day.date_text, &open_day.status_note]));
            booking.into_iter().for_each(|booking| add(&parts([&booking.method, &booking.phone])));
            add(&open_day.programme);
            add(&open_day.audience);
            add(&open_day.bring);
            add(&open_day.accessibility);
            add(&open_day.organizer);
            open_day.contact.iter().for_each(|contact| add(&of_contact(contact)));
        }
        Own::Institution(institution) => {
            add(&parts([&institution.address, &institution.phone, &institution.cma_no]));
            add(&institution.fields);
            add(&institution.accessibility);
        }
        Own::Poster(poster) => add(&parts([&poster.year, &poster.issuer, &poster.kind, &poster.alt, &poster.text])),
        Own::News | Own::Page => {}
    }
    let campaigns = page.campaigns.iter().filter_map(|id| edition.page(id)).map(|page| page.title.clone());
    facts.extend(campaigns);
    facts.extend(plan::region(edition, page).map(|region| region.name.to_string()));
    facts.extend(parts([&page.source, &page.author]));
    facts.extend(
        page.pictures.iter().flat_map(|picture| [Some(picture.alt.clone()), picture.caption.clone()]).flatten(),
    );
    facts
}

fn parts<const N: usize>(parts: [&Option<String>; N]) -> Vec<String> {
    parts.into_iter().flatten().cloned().collect()
}

fn due(deadline: &Deadline) -> Vec<String> {
    [vec![deadline.what.clone()], parts([&deadline.to]), deadline.materials.clone()].concat()
}

fn of_contact(contact: &Contact) -> Vec<String> {
    parts([&contact.name, &contact.role, &contact.phone, &contact.email])
}

/// The files of the index that a build wrote, for the next one.
pub struct Published {
    keys: Vec<Hash>,
    sizes: Vec<u64>,
    read: Box<dyn Fn(&OutPath) -> Option<Vec<u8>> + Send + Sync>,
}

impl Published {
    /// The index of a build: `key` and `size` tell the key and the size of a file it wrote, and `read` its bytes.
    pub fn of(
        key: impl Fn(&OutPath) -> Option<Hash>,
        size: impl Fn(&OutPath) -> Option<u64>,
        read: impl Fn(&OutPath) -> Option<Vec<u8>> + Send + Sync + 'static,
    ) -> Published {
        let keys = (0..).map_while(|number| key(&Searched::text(number))).collect();
        let sizes = (0..).map_while(|number| size(&Searched::shard(number))).collect();
        Published { keys, sizes, read: Box::new(read) }
    }
}

impl Before for Published {
    fn keys(&self) -> &[Hash] {
        &self.keys
    }

    fn shards(&self) -> usize {
        self.sizes.len()
    }

    fn size(&self, number: usize) -> Option<usize> {
        self.sizes.get(number).and_then(|size| usize::try_from(*size).ok())
    }

    fn shard(&self, number: usize) -> Option<Arc<[u8]>> {
        (self.read)(&Searched::shard(number)).map(Arc::from)
    }

    fn texts(&self, number: usize) -> Option<Texts> {
        texts_of(&(self.read)(&Searched::text(number))?)
    }
}
