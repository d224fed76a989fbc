//! What the preview adds in the browser: the script tag, the overlay's content, and pages where there is no page.
//!
//! All text from files is escaped by `report::html`. The script and its style are served from `/__site/`; nothing of
//! this is ever part of a build.

use super::events::Shown;
use super::shell::digests;
use super::{Answer, our_fault as our_fault_text};
use crate::report::{Finding, Lang, html};

/// The path of the script, without its first `/`.
pub const SCRIPT_PATH: &str = "__site/preview.js";
/// The path of the list of problems, without its first `/`.
pub const PROBLEMS_PATH: &str = "__site/problems";
/// The most problems shown in the browser; the terminal has them all.
const MOST_SHOWN: usize = 200;

/// The script, with its style sheet inside: a sheet made by script is not subject to a page's own policy.
pub fn script() -> String {
    let style = serde_json::Value::from(include_str!("browser.css")).to_string();
    include_str!("browser.js").replace("\"browser.css\"", &style)
}

/// The problems as HTML, at most [`MOST_SHOWN`].
pub fn problem_list(findings: &[Finding], lang: Lang) -> String {
    let mut list = html::print(&findings[..findings.len().min(MOST_SHOWN)], lang);
    if let Some(more) = findings.len().checked_sub(MOST_SHOWN).filter(|more| *more > 0) {
        let text = match lang {
            Lang::Zh => format!("另有 {more} 个问题没有列出，请看终端窗口。"),
            Lang::En => format!("{more} more problems are not listed here; see the terminal."),
        };
        list += &format!("<p>{text}</p>");
    }
    list
}

/// A panic, told as ours.
pub fn our_fault(reason: &str, lang: Lang) -> String {
    format!("<article><p>{}</p></article>", html::escape(our_fault_text(reason).get(lang)))
}

/// A page's bytes with the preview script before `</body>`.
pub fn dress(shown: &Shown, answer: &Answer) -> Vec<u8> {
    let fault = answer.fault.as_ref().map(|fault| html::print(std::slice::from_ref(fault), shown.lang));
    if let Some(fault) = fault.as_deref().filter(|_| answer.bytes.is_empty()) {
        return fault_page(shown, fault).into_bytes();
    }
    let hashes = digests(&answer.bytes);
    let mut tag = opening(shown);
    attribute(&mut tag, "page", &hashes.page);
    attribute(&mut tag, "shell", &hashes.shell);
    attribute(&mut tag, "badge", answer.badge.as_deref().unwrap_or_default());
    attribute(&mut tag, "fault", fault.as_deref().unwrap_or_default());
    insert(&answer.bytes, &(tag + "></script>"))
}

/// The page shown when there is none: before the first build, or when it refused.
pub fn page_without_answer(shown: &Shown) -> String {
    let (building, broken) = match shown.lang {
        Lang::Zh => ("正在生成预览…", BROKEN_ZH),
        Lang::En => ("Building the preview…", BROKEN_EN),
    };
    bare_page(shown, if shown.is_clean() { building } else { broken }, &shown.list())
}

/// The page shown when making a page failed.
pub fn fault_page(shown: &Shown, problem: &str) -> String {
    bare_page(shown, if shown.lang == Lang::Zh { BROKEN_ZH } else { BROKEN_EN }, problem)
}

/// The page shown where a site has neither the page nor a 404 page; it notices when the page appears.
pub fn missing_page(shown: &Shown) -> String {
    bare_page(shown, if shown.lang == Lang::Zh { "没有这个页面" } else { "There is no such page" }, "")
}

/// A page of the preview itself, which is loaded anew after every change.
pub fn own_page(shown: &Shown, title: &str, body: &str) -> String {
    let lang = if shown.lang == Lang::Zh { "zh-CN" } else { "en" };
    let mut tag = opening(shown);
    attribute(&mut tag, "bare", "1");
    format!(
        "<!doctype html>\n<html lang=\"{lang}\"><head><meta charset=\"utf-8\"><title>{title}</title>\
         <meta name=\"viewport\" content=\"width=device-width\"><link rel=\"icon\" href=\"data:,\"></head>\n<body>{body}{tag}></script></body></html>\n"
    )
}

const BROKEN_ZH: &str = "这个页面暂时生成不了";
const BROKEN_EN: &str = "This page cannot be made yet";

fn bare_page(shown: &Shown, title: &str, content: &str) -> String {
    own_page(shown, title, &format!("<main><h1>{title}</h1>\n{content}</main>"))
}

fn opening(shown: &Shown) -> String {
    let mut tag = format!("<script src=\"/{SCRIPT_PATH}\" defer");
    attribute(&mut tag, "version", &shown.version.to_string());
    attribute(&mut tag, "problems", &shown.problems.to_string());
    attribute(&mut tag, "lang", if shown.lang == Lang::Zh { "zh" } else { "en" });
    tag
}

fn attribute(tag: &mut String, name: &str, value: &str) {
    if !value.is_empty() {
        let value = value.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;");
        *tag += &format!(" data-{name}=\"{value}\"");
    }
}

fn insert(page: &[u8], tag: &str) -> Vec<u8> {
    const END: &[u8] = b"</body>";
    let at = page.windows(END.len()).rposition(|window| window.eq_ignore_ascii_case(END)).unwrap_or(page.len());
    [&page[..at], tag.as_bytes(), &page[at..]].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tag_stands_before_the_last_end_of_body_or_at_the_end() {
        assert_eq!(insert(b"<body>a</BODY></html>", "X"), b"<body>aX</BODY></html>");
        assert_eq!(insert(b"</body></body>", "X"), b"</body>X</body>");
        assert_eq!(insert(b"plain", "X"), b"plainX");
        assert_eq!(insert(b"", "X"), b"X");
    }

    #[test]
    fn the_script_carries_its_style() {
        assert!(script().contains(".problems") && !script().contains("\"browser.css\""));
    }
}
