//! Bodies as trees for typesetting: each element, what resolvers may not do, and bounds.

use std::time::Duration;

use expect_test::expect;
use serde_json::{Value, json};

use super::*;
use crate::markdown::MAX_HTML;
use crate::markdown::blocks::DEEPEST;
use crate::stopwatch::Stopwatch;

/// A resolver for paper: pictures have files of their own, links within the site are text.
fn on_paper(link: &Link) -> Resolved {
    match &link.target {
        _ if link.is_image => {
            Resolved::Picture { src: "/pictures/1.png".into(), width: None, height: None, sizes: Vec::new() }
        }
        Target::External(url) | Target::Contact(url) => Resolved::Href { url: url.clone(), external: true },
        _ => Resolved::PlainText,
    }
}

fn tree(text: &str) -> Value {
    serde_json::to_value(read(text).0.blocks(&on_paper)).expect("plain values")
}

/// The blocks of a text without footnotes.
fn blocks(text: &str) -> Value {
    let tree = tree(text);
    assert_eq!(tree["notes"], json!([]), "{text}");
    tree["blocks"].clone()
}

/// The inlines of a text that is one paragraph.
fn inlines(text: &str) -> Value {
    let blocks = blocks(text);
    assert_eq!((blocks.as_array().map(Vec::len), &blocks[0]["type"]), (Some(1), &json!("paragraph")), "{text}");
    blocks[0]["inlines"].clone()
}

#[test]
fn headings_have_the_levels_of_the_outline() {
    assert_eq!(
        blocks("# 一、活动\n\n### **1.**细则\n\n#\n"),
        json!([
            {"type": "heading", "level": 2, "inlines": [{"t": "text", "text": "一、活动"}]},
            {"type": "heading", "level": 4, "inlines": [
                {"t": "strong", "inlines": [{"t": "text", "text": "1."}]},
                {"t": "text", "text": "细则"},
            ]},
        ])
    );
    assert_eq!(blocks("# ![图](a.png)")[0]["inlines"], json!([{"t": "text", "text": "图"}]));
    assert_eq!(blocks("# ![](a.png)"), json!([]));
}

#[test]
fn lines_join_as_on_the_page() {
    assert_eq!(inlines("厚\n德"), json!([{"t": "text", "text": "厚德"}]));
    assert_eq!(inlines("one\ntwo"), json!([{"t": "text", "text": "one two"}]));
    assert_eq!(inlines("甲  \n乙"), json!([{"t": "text", "text": "甲"}, {"t": "break"}, {"t": "text", "text": "乙"}]));
    assert_eq!(blocks("甲\n　　乙").as_array().map(Vec::len), Some(2));
    assert_eq!(blocks("<!-- 注 -->\n\n***\n"), json!([{"type": "rule"}]));
}

#[test]
fn marks_inside_a_line() {
    assert_eq!(
        inlines("**粗*斜***~~删~~`码`"),
        json!([
            {"t": "strong", "inlines": [
                {"t": "text", "text": "粗"},
                {"t": "emphasis", "inlines": [{"t": "text", "text": "斜"}]},
            ]},
            {"t": "deleted", "inlines": [{"t": "text", "text": "删"}]},
            {"t": "code", "text": "码"},
        ])
    );
}

#[test]
fn links_are_those_the_resolver_gives() {
    assert_eq!(
        inlines("[甲](https://a.cn/b|c)[乙](b.md)[](https://a.cn)https://c.cn"),
        json!([
            {"t": "link", "url": "https://a.cn/b%7Cc", "inlines": [{"t": "text", "text": "甲"}]},
            {"t": "text", "text": "乙"},
            {"t": "link", "url": "https://c.cn", "inlines": [{"t": "text", "text": "https://c.cn"}]},
        ])
    );
    let (body, _) = read("[甲](a.md)![图](b.png)");
    let shown = |resolved: Resolved| {
        serde_json::to_value(body.blocks(&|_| resolved.clone())).expect("plain values")["blocks"].clone()
    };
    let text = json!([{"type": "paragraph", "inlines": [{"t": "text", "text": "甲图"}]}]);
    for bad in ["javascript:x", "//a.cn/b.png", "\\\\a.cn", "data:x", "java\tscript:x", "file:x", "c:x"] {
        assert_eq!(shown(Resolved::Href { url: bad.into(), external: false }), text, "{bad}");
    }
    for bad in ["//a.cn/b.png", "https://a.cn/b.png", "b.png", "../b.png", "/a\\b.png", "data:x"] {
        assert_eq!(
            shown(Resolved::Picture { src: bad.into(), width: None, height: None, sizes: Vec::new() }),
            text,
            "{bad}"
        );
    }
    let link = |text: &str| json!({"t": "link", "url": "/x", "inlines": [{"t": "text", "text": text}]});
    assert_eq!(
        shown(Resolved::Href { url: "/x".into(), external: false })[0]["inlines"],
        json!([link("甲"), link("图")])
    );
}

