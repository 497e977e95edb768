//! Numbers as Go's `strconv` reads and writes them.

use std::borrow::Cow;

use super::Resolved;

/// A plain scalar that starts with a sign or a digit.
pub(super) fn number(text: &str) -> Resolved<'_> {
    let packed: Cow<'_, str> = if text.contains('_') {
        Cow::Owned(text.replace('_', ""))
    } else {
        Cow::Borrowed(text)
    };
    if let Some(whole) = signed(&packed) {
        return Resolved::Int(whole);
    }
    if let Some(whole) = unsigned(&packed) {
        return Resolved::Unsigned(whole);
    }
    if is_decimal(&packed)
        && let Some(number) = finite(&packed)
    {
        return Resolved::Float(number);
    }
    // `0b-11`: Go looks at what follows the prefix once more, sign and all.
    if let Some(digits) = packed.strip_prefix("0b")
        && let Ok(whole) = i64::from_str_radix(digits, 2)
    {
        return Resolved::Int(whole);
    }
    Resolved::String(Cow::Borrowed(text))
}

/// A plain scalar that starts with `.`: Go asks `strconv.ParseFloat` alone, which takes `_`
/// between digits and nowhere else.
pub(super) fn fraction(text: &str) -> Option<f64> {
    let bytes = text.as_bytes();
    let digit = |at: Option<usize>| {
        at.and_then(|at| bytes.get(at))
            .is_some_and(u8::is_ascii_digit)
    };
    let separates = |(at, byte): (usize, &u8)| {
        *byte != b'_' || (digit(at.checked_sub(1)) && digit(Some(at + 1)))
    };
    if !bytes.iter().enumerate().all(separates) {
        return None;
    }
    let packed = text.replace('_', "");
    is_decimal(&packed).then(|| finite(&packed)).flatten()
}

/// `strconv.ParseInt(text, 0, 64)` for a text without underscores.
fn signed(text: &str) -> Option<i64> {
    let (negative, digits) = match text.as_bytes().first()? {
        b'-' => (true, text.get(1..)?),
        b'+' => (false, text.get(1..)?),
        _ => (false, text),
    };
    let magnitude = unsigned(digits)?;
    if negative {
        0_i64.checked_sub_unsigned(magnitude)
    } else {
        i64::try_from(magnitude).ok()
    }
}

/// `strconv.ParseUint(text, 0, 64)` for a text without underscores.
fn unsigned(text: &str) -> Option<u64> {
    let bytes = text.as_bytes();
    let (radix, digits) = match (bytes.first()?, bytes.get(1)) {
        (b'0', None) => return Some(0),
        (b'0', Some(b'x' | b'X')) => (16, text.get(2..)?),
        (b'0', Some(b'o' | b'O')) => (8, text.get(2..)?),
        (b'0', Some(b'b' | b'B')) => (2, text.get(2..)?),
        (b'0', Some(_)) => (8, text.get(1..)?),
        _ => (10, text),
    };
    // Rust takes a sign here, Go does not.
    if digits.starts_with(['+', '-']) {
        return None;
    }
    u64::from_str_radix(digits, radix).ok()
}

/// `^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$`
fn is_decimal(text: &str) -> bool {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let rest = text.strip_prefix(['-', '+']).unwrap_or(text);
    let whole = digits(rest);
    let rest = &rest[whole..];
    let rest = match rest.strip_prefix('.') {
        Some(after) => {
            let fraction = digits(after);
            if whole == 0 && fraction == 0 {
                return false;
            }
            &after[fraction..]
        }
        None if whole == 0 => return false,
        None => rest,
    };
    match rest.strip_prefix(['e', 'E']) {
        Some(exponent) => {
            let exponent = exponent.strip_prefix(['-', '+']).unwrap_or(exponent);
            !exponent.is_empty() && digits(exponent) == exponent.len()
        }
        None => rest.is_empty(),
    }
}

/// Go refuses what overflows, where Rust says infinity.
fn finite(text: &str) -> Option<f64> {
    text.parse::<f64>().ok().filter(|number| number.is_finite())
}

/// A float as a JSON object's key: `strconv.FormatFloat(number, 'g', -1, 32)`, with YAML's
/// names for what is not finite.
pub(crate) fn float_key(number: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "Go formats keys with 32 bits"
    )]
    let number = number as f32;
    if number.is_nan() {
        return ".nan".to_owned();
    }
    if number.is_infinite() {
        return if number > 0.0 { ".inf" } else { "-.inf" }.to_owned();
    }
    let scientific = format!("{number:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    // Go's `g` with the shortest digits is scientific below 1e-4 and from 1e6 on.
    if (-4..6).contains(&exponent) {
        return format!("{number}");
    }
    let sign = if exponent < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", exponent.abs())
}
