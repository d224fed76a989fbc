//! Markdown to safe HTML, blocks for paper, an outline, the links that stand in it, and plain text.
//!
//! A body goes through four stages, each a file: [`source`] prepares the text for the parser (Chinese emphasis,
//! indentation, line breaks) and keeps the way back to the file; [`reader`] turns the parser's events into a flat
//! list of [`pieces`] and lets no address past [`gate`]; [`join`] decides about line breaks; [`html`] writes the
//! page once its addresses are known, or [`mod@blocks`] a tree for typesetting. Nothing here recurses over the nesting
//! of a document.

mod blocks;
mod chars;
mod dangling;
mod depth;
mod emphasis;
mod findings;
mod foreign;
mod gate;
mod html;
mod join;
mod kept;
mod lines;
mod notes;
mod outline;
mod pieces;
mod plain;
mod prose;
mod raw;
mod reader;
mod source;
#[cfg(test)]
mod tests;
mod web;

pub use blocks::{Block, Blocks, Inline};

use std::sync::{Arc, OnceLock};

use serde::{Deserialize, Serialize};

use crate::hash::Hash;
use crate::report::{Finding, Place, Report, SourcePath};

pub use chars::is_han;
use findings::Findings;
use kept::Inside;
pub use kept::{Facts, Text};
pub use lines::Lines;
use notes::Note;
use pieces::{Piece, Pieces};
pub use prose::{MASK, Prose};

/// The most bytes of HTML one body may become (8 MiB).
pub const MAX_HTML: usize = 8 * 1024 * 1024;

/// What a page says, ready to be written as HTML once its links are resolved.
#[derive(Debug, Clone, Default)]
pub struct Body {
    /// The hash of the text it is read from.
    pub key: Hash,
    /// What the wording of the page is told for, once it is shown; also that of the header.
    pub told: Vec<Finding>,
    said: OnceLock<Said>,
    inside: Inside,
}

/// What is asked of a body besides what it shows.
#[derive(Debug, Clone, Default)]
struct Said {
    outline: Vec<Heading>,
    links: Vec<Link>,
    length: usize,
    refused: bool,
    empty: bool,
    summary: String,
}

/// What a body shows, piece by piece.
#[derive(Debug, Clone, Default)]
struct Parsed {
    pieces: Pieces,
    notes: Vec<Note>,
    titles: Vec<String>,
}

/// One heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// 2 to 6; the shallowest heading of a body is 2, because the page's title is the only `<h1>`.
    pub level: u8,
    /// Tells the position, `s2-1`; unique in the body.
    pub id: String,
    /// The text without marks.
    pub text: String,
}

/// One link or picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it leads.
    pub target: Target,
    /// Where it stands in the file.
    pub place: Place,
    /// The text of the link, or the alternative text of the picture.
    pub text: String,
    /// Whether it is a picture.
    pub is_image: bool,
}

/// Where a link leads, as the author wrote it, decoded and judged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Target {
    /// A path that begins in the file's own folder.
    Relative {
        /// Percent-decoded, NFC, without query; it may contain `..`.
        path: String,
        /// What follows `#`, decoded.
        anchor: Option<String>,
    },
    /// A path that begins with one `/`.
    Rooted {
        /// Percent-decoded, NFC, without query, with its leading `/`; it may contain `..`.
        path: String,
        /// What follows `#`, decoded.
        anchor: Option<String>,
    },
    /// A spot in the same page, without `#`, decoded.
    Anchor(String),
    /// A web address, `http://…` or `https://…`.
    External(String),
    /// `mailto:…` or `tel:…`.
    Contact(String),
    /// Refused; the finding has been added, and only the text is shown.
    None,
}

/// What a link becomes on a page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub enum Resolved {
    /// A link.
    Href {
        /// The address, percent-encoded, not yet escaped for HTML.
        url: String,
        /// Whether it leaves the site.
        external: bool,
    },
    /// A link to a file of the site.
    File {
        /// The address, percent-encoded, not yet escaped for HTML.
        url: String,
        /// Its type and size, such as `PDF，1.2 MB`.
        facts: String,
    },
    /// A picture.
    Picture {
        /// The address, percent-encoded, not yet escaped for HTML.
        src: String,
        /// Width in pixels, if known.
        width: Option<u32>,
        /// Height in pixels, if known.
        height: Option<u32>,
        /// Addresses of the same picture in widths in pixels, the narrowest first.
        sizes: Vec<(String, u32)>,
    },
    /// Only the text.
    PlainText,
}

/// Where on a page a body stands.
#[derive(Debug, Clone, Copy, Default)]
pub struct Within<'a> {
    /// What all its ids begin with, so that several bodies can stand on one page.
    pub ids: &'a str,
    /// How many levels its headings are lowered, at most to the sixth.
    pub deeper: u8,
}

/// Reads the body of the file `path`, which begins at the byte `start` of its whole decoded `text`.
pub fn body(path: &SourcePath, text: &str, start: usize, report: &mut Report) -> Body {
    read(path, text, start, key(text, start), report).0
}

/// The same of a body with this [`key`], and the running text of it.
pub fn read(path: &SourcePath, text: &str, start: usize, key: Hash, report: &mut Report) -> (Body, Prose) {
    let start = text.floor_char_boundary(start);
    let mut findings = Findings::new(lines::Lines::of(path, text), report);
    if let Some(at) = depth::too_deep(&text[start..]) {
        findings.too_deep(start + at);
        let said = OnceLock::from(Said { refused: true, empty: true, ..Said::default() });
        return (Body { said, key, ..Body::default() }, Prose::default());
    }
    let mut draft = reader::draft(&source::Prepared::of(text, start), &mut findings, true);
    let prose = std::mem::take(&mut draft.prose);
    (Body { key, ..Body::of(draft) }, prose)
}

