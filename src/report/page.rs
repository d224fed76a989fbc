//! The inspection as a page to print and hand on: A4, in Chinese, without colour or script, and whole in itself.
//!
//! What stands in a file is put on it as text, by [`super::html::escape`] alone.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::frame::{Excerpt, position, severity_word};
use super::html::escape;
use super::{Code, Column, Counts, Finding, Inspection, Lang, Profile, Severity};

const STYLE: &str = include_str!("page.css");
const TITLE: &str = "网站检查报告";

/// The page, ending with a line break.
pub fn print(inspection: &Inspection) -> String {
    let mut out = String::new();
    let site = inspection.title.map(escape).unwrap_or_default();
    let colon = if site.is_empty() { "" } else { "：" };
    let _ = write!(
        out,
        "<!DOCTYPE html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{TITLE}{colon}{site}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <header>\n<h1>{TITLE}</h1>\n<p class=\"site\">{site}</p>\n</header>\n<main>\n"
    );
    facts(&mut out, inspection);
    let _ = writeln!(out, "<p class=\"verdict\">结论：{}</p>", verdict(inspection));
    severities(&mut out, inspection.findings);
    columns(&mut out, &inspection.columns);
    details(&mut out, inspection.findings);
    rules(&mut out, inspection.findings);
    out.push_str("</main>\n<footer class=\"sign\"><span>检查人：</span><span>复核人：</span><span>");
    out.push_str("日期：　　　　年　　月　　日</span></footer>\n</body>\n</html>\n");
    out
}

fn facts(out: &mut String, inspection: &Inspection) {
    let profile = match inspection.profile {
        Profile::Preview => "编写时（preview）",
        Profile::Production => "交付前（production）",
    };
    let range = match inspection.left_out {
        None => "全部稿件、配置和主题".to_string(),
        Some(left) => format!("只看 {} 之后改动过的 {} 个文件", left.revision, left.changed),
    };
    let rows = [
        ("主办单位", inspection.bureau.unwrap_or_default()),
        ("网站地址", inspection.address.as_deref().unwrap_or_default()),
        ("检查日期", &inspection.as_of),
        ("检查标准", profile),
        ("检查范围", &range),
        ("外部链接", inspection.outward.as_deref().unwrap_or_default()),
    ];
    out.push_str("<table class=\"facts\">\n");
    for (name, value) in rows.into_iter().filter(|(_, value)| !value.is_empty()) {
        let _ = writeln!(out, "<tr><th scope=\"row\">{name}</th><td>{}</td></tr>", escape(value));
    }
    out.push_str("</table>\n");
}

/// What it comes to, in one or two sentences.
fn verdict(inspection: &Inspection) -> String {
    let counts = Counts::of(inspection.findings);
    let refused = inspection.profile.refuses(inspection.findings);
    let sentence = match (counts, refused) {
        (Counts { vetoes: 0, errors: 0, warnings: 0, infos: 0 }, _) => "没有发现问题。".to_string(),
        (Counts { vetoes, errors, .. }, true) => {
            format!("有 {} 个问题必须先改正，改正之前网站不能发布。", vetoes + errors)
        }
        (Counts { errors, vetoes, .. }, false) if errors + vetoes > 0 => {
            format!("有 {} 个错误，交付前必须改正。", errors + vetoes)
        }
        (Counts { warnings: 0, infos, .. }, _) => format!("没有错误，有 {infos} 个提示供参考。"),
        (Counts { warnings, .. }, _) => format!("没有错误，有 {warnings} 个警告，请逐条确认。"),
    };
    match inspection.left_out {
        None => sentence,
        Some(left) => format!("在改动过的文件里，{sentence}没有改动的文件另有 {} 个问题，未列入本报告。", left.others),
    }
}

fn severities(out: &mut String, findings: &[Finding]) {
    let counts = Counts::of(findings);
    let rows = [
        ("禁止发布", counts.vetoes, "任何情况下都不能上网，确需豁免的要写明理由和批准人"),
        ("错误", counts.errors, "交付前必须改正"),
        ("警告", counts.warnings, "很可能不对，请人工确认"),
        ("提示", counts.infos, "供参考"),
    ];
    out.push_str("<h2>一、总体情况</h2>\n<table>\n<thead><tr><th scope=\"col\">级别</th>");
    out.push_str("<th scope=\"col\" class=\"count\">数量</th><th scope=\"col\">含义</th></tr></thead>\n<tbody>\n");
    for (name, count, meaning) in rows {
        let _ =
            writeln!(out, "<tr><th scope=\"row\">{name}</th><td class=\"count\">{count}</td><td>{meaning}</td></tr>");
    }
    out.push_str("</tbody>\n</table>\n");
}

