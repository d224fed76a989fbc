//! Tree to [`Site`]: names every page, reads its own fields, then resolves what pages say about each other.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use imbl::OrdMap;
use imbl::ordmap::DiffItem;
use rayon::prelude::*;

use super::compose::Composer;
use super::config::{self, Config};
use super::holidays::Holidays;
use super::links::{self, Known};
use super::page::*;
use super::rows::{self, Named};
use super::{Format, Region, slug};
use crate::hash::Hash;
use crate::load::fields::Kind;
use crate::load::{self, File, Memory, Source, Tree, kept};
use crate::markdown::{self, Body};
use crate::report::{Finding, Place, Report, SourcePath, Text, codes};
use crate::wording::{self, Slogan, Words};

/// Everything the bureau has written, hidden pages included. Only [`crate::edition`] looks at it whole.
#[derive(Debug, Clone)]
pub struct Site {
    /// The configuration.
    pub config: Arc<Config>,
    /// Pages by kind and slug; a persistent map, so that a site with one other page shares all the rest.
    pub pages: OrdMap<PageId, Arc<Page>>,
    /// Public holidays and the weekends that are worked for them.
    pub holidays: Arc<Holidays>,
    /// What subscribers were told by the last build.
    pub memory: Arc<Memory>,
    /// Files that are not pages.
    pub files: Arc<BTreeMap<SourcePath, File>>,
    /// Sources that are no page because of their own mistakes.
    pub broken: Vec<SourcePath>,
    /// Those of them whose header and text could be read.
    pub fallen: Vec<Arc<Fallen>>,
}

/// What differs between two sites.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Difference {
    /// Only bodies of these pages, and where links in them lead; the files they name are the same. None of them: nothing.
    Bodies(Vec<PageId>),
    /// Anything else.
    #[default]
    More,
}

impl Site {
    /// What differs from `before`. A page that was not made anew is known by its identity, without a look into it.
    pub fn difference(&self, before: &Site) -> Difference {
        // What is told of fallen ones is told in every run.
        let Site { config, pages, holidays, memory, files, broken, fallen: _ } = self;
        let same_rest = Arc::ptr_eq(config, &before.config)
            && Arc::ptr_eq(holidays, &before.holidays)
            && Arc::ptr_eq(memory, &before.memory)
            && Arc::ptr_eq(files, &before.files)
            && *broken == before.broken;
        if !same_rest || pages.len() != before.pages.len() {
            return Difference::More;
        }
        let mut bodies = Vec::new();
        for item in before.pages.diff(pages) {
            match item {
                DiffItem::Update { old: (_, old), new: (id, new) }
                    if new.has_face_of(old) && new.files() == old.files() =>
                {
                    bodies.push(id.clone());
                }
                _ => return Difference::More,
            }
        }
        Difference::Bodies(bodies)
    }

    /// The pages that `before` has otherwise or not at all.
    pub fn new_since(&self, before: &Site) -> Vec<Arc<Page>> {
        let new = |item| match item {
            DiffItem::Add(_, page) => Some(page),
            DiffItem::Update { new: (_, page), .. } => Some(page),
            _ => None,
        };
        before.pages.diff(&self.pages).filter_map(new).cloned().collect()
    }
}

/// What an order asks for against the configuration.
#[derive(Debug, Clone, Copy, Default)]
pub struct Overrides<'a> {
    /// Another address.
    pub base_url: Option<&'a str>,
    /// Other formats of posters, where any are named.
    pub formats: &'a [Format],
}

impl Overrides<'_> {
    /// The configuration with what the order asks for.
    fn on(self, config: Config) -> Config {
        match self.formats {
            [] => config,
            formats => Config { posters: formats.to_vec(), ..config },
        }
    }
}

/// What was composed last, for the preview. A site that is composed with it is the same as one composed without; only
/// what cannot have changed is not made again, and what did not change keeps its identity.
#[derive(Debug, Default)]
pub struct Composed {
    last: Option<Last>,
    /// Sources whose bodies were read in an earlier run.
    read: Vec<(Arc<Source>, Entry)>,
    words: Option<Dictionary>,
    config: Option<Arc<Config>>,
    holidays: Arc<Holidays>,
}

#[derive(Debug)]
struct Last {
    tree: Tree,
    near: Option<Region>,
    names: Arc<Names>,
    /// By the place of the source in the tree.
    entries: Vec<Entry>,
    pages: OrdMap<PageId, Arc<Page>>,
    /// Pages with links to spots in pages.
    anchored: BTreeSet<PageId>,
    circles_told: Vec<Finding>,
}

