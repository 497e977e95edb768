//! What is wrong in a tree, each thing with its place; and silence over what is right.

use tempfile::TempDir;

use super::{LEAF, RIGHT, SET, VALUES, change, doctor, finds, found, tree};
use crate::plant::{bin, plant, put, repository};

#[test]
fn a_right_tree_is_passed_and_what_could_not_be_looked_at_is_named() {
    let folder = plant(&RIGHT);
    let (found, document) = found(folder.path(), bin().path(), 0);
    assert!(found.is_empty(), "{found:?}");
    assert_eq!(document["verdict"], "pass");
    let unknown = document["notExamined"][0]["lacking"].as_str().unwrap();
    assert!(unknown.contains("kustomize"), "{unknown}");
    let text = doctor(folder.path(), bin().path(), &["."]);
    text.ends(0);
    assert!(
        text.stdout
            .ends_with("pass: nothing found, 1 not examined\n"),
        "{}",
        text.stdout
    );
}

/// The clusters that this repository delivers.
#[test]
fn the_deploy_tree_is_right() {
    let (found, document) = found(&repository().join("deploy"), bin().path(), 0);
    assert!(found.is_empty(), "{document:#}");
}

#[test]
fn a_policy_set_where_it_judges_nothing() {
    finds(
        &tree(SET, "spec:\n", "spec:\n  emit: none\n"),
        1,
        &["emit-none-under-transformers overlays/edge/policies.yaml:9"],
    );
    finds(
        &tree(LEAF, "transformers:", "validators:"),
        1,
        &["emit-under-validators overlays/edge/policies.yaml:9"],
    );
    finds(
        &tree(LEAF, "transformers:", "generators:"),
        1,
        &["policy-set-under-generators overlays/edge/policies.yaml:2"],
    );
    let folder = tree(LEAF, "transformers:", "validators:");
    change(folder.path(), SET, "spec:\n", "spec:\n  emit: none\n");
    finds(&folder, 0, &[]);
}

#[test]
fn a_policy_set_that_nothing_lists_or_that_is_a_resource() {
    let unlisted = tree(LEAF, "transformers:\n- policies.yaml\n", "");
    finds(
        &unlisted,
        0,
        &["policy-set-unlisted overlays/edge/policies.yaml:2"],
    );
    let resource = tree(LEAF, "- ../../base\n", "- ../../base\n- policies.yaml\n");
    change(
        resource.path(),
        LEAF,
        "transformers:\n- policies.yaml\n",
        "",
    );
    finds(
        &resource,
        1,
        &["policy-set-as-resource overlays/edge/kustomization.yaml:3"],
    );
}

#[test]
fn one_release_inflated_in_base_and_overlay() {
    let folder = tree(
        "base/kustomization.yaml",
        "- namespace.yaml\n",
        "- namespace.yaml\nhelmCharts:\n- name: kube-prometheus-stack\n  releaseName: kube-prometheus-stack\n  namespace: monitoring\n  valuesFile: values.yaml\n",
    );
    let (found, document) = found(folder.path(), bin().path(), 1);
    assert!(
        found.contains(&"release-twice overlays/edge/kustomization.yaml:4".to_owned()),
        "{found:?}"
    );
    let message = document["findings"][0]["message"].as_str().unwrap();
    assert!(message.ends_with("base/kustomization.yaml:4"), "{message}");
    change(
        folder.path(),
        "base/kustomization.yaml",
        "releaseName: kube-prometheus-stack",
        "releaseName: other",
    );
    let (found, _) = self::found(folder.path(), bin().path(), 0);
    assert!(
        !found.iter().any(|it| it.starts_with("release-twice")),
        "{found:?}"
    );
}

#[test]
fn a_namespace_over_the_chart() {
    finds(
        &tree(LEAF, "resources:", "namespace: monitoring\nresources:"),
        0,
        &["namespace-over-chart overlays/edge/kustomization.yaml:1"],
    );
    // The base has no chart: it may say where its manifests go.
    finds(
        &tree(
            "base/kustomization.yaml",
            "resources:",
            "namespace: monitoring\nresources:",
        ),
        0,
        &[],
    );
}

