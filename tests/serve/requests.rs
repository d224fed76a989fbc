//! H: single requests, as a hostile or unlucky client sends them.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::preview::*;

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
    // The refusal reaches a client that is still sending.
    let body = "x".repeat(400_000);
    for _ in 0..20 {
        assert_eq!(preview.with("POST /", &format!("Content-Length: 400000\r\n\r\n{body}")).status, 405);
    }
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
    // The newest are kept, the oldest are shown out at once.
    for stream in &mut idle[..40] {
        stream.set_read_timeout(Some(Duration::from_secs(1))).unwrap();
        assert!(!matches!(stream.read(&mut [0]), Err(error) if error.kind() == std::io::ErrorKind::WouldBlock));
    }
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
        for target in ["/", "/__site/events", "/__site/preview.js"] {
            let reply = preview.with(&format!("GET {target}"), &format!("Origin: {origin}\r\n"));
            assert_eq!(reply.status, 403, "{origin} {target}");
        }
    }
    assert_eq!(preview.with("GET /", &format!("Origin: http://localhost:{port}\r\n")).status, 200);
    for (mode, kind) in [("no-cors", "script"), ("no-cors", "image"), ("navigate", "iframe"), ("cors", "empty")] {
        for target in ["/", "/__site/events"] {
            let headers = format!("Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: {mode}\r\nSec-Fetch-Dest: {kind}\r\n");
            assert_eq!(preview.with(&format!("GET {target}"), &headers).status, 403, "{mode} {kind} {target}");
        }
    }
    for target in ["/", "/style.css", "/nothing", "/__site/preview.js", "/__site/problems", "/notices"] {
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
    let mut listeners: Vec<Events> = (0..256).map(|_| preview.listen(None)).collect();
    listeners.iter_mut().for_each(|events| events.expect("event: changed", Duration::from_secs(2)));
    assert_eq!(preview.get("/__site/events").status, 503);
    drop(listeners);
    until("a place for an event stream is free", || {
        let mut events = preview.listen(None);
        let mut start = [0; 12];
        events.stream.read_exact(&mut start).ok()?;
        start.ends_with(b"200").then_some(())
    });
    let reply = preview.get("/big.pdf");
    assert_eq!((reply.status, reply.body.len()), (200, 8_000_000));
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

#[test]
#[cfg(target_os = "linux")]
fn h16_the_office_network_needs_the_key() {
    // The whole of 127.0.0.0/8 is this computer on Linux, so 127.0.0.2 stands for an address in the network.
    let preview = Setup { lan: Some("127.0.0.2".parse().unwrap()), ..Setup::default() }.start(|| snapshot(toy()));
    let said = preview.said.lock().unwrap().join("\n");
    let (_, rest) = said.split_once("http://127.0.0.2:").expect("the address for phones is said");
    let key = rest.split_once("?key=").unwrap().1.split_whitespace().next().unwrap().to_string();
    assert!(key.len() >= 32 && said.contains('█'), "{said}");
    let ask = |target: &str, headers: &str| {
        let mut stream = TcpStream::connect(("127.0.0.2", preview.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        let head = format!("GET {target} HTTP/1.1\r\nHost: 127.0.0.2:{}\r\n{headers}\r\n", preview.port);
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        Reply::new(answer)
    };
    for (target, headers) in [
        ("/", ""),
        ("/?key=", ""),
        ("/?key=00000000000000000000000000000000", ""),
        ("/style.css", ""),
        ("/__site/events", ""),
        ("/__site/", "Cookie: site-preview=\r\n"),
        ("/", "Cookie: site-preview=1; other=2\r\n"),
    ] {
        assert_eq!(ask(target, headers).status, 403, "{target} {headers}");
    }
    let welcome = ask(&format!("/notices/?key={key}"), "");
    assert_eq!((welcome.status, welcome.header("location")), (303, Some("/notices/")));
    let cookie = welcome.header("set-cookie").unwrap();
    assert!(cookie.contains("HttpOnly") && cookie.contains("SameSite=Lax"), "{cookie}");
    let own = format!("Cookie: a=b; {}\r\n", cookie.split(';').next().unwrap());
    assert_eq!(ask("/notices/", &own).status, 200);
    assert_eq!(ask("/__site/", &own).status, 200);
    // The key opens pages, and neither other names nor other sites' requests, nor programs on this computer.
    assert_eq!(ask("/", &format!("{own}Origin: http://evil.com\r\n")).status, 403);
    let token = ask("/__site/", &own).text().split_once("data-token=\"").unwrap().1[..32].to_string();
    assert_eq!(ask(&format!("/__site/open?token={token}&file=content/site.yaml"), &own).status, 403);
    assert_eq!(preview.get("/").status, 200, "who sits here needs no key");
}

#[test]
fn only_known_sources_are_opened_and_only_with_the_token() {
    let opened = Arc::new(Mutex::new(Vec::new()));
    let seen = opened.clone();
    let opener: site::serve::Opener = Box::new(move |source: &str| {
        seen.lock().unwrap().push(source.to_string());
        source == "content/新闻.md"
    });
    let preview = Setup { opener: Some(opener), ..Setup::default() }.start(|| snapshot(toy()));
    let panel = preview.get("/__site/").text();
    let token = panel.split_once("data-token=\"").unwrap().1[..32].to_string();
    let ask = |query: &str| preview.get(&format!("/__site/open{query}")).status;
    for query in ["", "?file=content/a.md", "?token=0&file=content/a.md", &format!("?token={token}")] {
        assert_eq!(ask(query), 403, "{query}");
    }
    assert!(opened.lock().unwrap().is_empty());
    assert_eq!(ask(&format!("?token={token}&file=content/%E6%96%B0%E9%97%BB.md")), 200);
    assert_eq!(ask(&format!("?token={token}&file=../../etc/passwd")), 403);
    let foreign = preview.with(&format!("GET /__site/open?token={token}&file=a"), "Sec-Fetch-Site: cross-site\r\n");
    assert_eq!(foreign.status, 403);
}
