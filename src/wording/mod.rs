//! What a text says that it must not, or says badly: rules that read one source alone, the values of its header and its
//! body. They run where the body is read, so a body that is not read again is not judged again.

mod attached;
mod claims;
mod marks;
mod numbers;
mod passage;
mod punctuation;
mod sought;
mod words;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use memchr::memmem;
use unicode_width::UnicodeWidthChar;

use crate::load::node::{Map, Node, Value};
use crate::load::{Source, fields};
use crate::markdown::{Lines, Prose, is_han};
use crate::personal;
use crate::report::{Code, Finding, Place, Report, SourcePath, Span, Text, codes, displayable};
pub use attached::{MARKS as NAME_MARKS, punctuated};
use marks::Levels;
use passage::{Chars, Passage};
pub use words::{Slogan, Words};

/// Findings of one code in one file; the rest are not told.
const MOST: usize = 100;

/// Judges a source whose whole text is `text` and whose body reads `prose`.
pub fn judge(source: &Source, text: &str, prose: &Prose, words: &Words) -> Vec<Finding> {
    let mut report = Report::new();
    let map = &source.header.map;
    let year = map.text("published").or_else(|| map.text("date")).and_then(|text| text.get(..4)?.parse().ok());
    let judge = Judge { path: &source.file.path, words, year, files: attached::offered(source) };
    let mut chars = Chars::default();
    judge.header(map, &mut chars, &mut report);
    judge.body(text, prose, &mut chars, &mut report);
    openness(source, text, prose, &mut report);
    bounded(report)
}

/// Judges the texts of the configuration.
pub fn judge_config(map: &Map, words: &Words) -> Vec<Finding> {
    let path = crate::load::config_path();
    let mut report = Report::new();
    Judge { path: &path, words, year: None, files: None }.header(map, &mut Chars::default(), &mut report);
    bounded(report)
}

/// The findings in order, of each code no more than [`MOST`].
fn bounded(report: Report) -> Vec<Finding> {
    let mut told = report.into_sorted();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    told.retain(|finding| {
        let count = counts.entry(finding.code.id).or_default();
        *count += 1;
        *count <= MOST
    });
    told
}

struct Judge<'a> {
    path: &'a SourcePath,
    words: &'a Words,
    year: Option<i16>,
    /// How many attachments a notice offers.
    files: Option<usize>,
}

impl Judge<'_> {
    fn header(&self, map: &Map, chars: &mut Chars, report: &mut Report) {
        for entry in &map.entries {
            self.value(entry.key, &entry.node, chars, report);
        }
    }

    fn value(&self, key: &'static str, node: &Node, chars: &mut Chars, report: &mut Report) {
        match &node.value {
            Value::Empty => {}
            Value::Map(map) => self.header(map, chars, report),
            Value::List(nodes) => nodes.iter().for_each(|node| self.value(key, node, chars, report)),
            // The name of a file or an address is no running text.
            Value::Text(text) if fields::is_prose(key) => {
                let span = &node.span;
                let column = written_at(span, text);
                let place = |range: &Range<usize>| {
                    let part = |column: usize| Span {
                        column: column + text[..range.start].chars().count(),
                        width: text[range.clone()].chars().count(),
                        ..span.clone()
                    };
                    Place::at(self.path, column.map_or_else(|| span.clone(), part))
                };
                chars.read(text);
                self.rules(&chars.passage(text, &place, column.is_some()), chars.has_han(), key, report);
            }
            Value::Text(_) => {}
        }
    }

    fn body(&self, text: &str, prose: &Prose, chars: &mut Chars, report: &mut Report) {
        let lines = Lines::of(self.path, text);
        let mut levels = Levels::default();
        let mut start = 0;
        for block in prose.blocks() {
            let place = |range: &Range<usize>| {
                let origins = prose.origins(&(start + range.start..start + range.end));
                lines.place(origins.start, origins.end)
            };
            chars.read(block);
            let passage = chars.passage(block, &place, true);
            self.rules(&passage, chars.has_han(), "", report);
            levels.check(&passage, report);
            let is_escaped = |at: usize| text[..prose.origin(start + at)].ends_with('\\');
            marks::dangling(&passage, &is_escaped, report);
            let is_linked = |range: &Range<usize>| {
                let origins = prose.origins(&(start + range.start..start + range.end));
                text[..origins.start].ends_with('[') || text.get(origins).is_some_and(|list| list.contains("]("))
            };
            if let Some(files) = self.files {
                attached::check(&passage, files, &is_linked, report);
            }
            start += block.len() + 1;
        }
    }

    fn rules(&self, passage: &Passage, has_han: bool, key: &str, report: &mut Report) {
        // What stands before a number says what it is; of a value, that is its key.
        let (text, before) = match key {
            "" => (Cow::from(passage.text), 0),
            key => (Cow::from(format!("{key}: {}", passage.text)), key.len() + 2),
        };
        for hit in personal::find(&text) {
            let range = hit.range.start.saturating_sub(before)..hit.range.end.saturating_sub(before);
            passage.tell(report, hit.code, range, personal_text(hit.code, &hit.masked));
        }
        numbers::check(passage, key, report);
        if has_han {
            punctuation::check(passage, report);
            let found = self.words.sought.found(passage);
            if !found.is_empty() {
                claims::check(passage, &found, self.year, report);
                words::check(passage, &found, self.words, self.year, report);
            }
        }
    }
}

