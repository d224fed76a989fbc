//! A pipeline that remembers gives what a fresh one gives, whatever was edited (faults.md J11): the same findings and,
//! byte for byte, the same outputs.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

mod workshop;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use site::load::Changed;
use site::model::Day;
use site::model::site::Difference;
use site::render::{Made, Press};
use site::report::{Finding, Text};
use site::{Order, Pipeline, Publication, publication};
use workshop::Project;

fn order(root: &Path) -> Order {
    Order::of(root, Day::new(2022, 9, 20).unwrap())
}

/// A project of its own: the demonstration without posters, with room for templates.
fn project() -> Project {
    let project = Project::demo();
    fs::create_dir_all(project.folder().join("themes/default/templates")).unwrap();
    project
}

fn changed(paths: &[PathBuf]) -> Changed {
    let real = |path: &PathBuf| match path.canonicalize() {
        Ok(path) => path,
        Err(_) => path.parent().unwrap().canonicalize().unwrap_or_default().join(path.file_name().unwrap()),
    };
    Changed::Paths(paths.iter().map(real).collect())
}

type Outputs = BTreeMap<String, Result<Vec<u8>, Vec<Text>>>;

fn outputs(press: &Press) -> Outputs {
    let made = press.plan.outputs().map(|(out, recipe)| {
        let bytes = match press.make(out, recipe) {
            Ok(Made::Bytes(bytes)) => Ok(bytes.to_vec()),
            Ok(Made::File(disk)) => Ok(fs::read(disk).unwrap()),
            Err(findings) => Err(findings.into_iter().map(|finding| finding.message).collect()),
        };
        (out.as_str().to_string(), bytes)
    });
    made.collect()
}

fn compare(kept: Publication, fresh: Publication, what: &str, bytes: bool) {
    let sorted = |publication: &Publication| -> Vec<Finding> { publication.report.clone().into_sorted() };
    let (found, wanted) = (sorted(&kept), sorted(&fresh));
    assert!(found == wanted, "after {what}: {found:#?}\ninstead of {wanted:#?}");
    assert_eq!(kept.press.is_some(), fresh.press.is_some(), "after {what}");
    if let (true, Some(kept), Some(fresh)) = (bytes, kept.press, fresh.press) {
        let (kept, fresh) = (outputs(&kept), outputs(&fresh));
        assert_eq!(kept.keys().collect::<BTreeSet<_>>(), fresh.keys().collect::<BTreeSet<_>>(), "after {what}");
        let differing: Vec<_> = kept.iter().filter(|(out, bytes)| fresh[*out] != **bytes).map(|(out, _)| out).collect();
        assert!(differing.is_empty(), "after {what}: {differing:?}");
    }
}

#[test]
fn an_edit_of_a_body_is_known_to_be_one() {
    let project = project();
    let order = order(project.folder());
    let mut pipeline = Pipeline::default();
    let first = pipeline.run(&order, &Changed::All);
    let page = project.folder().join("content/pages/about.md");
    let text = fs::read_to_string(&page).unwrap();
    fs::write(&page, format!("{text}\n又一段。\n")).unwrap();
    let second = pipeline.run(&order, &changed(std::slice::from_ref(&page)));
    let Difference::Bodies(ids) = &second.difference else { panic!("{:?}", second.difference) };
    assert_eq!(ids.iter().map(|id| &*id.slug).collect::<Vec<_>>(), ["about"]);
    let (before, after) = (first.press.unwrap(), second.press.unwrap());
    assert!(std::sync::Arc::ptr_eq(&before.plan, &after.plan), "the plan stands");
    // Touched without a change, there is nothing new at all.
    fs::write(&page, fs::read(&page).unwrap()).unwrap();
    let third = pipeline.run(&order, &changed(std::slice::from_ref(&page)));
    assert!(std::sync::Arc::ptr_eq(&after, &third.press.unwrap()));
    // And a title is more than a body.
    fs::write(&page, fs::read_to_string(&page).unwrap().replacen("title: ", "title: 新", 1)).unwrap();
    let fourth = pipeline.run(&order, &changed(&[page]));
    assert_eq!(fourth.difference, Difference::More);
}

