//! Tree to [`Site`]: names every page, reads its own fields, then resolves what pages say about each other.

use std::collections::{BTreeMap, BTreeSet};

use super::compose::{Composer, Named};
use super::config::{self, Config};
use super::holidays::Holidays;
use super::links::{self, Known};
use super::page::*;
use super::{rows, slug};
use crate::load::{File, Memory, Source, Tree};
use crate::report::{Finding, Place, Report, SourcePath, Text, codes};

/// Everything the bureau has written, hidden pages included. Only [`crate::edition`] looks at it whole.
#[derive(Debug)]
pub struct Site {
    /// The configuration.
    pub config: Config,
    /// Pages by kind and slug.
    pub pages: BTreeMap<PageId, Page>,
    /// Public holidays and the weekends that are worked for them.
    pub holidays: Holidays,
    /// What subscribers were told by the last build.
    pub memory: Memory,
    /// Files that are not pages.
    pub files: BTreeMap<SourcePath, File>,
    /// Sources that are no page because of their own mistakes.
    pub broken: Vec<SourcePath>,
}

/// Builds the site; `base_url` overrides the configuration's. None when the configuration cannot be used; the pages
/// are checked all the same, so that one run tells every problem.
pub fn site(tree: Tree, base_url: Option<&str>, report: &mut Report) -> Option<Site> {
    let config = tree.config.as_ref().and_then(|map| config::config(map, base_url, report));
    let holidays = Holidays::of(&tree.holidays, report);
    let near = config.as_ref().and_then(|config| config.bureau.region);
    let named = names(&tree.pages, report);
    let usable: BTreeSet<&SourcePath> = named.values().map(|(_, path)| path).collect();
    let unusable = tree.pages.iter().filter(|source| !usable.contains(&source.file.path));
    let broken =
        tree.broken.iter().map(|file| file.path.clone()).chain(unusable.map(|source| source.file.path.clone()));
    let mut maybe: BTreeSet<PageId> = tree.broken.iter().map(|file| PageId::new(file.kind, &file.name)).collect();
    maybe.extend(tree.pages.iter().map(|source| PageId::new(source.file.kind, &source.file.name)));
    // A table holds many pages; links name those by their addresses.
    let alone = named.iter().filter(|(_, (index, _))| tree.pages[*index].row.is_none());
    let known = Known {
        pages: alone.map(|(id, (_, path))| (path.clone(), id.clone())).collect(),
        broken: broken.collect(),
        files: &tree.files,
    };
    let (mut pages, mut stands) = (BTreeMap::new(), BTreeSet::new());
    for (id, (index, _)) in &named {
        let source = &tree.pages[*index];
        let mut own = Report::new();
        let mut writer =
            Composer { known: &known, named: &named, sources: &tree.pages, maybe: &maybe, near, report: &mut own };
        if let Some(page) = writer.page(id, source) {
            pages.insert(id.clone(), page);
            stands.insert(*index);
        }
        report.extend(own.told(|finding| of_row(source, finding)).into_sorted());
    }
    links::anchors(&pages, report);
    circles(&pages, report);
    let sources = tree.pages.iter().enumerate().filter(|(index, _)| !stands.contains(index));
    let mut broken: Vec<SourcePath> = sources.map(|(_, source)| source.file.path.clone()).collect();
    broken.extend(tree.broken.into_iter().map(|file| file.path));
    broken.sort();
    broken.dedup();
    Some(Site { config: config?, pages, holidays, memory: tree.memory, files: tree.files, broken })
}

/// A finding about a row's page as a whole is about the row.
fn of_row(source: &Source, finding: Finding) -> Finding {
    let whole = finding.place.span.is_none() && finding.place.path == source.file.path;
    if whole && source.row.is_some() { Finding { place: source.place(), ..finding } } else { finding }
}

/// Rows of tables come last, because their names are made of the names of institutions.
fn names(sources: &[Source], report: &mut Report) -> Named {
    let mut named = Named::new();
    let alone = sources.iter().enumerate().filter(|(_, source)| source.row.is_none());
    let rows = sources.iter().enumerate().filter(|(_, source)| source.row.is_some());
    for (index, source) in alone.chain(rows) {
        let path = &source.file.path;
        let typed = source.header.map.text("slug");
        let name = match typed {
            None if source.row.is_some() => rows::name(source, index, sources, &named),
            _ => typed.unwrap_or(&source.file.name).trim().to_string(),
        };
        let place = match source.header.map.entry("slug") {
            Some(entry) => entry.node.place(path),
            None => source.place(),
        };
        if !slug::is_slug(&name) {
            report.add(slug::refusal(&name, typed.is_some() || source.row.is_some(), place));
            continue;
        }
        let id = PageId::new(source.file.kind, &name);
        if let Some((first, _)) = named.get(&id) {
            report.add(match source.row {
                Some(_) => rows::same_address(place, source, &sources[*first], &id),
                None => same_address(place, path, &sources[*first].file.path, &id),
            });
            continue;
        }
        named.insert(id, (index, path.clone()));
    }
    named
}

fn same_address(place: Place, path: &SourcePath, first: &SourcePath, id: &PageId) -> Finding {
    let url = format!("/{}/", id.folder());
    let text = Text::new(
        format!("“{first}”和“{path}”会生成同一个网址 {url}。请给其中一个换一个网址名。"),
        format!("Both `{first}` and `{path}` produce {url}; give one of them another slug."),
    );
    let line = place.span.as_ref().map(|span| span.with(&format!("{}-2", id.slug)));
    let finding = Finding::new(&codes::E141, place, text).related(Place::file(first));
    match line {
        Some(line) => finding.fix(line),
        None => finding.add_line(format!("slug: {}-2", id.slug)),
    }
}

/// A notice may not forward itself, directly or through others (E148).
fn circles(pages: &BTreeMap<PageId, Page>, report: &mut Report) {
    let next = |id: &PageId| match &pages.get(id)?.own {
        Own::Notice(notice) => notice.forwards.clone(),
        _ => None,
    };
    let mut seen: BTreeSet<PageId> = BTreeSet::new();
    for id in pages.keys() {
        let mut chain: Vec<PageId> = Vec::new();
        let mut at = Some(id.clone());
        while let Some(here) = at.take().filter(|here| seen.insert(here.clone())) {
            at = next(&here);
            chain.push(here);
        }
        // A chain that comes back to itself is a circle; one that meets an older chain was told there.
        let back = chain.last().and_then(next).and_then(|again| chain.iter().position(|known| *known == again));
        if let Some(round) = back.map(|from| chain.split_off(from)) {
            let first = round.iter().enumerate().min_by_key(|(_, id)| *id).map_or(0, |(at, _)| at);
            let (tail, head) = round.split_at(first);
            let round = [head, tail].concat();
            report.extend(round.first().and_then(|id| pages.get(id)).map(|page| circle(page, &round)));
        }
    }
}

fn circle(page: &Page, chain: &[PageId]) -> Finding {
    let names = chain.iter().chain(chain.first()).map(|id| id.slug.to_string()).collect::<Vec<_>>().join(" → ");
    let text = Text::new(
        format!("转发关系绕成了一圈：{names}。请去掉其中一处“转发”。"),
        format!("These notices forward each other in a circle: {names}."),
    );
    Finding::new(&codes::E148, page.place("forwards"), text)
}
