//! Every mistake with its whole Chinese message.

use expect_test::{Expect, expect};

use super::{notice, read_all, zh};
use crate::load::fields::Kind;
use crate::report::Finding;

fn check(text: &str, kind: Kind, expected: Expect) {
    let (_, findings) = read_all(text, kind);
    expected.assert_eq(&zh(&findings));
    findings.iter().for_each(|finding| its_fix_mends_it(text, kind, finding));
}

/// Each proposed line, pasted in place of the marked one, leaves no problem of that kind in the line.
fn its_fix_mends_it(text: &str, kind: Kind, finding: &Finding) {
    let inserted = ["E101", "E102", "E116"].contains(&finding.code.id) || finding.fix.len() > 2;
    let Some(span) = finding.place.span.as_ref().filter(|_| !inserted) else { return };
    let mended = |line: &String| {
        let mut lines: Vec<&str> = text.split('\n').collect();
        lines[span.line - 1] = line;
        lines.join("\n")
    };
    let several = finding.fix.len() == 2 && finding.fix[0].ends_with(':');
    for text in finding.fix.iter().map(mended).filter(|_| !several) {
        let (_, left) = read_all(&text, kind);
        let same = |left: &&Finding| left.place.span.as_ref().is_some_and(|place| place.line == span.line);
        assert_eq!(zh(&left.iter().filter(same).cloned().collect::<Vec<_>>()), "", "{text}");
    }
}

fn in_notice(lines: &str, expected: Expect) {
    check(&notice(lines), Kind::Notice, expected);
}

