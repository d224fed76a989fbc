//! Lists and maps in brackets: `[质量, 计量]`, `[{date: 2022-09-20, start: 09:00}]`.
//!
//! Reading stops at the first mistake, because behind a wrong bracket nothing means what it seems to. Brackets nest
//! at most [`DEEPEST`] deep; serde_yaml needs quadratic time for more (faults.md §3).

use std::ops::Range;

use super::keys::{self, Gap};
use super::level::Level;
use super::outline::{Form, Outline, Pair, Style};
use super::scalar::{self, Spot};
use super::source::{Found, Source};
use crate::load::fields::{Field, Shape};
use crate::report::{Finding, Text, codes};

/// How deep brackets may nest; the field table itself needs four.
const DEEPEST: usize = 16;

/// The list or map that begins at the start of `range`; none when a mistake in it was reported.
pub(super) fn read(
    source: &Source,
    range: Range<usize>,
    field: &'static Field,
    shape: Shape,
    found: &mut Found,
) -> Option<Outline> {
    let mut flow = Flow { source, at: range.start, end: range.end, start: range.start, depth: 0 };
    match flow.value(field, shape, found) {
        Ok(outline) => Some(outline),
        Err(finding) => {
            found.add(*finding);
            None
        }
    }
}

struct Flow<'a> {
    source: &'a Source<'a>,
    at: usize,
    end: usize,
    start: usize,
    depth: usize,
}

type Read<T> = Result<T, Box<Finding>>;

