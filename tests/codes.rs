//! The table of codes and its explanations stay in step.

use std::collections::BTreeSet;

use site::report::codes::{ALL, find};
use site::report::{Code, Lang, Severity};

/// Codes whose letter says another thing than their severity, each with its reason.
const EXCEPTIONS: &[(&str, Severity)] = &[
    // A value wrapped in Chinese quotes is only a doubt, yet it belongs to the family of mistyped values.
    ("E106", Severity::Warning),
];

const EXPLANATIONS: &str = include_str!("../src/report/explanations.md");

fn sentences(text: &str, ends: &[char]) -> usize {
    text.matches(ends).count()
}

#[test]
fn every_code_has_its_own_name_and_titles() {
    let ids: BTreeSet<&str> = ALL.iter().map(|code| code.id).collect();
    assert_eq!(ids.len(), ALL.len());
    for code in ALL {
        assert!(!code.title(Lang::Zh).is_empty() && !code.title(Lang::En).is_empty(), "{}", code.id);
        assert_eq!(find(&code.id.to_lowercase()), Some(*code));
    }
}

#[test]
fn every_code_is_explained_in_both_languages() {
    for code in ALL {
        let text = code.explanation().unwrap_or_else(|| panic!("{} is not explained", code.id));
        let zh = sentences(&text.zh, &['。', '！', '？', '；']);
        assert!((3..=9).contains(&zh), "{} has {zh} Chinese sentences", code.id);
        assert!(sentences(&text.en, &['.', '?', ';']) >= 3, "{} is too short in English", code.id);
        assert!(text.zh.chars().any(|c| ('\u{4E00}'..='\u{9FFF}').contains(&c)), "{}", code.id);
        assert!(!text.zh.contains("---\n") && !text.en.contains("---\n"), "{} has a second line of hyphens", code.id);
    }
}

#[test]
fn nothing_is_explained_that_is_not_a_code() {
    let explained: Vec<&str> = EXPLANATIONS.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    let codes: Vec<&str> = ALL.iter().map(|code| code.id).collect();
    assert_eq!(explained, codes, "the sections stand in the order of the table");
}

#[test]
fn the_letter_of_a_numbered_code_says_how_grave_it_is() {
    for code in ALL {
        let exception = EXCEPTIONS.iter().find(|(id, _)| *id == code.id).map(|(_, severity)| *severity);
        if let Some(expected) = exception.or_else(|| by_letter(code)) {
            assert_eq!(code.severity, expected, "{}", code.id);
        }
    }
}

/// What `E…` and `W…` promise; the inspection rules (M06, F03, T07, …) are named by their subject.
fn by_letter(code: &Code) -> Option<Severity> {
    match code.id.as_bytes() {
        [b'E', _, _, _] => Some(Severity::Error),
        [b'W', _, _, _] => Some(Severity::Warning),
        _ => None,
    }
}
