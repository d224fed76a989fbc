//! The demonstration as it is published, read by others than those who wrote it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

use serde_json::Value;
use site::edition::Reader;
use site::model::Moment;
use site::report::{Severity, codes};

use crate::markup::Markup;
use crate::workshop::{self, Project};
use crate::{BASE, Published, demo};

/// Every web page of the demonstration.
fn pages() -> &'static BTreeMap<String, Markup> {
    static PAGES: OnceLock<BTreeMap<String, Markup>> = OnceLock::new();
    PAGES.get_or_init(|| {
        let html = demo().files.iter().filter(|(name, _)| name.ends_with(".html"));
        html.map(|(name, bytes)| (name.clone(), Markup::read(bytes))).collect()
    })
}

/// Fails once, with everything that is wrong.
fn nothing(wrong: Vec<String>, what: &str) {
    assert!(wrong.is_empty(), "{what} ({}):\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn it_is_clean_and_has_enough_pages() {
    let Published { findings, refused, .. } = demo();
    // What is due soon is told as well, and is no fault.
    let faults = findings.iter().filter(|finding| finding.code.severity != Severity::Info);
    let told: Vec<_> = faults.map(|finding| format!("{} {}", finding.code.id, finding.place.path)).collect();
    assert!(!refused && told == ["W142 content/news/countdown.md"], "{told:?}");
    assert!(pages().len() >= 40, "{} pages", pages().len());
}

#[test]
fn every_page_is_well_formed() {
    let faults =
        pages().iter().flat_map(|(name, page)| page.faults.iter().map(move |fault| format!("{name}: {fault}")));
    nothing(faults.collect(), "a strict reader refuses");
}

#[test]
fn every_page_can_be_read_by_everybody() {
    let mut wrong = Vec::new();
    for (name, page) in pages() {
        if page.only("html").get("lang") != Some("zh-CN") {
            wrong.push(format!("{name}: lang"));
        }
        for once in ["h1", "main", "title"] {
            if page.all(once).count() != 1 || page.only(once).text.trim().is_empty() {
                wrong.push(format!("{name}: not one <{once}>"));
            }
        }
        let level = |name: &str| name.strip_prefix('h').and_then(|level| level.parse::<u8>().ok());
        let levels: Vec<u8> = page.elements.iter().filter_map(|element| level(&element.name)).collect();
        if levels.windows(2).any(|pair| pair[1] > pair[0] + 1) || levels.first().is_none_or(|first| *first > 2) {
            wrong.push(format!("{name}: levels {levels:?}"));
        }
        let ids = page.ids();
        if ids.iter().collect::<BTreeSet<_>>().len() != ids.len() {
            wrong.push(format!("{name}: an id twice in {ids:?}"));
        }
        let without_alt = page.all("img").filter(|image| image.get("alt").is_none());
        wrong.extend(without_alt.map(|image| format!("{name}: no alt for {:?}", image.get("src"))));
        let silent = page.all("a").filter(|link| {
            let named = !link.text.trim().is_empty() || link.get("aria-label").is_some_and(|label| !label.is_empty());
            link.get("href").is_some() && !named
        });
        // A link round a picture is named by the picture.
        if page.all("img").next().is_none() {
            wrong.extend(silent.map(|link| format!("{name}: nothing to read in {:?}", link.get("href"))));
        }
        let references = ["for", "aria-labelledby", "aria-describedby", "aria-controls", "headers"];
        for element in &page.elements {
            let named = references.iter().filter_map(|name| element.get(name)).flat_map(str::split_whitespace);
            wrong.extend(named.filter(|id| !ids.contains(id)).map(|id| format!("{name}: no id {id}")));
        }
    }
    nothing(wrong, "A01, I05");
}

#[test]
fn i7_addresses_are_safe() {
    let dangers =
        pages().iter().flat_map(|(name, page)| page.dangers().into_iter().map(move |it| format!("{name}: {it}")));
    nothing(dangers.collect(), "I7");
}

/// The output a relative address on the page `from` leads to.
fn target(from: &str, address: &str) -> String {
    let (path, _) = address.split_once('#').unwrap_or((address, ""));
    let path = decoded(path.split('?').next().unwrap());
    let base = url_path(BASE);
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    let path = match path.strip_prefix(&base) {
        Some(below) if from == "404.html" => {
            parts.clear();
            below.to_string()
        }
        _ => path,
    };
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop().unwrap_or_else(|| panic!("{from}: {address} leaves the site"))),
            part => parts.push(part),
        }
    }
    let target = parts.join("/");
    if target.is_empty() || target.ends_with('/') { target + "index.html" } else { target }
}

