//! What a directory holds beside manifests.

use std::fmt;

use krm::Input;
use krmguard_yaml::{Document, Kind, Limits, Node};

use crate::policyset::API_VERSION;

/// Why a file of a directory is passed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Stranger {
    /// It has no documents.
    Empty,
    /// No document of it says `apiVersion` and `kind`, as a chart's values do not.
    NoObject,
    /// A kustomization: its build is what can be judged.
    Kustomization,
    /// A PolicySet or a policy's own kind.
    Configuration,
}

impl fmt::Display for Stranger {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Stranger::Empty => "it holds no document",
            Stranger::NoObject => "it holds no Kubernetes object (no `apiVersion` and `kind`)",
            Stranger::Kustomization => "a kustomization; pipe its build into `krmguard check -`",
            Stranger::Configuration => "configuration of krmguard; use it with --policies",
        })
    }
}

/// Whether all objects are krmguard's own.
pub(super) fn own_configuration(input: &Input) -> Option<Stranger> {
    let own = |index| input.id(index).api_version == API_VERSION;
    (!input.is_empty() && (0..input.len()).all(own)).then_some(Stranger::Configuration)
}

/// What a text is that could not be read as manifests; None where it is meant as one and is wrong.
pub(super) fn stranger(text: &str) -> Option<Stranger> {
    let documents = krmguard_yaml::parse(text, &Limits::default()).ok()?;
    let roots: Vec<&Node> = documents
        .iter()
        .filter_map(|document: &Document| document.root.as_ref())
        .collect();
    if roots.is_empty() {
        return Some(Stranger::Empty);
    }
    if roots.iter().all(|root| says(root, "kind").is_none()) {
        return Some(Stranger::NoObject);
    }
    let kustomization = |root: &&Node| {
        says(root, "apiVersion")
            .is_some_and(|version| version.starts_with("kustomize.config.k8s.io/"))
    };
    roots
        .iter()
        .all(kustomization)
        .then_some(Stranger::Kustomization)
}

/// The string that a mapping's entry holds.
fn says<'n>(root: &'n Node, name: &str) -> Option<&'n str> {
    let Kind::Mapping(mapping) = &root.kind else {
        return None;
    };
    let text = |node: &'n Node| match &node.kind {
        Kind::Scalar(scalar) => Some(scalar.value.as_str()),
        _ => None,
    };
    let (_, value) = mapping
        .entries
        .iter()
        .find(|(key, _)| text(key) == Some(name))?;
    text(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_and_charts_are_strangers_and_broken_manifests_are_not() {
        assert_eq!(stranger("# nothing\n"), Some(Stranger::Empty));
        assert_eq!(
            stranger("prometheus:\n  agentMode: true\n"),
            Some(Stranger::NoObject)
        );
        assert_eq!(
            stranger("apiVersion: v2\nname: chart\n"),
            Some(Stranger::NoObject)
        );
        assert_eq!(stranger("- a\n- b\n"), Some(Stranger::NoObject));
        assert_eq!(
            stranger("apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n"),
            Some(Stranger::Kustomization)
        );
        assert_eq!(stranger("kind: Service\nmetadata: {name: a}\n"), None);
        assert_eq!(stranger("a: [\n"), None);
        assert_eq!(
            stranger("apiVersion: v1\nkind: Service\n---\nvalues: 1\n"),
            None
        );
    }
}
