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

impl Node {
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
