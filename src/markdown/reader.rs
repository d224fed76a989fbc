//! From the parser's events to [`Piece`]s, links and findings.
//!
//! This is the event filter: raw HTML becomes text or, if it is a comment, nothing; every address passes
//! [`super::gate`]; nesting and size are bounded here (faults.md §7).

mod links;

use std::collections::BTreeMap;
use std::ops::Range;

use pulldown_cmark::{Alignment, BrokenLink, CodeBlockKind, CowStr, Event, LinkType, Parser, Tag, TagEnd};

use super::chars::{is_untouched, restored};
use super::depth::DEEPEST;
use super::findings::{Findings, MAX_LINKS};
use super::pieces::{Align, Element, Piece, Pieces};
use super::prose::Prose;
use super::source::{Prepared, dialect};
use super::{Link, MAX_HTML, dangling, raw, web};

/// The most table cells one page may have; short rows are filled up, so a few kilobytes could make millions.
pub(super) const MAX_CELLS: usize = 50_000;

/// A text of so few bytes cannot become longer than [`MAX_HTML`]: a byte becomes no more than 64 (a quotation mark 35, a
/// reference to a note 120 for four), and the cells that fill up rows are few enough.
pub(super) const SHORT: usize = MAX_HTML / 128;

/// What the parser's events amount to.
#[derive(Debug, Default)]
pub(super) struct Draft {
    pub(super) pieces: Pieces,
    pub(super) notes: Vec<Pieces>,
    /// Levels of the headings, as written.
    pub(super) levels: Vec<u8>,
    pub(super) links: Vec<Link>,
    /// The title of each link, mostly empty.
    pub(super) titles: Vec<String>,
    pub(super) prose: Prose,
}

/// Reads the prepared text; findings go to `findings`. Of a text that is `judged` the running text is gathered, and
/// mistakes are looked for that Markdown takes for text.
pub(super) fn draft(prepared: &Prepared, findings: &mut Findings<'_>, judged: bool) -> Draft {
    let mut broken: Vec<(Range<usize>, String)> = Vec::new();
    let mut callback = |link: BrokenLink<'_>| -> Option<(CowStr<'_>, CowStr<'_>)> {
        if matches!(link.link_type, LinkType::Reference | LinkType::Collapsed) && broken.len() < MAX_LINKS {
            broken.push((link.span, restored(&link.reference).into_owned()));
        }
        None
    };
    let parser = Parser::new_with_broken_link_callback(&prepared.text, dialect(), Some(&mut callback));
    let mut reader = Reader::new(prepared, findings, judged);
    for (event, range) in parser.into_offset_iter() {
        reader.read(event, range);
        if reader.full {
            break;
        }
    }
    let draft = reader.finished();
    for (span, name) in broken {
        findings.undefined_reference(prepared.origin(span.start)..prepared.origin(span.end), &name);
    }
    draft
}

struct Reader<'a, 'f> {
    prepared: &'a Prepared,
    findings: &'a mut Findings<'f>,
    draft: Draft,
    /// Lists of pieces that are being written; the body, and footnotes that are open in it.
    pages: Vec<Pieces>,
    /// What is open; none for what the depth limit leaves out.
    open: Vec<Option<Element>>,
    text: Option<Gathered>,
    /// Room for the next stretch of running text.
    room: String,
    /// Whether nothing in the prepared text is a mark of ours or unprintable.
    untouched: bool,
    /// Whether the running text is gathered, and looked at for mistakes.
    judged: bool,
    /// Whether a table may have been drawn with full-width bars.
    bars: bool,
    listing: Option<(String, String)>,
    html: Option<(String, Range<usize>)>,
    picture: Option<Picture>,
    labels: BTreeMap<String, usize>,
    /// Footnotes that are being read, and how many elements were open where each began.
    open_notes: Vec<(usize, usize)>,
    links_open: usize,
    head: bool,
    aligns: Vec<Align>,
    column: usize,
    cells: usize,
    cost: usize,
    too_deep: bool,
    full: bool,
}

