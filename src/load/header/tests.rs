//! Headers that are right, and every mistake with its message.

mod limits;
mod mistakes;

use super::{read, read_config};
use crate::load::fields::{CONFIG, Field, Kind, Shape};
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

#[test]
fn what_only_looks_like_a_mistake_is_left_alone() {
    let lines = [
        "title: 关于开展“有机产品认证宣传周”的通知",
        "title: “质量月”和“宣传周”",
        "title: \"“质量月”\"",
        "title: 主题：有机产品认证：护航",
        "title: https://www.example.gov.cn/a?b=1#c",
        "title: 12:30 开始",
        "title: 关于\"质量月\"的通知",
        "title: it's",
        "title: C#语言",
        "title: -5度",
        "title: 通知\n# 备注：这里有 “引号\n",
        "title: 通知\nrecipients: 各检验检测、认证机构",
        "title: 通知\nrecipients: [各县（市、区）市场监管局, 各检验检测、认证机构]",
        "title: 通知\nrecipients:\n- 各县局，各所\n- 各机构",
        "title: 通知\nkeywords: [\"质量，计量\"]",
        "title: 通知\nkeywords: [https://x.cn/a, 12:30]",
        "title: 通知\nsummary: 第一行\n  第二行\n\n  第三行",
        "title: 通知\nsummary: |\n  主题：有机\n  title: x\n\n  --- # x\n  \t制表符\n  　　全角缩进",
        "title: 通知\nsummary: >2-\n    多空两格\n  正常",
        "title: 通知\nsummary: \"第一行\n  第二行\"",
        "title: 通知\nsummary:\n  另起一行",
        "title: 通知\ncontacts: # 备注\n  - name: 甲 # 备注在这里\n",
        "\"title\": 通知",
        "'标题' : 通知",
        "title:\t通知",
        "title: 通知\nattachments: [{title: \"A: B\", file: 'it''s.pdf'},\n  {title: C,\n   file: d.pdf}]",
        "title: 通知\nattachments: []\ncontacts: [{}]",
        "title: 通知\nreview: {}\ncampaigns: [organic,]",
    ];
    for line in lines {
        let findings = read_all(&notice(line), Kind::Notice).1;
        let kept = findings.iter().filter(|finding| finding.code.id != "W111").cloned().collect::<Vec<_>>();
        assert_eq!(zh(&kept), "", "{line}");
    }
}

#[test]
fn three_hyphens_count_only_at_the_left_edge_of_the_header() {
    let text = "---\ntitle: 页面\nsummary: |\n  甲\n  ---\n  乙\n--- \n\n正文\n\n---\n\n```\n---\n```\n";
    let (header, findings) = read_all(text, Kind::Page);
    let header = header.unwrap();
    assert_eq!(zh(&findings), "");
    assert_eq!(header.map.text("summary"), Some("甲\n---\n乙\n"));
    assert!(text[header.body_at..].starts_with("\n正文"));
}

#[test]
fn values_are_decoded_as_yaml_says() {
    let lines = [
        ("title: \"a\\tb\\u4e2d\\\\\"", "a\tb中\\"),
        ("title: 'it''s'", "it's"),
        ("title: 甲\n  乙", "甲 乙"),
        ("title: |\n  甲\n  乙", "甲\n乙\n"),
        ("title: >-\n  甲\n  乙", "甲 乙"),
        ("title: 质量月 #1", "质量月"),
        ("title:\n  甲", "甲"),
    ];
    for (line, expected) in lines {
        let header = read_all(&notice(line), Kind::Notice).0.unwrap();
        assert_eq!(header.map.text("title"), Some(expected), "{line}");
    }
}

#[test]
fn an_entry_with_a_mistake_is_left_out_and_the_rest_stays() {
    let lines = "title: 通知\ndoc_no：9号\ncontacts:\n  - nmae: 甲\ncc: [甲, 乙]";
    let (header, findings) = read_all(&notice(lines), Kind::Notice);
    let keys: Vec<&str> = header.unwrap().map.entries.iter().map(|entry| entry.key).collect();
    assert_eq!(keys, ["title", "cc", "issuer", "published"]);
    assert_eq!(findings.iter().map(|finding| finding.code.id).collect::<Vec<_>>(), ["E103", "E115"]);
}

#[test]
fn spans_mark_keys_and_values_in_the_whole_file() {
    let (header, _) = read_all("---\n标题: \"质量月\"\nkeywords: [甲, 乙乙]\n---\n", Kind::Page);
    let map = header.unwrap().map;
    let title = map.entry("title").unwrap();
    let marked = |span: &crate::report::Span| (span.line, span.column, span.width);
    assert_eq!(marked(&title.key_span), (2, 1, 2));
    assert_eq!(marked(&title.node.span), (2, 5, 5));
    let Value::List(items) = &map.get("keywords").unwrap().value else { panic!("no list") };
    assert_eq!(marked(&items[1].span), (3, 15, 2));
    assert_eq!(&*items[1].span.text, "keywords: [甲, 乙乙]");
}

#[test]
fn the_configuration_is_read_without_fences() {
    let text = "标题: 专题\nbureau:\n  name: 示例局\n  level: city\nbase_url: https://www.example.gov.cn/zt/\nmenu:\n  - {title: 通知, url: /notices/}\n";
    for text in [text.to_string(), format!("---\n{text}"), format!("---\n{text}---\n")] {
        let mut report = Report::new();
        let map = read_config(&SourcePath::new("content/site.yaml"), &text, CONFIG, &mut report).unwrap();
        assert_eq!(zh(&report.into_sorted()), "");
        assert_eq!(map.text("base_url"), Some("https://www.example.gov.cn/zt/"));
        assert_eq!(shown(map.get("menu").unwrap()), "[{title: \"通知\", url: \"/notices/\"}]");
    }
}

#[test]
fn no_name_stands_for_two_fields_of_one_level() {
    fn check(fields: &[&Field]) {
        for (index, field) in fields.iter().enumerate() {
            for other in &fields[..index] {
                let clash = other.key != field.key && (other.zh == field.zh || other.zh == field.key);
                assert!(!clash, "{} and {}", other.key, field.key);
            }
            if let Shape::Rows(inner) | Shape::Table(inner) = field.shape {
                check(&inner.iter().collect::<Vec<_>>());
            }
        }
    }
    Kind::ALL.into_iter().for_each(|kind| check(&kind.fields().collect::<Vec<_>>()));
    check(&CONFIG.iter().collect::<Vec<_>>());
}
