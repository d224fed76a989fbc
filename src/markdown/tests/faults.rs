//! Faults of faults.md §7, by their number. Where time is bounded, the stack is that of a spawned thread, 2 MiB.

use std::time::Duration;

use expect_test::expect;

use super::*;
use crate::markdown::MAX_HTML;
use crate::markdown::pieces::{Piece, Pieces};
use crate::markdown::reader::SHORT;
use crate::stopwatch::Stopwatch;

#[test]
fn d01_active_elements_are_shown_as_text() {
    for tag in [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "<svg onload=alert(1)>",
        "<iframe src=//x></iframe>",
        "<style>*{}</style>",
        "<base href=//x>",
        "<meta http-equiv=refresh content=0>",
        "<form action=//x>",
        "<!DOCTYPE html>",
        "<?php x ?>",
        "<![CDATA[x]]>",
        "</main>",
    ] {
        for text in [tag.to_string(), format!("甲{tag}乙"), format!("- {tag}"), format!("| {tag} |\n|-|\n")] {
            let shown = html(&text);
            assert!(shown.contains(&tag[..5].replace('<', "&lt;")), "{shown}");
            assert_eq!(codes(&text), ["W126"], "{text}");
        }
    }
}

#[test]
fn d02_no_scheme_but_the_four_passes() {
    for target in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "&#106;avascript:alert(1)",
        "javascript&colon;alert(1)",
        "java&Tab;script:alert(1)",
        "java&NewLine;script:alert(1)",
        "&#1;javascript:alert(1)",
        "<java\tscript:alert(1)>",
        "<\u{1}javascript:x>",
        "javascript\\:alert(1)",
        "vbscript:x",
        "data:text/html,x",
        "blob:x",
        "ftp://a.cn/x",
        "view-source:https://a.cn",
        "java\u{200b}script:x",
        "java\u{e000}script:x",
        "https:a.cn",
        "https:///a.cn",
        "http://",
        "a%0ab.md",
        "a.md\u{202e}x",
    ] {
        for text in [format!("[文]({target})"), format!("![文]({target})"), format!("[文][甲]\n\n[甲]: {target}")]
        {
            let (body, _) = read(&text);
            assert_eq!(codes(&text), ["E125"], "{text:?}");
            assert_eq!(body.html(&through), "<p>文</p>\n", "{text:?}");
            assert_eq!(body.links()[0].target, Target::None);
        }
    }
    for text in ["<javascript:alert(1)>", "<data:x>"] {
        assert_eq!(codes(text), ["E125"]);
        assert!(!html(text).contains("href"));
    }
}

#[test]
fn d02_a_resolver_cannot_let_a_bad_address_through() {
    let (body, _) = read("[甲](a.md) ![乙](b.png)");
    for bad in ["javascript:x", "//a.cn", "\\\\a.cn", "data:x", "java\tscript:x", "file:x", "c:x"] {
        let url = bad.to_string();
        let href = body.html(&|_| Resolved::Href { url: url.clone(), external: false });
        let src = body.html(&|_| Resolved::Picture { src: url.clone(), width: None, height: None, sizes: Vec::new() });
        assert_eq!((href.as_str(), src.as_str()), ("<p>甲 乙</p>\n", "<p>甲 乙</p>\n"), "{bad}");
    }
}

#[test]
fn d03_protocol_relative_addresses_are_external() {
    for target in ["//a.cn/x", "\\\\\\\\a.cn/x", "/\\\\a.cn/x", "&#92;&#92;a.cn\\x", "https:\\\\\\\\a.cn\\x"] {
        let (body, _) = read(&format!("[文]({target})"));
        assert_eq!(body.links()[0].target, Target::External("https://a.cn/x".into()), "{target}");
        assert_eq!(
            body.html(&through),
            "<p><a href=\"https://a.cn/x\" rel=\"noopener noreferrer\" class=\"external\" data-leave>文<span class=\"visually-hidden\">（外部网站）</span></a></p>\n"
        );
    }
}

#[test]
fn d04_heading_attributes_are_printed() {
    assert_eq!(clean("# 标题 {onclick=x #y .z}"), "<h2 id=\"s1\">标题 {onclick=x #y .z}</h2>\n");
}

