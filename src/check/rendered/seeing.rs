//! Whether everybody can read the page: language, headings, pictures, tables, zoom, nothing that moves or pops up by
//! itself (domain.md A01, A05, A06, I05).

use super::Sheet;
use super::fault::{Fault, shown_on};
use super::html::Tag;
use crate::report::{Text, codes, displayable};

/// A page that cannot be made at least twice as large shuts out people who see little (WCAG 2.1, 1.4.4).
const LEAST_ZOOM: f64 = 2.0;

/// Checks a page.
pub fn check(sheet: &Sheet, faults: &mut Vec<Fault>) {
    language(sheet, faults);
    headings(sheet, faults);
    for tag in sheet.html.tags() {
        faults.extend(match tag.name() {
            "img" if tag.get("alt").is_none() => Some(no_alt(tag)),
            "table" => table(tag),
            "meta" if tag.get("name").is_some_and(|name| name.eq_ignore_ascii_case("viewport")) => zoom(tag),
            "audio" | "video" if tag.get("autoplay").is_some() => Some(autoplay(tag)),
            "dialog" if tag.get("open").is_some() => Some(popup("<dialog open")),
            "body" if tag.get("onload").is_some_and(opens) => Some(popup("onload")),
            "script" if tag.get("src").is_none() && is_script(tag) && opens(&tag.raw()) => Some(popup("window.open")),
            _ => None,
        });
    }
}

fn language(sheet: &Sheet, faults: &mut Vec<Fault>) {
    let html = sheet.html.tags().find(|tag| tag.name() == "html");
    let language = html.and_then(|html| html.get("lang")).unwrap_or_default().to_ascii_lowercase();
    if !["zh-cn", "zh-hans", "zh-hans-cn"].contains(&&*language) {
        let text = Text::new(
            "页面没有写明语言，读屏软件可能用别的语言来念。请在模板里写 <html lang=\"zh-CN\">",
            "The page does not say its language; write <html lang=\"zh-CN\">",
        );
        faults.push(Fault::theme(&codes::A01, "<html", text));
    }
}

/// The level of a heading.
fn level(tag: Tag) -> Option<u8> {
    match tag.name().as_bytes() {
        [b'h', level @ b'1'..=b'6'] => Some(level - b'0'),
        _ => None,
    }
}

fn headings(sheet: &Sheet, faults: &mut Vec<Fault>) {
    let all: Vec<(u8, Tag)> = sheet.html.tags().filter_map(|tag| Some((level(tag)?, tag))).collect();
    let first = all.iter().filter(|(level, _)| *level == 1).count();
    if first != 1 {
        let text = match first {
            0 => Text::new("页面没有大标题（h1），每个页面要有一个", "The page has no h1; every page has one"),
            _ => Text::new(
                "页面有不止一个大标题（h1），只能留一个，其余的改成 h2",
                "The page has more than one h1; keep one and make the others h2",
            ),
        };
        faults.push(Fault::theme(&codes::A01, "<h1", text));
    }
    for pair in all.windows(2) {
        let [(above, _), (below, tag)] = pair else { continue };
        if *below > above + 1 {
            faults.push(skipped(sheet, *above, *below, *tag));
        }
    }
}

fn skipped(sheet: &Sheet, above: u8, below: u8, tag: Tag) -> Fault {
    let said = displayable(&tag.text());
    let wanted = above + 1;
    let own = sheet.page.filter(|page| {
        let is = |heading: &crate::markdown::Heading| tag.get("id") == Some(&*heading.id) && heading.level == below;
        page.body.outline().iter().any(is)
    });
    match own {
        Some(page) => {
            let text = Text::new(
                format!("小标题“{said}”跳了级。它前面的“#”最多比上一个标题多一个，请减少"),
                format!("The heading `{said}` skips a level; it has at most one `#` more than the heading before"),
            );
            Fault::written(shown_on(&codes::A01, page.whole(), text, sheet.out))
        }
        None => {
            let text = Text::new(
                format!("标题跳了级：h{above} 后面直接用了 h{below}。请在模板里改成 h{wanted}"),
                format!("A heading skips a level: h{below} follows h{above}; make it h{wanted}"),
            );
            Fault::theme(&codes::A01, &format!("<h{below}"), text)
        }
    }
}

