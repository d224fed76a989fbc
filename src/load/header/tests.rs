//! Headers that are right, and every mistake with its message.

mod limits;
mod mistakes;

use super::read;
use crate::load::fields::{Field, Kind, Shape};
use crate::load::node::{Map, Node, Value};
use crate::report::frame::{self, Colour};
use crate::report::{Finding, Lang, Report, SourcePath};

fn path() -> SourcePath {
    SourcePath::new("content/notices/a.md")
}

fn read_all(text: &str, kind: Kind) -> (Option<super::Header>, Vec<Finding>) {
    let mut report = Report::new();
    let header = read(&path(), text, kind, &mut report);
    (header, report.into_sorted())
}

fn zh(findings: &[Finding]) -> String {
    findings.iter().map(|finding| frame::print(finding, Lang::Zh, Colour::Off)).collect()
}

/// A complete notice around `lines`.
fn notice(lines: &str) -> String {
    format!("---\n{lines}\nissuer: 示例市市场监督管理局\npublished: 2022-09-05 09:00\n---\n正文\n")
}

fn shown(node: &Node) -> String {
    match &node.value {
        Value::Empty => "空".to_string(),
        Value::Text(text) => format!("{text:?}"),
        Value::List(nodes) => format!("[{}]", nodes.iter().map(shown).collect::<Vec<_>>().join(", ")),
        Value::Map(map) => shown_map(map),
    }
}

fn shown_map(map: &Map) -> String {
    let entries = map.entries.iter().map(|entry| format!("{}: {}", entry.key, shown(&entry.node)));
    format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
}

fn good(text: &str, kind: Kind) -> Map {
    let (header, findings) = read_all(text, kind);
    assert_eq!(zh(&findings), "", "{text}");
    header.unwrap().map
}

fn example_header(kind: Kind) -> String {
    let filled = kind.fields().filter(|field| !field.example.is_empty());
    let mut keys = Vec::new();
    let mut lines = Vec::new();
    for field in filled.filter(|field| {
        !keys.contains(&field.key) && {
            keys.push(field.key);
            true
        }
    }) {
        lines.push(format!("{}: {}\n", field.key, field.example));
    }
    format!("---\n{}---\n\n正文\n", lines.concat())
}

fn fits(shape: Shape, value: &Value) -> bool {
    match (shape, value) {
        (Shape::Text, Value::Text(_)) => true,
        (Shape::Texts, Value::List(items)) => items.iter().all(|item| item.as_text().is_some()),
        (Shape::Rows(fields), Value::List(items)) => items.iter().all(|item| fits(Shape::Table(fields), &item.value)),
        (Shape::Table(fields), Value::Map(map)) => map.entries.iter().all(|entry| {
            let field = fields.iter().find(|field| field.key == entry.key);
            field.is_some_and(|field| fits(field.shape, &entry.node.value))
        }),
        _ => false,
    }
}

#[test]
fn the_example_of_every_field_is_read_in_its_shape() {
    for kind in Kind::ALL {
        let map = good(&example_header(kind), kind);
        for entry in &map.entries {
            let field: &Field = kind.fields().find(|field| field.key == entry.key).unwrap();
            assert!(fits(field.shape, &entry.node.value), "{}: {:?}", entry.key, entry.node);
        }
        let fields = kind.fields().filter(|field| !field.example.is_empty());
        for field in fields {
            assert!(map.entry(field.key).is_some(), "{} of {kind:?}", field.key);
        }
    }
}

#[test]
fn texts_stay_as_they_were_typed() {
    for typed in [
        "019",
        "0351-1234567",
        "1.10",
        "2026",
        "1e5",
        ".inf",
        ".nan",
        "99999999999999999999",
        "true",
        "0x1F",
        "09:00",
        "Null",
        "a:b",
        "https://x.cn/?a=1#b",
    ] {
        let map = good(&notice(&format!("title: 标题\ndoc_no: {typed}\nkeywords: [{typed}]")), Kind::Notice);
        assert_eq!(map.text("doc_no"), Some(typed));
        assert_eq!(shown(map.get("keywords").unwrap()), format!("[{typed:?}]"));
    }
    for empty in ["", " ", "~", "null", "\"\"", "''", "# 还没有文号"] {
        let text = notice(&format!("title: 标题\ndoc_no: {empty}"));
        if !empty.starts_with('#') {
            assert_eq!(
                good(&text, Kind::Notice).entry("doc_no").map(|entry| entry.node.value.clone()),
                Some(Value::Empty)
            );
        }
    }
}
