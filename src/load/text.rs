//! Bytes of a content file to clean text: UTF-8 without marks, lines ending in `\n`, nothing invisible in it.
//!
//! GBK files are read exactly, with a notice; UTF-16 and binary files are named and refused, because guessing at
//! them would publish garbled text (faults.md §5). Characters are judged in `characters`, after decoding.

mod characters;
#[cfg(test)]
mod tests;

use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use crate::report::{Finding, Place, Report, SourcePath, Span, Text, codes};

/// How many characters round a broken byte are shown.
const NEARBY: usize = 12;

/// The first bytes of files that are often given the wrong extension.
const SIGNATURES: &[(&[u8], &str, &str)] = &[
    (b"PK\x03\x04", " Word、Excel 或压缩文件", "a Word, Excel or zip file"),
    (b"\xD0\xCF\x11\xE0", "旧版 Word 或 WPS 文件", "an old Word or WPS file"),
    (b"%PDF-", " PDF 文件", "a PDF file"),
    (b"\x89PNG", " PNG 图片", "a PNG picture"),
    (b"\xFF\xD8\xFF", " JPEG 图片", "a JPEG picture"),
    (b"GIF8", " GIF 图片", "a GIF picture"),
    (b"Rar!", "压缩文件", "an archive"),
    (b"7z\xBC\xAF", "压缩文件", "an archive"),
];

/// The text of a file, or none when it cannot be read as text; what was odd about it goes to `report`.
///
/// Line breaks become `\n`; byte order marks, zero-width, control, direction and private-use characters are taken
/// out, so that later stages and their markers never meet them.
pub fn decode(path: &SourcePath, bytes: &[u8], report: &mut Report) -> Option<String> {
    let text = decoded(path, bytes, report)?;
    Some(characters::clean(path, unified_lines(text), report))
}

fn decoded(path: &SourcePath, bytes: &[u8], report: &mut Report) -> Option<String> {
    if let Some((_, zh, en)) = SIGNATURES.iter().find(|(start, _, _)| bytes.starts_with(start)) {
        report.add(not_text(path, zh, en));
        return None;
    }
    if is_utf16(bytes) {
        report.add(utf16(path));
        return None;
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    // Takes half as long for Chinese as the standard library's.
    if let Some(text) = UTF_8.decode_without_bom_handling_and_without_replacement(bytes) {
        return Some(text.into_owned());
    }
    if bytes.contains(&0) {
        report.add(not_text(path, "图片、程序等二进制文件", "a binary file"));
        return None;
    }
    if let Some(text) = gb18030(bytes) {
        report.add(gbk(path, &text));
        return Some(text);
    }
    report.add(broken(path, bytes, Encoding::utf8_valid_up_to(bytes)));
    None
}

/// `\r\n` and lone `\r` become `\n`, so that the number of lines is what every editor shows.
fn unified_lines(text: String) -> String {
    if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n") } else { text }
}

/// A byte order mark of UTF-16, or NUL bytes of which nearly all stand on one side of each pair.
fn is_utf16(bytes: &[u8]) -> bool {
    if bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF") {
        return true;
    }
    let head = &bytes[..bytes.len().min(4096) & !1];
    if memchr::memchr(0, head).is_none() {
        return false;
    }
    let nuls = |side: usize| head.iter().skip(side).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd) = (nuls(0), nuls(1));
    if even + odd < 2 || even.min(odd) * 8 > even.max(odd) {
        return false;
    }
    let encoding = if even > odd { UTF_16BE } else { UTF_16LE };
    exact(encoding, head).is_some_and(|text| mostly_readable(&text))
}

/// The text when the bytes decode without a replacement.
fn exact(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    encoding.decode_without_bom_handling_and_without_replacement(bytes).map(String::from)
}

/// The text if these bytes are Chinese in GBK or GB18030 and not UTF-8 with a broken byte.
///
/// UTF-8 Chinese also decodes as GB18030, to rare characters (浣犲ソ); so bytes that mostly form UTF-8 sequences
/// are not taken, and the pairs must mostly lie in the area of the common characters, which both GB 2312 planes are.
fn gb18030(bytes: &[u8]) -> Option<String> {
    if mostly_utf8(bytes) || !mostly_common_pairs(bytes) {
        return None;
    }
    exact(GB18030, bytes).filter(|text| mostly_readable(text))
}

fn mostly_utf8(bytes: &[u8]) -> bool {
    let high = |chunk: &[u8]| chunk.iter().filter(|byte| !byte.is_ascii()).count();
    let valid: usize = bytes.utf8_chunks().map(|chunk| long_sequences(chunk.valid())).sum();
    valid * 2 > high(bytes)
}

/// Bytes in sequences of three or more; two-byte sequences also occur in GBK text by chance.
fn long_sequences(text: &str) -> usize {
    text.chars().map(char::len_utf8).filter(|len| *len > 2).sum()
}

