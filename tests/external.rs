//! `site check --external` against a server on this machine with every bad manner: what is said of each link, and that
//! nothing hangs, floods, or reaches into an office. No other machine is asked.
#![allow(clippy::unwrap_used, missing_docs)]

mod workshop;

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use site::commands::check::Network;
use site::commands::{self, Machine, Terminal};
use site::model::Day;
use site::report::frame::Colour;
use workshop::{NEWS, Project, Said, TODAY, names};

/// What the server saw.
#[derive(Default)]
struct Seen {
    /// `HEAD a.example.gov.cn /ok`, in order.
    requests: Vec<String>,
    /// Requests under way, and the most there were, by host and all together (under an empty name).
    now: BTreeMap<String, (usize, usize)>,
}

struct Server {
    port: u16,
    seen: Arc<Mutex<Seen>>,
}

impl Server {
    fn start() -> Server {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let (port, seen) = (listener.local_addr().unwrap().port(), Arc::new(Mutex::new(Seen::default())));
        let shared = seen.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let seen = shared.clone();
                thread::spawn(move || drop(served(stream, &seen)));
            }
        });
        Server { port, seen }
    }

    fn url(&self, host: &str, path: &str) -> String {
        format!("http://{host}.example.gov.cn:{}{path}", self.port)
    }

    fn requests(&self) -> Vec<String> {
        self.seen.lock().unwrap().requests.clone()
    }
}

/// Reads a request, counts it while it is answered, and answers in the way its path names.
fn served(mut stream: TcpStream, seen: &Mutex<Seen>) -> io::Result<()> {
    stream.set_read_timeout(Some(Duration::from_secs(2)))?;
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && head.len() < 8192 && stream.read(&mut byte)? == 1 {
        head.push(byte[0]);
        if head[0] == 0x16 {
            // Somebody wants to speak TLS.
            return stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    }
    let head = String::from_utf8_lossy(&head).into_owned();
    let mut words = head.split_whitespace();
    let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let host = head.lines().find_map(|line| line.to_ascii_lowercase().strip_prefix("host: ").map(str::to_string));
    let host = host.unwrap_or_default().split(':').next().unwrap_or_default().to_string();
    let step = |by: isize| {
        let mut seen = seen.lock().unwrap();
        for name in ["", &host] {
            let (now, most) = seen.now.entry(name.to_string()).or_default();
            *now = now.checked_add_signed(by).unwrap();
            *most = (*most).max(*now);
        }
        if by > 0 {
            assert!(head.contains("site/"), "says who asks: {head}");
            seen.requests.push(format!("{method} {host} {path}"));
        }
    };
    step(1);
    let answered = answer(&mut stream, method, path);
    step(-1);
    answered
}

fn answer(stream: &mut TcpStream, method: &str, path: &str) -> io::Result<()> {
    let mut status = |status: &str, more: &str| stream.write_all(format!("HTTP/1.1 {status}\r\n{more}\r\n").as_bytes());
    let empty = "Content-Length: 0\r\n";
    let to = |place: &str| format!("Location: {place}\r\n{empty}");
    match path {
        "/404" => status("404 Not Found", empty),
        "/410" => status("410 Gone", empty),
        "/403" => status("403 Forbidden", empty),
        "/500" => status("500 Oh", empty),
        "/503" => status("503 Busy", empty),
        "/no-head" if method == "HEAD" => status("405 No", empty),
        "/no-head-404" if method == "HEAD" => status("404 No", empty),
        "/no-head-501" if method == "HEAD" => status("501 No", empty),
        "/no-head-closed" if method == "HEAD" => Ok(()),
        "/moved" => status("301 Moved", &to("/ok?new=1")),
        "/moved-308" => status("308 Moved", &to("../ok/./new")),
        "/moved-slash" => status("301 Moved", &to("/moved-slash/")),
        "/moved-dead" => status("301 Moved", &to("/404")),
        "/temporary" => status("302 Found", &to("/ok")),
        "/temporary-moved" => status("302 Found", &to("/moved")),
        "/self" => status("302 Found", &to("/self")),
        "/circle-a" => status("302 Found", &to("/circle-b")),
        "/circle-b" => status("301 Moved", &to("/circle-a")),
        "/inside-ip" => status("302 Found", &to("http://10.1.1.2/secret")),
        "/inside-name" => status("301 Moved", &to("http://oa/")),
        "/inside-dns" => status("302 Found", &to("http://inside.example.gov.cn/")),
        "/inside-metadata" => status("302 Found", &to("http://[::ffff:169.254.169.254]/latest")),
        "/file" => status("302 Found", &to("file:///etc/passwd")),
        "/nowhere" => status("302 Found", &to("http://[bad")),
        "/no-place" => status("302 Found", empty),
        "/closed" => Ok(()),
        "/garbage" => stream.write_all(b"SSH-2.0-OpenSSH_9\r\n\r\n\0\0\0\0"),
        "/half" => stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Le"),
        "/wrong-length" => stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nabc"),
        "/bad-length" => stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: -7\r\n\r\nabc"),
        "/silent" => wait(3000),
        "/slow-head" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nX: ")?;
            (0..60).try_for_each(|_| stream.write_all(b"x").and_then(|()| wait(50)))
        }
        "/huge-head" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\n")?;
            (0..200_000).try_for_each(|number| stream.write_all(format!("X-{number}: {number}\r\n").as_bytes()))
        }
        "/slow-body" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")?;
            (0..60).try_for_each(|_| stream.write_all(b"x").and_then(|()| wait(50)))
        }
        "/endless" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n")?;
            (0..100_000).try_for_each(|_| stream.write_all(&[b'x'; 4096]))
        }
        path if path.starts_with("/hops/") => {
            let left: usize = path["/hops/".len()..].parse().unwrap();
            if left == 0 { status("200 OK", empty) } else { status("302 Found", &to(&format!("/hops/{}", left - 1))) }
        }
        path if path.starts_with("/wait/") => wait(100).and_then(|()| status("200 OK", empty)),
        _ => status("200 OK", empty),
    }
}

