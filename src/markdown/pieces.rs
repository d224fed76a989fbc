//! A body between parser and page: a flat list of pieces, owned, decoded and already judged.
//!
//! It is flat on purpose: whatever reads it goes through it once from left to right, so no nesting can exhaust a
//! stack. Every `Open` has its `Close`. It is kept as bytes, because ten thousand bodies wait in memory for each other.

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
    Numbered(usize),
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
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'t> {
    Open(Element),
    Close(Element),
    Text(&'t str),
    /// Code inside a line.
    Code(&'t str),
    /// A block of code: its language, from `a-z`, `0-9` and `-`, and its text.
    Listing(&'t str, &'t str),
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

    /// Its mark, below 64, and the number it holds.
    fn mark(self) -> (u8, Option<usize>) {
        match self {
            Element::Paragraph => (0, None),
            Element::Heading(number) => (1, Some(number)),
            Element::Quote => (2, None),
            Element::Bullets => (3, None),
            Element::Numbered(first) => (4, Some(first)),
            Element::Entry => (5, None),
            Element::Table => (6, None),
            Element::Head => (7, None),
            Element::Row => (8, None),
            Element::Emphasis => (9, None),
            Element::Strong => (10, None),
            Element::Deleted => (11, None),
            Element::Link(number) => (12, Some(number)),
            Element::Cell(align) => (16 + align as u8, None),
            Element::HeadCell(align) => (20 + align as u8, None),
        }
    }

    /// The element of a mark; `number` gives what it holds.
    fn of(mark: u8, number: impl FnOnce() -> usize) -> Element {
        const ALIGNS: [Align; 4] = [Align::Default, Align::Left, Align::Center, Align::Right];
        match mark {
            0 => Element::Paragraph,
            1 => Element::Heading(number()),
            2 => Element::Quote,
            3 => Element::Bullets,
            4 => Element::Numbered(number()),
            5 => Element::Entry,
            6 => Element::Table,
            7 => Element::Head,
            8 => Element::Row,
            9 => Element::Emphasis,
            10 => Element::Strong,
            11 => Element::Deleted,
            12 => Element::Link(number()),
            mark if mark < 20 => Element::Cell(ALIGNS[usize::from(mark) & 3]),
            mark => Element::HeadCell(ALIGNS[usize::from(mark) & 3]),
        }
    }
}

/// Pieces as they are kept: a byte for each that says which it is, with the number it holds, if any, in the seven lower
/// bits of one byte or more; and all their texts.
#[derive(Debug, Clone, Default)]
pub(super) struct Pieces {
    marks: Vec<u8>,
    text: String,
}

/// What stands for a piece in its mark; that of an element is added to the first of those that open or close one.
mod mark {
    pub(super) const TEXT: u8 = 0;
    pub(super) const CODE: u8 = 1;
    pub(super) const LISTING: u8 = 2;
    pub(super) const SOFT_BREAK: u8 = 3;
    pub(super) const HARD_BREAK: u8 = 4;
    pub(super) const RULE: u8 = 5;
    pub(super) const NOTE: u8 = 6;
    pub(super) const PICTURE: u8 = 7;
    pub(super) const CLOSE: u8 = 64;
    pub(super) const OPEN: u8 = 128;
}

impl Pieces {
    /// No pieces.
    pub(super) const fn none() -> Pieces {
        Pieces { marks: Vec::new(), text: String::new() }
    }

    /// These pieces, in no more memory than they need.
    pub(super) fn of(pieces: &[Piece]) -> Pieces {
        let length = |piece: &Piece| match piece {
            Piece::Text(text) | Piece::Code(text) => text.len(),
            Piece::Listing(language, text) => language.len() + text.len(),
            _ => 0,
        };
        let mut kept = Pieces { marks: Vec::new(), text: String::with_capacity(pieces.iter().map(length).sum()) };
        kept.marks.reserve(2 * pieces.len());
        pieces.iter().for_each(|piece| kept.push(*piece));
        kept.marks.shrink_to_fit();
        kept
    }

    /// No pieces, with room for so many bytes of text.
    pub(super) fn with_room(bytes: usize) -> Pieces {
        Pieces { marks: Vec::with_capacity(bytes / 8), text: String::with_capacity(bytes) }
    }

    /// How many bytes all texts have.
    pub(super) fn length(&self) -> usize {
        self.text.len()
    }

    pub(super) fn push(&mut self, piece: Piece) {
        match piece {
            Piece::Text(text) => self.words(mark::TEXT, text),
            Piece::Code(text) => self.words(mark::CODE, text),
            Piece::Listing(language, text) => {
                self.words(mark::LISTING, language);
                self.number(text.len());
                self.text.push_str(text);
            }
            Piece::SoftBreak => self.marks.push(mark::SOFT_BREAK),
            Piece::HardBreak => self.marks.push(mark::HARD_BREAK),
            Piece::Rule => self.marks.push(mark::RULE),
            Piece::Note(number) => self.numbered(mark::NOTE, number),
            Piece::Picture(number) => self.numbered(mark::PICTURE, number),
            Piece::Open(element) => self.element(mark::OPEN, element),
            Piece::Close(element) => self.element(mark::CLOSE, element),
        }
    }

    fn words(&mut self, mark: u8, text: &str) {
        self.numbered(mark, text.len());
        self.text.push_str(text);
    }

    fn element(&mut self, which: u8, element: Element) {
        let (mark, number) = element.mark();
        match number {
            Some(number) => self.numbered(which + mark, number),
            None => self.marks.push(which + mark),
        }
    }

    fn numbered(&mut self, mark: u8, number: usize) {
        self.marks.push(mark);
        self.number(number);
    }

    fn number(&mut self, mut number: usize) {
        while number >= 0x80 {
            self.marks.push(0x80 | (number & 0x7F) as u8);
            number >>= 7;
        }
        self.marks.push(number as u8);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }

    /// All of them, to be gone through.
    pub(super) fn all(&self) -> Vec<Piece<'_>> {
        // Most marks are one byte, and most others two.
        let mut all = Vec::with_capacity(self.marks.len());
        let mut kept = Unread { marks: &self.marks, text: &self.text };
        while let Some((mark, rest)) = kept.marks.split_first() {
            kept.marks = rest;
            all.push(kept.piece(*mark));
        }
        all
    }
}

