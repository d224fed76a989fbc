//! Lines that belong to another language than the header's, and what is said of them.

use super::forms::is_item;
use super::level::Level;
use crate::load::fields::Field;
use crate::report::Text;

/// Writing of another kind where an entry belongs.
pub(super) enum Foreign<'a> {
    Toml(&'static Field, &'a str, &'a str),
    Json,
    Document,
    Item,
    LongKey,
}

pub(super) fn recognise<'a>(words: &'a str, level: &Level) -> Option<Foreign<'a>> {
    if words.starts_with(['{', '[', '}', ']']) {
        return Some(Foreign::Json);
    }
    if words == "..." || words.starts_with("... ") || words.starts_with("--- ") || words.starts_with("%YAML") {
        return Some(Foreign::Document);
    }
    if is_item(words) {
        return Some(Foreign::Item);
    }
    if words == "?" || words.starts_with("? ") {
        return Some(Foreign::LongKey);
    }
    let (key, value) = words.split_once('=')?;
    let field = level.find(key.trim().trim_matches('"'))?;
    Some(Foreign::Toml(field, key.trim(), value.trim()))
}

pub(super) fn toml() -> Text {
    Text::new(
        "这是 TOML 的写法。这里用“字段: 内容”，等号要改成冒号加空格。",
        "This is TOML; write `key: value` instead.",
    )
}

pub(super) fn json() -> Text {
    Text::new(
        "这是 JSON 的写法。请改成每行一个“字段: 内容”，不用大括号和逗号。",
        "This is JSON; write one `key: value` a line, without braces and commas.",
    )
}

pub(super) fn second_document() -> Text {
    Text::new("一个文件只能有一个信息栏，请删掉这一行。", "A file has one header only; delete this line.")
}

pub(super) fn item_at_top() -> Text {
    Text::new(
        "这一行是列表的一项，但上面没有它所属的字段，或者那个字段后面已经写了内容。",
        "This line is an item of a list, but no key stands above it, or that key has a value already.",
    )
}

pub(super) fn long_key() -> Text {
    Text::new("不支持“?”开头的写法。请写成“字段: 内容”。", "Keys with `?` are not supported; write `key: value`.")
}

pub(super) fn no_colon(word: &str) -> Text {
    Text::new(
        format!("“{word}”后面缺少冒号。请写成“字段: 内容”。"),
        format!("A colon is missing after `{word}`; write `key: value`."),
    )
}

pub(super) fn no_entry(words: &str) -> Text {
    let shown: String = words.chars().take(20).collect();
    Text::new(
        format!("信息栏里的每一行都要写成“字段: 内容”，看不懂“{shown}”。如果它是正文，请移到信息栏下面。"),
        format!("Each line of the header is `key: value`; `{shown}` is not. Move it below the header if it is text."),
    )
}
