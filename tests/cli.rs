//! The program as its user runs it: arguments in, text and exit code out (faults.md §14, I9, K06).
#![allow(clippy::unwrap_used, missing_docs)]

mod workshop;

use std::fs;
#[cfg(target_os = "linux")]
use std::process::Command;
use std::process::Stdio;
use std::time::Duration;

use serde_json::Value;
use site::report::codes;
use workshop::{CONFIG, NEWS, Project, Ran, TODAY, assert_same, ended, names, snapshot};

/// What is the matter with a project, and the exit codes of build, check and list for it.
struct Matter {
    name: &'static str,
    project: Project,
    more: &'static str,
    codes: [i32; 3],
    /// The codes of the findings `check` tells.
    told: &'static [&'static str],
    writes: bool,
}

impl Matter {
    fn new(name: &'static str, project: Project) -> Matter {
        Matter { name, project, more: "", codes: [0, 0, 0], told: &[], writes: true }
    }
}

fn matters() -> Vec<Matter> {
    let with = |name: &str, text: &str| {
        let project = Project::small();
        project.write(name, text);
        project
    };
    let expired = "---\ntitle: 倒计时\npublished: 2022-09-01 09:00\nexpires: 2022-09-10\n---\n\n快到了。\n";
    let full_width = "---\ntitle：启动仪式\npublished: 2022-09-19 09:00\n---\n\n启动了。\n";
    let internal = "---\ntitle: 关于值守的通知\nissuer: 示例局\npublished: 2022-09-15 09:00\nopenness: 依申请公开\n---\n\n内容。\n";
    let intranet = NEWS.replace("启动了。", "见[内网](http://10.1.1.2/a.html)。").replace("启动仪式", "内网通报");
    let foreign = with("public/毕业论文.docx", "我的");
    let no_config = Project::empty();
    no_config.write("content/news/a.md", NEWS);
    let no_folder = Project::empty();
    no_folder.write("content", "我是文件");
    vec![
        Matter::new("clean", Project::small()),
        Matter { told: &["W142"], ..Matter::new("warning", with("content/news/old.md", expired)) },
        Matter {
            told: &["E103"],
            codes: [1, 1, 1],
            writes: false,
            ..Matter::new("author error", with("content/news/c.md", full_width))
        },
        Matter {
            told: &["O01"],
            codes: [1, 1, 0],
            writes: false,
            ..Matter::new("veto", with("content/notices/n.md", internal))
        },
        Matter {
            told: &["M03", "F01", "M01"],
            codes: [1, 1, 0],
            writes: false,
            more: "--profile production",
            ..Matter::new("unfit for production", Project::small())
        },
        Matter {
            told: &["L03"],
            codes: [1, 1, 0],
            ..Matter::new("unfit for production, in preview", with("content/news/c.md", &intranet))
        },
        Matter {
            told: &["E205"],
            codes: [1, 1, 0],
            writes: false,
            ..Matter::new("template error", with("themes/default/templates/home.html", "{{ page.nothing.at.all }}"))
        },
        Matter { codes: [1, 0, 0], writes: false, ..Matter::new("write refusal", foreign) },
        Matter { told: &["E201"], codes: [2, 2, 2], writes: false, ..Matter::new("no project", Project::empty()) },
        Matter { told: &["E201"], codes: [2, 2, 2], writes: false, ..Matter::new("no configuration", no_config) },
        Matter { told: &["E202"], codes: [2, 2, 2], writes: false, ..Matter::new("content is a file", no_folder) },
        Matter {
            told: &["E116", "E116"],
            codes: [1, 1, 1],
            writes: false,
            ..Matter::new("wrong configuration", with("content/site.yaml", "title: 示例\n"))
        },
    ]
}

#[test]
fn i9_exit_codes() {
    for matter in matters() {
        for (command, wanted) in ["build", "check", "list"].into_iter().zip(matter.codes) {
            for format in ["human", "short", "json"] {
                let what = format!("{}: {command} --format {format}", matter.name);
                let before = matter.project.sources();
                let ran = matter.project.site(&format!("{command} --format {format} {}", matter.more));
                assert_eq!(ran.code, wanted, "{what}\n{}", ran.told());
                assert_same(&before, &matter.project.sources(), &what);
                one_document_or_text(&ran, format, wanted, &what);
            }
        }
        assert_eq!(matter.project.path("public/.site-output").exists(), matter.writes, "{}", matter.name);
        let told = matter.project.site(&format!("check --format json {}", matter.more)).codes();
        assert_eq!(told, matter.told, "{}", matter.name);
    }
}

