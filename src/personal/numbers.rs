//! Identity numbers (P01), bank cards (P04) and mobile numbers (P02) in a run of digits.

use super::Hit;
use super::context::{self, Said};
use super::runs::{Gap, Run};
use crate::report::{Code, codes};

/// Fewer digits than this are no number of somebody's.
const FEWEST: usize = 11;

/// Adds what is personal in `run`.
pub fn find(text: &str, run: &Run, hits: &mut Vec<Hit>) {
    if run.digits.len() < FEWEST {
        return;
    }
    // Up to which group something was found.
    let (mut at, mut taken) = (0, 0);
    while at < run.groups.len() {
        let here = Here { text, run, at, taken };
        let found = match run.han {
            true => here.mobile(),
            false => here.identity().or_else(|| here.card()).or_else(|| here.mobile()),
        };
        at = match found {
            Some((to, hit)) => {
                hits.push(hit);
                taken = to;
                to
            }
            None => at + 1,
        };
    }
}

/// A group of a run, at which something may begin.
struct Here<'a> {
    text: &'a str,
    run: &'a Run,
    at: usize,
    /// The groups before this one were found to be something.
    taken: usize,
}

/// The group behind the last of what was found, and the hit.
type Found = Option<(usize, Hit)>;

/// How identity numbers are grouped where they are: region, day of birth, number.
const IDENTITY: [&[usize]; 11] = [
    &[18],
    &[17, 1],
    &[6, 8, 3, 1],
    &[6, 8, 4],
    &[6, 4, 4, 4],
    &[6, 4, 2, 2, 4],
    &[3, 3, 4, 4, 4],
    &[6, 12],
    &[14, 4],
    &[4, 4, 4, 4, 2],
    &[1; 18],
];

/// The digits of the dates of birth of anybody who may be alive, and the first two of the code of a region.
const YEARS: std::ops::RangeInclusive<u32> = 1900..=2039;

