//! The name of a page in its address: explicit or the file's name, `[a-z0-9-]`, never guessed silently.

use pinyin::ToPinyin;

use crate::report::{Finding, Place, Text, codes, displayable};

/// The longest slug.
pub const MAX_SLUG: usize = 80;

/// Whether `text` can stand in an address as it is.
pub fn is_slug(text: &str) -> bool {
    let allowed = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    !text.is_empty()
        && text.len() <= MAX_SLUG
        && text.bytes().all(allowed)
        && !text.starts_with('-')
        && !text.ends_with('-')
        && !is_kept(text)
        && crate::address::check_name(text).is_ok()
}

/// Whether the site itself needs the name: `page/2/` in lists, `index.html` everywhere.
fn is_kept(text: &str) -> bool {
    matches!(text, "page" | "index")
}

/// A slug made of `text`: Latin letters and digits stay, Han becomes pinyin without tones. Readings of polyphones
/// may be wrong (厦门 gives sha-men), so this is only ever proposed, never used.
pub fn proposal(text: &str) -> Option<String> {
    let mut words: Vec<String> = vec![String::new()];
    for c in text.chars().take(40) {
        if c.is_ascii_alphanumeric() {
            if let Some(word) = words.last_mut() {
                word.push(c.to_ascii_lowercase());
            }
        } else if let Some(pinyin) = c.to_pinyin() {
            words.extend([pinyin.plain().to_string(), String::new()]);
        } else {
            words.push(String::new());
        }
    }
    let slug = words.into_iter().filter(|word| !word.is_empty()).take(8).collect::<Vec<_>>().join("-");
    let slug = match (text.chars().count() > 40, slug.rsplit_once('-')) {
        (true, Some((whole, _))) => whole.to_string(),
        _ => slug,
    };
    Some(slug.replace('ü', "v")).filter(|slug| is_slug(slug))
}

/// The finding for a name that cannot be a slug (E146).
pub fn refusal(name: &str, typed: bool, place: Place) -> Finding {
    let shown = displayable(&name.chars().take(60).collect::<String>());
    let text = if name.len() > MAX_SLUG && is_slug(name[..name.floor_char_boundary(MAX_SLUG)].trim_end_matches('-')) {
        Text::new(
            format!("网址名“{shown}…”太长（最多 {MAX_SLUG} 个字符）。这一页没有发布。"),
            format!("The slug `{shown}…` is too long ({MAX_SLUG} characters at most). The page was not published."),
        )
    } else if is_kept(name) {
        Text::new(
            format!("“{shown}”是系统保留的名字，不能用作网址名。这一页没有发布，请换一个。"),
            format!("The name `{shown}` is kept for the site itself; the page was not published. Choose another."),
        )
    } else if typed {
        Text::new(
            format!("网址名“{shown}”不能用，只能用小写字母、数字和短横线。这一页没有发布。"),
            format!("The slug `{shown}` cannot be used; only a-z, 0-9 and hyphens. The page was not published."),
        )
    } else {
        Text::new(
            format!("文件名“{shown}”不能直接用作网址。请在信息栏里加一行网址名（小写字母、数字和短横线）。"),
            format!("The file name `{shown}` cannot stand in an address; add a slug line to the header."),
        )
    };
    let proposed = proposal(name);
    let line = proposed.clone().unwrap_or_else(|| "tongzhi-20220905".to_string());
    let line = place.with(&if typed { line } else { format!("slug: {line}") });
    let finding = Finding::new(&codes::E146, place, text);
    let finding = if typed { finding.fix(line) } else { finding.add_line(line) };
    match proposed {
        Some(_) if !name.is_ascii() => finding.hint(Text::new(
            "这是按拼音拟的，多音字请自己核对。",
            "Made from pinyin; check characters with several readings.",
        )),
        _ => finding,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn c20_only_plain_names_are_slugs() {
        for wrong in
            ["", ".", "..", "/x", "a/b", "a\\b", "C:x", "%2e%2e", ".git", "---", "🎉", "通知", "A", "con", "-a", "page"]
        {
            assert!(!is_slug(wrong), "{wrong}");
        }
        assert!(is_slug("sx-2022-291"));
    }

    #[test]
    fn proposals_are_slugs_or_nothing() {
        assert_eq!(proposal("关于有机产品 2022").as_deref(), Some("guan-yu-you-ji-chan-pin-2022"));
        assert_eq!(proposal("🎉！"), None);
    }
}
