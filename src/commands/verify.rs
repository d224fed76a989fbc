//! `site verify`: a published folder is held against the record of its build, on the computer it was built on or on the
//! server it was brought to. Nothing is written.

use serde_json::{Value, json};

use super::{Call, Machine, Terminal, outcome};
use crate::report::{Report, displayable};
use crate::write::{self, Failure, Verified};

/// What was asked for.
#[derive(Debug, Clone)]
pub struct Wish {
    /// The folder, as it was named.
    pub out: String,
    /// The fingerprint it is to have, or its beginning.
    pub expect: Option<String>,
}

/// Holds the folder against its record.
pub fn run(call: &Call, machine: &Machine, terminal: &Terminal, wish: &Wish) -> u8 {
    let folder = call.project.join(&wish.out);
    let out = if wish.out.is_empty() { "." } else { &wish.out };
    let (findings, verified) = match write::verify(&folder, out, wish.expect.as_deref(), &machine.interrupted) {
        Ok(mut verified) => (std::mem::take(&mut verified.findings), Some(verified)),
        Err(Failure::Refused(findings)) => (findings, None),
        Err(Failure::Disk(finding)) => (vec![*finding], None),
        Err(Failure::Interrupted) => {
            let reason = call.say("核对被中断。", "The verification was interrupted.");
            return outcome::refused(call, terminal, "verify", 130, reason);
        }
    };
    let findings = Report::of(findings).into_sorted();
    let ending = verified.as_ref().map(|verified| ending(call, out, verified, findings.is_empty()));
    let summary = verified.as_ref().map_or(Value::Null, |verified| summary(out, verified));
    outcome::tell(call, terminal, "verify", &findings, &ending.unwrap_or_default(), json!({ "verified": summary }))
}

fn ending(call: &Call, out: &str, verified: &Verified, agrees: bool) -> String {
    let Verified { files, bytes, intact, fingerprint, .. } = verified;
    let (out, megabytes) = (displayable(out), *bytes as f64 / 1_048_576.0);
    let (zh, en) = match agrees {
        true => (
            format!("核对了 {out}：{files} 个文件（{megabytes:.1} MB）都和生成时一样，没有多出来的。"),
            format!(
                "Verified {out}: all {files} files ({megabytes:.1} MB) are as they were built, and there are no others."
            ),
        ),
        false => (
            format!("核对了 {out}：记录里有 {files} 个文件（{megabytes:.1} MB），{intact} 个和生成时一样。"),
            format!("Verified {out}: of {files} files ({megabytes:.1} MB) on record, {intact} are as they were built."),
        ),
    };
    let zh = format!("{zh}\n校验值：{fingerprint}（同一次生成的网站，在哪里核对都是这个值）");
    let en = format!("{en}\nFingerprint: {fingerprint} (the same wherever the same build is verified)");
    call.say(&zh, &en).to_string()
}

fn summary(out: &str, verified: &Verified) -> Value {
    json!({
        "folder": out,
        "files": verified.files,
        "bytes": verified.bytes,
        "intact": verified.intact,
        "fingerprint": verified.fingerprint.to_string(),
    })
}
