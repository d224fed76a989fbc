//! Lines to outlines: keys, lists and maps by their indentation, and every mistake that shows in a single line.
//!
//! It knows the field table, so it can tell a mistyped key from an address or a time. It never stops at a mistake:
//! the line is reported, the entry it belongs to is marked unsound, and reading goes on with the next line. Depth is
//! bounded by the field table, for nothing is read below a key that is not in it.

use std::ops::Range;

use super::flow;
use super::foreign::{self, Foreign};
use super::forms::{dash, is_block_header, is_item, is_key_like, item_shape};
use super::keys::{self, Split};
use super::level::Level;
use super::outline::{Form, Outline, Pair, Style};
use super::scalar::{self, Spot};
use super::source::{Found, Line, Source, lines};
use crate::load::fields::{Field, Shape};
use crate::report::{Finding, Text, codes};

/// A top-level entry with the lines it covers.
pub(super) struct Part {
    /// The entry, if the lines are one.
    pub pair: Option<Pair>,
    /// Whole lines, which are a YAML document of their own.
    pub chunk: Range<usize>,
    /// Whether no mistake was found in it.
    pub sound: bool,
}

/// The top-level entries of the lines in `range`.
///
/// None when they are not YAML at all but JSON, which was reported.
pub(super) fn parts(source: &Source, range: Range<usize>, level: &Level, found: &mut Found) -> Option<Vec<Part>> {
    let lines = lines(source, range.clone());
    let mut reader = Reader { source, lines: lines.collect(), next: 0, unreadable: None, end: range.end, found };
    let first = reader.peek();
    match first.filter(|line| line.words().starts_with(['{', '['])) {
        Some(line) => {
            reader.found.add(Finding::new(&codes::E128, source.place(&line.range()), foreign::json()));
            None
        }
        None => Some(reader.parts(level)),
    }
}

struct Reader<'a> {
    source: &'a Source<'a>,
    lines: Vec<Line<'a>>,
    next: usize,
    /// The last line that was no entry; of several in a row only the first is reported.
    unreadable: Option<usize>,
    end: usize,
    found: &'a mut Found,
}

/// Where a value is expected: the line it begins in, its offset, how far its owner is indented, what it is for.
#[derive(Clone, Copy)]
struct Slot<'a> {
    line: Line<'a>,
    at: usize,
    column: usize,
    field: &'static Field,
    shape: Shape,
}

impl<'a> Slot<'a> {
    fn words(&self) -> &'a str {
        self.line.text[self.at - self.line.at..].trim_end_matches([' ', '\t'])
    }

    fn spot(&self, source: &'a Source<'a>) -> Spot<'a> {
        Spot { source, at: self.at, raw: self.words() }
    }
}

impl<'a> Reader<'a> {
    fn parts(&mut self, level: &Level) -> Vec<Part> {
        let plain = |line: &&Line| !line.is_idle() && line.text[..line.margin()].chars().all(|c| c == ' ');
        let base = self.lines.iter().find(plain).map_or(0, Line::indent);
        let mut parts = Vec::new();
        while let Some(line) = self.peek() {
            let before = self.found.errors();
            let pair = self.top_line(base, level);
            let chunk = line.at..self.position();
            parts.push(Part { pair, chunk, sound: self.found.errors() == before });
        }
        parts
    }

