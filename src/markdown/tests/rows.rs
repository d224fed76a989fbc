//! The rows of domain.md §8 that concern Markdown, and the probes for bold.

use expect_test::expect;

use super::*;

#[test]
fn row_01_line_breaks_between_wide_characters_vanish() {
    for (text, expected) in [
        ("厚\n德", "<p>厚德</p>\n"),
        ("中文\nABC", "<p>中文\nABC</p>\n"),
        ("one\ntwo", "<p>one\ntwo</p>\n"),
        ("“甲”\n“乙”", "<p>“甲”“乙”</p>\n"),
        ("“OK”\n然后", "<p>“OK”然后</p>\n"),
        ("“yes”\n“no”", "<p>“yes”\n“no”</p>\n"),
        ("等等……\n以及", "<p>等等……以及</p>\n"),
        ("中文**粗**\n后", "<p>中文<strong>粗</strong>后</p>\n"),
        ("前\n**粗**", "<p>前<strong>粗</strong></p>\n"),
        ("**甲\n乙**", "<p><strong>甲乙</strong></p>\n"),
        ("in\n`code`", "<p>in\n<code>code</code></p>\n"),
        ("中\n`code`", "<p>中\n<code>code</code></p>\n"),
        ("中[文](a.md)\n后", "<p>中<a href=\"a.md\">文</a>后</p>\n"),
        ("中。 \n后", "<p>中。后</p>\n"),
        ("中  \n后", "<p>中<br>\n后</p>\n"),
        ("> 甲\n> 乙", "<blockquote>\n<p>甲乙</p>\n</blockquote>\n"),
        ("한국\n한국", "<p>한국\n한국</p>\n"),
        ("甲\n<!-- 注 -->\n乙", "<p>甲</p>\n<p>乙</p>\n"),
    ] {
        assert_eq!(clean(text), expected, "{text}");
    }
}

#[test]
fn row_02_bold_beside_chinese_punctuation() {
    for (text, expected) in [
        ("**重要：**请", "<strong>重要：</strong>请"),
        ("是**“有机”**的**重点**", "是<strong>“有机”</strong>的<strong>重点</strong>"),
        ("**有机产品：**认证", "<strong>有机产品：</strong>认证"),
        ("认证**“有机码”**查询", "认证<strong>“有机码”</strong>查询"),
        ("**“有机”**认证", "<strong>“有机”</strong>认证"),
        ("请看**《条例》**第一条", "请看<strong>《条例》</strong>第一条"),
        ("**注意！**请", "<strong>注意！</strong>请"),
        ("**（一）**提高", "<strong>（一）</strong>提高"),
        ("开展**（一）活动**的", "开展<strong>（一）活动</strong>的"),
        ("时间**9月15日。**地点", "时间<strong>9月15日。</strong>地点"),
        ("**时间：**9月15日", "<strong>时间：</strong>9月15日"),
        ("**有机产品：**OK", "<strong>有机产品：</strong>OK"),
        ("他说**‘好’**了", "他说<strong>‘好’</strong>了"),
        ("认证**……**等", "认证<strong>……</strong>等"),
        ("质量**——强国**之基", "质量<strong>——强国</strong>之基"),
        ("张**·三·**李", "张<strong>·三·</strong>李"),
        ("按**〔2022〕5号**文", "按<strong>〔2022〕5号</strong>文"),
        ("*重点：*请", "<em>重点：</em>请"),
        ("***重要：***请", "<em><strong>重要：</strong></em>请"),
        ("认证**[链接](a.md)**查询", "认证<strong><a href=\"a.md\">链接</a></strong>查询"),
        ("运行**`site`**命令", "运行<strong><code>site</code></strong>命令"),
        ("全国**\"有机\"**认证", "全国<strong>&quot;有机&quot;</strong>认证"),
        ("**重要：**|甲", "<strong>重要：</strong>|甲"),
    ] {
        assert_eq!(clean(text), format!("<p>{expected}</p>\n"), "{text}");
    }
}

#[test]
fn row_02_what_is_not_bold_stays_as_written() {
    for text in ["3*4（米）*5", "甲\\**：乙", "5**（注）", "九折*", "9:00~11:00，14:00~17:00", "约~3天~", "（~）~（"]
    {
        assert_eq!(clean(text), format!("<p>{}</p>\n", text.replace('\\', "")), "{text}");
    }
    assert_eq!(clean("`**：**字~`"), "<p><code>**：**字~</code></p>\n");
    assert_eq!(clean("```\n**：**字~\n```"), "<pre><code>**：**字~\n</code></pre>\n");
    assert_eq!(clean("    **：**字~"), "<pre><code>**：**字~</code></pre>\n");
    assert_eq!(clean("[x](<甲**：**乙~.md>)"), "<p><a href=\"甲**：**乙~.md\">x</a></p>\n");
    assert_eq!(read("<b title='**：**字~'>").0.plain(), "<b title='**：**字~'>\n");
}

#[test]
fn row_03_deletion_beside_chinese_punctuation() {
    assert_eq!(clean("~~删除：~~中文"), "<p><del>删除：</del>中文</p>\n");
    assert_eq!(clean("已**~~删除：~~**中文"), "<p>已<strong><del>删除：</del></strong>中文</p>\n");
}

