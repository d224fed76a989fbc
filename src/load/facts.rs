//! What a file shows in its first bytes: its true form, a picture's size, a photo's position.
//!
//! Nothing is decoded, so a header that claims a huge picture costs nothing (faults.md G16, G17, G19).

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

/// What a file is by its first bytes, not by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// JPEG
    Jpeg,
    /// PNG
    Png,
    /// GIF
    Gif,
    /// WebP
    Webp,
    /// PDF
    Pdf,
    /// ZIP, which also holds .docx, .xlsx, .pptx and .ofd
    Zip,
    /// The older compound form of .doc, .xls, .wps and .et
    Compound,
    /// HTML or XML text
    Markup,
    /// HEIC or AVIF
    Heif,
    /// Something else, such as plain text
    Other,
}

/// What is known of a file without decoding it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// Its size in bytes.
    pub size: u64,
    /// Its true form.
    pub form: Form,
    /// Width and height in pixels, for pictures.
    pub pixels: Option<(u32, u32)>,
    /// Whether a photo tells where it was taken.
    pub position: bool,
}

const HEAD: u64 = 192 << 10;

/// Reads the head of the file at `disk`.
pub fn facts(disk: &Path) -> io::Result<Facts> {
    let mut file = File::open(disk)?;
    let size = file.metadata()?.len();
    let mut head = Vec::new();
    file.by_ref().take(HEAD).read_to_end(&mut head)?;
    let form = form(&head);
    let pixels = match form {
        Form::Jpeg | Form::Png | Form::Gif | Form::Webp => pixels(&head, disk),
        _ => None,
    };
    Ok(Facts { size, form, pixels, position: form == Form::Jpeg && has_position(&head) })
}

fn pixels(head: &[u8], disk: &Path) -> Option<(u32, u32)> {
    let size = imagesize::blob_size(head).ok().or_else(|| {
        let file = File::open(disk).ok()?;
        imagesize::reader_size(BufReader::new(file)).ok()
    })?;
    Some((u32::try_from(size.width).ok()?, u32::try_from(size.height).ok()?))
}

fn form(head: &[u8]) -> Form {
    let starts = |magic: &[u8]| head.starts_with(magic);
    if starts(b"\xFF\xD8\xFF") {
        Form::Jpeg
    } else if starts(b"\x89PNG\r\n\x1A\n") {
        Form::Png
    } else if starts(b"GIF8") {
        Form::Gif
    } else if starts(b"RIFF") && head.get(8..12) == Some(b"WEBP") {
        Form::Webp
    } else if starts(b"%PDF-") {
        Form::Pdf
    } else if starts(b"PK\x03\x04") {
        Form::Zip
    } else if starts(b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1") {
        Form::Compound
    } else if head.get(4..8) == Some(b"ftyp") {
        Form::Heif
    } else if is_markup(head) {
        Form::Markup
    } else {
        Form::Other
    }
}

fn is_markup(head: &[u8]) -> bool {
    let text = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(head).trim_ascii_start();
    let start: Vec<u8> = text.iter().take(14).map(u8::to_ascii_lowercase).collect();
    [&b"<!doctype"[..], b"<html", b"<?xml", b"<svg", b"<script"].iter().any(|mark| start.starts_with(mark))
}

impl Form {
    /// Whether a file with this extension may have this form; unknown extensions may have any but markup.
    pub fn suits(self, extension: &str) -> bool {
        match extension {
            "jpg" | "jpeg" => self == Form::Jpeg,
            "png" => self == Form::Png,
            "gif" => self == Form::Gif,
            "webp" => self == Form::Webp,
            "pdf" => self == Form::Pdf,
            "docx" | "xlsx" | "pptx" | "ofd" | "zip" => self == Form::Zip,
            "doc" | "xls" | "ppt" => matches!(self, Form::Compound | Form::Zip),
            "wps" | "et" | "dps" => matches!(self, Form::Compound | Form::Zip),
            _ => self != Form::Markup,
        }
    }

    /// Whether browsers show this form as a picture.
    pub fn is_picture(self) -> bool {
        matches!(self, Form::Jpeg | Form::Png | Form::Gif | Form::Webp)
    }

