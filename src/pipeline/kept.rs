//! What a run leaves for the next one on this disk: what was read of each file, and what the whole site was made from.
//!
//! A later run that begins with it reads only files whose stamps differ; everything that follows from several files is
//! made anew from the facts, by the same code. So nothing here can be stale: a fact belongs to one file, and is dropped
//! with it.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::time::SystemTime;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::{Order, Pipeline};
use crate::hash::Hash;
use crate::load::kept::{KeptSource, in_order};
use crate::load::{self, Source, Tree};
use crate::markdown::{Body, Facts};
use crate::model::site::{Composed, TextOf};
use crate::report::{Finding, Report, SourcePath};
use crate::theme::{self, Theme};

/// Facts are kept in so many parts, so that a change of one page writes one of them anew.
pub const PARTS: usize = 16;

/// The pages of one part, each as it is kept, one after the other.
#[derive(Debug, Clone, Default)]
pub struct Part {
    bytes: Arc<Vec<u8>>,
    ends: Vec<usize>,
}

impl Part {
    /// The part that was written as these bytes; none when they are no part.
    pub fn of(bytes: Vec<u8>) -> Option<Part> {
        let (count, rest) = bytes.split_last_chunk::<8>().map(|(rest, count)| (u64::from_le_bytes(*count), rest))?;
        let ends_at = rest.len().checked_sub(usize::try_from(count).ok()?.checked_mul(8)?)?;
        let ends: Vec<usize> = rest[ends_at..]
            .chunks_exact(8)
            .map(|end| usize::try_from(u64::from_le_bytes(end.try_into().unwrap_or_default())).unwrap_or(usize::MAX))
            .collect();
        let sound = ends.is_sorted() && ends.iter().all(|end| *end <= ends_at);
        sound.then(|| Part { bytes: Arc::new(bytes), ends })
    }

    fn pages(&self) -> impl Iterator<Item = KeptBytes> {
        let starts = [0].into_iter().chain(self.ends.iter().copied());
        starts.zip(&self.ends).map(|(start, end)| KeptBytes { bytes: self.bytes.clone(), range: start..*end })
    }
}

/// A part while it is put together.
#[derive(Debug, Default)]
struct NewPart {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl NewPart {
    fn add(&mut self, page: &[u8]) {
        self.bytes.extend_from_slice(page);
        self.ends.push(self.bytes.len());
    }

    /// The bytes to write: the pages, where each ends, and how many there are.
    fn into_bytes(mut self) -> Vec<u8> {
        let numbers = self.ends.iter().copied().chain([self.ends.len()]);
        numbers.for_each(|number| self.bytes.extend((number as u64).to_le_bytes()));
        self.bytes
    }
}

/// One page as it is kept.
#[derive(Debug, Clone)]
struct KeptBytes {
    bytes: Arc<Vec<u8>>,
    range: Range<usize>,
}

impl KeptBytes {
    fn get(&self) -> &[u8] {
        &self.bytes[self.range.clone()]
    }
}

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
    #[serde(deserialize_with = "in_order")]
    bodies: BTreeMap<SourcePath, Hash>,
}

impl Inputs {
    /// Whether all but bodies is as in `before`, and all that is told of it.
    pub fn tells_as(&self, before: &Inputs) -> bool {
        (self.shown, self.told, self.faces) == (before.shown, before.told, before.faces)
    }

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
        // Rows are among the pages, and follow from the tables.
        let Tree { config, pages: _, broken, holidays, memory, files, words, tables } = tree;
        let read = format!("{config:?}{broken:?}{holidays:?}{files:?}");
        let findings: Vec<_> = report.iter().collect();
        Rest {
            shown: hash(&(asked(order), read, tables.texts().collect::<Vec<_>>())),
            told: hash(&(memory.key, findings, words.as_deref())),
        }
    }
}

/// What is kept of one page.
#[derive(Serialize, Deserialize)]
struct KeptPage {
    /// The hash of what others can see of it.
    face: Hash,
    /// The key of the dictionary it was judged by.
    words: Hash,
    source: KeptSource,
    body: Facts,
    body_told: Vec<Finding>,
}

/// A page that an earlier run read, the hash of what others can see of it, and the bytes it was kept as.
#[derive(Debug, Clone)]
pub(super) struct Known {
    source: Arc<Source>,
    face: Hash,
    kept: KeptBytes,
}