/// Every answer in JSON is one document that names its own exit code; every other answer is text for people, in
/// which an error is told only with an exit code that says so.
fn one_document_or_text(ran: &Ran, format: &str, code: i32, what: &str) {
    if format == "json" {
        let document = ran.document();
        assert_eq!(document["exit"], code, "{what}\n{}", ran.told());
        assert!(document["command"].is_string(), "{what}\n{}", ran.told());
        return;
    }
    let told = codes::ALL.iter().any(|code| {
        let grave = matches!(code.severity, site::report::Severity::Error | site::report::Severity::Veto);
        grave && ran.out.contains(&format!(" {}", code.id))
    });
    assert!(!told || code != 0, "{what} tells an error and exits with 0\n{}", ran.told());
    assert!(code == 0 || !(ran.out.is_empty() && ran.err.is_empty()), "{what} fails without a word");
    assert!(!ran.out.contains('\u{1b}') && !ran.err.contains('\u{1b}'), "{what}: escape codes in a pipe");
}

#[cfg(unix)]
#[test]
fn i9_exit_codes_of_serve() {
    let serve = |project: &Project, more: &str| {
        let mut command = project.command(format!("serve --port 0 --today {TODAY} {more}").split_whitespace());
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let said = workshop::said_at_start(&mut child);
        if said.contains("http://localhost:") {
            workshop::signal(&child, "INT");
        }
        let mut ran = ended(child, Duration::from_secs(10));
        ran.out = said;
        ran
    };
    let clean = serve(&Project::small(), "");
    assert_eq!(
        (clean.code, clean.out.contains("2 个页面") || clean.out.contains("个页面")),
        (0, true),
        "{}",
        clean.told()
    );
    let broken = Project::small();
    broken.write("content/news/c.md", "没有信息栏");
    let broken = serve(&broken, "");
    assert_eq!((broken.code, broken.out.contains("E101")), (0, true), "a preview shows mistakes: {}", broken.told());
    let nothing = serve(&Project::empty(), "");
    assert_eq!((nothing.code, nothing.out.contains("E201")), (2, true), "{}", nothing.told());
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    let busy = Project::small().site(&format!("serve --port {port}"));
    assert_eq!((busy.code, busy.err.contains(&port.to_string())), (2, true), "{}", busy.told());
}

#[test]
fn i9_wrong_usage() {
    let project = Project::small();
    let wrong = [
        "",
        "biuld",
        "build --bogus",
        "build --out",
        "build --today 2022-02-30",
        "build --today 明天",
        "check --format yaml",
        "check --profile prod",
        "check --lang fr",
        "check extra",
        "serve --port 99999",
        "serve --port -1",
        "new",
        "new notice",
        "new 诗歌 a",
        "new notice ../../x",
        "init",
        "explain",
        "explain E9999",
    ];
    for line in wrong {
        for lang in ["zh", "en"] {
            let ran = project.run(line.split_whitespace().chain(["--lang", lang]).filter(|_| !line.is_empty()));
            assert_eq!(ran.code, 2, "`site {line}`\n{}", ran.told());
            assert!(ran.out.is_empty(), "`site {line}` answers a mistake on standard output\n{}", ran.told());
            assert!(!ran.err.trim().is_empty(), "`site {line}` fails without a word");
            assert!(!ran.err.contains("error:"), "`site {line}` lets clap speak\n{}", ran.told());
        }
    }
    assert_eq!(names(project.folder()), ["content"]);
}

#[test]
fn l01_a_reader_that_went_away_is_a_success() {
    let project = Project::demo();
    project.write("content/news/broken.md", "没有信息栏");
    for (line, code) in [("list", 1), ("check", 1), ("check --format json", 1), ("explain E103", 0), ("--help", 0)] {
        closed_early(&project, line, code);
    }
    let project = Project::demo();
    for line in ["list", "build", "check --format short"] {
        closed_early(&project, line, 0);
    }
    assert!(project.path("public/.site-output").exists());
}

fn closed_early(project: &Project, line: &str, code: i32) {
    let mut command = project.command(line.split_whitespace().chain(["--today", TODAY]));
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    let ran = ended(child, Duration::from_secs(60));
    assert_eq!(ran.code, code, "{line}: {}", ran.told());
    assert!(!ran.err.contains("无法输出") && !ran.err.contains("panicked"), "{line}: {}", ran.told());
}

#[cfg(target_os = "linux")]
#[test]
fn l02_a_full_standard_output_is_told() {
    let project = Project::small();
    for line in ["list", "check", "build", "explain E103", "--help", "check --format json"] {
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        let mut command = project.command(line.split_whitespace().chain(["--today", TODAY]));
        let ran = Ran::of(command.stdout(full).stderr(Stdio::piped()).output().unwrap());
        assert_eq!(ran.code, 1, "{line}: {}", ran.told());
        assert_eq!(ran.err.matches("无法输出").count(), 1, "{line}: {}", ran.told());
    }
    assert!(project.path("public/index.html").exists(), "the site itself could be written");
}

#[cfg(unix)]
#[test]
fn l03_arguments_that_are_not_unicode() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let project = Project::small();
    for args in
        [&[b"build".as_slice(), b"--out", b"\xCA\xE4\xB3\xF6"], &[b"\xff", b"", b""], &[b"new", b"notice", b"\xff"]]
    {
        let ran = project.run(args.iter().filter(|arg| !arg.is_empty()).map(|arg| OsStr::from_bytes(arg)));
        assert_eq!(ran.code, 2, "{}", ran.told());
        assert!(ran.err.contains("不是 UTF-8 文字"), "{}", ran.told());
    }
    assert_eq!(names(project.folder()), ["content"]);
}

