//! Rows as sources: every key has a column, and every finding about a row can be told.

use std::path::PathBuf;

use super::*;
use crate::load::fields::{COMMON, Kind};
use crate::load::walk::Found;
use crate::report::SourcePath;

/// Keys of an open day that no cell can hold, and those of which a table holds a part each.
const NOT_FLAT: [&str; 11] = [
    "sessions",
    "booking",
    "contact",
    "geo",
    "pictures",
    "keywords",
    "author",
    "review",
    "mark_permission",
    "waivers",
    "old_urls",
];

fn file() -> PageFile {
    PageFile {
        path: SourcePath::new("content/open-days/x.csv"),
        kind: Kind::OpenDay,
        name: "x".to_string(),
        bundle: false,
        found: Found { disk: PathBuf::new(), size: 0, written: None, mark: Default::default() },
    }
}

#[test]
fn every_key_of_an_open_day_has_a_column() {
    let flat = |path: &[&str]| COLUMNS.iter().any(|column| column.path == path);
    for field in Kind::OpenDay.own_fields().iter().chain(COMMON) {
        assert!(NOT_FLAT.contains(&field.key) || flat(&[field.key]), "{} has no column", field.key);
        for inner in field.inner().iter().filter(|_| !["pictures", "review", "waivers"].contains(&field.key)) {
            assert!(flat(&[field.key, inner.key]), "{}.{} has no column", field.key, inner.key);
        }
    }
    for column in COLUMNS {
        assert!(!column.field().meaning.is_empty());
    }
}

#[test]
fn every_column_is_read_under_both_its_names() {
    for lang in [|column: &Column| column.zh, |column: &Column| column.key] {
        let header: Vec<&str> = COLUMNS.iter().map(lang).collect();
        let cells: Vec<String> = COLUMNS.iter().map(|column| format!("<{}>", column.key)).collect();
        let text = format!("{}\n{}\n", header.join(","), cells.join(","));
        let mut report = Report::new();
        let (sources, _) = sources(&file(), text, &mut report).unwrap();
        let map = &sources[0].header.map;
        for column in COLUMNS {
            let inner = match &map.get(column.path[0]).unwrap().value {
                Value::List(nodes) if column.path.len() == 2 => nodes[0].clone(),
                _ => map.get(column.path[0]).unwrap().clone(),
            };
            let node = match (&inner.value, column.path.get(1)) {
                (Value::Map(map), Some(key)) => map.get(key).unwrap().clone(),
                _ => inner,
            };
            let said = match &node.value {
                Value::List(nodes) => nodes[0].as_text().unwrap().to_string(),
                _ => node.as_text().unwrap().to_string(),
            };
            assert_eq!(said, format!("<{}>", column.key));
        }
        assert!(report.is_empty());
    }
}

#[test]
fn random_tables_never_panic_and_every_finding_can_be_told() {
    let seed = 20220921;
    let mut random = fastrand::Rng::with_seed(seed);
    let words = [
        "甲",
        "organic",
        "lab",
        "2022-09-19",
        "30人",
        "\"1,234\"",
        "\"a\nb\"",
        "",
        "",
        "#N/A",
        "是",
        "、；",
        "x-1",
        "\"",
        "，",
    ];
    for _ in 0..5_000 {
        let mut header: Vec<&str> = COLUMNS.iter().map(|column| column.zh).collect();
        random.shuffle(&mut header);
        header.truncate(random.usize(3..header.len()));
        header.extend(["标题", "活动", "机构", "日期"]);
        header.sort();
        header.dedup();
        let mut text = format!("{}\n", header.join(","));
        for _ in 0..random.usize(..5) {
            let count = if random.u8(..9) == 0 { random.usize(..50) } else { header.len() };
            let cells: Vec<&str> = (0..count).map(|_| words[random.usize(..words.len())]).collect();
            text.push_str(&format!("{}\n", cells.join(",")));
        }
        let mut report = Report::new();
        let Some((rows, told)) = sources(&file(), text.clone(), &mut report) else { continue };
        let tables = told::Tables::new([(file().path, told.into())]);
        report.extend(rows.iter().map(|row| Finding::new(&codes::E116, row.place(), Text::new("甲", "a")).fix("b")));
        for finding in report.told(|finding| tables.told(finding)).into_sorted() {
            assert!(finding.place.span.is_none_or(|span| !span.text.is_empty()), "seed {seed}: {text}");
        }
    }
}
