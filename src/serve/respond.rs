//! From a target to a whole HTTP response: keys of the snapshot, redirects between them, and our own few files.
//!
//! Only known paths are answered or redirected to. Every response carries the same guarding headers, and HTML gets
//! the preview script on its way out, so that it never stands in what `build` writes (faults.md I8).

use std::io::{self, Write};
use std::ops::Range;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use super::browser;
use super::events::{Board, Shown};
use super::head::Status;
use super::panel;
use super::target::Target;
use super::{Answer, Snapshot, panic_text};

/// Headers of every response. There is no CORS header among them, and must not be (CVE-2025-24010).
const GUARDS: &str = "Connection: close\r\n\
    Cache-Control: no-store\r\n\
    X-Content-Type-Options: nosniff\r\n\
    Cross-Origin-Resource-Policy: same-origin\r\n\
    X-Frame-Options: SAMEORIGIN\r\n\
    X-Robots-Tag: noindex\r\n\
    Referrer-Policy: same-origin\r\n";

/// A response, ready to be written.
pub struct Response {
    status: Status,
    kind: &'static str,
    headers: Vec<(&'static str, String)>,
    body: Arc<[u8]>,
    part: Range<usize>,
}

impl Response {
    fn new(status: Status, kind: &'static str, body: impl Into<Arc<[u8]>>) -> Response {
        let body = body.into();
        let part = 0..body.len();
        Response { status, kind, headers: Vec::new(), body, part }
    }

    /// A short answer that says no.
    pub fn refusal(status: Status) -> Response {
        let text = format!("{} {}\n", status.0, status.words());
        let response = Response::new(status, "text/plain; charset=utf-8", text.into_bytes());
        match status {
            Status::METHOD_NOT_ALLOWED => response.with("Allow", "GET, HEAD"),
            _ => response,
        }
    }

    fn html(status: Status, text: String) -> Response {
        Response::new(status, "text/html; charset=utf-8", text.into_bytes())
    }

    /// The same response with one more header.
    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Response {
        self.headers.push((name, value.into()));
        self
    }

    /// The part of the body that a Range header asks for; one that is not understood is ignored (RFC 9110 §14.2).
    fn ranged(mut self, range: Option<&str>) -> Response {
        let whole = self.body.len();
        self = self.with("Accept-Ranges", "bytes");
        match range.and_then(|range| part_of(range, whole)) {
            None => self,
            Some(Some(part)) => {
                let told = format!("bytes {}-{}/{whole}", part.start, part.end - 1);
                (self.status, self.part) = (Status::PARTIAL, part);
                self.with("Content-Range", told)
            }
            Some(None) => {
                (self.status, self.part) = (Status::NO_SUCH_RANGE, 0..0);
                self.with("Content-Range", format!("bytes */{whole}"))
            }
        }
    }

    /// Writes the response in HTTP/1.1, without its body when `bodyless`.
    pub fn write(&self, out: &mut impl Write, bodyless: bool) -> io::Result<()> {
        let policy = if self.kind == SVG { "sandbox; frame-ancestors 'self'" } else { "frame-ancestors 'self'" };
        let mut head = format!("HTTP/1.1 {} {}\r\n{GUARDS}", self.status.0, self.status.words());
        head += &format!("Content-Security-Policy: {policy}\r\nContent-Type: {}\r\n", self.kind);
        for (name, value) in &self.headers {
            head += &format!("{name}: {value}\r\n");
        }
        head += &format!("Content-Length: {}\r\n\r\n", self.part.len());
        let body = if bodyless { &[] } else { &self.body[self.part.clone()] };
        if body.len() < 16 << 10 {
            out.write_all(&[head.as_bytes(), body].concat())?;
        } else {
            out.write_all(head.as_bytes())?;
            out.write_all(body)?;
        }
        out.flush()
    }
}

/// `bytes=a-b`, `bytes=a-` or `bytes=-n`: the part, or none inside when the file has no such part.
fn part_of(range: &str, whole: usize) -> Option<Option<Range<usize>>> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    let number = |text: &str| text.parse::<usize>().ok().filter(|_| text.bytes().all(|b| b.is_ascii_digit()));
    let part = match (first, last) {
        ("", count) => whole.saturating_sub(number(count)?)..whole,
        (first, "") => number(first)?..whole,
        (first, last) => number(first)?..number(last)?.saturating_add(1).min(whole),
    };
    Some((part.start < part.end).then_some(part))
}

/// Answers one target from what is shown now.
pub fn answer(board: &Board, target: &Target, range: Option<&str>) -> Response {
    let shown = board.shown();
    match target.path() {
        browser::SCRIPT_PATH => {
            Response::new(Status::OK, "text/javascript; charset=utf-8", browser::script().into_bytes())
        }
        panel::PATH => Response::html(Status::OK, panel::page(&shown, &board.token)),
        browser::PROBLEMS_PATH => Response::html(Status::OK, shown.list()),
        _ => match &shown.snapshot {
            None => Response::html(waiting(&shown), browser::page_without_answer(&shown)),
            Some(snapshot) => lookup(board, &shown, snapshot, target, range),
        },
    }
}