    /// The next line that holds something, without taking it; none when enough errors were found.
    fn peek(&mut self) -> Option<Line<'a>> {
        if self.found.is_full() {
            return None;
        }
        while let Some(line) = self.lines.get(self.next).copied().filter(Line::is_idle) {
            self.next += 1;
            self.check_margin(line, line.indent());
        }
        self.lines.get(self.next).copied()
    }

    /// Takes the line that [`Self::peek`] has shown.
    fn take(&mut self, line: Line<'a>) {
        self.take_at(line, line.indent());
    }

    /// The same, for a line that belongs at `column`.
    fn take_at(&mut self, line: Line<'a>, column: usize) {
        self.next += 1;
        self.check_margin(line, column);
    }

    fn position(&self) -> usize {
        self.lines.get(self.next).map_or(self.end, |line| line.at)
    }

    /// E105: white space other than plain spaces before the first word.
    fn check_margin(&mut self, line: Line<'a>, column: usize) {
        let margin = &line.text[..line.margin()];
        let Some((at, c)) = margin.char_indices().find(|(_, c)| *c != ' ') else { return };
        let name = keys::space_name(c);
        let message = Text::new(
            format!("这一行用了{}缩进，这里只能用英文空格。", name.zh),
            format!("This line is indented with {}; use plain spaces.", name.en),
        );
        let spaces = " ".repeat(column);
        let range = line.at + at..line.start();
        let finding = Finding::new(&codes::E105, self.source.place(&range), message);
        let mended = (!line.words().is_empty()).then(|| format!("{spaces}{}", line.words()));
        self.found.add(finding.fixes(mended));
    }

    fn top_line(&mut self, base: usize, level: &Level) -> Option<Pair> {
        let line = self.peek()?;
        self.take_at(line, base);
        let spaces = line.text[..line.margin()].chars().all(|c| c == ' ');
        if line.indent() > base && spaces && !is_item(line.words()) {
            self.misaligned(line, base);
        }
        self.pair(line, line.start(), line.indent(), level)
    }

    /// The key and value that begin at `at` in `line`, which is taken already.
    fn pair(&mut self, line: Line<'a>, at: usize, column: usize, level: &Level) -> Option<Pair> {
        let words = line.text[at - line.at..].trim_end();
        let split = match foreign::recognise(words, level) {
            None => keys::split(words, at, level),
            Some(_) => None,
        };
        let Some(split) = split else {
            let pair = self.unreadable(line, at, level);
            self.skip_below(column);
            return pair;
        };
        keys::report_gap(self.source, &split, self.found);
        let Some(field) = level.find(self.source.slice(&split.key)) else {
            self.unknown(&split, level);
            self.skip_below(column);
            return Some(Pair { key: split.key, field: None, value: Outline::nothing(split.gap.end) });
        };
        let slot = Slot { line, at: split.gap.end, column, field, shape: field.shape };
        let value = self.value(slot);
        Some(Pair { key: split.key, field: Some(field), value })
    }

    /// Passes over everything that belongs to a line indented by `column`.
    fn skip_below(&mut self, column: usize) {
        while let Some(line) = self.peek() {
            let item = line.indent() == column && is_item(line.words());
            if line.indent() <= column && !item {
                return;
            }
            self.next += 1;
        }
    }

    fn value(&mut self, slot: Slot<'a>) -> Outline {
        let lists = slot.shape != Shape::Text;
        let maps = matches!(slot.shape, Shape::Rows(_) | Shape::Table(_));
        match slot.words().chars().next() {
            None => self.below(slot),
            Some('#') if self.nests(slot.column) => self.below(slot),
            Some('|' | '>') if is_block_header(slot.words()) => self.block(slot),
            Some('"' | '\'') => self.quoted(slot),
            Some('[') if lists => self.flow(slot),
            Some('{') if maps => self.flow(slot),
            Some('[') if slot.words().contains(',') && slot.words().ends_with(']') => self.unwanted_list(slot),
            Some(_) => self.plain(slot),
        }
    }

    /// A closed list where one text belongs; its form is reported with the other forms.
    fn unwanted_list(&mut self, slot: Slot<'a>) -> Outline {
        Outline { at: slot.at..slot.at + slot.words().len(), form: Form::List(Vec::new()) }
    }

    fn nests(&mut self, column: usize) -> bool {
        self.peek().is_some_and(|line| line.indent() > column || (line.indent() == column && is_item(line.words())))
    }

    /// What stands on the lines below a key or a dash.
    fn below(&mut self, slot: Slot<'a>) -> Outline {
        let Some(line) = self.peek() else { return Outline::nothing(slot.at) };
        let deeper = line.indent() > slot.column;
        if is_item(line.words())
            && (deeper || line.indent() == slot.column && matches!(slot.shape, Shape::Texts | Shape::Rows(_)))
        {
            return self.list(slot, line.indent());
        }
        if !deeper {
            return Outline::nothing(slot.at);
        }
        let level = Level::inside(slot.field).filter(|_| slot.shape != Shape::Text);
        if level.is_some_and(|level| keys::split(line.words(), line.start(), &level).is_some()) {
            return self.map(level, line);
        }
        if is_key_like(line.words()) {
            let at = line.start()..line.end();
            self.skip_below(slot.column);
            return Outline { at, form: Form::Map(Vec::new()) };
        }
        self.take(line);
        self.value(Slot { line, at: line.start(), ..slot })
    }

    fn map(&mut self, level: Option<Level>, line: Line<'a>) -> Outline {
        let Some(level) = level else { return Outline::nothing(line.start()) };
        self.take(line);
        self.pairs(line, line.start(), line.indent(), &level)
    }

    /// A map whose first key stands at `at` in `line`, which is taken already.
    fn pairs(&mut self, line: Line<'a>, at: usize, column: usize, level: &Level) -> Outline {
        let mut pairs: Vec<Pair> = self.pair(line, at, column, level).into_iter().collect();
        while let Some(line) = self.peek() {
            if line.indent() < column || (line.indent() == column && is_item(line.words())) {
                break;
            }
            self.take(line);
            if line.indent() > column {
                self.misaligned(line, column);
            }
            pairs.extend(self.pair(line, line.start(), line.indent(), level));
        }
        let end = self.source.text[..self.position()].trim_end().len().max(at);
        Outline { at: at..end, form: Form::Map(pairs) }
    }

    fn list(&mut self, slot: Slot<'a>, column: usize) -> Outline {
        let mut items = Vec::new();
        let mut at = None;
        while let Some(line) = self.peek() {
            let own = line.indent() == column && is_item(line.words());
            if !own && line.indent() <= slot.column {
                break;
            }
            self.take(line);
            at = at.or(Some(line.start()..line.end()));
            if own {
                items.push(self.item(slot, line, column));
            } else {
                self.misaligned(line, if is_item(line.words()) { column } else { column + 2 });
                self.skip_below(line.indent());
            }
        }
        Outline { at: at.unwrap_or(slot.at..slot.at), form: Form::List(items) }
    }

    fn item(&mut self, slot: Slot<'a>, line: Line<'a>, column: usize) -> Outline {
        let (dash, at) = dash(line);
        if line.text[dash.end - line.at..].trim().is_empty() {
            if self.peek().is_some_and(|next| next.indent() > column && is_item(next.words())) {
                self.list_in_list(dash);
                self.skip_below(column);
                return Outline::nothing(at);
            }
            return self.below(Slot { line, at: line.end(), column, shape: item_shape(slot.shape), ..slot });
        }
        self.check_dash(line, dash, at);
        let words = &line.text[at - line.at..];
        if is_item(words) && words.starts_with('-') {
            self.list_in_list(at..line.end());
            self.skip_below(column);
            return Outline::nothing(at);
        }
        if let Some(level) = Level::inside(slot.field)
            && !words.starts_with(['{', '['])
            && keys::split(words.trim_end(), at, &level).is_some()
        {
            let inner = line.indent() + (at - line.start());
            return self.pairs(line, at, inner, &level);
        }
        self.value(Slot { line, at, column, shape: item_shape(slot.shape), ..slot })
    }

    fn plain(&mut self, slot: Slot<'a>) -> Outline {
        let spot = slot.spot(self.source);
        scalar::plain_mistake(&spot).into_iter().for_each(|finding| self.found.add(finding));
        let mut at = slot.at..slot.at + spot.raw.len();
        if let Some(end) = scalar::remark_at(spot.raw) {
            at.end = slot.at + spot.raw[..end].trim_end().len();
            return Outline::scalar(at, Style::Plain);
        }
        while let Some(line) = self.continuation(slot.column) {
            self.take(line);
            let spot = Spot { source: self.source, at: line.start(), raw: line.words() };
            scalar::continued_mistake(&spot).into_iter().for_each(|finding| self.found.add(finding));
            at.end = line.start() + line.words().len();
            if scalar::remark_at(line.words()).is_some() {
                break;
            }
        }
        Outline::scalar(at, Style::Plain)
    }

    /// The next line, when it goes on with a plain text whose owner is indented by `column`.
    fn continuation(&mut self, column: usize) -> Option<Line<'a>> {
        let remark = self.lines[self.next..].iter().find(|line| !line.words().is_empty());
        if remark.is_some_and(|line| line.words().starts_with('#')) {
            return None;
        }
        let line = self.peek()?;
        let goes_on = line.indent() > column && !is_item(line.words()) && !is_key_like(line.words());
        goes_on.then_some(line)
    }

    /// The end of the lines that can belong to a value in quotes or brackets begun in a line indented by `column`.
    fn reach(&self, column: usize) -> usize {
        let ends = |line: &&Line| {
            let closes = line.words().starts_with([']', '}']);
            !line.words().is_empty() && line.indent() <= column && !closes
        };
        self.lines[self.next..].iter().find(ends).map_or(self.end, |line| line.at)
    }

    /// Takes the lines up to the one that holds `offset`, and returns what stands behind it there.
    fn move_to(&mut self, offset: usize) -> &'a str {
        while self.lines.get(self.next).is_some_and(|line| line.at < offset) {
            self.next += 1;
        }
        let end = self.source.line_end(offset);
        self.source.text[offset..end].trim()
    }

    fn quoted(&mut self, slot: Slot<'a>) -> Outline {
        let text = &self.source.text[slot.at..self.reach(slot.column)];
        let spot = slot.spot(self.source);
        let Some(end) = scalar::quoted_end(text) else {
            self.found.add(scalar::unclosed(&spot));
            self.skip_below(slot.column);
            return Outline::scalar(slot.at..slot.at + spot.raw.len(), Style::Quoted);
        };
        let rest = self.move_to(slot.at + end);
        if !rest.is_empty() && !rest.starts_with('#') {
            let line_end = self.source.line_end(slot.at + end);
            let raw = self.source.text[slot.at..line_end].trim_end();
            self.found.add(scalar::after_quote(&Spot { raw, ..spot }, end));
        }
        let whole = Spot { raw: &text[..end], ..spot };
        scalar::unknown_escape(&whole).into_iter().for_each(|finding| self.found.add(finding));
        Outline::scalar(slot.at..slot.at + end, Style::Quoted)
    }

    fn flow(&mut self, slot: Slot<'a>) -> Outline {
        let range = slot.at..self.reach(slot.column);
        let Some(outline) = flow::read(self.source, range, slot.field, slot.shape, self.found) else {
            self.skip_below(slot.column);
            return Outline::nothing(slot.at);
        };
        let rest = self.move_to(outline.at.end);
        if !rest.is_empty() && !rest.starts_with('#') {
            let spot = slot.spot(self.source);
            scalar::plain_mistake(&spot).into_iter().for_each(|finding| self.found.add(finding));
        }
        outline
    }

    fn block(&mut self, slot: Slot<'a>) -> Outline {
        let start = self.next;
        let stated = slot.words().chars().find_map(|c| c.to_digit(10));
        let mut depth = stated.map(|digit| slot.column + digit as usize);
        while let Some(line) = self.lines.get(self.next).copied() {
            let spaces = line.text.len() - line.text.trim_start_matches(' ').len();
            let tab = depth.is_none() && line.text[spaces..].starts_with('\t');
            let odd = line.margin() > spaces && (spaces <= slot.column || tab);
            if line.words().is_empty() {
                self.next += 1;
            } else if odd && (spaces > slot.column || line.indent() > slot.column) {
                self.take(line);
            } else if spaces > slot.column {
                self.next += 1;
                if spaces < *depth.get_or_insert(spaces) {
                    self.misaligned(line, depth.unwrap_or(spaces));
                }
            } else {
                break;
            }
        }
        let first = self.lines[start..self.next].iter().find(|line| !line.words().is_empty());
        match first {
            Some(line) => Outline::scalar(line.start()..self.position().max(line.end()), Style::Block),
            None => self.plain(slot),
        }
    }

    /// E119: a line that is indented more or less than its neighbours.
    fn misaligned(&mut self, line: Line<'a>, column: usize) {
        let message = Text::new(
            format!("这一行前面的空格数不对，会被当成上一行的内容。这里应当空 {column} 格。"),
            format!("The indentation is off, so this line would belong to the one above. Indent it by {column}."),
        );
        let range = line.start()..line.end();
        let finding = Finding::new(&codes::E119, self.source.place(&range), message);
        self.found.add(finding.fix(format!("{}{}", " ".repeat(column), line.words())));
    }

    fn check_dash(&mut self, line: Line<'a>, dash: Range<usize>, at: usize) {
        if self.source.slice(&dash) == "-" && line.text[dash.end - line.at..].starts_with([' ', '\t']) {
            return;
        }
        let message = Text::new(
            "列表每行开头要写英文短横线“-”，后面加一个英文空格。",
            "Each line of a list begins with `-` and a plain space.",
        );
        let finding = Finding::new(&codes::E119, self.source.place(&dash), message);
        self.found.add(finding.fix(self.source.with(&(dash.start..at), "- ")));
    }

    fn list_in_list(&mut self, range: Range<usize>) {
        let message = Text::new("列表里不能再套列表。", "A list cannot stand inside a list.");
        self.found.add(Finding::new(&codes::E119, self.source.place(&range), message));
    }

    fn unknown(&mut self, split: &Split, level: &Level) {
        let range = split.key.start..split.gap.end;
        let replace = |name: &str| self.source.with(&range, &format!("{name}: "));
        self.found.add(keys::unknown(self.source, &split.key, level, replace));
    }

    /// A line that is no entry as it stands; the field it was meant for, where that can be seen.
    fn unreadable(&mut self, line: Line<'a>, at: usize, level: &Level) -> Option<Pair> {
        let words = line.text[at - line.at..].trim_end();
        let range = at..at + words.len();
        let place = self.source.place(&range);
        if let Some(foreign) = foreign::recognise(words, level) {
            return self.foreign(foreign, range);
        }
        let word = words.split([' ', '\u{3000}']).next().unwrap_or("");
        if let Some(field) = level.find(word) {
            let line = self.source.with(&range, &format!("{word}: {}", words[word.len()..].trim()));
            self.found.add(Finding::new(&codes::E119, place, foreign::no_colon(word)).fix(line));
            return Some(meant(field, range, word.len()));
        }
        let before = self.unreadable.replace(self.next);
        match before.is_some_and(|before| before + 1 == self.next) {
            true => self.found.add_to_last(),
            false => self.found.add(Finding::new(&codes::E128, place, foreign::no_entry(words))),
        }
        None
    }

    fn foreign(&mut self, foreign: Foreign, range: Range<usize>) -> Option<Pair> {
        let place = self.source.place(&range);
        let (code, message) = match foreign {
            Foreign::Toml(field, key, value) => {
                let line = self.source.with(&range, &format!("{}: {value}", field.key));
                self.found.add(Finding::new(&codes::E128, place, foreign::toml()).fix(line));
                return Some(meant(field, range, key.len()));
            }
            Foreign::Json => (&codes::E128, foreign::json()),
            Foreign::Document => (&codes::E128, foreign::second_document()),
            Foreign::Item => (&codes::E119, foreign::item_at_top()),
            Foreign::LongKey => (&codes::E128, foreign::long_key()),
        };
        self.found.add(Finding::new(code, place, message));
        None
    }
}

/// A pair whose key has `length` bytes and whose colon is wrong; it counts as written, so it is not missing.
fn meant(field: &'static Field, at: Range<usize>, length: usize) -> Pair {
    let middle = at.start + length;
    Pair { key: at.start..middle, field: Some(field), value: Outline::scalar(middle..at.end, Style::Block) }
}