#[test]
fn d05_quotes_and_markup_are_escaped_everywhere() {
    let text = "![a\"<b>'](x.png '标\"题<')\n\n[l](y.md 't\"<')\n\n```x\"><b\n<b>\n```\n\n```rust\"\n```\n\n## h\"<&\n\n甲[^a\"<b]\n\n[^a\"<b]: 注\n";
    expect![[r##"
        <figure><img src="x.png" alt="a&quot;&#39;" width="4" height="3" loading="lazy" decoding="async"><figcaption>标&quot;题&lt;</figcaption></figure>
        <p><a href="y.md" title="t&quot;&lt;">l</a></p>
        <pre><code>&lt;b&gt;
        </code></pre>
        <pre><code></code></pre>
        <h2 id="s1">h&quot;&lt;&amp;</h2>
        <p>甲<sup class="note"><a id="fnref-1" href="#fn-1" aria-label="注释 1">[1]</a></sup></p>
        <section class="footnotes" aria-label="注释">
        <ol>
        <li id="fn-1"><p>注</p>
        <a class="note-back" href="#fnref-1" aria-label="回到正文 1">↩</a></li>
        </ol>
        </section>
    "##]]
    .assert_eq(&html(text));
}

#[test]
fn d06_ids_cannot_take_names_of_the_browser() {
    let (body, _) = read("## location\n## body\n## body\n##\n## **\u{e000}**\n# 一\n");
    let mut ids: Vec<&str> = body.anchors().collect();
    assert!(ids.iter().all(|id| id.starts_with('s') && id[1..].chars().all(|c| c.is_ascii_digit() || c == '-')));
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 6);
}

/// Reads and writes `text` in a thread with the usual small stack.
fn timed(name: &str, text: String) -> (Duration, Vec<Finding>, usize) {
    let thread = std::thread::Builder::new().stack_size(2 * 1024 * 1024).spawn(move || {
        let began = Stopwatch::start();
        let (body, findings) = read(&text);
        let html = body.html(&through);
        let _ = (body.summary(), body.clone(), body.is_empty());
        (began.elapsed(), findings, html.len())
    });
    thread.expect("a thread starts").join().unwrap_or_else(|_| panic!("{name} overflowed or panicked"))
}

#[test]
fn d07_deep_nesting_is_fast_or_refused() {
    for (name, text) in [
        ("quotes", ">".repeat(50_000) + "a"),
        ("spaced quotes", "> ".repeat(50_000) + "a"),
        ("lists", "- ".repeat(10_000) + "a"),
        ("numbered lists", "1. ".repeat(10_000) + "a"),
        ("mixed", "> - ".repeat(10_000) + "a"),
        ("indented lists", (0..1_000).map(|i| "  ".repeat(i) + "- a\n").collect()),
        ("open brackets", "[".repeat(50_000)),
        ("brackets", "[".repeat(25_000) + &"]".repeat(25_000)),
        ("pictures", "![".repeat(25_000) + &"](a)".repeat(10_000)),
        ("links", "[a](".repeat(20_000)),
        ("broken links", "[](".repeat(30_000)),
        ("emphasis", "*a ".repeat(20_000) + &"b* ".repeat(20_000)),
        ("strong", "**a ".repeat(20_000) + &"b** ".repeat(20_000)),
        ("runs", "a***".repeat(25_000)),
        ("strikes", "~~a".repeat(25_000)),
        ("definitions", (0..5_000).map(|i| format!("[a{i}]: b\n\n[a{i}] ")).collect()),
        ("same note", "[^a]: b\n".repeat(15_000)),
        ("notes in notes", (0..10_000).map(|i| format!("[^{i}]: ")).collect()),
        ("code", (1..500).map(|i| "`".repeat(i) + " ").collect()),
        ("tags", "<a ".repeat(30_000)),
        ("comments", "<!-- ".repeat(20_000)),
        ("addresses", "https://a ".repeat(10_000)),
    ] {
        let (took, _, _) = timed(name, text);
        assert!(took < Duration::from_secs(4), "{name} took {took:?}");
    }
}

#[test]
fn d07_what_is_refused_says_so() {
    expect![[r#"
        content/通知.md:2:1: E120: 引用或列表套了太多层（超过 100 层），这一页没有发布。请减少层数。
    "#]]
    .assert_eq(&told(&format!("甲\n{}乙", "> ".repeat(101))));
    assert!(read(&format!("甲\n{}乙", "> ".repeat(101))).0.is_empty());
    assert_eq!(codes(&format!("{}乙", "> ".repeat(90))), [""; 0]);
    assert_eq!(codes(&"- ".repeat(200)), [""; 0], "a rule across the page");
    assert_eq!(codes(&format!("{}{}", "*a ".repeat(150), "b* ".repeat(150))), ["E120"]);
}

#[test]
fn d08_tables_and_pages_are_bounded() {
    let row = |cell: &str, count: usize| format!("|{}\n", format!("{cell}|").repeat(count));
    let table = row("a", 1000) + &row("-", 1000) + &"a\n".repeat(1000);
    let (took, findings, length) = timed("table", table);
    assert!(took < Duration::from_secs(4), "{took:?}");
    assert_eq!(findings.iter().map(|f| f.code.id).collect::<Vec<_>>(), ["E206"]);
    assert!(length < MAX_HTML);
    let (_, findings, length) = timed("quotes", "\"".repeat(2 * 1024 * 1024));
    assert_eq!(findings.iter().map(|f| f.code.id).collect::<Vec<_>>(), ["E206"]);
    assert!(length < MAX_HTML + 1000);
    let (_, findings, length) = timed("English", "a of b\"".repeat(290_000));
    assert_eq!(findings.iter().map(|f| f.code.id).collect::<Vec<_>>(), ["E206"]);
    assert!(length < MAX_HTML + 1000);
    assert_eq!(codes(&(row("a", 10) + &row("-", 10) + &row("b", 10).repeat(500))), [""; 0]);
}

#[test]
fn d12_paths_on_the_authors_computer() {
    expect![[r#"
        content/通知.md:1:1: E124: 这张图还在你的电脑里，别人打不开。请复制到 content，再写文件名。
          改成：![图](照片.jpg)
        content/通知.md:2:2: E124: 这个文件还在你的电脑里，别人打不开。请复制到 content，再写文件名。
          改成：见[表](<表 1.doc>)。
        content/通知.md:3:1: E121: 路径要用“/”，不能用“\”。
          改成：![图](图片/现场.jpg)
        content/通知.md:4:2: E122: 路径里有空格或不成对的括号，Markdown 认不出来，网页上只会显示这段文字。请用尖括号把路径括起来，或者改文件名。
          改成：看![图](<现场 照片.jpg>)。
        content/通知.md:5:1: E122: 路径里有空格或不成对的括号，Markdown 认不出来，网页上只会显示这段文字。请用尖括号把路径括起来，或者改文件名。
          改成：![图](<照片 (1).jpg> "说明")
        content/通知.md:6:1: E122: 路径里有空格或不成对的括号，Markdown 认不出来，网页上只会显示这段文字。请用尖括号把路径括起来，或者改文件名。
          改成：![图](<照片(1.jpg>)
    "#]]
    .assert_eq(&told("![图](C:\\Users\\张三\\照片.jpg)\n见[表](<file:///D:/表 1.doc>)。\n![图](图片\\现场.jpg)\n看![图](现场 照片.jpg)。\n![图](照片 (1).jpg \"说明\")\n![图](照片(1.jpg)\n"));
    for good in ["现场（1）.jpg", "<现场 照片.jpg>", "%E7%8E%B0%E5%9C%BA.jpg", "１.jpg", "照片(1).jpg"] {
        assert_eq!(codes(&format!("![图]({good})")), [""; 0], "{good}");
    }
    for plain in
        ["见[附件](另行 通知)", "`![图](a b.jpg)`", "\\[图](a b.jpg)", "[2022](见 下文)", "```\n![图](a b.jpg)\n```"]
    {
        assert_eq!(codes(plain), [""; 0], "{plain}");
    }
}

#[test]
fn d13_targets_are_decoded_before_anyone_looks() {
    let target = |link: &str| read(&format!("[文]({link})")).0.links()[0].target.clone();
    let relative =
        |path: &str, anchor: Option<&str>| Target::Relative { path: path.into(), anchor: anchor.map(Into::into) };
    assert_eq!(target("%E9%80%9A%E7%9F%A5.md?v=1#s1%2d2"), relative("通知.md", Some("s1-2")));
    assert_eq!(target("../a/"), relative("../a/", None));
    assert_eq!(target("%D4%CB.md"), relative("%D4%CB.md", None));
    assert_eq!(target("100%.md"), relative("100%.md", None));
    assert_eq!(target("/a/b.md#"), Target::Rooted { path: "/a/b.md".into(), anchor: Some(String::new()) });
    assert_eq!(target("#一"), Target::Anchor("一".into()));
    assert_eq!(target("MAILTO:a@b.cn"), Target::Contact("mailto:a@b.cn".into()));
    assert_eq!(target("tel:12315"), Target::Contact("tel:12315".into()));
    assert_eq!(target("HTTP://a.cn/b c".replace(' ', "%20").as_str()), Target::External("http://a.cn/b%20c".into()));
    assert_eq!(codes("[附件]()"), ["E153"]);
    assert_eq!(codes("[附件](?x)"), ["E153"]);
    assert_eq!(read("<a@b.cn>").0.links()[0].target, Target::Contact("mailto:a@b.cn".into()));
}

#[test]
fn d15_comments_are_absent() {
    for text in [
        "甲<!-- 内部意见 -->乙",
        "<!-- 内部意见 -->\n\n甲乙",
        "<!--\n内部意见\n\n再议 -->\n甲乙",
        "- 甲乙 <!-- 内部\n  意见 -->",
        "<!-- 内部意见 --> 甲乙",
    ] {
        let shown = html(text);
        assert!(!shown.contains("内部") && !shown.contains("--"), "{shown}");
        assert!(!read(text).0.plain().contains("内部"), "{text}");
    }
    assert_eq!(codes("甲 <!-- 内部意见 --> 乙"), [""; 0]);
    assert_eq!(codes("<!-- 内部意见\n\n正文"), ["E153"]);
    assert_eq!(codes("甲 <!-- 内部\n\n意见 -->"), ["E153"]);
    assert!(codes("<div>\n<!-- 内部\n\n意见 -->\n</div>").contains(&"E153"));
}

#[test]
fn d16_template_signs_are_text() {
    assert_eq!(
        clean("{{ x }} {% include \"a\" %} ｛｛ x ｝｝"),
        "<p>{{ x }} {% include &quot;a&quot; %} ｛｛ x ｝｝</p>\n"
    );
}

#[test]
fn d17_markup_in_text_is_escaped() {
    assert_eq!(clean("甲\\<b>&\"'"), "<p>甲&lt;b&gt;&amp;&quot;&#39;</p>\n");
}

#[test]
fn d18_dangling_references_are_told_with_their_line() {
    expect![[r#"
        content/通知.md:1:2: E153: 脚注“[^1]”没有内容。请在文件里另起一行写“[^1]: 脚注内容”。
          改成：[^1]: 脚注内容
        content/通知.md:2:1: E153: 这里引用了“乙”，但文件里没有“[乙]: 地址”这一行，网页上只会显示方括号。
        content/通知.md:3:1: E153: 链接地址要用英文括号“( )”括起来，不能用全角“（ ）”，否则只会显示成文字。
          改成：[通知](a.html)和(b.md)
        content/通知.md:4:1: I05: 图片没有说明文字，看不见图的人无从知道内容。请写在方括号里：![说明](图片)。
    "#]]
    .assert_eq(&told("甲[^1]\n[甲][乙]\n[通知]（a.html）和(b.md)\n![](a.png)\n[]（无）[丙]\n"));
}

#[test]
fn d18_footnotes_end_once_each_even_in_circles() {
    let text =
        "甲[^a]乙[^b]丙[^a][链[^a]](x.md)\n\n[^b]: 乙注[^a]\n[^a]: 甲注[^b][^c]\n[^c]: 丙注[^c]\n[^d]: 没人引用\n";
    let shown = html(text);
    for (note, count) in [
        ("甲注", 1),
        ("乙注", 1),
        ("丙注", 1),
        ("没人引用", 1),
        ("id=\"fn-1\"", 1),
        ("id=\"fnref-1\"", 1),
        ("id=\"fnref-1-2\"", 1),
    ] {
        assert_eq!(shown.matches(note).count(), count, "{note}\n{shown}");
    }
    assert_eq!(codes(text), [""; 0]);
    let again = html("甲[^a]\n\n[^a]: 一\n\n[^a]: 二\n");
    assert!(again.contains("一") && again.contains("二"));
}

#[test]
fn d19_a_summary_is_text_whatever_it_cuts() {
    for at in 100..125 {
        let text = format!("{}&amp;**粗**[链接](a.md)`码`é👨‍👩‍👧e\u{301}\u{301}", "字".repeat(at));
        let summary = read(&format!("{text}{}", "尾".repeat(50))).0.summary().to_string();
        assert!(summary.chars().count() <= 120 && summary.ends_with('…'), "{summary}");
        assert!(!summary.contains("**") && !summary.contains("](") && !summary.contains("&amp;"));
        assert!(!summary.ends_with("\u{200d}…") && !summary.ends_with("e…"), "{summary}");
    }
}

#[test]
fn private_characters_never_come_out() {
    let text = "\u{e000}甲\u{f0d8}~乙`\u{e001}`[\u{e002}](a\u{e003}.md \"\u{e004}\")&#xE000;&#xE001;\n# \u{e005}\n```\u{e006}\n\u{e007}\n```\n![\u{f8ff}x](a.png)\n<b\u{e000}>\n";
    let (body, _) = read(text);
    let all = format!("{}{}{}{:?}", body.html(&through), body.plain(), body.summary(), body.outline());
    assert!(!all.chars().any(|c| ('\u{e000}'..='\u{f8ff}').contains(&c)), "{all:?}");
    assert!(body.links().iter().all(|link| !link.text.contains('\u{e002}')));
}

#[test]
fn a_table_is_called_what_stands_above_it() {
    let table = "| 名称 | 数量 |\n|--|--|\n| 甲 | 1 |\n\n";
    let captions = |text: &str| -> Vec<String> {
        let html = clean(text);
        html.lines().filter(|line| line.starts_with("<caption") || line.starts_with("<p>")).map(String::from).collect()
    };
    let text = format!("## 一、安排\n\n表1 各县<开放日>\n\n{table}**表2　名额**\n\n{table}表格如下。\n\n{table}");
    expect![[r#"
        <caption id="table-1">表1 各县&lt;开放日&gt;</caption>
        <caption id="table-2">表2　名额</caption>
        <p>表格如下。</p>
        <caption id="table-3" hidden>表3：一、安排</caption>
    "#]]
    .assert_eq(&format!("{}\n", captions(&text).join("\n")));
}

#[test]
fn a_page_of_everything() {
    let text = "- [x] 完成\n- [ ] 待办\n\n3. 三\n4. 四\n\n| 名称 | 数量 |\n|:--|--:|\n| 甲 | 1 |\n\n```rust fn\nlet a;\n```\n\n文中![图](a.png)图\n\n---\n";
    expect![[r#"
        <ul>
        <li>☑ 完成</li>
        <li>☐ 待办</li>
        </ul>
        <ol start="3">
        <li>三</li>
        <li>四</li>
        </ol>
        <div class="table-scroll" role="region" aria-labelledby="table-1" tabindex="0">
        <table aria-labelledby="table-1">
        <caption id="table-1" hidden>表1</caption>
        <thead>
        <tr><th scope="col" class="align-left">名称</th><th scope="col" class="align-right">数量</th></tr>
        </thead>
        <tbody>
        <tr><td class="align-left">甲</td><td class="align-right">1</td></tr>
        </tbody>
        </table>
        </div>
        <pre><code class="language-rust">let a;
        </code></pre>
        <p>文中<img src="a.png" alt="图" width="4" height="3" loading="lazy" decoding="async">图</p>
        <hr>
    "#]]
    .assert_eq(&clean(text));
    expect![[r#"
        ☑ 完成
        ☐ 待办
        三
        四
        名称 数量
        甲 1
        let a;
        文中图图
    "#]]
    .assert_eq(&read(text).0.plain());
    fn shared<T: Send + Sync + 'static>() {}
    shared::<Body>();
}

#[test]
fn what_is_short_never_becomes_too_long() {
    let most = [
        ">",
        "> ",
        ">\n",
        "- ",
        "- - - - - - - -\n",
        "1. ",
        "-\n",
        "#\n",
        "|",
        "|\n|-|\n",
        "||||\n|-|-|-|\n|\n|\n|\n|\n",
        "[^1]",
        "[^1]\n",
        "![](a)",
        "[](a)",
        "<a:b>",
        "a*b*",
        "**a**b",
        "~~a~~b",
        "<",
        "&",
        "&lt;",
        "\"",
        "`<`",
        "a\n\n",
        "---\n\n",
        "the of and ",
        "https://a.cn ",
        "\\<",
        "甲",
    ];
    for pattern in most {
        for head in ["", "[^1]: 注\n\n", "|a|b|c|d|\n|-|-|-|-|\n"] {
            let text = format!("{head}{}", pattern.repeat((SHORT - head.len()) / pattern.len()));
            let body = read(&text).0;
            let cost = |pieces: &Pieces| pieces.all().iter().map(Piece::cost).sum::<usize>();
            let parsed = body.parsed();
            let all = cost(&parsed.pieces) + parsed.notes.iter().map(|note| cost(&note.pieces)).sum::<usize>();
            assert!(all < MAX_HTML, "{head}{pattern}: {all}");
        }
    }
}
