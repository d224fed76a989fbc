//! Points on the map as officers copy them: with the datum of the map they were copied from. Map services in China
//! show GCJ-02, which lies some hundred metres beside the WGS-84 of satellites, calendars and `geo:` addresses;
//! Baidu's BD-09 lies beside that once more. The formulas are the public ones; no authority publishes an exact
//! inverse, so it is found by iteration, to far below a metre.

use std::f64::consts::PI;
use std::fmt;

use super::reading::Reading;
use crate::report::{Finding, Text, codes, displayable, nearest};

/// An angle in millionths of a degree, about 0.1 m on the ground: exact, so that nothing depends on how floats print.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Degrees(i32);

/// What the numbers of a point are measured against.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Datum {
    /// What satellites, calendars and `geo:` addresses use; 天地图's CGCS2000 differs by centimetres.
    Wgs84,
    /// What 高德, 腾讯 and other maps in China show.
    Gcj02,
    /// What 百度 shows.
    Bd09,
}

/// A point on the map.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Point {
    /// 纬度, north of the equator.
    pub lat: Degrees,
    /// 经度, east of Greenwich.
    pub lon: Degrees,
    /// 坐标系
    pub datum: Datum,
}

impl Degrees {
    /// Reads a plain decimal such as `112.5505`; digits beyond the sixth are rounded.
    pub fn parse(text: &str) -> Option<Degrees> {
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        let numeric = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !numeric(whole) || !numeric(fraction) || whole.len() > 3 {
            return None;
        }
        let seven: String = fraction.chars().chain("0000000".chars()).take(7).collect();
        let (whole, tenths) = (whole.parse::<i32>().ok()?, seven.parse::<i32>().ok()?);
        let millionths = whole * 1_000_000 + (tenths + 5) / 10;
        Some(Degrees(if negative { -millionths } else { millionths }))
    }

    fn of(value: f64) -> Degrees {
        Degrees((value * 1e6).round() as i32)
    }

    fn value(self) -> f64 {
        f64::from(self.0) / 1e6
    }

    fn within(self, low: i32, high: i32) -> bool {
        (low * 1_000_000..=high * 1_000_000).contains(&self.0)
    }
}

impl fmt::Display for Degrees {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (sign, size) = (if self.0 < 0 { "-" } else { "" }, self.0.unsigned_abs());
        write!(f, "{sign}{}.{:06}", size / 1_000_000, size % 1_000_000)
    }
}

impl Datum {
    /// The name authors and readers see.
    pub fn word(self) -> &'static str {
        match self {
            Datum::Wgs84 => "WGS-84",
            Datum::Gcj02 => "GCJ-02",
            Datum::Bd09 => "BD-09",
        }
    }

    /// The datum of a word: its name however it is spelled, or the map service that shows it.
    pub fn of(word: &str) -> Option<Datum> {
        let plain: String = word.to_uppercase().chars().filter(|c| c.is_alphanumeric()).collect();
        match plain.trim_end_matches("地图").trim_end_matches("坐标") {
            "WGS84" | "GPS" | "CGCS2000" | "天" => Some(Datum::Wgs84),
            "GCJ02" | "高德" | "腾讯" | "火星" => Some(Datum::Gcj02),
            "BD09" | "百度" => Some(Datum::Bd09),
            _ => None,
        }
    }
}

impl Point {
    /// The same point in WGS-84.
    pub fn wgs84(self) -> Point {
        if self.datum == Datum::Wgs84 {
            return self;
        }
        let shown = self.gcj02();
        let (lat, lon) = (shown.lat.value(), shown.lon.value());
        let mut real = (lat, lon);
        // Each round gains more than two digits.
        for _ in 0..8 {
            let (north, east) = offset(real.0, real.1);
            real = (lat - north, lon - east);
        }
        Point { lat: Degrees::of(real.0), lon: Degrees::of(real.1), datum: Datum::Wgs84 }
    }

    /// The same point in GCJ-02.
    pub fn gcj02(self) -> Point {
        let (lat, lon) = (self.lat.value(), self.lon.value());
        let (lat, lon) = match self.datum {
            Datum::Gcj02 => return self,
            Datum::Wgs84 => {
                let (north, east) = offset(lat, lon);
                (lat + north, lon + east)
            }
            Datum::Bd09 => without_baidu(lat, lon),
        };
        Point { lat: Degrees::of(lat), lon: Degrees::of(lon), datum: Datum::Gcj02 }
    }
}

/// How far GCJ-02 lies north and east of WGS-84, in degrees; nothing outside the box in which it is used.
fn offset(lat: f64, lon: f64) -> (f64, f64) {
    /// The ellipsoid of Krasovsky: half its long axis in metres, and the square of its eccentricity.
    const AXIS: f64 = 6_378_245.0;
    const ECCENTRICITY: f64 = 0.006_693_421_622_965_943;
    if !(0.8293..=55.8271).contains(&lat) || !(72.004..=137.8347).contains(&lon) {
        return (0.0, 0.0);
    }
    let (north, east) = metres(lon - 105.0, lat - 35.0);
    let angle = lat.to_radians();
    let bent = 1.0 - ECCENTRICITY * angle.sin().powi(2);
    let north = north.to_degrees() / (AXIS * (1.0 - ECCENTRICITY) / (bent * bent.sqrt()));
    let east = east.to_degrees() / (AXIS / bent.sqrt() * angle.cos());
    (north, east)
}

