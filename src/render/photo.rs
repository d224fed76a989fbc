//! A photo in one width: upright, with its colours, and without anything else the camera wrote into it.
//!
//! The bytes are the same on every machine: the decoder keeps to its plain paths, because its fast ones round otherwise.

use std::ops::Range;

use image::RgbImage;
use image::imageops::{self, FilterType};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use crate::load::facts;
use crate::plan;

/// Is counted up when the same photo gives other bytes.
pub const EDITION: u32 = 1;
/// Of the encoder, from 1 to 100: from here on nobody sees a difference on a telephone.
const QUALITY: u8 = 78;

/// The photo in `bytes` at `width` pixels, turned as `orientation` (Exif 2.32 §4.6.4, 1 to 8) says; none where it cannot
/// be read.
pub fn scaled(bytes: &[u8], orientation: u8, width: u32) -> Option<Vec<u8>> {
    let first = first_scan(bytes)?;
    if first.is_alone {
        return stripped(bytes, orientation);
    }
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options());
    let pixels = decoder.decode().ok()?;
    let (wide, high) = decoder.info().map(|info| (u32::from(info.width), u32::from(info.height)))?;
    let whole = RgbImage::from_raw(wide, high, pixels)?;
    // Scaled before it is turned, so that less is turned.
    let is_lying = orientation >= 5;
    let upright = if is_lying { (high, wide) } else { (wide, high) };
    let height = plan::scaled(upright.1, width, upright.0);
    let to = if is_lying { (height, width) } else { (width, height) };
    let small = imageops::resize(&whole, to.0, to.1, FilterType::CatmullRom);
    drop(whole);
    encoded(&turned(small, orientation), decoder.icc_profile())
}

/// Whether `bytes` are those of a whole photo, as far as can be told without unpacking it.
pub fn is_readable(bytes: &[u8]) -> bool {
    first_scan(bytes).is_some()
        && JpegDecoder::new_with_options(ZCursor::new(bytes), options()).decode_headers().is_ok()
}

/// The same photo, of whose segments only those stay that a picture is made of, and how it is turned; none where it is
/// not well formed (ITU-T T.81 annex B). What follows the end, such as a second picture, goes as well.
pub fn stripped(bytes: &[u8], orientation: u8) -> Option<Vec<u8>> {
    let mut kept = bytes.get(..2).filter(|start| *start == [0xFF, 0xD8])?.to_vec();
    if orientation != 1 {
        kept.extend(b"\xFF\xE1\0\x22Exif\0\0MM\0\x2A\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0");
        kept.extend([orientation, 0, 0, 0, 0, 0, 0]);
    }
    let mut at = 2;
    loop {
        let (marker, range) = segment(bytes, at)?;
        let segment = bytes.get(range.clone())?;
        at = range.end;
        // Applications' own segments and comments, but for the JFIF head, colours, and Adobe's kind of colours.
        if !matches!(marker, 0xE1 | 0xE3..=0xED | 0xEF | 0xFE) {
            kept.extend(segment);
        }
        if marker == END {
            return Some(kept);
        }
        if marker == SCAN {
            let scan = scan(bytes.get(at..)?)?;
            kept.extend(&bytes[at..at + scan]);
            at += scan;
        }
    }
}

/// The markers before a scan and at the end.
const SCAN: u8 = 0xDA;
const END: u8 = 0xD9;

/// The marker of the segment at `at`, and the bytes from it to the end of the segment.
fn segment(bytes: &[u8], mut at: usize) -> Option<(u8, Range<usize>)> {
    while bytes.get(at..at + 2)? == [0xFF, 0xFF] {
        at += 1;
    }
    let [0xFF, marker] = *bytes.get(at..at + 2)? else { return None };
    if marker == END {
        return Some((marker, at..at + 2));
    }
    let length = u16::from_be_bytes(bytes.get(at + 2..at + 4)?.try_into().ok()?);
    Some((marker, at..at + 2 + usize::from(length.max(2))))
}

/// The first scan of a photo.
struct Scan {
    /// Whether it holds one colour of several, which the decoder gets wrong (etemesi254/zune-image#430).
    is_alone: bool,
}

/// The first scan of the photo in `bytes`; none where the photo has no end, because it was not copied whole.
fn first_scan(bytes: &[u8]) -> Option<Scan> {
    let mut at = 2;
    loop {
        let (marker, range) = segment(bytes, at)?;
        if marker == SCAN {
            let head = bytes.get(range.start + 4..)?;
            memchr::memmem::find(head, &[0xFF, END])?;
            let colours = facts::components(bytes).unwrap_or_default();
            return head.first().map(|scanned| Scan { is_alone: *scanned < colours });
        }
        at = range.end;
    }
}

/// How many bytes the coded data of a scan has: up to a marker that is neither stuffed nor a restart.
fn scan(bytes: &[u8]) -> Option<usize> {
    memchr::memchr_iter(0xFF, bytes).find(|at| matches!(bytes.get(at + 1), Some(0x01..=0xCF | 0xD8..=0xFE)))
}

fn options() -> DecoderOptions {
    let most = usize::from(u16::MAX);
    DecoderOptions::default()
        .set_use_unsafe(false)
        .set_strict_mode(false)
        .set_max_width(most)
        .set_max_height(most)
        .jpeg_set_out_colorspace(ColorSpace::RGB)
}

fn turned(photo: RgbImage, orientation: u8) -> RgbImage {
    match orientation {
        2 => imageops::flip_horizontal(&photo),
        3 => imageops::rotate180(&photo),
        4 => imageops::flip_vertical(&photo),
        5 => imageops::flip_horizontal(&imageops::rotate90(&photo)),
        6 => imageops::rotate90(&photo),
        7 => imageops::flip_horizontal(&imageops::rotate270(&photo)),
        8 => imageops::rotate270(&photo),
        _ => photo,
    }
}

