//! The one gate through which every address in a body passes.
//!
//! Browsers forgive much: they skip controls and line breaks inside `java⇥script:`, read `\\host` as `//host`, and
//! decode entities first. So the address is judged after the parser has decoded it, by an allow-list of schemes; all
//! else that has a scheme is refused (faults.md D02, D03). What leaves here is relative or begins with `https:`,
//! `http:`, `mailto:` or `tel:`.

use std::fmt::Write as _;

use super::Target;
use super::chars::{is_invisible, is_private};
use crate::address::composed;

/// What the gate says of an address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It may pass.
    Passes(Target),
    /// It would pass with `/` for `\`.
    Backslash(Target),
    /// A path on the author's own computer.
    Local,
    /// Nothing there.
    Empty,
    /// A scheme that is not allowed, hidden characters, or a broken web address.
    Unsafe,
}

/// Judges an address as the parser decoded it.
pub(super) fn judge(address: &str) -> Verdict {
    let address = address.trim_matches(' ');
    if address.is_empty() {
        return Verdict::Empty;
    }
    // Most are the paths of files and pages, in which nothing has to be decoded or looked at.
    if address.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'/')) {
        let (path, anchor) = (address.to_string(), None);
        match address.as_bytes() {
            [b'/', b'/', ..] => {}
            [b'/', ..] => return Verdict::Passes(Target::Rooted { path, anchor }),
            _ => return Verdict::Passes(Target::Relative { path, anchor }),
        }
    }
    if address.chars().any(hidden) {
        return Verdict::Unsafe;
    }
    if is_local(address) {
        return Verdict::Local;
    }
    let slashed = address.replace('\\', "/");
    if slashed.starts_with("//") {
        return web(&format!("https:{slashed}"));
    }
    match scheme(&slashed) {
        Some(scheme) => schemed(address, &slashed, &scheme),
        None => path(address, &slashed),
    }
}

/// Whether a finished address may stand in `href` or `src`: the same list, asked of what a resolver gave back.
pub(super) fn may_stand(url: &str) -> bool {
    if url.contains('\\') || url.starts_with("//") || url.chars().any(hidden) {
        return false;
    }
    let passes = || matches!(judge(url), Verdict::Passes(Target::External(_) | Target::Contact(_)));
    scheme(url).is_none() || passes()
}

/// `url` with the characters that may not stand in an address percent-encoded; Chinese stays readable.
pub(super) fn encoded(url: &str) -> String {
    let mut encoded = String::with_capacity(url.len());
    for c in url.chars() {
        match c {
            ' ' | '"' | '<' | '>' | '`' | '{' | '}' | '|' | '^' => {
                let _ = write!(encoded, "%{:02X}", c as u32);
            }
            c => encoded.push(c),
        }
    }
    encoded
}

/// Percent-decodes `text`; left alone when the bytes are not UTF-8.
pub(super) fn decoded(text: &str) -> String {
    if !text.contains('%') {
        return text.to_string();
    }
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        match (first, hex(tail)) {
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
    String::from_utf8(bytes).unwrap_or_else(|_| text.to_string())
}

fn hex(tail: &[u8]) -> Option<u8> {
    let digit = |at: usize| (*tail.get(at)? as char).to_digit(16);
    u8::try_from(digit(0)? * 16 + digit(1)?).ok()
}

fn hidden(c: char) -> bool {
    c.is_control() || is_invisible(c) || is_private(c)
}

/// `C:\…`, `C:/…`, `C:name`, `/C:/…`, `file:…`.
fn is_local(address: &str) -> bool {
    let raw = address;
    let address = address.trim_start_matches(['/', '\\']);
    let bytes = address.as_bytes();
    let drive = matches!(bytes, [letter, b':', ..] if letter.is_ascii_alphabetic());
    drive || is_shared(raw) || scheme(address).is_some_and(|scheme| scheme == "file")
}

/// `\\server\share\…`, of which Markdown takes the first backslash for an escape.
fn is_shared(address: &str) -> bool {
    address.starts_with('\\') && !address.starts_with("\\\\") && address[1..].contains('\\')
}

/// What stands before a `:`, if that comes before any `/`, `?` and `#`; in lower case.
fn scheme(address: &str) -> Option<String> {
    let end = address.find([':', '/', '?', '#']).filter(|end| address[*end..].starts_with(':'))?;
    Some(address[..end].trim().to_ascii_lowercase())
}

fn schemed(address: &str, slashed: &str, scheme: &str) -> Verdict {
    let rest = &address[address.find(':').map_or(0, |at| at + 1)..];
    match scheme {
        "http" | "https" => web(&format!("{scheme}{}", &slashed[slashed.find(':').unwrap_or(0)..])),
        "mailto" | "tel" if rest.trim().is_empty() => Verdict::Empty,
        "mailto" | "tel" => Verdict::Passes(Target::Contact(format!("{scheme}:{}", encoded(rest)))),
        _ => Verdict::Unsafe,
    }
}

/// `https:///host` and `https:host` reach a host in browsers too, but no author means them.
fn web(url: &str) -> Verdict {
    let host = url.split_once("://").map_or("", |(_, rest)| rest);
    let named = host.chars().next().is_some_and(|c| c.is_alphanumeric() || c == '[');
    if named { Verdict::Passes(Target::External(encoded(url))) } else { Verdict::Unsafe }
}

fn path(address: &str, slashed: &str) -> Verdict {
    let (place, anchor) = match slashed.split_once('#') {
        Some((place, anchor)) => (place, Some(composed(&decoded(anchor)).into_owned())),
        None => (slashed, None),
    };
    let path = composed(&decoded(place.split('?').next().unwrap_or(place))).into_owned();
    if path.chars().any(hidden) || anchor.as_deref().is_some_and(|anchor| anchor.chars().any(hidden)) {
        return Verdict::Unsafe;
    }
    let target = match anchor {
        Some(anchor) if path.is_empty() && !place.contains('?') => Target::Anchor(anchor),
        _ if path.is_empty() => return Verdict::Empty,
        anchor if path.starts_with(['/', '\\']) => Target::Rooted { path: path.replace('\\', "/"), anchor },
        anchor => Target::Relative { path: path.replace('\\', "/"), anchor },
    };
    let crooked = address.split('#').next().is_some_and(|path| path.contains('\\')) || path.contains('\\');
    if crooked { Verdict::Backslash(target) } else { Verdict::Passes(target) }
}
