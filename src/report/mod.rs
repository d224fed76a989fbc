//! What the pipeline has to say to people: findings as plain data, the table of their codes, and the printers.
//!
//! A [`Finding`] is made where the rule is checked and never changed afterwards. The terminal, the one-line form,
//! JSON and the browser overlay print this same value, and the documents of an inspection do (SARIF, JUnit, a page to
//! print). A finding cannot be built without a [`Place`], so there is
//! no message that does not say which file it is about.

pub mod codes;
pub mod frame;
pub mod html;
mod inspection;
pub mod json;
pub mod junit;
mod kept;
pub mod line;
pub mod page;
pub mod sarif;
mod stage;
mod text;

pub use codes::{Code, Refuses, Severity};
pub use inspection::{Column, Inspection, LeftOut};
pub use kept::{Lines, Shared, Spot};
pub use stage::Stage;
pub use text::{Lang, Text, displayable, nearest};

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A path relative to the project folder, with `/` between its parts, as findings print it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct SourcePath(#[serde(with = "kept::text")] Arc<str>);

impl SourcePath {
    /// Wraps a project-relative path; separators become `/`.
    pub fn new(path: impl Into<String>) -> Self {
        let path = path.into();
        SourcePath(if path.contains('\\') { path.replace('\\', "/").into() } else { path.into() })
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part of the path.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// The folder that holds the file, without a final slash; empty at the top.
    pub fn folder(&self) -> &str {
        self.0.rsplit_once('/').map_or("", |(folder, _)| folder)
    }

    /// The path of `name` in this path's own folder.
    pub fn beside(&self, name: &str) -> SourcePath {
        match self.folder() {
            "" => SourcePath::new(name),
            folder => SourcePath::new(format!("{folder}/{name}")),
        }
    }
}

impl fmt::Display for SourcePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&displayable(&self.0))
    }
}

impl fmt::Debug for SourcePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

/// Where in a file: line and column count from 1, columns and width in characters, not bytes or cells.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Span {
    /// The line, counted from 1.
    pub line: usize,
    /// The column of the first marked character, counted from 1.
    pub column: usize,
    /// How many characters are marked; 0 marks the gap before `column`.
    pub width: usize,
    /// The whole text of that line, without its line break.
    #[serde(with = "kept::text")]
    pub text: Arc<str>,
}

/// A file, and where known the spot in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Place {
    /// The file, relative to the project.
    pub path: SourcePath,
    /// The spot, or none when the finding is about the file as a whole.
    pub span: Option<Span>,
}

impl Place {
    /// The file as a whole.
    pub fn file(path: &SourcePath) -> Place {
        Place { path: path.clone(), span: None }
    }

    /// A spot in a file.
    pub fn at(path: &SourcePath, span: Span) -> Place {
        Place { path: path.clone(), span: Some(span) }
    }

    /// `width` characters from the byte `offset` of `source`, the file's whole text; any offset is accepted.
    pub fn in_text(path: &SourcePath, source: &str, offset: usize, width: usize) -> Place {
        Place::at(path, Span::in_text(source, offset, width))
    }
}

impl Span {
    /// The span of `width` characters at byte `offset` of `source`; offsets inside a character or past the end are
    /// moved back to the nearest border, and the width stops at the line's end.
    pub fn in_text(source: &str, offset: usize, width: usize) -> Span {
        let mut offset = offset.min(source.len());
        while !source.is_char_boundary(offset) {
            offset -= 1;
        }
        let (before, behind) = source.as_bytes().split_at(offset);
        let start = memchr::memrchr(b'\n', before).map_or(0, |at| at + 1);
        let end = memchr::memchr(b'\n', behind).map_or(source.len(), |at| offset + at);
        let text: Arc<str> = source[start..end].trim_end_matches('\r').into();
        let column = source[start..offset].chars().count() + 1;
        let left = text.chars().count().saturating_sub(column - 1);
        let line = memchr::memchr_iter(b'\n', before).count() + 1;
        Span { line, column, width: width.min(left), text }
    }
}

