//! A rendered page as rules read it: its elements in the order of the source, flat, in four vectors. No tree is built
//! as a browser would build it; tags are matched by name, which is enough for what templates write.

use std::ops::Range;

use html5gum::emitters::callback::{CallbackEmitter, CallbackEvent};
use html5gum::{Span, Tokenizer};

/// Elements that never have an end tag.
const VOID: [&str; 13] =
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"];
/// How many open elements an end tag is looked for in; deeper nesting is nothing a person wrote.
const DEEPEST: usize = 256;
/// Bytes after which a text is long enough to be judged.
const LONGEST: usize = 4096;

/// One page, read once.
#[derive(Default)]
pub struct Html {
    /// All names, values and texts, one after the other.
    words: String,
    elements: Vec<Element>,
    attributes: Vec<(Range<usize>, Range<usize>)>,
    /// Texts with the element each stands in.
    texts: Vec<(usize, Range<usize>)>,
}

struct Element {
    name: Range<usize>,
    attributes: Range<usize>,
    parent: Option<usize>,
    /// The first element that is not inside it any more.
    end: usize,
    texts: Range<usize>,
}

/// An element of a page.
#[derive(Clone, Copy)]
pub struct Tag<'h> {
    html: &'h Html,
    at: usize,
}

impl Html {
    /// Reads a page.
    pub fn read(bytes: &[u8]) -> Html {
        let mut reader = Reader { html: Html::default(), open: Vec::new() };
        let mut emitter = CallbackEmitter::new(|event: CallbackEvent<'_>, _: Span<()>| -> Option<()> {
            reader.event(&event);
            None
        });
        emitter.naively_switch_states(true);
        Tokenizer::new_with_emitter(bytes, emitter).for_each(drop);
        reader.close(0);
        reader.html
    }

    /// Every element, in the order of the source.
    pub fn tags(&self) -> impl Iterator<Item = Tag<'_>> {
        (0..self.elements.len()).map(|at| Tag { html: self, at })
    }

    fn word(&self, range: &Range<usize>) -> &str {
        self.words.get(range.clone()).unwrap_or_default()
    }
}

impl<'h> Tag<'h> {
    fn element(self) -> &'h Element {
        &self.html.elements[self.at]
    }

    /// The name, in small letters.
    pub fn name(self) -> &'h str {
        self.html.word(&self.element().name)
    }

    /// The value of an attribute; empty where it has none, nothing where it is not there.
    pub fn get(self, name: &str) -> Option<&'h str> {
        let all = self.html.attributes.get(self.element().attributes.clone())?;
        all.iter().find(|(known, _)| self.html.word(known) == name).map(|(_, value)| self.html.word(value))
    }

    /// Whether an attribute says something.
    pub fn says(self, name: &str) -> bool {
        self.get(name).is_some_and(|value| !value.trim().is_empty())
    }

    /// What a reader sees in it, scripts and styles left out, white space made single.
    pub fn text(self) -> String {
        let texts = self.html.texts.get(self.element().texts.clone()).unwrap_or_default();
        let shown = texts.iter().filter(|(of, _)| {
            let name = Tag { html: self.html, at: *of }.name();
            name != "script" && name != "style"
        });
        let mut out = String::new();
        for word in shown.flat_map(|(_, text)| self.html.word(text).split_inclusive(char::is_whitespace)) {
            if out.len() > LONGEST {
                break;
            }
            let (word, space) = (word.trim(), word.ends_with(char::is_whitespace));
            out.push_str(word);
            if space && !out.is_empty() && !out.ends_with(' ') {
                out.push(' ');
            }
        }
        out.truncate(out.trim_end().len());
        out
    }

    /// The text as it was written, of a script or a style.
    pub fn raw(self) -> String {
        let texts = self.html.texts.get(self.element().texts.clone()).unwrap_or_default();
        texts.iter().map(|(_, text)| self.html.word(text)).collect()
    }

    /// The elements inside it.
    pub fn inside(self) -> impl Iterator<Item = Tag<'h>> {
        (self.at + 1..self.element().end).map(move |at| Tag { html: self.html, at })
    }

    /// It, and the elements around it, from the inside to the outside.
    pub fn upward(self) -> impl Iterator<Item = Tag<'h>> {
        let around = |tag: &Tag<'h>| tag.element().parent.map(|at| Tag { html: tag.html, at });
        std::iter::successors(Some(self), around).take(DEEPEST)
    }
}

