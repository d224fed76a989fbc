//! Rules that somebody has set aside for a page or for the whole site, with a reason and a name.

use super::reading::Reading;
use crate::report::{Code, Finding, Place, Refuses, Severity, Text, codes, displayable};

/// One rule that is set aside.
#[derive(Debug, Clone, PartialEq)]
pub struct Waiver {
    /// The rule.
    pub code: &'static Code,
    /// Why.
    pub reason: String,
    /// Who answers for it.
    pub name: String,
    /// Where it stands.
    pub place: Place,
}

/// Whether findings of this rule may be set aside: those of an inspection, apart from what is secret or not for the
/// public. Without the others a page cannot be made.
pub fn may_be_waived(code: &Code) -> bool {
    let secret = [&codes::O01, &codes::O02].contains(&code);
    !secret && (code.severity == Severity::Veto || code.refuses != Refuses::Always)
}

/// The waivers of a header or of the configuration; one without a reason or a name was told already (E116).
pub fn waivers(reading: &mut Reading) -> Vec<Waiver> {
    let mut waivers = Vec::new();
    for row in reading.rows("waivers") {
        let row = reading.of(row);
        let (Some(id), Some(reason), Some(name)) = (row.text("code"), row.text("reason"), row.text("name")) else {
            continue;
        };
        let place = row.place("code");
        match codes::find(&id).filter(|code| may_be_waived(code)) {
            Some(code) => waivers.push(Waiver { code, reason, name, place }),
            None => row.report.add(not_waivable(&id, place)),
        }
    }
    waivers
}

fn not_waivable(id: &str, place: Place) -> Finding {
    let shown = displayable(id);
    let text = match codes::find(id) {
        Some(code) => Text::new(
            format!("{}“{}”不能豁免，请改正。", code.id, code.zh),
            format!("{} ({}) cannot be waived.", code.id, code.en),
        ),
        None => Text::new(
            format!("没有编号是“{shown}”的检查规则。编号写在每条提示的开头，例如 T04。"),
            format!("There is no rule `{shown}`; each finding begins with its code, such as T04."),
        ),
    };
    Finding::new(&codes::E119, place, text)
}
