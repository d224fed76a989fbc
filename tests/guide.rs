//! Keeps README.zh-CN.md and README.md true: the officer's guide shows the table of fields as the program has it,
//! every complete example in it checks without a finding, every message it shows is what the program says, and every
//! command line in both parses. `UPDATE_EXPECT=1` rewrites what is generated.

#![allow(clippy::unwrap_used)]

use std::ffi::OsString;
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use site::Order;
use site::commands::{self, Machine, Terminal, arguments};
use site::load::fields::{COMMON, CONFIG, Field, Kind, Shape};
use site::load::open_days::columns::COLUMNS;
use site::model::Day;
use site::report::frame::Colour;
use site::report::{Finding, codes};

const GUIDE: &str = "README.zh-CN.md";
const TABLE_OPENS: &str = "<!-- 字段表开始：由 tests/guide.rs 生成，不要手改 -->\n";
const TABLE_CLOSES: &str = "<!-- 字段表结束 -->\n";

/// Pictures and files that the guide tells officers to lay beside their pages, and real ones to stand in for them.
const FILES: [(&str, &str); 4] = [
    ("content/files/tongjibiao.xlsx", "content/files/activity-statistics.xlsx"),
    ("content/cases/lvse-jiancai/chejian.jpg", "content/news/linfen-water-questions/water-bottles.jpg"),
    ("content/posters/green-haibao/haibao-a3.pdf", "content/posters/green-poster/green-a3.pdf"),
    ("content/posters/green-haibao/yulan.png", "content/posters/green-poster/preview.png"),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn document(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap().replace("\r\n", "\n")
}

/// A fenced block: what stands behind the fence, where its text lies in the document, and the text.
struct Block<'a> {
    info: &'a str,
    range: std::ops::Range<usize>,
    text: String,
}

/// The fenced blocks of a document; the text of one inside a list item is without the item's indentation.
fn blocks(document: &str) -> Vec<Block<'_>> {
    let mut found: Vec<Block> = Vec::new();
    let mut open: Option<(usize, &str, usize)> = None;
    let mut at = 0;
    for line in document.split_inclusive('\n') {
        let indent = line.len() - line.trim_start().len();
        if let Some(info) = line.trim().strip_prefix("```") {
            open = match open {
                None => Some((indent, info, at + line.len())),
                Some((indent, info, start)) => {
                    let lines = document[start..at].split_inclusive('\n');
                    let text = lines.map(|line| line.get(indent..).unwrap_or("\n")).collect();
                    found.push(Block { info, range: start..at, text });
                    None
                }
            };
        }
        at += line.len();
    }
    assert!(open.is_none(), "a fence is never closed");
    found
}

/// The blocks whose info is `language` and a path: the path and the text.
fn examples<'a>(document: &'a str, languages: &[&str]) -> Vec<(&'a str, String)> {
    let of = |block: Block<'a>| {
        let (language, path) = block.info.split_once(' ')?;
        let complete = languages.contains(&language) && (path.starts_with("content/") || path.starts_with("themes/"));
        complete.then_some((path, block.text))
    };
    blocks(document).into_iter().filter_map(of).collect()
}

#[derive(Clone, Default)]
struct Pipe(Arc<Mutex<Vec<u8>>>);