/// What is left of kept pieces while they are read.
struct Unread<'t> {
    marks: &'t [u8],
    text: &'t str,
}

impl<'t> Unread<'t> {
    fn piece(&mut self, mark: u8) -> Piece<'t> {
        match mark {
            mark::TEXT => Piece::Text(self.words()),
            mark::CODE => Piece::Code(self.words()),
            mark::LISTING => Piece::Listing(self.words(), self.words()),
            mark::SOFT_BREAK => Piece::SoftBreak,
            mark::HARD_BREAK => Piece::HardBreak,
            mark::RULE => Piece::Rule,
            mark::NOTE => Piece::Note(self.number()),
            mark::PICTURE => Piece::Picture(self.number()),
            mark::OPEN.. => Piece::Open(Element::of(mark - mark::OPEN, || self.number())),
            _ => Piece::Close(Element::of(mark - mark::CLOSE, || self.number())),
        }
    }

    fn words(&mut self) -> &'t str {
        let (words, rest) = self.text.split_at(self.number());
        self.text = rest;
        words
    }

    fn number(&mut self) -> usize {
        let (mut number, mut bits) = (0, 0);
        while let Some((byte, rest)) = self.marks.split_first() {
            self.marks = rest;
            number |= usize::from(byte & 0x7F) << bits;
            bits += 7;
            if *byte < 0x80 {
                break;
            }
        }
        number
    }
}

impl Piece<'_> {
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
            Piece::Listing(_, text) => 16 + escaped_length(text),
        }
    }
}

fn escaped_length(text: &str) -> usize {
    text.len() + 5 * text.bytes().filter(|b| matches!(b, b'<' | b'>' | b'&' | b'"' | b'\'')).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_comes_back() {
        let mut elements = vec![
            Element::Paragraph,
            Element::Quote,
            Element::Bullets,
            Element::Entry,
            Element::Table,
            Element::Head,
            Element::Row,
            Element::Emphasis,
            Element::Strong,
            Element::Deleted,
        ];
        for number in [0, 1, 127, 128, 300, 999_999_999] {
            elements.extend([Element::Heading(number), Element::Numbered(number), Element::Link(number)]);
        }
        for align in [Align::Default, Align::Left, Align::Center, Align::Right] {
            elements.extend([Element::Cell(align), Element::HeadCell(align)]);
        }
        let long = "海报".repeat(5_000);
        let mut pieces: Vec<Piece> =
            elements.into_iter().flat_map(|element| [Piece::Open(element), Piece::Close(element)]).collect();
        pieces.extend([
            Piece::Text(""),
            Piece::Text("正文"),
            Piece::Code(&long),
            Piece::Listing("rust", "let x = 1;\n"),
        ]);
        pieces.extend([Piece::SoftBreak, Piece::HardBreak, Piece::Rule, Piece::Note(0), Piece::Picture(70_000)]);
        pieces.push(Piece::Listing("", &long));
        assert_eq!(Pieces::of(&pieces).all(), pieces);
        assert!(Pieces::none().all().is_empty());
    }
}
