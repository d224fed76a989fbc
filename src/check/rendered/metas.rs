//! The tags of a government page (国办函〔2017〕 网页标签规范; domain.md M01–M05, M07).

use super::fault::{Fault, shown_on};
use super::{Profile, Sheet};
use crate::load::fields::Kind;
use crate::model::{Day, Page};
use crate::plan::{PosterPart, Recipe};
use crate::render::Press;
use crate::report::{Finding, Report, Text, codes, displayable};

const SITE: [&str; 3] = ["SiteName", "SiteDomain", "SiteIDCode"];
const COLUMN: [&str; 4] = ["ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType"];
const ARTICLE: [&str; 3] = ["ArticleTitle", "PubDate", "ContentSource"];

/// What the configuration keeps from every page.
pub fn site(press: &Press, profile: Profile, report: &mut Report) {
    let config = press.edition.config();
    if profile == Profile::Production && config.portal.site_id_code.is_none() {
        let text = Text::new(
            "每个页面都少了 SiteIDCode 标签，因为没有写网站标识码。请在 portal 下面写 site_id_code。",
            "Every page lacks its SiteIDCode; write site_id_code under portal.",
        );
        report.add(Finding::new(&codes::M01, config.site_id_code_at.clone(), text));
    }
}

/// Checks the tags of a page.
pub fn check(sheet: &Sheet, faults: &mut Vec<Fault>) {
    let tags = sheet.html.tags().filter(|tag| tag.name() == "meta");
    let metas: Vec<(&str, &str)> =
        tags.filter_map(|tag| Some((tag.get("name")?, tag.get("content").unwrap_or_default().trim()))).collect();
    let value = |name: &str| metas.iter().find(|(known, value)| *known == name && !value.is_empty()).map(|(_, v)| *v);
    let lacking = |names: &[&'static str]| -> Vec<&'static str> {
        names.iter().copied().filter(|name| value(name).is_none()).collect()
    };
    let has_code = sheet.inspector.press.edition.config().portal.site_id_code.is_some();
    let site: Vec<_> = SITE.into_iter().filter(|name| has_code || *name != "SiteIDCode").collect();
    faults.extend(missing(&codes::M01, "网站标签", "site tags", &lacking(&site)));
    if is_column(sheet.recipe) {
        faults.extend(missing(&codes::M02, "栏目标签", "column tags", &lacking(&COLUMN)));
    }
    if let Some(kind) = value("ColumnType") {
        column_type(sheet, kind, faults);
    }
    if let Some(page) = sheet.page.filter(|page| page.id.kind != Kind::Campaign) {
        let lacking = lacking(&ARTICLE);
        undated(sheet, page, faults);
        let of_theme: Vec<_> =
            lacking.into_iter().filter(|name| *name != "PubDate" || page.published.is_some()).collect();
        faults.extend(missing(&codes::M03, "文章标签", "article tags", &of_theme));
    }
    faults.extend(value("PubDate").filter(|date| !is_pub_date(date)).map(bad_date));
    if let Some(title) = value("ArticleTitle") {
        titles(sheet, title, faults);
    }
}

fn missing(code: &'static crate::report::Code, zh: &str, en: &str, names: &[&str]) -> Option<Fault> {
    let words = names.first().map(|name| format!("name=\"{name}\""))?;
    let (shown, named) = (names.join("、"), names.join(", "));
    let text = Text::new(
        format!("页面缺少{zh} {shown}，或者内容是空的；请在模板的 head 里写上"),
        format!("The page lacks these {en}, or they are empty: {named}"),
    );
    Some(Fault::theme(code, &words, text))
}

/// Pages that list others.
pub fn is_column(recipe: &Recipe) -> bool {
    matches!(
        recipe,
        Recipe::Home
            | Recipe::List(..)
            | Recipe::Campaigns
            | Recipe::Agenda(..)
            | Recipe::Month(..)
            | Recipe::Posters
            | Recipe::Poster(_, PosterPart::Page)
    )
}

fn column_type(sheet: &Sheet, kind: &str, faults: &mut Vec<Fault>) {
    let press = sheet.inspector.press;
    let config = press.edition.config();
    if config.column_types.iter().any(|known| known == kind) {
        return;
    }
    let (shown, known) = (displayable(kind), displayable(&config.column_types.join("、")));
    let zh = format!("栏目类型“{shown}”不在名单里。名单上有：{known}");
    let en = format!("The ColumnType `{shown}` is not among column_types: {known}");
    let words = format!("content=\"{kind}\"");
    faults.push(match press.theme().says(&words) {
        true => Fault::theme(&codes::M07, &words, Text::new(zh, en)),
        // The types that are given by themselves; the same finding for all pages of a type.
        false => {
            let text = Text::new(
                format!("{zh}。本站有这一类栏目，请把它加进 column_types。"),
                format!("{en}; add it, for there are such columns."),
            );
            Fault::written(Finding::new(&codes::M07, config.column_types_at.clone(), text))
        }
    });
}

/// What is merely missing matters only before handing over; institutions are entries of a directory, not articles.
fn undated(sheet: &Sheet, page: &Page, faults: &mut Vec<Fault>) {
    let is_due = sheet.inspector.profile == Profile::Production && page.id.kind != Kind::Institution;
    if is_due && page.published.is_none() {
        let text = Text::new(
            "没有写发布时间，页面少了 PubDate 标签。请写实际发布的时间，例如 published: 2022-09-20 09:00",
            "Without a posting time the page lacks its PubDate; write `published: 2022-09-20 09:00` with the real time",
        );
        faults.push(Fault::written(shown_on(&codes::M03, page.whole(), text, sheet.out)));
    }
}

/// `YYYY-MM-DD HH:MM`, on a day and at a time that exist.
fn is_pub_date(text: &str) -> bool {
    let shape = |at: usize, b: u8| match at {
        4 | 7 => b == b'-',
        10 => b == b' ',
        13 => b == b':',
        _ => b.is_ascii_digit(),
    };
    let number = |from: usize, to: usize| text.get(from..to).and_then(|part| part.parse::<i16>().ok());
    let day = || Day::new(number(0, 4)?, i8::try_from(number(5, 7)?).ok()?, i8::try_from(number(8, 10)?).ok()?);
    text.len() == 16
        && text.bytes().enumerate().all(|(at, b)| shape(at, b))
        && day().is_some()
        && number(11, 13).is_some_and(|hour| hour < 24)
        && number(14, 16).is_some_and(|minute| minute < 60)
}

fn bad_date(date: &str) -> Fault {
    let shown = displayable(date);
    let text = Text::new(
        format!("PubDate 标签的内容“{shown}”形式不对，要写成“2022-09-05 09:00”这样"),
        format!("The PubDate `{shown}` is malformed; it must be like `2022-09-05 09:00`"),
    );
    Fault::theme(&codes::M04, "PubDate", text)
}

/// `ArticleTitle` is what the page shows as its heading, and `<title>` begins with it.
fn titles(sheet: &Sheet, title: &str, faults: &mut Vec<Fault>) {
    // Lines of a title are broken by meaning, so white space does not count.
    let plain = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    let wanted = plain(title);
    let of = |name: &str| sheet.html.tags().find(|tag| tag.name() == name).map(|tag| plain(&tag.text()));
    if of("h1").is_some_and(|heading| heading != wanted) {
        let text = Text::new(
            "ArticleTitle 标签与页面上的大标题（h1）不一致，两处要写同一个标题",
            "ArticleTitle and the page's h1 differ; both must be the title",
        );
        faults.push(Fault::theme(&codes::M05, "<h1", text));
    }
    if of("title").is_none_or(|whole| !whole.starts_with(&wanted)) {
        let text = Text::new(
            "浏览器标题（title）没有以文章标题开头，要写成“文章标题_网站名称”",
            "<title> does not begin with the ArticleTitle; write `title_site`",
        );
        faults.push(Fault::theme(&codes::M05, "<title", text));
    }
}

#[cfg(test)]
mod tests {
    use super::is_pub_date;

    #[test]
    fn m04_form_and_day() {
        assert!(is_pub_date("2022-09-05 09:00") && is_pub_date("2024-02-29 23:59"));
        for bad in
            ["2022/9/5", "2022-09-05", "2022-09-31 09:00", "2022-09-05 24:00", "2022-9-5 9:00", "二〇二二年九月五"]
        {
            assert!(!is_pub_date(bad), "{bad}");
        }
    }
}
