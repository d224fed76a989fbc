//! Links, pictures and bare addresses: each is judged by the gate before it becomes a piece.

use std::ops::Range;

use pulldown_cmark::{Event, LinkType};

use super::super::chars::{is_untouched, restored};
use super::super::depth::DEEPEST;
use super::super::pieces::{Element, Piece};
use super::super::{Link, Target, gate};
use super::{Picture, Reader};
use crate::markdown::findings::MAX_LINKS;

impl Reader<'_, '_> {
    pub(super) fn bare_link(&mut self, url: &str, at: usize) {
        if let gate::Verdict::Passes(target) = gate::judge(url)
            && let Some(number) = self.add_link(target, at..at + url.len(), "", false)
        {
            self.push(Piece::Open(Element::Link(number)), at);
            self.push(Piece::Text(url), at);
            self.push(Piece::Close(Element::Link(number)), at);
        } else {
            self.push(Piece::Text(url), at);
        }
    }

    pub(super) fn link(&mut self, kind: LinkType, address: &str, title: &str, range: Range<usize>) {
        let address = restored(address);
        let address = if kind == LinkType::Email { format!("mailto:{address}").into() } else { address };
        let origin = self.origin(&range);
        let target = self.judged(&address, &origin, false);
        if self.links_open > 0 {
            return self.open.push(None);
        }
        match self.add_link(target, origin, title, false) {
            Some(number) if self.open.len() < DEEPEST => {
                self.links_open += 1;
                self.open(Element::Link(number), range.start);
            }
            _ => self.open.push(None),
        }
    }

    pub(super) fn picture(&mut self, address: &str, title: &str, range: Range<usize>) {
        let (address, title) = (restored(address).into_owned(), restored(title).into_owned());
        self.draft.prose.end_block();
        self.picture = Some(Picture { depth: 1, address, title, alt: String::new(), range });
    }

    /// Inside a picture only the text counts; it becomes the alternative text.
    pub(super) fn read_alt(&mut self, event: Event<'_>, range: Range<usize>) {
        let Some(picture) = &mut self.picture else { return };
        if let Event::Text(text) = &event {
            self.draft.prose.add(self.prepared, text, is_untouched(text), &range);
        }
        match event {
            Event::Text(text) | Event::Code(text) => picture.alt.push_str(&restored(&text)),
            Event::SoftBreak | Event::HardBreak => picture.alt.push(' '),
            Event::Start(_) => picture.depth += 1,
            Event::End(_) => picture.depth -= 1,
            _ => {}
        }
        if picture.depth == 0
            && let Some(picture) = self.picture.take()
        {
            self.finish_picture(picture);
        }
    }

    pub(super) fn finish_picture(&mut self, picture: Picture) {
        let origin = self.origin(&picture.range);
        self.draft.prose.end_block();
        let target = self.judged(&picture.address, &origin, true);
        if picture.alt.trim().is_empty() {
            self.findings.no_alt(origin.clone());
        }
        match self.add_link(target, origin, &picture.title, true) {
            Some(number) => {
                self.draft.links[number].text = picture.alt;
                self.push(Piece::Picture(number), picture.range.start);
            }
            None => self.push(Piece::Text(&picture.alt), picture.range.start),
        }
    }

    fn judged(&mut self, address: &str, origin: &Range<usize>, image: bool) -> Target {
        match gate::judge(address) {
            gate::Verdict::Passes(target) => return target,
            gate::Verdict::Backslash(target) => {
                self.findings.backslash(origin.clone());
                return target;
            }
            gate::Verdict::Local => self.findings.local(origin.clone(), address, image),
            gate::Verdict::Empty => self.findings.empty_target(origin.clone()),
            gate::Verdict::Unsafe => self.findings.unsafe_target(origin.clone(), address),
        }
        Target::None
    }

    fn add_link(&mut self, target: Target, origin: Range<usize>, title: &str, is_image: bool) -> Option<usize> {
        if self.draft.links.len() >= MAX_LINKS {
            self.findings.too_many_links(origin.start);
            return None;
        }
        let place = self.findings.place(&origin);
        self.draft.links.push(Link { target, place, text: String::new(), is_image });
        self.draft.titles.push(restored(title).into_owned());
        Some(self.draft.links.len() - 1)
    }
}
