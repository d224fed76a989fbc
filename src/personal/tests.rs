//! The corpus: lines with something personal in them and lines that only look so. All are made up.

use std::collections::BTreeMap;

use super::*;

const CORPUS: &str = include_str!("corpus.tsv");

/// How often something was right, found where nothing is, and missed.
#[derive(Default)]
struct Score {
    right: usize,
    wrong: usize,
    missed: usize,
}

/// The lines with what should be found in each.
fn lines() -> Vec<(Vec<&'static str>, &'static str)> {
    let split = |line: &'static str| line.split_once('\t').expect("a line is a code, a tab and a text");
    let lines = CORPUS.lines().map(split);
    lines.map(|(codes, text)| (codes.split(' ').filter(|code| *code != "-").collect(), text)).collect()
}

#[test]
fn the_corpus_is_told_apart() {
    let lines = lines();
    let near = lines.iter().filter(|(codes, _)| codes.is_empty()).count();
    assert!(lines.len() >= 300 && near * 3 >= lines.len() && near * 3 <= lines.len() * 2, "{near} of {}", lines.len());
    let (mut scores, mut told) = (BTreeMap::<&str, Score>::new(), String::new());
    for (expected, text) in &lines {
        let mut left = expected.clone();
        for hit in find(text) {
            match left.iter().position(|code| *code == hit.code.id) {
                Some(at) => {
                    left.remove(at);
                    scores.entry(hit.code.id).or_default().right += 1;
                }
                None => {
                    scores.entry(hit.code.id).or_default().wrong += 1;
                    told.push_str(&format!("{} is no {}: {text}\n", &text[hit.range.clone()], hit.code.id));
                }
            }
        }
        for code in left {
            scores.entry(code).or_default().missed += 1;
            told.push_str(&format!("{code} is missed: {text}\n"));
        }
    }
    for (code, Score { right, wrong, missed }) in &scores {
        let (precision, recall) = (right * 100 / (right + wrong).max(1), right * 100 / (right + missed).max(1));
        assert!(precision >= 99 && recall >= 99, "{code}: {precision} and {recall} of a hundred\n{told}");
    }
    assert_eq!(scores.keys().copied().collect::<Vec<_>>(), ["P01", "P02", "P03", "P04", "P05"]);
}

#[test]
fn what_is_shown_gives_nothing_away() {
    for (_, text) in lines() {
        for hit in find(text) {
            let digits = |text: &str| text.chars().filter(char::is_ascii_digit).count();
            assert!(hit.masked.contains('*') && digits(&hit.masked) <= 10, "{text}: {}", hit.masked);
            assert!(!text.contains(&hit.masked), "{text}: {}", hit.masked);
        }
    }
    let masked = |text: &str| find(text).into_iter().map(|hit| hit.masked).collect::<Vec<_>>();
    assert_eq!(masked("手机：１３８－００１３－８０００"), ["138****8000"]);
    assert_eq!(masked("幺三八零零幺三八零零零、11010519491231002x"), ["138****8000", "110105********002X"]);
    assert_eq!(masked("卡号6222 0200 0000 0000 000"), ["6222************000"]);
    assert_eq!(masked("示例小区3号楼2单元501室 123456@qq.com"), ["*号楼*单元*室", "12***@qq.com"]);
}

#[test]
fn places_are_those_of_the_text() {
    let text = "电话 138 0013 8000，邮箱 123456@qq.com。";
    let found: Vec<&str> = find(text).into_iter().map(|hit| &text[hit.range]).collect();
    assert_eq!(found, ["138 0013 8000", "123456@qq.com"]);
    assert!(find("").is_empty() && find("没有数字").is_empty());
}

#[test]
fn hostile_texts_take_no_longer_and_stop_nothing() {
    let parts = [
        "1",
        "13800138000",
        "1 ",
        "138-",
        "x",
        "一",
        "62 ",
        "@qq.com",
        "3号楼2单元",
        "＠",
        "86 ",
        "/",
        "11010519491231002X ",
        "Ⅹ",
    ];
    for part in parts {
        drop(find(&part.repeat(40_000 / part.len())));
    }
    let mut dice = fastrand::Rng::with_seed(7);
    let chars: Vec<char> = "0123456789xXＸ１３８一三八零 　-－.·@＠q号楼单元室/:第+*\n有机码卡".chars().collect();
    for _ in 0..20_000 {
        let text: String = (0..dice.usize(0..60)).map(|_| chars[dice.usize(0..chars.len())]).collect();
        let hits = find(&text);
        assert!(hits.iter().all(|hit| text.get(hit.range.clone()).is_some()));
        assert!(hits.windows(2).all(|pair| pair[0].range.end <= pair[1].range.start), "{text}");
    }
}
