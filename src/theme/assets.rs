//! Style sheets, scripts and pictures of a theme, under names that hold a hash of their bytes, so that a browser may
//! keep them for ever.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::Files;
use super::squeeze::squeezed;
use crate::address::{percent_decode, percent_encode};
use crate::model::OutPath;
use crate::report::{Finding, Place, Report, SourcePath, Text, codes, displayable};

/// One asset.
#[derive(Debug, Clone)]
pub struct Asset {
    /// Where it stands in the theme.
    pub path: SourcePath,
    /// Where it is written, with the hash in its name.
    pub out: OutPath,
    /// Its bytes; in style sheets, `url(…)` of other assets already names their hashed files.
    pub bytes: Arc<[u8]>,
    /// What is written: style sheets without comments.
    pub sent: Arc<[u8]>,
}

/// The assets of `files` by their names below `assets/`.
pub fn assets(files: &Files, report: &mut Report) -> BTreeMap<String, Asset> {
    let mut assets = BTreeMap::new();
    let own = || files.iter().filter_map(|(name, file)| Some((name.strip_prefix("assets/")?, file)));
    for (name, (path, bytes)) in own().filter(|(name, _)| !name.ends_with(".css")) {
        insert(name, bytes.clone(), &Place::file(path), &mut assets, report);
    }
    for (name, (path, bytes)) in own().filter(|(name, _)| name.ends_with(".css")) {
        let linked = link(name, &String::from_utf8_lossy(bytes), &assets, |lost| report.add(dangling(path, lost)));
        insert(name, linked.into_bytes().into(), &Place::file(path), &mut assets, report);
    }
    assets
}

fn insert(name: &str, bytes: Arc<[u8]>, place: &Place, assets: &mut BTreeMap<String, Asset>, report: &mut Report) {
    let sent = match name.ends_with(".css") {
        true => squeezed(&String::from_utf8_lossy(&bytes)).into_bytes().into(),
        false => bytes.clone(),
    };
    let hash = blake3::hash(&sent).to_hex();
    let named = match name.rsplit_once('.').filter(|(_, extension)| !extension.contains('/')) {
        Some((stem, extension)) => format!("assets/{stem}.{}.{extension}", &hash[..10]),
        None => format!("assets/{name}.{}", &hash[..10]),
    };
    match OutPath::new(&named) {
        Ok(out) => {
            assets.insert(name.to_string(), Asset { path: place.path.clone(), out, bytes, sent });
        }
        Err(_) => {
            let text = Text::new("主题文件的名字不能用，请改名。", "This asset's name cannot be used; rename it.");
            report.add(Finding::new(&codes::E204, place.clone(), text));
        }
    }
}

/// Puts hashed names into the `url(…)` of a style sheet, as paths from the sheet's own folder; `lost` hears of what is
/// no asset.
fn link(sheet: &str, css: &str, assets: &BTreeMap<String, Asset>, mut lost: impl FnMut(&str)) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    while let Some(at) = rest.find("url(") {
        let (before, from) = rest.split_at(at + 4);
        out.push_str(before);
        let end = from.find(')').unwrap_or(from.len());
        let written = from[..end].trim().trim_matches(['"', '\'']);
        let (path, tail) = written.split_at(written.find(['?', '#']).unwrap_or(written.len()));
        match beside(sheet, path).and_then(|name| assets.get(&name)) {
            Some(asset) => {
                let up = "../".repeat(sheet.matches('/').count());
                let below = asset.out.as_str().strip_prefix("assets/").unwrap_or(asset.out.as_str());
                out.push_str(&format!("\"{up}{}{tail}\"", percent_encode(below)));
            }
            None => {
                if !path.is_empty() && !path.contains(':') && !path.starts_with('/') {
                    lost(written);
                }
                out.push_str(&from[..end]);
            }
        }
        rest = &from[end..];
    }
    out.push_str(rest);
    out
}

/// The name below `assets/` of `path`, which is relative to the style sheet `sheet`; none where it leaves the folder.
fn beside(sheet: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = sheet.split('/').collect();
    parts.pop();
    let path = percent_decode(path)?;
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

/// E204 for a `url(…)` that names no asset.
fn dangling(sheet: &SourcePath, written: &str) -> Finding {
    let shown = displayable(written);
    let text = if written.ends_with(".css") {
        Text::new(
            format!("样式表不能引用另一份样式表“{shown}”，发布后的文件名会变。请在模板里用 site.assets 分别写 link。"),
            format!("A style sheet cannot import `{shown}`, whose name changes; link both from a template."),
        )
    } else {
        Text::new(
            format!("样式表引用的“{shown}”不在主题的 assets 文件夹里。"),
            format!("`{shown}` is not in the theme's assets folder."),
        )
    };
    Finding::new(&codes::E204, Place::file(sheet), text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn theme(files: &[(&str, &str)]) -> Files {
        let file = |(name, text): &(&str, &str)| {
            let path = SourcePath::new(format!("themes/my/{name}"));
            (name.to_string(), (path, text.as_bytes().into()))
        };
        files.iter().map(file).collect()
    }

    #[test]
    fn style_sheets_name_assets_in_any_folder() {
        let css = "a{b:url(../img/a.png)} b{b:url('字.woff2?x#y')} c{b:url(data:image/png;base64,AA)} d{b:url(#m)}";
        let files = theme(&[
            ("assets/css/x.css", css),
            ("assets/img/a.png", "1"),
            ("assets/css/字.woff2", "2"),
            ("assets/OFL", "3"),
        ]);
        let mut report = Report::new();
        let assets = assets(&files, &mut report);
        assert!(report.into_sorted().is_empty());
        let name = |asset: &str| assets[asset].out.as_str().to_string();
        let picture = name("img/a.png").replacen("assets/", "../", 1);
        let font = name("css/字.woff2").replacen("assets/", "../", 1).replace('字', "%E5%AD%97");
        let expected = format!(
            "a{{b:url(\"{picture}\")}} b{{b:url(\"{font}?x#y\")}} c{{b:url(data:image/png;base64,AA)}} d{{b:url(#m)}}"
        );
        assert_eq!(String::from_utf8_lossy(&assets["css/x.css"].bytes), expected);
        assert!(name("OFL").starts_with("assets/OFL."), "a licence has no extension");
    }

    #[test]
    fn style_sheets_that_name_nothing_are_told() {
        let css = "@import url(y.css); a{b:url(../../x.png)} b{b:url(no.png)}";
        let mut report = Report::new();
        assets(&theme(&[("assets/x.css", css), ("assets/y.css", "")]), &mut report);
        assert_eq!(report.into_sorted().len(), 3);
    }
}
