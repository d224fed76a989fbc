//! Where the header begins and ends: two lines of three hyphens, and what people write instead of them.

use std::ops::Range;

use super::level::Level;
use super::source::{Found, Line, Source, lines};
use crate::load::fields::Kind;
use crate::report::{Finding, Text, codes};

/// Bytes a header may have; serde_yaml is not given more (faults.md §3).
pub(super) const LARGEST: usize = 16 * 1024;

/// A header's lines and what surrounds them.
pub(super) struct Fenced {
    /// The lines between the fences.
    pub inner: Range<usize>,
    /// The closing fence, or where it is missing.
    pub close: Range<usize>,
    /// Where the body begins.
    pub body_at: usize,
}

/// What a page begins with.
pub(super) enum Fence {
    /// A header, closed or not.
    Found(Fenced),
    /// Its text, at once.
    Missing,
    /// Something of which nobody can tell where it ends.
    Unreadable,
}

/// The header of a page.
pub(super) fn find(source: &Source, kind: Kind, found: &mut Found) -> Fence {
    let lines = head(source);
    let Some(first) = lines.first().copied().filter(|line| !line.words().is_empty()) else {
        found.add(no_header(source, kind));
        return Fence::Missing;
    };
    let start = match opening(first) {
        Opening::Right => 1,
        Opening::Odd(message) => {
            let finding = Finding::new(&codes::E101, source.place(&(0..first.end())), message);
            found.add(if first.at == 0 { finding.fix("---") } else { finding });
            1
        }
        Opening::Missing if begins_with_key(first, &Level::page(kind)) => {
            found.add(no_first_fence(source, first));
            0
        }
        Opening::Missing if first.words().starts_with('{') => {
            found.add(json(source, first, kind));
            return Fence::Unreadable;
        }
        Opening::Missing => {
            found.add(no_header(source, kind));
            return Fence::Missing;
        }
    };
    closed(source, &lines, start, &Level::page(kind), found).map_or(Fence::Unreadable, Fence::Found)
}

/// The lines from the first that is not blank to the one that ends the header at the latest, no more of them than a
/// header may fill.
fn head<'a>(source: &Source<'a>) -> Vec<Line<'a>> {
    let first = source.text.len() - source.text.trim_start().len();
    let end = source.text.floor_char_boundary(first + LARGEST + 1024);
    let mut head = Vec::new();
    for line in lines(source, source.line_start(first)..end) {
        head.push(line);
        if head.len() > 1 && is_fence(line) {
            break;
        }
    }
    head
}

fn is_fence(line: Line) -> bool {
    line.text.trim_end_matches([' ', '\t']) == "---"
}

fn no_first_fence(source: &Source, first: Line) -> Finding {
    let message = Text::new(
        "信息栏前面少了一行“---”，没有发布。请在第一行加上三个英文短横线。",
        "The line `---` before the header is missing, so the page was not published. Add it as the first line.",
    );
    let finding = Finding::new(&codes::E101, source.place(&first.range()), message);
    finding.fixes(["---".to_string(), first.words().to_string()])
}

enum Opening {
    Right,
    Odd(Text),
    Missing,
}

fn opening(line: Line) -> Opening {
    match variant(line.words()) {
        _ if is_fence(line) && line.at == 0 => Opening::Right,
        _ if line.words() == "---" && line.at > 0 => Opening::Odd(Text::new(
            "“---”前面有空行。信息栏必须从文件的第一行开始，请删掉前面的空行。",
            "There are blank lines before `---`. The header begins on the first line of the file; delete them.",
        )),
        _ if line.words() == "---" => Opening::Odd(Text::new(
            "“---”前面有空格。请让它从行首开始。",
            "There are spaces before `---`; let it begin the line.",
        )),
        Some(name) => Opening::Odd(Text::new(
            format!("信息栏的第一行写成了{}，请改成三个英文短横线“---”。", name.zh),
            format!("The header begins with {}; write three hyphens, `---`.", name.en),
        )),
        None => Opening::Missing,
    }
}