/// What pages are called: what every page needs to know of the others.
#[derive(Debug, Default)]
struct Names {
    named: Named,
    /// Sources that have a name, by their path; rows of tables are many at one path and not among them.
    alone: BTreeMap<SourcePath, PageId>,
    broken: BTreeSet<SourcePath>,
    maybe: BTreeSet<PageId>,
    told: Vec<Finding>,
}

/// The dictionary, and the text of the project's own from which it was made.
#[derive(Debug)]
struct Dictionary {
    own: Option<Arc<str>>,
    slogans: Vec<Slogan>,
    words: Words,
    told: Vec<Finding>,
}

impl Dictionary {
    fn of(own: Option<Arc<str>>, slogans: Vec<Slogan>) -> Dictionary {
        let mut told = Report::new();
        let words = Words::of(own.as_deref(), &slogans, &mut told);
        Dictionary { own, slogans, words, told: told.into_sorted() }
    }
}

/// What came of one source.
#[derive(Debug)]
struct Entry {
    body: Arc<Body>,
    body_told: Vec<Finding>,
    page: Option<Arc<Page>>,
    /// What is known of it where it is no page.
    fallen: Option<Arc<Fallen>>,
    told: Vec<Finding>,
}

/// A source, its body, and what was told of that.
pub type Read = (Arc<Source>, Arc<Body>, Vec<Finding>);

impl Composed {
    /// Nothing is composed; the project's own dictionary is `words`, and `sources` hold its campaigns.
    pub fn with_words<'s>(words: Option<Arc<str>>, sources: impl Iterator<Item = &'s Arc<Source>>) -> Composed {
        Composed { words: Some(Dictionary::of(words, slogans(sources))), ..Composed::default() }
    }

    /// The bodies of these sources were read in an earlier run, with the same dictionary.
    pub fn know(&mut self, bodies: Vec<Read>) {
        let entry =
            |(source, body, body_told)| (source, Entry { body, body_told, page: None, fallen: None, told: Vec::new() });
        self.read = bodies.into_iter().map(entry).collect();
    }

    /// The key of the dictionary bodies were judged by.
    pub fn words_key(&self) -> Hash {
        self.words.as_ref().map_or(Hash::default(), |dictionary| dictionary.words.key)
    }

    /// The sources that were composed last, with their bodies and what was told of those.
    pub fn bodies(&self) -> impl Iterator<Item = (&Arc<Source>, &Arc<Body>, &[Finding])> {
        let pairs = self.last.iter().flat_map(|last| last.tree.pages.iter().zip(&last.entries));
        pairs.map(|(source, entry)| (source, &entry.body, entry.body_told.as_slice()))
    }
}

/// The slogans of campaigns, in their order, each once.
fn slogans<'s>(sources: impl Iterator<Item = &'s Arc<Source>>) -> Vec<Slogan> {
    let campaigns = sources.filter(|source| source.file.kind == Kind::Campaign);
    let slogans = campaigns.filter_map(|source| {
        let map = &source.header.map;
        let day = map.text("start").or_else(|| map.text("end")).or_else(|| map.text("published"));
        let year = day.and_then(|day| day.get(..4)?.parse().ok());
        Some(Slogan { text: map.text("slogan")?.trim().to_string(), year })
    });
    slogans.collect::<BTreeSet<_>>().into_iter().collect()
}

