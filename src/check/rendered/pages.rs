//! What concerns pages among each other: anchors of other pages, titles and descriptions that two pages share, pages
//! nobody can come to, and pages that are too heavy (domain.md L01, M05; M08, L10, A08).

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::fault::{Fault, Faults, shown_on};
use super::html::Tag;
use super::target::Target;
use super::{Inspector, Sheet, links, target};
use crate::model::{OutPath, Page};
use crate::plan::{Recipe, SEARCH};
use crate::render::Press;
use crate::report::{Code, Finding, Report, SourcePath, Text, codes, displayable};

/// A page with all it loads may have so many bytes: on a slow phone in a village it takes half a minute to come.
const HEAVIEST: u64 = 3 << 20;
/// So many other places are named beside a finding.
const MOST_RELATED: usize = 5;

/// A description shorter than this says too little to be worth another.
const SHORTEST: usize = 15;

/// What is kept of a page until all were seen.
#[derive(Default)]
pub struct Facts {
    title: String,
    description: String,
    /// The outputs it links to, by number, each once.
    leads: Vec<usize>,
    /// Anchors of other pages.
    anchors: Vec<(usize, String)>,
    /// Its own ids, one a line.
    ids: String,
}

/// A page with what is kept of it.
pub type Known<'a> = (&'a OutPath, &'a Recipe, Facts);

/// What is kept of a page; its weight is judged at once.
pub fn facts(sheet: &Sheet, bytes: usize, faults: &mut Vec<Fault>) -> Facts {
    let mut facts = Facts::default();
    let (mut leads, mut loads) = (BTreeSet::new(), BTreeSet::new());
    for tag in sheet.html.tags() {
        if let Some(id) = tag.get("id").or_else(|| tag.get("name").filter(|_| tag.name() == "a")) {
            facts.ids.push_str(id);
            facts.ids.push('\n');
        }
        match tag.name() {
            "title" if facts.title.is_empty() => facts.title = tag.text(),
            "meta" if tag.get("name").is_some_and(|name| name.eq_ignore_ascii_case("description")) => {
                facts.description = tag.get("content").unwrap_or_default().trim().to_string();
            }
            "a" => {
                let Some(Target::Site(path, anchor)) =
                    tag.get("href").map(|href| sheet.inspector.target(sheet.out, href))
                else {
                    continue;
                };
                let Some(number) = sheet.inspector.number(&path) else { continue };
                leads.insert(number);
                if !anchor.is_empty() && path != sheet.out.as_str() && !sheet.has_written(&anchor) {
                    facts.anchors.push((number, anchor));
                }
            }
            _ => loads.extend(loaded(sheet, tag)),
        }
    }
    facts.leads = leads.into_iter().collect();
    let weight = bytes as u64 + loads.into_iter().map(|number| sheet.inspector.weight(number)).sum::<u64>();
    if weight > HEAVIEST {
        faults.push(heavy(sheet, weight));
    }
    facts
}

/// The output a tag makes the browser load.
fn loaded(sheet: &Sheet, tag: Tag) -> Option<usize> {
    let address = match tag.name() {
        "img" | "script" => tag.get("src")?,
        "link" if tag.get("rel").is_some_and(|rel| rel.eq_ignore_ascii_case("stylesheet")) => tag.get("href")?,
        _ => return None,
    };
    match sheet.inspector.target(sheet.out, address) {
        Target::Site(path, _) => sheet.inspector.number(&path),
        _ => None,
    }
}

impl Inspector<'_> {
    /// The bytes of an output that stands in a file; 0 of what is made.
    fn weight(&self, number: usize) -> u64 {
        match self.outs.get(number) {
            Some((_, Recipe::Asset(name))) => self.weights.get(&**name).copied().unwrap_or_default(),
            Some((_, Recipe::File(path))) => self.press.edition.file(path).map_or(0, |file| file.found.size),
            Some((_, Recipe::Photo(path, width))) => self.photo(path, *width),
            _ => 0,
        }
    }

    /// About the bytes of a photo: six pixels come to one, or the file has fewer.
    fn photo(&self, path: &SourcePath, width: u32) -> u64 {
        let sizes = self.press.plan.photo(path).unwrap_or_default();
        let pixels = sizes.iter().find(|size| size.width == width).map(|size| u64::from(size.width * size.height));
        let size = self.press.edition.file(path).map_or(0, |file| file.found.size);
        pixels.map_or(0, |pixels| pixels / 6).min(size)
    }
}

