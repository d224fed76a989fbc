//! Writes a body as HTML: one pass over the pieces, every text escaped, every address asked of the gate once more.

use std::fmt::Write as _;

use super::pieces::{Align, Element, Piece};
use super::{Body, Link, MAX_HTML, Resolved, Target, Within, foreign, gate};
use crate::report::html::next_entity;

/// The body's HTML as it stands `within` a page, with the addresses that `resolve` gives.
pub(super) fn write(body: &Body, within: Within, resolve: &dyn Fn(&Link) -> Resolved) -> String {
    let resolved = body.links().iter().map(|link| checked(link, resolve)).collect();
    let seen = vec![0; body.parsed().notes.len()];
    let mut writer = Writer {
        body,
        within,
        resolved,
        out: String::with_capacity(2 * body.parsed().pieces.length()),
        links_open: 0,
        seen,
        heading: None,
        tables: 0,
        title: None,
    };
    writer.pieces(&body.parsed().pieces.all());
    writer.notes();
    writer.out
}

/// What `resolve` says, unless the link was refused or the answer is no safe address.
pub(super) fn checked(link: &Link, resolve: &dyn Fn(&Link) -> Resolved) -> Resolved {
    if link.target == Target::None {
        return Resolved::PlainText;
    }
    let resolved = resolve(link);
    let url = match &resolved {
        Resolved::Href { url, .. } | Resolved::File { url, .. } => url,
        Resolved::Picture { src, .. } => src,
        Resolved::PlainText => return resolved,
    };
    if gate::may_stand(url) { resolved } else { Resolved::PlainText }
}

struct Writer<'a> {
    body: &'a Body,
    within: Within<'a>,
    resolved: Vec<Resolved>,
    out: String,
    /// How many `<a>` are open; they may not stand in each other.
    links_open: usize,
    /// How often each footnote has been referred to so far.
    seen: Vec<usize>,
    /// The heading under which the writer is.
    heading: Option<usize>,
    /// How many tables have begun.
    tables: usize,
    /// What the line before the next table calls it.
    title: Option<String>,
}

/// The most characters the title of a table has.
const TABLE_TITLE: usize = 40;