fn no_alt(tag: Tag) -> Fault {
    let name = tag.get("src").unwrap_or_default().rsplit('/').next().unwrap_or_default();
    // Pages that show other pictures by the same line of a template are one fault.
    let is_asset = tag.get("src").is_some_and(|src| src.trim_start_matches("../").starts_with("assets/"));
    let (zh, en) = if is_asset {
        (format!("“{}”", displayable(name)), format!(" {}", displayable(name)))
    } else {
        Default::default()
    };
    let text = Text::new(
        format!("页面上的图片{zh}没有 alt，看不见图片的人无从知道内容。请在模板里写上 alt；纯装饰的写 alt=\"\""),
        format!("The picture{en} has no alt; write one, or alt=\"\" where it only decorates"),
    );
    Fault::theme(&codes::I05, "<img", text)
}

/// A table that tells data names its columns or rows.
fn table(tag: Tag) -> Option<Fault> {
    let role = tag.get("role").unwrap_or_default();
    if role == "presentation" || role == "none" || !tag.inside().any(|tag| tag.name() == "td") {
        return None;
    }
    let heads: Vec<Tag> = tag.inside().filter(|tag| tag.name() == "th").collect();
    let captioned =
        tag.says("aria-label") || tag.says("aria-labelledby") || tag.inside().any(|tag| tag.name() == "caption");
    if !heads.is_empty() && (captioned || heads.iter().any(|head| head.says("scope"))) {
        return None;
    }
    let text = Text::new(
        "数据表格没有表头，读屏软件念不出每一格属于哪一列。请在模板里用 <th scope=\"col\"> 写表头，并加上 <caption>；只用来排版的表格写 role=\"presentation\"",
        "A table of data lacks its heads; write <th scope=\"col\"> and a <caption>, or role=\"presentation\" for mere layout",
    );
    Some(Fault::theme(&codes::A06, "<table", text))
}

fn zoom(tag: Tag) -> Option<Fault> {
    let content = tag.get("content")?.to_ascii_lowercase();
    let mut parts = content.split([',', ';']).filter_map(|part| part.split_once('='));
    let shut = parts.any(|(name, value)| match (name.trim(), value.trim()) {
        ("user-scalable", value) => value == "no" || value == "0",
        ("maximum-scale", value) => value.parse::<f64>().is_ok_and(|most| most < LEAST_ZOOM),
        _ => false,
    });
    shut.then(|| {
        let text = Text::new(
            "页面不让读者放大（user-scalable=no 或 maximum-scale），视力不好的人看不清。请从 viewport 里去掉这一项",
            "The page cannot be enlarged (user-scalable=no or maximum-scale); drop that from the viewport",
        );
        Fault::theme(&codes::A05, "name=\"viewport\"", text)
    })
}

fn autoplay(tag: Tag) -> Fault {
    let text = Text::new(
        "页面一打开就自动播放声音或视频，会打断读屏软件，也耗流量。请去掉 autoplay，让读者自己播放",
        "The page plays sound or video by itself; drop autoplay",
    );
    Fault::theme(&codes::A05, if tag.name() == "video" { "<video" } else { "<audio" }, text)
}

/// Whether a script is run, and not data.
fn is_script(tag: Tag) -> bool {
    let kind = tag.get("type").unwrap_or_default().to_ascii_lowercase();
    kind.is_empty() || kind == "module" || kind.contains("javascript")
}

fn opens(script: &str) -> bool {
    script.contains("window.open(")
}

fn popup(words: &str) -> Fault {
    let text = Text::new(
        "页面一打开就弹出窗口，会挡住内容，检查时按飘窗、弹窗处理。请去掉，要紧的内容写在页面上",
        "The page opens a window by itself; drop it and write what matters on the page",
    );
    Fault::theme(&codes::A05, words, text)
}