/// The bytes of each file of the theme, with those that a style sheet asks for.
pub fn weights(press: &Press) -> BTreeMap<&str, u64> {
    let assets = &press.theme().assets;
    let by_out: BTreeMap<&str, u64> =
        assets.values().map(|asset| (asset.out.as_str(), asset.sent.len() as u64)).collect();
    let weight = |(name, asset): &(&String, &crate::theme::Asset)| {
        let own = asset.sent.len() as u64;
        if !name.ends_with(".css") {
            return own;
        }
        let css = String::from_utf8_lossy(&asset.bytes).into_owned();
        let asked: BTreeSet<String> = super::styles::urls(&css)
            .filter_map(|url| match target::target(&asset.out, "/", url) {
                Target::Site(path, _) => Some(path),
                _ => None,
            })
            .collect();
        own + asked.iter().filter_map(|path| by_out.get(&**path)).sum::<u64>()
    };
    assets.iter().map(|entry| (entry.0.as_str(), weight(&entry))).collect()
}

fn heavy(sheet: &Sheet, weight: u64) -> Fault {
    let most = HEAVIEST >> 20;
    match sheet.page {
        Some(page) => {
            let megabytes = weight as f64 / f64::from(1 << 20);
            let text = Text::new(
                format!(
                    "页面连同图片、样式、脚本和字体有 {megabytes:.1} MB，超过 {most} MB，用手机打开很慢。请压缩或减少图片"
                ),
                format!(
                    "The page with its pictures, styles, scripts and fonts has {megabytes:.1} MB, over {most} MB; make the pictures smaller"
                ),
            );
            Fault::written(shown_on(&codes::A08, page.whole(), text, sheet.out))
        }
        None => {
            let text = Text::new(
                format!("页面连同图片、样式、脚本和字体超过 {most} MB，用手机打开很慢。请压缩图片，精简字体"),
                format!("The page with its pictures, styles, scripts and fonts has over {most} MB; make them smaller"),
            );
            Fault::theme(&codes::A08, "", text)
        }
    }
}

/// Judges all pages of a site together.
pub fn check(inspector: &Inspector, known: &[Known], faults: &mut Faults, report: &mut Report) {
    anchors(inspector, known, faults);
    same(inspector, known, &codes::M05, |facts| &facts.title, report);
    same(inspector, known, &codes::M08, |facts| &facts.description, report);
    unreached(inspector, known, report);
}

fn anchors(inspector: &Inspector, known: &[Known], faults: &mut Faults) {
    let pages: BTreeMap<&str, &Facts> = known.iter().map(|(out, _, facts)| (out.as_str(), facts)).collect();
    let ids = |number: usize| pages.get(inspector.outs.get(number)?.0.as_str()).map(|facts| &facts.ids);
    for (out, recipe, facts) in known {
        let is_lost =
            |(number, anchor): &&(usize, String)| ids(*number).is_some_and(|ids| !ids.lines().any(|id| id == anchor));
        let lost = facts.anchors.iter().filter(is_lost).map(|(_, anchor)| links::no_anchor(anchor)).collect();
        faults.add(out, recipe, lost);
    }
}

/// The page somebody wrote that an output shows.
fn written<'p>(inspector: &Inspector<'p>, recipe: &Recipe) -> Option<&'p Page> {
    if let Recipe::Page(id) = recipe { inspector.press.edition.page(id) } else { None }
}

