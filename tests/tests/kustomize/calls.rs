//! krmguard as kustomize calls it: what is wrong stops the build, what can be set is set.

use tests::kustomize::{EXEC, Tree};
use tests::objects;

use crate::{edge, policies, sample, tree};

#[test]
fn a_build_is_edited() {
    let tree = tree(&sample("seed.yaml"), "transformers", &edge(""));
    let Some(build) = tree.kustomize() else {
        return;
    };
    let built = build.flags(&EXEC).run().passed();
    objects::assert_same(&objects::set(&built), &objects::set(&sample("right.yaml")));
}

#[test]
fn a_violation_stops_the_build_and_the_first_line_says_why() {
    let centre = sample("seed.yaml").replace(
        "  retention: 6h\n",
        "  retention: 6h\n  thanos: {enabled: false}\n",
    );
    let tree = tree(
        &centre,
        "transformers",
        &policies("cluster-01-central", "central", ""),
    );
    let Some(build) = tree.kustomize() else {
        return;
    };
    let stderr = build.flags(&EXEC).run().refused();
    let first = stderr.lines().next().unwrap_or_default();
    assert!(
        first.contains("TV04"),
        "the first line does not name the rule:\n{stderr}"
    );
    assert!(
        stderr.contains("edge-prometheus"),
        "the object is not named:\n{stderr}"
    );
}

#[test]
fn a_policy_set_that_cannot_be_judged_by_stops_the_build() {
    let tree = tree(
        &sample("right.yaml"),
        "transformers",
        &edge("").replace("role: edge", "role: egde"),
    );
    let Some(build) = tree.kustomize() else {
        return;
    };
    let stderr = build.flags(&EXEC).run().refused();
    let first = stderr.lines().next().unwrap_or_default();
    assert!(
        first.contains("egde") && stderr.contains("edge"),
        "{stderr}"
    );
}

#[test]
fn a_silent_validator_passes_what_is_right() {
    let right = sample("right.yaml");
    let tree = tree(&right, "validators", &edge("  emit: none\n"));
    let Some(build) = tree.kustomize() else {
        return;
    };
    objects::assert_same(
        &objects::set(&build.flags(&EXEC).run().passed()),
        &objects::set(&right),
    );
}

#[test]
fn a_validator_stops_what_is_wrong() {
    let tree = tree(&sample("seed.yaml"), "validators", &edge("  emit: none\n"));
    let Some(build) = tree.kustomize() else {
        return;
    };
    let stderr = build.flags(&EXEC).run().refused();
    assert!(stderr.contains("AG01"), "{stderr}");
}

/// Dropping kustomize's internal annotations would lose the hash, or leave the reference dangling.
#[test]
fn hashed_names_and_references_to_them_survive() {
    let deployment = "apiVersion: apps/v1
kind: Deployment
metadata: {name: reader, namespace: monitoring}
spec:
  selector: {matchLabels: {app: reader}}
  template:
    metadata: {labels: {app: reader}}
    spec:
      containers: [{name: reader, image: registry.k8s.io/pause:3.10}]
      volumes: [{name: site, configMap: {name: site}}]
";
    let objects = format!("{}---\n{deployment}", sample("seed.yaml"));
    let tree = Tree::new()
        .kustomization(
            "",
            "resources: [objects.yaml]
transformers: [policies.yaml]
configMapGenerator:
- name: site
  namespace: monitoring
  literals: [rack=b-02]
",
        )
        .with("objects.yaml", &objects)
        .with("policies.yaml", &edge(""));
    let Some(build) = tree.kustomize() else {
        return;
    };
    let built = objects::set(&build.flags(&EXEC).run().passed());
    let hashed: Vec<_> = built
        .keys()
        .filter(|id| id.starts_with("v1 ConfigMap monitoring/site-"))
        .collect();
    assert_eq!(hashed.len(), 1, "{:#?}", built.keys());
    let name = hashed[0].rsplit('/').next();
    let reader = &built["apps/v1 Deployment monitoring/reader"];
    let reference = reader.pointer("/spec/template/spec/volumes/0/configMap/name");
    assert_eq!(reference.and_then(serde_json::Value::as_str), name);
    assert!(
        !build_books_left(&built),
        "kustomize's own annotations are in its output"
    );
}

fn build_books_left(built: &objects::Objects) -> bool {
    built
        .values()
        .any(|object| object.to_string().contains("internal.config.kubernetes.io"))
}
