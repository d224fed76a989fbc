//! A set of characters that is asked for every character of every text.

/// Holds characters by the twelve lower bits of their numbers, which few others share: others may seem to be in it, which
/// costs a closer look, and none of its own ever seems not to be.
#[derive(Debug, Clone)]
pub struct Sieve([u64; 64]);

impl Sieve {
    /// One that holds nothing.
    pub const fn new() -> Sieve {
        Sieve([0; 64])
    }

    /// Takes up the character with this number.
    pub const fn add(&mut self, number: u32) {
        self.0[(number >> 6 & 63) as usize] |= 1 << (number & 63);
    }

    /// Whether it may hold the character with this number, of which the twelve lower bits are enough.
    pub const fn may_hold(&self, number: u32) -> bool {
        self.0[(number >> 6 & 63) as usize] >> (number & 63) & 1 == 1
    }
}

impl Default for Sieve {
    fn default() -> Sieve {
        Sieve::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_escapes_and_most_others_pass() {
        let mut sieve = Sieve::new();
        let held: Vec<u32> = "年日一〔\u{20000}".chars().map(u32::from).collect();
        held.iter().for_each(|number| sieve.add(*number));
        assert!(held.iter().all(|number| sieve.may_hold(*number) && sieve.may_hold(number & 0xFFF)));
        // Of these 20,000 each stands beside five others at most.
        assert_eq!((0x4E00..0x9FFF).filter(|number| sieve.may_hold(*number)).count(), 3 * 5 + 2 * 6);
    }
}