#[test]
fn a_secret_template_that_is_listed() {
    let secret = |value: &str| {
        format!(
            "apiVersion: v1\nkind: Secret\nmetadata:\n  name: s3\nstringData:\n  key: '{value}'\n"
        )
    };
    let folder = tree(LEAF, "- ../../base\n", "- ../../base\n- s3.yaml\n");
    put(
        folder.path(),
        "overlays/edge/s3.yaml",
        &secret("key-${S3_KEY}-hush"),
    );
    let (found, document) = found(folder.path(), bin().path(), 1);
    assert_eq!(
        found,
        ["secret-template-listed overlays/edge/kustomization.yaml:3"]
    );
    assert!(!document.to_string().contains("hush"), "{document:#}");
    put(folder.path(), "overlays/edge/s3.yaml", &secret("filled in"));
    finds(&folder, 0, &[]);
    // Not listed: that is where it belongs.
    let folder = plant(&RIGHT);
    put(folder.path(), "overlays/edge/s3.yaml", &secret("${S3_KEY}"));
    finds(&folder, 0, &[]);
}

#[test]
fn selectors_that_find_only_the_release() {
    let left = tree(
        VALUES,
        "    probeSelectorNilUsesHelmValues: false\n",
        "    probeSelectorNilUsesHelmValues: true\n",
    );
    finds(&left, 0, &["selector-of-the-release base/values.yaml:5"]);
    let absent = tree(
        VALUES,
        "    podMonitorSelectorNilUsesHelmValues: false\n",
        "",
    );
    finds(&absent, 0, &["selector-of-the-release base/values.yaml:2"]);
    let own = tree(
        VALUES,
        "    podMonitorSelectorNilUsesHelmValues: false\n",
        "    podMonitorSelector: {matchLabels: {team: a}}\n",
    );
    finds(&own, 0, &[]);
    // A server reads rules, an agent does not.
    let server = tree(
        "overlays/edge/values-edge.yaml",
        "agentMode: true",
        "agentMode: false",
    );
    let (_, document) = found(server.path(), bin().path(), 0);
    let message = document["findings"][0]["message"].as_str().unwrap();
    assert_eq!(message, "`ruleSelectorNilUsesHelmValues` is not false");
}

#[test]
fn bases_are_read_and_told() {
    finds(
        &tree(LEAF, "resources:", "bases:"),
        0,
        &["bases overlays/edge/kustomization.yaml:1"],
    );
}

#[test]
fn what_cannot_be_read_is_not_passed() {
    let folder = tree(LEAF, "resources:", "resuorces:");
    let run = doctor(folder.path(), bin().path(), &["."]);
    run.ends(2);
    assert!(
        run.stdout
            .contains("overlays/edge/kustomization.yaml:1:1: unknown field `resuorces`"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("to do: did you mean `resources`?"),
        "{}",
        run.stdout
    );

    let run = doctor(folder.path(), bin().path(), &["overlay"]);
    run.ends(2);
    assert!(
        run.stdout.contains("did you mean `overlays`?"),
        "{}",
        run.stdout
    );
    let run = doctor(TempDir::new().unwrap().path(), bin().path(), &["."]);
    run.ends(2);
    assert!(
        run.stdout
            .contains("there is no kustomization and no manifest"),
        "{}",
        run.stdout
    );
    doctor(folder.path(), bin().path(), &["-"]).refuses_with_reason(
        "stdin",
        "not judged",
        "name the tree's folder",
    );
    doctor(folder.path(), bin().path(), &["--kustomize", "base", "."]).refuses_with_reason(
        "--kustomize names",
        "base",
        "name the kustomize program",
    );
}

#[test]
fn all_that_is_wrong_is_told_at_once() {
    let folder = tree(LEAF, "resources:", "namespace: monitoring\nbases:");
    change(folder.path(), "argocd/argocd-cm.yaml", " --enable-exec", "");
    finds(
        &folder,
        1,
        &[
            "exec-not-enabled argocd/argocd-cm.yaml:6",
            "namespace-over-chart overlays/edge/kustomization.yaml:1",
            "bases overlays/edge/kustomization.yaml:2",
        ],
    );
}

/// A base that no path names is a part of what is built all the same.
#[test]
fn a_base_beside_the_paths_is_looked_at() {
    let folder = tree(
        "base/kustomization.yaml",
        "resources:",
        "bases: []\nresources:",
    );
    let run = doctor(folder.path(), bin().path(), &["overlays/edge"]);
    run.ends(0);
    assert!(
        run.stdout.contains("--> base/kustomization.yaml:1:1\n"),
        "{}",
        run.stdout
    );
}