#[test]
fn a_refused_link_is_not_asked_about() {
    let (body, _) = read("[甲](javascript:x)[乙](b.md)");
    let asked = std::cell::RefCell::new(Vec::new());
    body.blocks(&|link| {
        asked.borrow_mut().push(link.text.clone());
        Resolved::PlainText
    });
    assert_eq!(*asked.borrow(), ["乙"]);
}

#[test]
fn pictures_alone_are_blocks() {
    let picture = |alt: &str, caption: Value| json!({"type": "picture", "src": "/pictures/1.png", "alt": alt, "caption": caption});
    assert_eq!(blocks("![图](a.png '现场')"), json!([picture("图", json!("现场"))]));
    assert_eq!(blocks("![甲](a.png)\n![](b.png)"), json!([picture("甲", Value::Null), picture("", Value::Null)]));
    assert_eq!(blocks("[![图](a.png)](https://a.cn)"), json!([picture("图", Value::Null)]));
    assert_eq!(blocks("- ![图](a.png)")[0]["entries"], json!([[picture("图", Value::Null)]]));
    assert_eq!(
        inlines("看![图](a.png)。"),
        json!([{"t": "text", "text": "看"}, {"t": "picture", "alt": "图"}, {"t": "text", "text": "。"}])
    );
}

#[test]
fn quotes_and_lists() {
    let paragraph = |text: &str| json!({"type": "paragraph", "inlines": [{"t": "text", "text": text}]});
    assert_eq!(
        blocks("> 引\n>\n> - 甲\n>\n>   3. 乙\n>\n>      丙\n>\n> ---"),
        json!([{"type": "quote", "blocks": [
            paragraph("引"),
            {"type": "list", "start": null, "entries": [[
                paragraph("甲"),
                {"type": "list", "start": 3, "entries": [[paragraph("乙"), paragraph("丙")]]},
            ]]},
            {"type": "rule"},
        ]}])
    );
    assert_eq!(
        blocks("- [x] 完成\n-\n- 待办"),
        json!([{"type": "list", "start": null, "entries": [[paragraph("☑ 完成")], [], [paragraph("待办")]]}])
    );
    assert_eq!(blocks(">\n\n-"), json!([]));
}

#[test]
fn tables_and_listings() {
    let cell = |text: &str| json!([{"t": "text", "text": text}]);
    assert_eq!(
        blocks("| 甲 | 乙 | 丙 | 丁 |\n|--|:-:|--:|:--|\n| 1 | | ![图](a.png) |\n"),
        json!([{
            "type": "table",
            "align": [null, "center", "right", "left"],
            "head": [cell("甲"), cell("乙"), cell("丙"), cell("丁")],
            "rows": [[cell("1"), [], [{"t": "picture", "alt": "图"}], []]],
        }])
    );
    assert_eq!(blocks("```rust\nlet a = #1;\n\n$x\n```"), json!([{"type": "listing", "text": "let a = #1;\n\n$x\n"}]));
}

