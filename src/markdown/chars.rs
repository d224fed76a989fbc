//! Which characters are Chinese, which are punctuation, and which must never reach a page.
//!
//! “Ambiguous” marks (“ ” ‘ ’ … — ·) are narrow by the Unicode tables and wide in Chinese text, so they take the
//! width of what stands beside them.

use std::borrow::Cow;

use unicode_width::UnicodeWidthChar;

/// Put between an emphasis run and Chinese punctuation; to the parser it is a letter. Never leaves this room.
pub(super) const JOINER: char = '\u{E000}';
/// Stands for a single `~`, which in Chinese text means “to” (9:00~11:00) and never strikes anything out.
pub(super) const TILDE: char = '\u{E001}';

/// Whether `c` takes two cells and is written without spaces: Han, kana, wide punctuation, but not Hangul.
pub(super) fn is_wide(c: char) -> bool {
    !c.is_ascii()
        && c.width() == Some(2)
        && !matches!(c, '\u{1100}'..='\u{11FF}' | '\u{A960}'..='\u{A97F}' | '\u{AC00}'..='\u{D7FF}')
}

/// Whether `c` is a mark that is wide in Chinese and narrow in Latin text.
pub(super) fn is_ambiguous(c: char) -> bool {
    matches!(c, '“' | '”' | '‘' | '’' | '…' | '—' | '·')
}

/// Whether `c` is a Han character.
pub fn is_han(c: char) -> bool {
    matches!(c, '〇' | '々' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

/// Whether `c` has no meaning outside one font or one program.
pub(super) fn is_private(c: char) -> bool {
    matches!(c, '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFF}')
}

/// Zero-width characters, direction controls and separators, which could disguise an address (CVE-2021-42574).
pub(super) fn is_invisible(c: char) -> bool {
    matches!(c, '\u{AD}' | '\u{61C}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

/// Whether `c` may stand in a page: no controls but line feed and tab, nothing private.
pub(super) fn is_printable(c: char) -> bool {
    matches!(c, '\n' | '\t') || !(c.is_control() || is_private(c))
}

/// Whether nothing in `text` is a mark of ours or unprintable.
pub(super) fn is_untouched(text: &str) -> bool {
    // By two bytes nearly all of a text is told, many at a time: all others are the beginning of no control and of nothing
    // private.
    let doubtful = |byte: u8, next: u8| {
        ((byte < b' ') & (byte != b'\n') & (byte != b'\t'))
            | (byte == 0x7F)
            | (byte == 0xC2)
            | (byte == 0xEE)
            | ((byte == 0xEF) & (next <= 0xA3))
            | (byte >= 0xF3)
    };
    let bytes = text.as_bytes();
    let pairs = bytes.iter().zip(bytes.get(1..).unwrap_or_default());
    let found = pairs.fold(0, |found, (byte, next)| found | u8::from(doubtful(*byte, *next)));
    found == 0 && !bytes.last().is_some_and(|byte| doubtful(*byte, 0)) || text.chars().all(is_printable)
}

/// `text` as the author wrote it: our own marks taken back, other unprintable characters left out.
pub(super) fn restored(text: &str) -> Cow<'_, str> {
    if is_untouched(text) {
        return Cow::from(text);
    }
    text.chars().filter_map(|c| if c == TILDE { Some('~') } else { is_printable(c).then_some(c) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_untouched_is_printable_and_nothing_else() {
        for c in ('\0'..='\u{FFFF}').chain('\u{1F000}'..='\u{1FFFF}').chain('\u{F0000}'..='\u{F0FFF}') {
            for text in [format!("{c}"), format!("{c}甲"), format!("甲{c}b")] {
                assert_eq!(is_untouched(&text), is_printable(c), "{:x}", c as u32);
            }
        }
    }
}
