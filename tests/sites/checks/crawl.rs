//! Every internal address in every built file leads to a built file, by the rules a browser follows on a disk
//! (faults.md G23).

use std::collections::BTreeSet;

use html5gum::{StartTag, Token, Tokenizer};

use super::Built;

/// Addresses that lead nowhere, each with the page it stands on.
pub fn dead_links(built: &Built) -> Vec<String> {
    let mut dead = Vec::new();
    for (path, html) in built.ending(".html") {
        for (address, tag) in addresses(&html) {
            dead.extend(fault(built, path, &address).map(|why| format!("{path}: <{tag}> {address}: {why}")));
        }
    }
    for (path, css) in built.ending(".css") {
        for address in css.split("url(").skip(1).filter_map(|rest| rest.split(')').next()) {
            let address = address.trim_matches(['"', '\'']);
            dead.extend(fault(built, path, address).map(|why| format!("{path}: url({address}): {why}")));
        }
    }
    dead
}

/// The addresses of a page with the tags they stand in.
pub fn addresses(html: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    for tag in start_tags(html) {
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        for (key, value) in &tag.attributes {
            let value = String::from_utf8_lossy(&value.value).into_owned();
            match key.as_slice() {
                b"href" | b"src" | b"action" | b"poster" | b"data" => found.push((value, name.clone())),
                b"srcset" => {
                    let all = value.split(',').filter_map(|part| part.split_whitespace().next());
                    found.extend(all.map(|part| (part.to_string(), name.clone())));
                }
                _ => {}
            }
        }
    }
    found
}

/// The start tags of a page.
pub fn start_tags(html: &str) -> impl Iterator<Item = StartTag<()>> {
    let tokens: Vec<_> = Tokenizer::new(html).collect();
    tokens.into_iter().filter_map(|token| match token {
        Ok(Token::StartTag(tag)) => Some(tag),
        Err(_) => None,
        _ => None,
    })
}

/// Why an address leads nowhere; none when it leads to an output or away from the site.
fn fault(built: &Built, page: &str, address: &str) -> Option<String> {
    let lower = address.to_ascii_lowercase();
    if ["https:", "http:", "mailto:", "tel:", "data:", "webcal:", "geo:"].iter().any(|scheme| lower.starts_with(scheme))
    {
        return None;
    }
    let (path, anchor) = address.split_once('#').unwrap_or((address, ""));
    let path = path.split('?').next().unwrap_or(path);
    let target = match resolved(page, path) {
        Some(target) => target,
        None if page == "404.html" => return None,
        None => return Some("leaves the site or is no relative path".to_string()),
    };
    let Some(html) = built.text(&target) else { return Some(format!("there is no {target}")) };
    // A page without an anchor of that name has a top all the same (HTML, 7.4.6.4).
    let anchored = ["", "top"].contains(&anchor) || !target.ends_with(".html") || ids(&html).contains(&decoded(anchor));
    (!anchored).then(|| format!("{target} has no #{anchor}"))
}

/// The output a relative path names from `page`.
fn resolved(page: &str, path: &str) -> Option<String> {
    if path.is_empty() {
        return Some(page.to_string());
    }
    if path.starts_with('/') || path.contains('\\') {
        return None;
    }
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    let target = decoded(&parts.join("/"));
    Some(if target.is_empty() || target.ends_with('/') { format!("{target}index.html") } else { target })
}

fn ids(html: &str) -> BTreeSet<String> {
    let id = |tag: StartTag<()>| {
        tag.attributes
            .iter()
            .find(|(key, _)| key.as_slice() == b"id")
            .map(|(_, id)| String::from_utf8_lossy(&id.value).into_owned())
    };
    start_tags(html).filter_map(id).collect()
}

/// Percent-decoded once.
pub fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let hex = tail.get(..2).and_then(|hex| u8::from_str_radix(std::str::from_utf8(hex).ok()?, 16).ok());
        match (first, hex) {
            (b'%', Some(byte)) => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            _ => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}
