//! The lexer: places, quotes, broken rows, and that no text makes it panic or slow.

use expect_test::expect;

use super::*;
use crate::stopwatch::Stopwatch;

fn path() -> SourcePath {
    SourcePath::new("content/open-days/x.csv")
}

/// Every cell as `row:line:column width text`, then what was found.
fn told(text: &str) -> String {
    let mut report = Report::new();
    let mut out = String::new();
    if let Some(table) = read(&path(), text, &mut report) {
        for row in std::iter::once(&table.header).chain(&table.rows) {
            let cells = row.cells.iter().map(|cell| {
                let span = cell.span(text);
                format!("{}:{}+{} {:?}", span.line, span.column, span.width, cell.text)
            });
            out.push_str(&format!("{}| {}\n", row.number, cells.collect::<Vec<_>>().join(" | ")));
        }
    }
    for finding in report.into_sorted() {
        let span = finding.place.span.as_ref().map(|span| format!("{}:{} ", span.line, span.column));
        out.push_str(&format!("{} {}{}\n", finding.code.id, span.unwrap_or_default(), finding.message.zh));
        finding.fix.iter().for_each(|line| out.push_str(&format!("  -> {line}\n")));
    }
    out
}

#[test]
fn quotes_line_breaks_and_blank_rows() {
    expect![[r#"
        2| 2:1+2 "标题" | 2:4+2 "地址"
        3| 3:1+5 "甲,乙" | 3:9+8 "他说\"好\"\n第二行"
        5| 6:2+1 "丙" | 6:6+1 "丁"
    "#]]
    .assert_eq(&told("\n标题,地址\n\"甲,乙\"  ,\"他说\"\"好\"\"\n第二行\"\n,,\n 丙 , 丁 ,\n"));
}

#[test]
fn the_header_decides_the_separator() {
    for sign in [',', ';', '\t'] {
        let text = format!("标题{sign}地址\n甲{sign}乙、丙\n");
        let table = read(&path(), &text, &mut Report::new()).unwrap();
        assert_eq!((table.separator, table.rows[0].cells[1].text.as_str()), (sign, "乙、丙"));
    }
    let quoted = read(&path(), "\"a;b;c\",d\n1,2\n", &mut Report::new()).unwrap();
    assert_eq!(quoted.separator, ',');
}

#[test]
fn guards_of_formulas_are_taken_off() {
    let text = "甲,乙,丙,丁,戊\n'=1+1,'＋86,'abc,''=x,\"'-1\"\n";
    let table = read(&path(), text, &mut Report::new()).unwrap();
    let cells: Vec<&str> = table.rows[0].cells.iter().map(|cell| cell.text.as_str()).collect();
    assert_eq!(cells, ["=1+1", "＋86", "'abc", "'=x", "-1"]);
}

#[test]
fn c27_broken_rows_are_told_and_the_others_read() {
    expect![[r#"
        1| 1:1+2 "标题" | 1:4+2 "名额" | 1:7+2 "地址"
        7| 7:1+1 "壬" | 7:3+1 "4" | 7:5+1 "癸"
        9| 9:1+1 "卯" | 9:3+1 "6" | 9:5+1 "辰"
        E107 2:3 第 2 行有一格以英文引号 " 开头，却没有配对的结束引号，这一行没有读。请补上引号；文字里的引号请用中文引号“ ”。
          -> 甲,"30",乙
        E159 3:9 第 3 行有 4 格，表头只有 3 列，多出的内容不知道属于哪一列，这一行没有读。内容里有“,”的，要用英文双引号括起来。
          -> 丙,1234,丁
        E108 4:6 第 4 行有一格的引号已经结束，后面又有文字“活动”，这一行没有读。文字里的引号请用中文引号“ ”。
          -> “质量月”活动,1,戊
        E159 5:3 第 5 行只有 2 格，表头有 3 列，这一行没有读。空着的格子也要留着分隔符“,”，请核对是哪里少了。
        E159 6:1 第 6 行只有 1 格，表头有 3 列，这一行没有读。空着的格子也要留着分隔符“,”，请核对是哪里少了。
          -> 庚,3,辛
        E159 8:7 第 8 行有 4 格，表头只有 3 列，多出的内容不知道属于哪一列，这一行没有读。内容里有“,”的，要用英文双引号括起来。
    "#]].assert_eq(&told(
        "标题,名额,地址\n甲,\"30,乙\n丙,1,234,丁\n\"质量月\"活动,1,戊\n己,2\n庚，3，辛\n壬,4,癸,,\n子,5,丑,寅\n卯,6,辰\n",
    ));
}

#[test]
fn a_quote_that_a_later_row_closes_is_told_where_it_opened() {
    expect![[r#"
        1| 1:1+2 "标题" | 1:4+2 "地址"
        3| 3:1+1 "丙" | 3:3+3 "丁"
        4| 4:1+1 "戊" | 4:3+1 "己"
        E107 2:1 第 2 行有一格以英文引号 " 开头，却没有配对的结束引号，这一行没有读。请补上引号；文字里的引号请用中文引号“ ”。
          -> "甲",乙
    "#]].assert_eq(&told("标题,地址\n\"甲,乙\n丙,\"丁\"\n戊,己\n"));
}

#[test]
fn a_header_that_cannot_be_used() {
    expect![[r#"
        E159 1:3 表头各列之间用了中文的“，”，程序分不开。请改成英文逗号“,”，下面各行也一样。
          -> 标题,地址
    "#]]
    .assert_eq(&told("标题，地址\n甲，乙\n"));
    expect![[r#"
        E159 表格是空的，缺少第一行的表头。
    "#]]
    .assert_eq(&told("\n,,\n"));
    expect![[r#"
        E107 1:1 第 1 行有一格以英文引号 " 开头，却没有配对的结束引号，这一行没有读。请补上引号；文字里的引号请用中文引号“ ”。
          -> "标题",地址
    "#]].assert_eq(&told("\"标题,地址\n甲,乙\n"));
    expect![[r#"
        E120 表头有 101 列，最多 100 列。
    "#]]
    .assert_eq(&told(&format!("a{}\n", ",a".repeat(100))));
}

#[test]
fn no_more_rows_than_the_limit() {
    let text = format!("标题,地址\n{}", "甲,乙\n".repeat(MAX_ROWS + 5));
    let mut report = Report::new();
    assert_eq!(read(&path(), &text, &mut report).unwrap().rows.len(), MAX_ROWS);
    assert_eq!(report.into_sorted()[0].message.zh, "表格最多 5000 行，从第 5002 行起没有读。请分成几个文件。");
}

#[test]
fn cells_written_are_cells_read() {
    for text in ["", "a", "a,b", "说\"好\"", "\"", "两\n行", ";", "\t"] {
        for separator in [',', ';', '\t'] {
            let cell = quoted(text, separator);
            let source = format!("a{separator}b\nx{separator}{cell}\n");
            let table = read(&path(), &source, &mut Report::new()).unwrap();
            assert_eq!(table.rows[0].cells[1].text, text.trim(), "{source}");
        }
    }
}

#[test]
fn random_text_never_panics_and_rows_fit_the_header() {
    let seed = 20220920;
    let mut random = fastrand::Rng::with_seed(seed);
    let signs = [',', ';', '\t', '"', '"', '\n', '\n', '\'', '=', '，', '甲', 'a', '1', ' ', '\u{3000}', '💥'];
    for round in 0..20_000 {
        let length = random.usize(..40);
        let text: String = (0..length).map(|_| signs[random.usize(..signs.len())]).collect();
        let mut report = Report::new();
        if let Some(table) = read(&path(), &text, &mut report) {
            for row in &table.rows {
                assert_eq!(row.cells.len(), table.header.cells.len(), "seed {seed}, round {round}: {text:?}");
                for cell in &row.cells {
                    let marked = cell.span(&text).marked().to_string();
                    let first = text[cell.range.clone()].lines().next().unwrap_or_default();
                    assert_eq!(marked, first, "seed {seed}, round {round}: {text:?}");
                }
            }
        }
        report.into_sorted();
    }
}

#[test]
fn hostile_tables_are_read_in_time() {
    let size = 2 << 20;
    let cases = [
        "\"".repeat(size),
        ",".repeat(size),
        "\n".repeat(size),
        format!("a,b\n{}", "\"x\n".repeat(size / 3)),
        format!("a,b\n{}", "\"\"\"x\n".repeat(size / 5)),
        format!("a,b\n\"{}", "x".repeat(size)),
        format!("a,b\n{}", "\"a\n\"b,".repeat(size / 6)),
        format!("a,b\n{}", "a,b,".repeat(size / 4)),
        format!("a{}\n", ",a".repeat(size / 2)),
        format!("{}\n", "，a".repeat(size / 4)),
        format!("a,b\n{}", " ".repeat(size)),
        "'".repeat(size),
    ];
    for text in cases {
        let watch = Stopwatch::start();
        let mut report = Report::new();
        read(&path(), &text, &mut report);
        let start: String = text.chars().take(20).collect();
        assert!(watch.elapsed().as_millis() < 4000, "{start}: {:?}", watch.elapsed());
    }
}
