//! What a run leaves for the next one on this disk: what was read of each file, and what the whole site was made from.
//!
//! A later run that begins with it reads only files whose stamps differ; everything that follows from several files is
//! made anew from the facts, by the same code. So nothing here can be stale: a fact belongs to one file, and is dropped
//! with it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Order, Pipeline};
use crate::load::kept::KeptSource;
use crate::load::{self, Changed, Shelf, Source, Tree, Written};
use crate::markdown::{self, Body, Facts};
use crate::model::site::Composed;
use crate::report::{Finding, Place, Report, SourcePath};
use crate::theme::{self, Theme};

/// Facts are kept in so many parts, so that a change of one page writes one of them anew.
pub const PARTS: usize = 16;

/// Pages of one part, each as it is kept.
pub type Part = Vec<Vec<u8>>;

/// A hash.
pub type Hash = [u8; 32];

/// What a site was made from, as far as a later run can compare it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inputs {
    /// Everything but pages that shows in outputs: what was asked for, configuration, files, holidays, theme.
    shown: Hash,
    /// What else findings follow from.
    told: Hash,
    /// What pages can see of each other.
    faces: Hash,
    /// The text of each page's body.
    bodies: BTreeMap<SourcePath, Hash>,
    theme: String,
}

impl Inputs {
    /// The paths of pages in which only bodies differ from `before`; none where anything else that shows does.
    pub fn other_bodies(&self, before: &Inputs) -> Option<BTreeSet<&SourcePath>> {
        let same = (self.shown, self.faces, self.bodies.len()) == (before.shown, before.faces, before.bodies.len());
        let differs = |(path, body): &(&SourcePath, &Hash)| before.bodies.get(*path) != Some(*body);
        same.then(|| self.bodies.iter().filter(differs).map(|(path, _)| path).collect())
    }
}

/// What a tree and what was told of it say besides its pages, in hashes: what shows, and what is only told.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Rest {
    shown: Hash,
    told: Hash,
}

impl Rest {
    pub(super) fn of(order: &Order, tree: &Tree, report: &Report) -> Rest {
        let Order { today, base_url, profile, reader, formats, proofs, .. } = order;
        // Rows are among the pages, and follow from the tables.
        let Tree { config, pages: _, broken, holidays, memory, files, tables } = tree;
        let asked = format!("{today:?}{base_url:?}{profile:?}{reader:?}{formats:?}{proofs:?}");
        let read = format!("{config:?}{broken:?}{holidays:?}{files:?}");
        let findings: Vec<_> = report.iter().collect();
        Rest {
            shown: hash(&(asked, read, tables.texts().collect::<Vec<_>>())),
            told: hash(&(format!("{memory:?}"), findings)),
        }
    }
}

/// What is kept of one page.
#[derive(Serialize, Deserialize)]
struct KeptPage {
    source: KeptSource,
    body: Facts,
    body_told: Vec<Finding>,
}

/// A page that was read, and the hashes of what others can see of it and of its text.
#[derive(Debug, Clone)]
pub(super) struct Known {
    source: Arc<Source>,
    pub(super) face: Hash,
    pub(super) body: Hash,
    kept: Option<Arc<Vec<u8>>>,
}

/// The text of a page that was read in an earlier run.
struct OnDisk(Arc<Source>);

impl markdown::Text for OnDisk {
    fn text(&self) -> Option<(SourcePath, String, usize)> {
        let Source { file, header, .. } = &*self.0;
        Some((file.path.clone(), load::text_of(file)?, header.body_at))
    }
}

impl Pipeline {
    /// A pipeline that knows what an earlier run read of `project`.
    pub fn knowing(project: &Path, parts: &[Part]) -> Pipeline {
        let all: Vec<&Vec<u8>> = parts.iter().flatten().collect();
        let mut read: Vec<_> = all.into_par_iter().filter_map(|kept| revived(project, kept)).collect();
        read.sort_by(|a, b| a.0.source.file.path.cmp(&b.0.source.file.path));
        let shelf = Shelf::of(read.iter().map(|(known, told, ..)| (known.source.clone(), told.clone())).collect());
        let bodies = read.iter().map(|(known, _, body, told)| (known.source.clone(), body.clone(), told.clone()));
        let composed = Composed::of(bodies.collect());
        let known = read.into_iter().map(|(known, ..)| (known.source.file.path.clone(), known)).collect();
        Pipeline { shelf, composed, known, ..Pipeline::default() }
    }

    /// What is known of every page of the last run that has a file of its own, in the order of the tree.
    pub(super) fn known(&self, project: &Path) -> Vec<Known> {
        let told: BTreeMap<&SourcePath, &[Finding]> =
            self.shelf.sources().map(|(source, told)| (&source.file.path, told)).collect();
        let one = |(source, body, body_told): (&Arc<Source>, &Arc<Body>, &[Finding])| {
            let before = self.known.get(&source.file.path).filter(|known| Arc::ptr_eq(&known.source, source));
            before.cloned().unwrap_or_else(|| {
                let told = told.get(&source.file.path).copied().unwrap_or_default();
                Known::of(source, told, body, body_told, project)
            })
        };
        let alone = self.composed.bodies().filter(|(source, ..)| source.row.is_none());
        alone.collect::<Vec<_>>().into_par_iter().map(one).collect()
    }