fn columns(out: &mut String, columns: &[Column]) {
    out.push_str("<h2>二、各栏目情况</h2>\n<table>\n<thead><tr><th scope=\"col\">栏目</th>");
    for name in ["页面数", "禁止发布", "错误", "警告", "提示"] {
        let _ = write!(out, "<th scope=\"col\" class=\"count\">{name}</th>");
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for Column { name, pages, counts, .. } in columns {
        let pages = pages.map_or_else(|| "—".to_string(), |pages| pages.to_string());
        let Counts { vetoes, errors, warnings, infos } = counts;
        let _ = write!(out, "<tr><th scope=\"row\">{}</th><td class=\"count\">{pages}</td>", escape(name));
        for count in [vetoes, errors, warnings, infos] {
            let _ = write!(out, "<td class=\"count\">{count}</td>");
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table>\n");
}

fn details(out: &mut String, findings: &[Finding]) {
    out.push_str("<h2>三、问题明细</h2>\n");
    if findings.is_empty() {
        out.push_str("<p>没有发现问题。</p>\n");
    }
    for group in findings.chunk_by(|a, b| a.place.path == b.place.path) {
        if let Some(first) = group.first() {
            let _ = writeln!(out, "<h3>{}（{} 个）</h3>", escape(first.place.path.as_str()), group.len());
        }
        group.iter().for_each(|finding| article(out, finding));
    }
}

fn article(out: &mut String, finding: &Finding) {
    let code = finding.code;
    let _ = write!(
        out,
        "<article>\n<p><span class=\"level {}\">{}</span> <strong>{} {}</strong>",
        class(code.severity),
        severity_word(code, Lang::Zh),
        code.id,
        escape(code.zh)
    );
    if let Some(span) = &finding.place.span {
        let _ = write!(out, "，第 {} 行第 {} 个字", span.line, span.column);
    }
    let _ = writeln!(out, "</p>\n<p>{}</p>", lines(&finding.message.zh, "<br>"));
    if let Some(span) = &finding.place.span {
        let Excerpt { before, marked, after } = Excerpt::of(span);
        let (before, marked, after) = (escape(&before), escape(&marked), escape(&after));
        let _ = writeln!(out, "<pre>{before}<mark>{marked}</mark>{after}</pre>");
    }
    if !finding.fix.is_empty() {
        let label = if finding.adds { "加上：" } else { "改成：" };
        let fix = finding.fix.iter().map(|fix| lines(fix, "\n")).collect::<Vec<_>>().join("\n");
        let _ = writeln!(out, "<p>{label}</p>\n<pre class=\"fix\">{fix}</pre>");
    }
    if let Some(hint) = &finding.hint {
        let _ = writeln!(out, "<p>提示：{}</p>", lines(&hint.zh, "<br>"));
    }
    for place in &finding.related {
        let _ = writeln!(out, "<p>另见：{}</p>", escape(&position(place)));
    }
    out.push_str("</article>\n");
}

fn class(severity: Severity) -> &'static str {
    match severity {
        Severity::Veto => "veto",
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "info",
    }
}

/// Text of several lines, each escaped.
fn lines(text: &str, between: &str) -> String {
    text.lines().map(escape).collect::<Vec<_>>().join(between)
}

/// Every code that occurs, explained once.
fn rules(out: &mut String, findings: &[Finding]) {
    let codes: BTreeMap<&str, &Code> = findings.iter().map(|finding| (finding.code.id, finding.code)).collect();
    if codes.is_empty() {
        return;
    }
    out.push_str("<h2>四、规则说明</h2>\n<dl>\n");
    for code in codes.into_values() {
        let explanation = code.explanation().map(|text| lines(&text.zh, "<br>")).unwrap_or_default();
        let _ = writeln!(out, "<dt>{} {}</dt>\n<dd><p>{explanation}</p></dd>", code.id, escape(code.zh));
    }
    out.push_str("</dl>\n");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{LeftOut, Place, SourcePath, Text, codes};

    fn inspection(findings: &[Finding]) -> Inspection<'_> {
        Inspection {
            findings,
            title: Some("<b>专题</b>"),
            bureau: Some("示例市市场监督管理局"),
            address: None,
            as_of: "2022-09-20".to_string(),
            profile: Profile::Preview,
            files: Vec::new(),
            columns: vec![Column { name: "通知", word: "notices", pages: Some(2), counts: Counts::of(findings) }],
            left_out: None,
            outward: None,
            exit: 1,
        }
    }

    #[test]
    fn what_stands_in_a_file_is_text() {
        let path = SourcePath::new("content/news/<i>.md");
        let place = Place::in_text(&path, "标题：<script>\"'&\n", 6, 1);
        let finding = Finding::new(&codes::E103, place, Text::new("<img src=x>\n第二行", "x"));
        let finding = finding.fix("标题: <script>").hint(Text::new("<hr>", "x")).related(Place::file(&path));
        let page = print(&inspection(&[finding]));
        for tag in ["<b>", "<i>", "<script", "<img", "<hr"] {
            assert!(!page.contains(tag), "{tag}");
        }
        assert!(page.contains("标题<mark>：</mark>&lt;script&gt;&quot;&#39;&amp;"), "{page}");
        assert!(page.contains("<p>&lt;img src=x&gt;<br>第二行</p>"));
    }

    #[test]
    fn the_verdict_follows_the_gravest_finding() {
        let of = |code| Finding::new(code, Place::file(&SourcePath::new("a.md")), Text::new("错", "wrong"));
        let verdict = |findings: &[Finding]| super::verdict(&inspection(findings));
        assert_eq!(verdict(&[]), "没有发现问题。");
        assert_eq!(verdict(&[of(&codes::I309)]), "没有错误，有 1 个提示供参考。");
        assert_eq!(verdict(&[of(&codes::W142), of(&codes::I309)]), "没有错误，有 1 个警告，请逐条确认。");
        assert_eq!(verdict(&[of(&codes::L03)]), "有 1 个错误，交付前必须改正。");
        assert_eq!(verdict(&[of(&codes::O01), of(&codes::L03)]), "有 2 个问题必须先改正，改正之前网站不能发布。");
        let left_out = Some(LeftOut { revision: "main", changed: 3, others: 4 });
        let some = super::verdict(&Inspection { left_out, ..inspection(&[]) });
        assert_eq!(some, "在改动过的文件里，没有发现问题。没有改动的文件另有 4 个问题，未列入本报告。");
    }
}
