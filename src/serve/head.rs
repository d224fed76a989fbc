//! The head of a request, read strictly and within bounds: what is not plainly right is refused, never guessed.
//!
//! tiny_http accepts endless headers, waits for ever, and aborts on a huge announced body (faults.md §3). Nothing
//! reaches it before this file has agreed.

use std::io::{self, Read};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::target::Target;

/// The most bytes a request head may have.
pub const MOST_BYTES: usize = 16 << 10;
/// The most bytes its first line may have.
pub const MOST_LINE: usize = 8 << 10;
/// The most headers it may have.
pub const MOST_HEADERS: usize = 100;
/// How long it may take to arrive, from the first byte to the last.
pub const MOST_TIME: Duration = Duration::from_secs(10);

/// An HTTP status code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Status(
    /// The number.
    pub u16,
);

impl Status {
    /// 200
    pub const OK: Status = Status(200);
    /// 206
    pub const PARTIAL: Status = Status(206);
    /// 303
    pub const SEE_OTHER: Status = Status(303);
    /// 308
    pub const PERMANENT_REDIRECT: Status = Status(308);
    /// 400
    pub const BAD_REQUEST: Status = Status(400);
    /// 403
    pub const FORBIDDEN: Status = Status(403);
    /// 404
    pub const NOT_FOUND: Status = Status(404);
    /// 405
    pub const METHOD_NOT_ALLOWED: Status = Status(405);
    /// 413
    pub const BODY_TOO_LARGE: Status = Status(413);
    /// 414
    pub const TARGET_TOO_LONG: Status = Status(414);
    /// 416
    pub const NO_SUCH_RANGE: Status = Status(416);
    /// 431
    pub const HEAD_TOO_LARGE: Status = Status(431);
    /// 500
    pub const OUR_FAULT: Status = Status(500);
    /// 502
    pub const NO_ANSWER: Status = Status(502);
    /// 503
    pub const BUSY: Status = Status(503);

    /// The words that belong to the number.
    pub fn words(self) -> &'static str {
        match self.0 {
            200 => "OK",
            206 => "Partial Content",
            303 => "See Other",
            308 => "Permanent Redirect",
            403 => "Forbidden",
            404 => "Not Found",
            405 => "Method Not Allowed",
            413 => "Content Too Large",
            414 => "URI Too Long",
            416 => "Range Not Satisfiable",
            431 => "Request Header Fields Too Large",
            500 => "Internal Server Error",
            502 => "Bad Gateway",
            503 => "Service Unavailable",
            _ => "Bad Request",
        }
    }
}

/// A request head that may be answered: a GET or HEAD without a body, for a sound path.
#[derive(Debug)]
pub struct Head {
    /// Whether only the head of the answer is wanted.
    pub bodyless: bool,
    /// The path.
    pub target: Target,
    /// What stands behind the first `?`, as it came.
    query: String,
    headers: Vec<(String, String)>,
}

impl Head {
    /// The values that the query gives `name`, as they came.
    pub fn asked<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.query.split('&').filter_map(move |pair| pair.strip_prefix(name)?.strip_prefix('='))
    }

    /// Reads a complete head, from the request line to the empty line.
    pub fn parse(bytes: &[u8]) -> Result<Head, Status> {
        let text = std::str::from_utf8(bytes).map_err(|_| Status::BAD_REQUEST)?;
        let mut lines = text.strip_suffix("\r\n\r\n").ok_or(Status::BAD_REQUEST)?.split("\r\n");
        let (method, raw) = request_line(lines.next().unwrap_or_default())?;
        let headers = lines.map(header).collect::<Result<Vec<_>, _>>()?;
        if headers.len() > MOST_HEADERS {
            return Err(Status::HEAD_TOO_LARGE);
        }
        let bodyless = match method {
            "GET" => false,
            "HEAD" => true,
            _ => return Err(Status::METHOD_NOT_ALLOWED),
        };
        let target = Target::parse(raw).ok_or(Status::BAD_REQUEST)?;
        let query = raw.split_once('?').map_or("", |(_, query)| query).to_string();
        let head = Head { bodyless, target, query, headers };
        head.without_body()?;
        Ok(head)
    }

    /// The values of a header, by its lower-case name.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.headers.iter().filter(move |(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    fn without_body(&self) -> Result<(), Status> {
        if self.values("transfer-encoding").next().is_some() {
            return Err(Status::BAD_REQUEST);
        }
        let lengths: Vec<&str> = self.values("content-length").collect();
        match lengths.as_slice() {
            [] | ["0"] => Ok(()),
            [length] if !length.is_empty() && length.bytes().all(|b| b.is_ascii_digit()) => Err(Status::BODY_TOO_LARGE),
            _ => Err(Status::BAD_REQUEST),
        }
    }
}

