//! Findings as JSON values, for scripts and editors.

use serde::Serialize;
use serde_json::Value;

use super::{Counts, Finding, Lang, Place, Severity, text};

/// One finding as it stands in the JSON document.
#[derive(Debug, Serialize)]
pub struct JsonFinding<'a> {
    code: &'static str,
    severity: &'static str,
    title: &'static str,
    #[serde(flatten)]
    place: JsonPlace<'a>,
    message: &'a str,
    fix: &'a [String],
    adds: bool,
    mends: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related: Vec<JsonPlace<'a>>,
}

#[derive(Debug, Serialize)]
struct JsonPlace<'a> {
    path: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    column: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    width: Option<usize>,
}

/// The counts of a run by severity.
#[derive(Debug, Serialize)]
pub struct JsonCounts {
    vetoes: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
}

/// The one document of a run, ending with a line break. What could steer a terminal or hide text is escaped, also
/// where JSON would allow it as it is (faults.md I12).
pub fn document(value: &Value) -> String {
    let mut shown = String::new();
    for c in format!("{value:#}\n").chars() {
        match c {
            '\n' => shown.push(c),
            c if text::is_plain(c) => shown.push(c),
            // Outside of texts JSON has none of these.
            c => c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| shown.push_str(&format!("\\u{unit:04x}"))),
        }
    }
    shown
}

/// The findings as serialisable values, messages in `lang`.
pub fn values<'a>(findings: &'a [Finding], lang: Lang) -> Vec<JsonFinding<'a>> {
    findings.iter().map(|finding| value(finding, lang)).collect()
}

impl From<Counts> for JsonCounts {
    fn from(counts: Counts) -> Self {
        let Counts { vetoes, errors, warnings, infos } = counts;
        JsonCounts { vetoes, errors, warnings, infos }
    }
}

fn value<'a>(finding: &'a Finding, lang: Lang) -> JsonFinding<'a> {
    JsonFinding {
        code: finding.code.id,
        severity: severity(finding.code.severity),
        title: finding.code.title(lang),
        place: place(&finding.place),
        message: finding.message.get(lang),
        fix: &finding.fix,
        adds: finding.adds,
        mends: !finding.edits.is_empty(),
        hint: finding.hint.as_ref().map(|hint| hint.get(lang)),
        related: finding.related.iter().map(place).collect(),
    }
}

fn place(place: &Place) -> JsonPlace<'_> {
    let span = place.span.as_ref();
    JsonPlace {
        path: place.path.as_str(),
        line: span.map(|span| span.line),
        column: span.map(|span| span.column),
        width: span.map(|span| span.width),
    }
}

/// The word of a severity in documents.
pub(super) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Veto => "veto",
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}