/// Builds the site. None when the configuration cannot be used; the pages are checked all the same, so that one run
/// tells every problem.
pub fn site(tree: Tree, overrides: Overrides, composed: &mut Composed, report: &mut Report) -> Option<Site> {
    let config = tree.config.as_ref().and_then(|map| config::config(map, overrides.base_url, report));
    let config = config.map(|config| overrides.on(config));
    composed.config = config.map(|config| kept(composed.config.take(), config));
    composed.holidays = kept(Some(composed.holidays.clone()), Holidays::of(&tree.holidays, report));
    let near = composed.config.as_ref().and_then(|config| config.bureau.region);
    let slogans = slogans(tree.pages.iter());
    let stands = |known: &Dictionary| known.own == tree.words && known.slogans == slogans;
    if !composed.words.as_ref().is_some_and(stands) {
        // Every body is to be judged by other words.
        *composed = Composed {
            words: Some(Dictionary::of(tree.words.clone(), slogans.clone())),
            config: composed.config.take(),
            holidays: composed.holidays.clone(),
            ..Composed::default()
        };
    }
    let dictionary = composed.words.get_or_insert_with(|| Dictionary::of(tree.words.clone(), slogans));
    report.extend(dictionary.told.iter().cloned());
    let words = &dictionary.words;
    report.extend(tree.config.iter().flat_map(|map| wording::judge_config(map, words)));
    let last = composed.last.take();
    let last = match last {
        Some(last) if last.near == near && Arc::ptr_eq(&last.tree.files, &tree.files) && last.gives_names_of(&tree) => {
            last.with_sources(tree, words)
        }
        last => Last::of((tree, words), near, last, std::mem::take(&mut composed.read)),
    };
    report.extend(last.names.told.iter().cloned());
    report.extend(last.entries.iter().flat_map(|entry| &entry.told).cloned());
    for id in &last.anchored {
        report.extend(last.pages.get(id).into_iter().flat_map(|page| links::anchors(page, &last.pages)));
    }
    report.extend(last.circles_told.iter().cloned());
    let site = composed.config.clone().map(|config| Site {
        config,
        pages: last.pages.clone(),
        holidays: composed.holidays.clone(),
        memory: last.tree.memory.clone(),
        files: last.tree.files.clone(),
        broken: last.broken(),
        fallen: last.entries.iter().filter_map(|entry| entry.fallen.clone()).collect(),
    });
    composed.last = Some(last);
    site
}

/// The site whose bodies are read when somebody asks for them, and of which nothing is told that follows from bodies.
pub fn ahead(tree: &Tree, overrides: Overrides, report: &mut Report) -> Option<Site> {
    let config = overrides.on(config::config(tree.config.as_ref()?, overrides.base_url, report)?);
    let near = config.bureau.region;
    let holidays = Holidays::of(&tree.holidays, report);
    let names = Arc::new(Names::of(tree));
    report.extend(names.told.iter().cloned());
    let leads: Arc<dyn Leads> = Arc::new(Ahead { names: names.clone(), files: tree.files.clone() });
    let known = names.known(&tree.files);
    let one = |id: &PageId, source: &Arc<Source>| {
        let mut told = Report::new();
        let mut composer = Composer {
            known: &known,
            named: &names.named,
            sources: &tree.pages,
            maybe: &names.maybe,
            near,
            leads: Some(&leads),
            report: &mut told,
        };
        (composer.page(Some(id), source, Arc::new(body_ahead(source))).ok().map(Arc::new), told)
    };
    let ids = ids(&names.named, tree.pages.len());
    let made: Vec<_> = ids.par_iter().zip(&tree.pages).map(|(id, source)| Some(one((*id)?, source))).collect();
    let (mut pages, mut fallen) = (OrdMap::new(), Vec::new());
    for ((id, source), made) in ids.iter().zip(&tree.pages).zip(made) {
        let (page, told) = made.map_or((None, Report::new()), |(page, told)| (page, told));
        report.extend(told.into_findings());
        match id.zip(page) {
            Some((id, page)) => drop(pages.insert(id.clone(), page)),
            None => fallen.push(&source.file.path),
        }
    }
    let broken = broken(tree, fallen.into_iter());
    let (config, holidays) = (Arc::new(config), Arc::new(holidays));
    Some(Site {
        config,
        pages,
        holidays,
        memory: tree.memory.clone(),
        files: tree.files.clone(),
        broken,
        fallen: Vec::new(),
    })
}

/// Where links lead, as [`Entry::of`] finds it.
struct Ahead {
    names: Arc<Names>,
    files: Arc<BTreeMap<SourcePath, File>>,
}

impl Leads for Ahead {
    fn of(&self, from: &SourcePath, body: &Body) -> Vec<Destination> {
        let known = self.names.known(&self.files);
        body.links().iter().map(|link| known.destination(from, link, &mut Report::new())).collect()
    }
}

/// The text of a source, for a body that is read later.
pub struct TextOf(pub Arc<Source>);

impl markdown::Text for TextOf {
    fn text(&self) -> Option<(SourcePath, Arc<str>, usize)> {
        let Source { file, header, .. } = &*self.0;
        Some((file.path.clone(), load::text_of(&self.0)?, header.body_at))
    }
}

fn body_ahead(source: &Arc<Source>) -> Body {
    Body::ahead(source.text.body_key(), Arc::new(TextOf(source.clone())))
}

