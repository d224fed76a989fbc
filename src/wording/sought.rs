//! Everything that is looked for in a text word by word, found in one walk over its characters. Most passages hold none
//! of it, which the first characters of all words show at a glance.

use std::ops::Range;

use super::claims::Claim;
use super::passage::Passage;
use crate::sieve::Sieve;

/// What a word is looked for as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// An entry of the list of words, by its place there.
    Word(usize),
    /// A part of a slogan that has another part behind it, by its place in the list of parts.
    Part(usize),
    /// A whole slogan, by its place in the list of slogans.
    Slogan(usize),
    /// A word that a rule about claims begins with.
    Claim(Claim),
}

impl Role {
    /// Roles of the same list have the same number; of these only the longest word at a place counts, and none within
    /// another. Claims may overlap.
    fn list(self) -> Option<usize> {
        match self {
            Role::Word(_) => Some(0),
            Role::Part(_) => Some(1),
            Role::Slogan(_) => Some(2),
            Role::Claim(_) => None,
        }
    }
}

/// A word where it stands in a passage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// What it was looked for as.
    pub role: Role,
    /// Its bytes.
    pub range: Range<usize>,
}

/// One word that is looked for.
#[derive(Debug)]
struct Needle {
    text: String,
    role: Role,
    /// The place of the longest other word that this one begins with.
    shorter: Option<usize>,
}

/// Words that are looked for.
#[derive(Debug)]
pub struct Sought {
    beginnings: Beginnings,
    /// In order, so that all words that a text begins with are the last one not behind it and those that one begins with.
    needles: Vec<Needle>,
}

impl Sought {
    /// Looks for `words`, each of which has two characters at least.
    pub fn of(words: Vec<(String, Role)>) -> Sought {
        let beginnings = Beginnings::of(words.iter().map(|(word, _)| word.as_str()));
        let mut words = words;
        words.sort_unstable();
        let mut needles: Vec<Needle> = Vec::with_capacity(words.len());
        for (text, role) in words {
            let mut shorter = needles.len().checked_sub(1);
            while let Some(at) = shorter.filter(|at| !text.starts_with(&needles[*at].text)) {
                shorter = needles[at].shorter;
            }
            needles.push(Needle { text, role, shorter });
        }
        Sought { beginnings, needles }
    }

    /// The words that stand in `passage`, in the order of their places.
    pub fn found(&self, passage: &Passage) -> Vec<Found> {
        let mut found = Vec::new();
        // Up to which byte words of each list were found.
        let mut ends = [0; 3];
        for (index, pair) in passage.chars.windows(2).enumerate() {
            if !self.beginnings.may_stand_at(pair, passage.chars.get(index + 2)) {
                continue;
            }
            let ((at, _), before) = (&pair[0], ends);
            for needle in self.at_the_beginning_of(&passage.text[*at..]) {
                let range = *at..*at + needle.text.len();
                let counts = needle.role.list().is_none_or(|list| {
                    let counts = before[list] <= *at && ends[list] == before[list];
                    ends[list] = if counts { range.end } else { ends[list] };
                    counts
                });
                if counts {
                    found.push(Found { role: needle.role, range });
                }
            }
        }
        found
    }

    /// The words `text` begins with, the longest first.
    fn at_the_beginning_of(&self, text: &str) -> impl Iterator<Item = &Needle> {
        let last = self.needles.partition_point(|needle| needle.text.as_str() <= text).checked_sub(1);
        let chain = |at: Option<usize>| std::iter::successors(at, |at| self.needles[*at].shorter);
        // What the longest of them begins with, the text begins with as well.
        let longest = chain(last).find(|at| text.starts_with(&self.needles[*at].text));
        chain(longest).map(|at| &self.needles[at])
    }
}

/// How words begin: where none of these beginnings stands, none of the words does.
#[derive(Debug)]
struct Beginnings {
    /// The first characters of all words.
    ones: Sieve,
    /// The first two characters of all words.
    twos: Places,
    /// Those of words that have no third.
    short: Places,
    /// The first three characters of all others.
    threes: Places,
}

impl Beginnings {
    fn of<'w>(words: impl Iterator<Item = &'w str>) -> Beginnings {
        let [mut twos, mut short, mut threes] = [(); 3].map(|()| Places::none());
        let mut ones = Sieve::new();
        for word in words {
            let mut chars = word.chars().map(u32::from);
            let first = chars.next().unwrap_or_default();
            ones.add(first);
            let two = mixed(first, chars.next().unwrap_or_default());
            twos.add(two);
            match chars.next() {
                Some(third) => threes.add(mixed(two, third)),
                None => short.add(two),
            }
        }
        Beginnings { ones, twos, short, threes }
    }

    /// Whether one of them may begin with this pair of characters, with `third` behind it.
    fn may_stand_at(&self, pair: &[(usize, char)], third: Option<&(usize, char)>) -> bool {
        let first = u32::from(pair[0].1);
        if !self.ones.may_hold(first) {
            return false;
        }
        let two = mixed(first, pair[1].1.into());
        let is_longer = || third.is_some_and(|(_, third)| self.threes.has(mixed(two, u32::from(*third))));
        self.twos.has(two) && (self.short.has(two) || is_longer())
    }
}