fn personal_text(code: &Code, masked: &str) -> Text {
    let shown = displayable(masked);
    let (zh, en) = match code.id {
        "P01" => ("身份证号。不能公开，请删掉，或者写成", "an identity number; remove it or write"),
        "P02" => ("手机号。请换成办公电话；必须写的，写成", "a mobile number; give an office number or write"),
        "P03" => ("个人邮箱。请换成单位邮箱：", "a personal mailbox; give the office's:"),
        "P04" => ("银行卡号。不能公开，请删掉，或者写成", "a bank card number; remove it or write"),
        _ => ("家庭住址，写到了楼栋和单元。请只写到街道：", "a home address; name the street at most:"),
    };
    Text::new(format!("这里有{zh}“{shown}”。"), format!("Here is {en} `{shown}`."))
}

/// The same finding with everything personal in it masked: no message and no line it shows gives a number away, and a
/// line to write that would is left out.
pub fn masked(finding: Finding) -> Finding {
    let text = |text: String| personal::masked(&text).unwrap_or(text);
    let place = |place: Place| {
        let span = place.span.map(|span| match personal::masked(&span.text) {
            Some(shown) => Span { text: shown.into(), ..span },
            None => span,
        });
        Place { span, ..place }
    };
    let words = |words: Text| Text { zh: text(words.zh), en: text(words.en) };
    Finding {
        place: place(finding.place),
        message: words(finding.message),
        // A line with stars in it would be pasted as it is.
        fix: finding.fix.into_iter().filter(|line| personal::masked(line).is_none()).collect(),
        hint: finding.hint.map(words),
        related: finding.related.into_iter().map(place).collect(),
        ..finding
    }
}

/// The column at which the characters of a value stand in its line, where they stand there as they are.
fn written_at(span: &Span, text: &str) -> Option<usize> {
    let marked = span.marked();
    let quoted =
        || marked.len() > 1 && marked.get(1..marked.len() - 1) == Some(text) && marked.starts_with(['"', '\'']);
    match () {
        () if text.is_empty() => None,
        () if marked == text => Some(span.column),
        () if quoted() => Some(span.column + 1),
        () => None,
    }
}

/// The note under the body and the header say different things about who may read it (domain.md O03).
fn openness(source: &Source, text: &str, prose: &Prose, report: &mut Report) {
    if memmem::find(prose.text().as_bytes(), "公开".as_bytes()).is_none() {
        return;
    }
    let key = source.header.map.text("openness").unwrap_or("主动公开");
    let mut start = 0;
    for block in prose.blocks() {
        let note = block.trim().trim_start_matches(['（', '(']).trim_end_matches(['）', ')']);
        let says = match note {
            "依申请公开" | "此件依申请公开" => Some("依申请公开"),
            "不予公开" | "此件不予公开" | "此件不公开" => Some("不予公开"),
            _ => None,
        };
        if let Some(says) = says.filter(|says| *says != key && block.trim() != note) {
            let origins = prose.origins(&(start..start + block.len()));
            let place = Lines::of(&source.file.path, text).place(origins.start, origins.end);
            let told = Text::new(
                format!("正文写“{says}”，信息栏里却是“{key}”，两处要一致。{says}的文件不能发布。"),
                format!("The body says {says}, the header {key}; a document that is {says} is not published."),
            );
            report.add(Finding::new(&codes::O03, place, told));
        }
        start += block.len() + 1;
    }
}

/// A mailbox whose owner's number is not shown whole.
fn masked_mailbox(mailbox: &str) -> String {
    let (name, rest) = mailbox.find(['@', '＠']).map_or((mailbox, ""), |at| mailbox.split_at(at));
    let shown: String = name.chars().take(2).collect();
    format!("{shown}***{}", displayable(rest))
}

/// Whether `c` is a Chinese character or a mark as wide as one, or a Chinese quote.
fn is_wide(c: char) -> bool {
    is_han(c) || (!c.is_ascii() && c.width() == Some(2)) || matches!(c, '“' | '”' | '‘' | '’')
}

#[cfg(test)]
mod tests;