impl Span {
    /// The whole line with `words` in place of the marked characters.
    pub fn with(&self, words: &str) -> String {
        let before: String = self.text.chars().take(self.column.saturating_sub(1)).collect();
        let after: String = self.text.chars().skip(self.column.saturating_sub(1) + self.width).collect();
        format!("{before}{words}{after}").trim_end().to_string()
    }

    /// The whole line with every edit made; edits that overlap one before them are left out.
    pub fn edited(&self, edits: &[Edit]) -> String {
        let mut edits: Vec<&Edit> = edits.iter().collect();
        edits.sort_by_key(|edit| (edit.column, edit.width));
        let (mut line, mut rest, mut column) = (String::new(), self.text.chars(), 1);
        for edit in edits.into_iter().filter(|edit| edit.column > 0) {
            if edit.column < column {
                continue;
            }
            line.extend(rest.by_ref().take(edit.column - column));
            rest.by_ref().take(edit.width).for_each(drop);
            line.push_str(&edit.words);
            column = edit.column + edit.width;
        }
        line.extend(rest);
        line
    }

    /// The marked characters.
    pub fn marked(&self) -> &str {
        let byte = |text: &str, count: usize| text.char_indices().nth(count).map_or(text.len(), |(at, _)| at);
        let rest = &self.text[byte(&self.text, self.column.saturating_sub(1))..];
        &rest[..byte(rest, self.width)]
    }
}

impl Place {
    /// The marked characters; none where no spot is known.
    pub fn marked(&self) -> &str {
        self.span.as_ref().map(Span::marked).unwrap_or_default()
    }

    /// The marked line with `words` in place of what is marked; the words alone where no spot is known.
    pub fn with(&self, words: &str) -> String {
        self.span.as_ref().map_or_else(|| words.to_string(), |span| span.with(words))
    }
}

/// Characters of a finding's line, and what to write in their place. Nothing is lost by it and no meaning changes, so a
/// program may do it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// The column of the first of them, counted from 1.
    pub column: usize,
    /// How many characters are replaced.
    pub width: usize,
    /// What stands there afterwards.
    pub words: String,
}

/// One problem, told once: what is wrong, where, and the line to write instead.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The permanent code; it carries the severity and the explanation.
    #[serde(deserialize_with = "kept::code")]
    pub code: &'static Code,
    /// The file and spot it is about.
    pub place: Place,
    /// What is wrong, and its consequence when something was not published.
    pub message: Text,
    /// Lines to write, ready to paste; empty when no one answer is right.
    pub fix: Vec<String>,
    /// Whether those lines are added to the file, rather than written in place of the marked one.
    pub adds: bool,
    /// What `site check --fix` changes in the marked line; empty where a person has to decide.
    pub edits: Vec<Edit>,
    /// One more sentence that helps, if there is one.
    pub hint: Option<Text>,
    /// Other places that belong to the same problem.
    pub related: Vec<Place>,
}

impl Finding {
    /// A finding with a code, a place and a message; the rest is empty.
    pub fn new(code: &'static Code, place: Place, message: Text) -> Finding {
        let (fix, edits, related) = Default::default();
        Finding { code, place, message, fix, adds: false, edits, hint: None, related }
    }

    /// The same finding with a line to write instead.
    pub fn fix(mut self, line: impl Into<String>) -> Finding {
        self.fix.push(line.into());
        self
    }

    /// The same finding with several lines to write instead.
    pub fn fixes(mut self, lines: impl IntoIterator<Item = String>) -> Finding {
        self.fix.extend(lines);
        self
    }

    /// The same finding with the marked line as `edits` leave it, which a program may write.
    pub fn mend(mut self, edits: Vec<Edit>) -> Finding {
        self.fix.extend(self.place.span.as_ref().map(|span| span.edited(&edits).trim_end().to_string()));
        Finding { edits, ..self }
    }

    /// The same finding with a line that is missing.
    pub fn add_line(self, line: impl Into<String>) -> Finding {
        Finding { adds: true, ..self.fix(line) }
    }

    /// The same finding with several lines that are missing.
    pub fn add_lines(self, lines: impl IntoIterator<Item = String>) -> Finding {
        Finding { adds: true, ..self.fixes(lines) }
    }

