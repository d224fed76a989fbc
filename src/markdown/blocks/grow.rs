//! From the flat list of pieces to the tree: one pass, with the open blocks, the open line and the open table kept here.
//!
//! Text may stand in a list entry without a paragraph around it, so a line begins with the first thing that stands in
//! it and ends where a block begins or ends. Elements below [`DEEPEST`] are counted and not opened.

use std::mem::take;

use super::super::pieces::{Align, Element, Piece};
use super::super::{Body, MAX_HTML, Resolved, gate};
use super::{Block, DEEPEST, Inline};

/// Grows one list of blocks after the other: the text, and every footnote.
pub(super) struct Grower<'a> {
    body: &'a Body,
    resolved: Vec<Resolved>,
    /// Bytes of text and addresses so far, all lists together.
    size: usize,
    /// Finished blocks of what is open, outermost first; the first level is the page itself.
    levels: Vec<Level>,
    line: Option<Line>,
    table: Table,
    /// How many quotes and lists are open, with those that are not opened.
    depth: usize,
}

/// An open quote or list, or the page.
#[derive(Default)]
struct Level {
    blocks: Vec<Block>,
    /// Entries before the open one.
    entries: Vec<Vec<Block>>,
}

/// A table between its first cell and its last.
#[derive(Default)]
struct Table {
    align: Vec<Option<&'static str>>,
    head: Vec<Vec<Inline>>,
    rows: Vec<Vec<Vec<Inline>>>,
    row: Vec<Vec<Inline>>,
}

/// A paragraph, heading or cell that is being read.
struct Line {
    heading: Option<usize>,
    /// Finished parts of what is open in the line, outermost first; the first is the line itself.
    open: Vec<Vec<Inline>>,
    /// How many marks are open, with those that are not opened.
    marks: usize,
    /// Whether it says anything besides pictures.
    speaks: bool,
    pictures: Vec<usize>,
}

impl Line {
    fn new(heading: Option<usize>) -> Line {
        Line { heading, open: vec![Vec::new()], marks: 0, speaks: false, pictures: Vec::new() }
    }

    fn push(&mut self, inline: Inline) {
        if let Some(inlines) = self.open.last_mut() {
            inlines.push(inline);
        }
    }

    fn text(&mut self, text: &str) {
        self.speaks |= !text.trim().is_empty();
        if let Some(Inline::Text { text: before }) = self.open.last_mut().and_then(|inlines| inlines.last_mut()) {
            before.push_str(text);
        } else if !text.is_empty() {
            self.push(Inline::Text { text: text.to_string() });
        }
    }

    /// Ends the innermost mark or link; one that holds nothing vanishes.
    fn close(&mut self, wrapped: impl FnOnce(Vec<Inline>) -> Inline) {
        if self.open.len() > 1
            && let Some(inlines) = self.open.pop()
            && !inlines.is_empty()
        {
            self.push(wrapped(inlines));
        }
    }

    fn is_empty(&self) -> bool {
        !self.speaks && self.pictures.is_empty()
    }
}

