//! The program itself, as `site serve` runs it: edits on disk, requests over the network, words in the terminal.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use crate::preview::{Reply, port_in, until};
use crate::workshop::{self, Project};

/// `site serve` on a project.
struct Running {
    child: Child,
    port: u16,
    said: Arc<Mutex<Vec<String>>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Running {
    fn start(project: &Project, options: &str) -> Running {
        let line = format!("serve --today {} --port 0 {options}", workshop::TODAY);
        let mut command = project.command(line.split_whitespace());
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let said = Arc::new(Mutex::new(Vec::new()));
        let (heard, out) = (said.clone(), child.stdout.take().unwrap());
        thread::spawn(move || {
            for line in BufReader::new(out).lines().map_while(Result::ok) {
                heard.lock().unwrap().push(line);
            }
        });
        let port =
            until("the address is printed", || said.lock().unwrap().iter().find_map(|line: &String| port_in(line)));
        Running { child, port, said }
    }

    fn get(&self, target: &str) -> Reply {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(12))).unwrap();
        write!(stream, "GET {target} HTTP/1.1\r\nHost: localhost:{}\r\n\r\n", self.port).unwrap();
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        Reply::new(answer)
    }

    fn shows(&self, target: &str, part: &str) {
        until(&format!("{target} shows {part}"), || self.get(target).text().contains(part).then_some(()));
    }

    fn version(&self) -> String {
        version_in(&self.get("/"))
    }

    /// Open files and sockets, and resident kilobytes.
    #[cfg(target_os = "linux")]
    fn holds(&self) -> (usize, u64) {
        let folder = format!("/proc/{}", self.child.id());
        let status = fs::read_to_string(format!("{folder}/status")).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        let resident = line.trim().trim_end_matches(" kB").parse().unwrap();
        (fs::read_dir(format!("{folder}/fd")).unwrap().count(), resident)
    }
}

#[test]
fn h17_a_first_build_that_refuses_shows_why_and_goes_on() {
    let project = Project::small();
    project.write("content/site.yaml", "title：坏\n");
    let running = Running::start(&project, "");
    let page = running.get("/");
    assert!(page.status == 500 && page.text().contains("E103"), "{}", page.text());
    project.write("content/site.yaml", workshop::CONFIG);
    running.shows("/", "示例专题");
    assert_eq!(running.get("/").status, 200);
}

fn version_in(page: &Reply) -> String {
    page.text().split_once("data-version=\"").unwrap().1.split_once('"').unwrap().0.to_string()
}

/// So many pages that some are shown before all are read.
fn large() -> Project {
    let project = Project::small();
    for number in 0..320 {
        let text = workshop::NEWS.replace("启动仪式", &format!("第{number}条"));
        project.write(&format!("content/news/n{number}.md"), text);
    }
    project
}

#[test]
fn pages_of_a_large_site_are_shown_before_all_of_it_is_checked() {
    let project = large();
    let running = Running::start(&project, "");
    let said = |part: &str| running.said.lock().unwrap().iter().any(|line| line.contains(part));
    assert!(said("可以看网页了：323 个页面"));
    let page = running.get("/news/n7/");
    assert!(page.status == 200 && page.text().contains("第7条"), "{}", page.text());
    // What follows from all pages waits for them.
    for (target, part) in [("/feed.xml", "<feed"), ("/search/index.json", "{"), ("/news/none/", "没有找到")] {
        assert!(running.get(target).text().contains(part), "{target}");
    }
    until("all of it is checked", || said("已更新：323 个页面").then_some(()));
    assert_eq!(
        running.get("/news/n7/").text().replace(&running.version(), ""),
        page.text().replace(&version_in(&page), "")
    );
    project.write("content/news/n7.md", workshop::NEWS.replace("启动仪式", "改过的"));
    running.shows("/news/n7/", "改过的");
}

