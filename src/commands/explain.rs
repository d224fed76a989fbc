//! `site explain`: what a code means, why it matters and what to do.

use serde_json::json;

use super::{Call, Format, Terminal, outcome};
use crate::report::{codes, displayable, nearest};

/// Explains `id`.
pub fn run(call: &Call, terminal: &Terminal, id: &str) -> u8 {
    let Some(code) = codes::find(id.trim()) else {
        let shown = displayable(id);
        let near = nearest(&id.to_uppercase(), codes::ALL.iter().map(|code| code.id));
        let (zh, en) = (format!("没有编号“{shown}”。"), format!("There is no code `{shown}`. "));
        let mut text = call.say(&zh, &en).to_string();
        if let Some(near) = near {
            text.push_str(&format!("{}{near}", call.say("相近的有：", "Near: ")));
        }
        return outcome::refused(call, terminal, "explain", 2, &text);
    };
    let explanation = code.explanation();
    let text = explanation.as_ref().map_or("", |text| text.get(call.lang));
    if call.format == Format::Json {
        let extra = json!({ "code": code.id, "title": code.title(call.lang), "explanation": text });
        outcome::done(terminal, "explain", 0, extra);
    } else {
        terminal.say(&format!("{}  {}\n\n{text}\n", code.id, code.title(call.lang)));
    }
    0
}