/// More news than are read at once before any is shown, with links of every sort.
fn with_many(project: &Project) {
    let wide = [90; 1200 * 16 * 3];
    let mut photo = Vec::new();
    jpeg_encoder::Encoder::new(&mut photo, 90).encode(&wide, 1200, 16, jpeg_encoder::ColorType::Rgb).unwrap();
    for name in ["content/news/shown.jpg", "content/news/offered.jpg"] {
        project.write(name, &photo);
    }
    project.write("content/news/secret.txt", "草稿才用的文件");
    let links = [
        "见[上一篇](many-1.md)，[它的一节](many-2.md#s1)，[附件](../files/activity-statistics.csv)。",
        "![照片](shown.jpg)",
        "![照片](offered.jpg)",
        "见[照片](offered.jpg)。",
        "见[海报](/posters/)、[栏目](/news/page/2/)、[文件](/files/activity-statistics.csv)、[没有的](/none/)。",
        "[外面](https://www.gov.cn/)。[^1]\n\n[^1]: 注。",
    ];
    for number in 0..300 {
        let text = format!(
            "---\ntitle: 第{number}条动态\npublished: 2022-09-1{} 10:00\ncampaigns: [organic]\nregion: 运城市\n---\n\n## 一节\n\n第{number}条的正文。\n\n{}\n",
            number % 10,
            links[number % links.len()]
        );
        project.write(&format!("content/news/many-{number}.md"), text);
    }
    project.write("content/news/hidden.md", "---\ntitle: 没有定稿\npublished: 2022-09-18 10:00\ndraft: true\n---\n\n见[文件](secret.txt)和[照片](shown.jpg)。\n");
}

#[test]
fn pages_that_are_shown_ahead_of_the_whole_are_those_of_the_whole() {
    let project = project();
    with_many(&project);
    let order = order(project.folder());
    let mut pipeline = Pipeline::default();
    let (ahead, _) = pipeline.ahead(&order).unwrap();
    let made: BTreeMap<String, Vec<u8>> = (ahead.plan.outputs())
        .filter_map(|(out, recipe)| match ahead.make_ahead(out, recipe)? {
            Ok(Made::Bytes(bytes)) => Some((out.as_str().to_string(), bytes.to_vec())),
            _ => panic!("{out:?}"),
        })
        .collect();
    let whole = pipeline.run(&order, &Changed::Stamped);
    let wanted = outputs(whole.press.as_ref().unwrap());
    let differing: Vec<_> =
        made.iter().filter(|(out, bytes)| wanted.get(*out) != Some(&Ok((*bytes).clone()))).collect();
    assert!(differing.is_empty(), "{:?}", differing.iter().map(|(out, _)| out).collect::<Vec<_>>());
    let pages = wanted.keys().filter(|out| out.ends_with(".html")).count();
    assert!(made.len() > pages / 2 && made.len() < pages, "{} of {pages}", made.len());
    for shown in ["index.html", "notices/index.html", "news/many-0/index.html", "news/many-5/index.html"] {
        assert!(made.contains_key(shown), "{shown}");
    }
    for doubtful in
        ["news/many-1/index.html", "news/many-2/index.html", "news/many-4/index.html", "feed.xml", "404.html"]
    {
        assert!(!made.contains_key(doubtful) && wanted.contains_key(doubtful), "{doubtful}");
    }
    compare(whole, publication(&order), "the pages ahead", true);
}

#[test]
fn nothing_comes_ahead_of_a_small_site_or_of_one_with_mistakes() {
    let small = project();
    assert!(Pipeline::default().ahead(&order(small.folder())).is_none());
    let wrong = project();
    with_many(&wrong);
    wrong.write("content/news/many-7.md", "---\ntitle: 没有写完\n");
    let order = order(wrong.folder());
    let mut pipeline = Pipeline::default();
    assert!(pipeline.ahead(&order).is_none());
    compare(pipeline.run(&order, &Changed::Stamped), publication(&order), "a mistake", true);
}

