//! How large the files are that are made, to be told beside their links.

use std::collections::BTreeMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use serde::{Serialize, Serializer};

use super::key::Key;
use super::posters::is_printed;
use super::{Press, words};
use crate::model::OutPath;
use crate::plan::{CalendarOf, Recipe};

/// How large a file is that is made: `1.2 MB`, or empty where the file is not made, which is so in a check. In the key
/// of a page it stands by what the file follows from, where that is known without making it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Size {
    bytes: Option<u64>,
    key: Option<Key>,
}

impl Serialize for Size {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.key {
            Some(key) if !serializer.is_human_readable() => key.serialize(serializer),
            _ => self.bytes.map(words::size).unwrap_or_default().serialize(serializer),
        }
    }
}

/// Sizes that many pages tell, each found once.
pub(super) type Known = Mutex<BTreeMap<OutPath, Arc<OnceLock<Option<u64>>>>>;

/// So many waves there are.
pub const WAVES: usize = 3;

/// In which wave an output is made: first what is set by the typesetter, then other files that are offered, and last the
/// pages, which tell the sizes of both.
pub fn wave(recipe: &Recipe) -> usize {
    match recipe {
        recipe if is_printed(recipe) => 0,
        Recipe::CalendarFile(_) | Recipe::OpenDaysData | Recipe::OpenDaysSchema | Recipe::OpenDaysTable => 1,
        _ => 2,
    }
}

impl Press {
    /// The size of a poster, a pack or a letter. It follows from what is printed, so a key can be told without making
    /// any bytes; neither are any made for a proof.
    pub(super) fn printed_size(&self, recipe: &Recipe) -> Size {
        let bytes = match self.named || self.proofs {
            true => None,
            false => self.printed(recipe).and_then(Result::ok).map(|bytes| bytes.len() as u64),
        };
        Size { bytes, key: self.printed_key(recipe) }
    }

    /// The size of an output that is written without a template, such as a calendar file; ahead of all bodies that of
    /// the whole site is in doubt, because it needs so many of them.
    pub(super) fn written_size(&self, out: &OutPath) -> Size {
        let Some(recipe) = self.plan.recipe(out) else { return Size::default() };
        let of_part = matches!(recipe, Recipe::CalendarFile(CalendarOf::Page(_) | CalendarOf::Region(_)));
        if self.edition.is_ahead() && !of_part {
            self.doubt.store(true, Ordering::Relaxed);
            return Size::default();
        }
        let bytes = *self.size_of(out).get_or_init(|| Some(self.bytes(out, recipe).ok()?.len() as u64));
        Size { bytes, key: None }
    }

    /// Remembers the size of an output that is made before the pages that tell it.
    pub(super) fn remember_size(&self, out: &OutPath, recipe: &Recipe, bytes: &[u8]) {
        if wave(recipe) == 1 {
            let _ = self.size_of(out).set(Some(bytes.len() as u64));
        }
    }

    fn size_of(&self, out: &OutPath) -> Arc<OnceLock<Option<u64>>> {
        let mut known = self.sizes.lock().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(known.entry(out.clone()).or_default())
    }
}
