//! Names that kustomize's generators give: with a hash behind them after the build.

/// Whether both name the same Secret: they are equal, or one is the other with a content hash behind it.
pub(crate) fn same(one: &str, other: &str) -> bool {
    one == other || is_hashed(one, other) || is_hashed(other, one)
}

/// Ten characters of a hash whose digits and vowels were replaced so that it spells nothing.
/// <https://github.com/kubernetes-sigs/kustomize/blob/kustomize/v5.8.1/api/hasher/hasher.go>
fn is_hashed(plain: &str, hashed: &str) -> bool {
    let suffix = hashed
        .strip_prefix(plain)
        .and_then(|rest| rest.strip_prefix('-'));
    suffix.is_some_and(|suffix| {
        suffix.len() == 10
            && suffix
                .bytes()
                .all(|byte| b"bcdfghkmt2456789".contains(&byte))
    })
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn a_hash_suffix_is_the_same_name() {
        assert!(same("thanos-s3-config", "thanos-s3-config"));
        assert!(same("thanos-s3-config", "thanos-s3-config-2c9h4mf7tk"));
        assert!(same("thanos-s3-config-2c9h4mf7tk", "thanos-s3-config"));
    }

    #[test]
    fn another_suffix_is_another_name() {
        for other in [
            "thanos-s3-config-old",
            "thanos-s3-config-2c9h4mf7t",
            "thanos-s3-config-2c9h4mf7ta",
            "thanos-s3-config2c9h4mf7tk",
            "thanos-s3",
            "thanos-s3-config-production",
        ] {
            assert!(!same("thanos-s3-config", other), "{other}");
        }
    }
}
