//! What was read last, so that an edit of one page does not read ten thousand.
//!
//! A shelf only ever says what a fresh reading would. A file is read again when it is named as changed, is new, or has
//! another size or time; the folders are walked again unless every path that is named is a page which is still there.
//! What turns out to say the same as before keeps its identity, so that later stages see at a glance what is new.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use rayon::prelude::*;

use super::holidays::HolidayTable;
use super::node::Map;
use super::open_days::{self, told::Told};
use super::supplied::Wanted;
use super::walk::{self, Found, Listing, PageFile};
use super::{File, Source, decoded, file, memory, page};
use crate::hash::{Hash, hash};
use crate::report::{Finding, Report, SourcePath, codes};

/// What may differ from the last reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// Anything.
    All,
    /// These paths and what lies below them, absolute and without links.
    Paths(BTreeSet<PathBuf>),
    /// Whatever has other stamps than before.
    Stamped,
}

impl Changed {
    /// Whether something in the folder `name` of `project` may differ.
    pub fn within(&self, project: &Path, name: &str) -> bool {
        let Changed::Paths(paths) = self else { return true };
        let real = std::fs::canonicalize(project).map(|project| project.join(name));
        let linked = std::fs::canonicalize(project.join(name));
        let folders: Vec<PathBuf> = real.into_iter().chain(linked).collect();
        paths.iter().any(|path| folders.iter().any(|folder| path.starts_with(folder) || folder.starts_with(path)))
    }
}

/// The new value, with the identity of the old one where it is the same.
pub fn kept<T: PartialEq>(old: Option<Arc<T>>, new: T) -> Arc<T> {
    old.filter(|old| **old == new).unwrap_or_else(|| Arc::new(new))
}

/// What one text file was read as.
struct Read<T> {
    made: Option<T>,
    told: Vec<Finding>,
}

/// What was read last.
#[derive(Default)]
pub struct Shelf {
    listing: Option<Arc<Listing>>,
    listed_told: Vec<Finding>,
    pages: Vec<Read<Arc<Source>>>,
    tables: Vec<Read<Arc<Table>>>,
    files: Arc<BTreeMap<SourcePath, File>>,
    files_told: Vec<Finding>,
    files_of: Option<(Arc<Listing>, BTreeMap<SourcePath, Wanted>)>,
    config: Option<Arc<Map>>,
    /// The configuration's stamps, from before it was read.
    config_found: Option<Found>,
    /// A walk that was made ahead of the next reading.
    ahead: Option<(Arc<Listing>, Vec<Finding>)>,
    holidays: Arc<Vec<HolidayTable>>,
    /// What subscribers were told by the last build.
    pub(super) memory: Option<memory::Read>,
}

/// A table as pages, and as it was read.
#[derive(Debug)]
pub(super) struct Table {
    pub(super) pages: Vec<Arc<Source>>,
    pub(super) told: Arc<Told>,
}

/// What the files of a listing were read as.
pub(super) struct Pages {
    /// Pages, then the rows of tables.
    pub(super) pages: Vec<Arc<Source>>,
    /// The tables as they were read.
    pub(super) tables: Vec<(SourcePath, Arc<Told>)>,
    /// Files that could not be read.
    pub(super) broken: Vec<PageFile>,
}

/// Which files must be read again.
pub(super) enum Again {
    /// All of them.
    All,
    /// Those at these paths in the project and below.
    These(BTreeSet<String>),
}

impl Again {
    fn holds(&self, path: &SourcePath) -> bool {
        match self {
            Again::All => true,
            Again::These(paths) => {
                let path = path.as_str();
                paths.contains(path) || path.match_indices('/').any(|(at, _)| paths.contains(&path[..at]))
            }
        }
    }
}

impl Shelf {
    /// Takes up `sources` that were read in an earlier run, in the order of their paths, and what was told of each.
    pub fn know(&mut self, sources: Vec<(Arc<Source>, Vec<Finding>)>) {
        let files = sources.iter().map(|(source, _)| source.file.clone()).collect();
        self.listing = Some(Arc::new(Listing { pages: files, ..Listing::default() }));
        self.pages = sources.into_iter().map(|(source, told)| Read { made: Some(source), told }).collect();
    }

