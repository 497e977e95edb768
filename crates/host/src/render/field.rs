//! JSON pointers as the field paths that KRM results and people use: `spec.containers[3].image`.

use serde_json::Value;

/// The keys and indices of an RFC 6901 pointer, unescaped. None where it is no pointer.
pub(crate) fn tokens(pointer: &str) -> Option<Vec<String>> {
    if pointer.is_empty() {
        return Some(Vec::new());
    }
    let rest = pointer.strip_prefix('/')?;
    Some(
        rest.split('/')
            .map(|token| token.replace("~1", "/").replace("~0", "~"))
            .collect(),
    )
}

/// The field path of `pointer`; None for the whole object and for what is no pointer.
///
/// Keys that are more than letters, digits, `_` and `-` stand in brackets as JSON strings:
/// `metadata.annotations["example.com/a.b"]`. Tokens of digits are indices: a pointer does not say
/// whether it walks a list or a map with such a key.
pub(crate) fn path(pointer: &str) -> Option<String> {
    let mut path = String::new();
    for token in tokens(pointer)? {
        if !token.is_empty() && token.bytes().all(|b| b.is_ascii_digit()) {
            path.push_str(&format!("[{token}]"));
        } else if is_plain(&token) {
            if !path.is_empty() {
                path.push('.');
            }
            path.push_str(&token);
        } else {
            path.push_str(&format!("[{}]", Value::from(token)));
        }
    }
    (!path.is_empty()).then_some(path)
}

fn is_plain(key: &str) -> bool {
    !key.is_empty()
        && key
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_spelled_as_the_specification_does() {
        for (pointer, expected) in [
            ("/spec/containers/3/image", "spec.containers[3].image"),
            ("/0/name", "[0].name"),
            (
                "/metadata/annotations/example.com~1a.b",
                r#"metadata.annotations["example.com/a.b"]"#,
            ),
            ("/data/a~0b", r#"data["a~b"]"#),
            ("/data/~01", r#"data["~1"]"#),
            ("/data/objstore.yml", r#"data["objstore.yml"]"#),
            ("/data/say \"hi\"", r#"data["say \"hi\""]"#),
            ("/data/", r#"data[""]"#),
            ("/spec/args/-", "spec.args.-"),
        ] {
            assert_eq!(path(pointer).as_deref(), Some(expected), "{pointer}");
        }
    }

    #[test]
    fn the_whole_object_has_no_path() {
        assert_eq!(path(""), None);
        assert_eq!(path("spec"), None);
    }
}
