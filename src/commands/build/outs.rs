//! Which outputs are made, and which stand in the published folder as they are.
//!
//! There are three cases. Where only bodies differ from the last build, the outputs that show those bodies are made:
//! nothing else can see them. Where anything else differs, every output has its key told, and those of other keys are
//! made. Where nothing is known, all are.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};
use std::time::SystemTime;

use crate::commands::memo::{Made, Memo};
use crate::model::{OutPath, PageId};
use crate::pipeline::kept::Inputs;
use crate::plan::Recipe;
use crate::render::key::{Key, follows_from_theme};
use crate::render::{self, Press};
use crate::report::Finding;
use crate::write::{Digest, Entry, Manifest, Source};

/// The outputs of one build.
pub struct Outs<'a> {
    press: &'a Press,
    /// The press that tells keys.
    names: Press,
    now: Option<SystemTime>,
    last: Option<&'a Made>,
    /// Pages whose bodies differ, where nothing else does.
    bodies: Option<BTreeSet<PageId>>,
    /// Whether the theme is another one than that of the last build.
    other_theme: bool,
    /// The keys that are others than those of the last build.
    keys: Mutex<BTreeMap<String, Option<Key>>>,
}

impl<'a> Outs<'a> {
    /// The outputs of `press`, made from `inputs`.
    pub fn of(press: &'a Press, memo: &'a Memo, inputs: &Inputs) -> Outs<'a> {
        let last = memo.made.as_ref();
        // Files that may have changed without another stamp stand in more outputs than one, so nothing is taken for granted.
        let is_sure = |last: &&Made| {
            let mut files =
                press.plan.outputs().filter(|(_, recipe)| matches!(recipe, Recipe::File(_) | Recipe::Photo(..)));
            files.all(|(out, _)| last.outs.get(out.as_str()).is_some_and(|(key, _)| key.is_some()))
        };
        let paths = last.filter(is_sure).and_then(|last| inputs.other_bodies(&last.inputs));
        let bodies = paths.map(|paths| {
            let pages = press.edition.pages().filter(|page| paths.contains(&page.path));
            pages.map(|page| page.id.clone()).collect()
        });
        let other_theme = last.is_some_and(|last| last.theme_key != press.theme().key);
        Outs { press, names: press.names(), now: memo.now, last, bodies, other_theme, keys: Mutex::default() }
    }

    /// Whether only what shows some bodies is made.
    pub fn are_few(&self) -> bool {
        self.bodies.is_some()
    }

    /// Where the bytes of `out` come from; `standing` are the files that are in the folder as they were written.
    pub fn source(&self, out: &OutPath, standing: &BTreeMap<String, Entry>) -> Source {
        let Some(recipe) = self.press.plan.recipe(out) else { return Source::Refused(Vec::new()) };
        let last = self.last.and_then(|last| last.outs.get(out.as_str()));
        let last = last.filter(|(_, digest)| standing.get(out.as_str()).is_some_and(|entry| entry.blake3 == *digest));
        let same_key = match (&self.bodies, last) {
            (Some(bodies), Some((key, _))) if !shows(self.press, recipe, bodies) => Some(*key),
            // Its key would be told only to be another one.
            (None, Some(_)) if self.other_theme && follows_from_theme(recipe) => None,
            (None, Some((before @ Some(_), _))) => {
                Some(self.names.key(out, recipe, self.now)).filter(|key| key == before)
            }
            _ => None,
        };
        let (source, key) = match same_key {
            Some(key) => (Source::Standing, key),
            None if last.is_some() && self.stands(recipe) => (Source::Standing, self.press.key(out, recipe, self.now)),
            None => {
                let (made, key) = self.press.make_with_key(out, recipe, self.now);
                (source(made), key)
            }
        };
        if last.is_none_or(|(before, _)| *before != key) {
            self.keys.lock().unwrap_or_else(PoisonError::into_inner).insert(out.as_str().to_string(), key);
        }
        source
    }

    /// Whether `recipe` is a part of the index that no text in it changed, though others changed elsewhere.
    fn stands(&self, recipe: &Recipe) -> bool {
        matches!(recipe, Recipe::SearchShard(number) if self.press.index().stands(*number))
    }

    /// Every file of `manifest` with its key, where it has one, and its hash.
    pub fn all(&self, manifest: &Manifest) -> BTreeMap<String, (Option<Key>, Digest)> {
        let keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        let before = |path: &String| self.last.and_then(|last| last.outs.get(path)).and_then(|(key, _)| *key);
        let key = |path: &String| keys.get(path).copied().unwrap_or_else(|| before(path));
        manifest.files().iter().map(|(path, entry)| (path.clone(), (key(path), entry.blake3))).collect()
    }
}

/// Whether `recipe` shows one of these bodies; the index shows all. A booklet binds as many texts as fit, so that of any
/// page of its campaign may matter.
fn shows(press: &Press, recipe: &Recipe, bodies: &BTreeSet<PageId>) -> bool {
    match recipe {
        Recipe::Page(id) | Recipe::Letter(id) | Recipe::SearchText(id) => bodies.contains(id),
        Recipe::Booklet(id) => {
            bodies.contains(id) || press.plan.index.of_campaign(id).iter().any(|id| bodies.contains(id))
        }
        Recipe::SearchIndex | Recipe::SearchColumns | Recipe::SearchShard(_) => !bodies.is_empty(),
        _ => false,
    }
}

fn source(made: Result<render::Made, Vec<Finding>>) -> Source {
    match made {
        Ok(render::Made::Bytes(bytes)) => Source::Bytes(bytes),
        Ok(render::Made::File(path)) => Source::File(path),
        Err(findings) => Source::Refused(findings),
    }
}
