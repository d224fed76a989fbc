//! A build after edits writes, byte for byte, what a clean build writes, whatever the build before it left or lost.
#![allow(missing_docs, clippy::unwrap_used)]

mod workshop;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::Value;
use site::commands::{self, Machine, Terminal};
use site::model::Day;
use site::report::frame::Colour;
use workshop::{CONFIG, Files, Project, Said, assert_same, copy, snapshot};

/// Builds the project in `folder` in this process; gives the document the program says.
fn build(folder: &Path, more: &[&str]) -> Value {
    let said = Said::default();
    let terminal = Terminal::new(Box::new(said.clone()), Box::new(std::io::sink()), Colour::Off, false);
    let arguments = ["site", "build", "--format", "json", "--allow-shrink"].iter().chain(more).map(Into::into);
    let machine = Machine::bare(folder, || Day::new(2022, 9, 20).unwrap());
    commands::run(&arguments.collect::<Vec<_>>(), &machine, &Arc::new(terminal));
    serde_json::from_str(&said.text()).unwrap()
}

/// A project with some of everything, small enough for thousands of builds.
fn project() -> Project {
    let project = Project::empty();
    project.write("content/site.yaml", format!("{CONFIG}posters: []\nnotice_pdf: false\n"));
    for (name, title) in [("organic", "有机产品认证宣传周"), ("green", "绿色产品认证与标识宣传周")]
    {
        let dates = "start: 2022-09-19\nend: 2022-09-25\n";
        project.write(
            &format!("content/campaigns/{name}.md"),
            format!("---\ntitle: {title}\nslogan: 示例主题一号 一起参加活动\n{dates}---\n\n活动内容。\n"),
        );
    }
    for number in 0..4 {
        // Nothing but their own pages and the booklet shows the end of these bodies.
        let opening = "这一段比列表里的摘要长。".repeat(40);
        let head =
            format!("title: 通知{number}\nissuer: 示例市市场监督管理局\npublished: 2022-09-0{} 09:00", number + 1);
        let body = format!(
            "{opening}\n\n## 一、时间\n\n另见[上一件](notice-0.md)和[附件](../files/form.docx)。\n\n## 二、要求\n\n按要求办。"
        );
        project.write(
            &format!("content/notices/notice-{number}.md"),
            format!("---\n{head}\ncampaigns: [organic]\nregion: 运城市\n---\n\n{body}\n"),
        );
        let head = format!("title: 动态{number}\npublished: 2022-09-1{number} 09:00");
        project.write(&format!("content/news/news-{number}.md"), format!("---\n{head}\n---\n\n启动了{number}。\n"));
        let head = format!("title: 案例{number}\npublished: 2022-09-1{number} 10:00\ncampaign: green\nunit: 示例公司");
        project.write(
            &format!("content/cases/case-{number}.md"),
            format!("---\n{head}\n---\n\n{opening}\n\n示例做法{number}。\n"),
        );
        let head = format!(
            "title: 开放日{number}\ncampaign: organic\ninstitution: lab\nsessions:\n  - date: 2022-09-2{number}"
        );
        project.write(&format!("content/open-days/day-{number}.md"), format!("---\n{head}\n---\n\n欢迎参观。\n"));
    }
    project.write("content/institutions/lab.md", "---\nname: 示例检测中心\nregion: 运城市\n---\n\n示例。\n");
    project.write("content/pages/about.md", "---\ntitle: 关于\n---\n\n说明。\n");
    project.write("content/files/form.docx", b"PK\x03\x04");
    project.write("themes/default/templates/moved.html", "<!doctype html><title>1</title>{{ page.to.url }}");
    project
}

fn pages(root: &Path) -> Vec<PathBuf> {
    let walk = walkdir::WalkDir::new(root.join("content")).sort_by_file_name();
    let files = walk.into_iter().map(|entry| entry.unwrap().into_path());
    files.filter(|path| path.extension().is_some_and(|end| end == "md")).collect()
}