impl Writer<'_> {
    fn pieces(&mut self, pieces: &[Piece]) {
        let mut open = Vec::new();
        let mut rest = pieces;
        while let [piece, after @ ..] = rest {
            if self.out.len() > MAX_HTML {
                break;
            }
            rest = after;
            match piece {
                Piece::Open(Element::Paragraph) if self.figure(after) => rest = &after[2..],
                Piece::Open(Element::Paragraph) if let Some((title, table)) = table_title(after) => {
                    self.title = Some(title);
                    rest = table;
                }
                Piece::Open(element) => {
                    self.open(*element);
                    open.push(*element);
                }
                Piece::Close(_) => {
                    if let Some(element) = open.pop() {
                        self.close(element);
                    }
                }
                piece => self.leaf(piece),
            }
        }
        while let Some(element) = open.pop() {
            self.close(element);
        }
    }

    fn open(&mut self, element: Element) {
        match element {
            Element::Paragraph => self.out.push_str("<p>"),
            Element::Heading(number) => {
                self.heading = Some(number);
                let (level, id) = (self.level(number), &self.body.outline()[number].id);
                let _ = write!(self.out, "<h{level} id=\"{}{id}\">", self.within.ids);
            }
            Element::Quote => self.out.push_str("<blockquote>\n"),
            Element::Bullets => self.out.push_str("<ul>\n"),
            Element::Numbered(1) => self.out.push_str("<ol>\n"),
            Element::Numbered(first) => {
                let _ = writeln!(self.out, "<ol start=\"{first}\">");
            }
            Element::Entry => self.out.push_str("<li>"),
            Element::Table => self.open_table(),
            Element::Head => self.out.push_str("<thead>\n<tr>"),
            Element::Row => self.out.push_str("<tr>"),
            Element::Cell(align) => self.cell("td", align),
            Element::HeadCell(align) => self.cell("th scope=\"col\"", align),
            Element::Emphasis => self.out.push_str("<em>"),
            Element::Strong => self.out.push_str("<strong>"),
            Element::Deleted => self.out.push_str("<del>"),
            Element::Link(number) => self.open_link(number),
        }
    }

    fn close(&mut self, element: Element) {
        let end = match element {
            Element::Paragraph => "</p>\n",
            Element::Heading(number) => {
                let _ = writeln!(self.out, "</h{}>", self.level(number));
                return;
            }
            Element::Quote => "</blockquote>\n",
            Element::Bullets => "</ul>\n",
            Element::Numbered(_) => "</ol>\n",
            Element::Entry => "</li>\n",
            Element::Table => "</tbody>\n</table>\n</div>\n",
            Element::Head => "</tr>\n</thead>\n<tbody>\n",
            Element::Row => "</tr>\n",
            Element::Cell(_) => "</td>",
            Element::HeadCell(_) => "</th>",
            Element::Emphasis => "</em>",
            Element::Strong => "</strong>",
            Element::Deleted => "</del>",
            Element::Link(number) => return self.close_link(number),
        };
        self.out.push_str(end);
    }

    fn level(&self, heading: usize) -> u8 {
        (self.body.outline()[heading].level + self.within.deeper).min(6)
    }

    fn leaf(&mut self, piece: &Piece) {
        match piece {
            Piece::Text(text) => self.text(text),
            Piece::Code(text) => {
                self.out.push_str("<code>");
                escape(&mut self.out, text);
                self.out.push_str("</code>");
            }
            Piece::Listing(language, text) => self.listing(language, text),
            Piece::SoftBreak => self.out.push('\n'),
            Piece::HardBreak => self.out.push_str("<br>\n"),
            Piece::Rule => self.out.push_str("<hr>\n"),
            Piece::Note(number) => self.note_reference(*number),
            Piece::Picture(number) => self.picture(*number),
            Piece::Open(_) | Piece::Close(_) => {}
        }
    }

    fn text(&mut self, text: &str) {
        let mut done = 0;
        for english in foreign::english(text) {
            if self.out.len() > MAX_HTML {
                return;
            }
            escape(&mut self.out, &text[done..english.start]);
            self.out.push_str(foreign::MARKS.0);
            escape(&mut self.out, &text[english.clone()]);
            self.out.push_str(foreign::MARKS.1);
            done = english.end;
        }
        escape(&mut self.out, &text[done..]);
    }

    /// A table scrolls for itself, so a keyboard has to reach it, and it has a name: the one that is written above it,
    /// else the heading under which it stands. That is not shown twice.
    fn open_table(&mut self) {
        self.tables += 1;
        let number = self.tables;
        let heading = self.heading.map(|heading| self.body.outline()[heading].text.trim());
        let (name, shown) = match (self.title.take(), heading.filter(|heading| !heading.is_empty())) {
            (Some(title), _) => (title, true),
            (None, Some(heading)) => (format!("表{number}：{heading}"), false),
            (None, None) => (format!("表{number}"), false),
        };
        let region = "<div class=\"table-scroll\" role=\"region\"";
        let ids = self.within.ids;
        let named = format!("aria-labelledby=\"{ids}table-{number}\"");
        let (table, hidden) = if shown { (String::new(), "") } else { (format!(" {named}"), " hidden") };
        let _ = write!(self.out, "{region} {named} tabindex=\"0\">\n<table{table}>\n");
        let _ = write!(self.out, "<caption id=\"{ids}table-{number}\"{hidden}>");
        escape(&mut self.out, &name);
        self.out.push_str("</caption>\n");
    }

    fn cell(&mut self, tag: &str, align: Align) {
        let class = match align {
            Align::Default => "",
            Align::Left => " class=\"align-left\"",
            Align::Center => " class=\"align-center\"",
            Align::Right => " class=\"align-right\"",
        };
        ["<", tag, class, ">"].into_iter().for_each(|part| self.out.push_str(part));
    }

    fn listing(&mut self, language: &str, text: &str) {
        self.out.push_str("<pre><code");
        if !language.is_empty() {
            let _ = write!(self.out, " class=\"language-{language}\"");
        }
        self.out.push('>');
        escape(&mut self.out, text);
        self.out.push_str("</code></pre>\n");
    }

    /// The address of a link as it will be written, and whether it leaves the site; none for plain text.
    fn href(&self, number: usize) -> Option<(&str, bool)> {
        match &self.resolved[number] {
            Resolved::Href { url, external } => Some((url, *external)),
            Resolved::File { url, .. } => Some((url, false)),
            Resolved::Picture { src, .. } => Some((src, false)),
            Resolved::PlainText => None,
        }
    }

    fn open_link(&mut self, number: usize) {
        let Some((url, external)) = self.href(number) else { return };
        let mut tag = String::from("<a href=\"");
        escape(&mut tag, &gate::encoded(url));
        tag.push('"');
        let title = &self.body.parsed().titles[number];
        if !title.is_empty() {
            tag.push_str(" title=\"");
            escape(&mut tag, title);
            tag.push('"');
        }
        if external {
            tag.push_str(" rel=\"noopener noreferrer\" class=\"external\" data-leave");
        }
        tag.push('>');
        self.out.push_str(&tag);
        self.links_open += 1;
    }

    fn close_link(&mut self, number: usize) {
        let Some((_, external)) = self.href(number) else { return };
        if external {
            self.out.push_str("<span class=\"visually-hidden\">（外部网站）</span>");
        }
        if let Resolved::File { facts, .. } = &self.resolved[number] {
            self.out.push_str("<span class=\"file-facts\">（");
            escape(&mut self.out, facts);
            self.out.push_str("）</span>");
        }
        self.out.push_str("</a>");
        self.links_open = self.links_open.saturating_sub(1);
    }

    /// Writes a picture that stands alone in its paragraph as a figure; says whether it did.
    fn figure(&mut self, pieces: &[Piece]) -> bool {
        let [Piece::Picture(number), Piece::Close(_), ..] = pieces else { return false };
        if self.href(*number).is_none() {
            return false;
        }
        self.out.push_str("<figure>");
        self.picture(*number);
        let title = &self.body.parsed().titles[*number];
        if !title.is_empty() {
            self.out.push_str("<figcaption>");
            escape(&mut self.out, title);
            self.out.push_str("</figcaption>");
        }
        self.out.push_str("</figure>\n");
        true
    }

    fn picture(&mut self, number: usize) {
        let alt = &self.body.links()[number].text;
        let (src, width, height, sizes) = match &self.resolved[number] {
            Resolved::Picture { src, width, height, sizes } => (src, *width, *height, sizes.as_slice()),
            Resolved::Href { url, .. } | Resolved::File { url, .. } => (url, None, None, &[][..]),
            Resolved::PlainText => return escape(&mut self.out, alt),
        };
        self.out.push_str("<img src=\"");
        escape(&mut self.out, &gate::encoded(src));
        self.out.push_str("\" alt=\"");
        escape(&mut self.out, alt);
        self.out.push('"');
        for (name, size) in [("width", width), ("height", height)] {
            if let Some(size) = size {
                let _ = write!(self.out, " {name}=\"{size}\"");
            }
        }
        srcset(&mut self.out, sizes);
        self.out.push_str(" loading=\"lazy\" decoding=\"async\">");
    }

    fn note_reference(&mut self, number: usize) {
        self.seen[number] += 1;
        let shown = number + 1;
        if self.links_open > 0 {
            let _ = write!(self.out, "<sup class=\"note\">[{shown}]</sup>");
            return;
        }
        let nth = self.seen[number];
        let suffix = if nth > 1 { format!("-{nth}") } else { String::new() };
        let ids = self.within.ids;
        let _ = write!(
            self.out,
            "<sup class=\"note\"><a id=\"{ids}fnref-{shown}{suffix}\" href=\"#{ids}fn-{shown}\" aria-label=\"注释 {shown}\">[{shown}]</a></sup>"
        );
    }

    fn notes(&mut self) {
        if self.body.parsed().notes.is_empty() || self.out.len() > MAX_HTML {
            return;
        }
        let ids = self.within.ids;
        self.out.push_str("<section class=\"footnotes\" aria-label=\"注释\">\n<ol>\n");
        for (index, note) in self.body.parsed().notes.iter().enumerate() {
            if self.out.len() > MAX_HTML {
                break;
            }
            let shown = index + 1;
            let _ = write!(self.out, "<li id=\"{ids}fn-{shown}\">");
            self.pieces(&note.pieces.all());
            if note.references > 0 {
                let _ = write!(
                    self.out,
                    "<a class=\"note-back\" href=\"#{ids}fnref-{shown}\" aria-label=\"回到正文 {shown}\">↩</a>"
                );
            }
            self.out.push_str("</li>\n");
        }
        self.out.push_str("</ol>\n</section>\n");
    }
}

