//! Texts to units that are compared: what a reader takes for the same is the same. The script of the theme folds by the
//! same rules, and a test holds the two against each other over all of Unicode.
//!
//! Every character becomes one of its own length in UTF-16, or nothing, so a place in the folded text leads back to the
//! text that is shown.

use std::sync::LazyLock;

/// Traditional characters, compatibility characters and radicals with those they fold to, two a line. Where they come
/// from stands in `README.md`.
pub const TABLE: &str = include_str!("fold.txt");

const DROPPED: u16 = 0;
const NEWLINE: u16 = 0x0A;
const SPACE: u16 = 0x20;

/// What each character of the basic plane becomes.
static FOLDED: LazyLock<Vec<u16>> = LazyLock::new(|| {
    let mut folded: Vec<u16> = (0..=u16::MAX).map(ruled).collect();
    for line in TABLE.lines() {
        let mut units = line.encode_utf16();
        if let (Some(from), Some(to)) = (units.next(), units.next()) {
            folded[usize::from(from)] = to;
        }
    }
    folded
});

/// What a character becomes by the rules, without the table.
fn ruled(unit: u16) -> u16 {
    let unit = if matches!(unit, 0xFF01..=0xFF5E) { unit - 0xFEE0 } else { unit };
    match unit {
        0x000A..=0x000C | 0x0085 | 0x2028 | 0x2029 => NEWLINE,
        0x0009 | 0x000D | 0x0020 | 0x00A0 | 0x1680 | 0x2000..=0x200A | 0x202F | 0x205F | 0x3000 => SPACE,
        0x0000..=0x001F | 0x007F..=0x009F | 0x00AD | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F => DROPPED,
        // Surrogates come in pairs and are not looked up one by one; what is for private use shows as anything.
        0xD800..=0xF8FF | 0xFE00..=0xFE0F | 0xFEFF => DROPPED,
        0x41..=0x5A | 0xC0..=0xD6 | 0xD8..=0xDE | 0x391..=0x3A1 | 0x3A3..=0x3A9 | 0x410..=0x42F => unit + 32,
        0x400..=0x40F => unit + 80,
        0x5B | 0x7B | 0x3010 | 0x3014 | 0x3016 | 0x3018 | 0x301A => u16::from(b'('),
        0x5D | 0x7D | 0x3011 | 0x3015 | 0x3017 | 0x3019 | 0x301B => u16::from(b')'),
        0x300A | 0x3008 => u16::from(b'<'),
        0x300B | 0x3009 => u16::from(b'>'),
        0x201C..=0x201F | 0x300C..=0x300F | 0x301D..=0x301F => u16::from(b'"'),
        0x2018..=0x201B | 0x60 => u16::from(b'\''),
        0x2010..=0x2015 | 0x2212 | 0x2500 | 0x2501 | 0xFE63 => u16::from(b'-'),
        0x301C => u16::from(b'~'),
        0x2022 | 0x30FB | 0x2027 | 0x2219 | 0x22C5 => 0xB7,
        0x3002 | 0xFF61 | 0x2026 => u16::from(b'.'),
        0x3001 | 0xFF64 => u16::from(b','),
        unit => unit,
    }
}

/// What kind of character a folded unit belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// A letter or digit of a script that parts its words.
    Word,
    /// Han and what stands among it without blanks.
    Han,
    /// Marks.
    Mark,
}

/// The class of a folded unit.
pub fn class(unit: u16) -> Class {
    match unit {
        0x30..=0x39 | 0x61..=0x7A | 0xB5 | 0xC0..=0xD6 | 0xD8..=0xF6 | 0xF8..=0x24F | 0x370..=0x4FF => Class::Word,
        0xFF00..=0xFFEF => Class::Mark,
        // Letters and numbers of other kinds, Ⅰ ① ² ℃ and other scripts among them, are found wherever they stand, too.
        0x2E80.. | 0x500..=0x1FFF | 0x2070..=0x209C | 0x2100..=0x218B | 0x2460..=0x24FF => Class::Han,
        0xB2 | 0xB3 | 0xB9 => Class::Han,
        _ => Class::Mark,
    }
}

/// Whether a folded unit is a letter of a word, and no digit.
pub fn is_letter(unit: u16) -> bool {
    class(unit) == Class::Word && !matches!(unit, 0x30..=0x39)
}

