//! Finds web addresses in running text: `见https://www.cnca.gov.cn）。` links up to `cn` (commonmark/cmark#83).
//!
//! An address ends at the first character that is not ASCII, because Chinese text goes on without a space.

use std::ops::Range;

/// Whether a web address may stand in `text`.
pub(super) fn may_stand_in(text: &str) -> bool {
    memchr::memchr(b':', text.as_bytes()).is_some() && text.contains("://")
}

/// The stretches of `text` that are web addresses.
pub(super) fn addresses(text: &str) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find("://").map(|at| from + at) {
        from = at + 3;
        if let Some(start) = start(text, at)
            && let Some(length) = length(&text[from..])
        {
            found.push(start..from + length);
            from += length;
        }
    }
    found
}

/// Where `http` or `https` before the colon at `colon` begins, if it does not end a longer word.
fn start(text: &str, colon: usize) -> Option<usize> {
    let before = &text.as_bytes()[..colon];
    let letters = before.iter().rev().take(6).take_while(|b| b.is_ascii_alphanumeric()).count();
    let scheme = &text[colon - letters..colon];
    let known = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    let apart = !matches!(before[..colon - letters].last(), Some(b'+' | b'-' | b'.'));
    (known && apart).then_some(colon - letters)
}

/// How many bytes after `://` belong to the address; none unless it begins with a host.
fn length(rest: &str) -> Option<usize> {
    let end = rest.find(|c: char| !may_stand(c)).unwrap_or(rest.len());
    let url = trimmed(&rest[..end]);
    url.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric).then_some(url.len())
}

fn may_stand(c: char) -> bool {
    c.is_ascii_alphanumeric() || "-._~:/?#[]@!$&'()*+,;=%".contains(c)
}

/// Without the punctuation and the unmatched closing brackets that end a sentence.
fn trimmed(url: &str) -> &str {
    let mut url = url;
    let mut surplus = url.matches(')').count().saturating_sub(url.matches('(').count());
    loop {
        let shorter = url.trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_', '~', ']', '[', '(', '&']);
        match shorter.strip_suffix(')').filter(|_| surplus > 0) {
            Some(rest) => {
                surplus -= 1;
                url = rest;
            }
            None => return shorter,
        }
    }
}
