//! The dictionary of words that are wrong: ours, and what a project adds in `content/words.tsv` (domain.md T01, T02, G12).

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use super::claims;
use super::passage::Passage;
use super::sought::{Found, Role, Sought};
use crate::hash::{Hash, hash};
use crate::load::words_path;
use crate::report::{Code, Finding, Place, Report, Text, codes, displayable};

/// Lines of it that are read.
const MOST: usize = 5_000;
/// Parts of a slogan shorter than this could stand in any text.
const SHORTEST: usize = 4;
/// The longest word, in characters.
const LONGEST: usize = 40;
/// The longest slogan that is looked for, in characters; what is longer is a text.
const LONGEST_SLOGAN: usize = 100;

const BUILT_IN: &str = include_str!("words.tsv");

fn built_in() -> impl Iterator<Item = Entry> {
    BUILT_IN.lines().filter_map(|line| Entry::of(line).ok().flatten())
}

/// The slogan of a campaign, and the year of that where it is known.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Slogan {
    /// As the campaign says it.
    pub text: String,
    /// The year in which the campaign begins.
    pub year: Option<i16>,
}

/// Words that are wrong, ready to be looked for.
#[derive(Debug)]
pub struct Words {
    entries: Vec<Entry>,
    slogans: Slogans,
    /// All that is looked for, what [`claims`] begins with as well.
    pub(super) sought: Sought,
    /// What tells this list from others.
    pub key: Hash,
}

/// One word.
#[derive(Debug)]
struct Entry {
    wrong: String,
    right: String,
    code: &'static Code,
    /// Words that hold it and are right, each with the byte at which it stands in them.
    exceptions: Vec<(String, usize)>,
}

impl Words {
    /// Our list, and after it the lines of the project's own, which win; what cannot be read there is told.
    pub fn of(own: Option<&str>, slogans: &[Slogan], report: &mut Report) -> Words {
        let mut entries: Vec<Entry> = built_in().collect();
        let path = words_path();
        let own = own.unwrap_or_default();
        let mut offset = 0;
        for (number, line) in own.split('\n').enumerate() {
            match Entry::of(line) {
                Ok(Some(entry)) if number < MOST => {
                    entries.retain(|known| known.wrong != entry.wrong);
                    if entry.wrong != entry.right {
                        entries.push(entry);
                    }
                }
                Ok(_) => {}
                Err(why) => {
                    let place = Place::in_text(&path, own, offset, line.chars().count());
                    report.add(Finding::new(&codes::W158, place, why));
                }
            }
            offset += line.len() + 1;
        }
        let slogans = Slogans::of(slogans);
        let lines = entries.iter().map(|entry| (&entry.wrong, &entry.right, entry.code.id, &entry.exceptions));
        let key = hash(&(lines.collect::<Vec<_>>(), &slogans.parts, &slogans.whole)).unwrap_or_default();
        let mut all: Vec<(String, Role)> = claims::words().map(|(word, claim)| (word, Role::Claim(claim))).collect();
        let wrong = entries.iter().map(|entry| &entry.wrong);
        all.extend(wrong.enumerate().map(|(at, word)| (word.clone(), Role::Word(at))));
        all.extend(slogans.parts.iter().enumerate().map(|(at, (part, _))| (part.clone(), Role::Part(at))));
        all.extend(slogans.whole.iter().enumerate().map(|(at, (whole, _))| (whole.clone(), Role::Slogan(at))));
        Words { entries, slogans, sought: Sought::of(all), key }
    }
}

impl Default for Words {
    fn default() -> Words {
        Words::of(None, &[], &mut Report::new())
    }
}

