//! Text in the two languages of the command line, made safe for a terminal, and the nearest of several words.

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

/// The language of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// 中文, for officers; the default.
    #[default]
    Zh,
    /// English.
    En,
}

/// One sentence in both languages, written side by side where the rule stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    /// Chinese.
    pub zh: String,
    /// English.
    pub en: String,
}

impl Text {
    /// Pairs the Chinese and the English wording.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Text {
        Text { zh: zh.into(), en: en.into() }
    }

    /// The wording in `lang`.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

/// `text` with everything that could move a cursor, hide or reorder characters written out as `\u{…}`.
pub fn displayable(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\t' => shown.push_str("    "),
            c if is_plain(c) => shown.push(c),
            c => shown.extend(c.escape_unicode()),
        }
    }
    shown
}

/// Whether `c` is shown as itself on every terminal: no control, invisible or private-use character.
pub fn is_plain(c: char) -> bool {
    !c.is_control() && !is_invisible(c) && !is_private(c)
}

/// Zero-width characters, direction controls, line separators and the byte order mark (CVE-2021-42574).
pub fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{061C}')
}

/// Characters that every computer may show in its own way, or not at all; those at the end of a plane are none.
fn is_private(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{FDD0}'..='\u{FDEF}' | '\u{F0000}'..='\u{10FFFF}')
        || u32::from(c) & 0xFFFE == 0xFFFE
}

/// The candidate nearest to `word`, ignoring case, width, hyphens and underscores; none when nothing is close. Asked
/// of every name of a site once for every broken reference to it, so it gives up on a candidate early.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = folded(word);
    let mut best: Option<(usize, &str)> = None;
    for candidate in candidates {
        let limit = tolerance(&wanted, candidate).min(best.map_or(usize::MAX, |(distance, _)| distance - 1));
        if let Some(found) = distance(&wanted, &folded(candidate), limit) {
            best = Some((found, candidate));
            if found == 0 {
                break;
            }
        }
    }
    best.map(|(_, candidate)| candidate)
}

fn tolerance(wanted: &[char], candidate: &str) -> usize {
    match candidate.is_ascii() {
        true => wanted.len().max(candidate.len()) / 3,
        false => wanted.len().max(candidate.chars().count()) / 2,
    }
}

fn folded(word: &str) -> Vec<char> {
    let kept = |c: &char| !matches!(c, '-' | '_' | ' ');
    if word.is_ascii() {
        return word.chars().map(|c| c.to_ascii_lowercase()).filter(kept).take(80).collect();
    }
    word.nfkc().flat_map(char::to_lowercase).filter(kept).take(80).collect()
}

/// Edit distance with insertion, deletion, substitution and the swap of neighbours (optimal string alignment); none
/// when it is over `limit`.
fn distance(a: &[char], b: &[char], limit: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > limit {
        return None;
    }
    let mut rows = vec![vec![0; b.len() + 1]; a.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    for (j, cell) in rows[0].iter_mut().enumerate() {
        *cell = j;
    }
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let change = usize::from(a[i - 1] != b[j - 1]);
            let mut best = (rows[i - 1][j] + 1).min(rows[i][j - 1] + 1).min(rows[i - 1][j - 1] + change);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
        // Every way on passes this row or, by a swap, the one before it.
        let least = |row: &[usize]| row.iter().min().is_none_or(|least| *least > limit);
        if least(&rows[i]) && least(&rows[i - 1]) {
            return None;
        }
    }
    Some(rows[a.len()][b.len()]).filter(|distance| *distance <= limit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nearest_keeps_the_first_of_the_best_and_refuses_the_far() {
        assert_eq!(nearest("c12", ["c99", "c13", "c14", "c1"]), Some("c13"));
        assert_eq!(nearest("通知二〇二二", ["通知二〇二一", "动态", "通知二〇二二年"]), Some("通知二〇二一"));
        assert_eq!(nearest("organic", ["service", "open-day", ""]), None);
        assert_eq!(nearest("ab-cd", ["ba_cd", "abdc"]), Some("ba_cd"));
    }

    /// A renamed campaign leaves thousands of broken references, each of which asks for all names.
    #[test]
    fn nearest_of_many_names_is_found_in_time() {
        let names: Vec<String> = (0..1500).map(|number| format!("campaign-{number}")).collect();
        let started = crate::stopwatch::Stopwatch::start();
        for number in 0..20 {
            assert!(nearest(&format!("organisation-{number}"), names.iter().map(String::as_str)).is_none());
        }
        assert!(started.elapsed().as_secs() < 5, "{:?}", started.elapsed());
    }

    #[test]
    fn nearest_ignores_case_width_and_hyphens() {
        assert_eq!(nearest("Organic", ["organic", "green"]), Some("organic"));
        assert_eq!(nearest("open_day", ["open-day", "green"]), Some("open-day"));
        assert_eq!(nearest("ｇｒｅｅｎ", ["organic", "green"]), Some("green"));
        assert_eq!(nearest("titel", ["title", "slogan"]), Some("title"));
        assert_eq!(nearest("天气", ["organic", "green"]), None);
    }

    #[test]
    fn hostile_characters_are_written_out() {
        assert_eq!(displayable("\u{FFFD}\u{FFFE}\u{1FFFF}"), "\u{FFFD}\\u{fffe}\\u{1ffff}");
        assert_eq!(displayable("a\u{1b}[31m\u{202e}b"), "a\\u{1b}[31m\\u{202e}b");
    }
}