#[test]
fn a_large_site_with_a_mistake_in_a_text_tells_it_in_the_end() {
    let project = large();
    project.write("content/news/n9.md", format!("{}\n见[这里](nowhere.md)。\n", workshop::NEWS));
    let running = Running::start(&project, "");
    until("the mistake is told", || (running.get("/").status == 500).then_some(()));
    assert!(running.get("/").text().contains("E123"));
    project.write("content/news/n9.md", workshop::NEWS.replace("启动仪式", "改好的"));
    running.shows("/news/n9/", "改好的");
}

#[test]
fn h20_without_a_browser_the_preview_runs() {
    // The environment is empty, so there is no program to open an address with.
    let project = Project::small();
    let running = Running::start(&project, "--open");
    assert_eq!(running.get("/").status, 200);
}

#[test]
fn h18_what_is_not_public_is_shown_where_asked_and_marked() {
    let project = Project::small();
    project.write("content/pages/draft.md", "---\ntitle: 草稿页\ndraft: true\n---\n\n正文\n");
    project.write("content/pages/future.md", "---\ntitle: 以后的页\npublish: 2022-10-01\n---\n\n正文\n");
    project.write("content/pages/past.md", "---\ntitle: 过期的页\nexpires: 2022-09-01\n---\n\n正文\n");
    let pages = [("/draft/", "草稿"), ("/future/", "未到发布日期"), ("/past/", "已过期")];
    for (option, shown) in [("", None), ("--drafts", Some(0)), ("--future", Some(1)), ("--expired", Some(2))] {
        let running = Running::start(&project, option);
        for (at, (target, badge)) in pages.iter().enumerate() {
            let page = running.get(target);
            assert_eq!(page.status, if shown == Some(at) { 200 } else { 404 }, "{target} with {option:?}");
            let marked =
                page.text().contains(&format!("data-badge=\"{badge}")) && page.text().contains("正式网站不会出现");
            assert_eq!(marked, shown == Some(at), "{target} with {option:?}");
        }
        let panel = running.get("/__site/").text();
        assert!(
            ["草稿", "2022-10-01 起公开", "2022-09-01 已过期"].iter().all(|state| panel.contains(state)),
            "{panel}"
        );
    }
}

#[test]
fn j08_what_is_deleted_and_restored_or_broken_and_mended_ends_well() {
    let project = Project::small();
    let (theme, config) = ("themes/default/templates/base.html", project.read("content/site.yaml"));
    let base = fs::read_to_string(workshop::repository().join(theme)).unwrap();
    project.write(theme, base.replacen("<main", "<p>我的主题</p>\n<main", 1));
    let running = Running::start(&project, "");
    running.shows("/", "我的主题");
    project.write(theme, "{% if %}");
    running.shows("/__site/problems", "E205");
    running.shows("/", "我的主题");
    fs::remove_file(project.path(theme)).unwrap();
    until("the built-in template is back", || (!running.get("/").text().contains("我的主题")).then_some(()));
    project.write(theme, base.replacen("<main", "<p>又是我的</p>\n<main", 1));
    running.shows("/", "又是我的");
    project.write("content/site.yaml", config.replacen(": ", "：", 1));
    running.shows("/__site/problems", "E103");
    running.shows("/", "又是我的");
    project.write("content/site.yaml", config.replace("示例专题", "改好的专题"));
    running.shows("/", "改好的专题");
    assert!(!running.get("/__site/problems").text().contains("E103"));
}

#[test]
fn j05_the_content_folder_may_go_and_come_back() {
    let project = Project::small();
    let running = Running::start(&project, "");
    running.shows("/about/", "说明");
    let (here, away) = (project.path("content"), project.path("away"));
    fs::rename(&here, &away).unwrap();
    running.shows("/__site/problems", "E201");
    running.shows("/about/", "说明");
    fs::rename(&away, &here).unwrap();
    until("the message goes", || (!running.get("/__site/problems").text().contains("E201")).then_some(()));
    // And it is watched as before.
    project.write("content/pages/about.md", "---\ntitle: 关于\n---\n\n回来以后。\n");
    running.shows("/about/", "回来以后");
}

