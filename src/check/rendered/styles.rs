//! Style sheets of the theme and colours of campaigns: what can be decided without a browser, and only that
//! (domain.md A02–A04, L05). Text and background are compared where one rule sets both; a line height is judged where
//! it is a number and the rule is about running text.

use std::collections::BTreeMap;

use super::colors::Color;
use super::target;
use crate::model::Own;
use crate::model::page;
use crate::render::Press;
use crate::report::{Finding, Place, Report, SourcePath, Text, codes, displayable};

/// The least contrast of text, and of large text.
const LEAST: (f64, f64) = (4.5, 3.0);
/// The least height of a line (移动互联网应用适老化通用设计规范; domain.md A03).
const LEAST_LINE: f64 = 1.3;

/// The least size of what is pressed, in pixels (domain.md A04).
const LEAST_TARGET: f64 = 44.0;

/// Checks the style sheets of the theme and the colours of campaigns.
pub fn check(press: &Press, report: &mut Report) {
    for page in press.edition.pages() {
        if let Own::Campaign(page::Campaign { color: page::Color::Custom(hex), .. }) = &page.own {
            report.extend(Color::read(hex).and_then(|color| pale("活动", color, page.place("color"))));
        }
    }
    for (hex, place) in press.edition.config().colors.chosen() {
        report.extend(Color::read(hex).and_then(|color| pale("网站", color, place.clone())));
    }
    let sheets = || {
        let assets = press.theme().assets.iter();
        assets.filter(|(name, _)| name.ends_with(".css"))
    };
    let texts: Vec<(&SourcePath, String)> =
        sheets().map(|(_, asset)| (&asset.path, String::from_utf8_lossy(&asset.bytes).into_owned())).collect();
    let rules: Vec<(&SourcePath, &str, Vec<Rule>)> =
        texts.iter().map(|(path, css)| (*path, css.as_str(), rules(css))).collect();
    let known = variables(rules.iter().flat_map(|(.., rules)| rules));
    for (path, css, rules) in &rules {
        for rule in rules {
            let at = |offset: usize| Place::in_text(path, css, offset, rule.selector.chars().count());
            report.extend(unreadable(rule, &known).map(|text| Finding::new(&codes::A02, at(rule.at), text)));
            report.extend(tight(rule).map(|text| Finding::new(&codes::A03, at(rule.at), text)));
            report.extend(small(rule).map(|text| Finding::new(&codes::A04, at(rule.at), text)));
        }
        let host = press.edition.config().base_url.host();
        if let Some(other) = remote(css).find(|other| !other.ends_with(".gov.cn") && other != host) {
            let shown = displayable(&other);
            let text = Text::new(
                format!("样式表使用了其他网站“{shown}”的文件。请把字体、图片放进主题的 assets 文件夹。"),
                format!("The style sheet takes something from `{shown}`; put it into the theme's assets folder."),
            );
            let at = css.to_ascii_lowercase().find(&other).unwrap_or_default();
            report.add(Finding::new(&codes::L05, Place::in_text(path, css, at, other.chars().count()), text));
        }
    }
}

fn pale(of: &str, color: Color, place: Place) -> Option<Finding> {
    let ratio = color.contrast(Color::WHITE);
    if ratio >= LEAST.0 {
        return None;
    }
    let (given, darker) = (color.hex(), color.darkened(LEAST.0).hex());
    let text = Text::new(
        format!(
            "{of}颜色 {given} 太浅，和白色的对比度只有 {ratio:.2}，上面的文字看不清（至少要 4.5）。请换深一些的颜色。"
        ),
        format!("The colour {given} has a contrast of only {ratio:.2} with white; 4.5 is the least."),
    );
    let hint = Text::new(format!("同一色调可以用 {darker}。"), format!("The same hue, darker: {darker}."));
    Some(Finding::new(&codes::A02, place, text).hint(hint))
}

/// One rule of a style sheet.
struct Rule<'c> {
    selector: &'c str,
    /// Where the selector begins.
    at: usize,
    /// Names in small letters, with what is written.
    settings: Vec<(String, &'c str)>,
}

impl<'c> Rule<'c> {
    /// What the rule says last of `name`.
    fn get(&self, name: &str) -> Option<&'c str> {
        self.settings.iter().rev().find(|(known, _)| known == name).map(|(_, value)| *value)
    }
}

