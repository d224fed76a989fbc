//! sitemap.xml (sitemaps.org 0.9) and robots.txt.

use std::fmt::Write as _;

use super::Press;
use super::words::xml;
use crate::model::Day;
use crate::plan::{PosterPart, Recipe};

/// Every page that search engines may list, with the day it was last changed where one was typed.
pub fn sitemap(press: &Press) -> String {
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    out.push_str("<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n");
    for (path, recipe) in press.plan.outputs() {
        let Some(changed) = listed(press, recipe) else { continue };
        let _ = write!(out, "  <url><loc>{}</loc>", xml(&press.absolute(path)));
        if let Some(day) = changed {
            let _ = write!(out, "<lastmod>{day}</lastmod>");
        }
        out.push_str("</url>\n");
    }
    out.push_str("</urlset>\n");
    out
}

/// Whether an output is a page to list, and when it was last changed.
fn listed(press: &Press, recipe: &Recipe) -> Option<Option<Day>> {
    match recipe {
        Recipe::Page(id) => {
            let page = press.edition.page(id)?;
            Some(page.updated.or(page.published).map(|moment| moment.day))
        }
        Recipe::Poster(id, PosterPart::Page) => {
            let page = press.edition.page(id)?;
            Some(page.updated.or(page.published).map(|moment| moment.day))
        }
        Recipe::Home
        | Recipe::List(..)
        | Recipe::Campaigns
        | Recipe::Agenda(..)
        | Recipe::Month(..)
        | Recipe::Posters => Some(None),
        _ => None,
    }
}

/// robots.txt (RFC 9309); under a sub-path it is only a help for whoever keeps the root.
pub fn robots(press: &Press) -> String {
    format!("User-agent: *\nAllow: /\n\nSitemap: {}\n", press.edition.config().base_url.absolute("sitemap.xml"))
}
