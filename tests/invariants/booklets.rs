//! A booklet binds what readers may see anyhow, each text once, and every spot in it has one name.

use std::collections::BTreeSet;

use site::edition::Reader;

use crate::published_of;
use crate::workshop::{CONFIG, Project};

const BOOKLET: &str = "campaigns/week/booklet/index.html";

fn notice(title: &str, day: u8, text: &str) -> String {
    format!(
        "---\ntitle: {title}\nissuer: 示例市市场监督管理局\ndate: 2022-09-{day:02}\npublished: 2022-09-{day:02} 09:00\ncampaigns: [week]\nregion: 运城市\n---\n\n{text}\n"
    )
}

/// A campaign with three notices, the newest of which is a draft.
fn project() -> Project {
    let project = Project::empty();
    project.write("content/site.yaml", format!("{CONFIG}posters: []\nnotice_pdf: false\n"));
    let campaign = "---\ntitle: 质量宣传周\nslogan: 示例口号\nstart: 2022-09-19\nend: 2022-09-23\n---\n\n## 背景\n\n见[后文](#s2-2)。\n\n## 后文\n\n在此。\n";
    project.write("content/campaigns/week.md", campaign);
    let text = "## 一、范围\n\n见[下文](#s2-2)，说明见注。[^1]\n\n[^1]: 一条注。\n\n| 甲 | 乙 |\n|---|---|\n| 1 | 2 |\n\n## 二、时间\n\n### 起止\n\n五天。\n";
    project.write("content/notices/first.md", notice("先发的通知", 1, text));
    project.write("content/notices/second.md", notice("后发的通知", 2, text));
    let draft = notice("没有定稿的通知", 3, "不该看见。").replace("region:", "draft: true\nregion:");
    project.write("content/notices/draft.md", draft);
    project
}

fn made(project: &Project, out: &str) -> Option<String> {
    let mut files = published_of(project.folder(), Reader::PUBLIC, |path| path == out).files;
    files.remove(out).map(|bytes| String::from_utf8(bytes).unwrap())
}

/// The values of an attribute, in order.
fn values<'h>(html: &'h str, attribute: &str) -> Vec<&'h str> {
    html.split(attribute).skip(1).map(|rest| rest.split('"').next().unwrap()).collect()
}

#[test]
fn several_bodies_stand_on_one_page_without_getting_into_each_others_way() {
    let html = made(&project(), BOOKLET).unwrap();
    let ids = values(&html, " id=\"");
    let unique: BTreeSet<&str> = ids.iter().copied().collect();
    assert_eq!(ids.len(), unique.len(), "{ids:?}");
    let spots: Vec<&str> = values(&html, "href=\"#");
    let lost: Vec<_> = spots.iter().filter(|spot| **spot != "top" && !unique.contains(*spot)).collect();
    assert!(lost.is_empty() && spots.len() > 10, "{lost:?} of {spots:?}");
    let named = values(&html, "aria-labelledby=\"");
    assert!(named.iter().all(|id| unique.contains(id)) && named.contains(&"text-1-table-1"), "{named:?}");
    // Below the title come the parts, below them the texts, below these what they are divided into.
    let heading = |words: &str| html.find(words).map(|at| &html[..at]).and_then(|before| before.rsplit_once("<h"));
    let level = |words: &str| heading(words).map(|(_, tag)| tag.chars().next().unwrap());
    let levels =
        ["宣传周</span></h1>", "通知</h2>", "先发的通知</h3>", "一、范围</h4>", "起止</h5>", "背景</h3>"].map(level);
    assert_eq!(levels, ['1', '2', '3', '4', '5', '3'].map(Some));
    let at = |words: &str| html.find(words).unwrap();
    assert!(at("id=\"text-1\"") < at("id=\"text-2\"") && at("先发的通知</h3>") < at("后发的通知</h3>"));
}

#[test]
fn a_booklet_shows_nothing_hidden_and_is_listed_nowhere() {
    let project = project();
    let html = made(&project, BOOKLET).unwrap();
    assert!(!html.contains("没有定稿") && !html.contains("不该看见"));
    assert!(html.contains("<meta name=\"robots\" content=\"noindex\">"));
    for list in ["sitemap.xml", "feed.xml", "campaigns/week/feed.xml", "data/pages.json", "search/docs.bin"] {
        let files = published_of(project.folder(), Reader::PUBLIC, |path| path == list).files;
        assert!(!files[list].is_empty(), "{list}");
        assert!(!files[list].windows(7).any(|window| window == b"booklet"), "{list}");
    }
    let campaign = made(&project, "campaigns/week/index.html").unwrap();
    assert!(campaign.contains("href=\"../../campaigns/week/booklet/index.html\""));
}

#[test]
fn a_booklet_that_would_be_too_thick_keeps_the_newest_and_counts_the_others() {
    let project = project();
    let long = "一段很长的说明文字，".repeat(2500);
    for day in 4..8 {
        project.write(&format!("content/notices/n{day}.md"), notice(&format!("第{day}号通知"), day, &long));
    }
    let html = made(&project, BOOKLET).unwrap();
    // 22,500 characters each, and 40,000 are bound.
    assert!(html.contains("第7号通知</h3>") && !html.contains("第6号通知") && html.contains("另有较早的 5 篇"));
}

#[test]
fn there_is_no_booklet_where_nothing_is_to_be_bound_or_none_is_wanted() {
    let project = project();
    project.write("content/site.yaml", format!("{CONFIG}posters: []\nnotice_pdf: false\nbooklets: false\n"));
    assert_eq!(made(&project, BOOKLET), None);
    assert!(!made(&project, "campaigns/week/index.html").unwrap().contains("booklet"));
    project.write("content/site.yaml", format!("{CONFIG}posters: []\nnotice_pdf: false\n"));
    for name in ["first", "second"] {
        std::fs::remove_file(project.path(&format!("content/notices/{name}.md"))).unwrap();
    }
    assert_eq!(made(&project, BOOKLET), None, "a draft is nothing to bind");
}
