//! `site search`: the question a reader would type on the site, asked from the terminal; the answer is the same.

use serde_json::{Value, json};

use super::{Call, Format, Machine, Terminal, arguments, build, memo, outcome};
use crate::Pipeline;
use crate::load::Changed;
use crate::load::fields::Kind;
use crate::model::{Page, Region};
use crate::plan::{self, Searched};
use crate::render::Press;
use crate::report::displayable;
use crate::search::excerpt;
use crate::search::query::{self, Answer, Asked, Hit, Piece};

/// What was asked for.
#[derive(Debug, Clone)]
pub struct Wish {
    /// The words, as they would be typed.
    pub words: String,
    /// Only pages of this kind, as it was named.
    pub kind: Option<String>,
    /// Only pages of this campaign, by its slug.
    pub campaign: Option<String>,
    /// Only pages of this region, as it was named.
    pub region: Option<String>,
    /// Only pages of this year.
    pub year: Option<i16>,
    /// So many are shown.
    pub limit: usize,
}

/// Only pages that are like this.
#[derive(Default)]
struct Filter {
    kind: Option<Kind>,
    campaign: Option<String>,
    region: Option<Region>,
    year: Option<i16>,
}

/// Searches as wished.
pub fn run(call: &Call, machine: &Machine, terminal: &Terminal, wish: &Wish) -> u8 {
    let filter = match filter(call, wish) {
        Ok(filter) => filter,
        Err(reason) => return outcome::refused(call, terminal, "search", 2, &reason),
    };
    let pieces = query::pieces(&wish.words);
    if pieces.is_empty() {
        let reason =
            call.say("请写要找的词，例如 site search 有机产品。", "Say what to look for: site search 有机产品.");
        return outcome::refused(call, terminal, "search", 2, reason);
    }
    let mut pipeline = Pipeline::default().knowing(&call.project, &memo::recalled(&call.project));
    let made = pipeline.run(&call.order(machine), &Changed::Stamped);
    let press = made.press.map(|press| (*press).clone().after(build::published_index(call, machine)));
    let Some((press, searched)) = press.as_ref().and_then(|press| Some((press, press.plan.searched.as_ref()?))) else {
        if press.is_some() {
            let reason = call.say(
                "这个网站没有开启搜索（site.yaml 里写了 search: false）。",
                "This site has no search: site.yaml says `search: false`.",
            );
            return outcome::refused(call, terminal, "search", 2, reason);
        }
        return outcome::tell(call, terminal, "search", &made.report.into_sorted(), "", json!({ "hits": Value::Null }));
    };
    let ask = |press: &Press| {
        let index = press.index();
        let shard = |number| index.shard(number);
        Asked { docs: searched.documents.len(), shards: index.shards(), shard: &shard }.answer(&pieces)
    };
    // A build may take away what stood. An index that is made anew can be read.
    let answer = ask(press).or_else(|_| ask(&press.clone().after(None))).unwrap_or_default();
    let found = Found { press, searched, pieces: &pieces, answer: &answer };
    let hits: Vec<Hit> = answer.hits.iter().filter(|hit| found.passes(&filter, hit.doc)).copied().collect();
    if call.format == Format::Json {
        let shown: Vec<Value> = hits.iter().take(wish.limit).filter_map(|hit| found.record(hit)).collect();
        let missing: Vec<String> = answer.missing.iter().filter_map(|at| pieces.get(*at)).map(Piece::text).collect();
        let nearest: Vec<Value> = answer.nearest.iter().filter_map(|doc| found.named(*doc)).collect();
        let pieces: Vec<String> = pieces.iter().map(Piece::text).collect();
        let extra =
            json!({ "pieces": pieces, "total": hits.len(), "hits": shown, "missing": missing, "nearest": nearest });
        outcome::done(terminal, "search", 0, extra);
    } else {
        terminal.say(&found.text(call, wish, &hits));
    }
    0
}

