//! Hostile input: bounded time, no panic, places inside the file.

use std::time::Duration;

use super::{example_header, read_all};
use crate::load::fields::Kind;
use crate::load::header::read_config;
use crate::load::text::decode;
use crate::report::{Finding, Report, SourcePath};
use crate::stopwatch::Stopwatch;

/// Characters that mean something to YAML, to the fences, or to a hurried hand.
const ODD: &[&str] = &[
    ":",
    "：",
    ": ",
    " ",
    "　",
    "\t",
    "\n",
    "\"",
    "'",
    "“",
    "”",
    "[",
    "]",
    "{",
    "}",
    "【",
    "，",
    "、",
    ",",
    "-",
    "- ",
    "－",
    "#",
    " #",
    "&",
    "*",
    "!",
    "|",
    ">",
    "%",
    "@",
    "?",
    "? ",
    "---",
    "---\n",
    "...",
    "<<",
    "=",
    "\\",
    "\\x",
    "é",
    "𠮷",
    "👩‍🌾",
    "\u{feff}",
    "\u{301}",
];

fn inside(findings: &[Finding], text: &str) {
    let lines: Vec<&str> = text.split('\n').collect();
    for finding in findings {
        let places = std::iter::once(&finding.place).chain(&finding.related);
        for span in places.filter_map(|place| place.span.as_ref()) {
            let line = lines.get(span.line - 1).unwrap_or_else(|| panic!("line {} of {text:?}", span.line));
            assert_eq!(&*span.text, *line, "{finding:?}");
            assert!(span.column >= 1 && span.column - 1 + span.width <= line.chars().count(), "{finding:?}");
        }
        assert!(!finding.message.zh.is_empty() && !finding.message.en.is_empty());
    }
}

fn mutated(random: &mut fastrand::Rng, text: &str) -> String {
    let mut text = text.to_string();
    for _ in 0..random.usize(1..=4) {
        let at = text.floor_char_boundary(random.usize(0..text.len().max(1)));
        let Some(c) = text[at..].chars().next() else { return text };
        let odd = *random.choice(ODD).unwrap();
        let next = text[at + c.len_utf8()..].chars().next().unwrap_or(' ');
        let (end, words) = match random.u8(0..6) {
            0 => (at + c.len_utf8(), String::new()),
            1 => (at, c.to_string()),
            2 => (at + c.len_utf8(), format!("{next}{c}")),
            3 => (at + c.len_utf8(), odd.to_string()),
            4 => (at, odd.to_string()),
            _ => (at + c.len_utf8(), full_width(c).to_string()),
        };
        text.replace_range(at..end, &words);
    }
    text
}

fn full_width(c: char) -> char {
    let wide = if matches!(c, '!'..='~') { char::from_u32(c as u32 + 0xFEE0) } else { None };
    wide.unwrap_or(c)
}

/// The examples of a kind in block form, so that indentation is mutated too.
fn block_header() -> String {
    "---\ntitle: 关于开展“质量月”活动的通知\nissuer: \"示例市市场监督管理局\"\npublished: 2022-09-05 09:00\nrecipients:\n  - 各县（市、区）市场监管局\n  - 各检验检测、认证机构\nattachments:\n  - title: 统计表\n    file: tongjibiao.xlsx\n  - title: 'A: B'\n    ref: sx-2022-291\ncontacts: [{name: 示例, phone: 12315}, {name: \"示例, 二\", role: 科长}]\ndeadlines:\n- what: 报送活动情况\n  date: 2022-10-08\n  materials: [文字总结, 典型案例]\nsummary: >-\n  第一行\n  第二行 # 不是备注\n\n  第三行\nkeywords: [\n  有机产品, # 备注\n  认证\n]\nreview:\n  first: 示例\n  final: 示例\n# 备注\nnote: 此件公开发布\n---\n正文\n\n---\n\n完\n".to_string()
}

