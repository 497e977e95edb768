//! Medians, percentiles, and how figures are written.

use std::time::Duration;

/// Of times in any order; zero of none.
pub(crate) fn median(times: &[Duration]) -> Duration {
    percentile(times, 50)
}

/// The smallest time that at least `percent` of them do not exceed; zero of none.
pub(crate) fn percentile(times: &[Duration], percent: usize) -> Duration {
    let mut sorted = times.to_vec();
    sorted.sort_unstable();
    let rank = (sorted.len() * percent).div_ceil(100);
    sorted
        .get(rank.saturating_sub(1))
        .copied()
        .unwrap_or_default()
}

/// Of times whose single values are coarse: the kernel tells user time from its own by samples.
pub(crate) fn mean(times: &[Duration]) -> Duration {
    let number = u32::try_from(times.len()).unwrap_or(u32::MAX);
    let sum: Duration = times.iter().sum();
    sum.checked_div(number).unwrap_or_default()
}

/// How often `part` holds `whole`; zero where `whole` is.
pub(crate) fn ratio(part: Duration, whole: Duration) -> f64 {
    if whole.is_zero() {
        return 0.0;
    }
    part.as_secs_f64() / whole.as_secs_f64()
}

/// `3.21 ms`, `321 ms` or `32.1 s`: three digits say all that such a measurement knows.
pub(crate) fn time(time: Duration) -> String {
    let milliseconds = time.as_secs_f64() * 1e3;
    match milliseconds {
        ..10.0 => format!("{milliseconds:.2} ms"),
        ..100.0 => format!("{milliseconds:.1} ms"),
        ..1000.0 => format!("{milliseconds:.0} ms"),
        ..10_000.0 => format!("{:.2} s", milliseconds / 1e3),
        _ => format!("{:.1} s", milliseconds / 1e3),
    }
}

/// `3.21`, `32.1` or `321`.
pub(crate) fn digits(ratio: f64) -> String {
    match ratio {
        ..10.0 => format!("{ratio:.2}"),
        ..100.0 => format!("{ratio:.1}"),
        _ => format!("{ratio:.0}"),
    }
}

/// A MiB has 2^20 bytes.
pub(crate) fn mebibytes(bytes: u64) -> String {
    #[expect(
        clippy::cast_precision_loss,
        reason = "memory is far below the 2^52 KiB that a float counts exactly"
    )]
    let mebibytes = (bytes >> 10) as f64 / 1024.0;
    format!("{mebibytes:.1} MiB")
}

/// `83,198,305`.
pub(crate) fn count(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn milliseconds(times: &[u64]) -> Vec<Duration> {
        times.iter().copied().map(Duration::from_millis).collect()
    }

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let times = milliseconds(&[5, 1, 4, 2, 3]);
        assert_eq!(median(&times), Duration::from_millis(3));
        assert_eq!(percentile(&times, 95), Duration::from_millis(5));
        assert_eq!(median(&milliseconds(&[1, 2])), Duration::from_millis(1));
        assert_eq!(median(&[]), Duration::ZERO);
        assert_eq!(mean(&times), Duration::from_millis(3));
        assert_eq!(mean(&[]), Duration::ZERO);
    }

    #[test]
    fn figures_have_three_digits() {
        let of = |microseconds| time(Duration::from_micros(microseconds));
        assert_eq!(of(3_214), "3.21 ms");
        assert_eq!(of(32_140), "32.1 ms");
        assert_eq!(of(321_400), "321 ms");
        assert_eq!(of(3_214_000), "3.21 s");
        assert_eq!(of(32_140_000), "32.1 s");
        assert_eq!(digits(1.049), "1.05");
        assert_eq!(digits(151.35), "151");
        assert_eq!(count(83_198_305), "83,198,305");
        assert_eq!(count(305), "305");
        assert_eq!(mebibytes(16 << 20), "16.0 MiB");
    }
}
