//! How large a file of a poster is: what somebody wrote beside what the file shows. The file is believed; what is
//! written adds what files do not tell, such as bleed, and must not contradict it.

use crate::load::facts::pdf::Paper;

/// Width and height.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Size {
    /// In millimetres.
    Mm(f64, f64),
    /// In pixels.
    Px(f64, f64),
}

/// What is known of a file.
#[derive(Debug, Default)]
pub struct Sheet {
    /// The size that was written, without bleed.
    pub size: Option<Size>,
    /// The bleed that was written, in millimetres.
    pub bleed: Option<f64>,
    /// The resolution that was written.
    pub typed_dpi: Option<String>,
    /// The colours that were written.
    pub color: Option<String>,
    /// The pages of a PDF.
    pub paper: Option<Paper>,
    /// The pixels of a picture.
    pub pixels: Option<(u32, u32)>,
    /// The resolution a picture was saved with.
    pub dpi: Option<u32>,
    /// Whether a picture is made for print.
    pub cmyk: bool,
}

/// How what was written contradicts the file.
#[derive(Debug, PartialEq)]
pub enum Fault {
    /// It has another size, this one.
    Size(Size),
    /// Its page is larger by as much on each side, in millimetres, as bleed would make it.
    Bleed(f64),
    /// Its sides have another proportion.
    Proportion,
}

/// Below this print looks blurred (domain.md §6).
pub const LEAST_DPI: u32 = 150;
const MM_AN_INCH: f64 = 25.4;

impl Sheet {
    /// The size as readers see it: `297×420 mm，300 dpi，CMYK，出血 3 mm`, or empty.
    pub fn dimensions(&self) -> String {
        let mut parts = Vec::new();
        parts.extend(self.print_size().map(Size::text));
        parts.extend(self.screen_size().map(Size::text));
        parts.extend(self.paper.filter(|paper| paper.pages > 1).map(|paper| format!("共 {} 页", paper.pages)));
        parts.extend(self.shown_dpi().map(|dpi| format!("{dpi} dpi")));
        parts.extend(if self.cmyk { Some("CMYK".to_string()) } else { self.color.clone() });
        parts.extend(self.bleed.map(|bleed| format!("出血 {} mm", number(bleed))));
        parts.join("，")
    }

    /// What contradicts the file, if anything does.
    pub fn fault(&self) -> Option<Fault> {
        match (self.size?, self.paper, self.pixels) {
            (size, Some(paper), _) => self.paper_fault(size, paper),
            (Size::Px(width, height), None, Some(pixels)) => {
                let (wide, high) = (f64::from(pixels.0), f64::from(pixels.1));
                (!near(width, wide) || !near(height, high)).then_some(Fault::Size(Size::Px(wide, high)))
            }
            (Size::Mm(width, height), None, Some(pixels)) => {
                let (width, height) = self.with_bleed(width, height);
                let meant = width * f64::from(pixels.1) / f64::from(pixels.0);
                let slack = (height / 100.0).max(NEAR);
                ((meant - height).abs() > slack).then_some(Fault::Proportion)
            }
            _ => None,
        }
    }

    /// The resolution a picture is printed with at the size that was written, if it is too low.
    pub fn coarse(&self) -> Option<u32> {
        self.printed_dpi().filter(|dpi| *dpi < LEAST_DPI)
    }

    /// The pixels a picture needs to be printed at the size that was written.
    pub fn needed(&self) -> Option<Size> {
        let Some(Size::Mm(width, height)) = self.size else { return None };
        let (width, height) = self.with_bleed(width, height);
        let pixels = |length: f64| (length / MM_AN_INCH * f64::from(LEAST_DPI)).ceil();
        Some(Size::Px(pixels(width), pixels(height)))
    }

    fn paper_fault(&self, size: Size, paper: Paper) -> Option<Fault> {
        let real = Size::of(paper);
        let Size::Mm(width, height) = size else { return Some(Fault::Size(real)) };
        if self.agrees(width, height, paper) {
            return None;
        }
        let (right, top) = ((paper.width - width) / 2.0, (paper.height - height) / 2.0);
        let like_bleed = !paper.trimmed && (1.0..=10.0).contains(&right) && (right - top).abs() < 0.5;
        Some(if like_bleed { Fault::Bleed(right) } else { Fault::Size(real) })
    }

