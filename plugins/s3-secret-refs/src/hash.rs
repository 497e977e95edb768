//! Names that kustomize's generators give: with a hash behind them after the build.

/// A name without the hash behind it; `None` where there is none.
pub(crate) fn stem(name: &str) -> Option<&str> {
    let (stem, suffix) = name.rsplit_once('-')?;
    is_hash(suffix).then_some(stem)
}

/// Whether a name ends with such a hash.
pub(crate) fn is_generated(name: &str) -> bool {
    stem(name).is_some()
}

/// Ten characters of a hash whose digits and vowels were replaced so that it spells nothing.
/// <https://github.com/kubernetes-sigs/kustomize/blob/kustomize/v5.8.1/api/hasher/hasher.go>
fn is_hash(suffix: &str) -> bool {
    suffix.len() == 10
        && suffix
            .bytes()
            .all(|byte| b"bcdfghkmt2456789".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::stem;

    #[test]
    fn a_hash_shows_in_a_name() {
        assert_eq!(
            stem("thanos-s3-config-2c9h4mf7tk"),
            Some("thanos-s3-config")
        );
        for plain in [
            "thanos-s3-config",
            "objstore",
            "thanos-production",
            "thanos-s3-config-old",
            "thanos-s3-config-2c9h4mf7t",
            "thanos-s3-config-2c9h4mf7ta",
            "thanos-s3-config2c9h4mf7tk",
        ] {
            assert_eq!(stem(plain), None, "{plain}");
        }
    }
}
