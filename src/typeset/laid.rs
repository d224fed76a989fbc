//! A sheet that was laid out: checked, then exported.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use typst::foundations::{Label, Selector, Smart};
use typst::introspection::{Introspector as _, MetadataElem};
use typst::layout::{Frame, FrameItem};
use typst::utils::PicoStr;
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};
use typst_svg::SvgOptions;

use super::{Sheet, boxes, png};
use crate::model::Made;
use crate::report::{Finding, Place, Text, codes, displayable};

/// The largest picture WeChat takes, in bytes.
pub const MOST_PNG_BYTES: usize = 5 << 20;

/// A sheet on its pages, with every character a glyph of its own and every text in its place.
#[derive(Debug)]
pub struct Laid {
    document: PagedDocument,
}

impl Laid {
    /// Takes a document in which nothing is missing and nothing was too long; else everything that is.
    pub(super) fn checked(document: PagedDocument, sheet: &Sheet) -> Result<Laid, Vec<Finding>> {
        let mut wrong = missing(&document, sheet);
        wrong.extend(too_long(&document, sheet));
        if wrong.is_empty() { Ok(Laid { document }) } else { Err(wrong) }
    }

    /// Every run of text with where it stands, in the order it was set; for those who compare what was put in with
    /// what came out.
    pub fn texts(&self) -> Vec<Placed> {
        let mut all = Vec::new();
        for (number, page) in self.document.pages().iter().enumerate() {
            place(&page.frame, typst::layout::Transform::identity(), number, &mut all);
        }
        all
    }

    /// Width and height of a page in points, as trimmed.
    pub fn size(&self, page: usize) -> Option<(f64, f64)> {
        let frame = &self.document.pages().get(page)?.frame;
        Some((frame.width().to_pt(), frame.height().to_pt()))
    }

    /// How many pages there are.
    pub fn pages(&self) -> usize {
        self.document.pages().len()
    }

    /// The bytes in the form that is asked for.
    pub fn export(&self, sheet: &Sheet, made: Made) -> Result<Vec<u8>, Box<Finding>> {
        match made {
            Made::WebPdf => self.pdf(&[PdfStandard::Ua_1, PdfStandard::A_2a], sheet),
            Made::PrintPdf => {
                let pdf = self.pdf(&[PdfStandard::V_1_7], sheet)?;
                boxes::with_bleed(pdf, BLEED_IN_SLUG).ok_or_else(|| failed(sheet, "BleedBox"))
            }
            Made::Svg => Ok(self.svg(sheet)?.into_bytes()),
            Made::Png(width) => {
                let png = png::png(&self.svg(sheet)?, width).ok_or_else(|| failed(sheet, "PNG"))?;
                if png.len() > MOST_PNG_BYTES { Err(too_heavy(sheet, png.len())) } else { Ok(png) }
            }
        }
    }

    fn pdf(&self, standards: &[PdfStandard], sheet: &Sheet) -> Result<Vec<u8>, Box<Finding>> {
        let standards = PdfStandards::new(standards).map_err(|fault| failed(sheet, fault.message()))?;
        let options = PdfOptions {
            ident: Smart::Custom(sheet.page.path.as_str().to_string()),
            creator: Smart::Custom(Some("site".to_string())),
            timestamp: None,
            page_ranges: None,
            standards,
            tagged: true,
            pretty: false,
        };
        typst_pdf::pdf(&self.document, &options).map_err(|faults| {
            let all: Vec<&str> = faults.iter().map(|fault| fault.message.as_str()).collect();
            failed(sheet, &all.join("; "))
        })
    }

    fn svg(&self, sheet: &Sheet) -> Result<String, Box<Finding>> {
        let page = self.document.pages().first().ok_or_else(|| failed(sheet, "no page"))?;
        Ok(typst_svg::svg(page, &SvgOptions::default()))
    }
}

/// A run of text on a page: its left end on the base line, in points from the page's upper left corner.
#[derive(Debug, Clone, PartialEq)]
pub struct Placed {
    /// The page, from 0.
    pub page: usize,
    /// The characters.
    pub text: String,
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
    /// How wide the run is.
    pub width: f64,
    /// The size of the font.
    pub size: f64,
}

fn place(frame: &Frame, at: typst::layout::Transform, page: usize, all: &mut Vec<Placed>) {
    use typst::layout::{Point, Transform};
    for (point, piece) in frame.items() {
        match piece {
            FrameItem::Group(group) => {
                let inner = at.pre_concat(Transform::translate(point.x, point.y)).pre_concat(group.transform);
                place(&group.frame, inner, page, all);
            }
            FrameItem::Text(text) => {
                let start = point.transform(at);
                let end = Point::new(point.x + text.width(), point.y).transform(at);
                all.push(Placed {
                    page,
                    text: text.text.to_string(),
                    x: start.x.to_pt(),
                    y: start.y.to_pt(),
                    width: (end.x - start.x).to_pt(),
                    size: text.size.to_pt() * at.sy.get(),
                });
            }
            _ => {}
        }
    }
}

