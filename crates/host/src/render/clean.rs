//! Foreign text made harmless for a terminal: no escape sequence, no line break, no reordering.

use std::borrow::Cow;
use std::io::{self, Write};

/// True for what a terminal may act on instead of showing it, or what hides or reorders the text
/// around it: control characters, the line and paragraph separators, bidirectional controls,
/// zero-width spaces, interlinear annotations and tags; and the two characters that no XML may hold.
///
/// Zero-width joiners stay: scripts and emoji need them.
pub(crate) fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(
            c,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
                | '\u{fff9}'..='\u{fffb}'
                | '\u{fffe}'..='\u{ffff}'
                | '\u{e0000}'..='\u{e007f}'
        )
}

/// `text` as one line: breaks and tabs become one space, anything else unsafe its `\u{..}` form.
pub(crate) fn clean(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len() + 16);
    // What stood on a line of its own was indented: one space is enough between what were lines.
    let mut broken = false;
    for c in text.chars() {
        let breaks = matches!(c, '\n' | '\r' | '\t' | '\u{85}' | '\u{2028}' | '\u{2029}');
        if breaks && !cleaned.ends_with(' ') {
            cleaned.push(' ');
        }
        broken = breaks || (broken && c == ' ');
        match c {
            _ if broken => {}
            c if is_unsafe(c) => cleaned.extend(c.escape_unicode()),
            c => cleaned.push(c),
        }
    }
    cleaned.truncate(cleaned.trim_end().len());
    Cow::Owned(cleaned)
}

/// `prose` without a line that a build service takes for a command: `::` at the beginning of a line,
/// `##[` and `##vso[` anywhere in it. Their first sign is shown in its `\u{..}` form.
///
/// See the runners' sources: <https://github.com/actions/runner> (`ActionCommand`) and
/// <https://github.com/microsoft/azure-pipelines-agent> (`Command`).
pub(crate) fn disarm(prose: &str) -> String {
    let mut disarmed = String::with_capacity(prose.len());
    for line in prose.split_inclusive(['\n', '\r']) {
        let text = line.trim_start();
        if text.starts_with("::") {
            disarmed.push_str(&line[..line.len() - text.len()]);
            disarmed.extend(':'.escape_unicode());
            disarmed.push_str(&text[1..]);
        } else {
            disarmed.push_str(line);
        }
    }
    for opening in ["##[", "##vso["] {
        if disarmed.contains(opening) {
            disarmed = disarmed.replace(opening, &format!("\\u{{23}}{}", &opening[1..]));
        }
    }
    disarmed
}

/// Prints what `print` does, disarmed as a whole: whatever foreign text begins a line of it.
pub(crate) fn disarmed(
    out: &mut dyn Write,
    print: impl FnOnce(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let mut prose = Vec::new();
    print(&mut prose)?;
    out.write_all(disarm(&String::from_utf8_lossy(&prose)).as_bytes())
}

/// Foreign text as a line of its own.
pub(crate) fn line(text: &str) -> String {
    disarm(&clean(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_no_command_of_a_build_service() {
        for (line, expected) in [
            ("::error::x", "\\u{3a}:error::x"),
            (
                "a\n  ::set-env name=A::b\n",
                "a\n  \\u{3a}:set-env name=A::b\n",
            ),
            ("a\r::x", "a\r\\u{3a}:x"),
            ("a ##[error]x", "a \\u{23}#[error]x"),
            ("##vso[task.setvariable]x", "\\u{23}#vso[task.setvariable]x"),
            ("a::b ## [c]", "a::b ## [c]"),
        ] {
            assert_eq!(disarm(line), expected, "{line}");
            assert_eq!(disarm(expected), expected);
        }
    }

    #[test]
    fn escape_sequences_lose_their_power() {
        assert_eq!(clean("a\u{1b}[31mred\u{7}"), "a\\u{1b}[31mred\\u{7}");
        assert_eq!(clean("\u{9b}31m"), "\\u{9b}31m");
    }

    #[test]
    fn what_no_xml_may_hold_becomes_visible() {
        assert_eq!(
            clean("a\u{fffe}\u{ffff}b\u{fffd}"),
            "a\\u{fffe}\\u{ffff}b\u{fffd}"
        );
    }

    #[test]
    fn a_message_cannot_forge_a_line() {
        assert_eq!(clean("one\r\n\n  two\tthree\n"), "one two three");
        assert_eq!(clean("a\u{2028}b\u{85}c"), "a b c");
    }

    #[test]
    fn reordering_becomes_visible() {
        assert_eq!(clean("user\u{202e}nimda"), "user\\u{202e}nimda");
        assert_eq!(clean("\u{2066}x\u{2069}"), "\\u{2066}x\\u{2069}");
    }

    #[test]
    fn ordinary_text_is_borrowed() {
        for text in ["", "plain", "한국어 中文 é", "👩\u{200d}💻"] {
            assert!(matches!(clean(text), Cow::Borrowed(_)), "{text}");
        }
    }

    #[test]
    fn cleaning_twice_changes_nothing() {
        let once = clean("\u{0}\n\u{202e}x\u{e0041}\t").into_owned();
        assert_eq!(clean(&once), once);
    }
}
