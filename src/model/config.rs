//! What `content/site.yaml` says about the site as a whole.

use super::colors::Colors;
use super::limits::Limits;
use super::reading::Reading;
use super::waiver::{Waiver, waivers};
use super::{Format, OutPath, Region};
use crate::address::{percent_decode, percent_encode};
use crate::load::config_path;
use crate::load::node::Map;
use crate::report::{Finding, Place, Report, Text, codes, displayable, nearest};

/// The configuration, complete: what the file leaves out has its default here.
#[derive(Debug, PartialEq)]
pub struct Config {
    /// Name of the site.
    pub title: String,
    /// One sentence about it, or empty.
    pub description: String,
    /// Keywords.
    pub keywords: Vec<String>,
    /// The bureau.
    pub bureau: Bureau,
    /// Where the site will stand.
    pub base_url: BaseUrl,
    /// The menu.
    pub menu: Vec<MenuEntry>,
    /// Folder in `themes/`.
    pub theme: String,
    /// The colours that differ from the theme's.
    pub colors: Colors,
    /// The footer.
    pub footer: Footer,
    /// The portal the site belongs to.
    pub portal: Portal,
    /// External hosts that may be linked besides `*.gov.cn`.
    pub allowed_hosts: Vec<String>,
    /// What `ColumnType` may say; the examples of the standard where none are written (domain.md M07).
    pub column_types: Vec<String>,
    /// From where on checks tell something.
    pub limits: Limits,
    /// The formats of posters that are made; none where the site makes no posters.
    pub posters: Vec<Format>,
    /// Whether campaigns are bound together for printing.
    pub booklets: bool,
    /// Whether readers can search the site.
    pub search: bool,
    /// Whether each notice is offered as PDF.
    pub notice_pdf: bool,
    /// Where they stand.
    pub column_types_at: Place,
    /// Rules that are set aside everywhere.
    pub waivers: Vec<Waiver>,
    /// Where the address stands.
    pub base_url_at: Place,
    /// Where the site code stands, for findings about it.
    pub site_id_code_at: Place,
    /// Where the footer stands, for findings about it.
    pub footer_at: Place,
    /// Where its ICP 备案号 stands.
    pub icp_at: Place,
    /// Where its 公安备案号 stands.
    pub police_at: Place,
    /// Where the theme is named.
    pub theme_at: Place,
}

/// What `ColumnType` may say (国办函〔2017〕1号, 政府网站网页标签规范; domain.md §3).
pub const COLUMN_TYPES: [&str; 8] =
    ["首页", "概况信息", "工作动态", "政策文件", "政策解读", "回应关切", "办事服务", "征集调查"];

/// The bureau whose site it is.
#[derive(Debug, PartialEq)]
pub struct Bureau {
    /// Full name.
    pub name: String,
    /// `province`, `city` or `county`.
    pub level: &'static str,
    /// Its region.
    pub region: Option<Region>,
    /// Public phone.
    pub contact: Option<String>,
    /// Address.
    pub address: Option<String>,
}

/// One entry of the menu.
#[derive(Debug, PartialEq)]
pub struct MenuEntry {
    /// Label.
    pub title: String,
    /// Address below the root, such as `notices/`.
    pub address: String,
    /// Where it stands.
    pub place: Place,
}

/// The footer of a government site (domain.md F01).
#[derive(Debug, Default, PartialEq)]
pub struct Footer {
    /// 主办单位, where it is not the bureau.
    pub sponsor: Option<String>,
    /// 承办单位
    pub organizer: Option<String>,
    /// 联系方式
    pub contact: Option<String>,
    /// ICP 备案号
    pub icp: Option<String>,
    /// 公安备案号
    pub police: Option<String>,
    /// 党政机关网站标识
    pub party_mark_url: Option<String>,
    /// 网站找错
    pub correction_url: Option<String>,
    /// 版权说明
    pub copyright: Option<String>,
}

/// The portal the site belongs to.
#[derive(Debug, Default, PartialEq)]
pub struct Portal {
    /// Name.
    pub name: Option<String>,
    /// Address.
    pub url: Option<String>,
    /// 网站标识码
    pub site_id_code: Option<String>,
    /// `SiteDomain`
    pub domain: Option<String>,
}

/// `https://host/path/`, in parts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseUrl {
    origin: String,
    path: String,
}

