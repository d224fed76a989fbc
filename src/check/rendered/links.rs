//! The links of a rendered page: that they lead somewhere, that readers see them, and that nothing of others is loaded
//! (domain.md L01, L04–L08, U03). Links of bodies were checked where they were written; these are the theme's.

use super::Sheet;
use super::fault::Fault;
use super::html::Tag;
use super::target::{self, Target};
use crate::check::{names, shops};
use crate::model::page::{Destination, Own};
use crate::report::{Text, codes, displayable};

/// Checks every address of a page.
pub fn check(sheet: &Sheet, faults: &mut Vec<Fault>) {
    for tag in sheet.html.tags() {
        match tag.name() {
            "a" | "area" => link(sheet, tag, faults),
            "meta" if tag.get("http-equiv").is_some_and(|name| name.eq_ignore_ascii_case("refresh")) => {
                faults.push(refresh());
            }
            "style" => faults.extend(remote_in_style(sheet, &tag.raw())),
            _ => {}
        }
        if let Some((address, loads)) = address(tag) {
            led(sheet, tag, address, loads, faults);
        }
    }
}

/// The address a tag has, and whether the browser loads it by itself.
fn address<'h>(tag: Tag<'h>) -> Option<(&'h str, bool)> {
    Some(match tag.name() {
        "a" | "area" => (tag.get("href")?, false),
        "link" => {
            let rel = tag.get("rel").unwrap_or_default().to_ascii_lowercase();
            let names = |name: &str| rel.split_whitespace().any(|word| word == name);
            // These name an address without asking for it.
            let said = ["canonical", "alternate", "next", "prev", "author", "license", "search"];
            (tag.get("href")?, !said.into_iter().any(names) || names("stylesheet"))
        }
        "form" => (tag.get("action")?, true),
        "object" => (tag.get("data")?, true),
        "script" | "img" | "iframe" | "frame" | "embed" | "source" | "track" | "audio" | "video" | "input" => {
            (tag.get("src")?, true)
        }
        _ => return None,
    })
}

/// L01, L05 and U03 for one address.
fn led(sheet: &Sheet, tag: Tag, address: &str, loads: bool, faults: &mut Vec<Fault>) {
    let shown = displayable(address);
    match sheet.inspector.target(sheet.out, address) {
        Target::Web(host) if loads && !sheet.inspector.is_near(&host) => {
            let what = match tag.name() {
                "script" => "脚本",
                "link" => "样式或字体",
                "iframe" | "frame" => "内嵌页面",
                "form" => "表单",
                "img" => "图片",
                _ => "文件",
            };
            let text = Text::new(
                format!(
                    "页面使用了其他网站“{}”的{what}，对方可以改动本站页面、收集访客信息。请把文件放进网站，或者去掉",
                    displayable(&host)
                ),
                format!(
                    "A <{}> takes something from `{}`; keep it in the site or drop it",
                    tag.name(),
                    displayable(&host)
                ),
            );
            faults.push(Fault::theme(&codes::L05, &host, text));
        }
        Target::Rooted => {
            let text = Text::new(
                format!(
                    "地址“{shown}”以“/”开头，网站放在子目录里或者直接打开文件时会失效。请在模板里写成 {{{{ root }}}} 加路径"
                ),
                format!("`{shown}` begins with `/` and breaks below a sub-path; write {{{{ root }}}} and a path"),
            );
            faults.push(Fault::theme(&codes::U03, address, text));
        }
        Target::Nowhere => faults.push(missing(sheet.below(address))),
        Target::Site(path, _) if !sheet.inspector.has(&path) => faults.push(missing(sheet.below(address))),
        Target::Site(path, anchor) if path == sheet.out.as_str() && !anchor.is_empty() => {
            let there =
                |tag: Tag| tag.get("id") == Some(&*anchor) || tag.name() == "a" && tag.get("name") == Some(&*anchor);
            if !anchor.eq_ignore_ascii_case("top") && !sheet.html.tags().any(there) && !sheet.has_written(&anchor) {
                faults.push(no_anchor(&anchor));
            }
        }
        _ => {}
    }
}

fn missing(below: &str) -> Fault {
    let shown = displayable(below);
    let text = Text::new(
        format!("页面里的地址“{shown}”在网站中不存在，点开会出错。请改正模板里的地址"),
        format!("`{shown}` does not exist in the site"),
    );
    let words = below.split(['#', '?']).next().unwrap_or(below);
    Fault::theme(&codes::L01, words, text)
}

/// L01 for an anchor that its page does not have.
pub fn no_anchor(anchor: &str) -> Fault {
    let shown = displayable(anchor);
    let text = Text::new(
        format!("链接指向页面里的“#{shown}”，那一页没有这个位置（id）。请改正模板里的锚点"),
        format!("A link leads to #{shown}, which its page does not have"),
    );
    Fault::theme(&codes::L01, &format!("#{anchor}"), text)
}

fn refresh() -> Fault {
    let text = Text::new(
        "页面用 meta refresh 自动跳转，读者来不及看，也常被用来劫持网页。请去掉，改成一个链接",
        "The page sends readers on by meta refresh; write a link instead",
    );
    Fault::theme(&codes::L05, "refresh", text)
}

/// L05 for what a style sheet takes from others.
pub fn remote_in_style(sheet: &Sheet, css: &str) -> Option<Fault> {
    let host = super::styles::remote(css).find(|host| !sheet.inspector.is_near(host))?;
    let shown = displayable(&host);
    let text = Text::new(
        format!("页面里的样式使用了其他网站“{shown}”的文件。请把文件放进网站，或者去掉"),
        format!("A style takes something from `{shown}`; keep it in the site or drop it"),
    );
    Some(Fault::theme(&codes::L05, &host, text))
}