fn encoded(photo: &RgbImage, profile: Option<Vec<u8>>) -> Option<Vec<u8>> {
    let (width, height) = (u16::try_from(photo.width()).ok()?, u16::try_from(photo.height()).ok()?);
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, QUALITY);
    encoder.set_sampling_factor(SamplingFactor::F_2_2);
    // Better tables would put each colour into a scan of its own, which not every reader understands.
    encoder.set_optimized_huffman_tables(false);
    if let Some(profile) = profile {
        // Without it the colours of most telephones turn pale.
        encoder.add_icc_profile(&profile).ok()?;
    }
    encoder.encode(photo.as_raw(), width, height, ColorType::Rgb).ok()?;
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Red on the left, blue on the right, the upper half dark.
    fn photo(width: u32, height: u32) -> RgbImage {
        RgbImage::from_fn(width, height, |x, y| {
            let light = if y < height / 2 { 90 } else { 250 };
            image::Rgb(if x < width / 2 { [light, 0, 0] } else { [0, 0, light] })
        })
    }

    fn read(bytes: &[u8]) -> RgbImage {
        let mut decoder = JpegDecoder::new_with_options(ZCursor::new(bytes), options());
        let pixels = decoder.decode().unwrap();
        let info = decoder.info().unwrap();
        RgbImage::from_raw(u32::from(info.width), u32::from(info.height), pixels).unwrap()
    }

    /// The corners as letters, from the upper left, clockwise.
    fn corners(photo: &RgbImage) -> String {
        let (right, low) = (photo.width() - 3, photo.height() - 3);
        let letter = |(x, y): (u32, u32)| match photo.get_pixel(x, y).0 {
            [red, _, blue] if red > blue => {
                if red > 170 {
                    'R'
                } else {
                    'r'
                }
            }
            [_, _, blue] => {
                if blue > 170 {
                    'B'
                } else {
                    'b'
                }
            }
        };
        [(2, 2), (right, 2), (right, low), (2, low)].map(letter).into_iter().collect()
    }

    #[test]
    fn a_photo_is_made_upright_in_its_width() {
        let bytes = encoded(&photo(400, 300), None).unwrap();
        let turns = ["rbBR", "brRB", "BRrb", "RBbr", "rRBb", "RrbB", "BbrR", "bBRr"];
        for (orientation, seen) in (1..).zip(turns) {
            let small = read(&scaled(&bytes, orientation, 120).unwrap());
            let height = if orientation < 5 { 90 } else { 160 };
            assert_eq!((small.width(), small.height()), (120, height), "{orientation}");
            assert_eq!(corners(&small), seen, "{orientation}");
        }
    }

    #[test]
    fn only_colours_are_kept_of_what_a_camera_writes() {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, 90);
        encoder.add_icc_profile(b"a profile of colours").unwrap();
        encoder.add_exif_metadata(b"II*\0\x08\0\0\0 taken at home").unwrap();
        encoder.add_app_segment(13, b"written by a person".to_vec()).unwrap();
        encoder.encode(photo(64, 64).as_raw(), 64, 64, ColorType::Rgb).unwrap();
        bytes.extend(b"\xFF\xD8 and a second picture, taken at home");
        for made in [scaled(&bytes, 1, 32).unwrap(), stripped(&bytes, 1).unwrap()] {
            let holds = |words: &[u8]| memchr::memmem::find(&made, words).is_some();
            assert!(holds(b"a profile of colours"));
            assert!(!holds(b"taken at home") && !holds(b"written by a person") && !holds(b"Exif"));
        }
        let turned = stripped(&bytes, 6).unwrap();
        assert_eq!(facts::orientation(&turned), 6);
        assert_eq!(read(&turned), read(&bytes));
    }

    #[test]
    fn photos_of_every_kind_keep_their_colours() {
        let made = |kind: ColorType, pixels: &[u8], better: bool| {
            let mut bytes = Vec::new();
            let mut encoder = Encoder::new(&mut bytes, 90);
            encoder.set_sampling_factor(SamplingFactor::F_2_2);
            encoder.set_optimized_huffman_tables(better);
            encoder.encode(pixels, 400, 300, kind).unwrap();
            bytes
        };
        let colours = photo(400, 300);
        // Its colours stand in scans of their own.
        let apart = made(ColorType::Rgb, colours.as_raw(), true);
        assert_eq!(scaled(&apart, 1, 120), stripped(&apart, 1));
        assert_eq!(stripped(&apart, 1).unwrap(), apart);
        let grey = made(ColorType::Luma, &vec![180; 400 * 300], false);
        let small = read(&scaled(&grey, 1, 120).unwrap());
        assert!(small.pixels().all(|pixel| pixel.0.iter().all(|part| part.abs_diff(180) < 3)));
    }

    #[test]
    fn what_is_no_photo_is_none() {
        let bytes = encoded(&photo(200, 200), None).unwrap();
        assert!(is_readable(&bytes) && !is_readable(&bytes[..40]) && !is_readable(b"\xFF\xD8\xFFnothing"));
        assert!(scaled(b"", 1, 10).is_none());
        let mut dice = fastrand::Rng::with_seed(11);
        for _ in 0..200 {
            let mut bytes = bytes.clone();
            for _ in 0..dice.usize(1..10) {
                let at = dice.usize(2..bytes.len());
                bytes[at] = dice.u8(..);
            }
            bytes.truncate(dice.usize(2..=bytes.len()));
            drop(scaled(&bytes, dice.u8(0..10), dice.u32(1..60)));
            drop(stripped(&bytes, dice.u8(0..10)));
        }
    }
}
