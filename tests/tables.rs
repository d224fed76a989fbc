//! Open days as tables, end to end: what we write can be read in again, addresses stay where rows move, and a large
//! table is read in time (faults.md C27).

#![allow(clippy::unwrap_used)]

#[path = "fixtures/mod.rs"]
mod fixtures;

use std::collections::BTreeMap;
use std::path::Path;

use fixtures::project::{self, Project, Wish};
use site::report::{Lang, line};

const HEADER: &str = "标题,活动,机构,日期,开始,结束,名额,原定日期\n";

fn base() -> Project {
    Project::copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mistakes/base"))
}

/// What is found and written with these rows in a table.
fn built(project: &Project, rows: &[&str]) -> (String, BTreeMap<String, Vec<u8>>) {
    project.write("content/open-days/x.csv", format!("{HEADER}{}\n", rows.join("\n")).as_bytes());
    let (findings, written) = project.build(&Wish::default());
    (findings.iter().map(|finding| line::print(finding, Lang::Zh)).collect(), written)
}

/// The open-day pages.
fn pages(written: &BTreeMap<String, Vec<u8>>) -> Vec<&str> {
    let page = |path: &&str| path.starts_with("open-days/lab-") && path.ends_with("/index.html");
    written.keys().map(String::as_str).filter(page).collect()
}

#[test]
fn addresses_stay_when_rows_are_put_in_sorted_and_moved() {
    let project = base();
    let (a, b, c) = (
        "甲,organic,lab,2022-09-19,09:00,11:00,30,",
        "乙,organic,lab,2022-09-21,09:00,11:00,30,",
        "丙,organic,lab,2022-09-22,09:00,11:00,30,",
    );
    let (said, before) = built(&project, &[a, b, c]);
    assert_eq!(said, "");
    let three =
        ["open-days/lab-20220919/index.html", "open-days/lab-20220921/index.html", "open-days/lab-20220922/index.html"];
    assert_eq!(pages(&before), three);
    let (said, after) = built(&project, &[c, "丁,organic,lab,2022-09-20,09:00,11:00,30,", "", a, b]);
    assert_eq!((said.as_str(), pages(&after).len()), ("", 4));
    let calendar = |written: &BTreeMap<String, Vec<u8>>| written["open-days/lab-20220921/calendar.ics"].clone();
    assert!(three.iter().all(|path| after.contains_key(*path)));
    assert_eq!(calendar(&before), calendar(&after), "the row says the same, so its events are the same");
    let moved = "乙,organic,lab,2022-09-23,14:00,16:00,30,2022-09-21";
    let (said, after) = built(&project, &[a, moved, c]);
    assert_eq!((said.as_str(), pages(&after)), ("", three.to_vec()), "a moved open day keeps its address");
}

/// Copies a folder of the repository over the project.
fn copy(project: &Project, root: &Path, folder: &str) {
    for path in walkdir::WalkDir::new(root.join(folder)).sort_by_file_name() {
        let path = path.unwrap();
        if path.file_type().is_file() {
            let inside = path.path().strip_prefix(root).unwrap().to_string_lossy().into_owned();
            project.write(&inside, &std::fs::read(path.path()).unwrap());
        }
    }
}

#[test]
fn what_is_exported_can_be_read_in_again() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let (_, written) = project::build(root, &Wish::default());
    let exported = &written["data/open-days.csv"];
    let project = Project::copy(&root.join("tests/mistakes/base"));
    for folder in ["content", "themes"] {
        copy(&project, root, folder);
    }
    std::fs::remove_dir_all(project.path().join("content/open-days")).unwrap();
    project.write("content/open-days/again.csv", exported);
    let (findings, again) = project.build(&Wish::default());
    let told: String = findings
        .iter()
        .filter(|finding| finding.place.path.as_str().ends_with("again.csv"))
        .filter(|finding| finding.code.id.starts_with('E'))
        .map(|finding| line::print(finding, Lang::Zh))
        .collect();
    assert_eq!(told, "");
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    assert_eq!(text(&again["data/open-days.csv"]), text(exported));
}

#[test]
fn five_thousand_rows_are_read_in_time() {
    let project = base();
    let rows: Vec<String> = (0..5000)
        .map(|number| {
            format!("第 {number} 场,有机产品认证宣传周,示例市食品检验所（示例）,2022-09-20,09:00,11:00,30人,")
        })
        .collect();
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    project.write("content/open-days/x.csv", format!("{HEADER}{}\n", rows.join("\n")).as_bytes());
    let started = std::time::Instant::now();
    let findings = project.check(&Wish::default());
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    assert_eq!(findings.iter().filter(|finding| finding.code.id == "E141").count(), 4999);
}

/// Each session stands in the calendars of its open day, its institution and its campaign.
#[test]
fn two_thousand_sessions_of_one_open_day_are_written_in_time() {
    let project = base();
    let rows: Vec<String> = (0..2000)
        .map(|number| format!("开放,organic,lab,2022-09-{:02},09:00,11:00,30,,many", 19 + number % 4))
        .collect();
    let table = format!("{},网址名\n{}\n", HEADER.trim_end(), rows.join("\n"));
    project.write("content/open-days/x.csv", table.as_bytes());
    let config = std::fs::read_to_string(project.path().join("content/site.yaml")).unwrap();
    project.write("content/site.yaml", format!("{config}\nposters: []\nnotice_pdf: false\n").as_bytes());
    let started = std::time::Instant::now();
    let (_, written) = project.build(&Wish::default());
    assert!(started.elapsed().as_secs() < 20, "{:?}", started.elapsed());
    let file = String::from_utf8(written["open-days/many/calendar.ics"].clone()).unwrap();
    assert_eq!(file.matches("BEGIN:VEVENT").count(), 2000);
}
