//! Files that are offered and hold something personal, are named like a list of people, or could not be looked into
//! (domain.md P01–P05, P07, P08).

use std::collections::{BTreeMap, BTreeSet};

use crate::load::inside::{Found, Inside, Part, Spot, Unread};
use crate::load::walk;
use crate::model::page::{Attachment, AttachmentTarget};
use crate::model::{Own, Site};
use crate::report::{Code, Finding, Place, Report, SourcePath, Text, codes, displayable};

/// Checks every file that is offered.
pub fn check(site: &Site, report: &mut Report) {
    let named: BTreeSet<&SourcePath> = site.pages.values().flat_map(|page| page.files()).collect();
    let attached = attached(site);
    for (path, file) in site.files.iter() {
        if !named.contains(path) && !path.as_str().starts_with("content/files/") {
            continue;
        }
        let attachments = attached.get(path).map_or(&[][..], Vec::as_slice);
        if let Some(inside) = &file.inside {
            report.extend(inside.found.iter().map(|found| personal(path, found)));
            report.extend(attachments.iter().filter_map(|attachment| unreviewed(path, attachment, inside)));
        }
        report.extend(roster(path, attachments));
    }
}

/// The files that notices attach.
fn attached(site: &Site) -> BTreeMap<&SourcePath, Vec<&Attachment>> {
    let mut attached: BTreeMap<&SourcePath, Vec<&Attachment>> = BTreeMap::new();
    for page in site.pages.values() {
        let Own::Notice(notice) = &page.own else { continue };
        for attachment in &notice.attachments {
            if let AttachmentTarget::File(path) = &attachment.target {
                attached.entry(path).or_default().push(attachment);
            }
        }
    }
    attached
}

/// What is personal in a file, each code once.
fn personal(path: &SourcePath, Found { code, count, examples }: &Found) -> Finding {
    let (zh, en) = thing(code, *count > 1);
    let name = displayable(path.file_name());
    let list = |lang: fn(&Spot) -> String, comma: &str| {
        let each = examples.iter().map(|(masked, spot)| format!("{masked}{}", lang(spot)));
        each.collect::<Vec<_>>().join(comma)
    };
    let etc = if *count > examples.len() { ("等", ", …") } else { ("", "") };
    let text = Text::new(
        format!(
            "“{name}”里有 {count} 个{zh}：{}{}。请在原文件里删掉或打码，再换上新文件。",
            list(spot_zh, "、"),
            etc.0
        ),
        format!(
            "`{name}` holds {count} {en}: {}{}. Delete or mask it in the original and replace the file.",
            list(spot_en, ", "),
            etc.1
        ),
    );
    Finding::new(code, Place::file(path), text)
}

fn thing(code: &Code, many: bool) -> (&'static str, &'static str) {
    let (zh, one, more) = match code {
        code if *code == codes::P01 => ("身份证号", "identity number", "identity numbers"),
        code if *code == codes::P02 => ("没有打码的手机号", "unmasked mobile number", "unmasked mobile numbers"),
        code if *code == codes::P03 => ("个人邮箱", "personal mailbox", "personal mailboxes"),
        code if *code == codes::P04 => ("银行卡号", "bank card number", "bank card numbers"),
        _ => ("写到楼栋和单元的住址", "home address", "home addresses"),
    };
    (zh, if many { more } else { one })
}

fn spot_zh(spot: &Spot) -> String {
    match spot {
        Spot::Page(page) => format!("（第 {page} 页）"),
        Spot::Slide(slide) => format!("（第 {slide} 张幻灯片）"),
        Spot::Line(line) => format!("（第 {line} 行）"),
        Spot::Cell { sheet, cell } => format!("（工作表“{}”的 {}）", displayable(sheet), displayable(cell)),
        Spot::Entry(name) => format!("（压缩包里的“{}”）", displayable(name)),
        Spot::Part(part) => match part {
            Part::Body => "（正文）",
            Part::Margin => "（页眉页脚）",
            Part::Note => "（脚注）",
            Part::Comment => "（批注）",
            Part::Beside => "（图形、图表或数据透视表里）",
        }
        .to_string(),
    }
}