    /// Whether a page has this size, or this size with the bleed around it.
    fn agrees(&self, width: f64, height: f64, paper: Paper) -> bool {
        let is = |(width, height)| near(paper.width, width) && near(paper.height, height);
        is((width, height)) || !paper.trimmed && is(self.with_bleed(width, height))
    }

    fn with_bleed(&self, width: f64, height: f64) -> (f64, f64) {
        let bleed = self.bleed.unwrap_or(0.0) * 2.0;
        (width + bleed, height + bleed)
    }

    fn print_size(&self) -> Option<Size> {
        match (self.size, self.paper, self.pixels, self.dpi) {
            (Some(typed @ Size::Mm(width, height)), Some(paper), ..) if self.agrees(width, height, paper) => {
                Some(typed)
            }
            (_, Some(paper), ..) => Some(Size::of(paper)),
            (Some(typed @ Size::Mm(..)), None, ..) => Some(typed),
            // Programs write a low resolution into pictures that were never meant for print.
            (_, None, Some(pixels), Some(dpi)) if dpi >= LEAST_DPI => {
                let length = |pixels: u32| (f64::from(pixels) / f64::from(dpi) * MM_AN_INCH).round();
                Some(Size::Mm(length(pixels.0), length(pixels.1)))
            }
            _ => None,
        }
    }

    fn screen_size(&self) -> Option<Size> {
        match (self.pixels, self.size) {
            (Some((width, height)), _) => Some(Size::Px(f64::from(width), f64::from(height))),
            (None, Some(typed @ Size::Px(..))) if self.paper.is_none() => Some(typed),
            _ => None,
        }
    }

    fn shown_dpi(&self) -> Option<String> {
        let saved = self.dpi.filter(|dpi| *dpi >= LEAST_DPI);
        self.printed_dpi().or(saved).map(|dpi| dpi.to_string()).or_else(|| self.typed_dpi.clone())
    }

    fn printed_dpi(&self) -> Option<u32> {
        let (Some(Size::Mm(width, height)), Some(pixels)) = (self.size, self.pixels) else { return None };
        let (width, height) = self.with_bleed(width, height);
        let dpi = |pixels: u32, length: f64| f64::from(pixels) / length * MM_AN_INCH;
        Some(dpi(pixels.0, width).min(dpi(pixels.1, height)).round() as u32)
    }
}

impl Size {
    /// The size of a page, in whole millimetres.
    fn of(paper: Paper) -> Size {
        Size::Mm(paper.width.round(), paper.height.round())
    }

    /// Width and height as numbers are written.
    pub fn sides(self) -> (String, String) {
        match self {
            Size::Mm(width, height) | Size::Px(width, height) => (number(width), number(height)),
        }
    }

    /// The unit as it is written in headers.
    pub fn unit(self) -> &'static str {
        match self {
            Size::Mm(..) => "mm",
            Size::Px(..) => "px",
        }
    }

    /// `297×420 mm`, `1500×2122 像素`.
    pub fn text(self) -> String {
        let (width, height) = self.sides();
        format!("{width}×{height} {}", if self.unit() == "px" { "像素" } else { "mm" })
    }
}

/// Millimetres or pixels that do not count.
const NEAR: f64 = 1.0;

fn near(one: f64, other: f64) -> bool {
    (one - other).abs() <= NEAR
}