/// Makes one edit and says what it was.
fn edit(random: &mut fastrand::Rng, root: &Path, step: usize) -> String {
    let all = pages(root);
    let page = all[random.usize(..all.len())].clone();
    let text = fs::read_to_string(&page).unwrap();
    let put = |text: String| fs::write(&page, text).unwrap();
    let file = |name: &str| root.join(name);
    let what = match random.u8(..23) {
        0..=1 => {
            put(format!("{text}\n第{step}段，示例主题一号，一同参加活动\n"));
            "a paragraph that misquotes"
        }
        2..=3 => {
            put(format!("{text}\n第{step}段。\n"));
            "a paragraph"
        }
        4 => {
            put(text.replacen("\n---\n\n", &format!("\n---\n\n开头{step}。\n\n"), 1));
            "the first paragraph, which lists may show"
        }
        5 => {
            put(format!("{text}\n[关于](../pages/about.md)、[没有](missing.md)、[某站](https://example.com/)\n"));
            "links"
        }
        6 => {
            put(text.replace("、[没有](missing.md)", ""));
            "a mended link"
        }
        7 => {
            put(text.replacen("title: ", &format!("title: 第{}次", step % 9), 1));
            "a title"
        }
        8 => {
            put(text.replacen("---\n", "---\ndraft: true\n", 1));
            "a draft"
        }
        9 => {
            put(text.replacen("draft: true\n", "", 1));
            "no draft"
        }
        10 => {
            put(text.replacen("---\n", &format!("---\nslug: other-{}\n", step % 5), 1));
            "another address"
        }
        11 if all.len() > 12 => {
            fs::remove_file(&page).unwrap();
            "a removed page"
        }
        12 => {
            let text = format!("---\ntitle: 新页{step}\n---\n\n[回去](about.md)\n");
            fs::write(file(&format!("content/pages/new-{}.md", step % 7)), text).unwrap();
            return "a new page".to_string();
        }
        13 => {
            fs::rename(&page, page.with_file_name(format!("moved-{step}.md"))).unwrap();
            "a renamed page"
        }
        14 => {
            let text = format!("<!doctype html><title>{step}</title>{{{{ page.to.url }}}}");
            fs::write(file("themes/default/templates/moved.html"), text).unwrap();
            return "a template".to_string();
        }
        15 => {
            let config = file("content/site.yaml");
            let text = fs::read_to_string(&config).unwrap();
            let title = text.lines().next().unwrap().to_string();
            fs::write(&config, text.replacen(&title, &format!("title: 第{}个专题", step % 4), 1)).unwrap();
            return "the configuration".to_string();
        }
        16 => {
            fs::write(file("content/files/form.docx"), format!("PK\x03\x04{}", step % 3)).unwrap();
            return "a file".to_string();
        }
        17 => {
            let row = format!("第{step}场,organic,lab,2022-09-2{}\n", step % 9);
            fs::write(file("content/open-days/rows.csv"), format!("标题,活动,机构,日期\n{row}")).unwrap();
            return "a table".to_string();
        }
        18 => {
            let times = fs::metadata(&page).unwrap().modified().unwrap();
            put(text.replace('示', "例"));
            fs::File::options().write(true).open(&page).unwrap().set_modified(times).unwrap();
            "new text of the same size and time"
        }
        19 => {
            // A word that stands in many pages is wrong from now on, or again right.
            match step % 3 {
                0 => drop(fs::remove_file(file("content/words.tsv"))),
                kind => fs::write(file("content/words.tsv"), format!("示例做法\t示例{kind}\t提示\n")).unwrap(),
            }
            return "the dictionary".to_string();
        }
        20 => {
            let page = file("content/campaigns/organic.md");
            let Ok(text) = fs::read_to_string(&page) else { return "no campaign".to_string() };
            let (from, to) = if step.is_multiple_of(2) { ("一起", "一同") } else { ("一同", "一起") };
            fs::write(page, text.replace(&format!("号 {from}参加"), &format!("号 {to}参加"))).unwrap();
            return "a slogan, which pages quote".to_string();
        }
        21 => {
            put(text.replacen("---\n", "---\nwaivers: [{code: G12, reason: 旧口号, name: 示例}]\n", 1));
            "a waiver"
        }
        _ => {
            put(format!("{text}\n## 小节{step}\n\n见[那一节](#s1)。\n"));
            "a heading"
        }
    };
    format!("{what} in {}", page.display())
}

