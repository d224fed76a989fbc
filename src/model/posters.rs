//! Posters supplied as files: each file is looked at, and what was written of it is compared with what it shows. A
//! file that cannot be offered is told and left out.

use super::compose::Composer;
use super::links::Known;
use super::page::{Picture, Poster, PosterFile, Spots};
use super::reading::Reading;
use super::sheet::{Fault, LEAST_DPI, Sheet, Size};
use crate::load::facts::pdf::{MOST_BYTES, Unread};
use crate::load::supplied::Supplied;
use crate::load::{File, Source};
use crate::report::{Finding, Place, Text, codes, displayable};

impl Composer<'_, '_> {
    pub(super) fn poster(&mut self, source: &Source, year: Option<i16>) -> Poster {
        let known = self.known;
        let mut reading = self.reading(source, year);
        let rows = reading.rows("files");
        let files = rows.into_iter().filter_map(|row| poster_file(known, &mut reading.of(row))).collect();
        let alt = reading.text("alt");
        if alt.is_none() && !source.header.mistaken.contains(&"alt") {
            reading.report.add(no_alt(&reading));
        }
        Poster {
            files,
            year: reading.text("year"),
            issuer: reading.text("issuer"),
            kind: reading.text("kind"),
            preview: preview(known, &mut reading, alt.as_deref()),
            alt,
            text: reading.text("text"),
            permission: reading.text("permission"),
        }
    }
}

fn no_alt(reading: &Reading) -> Finding {
    let has_preview = reading.text("preview").is_some();
    let text = match has_preview {
        true => Text::new(
            "预览图缺少文字说明（替代文字），看不见图片的人不知道海报上是什么。",
            "The preview has no alternative text.",
        ),
        false => Text::new(
            "海报缺少文字说明（替代文字），看不见图片的人不知道海报上是什么。",
            "The poster has no alternative text.",
        ),
    };
    let place = reading.place(if has_preview { "preview" } else { "title" });
    Finding::new(&codes::I05, place, text).add_line("alt: 海报预览：……")
}

fn preview(known: &Known, reading: &mut Reading, alt: Option<&str>) -> Option<Picture> {
    let (written, place) = (reading.text("preview")?, reading.place("preview"));
    let found = known.file(reading.path, &written, place.clone(), reading.report)?;
    let file = known.picture(found, &place, reading.report)?;
    reading.report.extend(supplied(known, &file).and_then(|supplied| cut(supplied, &place)));
    let alt = alt.unwrap_or_default().to_string();
    Some(Picture { file, alt, caption: None, people: None, consent: false, spots: Spots::default() })
}

fn supplied<'a>(known: &Known<'a>, path: &crate::report::SourcePath) -> Option<&'a Supplied> {
    known.files.get(path)?.supplied.as_ref()
}

fn poster_file(known: &Known, row: &mut Reading) -> Option<PosterFile> {
    let (written, place) = (row.text("path")?, row.place("path"));
    let found = known.file(row.path, &written, place.clone(), row.report)?;
    let file = known.offered(found, &place, row.report)?;
    let here = known.files.get(&file)?;
    if let Some(supplied) = &here.supplied {
        row.report.extend(cut(supplied, &place));
        row.report.extend(unread(supplied, here.facts.size, place));
        row.report.extend(checksum(supplied, row));
    }
    let sheet = sheet(here, row);
    match sheet.fault() {
        Some(fault) => row.report.add(contradiction(&sheet, fault, row)),
        None => row.report.extend(coarse(&sheet, row.place("width"))),
    }
    Some(PosterFile { file, dimensions: sheet.dimensions() })
}

/// What the header and the file say of its size.
fn sheet(file: &File, row: &mut Reading) -> Sheet {
    let paper = file.supplied.as_ref().and_then(|supplied| supplied.paper?.ok());
    Sheet {
        size: size(file.facts.pixels, row),
        bleed: length(row, "bleed_mm"),
        typed_dpi: row.text("dpi"),
        color: row.text("color"),
        paper,
        pixels: file.facts.pixels,
        dpi: file.facts.dpi,
        cmyk: file.facts.cmyk,
    }
}

/// The units of a size; the first is meant where none is written.
const UNITS: [&str; 6] = ["mm", "px", "cm", "毫米", "像素", "厘米"];

fn size(pixels: Option<(u32, u32)>, row: &mut Reading) -> Option<Size> {
    let (width, height) = (length(row, "width"), length(row, "height"));
    let is_plain = row.text("unit").is_none();
    let unit = row.one_of("unit", &UNITS);
    let (width, height) = (width?, height?);
    // Who writes down what the picture has, and no unit, means pixels.
    let is_picture =
        is_plain && pixels.is_some_and(|(wide, high)| (f64::from(wide), f64::from(high)) == (width, height));
    Some(match unit {
        "px" | "像素" => Size::Px(width, height),
        _ if is_picture => Size::Px(width, height),
        "cm" | "厘米" => Size::Mm(width * 10.0, height * 10.0),
        _ => Size::Mm(width, height),
    })
}

