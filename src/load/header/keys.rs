//! Where the key of a line ends: the colon, in every form in which it is mistyped (E103, E104, E110's first half).
//!
//! YAML takes a colon for a separator only when a space follows. An address or a time of day must not be taken for a
//! mistyped key, so a wrong colon counts only after a word that is, or nearly is, a key of this level.

use std::ops::Range;

use super::level::{self, Level, Owner};
use super::source::{Found, Source};
use crate::load::fields::{Field, Kind};
use crate::report::{Finding, Text, codes};

/// The mistake between a key and its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gap {
    /// None.
    Fine,
    /// A colon that is not `:`.
    WrongColon(char),
    /// Nothing behind the colon.
    Missing,
    /// White space other than a plain space behind the colon.
    WrongSpace(char),
}

/// A line cut at its colon; all offsets are bytes of the file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Split {
    /// The key without quotes.
    pub key: Range<usize>,
    /// From the end of the key to the value: the colon and what is wrong about it.
    pub gap: Range<usize>,
    pub fault: Gap,
}

/// Colons of other scripts and widths.
fn is_colon(c: char) -> bool {
    matches!(c, ':' | '：' | '﹕' | '∶' | '︰' | '꞉' | '˸')
}

/// Whether YAML takes a colon before `rest` for a separator.
fn is_separated(rest: &str) -> bool {
    rest.is_empty() || rest.starts_with([' ', '\t', '\n'])
}

/// Cuts `words`, which stand at `at`, into key and value; none when no key is written there.
pub(super) fn split(words: &str, at: usize, level: &Level) -> Option<Split> {
    let (key, rest) = match quoted_key(words) {
        Some(quoted) => quoted,
        None => plain_key(words, level)?,
    };
    let colon = words[rest..].chars().next()?;
    let after = rest + colon.len_utf8();
    let value = after + words[after..].len() - words[after..].trim_start().len();
    Some(Split {
        key: at + key.start..at + key.end,
        gap: at + key_end(words, &key)..at + value,
        fault: gap(colon, &words[after..value], words[value..].is_empty()),
    })
}

/// Where the key ends together with a closing quote.
fn key_end(words: &str, key: &Range<usize>) -> usize {
    let quoted = key.start > 0 && words[key.end..].starts_with(['"', '\'']);
    key.end + usize::from(quoted)
}

fn quoted_key(words: &str) -> Option<(Range<usize>, usize)> {
    let quote = words.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    let end = 1 + words[1..].find(quote)?;
    let rest = &words[end + 1..];
    let colon = end + 1 + rest.len() - rest.trim_start().len();
    words[colon..].starts_with(is_colon).then_some((1..end, colon))
}

/// The key and where its colon stands.
fn plain_key(words: &str, level: &Level) -> Option<(Range<usize>, usize)> {
    let cut = |colon: usize| (0..words[..colon].trim_end().len(), colon);
    let (first, colon) = words.char_indices().find(|(_, c)| is_colon(*c))?;
    let word = words[..first].trim_end();
    let right = colon == ':' && is_separated(&words[first + 1..]);
    if right || level.find(word).is_some() || is_nearly(word, level) {
        return (!word.is_empty()).then(|| cut(first));
    }
    words.match_indices(':').find(|(at, _)| is_separated(&words[at + 1..])).map(|(at, _)| cut(at))
}

fn is_nearly(word: &str, level: &Level) -> bool {
    word.chars().count() <= 20 && !word.contains(' ') && level.near(word).is_some()
}

fn gap(colon: char, space: &str, at_end: bool) -> Gap {
    let odd = space.chars().find(|c| !matches!(c, ' ' | '\t'));
    match (colon, odd) {
        (':', Some(odd)) => Gap::WrongSpace(odd),
        (':', None) if space.is_empty() && !at_end => Gap::Missing,
        (':', None) => Gap::Fine,
        (wrong, _) => Gap::WrongColon(wrong),
    }
}

/// Reports what is wrong between key and value.
pub(super) fn report_gap(source: &Source, split: &Split, found: &mut Found) {
    let gap = source.slice(&split.gap);
    let colon = split.gap.start + gap.find(is_colon).unwrap_or(0);
    let (code, at, message) = match split.fault {
        Gap::Fine => return,
        Gap::WrongColon(c) => (
            &codes::E103,
            colon..colon + c.len_utf8(),
            Text::new(
                format!("冒号写成了全角“{c}”，请改成英文冒号“:”再加一个空格。"),
                "Full-width colon after the key; use `:` followed by a space.",
            ),
        ),
        Gap::Missing => (
            &codes::E104,
            colon..colon + 1,
            Text::new("冒号后面要有一个英文空格。", "A plain space is needed after the colon."),
        ),
        Gap::WrongSpace(c) => (
            &codes::E104,
            odd_space(source, colon + 1..split.gap.end),
            Text::new(
                format!("冒号后面要有一个英文空格，现在是{}。", space_name(c).zh),
                format!("A plain space is needed after the colon, not {}.", space_name(c).en),
            ),
        ),
    };
    let line = clock(source.with(&split.gap, ": "));
    found.add(Finding::new(code, source.place(&at), message).fix(line));
}

