//! The chunks before the picture of a PNG.

use super::sensible;

/// Dots per inch, where a `pHYs` chunk gives dots per metre (PNG third edition, 11.3.4.3).
pub fn dpi(head: &[u8]) -> Option<u32> {
    let mut at = 8;
    loop {
        let length = u32::from_be_bytes(head.get(at..at + 4)?.try_into().ok()?) as usize;
        let kind = head.get(at + 4..at + 8)?;
        if kind == b"pHYs" {
            let block: [u8; 9] = head.get(at + 8..at + 17)?.try_into().ok()?;
            let [a, b, c, d, .., unit] = block;
            return if unit == 1 { sensible(f64::from(u32::from_be_bytes([a, b, c, d])) * 0.0254) } else { None };
        }
        if kind == b"IDAT" {
            return None;
        }
        // Length, kind and checksum have four bytes each.
        at = at.checked_add(length)?.checked_add(12)?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_resolution_is_given_in_metres() {
        let png = |dots: u32, unit: u8| {
            let mut png = b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR\0\0\0\x10\0\0\0\x10\x08\x02\0\0\0crc.".to_vec();
            png.extend(b"\0\0\0\x09pHYs");
            png.extend(dots.to_be_bytes());
            png.extend(dots.to_be_bytes());
            png.extend([unit, 0, 0, 0, 0]);
            png
        };
        assert_eq!(dpi(&png(11_811, 1)), Some(300));
        assert_eq!(dpi(&png(11_811, 0)), None, "only a ratio");
        for end in 0..png(1, 1).len() {
            dpi(&png(11_811, 1)[..end]);
        }
        let mut endless = png(11_811, 1);
        endless[8..12].fill(0xFF);
        assert_eq!(dpi(&endless), None);
    }
}
