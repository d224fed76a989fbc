//! The marks of levels, one after the other, and marks of Markdown that did not take (domain.md G05, T08).
//! Source: GB/T 9704—2012 §7.3.3: 一、（一）1.（1）.

use super::is_han;
use super::passage::Passage;
use crate::report::{Report, Text, codes};

/// The level marks a file has had so far, the last number of each level.
#[derive(Debug, Default)]
pub struct Levels([Option<u32>; 4]);

/// A level mark: its level, its number, how many characters it has, and how it ought to be written where it is not.
struct Mark {
    level: usize,
    number: u32,
    length: usize,
    instead: Option<String>,
}

impl Levels {
    /// Looks at the beginning of the next passage of the body.
    pub fn check(&mut self, passage: &Passage, report: &mut Report) {
        let Some(mark) = mark(passage) else { return };
        let range = passage.bytes(0, mark.length);
        let typed = passage.part(0, mark.length).to_string();
        if let Some(right) = &mark.instead {
            let text = Text::new(
                format!("层次序号“{typed}”要写成“{right}”。"),
                format!("The level mark `{typed}` is written `{right}`."),
            );
            passage.tell_instead(report, &codes::G05, range.clone(), right, text);
        }
        let last = self.0[mark.level].replace(mark.number);
        self.0.iter_mut().skip(mark.level + 1).for_each(|lower| *lower = None);
        let Some(last) = last.filter(|last| mark.number != 1 && mark.number != last + 1) else { return };
        let text = match mark.number == last {
            true => Text::new(format!("层次序号“{typed}”重复了。"), format!("The level mark `{typed}` stands twice.")),
            false => Text::new(
                format!("层次序号不连续：上一个是第 {last}，这里是第 {}（“{typed}”）。", mark.number),
                format!("Level marks are out of order: {last}, then {} (`{typed}`).", mark.number),
            ),
        };
        passage.tell(report, &codes::G05, range, text);
    }
}

fn mark(passage: &Passage) -> Option<Mark> {
    let opened = matches!(passage.at(0), Some('（' | '('));
    let from = usize::from(opened);
    let han = passage.chars.iter().skip(from).take_while(|(_, c)| is_numeral(*c)).count();
    let digits = passage.digits(from);
    let (length, level) = if han > 0 { (han, 0) } else { (digits, 2) };
    if !(1..=3).contains(&length) || digits > 2 {
        return None;
    }
    let typed = passage.part(from, from + length);
    let number = if han > 0 { han_number(typed)? } else { typed.parse().ok()? };
    let next = from + length;
    let mark = passage.at(next)?;
    let after = |index: usize| passage.at(index).is_some_and(|c| is_han(c) || matches!(c, '“' | '《'));
    let made = |level, length, instead| Some(Mark { level, number, length, instead });
    match (opened, han > 0, mark) {
        (false, true, '、') if after(next + 1) && !is_listed(passage, next + 1) => made(level, next + 1, None),
        (false, true, '.' | '．') if after(next + 1) => made(level, next + 1, Some(format!("{typed}、"))),
        (true, _, '）' | ')') if passage.at(next + 1) == Some('、') && after(next + 2) => {
            made(level + 1, next + 2, Some(format!("（{typed}）")))
        }
        (true, _, '）' | ')') if after(next + 1) => made(level + 1, next + 1, None),
        (false, false, '.' | '．') if after(next + 1) => made(level, next + 1, None),
        (false, false, '、') if after(next + 1) && !is_listed(passage, next + 1) => {
            made(level, next + 1, Some(format!("{typed}．")))
        }
        _ => None,
    }
}

fn is_numeral(c: char) -> bool {
    matches!(c, '一' | '二' | '三' | '四' | '五' | '六' | '七' | '八' | '九' | '十')
}

/// `一、二等奖`, `1、2号楼`: a list of numbers is no level mark.
fn is_listed(passage: &Passage, index: usize) -> bool {
    passage.at(index).is_some_and(|c| is_numeral(c) || c.is_ascii_digit())
        && passage.at(index + 1).is_none_or(|c| "、等级类号楼期批次层组季".contains(c))
}

/// The number of `一` to `九十九`.
fn han_number(text: &str) -> Option<u32> {
    let digit =
        |c: char| "一二三四五六七八九".chars().position(|known| known == c).and_then(|at| u32::try_from(at + 1).ok());
    let digits = |text: &str| match text.chars().count() {
        0 => None,
        1 => text.chars().next().and_then(digit),
        _ => None,
    };
    match text.split_once('十') {
        Some((tens, ones)) => {
            let tens = if tens.is_empty() { 1 } else { digits(tens)? };
            let ones = if ones.is_empty() { 0 } else { digits(ones)? };
            Some(tens * 10 + ones)
        }
        None => digits(text),
    }
}

/// Marks of Markdown that stand in the text because they did not take.
pub fn dangling(passage: &Passage, is_escaped: &dyn Fn(usize) -> bool, report: &mut Report) {
    let hashes = passage.chars.iter().take_while(|(_, c)| *c == '#').count();
    let heading = (1..=6).contains(&hashes) && passage.at(hashes).is_some_and(is_han) && !is_escaped(0);
    if heading {
        let text = Text::new(
            "“#”后面要空一格才是小标题，现在会原样显示出来。",
            "A heading needs a space after `#`; as it is, the sign is shown.",
        );
        let words = format!("{} ", passage.part(0, hashes));
        passage.tell_instead(report, &codes::T08, passage.bytes(0, hashes), &words, text);
    }
    if let Some(at) = stars(passage).filter(|at| !is_escaped(*at)) {
        let text = Text::new(
            "这里的“**”没有起作用，会原样显示出来。加粗要前后各两个星号，里面紧挨文字、不留空格。",
            "These `**` did not take and are shown; bold text has two at both ends, without a space inside.",
        );
        passage.tell(report, &codes::T08, at..at + 2, text);
    }
}

/// Two or three stars; more of them, or some between digits, mask a number.
fn stars(passage: &Passage) -> Option<usize> {
    memchr::memchr(b'*', passage.text.as_bytes())?;
    let mut index = 0;
    while index < passage.chars.len() {
        let length = passage.chars[index..].iter().take_while(|(_, c)| *c == '*').count();
        let sign = |index: Option<char>| index.is_some_and(|c| c.is_ascii_alphanumeric());
        let masks = sign(passage.before(index)) && sign(passage.at(index + length));
        if (2..=3).contains(&length) && !masks {
            return passage.chars.get(index).map(|(byte, _)| *byte);
        }
        index += length.max(1);
    }
    None
}
