//! Outlines against the field table: which values have the right form, which keys are missing or doubled.
//!
//! What passes becomes a [`Want`], which says what is to be read; what does not is reported and skipped.

use std::collections::BTreeSet;
use std::ops::Range;

use super::level::{Level, Owner};
use super::outline::{Form, Outline, Pair, Style};
use super::scalar;
use super::source::{Found, Source};
use super::values::{Want, WantedPair};
use crate::load::fields::{Field, Shape};
use crate::report::{Finding, Place, Text, codes};

/// Entries a list may have; keywords have a limit of their own.
const LONGEST_LIST: usize = 500;

/// Keywords a page may have.
const MOST_KEYWORDS: usize = 50;

/// Characters a title may have.
const LONGEST_TITLE: usize = 500;

/// Names longer than this are no titles.
const TITLES: &[&str] = &["title", "name", "slogan"];

/// Judges values and reports what does not fit.
pub(super) struct Schema<'a> {
    pub source: &'a Source<'a>,
    pub found: &'a mut Found,
}

impl Schema<'_> {
    /// What is to be read behind `pair`'s key.
    pub fn pair(&mut self, pair: &Pair) -> WantedPair {
        let value = match pair.field {
            Some(field) => self.value(field, pair),
            None => Want::Skip,
        };
        WantedPair { key: pair.key.clone(), field: pair.field, value }
    }

    fn value(&mut self, field: &'static Field, pair: &Pair) -> Want {
        let value = &pair.value;
        let at = value.at.clone();
        match (field.shape, &value.form) {
            (_, Form::Nothing) => Want::Empty(at),
            (_, Form::Scalar(style)) if self.is_null(&at, *style) => Want::Empty(at),
            (Shape::Text, Form::Scalar(_)) => self.text(field, at),
            (Shape::Texts, Form::Scalar(style)) => self.one(field, pair, *style),
            (Shape::Texts, Form::List(items)) => self.texts(field, pair, items),
            (Shape::Rows(_), Form::List(items)) => self.rows(field, pair, items),
            (Shape::Table(_), Form::Map(pairs)) => match Level::inside(field) {
                Some(level) => self.map(&level, at, pairs, None),
                None => Want::Skip,
            },
            (_, form) => self.misfit(field, pair, form),
        }
    }

    fn is_null(&self, at: &Range<usize>, style: Style) -> bool {
        let raw = self.source.slice(at);
        match style {
            Style::Plain => matches!(raw, "~" | "null"),
            Style::Quoted => raw.trim_matches(['"', '\'']).trim().is_empty(),
            Style::Block => false,
        }
    }

    fn text(&mut self, field: &Field, at: Range<usize>) -> Want {
        let length = self.source.slice(&at).chars().count();
        if TITLES.contains(&field.key) && length > LONGEST_TITLE {
            let message = Text::new(
                format!("“{}”有 {length} 个字，最多 {LONGEST_TITLE} 个。", field.zh),
                format!("`{}` has {length} characters; {LONGEST_TITLE} at most.", field.key),
            );
            self.found.add(Finding::new(&codes::E120, self.source.place(&at), message));
        }
        Want::Text(at)
    }

    /// A text where several may stand: a list of one. Only keywords never hold separators of their own.
    fn one(&mut self, field: &Field, pair: &Pair, style: Style) -> Want {
        let at = pair.value.at.clone();
        let raw = self.source.slice(&at);
        let bracketed = raw.starts_with(['［', '【']) && raw.ends_with(['］', '】']);
        if style == Style::Plain && (field.key == "keywords" || bracketed) {
            let inner = raw.trim_matches(['［', '【', '］', '】']);
            let parts = separated(inner, &['，', '、', '；', ';', ',']);
            if parts.len() > 1 {
                self.separators(&at, &parts);
                return Want::Skip;
            }
        }
        Want::One(at)
    }

    fn texts(&mut self, field: &Field, pair: &Pair, items: &[Outline]) -> Want {
        let limit = if field.key == "keywords" { MOST_KEYWORDS } else { LONGEST_LIST };
        if self.too_many(field, pair, items.len(), limit) || self.wrongly_separated(&pair.value, items) {
            return Want::Skip;
        }
        let wants = items.iter().map(|item| self.one_of_texts(field, item)).collect();
        Want::List(pair.value.at.clone(), wants)
    }

    fn one_of_texts(&mut self, field: &Field, item: &Outline) -> Want {
        match &item.form {
            Form::Nothing => Want::Skip,
            Form::Scalar(style) if self.is_null(&item.at, *style) => Want::Skip,
            Form::Scalar(_) => Want::Text(item.at.clone()),
            Form::List(_) | Form::Map(_) => {
                let message = Text::new(
                    format!("“{}”的每一项只能是一段文字。", field.zh),
                    format!("Each entry of `{}` is one text.", field.key),
                );
                self.found.add(Finding::new(&codes::E119, self.source.place(&item.at), message));
                Want::Skip
            }
        }
    }

    /// E117: `[质量，计量]`. A `、` counts only in a list of one, for names of offices hold it.
    fn wrongly_separated(&mut self, list: &Outline, items: &[Outline]) -> bool {
        if !self.source.slice(&list.at).starts_with('[') {
            return false;
        }
        let alone = items.len() == 1;
        let signs: &[char] = if alone { &['，', '、', '；', ';', '､'] } else { &['，', '；', '､'] };
        let parts = |item: &Outline| match item.form {
            Form::Scalar(Style::Plain) => separated(self.source.slice(&item.at), signs),
            _ => vec![self.source.slice(&item.at)],
        };
        let parts: Vec<&str> = items.iter().flat_map(parts).collect();
        if parts.len() > items.len() {
            self.separators(&list.at, &parts);
        }
        parts.len() > items.len()
    }

    fn separators(&mut self, at: &Range<usize>, parts: &[&str]) {
        let message = Text::new(
            "几项之间要用英文逗号加空格隔开，或每行一个“- ”。现在会被当成一项；确实只有一项时，请用英文双引号括起来。",
            "Separate items with commas or one per line; this is read as a single item. If it is one, quote it.",
        );
        let list = format!("[{}]", parts.join(", "));
        let finding = Finding::new(&codes::E117, self.source.place(at), message);
        self.found.add(finding.fix(self.source.with(at, &list)));
    }

    fn rows(&mut self, field: &'static Field, pair: &Pair, items: &[Outline]) -> Want {
        let Some(level) = Level::inside(field) else { return Want::Skip };
        if self.too_many(field, pair, items.len(), LONGEST_LIST) {
            return Want::Skip;
        }
        let in_braces = self.source.slice(&pair.value.at).starts_with('[');
        let wants = items.iter().enumerate().map(|(number, item)| match &item.form {
            Form::Map(pairs) => self.map(&level, item.at.clone(), pairs, Some(number + 1)),
            Form::Nothing => Want::Skip,
            Form::Scalar(_) | Form::List(_) => self.no_row(field, &level, item, in_braces),
        });
        let wants = wants.collect();
        Want::List(pair.value.at.clone(), wants)
    }

    fn no_row(&mut self, field: &Field, level: &Level, item: &Outline, in_braces: bool) -> Want {
        let message = Text::new(
            format!("“{}”的每一项都要写成“字段: 内容”。", field.zh),
            format!("Each entry of `{}` is made of `key: value`.", field.key),
        );
        let finding = Finding::new(&codes::E119, self.source.place(&item.at), message);
        let raw = self.source.slice(&item.at);
        let first = level.fields().next().filter(|_| matches!(item.form, Form::Scalar(_)) && !raw.contains('\n'));
        let line = first.map(|first| match in_braces {
            true => self.source.with(&item.at, &format!("{{{}: {raw}}}", first.key)),
            false => self.source.with(&item.at, &format!("{}: {raw}", first.key)),
        });
        self.found.add(finding.fixes(line));
        Want::Skip
    }

    fn map(&mut self, level: &Level, at: Range<usize>, pairs: &[Pair], number: Option<usize>) -> Want {
        self.doubled(pairs.iter());
        self.missing(level, pairs, &self.source.place(&at), number);
        let pairs = distinct(pairs.iter()).map(|(pair, first)| match first {
            true => self.pair(pair),
            false => WantedPair { key: pair.key.clone(), field: None, value: Want::Skip },
        });
        Want::Map(at, pairs.collect())
    }

    /// E129: one field under the same or under both of its names.
    pub fn doubled<'p>(&mut self, pairs: impl Iterator<Item = &'p Pair> + Clone) {
        for (pair, first) in distinct(pairs.clone()) {
            let Some(field) = pair.field.filter(|_| !first && !self.found.is_full()) else { continue };
            let earlier = pairs.clone().find(|other| other.field.is_some_and(|other| other.key == field.key));
            let Some(earlier) = earlier.map(|pair| self.source.span(&pair.key)) else { continue };
            let key = self.source.slice(&pair.key);
            let message = Text::new(
                format!(
                    "“{}”写了两次，第 {} 行已经有了（{} 和 {} 是同一个字段）。请删掉一个。",
                    key, earlier.line, field.zh, field.key
                ),
                format!(
                    "`{}` is given twice; see line {} ({} and {} are one field). Delete one.",
                    key, earlier.line, field.key, field.zh
                ),
            );
            let finding = Finding::new(&codes::E129, self.source.place(&pair.key), message);
            self.found.add(finding.related(Place::at(self.source.path, earlier)));
        }
    }

    /// E116 for every required field that has no value; `place` is where a line is missing altogether.
    pub fn missing(&mut self, level: &Level, pairs: &[Pair], place: &Place, number: Option<usize>) {
        for field in level.fields().filter(|field| field.required) {
            let written = pairs.iter().find(|pair| pair.field.is_some_and(|written| written.key == field.key));
            if written.is_none() && self.is_misspelt(level, pairs, field) {
                continue;
            }
            match written {
                Some(pair) if self.is_empty(&pair.value) => self.found.add(self.unfilled(pair, field)),
                Some(_) => {}
                None => self.found.add(absent(level, field, place.clone(), number)),
            }
        }
    }

    /// E116 for a key without a value.
    fn unfilled(&self, pair: &Pair, field: &Field) -> Finding {
        let key = self.source.slice(&pair.key);
        let message = Text::new(
            format!("“{key}”后面没有写内容（{}）。", field.meaning),
            format!("Nothing stands behind `{key}` ({}).", field.meaning_en),
        );
        let line =
            self.source.with(&(pair.key.end..pair.value.at.end.max(pair.key.end)), &format!(": {}", field.example));
        Finding::new(&codes::E116, self.source.place(&pair.key), message).fix(line)
    }

    /// Whether an unknown key was probably meant for `field`; then that is the one problem.
    fn is_misspelt(&self, level: &Level, pairs: &[Pair], field: &Field) -> bool {
        let unknown = pairs.iter().filter(|pair| pair.field.is_none());
        unknown.take(20).any(|pair| level.near(self.source.slice(&pair.key)).is_some_and(|near| near.key == field.key))
    }

    fn is_empty(&self, value: &Outline) -> bool {
        match &value.form {
            Form::Nothing => true,
            Form::Scalar(style) => self.is_null(&value.at, *style),
            Form::List(items) => {
                items.is_empty() && self.source.slice(&value.at).starts_with('[') && {
                    let inner = self.source.slice(&value.at).trim_matches(['[', ']']);
                    inner.trim().is_empty()
                }
            }
            Form::Map(_) => false,
        }
    }

    fn too_many(&mut self, field: &Field, pair: &Pair, count: usize, limit: usize) -> bool {
        if count > limit {
            let message = Text::new(
                format!("“{}”有 {count} 项，最多 {limit} 项。", field.zh),
                format!("`{}` has {count} entries; {limit} at most.", field.key),
            );
            self.found.add(Finding::new(&codes::E120, self.source.place(&pair.key), message));
        }
        count > limit
    }

    /// E119: a list where a text belongs, a text where a map belongs, and so on.
    fn misfit(&mut self, field: &Field, pair: &Pair, form: &Form) -> Want {
        let key = self.source.slice(&pair.key);
        let finding = Finding::new(&codes::E119, self.source.place(&pair.key), misfit_message(field, key, form));
        self.found.add(finding.fixes(self.suggestion(field, pair, form)));
        Want::Skip
    }

    fn suggestion(&self, field: &Field, pair: &Pair, form: &Form) -> Vec<String> {
        let (key, raw) = (self.source.slice(&pair.key), self.source.slice(&pair.value.at));
        match (field.shape, form) {
            (Shape::Text, Form::List(_)) if raw.starts_with('[') => vec![format!("{key}: {}", scalar::quoted(raw))],
            (Shape::Text, _) => Vec::new(),
            (Shape::Rows(_), Form::Map(_)) if raw.starts_with('{') => vec![format!("{key}: [{raw}]")],
            (Shape::Rows(_), Form::Map(_)) => as_row(key, raw),
            _ => vec![format!("{key}: {}", field.example)],
        }
    }
}

