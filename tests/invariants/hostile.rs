//! Text that would like to be markup, in every field of the demonstration (D17, E05, G01, G08–G12), and names that
//! would like to be paths (I2, C20, C21).

use site::edition::Reader;
use site::model::OutPath;

use crate::markup::Markup;
use crate::workshop::{CONFIG, NEWS, Project};
use crate::{Published, published};

/// Markup of every language we write, in one text.
const HOSTILE: &str = "<canary a=\"b\">&amp;\"'</script><!--]]>{{ 7*7 }}{% raw %};ATTENDEE:x,\\n`\u{2028}";

const FREE_TEXT: [&str; 22] = [
    "title",
    "slogan",
    "summary",
    "organizer",
    "source",
    "author",
    "unit",
    "issuer",
    "name",
    "address",
    "date_text",
    "date_basis",
    "status_note",
    "description",
    "place",
    "role",
    "method",
    "cc",
    "caption",
    "alt",
    "sponsor",
    "copyright",
];

/// The header with [`HOSTILE`] added to every text in it.
fn poisoned(page: &str) -> String {
    let mut fences = 0;
    let mut lines = Vec::new();
    for line in page.lines() {
        fences += usize::from(line == "---");
        let poisoned = (fences < 2).then(|| poison(line)).flatten();
        lines.push(poisoned.unwrap_or_else(|| line.to_string()));
    }
    lines.join("\n") + "\n"
}

fn poison(line: &str) -> Option<String> {
    let (key, value) = line.split_once(": ")?;
    let bare = key.trim_start_matches(['-', ' ']);
    // The unit of a poster's size is one of a few words; that of a case is a text.
    let plain = !value.is_empty() && !value.starts_with(['[', '{', '|', '>', '#']) && !["mm", "px"].contains(&value);
    let quoted = value.trim_matches('"').replace('\'', "''") + &HOSTILE.replace('\'', "''");
    (plain && FREE_TEXT.contains(&bare)).then(|| format!("{key}: '{quoted}'"))
}

/// The demonstration with every text poisoned.
fn poisoned_demo() -> (Project, Published, usize) {
    let project = Project::demo();
    let mut count = 0;
    for entry in walkdir::WalkDir::new(project.path("content")) {
        let entry = entry.unwrap();
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(".md") || name == "site.yaml" {
            let text = std::fs::read_to_string(entry.path()).unwrap();
            let text = poisoned(&text);
            count += text.matches("<canary").count();
            std::fs::write(entry.path(), text).unwrap();
        }
    }
    let found = published(project.folder(), Reader::PUBLIC);
    (project, found, count)
}

#[test]
fn d17_e05_text_never_becomes_markup() {
    let (_project, found, count) = poisoned_demo();
    assert!(count > 300, "only {count} texts were poisoned");
    let errors: Vec<_> = found
        .findings
        .iter()
        .filter(|finding| finding.code.severity < site::report::Severity::Warning)
        .map(|finding| format!("{} {}", finding.code.id, finding.place.path))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    let mut shown = 0;
    for (name, bytes) in &found.files {
        let Ok(text) = std::str::from_utf8(bytes) else { continue };
        if name.ends_with(".html") {
            let page = Markup::read(bytes);
            assert_eq!(page.faults, [""; 0], "{name}");
            assert_eq!(page.dangers(), [""; 0], "{name}");
            assert!(page.comments.iter().all(|comment| !comment.contains("]]>")), "{name}: a comment was opened");
            let injected = page.elements.iter().find(|it| it.name == "canary" || it.attributes.contains_key("a"));
            assert!(injected.is_none(), "{name}: text became an element");
            let structured = page.all("script").filter(|it| it.get("type").is_some());
            for script in structured {
                serde_json::from_str::<serde_json::Value>(&script.text)
                    .unwrap_or_else(|fault| panic!("{name}: {fault}"));
            }
            assert!(!text.contains("49}}") && !text.contains(" 49 "), "{name}: text became a template");
            shown += page.only("body").text.matches("<canary a=\"b\">&amp;\"'</script>").count();
        } else if name.ends_with(".xml") {
            let document = roxmltree::Document::parse(text).unwrap_or_else(|fault| panic!("{name}: {fault}"));
            assert!(!document.descendants().any(|node| node.has_tag_name("canary")), "{name}");
        } else if name.ends_with(".ics") {
            let unfolded = text.replace("\r\n ", "");
            assert!(!unfolded.split("\r\n").any(|line| line.starts_with("ATTENDEE")), "{name}");
            assert!(text.split("\r\n").all(|line| line.len() <= 75 && !line.contains(['\n', '\u{2028}'])), "{name}");
            let empty = !unfolded.contains("BEGIN:VEVENT");
            assert!(empty || unfolded.contains("\\;ATTENDEE:x\\,\\\\n"), "{name}: not escaped");
        } else if name.ends_with(".json") {
            serde_json::from_str::<serde_json::Value>(text).unwrap_or_else(|fault| panic!("{name}: {fault}"));
        }
    }
    assert!(shown > 300, "the text itself is shown as it was typed, but only {shown} times");
}