    /// The pages that could be read, and what was told of each.
    pub fn sources(&self) -> impl Iterator<Item = (&Arc<Source>, &[Finding])> {
        self.pages.iter().filter_map(|read| Some((read.made.as_ref()?, read.told.as_slice())))
    }

    /// The listing, with the pages and tables in it read again as far as needed; [`Shelf::pages`] gives them.
    pub(super) fn read(&mut self, project: &Path, changed: &Changed, report: &mut Report) -> (Arc<Listing>, Again) {
        let (again, stands) = self.again(project, changed);
        let before = self.listing.clone();
        let listing = match before.clone().filter(|_| stands) {
            Some(listing) => listing,
            None => {
                let (listing, told) = self.ahead.take().unwrap_or_else(|| walked(project));
                self.listed_told = told;
                listing
            }
        };
        let old = before.as_deref();
        let known = |of: fn(&Listing) -> &[PageFile]| old.map_or(&[][..], of);
        renew(&mut self.pages, known(|old| &old.pages), &listing.pages, &again, read_page, same_page);
        renew(&mut self.tables, known(|old| &old.tables), &listing.tables, &again, read_table, same_table);
        self.listing = Some(listing.clone());
        report.extend(self.listed_told.iter().cloned());
        let pages = self.pages.iter().flat_map(|read| &read.told);
        report.extend(pages.chain(self.tables.iter().flat_map(|read| &read.told)).cloned());
        (listing, again)
    }

    /// The pages of the listing that was read last.
    pub(super) fn pages(&self, listing: &Listing) -> Pages {
        let mut pages = Vec::with_capacity(self.pages.len());
        let mut broken = Vec::new();
        for (file, read) in listing.pages.iter().zip(&self.pages) {
            match &read.made {
                Some(source) => pages.push(source.clone()),
                None => broken.push(file.clone()),
            }
        }
        let mut tables = Vec::new();
        for (file, read) in listing.tables.iter().zip(&self.tables) {
            match &read.made {
                Some(table) => {
                    pages.extend(table.pages.iter().cloned());
                    tables.push((file.path.clone(), table.told.clone()));
                }
                None => broken.push(file.clone()),
            }
        }
        Pages { pages, tables, broken }
    }

    /// What must be read again, and whether the listing stands.
    fn again(&self, project: &Path, changed: &Changed) -> (Again, bool) {
        let (paths, listing) = match (changed, &self.listing) {
            (Changed::Paths(paths), Some(listing)) => (paths, listing),
            (Changed::Stamped, Some(_)) => return (Again::These(BTreeSet::new()), false),
            _ => return (Again::All, false),
        };
        let Ok(root) = std::fs::canonicalize(project) else { return (Again::All, false) };
        if std::fs::canonicalize(project.join("content")).ok() != Some(root.join("content")) {
            // Reached through a link, so that the paths that are named are others.
            return (Again::All, false);
        }
        let (mut these, mut stands) = (BTreeSet::new(), true);
        for path in paths {
            if path.strip_prefix(&root).is_err() {
                // Reached through a link: nothing is known of it.
                return (Again::All, false);
            }
            let named = walk::source_path(&root, path);
            if !named.as_str().starts_with("content") {
                continue;
            }
            // Under this very name; another form of its characters is another file.
            let is_at = |file: &PageFile| file.found.disk.strip_prefix(project).ok() == path.strip_prefix(&root).ok();
            let lists = [&listing.pages, &listing.tables];
            let is_page = lists.iter().any(|files| position(files, &named).is_some_and(|at| is_at(&files[at])));
            let facts = std::fs::symlink_metadata(path);
            stands &= match facts {
                Ok(facts) if is_page => facts.is_file() && facts.len() <= walk::MAX_PAGE_BYTES,
                Ok(facts) => named == super::config_path() && facts.is_file(),
                // A file that came and went between two looks leaves nothing behind, unless the walk told of it.
                Err(_) => !is_page && !listing.names(&named) && self.listed_told.is_empty(),
            };
            these.insert(named.as_str().to_string());
        }
        (Again::These(these), stands)
    }

