//! Punctuation: half-width marks between Chinese characters, brackets that belong together (domain.md G06–G08).
//! Sources: GB/T 15834—2011 标点符号用法, GB/T 9704—2012 §7.3.3 for the brackets of levels.

use super::passage::{Mend, Passage};
use super::{is_han, is_wide};
use crate::report::{Report, Text, codes};

/// The marks that are looked at.
pub const SIGNS: &[char] = &[',', ':', ';', '(', '（', ')', '）', '《', '》', '〔', '〕', '【', '】', '“', '”'];

/// Looks at every mark of the passage.
pub fn check(passage: &Passage, report: &mut Report) {
    if passage.signs.is_empty() {
        return;
    }
    let mut marks = between(passage);
    let (level, rest): (Vec<Mend>, Vec<Mend>) = brackets(passage, report);
    marks.extend(rest);
    marks.sort_by_key(|(range, _)| range.start);
    passage.tell_mends(report, &codes::G06, &level, &|(_, words), _| {
        Text::new(
            format!("层次序号的括号要用全角“{words}”，同一篇里前后一致。"),
            format!("The brackets of a level are full-width: `{words}`."),
        )
    });
    passage.tell_mends(report, &codes::G08, &marks, &|(range, words), count| {
        let half = &passage.text[range.clone()];
        let more = if count > 1 { format!("，这一行共 {count} 处") } else { String::new() };
        Text::new(
            format!("汉字之间的“{half}”是半角标点，要用全角“{words}”{more}。"),
            format!("`{half}` between Chinese characters is half-width; write `{words}` ({count} in this line)."),
        )
    });
}

/// Marks that are no brackets, directly between Chinese characters.
fn between(passage: &Passage) -> Vec<Mend> {
    let full = |c: char| match c {
        ',' => Some("，"),
        ':' => Some("："),
        ';' => Some("；"),
        _ => None,
    };
    let mend = |(index, c): (usize, char)| {
        let full = full(c)?;
        let (before, after) = (passage.before(index)?, passage.at(index + 1)?);
        let is_between = is_wide(before) && (is_han(after) || matches!(after, '《' | '“' | '（'));
        is_between.then(|| (passage.bytes(index, index + 1), full.to_string()))
    };
    passage.signs().filter_map(mend).collect()
}

/// So many brackets may be open at once; the first of more has no partner.
const DEEPEST: usize = 32;

/// The brackets of levels, and other half-width round ones among Chinese characters. What has no partner is told.
fn brackets(passage: &Passage, report: &mut Report) -> (Vec<Mend>, Vec<Mend>) {
    let (mut level, mut rest) = (Vec::new(), Vec::new());
    let (mut open, mut alone): (Vec<(usize, char)>, Vec<usize>) = (Vec::new(), Vec::new());
    for (index, c) in passage.signs() {
        if let Some(wanted) = partner(c) {
            if open.len() >= DEEPEST {
                alone.push(open.remove(0).0);
            }
            open.push((index, wanted));
        } else if matches!(c, ')' | '）' | '》' | '〕' | '】' | '”') {
            let wanted = if c == ')' { '）' } else { c };
            match open.iter().rposition(|(_, known)| *known == wanted) {
                Some(at) => {
                    let mut inner = open.drain(at..).map(|(index, _)| index);
                    if let Some(first) = inner.next() {
                        pair(passage, first, index, &mut level, &mut rest);
                    }
                    alone.extend(inner);
                }
                None if is_numbering(passage, index) => {}
                None => alone.push(index),
            }
        }
    }
    alone.extend(open.into_iter().map(|(index, _)| index));
    alone.sort_unstable();
    for index in alone {
        // Half-width ones also stand in Latin text, in smileys and formulas.
        let Some(c) = passage.at(index).filter(|c| !c.is_ascii() && !is_of_number(passage, index)) else { continue };
        let text = Text::new(
            format!("“{c}”没有配对，另一半漏了，或者多写了一个。"),
            format!("`{c}` has no partner: its other half is missing, or it stands once too often."),
        );
        passage.tell(report, &codes::G07, passage.bytes(index, index + 1), text);
    }
    (level, rest)
}

/// What closes `c`, in full width.
fn partner(c: char) -> Option<char> {
    Some(match c {
        '(' | '（' => '）',
        '《' => '》',
        '〔' => '〕',
        '【' => '】',
        '“' => '”',
        _ => return None,
    })
}

/// `1）` and `a）`: numbering takes one bracket.
fn is_numbering(passage: &Passage, index: usize) -> bool {
    let sign = |index: usize| passage.at(index).is_some_and(|c| c.is_ascii_alphanumeric() || "①②③④⑤⑥⑦⑧⑨".contains(c));
    let length = (1..=3).take_while(|back| index.checked_sub(*back).is_some_and(sign)).count();
    let before = index.checked_sub(length + 1).and_then(|index| passage.at(index));
    (1..=2).contains(&length) && before.is_none_or(|c| !is_han(c) && !c.is_ascii_alphanumeric())
}

/// Half of `〔2022〕`: told as a number that lost its bracket.
fn is_of_number(passage: &Passage, index: usize) -> bool {
    match passage.at(index) {
        Some('〔') => passage.digits(index + 1) >= 4,
        Some('〕') => index.checked_sub(4).is_some_and(|start| passage.digits(start) == 4),
        _ => false,
    }
}

/// Judges the brackets at `first` and `last`, which belong together.
fn pair(passage: &Passage, first: usize, last: usize, level: &mut Vec<Mend>, rest: &mut Vec<Mend>) {
    let (Some(opening), Some(closing)) = (passage.at(first), passage.at(last)) else { return };
    if !matches!(opening, '(' | '（') || (opening, closing) == ('（', '）') {
        return;
    }
    let inner = passage.part(first + 1, last);
    let number = |c: char| "一二三四五六七八九十".contains(c) || c.is_ascii_digit();
    let is_level = passage.part(0, first).trim().is_empty()
        && (1..=3).contains(&inner.chars().count())
        && inner.chars().all(number)
        && passage.at(last + 1).is_some_and(is_han);
    let wide = |c: Option<char>| c.is_some_and(is_wide);
    let among = wide(inner.chars().next()) && wide(inner.chars().last());
    let beside = wide(passage.before(first)) || wide(passage.at(last + 1));
    let mixed = !opening.is_ascii() || !closing.is_ascii();
    if is_level {
        // Both, so that the message shows the whole mark.
        level.push((passage.bytes(first, last + 1), format!("（{inner}）")));
    } else if mixed || (among && beside) {
        let halves = [(first, opening, "（"), (last, closing, "）")];
        let halves = halves.into_iter().filter(|(_, c, _)| c.is_ascii());
        rest.extend(halves.map(|(index, _, words)| (passage.bytes(index, index + 1), words.to_string())));
    }
}
