//! What a folder held when we left it: a stamp of every folder and file in it, kept in the project's `.site`. So the next
//! build sees at the price of a look at each, without reading any, which files are still as they were written and
//! whether anything was added (faults.md F05). A stamp that differs only asks for a closer look: folders are listed and
//! files hashed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, Metadata};
use std::io;
use std::path::Path;
use std::time::SystemTime;

use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::manifest::{Entry, Manifest, RECORD, is_litter};
use super::staging::{below, parent};
use crate::load::kept::in_order;
use crate::load::walk::{Mark, is_settled};

/// What tells one state of a file or folder from another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(super) struct Stamp {
    size: u64,
    written: Option<SystemTime>,
    mark: Mark,
}

impl Stamp {
    pub(super) fn of(facts: &Metadata) -> Stamp {
        // The size of a folder says nothing that is the same everywhere.
        let size = if facts.is_dir() { 0 } else { facts.len() };
        Stamp { size, written: facts.modified().ok(), mark: Mark::of(facts) }
    }

    pub(super) fn at(path: &Path) -> io::Result<Stamp> {
        fs::symlink_metadata(path).map(|facts| Stamp::of(&facts))
    }

    /// Whether both are of one file that nobody has openly written to; names, owners and permissions may differ, and the
    /// time may have been set back.
    fn looks_like(&self, other: &Stamp) -> bool {
        (self.size, self.written) == (other.size, other.written) && self.mark.is_of_file(&other.mark)
    }
}

/// A folder we wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Tree {
    key: String,
    record: (Entry, Stamp),
    /// When the stamps were taken, by the clock of the file system.
    taken: SystemTime,
    /// By path below it; the folder itself is the empty path.
    #[serde(deserialize_with = "in_order")]
    folders: BTreeMap<String, Stamp>,
    #[serde(deserialize_with = "in_order")]
    files: BTreeMap<String, (Entry, Stamp)>,
}

/// One folder of a tree.
#[derive(Debug, Default)]
struct Looked {
    /// Whether its stamp is a settled one, and the one it was left with.
    same: bool,
    added: bool,
    missing: bool,
    now: Stamp,
}

impl Looked {
    /// Whether no name in it can have changed. Windows gives some folders no new time for that.
    fn trusted(&self) -> bool {
        cfg!(unix) && self.same
    }
}

/// What is left of a [`Tree`].
#[derive(Debug)]
pub(super) struct Sound {
    /// Files that hold the bytes that were written.
    pub(super) files: BTreeMap<String, Entry>,
    /// Whether names were added somewhere, which may be litter and empty folders.
    pub(super) added: bool,
    /// Whether a folder is gone.
    pub(super) missing: bool,
    /// The tree with the stamps that were seen, where not all were trusted; that they were is later than they say.
    pub(super) seen: Option<Tree>,
}

impl Tree {
    /// Takes the stamps of `folder`, which holds exactly what `manifest` lists, and a `record` of that; those of `before`, a
    /// tree of the same folder, are taken over where `touched` does not name the path, so that a change since that was
    /// looked at still shows. So does one of a file that was `linked` from `other`, whose mark the link itself changes.
    pub(super) fn of(
        folder: &Path,
        (manifest, record): (&Manifest, Entry),
        taken: SystemTime,
        (before, touched): (&Tree, &BTreeSet<String>),
        (other, linked): (Option<&Tree>, &BTreeSet<String>),
    ) -> io::Result<Tree> {
        let mut names = BTreeSet::from([""]);
        for path in manifest.files().keys() {
            let parents = path.match_indices('/').map(|(at, _)| &path[..at]).rev();
            for parent in parents {
                if !names.insert(parent) {
                    break;
                }
            }
        }
        let known = |path: &str, stamp: Option<&Stamp>| match stamp {
            Some(stamp) if !touched.contains(path) => Ok(*stamp),
            _ => Stamp::at(&below(folder, path)),
        };
        let names: Vec<&str> = names.into_iter().collect();
        let of_folder = |path: &&str| Ok((path.to_string(), known(path, before.folders.get(*path))?));
        let folders = names.par_iter().map(of_folder).collect::<io::Result<Vec<_>>>()?;
        let listed: Vec<(&String, &Entry)> = manifest.files().iter().collect();
        let of_file = |(path, entry): &(&String, &Entry)| {
            let linked_from = other.filter(|_| linked.contains(*path)).and_then(|tree| tree.files.get(*path));
            let stamp = match linked_from {
                Some((_, stamp)) => {
                    Some(Stamp::at(&below(folder, path))?).filter(|now| now.looks_like(stamp)).unwrap_or(*stamp)
                }
                None => known(path, before.files.get(*path).map(|(_, stamp)| stamp))?,
            };
            Ok(((*path).clone(), (**entry, stamp)))
        };
        let files = listed.par_iter().map(of_file).collect::<io::Result<Vec<_>>>()?;
        let record = (record, Stamp::at(&folder.join(RECORD))?);
        let key = manifest.key().to_string();
        Ok(Tree { key, record, taken, folders: folders.into_iter().collect(), files: files.into_iter().collect() })
    }

