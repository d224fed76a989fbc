//! `--fix` and `--diff`: what a program may mend in the sources. Only lines that still read as they were judged are
//! touched; each file is written whole or not at all.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use super::super::{Call, aside};
use crate::report::{Edit, Finding, SourcePath, Text, displayable};
use crate::{load, personal, write};

/// Lines of context around a change that is shown.
const CONTEXT: usize = 2;

/// What may be mended in the sources of a project.
#[derive(Debug, Default)]
pub struct Mending {
    files: Vec<Mended>,
    /// Files that are not UTF-8, or are no longer as they were judged.
    left: usize,
    /// What could not be written.
    pub faults: Vec<Finding>,
    written: bool,
}

/// A file with some of its lines mended.
#[derive(Debug)]
struct Mended {
    path: SourcePath,
    before: Vec<String>,
    after: Vec<String>,
    /// How many places change.
    places: usize,
    text: String,
}

impl Mending {
    /// What `findings` allow to mend; files are read and not changed.
    pub fn of(project: &Path, findings: &[Finding]) -> Mending {
        let mut by_file: BTreeMap<&SourcePath, Vec<&Finding>> = BTreeMap::new();
        for finding in findings.iter().filter(|finding| !finding.edits.is_empty()) {
            by_file.entry(&finding.place.path).or_default().push(finding);
        }
        let mut mending = Mending::default();
        for (path, findings) in by_file {
            match mended(project, path, &findings) {
                Some(file) if file.places > 0 => mending.files.push(file),
                _ => mending.left += 1,
            }
        }
        mending
    }

    /// Writes the files.
    pub fn write(&mut self, project: &Path) {
        self.written = true;
        self.files.retain(|file| match write::single(&project.join(file.path.as_str()), file.text.as_bytes()) {
            Ok(()) => true,
            Err(fault) => {
                self.faults.push(aside::cannot_write(file.path.as_str(), &fault));
                false
            }
        });
    }

    /// What changes, as a unified diff; personal numbers in it are masked.
    pub fn diff(&self) -> String {
        self.files.iter().map(Mended::diff).collect()
    }

    /// The same for programs.
    pub fn value(&self) -> Value {
        let file = |file: &Mended| json!({ "path": file.path.as_str(), "places": file.places });
        let files: Vec<Value> = self.files.iter().map(file).collect();
        json!({ "written": self.written, "files": files, "left": self.left, "failed": self.faults.len() })
    }

    /// The sentence that sums up.
    pub fn ending(&self, call: &Call) -> String {
        let (files, places) = (self.files.len(), self.files.iter().map(|file| file.places).sum::<usize>());
        let mut said = match (self.written, files) {
            (_, 0) => Text::new("没有可以自动改的地方。", "Nothing to mend."),
            (true, _) => Text::new(
                format!("已改好 {files} 个文件里的 {places} 处。"),
                format!("Mended {places} places in {files} files."),
            ),
            (false, _) => Text::new(
                format!("{files} 个文件里有 {places} 处可以自动改，加上 --fix 就会改好。"),
                format!("{places} places in {files} files can be mended with --fix."),
            ),
        };
        if self.left > 0 {
            said.zh.push_str(&format!("有 {} 个文件不是 UTF-8 编码或者刚刚改过，没有动。", self.left));
            said.en.push_str(&format!(" {} files are not UTF-8 or were just changed, and stay.", self.left));
        }
        call.say(&said.zh, &said.en).to_string()
    }
}

