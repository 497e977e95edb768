//! File names as services that show code want them: relative, with slashes, or as a URI.

use std::path::Path;

/// What stands for a file that is none.
const STDIN: &str = "<stdin>";

/// `file`, seen from the folder `base` where it lies in it. None for stdin, which no service can open.
pub(super) fn relative(file: &str, base: Option<&Path>) -> Option<String> {
    if file == STDIN {
        return None;
    }
    let inside = base.and_then(|base| Path::new(file).strip_prefix(base).ok()?.to_str());
    let file = inside.unwrap_or(file);
    let parts: Vec<&str> = file
        .split('/')
        .filter(|part| !matches!(*part, "" | "."))
        .collect();
    let root = if file.starts_with('/') { "/" } else { "" };
    Some(format!("{root}{}", parts.join("/")))
}

/// The URI reference of `file`: relative where it is, and with all but plain characters escaped, so that
/// no name can be read as a scheme, a query or a fragment.
pub(super) fn uri(file: &str, base: Option<&Path>) -> String {
    let path = relative(file, base).unwrap_or_else(|| file.to_owned());
    let escaped: String = path.bytes().map(escape).collect();
    match escaped.starts_with('/') {
        true => format!("file://{escaped}"),
        false => escaped,
    }
}

fn escape(byte: u8) -> String {
    match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
            char::from(byte).to_string()
        }
        _ => format!("%{byte:02X}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_uri_references() {
        let base = Some(Path::new("/home/me"));
        for (file, expected) in [
            ("deploy/a.yaml", "deploy/a.yaml"),
            ("./deploy//./a.yaml", "deploy/a.yaml"),
            ("../a.yaml", "../a.yaml"),
            ("/home/me/a.yaml", "a.yaml"),
            ("/etc/a b.yaml", "file:///etc/a%20b.yaml"),
            ("c:a#b?c%d.yaml", "c%3Aa%23b%3Fc%25d.yaml"),
            ("한.yaml", "%ED%95%9C.yaml"),
            ("<stdin>", "%3Cstdin%3E"),
        ] {
            assert_eq!(uri(file, base), expected, "{file}");
        }
    }

    #[test]
    fn stdin_is_no_file() {
        assert_eq!(relative("<stdin>", None), None);
        assert_eq!(relative("./a,b.yaml", None).as_deref(), Some("a,b.yaml"));
    }
}
