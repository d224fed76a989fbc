//! `site poster`: the posters of one campaign or open day at once, also of one that is still a draft, into a folder
//! of their own. Mistakes in other pages do not stand in the way.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};

use super::{Call, Machine, Terminal, outcome};
use crate::edition::{Reader, hidden};
use crate::load::fields::Kind;
use crate::model::config::no_format;
use crate::model::{Format, Page, PageId};
use crate::plan::PosterPart;
use crate::render::Press;
use crate::report::{Finding, Place, Profile, SourcePath, Text, codes, displayable, nearest};
use crate::{Order, publication, workers, write};

/// The folder where none is named.
pub const OUT: &str = "printed";

/// What was asked for.
pub struct Wanted<'a> {
    /// The page, as it was named: its slug, its path or its title.
    pub name: &'a str,
    /// The formats, as they were named; none of them for those of the site.
    pub formats: &'a [String],
    /// The folder, as it was named.
    pub out: &'a str,
    /// Whether the first file is opened.
    pub open: bool,
}

/// Makes the posters.
pub fn run(call: &Call, machine: &Machine, terminal: &Terminal, wanted: &Wanted) -> u8 {
    let nothing = call.say("没有写入任何文件。", "Nothing was written.");
    let tell = |findings: &[Finding], ending: &str, made: Value| {
        outcome::tell(call, terminal, "poster", findings, ending, json!({ "made": made }))
    };
    let formats = match formats(wanted.formats) {
        Ok(formats) => formats,
        Err(findings) => return tell(&findings, nothing, Value::Null),
    };
    let order = |formats| Order { reader: Reader::AUTHOR, formats, ..call.order(machine) };
    let mut published = publication(&order(formats));
    if published.press.as_ref().is_some_and(|press| press.edition.config().posters.is_empty()) {
        // A site that makes none may still want one now.
        published = publication(&order(Format::DEFAULT.to_vec()));
    }
    let findings = published.report.into_sorted();
    let Some(press) = published.press else { return tell(&findings, nothing, Value::Null) };
    let Some(page) = named(&press, wanted.name) else {
        return outcome::refused(call, terminal, "poster", 1, &unknown(call, &press, wanted.name));
    };
    let mut findings = concerning(page, findings);
    if Profile::Preview.refuses(&findings) {
        return tell(&findings, nothing, Value::Null);
    }
    if press.plan.poster(&page.id, PosterPart::Page).is_none() {
        // Why stands among the findings; in a preview build it is only a warning.
        return tell(&findings, nothing, Value::Null).max(1);
    }
    let all: Vec<(PathBuf, Vec<u8>)> = match made(&press, page) {
        Ok(files) => files,
        Err(wrong) => {
            findings.extend(wrong);
            return tell(&findings, nothing, Value::Null);
        }
    };
    let folder = machine.folder.join(if wanted.out == OUT { call.project.join(OUT) } else { wanted.out.into() });
    if let Some(finding) = forbidden(call, &folder, wanted.out) {
        return tell(&[finding], nothing, Value::Null);
    }
    for (name, bytes) in &all {
        if let Err(fault) = write::single(&folder.join(name), bytes) {
            let shown = format!("{}/{}", wanted.out, name.display());
            findings.push(super::aside::cannot_write(&shown, &fault));
            return tell(&findings, "", Value::Null);
        }
    }
    if let (true, Some((name, _))) = (wanted.open, all.first())
        && let Err(fault) = (machine.open)(&folder.join(name))
    {
        terminal
            .complain(&format!("{}{fault}\n", call.say("文件已经生成，但打不开：", "Made, but it cannot be opened: ")));
    }
    let records = all.iter().map(|(name, bytes)| json!({ "file": name.to_string_lossy(), "bytes": bytes.len() }));
    let records: Vec<Value> = records.collect();
    tell(&findings, &ending(call, &press, page, &folder, &all), records.into())
}

fn formats(words: &[String]) -> Result<Vec<Format>, Vec<Finding>> {
    let place = Place::file(&SourcePath::new("--format"));
    let unknown = words.iter().filter(|word| Format::named(word).is_none());
    let wrong: Vec<Finding> = unknown.map(|word| no_format(word, place.clone())).collect();
    let formats: BTreeSet<Format> = words.iter().filter_map(|word| Format::named(word)).collect();
    if wrong.is_empty() { Ok(formats.into_iter().collect()) } else { Err(wrong) }
}

