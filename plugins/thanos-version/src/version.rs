//! Versions of Thanos as its releases spell them.

use std::fmt;

/// A released version: `v0.38.0` or `v0.38.0-rc.1`. Orders as releases do, candidates before their release.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Version {
    pub(crate) major: u32,
    minor: u32,
    patch: u32,
    /// The number of the release candidate; `u32::MAX` for the release itself, so that it orders last.
    candidate: u32,
}

impl Version {
    /// A release.
    pub(crate) const fn release(major: u32, minor: u32, patch: u32) -> Version {
        Version {
            major,
            minor,
            patch,
            candidate: u32::MAX,
        }
    }

    /// Reads `v0.38.0`, `0.38.0` and `v0.38.0-rc.1`. `None` for everything else: `v0.38`, `latest`,
    /// `main-2025-04-03-1c1b9a2`, `0.38.0-debian-12-r1`.
    pub(crate) fn parse(text: &str) -> Option<Version> {
        let text = text.strip_prefix('v').unwrap_or(text);
        let (numbers, candidate) = match text.split_once("-rc.") {
            Some((numbers, candidate)) => (numbers, number(candidate)?),
            None => (text, u32::MAX),
        };
        let mut parts = numbers.split('.');
        let version = Version {
            major: number(parts.next()?)?,
            minor: number(parts.next()?)?,
            patch: number(parts.next()?)?,
            candidate,
        };
        parts.next().is_none().then_some(version)
    }

    /// The version in the spelling of another one: with or without `v`.
    pub(crate) fn spelled_like(self, other: &str) -> String {
        let text = self.to_string();
        if other.starts_with('v') {
            text
        } else {
            text.trim_start_matches('v').to_owned()
        }
    }
}

/// As release tags spell it, with `v`.
impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "v{}.{}.{}", self.major, self.minor, self.patch)?;
        if self.candidate != u32::MAX {
            write!(f, "-rc.{}", self.candidate)?;
        }
        Ok(())
    }
}

/// A number as semantic versions write it: digits only, no leading zero.
fn number(text: &str) -> Option<u32> {
    let plain =
        text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    plain.then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn reads_releases_and_candidates_only() {
        for text in ["v0.38.0", "0.38.0", "v0.38.0-rc.1", "v1.0.12"] {
            assert!(Version::parse(text).is_some(), "{text}");
        }
        for text in [
            "",
            "v",
            "latest",
            "v0.38",
            "v0.38.0.1",
            "0.38.0-debian-12-r1",
            "v0.38.0-rc.",
            "v0.38.0-rc.x",
            "v0.038.0",
            "main-2025-04-03-1c1b9a2",
            "v0.+38.0",
            "v0.38.0 ",
            "v99999999999.0.0",
            "vv0.38.0",
            "v0..0",
        ] {
            assert!(Version::parse(text).is_none(), "{text}");
        }
    }

    #[test]
    fn orders_by_number_and_puts_candidates_before_their_release() {
        let ordered = [
            "v0.9.0",
            "v0.37.2",
            "v0.38.0-rc.0",
            "v0.38.0-rc.1",
            "0.38.0",
            "v0.38.1",
            "v0.39.0-rc.0",
            "v1.0.0",
        ];
        let read: Vec<Version> = ordered
            .iter()
            .map(|text| Version::parse(text).unwrap())
            .collect();
        assert!(read.windows(2).all(|pair| pair[0] < pair[1]), "{read:?}");
        assert_eq!(Version::parse("v0.38.0"), Version::parse("0.38.0"));
    }

    #[test]
    fn keeps_the_spelling() {
        let version = Version::release(0, 38, 0);
        assert_eq!(version.spelled_like("v0.36.1"), "v0.38.0");
        assert_eq!(version.spelled_like("0.36.1"), "0.38.0");
        assert_eq!(
            Version::parse("0.39.0-rc.2").unwrap().to_string(),
            "v0.39.0-rc.2"
        );
    }
}
