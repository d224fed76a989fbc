//! Markup, feeds and data are whole: no attribute or script that nobody wrote, addresses of allowed schemes only,
//! XML without characters it forbids, JSON that can be read (faults.md E05, G08, G10, I7).

use html5gum::{Token, Tokenizer};

use super::Built;
use super::crawl::{addresses, start_tags};

/// A word that fixtures put behind a quote and a bracket; as an attribute or an element it must never be seen.
const CANARY: &str = "onkanarie";

/// What is wrong with the files of a site.
pub fn broken(built: &Built) -> Vec<String> {
    let mut wrong = Vec::new();
    for (path, html) in built.ending(".html") {
        wrong.extend(markup(built, &html).into_iter().map(|why| format!("{path}: {why}")));
        wrong.extend(scripts(&html).into_iter().map(|why| format!("{path}: {why}")));
    }
    for (path, xml) in built.ending(".xml") {
        wrong.extend(document(&xml).map(|why| format!("{path}: {why}")));
    }
    for (path, json) in built.ending(".json") {
        let parsed: Result<serde_json::Value, _> = serde_json::from_str(&json);
        wrong.extend(parsed.err().map(|why| format!("{path}: {why}")));
        wrong.extend(json.contains("<script").then(|| format!("{path}: raw markup in JSON")));
    }
    wrong
}

fn markup(built: &Built, html: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    for tag in start_tags(html) {
        let name = String::from_utf8_lossy(&tag.name).into_owned();
        for key in tag.attributes.keys() {
            let key = String::from_utf8_lossy(key).into_owned();
            let odd = key.starts_with("on") || key.contains(CANARY) || key.contains(['"', '\'', '<', '&']);
            wrong.extend(odd.then(|| format!("<{name}> has the attribute {key}")));
        }
        wrong.extend((name.contains(CANARY) || name == "b").then(|| format!("an element <{name}> nobody wrote")));
    }
    for (address, tag) in addresses(html) {
        if tag == "a" && (subscribes(built, &address) || locates(&address)) {
            continue;
        }
        let scheme = address.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
        let known = |scheme: &String| ["https", "http", "mailto", "tel"].contains(&scheme.as_str());
        let odd = scheme.filter(|scheme| !scheme.contains(['/', '?', '#', '.']) && !known(scheme));
        wrong.extend(odd.map(|_| format!("<{tag}> leads to {address}")));
    }
    wrong
}

/// One exception to I7: the theme offers the calendar files of the site itself by `webcal:`, because a phone stores
/// a copy of what it is given by `https:`. What authors write goes through the gate, which does not know that scheme.
fn subscribes(built: &Built, address: &str) -> bool {
    let calendars = built.written.keys().filter(|out| out.ends_with("calendar.ics"));
    let rest = address.strip_prefix("webcal://");
    rest.is_some_and(|rest| calendars.into_iter().any(|out| rest.ends_with(&format!("/{out}"))))
}

/// The other exception: the theme offers the point of an address to map apps. It is made of numbers alone.
fn locates(address: &str) -> bool {
    let point = address.strip_prefix("geo:").and_then(|point| point.split_once(','));
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit() || b"-.".contains(&b));
    point.is_some_and(|(lat, lon)| number(lat) && number(lon))
}

/// The text of every inline script: structured data must be JSON, and nothing else may hold the canary.
fn scripts(html: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut kind: Option<String> = None;
    let mut text = String::new();
    for token in Tokenizer::new(html) {
        match token {
            Ok(Token::StartTag(tag)) if tag.name.as_slice() == b"script" => {
                let of = tag.attributes.iter().find(|(key, _)| key.as_slice() == b"type");
                kind = Some(of.map_or(String::new(), |(_, value)| String::from_utf8_lossy(&value.value).into_owned()));
            }
            Ok(Token::String(part)) if kind.is_some() => text.push_str(&String::from_utf8_lossy(&part)),
            Ok(Token::EndTag(tag)) if tag.name.as_slice() == b"script" => {
                wrong.extend(script(kind.take().unwrap_or_default(), &std::mem::take(&mut text)));
            }
            _ => {}
        }
    }
    wrong
}

fn script(kind: String, text: &str) -> Option<String> {
    if kind == "application/ld+json" {
        let parsed: Result<serde_json::Value, _> = serde_json::from_str(text);
        return parsed.err().map(|why| format!("structured data is no JSON: {why}"));
    }
    text.contains(CANARY).then(|| "the canary stands in a script".to_string())
}

/// Whether tags are balanced, references known and characters allowed; a small reader of our own, for a judge should
/// not share code with what it judges.
fn document(xml: &str) -> Option<String> {
    let allowed =
        |c: char| matches!(c, '\t' | '\n' | '\r' | ' '..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..);
    if let Some(c) = xml.chars().find(|c| !allowed(*c)) {
        return Some(format!("the character U+{:04X} is forbidden in XML", c as u32));
    }
    let mut open: Vec<&str> = Vec::new();
    let mut rest = xml;
    while let Some(at) = rest.find(['<', '&']) {
        if rest[..at].contains("]]>") {
            return Some("]]> stands in a text".to_string());
        }
        let from = &rest[at..];
        let known = ["&amp;", "&lt;", "&gt;", "&quot;", "&apos;", "&#"];
        if let Some(after) = from.strip_prefix('&') {
            if !known.iter().any(|known| from.starts_with(known)) {
                return Some(format!("a reference nobody knows: {}", from.chars().take(20).collect::<String>()));
            }
            rest = after;
            continue;
        }
        let end = from.find('>')?;
        let tag = &from[1..end];
        rest = &from[end + 1..];
        match tag.strip_prefix('/') {
            Some(name) if open.pop() != Some(name.trim()) => return Some(format!("</{name}> closes nothing")),
            Some(_) => {}
            None if tag.starts_with(['?', '!']) || tag.ends_with('/') => {}
            None => open.push(tag.split_whitespace().next().unwrap_or_default()),
        }
    }
    open.pop().map(|name| format!("<{name}> is never closed"))
}
