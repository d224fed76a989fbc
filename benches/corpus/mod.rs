//! The pages of a neutral corpus as a project of ours: the same texts, with the headers our kinds ask for.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// A page of the project.
pub struct Page {
    /// Its source.
    pub source: PathBuf,
    /// Its address, from `/`.
    pub address: String,
}

const CITIES: [&str; 8] = ["太原市", "大同市", "阳泉市", "长治市", "晋城市", "运城市", "临汾市", "吕梁市"];

/// Writes the project, with the base template in a theme of its own, and lists its pages in the order of their paths.
pub fn write(neutral: &Path, project: &Path) -> Vec<Page> {
    let content = project.join("content");
    let mut sources: Vec<PathBuf> = ["campaigns", "cases", "notices", "open-days"]
        .iter()
        .flat_map(|kind| fs::read_dir(neutral.join("content").join(kind)).unwrap())
        .map(|entry| entry.unwrap().path())
        .collect();
    sources.sort();
    // A page belongs to the first campaign of its theme.
    let mut campaigns: BTreeMap<String, String> = BTreeMap::new();
    let texts: Vec<String> = sources.iter().map(|source| fs::read_to_string(source).unwrap()).collect();
    for (source, text) in sources.iter().zip(&texts).filter(|(source, _)| kind(source) == "campaigns") {
        campaigns.entry(field(text, "campaign").to_string()).or_insert_with(|| stem(source));
    }
    let cities: BTreeMap<&str, usize> = texts.iter().map(|text| (field(text, "city"), 0)).collect();
    let number = |city: &str| cities.keys().position(|known| *known == city).unwrap() % CITIES.len();
    let mut pages = Vec::new();
    for (source, text) in sources.iter().zip(&texts) {
        let (kind, slug) = (kind(source), stem(source));
        let body = text.splitn(3, "---\n").nth(2).unwrap();
        let body = body.replace(&format!("/files/{slug}.pdf"), "/files/list.pdf");
        let at = number(field(text, "city"));
        let published = field(text, "date").replace('T', " ");
        let published = &published[..16];
        let mut header =
            format!("title: \"{}\"\npublished: {published}\nregion: {}\n", field(text, "title"), CITIES[at]);
        header += &format!("summary: \"{}\"\n", field(text, "summary"));
        let campaign = campaigns.get(field(text, "campaign"));
        header += &match (kind.as_str(), campaign) {
            ("campaigns", _) => format!("slogan: {}进万家\n", field(text, "campaign")),
            ("notices", Some(campaign)) => format!("issuer: 示例市市场监督管理局\ncampaigns: [{campaign}]\n"),
            ("notices", None) => "issuer: 示例市市场监督管理局\n".to_string(),
            ("cases", Some(campaign)) => format!("campaign: {campaign}\n"),
            (_, campaign) => format!(
                "campaign: {}\ninstitution: lab-{at}\nsessions:\n  - date: {}\n",
                campaign.map_or("none", String::as_str),
                &published[..10]
            ),
        };
        let file = content.join(&kind).join(format!("{slug}.md"));
        put(&file, &format!("---\n{header}---\n{body}"));
        pages.push(Page { source: file, address: format!("/{kind}/{slug}/") });
    }
    for (at, city) in CITIES.iter().enumerate() {
        put(
            &content.join(format!("institutions/lab-{at}.md")),
            &format!("---\nname: {city}示例检测中心\nregion: {city}\n---\n\n示例。\n"),
        );
    }
    put(&content.join("files/list.pdf"), "%PDF-1.4\n%%EOF\n");
    put(
        &content.join("site.yaml"),
        "title: 示例专题\nbureau:\n  name: 示例市市场监督管理局\nbase_url: https://www.example.gov.cn/zt/\n\
         posters: []\nnotice_pdf: false\nsearch: false\nbooklets: false\n",
    );
    let base = Path::new(env!("CARGO_MANIFEST_DIR")).join("themes/default/templates/base.html");
    put(&project.join("themes/default/templates/base.html"), &fs::read_to_string(base).unwrap());
    pages
}

/// The lean templates in the place of the default theme's.
pub fn lean(project: &Path) {
    let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/theme/templates");
    let to = project.join("themes/default/templates");
    fs::create_dir_all(&to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}

fn put(file: &Path, text: &str) {
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

fn kind(source: &Path) -> String {
    source.parent().unwrap().file_name().unwrap().to_string_lossy().into_owned()
}

fn stem(source: &Path) -> String {
    source.file_stem().unwrap().to_string_lossy().into_owned()
}

/// The value of a header line, without its quotes.
fn field<'t>(text: &'t str, key: &str) -> &'t str {
    let line = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(": ")).unwrap();
    line.trim_matches('"')
}
