//! `site list`: every page that was written, and whether the public sees it on the day.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

use super::{Call, Format, Machine, Terminal, outcome};
use crate::edition::{Hidden, hidden};
use crate::model::{Page, Site};
use crate::publication;
use crate::report::{SourcePath, displayable};

/// Lists the pages.
pub fn run(call: &Call, machine: &Machine, terminal: &Terminal) -> u8 {
    let order = call.order(machine);
    let made = publication(&order);
    let findings = made.report.into_sorted();
    let Some(site) = made.site else {
        return outcome::tell(call, terminal, "list", &findings, "", json!({ "pages": Value::Null }));
    };
    let today = order.today;
    let broken = site.broken.len();
    // A list with gaps is not what was asked for.
    let code = u8::from(broken > 0);
    if call.format == Format::Json {
        let pages: Vec<Value> = site.pages.values().map(|page| record(page, hidden(page, today))).collect();
        let broken: BTreeSet<&str> = site.broken.iter().map(SourcePath::as_str).collect();
        let extra = json!({ "today": today.to_string(), "pages": pages, "broken": broken });
        outcome::done(terminal, "list", code, extra);
    } else {
        terminal.say(&table(call, &site, today));
    }
    if broken > 0 {
        let zh = format!("另有 {broken} 个文件有错，没有列出，请运行 site check。\n");
        let en = format!("{broken} more files have mistakes and are not listed; run site check.\n");
        terminal.complain(call.say(&zh, &en));
    }
    code
}

fn record(page: &Page, why: Option<Hidden>) -> Value {
    json!({
        "kind": page.id.kind.word(),
        "slug": &*page.id.slug,
        "title": page.title,
        "path": page.path.as_str(),
        "state": word(why),
        "published": page.published.map(|moment| moment.to_string()),
    })
}

fn word(why: Option<Hidden>) -> &'static str {
    match why {
        None => "public",
        Some(Hidden::Draft) => "draft",
        Some(Hidden::Future(_)) => "future",
        Some(Hidden::Expired(_)) => "expired",
        Some(Hidden::NotPublic) => "not-public",
    }
}

/// Whether a page is public, in words.
pub fn state(call: &Call, why: Option<Hidden>) -> String {
    match why {
        None => call.say("公开", "public").to_string(),
        Some(Hidden::Draft) => call.say("草稿", "draft").to_string(),
        Some(Hidden::Future(day)) => format!("{day} {}", call.say("起公开", "on")),
        Some(Hidden::Expired(day)) => format!("{day} {}", call.say("已过期", "expired")),
        Some(Hidden::NotPublic) => call.say("不公开", "not public").to_string(),
    }
}

fn table(call: &Call, site: &Site, today: crate::model::Day) -> String {
    let rows: Vec<[String; 4]> = site
        .pages
        .values()
        .map(|page| {
            let kind = call.say(page.id.kind.zh(), page.id.kind.word()).to_string();
            [kind, page.id.slug.to_string(), state(call, hidden(page, today)), displayable(&page.title)]
        })
        .collect();
    let widths: Vec<usize> = (0..3).map(|at| rows.iter().map(|row| row[at].width()).max().unwrap_or(0)).collect();
    let mut out = String::new();
    for row in &rows {
        for (at, width) in widths.iter().enumerate() {
            out.push_str(&row[at]);
            out.push_str(&" ".repeat(width - row[at].width() + 2));
        }
        out.push_str(&row[3]);
        out.push('\n');
    }
    out
}
