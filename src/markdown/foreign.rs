//! English in a Chinese text, so that a screen reader says it as English (WCAG 2.2 §3.1.2).
//!
//! Names, abbreviations and single words (`CMA`, `ISO 9001`, `PDF`) are no change of language by that rule, and pinyin
//! must not be read as English. So only several words in a row count that have one among them which no Chinese name in
//! Latin letters has.

use std::ops::Range;

/// Words of English that stand in most of its phrases, and are no syllable of pinyin.
const COMMON: [&str; 10] = ["the", "of", "and", "for", "with", "from", "to", "is", "are", "by"];

/// The fewest words of a phrase.
const FEWEST: usize = 3;

/// What stands before an English phrase in HTML, and behind it.
pub(super) const MARKS: (&str, &str) = ("<span lang=\"en\">", "</span>");

/// The phrases of `text` that are English, in order.
pub(super) fn english(text: &str) -> impl Iterator<Item = Range<usize>> {
    let bytes = text.as_bytes();
    // Most texts have no two spaces, and so no phrase.
    let spaces = memchr::memchr_iter(b' ', bytes).take(FEWEST - 1).count();
    let mut at = if spaces < FEWEST - 1 { bytes.len() } else { 0 };
    std::iter::from_fn(move || {
        while at < bytes.len() {
            let start = at + bytes[at..].iter().position(u8::is_ascii_alphabetic)?;
            let long = bytes[start..].iter().position(|byte| !is_inside(*byte)).map_or(bytes.len(), |end| start + end);
            let end = long - bytes[start..long].iter().rev().position(u8::is_ascii_alphanumeric).unwrap_or_default();
            at = long;
            if is_english(&text[start..end]) {
                return Some(start..end);
            }
        }
        None
    })
}

/// Whether a phrase may hold `byte`. A Chinese mark ends one.
fn is_inside(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b" ',-.:;()&/".contains(&byte)
}

fn is_english(phrase: &str) -> bool {
    let is_word = |word: &&str| !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphabetic() || b"'-".contains(&b));
    let words =
        || phrase.split(' ').map(|word| word.trim_matches(|c: char| !c.is_ascii_alphanumeric())).filter(is_word);
    let is_common = |word: &str| COMMON.iter().any(|common| common.eq_ignore_ascii_case(word));
    words().nth(FEWEST - 1).is_some() && words().any(is_common)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<&str> {
        english(text).map(|range| &text[range]).collect()
    }

    #[test]
    fn phrases_are_found_and_names_are_not() {
        assert_eq!(
            found("标准《Conformity assessment: Requirements for bodies》（ISO/IEC 17065），全称 the quality of life."),
            ["Conformity assessment: Requirements for bodies", "the quality of life"]
        );
        for none in [
            "检验检测机构资质认定（CMA）",
            "ISO 9001、GB/T 19001 和 ISO/IEC 17025",
            "Shanxi Sheng Yuncheng Shi",
            "WPS Office",
            "登录 https://www.example.com/of/the/and 查看",
            "to be",
            "",
        ] {
            assert_eq!(found(none), Vec::<&str>::new(), "{none}");
        }
    }

    #[test]
    fn a_phrase_ends_with_a_word() {
        assert_eq!(found("A list of three, (and more) - 见下"), ["A list of three, (and more"]);
    }
}
