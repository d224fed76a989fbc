//! Runs of digits: groups of them with a space, a hyphen or a dot between.

use std::cell::Cell;
use std::ops::Range;

use crate::sieve::Sieve;

/// A digit and where it stands.
#[derive(Debug, Clone)]
pub struct Digit {
    /// 0 to 9; 10 for the X at the end of an identity number.
    pub value: u8,
    /// Its bytes.
    pub range: Range<usize>,
}

/// What stands before a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gap {
    /// Nothing: it is the first.
    None,
    /// One or two spaces.
    Space,
    /// A hyphen or dash, perhaps between spaces.
    Hyphen,
    /// A dot.
    Dot,
}

/// Digits without anything between them.
#[derive(Debug, Clone)]
pub struct Group {
    /// What stands before it.
    pub gap: Gap,
    /// Which digits of the run.
    pub digits: Range<usize>,
}

/// Groups that follow each other closely, all of them in Chinese numerals or none.
#[derive(Debug, Default)]
pub struct Run {
    /// Whether they are Chinese numerals.
    pub han: bool,
    /// Every digit.
    pub digits: Vec<Digit>,
    /// The groups, in order.
    pub groups: Vec<Group>,
}

impl Run {
    /// How many digits the group at `at` has.
    pub fn len(&self, at: usize) -> usize {
        self.groups.get(at).map_or(0, |group| group.digits.len())
    }

    /// The values of all digits of the groups from `from` to before `to`.
    pub fn values(&self, from: usize, to: usize) -> Vec<u8> {
        self.span(from, to).iter().map(|digit| digit.value).collect()
    }

    /// The bytes from the first digit of group `from` to the last before group `to`.
    pub fn range(&self, from: usize, to: usize) -> Range<usize> {
        match self.span(from, to) {
            [first, .., last] => first.range.start..last.range.end,
            [only] => only.range.clone(),
            [] => 0..0,
        }
    }

    fn span(&self, from: usize, to: usize) -> &[Digit] {
        let start = self.groups.get(from).map_or(0, |group| group.digits.start);
        let end = to.checked_sub(1).and_then(|last| self.groups.get(last)).map_or(0, |group| group.digits.end);
        self.digits.get(start..end).unwrap_or_default()
    }

    fn clear(&mut self) {
        self.digits.clear();
        self.groups.clear();
    }
}

thread_local! {
    /// Room for a run, of which a build reads a few for each paragraph.
    static ROOM: Cell<Run> = const { Cell::new(Run { han: false, digits: Vec::new(), groups: Vec::new() }) };
}

/// Gives every run of `text`.
pub fn each(text: &str, mut found: impl FnMut(&Run)) {
    let mut next = next_digit(text, 0);
    if next.is_none() {
        return;
    }
    let mut run = ROOM.take();
    while let Some((start, han)) = next {
        run.clear();
        run.han = han;
        next = next_digit(text, read(text, start, &mut run));
        found(&run);
    }
    ROOM.set(run);
}

/// Where the next digit at or behind `at` stands, and whether it is a Chinese one.
fn next_digit(text: &str, at: usize) -> Option<(usize, bool)> {
    let mut rest = text.as_bytes().get(at..)?;
    loop {
        let (maybe, behind) = match rest {
            [first, behind @ ..] if first.is_ascii() => (first.is_ascii_digit(), behind),
            // The last two bytes of three hold the twelve lower bits.
            [0xE0..=0xEF, middle, last, behind @ ..] => {
                (DIGITS.may_hold(u32::from(middle & 63) << 6 | u32::from(last & 63)), behind)
            }
            [0xF0..=0xFF, _, _, _, behind @ ..] | [_, _, behind @ ..] => (false, behind),
            _ => return None,
        };
        if maybe {
            let at = text.len() - rest.len();
            if let Some((_, han)) = text.get(at..)?.chars().next().and_then(digit) {
                return Some((at, han));
            }
        }
        rest = behind;
    }
}

