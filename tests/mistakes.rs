//! Every file of `tests/mistakes` is one author mistake: the bad page in a block, and under it what the program says,
//! in Chinese and in English. The blocks are written over the small project in `tests/mistakes/base`, the pipeline
//! runs as `site check` runs it, and the messages are compared whole. `UPDATE_EXPECT=1` writes them anew.
//!
//! A `##` heading begins another form of the same mistake. The words after a block's path say how its bytes are made:
//! see [`bytes`]. A fix that is printed must mend the mistake when it is pasted; that is tried as well.
#![allow(clippy::unwrap_used, reason = "a suite may panic where its files are wrong")]

#[path = "fixtures/mod.rs"]
mod fixtures;

use std::path::Path;

use fixtures::document::{Block, Document, Section};
use fixtures::office;
use fixtures::project::{Project, Wish};
use libtest_mimic::{Arguments, Failed, Trial};
use site::model::Day;
use site::report::frame::{self, Colour};
use site::report::{Finding, Lang, Profile};

fn main() {
    let arguments = Arguments::from_args();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mistakes");
    let mut trials = Vec::new();
    for path in fixtures::listed(&folder, "md") {
        let name = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let of_fixes = path.clone();
        trials.push(Trial::test(name.clone(), move || messages(&path)));
        trials.push(Trial::test(format!("{name}, pasted"), move || fixes(&of_fixes)));
    }
    libtest_mimic::run(&arguments, trials).exit();
}

/// Compares what is said with what the document says, section by section.
fn messages(path: &Path) -> Result<(), Failed> {
    let mut document = Document::read(path);
    let mut wrong = String::new();
    for section in &mut document.sections {
        let Some(wish) = wish(section) else { continue };
        let findings = project(section).check(&wish);
        for (label, lang) in [("中文", Lang::Zh), ("English", Lang::En)] {
            let said = said(&findings, lang);
            let expected = section.expected(label).map(|block| block.text.clone());
            if expected.as_deref() != Some(said.as_str()) {
                let heading = &section.heading;
                let expected = expected.unwrap_or_default();
                wrong.push_str(&format!("\n{heading}, {label}\n--- expected\n{expected}--- said\n{said}"));
                section.expect(label, said);
            }
        }
    }
    if wrong.is_empty() {
        return Ok(());
    }
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        document.write(path);
        return Ok(());
    }
    Err(format!("{wrong}\nIf the new words are right, run with UPDATE_EXPECT=1.").into())
}

fn said(findings: &[Finding], lang: Lang) -> String {
    if findings.is_empty() {
        return if lang == Lang::Zh { "没有问题。\n" } else { "No problems.\n" }.to_string();
    }
    findings.iter().map(|finding| frame::print(finding, lang, Colour::Off)).collect::<Vec<_>>().join("\n")
}

/// How a section's project is checked; none when the section shows no page. The words behind `中文` say it: `production`,
/// and `pages` where the pages are made and looked at, which takes its time.
fn wish(section: &Section) -> Option<Wish> {
    section.pages().next()?;
    let said = section.expected("中文");
    let has = |word: &str| said.is_some_and(|block| block.has(word));
    let profile = if has("production") { Profile::Production } else { Profile::Preview };
    let today =
        said.and_then(|block| block.value("today")).map_or(Wish::default().today, |day| Day::parse(day).unwrap());
    Some(Wish { today, profile, pages: has("pages"), ..Wish::default() })
}

