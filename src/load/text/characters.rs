//! Characters that must not reach a page: controls, direction marks, zero-width and private-use characters, and
//! the traces of text that was decoded wrongly somewhere else.
//!
//! One pass over the text finds them all, each with its line and column, and copies the rest. Direction controls
//! can make a reader see other words than a computer does (CVE-2021-42574); a private-use character could be
//! mistaken for a marker of our own.

use memchr::memmem;

use crate::report::{Code, Finding, Place, Report, SourcePath, Span, Text, codes};

/// Findings of one group in one file; the last one says how many more there are.
const SHOWN: usize = 20;

/// Bytes of lines that findings of one group carry along; beyond a long line fewer findings are shown.
const CARRIED: usize = 1 << 20;

/// What is wrong with a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fault {
    Control,
    Direction,
    Private,
    Replacement,
    Nonsense,
    Invisible,
    Separator,
}

impl Fault {
    /// Every fault, each at the index of its own number.
    const ALL: [Fault; 7] = [
        Fault::Control,
        Fault::Direction,
        Fault::Private,
        Fault::Replacement,
        Fault::Nonsense,
        Fault::Invisible,
        Fault::Separator,
    ];
}

/// Where the pass stands: byte offset, line from 1, and where that line and its column begin.
struct Cursor<'a> {
    text: &'a str,
    line: usize,
    line_start: usize,
    column: usize,
}

impl Cursor<'_> {
    fn span(&self, width: usize) -> Span {
        let rest = &self.text[self.line_start..];
        let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
        Span { line: self.line, column: self.column, width, text: line.into() }
    }

    fn step(&mut self, at: usize, c: char) {
        self.column += 1;
        if c == '\n' {
            self.line += 1;
            self.line_start = at + 1;
            self.column = 1;
        }
    }
}

/// Spots of one fault: the first few in full, the rest as a count.
#[derive(Default)]
struct Spots {
    shown: Vec<(char, Span)>,
    count: usize,
    carried: usize,
}

impl Spots {
    fn add(&mut self, c: char, limit: usize, span: impl FnOnce() -> Span) {
        self.count += 1;
        if self.shown.len() < limit && self.carried < CARRIED {
            let span = span();
            self.carried += span.text.len();
            self.shown.push((c, span));
        }
    }
}

/// `text` without the characters that may not stay; what was found goes to `report`.
pub(super) fn clean(path: &SourcePath, text: String, report: &mut Report) -> String {
    let out = if is_all_plain(&text) { text } else { sorted_out(path, &text, report) };
    report.extend(garbled(path, &out));
    out
}

fn sorted_out(path: &SourcePath, text: &str, report: &mut Report) -> String {
    let mut spots = Fault::ALL.map(|_| Spots::default());
    let mut cursor = Cursor { text, line: 1, line_start: 0, column: 1 };
    let mut out = String::with_capacity(text.len());
    let (mut before, mut copied) = (' ', 0);
    for (at, c) in text.char_indices() {
        if let Some(fault) = fault(c, before, &text[at..]) {
            if copied < at {
                out.push_str(&text[copied..at]);
            }
            if let Some(c) = instead(fault, c) {
                out.push(c);
            }
            copied = at + c.len_utf8();
            spots[fault as usize].add(c, limit(fault), || cursor.span(1));
        }
        before = c;
        cursor.step(at, c);
    }
    out.push_str(&text[copied..]);
    report.extend(Fault::ALL.iter().zip(&spots).flat_map(|(fault, spots)| findings(path, *fault, spots)));
    out
}

/// Whether nothing is wrong with any character. By their bytes nearly all are told, many at a time: ASCII, Chinese, quotes,
/// dashes and full-width marks. Where any other stands, all are looked at one by one.
fn is_all_plain(text: &str) -> bool {
    let doubtful = |first: u8, second: u8, third: u8| {
        let quote = (second == 0x80) & ((0x94..=0x9D).contains(&third) | (third == 0xA6));
        ((first < b' ') & (first != b'\n') & (first != b'\t'))
            | (first == 0x7F)
            | ((0xC2..0xE3).contains(&first) & !((first == 0xE2) & quote))
            | ((first == 0xE3) & (0x85..0x90).contains(&second))
            | ((first >= 0xEA) & (first != 0xEF))
            | ((first == 0xEF) & (!(0xBC..=0xBD).contains(&second) | (second == 0xBD) & (third > 0x9E)))
    };
    let bytes = text.as_bytes();
    let behind = |count: usize| bytes.get(count..).unwrap_or_default();
    let triples = bytes.iter().zip(behind(1)).zip(behind(2));
    let found = triples.fold(0, |found, ((a, b), c)| found | u8::from(doubtful(*a, *b, *c)));
    let end = behind(bytes.len().saturating_sub(2));
    found == 0 && !end.iter().any(|byte| doubtful(*byte, 0, 0)) || text.chars().all(is_plain)
}