/// Pages that share a title or a description; told at a page that somebody wrote, once a group.
fn same(
    inspector: &Inspector,
    known: &[Known],
    code: &'static Code,
    value: fn(&Facts) -> &String,
    report: &mut Report,
) {
    let mut groups: BTreeMap<&str, Vec<(&OutPath, &Recipe)>> = BTreeMap::new();
    // A template that leaves the title out of <title> was told of each page.
    let is_told = |recipe: &Recipe, facts: &Facts| {
        let page = written(inspector, recipe);
        page.is_some_and(|page| code == &codes::M05 && !facts.title.starts_with(&page.title))
    };
    let is_own = |recipe: &Recipe| !matches!(recipe, Recipe::NotFound | Recipe::Moved(_));
    let judged = |(_, recipe, facts): &&Known| is_own(recipe) && !value(facts).is_empty() && !is_told(recipe, facts);
    for (out, recipe, facts) in known.iter().filter(judged) {
        groups.entry(value(facts)).or_default().push((out, recipe));
    }
    let is_title = code == &codes::M05;
    let key = if is_title { "title" } else { "summary" };
    let is_long = |text: &str| is_title || text.chars().count() >= SHORTEST;
    for (shared, pages) in groups.into_iter().filter(|(shared, pages)| pages.len() > 1 && is_long(shared)) {
        let mut own: Vec<&Page> = pages.iter().filter_map(|(_, recipe)| written(inspector, recipe)).collect();
        // Pages that are made by themselves may say the same of themselves, and of one page that says it too.
        let Some(last) = own.pop().filter(|_| is_title || !own.is_empty()) else { continue };
        // What somebody wrote twice is told where it stands (W167, W168), and open days may well be called alike.
        let alike = |page: &&Page| match is_title {
            true => page.title == last.title,
            false => page.summary.is_some() && page.summary == last.summary,
        };
        if own.iter().all(alike) && own.len() + 1 == pages.len() {
            continue;
        }
        let count = if is_title { pages.len() } else { own.len() + 1 };
        let shown: String = displayable(shared).chars().take(40).collect();
        let text = match is_title {
            true => Text::new(
                format!(
                    "有 {count} 个页面的标题都是“{}”，读者和搜索引擎分不清。请在标题里写上单位、地区或日期。",
                    displayable(&last.title)
                ),
                format!(
                    "{count} pages are called `{}`; add the body, the region or the date.",
                    displayable(&last.title)
                ),
            ),
            false => Text::new(
                format!("有 {count} 个页面的简介相同：“{shown}…”。请给每个页面写自己的 summary。"),
                format!("{count} pages have one description, `{shown}…`; give each a summary of its own."),
            ),
        };
        let finding = Finding::new(code, last.place(key), text);
        let related = own.iter().take(MOST_RELATED).map(|page| page.place(key));
        report.add(related.fold(finding, Finding::related));
    }
}

/// L10: pages to which no way leads from the home page.
fn unreached(inspector: &Inspector, known: &[Known], report: &mut Report) {
    let pages: BTreeMap<&str, &Facts> = known.iter().map(|(out, _, facts)| (out.as_str(), facts)).collect();
    let mut reached = BTreeSet::from(["index.html"]);
    let mut ahead = VecDeque::from(["index.html"]);
    while let Some(out) = ahead.pop_front() {
        // Search leads everywhere, and so says nothing about the menu.
        if out == SEARCH {
            continue;
        }
        let leads = pages.get(out).map_or(&[][..], |facts| &facts.leads);
        for (next, _) in leads.iter().filter_map(|number| inspector.outs.get(*number)) {
            if reached.insert(next.as_str()) {
                ahead.push_back(next.as_str());
            }
        }
    }
    for (out, recipe, _) in known.iter().filter(|(out, ..)| !reached.contains(out.as_str())) {
        let Some(page) = written(inspector, recipe) else { continue };
        let text = Text::new(
            "从首页出发，经过菜单、列表和正文里的链接都到不了这个页面，公众找不到它。请在菜单或别的页面里加上链接",
            "No way of links leads here from the home page; link it from the menu or from another page",
        );
        report.add(shown_on(&codes::L10, page.whole(), text, out));
    }
}
