//! Who read a page before it was published, and when it is to be read again (domain.md O05; D09). Only pages on which
//! somebody wrote a review are looked at.

use crate::edition::hidden;
use crate::model::page::Review;
use crate::model::{Day, Page, Site};
use crate::report::{Finding, Report, Text, codes};

/// Checks every page that is shown.
pub fn check(site: &Site, today: Day, report: &mut Report) {
    for page in site.pages.values() {
        let Some(review) = page.review.as_ref().filter(|_| hidden(page, today).is_none()) else { continue };
        report.extend(incomplete(page, review));
        report.extend(due(page, review, today));
    }
}

/// O05: a chain that was begun is complete.
fn incomplete(page: &Page, review: &Review) -> Option<Finding> {
    let parts = [(&review.first, "初审", "first"), (&review.second, "复审", "second"), (&review.last, "终审", "final")];
    let missing: Vec<_> = parts.iter().filter(|(name, ..)| name.is_none()).collect();
    if missing.is_empty() || missing.len() == parts.len() {
        return None;
    }
    let zh = missing.iter().map(|part| part.1).collect::<Vec<_>>().join("、");
    let en = missing.iter().map(|part| part.2).collect::<Vec<_>>().join(", ");
    let text = Text::new(
        format!("审核记录不完整，缺少{zh}。稿件要先审后发，三审都做完了再公开，并把审核人补上。"),
        format!("The review lacks: {en}. A text is published once all three have read it."),
    );
    Some(Finding::new(&codes::O05, page.place("review"), text))
}

/// D09
fn due(page: &Page, review: &Review, today: Day) -> Option<Finding> {
    let day = review.due.filter(|day| *day <= today)?;
    let text = Text::new(
        format!("复核日期 {day} 已经到了。请核对这一页的内容是否还准确，然后改成下一次的日期。"),
        format!("The page was to be looked at again by {day}; check it, then write the next day."),
    );
    Some(Finding::new(&codes::D09, review.spots.place(&page.path, "due"), text))
}