impl Here<'_> {
    fn identity(&self) -> Found {
        let to = IDENTITY.iter().find_map(|shape| self.shape(shape))?;
        let number = self.run.values(self.at, to);
        let fits = is_identity(&number) && self.stands_alone(to);
        if !fits || context::is_said(self.text, self.start(), 12, &["信用代码", "有机码"]) {
            return None;
        }
        Some((to, self.hit(&codes::P01, to, &number, (6, 4))))
    }

    fn card(&self) -> Found {
        let (mut to, mut found) = (self.at, None);
        let (mut length, mut shortest) = (0, usize::MAX);
        // Only the last group may be a short one.
        while to < self.run.groups.len() && (to == self.at || self.is_close(to)) && shortest >= 3 {
            length += self.run.len(to);
            shortest = shortest.min(self.run.len(to));
            to += 1;
            if length > 19 {
                break;
            }
            if length >= 16 && is_card(&self.run.values(self.at, to)) && self.stands_alone(to) {
                found = Some(to);
            }
        }
        let to = found?;
        let number = self.run.values(self.at, to);
        self.may_be_card(number.len()).then(|| (to, self.hit(&codes::P04, to, &number, (4, 3))))
    }

    /// Organic codes have 17 digits, and one in ten of any numbers has a sum that fits.
    fn may_be_card(&self, length: usize) -> bool {
        match context::said(self.text, self.start()) {
            Said::Account => true,
            Said::Thing => false,
            _ => length != 17 || !context::is_near(self.text, self.start(), &["有机", "追溯", "防伪"]),
        }
    }

    fn mobile(&self) -> Found {
        let (from, to) = self.mobile_groups()?;
        let number = self.run.values(from, to);
        let number = number.get(number.len().checked_sub(11)?..)?;
        let is_mobile = matches!(number, [1, 3..=9, ..]) && number.iter().all(|digit| *digit < 10);
        if !is_mobile || !self.stands_alone(to) || context::said(self.text, self.start()) == Said::Thing {
            return None;
        }
        Some((to, self.hit(&codes::P02, to, number, (3, 4))))
    }

    /// The groups of the number itself, where this group can begin one: the country code may stand before it.
    fn mobile_groups(&self) -> Option<(usize, usize)> {
        let code = match self.run.values(self.at, self.at + 1).as_slice() {
            [8, 6] | [0, 0, 8, 6] => 1,
            [8, 6, 1, ..] if self.run.len(self.at) == 13 => {
                return self.text[..self.start()].ends_with(['+', '＋']).then_some((self.at, self.at + 1));
            }
            [0, 0, 8, 6, 1, ..] if self.run.len(self.at) == 15 => return Some((self.at, self.at + 1)),
            _ => 0,
        };
        let number = Here { at: self.at + code, ..*self };
        if code == 1 && !number.is_close(number.at) {
            return None;
        }
        number.mobile_shape().map(|to| (number.at, to))
    }

    fn mobile_shape(&self) -> Option<usize> {
        let is_phone = || context::said(self.text, self.start()) == Said::Phone;
        if let Some(to) = self.shape(&[11]) {
            return Some(to);
        }
        if let Some(to) = self.shape(&[3, 4, 4]).or_else(|| self.shape(&[3, 8])) {
            let number = self.run.values(self.at, to);
            let is_dotted = self.run.groups.get(self.at + 1).is_some_and(|group| group.gap == Gap::Dot);
            // A number and a date look the same, and a fraction has a dot.
            let doubtful = is_date(number.get(3..)?) || (is_dotted && to - self.at == 2);
            return (!doubtful || is_phone()).then_some(to);
        }
        self.odd_shape().filter(|_| is_phone())
    }

    /// Where eleven digits end that are grouped in another way: any few groups, or each digit apart.
    fn odd_shape(&self) -> Option<usize> {
        let (mut to, mut length) = (self.at, 0);
        while length < 11 && to < self.run.groups.len() && (to == self.at || self.is_close(to)) {
            length += self.run.len(to);
            to += 1;
        }
        let few = to - self.at <= 5 && self.run.len(self.at) >= 3;
        let apart = (self.at..to).all(|at| self.run.len(at) == 1);
        (length == 11 && (few || apart)).then_some(to)
    }

    /// Where groups of these lengths end, if they begin here and have small gaps between them.
    fn shape(&self, lengths: &[usize]) -> Option<usize> {
        let to = self.at + lengths.len();
        let fits = (self.at..to).zip(lengths).all(|(at, length)| self.run.len(at) == *length);
        let close = (self.at + 1..to).all(|at| self.is_close(at) || self.is_dotted(lengths));
        (fits && close).then_some(to)
    }

    /// Phone numbers alone are grouped by dots.
    fn is_dotted(&self, lengths: &[usize]) -> bool {
        lengths.iter().sum::<usize>() == 11 && (1..lengths.len()).all(|offset| self.gap(self.at + offset) == Gap::Dot)
    }

    fn is_close(&self, at: usize) -> bool {
        matches!(self.gap(at), Gap::Space | Gap::Hyphen)
    }

    fn gap(&self, at: usize) -> Gap {
        self.run.groups.get(at).map_or(Gap::None, |group| group.gap)
    }

    fn start(&self) -> usize {
        self.run.range(self.at, self.at + 1).start
    }

    /// Whether the groups up to `to` are a number of their own, and no part of a longer one.
    fn stands_alone(&self, to: usize) -> bool {
        let grouped = to - self.at > 1;
        // A serial number or an age before it, another long number, or what was found to be something.
        let apart = |length: usize| !grouped || length <= 2 || length >= 7;
        let before = match (self.gap(self.at), self.at.checked_sub(1)) {
            (Gap::None, _) | (_, None) => context::may_begin(self.text, self.start()),
            (_, Some(_)) if self.taken == self.at => true,
            (Gap::Space, Some(last)) => apart(self.run.len(last)),
            _ => false,
        };
        let end = self.run.range(self.at, to).end;
        let next = self.run.values(to, to + 1);
        let begins_mobile = matches!(next.as_slice(), [1, 3..=9, _]) && self.run.len(to + 1) >= 4;
        let after = match self.gap(to) {
            Gap::None => context::may_end(self.text, end),
            Gap::Space => apart(next.len()) || begins_mobile || self.is_counted(to),
            Gap::Hyphen => matches!(next.as_slice(), [1, 3..=9, ..]) && next.len() == 11,
            Gap::Dot => false,
        };
        before && after
    }

    /// Whether a group is a year, a day, a price or an age.
    fn is_counted(&self, at: usize) -> bool {
        let rest = self.text.get(self.run.range(at, at + 1).end..);
        rest.is_some_and(|rest| rest.starts_with(['年', '月', '日', '元', '岁']))
    }

    /// The hit, with this many digits of `number` shown at its beginning and its end.
    fn hit(&self, code: &'static Code, to: usize, number: &[u8], (head, tail): (usize, usize)) -> Hit {
        let last = number.len().saturating_sub(tail);
        let shown = |(at, digit): (usize, &u8)| match digit {
            _ if at >= head && at < last => '*',
            10 => 'X',
            digit => char::from(b'0' + digit),
        };
        Hit { code, range: self.run.range(self.at, to), masked: number.iter().enumerate().map(shown).collect() }
    }
}

/// Whether these are the eight or four digits of a day.
fn is_date(digits: &[u8]) -> bool {
    let Some((year, day)) = digits.split_at_checked(4) else { return false };
    let year = decimal(year);
    let (month, day) = (decimal(day) / 100, decimal(day) % 100);
    YEARS.contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day)
}

fn decimal(digits: &[u8]) -> u32 {
    digits.iter().fold(0, |number, digit| number * 10 + u32::from(*digit))
}

/// The first two digits of the codes of provinces (GB/T 2260).
const PROVINCES: [u32; 34] = [
    11, 12, 13, 14, 15, 21, 22, 23, 31, 32, 33, 34, 35, 36, 37, 41, 42, 43, 44, 45, 46, 50, 51, 52, 53, 54, 61, 62, 63,
    64, 65, 71, 81, 82,
];

/// GB 11643: region, day of birth, and the check digit of ISO 7064 MOD 11-2.
fn is_identity(number: &[u8]) -> bool {
    let [body @ .., check] = number else { return false };
    if body.len() != 17 || body.contains(&10) {
        return false;
    }
    let sum = body.iter().fold(0, |sum, digit| (sum + u32::from(*digit)) * 2 % 11);
    (sum + u32::from(*check)) % 11 == 1 && PROVINCES.contains(&decimal(&body[..2])) && is_date(&body[6..14])
}

/// UnionPay: 62 and the check digit of ISO 7812 (Luhn).
fn is_card(number: &[u8]) -> bool {
    let double = |(at, digit): (usize, &u8)| {
        let value = u32::from(*digit) * if at % 2 == 1 { 2 } else { 1 };
        value / 10 + value % 10
    };
    let sum: u32 = number.iter().rev().enumerate().map(double).sum();
    number.starts_with(&[6, 2]) && !number.contains(&10) && sum.is_multiple_of(10)
}