impl Last {
    /// Whether `tree` gives the same names: only sources differ, and none in what other pages look at.
    fn gives_names_of(&self, tree: &Tree) -> bool {
        let pairs = || self.tree.pages.iter().zip(&tree.pages).filter(|(old, new)| !Arc::ptr_eq(old, new));
        self.tree.broken == tree.broken
            && self.tree.pages.len() == tree.pages.len()
            && pairs().all(|(old, new)| same_name(old, new))
            && (pairs().all(|(old, new)| same_title(old, new)) || !self.looks_at_titles())
    }

    /// Whether what came of any page may depend on the titles of others: rows of tables name pages by them, and so does
    /// a finding about a name that is none.
    fn looks_at_titles(&self) -> bool {
        let told = self.entries.iter().flat_map(|entry| &entry.told);
        self.tree.pages.iter().rev().take(1).any(|source| source.row.is_some())
            || told.chain(&self.names.told).any(|finding| finding.code == &codes::E114)
    }

    /// Composes every page; bodies of sources that `before` has, or that were `read` earlier, are not read again.
    fn of(
        (tree, words): (Tree, &Words),
        near: Option<Region>,
        before: Option<Last>,
        read: Vec<(Arc<Source>, Entry)>,
    ) -> Last {
        let names = Arc::new(Names::of(&tree));
        let mut old: BTreeMap<usize, Entry> = BTreeMap::new();
        let (read_sources, read_entries): (Vec<Arc<Source>>, Vec<Entry>) = read.into_iter().unzip();
        old.extend(read_sources.iter().map(|source| Arc::as_ptr(source).addr()).zip(read_entries));
        if let Some(before) = before {
            let addresses = before.tree.pages.iter().map(|source| Arc::as_ptr(source).addr());
            // The tree keeps the sources alive until here, so that an address means one source only.
            old.extend(addresses.zip(before.entries));
            let here: BTreeSet<usize> = tree.pages.iter().map(|source| Arc::as_ptr(source).addr()).collect();
            old.retain(|address, _| here.contains(address));
        }
        let ids = ids(&names.named, tree.pages.len());
        let one = |(id, source): (&Option<&PageId>, &Arc<Source>)| {
            Entry::of(*id, source, old.get(&Arc::as_ptr(source).addr()), (&tree, words), near, &names)
        };
        let entries: Vec<Entry> = ids.par_iter().zip(&tree.pages).map(one).collect();
        let page = |index: usize| entries[index].page.clone();
        let pages: OrdMap<PageId, Arc<Page>> =
            names.named.iter().filter_map(|(id, (index, _))| Some((id.clone(), page(*index)?))).collect();
        let anchored = || pages.values().filter(|page| links::has_anchors(page)).map(|page| page.id.clone()).collect();
        let (anchored, circles_told) = rayon::join(anchored, || circles(&pages));
        Last { tree, near, names, entries, pages, anchored, circles_told }
    }

    /// The same for a `tree` that gives the same names: only pages of other sources are composed again.
    fn with_sources(mut self, tree: Tree, words: &Words) -> Last {
        let places = self.tree.pages.iter().zip(&tree.pages).enumerate();
        let changed: BTreeSet<usize> =
            places.filter(|(_, (old, new))| !Arc::ptr_eq(old, new)).map(|(at, _)| at).collect();
        self.tree = tree;
        if changed.is_empty() {
            return self;
        }
        let ids = ids(&self.names.named, self.tree.pages.len());
        let one = |at: &usize| {
            let entry = Entry::of(ids[*at], &self.tree.pages[*at], None, (&self.tree, words), self.near, &self.names);
            (ids[*at].cloned(), *at, entry)
        };
        let fresh: Vec<(Option<PageId>, usize, Entry)> = changed.par_iter().map(one).collect();
        let mut same_faces = true;
        for (id, at, entry) in fresh {
            if let Some(id) = id {
                same_faces &= match (&self.entries[at].page, &entry.page) {
                    (Some(old), Some(new)) => new.has_face_of(old),
                    (old, new) => old.is_none() && new.is_none(),
                };
                match &entry.page {
                    Some(page) => drop(self.pages.insert(id.clone(), page.clone())),
                    None => drop(self.pages.remove(&id)),
                }
                match entry.page.as_ref().is_some_and(|page| links::has_anchors(page)) {
                    true => drop(self.anchored.insert(id)),
                    false => drop(self.anchored.remove(&id)),
                }
            }
            self.entries[at] = entry;
        }
        if !same_faces {
            self.circles_told = circles(&self.pages);
        }
        self
    }

