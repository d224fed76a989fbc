//! Clean text to values: serde_yaml reads what the lexical pass has let through, along the form it has found.
//!
//! Every text is asked for as text, so YAML never turns `019` or `1.10` into a number. Positions come from the
//! outline, for serde_yaml gives none. Where the two disagree about the form, reading stops with an error and the
//! entry is reported instead of being half understood.

use std::fmt;
use std::ops::Range;

use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::source::Source;
use crate::load::fields::Field;
use crate::load::node::{Entry, Map, Node, Value};

/// A value that is wanted, with the place it stands at.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Want {
    /// Not wanted: unknown, or already reported.
    Skip,
    /// Nothing stands there.
    Empty(Range<usize>),
    /// A text.
    Text(Range<usize>),
    /// A text that is taken as a list of one.
    One(Range<usize>),
    /// A list.
    List(Range<usize>, Vec<Want>),
    /// A map; pairs without a field are not wanted.
    Map(Range<usize>, Vec<WantedPair>),
}

/// A key of a map and what is wanted behind it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct WantedPair {
    pub key: Range<usize>,
    pub field: Option<&'static Field>,
    pub value: Want,
}

/// The single pair written in `chunk`, or none when it is not wanted; an error when serde_yaml reads another form.
pub(super) fn fill(source: &Source, chunk: &str, pair: &WantedPair) -> Result<Option<Entry>, serde_yaml::Error> {
    let pairs = PairsSeed { source, pairs: std::slice::from_ref(pair) };
    if let (Some(field), Want::Text(at)) = (pair.field, &pair.value)
        && let Some(text) = verbatim(source.slice(&pair.key), source.slice(at), chunk)
    {
        let node = Node { span: source.span(at), value: written(text.to_string()) };
        return Ok(Some(pairs.entry(pair, field, node)));
    }
    Ok(pairs.deserialize(serde_yaml::Deserializer::from_str(chunk))?.entries.pop())
}

/// The text of a one-line `key: value` of which YAML says that it is what stands there (YAML 1.2 §7.3): quotes without an
/// escape in them, or letters, digits and a few signs without quotes. Nearly every line of a header is one of these, and
/// a parser for each would take a tenth of the time it takes to read ten thousand pages.
fn verbatim<'t>(key: &str, typed: &'t str, chunk: &str) -> Option<&'t str> {
    let between = chunk.strip_prefix(key)?.trim_end_matches(['\n', ' ']).strip_suffix(typed)?;
    if !between.strip_prefix(':')?.bytes().all(|b| b == b' ') || between.len() < 2 {
        return None;
    }
    for quote in ['"', '\''] {
        if let Some(inner) = typed.strip_prefix(quote) {
            let inner = inner.strip_suffix(quote)?;
            return (!inner.chars().any(|c| c == quote || c == '\\' || c.is_control())).then_some(inner);
        }
    }
    let is_plain = |c: char| {
        c.is_alphanumeric()
            || matches!(c, ' ' | '-' | '.' | '/' | '_' | '，' | '。' | '、' | '；' | '：' | '！' | '？')
            || matches!(c, '“' | '”' | '（' | '）' | '《' | '》' | '〔' | '〕' | '—' | '·')
    };
    let begins = typed.starts_with(char::is_alphanumeric) && !typed.ends_with(' ');
    // A colon between digits, as in 09:00, is no second key.
    let colons = typed.split(':').collect::<Vec<_>>();
    let inside = colons.windows(2).all(|pair| {
        pair[0].ends_with(|c: char| c.is_ascii_digit()) && pair[1].starts_with(|c: char| c.is_ascii_digit())
    });
    (begins && inside && typed.chars().all(|c| c == ':' || is_plain(c))).then_some(typed)
}

struct ValueSeed<'w> {
    source: &'w Source<'w>,
    want: &'w Want,
}

impl<'de> DeserializeSeed<'de> for ValueSeed<'_> {
    type Value = Option<Node>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Option<Node>, D::Error> {
        let source = self.source;
        let node = |at: &Range<usize>, value| Some(Node { span: source.span(at), value });
        Ok(match self.want {
            Want::Skip => from.deserialize_ignored_any(IgnoredAny).map(|_| None)?,
            Want::Empty(at) => from.deserialize_ignored_any(IgnoredAny).map(|_| node(at, Value::Empty))?,
            Want::Text(at) => node(at, written(TextSeed.deserialize(from)?)),
            Want::One(at) => node(at, one(source, at, TextSeed.deserialize(from)?)),
            Want::List(at, wants) => node(at, Value::List(ListSeed { source, wants }.deserialize(from)?)),
            Want::Map(at, pairs) => node(at, Value::Map(PairsSeed { source, pairs }.deserialize(from)?)),
        })
    }
}

/// An empty text in quotes is no more than no text at all.
fn written(text: String) -> Value {
    if text.trim().is_empty() { Value::Empty } else { Value::Text(text) }
}

fn one(source: &Source, at: &Range<usize>, text: String) -> Value {
    match written(text) {
        Value::Text(text) => Value::List(vec![Node { span: source.span(at), value: Value::Text(text) }]),
        other => other,
    }
}

