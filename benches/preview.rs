//! What an edit costs in the preview: `cargo bench --bench preview -- <corpus>...`.
//!
//! A corpus is a folder that holds `neutral/` (the pages, written to our layout in a folder of their own) and, where a
//! peer is to be measured, `hugo/`. The real programs run; edits and requests come from outside, as an author's editor
//! and browser would make them: the file is written in place, and the page is asked for every millisecond until the new
//! text is there. Nothing fails on a slow machine: figures are printed beside each other. Linux only.
#![allow(missing_docs, clippy::unwrap_used, clippy::print_stdout)]

#[allow(dead_code)]
mod corpus;

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Edits a figure is the median of.
const EDITS: usize = 50;
/// Template edits; a peer needs seconds for each.
const TEMPLATE_EDITS: usize = 15;
/// For the bar on memory.
const MANY_EDITS: usize = 1000;
/// Requests a second, for how long, and the event streams that are open meanwhile.
const LOAD: (u32, u64, usize) = (1000, 10, 200);
/// Pages compared with those of a build.
const COMPARED: usize = 60;

fn main() {
    let given: Vec<PathBuf> = std::env::args().skip(1).filter(|word| word != "--bench").map(PathBuf::from).collect();
    assert!(!given.is_empty(), "name a corpus: cargo bench --bench preview -- <folder with neutral/ and hugo/>");
    println!("| preview | what | median ms | max ms | CPU ms | MiB |\n|---|---|---|---|---|---|");
    for folder in given {
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        ours(&name, &folder.join("neutral"));
        if folder.join("hugo").is_dir() {
            hugo(&name, &folder.join("hugo"), &[]);
            hugo(&name, &folder.join("hugo"), &["--disableFastRender"]);
        }
    }
}

/// A preview that is running, and how its figures are called.
struct Preview {
    label: String,
    child: Child,
    port: u16,
}

impl Drop for Preview {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Preview {
    /// Starts `command`; the figure is the time until `path` is answered.
    fn start(label: String, mut command: Command, port: u16, path: &str) -> Preview {
        let begun = Instant::now();
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        let preview = Preview { label, child, port };
        while preview.get(path).is_none_or(|(status, _)| status != 200) {
            assert!(begun.elapsed() < Duration::from_secs(240), "{}: no first page", preview.label);
            std::thread::sleep(Duration::from_millis(1));
        }
        preview.row("start to first page", &[begun.elapsed()], preview.cpu());
        preview
    }

