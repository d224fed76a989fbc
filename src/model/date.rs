//! Days and times as officers type them. All of them mean Beijing time, which has no daylight saving.
//!
//! The Chinese forms are accepted; a form that could mean two things, or lacks its year, is told and never guessed.

use std::fmt;

use jiff::civil;
use serde::Serialize;

/// A day of the Gregorian calendar in Beijing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(civil::Date);

/// A time of day, to the minute.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Clock {
    /// 0 to 23.
    pub hour: i8,
    /// 0 to 59.
    pub minute: i8,
}

/// A day with a time, in Beijing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    /// The day.
    pub day: Day,
    /// The time of that day.
    pub clock: Clock,
}

/// Why a text is no day or time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DateFault {
    /// No such form, or one that could mean two things; with the form to write where there is only one answer.
    Form(Option<String>),
    /// Month and day without a year.
    Yearless {
        /// The month that was typed.
        month: i8,
        /// The day that was typed.
        day: i8,
    },
    /// The form is right but there is no such day; with the last day of that month where the month exists.
    Impossible {
        /// The year that was typed.
        year: i16,
        /// The month that was typed.
        month: i8,
        /// The day that was typed.
        day: i8,
        /// The last day of that month, or none where there is no such month.
        last: Option<i8>,
    },
}

impl Day {
    /// The day, if there is one.
    pub fn new(year: i16, month: i8, day: i8) -> Option<Day> {
        civil::Date::new(year, month, day).ok().map(Day)
    }

    /// Reads a day in any accepted form: `2022-09-05`, `2022-9-5`, `2022.09.05`, `2022/9/5`, `2022年9月5日`,
    /// `二〇二二年九月五日`, and these with full-width digits.
    pub fn parse(text: &str) -> Result<Day, DateFault> {
        let plain = narrow(text.trim());
        if let Some((month, day)) = yearless(&plain) {
            return Err(DateFault::Yearless { month, day });
        }
        let (year, month, day) =
            parts(&plain).ok_or_else(|| DateFault::Form(turned_round(&plain).or_else(|| counted(&plain))))?;
        Day::new(year, month, day).ok_or_else(|| DateFault::Impossible { year, month, day, last: last_of(year, month) })
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.0.year()
    }

    /// The month, 1 to 12.
    pub fn month(self) -> i8 {
        self.0.month()
    }

    /// The day of the month, 1 to 31.
    pub fn day(self) -> i8 {
        self.0.day()
    }

    /// 0 for Monday to 6 for Sunday.
    pub fn weekday(self) -> usize {
        self.0.weekday().to_monday_zero_offset() as usize
    }

    /// The Chinese name of the weekday.
    pub fn weekday_zh(self) -> &'static str {
        ["星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"][self.weekday()]
    }

    /// The day `days` later, or earlier where negative; stays at the calendar's ends.
    pub fn plus(self, days: i64) -> Day {
        Day(self.0.saturating_add(jiff::Span::new().days(days.clamp(-100_000, 100_000))))
    }

    /// How many days lie between this day and `later`; negative where that day is earlier.
    pub fn days_until(self, later: Day) -> i64 {
        self.0.until(later.0).map_or(0, |span| i64::from(span.get_days()))
    }

    /// The last day of this month.
    pub fn last_of_month(self) -> Day {
        Day(self.0.last_of_month())
    }

    /// `2022年9月5日`, as GB/T 9704 writes it: no zero padding.
    pub fn zh(self) -> String {
        let mut text = String::with_capacity("2022年10月10日".len());
        push(&mut text, self.year());
        text.push('年');
        self.push_short(&mut text);
        text
    }

    /// `9月5日`.
    pub fn zh_short(self) -> String {
        let mut text = String::with_capacity("10月10日".len());
        self.push_short(&mut text);
        text
    }

    fn push_short(self, text: &mut String) {
        push(text, self.month().into());
        text.push('月');
        push(text, self.day().into());
        text.push('日');
    }
}

/// Appends a number. Dates stand everywhere in a calendar, and the general way of writing one costs ten times as much.
fn push(text: &mut String, number: i16) {
    match number {
        0..10 => text.push(digit(number).into()),
        10..100 => text.extend([digit(number / 10), digit(number)].map(char::from)),
        1000..=9999 => text.extend([1000, 100, 10, 1].map(|place| char::from(digit(number / place)))),
        number => text.push_str(&number.to_string()),
    }
}