/// The campaign or open day somebody named by its slug, its address, its file or its title; a campaign comes first.
fn named<'p>(press: &'p Press, name: &str) -> Option<&'p Page> {
    let name = name.trim().replace('\\', "/");
    let trimmed = name.trim_matches('/').trim_start_matches("content/");
    let tail = trimmed.trim_end_matches("/index.md").trim_end_matches(".md");
    let of_kind = |kind: Kind| {
        let slug = tail.strip_prefix(kind.folder()).and_then(|rest| rest.strip_prefix('/')).unwrap_or(tail);
        press.edition.page(&PageId::new(kind, slug))
    };
    let titled = |kind: Kind| press.edition.of_kind(kind).find(|page| page.title == name);
    let kinds = || [Kind::Campaign, Kind::OpenDay].into_iter();
    kinds().find_map(of_kind).or_else(|| kinds().find_map(titled))
}

fn unknown(call: &Call, press: &Press, name: &str) -> String {
    let shown = displayable(name);
    let pages = || press.edition.pages().filter(|page| matches!(page.id.kind, Kind::Campaign | Kind::OpenDay));
    let slugs: Vec<&str> = pages().map(|page| &*page.id.slug).collect();
    let near = nearest(name, slugs.iter().copied());
    let (zh, en) = match near {
        Some(near) => (format!("你是不是想写“{near}”？"), format!(" Did you mean `{near}`?")),
        None => {
            let some: Vec<&str> = slugs.iter().take(5).copied().collect();
            (format!("现有：{}", some.join("、")), format!(" Known: {}", some.join(", ")))
        }
    };
    let zh = format!("没有叫“{shown}”的活动或开放日。{zh}");
    let en = format!("There is no campaign or open day `{shown}`.{en}");
    call.say(&zh, &en).to_string()
}

/// The findings that concern the page, the configuration or the theme.
fn concerning(page: &Page, findings: Vec<Finding>) -> Vec<Finding> {
    let concerns = |finding: &Finding| {
        let path = finding.place.path.as_str();
        finding.place.path == page.path || path.ends_with("site.yaml") || path.starts_with("themes")
    };
    findings.into_iter().filter(concerns).collect()
}

fn made(press: &Press, page: &Page) -> Result<Vec<(PathBuf, Vec<u8>)>, Vec<Finding>> {
    let formats = &press.edition.config().posters;
    let make = |format: &Format| {
        let out = press.plan.poster(&page.id, PosterPart::File(*format)).ok_or_else(Vec::new)?;
        let recipe = press.plan.recipe(&out).ok_or_else(Vec::new)?;
        match press.make(&out, recipe)? {
            crate::render::Made::Bytes(bytes) => {
                let name = out.as_str().rsplit('/').next().unwrap_or_default();
                Ok((PathBuf::from(name), bytes.to_vec()))
            }
            crate::render::Made::File(_) => Err(Vec::new()),
        }
    };
    let all: Vec<Result<_, Vec<Finding>>> = workers::each(formats, make);
    let mut wrong = crate::report::Report::new();
    let mut files = Vec::new();
    for one in all {
        match one {
            Ok(file) => files.push(file),
            Err(findings) => wrong.extend(findings),
        }
    }
    let wrong = wrong.into_sorted();
    if wrong.is_empty() { Ok(files) } else { Err(wrong) }
}

/// Nothing is written among the sources or into the published site, by whatever way the folder is named.
fn forbidden(call: &Call, folder: &Path, shown: &str) -> Option<Finding> {
    super::aside::is_kept(call, folder).then(|| {
        let text = Text::new(
            "海报不能写到稿件、主题或者网站的文件夹里，请用 --out 换一个文件夹。",
            "Posters are not written among sources or into the site; name another folder with --out.",
        );
        Finding::new(&codes::E301, Place::file(&SourcePath::new(shown)), text)
    })
}

fn ending(call: &Call, press: &Press, page: &Page, folder: &Path, all: &[(PathBuf, Vec<u8>)]) -> String {
    let shown = displayable(&folder.to_string_lossy());
    let files = all.iter().map(|(name, bytes)| {
        let kilobytes = bytes.len().div_ceil(1024);
        format!("\n  {}  {kilobytes} KB", name.display())
    });
    let files: String = files.collect();
    let (zh, en) = match hidden(page, press.edition.today()) {
        Some(_) => {
            ("\n这一页还没有公开，二维码现在打不开。", "\nThe page is not public yet; its QR code leads nowhere.")
        }
        None => ("", ""),
    };
    let zh = format!("“{}”的海报已写入 {shown}：{files}{zh}", page.title);
    let en = format!("Posters of `{}` in {shown}:{files}{en}", page.title);
    call.say(&zh, &en).to_string()
}
