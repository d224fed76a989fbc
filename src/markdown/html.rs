//! Writes a body as HTML: one pass over the pieces, every text escaped, every address asked of the gate once more.

use std::fmt::Write as _;

use super::pieces::{Align, Element, Piece};
use super::{Body, Link, MAX_HTML, Resolved, Target, gate};
use crate::report::html::entity;

/// The body's HTML, with the addresses that `resolve` gives.
pub(super) fn write(body: &Body, resolve: &dyn Fn(&Link) -> Resolved) -> String {
    let resolved = body.links.iter().map(|link| checked(link, resolve)).collect();
    let mut writer =
        Writer { body, resolved, out: String::new(), links_open: 0, seen: vec![0; body.parsed().notes.len()] };
    writer.pieces(&body.parsed().pieces);
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
        Resolved::Href { url, .. } => url,
        Resolved::Picture { src, .. } => src,
        Resolved::PlainText => return resolved,
    };
    if gate::may_stand(url) { resolved } else { Resolved::PlainText }
}

struct Writer<'a> {
    body: &'a Body,
    resolved: Vec<Resolved>,
    out: String,
    /// How many `<a>` are open; they may not stand in each other.
    links_open: usize,
    /// How often each footnote has been referred to so far.
    seen: Vec<usize>,
}

impl Writer<'_> {
    fn pieces(&mut self, pieces: &[Piece]) {
        let mut skipped = None;
        let mut open = Vec::new();
        for (index, piece) in pieces.iter().enumerate() {
            if self.out.len() > MAX_HTML {
                break;
            }
            if skipped == Some(index) {
                continue;
            }
            match piece {
                Piece::Open(Element::Paragraph) if self.figure(&pieces[index..]) => {
                    skipped = Some(index + 1);
                    open.push(None);
                }
                Piece::Open(element) => {
                    self.open(*element);
                    open.push(Some(*element));
                }
                Piece::Close(_) => self.close(open.pop().flatten()),
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
                let heading = &self.body.outline[number];
                let _ = write!(self.out, "<h{} id=\"{}\">", heading.level, heading.id);
            }
            Element::Quote => self.out.push_str("<blockquote>\n"),
            Element::Bullets => self.out.push_str("<ul>\n"),
            Element::Numbered(1) => self.out.push_str("<ol>\n"),
            Element::Numbered(first) => {
                let _ = writeln!(self.out, "<ol start=\"{first}\">");
            }
            Element::Entry => self.out.push_str("<li>"),
            Element::Table => self.out.push_str("<div class=\"table-scroll\" tabindex=\"0\">\n<table>\n"),
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

    fn close(&mut self, element: Option<Element>) {
        let end = match element {
            None => return,
            Some(Element::Paragraph) => "</p>\n",
            Some(Element::Heading(number)) => {
                let _ = writeln!(self.out, "</h{}>", self.body.outline[number].level);
                return;
            }
            Some(Element::Quote) => "</blockquote>\n",
            Some(Element::Bullets) => "</ul>\n",
            Some(Element::Numbered(_)) => "</ol>\n",
            Some(Element::Entry) => "</li>\n",
            Some(Element::Table) => "</tbody>\n</table>\n</div>\n",
            Some(Element::Head) => "</tr>\n</thead>\n<tbody>\n",
            Some(Element::Row) => "</tr>\n",
            Some(Element::Cell(_)) => "</td>",
            Some(Element::HeadCell(_)) => "</th>",
            Some(Element::Emphasis) => "</em>",
            Some(Element::Strong) => "</strong>",
            Some(Element::Deleted) => "</del>",
            Some(Element::Link(number)) => return self.close_link(number),
        };
        self.out.push_str(end);
    }

    fn leaf(&mut self, piece: &Piece) {
        match piece {
            Piece::Text(text) => escape(&mut self.out, text),
            Piece::Code(text) => {
                self.out.push_str("<code>");
                escape(&mut self.out, text);
                self.out.push_str("</code>");
            }
            Piece::Listing(listing) => self.listing(&listing.0, &listing.1),
            Piece::SoftBreak => self.out.push('\n'),
            Piece::HardBreak => self.out.push_str("<br>\n"),
            Piece::Rule => self.out.push_str("<hr>\n"),
            Piece::Note(number) => self.note_reference(*number),
            Piece::Picture(number) => self.picture(*number),
            Piece::Open(_) | Piece::Close(_) => {}
        }
    }

    fn cell(&mut self, tag: &str, align: Align) {
        let class = match align {
            Align::Default => "",
            Align::Left => " class=\"align-left\"",
            Align::Center => " class=\"align-center\"",
            Align::Right => " class=\"align-right\"",
        };
        let _ = write!(self.out, "<{tag}{class}>");
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
        self.out.push_str("</a>");
        self.links_open = self.links_open.saturating_sub(1);
    }

    /// Writes a picture that stands alone in its paragraph as a figure; says whether it did.
    fn figure(&mut self, pieces: &[Piece]) -> bool {
        let [_, Piece::Picture(number), Piece::Close(_), ..] = pieces else { return false };
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
        let alt = &self.body.links[number].text;
        let (src, width, height, sizes) = match &self.resolved[number] {
            Resolved::Picture { src, width, height, sizes } => (src, *width, *height, sizes.as_slice()),
            Resolved::Href { url, .. } => (url, None, None, &[][..]),
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
        let _ = write!(
            self.out,
            "<sup class=\"note\"><a id=\"fnref-{shown}{suffix}\" href=\"#fn-{shown}\" aria-label=\"注释 {shown}\">[{shown}]</a></sup>"
        );
    }

    fn notes(&mut self) {
        if self.body.parsed().notes.is_empty() || self.out.len() > MAX_HTML {
            return;
        }
        self.out.push_str("<section class=\"footnotes\" aria-label=\"注释\">\n<ol>\n");
        for (index, note) in self.body.parsed().notes.iter().enumerate() {
            if self.out.len() > MAX_HTML {
                break;
            }
            let shown = index + 1;
            let _ = write!(self.out, "<li id=\"fn-{shown}\">");
            self.pieces(&note.pieces);
            if note.references > 0 {
                let _ = write!(
                    self.out,
                    "<a class=\"note-back\" href=\"#fnref-{shown}\" aria-label=\"回到正文 {shown}\">↩</a>"
                );
            }
            self.out.push_str("</li>\n");
        }
        self.out.push_str("</ol>\n</section>\n");
    }
}

/// Appends `text` with the five characters escaped that could end a text or an attribute; nothing beyond the cap.
pub(super) fn escape(out: &mut String, text: &str) {
    let mut rest = text;
    while let Some((at, entity)) = rest.char_indices().find_map(|(at, c)| Some((at, entity(c)?))) {
        if out.len() + at > MAX_HTML {
            return;
        }
        out.push_str(&rest[..at]);
        out.push_str(entity);
        rest = &rest[at + 1..];
    }
    if out.len() + rest.len() <= MAX_HTML {
        out.push_str(rest);
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
