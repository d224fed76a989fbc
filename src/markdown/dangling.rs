//! Mistakes that Markdown does not report because it takes them for text: addresses with spaces or in full-width
//! brackets, footnotes without a text, comments without an end, tables drawn with full-width bars.
//!
//! Looks at the source of a stretch that the parser has called text, so code and real links are never seen here.

use std::ops::Range;

use super::findings::Findings;

/// What stands between the columns of a table that is none.
pub(super) const BAR: char = '｜';

/// Looks for such mistakes in `range` of the file; `bars` says whether there is a [`BAR`] anywhere in it.
pub(super) fn look(range: &Range<usize>, bars: bool, findings: &mut Findings<'_>) {
    let text = findings.source(range.clone());
    let stretch = Stretch { source: findings.lines.source(), text, start: range.start };
    if memchr::memchr2(b'[', b'<', text.as_bytes()).is_some() {
        stretch.comments(findings);
        stretch.notes(findings);
        stretch.addresses(findings);
    }
    if bars && text.contains(BAR) {
        stretch.table(findings);
    }
}

struct Stretch<'a> {
    /// The whole file; a backslash before the stretch is not part of it.
    source: &'a str,
    text: &'a str,
    start: usize,
}

impl Stretch<'_> {
    fn range(&self, start: usize, end: usize) -> Range<usize> {
        self.start + start..self.start + end
    }

    fn is_escaped(&self, at: usize) -> bool {
        self.source.as_bytes()[..self.start + at].iter().rev().take_while(|b| **b == b'\\').count() % 2 == 1
    }

    fn comments(&self, findings: &mut Findings<'_>) {
        if let Some(at) = self.text.find("<!--").filter(|at| !self.is_escaped(*at)) {
            findings.open_comment(self.range(at, at + 4));
        }
    }

    fn notes(&self, findings: &mut Findings<'_>) {
        for (at, _) in self.text.match_indices("[^") {
            let label = &self.text[at + 2..];
            let end = label.find(|c: char| c == ']' || c == '[' || c.is_whitespace()).unwrap_or(label.len());
            if end > 0 && label[end..].starts_with(']') && !self.is_escaped(at) {
                findings.undefined_note(self.range(at, at + end + 3), &label[..end]);
            }
        }
    }

    fn addresses(&self, findings: &mut Findings<'_>) {
        let mut done = 0;
        while let Some(close) = self.text[done..].find(']').map(|at| done + at) {
            let rest = &self.text[close + 1..];
            let label = self.label(done, close);
            done = close + 1;
            let (Some(open), Some(bracket)) = (label, rest.chars().next().filter(|c| matches!(c, '(' | '（'))) else {
                continue;
            };
            if let Some((address, end, wide)) = address(&rest[bracket.len_utf8()..]) {
                let end = close + 1 + bracket.len_utf8() + end;
                self.address(findings, open..close + 1, address, end, wide || bracket == '（');
                done = end;
            }
        }
    }

    /// Where the link text that ends at `close` begins, with its `!`.
    fn label(&self, from: usize, close: usize) -> Option<usize> {
        let open = from + self.text[from..close].rfind('[')?;
        let usable = !self.is_escaped(open) && !self.is_escaped(close);
        let picture = self.text[from..open].ends_with('!');
        usable.then_some(open - usize::from(picture))
    }

    fn address(&self, findings: &mut Findings<'_>, label: Range<usize>, address: &str, end: usize, wide: bool) {
        let (path, title) = split_title(address.trim());
        if !looks_like_address(path) {
            return;
        }
        let range = self.range(label.start, end);
        let path = if path.contains([' ', '(', ')']) { format!("<{path}>") } else { path.to_string() };
        let fixed = format!("{}({path}{title})", &self.text[label]);
        if wide {
            findings.wide_brackets(range, &fixed);
        } else if path.starts_with('<') {
            findings.space_in_path(range, &fixed);
        }
    }

    fn table(&self, findings: &mut Findings<'_>) {
        let line = self.text.trim();
        let dashes = line.chars().filter(|c| matches!(c, '-' | '－' | '—')).count();
        if dashes >= 3 && line.chars().all(|c| matches!(c, '｜' | '|' | '-' | '－' | '—' | ':' | '：' | ' ' | '　'))
        {
            let fixed = line.replace('｜', "|").replace(['－', '—'], "-").replace('：', ":").replace('　', " ");
            findings.wide_table(self.range(0, self.text.len()), &fixed);
        }
    }
}

/// How far an address may reach.
const LONGEST: usize = 500;

/// The text up to the closing bracket, which stands before any `]`, so that all calls together stay linear; the byte after that bracket, and whether the bracket is full-width.
fn address(rest: &str) -> Option<(&str, usize, bool)> {
    let mut depth = 0usize;
    let mut first = None;
    for (at, c) in rest.char_indices().take(LONGEST) {
        match c {
            '\n' | ']' => break,
            '(' | '（' => depth += 1,
            ')' | '）' => {
                first = first.or(Some((at, c)));
                if depth == 0 {
                    return Some((&rest[..at], at + c.len_utf8(), c == '）'));
                }
                depth -= 1;
            }
            _ => {}
        }
    }
    first.map(|(at, c)| (&rest[..at], at + c.len_utf8(), c == '）'))
}

/// `a.jpg "标题"` as the path and ` "标题"`.
fn split_title(address: &str) -> (&str, &str) {
    match address.strip_suffix('"').and_then(|inside| inside.rfind(" \"")) {
        Some(at) => (address[..at].trim_end(), &address[at..]),
        None => (address, ""),
    }
}

/// A web address, an anchor, something with a folder in it, or a name with an extension.
fn looks_like_address(path: &str) -> bool {
    let name = path.split('#').next().unwrap_or(path);
    let extension = name.rsplit_once('.').map_or("", |(_, extension)| extension);
    let named = (1..=5).contains(&extension.len()) && extension.bytes().all(|b| b.is_ascii_alphanumeric());
    !path.is_empty()
        && (named || path.starts_with("http") || path.starts_with(['#', '.']) || path.contains(['/', '\\']))
}
