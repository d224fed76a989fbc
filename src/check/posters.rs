//! What stands in the way of posters: an address that no phone could open, and pictures too large to print (faults.md
//! G15, G17, G18).

use crate::edition::Edition;
use crate::model::{Own, Page};
use crate::plan;
use crate::plan::{MOST_PICTURE_BYTES, fits_on_poster};
use crate::report::{Finding, Profile, Report, Text, codes, displayable};
use crate::typeset::qr;

/// Checks every shown page of which posters are made.
pub fn check(edition: &Edition, profile: Profile, report: &mut Report) {
    let config = edition.config();
    if config.posters.is_empty() {
        return;
    }
    let subjects = || edition.pages().filter(|page| matches!(page.own, Own::Campaign(_) | Own::OpenDay(_)));
    if !config.base_url.is_public() && subjects().next().is_some() {
        let shown = displayable(&config.base_url.absolute(""));
        let text = Text::new(
            format!("网站地址“{shown}”公众打不开，海报上的二维码没有用，所以没有生成海报。请写网站将来的完整网址。"),
            format!("The public cannot reach {shown}, so no posters were made; write the site's real address."),
        );
        let line = config.base_url_at.with("https://www.example.gov.cn/zt/");
        // On a trial server a site without posters is what was asked for.
        let code = if profile == Profile::Production { &codes::E172 } else { &codes::W174 };
        report.add(Finding::new(code, config.base_url_at.clone(), text).fix(line));
        return;
    }
    for page in subjects() {
        report.extend(too_long(edition, page));
        report.extend(left_out(edition, page));
    }
}

fn too_long(edition: &Edition, page: &Page) -> Option<Finding> {
    let address = plan::address(edition, page);
    if qr::fits(&address) {
        return None;
    }
    let (length, most) = (address.len(), qr::LONGEST);
    let text = Text::new(
        format!(
            "这一页的网址有 {length} 个字符，二维码最多放 {most} 个，所以没有生成海报。请把“网址名”（slug）写短一些。"
        ),
        format!("The page's address has {length} characters; a QR code takes {most}, so no posters were made."),
    );
    Some(Finding::new(&codes::E172, page.place("slug"), text))
}

/// W173 where no picture of the page fits on its posters.
fn left_out(edition: &Edition, page: &Page) -> Option<Finding> {
    let files = || page.pictures.iter().filter_map(|picture| edition.file(&picture.file));
    if files().any(fits_on_poster) {
        return None;
    }
    files().next()?;
    let megabytes = MOST_PICTURE_BYTES >> 20;
    let text = Text::new(
        format!("图片太大（超过 {megabytes} MB 或 4000 万像素），海报上没有放。请缩小后再试。"),
        format!("The picture is over {megabytes} MB or 40 megapixels and was left out of the posters."),
    );
    Some(Finding::new(&codes::W173, page.place("pictures"), text))
}