    fn get(&self, path: &str) -> Option<(u16, Vec<u8>)> {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).ok()?;
        stream.set_read_timeout(Some(Duration::from_secs(60))).ok()?;
        let head = format!(
            "GET {path} HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\nAccept: text/html\r\n\
             Sec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n\r\n",
            self.port
        );
        stream.write_all(head.as_bytes()).ok()?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).ok()?;
        let status = std::str::from_utf8(answer.get(9..12)?).ok()?.parse().ok()?;
        let at = answer.windows(4).position(|window| window == b"\r\n\r\n")?;
        Some((status, answer.split_off(at + 4)))
    }

    /// Writes `file` with what `text` makes of a token, and waits for it at `path`.
    fn edit(&self, file: &Path, path: &str, token: &str, text: &str) -> Duration {
        let begun = Instant::now();
        fs::write(file, text).unwrap();
        loop {
            if self.get(path).is_some_and(|(_, body)| holds(&body, token)) {
                return begun.elapsed();
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "{}: {path} stays old", self.label);
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Waits until the program has used next to no processor time for a while.
    fn settle(&self, within: Duration) {
        let end = Instant::now() + Duration::from_secs(60);
        let (mut last, mut since) = (self.cpu(), Instant::now());
        while Instant::now() < end && since.elapsed() < within {
            std::thread::sleep(Duration::from_millis(50));
            let now = self.cpu();
            if now - last > 20.0 {
                (last, since) = (now, Instant::now());
            }
        }
    }

    /// Milliseconds of processor time so far, in steps of 10.
    fn cpu(&self) -> f64 {
        let stat = fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap();
        let fields: Vec<&str> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
        (fields[11].parse::<f64>().unwrap() + fields[12].parse::<f64>().unwrap()) * 10.0
    }

    fn resident(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() / 1024.0
    }

    fn row(&self, what: &str, times: &[Duration], cpu: f64) {
        let mut millis: Vec<f64> = times.iter().map(|time| time.as_secs_f64() * 1000.0).collect();
        millis.sort_by(f64::total_cmp);
        let (median, most) = (millis[millis.len() / 2], millis[millis.len() - 1]);
        let (label, each, resident) = (&self.label, cpu / times.len() as f64, self.resident());
        println!("| {label} | {what} | {median:.1} | {most:.1} | {each:.0} | {resident:.0} |");
    }

    /// The figure of `count` edits of one file, each awaited at the page `path` gives.
    fn edits(
        &self,
        what: &str,
        count: usize,
        settle: u64,
        file: &Path,
        mut path: impl FnMut() -> String,
        text: impl Fn(&str, &str) -> String,
    ) {
        let original = fs::read_to_string(file).unwrap();
        let mut times = Vec::new();
        let mut cpu = 0.0;
        for number in 0..count {
            self.settle(Duration::from_millis(settle));
            let token = format!("标记{}x{number}", std::process::id());
            let before = self.cpu();
            times.push(self.edit(file, &path(), &token, &text(&original, &token)));
            self.settle(Duration::from_millis(settle));
            cpu += self.cpu() - before;
        }
        fs::write(file, original).unwrap();
        self.settle(Duration::from_millis(settle));
        self.row(what, &times, cpu);
    }
}

fn holds(body: &[u8], token: &str) -> bool {
    body.windows(token.len()).any(|window| window == token.as_bytes())
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

fn with_paragraph(original: &str, token: &str) -> String {
    format!("{}\n\n更新{token}。\n", original.trim_end())
}

fn with_mark(original: &str, token: &str) -> String {
    let marked = original.replacen("<main", &format!("<span hidden>{token}</span>\n<main"), 1);
    assert_ne!(marked, original);
    marked
}

fn ours(name: &str, neutral: &Path) {
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path().join("zt");
    let pages = corpus::write(neutral, &project);
    let program = env!("CARGO_BIN_EXE_site");
    let port = free_port();
    let mut command = Command::new(program);
    command.args(["serve", "--today", "2027-01-01", "--root"]).arg(&project).args(["--port", &port.to_string()]);
    let file = pages[10].source.clone();
    let path = pages[10].address.clone();
    let preview = Preview::start(format!("site, {name}"), command, port, &path);
    // What follows from all pages is answered when all are read.
    let begun = Instant::now();
    assert!(preview.get("/feed.xml").is_some_and(|(status, _)| status == 200));
    preview.row("from there until all is read", &[begun.elapsed()], preview.cpu());
    preview.edits("body, that page", EDITS, 200, &file, || path.clone(), with_paragraph);
    let mut random = fastrand::Rng::with_seed(1);
    let template = project.join("themes/default/templates/base.html");
    preview.edits(
        "base template, any page",
        TEMPLATE_EDITS,
        200,
        &template,
        || pages[random.usize(..pages.len())].address.clone(),
        with_mark,
    );
    preview.edits(
        "title, its list or page",
        EDITS,
        200,
        &file,
        || path.clone(),
        |original, token| original.replacen("title: \"", &format!("title: \"{token}"), 1),
    );
    memory(&preview, &file, &path);
    load(&preview, &pages);
    compare(&preview, &project, program, &pages);
    drop(preview);
    // The build that was compared has left what it read of each page.
    let port = free_port();
    let mut command = Command::new(program);
    command.args(["serve", "--today", "2027-01-01", "--root"]).arg(&project).args(["--port", &port.to_string()]);
    Preview::start(format!("site, {name}, after a build"), command, port, &path);
}

/// A thousand edits of one page, with a look at the memory after ten and at the end.
fn memory(preview: &Preview, file: &Path, path: &str) {
    let original = fs::read_to_string(file).unwrap();
    let mut times = Vec::new();
    let before = preview.cpu();
    let mut early = 0.0;
    for number in 0..MANY_EDITS {
        let token = format!("多次{number}次");
        times.push(preview.edit(file, path, &token, &with_paragraph(&original, &token)));
        if number == 9 {
            early = preview.resident();
        }
    }
    fs::write(file, original).unwrap();
    preview.settle(Duration::from_millis(300));
    let cpu = preview.cpu() - before;
    preview.row(&format!("{MANY_EDITS} edits without a pause ({early:.0} MiB after 10)"), &times, cpu);
}

/// Requests at a steady rate from eight clients while streams stand open; every one must be answered.
fn load(preview: &Preview, pages: &[corpus::Page]) {
    let (rate, seconds, idle) = LOAD;
    let streams: Vec<TcpStream> = (0..idle)
        .map(|_| {
            let mut stream = TcpStream::connect(("127.0.0.1", preview.port)).unwrap();
            write!(stream, "GET /__site/events HTTP/1.1\r\nHost: localhost:{}\r\n\r\n", preview.port).unwrap();
            stream
        })
        .collect();
    let (before, begun) = (preview.cpu(), Instant::now());
    let client = |number: u64| {
        let mut random = fastrand::Rng::with_seed(number);
        let (mut times, mut failed) = (Vec::new(), 0);
        for turn in 0..rate / 8 * seconds as u32 {
            let due = Duration::from_secs(1) * turn * 8 / rate;
            std::thread::sleep(due.saturating_sub(begun.elapsed()));
            let asked = Instant::now();
            // As many pages as a few people look at.
            let path = &pages[random.usize(..64)].address;
            failed += usize::from(
                preview.get(path).is_none_or(|(status, body)| status != 200 || !body.ends_with(b"</html>\n")),
            );
            times.push(asked.elapsed());
        }
        (times, failed)
    };
    let (mut times, mut failed) = (Vec::new(), 0);
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..8).map(|number| scope.spawn(move || client(number))).collect();
        for client in clients {
            let (more, lost) = client.join().unwrap();
            times.extend(more);
            failed += lost;
        }
    });
    let took = begun.elapsed().as_secs_f64();
    let what = format!("{} requests in {took:.1} s beside {idle} streams, {failed} failed", times.len());
    preview.row(&what, &times, preview.cpu() - before);
    drop(streams);
}