impl BaseUrl {
    /// Reads an address; the fault is a sentence in both languages. A final slash is added where it is missing.
    pub fn parse(text: &str) -> Result<BaseUrl, Text> {
        let text = text.trim();
        let (scheme, rest) = text
            .split_once("://")
            .ok_or_else(|| Text::new("网址要以 https:// 或 http:// 开头", "it must begin with https:// or http://"))?;
        let scheme = scheme.to_ascii_lowercase();
        if scheme != "https" && scheme != "http" {
            return Err(Text::new("网址要以 https:// 或 http:// 开头", "it must begin with https:// or http://"));
        }
        if rest.contains(['?', '#']) {
            return Err(Text::new("网址里不能有“?”或“#”", "it must hold no `?` or `#`"));
        }
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        if host.contains('@') {
            return Err(Text::new("网址里不能带用户名", "it must hold no user name"));
        }
        if !host.is_ascii() {
            return Err(Text::new(
                "中文域名要写成 xn-- 开头的形式（向域名服务商查询）",
                "write a Chinese domain in its xn-- form",
            ));
        }
        let host = host.to_ascii_lowercase();
        if !is_authority(&host) {
            return Err(Text::new("域名写得不对", "its host is malformed"));
        }
        // A path copied from a browser is encoded already.
        let path = percent_decode(path)
            .ok_or_else(|| Text::new("网址里的“%”后面写得不对", "a `%` in its path is malformed"))?;
        let parts = path.split('/').filter(|part| !part.is_empty()).collect::<Vec<_>>().join("/");
        if !parts.is_empty() && OutPath::new(&parts).is_err() {
            return Err(Text::new("网址的路径部分写得不对", "its path is malformed"));
        }
        let path = if parts.is_empty() { "/".to_string() } else { format!("/{}/", percent_encode(&parts)) };
        Ok(BaseUrl { origin: format!("{scheme}://{host}"), path })
    }

    /// The absolute address of `address`, which is relative to the root and already encoded.
    pub fn absolute(&self, address: &str) -> String {
        [&self.origin, &self.path, address].concat()
    }

    /// Whether everybody can reach the host: no IP literal, and no name that only works inside an office.
    pub fn is_public(&self) -> bool {
        !self.origin.contains('[') && !is_internal(self.host())
    }

    /// The host, without a port.
    pub fn host(&self) -> &str {
        let host = self.origin.split_once("://").map_or("", |(_, host)| host);
        match host.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
            Some((inner, _)) => inner,
            None => host.split_once(':').map_or(host, |(host, _)| host),
        }
    }

    /// The path with a slash at both ends; `/` at the top of a host.
    pub fn path(&self) -> &str {
        &self.path
    }
}

/// IP literals and names that only work inside an office.
pub fn is_internal(host: &str) -> bool {
    let dotted = host.split('.').all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()));
    dotted || host.starts_with('[') || host == "localhost" || host.ends_with(".local") || !host.contains('.')
}

/// Whether `host` is a name or an address in brackets, perhaps with a port.
fn is_authority(host: &str) -> bool {
    let (name, port) = match host.rsplit_once(':').filter(|_| !host.ends_with(']')) {
        Some((name, port)) => (name, Some(port)),
        None => (host, None),
    };
    let inner = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let named = match inner {
        Some(inner) => inner.parse::<std::net::Ipv6Addr>().is_ok(),
        None => {
            let part = |part: &str| part.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') && !part.is_empty();
            name.split('.').all(part)
        }
    };
    named && port.is_none_or(|port| port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok())
}

/// The name of the theme that a configuration names, and where.
pub fn theme_of(map: &Map) -> (String, Place) {
    theme(&Reading { path: &config_path(), map, near: None, year: None, report: &mut Report::new() })
}

fn theme(reading: &Reading) -> (String, Place) {
    (reading.text("theme").unwrap_or_else(|| "default".to_string()), reading.place("theme"))
}