#[test]
fn row_04_bare_web_addresses_end_before_chinese_punctuation() {
    for (text, url, rest) in [
        ("见https://www.cnca.gov.cn）。", "https://www.cnca.gov.cn", "）。"),
        ("见https://www.cnca.gov.cn查询", "https://www.cnca.gov.cn", "查询"),
        ("见 https://a.cn/b_c_d?e=1&f=2#g.", "https://a.cn/b_c_d?e=1&f=2#g", "."),
        ("见 http://a.cn/~user/x(1))", "http://a.cn/~user/x(1)", ")"),
        ("见HTTPS://A.cn/，", "HTTPS://A.cn/", "，"),
    ] {
        let (body, findings) = read(text);
        assert_eq!(findings, []);
        assert_eq!(body.links().len(), 1, "{text}");
        assert_eq!(body.links()[0].text, url);
        assert_eq!(
            body.links()[0].place.span.as_ref().map(|s| (s.column, s.width)),
            Some((text.chars().take_while(|c| !c.is_ascii_alphabetic()).count() + 1, url.len()))
        );
        assert!(body.html(&through).ends_with(&format!("</a>{rest}</p>\n")));
    }
    for text in ["xhttps://a.cn", "https://", "https://。", "`https://a.cn`", "见 ftp://a.cn"] {
        assert_eq!(read(text).0.links(), [], "{text}");
    }
    assert_eq!(clean("[见https://a.cn](b.md)"), "<p><a href=\"b.md\">见https://a.cn</a></p>\n");
}

