//! A page's source as a later run reads it back, so that files nobody touched are not read again. What was told of it
//! comes along; its text does not, and is read from the file when somebody asks.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::SystemTime;

use serde::{Deserialize, Deserializer, Serialize};

use super::fields::{Field, Kind};
use super::header::Header;
use super::node::{Entry, Map, Node, Value};
use super::walk::{Found, Mark, PageFile};
use super::{Source, SourceText};
use crate::hash::Hash;
use crate::report::{Finding, Lines, Shared, SourcePath, Spot};

/// Reads a map that was written in order: its parts are put together at once, not one by one.
pub fn in_order<'de, D, K, V>(deserializer: D) -> Result<BTreeMap<K, V>, D::Error>
where
    D: Deserializer<'de>,
    K: Deserialize<'de> + Ord,
    V: Deserialize<'de>,
{
    Ok(Vec::<(K, V)>::deserialize(deserializer)?.into_iter().collect())
}

/// A source without its text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct KeptSource {
    /// Its file's path in the project.
    path: SourcePath,
    /// The same as this machine knows it.
    disk: String,
    kind: u8,
    name: String,
    bundle: bool,
    size: u64,
    written: Option<SystemTime>,
    mark: Mark,
    /// The lines that its spans stand in.
    pub lines: Lines,
    map: Vec<KeptEntry>,
    body_at: usize,
    /// The hashes of its text.
    text: (Hash, Hash),
    told: Vec<Finding>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct KeptEntry {
    /// The place of the key in the table of fields.
    key: u8,
    key_spot: Spot,
    node: KeptNode,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct KeptNode(Spot, KeptValue);

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
enum KeptValue {
    Empty,
    Text(String),
    List(Vec<KeptNode>),
    Map(Vec<KeptEntry>),
}

/// The keys that may stand at one place.
type Level = Vec<&'static Field>;

fn level(kind: Kind) -> Level {
    kind.fields().collect()
}

impl KeptSource {
    /// What is kept of `source`, of which `told` was told; none of a row of a table and of one whose header has mistakes.
    pub fn of(source: &Source, told: &[Finding], project: &Path) -> Option<KeptSource> {
        let PageFile { path, kind, name, bundle, found } = &source.file;
        let Found { disk, size, written, mark } = found;
        if source.row.is_some() || !source.header.mistaken.is_empty() {
            return None;
        }
        let mut lines = Lines::default();
        let map = packed(&source.header.map, &level(*kind), &mut lines)?;
        Some(KeptSource {
            path: path.clone(),
            disk: disk.strip_prefix(project).ok()?.to_str()?.to_string(),
            kind: u8::try_from(Kind::ALL.iter().position(|known| known == kind)?).ok()?,
            name: name.clone(),
            bundle: *bundle,
            size: *size,
            written: *written,
            mark: *mark,
            lines,
            map,
            body_at: source.header.body_at,
            text: source.text.keys,
            told: told.to_vec(),
        })
    }

    /// The source again, in the project that lies at `project` now, what was told of it, and its lines; none where the
    /// tables of fields do not know it.
    pub fn source(self, project: &Path) -> Option<(Source, Vec<Finding>, Shared)> {
        let KeptSource { path, disk, kind, name, bundle, size, written, mark, lines, map, body_at, text, told } = self;
        let (kind, lines) = (*Kind::ALL.get(usize::from(kind))?, lines.shared());
        let map = unpacked(map, &level(kind), &lines)?;
        let found = Found { disk: project.join(disk), size, written, mark };
        let file = PageFile { path, kind, name, bundle, found };
        let header = Header { map, mistaken: Vec::new(), body_at };
        Some((Source { file, text: SourceText::on_disk(text), header, row: None }, told, lines))
    }

    /// What pages are made from, but for the body: the place and the values.
    pub fn face(&self) -> impl Serialize {
        (&self.path, self.kind, &self.name, self.bundle, &self.map, &self.lines, &self.told)
    }
}

fn packed(map: &Map, level: &Level, lines: &mut Lines) -> Option<Vec<KeptEntry>> {
    let mut pack = |entry: &Entry| {
        let at = level.iter().position(|field| field.key == entry.key)?;
        let inner: Level = level[at].inner().iter().collect();
        Some(KeptEntry {
            key: u8::try_from(at).ok()?,
            key_spot: lines.put(&entry.key_span),
            node: packed_node(&entry.node, &inner, lines)?,
        })
    };
    map.entries.iter().map(&mut pack).collect()
}

fn packed_node(node: &Node, inner: &Level, lines: &mut Lines) -> Option<KeptNode> {
    let spot = lines.put(&node.span);
    Some(KeptNode(
        spot,
        match &node.value {
            Value::Empty => KeptValue::Empty,
            Value::Text(text) => KeptValue::Text(text.clone()),
            Value::List(nodes) => {
                KeptValue::List(nodes.iter().map(|node| packed_node(node, inner, lines)).collect::<Option<_>>()?)
            }
            Value::Map(map) => KeptValue::Map(packed(map, inner, lines)?),
        },
    ))
}

fn unpacked(map: Vec<KeptEntry>, level: &Level, lines: &Shared) -> Option<Map> {
    let unpack = |entry: KeptEntry| {
        let field = level.get(usize::from(entry.key))?;
        let node = unpacked_node(entry.node, field, lines)?;
        Some(Entry { key: field.key, key_span: lines.span(entry.key_spot), node })
    };
    Some(Map { entries: map.into_iter().map(unpack).collect::<Option<_>>()? })
}

fn unpacked_node(KeptNode(spot, value): KeptNode, field: &'static Field, lines: &Shared) -> Option<Node> {
    let value = match value {
        KeptValue::Empty => Value::Empty,
        KeptValue::Text(text) => Value::Text(text),
        KeptValue::List(nodes) => {
            let nodes = nodes.into_iter().map(|node| unpacked_node(node, field, lines));
            Value::List(nodes.collect::<Option<_>>()?)
        }
        KeptValue::Map(map) => Value::Map(unpacked(map, &field.inner().iter().collect(), lines)?),
    };
    Some(Node { span: lines.span(spot), value })
}
