//! How every command ends: the findings in the form that was asked for, one line that sums up, the exit code.

use serde_json::{Value, json};

use super::{Call, Format, Terminal};
use crate::report::{Counts, Finding, Lang, codes, displayable, frame, json as records, line};

/// Findings shown for one file; the rest are counted.
const PER_FILE: usize = 20;

/// Prints `findings` and what else there is to say; gives the exit code.
pub fn tell(call: &Call, terminal: &Terminal, name: &str, findings: &[Finding], ending: &str, extra: Value) -> u8 {
    let code = exit_code(findings);
    match call.format {
        Format::Json => terminal.say(&document(call, name, code, findings, extra)),
        // The other forms are printed by the one command that knows them.
        Format::Short => terminal.say(&limited(findings, call.lang, |finding| line::print(finding, call.lang))),
        Format::Human | Format::Sarif | Format::Junit | Format::Html => {
            let print = |finding: &Finding| format!("{}\n", frame::print(finding, call.lang, terminal.colour));
            terminal.say(&limited(findings, call.lang, print));
        }
    }
    if call.format != Format::Json {
        let counted = counted(findings, call.lang);
        let sentence = [counted.as_str(), ending].iter().filter(|part| !part.is_empty()).copied().collect::<String>();
        if !sentence.is_empty() {
            terminal.say(&format!("{}\n", sentence.trim()));
        }
    }
    code
}

/// 0 clean, 1 with a V or an E, 2 where there is no project to work on, 130 where the run was interrupted.
pub fn exit_code(findings: &[Finding]) -> u8 {
    let no_project = |finding: &Finding| finding.code == &codes::E201 || finding.code == &codes::E202;
    match Counts::of(findings).clean() {
        true => 0,
        false if findings.iter().any(|finding| finding.code == &codes::E308) => 130,
        false if findings.iter().any(no_project) => 2,
        false => 1,
    }
}

/// The one document of a run.
pub fn document(call: &Call, name: &str, code: u8, findings: &[Finding], extra: Value) -> String {
    let mut document = json!({
        "command": name,
        "exit": code,
        "counts": records::JsonCounts::from(Counts::of(findings)),
        "findings": records::values(findings, call.lang),
    });
    if let (Some(document), Value::Object(extra)) = (document.as_object_mut(), extra) {
        document.extend(extra);
    }
    records::document(&document)
}

/// Says why a command did not do what was asked, where no file is at fault: to people on standard error, to programs
/// as the one document. Gives the exit code.
pub fn refused(call: &Call, terminal: &Terminal, name: &str, code: u8, reason: &str) -> u8 {
    let reason = reason.split('\n').map(displayable).collect::<Vec<_>>().join("\n");
    if call.format == Format::Json {
        done(terminal, name, code, json!({ "refused": reason }));
    }
    terminal.complain(&format!("{reason}\n"));
    code
}

/// Prints the one document of a command that found nothing to tell about files.
pub fn done(terminal: &Terminal, name: &str, code: u8, extra: Value) {
    let mut document = json!({ "command": name, "exit": code });
    if let (Some(document), Value::Object(extra)) = (document.as_object_mut(), extra) {
        document.extend(extra);
    }
    terminal.say(&records::document(&document));
}

fn limited(findings: &[Finding], lang: Lang, print: impl Fn(&Finding) -> String) -> String {
    let mut out = String::new();
    for group in findings.chunk_by(|a, b| a.place.path == b.place.path) {
        group.iter().take(PER_FILE).for_each(|finding| out.push_str(&print(finding)));
        if let (Some(first), more @ 1..) = (group.first(), group.len().saturating_sub(PER_FILE)) {
            out.push_str(&match lang {
                Lang::Zh => format!("{}：还有 {more} 个问题没有列出。\n", first.place.path),
                Lang::En => format!("{}: {more} more are not shown.\n", first.place.path),
            });
        }
    }
    out
}

/// `发现 2 个错误、1 个警告。`, or nothing.
pub fn counted(findings: &[Finding], lang: Lang) -> String {
    let counts = Counts::of(findings);
    let parts = [
        (counts.vetoes, "个禁止发布的问题", "vetoes"),
        (counts.errors, "个错误", "errors"),
        (counts.warnings, "个警告", "warnings"),
        (counts.infos, "个提示", "remarks"),
    ];
    let parts = parts.into_iter().filter(|(count, ..)| *count > 0);
    let words: Vec<String> = match lang {
        Lang::Zh => parts.map(|(count, zh, _)| format!("{count} {zh}")).collect(),
        Lang::En => parts.map(|(count, _, en)| format!("{count} {en}")).collect(),
    };
    match (words.is_empty(), lang) {
        (true, _) => String::new(),
        (false, Lang::Zh) => format!("发现 {}。", words.join("、")),
        (false, Lang::En) => format!("Found {}. ", words.join(", ")),
    }
}