impl<'a> Flow<'a> {
    fn rest(&self) -> &'a str {
        &self.source.text[self.at..self.end]
    }

    fn next(&self) -> Option<char> {
        self.rest().chars().next()
    }

    /// Passes over white space, line breaks and remarks.
    fn blank(&mut self) {
        loop {
            self.at += self.rest().len() - self.rest().trim_start_matches([' ', '\t', '\n']).len();
            if !self.rest().starts_with('#') {
                return;
            }
            self.at = self.source.line_end(self.at).min(self.end);
        }
    }

    fn value(&mut self, field: &'static Field, shape: Shape, found: &mut Found) -> Read<Outline> {
        match self.next() {
            Some('[') => self.list(field, shape, found),
            Some('{') => self.map(field, shape, found),
            Some('"' | '\'') => self.quoted(found),
            _ => self.plain(found),
        }
    }

    fn deeper(&mut self) -> Read<usize> {
        self.depth += 1;
        if self.depth > DEEPEST {
            let message = Text::new(
                format!("括号套得太深，最多 {DEEPEST} 层。请检查是否多写了括号。"),
                format!("Brackets nest too deep, {DEEPEST} at most; check for extra ones."),
            );
            return Err(Box::new(Finding::new(&codes::E128, self.source.place(&(self.at..self.at + 1)), message)));
        }
        let start = self.at;
        self.at += 1;
        Ok(start)
    }

    fn list(&mut self, field: &'static Field, shape: Shape, found: &mut Found) -> Read<Outline> {
        let start = self.deeper()?;
        let inner = match shape {
            Shape::Rows(fields) => Shape::Table(fields),
            _ => Shape::Text,
        };
        let mut items = Vec::new();
        while !self.closes(']', found)? {
            let item = self.value(field, inner, found)?;
            self.ends_at(']', item.at.clone())?;
            items.push(item);
        }
        Ok(Outline { at: start..self.at, form: Form::List(items) })
    }

    fn map(&mut self, field: &'static Field, shape: Shape, found: &mut Found) -> Read<Outline> {
        let start = self.deeper()?;
        let level = Level::inside(field).filter(|_| matches!(shape, Shape::Rows(_) | Shape::Table(_)));
        let mut pairs = Vec::new();
        while !self.closes('}', found)? {
            let pair = self.pair(level.as_ref(), found)?;
            self.ends_at('}', pair.value.at.clone())?;
            pairs.push(pair);
        }
        Ok(Outline { at: start..self.at, form: Form::Map(pairs) })
    }

    /// Whether the bracket closes here; passes over it.
    fn closes(&mut self, close: char, found: &Found) -> Read<bool> {
        self.blank();
        match self.next() {
            Some(c) if c == close => {
                self.at += 1;
                self.depth -= 1;
                Ok(true)
            }
            Some(c @ (',' | ']' | '}' | ':')) => Err(self.unexpected(c)),
            Some(_) if found.is_full() => Err(self.unclosed()),
            Some(_) => Ok(false),
            None => Err(self.unclosed()),
        }
    }

    /// Behind an item stands a comma, which is passed over, or the closing bracket.
    fn ends_at(&mut self, close: char, item: Range<usize>) -> Read<()> {
        self.blank();
        match self.next() {
            Some(',') => self.at += 1,
            Some(c) if c == close => {}
            Some(':') => return Err(self.second_colon(item)),
            Some(_) if self.source.slice(&item).starts_with(['"', '\'']) => return Err(self.behind_quote(item)),
            Some(c) => return Err(self.unexpected(c)),
            None => return Err(self.unclosed()),
        }
        Ok(())
    }

    fn pair(&mut self, level: Option<&Level>, found: &mut Found) -> Read<Pair> {
        let quoted = matches!(self.next(), Some('"' | '\''));
        let token = if quoted { self.quoted(found)?.at } else { self.token() };
        let key = if quoted { token.start + 1..token.end - 1 } else { token.clone() };
        self.blank();
        if self.next() != Some(':') {
            return self.mistyped_pair(token, level, found);
        }
        let colon = self.at;
        self.at += 1;
        if !self.rest().starts_with([' ', '\t', '\n']) {
            return Err(self.no_space(colon));
        }
        self.blank();
        let field = level.and_then(|level| level.find(self.source.slice(&key)));
        self.report_unknown(&key, level, field, found);
        let value = match (self.next(), field) {
            (Some(',' | '}'), _) => Outline::nothing(self.at),
            (_, Some(field)) => self.value(field, field.shape, found)?,
            (_, None) => self.passed(found)?,
        };
        self.check_separators(&value, level)?;
        Ok(Pair { key, field, value })
    }

    /// A value behind a key that is not known: read for its end only.
    fn passed(&mut self, found: &mut Found) -> Read<Outline> {
        static ANY: Field =
            Field { key: "", zh: "", shape: Shape::Text, required: false, meaning: "", meaning_en: "", example: "" };
        self.value(&ANY, Shape::Text, found)
    }

    fn report_unknown(&self, key: &Range<usize>, level: Option<&Level>, field: Option<&Field>, found: &mut Found) {
        if let (Some(level), None) = (level, field) {
            let replace = |name: &str| self.source.with(key, name);
            found.add(keys::unknown(self.source, key, level, replace));
        }
    }

    /// `date：2022-09-20` or `date:2022-09-20`: one word for YAML, a pair for its author.
    fn mistyped_pair(&mut self, token: Range<usize>, level: Option<&Level>, found: &mut Found) -> Read<Pair> {
        let words = self.source.slice(&token);
        let split = level.and_then(|level| keys::split(words, token.start, level));
        let Some(split) = split.filter(|split| split.fault != Gap::Fine) else {
            return Err(self.no_colon(token));
        };
        keys::report_gap(self.source, &split, found);
        let field = level.and_then(|level| level.find(self.source.slice(&split.key)));
        let value = Outline::scalar(split.gap.end..token.end, Style::Plain);
        self.check_separators(&value, level)?;
        Ok(Pair { key: split.key, field, value })
    }

    /// E117: `{name: 张三，phone: 123}`, in which the second pair would become part of the first value.
    fn check_separators(&self, value: &Outline, level: Option<&Level>) -> Read<()> {
        let (Some(level), Form::Scalar(Style::Plain)) = (level, &value.form) else { return Ok(()) };
        let words = self.source.slice(&value.at);
        let is_pair = |(at, c): &(usize, &str)| {
            let from = value.at.start + at + c.len();
            let rest = self.source.text[from..self.source.line_end(from)].trim_start();
            keys::split(rest, from, level).is_some_and(|split| {
                let key = &rest[..split.key.end - split.key.start];
                level.find(key).is_some()
            })
        };
        let Some((at, c)) = words.match_indices(['，', '、', '；', ';']).find(is_pair) else { return Ok(()) };
        let at = value.at.start + at..value.at.start + at + c.len();
        let message = Text::new(
            format!("花括号里的几项之间写了“{c}”，要用英文逗号加空格隔开。"),
            format!("`{c}` stands between two entries; separate them with a comma and a space."),
        );
        let line = self.source.with(&at, ", ");
        Err(Box::new(Finding::new(&codes::E117, self.source.place(&at), message).fix(line)))
    }

    fn quoted(&mut self, found: &mut Found) -> Read<Outline> {
        let start = self.at;
        let first_line = self.source.line_end(start).min(self.end);
        let spot = Spot { source: self.source, at: start, raw: self.source.text[start..first_line].trim_end() };
        let Some(end) = scalar::quoted_end(self.rest()) else { return Err(Box::new(self.open_quote(&spot))) };
        self.at = start + end;
        let whole = Spot { raw: &self.source.text[start..self.at], ..spot };
        scalar::unknown_escape(&whole).into_iter().for_each(|finding| found.add(finding));
        Ok(Outline::scalar(start..self.at, Style::Quoted))
    }

    fn open_quote(&self, spot: &Spot) -> Finding {
        let end = spot.raw.find([',', ']', '}']).unwrap_or(spot.raw.len());
        scalar::unclosed(&Spot { raw: &spot.raw[..end], ..*spot })
    }

    /// E108 for words behind the closing quote of `item`.
    fn behind_quote(&self, item: Range<usize>) -> Box<Finding> {
        let line = &self.source.text[item.start..self.source.line_end(item.end).min(self.end)];
        let behind = item.end - item.start;
        let end = line[behind.min(line.len())..].find([',', ']', '}']).map_or(line.len(), |at| behind + at);
        let spot = Spot { source: self.source, at: item.start, raw: line[..end].trim_end() };
        Box::new(scalar::after_quote(&spot, behind))
    }

    fn plain(&mut self, found: &mut Found) -> Read<Outline> {
        if self.next() == Some('?') {
            return Err(self.unexpected('?'));
        }
        let at = self.token();
        let raw = self.source.slice(&at);
        if raw.is_empty() {
            return Err(self.next().map_or_else(|| self.unclosed(), |c| self.unexpected(c)));
        }
        if !raw.contains('\n') {
            let spot = Spot { source: self.source, at: at.start, raw };
            scalar::plain_mistake(&spot).into_iter().for_each(|finding| found.add(finding));
        }
        Ok(Outline::scalar(at, Style::Plain))
    }

    /// The plain word here, up to what ends one inside brackets.
    fn token(&mut self) -> Range<usize> {
        let rest = self.rest();
        let bytes = rest.as_bytes();
        let ends = |(at, c): &(usize, char)| match c {
            ',' | '[' | ']' | '{' | '}' => true,
            ':' => matches!(bytes.get(at + 1), None | Some(b' ' | b'\t' | b'\n' | b',' | b'[' | b']' | b'{' | b'}')),
            '#' => *at > 0 && matches!(bytes[at - 1], b' ' | b'\t' | b'\n'),
            _ => false,
        };
        let length = rest.char_indices().find(ends).map_or(rest.len(), |(at, _)| at);
        let start = self.at;
        self.at += length;
        start..start + rest[..length].trim_end_matches([' ', '\t', '\n']).len()
    }

    fn finding(&self, at: Range<usize>, message: Text) -> Box<Finding> {
        Box::new(Finding::new(&codes::E119, self.source.place(&at), message))
    }

    fn unexpected(&self, c: char) -> Box<Finding> {
        let inside = &self.source.text[self.start..self.at];
        if c == ']' && inside.matches('{').count() > inside.matches('}').count() {
            return self.open_brace();
        }
        let message = Text::new(
            format!("这里多了一个“{c}”。如果它是内容的一部分，请把那一项用英文双引号括起来。"),
            format!("There is an extra `{c}` here. If it belongs to the text, wrap that entry in double quotes."),
        );
        self.finding(self.at..self.at + c.len_utf8(), message)
    }

    /// A `]` where a map is still open.
    fn open_brace(&self) -> Box<Finding> {
        let message = Text::new(
            "花括号“{”没有写完，“]”前面少了一个“}”。",
            "A brace `{` is never closed; a `}` is missing before `]`.",
        );
        let at = self.at..self.at + 1;
        let mut finding = self.finding(at.clone(), message);
        finding.fix.push(self.source.with(&at, "}]"));
        finding
    }

    fn unclosed(&self) -> Box<Finding> {
        let (open, close) = if self.source.text[self.start..].starts_with('[') { ('[', ']') } else { ('{', '}') };
        let end = self.source.line_end(self.start);
        let line = self.source.text[self.start..end].trim_end();
        let inner = line.strip_suffix(['］', '】', '}', ']', '｝']).unwrap_or(line);
        let message = Text::new(
            format!("以“{open}”开头的括号没有对应的“{close}”。"),
            format!("The bracket `{open}` is never closed by `{close}`."),
        );
        let mut finding = self.finding(self.start..self.start + 1, message);
        if self.end <= end + 1 {
            finding.fix.push(self.source.with(&(self.start..end), &format!("{inner}{close}")));
        }
        finding
    }

    fn no_colon(&self, token: Range<usize>) -> Box<Finding> {
        let words = self.source.slice(&token).lines().next().unwrap_or("");
        let message = Text::new(
            format!("花括号里要写成“字段: 内容”，“{words}”里缺少冒号加空格。"),
            format!("Entries in braces are `key: value`; `{words}` has no colon and space."),
        );
        self.finding(token, message)
    }

    fn no_space(&self, colon: usize) -> Box<Finding> {
        let message = Text::new("冒号后面要有一个英文空格。", "A plain space is needed after the colon.");
        let at = colon..colon + 1;
        Box::new(Finding::new(&codes::E104, self.source.place(&at), message).fix(self.source.with(&at, ": ")))
    }

    fn second_colon(&self, item: Range<usize>) -> Box<Finding> {
        let at = self.at..self.at + 1;
        let message = Text::new(
            "这里多了一个“: ”。请改成中文“：”，或把这一项用英文双引号括起来。",
            "There is an extra `: ` here; use “：” or quote the entry.",
        );
        let rest = &self.rest()[1..];
        let next = self.at + 1 + rest.len() - rest.trim_start_matches([' ', '\t']).len();
        let line = self.source.with(&(item.end..next), "：");
        Box::new(Finding::new(&codes::E110, self.source.place(&at), message).fix(line))
    }
}