fn spot_en(spot: &Spot) -> String {
    match spot {
        Spot::Page(page) => format!(" (page {page})"),
        Spot::Slide(slide) => format!(" (slide {slide})"),
        Spot::Line(line) => format!(" (line {line})"),
        Spot::Cell { sheet, cell } => format!(" (sheet `{}`, {})", displayable(sheet), displayable(cell)),
        Spot::Entry(name) => format!(" (`{}` in the archive)", displayable(name)),
        Spot::Part(part) => match part {
            Part::Body => " (text)",
            Part::Margin => " (header or footer)",
            Part::Note => " (note)",
            Part::Comment => " (comment)",
            Part::Beside => " (in a drawing, chart or pivot table)",
        }
        .to_string(),
    }
}

/// A table of more rows is a list of something, and names alone are not found.
const MANY_ROWS: usize = 50;

/// P08 for an attachment nobody has signed for, where the program cannot.
fn unreviewed(path: &SourcePath, attachment: &Attachment, inside: &Inside) -> Option<Finding> {
    let (zh, en) = match inside.unread {
        _ if attachment.reviewed || ["csv", "txt"].contains(&walk::extension(path.file_name()).as_str()) => {
            return None;
        }
        Some(Unread::Old) => ("是旧格式".to_string(), "has an old form".to_string()),
        Some(Unread::Locked) => ("加了密码".to_string(), "needs a password".to_string()),
        Some(Unread::TooLarge) => ("内容太多".to_string(), "holds too much".to_string()),
        Some(Unread::Damaged) => ("有损坏，或者写法少见".to_string(), "is damaged or of a rare form".to_string()),
        Some(Unread::NoText) => ("里面没有文字，像是扫描件".to_string(), "has no words in it, like a scan".to_string()),
        None if inside.rows > MANY_ROWS => {
            (format!("的表格有 {} 行", inside.rows), format!("has a table of {} rows", inside.rows))
        }
        None => return None,
    };
    let name = displayable(path.file_name());
    let text = match inside.unread {
        Some(_) => Text::new(
            format!("“{name}”{zh}，程序查不了里面有没有个人信息。请打开从头看一遍。"),
            format!("`{name}` {en}, so it could not be searched for personal information. Look through it."),
        ),
        None => Text::new(
            format!("“{name}”{zh}，请打开看一遍，有没有不该公开的姓名、电话和住址。"),
            format!("`{name}` {en}; look through it for names, phones and addresses that must not be public."),
        ),
    };
    let hint = match inside.unread {
        Some(Unread::Old) => Text::new(
            "另存为 docx 或 xlsx，程序就能查；或者看过以后，在这个附件下面写一行：pii_reviewed_by: 复核人姓名",
            "Save it as .docx or .xlsx to have it searched, or write `pii_reviewed_by: <name>` under this attachment once it was looked through.",
        ),
        _ => Text::new(
            "看过以后，在这个附件下面写一行：pii_reviewed_by: 复核人姓名",
            "Write `pii_reviewed_by: <name>` under this attachment once it was looked through.",
        ),
    };
    Some(Finding::new(&codes::P08, attachment.place.clone(), text).hint(hint))
}

/// Words for lists of people, and how they are written in names without Chinese characters.
const ROSTERS: [&str; 16] = [
    "签到表",
    "签到册",
    "签到簿",
    "花名册",
    "通讯录",
    "通信录",
    "联系人表",
    "联系人名单",
    "联系人汇总",
    "联络员名单",
    "身份证",
    "qiandaobiao",
    "huamingce",
    "tongxunlu",
    "shenfenzheng",
    "lianxiren",
];
/// Those a 名单 may be of.
const PEOPLE: [&str; 18] = [
    "人员",
    "参会",
    "参训",
    "参加",
    "报名",
    "学员",
    "职工",
    "员工",
    "干部",
    "志愿者",
    "党员",
    "考生",
    "学生",
    "代表",
    "负责人",
    "联系人",
    "个人",
    "人名单",
];
/// What is no list of people, or one that has to be public.
const OTHERS: [&str; 30] = [
    "企业",
    "机构",
    "单位",
    "产品",
    "项目",
    "商户",
    "门店",
    "品牌",
    "示范",
    "合作社",
    "实验室",
    "中标",
    "批次",
    "学校",
    "医院",
    "药店",
    "餐饮",
    "网点",
    "标准",
    "工商户",
    "市场主体",
    "目录",
    "公司",
    "部门",
    "公示",
    "公告",
    "执法",
    "持证",
    "获奖",
    "表彰",
];
/// Forms that are still empty, and texts about the thing.
const EMPTY: [&str; 12] =
    ["空白", "模板", "样表", "模版", "样式", "格式", "说明", "指南", "须知", "要求", "核验", "查验"];