    /// The same finding with one more helpful sentence.
    pub fn hint(mut self, hint: Text) -> Finding {
        self.hint = Some(hint);
        self
    }

    /// What findings are sorted by: path, line, column, code, words.
    fn order(&self) -> (&Place, &str, &str) {
        (&self.place, self.code.id, &self.message.zh)
    }

    /// Whether it is among `sorted`, which [`Report::into_sorted`] gave.
    pub fn is_among(&self, sorted: &[Finding]) -> bool {
        let from = sorted.partition_point(|finding| finding.order() < self.order());
        sorted[from..].iter().take_while(|finding| finding.order() == self.order()).any(|finding| finding == self)
    }

    /// The same finding with another place that belongs to it.
    pub fn related(mut self, place: Place) -> Finding {
        self.related.push(place);
        self
    }
}

/// The findings of one run. Stages only add; sorting and counting happen once, at the end.
#[derive(Debug, Clone, Default)]
pub struct Report {
    findings: Vec<Finding>,
}

impl Report {
    /// An empty report.
    pub fn new() -> Report {
        Report::default()
    }

    /// A report of these findings.
    pub fn of(findings: impl IntoIterator<Item = Finding>) -> Report {
        Report { findings: findings.into_iter().collect() }
    }

    /// Adds a finding.
    pub fn add(&mut self, finding: Finding) {
        self.findings.push(finding);
    }

    /// Adds many findings.
    pub fn extend(&mut self, findings: impl IntoIterator<Item = Finding>) {
        self.findings.extend(findings);
    }

    /// The same report with every finding told in other words.
    pub fn told(self, words: impl Fn(Finding) -> Finding) -> Report {
        Report { findings: self.findings.into_iter().map(words).collect() }
    }

    /// The findings so far, as they came.
    pub fn into_findings(self) -> Vec<Finding> {
        self.findings
    }

    /// Whether nothing was found so far.
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// The findings so far.
    pub fn iter(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter()
    }

    /// All findings, each once, in the order of path, line, column and code.
    pub fn into_sorted(mut self) -> Vec<Finding> {
        self.findings.sort_by(|a, b| a.order().cmp(&b.order()));
        self.findings.dedup_by(|a, b| a == b || is_same_fault(a, b));
        self.findings
    }
}

/// A template's mistake shows on every page that is made with it; the first page stands for all of them.
fn is_same_fault(a: &Finding, b: &Finding) -> bool {
    a.code == &codes::E205 && b.code == &codes::E205 && a.place == b.place && a.place.span.is_some()
}

/// How many findings there are of each severity.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Findings that refuse publication in every profile unless waived (V).
    pub vetoes: usize,
    /// Errors (E).
    pub errors: usize,
    /// Warnings (W).
    pub warnings: usize,
    /// Remarks (I).
    pub infos: usize,
}

impl Counts {
    /// Counts `findings` by severity.
    pub fn of(findings: &[Finding]) -> Counts {
        let mut counts = Counts::default();
        findings.iter().for_each(|finding| counts.add(finding));
        counts
    }

    /// Counts one more.
    pub fn add(&mut self, finding: &Finding) {
        *match finding.code.severity {
            Severity::Veto => &mut self.vetoes,
            Severity::Error => &mut self.errors,
            Severity::Warning => &mut self.warnings,
            Severity::Info => &mut self.infos,
        } += 1;
    }

    /// Whether there is neither a V nor an E: the meaning of "clean".
    pub fn clean(&self) -> bool {
        self.vetoes + self.errors == 0
    }
}

/// Which standard a build is held to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Profile {
    /// While writing: author errors, unsafe content and V findings refuse a build.
    #[default]
    Preview,
    /// Before handing over: every E refuses as well.
    Production,
}

impl Profile {
    /// Whether any of `findings` refuses a build under this profile.
    pub fn refuses(self, findings: &[Finding]) -> bool {
        findings.iter().any(|finding| match finding.code.refuses {
            Refuses::Always => true,
            Refuses::InProduction => self == Profile::Production,
            Refuses::Never => false,
        })
    }
}
