//! I1, I2, I7 under random edits: no bytes make the program panic or run long, and whatever it still publishes is
//! safe. The seed is printed; set `SITE_TEST_SEED` to repeat a run.

use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, Instant};

use fastrand::Rng;
use site::edition::Reader;
use site::load::fields::{self, Kind};
use site::load::{header, text};
use site::markdown::{self, Link, Resolved, Target};
use site::model::OutPath;
use site::report::{Report, SourcePath};

use crate::markup::Markup;
use crate::workshop::{Project, repository};
use crate::{published, published_of};

fn random() -> Rng {
    let fixed = std::env::var("SITE_TEST_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = fixed.unwrap_or_else(|| fastrand::u64(..));
    println!("SITE_TEST_SEED={seed}");
    Rng::with_seed(seed)
}

/// Pieces that mean something to one of the readers, or nothing to any.
const PIECES: [&str; 44] = [
    "---\n",
    "```\n",
    "：",
    ": ",
    "“",
    "”",
    "[",
    "]",
    "(",
    "](",
    "![",
    "|",
    "> ",
    "- ",
    "1. ",
    "#",
    "    ",
    "\t",
    "\u{3000}",
    "\u{200b}",
    "\u{202e}",
    "\u{feff}",
    "\u{0}",
    "\r",
    "\u{2028}",
    "<script>",
    "<!--",
    "-->",
    "&#",
    "javascript:",
    "data:",
    "//",
    "\\",
    "{{",
    "{%",
    "%}",
    "[^1]",
    "*",
    "**",
    "_",
    "~",
    "𠮷👨‍👩‍👧",
    "\u{e000}",
    "99999999999999999999",
];

/// Full-width twins, as an input method leaves them behind.
const TWINS: [(&str, &str); 8] =
    [(":", "："), (",", "，"), ("[", "【"), ("(", "（"), ("-", "—"), ("\"", "“"), ("1", "１"), (" ", "\u{3000}")];

/// The beginning of the character at `at`.
fn border(bytes: &[u8], mut at: usize) -> usize {
    while at > 0 && bytes.get(at).is_some_and(|byte| byte & 0xc0 == 0x80) {
        at -= 1;
    }
    at
}

/// One edit: drop, double, swap, overwrite, insert, cut, widen. Most keep to whole characters, because a file that
/// is no longer UTF-8 is refused before it is read any further.
fn edited(bytes: &mut Vec<u8>, random: &mut Rng) {
    if bytes.is_empty() {
        return bytes.extend(random.choice(PIECES).unwrap().bytes());
    }
    let (mut at, mut end) = (random.usize(..bytes.len()), bytes.len());
    let broken = random.u8(..20) == 0;
    if !broken {
        at = border(bytes, at);
        end = border(bytes, (at + random.usize(1..40)).min(bytes.len()));
    }
    let run = end.min(at + 60) - at;
    match random.u8(..8) {
        0 => drop(bytes.drain(at..at + run)),
        1 => {
            let part = bytes[at..at + run].to_vec();
            bytes.splice(at..at, part);
        }
        2 if broken => bytes[at] = random.u8(..),
        3 if broken => {
            let other = random.usize(..bytes.len());
            bytes.swap(at, other);
        }
        4 => bytes.truncate(at),
        5 => {
            let (from, to) = random.choice(TWINS).unwrap();
            if let Some(found) = find(bytes, from.as_bytes(), at) {
                bytes.splice(found..found + from.len(), to.bytes());
            }
        }
        6 => {
            let piece = random.choice(PIECES).unwrap().repeat(random.usize(1..40));
            bytes.splice(at..at, piece.bytes());
        }
        _ => drop(bytes.splice(at..at, random.choice(PIECES).unwrap().bytes())),
    }
}

fn find(bytes: &[u8], word: &[u8], from: usize) -> Option<usize> {
    bytes[from..].windows(word.len()).position(|part| part == word).map(|at| from + at)
}

/// Every page of the demonstration with its kind.
fn sources() -> Vec<(String, Kind, Vec<u8>)> {
    let mut found = Vec::new();
    for kind in Kind::ALL {
        let folder = repository().join("content").join(kind.folder());
        for entry in walkdir::WalkDir::new(folder).sort_by_file_name() {
            let entry = entry.unwrap();
            if entry.path().extension().is_some_and(|end| end == "md") {
                let name = entry.path().strip_prefix(repository()).unwrap().display().to_string();
                found.push((name, kind, fs::read(entry.path()).unwrap()));
            }
        }
    }
    assert!(found.len() > 70, "{}", found.len());
    found
}

/// Ten seconds a megabyte (I1); whatever is smaller gets as much as a busy machine may need.
fn in_time<T>(what: &str, bytes: &[u8], work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let made = catch_unwind(AssertUnwindSafe(work));
    let allowed = Duration::from_secs(2) + Duration::from_secs(10).mul_f64(bytes.len() as f64 / 1e6);
    let took = start.elapsed();
    let kept = || {
        let path = std::env::temp_dir().join("site-mutation.bin");
        fs::write(&path, bytes).unwrap();
        path.display().to_string()
    };
    assert!(took < allowed, "{what} took {took:?}; the bytes are in {}", kept());
    made.unwrap_or_else(|_| panic!("{what} panicked; the bytes are in {}", kept()))
}

/// Bytes to a page's HTML, as `load` and `markdown` do it, in memory.
fn read(path: &SourcePath, kind: Kind, bytes: &[u8]) -> Option<String> {
    let mut report = Report::new();
    let text = text::decode(path, bytes, &mut report)?;
    let start = header::read(path, &text, kind, &mut report).map_or(0, |header| header.body_at);
    let body = markdown::body(path, &text, start, &mut report);
    let resolve = |link: &Link| match &link.target {
        Target::External(url) | Target::Contact(url) => Resolved::Href { url: url.clone(), external: true },
        Target::Anchor(anchor) => Resolved::Href { url: format!("#{anchor}"), external: false },
        _ => Resolved::PlainText,
    };
    let _ = (body.summary(), report.into_sorted());
    Some(body.html(&resolve))
}

#[test]
fn i1_i7_ten_thousand_ruined_pages() {
    let mut random = random();
    let sources = sources();
    let (mut count, mut shown, mut read_back) = (0, 0, 0);
    while count < 10_000 {
        for (name, kind, original) in &sources {
            let mut bytes = original.clone();
            for _ in 0..random.usize(1..6) {
                edited(&mut bytes, &mut random);
            }
            let path = SourcePath::new(name.as_str());
            let html = in_time(name, &bytes, || read(&path, *kind, &bytes));
            count += 1;
            // Reading the page back costs more than making it.
            if let (0, Some(html)) = (random.u8(..8), html) {
                let markup = Markup::read(format!("<!doctype html>{html}").as_bytes());
                assert_eq!(
                    (markup.faults.clone(), markup.dangers()),
                    (vec![], vec![]),
                    "{name}\n{}",
                    String::from_utf8_lossy(&bytes)
                );
                shown += markup.elements.len();
                read_back += 1;
            }
        }
    }
    assert!(shown > 5_000, "{shown} in {read_back}");
}

/// A file that was cut off, by a full disk or a lost connection, at every byte of its header and a little more.
#[test]
fn i1_every_cut() {
    for (name, kind, bytes) in sources().into_iter().step_by(9) {
        for end in 0..bytes.len().min(700) {
            in_time(&name, &bytes[..end], || read(&SourcePath::new(name.as_str()), kind, &bytes[..end]));
        }
    }
    for cut in [
        "---\n",
        "---\n---",
        "---\n\n",
        "\u{feff}---\n",
        "---\r\n",
        "---\n ",
        "--",
        ":",
        "---\n:",
        "---\n- ",
        "\n---\n---\n",
    ] {
        in_time(cut, cut.as_bytes(), || read(&SourcePath::new("content/news/a.md"), Kind::News, cut.as_bytes()));
    }
}

#[test]
fn i1_ruined_configurations() {
    let mut random = random();
    let original = fs::read(repository().join("content/site.yaml")).unwrap();
    let path = SourcePath::new("content/site.yaml");
    for _ in 0..1_000 {
        let mut bytes = original.clone();
        for _ in 0..random.usize(1..5) {
            edited(&mut bytes, &mut random);
        }
        in_time("site.yaml", &bytes, || {
            let mut report = Report::new();
            let text = text::decode(&path, &bytes, &mut report)?;
            header::read_config(&path, &text, fields::CONFIG, &mut report)
        });
    }
}

/// Every output is safe and inside the folder, and a finding says why anything is missing.
fn sound(project: &Path, what: &str, look: bool) {
    let made = published_of(project, Reader::PUBLIC, |name| !name.starts_with("assets/"));
    for (name, bytes) in &made.files {
        assert_eq!(OutPath::new(name).map(|path| path.as_str() == name), Ok(true), "{what}: {name}");
        if look && name.ends_with(".html") {
            let markup = Markup::read(bytes);
            assert_eq!(markup.dangers(), [""; 0], "{what}: {name}");
            assert_eq!(markup.faults, [""; 0], "{what}: {name}");
        }
    }
    let published = !made.files.is_empty();
    assert!(published || made.refused, "{what}: nothing is published and nobody knows why");
}

#[test]
fn i1_i2_i7_ruined_projects() {
    let mut random = random();
    let mut sources = sources();
    let project = Project::demo();
    let config = project.read("content/site.yaml").into_bytes();
    sources.push(("content/site.yaml".to_string(), Kind::Page, config));
    for round in 0..8 {
        let ruined = if round % 3 == 0 { sources.len() } else { sources.len() / 8 };
        let mut chosen = random.choose_multiple(sources.iter(), ruined);
        chosen.retain(|(name, ..)| name != "content/site.yaml" || round % 4 == 1);
        let mut all = Vec::new();
        for (name, _, original) in &chosen {
            let mut bytes = original.clone();
            for _ in 0..random.usize(1..3) {
                edited(&mut bytes, &mut random);
            }
            all.extend_from_slice(&bytes);
            project.write(name, &bytes);
        }
        in_time("a ruined project", &vec![0; 1_000_000], || {
            sound(project.folder(), &format!("round {round}"), round % 3 == 0)
        });
        for (name, _, original) in chosen {
            project.write(name, original);
        }
    }
    assert!(!published_of(project.folder(), Reader::PUBLIC, |_| false).refused, "all was put back");
}

#[test]
fn i1_ruined_templates() {
    let mut random = random();
    let templates = repository().join("themes/default/templates");
    let names = ["home.html", "base.html", "components.html", "article.html", "list.html"];
    let project = Project::small();
    for round in 0..300 {
        let name = names[round % names.len()];
        let mut bytes = fs::read(templates.join(name)).unwrap();
        for _ in 0..random.usize(1..4) {
            edited(&mut bytes, &mut random);
        }
        let file = format!("themes/default/templates/{name}");
        project.write(&file, &bytes);
        in_time(&file, &bytes, || published(project.folder(), Reader::PUBLIC));
        fs::remove_file(project.path(&file)).unwrap();
    }
}
