//! The key of an output: the hash of all that its bytes follow from. Two outputs of one key are equal, so one that was
//! made by an earlier build need not be made again. Views hold what a template can see; a body stands in them by its
//! own key and the addresses its links lead to, so that no text has to be read for it.

use std::time::SystemTime;

use serde::ser::SerializeStruct as _;
use serde::{Serialize, Serializer};

use super::view::{Body, View};
use super::{Made, Press, photo, posters};
use crate::hash::{Hash, hash};
use crate::model::OutPath;
use crate::plan::{PosterPart, Recipe};
use crate::report::Finding;

/// The key of an output.
pub type Key = Hash;

/// For templates with its HTML. In the key of a page, which is no text, it stands by the hash of what the HTML follows
/// from, so that a key can be told without making it.
impl Serialize for Body {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return (&self.key, &self.outline).serialize(serializer);
        }
        let mut body = serializer.serialize_struct("Body", 2)?;
        body.serialize_field("html", &self.html)?;
        body.serialize_field("outline", &self.outline)?;
        body.end()
    }
}

/// Whether the key of a `recipe`, where it has one, has that of the theme in it.
pub fn follows_from_theme(recipe: &Recipe) -> bool {
    match recipe {
        Recipe::File(_) | Recipe::Photo(..) | Recipe::Letter(_) | Recipe::Card => false,
        Recipe::SearchText(_) | Recipe::SearchIndex | Recipe::SearchColumns | Recipe::SearchShard(_) => false,
        Recipe::Poster(_, part) => *part == PosterPart::Page,
        _ => true,
    }
}

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
            Recipe::Poster(id, PosterPart::Pack) => {
                let supplied = posters::supplied(self, self.edition.page(id)?);
                let found = supplied.map(|(file, _)| &file.found);
                let stamps: Option<Vec<_>> =
                    found.map(|found| found.is_settled(now?).then_some((found.written, found.mark))).collect();
                hash(&("pack", self.printed_key(recipe)?, stamps?))
            }
            Recipe::SearchText(_) | Recipe::SearchIndex | Recipe::SearchColumns | Recipe::SearchShard(_) => {
                self.search_key(recipe)
            }
            recipe if follows_from_theme(recipe) => self.view_key(&self.view(out, recipe)?),
            recipe => self.printed_key(recipe),
        }
    }

    /// What the bytes of a poster, a preview or a letter follow from; of a pack, what its size follows from.
    pub(super) fn printed_key(&self, recipe: &Recipe) -> Option<Key> {
        if let Recipe::Poster(id, PosterPart::Pack) = recipe {
            let page = self.edition.page(id)?;
            let made =
                posters::packed(self, page).map(|(out, recipe)| Some((out.to_string(), self.printed_key(&recipe)?)));
            let supplied = posters::supplied(self, page).map(|(file, out)| (out.to_string(), file.found.size));
            return hash(&(made.collect::<Option<Vec<_>>>()?, supplied.collect::<Vec<_>>()));
        }
        let (sheet, made) = self.names().sheet(recipe)?;
        hash(&("sheet", self.typesetter.key(&sheet, made).to_string()))
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
        let made = self.theme.render(view.0, &view.1, out.as_str());
        (made.map(|bytes| Made::Bytes(bytes.into())).map_err(|finding| vec![*finding]), key)
    }

    fn view_key(&self, (template, view): &(&str, View)) -> Option<Key> {
        hash(&(&self.theme.key, template, view))
    }
}
