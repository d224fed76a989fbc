//! Only what is 主动公开 and carries no 密级 or 份号 may be published (domain.md O01, O02). Such a page is never
//! written; the finding makes sure that somebody knows it lies there. No page, list, feed or calendar can show a hidden
//! page (`edition.rs`); what can still come out is a file of its folder that a public page names (O06).

use std::collections::BTreeMap;

use crate::edition::{Hidden, first_day, hidden};
use crate::model::page::{AttachmentTarget, Destination, OPEN};
use crate::model::{Day, Own, Page, Site};
use crate::report::{Finding, Place, Report, SourcePath, Text, codes, displayable};

/// The three kinds of openness a document can have.
const KINDS: [&str; 3] = [OPEN, "依申请公开", "不予公开"];

/// Checks every notice that would be shown but for its openness.
pub fn check(site: &Site, today: Day, report: &mut Report) {
    for page in site.pages.values().filter(|page| due(page, today)) {
        let Own::Notice(notice) = &page.own else { continue };
        if let Some((mark, place)) = &notice.secret {
            let text = Text::new(
                format!("文件带有密级或份号“{}”，不能上网公开。请把它移出网站项目。", displayable(mark)),
                format!("The document is marked `{}` and must not be published.", displayable(mark)),
            );
            report.add(Finding::new(&codes::O02, place.clone(), text));
        } else if notice.openness != OPEN {
            let text = Text::new(
                format!(
                    "公开属性是“{}”，不能上网公开。不公开的文件请移走，或写上 draft: true。",
                    displayable(&notice.openness)
                ),
                format!("The openness is `{}`, so the page must not be published.", displayable(&notice.openness)),
            );
            let finding = Finding::new(&codes::O01, page.place("openness"), text).add_line("draft: true");
            report.add(match KINDS.contains(&notice.openness.as_str()) {
                true => finding,
                false => finding.hint(Text::new(
                    format!("可用的写法：{}。只有“{OPEN}”的才会发布。", KINDS.join("、")),
                    format!("One of {}; only {OPEN} is published.", KINDS.join(", ")),
                )),
            });
        }
    }
}

/// O06: a file in the folder of a page that is not public yet, or not at all, offered by one that is.
pub fn borrowed(site: &Site, today: Day, report: &mut Report) {
    let secret = |page: &&Page| !matches!(hidden(page, today), None | Some(Hidden::Expired(_)));
    let folder = |page: &'_ Page| Some(page.path.as_str().strip_suffix("index.md")?.to_string());
    let pages = || site.pages.values().map(|page| &**page);
    let hidden_in: BTreeMap<String, &Page> =
        pages().filter(secret).filter_map(|page| Some((folder(page)?, page))).collect();
    if hidden_in.is_empty() {
        return;
    }
    let owner = |file: &SourcePath| {
        let before = hidden_in.range(..=file.to_string()).next_back();
        before.filter(|(folder, _)| file.as_str().starts_with(folder.as_str())).map(|(_, page)| *page)
    };
    for page in pages().filter(|page| hidden(page, today).is_none()) {
        for file in page.files() {
            let Some(owner) = owner(file) else { continue };
            let (name, title) = (displayable(file.file_name()), displayable(&owner.title));
            let text = Text::new(
                format!(
                    "“{name}”放在没有公开的“{title}”的文件夹里，这一页却把它公开了。不该公开的，删掉这里的引用；可以公开的，把文件移到 content/files 文件夹，再改这里的路径。"
                ),
                format!(
                    "`{name}` lies in the folder of `{title}`, which is not public, and this page offers it; delete the reference, or move the file to content/files."
                ),
            );
            let finding = Finding::new(&codes::O06, named_at(page, file), text);
            report.add(finding.related(Place::file(&owner.path)));
        }
    }
}

/// Where `page` names `file`.
fn named_at(page: &Page, file: &SourcePath) -> Place {
    let links = page.body.links().iter().zip(page.links());
    let mut linked = links.filter(|(_, to)| matches!(to, Destination::File(to) if to == file));
    let attached = || match &page.own {
        Own::Notice(notice) => {
            let same = |to: &AttachmentTarget| matches!(to, AttachmentTarget::File(to) if to == file);
            let attachment = notice.attachments.iter().find(|attachment| same(&attachment.target))?;
            Some(attachment.spots.place(&page.path, "file"))
        }
        Own::Poster(_) => Some(page.place("files")),
        _ => None,
    };
    let shown = || {
        let picture = page.pictures.iter().find(|picture| picture.file == *file)?;
        Some(picture.spots.place(&page.path, "file"))
    };
    linked.next().map(|(link, _)| link.place.clone()).or_else(attached).or_else(shown).unwrap_or_else(|| page.whole())
}

fn due(page: &Page, today: Day) -> bool {
    !page.draft && first_day(page).is_none_or(|day| day <= today) && page.expires.is_none_or(|day| day >= today)
}