/// What the body of the file `path` shows, of which everything else is known; none where it is refused.
fn shown(path: &SourcePath, text: &str, start: usize) -> Option<Parsed> {
    let start = text.floor_char_boundary(start);
    if depth::too_deep(&text[start..]).is_some() {
        return None;
    }
    let mut nobody = Report::new();
    let mut findings = Findings::new(lines::Lines::of(path, text), &mut nobody);
    let draft = reader::draft(&source::Prepared::of(text, start), &mut findings, false);
    let (pieces, notes) = ordered(&draft.pieces, &draft.notes);
    Some(Parsed { pieces: Pieces::of(&pieces), notes, titles: draft.titles })
}

/// What is shown, with its lines joined and its footnotes in order.
fn ordered<'p>(pieces: &'p Pieces, notes: &'p [Pieces]) -> (Vec<Piece<'p>>, Vec<Note>) {
    let mut pieces = join::lines(pieces.all());
    let notes = notes.iter().map(|note| join::lines(note.all())).collect();
    let notes = notes::ordered(&mut pieces, notes);
    (pieces, notes)
}

/// The key of the body that begins at the byte `start` of a whole `text`.
fn key(text: &str, start: usize) -> Hash {
    Hash::of(&text.as_bytes()[text.floor_char_boundary(start)..])
}

/// `text` as a summary: at most 120 characters, cut after a sentence where there is one.
pub fn shortened(text: &str) -> String {
    plain::summary(text)
}

impl Body {
    fn of(draft: reader::Draft) -> Body {
        let (pieces, notes) = ordered(&draft.pieces, &draft.notes);
        let (mut outline, mut links, mut titles) = (outline::of(&draft.levels), draft.links, draft.titles);
        plain::name(&pieces, &mut outline, &mut links);
        for note in &notes {
            plain::name(&note.pieces.all(), &mut outline, &mut links);
        }
        let shows =
            |piece: &Piece| !matches!(piece, Piece::Open(_) | Piece::Close(_) | Piece::SoftBreak | Piece::HardBreak);
        let empty = !pieces.iter().any(shows);
        let summary = plain::summary(&plain::opening(&pieces, &links));
        // These stay for as long as the page does.
        links.shrink_to_fit();
        titles.shrink_to_fit();
        let mut length = plain::Length::default();
        length.add(&pieces, &links);
        notes.iter().for_each(|note| length.add(&note.pieces.all(), &links));
        let length = length.count();
        let inside = Inside::of(Parsed { pieces: Pieces::of(&pieces), notes, titles });
        let said = OnceLock::from(Said { outline, links, length, refused: false, empty, summary });
        Body { said, inside, ..Body::default() }
    }

    /// A body that is read when somebody asks for anything it says, from a `text` whose body, as a text of its own, has this
    /// `key`. Nothing is told of it.
    pub fn ahead(key: Hash, text: Arc<dyn Text>) -> Body {
        Body { key, inside: Inside::later(text), ..Body::default() }
    }

    fn said(&self) -> &Said {
        self.said.get_or_init(|| self.inside.said(&self.key))
    }

    /// The headings, in order.
    pub fn outline(&self) -> &[Heading] {
        &self.said().outline
    }

    /// Every link and picture, in the order of the source.
    pub fn links(&self) -> &[Link] {
        &self.said().links
    }

    /// Han characters plus words of other scripts.
    pub fn length(&self) -> usize {
        self.said().length
    }

    /// What it shows; nothing where its text is gone.
    fn parsed(&self) -> &Parsed {
        self.inside.parsed(&self.key)
    }

    /// Whether its text is still the one it was read from. One that was read in this run always is.
    pub fn is_here(&self) -> bool {
        self.inside.is_here(&self.key)
    }

    /// The body's HTML. `resolve` is asked once for every link and picture, in order, except for refused ones; an
    /// answer that is no safe address is shown as text.
    pub fn html(&self, resolve: &dyn Fn(&Link) -> Resolved) -> String {
        self.html_within(Within::default(), resolve)
    }

    /// The same, as it stands `within` a page. Links to spots in the body lead where `resolve` says, with the ids there.
    pub fn html_within(&self, within: Within, resolve: &dyn Fn(&Link) -> Resolved) -> String {
        html::write(self, within, resolve)
    }

    /// The text without marks, one line a block.
    pub fn plain(&self) -> String {
        let Parsed { pieces, notes, .. } = self.parsed();
        plain(&pieces.all(), notes, self.links())
    }

    /// The first paragraphs as plain text, at most 120 characters, cut after a sentence where there is one.
    pub fn summary(&self) -> &str {
        &self.said().summary
    }

    /// The ids of the headings, which a link with `#` can name.
    pub fn anchors(&self) -> impl Iterator<Item = &str> {
        self.outline().iter().map(|heading| heading.id.as_str())
    }

    /// Whether nothing would be shown.
    pub fn is_empty(&self) -> bool {
        self.said().empty
    }

    /// Whether it was not read at all, which was reported.
    pub fn is_refused(&self) -> bool {
        self.said().refused
    }
}

fn plain(pieces: &[Piece], notes: &[Note], links: &[Link]) -> String {
    let mut plain = String::new();
    plain::write(&mut plain, pieces, links);
    for note in notes {
        plain::write(&mut plain, &note.pieces.all(), links);
    }
    plain
}
