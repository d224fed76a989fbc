//! A campaign bound together for printing: what it is, with the texts of the notices, cases and reports that belong to
//! it, on one page.

use super::{Draft, Index, Plan, Recipe};
use crate::edition::Edition;
use crate::load::fields::Kind;
use crate::model::{OutPath, Page, PageId};
use crate::report::Place;

/// The most Han characters and words of one kind of texts that are bound in full: about forty sheets of A4.
const MOST: usize = 40_000;

/// The most open days in the table of a booklet.
const MOST_OPEN_DAYS: usize = 300;

/// The kinds whose texts are bound, in the order of a booklet.
const BOUND: [Kind; 3] = [Kind::Notice, Kind::Case, Kind::News];

/// What a booklet holds of one kind.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bound {
    /// Of which kind.
    pub kind: Kind,
    /// The pages, the oldest first.
    pub pages: Vec<PageId>,
    /// How many more belong to the campaign; the newest are bound.
    pub left: usize,
}

impl Plan {
    /// The booklet of a campaign; none where there is none.
    pub fn booklet(&self, id: &PageId) -> Option<OutPath> {
        let out = out(id);
        (self.recipe(&out)? == &Recipe::Booklet(id.clone())).then_some(out)
    }
}

impl Index {
    /// The texts in the booklet of `campaign`, kind by kind; none of kinds that it has no page of.
    pub fn texts_of_booklet(&self, edition: &Edition, campaign: &PageId) -> Vec<Bound> {
        let bound = |kind| {
            let mut room = MOST;
            self.bound(edition, campaign, kind, |page, taken| {
                let fits = taken == 0 || page.body.length() <= room;
                room = room.saturating_sub(page.body.length());
                fits
            })
        };
        BOUND.into_iter().map(bound).filter(|bound| !bound.pages.is_empty()).collect()
    }

    /// The open days in it.
    pub fn open_days_of_booklet(&self, edition: &Edition, campaign: &PageId) -> Bound {
        self.bound(edition, campaign, Kind::OpenDay, |_, taken| taken < MOST_OPEN_DAYS)
    }

    /// The first pages of `kind` in the order of lists for which `fits` holds, which is told how many there are so far.
    fn bound(
        &self,
        edition: &Edition,
        campaign: &PageId,
        kind: Kind,
        mut fits: impl FnMut(&Page, usize) -> bool,
    ) -> Bound {
        let mine = self.of_campaign(campaign).iter().filter(|id| id.kind == kind);
        let all: Vec<&Page> = mine.filter_map(|id| edition.page(id)).collect();
        let count = all.iter().enumerate().take_while(|(taken, page)| fits(page, *taken)).count();
        let mut pages: Vec<PageId> = all[..count].iter().map(|page| page.id.clone()).collect();
        pages.reverse();
        Bound { kind, pages, left: all.len() - count }
    }
}

/// Plans a booklet for every campaign that has more than itself to bind.
pub(super) fn add(edition: &Edition, index: &Index, draft: &mut Draft) {
    let is_bound = |id: &PageId| BOUND.contains(&id.kind) || id.kind == Kind::OpenDay;
    let wanted = edition.pages().filter(|page| page.id.kind == Kind::Campaign && edition.config().booklets);
    for page in wanted.filter(|page| index.of_campaign(&page.id).iter().any(is_bound)) {
        draft.add(out(&page.id), Recipe::Booklet(page.id.clone()), Some(Place::file(&page.path)));
    }
}

fn out(id: &PageId) -> OutPath {
    OutPath::new(&format!("{}/booklet/index.html", id.folder())).expect("a checked slug makes an output path")
}