/// Whether `c` is one of the characters of which nearly all text is made.
fn is_plain(c: char) -> bool {
    matches!(c, '\n' | '\t' | ' '..='~' | '“' | '”' | '\u{3000}'..='\u{3163}' | '\u{3400}'..='\u{9FFF}' | '\u{FF01}'..='\u{FF5E}')
}

/// The fault of `c`, which stands at the beginning of `rest` and after `before`.
fn fault(c: char, before: char, rest: &str) -> Option<Fault> {
    if is_plain(c) {
        return None;
    }
    match c {
        '\u{0085}' | '\u{2028}' | '\u{2029}' => Some(Fault::Separator),
        '\u{FFFD}' => Some(Fault::Replacement),
        '\u{E000}'..='\u{F8FF}' | '\u{F0000}'..='\u{10FFFD}' if !is_nonsense(c) => Some(Fault::Private),
        '\u{200D}' => (!joins_emoji(before, rest)).then_some(Fault::Invisible),
        c if c.is_control() => Some(Fault::Control),
        c if is_direction(c) => Some(Fault::Direction),
        c if is_invisible(c) => Some(Fault::Invisible),
        c if is_nonsense(c) => Some(Fault::Nonsense),
        _ => None,
    }
}

/// Characters that change the order in which text is shown.
fn is_direction(c: char) -> bool {
    matches!(c, '\u{061C}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{206F}')
}

/// Characters without a shape; variation selectors are not among them, they choose the shape of an emoji.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{034F}' | '\u{115F}' | '\u{1160}' | '\u{180E}' | '\u{200B}' | '\u{200C}'
        | '\u{2060}'..='\u{2065}' | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

/// Code points that are never characters, which XML forbids.
fn is_nonsense(c: char) -> bool {
    matches!(c as u32, 0xFDD0..=0xFDEF) || c as u32 & 0xFFFE == 0xFFFE
}

/// Whether the joiner between `before` and what follows it ties two emoji together.
fn joins_emoji(before: char, rest: &str) -> bool {
    let after = rest.chars().nth(1).unwrap_or(' ');
    is_emoji(before) && is_emoji(after)
}

fn is_emoji(c: char) -> bool {
    matches!(c, '\u{2190}'..='\u{2BFF}' | '\u{FE0F}' | '\u{1F000}'..='\u{1FAFF}')
}

/// What is written in place of `c`.
fn instead(fault: Fault, c: char) -> Option<char> {
    match fault {
        Fault::Separator => Some(' '),
        Fault::Replacement => Some(c),
        _ => None,
    }
}

/// How many findings a fault may make in one file.
fn limit(fault: Fault) -> usize {
    match fault {
        Fault::Separator => 0,
        Fault::Invisible => 1,
        _ => SHOWN,
    }
}

fn findings(path: &SourcePath, fault: Fault, spots: &Spots) -> Vec<Finding> {
    let more = spots.count - spots.shown.len();
    let last = spots.shown.len();
    let finding = |(number, (c, span)): (usize, &(char, Span))| {
        let (code, message) = told(fault, *c);
        let finding = Finding::new(code, Place::at(path, span.clone()), message);
        if number + 1 == last && more > 0 { finding.hint(others(more)) } else { finding }
    };
    spots.shown.iter().enumerate().map(finding).collect()
}

fn others(more: usize) -> Text {
    Text::new(
        format!("这个文件里还有 {more} 处同样的问题。"),
        format!("In this file there is more of the same: {more}."),
    )
}

