//! Output paths and the addresses made of them. The only way to name a file in the output is [`OutPath::new`].

use std::borrow::{Borrow, Cow};
use std::fmt;
use std::sync::Arc;

use unicode_normalization::UnicodeNormalization;

/// A normalised relative path below the output folder: `/` between parts, NFC, no part that a file system could
/// read as something else. It cannot be built otherwise (faults.md I2).
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OutPath(Arc<str>);

/// Paths are in the order of their texts.
impl Borrow<str> for OutPath {
    fn borrow(&self) -> &str {
        &self.0
    }
}

/// Why a text is no output path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathFault {
    /// Nothing between two slashes, or nothing at all.
    Empty,
    /// `.` or `..`.
    Dots,
    /// A character that some system forbids or reads as a separator.
    Character(char),
    /// A name Windows keeps for devices, such as `con` or `aux.txt`.
    Reserved,
    /// A final dot or space, which Windows drops, or a leading space.
    Trailing,
    /// A short name such as `PROGRA~1`.
    ShortName,
    /// A name over 200 bytes.
    LongName,
    /// A path over 240 characters.
    LongPath,
}

/// The most bytes one part of a path may have; file systems stop at 255, and staging needs a few.
pub const MAX_NAME_BYTES: usize = 200;
/// The most characters a whole output path may have.
pub const MAX_PATH_CHARS: usize = 240;

impl OutPath {
    /// Checks and normalises `path`; it may not begin or end with `/`.
    pub fn new(path: &str) -> Result<OutPath, PathFault> {
        // Most are, and every link to a page asks.
        if is_plain(path) {
            return Ok(OutPath(path.into()));
        }
        let path: Arc<str> = composed(path).into();
        if path.len() > MAX_PATH_CHARS && path.chars().count() > MAX_PATH_CHARS {
            return Err(PathFault::LongPath);
        }
        path.split('/').try_for_each(check_name)?;
        Ok(OutPath(path))
    }

    /// The path as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The last part.
    pub fn file_name(&self) -> &str {
        self.0.rsplit('/').next().unwrap_or(&self.0)
    }

    /// What follows the last dot of the name, in lower case; empty without one.
    pub fn extension(&self) -> String {
        self.file_name().rsplit_once('.').map_or(String::new(), |(_, end)| end.to_ascii_lowercase())
    }

    /// The address below the site's root, without the leading slash: `…/index.html` becomes its folder.
    pub fn address(&self) -> &str {
        match self.0.strip_suffix("index.html") {
            Some(folder) if folder.is_empty() || folder.ends_with('/') => folder,
            _ => &self.0,
        }
    }

    /// The relative link from the file `from` to this file, percent-encoded (RFC 3986). It names `index.html`
    /// in full, so that the site also works when opened from disk.
    pub fn relative_to(&self, from: &OutPath) -> String {
        let folders = self.0.bytes().zip(from.0.bytes()).take_while(|(a, b)| a == b);
        let shared = folders.enumerate().filter(|(_, (byte, _))| *byte == b'/').last().map_or(0, |(at, _)| at + 1);
        let mut link = "../".repeat(from.0[shared..].bytes().filter(|byte| *byte == b'/').count());
        link.push_str(&percent_encode(&self.0[shared..]));
        link
    }
}

impl fmt::Display for OutPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for OutPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.0)
    }
}

/// `text` with composed characters (NFC), so that names which look alike are alike.
pub fn composed(text: &str) -> Cow<'_, str> {
    if text.is_ascii() { Cow::from(text) } else { text.nfc().collect() }
}

/// Whether `path` is made of nothing but names that are right at a glance: some letters, digits, `-` and `_`, which no
/// system keeps for itself, with an ending or without one.
fn is_plain(path: &str) -> bool {
    let mut names = path.as_bytes().split(|byte| *byte == b'/');
    path.len() <= MAX_PATH_CHARS
        && names.all(|name| {
            let word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
            let stem = name.iter().position(|byte| !word(byte)).unwrap_or(name.len());
            let ending = match &name[stem..] {
                [] => true,
                [b'.', ending @ ..] => !ending.is_empty() && ending.iter().all(word),
                _ => false,
            };
            let kept =
                |two: &&[u8]| [b"co", b"pr", b"au", b"nu", b"lp"].iter().any(|kept| two.eq_ignore_ascii_case(*kept));
            let may_be_kept = stem < 5 && name.get(..2).as_ref().is_some_and(kept);
            stem > 0 && ending && !may_be_kept && name.len() <= MAX_NAME_BYTES
        })
}

/// Checks one part of a path against what Windows, macOS and Linux can all store under that very name.
pub fn check_name(name: &str) -> Result<(), PathFault> {
    if name.is_empty() {
        return Err(PathFault::Empty);
    }
    if name == "." || name == ".." {
        return Err(PathFault::Dots);
    }
    if let Some(c) = name.chars().find(|&c| forbidden(c)) {
        return Err(PathFault::Character(c));
    }
    if name.ends_with(['.', ' ']) || name.starts_with(' ') {
        return Err(PathFault::Trailing);
    }
    if reserved(name) {
        return Err(PathFault::Reserved);
    }
    if short_name(name) {
        return Err(PathFault::ShortName);
    }
    if name.len() > MAX_NAME_BYTES {
        return Err(PathFault::LongName);
    }
    Ok(())
}

