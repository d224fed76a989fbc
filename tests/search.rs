//! The search of whole sites: what stands on a page is found, from the terminal as in the browser, and nothing else is.
#![allow(clippy::unwrap_used, missing_docs)]

#[path = "workshop/mod.rs"]
mod workshop;

use std::fmt::Write as _;
use std::fs;

use serde_json::Value;
use site::model::Day;
use site::search::Texts;
use site::search::fold::fold;
use site::search::query::{Asked, pieces};
use workshop::{NEWS, Project, TODAY, assert_same};

#[test]
fn a_thousand_strings_of_the_demonstration_are_found_where_they_stand_and_nowhere_else() {
    let order = site::Order::of(workshop::repository(), Day::parse(TODAY).unwrap());
    let press = site::publication(&order).press.unwrap();
    let docs = press.plan.searched.as_ref().unwrap().documents.len();
    assert_eq!(docs, press.edition.count(), "every page can be found");
    let all: Vec<Texts> = (0..docs).map(|doc| press.texts(doc).unwrap()).collect();
    let folded: Vec<Vec<Vec<u16>>> = all.iter().map(|texts| texts.iter().map(|text| fold(text)).collect()).collect();
    let index = press.index();
    let asked = Asked { docs, shards: index.shards(), shard: &|number| index.shard(number) };
    let mut random = fastrand::Rng::with_seed(84);
    let (mut tried, mut several) = (0, 0);
    while tried < 1000 {
        // Titles, summaries and bodies.
        let text: Vec<char> = random.choice(&all).unwrap()[*random.choice(&[0, 3, 5]).unwrap()].chars().collect();
        let length = random.usize(2..=12);
        let Some(room) = text.len().checked_sub(length) else { continue };
        let from = random.usize(..=room);
        let typed: String = text[from..from + length].iter().collect();
        if !typed.chars().all(site::markdown::is_han) {
            continue;
        }
        let units = fold(&typed);
        let holds = |doc: &usize| folded[*doc].iter().any(|text| text.windows(units.len()).any(|part| part == units));
        let truth: Vec<usize> = (0..docs).filter(holds).collect();
        let answer = asked.answer(&pieces(&typed)).unwrap();
        let mut found: Vec<usize> = answer.hits.iter().map(|hit| hit.doc as usize).collect();
        found.sort_unstable();
        assert_eq!(found, truth, "{typed}");
        (tried, several) = (tried + 1, several + usize::from(truth.len() > 1));
    }
    assert!(several > 200, "{several} of them stand on more than one page");
}

/// Blocks of Unicode and random strings, each with the hash of what it folds to. The browser tests fold the same with the
/// script; both make the strings from the same numbers.
fn foldings() -> String {
    let mut out = String::new();
    let hash = |units: &[u16], hash: u32| {
        units.iter().fold(hash, |hash, unit| (hash ^ u32::from(*unit)).wrapping_mul(0x0100_0193))
    };
    for block in 0..0x110 {
        let chars = (block * 0x1000..(block + 1) * 0x1000).filter_map(char::from_u32);
        let folded = chars.fold(0x811C_9DC5, |so_far, c| hash(&fold(&format!("甲{c}乙{c} {c} a{c} b")), so_far));
        let _ = writeln!(out, "{block:03x} {folded:08x}");
    }
    let marks: Vec<char> = " \t\n\u{3000}\u{A0}，。〔2022〕“”Ａａ檢験⼀\u{200B}\u{FE0F}\u{E000}".chars().collect();
    for group in 0..40u32 {
        let mut state = group * 2 + 1;
        let mut next = || {
            state ^= state << 13;
            state ^= state >> 17;
            state ^= state << 5;
            state
        };
        let mut so_far = 0x811C_9DC5;
        for _ in 0..100 {
            let length = next() % 24 + 1;
            let text: String = (0..length)
                .map(|_| {
                    let (kind, number) = (next() % 4, next());
                    match kind {
                        0 => char::from_u32(number % 0x110000).unwrap_or('甲'),
                        1 => char::from_u32(0x4E00 + number % 0x5200).unwrap(),
                        2 => char::from_u32(0x20 + number % 0x5F).unwrap(),
                        _ => marks[number as usize % marks.len()],
                    }
                })
                .collect();
            so_far = hash(&fold(&text), so_far);
        }
        let _ = writeln!(out, "random {group} {so_far:08x}");
    }
    out
}

