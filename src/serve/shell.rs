//! Two short hashes of a page: of the whole, and of what stands round its `<main>`.
//!
//! When only `<main>`, the title and descriptions changed, the browser can exchange them and stay where it is; when
//! the navigation, a style sheet or a script changed, only a reload gives what a visitor would see.

/// The hashes of one page, as hexadecimal text.
#[derive(Debug, PartialEq, Eq)]
pub struct Digests {
    /// Of every byte.
    pub page: String,
    /// Of everything that cannot be exchanged in place.
    pub shell: String,
}

/// The hashes of an HTML page; a page without a plain `<head>` and `<main>` is all shell.
pub fn digests(html: &[u8]) -> Digests {
    let text = String::from_utf8_lossy(html);
    let shell = shell(&text).unwrap_or_else(|| text.to_string());
    Digests { page: hash(html), shell: hash(shell.as_bytes()) }
}

fn hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex()[..16].to_string()
}

fn shell(html: &str) -> Option<String> {
    let (start, rest) = html.split_once("<head>")?;
    let (head, body) = rest.split_once("</head>")?;
    let open = body.find("<main>").or_else(|| body.find("<main "))?;
    let close = body.rfind("</main>").filter(|close| *close > open)?;
    let main = &body[open..close];
    let lasting = if has_script(main) { main } else { "" };
    Some([start, &lasting_head(head), &body[..open], lasting, &body[close..]].join("\n"))
}

/// The links, styles and scripts of a head; titles and descriptions change with every sentence written.
fn lasting_head(head: &str) -> String {
    let mut kept = String::new();
    let mut rest = head;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        let end = match () {
            () if rest.starts_with("<script") => rest.find("</script>"),
            () if rest.starts_with("<style") => rest.find("</style>"),
            () => rest.find('>'),
        };
        let (tag, after) = rest.split_at(end.unwrap_or(rest.len()));
        let counts = ["<link", "<style", "<script"].iter().any(|name| tag.starts_with(name));
        if counts && !is_inert(tag) && !is_sheet(tag) {
            kept.push_str(tag);
        }
        rest = after;
        rest = rest.strip_prefix('<').unwrap_or(rest);
    }
    kept
}

/// A linked style sheet, which the browser exchanges by itself: its name holds a hash of what it says.
fn is_sheet(tag: &str) -> bool {
    tag.starts_with("<link") && tag.contains("stylesheet")
}

/// Structured data, and addresses that follow from the page's own text.
fn is_inert(tag: &str) -> bool {
    let opening = tag.split('>').next().unwrap_or(tag);
    opening.contains("application/ld+json") || opening.contains("canonical") || opening.contains("rel=\"alternate\"")
}

/// A script that is put in place by exchanging elements does not run.
fn has_script(main: &str) -> bool {
    main.match_indices("<script").any(|(at, _)| !is_inert(&main[at..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "<!doctype html><html><head><title>甲</title><meta name=\"description\" content=\"甲\">\
        <link rel=\"stylesheet\" href=\"/a.css\"><script>let a = '<b>'</script></head>\
        <body><header>导航</header><main id=\"m\"><p>甲</p></main><footer>页脚</footer></body></html>";

    fn same_shell(from: &str, to: &str) -> bool {
        let changed = PAGE.replace(from, to);
        assert_ne!(changed, PAGE, "{from} does not occur");
        assert_ne!(digests(changed.as_bytes()).page, digests(PAGE.as_bytes()).page);
        digests(changed.as_bytes()).shell == digests(PAGE.as_bytes()).shell
    }

    #[test]
    fn what_can_be_exchanged_in_place_is_not_shell() {
        assert!(same_shell("<p>甲</p>", "<p>乙</p>"));
        assert!(same_shell("<title>甲", "<title>乙"));
        assert!(same_shell("content=\"甲\"", "content=\"乙\""));
        assert!(same_shell("/a.css", "/b.css"));
        assert!(same_shell("<p>甲</p>", "<script type=\"application/ld+json\">{}</script>"));
    }

    #[test]
    fn what_needs_a_reload_is_shell() {
        assert!(!same_shell("导航", "导航栏"));
        assert!(!same_shell("页脚", "脚"));
        assert!(!same_shell("'<b>'", "'<i>'"));
        assert!(!same_shell("<p>甲</p>", "<script>1</script>"));
        assert!(!same_shell("</main>", ""));
    }
}
