//! The fonts sheets are set with: the theme's and no others, so that every machine makes the same bytes. WOFF and
//! WOFF2 are unpacked; the same files may serve browsers.

use rayon::prelude::*;
use typst::foundations::Bytes;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;

use crate::report::{Finding, Place, Text, codes};
use crate::theme::FontFile;

/// A font file may have this many bytes.
const MOST_BYTES: usize = 64 << 20;

/// The faces of a theme, ready to be set with.
pub struct Fonts {
    /// What is known of each face.
    pub book: LazyHash<FontBook>,
    /// The faces in the order of the book.
    pub faces: Vec<Font>,
}

/// Reads fonts; the finding names the one that cannot be used.
pub fn read<'f>(files: impl Iterator<Item = &'f FontFile>) -> Result<Fonts, Box<Finding>> {
    let files: Vec<&FontFile> = files.collect();
    let read: Result<Vec<Vec<Font>>, Box<Finding>> = files.into_par_iter().map(faces).collect();
    let faces: Vec<Font> = read?.into_iter().flatten().collect();
    Ok(Fonts { book: LazyHash::new(FontBook::from_fonts(&faces)), faces })
}

fn faces(file: &FontFile) -> Result<Vec<Font>, Box<Finding>> {
    let bytes = file.bytes().map_err(|fault| unusable(file, &fault.to_string()))?;
    if bytes.len() > MOST_BYTES {
        return Err(unusable(file, "64 MB"));
    }
    let plain = match bytes.get(..4) {
        Some(b"wOF2") => wuff::decompress_woff2(&bytes).map_err(|fault| unusable(file, &format!("{fault:?}")))?,
        Some(b"wOFF") => wuff::decompress_woff1(&bytes).map_err(|fault| unusable(file, &format!("{fault:?}")))?,
        _ => bytes.into_owned(),
    };
    let faces: Vec<Font> = Font::iter(Bytes::new(plain)).collect();
    if faces.is_empty() { Err(unusable(file, "no face")) } else { Ok(faces) }
}

fn unusable(file: &FontFile, reason: &str) -> Box<Finding> {
    let text = Text::new(
        format!("字体文件读不出来（{reason}），海报和通知的 PDF 没有生成。请重新放一份。"),
        format!("The font cannot be read ({reason}), so no poster or letter was made."),
    );
    Box::new(Finding::new(&codes::E208, Place::file(&file.path), text))
}
