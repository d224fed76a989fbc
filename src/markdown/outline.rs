//! Headings: their level on the page and the id that a link can name.
//!
//! The page's title is the only `<h1>`, so all levels of a body are moved together until its shallowest heading is
//! `<h2>`; steps between headings stay as the author made them, and nothing goes below `<h6>`. Ids tell the
//! position, `s2-1` is the first heading below the second, so four headings of the same name get four ids
//! and no heading can take the name of something in the browser (faults.md D06).

use super::Heading;

/// The outline of headings that stand at `levels`, without their texts.
pub(super) fn of(levels: &[u8]) -> Vec<Heading> {
    let shallowest = levels.iter().copied().min().unwrap_or(2);
    let mut open: Vec<(u8, usize)> = Vec::new();
    levels
        .iter()
        .map(|&level| Heading {
            level: (level + 2 - shallowest).min(6),
            id: next_id(&mut open, level),
            text: String::new(),
        })
        .collect()
}

/// Closes the headings in `open` that are at `level` or below it, and opens the next one.
fn next_id(open: &mut Vec<(u8, usize)>, level: u8) -> String {
    let mut count = 0;
    while let Some((above, number)) = open.last().copied()
        && above >= level
    {
        count = number;
        open.pop();
    }
    open.push((level, count + 1));
    let numbers: Vec<String> = open.iter().map(|(_, number)| number.to_string()).collect();
    format!("s{}", numbers.join("-"))
}