/// Whether a character parts words.
pub fn is_blank(c: char) -> bool {
    u16::try_from(u32::from(c)).is_ok_and(|unit| matches!(ruled(unit), SPACE | NEWLINE))
}

/// A folded text.
pub fn fold(text: &str) -> Vec<u16> {
    let mut units = Vec::with_capacity(text.len() / 2);
    each(text, |unit, _| units.push(unit));
    units
}

/// A folded text, and the byte of `text` that each unit comes from.
pub fn with_places(text: &str) -> (Vec<u16>, Vec<usize>) {
    let (mut units, mut places) = (Vec::new(), Vec::new());
    each(text, |unit, at| {
        units.push(unit);
        places.push(at);
    });
    (units, places)
}

/// Blanks that were met since the last unit.
#[derive(Clone, Copy, PartialEq)]
enum Blank {
    None,
    Space(usize),
    Newline(usize),
}

/// Tells every unit of the folded `text` with the byte it comes from.
fn each(text: &str, mut tell: impl FnMut(u16, usize)) {
    let folded: &[u16] = &FOLDED;
    let (mut blank, mut last) = (Blank::None, None);
    let mut put = |unit: u16, at: usize, blank: &mut Blank| {
        match (*blank, last) {
            (Blank::Newline(at), Some(_)) => tell(NEWLINE, at),
            (Blank::Space(at), Some(last)) if class(last) == class(unit) && class(unit) != Class::Mark => {
                tell(SPACE, at);
            }
            _ => {}
        }
        *blank = Blank::None;
        last = Some(unit);
        tell(unit, at);
    };
    for (at, c) in text.char_indices() {
        let Ok(unit) = u16::try_from(u32::from(c)) else {
            if !matches!(c, '\u{E0100}'..='\u{E01EF}') {
                c.encode_utf16(&mut [0; 2]).iter().for_each(|unit| put(*unit, at, &mut blank));
            }
            continue;
        };
        match folded[usize::from(unit)] {
            DROPPED => {}
            SPACE if blank == Blank::None => blank = Blank::Space(at),
            SPACE => {}
            NEWLINE => {
                if !matches!(blank, Blank::Newline(_)) {
                    blank = Blank::Newline(at);
                }
            }
            unit => put(unit, at, &mut blank),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> String {
        String::from_utf16(&fold(text)).unwrap()
    }

    #[test]
    fn what_readers_take_for_the_same_is_the_same() {
        for text in
            ["晋市监函〔2022〕291号", "晋市监函[2022]291号", "晋市监函［２０２２］２９１号", "晋市监函【2022】 291 号"]
        {
            assert_eq!(folded(text), "晋市监函(2022)291号");
        }
        assert_eq!(folded("檢驗檢測機構 ＣＭＡ　資質"), "检验检测机构cma资质");
        assert_eq!(folded("“有机产品”——ÉCO Ω Ж"), "\"有机产品\"--éco ω ж");
    }

    #[test]
    fn blanks_stand_only_where_they_part_words() {
        assert_eq!(folded("  护航 消费\n\n 升级 ISO 9001 认证 \n"), "护航 消费\n升级iso 9001认证");
        assert_eq!(folded("甲\u{200B}乙，  丙\u{E123}丁"), "甲乙,丙丁");
        assert_eq!(folded(" \n \u{FEFF} "), "");
    }

    #[test]
    fn places_lead_back() {
        let text = "  获得 𬭚Ａ\n。";
        let (units, places) = with_places(text);
        assert_eq!(units.len(), places.len());
        let shown: Vec<&str> = places.iter().map(|at| &text[*at..text[*at..].ceil_char_boundary(1) + at]).collect();
        assert_eq!(shown, ["获", "得", " ", "𬭚", "𬭚", "Ａ", "\n", "。"]);
    }

    #[test]
    fn folding_twice_is_folding_once() {
        for c in (0..=0x10FFFF).filter_map(char::from_u32) {
            let once = folded(&format!("甲{c}乙{c}"));
            assert_eq!(folded(&once), once, "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn the_table_holds_pairs_of_the_basic_plane_in_order() {
        let rows: Vec<Vec<u16>> = TABLE.lines().map(|line| line.encode_utf16().collect()).collect();
        assert!(rows.iter().all(|row| row.len() == 2) && rows.is_sorted() && rows.len() > 2000);
    }
}
