//! What can be wrong with a text: an ordered list of recognisers, each for one mistake; the first that knows it speaks.

use std::ops::Range;

use super::source::Source;
use crate::report::{Finding, Text, codes};

/// A text without quotes, on one line.
#[derive(Clone, Copy)]
pub(super) struct Spot<'a> {
    pub source: &'a Source<'a>,
    /// Where it begins.
    pub at: usize,
    /// Its characters, without white space round them.
    pub raw: &'a str,
}

const PLAIN: &[fn(&Spot) -> Option<Finding>] =
    &[mixed_quotes, reference_or_tag, sign, second_colon, remark, wrapped_in_chinese_quotes];

const CONTINUED: &[fn(&Spot) -> Option<Finding>] = &[second_colon, remark];

/// Pairs of quotation marks that Chinese texts use.
const PAIRS: &[(char, char)] = &[('“', '”'), ('‘', '’'), ('「', '」'), ('『', '』'), ('＂', '＂'), ('＇', '＇')];

/// The mistake in a plain text, if there is one.
pub(super) fn plain_mistake(spot: &Spot) -> Option<Finding> {
    PLAIN.iter().find_map(|recogniser| recogniser(spot))
}

/// The mistake in a further line of a plain text.
pub(super) fn continued_mistake(spot: &Spot) -> Option<Finding> {
    CONTINUED.iter().find_map(|recogniser| recogniser(spot))
}

/// Where ` #` begins a remark in a plain text.
pub(super) fn remark_at(raw: &str) -> Option<usize> {
    let after_space = |at: &usize| raw[..*at].ends_with([' ', '\t']);
    raw.match_indices('#').map(|(at, _)| at).find(after_space)
}

/// `text` in the quotes that change nothing in it.
pub(super) fn quoted(text: &str) -> String {
    if text.contains(['"', '\\']) { format!("'{}'", text.replace('\'', "''")) } else { format!("\"{text}\"") }
}

/// `text` as it can stand behind a key: bare where YAML reads it as it is, in quotes otherwise.
pub(super) fn safe(source: &Source, text: &str) -> String {
    let plain = Spot { source, at: 0, raw: text };
    let starts_plain = !text.is_empty() && !text.starts_with(['"', '\'', '[', '{', '|', '>']);
    let mistakes: [fn(&Spot) -> bool; 4] = [
        |spot| sign_of(spot.raw).is_some(),
        |spot| second_colon_at(spot.raw).is_some(),
        |spot| remark_at(spot.raw).is_some(),
        |spot| spot.raw.trim() != spot.raw,
    ];
    if starts_plain && !mistakes.iter().any(|mistake| mistake(&plain)) { text.to_string() } else { quoted(text) }
}

impl Spot<'_> {
    fn range(&self) -> Range<usize> {
        self.at..self.at + self.raw.len()
    }

    fn part(&self, from: usize, to: usize) -> Range<usize> {
        self.at + from..self.at + to
    }

    fn line_with(&self, words: &str) -> String {
        self.source.with(&self.range(), words)
    }
}

/// `“质量月"`: begun with one kind of quote, ended with another.
fn mixed_quotes(spot: &Spot) -> Option<Finding> {
    let (open, close) = PAIRS.iter().find(|(open, _)| spot.raw.starts_with(*open))?;
    let inner = spot.raw.strip_prefix(*open)?.strip_suffix(['"', '\''])?;
    if inner.contains(*close) {
        return None;
    }
    let message = Text::new(
        format!("以 {open} 开头的引号没有对应的结束引号，结尾是英文引号。"),
        format!("The quote {open} is never closed by its own kind; an ASCII quote ends the value."),
    );
    let at = spot.part(0, open.len_utf8());
    let lines = [spot.line_with(&quoted(&format!("{open}{inner}{close}"))), spot.line_with(&safe(spot.source, inner))];
    Some(Finding::new(&codes::E107, spot.source.place(&at), message).fixes(lines))
}

