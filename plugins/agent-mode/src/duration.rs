//! Durations as Prometheus writes them.

/// Units in the order in which they may follow each other, in milliseconds.
/// Source: prometheus/common model.ParseDuration.
const UNITS: &[(&str, u64)] = &[
    ("y", 365 * 24 * 3_600_000),
    ("w", 7 * 24 * 3_600_000),
    ("d", 24 * 3_600_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1_000),
    ("ms", 1),
];

/// Milliseconds of a duration such as `6h`, `1d12h` or `0`; `None` for what Prometheus refuses.
pub(crate) fn parse(text: &str) -> Option<u64> {
    if text == "0" {
        return Some(0);
    }
    let mut rest = text;
    let mut units = UNITS;
    let mut total = 0_u64;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let number: u64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let letters = rest
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(rest.len());
        let position = units
            .iter()
            .position(|(unit, _)| *unit == &rest[..letters])?;
        total = total.checked_add(number.checked_mul(units[position].1)?)?;
        units = &units[position + 1..];
        rest = &rest[letters..];
    }
    (!text.is_empty()).then_some(total)
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn reads_what_prometheus_reads() {
        assert_eq!(parse("6h"), Some(6 * 3_600_000));
        assert_eq!(parse("1d12h"), Some(36 * 3_600_000));
        assert_eq!(parse("1h30m"), Some(90 * 60_000));
        assert_eq!(parse("500ms"), Some(500));
        assert_eq!(parse("0"), Some(0));
    }

    #[test]
    fn refuses_what_prometheus_refuses() {
        for text in [
            "",
            "6",
            "h",
            "6 h",
            "6H",
            "1h1d",
            "1h1h",
            "-6h",
            "1.5h",
            "99999999999999999999y",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