fn filter(call: &Call, wish: &Wish) -> Result<Filter, String> {
    let kind = wish.kind.as_deref().map(|word| {
        arguments::kind(word).ok_or_else(|| {
            let shown = displayable(word);
            call.say(&format!("没有“{shown}”这种页面。"), &format!("There is no kind `{shown}`.")).to_string()
        })
    });
    let region = wish.region.as_deref().map(|name| {
        Region::find(name, None).ok_or_else(|| {
            let shown = displayable(name);
            call.say(&format!("没有“{shown}”这个地区。"), &format!("There is no region `{shown}`.")).to_string()
        })
    });
    Ok(Filter {
        kind: kind.transpose()?,
        campaign: wish.campaign.clone(),
        region: region.transpose()?,
        year: wish.year,
    })
}

/// An answer with the site it is about.
struct Found<'f> {
    press: &'f Press,
    searched: &'f Searched,
    pieces: &'f [Piece],
    answer: &'f Answer,
}

impl Found<'_> {
    fn page(&self, doc: u32) -> Option<&Page> {
        self.press.edition.page(self.searched.documents.get(doc as usize)?)
    }

    fn passes(&self, filter: &Filter, doc: u32) -> bool {
        let Some(page) = self.page(doc) else { return false };
        let of_campaign = |slug: &String| {
            page.campaigns.iter().chain([&page.id]).any(|id| id.kind == Kind::Campaign && *id.slug == **slug)
        };
        let in_region = |region: Region| {
            plan::region(&self.press.edition, page).is_some_and(|own| plan::listed_under(own).any(|own| own == region))
        };
        filter.kind.is_none_or(|kind| page.id.kind == kind)
            && filter.campaign.as_ref().is_none_or(of_campaign)
            && filter.region.is_none_or(in_region)
            && filter.year.is_none_or(|year| plan::day(page).is_some_and(|day| day.year() == year))
    }

    fn excerpt(&self, doc: u32) -> String {
        self.press.texts(doc as usize).map_or(String::new(), |texts| excerpt::of(&texts, self.pieces, doc, self.answer))
    }

    fn named(&self, doc: u32) -> Option<Value> {
        let page = self.page(doc)?;
        Some(json!({
            "kind": page.id.kind.word(),
            "title": page.title,
            "path": page.path.as_str(),
            "address": page.id.out().address(),
            "date": plan::day(page),
        }))
    }

    fn record(&self, hit: &Hit) -> Option<Value> {
        let mut record = self.named(hit.doc)?;
        record["score"] = hit.score.into();
        record["excerpt"] = self.excerpt(hit.doc).into();
        Some(record)
    }

    fn text(&self, call: &Call, wish: &Wish, hits: &[Hit]) -> String {
        let typed = displayable(wish.words.trim());
        let count = hits.len();
        let mut out = match count {
            0 => call.say(&format!("没有找到“{typed}”。\n"), &format!("Nothing found for `{typed}`.\n")).to_string(),
            _ => call.say(&format!("找到 {count} 条：\n"), &format!("{count} found:\n")).to_string(),
        };
        for hit in hits.iter().take(wish.limit) {
            self.write(&mut out, call, hit.doc);
            let excerpt = self.excerpt(hit.doc);
            if !excerpt.is_empty() {
                out.push_str(&format!("  {}\n", displayable(&excerpt)));
            }
        }
        if count > wish.limit {
            let more = count - wish.limit;
            let zh = format!("\n还有 {more} 条，加 --limit {count} 全部列出。\n");
            out.push_str(call.say(&zh, &format!("\n{more} more; --limit {count} lists all.\n")));
        }
        if count == 0 && !self.answer.nearest.is_empty() {
            out.push_str(call.say("标题相近的有：\n", "The nearest titles:\n"));
            self.answer.nearest.iter().for_each(|doc| self.write(&mut out, call, *doc));
        }
        out
    }

    /// The title of a page, what it is, and its file.
    fn write(&self, out: &mut String, call: &Call, doc: u32) {
        let Some(page) = self.page(doc) else { return };
        let kind = call.say(page.id.kind.zh(), page.id.kind.word()).to_string();
        let day = plan::day(page).map_or(String::new(), |day| format!("  {day}"));
        out.push_str(&format!("\n{}\n  {kind}{day}  {}\n", displayable(&page.title), displayable(page.path.as_str())));
    }
}
