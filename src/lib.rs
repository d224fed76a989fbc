//! `site` makes publicity sites for Chinese market-regulation bureaus: a page for each campaign, a calendar of open
//! days, posters to download.
//!
//! A site is a pure function from what the bureau has written, a theme and a day, to an ordered map from output path
//! to bytes. This page is that function; `build`, `serve` and `check` are its clients, and there is no second path.
//!
//! ```text
//! load::tree      project folder   -> Tree      files listed, decoded, headers split: the only reader of content
//! model::site     Tree             -> Site      everything written, typed, references resolved
//! Edition::of     Site, day        -> Edition   only what may be shown; visibility is decided here alone
//! plan::outputs   Edition, Theme   -> Plan      ordered map: output path -> Recipe
//! Press::make     Recipe           -> bytes     pure: template + view
//! write::replace  outputs          -> folder    staged beside the output, swapped whole, recovered
//! check           Site, Plan       -> findings
//! ```
//!
//! # Rooms
//!
//! | module | what lives there |
//! |---|---|
//! | [`report`] | findings as values, the table of codes with their explanations, four printers of the same value |
//! | [`address`] | output paths, the names file systems can store, relative links |
//! | [`load`] | the walk below `content/`, encodings, headers, the table of fields, first bytes of files |
//! | [`markdown`] | Markdown to safe HTML, Chinese emphasis and line joins, the one gate for links and raw HTML |
//! | [`model`] | campaigns, notices, cases, open days, institutions, posters, pages; days, slugs, regions |
//! | [`edition`] | who may see what, on which day |
//! | [`theme`] | templates, assets, template errors told again, bounded output |
//! | [`typeset`] | sheets to PDF, PNG and SVG: Typst in a closed room, fonts, QR codes, formats, what is kept |
//! | [`plan`] | what the site consists of, and the order of every list |
//! | [`render`] | one file a product: pages, calendar, ICS, feeds, sitemap, structured data; [`render::view`] is the contract with theme authors |
//! | [`check`] | one file a group of rules |
//! | [`write`](mod@write) | guard, lock, stage, swap, recover, manifest: the only writer of the published folder |
//! | [`serve`] | the preview: a strict front, tiny_http behind it, events, watching |
//! | [`commands`] | the command line: what it says, and one file a command |
//!
//! # Invariants
//!
//! 1. A module uses only modules above it in this table; commands use them all and nothing uses commands.
//! 2. Content is read only in `load` and `theme`, and written only in `write` and the commands `new` and `init`.
//!    Sockets are opened only in `serve`; clock, environment and terminal are read only in `main`.
//! 3. A stage does not stop at the first mistake: it returns its value and adds findings to the [`report::Report`].
//! 4. `plan` and `render` receive an [`edition::Edition`], which cannot be asked for anything hidden.
//! 5. Output paths, days, slugs and safe HTML are types with one constructor each.
//! 6. Whatever can reach output is kept in ordered maps or sorted vectors.

pub mod address;
pub mod check;
pub mod commands;
pub mod edition;
pub mod load;
pub mod markdown;
pub mod model;
pub mod plan;
pub mod render;
pub mod report;
pub mod serve;
#[cfg(test)]
mod stopwatch;
pub mod theme;
pub mod typeset;
pub mod write;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;

use edition::{Edition, Reader};
use model::{Day, OutPath, Site};
use render::posters::is_printed;
use render::{Made, Press};
use report::{Finding, Profile, Report};
use typeset::{Apart, Store};

/// What a site is made of: the whole input of the pipeline.
#[derive(Debug, Clone)]
pub struct Order {
    /// The project folder.
    pub project: PathBuf,
    /// The day it is made for.
    pub today: Day,
    /// An address that overrides the configuration's.
    pub base_url: Option<String>,
    /// Which standard it is held to.
    pub profile: Profile,
    /// Who looks; a build is always for the public.
    pub reader: Reader,
    /// Formats of posters that override the configuration's, where any are named.
    pub formats: Vec<model::Format>,
    /// Whether posters and letters are only looked at, and no bytes are made of them.
    pub proofs: bool,
    /// Draws supplied PDFs apart from this process, where it can start another.
    pub apart: Option<Apart>,
    /// Where posters and letters are kept from one making to the next.
    pub store: Arc<Store>,
}

