//! Files that are offered: real, of the form their name claims, without a photo's position, under plain names; and
//! documents that lie among pages without being one (domain.md L09, P06, U01; E134); pictures and downloads that no page
//! names (W169, I176).

use std::collections::BTreeSet;

use crate::load::fields::Kind;
use crate::load::{File, walk};
use crate::model::{Site, slug};
use crate::plan::{self, Plan, Recipe};
use crate::report::{Finding, Place, Report, SourcePath, Text, codes, displayable};

/// Checks every file below `content/`.
pub fn check(site: &Site, losing: &Folders, report: &mut Report) {
    let named: BTreeSet<&SourcePath> = site.pages.values().flat_map(|page| page.files()).collect();
    let shown = plan::shown_alone(site.pages.values().map(|page| &**page));
    let broken: BTreeSet<&str> = site.broken.iter().map(SourcePath::folder).collect();
    // A page beside the file has a mistake that may be the reason why nobody names it.
    let is_told = |path: &SourcePath| broken.contains(path.folder()) || losing.contains(path.folder());
    for (path, file) in site.files.iter() {
        let offered = path.as_str().starts_with("content/files/");
        let free = offered || path.as_str().starts_with("content/static/");
        if !named.contains(path) && !free {
            if !is_told(path) {
                report.add(if file.facts.form.is_picture() { unused(path) } else { not_a_page(path) });
            }
            continue;
        }
        if offered && !named.contains(path) && site.broken.is_empty() && losing.is_empty() {
            report.add(unlinked(path));
        }
        if !path.as_str().starts_with("content/static/") {
            content(path, file, report);
            if file.facts.position && !(shown.contains(path) && plan::is_made_anew(file)) {
                report.add(placed(path));
            }
        }
    }
}

/// Folders of the project.
pub type Folders = BTreeSet<String>;

/// The folders in which a page has a mistake for which a file beside it may be named by nobody.
pub fn losing(report: &Report) -> Folders {
    let keys = [&codes::E115, &codes::E116, &codes::I05];
    let lost = [&codes::E121, &codes::E122, &codes::E123, &codes::W126, &codes::E154];
    let found = report.iter().filter(|finding| keys.contains(&finding.code) || lost.contains(&finding.code));
    found.map(|finding| finding.place.path.folder().to_string()).collect()
}

fn content(path: &SourcePath, file: &File, report: &mut Report) {
    let extension = walk::extension(path.file_name());
    let name = displayable(path.file_name());
    if file.facts.size == 0 {
        let text = Text::new(format!("“{name}”是空文件，请重新放一份。"), format!("`{name}` is empty."));
        report.add(Finding::new(&codes::L09, Place::file(path), text));
    } else if !file.facts.form.suits(&extension) && !file.facts.form.is_picture() {
        let form = file.facts.form.name();
        let text = Text::new(
            format!("“{name}”的内容其实是 {form}，和扩展名不符，读者会打不开。"),
            format!("`{name}` is really {form}; readers will not be able to open it."),
        );
        report.add(Finding::new(&codes::L09, Place::file(path), text));
    }
}

/// P06: of a photo that pages only show, the place is left out where it is made anew.
fn placed(path: &SourcePath) -> Finding {
    let text = Text::new(
        "这张照片里记着拍摄地点（GPS），公开前请去掉。可以用截图或另存为的办法。",
        "The photo holds the place it was taken at; remove it before publishing.",
    );
    Finding::new(&codes::P06, Place::file(path), text)
}

fn unused(path: &SourcePath) -> Finding {
    let text = Text::new(
        "没有页面用到这张图片，它不会出现在网站上。要用的，请写进页面的“图片”或者正文；不用的可以删掉。",
        "No page uses this picture, so it is not published; name it in a page or delete it.",
    );
    Finding::new(&codes::W169, Place::file(path), text)
}

fn unlinked(path: &SourcePath) -> Finding {
    let text = Text::new(
        "没有页面链接到这个文件。它会发布，但是读者找不到；不该公开的，请移走。",
        "No page links this file. It is published, yet readers do not find it; take it away if it should not be.",
    );
    Finding::new(&codes::I176, Place::file(path), text)
}