/// The line with the full-width colon of a time of day at its end mended as well.
fn clock(line: String) -> String {
    let Some((before, minute)) = line.rsplit_once('：') else { return line };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let hour = before.rsplit(' ').next().is_some_and(|hour| hour.len() < 3 && digits(hour));
    if hour && minute.len() == 2 && digits(minute) { format!("{before}:{minute}") } else { line }
}

/// The part of `range` from its first wrong white space on.
fn odd_space(source: &Source, range: Range<usize>) -> Range<usize> {
    let plain = source.slice(&range).len() - source.slice(&range).trim_start_matches([' ', '\t']).len();
    range.start + plain..range.end
}

/// What a white space is called.
pub(super) fn space_name(c: char) -> Text {
    match c {
        '\t' => Text::new("制表符（Tab）", "a tab"),
        '\u{3000}' => Text::new("全角空格", "an ideographic space"),
        '\u{A0}' => Text::new("不换行空格（多从网页或 Word 复制而来）", "a no-break space"),
        _ => Text::new("特殊空格", "a special space"),
    }
}

/// E115, or E128 for the merge key; `replace` writes the line with another key.
pub(super) fn unknown(source: &Source, at: &Range<usize>, level: &Level, replace: impl Fn(&str) -> String) -> Finding {
    let key = source.slice(at);
    let place = source.place(at);
    if key == "<<" {
        let message = Text::new(
            "“<<”是 YAML 的合并写法，这里不支持。请把内容逐项写出来。",
            "`<<` merges maps in YAML, which is not supported; write the entries out.",
        );
        return Finding::new(&codes::E128, place, message);
    }
    let near = level.near(key);
    let (name, list) = (level.name(), level.list());
    let hint =
        Text::new(format!("{}可用的字段：{}", name.zh, list.zh), format!("the fields of {}: {}", name.en, list.en));
    // A key of another kind is no slip of this one: the nearest key would put its value in a wrong place.
    let is_slip = |field: &&Field| {
        elsewhere(level, key).is_none() || differs_in_form(key, level) || differs_in_number(key, field)
    };
    let slip = near.filter(is_slip);
    let lines = slip.map(|field| replace(pick(key, field)));
    Finding::new(&codes::E115, place, unknown_message(key, near, level)).hint(hint).fixes(lines)
}

fn unknown_message(key: &str, near: Option<&Field>, level: &Level) -> Text {
    let name = level.name();
    match (near, elsewhere(level, key)) {
        (Some(field), _) if differs_in_form(key, level) => Text::new(
            format!("不认识“{key}”，它与“{}”只差大小写、全角半角或空格。", pick(key, field)),
            format!("Unknown field `{key}`; it differs from `{}` only in case, width or spaces.", pick(key, field)),
        ),
        (Some(field), Some(kind)) if differs_in_number(key, field) => Text::new(
            format!("“{key}”是{}的字段，{}要写“{}”。", kind.zh(), name.zh, field.key),
            format!("`{key}` is a field of a {}; {} has `{}`.", kind.word(), name.en, field.key),
        ),
        (_, Some(kind)) => Text::new(
            format!("“{key}”是{}的字段，{}没有这一项。", kind.zh(), name.zh),
            format!("`{key}` is a field of a {}; {} has none of that name.", kind.word(), name.en),
        ),
        (Some(field), None) => Text::new(
            format!("不认识“{key}”。你是不是想写“{}”？", pick(key, field)),
            format!("Unknown field `{key}`; did you mean `{}`?", pick(key, field)),
        ),
        (None, None) => Text::new(format!("不认识“{key}”。"), format!("Unknown field `{key}`.")),
    }
}

/// Another kind of page that has the key.
fn elsewhere(level: &Level, key: &str) -> Option<Kind> {
    match level.owner {
        Owner::Page(kind) => kind_with(key, kind),
        Owner::Config | Owner::Inside(_) => None,
    }
}

/// `campaign` where a kind has `campaigns`, and the reverse.
fn differs_in_number(key: &str, field: &Field) -> bool {
    field.key.strip_suffix('s') == Some(key) || key.strip_suffix('s') == Some(field.key)
}

fn differs_in_form(key: &str, level: &Level) -> bool {
    level.find_folded(key).is_some()
}

fn pick(key: &str, field: &Field) -> &'static str {
    if level::folded(key).is_ascii() { field.key } else { field.zh }
}

/// Another kind that has the field.
fn kind_with(key: &str, but: Kind) -> Option<Kind> {
    let has = |kind: &Kind| *kind != but && Level::page(*kind).find(key).is_some();
    Kind::ALL.into_iter().find(has)
}