fn wait(milliseconds: u64) -> io::Result<()> {
    thread::sleep(Duration::from_millis(milliseconds));
    Ok(())
}

/// Every host is this machine, but for some that say by their names what is the matter with them.
fn lookup(host: &str, port: u16) -> io::Result<Vec<SocketAddr>> {
    let at = |address: [u8; 4]| Ok(vec![SocketAddr::new(IpAddr::from(address), port)]);
    match host.split('.').next().unwrap_or_default() {
        "gone" => Err(io::Error::other("failed to lookup address information: Name or service not known")),
        "busy" => Err(io::Error::other("failed to lookup address information: Temporary failure in name resolution")),
        "nothing" => Ok(Vec::new()),
        "inside" => at([10, 1, 1, 2]),
        "sleepy" => wait(3000).and_then(|()| at([127, 0, 0, 1])),
        _ => at([127, 0, 0, 1]),
    }
}

/// The manners of the tests: as those of the program, only faster, and only on this machine.
fn network() -> Network {
    Network {
        lookup,
        may_ask: |address| address.is_loopback(),
        step: Duration::from_millis(500),
        whole: Duration::from_millis(1000),
        pause: Duration::ZERO,
        total: Duration::from_secs(60),
    }
}

const DAY: fn() -> Day = || Day::new(2022, 9, 20).unwrap();

fn machine(project: &Project, network: Network) -> Machine {
    Machine { network, ..Machine::bare(project.folder(), DAY) }
}

/// Runs `site` in this process, so that it looks hosts up where the test says.
fn run(machine: &Machine, line: &str) -> (u8, String) {
    let said = Said::default();
    let terminal = Terminal::new(Box::new(said.clone()), Box::new(io::sink()), Colour::Off, false);
    let args: Vec<_> = ["site"].into_iter().chain(line.split(' ')).map(Into::into).collect();
    (commands::run(&args, machine, &Arc::new(terminal)), said.text())
}

fn document(machine: &Machine, line: &str) -> Value {
    let (_, said) = run(machine, &format!("{line} --format json"));
    serde_json::from_str(&said).unwrap_or_else(|fault| panic!("{fault}: {said}"))
}