fn url_path(url: &str) -> String {
    format!("/{}", url.splitn(4, '/').nth(3).unwrap())
}

fn decoded(path: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), path.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        if *first == b'%' {
            bytes.push(u8::from_str_radix(std::str::from_utf8(&rest[..2]).unwrap(), 16).unwrap());
            rest = &rest[2..];
        } else {
            bytes.push(*first);
        }
    }
    String::from_utf8(bytes).unwrap()
}

fn is_web(address: &str) -> bool {
    ["http:", "https:", "mailto:", "tel:", "webcal:", "geo:"].iter().any(|scheme| address.starts_with(scheme))
}

#[test]
fn g23_every_link_leads_somewhere() {
    let mut wrong = Vec::new();
    for (name, page) in pages() {
        for (_, address) in page.addresses().filter(|(_, address)| !is_web(address)) {
            let rooted = address.starts_with('/');
            if rooted != (name == "404.html") && !address.starts_with('#') {
                wrong.push(format!("{name}: {address} should {}be rooted", if rooted { "not " } else { "" }));
            }
            let to = if address.starts_with('#') || address.is_empty() { name.clone() } else { target(name, address) };
            if !demo().files.contains_key(&to) {
                wrong.push(format!("{name}: {address} leads to {to}, which is not there"));
            }
            // A page without an anchor of that name has a top all the same (HTML, 7.4.6.4).
            let Some((_, anchor)) = address.split_once('#').filter(|(_, anchor)| *anchor != "top") else { continue };
            if !pages().get(&to).is_some_and(|page| page.ids().contains(&decoded(anchor).as_str())) {
                wrong.push(format!("{name}: no #{anchor} in {to}"));
            }
        }
        // Our own addresses in full, as in the canonical link.
        for (_, address) in page.addresses() {
            if let Some(below) = address.strip_prefix(BASE) {
                let to = target("index.html", below);
                if !demo().files.contains_key(&to) {
                    wrong.push(format!("{name}: {address} is not there"));
                }
            }
        }
    }
    nothing(wrong, "dead links");
}

#[test]
fn g23_every_page_is_reached_by_links() {
    let (mut seen, mut next) = (BTreeSet::new(), vec!["index.html".to_string()]);
    while let Some(name) = next.pop() {
        let Some(page) = pages().get(&name) else { continue };
        if seen.insert(name.clone()) {
            let links = page.all("a").filter_map(|link| link.get("href")).filter(|href| !is_web(href));
            next.extend(links.filter(|href| !href.starts_with('#')).map(|href| target(&name, href)));
        }
    }
    let reached = |name: &String| seen.contains(name) || name == "404.html" || pages()[name].meta("robots").is_some();
    nothing(pages().keys().filter(|name| !reached(name)).cloned().collect(), "nothing leads to");
}

#[test]
fn i8_built_files_tell_nothing_about_the_machine() {
    let folder = workshop::repository().display().to_string();
    let home = std::env::var("HOME").unwrap_or_else(|_| "/root".to_string()) + "/";
    let machine = [
        "localhost",
        "127.0.0.1",
        "EventSource",
        ".site/",
        "file:///",
        "C:\\",
        "/tmp/",
        "draft: true",
        "content/",
        ".md\"",
    ];
    let words = machine.into_iter().chain([folder.as_str(), home.as_str()]);
    let text =
        |name: &str| [".html", ".xml", ".ics", ".json", ".js", ".css", ".txt"].iter().any(|end| name.ends_with(end));
    let mut wrong = Vec::new();
    for (name, bytes) in demo().files.iter().filter(|(name, _)| text(name)) {
        let text = String::from_utf8_lossy(bytes);
        for word in words.clone().filter(|word| text.contains(word)) {
            wrong.push(format!("{name}: {word}"));
        }
    }
    nothing(wrong, "I8");
}

/// Built on another day of the machine's clock, the bytes are the same: only `--today` counts (I6, I8).
#[test]
fn i8_no_time_of_the_build() {
    let again = crate::published(workshop::repository(), Reader::PUBLIC);
    assert!(again.files == demo().files);
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let year = (1970 + now / 31_556_952).to_string();
    let theirs = |name: &str| name.starts_with("files/") || name.ends_with(".png") || name.ends_with(".pdf");
    for (name, bytes) in demo().files.iter().filter(|(name, _)| !theirs(name)) {
        assert!(!String::from_utf8_lossy(bytes).contains(&format!("{year}-")), "{name} tells the year {year}");
    }
}