#[test]
fn row_05_heading_ids_tell_the_position() {
    let text = "## 一、活动安排\n### （一）活动主题\n### （二）活动主题\n#### 1. 细则\n## 二、活动主题\n### 活动主题\n";
    let (body, findings) = read(text);
    assert_eq!(findings, []);
    assert_eq!(body.anchors().collect::<Vec<_>>(), ["s1", "s1-1", "s1-2", "s1-2-1", "s2", "s2-1"]);
    assert_eq!(body.outline()[0], super::super::Heading { level: 2, id: "s1".into(), text: "一、活动安排".into() });
    expect![[r#"
        <h2 id="s1">一、活动安排</h2>
        <h3 id="s1-1">（一）活动主题</h3>
        <h3 id="s1-2">（二）活动主题</h3>
        <h4 id="s1-2-1">1. 细则</h4>
        <h2 id="s2">二、活动主题</h2>
        <h3 id="s2-1">活动主题</h3>
    "#]]
    .assert_eq(&body.html(&through));
}

#[test]
fn row_05_levels_move_together_so_that_the_shallowest_is_two() {
    let levels = |text: &str| read(text).0.outline().iter().map(|h| (h.level, h.id.clone())).collect::<Vec<_>>();
    let expected = |list: &[(u8, &str)]| list.iter().map(|(l, id)| (*l, id.to_string())).collect::<Vec<_>>();
    assert_eq!(levels("# a\n## b\n# c"), expected(&[(2, "s1"), (3, "s1-1"), (2, "s2")]));
    assert_eq!(levels("### a\n## b\n### c"), expected(&[(3, "s1"), (2, "s2"), (3, "s2-1")]));
    assert_eq!(levels("#### a\n###### b"), expected(&[(2, "s1"), (4, "s1-1")]));
    assert_eq!(levels("# a\n###### b"), expected(&[(2, "s1"), (6, "s1-1")]));
}

#[test]
fn row_07_summary_and_length() {
    let sentence = "为贯彻落实质量强国战略，切实做好有机产品认证宣传工作，现将有关事项通知如下。";
    assert_eq!(
        read(&format!("## 标题\n\n{sentence}\n\n| a |\n|-|\n| b |\n\n- 列表\n\n后文。")).0.summary(),
        format!("{sentence}后文。")
    );
    let long = sentence.repeat(5);
    assert_eq!(read(&long).0.summary(), sentence.repeat(3));
    let endless = "无".repeat(300);
    assert_eq!(read(&endless).0.summary(), format!("{}…", "无".repeat(119)));
    assert_eq!(read("他说：“好。”\n\nSecond paragraph.").0.summary(), "他说：“好。” Second paragraph.");
    assert_eq!(read("有机产品 GB/T 19630 认证 don't").0.length(), 6 + 4);
    assert_eq!(read("").0.summary(), "");
    // Words go on where the text does, and end where a line or a cell does.
    assert_eq!(
        read("a**b**c`d` e\nf\n\n| g | h |\n|-|-|\n| i |\n\n```\nj k\n```\n\n甲[^1]乙\n\n[^1]: l").0.length(),
        11
    );
}

#[test]
fn row_10_the_space_between_two_slogans_stays() {
    assert_eq!(clean("护航消费升级 优享品质生活"), "<p>护航消费升级 优享品质生活</p>\n");
    assert_eq!(clean("有机food认证2022年"), "<p>有机food认证2022年</p>\n");
}

#[test]
fn row_13_line_endings_do_not_matter() {
    let text = "## 一\n\n甲\n乙  \n丙\n\n- a\n- b\n\n    code\n\n| a | b |\n|--|--|\n| 1 | 2 |\n\n```\nx\ny\n```\n<div>\n<!-- a\nb -->";
    let crlf = read(&text.replace('\n', "\r\n"));
    let lf = read(text);
    assert_eq!(crlf.0.html(&through), lf.0.html(&through));
    assert_eq!(crlf.0.plain(), lf.0.plain());
    assert_eq!(crlf.1.len(), lf.1.len());
    assert!(!crlf.0.html(&through).contains('\r'));
    assert_eq!(html(&text.replace('\n', "\r")), lf.0.html(&through));
}

#[test]
fn row_19_quotes_stay_as_typed() {
    assert_eq!(clean("说\"你好\"吧 -- 'x' ..."), "<p>说&quot;你好&quot;吧 -- &#39;x&#39; ...</p>\n");
}

#[test]
fn row_20_indented_chinese_is_a_paragraph() {
    assert_eq!(clean("　　为贯彻"), "<p>为贯彻</p>\n");
    assert_eq!(clean("    为贯彻**落实**"), "<p>为贯彻<strong>落实</strong></p>\n");
    assert_eq!(clean("\t为贯彻\n\t落实"), "<p>为贯彻落实</p>\n");
    assert_eq!(clean("    　　为贯彻\n\n    落实"), "<p>为贯彻</p>\n<p>落实</p>\n");
    assert_eq!(clean("甲\n\n        乙\n\n丙"), "<p>甲</p>\n<p>乙</p>\n<p>丙</p>\n");
    assert_eq!(clean(">     引用"), "<blockquote>\n<p>引用</p>\n</blockquote>\n");
    assert_eq!(clean("- 甲\n\n      乙"), "<ul>\n<li><p>甲</p>\n<p>乙</p>\n</li>\n</ul>\n");
    assert_eq!(clean("    let x = 1;\n    // 中文"), "<pre><code>let x = 1;\n// 中文</code></pre>\n");
    assert_eq!(clean("```\n    中文\n　　中文\n```"), "<pre><code>    中文\n　　中文\n</code></pre>\n");
}

#[test]
fn row_20_a_line_with_two_wide_spaces_begins_a_paragraph() {
    assert_eq!(clean("　　第一段。\n　　第二段。\n续行"), "<p>第一段。</p>\n<p>第二段。续行</p>\n");
    assert_eq!(clean("**甲\n　　乙**"), "<p><strong>甲乙</strong></p>\n");
}

#[test]
fn row_20_places_are_those_of_the_file() {
    let text = "---\r\n标题: 甲\r\n---\r\n    一~二**：**三**“四”**五\r\n\r\n    [六](坏 的.md)[七](javascript:x)\r\n";
    let mut report = Report::new();
    let start = text.find("    一").unwrap();
    let body = body(&SourcePath::new("a.md"), text, start, &mut report);
    let spans: Vec<_> = report.into_sorted().into_iter().map(|f| (f.code.id, f.place.span.unwrap())).collect();
    assert_eq!(
        spans.iter().map(|(id, s)| (*id, s.line, s.column, s.width)).collect::<Vec<_>>(),
        [("E122", 6, 5, 11), ("E125", 6, 16, 17)]
    );
    assert_eq!(body.links()[0].place.span.as_ref().map(|s| (s.line, s.column)), Some((6, 16)));
}

#[test]
fn row_23_raw_html_is_shown_as_text() {
    let text = "前<script>alert(1)</script>后\n\n<div onclick=x>\n中\n</div>\n";
    expect![[r#"
        <p>前&lt;script&gt;alert(1)&lt;/script&gt;后</p>
        <p>&lt;div onclick=x&gt;
        中
        &lt;/div&gt;</p>
    "#]]
    .assert_eq(&html(text));
    expect![[r#"
        content/通知.md:1:2: W126: 网页代码“<script>”会原样显示成文字。请改用 Markdown 写法，或删掉。
        content/通知.md:3:1: W126: 网页代码“<div onclick=x>”会原样显示成文字。请改用 Markdown 写法，或删掉。
    "#]]
    .assert_eq(&told(text));
    assert_eq!(codes(&"<b>\n\n".repeat(500)).len(), 20);
}

#[test]
fn row_23_a_table_with_wide_bars_is_reported() {
    expect![[r#"
        content/通知.md:2:1: E153: 表格的竖线和横线要用英文的“|”和“-”，用了全角“｜”或“－”就不成表格。表格的每一行都要改。
          改成：|---|---|
    "#]]
    .assert_eq(&told("｜名称｜电话｜\n｜---｜－－－｜\n｜甲｜12315｜"));
}

#[test]
fn row_24_document_numbers_and_composed_names_survive() {
    assert_eq!(clean("晋市监函〔2022〕273号"), "<p>晋市监函〔2022〕273号</p>\n");
    let (body, _) = read("[x](cafe\u{301}.md)");
    assert_eq!(body.links()[0].target, Target::Relative { path: "caf\u{e9}.md".into(), anchor: None });
}