/// A length above 0, with digits after the point where it has some.
fn length(row: &mut Reading, key: &str) -> Option<f64> {
    let text = row.text(key)?;
    let sound = |text: &str| text.parse::<f64>().ok().filter(|length| (0.0..1e6).contains(length));
    if let Some(length) = sound(&text) {
        return Some(length).filter(|length| *length > 0.0);
    }
    let shown = displayable(&text);
    let message = Text::new(
        format!("这里只写数字，不能写“{shown}”；单位写在“单位”（unit）里。"),
        format!("Only a number belongs here, not `{shown}`; the unit goes into `unit`."),
    );
    let digits = text.trim_end_matches(|c: char| !c.is_ascii_digit());
    let line = sound(digits).map(|_| row.line(key, digits));
    row.report.add(Finding::new(&codes::E119, row.place(key), message).fixes(line));
    None
}

fn contradiction(sheet: &Sheet, fault: Fault, row: &Reading) -> Finding {
    let typed = sheet.size.map_or(String::new(), Size::text);
    let finding = |zh: String, en: String| Finding::new(&codes::W161, row.place("width"), Text::new(zh, en));
    let typed_en = typed.replace("像素", "px");
    match fault {
        Fault::Size(real) => {
            let (width, height) = real.sides();
            let lines = row.lines([("width", &*width), ("height", &*height), ("unit", real.unit())]);
            let shown = real.text();
            finding(
                format!("写的是 {typed}，文件却是 {shown}。请核对是不是放错了文件。"),
                format!("The page says {typed_en}, the file has {}.", shown.replace("像素", "px")),
            )
            .fixes(lines)
        }
        Fault::Bleed(bleed) => {
            let bleed = format!("{bleed:.0}");
            finding(
                format!("文件的页面比 {typed} 每边多出 {bleed} mm，像是含有出血。"),
                format!("The page of the file is {bleed} mm larger than {typed_en} on each side, as with bleed."),
            )
            .hint(Text::new(
                format!("请在这个文件下面加一行“出血: {bleed}”（bleed_mm）。"),
                format!("If so, add `bleed_mm: {bleed}` to this file."),
            ))
        }
        Fault::Proportion => {
            let (width, height) = sheet.pixels.unwrap_or_default();
            finding(
                format!("图片是 {width}×{height} 像素，和 {typed} 的长宽比例对不上。"),
                format!("The picture has {width}×{height} pixels; {typed_en} has another proportion."),
            )
        }
    }
}

fn coarse(sheet: &Sheet, place: Place) -> Option<Finding> {
    let (dpi, size, needed) = (sheet.coarse()?, sheet.size?.text(), sheet.needed()?.text());
    let text = Text::new(
        format!("按 {size} 印刷，这张图片只有 {dpi} dpi，印出来会发虚。至少要 {LEAST_DPI} dpi，即 {needed}。"),
        format!(
            "Printed at {size} the picture has {dpi} dpi and looks blurred; it needs {LEAST_DPI} dpi, {}.",
            needed.replace("像素", "px")
        ),
    );
    Some(Finding::new(&codes::W162, place, text))
}

fn checksum(supplied: &Supplied, row: &Reading) -> Option<Finding> {
    let (typed, real) = (row.text("sha256")?.to_ascii_lowercase(), supplied.sha256.as_deref()?);
    if typed == real {
        return None;
    }
    let place = row.place("sha256");
    if typed.len() != real.len() || !typed.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        let text = Text::new(
            "校验值不完整：SHA-256 是 64 个字符，只有数字和字母 a 到 f。",
            "This is no SHA-256: that has 64 characters, digits and letters from a to f.",
        );
        return Some(Finding::new(&codes::E163, place, text));
    }
    let text = Text::new(
        "文件和校验值对不上：文件可能被换过，或者没有传完。",
        "The file does not match the checksum: it was changed, or not copied whole.",
    );
    Some(Finding::new(&codes::E163, place, text).hint(Text::new(
        format!("请向发文单位要回原文件；确认文件没有错的，校验值改成 {real}"),
        format!("Ask for the original file; if this one is right, its checksum is {real}"),
    )))
}

fn unread(supplied: &Supplied, size: u64, place: Place) -> Option<Finding> {
    let text = match supplied.paper?.err()? {
        Unread::Locked => Text::new(
            "这个 PDF 加了密码或限制，读者可能打不开、印不了。请换一份不加密的。",
            "The PDF is encrypted; readers may be unable to open or print it. Supply one that is not.",
        ),
        Unread::TooLarge => Text::new(
            format!("这个 PDF 有 {} MB，超过 {} MB，没有读取页数和尺寸。", size >> 20, MOST_BYTES >> 20),
            format!("The PDF has {} MB; above {} MB its pages are not read.", size >> 20, MOST_BYTES >> 20),
        ),
        Unread::Damaged => Text::new(
            "这个 PDF 里读不出页面，可能没有传完，或者已经损坏。请打开看一看，换一份完整的。",
            "No pages can be found in the PDF: it may be damaged or cut short. Open it, and supply a whole one.",
        ),
    };
    Some(Finding::new(&codes::W164, place, text))
}

fn cut(supplied: &Supplied, place: &Place) -> Option<Finding> {
    let text = Text::new(
        "这张图片缺了末尾，像是没有传完，下半部分可能是空白。请重新放一张。",
        "The picture has no end, as if it was not copied whole; its lower part may be blank.",
    );
    supplied.cut.then(|| Finding::new(&codes::W166, place.clone(), text))
}
