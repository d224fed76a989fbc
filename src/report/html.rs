//! Findings as HTML for the preview: escaped text in plain elements, never markup from a file (faults.md H10).

use std::fmt::Write as _;

use super::frame::{Excerpt, position, severity_word};
use super::{Finding, Lang, displayable};

/// The findings as a list of `<article>` elements; the first is open, the rest are folded.
pub fn print(findings: &[Finding], lang: Lang) -> String {
    let mut out = String::new();
    for (index, finding) in findings.iter().enumerate() {
        article(&mut out, finding, lang, index == 0);
    }
    out
}

/// `text` escaped for HTML text and quoted attributes, with invisible characters written out.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in displayable(text).chars() {
        match entity(c) {
            Some(entity) => out.push_str(entity),
            None => out.push(c),
        }
    }
    out
}

/// What stands for `c` in HTML and XML text and quoted attributes, where it cannot stand itself.
pub fn entity(c: char) -> Option<&'static str> {
    Some(match c {
        '&' => "&amp;",
        '<' => "&lt;",
        '>' => "&gt;",
        '"' => "&quot;",
        '\'' => "&#39;",
        _ => return None,
    })
}

/// Where the first character of `text` at or behind the byte `from` stands that cannot stand itself, and what stands for it.
pub fn next_entity(text: &str, from: usize) -> Option<(usize, &'static str)> {
    // Few stretches hold one, which is told of so many bytes at once.
    const STRETCH: usize = 32;
    let bytes = text.as_bytes();
    let holds = |stretch: &[u8]| stretch.iter().fold(false, |any, byte| any | is_marked(*byte));
    let mut start = from;
    while bytes.get(start..start + STRETCH).is_some_and(|stretch| !holds(stretch)) {
        start += STRETCH;
    }
    let at = start + bytes.get(start..)?.iter().position(|byte| is_marked(*byte))?;
    Some((at, entity(char::from(bytes[at]))?))
}

fn is_marked(byte: u8) -> bool {
    matches!(byte, b'&' | b'<' | b'>' | b'"' | b'\'')
}

fn article(out: &mut String, finding: &Finding, lang: Lang, open: bool) {
    let open = if open { " open" } else { "" };
    let _ = write!(
        out,
        "<article><details{open}><summary><strong>{} {}</strong> <code>{}</code></summary>",
        severity_word(finding.code, lang),
        finding.code.id,
        escape(&position(&finding.place)),
    );
    let _ = write!(out, "<p>{}</p>", escape(finding.message.get(lang)));
    if let Some(span) = &finding.place.span {
        let excerpt = Excerpt::of(span);
        let (before, marked, after) = (escape(&excerpt.before), escape(&excerpt.marked), escape(&excerpt.after));
        let _ = write!(out, "<pre><span>{} │ </span>{before}<mark>{marked}</mark>{after}</pre>", span.line);
    }
    fixes(out, finding, lang);
    if let Some(hint) = &finding.hint {
        let _ = write!(out, "<p>{}</p>", escape(hint.get(lang)));
    }
    out.push_str("</details></article>\n");
}

fn fixes(out: &mut String, finding: &Finding, lang: Lang) {
    if finding.fix.is_empty() {
        return;
    }
    let label = match (lang, finding.adds) {
        (Lang::Zh, false) => "改成：",
        (Lang::Zh, true) => "加上：",
        (Lang::En, false) => "Write:",
        (Lang::En, true) => "Add:",
    };
    let _ = write!(out, "<p>{label}</p><pre class=\"fix\">{}</pre>", escape_lines(&finding.fix));
}

fn escape_lines(lines: &[String]) -> String {
    lines.iter().flat_map(|fix| fix.lines()).map(escape).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_that_cannot_stand_itself_is_found() {
        for c in '\0'..='\u{FFFF}' {
            for before in [0, 1, 31, 32, 40] {
                let text = format!("{}{c}{}", "a".repeat(before), "文".repeat(before));
                assert_eq!(next_entity(&text, 0), entity(c).map(|entity| (before, entity)), "{c:?}");
                assert_eq!(next_entity(&text, before + c.len_utf8()), None);
            }
        }
    }
}
