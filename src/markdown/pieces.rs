//! A body between parser and page: a flat list of pieces, owned, decoded and already judged.
//!
//! It is flat on purpose: whatever reads it goes through it once from left to right, so no nesting can exhaust a
//! stack. Every `Open` has its `Close`.

use super::foreign;

const MARKED: usize = foreign::MARKS.0.len() + foreign::MARKS.1.len();

/// An element with a beginning and an end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Element {
    Paragraph,
    /// The heading with this number in the outline.
    Heading(usize),
    Quote,
    Bullets,
    /// A numbered list and its first number.
    Numbered(u64),
    /// One entry of a list.
    Entry,
    Table,
    /// The first row of a table.
    Head,
    Row,
    Cell(Align),
    /// A cell of the first row.
    HeadCell(Align),
    Emphasis,
    Strong,
    Deleted,
    /// The link with this number.
    Link(usize),
}

/// Where the text of a table cell stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Align {
    Default,
    Left,
    Center,
    Right,
}

/// One step through a body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Piece {
    Open(Element),
    Close(Element),
    Text(String),
    /// Code inside a line.
    Code(String),
    /// A block of code: its language, from `a-z`, `0-9` and `-`, and its text. Boxed, because it is rare and every piece
    /// is as large as the largest.
    Listing(Box<(String, String)>),
    SoftBreak,
    HardBreak,
    Rule,
    /// A reference to the footnote with this number in order of definition.
    Note(usize),
    /// The picture with this number among the links.
    Picture(usize),
}

impl Element {
    /// Whether it stands inside a line.
    pub(super) fn is_inline(self) -> bool {
        matches!(self, Element::Emphasis | Element::Strong | Element::Deleted | Element::Link(_))
    }
}

impl Piece {
    /// Whether text before it and text after it are not in one line.
    pub(super) fn is_border(&self) -> bool {
        match self {
            Piece::Open(element) | Piece::Close(element) => !element.is_inline(),
            Piece::Listing(..) | Piece::SoftBreak | Piece::HardBreak | Piece::Rule | Piece::Picture(_) => true,
            Piece::Text(_) | Piece::Code(_) | Piece::Note(_) => false,
        }
    }

    /// About how many bytes of HTML it becomes; addresses are not counted.
    pub(super) fn cost(&self) -> usize {
        match self {
            Piece::Open(Element::Cell(Align::Default)) | Piece::Close(_) => 9,
            Piece::Open(Element::Link(_)) | Piece::Picture(_) | Piece::Note(_) => 120,
            Piece::Open(_) | Piece::SoftBreak | Piece::HardBreak | Piece::Rule => 26,
            Piece::Text(text) => 16 + escaped_length(text) + MARKED * foreign::english(text).count(),
            Piece::Code(text) => 16 + escaped_length(text),
            Piece::Listing(listing) => 16 + escaped_length(&listing.1),
        }
    }
}

fn escaped_length(text: &str) -> usize {
    text.len() + 5 * text.bytes().filter(|b| matches!(b, b'<' | b'>' | b'&' | b'"' | b'\'')).count()
}