struct Reader {
    html: Html,
    open: Vec<usize>,
}

impl Reader {
    fn event(&mut self, event: &CallbackEvent<'_>) {
        match event {
            CallbackEvent::OpenStartTag { name } => self.start(name),
            CallbackEvent::AttributeName { name } => {
                let name = self.keep(name);
                let end = name.end;
                self.html.attributes.push((name, end..end));
                if let Some(element) = self.html.elements.last_mut() {
                    element.attributes.end = self.html.attributes.len();
                }
            }
            CallbackEvent::AttributeValue { value } => {
                let value = self.keep(value);
                if let Some((_, last)) = self.html.attributes.last_mut() {
                    *last = value;
                }
            }
            CallbackEvent::CloseStartTag { self_closing } => {
                let void = self.open.last().is_some_and(|at| {
                    let name = Tag { html: &self.html, at: *at }.name();
                    *self_closing || VOID.contains(&name)
                });
                if void {
                    self.close(self.open.len() - 1);
                }
            }
            CallbackEvent::EndTag { name } => {
                let same = |at: &usize| Tag { html: &self.html, at: *at }.name().as_bytes() == *name;
                let lowest = self.open.len().saturating_sub(DEEPEST);
                if let Some(from_top) = self.open[lowest..].iter().rev().position(same) {
                    self.close(self.open.len() - 1 - from_top);
                }
            }
            CallbackEvent::String { value } => {
                let text = self.keep(value);
                if let Some(at) = self.open.last() {
                    self.html.texts.push((*at, text));
                }
            }
            CallbackEvent::Comment { .. } | CallbackEvent::Doctype { .. } | CallbackEvent::Error(_) => {}
        }
    }

    fn start(&mut self, name: &[u8]) {
        let name = self.keep(name);
        let (attributes, texts) = (self.html.attributes.len(), self.html.texts.len());
        let at = self.html.elements.len();
        let (attributes, texts) = (attributes..attributes, texts..texts);
        self.html.elements.push(Element { name, attributes, parent: self.open.last().copied(), end: at + 1, texts });
        self.open.push(at);
    }

    fn keep(&mut self, bytes: &[u8]) -> Range<usize> {
        let start = self.html.words.len();
        self.html.words.push_str(&String::from_utf8_lossy(bytes));
        start..self.html.words.len()
    }

    /// Closes all open elements from the `from`th on.
    fn close(&mut self, from: usize) {
        let (end, texts) = (self.html.elements.len(), self.html.texts.len());
        for at in self.open.drain(from..) {
            if let Some(element) = self.html.elements.get_mut(at) {
                (element.end, element.texts.end) = (end, texts);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_know_their_texts_attributes_and_what_is_around_them() {
        let page = "<!doctype html><html lang=zh-CN><body><p>甲<a href='x&amp;y' hidden>乙 <b>丙</b>\n丁</a><br>戊\
                    <script>if (a<b) {}</script><svg><path d='1'/></svg></p><i>己";
        let html = Html::read(page.as_bytes());
        let named = |name: &str| html.tags().find(|tag| tag.name() == name).unwrap();
        assert_eq!(named("html").get("lang"), Some("zh-CN"));
        assert_eq!(named("a").text(), "乙 丙 丁");
        assert_eq!((named("a").get("href"), named("a").get("hidden")), (Some("x&y"), Some("")));
        assert_eq!(named("p").text(), "甲乙 丙 丁戊");
        assert_eq!(named("script").raw(), "if (a<b) {}");
        assert_eq!(named("path").upward().map(Tag::name).collect::<Vec<_>>(), ["path", "svg", "p", "body", "html"]);
        assert_eq!(named("i").upward().nth(1).map(Tag::name), Some("body"));
        assert_eq!(named("p").inside().map(Tag::name).collect::<Vec<_>>(), ["a", "b", "br", "script", "svg", "path"]);
    }

    #[test]
    fn nesting_without_end_costs_no_time() {
        let deep = format!("{}{}", "<b>".repeat(100_000), "</x>".repeat(100_000));
        assert_eq!(Html::read(deep.as_bytes()).tags().count(), 100_000);
    }
}
