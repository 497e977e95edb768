//! Calendar days, as waivers name them.

use std::fmt;
use std::time::{SystemTime, UNIX_EPOCH};

/// A day that a test or a rehearsal takes for today. Not `SOURCE_DATE_EPOCH`: build environments set that to a
/// day long past, and every expired waiver would hold again.
pub(crate) const TODAY: &str = "KRMGUARD_TODAY";

/// A day of the Gregorian calendar. Ordered by time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Date {
    year: u16,
    month: u8,
    day: u8,
}

impl Date {
    /// `YYYY-MM-DD`, of a day that there is.
    pub(crate) fn parse(text: &str) -> Option<Date> {
        let digits = |range: std::ops::Range<usize>| -> Option<u16> {
            let part = text.get(range)?;
            part.bytes()
                .all(|byte| byte.is_ascii_digit())
                .then_some(())?;
            part.parse().ok()
        };
        let dashes = text.len() == 10 && text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
        if !dashes {
            return None;
        }
        let (year, month, day) = (
            digits(0..4)?,
            u8::try_from(digits(5..7)?).ok()?,
            u8::try_from(digits(8..10)?).ok()?,
        );
        let known = (1..=12).contains(&month) && (1..=days(year, month)).contains(&day);
        known.then_some(Date { year, month, day })
    }

    /// Today, in UTC: what [`TODAY`] says, else what the clock says. An error is the word that is no day.
    pub(crate) fn today() -> Result<Date, String> {
        match std::env::var(TODAY) {
            Ok(text) => Date::parse(&text).ok_or(text),
            Err(_) => Ok(Date::of_clock(SystemTime::now())),
        }
    }

    fn of_clock(now: SystemTime) -> Date {
        let seconds = now
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs());
        let mut left = seconds / 86_400;
        let (mut year, mut month) = (1970_u16, 1_u8);
        loop {
            let length = u64::from(days(year, month));
            if left < length || year == u16::MAX {
                // Less than a month's length: it fits.
                let day = u8::try_from(left).unwrap_or(0) + 1;
                return Date { year, month, day };
            }
            left -= length;
            month = month % 12 + 1;
            year += u16::from(month == 1);
        }
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

fn days(year: u16, month: u8) -> u8 {
    let leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::time::Duration;

    use super::*;

    #[test]
    fn only_days_that_there_are_are_days() {
        for day in ["2026-11-22", "2024-02-29", "2000-02-29", "0001-01-01"] {
            assert_eq!(Date::parse(day).unwrap().to_string(), day);
        }
        for none in [
            "2026-02-29",
            "1900-02-29",
            "2026-13-01",
            "2026-00-10",
            "2026-04-31",
            "2026-11-00",
            "2026-1-2",
            "22.11.2026",
            "2026-11-22T00:00:00Z",
            "2026/11/22",
            "soon",
            "",
            "２026-1-1",
            "+026-01-01",
        ] {
            assert_eq!(Date::parse(none), None, "{none}");
        }
    }

    #[test]
    fn days_are_ordered_by_time() {
        let day = |text| Date::parse(text).unwrap();
        assert!(day("2026-11-22") < day("2026-12-01"));
        assert!(day("2026-12-31") < day("2027-01-01"));
    }

    #[test]
    fn the_clock_counts_as_the_calendar_does() {
        let at = |seconds| Date::of_clock(UNIX_EPOCH + Duration::from_secs(seconds)).to_string();
        assert_eq!(at(0), "1970-01-01");
        assert_eq!(at(86_399), "1970-01-01");
        assert_eq!(at(951_782_400), "2000-02-29");
        assert_eq!(at(1_767_225_599), "2025-12-31");
        assert_eq!(at(1_767_225_600), "2026-01-01");
        assert!(at(u64::MAX / 4).starts_with("65535-"));
    }
}
