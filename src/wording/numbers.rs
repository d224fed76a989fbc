//! Numbers that have a form: document numbers, dates, weekdays, telephones, mailboxes (domain.md G02–G04, G10, T09).

use jiff::civil;

use super::is_han;
use super::passage::{Mend, Passage};
use crate::report::{Report, Text, codes, displayable};

/// What the numbers that have a form are known by.
pub const SIGNS: &[char] = &[
    '〔', '[', '(', '【', '（', '［', '〖', '〕', '年', '日', '—', '–', '－', '―', '─', '‐', '‑', '−', '一', '@', '＠',
];

/// What a program may mend in a passage, by what it is.
#[derive(Default)]
struct Mends {
    brackets: Vec<Mend>,
    dates: Vec<Mend>,
    dashes: Vec<Mend>,
}

/// Looks at every number of the passage that has a form: each has a sign by which it is known.
pub fn check(passage: &Passage, key: &str, report: &mut Report) {
    let mut mends = Mends::default();
    for (index, c) in passage.signs() {
        match c {
            // The number of the document itself has rules of its own (`check::notices`).
            '〔' | '[' | '(' | '【' | '（' | '［' | '〖' | '〕' if key == "doc_no" => {}
            '〔' | '[' | '(' | '【' | '（' | '［' | '〖' => document_number(passage, index, &mut mends, report),
            '〕' => lost_opening(passage, index, report),
            '年' => date_and_weekday(passage, index, &mut mends, report),
            '日' => squeezed(passage, index, report),
            '—' | '–' | '－' | '―' | '─' | '‐' | '‑' | '−' | '一' => {
                mends.dashes.extend(telephone(passage, index))
            }
            '@' | '＠' => mailbox(passage, index, report),
            _ => {}
        }
    }
    mends.tell(passage, report);
}

impl Mends {
    fn tell(&self, passage: &Passage, report: &mut Report) {
        let typed = |mend: &Mend| passage.text[mend.0.clone()].to_string();
        passage.tell_mends(report, &codes::G02, &self.brackets, &|mend, _| {
            let (typed, words) = (typed(mend), &mend.1);
            Text::new(
                format!("发文字号的年份要用六角括号：“{typed}”写成“{words}”。"),
                format!("The year of a document number stands in `〔〕`: write `{words}` for `{typed}`."),
            )
        });
        passage.tell_mends(report, &codes::G04, &self.dates, &|mend, _| {
            let (typed, words) = (typed(mend), &mend.1);
            Text::new(
                format!("日期“{typed}”的月、日前面不加 0，写成“{words}”。"),
                format!("Months and days take no zero in front: write `{words}` for `{typed}`."),
            )
        });
        passage.tell_mends(report, &codes::G10, &self.dashes, &|mend, _| {
            let typed = typed(mend);
            Text::new(
                format!("电话号码区号后面的“{typed}”要写成短横线“-”，否则手机上点不开、拨不出。"),
                format!("Write `-` for `{typed}` behind the area code, else phones cannot dial the number."),
            )
        });
    }
}

/// `[2022]291号` and what pasting made of it; the bracket stands at `index`.
fn document_number(passage: &Passage, index: usize, mends: &mut Mends, report: &mut Report) {
    if !passage.before(index).is_some_and(is_han) || passage.digits(index + 1) < 4 || !is_year(passage, index + 1) {
        return;
    }
    let closed = passage.at(index + 5).filter(|c| matches!(c, '〕' | ']' | ')' | '】' | '）' | '］' | '〗'));
    let number = index + 5 + usize::from(closed.is_some());
    let digits = passage.digits(number);
    if digits == 0 || passage.at(number + digits) != Some('号') {
        return;
    }
    let year = passage.part(index + 1, index + 5);
    match (passage.at(index), closed) {
        (Some('〔'), Some('〕')) => {}
        (_, Some(_)) => mends.brackets.push((passage.bytes(index, index + 6), format!("〔{year}〕"))),
        (_, None) => {
            let words = format!("〔{year}〕{}号", passage.part(number, number + digits));
            half_lost(passage, passage.bytes(index, number + digits + 1), &words, report);
        }
    }
}