/// What a clean build of a copy writes, and what it tells.
fn clean(project: &Project, today: &str) -> (Files, Value) {
    let other = Project::empty();
    for name in ["content", "themes"].into_iter().filter(|name| project.path(name).exists()) {
        copy(&project.path(name), &other.path(name));
    }
    if project.path(".site/calendar.json").exists() {
        other.write(".site/calendar.json", project.read(".site/calendar.json"));
    }
    let told = build(other.folder(), &["--clean", "--today", today]);
    (snapshot(&other.path("public")), told["findings"].clone())
}

fn any_edits(seed: u64, steps: usize) {
    let mut random = fastrand::Rng::with_seed(seed);
    let project = project();
    settle();
    let mut today = "2022-09-20".to_string();
    let mut published = Files::new();
    for step in 0..steps {
        let what = match random.u8(..20) {
            0 => {
                today = format!("2022-09-{}", random.u8(17..30));
                format!("the day {today}")
            }
            1 => "nothing".to_string(),
            // Builds that follow each other at once are rare among people; then stamps are trusted.
            2 => {
                std::thread::sleep(std::time::Duration::from_millis(120));
                edit(&mut random, project.folder(), step)
            }
            _ => edit(&mut random, project.folder(), step),
        };
        let what = format!("seed {seed}, step {step}: {what}");
        let (wanted, findings) = clean(&project, &today);
        let told = build(project.folder(), &["--today", &today]);
        assert_eq!(told["findings"], findings, "{what}");
        if !told["written"].is_null() {
            published = wanted;
        }
        assert_same(&published, &snapshot(&project.path("public")), &what);
    }
}

#[test]
fn any_edits_end_in_what_a_clean_build_writes() {
    for seed in 0..6 {
        any_edits(seed, 40);
    }
}

/// Run by hand with `--ignored`.
#[test]
#[ignore = "takes many minutes"]
fn thousands_of_edits_end_in_what_a_clean_build_writes() {
    for seed in 100..200 {
        any_edits(seed, 40);
    }
}

/// Every file below `folder`, with what the system can tell of it.
fn facts(folder: &Path) -> BTreeMap<String, (u64, std::time::SystemTime)> {
    let number = |facts: &fs::Metadata| {
        #[cfg(unix)]
        return std::os::unix::fs::MetadataExt::ino(facts);
        #[cfg(not(unix))]
        return facts.len();
    };
    let walk = walkdir::WalkDir::new(folder).into_iter().map(|entry| entry.unwrap());
    let files = walk.filter(|entry| entry.file_type().is_file()).map(|entry| {
        let facts = entry.metadata().unwrap();
        let name = entry.path().strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
        (name, (number(&facts), facts.modified().unwrap()))
    });
    files.collect()
}

fn settle() {
    std::thread::sleep(std::time::Duration::from_millis(150));
}

#[test]
fn a_build_without_a_change_writes_nothing_and_tells_the_same() {
    let project = project();
    project.write("content/pages/odd.md", "---\ntitle: 有提醒的页\n---\n\n\u{200b}\n");
    settle();
    build(project.folder(), &[]);
    let first = build(project.folder(), &[]);
    settle();
    build(project.folder(), &[]);
    let before = (facts(&project.path("public")), facts(&project.path(".site")));
    let again = build(project.folder(), &[]);
    assert_eq!(first["findings"], again["findings"]);
    assert!(!again["findings"].as_array().unwrap().is_empty());
    assert_eq!(again["written"]["unchanged"], again["written"]["files"]);
    assert_eq!(before, (facts(&project.path("public")), facts(&project.path(".site"))));
}

