//! The shared parts of every page and what stands in its `<head>`: titles, the government meta tags (国办函〔2017〕
//! 网页标签规范; domain.md M01–M05), breadcrumbs.

use super::view::{self, ArticleMeta, Bureau, Column, Footer, MenuEntry, Meta, NamedUrl, Page as V, Tag};
use super::{Press, booklet, calendar, describe, lists, pages, structured};
use crate::address::percent_encode;
use crate::edition::Edition;
use crate::load::fields::Kind;
use crate::model::{Config, OutPath, Own, Page, PageId};
use crate::plan::{CalendarOf, ListOf, Part, Plan, Recipe, SEARCH};
use crate::theme::Theme;

/// The shared parts.
pub fn site(edition: &Edition, plan: &Plan, theme: &Theme) -> view::Site {
    let config = edition.config();
    let list_tag = |title: String, of: ListOf| Tag { title, url: of.url(1), color: String::new() };
    let campaigns = plan.index.list(ListOf::Kind(Kind::Campaign)).iter().filter_map(|id| edition.page(id));
    view::Site {
        title: config.title.clone(),
        description: config.description.clone(),
        bureau: bureau(config),
        base_url: config.base_url.absolute(""),
        menu: menu(config, plan),
        footer: footer(config),
        portal: portal(config),
        assets: theme.assets.iter().map(|(name, asset)| (name.clone(), percent_encode(asset.out.as_str()))).collect(),
        colors: plan.colors.as_ref().map(|out| percent_encode(out.as_str())),
        search: plan.searched.as_ref().map(|_| SEARCH.to_string()),
        years: plan.index.years().into_iter().map(|year| list_tag(format!("{year}年"), ListOf::Year(year))).collect(),
        regions: plan
            .index
            .regions()
            .into_iter()
            .map(|region| list_tag(region.name.to_string(), ListOf::Region(region)))
            .collect(),
        campaigns: campaigns
            .map(|page| Tag {
                title: page.title.clone(),
                url: percent_encode(page.id.out().as_str()),
                color: match &page.own {
                    Own::Campaign(campaign) => campaign.color.name().to_string(),
                    _ => String::new(),
                },
            })
            .collect(),
    }
}

fn bureau(config: &Config) -> Bureau {
    Bureau {
        name: config.bureau.name.clone(),
        level: config.bureau.level.to_string(),
        region: config.bureau.region.map(|region| region.name.to_string()),
        contact: config.bureau.contact.clone(),
        address: config.bureau.address.clone(),
    }
}

fn footer(config: &Config) -> Footer {
    let footer = &config.footer;
    Footer {
        sponsor: footer.sponsor.clone().unwrap_or_else(|| config.bureau.name.clone()),
        organizer: footer.organizer.clone(),
        contact: footer.contact.clone().or_else(|| config.bureau.contact.clone()),
        icp: footer.icp.clone(),
        police: footer.police.clone(),
        site_id_code: config.portal.site_id_code.clone(),
        party_mark_url: footer.party_mark_url.clone(),
        correction_url: footer.correction_url.clone(),
        copyright: footer.copyright.clone(),
    }
}

fn portal(config: &Config) -> Option<NamedUrl> {
    let url = config.portal.url.clone()?;
    Some(NamedUrl { name: config.portal.name.clone().unwrap_or_else(|| url.clone()), url })
}

/// The menu as configured, else one entry for every part of the site that has something to show.
fn menu(config: &Config, plan: &Plan) -> Vec<MenuEntry> {
    let entry = |title: &str, address: &str| {
        let out = plan.at_address(address)?;
        let section = out.as_str().split('/').next().unwrap_or_default();
        let section = if section.ends_with(".html") { "" } else { section };
        Some(MenuEntry { title: title.to_string(), url: percent_encode(out.as_str()), section: section.to_string() })
    };
    if !config.menu.is_empty() {
        return config.menu.iter().filter_map(|written| entry(&written.title, &written.address)).collect();
    }
    let filled = |kind| !plan.index.list(ListOf::Kind(kind)).is_empty();
    let all = [
        (true, "首页", ""),
        (filled(Kind::Campaign), "活动", "campaigns/"),
        (filled(Kind::OpenDay), "开放日", "open-days/"),
        (!plan.index.calendars.months.is_empty(), "日历", "calendar/"),
        (filled(Kind::Notice), "通知", "notices/"),
        (filled(Kind::News), "动态", "news/"),
        (filled(Kind::Case), "案例", "cases/"),
        (plan.has_posters(), "海报", "posters/"),
        (filled(Kind::Page), "知识", "pages/"),
        (filled(Kind::Institution), "机构", "institutions/"),
    ];
    all.into_iter().filter(|(shown, ..)| *shown).filter_map(|(_, title, address)| entry(title, address)).collect()
}

