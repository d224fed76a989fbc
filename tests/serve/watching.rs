//! J: files that change.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::preview::*;
use crate::watched::{Watched, text_of};

#[test]
fn j01_saving_by_rename_is_noticed_every_time() {
    for scan_only in [false, true] {
        let watched = Watched::start(scan_only, |_| {});
        for text in ["甲二", "甲三、", "甲四。。", "甲五"] {
            watched.write("a.tmp", text);
            fs::rename(watched.path("a.tmp"), watched.path("a.md")).unwrap();
            watched.shows(&format!("<main>{text}</main>"));
        }
        fs::rename(watched.path("a.md"), watched.path("a.md~")).unwrap();
        watched.write("a.md", "备份之后");
        watched.shows("备份之后");
    }
}

#[test]
fn j02_an_emptied_file_is_given_a_moment() {
    let watched = Watched::start(false, |_| {});
    let first = watched.preview.version();
    let file = fs::File::create(watched.path("a.md")).unwrap();
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_millis(180) {
        assert!(watched.preview.get("/").text().contains("甲一"), "the empty moment was shown");
    }
    (&file).write_all("写完".as_bytes()).unwrap();
    drop(file);
    watched.shows("写完");
    assert_eq!(watched.preview.version(), first + 1);
}

#[test]
fn j03_many_changes_lead_to_few_builds() {
    // A machine that stalls makes pauses between the changes, and each pause of a tenth of a second ends a burst.
    let most = |begun: Instant| 3 + begun.elapsed().as_millis() as usize / 100;
    let watched = Watched::start(false, |_| {});
    let begun = Instant::now();
    for index in 0..1000 {
        watched.write(&format!("{index:04}.md"), &format!("（{index}）"));
    }
    watched.shows("（999）");
    let most_at_once = most(begun);
    assert!(watched.settled() <= most_at_once, "{} builds for 1,000 files", watched.builds());
    let before = watched.builds();
    let begun = Instant::now();
    let mut index = 0;
    while begun.elapsed() < Duration::from_millis(1900) {
        watched.write("a.md", &format!("第{index}次"));
        index += 1;
        thread::sleep(Duration::from_millis(10));
    }
    let during = watched.builds() - before;
    assert!((2..=most(begun)).contains(&during), "{during} builds for {index} changes in 1.9 s of steady writing");
    watched.shows(&format!("第{}次", index - 1));
    assert!(watched.settled() - before <= during + 2);
}

#[test]
fn j04_a_change_during_a_build_leads_to_exactly_one_more() {
    for scan_only in [false, true] {
        let path = Arc::new(Mutex::new(None::<PathBuf>));
        let target = path.clone();
        let watched = Watched::start(scan_only, move |build| {
            if build == 2 {
                // The text of this build has been read already: three changes now belong to the next one.
                let path = target.lock().unwrap().clone().unwrap();
                for text in ["中间一", "中间二", "最后的文字"] {
                    fs::write(&path, text).unwrap();
                    thread::sleep(Duration::from_millis(60));
                }
            }
        });
        *path.lock().unwrap() = Some(watched.path("a.md"));
        watched.write("a.md", "开始改");
        watched.shows("最后的文字");
        assert_eq!(watched.settled(), 3);
    }
}

#[test]
fn j05_a_folder_that_goes_and_comes_back_is_watched_again() {
    let watched = Watched::start(false, |_| {});
    let (content, away) = (watched.folder.path().join("content"), watched.folder.path().join("away"));
    fs::rename(&content, &away).unwrap();
    watched.shows("没有文件夹");
    fs::rename(&away, &content).unwrap();
    watched.shows("甲一");
    watched.write("a.md", "回来以后");
    watched.shows("回来以后");
    fs::rename(&content, &away).unwrap();
    fs::create_dir(&content).unwrap();
    watched.write("b.md", "新文件夹");
    watched.shows("<main>新文件夹</main>");
    // Looking once a second would need three seconds for these.
    let begun = Instant::now();
    for text in ["再改一次", "再改两次", "再改三次"] {
        watched.write("b.md", text);
        watched.shows(text);
    }
    assert!(begun.elapsed() < Duration::from_millis(1500), "{:?}", begun.elapsed());
}

#[test]
fn j06_scanning_alone_notices_changes_and_says_so() {
    let watched = Watched::start(true, |_| {});
    assert!(watched.preview.said("改为每秒检查一次文件"));
    let begun = Instant::now();
    watched.write("a.md", "扫描发现");
    watched.shows("扫描发现");
    assert!(begun.elapsed() < Duration::from_millis(2500), "{:?}", begun.elapsed());
    fs::create_dir(watched.path("深")).unwrap();
    fs::remove_file(watched.path("a.md")).unwrap();
    watched.shows("<main></main>");
}

#[test]
fn droppings_the_output_and_reading_cause_no_build() {
    let watched = Watched::start(false, |_| {});
    for name in ["~$a.docx", ".~a.md", "x.tmp", "public/index.html", ".a.md.swp"] {
        watched.write(name, "x");
    }
    fs::create_dir(watched.path(".git")).unwrap();
    watched.write(".git/index", "x");
    let _ = text_of(&watched.path(""));
    assert_eq!(watched.settled(), 1);
}

#[test]
fn a_changed_picture_or_sheet_is_named_to_the_page() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("style.css");
    fs::write(&file, "a {}").unwrap();
    let source = file.clone();
    let setup = Setup { watch: vec![folder.path().to_path_buf()], ..Setup::default() };
    let preview = setup.start(move || {
        let mut pages = toy();
        pages.insert("style.css".to_string(), fs::read(&source).unwrap().into());
        snapshot(pages)
    });
    let version = preview.version();
    assert_eq!(preview.get("/style.css").text(), "a {}");
    assert_eq!(preview.get("/logo.svg").status, 200);
    let mut events = preview.listen(Some(version));
    fs::write(&file, "b {}").unwrap();
    events.expect("\"assets\":[\"style.css\"]", Duration::from_secs(3));
}

#[test]
fn j11_after_random_edits_the_preview_equals_a_fresh_build() {
    let seed = 20_260_701;
    println!("seed {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let watched = Watched::start(false, |_| {});
    for step in 0..200 {
        let name = format!("{}.md", random.u8(b'a'..=b'f') as char);
        match random.u8(..6) {
            0 => drop(fs::remove_file(watched.path(&name))),
            1 => drop(fs::rename(watched.path(&name), watched.path("g.md"))),
            2 => {
                watched.write("x.tmp", &format!("换{step}"));
                fs::rename(watched.path("x.tmp"), watched.path(&name)).unwrap();
            }
            _ => watched.write(&name, &format!("写{step}")),
        }
        thread::sleep(Duration::from_millis(random.u64(0..25)));
    }
    watched.shows(&format!("<main>{}</main>", text_of(&watched.path(""))));
}
