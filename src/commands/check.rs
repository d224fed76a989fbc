//! `site check`: every problem of every stage in one run; nothing is written.

use serde_json::json;

use super::{Call, Machine, Terminal, outcome};
use crate::{Order, inspected, others, publication};

/// Checks the project; every output is made once, so that template errors are told as well, and every page is looked at.
pub fn run(call: &Call, machine: &Machine, terminal: &Terminal) -> u8 {
    let made = publication(&Order { proofs: true, ..call.order(machine) });
    let mut report = made.report;
    report.extend(call.odd_clock(machine));
    let mut pages = 0;
    if let Some(press) = made.press {
        pages = press.edition.pages().count();
        report.extend(others(&press, &machine.interrupted).filter_map(|(_, made)| made.err()).flatten());
        report.extend(inspected(&press, call.profile, &machine.interrupted));
    }
    if machine.interrupted.load(std::sync::atomic::Ordering::Relaxed) {
        return outcome::refused(call, terminal, "check", 130, call.say("检查被中断。", "The check was interrupted."));
    }
    let findings = report.into_sorted();
    let clean = match (findings.is_empty(), outcome::exit_code(&findings)) {
        (true, _) => format!("{pages} {}", call.say("个页面检查完毕，没有发现问题。", "pages checked, no problems.")),
        (false, 0) => call.say("没有错误，可以生成。", "No errors; the site can be built.").to_string(),
        _ => String::new(),
    };
    outcome::tell(call, terminal, "check", &findings, &clean, json!({ "pages": pages }))
}