/// A set of numbers, told by some of their bits: others may seem to be in it, which costs a closer look.
#[derive(Debug)]
struct Places(Vec<u64>);

impl Places {
    const BITS: u32 = 16;

    fn none() -> Places {
        Places(vec![0; 1 << (Places::BITS - 6)])
    }

    fn add(&mut self, number: u32) {
        let place = number >> (u32::BITS - Places::BITS);
        self.0[(place >> 6) as usize] |= 1 << (place & 63);
    }

    fn has(&self, number: u32) -> bool {
        let place = number >> (u32::BITS - Places::BITS);
        self.0.get((place >> 6) as usize).is_some_and(|places| places & 1 << (place & 63) != 0)
    }
}

fn mixed(first: u32, second: u32) -> u32 {
    first.wrapping_mul(0x9E37_79B1) ^ second.wrapping_mul(0x85EB_CA6B)
}

#[cfg(test)]
mod tests {
    use super::super::passage::Chars;
    use super::*;
    use crate::report::{Place, SourcePath};

    fn found(sought: &Sought, text: &str) -> Vec<String> {
        let chars = Chars::of(text);
        let place = |_: &Range<usize>| Place::file(&SourcePath::new("content/a.md"));
        let found = sought.found(&chars.passage(text, &place, true));
        found.into_iter().map(|found| text[found.range].to_string()).collect()
    }

    fn words(words: &[&str], role: fn(usize) -> Role) -> Vec<(String, Role)> {
        words.iter().enumerate().map(|(at, word)| (word.to_string(), role(at))).collect()
    }

    #[test]
    fn no_word_escapes_and_most_texts_pass() {
        let all = ["烈土", "质量第一", "XX", "全国第一"];
        let sought = Sought::of(words(&all, Role::Word));
        for word in all {
            assert_eq!(found(&sought, word), [word]);
            assert_eq!(found(&sought, &format!("缅怀{word}。")), [word]);
        }
        for text in ["", "烈", "土烈", "第一质量", "质量", "产品质量好，全国通用。", "缅怀革命先烈，参观实验室。"]
        {
            assert!(found(&sought, text).is_empty(), "{text}");
            let chars = Chars::of(text).all;
            let mut pairs = chars.windows(2).enumerate();
            assert!(!pairs.any(|(at, pair)| sought.beginnings.may_stand_at(pair, chars.get(at + 2))), "{text}");
        }
    }

    #[test]
    fn of_one_list_the_longest_word_counts_and_none_within_it() {
        let sought = Sought::of(words(&["甲乙", "甲乙丙", "乙丙丁", "丙丁戊"], Role::Word));
        assert_eq!(found(&sought, "甲乙丙丁戊"), ["甲乙丙"]);
        assert_eq!(found(&sought, "甲乙丁甲乙丙丙丁戊"), ["甲乙", "甲乙丙", "丙丁戊"]);
    }

    #[test]
    fn words_of_several_lists_stand_at_one_place() {
        let mut all = words(&["甲乙", "甲乙丙"], Role::Word);
        all.extend(words(&["甲乙", "乙丙"], Role::Part));
        all.extend(words(&["甲乙", "甲乙丙", "乙丙"], |_| Role::Claim(Claim::Fee)));
        let sought = Sought::of(all);
        let at = |text: &str, wanted: fn(&Role) -> bool| -> Vec<String> {
            let chars = Chars::of(text);
            let place = |_: &Range<usize>| Place::file(&SourcePath::new("content/a.md"));
            let found = sought.found(&chars.passage(text, &place, true)).into_iter();
            found.filter(|found| wanted(&found.role)).map(|found| text[found.range].to_string()).collect()
        };
        assert_eq!(at("一甲乙丙", |role| matches!(role, Role::Word(_))), ["甲乙丙"]);
        assert_eq!(at("一甲乙丙", |role| matches!(role, Role::Part(_))), ["甲乙"]);
        assert_eq!(at("一甲乙丙", |role| matches!(role, Role::Claim(_))), ["甲乙丙", "甲乙", "乙丙"]);
    }

    /// Against the plain way: every word at every place.
    #[test]
    fn random_words_are_found_as_one_by_one() {
        let mut random = fastrand::Rng::with_seed(20_261_129);
        let text = |random: &mut fastrand::Rng, most: usize| -> String {
            (0..random.usize(2..=most)).map(|_| ['甲', '乙', '丙', 'a'][random.usize(..4)]).collect()
        };
        for _ in 0..2000 {
            let mut all: Vec<String> = (0..random.usize(1..12)).map(|_| text(&mut random, 5)).collect();
            all.sort();
            all.dedup();
            let sought = Sought::of(all.iter().cloned().map(|word| (word, Role::Claim(Claim::Gap))).collect());
            let within = text(&mut random, 24);
            let mut plain: Vec<(usize, String)> = Vec::new();
            for (at, _) in within.char_indices() {
                let here = all.iter().rev().filter(|word| within[at..].starts_with(word.as_str()));
                plain.extend(here.map(|word| (at, word.clone())));
            }
            let plain: Vec<String> = plain.into_iter().map(|(_, word)| word).collect();
            assert_eq!(found(&sought, &within), plain, "{all:?} in {within}");
        }
    }
}