/// At most one digit after the point.
fn number(number: f64) -> String {
    let text = format!("{number:.1}");
    text.strip_suffix(".0").unwrap_or(&text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pdf(width: f64, height: f64) -> Sheet {
        Sheet { paper: Some(Paper { pages: 1, width, height, trimmed: false }), ..Sheet::default() }
    }

    fn picture(width: u32, height: u32) -> Sheet {
        Sheet { pixels: Some((width, height)), ..Sheet::default() }
    }

    fn typed(sheet: Sheet, size: Size) -> Sheet {
        Sheet { size: Some(size), ..sheet }
    }

    #[test]
    fn what_is_read_is_shown() {
        assert_eq!(Sheet::default().dimensions(), "");
        assert_eq!(pdf(296.99, 420.04).dimensions(), "297×420 mm");
        assert_eq!(picture(1500, 2122).dimensions(), "1500×2122 像素");
        let saved = Sheet { dpi: Some(300), ..picture(3508, 4961) };
        assert_eq!(saved.dimensions(), "297×420 mm，3508×4961 像素，300 dpi");
        assert_eq!(Sheet { dpi: Some(72), ..picture(1500, 2122) }.dimensions(), "1500×2122 像素");
        let leaflet =
            Sheet { paper: Some(Paper { pages: 2, width: 297.0, height: 210.0, trimmed: true }), ..pdf(0., 0.) };
        assert_eq!(leaflet.dimensions(), "297×210 mm，共 2 页");
    }

    #[test]
    fn what_is_typed_adds_what_files_do_not_tell() {
        let sheet = typed(pdf(303.0, 426.0), Size::Mm(297.0, 420.0));
        let sheet = Sheet { bleed: Some(3.0), color: Some("CMYK".into()), typed_dpi: Some("300".into()), ..sheet };
        assert_eq!(sheet.dimensions(), "297×420 mm，300 dpi，CMYK，出血 3 mm");
        assert_eq!(sheet.fault(), None);
        let unknown = typed(Sheet::default(), Size::Mm(99.5, 210.0));
        assert_eq!(unknown.dimensions(), "99.5×210 mm");
        let file_first = Sheet { cmyk: true, color: Some("RGB".into()), ..picture(10, 10) };
        assert_eq!(file_first.dimensions(), "10×10 像素，CMYK");
    }

    #[test]
    fn what_is_typed_must_not_contradict() {
        let a3 = Size::Mm(297.0, 420.0);
        assert_eq!(typed(pdf(296.2, 420.9), a3).fault(), None, "less than a millimetre");
        assert_eq!(typed(pdf(420.0, 594.0), a3).fault(), Some(Fault::Size(Size::Mm(420.0, 594.0))));
        assert_eq!(typed(pdf(420.0, 297.0), a3).fault(), Some(Fault::Size(Size::Mm(420.0, 297.0))), "it lies");
        assert_eq!(typed(pdf(303.0, 426.0), a3).fault(), Some(Fault::Bleed(3.0)));
        assert_eq!(typed(pdf(297.0, 420.0), Size::Px(1500.0, 2122.0)).fault(), Some(Fault::Size(a3)));
        let other = Fault::Size(Size::Px(1500.0, 2122.0));
        assert_eq!(typed(picture(1500, 2122), Size::Px(1500.0, 2121.0)).fault(), None);
        assert_eq!(typed(picture(1500, 2122), Size::Px(1500.0, 2120.0)).fault(), Some(other));
        assert_eq!(typed(picture(1500, 2122), a3).fault(), None);
        assert_eq!(typed(picture(1500, 1500), a3).fault(), Some(Fault::Proportion));
        let trimmed =
            Sheet { paper: Some(Paper { pages: 1, width: 303.0, height: 426.0, trimmed: true }), ..pdf(0., 0.) };
        let trimmed = Sheet { bleed: Some(3.0), ..typed(trimmed, a3) };
        assert_eq!(trimmed.fault(), Some(Fault::Size(Size::Mm(303.0, 426.0))), "bleed is not in a trim box");
    }

    #[test]
    fn a_picture_can_be_too_coarse_for_print() {
        let a3 = Size::Mm(297.0, 420.0);
        assert_eq!(typed(picture(1500, 2122), a3).coarse(), Some(128));
        assert_eq!(typed(picture(1754, 2481), a3).coarse(), None);
        assert_eq!(picture(100, 100).coarse(), None, "nobody says that it is printed");
        assert_eq!(typed(picture(1500, 2122), a3).needed().map(Size::text).unwrap(), "1754×2481 像素");
    }
}
