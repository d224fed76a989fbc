//! The published folder, seen from outside: what is refused, what is replaced, what survives (faults.md §9, I2).
//! Faults in the middle of a build are in `src/write/tests.rs`.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};

use expect_test::{Expect, expect};
use site::model::OutPath;
use site::report::frame::{self, Colour};
use site::report::{Finding, Lang};
use site::write::{self, Digest, Failure, RECORD, Recovered, Request, Source, Written};

type Files = BTreeMap<String, Vec<u8>>;

/// A project folder with content, a theme and a home beside it.
struct Project {
    top: tempfile::TempDir,
    home: PathBuf,
    sources: Vec<PathBuf>,
    out: PathBuf,
    shown: String,
    key: &'static str,
    shrink: bool,
    interrupted: AtomicBool,
}

impl Project {
    fn new() -> Project {
        let top = tempfile::tempdir().unwrap();
        for folder in ["home/Desktop", "home/桌面", "site/content/notices", "site/themes/default", "site/.git", "away"]
        {
            fs::create_dir_all(top.path().join(folder)).unwrap();
        }
        fs::write(top.path().join("site/content/notices/a.md"), "稿件").unwrap();
        Project {
            home: top.path().join("home"),
            sources: vec![PathBuf::from("content"), top.path().join("site/themes/default")],
            out: PathBuf::from("public"),
            shown: "public".to_string(),
            key: "key",
            shrink: false,
            interrupted: AtomicBool::new(false),
            top,
        }
    }

    /// A project with a published site.
    fn published() -> Project {
        let project = Project::new();
        project.build(&site(&["index.html", "a/index.html", "b/index.html", "c/index.html", "a/map.png"])).unwrap();
        project
    }

    fn folder(&self) -> PathBuf {
        self.top.path().join("site")
    }

    fn output(&self) -> PathBuf {
        self.folder().join("public")
    }

    fn to(mut self, out: impl Into<PathBuf>) -> Project {
        self.out = out.into();
        self
    }

    fn guard(&self) -> Result<write::Guarded, Failure> {
        self.request(write::guard)
    }

    fn build(&self, files: &Files) -> Result<Written, Failure> {
        self.request(|request| replace(write::guard(request)?, request, files))
    }

    fn recover(&self) -> Result<Recovered, Failure> {
        self.request(write::recover)
    }

    fn request<T>(&self, act: impl FnOnce(&Request) -> T) -> T {
        act(&Request {
            project: &self.folder(),
            sources: &self.sources,
            home: Some(&self.home),
            out: &self.out,
            out_shown: &self.shown,
            key: self.key,
            shrink: self.shrink,
            clean: false,
            interrupted: &self.interrupted,
            passed: &|_| (),
        })
    }
}

fn site(paths: &[&str]) -> Files {
    paths.iter().map(|path| (path.to_string(), format!("this is {path}").into_bytes())).collect()
}

fn replace(guarded: write::Guarded, request: &Request, files: &Files) -> Result<Written, Failure> {
    watched(guarded, request, files, |_| ())
}

/// What was written, once nothing is left to do.
fn settled((written, _, unsettled): (Written, write::Manifest, write::Unsettled)) -> Written {
    unsettled.settle();
    written
}

/// The same; `made` is told of each file when it is made.
fn watched(
    guarded: write::Guarded,
    request: &Request,
    files: &Files,
    made: impl Fn(&str) + Sync,
) -> Result<Written, Failure> {
    let wave = files.keys().map(|path| OutPath::new(path).unwrap()).collect();
    let make = |path: &OutPath| {
        made(path.as_str());
        files[path.as_str()].clone().into()
    };
    write::replace(guarded, request, &[wave], &make).map(settled)
}

/// Replaces the output by `files`, each with where its bytes come from.
fn replace_by(request: &Request, files: &[(&str, Source)]) -> Result<Written, Failure> {
    let wave = files.iter().map(|(path, _)| OutPath::new(path).unwrap()).collect();
    let make = |path: &OutPath| files.iter().find(|(known, _)| *known == path.as_str()).unwrap().1.clone();
    write::replace(write::guard(request)?, request, &[wave], &make).map(settled)
}

/// Everything below `folder` with its bytes, but for what a project keeps to itself; links are named with their target, folders end with `/`.
fn snapshot(folder: &Path) -> Files {
    let mut found = Files::new();
    for entry in walkdir::WalkDir::new(folder).min_depth(1) {
        let entry = entry.unwrap();
        let name = entry.path().strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
        if cfg!(windows) && name.ends_with(".site-lock") {
            continue;
        }
        if name == ".site" || name.starts_with(".site/") {
            continue;
        }
        let kind = entry.file_type();
        if kind.is_dir() {
            found.insert(name + "/", Vec::new());
        } else if kind.is_symlink() {
            found.insert(name, fs::read_link(entry.path()).unwrap().to_string_lossy().into_owned().into_bytes());
        } else {
            found.insert(name, fs::read(entry.path()).unwrap());
        }
    }
    found
}

/// The files of the published folder without the record and folders.
fn published(folder: &Path) -> Files {
    snapshot(folder).into_iter().filter(|(name, _)| name != RECORD && !name.ends_with('/')).collect()
}

