//! Which names we answer to, and which other pages may ask us for anything.
//!
//! Other sites open in the same browser are hostile. Host must be one of three exact names with our port, so a foreign
//! name that resolves to this computer gets nothing; Origin must be ours; and the Sec-Fetch headers, which a page
//! cannot forge, keep foreign scripts, frames and pictures from loading anything (faults.md H08, H09). Who comes from the
//! office network must bring the key besides (H16).

use std::sync::Arc;

use super::head::{Head, Status};

const NAMES: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// The way a request came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Way {
    /// From a program of this computer.
    Loopback,
    /// From the office network, to this address of ours; who comes this way must have the key.
    Lan {
        /// The address as a host in an URL.
        host: String,
        /// The key.
        key: Arc<str>,
    },
}

/// What to do with a request that came the right way.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Answer it.
    Answer,
    /// It brought the key in its address: give it as a cookie, and send the reader to the address without it, so that the
    /// key stands in no history, no referrer and no picture of the screen.
    Welcome(String),
}

/// Whether the request names us, comes from one of our own pages or from the address bar, and has the key if it must.
pub fn judge(head: &Head, port: u16, way: &Way) -> Result<Verdict, Status> {
    let host = sole(head, "host")?.ok_or(Status::BAD_REQUEST)?;
    let ours = match way {
        Way::Loopback => is_ours(host, port),
        Way::Lan { host: own, .. } => {
            let host = host.to_ascii_lowercase();
            host == format!("{own}:{port}") || (port == 80 && host == *own)
        }
    };
    if !ours {
        return Err(Status::FORBIDDEN);
    }
    if sole(head, "origin")?.is_some_and(|origin| !is_origin_of(origin, host)) {
        return Err(Status::FORBIDDEN);
    }
    fetched_by_us(head)?;
    match way {
        Way::Loopback => Ok(Verdict::Answer),
        Way::Lan { key, .. } => with_key(head, key),
    }
}

/// The name of the cookie that carries the key.
const COOKIE: &str = "site-preview";

fn with_key(head: &Head, key: &str) -> Result<Verdict, Status> {
    let mut cookies = head.values("cookie").flat_map(|cookies| cookies.split(';'));
    if cookies.any(|cookie| cookie.trim().strip_prefix(COOKIE).and_then(|rest| rest.strip_prefix('=')) == Some(key)) {
        return Ok(Verdict::Answer);
    }
    match head.asked("key").any(|brought| brought == key) {
        // Not sent along by other sites' pages, and not to be read by scripts.
        true => Ok(Verdict::Welcome(format!("{COOKIE}={key}; Path=/; HttpOnly; SameSite=Lax"))),
        false => Err(Status::FORBIDDEN),
    }
}

/// The one value of a header; two are refused, whatever they say.
pub fn sole<'a>(head: &'a Head, name: &'a str) -> Result<Option<&'a str>, Status> {
    let mut values = head.values(name);
    let first = values.next();
    match values.next() {
        Some(_) => Err(Status::BAD_REQUEST),
        None => Ok(first),
    }
}

fn is_ours(host: &str, port: u16) -> bool {
    let host = host.to_ascii_lowercase();
    NAMES.iter().any(|name| host == format!("{name}:{port}") || (port == 80 && host == *name))
}

fn is_origin_of(origin: &str, host: &str) -> bool {
    origin.strip_prefix("http://").is_some_and(|origin| origin.eq_ignore_ascii_case(host))
}

/// Another site may link to the preview, but not load parts of it. Old browsers send no Sec-Fetch headers.
fn fetched_by_us(head: &Head) -> Result<(), Status> {
    let site = sole(head, "sec-fetch-site")?.unwrap_or("none");
    let visit = sole(head, "sec-fetch-mode")? == Some("navigate") && sole(head, "sec-fetch-dest")? == Some("document");
    match site {
        "none" | "same-origin" => Ok(()),
        _ if visit => Ok(()),
        _ => Err(Status::FORBIDDEN),
    }
}

/// Whether one of our own pages asks, and not an address bar or a link of another site; old browsers do not say.
pub fn is_of_our_page(head: &Head) -> bool {
    head.values("sec-fetch-site").all(|site| site == "same-origin")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(headers: &str) -> u16 {
        let head = Head::parse(format!("GET / HTTP/1.1\r\n{headers}\r\n").as_bytes()).unwrap();
        judge(&head, 8080, &Way::Loopback).map_or_else(|status| status.0, |_| 200)
    }

    #[test]
    fn only_three_names_with_our_port() {
        for host in ["localhost:8080", "LOCALHOST:8080", "127.0.0.1:8080", "[::1]:8080"] {
            assert_eq!(status(&format!("Host: {host}\r\n")), 200, "{host}");
        }
        for host in [
            "localhost",
            "localhost:8081",
            "localhost:08080",
            "localhost.:8080",
            "localhost:8080.",
            "evil.com:8080",
            "a@localhost:8080",
            "localhost.evil.com:8080",
            "127.0.0.1.nip.io:8080",
            "127.1:8080",
            "0.0.0.0:8080",
            "[::]:8080",
            "::1:8080",
            "",
            "[::ffff:127.0.0.1]:8080",
            "localhost:8080, evil.com",
            "http://localhost:8080",
        ] {
            assert_eq!(status(&format!("Host: {host}\r\n")), 403, "{host}");
        }
        assert_eq!(status(""), 400);
        assert_eq!(status("Host: localhost:8080\r\nHost: localhost:8080\r\n"), 400);
    }

    #[test]
    fn foreign_pages_may_link_but_not_load() {
        let with = |more: &str| status(&format!("Host: localhost:8080\r\n{more}"));
        assert_eq!(with("Origin: http://localhost:8080\r\n"), 200);
        for origin in ["http://127.0.0.1:8080", "https://localhost:8080", "null", "http://evil.com", ""] {
            assert_eq!(with(&format!("Origin: {origin}\r\n")), 403, "{origin}");
        }
        assert_eq!(with("Sec-Fetch-Site: same-origin\r\nSec-Fetch-Mode: cors\r\n"), 200);
        assert_eq!(with("Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: no-cors\r\nSec-Fetch-Dest: script\r\n"), 403);
        assert_eq!(with("Sec-Fetch-Site: same-site\r\nSec-Fetch-Mode: cors\r\nSec-Fetch-Dest: empty\r\n"), 403);
        assert_eq!(with("Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: iframe\r\n"), 403);
        assert_eq!(with("Sec-Fetch-Site: cross-site\r\nSec-Fetch-Mode: navigate\r\nSec-Fetch-Dest: document\r\n"), 200);
    }
}