#[test]
fn the_browser_tests_know_what_everything_folds_to() {
    expect_test::expect_file!["browser/foldings.txt"].assert_eq(&foldings());
}

fn hits(document: &Value) -> Vec<&str> {
    document["hits"].as_array().unwrap().iter().map(|hit| hit["title"].as_str().unwrap()).collect()
}

fn site() -> Project {
    let project = Project::small();
    let page = |title: &str, day: u32, body: &str| {
        format!("---\ntitle: {title}\npublished: 2022-09-{day:02} 09:00\n---\n\n{body}\n")
    };
    project.write("content/news/c.md", page("检验检测机构怎么看", 10, "先看**资质**认定标志CMA，再看编号。第二段。"));
    project.write("content/news/d.md", page("走进实验室", 12, "检测机构开放。食品 农产品。"));
    project.write(
        "content/news/secret.md",
        page("草稿里的金丝雀词", 12, "金丝雀词").replace("---\ntitle", "---\ndraft: true\ntitle"),
    );
    project
}

#[test]
fn site_search_finds_what_readers_would() {
    let project = site();
    let ask = |line: &str| project.site(&format!("search {line} --format json")).document();
    assert_eq!(hits(&ask("检测机构")), ["检验检测机构怎么看", "走进实验室"]);
    assert_eq!(hits(&ask("資質認定")), ["检验检测机构怎么看"], "across marks, in traditional characters");
    assert_eq!((hits(&ask("cm")), hits(&ask("ma"))), (vec!["检验检测机构怎么看"], vec![]));
    assert_eq!((hits(&ask("zjsys")), hits(&ask("shiyanshi"))), (vec!["走进实验室"], vec!["走进实验室"]));
    assert_eq!(hits(&ask("检测机构 食品")), ["走进实验室"]);
    assert!(hits(&ask("金丝雀词")).is_empty(), "what is hidden is not found");
    let nothing = ask("检验检测所");
    assert_eq!((nothing["total"].as_u64(), &nothing["missing"][0]), (Some(0), &Value::from("检验检测所")));
    assert_eq!(nothing["nearest"][0]["title"], "检验检测机构怎么看");
    let hit = &ask("再看编号")["hits"][0];
    assert_eq!((&hit["path"], &hit["address"]), (&"content/news/c.md".into(), &"news/c/".into()));
    assert_eq!(hit["excerpt"], "先看资质认定标志CMA，再看编号。第二段。");
}

#[test]
fn site_search_speaks_to_people() {
    let project = site();
    let ran = project.site("search 检测机构 --limit 1");
    assert_eq!(ran.code, 0, "{}", ran.told());
    for part in [
        "找到 2 条：",
        "检验检测机构怎么看\n  工作动态  2022-09-10  content/news/c.md",
        "还有 1 条，加 --limit 2 全部列出。",
    ] {
        assert!(ran.out.contains(part), "no {part}\n{}", ran.told());
    }
    let ran = project.site("search 检验检测所");
    assert!(ran.out.contains("没有找到“检验检测所”。") && ran.out.contains("标题相近的有："), "{}", ran.told());
    assert!(project.site("search 检测机构 --lang en").out.contains("2 found:"));
    for (line, told) in [
        ("search ，。", "请写要找的词"),
        ("search 检测 --kind 水果", "没有“水果”这种页面。"),
        ("search 检测 --region 水果", "没有“水果”这个地区。"),
        ("search", "缺少参数"),
    ] {
        let ran = project.site(line);
        assert!(ran.code == 2 && ran.err.contains(told), "{line}\n{}", ran.told());
    }
    assert!(project.site("search 检测机构 --kind 案例").out.contains("没有找到"));
    assert!(project.site("search 检测机构 --kind news --year 2022").out.contains("找到 2 条"));
}

