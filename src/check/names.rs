//! What links are called: a link says where it leads (domain.md L08).

use crate::model::Page;
use crate::model::page::Destination;
use crate::report::{Finding, Report, Text, codes, displayable};

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

/// Checks the links of a page that somebody wrote.
pub fn check(page: &Page, report: &mut Report) {
    for (link, destination) in page.body.links().iter().zip(page.links()) {
        if *destination != Destination::Nowhere && !link.is_image {
            report.extend(bare(&link.text).map(|text| Finding::new(&codes::L08, link.place.clone(), text)));
        }
    }
}

/// What is wrong with the text of a link.
pub fn bare(text: &str) -> Option<Text> {
    let text = text.trim();
    let lower = text.to_ascii_lowercase();
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
}