/// The last digit of a number, in ASCII.
fn digit(number: i16) -> u8 {
    b'0' + (number % 10).unsigned_abs() as u8
}

/// The last two.
fn two(number: i8) -> [u8; 2] {
    [digit((number / 10).into()), digit(number.into())]
}

fn write_ascii(f: &mut fmt::Formatter<'_>, signs: &[u8]) -> fmt::Result {
    f.write_str(std::str::from_utf8(signs).map_err(|_| fmt::Error)?)
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, [m, month], [d, day]) = (self.year(), two(self.month()), two(self.day()));
        match year {
            0..=9999 => {
                let [y, e, a, r] = [1000, 100, 10, 1].map(|place| digit(year / place));
                write_ascii(f, &[y, e, a, r, b'-', m, month, b'-', d, day])
            }
            year => write!(f, "{year:04}-{:02}-{:02}", self.month(), self.day()),
        }
    }
}

impl Clock {
    /// Reads `09:00` or `9:00`; the fault carries the form to write where the meaning is plain.
    pub fn parse(text: &str) -> Result<Clock, DateFault> {
        let text = text.trim();
        strict_clock(text).ok_or_else(|| DateFault::Form(proposed_clock(text)))
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ([h, hour], [m, minute]) = (two(self.hour), two(self.minute));
        write_ascii(f, &[h, hour, b':', m, minute])
    }
}

impl Moment {
    /// Reads a day and a time with a space or `T` between them; a day alone is a fault of form.
    pub fn parse(text: &str) -> Result<Moment, DateFault> {
        let text = text.trim();
        let (day, clock) = text
            .rsplit_once([' ', 'T', '\u{3000}'])
            .or_else(|| text.rfind('日').map(|at| text.split_at(at + '日'.len_utf8())))
            .unwrap_or((text, ""));
        let clock = clock.trim();
        if clock.is_empty() {
            Day::parse(text)?;
            return Err(DateFault::Form(None));
        }
        let day = Day::parse(day)?;
        Clock::parse(clock).map(|clock| Moment { day, clock }).map_err(|fault| match fault {
            DateFault::Form(Some(clock)) => DateFault::Form(Some(format!("{day} {clock}"))),
            other => other,
        })
    }

    /// `2022-09-05T09:00:00+08:00`, RFC 3339.
    pub fn rfc3339(self) -> String {
        format!("{}T{}:00+08:00", self.day, self.clock)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.day, self.clock)
    }
}

macro_rules! serialize_as_text {
    ($($type:ty)*) => {$(
        impl Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }
    )*};
}
serialize_as_text!(Day Clock Moment);

/// Full-width digits, points and dashes as their half-width twins.
fn narrow(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).unwrap_or(c),
            '—' | '–' | '−' => '-',
            c => c,
        })
        .collect()
}

fn parts(text: &str) -> Option<(i16, i8, i8)> {
    let text = text.replace(' ', "");
    if let Some((year, rest)) = text.split_once('年') {
        let (month, rest) = rest.split_once('月')?;
        let day = rest.strip_suffix(['日', '号'])?;
        return Some((number(year)?, i8::try_from(number(month)?).ok()?, i8::try_from(number(day)?).ok()?))
            .filter(|_| year.chars().count() == 4);
    }
    let separator = text.chars().find(|c| matches!(c, '-' | '.' | '/'))?;
    let mut fields = text.split(separator);
    let (year, month, day) = (fields.next()?, fields.next()?, fields.next()?);
    let sound = year.len() == 4 && (1..=2).contains(&month.len()) && (1..=2).contains(&day.len());
    (sound && fields.next().is_none()).then_some(())?;
    Some((digits(year)?, i8::try_from(digits(month)?).ok()?, i8::try_from(digits(day)?).ok()?))
}

fn yearless(text: &str) -> Option<(i8, i8)> {
    let text = text.replace(' ', "");
    if text.contains('年') {
        return None;
    }
    let (month, rest) = text.split_once('月')?;
    let day = rest.strip_suffix(['日', '号'])?;
    Some((i8::try_from(number(month)?).ok()?, i8::try_from(number(day)?).ok()?))
}

/// `5/9/2022` is either May or September: no proposal. `31/12/2022` can be only one day.
fn turned_round(text: &str) -> Option<String> {
    let fields: Vec<i16> = text.split(['/', '.', '-']).map(digits).collect::<Option<_>>()?;
    let [first, second, year] = fields[..] else { return None };
    if !(1000..=9999).contains(&year) {
        return None;
    }
    let (month, day) = if first > 12 {
        (second, first)
    } else if second > 12 {
        (first, second)
    } else {
        return None;
    };
    Day::new(year, i8::try_from(month).ok()?, i8::try_from(day).ok()?).map(|day| day.to_string())
}