/// The rules of a style sheet, those inside `@media` included. Comments are left out by making them spaces, so that
/// offsets hold.
fn rules(css: &str) -> Vec<Rule<'_>> {
    let mut found = Vec::new();
    let (mut start, mut at, mut selector) = (0, 0, None);
    let bytes = css.as_bytes();
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'/' if bytes.get(at + 1) == Some(&b'*') => {
                let end = css.get(at + 2..).and_then(|rest| rest.find("*/")).map_or(bytes.len(), |end| at + end + 4);
                // A comment between rules is no part of a selector.
                if css.get(start..at).is_some_and(|before| before.trim().is_empty()) {
                    start = end;
                }
                at = end;
                continue;
            }
            b'"' | b'\'' => {
                let mut end = at + 1;
                while bytes.get(end).is_some_and(|b| b != byte && *b != b'\n') {
                    end += 1 + usize::from(bytes.get(end) == Some(&b'\\'));
                }
                at = end;
            }
            b'{' => {
                selector = css.get(start..at).map(|text| (start + text.len() - text.trim_start().len(), text.trim()));
                start = at + 1;
            }
            b'}' => {
                if let (Some((at, selector)), Some(body)) = (selector.take(), css.get(start..at)) {
                    found.push(Rule { selector, at, settings: settings(body) });
                }
                start = at + 1;
            }
            b';' if selector.is_none() => start = at + 1,
            _ => {}
        }
        at += 1;
    }
    found
}

fn settings(body: &str) -> Vec<(String, &str)> {
    let parts = body.split(';').filter_map(|part| part.rsplit("*/").next()?.split_once(':'));
    parts
        .map(|(name, value)| (name.trim().to_ascii_lowercase(), value.trim().trim_end_matches("!important").trim()))
        .collect()
}

/// Every value that is given to a custom property.
fn variables<'r, 'c: 'r>(rules: impl Iterator<Item = &'r Rule<'c>>) -> BTreeMap<String, Vec<&'c str>> {
    let mut known: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for (name, value) in rules.flat_map(|rule| &rule.settings).filter(|(name, _)| name.starts_with("--")) {
        let values = known.entry(name.clone()).or_default();
        if !values.contains(value) {
            values.push(value);
        }
    }
    known
}

/// The colours `value` can come to; none where that cannot be decided.
fn colors(value: &str, own: &Rule, known: &BTreeMap<String, Vec<&str>>, depth: usize) -> Option<Vec<Color>> {
    let inner = value.strip_prefix("var(").and_then(|rest| rest.strip_suffix(')'));
    let Some(inner) = inner.filter(|_| depth < 4) else { return Color::read(value).map(|color| vec![color]) };
    let name = inner.split(',').next()?.trim().to_ascii_lowercase();
    // What the rule says itself is what holds; what stands behind a comma only where nobody says anything.
    let values = match (own.get(&name), known.get(&name), inner.split_once(',')) {
        (Some(value), ..) => vec![value],
        (None, Some(values), _) => values.clone(),
        (None, None, fallback) => vec![fallback?.1.trim()],
    };
    let each: Option<Vec<_>> = values.into_iter().map(|value| colors(value, own, known, depth + 1)).collect();
    Some(each?.concat())
}

/// A02 for a rule that sets text and background.
fn unreadable(rule: &Rule, known: &BTreeMap<String, Vec<&str>>) -> Option<Text> {
    let ground = rule.get("background-color").or_else(|| rule.get("background"))?;
    let text = colors(rule.get("color")?, rule, known, 0)?;
    let ground = colors(ground, rule, known, 0)?;
    // Two properties with several values each go together in ways that only a browser knows.
    if text.len() > 1 && ground.len() > 1 {
        return None;
    }
    let least = if is_large(rule) { LEAST.1 } else { LEAST.0 };
    let pairs = text.iter().flat_map(|text| ground.iter().map(move |ground| (*text, *ground)));
    let worst = pairs.min_by(|a, b| a.0.contrast(a.1).total_cmp(&b.0.contrast(b.1)))?;
    let ratio = worst.0.contrast(worst.1);
    (ratio < least).then(|| {
        let (text, ground) = (worst.0.hex(), worst.1.hex());
        Text::new(
            format!("文字 {text} 在底色 {ground} 上对比度只有 {ratio:.2}，视力不好的人看不清，至少要 {least}。请加深或调浅其中一个颜色。"),
            format!("Text {text} on {ground} has a contrast of only {ratio:.2}; {least} is the least."),
        )
    })
}

/// Whether the rule may be about large text; where the size cannot be told, it may.
fn is_large(rule: &Rule) -> bool {
    if rule.get("font").is_some_and(|font| font != "inherit") {
        return true;
    }
    let Some(size) = rule.get("font-size") else { return false };
    let of = |unit: &str| size.strip_suffix(unit).and_then(|number| number.trim().parse::<f64>().ok());
    match (of("rem").or_else(|| of("em")), of("px"), of("pt")) {
        (Some(em), ..) => em >= 1.2,
        (_, Some(px), _) => px >= 18.66,
        (.., Some(pt)) => pt >= 14.0,
        _ => true,
    }
}

