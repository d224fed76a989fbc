//! Homes (P05): an address finer than a road and number, which only a home has: building and unit, or a room in a
//! building of a residential estate. Offices have a road, a number, a floor and a room, and pass.

use super::Hit;
use super::runs::{self, Run};
use crate::report::codes;

/// Adds the homes that the groups of `run` are numbers of.
pub fn find(text: &str, run: &Run, hits: &mut Vec<Hit>) {
    for at in 0..run.groups.len() {
        let range = run.range(at, at + 1);
        let end = forth(text, range.end, gap);
        if text[end..].starts_with("单元") {
            hits.extend(unit(text, end));
        }
        let start = back(text, range.start, gap);
        if text[..start].chars().next_back().is_some_and(is_last) {
            let house = ROOMED.iter().find(|word| text[..start].ends_with(**word));
            hits.extend(house.and_then(|word| room(text, start - word.len(), start)));
            let is_estate = start == range.start && ESTATES.iter().any(|word| text[..start].ends_with(word));
            hits.extend(if is_estate { door(text, start) } else { None });
        }
    }
}

/// Building and unit: 3号楼2单元, perhaps with a room behind.
fn unit(text: &str, at: usize) -> Option<Hit> {
    let before = back(text, at, gap);
    let numbered = back(text, before, number);
    if numbered == before {
        return None;
    }
    let gone = back(text, numbered, |c| gap(c) || c == '第');
    let house = HOUSES.iter().find_map(|word| text[..gone].strip_suffix(word))?;
    let start = back(text, back(text, house.len(), gap), number);
    if start == house.len() {
        return None;
    }
    let end = room_end(text, at + "单元".len());
    let is_work = end.is_none() && WORKS.iter().any(|word| thing(text, at + "单元".len()).starts_with(word));
    let end = end.unwrap_or(at + "单元".len());
    (!is_work).then(|| hit(text, start, end))
}

/// A room in a building, the word for which stands from `at` to `to`, of an estate.
fn room(text: &str, at: usize, to: usize) -> Option<Hit> {
    let start = back(text, at, number);
    let estate = back(text, start, |c| gap(c) || c == '第');
    let name = text[..estate].char_indices().rev().nth(11).map_or(0, |(at, _)| at);
    let name = &text[name..estate];
    let named = ESTATES.iter().filter_map(|word| Some(name.rfind(word)? + word.len())).max()?;
    let is_home = name[named..].chars().count() <= 3 && !OFFICES.iter().any(|word| name[named..].contains(word));
    let end = room_end(text, to).filter(|_| start < at && is_home)?;
    Some(hit(text, start, end))
}

/// A door behind the name of an estate: 3-2-501 is building, unit and room.
fn door(text: &str, start: usize) -> Option<Hit> {
    let end = forth(text, start, |c| matches!(runs::digit(c), Some((_, false))) || gap(c));
    let parts: Vec<usize> = text[start..end].split(gap).map(|part| part.chars().count()).collect();
    let fits = matches!(parts.as_slice(), [1..=2, 1, 3..=4]);
    fits.then(|| hit(text, start, end))
}

const HOUSES: [&str; 11] = ["号楼", "#楼", "＃楼", "栋", "幢", "座", "号院", "楼", "#", "＃", "号"];
/// Those in which rooms are numbered.
const ROOMED: [&str; 6] = ["号楼", "#楼", "＃楼", "栋", "幢", "座"];
const ESTATES: [&str; 14] = [
    "小区",
    "家园",
    "花园",
    "公寓",
    "新村",
    "嘉园",
    "家属院",
    "宿舍",
    "家属楼",
    "名苑",
    "华府",
    "佳苑",
    "新苑",
    "雅居",
];
/// Whether one of those words ends with `c`, or of those in which rooms are numbered.
fn is_last(c: char) -> bool {
    matches!(c, '楼' | '栋' | '幢' | '座' | '区' | '园' | '寓' | '村' | '院' | '舍' | '苑' | '府' | '居')
}
/// What makes an office or a hotel of a building that is called like an estate.
const OFFICES: [&str; 10] = ["酒店", "饭店", "大厦", "广场", "写字楼", "商业", "中心", "宾馆", "学校", "物业"];
/// What a unit has in common: it is written about, and nobody's home is told.
const WORKS: [&str; 16] = [
    "电梯", "楼道", "门禁", "门口", "外墙", "大厅", "消防", "改造", "燃气", "供", "管道", "住户", "居民", "业主",
    "楼顶", "加装",
];

/// Where the number of a room that begins at `at` ends.
fn room_end(text: &str, at: usize) -> Option<usize> {
    let from = forth(text, at, gap);
    let to = forth(text, from, |c| runs::digit(c).is_some() || c == '-');
    let digits = text[from..to].chars().filter(|c| *c != '-').count();
    let word = text[to..].chars().next().filter(|c| matches!(c, '室' | '号' | '户' | '房'));
    match word {
        Some(word) if digits >= 2 => Some(to + word.len_utf8()),
        // After a unit the word is often left out.
        None if (3..=4).contains(&digits) => Some(to),
        _ => None,
    }
}

/// What follows a unit, without the words between.
fn thing(text: &str, at: usize) -> &str {
    text[at..].trim_start_matches(['的', '内', '入', '口', '新', '老', '旧', '两', '一', '部', '台', ' '])
}

fn gap(c: char) -> bool {
    runs::is_space(c) || matches!(c, '-' | '－' | '—')
}

fn number(c: char) -> bool {
    runs::digit(c).is_some() || matches!(c, '十' | 'A'..='H' | 'a'..='h' | '甲' | '乙' | '丙' | '丁' | '东' | '西')
}

/// Where the few characters before `at` for which `goes_on` holds begin.
fn back(text: &str, at: usize, goes_on: impl Fn(char) -> bool) -> usize {
    at - text[..at].chars().rev().take(4).take_while(|c| goes_on(*c)).map(char::len_utf8).sum::<usize>()
}

/// Where the few characters behind `at` for which `goes_on` holds end.
fn forth(text: &str, at: usize, goes_on: impl Fn(char) -> bool) -> usize {
    at + text[at..].chars().take(9).take_while(|c| goes_on(*c)).map(char::len_utf8).sum::<usize>()
}

/// The hit, with its numbers left out.
fn hit(text: &str, start: usize, end: usize) -> Hit {
    let mut masked = String::new();
    for c in text[start..end].chars() {
        match number(c) {
            true if masked.ends_with('*') => {}
            true => masked.push('*'),
            false => masked.push(c),
        }
    }
    Hit { code: &codes::P05, range: start..end, masked }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_ends_as_is_looked_for() {
        assert!(ROOMED.iter().chain(&ESTATES).all(|word| word.ends_with(is_last)));
    }
}
