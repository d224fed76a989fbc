//! Where something is, for programs and for people: a point for calendars and search engines, and links that open a
//! map. Programs want WGS-84, map services in China show GCJ-02 (see [`crate::model::geo`]).

use super::{Press, view};
use crate::address::percent_encode;
use crate::model::page::OpenDay;
use crate::model::{Own, Point};

/// The links to `point`, which the map shows under `name`.
pub fn map(point: Point, name: &str) -> view::Map {
    let (real, shown) = (point.wgs84(), point.gcj02());
    view::Map {
        geo_url: format!("geo:{},{}", real.lat, real.lon),
        web_url: format!(
            "https://uri.amap.com/marker?position={},{}&name={}&coordinate=gaode",
            shown.lon,
            shown.lat,
            percent_encode(name)
        ),
    }
}

impl Press {
    /// Where an open day is. The institution's own point counts only together with its address: an open day that names
    /// another address is somewhere else.
    pub(crate) fn point(&self, open_day: &OpenDay) -> Option<Point> {
        let home = self.edition.page(&open_day.institution).and_then(|page| match &page.own {
            Own::Institution(institution) => institution.geo,
            _ => None,
        });
        open_day.geo.or(home.filter(|_| open_day.address.is_none()))
    }

    /// The links that show an open day on a map.
    pub(crate) fn open_day_map(&self, title: &str, open_day: &OpenDay) -> Option<view::Map> {
        let venue = self.edition.page(&open_day.institution).map_or(title, |page| &page.title);
        self.point(open_day).map(|point| map(point, venue))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::geo::{Datum, Degrees};

    #[test]
    fn programs_get_wgs84_and_the_map_gets_what_it_shows() {
        let degrees = |text| Degrees::parse(text).unwrap();
        let point = Point { lat: degrees("39.913345"), lon: degrees("116.384047"), datum: Datum::Gcj02 };
        let links = map(point, "检验所（示例）&x");
        assert_eq!(links.geo_url, "geo:39.911954,116.377817");
        let name = "%E6%A3%80%E9%AA%8C%E6%89%80%EF%BC%88%E7%A4%BA%E4%BE%8B%EF%BC%89%26x";
        let wanted = format!("https://uri.amap.com/marker?position=116.384047,39.913345&name={name}&coordinate=gaode");
        assert_eq!(links.web_url, wanted);
    }
}
