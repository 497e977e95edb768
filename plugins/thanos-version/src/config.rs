//! What a user may configure, and what it means.

use std::collections::BTreeMap;

use krmguard_sdk::pointer::join;
use krmguard_sdk::{ConfigProblem, Image};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::image::is_reference;
use crate::version::Version;

/// The config as written.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Config {
    /// The one version of Thanos, such as `v0.38.0`.
    pub version: String,
    /// The one repository, without tag and digest. Unset: repositories stay as they are.
    pub image: Option<String>,
    /// Registries, or repository prefixes, whose Thanos images are fine where they are: they keep their
    /// repository, and their own tag scheme is accepted.
    pub registries: Vec<String>,
    /// Which version a digest is: `sha256:…` to `v0.38.0`.
    pub digests: BTreeMap<String, String>,
    /// Whether Prometheus may run a Thanos sidecar: `forbid` reports it (TV04), `pin` sets it to the version (TV11).
    pub sidecar: Sidecar,
}

/// What becomes of `Prometheus.spec.thanos`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Sidecar {
    /// It is reported (TV04).
    #[default]
    Forbid,
    /// It is set to the version (TV11).
    Pin,
}

impl Default for Config {
    fn default() -> Config {
        Config {
            version: "v0.38.0".to_owned(),
            image: None,
            registries: Vec::new(),
            digests: BTreeMap::new(),
            sidecar: Sidecar::default(),
        }
    }
}

/// The config as meant.
#[derive(Clone, Debug)]
pub(crate) struct Pin {
    pub(crate) version: Version,
    pub(crate) image: Option<Image>,
    pub(crate) registries: Vec<String>,
    pub(crate) digests: BTreeMap<String, Version>,
    pub(crate) sidecar: Sidecar,
}

impl Pin {
    /// Reads the config; says everything that is wrong with it.
    pub(crate) fn of(config: &Config) -> Result<Pin, Vec<ConfigProblem>> {
        let mut problems = Vec::new();
        let version = read_version(&config.version, "/version", &mut problems);
        let image = config
            .image
            .as_deref()
            .and_then(|text| read_image(text, &mut problems));
        let registries = config.registries.iter().enumerate();
        let registries = registries
            .filter_map(|(index, text)| read_registry(text, index, &mut problems))
            .collect();
        let mut digests = BTreeMap::new();
        for (digest, text) in &config.digests {
            let pointer = join("/digests", digest);
            let hex = digest.strip_prefix("sha256:").unwrap_or_default();
            if hex.len() != 64
                || !hex
                    .bytes()
                    .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
            {
                problems.push(ConfigProblem::new(
                    &*pointer,
                    format!("`{digest}` is no digest: write `sha256:` and 64 hexadecimal digits"),
                ));
            }
            if let Some(version) = read_version(text, &pointer, &mut problems) {
                digests.insert(digest.clone(), version);
            }
        }
        match version {
            Some(version) if problems.is_empty() => Ok(Pin {
                version,
                image,
                registries,
                digests,
                sidecar: config.sidecar,
            }),
            _ => Err(problems),
        }
    }

    /// The digest of the pinned version, where exactly one is known.
    pub(crate) fn digest(&self) -> Option<&str> {
        let mut known = self
            .digests
            .iter()
            .filter(|(_, version)| **version == self.version);
        match (known.next(), known.next()) {
            (Some((digest, _)), None) => Some(digest),
            _ => None,
        }
    }
}

fn read_version(text: &str, pointer: &str, problems: &mut Vec<ConfigProblem>) -> Option<Version> {
    let version = Version::parse(text);
    if version.is_none() {
        problems.push(ConfigProblem::new(
            pointer,
            format!(
                "`{text}` is no version of Thanos: write it as its releases do, such as `v0.38.0`"
            ),
        ));
    }
    version
}

