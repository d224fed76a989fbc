//! Findings as JUnit's XML, which the test reports of a CI show: a file is a suite, a finding a case in it, and a file
//! without any a case that passed.
//!
//! Only what fails a check fails a case (V and E). Warnings and remarks are cases that passed and have something to
//! say, since a skipped test would read as one that was not made.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::frame::{self, Colour};
use super::html::escape;
use super::{Finding, Inspection, Lang, Severity, SourcePath};

/// The inspection as one document, ending with a line break.
pub fn print(inspection: &Inspection, lang: Lang) -> String {
    let mut suites: BTreeMap<&SourcePath, Vec<&Finding>> = BTreeMap::new();
    for path in &inspection.files {
        suites.entry(path).or_default();
    }
    for finding in inspection.findings {
        suites.entry(&finding.place.path).or_default().push(finding);
    }
    let tests: usize = suites.values().map(|findings| findings.len().max(1)).sum();
    let failures = inspection.findings.iter().filter(|finding| fails(finding)).count();
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        out,
        "<testsuites name=\"site check {}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\">",
        escape(&inspection.as_of)
    );
    for (path, findings) in &suites {
        suite(&mut out, path, findings, lang);
    }
    out.push_str("</testsuites>\n");
    out
}

fn fails(finding: &Finding) -> bool {
    matches!(finding.code.severity, Severity::Veto | Severity::Error)
}

fn suite(out: &mut String, path: &SourcePath, findings: &[&Finding], lang: Lang) {
    let (name, tests) = (escape(path.as_str()), findings.len().max(1));
    let failures = findings.iter().filter(|finding| fails(finding)).count();
    let _ = writeln!(
        out,
        "  <testsuite name=\"{name}\" tests=\"{tests}\" failures=\"{failures}\" errors=\"0\" skipped=\"0\">"
    );
    if findings.is_empty() {
        let passed = match lang {
            Lang::Zh => "没有发现问题",
            Lang::En => "no problems",
        };
        let _ = writeln!(out, "    <testcase classname=\"{name}\" name=\"{passed}\" file=\"{name}\"/>");
    }
    for finding in findings {
        case(out, &name, finding, lang);
    }
    out.push_str("  </testsuite>\n");
}

fn case(out: &mut String, file: &str, finding: &Finding, lang: Lang) {
    let code = finding.code;
    let (spot, line) = match &finding.place.span {
        Some(span) => (format!(" {}:{}", span.line, span.column), format!(" line=\"{}\"", span.line)),
        None => (String::new(), String::new()),
    };
    let name = escape(&format!("{} {}{spot}", code.id, code.title(lang)));
    let _ = writeln!(out, "    <testcase classname=\"{file}\" name=\"{name}\" file=\"{file}\"{line}>");
    let told = text(&frame::print(finding, lang, Colour::Off));
    let message = escape(&finding.message.get(lang).replace('\n', " "));
    let _ = match fails(finding) {
        true => writeln!(out, "      <failure type=\"{}\" message=\"{message}\">{told}</failure>", code.id),
        false => writeln!(out, "      <system-out>{told}</system-out>"),
    };
    out.push_str("    </testcase>\n");
}

/// Text for XML, line by line: [`escape`] writes out every control character.
fn text(text: &str) -> String {
    text.lines().map(escape).collect::<Vec<_>>().join("\n")
}
