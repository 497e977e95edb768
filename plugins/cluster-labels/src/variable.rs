//! Variables in the value of an external label.
//! <https://prometheus.io/docs/prometheus/latest/migration/#environment-variable-expansion-in-external-labels>

/// Whether the value has a `$VAR` or a `${VAR}`. `$(X)`, `$$` and a lone `$` are literal.
pub(crate) fn expands(text: &str) -> bool {
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('$') {
        match after.chars().next() {
            Some('$') => rest = &after[1..],
            // Go's os.Expand also takes a shell's special parameters, such as `$-`.
            Some(c) if c.is_ascii_alphanumeric() || "{_*#@!?-".contains(c) => return true,
            _ => rest = after,
        }
    }
    false
}

/// Whether the value is one `${VAR}` and nothing else: what Flux and envsubst fill before Prometheus sees it.
pub(crate) fn is_placeholder(text: &str) -> bool {
    text.strip_prefix("${")
        .and_then(|rest| rest.strip_suffix('}'))
        .is_some_and(|inner| !inner.is_empty() && !inner.contains(['{', '}', '$']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_variables_expand() {
        for text in [
            "$CLUSTER",
            "${CLUSTER}",
            "edge-${N}",
            "a$b",
            "$$$x",
            "$-",
            "${FOO",
        ] {
            assert!(expands(text), "{text}");
        }
        for text in [
            "",
            "cluster-02-edge",
            "$(POD_NAME)",
            "$$",
            "$$x",
            "a$",
            "$ x",
        ] {
            assert!(!expands(text), "{text}");
        }
    }

    #[test]
    fn a_placeholder_is_the_whole_value() {
        for text in ["${CLUSTER}", "${cluster_name:=edge}"] {
            assert!(is_placeholder(text), "{text}");
        }
        for text in ["$CLUSTER", "edge-${N}", "${A}${B}", "${}", "${A", "${A}-x"] {
            assert!(!is_placeholder(text), "{text}");
        }
    }
}
