//! The stages one after the other. There is no second path: a build runs them once, a preview runs them after every
//! change with a [`Pipeline`] that remembers what each stage made last.
//!
//! What is remembered is never asked what changed. Each stage compares what it is given with what it was given last, by
//! identity where a page stands for itself, and gives back what it has where that is the same. So an edit of one body
//! costs one page at ten thousand, and what comes out is what a fresh run gives (faults.md J11).
//!
//! Of a large project that nobody has read before [`Pipeline::ahead`] shows pages as soon as all headers are read. That is
//! the same site by the same code, but each body is read when somebody asks for what it says, and whatever would ask
//! all of them is left to the run that follows.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::SystemTime;

use rayon::prelude::*;

use crate::check::Folders;
use crate::check::rendered::{Inspector, is_seen};
use crate::edition::{Edition, Reader, would_be_shown};
use crate::hash::Hash;
use crate::load::{Changed, Shelf};
use crate::model::site::{Composed, Difference, Overrides};
use crate::model::{Day, Format, OutPath, PageId, Site};
use crate::plan::search::characters;
use crate::plan::{self, Plan, Recipe};
use crate::render::{self, Made, Press};
use crate::report::{Finding, Place, Profile, Report, SourcePath, Stage};
use crate::theme::{self, Theme};
use crate::typeset::{Apart, Store, Typesetter};
use crate::{check, load, model, search, wording, workers};

pub mod kept;

use kept::{Known, Rest};

/// What a site is made of: the whole input of the pipeline.
#[derive(Clone)]
pub struct Order {
    /// The project folder.
    pub project: PathBuf,
    /// The day it is made for.
    pub today: Day,
    /// An address that overrides the configuration's.
    pub base_url: Option<String>,
    /// Which standard it is held to.
    pub profile: Profile,
    /// Who looks; a build is always for the public.
    pub reader: Reader,
    /// Formats of posters that override the configuration's, where any are named.
    pub formats: Vec<Format>,
    /// Whether posters and letters are only looked at, and no bytes are made of them.
    pub proofs: bool,
    /// Draws supplied PDFs apart from this process, where it can start another.
    pub apart: Option<Apart>,
    /// Where posters and letters are kept from one making to the next.
    pub store: Arc<Store>,
    /// Is told of every stage that has passed.
    pub passed: Arc<dyn Fn(Stage) + Send + Sync>,
}

impl Order {
    /// The public's site of a project on a day, with nothing kept from before.
    pub fn of(project: &Path, today: Day) -> Order {
        Order {
            project: project.to_path_buf(),
            today,
            base_url: None,
            profile: Profile::Preview,
            reader: Reader::PUBLIC,
            formats: Vec::new(),
            proofs: false,
            apart: None,
            store: Arc::default(),
            passed: Arc::new(|_| ()),
        }
    }
}

/// What came of an order: everything written, and the press that can make every output, where the input allowed it.
#[derive(Default)]
pub struct Publication {
    /// Everything that was written, hidden pages included; for lists and badges, never for output.
    pub site: Option<Arc<Site>>,
    /// Makes the outputs; none when configuration or theme could not be used.
    pub press: Option<Arc<Press>>,
    /// What was found on the way.
    pub report: Report,
    /// What differs from the last run of the same pipeline.
    pub difference: Difference,
}

/// Reads a project and plans its site. Nothing is rendered yet.
pub fn publication(order: &Order) -> Publication {
    Pipeline::default().run(order, &Changed::All)
}

/// So many pages take long enough to read that it is worth while to show some of them before.
const AHEAD_FROM: usize = 300;

/// The pipeline of one project, with what its stages made last.
#[derive(Default)]
pub struct Pipeline {
    shelf: Shelf,
    composed: Composed,
    /// The pages that were read in an earlier run, as they were kept.
    known: BTreeMap<SourcePath, Known>,
    /// What the last run read besides pages.
    rest: Rest,
    /// The time by which stamps count as settled, where a later run is to compare them.
    now: Option<SystemTime>,
    theme_stamps: Option<Hash>,
    theme: Option<Loaded>,
    last: Option<Last>,
}

/// A theme, and what was told when it was loaded.
struct Loaded {
    name: String,
    place: Place,
    theme: Arc<Theme>,
    told: Vec<Finding>,
    /// Whether its files may have changed since; a run may end before the theme is looked at.
    stale: bool,
}