fn not_a_page(path: &SourcePath) -> Finding {
    let extension = walk::extension(path.file_name());
    let folder = path.as_str().split('/').nth(1).and_then(Kind::of_folder);
    let (zh, en) = match extension.as_str() {
        "csv" if folder == Some(Kind::OpenDay) => (
            "开放日表格要直接放在 content/open-days 里，放在下一层文件夹里不会读取。要供下载请放到 content/files 文件夹。",
            "A table of open days is read only straight in `content/open-days`; put it in `content/files` for download.",
        ),
        "xls" | "xlsx" | "et" | "ods" | "tsv" if folder == Some(Kind::OpenDay) => (
            "表格要存成 CSV 才能读成开放日：用 WPS 或 Excel 打开，另存为“CSV UTF-8（逗号分隔）”，放在 content/open-days 里。要供下载请放到 content/files 文件夹。",
            "A spreadsheet is read as open days once it is saved as CSV (UTF-8) in `content/open-days`; put it in `content/files` for download.",
        ),
        "doc" | "docx" | "wps" => (
            "Word、WPS 文档不会自动变成网页。要供下载请放到 content/files 文件夹；要做成网页请新建 Markdown。",
            "Word files are not converted; put it in `content/files` for download or write a page.",
        ),
        "txt" => (
            "文本文件不会变成网页。要做成网页，请把扩展名改成 .md，并加上信息栏；要供下载请放到 content/files 文件夹。",
            "Text files are not pages; rename it to .md and add a header, or put it in `content/files` for download.",
        ),
        "heic" => {
            ("HEIC 照片很多浏览器打不开，请转成 JPG 再用。", "Many browsers cannot show HEIC; convert it to JPEG.")
        }
        _ => (
            "没有页面用到这个文件，它不会出现在网站上。要供下载请放到 content/files 文件夹，或在页面里链接它。",
            "No page uses this file, so it will not be published; put it in `content/files` or link it.",
        ),
    };
    let finding = Finding::new(&codes::E134, Place::file(path), Text::new(zh, en));
    match (extension.as_str(), folder) {
        ("xls" | "xlsx" | "et" | "ods" | "tsv", Some(Kind::OpenDay)) => finding.hint(Text::new(
            "表头怎么写，可以先新建一个样表：site new open-days-table 文件名",
            "A table with its header and an example: site new open-days-table <name>",
        )),
        ("doc" | "docx" | "wps" | "txt", Some(kind)) => finding.hint(Text::new(
            format!("新建{}页面：site new {} 网址名", kind.zh(), kind.word()),
            format!("A new page: site new {} <slug>", kind.word()),
        )),
        _ => finding,
    }
}

/// The file's name in plain letters.
fn plain_name(path: &SourcePath) -> Option<String> {
    let (stem, extension) = path.file_name().rsplit_once('.')?;
    Some(format!("{}.{}", slug::proposal(stem)?, extension.to_ascii_lowercase()))
}

/// Names of written files that some web servers or systems cannot serve well.
pub fn names(plan: &Plan, report: &mut Report) {
    for (out, recipe) in plan.outputs() {
        let (Recipe::File(path) | Recipe::Photo(path, _)) = recipe else { continue };
        if plan.photo(path).is_some_and(|sizes| sizes.first().is_some_and(|first| first.out != *out)) {
            continue;
        }
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "/._-".contains(c);
        let verification = path.as_str().starts_with("content/static/");
        if verification || (out.as_str().chars().all(plain) && out.as_str().len() <= 80) {
            continue;
        }
        let text = Text::new(
            "文件名最好只用小写字母、数字、点和短横线，总长不超过 80；有的政务网站平台不支持中文和空格。",
            "Use only a-z, 0-9, dots and hyphens, at most 80 characters; some portals refuse other names.",
        );
        let finding = Finding::new(&codes::U01, Place::file(path), text);
        report.add(match plain_name(path) {
            Some(name) => finding.hint(Text::new(
                format!("例如改名为 {name}，引用它的地方也要改。"),
                format!("For example {name}; change it where it is used as well."),
            )),
            None => finding,
        });
    }
}
