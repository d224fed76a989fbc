//! Makes emphasis work beside Chinese punctuation.
//!
//! CommonMark's flanking rule does not let `**` close after “：” when a letter follows, so `**重要：**请` stays
//! literal (commonmark/commonmark-spec#650). A joiner that the parser takes for a letter is put between the run and
//! the punctuation. Every joiner is removed from every text the parser gives back, code, addresses and raw HTML
//! included, so it may be put anywhere without asking what the run stands in.

use super::chars::is_wide;

/// Where joiners belong round one run of `*` and `~`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Joints {
    /// Before the run.
    pub(super) before: bool,
    /// Between its parts, when it mixes `*` and `~`.
    pub(super) between: bool,
    /// After the run.
    pub(super) after: bool,
}

/// The joints of `run`, which stands between `prev` and `next`; none at white space, line and cell borders.
pub(super) fn joints(prev: Option<char>, run: &str, next: Option<char>) -> Joints {
    let (Some(prev), Some(next)) = (prev, next) else { return Joints::default() };
    if is_border(prev) || is_border(next) {
        return Joints::default();
    }
    let mixed = run.contains('*') && run.contains('~');
    match (is_punctuation(prev), is_punctuation(next)) {
        (true, true) => Joints::default(),
        (false, false) => Joints { between: mixed, ..Joints::default() },
        (true, false) => {
            let joined = joins(prev, next, run);
            Joints { before: joined, between: joined && mixed, after: false }
        }
        (false, true) => {
            let joined = joins(next, prev, run);
            Joints { before: false, between: joined && mixed, after: joined }
        }
    }
}

/// A single `*` beside a digit is a multiplication sign: `3*4（米）*5`.
fn joins(punctuation: char, letter: char, run: &str) -> bool {
    if run == "*" && letter.is_ascii_digit() {
        return false;
    }
    is_wide(letter) || !punctuation.is_ascii()
}

fn is_border(c: char) -> bool {
    c.is_whitespace() || c == '|'
}

/// `_` is left out: it may be a neighbouring emphasis mark, whose own flanking a joiner would spoil.
fn is_punctuation(c: char) -> bool {
    !(c.is_alphanumeric() || c == '_')
}