/// `发2021〕23号`.
fn lost_opening(passage: &Passage, close: usize, report: &mut Report) {
    let Some(start) = close.checked_sub(4) else { return };
    let digits = passage.digits(close + 1);
    let lost = passage.digits(start) == 4
        && is_year(passage, start)
        && passage.before(start).is_some_and(is_han)
        && digits > 0
        && passage.at(close + 1 + digits) == Some('号');
    if lost {
        let words = format!("〔{}号", passage.part(start, close + 1 + digits));
        half_lost(passage, passage.bytes(start, close + digits + 2), &words, report);
    }
}

fn half_lost(passage: &Passage, range: std::ops::Range<usize>, words: &str, report: &mut Report) {
    let typed = displayable(&passage.text[range.clone()]);
    let text = Text::new(
        format!("发文字号“{typed}”少了半个括号，应是“{words}”。复制粘贴时常会丢失，请对照原文。"),
        format!("The document number `{typed}` lost a bracket; it should be `{words}`. Compare the original."),
    );
    passage.tell_instead(report, &codes::G03, range, words, text);
}

fn is_year(passage: &Passage, index: usize) -> bool {
    matches!(passage.part(index, index + 2), "19" | "20")
}

/// A date as it stands in text: where it begins and ends, year, month, day; months and days as typed.
struct Date<'a> {
    from: usize,
    to: usize,
    year: &'a str,
    month: &'a str,
    day: &'a str,
}

fn date_and_weekday(passage: &Passage, mark: usize, mends: &mut Mends, report: &mut Report) {
    let Some(date) = date(passage, mark) else { return };
    let plain = |digits: &str| digits.trim_start_matches('0').to_string();
    if date.month.starts_with('0') || date.day.starts_with('0') {
        let words = format!("{}年{}月{}日", date.year, plain(date.month), plain(date.day));
        mends.dates.push((passage.bytes(date.from, date.to), words));
    }
    weekday(passage, &date, report);
}

/// The date whose `年` stands at `mark`.
fn date<'a>(passage: &'a Passage, mark: usize) -> Option<Date<'a>> {
    let from = mark.checked_sub(4)?;
    if passage.digits(from) != 4 || from.checked_sub(1).is_some_and(|before| passage.digits(before) > 0) {
        return None;
    }
    let month = passage.digits(mark + 1);
    let at_day = mark + 1 + month + 1;
    let day = passage.digits(at_day);
    let whole = (1..=2).contains(&month)
        && passage.at(mark + 1 + month) == Some('月')
        && (1..=2).contains(&day)
        && passage.at(at_day + day) == Some('日');
    whole.then(|| Date {
        from,
        to: at_day + day + 1,
        year: passage.part(from, mark),
        month: passage.part(mark + 1, mark + 1 + month),
        day: passage.part(at_day, at_day + day),
    })
}

/// `2022年9月20日（星期三）` where that day was another one.
fn weekday(passage: &Passage, date: &Date, report: &mut Report) {
    let bracket = usize::from(matches!(passage.at(date.to), Some('（' | '(')));
    let from = date.to + bracket;
    let word = match (passage.part(from, from + 2), passage.at(from)) {
        ("星期" | "礼拜", _) => 2,
        (_, Some('周')) => 1,
        _ => return,
    };
    let Some(typed) = passage.at(from + word).and_then(|c| "一二三四五六日天".chars().position(|day| day == c))
    else {
        return;
    };
    // “9月20日周日活动” could be another word.
    if bracket == 0 && passage.at(from + word + 1).is_some_and(|c| is_han(c) && !"上下早晚中前后至到在的".contains(c))
    {
        return;
    }
    let number = |digits: &str| digits.parse::<i8>().ok();
    let day = date.year.parse().ok().zip(number(date.month)).zip(number(date.day));
    let Some(day) = day.and_then(|((year, month), day)| civil::Date::new(year, month, day).ok()) else { return };
    let is = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or_default();
    if typed.min(6) == is {
        return;
    }
    let name = |at: usize| "一二三四五六日".chars().nth(at).unwrap_or('日');
    let range = passage.bytes(from, from + word + 1);
    let words = format!("{}{}", passage.part(from, from + word), name(is));
    let text = Text::new(
        format!(
            "{}年{}月{}日是星期{}，不是“{}”，请核对。",
            date.year,
            date.month,
            date.day,
            name(is),
            &passage.text[range.clone()]
        ),
        format!("{day} is a 星期{}, not a {}.", name(is), &passage.text[range.clone()]),
    );
    passage.tell_instead(report, &codes::T09, range, &words, text);
}