#[test]
fn m01_m05_government_meta_tags() {
    let (mut wrong, mut titles) = (Vec::new(), BTreeMap::new());
    for (name, page) in pages() {
        let mut need = |tag: &str| {
            if page.meta(tag).is_none_or(|content| content.trim().is_empty()) {
                wrong.push(format!("{name}: no {tag}"));
            }
        };
        ["SiteName", "SiteDomain", "SiteIDCode"].into_iter().for_each(&mut need);
        if page.meta("robots") == Some("noindex") {
            continue;
        }
        let article = page.meta("ArticleTitle").is_some();
        let wanted = match article {
            true => &["ContentSource", "ArticleTitle"][..],
            false => &["ColumnName", "ColumnDescription", "ColumnKeywords", "ColumnType"],
        };
        wanted.iter().for_each(|tag| need(tag));
        // An institution is not a posting; whatever is one tells when it was posted.
        if article && !name.starts_with("institutions/") {
            match page.meta("PubDate") {
                Some(date) if date.len() == 16 && Moment::parse(date).is_ok() => {}
                date => wrong.push(format!("{name}: PubDate {date:?}")),
            }
        }
        let (h1, title) = (&page.only("h1").text, &page.only("title").text);
        if article && Some(h1.as_str()) != page.meta("ArticleTitle") {
            wrong.push(format!("{name}: ArticleTitle is not {h1}"));
        }
        if article && !title.starts_with(h1.as_str()) {
            wrong.push(format!("{name}: the title {title} does not begin with {h1}"));
        }
        if let Some(other) = titles.insert(title, name) {
            wrong.push(format!("{name}: the same title as {other}: {title}"));
        }
    }
    nothing(wrong, "M01–M05");
}

#[test]
fn structured_data_is_json() {
    let mut count = 0;
    for (name, page) in pages() {
        for script in page.all("script") {
            match script.get("type") {
                Some("application/ld+json") => {
                    let value: Value = serde_json::from_str(&script.text).unwrap_or_else(|e| panic!("{name}: {e}"));
                    assert_eq!(value["@context"], "https://schema.org", "{name}");
                    count += 1;
                }
                _ => assert!(script.text.is_empty() && script.get("src").is_some(), "{name}: a script of its own"),
            }
        }
        assert_eq!(page.all("style").count(), 0, "{name}: a style of its own");
    }
    assert!(count > 40, "{count}");
}

fn text(name: &str) -> &'static str {
    std::str::from_utf8(&demo().files[name]).unwrap()
}

fn child<'a>(node: roxmltree::Node<'a, 'a>, name: &str) -> &'a str {
    let found = node.children().find(|child| child.has_tag_name((node.tag_name().namespace().unwrap(), name)));
    found.and_then(|child| child.text()).unwrap_or_else(|| panic!("no <{name}> in {node:?}"))
}

#[test]
fn feeds_are_atom_with_absolute_addresses() {
    let feeds: Vec<_> = demo().files.keys().filter(|name| name.ends_with("feed.xml")).collect();
    assert!(feeds.len() >= 5, "{feeds:?}");
    for name in feeds {
        let document = roxmltree::Document::parse(text(name)).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        let feed = document.root_element();
        assert_eq!(feed.tag_name().namespace(), Some("http://www.w3.org/2005/Atom"), "{name}");
        assert!(!child(feed, "title").is_empty() && child(feed, "id").starts_with(BASE), "{name}");
        let entries: Vec<_> = feed.children().filter(|child| child.tag_name().name() == "entry").collect();
        let newest = entries.iter().map(|entry| child(*entry, "updated")).max();
        if let Some(newest) = newest {
            assert_eq!(child(feed, "updated"), newest, "{name} is as new as its newest entry");
        }
        let mut ids = BTreeSet::new();
        for entry in entries {
            assert!(ids.insert(child(entry, "id")), "{name}: an entry twice");
            child(entry, "title");
            assert!(child(entry, "published") <= child(entry, "updated"), "{name}");
        }
        for node in document.descendants() {
            if let Some(href) = node.attribute("href") {
                let below = href.strip_prefix(BASE).unwrap_or_else(|| panic!("{name}: {href}"));
                assert!(demo().files.contains_key(&target("index.html", below)), "{name}: {href}");
            }
        }
    }
}