    /// Walks ahead of the next reading.
    pub fn walk(&mut self, project: &Path) {
        self.ahead = Some(walked(project));
    }

    /// Walks ahead of the next reading, if nobody has, and gives the stamps of everything that will be read: with the same
    /// stamps, a reading says the same. None where a file may still change without another stamp at the time `now`.
    pub fn stamps(&mut self, project: &Path, now: SystemTime) -> Option<Hash> {
        self.config_found = walk::found(&project.join(super::config_path().as_str()));
        let (listing, told) = self.ahead.get_or_insert_with(|| walked(project));
        stamps(listing, told, self.config_found.as_ref(), memory::mark(project), now)
    }

    /// The same stamps of what was read last.
    pub fn stamps_of_last(&self, now: SystemTime) -> Option<Hash> {
        let mark = self.memory.as_ref().and_then(|(mark, _)| *mark);
        stamps(self.listing.as_ref()?, &self.listed_told, self.config_found.as_ref(), mark, now)
    }

    /// Looks at the configuration before it is read.
    pub(super) fn look_at_config(&mut self, disk: &Path) {
        self.config_found = walk::found(disk);
    }

    /// The configuration with the identity it had before, where it says the same.
    pub(super) fn config(&mut self, config: Option<Map>) -> Option<Arc<Map>> {
        self.config = config.map(|new| kept(self.config.take(), new));
        self.config.clone()
    }

    /// The tables of holidays with the identity they had before, where they say the same.
    pub(super) fn holidays(&mut self, new: Vec<HolidayTable>) -> Arc<Vec<HolidayTable>> {
        self.holidays = kept(Some(self.holidays.clone()), new);
        self.holidays.clone()
    }

    /// Every other file; those that are not known are looked at.
    pub(super) fn files(
        &mut self,
        listing: &Arc<Listing>,
        again: &Again,
        wanted: BTreeMap<SourcePath, Wanted>,
        report: &mut Report,
    ) -> Arc<BTreeMap<SourcePath, File>> {
        let before = self.files_of.take();
        let same = |(known, asked): &(Arc<Listing>, _)| Arc::ptr_eq(known, listing) && *asked == wanted;
        if !before.as_ref().is_some_and(same) || !self.files_told.is_empty() {
            let is_known = |path: &SourcePath, found: &Found| {
                let (old, asked) = before.as_ref()?;
                let same =
                    !again.holds(path) && old.files.get(path) == Some(found) && asked.get(path) == wanted.get(path);
                self.files.get(path).filter(|_| same)
            };
            let one = |(path, found): (&SourcePath, &Found)| match is_known(path, found) {
                Some(file) => (path.clone(), Ok(file.clone()), true),
                None => (path.clone(), file(path, found, wanted.get(path)), false),
            };
            let looked: Vec<_> = listing.files.par_iter().map(one).collect();
            let all_known = self.files_told.is_empty()
                && looked.len() == self.files.len()
                && looked.iter().all(|(.., known)| *known);
            if !all_known {
                let (mut files, mut told) = (BTreeMap::new(), Vec::new());
                for (path, file, _) in looked {
                    match file {
                        Ok(file) => drop(files.insert(path, file)),
                        Err(finding) => told.push(*finding),
                    }
                }
                (self.files, self.files_told) = (Arc::new(files), told);
            }
        }
        self.files_of = Some((listing.clone(), wanted));
        report.extend(self.files_told.iter().cloned());
        self.files.clone()
    }
}

fn walked(project: &Path) -> (Arc<Listing>, Vec<Finding>) {
    let mut told = Report::new();
    let listing = Arc::new(walk::listing(project, &mut told));
    (listing, told.into_sorted())
}

