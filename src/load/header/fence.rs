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

/// The header of a page; none when there is nothing that could be read as one.
pub(super) fn find(source: &Source, kind: Kind, found: &mut Found) -> Option<Fenced> {
    let lines = lines(source, 0..source.text.len());
    let Some(open) = lines.iter().position(|line| !line.words().is_empty()) else {
        found.add(no_header(source, kind));
        return None;
    };
    let first = lines[open];
    let level = Level::page(kind);
    let start = match opening(first, open) {
        Opening::Right => open + 1,
        Opening::Odd(message) => {
            let finding = Finding::new(&codes::E101, source.place(&(0..first.end())), message);
            found.add(if open == 0 { finding.fix("---") } else { finding });
            open + 1
        }
        Opening::Missing if begins_with_key(first, &level) => {
            let message = Text::new(
                "信息栏前面少了一行“---”，没有发布。请在第一行加上三个英文短横线。",
                "The line `---` before the header is missing, so the page was not published. Add it as the first line.",
            );
            let finding = Finding::new(&codes::E101, source.place(&first.range()), message);
            found.add(finding.fixes(["---".to_string(), first.words().to_string()]));
            open
        }
        Opening::Missing if first.words().starts_with('{') => {
            found.add(json(source, first, kind));
            return None;
        }
        Opening::Missing => {
            found.add(no_header(source, kind));
            return None;
        }
    };
    closed(source, &lines, start, open, found)
}

enum Opening {
    Right,
    Odd(Text),
    Missing,
}

fn opening(line: Line, number: usize) -> Opening {
    let exact = line.text.trim_end_matches([' ', '\t']) == "---";
    match variant(line.words()) {
        _ if exact && number == 0 => Opening::Right,
        _ if line.words() == "---" && number > 0 => Opening::Odd(Text::new(
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
    let count = words.chars().count();
    if words == "---" || !(2..=80).contains(&count) {
        return None;
    }
    let shown: String = words.chars().take(12).collect();
    let hyphens = |c: char| matches!(c, '-' | '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' | '－' | '─' | '﹣' | '﹘');
    if words.chars().all(|c| c == '-') {
        return Some(Text::new(format!(" {count} 个短横线“{shown}”"), format!("{count} hyphens, `{shown}`")));
    }
    if words.chars().all(hyphens) {
        return Some(Text::new(
            format!("中文破折号或全角横线“{shown}”"),
            format!("dashes that are no hyphens, `{shown}`"),
        ));
    }
    (words == "+++").then(|| Text::new("“+++”（TOML 的写法）", "`+++`, as in TOML"))
}

fn begins_with_key(line: Line, level: &Level) -> bool {
    let word = line.words().split([':', '：', ' ']).next().unwrap_or("");
    line.words().contains([':', '：']) && level.find(word.trim()).is_some()
}

fn closed(source: &Source, lines: &[Line], start: usize, open: usize, found: &mut Found) -> Option<Fenced> {
    let from = lines.get(start).map_or(source.text.len(), |line| line.at);
    let stop = (start..lines.len()).find_map(|at| ending(lines, at, start).map(|end| (at, end)));
    let (at, end) = stop.unwrap_or((lines.len(), Ending::Nowhere));
    let close = lines.get(at).map_or(source.text.len()..source.text.len(), |line| line.range());
    let after = lines.get(at + 1).map_or(source.text.len(), |line| line.at);
    let fenced = |body_at| Fenced { inner: from..close.start, close: close.clone(), body_at };
    let fenced = match end {
        Ending::Right => fenced(after),
        Ending::Odd(name) => {
            let message = Text::new(
                format!("信息栏的结尾写成了{}，请改成三个英文短横线“---”。", name.zh),
                format!("The header ends with {}; write three hyphens, `---`.", name.en),
            );
            found.add(Finding::new(&codes::E102, source.place(&close), message).fix("---"));
            fenced(after)
        }
        Ending::Nowhere => {
            found.add(unclosed(source, open, &close));
            fenced(close.start)
        }
    };
    if fenced.inner.len() > LARGEST {
        found.add(too_large(source, &fenced, open, lines));
        return None;
    }
    Some(fenced)
}

enum Ending {
    Right,
    Odd(Text),
    Nowhere,
}

/// Whether the header ends at line `at`; lines inside a block value are indented, so their hyphens do not count.
fn ending(lines: &[Line], at: usize, start: usize) -> Option<Ending> {
    let line = lines[at];
    if line.text.trim_end_matches([' ', '\t']) == "---" {
        return Some(Ending::Right);
    }
    if line.margin() == 0
        && let Some(name) = variant(line.words())
    {
        return Some(Ending::Odd(name));
    }
    let after_blank = at > start && lines[at - 1].words().is_empty();
    (after_blank && (is_prose(line) || is_heading(lines, at))).then_some(Ending::Nowhere)
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
    Finding::new(&codes::E101, source.place(&first), message).fixes(minimal(kind)).hint(Text::new(
        format!("把上面几行放在文件最前面；也可以用 site new {} 新建。", kind.word()),
        format!("Put these lines at the top of the file, or begin with `site new {}`.", kind.word()),
    ))
}

fn json(source: &Source, line: Line, kind: Kind) -> Finding {
    let message = Text::new(
        "文件开头是 JSON 的写法，没有发布。请改成“---”信息栏，每行一个“字段: 内容”。",
        "The file begins with JSON and was not published. Write a `---` header with one `key: value` a line.",
    );
    Finding::new(&codes::E128, source.place(&line.range()), message).fixes(minimal(kind))
}

/// The shortest header of a kind that is complete.
fn minimal(kind: Kind) -> Vec<String> {
    let level = Level::page(kind);
    let required = level.fields().filter(|field| field.required);
    let keys = required.map(|field| format!("{}: {}", field.key, field.example));
    std::iter::once("---".to_string()).chain(keys).chain(["---".to_string()]).collect()
}

fn unclosed(source: &Source, open: usize, at: &Range<usize>) -> Finding {
    let message = Text::new(
        format!("信息栏从第 {} 行开始，但没有用单独一行“---”结束。请在这一行前面加上“---”。", open + 1),
        format!("The header starts on line {} but is never closed by a line with only `---`. Add one here.", open + 1),
    );
    Finding::new(&codes::E102, source.place(at), message).fix("---")
}

fn too_large(source: &Source, fenced: &Fenced, open: usize, lines: &[Line]) -> Finding {
    let size = fenced.inner.len().div_ceil(1024);
    let message = Text::new(
        format!("信息栏有 {size} KB，最多 {} KB。长的文字请写到正文里。", LARGEST / 1024),
        format!("The header has {size} KB; {} KB at most. Put long texts in the body.", LARGEST / 1024),
    );
    Finding::new(&codes::E127, source.place(&lines[open].range()), message)
}
