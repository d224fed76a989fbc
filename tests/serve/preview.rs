//! A preview to test, a client that sends any bytes, and a toy site.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{IpAddr, TcpStream};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use site::report::{Finding, Lang, Place, SourcePath, Text, codes};
use site::serve::{self, Answer, Options, Said, Snapshot};

pub struct Preview {
    pub port: u16,
    pub stop: Arc<AtomicBool>,
    pub said: Arc<Mutex<Vec<String>>>,
    thread: Option<JoinHandle<std::io::Result<()>>>,
}

#[derive(Default)]
pub struct Setup {
    pub watch: Vec<PathBuf>,
    pub ignore: Vec<PathBuf>,
    pub scan_only: bool,
    pub lan: Option<IpAddr>,
    pub opener: Option<site::serve::Opener>,
}

impl Setup {
    pub fn start(self, mut rebuild: impl FnMut() -> Snapshot + Send + 'static) -> Preview {
        self.start_with(move || Some(rebuild()))
    }

    /// With a rebuild that may find nothing new.
    pub fn start_with(self, mut rebuild: impl FnMut() -> Option<Snapshot> + Send + 'static) -> Preview {
        let (stop, said) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
        let options = Options {
            port: Some(0),
            lang: Lang::Zh,
            watch: self.watch,
            ignore: self.ignore,
            stop: stop.clone(),
            no_native_watch: self.scan_only,
            follow: false,
            lan: self.lan,
            colour: false,
            ready: None,
            opener: self.opener,
        };
        let lines = said.clone();
        let say = move |said: Said| {
            let (Said::Line(line) | Said::Status(line) | Said::Address(line)) = said;
            lines.lock().unwrap().push(line.to_string());
        };
        let thread = thread::spawn(move || serve::run(options, move |_| rebuild(), say));
        let address = || said.lock().unwrap().iter().find_map(|line: &String| port_in(line));
        let port = until("the address is printed", address);
        Preview { port, stop, said, thread: Some(thread) }
    }
}

pub fn port_in(line: &str) -> Option<u16> {
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
    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(12))).unwrap();
        stream.set_write_timeout(Some(Duration::from_secs(12))).unwrap();
        stream
    }

    /// Sends bytes as they are and reads to the end, whatever happens to the connection.
    pub fn raw(&self, bytes: &[u8]) -> Reply {
        let mut stream = self.connect();
        let _ = stream.write_all(bytes);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        Reply::new(answer)
    }

    pub fn with(&self, line: &str, headers: &str) -> Reply {
        self.raw(format!("{line} HTTP/1.1\r\nHost: localhost:{}\r\n{headers}\r\n", self.port).as_bytes())
    }

    pub fn get(&self, target: &str) -> Reply {
        self.with(&format!("GET {target}"), "")
    }

    pub fn listen(&self, version: Option<u64>) -> Events {
        let query = version.map(|version| format!("?v={version}")).unwrap_or_default();
        let mut stream = self.connect();
        write!(stream, "GET /__site/events{query} HTTP/1.1\r\nHost: localhost:{}\r\n\r\n", self.port).unwrap();
        Events { stream, text: String::new() }
    }

    /// The version a page carries in its script tag.
    pub fn version(&self) -> u64 {
        let body = self.get("/").text();
        let (_, rest) = body.split_once("data-version=\"").expect("a page carries its version");
        rest.split_once('"').unwrap().0.parse().unwrap()
    }

    pub fn said(&self, part: &str) -> bool {
        self.said.lock().unwrap().iter().any(|line| line.contains(part))
    }
}

pub struct Reply {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Reply {
    pub fn new(bytes: Vec<u8>) -> Reply {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").map_or(bytes.len(), |at| at + 4);
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
        Reply { status, head, body: bytes[end..].to_vec() }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        let mut lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

pub struct Events {
    pub stream: TcpStream,
    pub text: String,
}

impl Events {
    /// Reads until `part` has come, or fails after `within`.
    pub fn expect(&mut self, part: &str, within: Duration) {
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

pub fn until<T>(what: &str, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(8);
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "never happened: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

pub fn snapshot(pages: BTreeMap<String, Arc<[u8]>>) -> Snapshot {
    let count = pages.len();
    Snapshot {
        answer: Box::new(move |key| Some(Answer { bytes: pages.get(key)?.clone(), fault: None, badge: None })),
        findings: Vec::new(),
        is_ahead: false,
        refused: false,
        renewed: Vec::new(),
        files_differ: true,
        listed: Box::new(Vec::new),
        pages: count,
        took: Duration::from_millis(3),
    }
}

pub fn html(body: &str) -> Arc<[u8]> {
    let page = format!("<!doctype html><html><head><title>页</title></head><body><main>{body}</main></body></html>");
    page.into_bytes().into()
}

pub fn toy() -> BTreeMap<String, Arc<[u8]>> {
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

pub fn toy_preview() -> Preview {
    Setup::default().start(|| snapshot(toy()))
}

pub fn finding(message: &str) -> Finding {
    Finding::new(&codes::E103, Place::file(&SourcePath::new("content/甲.md")), Text::new(message, message))
}
