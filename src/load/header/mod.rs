//! The header of a page, and `site.yaml`: text in, values with positions out, every mistake by its own name.
//!
//! serde_yaml reports most author mistakes at the wrong place or not at all, so it comes last. First `fence` finds
//! the header's lines, `reader` (with `keys`, `scalar`, `flow`, `forms` and `foreign`) reads their form and names the mistakes that show
//! in a line, `schema` compares that form with the field table, and only then does serde_yaml, in `values`, turn
//! entries without a mistake into texts. An entry with a mistake is left out; the rest stays usable.

mod fence;
mod flow;
mod foreign;
mod forms;
mod keys;
mod level;
mod outline;
mod reader;
mod scalar;
mod schema;
mod source;
#[cfg(test)]
mod tests;
mod values;

use std::ops::Range;

use crate::load::fields::{Field, Kind};
use crate::load::node::{Entry, Map};
use crate::report::{Finding, Place, Report, SourcePath, Text, codes};
use fence::Fence;
use level::Level;
use outline::Pair;
use reader::Part;
use schema::Schema;
use source::{Found, Source};

pub(super) use scalar::chinese_quotes;

/// A page's header, read.
#[derive(Debug, Clone, PartialEq)]
pub struct Header {
    /// The values, under their English keys.
    pub map: Map,
    /// The English keys that are written but have a mistake, so that nobody calls them missing.
    pub mistaken: Vec<&'static str>,
    /// The byte of the decoded text at which the body begins.
    pub body_at: usize,
}

/// The header of a page of `kind`; none where nobody can tell where its text begins. One that is missing is empty, and
/// all its keys count as mistaken, so that the text is told everything at once.
pub fn read(path: &SourcePath, text: &str, kind: Kind, report: &mut Report) -> Option<Header> {
    let source = Source { path, text };
    let mut found = Found::default();
    let level = Level::page(kind);
    let header = match fence::find(&source, kind, &mut found) {
        Fence::Found(fenced) => {
            let close = source.place(&fenced.close);
            let (map, mistaken) = map(&source, fenced.inner, &level, &close, &mut found);
            Some(Header { map: map.sharing_lines(), mistaken, body_at: fenced.body_at })
        }
        Fence::Missing => {
            Some(Header { map: Map::default(), mistaken: level.fields().map(|field| field.key).collect(), body_at: 0 })
        }
        Fence::Unreadable => None,
    };
    found.tell(report);
    header
}

/// The values of a file that is YAML from its first line to its last; none when it is too large.
pub fn read_config(path: &SourcePath, text: &str, fields: &'static [Field], report: &mut Report) -> Option<Map> {
    let source = Source { path, text };
    let mut found = Found::default();
    let map = (text.len() <= fence::LARGEST).then(|| {
        let inner = unfenced(text);
        map(&source, inner, &Level::config(fields), &Place::file(path), &mut found).0
    });
    if map.is_none() {
        found.add(Finding::new(&codes::E127, Place::file(path), too_large(text.len())));
    }
    found.tell(report);
    map
}

/// The text without a first line `---`, which YAML allows, and without a last one.
fn unfenced(text: &str) -> Range<usize> {
    let start = if text.starts_with("---\n") { 4 } else { 0 };
    let end = text.trim_end().strip_suffix("\n---").map_or(text.len(), |rest| rest.len() + 1);
    start..end.max(start)
}

fn too_large(size: usize) -> Text {
    let (size, most) = (size.div_ceil(1024), fence::LARGEST / 1024);
    Text::new(format!("配置文件有 {size} KB，最多 {most} KB。"), format!("The file has {size} KB; {most} KB at most."))
}

/// The values, and the keys that are written but cannot be used.
fn map(
    source: &Source,
    inner: Range<usize>,
    level: &Level,
    close: &Place,
    found: &mut Found,
) -> (Map, Vec<&'static str>) {
    let Some(parts) = reader::parts(source, inner, level, found) else { return Default::default() };
    let pairs: Vec<Pair> = parts.iter().filter_map(|part| part.pair.clone()).collect();
    let mut schema = Schema { source, found };
    schema.doubled(pairs.iter());
    schema.missing(level, &pairs, close, None);
    let mut map = Map::default();
    let mut mistaken = Vec::new();
    for part in &parts {
        let Some(field) = part.pair.as_ref().and_then(|pair| pair.field) else { continue };
        if map.entry(field.key).is_some() {
            continue;
        }
        match entry(source, part, found) {
            Some(entry) => map.entries.push(entry),
            None => mistaken.push(field.key),
        }
    }
    // It stays for as long as the page does.
    map.entries.shrink_to_fit();
    (map, mistaken)
}

/// The value of one top-level entry; none when it has a mistake.
fn entry(source: &Source, part: &Part, found: &mut Found) -> Option<Entry> {
    let wanted = Schema { source, found }.pair(part.pair.as_ref()?);
    if !part.sound {
        return None;
    }
    match values::fill(source, source.slice(&part.chunk), &wanted) {
        Ok(entry) => entry,
        Err(_) => {
            found.add(not_yaml(source, &part.chunk));
            None
        }
    }
}

fn not_yaml(source: &Source, chunk: &Range<usize>) -> Finding {
    let message = Text::new(
        "这一项的写法程序读不懂。请把内容用英文双引号括起来，或改成一行“字段: 内容”。",
        "This entry cannot be read. Wrap the value in double quotes, or write it as one `key: value`.",
    );
    Finding::new(&codes::E128, source.place(chunk), message)
}
