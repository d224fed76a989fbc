//! The formats posters are made in (domain.md §6), as one table: the configuration, the templates, the download page
//! and the guide read it.

/// One format of a poster.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// A3 to print at the office.
    A3,
    /// A4.
    A4,
    /// A long picture for WeChat.
    WeChat,
    /// A2.
    A2,
    /// A3 for a print shop: bleed, crop marks, CMYK.
    A3Print,
    /// A2 for a print shop.
    A2Print,
    /// 易拉宝
    RollUp,
    /// X 展架
    XStand,
    /// The cover of a WeChat article.
    WeChatCover,
    /// The square cover of a WeChat article.
    WeChatSquare,
    /// A picture for LED screens.
    Led,
    /// A3 as SVG.
    Svg,
}

/// How bytes are made of a sheet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    /// PDF/UA-1 and PDF/A-2a.
    WebPdf,
    /// PDF with boxes for a print shop.
    PrintPdf,
    /// A picture of this width in pixels.
    Png(u32),
    /// SVG.
    Svg,
}

impl Made {
    /// The ending of its file.
    pub fn extension(self) -> &'static str {
        match self {
            Made::WebPdf | Made::PrintPdf => "pdf",
            Made::Png(_) => "png",
            Made::Svg => "svg",
        }
    }
}

/// What is known of a format.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct About {
    /// The word in `site.yaml` and on the command line.
    pub word: &'static str,
    /// The Chinese name.
    pub zh: &'static str,
    /// The English name.
    pub en: &'static str,
    /// What it is for.
    pub purpose: &'static str,
    /// `mm` or `px`.
    pub unit: &'static str,
    /// Width in `unit`, after trimming.
    pub width: u32,
    /// Height; none where the content decides.
    pub height: Option<u32>,
    /// How its bytes are made.
    pub made: Made,
}

impl Format {
    /// Every format, in the order in which they are offered.
    pub const ALL: [Format; 12] = [
        Format::A3,
        Format::A4,
        Format::WeChat,
        Format::A2,
        Format::A3Print,
        Format::A2Print,
        Format::RollUp,
        Format::XStand,
        Format::WeChatCover,
        Format::WeChatSquare,
        Format::Led,
        Format::Svg,
    ];

    /// What a site makes that names no formats.
    pub const DEFAULT: [Format; 3] = [Format::A3, Format::A4, Format::WeChat];

    /// The format called `word`, in English or Chinese, whatever its case.
    pub fn named(word: &str) -> Option<Format> {
        let word = word.trim().to_lowercase();
        Format::ALL.into_iter().find(|format| {
            let about = format.about();
            about.word == word || about.zh.to_lowercase() == word
        })
    }

    /// What is known of it.
    pub fn about(self) -> &'static About {
        &TABLE[self as usize]
    }

    /// Millimetres of bleed, with crop marks outside of it; 0 where there is none.
    pub fn bleed(self) -> u32 {
        if self.about().made == Made::PrintPdf { 3 } else { 0 }
    }
}

const fn row(word: &'static str, names: [&'static str; 3], unit: &'static str, size: (u32, u32), made: Made) -> About {
    let [zh, en, purpose] = names;
    let height = if size.1 == 0 { None } else { Some(size.1) };
    About { word, zh, en, purpose, unit, width: size.0, height, made }
}

static TABLE: [About; 12] = [
    row(
        "a3",
        ["A3海报", "A3 poster", "用办公室彩色打印机打印，张贴在公告栏和办事大厅"],
        "mm",
        (297, 420),
        Made::WebPdf,
    ),
    row("a4", ["A4宣传单", "A4 sheet", "用普通打印机打印，张贴或者发放"], "mm", (210, 297), Made::WebPdf),
    row("wechat", ["微信长图", "WeChat picture", "发微信群和朋友圈，长按可以保存"], "px", (1080, 0), Made::Png(1080)),
    row("a2", ["A2海报", "A2 poster", "图文店打印，张贴在宣传栏"], "mm", (420, 594), Made::WebPdf),
    row(
        "a3-print",
        ["A3印刷文件", "A3 for a print shop", "交印刷厂：CMYK、3毫米出血、带裁切线"],
        "mm",
        (297, 420),
        Made::PrintPdf,
    ),
    row(
        "a2-print",
        ["A2印刷文件", "A2 for a print shop", "交印刷厂：CMYK、3毫米出血、带裁切线"],
        "mm",
        (420, 594),
        Made::PrintPdf,
    ),
    row("rollup", ["易拉宝", "Roll-up banner", "活动现场摆放，交图文店喷绘"], "mm", (800, 2000), Made::WebPdf),
    row("x-stand", ["X展架", "X-stand banner", "活动现场摆放，交图文店喷绘"], "mm", (600, 1600), Made::WebPdf),
    row("wechat-cover", ["公众号封面", "WeChat cover", "公众号文章头条封面"], "px", (900, 383), Made::Png(900)),
    row("wechat-square", ["公众号小图", "WeChat square", "公众号文章次条封面"], "px", (200, 200), Made::Png(200)),
    row("led", ["LED屏画面", "LED screen", "电子屏、会议室大屏播放"], "px", (1920, 1080), Made::Png(1920)),
    row("svg", ["A3矢量图", "A3 as SVG", "设计软件里修改，放大不失真"], "mm", (297, 420), Made::Svg),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_format_has_a_row_of_its_own() {
        let words: std::collections::BTreeSet<_> = Format::ALL.iter().map(|format| format.about().word).collect();
        assert_eq!(words.len(), Format::ALL.len());
        for (at, format) in Format::ALL.into_iter().enumerate() {
            assert_eq!(format as usize, at);
            assert_eq!(Format::named(format.about().word), Some(format));
            assert_eq!(Format::named(format.about().zh), Some(format));
        }
        assert_eq!(Format::named(" A3 "), Some(Format::A3));
        assert_eq!(Format::named("a5"), None);
    }
}