fn mostly_common_pairs(bytes: &[u8]) -> bool {
    let (mut pairs, mut common, mut at) = (0, 0, 0);
    while at + 1 < bytes.len() {
        if bytes[at].is_ascii() {
            at += 1;
            continue;
        }
        pairs += 1;
        common += usize::from(bytes[at] >= 0xA1 && bytes[at] <= 0xF7 && bytes[at + 1] >= 0xA1);
        at += 2;
    }
    pairs > 0 && common * 10 >= pairs * 8
}

/// Whether at least 95 of 100 characters are Han, ASCII, or the punctuation and forms used beside them.
fn mostly_readable(text: &str) -> bool {
    let (mut all, mut known) = (0, 0);
    for c in text.chars() {
        all += 1;
        known += usize::from(is_common(c));
    }
    known * 100 >= all * 95
}

fn is_common(c: char) -> bool {
    matches!(c, '\n' | '\r' | '\t' | ' '..='~' | '\u{2010}'..='\u{2027}' | '\u{2460}'..='\u{249B}'
        | '\u{3000}'..='\u{303F}' | '\u{3400}'..='\u{9FFF}' | '\u{FF00}'..='\u{FFEF}' | '·' | '×')
}

fn not_text(path: &SourcePath, zh: &str, en: &str) -> Finding {
    let message = Text::new(
        format!(
            "这个文件其实是{}{zh}，不是文本，所以没有读取。",
            if zh.starts_with(|c: char| c.is_ascii()) { " " } else { "" }
        ),
        format!("This is {en}, not text, so it was not read."),
    );
    Finding::new(&codes::E136, Place::file(path), message).hint(Text::new(
        "要供下载，请改回原来的扩展名，放到 content/files 文件夹；要做成网页，请把文字复制到新的 Markdown 文件里。",
        "To offer it for download, restore its extension and put it in content/files; for a page, copy its text into a new Markdown file.",
    ))
}

fn utf16(path: &SourcePath) -> Finding {
    let message = Text::new(
        "文件编码是 UTF-16（记事本里叫“Unicode”），没有读取。请另存为 UTF-8。",
        "The file is UTF-16 (Notepad calls it “Unicode”) and was not read. Save it as UTF-8.",
    );
    Finding::new(&codes::E132, Place::file(path), message).hint(how_to_save())
}

fn gbk(path: &SourcePath, text: &str) -> Finding {
    let first = first_words(text);
    let message = Text::new(
        format!("文件编码像是 GBK（常见于旧版记事本），已按 GBK 读取，开头是“{first}”。请另存为 UTF-8。"),
        format!("The file looks like GBK and was read as GBK; it begins with “{first}”. Save it as UTF-8."),
    );
    let is_table = path.as_str().to_lowercase().ends_with(".csv");
    Finding::new(&codes::W131, Place::file(path), message).hint(if is_table {
        how_to_save_table()
    } else {
        how_to_save()
    })
}

/// The first lines that say something, so that the author recognises the file.
fn first_words(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| line.chars().any(char::is_alphanumeric));
    let joined = lines.take(2).collect::<Vec<_>>().join(" / ");
    let mut shown: String = joined.chars().take(40).collect();
    if shown.len() < joined.len() {
        shown.push('…');
    }
    shown
}

fn how_to_save() -> Text {
    Text::new(
        "记事本：文件 → 另存为 → 编码选“UTF-8”。WPS：另存为“纯文本”，编码选“Unicode (UTF-8)”。",
        "Notepad: File → Save as → Encoding UTF-8. WPS: save as plain text with the encoding Unicode (UTF-8).",
    )
}

fn how_to_save_table() -> Text {
    Text::new(
        "WPS、Excel：另存为 → 文件类型选“CSV UTF-8（逗号分隔）”。没有这一项的，用记事本打开，另存为 → 编码选“UTF-8”。",
        "Save as CSV UTF-8 in the spreadsheet program, or open it in Notepad and save it with the encoding UTF-8.",
    )
}

fn broken(path: &SourcePath, bytes: &[u8], at: usize) -> Finding {
    let before = String::from_utf8_lossy(&bytes[..at]);
    let after = String::from_utf8_lossy(&bytes[at..]);
    let source = unified_lines(format!("{before}{after}"));
    let offset = unified_lines(before.into_owned()).len();
    let span = Span::in_text(&source, offset, 1);
    let count = bytes.utf8_chunks().filter(|chunk| !chunk.invalid().is_empty()).count();
    let near = nearby(&span);
    let message = Text::new(
        format!(
            "第 {} 行第 {} 个字的编码损坏（附近的文字：“{near}”），整个文件共有 {count} 处，没有读取。",
            span.line, span.column
        ),
        format!(
            "Broken UTF-8 at line {}, character {} (near “{near}”), {count} in the whole file; it was not read.",
            span.line, span.column
        ),
    );
    Finding::new(&codes::E130, Place::at(path, span), message).hint(Text::new(
        "请从原稿重新复制这一段文字，再存为 UTF-8。",
        "Copy that passage again from the original and save the file as UTF-8.",
    ))
}

fn nearby(span: &Span) -> String {
    let start = span.column.saturating_sub(1 + NEARBY);
    span.text.chars().skip(start).take(2 * NEARBY + 1).collect()
}