impl Pipeline {
    /// A pipeline that begins at the time `now` of the project's file system.
    pub fn beginning(now: Option<SystemTime>) -> Pipeline {
        Pipeline { now, ..Pipeline::default() }
    }

    /// The same pipeline, which knows what an earlier run read of `project`.
    pub fn knowing(mut self, project: &Path, parts: &[Part]) -> Pipeline {
        let all: Vec<KeptBytes> = parts.iter().flat_map(Part::pages).collect();
        let mut read: Vec<_> = all.into_par_iter().filter_map(|kept| revived(project, kept)).collect();
        // Those that were judged by other words, or beside other slogans, are read again.
        let words = load::words(project, &mut Report::new());
        self.composed = Composed::with_words(words, read.iter().map(|page| &page.known.source));
        let key = self.composed.words_key();
        read.retain(|page| page.words == key);
        read.par_sort_unstable_by(|a, b| a.known.source.file.path.cmp(&b.known.source.file.path));
        let (mut sources, mut bodies) = (Vec::with_capacity(read.len()), Vec::with_capacity(read.len()));
        let mut known = Vec::with_capacity(read.len());
        for page in read {
            let source = &page.known.source;
            sources.push((source.clone(), page.told));
            bodies.push((source.clone(), page.body, page.body_told));
            known.push((source.file.path.clone(), page.known));
        }
        self.composed.know(bodies);
        let Pipeline { shelf, known: kept, .. } = &mut self;
        rayon::join(|| *kept = known.into_iter().collect(), || shelf.know(sources));
        self
    }

    /// What the last run's site was made from, with `theme`. Each part of what is to be kept of its pages that is other
    /// than the pipeline began with is given to `keep`, with its number, as soon as it is put together, so that they are
    /// never all in memory: the pages whose stamps were settled when it began.
    pub fn inputs(&self, project: &Path, theme: &Theme, keep: &(dyn Fn(usize, &[u8]) + Sync)) -> Inputs {
        let told = || self.shelf.sources().map(|(source, told)| (&source.file.path, told)).collect();
        let before = || {
            let mut before = [0; PARTS];
            self.known.keys().for_each(|path| before[part_of(path)] += 1);
            before
        };
        let (told, before) = rayon::join(told, before);
        let reckoning = Reckoning { pipeline: self, project, told, words: self.composed.words_key(), before };
        let read = self.composed.bodies().filter(|(source, ..)| source.row.is_none()).enumerate();
        let read = read.map(|(at, (source, body, body_told))| Read { at, source, body, body_told });
        let read: Vec<Read> = read.collect();
        let numbers: Vec<usize> = read.par_iter().map(|page| part_of(&page.source.file.path)).collect();
        let mut parts: Vec<Vec<Read>> = vec![Vec::new(); PARTS];
        read.iter().zip(numbers).for_each(|(page, number)| parts[number].push(*page));
        let one = |(number, pages): (usize, Vec<Read>)| {
            let (faces, new) = reckoning.part(number, &pages);
            new.into_iter().for_each(|new| keep(number, &new.into_bytes()));
            faces
        };
        let mut seen: Vec<(usize, Hash, Hash)> = parts.into_par_iter().enumerate().flat_map_iter(one).collect();
        seen.sort_unstable_by_key(|(at, ..)| *at);
        let faces: Vec<Hash> = seen.iter().map(|(_, face, _)| *face).collect();
        let shown = hash(&(self.rest.shown, theme_key(theme)));
        let bodies = read.iter().zip(&seen).map(|(page, (.., body))| (page.source.file.path.clone(), *body)).collect();
        Inputs { shown, told: self.rest.told, faces: hash(&faces), bodies }
    }

    /// Walks `project` ahead of the next run.
    pub fn walk(&mut self, project: &Path) {
        self.shelf.walk(project);
    }

    /// The stamps of everything the last run read for `order`; none where one of them is not settled.
    pub fn stamps(&self, order: &Order) -> Option<Hash> {
        let read = self.shelf.stamps_of_last(self.now?)?;
        Some(hash(&(asked(order), read, self.theme_stamps?)))
    }

    /// The same of what a run would read now, if it read the theme of this name. The next run need not walk again.
    pub fn stamps_now(&mut self, order: &Order, theme: &str) -> Option<Hash> {
        let now = self.now?;
        let read = self.shelf.stamps(&order.project, now)?;
        Some(hash(&(asked(order), read, theme::stamps(&order.project, theme, now)?)))
    }
}

