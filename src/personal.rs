//! Personal numbers in a text (domain.md P01–P05): identity numbers, mobile numbers, mailboxes, bank cards and homes.
//!
//! A text is gone through once. Digits that stand together, or apart by a space or hyphen, are one [`runs::Run`]; what
//! a run of them is, its own check digits, its grouping, its neighbours and the words before it say. Where these leave
//! a doubt nothing is found: certificates, organic codes and credit codes look much the same. A hit carries the number
//! only with most of it masked, so that no message can give it away.

mod context;
mod homes;
mod mailboxes;
mod numbers;
mod runs;

use std::ops::Range;

use crate::report::{Code, codes};

/// Something personal in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// P01 to P05.
    pub code: &'static Code,
    /// The bytes of the text.
    pub range: Range<usize>,
    /// What may be shown of it.
    pub masked: String,
}

/// What is personal in `text`, in the order of its places; no two overlap.
pub fn find(text: &str) -> Vec<Hit> {
    let mut hits = Vec::new();
    let mut digits = 0;
    runs::each(text, |run| {
        digits += run.digits.len();
        numbers::find(text, run, &mut hits);
        homes::find(text, run, &mut hits);
    });
    if digits >= mailboxes::FEWEST {
        hits.extend(mailboxes::find(text));
    }
    hits.sort_by_key(|hit| (hit.range.start, std::cmp::Reverse(hit.range.end)));
    let mut end = 0;
    hits.retain(|hit| {
        let apart = hit.range.start >= end;
        end = end.max(hit.range.end);
        apart
    });
    hits
}

/// `text` with what is personal in it masked, character for character; none where nothing is.
pub fn masked(text: &str) -> Option<String> {
    let hits = find(text);
    if hits.is_empty() {
        return None;
    }
    let mut shown = String::with_capacity(text.len());
    let mut done = 0;
    for Hit { range, code, .. } in hits {
        shown.push_str(&text[done..range.start]);
        let part = &text[range.clone()];
        let stands = |c: char| !(c.is_alphanumeric() || c == '*') || *code == codes::P05 && !c.is_ascii_digit();
        // Of a mailbox its host, of a number its first three and last four signs.
        let (first, last) = match code.id {
            "P03" => (2, part.chars().count() - part.find(['@', '＠']).map_or(0, |at| part[..at].chars().count())),
            "P05" => (0, 0),
            _ => (3, 4),
        };
        let signs = part.chars().filter(|c| !stands(*c)).count();
        let mut sign = 0;
        for c in part.chars() {
            sign += usize::from(!stands(c));
            let open = stands(c) || sign <= first || sign + last > signs;
            shown.push(if open { c } else { '*' });
        }
        done = range.end;
    }
    shown.push_str(&text[done..]);
    Some(shown)
}

/// Whether `text`, in the head of a column or before a cell, says what the numbers there are.
pub fn is_label(text: &str) -> bool {
    const LONGEST: usize = 20;
    text.chars().nth(LONGEST).is_none()
        && context::said(text, text.len()) != context::Said::Nothing
        && find(text).is_empty()
}

#[cfg(test)]
mod tests;
