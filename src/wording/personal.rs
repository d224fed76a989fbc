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

use crate::report::Code;

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

/// Whether `text`, in the head of a column or before a cell, says what the numbers there are.
pub fn is_label(text: &str) -> bool {
    const LONGEST: usize = 20;
    text.chars().nth(LONGEST).is_none()
        && context::said(text, text.len()) != context::Said::Nothing
        && find(text).is_empty()
}

#[cfg(test)]
mod tests;