/// Digits that are three bytes long; no digit has two bytes or four.
static DIGITS: Sieve = {
    let mut sieve = Sieve::new();
    let mut code = 0;
    while code < 0x10000 {
        if let Some(c) = char::from_u32(code)
            && digit(c).is_some()
        {
            sieve.add(code);
        }
        code += 1;
    }
    sieve
};

/// Reads the run that begins at `start`, and returns where it ends.
fn read(text: &str, start: usize, run: &mut Run) -> usize {
    let (mut at, mut gap) = (start, Gap::None);
    loop {
        let first = run.digits.len();
        at = group(text, at, run);
        run.groups.push(Group { gap, digits: first..run.digits.len() });
        match gap_before_digit(text, at, run) {
            Some((next, end)) => (gap, at) = (next, end),
            None => return at,
        }
    }
}

/// Reads digits of the run's kind, and an X behind them that can only be a check digit.
fn group(text: &str, start: usize, run: &mut Run) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    let mut chars = rest.char_indices().peekable();
    while let Some((offset, c)) = chars.next() {
        let range = start + offset..start + offset + c.len_utf8();
        match digit(c) {
            Some((value, han)) if han == run.han => run.digits.push(Digit { value, range }),
            None if is_x(c) && may_check(run) => {
                let ends =
                    !chars.peek().is_some_and(|(_, next)| next.is_ascii_alphanumeric() || digit(*next).is_some());
                if ends {
                    let end = range.end;
                    run.digits.push(Digit { value: 10, range });
                    return end;
                }
                return range.start;
            }
            _ => return range.start,
        }
    }
    text.len()
}

/// The gap at `at`, and where the digit behind it stands; none where no group of the same kind follows.
fn gap_before_digit(text: &str, at: usize, run: &Run) -> Option<(Gap, usize)> {
    let rest = text.get(at..)?;
    let (mut gap, mut dotted) = (Gap::Space, false);
    for (count, (offset, c)) in rest.char_indices().enumerate() {
        let sign = match c {
            _ if is_space(c) => Gap::Space,
            '-' | '－' | '‐' | '‑' | '‒' | '–' | '—' | '−' | '─' => Gap::Hyphen,
            '.' | '．' | '·' | '•' => Gap::Dot,
            _ => {
                let same = digit(c).is_some_and(|(_, kind)| kind == run.han) || (is_x(c) && may_check(run));
                return (same && count > 0).then_some((gap, at + offset));
            }
        };
        if count == 3 || (sign != Gap::Space && gap != Gap::Space) || (dotted && sign == Gap::Space) {
            return None;
        }
        dotted |= sign == Gap::Dot;
        gap = if sign == Gap::Space { gap } else { sign };
    }
    None
}

/// Whether an X can be the check digit of what came before it.
fn may_check(run: &Run) -> bool {
    !run.han && run.digits.len() >= 17
}

/// Spaces of any width within a line, but no tab: it parts the cells of a table.
pub fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{2002}'..='\u{200a}' | '\u{202f}' | '\u{3000}')
}

fn is_x(c: char) -> bool {
    matches!(c, 'x' | 'X' | 'ｘ' | 'Ｘ' | 'Ⅹ' | 'ⅹ')
}

/// The value of a digit, and whether it is a Chinese one.
pub const fn digit(c: char) -> Option<(u8, bool)> {
    let value = match c {
        '0'..='9' => return Some((c as u8 - b'0', false)),
        '\0'..='\u{7f}' => return None,
        '０'..='９' => return Some(((c as u32 - '０' as u32) as u8, false)),
        '〇' | '零' | '○' => 0,
        '一' | '幺' | '壹' => 1,
        '二' | '贰' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    };
    Some((value, true))
}

#[cfg(test)]
mod tests {
    use super::{digit, next_digit};

    #[test]
    fn every_digit_is_found() {
        for c in '\0'..='\u{2FFFF}' {
            let found = next_digit(&format!("甲{c}"), 3);
            assert_eq!(found, digit(c).map(|(_, han)| (3, han)), "{:x}", c as u32);
        }
    }
}