impl Entry {
    /// The entry of a line; none of an empty one.
    fn of(line: &str) -> Result<Option<Entry>, Text> {
        let line = line.trim_end_matches('\r');
        if line.trim().is_empty() || line.starts_with('#') {
            return Ok(None);
        }
        let cells: Vec<&str> = line.split('\t').map(str::trim).collect();
        let [wrong, right, rest @ ..] = cells.as_slice() else {
            return Err(Text::new(
                "这一行没有读取：写错的词和应写的词之间要有一个制表符（Tab）。",
                "Not read: a tab stands between the wrong word and the right one.",
            ));
        };
        let length = wrong.chars().count();
        if !(2..=LONGEST).contains(&length) || right.chars().count() > LONGEST {
            return Err(Text::new(
                format!("这一行没有读取：词要有 2 到 {LONGEST} 个字。"),
                format!("Not read: a word has 2 to {LONGEST} characters."),
            ));
        }
        let code = match rest.first().copied().unwrap_or_default() {
            "禁止" => &codes::T01,
            "提示" | "" => &codes::T10,
            "名称" => &codes::T02,
            "口号" => &codes::G12,
            other => {
                let shown = displayable(other);
                return Err(Text::new(
                    format!("这一行没有读取：等级要写禁止、提示、名称或口号，不能写“{shown}”。"),
                    format!("Not read: the third column is 禁止, 提示, 名称 or 口号, not `{shown}`."),
                ));
            }
        };
        let longer = rest.get(1).copied().unwrap_or_default().split('、');
        let exceptions = longer.filter_map(|word| Some((word.to_string(), word.find(wrong)?))).collect();
        Ok(Some(Entry { wrong: wrong.to_string(), right: right.to_string(), code, exceptions }))
    }

    fn is_excepted(&self, text: &str, at: usize) -> bool {
        let stands = |(word, offset): &(String, usize)| {
            at.checked_sub(*offset)
                .and_then(|start| text.get(start..))
                .is_some_and(|rest| rest.starts_with(word.as_str()))
        };
        // Where the right word stands, the wrong one may be a part of it.
        let right = self.right.find(&self.wrong).map(|offset| (self.right.clone(), offset));
        self.exceptions.iter().any(stands) || right.iter().any(stands)
    }
}

/// What stands between the parts of a slogan.
fn is_apart(c: char) -> bool {
    c.is_whitespace() || "：，、；。！—·,:;!-".contains(c)
}

/// The slogans of the project's campaigns: what stands in each of them, and what comes next.
#[derive(Debug)]
struct Slogans {
    parts: Vec<(String, BTreeSet<String>)>,
    /// Each as a whole, with the years it belongs to; none where one of them is not known.
    whole: Vec<(String, BTreeSet<i16>)>,
    /// The years of campaigns that have a slogan.
    years: BTreeSet<i16>,
}

impl Slogans {
    fn of(slogans: &[Slogan]) -> Slogans {
        let mut parts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        let is_long = |text: &str| (SHORTEST..=LONGEST_SLOGAN).contains(&text.chars().count());
        for slogan in slogans {
            let each: Vec<&str> = slogan.text.split(is_apart).filter(|part| is_long(part)).collect();
            for (first, second) in each.iter().zip(each.iter().skip(1)) {
                parts.entry(first.to_string()).or_default().insert(second.to_string());
            }
        }
        let parts: Vec<_> = parts.into_iter().collect();
        let long = slogans.iter().filter(|slogan| is_long(&slogan.text));
        let mut whole: BTreeMap<String, Option<BTreeSet<i16>>> = BTreeMap::new();
        for slogan in long {
            let years = whole.entry(slogan.text.clone()).or_insert_with(|| Some(BTreeSet::new()));
            match (years.as_mut(), slogan.year) {
                (Some(years), Some(year)) => drop(years.insert(year)),
                _ => *years = None,
            }
        }
        let whole: Vec<_> = whole.into_iter().map(|(text, years)| (text, years.unwrap_or_default())).collect();
        let years = whole.iter().flat_map(|(_, years)| years).copied().collect();
        Slogans { parts, whole, years }
    }

    /// Whether a campaign of this year has a slogan, and one of an earlier year.
    fn has_older(&self, year: i16) -> bool {
        self.years.contains(&year) && self.years.first().is_some_and(|first| *first < year)
    }
}

