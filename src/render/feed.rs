//! Atom feeds (RFC 4287) of the whole site and of each campaign: the newest visible pages, absolute links, dates as
//! they were typed.

use std::fmt::Write as _;

use super::words::xml;
use super::{Press, pages};
use crate::load::fields::Kind;
use crate::model::{Moment, OutPath, Page, PageId};
use crate::plan::ListOf;

const ENTRIES: usize = 40;

/// The feed at `out`; of `campaign`, or of the site.
pub fn atom(press: &Press, out: &OutPath, campaign: Option<&PageId>) -> String {
    let config = press.edition.config();
    let campaign = campaign.and_then(|id| press.edition.page(id));
    let mut entries: Vec<(Moment, &Page)> = match campaign {
        Some(page) => dated(press, press.plan.index.of_campaign(&page.id)),
        None => {
            ListOf::KINDS.into_iter().flat_map(|kind| dated(press, press.plan.index.list(ListOf::Kind(kind)))).collect()
        }
    };
    entries.sort_by_key(|(moment, page)| (std::cmp::Reverse(*moment), &page.id));
    entries.truncate(ENTRIES);
    let title = campaign.map_or_else(|| config.title.clone(), |page| format!("{} - {}", page.title, config.title));
    let home = campaign.map_or_else(|| config.base_url.absolute(""), |page| press.absolute(&page.id.out()));
    let updated = entries.iter().map(|(moment, page)| page.updated.unwrap_or(*moment)).max();
    let updated = updated.map_or_else(|| format!("{}T00:00:00+08:00", press.edition.today()), Moment::rfc3339);
    let own = press.absolute(out);
    let mut feed = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(feed, "<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"zh-CN\">");
    let _ = writeln!(feed, "  <title>{}</title>", xml(&title));
    let _ = writeln!(feed, "  <id>{}</id>", xml(&own));
    let _ = writeln!(feed, "  <link rel=\"self\" type=\"application/atom+xml\" href=\"{}\"/>", xml(&own));
    let _ = writeln!(feed, "  <link rel=\"alternate\" type=\"text/html\" href=\"{}\"/>", xml(&home));
    let _ = writeln!(feed, "  <updated>{updated}</updated>");
    let _ = writeln!(feed, "  <author><name>{}</name></author>", xml(&config.bureau.name));
    for (moment, page) in entries {
        entry(&mut feed, press, moment, page);
    }
    feed.push_str("</feed>\n");
    feed
}

fn dated<'p>(press: &'p Press, ids: &'p [PageId]) -> Vec<(Moment, &'p Page)> {
    press
        .shown(ids)
        .filter(|page| !matches!(page.id.kind, Kind::Campaign | Kind::Poster))
        .filter_map(|page| Some((page.published?, page)))
        .collect()
}

fn entry(feed: &mut String, press: &Press, moment: Moment, page: &Page) {
    let url = xml(&press.absolute(&page.id.out()));
    let _ = writeln!(feed, "  <entry>");
    let _ = writeln!(feed, "    <title>{}</title>", xml(&page.title));
    let _ = writeln!(feed, "    <id>{url}</id>");
    let _ = writeln!(feed, "    <link rel=\"alternate\" type=\"text/html\" href=\"{url}\"/>");
    let _ = writeln!(feed, "    <published>{}</published>", moment.rfc3339());
    let _ = writeln!(feed, "    <updated>{}</updated>", page.updated.unwrap_or(moment).rfc3339());
    let _ = writeln!(feed, "    <author><name>{}</name></author>", xml(&pages::source(press, page)));
    let _ = writeln!(feed, "    <category term=\"{}\" label=\"{}\"/>", page.id.kind.word(), page.id.kind.zh());
    let _ = writeln!(feed, "    <summary>{}</summary>", xml(&press.summary(page)));
    let _ = writeln!(feed, "  </entry>");
}