/// What stands in the `<head>` of `out`.
pub fn meta(press: &Press, out: &OutPath, recipe: &Recipe, view: &V) -> Meta {
    let config = press.edition.config();
    let page = match recipe {
        Recipe::Page(id) | Recipe::Moved(id) | Recipe::Poster(id, _) | Recipe::Booklet(id) => press.edition.page(id),
        _ => None,
    };
    let column = column(press, recipe, view);
    let description = describe::output(press, recipe, page, view);
    let first = page.and_then(|page| press.first_picture(page));
    let article = match recipe {
        Recipe::Page(id) if id.kind != Kind::Campaign => {
            page.map(|page| article(press, page, description.clone(), first.as_ref()))
        }
        _ => None,
    };
    let name = own_title(press, recipe, page).unwrap_or_else(|| config.title.clone());
    let section = out.as_str().split_once('/').map_or("", |(first, _)| first).to_string();
    // A booklet says what other pages say already.
    let hidden = matches!(recipe, Recipe::NotFound | Recipe::Moved(_) | Recipe::Search | Recipe::Booklet(_));
    let trail = trail(press, recipe);
    let canonical = match (recipe, page) {
        (Recipe::NotFound, _) => String::new(),
        (Recipe::Moved(_), Some(page)) => press.absolute(&page.id.out()),
        _ => press.absolute(out),
    };
    let shown = if hidden { None } else { picture(press, recipe, page, first) };
    let image = shown.as_ref().map(|picture| config.base_url.absolute(&picture.url));
    let said = structured::Said { name: &name, description: &description, image: image.as_deref() };
    let structured = if hidden { String::new() } else { structured::element(press, recipe, &trail, &said) };
    Meta {
        title: if name == config.title { name.clone() } else { format!("{name}_{}", config.title) },
        name,
        description,
        keywords: keywords(config, page).join(","),
        canonical,
        section,
        site_name: config.title.clone(),
        site_domain: config.portal.domain.clone().unwrap_or_else(|| config.base_url.host().to_string()),
        site_id_code: config.portal.site_id_code.clone().unwrap_or_default(),
        picture: image,
        picture_facts: shown,
        column,
        article,
        index: !hidden,
        structured,
        feed: match recipe {
            Recipe::Page(id) | Recipe::Booklet(id) if id.kind == Kind::Campaign => format!("{}/feed.xml", id.folder()),
            _ => "feed.xml".to_string(),
        },
        trail,
    }
}

fn keywords(config: &Config, page: Option<&Page>) -> Vec<String> {
    match page {
        Some(page) if !page.keywords.is_empty() => page.keywords.clone(),
        _ => config.keywords.clone(),
    }
}

fn own_title(press: &Press, recipe: &Recipe, page: Option<&Page>) -> Option<String> {
    Some(match (recipe, page) {
        (Recipe::Moved(_), Some(page)) => format!("{}（页面已移动）", page.title),
        (Recipe::Poster(..), Some(page)) => format!("{}海报下载", page.title),
        (Recipe::Booklet(_), Some(page)) => booklet::title(page),
        (_, Some(page)) => page.title.clone(),
        (recipe, None) => return made_title(press, recipe),
    })
}

fn made_title(press: &Press, recipe: &Recipe) -> Option<String> {
    Some(match recipe {
        Recipe::List(of, 1) => lists::names(press, *of).0,
        Recipe::List(of, number) => format!("{}（第{number}页）", lists::names(press, *of).0),
        Recipe::Campaigns => "宣传活动".to_string(),
        Recipe::Agenda(of, part, 1) => calendar::title(press, of, *part),
        Recipe::Agenda(of, part, number) => format!("{}（第{number}页）", calendar::title(press, of, *part)),
        Recipe::Month(year, month) => format!("{}活动日历", lists::month_title(*year, *month)),
        Recipe::Posters => "宣传海报".to_string(),
        Recipe::Search => "搜索".to_string(),
        Recipe::NotFound => "没有找到这个页面".to_string(),
        _ => return None,
    })
}

