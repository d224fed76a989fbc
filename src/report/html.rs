//! Findings as HTML for the preview: escaped text in plain elements, never markup from a file (faults.md H10).

use std::fmt::Write as _;

use memchr::{memchr2, memchr3};

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
    // Of these bytes, those of one kind are looked for behind some of the other, and then again.
    const STRETCH: usize = 256;
    let rest = text.as_bytes().get(from..)?;
    let (at, byte) = rest.chunks(STRETCH).enumerate().find_map(|(number, stretch)| {
        let found = [memchr3(b'&', b'<', b'>', stretch), memchr2(b'"', b'\'', stretch)];
        found.into_iter().flatten().min().map(|at| (from + number * STRETCH + at, stretch[at]))
    })?;
    Some((at, entity(char::from(byte))?))
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
        for c in ('\0'..='\u{2FF}').chain('\u{4E00}'..='\u{4EFF}') {
            for before in [0, 1, 31, 255, 256, 300] {
                let text = format!("{}{c}{}", "a".repeat(before), "文".repeat(before));
                assert_eq!(next_entity(&text, 0), entity(c).map(|entity| (before, entity)), "{c:?}");
                assert_eq!(next_entity(&text, before + c.len_utf8()), None);
            }
        }
    }
}
