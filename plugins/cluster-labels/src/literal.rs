//! Go string literals, which is how Thanos wants the value of a `--label`.

/// Whether Go's `strconv.Unquote` takes the text: `"…"`, `` `…` ``, or one character in `'…'`.
/// <https://pkg.go.dev/strconv#Unquote>
pub(crate) fn is_literal(text: &str) -> bool {
    let mut chars = text.chars();
    let (Some(quote), Some(last)) = (chars.next(), chars.next_back()) else {
        return false;
    };
    let inner = chars.as_str();
    quote == last
        && match quote {
            '`' => !inner.contains('`'),
            '"' => characters(inner, '"').is_some(),
            '\'' => characters(inner, '\'') == Some(1),
            _ => false,
        }
}

/// How many characters stand between two quotes; `None` where it is no literal.
fn characters(mut text: &str, quote: char) -> Option<usize> {
    let mut count = 0;
    while let Some(c) = text.chars().next() {
        let length = match c {
            '\n' => return None,
            '\\' => escape(text, quote)?,
            c if c == quote => return None,
            c => c.len_utf8(),
        };
        text = &text[length..];
        count += 1;
    }
    Some(count)
}

/// The length of the escape at the start of the text.
fn escape(text: &str, quote: char) -> Option<usize> {
    let digits = |from: usize, length: usize, radix: u32| {
        let digits = text.get(from..from + length)?;
        let all = digits.chars().all(|c| c.is_digit(radix));
        u32::from_str_radix(digits, radix).ok().filter(|_| all)
    };
    match text[1..].chars().next()? {
        'a' | 'b' | 'f' | 'n' | 'r' | 't' | 'v' | '\\' => Some(2),
        c if c == quote => Some(2),
        'x' => digits(2, 2, 16).map(|_| 4),
        'u' => digits(2, 4, 16).and_then(char::from_u32).map(|_| 6),
        'U' => digits(2, 8, 16).and_then(char::from_u32).map(|_| 10),
        '0'..='7' => digits(1, 3, 8).filter(|value| *value < 256).map(|_| 4),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::is_literal;

    #[test]
    fn what_go_unquotes_is_a_literal() {
        for text in [
            "\"abc\"",
            "`abc`",
            "\"\"",
            "``",
            "'a'",
            "'\\''",
            r#""a\"b""#,
            r#""\x41A\101\n""#,
            "\"가\"",
            "\"'\"",
            "`\\`",
            r#""\U0001F600""#,
        ] {
            assert!(is_literal(text), "{text}");
        }
        for text in [
            "",
            "\"",
            "abc",
            "'abc'",
            "''",
            "\"abc\" ",
            " \"abc\"",
            "\"a\"b\"",
            "\"a\\",
            r#""\q""#,
            r#""\xg0""#,
            r#""\ud800""#,
            r#""\400""#,
            r#""\'""#,
            "`a`b`",
            "\"a\nb\"",
            "“abc”",
        ] {
            assert!(!is_literal(text), "{text}");
        }
    }
}
