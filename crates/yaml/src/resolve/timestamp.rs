//! Dates and times as Go's YAML reader recognises them.

/// Whether `text` is a date in one of the four layouts of `resolve.go`:
/// `2006-1-2T15:4:5.999999999Z07:00`, the same with `t`, `2006-1-2 15:4:5.999999999`, `2006-1-2`.
pub(super) fn is_timestamp(text: &str) -> bool {
    let mut rest = Rest(text.as_bytes());
    let Some(year) = rest.digits(4, 4) else {
        return false;
    };
    if !rest.byte(b'-') {
        return false;
    }
    let Some(month) = rest.digits(1, 2) else {
        return false;
    };
    if !rest.byte(b'-') {
        return false;
    }
    let Some(day) = rest.digits(1, 2) else {
        return false;
    };
    if !(1..=12).contains(&month) || day == 0 || day > days(year, month) {
        return false;
    }
    match rest.0 {
        [] => true,
        [b' ', ..] => rest.skip() && rest.clock() && rest.0.is_empty(),
        [b'T' | b't', ..] => rest.skip() && rest.clock() && rest.zone() && rest.0.is_empty(),
        _ => false,
    }
}

fn days(year: u32, month: u32) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => {
            29
        }
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

struct Rest<'a>(&'a [u8]);

impl Rest<'_> {
    fn skip(&mut self) -> bool {
        self.0 = self.0.get(1..).unwrap_or_default();
        true
    }

    fn byte(&mut self, byte: u8) -> bool {
        self.0.first() == Some(&byte) && self.skip()
    }

    /// At least `min`, at most `max` digits.
    fn digits(&mut self, min: usize, max: usize) -> Option<u32> {
        let count = self
            .0
            .iter()
            .take(max)
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        if count < min {
            return None;
        }
        let (digits, rest) = self.0.split_at(count);
        self.0 = rest;
        Some(
            digits
                .iter()
                .fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')),
        )
    }

    /// `15:4:5.999999999`: Go takes one or two digits each, and a fraction of any length
    /// behind `.` or `,`.
    fn clock(&mut self) -> bool {
        let within = |value: Option<u32>, end: u32| value.is_some_and(|value| value < end);
        let clock = within(self.digits(1, 2), 24)
            && self.byte(b':')
            && within(self.digits(1, 2), 60)
            && self.byte(b':')
            && within(self.digits(1, 2), 60);
        if clock && matches!(self.0, [b'.' | b',', b'0'..=b'9', ..]) {
            self.skip();
            let fraction = self
                .0
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count();
            self.0 = &self.0[fraction..];
        }
        clock
    }

    /// `Z` or `±07:00`.
    fn zone(&mut self) -> bool {
        if self.byte(b'Z') {
            return true;
        }
        (self.byte(b'+') || self.byte(b'-'))
            && self.digits(2, 2).is_some_and(|hours| hours <= 24)
            && self.byte(b':')
            && self.digits(2, 2).is_some_and(|minutes| minutes <= 60)
    }
}
