//! The block of facts cameras write into photos, a small TIFF file (Exif 2.32 §4.5.2).

/// The first directory of the block.
pub struct Exif<'a> {
    bytes: &'a [u8],
    little: bool,
}

/// Where the GPS directory stands, if a photo has one (§4.6.3).
const GPS: u16 = 0x8825;
const ORIENTATION: u16 = 0x0112;
const X_RESOLUTION: u16 = 0x011A;
const RESOLUTION_UNIT: u16 = 0x0128;

impl<'a> Exif<'a> {
    /// The block after its `Exif\0\0`.
    pub fn new(bytes: &'a [u8]) -> Exif<'a> {
        Exif { bytes, little: bytes.starts_with(b"II") }
    }

    /// Whether it holds a GPS directory with anything in it.
    pub fn has_position(&self) -> bool {
        let entries = self.entry(GPS).and_then(|at| self.short(self.long(at + 8)?));
        entries.is_some_and(|entries| entries > 0)
    }

    /// How the photo has to be turned, 1 to 8 (§4.6.4).
    pub fn orientation(&self) -> Option<u8> {
        let written = self.short(self.entry(ORIENTATION)? + 8)?;
        u8::try_from(written).ok().filter(|turn| (1..=8).contains(turn))
    }

    /// Dots per inch.
    pub fn dpi(&self) -> Option<f64> {
        let at = self.long(self.entry(X_RESOLUTION)? + 8)?;
        let dots = self.long(at)? as f64 / self.long(at.checked_add(4)?)? as f64;
        match self.entry(RESOLUTION_UNIT).and_then(|at| self.short(at + 8)) {
            Some(3) => Some(dots * 2.54),
            _ => Some(dots),
        }
    }

    /// Where the entry of `tag` begins in the first directory.
    fn entry(&self, tag: u16) -> Option<usize> {
        let directory = self.long(4)?;
        let entries = usize::from(self.short(directory)?);
        (0..entries).map(|n| directory + 2 + n * 12).find(|at| self.short(*at) == Some(tag))
    }

    fn short(&self, at: usize) -> Option<u16> {
        let bytes: [u8; 2] = self.bytes.get(at..at.checked_add(2)?)?.try_into().ok()?;
        Some(if self.little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    }

    fn long(&self, at: usize) -> Option<usize> {
        let bytes: [u8; 4] = self.bytes.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if self.little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) } as usize)
    }
}