/// `&anchor`, `*alias`, `!tag`: YAML that would copy values or change their meaning.
fn reference_or_tag(spot: &Spot) -> Option<Finding> {
    let word = spot.raw.split([' ', '\t']).next()?;
    let name = word.strip_prefix(['&', '*', '!'])?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '!' | '.' | ':' | '/' | '<' | '>');
    if name.is_empty() || !name.chars().all(is_name) {
        return None;
    }
    let message = Text::new(
        format!("“{word}”是 YAML 的引用或标签写法，这里不支持。请直接写出内容；如果它就是文字，请用英文双引号括起来。"),
        format!(
            "`{word}` is a YAML anchor, alias or tag, which is not supported. Write the value itself, or quote it."
        ),
    );
    let at = spot.part(0, word.len());
    Some(Finding::new(&codes::E128, spot.source.place(&at), message).fix(spot.line_with(&quoted(spot.raw))))
}

/// A first character that YAML takes for something else.
fn sign(spot: &Spot) -> Option<Finding> {
    let c = sign_of(spot.raw)?;
    let message = Text::new(
        format!("内容以“{c}”开头，会被当成特殊符号。请用英文双引号括起来。"),
        format!("The value begins with `{c}`, which has a special meaning; wrap it in double quotes."),
    );
    let at = spot.part(0, c.len_utf8());
    Some(Finding::new(&codes::E109, spot.source.place(&at), message).fix(spot.line_with(&quoted(spot.raw))))
}

fn sign_of(raw: &str) -> Option<char> {
    let c = raw.chars().next()?;
    let alone = raw.len() == 1 || raw[c.len_utf8()..].starts_with([' ', '\t']);
    match c {
        '@' | '`' | '%' | '&' | '*' | '!' | '|' | '>' | '[' | ']' | '{' | '}' | ',' | '#' => Some(c),
        '-' | '?' | ':' if alone => Some(c),
        _ => None,
    }
}

fn second_colon_at(raw: &str) -> Option<usize> {
    let end = remark_at(raw).unwrap_or(raw.len());
    let raw = raw[..end].trim_end();
    raw.match_indices(':')
        .map(|(at, _)| at)
        .find(|at| raw[at + 1..].is_empty() || raw[at + 1..].starts_with([' ', '\t']))
}

/// A second colon with a space, which YAML takes for another key.
fn second_colon(spot: &Spot) -> Option<Finding> {
    let at = second_colon_at(spot.raw)?;
    let before = &spot.source.text[spot.source.line_start(spot.at)..spot.at];
    let message = match before.contains(':') {
        true => Text::new(
            "这一行有两个“: ”，第二个请改成中文“：”，或把内容用英文双引号括起来。",
            "Two `: ` on one line; use “：” for the second or quote the value.",
        ),
        false => Text::new(
            "内容里的“: ”会被当成字段名的结尾，请改成中文“：”，或把内容用英文双引号括起来。",
            "The `: ` in this text would end a key; use “：” or quote the value.",
        ),
    };
    let chinese = format!("{}：{}", &spot.raw[..at], spot.raw[at + 1..].trim_start());
    let lines = [spot.line_with(&chinese), spot.line_with(&quoted(spot.raw))];
    Some(Finding::new(&codes::E110, spot.source.place(&spot.part(at, at + 1)), message).fixes(lines))
}

/// ` #`, behind which YAML drops everything.
fn remark(spot: &Spot) -> Option<Finding> {
    let at = remark_at(spot.raw)?;
    let lost = spot.raw[at + 1..].trim();
    let message = Text::new(
        format!("“ #”后面的“{lost}”会被当作备注丢掉。要保留，请把内容用英文双引号括起来。"),
        format!("`{lost}` after ` #` is treated as a comment and lost; quote the value to keep it."),
    );
    let place = spot.source.place(&spot.part(at, spot.raw.len()));
    Some(Finding::new(&codes::W111, place, message).fix(spot.line_with(&quoted(spot.raw))))
}

/// One pair of Chinese quotes round the whole value.
fn wrapped_in_chinese_quotes(spot: &Spot) -> Option<Finding> {
    let (open, close) = PAIRS.iter().find(|(open, _)| spot.raw.starts_with(*open))?;
    let inner = spot.raw.strip_prefix(*open)?.strip_suffix(*close)?;
    if inner.contains([*open, *close]) || inner.is_empty() {
        return None;
    }
    let message = Text::new(
        format!(
            "中文引号 {open} {close} 会原样出现在网页上。如果只是想“包住”文字，请去掉（第一行）；确实要显示，请写成第二行。"
        ),
        format!(
            "The quotes {open} {close} will be shown on the page. Drop them (first line), or keep them as in the second."
        ),
    );
    let lines = [spot.line_with(&safe(spot.source, inner)), spot.line_with(&quoted(spot.raw))];
    Some(Finding::new(&codes::E106, spot.source.place(&spot.range()), message).fixes(lines))
}

