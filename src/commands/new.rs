//! `site new`: a page with a commented header that passes `check`, as a draft. Nothing is ever overwritten, and the
//! name cannot leave the folder of its kind (faults.md K06).

mod table;

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::path::Path;

use serde_json::json;

use super::{Call, Format, Machine, Terminal, arguments, outcome};
use crate::load::fields::{Field, Kind, Shape};
use crate::model::holidays::Rest;
use crate::model::{Day, Own, PageId, Site, slug};
use crate::publication;
use crate::report::{Lang, displayable};

/// Starts the page `name` of the kind called `word`.
pub fn run(call: &Call, machine: &Machine, terminal: &Terminal, word: &str, name: &str) -> u8 {
    let refuse = |zh: String, en: String, code: u8| outcome::refused(call, terminal, "new", code, call.say(&zh, &en));
    let in_table = arguments::is_table(word);
    let Some(kind) = arguments::kind(word).or(in_table.then_some(Kind::OpenDay)) else {
        let all = Kind::ALL.map(|kind| format!("{}（{}）", kind.word(), kind.zh())).join("、");
        let all = format!("{all}、{}（{}）", arguments::TABLE[0], arguments::TABLE[1]);
        let shown = displayable(word);
        return refuse(
            format!("没有“{shown}”这种页面。可用的有：{all}"),
            format!("No kind `{shown}`. Kinds: {all}"),
            2,
        );
    };
    if !slug::is_slug(name) {
        let shown = displayable(name);
        let proposal = slug::proposal(name).unwrap_or_else(|| "tongzhi-1".to_string());
        return refuse(
            format!("网址名“{shown}”不能用，只能用小写字母、数字和短横线，例如 {proposal}。"),
            format!("The slug `{shown}` cannot be used; for example {proposal}."),
            2,
        );
    }
    if !call.project.join("content").is_dir() {
        let shown = call.project.display();
        return refuse(
            format!("在“{shown}”里找不到 content 文件夹，这里不是网站项目。"),
            format!("No `content` folder in `{shown}`; this is no project."),
            2,
        );
    }
    let order = call.order(machine);
    let site = publication(&order).site;
    let first = |kind: Kind| {
        let mut ids = site.iter().flat_map(|site| site.pages.keys());
        ids.find(|id| id.kind == kind).map(|id| id.slug.to_string())
    };
    let campaign = first(Kind::Campaign);
    let visit = site.iter().find_map(|site| start(site, campaign.as_deref()?)).unwrap_or(order.today.plus(14));
    let known = Known {
        visit: working_day(site.as_deref(), visit),
        campaign,
        institution: first(Kind::Institution),
        today: order.today,
        kind,
    };
    if let Some(missing) = known.missing() {
        let (zh, en) = (missing.zh(), missing.word());
        return refuse(
            format!("{}要属于一个{zh}，现在还没有。请先运行：site new {en} 网址名", kind.zh()),
            format!("A {} needs a {en} first: site new {en} <slug>", kind.word()),
            1,
        );
    }
    let folder = call.project.join("content").join(kind.folder());
    let ending = if in_table { ".csv" } else { "" };
    let created = match in_table {
        true => create_table(&folder, name, &table::text(&known, call.lang)),
        false => create(&folder, kind, name, &page(kind, &known, call.lang)),
    };
    match created {
        Ok(path) => {
            done(call, terminal, &path, in_table);
            0
        }
        Err(fault) if fault.kind() == io::ErrorKind::AlreadyExists => refuse(
            format!("content/{}/{name}{ending} 已经存在，没有改动它。", kind.folder()),
            format!("content/{}/{name}{ending} exists already and was left alone.", kind.folder()),
            1,
        ),
        Err(fault) => refuse(format!("写不进去：{fault}"), format!("Could not write: {fault}"), 1),
    }
}

fn start(site: &Site, campaign: &str) -> Option<Day> {
    match &site.pages.get(&PageId::new(Kind::Campaign, campaign))?.own {
        Own::Campaign(campaign) => campaign.start,
        _ => None,
    }
}

/// `day`, or where that is a holiday the next day that is none.
fn working_day(site: Option<&Site>, day: Day) -> Day {
    let is_off = |day: &Day| site.and_then(|site| site.holidays.on(*day)).is_some_and(|mark| mark.kind == Rest::Off);
    (0..30).map(|days| day.plus(days)).find(|day| !is_off(day)).unwrap_or(day)
}