/// The lines of a single map as the only row of a list.
fn as_row(key: &str, raw: &str) -> Vec<String> {
    let lines = raw.lines().map(str::trim).filter(|line| !line.is_empty());
    let leads = std::iter::once("  - ").chain(std::iter::repeat("    "));
    std::iter::once(format!("{key}:")).chain(leads.zip(lines).map(|(lead, line)| format!("{lead}{line}"))).collect()
}

fn misfit_message(field: &Field, key: &str, form: &Form) -> Text {
    if let (Shape::Rows(_), Form::Map(_)) = (field.shape, form) {
        return Text::new(
            format!("“{key}”可以有几项，每一项前面要加“- ”。"),
            format!("`{key}` is a list; put `- ` before each entry."),
        );
    }
    let wanted = wanted(field);
    let is = match form {
        Form::List(_) => Text::new("列表", "a list"),
        Form::Map(_) => Text::new("几个“字段: 内容”", "a map"),
        Form::Nothing | Form::Scalar(_) => Text::new("一段文字", "a text"),
    };
    Text::new(
        format!("“{key}”要写{}，现在是{}。", wanted.zh, is.zh),
        format!("`{key}` takes {}, not {}.", wanted.en, is.en),
    )
}

fn wanted(field: &Field) -> Text {
    match field.shape {
        Shape::Text => Text::new("一段文字", "one text"),
        Shape::Texts => Text::new("一段文字或列表", "a text or a list of texts"),
        Shape::Rows(_) => Text::new("列表，每项是几个“字段: 内容”", "a list of maps"),
        Shape::Table(_) => Text::new("几个“字段: 内容”", "a map"),
    }
}