/// How far the bleed ends inside the sheet's edge: crop marks take 10 mm on each side of the trimmed size, 3 of which
/// are bleed. In points.
const BLEED_IN_SLUG: f64 = 7.0 * 72.0 / 25.4;

/// The export found fault with what the template made.
fn failed(sheet: &Sheet, reason: &str) -> Box<Finding> {
    let reason = displayable(reason);
    let text = Text::new(
        format!("模板“{}”排出的版面不能导出：{reason}", sheet.template),
        format!("What the template `{}` made cannot be exported: {reason}", sheet.template),
    );
    Box::new(Finding::new(&codes::E207, sheet.page.clone(), text))
}

fn too_heavy(sheet: &Sheet, bytes: usize) -> Box<Finding> {
    let megabytes = bytes as f64 / 1_048_576.0;
    let text = Text::new(
        format!("生成的图片有 {megabytes:.1} MB，微信最多 5 MB。请换一张小一些的图片，或者减少文字。"),
        format!("The picture would have {megabytes:.1} MB; WeChat takes 5 MB at most."),
    );
    Box::new(Finding::new(&codes::E171, sheet.page.clone(), text))
}

/// Characters no font of the theme has: told with the character, never shown as an empty box.
fn missing(document: &PagedDocument, sheet: &Sheet) -> Vec<Finding> {
    let mut lost = BTreeSet::new();
    for page in document.pages() {
        walk(&page.frame, &mut lost);
    }
    lost.into_iter().map(|c| no_glyph(c, sheet)).collect()
}

/// Adds every character that got the empty box, glyph 0.
fn walk(frame: &Frame, lost: &mut BTreeSet<char>) {
    let mut frames = vec![frame];
    while let Some(frame) = frames.pop() {
        for (_, piece) in frame.items() {
            match piece {
                FrameItem::Group(group) => frames.push(&group.frame),
                FrameItem::Text(text) => {
                    let empty = text.glyphs.iter().filter(|glyph| glyph.id == 0);
                    lost.extend(empty.flat_map(|glyph| text.text[glyph.range()].chars()));
                }
                _ => {}
            }
        }
    }
}

fn no_glyph(c: char, sheet: &Sheet) -> Finding {
    let key = sheet.data.as_object().and_then(|data| data.iter().find(|(_, value)| holds(value, c)));
    let place = key.map_or_else(|| sheet.page.clone(), |(key, _)| at(sheet.place(key), c));
    let point = format!("U+{:04X}", u32::from(c));
    let shown = displayable(&c.to_string());
    let text = Text::new(
        format!(
            "字体里没有“{shown}”（{point}）这个字，海报和 PDF 印不出来，没有生成。请换一个字，或者请维护人员在主题的 fonts 文件夹里加上有这个字的字体。"
        ),
        format!(
            "No font of the theme has `{shown}` ({point}), so nothing was made; use another character or add a font."
        ),
    );
    Finding::new(&codes::E170, place, text)
}

/// The character itself, where the place shows it.
fn at(place: Place, c: char) -> Place {
    match &place.span {
        Some(span) if span.text.contains(c) => {
            let offset = span.text.chars().take_while(|other| *other != c).count();
            let span = crate::report::Span { column: offset + 1, width: 1, ..span.clone() };
            Place { path: place.path, span: Some(span) }
        }
        _ => place,
    }
}

fn holds(value: &Value, c: char) -> bool {
    match value {
        Value::String(text) => text.contains(c),
        Value::Array(all) => all.iter().any(|value| holds(value, c)),
        Value::Object(all) => all.values().any(|value| holds(value, c)),
        _ => false,
    }
}

/// What the template says does not fit: `#metadata((field: "slogan", fits: 40)) <overflow>`.
fn too_long(document: &PagedDocument, sheet: &Sheet) -> Vec<Finding> {
    let Some(label) = Label::new(PicoStr::intern("overflow")) else { return Vec::new() };
    let told = document.introspector().query(&Selector::Label(label));
    let told = told.iter().filter_map(|content| content.to_packed::<MetadataElem>());
    let values = told.filter_map(|metadata| serde_json::to_value(&metadata.value).ok());
    let mut fields: BTreeMap<String, u64> = BTreeMap::new();
    for value in values {
        let field = value["field"].as_str().unwrap_or_default().to_string();
        let fits = value["fits"].as_f64().map_or(0, |fits| fits.max(0.0) as u64);
        let known = fields.entry(field).or_insert(fits);
        *known = fits.min(*known);
    }
    fields.into_iter().map(|(field, fits)| overflow(&field, fits, sheet)).collect()
}

fn overflow(field: &str, fits: u64, sheet: &Sheet) -> Finding {
    let format = sheet.data["format"]["zh"].as_str().unwrap_or("PDF");
    let (zh, en) = match fits {
        0 => (String::new(), String::new()),
        fits => (format!("，大约放得下 {fits} 个字"), format!(" about {fits} characters fit;")),
    };
    let text = Text::new(
        format!("文字太长，用最小的字号也排不进{format}{zh}。请写短一些。"),
        format!("Too long for the sheet at the smallest size;{en} shorten it."),
    );
    Finding::new(&codes::E171, sheet.place(field), text)
}
