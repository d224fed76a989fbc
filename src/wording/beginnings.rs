//! A quick look whether a text may hold any of many words. Most passages hold none, and need not be gone through by the
//! automata that find out which.

/// How words begin: a text in which none of these beginnings stands holds none of the words.
#[derive(Debug)]
pub struct Beginnings {
    /// The first two characters of all words.
    twos: Places,
    /// Those of words that have no third.
    short: Places,
    /// The first three characters of all others.
    threes: Places,
}

impl Beginnings {
    /// The beginnings of `words`, each of which has two characters at least.
    pub fn of<'w>(words: impl Iterator<Item = &'w str>) -> Beginnings {
        let [mut twos, mut short, mut threes] = [(); 3].map(|()| Places::none());
        for word in words {
            let mut chars = word.chars().map(u32::from);
            let two = mixed(chars.next().unwrap_or_default(), chars.next().unwrap_or_default());
            twos.add(two);
            match chars.next() {
                Some(third) => threes.add(mixed(two, third)),
                None => short.add(two),
            }
        }
        Beginnings { twos, short, threes }
    }

    /// Whether one of them may stand among `chars`, each with the byte it begins at.
    pub fn may_stand_in(&self, chars: &[(usize, char)]) -> bool {
        chars.windows(2).enumerate().any(|(index, pair)| {
            let two = mixed(pair[0].1.into(), pair[1].1.into());
            let is_longer =
                || chars.get(index + 2).is_some_and(|(_, third)| self.threes.has(mixed(two, u32::from(*third))));
            self.twos.has(two) && (self.short.has(two) || is_longer())
        })
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
        self.0[(place >> 6) as usize] & 1 << (place & 63) != 0
    }
}

fn mixed(first: u32, second: u32) -> u32 {
    first.wrapping_mul(0x9E37_79B1) ^ second.wrapping_mul(0x85EB_CA6B)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_word_escapes_and_most_texts_pass() {
        let words = ["烈土", "质量第一", "XX", "全国第一"];
        let beginnings = Beginnings::of(words.into_iter());
        let hold = |text: &str| beginnings.may_stand_in(&text.char_indices().collect::<Vec<_>>());
        for word in words {
            assert!(hold(word) && hold(&format!("缅怀{word}。")), "{word}");
        }
        for text in ["", "烈", "土烈", "第一质量", "质量", "产品质量好，全国通用。", "缅怀革命先烈，参观实验室。"]
        {
            assert!(!hold(text), "{text}");
        }
    }
}
