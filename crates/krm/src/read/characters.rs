//! The characters a text may hold.

use crate::{Input, ReadError};

pub(super) fn decode(name: &str, bytes: Vec<u8>) -> Result<String, ReadError> {
    let wide = bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF");
    String::from_utf8(bytes).map_err(|why| {
        let valid = why.utf8_error().valid_up_to();
        let bytes = why.as_bytes();
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
    let suspicious = |byte: &u8| *byte < 0x20 && !matches!(byte, b'\n' | b'\t' | b'\r');
    let control = bytes
        .chunks(4096)
        .any(|chunk| chunk.iter().fold(false, |any, byte| any | suspicious(byte)));
    if control && let Some(offset) = bytes.iter().position(suspicious) {
        let what = format!(
            "this is not text: it holds the control character U+{:04X}",
            bytes[offset]
        );
        return Err(input.error(offset, what, "pass YAML or JSON in UTF-8"));
    }
    let fix = "end lines with a line feed; inside a value write it as an escape in double quotes";
    let lone = memchr::memchr_iter(b'\r', bytes).find(|at| bytes.get(at + 1) != Some(&b'\n'));
    if let Some(offset) = lone {
        return Err(input.error(
            offset,
            "a carriage return without a line feed, which not every reader takes for a line break",
            fix,
        ));
    }
    if bytes.is_ascii() {
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
    let odd = ["\u{85}", "\u{2028}", "\u{2029}"];
    match odd
        .iter()
        .filter_map(|odd| memchr::memmem::find(bytes, odd.as_bytes()))
        .min()
    {
        Some(offset) => Err(input.error(
            offset,
            "a Unicode line separator, which not every reader takes for a line break",
            fix,
        )),
        None => Ok(()),
    }
}
