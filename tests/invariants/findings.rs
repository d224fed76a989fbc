//! I10: one run tells everything, once, in order. I12: whatever it tells is harmless where it is told.

use serde_json::Value;
use site::edition::Reader;
use site::report::frame::{self, Colour};
use site::report::{Finding, Lang, Place, SourcePath, Text, codes, html, json, line};

use crate::markup::Markup;
use crate::published;
use crate::workshop::{NEWS, Project};

/// Mistakes that have nothing to do with each other, each in a file of its own.
fn mistakes() -> Vec<(&'static str, String)> {
    let body = |text: &str| NEWS.replace("启动了。", text);
    let header = |line: &str| NEWS.replacen("---\n", &format!("---\n{line}\n"), 1);
    vec![
        ("content/news/m01.md", "没有信息栏\n".to_string()),
        ("content/news/m02.md", header("source：局")),
        ("content/news/m03.md", header("campaigns: [nothing]")),
        ("content/news/m04.md", header("titel: 甲")),
        ("content/news/m05.md", body("[坏](nothing.md) 和 ![图](nothing.png)")),
        ("content/news/m06.md", body("[坏](javascript:alert(1))")),
        ("content/news/m07.md", body("<script>alert(1)</script>")),
        ("content/news/m08.md", header("expires: 2022-09-01")),
        ("content/news/m09.md", NEWS.replace("2022-09-19", "2022-02-30")),
        ("content/news/m10.md", header("old_urls: ['/news/a/']")),
        ("content/news/通知.md.txt", "文字\n".to_string()),
        ("content/cases/m11.docx", "PK\u{3}\u{4}".to_string()),
        ("content/news/con.md", NEWS.to_string()),
        ("content/news/海报.md", NEWS.to_string()),
        (
            "content/notices/n.md",
            "---\ntitle: 甲\nissuer: 局\npublished: 2022-09-15 09:00\nopenness: 依申请公开\n---\n\n文。\n".to_string(),
        ),
        ("content/pages/m12.md", "---\ntitle: 甲\n---\n\n".to_string()),
        ("content/static/.env", "KEY=1\n".to_string()),
    ]
}

