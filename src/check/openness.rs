//! Only what is 主动公开 and carries no 密级 or 份号 may be published (domain.md O01, O02). Such a page is never
//! written; the finding makes sure that somebody knows it lies there.

use crate::edition::first_day;
use crate::model::page::OPEN;
use crate::model::{Day, Own, Page, Site};
use crate::report::{Finding, Report, Text, codes, displayable};

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

fn due(page: &Page, today: Day) -> bool {
    !page.draft && first_day(page).is_none_or(|day| day <= today) && page.expires.is_none_or(|day| day >= today)
}
