//! What else a function is given: the whole environment, and all the time it wants.

use tests::kustomize::{EXEC, Tree, exec};
use tests::objects;

use crate::{edge, sample, tree};

#[test]
fn trap_9_the_whole_environment_is_inherited() {
    let tree = Tree::new()
        .kustomization(
            "",
            "resources: [object.yaml]\ntransformers: [function.yaml]\n",
        )
        .with(
            "object.yaml",
            "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n",
        )
        .with("function.yaml", &exec("./function.sh"))
        .script("function.sh", "env > \"$SEEN/environment\"; cat");
    let Some(build) = tree.kustomize() else {
        return;
    };
    let build = build.flags(&EXEC).env("BUILD_TOKEN", "not-for-functions");
    build.run().passed();
    let environment = tree.seen("environment").unwrap_or_default();
    assert!(
        environment.contains("BUILD_TOKEN=not-for-functions"),
        "{environment}"
    );
}

/// The verdict is the manifests' and the PolicySet's alone.
#[test]
fn trap_9_krmguard_builds_the_same_whatever_the_environment_says() {
    let tree = tree(&sample("seed.yaml"), "transformers", &edge(""));
    let mut built = Vec::new();
    for (name, value) in [
        ("CLUSTER", "cluster-03-edge"),
        ("KRMGUARD_CLUSTER", "cluster-03-edge"),
        ("LC_ALL", "tr_TR.UTF-8"),
        ("LOG_TO_STDERR", "true"),
    ] {
        let Some(build) = tree.kustomize() else {
            return;
        };
        built.push(build.flags(&EXEC).env(name, value).run().passed());
    }
    objects::assert_same(
        &objects::set(&built[0]),
        &objects::set(&sample("right.yaml")),
    );
    assert!(built.iter().all(|stdout| *stdout == built[0]));
}
