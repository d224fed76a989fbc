//! The panel at `/__site/`: every problem, every page with its state, and links that open a file on this computer.
//!
//! Opening a file starts a program, so it takes the token that only our own pages know, and a path that is a source of
//! the site; readers from the office network cannot do it.

use super::Listed;
use super::browser;
use super::events::{Shown, gravest_first};
use crate::report::{Counts, Lang, html};

/// The path of the panel, without its first `/`.
pub const PATH: &str = "__site/";
/// The path that opens a file, without its first `/`.
pub const OPEN_PATH: &str = "__site/open";

/// The panel as a page; `token` is what opens files.
pub fn page(shown: &Shown, token: &str) -> String {
    let zh = shown.lang == Lang::Zh;
    let pick = |chinese: &'static str, english: &'static str| if zh { chinese } else { english };
    let title = pick("预览面板", "Preview panel");
    let snapshot = shown.snapshot.as_ref();
    let findings = snapshot.map_or(&[][..], |snapshot| &snapshot.findings);
    let listed = snapshot.map_or_else(Vec::new, |snapshot| (snapshot.listed)());
    let counts = Counts::of(findings);
    let (errors, warnings, pages) = (counts.vetoes + counts.errors, counts.warnings, listed.len());
    let summary = match zh {
        true => format!("稿件 {pages} 篇，错误 {errors} 个，警告 {warnings} 个"),
        false => format!("Pages: {pages}, errors: {errors}, warnings: {warnings}"),
    };
    let is_ahead = snapshot.is_some_and(|snapshot| snapshot.is_ahead);
    let problems = match (shown.is_clean(), findings.is_empty()) {
        (true, true) if is_ahead => format!("<p>{}</p>", pick("还在检查全部稿件。", "Still checking all pages.")),
        (true, true) => format!("<p>{}</p>", pick("没有发现问题。", "No problems.")),
        (false, true) => shown.list(),
        (_, false) => html::print(&gravest_first(findings), shown.lang),
    };
    let rows: String = listed.iter().map(|page| row(page, pick("打开", "Open"))).collect();
    let heads = match zh {
        true => ["种类", "标题", "状态", "文件"],
        false => ["Kind", "Title", "State", "File"],
    };
    let heads: String = heads.iter().map(|head| format!("<th scope=\"col\">{head}</th>")).collect();
    let filter = pick("筛选（标题、状态或文件名）", "Filter by title, state or file");
    let body = format!(
        "<main class=\"panel\" data-token=\"{token}\"><h1>{title}</h1><p>{summary}</p>\
         <section class=\"list\"><h2>{}</h2>\n{problems}</section>\n<section><h2>{}</h2>\
         <p><label>{filter} <input type=\"search\" id=\"filter\"></label></p>\
         <table><thead><tr>{heads}</tr></thead><tbody>\n{rows}</tbody></table></section></main>",
        pick("问题", "Problems"),
        pick("全部稿件", "All pages"),
    );
    browser::own_page(shown, title, &body)
}

fn row(page: &Listed, open: &str) -> String {
    let title = html::escape(&page.title);
    let title = match &page.address {
        Some(address) => format!("<a href=\"{}\">{title}</a>", html::escape(address)),
        None => title,
    };
    let (kind, state, source) = (html::escape(&page.kind), html::escape(&page.state), html::escape(&page.source));
    let class = if page.is_public { "" } else { " class=\"hidden\"" };
    format!(
        "<tr{class}><td>{kind}</td><td>{title}</td><td>{state}</td>\
         <td><code>{source}</code> <button type=\"button\" data-open=\"{source}\">{open}</button></td></tr>\n"
    )
}