fn done(call: &Call, terminal: &Terminal, path: &str, in_table: bool) {
    if call.format == Format::Json {
        return outcome::done(terminal, "new", 0, json!({ "path": path }));
    }
    if in_table {
        let zh = format!(
            "已新建 {path}。用 WPS 或 Excel 打开，一行填一个开放日，用不到的列可以删掉；“草稿”一格写着 true 的行不公开。保存时仍选“CSV UTF-8（逗号分隔）”。\n"
        );
        let en = format!(
            "Created {path}: one open day a row, in a spreadsheet program. Columns you do not need may go; rows with true under draft stay back. Save it as CSV UTF-8.\n"
        );
        return terminal.say(call.say(&zh, &en));
    }
    let zh =
        format!("已新建 {path}（草稿）。写好后删掉“草稿: true”这一行，页面就会公开。预览草稿：site serve --drafts\n");
    let en =
        format!("Created {path} as a draft. Remove the draft line to publish; preview it with site serve --drafts\n");
    terminal.say(call.say(&zh, &en));
}

/// What a new page can refer to.
struct Known {
    campaign: Option<String>,
    institution: Option<String>,
    today: Day,
    /// A day on which a first session can be: the campaign's first, else in a fortnight.
    visit: Day,
    kind: Kind,
}

impl Known {
    fn missing(&self) -> Option<Kind> {
        match self.kind {
            Kind::Case | Kind::OpenDay | Kind::Poster if self.campaign.is_none() => Some(Kind::Campaign),
            Kind::OpenDay if self.institution.is_none() => Some(Kind::Institution),
            _ => None,
        }
    }

    fn value(&self, field: &Field, in_row: bool) -> String {
        match field.key {
            "campaign" => self.campaign.clone().unwrap_or_default(),
            "institution" => self.institution.clone().unwrap_or_default(),
            "published" => format!("{} 09:00", self.today),
            "path" => PLACEHOLDER.to_string(),
            "title" if !in_row => title(self.kind).to_string(),
            _ => field.example.to_string(),
        }
    }
}

/// The picture that stands in for a poster until there is one.
const PLACEHOLDER: &str = "haibao.png";

fn create_table(folder: &Path, name: &str, text: &str) -> io::Result<String> {
    prepared(folder)?;
    let file = format!("{name}.csv");
    write_new(&folder.join(&file), text.as_bytes())?;
    Ok(format!("content/{}/{file}", Kind::OpenDay.folder()))
}

fn prepared(folder: &Path) -> io::Result<()> {
    if folder.is_symlink() {
        return Err(io::Error::other("content/ 里的链接文件夹不会读取 / a linked folder is not read"));
    }
    fs::create_dir_all(folder)
}

fn create(folder: &Path, kind: Kind, name: &str, text: &str) -> io::Result<String> {
    let (file, bundle) = (folder.join(format!("{name}.md")), folder.join(name));
    if file.exists() || bundle.exists() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    prepared(folder)?;
    let shown = format!("content/{}/{name}", kind.folder());
    if kind != Kind::Poster {
        write_new(&file, text.as_bytes())?;
        return Ok(format!("{shown}.md"));
    }
    fs::create_dir(&bundle)?;
    write_new(&bundle.join(PLACEHOLDER), include_bytes!("starter/placeholder.png"))?;
    write_new(&bundle.join("index.md"), text.as_bytes())?;
    Ok(format!("{shown}/index.md"))
}

fn write_new(path: &Path, bytes: &[u8]) -> io::Result<()> {
    OpenOptions::new().write(true).create_new(true).open(path)?.write_all(bytes)
}

