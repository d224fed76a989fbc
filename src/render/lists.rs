//! Home, the lists with their pagination, the index of campaigns, the page of posters.

use super::view::{CampaignCard, Campaigns, Home, List, PageLink, Pagination, Poster, PosterGroup, Posters, Size};
use super::{Press, calendar, ics};
use crate::load::fields::Kind;
use crate::model::{Own, PageId};
use crate::plan::{CalendarOf, ListOf, PER_PAGE};

const ON_HOME: usize = 6;

/// `home.html`
pub fn home(press: &Press) -> Home {
    let Campaigns { current, archived } = campaigns(press);
    let of = |kind| press.plan.index.list(ListOf::Kind(kind));
    let to_come: Vec<PageId> = press
        .shown(of(Kind::OpenDay))
        .filter(|page| match &page.own {
            Own::OpenDay(open_day) => {
                open_day.sessions.last().is_none_or(|session| session.date >= press.edition.today())
            }
            _ => false,
        })
        .map(|page| page.id.clone())
        .collect();
    Home {
        campaigns: current,
        archived,
        open_days: press.cards(&to_come, ON_HOME),
        notices: press.cards(of(Kind::Notice), ON_HOME),
        news: press.cards(of(Kind::News), ON_HOME),
        cases: press.cards(of(Kind::Case), ON_HOME),
        posters: all_posters(press).into_iter().take(ON_HOME).collect(),
        pages: press.cards(of(Kind::Page), usize::MAX),
    }
}

/// `campaigns.html`: running first, then those to come, then those without a day.
pub fn campaigns(press: &Press) -> Campaigns {
    let cards = press.shown(press.plan.index.list(ListOf::Kind(Kind::Campaign))).filter_map(|page| match &page.own {
        Own::Campaign(campaign) => Some(press.campaign_card(page, campaign)),
        _ => None,
    });
    let (archived, mut current): (Vec<CampaignCard>, Vec<CampaignCard>) = cards.partition(|card| card.state == "over");
    let rank = |card: &CampaignCard| ["running", "upcoming", "undated"].iter().position(|state| *state == card.state);
    current.sort_by_key(rank);
    Campaigns { current, archived }
}

/// `posters.html`
pub fn posters(press: &Press) -> Posters {
    let campaigns = press.shown(press.plan.index.list(ListOf::Kind(Kind::Campaign)));
    let groups = campaigns.filter_map(|page| match &page.own {
        Own::Campaign(campaign) => Some(PosterGroup {
            campaign: Some(press.campaign_card(page, campaign)),
            posters: posters_of(press, press.plan.index.of_campaign(&page.id)),
            set: press.poster_set(page),
        }),
        _ => None,
    });
    let alone = |poster: &Poster| poster.campaign.is_none();
    let others: Vec<Poster> = all_posters(press).into_iter().filter(alone).collect();
    let others = Some(others).filter(|posters| !posters.is_empty());
    let others = others.map(|posters| PosterGroup { campaign: None, posters, set: None });
    Posters {
        groups: groups.chain(others).collect(),
        open_days: press.open_day_posters(),
        all_open_days: ListOf::Kind(Kind::OpenDay).url(1),
    }
}

/// The posters among `ids`.
pub fn posters_of(press: &Press, ids: &[PageId]) -> Vec<Poster> {
    press
        .shown(ids)
        .filter_map(|page| match &page.own {
            Own::Poster(poster) => Some(press.poster(page, poster)),
            _ => None,
        })
        .collect()
}

fn all_posters(press: &Press) -> Vec<Poster> {
    posters_of(press, press.plan.index.list(ListOf::Kind(Kind::Poster)))
}

/// `list.html`
pub fn list(press: &Press, of: ListOf, number: usize) -> List {
    let ids = press.plan.index.list(of);
    let from = (number - 1) * PER_PAGE;
    let (title, description) = names(press, of);
    let calendar = match of {
        ListOf::Region(region) => Some(CalendarOf::Region(region)),
        ListOf::Kind(_) | ListOf::Year(_) => None,
    };
    let agenda = match of {
        ListOf::Kind(Kind::OpenDay) => Some(CalendarOf::Site),
        _ => calendar.clone(),
    };
    List {
        title,
        description,
        of: match of {
            ListOf::Kind(kind) => kind.word(),
            ListOf::Region(_) => "region",
            ListOf::Year(_) => "year",
        },
        cards: press.cards(ids.get(from..).unwrap_or_default(), PER_PAGE),
        total: ids.len(),
        pages: pagination(number, ids.len().div_ceil(PER_PAGE).max(1), |number| of.url(number)),
        agenda: agenda.and_then(|of| calendar::address(press, &of)),
        ics: calendar.as_ref().and_then(|calendar| ics::fetched(press, calendar)),
        ics_size: calendar.as_ref().map_or(Size::default(), |calendar| ics::size(press, calendar)),
        subscription: calendar.map(|calendar| ics::subscription(press, &calendar)),
    }
}

/// Heading and description of a list.
pub fn names(press: &Press, of: ListOf) -> (String, String) {
    let site = &press.edition.config().title;
    let (title, description) = match of {
        ListOf::Kind(Kind::Notice) => ("通知公告", "上级和本级印发的活动通知。"),
        ListOf::Kind(Kind::News) => ("工作动态", "各地开展宣传活动的消息。"),
        ListOf::Kind(Kind::Case) => ("典型案例", "活动中征集的典型案例。"),
        ListOf::Kind(Kind::OpenDay) => ("开放日", "检验检测机构开放日的时间、地点和预约方式。"),
        ListOf::Kind(Kind::Institution) => ("检验检测机构", "参加开放日的检验检测机构。"),
        ListOf::Kind(_) => ("知识与帮助", "认证和检验检测小知识，以及网站使用帮助。"),
        ListOf::Region(region) => return (region.name.to_string(), format!("{}的活动、通知和开放日。", region.name)),
        ListOf::Year(year) => return (format!("{year}年"), format!("{site}{year}年的内容。")),
    };
    (title.to_string(), description.to_string())
}

/// Where page `current` stands among `count` pages with these addresses.
pub fn pagination(current: usize, count: usize, url: impl Fn(usize) -> String) -> Pagination {
    let mut links: Vec<PageLink> = Vec::new();
    let mut last = 0;
    for number in (1..=count).filter(|number| *number == 1 || *number == count || number.abs_diff(current) <= 2) {
        if number > last + 1 {
            links.push(PageLink { number: 0, url: None });
        }
        links.push(PageLink { number, url: Some(url(number)) });
        last = number;
    }
    Pagination {
        current,
        count,
        previous: (current > 1).then(|| url(current - 1)),
        next: (current < count).then(|| url(current + 1)),
        links,
    }
}

/// The title of a month, `2022年9月`.
pub fn month_title(year: i16, month: i8) -> String {
    format!("{year}年{month}月")
}