fn mended(project: &Path, path: &SourcePath, findings: &[&Finding]) -> Option<Mended> {
    let text = String::from_utf8(load::bytes(&project.join(path.as_str())).ok()?).ok()?;
    let (mark, body) = text.strip_prefix('\u{feff}').map_or(("", &*text), |body| ("\u{feff}", body));
    let before: Vec<String> = body.split('\n').map(String::from).collect();
    let mut after = before.clone();
    let mut places = 0;
    let mut by_line: BTreeMap<usize, (&Finding, Vec<Edit>)> = BTreeMap::new();
    for finding in findings {
        let Some(span) = &finding.place.span else { continue };
        by_line.entry(span.line).or_insert((finding, Vec::new())).1.extend(finding.edits.iter().cloned());
    }
    for (line, (finding, edits)) in by_line {
        let (Some(span), Some(at)) = (&finding.place.span, line.checked_sub(1)) else { continue };
        let Some(typed) = before.get(at) else { continue };
        let (plain, end) = typed.strip_suffix('\r').map_or((&**typed, ""), |plain| (plain, "\r"));
        if *plain != *span.text && personal::masked(plain).as_deref() != Some(&*span.text) {
            continue;
        }
        let whole = crate::report::Span { text: plain.into(), ..span.clone() };
        after[at] = format!("{}{end}", whole.edited(&edits));
        places += edits.len();
    }
    let text = format!("{mark}{}", after.join("\n"));
    Some(Mended { path: path.clone(), before, after, places, text })
}

impl Mended {
    fn diff(&self) -> String {
        let changed: Vec<usize> = (0..self.before.len()).filter(|at| self.before[*at] != self.after[*at]).collect();
        let mut out = format!("--- {path}\n+++ {path}\n", path = self.path);
        let mut rest = changed.as_slice();
        while let Some(first) = rest.first() {
            let near = rest.windows(2).take_while(|pair| pair[1] - pair[0] <= 2 * CONTEXT + 1).count();
            let (hunk, later) = rest.split_at(near + 1);
            let last = hunk.last().unwrap_or(first);
            let from = first.saturating_sub(CONTEXT);
            let to = (last + CONTEXT + 1).min(self.before.len());
            out.push_str(&format!("@@ -{0},{1} +{0},{1} @@\n", from + 1, to - from));
            for at in from..to {
                match hunk.contains(&at) {
                    true => {
                        out.push_str(&shown('-', &self.before[at]));
                        out.push_str(&shown('+', &self.after[at]));
                    }
                    false => out.push_str(&shown(' ', &self.before[at])),
                }
            }
            rest = later;
        }
        out
    }
}

fn shown(sign: char, line: &str) -> String {
    let line = line.trim_end_matches('\r');
    let line = personal::masked(line).unwrap_or_else(|| line.to_string());
    format!("{sign}{}\n", displayable(&line))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Place, Span, codes};

    fn finding(text: &str, edit: (usize, &str)) -> Finding {
        let span = Span { line: 2, column: edit.0, width: 1, text: text.into() };
        let place = Place::at(&SourcePath::new("content/a.md"), span);
        let edits = vec![Edit { column: edit.0, width: 1, words: edit.1.to_string() }];
        Finding::new(&codes::G08, place, Text::new("", "")).mend(edits)
    }

    #[test]
    fn a_file_keeps_its_mark_its_line_breaks_and_every_other_line() {
        let project = tempfile::tempdir().unwrap();
        let path = project.path().join("content/a.md");
        write::single(&path, "\u{feff}一\r\n二,三;四\r\n五\r\n".as_bytes()).unwrap();
        let findings = [finding("二,三;四", (2, "，")), finding("二,三;四", (4, "；"))];
        let mut mending = Mending::of(project.path(), &findings);
        assert_eq!(
            mending.diff(),
            "--- content/a.md\n+++ content/a.md\n@@ -1,4 +1,4 @@\n 一\n-二,三;四\n+二，三；四\n 五\n \n"
        );
        mending.write(project.path());
        assert_eq!(load::bytes(&path).unwrap(), "\u{feff}一\r\n二，三；四\r\n五\r\n".as_bytes());
        // Another run with the old findings changes nothing.
        assert_eq!(Mending::of(project.path(), &findings).files.len(), 0);
    }

    #[test]
    fn a_line_that_reads_otherwise_now_and_a_file_of_another_encoding_stay() {
        let project = tempfile::tempdir().unwrap();
        let path = project.path().join("content/a.md");
        for bytes in ["一\n别的,内容\n".as_bytes(), b"\xd2\xbb\n\xb6\xfe,\xc8\xfd\n", b""] {
            write::single(&path, bytes).unwrap();
            let mending = Mending::of(project.path(), &[finding("二,三", (2, "，"))]);
            assert_eq!((mending.files.len(), mending.left), (0, 1));
        }
    }
}
