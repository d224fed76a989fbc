//! Template errors in our own frame: Tera's carets count characters and its words are English, so only its facts are
//! used: which template, which line, what (faults.md E01).

use std::collections::BTreeMap;

use tera::{Error, ErrorKind};

use super::TemplateSource;
use crate::report::{Finding, Place, SourcePath, Span, Text, codes};

/// The finding for `error`; `page` is the template and the page that were being rendered, if any.
pub fn finding(error: &Error, sources: &BTreeMap<String, TemplateSource>, page: Option<(&str, &str)>) -> Finding {
    let (place, message) = facts(error, sources, page);
    let (zh, en) = match page {
        Some((_, page)) => (format!("（生成 {page} 时）"), format!(" (while rendering {page})")),
        None => (String::new(), String::new()),
    };
    let text = Text::new(format!("模板出错{zh}：{}", translated(&message)), format!("Template error{en}: {message}"));
    Finding::new(&codes::E205, place, text)
}

fn facts(error: &Error, sources: &BTreeMap<String, TemplateSource>, page: Option<(&str, &str)>) -> (Place, String) {
    let whole = |name: &str| Place::file(&path_of(name, sources));
    match error.kind() {
        ErrorKind::SyntaxError(report) | ErrorKind::RenderingError(report) => {
            (spot(report, sources), report.message().to_string())
        }
        ErrorKind::CircularExtend { tpl, .. } | ErrorKind::CircularInclude { tpl, .. } => {
            (whole(tpl), first_line(error))
        }
        ErrorKind::MissingParent { current, .. } => (whole(current), first_line(error)),
        kind => {
            let known = if let ErrorKind::Msg(text) = kind { listed(text, sources) } else { None };
            known.unwrap_or_else(|| (whole(page.map_or("base.html", |(template, _)| template)), first_line(error)))
        }
    }
}

/// The first of the reports that Tera writes one under the other for names it does not know.
fn listed(text: &str, sources: &BTreeMap<String, TemplateSource>) -> Option<(Place, String)> {
    let mut lines = text.lines();
    let message = lines.next()?.strip_prefix("error: ")?;
    let mut spot = lines.next()?.trim_start().strip_prefix("--> ")?.rsplitn(3, ':');
    let (column, line, name) = (spot.next()?.parse().ok()?, spot.next()?.parse::<usize>().ok()?, spot.next()?);
    let source = sources.get(name)?;
    let width = lines.find(|line| line.contains('^'))?.matches('^').count();
    let text = source.text.lines().nth(line.checked_sub(1)?)?.to_string();
    Some((Place::at(&source.path, Span { line, column, width, text: text.into() }), message.to_string()))
}

fn spot(report: &tera::ReportError, sources: &BTreeMap<String, TemplateSource>) -> Place {
    let path = path_of(report.filename(), sources);
    let span = report.span();
    let Some(source) = sources.get(report.filename()) else { return Place::file(&path) };
    let line = source.text.lines().nth(span.start_line.saturating_sub(1)).unwrap_or_default().to_string();
    let width = if span.end_line == span.start_line { span.end_col.saturating_sub(span.start_col).max(1) } else { 1 };
    Place::at(&path, Span { line: span.start_line.max(1), column: span.start_col + 1, width, text: line.into() })
}

fn path_of(name: &str, sources: &BTreeMap<String, TemplateSource>) -> SourcePath {
    super::source(sources, name).map_or_else(|| SourcePath::new(format!("themes/{name}")), |found| found.path.clone())
}

fn first_line(error: &Error) -> String {
    error.to_string().lines().next().unwrap_or_default().to_string()
}

/// The commonest messages in Chinese; others stay as Tera wrote them, for theme authors read English.
fn translated(message: &str) -> String {
    let quoted = message.split(['`', '\'']).nth(1).unwrap_or_default();
    let lower = message.to_lowercase();
    if quoted.is_empty() && lower.contains("undefined") {
        return format!("用到了没有值的变量或字段。（{message}）");
    }
    if quoted.is_empty() {
        return message.to_string();
    }
    let unknown = [("filter", "过滤器"), ("test", "判断"), ("function", "函数"), ("component", "组件")];
    let kind = unknown.into_iter().find(|(en, _)| lower.starts_with(&format!("unknown {en} ")));
    if let Some((_, zh)) = kind {
        format!("没有{zh} {quoted}。（{message}）")
    } else if lower.contains("not found") && lower.contains("filter") {
        format!("没有过滤器 {quoted}。（{message}）")
    } else if lower.contains("not found") || lower.contains("undefined") || lower.contains("not defined") {
        format!("没有 {quoted}。（{message}）")
    } else {
        message.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_tera_does_not_know_are_told_at_their_place() {
        let text = "<p>{{ page.title | shouted }}</p>";
        let source = TemplateSource { path: SourcePath::new("themes/default/templates/a.html"), text: text.into() };
        let sources = BTreeMap::from([("a.html".to_string(), source)]);
        let error = tera::Tera::default().add_raw_template("a.html", text).unwrap_err();
        let finding = finding(&error, &sources, None);
        let span = finding.place.span.unwrap();
        assert_eq!((span.line, span.column, span.width), (1, 20, 7));
        assert_eq!(finding.message.zh, "模板出错：没有过滤器 shouted。（Unknown filter `shouted`）");
    }
}
