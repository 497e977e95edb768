//! The real kustomize: what it does with functions, charts and origins, and krmguard inside it. A test's name
//! begins with the trap that it shows.

mod annotations;
mod calls;
mod charts;
mod containers;
mod environment;
mod flags;
mod image;
mod legacy;
mod origins;
mod processes;
mod results;
mod values;

use tests::kustomize::Tree;
use tests::{read, root};

fn policies(cluster: &str, role: &str, more: &str) -> String {
    format!(
        "apiVersion: krmguard.io/v1alpha1
kind: PolicySet
metadata:
  name: {cluster}
  annotations:
    config.kubernetes.io/function: |
      exec: {{path: krmguard}}
spec:
  cluster: {{name: {cluster}, role: {role}}}
{more}  policies:
  - plugin: cluster-labels
  - plugin: agent-mode
  - plugin: thanos-version
  - plugin: s3-secret-refs
"
    )
}

fn edge(more: &str) -> String {
    policies("cluster-02-edge", "edge", more)
}

fn sample(name: &str) -> String {
    read(root().join("tests/samples/edge").join(name))
}

/// A kustomization of one file, with the policies under `list`.
fn tree(objects: &str, list: &str, policies: &str) -> Tree {
    Tree::new()
        .kustomization(
            "",
            &format!("resources: [objects.yaml]\n{list}: [policies.yaml]\n"),
        )
        .with("objects.yaml", objects)
        .with("policies.yaml", policies)
}