/// Looks for slogans of campaigns that begin as they should and go on in other words (domain.md G12); gives where they
/// stand.
fn slogans(passage: &Passage, found: &[Found], words: &Words, report: &mut Report) -> Vec<Range<usize>> {
    let mut told = Vec::new();
    for Found { role, range } in found {
        let Role::Part(part) = role else { continue };
        let Some((_, seconds)) = words.slogans.parts.get(*part) else { continue };
        let behind = passage.text[range.end..].trim_start_matches(is_apart);
        let start = passage.text.len() - behind.len();
        if seconds.iter().any(|second| behind.starts_with(second.as_str())) {
            continue;
        }
        let Some((second, length)) = seconds.iter().find_map(|second| Some((second, misquoted(behind, second)?)))
        else {
            continue;
        };
        let (shown, right) = (displayable(&behind[..length]), displayable(second));
        let text = Text::new(
            format!("口号引用得不对：“{shown}”，活动的主题写的是“{right}”。一个字都不能变。"),
            format!("The slogan is misquoted: `{shown}`; the campaign says `{right}`."),
        );
        passage.tell_instead(report, &codes::G12, start..start + length, second, text);
        told.push(range.start..start + length);
    }
    told
}

/// How many bytes at the beginning of `text` are much like `second`: only these are meant to be it.
fn misquoted(text: &str, second: &str) -> Option<usize> {
    let wanted = second.chars().count();
    let common = second.chars().zip(text.chars()).filter(|(a, b)| a == b).count();
    (common * 2 >= wanted).then(|| text.chars().take(wanted).map(char::len_utf8).sum())
}

/// What a sentence says that looks back on purpose.
const LOOKS_BACK: [&str; 9] = ["往年", "去年", "上年", "上一年", "历年", "历届", "上届", "往届", "曾"];

/// Looks for the slogan of an earlier year in a page of a year that has campaigns of its own (domain.md G13).
fn stale(passage: &Passage, found: &[Found], words: &Words, year: Option<i16>, report: &mut Report) {
    let Some(year) = year.filter(|year| words.slogans.has_older(*year)) else { return };
    for Found { role, range } in found {
        let Role::Slogan(slogan) = role else { continue };
        let Some((slogan, years)) = words.slogans.whole.get(*slogan) else { continue };
        let Some(last) = years.last().filter(|last| **last < year) else { continue };
        let sentence = &passage.text[passage.sentence(range.start)];
        let names_year = years.iter().any(|year| sentence.contains(&year.to_string()));
        if names_year || LOOKS_BACK.iter().any(|word| sentence.contains(word)) {
            continue;
        }
        let shown = displayable(slogan);
        let text = Text::new(
            format!("“{shown}”是{last}年的活动主题，这一页是{year}年的。请核对是不是照抄了往年的文字。"),
            format!("`{shown}` is the slogan of {last}, and this page is of {year}: is the text of an earlier year?"),
        );
        passage.tell(report, &codes::G13, range.clone(), text);
    }
}

/// Looks at every word of the list, and every slogan, that was `found`.
pub fn check(passage: &Passage, found: &[Found], words: &Words, year: Option<i16>, report: &mut Report) {
    stale(passage, found, words, year, report);
    let slogans = slogans(passage, found, words, report);
    for Found { role, range } in found {
        let Role::Word(word) = role else { continue };
        let Some(entry) = words.entries.get(*word).filter(|entry| !entry.is_excepted(passage.text, range.start)) else {
            continue;
        };
        // The list has slogans too, for sites without the campaign.
        if *entry.code == codes::G12 && slogans.iter().any(|told| told.start < range.end && range.start < told.end) {
            continue;
        }
        let (wrong, right) = (displayable(&entry.wrong), displayable(&entry.right));
        let text = match entry.code.id {
            "G12" => Text::new(
                format!("口号引用得不对：“{wrong}”，原文是“{right}”。"),
                format!("The slogan is misquoted: `{wrong}`; it reads `{right}`."),
            ),
            "T02" => Text::new(
                format!("名称不对：“{wrong}”应为“{right}”。"),
                format!("A wrong name: `{wrong}` should be `{right}`."),
            ),
            _ if entry.right.is_empty() => {
                Text::new(format!("“{wrong}”不宜使用。"), format!("`{wrong}` should not be used."))
            }
            _ => Text::new(format!("“{wrong}”应为“{right}”。"), format!("`{wrong}` should be `{right}`.")),
        };
        passage.tell_instead(report, entry.code, range.clone(), &entry.right, text);
    }
}