/// E116 for a key that is not there; in rows the line is indented as its neighbours are.
fn absent(level: &Level, field: &Field, place: Place, number: Option<usize>) -> Finding {
    let marked = place.marked();
    if let Some(inner) = marked.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
        let comma = if inner.trim().is_empty() { "" } else { ", " };
        let map = place.with(&format!("{{{}{comma}{}: {}}}", inner.trim_end(), field.key, field.example));
        return Finding::new(&codes::E116, place, missing_message(level, field, number, true)).fix(map);
    }
    let column = place.span.as_ref().map_or(1, |span| if span.text.contains('{') { 1 } else { span.column });
    let indent = if matches!(level.owner, Owner::Inside(_)) { column - 1 } else { 0 };
    let line = format!("{}{}: {}", " ".repeat(indent), field.key, field.example);
    Finding::new(&codes::E116, place, missing_message(level, field, number, false)).add_line(line)
}

fn missing_message(level: &Level, field: &Field, number: Option<usize>, in_braces: bool) -> Text {
    let name = level.name();
    let explained = if field.zh == field.meaning { String::new() } else { format!("（{}）", field.meaning) };
    let (zh, en) = match (level.owner, number) {
        (Owner::Inside(_), Some(number)) => {
            (format!("{}第 {number} 项", name.zh), format!("Entry {number} of {}", name.en))
        }
        _ => (name.zh, name.en),
    };
    let (add_zh, add_en) =
        if in_braces { ("请补上。", "Add it.") } else { ("请加上这一行。", "Add this line.") };
    Text::new(
        format!("{zh}缺少“{}”{explained}。{add_zh}", field.zh),
        capital(&format!("{en} needs `{}` ({}). {add_en}", field.key, field.meaning_en)),
    )
}

