//! Beijing days and times in the forms of RFC 5545 §3.3.4 and §3.3.5.

use crate::model::{Clock, Day, Moment};

/// `20220905`.
pub fn compact(day: Day) -> String {
    format!("{:04}{:02}{:02}", day.year().max(0), day.month(), day.day())
}

/// Beijing time in UTC, eight hours back.
pub fn utc(moment: Moment) -> String {
    let hour = moment.clock.hour - 8;
    let (day, hour) = if hour < 0 { (moment.day.plus(-1), hour + 24) } else { (moment.day, hour) };
    format!("{}T{hour:02}{:02}00Z", compact(day), moment.clock.minute)
}

/// Minutes since the year 2000: a later moment has a higher number, until the year 6083, when 31 bits are full.
pub fn since_2000(moment: Moment) -> i32 {
    let Clock { hour, minute } = moment.clock;
    let days = Day::new(2000, 1, 1).map_or(0, |first| first.days_until(moment.day));
    let minutes = days * 1440 + i64::from(hour) * 60 + i64::from(minute);
    i32::try_from(minutes.max(0)).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn moment(text: &str) -> Moment {
        Moment::parse(text).unwrap()
    }

    #[test]
    fn g05_the_morning_in_beijing_is_the_night_before_in_utc() {
        assert_eq!(utc(moment("2022-09-01 07:30")), "20220831T233000Z");
        assert_eq!(utc(moment("2022-09-01 08:00")), "20220901T000000Z");
        assert_eq!(utc(moment("2023-01-01 00:00")), "20221231T160000Z");
    }

    #[test]
    fn g04_later_is_higher_and_fits_in_31_bits() {
        assert_eq!(since_2000(moment("2000-01-01 00:01")), 1);
        assert_eq!(since_2000(moment("2022-09-17 11:00")) + 1, since_2000(moment("2022-09-17 11:01")));
        assert_eq!(since_2000(moment("1999-12-31 23:59")), 0);
        assert_eq!(since_2000(moment("9999-12-31 23:59")), i32::MAX);
    }
}