fn forbidden(c: char) -> bool {
    c.is_control()
        || matches!(c, '\\' | ':' | '*' | '?' | '"' | '<' | '>' | '|')
        || matches!(c, '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}')
}

fn reserved(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name).trim_end();
    // The longest has seven characters.
    if stem.len() > 8 {
        return false;
    }
    if ["con", "prn", "aux", "nul", "conin$", "conout$"].iter().any(|name| stem.eq_ignore_ascii_case(name)) {
        return true;
    }
    let (port, digit) = stem.split_at_checked(3).unwrap_or_default();
    ["com", "lpt"].iter().any(|name| port.eq_ignore_ascii_case(name))
        && matches!(digit, "0" | "1" | "2" | "3" | "4" | "5" | "6" | "7" | "8" | "9" | "¹" | "²" | "³")
}

fn short_name(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or(name);
    stem.len() <= 8
        && stem.rsplit_once('~').is_some_and(|(head, digits)| {
            !head.is_empty() && !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
        })
}

/// Whether `byte` stands in an address as it is (RFC 3986 §2.3).
fn is_unreserved(byte: u8) -> bool {
    matches!(byte, b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~')
}

/// Percent-encodes a path for use in a link: everything but unreserved characters and `/` (RFC 3986 §2.3).
pub fn percent_encode(path: &str) -> String {
    let stays = |byte: u8| is_unreserved(byte) || byte == b'/';
    if path.bytes().all(stays) {
        return path.to_string();
    }
    let mut encoded = String::with_capacity(path.len() * 2);
    for byte in path.bytes() {
        match stays(byte) {
            true => encoded.push(byte as char),
            false => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

/// The text behind a percent-encoded path; none where a `%` is not followed by two hex digits, or the bytes are not
/// UTF-8.
pub fn percent_decode(path: &str) -> Option<String> {
    let mut parts = path.split('%');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let digits = part.get(..2).filter(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()))?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
        bytes.extend_from_slice(&part.as_bytes()[2..]);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> OutPath {
        OutPath::new(text).unwrap()
    }

    #[test]
    fn paths_that_leave_the_folder_cannot_be_built() {
        for bad in [
            "",
            "/x",
            "x/",
            "a//b",
            "..",
            "a/../b",
            ".",
            "a\\b",
            "C:x",
            "a\0b",
            "con",
            "AUX.txt",
            "Com1",
            "lpt²",
            "CONIN$",
            "a/nul.md",
            "a.",
            "a ",
            "PROGRA~1",
            "a\u{202e}b",
            "a?b",
        ] {
            assert!(OutPath::new(bad).is_err(), "{bad:?}");
        }
        assert_eq!(OutPath::new(&"海".repeat(67)), Err(PathFault::LongName));
        assert!(OutPath::new(&"海".repeat(66)).is_ok());
        assert_eq!(OutPath::new("a/".repeat(150).trim_end_matches('/')), Err(PathFault::LongPath));
    }

    #[test]
    fn what_is_right_at_a_glance_is_right() {
        let signs: Vec<char> = "acfnoprux1-_.~ $/".chars().collect();
        let mut random = fastrand::Rng::with_seed(20_261_129);
        let mut plain = 0;
        for _ in 0..200_000 {
            let text: String = (0..random.usize(..10)).map(|_| signs[random.usize(..signs.len())]).collect();
            if is_plain(&text) {
                plain += 1;
                assert!(text.split('/').all(|name| check_name(name).is_ok()), "{text}");
            }
        }
        assert!(plain > 10_000, "{plain}");
        for text in ["con", "a/AUX.txt", "lpt1", "conin$", "a.", "a..b", ".a", "a/", "/a", ""] {
            assert!(!is_plain(text), "{text}");
        }
    }

    #[test]
    fn decomposed_and_composed_names_are_one() {
        assert_eq!(path("caf\u{65}\u{301}.txt"), path("caf\u{e9}.txt"));
    }

    #[test]
    fn relative_links_climb_and_descend() {
        let from = path("notices/a/index.html");
        assert_eq!(path("notices/b/index.html").relative_to(&from), "../b/index.html");
        assert_eq!(path("index.html").relative_to(&from), "../../index.html");
        assert_eq!(path("notices/a/表 1#.pdf").relative_to(&from), "%E8%A1%A8%201%23.pdf");
        assert_eq!(path("feed.xml").relative_to(&path("index.html")), "feed.xml");
        assert_eq!(path("notices/a/index.html").relative_to(&from), "index.html");
        assert_eq!(path("notices/ab/index.html").relative_to(&from), "../ab/index.html");
        assert_eq!(path("notices/a/index.html").relative_to(&path("notices/ab/c/index.html")), "../../a/index.html");
        assert_eq!(path("notices/表/a").relative_to(&path("notices/袁/a")), "../%E8%A1%A8/a");
    }

    #[test]
    fn addresses_end_with_the_folder() {
        assert_eq!(path("notices/a/index.html").address(), "notices/a/");
        assert_eq!(path("index.html").address(), "");
        assert_eq!(path("feed.xml").address(), "feed.xml");
    }
}
