//! Names that kustomize's generators give: with a hash behind them after the build.

/// Whether both name the same Secret: they are equal, or one is the other with a content hash behind it.
pub(crate) fn same(one: &str, other: &str) -> bool {
    one == other || is_hashed(one, other) || is_hashed(other, one)
}

/// Ten characters of a hash whose digits and vowels were replaced so that it spells nothing.
/// <https://github.com/kubernetes-sigs/kustomize/blob/kustomize/v5.8.1/api/hasher/hasher.go>
fn is_hashed(plain: &str, hashed: &str) -> bool {
    hashed
        .strip_prefix(plain)
        .and_then(|rest| rest.strip_prefix('-'))
        .is_some_and(is_hash)
}

/// Whether a name ends with such a hash.
pub(crate) fn is_generated(name: &str) -> bool {
    name.rsplit_once('-')
        .is_some_and(|(_, suffix)| is_hash(suffix))
}

fn is_hash(suffix: &str) -> bool {
    suffix.len() == 10
        && suffix
            .bytes()
            .all(|byte| b"bcdfghkmt2456789".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::{is_generated, same};

    #[test]
    fn a_hash_suffix_is_the_same_name() {
        assert!(same("thanos-s3-config", "thanos-s3-config"));
        assert!(same("thanos-s3-config", "thanos-s3-config-2c9h4mf7tk"));
        assert!(same("thanos-s3-config-2c9h4mf7tk", "thanos-s3-config"));
    }

    #[test]
    fn a_hash_shows_in_a_name() {
        assert!(is_generated("thanos-s3-config-2c9h4mf7tk"));
        for plain in ["thanos-s3-config", "objstore", "thanos-production"] {
            assert!(!is_generated(plain), "{plain}");
        }
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
