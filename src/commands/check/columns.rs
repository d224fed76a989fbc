//! What was found by column of the site: an officer thinks of notices and campaigns, not of folders.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::load::fields::Kind;
use crate::model::Site;
use crate::report::json::JsonCounts;
use crate::report::{Column, Counts, Finding, SourcePath};

/// Columns that are not made of pages: the word for programs, and the Chinese name.
const FILES: (&str, &str) = ("files", "文件");
const CONFIG: (&str, &str) = ("config", "网站配置");
const THEME: (&str, &str) = ("theme", "主题");
const OTHER: (&str, &str) = ("other", "其他");

/// Every column in the order of the menus, with what was found in it; what belongs to none comes last, where there is any.
pub fn of(site: Option<&Site>, findings: &[Finding]) -> Vec<Column> {
    let mut found: BTreeMap<&str, Counts> = BTreeMap::new();
    for finding in findings {
        found.entry(column(&finding.place.path)).or_default().add(finding);
    }
    let counts = |word: &str| found.get(word).copied().unwrap_or_default();
    let pages = |kind: Kind| site.map_or(0, |site| site.pages.keys().filter(|id| id.kind == kind).count());
    let kinds = Kind::ALL.into_iter().map(|kind| Column {
        name: kind.zh(),
        word: kind.folder(),
        pages: Some(pages(kind)),
        counts: counts(kind.folder()),
    });
    let others = [FILES, CONFIG, THEME, OTHER].into_iter();
    let others = others.map(|(word, name)| Column { name, word, pages: None, counts: counts(word) });
    kinds.chain(others).filter(|column| column.word != OTHER.0 || column.counts != Counts::default()).collect()
}

/// The columns as they stand in the JSON document.
pub fn values(columns: &[Column]) -> Value {
    let value = |column: &Column| {
        let counts = JsonCounts::from(column.counts);
        json!({ "column": column.word, "name": column.name, "pages": column.pages, "counts": counts })
    };
    columns.iter().map(value).collect()
}

/// The word of the column a file belongs to.
fn column(path: &SourcePath) -> &'static str {
    let (top, rest) = path.as_str().split_once('/').unwrap_or((path.as_str(), ""));
    match (top, rest.split_once('/')) {
        ("themes", _) => THEME.0,
        ("content", None) => CONFIG.0,
        ("content", Some((folder, _))) => Kind::of_folder(folder).map_or(FILES.0, Kind::folder),
        _ => OTHER.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_belongs_to_one_column() {
        for (path, word) in [
            ("content/notices/a.md", "notices"),
            ("content/open-days/list.csv", "open-days"),
            ("content/news/a/photo.jpg", "news"),
            ("content/files/a.pdf", "files"),
            ("content/static/robots.txt", "files"),
            ("content/site.yaml", "config"),
            ("themes/default/templates/home.html", "theme"),
            ("--today", "other"),
            ("public", "other"),
        ] {
            assert_eq!(column(&SourcePath::new(path)), word, "{path}");
        }
    }
}