impl Write for Pipe {
    fn write(&mut self, part: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().write(part)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// A project as `site init` makes it, on the day of the guide.
struct Project {
    folder: tempfile::TempDir,
}

impl Project {
    fn new() -> Project {
        let project = Project { folder: tempfile::tempdir().unwrap() };
        let (code, said) = project.run(&["init", "zhuanti"]);
        assert_eq!(code, 0, "{said}");
        project
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("zhuanti")
    }

    fn write(&self, path: &str, bytes: &[u8]) {
        let disk = self.path().join(path);
        fs::create_dir_all(disk.parent().unwrap()).unwrap();
        fs::write(disk, bytes).unwrap();
    }

    fn run(&self, args: &[&str]) -> (u8, String) {
        let pipe = Pipe::default();
        let terminal = Terminal::new(Box::new(pipe.clone()), Box::new(pipe.clone()), Colour::Off, false);
        let args: Vec<OsString> = ["site", "--today", "2022-09-20"].iter().chain(args).map(OsString::from).collect();
        let code = commands::run(&args, &machine(self.folder.path()), &Arc::new(terminal));
        let said = String::from_utf8(pipe.0.lock().unwrap().clone()).unwrap();
        (code, said)
    }

    fn publication(&self) -> site::Publication {
        site::publication(&Order::of(&self.path(), day()))
    }
}

fn day() -> Day {
    Day::new(2022, 9, 20).unwrap()
}

fn machine(folder: &Path) -> Machine {
    Machine::bare(folder, day)
}

fn told(findings: &[Finding]) -> String {
    findings.iter().map(|finding| format!("{}: {}\n", finding.place.path, finding.message.zh)).collect()
}

#[test]
fn every_example_checks_without_a_finding_and_is_public() {
    let guide = document(GUIDE);
    let examples = examples(&guide, &["md", "yaml", "csv"]);
    let project = Project::new();
    for (path, source) in FILES {
        project.write(path, &fs::read(root().join(source)).unwrap());
    }
    for (path, text) in &examples {
        project.write(path, text.as_bytes());
    }
    let made = project.publication();
    assert_eq!(told(&made.report.into_sorted()), "");
    let shown: Vec<String> = made.press.unwrap().edition.pages().map(|page| page.path.as_str().to_string()).collect();
    for (path, _) in &examples {
        assert!(path.ends_with("site.yaml") || shown.iter().any(|shown| shown == path), "{path} is not public");
    }
    for kind in Kind::ALL {
        let folder = format!("content/{}/", kind.folder());
        assert!(examples.iter().any(|(path, _)| path.starts_with(&folder)), "no example in {folder}");
    }
    let (code, said) = project.run(&["check", "--root", "zhuanti"]);
    assert_eq!((code, said.contains("没有发现问题")), (0, true), "{said}");
    let (code, said) = project.run(&["build", "--root", "zhuanti"]);
    assert_eq!(code, 0, "{said}");
}

/// What stands in the generated parts: the table, and after each `wrong` example what `check` says of it.
fn regenerated(guide: &str) -> String {
    let mut parts: Vec<(std::ops::Range<usize>, String)> = Vec::new();
    let opens = guide.find(TABLE_OPENS).expect("the guide has a table of fields") + TABLE_OPENS.len();
    let closes = guide.find(TABLE_CLOSES).expect("the table of fields ends");
    parts.push((opens..closes, table()));
    let all = blocks(guide);
    for pair in all.windows(2) {
        let wrong = pair[0].info.strip_prefix("md wrong ").or(pair[0].info.strip_prefix("csv wrong "));
        if let (Some(path), "text site check") = (wrong, pair[1].info) {
            let project = Project::new();
            project.write(path, pair[0].text.as_bytes());
            let (code, said) = project.run(&["check", "--root", "zhuanti"]);
            assert_eq!(code, 1, "{said}");
            parts.push((pair[1].range.clone(), said));
        }
    }
    parts.sort_by_key(|(range, _)| std::cmp::Reverse(range.start));
    let mut whole = guide.to_string();
    for (range, text) in parts {
        whole.replace_range(range, &text);
    }
    whole
}

#[test]
fn the_table_of_fields_and_the_messages_are_those_of_the_program() {
    let guide = document(GUIDE);
    let wanted = regenerated(&guide);
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(root().join(GUIDE), &wanted).unwrap();
        return;
    }
    for (number, (line, wanted)) in guide.lines().zip(wanted.lines()).enumerate() {
        assert_eq!(line, wanted, "{GUIDE}:{}; UPDATE_EXPECT=1 cargo test --test guide rewrites it", number + 1);
    }
    assert_eq!(guide.lines().count(), wanted.lines().count());
}

fn table() -> String {
    let mut out = String::new();
    for kind in Kind::ALL {
        section(&mut out, kind.zh(), &format!("content/{}", kind.folder()), kind.own_fields());
    }
    section(&mut out, "各种稿件都可以用的字段", "", COMMON);
    columns(&mut out);
    section(&mut out, "网站配置", "content/site.yaml", CONFIG);
    out
}

/// The columns of a table of open days.
fn columns(out: &mut String) {
    out.push_str("\n### 开放日表格的列（`content/open-days/*.csv`）\n\n");
    out.push_str("| 中文 | 英文 | 必填 | 意思 | 例子 |\n|---|---|---|---|---|\n");
    for column in COLUMNS {
        let field = column.field();
        let example = match field.shape {
            Shape::Texts => field.example.trim_matches(['[', ']']).replace(", ", "、"),
            _ => field.example.to_string(),
        };
        let field = Field { key: column.key, zh: column.zh, required: column.is_required(), ..*field };
        let cells = [field.zh.to_string(), format!("`{}`", field.key), needed(&field), field.meaning.into(), example];
        out.push_str(&format!("| {} |\n", cells.join(" | ")));
    }
}

fn needed(field: &Field) -> String {
    if field.required { "是".to_string() } else { String::new() }
}

fn section(out: &mut String, name: &str, place: &str, fields: &[Field]) {
    let place = if place.is_empty() { String::new() } else { format!("（`{place}`）") };
    out.push_str(&format!("\n### {name}{place}\n\n| 中文 | 英文 | 必填 | 意思 | 例子 |\n|---|---|---|---|---|\n"));
    for field in fields {
        row(out, "", field);
        field.inner().iter().for_each(|inner| row(out, "　└ ", inner));
    }
    if name == "网站配置" {
        out.push('\n');
    }
}

fn row(out: &mut String, lead: &str, field: &Field) {
    let example = if field.example.is_empty() { String::new() } else { format!("`{}`", field.example_zh()) };
    let cells =
        [format!("{lead}{}", field.zh), format!("`{}`", field.key), needed(field), field.meaning.into(), example];
    out.push_str(&format!("| {} |\n", cells.map(|cell| cell.replace('|', "\\|")).join(" | ")));
}

/// Every command line that begins with `site `: the lines of `console` blocks, and code inside sentences.
fn command_lines(document: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut prose = document.to_string();
    for block in blocks(document).iter().rev() {
        if block.info == "console" {
            found.extend(block.text.lines().map(|line| line.split(" #").next().unwrap_or(line).trim().to_string()));
        }
        prose.replace_range(block.range.clone(), "");
    }
    found.extend(prose.lines().flat_map(|line| line.split('`').skip(1).step_by(2)).map(str::to_string));
    let lines = found.into_iter().map(|line| line.replacen("cargo run -- ", "site ", 1));
    lines.filter(|line| line.starts_with("site ")).collect()
}

/// Words as a command prompt splits them: double quotes keep spaces together.
fn words(line: &str) -> Vec<OsString> {
    let mut words: Vec<String> = vec![String::new()];
    for (index, part) in line.split('"').enumerate() {
        let mut pieces = if index % 2 == 1 { vec![part] } else { part.split(' ').collect() }.into_iter();
        words.last_mut().unwrap().push_str(pieces.next().unwrap_or_default());
        words.extend(pieces.map(str::to_string));
    }
    words.into_iter().filter(|word| !word.is_empty()).map(OsString::from).collect()
}

#[test]
fn every_command_line_parses() {
    for name in [GUIDE, "README.md"] {
        let lines = command_lines(&document(name));
        assert!(lines.len() > 5, "{name}: {lines:?}");
        for line in lines {
            let mut args = words(&line);
            // A command that is only named, such as `site init`, is asked for its help.
            if args.len() == 2 {
                args.push("--help".into());
            }
            match arguments::call(&args, &machine(root())) {
                Ok(call) => named_kind(&line, &call.command),
                Err(refused) => assert_eq!(refused.code(), 0, "{name}: `{line}` is no command line"),
            }
        }
    }
}

fn named_kind(line: &str, command: &commands::Command) {
    if let commands::Command::New { kind, .. } = command {
        let known = arguments::kind(kind).is_some() || arguments::is_table(kind);
        assert!(known || kind.starts_with('<'), "{line}");
    }
    if let commands::Command::Explain { code } = command {
        assert!(codes::find(code).is_some() || code.starts_with('<'), "{line}");
    }
}

#[test]
fn every_code_is_known() {
    let guide = document(GUIDE);
    let words = guide.split(|c: char| !c.is_ascii_alphanumeric());
    let is_code = |word: &&str| {
        let digits = word.trim_start_matches(|c: char| c.is_ascii_uppercase());
        word.len() - digits.len() == 1 && (2..=3).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
    };
    for code in words.filter(is_code) {
        assert!(codes::find(code).is_some(), "{code}");
    }
}

#[test]
fn links_inside_the_guide_lead_to_headings() {
    let guide = document(GUIDE);
    let slug = |heading: &str| -> String {
        heading
            .chars()
            .filter(|c| c.is_alphanumeric() || "-_ ".contains(*c))
            .collect::<String>()
            .trim()
            .replace(' ', "-")
    };
    let headings: Vec<String> = guide
        .lines()
        .filter(|line| line.starts_with('#'))
        .map(|line| slug(line.trim_start_matches('#')).to_lowercase())
        .collect();
    for link in guide.split("](#").skip(1).filter_map(|rest| rest.split(')').next()) {
        assert!(headings.iter().any(|heading| heading == link), "#{link}");
    }
}

#[test]
fn the_readme_shows_the_pipeline_and_a_template_that_works() {
    let readme = document("README.md");
    let map = fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let stages = map.split("//! ```").nth(1).expect("lib.rs draws the pipeline");
    for stage in stages.lines().skip(1).filter_map(|line| line.strip_prefix("//! ")?.split_whitespace().next()) {
        assert!(readme.contains(stage), "README.md does not show {stage}");
    }
    let examples = examples(&readme, &["html", "jinja"]);
    assert!(!examples.is_empty(), "README.md shows how to override a template");
    let project = Project::new();
    for (path, text) in &examples {
        project.write(path, text.as_bytes());
    }
    let (code, said) = project.run(&["check", "--root", "zhuanti"]);
    assert_eq!(code, 0, "{said}");
    let (code, said) = project.run(&["build", "--root", "zhuanti"]);
    assert_eq!(code, 0, "{said}");
    let page = |path: &str| fs::read_to_string(project.path().join("public").join(path)).unwrap();
    let home = page("index.html");
    assert!(home.contains("本专题由") && home.contains("class=\"site-footer\""), "one block is changed, and no other");
    assert!(page("cases/index.html").contains("site-footer"));
}