fn waiting(shown: &Shown) -> Status {
    if shown.broken { Status::OUR_FAULT } else { Status::BUSY }
}

fn lookup(board: &Board, shown: &Shown, snapshot: &Snapshot, target: &Target, range: Option<&str>) -> Response {
    let key = target.key();
    match ask(snapshot, &key) {
        Err(reason) => {
            Response::html(Status::OUR_FAULT, browser::fault_page(shown, &browser::our_fault(&reason, shown.lang)))
        }
        Ok(Some(answer)) => file(board, shown, &key, answer, Status::OK).ranged(range),
        Ok(None) => absent(board, shown, snapshot, target),
    }
}

/// Asks the snapshot; it may render, and a panic while it does is ours, not the reader's.
pub fn ask(snapshot: &Snapshot, key: &str) -> Result<Option<Answer>, String> {
    catch_unwind(AssertUnwindSafe(|| (snapshot.answer)(key))).map_err(|panic| panic_text(&*panic))
}

fn absent(board: &Board, shown: &Shown, snapshot: &Snapshot, target: &Target) -> Response {
    let folder = format!("{}/index.html", target.path());
    if !target.path().ends_with('/') && matches!(ask(snapshot, &folder), Ok(Some(_))) {
        let location = format!("{}/", target.encoded());
        return Response::refusal(Status::PERMANENT_REDIRECT).with("Location", location);
    }
    if shown.broken && kind(&target.key()) == HTML {
        return Response::html(Status::OUR_FAULT, browser::page_without_answer(shown));
    }
    match ask(snapshot, "404.html") {
        Ok(Some(answer)) => file(board, shown, "404.html", answer, Status::NOT_FOUND),
        _ if kind(&target.key()) == HTML => Response::html(Status::NOT_FOUND, browser::missing_page(shown)),
        _ => Response::refusal(Status::NOT_FOUND),
    }
}

fn file(board: &Board, shown: &Shown, key: &str, answer: Answer, status: Status) -> Response {
    let kind = kind(key);
    let status = if answer.fault.is_some() { Status::OUR_FAULT } else { status };
    if kind == HTML {
        return Response::new(status, kind, browser::dress(shown, &answer));
    }
    if let Some(fault) = &answer.fault {
        let text = crate::report::line::print(fault, shown.lang);
        return Response::new(status, "text/plain; charset=utf-8", text.into_bytes());
    }
    board.assets.served(key, &answer.bytes, shown.version);
    Response::new(status, kind, answer.bytes)
}

const HTML: &str = "text/html; charset=utf-8";
const SVG: &str = "image/svg+xml; charset=utf-8";

/// The content type of an output path, by its extension.
fn kind(key: &str) -> &'static str {
    let name = key.rsplit('/').next().unwrap_or(key);
    let Some((_, extension)) = name.rsplit_once('.') else { return "application/octet-stream" };
    match extension.to_ascii_lowercase().as_str() {
        "html" | "htm" => HTML,
        "css" => "text/css; charset=utf-8",
        "js" | "mjs" => "text/javascript; charset=utf-8",
        "json" => "application/json; charset=utf-8",
        "webmanifest" => "application/manifest+json; charset=utf-8",
        "xml" => "application/xml; charset=utf-8",
        "txt" => "text/plain; charset=utf-8",
        "csv" => "text/csv; charset=utf-8",
        "ics" => "text/calendar; charset=utf-8",
        "svg" => SVG,
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "ico" => "image/x-icon",
        "mp4" => "video/mp4",
        "mp3" => "audio/mpeg",
        "woff" => "font/woff",
        "woff2" => "font/woff2",
        "ttf" => "font/ttf",
        "otf" => "font/otf",
        "pdf" => "application/pdf",
        "wasm" => "application/wasm",
        "zip" => "application/zip",
        "doc" => "application/msword",
        "xls" => "application/vnd.ms-excel",
        "docx" => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        "xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        "pptx" => "application/vnd.openxmlformats-officedocument.presentationml.presentation",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_a_file_of_ten_bytes() {
        for (range, part) in [
            ("bytes=0-3", Some(Some(0..4))),
            ("bytes=4-", Some(Some(4..10))),
            ("bytes=-3", Some(Some(7..10))),
            ("bytes=-99", Some(Some(0..10))),
            ("bytes=9-99999999999999999", Some(Some(9..10))),
            ("bytes=10-", Some(None)),
            ("bytes=5-4", Some(None)),
            ("bytes=-0", Some(None)),
            ("bytes=0-1,3-4", None),
            ("bytes=+1-2", None),
            ("lines=0-1", None),
            ("bytes=-", None),
            ("bytes=18446744073709551615-18446744073709551615", Some(None)),
        ] {
            assert_eq!(part_of(range, 10), part, "{range}");
        }
    }
}
