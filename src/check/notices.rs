//! What the header of an official document must be: its number, its attachments, its days, what may be published at
//! all (domain.md D06, O03, O04, G01, G02, G09, G11).

use std::collections::BTreeSet;

use super::doc_no::{self, Fault};
use crate::edition::hidden;
use crate::load::fields::Kind;
use crate::model::holidays::Rest;
use crate::model::page::{Attachment, AttachmentTarget, Deadline, Notice, OPEN};
use crate::model::{Day, Own, Page, PageId, Site};
use crate::report::{Edit, Finding, Place, Report, Span, Text, codes, displayable};
use crate::wording::{self, NAME_MARKS};

/// A document that is older when it is published was fetched from the archive.
const HISTORY: i64 = 365;

/// Checks every notice that is shown, and the titles of all pages.
pub fn check(site: &Site, today: Day, report: &mut Report) {
    let shown = |page: &&Page| hidden(page, today).is_none();
    let pages = || site.pages.values().map(|page| &**page).filter(shown);
    let upper: BTreeSet<&PageId> = pages().flat_map(attached).collect();
    for page in pages() {
        report.extend(internal(page, &upper));
        let Own::Notice(notice) = &page.own else { continue };
        if !upper.contains(&page.id) {
            report.extend(late(site, page, notice));
        }
        report.extend(contradiction(page, notice));
        report.extend(number(page, notice));
        report.extend(attachments(page, notice));
        report.extend(too_late(site, page, notice));
    }
}

/// The notices that a notice forwards or attaches: documents of others.
fn attached(page: &Page) -> Vec<&PageId> {
    let Own::Notice(notice) = &page.own else { return Vec::new() };
    let refs = notice.attachments.iter().filter_map(|attachment| match &attachment.target {
        AttachmentTarget::Notice(id) => Some(id),
        _ => None,
    });
    notice.forwards.iter().chain(refs).collect()
}

/// D06: a document of one's own; one that is passed on came when it came.
fn late(site: &Site, page: &Page, notice: &Notice) -> Option<Finding> {
    let (made, published) = (notice.date?, page.published?.day);
    let is_working = |day: Day| match site.holidays.on(day) {
        Some(mark) => mark.kind == Rest::Working,
        None => day.weekday() < 5,
    };
    let days = made.days_until(published);
    if days > HISTORY {
        return None;
    }
    let most = site.config.limits.publish_days;
    let working = (1..=days).filter(|days| is_working(made.plus(*days))).count();
    if working <= most as usize {
        return None;
    }
    let text = Text::new(
        format!(
            "成文日期是 {made}，{published} 才发布，超过了 {most} 个工作日。主动公开的信息要在形成之日起 {most} 个工作日内公开，请核对两个日期。"
        ),
        format!("Dated {made} and published on {published}: more than {most} working days later."),
    );
    Some(Finding::new(&codes::D06, page.place("published"), text).related(page.place("date")))
}

/// O03: the note under the date says otherwise than the key.
fn contradiction(page: &Page, notice: &Notice) -> Option<Finding> {
    let note = notice.note.as_deref().filter(|_| notice.openness == OPEN)?;
    let word = ["依申请公开", "不予公开", "不公开"].into_iter().find(|word| note.contains(word))?;
    let text = Text::new(
        format!("附注写着“{word}”，公开属性却是“{OPEN}”。请与原文核对；确实不公开的，请移走，或者写上 draft: true。"),
        format!("The note says {word}, the openness is {OPEN}; compare the original and mend one of them."),
    );
    Some(Finding::new(&codes::O03, page.place("note"), text).related(page.place("openness")))
}

/// Documents that are steps on the way to a decision, by the end of their title.
const INTERNAL: [&str; 4] = ["请示", "会议纪要", "征求意见稿", "审批单"];

/// O04
fn internal(page: &Page, upper: &BTreeSet<&PageId>) -> Option<Finding> {
    let kinds = [Kind::Notice, Kind::News, Kind::Page];
    // A draft that another notice puts out for comment is published on purpose.
    if !kinds.contains(&page.id.kind) || upper.contains(&page.id) {
        return None;
    }
    let title = page.title.trim_end_matches("（示例）").trim_end_matches(['》', '）', ')', '”', '。', ' ']);
    let word = INTERNAL.into_iter().find(|word| title.ends_with(word))?;
    // “召开专题会议研究请示” is no 请示; the kind of document stands behind 的, or is nearly the whole title.
    if word == "请示" && !title.ends_with("的请示") && title.chars().count() > 8 {
        return None;
    }
    let text = Text::new(
        format!(
            "从标题看，这是一份{word}，属于内部过程性信息，一般不公开。请核对；不该公开的，请移走，或者写上 draft: true。"
        ),
        format!("The title says this is a {word}, an internal step that is not published as a rule."),
    );
    Some(Finding::new(&codes::O04, page.place("title"), text))
}

