//! A project to ruin and the program as its user runs it. Shared by the tests that need a whole site; each uses a
//! part of it.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;
use site::report::Severity;

/// The day every test is run for.
pub const TODAY: &str = "2022-09-20";

/// Everything below a folder by its path: bytes of files, targets of links; folders end with `/`.
pub type Files = BTreeMap<String, Vec<u8>>;

/// A project folder inside a room of its own, with a home beside it.
pub struct Project {
    top: tempfile::TempDir,
    folder: PathBuf,
}

/// The least configuration.
pub const CONFIG: &str =
    "title: 示例专题\nbureau:\n  name: 示例市市场监督管理局\nbase_url: https://www.example.gov.cn/zt/\n";

/// A page that has nothing wrong with it.
pub const NEWS: &str = "---\ntitle: 启动仪式\npublished: 2022-09-19 09:00\n---\n\n启动了。\n";

impl Project {
    /// An empty folder.
    pub fn empty() -> Project {
        Project::in_folder("site")
    }

    /// An empty folder of that name.
    pub fn in_folder(name: &str) -> Project {
        let top = tempfile::tempdir().unwrap();
        let folder = top.path().join(name);
        fs::create_dir_all(&folder).unwrap();
        fs::create_dir(top.path().join("home")).unwrap();
        Project { top, folder }
    }

    /// A few pages without any finding.
    pub fn small() -> Project {
        Project::empty().furnished()
    }

    /// The same few pages, in this folder.
    pub fn furnished(self) -> Project {
        self.write("content/site.yaml", CONFIG);
        self.write("content/news/a.md", NEWS);
        self.write("content/news/b.md", NEWS.replace("启动仪式", "第二天"));
        self.write("content/pages/about.md", "---\ntitle: 关于\n---\n\n说明。\n");
        self
    }

    /// A copy of the demonstration that sets neither posters nor letters, which would take every test a minute;
    /// tests/sheets, tests/print and the whole demonstration in tests/invariants look at those.
    pub fn demo() -> Project {
        Project::empty().with_demo()
    }