/// A stretch of running text.
struct Gathered {
    text: String,
    range: Range<usize>,
    /// Whether nothing in it is a mark of ours or unprintable.
    untouched: bool,
}

/// A picture whose alternative text is being read.
struct Picture {
    depth: usize,
    address: String,
    title: String,
    alt: String,
    range: Range<usize>,
}

impl<'a, 'f> Reader<'a, 'f> {
    fn new(prepared: &'a Prepared, findings: &'a mut Findings<'f>, judged: bool) -> Reader<'a, 'f> {
        let room = if judged { prepared.text.len() } else { 0 };
        Reader {
            prepared,
            findings,
            draft: Draft { prose: Prose::with_room(room), ..Draft::default() },
            pages: vec![Pieces::with_room(prepared.text.len())],
            open: Vec::new(),
            text: None,
            room: String::new(),
            untouched: is_untouched(&prepared.text),
            judged,
            bars: judged && prepared.text.contains(dangling::BAR),
            listing: None,
            html: None,
            picture: None,
            labels: BTreeMap::new(),
            open_notes: Vec::new(),
            links_open: 0,
            head: false,
            aligns: Vec::new(),
            column: 0,
            cells: 0,
            cost: 0,
            too_deep: false,
            full: false,
        }
    }

    fn read(&mut self, event: Event<'_>, range: Range<usize>) {
        if self.picture.is_some() {
            return self.read_alt(event, range);
        }
        match event {
            Event::Text(text) => return self.text(&text, range),
            Event::Html(html) => return self.html_line(&html, range),
            _ => self.flush(),
        }
        match event {
            Event::Start(tag) => self.start(tag, range),
            Event::End(tag) => self.end(tag),
            Event::Code(code) => {
                self.draft.prose.mask();
                self.push(Piece::Code(&restored(&code)), range.start);
            }
            Event::InlineHtml(html) => self.inline_html(&html, range),
            Event::FootnoteReference(label) => {
                let number = self.note_number(&label);
                self.push(Piece::Note(number), range.start);
            }
            Event::SoftBreak => {
                self.draft.prose.soft_break();
                self.push(Piece::SoftBreak, range.start);
            }
            Event::HardBreak => {
                self.draft.prose.end_block();
                self.push(Piece::HardBreak, range.start);
            }
            Event::Rule => self.push(Piece::Rule, range.start),
            Event::TaskListMarker(done) => {
                let mark = if done { "☑ " } else { "☐ " };
                self.push(Piece::Text(mark), range.start);
            }
            Event::InlineMath(text) | Event::DisplayMath(text) => self.push(Piece::Text(&restored(&text)), range.start),
            Event::Text(_) | Event::Html(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>, range: Range<usize>) {
        let element = match tag {
            Tag::Paragraph => Element::Paragraph,
            Tag::Heading { level, .. } => {
                self.draft.levels.push(level as u8);
                Element::Heading(self.draft.levels.len() - 1)
            }
            Tag::BlockQuote(_) => Element::Quote,
            Tag::List(None) => Element::Bullets,
            Tag::List(Some(first)) => Element::Numbered(usize::try_from(first).unwrap_or(1)),
            Tag::Item => Element::Entry,
            Tag::Table(aligns) => {
                self.aligns = aligns.into_iter().map(align).collect();
                Element::Table
            }
            Tag::TableHead => {
                (self.head, self.column) = (true, 0);
                Element::Head
            }
            Tag::TableRow => {
                self.column = 0;
                Element::Row
            }
            Tag::TableCell => self.cell(range.start),
            Tag::Emphasis => Element::Emphasis,
            Tag::Strong => Element::Strong,
            Tag::Strikethrough => Element::Deleted,
            Tag::Link { link_type, dest_url, title, .. } => return self.link(link_type, &dest_url, &title, range),
            Tag::Image { dest_url, title, .. } => return self.picture(&dest_url, &title, range),
            Tag::CodeBlock(kind) => return self.listing = Some((language(&kind), String::new())),
            Tag::HtmlBlock => return self.html = Some((String::new(), range)),
            Tag::FootnoteDefinition(label) => return self.open_note(&label),
            _ => return self.open.push(None),
        };
        self.open(element, range.start);
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::CodeBlock => {
                if let Some((language, text)) = self.listing.take() {
                    self.push(Piece::Listing(&language, &text), 0);
                }
            }
            TagEnd::HtmlBlock => self.html_block(),
            TagEnd::FootnoteDefinition => self.close_note(),
            _ => self.close(),
        }
        if tag == TagEnd::TableHead {
            self.head = false;
        }
    }

    fn open(&mut self, element: Element, at: usize) {
        if self.open.len() >= DEEPEST {
            if !std::mem::replace(&mut self.too_deep, true) {
                let origin = self.prepared.origin(at);
                self.findings.too_deep(origin);
            }
            return self.open.push(None);
        }
        self.open.push(Some(element));
        if !element.is_inline() {
            self.draft.prose.end_block();
        }
        self.push(Piece::Open(element), at);
    }

    fn close(&mut self) {
        let Some(Some(element)) = self.open.pop() else { return };
        if let Element::Link(_) = element {
            self.links_open = self.links_open.saturating_sub(1);
        }
        if !element.is_inline() {
            self.draft.prose.end_block();
        }
        self.push(Piece::Close(element), 0);
    }

    fn push(&mut self, piece: Piece<'_>, at: usize) {
        if self.prepared.text.len() > SHORT {
            self.cost += piece.cost();
        }
        if self.cost > MAX_HTML && !self.full && at > 0 {
            self.stop(at);
        }
        if let Some(page) = self.pages.last_mut() {
            page.push(piece);
        }
    }

    fn stop(&mut self, at: usize) {
        self.full = true;
        let origin = self.prepared.origin(at);
        self.findings.too_large(origin);
    }

    fn cell(&mut self, at: usize) -> Element {
        let align = self.aligns.get(self.column).copied().unwrap_or(Align::Default);
        self.column += 1;
        self.cells += 1;
        if self.cells > MAX_CELLS && !self.full {
            self.stop(at);
        }
        if self.head { Element::HeadCell(align) } else { Element::Cell(align) }
    }

    fn text(&mut self, text: &str, range: Range<usize>) {
        if let Some((_, listing)) = &mut self.listing {
            return listing.push_str(&restored(text));
        }
        // What is as long as its source stands there as it is.
        let untouched = self.untouched && text.len() == range.len() || is_untouched(text);
        if self.judged {
            self.draft.prose.add(self.prepared, text, untouched, &range);
        }
        match &mut self.text {
            Some(gathered) => {
                gathered.text.push_str(text);
                gathered.range.end = range.end.max(gathered.range.end);
                gathered.untouched &= untouched;
            }
            None => {
                let mut room = std::mem::take(&mut self.room);
                room.clear();
                room.push_str(text);
                self.text = Some(Gathered { text: room, range, untouched });
            }
        }
    }

    /// Ends a stretch of running text: looks for mistakes in it and for web addresses.
    fn flush(&mut self) {
        let Some(Gathered { text, range, untouched }) = self.text.take() else { return };
        let origin = self.prepared.origin(range.start)..self.prepared.origin(range.end);
        if self.judged {
            dangling::look(&origin, self.bars, self.findings);
        }
        match untouched {
            true => self.running(&text, range.start, &origin),
            false => self.running(&restored(&text), range.start, &origin),
        }
        self.room = text;
    }

    /// Adds running text, which begins at the byte `start` and stands at `origin` of the file.
    fn running(&mut self, text: &str, start: usize, origin: &Range<usize>) {
        if self.links_open > 0 || !web::may_stand_in(text) {
            return self.push(Piece::Text(text), start);
        }
        let mut done = 0;
        let mut searched = origin.start;
        for address in web::addresses(text) {
            let url = &text[address.clone()];
            let written = self.findings.source(searched..origin.end);
            let at = written.find(url).map_or(origin.start, |at| searched + at);
            searched = at.max(searched);
            self.push(Piece::Text(&text[done..address.start]), start);
            self.bare_link(url, at);
            done = address.end;
        }
        self.push(Piece::Text(&text[done..]), start);
    }

    fn origin(&self, range: &Range<usize>) -> Range<usize> {
        self.prepared.origin(range.start)..self.prepared.origin(range.end)
    }

    fn html_line(&mut self, html: &str, range: Range<usize>) {
        match &mut self.html {
            Some((block, _)) => block.push_str(html),
            None => self.inline_html(html, range),
        }
    }

    fn html_block(&mut self) {
        let Some((html, range)) = self.html.take() else { return };
        let shown = self.without_comments(&html, &range);
        let shown = shown.trim();
        if shown.is_empty() {
            return;
        }
        let origin = self.origin(&range);
        self.findings.raw_html(origin, shown);
        self.open(Element::Paragraph, range.start);
        for (index, line) in shown.lines().enumerate() {
            if index > 0 {
                self.push(Piece::SoftBreak, range.start);
            }
            self.push(Piece::Text(line), range.start);
        }
        self.close();
    }

    fn inline_html(&mut self, html: &str, range: Range<usize>) {
        let shown = self.without_comments(html, &range);
        if !shown.is_empty() {
            let origin = self.origin(&range);
            self.findings.raw_html(origin, &shown);
            self.push(Piece::Text(&shown), range.start);
        }
    }

    fn without_comments(&mut self, html: &str, range: &Range<usize>) -> String {
        let (shown, closed) = raw::without_comments(&restored(html));
        if !closed {
            let origin = self.origin(range);
            self.findings.open_comment(origin);
        }
        shown
    }

    fn note_number(&mut self, label: &str) -> usize {
        let label = restored(label).to_lowercase();
        if let Some(&number) = self.labels.get(&label) {
            return number;
        }
        let number = self.new_note();
        self.labels.insert(label, number);
        number
    }

    fn new_note(&mut self) -> usize {
        self.draft.notes.push(Pieces::none());
        self.draft.notes.len() - 1
    }

    /// A second definition of the same label becomes a note of its own, so that no text is lost.
    fn open_note(&mut self, label: &str) {
        let known = self.note_number(label);
        let taken = !self.draft.notes[known].is_empty() || self.open_notes.iter().any(|(open, _)| *open == known);
        let number = if taken { self.new_note() } else { known };
        self.open_notes.push((number, self.open.len()));
        self.pages.push(Pieces::none());
    }

    fn close_note(&mut self) {
        if let Some((number, _)) = self.open_notes.pop()
            && let Some(pieces) = self.pages.pop()
        {
            self.draft.notes[number] = pieces;
        }
    }

    /// Closes whatever a stop left open.
    fn finished(mut self) -> Draft {
        self.flush();
        self.html_block();
        if let Some((language, text)) = self.listing.take() {
            self.push(Piece::Listing(&language, &text), 0);
        }
        if let Some(picture) = self.picture.take() {
            self.finish_picture(picture);
        }
        if self.cost > MAX_HTML && !self.full {
            self.stop(self.prepared.text.len());
        }
        loop {
            match self.open_notes.last() {
                Some((_, open)) if *open == self.open.len() => self.close_note(),
                _ if self.open.is_empty() => break,
                _ => self.close(),
            }
        }
        self.draft.prose.end_block();
        self.draft.pieces = self.pages.pop().unwrap_or_default();
        self.draft
    }
}

fn align(align: Alignment) -> Align {
    match align {
        Alignment::None => Align::Default,
        Alignment::Left => Align::Left,
        Alignment::Center => Align::Center,
        Alignment::Right => Align::Right,
    }
}

/// The first word after the fence, if it is made of `a-z`, `0-9` and `-`.
fn language(kind: &CodeBlockKind<'_>) -> String {
    let CodeBlockKind::Fenced(info) = kind else { return String::new() };
    let word = restored(info).split_whitespace().next().unwrap_or_default().to_ascii_lowercase();
    let plain = word.len() <= 32 && word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if plain { word } else { String::new() }
}
