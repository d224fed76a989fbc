//! What links and pictures are called: a link says where it leads (domain.md L08), a picture what it shows rather than
//! the name of its file (I08).

use crate::model::Page;
use crate::model::page::Destination;
use crate::report::{Finding, Report, SourcePath, Text, codes, displayable};

/// Words that say nothing about where a link leads.
const BARE: [&str; 35] = [
    "点击",
    "点击这里",
    "点击此处",
    "点这里",
    "点此",
    "点我",
    "戳这里",
    "这里",
    "此处",
    "更多",
    "更多内容",
    "查看",
    "查看更多",
    "查看详情",
    "点击查看",
    "点击查看详情",
    "点击进入",
    "点击下载",
    "点击打开",
    "点击链接",
    "详情",
    "详细",
    "更多详情",
    "了解更多",
    "链接",
    "网址",
    "进入",
    "here",
    "click here",
    "click",
    "more",
    "read more",
    "details",
    "link",
    "this link",
];
/// How many characters of an address may be shown as the text of a link.
const LONGEST: usize = 40;
/// How names of pictures end.
const PICTURES: [&str; 8] = [".jpg", ".jpeg", ".png", ".gif", ".webp", ".bmp", ".svg", ".heic"];
/// How cameras, phones and chat programs begin the names they give.
const CAMERAS: [&str; 9] = ["img", "dsc", "dscf", "pxl", "mmexport", "wx_camera", "微信图片", "微信截图", "屏幕截图"];

/// Checks the links and pictures of a page that somebody wrote.
pub fn check(page: &Page, report: &mut Report) {
    for (link, destination) in page.body.links.iter().zip(&page.links) {
        match destination {
            Destination::Nowhere => {}
            Destination::File(file) if link.is_image => {
                if is_file_name(&link.text, file) {
                    report.add(Finding::new(&codes::I08, link.place.clone(), file_name(&link.text)));
                }
            }
            _ if link.is_image => {}
            _ => report.extend(bare(&link.text).map(|text| Finding::new(&codes::L08, link.place.clone(), text))),
        }
    }
    for picture in &page.pictures {
        if is_file_name(&picture.alt, &picture.file) {
            report.add(Finding::new(&codes::I08, page.place("pictures"), file_name(&picture.alt)));
        }
    }
}

/// What is wrong with the text of a link.
pub fn bare(text: &str) -> Option<Text> {
    let text = text.trim();
    let lower = text.to_lowercase();
    let is_url = lower.starts_with("http://") || lower.starts_with("https://") || lower.starts_with("www.");
    if is_url && text.chars().count() > LONGEST {
        let shown: String = text.chars().take(LONGEST).collect();
        return Some(Text::new(
            format!(
                "链接的文字是一长串网址“{}…”，读屏软件会逐个字符念出来。请写成页面或网站的名称。",
                displayable(&shown)
            ),
            format!("The text of the link is a long address, `{}…`; write the name of the page.", displayable(&shown)),
        ));
    }
    let ends = |c: char| c.is_whitespace() || "【】[]（）()<>《》「」>»→，。！：,.!:…·-—".contains(c);
    let name = lower.trim_matches(ends);
    BARE.contains(&name).then(|| {
        let shown = displayable(text);
        Text::new(
            format!("链接的文字只有“{shown}”，看不出通向哪里。请写上内容，例如“查看活动日程”。"),
            format!("The link says only `{shown}`, not where it leads; name what is there."),
        )
    })
}

/// Whether the words for a picture are the name of its file, or of some other.
fn is_file_name(alt: &str, file: &SourcePath) -> bool {
    let alt = alt.trim().to_lowercase();
    let name = file.file_name().to_lowercase();
    let stem = name.rsplit_once('.').map_or(&*name, |(stem, _)| stem);
    let is_number = |rest: &str| {
        rest.chars().any(|c| c.is_ascii_digit()) && rest.chars().all(|c| c.is_ascii_digit() || " _-()（）.".contains(c))
    };
    let is_one_word = !alt.chars().any(char::is_whitespace);
    is_one_word && PICTURES.iter().any(|end| alt.ends_with(end))
        || CAMERAS.iter().any(|camera| alt.strip_prefix(camera).is_some_and(is_number))
        // A name in Chinese may well say what can be seen.
        || alt == stem && alt.is_ascii() && (is_number(&alt) || alt.contains(['_', '-']))
}

fn file_name(alt: &str) -> Text {
    let alt = displayable(alt);
    Text::new(
        format!("图片的说明文字“{alt}”是文件名，看不见图片的人听了也不知道是什么。请写图上的内容。"),
        format!("The alternative text `{alt}` is the name of a file; write what can be seen."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn l08_bare_texts_and_near_ones() {
        for text in [
            "点击这里",
            "【查看详情】",
            "更多 >>",
            "Click here",
            "https://www.example.gov.cn/zt/2022/renzheng/index.html",
        ] {
            assert!(bare(text).is_some(), "{text}");
        }
        for text in ["查看活动日程", "更多通知", "https://www.example.gov.cn/", "全国认证认可信息公共服务平台", ""]
        {
            assert!(bare(text).is_none(), "{text}");
        }
    }

    #[test]
    fn i08_names_of_files_and_near_ones() {
        let file = |name: &str| SourcePath::new(format!("content/news/{name}"));
        for (alt, name) in
            [("IMG_2031.jpg", "a.jpg"), ("IMG_2031", "b.jpg"), ("微信图片_20220909", "c.jpg"), ("lab-2", "lab-2.png")]
        {
            assert!(is_file_name(alt, &file(name)), "{alt}");
        }
        for (alt, name) in [
            ("开放日现场", "开放日现场.jpg"),
            ("poster", "poster.png"),
            ("IMG 标志的说明", "x.png"),
            ("CMA", "cma.png"),
        ] {
            assert!(!is_file_name(alt, &file(name)), "{alt}");
        }
    }
}