#[test]
fn no_header() {
    check(
        "各县局：\n\n# 通知\n",
        Kind::Notice,
        expect![[r#"
            错误 E101  content/notices/a.md:1:1
              这个文件开头没有“---”信息栏，没有通知的标题等内容，所以没有发布。
                │
              1 │ 各县局：
                │ ^^^^^^^^
              加上：---
                    title: 关于开展宣传周活动的通知
                    issuer: 示例市市场监督管理局
                    published: 2022-09-05 09:00
                    ---
              提示：把上面几行放在文件最前面；也可以用 site new notice 新建。
              说明：site explain E101
        "#]],
    );
}

#[test]
fn empty_file() {
    check(
        "",
        Kind::Campaign,
        expect![[r#"
            错误 E101  content/notices/a.md:1:1
              这个文件开头没有“---”信息栏，没有活动的标题等内容，所以没有发布。
                │
              1 │ 
                │ ^
              加上：---
                    title: 关于开展宣传周活动的通知
                    slogan: 有机产品认证：护航消费升级 优享品质生活
                    ---
              提示：把上面几行放在文件最前面；也可以用 site new campaign 新建。
              说明：site explain E101
        "#]],
    );
}

#[test]
fn json_at_top() {
    check(
        "{\n  \"title\": \"x\"\n}\n",
        Kind::Notice,
        expect![[r#"
            错误 E128  content/notices/a.md:1:1
              文件开头是 JSON 的写法，没有发布。请改成“---”信息栏，每行一个“字段: 内容”。
                │
              1 │ {
                │ ^
              加上：---
                    title: 关于开展宣传周活动的通知
                    issuer: 示例市市场监督管理局
                    published: 2022-09-05 09:00
                    ---
              说明：site explain E128
        "#]],
    );
}

#[test]
fn fence_full_width() {
    check(
        "－－－\ntitle: 关于\n－－－\n正文\n",
        Kind::Page,
        expect![[r#"
        错误 E101  content/notices/a.md:1:1
          信息栏的第一行写成了中文破折号或全角横线“－－－”，请改成三个英文短横线“---”。
            │
          1 │ －－－
            │ ^^^^^^
          改成：---
          说明：site explain E101
        错误 E102  content/notices/a.md:3:1
          信息栏的结尾写成了中文破折号或全角横线“－－－”，请改成三个英文短横线“---”。
            │
          3 │ －－－
            │ ^^^^^^
          改成：---
          说明：site explain E102
    "#]],
    );
}

#[test]
fn fence_dash() {
    check(
        "---\ntitle: 关于\n——-\n正文\n\n---\n完\n",
        Kind::Page,
        expect![[r#"
        错误 E102  content/notices/a.md:3:1
          信息栏的结尾写成了中文破折号或全角横线“——-”，请改成三个英文短横线“---”。
            │
          3 │ ——-
            │ ^^^
          改成：---
          说明：site explain E102
    "#]],
    );
}

#[test]
fn fence_two() {
    check(
        "--\ntitle: 关于\n--\n正文\n",
        Kind::Page,
        expect![[r#"
            错误 E101  content/notices/a.md:1:1
              信息栏的第一行写成了 2 个短横线“--”，请改成三个英文短横线“---”。
                │
              1 │ --
                │ ^^
              改成：---
              说明：site explain E101
            错误 E102  content/notices/a.md:3:1
              信息栏的结尾写成了 2 个短横线“--”，请改成三个英文短横线“---”。
                │
              3 │ --
                │ ^^
              改成：---
              说明：site explain E102
        "#]],
    );
}

#[test]
fn fence_four() {
    check(
        "----\ntitle: 关于\n----\n正文\n",
        Kind::Page,
        expect![[r#"
            错误 E101  content/notices/a.md:1:1
              信息栏的第一行写成了 4 个短横线“----”，请改成三个英文短横线“---”。
                │
              1 │ ----
                │ ^^^^
              改成：---
              说明：site explain E101
            错误 E102  content/notices/a.md:3:1
              信息栏的结尾写成了 4 个短横线“----”，请改成三个英文短横线“---”。
                │
              3 │ ----
                │ ^^^^
              改成：---
              说明：site explain E102
        "#]],
    );
}

#[test]
fn fence_toml() {
    check(
        "+++\ntitle = \"关于\"\n+++\n正文\n",
        Kind::Page,
        expect![[r#"
            错误 E101  content/notices/a.md:1:1
              信息栏的第一行写成了“+++”（TOML 的写法），请改成三个英文短横线“---”。
                │
              1 │ +++
                │ ^^^
              改成：---
              说明：site explain E101
            错误 E128  content/notices/a.md:2:1
              这是 TOML 的写法。这里用“字段: 内容”，等号要改成冒号加空格。
                │
              2 │ title = "关于"
                │ ^^^^^^^^^^^^^^
              改成：title: "关于"
              说明：site explain E128
            错误 E102  content/notices/a.md:3:1
              信息栏的结尾写成了“+++”（TOML 的写法），请改成三个英文短横线“---”。
                │
              3 │ +++
                │ ^^^
              改成：---
              说明：site explain E102
        "#]],
    );
}

#[test]
fn blank_before_fence() {
    check(
        "\n\n---\ntitle: 关于\n---\n",
        Kind::Page,
        expect![[r#"
            错误 E101  content/notices/a.md:1:1
              “---”前面有空行。信息栏必须从文件的第一行开始，请删掉前面的空行。
                │
              1 │ 
                │ ^
              说明：site explain E101
        "#]],
    );
}

#[test]
fn space_before_fence() {
    check(
        "  ---\ntitle: 关于\n---\n",
        Kind::Page,
        expect![[r#"
        错误 E101  content/notices/a.md:1:1
          “---”前面有空格。请让它从行首开始。
            │
          1 │   ---
            │ ^^^^^
          改成：---
          说明：site explain E101
    "#]],
    );
}

#[test]
fn fence_forgotten() {
    check(
        "title: 关于\n---\n正文\n",
        Kind::Page,
        expect![[r#"
        错误 E101  content/notices/a.md:1:1
          信息栏前面少了一行“---”，没有发布。请在第一行加上三个英文短横线。
            │
          1 │ title: 关于
            │ ^^^^^^^^^^^
          改成：---
                title: 关于
          说明：site explain E101
    "#]],
    );
}

#[test]
fn never_closed() {
    check(
        "---\ntitle: 关于\n\n这里是正文，没有结束。\n",
        Kind::Page,
        expect![[r#"
            错误 E102  content/notices/a.md:4:1
              信息栏从第 1 行开始，但没有用单独一行“---”结束。请在这一行前面加上“---”。
                │
              4 │ 这里是正文，没有结束。
                │ ^^^^^^^^^^^^^^^^^^^^^^
              加上：---
              说明：site explain E102
        "#]],
    );
}

#[test]
fn never_closed_rule_in_body() {
    check(
        "---\ntitle: 关于\n\n# 正文\n\n---\n后半\n",
        Kind::Page,
        expect![[r#"
            错误 E102  content/notices/a.md:4:1
              信息栏从第 1 行开始，但没有用单独一行“---”结束。请在这一行前面加上“---”。
                │
              4 │ # 正文
                │ ^^^^^^
              加上：---
              说明：site explain E102
        "#]],
    );
}

#[test]
fn never_closed_at_all() {
    check(
        "---\ntitle: 关于\nregion: 运城市",
        Kind::Page,
        expect![[r#"
            错误 E102  content/notices/a.md:3:12
              信息栏从第 1 行开始，但没有用单独一行“---”结束。请在这一行前面加上“---”。
                │
              3 │ region: 运城市
                │               ^
              加上：---
              说明：site explain E102
        "#]],
    );
}

#[test]
fn colon_full_width() {
    in_notice(
        "title：2026 年质量月启动",
        expect![[r#"
        错误 E103  content/notices/a.md:2:6
          冒号写成了全角“：”，请改成英文冒号“:”再加一个空格。
            │
          2 │ title：2026 年质量月启动
            │      ^^
          改成：title: 2026 年质量月启动
          说明：site explain E103
    "#]],
    );
}

#[test]
fn colon_full_width_zh() {
    in_notice(
        "标题 ：2026 年质量月启动",
        expect![[r#"
        错误 E103  content/notices/a.md:2:4
          冒号写成了全角“：”，请改成英文冒号“:”再加一个空格。
            │
          2 │ 标题 ：2026 年质量月启动
            │      ^^
          改成：标题: 2026 年质量月启动
          说明：site explain E103
    "#]],
    );
}

#[test]
fn colon_full_width_in_row() {
    in_notice(
        "title: 通知\ncontacts:\n  - name：张三\n    phone: 12315",
        expect![[r#"
        错误 E103  content/notices/a.md:4:9
          冒号写成了全角“：”，请改成英文冒号“:”再加一个空格。
            │
          4 │   - name：张三
            │         ^^
          改成：  - name: 张三
          说明：site explain E103
    "#]],
    );
}

#[test]
fn colon_full_width_in_braces() {
    in_notice(
        "title: 通知\ncontacts: [{name：张三, phone: 12315}]",
        expect![[r#"
        错误 E103  content/notices/a.md:3:17
          冒号写成了全角“：”，请改成英文冒号“:”再加一个空格。
            │
          3 │ contacts: [{name：张三, phone: 12315}]
            │                 ^^
          改成：contacts: [{name: 张三, phone: 12315}]
          说明：site explain E103
    "#]],
    );
}

#[test]
fn colon_without_space() {
    in_notice(
        "title:2026 年质量月启动",
        expect![[r#"
        错误 E104  content/notices/a.md:2:6
          冒号后面要有一个英文空格。
            │
          2 │ title:2026 年质量月启动
            │      ^
          改成：title: 2026 年质量月启动
          说明：site explain E104
    "#]],
    );
}

#[test]
fn colon_ideographic() {
    in_notice(
        "title:　2026 年质量月启动",
        expect![[r#"
        错误 E104  content/notices/a.md:2:7
          冒号后面要有一个英文空格，现在是全角空格。
            │
          2 │ title:　2026 年质量月启动
            │       ^^
          改成：title: 2026 年质量月启动
          说明：site explain E104
    "#]],
    );
}

#[test]
fn colon_nbsp() {
    in_notice(
        "title:\u{a0}2026 年质量月启动",
        expect![[r#"
        错误 E104  content/notices/a.md:2:7
          冒号后面要有一个英文空格，现在是不换行空格（多从网页或 Word 复制而来）。
            │
          2 │ title: 2026 年质量月启动
            │       ^
          改成：title: 2026 年质量月启动
          说明：site explain E104
    "#]],
    );
}

#[test]
fn colon_space_ideographic() {
    in_notice(
        "title: 　2026 年质量月启动",
        expect![[r#"
            错误 E104  content/notices/a.md:2:8
              冒号后面要有一个英文空格，现在是全角空格。
                │
              2 │ title: 　2026 年质量月启动
                │        ^^
              改成：title: 2026 年质量月启动
              说明：site explain E104
        "#]],
    );
}

#[test]
fn colon_without_space_time() {
    check(
        "---\ntitle: 开放日\ncampaign: organic\ninstitution: a\nsessions:\n  - date:2022-09-20\n    start:09:00\n---\n",
        Kind::OpenDay,
        expect![[r#"
            错误 E104  content/notices/a.md:6:9
              冒号后面要有一个英文空格。
                │
              6 │   - date:2022-09-20
                │         ^
              改成：  - date: 2022-09-20
              说明：site explain E104
            错误 E104  content/notices/a.md:7:10
              冒号后面要有一个英文空格。
                │
              7 │     start:09:00
                │          ^
              改成：    start: 09:00
              说明：site explain E104
        "#]],
    );
}

#[test]
fn tab() {
    in_notice(
        "title: 通知\ncontacts:\n\t- name: 张三\n\t  phone: 12315",
        expect![[r#"
        错误 E105  content/notices/a.md:4:1
          这一行用了制表符（Tab）缩进，这里只能用英文空格。
            │
          4 │     - name: 张三
            │ ^^^^
          改成：  - name: 张三
          说明：site explain E105
        错误 E105  content/notices/a.md:5:1
          这一行用了制表符（Tab）缩进，这里只能用英文空格。
            │
          5 │       phone: 12315
            │ ^^^^
          改成：    phone: 12315
          说明：site explain E105
    "#]],
    );
}

#[test]
fn wide_indent() {
    in_notice(
        "title: 通知\ncontacts:\n　　- name: 张三",
        expect![[r#"
        错误 E105  content/notices/a.md:4:1
          这一行用了全角空格缩进，这里只能用英文空格。
            │
          4 │ 　　- name: 张三
            │ ^^
          改成：    - name: 张三
          说明：site explain E105
    "#]],
    );
}

#[test]
fn wide_indent_top() {
    in_notice(
        "　　title: 通知",
        expect![[r#"
            错误 E105  content/notices/a.md:2:1
              这一行用了全角空格缩进，这里只能用英文空格。
                │
              2 │ 　　title: 通知
                │ ^^
              改成：title: 通知
              说明：site explain E105
        "#]],
    );
}

#[test]
fn wide_in_block() {
    in_notice(
        "title: 通知\nsummary: |\n　　第一段。",
        expect![[r#"
        错误 E105  content/notices/a.md:4:1
          这一行用了全角空格缩进，这里只能用英文空格。
            │
          4 │ 　　第一段。
            │ ^^
          改成：    第一段。
          说明：site explain E105
    "#]],
    );
}

#[test]
fn chinese_quotes() {
    in_notice(
        "title: “质量月”",
        expect![[r#"
        警告 E106  content/notices/a.md:2:8
          中文引号 “ ” 会原样出现在网页上。如果只是想“包住”文字，请去掉（第一行）；确实要显示，请写成第二行。
            │
          2 │ title: “质量月”
            │        ^^^^^^^^
          改成：title: 质量月
                title: "“质量月”"
          说明：site explain E106
    "#]],
    );
}

#[test]
fn chinese_corner() {
    in_notice(
        "title: 「质量月」",
        expect![[r#"
        警告 E106  content/notices/a.md:2:8
          中文引号 「 」 会原样出现在网页上。如果只是想“包住”文字，请去掉（第一行）；确实要显示，请写成第二行。
            │
          2 │ title: 「质量月」
            │        ^^^^^^^^^^
          改成：title: 质量月
                title: "「质量月」"
          说明：site explain E106
    "#]],
    );
}

#[test]
fn unclosed() {
    in_notice(
        "title: \"质量月",
        expect![[r#"
        错误 E107  content/notices/a.md:2:8
          以 " 开头的引号没有对应的结束引号。
            │
          2 │ title: "质量月
            │        ^
          改成：title: "质量月"
          说明：site explain E107
    "#]],
    );
}

#[test]
fn mixed() {
    in_notice(
        "title: \"质量月”",
        expect![[r#"
        错误 E107  content/notices/a.md:2:8
          以 " 开头的引号没有对应的结束引号。
            │
          2 │ title: "质量月”
            │        ^
          改成：title: "质量月"
          说明：site explain E107
    "#]],
    );
}

#[test]
fn mixed_other() {
    in_notice(
        "title: “质量月\"",
        expect![[r#"
            错误 E107  content/notices/a.md:2:8
              以 “ 开头的引号没有对应的结束引号，结尾是英文引号。
                │
              2 │ title: “质量月"
                │        ^
              改成：title: "“质量月”"
                    title: 质量月
              说明：site explain E107
        "#]],
    );
}

#[test]
fn unclosed_in_list() {
    in_notice(
        "title: 通知\nkeywords: [\"质量, 计量]",
        expect![[r#"
        错误 E107  content/notices/a.md:3:12
          以 " 开头的引号没有对应的结束引号。
            │
          3 │ keywords: ["质量, 计量]
            │            ^
          改成：keywords: ["质量", 计量]
          说明：site explain E107
    "#]],
    );
}

#[test]
fn after_quote() {
    in_notice(
        "title: \"质量月\"启动仪式",
        expect![[r#"
        错误 E108  content/notices/a.md:2:13
          引号已经结束，后面又有文字“启动仪式”。文字里的引号请用中文引号“ ”。
            │
          2 │ title: "质量月"启动仪式
            │                ^^^^^^^^
          改成：title: “质量月”启动仪式
          说明：site explain E108
    "#]],
    );
}

#[test]
fn quote_in_quotes() {
    in_notice(
        "title: \"关于开展\"质量月\"活动的通知\"",
        expect![[r#"
        错误 E108  content/notices/a.md:2:14
          引号已经结束，后面又有文字“质量月"活动的通知"”。文字里的引号请用中文引号“ ”。
            │
          2 │ title: "关于开展"质量月"活动的通知"
            │                  ^^^^^^^^^^^^^^^^^^
          改成：title: 关于开展“质量月”活动的通知
          说明：site explain E108
    "#]],
    );
}

#[test]
fn at() {
    in_notice(
        "title: @质量月",
        expect![[r#"
        错误 E109  content/notices/a.md:2:8
          内容以“@”开头，会被当成特殊符号。请用英文双引号括起来。
            │
          2 │ title: @质量月
            │        ^
          改成：title: "@质量月"
          说明：site explain E109
    "#]],
    );
}

#[test]
fn star() {
    in_notice(
        "title: *重要* 通知",
        expect![[r#"
        错误 E109  content/notices/a.md:2:8
          内容以“*”开头，会被当成特殊符号。请用英文双引号括起来。
            │
          2 │ title: *重要* 通知
            │        ^
          改成：title: "*重要* 通知"
          说明：site explain E109
    "#]],
    );
}

#[test]
fn amp() {
    in_notice(
        "title: & 通知",
        expect![[r#"
        错误 E109  content/notices/a.md:2:8
          内容以“&”开头，会被当成特殊符号。请用英文双引号括起来。
            │
          2 │ title: & 通知
            │        ^
          改成：title: "& 通知"
          说明：site explain E109
    "#]],
    );
}

#[test]
fn bang() {
    in_notice(
        "title: !重要",
        expect![[r#"
        错误 E109  content/notices/a.md:2:8
          内容以“!”开头，会被当成特殊符号。请用英文双引号括起来。
            │
          2 │ title: !重要
            │        ^
          改成：title: "!重要"
          说明：site explain E109
    "#]],
    );
}

#[test]
fn percent() {
    in_notice(
        "title: %100",
        expect![[r#"
        错误 E109  content/notices/a.md:2:8
          内容以“%”开头，会被当成特殊符号。请用英文双引号括起来。
            │
          2 │ title: %100
            │        ^
          改成：title: "%100"
          说明：site explain E109
    "#]],
    );
}

#[test]
fn bracket() {
    in_notice(
        "title: [转发] 关于开展活动的通知",
        expect![[r#"
        错误 E109  content/notices/a.md:2:8
          内容以“[”开头，会被当成特殊符号。请用英文双引号括起来。
            │
          2 │ title: [转发] 关于开展活动的通知
            │        ^
          改成：title: "[转发] 关于开展活动的通知"
          说明：site explain E109
    "#]],
    );
}

#[test]
fn brace() {
    in_notice(
        "title: {通知",
        expect![[r#"
        错误 E109  content/notices/a.md:2:8
          内容以“{”开头，会被当成特殊符号。请用英文双引号括起来。
            │
          2 │ title: {通知
            │        ^
          改成：title: "{通知"
          说明：site explain E109
    "#]],
    );
}

#[test]
fn gt() {
    in_notice(
        "title: >五人",
        expect![[r#"
        错误 E109  content/notices/a.md:2:8
          内容以“>”开头，会被当成特殊符号。请用英文双引号括起来。
            │
          2 │ title: >五人
            │        ^
          改成：title: ">五人"
          说明：site explain E109
    "#]],
    );
}

#[test]
fn bar() {
    in_notice(
        "title: |",
        expect![[r#"
        错误 E109  content/notices/a.md:2:8
          内容以“|”开头，会被当成特殊符号。请用英文双引号括起来。
            │
          2 │ title: |
            │        ^
          改成：title: "|"
          说明：site explain E109
    "#]],
    );
}

#[test]
fn hash() {
    in_notice(
        "title: #1 通知",
        expect![[r##"
        错误 E109  content/notices/a.md:2:8
          内容以“#”开头，会被当成特殊符号。请用英文双引号括起来。
            │
          2 │ title: #1 通知
            │        ^
          改成：title: "#1 通知"
          说明：site explain E109
    "##]],
    );
}

#[test]
fn hash_color() {
    check(
        "---\ntitle: 活动\nslogan: 口号\ncolor: #2E7D32\n---\n",
        Kind::Campaign,
        expect![[r##"
        错误 E109  content/notices/a.md:4:8
          内容以“#”开头，会被当成特殊符号。请用英文双引号括起来。
            │
          4 │ color: #2E7D32
            │        ^
          改成：color: "#2E7D32"
          说明：site explain E109
    "##]],
    );
}

#[test]
fn dash() {
    in_notice(
        "title: - 通知",
        expect![[r#"
        错误 E109  content/notices/a.md:2:8
          内容以“-”开头，会被当成特殊符号。请用英文双引号括起来。
            │
          2 │ title: - 通知
            │        ^
          改成：title: "- 通知"
          说明：site explain E109
    "#]],
    );
}

#[test]
fn list_then_words() {
    in_notice(
        "title: 通知\nkeywords: [重要] 通知",
        expect![[r#"
        错误 E109  content/notices/a.md:3:11
          内容以“[”开头，会被当成特殊符号。请用英文双引号括起来。
            │
          3 │ keywords: [重要] 通知
            │           ^
          改成：keywords: "[重要] 通知"
          说明：site explain E109
    "#]],
    );
}

#[test]
fn second_colon() {
    in_notice(
        "title: 通知: 关于质量月",
        expect![[r#"
        错误 E110  content/notices/a.md:2:10
          这一行有两个“: ”，第二个请改成中文“：”，或把内容用英文双引号括起来。
            │
          2 │ title: 通知: 关于质量月
            │            ^
          改成：title: 通知：关于质量月
                title: "通知: 关于质量月"
          说明：site explain E110
    "#]],
    );
}

#[test]
fn second_colon_list() {
    in_notice(
        "title: 通知\nkeywords:\n  - 名称: 质量",
        expect![[r#"
            错误 E110  content/notices/a.md:4:7
              内容里的“: ”会被当成字段名的结尾，请改成中文“：”，或把内容用英文双引号括起来。
                │
              4 │   - 名称: 质量
                │         ^
              改成：  - 名称：质量
                      - "名称: 质量"
              说明：site explain E110
        "#]],
    );
}

#[test]
fn second_colon_flow() {
    in_notice(
        "title: 通知\nkeywords: [名称: 质量]",
        expect![[r#"
            错误 E110  content/notices/a.md:3:14
              这里多了一个“: ”。请改成中文“：”，或把这一项用英文双引号括起来。
                │
              3 │ keywords: [名称: 质量]
                │                ^
              改成：keywords: [名称：质量]
              说明：site explain E110
        "#]],
    );
}

#[test]
fn remark() {
    in_notice(
        "title: 质量月 #1",
        expect![[r#"
        警告 W111  content/notices/a.md:2:12
          “ #”后面的“1”会被当作备注丢掉。要保留，请把内容用英文双引号括起来。
            │
          2 │ title: 质量月 #1
            │               ^^
          改成：title: "质量月 #1"
          说明：site explain W111
    "#]],
    );
}

#[test]
fn unknown_near() {
    in_notice(
        "titel: 通知",
        expect![[r#"
            错误 E115  content/notices/a.md:2:1
              不认识“titel”。你是不是想写“title”？
                │
              2 │ titel: 通知
                │ ^^^^^
              改成：title: 通知
              提示：通知可用的字段：标题、发文机关、发布时间、文号、成文日期、主送、活动、公开属性、转发、附件、抄送、联系人、截止日期、来源、版式、地区、层级、附注、签发人、紧急程度、密级、份号、网址名、草稿、公开日期、失效日期、更新时间、摘要、关键词、作者、审核、标志授权、旧网址、豁免
              说明：site explain E115
        "#]],
    );
}

#[test]
fn unknown_other_kind() {
    in_notice(
        "title: 通知\nsessions:\n  - date: 2022-09-20",
        expect![[r#"
            错误 E115  content/notices/a.md:3:1
              “sessions”是开放日的字段，通知没有这一项。
                │
              3 │ sessions:
                │ ^^^^^^^^
              提示：通知可用的字段：标题、发文机关、发布时间、文号、成文日期、主送、活动、公开属性、转发、附件、抄送、联系人、截止日期、来源、版式、地区、层级、附注、签发人、紧急程度、密级、份号、网址名、草稿、公开日期、失效日期、更新时间、摘要、关键词、作者、审核、标志授权、旧网址、豁免
              说明：site explain E115
        "#]],
    );
}

#[test]
fn unknown_far() {
    in_notice(
        "title: 通知\n天气: 晴",
        expect![[r#"
            错误 E115  content/notices/a.md:3:1
              不认识“天气”。
                │
              3 │ 天气: 晴
                │ ^^^^
              提示：通知可用的字段：标题、发文机关、发布时间、文号、成文日期、主送、活动、公开属性、转发、附件、抄送、联系人、截止日期、来源、版式、地区、层级、附注、签发人、紧急程度、密级、份号、网址名、草稿、公开日期、失效日期、更新时间、摘要、关键词、作者、审核、标志授权、旧网址、豁免
              说明：site explain E115
        "#]],
    );
}

#[test]
fn unknown_case() {
    in_notice(
        "Title: 通知",
        expect![[r#"
            错误 E115  content/notices/a.md:2:1
              不认识“Title”，它与“title”只差大小写、全角半角或空格。
                │
              2 │ Title: 通知
                │ ^^^^^
              改成：title: 通知
              提示：通知可用的字段：标题、发文机关、发布时间、文号、成文日期、主送、活动、公开属性、转发、附件、抄送、联系人、截止日期、来源、版式、地区、层级、附注、签发人、紧急程度、密级、份号、网址名、草稿、公开日期、失效日期、更新时间、摘要、关键词、作者、审核、标志授权、旧网址、豁免
              说明：site explain E115
        "#]],
    );
}

#[test]
fn unknown_width() {
    in_notice(
        "ｔｉｔｌｅ: 通知",
        expect![[r#"
            错误 E115  content/notices/a.md:2:1
              不认识“ｔｉｔｌｅ”，它与“title”只差大小写、全角半角或空格。
                │
              2 │ ｔｉｔｌｅ: 通知
                │ ^^^^^^^^^^
              改成：title: 通知
              提示：通知可用的字段：标题、发文机关、发布时间、文号、成文日期、主送、活动、公开属性、转发、附件、抄送、联系人、截止日期、来源、版式、地区、层级、附注、签发人、紧急程度、密级、份号、网址名、草稿、公开日期、失效日期、更新时间、摘要、关键词、作者、审核、标志授权、旧网址、豁免
              说明：site explain E115
        "#]],
    );
}

#[test]
fn unknown_in_row() {
    in_notice(
        "title: 通知\ncontacts:\n  - nmae: 张三",
        expect![[r#"
        错误 E115  content/notices/a.md:4:5
          不认识“nmae”。你是不是想写“name”？
            │
          4 │   - nmae: 张三
            │     ^^^^
          改成：  - name: 张三
          提示：“联系人”可用的字段：姓名、职责、电话、邮箱
          说明：site explain E115
    "#]],
    );
}

#[test]
fn unknown_in_braces() {
    in_notice(
        "title: 通知\ncontacts: [{nmae: 张三}]",
        expect![[r#"
        错误 E115  content/notices/a.md:3:13
          不认识“nmae”。你是不是想写“name”？
            │
          3 │ contacts: [{nmae: 张三}]
            │             ^^^^
          改成：contacts: [{name: 张三}]
          提示：“联系人”可用的字段：姓名、职责、电话、邮箱
          说明：site explain E115
    "#]],
    );
}

#[test]
fn missing() {
    check(
        "---\nslug: a\n---\n",
        Kind::Notice,
        expect![[r#"
            错误 E116  content/notices/a.md:3:1
              通知缺少“发布时间”（发布时间，由人填写）。请加上这一行。
                │
              3 │ ---
                │ ^^^
              加上：published: 2022-09-05 09:00
              说明：site explain E116
            错误 E116  content/notices/a.md:3:1
              通知缺少“发文机关”（发文机关全称）。请加上这一行。
                │
              3 │ ---
                │ ^^^
              加上：issuer: 示例市市场监督管理局
              说明：site explain E116
            错误 E116  content/notices/a.md:3:1
              通知缺少“标题”（页面标题）。请加上这一行。
                │
              3 │ ---
                │ ^^^
              加上：title: 关于开展宣传周活动的通知
              说明：site explain E116
        "#]],
    );
}

#[test]
fn missing_empty() {
    in_notice(
        "title:",
        expect![[r#"
            错误 E116  content/notices/a.md:2:1
              “title”后面没有写内容（页面标题）。
                │
              2 │ title:
                │ ^^^^^
              改成：title: 关于开展宣传周活动的通知
              说明：site explain E116
        "#]],
    );
}

#[test]
fn missing_in_row() {
    in_notice(
        "title: 通知\nattachments:\n  - title: 统计表\n  - file: a.xlsx",
        expect![[r#"
            错误 E116  content/notices/a.md:5:5
              “附件”第 2 项缺少“名称”（附件名称）。请加上这一行。
                │
              5 │   - file: a.xlsx
                │     ^^^^^^^^^^^^
              加上：    title: 活动情况统计表
              说明：site explain E116
        "#]],
    );
}

#[test]
fn missing_in_braces() {
    in_notice(
        "title: 通知\nattachments: [{file: a.xlsx}]",
        expect![[r#"
            错误 E116  content/notices/a.md:3:15
              “附件”第 1 项缺少“名称”（附件名称）。请补上。
                │
              3 │ attachments: [{file: a.xlsx}]
                │               ^^^^^^^^^^^^^^
              改成：attachments: [{file: a.xlsx, title: 活动情况统计表}]
              说明：site explain E116
        "#]],
    );
}

#[test]
fn separators() {
    in_notice(
        "title: 通知\nkeywords: [质量，计量、标准]",
        expect![[r#"
        错误 E117  content/notices/a.md:3:11
          几项之间要用英文逗号加空格隔开，或每行一个“- ”。现在会被当成一项；确实只有一项时，请用英文双引号括起来。
            │
          3 │ keywords: [质量，计量、标准]
            │           ^^^^^^^^^^^^^^^^^^
          改成：keywords: [质量, 计量, 标准]
          说明：site explain E117
    "#]],
    );
}

#[test]
fn separators_bare() {
    in_notice(
        "title: 通知\nkeywords: 质量、计量",
        expect![[r#"
        错误 E117  content/notices/a.md:3:11
          几项之间要用英文逗号加空格隔开，或每行一个“- ”。现在会被当成一项；确实只有一项时，请用英文双引号括起来。
            │
          3 │ keywords: 质量、计量
            │           ^^^^^^^^^^
          改成：keywords: [质量, 计量]
          说明：site explain E117
    "#]],
    );
}

#[test]
fn separators_wide_brackets() {
    in_notice(
        "title: 通知\ncc: 【质量，计量】",
        expect![[r#"
        错误 E117  content/notices/a.md:3:5
          几项之间要用英文逗号加空格隔开，或每行一个“- ”。现在会被当成一项；确实只有一项时，请用英文双引号括起来。
            │
          3 │ cc: 【质量，计量】
            │     ^^^^^^^^^^^^^^
          改成：cc: [质量, 计量]
          说明：site explain E117
    "#]],
    );
}

#[test]
fn separators_in_braces() {
    in_notice(
        "title: 通知\ncontacts: [{name: 张三，phone: 12315}]",
        expect![[r#"
        错误 E117  content/notices/a.md:3:21
          花括号里的几项之间写了“，”，要用英文逗号加空格隔开。
            │
          3 │ contacts: [{name: 张三，phone: 12315}]
            │                       ^^
          改成：contacts: [{name: 张三, phone: 12315}]
          说明：site explain E117
    "#]],
    );
}

#[test]
fn form_list() {
    in_notice(
        "title: [甲, 乙]",
        expect![[r#"
        错误 E119  content/notices/a.md:2:1
          “title”要写一段文字，现在是列表。
            │
          2 │ title: [甲, 乙]
            │ ^^^^^
          改成：title: "[甲, 乙]"
          说明：site explain E119
    "#]],
    );
}

#[test]
fn form_block_list() {
    in_notice(
        "title:\n  - 甲\n  - 乙",
        expect![[r#"
            错误 E119  content/notices/a.md:2:1
              “title”要写一段文字，现在是列表。
                │
              2 │ title:
                │ ^^^^^
              说明：site explain E119
        "#]],
    );
}

#[test]
fn form_map() {
    in_notice(
        "title:\n  甲: 乙",
        expect![[r#"
            错误 E119  content/notices/a.md:2:1
              “title”要写一段文字，现在是几个“字段: 内容”。
                │
              2 │ title:
                │ ^^^^^
              说明：site explain E119
        "#]],
    );
}

#[test]
fn form_text_for_rows() {
    in_notice(
        "title: 通知\ncontacts: 张三 12315",
        expect![[r#"
        错误 E119  content/notices/a.md:3:1
          “contacts”要写列表，每项是几个“字段: 内容”，现在是一段文字。
            │
          3 │ contacts: 张三 12315
            │ ^^^^^^^^
          改成：contacts: [{name: 示例, phone: 12315}]
          说明：site explain E119
    "#]],
    );
}

#[test]
fn form_map_for_rows() {
    in_notice(
        "title: 通知\ncontacts: {name: 张三}",
        expect![[r#"
            错误 E119  content/notices/a.md:3:1
              “contacts”可以有几项，每一项前面要加“- ”。
                │
              3 │ contacts: {name: 张三}
                │ ^^^^^^^^
              改成：contacts: [{name: 张三}]
              说明：site explain E119
        "#]],
    );
}

#[test]
fn form_block_map_for_rows() {
    in_notice(
        "title: 通知\ncontacts:\n  name: 张三",
        expect![[r#"
            错误 E119  content/notices/a.md:3:1
              “contacts”可以有几项，每一项前面要加“- ”。
                │
              3 │ contacts:
                │ ^^^^^^^^
              改成：contacts:
                      - name: 张三
              说明：site explain E119
        "#]],
    );
}

#[test]
fn form_texts_in_rows() {
    in_notice(
        "title: 通知\ncontacts:\n  - 张三",
        expect![[r#"
            错误 E119  content/notices/a.md:4:5
              “联系人”的每一项都要写成“字段: 内容”。
                │
              4 │   - 张三
                │     ^^^^
              改成：  - name: 张三
              说明：site explain E119
        "#]],
    );
}

#[test]
fn form_list_in_list() {
    in_notice(
        "title: 通知\nkeywords: [[质量]]",
        expect![[r#"
        错误 E119  content/notices/a.md:3:12
          “关键词”的每一项只能是一段文字。
            │
          3 │ keywords: [[质量]]
            │            ^^^^^^
          说明：site explain E119
    "#]],
    );
}

#[test]
fn form_list_in_block_list() {
    in_notice(
        "title: 通知\nkeywords:\n  - - 质量",
        expect![[r#"
        错误 E119  content/notices/a.md:4:5
          列表里不能再套列表。
            │
          4 │   - - 质量
            │     ^^^^^^
          说明：site explain E119
    "#]],
    );
}

#[test]
fn dash_without_space() {
    in_notice(
        "title: 通知\nkeywords:\n  -质量\n  -计量",
        expect![[r#"
        错误 E119  content/notices/a.md:4:3
          列表每行开头要写英文短横线“-”，后面加一个英文空格。
            │
          4 │   -质量
            │   ^
          改成：  - 质量
          说明：site explain E119
        错误 E119  content/notices/a.md:5:3
          列表每行开头要写英文短横线“-”，后面加一个英文空格。
            │
          5 │   -计量
            │   ^
          改成：  - 计量
          说明：site explain E119
    "#]],
    );
}

#[test]
fn dash_wide() {
    in_notice(
        "title: 通知\nkeywords:\n  － 质量",
        expect![[r#"
        错误 E119  content/notices/a.md:4:3
          列表每行开头要写英文短横线“-”，后面加一个英文空格。
            │
          4 │   － 质量
            │   ^^
          改成：  - 质量
          说明：site explain E119
    "#]],
    );
}

#[test]
fn item_under_text() {
    in_notice(
        "title: 通知\nkeywords: 质量\n  - 计量",
        expect![[r#"
            错误 E119  content/notices/a.md:4:3
              这一行是列表的一项，但上面没有它所属的字段，或者那个字段后面已经写了内容。
                │
              4 │   - 计量
                │   ^^^^^^
              说明：site explain E119
        "#]],
    );
}

#[test]
fn indented_key() {
    in_notice(
        "title: 通知\n  doc_no: 9号",
        expect![[r#"
        错误 E119  content/notices/a.md:3:3
          这一行前面的空格数不对，会被当成上一行的内容。这里应当空 0 格。
            │
          3 │   doc_no: 9号
            │   ^^^^^^^^^^^
          改成：doc_no: 9号
          说明：site explain E119
    "#]],
    );
}

#[test]
fn row_misaligned() {
    in_notice(
        "title: 通知\ncontacts:\n  - name: 张三\n     phone: 12315",
        expect![[r#"
        错误 E119  content/notices/a.md:5:6
          这一行前面的空格数不对，会被当成上一行的内容。这里应当空 4 格。
            │
          5 │      phone: 12315
            │      ^^^^^^^^^^^^
          改成：    phone: 12315
          说明：site explain E119
    "#]],
    );
}

#[test]
fn row_misaligned_left() {
    in_notice(
        "title: 通知\ncontacts:\n  - name: 张三\n   phone: 12315",
        expect![[r#"
            错误 E119  content/notices/a.md:5:4
              这一行前面的空格数不对，会被当成上一行的内容。这里应当空 4 格。
                │
              5 │    phone: 12315
                │    ^^^^^^^^^^^^
              改成：    phone: 12315
              说明：site explain E119
        "#]],
    );
}

#[test]
fn bracket_open() {
    in_notice(
        "title: 通知\nkeywords: [质量, 计量",
        expect![[r#"
        错误 E119  content/notices/a.md:3:11
          以“[”开头的括号没有对应的“]”。
            │
          3 │ keywords: [质量, 计量
            │           ^
          改成：keywords: [质量, 计量]
          说明：site explain E119
    "#]],
    );
}

#[test]
fn bracket_wide_close() {
    in_notice(
        "title: 通知\nkeywords: [质量, 计量］",
        expect![[r#"
        错误 E119  content/notices/a.md:3:11
          以“[”开头的括号没有对应的“]”。
            │
          3 │ keywords: [质量, 计量］
            │           ^
          改成：keywords: [质量, 计量]
          说明：site explain E119
    "#]],
    );
}

#[test]
fn bracket_extra() {
    in_notice(
        "title: 通知\nkeywords: [质量,, 计量]",
        expect![[r#"
        错误 E119  content/notices/a.md:3:15
          这里多了一个“,”。如果它是内容的一部分，请把那一项用英文双引号括起来。
            │
          3 │ keywords: [质量,, 计量]
            │                 ^
          说明：site explain E119
    "#]],
    );
}

#[test]
fn no_colon() {
    in_notice(
        "title 通知",
        expect![[r#"
            错误 E119  content/notices/a.md:2:1
              “title”后面缺少冒号。请写成“字段: 内容”。
                │
              2 │ title 通知
                │ ^^^^^^^^^^
              改成：title: 通知
              说明：site explain E119
        "#]],
    );
}

#[test]
fn prose() {
    in_notice(
        "title: 通知\n各县局要高度重视。",
        expect![[r#"
        错误 E128  content/notices/a.md:3:1
          信息栏里的每一行都要写成“字段: 内容”，看不懂“各县局要高度重视。”。如果它是正文，请移到信息栏下面。
            │
          3 │ 各县局要高度重视。
            │ ^^^^^^^^^^^^^^^^^^
          说明：site explain E128
    "#]],
    );
}

#[test]
fn anchor() {
    in_notice(
        "title: &a 通知",
        expect![[r#"
        错误 E128  content/notices/a.md:2:8
          “&a”是 YAML 的引用或标签写法，这里不支持。请直接写出内容；如果它就是文字，请用英文双引号括起来。
            │
          2 │ title: &a 通知
            │        ^^
          改成：title: "&a 通知"
          说明：site explain E128
    "#]],
    );
}

#[test]
fn alias() {
    in_notice(
        "title: 通知\ndoc_no: *a",
        expect![[r#"
        错误 E128  content/notices/a.md:3:9
          “*a”是 YAML 的引用或标签写法，这里不支持。请直接写出内容；如果它就是文字，请用英文双引号括起来。
            │
          3 │ doc_no: *a
            │         ^^
          改成：doc_no: "*a"
          说明：site explain E128
    "#]],
    );
}

#[test]
fn tag() {
    in_notice(
        "title: !!str 通知",
        expect![[r#"
        错误 E128  content/notices/a.md:2:8
          “!!str”是 YAML 的引用或标签写法，这里不支持。请直接写出内容；如果它就是文字，请用英文双引号括起来。
            │
          2 │ title: !!str 通知
            │        ^^^^^
          改成：title: "!!str 通知"
          说明：site explain E128
    "#]],
    );
}

#[test]
fn merge() {
    in_notice(
        "title: 通知\n<<: *base",
        expect![[r#"
        错误 E128  content/notices/a.md:3:1
          “<<”是 YAML 的合并写法，这里不支持。请把内容逐项写出来。
            │
          3 │ <<: *base
            │ ^^
          说明：site explain E128
    "#]],
    );
}

#[test]
fn document() {
    in_notice(
        "title: 通知\n...",
        expect![[r#"
        错误 E128  content/notices/a.md:3:1
          一个文件只能有一个信息栏，请删掉这一行。
            │
          3 │ ...
            │ ^^^
          说明：site explain E128
    "#]],
    );
}

#[test]
fn toml() {
    in_notice(
        "title: 通知\ndoc_no = \"9号\"",
        expect![[r#"
        错误 E128  content/notices/a.md:3:1
          这是 TOML 的写法。这里用“字段: 内容”，等号要改成冒号加空格。
            │
          3 │ doc_no = "9号"
            │ ^^^^^^^^^^^^^^
          改成：doc_no: "9号"
          说明：site explain E128
    "#]],
    );
}

#[test]
fn json() {
    check(
        "---\n{\n  \"title\": \"通知\",\n  \"issuer\": \"x\"\n}\n---\n",
        Kind::Notice,
        expect![[r#"
            错误 E128  content/notices/a.md:2:1
              这是 JSON 的写法。请改成每行一个“字段: 内容”，不用大括号和逗号。
                │
              2 │ {
                │ ^
              说明：site explain E128
        "#]],
    );
}

#[test]
fn escape() {
    in_notice(
        "title: \"C:\\路径\"",
        expect![[r#"
        错误 E128  content/notices/a.md:2:11
          英文双引号里的“\”是特殊符号。请改用英文单引号把内容括起来。
            │
          2 │ title: "C:\路径"
            │           ^
          改成：title: 'C:\路径'
          说明：site explain E128
    "#]],
    );
}

#[test]
fn long_key() {
    in_notice(
        "? title\n: 通知",
        expect![[r#"
            错误 E128  content/notices/a.md:2:1
              不支持“?”开头的写法。请写成“字段: 内容”。
                │
              2 │ ? title
                │ ^^^^^^^
              说明：site explain E128
            错误 E128  content/notices/a.md:3:1
              信息栏里的每一行都要写成“字段: 内容”，看不懂“: 通知”。如果它是正文，请移到信息栏下面。
                │
              3 │ : 通知
                │ ^^^^^^
              说明：site explain E128
            错误 E116  content/notices/a.md:6:1
              通知缺少“标题”（页面标题）。请加上这一行。
                │
              6 │ ---
                │ ^^^
              加上：title: 关于开展宣传周活动的通知
              说明：site explain E116
        "#]],
    );
}

#[test]
fn twice() {
    in_notice(
        "title: 通知\ntitle: 通告",
        expect![[r#"
        错误 E129  content/notices/a.md:3:1
          “title”写了两次，第 2 行已经有了（标题 和 title 是同一个字段）。请删掉一个。
            │
          3 │ title: 通告
            │ ^^^^^
          另见：content/notices/a.md:2:1
          说明：site explain E129
    "#]],
    );
}

#[test]
fn twice_alias() {
    in_notice(
        "title: 通知\n标题: 通告",
        expect![[r#"
        错误 E129  content/notices/a.md:3:1
          “标题”写了两次，第 2 行已经有了（标题 和 title 是同一个字段）。请删掉一个。
            │
          3 │ 标题: 通告
            │ ^^^^
          另见：content/notices/a.md:2:1
          说明：site explain E129
    "#]],
    );
}

#[test]
fn twice_in_row() {
    in_notice(
        "title: 通知\ncontacts:\n  - name: 张三\n    姓名: 李四",
        expect![[r#"
        错误 E129  content/notices/a.md:5:5
          “姓名”写了两次，第 4 行已经有了（姓名 和 name 是同一个字段）。请删掉一个。
            │
          5 │     姓名: 李四
            │     ^^^^
          另见：content/notices/a.md:4:5
          说明：site explain E129
    "#]],
    );
}

#[test]
fn after_quote_in_braces() {
    in_notice(
        "title: 通知\ncontacts: [{name: \"示例\"二, phone: 12315}]",
        expect![[r#"
        错误 E108  content/notices/a.md:3:23
          引号已经结束，后面又有文字“二”。文字里的引号请用中文引号“ ”。
            │
          3 │ contacts: [{name: "示例"二, phone: 12315}]
            │                         ^^
          改成：contacts: [{name: “示例”二, phone: 12315}]
          说明：site explain E108
    "#]],
    );
}

#[test]
fn question_in_brackets() {
    in_notice(
        "title: 通知\nkeywords: [质量, ?计量]",
        expect![[r#"
        错误 E119  content/notices/a.md:3:16
          这里多了一个“?”。如果它是内容的一部分，请把那一项用英文双引号括起来。
            │
          3 │ keywords: [质量, ?计量]
            │                  ^
          说明：site explain E119
    "#]],
    );
}

#[test]
fn tab_in_block() {
    in_notice(
        "title: 通知\nsummary: |\n  \t第一段",
        expect![[r#"
        错误 E105  content/notices/a.md:4:3
          这一行用了制表符（Tab）缩进，这里只能用英文空格。
            │
          4 │       第一段
            │   ^^^^
          改成：    第一段
          说明：site explain E105
    "#]],
    );
}

#[test]
fn tab_before_remark() {
    in_notice(
        "title: 通知\nreview:\n  first: 示例\n\t# 备注\n  final: 示例",
        expect![[r#"
        错误 E105  content/notices/a.md:5:1
          这一行用了制表符（Tab）缩进，这里只能用英文空格。
            │
          5 │     # 备注
            │ ^^^^
          改成：  # 备注
          说明：site explain E105
    "#]],
    );
}

#[test]
fn line_of_wide_spaces() {
    in_notice(
        "title: 通知\n　　\nnote: 附注\n  \n",
        expect![[r#"
        错误 E105  content/notices/a.md:3:1
          这一行用了全角空格缩进，这里只能用英文空格。
            │
          3 │ 　　
            │ ^^
          说明：site explain E105
    "#]],
    );
}