/// The title of the table that follows at once, if what follows the beginning of a paragraph is such a title, `表1 …`;
/// and the table.
fn table_title<'p, 't>(pieces: &'p [Piece<'t>]) -> Option<(String, &'p [Piece<'t>])> {
    let end = pieces.iter().take(TABLE_TITLE).position(|piece| matches!(piece, Piece::Close(Element::Paragraph)))?;
    let (words, table) = (&pieces[..end], &pieces[end + 1..]);
    if !matches!(table, [Piece::Open(Element::Table), ..]) {
        return None;
    }
    let mut title = String::new();
    for piece in words {
        match piece {
            Piece::Text(text) => title.push_str(text),
            Piece::Open(Element::Strong) | Piece::Close(Element::Strong) => {}
            _ => return None,
        }
    }
    let title = title.trim();
    let number = |c: char| c.is_ascii_digit() || "一二三四五六七八九十".contains(c);
    let is_title = title.strip_prefix('表').is_some_and(|rest| rest.trim_start().starts_with(number));
    (is_title && title.chars().count() <= TABLE_TITLE).then(|| (title.to_string(), table))
}

/// Appends `text` with the five characters escaped that could end a text or an attribute; nothing beyond the cap.
pub(super) fn escape(out: &mut String, text: &str) {
    let mut written = 0;
    while let Some((at, entity)) = next_entity(text, written) {
        if out.len() + at - written > MAX_HTML {
            return;
        }
        out.push_str(&text[written..at]);
        out.push_str(entity);
        written = at + 1;
    }
    if out.len() + text.len() - written <= MAX_HTML {
        out.push_str(&text[written..]);
    }
}

/// A picture of a body is as wide as the text, and where browsers measure themselves, as wide as it comes out.
fn srcset(out: &mut String, sizes: &[(String, u32)]) {
    if sizes.len() < 2 {
        return;
    }
    out.push_str(" srcset=\"");
    for (index, (src, width)) in sizes.iter().enumerate() {
        out.push_str(if index > 0 { ", " } else { "" });
        escape(out, &gate::encoded(src));
        let _ = write!(out, " {width}w");
    }
    out.push_str("\" sizes=\"auto, (min-width: 44rem) 40rem, 92vw\"");
}
