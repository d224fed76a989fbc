//! The segments before the picture of a JPEG (ITU-T T.81 annex B).

use super::exif::Exif;
use super::sensible;

/// How many colours a dot is made of: 3 on screens, 4 for print; none where the frame lies beyond `head`.
pub fn components(head: &[u8]) -> Option<u8> {
    let is_frame = |marker: u8| matches!(marker, 0xC0..=0xCF) && !matches!(marker, 0xC4 | 0xC8 | 0xCC);
    segments(head).find(|(marker, _)| is_frame(*marker)).and_then(|(_, block)| block.get(5).copied())
}

/// Dots per inch: what JFIF says (§10.2), else what EXIF says.
pub fn dpi(head: &[u8]) -> Option<u32> {
    let jfif = segments(head).find(|(marker, block)| *marker == 0xE0 && block.starts_with(b"JFIF\0"));
    let density = jfif.and_then(|(_, block)| {
        let dots = f64::from(u16::from_be_bytes([*block.get(8)?, *block.get(9)?]));
        match block.get(7)? {
            1 => Some(dots),
            2 => Some(dots * 2.54),
            _ => None,
        }
    });
    density.or_else(|| exif(head)?.dpi()).and_then(sensible)
}

/// How browsers turn it before they show it: 1 to 8, where 1 is not at all.
pub fn orientation(head: &[u8]) -> u8 {
    exif(head).and_then(|exif| exif.orientation()).unwrap_or(1)
}

/// Whether it tells where it was taken.
pub fn has_position(head: &[u8]) -> bool {
    exif(head).is_some_and(|exif| exif.has_position())
}

fn exif(head: &[u8]) -> Option<Exif<'_>> {
    let (_, block) = segments(head).find(|(marker, block)| *marker == 0xE1 && block.starts_with(b"Exif\0\0"))?;
    block.get(6..).map(Exif::new)
}

/// Each marker with its block; the last block may be cut.
fn segments(head: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    let mut at = 2;
    std::iter::from_fn(move || {
        while head.get(at..at + 2) == Some(&[0xFF, 0xFF]) {
            at += 1;
        }
        let [0xFF, marker, high, low] = *head.get(at..at + 4)? else { return None };
        let end = at + 2 + usize::from(u16::from_be_bytes([high, low])).max(2);
        let block = head.get(at + 4..end.min(head.len()))?;
        at = end;
        (marker != 0xDA).then_some((marker, block))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(marker: u8, block: &[u8]) -> Vec<u8> {
        let length = u16::try_from(block.len() + 2).unwrap().to_be_bytes();
        [&[0xFF, marker][..], &length, block].concat()
    }

    fn jpeg(segments: &[Vec<u8>]) -> Vec<u8> {
        [b"\xFF\xD8".to_vec(), segments.concat()].concat()
    }

    /// An EXIF block with one entry of the first directory, and 16 bytes that the entry can point at.
    fn photo(tag: u16, kind: u16, behind: [u8; 16]) -> Vec<u8> {
        let mut tiff = b"II*\0\x08\0\0\0".to_vec();
        tiff.extend(1u16.to_le_bytes());
        tiff.extend(tag.to_le_bytes());
        tiff.extend(kind.to_le_bytes());
        tiff.extend(1u32.to_le_bytes());
        tiff.extend(26u32.to_le_bytes());
        tiff.extend([0; 4]);
        tiff.extend(behind);
        segment(0xE1, &[b"Exif\0\0".to_vec(), tiff].concat())
    }

    #[test]
    fn g19_a_photo_with_a_position_is_recognised() {
        let mut full = [0; 16];
        full[0] = 2;
        let placed = jpeg(&[photo(0x8825, 4, full)]);
        assert!(has_position(&placed));
        assert!(!has_position(&jpeg(&[photo(0x8825, 4, [0; 16])])));
        assert!(!has_position(&jpeg(&[photo(0x0100, 4, full)])));
        for end in 0..placed.len() {
            has_position(&placed[..end]);
            dpi(&placed[..end]);
            components(&placed[..end]);
        }
    }

    #[test]
    fn the_resolution_is_what_jfif_says_and_else_what_exif_says() {
        let jfif = |unit: u8, dots: u16| {
            let [high, low] = dots.to_be_bytes();
            segment(0xE0, &[b"JFIF\0\x01\x02", &[unit, high, low, high, low, 0, 0][..]].concat())
        };
        assert_eq!(dpi(&jpeg(&[jfif(1, 300)])), Some(300));
        assert_eq!(dpi(&jpeg(&[jfif(2, 118)])), Some(300));
        assert_eq!(dpi(&jpeg(&[jfif(1, 1)])), None, "a program that knows nothing");
        let mut rational = [0; 16];
        rational[..4].copy_from_slice(&600u32.to_le_bytes());
        rational[4..8].copy_from_slice(&2u32.to_le_bytes());
        let exif = photo(0x011A, 5, rational);
        assert_eq!(dpi(&jpeg(&[jfif(0, 1), exif.clone()])), Some(300), "JFIF gives only a ratio");
        rational[4..8].fill(0);
        assert_eq!(dpi(&jpeg(&[photo(0x011A, 5, rational)])), None, "a division by nothing");
    }

    #[test]
    fn four_components_are_the_inks_of_print() {
        let frame = |components| segment(0xC2, &[8, 0, 16, 0, 16, components]);
        assert_eq!(components(&jpeg(&[segment(0xE2, b"profile"), frame(4)])), Some(4));
        assert_eq!(components(&jpeg(&[vec![0xFF, 0xFF], frame(3)])), Some(3), "fill bytes");
        assert_eq!(components(&jpeg(&[segment(0xC4, &[0; 8])])), None);
    }
}
