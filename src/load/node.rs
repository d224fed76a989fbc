//! The values of a header, each with the spot it was written at.

use crate::report::{Place, SourcePath, Span};

/// A value and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct Node {
    /// Where the value stands; for lists and maps, where the key or the first item stands.
    pub span: Span,
    /// The value.
    pub value: Value,
}

/// The four forms a value can take after the lexical pass and the schema have had their say.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Nothing, `~` or `null`.
    Empty,
    /// The characters that were typed, without YAML quotes; never guessed into a number or a date.
    Text(String),
    /// A list.
    List(Vec<Node>),
    /// Keys with values.
    Map(Map),
}

/// Keys in the order of the file, under their English names.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Map {
    /// The entries; no key stands twice.
    pub entries: Vec<Entry>,
}

/// One key with its value.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// The English key of the field table.
    pub key: &'static str,
    /// Where the key is written (in Chinese or English).
    pub key_span: Span,
    /// What stands behind it.
    pub node: Node,
}

impl Map {
    /// The same map, in which values that stand in one line share its text.
    pub fn sharing_lines(mut self) -> Map {
        let mut last = None;
        self.entries.iter_mut().for_each(|entry| entry.share(&mut last));
        self
    }

    /// The entry of `key`.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.key == key)
    }

    /// The value of `key`; none where it is missing or empty.
    pub fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.node).filter(|node| node.value != Value::Empty)
    }

    /// The text of `key`; none where it is missing, empty or not a text.
    pub fn text(&self, key: &str) -> Option<&str> {
        self.get(key)?.as_text()
    }
}

impl Entry {
    fn share(&mut self, last: &mut Option<Span>) {
        share(&mut self.key_span, last);
        self.node.share(last);
    }
}

fn share(span: &mut Span, last: &mut Option<Span>) {
    match last {
        Some(last) if last.line == span.line && last.text == span.text => span.text = last.text.clone(),
        last => *last = Some(span.clone()),
    }
}

impl Node {
    fn share(&mut self, last: &mut Option<Span>) {
        share(&mut self.span, last);
        match &mut self.value {
            Value::Empty | Value::Text(_) => {}
            Value::List(nodes) => nodes.iter_mut().for_each(|node| node.share(last)),
            Value::Map(map) => map.entries.iter_mut().for_each(|entry| entry.share(last)),
        }
    }

    /// The text, if this is one.
    pub fn as_text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The place of this value in `path`.
    pub fn place(&self, path: &SourcePath) -> Place {
        Place::at(path, self.span.clone())
    }
}
