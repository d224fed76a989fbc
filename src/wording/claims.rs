//! Words a bureau does not write: advertising for a firm, fees asked of firms, regions called countries, gaps that were
//! never filled, sentences that have had their year (domain.md T03–T06, G13).

use std::collections::BTreeSet;
use std::ops::Range;

use super::passage::Passage;
use super::sought::{Found, Role};
use crate::report::{Report, Text, codes, displayable};

/// What the words say that the rules begin with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Claim {
    /// Praise of something.
    Praise,
    /// That a price follows.
    Price,
    /// That somebody pays.
    Fee,
    /// A region that is no country.
    Region,
    /// That something is still to be written.
    Gap,
    /// Signs of a form that is to be filled in.
    Cross,
    /// Something of an earlier year.
    Stale,
}

/// Looks at every sentence of the passage in which one of the words was `found`; `year` is the one in which the page was
/// published.
pub fn check(passage: &Passage, found: &[Found], year: Option<i16>, report: &mut Report) {
    let of = |wanted: Claim| found.iter().filter(move |found| found.role == Role::Claim(wanted));
    let of = |wanted: Claim| of(wanted).map(|found| found.range.clone());
    of(Claim::Praise).for_each(|word| advertising(passage, word, false, report));
    of(Claim::Price).for_each(|word| advertising(passage, word, true, report));
    fees(passage, of(Claim::Fee), report);
    if of(Claim::Region).next().is_some() {
        countries(passage, report);
    }
    gaps(passage, of(Claim::Gap), report);
    if of(Claim::Cross).next().is_some() {
        crosses(passage, report);
    }
    if of(Claim::Stale).next().is_some() {
        stale(passage, year, report);
    }
}

/// Every word one of the rules begins with.
pub fn words() -> impl Iterator<Item = (String, Claim)> {
    let all = |words: &'static [&'static str], claim| words.iter().map(move |word| (word.to_string(), claim));
    let pairs = CROSSES.iter().flat_map(|first| CROSSES.map(|second| (format!("{first}{second}"), Claim::Cross)));
    all(&PRAISE, Claim::Praise)
        .chain(all(&PRICES, Claim::Price))
        .chain(all(&FEES, Claim::Fee))
        .chain(all(&REGIONS, Claim::Region))
        .chain(all(&GAPS, Claim::Gap))
        .chain(all(&[STALE], Claim::Stale))
        .chain(pairs)
}

const FIRMS: [&str; 8] = ["公司", "合作社", "集团", "酒店", "超市", "商场", "农场", "企业名称"];
const PRAISE: [&str; 22] = [
    "质量第一",
    "品质第一",
    "销量第一",
    "销售第一",
    "全国第一",
    "全省第一",
    "行业第一",
    "第一品牌",
    "最佳产品",
    "最佳品牌",
    "最佳品质",
    "品质最佳",
    "质量最佳",
    "质量最好",
    "品质最好",
    "最优质",
    "顶级",
    "国家级产品",
    "国家级品质",
    "国家级品牌",
    "全网最低",
    "绝无仅有",
];
const PRICES: [&str; 6] = ["仅售", "特价", "优惠价", "促销价", "活动价", "原价"];

/// Praise or a price beside a firm (广告法 article 9).
fn advertising(passage: &Passage, at: Range<usize>, is_price: bool, report: &mut Report) {
    let sentence = passage.sentence(at.start);
    let (word, text) = (&passage.text[at.clone()], &passage.text[sentence.clone()]);
    let behind = &passage.text[at.end..sentence.end];
    let is_sum = || {
        behind.trim_start_matches(['：', ':', ' ']).starts_with(|c: char| c.is_ascii_digit() || c == '¥')
            && behind.contains(['元', '¥', '折'])
    };
    let is_motto = || ["坚持", "树立", "理念", "原则"].iter().any(|word| text.contains(word));
    let is_ordinal = word.ends_with("第一") && behind.starts_with(|c| "批次个张家名届期线时位款所书季阶步".contains(c));
    let counts = if is_price { is_sum() } else { !is_motto() };
    if is_ordinal || !counts || !FIRMS.iter().any(|firm| text.contains(firm)) {
        return;
    }
    let told = Text::new(
        format!("“{word}”和企业写在一起，像是替企业做广告。政府网站请只写事实，例如获得了什么认证。"),
        format!("`{word}` beside a firm reads like an advertisement; write facts, such as its certificate."),
    );
    passage.tell(report, &codes::T03, at, told);
}

const FEES: [&str; 8] = ["收费", "赞助费", "赞助", "报名费", "摊派", "参展费", "会务费", "缴纳费用"];
/// What turns the meaning round when it stands before a fee in the same sentence.
const NEGATIONS: [&str; 32] = [
    "严禁",
    "不得",
    "禁止",
    "不准",
    "不许",
    "不会",
    "不向",
    "不收",
    "不予",
    "未",
    "无",
    "免",
    "非",
    "杜绝",
    "严肃查处",
    "查处",
    "违规",
    "违法",
    "乱",
    "减",
    "降",
    "规范",
    "治理",
    "清理",
    "整治",
    "涉企",
    "监督",
    "投诉",
    "举报",
    "拒绝",
    "不以",
    "防止",
];

/// How many characters may stand between a fee and the firms that pay it.
const NEAR: usize = 15;

