//! Style sheets, scripts and pictures of a theme, under names that hold a hash of their bytes, so that a browser may
//! keep them for ever.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Files;
use crate::model::OutPath;
use crate::report::{Finding, Place, Report, Text, codes};

/// One asset.
#[derive(Debug, Clone)]
pub struct Asset {
    /// Where it is written, with the hash in its name.
    pub out: OutPath,
    /// Its bytes; in style sheets, `url(…)` of other assets already names their hashed files.
    pub bytes: Arc<[u8]>,
}

/// The assets of `files` by their names below `assets/`.
pub fn assets(files: &Files, report: &mut Report) -> BTreeMap<String, Asset> {
    let mut assets = BTreeMap::new();
    let own = || files.iter().filter_map(|(name, file)| Some((name.strip_prefix("assets/")?, file)));
    for (name, (path, bytes)) in own().filter(|(name, _)| !name.ends_with(".css")) {
        insert(name, bytes.clone(), &Place::file(path), &mut assets, report);
    }
    for (name, (path, bytes)) in own().filter(|(name, _)| name.ends_with(".css")) {
        let linked = link(name, &String::from_utf8_lossy(bytes), &assets);
        insert(name, linked.into_bytes().into(), &Place::file(path), &mut assets, report);
    }
    assets
}

fn insert(name: &str, bytes: Arc<[u8]>, place: &Place, assets: &mut BTreeMap<String, Asset>, report: &mut Report) {
    let hash = blake3::hash(&bytes).to_hex();
    let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
    match OutPath::new(&format!("assets/{stem}.{}.{extension}", &hash[..10])) {
        Ok(out) => {
            assets.insert(name.to_string(), Asset { out, bytes });
        }
        Err(_) => {
            let text = Text::new("主题文件的名字不能用，请改名。", "This asset's name cannot be used; rename it.");
            report.add(Finding::new(&codes::E204, place.clone(), text));
        }
    }
}

/// Puts hashed names into the `url(…)` of a style sheet.
fn link(sheet: &str, css: &str, assets: &BTreeMap<String, Asset>) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(at) = rest.find("url(") {
        let (before, from) = rest.split_at(at + 4);
        out.push_str(before);
        let end = from.find(')').unwrap_or(from.len());
        let written = from[..end].trim().trim_matches(['"', '\'']);
        let folder = sheet.rsplit_once('/').map_or(String::new(), |(folder, _)| format!("{folder}/"));
        match assets.get(&format!("{folder}{written}")) {
            Some(asset) => out.push_str(&format!("\"{}\"", asset.out.file_name())),
            None => out.push_str(&from[..end]),
        }
        rest = &from[end..];
    }
    out.push_str(rest);
    out
}