#[test]
fn an_edit_of_a_body_writes_what_shows_it() {
    let project = project();
    // The summary of lists would be the beginning of the body.
    let text = project.read("content/news/news-2.md").replacen("---\n", "---\nsummary: 摘要\n", 1);
    project.write("content/news/news-2.md", &text);
    settle();
    build(project.folder(), &[]);
    project.write("content/news/news-2.md", format!("{text}\n又一段。\n"));
    let before = facts(&project.path("public"));
    let told = build(project.folder(), &[]);
    let after = facts(&project.path("public"));
    let changed = after.keys().filter(|name| before.get(*name) != after.get(*name)).map(String::as_str);
    let (search, other): (Vec<&str>, Vec<&str>) = changed.partition(|name| name.starts_with("search/"));
    assert_eq!(other, [".site-output", "news/news-2/index.html"]);
    assert_eq!(search.iter().filter(|name| name.starts_with("search/text/")).count(), 1, "{search:?}");
    assert_eq!(told["written"]["changed"], search.len() + 1, "{told:#}");
}

#[test]
fn an_edit_of_a_text_that_a_booklet_binds_writes_the_booklet() {
    let project = project();
    settle();
    build(project.folder(), &[]);
    let text = project.read("content/notices/notice-2.md");
    project.write("content/notices/notice-2.md", format!("{text}\n又一段。\n"));
    let before = facts(&project.path("public"));
    build(project.folder(), &[]);
    let after = facts(&project.path("public"));
    let changed = after.keys().filter(|name| before.get(*name) != after.get(*name) && !name.starts_with("search/"));
    let wanted = [".site-output", "campaigns/organic/booklet/index.html", "notices/notice-2/index.html"];
    assert_eq!(changed.collect::<Vec<_>>(), wanted);
}

/// Letters and posters are made apart from pages, and have keys of their own.
#[test]
fn letters_and_posters_follow_edits_as_well() {
    let project = Project::empty();
    project.write("content/site.yaml", format!("{CONFIG}posters: [wechat]\n"));
    let campaign = "---\ntitle: 宣传周\nslogan: 示例主题\nstart: 2022-09-19\nend: 2022-09-25\n---\n\n活动内容。\n";
    project.write("content/campaigns/organic.md", campaign);
    let head = "title: 通知\nissuer: 示例市市场监督管理局\npublished: 2022-09-01 09:00\ncampaigns: [organic]";
    let notice = |body: &str| format!("---\n{head}\n---\n\n{body}\n");
    project.write("content/notices/n.md", notice("各单位：\n\n请[看](../files/a.docx)。"));
    project.write("content/files/a.docx", b"PK\x03\x04");
    let edits: [(&str, String); 6] = [
        ("content/notices/n.md", notice("各科室：\n\n请[看](../files/a.docx)。")),
        ("content/notices/n.md", notice("各科室：\n\n请[看](../files/a.docx)。\n\n又一段。")),
        ("content/campaigns/organic.md", campaign.replace("示例主题", "另一主题")),
        ("content/notices/n.md", notice("各科室：\n\n请[看][r]。\n\n[r]: ../files/a.docx").replace("标题", "题")),
        ("content/files/a.docx", "PK\x03\x04b".to_string()),
        ("content/notices/n.md", notice("不看了。\n\n[r]: ../files/a.docx")),
    ];
    settle();
    build(project.folder(), &["--today", "2022-09-20"]);
    for (at, (path, text)) in edits.iter().enumerate() {
        settle();
        project.write(path, text);
        settle();
        let (wanted, _) = clean(&project, "2022-09-20");
        build(project.folder(), &["--today", "2022-09-20"]);
        assert_same(&wanted, &snapshot(&project.path("public")), &format!("edit {at} of {path}"));
    }
}