    /// The same stamps, taken again at the time `taken`.
    pub(super) fn taken(self, taken: SystemTime) -> Tree {
        Tree { taken, ..self }
    }

    /// The same tree of `folder` where other names of its files were removed since, which changes their marks.
    pub(super) fn restamped(&self, folder: &Path) -> Tree {
        let files: Vec<(&String, &(Entry, Stamp))> = self.files.iter().collect();
        let again = |(path, (entry, stamp)): &(&String, &(Entry, Stamp))| {
            let now = Stamp::at(&below(folder, path)).ok().filter(|now| now.looks_like(stamp));
            ((*path).clone(), (*entry, now.unwrap_or(*stamp)))
        };
        let files: Vec<_> = files.par_iter().map(again).collect();
        let (key, folders) = (self.key.clone(), self.folders.clone());
        Tree { key, folders, files: files.into_iter().collect(), ..*self }
    }

    /// The same tree, whose files have the stamps that `other` has of other names for them: to give a file another name
    /// changes its mark.
    pub(super) fn with_marks_of(mut self, other: &Tree) -> Tree {
        let mut theirs = other.files.iter().peekable();
        for (path, (_, stamp)) in &mut self.files {
            while theirs.next_if(|(name, _)| *name < path).is_some() {}
            if let Some((_, (_, now))) = theirs.next_if(|(name, _)| *name == path)
                && now.looks_like(stamp)
            {
                *stamp = *now;
            }
        }
        self
    }

    /// Whether a later change than `stamp` shows in another stamp.
    fn settled(&self, stamp: &Stamp) -> bool {
        stamp.written.is_some_and(|written| is_settled(written, self.taken))
    }

    /// Whether every path leads to a place in the folder. What was kept may have been written by anybody.
    pub(super) fn is_inside(&self) -> bool {
        let part = |part: &str| !part.is_empty() && part != "." && part != "..";
        let is_plain = |byte: u8| !matches!(byte, b'\\' | b':' | 0);
        let inside = |path: &String| path.bytes().all(is_plain) && path.split('/').all(part);
        self.files.keys().all(inside) && self.folders.keys().all(|path| path.is_empty() || inside(path))
    }

    /// A tree of which nothing is known.
    pub(super) fn unknown() -> Tree {
        let (key, record) = (String::new(), (Entry::of(&[]), Stamp::default()));
        Tree { key, record, taken: SystemTime::UNIX_EPOCH, folders: BTreeMap::new(), files: BTreeMap::new() }
    }

    /// Whether `folder` still carries the record of this tree.
    pub(super) fn is_in(&self, folder: &Path) -> bool {
        let (place, (entry, stamp)) = (folder.join(RECORD), &self.record);
        let facts = fs::symlink_metadata(&place).ok().filter(|facts| facts.is_file());
        facts
            .map(|facts| Stamp::of(&facts))
            .is_some_and(|now| now == *stamp || now.looks_like(stamp) && is(&place, entry))
    }

    /// The project the build was of.
    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// The files as the build listed them.
    pub(super) fn manifest(&self) -> Manifest {
        Manifest::of(&self.key, self.files.iter().map(|(path, (entry, _))| (path.clone(), *entry)))
    }

    /// Every file.
    pub(super) fn files(&self) -> impl Iterator<Item = &String> {
        self.files.keys()
    }

    /// Every folder below the top, the deepest first.
    pub(super) fn folders(&self) -> impl Iterator<Item = &str> {
        self.folders.keys().rev().map(String::as_str).filter(|path| !path.is_empty())
    }

    /// Whether `folder` holds names we did not write, which may be litter and empty folders.
    pub(super) fn has_more(&self, folder: &Path) -> io::Result<bool> {
        Ok(self.folders_in(folder)?.iter().any(|(_, looked)| looked.added))
    }