/// What `order` asks for besides the project.
fn asked(order: &Order) -> String {
    let Order { today, base_url, profile, reader, formats, proofs, .. } = order;
    format!("{today:?}{base_url:?}{profile:?}{reader:?}{formats:?}{proofs:?}")
}

/// Everything of a theme that shows.
fn theme_key(theme: &Theme) -> (String, Vec<String>) {
    (theme.key.clone(), theme.fonts.values().map(|font| font.stamp().to_string()).collect())
}

fn part_of(path: &SourcePath) -> usize {
    usize::from(blake3::hash(path.as_str().as_bytes()).as_bytes()[0]) % PARTS
}

/// A page again.
struct Revived {
    known: Known,
    words: Hash,
    told: Vec<Finding>,
    body: Arc<Body>,
    body_told: Vec<Finding>,
}

fn revived(project: &Path, kept: KeptBytes) -> Option<Revived> {
    let KeptPage { face, words, source, body, body_told } = postcard::from_bytes(kept.get()).ok()?;
    let (revived, told, lines) = source.source(project)?;
    let revived = Arc::new(revived);
    let body = body.body(&revived.file.path, &lines, Arc::new(TextOf(revived.clone())));
    let known = Known { source: revived, face, kept };
    Some(Revived { known, words, told, body: Arc::new(body), body_told })
}

/// One page of the last run that has a file of its own, and its place among them.
#[derive(Clone, Copy)]
struct Read<'p> {
    at: usize,
    source: &'p Arc<Source>,
    body: &'p Body,
    body_told: &'p [Finding],
}

/// The pages of the last run, while it is told what others can see of them and what is to be kept.
struct Reckoning<'p> {
    pipeline: &'p Pipeline,
    project: &'p Path,
    /// What was told of each file when it was read.
    told: BTreeMap<&'p SourcePath, &'p [Finding]>,
    words: Hash,
    /// How many pages each part had.
    before: [usize; PARTS],
}

impl Reckoning<'_> {
    /// The place, the face and the body of each of `pages`, which are those of one part; and that part, where it is other
    /// than it was.
    fn part(&self, number: usize, pages: &[Read]) -> (Vec<(usize, Hash, Hash)>, Option<NewPart>) {
        let known = |page: &Read| {
            let known = self.pipeline.known.get(&page.source.file.path);
            known.filter(|known| Arc::ptr_eq(&known.source, page.source))
        };
        let standing = pages.iter().filter(|page| known(page).is_some()).count();
        let other = standing != pages.len() || standing != self.before[number];
        let mut new = self.pipeline.now.filter(|_| other).map(|_| NewPart::default());
        let mut seen = Vec::with_capacity(pages.len());
        for page in pages {
            let (face, kept) = match known(page) {
                Some(known) => (known.face, Some(Cow::from(known.kept.get()))),
                None => {
                    let (face, kept) = self.kept(page);
                    // One that is not settled is not to be found there again.
                    let is_settled = |now| page.source.file.found.is_settled(now);
                    let kept = kept.filter(|_| self.pipeline.now.is_some_and(is_settled));
                    (face, kept.and_then(|kept| crate::hash::written(&kept, Vec::with_capacity(4096))).map(Cow::from))
                }
            };
            seen.push((page.at, face, page.body.key));
            if let (Some(part), Some(page)) = (&mut new, kept) {
                part.add(&page);
            }
        }
        (seen, new)
    }

    /// The face of a page that was read in this run, and what is to be kept of it, if it can be.
    fn kept(&self, page: &Read) -> (Hash, Option<KeptPage>) {
        let Read { source, body, body_told, .. } = *page;
        let told = self.told.get(&source.file.path).copied().unwrap_or_default();
        let kept = KeptSource::of(source, told, self.project).and_then(|mut kept| {
            let body = Facts::of(body, &mut kept.lines)?;
            let face = hash(&(kept.face(), body.face(), body_told));
            Some(KeptPage { face, words: self.words, source: kept, body, body_told: body_told.to_vec() })
        });
        match kept {
            Some(kept) => (kept.face, Some(kept)),
            // Whatever stands in it, others may see.
            None => (hash(&(&source.file.path, format!("{:?}", source.header), told, body_told, body.key)), None),
        }
    }
}

/// The hash of texts and hashes, which can always be written down.
fn hash(value: &impl Serialize) -> Hash {
    crate::hash::hash(value).unwrap_or_default()
}
