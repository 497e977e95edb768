//! What a new user gets wrong in a tree: one clear message with the place, exit 2.

use tests::krmguard::Run;

use crate::written::{BASE, Tree, overlay};

const EDGE: &str = "cluster-02-edge";

/// The run was not judged, and says so once: what, where, and what to do.
#[track_caller]
fn told(run: Run, what: &str, place: &str, remedy: &str) {
    let run = run.ended(2);
    let said = format!("{}{}", run.stdout, run.stderr);
    for words in [what, place, remedy] {
        assert!(said.contains(words), "`{words}` is not in:\n{said}");
    }
    assert_eq!(said.matches("to do:").count(), 1, "{said}");
    assert!(!said.contains("panicked"), "{said}");
}

fn file(name: &str) -> String {
    format!("{}/{name}", overlay(EDGE))
}

#[test]
fn a_wrong_overlay_name() {
    let run = Tree::right().krmguard("check --render never deploy/overlays/cluster-02-egde");
    told(
        run,
        "does not exist",
        "deploy/overlays/cluster-02-egde",
        "did you mean `deploy/overlays/cluster-02-edge`?",
    );
}

#[test]
fn a_values_file_with_a_tab() {
    let values = "prometheus:\n\tagentMode: true\n";
    let run = Tree::right()
        .with(&file("values-edge.yaml"), values)
        .krmguard("check --render never deploy");
    told(
        run,
        "a tab stands",
        &format!("deploy/{}:2:1", file("values-edge.yaml")),
        "replace the tab",
    );
    // What four overlays read is said once.
    let run = Tree::right()
        .with(&format!("{BASE}/values.yaml"), values)
        .krmguard("check --render never deploy");
    told(
        run,
        "a tab stands",
        &format!("deploy/{BASE}/values.yaml:2:1"),
        "replace the tab",
    );
}

#[test]
fn a_values_file_that_is_a_list() {
    let run = Tree::right()
        .with(&file("values-edge.yaml"), "- a\n")
        .krmguard("check --render never deploy");
    told(
        run,
        "the values are a list, not a mapping",
        &format!("deploy/{}:1:1", file("values-edge.yaml")),
        "`name: value` lines",
    );
}

#[test]
fn a_values_file_that_is_not_there() {
    let tree = Tree::right().replaced(
        &file("kustomization.yaml"),
        "values-edge.yaml",
        "value-edge.yaml",
    );
    told(
        tree.krmguard("check --render never deploy"),
        "`value-edge.yaml` does not exist",
        &format!("deploy/{}:13:9", file("kustomization.yaml")),
        "did you mean `values-edge.yaml`?",
    );
}

#[test]
fn a_policy_that_does_not_exist() {
    let tree = Tree::right().replaced(&file("policies.yaml"), "agent-mode", "agentmod");
    told(
        tree.krmguard("check --render never deploy"),
        "unknown policy `agentmod`",
        &format!("deploy/{}:12:15", file("policies.yaml")),
        "did you mean `agent-mode`?",
    );
}

#[test]
fn an_overlay_with_no_policy_set() {
    let tree = Tree::right().replaced(
        &file("kustomization.yaml"),
        "transformers:\n  - policies.yaml\n",
        "",
    );
    told(
        tree.krmguard("check --render never deploy"),
        "no PolicySet covers this overlay",
        &format!("deploy/{}", file("kustomization.yaml")),
        "list a PolicySet under its `transformers:`",
    );
}

#[test]
fn an_overlay_that_lists_itself() {
    let tree = Tree::right().replaced(
        &file("kustomization.yaml"),
        "resources:\n",
        "resources:\n  - .\n",
    );
    told(
        tree.krmguard("check --render never deploy"),
        "`.` is this kustomization itself",
        &format!("deploy/{}:4:5", file("kustomization.yaml")),
        "remove it",
    );
}

#[test]
fn a_field_that_kustomize_does_not_know() {
    let tree = Tree::right().replaced(&file("kustomization.yaml"), "resources:", "resource:");
    told(
        tree.krmguard("check --render never deploy"),
        "unknown field `resource`",
        &format!("deploy/{}:3:1", file("kustomization.yaml")),
        "did you mean `resources`?",
    );
}

#[test]
fn a_link_that_leaves_the_repository() {
    let tree = Tree::right()
        .link(&file("host.yaml"), "/etc/hosts")
        .replaced(
            &file("kustomization.yaml"),
            "resources:\n",
            "resources:\n  - host.yaml\n",
        );
    told(
        tree.krmguard("check --render never deploy"),
        "`host.yaml` leads out of the repository",
        &format!("deploy/{}:4:5", file("kustomization.yaml")),
        "copy it there",
    );
}

#[test]
fn a_policy_set_that_prints_what_its_list_does_not_take() {
    let silent = Tree::right().replaced(&file("policies.yaml"), "spec:\n", "spec:\n  emit: none\n");
    told(
        silent.krmguard("check --render never deploy"),
        "deletes every resource",
        &format!("deploy/{}:9:9", file("policies.yaml")),
        "list it under `validators:`",
    );
    let loud = Tree::right().replaced(&file("kustomization.yaml"), "transformers:", "validators:");
    told(
        loud.krmguard("check --render never deploy"),
        "fails every build",
        &format!("deploy/{}:9:3", file("policies.yaml")),
        "write `emit: none`",
    );
}

#[test]
fn an_inline_policy_set_has_its_own_lines() {
    let inline = "transformers:\n  - |-\n    apiVersion: krmguard.io/v1alpha1\n    kind: PolicySet\n    metadata: {name: x}\n    spec:\n      cluster: {name: a, role: egde}\n      policies: [{plugin: agent-mode}]\n";
    let tree = Tree::right().replaced(
        &file("kustomization.yaml"),
        "transformers:\n  - policies.yaml\n",
        inline,
    );
    told(
        tree.krmguard("check --render never deploy"),
        "`spec.cluster.role` is `egde`",
        &format!("deploy/{}:20:32", file("kustomization.yaml")),
        "did you mean `edge`?",
    );
}

#[test]
fn two_policy_sets_that_name_two_clusters() {
    let tree = Tree::right().replaced(
        &file("kustomization.yaml"),
        "  - policies.yaml\n",
        "  - policies.yaml\n  - ../../cluster-03-edge/kube-prometheus-stack/policies.yaml\n",
    );
    told(
        tree.krmguard("check --render never deploy"),
        "`cluster-03-edge` here and `cluster-02-edge` in another PolicySet",
        "deploy/overlays/cluster-03-edge/kube-prometheus-stack/policies.yaml:9",
        "give both the same cluster",
    );
}
