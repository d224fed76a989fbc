//! A body as a later run reads it back: what lists and checks ask about it, without what it shows. That is read from its
//! file again when the page itself is made, if the file still says the same.

use std::fmt;
use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use super::pieces::Pieces;
use super::{Body, Heading, Link, Parsed, Said, Target, body, key, shown};
use crate::hash::Hash;
use crate::report::{Finding, Lines, Place, Report, Shared, SourcePath, Spot};

/// Gives the text of a file that was read in an earlier run.
pub trait Text: Send + Sync {
    /// Its path, its text, and the byte at which the body begins; none where it cannot be read.
    fn text(&self) -> Option<(SourcePath, Arc<str>, usize)>;
}

/// What a body shows, at once or when somebody asks.
#[derive(Clone, Default)]
pub(super) struct Inside {
    parsed: OnceLock<Option<Arc<Parsed>>>,
    text: Option<Arc<dyn Text>>,
}

impl fmt::Debug for Inside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Inside").field(&self.parsed).finish()
    }
}

static NOTHING: Parsed = Parsed { pieces: Pieces::none(), notes: Vec::new(), titles: Vec::new() };

impl Inside {
    pub(super) fn of(parsed: Parsed) -> Inside {
        Inside { parsed: OnceLock::from(Some(Arc::new(parsed))), text: None }
    }

    /// What is read from `text` when somebody asks.
    pub(super) fn later(text: Arc<dyn Text>) -> Inside {
        Inside { parsed: OnceLock::new(), text: Some(text) }
    }

    /// Reads the text for what is asked besides what it shows, and keeps the rest for who asks for that.
    pub(super) fn said(&self, key: &Hash) -> Said {
        let Some(read) = self.again(key) else { return Said::default() };
        let _ = self.parsed.set(read.inside.parsed.into_inner().flatten());
        read.said.into_inner().unwrap_or_default()
    }

    /// The body, read from its text; none where that is another one by now.
    fn again(&self, key: &Hash) -> Option<Body> {
        let (path, text, start) = self.text.as_ref()?.text()?;
        Some(body(&path, &text, start, &mut Report::new())).filter(|read| read.key == *key)
    }

    /// What the body shows, and nothing of what was asked of it before; none where it is another one by now.
    fn shown(&self, known: &Hash) -> Option<Parsed> {
        let (path, text, start) = self.text.as_ref()?.text()?;
        if key(&text, start) == *known { shown(&path, &text, start) } else { None }
    }

    pub(super) fn parsed(&self, key: &Hash) -> &Parsed {
        self.read(key).map_or(&NOTHING, |parsed| parsed)
    }

    pub(super) fn is_here(&self, key: &Hash) -> bool {
        self.text.is_none() || self.read(key).is_some()
    }

    fn read(&self, key: &Hash) -> Option<&Parsed> {
        self.parsed.get_or_init(|| self.shown(key).map(Arc::new)).as_deref()
    }
}

/// A body without what it shows.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    outline: Vec<Heading>,
    links: Vec<(Target, Spot, String, bool)>,
    length: usize,
    key: Hash,
    empty: bool,
    summary: String,
    told: Vec<Finding>,
}

impl Facts {
    /// The facts of `body`, with the lines its links stand in among `lines`; none of one that was refused.
    pub fn of(body: &Body, lines: &mut Lines) -> Option<Facts> {
        let link = |link: &Link| {
            Some((link.target.clone(), lines.put(link.place.span.as_ref()?), link.text.clone(), link.is_image))
        };
        Some(Facts {
            links: body.links().iter().map(link).collect::<Option<_>>()?,
            outline: body.outline().to_vec(),
            length: body.length(),
            key: body.key,
            empty: body.is_empty(),
            summary: body.summary().to_string(),
            told: body.told.clone(),
        })
        .filter(|_| !body.is_refused())
    }

    /// What other outputs may show of it or follow from it: the beginning, pictures, and the files that are offered because
    /// it leads to them.
    pub fn face(&self) -> impl Serialize {
        (&self.summary, self.empty, &self.links)
    }

    /// The hash of its text.
    pub fn key(&self) -> Hash {
        self.key
    }

    /// The body of the file `path`, whose text is asked for when it is to be shown.
    pub fn body(self, path: &SourcePath, lines: &Shared, text: Arc<dyn Text>) -> Body {
        let link = |(target, spot, text, is_image)| {
            let place = Place::at(path, lines.span(spot));
            Link { target, place, text, is_image }
        };
        let said = Said {
            outline: self.outline,
            links: self.links.into_iter().map(link).collect(),
            length: self.length,
            refused: false,
            empty: self.empty,
            summary: self.summary,
        };
        Body { key: self.key, told: self.told, said: OnceLock::from(said), inside: Inside::later(text) }
    }
}
