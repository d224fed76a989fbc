//! Raw HTML: comments vanish, the rest is shown as text.

/// `html` without its comments, and whether every comment was closed; an open one hides all that follows.
pub(super) fn without_comments(html: &str) -> (String, bool) {
    let mut shown = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find("<!--") {
        shown.push_str(&rest[..start]);
        let inside = &rest[start + 4..];
        match (inside.find("-->"), inside.starts_with('>'), inside.starts_with("->")) {
            (_, true, _) => rest = &inside[1..],
            (_, _, true) => rest = &inside[2..],
            (Some(end), ..) => rest = &inside[end + 3..],
            (None, ..) => return (shown, false),
        }
    }
    shown.push_str(rest);
    (shown, true)
}