/// P07 for a file that is named like a list of people, by itself or by a notice.
fn roster(path: &SourcePath, attachments: &[&Attachment]) -> Option<Finding> {
    let signed = !attachments.is_empty() && attachments.iter().all(|attachment| attachment.reviewed);
    let stem = path.file_name().rsplit_once('.').map_or(path.file_name(), |(stem, _)| stem);
    let mut names = attachments.iter().map(|attachment| attachment.title.as_str()).chain([stem]);
    let named = names.find(|name| is_roster(name)).filter(|_| !signed)?;
    let (file, named) = (displayable(path.file_name()), displayable(named));
    let called =
        if named == stem { (String::new(), String::new()) } else { (format!("（{named}）"), format!(" ({named})")) };
    let text = Text::new(
        format!("“{file}”{}像是人员名册，里面一般有姓名和电话，不能公开。请移出网站项目。", called.0),
        format!("`{file}`{} looks like a list of people and must not be public; take it out of the project.", called.1),
    );
    let hint = Text::new(
        "是空白表的，名字里写上“空白表”；确实可以公开的，看过以后在附件下面写一行：pii_reviewed_by: 复核人姓名",
        "Call an empty form 空白表; for one that may be public write `pii_reviewed_by: <name>` under the attachment once it was looked through.",
    );
    Some(Finding::new(&codes::P07, Place::file(path), text).hint(hint))
}

fn is_roster(name: &str) -> bool {
    let name: String = name.to_lowercase().chars().filter(|c| !matches!(c, '-' | '_' | ' ')).collect();
    let holds = |words: &[&str]| words.iter().any(|word| name.contains(word));
    if holds(&EMPTY) {
        return false;
    }
    holds(&ROSTERS) || is_list_of_people(&name, &holds)
}

/// Whether a 名单 is of people: it says so, or says nothing else.
fn is_list_of_people(name: &str, holds: &dyn Fn(&[&str]) -> bool) -> bool {
    let Some(at) = name.find("名单") else { return ["mingdan", "renyuanmingdan", "canhuimingdan"].contains(&name) };
    if holds(&["公示", "公告", "执法", "持证", "获奖", "表彰"]) {
        return false;
    }
    // 参会单位人员名单 is one; 参会单位名单 is none.
    let people = ["人员名单", "学员名单", "职工名单", "员工名单", "代表名单", "负责人名单", "人名单"];
    let plain = |c: char| c.is_ascii_digit() || "附件一二三四五最终版年月日（）().：:、".contains(c);
    holds(&people) || (!holds(&OTHERS) && (holds(&PEOPLE) || name[..at].chars().all(plain)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_of_people_are_known_by_their_names() {
        let people = [
            "签到表",
            "9月20日签到表",
            "开放日签到-表",
            "职工花名册",
            "通讯录",
            "名单",
            "附件1：名单",
            "参会人员名单",
            "报名名单",
            "培训学员名单",
            "参会单位人员名单",
            "身份证复印件",
            "各市联系人表",
            "qiandao-biao",
            "huamingce2022",
            "mingdan",
            "志愿者名单",
            "身份证",
            "企业联系人名单",
        ];
        let others = [
            "获证企业名单",
            "检验检测机构名单",
            "不合格产品名单",
            "活动情况统计表",
            "参会单位名单",
            "签到表（空白）",
            "签到表模板",
            "行政执法人员名单",
            "有机产品认证示范区名单",
            "获奖名单",
            "抽检批次名单",
            "拟表彰个人名单公示",
            "身份证核验指南",
            "mingdan-jigou",
            "方案",
            "中标候选人名单公示",
            "黑名单管理办法",
            "实验室名单",
        ];
        for name in people {
            assert!(is_roster(name), "{name}");
        }
        for name in others {
            assert!(!is_roster(name), "{name}");
        }
    }
}