/// A day as spreadsheet programs count it, from 1900 on: 44824 is 2022-09-20.
fn counted(text: &str) -> Option<String> {
    let days = text.parse::<i64>().ok().filter(|days| text.len() == 5 && (36526..55000).contains(days))?;
    Day::new(1899, 12, 30).map(|first| first.plus(days).to_string())
}

/// A time as spreadsheet programs count it, as part of a day: 0.375 is 09:00.
fn part_of_day(text: &str) -> Option<Clock> {
    let part = text.strip_prefix("0.").filter(|part| (1..=10).contains(&part.len()))?;
    let size = 10_u64.pow(u32::try_from(part.len()).ok()?);
    let minutes =
        (part.bytes().all(|b| b.is_ascii_digit()).then(|| part.parse::<u64>().ok())?? * 1440 + size / 2) / size;
    strict_clock(&format!("{}:{:02}", minutes / 60, minutes % 60))
}

fn digits(text: &str) -> Option<i16> {
    text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())?
}

/// A number in digits or in Chinese numerals: `2022`, `二〇二二`, `九`, `十五`, `三十一`.
fn number(text: &str) -> Option<i16> {
    if text.is_empty() || text.chars().count() > 4 {
        return None;
    }
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return digits(text);
    }
    match text.split_once('十') {
        Some((tens, ones)) => {
            let tens = if tens.is_empty() { 1 } else { numeral(tens)? };
            let ones = if ones.is_empty() { 0 } else { numeral(ones)? };
            Some(tens * 10 + ones)
        }
        None => text.chars().try_fold(0, |sum: i16, c| Some(sum.checked_mul(10)? + numeral(&c.to_string())?)),
    }
}

fn numeral(text: &str) -> Option<i16> {
    let mut chars = text.chars();
    let (c, None) = (chars.next()?, chars.next()) else { return None };
    match c {
        '〇' | '○' | '零' | 'Ｏ' | 'O' => Some(0),
        c => "一二三四五六七八九".chars().position(|n| n == c).and_then(|at| i16::try_from(at + 1).ok()),
    }
}

fn last_of(year: i16, month: i8) -> Option<i8> {
    Day::new(year, month, 1).map(|first| first.last_of_month().day())
}

fn strict_clock(text: &str) -> Option<Clock> {
    let (hour, minute) = text.split_once(':')?;
    let sound = (1..=2).contains(&hour.len()) && minute.len() == 2;
    let (hour, minute) = (i8::try_from(digits(hour)?).ok()?, i8::try_from(digits(minute)?).ok()?);
    (sound && hour < 24 && minute < 60).then_some(Clock { hour, minute })
}