/// What came of the last run that brought a press.
struct Last {
    asked: Asked,
    site: Arc<Site>,
    losing: Folders,
    theme: Arc<Theme>,
    /// How long all bodies that are shown are.
    characters: usize,
    /// What was told of the site as a whole.
    site_told: Vec<Finding>,
    /// What was told of the plan as a whole.
    plan_told: Vec<Finding>,
    /// What was told of the links of each page.
    links_told: BTreeMap<PageId, Vec<Finding>>,
    press: Arc<Press>,
}

/// What an order asks for besides the project.
#[derive(PartialEq)]
struct Asked {
    today: Day,
    profile: Profile,
    reader: Reader,
    proofs: bool,
}

impl Pipeline {
    /// Makes what [`publication`] makes; `changed` says what may differ from the last run, which was for an order of the
    /// same project.
    pub fn run(&mut self, order: &Order, changed: &Changed) -> Publication {
        let mut report = Report::new();
        if let Some(loaded) = &mut self.theme {
            loaded.stale |= changed.within(&order.project, "themes");
        }
        let Some(tree) = load::tree(&order.project, &mut self.shelf, changed, &mut report) else {
            return Publication { report, ..Default::default() };
        };
        self.rest = Rest::of(order, &tree, &report);
        (order.passed)(Stage::Read);
        let tables = tree.tables.clone();
        let mut made = self.planned(order, tree, report);
        if let Some(site) = &made.site {
            let mut left = Report::new();
            let pages = site.pages.values().map(|page| (&page.path, &page.waivers));
            let fallen = site.fallen.iter().map(|fallen| (&fallen.path, &fallen.waivers));
            left.extend(check::waived(&site.config, pages.chain(fallen), made.report.into_findings()));
            made.report = left;
        }
        // A row gets the line it stands in only here; everything else is masked where it was told, once.
        let told = |finding: Finding| {
            let is_table = |place: &Place| place.path.as_str().to_ascii_lowercase().ends_with(".csv");
            let of_row = is_table(&finding.place) || finding.related.iter().any(is_table);
            if of_row { wording::masked(tables.told(finding)) } else { finding }
        };
        Publication { report: made.report.told(told), ..made }
    }

    /// The pages of a large project that was never read, ahead of the first [`Pipeline::run`]: their bodies are read when
    /// somebody asks for them. None where that would save nothing, or where something is wrong already.
    /// Only [`Press::make_ahead`] is to be asked of the press.
    pub fn ahead(&mut self, order: &Order) -> Option<(Arc<Press>, Arc<Site>)> {
        if !self.known.is_empty() {
            return None;
        }
        let mut report = Report::new();
        let tree = load::tree(&order.project, &mut self.shelf, &Changed::All, &mut report)?;
        if tree.pages.len() < AHEAD_FROM {
            return None;
        }
        let overrides = Overrides { base_url: order.base_url.as_deref(), formats: &order.formats };
        let site = Arc::new(model::site::ahead(&tree, overrides, &mut report)?);
        let named = (&site.config.theme, &site.config.theme_at);
        let theme = theme(&mut self.theme, order, named, &mut report)?;
        let edition = Edition::ahead(site.clone(), order.today, order.reader);
        let plan = Arc::new(plan::outputs(&edition, &theme, &mut report));
        if order.profile.refuses(&report.into_sorted()) {
            return None;
        }
        let typesetter = Arc::new(Typesetter::new(&theme, order.store.clone()));
        Some((Arc::new(Press::new(edition, plan, theme, typesetter)), site))
    }

