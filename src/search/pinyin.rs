//! Titles as they are typed on a keyboard: their syllables without tones, and the initials of these. Words whose
//! characters are read otherwise than by themselves (重庆, 银行) stand in a table.

use std::sync::LazyLock;

use pinyin::ToPinyin;

use super::fold::{Class, class, fold};
use super::keys::{self, Key};

/// Words with their syllables, one a line, parted by a tab.
const READINGS: &str = include_str!("readings.tsv");

/// The words by their characters, in order.
static WORDS: LazyLock<Vec<(Vec<char>, Vec<&str>)>> = LazyLock::new(|| {
    let row = |line: &'static str| {
        let (word, syllables) = line.split_once('\t')?;
        Some((word.chars().collect(), syllables.split(' ').collect()))
    };
    let mut words: Vec<_> = READINGS.lines().filter_map(row).collect();
    words.sort();
    words
});

/// A title as units: its syllables, a newline, their initials; with the positions at which a syllable begins.
pub fn units(title: &str) -> (Vec<u16>, Vec<bool>) {
    let folded = String::from_utf16_lossy(&fold(title));
    let chars: Vec<char> = folded.chars().collect();
    let (mut units, mut starts) = (Vec::new(), Vec::new());
    let mut initials = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let read = reading(&chars[at..]);
        for syllable in &read {
            starts.extend((0..syllable.len()).map(|at| at == 0));
            units.extend(syllable.bytes().map(u16::from));
            initials.extend(syllable.bytes().next().map(u16::from));
        }
        if !read.is_empty() {
            at += read.len();
            continue;
        }
        // Latin words and numbers stay; marks part what stands around them.
        let unit = u16::try_from(u32::from(chars[at])).ok().filter(|unit| class(*unit) == Class::Word);
        let unit = unit.unwrap_or(u16::from(b'\n'));
        let in_word =
            unit != 0xA && at > 0 && u16::try_from(u32::from(chars[at - 1])).is_ok_and(|c| class(c) == Class::Word);
        starts.push(!in_word);
        units.push(unit);
        if !in_word {
            initials.push(unit);
        }
        at += 1;
    }
    starts.push(false);
    units.push(u16::from(b'\n'));
    starts.extend(initials.iter().map(|_| true));
    units.extend(initials);
    (units, starts)
}

/// The syllables of the word or character that `chars` begin with; none where that has no reading.
fn reading(chars: &[char]) -> Vec<String> {
    let first = chars.first();
    let from = WORDS.partition_point(|(word, _)| word.first() < first);
    let alike = WORDS[from..].iter().take_while(|(word, _)| word.first() == first);
    let longest = alike.filter(|(word, _)| chars.starts_with(word)).max_by_key(|(word, _)| word.len());
    if let Some((_, syllables)) = longest.filter(|(word, syllables)| word.len() == syllables.len()) {
        return syllables.iter().map(ToString::to_string).collect();
    }
    let plain = first.and_then(|c| c.to_pinyin()).map(|pinyin| pinyin.plain());
    plain.map(|plain| plain.chars().map(toneless).collect()).into_iter().collect()
}

fn toneless(c: char) -> char {
    match c {
        'ü' => 'v',
        'ê' => 'e',
        c => c,
    }
}

/// Tells every pair of a title's pinyin with its position; each syllable begins a word, and ends one.
pub fn each(title: &str, mut tell: impl FnMut(Key, u32)) {
    let (units, starts) = units(title);
    for (at, unit) in units.iter().enumerate().filter(|(_, unit)| class(**unit) == Class::Word) {
        let next = units.get(at + 1).filter(|next| class(**next) == Class::Word);
        let start = keys::start(*unit).filter(|_| starts[at]);
        for first in [Some(*unit), start].into_iter().flatten() {
            next.into_iter().for_each(|next| tell(keys::pair(first, *next), at as u32));
        }
        if next.is_none() || starts.get(at + 1) == Some(&true) {
            tell(keys::pair(*unit, keys::END), at as u32);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(title: &str) -> String {
        let (units, starts) = units(title);
        let shown = |(unit, start): (u16, bool)| {
            let c = char::from_u32(u32::from(unit)).unwrap();
            if start { c.to_ascii_uppercase() } else { c }
        };
        units.into_iter().zip(starts).map(shown).collect()
    }

    #[test]
    fn syllables_begin_words() {
        assert_eq!(shown("有机产品"), "YouJiChanPin\nYJCP");
        assert_eq!(shown("“绿色”CMA 2022"), "\nLvSe\nCma\n2022\n\nLS\nC\n2");
    }

    #[test]
    fn words_are_read_as_words() {
        assert_eq!(shown("重庆银行"), "ChongQingYinHang\nCQYH");
        assert_eq!(shown("重量"), "ZhongLiang\nZL");
    }

    #[test]
    fn every_word_of_the_table_has_a_syllable_for_each_character() {
        for line in READINGS.lines() {
            let (word, syllables) = line.split_once('\t').unwrap();
            assert_eq!(word.chars().count(), syllables.split(' ').count(), "{word}");
            assert!(syllables.bytes().all(|b| b == b' ' || b.is_ascii_lowercase()), "{word}");
        }
    }
}