fn finding<T>(result: Result<T, Failure>) -> Finding {
    match result {
        Err(Failure::Refused(findings)) if findings.len() == 1 => findings.into_iter().next().unwrap(),
        Err(Failure::Disk(finding)) => *finding,
        Err(other) => panic!("{other:?}"),
        Ok(_) => panic!("accepted"),
    }
}

fn says(finding: &Finding, zh: Expect, en: Expect) {
    zh.assert_eq(&frame::print(finding, Lang::Zh, Colour::Off));
    en.assert_eq(&frame::print(finding, Lang::En, Colour::Off));
}

#[test]
fn i2_accepted_paths_stay_below_the_folder() {
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let pieces = [
        "..",
        ".",
        "/",
        "\\",
        "a",
        "海",
        "C:",
        "~",
        "%2e",
        "\0",
        " ",
        "con",
        "..\u{200b}",
        "．．",
        "／",
        "e\u{301}",
        "-",
        "x.html",
    ];
    let base = Path::new("/srv/site/public");
    let mut accepted = 0;
    for _ in 0..20_000 {
        let text: String = (0..random.usize(0..8)).map(|_| pieces[random.usize(..pieces.len())]).collect();
        let Ok(path) = OutPath::new(&text) else { continue };
        accepted += 1;
        let joined = base.join(path.as_str());
        let below = joined.strip_prefix(base).unwrap_or_else(|_| panic!("{text:?} leaves the folder"));
        let normal = below.components().all(|part| matches!(part, std::path::Component::Normal(_)));
        assert!(normal && below.components().count() > 0, "{text:?}");
        assert_eq!(OutPath::new(path.as_str()), Ok(path), "{text:?} is not normalised");
    }
    assert!(accepted > 500, "{accepted}");
}

#[test]
fn a_build_is_what_it_was_given() {
    let project = Project::new();
    let files = site(&["index.html", "通知/a/index.html", "assets/style.css", ".well-known/security.txt"]);
    let written = project.build(&files).unwrap();
    assert_eq!(published(&project.output()), files);
    let bytes = files.values().map(|bytes| bytes.len() as u64).sum();
    assert_eq!(written, Written { files: 4, bytes, added: 4, changed: 0, removed: 0, unchanged: 0 });
    let mut next = files.clone();
    next.insert("index.html".to_string(), b"new".to_vec());
    next.remove("assets/style.css");
    next.insert("feed.xml".to_string(), b"feed".to_vec());
    let written = project.build(&next).unwrap();
    assert_eq!((written.added, written.changed, written.removed, written.unchanged), (1, 1, 1, 2));
    assert_eq!(published(&project.output()), next);
}

