//! The key of an output: the hash of all that its bytes follow from. Two outputs of one key are equal, so one that was
//! made by an earlier build need not be made again. Views hold what a template can see; a body stands in them by its
//! own key and the addresses its links lead to, so that no text has to be read for it.

use std::time::SystemTime;

use super::view::View;
use super::{Made, Press, photo};
use crate::load::kept::{Hash, hash};
use crate::model::OutPath;
use crate::plan::{PosterPart, Recipe};
use crate::report::Finding;

/// The key of an output.
pub type Key = Hash;

impl Press {
    /// A press that leaves bodies out of views; it makes keys only.
    pub fn names(&self) -> Press {
        Press { named: true, ..self.clone() }
    }

    /// The key of an output; none of one that is made as quickly as its key would be, and of a file that changed so
    /// shortly before `now` that it may change again without another stamp.
    pub fn key(&self, out: &OutPath, recipe: &Recipe, now: Option<SystemTime>) -> Option<Key> {
        match recipe {
            Recipe::File(path) => {
                let found = &self.edition.file(path)?.found;
                found.is_settled(now?).then(|| hash(&("file", found.size, found.written, found.mark))).flatten()
            }
            Recipe::Photo(path, width) => {
                let file = self.edition.file(path)?;
                let (found, turn) = (&file.found, file.facts.orientation);
                let parts = ("photo", photo::EDITION, width, turn, found.size, found.written, found.mark);
                found.is_settled(now?).then(|| hash(&parts)).flatten()
            }
            Recipe::Poster(_, PosterPart::Page) => self.view_key(&self.view(out, recipe)?),
            Recipe::Poster(_, PosterPart::Pack) => None,
            Recipe::SearchText(_) | Recipe::SearchIndex | Recipe::SearchColumns | Recipe::SearchShard(_) => {
                self.search_key(recipe)
            }
            Recipe::Poster(..) | Recipe::Letter(_) | Recipe::Card => {
                let (sheet, made) = self.names().sheet(recipe)?;
                hash(&("sheet", self.typesetter.key(&sheet, made).to_string()))
            }
            recipe => self.view_key(&self.view(out, recipe)?),
        }
    }

    /// The output with its key.
    pub fn make_with_key(
        &self,
        out: &OutPath,
        recipe: &Recipe,
        now: Option<SystemTime>,
    ) -> (Result<Made, Vec<Finding>>, Option<Key>) {
        let seen = self.is_here(recipe).then(|| self.view(out, recipe)).flatten();
        let Some(view) = seen.filter(|_| !self.proofs) else {
            return (self.make(out, recipe), self.key(out, recipe, now));
        };
        let key = self.view_key(&view);
        let made = self.theme.render(view.0, &view.1, view.1.site, out.as_str());
        (made.map(|bytes| Made::Bytes(bytes.into())).map_err(|finding| vec![*finding]), key)
    }

    fn view_key(&self, (template, view): &(&str, View)) -> Option<Key> {
        let view = postcard::to_allocvec(view).ok()?;
        let mut hasher = blake3::Hasher::new();
        for part in [self.theme.key.as_bytes(), template.as_bytes(), &self.shared_key?, &view] {
            hasher.update(&(part.len() as u64).to_le_bytes()).update(part);
        }
        Some(hasher.finalize().into())
    }
}