impl Order {
    /// The public's site of a project on a day, with nothing kept from before.
    pub fn of(project: &Path, today: Day) -> Order {
        Order {
            project: project.to_path_buf(),
            today,
            base_url: None,
            profile: Profile::Preview,
            reader: Reader::Public,
            formats: Vec::new(),
            proofs: false,
            apart: None,
            store: Arc::default(),
        }
    }
}

/// What came of an order: everything written, and the press that can make every output, where the input allowed it.
#[derive(Default)]
pub struct Publication {
    /// Everything that was written, hidden pages included; for lists and badges, never for output.
    pub site: Option<Arc<Site>>,
    /// Makes the outputs; none when configuration or theme could not be used.
    pub press: Option<Arc<Press>>,
    /// What was found on the way.
    pub report: Report,
}

/// Reads a project and plans its site. Nothing is rendered yet.
pub fn publication(order: &Order) -> Publication {
    let mut report = Report::new();
    let Some(mut tree) = load::tree(&order.project, &mut report) else {
        return Publication { report, ..Default::default() };
    };
    let tables = std::mem::take(&mut tree.tables);
    let made = planned(order, tree, report);
    Publication { report: made.report.told(|finding| tables.told(finding)), ..made }
}

fn planned(order: &Order, tree: load::Tree, mut report: Report) -> Publication {
    let Some(mut site) = model::site(tree, order.base_url.as_deref(), &mut report) else {
        return Publication { report, ..Default::default() };
    };
    if !order.formats.is_empty() {
        site.config.posters.clone_from(&order.formats);
    }
    let site = Arc::new(site);
    check::site(&site, order.today, order.profile, &mut report);
    let place = site.config.theme_at.clone();
    let Some(theme) = theme::load(&order.project, &site.config.theme, place, &mut report) else {
        return Publication { site: Some(site), report, ..Default::default() };
    };
    let edition = Edition::of(site.clone(), order.today, order.reader);
    let plan = plan::outputs(&edition, &theme, &mut report);
    check::outputs(&edition, &site, &plan, order.profile, &mut report);
    let press = Press::new(edition, plan, Arc::new(theme), order.store.clone());
    let press = press.apart(order.apart);
    let press = if order.proofs { press.proofs() } else { press };
    Publication { site: Some(site), press: Some(Arc::new(press)), report }
}

/// One output with what it is made of, or why it could not be made.
pub type Output = (OutPath, Result<Made, Vec<Finding>>);

/// Makes every output, some at a time, so that memory stays flat on large sites: first posters and letters, because
/// the pages that offer them ask for their sizes, then the rest, each in the order of the paths. Ends early when
/// `interrupted` is set.
pub fn outputs<'p>(press: &'p Press, interrupted: &'p AtomicBool) -> impl Iterator<Item = Output> + 'p {
    let (printed, rest): (Vec<_>, Vec<_>) = press.plan.outputs().partition(|(_, recipe)| is_printed(recipe));
    let batches = |all: Vec<_>, size: usize| all.chunks(size).map(<[_]>::to_vec).collect::<Vec<_>>();
    let batches = batches(printed, 16).into_iter().chain(batches(rest, 256));
    batches.take_while(|_| !interrupted.load(Ordering::Relaxed)).flat_map(|batch| {
        let make = |(out, recipe): (&OutPath, &_)| match interrupted.load(Ordering::Relaxed) {
            // Nobody will look at it.
            true => (out.clone(), Err(Vec::new())),
            false => (out.clone(), press.make(out, recipe)),
        };
        batch.into_par_iter().map(make).collect::<Vec<_>>()
    })
}