/// A03 for a rule about running text.
fn tight(rule: &Rule) -> Option<Text> {
    let is_running = |selector: &str| {
        let last = selector.trim().rsplit([' ', '>']).next().unwrap_or_default();
        ["html", "body", "p", "main", "article", "li", ".prose", ".official-body"].contains(&last)
    };
    if !rule.selector.split(',').any(is_running) {
        return None;
    }
    let from_font = || rule.get("font")?.split_once('/')?.1.split_whitespace().next();
    let written = rule.get("line-height").or_else(from_font)?;
    let height = match (written.strip_suffix('%'), written.strip_suffix("em")) {
        (Some(percent), _) => percent.parse::<f64>().ok()? / 100.0,
        (_, Some(em)) => em.parse().ok()?,
        _ => written.parse().ok()?,
    };
    // Nothing at all is how marks above the line are kept from spreading it.
    (height > 0.0 && height < LEAST_LINE).then(|| {
        let shown = displayable(written);
        Text::new(
            format!("正文的行距（line-height）是 {shown}，太密，至少要 {LEAST_LINE}。"),
            format!("The line-height of running text is {shown}; {LEAST_LINE} is the least."),
        )
    })
}

/// A04 for a rule that gives something to press a fixed size. With padding outside of it, how large it is in the end
/// cannot be told; a pixel or two is how things are hidden from eyes.
fn small(rule: &Rule) -> Option<Text> {
    let is_pressed = |selector: &str| {
        let last = selector.trim().rsplit([' ', '>', '+', '~']).next().unwrap_or_default();
        let name = last.split([':', '[', '.']).next().unwrap_or_default();
        let box_to_tick = last.contains("checkbox") || last.contains("radio") || last.contains("range");
        (["button", "summary", "select"].contains(&name) || [".button", ".btn"].contains(&last))
            && !last.contains("::")
            && !box_to_tick
    };
    let inside =
        rule.get("box-sizing") == Some("border-box") || rule.get("padding").is_none_or(|padding| padding == "0");
    if !rule.selector.split(',').any(is_pressed) || !inside {
        return None;
    }
    let size = |key: &str| {
        let written = rule.get(key)?;
        let number = |unit: &str| written.strip_suffix(unit)?.trim().parse::<f64>().ok();
        let pixels = number("rem").map(|rems| rems * 16.0).or_else(|| number("px"))?;
        (pixels > 2.0 && pixels < LEAST_TARGET).then_some(written)
    };
    let written = ["height", "max-height", "width", "max-width"].into_iter().find_map(size)?;
    let shown = displayable(written);
    Some(Text::new(
        format!("按钮只有 {shown}，手指按不准，长和宽都至少要 {LEAST_TARGET} px（2.75rem）。"),
        format!("A control of {shown} is hard to press; {LEAST_TARGET} px (2.75rem) is the least."),
    ))
}

/// What `url(…)` and `@import` name.
pub fn urls(css: &str) -> impl Iterator<Item = &str> {
    let by_url = css.split("url(").skip(1).filter_map(|rest| rest.split(')').next());
    let by_import = css.split("@import").skip(1).filter_map(|rest| {
        let rest = rest.trim_start();
        let quote = rest.chars().next().filter(|c| *c == '"' || *c == '\'')?;
        rest.get(1..)?.split(quote).next()
    });
    by_url.chain(by_import).map(|url| url.trim().trim_matches(['"', '\'']))
}

/// The hosts a style sheet takes something from.
pub fn remote(css: &str) -> impl Iterator<Item = String> + '_ {
    urls(css).filter_map(target::host)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(css: &str) -> Vec<String> {
        let rules = rules(css);
        let known = variables(rules.iter());
        let say = |rule: &Rule| unreadable(rule, &known).or_else(|| tight(rule)).map(|_| rule.selector.to_string());
        rules.iter().filter_map(say).collect()
    }

    #[test]
    fn a02_pairs_that_can_be_decided() {
        let css = ":root { --gold: #F2C14E; --ink: #222 } /* x */ .a { color: #fff; background: var(--gold) }\n\
                   @media print { .b{background-color:#777;color:#888!important} } .c { color: var(--ink); background: #fff }\
                   .d { color: #767676; background: #fff } .e { color: #fff; background: url(x.png) }\
                   .f { color: #949494; background: #fff; font-size: 1.5rem } .g { color: #949494; background: #fff }";
        assert_eq!(told(css), [".a", ".b", ".g"]);
        let several = ".x { --a: #fff } .y { --a: #000 } .z { --b: #fff } .w { --b: #111 } .v { color: var(--a); background: var(--b) }";
        assert!(told(several).is_empty());
    }

    #[test]
    fn a03_line_heights_of_running_text() {
        let css = "body { font: 16px/1.1 serif } p { line-height: 120% } h1 { line-height: 1.1 } .prose p{line-height:1.3}\
                   li { line-height: 20px } .note { line-height: 0 }";
        assert_eq!(told(css), ["body", "p"]);
    }

    #[test]
    fn styles_of_others_are_seen_and_no_sheet_stops_the_reader() {
        let css =
            "@import 'https://a.cn/x.css'; @font-face { src: url(\"//b.cn/y.woff2\") } a { background: url(z.png) }";
        assert_eq!(remote(css).collect::<Vec<_>>(), ["b.cn", "a.cn"]);
        for broken in ["}}}{", "a{", "/*", "a { color: '", "@import", "@import '", "url("] {
            let _ = (told(broken), remote(broken).count());
        }
    }
}
