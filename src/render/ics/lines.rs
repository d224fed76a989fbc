//! Content lines (RFC 5545 §3.1): text values escaped, lines folded at 75 octets and ended by CRLF. A fold never
//! splits a character or an escape pair, since readers differ in whether they unfold or unescape first.

/// The most octets of a line, its line break not counted.
const WIDTH: usize = 75;

/// A calendar file while it is written.
#[derive(Debug, Default)]
pub struct Lines(String);

impl Lines {
    /// The finished file.
    pub fn into_text(self) -> String {
        self.0
    }

    /// Lines that were finished before.
    pub fn written(&mut self, lines: &str) {
        self.0.push_str(lines);
    }

    /// A property with a text value; an empty one is left out.
    pub fn text(&mut self, name: &str, value: &str) {
        self.list(name, &[value]);
    }

    /// A property with a list of text values; empty ones are left out, and so is an empty list.
    pub fn list(&mut self, name: &str, values: &[&str]) {
        let escaped: Vec<String> = values.iter().map(|value| escape(value)).filter(|value| !value.is_empty()).collect();
        if !escaped.is_empty() {
            self.raw(&format!("{name}:{}", escaped.join(",")));
        }
    }

    /// A finished content line, which holds no control characters.
    pub fn raw(&mut self, line: &str) {
        let (mut width, mut rest) = (0, line);
        while let Some(unit) = unit(rest) {
            if width + unit.len() > WIDTH {
                self.0.push_str("\r\n ");
                width = 1;
            }
            self.0.push_str(unit);
            width += unit.len();
            rest = &rest[unit.len()..];
        }
        self.0.push_str("\r\n");
    }
}

/// The beginning of `text` that stays on one line: a character, or a backslash with the character it escapes.
fn unit(text: &str) -> Option<&str> {
    let mut chars = text.chars();
    let first = chars.next()?;
    let second = if first == '\\' { chars.next().map_or(0, char::len_utf8) } else { 0 };
    Some(&text[..first.len_utf8() + second])
}

/// A text value (RFC 5545 §3.3.11). Every kind of line break becomes `\n`, a tab a space; other control characters
/// have no place in a text and are left out.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.replace("\r\n", "\n").chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' | '\r' | '\u{85}' | '\u{2028}' | '\u{2029}' => out.push_str("\\n"),
            '\t' => out.push(' '),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(name: &str, value: &str) -> String {
        let mut lines = Lines::default();
        lines.text(name, value);
        lines.into_text()
    }

    #[test]
    fn g01_a_line_break_starts_no_property() {
        assert_eq!(
            written("SUMMARY", "甲\r\nATTENDEE:mailto:x@x.cn;a,b\\"),
            "SUMMARY:甲\\nATTENDEE:mailto:x@x.cn\\;a\\,b\\\\\r\n"
        );
        for end in ["\n", "\r", "\r\n", "\u{85}", "\u{2028}", "\u{2029}"] {
            assert_eq!(written("SUMMARY", &format!("甲{end}BEGIN:VALARM")), "SUMMARY:甲\\nBEGIN:VALARM\r\n");
        }
    }

    #[test]
    fn g02_long_lines_fold_between_characters() {
        let text = "有机产品认证宣传周𠮷".repeat(20);
        let written = written("DESCRIPTION", &text);
        assert!(written.split("\r\n").all(|line| line.len() <= WIDTH));
        assert_eq!(written.replace("\r\n ", ""), format!("DESCRIPTION:{text}\r\n"));
    }

    #[test]
    fn g02_twenty_five_characters_fill_a_line() {
        let mut lines = Lines::default();
        lines.raw(&"汉".repeat(25));
        lines.raw(&"汉".repeat(26));
        assert_eq!(lines.into_text(), format!("{0}\r\n{0}\r\n 汉\r\n", "汉".repeat(25)));
    }

    #[test]
    fn g02_no_fold_splits_an_escape_and_no_space_is_lost() {
        for lead in 0..80 {
            let text = format!("{}\\;,\n  甲", "x".repeat(lead));
            let written = written("SUMMARY", &text);
            let pairs = |line: &str| line.chars().rev().take_while(|c| *c == '\\').count() % 2 == 0;
            assert!(written.split("\r\n").all(|line| line.len() <= WIDTH && pairs(line)), "{written:?}");
            assert_eq!(written.replace("\r\n ", ""), format!("SUMMARY:{}\\\\\\;\\,\\n  甲\r\n", "x".repeat(lead)));
        }
    }

    #[test]
    fn g03_controls_are_left_out_and_so_is_what_is_empty() {
        assert_eq!(written("SUMMARY", "甲\u{0}\u{7}\u{1b}[31m\u{7f}\u{9b}\t乙"), "SUMMARY:甲[31m 乙\r\n");
        assert_eq!(written("SUMMARY", "\u{0}"), "");
        let mut lines = Lines::default();
        lines.list("CATEGORIES", &["甲,乙", "", "丙"]);
        assert_eq!(lines.into_text(), "CATEGORIES:甲\\,乙,丙\r\n");
    }
}