/// Reads the configuration; `base_url` overrides the file's. None when a required part is missing or wrong.
pub fn config(map: &Map, base_url: Option<&str>, report: &mut Report) -> Option<Config> {
    let path = config_path();
    let mut reading = Reading { path: &path, map, near: None, year: None, report };
    let title = reading.text("title");
    let bureau = reading.table("bureau").and_then(|table| bureau(&mut reading.of(table)));
    let written = reading.text("base_url");
    let base = base_url.map(str::to_string).or(written).and_then(|text| address(&mut reading, &text));
    let portal_map = reading.table("portal");
    let footer_map = reading.table("footer");
    let portal = portal_map.map(|table| portal(&mut reading.of(table))).unwrap_or_default();
    let footer = footer_map.map(|table| footer(&mut reading.of(table))).unwrap_or_default();
    let site_id_code_at =
        portal_map.map_or_else(|| Place::file(&path), |table| reading.of(table).place("site_id_code"));
    let mut footer_place =
        |key: &str| footer_map.map_or_else(|| Place::file(&path), |table| reading.of(table).place(key));
    let (icp_at, police_at) = (footer_place("icp"), footer_place("police"));
    let (theme, theme_at) = theme(&reading);
    Some(Config {
        icp_at,
        police_at,
        theme_at,
        description: reading.text("description").unwrap_or_default(),
        keywords: reading.texts("keywords"),
        menu: menu(&mut reading),
        theme,
        allowed_hosts: hosts(&mut reading),
        column_types: column_types(&reading),
        column_types_at: reading.place("column_types"),
        waivers: waivers(&mut reading),
        colors: reading.table("colors").map_or_else(Colors::default, |table| Colors::read(reading.of(table))),
        limits: reading.table("limits").map_or_else(Limits::default, |table| Limits::read(reading.of(table))),
        posters: posters(&mut reading),
        booklets: reading.text("booklets").is_none() || reading.flag("booklets"),
        search: reading.text("search").is_none() || reading.flag("search"),
        notice_pdf: reading.text("notice_pdf").is_none() || reading.flag("notice_pdf"),
        base_url_at: reading.place("base_url"),
        site_id_code_at,
        footer_at: reading.place("footer"),
        portal,
        footer,
        title: title?,
        bureau: bureau?,
        base_url: base?,
    })
}

fn address(reading: &mut Reading, text: &str) -> Option<BaseUrl> {
    match BaseUrl::parse(text) {
        Ok(base) => Some(base),
        Err(why) => {
            let shown = displayable(text);
            let message = Text::new(
                format!("网站地址“{shown}”写错了：{}。", why.zh),
                format!("The base_url `{shown}` is wrong: {}.", why.en),
            );
            let plain = text.split(['?', '#']).next().unwrap_or_default();
            let meant = if text.contains("://") { plain.to_string() } else { format!("https://{plain}") };
            let meant = Some(meant).filter(|meant| text.contains('.') && BaseUrl::parse(meant).is_ok());
            let line = meant.map(|meant| reading.line("base_url", &meant));
            reading.report.add(Finding::new(&codes::E203, reading.place("base_url"), message).fixes(line));
            None
        }
    }
}

fn bureau(reading: &mut Reading) -> Option<Bureau> {
    let region = reading.region("region");
    let level = match reading.text("level").as_deref() {
        Some("省" | "省级") => "province",
        Some("县" | "县级" | "区") => "county",
        Some("市" | "市级") => "city",
        _ => reading.one_of("level", &["city", "province", "county"]),
    };
    Some(Bureau {
        name: reading.text("name")?,
        level,
        region,
        contact: reading.text("contact"),
        address: reading.text("address"),
    })
}

fn footer(reading: &mut Reading) -> Footer {
    Footer {
        sponsor: reading.text("sponsor"),
        organizer: reading.text("organizer"),
        contact: reading.text("contact"),
        icp: reading.text("icp"),
        police: reading.text("police"),
        party_mark_url: reading.web("party_mark_url"),
        correction_url: reading.web("correction_url"),
        copyright: reading.text("copyright"),
    }
}

fn portal(reading: &mut Reading) -> Portal {
    Portal {
        name: reading.text("name"),
        url: reading.web("url"),
        site_id_code: reading.text("site_id_code"),
        domain: reading.text("domain"),
    }
}

fn column_types(reading: &Reading) -> Vec<String> {
    let written = reading.texts("column_types");
    match written.is_empty() {
        true => COLUMN_TYPES.map(str::to_string).to_vec(),
        false => written,
    }
}