/// The column of an index page, and the column a page belongs to.
fn column(press: &Press, recipe: &Recipe, view: &V) -> Option<Column> {
    let config = press.edition.config();
    let (name, description, kind) = match recipe {
        Recipe::Home => {
            let about = if config.description.is_empty() { config.title.clone() } else { config.description.clone() };
            ("首页".to_string(), about, "首页")
        }
        Recipe::Campaigns => ("宣传活动".into(), "各项宣传活动的主题、时间和内容。".into(), "工作动态"),
        Recipe::Month(..) => ("活动日历".into(), "开放日和各项活动的日程安排。".into(), "办事服务"),
        Recipe::Agenda(of, part, _) => {
            (calendar::title(press, of, *part), "开放日和各项活动的日程安排。".into(), "办事服务")
        }
        Recipe::Posters => ("宣传海报".into(), "可以下载、印制的宣传海报。".into(), "办事服务"),
        Recipe::Poster(id, _) => {
            let title = &press.edition.page(id)?.title;
            (format!("{title}海报下载"), format!("{title}的海报：可以打印、印刷和转发的格式。"), "办事服务")
        }
        Recipe::List(of, _) => {
            let (name, description) = lists::names(press, *of);
            (name, description, column_type(*of))
        }
        Recipe::Page(id) if id.kind == Kind::Campaign => match view {
            V::Campaign(campaign) => (campaign.card.title.clone(), campaign.card.slogan.clone(), "工作动态"),
            _ => return None,
        },
        _ => return None,
    };
    let mut keywords = vec![name.clone()];
    keywords.extend(config.keywords.iter().filter(|word| **word != name).cloned());
    Some(Column { name, description, keywords: keywords.join(","), kind: kind.to_string() })
}

fn column_type(of: ListOf) -> &'static str {
    match of {
        ListOf::Kind(Kind::Notice) => "政策文件",
        ListOf::Kind(Kind::OpenDay | Kind::Institution) => "办事服务",
        ListOf::Kind(Kind::Page) => "政策解读",
        _ => "工作动态",
    }
}

fn article(press: &Press, page: &Page, description: String, first: Option<&view::Picture>) -> ArticleMeta {
    let image = first.map(|picture| press.edition.config().base_url.absolute(&picture.url));
    ArticleMeta {
        title: page.title.clone(),
        pub_date: page.published.map(|moment| moment.to_string()).unwrap_or_default(),
        source: pages::source(press, page),
        keywords: keywords(press.edition.config(), Some(page)).join(","),
        author: page.author.clone().unwrap_or_default(),
        description,
        image: image.unwrap_or_default(),
    }
}

/// The picture of a card that leads to the page: its own poster, its `first` picture, the poster of its campaign, or the
/// picture of the site. Chats show no small ones, and only those of two forms.
fn picture(press: &Press, recipe: &Recipe, page: Option<&Page>, first: Option<view::Picture>) -> Option<view::Picture> {
    let poster = |id: &PageId| press.edition.page(id).and_then(|page| press.poster_preview(page));
    let own = match recipe {
        Recipe::Page(id) | Recipe::Poster(id, _) => poster(id),
        _ => None,
    };
    let campaigns = page.into_iter().flat_map(|page| &page.campaigns);
    let of_campaign = || campaigns.filter(|id| press.edition.page(id).is_some()).find_map(poster);
    own.or(first.filter(can_be_sent)).or_else(of_campaign).or_else(|| press.site_card())
}

/// The least width and height of a picture that WeChat shows.
const LEAST_PICTURE: u32 = 300;

fn can_be_sent(picture: &view::Picture) -> bool {
    let form = picture.url.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let large = |side: Option<u32>| side.is_some_and(|side| side >= LEAST_PICTURE);
    matches!(&*form, "png" | "jpg" | "jpeg") && large(picture.width) && large(picture.height)
}

/// Breadcrumbs from the home page to the parent.
fn trail(press: &Press, recipe: &Recipe) -> Vec<Tag> {
    let tag = |title: &str, url: &str| Tag { title: title.to_string(), url: url.to_string(), color: String::new() };
    let home = tag("首页", "index.html");
    let parent = match recipe {
        Recipe::Home | Recipe::NotFound | Recipe::Moved(_) => return Vec::new(),
        Recipe::Page(id) => match id.kind {
            Kind::Campaign => tag("宣传活动", "campaigns/index.html"),
            kind => {
                let of = ListOf::Kind(kind);
                tag(&lists::names(press, of).0, &of.url(1))
            }
        },
        Recipe::Month(..) => tag("活动日历", "calendar/index.html"),
        Recipe::Poster(..) => tag("宣传海报", "posters/index.html"),
        Recipe::Booklet(id) => {
            let campaign = press.edition.page(id).map(|page| press.tag(page));
            return [home, tag("宣传活动", "campaigns/index.html")].into_iter().chain(campaign).collect();
        }
        Recipe::Agenda(CalendarOf::Site, Part::Upcoming, 1) => return vec![home],
        Recipe::Agenda(..) => tag("活动日历", "calendar/index.html"),
        Recipe::List(of, number) if *number > 1 => tag(&lists::names(press, *of).0, &of.url(1)),
        _ => return vec![home],
    };
    vec![home, parent]
}