#[test]
fn i309_records_that_cannot_be_used_are_told_and_cost_only_time() {
    let project = project();
    settle();
    build(project.folder(), &[]);
    let (wanted, _) = clean(&project, "2022-09-20");
    let made = project.path(".site/build/made");
    let whole = fs::read(&made).unwrap();
    let codes = |told: &Value| -> Vec<String> {
        told["findings"].as_array().unwrap().iter().map(|found| found["code"].as_str().unwrap().to_string()).collect()
    };
    assert!(!codes(&build(project.folder(), &[])).contains(&"I309".to_string()));
    let foreign = [b"site:kept:".as_slice(), b"0123456789abcdef\n", &whole[27..]].concat();
    for harmed in [whole[..whole.len() / 2].to_vec(), foreign, b"something else".to_vec()] {
        fs::write(&made, harmed).unwrap();
        let told = build(project.folder(), &[]);
        assert!(codes(&told).contains(&"I309".to_string()), "{told:#}");
        assert_same(&wanted, &snapshot(&project.path("public")), "a harmed record");
        assert!(!codes(&build(project.folder(), &[])).contains(&"I309".to_string()), "told once");
    }
    let room = fs::read_dir(project.path(".site/out")).unwrap().next().unwrap().unwrap().path();
    for name in ["published-stamps", "next-stamps"] {
        settle();
        project.write("content/pages/about.md", format!("---\ntitle: 关于\n---\n\n{name}\n"));
        build(project.folder(), &[]);
        fs::write(room.join(name), "something else").unwrap();
        // One that finds nothing to write does not ask for the second folder.
        project.write("content/pages/about.md", format!("---\ntitle: 关于\n---\n\n{name}\n\n\n"));
        let (wanted, _) = clean(&project, "2022-09-20");
        let told = build(project.folder(), &[]);
        assert!(codes(&told).contains(&"I309".to_string()), "{told:#}");
        assert_same(&wanted, &snapshot(&project.path("public")), "harmed stamps");
    }
}

#[test]
fn what_is_kept_may_vanish_or_be_harmed_anywhere() {
    for seed in 0..3 {
        let mut random = fastrand::Rng::with_seed(seed);
        let project = project();
        for step in 0..25 {
            settle();
            let what = edit(&mut random, project.folder(), step);
            let walk = walkdir::WalkDir::new(project.folder().join(".site")).min_depth(1).into_iter();
            let kept: Vec<PathBuf> = walk.filter_map(Result::ok).map(|entry| entry.into_path()).collect();
            if let Some(harmed) = (!kept.is_empty()).then(|| &kept[random.usize(..kept.len())]) {
                match random.u8(..2) {
                    _ if harmed.is_dir() => fs::remove_dir_all(harmed).unwrap(),
                    0 => fs::remove_file(harmed).unwrap(),
                    _ => fs::write(harmed, &fs::read(harmed).unwrap()[1..]).unwrap_or_default(),
                }
            }
            let (wanted, _) = clean(&project, "2022-09-20");
            let told = build(project.folder(), &[]);
            if !told["written"].is_null() {
                assert_same(&wanted, &snapshot(&project.path("public")), &format!("seed {seed}, step {step}: {what}"));
            }
        }
    }
}

