//! The site that carries markup in its fields leaves none out.

use std::path::Path;

use libtest_mimic::Failed;
use site::load::fields::{CONFIG, Field, Kind, Shape};

/// Keys whose value has a form of its own, so that no markup can stand in it.
const FORMED: &[&str] = &[
    "slug",
    "code",
    "draft",
    "consent",
    "publish",
    "expires",
    "published",
    "updated",
    "campaign",
    "campaigns",
    "institution",
    "forwards",
    "ref",
    "date",
    "start",
    "end",
    "deadline",
    "due",
    "capacity",
    "left",
    "planned",
    "lat",
    "lon",
    "datum",
    "order",
    "width",
    "height",
    "bleed_mm",
    "color",
    "main",
    "organic",
    "green",
    "service",
    "open_day",
    "region",
    "level",
    "layout",
    "status",
    "openness",
    "secrecy",
    "copy_no",
    "file",
    "path",
    "preview",
    "old_urls",
    "online_url",
    "url",
    "base_url",
    "theme",
    "party_mark_url",
    "correction_url",
    "allowed_hosts",
    "sha256",
    "site_id_code",
    "posters",
    "notice_pdf",
    "booklets",
    "search",
    "home_days",
    "news_days",
    "notice_days",
    "publish_days",
    "remind_days",
    "picture_kb",
    "picture_width",
    "notice_chars",
];

/// Every other key stands in `tests/sites/markup` with the canary behind it.
pub fn the_markup_site_uses_every_field() -> Result<(), Failed> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sites/markup/project/content");
    let mut wrong = Vec::new();
    for kind in Kind::ALL {
        let files = std::fs::read_dir(project.join(kind.folder()))?.map(|entry| entry.unwrap().path());
        let pages: String = files.map(|path| std::fs::read_to_string(path).unwrap_or_default()).collect();
        kind.fields().for_each(|field| wrong.extend(missing(field, &pages).map(|key| format!("{kind:?}: {key}"))));
    }
    let config = std::fs::read_to_string(project.join("site.yaml"))?;
    CONFIG.iter().for_each(|field| wrong.extend(missing(field, &config).map(|key| format!("site.yaml: {key}"))));
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

fn missing(field: &Field, text: &str) -> Option<String> {
    match field.shape {
        Shape::Rows(fields) | Shape::Table(fields) => {
            fields.iter().find_map(|inner| missing(inner, text)).map(|key| format!("{}.{key}", field.key))
        }
        Shape::Text | Shape::Texts if FORMED.contains(&field.key) => None,
        Shape::Text | Shape::Texts => {
            let key = format!("{}: ", field.key);
            let mut behind = text.split(&key).skip(1);
            let carried = behind.any(|rest| rest.lines().next().is_some_and(|line| line.contains("onkanarie")));
            (!carried).then(|| field.key.to_string())
        }
    }
}
