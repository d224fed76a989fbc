//! Pictures that a page shows: what may not be shown without a permission, what only slows the page, words that say
//! nothing, children, and notices that are nothing but a scan (domain.md I06, I07, P09, A07; [`marks`] has I01 to I04).

use super::marks;
use crate::edition::Edition;
use crate::load::fields::Kind;
use crate::load::{File, walk};
use crate::markdown::Link;
use crate::model::page::{Destination, Picture};
use crate::model::{Limits, Own, Page};
use crate::plan::Plan;
use crate::report::{Finding, Place, Report, SourcePath, Text, codes, displayable};

/// A picture where it is shown.
pub(super) struct Shown<'p> {
    pub(super) file: &'p SourcePath,
    pub(super) alt: &'p str,
    pub(super) caption: &'p str,
    pub(super) place: Place,
    /// Where its words stand.
    pub(super) alt_at: Place,
}

/// Checks the pictures of one shown page.
pub fn check(edition: &Edition, plan: &Plan, page: &Page, report: &mut Report) {
    // Supplied posters are judged as posters.
    if page.id.kind == Kind::Poster {
        return;
    }
    let limits = &edition.config().limits;
    for picture in shown(page) {
        report.extend(marks::restricted(page, &picture));
        report.extend(wordless(&picture));
        let file = edition.file(picture.file).filter(|_| plan.photo(picture.file).is_none());
        report.extend(file.and_then(|file| heavy(picture.file, file, limits)));
    }
    report.extend(page.pictures.iter().filter_map(|picture| minors(page, picture)));
    report.extend(scan(page, limits.notice_chars));
}

fn shown(page: &Page) -> impl Iterator<Item = Shown<'_>> {
    let header = page.pictures.iter().map(|picture| Shown {
        file: &picture.file,
        alt: &picture.alt,
        caption: picture.caption.as_deref().unwrap_or_default(),
        place: picture.spots.place(&page.path, "file"),
        alt_at: picture.spots.place(&page.path, "alt"),
    });
    let body = page.body.links().iter().zip(page.links()).filter_map(|(link, destination)| match destination {
        Destination::File(file) if link.is_image => {
            Some(Shown { file, alt: &link.text, caption: "", place: link.place.clone(), alt_at: link.place.clone() })
        }
        _ => None,
    });
    header.chain(body)
}

/// I07: words that are only the name of the file, or of no picture at all.
fn wordless(picture: &Shown) -> Option<Finding> {
    let alt = picture.alt.trim();
    let name = picture.file.file_name();
    let stem = name.rsplit_once('.').map_or(name, |(stem, _)| stem);
    let is_plain = alt.is_ascii() && alt.eq_ignore_ascii_case(stem);
    let extension = walk::extension(alt);
    let is_name = alt.eq_ignore_ascii_case(name) || ["jpg", "jpeg", "png", "gif", "webp"].contains(&extension.as_str());
    if alt.is_empty() || !(is_plain || is_name || is_counted(alt)) {
        return None;
    }
    let text = Text::new(
        format!("文字说明“{}”没有说图上是什么。请写一句话，例如“工作人员向群众讲解有机码”。", displayable(alt)),
        format!("`{}` does not say what the picture shows; write one sentence.", displayable(alt)),
    );
    Some(Finding::new(&codes::I07, picture.alt_at.clone(), text))
}

/// `图片1`, `微信图片_20220919`, `IMG_2031`: a word for pictures and a number.
fn is_counted(alt: &str) -> bool {
    const WORDS: [&str; 11] =
        ["微信图片", "qq图片", "图片", "照片", "截图", "图", "img", "dsc", "image", "photo", "picture"];
    let alt = alt.to_lowercase();
    let rest = WORDS.iter().find_map(|word| alt.strip_prefix(word));
    rest.is_some_and(|rest| rest.chars().all(|c| c.is_ascii_digit() || " _-()（）".contains(c)))
}

/// I06, once for each file; photos are made smaller by the program.
fn heavy(path: &SourcePath, file: &File, limits: &Limits) -> Option<Finding> {
    let width = file.facts.pixels.map(|(width, _)| width).filter(|width| *width > limits.picture_width);
    let size = Some(file.facts.size).filter(|size| *size > u64::from(limits.picture_kb) << 10).map(|size| size >> 10);
    // From there on W155 tells the same.
    if file.facts.size > walk::LARGE_FILE_BYTES {
        return None;
    }
    let (zh, en) = match (size, width) {
        (Some(size), Some(width)) => {
            (format!("有 {size} KB，宽 {width} 像素"), format!("{size} KB and {width} pixels"))
        }
        (Some(size), None) => (format!("有 {size} KB"), format!("{size} KB")),
        (None, Some(width)) => (format!("宽 {width} 像素"), format!("{width} pixels")),
        (None, None) => return None,
    };
    let (widest, largest) = (limits.picture_width, limits.picture_kb);
    let text = Text::new(
        format!("图片{zh}，手机上打开慢。网页上的图片请缩到宽 {widest} 像素以内、{largest} KB 以内。"),
        format!(
            "The picture has {en} and is slow on telephones; {widest} pixels of width and {largest} KB are enough."
        ),
    );
    Some(Finding::new(&codes::I06, Place::file(path), text))
}

/// P09
fn minors(page: &Page, picture: &Picture) -> Option<Finding> {
    const CHILDREN: [&str; 8] = ["minor", "未成年", "儿童", "学生", "孩子", "幼儿", "child", "pupil"];
    let people = picture.people.as_deref()?.to_lowercase();
    if picture.consent || !CHILDREN.iter().any(|word| people.contains(word)) {
        return None;
    }
    let text = Text::new(
        "图上看得清未成年人的脸，没有写监护人已经同意。请先征得同意，再写上“同意: true”（consent）；没有同意的，换一张或者打上马赛克。",
        "Children can be recognised in the picture and no `consent` of their guardians is written; ask first, or use another.",
    );
    Some(Finding::new(&codes::P09, picture.spots.place(&page.path, "people"), text))
}

/// A07: the words of its pictures are no text of the notice.
fn scan(page: &Page, least: u32) -> Option<Finding> {
    let Own::Notice(_) = &page.own else { return None };
    let links = || page.body.links().iter().zip(page.links());
    let is_shown = |(link, to): &(&Link, &Destination)| link.is_image && matches!(to, Destination::File(_));
    let pictures = || links().filter(is_shown).map(|(link, _)| link);
    let first = pictures().next()?;
    let alt: usize = pictures().map(|link| link.text.chars().filter(|c| !c.is_ascii()).count()).sum();
    if page.body.length().saturating_sub(alt) >= least as usize {
        return None;
    }
    let text = Text::new(
        format!(
            "这份通知只有图片，文字不到 {least} 个。读屏软件读不出来，也搜索不到。请把正文打成文字，扫描件可以作附件。"
        ),
        format!(
            "The notice is only a picture with less than {least} characters of text; type it, and attach the scan."
        ),
    );
    Some(Finding::new(&codes::A07, first.place.clone(), text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn i07_words_that_say_nothing() {
        for wrong in ["图片1", "IMG_2031", "微信图片_20220919", "图1", "照片 (2)"] {
            assert!(is_counted(wrong), "{wrong}");
        }
        for right in ["图书馆里的讲座", "照片墙", "图1 认证流程", "工作人员讲解"] {
            assert!(!is_counted(right), "{right}");
        }
    }
}
