//! What this room promises, row by row (domain.md §8, faults.md §7).

mod blocks;
mod faults;
mod random;
mod rows;

use super::{Body, Link, Resolved, Target, body};
use crate::report::{Finding, Lang, Report, SourcePath, line};

/// Reads `text` as a whole file without header.
fn read(text: &str) -> (Body, Vec<Finding>) {
    let mut report = Report::new();
    let body = body(&SourcePath::new("content/通知.md"), text, 0, &mut report);
    (body, report.into_sorted())
}

/// A resolver that lets everything through as it stands.
fn through(link: &Link) -> Resolved {
    let joined = |path: &str, anchor: &Option<String>| match anchor {
        Some(anchor) => format!("{path}#{anchor}"),
        None => path.to_string(),
    };
    let url = match &link.target {
        Target::Relative { path, anchor } | Target::Rooted { path, anchor } => joined(path, anchor),
        Target::Anchor(anchor) => format!("#{anchor}"),
        Target::External(url) => return Resolved::Href { url: url.clone(), external: true },
        Target::Contact(url) => url.clone(),
        Target::None => String::new(),
    };
    match link.is_image {
        true => Resolved::Picture { src: url, width: Some(4), height: Some(3), sizes: Vec::new() },
        false => Resolved::Href { url, external: false },
    }
}

fn html(text: &str) -> String {
    read(text).0.html(&through)
}

/// The HTML of a text that must cause no finding.
fn clean(text: &str) -> String {
    let (body, findings) = read(text);
    assert_eq!(findings, [], "{text}");
    body.html(&through)
}

fn codes(text: &str) -> Vec<&'static str> {
    read(text).1.iter().map(|finding| finding.code.id).collect()
}

/// The findings in their short form, each with its fix.
fn told(text: &str) -> String {
    read(text).1.iter().map(|finding| format!("{}{}", line::print(finding, Lang::Zh), fixes(finding))).collect()
}

fn fixes(finding: &Finding) -> String {
    finding.fix.iter().map(|fix| format!("  改成：{fix}\n")).collect()
}