/// Where the quoted text at the beginning of `text` ends, behind its closing quote.
pub(super) fn quoted_end(text: &str) -> Option<usize> {
    let quote = *text.as_bytes().first()?;
    let bytes = text.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if quote == b'"' => at += 2,
            byte if byte == quote && quote == b'\'' && bytes.get(at + 1) == Some(&b'\'') => at += 2,
            byte if byte == quote => return Some(at + 1),
            _ => at += 1,
        }
    }
    None
}

/// The mistake of a quoted text that is never closed; `raw` is its first line.
pub(super) fn unclosed(spot: &Spot) -> Finding {
    let quote = if spot.raw.starts_with('\'') { '\'' } else { '"' };
    let message = Text::new(
        format!("以 {quote} 开头的引号没有对应的结束引号。"),
        format!("The quote {quote} opened here is never closed by the same quote."),
    );
    let inner = &spot.raw[1..];
    let inner = inner.strip_suffix(['”', '“', '’', '‘', '」', '』', '＂', '＇', '"', '\'']).unwrap_or(inner);
    let line = spot.line_with(&format!("{quote}{inner}{quote}"));
    Finding::new(&codes::E107, spot.source.place(&spot.part(0, 1)), message).fix(line)
}

/// The mistake of text behind a closing quote; `end` is where that quote ends in `spot`.
pub(super) fn after_quote(spot: &Spot, end: usize) -> Finding {
    let rest = spot.raw[end..].trim();
    let message = Text::new(
        format!("引号已经结束，后面又有文字“{rest}”。文字里的引号请用中文引号“ ”。"),
        format!("`{rest}` follows the closing quote. Use “ ” for quotes inside the text."),
    );
    let from = spot.raw.len() - spot.raw[end..].trim_start().len();
    let line = spot.line_with(&safe(spot.source, &chinese_quotes(spot.raw)));
    Finding::new(&codes::E108, spot.source.place(&spot.part(from, spot.raw.len())), message).fix(line)
}

/// The text with its ASCII quotes made Chinese, without the outermost pair when there are inner ones.
pub(in crate::load) fn chinese_quotes(raw: &str) -> String {
    let quote = if raw.starts_with('\'') { '\'' } else { '"' };
    let count = raw.matches(quote).count();
    let wrapped = count >= 4 && count.is_multiple_of(2) && raw.ends_with(quote);
    let inner = if wrapped { &raw[1..raw.len() - 1] } else { raw };
    let (open, close) = if quote == '"' { ('“', '”') } else { ('‘', '’') };
    let mut opens = false;
    let turned = inner.chars().map(|c| match c {
        c if c == quote => {
            opens = !opens;
            if opens { open } else { close }
        }
        c => c,
    });
    turned.collect()
}

/// A backslash in double quotes that YAML does not know, as in `"C:\路径"`.
pub(super) fn unknown_escape(spot: &Spot) -> Option<Finding> {
    let inner = spot.raw.strip_prefix('"')?.strip_suffix('"')?;
    let at = 1 + bad_escape(inner)?;
    let message = Text::new(
        "英文双引号里的“\\”是特殊符号。请改用英文单引号把内容括起来。",
        "A backslash has a special meaning in double quotes; use single quotes.",
    );
    let line = spot.line_with(&format!("'{}'", inner.replace('\'', "''")));
    Some(Finding::new(&codes::E128, spot.source.place(&spot.part(at, at + 1)), message).fix(line))
}

fn bad_escape(inner: &str) -> Option<usize> {
    let mut chars = inner.char_indices();
    while let Some((at, c)) = chars.next() {
        if c != '\\' {
            continue;
        }
        let (next, escaped) = chars.next()?;
        let digits = match escaped {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            '0' | 'a' | 'b' | 't' | '\t' | 'n' | 'v' | 'f' | 'r' | 'e' | ' ' | '"' | '/' | '\\' | 'N' | '_' | 'L'
            | 'P' | '\n' => 0,
            _ => return Some(at),
        };
        let code: String = inner[next + 1..].chars().take(digits).collect();
        let valid = digits == 0 || u32::from_str_radix(&code, 16).ok().and_then(char::from_u32).is_some();
        if !valid || code.chars().count() != digits || code.starts_with('+') {
            return Some(at);
        }
    }
    None
}