#[test]
fn footnotes_are_numbered_as_readers_meet_them() {
    expect![[r#"{"blocks":[{"type":"paragraph","inlines":[{"t":"text","text":"甲"},{"t":"note","number":1},{"t":"text","text":"乙"},{"t":"note","number":2}]}],"notes":[[{"type":"paragraph","inlines":[{"t":"text","text":"一"},{"t":"note","number":2}]}],[{"type":"paragraph","inlines":[{"t":"text","text":"二"},{"t":"note","number":1}]}]]}"#]]
    .assert_eq(&tree("甲[^b]乙[^a]\n\n[^a]: 二[^b]\n[^b]: 一[^a]\n").to_string());
}

/// How many arrays and objects stand inside each other.
fn depth(value: &Value) -> usize {
    let inner = match value {
        Value::Array(values) => values.iter().map(depth).max(),
        Value::Object(values) => values.values().map(depth).max(),
        _ => return 0,
    };
    1 + inner.unwrap_or(0)
}

fn kinds(value: &Value, kind: &str) -> usize {
    value.to_string().matches(&format!("\"{kind}\"")).count()
}

#[test]
fn what_nests_deeper_joins_the_level_above() {
    let quotes = blocks(&("> ".repeat(90) + "a"));
    assert_eq!(kinds(&quotes, "quote"), DEEPEST);
    let lists = blocks(&((0..20).map(|i| format!("{}- a{i}\n", "  ".repeat(i))).collect::<String>() + "- b"));
    assert_eq!((kinds(&lists, "list"), kinds(&lists, "paragraph")), (DEEPEST, 21));
    assert_eq!(lists[0]["entries"].as_array().map(Vec::len), Some(2));
    let marks = inlines(&format!("{}[x](https://a.cn){}", "*a **b ".repeat(20), "c** d*".repeat(20)));
    assert_eq!((kinds(&marks, "strong") + kinds(&marks, "emphasis"), kinds(&marks, "link")), (DEEPEST, 1));
    assert!(marks.to_string().matches('a').count() > 20 && marks.to_string().contains("c d"));
}

#[test]
fn hostile_bodies_are_quick_and_shallow() {
    for (name, text) in [
        ("quotes", ">".repeat(50_000) + "a"),
        ("ninety quotes", ("> ".repeat(90) + "a\n\n").repeat(2_000)),
        ("ninety lists", ("- ".repeat(90) + "a\n\n").repeat(2_000)),
        ("numbered lists", "1. ".repeat(10_000) + "a"),
        ("strong", "**a ".repeat(20_000) + &"b** ".repeat(20_000)),
        ("links", "[a](".repeat(20_000)),
        ("notes in notes", (0..10_000).map(|i| format!("[^{i}]: ")).collect()),
        ("addresses", "https://a ".repeat(10_000)),
        ("long addresses", format!("[x]: https://a/{}\n\n{}", "b".repeat(10_000), "[x]".repeat(4_000))),
        ("cells", format!("{}\n{}\n{}", "|a".repeat(1_000), "|-".repeat(1_000), "a\n".repeat(45))),
    ] {
        let thread = std::thread::Builder::new().stack_size(2 * 1024 * 1024).spawn(move || {
            let (body, _) = read(&text);
            let began = Stopwatch::start();
            let json = serde_json::to_string(&body.blocks(&on_paper)).expect("plain values");
            (began.elapsed(), json)
        });
        let (took, json) = thread.expect("a thread starts").join().unwrap_or_else(|_| panic!("{name} overflowed"));
        assert!(took < Duration::from_secs(4), "{name} took {took:?}");
        assert!(json.len() < 3 * MAX_HTML, "{name}: {} bytes", json.len());
        let depth = depth(&serde_json::from_str(&json).expect("serde_json reads 128 levels"));
        assert!(depth <= 2 + 3 * DEEPEST + 2 * (DEEPEST + 1) + 2, "{name}: {depth}");
    }
}

/// The text of a tree, in reading order; captions are not part of [`Body::plain`].
fn said(value: &Value, out: &mut String) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| said(value, out)),
        Value::Object(values) => {
            for (key, value) in values {
                match (key.as_str(), value) {
                    ("text" | "alt", Value::String(text)) => out.push_str(text),
                    ("align", _) => {}
                    (_, value) => said(value, out),
                }
            }
        }
        _ => {}
    }
}

#[test]
#[allow(clippy::print_stdout, reason = "a failing run must tell its seed")]
fn mutations_keep_every_word() {
    println!("seed {}", random::SEED);
    let mut random = fastrand::Rng::with_seed(random::SEED);
    for round in 0..5_000 {
        let text = random::mutated(&mut random);
        let (body, _) = read(&text);
        let mut shown = String::new();
        said(&serde_json::to_value(body.blocks(&on_paper)).expect("plain values"), &mut shown);
        let words = |text: &str| text.split_whitespace().collect::<String>();
        assert_eq!(words(&shown), words(&body.plain()), "round {round}: {text:?}");
    }
}
