//! The characters a text may hold.

use crate::text::{Bytes, Text};
use crate::{Input, ReadError};

pub(super) fn decode(name: &str, bytes: Bytes) -> Result<Text, ReadError> {
    let wide = bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF");
    Text::new(bytes).map_err(|(bytes, why)| {
        let valid = why.valid_up_to();
        let line = memchr::memchr_iter(b'\n', &bytes[..valid]).count() + 1;
        let start = memchr::memrchr(b'\n', &bytes[..valid]).map_or(0, |at| at + 1);
        let column = String::from_utf8_lossy(&bytes[start..valid])
            .chars()
            .count()
            + 1;
        let what = if wide {
            "the text is UTF-16"
        } else {
            "this is not text: the byte is not UTF-8"
        };
        ReadError::new(name, (line, column), what, "pass YAML or JSON in UTF-8")
    })
}

/// Refuses characters that no YAML reader takes, and line breaks that not every reader takes for one.
pub(super) fn check(input: &Input) -> Result<(), ReadError> {
    let bytes = input.text.as_bytes();
    let seen = Seen::of(bytes);
    let control = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\n' | b'\t' | b'\r');
    if seen.unusual
        && let Some(offset) = bytes.iter().position(control)
    {
        let what = format!(
            "this is not text: it holds the control character U+{:04X}",
            bytes[offset]
        );
        return Err(input.error(offset, what, "pass YAML or JSON in UTF-8"));
    }
    let fix = "end lines with a line feed; inside a value write it as an escape in double quotes";
    let mut returns = memchr::memchr_iter(b'\r', bytes);
    if seen.unusual
        && let Some(offset) = returns.find(|at| bytes.get(at + 1) != Some(&b'\n'))
    {
        return Err(input.error(
            offset,
            "a carriage return without a line feed, which not every reader takes for a line break",
            fix,
        ));
    }
    if seen.ascii {
        return Ok(());
    }
    // JSON strings may hold them as they are, and have no other lines.
    let json = input
        .text
        .trim_start_matches('\u{feff}')
        .trim_ascii_start()
        .starts_with('{');
    if json && memchr::memmem::find(bytes, b"\n---").is_none() {
        return Ok(());
    }
    // U+0085 begins with the first of these bytes, U+2028 and U+2029 with the second.
    let odd = memchr::memchr2_iter(0xC2, 0xE2, bytes)
        .find(|at| input.text[*at..].starts_with(['\u{85}', '\u{2028}', '\u{2029}']));
    match odd {
        Some(offset) => Err(input.error(
            offset,
            "a Unicode line separator, which not every reader takes for a line break",
            fix,
        )),
        None => Ok(()),
    }
}

/// What one pass over a text shows of its bytes.
struct Seen {
    /// Control characters other than line feeds and tabs, carriage returns among them.
    unusual: bool,
    ascii: bool,
}

impl Seen {
    /// Without branches, so that the compiler makes vector instructions of it.
    fn of(bytes: &[u8]) -> Seen {
        let (mut unusual, mut high) = (false, 0);
        for byte in bytes {
            unusual |= (*byte < 0x20) & (*byte != b'\n') & (*byte != b'\t');
            high |= *byte;
        }
        Seen {
            unusual,
            ascii: high < 0x80,
        }
    }
}
