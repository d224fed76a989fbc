//! The short form, one line a finding: `path:line:col: E103: text`, as editors and scripts like it.

use super::{Finding, Lang, displayable, frame};

/// One finding on one line, ending with a line break.
pub fn print(finding: &Finding, lang: Lang) -> String {
    let message = finding.message.get(lang).replace('\n', " ");
    format!("{}: {}: {}\n", frame::position(&finding.place), finding.code.id, displayable(&message))
}
