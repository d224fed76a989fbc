//! What can be searched: every page of the site, and the files its index stands in.

use super::{Draft, Recipe};
use crate::edition::Edition;
use crate::load::fields::Kind;
use crate::model::{Day, OutPath, Page, PageId};
use crate::search;

/// The page readers search on.
pub const SEARCH: &str = "search/index.html";

/// The pages that can be found, and how their index is spread.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Searched {
    /// The documents by their numbers: the oldest first.
    pub documents: Vec<PageId>,
    /// How many shards their index has.
    pub shards: usize,
}

impl Searched {
    /// The file that says what document `number` says.
    pub fn text(number: usize) -> OutPath {
        OutPath::new(&format!("search/text/{number}.json")).expect("a number makes an output path")
    }

    /// The file of a shard.
    pub fn shard(number: usize) -> OutPath {
        OutPath::new(&format!("search/shards/{number:03x}.bin")).expect("a number makes an output path")
    }
}

/// How long all bodies of an edition are; the number of shards follows from that.
pub fn characters(edition: &Edition) -> usize {
    edition.pages().map(|page| page.body.length()).sum()
}

/// Plans the search page and the files of the index; none where the site has no search.
pub(super) fn add(edition: &Edition, draft: &mut Draft) -> Option<Searched> {
    if !edition.config().search {
        return None;
    }
    let is_shown = |page: &&Page| {
        let recipe = || draft.outputs.get(&page.id.out()).map(|(recipe, _)| recipe);
        page.id.kind == Kind::Poster || recipe() == Some(&Recipe::Page(page.id.clone()))
    };
    let mut pages: Vec<&Page> = edition.pages().filter(is_shown).collect();
    pages.sort_by_cached_key(|page| (minute(page), page.id.clone()));
    let documents: Vec<PageId> = pages.into_iter().map(|page| page.id.clone()).collect();
    let shards = if edition.is_ahead() { 1 } else { search::shards(characters(edition)) };
    draft.fixed(SEARCH, Recipe::Search);
    draft.fixed("search/index.json", Recipe::SearchIndex);
    draft.fixed("search/docs.bin", Recipe::SearchColumns);
    draft.fixed("search/fold.txt", Recipe::SearchFold);
    draft.fixed("search/worker.js", Recipe::SearchWorker);
    for (number, id) in documents.iter().enumerate() {
        draft.add(Searched::text(number), Recipe::SearchText(id.clone()), None);
    }
    for number in 0..shards {
        draft.add(Searched::shard(number), Recipe::SearchShard(number), None);
    }
    Some(Searched { documents, shards })
}

/// The minute a page is of, from the beginning of 1970; pages without a day come before all others.
fn minute(page: &Page) -> i64 {
    let of_day = |day: Day| Day::new(1970, 1, 1).map_or(0, |epoch| epoch.days_until(day)) * 1440;
    let posted = page
        .published
        .map(|moment| of_day(moment.day) + i64::from(moment.clock.hour) * 60 + i64::from(moment.clock.minute));
    posted.or_else(|| super::day(page).map(of_day)).unwrap_or(i64::MIN)
}