    /// The sources that are no page.
    fn broken(&self) -> Vec<SourcePath> {
        let fallen = self.entries.iter().zip(&self.tree.pages);
        let fallen = fallen.filter(|(entry, _)| entry.page.is_none());
        broken(&self.tree, fallen.map(|(_, source)| &source.file.path))
    }
}

/// The sources that could not be read, and those that have `fallen` since, each once.
fn broken<'s>(tree: &'s Tree, fallen: impl Iterator<Item = &'s SourcePath>) -> Vec<SourcePath> {
    let all: BTreeSet<&SourcePath> = tree.broken.iter().map(|file| &file.path).chain(fallen).collect();
    all.into_iter().cloned().collect()
}

impl Entry {
    /// What comes of `source`, which follows from it, the names, the files and the bureau's region; its body follows from
    /// the source alone, so that of `old`, an entry of the same source, is taken.
    fn of(
        id: Option<&PageId>,
        source: &Source,
        old: Option<&Entry>,
        (tree, words): (&Tree, &Words),
        near: Option<Region>,
        names: &Names,
    ) -> Entry {
        let known = names.known(&tree.files);
        let (body, body_told) = match old {
            Some(entry) => (entry.body.clone(), entry.body_told.clone()),
            None => {
                let mut told = Report::new();
                let text = load::text_of(source).unwrap_or_else(|| {
                    told.add(load::cannot_read(&source.file.path, "?"));
                    Arc::default()
                });
                let (path, start) = (&source.file.path, source.header.body_at);
                let (mut body, prose) = markdown::read(path, &text, start, source.text.body_key(), &mut told);
                body.told = wording::judge(source, &text, &prose, words);
                source.text.let_go();
                (Arc::new(body), told.into_sorted())
            }
        };
        let mut own = Report::new();
        own.extend(body_told.iter().cloned());
        let mut writer = Composer {
            known: &known,
            named: &names.named,
            sources: &tree.pages,
            maybe: &names.maybe,
            near,
            leads: None,
            report: &mut own,
        };
        let (page, fallen) = match writer.page(id, source, body.clone()) {
            Ok(page) => (Some(page), None),
            Err(fallen) => (None, Some(Arc::new(fallen))),
        };
        let page = page.map(|page| match old.and_then(|entry| entry.page.as_ref()) {
            Some(old) if page.links() == old.links() && page.has_face_of(old) => old.clone(),
            _ => Arc::new(page),
        });
        let told = own.told(|finding| of_row(source, finding)).into_sorted();
        Entry { body, body_told, page, fallen, told }
    }
}

fn same_name(old: &Source, new: &Source) -> bool {
    let same = |key: &str| old.header.map.entry(key) == new.header.map.entry(key);
    old.row.is_none() && new.row.is_none() && old.file.path == new.file.path && same("slug")
}

fn same_title(old: &Source, new: &Source) -> bool {
    let same = |key: &str| old.header.map.text(key) == new.header.map.text(key);
    same("title") && same("name")
}

impl Names {
    /// What can be linked, with `files`.
    fn known<'a>(&'a self, files: &'a BTreeMap<SourcePath, File>) -> Known<'a> {
        Known { pages: &self.alone, broken: &self.broken, files }
    }

    fn of(tree: &Tree) -> Names {
        let mut report = Report::new();
        let named = names(&tree.pages, &mut report);
        let ids = ids(&named, tree.pages.len());
        let nameless = tree.pages.iter().zip(&ids).filter(|(_, id)| id.is_none()).map(|(source, _)| &source.file.path);
        let mut unusable: BTreeSet<&SourcePath> = nameless.collect();
        if !unusable.is_empty() {
            // A table of which some row has a name can be used.
            named.values().for_each(|(_, path)| _ = unusable.remove(path));
        }
        let broken = tree.broken.iter().map(|file| &file.path).chain(unusable).cloned().collect();
        let mut maybe: BTreeSet<PageId> = tree.broken.iter().map(|file| PageId::new(file.kind, &file.name)).collect();
        let others =
            tree.pages.iter().zip(&ids).filter(|(source, id)| id.is_none_or(|id| *id.slug != source.file.name));
        maybe.extend(others.map(|(source, _)| PageId::new(source.file.kind, &source.file.name)));
        // A table holds many pages; links name those by their addresses.
        let alone = named.iter().filter(|(_, (index, _))| tree.pages[*index].row.is_none());
        let alone = alone.map(|(id, (_, path))| (path.clone(), id.clone())).collect();
        Names { named, alone, broken, maybe, told: report.into_sorted() }
    }
}