    /// What stands of each folder, without a look at the files.
    fn folders_in(&self, folder: &Path) -> io::Result<Vec<(&String, Looked)>> {
        let folders: Vec<(&String, &Stamp)> = self.folders.iter().collect();
        let look = |(path, stamp): &(&String, &Stamp)| -> io::Result<Looked> {
            let place = below(folder, path);
            let Ok(facts) = fs::symlink_metadata(&place) else {
                return Ok(Looked { missing: true, now: **stamp, ..Looked::default() });
            };
            let (now, is_top) = (Stamp::of(&facts), path.is_empty());
            if !facts.is_dir() {
                // A link to a folder is none of ours, and nothing is looked up through it.
                return Ok(Looked { added: true, now, ..Looked::default() });
            }
            // The step that publishes the top changes its mark, so that it is always listed.
            let as_left = if is_top { now.looks_like(stamp) } else { now == **stamp };
            let looked = Looked { same: as_left && self.settled(stamp), now, ..Looked::default() };
            let added = (is_top || !looked.trusted()) && self.adds(&place, path)?;
            Ok(Looked { added, ..looked })
        };
        folders.par_iter().map(|folder| Ok((folder.0, look(folder)?))).collect()
    }

    /// What stands in `folder` of what was written there. `other` is a tree of another folder, in which the files that are
    /// `standing` have just been seen: one of them that has its second name here is not looked at again.
    pub(super) fn sound(&self, folder: &Path, other: Option<(&Tree, &BTreeMap<String, Entry>)>) -> io::Result<Sound> {
        let folders = self.folders_in(folder)?;
        let unsure = folders.iter().filter(|(_, looked)| !looked.trusted());
        let unsure: BTreeSet<&str> = unsure.map(|(path, _)| path.as_str()).collect();
        let record = Stamp::at(&folder.join(RECORD)).unwrap_or_default();
        let files: Vec<(&String, &(Entry, Stamp))> = self.files.iter().collect();
        let is_seen = |path: &String, entry: &Entry, stamp: &Stamp| {
            let (tree, standing) = other?;
            let (_, seen) = tree.files.get(path).filter(|(_, seen)| seen == stamp)?;
            // Not all file systems mark a file that is renamed, but each marks the folder.
            let stands = standing.get(path) == Some(entry) && !unsure.contains(parent(path)) && self.settled(stamp);
            (cfg!(unix) && stands).then_some((true, *seen))
        };
        let is_sound = |(path, (entry, stamp)): &(&String, &(Entry, Stamp))| {
            if let Some(seen) = is_seen(path, entry, stamp) {
                return Some(seen);
            }
            let place = below(folder, path);
            let facts = fs::symlink_metadata(&place).ok().filter(|facts| facts.is_file());
            match facts.map(|facts| Stamp::of(&facts)) {
                Some(now) if now == *stamp && self.settled(stamp) => Some((true, now)),
                Some(now) if now.size == stamp.size && is(&place, entry) => Some((false, now)),
                _ => None,
            }
        };
        let found: Vec<Option<(bool, Stamp)>> = files.par_iter().map(is_sound).collect();
        let trusted = record == self.record.1
            && folders.iter().all(|(_, looked)| looked.same)
            && found.iter().all(|found| found.is_some_and(|(trusted, _)| trusted));
        let seen = || {
            // Nothing is known of one that is not as it was written: its old stamp might look settled later.
            let now = |found: &Option<(bool, Stamp)>| found.map_or(Stamp::default(), |(_, now)| now);
            let stamped = files.iter().zip(&found);
            let stamped = stamped.map(|((path, (entry, _)), found)| ((*path).clone(), (*entry, now(found))));
            Tree {
                key: self.key.clone(),
                record: (self.record.0, record),
                taken: self.taken,
                folders: folders.iter().map(|(path, looked)| ((*path).clone(), looked.now)).collect(),
                files: stamped.collect(),
            }
        };
        let sound = files.iter().zip(&found).filter(|(_, found)| found.is_some());
        Ok(Sound {
            files: sound.map(|((path, (entry, _)), _)| ((*path).clone(), *entry)).collect(),
            added: folders.iter().any(|(_, looked)| looked.added),
            missing: folders.iter().any(|(_, looked)| looked.missing),
            seen: (!trusted).then(seen),
        })
    }

    /// Whether `place`, which stands at `path`, holds a name we did not write; no folder at all holds none.
    fn adds(&self, place: &Path, path: &str) -> io::Result<bool> {
        let entries = match fs::read_dir(place) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(false),
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name();
            let Some(name) = name.to_str() else { return Ok(true) };
            let inside = if path.is_empty() { name.to_string() } else { format!("{path}/{name}") };
            let ours = match entry.file_type()?.is_dir() {
                true => self.folders.contains_key(&inside),
                false => self.files.contains_key(&inside) || inside == RECORD || is_litter(name),
            };
            if !ours {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

/// Whether the file at `path` holds the bytes of `entry`.
fn is(path: &Path, entry: &Entry) -> bool {
    entry.is_at(path).unwrap_or(false)
}