/// Changes a byte of the file and gives it back its size and time.
#[cfg(unix)]
fn forge(path: &Path) {
    let time = fs::metadata(path).unwrap().modified().unwrap();
    let mut bytes = fs::read(path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(path, bytes).unwrap();
    fs::File::options().write(true).open(path).unwrap().set_modified(time).unwrap();
}

/// Where the system tells when anything about a file was changed.
#[cfg(unix)]
#[test]
fn an_output_that_was_forged_is_mended() {
    for seed in 0..4 {
        let mut random = fastrand::Rng::with_seed(seed);
        let project = project();
        build(project.folder(), &[]);
        for step in 0..12 {
            let mut what = "nothing".to_string();
            for _ in 0..random.u8(..3) {
                settle();
                what = edit(&mut random, project.folder(), step);
                build(project.folder(), &[]);
            }
            settle();
            let before = snapshot(&project.path("public"));
            let files: Vec<&String> = before.keys().filter(|name| !name.ends_with('/')).collect();
            let names: Vec<&String> = (0..3).map(|_| files[random.usize(..files.len())]).collect();
            let is_full = |path: &PathBuf| fs::metadata(path).is_ok_and(|facts| facts.is_file() && facts.len() > 0);
            let places = names.iter().map(|name| project.path("public").join(name)).filter(is_full);
            places.for_each(|place| forge(&place));
            let after = snapshot(&project.path("public"));
            let altered: Vec<&str> =
                before.keys().filter(|name| before[*name] != after[*name]).map(String::as_str).collect();
            if random.bool() {
                edit(&mut random, project.folder(), step + 1);
            }
            let (wanted, _) = clean(&project, "2022-09-20");
            let told = build(project.folder(), &[]);
            if !told["written"].is_null() {
                let what = format!("seed {seed}, step {step}: {names:?} after {what}");
                assert_same(&wanted, &snapshot(&project.path("public")), &what);
                let mended = message(&told, "W312");
                match altered.is_empty() {
                    true => assert_eq!(mended, None, "{what}"),
                    // Whatever another record says of the rest.
                    false if altered.contains(&".site-output") => {}
                    false => assert!(mended.is_some_and(|text| text.contains(&altered.join("、"))), "{what}: {told:#}"),
                }
            }
        }
    }
}

#[test]
fn w312_an_altered_output_is_told_whatever_else_is_known() {
    let project = project();
    settle();
    build(project.folder(), &[]);
    let public = project.path("public");
    let nothing = || ();
    let blank = || fs::create_dir(public.join("空")).unwrap();
    let record = || fs::write(public.join(".site-output"), fs::read(public.join(".site-output")).unwrap()).unwrap();
    let forget = || fs::remove_dir_all(project.path(".site")).unwrap();
    let cases: [(&dyn Fn(), &[&str]); 5] =
        [(&nothing, &[]), (&blank, &[]), (&record, &[]), (&forget, &[]), (&nothing, &["--clean"])];
    for (at, (before, args)) in cases.into_iter().enumerate() {
        settle();
        before();
        assert_eq!(message(&build(project.folder(), args), "W312"), None, "case {at}, nothing altered");
        settle();
        before();
        fs::write(public.join("index.html"), "<p>").unwrap();
        fs::remove_file(public.join("robots.txt")).unwrap();
        let told = build(project.folder(), args);
        assert!(message(&told, "W312").is_some_and(|text| text.contains("index.html、robots.txt")), "{at}: {told:#}");
        assert_eq!(message(&build(project.folder(), args), "W312"), None, "case {at}, told once");
    }
}

/// The message of the finding with this code, if it was told.
fn message<'t>(told: &'t Value, code: &str) -> Option<&'t str> {
    let found = told["findings"].as_array().unwrap().iter().find(|found| found["code"] == code)?;
    found["message"].as_str()
}

/// Owners and permissions are set after each build by many an operator.
#[cfg(unix)]
#[test]
fn what_only_has_another_mark_is_not_made_again() {
    use std::os::unix::fs::PermissionsExt as _;
    let project = project();
    settle();
    build(project.folder(), &[]);
    let page = project.path("content/pages/about.md");
    for step in 0..3 {
        fs::write(&page, format!("---\ntitle: 关于\n---\n\n第{step}次。\n")).unwrap();
        settle();
        build(project.folder(), &[]);
        for (name, _) in facts(&project.path("public")) {
            fs::set_permissions(project.path("public").join(name), fs::Permissions::from_mode(0o640)).unwrap();
        }
        settle();
        let before = facts(&project.path("public"));
        let told = build(project.folder(), &[]);
        assert_eq!(told["written"]["unchanged"], told["written"]["files"], "{told:#}");
        assert_eq!(before, facts(&project.path("public")));
    }
}

#[test]
fn a_project_that_is_moved_or_copied_goes_on() {
    let project = project();
    settle();
    build(project.folder(), &[]);
    let moved = project.top().join("moved");
    fs::rename(project.folder(), &moved).unwrap();
    let told = build(&moved, &[]);
    assert_eq!((told["written"]["changed"].as_u64(), told["exit"].as_u64()), (Some(0), Some(0)), "{told:#}");
    let copied = project.top().join("copied");
    copy(&moved, &copied);
    fs::write(copied.join("content/pages/about.md"), "---\ntitle: 关于我们\n---\n\n说明。\n").unwrap();
    build(&copied, &[]);
    assert!(fs::read_to_string(copied.join("public/pages/index.html")).unwrap().contains("关于我们"));
    assert!(!fs::read_to_string(moved.join("public/pages/index.html")).unwrap().contains("关于我们"));
}