/// Names that some system would read as a way out.
const WAYS_OUT: [&str; 24] = [
    "..",
    ".",
    "../x",
    "../../etc/passwd",
    "/etc/passwd",
    "a/../../b",
    "a/./b",
    "a//b",
    "a\\b",
    "..\\x",
    "C:x",
    "C:\\x",
    "%2e%2e",
    "%2e%2e%2fx",
    "..%2fx",
    "con",
    "nul.txt",
    ".git",
    ".site-output",
    "x.",
    "x ",
    "a\u{202e}b",
    "~",
    "\\\\host\\x",
];

/// Every output path stands below the folder on every system (I2).
fn inside(found: &Published, what: &str) {
    for name in found.files.keys() {
        let path = OutPath::new(name).unwrap_or_else(|fault| panic!("{what}: {name}: {fault:?}"));
        assert_eq!(path.as_str(), name, "{what}");
        let bad =
            |part: &str| part.is_empty() || part.starts_with("..") || part == "." || part.contains(['\\', ':', '%']);
        assert!(!name.split('/').any(bad), "{what}: {name}");
        assert!(name != ".site-output", "{what}: the record would be overwritten");
    }
}

#[test]
fn i2_c20_c21_no_name_leaves_the_folder() {
    for way in WAYS_OUT {
        let quoted = way.replace('\'', "''");
        for (what, key) in [("slug", format!("slug: '{quoted}'\n")), ("old_urls", format!("old_urls: ['{quoted}']\n"))]
        {
            let project = Project::small();
            project.write("content/news/c.md", NEWS.replacen("---\n", &format!("---\n{key}"), 1));
            let found = published(project.folder(), Reader::PUBLIC);
            // An old address may begin with a slash, and spaces round a value are no part of it.
            let below = (what == "old_urls" && ["/etc/passwd", "~"].contains(&way)) || way.trim() != way;
            assert!(found.refused || below, "{what} {way:?} is accepted");
            inside(&found, what);
        }
        let project = Project::small();
        project.write("content/site.yaml", format!("{CONFIG}theme: '{quoted}'\n"));
        let found = published(project.folder(), Reader::PUBLIC);
        assert!(found.refused && found.files.is_empty(), "theme {way:?} is accepted");
        let project = Project::small();
        project.write("content/news/c.md", NEWS.replace("启动了。", &format!("[a](<{way}>) ![b](<{way}>)")));
        inside(&published(project.folder(), Reader::PUBLIC), "link");
        for key in ["attachments:\n  - title: 附\n    file: ", "attachments:\n  - title: 附\n    ref: ", "forwards: "]
        {
            let text =
                format!("---\ntitle: 通知\nissuer: 局\npublished: 2022-09-19 09:00\n{key}'{quoted}'\n---\n\n文。\n");
            let project = Project::small();
            project.write("content/notices/c.md", text);
            let found = published(project.folder(), Reader::PUBLIC);
            assert!(found.refused, "{key} {way:?} is accepted");
            inside(&found, key);
        }
    }
}

#[test]
fn c19_c21_an_address_that_is_taken_is_refused() {
    for taken in [
        "/",
        "/index.html",
        "/news/",
        "/news/a/",
        "/news/index.html",
        "/calendar/",
        "/404.html",
        "/feed.xml",
        "/sitemap.xml",
        "/data/pages.json",
        "//evil.example/x",
        "javascript:alert(1)",
        "https://evil.example/",
        "/news/c/",
        "/robots.txt",
        "/calendar.ics",
    ] {
        let project = Project::small();
        project.write("content/news/c.md", NEWS.replacen("---\n", &format!("---\nold_urls: ['{taken}']\n"), 1));
        let found = published(project.folder(), Reader::PUBLIC);
        assert!(found.refused, "the old address {taken:?} is accepted: {:?}", found.files.keys());
        inside(&found, taken);
    }
    for slug in ["calendar", "news", "assets", "data", "files", "404", "feed", "regions", "years", "campaigns"] {
        let project = Project::small();
        project.write(&format!("content/pages/{slug}.md"), "---\ntitle: 页\n---\n\n文。\n");
        let found = published(project.folder(), Reader::PUBLIC);
        let harmless = ["404", "feed"].contains(&slug);
        assert!(found.refused || harmless, "the page {slug} is accepted");
    }
}