    fn planned(&mut self, order: &Order, tree: load::Tree, mut report: Report) -> Publication {
        let overrides = Overrides { base_url: order.base_url.as_deref(), formats: &order.formats };
        // The theme is loaded meanwhile, and is of no use where the site is none.
        let named = tree.config.as_ref().map(|map| model::config::theme_of(map));
        let (kept, now) = (&mut self.theme, self.now);
        let mut theme_told = Report::new();
        let load = || {
            let (name, place) = named?;
            let stamps = now.and_then(|now| theme::stamps(&order.project, &name, now));
            Some((stamps, theme(kept, order, (&name, &place), &mut theme_told)))
        };
        let site = || model::site(tree, overrides, &mut self.composed, &mut report);
        let (site, loaded) = rayon::join(site, load);
        let (stamps, theme) = loaded.unwrap_or_default();
        self.theme_stamps = stamps;
        let Some(site) = site else {
            return Publication { report: report.told(wording::masked), ..Default::default() };
        };
        let mut report = report.told(wording::masked);
        (order.passed)(Stage::Model);
        let site = Arc::new(site);
        let asked = Asked { today: order.today, profile: order.profile, reader: order.reader, proofs: order.proofs };
        let losing = check::losing(&report);
        let last = self.last.as_ref().filter(|last| last.asked == asked);
        let difference = last.map_or(Difference::More, |last| site.difference(&last.site));
        // Everything that does not look into bodies stands.
        let standing = last.filter(|_| difference != Difference::More);
        let checked = || match standing.filter(|last| last.losing == losing) {
            Some(last) => last.site_told.clone(),
            None => told(|report| check::site(&site, order.today, order.profile, &losing, report)),
        };
        report.extend(theme_told.into_findings());
        let Some(theme) = theme else {
            report.extend(checked());
            return Publication { site: Some(site), report, ..Default::default() };
        };
        (order.passed)(Stage::Theme);
        let edition = match (standing, &difference) {
            (Some(last), Difference::Bodies(ids)) => last.press.edition.of_bodies(site.clone(), ids),
            _ => Edition::of(site.clone(), order.today, order.reader),
        };
        let standing = standing.filter(|last| theme.has_files_of(&last.theme));
        // Of all that is planned, only the spread of the search follows from bodies.
        let characters = match (standing, &difference) {
            (Some(last), Difference::Bodies(ids)) => {
                let length = |edition: &Edition, id| edition.page(id).map_or(0, |page| page.body.length());
                let grown = |sum, id| sum + length(&edition, id) - length(&last.press.edition, id);
                ids.iter().fold(last.characters, grown)
            }
            _ => characters(&edition),
        };
        let is_spread =
            |plan: &Plan| plan.searched.as_ref().is_none_or(|searched| searched.shards == search::shards(characters));
        let standing = standing.filter(|last| is_spread(&last.press.plan));
        let plan = || match standing {
            Some(last) => (last.press.plan.clone(), last.plan_told.clone()),
            None => planned(&edition, &theme, order.profile),
        };
        // Neither asks for the other.
        let ((plan, plan_told), site_told) = rayon::join(plan, checked);
        report.extend(plan_told.iter().chain(&site_told).cloned());
        (order.passed)(Stage::Plan);
        let links_told = match (standing, &difference) {
            (Some(last), Difference::Bodies(ids)) => {
                let mut links = last.links_told.clone();
                links.retain(|id, _| !ids.contains(id));
                links.extend(ids.iter().filter_map(|id| links_of(&edition, &site, &plan, id)));
                links
            }
            _ => {
                let ids: Vec<&PageId> = site.pages.keys().collect();
                ids.par_iter().filter_map(|id| links_of(&edition, &site, &plan, id)).collect()
            }
        };
        report.extend(links_told.values().flatten().cloned());
        let fallen = site.fallen.iter().filter(|fallen| would_be_shown(fallen, order.today, order.reader));
        report.extend(told(|report| fallen.for_each(|fallen| report.extend(fallen.body.told.iter().cloned()))));
        (order.passed)(Stage::Check);
        let same_theme = last.filter(|last| Arc::ptr_eq(&last.theme, &theme));
        let nothing = standing.filter(|_| same_theme.is_some() && difference == Difference::Bodies(Vec::new()));
        let press = match nothing {
            Some(last) => last.press.clone(),
            None => {
                let typesetter = same_theme.map(|last| last.press.typesetter.clone());
                let typesetter = typesetter.unwrap_or_else(|| Arc::new(Typesetter::new(&theme, order.store.clone())));
                let found = last.and_then(|last| last.press.found());
                let press = Press::new(edition, plan, theme.clone(), typesetter).apart(order.apart).after(found);
                Arc::new(if order.proofs { press.proofs() } else { press })
            }
        };
        self.last = Some(Last {
            asked,
            site: site.clone(),
            losing,
            theme,
            characters,
            site_told,
            plan_told,
            links_told,
            press: press.clone(),
        });
        Publication { site: Some(site), press: Some(press), report, difference }
    }
}

fn told(check: impl FnOnce(&mut Report)) -> Vec<Finding> {
    let mut report = Report::new();
    check(&mut report);
    report.told(wording::masked).into_sorted()
}

fn planned(edition: &Edition, theme: &Theme, profile: Profile) -> (Arc<Plan>, Vec<Finding>) {
    let mut report = Report::new();
    let plan = plan::outputs(edition, theme, &mut report);
    check::outputs(edition, &plan, profile, &mut report);
    (Arc::new(plan), report.told(wording::masked).into_sorted())
}

fn links_of(edition: &Edition, site: &Site, plan: &Plan, id: &PageId) -> Option<(PageId, Vec<Finding>)> {
    let page = edition.page(id)?;
    let told = told(|report| check::links(edition, site, plan, page, report));
    (!told.is_empty()).then(|| (id.clone(), told))
}