/// A photo as telephones write it: lying, 1200×900, with the place it was taken at.
fn photo() -> Vec<u8> {
    use jpeg_encoder::{ColorType, Encoder};
    let mut exif = b"II*\0\x08\0\0\0\x02\0".to_vec();
    exif.extend(b"\x12\x01\x03\0\x01\0\0\0\x06\0\0\0"); // turned by a quarter
    exif.extend(b"\x25\x88\x04\0\x01\0\0\0\x26\0\0\0\0\0\0\0"); // its place, at byte 38
    exif.extend(b"\x01\0\x01\0\x02\0\x02\0\0\0N\0\0\0\0\0\0\0");
    let pixels: Vec<u8> = (0..1200 * 900).flat_map(|at| [(at % 251) as u8, (at / 1200 % 251) as u8, 90]).collect();
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, 95);
    encoder.add_exif_metadata(&exif).unwrap();
    encoder.encode(&pixels, 1200, 900, ColorType::Rgb).unwrap();
    bytes
}

#[test]
fn a_photo_of_a_page_is_made_in_widths_and_one_for_download_stays_as_it_is() {
    let project = Project::empty();
    project.write("content/site.yaml", format!("{CONFIG}posters: []\n"));
    let head = "title: 关于报送照片的通知\nissuer: 示例市市场监督管理局\npublished: 2022-09-06 09:00";
    let body = "请各单位报送现场照片。\n\n![群众在看展板](photo.jpg)";
    project.write("content/notices/a/index.md", format!("---\n{head}\n---\n\n{body}\n"));
    project.write("content/notices/a/photo.jpg", photo());
    let files = project.build();
    let names: Vec<&String> = files.keys().filter(|name| name.contains("photo")).collect();
    let widths = ["notices/a/photo.480w.jpg", "notices/a/photo.900w.jpg"];
    assert_eq!(names, widths);
    let holds = |bytes: &[u8], words: &[u8]| bytes.windows(words.len()).any(|part| part == words);
    for (name, size) in widths.into_iter().zip([(480, 640), (900, 1200)]) {
        let seen = imagesize::blob_size(&files[name]).unwrap();
        assert_eq!((seen.width, seen.height), size, "{name}");
        assert!(!holds(&files[name], b"Exif"), "{name}");
    }
    let page = String::from_utf8(files["notices/a/index.html"].clone()).unwrap();
    let sizes = "src=\"photo.900w.jpg\" alt=\"群众在看展板\" width=\"900\" height=\"1200\" srcset=\"photo.480w.jpg 480w, photo.900w.jpg 900w\"";
    assert!(page.contains(sizes), "{page}");
    // The letter shows it, and tells how it is turned and nothing more.
    let letter = &files["notices/a/a.pdf"];
    assert!(holds(letter, b"/DCTDecode") && !holds(letter, b"\x25\x88\x04\0"), "the letter tells the place");

    project.write("content/notices/a/index.md", format!("---\n{head}\n---\n\n{body}\n\n[原图](photo.jpg)\n"));
    let ran = project.site("build --format json");
    let again = project.public();
    assert_eq!(again["notices/a/photo.jpg"], photo());
    assert!(!again.contains_key(widths[0]));
    assert!(ran.codes().contains(&"P06".to_string()), "{}", ran.told());
    project.write("content/notices/a/photo.jpg", &photo()[..40_000]);
    project.write("content/notices/a/index.md", format!("---\n{head}\n---\n\n{body}\n"));
    let ran = project.site("build --format json");
    assert!(ran.codes().contains(&"E154".to_string()), "a photo that broke off: {}", ran.told());
}