#[test]
fn the_record_names_files_and_nothing_else() {
    let project = Project::new();
    project.build(&site(&["index.html", "a/map.png"])).unwrap();
    expect![[r#"
        {
          "format": 1,
          "key": "key",
          "files": {
            "a/map.png": {
              "size": 17,
              "blake3": "ec990220b1a75e646cdb7cd515ec0200f5678026d9f71fc36046746f463d36cf"
            },
            "index.html": {
              "size": 18,
              "blake3": "0bbc88003d07b16d45f8f9e2e4ab365f3f298cde8f6b4971815b67dc7c43779b"
            }
          }
        }
    "#]]
    .assert_eq(&fs::read_to_string(project.output().join(RECORD)).unwrap());
}

#[test]
fn f01_folders_that_hold_other_things_are_never_replaced() {
    let project = Project::new();
    let top = project.top.path().to_path_buf();
    let before = snapshot(&top);
    for out in [
        "/",
        ".",
        "",
        "./",
        "..",
        "../..",
        "public/../..",
        "content",
        "Content",
        "content/notices",
        "content/public",
        "themes",
        "themes/default",
        "themes/default/static",
        ".git",
        ".git/public",
        "../away/.git/x",
        "../home",
        "../home/Desktop",
        "../home/桌面",
        "../home/Downloads",
        // Windows takes `..` away before it looks.
        #[cfg(unix)]
        "missing/../../away",
        ".public.site-old",
        ".public.site-staging",
    ] {
        let project = Project::new().to(out);
        let local = snapshot(project.top.path());
        let finding = finding(project.guard());
        assert_eq!(finding.code.id, "E301", "{out}: {}", finding.message.zh);
        assert_eq!(snapshot(project.top.path()), local, "{out}");
    }
    for out in [top.join("site"), top.clone(), top.join("site/content")] {
        let finding = finding(Project { out: out.clone(), ..Project::new() }.guard_for(&project));
        assert_eq!(finding.code.id, "E301", "{}", out.display());
    }
    assert_eq!(snapshot(&top), before);
}

impl Project {
    /// Guards this project's output folder for another project.
    fn guard_for(&self, other: &Project) -> Result<write::Guarded, Failure> {
        let request = Request {
            project: &other.folder(),
            sources: &other.sources,
            home: Some(&other.home),
            out: &self.out,
            out_shown: "public",
            key: "key",
            shrink: false,
            clean: false,
            interrupted: &self.interrupted,
            passed: &|_| (),
        };
        write::guard(&request)
    }
}

#[test]
fn f01_says_why() {
    let finding = finding(Project { shown: "..".to_string(), ..Project::new() }.to("..").guard());
    says(
        &finding,
        expect![[r#"
            错误 E301  ..
              “..”是网站项目本身，或者项目的上级文件夹。生成时会整个替换输出文件夹，为了不损坏其中的文件，没有写入。
              改成：site build --out public
              说明：site explain E301
        "#]],
        expect![[r#"
            error E301  ..
              `..` is the project itself or a folder above it. A build replaces the whole output folder, so nothing was written.
              write: site build --out public
              explain: site explain E301
        "#]],
    );
}

#[test]
fn f01_other_places_are_accepted() {
    for out in ["public", "build/公开", "../away", "../away/x/y", "public-old", "../home/site-public", "contents"] {
        let project = Project::new().to(out);
        project.build(&site(&["index.html"])).unwrap_or_else(|failure| panic!("{out}: {failure:?}"));
        assert_eq!(published(&project.folder().join(out)), site(&["index.html"]));
    }
}

#[test]
fn f02_a_folder_without_our_record_is_refused() {
    let project = Project::new();
    for index in 0..12 {
        fs::create_dir_all(project.output().join(format!("照片{index:02}"))).unwrap();
        fs::write(project.output().join(format!("照片{index:02}/a.jpg")), "photo").unwrap();
    }
    let before = snapshot(&project.folder());
    says(
        &finding(project.guard()),
        expect![[r#"
        错误 E302  public
          “public”里已经有别的文件，不是本程序生成的：照片00/、照片01/、照片02/、照片03/、照片04/、照片05/、照片06/、照片07/、照片08/、照片09/ 等 12 个。为了不删掉它们，没有写入。
          改成：site build --out public-new
          提示：请换一个新的文件夹；如果这些文件不要了，请自己先清空这个文件夹。
          说明：site explain E302
    "#]],
        expect![[r#"
        error E302  public
          `public` holds files this program did not write: 照片00/, 照片01/, 照片02/, 照片03/, 照片04/, 照片05/, 照片06/, 照片07/, 照片08/, 照片09/ and 2 more. Nothing was written, to keep them.
          write: site build --out public-new
          hint: Choose a new folder; or empty this one yourself if the files are no longer needed.
          explain: site explain E302
    "#]],
    );
    assert_eq!(snapshot(&project.folder()), before);
}

#[test]
fn f02_a_file_in_the_place_of_the_folder_is_refused() {
    let project = Project::new();
    fs::write(project.output(), "file").unwrap();
    assert_eq!(finding(project.guard()).code.id, "E302");
    assert_eq!(fs::read(project.output()).unwrap(), b"file");
}

#[test]
fn f02_a_damaged_or_newer_record_is_refused() {
    for record in [
        "",
        "{",
        "[]",
        "{\"format\":2}",
        "{\"format\":1,\"key\":\"key\",\"files\":{\"../x\":{\"size\":1,\"blake3\":\"\"}}}",
    ] {
        let project = Project::published();
        fs::write(project.output().join(RECORD), record).unwrap();
        let before = snapshot(&project.folder());
        assert_eq!(finding(project.guard()).code.id, "E302", "{record}");
        assert_eq!(snapshot(&project.folder()), before);
    }
    let project = Project::published();
    fs::write(project.output().join(RECORD), "[".repeat(1 << 20)).unwrap();
    says(
        &finding(project.guard()),
        expect![[r#"
        错误 E302  public
          “public”里的生成记录 .site-output 已经损坏，分不清哪些文件是生成的，没有写入。
          改成：site build --out public-new
          提示：请先把这个文件夹改名留存，再重新生成；或者换一个文件夹。
          说明：site explain E302
    "#]],
        expect![[r#"
        error E302  public
          The record .site-output in `public` is damaged, so our files cannot be told from others; nothing was written.
          write: site build --out public-new
          hint: Rename this folder to keep it and build again, or choose another folder.
          explain: site explain E302
    "#]],
    );
}

#[test]
fn f02_a_record_of_a_newer_program_is_named_as_such() {
    let project = Project::published();
    fs::write(project.output().join(RECORD), "{\"format\":2,\"pages\":[]}").unwrap();
    says(
        &finding(project.guard()),
        expect![[r#"
        错误 E302  public
          “public”里的生成记录 .site-output 是新版本的程序写的，这个版本看不懂，没有写入。
          改成：site build --out public-new
          提示：请换用新版本的程序，或者换一个文件夹。
          说明：site explain E302
    "#]],
        expect![[r#"
        error E302  public
          The record .site-output in `public` was written by a newer version of this program; nothing was written.
          write: site build --out public-new
          hint: Use the newer version, or another folder.
          explain: site explain E302
    "#]],
    );
}

#[cfg(unix)]
#[test]
fn f02_a_record_that_is_a_link_is_not_ours() {
    let project = Project::published();
    let record = project.output().join(RECORD);
    fs::rename(&record, project.folder().join("record")).unwrap();
    std::os::unix::fs::symlink(project.folder().join("record"), &record).unwrap();
    assert_eq!(finding(project.guard()).code.id, "E302");
}

#[test]
fn f03_the_output_of_another_project_is_refused() {
    let shared = Project::new().to("../away/zt");
    shared.build(&site(&["index.html"])).unwrap();
    let project = Project { key: "other", ..shared };
    let away = project.top.path().join("away");
    let before = snapshot(&away);
    says(
        &finding(project.guard()),
        expect![[r#"
        错误 E303  public
          “public”里是另一个网站项目生成的内容，没有写入，那个网站还在。
          改成：site build --out public-new
          提示：请换一个文件夹；如果确实要在这里改放本网站，请先把这个文件夹改名或移走。
          说明：site explain E303
    "#]],
        expect![[r#"
        error E303  public
          `public` holds the output of another project; nothing was written and it is still there.
          write: site build --out public-new
          hint: Choose another folder; or rename or move this one first if this project is to take its place.
          explain: site explain E303
    "#]],
    );
    assert_eq!(snapshot(&away), before);
}

#[test]
fn f03_a_folder_inside_the_project_is_its_own_whatever_its_title() {
    let project = Project { key: "a new title", ..Project::published() };
    project.build(&site(&["index.html", "a/index.html", "b/index.html"])).unwrap();
}

#[cfg(unix)]
#[test]
fn f04_rules_look_behind_links() {
    let link = |target: &str, out: &str| {
        let project = Project::new().to(out);
        std::os::unix::fs::symlink(project.top.path().join(target), project.folder().join("link")).unwrap();
        project
    };
    for (target, out) in [
        ("site", "link"),
        ("site/content", "link"),
        ("site/content", "link/public"),
        (".", "link/home"),
        ("home", "link/Desktop"),
        ("site/missing", "link"),
        ("site/missing", "link/public"),
    ] {
        assert_eq!(finding(link(target, out).guard()).code.id, "E301", "{target} {out}");
    }
    let project = link("away", "link");
    project.build(&site(&["index.html"])).unwrap();
    project.build(&site(&["index.html", "a.html"])).unwrap();
    assert_eq!(published(&project.top.path().join("away")), site(&["index.html", "a.html"]));
    assert!(project.folder().join("link").is_symlink());
    assert!(!project.folder().join(".link.site-lock").exists());
}

#[cfg(unix)]
#[test]
fn f04_deletion_never_passes_a_link() {
    let project = Project::published();
    let away = project.top.path().join("away");
    fs::write(away.join("map.png"), "precious").unwrap();
    // A listed file that became a link is ours to remove; what it points to is not.
    fs::remove_file(project.output().join("a/map.png")).unwrap();
    std::os::unix::fs::symlink(away.join("map.png"), project.output().join("a/map.png")).unwrap();
    project.build(&site(&["index.html", "a/index.html", "b/index.html"])).unwrap();
    assert_eq!(fs::read(away.join("map.png")).unwrap(), b"precious");
    // A listed folder that became a link is not.
    fs::remove_dir_all(project.output().join("a")).unwrap();
    std::os::unix::fs::symlink(&away, project.output().join("a")).unwrap();
    assert_eq!(finding(project.guard()).code.id, "E304");
    // Nor is anything passed when a stale staging folder is removed.
    fs::remove_file(project.output().join("a")).unwrap();
    let staging = project.folder().join(".public.site-staging");
    fs::create_dir(&staging).unwrap();
    fs::write(staging.join(RECORD), "").unwrap();
    std::os::unix::fs::symlink(&away, staging.join("a")).unwrap();
    assert_eq!(project.guard().unwrap().recovered(), Recovered::Cleared);
    assert!(!staging.exists());
    assert_eq!(fs::read(away.join("map.png")).unwrap(), b"precious");
}

#[test]
fn f05_added_files_are_named_and_kept() {
    let project = Project::published();
    fs::write(project.output().join("baidu_verify.html"), "token").unwrap();
    fs::create_dir_all(project.output().join("附件/二季度")).unwrap();
    fs::write(project.output().join("附件/二季度/表.xlsx"), "table").unwrap();
    fs::write(project.output().join("a/x.txt"), "x").unwrap();
    let before = snapshot(&project.output());
    says(
        &finding(project.guard()),
        expect![[r#"
        错误 E304  public
          “public”里有 3 处不是上次生成的：a/x.txt、baidu_verify.html、附件/。重新生成会丢掉它们，所以没有写入。
          提示：网站需要的（例如验证文件），请放到 content/static 文件夹，每次生成都会带上；不需要的，请移走。
          说明：site explain E304
    "#]],
        expect![[r#"
        error E304  public
          `public` holds 3 files or folders that the last build did not write: a/x.txt, baidu_verify.html, 附件/. Nothing was written, to keep them.
          hint: Put what the site needs (a verification file, say) into the content/static folder, and every build will carry it; move the rest away.
          explain: site explain E304
    "#]],
    );
    assert_eq!(snapshot(&project.output()), before);
}

#[test]
fn f05_added_during_the_build_counts_as_well() {
    let project = Project::published();
    let late = project.output().join("late.txt");
    let files = site(&["index.html", "a/index.html"]);
    let built = project.request(|request| {
        let guarded = write::guard(request)?;
        watched(guarded, request, &files, |_| fs::write(&late, "late").unwrap())
    });
    assert_eq!(finding(built).code.id, "E304");
    assert_eq!(fs::read(late).unwrap(), b"late");
    assert_eq!(published(&project.output()).len(), 6);
    assert!(!project.folder().join(".public.site-staging").exists());
}

#[test]
fn f05_empty_folders_and_litter_do_not_matter() {
    let project = Project::published();
    fs::create_dir_all(project.output().join("新建文件夹/a")).unwrap();
    for name in [".DS_Store", "a/Thumbs.db", "b/desktop.ini"] {
        fs::write(project.output().join(name), "litter").unwrap();
    }
    project.build(&site(&["index.html", "a/index.html"])).unwrap();
    assert_eq!(published(&project.output()), site(&["index.html", "a/index.html"]));
    assert_eq!(names(&project.folder()), [".git", "content", "public", "themes"]);
}

#[test]
fn f05_altered_files_are_written_anew() {
    let project = Project::published();
    let files = published(&project.output());
    fs::write(project.output().join("index.html"), "<script>").unwrap();
    fs::remove_file(project.output().join("b/index.html")).unwrap();
    project.build(&files).unwrap();
    assert_eq!(published(&project.output()), files);
}

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    // On Windows the lock file stays.
    names.retain(|name| name != ".site" && (!cfg!(windows) || !name.ends_with(".site-lock")));
    names.sort();
    names
}

#[test]
fn f06_a_failed_render_writes_nothing() {
    use site::report::{Place, SourcePath, Text, codes};
    let project = Project::published();
    let before = snapshot(&project.folder());
    drop(project.guard().unwrap());
    assert_eq!(snapshot(&project.folder()), before);
    let fault = |name: &'static str| {
        let finding = Finding::new(&codes::E205, Place::file(&SourcePath::new(name)), Text::new("错", "wrong"));
        (name, Source::Refused(vec![finding]))
    };
    let good = ("index.html", Source::from(b"x".to_vec()));
    let built = project.request(|request| replace_by(request, &[fault("a.html"), good, fault("z.html")]));
    let Err(Failure::Refused(findings)) = built else { panic!("{built:?}") };
    assert_eq!(findings.iter().map(|finding| finding.place.path.as_str()).collect::<Vec<_>>(), ["a.html", "z.html"]);
    assert_eq!(snapshot(&project.folder()), before);
}

#[test]
fn f10_an_interruption_leaves_the_old_site() {
    let project = Project::published();
    let before = snapshot(&project.folder());
    let files = site(&["a.html", "b.html", "c.html"]);
    let built = project.request(|request| {
        let stop = |path: &str| {
            project.interrupted.fetch_or(path == "b.html", Ordering::Relaxed);
        };
        watched(write::guard(request)?, request, &files, stop)
    });
    assert_eq!(built, Err(Failure::Interrupted));
    assert_eq!(snapshot(&project.folder()), before);
}

#[test]
fn f13_a_second_build_is_told_who_is_running() {
    let project = Project::published();
    let first = project.guard().unwrap();
    let mut second = finding(project.guard());
    assert!(second.message.zh.contains(&format!("（进程号 {}）", std::process::id())), "{}", second.message.zh);
    second.message.zh = second.message.zh.replace(&std::process::id().to_string(), "1234");
    second.message.en = second.message.en.replace(&std::process::id().to_string(), "1234");
    says(
        &second,
        expect![[r#"
        错误 E305  public
          另一个生成（进程号 1234）正在写“public”，这一次没有写入。
          提示：请等它结束，再运行一次。
          说明：site explain E305
    "#]],
        expect![[r#"
        error E305  public
          Another build (process 1234) is writing `public`; this one wrote nothing.
          hint: Wait until it ends, then run this again.
          explain: site explain E305
    "#]],
    );
    assert_eq!(project.recover(), Ok(Recovered::Nothing));
    drop(first);
    drop(project.guard().unwrap());
}

#[test]
fn f13_a_lock_file_without_a_holder_does_not_block() {
    let project = Project::published();
    fs::write(project.folder().join(".public.site-lock"), "4294967295").unwrap();
    drop(project.guard().unwrap());
    assert_eq!(names(&project.folder()), [".git", "content", "public", "themes"]);
}

#[test]
fn f13_many_builds_at_once_never_overlap() {
    let project = Project::published();
    let inside = AtomicBool::new(false);
    let done = std::sync::atomic::AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while done.load(Ordering::Relaxed) < 200 {
                    if let Ok(guarded) = project.guard() {
                        assert!(!inside.swap(true, Ordering::SeqCst), "two builds hold the lock");
                        std::thread::sleep(std::time::Duration::from_micros(20));
                        inside.store(false, Ordering::SeqCst);
                        drop(guarded);
                        done.fetch_add(1, Ordering::Relaxed);
                    }
                }
            });
        }
    });
}

#[cfg(unix)]
#[test]
fn f13_a_link_in_the_place_of_the_lock_is_not_written_through() {
    let project = Project::published();
    let target = project.top.path().join("away/precious");
    fs::write(&target, "precious").unwrap();
    std::os::unix::fs::symlink(&target, project.folder().join(".public.site-lock")).unwrap();
    assert_eq!(finding(project.guard()).code.id, "E302");
    assert_eq!(fs::read(&target).unwrap(), b"precious");
}

#[test]
fn f14_staging_is_beside_the_output() {
    let project = Project::new().to("../away/sub/pub");
    let staging = project.top.path().join("away/sub/.pub.site-staging");
    project.request(|request| {
        let waves = ["a.html", "index.html"].map(|path| vec![OutPath::new(path).unwrap()]);
        let make = |path: &OutPath| {
            assert_eq!(staging.is_dir(), path.as_str() != "a.html");
            Source::from(b"x".to_vec())
        };
        write::replace(write::guard(request).unwrap(), request, &waves, &make).map(settled).unwrap();
    });
    assert_eq!(names(&project.top.path().join("away/sub")), ["pub"]);
}

#[test]
fn f15_an_unwritable_place_is_refused_before_rendering() {
    let project = Project::new().to("../away/file/public");
    fs::write(project.top.path().join("away/file"), "").unwrap();
    assert_eq!(finding(project.guard()).code.id, "E307");
}

#[cfg(target_os = "linux")]
#[test]
fn f15_says_what_is_wrong() {
    let project = Project { shown: "/proc/public".to_string(), ..Project::new() }.to("/proc/public");
    says(
        &finding(project.guard()),
        expect![[r#"
            错误 E307  /proc/public
              写“/proc/public”时出错：找不到这个位置。原来的网站没有变。
              说明：site explain E307
        "#]],
        expect![[r#"
            error E307  /proc/public
              Could not write `/proc/public`: No such file or directory (os error 2). The old site is unchanged.
              explain: site explain E307
        "#]],
    );
}

#[test]
fn f16_nothing_is_written_into_the_sources() {
    let project = Project::new().to("../away/public");
    let before = snapshot(&project.folder());
    project.build(&site(&["index.html"])).unwrap();
    project.build(&site(&["index.html"])).unwrap();
    assert_eq!(snapshot(&project.folder()), before);
}

#[test]
fn f17_a_removed_page_is_gone() {
    let project = Project::published();
    project.build(&site(&["index.html", "a/index.html", "b/index.html"])).unwrap();
    assert!(!project.output().join("c").exists());
    assert!(!project.output().join("a/map.png").exists());
}

#[test]
fn f18_a_site_that_lost_most_pages_is_refused() {
    let mut project = Project::published();
    let before = snapshot(&project.folder());
    let small = site(&["index.html", "feed.xml"]);
    says(
        &finding(project.build(&small)),
        expect![[r#"
            错误 E306  public
              上次有 4 个网页，这次只有 1 个，会消失的有：a/index.html、b/index.html、c/index.html。没有写入，原来的网站还在。
              提示：请检查稿件文件夹是否完整，日期和草稿标记是否正确；如果确实要这样发布，请加上 --allow-shrink。
              说明：site explain E306
        "#]],
        expect![[r#"
            error E306  public
              The last build had 4 pages, this one has 1; a/index.html, b/index.html, c/index.html would vanish. Nothing was written, the old site is still there.
              hint: Check that the content folder is complete and the dates and draft marks are right; add --allow-shrink if this is meant.
              explain: site explain E306
        "#]],
    );
    assert_eq!(snapshot(&project.folder()), before);
    project.shrink = true;
    project.build(&small).unwrap();
    assert_eq!(published(&project.output()), small);
    // Two of two pages may become one.
    project.shrink = false;
    project.build(&site(&["index.html", "a.html"])).unwrap();
    project.build(&site(&["index.html"])).unwrap();
}

#[test]
fn f18_half_the_pages_may_go() {
    Project::published().build(&site(&["index.html", "a/index.html"])).unwrap();
}

#[test]
fn f18_a_site_without_pages_is_refused() {
    let project = Project::new();
    says(
        &finding(project.build(&site(&["feed.xml"]))),
        expect![[r#"
            错误 E306  public
              这次一个网页也没有生成，没有写入。
              提示：请检查稿件文件夹是否完整，日期和草稿标记是否正确；如果确实要这样发布，请加上 --allow-shrink。
              说明：site explain E306
        "#]],
        expect![[r#"
            error E306  public
              This build has no pages at all; nothing was written.
              hint: Check that the content folder is complete and the dates and draft marks are right; add --allow-shrink if this is meant.
              explain: site explain E306
        "#]],
    );
    assert_eq!(names(&project.folder()), [".git", "content", "themes"]);
    Project { shrink: true, ..Project::new() }.build(&Files::new()).unwrap();
}

#[test]
fn f20_a_staging_folder_of_others_is_not_touched() {
    let project = Project::published();
    let staging = project.folder().join(".public.site-staging");
    fs::create_dir(&staging).unwrap();
    fs::write(staging.join("diary.txt"), "mine").unwrap();
    says(
        &finding(project.guard()),
        expect![[r#"
        错误 E302  .public.site-staging
          生成时要用“.public.site-staging”这个名称，但是已经有同名的东西，而且不是本程序留下的，没有写入。
          提示：请看一看“.public.site-staging”，改名或移走，再运行一次。
          说明：site explain E302
    "#]],
        expect![[r#"
        error E302  .public.site-staging
          Building needs the name `.public.site-staging`, which something else has; nothing was written.
          hint: Look at `.public.site-staging`, rename or move it, then run this again.
          explain: site explain E302
    "#]],
    );
    assert_eq!(fs::read(staging.join("diary.txt")).unwrap(), b"mine");
}

#[test]
fn f20_a_staging_folder_created_meanwhile_is_not_touched() {
    let project = Project::new().to("../away/public");
    let staging = project.top.path().join("away/.public.site-staging");
    let built = project.request(|request| {
        let guarded = write::guard(request)?;
        fs::create_dir(&staging).unwrap();
        replace(guarded, request, &site(&["index.html"]))
    });
    assert_eq!(finding(built).code.id, "E302");
    assert!(staging.is_dir());
}

#[test]
fn f20_an_old_copy_of_others_is_not_touched() {
    let project = Project::published();
    let kept = project.folder().join(".public.site-old");
    fs::create_dir(&kept).unwrap();
    fs::write(kept.join("diary.txt"), "mine").unwrap();
    assert_eq!(finding(project.guard()).code.id, "E302");
    assert_eq!(fs::read(kept.join("diary.txt")).unwrap(), b"mine");
}

#[test]
fn f09_the_old_copy_is_put_back_by_any_command() {
    let project = Project::published();
    let before = snapshot(&project.output());
    fs::rename(project.output(), project.folder().join(".public.site-old")).unwrap();
    assert_eq!(project.recover(), Ok(Recovered::Restored));
    assert_eq!(snapshot(&project.output()), before);
    assert_eq!(project.recover(), Ok(Recovered::Nothing));
}

#[test]
fn f09_an_empty_folder_in_the_place_of_the_output_does_not_block() {
    let project = Project::published();
    let before = snapshot(&project.output());
    fs::rename(project.output(), project.folder().join(".public.site-old")).unwrap();
    fs::create_dir(project.output()).unwrap();
    assert_eq!(project.recover(), Ok(Recovered::Restored));
    assert_eq!(snapshot(&project.output()), before);
}

#[test]
fn f09_a_foreign_folder_in_the_place_of_the_output_is_kept_and_so_is_the_old_copy() {
    let project = Project::published();
    fs::rename(project.output(), project.folder().join(".public.site-old")).unwrap();
    fs::create_dir(project.output()).unwrap();
    fs::write(project.output().join("diary.txt"), "mine").unwrap();
    let before = snapshot(&project.folder());
    says(
        &finding(project.recover()),
        expect![[r#"
        错误 E302  public
          上次生成被中断，旧网站完整保存在“.public.site-old”；但是“public”的位置现在有别的东西，没有写入。
          提示：请把“public”改名或移走，再运行一次，旧网站会自动恢复。
          说明：site explain E302
    "#]],
        expect![[r#"
        error E302  public
          A build was stopped and the old site is whole in `.public.site-old`; but something else is at `public` now, so nothing was written.
          hint: Rename or move `public` and run this again; the old site is then restored.
          explain: site explain E302
    "#]],
    );
    assert_eq!(finding(project.guard()).code.id, "E302");
    assert_eq!(snapshot(&project.folder()), before);
}

#[test]
fn f21_equal_builds_are_equal_everywhere() {
    let files = site(&["index.html", "b/x.html", "a/x.html"]);
    let (one, two) = (Project::new(), Project::new().to("../away/别处"));
    one.build(&files).unwrap();
    two.build(&site(&["index.html"])).unwrap();
    // Written in another order over another build.
    two.request(|request| {
        let reversed: Vec<_> = files.iter().rev().map(|(path, bytes)| (path.as_str(), bytes.clone().into())).collect();
        replace_by(request, &reversed).unwrap();
    });
    assert_eq!(snapshot(&one.output()), snapshot(&two.top.path().join("away/别处")));
}

#[test]
fn copied_files_are_equal_to_their_source() {
    let project = Project::new();
    let large: Vec<u8> = (0..700_000u32).flat_map(u32::to_le_bytes).collect();
    let from = project.top.path().join("site/content/large.bin");
    fs::write(&from, &large).unwrap();
    let files = [("index.html", Source::from(Vec::new())), ("large.bin", Source::File(from))];
    project.request(|request| {
        let written = replace_by(request, &files).unwrap();
        assert_eq!(written.bytes, large.len() as u64);
    });
    assert_eq!(fs::read(project.output().join("large.bin")).unwrap(), large);
    let record = project.guard().unwrap().last().unwrap().files()["large.bin"].blake3;
    assert_eq!(record, Digest::of(&large));
}

#[test]
fn files_that_vanished_and_links_are_refused() {
    let project = Project::new();
    let missing = project.folder().join("content/gone.pdf");
    let build = |from: PathBuf| {
        let files = [("index.html", Source::File(from))];
        project.request(|request| replace_by(request, &files))
    };
    // Elsewhere the system says it in other words.
    #[cfg(unix)]
    says(
        &finding(build(missing.clone())),
        expect![[r#"
        错误 E136  content/gone.pdf
          生成期间这个文件读不出来：找不到这个位置。可能刚刚被改动，请再运行一次。
          说明：site explain E136
    "#]],
        expect![[r#"
        error E136  content/gone.pdf
          This file could not be read during the build: No such file or directory (os error 2). It may have just changed; run this again.
          explain: site explain E136
    "#]],
    );
    assert_eq!(finding(build(missing)).code.id, "E136");
    assert_eq!(finding(build(project.folder().join("content"))).code.id, "E136");
    #[cfg(unix)]
    {
        let link = project.folder().join("content/link.pdf");
        std::os::unix::fs::symlink("/etc/hostname", &link).unwrap();
        assert_eq!(finding(build(link)).code.id, "E136");
    }
    assert!(!project.output().exists());
}

#[test]
fn names_that_collide_are_refused() {
    for paths in [["a", "a"], ["a", "a/b"], ["a/b", "a"]] {
        let project = Project::new();
        let files = paths.map(|path| (path, Source::from(Vec::new())));
        let built = project.request(|request| replace_by(request, &files));
        assert_eq!(finding(built).code.id, "E141", "{paths:?}");
        assert_eq!(names(&project.folder()), [".git", "content", "themes"]);
    }
    for path in [".site-output", ".Site-Output/x"] {
        assert_eq!(finding(Project::new().build(&site(&[path]))).code.id, "E137", "{path}");
    }
}

/// Builds two sites in turn until it is killed; started by the tests below, never by hand.
#[test]
#[ignore = "the other half of the tests that kill a build"]
fn child() {
    let Some(top) = std::env::var_os("SITE_WRITE_CHILD") else { return };
    let folder = PathBuf::from(top);
    let never = AtomicBool::new(false);
    let request = Request {
        project: &folder,
        sources: &[],
        home: None,
        out: Path::new("public"),
        out_shown: "public",
        key: "key",
        shrink: false,
        clean: false,
        interrupted: &never,
        passed: &|_| (),
    };
    loop {
        for letter in ["a", "b"] {
            let built = write::guard(&request).and_then(|guarded| replace(guarded, &request, &letters(letter)));
            if let Err(failure) = built {
                panic!("{failure:?}");
            }
        }
    }
}

fn letters(letter: &str) -> Files {
    (0..30).map(|index| (format!("{}/{index}.html", index % 4), letter.repeat(9_000).into_bytes())).collect()
}

/// The command that runs [`child`] in `folder`, behind the words of `shell`.
#[cfg(unix)]
fn child_command(folder: &Path, shell: &str) -> std::process::Command {
    let mut command = std::process::Command::new("sh");
    command.args(["-c", &format!("{shell} exec \"$0\" --exact child --ignored --nocapture")]);
    command.arg(std::env::current_exe().unwrap()).env("SITE_WRITE_CHILD", folder);
    command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    command
}

#[cfg(unix)]
#[test]
fn f08_f13_a_killed_build_leaves_a_whole_site_and_no_lock() {
    let seed = fastrand::u64(..);
    println!("seed {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let project = Project::new();
    let (mut at_work, mut restored) = (0, 0);
    for round in 0..60 {
        let mut child = child_command(&project.folder(), "").spawn().unwrap();
        let start = std::time::Instant::now();
        while round == 0 && !project.output().exists() {
            assert!(start.elapsed().as_secs() < 30, "the child builds nothing");
            std::thread::yield_now();
        }
        std::thread::sleep(std::time::Duration::from_micros(5_000 + random.u64(0..60_000)));
        child.kill().unwrap();
        child.wait().unwrap();
        // The lock is the system's; its file stays where nobody could remove it.
        at_work += usize::from(project.folder().join(".public.site-lock").exists());
        restored += usize::from(project.guard().unwrap().recovered() == Recovered::Restored);
        let files = published(&project.output());
        assert!(files == letters("a") || files == letters("b"), "round {round}: {:?}", files.keys());
        assert_eq!(names(&project.folder()), [".git", "content", "public", "themes"], "round {round}");
    }
    println!("killed at work {at_work}, restored {restored}");
    assert!(at_work > 5, "the child was never killed at work: {at_work}, {restored}");
}

#[cfg(unix)]
#[test]
fn f07_a_file_size_limit_leaves_the_old_site() {
    let project = Project::new();
    let old: Files = (0..4).map(|index| (format!("{index}.html"), b"old".to_vec())).collect();
    project.build(&old).unwrap();
    // One block is 512 or 1,024 bytes; a page has 9,000, and the record fits.
    let child = child_command(&project.folder(), "trap '' XFSZ; ulimit -f 8;").output().unwrap();
    let printed = String::from_utf8_lossy(&child.stderr).into_owned() + &String::from_utf8_lossy(&child.stdout);
    assert!(!child.status.success() && printed.contains("文件太大，磁盘放不下"), "{printed}");
    assert_eq!(published(&project.output()), old);
    assert_eq!(names(&project.folder()), [".git", "content", "public", "themes"]);
}

/// What a build costs; run by hand with `--ignored --nocapture`.
#[test]
#[ignore = "a measurement"]
fn cost_of_many_files() {
    for count in [1_000, 10_000] {
        let project = Project::new();
        let page = |index: usize| (format!("{:03}/{index}/index.html", index % 500), "好".repeat(2_000).into_bytes());
        let files: Files = (0..count).map(page).collect();
        for _ in 0..2 {
            let start = std::time::Instant::now();
            let guarded = project.guard().unwrap();
            let guard = start.elapsed();
            project.request(|request| replace(guarded, request, &files)).unwrap();
            println!("{count} files: guard {guard:?}, all {:?}", start.elapsed());
        }
    }
}
