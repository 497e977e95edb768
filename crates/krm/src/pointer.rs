//! JSON pointers (RFC 6901).

use std::borrow::Cow;

/// The decoded tokens of a pointer; `None` where it neither is empty nor begins with `/`, or has a stray `~`.
pub(crate) fn tokens(pointer: &str) -> Option<Vec<Cow<'_, str>>> {
    if pointer.is_empty() {
        return Some(Vec::new());
    }
    pointer
        .strip_prefix('/')?
        .split('/')
        .map(unescape)
        .collect()
}

fn unescape(token: &str) -> Option<Cow<'_, str>> {
    if !token.contains('~') {
        return Some(Cow::Borrowed(token));
    }
    let mut out = String::with_capacity(token.len());
    let mut parts = token.split('~');
    out.push_str(parts.next().unwrap_or_default());
    for part in parts {
        let rest = match part.as_bytes().first() {
            Some(b'0') => ("~", &part[1..]),
            Some(b'1') => ("/", &part[1..]),
            _ => return None,
        };
        out.push_str(rest.0);
        out.push_str(rest.1);
    }
    Some(Cow::Owned(out))
}

/// Appends one token to a pointer, escaped.
pub(crate) fn push(pointer: &mut String, token: &str) {
    pointer.push('/');
    for c in token.chars() {
        match c {
            '~' => pointer.push_str("~0"),
            '/' => pointer.push_str("~1"),
            c => pointer.push(c),
        }
    }
}

/// The pointer made of decoded tokens.
pub(crate) fn join<T: AsRef<str>>(tokens: impl IntoIterator<Item = T>) -> String {
    let mut out = String::new();
    for token in tokens {
        push(&mut out, token.as_ref());
    }
    out
}

/// An array index as RFC 6901 writes it: digits without a leading zero.
pub(crate) fn index(token: &str) -> Option<usize> {
    let digits = !token.is_empty() && token.bytes().all(|b| b.is_ascii_digit());
    (digits && (token == "0" || !token.starts_with('0')))
        .then(|| token.parse().ok())
        .flatten()
}
