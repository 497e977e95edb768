//! Strings on one line: plain where every reader takes them for the same string, else quoted.

use crate::resolve::is_special;

/// A string as a value in block style, on one line.
///
/// Plain if Go's YAML 1.1 readers and YAML 1.2's get the same string back; in double quotes, or
/// in single ones when that spares escapes, if not.
#[must_use]
pub fn scalar(text: &str) -> String {
    if is_plain(text) {
        text.to_owned()
    } else {
        quoted(text)
    }
}

/// A string as a mapping's key in block style, on one line. Keys of more than 1,000 characters
/// need a `? ` before them.
#[must_use]
pub fn key(text: &str) -> String {
    scalar(text)
}

/// As [`scalar`] and [`key`], fit to stand inside brackets.
pub(super) fn in_brackets(text: &str) -> String {
    if is_plain(text) && !text.contains([',', '[', ']', '{', '}', '?', ':']) {
        text.to_owned()
    } else {
        quoted(text)
    }
}

fn is_plain(text: &str) -> bool {
    let Some(first) = text.chars().next() else {
        return false;
    };
    let starts_well = match first {
        // Behind these an indicator would need a space; `---` would start a document.
        '-' => !text.starts_with("---") && text.chars().nth(1).is_some_and(|next| next != ' '),
        '.' => !text.starts_with("..."),
        ',' | '[' | ']' | '{' | '}' | '#' | '&' | '*' | '!' | '|' | '>' | '\'' | '"' | '%'
        | '@' | '`' | '?' | ':' | ' ' => false,
        _ => true,
    };
    starts_well
        && !text.ends_with([' ', ':'])
        && !text.contains(": ")
        && !text.contains(" #")
        && text.chars().all(is_printable)
        && !matches!(text, "<<" | "=")
        && !is_special(text)
        && !is_sexagesimal(text)
        && !is_prefixed(text)
}

/// `12:30:45`: a number to YAML 1.1, which Go's readers do not take, but others do.
fn is_sexagesimal(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    digits.contains(':')
        && digits
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b':' | b'.' | b'_'))
}

/// `0x1F18446744073709551616`: too large for a number to Go, which takes it for a string; others fail on it.
fn is_prefixed(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let mut marked = digits.strip_prefix('0').unwrap_or_default().chars();
    let mark = marked
        .next()
        .is_some_and(|mark| matches!(mark, 'x' | 'X' | 'o' | 'O' | 'b' | 'B'));
    mark && marked.all(|digit| digit.is_ascii_hexdigit() || digit == '_')
}

/// Whether a character can stand in a text as it is, for every reader and every eye.
pub(super) fn is_printable(character: char) -> bool {
    match character {
        ' '..='~' => true,
        // C1 with NEL; line and paragraph separators; byte order mark; no characters.
        '\0'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => false,
        _ => true,
    }
}

fn quoted(text: &str) -> String {
    let escapes = text.contains(['"', '\\']);
    if escapes && text.chars().all(is_printable) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            printable if is_printable(printable) => out.push(printable),
            other => out.push_str(&format!("\\u{:04x}", u32::from(other))),
        }
    }
    out.push('"');
    out
}