fn project(section: &Section) -> Project {
    let project = Project::copy(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/mistakes/base"));
    for block in section.pages() {
        project.write(&block.path, &bytes(block));
    }
    project
}

/// The bytes of a block: `gbk`, `utf16`, `bom`, `crlf` name its encoding; `hex` gives bytes; `docx`, `xlsx` and `pdf` make a
/// document of the text; in `escapes` blocks
/// `\u{200b}` stands for a character nobody sees; a line `×700 text` stands for 700 such lines; `size=21MB` makes
/// the file that long.
fn bytes(block: &Block) -> Vec<u8> {
    let mut text = repeated(&block.text);
    if block.has("escapes") {
        text = fixtures::unescaped(&text);
    }
    if block.has("crlf") {
        text = text.replace('\n', "\r\n");
    }
    let mut bytes = match () {
        () if block.has("gbk") => encoding_rs::GB18030.encode(&text).0.into_owned(),
        () if block.has("utf16") => {
            [0xFEFF].into_iter().chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
        }
        () if block.has("hex") => fixtures::hex(&text),
        () if block.has("docx") => office::docx(&text),
        () if block.has("xlsx") => office::xlsx(&text),
        () if block.has("pdf") => office::pdf(&text),
        () if block.has("bom") => format!("\u{feff}{text}").into_bytes(),
        () => text.into_bytes(),
    };
    if let Some(size) = block.words.iter().find_map(|word| word.strip_prefix("size=")?.strip_suffix("MB")) {
        bytes.resize(size.parse::<usize>().unwrap() << 20, 0);
    }
    bytes
}

fn repeated(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let counted = line.strip_prefix('×').and_then(|rest| rest.split_once(' '));
        match counted.and_then(|(count, rest)| Some((count.parse().ok()?, rest))) {
            Some((count, rest)) => out.push_str(&format!("{rest}\n").repeat(count)),
            None => out.push_str(&format!("{line}\n")),
        }
    }
    out
}

/// Pastes every fix over the line that was marked and checks again: the finding must be gone, and no other finding
/// may have come in its place.
fn fixes(path: &Path) -> Result<(), Failed> {
    let mut wrong = String::new();
    for section in &Document::read(path).sections {
        let Some(wish) = wish(section) else { continue };
        let before = project(section).check(&wish);
        for finding in &before {
            let Some(mended) = pasted(section, finding) else { continue };
            let after = mended.check(&wish);
            let worse = after.iter().filter(|other| !before.iter().any(|known| known.code == other.code));
            let worse = worse.filter(|other| !follows(finding, other));
            let same = |other: &&Finding| other.code == finding.code && other.place == finding.place;
            let left: Vec<&Finding> = after.iter().filter(same).chain(worse).collect();
            if !left.is_empty() {
                let said = frame::print(finding, Lang::Zh, Colour::Off);
                let left: String = left.iter().map(|left| frame::print(left, Lang::Zh, Colour::Off)).collect();
                wrong.push_str(&format!("\n{}\n{said}--- after the fix was pasted\n{left}", section.heading));
            }
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.into()) }
}

/// What a mended line may bring to light: a file that is still to be put there, or one with an awkward name; a status,
/// once it can be read, that needs a reason; or a campaign, once its days can, that lacks something.
fn follows(mended: &Finding, other: &Finding) -> bool {
    other.code.id == "U01"
        || other.code.id == "I177" && mended.code.id == "E116"
        || other.code.id == "V02" && mended.code.id == "E119"
        || other.code.id == "D08" && mended.code.id == "E143"
        || other.code.id == "E123" && ["E116", "E121", "E124"].contains(&mended.code.id)
}

/// The project with the finding's fix in place of its line; none where the fix is no line of a file.
fn pasted(section: &Section, finding: &Finding) -> Option<Project> {
    let [fix] = finding.fix.as_slice() else { return None };
    let span = finding.place.span.as_ref()?;
    let project = project(section);
    let text = project.read(finding.place.path.as_str())?;
    let mut lines: Vec<String> = text.lines().map(str::to_string).collect();
    match finding.adds {
        false => *lines.get_mut(span.line - 1)? = fix.clone(),
        true if fix.starts_with(' ') => lines.insert(span.line, fix.clone()),
        true if fix.starts_with('[') => lines.push(format!("\n{fix}")),
        true if finding.code.id.starts_with('E') => lines.insert(span.line - 1, fix.clone()),
        true => lines.insert(span.line, fix.clone()),
    }
    project.write(finding.place.path.as_str(), (lines.join("\n") + "\n").as_bytes());
    Some(project)
}
