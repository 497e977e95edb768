//! What a function costs, counted in processes: times are for `make bench`.

use tests::krmguard::{self, Krmguard};
use tests::kustomize::{EXEC, KUSTOMIZATION, Tree};
use tests::objects;

use crate::{edge, sample, tree};

/// Counts its calls, then is the real one.
fn counted(tree: Tree) -> Tree {
    let real = krmguard::program();
    let body = format!(
        "echo call >> \"$SEEN/calls\"; exec '{}' \"$@\"",
        real.display()
    );
    tree.program("krmguard", &body)
}

fn calls(tree: &Tree) -> usize {
    tree.seen("calls").unwrap_or_default().lines().count()
}

#[test]
fn trap_6_four_policies_of_a_policy_set_are_one_process() {
    let tree = counted(tree(&sample("seed.yaml"), "transformers", &edge("")));
    let Some(build) = tree.kustomize() else {
        return;
    };
    let stdout = build.flags(&EXEC).run().passed();
    objects::assert_same(&objects::set(&stdout), &objects::set(&sample("right.yaml")));
    assert_eq!(calls(&tree), 1);
}

/// The same four, each listed by its own kind: the same objects, and four times the price.
#[test]
fn trap_6_four_functions_are_four_processes() {
    let kinds = [
        "ClusterLabels",
        "AgentMode",
        "ThanosVersion",
        "S3SecretRefs",
    ];
    let configs: Vec<String> = kinds
        .iter()
        .map(|kind| {
            format!(
                "apiVersion: krmguard.io/v1alpha1
kind: {kind}
metadata:
  name: {}
  annotations:
    config.kubernetes.io/function: |
      exec: {{path: krmguard}}
spec:
  cluster: {{name: cluster-02-edge, role: edge}}
",
                kind.to_lowercase()
            )
        })
        .collect();
    let tree = counted(tree(
        &sample("seed.yaml"),
        "transformers",
        &configs.join("---\n"),
    ));
    let Some(build) = tree.kustomize() else {
        return;
    };
    let stdout = build.flags(&EXEC).run().passed();
    objects::assert_same(&objects::set(&stdout), &objects::set(&sample("right.yaml")));
    assert_eq!(calls(&tree), 4);
}

/// Where the pipe is ours nothing is listed, no flag can be forgotten, and the build is a bare one.
#[test]
fn trap_6_the_pipe_after_the_build_comes_to_the_same_objects() {
    let tree = tree(&sample("seed.yaml"), "transformers", &edge(""));
    let Some(build) = tree.kustomize() else {
        return;
    };
    let inside = build.flags(&EXEC).run().passed();
    let tree = tree.with(
        "kustomization.yaml",
        &format!("{KUSTOMIZATION}resources: [objects.yaml]\n"),
    );
    let Some(build) = tree.kustomize() else {
        return;
    };
    let bare = build.run().passed();
    let piped = Krmguard::words("fn --policies")
        .file(tree.path().join("policies.yaml"))
        .stdin(bare)
        .run()
        .ended(0);
    objects::assert_same(&objects::set(&piped.stdout), &objects::set(&inside));
}
