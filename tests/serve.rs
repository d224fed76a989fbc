//! The preview over raw sockets, as a hostile or unlucky client sees it. Tests are named after the rows of the fault
//! list (H: server, J: watching).

#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use site::report::{Finding, Lang, Place, SourcePath, Text, codes};
use site::serve::{self, Answer, Options, Snapshot};

// ---- the preview under test

struct Preview {
    port: u16,
    stop: Arc<AtomicBool>,
    said: Arc<Mutex<Vec<String>>>,
    thread: Option<JoinHandle<std::io::Result<()>>>,
}

#[derive(Default)]
struct Setup {
    watch: Vec<PathBuf>,
    ignore: Vec<PathBuf>,
    scan_only: bool,
}

impl Setup {
    fn start(self, rebuild: impl FnMut() -> Snapshot + Send + 'static) -> Preview {
        let (stop, said) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
        let options = Options {
            port: Some(0),
            lang: Lang::Zh,
            watch: self.watch,
            ignore: self.ignore,
            stop: stop.clone(),
            no_native_watch: self.scan_only,
        };
        let lines = said.clone();
        let say = move |line: &str| lines.lock().unwrap().push(line.to_string());
        let thread = thread::spawn(move || serve::run(options, rebuild, say));
        let address = || said.lock().unwrap().iter().find_map(|line: &String| port_in(line));
        let port = until("the address is printed", address);
        Preview { port, stop, said, thread: Some(thread) }
    }
}

fn port_in(line: &str) -> Option<u16> {
    let (_, rest) = line.split_once("http://localhost:")?;
    rest.split_once('/')?.0.parse().ok()
}

impl Drop for Preview {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap().unwrap();
        }
    }
}

impl Preview {
    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(12))).unwrap();
        stream.set_write_timeout(Some(Duration::from_secs(12))).unwrap();
        stream
    }

    /// Sends bytes as they are and reads to the end, whatever happens to the connection.
    fn raw(&self, bytes: &[u8]) -> Reply {
        let mut stream = self.connect();
        let _ = stream.write_all(bytes);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        Reply::new(answer)
    }

    fn with(&self, line: &str, headers: &str) -> Reply {
        self.raw(format!("{line} HTTP/1.1\r\nHost: localhost:{}\r\n{headers}\r\n", self.port).as_bytes())
    }

    fn get(&self, target: &str) -> Reply {
        self.with(&format!("GET {target}"), "")
    }

    fn listen(&self, version: Option<u64>) -> Events {
        let query = version.map(|version| format!("?v={version}")).unwrap_or_default();
        let mut stream = self.connect();
        write!(stream, "GET /.site/events{query} HTTP/1.1\r\nHost: localhost:{}\r\n\r\n", self.port).unwrap();
        Events { stream, text: String::new() }
    }

    /// The version a page carries in its script tag.
    fn version(&self) -> u64 {
        let body = self.get("/").text();
        let (_, rest) = body.split_once("data-version=\"").expect("a page carries its version");
        rest.split_once('"').unwrap().0.parse().unwrap()
    }

    fn said(&self, part: &str) -> bool {
        self.said.lock().unwrap().iter().any(|line| line.contains(part))
    }
}

struct Reply {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl Reply {
    fn new(bytes: Vec<u8>) -> Reply {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").map_or(bytes.len(), |at| at + 4);
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Reply { status, head, body: bytes[end..].to_vec() }
    }

    fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

struct Events {
    stream: TcpStream,
    text: String,
}

impl Events {
    /// Reads until `part` has come, or fails after `within`.
    fn expect(&mut self, part: &str, within: Duration) {
        let deadline = Instant::now() + within;
        while !self.text.contains(part) {
            let left = deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
            self.stream.set_read_timeout(Some(left)).unwrap();
            let mut piece = [0; 4096];
            match self.stream.read(&mut piece) {
                Ok(count) if count > 0 => self.text += &String::from_utf8_lossy(&piece[..count]),
                other => panic!("no {part:?} within {within:?} but {other:?}: {}", self.text),
            }
        }
    }
}

fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(8);
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "never happened: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

// ---- a toy site

fn snapshot(pages: BTreeMap<String, Arc<[u8]>>) -> Snapshot {
    let count = pages.len();
    Snapshot {
        answer: Box::new(move |key| Some(Answer { bytes: pages.get(key)?.clone(), fault: None })),
        findings: Vec::new(),
        refused: false,
        badges: BTreeMap::new(),
        pages: count,
        took: Duration::from_millis(3),
    }
}

fn html(body: &str) -> Arc<[u8]> {
    let page = format!("<!doctype html><html><head><title>页</title></head><body><main>{body}</main></body></html>");
    page.into_bytes().into()
}

fn toy() -> BTreeMap<String, Arc<[u8]>> {
    let big: Vec<u8> = (0..8_000_000u32).map(|n| n.to_le_bytes()[1]).collect();
    [
        ("index.html", html("首页")),
        ("404.html", html("没有这个页面")),
        ("notices/index.html", html("通知")),
        ("通知/质量月/index.html", html("质量月")),
        ("style.css", b"a { color: red }".to_vec().into()),
        ("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec().into()),
        ("feed.xml", b"<feed/>".to_vec().into()),
        ("data.bin9", b"0123456789".to_vec().into()),
        ("big.pdf", big.into()),
    ]
    .map(|(key, bytes)| (key.to_string(), bytes))
    .into()
}

fn toy_preview() -> Preview {
    Setup::default().start(|| snapshot(toy()))
}

fn finding(message: &str) -> Finding {
    Finding::new(&codes::E103, Place::file(&SourcePath::new("content/甲.md")), Text::new(message, message))
}

/// A preview of one watched folder: the front page is the text of all its files, and builds are counted.
struct Watched {
    folder: tempfile::TempDir,
    builds: Arc<AtomicUsize>,
    preview: Preview,
}

impl Watched {
    fn start(scan_only: bool, mut while_building: impl FnMut(usize) + Send + 'static) -> Watched {
        let folder = tempfile::tempdir().unwrap();
        let content = folder.path().join("content");
        fs::create_dir_all(folder.path().join("content/public")).unwrap();
        fs::write(content.join("a.md"), "甲一").unwrap();
        let builds = Arc::new(AtomicUsize::new(0));
        let (counter, source) = (builds.clone(), content.clone());
        let setup = Setup { watch: vec![content.clone()], ignore: vec![content.join("public")], scan_only };
        let preview = setup.start(move || {
            let text = text_of(&source);
            while_building(counter.fetch_add(1, Ordering::SeqCst) + 1);
            snapshot([("index.html".to_string(), html(&text))].into())
        });
        Watched { folder, builds, preview }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join("content").join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    fn shows(&self, text: &str) {
        until(&format!("the page shows {text}"), || self.preview.get("/").text().contains(text).then_some(()));
    }

    fn builds(&self) -> usize {
        self.builds.load(Ordering::SeqCst)
    }

    /// The number of builds once none has been added for a while.
    fn settled(&self) -> usize {
        let (mut last, mut since) = (self.builds(), Instant::now());
        until("builds come to rest", || {
            if self.builds() != last {
                (last, since) = (self.builds(), Instant::now());
            }
            (since.elapsed() > Duration::from_millis(1500)).then_some(last)
        })
    }
}

fn text_of(folder: &PathBuf) -> String {
    let Ok(entries) = fs::read_dir(folder) else { return "没有文件夹".to_string() };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_file()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read_to_string(path).unwrap_or_default()).collect()
}

// ---- H: the server

#[test]
fn h01_h02_h04_odd_paths_find_nothing() {
    let preview = toy_preview();
    for target in [
        "/../../x",
        "/..%2f",
        "/%2e%2e/",
        "/%252e%252e/",
        "/..\\x",
        "/%5c",
        "/..%5cx",
        "/x/.",
        "/./",
        "/%00",
        "/a%00.html",
        "/%",
        "/%zz",
        "/%ff",
        "/%c0%ae/",
        "/\u{e9}",
        "//evil.com/x",
        "/notices//",
        "/%2fevil.com",
        "/%0d%0aSet-Cookie:a",
    ] {
        let reply = preview.get(target);
        assert!([400, 404].contains(&reply.status), "{target}: {}", reply.head);
        assert!(reply.header("location").is_none(), "{target}");
    }
    for target in [
        "/C:/",
        "/.git/config",
        "/@fs/etc/passwd",
        "/@fs/etc/passwd?raw??",
        "/etc/passwd",
        "/public-old/index.html",
        "/Cargo.toml",
        "/notices/index.html/",
        "/index.html/x",
        "/style.css/",
        "/%252e%252e/x",
        "/.site/",
        "/.site",
    ] {
        let reply = preview.get(target);
        assert_eq!(reply.status, 404, "{target}");
        assert!(reply.text().contains("没有这个页面"), "{target}");
    }
}

#[test]
fn h03_other_methods_and_targets_are_refused() {
    let preview = toy_preview();
    for (line, status) in [
        ("POST /", 405),
        ("PUT /", 405),
        ("DELETE /", 405),
        ("TRACE /", 405),
        ("CONNECT localhost:80", 405),
        ("OPTIONS *", 405),
        ("PATCH /", 405),
        ("get /", 405),
        ("GET *", 400),
        ("GET #", 400),
        ("GET /#a", 400),
        ("GET http://localhost/", 400),
        ("GET localhost", 400),
        ("GET ", 400),
        ("GET / x", 400),
        ("", 400),
        ("G\u{1}T /", 400),
    ] {
        let reply = preview.with(line, "");
        assert_eq!(reply.status, status, "{line:?}: {}", reply.head);
        assert_eq!(reply.header("connection"), Some("close"));
    }
    assert_eq!(preview.raw(b"GET / HTTP/1.1\nHost: localhost\n\n\r\n\r\n").status, 400);
    assert_eq!(preview.raw(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n").status, 400);
    assert_eq!(preview.get("/").status, 200);
}

#[test]
fn h05_announced_bodies_harm_nobody() {
    let preview = toy_preview();
    for index in 0..200 {
        let length =
            ["99999999999", "9223372036854775807", "18446744073709551616", "-1", "1", "+5", "1e9", "0x10"][index % 8];
        let method = ["GET", "POST", "HEAD"][index % 3];
        let reply = preview.with(&format!("{method} /"), &format!("Content-Length: {length}\r\n"));
        assert!([400, 405, 413].contains(&reply.status), "{method} {length}: {}", reply.head);
    }
    assert_eq!(preview.with("GET /", "Content-Length: 5\r\nContent-Length: 0\r\n").status, 400);
    assert_eq!(preview.with("GET /", "Transfer-Encoding: chunked\r\n").status, 400);
    let mut endless = preview.connect();
    write!(endless, "GET / HTTP/1.1\r\nHost: localhost:{}\r\nTransfer-Encoding: chunked\r\n\r\n", preview.port)
        .unwrap();
    let begun = Instant::now();
    while endless.write_all(b"5\r\nhello\r\n").is_ok() {
        assert!(begun.elapsed() < Duration::from_secs(5), "an endless body is read for ever");
    }
    assert_eq!(preview.get("/").status, 200);
}

#[test]
fn h06_endless_heads_are_cut() {
    let preview = toy_preview();
    let flood = |start: &str, piece: &str, most: usize| {
        let mut stream = preview.connect();
        write!(stream, "{start}").unwrap();
        let mut sent = 0;
        while sent < most && stream.write_all(piece.as_bytes()).is_ok() {
            sent += piece.len();
        }
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        (Reply::new(answer).status, sent)
    };
    let start = format!("GET / HTTP/1.1\r\nHost: localhost:{}\r\n", preview.port);
    let (_, sent) = flood(&format!("{start}A: "), &"a".repeat(1 << 16), 64 << 20);
    assert!(sent < 32 << 20, "{sent} bytes of one header were taken");
    let (_, sent) = flood(&start, &"A: b\r\n".repeat(1000), 64 << 20);
    assert!(sent < 32 << 20, "{sent} bytes of headers were taken");
    // Small enough to lie in one read: the answer must arrive.
    assert_eq!(flood(&format!("{start}A: {}\r\n\r\n", "a".repeat(17 << 10)), "", 0).0, 431);
    assert_eq!(flood(&format!("{start}{}\r\n", "A: b\r\n".repeat(101)), "", 0).0, 431);
    assert_eq!(flood(&format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(9 << 10)), "", 0).0, 414);
    assert_eq!(flood(&format!("GET /{}", "a".repeat(1 << 20)), "", 0).0, 414);
    assert_eq!(preview.with("GET /", &"A: b\r\n".repeat(99)).status, 200);
    assert_eq!(preview.with("GET /", &format!("A: {}\r\n", "a".repeat(15 << 10))).status, 200);
}

#[test]
fn h07_idle_connections_keep_nobody_waiting() {
    let preview = toy_preview();
    let mut idle: Vec<TcpStream> = (0..300).map(|_| preview.connect()).collect();
    for (index, stream) in idle.iter_mut().enumerate() {
        let _ = stream.write_all(if index % 2 == 0 { b"G" } else { b"" });
    }
    let begun = Instant::now();
    assert_eq!(preview.get("/").status, 200);
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    // One byte now and then does not buy more time: the limit is for the whole head.
    let mut slow = idle.pop().unwrap();
    let begun = Instant::now();
    slow.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    until_gone(&mut slow, begun);
    assert!((8..12).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
}

fn until_gone(stream: &mut TcpStream, begun: Instant) {
    loop {
        match stream.read(&mut [0; 64]) {
            Ok(0) => return,
            Err(error) if error.kind() != std::io::ErrorKind::WouldBlock => return,
            _ => assert!(begun.elapsed() < Duration::from_secs(13), "a silent connection is kept"),
        }
        let _ = stream.write_all(b"a");
    }
}

#[test]
fn h08_only_our_own_names_are_answered() {
    let preview = toy_preview();
    let port = preview.port;
    let host = |host: &str| preview.raw(format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n").as_bytes()).status;
    for name in ["localhost", "LocalHost", "127.0.0.1", "[::1]"] {
        assert_eq!(host(&format!("{name}:{port}")), 200, "{name}");
    }
    for name in ["evil.com", "localhost.evil.com", "127.0.0.1.nip.io", "localhost.", "a@localhost", "0.0.0.0", "127.1"]
    {
        assert_eq!(host(&format!("{name}:{port}")), 403, "{name}");
        assert_eq!(host(name), 403, "{name}");
    }
    for name in ["localhost", "localhost:1", "[::1]", "", "localhost:8080 "] {
        assert_eq!(host(name), 403, "{name}");
    }
    assert_eq!(preview.raw(b"GET / HTTP/1.1\r\n\r\n").status, 400);
    assert_eq!(preview.raw(b"GET / HTTP/1.0\r\n\r\n").status, 400);
    assert_eq!(preview.with("GET /", &format!("Host: localhost:{port}\r\n")).status, 400);
    assert_eq!(preview.with("GET /", "Host: evil.com\r\n").status, 400);
}

#[test]
fn h09_other_sites_get_nothing() {
    let preview = toy_preview();
    let port = preview.port;
    for origin in ["http://evil.com", "null", "https://localhost", "http://localhost:1"] {
        for target in ["/", "/.site/events", "/.site/preview.js"] {
            let reply = preview.with(&format!("GET {target}"), &format!("Origin: {origin}\r\n"));
            assert_eq!(reply.status, 403, "{origin} {target}");
        }
    }
    assert_eq!(preview.with("GET /", &format!("Origin: http://localhost:{port}\r\n")).status, 200);
    for (mode, kind) in [("no-cors", "script"), ("no-cors", "image"), ("navigate", "iframe"), ("cors", "empty")] {
        for target in ["/", "/.site/events"] {
            let headers = format!("Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: {mode}\r\nSec-Fetch-Dest: {kind}\r\n");
            assert_eq!(preview.with(&format!("GET {target}"), &headers).status, 403, "{mode} {kind} {target}");
        }
    }
    for target in ["/", "/style.css", "/nothing", "/.site/preview.js", "/.site/problems", "/notices"] {
        let reply = preview.get(target);
        assert!(!reply.head.to_lowercase().contains("access-control"), "{}", reply.head);
        assert_eq!(reply.header("cross-origin-resource-policy"), Some("same-origin"), "{target}");
        assert_eq!(reply.header("x-frame-options"), Some("SAMEORIGIN"), "{target}");
        assert_eq!(reply.header("content-security-policy"), Some("frame-ancestors 'self'"), "{target}");
        assert_eq!(reply.header("cache-control"), Some("no-store"), "{target}");
        assert_eq!(reply.header("x-content-type-options"), Some("nosniff"), "{target}");
        assert_eq!(reply.header("x-robots-tag"), Some("noindex"), "{target}");
    }
}

#[test]
fn h10_names_and_messages_are_shown_as_text() {
    let preview = Setup::default().start(|| {
        let place = Place::file(&SourcePath::new("content/<img src=x onerror=alert(1)>.md"));
        let text = "“</script><script>alert(1)</script>”\" onload=\"x";
        let hostile = Finding::new(&codes::E103, place, Text::new(text, text)).fix("<b>");
        let bytes = html("首页");
        Snapshot {
            answer: Box::new(move |key| {
                (key == "index.html").then(|| Answer { bytes: bytes.clone(), fault: Some(hostile.clone()) })
            }),
            findings: vec![finding("<img src=x onerror=alert(2)>")],
            badges: [("index.html".to_string(), "\"><img src=x onerror=alert(3)>".to_string())].into(),
            ..snapshot(BTreeMap::new())
        }
    });
    for target in ["/", "/.site/problems"] {
        let text = preview.get(target).text();
        assert!(!text.contains("<img") && !text.contains("<script>alert"), "{text}");
    }
    let mut events = preview.listen(None);
    events.expect("event: changed", Duration::from_secs(2));
    assert!(!events.text.contains("<img"));
}

#[test]
fn h11_redirects_lead_to_our_own_folders_only() {
    let preview = toy_preview();
    let location = |target: &str| preview.get(target).header("location").map(str::to_string);
    assert_eq!(preview.get("/notices").status, 308);
    assert_eq!(location("/notices").as_deref(), Some("/notices/"));
    assert_eq!(location("/notices?next=//evil.com").as_deref(), Some("/notices/"));
    assert_eq!(
        location("/%E9%80%9A%E7%9F%A5/%E8%B4%A8%E9%87%8F%E6%9C%88").as_deref(),
        Some("/%E9%80%9A%E7%9F%A5/%E8%B4%A8%E9%87%8F%E6%9C%88/")
    );
    for target in ["//evil.com/x", "/%2f/evil.com", "/evil.com", "/%0d%0aLocation:%20x", "/style.css", "/通知"] {
        assert_eq!(location(target), None, "{target}");
    }
}

#[test]
fn h13_no_change_is_lost_between_two_waits() {
    let watched = Watched::start(false, |_| {});
    let first = watched.preview.version();
    let mut current = watched.preview.listen(Some(first));
    let mut stranger = watched.preview.listen(Some(first.wrapping_sub(1000)));
    stranger.expect("\"reload\":true", Duration::from_secs(1));
    watched.write("a.md", "甲二");
    current.expect(&format!("\"version\":{}", first + 1), Duration::from_secs(3));
    assert!(current.text.contains("event: changed"));
    // Nobody listened meanwhile: who comes back with the old number is told at once.
    let mut late = watched.preview.listen(Some(first));
    late.expect(&format!("\"version\":{}", first + 1), Duration::from_millis(900));
    assert!(late.text.contains("\"reload\":false"));
}

#[test]
fn h14_vanished_and_slow_readers_are_left_behind() {
    let preview = toy_preview();
    let slow: Vec<TcpStream> = (0..70)
        .map(|_| {
            let mut stream = preview.connect();
            write!(stream, "GET /big.pdf HTTP/1.1\r\nHost: localhost:{}\r\n\r\n", preview.port).unwrap();
            stream
        })
        .collect();
    let begun = Instant::now();
    assert_eq!(preview.get("/").status, 200);
    assert!(begun.elapsed() < Duration::from_secs(3), "{:?}", begun.elapsed());
    drop(slow);
    for _ in 0..300 {
        let events = preview.listen(None);
        events.stream.shutdown(Shutdown::Both).unwrap();
    }
    let mut events = until("a place for an event stream is free", || {
        let mut events = preview.listen(None);
        let mut piece = [0; 12];
        events.stream.read_exact(&mut piece).ok()?;
        piece.ends_with(b"200").then_some(events)
    });
    events.expect("event: changed", Duration::from_secs(2));
    let reply = preview.get("/big.pdf");
    assert_eq!((reply.status, reply.body.len()), (200, 8_000_000));
}

#[test]
fn h15_ports_are_never_exchanged_silently() {
    let preview = toy_preview();
    let options = Options {
        port: Some(preview.port),
        lang: Lang::Zh,
        watch: vec![],
        ignore: vec![],
        stop: Arc::new(AtomicBool::new(false)),
        no_native_watch: true,
    };
    let error = serve::run(options, || snapshot(toy()), |_| {}).unwrap_err().to_string();
    assert!(error.starts_with(&format!("端口 {} 被别的程序占用", preview.port)), "{error}");
    if let Ok(mut six) = TcpStream::connect(("::1", preview.port)) {
        write!(six, "GET / HTTP/1.1\r\nHost: [::1]:{}\r\n\r\n", preview.port).unwrap();
        let mut answer = Vec::new();
        six.read_to_end(&mut answer).unwrap();
        assert_eq!(Reply::new(answer).status, 200);
    }
}

#[test]
fn h17_a_panicking_first_build_still_shows_a_page_and_recovers() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.md");
    fs::write(&file, "panic").unwrap();
    let source = file.clone();
    let setup = Setup { watch: vec![folder.path().to_path_buf()], ..Setup::default() };
    let preview = setup.start(move || match fs::read_to_string(&source).unwrap().as_str() {
        "panic" => panic!("计算 <b> 出错"),
        "refuse" => Snapshot {
            findings: vec![finding("冒号写成了全角。")],
            refused: true,
            ..snapshot([("index.html".to_string(), html("好"))].into())
        },
        _ => snapshot([("index.html".to_string(), html("好"))].into()),
    });
    let reply = preview.get("/");
    assert_eq!(reply.status, 500);
    assert!(
        reply.text().contains("不是您的稿件的问题") && reply.text().contains("计算 &lt;b&gt; 出错"),
        "{}",
        reply.text()
    );
    assert!(preview.said("程序内部出错"));
    let mut events = preview.listen(Some(preview.version()));
    events.expect("event: broken", Duration::from_secs(1));
    fs::write(&file, "good").unwrap();
    events.expect("event: changed", Duration::from_secs(3));
    assert!(preview.get("/").text().contains("<main>好</main>"));
    fs::write(&file, "panic").unwrap();
    until("the second panic is told", || events_say(&preview, "event: broken").then_some(()));
    assert!(preview.get("/").text().contains("<main>好</main>"), "the last good page stays");
    fs::write(&file, "refuse").unwrap();
    until("the refusal is told", || events_say(&preview, "冒号写成了全角").then_some(()));
    assert_eq!(preview.get("/").status, 200);
    assert!(preview.said("没有更新，仍显示上一次的页面：1 个页面，用时 3 毫秒，错误 1 个，警告 0 个"));
}

/// Whether a new listener is told `part` at once.
fn events_say(preview: &Preview, part: &str) -> bool {
    let mut events = preview.listen(None);
    events.expect("\n\n", Duration::from_secs(2));
    let (start, deadline) = (events.text.len(), Instant::now() + Duration::from_millis(150));
    events.stream.set_read_timeout(Some(Duration::from_millis(150))).unwrap();
    let mut piece = [0; 8192];
    while !events.text[..].contains("data: ") && Instant::now() < deadline {
        let Ok(count) = events.stream.read(&mut piece) else { break };
        events.text += &String::from_utf8_lossy(&piece[..count]);
    }
    events.text.len() >= start && events.text.contains(part)
}

#[test]
fn h17_a_page_that_panics_harms_no_other() {
    let preview = Setup::default().start(|| Snapshot {
        answer: Box::new(|key| match key {
            "bad.html" => panic!("模板 <i>"),
            "index.html" => Some(Answer { bytes: html("首页"), fault: None }),
            "fault.html" => Some(Answer { bytes: Vec::new().into(), fault: Some(finding("模板出错。")) }),
            "fault.xml" => Some(Answer { bytes: Vec::new().into(), fault: Some(finding("模板出错。")) }),
            _ => None,
        }),
        ..snapshot(BTreeMap::new())
    });
    let reply = preview.get("/bad.html");
    assert!(reply.status == 500 && reply.text().contains("模板 &lt;i&gt;"), "{}", reply.text());
    assert_eq!(preview.get("/fault.html").status, 500);
    let missing = preview.get("/missing/");
    assert!(
        missing.status == 404 && missing.text().contains("没有这个页面") && missing.text().contains("data-version")
    );
    assert_eq!(preview.get("/missing.png").text(), "404 Not Found\n");
    assert!(preview.get("/fault.html").text().contains("模板出错。"));
    assert!(preview.get("/fault.xml").text().starts_with("content/甲.md: E103: "));
    assert_eq!(preview.get("/").status, 200);
}

#[test]
fn h18_badges_and_the_script_are_added_to_pages_only() {
    let preview = Setup::default().start(|| Snapshot {
        badges: [("index.html".to_string(), "草稿：正式网站不会出现".to_string())].into(),
        findings: vec![finding("一"), finding("二")],
        ..snapshot(toy())
    });
    let text = preview.get("/").text();
    assert!(text.contains("data-badge=\"草稿：正式网站不会出现\"") && text.contains("data-problems=\"2\""), "{text}");
    assert!(text.ends_with("></script></body></html>"), "{text}");
    assert!(!preview.get("/notices/").text().contains("草稿"));
    assert_eq!(preview.get("/style.css").text(), "a { color: red }");
    assert!(preview.get("/.site/problems").text().contains("E103"));
    assert_eq!(preview.get("/.site/preview.js").header("content-type"), Some("text/javascript; charset=utf-8"));
}

#[test]
fn h19_types_ranges_heads_and_chinese_paths() {
    let preview = toy_preview();
    for (target, kind) in [
        ("/", "text/html; charset=utf-8"),
        ("/style.css?v=3", "text/css; charset=utf-8"),
        ("/feed.xml", "application/xml; charset=utf-8"),
        ("/logo.svg", "image/svg+xml; charset=utf-8"),
        ("/big.pdf", "application/pdf"),
        ("/data.bin9", "application/octet-stream"),
        ("/%E9%80%9A%E7%9F%A5/%E8%B4%A8%E9%87%8F%E6%9C%88/", "text/html; charset=utf-8"),
        ("/%e9%80%9a%e7%9f%a5/%e8%b4%a8%e9%87%8f%e6%9c%88/index.html", "text/html; charset=utf-8"),
    ] {
        let (got, head) = (preview.get(target), preview.with(&format!("HEAD {target}"), ""));
        assert_eq!((got.status, got.header("content-type")), (200, Some(kind)), "{target}");
        assert_eq!(got.header("content-length").unwrap(), got.body.len().to_string(), "{target}");
        assert_eq!((head.head, head.body.len()), (got.head, 0), "{target}");
    }
    assert_eq!(preview.get("/logo.svg").header("content-security-policy"), Some("sandbox; frame-ancestors 'self'"));
    let part = preview.with("GET /data.bin9", "Range: bytes=2-4\r\n");
    assert_eq!((part.status, part.text().as_str(), part.header("content-range")), (206, "234", Some("bytes 2-4/10")));
    assert_eq!(preview.with("GET /data.bin9", "Range: bytes=99-\r\n").status, 416);
    assert_eq!(preview.with("GET /data.bin9", "Range: bytes=0-1,4-5\r\n").body.len(), 10);
    assert_eq!(preview.with("HEAD /nothing", "").body.len(), 0);
    assert_eq!(preview.with("HEAD /x y", "").status, 400);
}

#[test]
fn h21_stop_ends_everything_within_a_second() {
    let watched = Watched::start(false, |_| {});
    let port = watched.preview.port;
    let mut streams: Vec<Events> = (0..40).map(|_| watched.preview.listen(Some(watched.preview.version()))).collect();
    let idle: Vec<TcpStream> = (0..20).map(|_| watched.preview.connect()).collect();
    for events in &mut streams {
        events.expect("\r\n\r\n", Duration::from_secs(2));
    }
    let begun = Instant::now();
    drop(watched.preview);
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    for events in &mut streams {
        let mut rest = Vec::new();
        let _ = events.stream.read_to_end(&mut rest);
    }
    drop(idle);
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err(), "the port is still open");
    assert!(watched.folder.path().join("content/public").is_dir(), "the output folder was touched");
}

#[test]
fn many_readers_at_once_are_all_answered() {
    let preview = Arc::new(toy_preview());
    let readers: Vec<_> = (0..16)
        .map(|_| {
            let preview = preview.clone();
            thread::spawn(move || (0..40).all(|_| preview.get("/notices/").status == 200))
        })
        .collect();
    assert!(readers.into_iter().all(|reader| reader.join().unwrap()));
}

// ---- J: watching

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
    let watched = Watched::start(false, |_| {});
    for index in 0..1000 {
        watched.write(&format!("{index:04}.md"), &format!("（{index}）"));
    }
    watched.shows("（999）");
    assert!(watched.settled() <= 4, "{} builds for 1,000 files", watched.builds());
    let before = watched.builds();
    let begun = Instant::now();
    let mut index = 0;
    while begun.elapsed() < Duration::from_millis(1900) {
        watched.write("a.md", &format!("第{index}次"));
        index += 1;
        thread::sleep(Duration::from_millis(10));
    }
    let during = watched.builds() - before;
    assert!((2..=5).contains(&during), "{during} builds in 1.9 s of steady writing");
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
    watched.write("b.md", "新文件夹里再改");
    watched.shows("新文件夹里再改");
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