fn read_image(text: &str, problems: &mut Vec<ConfigProblem>) -> Option<Image> {
    let image = Image::parse(text);
    let message = if !is_reference(&image) {
        format!("`{text}` is no image repository: write it like `registry.example/thanos/thanos`")
    } else if image.tag.is_some() || image.digest.is_some() {
        format!(
            "`{text}` carries a tag or a digest: write `{}` and set `version`",
            image.repository()
        )
    } else if image.name() != "thanos" {
        // Its images would not be known for Thanos in the next run.
        format!("`{text}` does not end with `/thanos`, by which a Thanos image is known")
    } else {
        return Some(image);
    };
    problems.push(ConfigProblem::new("/image", message));
    None
}

fn read_registry(text: &str, index: usize, problems: &mut Vec<ConfigProblem>) -> Option<String> {
    let prefix = text.trim_end_matches('/');
    // A path below it makes it a reference that can be checked as one.
    let image = Image::parse(&format!("{prefix}/thanos"));
    if prefix.is_empty() || text.contains("://") || !is_reference(&image) {
        problems.push(ConfigProblem::new(
            join("/registries", index),
            format!("`{text}` is no registry: write its host, or host and path, such as `registry.example/mirror`"),
        ));
        return None;
    }
    Some(prefix.to_owned())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn problems(text: &str) -> Vec<String> {
        let config: Config = serde_json::from_str(text).unwrap();
        let problems = Pin::of(&config).err().unwrap_or_default();
        problems
            .into_iter()
            .map(|problem| format!("{}: {}", problem.pointer, problem.message))
            .collect()
    }

    #[test]
    fn the_default_is_right() {
        let pin = Pin::of(&Config::default()).unwrap();
        assert_eq!(pin.version.to_string(), "v0.38.0");
        assert_eq!(pin.sidecar, Sidecar::Forbid);
    }

    #[test]
    fn a_version_is_read_in_both_spellings() {
        assert!(problems(r#"{"version": "0.39.2"}"#).is_empty());
        assert_eq!(
            problems(r#"{"version": "v0.38"}"#),
            [
                "/version: `v0.38` is no version of Thanos: write it as its releases do, such as `v0.38.0`"
            ]
        );
    }

    #[test]
    fn an_image_is_a_repository() {
        assert!(problems(r#"{"image": "localhost:5000/thanos/thanos"}"#).is_empty());
        for wrong in [
            "registry.local/thanos:v0.38.0",
            "registry.local/x@sha256:00",
            "",
            "https://registry.local/thanos",
            "reg/x",
        ] {
            let found = problems(&format!(r#"{{"image": "{wrong}"}}"#));
            assert!(
                found.len() == 1 && found[0].starts_with("/image: "),
                "{wrong}: {found:?}"
            );
        }
    }

    #[test]
    fn registries_and_digests_say_which_one_is_wrong() {
        let good = "a".repeat(64);
        assert!(problems(&format!(r#"{{"registries": ["registry.local:5000/mirror/"], "digests": {{"sha256:{good}": "v0.38.0"}}}}"#)).is_empty());
        let found = problems(
            r#"{"registries": ["ok.example", "https://x"], "digests": {"sha256:12": "v0.38.0"}}"#,
        );
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(
            found[0].starts_with("/registries/1: ") && found[1].starts_with("/digests/sha256:12: "),
            "{found:?}"
        );
    }

    #[test]
    fn the_digest_of_the_pin_must_be_the_only_one() {
        let (one, two) = ("a".repeat(64), "b".repeat(64));
        let read = |text: &str| Pin::of(&serde_json::from_str(text).unwrap()).unwrap();
        let pin = read(&format!(
            r#"{{"digests": {{"sha256:{one}": "v0.38.0", "sha256:{two}": "v0.36.1"}}}}"#
        ));
        assert_eq!(pin.digest(), Some(format!("sha256:{one}").as_str()));
        let pin = read(&format!(
            r#"{{"digests": {{"sha256:{one}": "v0.38.0", "sha256:{two}": "0.38.0"}}}}"#
        ));
        assert_eq!(pin.digest(), None);
    }
}