fn metres(x: f64, y: f64) -> (f64, f64) {
    let wave = |size: f64, at: f64| size * (at * PI).sin();
    let shared = wave(20.0, 6.0 * x) + wave(20.0, 2.0 * x);
    let north = shared + wave(20.0, y) + wave(40.0, y / 3.0) + wave(160.0, y / 12.0) + wave(320.0, y / 30.0);
    let east = shared + wave(20.0, x) + wave(40.0, x / 3.0) + wave(150.0, x / 12.0) + wave(300.0, x / 30.0);
    let root = x.abs().sqrt();
    (
        -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * root + north * 2.0 / 3.0,
        300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * root + east * 2.0 / 3.0,
    )
}

fn without_baidu(lat: f64, lon: f64) -> (f64, f64) {
    const TURN: f64 = PI * 3000.0 / 180.0;
    let (x, y) = (lon - 0.0065, lat - 0.006);
    let far = x.hypot(y) - 0.00002 * (y * TURN).sin();
    let angle = y.atan2(x) - 0.000003 * (x * TURN).cos();
    (far * angle.sin(), far * angle.cos())
}

/// Reads 坐标: numbers and datum, and whether they can be true.
pub(super) fn point(reading: &mut Reading) -> Option<Point> {
    let table = reading.table("geo")?;
    let mut table = reading.of(table);
    let (lat, lon) = (degrees(&mut table, "lat"), degrees(&mut table, "lon"));
    let datum = datum(&mut table);
    let (lat, lon) = (lat?, lon?);
    if in_china(lat, lon) {
        return Some(Point { lat, lon, datum });
    }
    let possible = lat.within(-90, 90) && lon.within(-180, 180);
    let swapped = in_china(lon, lat);
    table.report.add(match (swapped, possible) {
        (true, _) => exchanged(&table),
        (false, false) => impossible(&table),
        (false, true) => abroad(&table),
    });
    (possible && !swapped).then_some(Point { lat, lon, datum })
}

/// A rough box around all of China.
fn in_china(lat: Degrees, lon: Degrees) -> bool {
    lat.within(3, 54) && lon.within(73, 136)
}

fn degrees(table: &mut Reading, key: &str) -> Option<Degrees> {
    let text = table.text(key)?;
    let read = Degrees::parse(&text);
    if read.is_none() {
        let message = Text::new(
            format!("“{}”不是坐标数字。坐标要写成小数，例如 112.550500，不写度分秒和单位。", displayable(&text)),
            format!("`{}` is no coordinate; write degrees as a decimal such as 112.550500.", displayable(&text)),
        );
        let meant = plain(&text).map(|meant| table.line(key, &meant));
        table.report.add(Finding::new(&codes::E119, table.place(key), message).fixes(meant));
    }
    read
}

/// The number in `东经112.55°` or `１１２．５５`.
fn plain(text: &str) -> Option<String> {
    let narrow = |c: char| match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
        c => c,
    };
    let text: String = text.chars().map(narrow).filter(|c| !c.is_whitespace()).collect();
    let text = text.trim_start_matches(['东', '经', '北', '纬', '度']);
    let text = text.trim_end_matches(['°', '度', 'N', 'E', 'n', 'e']);
    Degrees::parse(text).map(|_| text.to_string())
}

fn datum(table: &mut Reading) -> Datum {
    let Some(text) = table.text("datum") else { return Datum::Gcj02 };
    Datum::of(&text).unwrap_or_else(|| {
        let names = ["WGS-84", "GCJ-02", "BD-09"];
        let shown = displayable(&text);
        let message = Text::new(
            format!(
                "坐标系“{shown}”不认识。高德、腾讯地图上查到的写 GCJ-02，百度地图的写 BD-09，卫星定位（GPS）和天地图的写 WGS-84。"
            ),
            format!("Unknown datum `{shown}`: one of {}.", names.join(", ")),
        );
        let near = nearest(&text.to_uppercase(), names).map(|near| table.line("datum", near));
        table.report.add(Finding::new(&codes::E119, table.place("datum"), message).fixes(near));
        Datum::Gcj02
    })
}

fn exchanged(table: &Reading) -> Finding {
    let (lat, lon) = (table.text("lat").unwrap_or_default(), table.text("lon").unwrap_or_default());
    let message = Text::new(
        format!("纬度 {lat} 和经度 {lon} 写反了：在中国，纬度在 3 到 54 之间，经度在 73 到 136 之间。"),
        format!("Latitude {lat} and longitude {lon} are exchanged: in China they lie in 3 to 54 and 73 to 136."),
    );
    Finding::new(&codes::V10, table.place("lat"), message)
        .related(table.place("lon"))
        .fixes(table.lines([("lat", lon.as_str()), ("lon", lat.as_str())]))
}