/// The form to write for `9：30`, `上午9点`, `下午2点半`, `9:30:00`; none for `24:00` or a leap second.
fn proposed_clock(text: &str) -> Option<String> {
    let text = narrow(text).replace(' ', "");
    if let Some(clock) = part_of_day(&text) {
        return Some(clock.to_string());
    }
    let (afternoon, text) = match text.strip_prefix("下午").or_else(|| text.strip_prefix("晚上")) {
        Some(rest) => (true, rest.to_string()),
        None => (false, text.trim_start_matches("上午").trim_start_matches("早上").to_string()),
    };
    let text = text.replace(['点', '时'], ":").replace('半', "30").replace('分', "").replace('整', "00");
    let (hour, rest) = text.split_once(':').unwrap_or((&text, ""));
    let minute = match rest.split(':').next()? {
        "" => "00",
        minute => minute,
    };
    let hour = number(hour)? + if afternoon && number(hour)? < 12 { 12 } else { 0 };
    strict_clock(&format!("{hour}:{minute}")).map(|clock| clock.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Result<String, DateFault> {
        Day::parse(text).map(|day| day.to_string())
    }

    #[test]
    fn days_and_times_are_written_with_all_their_zeros() {
        let first = Day::new(1999, 1, 1).unwrap();
        for day in
            (0..800).map(|days| first.plus(days)).chain([Day::new(7, 3, 9).unwrap(), Day::new(-7, 3, 9).unwrap()])
        {
            let (year, month, number) = (day.year(), day.month(), day.day());
            assert_eq!(day.to_string(), format!("{year:04}-{month:02}-{number:02}"));
            assert_eq!(day.zh(), format!("{year}年{month}月{number}日"));
            assert_eq!(day.zh_short(), format!("{month}月{number}日"));
        }
        for (hour, minute) in (0..24).flat_map(|hour| (0..60).map(move |minute| (hour, minute))) {
            assert_eq!(Clock { hour, minute }.to_string(), format!("{hour:02}:{minute:02}"));
        }
    }

    #[test]
    fn chinese_forms_are_one_day() {
        for text in [
            "2022年9月5日",
            "2022-9-5",
            "2022.09.05",
            "2022/9/5",
            "二〇二二年九月五日",
            "二○二二年九月五日",
            "２０２２年９月５日",
            "2022 年 9 月 5 日",
            "2022-09-05",
        ] {
            assert_eq!(day(text).as_deref(), Ok("2022-09-05"), "{text}");
        }
        assert_eq!(day("二〇二二年十二月三十一日").as_deref(), Ok("2022-12-31"));
        assert_eq!(Day::new(2022, 9, 5).unwrap().zh(), "2022年9月5日");
        assert_eq!(Day::new(2022, 9, 20).unwrap().weekday_zh(), "星期二");
    }

    #[test]
    fn what_cannot_be_known_is_not_guessed() {
        assert_eq!(day("9月5日"), Err(DateFault::Yearless { month: 9, day: 5 }));
        assert_eq!(day("5/9/2022"), Err(DateFault::Form(None)));
        assert_eq!(day("31/12/2022"), Err(DateFault::Form(Some("2022-12-31".into()))));
        assert_eq!(day("44824"), Err(DateFault::Form(Some("2022-09-20".into()))));
        assert_eq!(day("20226-1-1"), Err(DateFault::Form(None)));
        assert_eq!(day("22年9月5日"), Err(DateFault::Form(None)));
        for text in ["", "年月日", "2022年", "十十年一月一日", "2022-09", "2022-09-05-01", "-1-1-1", "9月中下旬", "💥"]
        {
            assert!(Day::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn impossible_days_name_the_last_possible_one() {
        let fault = |year, month, day, last| Err(DateFault::Impossible { year, month, day, last });
        assert_eq!(day("2026-02-30"), fault(2026, 2, 30, Some(28)));
        assert_eq!(day("2024-02-30"), fault(2024, 2, 30, Some(29)));
        assert_eq!(day("2026-13-01"), fault(2026, 13, 1, None));
    }

    #[test]
    fn times_are_read_or_proposed() {
        let fault = |text: &str| Clock::parse(text).unwrap_err();
        assert_eq!(Clock::parse("9:00").unwrap().to_string(), "09:00");
        assert_eq!(fault("9：30"), DateFault::Form(Some("09:30".into())));
        assert_eq!(fault("上午9点"), DateFault::Form(Some("09:00".into())));
        assert_eq!(fault("0.375"), DateFault::Form(Some("09:00".into())));
        assert_eq!(fault("0.6041666667"), DateFault::Form(Some("14:30".into())));
        for unclear in ["0.", "0.99999", "0.x", "0.-1", "0.12345678901", "1.5"] {
            assert_eq!(fault(unclear), DateFault::Form(None), "{unclear}");
        }
        assert_eq!(fault("下午2点半"), DateFault::Form(Some("14:30".into())));
        assert_eq!(fault("24:00"), DateFault::Form(None));
        assert_eq!(fault("23:59:60"), DateFault::Form(Some("23:59".into())));
    }

    #[test]
    fn a_posting_time_needs_its_time() {
        assert_eq!(Moment::parse("2022-09-05 9:00").unwrap().to_string(), "2022-09-05 09:00");
        assert_eq!(Moment::parse("2022年9月5日 09:00").unwrap().rfc3339(), "2022-09-05T09:00:00+08:00");
        assert_eq!(Moment::parse("2022年9月5日09:00").unwrap().to_string(), "2022-09-05 09:00");
        assert_eq!(Moment::parse("2022-09-05"), Err(DateFault::Form(None)));
    }

    #[test]
    fn days_count_across_years() {
        let day = Day::new(2022, 12, 31).unwrap();
        assert_eq!(day.plus(1).to_string(), "2023-01-01");
        assert_eq!(day.days_until(day.plus(400)), 400);
    }
}
