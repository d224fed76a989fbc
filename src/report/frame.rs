//! The long form for terminals: title, place, message, the line with a caret under it, the line to write instead.
//!
//! Columns count characters; the caret is placed by display width, in which a Han character takes two cells.
//! The form is understood without colour; colour only helps the eye.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr;

use super::{Code, Finding, Lang, Place, Severity, Span, displayable};

/// Characters of a line that are shown at most; longer lines get a window round the marked spot (faults.md B13).
const WINDOW: usize = 76;

/// Whether escape codes for colour are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Colour {
    /// For a terminal that shows colours.
    On,
    /// For files, pipes and `NO_COLOR`.
    Off,
}

/// One finding in the long form, ending with a line break.
pub fn print(finding: &Finding, lang: Lang, colour: Colour) -> String {
    let mut out = heading(finding, lang, colour);
    sentence(&mut out, finding.message.get(lang));
    if let Some(span) = &finding.place.span {
        frame(&mut out, span, finding.code.severity, colour);
    }
    fixes(&mut out, finding, lang);
    if let Some(hint) = &finding.hint {
        labelled(&mut out, word(lang, "提示：", "hint: "), hint.get(lang));
    }
    for place in &finding.related {
        labelled(&mut out, word(lang, "另见：", "see also: "), &position(place));
    }
    labelled(&mut out, word(lang, "说明：", "explain: "), &format!("site explain {}", finding.code.id));
    out
}

/// `path:line:column`, as much of it as is known.
pub fn position(place: &Place) -> String {
    match &place.span {
        Some(span) => format!("{}:{}:{}", place.path, span.line, span.column),
        None => place.path.to_string(),
    }
}

/// The word for a severity.
pub fn severity_word(code: &Code, lang: Lang) -> &'static str {
    match (code.severity, lang) {
        (Severity::Veto, Lang::Zh) => "禁止发布",
        (Severity::Veto, Lang::En) => "veto",
        (Severity::Error, Lang::Zh) => "错误",
        (Severity::Error, Lang::En) => "error",
        (Severity::Warning, Lang::Zh) => "警告",
        (Severity::Warning, Lang::En) => "warning",
        (Severity::Info, Lang::Zh) => "提示",
        (Severity::Info, Lang::En) => "info",
    }
}

/// A marked line cut to a window: the text before the mark, the marked text, the text after it.
pub struct Excerpt {
    /// What stands left of the mark, with `…` where it was cut.
    pub before: String,
    /// The marked characters.
    pub marked: String,
    /// What stands right of the mark, with `…` where it was cut.
    pub after: String,
}

impl Excerpt {
    /// Cuts the span's line to at most [`WINDOW`] characters round the mark.
    pub fn of(span: &Span) -> Excerpt {
        let chars: Vec<char> = span.text.chars().collect();
        let start = (span.column - 1).min(chars.len());
        let end = (start + span.width).min(chars.len()).min(start + WINDOW / 2);
        let room = WINDOW - (end - start);
        let left = start.saturating_sub(room / 2);
        let right = (end + room / 2).max(left + WINDOW).min(chars.len());
        let left = left.min(right.saturating_sub(WINDOW));
        let cut = |range: &[char]| displayable(&range.iter().collect::<String>());
        Excerpt {
            before: format!("{}{}", if left > 0 { "…" } else { "" }, cut(&chars[left..start])),
            marked: cut(&chars[start..end]),
            after: format!("{}{}", cut(&chars[end..right]), if right < chars.len() { "…" } else { "" }),
        }
    }
}

fn heading(finding: &Finding, lang: Lang, colour: Colour) -> String {
    let word = severity_word(finding.code, lang);
    let head = paint(&format!("{word} {}", finding.code.id), finding.code.severity, colour);
    format!("{head}  {}\n", position(&finding.place))
}

fn sentence(out: &mut String, text: &str) {
    for line in text.lines() {
        let _ = writeln!(out, "  {}", displayable(line));
    }
}

fn frame(out: &mut String, span: &Span, severity: Severity, colour: Colour) {
    let number = span.line.to_string();
    let gutter = " ".repeat(number.len());
    let excerpt = Excerpt::of(span);
    let indent = " ".repeat(excerpt.before.width());
    let caret = paint(&"^".repeat(excerpt.marked.width().max(1)), severity, colour);
    let _ = writeln!(out, "  {gutter} │");
    let _ = writeln!(out, "  {number} │ {}{}{}", excerpt.before, excerpt.marked, excerpt.after);
    let _ = writeln!(out, "  {gutter} │ {indent}{caret}");
}

fn fixes(out: &mut String, finding: &Finding, lang: Lang) {
    let label = match finding.adds {
        true => word(lang, "加上：", "add: "),
        false => word(lang, "改成：", "write: "),
    };
    for (index, line) in finding.fix.iter().flat_map(|fix| fix.lines()).enumerate() {
        let lead = if index == 0 { label.to_string() } else { " ".repeat(label.width()) };
        let _ = writeln!(out, "  {lead}{}", displayable(line));
    }
}

fn labelled(out: &mut String, label: &str, text: &str) {
    let _ = writeln!(out, "  {label}{}", displayable(text));
}

fn word<'a>(lang: Lang, zh: &'a str, en: &'a str) -> &'a str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

fn paint(text: &str, severity: Severity, colour: Colour) -> String {
    let code = match (colour, severity) {
        (Colour::Off, _) => return text.to_string(),
        (_, Severity::Veto | Severity::Error) => "1;31",
        (_, Severity::Warning) => "1;33",
        (_, Severity::Info) => "1;36",
    };
    format!("\u{1b}[{code}m{text}\u{1b}[0m")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{SourcePath, Text, codes};

    #[test]
    fn the_caret_stands_under_the_colon_by_display_width() {
        let path = SourcePath::new("content/campaigns/质量月.md");
        let place = Place::in_text(&path, "---\n标题：2026 年质量月启动\n", 4 + "标题".len(), 1);
        let finding = Finding::new(&codes::E103, place, Text::new("冒号写成了全角“：”。", "Full-width colon."))
            .fix("标题: 2026 年质量月启动");
        expect_test::expect![[r#"
            错误 E103  content/campaigns/质量月.md:2:3
              冒号写成了全角“：”。
                │
              2 │ 标题：2026 年质量月启动
                │     ^^
              改成：标题: 2026 年质量月启动
              说明：site explain E103
        "#]]
        .assert_eq(&print(&finding, Lang::Zh, Colour::Off));
    }

    #[test]
    fn a_long_line_is_shown_through_a_window() {
        let line = format!("{}坏{}", "好".repeat(5000), "好".repeat(5000));
        let excerpt = Excerpt::of(&Span::in_text(&line, "好".len() * 5000, 1));
        assert_eq!(excerpt.marked, "坏");
        assert!(excerpt.before.chars().count() + excerpt.after.chars().count() < WINDOW + 2);
    }
}
