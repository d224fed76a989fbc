//! Numbers in few bits: Elias' gamma code, and Rice codes, which are short for numbers below a power of two.

/// Writes bits, the most significant of a byte first.
#[derive(Debug, Default)]
pub struct Writer {
    bytes: Vec<u8>,
    pending: u64,
    count: u32,
}

impl Writer {
    /// The lowest `count` bits of `value`, at most 32.
    pub fn bits(&mut self, value: u32, count: u32) {
        debug_assert!(count <= 32);
        self.pending = self.pending << count | u64::from(value) & ((1 << count) - 1);
        self.count += count;
        while self.count >= 8 {
            self.count -= 8;
            self.bytes.push((self.pending >> self.count) as u8);
        }
    }

    /// A number from 1.
    pub fn gamma(&mut self, value: u32) {
        let bits = 32 - value.leading_zeros();
        self.bits(0, bits - 1);
        self.bits(value, bits);
    }

    /// A number from 0, short where it is below 2 to the power of `k`.
    pub fn rice(&mut self, k: u32, value: u32) {
        let mut ones = value >> k;
        while ones >= 32 {
            self.bits(u32::MAX, 32);
            ones -= 32;
        }
        self.bits(((1u64 << (ones + 1)) - 2) as u32, ones + 1);
        self.bits(value, k);
    }

    /// The bytes, filled up with zeros, and an empty writer again.
    pub fn finish(&mut self, out: &mut Vec<u8>) {
        if self.count > 0 {
            self.bytes.push((self.pending << (8 - self.count)) as u8);
        }
        (self.pending, self.count) = (0, 0);
        out.append(&mut self.bytes);
    }

    /// How many bytes there are now.
    pub fn len(&self) -> usize {
        self.bytes.len() + usize::from(self.count > 0)
    }

    /// Whether nothing was written.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Reads what a [`Writer`] wrote; none behind the end and for what no writer writes.
#[derive(Debug)]
pub struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
    /// The next bits, from the top.
    window: u64,
    count: u32,
}

impl Reader<'_> {
    /// Begins with the first bit of `bytes`.
    pub fn of(bytes: &[u8]) -> Reader<'_> {
        Reader { bytes, at: 0, window: 0, count: 0 }
    }

    fn fill(&mut self) {
        while self.count <= 56 {
            let Some(byte) = self.bytes.get(self.at) else { return };
            self.window |= u64::from(*byte) << (56 - self.count);
            (self.at, self.count) = (self.at + 1, self.count + 8);
        }
    }

    fn skip(&mut self, count: u32) -> Option<()> {
        self.count = self.count.checked_sub(count)?;
        self.window = self.window.checked_shl(count).unwrap_or(0);
        Some(())
    }

    /// A number of `count` bits, at most 32.
    pub fn bits(&mut self, count: u32) -> Option<u32> {
        self.fill();
        let value = if count == 0 { 0 } else { (self.window >> (64 - count)) as u32 };
        self.skip(count)?;
        Some(value)
    }

    /// What [`Writer::gamma`] wrote.
    pub fn gamma(&mut self) -> Option<u32> {
        self.fill();
        let zeros = self.window.leading_zeros();
        if zeros >= 32 {
            return None;
        }
        self.skip(zeros)?;
        self.bits(zeros + 1)
    }

    /// What [`Writer::rice`] wrote.
    pub fn rice(&mut self, k: u32) -> Option<u32> {
        let mut high = 0u32;
        loop {
            self.fill();
            let ones = self.window.leading_ones().min(self.count);
            self.skip(ones)?;
            high = high.checked_add(ones)?;
            if self.count > 0 {
                break;
            }
            if self.at >= self.bytes.len() {
                return None;
            }
        }
        self.skip(1)?;
        let high = high.checked_shl(k).filter(|value| value >> k == high)?;
        Some(high | self.bits(k)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let numbers = [0u32, 1, 2, 3, 7, 8, 31, 32, 33, 100, 1000, 4095, 65_535, 1_000_000];
        let (mut writer, mut bytes) = (Writer::default(), Vec::new());
        for number in numbers {
            writer.gamma(number + 1);
            writer.bits(number, 20);
            (5..=20).for_each(|k| writer.rice(k, number));
            writer.rice(0, number.min(300));
        }
        writer.finish(&mut bytes);
        let mut reader = Reader::of(&bytes);
        for number in numbers {
            assert_eq!(reader.gamma(), Some(number + 1));
            assert_eq!(reader.bits(20), Some(number));
            (5..=20).for_each(|k| assert_eq!(reader.rice(k), Some(number)));
            assert_eq!(reader.rice(0), Some(number.min(300)));
        }
    }

    #[test]
    fn no_bytes_make_the_reader_panic_or_go_on_for_ever() {
        let mut random = fastrand::Rng::with_seed(8);
        for _ in 0..20_000 {
            let bytes: Vec<u8> =
                (0..random.usize(..40)).map(|_| if random.bool() { 0xFF } else { random.u8(..) }).collect();
            let mut reader = Reader::of(&bytes);
            let mut steps = 0;
            while match random.u8(..3) {
                0 => reader.gamma(),
                1 => reader.rice(random.u32(..32)),
                _ => reader.bits(random.u32(1..=32)),
            }
            .is_some()
            {
                steps += 1;
                assert!(steps <= 8 * 40);
            }
        }
    }
}
