//! SVG to PNG. Typst's own rasteriser paints gradients pixel by pixel and takes ten times as long.

use resvg::tiny_skia::{Pixmap, Transform};
use resvg::usvg::{Options, Tree};

/// A picture may have this many pixels, so that no sheet can fill the memory.
const MOST_PIXELS: u64 = 40_000_000;

/// The picture of `svg` at a width of `width` pixels on white, opaque; none when it would be huge or is no SVG.
pub fn png(svg: &str, width: u32) -> Option<Vec<u8>> {
    let tree = Tree::from_str(svg, &Options::default()).ok()?;
    let scale = f64::from(width) / f64::from(tree.size().width());
    // Rounded, or a height of 382.99 loses a row.
    let height = (f64::from(tree.size().height()) * scale).round().max(1.0);
    if f64::from(width) * height > MOST_PIXELS as f64 {
        return None;
    }
    let mut pixels = Pixmap::new(width, height as u32)?;
    pixels.fill(resvg::tiny_skia::Color::WHITE);
    resvg::render(&tree, Transform::from_scale(scale as f32, scale as f32), &mut pixels.as_mut());
    encoded(&pixels)
}

/// RGB without transparency: a quarter smaller, and every program shows it alike.
fn encoded(pixels: &Pixmap) -> Option<Vec<u8>> {
    let mut rgb = Vec::with_capacity(pixels.data().len() / 4 * 3);
    for pixel in pixels.data().chunks_exact(4) {
        rgb.extend_from_slice(&pixel[..3]);
    }
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, pixels.width(), pixels.height());
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    // On such pictures a fourteenth larger than the crate's balance, in two thirds of its time.
    encoder.set_filter(png::Filter::Adaptive);
    encoder.set_deflate_compression(png::DeflateCompression::Level(3));
    encoder.write_header().ok()?.write_image_data(&rgb).ok()?;
    Some(bytes)
}
