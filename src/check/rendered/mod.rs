//! What templates and content make together: every page is read once as it would be published, and the rules of
//! domain.md §3 that only a whole page can break are asked of it. A page gives its faults and a few facts; what
//! concerns pages among each other is judged at the end from the facts.

mod colors;
mod fault;
mod html;
mod links;
mod metas;
mod pages;
mod seeing;
mod styles;
mod target;

use std::collections::{BTreeMap, BTreeSet};

use crate::markdown;
use crate::model::{OutPath, Page};
use crate::plan::Recipe;
use crate::render::Press;
use crate::report::{Finding, Profile, Report};
use fault::{Fault, Faults};
use html::Html;
use pages::Facts;
use target::Target;

/// Looks at the pages of one site.
pub struct Inspector<'p> {
    press: &'p Press,
    profile: Profile,
    outs: Vec<(&'p OutPath, &'p Recipe)>,
    /// The bytes of the theme's files, those included that a style sheet asks for.
    weights: BTreeMap<&'p str, u64>,
    /// Pages whose address belongs to something else, which was told (E141).
    lost: BTreeSet<String>,
}

/// What was seen of one page.
pub struct Seen {
    faults: Vec<Fault>,
    facts: Facts,
}

/// One page, while it is looked at.
struct Sheet<'a> {
    inspector: &'a Inspector<'a>,
    out: &'a OutPath,
    recipe: &'a Recipe,
    /// The page somebody wrote, of which it is made.
    page: Option<&'a Page>,
    html: Html,
}

impl Sheet<'_> {
    /// An address of this page from the root of the site: the same link climbs differently from page to page.
    fn below<'t>(&self, address: &'t str) -> &'t str {
        let base = self.inspector.press.edition.config().base_url.path();
        match self.recipe {
            Recipe::NotFound => address.strip_prefix(base).unwrap_or(address),
            _ => address.trim_start_matches("../"),
        }
    }

    /// Whether somebody wrote a link to this anchor, which was checked where it stands (E123).
    fn has_written(&self, anchor: &str) -> bool {
        let links = self.page.map_or(&[][..], |page| page.body.links());
        links.iter().any(|link| match &link.target {
            markdown::Target::Anchor(to) => to == anchor,
            markdown::Target::Relative { anchor: to, .. } | markdown::Target::Rooted { anchor: to, .. } => {
                to.as_deref() == Some(anchor)
            }
            _ => false,
        })
    }
}

/// Whether a page of this recipe is looked at: those that templates make, but no booklets, which say again what was
/// looked at on other pages.
pub fn is_seen(recipe: &Recipe) -> bool {
    metas::is_column(recipe) || matches!(recipe, Recipe::Page(_) | Recipe::Search | Recipe::NotFound | Recipe::Moved(_))
}

impl<'p> Inspector<'p> {
    /// An inspector of what `press` makes.
    pub fn new(press: &'p Press, profile: Profile) -> Inspector<'p> {
        let written = press.edition.pages().map(|page| page.id.out());
        let lost = written.filter(|out| press.plan.recipe(out).is_none()).map(|out| out.as_str().to_string());
        let outs = press.plan.outputs().collect();
        Inspector { press, profile, outs, weights: pages::weights(press), lost: lost.collect() }
    }

    /// Looks at the page `out`.
    pub fn look(&self, out: &OutPath, recipe: &Recipe, bytes: &[u8]) -> Seen {
        let page = if let Recipe::Page(id) = recipe { self.press.edition.page(id) } else { None };
        let sheet = Sheet { inspector: self, out, recipe, page, html: Html::read(bytes) };
        let mut faults = Vec::new();
        metas::check(&sheet, &mut faults);
        links::check(&sheet, &mut faults);
        seeing::check(&sheet, &mut faults);
        let facts = pages::facts(&sheet, bytes.len(), &mut faults);
        Seen { faults, facts }
    }

    /// What all that was seen comes to; `seen` is in the order of the paths, and `whole` says that no page is missing.
    pub fn judge(&self, seen: Vec<(&OutPath, &Recipe, Seen)>, whole: bool) -> Vec<Finding> {
        let (mut faults, mut report) = (Faults::default(), Report::new());
        let mut facts = Vec::with_capacity(seen.len());
        for (out, recipe, seen) in seen {
            faults.add(out, recipe, seen.faults);
            facts.push((out, recipe, seen.facts));
        }
        metas::site(self.press, self.profile, &mut report);
        styles::check(self.press, &mut report);
        if whole {
            pages::check(self, &facts, &mut faults, &mut report);
        }
        faults.tell(self.press, &mut report);
        report.into_sorted()
    }

    /// Whether there is such a file, or the lack of it was told elsewhere.
    fn has(&self, path: &str) -> bool {
        self.number(path).is_some() || self.lost.contains(path)
    }

    /// The number of an output.
    fn number(&self, path: &str) -> Option<usize> {
        self.outs.binary_search_by(|(out, _)| out.as_str().cmp(path)).ok()
    }

    fn target<'a>(&self, from: &OutPath, address: &'a str) -> Target<'a> {
        target::target(from, self.press.edition.config().base_url.path(), address)
    }

    /// Whether `host` is the site's own, its portal's, or another of the government's.
    fn is_near(&self, host: &str) -> bool {
        let config = self.press.edition.config();
        let portal = config.portal.url.as_deref().and_then(target::host);
        host.ends_with(".gov.cn")
            || host == config.base_url.host()
            || portal.as_deref() == Some(host)
            || config.portal.domain.as_deref() == Some(host)
    }
}
