//! The keys that may stand at one level of a header, and how messages call that level.

use crate::load::fields::{COMMON, Field, Kind, Shape};
use crate::report::{Text, nearest};
use unicode_normalization::UnicodeNormalization;

/// Whose keys they are.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Owner {
    /// A page's.
    Page(Kind),
    /// Those of `content/site.yaml`.
    Config,
    /// Those of the maps behind this field.
    Inside(&'static Field),
}

/// The keys of one level.
#[derive(Debug, Clone, Copy)]
pub(super) struct Level {
    pub owner: Owner,
    own: &'static [Field],
    common: &'static [Field],
}

impl Level {
    /// The top of a page's header.
    pub fn page(kind: Kind) -> Level {
        Level { owner: Owner::Page(kind), own: kind.own_fields(), common: COMMON }
    }

    /// The top of the configuration.
    pub fn config(fields: &'static [Field]) -> Level {
        Level { owner: Owner::Config, own: fields, common: &[] }
    }

    /// The maps behind `field`; none where it takes no maps.
    pub fn inside(field: &'static Field) -> Option<Level> {
        match field.shape {
            Shape::Rows(own) | Shape::Table(own) => Some(Level { owner: Owner::Inside(field), own, common: &[] }),
            Shape::Text | Shape::Texts => None,
        }
    }

    /// The fields, each key once.
    pub fn fields(&self) -> impl Iterator<Item = &'static Field> {
        let own = self.own;
        own.iter().chain(self.common.iter().filter(move |common| own.iter().all(|field| field.key != common.key)))
    }

    /// The field called `key`, in English or Chinese.
    pub fn find(&self, key: &str) -> Option<&'static Field> {
        self.own.iter().chain(self.common).find(|field| field.key == key || field.zh == key)
    }

    /// The field called `key` once case, width, spaces and invisible characters are left out of account.
    pub fn find_folded(&self, key: &str) -> Option<&'static Field> {
        self.find(&folded(key))
    }

    /// The field whose name is nearest to `key`.
    pub fn near(&self, key: &str) -> Option<&'static Field> {
        if let Some(field) = self.fields().find(|field| field.meaning == key) {
            return Some(field);
        }
        let plain = folded(key);
        let names = self.fields().flat_map(|field| [field.key, field.zh]).filter(|name| comparable(&plain, name));
        self.find_folded(key).or_else(|| self.find(nearest(key, names)?))
    }

    /// How messages call what has these keys.
    pub fn name(&self) -> Text {
        match self.owner {
            Owner::Page(kind) => {
                let article = if kind.word().starts_with(['i', 'o']) { "an" } else { "a" };
                Text::new(kind.zh(), format!("{article} {}", kind.word()))
            }
            Owner::Config => Text::new("网站配置", "the configuration"),
            Owner::Inside(field) => Text::new(format!("“{}”", field.zh), format!("`{}`", field.key)),
        }
    }

    /// The keys for a message, in Chinese and in English.
    pub fn list(&self) -> Text {
        let join = |names: Vec<&str>, with: &str| names.join(with);
        Text::new(
            join(self.fields().map(|field| field.zh).collect(), "、"),
            join(self.fields().map(|field| field.key).collect(), ", "),
        )
    }
}

/// Whether `name` can be near to `key` at all: about as long, and with a character in common. Saves most comparisons.
fn comparable(key: &str, name: &str) -> bool {
    let (wanted, length) = (key.chars().count(), name.chars().count());
    wanted.abs_diff(length) * 2 <= wanted.max(length) && name.chars().any(|c| key.contains(c))
}

/// `key` in plain letters: lower case, half width, `_` for `-`, nothing invisible.
pub(super) fn folded(key: &str) -> String {
    let visible = key.nfkc().filter(|c| !c.is_whitespace() && !c.is_control() && *c != '\u{200D}');
    visible.flat_map(char::to_lowercase).map(|c| if c == '-' { '_' } else { c }).collect()
}