fn stamps(
    listing: &Listing,
    told: &[Finding],
    config: Option<&Found>,
    memory: memory::Mark,
    now: SystemTime,
) -> Option<Hash> {
    let Listing { pages, tables, holidays, words, files } = listing;
    let pages = pages.iter().chain(tables).map(|file| (&file.path, &file.found));
    let all = pages.chain(holidays.iter().map(|file| (&file.path, &file.found))).chain(files.iter());
    let of = |found: &Found| (found.size, found.written, found.mark);
    let all = all.map(|(path, found)| found.is_settled(now).then(|| (path, of(found)))).collect::<Option<Vec<_>>>()?;
    let config = config.filter(|found| found.is_settled(now)).map(of)?;
    if words.as_ref().is_some_and(|found| !found.is_settled(now)) {
        return None;
    }
    hash(&(all, told, config, memory, words.as_ref().map(of)))
}

fn position(files: &[PageFile], path: &SourcePath) -> Option<usize> {
    files.binary_search_by(|file| file.path.cmp(path)).ok()
}

/// Brings `reads` of the `old` files to the `new` ones; both lists are in the order of their paths.
fn renew<T: Send + Sync>(
    reads: &mut Vec<Read<T>>,
    old: &[PageFile],
    new: &[PageFile],
    again: &Again,
    read: fn(&PageFile) -> Read<T>,
    same: fn(&T, &T) -> bool,
) {
    let same_list = std::ptr::eq(old, new);
    let stale: Vec<usize> = match again {
        Again::These(paths) if same_list => {
            let named = paths.iter().filter_map(|path| position(new, &SourcePath::new(path.as_str())));
            let mut stale: Vec<usize> = named.chain(unread(reads)).collect();
            stale.sort_unstable();
            stale.dedup();
            stale
        }
        _ => {
            let stands = |file: &PageFile| {
                let known = position(old, &file.path).is_some_and(|at| old[at] == *file);
                known && !again.holds(&file.path)
            };
            (0..new.len()).filter(|at| !stands(&new[*at])).collect()
        }
    };
    let fresh: Vec<Read<T>> = stale.par_iter().map(|at| read(&new[*at])).collect();
    if !same_list {
        let mut before: BTreeMap<&SourcePath, Read<T>> =
            old.iter().map(|file| &file.path).zip(reads.drain(..)).collect();
        let take = |file: &PageFile| before.remove(&file.path).unwrap_or(Read { made: None, told: Vec::new() });
        *reads = new.iter().map(take).collect();
    }
    for (at, fresh) in stale.into_iter().zip(fresh) {
        let said_before = match (&reads[at].made, &fresh.made) {
            (Some(old), Some(new)) => reads[at].told == fresh.told && same(old, new),
            _ => false,
        };
        if !said_before {
            reads[at] = fresh;
        }
    }
}

/// Files that could not be read: another program may have let them go since, without any change to them.
fn unread<T>(reads: &[Read<T>]) -> impl Iterator<Item = usize> + '_ {
    let is_unread = |read: &Read<T>| read.told.iter().any(|finding| finding.code == &codes::E136);
    reads.iter().enumerate().filter(move |(_, read)| is_unread(read)).map(|(at, _)| at)
}

fn read_page(file: &PageFile) -> Read<Arc<Source>> {
    let mut told = Report::new();
    let made = decoded(file, &mut told).and_then(|text| page(file, text, &mut told));
    Read { made: made.map(Arc::new), told: told.into_sorted() }
}

fn read_table(file: &PageFile) -> Read<Arc<Table>> {
    let mut told = Report::new();
    let read = decoded(file, &mut told).and_then(|text| open_days::sources(file, text, &mut told));
    let made = read.map(|(pages, told)| {
        let pages = pages.into_iter().map(Arc::new).collect();
        Arc::new(Table { pages, told: Arc::new(told) })
    });
    Read { made, told: told.into_sorted() }
}

/// What is read of a page follows from its file and its text. By the stamps of the file the text is found again, so they
/// have to be the ones it has now.
fn same_page(old: &Arc<Source>, new: &Arc<Source>) -> bool {
    old.file == new.file && old.text == new.text
}

fn same_table(old: &Arc<Table>, new: &Arc<Table>) -> bool {
    old.told.text() == new.told.text()
}