/// The names of so many sources, in their order.
fn ids(named: &Named, sources: usize) -> Vec<Option<&PageId>> {
    let mut ids = vec![None; sources];
    named.iter().for_each(|(id, (index, _))| ids[*index] = Some(id));
    ids
}

/// A finding about a row's page as a whole is about the row.
fn of_row(source: &Source, finding: Finding) -> Finding {
    let whole = finding.place.span.is_none() && finding.place.path == source.file.path;
    if whole && source.row.is_some() { Finding { place: source.place(), ..finding } } else { finding }
}

/// Rows of tables come last, because their names are made of the names of institutions.
fn names(sources: &[Arc<Source>], report: &mut Report) -> Named {
    let mut named = Named::new();
    let alone = sources.iter().enumerate().filter(|(_, source)| source.row.is_none());
    let rows = sources.iter().enumerate().filter(|(_, source)| source.row.is_some());
    for (index, source) in alone.chain(rows) {
        let path = &source.file.path;
        let typed = source.header.map.text("slug");
        let name = match typed {
            None if source.row.is_some() => rows::name(source, index, sources, &named),
            _ => typed.unwrap_or(&source.file.name).trim().to_string(),
        };
        let place = match source.header.map.entry("slug") {
            Some(entry) => entry.node.place(path),
            None => source.place(),
        };
        if !slug::is_slug(&name) {
            report.add(slug::refusal(&name, typed.is_some() || source.row.is_some(), place));
            continue;
        }
        let id = PageId::new(source.file.kind, &name);
        if let Some((first, _)) = named.get(&id) {
            report.add(match source.row {
                Some(_) => rows::same_address(place, source, &sources[*first], &id),
                None => same_address(place, path, &sources[*first].file.path, &id),
            });
            continue;
        }
        named.insert(id, (index, path.clone()));
    }
    named
}

fn same_address(place: Place, path: &SourcePath, first: &SourcePath, id: &PageId) -> Finding {
    let url = format!("/{}/", id.folder());
    let text = Text::new(
        format!("“{first}”和“{path}”会生成同一个网址 {url}。请给其中一个换一个网址名。"),
        format!("Both `{first}` and `{path}` produce {url}; give one of them another slug."),
    );
    let line = place.span.as_ref().map(|span| span.with(&format!("{}-2", id.slug)));
    let finding = Finding::new(&codes::E141, place, text).related(Place::file(first));
    match line {
        Some(line) => finding.fix(line),
        None => finding.add_line(format!("slug: {}-2", id.slug)),
    }
}

/// A notice may not forward itself, directly or through others (E148).
fn circles(pages: &OrdMap<PageId, Arc<Page>>) -> Vec<Finding> {
    let forwards = |page: &Page| match &page.own {
        Own::Notice(notice) => notice.forwards.clone(),
        _ => None,
    };
    let next = |id: &PageId| pages.get(id).and_then(|page| forwards(page));
    let mut seen: BTreeSet<PageId> = BTreeSet::new();
    let mut told = Vec::new();
    for page in pages.values().filter(|page| forwards(page).is_some()) {
        let mut chain: Vec<PageId> = Vec::new();
        let mut at = Some(page.id.clone());
        while let Some(here) = at.take().filter(|here| seen.insert(here.clone())) {
            at = next(&here);
            chain.push(here);
        }
        // A chain that comes back to itself is a circle; one that meets an older chain was told there.
        let back = chain.last().and_then(next).and_then(|again| chain.iter().position(|known| *known == again));
        if let Some(round) = back.map(|from| chain.split_off(from)) {
            let first = round.iter().enumerate().min_by_key(|(_, id)| *id).map_or(0, |(at, _)| at);
            let (tail, head) = round.split_at(first);
            let round = [head, tail].concat();
            told.extend(round.first().and_then(|id| pages.get(id)).map(|page| circle(page, &round)));
        }
    }
    told
}

fn circle(page: &Page, chain: &[PageId]) -> Finding {
    let names = chain.iter().chain(chain.first()).map(|id| id.slug.to_string()).collect::<Vec<_>>().join(" → ");
    let text = Text::new(
        format!("转发关系绕成了一圈：{names}。请去掉其中一处“转发”。"),
        format!("These notices forward each other in a circle: {names}."),
    );
    Finding::new(&codes::E148, page.place("forwards"), text)
}