fn told(mistakes: &[(&'static str, String)]) -> Vec<Finding> {
    let project = Project::small();
    for (name, text) in mistakes {
        project.write(name, text);
    }
    published(project.folder(), Reader::PUBLIC).findings
}

fn names(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(|finding| line::print(finding, Lang::Zh)).collect()
}

#[test]
fn i10_everything_in_one_run_once_and_in_order() {
    let mistakes = mistakes();
    let together = told(&mistakes);
    let mut alone = Vec::new();
    for mistake in &mistakes {
        let found = told(std::slice::from_ref(mistake));
        assert!(!found.is_empty(), "{} is no mistake", mistake.0);
        assert!(found.iter().all(|finding| finding.place.path.as_str() == mistake.0), "{:?}", names(&found));
        alone.extend(found);
    }
    let mut sorted = alone.clone();
    sorted.sort_by_key(|finding| (finding.place.clone(), finding.code.id));
    // The words may help with what else lies in the folder; the code and the place may not differ.
    let spots = |findings: &[Finding]| {
        let spot = |it: &Finding| format!("{} {}", frame::position(&it.place), it.code.id);
        // Pages that are called alike are told together.
        findings.iter().filter(|it| it.code.id != "W167").map(spot).collect::<Vec<_>>()
    };
    assert_eq!(spots(&together), spots(&sorted), "together and one by one");
    let paths: Vec<&str> = together.iter().map(|finding| finding.place.path.as_str()).collect();
    assert!(paths.is_sorted(), "{paths:?}");
    let mut lines = names(&together);
    lines.dedup();
    assert_eq!(lines.len(), together.len(), "told twice");
}

#[test]
fn i10_a_mistake_in_the_theme_is_told_once_and_beside_the_others() {
    let project = Project::demo();
    project.write("content/news/m01.md", "没有信息栏\n");
    project.write("themes/default/templates/notice.html", "<h1>{{ page.no_such_field }}</h1>");
    let found = published(project.folder(), Reader::PUBLIC).findings;
    let codes: Vec<&str> = found.iter().map(|finding| finding.code.id).filter(|code| *code != "D07").collect();
    assert_eq!(codes, ["W142", "E101", "E205"], "{:#?}", names(&found));
}

/// Everything that could move a cursor, hide, reorder or run, in one text.
const HOSTILE: &str = "\u{1b}[31m\u{1b}]0;x\u{7}\u{9b}2J\u{202e}\u{2066}\u{200b}\u{feff}\r\u{8}\u{7f}\0\u{2028}\u{85}\n\
    E999 假的<img src=x onerror=alert(1)></pre></script>&\"'\u{e000}";

fn hostile() -> Finding {
    let path = SourcePath::new(format!("content/news/{HOSTILE}.md"));
    let text = format!("前面{HOSTILE}后面");
    let place = Place::in_text(&path, &text, "前面".len(), 5);
    Finding::new(&codes::E103, place.clone(), Text::new(HOSTILE, HOSTILE))
        .fix(HOSTILE)
        .hint(Text::new(HOSTILE, HOSTILE))
        .related(place)
}

/// Nothing but plain characters and line breaks.
fn harmless(printed: &str, what: &str) {
    let bad = |c: &char| {
        (c.is_control() && *c != '\n')
            || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' | '\u{e000}')
    };
    let found: Vec<char> = printed.chars().filter(bad).collect();
    assert!(found.is_empty(), "{what} lets through {found:?}");
}

#[test]
fn i12_four_printers_escape_for_their_place() {
    let finding = hostile();
    for lang in [Lang::Zh, Lang::En] {
        harmless(&frame::print(&finding, lang, Colour::Off), "the frame");
        let coloured = frame::print(&finding, lang, Colour::On);
        harmless(&coloured.replace("\u{1b}[1;31m", "").replace("\u{1b}[0m", ""), "the coloured frame");
        let one = line::print(&finding, lang);
        harmless(&one, "the line");
        assert_eq!(one.matches('\n').count(), 1, "one line a finding: {one}");
        let document = json::document(&serde_json::json!(json::values(std::slice::from_ref(&finding), lang)));
        harmless(&document, "the document");
        let read: Value = serde_json::from_str(&document).unwrap();
        assert_eq!(
            (&read[0]["message"], &read[0]["fix"][0]),
            (&HOSTILE.into(), &HOSTILE.into()),
            "a program reads what was written"
        );
        let overlay = html::print(std::slice::from_ref(&finding), lang);
        harmless(&overlay, "the overlay");
        let markup = Markup::read(format!("<!doctype html>{overlay}").as_bytes());
        assert_eq!(markup.faults, [""; 0]);
        assert_eq!(markup.dangers(), [""; 0]);
        let known = ["article", "details", "summary", "strong", "code", "p", "pre", "span", "mark"];
        assert!(markup.elements.iter().all(|element| known.contains(&element.name.as_str())), "{overlay}");
    }
}

/// The same text from a real file, through the real pipeline.
#[test]
fn i12_hostile_sources_are_told_harmlessly() {
    let project = Project::small();
    for (number, hostile) in
        ["\u{1b}[31m红", "\u{202e}反", "\u{9b}2J", "<img src=x onerror=alert(1)>", "\u{7f}\u{8}"].iter().enumerate()
    {
        let lines = [
            format!("titel: {hostile}"),
            format!("campaigns: ['{hostile}']"),
            format!("expires: {hostile}"),
            format!("{hostile}: x"),
            format!("slug: '{hostile}'"),
        ];
        for (at, line) in lines.iter().enumerate() {
            let text = NEWS.replacen("---\n", &format!("---\n{line}\n"), 1);
            project.write(
                &format!("content/news/h{number}-{at}.md"),
                text.replace("启动了。", &format!("[{hostile}](<{hostile}.md>)")),
            );
        }
    }
    let found = published(project.folder(), Reader::PUBLIC).findings;
    assert!(found.len() > 25, "{}", found.len());
    for finding in &found {
        harmless(&frame::print(finding, Lang::Zh, Colour::Off), "the frame");
        harmless(&line::print(finding, Lang::En), "the line");
        let markup =
            Markup::read(format!("<!doctype html>{}", html::print(std::slice::from_ref(finding), Lang::Zh)).as_bytes());
        assert_eq!((markup.dangers(), markup.faults), (vec![], vec![]));
    }
}