#[test]
fn a_header_in_block_form_is_read() {
    let (header, findings) = read_all(&block_header(), Kind::Notice);
    assert_eq!(super::zh(&findings), "");
    let header = header.unwrap();
    assert_eq!(&block_header()[header.body_at..], "正文\n\n---\n\n完\n");
    expect_test::expect![[r#"
        {title: "关于开展“质量月”活动的通知",
        issuer: "示例市市场监督管理局",
        published: "2022-09-05 09:00",
        recipients: ["各县（市、区）市场监管局",
        "各检验检测、认证机构"],
        attachments: [{title: "统计表",
        file: "tongjibiao.xlsx"}, {title: "A: B",
        ref: "sx-2022-291"}],
        contacts: [{name: "示例",
        phone: "12315"}, {name: "示例, 二",
        role: "科长"}],
        deadlines: [{what: "报送活动情况",
        date: "2022-10-08",
        materials: ["文字总结",
        "典型案例"]}],
        summary: "第一行 第二行 # 不是备注\n第三行",
        keywords: ["有机产品",
        "认证"],
        review: {first: "示例",
        final: "示例"}, note: "此件公开发布"}"#]]
    .assert_eq(&super::shown_map(&header.map).replace("], ", "],\n").replace("\", ", "\",\n"));
    let places = header
        .map
        .entries
        .iter()
        .map(|entry| (entry.key, entry.key_span.line, entry.node.span.line, entry.node.span.column));
    expect_test::expect![[r#"
        ("title", 2, 2, 8)
        ("issuer", 3, 3, 9)
        ("published", 4, 4, 12)
        ("recipients", 5, 6, 3)
        ("attachments", 8, 9, 3)
        ("contacts", 13, 13, 11)
        ("deadlines", 14, 15, 1)
        ("summary", 18, 19, 3)
        ("keywords", 23, 23, 11)
        ("review", 27, 28, 3)
        ("note", 31, 31, 7)
    "#]]
    .assert_eq(&places.map(|place| format!("{place:?}\n")).collect::<String>());
}

#[test]
#[expect(clippy::print_stdout, reason = "a failure is repeated with its seed")]
fn ten_thousand_mutations_never_panic_and_stay_inside_the_file() {
    let seed = 20_220_905;
    println!("seed {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let path = SourcePath::new("content/a.md");
    let good: Vec<(String, Kind)> = Kind::ALL.map(|kind| (example_header(kind), kind)).to_vec();
    for case in 0..10_000 {
        let (text, kind) = match case % 2 {
            0 => (block_header(), Kind::Notice),
            _ => good[random.usize(0..good.len())].clone(),
        };
        let text = mutated(&mut random, &text);
        let mut report = Report::new();
        let clean = decode(&path, text.as_bytes(), &mut report).unwrap();
        let (header, findings) = read_all(&clean, kind);
        inside(&findings, &clean);
        if let Some(header) = header {
            assert!(clean.is_char_boundary(header.body_at));
        }
        if case % 10 > 0 {
            continue;
        }
        let mut report = Report::new();
        read_config(&path, &clean, crate::load::fields::CONFIG, &mut report);
        inside(&report.into_sorted(), &clean);
    }
}

#[test]
fn sixteen_kilobytes_of_anything_answer_quickly() {
    let lines = [
        "[",
        "{",
        "[[",
        "[{",
        "{a: ",
        "keywords: [",
        "- ",
        "-\n",
        "? ",
        "a:\n",
        "a:b\n",
        "title: x\n",
        "contacts: [{name: 1}]\n",
        "\"",
        "'",
        "“",
        "&a ",
        "*a",
        "#",
        ":",
        ": ",
        "：",
        "a",
        "好",
        "\\",
        "|\n",
        "contacts:\n - ",
        "好 ",
        "x: |\n  ",
        "--- ",
        "a=b\n",
        "keywords: [a, \n",
        "  ",
        "\t",
        "　",
        "[a,",
        "{name: 1, ",
        "- name: 1\n",
        "- [",
        "好\n",
        "title：x\n",
        "'a' ",
        "\"\\",
    ];
    for start in [
        "",
        "title: ",
        "keywords: [",
        "contacts:\n  - ",
        "contacts: [{",
        "contacts: [",
        "summary: |\n  ",
        "keywords:\n",
    ] {
        for line in lines {
            let text = format!("---\n{start}{}", line.repeat(16 * 1024 / line.len() - 20));
            for text in [format!("{text}\n---\n"), text] {
                let begun = Stopwatch::start();
                let (_, findings) = read_all(&text, Kind::Notice);
                let taken = begun.elapsed();
                assert!(taken < Duration::from_millis(300), "{start:?} and many {line:?}: {taken:?}");
                assert!(!findings.is_empty() && findings.len() <= 40, "{start:?} {line:?}: {}", findings.len());
            }
        }
    }
}

#[test]
fn a_header_above_sixteen_kilobytes_is_refused_by_its_size() {
    let of = |size: usize| format!("---\ntitle: {}\n---\n", "x".repeat(size - "title: \n".len()));
    let codes = |text: &str| read_all(text, Kind::Page).1.iter().map(|finding| finding.code.id).collect::<Vec<_>>();
    assert_eq!(codes(&of(16 * 1024)), ["E120"]);
    assert_eq!(codes(&of(16 * 1024 + 1)), ["E127"]);
    assert!(read_all(&of(16 * 1024 + 1), Kind::Page).0.is_none());
}

#[test]
fn two_megabytes_without_an_end_answer_quickly() {
    for unit in ["a", "\n", "好\n", "a: b\n", "- \n", "　", "---\n", "------", "# a\n\n"] {
        for start in ["", "---\n", "\n", "title: a\n", "---\ntitle: a\n---\n"] {
            let text = format!("{start}{}", unit.repeat((2 << 20) / unit.len()));
            let begun = Stopwatch::start();
            let (_, findings) = read_all(&text, Kind::Page);
            let taken = begun.elapsed();
            assert!(taken < Duration::from_secs(1), "{start:?} {unit:?}: {taken:?}");
            assert!(findings.len() <= 40);
        }
    }
}