fn request_line(line: &str) -> Result<(&str, &str), Status> {
    let parts: Vec<&str> = line.split(' ').collect();
    match parts.as_slice() {
        [method, target, "HTTP/1.1" | "HTTP/1.0"] if is_token(method) => Ok((method, target)),
        _ => Err(Status::BAD_REQUEST),
    }
}

/// One header line; folded lines, spaces before the colon and control characters are refused (RFC 9112 §5).
fn header(line: &str) -> Result<(String, String), Status> {
    let (name, value) = line.split_once(':').ok_or(Status::BAD_REQUEST)?;
    let value = value.trim_matches([' ', '\t']);
    if !is_token(name) || value.chars().any(|c| c.is_control() && c != '\t') {
        return Err(Status::BAD_REQUEST);
    }
    Ok((name.to_ascii_lowercase(), value.to_string()))
}

fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

/// What came of waiting for a head.
pub enum Arrival {
    /// A complete head.
    Complete(Head),
    /// A head to be refused.
    Refused(Status),
    /// Nothing, or not enough in time: there is no one to answer.
    Gone,
}

/// Reads one head from `stream`, at most [`MOST_BYTES`] and [`MOST_TIME`].
pub fn read(mut stream: &TcpStream) -> Arrival {
    let deadline = Instant::now() + MOST_TIME;
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let count = match read_before(&mut stream, &mut piece, deadline) {
            Ok(0) | Err(_) => return Arrival::Gone,
            Ok(count) => count,
        };
        let seen = bytes.len().saturating_sub(3);
        bytes.extend_from_slice(&piece[..count]);
        if let Some(end) = find(&bytes[seen..], b"\r\n\r\n") {
            return judge_size(&bytes[..seen + end + 4]);
        }
        if let Some(status) = too_large(&bytes) {
            return Arrival::Refused(status);
        }
    }
}

fn judge_size(bytes: &[u8]) -> Arrival {
    match too_large(bytes).map_or_else(|| Head::parse(bytes), Err) {
        Ok(head) => Arrival::Complete(head),
        Err(status) => Arrival::Refused(status),
    }
}

fn too_large(bytes: &[u8]) -> Option<Status> {
    let line = find(bytes, b"\r\n").unwrap_or(bytes.len());
    match line > MOST_LINE {
        true => Some(Status::TARGET_TOO_LONG),
        false => (bytes.len() > MOST_BYTES).then_some(Status::HEAD_TOO_LARGE),
    }
}

fn read_before(stream: &mut &TcpStream, piece: &mut [u8], deadline: Instant) -> io::Result<usize> {
    let left = deadline.saturating_duration_since(Instant::now()).max(Duration::from_millis(1));
    stream.set_read_timeout(Some(left))?;
    match Instant::now() >= deadline {
        true => Err(io::ErrorKind::TimedOut.into()),
        false => stream.read(piece),
    }
}

/// Where `needle` first stands in `bytes`.
pub fn find(bytes: &[u8], needle: &[u8]) -> Option<usize> {
    bytes.windows(needle.len()).position(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_heads_are_refused_with_the_right_number() {
        for (text, status) in [
            ("GET / HTTP/1.1\r\n\r\n", 200),
            ("HEAD / HTTP/1.0\r\nContent-Length: 0\r\n\r\n", 200),
            ("POST / HTTP/1.1\r\n\r\n", 405),
            ("CONNECT localhost:80 HTTP/1.1\r\n\r\n", 405),
            ("TRACE / HTTP/1.1\r\n\r\n", 405),
            ("get / HTTP/1.1\r\n\r\n", 405),
            ("OPTIONS * HTTP/1.1\r\n\r\n", 405),
            ("GET * HTTP/1.1\r\n\r\n", 400),
            ("GET http://localhost/ HTTP/1.1\r\n\r\n", 400),
            ("GET /a b HTTP/1.1\r\n\r\n", 400),
            ("GET  / HTTP/1.1\r\n\r\n", 400),
            ("GET / HTTP/2.0\r\n\r\n", 400),
            ("GET /\r\n\r\n", 400),
            ("\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nA : b\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nA: b\r\n folded\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nA: b\nC: d\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nA: \0\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n", 413),
            ("GET / HTTP/1.1\r\nContent-Length: 99999999999999999999999999999\r\n\r\n", 413),
            ("GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nContent-Length: 0\r\nContent-Length: 0\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ] {
            let got = Head::parse(text.as_bytes()).map_or_else(|status| status.0, |_| 200);
            assert_eq!(got, status, "{text:?}");
        }
    }

    #[test]
    fn the_number_of_headers_has_a_limit() {
        let head = |count: usize| format!("GET / HTTP/1.1\r\n{}\r\n", "A: b\r\n".repeat(count));
        assert!(Head::parse(head(MOST_HEADERS).as_bytes()).is_ok());
        assert_eq!(Head::parse(head(MOST_HEADERS + 1).as_bytes()).unwrap_err(), Status::HEAD_TOO_LARGE);
    }
}