#[test]
fn l04_what_was_probably_meant() {
    let project = Project::small();
    for (line, near) in [
        ("chek", "check"),
        ("biuld", "build"),
        ("build --outt x", "--out"),
        ("check --fromat json", "--format"),
        ("check --format jsn", "json"),
        ("check --profile production1", "production"),
        ("explain E1033", "E103"),
        ("new notices-1 x", "notice"),
    ] {
        let ran = project.run(line.split_whitespace());
        assert_eq!(ran.code, 2, "{}", ran.told());
        assert!(ran.err.contains(near), "`site {line}` does not say {near}\n{}", ran.told());
    }
}

#[test]
fn l05_outside_a_project() {
    let project = Project::empty();
    let shown = fs::canonicalize(project.folder()).unwrap().display().to_string();
    // Windows writes it in its long form.
    let shown = shown.strip_prefix(r"\\?\").unwrap_or(&shown);
    for line in ["build", "check", "list", "serve --port 0"] {
        let ran = project.site(line);
        assert_eq!(ran.code, 2, "{}", ran.told());
        for word in [shown, "content", "site init", "--root"] {
            assert!(ran.out.contains(word), "`site {line}` does not say {word}\n{}", ran.told());
        }
    }
    let ran = project.site("new notice x");
    assert!(ran.code == 2 && ran.err.contains("content"), "{}", ran.told());
    assert_eq!(names(project.folder()), [""; 0], "nothing is written outside a project");
    let ran = project.site("check --root /no/such/folder");
    assert!(ran.code == 2 && ran.out.contains("/no/such/folder"), "{}", ran.told());
}

#[test]
fn l05_a_project_is_found_upwards() {
    let project = Project::small();
    let run = |folder: &str, line: &str| {
        let mut command = project.command(line.split_whitespace().chain(["--today", TODAY]));
        Ran::of(command.current_dir(project.path(folder)).output().unwrap())
    };
    assert_eq!(run("content/news", "build").code, 0);
    assert!(project.path("public/index.html").exists(), "the output belongs to the project, not to the folder");
    let ran = Ran::of(
        project.command(["check", "--root", "site", "--today", TODAY]).current_dir(project.top()).output().unwrap(),
    );
    assert_eq!(ran.code, 0, "{}", ran.told());
}

#[test]
fn l06_pipes_and_plain_terminals_get_no_escape_codes() {
    let project = Project::small();
    project.write("content/news/c.md", "---\ntitle：错\n---\n");
    let environments: [&[(&str, &str)]; 6] = [
        &[("NO_COLOR", "1")],
        &[("TERM", "dumb")],
        &[("LANG", "C")],
        &[("LC_ALL", "POSIX")],
        &[("TERM", "xterm-256color"), ("CLICOLOR_FORCE", "1"), ("COLUMNS", "40")],
        &[],
    ];
    for environment in environments {
        for line in ["check", "build", "list", "--help", "check --bogus", "check --format json"] {
            let mut command = project.command(line.split_whitespace().chain(["--today", TODAY]));
            let ran = Ran::of(command.env_remove("LANG").envs(environment.iter().copied()).output().unwrap());
            assert!(!(ran.out + &ran.err).contains('\u{1b}'), "{environment:?} {line}");
            assert!(ran.code >= 0, "{environment:?} {line}");
        }
    }
}

/// A terminal gets colours, and `NO_COLOR` takes them away: `script` lends us one.
#[cfg(target_os = "linux")]
#[test]
#[allow(clippy::print_stderr, reason = "says what was not tried")]
fn l06_no_color_holds_on_a_terminal() {
    let has_script = Command::new("script").arg("--version").output().is_ok_and(|output| output.status.success());
    if !has_script {
        eprintln!("no `script` on this machine: colours on a terminal were not tried");
        return;
    }
    let project = Project::small();
    project.write("content/news/c.md", "---\ntitle：错\n---\n");
    let on_terminal = |environment: &[(&str, &str)]| {
        let mut command = Command::new("script");
        let line = format!("{} check --today {TODAY}", env!("CARGO_BIN_EXE_site"));
        command.args(["-qec", &line, "/dev/null"]).current_dir(project.folder()).env_remove("NO_COLOR");
        let output =
            command.env("TERM", "xterm").envs(environment.iter().copied()).stdin(Stdio::null()).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    assert!(on_terminal(&[]).contains("\u{1b}[1;31m"));
    assert!(on_terminal(&[("NO_COLOR", "")]).contains("\u{1b}[1;31m"), "an empty NO_COLOR does not count");
    assert!(!on_terminal(&[("NO_COLOR", "1")]).contains('\u{1b}'));
    assert!(!on_terminal(&[("TERM", "dumb")]).contains('\u{1b}'));
}

#[test]
fn l07_one_document_whatever_happens() {
    let project = Project::small();
    project.write("not-empty/a", "");
    for (line, code) in [
        ("new notice a", 0),
        ("new notice a", 1),
        ("new open-day a", 1),
        ("new notice ../x", 2),
        ("new 诗歌 x", 2),
        ("init fresh", 0),
        ("init not-empty", 1),
        ("explain e103", 0),
        ("explain E9999", 2),
        ("list", 0),
        ("check", 0),
        ("build", 0),
        ("build --out content", 1),
        ("verify", 0),
        ("verify --expect 0123456789abcdef", 1),
        ("verify --out content", 1),
    ] {
        let ran = project.site(&format!("{line} --format json"));
        assert_eq!(ran.code, code, "{line}: {}", ran.told());
        let document = ran.document();
        assert_eq!(document["exit"], code, "{line}: {}", ran.told());
        assert_eq!(document["command"], line.split(' ').next().unwrap(), "{line}: {}", ran.told());
    }
}

#[test]
fn l10_folders_with_any_name() {
    let long = "很".repeat(60);
    for name in ["with space", "质量月 专题（定稿）", "50%25 #1 & co", "[a] 'b' \"c\"", "-x", long.as_str()] {
        let project = Project::in_folder(name).furnished();
        project.write("content/files/表 1#2.csv", "a,b\n");
        project.write(
            "content/news/c.md",
            NEWS.replace("启动了。", "[表](/files/表%201%232.csv)").replace("启动仪式", "启动仪式统计表"),
        );
        // A file name that some platforms cannot publish is told (U01), and works all the same.
        assert_eq!(project.site("build --format json").codes(), ["U01"], "{name}");
        let files = project.public();
        assert!(files.contains_key("news/c/index.html"), "{name}");
        assert!(files.contains_key("files/表 1#2.csv"), "{name}: {:?}", files.keys());
        let root = project.folder().to_str().unwrap();
        for (file, bytes) in &files {
            assert!(!String::from_utf8_lossy(bytes).contains(root), "{file} tells where the project lies");
        }
        let out = project.site("build --out ../发布%20#");
        assert!(out.out.contains("已写入 ../发布%20#："), "{}", out.told());
        assert_same(&files, &snapshot(&project.top().join("发布%20#")), "a build into another folder");
        assert_eq!(project.site("list").code, 0, "{name}");
        let ran = project.run(["check", "--root", root, "--today", TODAY, "--format", "json"]);
        assert_eq!(ran.codes(), ["U01"], "{name}");
    }
}

#[cfg(unix)]
#[test]
fn l12_signals_end_a_build_at_once_and_leave_nothing() {
    for signals in [&["TERM"][..], &["INT", "INT"], &["HUP"]] {
        let project = Project::demo();
        // A busy machine may let a build end before the signal comes.
        let stopped = (0..5).any(|_| stopped(&project, signals));
        assert!(stopped, "{signals:?} never met a build");
        project.build();
        assert_eq!(names(project.folder()), [".site", "content", "public"], "{signals:?}");
    }
}

#[cfg(unix)]
fn stopped(project: &Project, signals: &[&str]) -> bool {
    let mut command = project.command(["build", "--today", TODAY]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    if workshop::appears(&project.path(".public.site-lock"), &mut child) {
        signals.iter().for_each(|name| workshop::signal(&child, name));
    }
    let ran = ended(child, Duration::from_secs(10));
    assert!([0, 130].contains(&ran.code), "{signals:?}: {}", ran.told());
    // A second signal does not wait for the clearing up: the next run does it.
    if ran.code == 130 && signals.len() == 1 {
        // Posters that were finished are kept for the next build.
        let left: Vec<String> = names(project.folder()).into_iter().filter(|name| name != ".site").collect();
        assert_eq!(left, ["content"], "{signals:?}");
    }
    let _ = fs::remove_dir_all(project.path("public"));
    ran.code == 130
}

#[test]
fn l13_other_environment_variables_have_no_say() {
    let project = Project::small();
    let plain = project.build();
    let strange = [
        ("SITE_BASE_URL", "https://evil.example/"),
        ("BASE_URL", "https://evil.example/"),
        ("SOURCE_DATE_EPOCH", "0"),
        ("TZ", "America/New_York"),
        ("LC_ALL", "tr_TR.UTF-8"),
        ("LANGUAGE", "de"),
        ("HTTP_PROXY", "http://127.0.0.1:1"),
        ("RUST_LOG", "trace"),
        ("RUST_BACKTRACE", "full"),
        ("CI", "true"),
        ("USER", "someone"),
        ("HOSTNAME", "somewhere"),
        ("PWD", "/"),
        ("TMPDIR", "/no/such/folder"),
    ];
    let mut command = project.command(["build", "--today", TODAY, "--out", "other"]);
    let ran = Ran::of(command.envs(strange).output().unwrap());
    assert_eq!(ran.code, 0, "{}", ran.told());
    assert_same(&plain, &snapshot(&project.path("other")), "environment");
}

#[test]
fn the_language_is_chosen_by_option_then_locale() {
    let project = Project::small();
    let says = |environment: &[(&str, &str)], line: &str| {
        let mut command = project.command(line.split_whitespace());
        let ran = Ran::of(command.env_remove("LANG").envs(environment.iter().copied()).output().unwrap());
        if ran.out.contains("pages checked") { "en" } else { "zh" }
    };
    let line = "check --today 2022-09-20";
    assert_eq!(says(&[], line), "zh", "Chinese where nothing is set");
    assert_eq!(says(&[("LANG", "C")], line), "zh");
    assert_eq!(says(&[("LANG", "zh_CN.GBK")], line), "zh");
    assert_eq!(says(&[("LANG", "en_US.UTF-8")], line), "en");
    assert_eq!(says(&[("LANG", "en_US.UTF-8"), ("LC_ALL", "zh_CN.UTF-8")], line), "zh", "LC_ALL wins");
    assert_eq!(says(&[("LANG", "en_US.UTF-8"), ("LC_MESSAGES", "zh_CN")], line), "zh", "LC_MESSAGES before LANG");
    assert_eq!(says(&[("LANG", "en_US.UTF-8"), ("LC_ALL", "")], line), "en", "an empty LC_ALL is not set");
    assert_eq!(says(&[("LANG", "zh_CN.UTF-8")], &format!("{line} --lang en")), "en");
    assert_eq!(says(&[("LANG", "en_US.UTF-8")], &format!("--lang=zh {line}")), "zh");
}

const KINDS: [(&str, &str); 8] = [
    ("campaign", "活动"),
    ("institution", "机构"),
    ("notice", "通知"),
    ("news", "工作动态"),
    ("case", "典型案例"),
    ("open-day", "开放日"),
    ("poster", "海报"),
    ("page", "页面"),
];

#[test]
fn new_pages_of_every_kind_pass_check() {
    for lang in ["zh", "en"] {
        let project = Project::empty();
        project.write("content/site.yaml", CONFIG);
        for (kind, _) in KINDS {
            let ran = project.site(&format!("new {kind} mine --lang {lang}"));
            assert_eq!(ran.code, 0, "{kind}: {}", ran.told());
            assert!(project.read(&path_of(kind)).contains(": true\n\n"), "{kind} is no draft");
            passes(&project, &["F01", "M06"], kind);
        }
        let open_day = project.read(&path_of("open-day"));
        for claim in ["余位", "原定日期", "left", "planned"] {
            let claims = |line: &str| line.trim_start().starts_with(claim);
            assert!(
                !open_day.lines().any(claims),
                "a new open day has not been moved and nobody has booked: {open_day}"
            );
        }
        // A draft is not looked at as closely as what is published.
        for (kind, _) in KINDS {
            let path = path_of(kind);
            project.write(&path, project.read(&path).replace("草稿: true\n", "").replace("draft: true\n", ""));
            passes(&project, &["F01", "M06"], kind);
        }
        assert!(project.site("build").told().contains("新增") || lang == "en");
    }
}

#[test]
fn c27_a_new_table_is_a_draft_that_passes_check_and_opens_in_a_spreadsheet() {
    for (lang, word) in [("zh", "开放日表格"), ("en", "open-days-table")] {
        let project = Project::empty();
        assert_eq!(project.run(["init", "zt"]).code, 0);
        let ran = project.site(&format!("new {word} mine --root zt --lang {lang}"));
        assert_eq!(ran.code, 0, "{}", ran.told());
        let path = "zt/content/open-days/mine.csv";
        let bytes = fs::read(project.path(path)).unwrap();
        assert!(bytes.starts_with(b"\xEF\xBB\xBF") && bytes.ends_with(b"\r\n"), "Excel and WPS need both");
        let listed = project.site("list --root zt --format json").document();
        let rows: Vec<&serde_json::Value> =
            listed["pages"].as_array().unwrap().iter().filter(|page| page["path"] == path["zt/".len()..]).collect();
        assert_eq!((rows.len(), rows[0]["state"].as_str()), (1, Some("draft")));
        let text = project.read(path);
        for text in [text.clone(), text.replace(",true\r\n", ",\r\n")] {
            project.write(path, &text);
            let ran = project.site("check --root zt --format json");
            assert_eq!(ran.codes(), [""; 0], "{}", ran.told());
        }
        let ran = project.site(&format!("new {word} mine --root zt"));
        assert_eq!((ran.code, project.read(path)), (1, text.replace(",true\r\n", ",\r\n")), "{}", ran.told());
    }
}

/// Where `new` puts the page called `mine`.
fn path_of(kind: &str) -> String {
    match kind {
        "news" => "content/news/mine.md".to_string(),
        "poster" => "content/posters/mine/index.md".to_string(),
        kind => format!("content/{kind}s/mine.md"),
    }
}

fn passes(project: &Project, known: &[&str], what: &str) {
    let ran = project.site("check --format json");
    let more: Vec<String> = ran.codes().into_iter().filter(|code| !known.contains(&code.as_str())).collect();
    assert!(more.is_empty(), "{what}: {more:?}\n{}", ran.told());
}

#[test]
fn new_takes_the_kind_in_chinese_and_by_its_folder() {
    let project = Project::small();
    for (number, word) in ["通知", "notice", "notices", "工作动态", "news"].into_iter().enumerate() {
        let ran = project.site(&format!("new {word} n{number}"));
        assert_eq!(ran.code, 0, "{word}: {}", ran.told());
    }
    for (_, zh) in KINDS {
        let ran = project.site(&format!("new {zh} zh"));
        assert!(ran.code != 2, "{zh}: {}", ran.told());
    }
}

#[test]
fn k06_new_never_overwrites_and_never_leaves_its_folder() {
    let project = Project::small();
    project.write("content/notices/taken/index.md", "mine");
    project.write("content/notices/taken/图.png", "mine");
    project.write("content/posters/taken.md", "mine");
    let before = snapshot(project.top());
    for (line, code) in [
        ("new news a", 1),
        ("new notice taken", 1),
        ("new notice ../../x", 2),
        ("new notice ..", 2),
        ("new notice .", 2),
        ("new notice /tmp/x", 2),
        ("new notice a/b", 2),
        ("new notice a\\b", 2),
        ("new notice C:x", 2),
        ("new notice %2e%2e", 2),
        ("new notice 关于开展活动的通知", 2),
        ("new notice A", 2),
        ("new notice con", 2),
        ("new notice .git", 2),
        ("new notice -", 2),
        ("new notice index", 2),
    ] {
        let ran = project.site(line);
        assert_eq!(ran.code, code, "{line}: {}", ran.told());
        assert_same(&before, &snapshot(project.top()), line);
    }
    let ran = project.site("new notice 关于开展活动的通知");
    assert!(ran.err.contains("guan-yu-kai-zhan-huo-dong"), "a Chinese name gets a proposal\n{}", ran.told());
    let ran = project.run(["new", "notice", "a\u{1b}[31mb\u{202e}"]);
    assert!(ran.code == 2 && !ran.err.contains(['\u{1b}', '\u{202e}']), "{}", ran.told());
}

#[cfg(unix)]
#[test]
fn k06_new_does_not_follow_links() {
    let project = Project::small();
    let away = project.top().join("away");
    fs::create_dir(&away).unwrap();
    std::os::unix::fs::symlink(away.join("x"), project.path("content/news/linked.md")).unwrap();
    std::os::unix::fs::symlink(&away, project.path("content/notices")).unwrap();
    for line in ["new news linked", "new notice x"] {
        let ran = project.site(line);
        assert_eq!(ran.code, 1, "{line}: {}", ran.told());
    }
    assert_eq!(names(&away), [""; 0]);
}

#[test]
fn theme_new_lists_and_copies_and_overwrites_nothing() {
    let project = Project::small();
    let own = |name: &str| project.path(&format!("themes/default/{name}"));
    let built_in = |name: &str| fs::read(workshop::repository().join("themes/default").join(name)).unwrap();
    let listed = project.site("theme new");
    assert_eq!(listed.code, 0, "{}", listed.told());
    for name in ["templates/base.html", "assets/site.css", "posters/campaign.typ"] {
        assert!(listed.out.contains(&format!("  {name}\n")), "{}", listed.told());
    }
    assert!(!listed.out.contains("fonts/") && !listed.out.contains(".md"), "{}", listed.told());
    assert!(!project.path("themes").exists(), "listing writes nothing");

    let copied = project.site("theme new site.css templates/base.html");
    assert_eq!((copied.code, copied.err.as_str()), (0, ""), "{}", copied.told());
    for name in ["assets/site.css", "templates/base.html"] {
        assert_eq!(fs::read(own(name)).unwrap(), built_in(name), "{name}");
    }
    assert_eq!(names(&project.path("themes/default")), ["assets", "templates"]);
    project.write("themes/default/assets/site.css", "/* 自己的 */");

    let again = project.site("theme new site.css print.css --format json");
    assert_eq!(again.code, 1, "{}", again.told());
    assert_eq!(again.document()["kept"], serde_json::json!(["themes/default/assets/site.css"]));
    assert_eq!(again.document()["written"], serde_json::json!(["themes/default/assets/print.css"]));
    let listed = project.site("theme new --format json").document();
    let files = listed["files"].as_array().unwrap();
    let owned = files.iter().filter(|file| file["own"] == true).map(|file| file["name"].as_str().unwrap());
    assert_eq!(owned.collect::<Vec<_>>(), ["assets/print.css", "assets/site.css", "templates/base.html"]);

    let wrong = project.run(["theme", "new", "sit.css", "home.html", "--lang", "en"]);
    assert!(wrong.code == 2 && wrong.err.contains("Did you mean `site.css`?"), "{}", wrong.told());
    assert!(!own("templates/home.html").exists(), "one wrong name, and nothing is copied");

    assert_eq!(project.site("theme new --all").code, 0);
    assert_eq!(project.read("themes/default/assets/site.css"), "/* 自己的 */");
    assert_eq!(fs::read(own("posters/lib.typ")).unwrap(), built_in("posters/lib.typ"));
    assert!(!own("fonts").exists());
    assert_eq!(project.site("check").code, 0);
}

#[test]
fn theme_new_copies_into_the_theme_that_is_used() {
    let project = Project::small();
    fs::create_dir_all(project.path("themes/blue")).unwrap();
    project.write("content/site.yaml", format!("{CONFIG}theme: blue\n"));
    assert_eq!(project.site("theme new home.html").code, 0);
    assert_eq!(names(&project.path("themes")), ["blue"]);
    assert!(project.path("themes/blue/templates/home.html").is_file());
    let ran = Project::empty().site("theme new home.html");
    assert!(ran.code == 2 && ran.err.contains("content"), "{}", ran.told());
}

#[cfg(unix)]
#[test]
fn theme_new_writes_through_no_link() {
    let project = Project::small();
    let away = project.top().join("away");
    fs::create_dir(&away).unwrap();
    fs::create_dir(project.path("themes")).unwrap();
    std::os::unix::fs::symlink(&away, project.path("themes/default")).unwrap();
    let ran = project.site("theme new site.css");
    assert!(ran.code == 1 && ran.err.contains("site.css"), "{}", ran.told());
    assert_eq!(names(&away), [""; 0]);
}

#[test]
fn init_builds_without_findings() {
    let room = Project::empty();
    for (lang, folder) in [("zh", "专题 一"), ("en", "b")] {
        let ran = room.run(["init", folder, "--lang", lang, "--today", TODAY]);
        assert_eq!(ran.code, 0, "{}", ran.told());
        for command in ["build", "check", "list"] {
            let ran = room.run([command, "--root", folder, "--today", TODAY, "--format", "json"]);
            assert_eq!(ran.code, 0, "{}", ran.told());
            if command != "list" {
                assert_eq!(ran.codes(), [""; 0], "{}", ran.told());
            }
        }
        let pages = snapshot(&room.path(folder))
            .keys()
            .filter(|name| name.starts_with("public/") && name.ends_with(".html"))
            .count();
        assert!(pages >= 15, "{pages} pages");
    }
    // Without --today the machine's clock decides; its own day is a good day too.
    assert_eq!(room.run(["init", "today"]).code, 0);
    let ran = room.run(["check", "--root", "today", "--format", "json"]);
    assert_eq!((ran.code, ran.codes()), (0, vec![]));
}

#[test]
fn init_refuses_folders_that_hold_something() {
    let room = Project::empty();
    room.write("full/a.txt", "mine");
    room.write("hidden/.git/config", "mine");
    room.write("file", "mine");
    let before = snapshot(room.top());
    for folder in ["full", "hidden", "file", "file/below", "."] {
        let ran = room.site(&format!("init {folder}"));
        assert_eq!(ran.code, 1, "{folder}: {}", ran.told());
        assert_same(&before, &snapshot(room.top()), folder);
    }
    fs::create_dir(room.path("empty")).unwrap();
    assert_eq!(room.site("init empty").code, 0);
    assert_eq!(room.site("init empty").code, 1, "a second time it is not empty");
}

#[test]
fn explain_knows_every_code() {
    let project = Project::empty();
    let mut silent = Vec::new();
    for code in codes::ALL {
        for (lang, title) in [("zh", code.zh), ("en", code.en)] {
            let ran = project.run(["explain", &code.id.to_lowercase(), "--lang", lang]);
            assert_eq!(ran.code, 0, "{}", ran.told());
            assert!(ran.out.starts_with(&format!("{}  {title}\n", code.id)), "{}", ran.told());
            if ran.out.lines().count() < 3 || ran.out.lines().nth(2).unwrap().is_empty() {
                silent.push(code.id);
            }
        }
    }
    assert!(silent.is_empty(), "not explained: {silent:?}");
}

#[test]
fn list_tells_the_state_of_every_page() {
    let project = Project::small();
    let page = |more: &str| format!("---\ntitle: 页\npublished: 2022-09-15 09:00\n{more}\n---\n\n内容。\n");
    project.write("content/news/draft.md", page("draft: true"));
    project.write("content/news/future.md", page("publish: 2022-09-21"));
    project.write("content/news/today.md", page("publish: 2022-09-20"));
    project.write("content/news/last.md", page("expires: 2022-09-20"));
    project.write("content/news/gone.md", page("expires: 2022-09-19"));
    project.write("content/notices/closed.md", page("issuer: 局\nopenness: 依申请公开"));
    let states = |line: &str| {
        let document = project.site(line).document();
        let pages = document["pages"].as_array().unwrap().clone();
        pages
            .iter()
            .map(|page| format!("{} {}", page["slug"].as_str().unwrap(), page["state"].as_str().unwrap()))
            .collect::<Vec<_>>()
    };
    let mut found = states("list --format json");
    found.sort();
    let wanted = [
        "a public",
        "about public",
        "b public",
        "closed not-public",
        "draft draft",
        "future future",
        "gone expired",
        "last public",
        "today public",
    ];
    assert_eq!(found, wanted);
    let text = project.site("list").out;
    for (slug, state) in
        [("draft", "草稿"), ("future", "2022-09-21 起公开"), ("gone", "2022-09-19 已过期"), ("closed", "不公开")]
    {
        let line =
            text.lines().find(|line| line.contains(&format!(" {slug} "))).unwrap_or_else(|| panic!("{slug}\n{text}"));
        assert!(line.contains(state), "{line}");
    }
    project.write("content/news/broken.md", "没有信息栏");
    let ran = project.site("list");
    assert!(ran.code == 1 && ran.err.contains("1 个文件有错"), "what is not listed is told\n{}", ran.told());
    assert_eq!(project.site("list --format json").document()["broken"], serde_json::json!(["content/news/broken.md"]));
}

#[test]
fn help_in_both_languages() {
    let project = Project::empty();
    let commands = ["build", "serve", "check", "new", "init", "theme", "search", "list", "verify", "explain"];
    for (lang, usage, foreign) in [("zh", "用法", "Options"), ("en", "Usage", "用法")] {
        let ran = project.run(["--help", "--lang", lang]);
        assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{}", ran.told());
        for word in
            commands.into_iter().chain([usage, "--root", "--today", "--as-of", "--base-url", "--profile", "--format"])
        {
            assert!(ran.out.contains(word), "no {word}\n{}", ran.told());
        }
        assert!(!ran.out.contains(foreign), "{}", ran.told());
        for command in commands {
            let ran = project.run([command, "--help", "--lang", lang]);
            assert_eq!(ran.code, 0, "{}", ran.told());
            assert!(ran.out.contains(usage) && !ran.out.contains(foreign), "{}", ran.told());
            let han = ran.out.chars().any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
            assert_eq!(han, lang == "zh", "{}", ran.told());
            if lang == "zh" {
                assert!(
                    !ran.out.contains("[OPTIONS]") && !ran.out.contains("alias"),
                    "clap speaks English\n{}",
                    ran.told()
                );
            }
        }
    }
    let ran = project.run(["--version"]);
    assert_eq!((ran.code, ran.out.as_str()), (0, concat!("site ", env!("CARGO_PKG_VERSION"), "\n")));
}

#[test]
fn a_build_ends_with_what_it_wrote() {
    let project = Project::small();
    let ran = project.site("build");
    let files = project.public().into_iter().filter(|(name, _)| !name.ends_with('/') && name != ".site-output");
    let (count, bytes) = files.fold((0, 0), |(count, bytes), (_, file)| (count + 1, bytes + file.len()));
    let line = ran.out.lines().last().unwrap();
    assert!(line.contains("已写入 public：") && line.contains(&format!("共 {count} 个文件")), "{}", ran.told());
    assert!(line.contains(&format!("新增 {count}，修改 0，删除 0，用时 ")) && line.ends_with("秒。"), "{}", ran.told());
    let again = project.site("build --lang en").out;
    assert!(again.contains("Wrote public: ") && again.contains(" 0 added, 0 changed, 0 removed, in "), "{again}");
    project.write("content/news/a.md", NEWS.replace("启动仪式", "启动"));
    fs::remove_file(project.path("content/pages/about.md")).unwrap();
    let document = project.site("build --format json").document();
    let written = &document["written"];
    assert_eq!(written["folder"], "public");
    // The page, and what it says to those who search.
    assert_eq!((written["added"].as_u64(), written["removed"].as_u64()), (Some(0), Some(2)), "{document:#}");
    assert!(written["changed"].as_u64() > Some(0) && written["unchanged"].as_u64() > Some(0), "{document:#}");
    let bytes_now: usize =
        project.public().iter().filter(|(name, _)| *name != ".site-output").map(|(_, file)| file.len()).sum();
    assert_eq!(written["bytes"].as_u64(), Some(bytes_now as u64));
    assert!(bytes > 0);
    project.write("content/news/broken.md", "没有信息栏");
    let ran = project.site("build");
    assert!(ran.out.ends_with("没有写入任何文件。\n"), "{}", ran.told());
    assert_eq!(project.site("build --format json").document()["written"], Value::Null);
}

#[test]
fn i12_names_from_the_command_line_are_written_out() {
    let project = Project::small();
    let hostile = "x\u{1b}]0;owned\u{7}\u{202e}\u{9b}31m";
    for args in [
        vec!["build", "--out", hostile],
        vec!["check", "--root", hostile],
        vec!["new", "page", "x", "--root", hostile],
        vec!["init", hostile],
        vec!["init", hostile],
        vec!["explain", hostile],
        vec!["new", hostile, "x"],
        vec!["check", "--today", hostile],
        vec!["check", "--base-url", hostile],
        vec![hostile],
        vec!["check", hostile],
    ] {
        for format in ["human", "short", "json"] {
            let ran = project.run(args.iter().copied().chain(["--format", format]));
            let told = ran.out.clone() + &ran.err;
            let raw = told.contains(['\u{1b}', '\u{7}', '\u{202e}', '\u{9b}']);
            assert!(!raw, "{args:?} {format}: {:?}", ran.told());
        }
    }
}