fn told(fault: Fault, c: char) -> (&'static Code, Text) {
    let name = format!("U+{:04X}", c as u32);
    match fault {
        Fault::Control => (
            &codes::E130,
            Text::new(
                format!("这里有一个看不见的控制字符（{name}），多半是从别的软件复制来的。请删掉它。"),
                format!("A control character ({name}) stands here, probably copied from another program. Delete it."),
            ),
        ),
        Fault::Direction => (
            &codes::T07,
            Text::new(
                format!("这里有一个看不见的方向控制符（{name}），会让文字显示的顺序与实际不同。请删掉它。"),
                format!("An invisible direction control ({name}) can show words in another order. Delete it."),
            ),
        ),
        Fault::Private => (
            &codes::T07,
            Text::new(
                format!("这里有一个自造字（{name}），别人的电脑上显示不出来。请换成标准汉字或图片。"),
                format!(
                    "A private-use character ({name}) other computers cannot show. Use a standard one or a picture."
                ),
            ),
        ),
        Fault::Invisible => (
            &codes::W156,
            Text::new(
                format!("从这里起有看不见的字符（{name}），已经去掉。请在原文件里也删掉。"),
                format!("Invisible characters ({name}) begin here and were taken out. Delete them from the file too."),
            ),
        ),
        Fault::Replacement | Fault::Nonsense | Fault::Separator => (
            &codes::T07,
            Text::new(
                format!("这里的文字已经损坏（{name}）。请从原稿重新复制。"),
                format!("The text is damaged here ({name}). Copy it again from the original."),
            ),
        ),
    }
}

/// Words that only a wrong decoding makes. 锟斤拷 is the trace of U+FFFD read as GBK, 烫烫烫 of unset memory, and
/// `Ã©` of UTF-8 read as Latin-1.
fn garbled(path: &SourcePath, text: &str) -> Vec<Finding> {
    let mut found = Vec::new();
    let mut spots = Spots::default();
    for at in memmem::find_iter(text.as_bytes(), "锟斤拷").take(SHOWN) {
        spots.add('锟', SHOWN, || Span::in_text(text, at, 3));
    }
    found.extend(spots.shown.into_iter().map(|(_, span)| mojibake(path, &codes::T07, span, "锟斤拷")));
    for word in ["烫烫烫", "屯屯屯"] {
        let first = memmem::find(text.as_bytes(), word.as_bytes())
            .map(|at| mojibake(path, &codes::W157, Span::in_text(text, at, 3), word));
        found.extend(first);
    }
    if let Some((at, pair)) = latin1_pair(text) {
        found.push(mojibake(path, &codes::W157, Span::in_text(text, at, pair.chars().count()), pair));
    }
    found
}

fn mojibake(path: &SourcePath, code: &'static Code, span: Span, word: &str) -> Finding {
    let message = Text::new(
        format!("“{word}”像是乱码，可能是编码转换时弄坏的。请从原稿重新复制这一段。"),
        format!("“{word}” looks garbled by a wrong conversion. Copy the passage again from the original."),
    );
    Finding::new(code, Place::at(path, span), message)
}

/// The first `Ã©`, `Â°` or `â€œ` and its kin.
fn latin1_pair(text: &str) -> Option<(usize, &str)> {
    // All three begin with this byte, which Chinese text does not hold.
    for at in memchr::memchr_iter(0xC3, text.as_bytes()) {
        let first = text[at..].chars().next()?;
        if !matches!(first, 'Â' | 'Ã' | 'â') {
            continue;
        }
        let second = text[at + first.len_utf8()..].chars().next()?;
        let pair = match first {
            'â' => second == '€',
            _ => matches!(second, '\u{A0}'..='\u{BF}'),
        };
        if pair {
            return Some((at, &text[at..at + first.len_utf8() + second.len_utf8()]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::{fault, is_all_plain};

    #[test]
    fn no_faulty_character_passes_for_plain() {
        for c in ('\0'..='\u{FFFF}').chain('\u{1F000}'..='\u{1FFFF}').chain('\u{E0000}'..='\u{E0FFF}') {
            for text in [format!("{c}"), format!("{c}甲"), format!("甲{c}b")] {
                let at = text.find(c).unwrap();
                assert!(!is_all_plain(&text) || fault(c, '甲', &text[at..]).is_none(), "{:x}", c as u32);
            }
        }
        assert!(is_all_plain("关于举办“有机产品认证宣传周”活动的通知——〔2022〕9号…\n"));
    }
}