#[test]
fn j11_any_edits_end_in_what_a_fresh_run_gives() {
    let seed = 200;
    println!("seed {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let project = project();
    let root = project.folder();
    let order = order(root);
    let mut pipeline = Pipeline::default();
    compare(pipeline.run(&order, &Changed::All), publication(&order), "nothing", true);
    for step in 0..200 {
        let (what, paths) = edit(&mut random, root, step);
        let kept = pipeline.run(&order, &changed(&paths));
        // All bytes of all outputs take a second, so they are compared now and then; findings always.
        compare(kept, publication(&order), &format!("step {step}, {what}"), step % 20 == 19);
    }
    let kept = pipeline.run(&order, &Changed::Paths(BTreeSet::new()));
    compare(kept, publication(&order), "all", true);
}

/// All Markdown files below `content`, in the order of their paths.
fn pages(root: &Path) -> Vec<PathBuf> {
    let walk = walkdir::WalkDir::new(root.join("content")).sort_by_file_name();
    let files = walk.into_iter().map(|entry| entry.unwrap().into_path());
    files.filter(|path| path.extension().is_some_and(|end| end == "md")).collect()
}

/// Makes one edit; what it was, and the paths a system would name.
fn edit(random: &mut fastrand::Rng, root: &Path, step: usize) -> (String, Vec<PathBuf>) {
    let all = pages(root);
    let page = all[random.usize(..all.len())].clone();
    let text = fs::read_to_string(&page).unwrap_or_default();
    let add = |more: &str| fs::write(&page, format!("{text}\n{more}\n")).unwrap();
    let theme = root.join("themes/default/templates/moved.html");
    let what = match random.u8(..18) {
        0..=3 => {
            add(&format!("第{step}段"));
            "a paragraph"
        }
        4 => {
            add("## 小标题\n\n[那一节](#s1)、[没有的一节](#没有)");
            "anchors"
        }
        5 => {
            add("[没有这个文件](missing.docx)、[别处](../notices/missing.md)");
            "broken links"
        }
        6 => {
            add("[关于](../pages/about.md#s9)、[附件](../files/none.pdf)、[某站](https://example.com/)");
            "links to others"
        }
        7 => {
            fs::write(&page, text.replacen("title: ", &format!("title: 第{step}次"), 1)).unwrap();
            "a title"
        }
        8 => {
            fs::write(&page, text.replacen("---\n", "---\ndraft: true\n", 1)).unwrap();
            "a draft"
        }
        9 => {
            fs::write(&page, text.replacen("draft: true\n", "", 1).replacen("：", ": ", 1)).unwrap();
            "no draft"
        }
        10 => {
            fs::write(&page, text.replacen(": ", "：", 1)).unwrap();
            "a full-width colon"
        }
        11 if all.len() > 20 => {
            fs::remove_file(&page).unwrap();
            "a removed page"
        }
        12 => {
            let other = root.join(format!("content/pages/new-{}.md", step % 7));
            fs::write(&other, format!("---\ntitle: 新页{step}\n---\n\n[回去](about.md)\n")).unwrap();
            return ("a new page".to_string(), vec![other]);
        }
        13 => {
            let other = page.with_file_name(format!("moved-{step}.md"));
            fs::rename(&page, &other).unwrap();
            return ("a renamed page".to_string(), vec![page, other]);
        }
        14 => {
            match theme.exists() {
                true => fs::remove_file(&theme).unwrap(),
                false => {
                    fs::write(&theme, format!("<!doctype html><title>{step}</title>{{{{ page.to.url }}}}")).unwrap()
                }
            }
            return ("a template".to_string(), vec![theme]);
        }
        15 => {
            let config = root.join("content/site.yaml");
            let text = fs::read_to_string(&config).unwrap();
            let changed = match text.contains("allowed_hosts: [example.com]") {
                true => text.replace("allowed_hosts: [example.com]\n", ""),
                false => format!("{text}\nallowed_hosts: [example.com]\n"),
            };
            fs::write(&config, changed).unwrap();
            return ("the configuration".to_string(), vec![config]);
        }
        16 => {
            let file = page.with_file_name(format!("附件{}.docx", step % 3));
            fs::write(&file, b"PK\x03\x04").unwrap();
            return ("a file nobody names".to_string(), vec![file]);
        }
        _ => {
            let table = root.join("content/open-days/rows.csv");
            let row = format!("第{step}场,organic,taiyuan-food,2022-09-2{}\n", step % 9);
            fs::write(&table, format!("标题,活动,机构,日期\n{row}")).unwrap();
            return ("a table".to_string(), vec![table]);
        }
    };
    (format!("{what} in {}", page.display()), vec![page])
}

#[test]
fn a_folder_that_goes_and_comes_back_is_read_again() {
    let project = project();
    let order = order(project.folder());
    let mut pipeline = Pipeline::default();
    pipeline.run(&order, &Changed::All);
    let (here, away) = (project.folder().join("content/news"), project.folder().join("news-away"));
    fs::rename(&here, &away).unwrap();
    let gone = pipeline.run(&order, &changed(std::slice::from_ref(&here)));
    compare(gone, publication(&order), "a folder that went", true);
    fs::rename(&away, &here).unwrap();
    let back = pipeline.run(&order, &changed(std::slice::from_ref(&here)));
    compare(back, publication(&order), "a folder that came back", true);
    let content = project.folder().join("content");
    fs::rename(&content, &away).unwrap();
    let paths = Changed::Paths([project.folder().canonicalize().unwrap().join("content")].into());
    compare(pipeline.run(&order, &paths), publication(&order), "no content", true);
    fs::rename(&away, &content).unwrap();
    compare(pipeline.run(&order, &paths), publication(&order), "content again", true);
}

#[test]
fn what_the_walk_told_goes_when_it_is_mended() {
    let project = project();
    let order = order(project.folder());
    let mut pipeline = Pipeline::default();
    pipeline.run(&order, &Changed::All);
    let about = project.folder().join("content/pages/about.md");
    for name in ["content/notices/db.sql", "content/通知/a.md", "content/pages/~$x.docx", "content/pages/aux.md"] {
        let file = project.folder().join(name);
        let folder = file.parent().unwrap().to_path_buf();
        fs::create_dir_all(&folder).unwrap();
        fs::write(&file, "x").unwrap();
        compare(pipeline.run(&order, &changed(&[folder.clone(), file.clone()])), publication(&order), name, false);
        // An edit elsewhere does not lose it.
        fs::write(&about, format!("{}\n\n{name}\n", fs::read_to_string(&about).unwrap())).unwrap();
        compare(pipeline.run(&order, &changed(std::slice::from_ref(&about))), publication(&order), name, false);
        fs::remove_file(&file).unwrap();
        compare(pipeline.run(&order, &changed(&[file])), publication(&order), &format!("{name} removed"), false);
    }
}

#[test]
fn a_theme_that_changes_while_nothing_can_be_planned_is_loaded_later() {
    let project = project();
    let order = order(project.folder());
    let mut pipeline = Pipeline::default();
    pipeline.run(&order, &Changed::All);
    let (config, template) =
        (project.folder().join("content/site.yaml"), project.folder().join("themes/default/templates/moved.html"));
    let good = fs::read_to_string(&config).unwrap();
    fs::write(&config, "title：坏\n").unwrap();
    compare(
        pipeline.run(&order, &changed(std::slice::from_ref(&config))),
        publication(&order),
        "no configuration",
        false,
    );
    fs::write(&template, "<!doctype html><title>别的</title>{{ page.to.url }}").unwrap();
    compare(pipeline.run(&order, &changed(&[template])), publication(&order), "a template meanwhile", false);
    fs::write(&config, good).unwrap();
    compare(pipeline.run(&order, &changed(&[config])), publication(&order), "the configuration mended", true);
}

#[test]
fn a_font_that_is_replaced_is_another() {
    let project = project();
    let order = order(project.folder());
    let font = project.folder().join("themes/default/fonts/own.ttf");
    fs::create_dir_all(font.parent().unwrap()).unwrap();
    fs::write(&font, "one").unwrap();
    let mut pipeline = Pipeline::default();
    let first = pipeline.run(&order, &Changed::All).press.unwrap();
    fs::write(&font, "two").unwrap();
    let second = pipeline.run(&order, &changed(std::slice::from_ref(&font))).press.unwrap();
    assert!(!std::sync::Arc::ptr_eq(&first.typesetter, &second.typesetter));
    fs::write(&font, "two").unwrap();
    let third = pipeline.run(&order, &changed(&[font])).press.unwrap();
    assert!(std::sync::Arc::ptr_eq(&second.typesetter, &third.typesetter));
}

#[test]
#[cfg(unix)]
fn content_behind_a_link_is_read_again() {
    let project = project();
    let (content, real) = (project.folder().join("content"), project.folder().join("quelle"));
    fs::rename(&content, &real).unwrap();
    std::os::unix::fs::symlink(&real, &content).unwrap();
    let order = order(project.folder());
    let mut pipeline = Pipeline::default();
    pipeline.run(&order, &Changed::All);
    let page = real.join("pages/about.md");
    fs::write(&page, format!("{}\n\n又一段。\n", fs::read_to_string(&page).unwrap())).unwrap();
    compare(pipeline.run(&order, &changed(&[page])), publication(&order), "an edit behind a link", true);
}

#[test]
fn j07_new_bytes_of_the_same_size_and_time_are_noticed() {
    let project = project();
    let order = order(project.folder());
    let mut pipeline = Pipeline::default();
    pipeline.run(&order, &Changed::All);
    let page = project.folder().join("content/pages/about.md");
    let time = fs::metadata(&page).unwrap().modified().unwrap();
    let text = fs::read_to_string(&page).unwrap();
    let at = text.rfind('。').unwrap();
    fs::write(&page, format!("{}！{}", &text[..at], &text[at + '。'.len_utf8()..])).unwrap();
    fs::File::options().write(true).open(&page).unwrap().set_modified(time).unwrap();
    let kept = pipeline.run(&order, &changed(&[page]));
    assert!(matches!(&kept.difference, Difference::Bodies(ids) if ids.len() == 1));
    compare(kept, publication(&order), "an edit that hides", true);
}

#[test]
fn all_bodies_are_judged_again_by_other_words() {
    let project = project();
    let order = order(project.folder());
    let mut pipeline = Pipeline::default();
    pipeline.run(&order, &Changed::All);
    let words = project.folder().join("content/words.tsv");
    for right in ["说法", "写法"] {
        fs::write(&words, format!("认证\t{right}\t提示\n")).unwrap();
        let kept = pipeline.run(&order, &changed(std::slice::from_ref(&words)));
        assert!(kept.report.iter().filter(|finding| finding.message.zh.contains(right)).count() > 20);
        compare(kept, publication(&order), right, true);
    }
}

#[test]
fn j09_a_day_that_passes_changes_what_is_public() {
    let project = project();
    let page = project.folder().join("content/pages/until.md");
    fs::write(&page, "---\ntitle: 到今天为止\nexpires: 2022-09-20\n---\n\n正文\n").unwrap();
    let mut order = order(project.folder());
    let mut pipeline = Pipeline::default();
    let shown = |made: &Publication| made.press.as_ref().unwrap().plan.at_address("until/").is_some();
    assert!(shown(&pipeline.run(&order, &Changed::All)));
    order.today = Day::new(2022, 9, 21).unwrap();
    let next = pipeline.run(&order, &Changed::Paths(BTreeSet::new()));
    assert!(!shown(&next));
    compare(next, publication(&order), "midnight", true);
}
