//! JSON pointers (RFC 6901).

use std::fmt::Display;

/// One reference token, escaped: `/` becomes `~1` and `~` becomes `~0`.
pub fn escape(token: &str) -> String {
    token.replace('~', "~0").replace('/', "~1")
}

/// `base` with one more token, which is escaped here. An index is a token too.
///
/// ```
/// use krmguard_sdk::pointer::join;
/// assert_eq!(join("/spec/args", 3), "/spec/args/3");
/// assert_eq!(join("/metadata/labels", "app.kubernetes.io/name"), "/metadata/labels/app.kubernetes.io~1name");
/// ```
pub fn join(base: &str, token: impl Display) -> String {
    format!("{base}/{}", escape(&token.to_string()))
}

/// The pointer without its last token, and that token unescaped; `None` for the root.
pub fn split(pointer: &str) -> Option<(&str, String)> {
    let (parent, token) = pointer.rsplit_once('/')?;
    Some((parent, token.replace("~1", "/").replace("~0", "~")))
}
