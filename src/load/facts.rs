//! What a file shows in its first bytes: its true form, a picture's size and resolution, a photo's position.
//!
//! Nothing is decoded, so a header that claims a huge picture costs nothing (faults.md G16, G17, G19). What takes more
//! than the first bytes, such as a PDF's pages, is read by [`super::supplied`], and only where somebody asks.

mod exif;
mod jpeg;
pub mod pdf;
mod png;

use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::Path;

pub use jpeg::{components, orientation};

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
    /// Width and height in pixels, for pictures, as they are shown.
    pub pixels: Option<(u32, u32)>,
    /// How a photo is turned before it is shown, 1 to 8 (Exif 2.32 §4.6.4); from 5 on width and height change places.
    pub orientation: u8,
    /// How many of them make an inch in print, where a PNG or JPEG says so.
    pub dpi: Option<u32>,
    /// Whether a JPEG holds the four inks of print instead of the three colours of a screen.
    pub cmyk: bool,
    /// Whether a photo tells where it was taken.
    pub position: bool,
}

const HEAD: u64 = 192 << 10;
/// Profiles for print and previews can put the frame of a JPEG further back.
const LONG_HEAD: u64 = 4 << 20;

/// Reads the head of the file at `disk`.
pub fn facts(disk: &Path) -> io::Result<Facts> {
    let mut file = File::open(disk)?;
    let size = file.metadata()?.len();
    let mut head = Vec::new();
    file.by_ref().take(HEAD).read_to_end(&mut head)?;
    let form = form(&head);
    if form == Form::Jpeg && jpeg::components(&head).is_none() {
        file.by_ref().take(LONG_HEAD - HEAD).read_to_end(&mut head)?;
    }
    let orientation = if form == Form::Jpeg { orientation(&head) } else { 1 };
    let pixels = if form.is_picture() { pixels(&head, disk) } else { None };
    let pixels = pixels.map(|(width, height)| if orientation < 5 { (width, height) } else { (height, width) });
    let dpi = match form {
        Form::Jpeg => jpeg::dpi(&head),
        Form::Png => png::dpi(&head),
        _ => None,
    };
    let cmyk = form == Form::Jpeg && jpeg::components(&head) == Some(4);
    Ok(Facts { size, form, pixels, orientation, dpi, cmyk, position: form == Form::Jpeg && jpeg::has_position(&head) })
}

/// Dots per inch, unless the number is only what a program writes when it knows nothing.
fn sensible(dpi: f64) -> Option<u32> {
    (30.0..=4800.0).contains(&dpi).then_some(dpi.round() as u32)
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

#[cfg(test)]
mod tests {
    use super::*;

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
