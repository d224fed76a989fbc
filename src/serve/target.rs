//! The path of a request: percent-decoded strictly, checked part by part, and written back the same way.
//!
//! What comes out names an output path and nothing else: no empty part, no `.` or `..`, no backslash, no control
//! character, never an absolute path (faults.md H01, H04, H11).

use std::fmt::Write as _;

/// A decoded request path without its first `/`, safe to look up and to write back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    path: String,
}

impl Target {
    /// Reads an origin-form request target; none when any part of it is not as it should be.
    pub fn parse(raw: &str) -> Option<Target> {
        let whole = raw.bytes().all(|b| b.is_ascii_graphic() && b != b'#');
        let path = raw.split('?').next().unwrap_or(raw).strip_prefix('/')?;
        let path = decode(path).filter(|_| whole)?;
        let folder = path.strip_suffix('/').unwrap_or(&path);
        let sound = path.is_empty() || folder.split('/').all(|part| !matches!(part, "" | "." | ".."));
        let plain = !path.chars().any(|c| c == '\\' || c.is_control());
        (sound && plain).then_some(Target { path })
    }

    /// The decoded path, empty for the front page, with a final `/` for a folder.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The output path that is meant: a folder means its `index.html`.
    pub fn key(&self) -> String {
        match self.path.is_empty() || self.path.ends_with('/') {
            true => format!("{}index.html", self.path),
            false => self.path.clone(),
        }
    }

    /// The target as it is written in a request or a redirect: `/`, then the path percent-encoded.
    pub fn encoded(&self) -> String {
        let mut out = String::from("/");
        for byte in self.path.bytes() {
            match byte {
                b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(byte.into()),
                byte => drop(write!(out, "%{byte:02X}")),
            }
        }
        out
    }
}

/// Every `%` must begin two hexadecimal digits, and the whole must be UTF-8.
fn decode(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        match byte {
            b'%' => out.push(nibble(bytes.next()?)? << 4 | nibble(bytes.next()?)?),
            byte => out.push(byte),
        }
    }
    String::from_utf8(out).ok()
}

fn nibble(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_relative_paths_come_through() {
        for raw in [
            "/..",
            "/../x",
            "/a/../x",
            "/..%2fx",
            "/%2e%2e/x",
            "/.",
            "/x/.",
            "/x/./y",
            "/%5cx",
            "/..%5cx",
            "/\\x",
            "/%00",
            "/%0d%0aX:y",
            "//x",
            "/x//y",
            "/x//",
            "/%2fx",
            "/%",
            "/%z",
            "/%zz",
            "/%ff",
            "/%c0%ae",
            "/é",
            "/a b",
            "/a#b",
            "*",
            "",
            "x",
            "http://localhost/x",
        ] {
            assert_eq!(Target::parse(raw), None, "{raw}");
        }
    }

    #[test]
    fn a_path_survives_the_way_there_and_back() {
        for (raw, path, key) in [
            ("/", "", "index.html"),
            ("/?x=../..", "", "index.html"),
            ("/a/b.css?v=3", "a/b.css", "a/b.css"),
            ("/%E9%80%9A%E7%9F%A5/", "通知/", "通知/index.html"),
            ("/%252e%252e", "%2e%2e", "%2e%2e"),
            ("/a%20b%3Fc", "a b?c", "a b?c"),
        ] {
            let target = Target::parse(raw).unwrap();
            assert_eq!((target.path(), target.key().as_str()), (path, key));
            assert_eq!(Target::parse(&target.encoded()).unwrap(), target);
        }
    }

    #[test]
    fn random_targets_never_climb() {
        let mut random = fastrand::Rng::with_seed(20_260_401);
        let pieces = ["/", "..", "%2e", "%2f", "%5c", "%", "x", "%E9", "?", "\\", ".", "%00", "%25"];
        for _ in 0..20_000 {
            let raw: String = (0..random.usize(1..9)).map(|_| pieces[random.usize(..pieces.len())]).collect();
            let Some(target) = Target::parse(&raw) else { continue };
            let parts: Vec<&str> = target.path().split('/').collect();
            assert!(!parts.iter().any(|part| [".", ".."].contains(part)), "{raw}");
            assert!(!target.path().starts_with('/') && !target.path().contains(['\\', '\0']), "{raw}");
        }
    }
}