#[test]
fn j07_a_touch_without_a_change_is_no_change() {
    let project = Project::small();
    let running = Running::start(&project, "");
    let before = running.version();
    for _ in 0..3 {
        project.write("content/pages/about.md", project.read("content/pages/about.md"));
        thread::sleep(Duration::from_millis(150));
    }
    assert_eq!(running.version(), before);
    project.write("content/pages/about.md", "---\ntitle: 关于\n---\n\n新的说明。\n");
    running.shows("/about/", "新的说明");
    assert_ne!(running.version(), before);
}

#[test]
fn j03_a_checkout_of_hundreds_of_files_ends_in_what_is_there() {
    let project = Project::small();
    let running = Running::start(&project, "");
    for number in 0..300 {
        let text = format!(
            "---\ntitle: 第{number}页\npublished: 2022-09-19 09:00\n---\n\n[上一页](n{}.md)\n",
            (number + 299) % 300
        );
        project.write(&format!("content/news/n{number}.md"), text);
    }
    for number in (0..300).step_by(3) {
        fs::remove_file(project.path(&format!("content/news/n{number}.md"))).unwrap();
        project.write(
            &format!("content/news/n{}.md", (number + 1) % 300),
            workshop::NEWS.replace("启动了", &format!("改过{number}")),
        );
    }
    running.shows("/news/n298/", "改过297");
    running.shows("/news/n1/", "改过0");
    until("a removed page is gone", || {
        (running.get("/news/n0/").status == 404 || running.get("/news/n0/").status == 500).then_some(())
    });
    // What the panel lists is what lies there: 200 of these, three others and no more.
    until("all are counted", || (running.get("/__site/").text().matches("<tr").count() == 1 + 200 + 3).then_some(()));
}

#[test]
#[cfg(target_os = "linux")]
fn j10_memory_and_handles_stay_flat() {
    let project = Project::small();
    let running = Running::start(&project, "");
    let edit = |number: usize| {
        project.write("content/pages/about.md", format!("---\ntitle: 关于\n---\n\n第{number}次。\n"));
        running.shows("/about/", &format!("第{number}次。"));
    };
    (0..10).for_each(edit);
    let (handles, resident) = running.holds();
    (10..110).for_each(edit);
    until("all connections are closed", || (running.holds().0 <= handles).then_some(()));
    let (_, after) = running.holds();
    assert!(after < resident + resident / 10 + 4096, "{resident} KiB became {after}");
}

#[test]
fn the_terminal_is_calm_and_plain_where_it_is_none() {
    let project = Project::small();
    let running = Running::start(&project, "");
    project.write("content/pages/about.md", "---\ntitle：关于\n---\n\n说明。\n");
    until("the mistake is told", || {
        running.said.lock().unwrap().iter().any(|line| line.contains("E103")).then_some(())
    });
    project.write("content/pages/about.md", "---\ntitle: 关于\n---\n\n好了。\n");
    running.shows("/about/", "好了");
    let said = running.said.lock().unwrap().clone();
    assert!(said.iter().all(|line| !line.contains('\u{1b}') && !line.contains('\r')), "{said:#?}");
    let statuses: Vec<&String> = said.iter().filter(|line| line.contains("个页面，用时")).collect();
    assert!(statuses.len() >= 3 && statuses.iter().all(|line| line.as_bytes()[2] == b':'), "{said:#?}");
    assert!(said.iter().any(|line| line.contains("没有更新，仍显示上一次的页面")), "{said:#?}");
}

#[test]
fn many_requests_beside_idle_streams_all_get_their_answer() {
    let project = Project::small();
    let running = Running::start(&project, "");
    let streams: Vec<TcpStream> = (0..200)
        .map(|_| {
            let mut stream = TcpStream::connect(("127.0.0.1", running.port)).unwrap();
            write!(stream, "GET /__site/events HTTP/1.1\r\nHost: localhost:{}\r\n\r\n", running.port).unwrap();
            stream
        })
        .collect();
    let begun = Instant::now();
    let failed: usize = thread::scope(|scope| {
        let one = || (0..250).filter(|_| running.get("/about/").status != 200).count();
        let threads: Vec<_> = (0..4).map(|_| scope.spawn(one)).collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(failed, 0, "of 1,000 in {:?}", begun.elapsed());
    drop(streams);
}
