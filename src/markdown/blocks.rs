//! A body as a tree of plain values, for typesetting on paper.
//!
//! A template cannot walk a flat list of pieces with ends in it, so here the ends are paired. The tree is built in
//! one pass with its own stack ([`grow`]) and is never deeper than [`DEEPEST`] quotes and lists plus [`DEEPEST`] marks
//! inside a line: to serialise it, to drop it and to walk it in Typst, which gives up after 80 calls or 72 levels of
//! layout, takes a stack that no author can exhaust. What nests deeper joins the level above; no text is lost.

mod grow;

use serde::Serialize;

use super::{Body, Link, Resolved, html};

/// The most quotes and lists inside each other, and the most marks (bold, emphasis, deletion) around a word.
pub const DEEPEST: usize = 6;

/// What a body says, as blocks one below the other.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Blocks {
    /// The text.
    pub blocks: Vec<Block>,
    /// The footnotes; `notes[0]` is the one that [`Inline::Note`] calls 1.
    pub notes: Vec<Vec<Block>>,
}

/// Something that stands on lines of its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "type", rename_all = "lowercase")]
pub enum Block {
    /// A heading.
    Heading {
        /// 2 to 6, as in [`Body::outline`]; levels may be skipped.
        level: u8,
        /// Its text, never empty.
        inlines: Vec<Inline>,
    },
    /// A paragraph, or the text of an entry that holds no paragraphs.
    Paragraph {
        /// Its text, never empty.
        inlines: Vec<Inline>,
    },
    /// A quotation.
    Quote {
        /// What is quoted.
        blocks: Vec<Block>,
    },
    /// A list.
    List {
        /// The number of the first entry; none for bullets.
        start: Option<u64>,
        /// What stands under each number or bullet.
        entries: Vec<Vec<Block>>,
    },
    /// A table.
    Table {
        /// One for each column: `left`, `center`, `right`, or none where the author does not say.
        align: Vec<Option<&'static str>>,
        /// The cells of the first row.
        head: Vec<Vec<Inline>>,
        /// The other rows, each with as many cells as the first.
        rows: Vec<Vec<Vec<Inline>>>,
    },
    /// A block of code.
    Listing {
        /// Its lines.
        text: String,
    },
    /// A line across the page.
    Rule,
    /// A picture that stands alone in its paragraph.
    Picture {
        /// What the resolver gave, which begins with one `/`.
        src: String,
        /// What it shows, for those who cannot see it; may be empty.
        alt: String,
        /// The line below it.
        caption: Option<String>,
    },
}

/// Something that stands inside a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "t", rename_all = "lowercase")]
pub enum Inline {
    /// Text as it is.
    Text {
        /// Never empty; a line break of the source that is a space has become one.
        text: String,
    },
    /// Bold text.
    Strong {
        /// Its text.
        inlines: Vec<Inline>,
    },
    /// Stressed text.
    Emphasis {
        /// Its text.
        inlines: Vec<Inline>,
    },
    /// Text that no longer holds.
    Deleted {
        /// Its text.
        inlines: Vec<Inline>,
    },
    /// Code.
    Code {
        /// As it is.
        text: String,
    },
    /// A link.
    Link {
        /// An address that passed the gate, percent-encoded.
        url: String,
        /// Its text.
        inlines: Vec<Inline>,
    },
    /// A line break that the author asked for.
    Break,
    /// A reference to a footnote.
    Note {
        /// Counted from 1.
        number: usize,
    },
    /// A picture in running text, where paper has no room for it.
    Picture {
        /// What it shows.
        alt: String,
    },
}

impl Body {
    /// The body for typesetting. `resolve` is asked as for [`Body::html`]; a picture is one only if the answer is
    /// [`Resolved::Picture`] with a `src` that begins with one `/`, and a link only if it is [`Resolved::Href`].
    pub fn blocks(&self, resolve: &dyn Fn(&Link) -> Resolved) -> Blocks {
        let resolved = self.links().iter().map(|link| html::checked(link, resolve)).collect();
        let mut grower = grow::Grower::new(self, resolved);
        let blocks = grower.page(&self.parsed().pieces.all());
        let notes = self.parsed().notes.iter().map(|note| grower.page(&note.pieces.all())).collect();
        Blocks { blocks, notes }
    }
}