fn capital(sentence: &str) -> String {
    let first = sentence.chars().next().map_or(0, char::len_utf8);
    format!("{}{}", sentence[..first].to_uppercase(), &sentence[first..])
}

/// Each pair, and whether it is the first of its field.
fn distinct<'p>(pairs: impl Iterator<Item = &'p Pair>) -> impl Iterator<Item = (&'p Pair, bool)> {
    let mut seen = BTreeSet::new();
    pairs.map(move |pair| (pair, pair.field.is_none_or(|field| seen.insert(field.key))))
}

/// `text` cut at `signs` that stand outside of parentheses and quotes.
fn separated<'t>(text: &'t str, signs: &[char]) -> Vec<&'t str> {
    let (mut depth, mut from) = (0_usize, 0);
    let mut parts = Vec::new();
    for (at, c) in text.char_indices() {
        match c {
            '（' | '(' | '《' | '“' | '〔' | '「' | '‘' => depth += 1,
            '）' | ')' | '》' | '”' | '〕' | '」' | '’' => depth = depth.saturating_sub(1),
            c if depth == 0 && signs.contains(&c) => {
                parts.push(text[from..at].trim());
                from = at + c.len_utf8();
            }
            _ => {}
        }
    }
    parts.push(text[from..].trim());
    parts.retain(|part| !part.is_empty());
    parts
}