/// The page's text: required keys filled in, the others as comments.
fn page(kind: Kind, known: &Known, lang: Lang) -> String {
    let mut out = String::from("---\n");
    let mut seen = Vec::new();
    comment(&mut out, lang, "写好后删掉下面这一行，页面就会公开。", "Remove the next line to publish the page.");
    out.push_str(if lang == Lang::Zh { "草稿: true\n\n" } else { "draft: true\n\n" });
    for field in kind.fields().filter(|field| is_filled(kind, field)) {
        seen.push(field.key);
        comment(&mut out, lang, field.meaning, field.meaning_en);
        write_field(&mut out, field, known, lang);
    }
    out.push('\n');
    comment(&mut out, lang, "以下各项需要时去掉前面的“# ”。", "Remove the `# ` in front of what you need.");
    for field in kind.fields() {
        if !seen.contains(&field.key) && !WITHHELD.contains(&field.key) && !field.example.is_empty() {
            seen.push(field.key);
            comment(&mut out, lang, field.meaning, field.meaning_en);
            out.push_str(&format!("# {}: {}\n", name(field, lang), example(field, lang)));
        }
    }
    out.push_str("---\n\n");
    out.push_str(body(kind));
    out
}

/// Keys that are not offered: `draft` stands already, and the others keep a page from being published.
const WITHHELD: [&str; 4] = ["draft", "secrecy", "copy_no", "signer"];

/// Keys of a session that say something of a page that has been public; a new one must not claim it by example.
const NOT_YET: [&str; 2] = ["left", "planned"];

fn is_filled(kind: Kind, field: &Field) -> bool {
    field.required || matches!((kind, field.key), (Kind::OpenDay, "sessions") | (Kind::Poster, "alt"))
}

fn comment(out: &mut String, lang: Lang, zh: &str, en: &str) {
    out.push_str(&format!("# {}\n", if lang == Lang::Zh { zh } else { en }));
}

fn write_field(out: &mut String, field: &Field, known: &Known, lang: Lang) {
    match field.shape {
        Shape::Rows(inner) => {
            out.push_str(&format!("{}:\n", name(field, lang)));
            let shown = inner.iter().filter(|inner| inner.required || field.key == "sessions");
            for (index, inner) in shown.enumerate() {
                let lead = match index {
                    0 => "  - ",
                    _ if NOT_YET.contains(&inner.key) => "    # ",
                    _ => "    ",
                };
                out.push_str(&format!("{lead}{}: {}\n", name(inner, lang), known.row_value(field, inner)));
            }
        }
        _ => out.push_str(&format!("{}: {}\n", name(field, lang), known.value(field, false))),
    }
}

/// The key as readers of `lang` write it.
fn name(field: &Field, lang: Lang) -> &'static str {
    if lang == Lang::Zh { field.zh } else { field.key }
}

/// The example with the keys inside it as readers of `lang` write them.
fn example(field: &Field, lang: Lang) -> String {
    if lang == Lang::Zh { field.example_zh() } else { field.example.to_string() }
}

impl Known {
    fn row_value(&self, field: &Field, inner: &Field) -> String {
        match (field.key, inner.key) {
            ("sessions", "date") => self.visit.to_string(),
            _ => self.value(inner, true),
        }
    }
}

fn title(kind: Kind) -> &'static str {
    match kind {
        Kind::Campaign => "示例宣传周",
        Kind::Notice => "关于开展示例活动的通知",
        Kind::News => "示例活动简讯",
        Kind::Case => "示例单位的做法",
        Kind::OpenDay => "示例机构开放日",
        Kind::Institution => "示例机构",
        Kind::Poster => "示例海报",
        Kind::Page => "示例页面",
    }
}

fn body(kind: Kind) -> &'static str {
    match kind {
        Kind::Notice => {
            "现将有关事项通知如下：\n\n## 一、活动时间\n\n（写清起止时间。）\n\n## 二、活动内容\n\n（写清做些什么。）\n\n## 三、工作要求\n\n（写清报送时间和材料。）\n"
        }
        Kind::Campaign => "（介绍这次活动：为什么办、怎么参加。）\n",
        Kind::News => {
            "（时间、地点、做了什么、效果怎样。照片放在本文件旁边，写成 `![照片里有什么](zhaopian.jpg)`。）\n"
        }
        Kind::Case => {
            "## 基本情况\n\n（单位和背景。）\n\n## 主要做法\n\n（做了什么。）\n\n## 取得成效\n\n（有什么变化。）\n"
        }
        Kind::OpenDay => "（介绍可以看到什么、怎么到达。）\n",
        Kind::Institution => "（机构简介。）\n",
        Kind::Poster => "（海报说明，可以不写。）\n",
        Kind::Page => "（正文。）\n",
    }
}