#[test]
fn g11_the_sitemap_lists_what_may_be_found() {
    let document = roxmltree::Document::parse(text("sitemap.xml")).unwrap();
    let listed: Vec<String> = document
        .root_element()
        .children()
        .filter(|node| node.is_element())
        .map(|url| target("index.html", child(url, "loc").strip_prefix(BASE).unwrap()))
        .collect();
    let findable = pages().iter().filter(|(_, page)| page.meta("robots") != Some("noindex"));
    let mut findable: Vec<String> = findable.map(|(name, _)| name.clone()).collect();
    let mut sorted = listed.clone();
    sorted.sort();
    findable.sort();
    assert_eq!(sorted, findable);
    assert!(text("robots.txt").contains(&format!("Sitemap: {BASE}sitemap.xml")));
}

#[test]
fn g02_the_calendar_conforms() {
    let calendar = text("calendar.ics");
    assert!(calendar.ends_with("\r\n") && !calendar.replace("\r\n", "").contains(['\r', '\n']));
    for line in calendar.split("\r\n") {
        assert!(line.len() <= 75, "{} octets: {line}", line.len());
        assert!(!line.contains(|c: char| c.is_control()), "{line}");
    }
    let unfolded = calendar.replace("\r\n ", "");
    let (mut open, mut uids, mut events) = (Vec::new(), BTreeSet::new(), 0);
    let mut has: BTreeSet<&str> = BTreeSet::new();
    for line in unfolded.split_terminator("\r\n") {
        let (name, value) = line.split_once(':').unwrap_or_else(|| panic!("no value: {line}"));
        let name = name.split(';').next().unwrap();
        assert!(name.chars().all(|c| c.is_ascii_uppercase() || c == '-'), "{line}");
        match name {
            "BEGIN" => {
                open.push(value);
                has.clear();
            }
            "END" => {
                assert_eq!(open.pop(), Some(value));
                if value == "VEVENT" {
                    events += 1;
                    for needed in ["UID", "DTSTAMP", "DTSTART", "SUMMARY", "SEQUENCE", "STATUS", "URL"] {
                        assert!(has.contains(needed), "no {needed} in event {events}");
                    }
                }
            }
            "UID" => assert!(uids.insert(value), "{value} twice"),
            "URL" => {
                let below = value.strip_prefix(BASE).unwrap();
                assert!(demo().files.contains_key(&target("index.html", below)), "{value}");
            }
            _ => {}
        }
        let many = ["ATTENDEE", "CATEGORIES", "COMMENT"];
        assert!(has.insert(name) || many.contains(&name) || open.len() < 2, "{name} twice in event {events}");
    }
    assert!(open.is_empty() && events >= 8, "{open:?} {events}");
}

#[test]
fn data_files_are_json() {
    let data = demo().files.keys().filter(|name| name.starts_with("data/"));
    let data: Vec<_> = data.filter(|name| name.ends_with(".json") && !name.ends_with(".schema.json")).collect();
    assert!(data.len() >= 2, "{data:?}");
    for name in data {
        let value: Value = serde_json::from_str(text(name)).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        let mut urls = Vec::new();
        collect(&value, "url", &mut urls);
        assert!(!urls.is_empty(), "{name}");
        for url in urls {
            let below = url.strip_prefix(BASE).unwrap_or_else(|| panic!("{name}: {url}"));
            assert!(demo().files.contains_key(&target("index.html", below)), "{name}: {url}");
        }
    }
}

fn collect<'v>(value: &'v Value, key: &str, found: &mut Vec<&'v str>) {
    match value {
        Value::Array(all) => all.iter().for_each(|value| collect(value, key, found)),
        Value::Object(map) => {
            found.extend(map.get(key).and_then(Value::as_str));
            map.values().for_each(|value| collect(value, key, found));
        }
        _ => {}
    }
}

/// On any day of the year around the season the site is whole: other pages, other lists, empty ones too.
#[test]
fn every_day_gives_a_whole_site() {
    let project = Project::demo();
    for today in ["2022-01-01", "2022-08-24", "2022-10-01", "2030-01-01"] {
        let ran = project.run(["build", "--today", today, "--allow-shrink", "--format", "json"]);
        let told = ran.codes();
        let mild = |code: &String| codes::find(code).is_some_and(|code| code.severity >= Severity::Warning);
        assert!(told.iter().all(mild), "{today}: {told:?}\n{}", ran.out);
        let files = project.public();
        for (name, bytes) in files.iter().filter(|(name, _)| name.ends_with(".html")) {
            let page = Markup::read(bytes);
            assert!(page.faults.is_empty() && page.dangers().is_empty(), "{today} {name}: {:?}", page.faults);
            for (_, address) in page.addresses().filter(|(_, it)| !is_web(it) && !it.starts_with('#')) {
                assert!(files.contains_key(&target(name, address)), "{today} {name}: {address}");
            }
        }
    }
}