#[test]
fn a_site_may_do_without() {
    let project = site();
    let config = project.read("content/site.yaml");
    project.write("content/site.yaml", format!("{config}search: false\n"));
    let files = project.build();
    assert!(files.keys().all(|name| !name.starts_with("search/")));
    assert!(!String::from_utf8_lossy(&files["index.html"]).contains("search"), "nothing leads to it");
    let ran = project.site("search 检测");
    assert!(ran.code == 2 && ran.err.contains("search: false"), "{}", ran.told());
}

/// A site of as many pages as make several shards.
fn large() -> Project {
    let project = Project::small();
    let mut random = fastrand::Rng::with_seed(85);
    for number in 0..40 {
        let text: String = (0..400).map(|_| char::from_u32(0x4E00 + random.u32(..3000)).unwrap()).collect();
        project.write(
            &format!("content/news/n{number:02}.md"),
            NEWS.replace("启动了", &text).replace("启动仪式", &format!("第{number}次")),
        );
    }
    project
}

#[test]
fn an_index_made_from_the_one_before_has_the_bytes_of_a_new_one() {
    let project = large();
    let old = project.build();
    let shards = |files: &workshop::Files| files.keys().filter(|name| name.starts_with("search/shards/")).count();
    assert!(shards(&old) >= 4, "{} shards", shards(&old));
    // What is too new to be trusted is read again, and so proves nothing.
    std::thread::sleep(std::time::Duration::from_millis(2100));
    project.build();
    let edits: [(&str, Option<String>); 4] = [
        ("content/news/n07.md", Some(NEWS.replace("启动了", "只改了这一页的正文"))),
        ("content/news/n40.md", Some(NEWS.replace("启动了", "新的一页"))),
        ("content/news/n03.md", None),
        ("content/pages/first.md", Some("---\ntitle: 没有日期的页面\n---\n\n排在最前。\n".to_string())),
    ];
    for (path, text) in edits {
        match text {
            Some(text) => project.write(path, text),
            None => fs::remove_file(project.path(path)).unwrap(),
        }
        let now = project.build();
        fs::rename(project.path("public"), project.path("kept")).unwrap();
        let ran = project.site("build --clean");
        assert_eq!(ran.code, 0, "{}", ran.told());
        assert_same(&project.public(), &now, path);
        fs::remove_dir_all(project.path("public")).unwrap();
        fs::rename(project.path("kept"), project.path("public")).unwrap();
    }
}

#[test]
fn a_published_shard_that_somebody_harmed_is_made_again() {
    let project = large();
    let whole = project.build();
    let shard = project.path("public/search/shards/001.bin");
    fs::write(&shard, b"nonsense").unwrap();
    assert_same(&whole, &project.build(), "a shard was harmed");
    fs::write(&shard, b"nonsense").unwrap();
    project.write("content/news/n07.md", NEWS.replace("启动了", "改了"));
    let now = project.build();
    assert_eq!(project.site("build --clean").code, 0);
    assert_same(&project.public(), &now, "a shard was harmed, and a page changed");
}

#[test]
fn site_search_answers_the_same_with_and_without_a_build() {
    let project = large();
    let ask = |word: &str| project.site(&format!("search {word} --format json")).document();
    let before = ask("第7次");
    assert_eq!(hits(&before), ["第7次"]);
    project.build();
    let built = project.public();
    assert_eq!(ask("第7次"), before);
    project.write("content/news/n07.md", NEWS.replace("启动仪式", "第7次改名"));
    assert_eq!(hits(&ask("第7次")), ["第7次改名"], "what was written since the build counts");
    assert_eq!(hits(&ask("启动了")).len(), 3);
    assert_same(&built, &project.public(), "a search writes nothing");
}

#[test]
fn a_page_that_was_taken_away_by_hand_is_in_no_shard() {
    let project = large();
    project.write("content/news/last.md", NEWS.replace("2022-09-19", "2022-09-20").replace("启动了", "要撤下的内容"));
    let files = project.build();
    let newest =
        files.keys().filter(|name| name.starts_with("search/text/")).max_by_key(|name| (name.len(), *name)).unwrap();
    fs::remove_file(project.path(&format!("public/{newest}"))).unwrap();
    fs::remove_file(project.path("content/news/last.md")).unwrap();
    let now = project.build();
    assert_eq!(project.site("build --clean").code, 0);
    assert_same(&project.public(), &now, "the newest page and its text are gone");
}
