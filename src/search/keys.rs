//! Keys of an index, and the shard each belongs to.

use super::fold::{Class, class, is_letter};

/// What the first letter of a word is raised by, so that words are found from their beginnings only; nothing else folds
/// to these units.
const START: u16 = 0xE000;

/// What stands behind the last letter of a syllable of pinyin in a pair of its own, so that 有机 comes before 又教 for
/// `youji`.
pub const END: u16 = 0xF8FF;

/// A key: two units that stand next to each other, or one and nothing.
pub type Key = u32;

/// The key of two neighbours.
pub fn pair(a: u16, b: u16) -> Key {
    u32::from(a) << 16 | u32::from(b)
}

/// The key of one unit, whose list names documents only.
pub fn single(a: u16) -> Key {
    u32::from(a) << 16
}

/// Whether the list of a key tells positions.
pub fn is_pair(key: Key) -> bool {
    key & 0xFFFF != 0
}

/// The unit as it begins a word, if it is a letter.
pub fn start(unit: u16) -> Option<u16> {
    // Letters end below U+0500, so this stays among the units for private use.
    is_letter(unit).then(|| START + unit)
}

/// A bijection that spreads keys over shards: neighbours in one are none in the other.
pub fn mix(key: Key) -> u32 {
    let key = (key ^ key >> 16).wrapping_mul(0x7FEB_352D);
    let key = (key ^ key >> 15).wrapping_mul(0x846C_A68B);
    key ^ key >> 16
}

/// What undoes [`mix`].
pub fn unmixed(mixed: u32) -> Key {
    let key = (mixed ^ mixed >> 16).wrapping_mul(0x4302_1123);
    let key = (key ^ key >> 15 ^ key >> 30).wrapping_mul(0x1D69_E2A5);
    key ^ key >> 16
}

/// The shard of a key among `shards`, a power of two, and its name in there.
pub fn shard(key: Key, shards: usize) -> (usize, u32) {
    let mixed = mix(key);
    let bits = shards.trailing_zeros();
    (mixed as usize & (shards - 1), if bits == 0 { mixed } else { mixed >> bits })
}

/// The key that is called `rest` in `shard`.
pub fn of_shard(shard: usize, rest: u32, shards: usize) -> Key {
    unmixed((u64::from(rest) << shards.trailing_zeros()) as u32 | shard as u32)
}

/// Tells every key of a folded text with the position of its first unit. Single units are told too often for a list that
/// names each document once.
pub fn each(units: &[u16], mut tell: impl FnMut(Key, u32)) {
    let mut before = Class::Mark;
    for (at, unit) in units.iter().enumerate() {
        let (position, next) = (at as u32, units.get(at + 1));
        let now = class(*unit);
        let start = start(*unit).filter(|_| before != Class::Word);
        for first in [Some(*unit), start].into_iter().flatten() {
            tell(single(first), position);
            next.into_iter().for_each(|next| tell(pair(first, *next), position));
        }
        before = now;
    }
}

#[cfg(test)]
mod tests {
    use super::super::fold::fold;
    use super::*;

    #[test]
    fn mixing_can_be_undone() {
        for key in (0..200_000u32).map(|n| n.wrapping_mul(0x9E37_79B1)) {
            assert_eq!(unmixed(mix(key)), key);
            for shards in [1, 2, 2048] {
                let (shard, rest) = shard(key, shards);
                assert_eq!(of_shard(shard, rest, shards), key);
            }
        }
    }

    #[test]
    fn words_are_known_by_their_beginnings() {
        let mut told = Vec::new();
        each(&fold("CMA 9b有"), |key, at| told.push((key, at)));
        let unit = |c: char| c as u16;
        assert!(told.contains(&(pair(START + unit('c'), unit('m')), 0)));
        assert!(told.contains(&(pair(unit('m'), unit('a')), 1)) && told.contains(&(pair(unit('b'), unit('有')), 5)));
        // A letter behind a digit begins no word.
        assert!(!told.contains(&(single(START + unit('b')), 5)) && !told.contains(&(single(START + unit('9')), 4)));
    }
}