/// L04 and L06–L08 for one link.
fn link(sheet: &Sheet, tag: Tag, faults: &mut Vec<Fault>) {
    let Some(address) = tag.get("href") else { return };
    let host = target::host(address);
    faults.extend(hidden(tag, sheet.below(address), host.is_some()));
    if let Some(host) = &host {
        if shops::is_shop(host) && !is_written(sheet, address) {
            let text = shops::text(host);
            let text = Text::new(text.zh.trim_end_matches('。').to_string(), text.en.trim_end_matches('.').to_string());
            faults.push(Fault::theme(&codes::L07, host, text));
        }
        faults.extend(unasked(sheet, tag, host));
    }
    let is_written = |text: &str| {
        let body = sheet.page.map(|page| &page.body);
        body.is_some_and(|body| body.links().iter().any(|link| !link.is_image && link.text.trim() == text))
    };
    // A page may be called so, and its title is what links to it show.
    let is_of_theme = |text: &str| sheet.inspector.press.theme().says(&format!(">{text}<"));
    let text = tag.text();
    if let Some(told) = names::bare(&text).filter(|_| !named(tag) && !is_written(&text) && is_of_theme(&text)) {
        let told = Text::new(
            format!("{}地方不够的，给 <a> 加上 aria-label", told.zh),
            format!("{} Where there is no room, add an aria-label", told.en),
        );
        faults.push(Fault::theme(&codes::L08, &text, told));
    }
}

/// Whether somebody wrote this address, where it was told already.
fn is_written(sheet: &Sheet, address: &str) -> bool {
    sheet.page.is_some_and(|page| {
        let in_body = page.links().iter().any(|link| matches!(link, Destination::External(url) if url == address));
        let in_header = match &page.own {
            Own::OpenDay(day) => {
                let booking = day.booking.as_ref().and_then(|booking| booking.url.as_deref());
                day.online_url.as_deref() == Some(address) || booking == Some(address)
            }
            _ => false,
        };
        in_body || in_header
    })
}

/// Whether a link has a name besides its text.
fn named(tag: Tag) -> bool {
    tag.says("aria-label") || tag.says("aria-labelledby")
}

/// L04: a link that readers cannot see, or that says nothing.
fn hidden(tag: Tag, below: &str, is_external: bool) -> Option<Fault> {
    let shown = displayable(below);
    let concealed = tag.upward().find(|tag| tag.get("style").is_some_and(conceals));
    let away = || is_external.then(|| tag.upward().find(|tag| tag.get("hidden").is_some())).flatten();
    if let Some(around) = concealed.or_else(away) {
        let words = around.get("style").unwrap_or_default();
        let text = Text::new(
            format!("链接“{shown}”被样式藏了起来，读者看不见，检查时按暗链处理。请让它显示出来，或者删掉"),
            format!("The link `{shown}` is hidden by its style, which counts as a dark link; show it or drop it"),
        );
        return Some(Fault::theme(&codes::L04, words, text));
    }
    let is_picture = |tag: Tag| matches!(tag.name(), "img" | "svg" | "picture" | "canvas" | "object" | "video");
    let speaks = |tag: Tag| named(tag) || tag.says("alt") || tag.says("title");
    // A picture beside a link of the same address may be left out for screen readers.
    let is_double = tag.get("aria-hidden") == Some("true") && tag.inside().any(is_picture);
    if is_double || speaks(tag) || !tag.text().is_empty() || tag.inside().any(speaks) {
        return None;
    }
    let text = Text::new(
        format!("链接“{shown}”没有文字，图片也没有说明，读者看不到它通向哪里，检查时按暗链处理。请写上文字，或者删掉"),
        format!("The link `{shown}` has no text and counts as a dark link; write one or drop it"),
    );
    Some(Fault::theme(&codes::L04, below, text))
}

/// Whether an inline style takes what it styles out of sight.
fn conceals(style: &str) -> bool {
    style.split(';').filter_map(|part| part.split_once(':')).any(|(name, value)| {
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim().to_ascii_lowercase());
        let value = value.trim_end_matches("!important").trim();
        let number = value.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == '%').parse::<f64>();
        match &*name {
            "display" => value == "none",
            "visibility" => value == "hidden",
            "font-size" | "opacity" => number == Ok(0.0),
            "left" | "top" | "right" | "text-indent" | "margin-left" | "margin-top" => {
                number.is_ok_and(|number| number <= -500.0)
            }
            _ => false,
        }
    })
}

/// L06: a link out of the government's sites that does not say so.
fn unasked(sheet: &Sheet, tag: Tag, host: &str) -> Option<Fault> {
    let says = |name: &str| tag.get(name).is_some_and(|value| value.contains("离开") || value.contains("confirm("));
    if sheet.inspector.is_near(host) || tag.get("data-leave").is_some() || says("title") || says("onclick") {
        return None;
    }
    let shown = displayable(host);
    let text = Text::new(
        format!(
            "通向外部网站“{shown}”的链接没有离站提示。请在模板的 <a> 上加 data-leave，点击时会提醒读者即将离开本站"
        ),
        format!("The link to `{shown}` leaves the site unasked; add data-leave to its <a>"),
    );
    Some(Fault::theme(&codes::L06, host, text))
}

#[cfg(test)]
mod tests {
    use super::conceals;

    #[test]
    fn l04_styles_that_conceal_and_others() {
        for style in [
            "display:none",
            "color:red; DISPLAY : NONE !important",
            "font-size:0px",
            "position:absolute;left:-9999px",
            "text-indent:-999em",
        ] {
            assert!(conceals(style), "{style}");
        }
        for style in ["display:block", "--accent: #123456", "left:-1rem", "font-size:0.9em", "opacity:.5"] {
            assert!(!conceals(style), "{style}");
        }
    }
}