/// `2022919日`: the signs between year, month and day were lost.
fn squeezed(passage: &Passage, mark: usize, report: &mut Report) {
    let mut from = mark;
    while from > 0 && passage.before(from).is_some_and(|c| c.is_ascii_digit()) {
        from -= 1;
    }
    let alone = !passage.before(from).is_some_and(|c| c.is_ascii_alphanumeric() || "年月-./—".contains(c));
    let is_word = passage.at(mark + 1).is_some_and(|c| "常程期报历记志均".contains(c));
    if is_word || !(7..=8).contains(&(mark - from)) || !is_year(passage, from) || !alone {
        return;
    }
    let typed = passage.part(from, mark + 1);
    let text = Text::new(
        format!("日期“{typed}”里的“年”“月”丢了，请对照原文补上。复制粘贴时常会丢失。"),
        format!("The date `{typed}` lost its `年` and `月`; compare the original."),
    );
    passage.tell(report, &codes::G03, passage.bytes(from, mark + 1), text);
}

/// `0359—5770019`: the dash, and what stands there instead.
fn telephone(passage: &Passage, dash: usize) -> Option<Mend> {
    let before = passage.chars[..dash].iter().rev().take_while(|(_, c)| c.is_ascii_digit()).count();
    let after = passage.digits(dash + 1);
    let outside = dash.checked_sub(before + 1).and_then(|index| passage.at(index));
    let is_area = (3..=4).contains(&before) && passage.at(dash - before) == Some('0');
    let is_number = is_area && (7..=8).contains(&after) && outside.is_none_or(|c| !c.is_ascii_alphanumeric());
    is_number.then(|| (passage.bytes(dash, dash + 1), "-".to_string()))
}

/// `2267113091@qq.com_`, `a@qq。com`, `a＠qq.com`.
fn mailbox(passage: &Passage, at: usize, report: &mut Report) {
    let part = |c: char| c.is_ascii_alphanumeric() || "._%+-".contains(c);
    let before = passage.chars[..at].iter().rev().take_while(|(_, c)| part(*c)).count();
    let mut after = passage.chars.iter().skip(at + 1).take_while(|(_, c)| part(*c) || *c == '。').count();
    while after > 0 && passage.at(at + after).is_some_and(|c| "。.".contains(c)) {
        // The end of the sentence.
        after -= 1;
    }
    if before == 0 || after == 0 {
        return;
    }
    let domain = passage.part(at + 1, at + 1 + after);
    // Handles such as `@某某` and package names have no dot behind them.
    let known = ["qq", "163", "126", "sina", "gmail", "foxmail", "139", "189"];
    let is_mailbox = domain.contains(['.', '。']) || known.iter().any(|host| domain.starts_with(host));
    if !is_mailbox || (passage.at(at) == Some('@') && is_domain(domain)) {
        return;
    }
    let typed = passage.part(at - before, at + 1 + after);
    let meant = typed.replace('＠', "@").replace('。', ".").trim_end_matches('_').to_string();
    let range = passage.bytes(at - before, at + 1 + after);
    let shown = super::masked_mailbox(typed);
    let text = Text::new(
        format!("邮箱“{shown}”写得不对，信寄不到，请核对。"),
        format!("The mailbox `{shown}` is malformed; no mail will reach it."),
    );
    match meant.split_once('@').is_some_and(|(_, domain)| is_domain(domain)) {
        true => passage.tell_instead(report, &codes::G14, range, &meant, text),
        false => passage.tell(report, &codes::G14, range, text),
    }
}

fn is_domain(domain: &str) -> bool {
    let label = |label: &str| {
        !label.is_empty()
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    let labels: Vec<&str> = domain.split('.').collect();
    labels.len() > 1
        && labels.iter().all(|part| label(part))
        && labels.last().is_some_and(|top| top.len() > 1 && top.bytes().all(|b| b.is_ascii_alphabetic()))
}