/// The theme of this name, loaded again where its files may differ; the place is where it is named.
fn theme(
    kept: &mut Option<Loaded>,
    order: &Order,
    (name, place): (&String, &Place),
    report: &mut Report,
) -> Option<Arc<Theme>> {
    let stands = |loaded: &&Loaded| !loaded.stale && loaded.name == *name && loaded.place == *place;
    if let Some(loaded) = kept.as_ref().filter(stands) {
        report.extend(loaded.told.iter().cloned());
        return Some(loaded.theme.clone());
    }
    let mut own = Report::new();
    let new = theme::load(&order.project, name, place.clone(), &mut own);
    let told = own.into_sorted();
    report.extend(told.iter().cloned());
    let before = kept.take().map(|loaded| loaded.theme);
    let new = new?;
    let theme = before.filter(|before| new.is(before)).unwrap_or_else(|| Arc::new(new));
    *kept = Some(Loaded { name: name.clone(), place: place.clone(), theme: theme.clone(), told, stale: false });
    Some(theme)
}

/// Makes every page as it would be published and looks at it: what is wrong with the pages of a site, by themselves and
/// among each other, and why a page could not be made. Ends early when `interrupted` is set.
pub fn inspected(press: &Press, profile: Profile, interrupted: &AtomicBool) -> Vec<Finding> {
    // Pages name the sizes of posters, which no rule asks for.
    let press = press.clone().proofs();
    let inspector = Inspector::new(&press, profile);
    let pages: Vec<(&OutPath, &Recipe)> = press.plan.outputs().filter(|(_, recipe)| is_seen(recipe)).collect();
    let look = |(out, recipe): &(&OutPath, &Recipe)| match interrupted.load(Ordering::Relaxed) {
        true => Err(Vec::new()),
        false => match press.make(out, recipe)? {
            Made::Bytes(bytes) => Ok(inspector.look(out, recipe, &bytes)),
            Made::File(_) => Err(Vec::new()),
        },
    };
    let (mut seen, mut findings) = (Vec::with_capacity(pages.len()), Vec::new());
    for ((out, recipe), looked) in pages.iter().zip(workers::each(&pages, look)) {
        match looked {
            Ok(looked) => seen.push((*out, *recipe, looked)),
            Err(unmade) => findings.extend(unmade),
        }
    }
    let whole = seen.len() == pages.len();
    findings.extend(inspector.judge(seen, whole));
    let waivers = press.edition.pages().map(|page| (&page.path, &page.waivers));
    let findings = check::waived(press.edition.config(), waivers, findings);
    findings.into_iter().map(wording::masked).collect()
}

/// Makes all outputs but those that [`inspected`] makes.
pub fn others<'p>(press: &'p Press, interrupted: &'p AtomicBool) -> impl Iterator<Item = Output> + 'p {
    made(press, interrupted, |recipe| !is_seen(recipe))
}

/// One output with what it is made of, or why it could not be made.
pub type Output = (OutPath, Result<Made, Vec<Finding>>);

/// Makes every output, some at a time, so that memory stays flat on large sites, of each wave in the order of the paths.
/// Ends early when `interrupted` is set.
pub fn outputs<'p>(press: &'p Press, interrupted: &'p AtomicBool) -> impl Iterator<Item = Output> + 'p {
    made(press, interrupted, |_| true)
}

fn made<'p>(
    press: &'p Press,
    interrupted: &'p AtomicBool,
    wanted: impl Fn(&Recipe) -> bool,
) -> impl Iterator<Item = Output> + 'p {
    let mut waves: [Vec<(&OutPath, &Recipe)>; render::WAVES] = Default::default();
    let wanted = press.plan.outputs().filter(|(_, recipe)| wanted(recipe));
    wanted.for_each(|output| waves[render::wave(output.1)].push(output));
    // What is printed is large.
    let sizes = [16, 256, 256];
    let batches = waves.into_iter().zip(sizes);
    let batches = batches.flat_map(|(wave, size)| wave.chunks(size).map(<[_]>::to_vec).collect::<Vec<_>>());
    batches.take_while(|_| !interrupted.load(Ordering::Relaxed)).flat_map(|batch| {
        let make = |(out, recipe): &(&OutPath, &_)| match interrupted.load(Ordering::Relaxed) {
            // Nobody will look at it.
            true => ((*out).clone(), Err(Vec::new())),
            false => ((*out).clone(), press.make(out, recipe)),
        };
        workers::each(&batch, make)
    })
}
