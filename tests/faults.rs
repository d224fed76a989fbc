//! Faults that need a process: strange files, folders that must stand, full disks, kills, two builds at once, and the
//! same bytes everywhere (faults.md §4 and §9, I3, I4, I6). What the writer does without a process is in `write.rs`.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

mod workshop;

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use workshop::{
    CONFIG, Files, NEWS, Project, Ran, TODAY, appears, assert_same, copy, ended, names, said_at_start, signal, snapshot,
};

/// `site` behind some words of the shell, such as a limit.
fn behind(project: &Project, shell: &str, line: &str) -> Command {
    let mut command = Command::new("sh");
    command.args(["-c", &format!("{shell} exec \"$0\" {line} --today {TODAY}"), env!("CARGO_BIN_EXE_site")]);
    command
        .current_dir(project.folder())
        .env_clear()
        .env("HOME", project.top().join("home"))
        .env("PATH", "/usr/bin:/bin");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn started(project: &Project, line: &str) -> Child {
    behind(project, "", line).spawn().unwrap()
}

/// The findings of `check` as `path code`.
fn told(project: &Project) -> Vec<String> {
    let child = started(project, "check --format json");
    let document = ended(child, Duration::from_secs(20)).document();
    let text = |value: &Value| value.as_str().unwrap().to_string();
    let findings = document["findings"].as_array().unwrap();
    findings.iter().map(|finding| format!("{} {}", text(&finding["path"]), text(&finding["code"]))).collect()
}

#[test]
fn a05_pipes_and_sockets_are_never_opened() {
    let project = Project::small();
    for name in ["content/news/pipe.md", "content/news/photo.jpg", "content/files/table.csv", "content/static/x.txt"] {
        fs::create_dir_all(project.path(name).parent().unwrap()).unwrap();
        assert!(Command::new("mkfifo").arg(project.path(name)).status().unwrap().success());
    }
    let _socket = std::os::unix::net::UnixListener::bind(project.path("content/news/socket.md")).unwrap();
    let all = ["files/table.csv", "news/photo.jpg", "news/pipe.md", "news/socket.md", "static/x.txt"];
    assert_eq!(told(&project), all.map(|name| format!("content/{name} W158")));
    let ran = ended(started(&project, "build"), Duration::from_secs(20));
    assert_eq!(ran.code, 0, "{}", ran.told());
}

#[test]
fn a05_a_pipe_for_a_configuration_or_a_template_does_not_hang() {
    for name in ["content/site.yaml", "themes/default/templates/home.html", "themes/default/assets/x.css"] {
        let project = Project::small();
        let _ = fs::remove_file(project.path(name));
        fs::create_dir_all(project.path(name).parent().unwrap()).unwrap();
        assert!(Command::new("mkfifo").arg(project.path(name)).status().unwrap().success());
        let ran = ended(started(&project, "check"), Duration::from_secs(5));
        assert!((0..=2).contains(&ran.code), "{name}: {}", ran.told());
    }
}

#[test]
fn a07_a08_names_that_no_page_can_have() {
    let project = Project::small();
    let gbk = OsStr::from_bytes(b"\xBB\xEE\xB6\xAF.md");
    fs::write(project.path("content/news").join(gbk), NEWS).unwrap();
    for name in ["two\nlines.md", "tab\there.md", "esc\u{1b}[31m.md", "bidi\u{202e}dm.md", "zero\u{200b}width.md"] {
        project.write(&format!("content/news/{name}"), NEWS);
    }
    let codes: Vec<String> = told(&project).iter().map(|told| told.rsplit(' ').next().unwrap().to_string()).collect();
    assert_eq!(codes, ["E137"; 6], "{:?}", told(&project));
    for format in ["human", "short", "json"] {
        let ran = project.site(&format!("check --format {format}"));
        let printed = ran.out.clone() + &ran.err;
        assert!(!printed.contains(['\u{1b}', '\u{202e}', '\u{200b}', '\t']), "{format}: {printed:?}");
        assert!(format != "short" || ran.out.lines().filter(|line| line.contains("E137")).count() == 6, "{printed}");
    }
    assert_eq!(project.site("build").code, 1);
    assert!(!project.path("public").exists());
}

/// Memory is bounded below the file's size, so a program that reads it ends.
#[cfg(target_os = "linux")]
#[test]
fn a14_a_huge_file_is_refused_from_its_size() {
    let project = Project::small();
    for name in ["content/news/huge.md", "content/files/huge.pdf"] {
        project.write(name, "");
        fs::OpenOptions::new().write(true).open(project.path(name)).unwrap().set_len(1 << 30).unwrap();
    }
    let start = Instant::now();
    let ran =
        ended(behind(&project, "ulimit -v 900000;", "check --format json").spawn().unwrap(), Duration::from_secs(20));
    let took = start.elapsed();
    assert!(took < Duration::from_secs(5), "{took:?}");
    let document = ran.document();
    let found: Vec<_> = document["findings"].as_array().unwrap().iter().map(|f| f["path"].as_str().unwrap()).collect();
    assert_eq!((ran.code, found), (1, vec!["content/files/huge.pdf", "content/news/huge.md"]), "{}", ran.told());
    fs::OpenOptions::new().write(true).open(project.path("content/site.yaml")).unwrap().set_len(1 << 30).unwrap();
    let ran = ended(behind(&project, "ulimit -v 900000;", "check").spawn().unwrap(), Duration::from_secs(20));
    assert!(ran.code == 1 && ran.out.contains("E136"), "{}", ran.told());
}

#[test]
fn f01_folders_of_other_things_are_refused() {
    let project = Project::small();
    project.write(".git/config", "[core]");
    project.write("themes/mine/templates/x.html", "");
    for folder in ["Desktop", "桌面"] {
        fs::create_dir(project.top().join("home").join(folder)).unwrap();
    }
    let home = project.top().join("home").display().to_string();
    let absolute = project.folder().display().to_string();
    let before = snapshot(project.top());
    for out in [
        "/",
        ".",
        "./",
        "..",
        "../",
        "../..",
        "content",
        "content/",
        "content/news",
        "content/../content",
        "content/new",
        "themes",
        "themes/mine",
        "themes/other",
        ".git",
        ".git/x",
        "../site",
        "public/..",
        "CONTENT",
        "public/../content",
        absolute.as_str(),
        home.as_str(),
        &format!("{home}/Desktop"),
        &format!("{home}/桌面"),
        "",
        "/no/such/../..",
    ] {
        let ran = project.run(["build", "--out", out, "--today", TODAY, "--format", "json"]);
        assert_eq!(ran.code, 1, "--out {out:?}: {}", ran.told());
        assert!(ran.codes().iter().all(|code| code.starts_with("E30")), "--out {out:?}: {}", ran.told());
        assert_same(&before, &snapshot(project.top()), out);
    }
}

#[test]
fn f02_f03_f05_what_is_not_ours_stays() {
    let project = Project::small();
    project.write("mine/毕业论文.docx", "我的");
    refused(&project, "build --out mine", "E302");
    project.write("file", "我的");
    refused(&project, "build --out file", "E302");
    // A folder outside of a project belongs to the project that wrote it.
    assert_eq!(project.site("build --out ../web").code, 0);
    let other = CONFIG.replace("示例专题", "别的专题");
    project.write("content/site.yaml", other);
    refused(&project, "build --out ../web", "E303");
    project.write("content/site.yaml", CONFIG);
    fs::write(project.top().join("web/MP_verify.txt"), "abc").unwrap();
    let ran = refused(&project, "build --out ../web", "E304");
    assert!(ran.out.contains("MP_verify.txt") && ran.out.contains("content/static"), "{}", ran.told());
    fs::remove_file(project.top().join("web/MP_verify.txt")).unwrap();
    assert_eq!(project.site("build --out ../web").code, 0);
    fs::write(project.top().join("web/.site-output"), "{").unwrap();
    refused(&project, "build --out ../web", "E302");
}

/// The build exits with 1 and this code, and nothing anywhere changes.
fn refused(project: &Project, line: &str, code: &str) -> Ran {
    let before = snapshot(project.top());
    let ran = project.site(line);
    assert_eq!(ran.code, 1, "{line}: {}", ran.told());
    assert!(ran.out.contains(code) && ran.out.contains("没有写入任何文件"), "{line}: {}", ran.told());
    assert_same(&before, &snapshot(project.top()), line);
    ran
}

#[test]
fn f04_links_are_looked_through() {
    let project = Project::small();
    let away = project.top().join("away");
    fs::create_dir_all(away.join("full")).unwrap();
    fs::write(away.join("full/mine.txt"), "mine").unwrap();
    symlink(project.path("content"), project.path("to-content")).unwrap();
    symlink(project.folder(), away.join("to-project")).unwrap();
    symlink(away.join("full"), project.path("to-full")).unwrap();
    symlink("/no/such/folder", project.path("nowhere")).unwrap();
    for out in
        ["to-content", "to-content/x", "../away/to-project", "../away/to-project/content/x", "to-full", "nowhere"]
    {
        let before = snapshot(project.top());
        assert_eq!(project.site(&format!("build --out {out}")).code, 1, "{out}");
        assert_same(&before, &snapshot(project.top()), out);
    }
    // A link that somebody puts into the published folder is a stray; what it leads to stays.
    project.build();
    symlink(away.join("full"), project.path("public/news/linked")).unwrap();
    refused(&project, "build", "E304");
    fs::remove_file(project.path("public/news/linked")).unwrap();
    // A page's folder that became a link is nobody's page.
    fs::rename(project.path("public/news"), away.join("news")).unwrap();
    symlink(away.join("news"), project.path("public/news")).unwrap();
    let kept = snapshot(&away);
    let _ = project.site("build");
    assert_same(&kept, &snapshot(&away), "behind a link");
}

#[test]
fn f06_a_mistake_of_any_stage_leaves_the_old_site() {
    let project = Project::small();
    let old = project.build();
    for (name, text) in [
        ("content/news/c.md", "没有信息栏"),
        ("content/news/d.md", "---\ntitle: 甲\npublished: 2022-09-19 09:00\n---\n\n[坏](javascript:alert(1))\n"),
        ("content/news/e.md", "---\ntitle: 甲\npublished: 2022-09-19 09:00\ncampaigns: [nothing]\n---\n\n文。\n"),
        ("content/site.yaml", "title: 只有标题\n"),
        ("themes/default/templates/home.html", "{{ page.nothing.at.all }}"),
        ("themes/default/templates/article.html", "{% for"),
    ] {
        let kept = fs::read(project.path(name)).ok();
        project.write(name, text);
        let ran = project.site("build");
        assert_eq!(ran.code, 1, "{name}: {}", ran.told());
        assert_same(&old, &project.public(), name);
        match kept {
            Some(bytes) => project.write(name, bytes),
            None => fs::remove_file(project.path(name)).unwrap(),
        }
    }
    fs::remove_dir_all(project.path("themes")).unwrap();
    assert_eq!(names(project.folder()), [".site", "content", "public"]);
    assert_same(&old, &project.build(), "after all mistakes were mended");
}

#[test]
fn f07_a_full_disk_leaves_the_old_site() {
    let project = Project::demo();
    let old = project.build();
    project.write("content/news/countdown.md", NEWS);
    // A limit on the size of files is how a test fills a disk; its signal is ignored so that the write fails instead. The
    // largest file that is certain to be written is data/pages.json; greater ones stand since the first build.
    for blocks in [1, 8, 40] {
        let ran = Ran::of(behind(&project, &format!("trap '' XFSZ; ulimit -f {blocks};"), "build").output().unwrap());
        assert_eq!(ran.code, 1, "{}", ran.told());
        assert!(ran.out.contains("E307"), "{}", ran.told());
        assert_same(&old, &project.public(), "a full disk");
        assert_eq!(names(project.folder()), [".site", "content", "public"]);
    }
    project.build();
}

/// A site of `count` pages that all tell which `edition` they are.
fn generated(project: &Project, count: usize, edition: &str) {
    project.write("content/site.yaml", CONFIG);
    for number in 0..count {
        let text = format!("{edition}，第{number}页。\n\n").repeat(20);
        project.write(&format!("content/news/n{number}.md"), NEWS.replace("启动了。", &text));
    }
}

/// Asserts that the published folder is exactly what its record says, and gives the record.
fn whole(folder: &Path) -> Vec<u8> {
    let files = snapshot(folder);
    let record = files.get(".site-output").expect("a published folder has a record").clone();
    let listed: Value = serde_json::from_slice(&record).unwrap();
    let listed = listed["files"].as_object().unwrap();
    let there: Vec<&String> = files.keys().filter(|name| !name.ends_with('/') && *name != ".site-output").collect();
    assert_eq!(there, listed.keys().collect::<Vec<_>>());
    for (name, entry) in listed {
        assert_eq!(entry["blake3"], blake3::hash(&files[name]).to_hex().as_str(), "{name}");
    }
    record
}

#[test]
fn f08_f09_a_killed_build_leaves_the_old_site_or_the_new_one() {
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let editions = ["甲版", "乙版"].map(|edition| {
        let project = Project::empty();
        generated(&project, 60, edition);
        project.build();
        whole(&project.path("public"))
    });
    let project = Project::empty();
    generated(&project, 60, "甲版");
    let start = Instant::now();
    project.build();
    let mut takes = start.elapsed().as_micros() as u64;
    let (mut interrupted, mut news) = (0, 0);
    for round in 0..30 {
        generated(&project, 60, if round % 2 == 0 { "乙版" } else { "甲版" });
        let mut child = started(&project, "build");
        // Most of the work is before the first write; the last third of the time is where it hurts.
        std::thread::sleep(Duration::from_micros(takes / 3 + random.u64(0..takes)));
        child.kill().unwrap();
        child.wait().unwrap();
        let left = names(project.folder());
        // A build that ends takes its lock file away. Tests beside this one come and go, and with them the time it takes.
        match left.iter().any(|name| name == ".public.site-lock") {
            true => (interrupted, takes) = (interrupted + 1, takes + takes / 8),
            false => takes -= takes / 4,
        }
        // Any command that reads the project clears up after the last one.
        let command = ["list", "check", "list --format json"][round % 3];
        let ran = ended(started(&project, command), Duration::from_secs(20));
        assert_eq!(ran.code, 0, "round {round}: {}", ran.told());
        // A lock file without a holder says nothing, and the next build takes it away.
        let after: Vec<_> = names(project.folder()).into_iter().filter(|name| name != ".public.site-lock").collect();
        assert_eq!(after, [".site", "content", "public"], "round {round}: {left:?} before {command}");
        let record = whole(&project.path("public"));
        assert!(editions.contains(&record), "round {round}: neither the old site nor the new one");
        news += usize::from(record == editions[usize::from(round % 2 == 0)]);
    }
    println!("a build takes about {takes} µs; {interrupted} kills in the middle, {news} builds were done");
    assert!(interrupted > 3, "no build was killed at work: the test tests nothing");
}

#[test]
fn f10_an_interrupted_build_leaves_nothing() {
    let project = Project::empty();
    generated(&project, 150, "甲版");
    let old = project.build();
    generated(&project, 150, "乙版");
    let mut stopped = 0;
    for _ in 0..6 {
        let mut child = started(&project, "build");
        if appears(&project.path(".public.site-lock"), &mut child) {
            signal(&child, "INT");
        }
        let ran = ended(child, Duration::from_secs(10));
        assert_eq!(names(project.folder()), [".site", "content", "public"], "{}", ran.told());
        if ran.code == 130 {
            assert!(ran.out.contains("E308"), "{}", ran.told());
            assert_same(&old, &project.public(), "an interruption");
            stopped += 1;
        } else {
            // The interruption came after the swap: once more from the beginning.
            assert!(ran.code == 0 && ran.out.contains("已写入"), "{}", ran.told());
            generated(&project, 150, "甲版");
            project.build();
            generated(&project, 150, "乙版");
        }
    }
    assert!(stopped > 0, "no build was interrupted");
    let ran = Ran::of(interrupted_json(&project).wait_with_output().unwrap());
    assert!(ran.code == 0 || ran.code == 130, "{}", ran.told());
    assert_eq!(ran.document()["exit"], ran.code, "{}", ran.told());
}

fn interrupted_json(project: &Project) -> Child {
    let mut child = started(project, "build --format json");
    if appears(&project.path(".public.site-lock"), &mut child) {
        signal(&child, "INT");
    }
    child
}

#[test]
fn f13_the_second_of_two_builds_is_told() {
    let project = Project::empty();
    let mut met = 0;
    for round in 0..20 {
        // Both read for as long, and come to the folder together.
        generated(&project, 150, if round % 2 == 0 { "甲版" } else { "乙版" });
        let both = [started(&project, "build"), started(&project, "build")];
        let numbers = [both[0].id().to_string(), both[1].id().to_string()];
        let both = both.map(|child| ended(child, Duration::from_secs(20)));
        assert_eq!(names(project.folder()), [".site", "content", "public"]);
        let late = both.iter().position(|ran| ran.code == 1);
        let on_time = late.map_or(0, |late| 1 - late);
        assert_eq!(both[on_time].code, 0, "{}", both[on_time].told());
        if let Some(late) = late {
            let told = both[late].told();
            assert!(both[late].out.contains("E305") && both[late].out.contains(&numbers[on_time]), "{told}");
            met += 1;
        }
        if met == 3 {
            return;
        }
    }
    panic!("the two builds met {met} times");
}

/// `root` may write into a read-only folder, so the bits alone prove nothing; but whoever runs this, no byte, no name
/// and no time of change in the project may differ afterwards.
#[test]
fn f16_i3_no_command_writes_into_the_sources() {
    let project = Project::demo();
    let files = || walkdir::WalkDir::new(project.path("content")).into_iter().map(|entry| entry.unwrap());
    for entry in files().filter(|entry| !entry.file_type().is_symlink()) {
        let bits = if entry.file_type().is_dir() { 0o555 } else { 0o444 };
        fs::set_permissions(entry.path(), fs::Permissions::from_mode(bits)).unwrap();
    }
    let seen = || {
        let times = files().map(|entry| (entry.path().to_path_buf(), entry.metadata().unwrap().modified().unwrap()));
        let mut files = snapshot(project.folder());
        // What a build keeps for the next one.
        files.retain(|name, _| !name.starts_with(".site/"));
        (files, times.collect::<Vec<_>>())
    };
    assert_eq!(project.site("build --out ../web").code, 0);
    let before = seen();
    for line in ["check", "list", "build --out ../web", "check --format json", "explain E103"] {
        let ran = project.site(line);
        assert_eq!(ran.code, 0, "{line}: {}", ran.told());
        let after = seen();
        assert_same(&before.0, &after.0, line);
        assert!(before.1 == after.1, "{line} touches a file");
    }
    let mut serve = started(&project, "serve --port 0");
    let said = said_at_start(&mut serve);
    signal(&serve, "INT");
    assert_eq!(ended(serve, Duration::from_secs(10)).code, 0, "{said}");
    assert!(said.contains("http://localhost:"), "{said}");
    let after = seen();
    assert_same(&before.0, &after.0, "serve");
    assert!(before.1 == after.1, "serve touches a file");
    for entry in files().filter(|entry| entry.file_type().is_dir()) {
        fs::set_permissions(entry.path(), fs::Permissions::from_mode(0o755)).unwrap();
    }
}

#[test]
fn f17_what_was_removed_or_renamed_is_gone() {
    let project = Project::demo();
    project.build();
    fs::remove_dir_all(project.path("content/news/yuncheng-fruit-morning")).unwrap();
    fs::rename(project.path("content/news/datong-shelf.md"), project.path("content/news/datong-huojia.md")).unwrap();
    let text = project.read("content/news/guide-diary.md").replacen("---\n", "---\ndraft: true\n", 1);
    project.write("content/news/guide-diary.md", text);
    let ran = project.site("build --lang en");
    assert_eq!(ran.code, 0, "{}", ran.told());
    let after = project.public();
    for gone in ["yuncheng-fruit-morning", "datong-shelf", "guide-diary"] {
        let left: Vec<_> = after.keys().filter(|name| name.contains(gone)).collect();
        assert!(left.is_empty(), "{left:?}");
        let said: Vec<_> = after
            .iter()
            .filter(|(_, bytes)| String::from_utf8_lossy(bytes).contains(gone))
            .map(|(name, _)| name)
            .collect();
        assert!(said.is_empty(), "{gone} is still named in {said:?}");
    }
    assert!(after.contains_key("news/datong-huojia/index.html"));
    // As if the pages had never been there.
    let fresh = Project::empty();
    workshop::copy(&project.path("content"), &fresh.path("content"));
    assert_same(&fresh.build(), &after, "a build over an old one");
}

#[test]
fn f18_most_pages_do_not_vanish_by_accident() {
    let project = Project::demo();
    let old = project.build();
    for folder in ["news", "cases", "open-days", "institutions"] {
        fs::rename(project.path("content").join(folder), project.top().join(folder)).unwrap();
    }
    // What is left has links to what went away; a site of its own has not.
    for folder in ["notices", "campaigns", "posters", "pages"] {
        fs::remove_dir_all(project.path("content").join(folder)).unwrap();
    }
    project.write("content/news/a.md", NEWS);
    let ran = refused(&project, "build", "E306");
    assert!(ran.out.contains("--allow-shrink") && ran.out.contains("index.html"), "{}", ran.told());
    assert_same(&old, &project.public(), "a shrunk site");
    let ran = project.site("build --allow-shrink");
    // The menu still leads to the columns that are empty now.
    assert!(ran.code == 1 && ran.out.contains("D04"), "{}", ran.told());
    assert!(project.public().len() < old.len() / 2);
}

#[test]
fn f19_an_altered_file_is_named() {
    let project = Project::small();
    project.build();
    let verify = |line: &str, code: i32, told: &[&str]| {
        let ran = project.site(&format!("verify {line} --format json"));
        let document = ran.document();
        let found = document["findings"].as_array().unwrap();
        let found: Vec<String> =
            found.iter().map(|found| format!("{} {}", found["path"], found["code"]).replace('"', "")).collect();
        assert_eq!((ran.code, found), (code, told.iter().map(ToString::to_string).collect()), "{line}: {}", ran.told());
        document
    };
    let whole = verify("", 0, &[]);
    let files = whole["verified"]["files"].as_u64().unwrap();
    assert!(whole["verified"]["intact"] == files && files > 20, "{whole:#}");
    let fingerprint = whole["verified"]["fingerprint"].as_str().unwrap();
    // Brought to a server, where nothing but the folder is, and served through a link.
    let web = project.top().join("web/releases/1");
    copy(&project.path("public"), &web);
    symlink("releases/1", project.top().join("web/now")).unwrap();
    let here = |name: &str| web.join(name);
    let before = snapshot(project.top());
    verify(&format!("--out ../web/now --expect {}", &fingerprint.to_uppercase()[..16]), 0, &[]);
    verify("--out ../web/now --expect 0123456789abcdef", 1, &["../web/now E311"]);
    assert_same(&before, &snapshot(project.top()), "nothing is written");
    fs::write(here("index.html"), "<script>").unwrap();
    fs::write(here("404.html"), fs::read_to_string(here("404.html")).unwrap().replace('\n', "\r\n")).unwrap();
    fs::remove_file(here("robots.txt")).unwrap();
    fs::remove_file(here("sitemap.xml")).unwrap();
    fs::create_dir(here("sitemap.xml")).unwrap();
    fs::remove_file(here("feed.xml")).unwrap();
    symlink("/dev/zero", here("feed.xml")).unwrap();
    assert!(Command::new("mkfifo").arg(here("pipe")).status().unwrap().success());
    fs::create_dir_all(here("assets/空/up")).unwrap();
    fs::write(here("assets/空/up/shell\u{1b}.php"), "").unwrap();
    fs::write(here("Thumbs.db"), "").unwrap();
    let told = [
        "../web/now/404.html E310",
        "../web/now/assets/空/ E304",
        "../web/now/feed.xml E310",
        "../web/now/index.html E310",
        "../web/now/pipe E304",
        "../web/now/robots.txt E310",
        "../web/now/sitemap.xml E310",
    ];
    let harmed = verify("--out ../web/now", 1, &told);
    assert_eq!(harmed["verified"]["intact"], files - 5, "{harmed:#}");
    assert_eq!(harmed["verified"]["fingerprint"], fingerprint);
    let text = project.site("verify --out ../web/now").out;
    for words in ["换行符", "二进制", "不见了", "feed.xml”已经不是普通文件", "sitemap.xml”已经不是普通文件"]
    {
        assert!(text.contains(words), "{words}: {text}");
    }
    // Nothing behind a link is looked at, nor more of a file than was written.
    fs::rename(here("assets"), project.top().join("moved")).unwrap();
    symlink(project.top().join("moved"), here("assets")).unwrap();
    symlink("/etc", here("desktop.ini")).unwrap();
    fs::OpenOptions::new().write(true).open(here("calendar.ics")).unwrap().set_len(1 << 40).unwrap();
    let ran = ended(started(&project, "verify --out ../web/now --format short"), Duration::from_secs(10));
    let assets = before.keys().filter(|name| name.starts_with("web/releases/1/assets/") && !name.ends_with('/'));
    for name in assets {
        let name = name.replace("web/releases/1", "../web/now");
        assert!(ran.out.contains(&format!("{name}: E310: “{name}”不见了")), "{name}: {}", ran.told());
    }
    for told in ["../web/now/assets: E304", "../web/now/desktop.ini: E304", "../web/now/calendar.ics: E310"] {
        assert!(ran.out.contains(told), "{told}: {}", ran.told());
    }
    // Who alters the record as well is known by the fingerprint.
    let record = fs::read_to_string(here(".site-output")).unwrap();
    fs::write(here(".site-output"), record.replacen("\"size\": ", "\"size\": 1", 1)).unwrap();
    let ran = project.site(&format!("verify --out ../web/now --expect {fingerprint}"));
    assert!(ran.code == 1 && ran.out.contains("E311"), "{}", ran.told());
    let large = format!("{{\"size\": {}, \"blake3\": \"{fingerprint}\"}}", u64::MAX);
    let large = format!("{{\"format\": 1, \"key\": \"\", \"files\": {{\"a\": {large}, \"b\": {large}}}}}");
    fs::write(here(".site-output"), large).unwrap();
    assert_eq!(project.site("verify --out ../web/now").code, 1);
    for record in ["{", "{\"format\": 2}", ""] {
        fs::write(here(".site-output"), record).unwrap();
        verify("--out ../web/now", 1, &["../web/now E311"]);
    }
    fs::remove_file(here(".site-output")).unwrap();
    for out in ["../web/now", "../web/now/404.html", "../web/now/404.html/x", "../web/nowhere", "content", "/"] {
        verify(&format!("--out {out}"), 1, &[&format!("{out} E311")]);
    }
}

#[test]
fn f21_i6_the_same_bytes_everywhere() {
    let plain = Project::demo();
    let wanted = plain.build();
    assert!(wanted.contains_key(".site-output"));
    let sources = snapshot(&plain.path("content"));
    for (number, shell) in [
        "export TZ=America/New_York LANG=en_US.UTF-8 RAYON_NUM_THREADS=1; umask 077;",
        "export TZ=Pacific/Kiritimati LC_ALL=tr_TR.UTF-8 RAYON_NUM_THREADS=7; umask 000;",
    ]
    .into_iter()
    .enumerate()
    {
        let project = Project::in_folder(["质量月 #1", "a"][number]);
        created(&project, &sources, number == 0);
        let ran = Ran::of(behind(&project, shell, "build --lang zh").output().unwrap());
        assert_eq!(ran.code, 0, "{}", ran.told());
        assert_same(&wanted, &project.public(), shell);
        // And over itself.
        let ran = Ran::of(behind(&project, shell, "build --lang en").output().unwrap());
        assert!(ran.out.contains(" 0 added, 0 changed, 0 removed"), "{}", ran.told());
        assert_same(&wanted, &project.public(), shell);
    }
}

/// Writes the files one by one, the last first if `backwards`, with their times far apart.
fn created(project: &Project, files: &Files, backwards: bool) {
    let mut all: Vec<_> = files.iter().filter(|(name, _)| !name.ends_with('/')).collect();
    if backwards {
        all.reverse();
    }
    for (number, (name, bytes)) in all.into_iter().enumerate() {
        let name = format!("content/{name}");
        project.write(&name, bytes);
        let time = std::time::SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000 * (number as u64 + 1));
        fs::OpenOptions::new().write(true).open(project.path(&name)).unwrap().set_modified(time).unwrap();
    }
}
