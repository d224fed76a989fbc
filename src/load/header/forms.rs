//! What a line looks like to YAML, and to its author: an item of a list, a key, the head of a block.

use std::ops::Range;

use super::scalar;
use super::source::Line;
use crate::load::fields::Shape;

/// Whether a line begins with a dash of any kind where a list's item begins; `--` and negative numbers are none.
pub(super) fn is_item(words: &str) -> bool {
    let mut chars = words.chars();
    let dash = chars.next().is_some_and(|c| matches!(c, '-' | '－' | '–' | '—' | '•' | '·' | '●'));
    let next = chars.next();
    dash && next.is_none_or(|c| c.is_whitespace() || !(c.is_ascii() || matches!(c, '—' | '－' | '–')))
}

/// The dash of an item's line, and where the item begins behind it.
pub(super) fn dash(line: Line) -> (Range<usize>, usize) {
    let width = line.words().chars().next().map_or(0, char::len_utf8);
    let end = line.start() + width;
    let rest = &line.text[end - line.at..];
    (line.start()..end, end + rest.len() - rest.trim_start().len())
}

pub(super) fn item_shape(shape: Shape) -> Shape {
    match shape {
        Shape::Rows(fields) | Shape::Table(fields) => Shape::Table(fields),
        Shape::Text | Shape::Texts => Shape::Text,
    }
}

/// Whether YAML takes the line for a key with a value.
pub(super) fn is_key_like(words: &str) -> bool {
    if words.starts_with(['"', '\'', '[', '{', '#']) {
        return false;
    }
    let end = scalar::remark_at(words).unwrap_or(words.len());
    let words = words[..end].trim_end();
    words.match_indices(':').any(|(at, _)| words[at + 1..].is_empty() || words[at + 1..].starts_with([' ', '\t']))
}

/// `|`, `>`, `|-`, `>2` and the like, alone or before a remark.
pub(super) fn is_block_header(words: &str) -> bool {
    let end = words.find([' ', '\t']).unwrap_or(words.len());
    let rest = words[end..].trim_start();
    let signs = words[1..end].chars().filter(|c| matches!(c, '+' | '-')).count();
    let digits = words[1..end].chars().filter(|c| matches!(c, '1'..='9')).count();
    signs <= 1 && digits <= 1 && signs + digits + 1 == end && (rest.is_empty() || rest.starts_with('#'))
}