/// A project with one page a link.
fn linking(links: &[String]) -> Project {
    let project = Project::small();
    for (number, link) in links.iter().enumerate() {
        let page = NEWS.replace("启动仪式", &format!("第 {number} 个链接"));
        let page = page.replace("启动了。", &format!("见[外站]({link})。"));
        project.write(&format!("content/news/link-{number}.md"), page);
    }
    project
}

/// The code and the message of the finding about each link.
fn told(document: &Value, links: &[String]) -> Vec<(String, String)> {
    let findings = document["findings"].as_array().unwrap();
    let of = |number: usize| {
        let path = format!("content/news/link-{number}.md");
        let mut own = findings.iter().filter(|finding| finding["path"] == path.as_str());
        let text = |finding: &Value, name: &str| finding[name].as_str().unwrap().to_string();
        let found = own.next().map(|finding| (text(finding, "code"), text(finding, "message"))).unwrap_or_default();
        assert!(own.next().is_none(), "{path}: {document:#}");
        found
    };
    (0..links.len()).map(of).collect()
}

#[test]
fn every_misbehaviour_has_its_verdict() {
    let server = Server::start();
    let closed = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port();
    let table = [
        ("/ok", "", ""),
        ("/ok#part", "", ""),
        ("/路径/页.html?a=甲", "", ""),
        ("/no-head", "", ""),
        ("/no-head-404", "", ""),
        ("/no-head-501", "", ""),
        ("/no-head-closed", "", ""),
        ("/wrong-length", "", ""),
        ("/slow-body", "", ""),
        ("/endless", "", ""),
        ("/temporary", "", ""),
        ("/temporary-moved", "", ""),
        ("/moved-slash", "", ""),
        ("/hops/5", "", ""),
        ("/404", "L11", "没有这一页（404）"),
        ("/410", "L11", "没有这一页（410）"),
        ("/moved-dead", "L11", "没有这一页（404）"),
        ("/403", "L12", "不让程序查看（403）"),
        ("/500", "L12", "出错（500）"),
        ("/503", "L12", "出错（503）"),
        ("/no-place", "L12", "（302）"),
        ("/self", "L12", "转来转去"),
        ("/circle-a", "L12", "转来转去"),
        ("/hops/6", "L12", "转来转去"),
        ("/nowhere", "L12", "不成形的网址"),
        ("/inside-ip", "L12", "内部地址"),
        ("/inside-name", "L12", "内部地址"),
        ("/inside-dns", "L12", "内部地址"),
        ("/inside-metadata", "L12", "内部地址"),
        ("/file", "L12", "内部地址"),
        ("/closed", "L12", "连接中途断开"),
        ("/half", "L12", ""),
        ("/garbage", "L12", "回答看不懂"),
        ("/huge-head", "L12", "回答看不懂"),
        ("/bad-length", "L12", ""),
        ("/silent", "L12", "太久没有回答"),
        ("/slow-head", "L12", "太久没有回答"),
        ("/moved", "L13", "永久换了网址"),
        ("/moved-308", "L13", "永久换了网址"),
    ];
    let mut links: Vec<String> = table.iter().map(|(path, ..)| server.url("a", path)).collect();
    let mut wanted: Vec<(&str, &str)> = table.iter().map(|(_, code, words)| (*code, *words)).collect();
    for (link, code, words) in [
        (server.url("gone", "/"), "L11", "查不到这个域名"),
        (server.url("nothing", "/"), "L11", "查不到这个域名"),
        (server.url("busy", "/"), "L12", "域名服务器没有回答"),
        (server.url("sleepy", "/"), "L12", "太久没有回答"),
        (server.url("inside", "/"), "L12", "内部地址"),
        (server.url("a", "/ok").replace("http:", "https:"), "L12", "安全证书有问题"),
        (format!("http://a.example.gov.cn:{closed}/"), "L12", "连接不上"),
    ] {
        links.push(link);
        wanted.push((code, words));
    }
    let project = linking(&links);
    let begun = Instant::now();
    let document = document(&machine(&project, network()), "check --external");
    assert!(begun.elapsed() < Duration::from_secs(50), "{:?}", begun.elapsed());
    let told = told(&document, &links);
    let mut wrong = Vec::new();
    for ((link, (code, message)), (wanted, words)) in links.iter().zip(told).zip(&wanted) {
        if code != *wanted || !message.contains(words) {
            wrong.push(format!("{link}: {code} {message}, but not {wanted} {words}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    let count = |wanted_code: &str| wanted.iter().filter(|(code, _)| *code == wanted_code).count();
    let counts = &document["external"];
    // Two links differ only in what a server never sees, and are one question.
    assert_eq!(counts["links"], links.len());
    assert_eq!((&counts["dead"], &counts["unsure"]), (&count("L11").into(), &count("L12").into()), "{counts}");
    assert_eq!((&counts["moved"], &counts["alive"]), (&count("L13").into(), &count("").into()), "{counts}");
    assert_eq!((&counts["unchecked"], &counts["offline"], &document["exit"]), (&0.into(), &false.into(), &0.into()));
    let moved = document["findings"].as_array().unwrap().iter().find(|finding| finding["code"] == "L13").unwrap();
    let new = server.url("a", "/ok?new=1");
    assert_eq!((&moved["fix"][0], &moved["line"]), (&format!("见[外站]({new})。").into(), &6.into()), "{moved:#}");
    let asked = server.requests();
    assert!(asked.iter().all(|request| !request.contains("10.1.1.2") && !request.contains("inside.")), "{asked:?}");
    assert_eq!(
        asked.iter().filter(|request| request.ends_with("a.example.gov.cn /ok")).count(),
        2,
        "HEAD, and one redirect"
    );
}

#[test]
fn what_is_internal_is_never_asked() {
    let server = Server::start();
    let links: Vec<String> = ["localhost", "127.0.0.1", "[::1]", "2130706433", "0x7f.1", "oa"]
        .iter()
        .map(|host| format!("http://{host}:{}/", server.port))
        .chain([format!("http://user:pass@a.example.gov.cn:{}/", server.port)])
        .collect();
    let document = document(&machine(&linking(&links), network()), "check --external");
    assert_eq!(document["external"]["links"], 0, "{}", document["external"]);
    assert_eq!(server.requests(), [""; 0]);
}

#[test]
fn nobody_is_asked_without_the_option_and_by_no_other_command() {
    let server = Server::start();
    let project = linking(&[server.url("a", "/404")]);
    let machine = machine(&project, network());
    for line in ["check", "build", "list"] {
        assert_eq!(run(&machine, line).0, 0, "{line}");
    }
    assert_eq!(server.requests(), [""; 0]);
    // Nor is a link asked for that nobody sees, or that leads to the site itself.
    project
        .write("content/news/link-0.md", NEWS.replace("---\n\n", "draft: true\n---\n\n[a](http://b.example.gov.cn/)"));
    project.write("content/news/own.md", NEWS.replace("启动了。", "[本站](https://www.example.gov.cn/zt/neu/)"));
    assert_eq!(document(&machine, "check --external")["external"]["links"], 0);
}

#[test]
fn hosts_are_asked_politely() {
    let server = Server::start();
    let many = (0..30).map(|number| server.url(&format!("h{number}"), "/wait/a"));
    let one = (0..4).map(|number| server.url("one", &format!("/wait/{number}")));
    let links: Vec<String> = one.chain(many).collect();
    let network = Network { pause: Duration::from_millis(300), ..network() };
    let begun = Instant::now();
    let document = document(&machine(&linking(&links), network), "check --external");
    assert_eq!(document["external"]["alive"], links.len());
    assert!(begun.elapsed() >= Duration::from_millis(4 * 100 + 3 * 300), "{:?}", begun.elapsed());
    let seen = server.seen.lock().unwrap();
    assert!(seen.now[""].1 > 1 && seen.now[""].1 <= 8, "{:?}", seen.now[""]);
    assert_eq!(seen.now["one.example.gov.cn"].1, 1);
}

#[test]
fn answers_are_kept_for_a_day_but_for_the_unsure() {
    let server = Server::start();
    let links = ["/ok", "/404", "/moved", "/500"].map(|path| server.url("a", path));
    let project = linking(&links);
    let asked = |machine: &Machine| {
        let before = server.requests().len();
        let document = document(machine, "check --external");
        assert_eq!(document["external"]["unsure"], 1);
        (server.requests().len() - before, document["external"]["known"].as_u64().unwrap(), told(&document, &links))
    };
    let morning = Machine { time: || "09:00:00".to_string(), ..machine(&project, network()) };
    let (first, known, verdicts) = asked(&morning);
    assert!(first >= 5 && known == 0, "{first}");
    assert_eq!(asked(&morning), (1, 3, verdicts.clone()), "only what nobody answered");
    let next = Machine { today: || Day::new(2022, 9, 21).unwrap(), time: || "08:59:59".to_string(), ..morning.clone() };
    assert_eq!(asked(&next), (1, 3, verdicts.clone()));
    let later = Machine { time: || "09:00:00".to_string(), ..next };
    assert_eq!(asked(&later), (first, 0, verdicts.clone()), "a day later");
    std::fs::write(project.path(".site/links"), "broken").unwrap();
    assert_eq!(asked(&later), (first, 0, verdicts));
    assert_eq!(names(&project.path(".site")), ["links"]);
}

#[test]
fn there_is_an_end_to_it_and_the_rest_is_told() {
    let server = Server::start();
    let links: Vec<String> = (0..40).map(|number| server.url("a", &format!("/wait/{number}"))).collect();
    let project = linking(&links);
    let short = Network { total: Duration::from_millis(600), ..network() };
    let begun = Instant::now();
    let (code, said) = run(&machine(&project, short), "check --external");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    assert!(code == 0 && said.contains("外部链接 40 个") && said.contains("未检查"), "{said}");
    // The next run goes on where this one stopped.
    let document = document(&machine(&project, network()), "check --external");
    assert!(document["external"]["known"].as_u64().unwrap() > 0);
    assert_eq!((&document["external"]["alive"], &document["external"]["unchecked"]), (&40.into(), &0.into()));
}

#[test]
fn an_interruption_does_not_wait_for_a_slow_server() {
    let server = Server::start();
    let links: Vec<String> = (0..20).map(|number| server.url(&format!("h{number}"), "/silent")).collect();
    let project = linking(&links);
    let patient = Network { step: Duration::from_secs(30), whole: Duration::from_secs(30), ..network() };
    let interrupted = Arc::new(AtomicBool::new(false));
    let machine = Machine { interrupted: interrupted.clone(), ..machine(&project, patient) };
    let begun = Instant::now();
    let stop = thread::spawn({
        let seen = server.seen.clone();
        move || {
            while seen.lock().unwrap().requests.is_empty() {
                thread::sleep(Duration::from_millis(5));
            }
            interrupted.store(true, Ordering::Relaxed);
            Instant::now()
        }
    });
    let (code, _) = run(&machine, "check --external");
    let stopped = stop.join().unwrap();
    assert_eq!(code, 130);
    assert!(stopped.elapsed() < Duration::from_secs(2), "{:?} of {:?}", stopped.elapsed(), begun.elapsed());
}

#[test]
fn a_machine_without_a_network_says_so() {
    let links = ["gone", "busy"].map(|host| format!("http://{host}.example.gov.cn/"));
    let project = linking(&links);
    let (_, said) = run(&machine(&project, network()), "check --external");
    assert!(said.contains("没有一个网站有回答") && !said.contains("L11"), "{said}");
    assert_eq!(run(&machine(&project, network()), &format!("check --external --since main --today {TODAY}")).0, 2);
}

#[test]
fn addresses_of_headers_are_asked_as_well() {
    let server = Server::start();
    let project = Project::demo();
    let name = "content/open-days/linfen-water-cloud.md";
    let page = project.read(name);
    project.write(name, page.replace("https://www.example.gov.cn/live/linfen-water", &server.url("a", "/404")));
    let network = Network { lookup: |_, port| lookup("a", port), ..network() };
    let document = document(&machine(&project, network), "check --external");
    let found = document["findings"].as_array().unwrap().iter().find(|finding| finding["code"] == "L11").unwrap();
    assert_eq!((&found["path"], &found["line"]), (&name.into(), &17.into()), "{found:#}");
}
