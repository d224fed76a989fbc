//! Encodings and characters, each with its whole Chinese message.

use encoding_rs::{GB18030, WINDOWS_1252};
use expect_test::{Expect, expect};
use std::time::Duration;

use super::decode;
use crate::report::frame::{self, Colour};
use crate::report::{Lang, Report, SourcePath};
use crate::stopwatch::Stopwatch;

const NOTICE: &str =
    "---\ntitle: 关于开展有机产品认证宣传周活动的通知\n---\n各县（市、区）市场监管局：\n现将有关事项通知如下。\n";

fn read(bytes: &[u8]) -> (Option<String>, String) {
    let mut report = Report::new();
    let text = decode(&SourcePath::new("content/notices/a.md"), bytes, &mut report);
    let findings = report.into_sorted();
    (text, findings.iter().map(|finding| frame::print(finding, Lang::Zh, Colour::Off)).collect())
}

fn check(bytes: &[u8], text: Option<&str>, expected: Expect) {
    let (read, findings) = read(bytes);
    assert_eq!(read.as_deref(), text);
    expected.assert_eq(&findings);
}

fn utf16(text: &str, big: bool) -> Vec<u8> {
    text.encode_utf16().flat_map(|unit| if big { unit.to_be_bytes() } else { unit.to_le_bytes() }).collect()
}

#[test]
fn utf8_is_read_with_and_without_a_mark() {
    check(NOTICE.as_bytes(), Some(NOTICE), expect![[""]]);
    check(format!("\u{feff}{NOTICE}").as_bytes(), Some(NOTICE), expect![[""]]);
    check(b"", Some(""), expect![[""]]);
}

#[test]
fn line_breaks_are_one_kind() {
    check(b"a\r\nb\rc\nd\r\r\ne", Some("a\nb\nc\nd\n\ne"), expect![[""]]);
}