/// What a line is called that looks like a fence and is none.
fn variant(words: &str) -> Option<Text> {
    if words == "---" || !(2..=240).contains(&words.len()) {
        return None;
    }
    let shown = || words.chars().take(12).collect::<String>();
    let hyphens = |c: char| matches!(c, '-' | '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '－' | '─' | '﹣' | '﹘');
    if words.chars().all(|c| c == '-') {
        let (count, shown) = (words.len(), shown());
        return Some(Text::new(format!(" {count} 个短横线“{shown}”"), format!("{count} hyphens, `{shown}`")));
    }
    if words.chars().all(hyphens) {
        let shown = shown();
        return Some(Text::new(
            format!("中文破折号或全角横线“{shown}”"),
            format!("dashes that are no hyphens, `{shown}`"),
        ));
    }
    if words == "+++" {
        return Some(Text::new("“+++”（TOML 的写法）", "`+++`, as in TOML"));
    }
    let rule = words.chars().all(|c| c == '=') || words.chars().all(|c| c == '*') || words.chars().all(|c| c == '_');
    (words.len() > 2 && rule).then(|| Text::new(format!("“{}”", shown()), format!("`{}`", shown())))
}

fn begins_with_key(line: Line, level: &Level) -> bool {
    let word = line.words().split([':', '：', ' ']).next().unwrap_or("");
    line.words().contains([':', '：']) && level.find(word.trim()).is_some()
}

fn closed(source: &Source, lines: &[Line], start: usize, level: &Level, found: &mut Found) -> Option<Fenced> {
    let from = lines.get(start).map_or(source.text.len(), |line| line.at);
    let stop = (start..lines.len()).find_map(|at| ending(lines, at, start, level).map(|end| (at, end)));
    let prose = || (start..lines.len()).find(|at| is_prose(lines[*at])).unwrap_or(lines.len());
    let (at, end) = stop.unwrap_or_else(|| (prose(), Ending::Nowhere));
    let read = lines.last().map_or(from, Line::end);
    let close = lines.get(at).map_or(read..read, |line| line.range());
    // A file that ends with its opening fence closes before it begins.
    let length = close.start.saturating_sub(from);
    if length > LARGEST && (at < lines.len() || source.text[read..].contains("\n---")) {
        found.add(too_large(source, lines[0]));
        return None;
    }
    let after = (close.end + 1).min(source.text.len());
    let (close, body_at) = match end {
        Ending::Right => (close, after),
        Ending::Odd(name) => {
            found.add(odd_end(source, &close, &name));
            (close, after)
        }
        Ending::Nowhere => {
            found.add(unclosed(source, lines[0], &close));
            (close.clone(), close.start)
        }
    };
    (length <= LARGEST).then(|| Fenced { inner: from..close.start.max(from), close, body_at })
}

fn odd_end(source: &Source, close: &Range<usize>, name: &Text) -> Finding {
    let message = Text::new(
        format!("信息栏的结尾写成了{}，请改成三个英文短横线“---”。", name.zh),
        format!("The header ends with {}; write three hyphens, `---`.", name.en),
    );
    Finding::new(&codes::E102, source.place(close), message).fix("---")
}

enum Ending {
    Right,
    Odd(Text),
    Nowhere,
}

/// Whether the header ends at line `at`; lines inside a block value are indented, so their hyphens do not count.
fn ending(lines: &[Line], at: usize, start: usize, level: &Level) -> Option<Ending> {
    let line = lines[at];
    if is_fence(line) {
        return Some(Ending::Right);
    }
    if line.margin() == 0
        && let Some(name) = variant(line.words())
    {
        return Some(Ending::Odd(name));
    }
    let after_blank = at > start && lines[at - 1].words().is_empty();
    let addressed = || line.words().ends_with('：') && line.margin() == 0 && !begins_with_key(line, level);
    (after_blank && (is_prose(line) || is_heading(lines, at) || addressed())).then_some(Ending::Nowhere)
}

/// A line that can be no part of a header: at the left edge, without a colon, no item, remark, quote or bracket.
fn is_prose(line: Line) -> bool {
    let starts = ['-', '－', '—', '"', '\'', '[', ']', '{', '}', '?', '.', '%', '&', '*', '!', '<', '#'];
    let plain = !line.text.starts_with(starts) && !line.text.contains([':', '：', '=']);
    !line.words().is_empty() && line.margin() == 0 && plain
}

/// A Markdown heading between blank lines; YAML would take it for a remark.
fn is_heading(lines: &[Line], at: usize) -> bool {
    let marks = lines[at].text.trim_start_matches('#');
    let level = lines[at].text.len() - marks.len();
    let alone = lines.get(at + 1).is_none_or(|line| line.words().is_empty());
    (1..=6).contains(&level) && marks.starts_with(' ') && alone
}

fn no_header(source: &Source, kind: Kind) -> Finding {
    let message = Text::new(
        format!("这个文件开头没有“---”信息栏，没有{}的标题等内容，所以没有发布。", kind.zh()),
        format!("No `---` header at the top, so nothing is known about this {} and it was not published.", kind.word()),
    );
    let first = 0..source.line_end(0);
    Finding::new(&codes::E101, source.place(&first), message).add_lines(minimal(kind)).hint(Text::new(
        format!("把上面几行放在文件最前面；也可以用 site new {} 新建。", kind.word()),
        format!("Put these lines at the top of the file, or begin with `site new {}`.", kind.word()),
    ))
}

fn json(source: &Source, line: Line, kind: Kind) -> Finding {
    let message = Text::new(
        "文件开头是 JSON 的写法，没有发布。请改成“---”信息栏，每行一个“字段: 内容”。",
        "The file begins with JSON and was not published. Write a `---` header with one `key: value` a line.",
    );
    Finding::new(&codes::E128, source.place(&line.range()), message).add_lines(minimal(kind))
}

/// The shortest header of a kind that is complete.
fn minimal(kind: Kind) -> Vec<String> {
    let level = Level::page(kind);
    let required = level.fields().filter(|field| field.required);
    let keys = required.map(|field| format!("{}: {}", field.key, field.example));
    std::iter::once("---".to_string()).chain(keys).chain(["---".to_string()]).collect()
}

fn unclosed(source: &Source, first: Line, at: &Range<usize>) -> Finding {
    let line = source.span(&first.range()).line;
    let message = Text::new(
        format!("信息栏从第 {line} 行开始，但没有用单独一行“---”结束。请在这一行前面加上“---”。"),
        format!("The header starts on line {line} but is never closed by a line with only `---`. Add one here."),
    );
    Finding::new(&codes::E102, source.place(at), message).add_line("---")
}

fn too_large(source: &Source, first: Line) -> Finding {
    let most = LARGEST / 1024;
    let message = Text::new(
        format!("信息栏超过了 {most} KB。长的文字请写到正文里，信息栏用单独一行“---”结束。"),
        format!("The header is larger than {most} KB. Put long texts in the body; end the header with a line `---`."),
    );
    Finding::new(&codes::E127, source.place(&first.range()), message)
}
