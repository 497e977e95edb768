//! What a function is given, and what is lost where it drops kustomize's own annotations.

use serde_json::Value;
use tests::kustomize::{EXEC, Tree, exec};
use tests::objects::{self, Objects};

const POD: &str = "# a comment
kind: Pod
apiVersion: v1
metadata: {name: reader}
spec:
  containers:
  - name: reader
    image: registry.k8s.io/pause:3.10
    envFrom: [{configMapRef: {name: site}}]
";

/// A Pod that reads a generated ConfigMap, under a prefix, and a function one level above it.
fn tree(body: &str) -> Tree {
    Tree::new()
        .kustomization(
            "",
            "resources: [below]\nnamePrefix: top-\ntransformers: [function.yaml]\n",
        )
        .kustomization(
            "below",
            "resources: [pod.yaml]
namePrefix: below-
configMapGenerator: [{name: site, literals: [rack=b-02]}]
",
        )
        .with("below/pod.yaml", POD)
        .with("function.yaml", &exec("./function.sh"))
        .script("function.sh", body)
}

fn built(tree: &Tree) -> Option<Objects> {
    let stdout = tree.kustomize()?.flags(&EXEC).run().passed();
    Some(objects::set(&stdout))
}

/// The name of the ConfigMap, and the one that the Pod refers to.
fn names(built: &Objects) -> (&str, &str) {
    let word = |kind: &str, pointer: &str| {
        let object = built.values().find(|object| object["kind"] == kind);
        let word = object.and_then(|object| object.pointer(pointer)?.as_str());
        word.unwrap_or_else(|| panic!("{kind} has no {pointer}: {built:#?}"))
    };
    (
        word("ConfigMap", "/metadata/name"),
        word("Pod", "/spec/containers/0/envFrom/0/configMapRef/name"),
    )
}

#[test]
fn trap_7_a_function_sees_names_before_their_hashes_and_references_before_they_are_resolved() {
    let tree = tree("tee \"$SEEN/input\"");
    let Some(built) = built(&tree) else {
        return;
    };
    let (name, reference) = names(&built);
    assert!(name.starts_with("top-below-site-"), "{name}");
    assert_eq!(name, reference);

    let input = tree.seen("input").unwrap_or_default();
    let list = objects::documents(&input);
    let seen = objects::items(list.first().unwrap_or(&Value::Null));
    let (name, reference) = names(&seen);
    assert_eq!(name, "top-below-site");
    assert_eq!(reference, "site");
}

#[test]
fn trap_7_comments_are_gone_and_keys_are_sorted() {
    let tree = tree("tee \"$SEEN/input\"");
    if built(&tree).is_none() {
        return;
    }
    let input = tree.seen("input").unwrap_or_default();
    assert!(!input.contains("a comment"), "{input}");
    let pod = input.find("kind: Pod").unwrap_or_default();
    let before = &input[..pod];
    assert!(
        before.trim_end().ends_with("- apiVersion: v1"),
        "apiVersion does not come before kind:\n{input}"
    );
}

#[test]
fn trap_8_without_needs_hash_suffix_the_hash_is_lost() {
    let tree = tree("grep -v needsHashSuffix");
    let Some(built) = built(&tree) else {
        return;
    };
    assert_eq!(names(&built).0, "top-below-site");
}

#[test]
fn trap_8_without_the_previous_names_references_dangle() {
    let tree = tree("grep -v previous");
    let Some(built) = built(&tree) else {
        return;
    };
    let (name, reference) = names(&built);
    assert!(name.starts_with("top-below-site-"), "{name}");
    assert_eq!(reference, "site");
}

#[test]
fn trap_8_index_and_id_do_no_harm() {
    let tree = tree("grep -v -e '/id: .[0-9]' -e '/index: .[0-9]'");
    let Some(built) = built(&tree) else {
        return;
    };
    let (name, reference) = names(&built);
    assert!(name.starts_with("top-below-site-"), "{name}");
    assert_eq!(name, reference);
}

/// What kustomize handed over comes back from krmguard word for word, whatever was edited beside it.
#[test]
fn trap_8_krmguard_keeps_every_one_of_them() {
    let tree =
        tree("tee \"$SEEN/input\" | krmguard fn --cluster c2 --role edge | tee \"$SEEN/output\"")
            .with(
                "below/pod.yaml",
                &format!("{POD}---\n{}", crate::sample("seed.yaml")),
            );
    let Some(built) = built(&tree) else {
        return;
    };
    assert!(built.keys().any(|id| id.contains(" PrometheusAgent ")));
    let annotations = |file: &str| -> Vec<String> {
        let text = tree.seen(file).unwrap_or_default();
        let lines = text.lines().filter(|line| line.contains("config.k"));
        lines.map(|line| line.trim().to_owned()).collect()
    };
    assert!(!annotations("input").is_empty());
    assert_eq!(annotations("input"), annotations("output"));
}