    /// The name people know it by.
    pub fn name(self) -> &'static str {
        match self {
            Form::Jpeg => "JPEG",
            Form::Png => "PNG",
            Form::Gif => "GIF",
            Form::Webp => "WebP",
            Form::Pdf => "PDF",
            Form::Zip => "ZIP",
            Form::Compound => "DOC/XLS",
            Form::Markup => "HTML/XML",
            Form::Heif => "HEIC",
            Form::Other => "其他",
        }
    }
}

/// Whether the EXIF block of a JPEG holds a GPS directory with anything in it (Exif 2.32 §4.6.6, tag 0x8825).
fn has_position(head: &[u8]) -> bool {
    exif(head).and_then(position).unwrap_or(false)
}

fn exif(head: &[u8]) -> Option<&[u8]> {
    let mut at = 2;
    while head.get(at) == Some(&0xFF) {
        let marker = *head.get(at + 1)?;
        let length = usize::from(u16::from_be_bytes([*head.get(at + 2)?, *head.get(at + 3)?]));
        let block = head.get(at + 4..(at + 2 + length.max(2)).min(head.len()))?;
        if marker == 0xE1 && block.starts_with(b"Exif\0\0") {
            return block.get(6..);
        }
        if marker == 0xDA {
            return None;
        }
        at += 2 + length.max(2);
    }
    None
}

fn position(tiff: &[u8]) -> Option<bool> {
    let little = tiff.starts_with(b"II");
    let short = |at: usize| {
        let bytes = [*tiff.get(at)?, *tiff.get(at + 1)?];
        Some(if little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    };
    let long = |at: usize| {
        let bytes: [u8; 4] = tiff.get(at..at.checked_add(4)?)?.try_into().ok()?;
        Some(if little { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) } as usize)
    };
    let directory = long(4)?;
    let entries = usize::from(short(directory)?);
    let gps = (0..entries).map(|n| directory + 2 + n * 12).find(|at| short(*at) == Some(0x8825))?;
    let gps_entries = short(long(gps + 8)?)?;
    Some(gps_entries > 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn photo(gps: bool) -> Vec<u8> {
        let mut tiff = b"II*\0\x08\0\0\0".to_vec();
        tiff.extend(1u16.to_le_bytes());
        tiff.extend(if gps { 0x8825u16 } else { 0x0100 }.to_le_bytes());
        tiff.extend([4, 0, 1, 0, 0, 0]);
        tiff.extend(26u32.to_le_bytes());
        tiff.extend([0; 4]);
        tiff.extend(2u16.to_le_bytes());
        let mut jpeg = b"\xFF\xD8\xFF\xE1".to_vec();
        jpeg.extend(u16::try_from(tiff.len() + 8).unwrap().to_be_bytes());
        jpeg.extend(b"Exif\0\0");
        jpeg.extend(tiff);
        jpeg
    }

    #[test]
    fn g19_a_photo_with_a_position_is_recognised() {
        assert!(has_position(&photo(true)));
        assert!(!has_position(&photo(false)));
        for end in 0..photo(true).len() {
            has_position(&photo(true)[..end]);
        }
    }

    #[test]
    fn g16_the_form_is_read_from_the_bytes() {
        assert_eq!(form(b"\xEF\xBB\xBF  <!DOCTYPE html>"), Form::Markup);
        assert_eq!(form(b"%PDF-1.7"), Form::Pdf);
        assert!(!form(b"<html>").suits("pdf"));
        assert!(!Form::Png.suits("jpg"));
        assert!(Form::Other.suits("csv"));
    }

    #[test]
    fn g17_a_huge_claim_is_only_a_number() {
        let mut png = b"\x89PNG\r\n\x1A\n\0\0\0\x0DIHDR".to_vec();
        png.extend(100_000u32.to_be_bytes());
        png.extend(100_000u32.to_be_bytes());
        png.extend([8, 6, 0, 0, 0]);
        assert_eq!(pixels(&png, Path::new("none")), Some((100_000, 100_000)));
    }
}