#[cfg(test)]
mod tests {
    use super::super::passage::Chars;
    use super::*;
    use crate::report::SourcePath;

    /// What `tell` tells of a text.
    fn told_by(text: &str, tell: impl Fn(&Passage, &mut Report)) -> Vec<String> {
        let (chars, path) = (Chars::of(text), SourcePath::new("content/a.md"));
        let place =
            |range: &Range<usize>| Place::in_text(&path, text, range.start, text[range.clone()].chars().count());
        let mut report = Report::new();
        tell(&chars.passage(text, &place, true), &mut report);
        report.into_sorted().iter().map(|finding| finding.place.marked().to_string()).collect()
    }

    fn told(words: &Words, text: &str) -> Vec<String> {
        told_by(text, |passage, report| check(passage, &words.sought.found(passage), words, None, report))
    }

    #[test]
    fn every_line_of_our_list_is_read() {
        for line in BUILT_IN.lines() {
            let entry = Entry::of(line);
            assert!(entry.is_ok(), "{line}");
            if let Ok(Some(entry)) = entry {
                assert_ne!(entry.wrong, entry.right);
                assert!(!entry.right.is_empty());
            }
        }
        let words = Words::default();
        for entry in &words.entries {
            assert_eq!(told(&words, &entry.wrong).len(), 1, "{}", entry.wrong);
            assert!(told(&words, &entry.right).is_empty(), "{}", entry.right);
            assert_eq!(words.entries.iter().filter(|other| other.wrong == entry.wrong).count(), 1, "{}", entry.wrong);
        }
    }

    #[test]
    fn words_that_hold_a_wrong_one_pass() {
        let words = Words::default();
        assert!(told(&words, "强烈土腥味、新的目的的确定、按排名公布").is_empty());
        assert_eq!(told(&words, "革命烈土"), ["烈土"]);
    }

    #[test]
    fn a_project_adds_and_takes_back() {
        let mut report = Report::new();
        let own = "烈土\t烈土\n甲乙\t丙丁\t禁止\n坏的\n戊\t己\n庚辛\t壬癸\t严重\n";
        let words = Words::of(Some(own), &[], &mut report);
        assert_eq!(told(&words, "烈土和甲乙"), ["甲乙"]);
        let lines: Vec<usize> = report.iter().filter_map(|finding| Some(finding.place.span.as_ref()?.line)).collect();
        assert_eq!(lines, [3, 4, 5]);
    }

    #[test]
    fn slogans_of_campaigns_are_quoted_by_the_letter() {
        let own = ["有机产品认证：护航消费升级 优享品质生活", "绿色发展，质量同行"].map(String::from);
        let own = own.map(|text| Slogan { text, year: None });
        let words = Words::of(None, &own, &mut Report::new());
        let told = |text: &str| {
            told_by(text, |passage, report| drop(slogans(passage, &words.sought.found(passage), &words, report)))
        };
        assert_eq!(told("主题是护航消费升级，守护品质生活。"), ["守护品质生活"]);
        assert_eq!(told("绿色发展 质量先行"), ["质量先行"]);
        for text in
            ["护航消费升级 优享品质生活", "护航消费升级是今年的主题", "绿色发展，质量同行", "推动绿色发展，促进就业。"]
        {
            assert!(told(text).is_empty(), "{text}");
        }
    }
}