impl<'a> Grower<'a> {
    /// A grower for `body`, whose links lead to `resolved`.
    pub(super) fn new(body: &'a Body, resolved: Vec<Resolved>) -> Grower<'a> {
        Grower { body, resolved, size: 0, levels: Vec::new(), line: None, table: Table::default(), depth: 0 }
    }

    /// The blocks that `pieces` are; what is too much for one body is left out.
    pub(super) fn page(&mut self, pieces: &[Piece]) -> Vec<Block> {
        self.levels = vec![Level::default()];
        for piece in pieces {
            match piece {
                Piece::Open(element) => self.open(*element),
                Piece::Close(element) => self.close(*element),
                _ if self.size > MAX_HTML => {}
                piece => self.leaf(piece),
            }
        }
        self.end_line();
        self.levels.pop().map_or(Vec::new(), |page| page.blocks)
    }

    fn open(&mut self, element: Element) {
        if element.is_inline() {
            return self.open_inline(element);
        }
        self.end_line();
        match element {
            Element::Heading(number) => self.line = Some(Line::new(Some(number))),
            Element::Quote | Element::Bullets | Element::Numbered(_) => {
                self.depth += 1;
                if self.depth <= DEEPEST {
                    self.levels.push(Level::default());
                }
            }
            Element::Table => self.table = Table::default(),
            Element::Cell(_) => self.line = Some(Line::new(None)),
            Element::HeadCell(align) => {
                self.table.align.push(word(align));
                self.line = Some(Line::new(None));
            }
            _ => {}
        }
    }

    fn close(&mut self, element: Element) {
        if element.is_inline() {
            return self.close_inline(element);
        }
        match element {
            Element::Cell(_) | Element::HeadCell(_) => self.end_cell(),
            _ => self.end_line(),
        }
        match element {
            Element::Head => self.table.head = take(&mut self.table.row),
            Element::Row => {
                let mut row = take(&mut self.table.row);
                row.resize(self.table.head.len(), Vec::new());
                self.table.rows.push(row);
            }
            Element::Table => {
                let Table { align, head, rows, .. } = take(&mut self.table);
                self.put(Block::Table { align, head, rows });
            }
            Element::Entry => self.end_entry(),
            Element::Quote => self.end_level(|level| Block::Quote { blocks: level.blocks }),
            Element::Bullets => self.end_level(|level| Block::List { start: None, entries: level.entries }),
            Element::Numbered(first) => {
                self.end_level(|level| Block::List { start: Some(first as u64), entries: level.entries })
            }
            _ => {}
        }
    }

    fn end_entry(&mut self) {
        if self.depth <= DEEPEST
            && let Some(level) = self.levels.last_mut()
        {
            level.entries.push(take(&mut level.blocks));
        }
    }

    /// Ends a quote or list; one that holds nothing vanishes.
    fn end_level(&mut self, block: impl FnOnce(Level) -> Block) {
        let opened = self.depth <= DEEPEST;
        self.depth = self.depth.saturating_sub(1);
        if opened && let Some(level) = self.levels.pop() {
            let empty = level.blocks.is_empty() && level.entries.iter().all(Vec::is_empty);
            if !empty {
                self.put(block(level));
            }
        }
    }

    fn put(&mut self, block: Block) {
        if let Some(level) = self.levels.last_mut() {
            level.blocks.push(block);
        }
    }

    /// The open line, or a new one for text without a paragraph.
    fn line(&mut self) -> &mut Line {
        self.line.get_or_insert_with(|| Line::new(None))
    }

    /// Ends a paragraph or a heading, if one is open; one that shows nothing vanishes.
    fn end_line(&mut self) {
        let Some(mut line) = self.line.take() else { return };
        if line.is_empty() {
            return;
        }
        let inlines = take(&mut line.open).into_iter().next().unwrap_or_default();
        match line.heading {
            Some(number) => self.put(Block::Heading { level: self.body.outline()[number].level, inlines }),
            None if line.speaks => self.put(Block::Paragraph { inlines }),
            None => line.pictures.iter().for_each(|number| self.put_picture(*number)),
        }
    }

    fn end_cell(&mut self) {
        let line = self.line.take();
        self.table.row.push(line.and_then(|line| line.open.into_iter().next()).unwrap_or_default());
    }

    fn open_inline(&mut self, element: Element) {
        if let Element::Link(number) = element {
            if self.href(number).is_some() {
                self.line().open.push(Vec::new());
            }
            return;
        }
        let line = self.line();
        line.marks += 1;
        if line.marks <= DEEPEST {
            line.open.push(Vec::new());
        }
    }

    fn close_inline(&mut self, element: Element) {
        if let Element::Link(number) = element {
            if let Some(url) = self.href(number).map(gate::encoded) {
                self.size += url.len();
                self.line().close(|inlines| Inline::Link { url, inlines });
            }
            return;
        }
        let line = self.line();
        line.marks = line.marks.saturating_sub(1);
        if line.marks < DEEPEST {
            line.close(|inlines| match element {
                Element::Strong => Inline::Strong { inlines },
                Element::Deleted => Inline::Deleted { inlines },
                _ => Inline::Emphasis { inlines },
            });
        }
    }

    fn leaf(&mut self, piece: &Piece) {
        match piece {
            Piece::Text(text) => {
                self.size += text.len();
                self.line().text(text);
            }
            Piece::Code(text) => {
                self.size += text.len();
                self.line().speaks = true;
                self.line().push(Inline::Code { text: text.to_string() });
            }
            Piece::Listing(_, text) => {
                self.size += text.len();
                self.end_line();
                self.put(Block::Listing { text: text.to_string() });
            }
            Piece::SoftBreak => self.line().text(" "),
            Piece::HardBreak => self.line().push(Inline::Break),
            Piece::Rule => {
                self.end_line();
                self.put(Block::Rule);
            }
            Piece::Note(number) => {
                self.line().speaks = true;
                self.line().push(Inline::Note { number: number + 1 });
            }
            Piece::Picture(number) => self.picture(*number),
            Piece::Open(_) | Piece::Close(_) => {}
        }
    }

    /// A picture in a line; whether it is alone there shows at the end of the line.
    fn picture(&mut self, number: usize) {
        let alt = self.body.links()[number].text.clone();
        self.size += alt.len();
        let (shows, href) = (self.src(number).is_some(), self.href(number).map(gate::encoded));
        let line = self.line();
        match href {
            _ if shows && line.heading.is_some() => line.text(&alt),
            _ if shows => {
                line.pictures.push(number);
                line.push(Inline::Picture { alt });
            }
            None => line.text(&alt),
            Some(url) if !alt.trim().is_empty() => {
                line.speaks = true;
                line.push(Inline::Link { url, inlines: vec![Inline::Text { text: alt }] });
            }
            Some(_) => {}
        }
    }

    fn put_picture(&mut self, number: usize) {
        let Some(src) = self.src(number).map(str::to_string) else { return };
        let alt = self.body.links()[number].text.clone();
        let title = self.body.parsed().titles[number].clone();
        self.size += title.len();
        self.put(Block::Picture { src, alt, caption: Some(title).filter(|title| !title.is_empty()) });
    }

    /// Where the link with this number leads; none for plain text.
    fn href(&self, number: usize) -> Option<&str> {
        match &self.resolved[number] {
            Resolved::Href { url, .. } => Some(url),
            _ => None,
        }
    }

    /// The file of the picture with this number, if there is one to show.
    fn src(&self, number: usize) -> Option<&str> {
        match &self.resolved[number] {
            Resolved::Picture { src, .. } if src.starts_with('/') => Some(src),
            _ => None,
        }
    }
}

fn word(align: Align) -> Option<&'static str> {
    match align {
        Align::Default => None,
        Align::Left => Some("left"),
        Align::Center => Some("center"),
        Align::Right => Some("right"),
    }
}