/// The hosts that may be linked; whole addresses are told with the host to write instead (E203).
fn hosts(reading: &mut Reading) -> Vec<String> {
    let mut hosts = Vec::new();
    for node in reading.nodes("allowed_hosts") {
        let Some(text) = node.as_text() else { continue };
        let host = text.trim().to_ascii_lowercase();
        // A Chinese domain is written here as in the links.
        if host.contains('.') && host.split('.').all(|part| !part.is_empty() && part.chars().all(in_host)) {
            hosts.push(host);
            continue;
        }
        let shown = displayable(text);
        let message = Text::new(
            format!("“{shown}”不是域名。这里只写域名，不写 https:// 和路径，例如 www.cnca.gov.cn。"),
            format!("`{shown}` is no host; write only the host, such as www.cnca.gov.cn."),
        );
        let rest = host.split_once("://").map_or(host.as_str(), |(_, rest)| rest);
        let meant = rest.split(['/', '?', '#', ':']).next().filter(|meant| is_authority(meant) && meant.contains('.'));
        let place = node.place(reading.path);
        let line = meant.map(|meant| place.with(meant));
        reading.report.add(Finding::new(&codes::E203, place, message).fixes(line));
    }
    hosts
}

/// The formats posters are made in; none of them when `posters: []` was written.
fn posters(reading: &mut Reading) -> Vec<Format> {
    if reading.map.get("posters").is_none() {
        return Format::DEFAULT.to_vec();
    }
    let mut formats = Vec::new();
    for node in reading.nodes("posters") {
        let Some(word) = node.as_text() else { continue };
        match Format::named(word) {
            Some(format) if formats.contains(&format) => {}
            Some(format) => formats.push(format),
            None => {
                let finding = no_format(word, node.place(reading.path));
                reading.report.add(finding);
            }
        }
    }
    formats.sort();
    formats
}

/// E203 for a format nobody makes.
pub fn no_format(word: &str, place: Place) -> Finding {
    let known: Vec<&str> = Format::ALL.iter().map(|format| format.about().word).collect();
    let shown = displayable(word);
    let text = Text::new(
        format!("没有“{shown}”这种海报格式。可以写：{}", known.join("、")),
        format!("There is no poster format `{shown}`; known: {}", known.join(", ")),
    );
    let near = nearest(word, known.iter().copied()).map(|near| place.with(near));
    Finding::new(&codes::E203, place, text).fixes(near)
}

fn in_host(c: char) -> bool {
    c.is_alphanumeric() || c == '-'
}

fn menu(reading: &mut Reading) -> Vec<MenuEntry> {
    let mut menu = Vec::new();
    for row in reading.rows("menu") {
        let row = reading.of(row);
        let (Some(title), Some(url)) = (row.text("title"), row.text("url")) else { continue };
        let place = row.place("url");
        match url.strip_prefix('/') {
            Some(address) if !address.starts_with('/') => {
                menu.push(MenuEntry { title, address: address.to_string(), place });
            }
            _ => {
                let message = Text::new(
                    "菜单里要写站内地址，以“/”开头，例如 /notices/。",
                    "A menu entry needs an address in the site that begins with `/`, such as /notices/.",
                );
                let line =
                    (!url.contains([':', '.'])).then(|| row.line("url", &format!("/{}/", url.trim_matches('/'))));
                row.report.add(Finding::new(&codes::E203, place, message).fixes(line));
            }
        }
    }
    menu
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn l09_base_urls_are_taken_apart_or_refused() {
        let base = BaseUrl::parse("https://WWW.Example.gov.cn/zt/有机").unwrap();
        assert_eq!(base.absolute("a/"), "https://www.example.gov.cn/zt/%E6%9C%89%E6%9C%BA/a/");
        assert_eq!(base.host(), "www.example.gov.cn");
        assert_eq!(BaseUrl::parse("https://x.cn/%E6%9C%89/").unwrap(), BaseUrl::parse("https://x.cn/有").unwrap());
        assert_eq!(BaseUrl::parse("http://[::1]:8080").unwrap().absolute("a/"), "http://[::1]:8080/a/");
        for wrong in ["https://x.cn:port/", "https://x.cn:/", "https://x.cn:99999/", "https://..", "https://x..cn/"] {
            assert!(BaseUrl::parse(wrong).is_err(), "{wrong}");
        }
        for wrong in ["https://x.cn/%2e%2e/", "https://x.cn/%2", "https://x.cn/%FF/"] {
            assert!(BaseUrl::parse(wrong).is_err(), "{wrong}");
        }
        for wrong in
            ["www.example.gov.cn", "ftp://x.cn", "https://x.cn/?a", "https://u@x.cn/", "https://市监.cn/", "https://"]
        {
            assert!(BaseUrl::parse(wrong).is_err(), "{wrong}");
        }
    }
}
