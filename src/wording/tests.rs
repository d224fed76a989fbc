//! Lines as officers write them, with what is to be told of each; `-` passes.

use super::*;
use crate::hash::Hash;
use crate::load::node::Map;

/// What is told of a body, each finding as its code and the marked characters.
fn told(text: &str, year: i16) -> Vec<String> {
    let path = SourcePath::new("content/a.md");
    let (_, prose) = crate::markdown::read(&path, text, 0, Hash::default(), &mut Report::new());
    let words = Words::default();
    let judge = Judge { path: &path, words: &words, year: Some(year), files: Some(1) };
    let mut report = Report::new();
    judge.header(&Map::default(), &mut Chars::default(), &mut report);
    judge.body(text, &prose, &mut Chars::default(), &mut report);
    let findings = report.into_sorted();
    findings.iter().map(|finding| format!("{} {}", finding.code.id, finding.place.marked())).collect()
}

/// Each line: codes with what they mark, separated by `；`, or `-`; a tab; the text.
const LINES: &str = include_str!("lines.tsv");

#[test]
fn lines_are_told_as_expected() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in LINES.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let Some((expected, text)) = line.split_once('\t') else { panic!("no tab: {line}") };
        let text = text.replace("\\n", "\n");
        let got = told(&text, 2023).join("；");
        let got = if got.is_empty() { "-".to_string() } else { got };
        count += 1;
        if got != expected {
            wrong.push(format!("{text}\n  expected {expected}\n  got      {got}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(count > 100, "{count}");
}

#[test]
fn what_was_right_in_its_year_is_not_told() {
    assert!(told("做好疫情防控工作。", 2022).is_empty());
}

#[test]
fn mending_is_idempotent_and_mends() {
    let text = "各县(市、区)局,请于09月前报送:总结;照片（含说明)。\n\n(三)电话0359—5770019，国市监[2022]9号，2022年09月05日。\n";
    let path = SourcePath::new("content/a.md");
    let words = Words::default();
    let judge = Judge { path: &path, words: &words, year: None, files: Some(1) };
    let findings = |text: &str| {
        let (_, prose) = crate::markdown::read(&path, text, 0, Hash::default(), &mut Report::new());
        let mut report = Report::new();
        judge.body(text, &prose, &mut Chars::default(), &mut report);
        report.into_sorted()
    };
    let first = findings(text);
    assert!(first.iter().all(|finding| !finding.edits.is_empty()), "{first:#?}");
    let mut lines: Vec<String> = text.lines().map(String::from).collect();
    for number in 1..=lines.len() {
        let here = first.iter().filter(|finding| finding.place.span.as_ref().is_some_and(|span| span.line == number));
        let edits: Vec<_> = here.clone().flat_map(|finding| finding.edits.clone()).collect();
        if let Some(span) = here.clone().find_map(|finding| finding.place.span.as_ref()) {
            lines[number - 1] = span.edited(&edits);
        }
    }
    let mended = lines.join("\n") + "\n";
    assert_eq!(
        mended,
        "各县（市、区）局，请于09月前报送：总结；照片（含说明）。\n\n（三）电话0359-5770019，国市监〔2022〕9号，2022年9月5日。\n"
    );
    assert!(findings(&mended).is_empty(), "{:#?}", findings(&mended));
}

#[test]
fn any_text_is_judged_without_fault() {
    let signs: Vec<char> =
        "一（三)）(“《〔[2022]号年月日0359—5@qq。.xX×等国家台湾、收费企业**#\n\\`第 a1，,:;".chars().collect();
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    for _ in 0..3_000 {
        let mut text = String::new();
        for _ in 0..40 {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            text.push(signs[usize::try_from(state % signs.len() as u64).unwrap()]);
        }
        told(&text, 2023);
    }
}

#[test]
fn thousands_of_marks_are_judged_in_time() {
    for unit in ["（", "“", "[2022", "年", "20220919日", "@", "一、", "企业收费", "等国家", "XX月", "烈土"]
    {
        let text = unit.repeat(60_000 / unit.len());
        let watch = crate::stopwatch::Stopwatch::start();
        drop(told(&text, 2023));
        let time = watch.elapsed();
        assert!(time.as_secs() < 5, "{unit}: {time:?}");
    }
}
