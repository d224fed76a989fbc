//! H: what the preview shows and tells, from its first build to its end.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use site::report::{Finding, Lang, Place, SourcePath, Text, codes};
use site::serve::{self, Answer, Options, Snapshot};

use crate::preview::*;
use crate::watched::Watched;

#[test]
fn h10_names_and_messages_are_shown_as_text() {
    let preview = Setup::default().start(|| {
        let place = Place::file(&SourcePath::new("content/<img src=x onerror=alert(1)>.md"));
        let text = "“</script><script>alert(1)</script>”\" onload=\"x";
        let hostile = Finding::new(&codes::E103, place, Text::new(text, text)).fix("<b>");
        let bytes = html("首页");
        Snapshot {
            answer: Box::new(move |key| {
                (key == "index.html").then(|| Answer {
                    bytes: bytes.clone(),
                    fault: Some(hostile.clone()),
                    badge: Some("\"><img src=x onerror=alert(3)>".into()),
                })
            }),
            findings: vec![finding("<img src=x onerror=alert(2)>")],
            ..snapshot(BTreeMap::new())
        }
    });
    for target in ["/", "/__site/problems"] {
        let text = preview.get(target).text();
        assert!(!text.contains("<img") && !text.contains("<script>alert"), "{text}");
    }
    let text = preview.get("/").text();
    assert!(text.contains("data-badge=\"&quot;&gt;&lt;img src=x onerror=alert(3)&gt;\""), "{text}");
    assert!(text.contains("&lt;pre class=&quot;fix&quot;&gt;&amp;lt;b&amp;gt;&lt;/pre&gt;"), "{text}");
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
fn h15_ports_are_never_exchanged_silently() {
    let preview = toy_preview();
    let options = Options {
        port: Some(preview.port),
        lang: Lang::Zh,
        watch: vec![],
        ignore: vec![],
        stop: Arc::new(AtomicBool::new(false)),
        no_native_watch: true,
        follow: false,
        lan: None,
        colour: false,
        ready: None,
        opener: None,
    };
    let error = serve::run(options, |_| Some(snapshot(toy())), |_| {}).unwrap_err().to_string();
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
    preview.listen(None).expect("event: broken", Duration::from_secs(3));
    assert!(preview.get("/").text().contains("<main>好</main>"), "the last good page stays");
    fs::write(&file, "refuse").unwrap();
    preview.listen(None).expect("冒号写成了全角", Duration::from_secs(3));
    assert_eq!(preview.get("/").status, 200);
    assert!(preview.said("没有更新，仍显示上一次的页面：1 个页面，用时 3 毫秒，错误 1 个，警告 0 个"));
}

#[test]
fn h17_a_page_that_panics_harms_no_other() {
    let preview = Setup::default().start(|| Snapshot {
        answer: Box::new(|key| match key {
            "bad.html" => panic!("模板 <i>"),
            "index.html" => Some(Answer { bytes: html("首页"), fault: None, badge: None }),
            "fault.html" => {
                Some(Answer { bytes: Vec::new().into(), fault: Some(finding("模板出错。")), badge: None })
            }
            "fault.xml" => {
                Some(Answer { bytes: Vec::new().into(), fault: Some(finding("模板出错。")), badge: None })
            }
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
        answer: Box::new(|key| {
            let badge = (key == "index.html").then(|| "草稿：正式网站不会出现".to_string());
            Some(Answer { bytes: toy().get(key)?.clone(), fault: None, badge })
        }),
        findings: vec![finding("一"), finding("二")],
        ..snapshot(toy())
    });
    let text = preview.get("/").text();
    assert!(text.contains("data-badge=\"草稿：正式网站不会出现\"") && text.contains("data-problems=\"2\""), "{text}");
    assert!(text.ends_with("></script></body></html>"), "{text}");
    assert!(!preview.get("/notices/").text().contains("草稿"));
    assert_eq!(preview.get("/style.css").text(), "a { color: red }");
    assert!(preview.get("/__site/problems").text().contains("E103"));
    assert_eq!(preview.get("/__site/preview.js").header("content-type"), Some("text/javascript; charset=utf-8"));
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
    let streams = streams.into_iter().map(|events| events.stream);
    for mut stream in streams.chain(idle) {
        let _ = stream.read_to_end(&mut Vec::new());
    }
    assert!(begun.elapsed() < Duration::from_secs(1), "{:?}", begun.elapsed());
    assert!(TcpStream::connect(("127.0.0.1", port)).is_err(), "the port is still open");
    assert!(watched.folder.path().join("content/public").is_dir(), "the output folder was touched");
}
