//! Where an address on a page leads, by the rules a browser follows.

use crate::address::percent_decode;
use crate::model::OutPath;

/// Where an address leads.
#[derive(Debug, PartialEq)]
pub enum Target<'a> {
    /// A path from the root of the site, and the anchor behind it, decoded.
    Site(String, String),
    /// From the root of the host, where the site need not stand.
    Rooted,
    /// Out of the site's folder, or no path at all.
    Nowhere,
    /// A web address, with its host in small letters.
    Web(String),
    /// Another scheme, such as `tel`.
    Scheme(&'a str),
}

/// Where `address` leads from the page `from`, in a site that stands at the path `base` of the host.
pub fn target<'a>(from: &OutPath, base: &str, address: &'a str) -> Target<'a> {
    let address = address.trim_matches([' ', '\t', '\n', '\r']);
    if let Some(host) = host(address) {
        return Target::Web(host);
    }
    if let Some(scheme) = scheme(address) {
        return Target::Scheme(scheme);
    }
    let (place, anchor) = address.split_once('#').unwrap_or((address, ""));
    let anchor = percent_decode(anchor).unwrap_or_else(|| anchor.to_string());
    let path = place.split('?').next().unwrap_or(place);
    if path.is_empty() {
        return Target::Site(from.as_str().to_string(), anchor);
    }
    // 404.html is shown at any address, so it alone names everything from the root of the host.
    let (start, path) = match path.strip_prefix(base) {
        Some(below) if path.starts_with('/') && from.as_str() == "404.html" => ("", below),
        _ if path.starts_with('/') => return Target::Rooted,
        _ => (from.as_str(), path),
    };
    match joined(start, path) {
        Some(path) => Target::Site(path, anchor),
        None => Target::Nowhere,
    }
}

/// `path` from the folder of the file `from`; none where it leaves the site.
fn joined(from: &str, path: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    let mut names = path.split('/').peekable();
    while let Some(name) = names.next() {
        match name {
            "" | "." if names.peek().is_none() => parts.push(""),
            "." => {}
            ".." => {
                parts.pop()?;
                if names.peek().is_none() {
                    parts.push("");
                }
            }
            name => parts.push(name),
        }
    }
    let path = percent_decode(&parts.join("/"))?;
    Some(if path.is_empty() || path.ends_with('/') { format!("{path}index.html") } else { path })
}

/// The scheme of an address.
fn scheme(address: &str) -> Option<&str> {
    let (scheme, _) = address.split_once(':')?;
    let named = scheme.starts_with(|c: char| c.is_ascii_alphabetic());
    (named && scheme.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))).then_some(scheme)
}

/// The host of a web address in small letters, without user and port.
pub fn host(address: &str) -> Option<String> {
    let rest = match address.strip_prefix("//") {
        Some(rest) => rest,
        None => {
            let (scheme, rest) = address.split_once("://")?;
            (scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http")).then_some(rest)?
        }
    };
    let authority = rest.split(['/', '?', '#', '\\']).next()?;
    let host = authority.rsplit('@').next()?;
    let host = if host.starts_with('[') { host } else { host.split(':').next()? };
    Some(host.trim_end_matches('.').to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(from: &str, address: &'static str) -> Target<'static> {
        target(&OutPath::new(from).unwrap(), "/zt/", address)
    }

    #[test]
    fn addresses_are_followed_as_a_browser_does() {
        let site = |path: &str, anchor: &str| Target::Site(path.into(), anchor.into());
        assert_eq!(of("a/b/index.html", "../../x.css?1#y"), site("x.css", "y"));
        assert_eq!(of("a/b/index.html", "#%E4%B8%80"), site("a/b/index.html", "一"));
        assert_eq!(of("a/b/index.html", "../"), site("a/index.html", ""));
        assert_eq!(of("a/b/index.html", ".."), site("a/index.html", ""));
        assert_eq!(of("a/index.html", "../../x"), Target::Nowhere);
        assert_eq!(of("a/index.html", "/zt/x"), Target::Rooted);
        assert_eq!(of("404.html", "/zt/a/"), site("a/index.html", ""));
        assert_eq!(of("404.html", "/x"), Target::Rooted);
        assert_eq!(of("index.html", "HTTPS://User@Www.Example.COM:80/x"), Target::Web("www.example.com".into()));
        assert_eq!(of("index.html", "//x.cn/"), Target::Web("x.cn".into()));
        assert_eq!(of("index.html", "tel:12315"), Target::Scheme("tel"));
    }
}