fn impossible(table: &Reading) -> Finding {
    let message = Text::new(
        "没有这样的坐标：纬度最多 90，经度最多 180。请到地图上重新查。",
        "There is no such point: latitudes end at 90 and longitudes at 180.",
    );
    Finding::new(&codes::V10, table.place("lat"), message).related(table.place("lon"))
}

fn abroad(table: &Reading) -> Finding {
    let message = Text::new(
        "这个坐标不在中国。读者会被地图带到别处，请核对纬度和经度。",
        "The point does not lie in China; check latitude and longitude.",
    );
    Finding::new(&codes::V11, table.place("lat"), message).related(table.place("lon"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(lat: &str, lon: &str, datum: Datum) -> Point {
        Point { lat: Degrees::parse(lat).unwrap(), lon: Degrees::parse(lon).unwrap(), datum }
    }

    /// Within about 0.3 m.
    fn close(found: Point, lat: &str, lon: &str) {
        let wanted = point(lat, lon, found.datum);
        let far = (found.lat.0 - wanted.lat.0).abs().max((found.lon.0 - wanted.lon.0).abs());
        assert!(far <= 3, "{} {} is {far} millionths from {lat} {lon}", found.lat, found.lon);
    }

    #[test]
    fn known_pairs_of_wgs84_and_gcj02() {
        for (real, shown) in [
            (("31.1774276", "121.5272106"), ("31.17530398", "121.53154186")),
            (("22.543847", "113.912316"), ("22.54079613", "113.91717648")),
            (("39.911954", "116.377817"), ("39.91334546", "116.38404722")),
        ] {
            close(point(real.0, real.1, Datum::Wgs84).gcj02(), shown.0, shown.1);
            close(point(shown.0, shown.1, Datum::Gcj02).wgs84(), real.0, real.1);
        }
    }

    #[test]
    fn known_pairs_of_bd09_and_gcj02() {
        for (baidu, shown) in [
            (("39.915", "116.404"), ("39.90865674", "116.39762729")),
            (("39.92133699", "116.41036949"), ("39.915", "116.404")),
        ] {
            close(point(baidu.0, baidu.1, Datum::Bd09).gcj02(), shown.0, shown.1);
        }
    }

    #[test]
    fn there_and_back_again_everywhere_in_china() {
        let mut random = fastrand::Rng::with_seed(20_220_919);
        for _ in 0..2000 {
            let real = Point {
                lat: Degrees(random.i32(4_000_000..53_000_000)),
                lon: Degrees(random.i32(74_000_000..135_000_000)),
                datum: Datum::Wgs84,
            };
            let back = real.gcj02().wgs84();
            let far = (back.lat.0 - real.lat.0).abs().max((back.lon.0 - real.lon.0).abs());
            assert!(far <= 2, "seed 20220919: {real:?} came back as {back:?}");
        }
    }

    #[test]
    fn abroad_nothing_is_moved() {
        let london = point("51.500000", "-0.120000", Datum::Gcj02);
        assert_eq!(london.wgs84().lon.to_string(), "-0.120000");
        assert_eq!(london.wgs84().lat, london.lat);
    }

    #[test]
    fn six_decimals_without_floats() {
        let read = |text| Degrees::parse(text).map(|degrees| degrees.to_string());
        assert_eq!(read("112.5").as_deref(), Some("112.500000"));
        assert_eq!(read("37").as_deref(), Some("37.000000"));
        assert_eq!(read("37.87059049999").as_deref(), Some("37.870590"));
        assert_eq!(read("37.8705905").as_deref(), Some("37.870591"));
        assert_eq!(read("-0.0000014").as_deref(), Some("-0.000001"));
        assert_eq!(read("0.9999999").as_deref(), Some("1.000000"));
        for wrong in ["", "-", ".5", "5.", "1e3", "37°52′", "１２", "+3", "1234", "3.5.1", "NaN", "inf", "--1", "9 9"]
        {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_datum_has_many_names() {
        for (word, datum) in [
            ("wgs84", Datum::Wgs84),
            ("WGS-84", Datum::Wgs84),
            ("天地图", Datum::Wgs84),
            ("gcj02", Datum::Gcj02),
            ("GCJ—02", Datum::Gcj02),
            ("高德地图", Datum::Gcj02),
            ("腾讯", Datum::Gcj02),
            ("bd_09", Datum::Bd09),
            ("百度坐标", Datum::Bd09),
        ] {
            assert_eq!(Datum::of(word), Some(datum), "{word}");
        }
        assert_eq!((Datum::of("北京54"), Datum::of("")), (None, None));
    }

    #[test]
    fn the_number_is_found_among_words() {
        assert_eq!(plain("东经112.55°").as_deref(), Some("112.55"));
        assert_eq!(plain("１１２．５５").as_deref(), Some("112.55"));
        assert_eq!(plain("37°52′14″"), None);
    }
}