#[test]
fn gbk_is_read_exactly() {
    check(
        &GB18030.encode(NOTICE).0,
        Some(NOTICE),
        expect![[r#"
        警告 W131  content/notices/a.md
          文件编码像是 GBK（常见于旧版记事本），已按 GBK 读取，开头是“title: 关于开展有机产品认证宣传周活动的通知 / 各县（市、区）市场监管局…”。请另存为 UTF-8。
          提示：记事本：文件 → 另存为 → 编码选“UTF-8”。WPS：另存为“纯文本”，编码选“Unicode (UTF-8)”。
          说明：site explain W131
    "#]],
    );
    let mixed = "标题，价格￥１００元，㎡，①②③，“引号”——〔2022〕9号。\n";
    assert_eq!(read(&GB18030.encode(mixed).0).0.as_deref(), Some(mixed));
}

#[test]
fn utf16_is_named() {
    check(
        &[b"\xFF\xFE".to_vec(), utf16(NOTICE, false)].concat(),
        None,
        expect![[r#"
        错误 E132  content/notices/a.md
          文件编码是 UTF-16（记事本里叫“Unicode”），没有读取。请另存为 UTF-8。
          提示：记事本：文件 → 另存为 → 编码选“UTF-8”。WPS：另存为“纯文本”，编码选“Unicode (UTF-8)”。
          说明：site explain E132
    "#]],
    );
    for bytes in [utf16(NOTICE, false), utf16(NOTICE, true), utf16(&format!("\u{feff}{NOTICE}"), true)] {
        let (text, findings) = read(&bytes);
        assert_eq!(text, None);
        assert!(findings.contains("E132"), "{findings}");
    }
}

#[test]
fn files_of_other_kinds_are_named() {
    check(
        b"PK\x03\x04\x14\x00\x06\x00",
        None,
        expect![[r#"
            错误 E136  content/notices/a.md
              这个文件其实是  Word、Excel 或压缩文件，不是文本，所以没有读取。
              提示：要供下载，请改回原来的扩展名，放到 content/files 文件夹；要做成网页，请把文字复制到新的 Markdown 文件里。
              说明：site explain E136
        "#]],
    );
    check(
        b"\x7fELF\x02\x01\x01\x00\x00\xff\xfe\x00\x00\x80",
        None,
        expect![[r#"
        错误 E136  content/notices/a.md
          这个文件其实是图片、程序等二进制文件，不是文本，所以没有读取。
          提示：要供下载，请改回原来的扩展名，放到 content/files 文件夹；要做成网页，请把文字复制到新的 Markdown 文件里。
          说明：site explain E136
    "#]],
    );
}

#[test]
fn one_broken_byte_is_shown_with_its_place() {
    let mut bytes = NOTICE.replace('\n', "\r\n").into_bytes();
    let at = bytes.windows(6).position(|six| six == "有机".as_bytes()).unwrap();
    bytes[at + 1] = b'?';
    check(
        &bytes,
        None,
        expect![[r#"
        错误 E130  content/notices/a.md:2:12
          第 2 行第 12 个字的编码损坏（附近的文字：“title: 关于开展�?�机产品认证宣传周活动的”），整个文件共有 2 处，没有读取。
            │
          2 │ title: 关于开展�?�机产品认证宣传周活动的通知
            │                ^
          提示：请从原稿重新复制这一段文字，再存为 UTF-8。
          说明：site explain E130
    "#]],
    );
}

#[test]
fn latin_letters_of_one_byte_are_not_taken_for_chinese() {
    check(
        &WINDOWS_1252.encode("Résumé: déjà vu, naïve café\n").0,
        None,
        expect![[r#"
        错误 E130  content/notices/a.md:1:2
          第 1 行第 2 个字的编码损坏（附近的文字：“R�sum�: d�j� vu, na�ve ca”），整个文件共有 6 处，没有读取。
            │
          1 │ R�sum�: d�j� vu, na�ve caf�
            │  ^
          提示：请从原稿重新复制这一段文字，再存为 UTF-8。
          说明：site explain E130
    "#]],
    );
}

#[test]
fn control_characters_are_shown_and_taken_out() {
    check(
        "标\u{b}题\n甲\0乙\u{1b}[31m\u{90}丙\t丁\n".as_bytes(),
        Some("标题\n甲乙[31m丙\t丁\n"),
        expect![[r#"
        错误 E130  content/notices/a.md:1:2
          这里有一个看不见的控制字符（U+000B），多半是从别的软件复制来的。请删掉它。
            │
          1 │ 标\u{b}题
            │   ^^^^^
          说明：site explain E130
        错误 E130  content/notices/a.md:2:2
          这里有一个看不见的控制字符（U+0000），多半是从别的软件复制来的。请删掉它。
            │
          2 │ 甲\u{0}乙\u{1b}[31m\u{90}丙    丁
            │   ^^^^^
          说明：site explain E130
        错误 E130  content/notices/a.md:2:4
          这里有一个看不见的控制字符（U+001B），多半是从别的软件复制来的。请删掉它。
            │
          2 │ 甲\u{0}乙\u{1b}[31m\u{90}丙    丁
            │          ^^^^^^
          说明：site explain E130
        错误 E130  content/notices/a.md:2:9
          这里有一个看不见的控制字符（U+0090），多半是从别的软件复制来的。请删掉它。
            │
          2 │ 甲\u{0}乙\u{1b}[31m\u{90}丙    丁
            │                    ^^^^^^
          说明：site explain E130
    "#]],
    );
}

#[test]
fn line_separators_become_spaces() {
    check("甲\u{2028}乙\u{2029}丙\u{85}丁".as_bytes(), Some("甲 乙 丙 丁"), expect![[""]]);
}

#[test]
fn zero_width_characters_are_taken_out_with_one_warning() {
    check(
        "标\u{200b}题\u{feff}和\u{2060}正\u{200c}文".as_bytes(),
        Some("标题和正文"),
        expect![[r#"
            警告 W156  content/notices/a.md:1:2
              从这里起有看不见的字符（U+200B），已经去掉。请在原文件里也删掉。
                │
              1 │ 标\u{200b}题\u{feff}和\u{2060}正\u{200c}文
                │   ^^^^^^^^
              提示：这个文件里还有 3 处同样的问题。
              说明：site explain W156
        "#]],
    );
}

#[test]
fn emoji_sequences_stay_whole() {
    let text = "👩‍🌾 ❤️ ❤️‍🔥 👨‍👩‍👧‍👦 👩🏽‍🌾 葛󠄀城 𠮷 神";
    check(text.as_bytes(), Some(text), expect![[""]]);
    assert_eq!(read("标\u{200d}题".as_bytes()).0.as_deref(), Some("标题"));
}

#[test]
fn direction_controls_and_private_characters_are_refused() {
    check(
        "电话\u{202a}12315\u{202c}\n自造\u{e000}字\u{f0000}\n损坏\u{fffd}\u{fffe}\n".as_bytes(),
        Some("电话12315\n自造字\n损坏\u{fffd}\n"),
        expect![[r#"
            错误 T07  content/notices/a.md:1:3
              这里有一个看不见的方向控制符（U+202A），会让文字显示的顺序与实际不同。请删掉它。
                │
              1 │ 电话\u{202a}12315\u{202c}
                │     ^^^^^^^^
              说明：site explain T07
            错误 T07  content/notices/a.md:1:9
              这里有一个看不见的方向控制符（U+202C），会让文字显示的顺序与实际不同。请删掉它。
                │
              1 │ 电话\u{202a}12315\u{202c}
                │                  ^^^^^^^^
              说明：site explain T07
            错误 T07  content/notices/a.md:2:3
              这里有一个自造字（U+E000），别人的电脑上显示不出来。请换成标准汉字或图片。
                │
              2 │ 自造\u{e000}字\u{f0000}
                │     ^^^^^^^^
              说明：site explain T07
            错误 T07  content/notices/a.md:2:5
              这里有一个自造字（U+F0000），别人的电脑上显示不出来。请换成标准汉字或图片。
                │
              2 │ 自造\u{e000}字\u{f0000}
                │               ^^^^^^^^^
              说明：site explain T07
            错误 T07  content/notices/a.md:3:3
              这里的文字已经损坏（U+FFFD）。请从原稿重新复制。
                │
              3 │ 损坏�\u{fffe}
                │     ^
              说明：site explain T07
            错误 T07  content/notices/a.md:3:4
              这里的文字已经损坏（U+FFFE）。请从原稿重新复制。
                │
              3 │ 损坏�\u{fffe}
                │      ^^^^^^^^
              说明：site explain T07
        "#]],
    );
}

#[test]
fn garbled_text_is_shown() {
    check(
        "好锟斤拷的\n烫烫烫\nCafÃ© â€œ\n".as_bytes(),
        Some("好锟斤拷的\n烫烫烫\nCafÃ© â€œ\n"),
        expect![[r#"
        错误 T07  content/notices/a.md:1:2
          “锟斤拷”像是乱码，可能是编码转换时弄坏的。请从原稿重新复制这一段。
            │
          1 │ 好锟斤拷的
            │   ^^^^^^
          说明：site explain T07
        警告 W157  content/notices/a.md:2:1
          “烫烫烫”像是乱码，可能是编码转换时弄坏的。请从原稿重新复制这一段。
            │
          2 │ 烫烫烫
            │ ^^^^^^
          说明：site explain W157
        警告 W157  content/notices/a.md:3:4
          “Ã©”像是乱码，可能是编码转换时弄坏的。请从原稿重新复制这一段。
            │
          3 │ CafÃ© â€œ
            │    ^^
          说明：site explain W157
    "#]],
    );
    check("café “é” 20Â 号 naïve Ångström".as_bytes(), Some("café “é” 20Â 号 naïve Ångström"), expect![[""]]);
}

#[test]
fn many_of_one_kind_are_counted() {
    let findings = read("\u{202e}".repeat(50).as_bytes()).1;
    assert_eq!(findings.matches("T07  ").count(), 20);
    assert!(findings.contains("还有 30 处"), "{findings}");
}

#[test]
fn two_megabytes_are_read_within_a_second() {
    let size = 2 << 20;
    for unit in ["a", "\n", "好", "\u{202e}", "\u{e000}\n", "\0", "锟斤拷", "\u{200b}", "Ã©", "\r", "\u{fffd}好", "👩‍🌾"]
    {
        let begun = Stopwatch::start();
        read(unit.repeat(size / unit.len()).as_bytes());
        let taken = begun.elapsed();
        assert!(taken < Duration::from_secs(4), "{unit:?}: {taken:?}");
    }
    for unit in [&b"\xC4\xE3"[..], b"\xFF", b"a\0", b"\0a", b"\xE4\xBD\xA0\xFF", b"\x81\x30\x81\x30", b"\xB0"] {
        let begun = Stopwatch::start();
        read(&unit.repeat(size / unit.len()));
        let taken = begun.elapsed();
        assert!(taken < Duration::from_secs(4), "{unit:?}: {taken:?}");
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "a failure is repeated with its seed")]
fn random_bytes_never_panic() {
    let seed = 77;
    println!("seed {seed}");
    let mut random = fastrand::Rng::with_seed(seed);
    let sources = [NOTICE.as_bytes().to_vec(), GB18030.encode(NOTICE).0.into_owned(), utf16(NOTICE, false)];
    for case in 0..3_000 {
        let mut bytes = sources[case % 3].clone();
        for _ in 0..random.usize(1..6) {
            let at = random.usize(0..bytes.len());
            bytes[at] = random.u8(..);
        }
        bytes.truncate(random.usize(0..=bytes.len()));
        if let Some(text) = read(&bytes).0 {
            assert!(text.chars().all(|c| matches!(c, '\n' | '\t') || !c.is_control()));
        }
    }
}