/// A fee near firms, unless the sentence forbids it.
fn fees(passage: &Passage, found: impl Iterator<Item = Range<usize>>, report: &mut Report) {
    let mut done = 0;
    for at in found {
        let word = &passage.text[at.clone()];
        let sentence = passage.sentence(at.start);
        let before = &passage.text[sentence.start..at.start];
        let behind = &passage.text[at.end..sentence.end];
        // Items of a list have nothing to do with each other.
        let left = before.char_indices().rev().take(NEAR).take_while(|(_, c)| *c != '、').last();
        let left = left.map_or("", |(at, _)| &before[at..]);
        let right = behind.char_indices().nth(NEAR).map_or(behind, |(at, _)| &behind[..at]);
        let right = right.split('、').next().unwrap_or_default();
        let firm = |text: &str| ["企业", "商家", "商户", "机构收", "参展"].iter().any(|firm| text.contains(firm));
        let denied = || {
            NEGATIONS.iter().any(|word| before.contains(word))
                || ["标准", "公示", "目录", "政策", "减免", "站"].iter().any(|word| behind.starts_with(word))
                || word == "赞助" && behind.starts_with('商')
        };
        // A longer word at the same place has been told.
        if at.start < done || (!firm(left) && !firm(right)) || denied() {
            continue;
        }
        done = at.end;
        let told = Text::new(
            format!("这里像是向企业收钱（“{word}”）。宣传活动不得向企业收取费用、摊派或拉赞助，请核对。"),
            format!("This reads as if firms had to pay (`{word}`); campaigns must not charge them."),
        );
        passage.tell(report, &codes::T04, at, told);
    }
}

/// Regions that are no countries.
const REGIONS: [&str; 3] = ["台湾", "香港", "澳门"];

/// `来自日本、台湾等国家`.
fn countries(passage: &Passage, report: &mut Report) {
    for (at, _) in passage.text.match_indices("国家") {
        let behind = &passage.text[at + "国家".len()..];
        let regions =
            ["和地区", "及地区", "或地区", "与地区", "、地区", "（地区", "(地区", "／地区", "/地区", "以及地区"];
        if regions.iter().any(|word| behind.starts_with(word)) {
            continue;
        }
        let before = &passage.text[..at];
        // `等`, perhaps with a number between.
        let Some(etc) = before.char_indices().rev().take(6).find(|(_, c)| *c == '等').map(|(at, _)| at) else {
            continue;
        };
        let between = &before[etc + '等'.len_utf8()..];
        if !between.chars().all(|c| c.is_ascii_digit() || "多个几余一二两三四五六七八九十百数".contains(c))
        {
            continue;
        }
        let ends = |c: &char| "。，；：！？,;:".contains(*c);
        let length: usize = before[..etc].chars().rev().take(100).take_while(|c| !ends(c)).map(char::len_utf8).sum();
        let list = &before[etc - length..etc];
        let Some(region) = REGIONS.into_iter().find(|region| list.contains(region)) else {
            continue;
        };
        if !list.contains(['、', '和', '及']) {
            continue;
        }
        let told = Text::new(
            format!("“{region}”不是国家，不能和国家并列。请写成“等国家和地区”。"),
            format!("{region} is no country; write 等国家和地区."),
        );
        passage.tell_instead(report, &codes::T05, at..at + "国家".len(), "国家和地区", told);
    }
}

const GAPS: [&str; 7] = ["TODO", "FIXME", "待补", "此处填写", "此处插入", "Lorem ipsum", "lorem ipsum"];

/// `待补`, `TODO`: each is told once.
fn gaps(passage: &Passage, found: impl Iterator<Item = Range<usize>>, report: &mut Report) {
    let mut seen = BTreeSet::new();
    for at in found.filter(|at| seen.insert(&passage.text[at.clone()])) {
        let beside = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
        let (before, behind) = (&passage.text[..at.start], &passage.text[at.end..]);
        let is_part = beside(before.chars().next_back()) || beside(behind.chars().next());
        if !(is_part && passage.text[at.clone()].is_ascii()) {
            gap(passage, at, report);
        }
    }
}

/// `XX月XX日`.
fn crosses(passage: &Passage, report: &mut Report) {
    let mut index = 0;
    while index < passage.chars.len() {
        let length = passage.chars[index..].iter().take_while(|(_, c)| is_cross(*c)).count();
        if length >= 2 {
            let unit = passage.at(index + length).is_some_and(|c| "年月日时分点市县区局人家元号届期位名".contains(c));
            let alone = !passage.before(index).is_some_and(|c| c.is_ascii_alphanumeric());
            if unit && alone {
                gap(passage, passage.bytes(index, index + length), report);
                return;
            }
        }
        index += length.max(1);
    }
}

/// What stands in forms for what is to be filled in.
const CROSSES: [char; 5] = ['X', 'x', '×', 'Ｘ', '╳'];

fn is_cross(c: char) -> bool {
    CROSSES.contains(&c)
}

fn gap(passage: &Passage, range: Range<usize>, report: &mut Report) {
    let shown = displayable(&passage.text[range.clone()]);
    let told = Text::new(
        format!("“{shown}”像是还没有填的空，请补上，或者删掉。"),
        format!("`{shown}` looks like a gap nobody filled."),
    );
    passage.tell(report, &codes::T06, range, told);
}

const STALE: &str = "疫情防控";

/// `疫情防控` in what was published after the measures ended.
fn stale(passage: &Passage, year: Option<i16>, report: &mut Report) {
    if year.is_none_or(|year| year < 2023) {
        return;
    }
    // The longer one holds the other, by which it is found.
    for word in ["新冠肺炎疫情防控", STALE] {
        let Some(at) = passage.text.find(word) else { continue };
        let sentence = &passage.text[passage.sentence(at)];
        if ["动物疫情", "疫病", "非洲猪瘟", "禽流感"].iter().any(|word| sentence.contains(word)) {
            return;
        }
        let told = Text::new(
            "“疫情防控”像是从往年的通知里照抄来的，请核对是否还适用。",
            "This sentence about epidemic control looks copied from an earlier year.",
        );
        return passage.tell(report, &codes::G13, at..at + word.len(), told);
    }
}
