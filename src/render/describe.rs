//! What a page is described by where it is found or sent (domain.md M05): whole sentences, at most 120 characters, and
//! other ones on every page. A summary somebody typed comes first; where it is short, facts of the page follow, and for
//! lists what stands in them.

use super::view::{self, Page as V};
use super::{Press, pages};
use crate::markdown::{self, is_han};
use crate::model::page::{Institution, Notice, OpenDay};
use crate::model::{Own, Page};
use crate::plan::{ListOf, Recipe};

/// The most characters that are shown anywhere.
const MOST: usize = 120;
/// Fewer characters are a few words.
const FEW: usize = 15;
/// With so many Han characters a page is told from others.
const ENOUGH: usize = 50;

/// The description of the output of `recipe`, which shows `page`, if it shows one alone.
pub fn output(press: &Press, recipe: &Recipe, page: Option<&Page>, view: &V) -> String {
    match (recipe, page) {
        (Recipe::Poster(..), Some(page)) => posters(press, page, view),
        (Recipe::Booklet(_), Some(page)) => booklet(press, page, view),
        (_, Some(page)) => self::page(press, page),
        (recipe, None) => made(press, recipe, view),
    }
}

/// The description of a page that somebody wrote.
fn page(press: &Press, page: &Page) -> String {
    let mut said = Said::default();
    let summary = press.summary(page);
    // A few words do not tell a page from others; an opening that other pages have as well is told (M08).
    match summary.chars().count() {
        0 => said.add(&page.title),
        1..FEW if page.summary.is_none() => said.add(&labelled(&page.title, Some(&summary))),
        _ => said.add(&summary),
    }
    match &page.own {
        Own::Campaign(campaign) => {
            said.fill(&labelled("活动主题", Some(&campaign.slogan)));
            said.fill(&labelled("活动时间", Some(&super::cards::dates_text(campaign))));
            said.fill(&labelled("主办单位", Some(&campaign.organizer.join("、"))));
        }
        Own::Notice(notice) => self::notice(notice, &mut said),
        Own::Case(case) => said.fill(&labelled("案例单位", case.unit.as_deref())),
        Own::OpenDay(open_day) => self::open_day(press, open_day, &mut said),
        Own::Institution(institution) => self::institution(institution, &mut said),
        Own::News | Own::Page | Own::Poster(_) => {}
    }
    if page.summary.is_some() {
        said.fill(page.body.summary());
    }
    if let Some(moment) = page.published {
        said.fill(&format!("{}{}发布", pages::source(press, page), moment.day.zh()));
    }
    said.ended(press)
}

fn notice(notice: &Notice, said: &mut Said) {
    let date = notice.date.map(|day| format!("{}印发", day.zh())).unwrap_or_default();
    let number = notice.doc_no.as_deref().map(|number| format!("，文号{number}")).unwrap_or_default();
    said.fill(&format!("{}{date}{number}", notice.issuer));
}

fn open_day(press: &Press, open_day: &OpenDay, said: &mut Said) {
    let brief = press.brief(open_day);
    let when = brief.next.as_ref().map(|next| {
        let hours = next.start.map(|start| format!(" {start}")).unwrap_or_default();
        let more = if brief.sessions > 1 { format!("，共{}场", brief.sessions) } else { String::new() };
        format!("{}{hours}{more}", next.date.text)
    });
    said.fill(&labelled("开放时间", when.or(brief.date_text).as_deref()));
    said.fill(&labelled("开放机构", brief.institution.map(|tag| tag.title).as_deref()));
    said.fill(&labelled("地址", brief.address.as_deref()));
    said.fill(&labelled("活动内容", Some(&brief.programme.join("、"))));
}

fn institution(institution: &Institution, said: &mut Said) {
    said.fill(&labelled("地址", institution.address.as_deref()));
    said.fill(&labelled("检测领域", Some(&institution.fields.join("、"))));
}

fn booklet(press: &Press, page: &Page, view: &V) -> String {
    let mut said = Said::default();
    said.add(&format!("{}的资料汇编，可以打印成册", page.title));
    if let V::Booklet(booklet) = view {
        said.fill(&labelled("收入", Some(&super::booklet::contents(booklet))));
    }
    said.fill(&press.summary(page));
    said.ended(press)
}

fn posters(press: &Press, page: &Page, view: &V) -> String {
    let mut said = Said::default();
    said.add(&format!("{}的海报，可以打印、印刷、张贴和转发", page.title));
    if let V::Poster(poster) = view {
        let names: Vec<&str> = poster.files.iter().map(|file| file.name).collect();
        said.fill(&labelled("文件有", Some(&names.join("、"))));
    }
    said.fill(&press.summary(page));
    said.ended(press)
}

