//! Personal mailboxes (P03): numbers at qq.com. Names at other hosts are used by offices as well.

use memchr::memmem;

use super::{Hit, runs};
use crate::report::codes;

/// The personal mailboxes of `text`.
pub fn find(text: &str) -> Vec<Hit> {
    let narrow = memmem::find_iter(text.as_bytes(), "@");
    let wide = memmem::find_iter(text.as_bytes(), "＠");
    let mut hits: Vec<Hit> = narrow.filter_map(|at| mailbox(text, at, 1)).collect();
    hits.extend(wide.filter_map(|at| mailbox(text, at, '＠'.len_utf8())));
    hits.sort_by_key(|hit| hit.range.start);
    hits
}

/// Fewer digits than this are no name of a mailbox.
pub const FEWEST: usize = 5;
const LONGEST_NAME: usize = 11;

fn mailbox(text: &str, at: usize, width: usize) -> Option<Hit> {
    let before = text.get(..at)?;
    let is_plain_digit = |c: char| matches!(runs::digit(c), Some((_, false)));
    let digits: Vec<char> =
        before.chars().rev().take(LONGEST_NAME + 1).take_while(|c| is_plain_digit(*c)).map(narrowed).collect();
    let start = before.char_indices().rev().nth(digits.len().checked_sub(1)?)?.0;
    let follows_word =
        before[..start].chars().next_back().is_some_and(|c| c.is_ascii_alphanumeric() || "._-+".contains(c));
    if follows_word || !(FEWEST..=LONGEST_NAME).contains(&digits.len()) || digits.last() == Some(&'0') {
        return None;
    }
    let after = text.get(at + width..)?;
    let host: String = after.chars().take(12).map(narrowed).collect();
    let length = ["qq.com", "vip.qq.com"].iter().find(|known| host.starts_with(**known)).map(|known| known.len())?;
    let width_of_host: usize = after.chars().take(length).map(char::len_utf8).sum();
    let mut rest = after[width_of_host..].chars();
    let goes_on = match rest.next() {
        Some('.' | '．') => rest.next().is_some_and(|c| c.is_ascii_alphanumeric()),
        Some(c) => c.is_ascii_alphanumeric() || c == '-',
        None => false,
    };
    let first: String = digits.iter().rev().take(2).collect();
    (!goes_on).then(|| Hit {
        code: &codes::P03,
        range: start..at + width + width_of_host,
        masked: format!("{first}***@qq.com"),
    })
}

/// Letters, digits and dots of full width as the others, letters small.
fn narrowed(c: char) -> char {
    let narrow = match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(c as u32 - 0xfee0).unwrap_or(c),
        '。' => '.',
        _ => c,
    };
    narrow.to_ascii_lowercase()
}