    /// A copy of the demonstration, in this folder.
    pub fn with_demo(self) -> Project {
        copy(&repository().join("content"), &self.folder.join("content"));
        let config = self.read("content/site.yaml");
        self.write("content/site.yaml", format!("{config}\nposters: []\nnotice_pdf: false\n"));
        self
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The room the project folder stands in.
    pub fn top(&self) -> &Path {
        self.top.path()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        let path = self.path(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// The program in the project folder, on the day of the tests, in Chinese, with an environment of its own.
    pub fn command<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_site"));
        command.args(args).current_dir(&self.folder).env_clear();
        command.env("HOME", self.top.path().join("home")).env("LANG", "zh_CN.UTF-8");
        command.stdin(Stdio::null());
        command
    }

    /// Runs `site` with the words of `line` and `--today`.
    pub fn site(&self, line: &str) -> Ran {
        self.run(line.split_whitespace().chain(["--today", TODAY]))
    }

    /// Runs `site` with exactly these arguments.
    pub fn run<S: AsRef<OsStr>>(&self, args: impl IntoIterator<Item = S>) -> Ran {
        Ran::of(self.command(args).output().unwrap())
    }

    /// Builds and insists that it went well.
    pub fn build(&self) -> Files {
        let ran = self.site("build");
        assert!(ran.code == 0, "{}", ran.told());
        self.public()
    }

    /// Everything in the published folder.
    pub fn public(&self) -> Files {
        snapshot(&self.path("public"))
    }

    /// Everything in the project folder but the published folder and what a build remembers.
    pub fn sources(&self) -> Files {
        let own = |name: &str| name.starts_with("public/") || name.starts_with(".site/");
        snapshot(&self.folder).into_iter().filter(|(name, _)| !own(name)).collect()
    }
}

/// What a run of the program came to.
pub struct Ran {
    pub code: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn of(output: Output) -> Ran {
        Ran {
            code: output.status.code().unwrap_or(-1),
            out: String::from_utf8(output.stdout).expect("standard output is UTF-8"),
            err: String::from_utf8(output.stderr).expect("standard error is UTF-8"),
        }
    }

    /// All of it, for the text of a failure.
    pub fn told(&self) -> String {
        format!("exit {}\n--- out\n{}\n--- err\n{}", self.code, self.out, self.err)
    }

    /// The one JSON document on standard output.
    pub fn document(&self) -> Value {
        serde_json::from_str(&self.out)
            .unwrap_or_else(|fault| panic!("not one JSON document: {fault}\n{}", self.told()))
    }

    /// The codes of the findings in the JSON document, without remarks, which are no faults.
    pub fn faults(&self) -> Vec<String> {
        let mild = |code: &String| site::report::codes::find(code).is_some_and(|code| code.severity == Severity::Info);
        self.codes().into_iter().filter(|code| !mild(code)).collect()
    }

    /// The codes of the findings in the JSON document.
    pub fn codes(&self) -> Vec<String> {
        let document = self.document();
        let findings = document["findings"].as_array().unwrap_or_else(|| panic!("{}", self.told()));
        findings.iter().map(|finding| finding["code"].as_str().unwrap().to_string()).collect()
    }
}

/// The folder of this repository.
pub fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

pub fn copy(from: &Path, to: &Path) {
    for entry in walkdir::WalkDir::new(from) {
        let entry = entry.unwrap();
        let target = to.join(entry.path().strip_prefix(from).unwrap());
        if entry.file_type().is_dir() {
            fs::create_dir_all(target).unwrap();
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// Everything below `folder`; nothing when there is no such folder.
pub fn snapshot(folder: &Path) -> Files {
    let mut found = Files::new();
    for entry in walkdir::WalkDir::new(folder).min_depth(1).into_iter().filter_map(Result::ok) {
        let name = entry.path().strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
        // The lock stays where the system cannot tell a removed file from a new one.
        if cfg!(windows) && name.ends_with(".site-lock") {
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

/// The names in a folder, in order.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let mut names: Vec<_> = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Waits until the child ends; one that does not is killed and told.
pub fn ended(mut child: Child, patience: Duration) -> Ran {
    let start = Instant::now();
    while child.try_wait().unwrap().is_none() {
        if start.elapsed() > patience {
            child.kill().unwrap();
            panic!("still running after {patience:?}\n{}", Ran::of(child.wait_with_output().unwrap()).told());
        }
        std::thread::sleep(Duration::from_millis(2));
    }
    Ran::of(child.wait_with_output().unwrap())
}

/// Sends a signal by its name, such as `INT`; a child that has just ended takes no notice.
#[cfg(unix)]
pub fn signal(child: &Child, name: &str) {
    // The shell's own `kill` is there even where the program is not.
    let line = format!("kill -{name} {}", child.id());
    Command::new("sh").args(["-c", &line]).stderr(Stdio::null()).status().unwrap();
}

/// Waits until the child has made this file; not when it ended before that was seen.
pub fn appears(path: &Path, child: &mut Child) -> bool {
    loop {
        if path.exists() {
            return true;
        }
        if child.try_wait().unwrap().is_some() {
            return false;
        }
        std::thread::yield_now();
    }
}

/// What a preview said up to its address, which it says last, or up to its end.
pub fn said_at_start(child: &mut Child) -> String {
    let mut out = child.stdout.take().unwrap();
    let (mut said, mut piece) = (Vec::new(), [0; 512]);
    while !String::from_utf8_lossy(&said).contains("http://localhost:") {
        match out.read(&mut piece).unwrap() {
            0 => break,
            count => said.extend(&piece[..count]),
        }
    }
    String::from_utf8(said).unwrap()
}

/// Asserts that two trees are equal, naming what differs.
pub fn assert_same(old: &Files, new: &Files, what: &str) {
    let names = old.keys().chain(new.keys());
    let mut differing: Vec<&String> = names.filter(|name| old.get(*name) != new.get(*name)).collect();
    differing.sort();
    differing.dedup();
    assert!(differing.is_empty(), "{what}: {differing:#?}");
}

/// What a program in this process said, by whomever.
#[derive(Clone, Default)]
pub struct Said(Arc<Mutex<Vec<u8>>>);

impl Said {
    pub fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

impl Write for Said {
    fn write(&mut self, part: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(part)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}