/// Pages at random, and every list at its first page, against a clean build.
fn compare(preview: &Preview, project: &Path, program: &str, pages: &[corpus::Page]) {
    let built = Command::new(program)
        .args(["build", "--today", "2027-01-01", "--root"])
        .arg(project)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(built.success());
    let mut random = fastrand::Rng::with_seed(2);
    let mut paths: Vec<String> =
        ["", "notices/", "cases/", "campaigns/", "open-days/"].map(|path| format!("/{path}")).into();
    paths.extend((0..COMPARED).map(|_| pages[random.usize(..pages.len())].address.clone()));
    for path in &paths {
        let (_, served) = preview.get(path).unwrap();
        let served = String::from_utf8(served).unwrap();
        let at = served.find("<script src=\"/__site/").unwrap_or_else(|| panic!("{path} is not dressed"));
        let end = at + served[at..].find("></script>").unwrap() + "></script>".len();
        let file = project.join("public").join(&path[1..]).join("index.html");
        let plain = format!("{}{}", &served[..at], &served[end..]);
        assert!(
            fs::read_to_string(&file).unwrap_or_else(|fault| panic!("{}: {fault}", file.display())) == plain,
            "{path} differs from the build"
        );
    }
    println!("| {} | {} pages equal a clean build's | | | | |", preview.label, paths.len());
}

fn hugo(name: &str, folder: &Path, more: &[&str]) {
    let port = free_port();
    let project = tempfile::tempdir().unwrap();
    let root = project.path().join("hugo");
    copy(folder, &root);
    let mut command = Command::new("hugo");
    command.current_dir(&root).args(["server", "--bind", "127.0.0.1", "--port", &port.to_string()]).args(more);
    let label = format!("hugo {}, {name}", more.join(" "));
    let path = "/notices/n-000010/";
    let preview = Preview::start(label, command, port, path);
    preview.edits(
        "body, that page",
        TEMPLATE_EDITS,
        800,
        &root.join("content/notices/n-000010.md"),
        || path.to_string(),
        with_paragraph,
    );
    let template = root.join("layouts/baseof.html");
    preview.edits("base template, that page", 5, 800, &template, || path.to_string(), with_mark);
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.file_type().unwrap().is_dir() {
            true if entry.file_name() == "public" || entry.file_name() == "resources" => {}
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}