    /// The parts that are other than those the pipeline began with, by their numbers: what is kept of pages that cannot
    /// have changed since the time `now` of the file system without another stamp.
    pub fn parts(&self, project: &Path, now: SystemTime) -> BTreeMap<usize, Part> {
        let mut parts: BTreeMap<usize, (bool, Part)> = BTreeMap::new();
        let known = self.known(project);
        let mut gone: BTreeMap<&SourcePath, &Known> = self.known.iter().collect();
        for page in &known {
            let path = &page.source.file.path;
            let before = gone.remove(path).is_some_and(|before| Arc::ptr_eq(&before.source, &page.source));
            let kept = page.kept.as_ref().filter(|_| before || page.source.file.found.is_settled(now));
            let (other, part) = parts.entry(part_of(path)).or_default();
            *other |= !before && kept.is_some();
            part.extend(kept.map(|kept| kept.to_vec()));
        }
        for path in gone.keys() {
            parts.entry(part_of(path)).or_default().0 = true;
        }
        parts.into_iter().filter(|(_, (other, _))| *other).map(|(number, (_, part))| (number, part)).collect()
    }

    /// What the last run's site was made from, with `theme`.
    pub fn inputs(&self, project: &Path, theme: &Theme) -> Inputs {
        let known = self.known(project);
        let faces: Vec<Hash> = known.iter().map(|known| known.face).collect();
        let shown = hash(&(self.rest.shown, theme_key(theme)));
        let bodies = known.iter().map(|known| (known.source.file.path.clone(), known.body)).collect();
        let name = self.theme.as_ref().map(|loaded| loaded.name.clone()).unwrap_or_default();
        Inputs { shown, told: self.rest.told, faces: hash(&faces), bodies, theme: name }
    }

    /// Whether a run for `order` would be made from what `before` tells, as far as the disk shows: no file has other
    /// stamps. The run itself need not look again then.
    pub fn still(&mut self, order: &Order, before: &Inputs) -> bool {
        let mut report = Report::new();
        let Some(tree) = load::tree(&order.project, &mut self.shelf, &Changed::Stamped, &mut report) else {
            return false;
        };
        let rest = Rest::of(order, &tree, &report);
        let alone: Vec<&Arc<Source>> = tree.pages.iter().filter(|source| source.row.is_none()).collect();
        let pages: Vec<&Known> = alone.iter().filter_map(|source| self.known_as(source)).collect();
        let faces: Vec<Hash> = pages.iter().map(|known| known.face).collect();
        let same_bodies = pages.len() == before.bodies.len()
            && pages.iter().all(|known| before.bodies.get(&known.source.file.path) == Some(&known.body));
        if pages.len() != alone.len() || rest.told != before.told || hash(&faces) != before.faces || !same_bodies {
            return false;
        }
        let place = Place::file(&load::config_path());
        let theme = theme::load(&order.project, &before.theme, place, &mut Report::new());
        theme.is_some_and(|theme| hash(&(rest.shown, theme_key(&theme))) == before.shown)
    }

    fn known_as(&self, source: &Arc<Source>) -> Option<&Known> {
        self.known.get(&source.file.path).filter(|known| Arc::ptr_eq(&known.source, source))
    }
}

/// Everything of a theme that shows.
fn theme_key(theme: &Theme) -> (String, Vec<String>) {
    (theme.key.clone(), theme.fonts.values().map(|font| font.stamp().to_string()).collect())
}

fn part_of(path: &SourcePath) -> usize {
    usize::from(blake3::hash(path.as_str().as_bytes()).as_bytes()[0]) % PARTS
}

/// A page again, what was told of its header, its body, and what was told of that.
fn revived(project: &Path, kept: &[u8]) -> Option<(Known, Vec<Finding>, Arc<Body>, Vec<Finding>)> {
    let KeptPage { source, body, body_told } = postcard::from_bytes(kept).ok()?;
    let (face, key) = (face(&source, &body, &body_told), body.key());
    let (revived, told) = source.source(project)?;
    let revived = Arc::new(revived);
    let body = body.body(&revived.file.path, &source.lines, Arc::new(OnDisk(revived.clone())));
    let known = Known { source: revived, face, body: key, kept: Some(Arc::new(kept.to_vec())) };
    Some((known, told, Arc::new(body), body_told))
}

impl Known {
    fn of(source: &Arc<Source>, told: &[Finding], body: &Body, body_told: &[Finding], project: &Path) -> Known {
        let kept = KeptSource::of(source, told, project).and_then(|mut kept| {
            let body = Facts::of(body, &mut kept.lines)?;
            Some(KeptPage { source: kept, body, body_told: body_told.to_vec() })
        });
        let face = match &kept {
            Some(page) => face(&page.source, &page.body, &page.body_told),
            // Whatever stands in it, others may see.
            None => hash(&(&source.file.path, format!("{:?}", source.header), text(source))),
        };
        let kept = kept.and_then(|page| postcard::to_allocvec(&page).ok()).map(Arc::new);
        Known { source: source.clone(), face, body: body.key, kept }
    }
}

fn text(source: &Source) -> &str {
    match &source.text {
        Written::Here(text) => text,
        Written::OnDisk => "",
    }
}

fn face(source: &KeptSource, body: &Facts, body_told: &[Finding]) -> Hash {
    hash(&(source.face(), body.face(), body_told))
}

/// The hash of a value.
pub(super) fn hash(value: &impl Serialize) -> Hash {
    blake3::hash(&postcard::to_allocvec(value).unwrap_or_default()).into()
}