/// A scalar exactly as it was typed.
struct TextSeed;

impl<'de> DeserializeSeed<'de> for TextSeed {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<String, D::Error> {
        from.deserialize_str(self)
    }
}

impl Visitor<'_> for TextSeed {
    type Value = String;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        f.write_str("a text")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<String, E> {
        Ok(text.to_string())
    }
}

struct ListSeed<'w> {
    source: &'w Source<'w>,
    wants: &'w [Want],
}

impl<'de> DeserializeSeed<'de> for ListSeed<'_> {
    type Value = Vec<Node>;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Vec<Node>, D::Error> {
        from.deserialize_seq(self)
    }
}

impl<'de> Visitor<'de> for ListSeed<'_> {
    type Value = Vec<Node>;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "a list of {}", self.wants.len())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Vec<Node>, A::Error> {
        let mut nodes = Vec::new();
        for want in self.wants {
            let seed = ValueSeed { source: self.source, want };
            nodes.extend(from.next_element_seed(seed)?.ok_or_else(|| A::Error::custom("too few"))?);
        }
        match from.next_element::<IgnoredAny>()? {
            None => Ok(nodes),
            Some(_) => Err(A::Error::custom("too many")),
        }
    }
}

struct PairsSeed<'w> {
    source: &'w Source<'w>,
    pairs: &'w [WantedPair],
}

impl<'de> DeserializeSeed<'de> for PairsSeed<'_> {
    type Value = Map;

    fn deserialize<D: Deserializer<'de>>(self, from: D) -> Result<Map, D::Error> {
        from.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for PairsSeed<'_> {
    type Value = Map;

    fn expecting(&self, f: &mut fmt::Formatter) -> fmt::Result {
        write!(f, "a map of {}", self.pairs.len())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Map, A::Error> {
        let mut map = Map::default();
        for pair in self.pairs {
            from.next_key::<IgnoredAny>()?.ok_or_else(|| A::Error::custom("too few"))?;
            let node = from.next_value_seed(ValueSeed { source: self.source, want: &pair.value })?;
            let entry = pair.field.zip(node);
            map.entries.extend(entry.map(|(field, node)| self.entry(pair, field, node)));
        }
        match from.next_key::<IgnoredAny>()? {
            None => Ok(map),
            Some(_) => Err(A::Error::custom("too many")),
        }
    }
}

impl PairsSeed<'_> {
    fn entry(&self, pair: &WantedPair, field: &'static Field, node: Node) -> Entry {
        Entry { key: field.key, key_span: self.source.span(&pair.key), node }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What serde_yaml says of the value of `key: typed`.
    fn yaml(chunk: &str) -> Option<String> {
        let map: std::collections::BTreeMap<String, serde_yaml::Value> = serde_yaml::from_str(chunk).ok()?;
        struct Text(String);
        impl<'de> serde::Deserialize<'de> for Text {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Text, D::Error> {
                TextSeed.deserialize(from).map(Text)
            }
        }
        let texts: std::collections::BTreeMap<String, Text> = serde_yaml::from_str(chunk).ok()?;
        (map.len() == 1).then(|| texts.into_values().next().map(|text| text.0))?
    }

    #[test]
    fn what_is_taken_as_it_stands_is_what_yaml_says() {
        let pieces = [
            "有机",
            "a",
            "Z",
            "0",
            "019",
            "1e5",
            "~",
            "null",
            "true",
            "是",
            "-",
            "- ",
            "--",
            ".",
            "/",
            "_",
            " ",
            "  ",
            ":",
            ": ",
            "：",
            "#",
            " #",
            "\"",
            "'",
            "\\",
            "\\n",
            "，",
            "[",
            "]",
            "{",
            "}",
            ",",
            "&",
            "*",
            "!",
            "|",
            ">",
            "%",
            "@",
            "`",
            "?",
            "? ",
            "12:30",
            "2022-09-20",
            "“",
            "”",
            "（",
            "《",
            "\t",
            "=",
            "<<",
            "0x1F",
            ".inf",
            "é",
            "𠮷",
        ];
        let mut random = fastrand::Rng::with_seed(7);
        let mut taken = 0;
        for _ in 0..60_000 {
            let count = random.usize(1..5);
            let typed: String = (0..count).map(|_| pieces[random.usize(..pieces.len())]).collect();
            let typed = match random.u8(..4) {
                0 => format!("\"{typed}\""),
                1 => format!("'{typed}'"),
                _ => typed,
            };
            let chunk = format!("title: {typed}\n");
            if let Some(text) = verbatim("title", &typed, &chunk) {
                assert_eq!(Some(text.to_string()), yaml(&chunk), "{chunk:?}");
                taken += 1;
            }
        }
        assert!(taken > 5_000, "only {taken} were taken");
        assert_eq!(verbatim("title", "甲", "title:甲\n"), None);
        assert_eq!(verbatim("title", "甲", "title: 甲 # 乙\n"), None);
        assert_eq!(verbatim("title", "甲", "title: 甲\n  乙\n"), None);
        assert_eq!(verbatim("start", "09:00", "start:   09:00\n\n"), Some("09:00"));
    }
}
