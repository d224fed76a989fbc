//! Looks for containers nested deeper than any page needs, before the parser sees them.
//!
//! The parser never overflows, but its time for a blank line inside ten thousand open lists is ten thousand steps.
//! A page that opens more than [`DEEPEST`] quotes and lists in one line, or indents a list beyond [`WIDEST`]
//! columns, is refused.

/// The most quotes and lists that may be open at once, and the most elements inside each other.
pub(super) const DEEPEST: usize = 100;
/// The widest indentation a list may stand at.
const WIDEST: usize = 2 * DEEPEST + DEEPEST;

/// The byte of the first line of `text` that nests too deep.
pub(super) fn too_deep(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    let mut start = 0;
    for end in memchr::memchr_iter(b'\n', bytes).chain([bytes.len()]) {
        if containers(&bytes[start..end]) > DEEPEST {
            return Some(start);
        }
        start = end + 1;
    }
    None
}

/// How many quotes and lists `line` opens; a wide indentation before a list counts as many.
fn containers(line: &[u8]) -> usize {
    let (mut at, mut columns, mut count, mut seen_list) = (0, 0, 0, false);
    while let Some(byte) = line.get(at) {
        match byte {
            b' ' => columns += 1,
            b'\t' => columns += 4,
            b'>' => count += 1,
            _ => match list_marker(&line[at..]) {
                Some(length) if seen_list || !is_rule(&line[at..]) => {
                    seen_list = true;
                    count += if columns > WIDEST { DEEPEST + 1 } else { 1 };
                    at += length - 1;
                }
                _ => break,
            },
        }
        at += 1;
    }
    count
}

fn list_marker(rest: &[u8]) -> Option<usize> {
    let length = match rest.first()? {
        b'-' | b'+' | b'*' => 1,
        _ => {
            let digits = rest.iter().take(10).take_while(|b| b.is_ascii_digit()).count();
            ((1..=9).contains(&digits) && matches!(rest.get(digits), Some(b'.' | b')'))).then_some(digits + 1)?
        }
    };
    matches!(rest.get(length), None | Some(b' ' | b'\t' | b'\r')).then_some(length)
}

/// `- - - -` is a rule across the page, not four lists.
fn is_rule(rest: &[u8]) -> bool {
    let mark = rest[0];
    let marks = rest.iter().filter(|b| **b == mark).count();
    matches!(mark, b'-' | b'*') && marks >= 3 && rest.iter().all(|b| *b == mark || b.is_ascii_whitespace())
}