/// G01, G02
fn number(page: &Page, notice: &Notice) -> Option<Finding> {
    let written = notice.doc_no.as_deref()?;
    let (place, shown) = (page.place("doc_no"), displayable(written));
    let finding = match doc_no::fault(written)? {
        Fault::Brackets(meant) => {
            let text = Text::new(
                format!("文号“{shown}”的年份要用六角括号：{meant}。"),
                format!("The year in the number `{shown}` stands in 〔〕: {meant}."),
            );
            let finding = Finding::new(&codes::G02, place.clone(), text);
            let edit = place.span.map(|Span { column, width, .. }| Edit { column, width, words: meant });
            finding.mend(edit.into_iter().collect())
        }
        Fault::Form(Some(meant)) => {
            let text = Text::new(
                format!("文号“{shown}”写法不对，应为“{meant}”：年份写全，放在六角括号里，序号不加“第”，前面不补零。"),
                format!("The number `{shown}` is malformed; it should be {meant}."),
            );
            Finding::new(&codes::G01, place.clone(), text).fix(place.with(&meant))
        }
        Fault::Form(None) => {
            let text = Text::new(
                format!("文号“{shown}”写法不对，应像“示例监函〔2022〕9号”这样；公告像“2022年第9号”。请与原文核对。"),
                format!("The number `{shown}` is malformed; the form is 示例监函〔2022〕9号, or 2022年第9号."),
            );
            Finding::new(&codes::G01, place, text)
        }
    };
    Some(finding)
}

/// G09
fn attachments(page: &Page, notice: &Notice) -> Vec<Finding> {
    let (mut seen, mut told) = (BTreeSet::new(), Vec::new());
    for attachment in &notice.attachments {
        told.extend(punctuated(page, attachment));
        if let AttachmentTarget::File(file) = &attachment.target
            && !seen.insert(file)
        {
            let title = displayable(&attachment.title);
            let text = Text::new(
                format!("附件“{title}”和前面的附件是同一个文件，请核对是不是放错了。"),
                format!("The attachment `{title}` is the same file as an earlier one."),
            );
            told.push(Finding::new(&codes::G09, attachment.spots.place(&page.path, "file"), text));
        }
    }
    told
}

fn punctuated(page: &Page, attachment: &Attachment) -> Option<Finding> {
    let title = attachment.title.trim_end();
    let plain = title.trim_end_matches(NAME_MARKS).trim_end();
    if plain.len() == title.len() || plain.is_empty() {
        return None;
    }
    let place = attachment.spots.place(&page.path, "title");
    let line = place.with(plain);
    Some(Finding::new(&codes::G09, place, wording::punctuated(title)).fix(line))
}

/// G11: who forwards a notice needs time to gather before the day of the upper one.
fn too_late(site: &Site, page: &Page, notice: &Notice) -> Vec<Finding> {
    let upper_page = notice.forwards.as_ref().and_then(|id| site.pages.get(id)).filter(|upper| upper.id != page.id);
    let Some((upper_page, Own::Notice(upper))) = upper_page.map(|page| (page, &page.own)) else { return Vec::new() };
    let one = |lower: &Deadline| {
        let above = matching(&notice.deadlines, lower, &upper.deadlines)?;
        if lower.date < above.date {
            return None;
        }
        let (what, day, last) = (displayable(&lower.what), lower.date, above.date);
        let text = Text::new(
            format!("转发的通知要求“{what}”{day} 截止，上级通知是 {last} 截止。下级的时限要早于上级，留出汇总的时间。"),
            format!("`{what}` is due on {day}, the notice that is forwarded wants it by {last}; that must be earlier."),
        );
        let at = |page: &Page, deadline: &Deadline| -> Place { deadline.spots.place(&page.path, "date") };
        Some(Finding::new(&codes::G11, at(page, lower), text).related(at(upper_page, above)))
    };
    notice.deadlines.iter().filter_map(one).collect()
}

/// The deadline of the upper notice that is about the same: by its words, or because there is only one on each side.
fn matching<'u>(own: &[Deadline], lower: &Deadline, upper: &'u [Deadline]) -> Option<&'u Deadline> {
    match (own, upper) {
        ([_], [only]) => Some(only),
        // Deadlines are few; a page of a megabyte could still hold thousands.
        _ => upper.iter().take(100).find(|above| above.what == lower.what),
    }
}