fn made(press: &Press, recipe: &Recipe, view: &V) -> String {
    let mut said = Said::default();
    match view {
        V::List(list) => {
            let of = if list.of == "region" || list.of == "year" { String::new() } else { place(press, recipe) };
            said.add(&format!("{of}{}", list.description));
            said.fill(&counted(list.total, "条", &list.pages));
            said.fill(&named(list.cards.iter().map(|card| &*card.title), said.room()));
        }
        V::Calendar(calendar) => {
            let what = if calendar.past {
                "已经结束的开放日和活动，按日期从近到远"
            } else {
                "近期开放日和活动的时间、地点和预约情况"
            };
            said.add(&format!("{}：{what}", calendar.title));
            said.fill(&counted(calendar.total, "场", &calendar.pages));
            let happenings = calendar.days.iter().flat_map(|day| &day.happenings).chain(&calendar.undated);
            said.fill(&named(happenings.map(|happening| &*happening.title), said.room()));
        }
        V::Month(month) => {
            said.add(&format!("{}开放日和各项活动的日程，按日历查看每天的时间、地点和预约情况", month.title));
            let happenings = month.days.iter().flat_map(|day| &day.happenings);
            said.fill(&named(happenings.map(|happening| &*happening.title), said.room()));
        }
        V::Campaigns(campaigns) => {
            said.add("各项宣传活动的主题、时间和内容，正在开展的和往期的都可以查看");
            let all = campaigns.current.iter().chain(&campaigns.archived);
            said.fill(&named(all.map(|campaign| &*campaign.title), said.room()));
        }
        V::Posters(posters) => {
            said.add("宣传海报下载：可以打印、印刷、张贴和转发，并附海报文字");
            let campaigns = posters.groups.iter().filter_map(|group| group.campaign.as_ref());
            said.fill(&named(campaigns.map(|campaign| &*campaign.title), said.room()));
        }
        V::Search(search) => {
            said.add("搜索本站的活动、开放日、通知、典型案例和工作动态，也可以按活动、栏目、年度和地区查找");
            said.fill(&format!("本站共有{}条内容", search.total));
        }
        V::NotFound(_) => said.add(
            "没有找到这个页面：地址可能有误，或者页面已经移动。可以搜索要找的内容，从各项活动继续浏览，或者返回首页",
        ),
        _ => {}
    }
    said.ended(press)
}

/// What a list of one kind is a list of, besides what its column says.
fn place(press: &Press, recipe: &Recipe) -> String {
    match recipe {
        Recipe::List(of @ ListOf::Kind(_), _) => {
            format!("{}“{}”：", press.edition.config().title, super::lists::names(press, *of).0)
        }
        _ => String::new(),
    }
}

/// `共23条，第2页`.
fn counted(total: usize, unit: &str, pages: &view::Pagination) -> String {
    let number = if pages.count > 1 { format!("，第{}页", pages.current) } else { String::new() };
    if total == 0 { String::new() } else { format!("共{total}{unit}{number}") }
}

/// `包括：甲；乙等`: as many different titles as there is room for.
fn named<'t>(titles: impl Iterator<Item = &'t str>, room: usize) -> String {
    let mut named: Vec<&str> = Vec::new();
    let mut left = room.saturating_sub("包括：等。".chars().count());
    for title in titles {
        let width = title.chars().count() + 1;
        if width > left {
            break;
        }
        if !named.contains(&title) {
            named.push(title);
            left -= width;
        }
    }
    if named.is_empty() { String::new() } else { format!("包括：{}等", named.join("；")) }
}

fn labelled(label: &str, text: Option<&str>) -> String {
    text.map(str::trim).filter(|text| !text.is_empty()).map_or(String::new(), |text| format!("{label}：{text}"))
}

/// A description while it grows.
#[derive(Default)]
struct Said {
    text: String,
    /// How many Han characters it has.
    han: usize,
}

impl Said {
    /// Adds a sentence, shortened to the room there is at the beginning, or left out.
    fn add(&mut self, sentence: &str) {
        let sentence = markdown::shortened(sentence.trim());
        let ended = sentence.trim_end_matches(['”', '’']).ends_with(['。', '！', '？', '…']);
        let stop = if ended || sentence.chars().count() >= MOST { "" } else { "。" };
        if !sentence.is_empty() && sentence.chars().count() + stop.len().min(1) <= self.room() {
            self.text.push_str(&sentence);
            self.text.push_str(stop);
            self.han += sentence.chars().filter(|c| is_han(*c)).count();
        }
    }

    /// Adds a sentence while there is not enough, and none that says nothing new.
    fn fill(&mut self, sentence: &str) {
        if self.han < ENOUGH && !self.text.contains(sentence.trim().trim_end_matches('。')) {
            self.add(sentence);
        }
    }

    fn room(&self) -> usize {
        MOST - self.text.chars().count()
    }

    /// The whole; the site speaks where nothing else could.
    fn ended(mut self, press: &Press) -> String {
        let config = press.edition.config();
        self.fill(&config.description);
        self.fill(&format!("刊登于“{}”", config.title));
        self.fill(&config.bureau.name);
        self.text
    }
}
