//! Style sheets without what only their authors read. Comments and white space that mean nothing go, as CSS Syntax
//! Level 3 §4 has them; nothing is rewritten, so what a rule says stays as its author wrote it. Rules stay on lines of
//! their own, for those who look at them in a browser.

/// `css` without comments, but for those that begin with `/*!`, which are licences, and without idle white space.
pub fn squeezed(css: &str) -> String {
    let mut out = String::with_capacity(css.len());
    let mut rest = css;
    // The white space before what comes next, and whether it would mean nothing after what stands before it.
    let (mut space, mut idle) = ("", true);
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '/' if rest.starts_with("/*") => rest[2..].find("*/").map_or(rest.len(), |end| end + 4),
            '"' | '\'' => string(rest, first),
            '\\' => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            'u' | 'U' if is_address(rest) => rest.find(')').map_or(rest.len(), |end| end + 1),
            _ => first.len_utf8(),
        };
        let (part, after) = rest.split_at(end);
        rest = after;
        match part {
            "\n" if out.ends_with('}') => (space, idle) = ("\n", false),
            " " | "\t" | "\r" | "\n" | "\u{c}" => space = if space == "\n" { space } else { " " },
            // `a/**/.b` is neither `a.b` to look at nor `a .b` to a browser.
            part if is_comment(part) => space = if space.is_empty() { "/**/" } else { space },
            part => {
                let ends = matches!(part, "{" | "}" | ";" | ",");
                let is_empty_value = out.ends_with(':') && ends;
                if part == "}" && idle && out.ends_with(';') {
                    out.pop();
                }
                if !space.is_empty() && (is_empty_value || !idle && (space == "\n" || !ends)) {
                    out.push_str(space);
                }
                out.push_str(part);
                (space, idle) = ("", ends || part == ":");
            }
        }
    }
    out.push_str(if space == "\n" { space } else { "" });
    out
}

fn is_comment(part: &str) -> bool {
    part.starts_with("/*") && !part.starts_with("/*!")
}

/// Whether `url(` begins here without a string in it; what stands inside is taken as it is, `/*` and `;` as well.
fn is_address(rest: &str) -> bool {
    let inside = rest.get(..4).filter(|name| name.eq_ignore_ascii_case("url(")).map(|_| rest[4..].trim_start());
    inside.is_some_and(|inside| !inside.starts_with(['"', '\'']))
}

/// Where the string ends with which `rest` begins; one that is not closed ends with its line.
fn string(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, sign) in rest.char_indices().skip(1) {
        match sign {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '\n' => return at + 1,
            _ if sign == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_authors_read_goes() {
        let css = "/* head */\n:root {\n  --a: 1px;\n\n  /* why */\n  --b : \"x  /* y */ ;\";\n}\n\n@media (a) and (b) {\n  a , b > c { color : red }\n}\n";
        let wanted = ":root{--a:1px;--b :\"x  /* y */ ;\"}\n@media (a) and (b){a,b > c{color :red}\n}\n";
        assert_eq!(squeezed(css), wanted);
    }

    #[test]
    fn what_has_a_meaning_stays() {
        for same in [
            "a :hover{}",
            "a:is(.b) *{margin:-1px calc(1px + 2px) !important}",
            "a{b:url(data:image/svg+xml;x, /*y*/ z)}",
            "a{b:URL( x )}",
            ".a\\ b{}",
            ".a\\, b{}",
            "a{content:'\\' ;  '}",
            "a{--b: ;--c: }",
            "/*! licence  */",
            "a{content:\"open\nb{}",
        ] {
            assert_eq!(squeezed(same), same);
        }
        assert_eq!(squeezed("a/* x */.b /* y */c{/* z */d:e/* 1 */ f}"), "a/**/.b c{d:e f}");
        assert_eq!(squeezed("/* open"), "");
        assert_eq!(squeezed("@charset \"utf-8\";\n.字 { x: 字 }"), "@charset \"utf-8\";.字{x:字}");
    }

    #[test]
    fn once_is_enough() {
        let sheets = ["themes/default/assets/site.css", "themes/default/assets/print.css"];
        for css in sheets.map(|path| std::fs::read_to_string(path).unwrap()) {
            let once = squeezed(&css);
            assert!(once.len() * 10 < css.len() * 9, "{} of {}", once.len(), css.len());
            assert_eq!(squeezed(&once), once);
        }
    }
}
