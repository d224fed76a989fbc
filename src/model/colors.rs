//! The colours of the site: `colors` of `content/site.yaml`, and where that says nothing those of the theme. Whether
//! white can be read on them is judged with the colours of campaigns (A02).

use std::collections::BTreeMap;

use super::page::Color;
use super::reading::Reading;
use crate::report::{Finding, Place, Text, codes, displayable};

/// The keys of the table, in the order in which the style sheet sets them: the site's own colour, then the families.
const KEYS: [&str; 5] = ["main", "organic", "green", "service", "open_day"];

/// The colours the bureau has chosen; the theme's own hold for all others.
#[derive(Debug, Default, PartialEq)]
pub struct Colors {
    chosen: BTreeMap<&'static str, (String, Place)>,
}

impl Colors {
    /// Reads the table; what is no colour is told (E119) and counts as not written.
    pub(super) fn read(mut table: Reading) -> Colors {
        Colors { chosen: KEYS.into_iter().filter_map(|key| Some((key, chosen(&mut table, key)?))).collect() }
    }

    /// Every chosen colour, `#rrggbb`, with where it was written.
    pub fn chosen(&self) -> impl Iterator<Item = (&str, &Place)> {
        self.chosen.values().map(|(hex, place)| (hex.as_str(), place))
    }

    /// The site's own colour, where one was chosen.
    pub fn main(&self) -> Option<&str> {
        self.hex("main")
    }

    /// What a family's colour was changed to.
    pub fn of_family(&self, family: &str) -> Option<&str> {
        self.hex(&family.replace('-', "_"))
    }

    /// `#rrggbb` of a campaign's colour.
    pub fn of<'c>(&'c self, color: &'c Color) -> &'c str {
        match color {
            Color::Family(family) => self.of_family(family).unwrap_or(color.hex()),
            Color::Custom(hex) => hex,
        }
    }

    /// A style sheet that sets them as custom properties (`--chosen-open-day`), and lighter (`--chosen-open-day-light`) as
    /// text on dark ground; none where nothing was chosen.
    pub fn style_sheet(&self) -> Option<String> {
        let set = |key: &&str| {
            let (name, hex) = (key.replace('_', "-"), self.hex(key)?);
            Some(format!("  --chosen-{name}: {hex};\n  --chosen-{name}-light: {};\n", light(hex)))
        };
        let all: String = KEYS.iter().filter_map(set).collect();
        (!all.is_empty()).then(|| format!(":root {{\n{all}}}\n"))
    }

    fn hex(&self, key: &str) -> Option<&str> {
        self.chosen.get(key).map(|(hex, _)| hex.as_str())
    }
}

/// A colour on its way to white by three fifths: readable on black, whatever it was.
fn light(hex: &str) -> String {
    let part = |at: usize| hex.get(at..at + 2).and_then(|part| u32::from_str_radix(part, 16).ok()).unwrap_or_default();
    let lighter = |at: usize| (part(at) * 2 + 255 * 3) / 5;
    format!("#{:02x}{:02x}{:02x}", lighter(1), lighter(3), lighter(5))
}

fn chosen(table: &mut Reading, key: &'static str) -> Option<(String, Place)> {
    let text = table.text(key)?;
    let place = table.place(key);
    if is_hex(&text) {
        return Some((text, place));
    }
    let shown = displayable(&text);
    let message = Text::new(
        format!("“{shown}”不是颜色。要写成 \"#8A1F1F\" 这样，井号后面六位，只用数字和字母 a 到 f，外面加英文双引号。"),
        format!("`{shown}` is no colour; write six digits such as \"#8A1F1F\", in quotes."),
    );
    table.report.add(Finding::new(&codes::E119, place, message));
    None
}

/// Whether `text` is a colour of six hexadecimal digits, `#rrggbb`.
pub fn is_hex(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()))
}
