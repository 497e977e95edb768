//! What `check` says of a tree at its sources, without kustomize and helm.

use tests::report;

use crate::written::{BASE, OVERLAYS, Tree, overlay};

#[test]
fn a_right_tree_passes_and_is_left_as_it_was() {
    let tree = Tree::right();
    let before = tree.files();
    let run = tree
        .krmguard("check --render never --format json deploy")
        .ended(0);
    let said = report::parse(&run);
    let units = said["units"].as_array().cloned().unwrap_or_default();
    let names: Vec<&str> = units
        .iter()
        .filter_map(|unit| unit["name"].as_str())
        .collect();
    let expected: Vec<String> = OVERLAYS
        .iter()
        .map(|(cluster, _)| format!("deploy/{}", overlay(cluster)))
        .collect();
    assert_eq!(names, expected);
    for (unit, (cluster, role)) in units.iter().zip(OVERLAYS) {
        assert_eq!(unit["cluster"], cluster);
        assert_eq!(unit["role"], role);
        assert_eq!(unit["stage"], "source");
        assert_eq!(unit["complete"], false);
    }
    assert_eq!(tree.files(), before);
}

#[test]
fn the_projects_file_names_what_is_checked() {
    let tree = Tree::right()
        .with(
            "../krmguard.yaml",
            "paths: [deploy]\nignore: ['overlays/cluster-04-*/**']\nrender: optional\n",
        )
        .with(
            &format!("{}/values-edge.yaml", overlay("cluster-04-edge")),
            "\t\n",
        );
    let run = tree.krmguard("check --render never --format json").ended(0);
    let units = report::parse(&run)["units"].as_array().map_or(0, Vec::len);
    assert_eq!(units, 3, "{}", run.stdout);
}

/// A manifest in the base that a policy has something to say about, in every overlay alike.
const COMPACTOR: &str = "\
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: thanos-compact, namespace: monitoring}
spec:
  template:
    spec:
      containers:
        - name: compact
          image: quay.io/thanos/thanos:v0.39.0
          args:
            - compact
            - --objstore.config-file=/etc/thanos/objstore.yml
            - --no-such-flag-at-all
";

#[test]
fn one_place_is_one_finding_that_names_its_units() {
    let tree = Tree::right()
        .with(&format!("{BASE}/compactor.yaml"), COMPACTOR)
        .replaced(
            &format!("{BASE}/kustomization.yaml"),
            "[",
            "[compactor.yaml, ",
        );
    let run = tree.krmguard("check --render never --format json deploy");
    let said = report::parse(&run);
    let findings = said["findings"].as_array().cloned().unwrap_or_default();
    let pins: Vec<_> = findings
        .iter()
        .filter(|finding| finding["rule"] == "TV01")
        .collect();
    let [pin] = pins[..] else {
        panic!("{findings:#?}")
    };
    assert_eq!(
        pin["location"]["file"],
        format!("deploy/{BASE}/compactor.yaml")
    );
    assert_eq!(pin["location"]["line"], 9);
    // The build of every overlay mends it.
    assert_eq!(pin["state"], "fixed");
    assert_eq!(pin["units"].as_array().map(Vec::len), Some(4), "{pin:#}");
    let text = tree.krmguard("check --render never deploy").stdout;
    assert_eq!(
        text.matches("error[").count() + text.matches("warning[").count(),
        findings
            .iter()
            .filter(|finding| finding["severity"] != "info")
            .count(),
        "{text}"
    );
    for (cluster, _) in OVERLAYS {
        assert!(
            text.contains(&format!("deploy/{}", overlay(cluster))),
            "{text}"
        );
    }
}

#[test]
fn policies_that_are_named_stand_in_place_of_a_trees_own() {
    let tree = Tree::right()
        .with(&format!("{BASE}/compactor.yaml"), COMPACTOR)
        .replaced(&format!("{BASE}/kustomization.yaml"), "[", "[compactor.yaml, ")
        .with(
            "../pin.yaml",
            "apiVersion: krmguard.io/v1alpha1\nkind: ThanosVersion\nmetadata: {name: pin}\nspec: {}\n",
        );
    let run = tree.krmguard("check --render never --format json --policies pin.yaml deploy");
    let pins = report::findings(&run);
    let pin = pins.iter().find(|finding| finding.rule == "TV01");
    // Nothing on the way to a cluster applies what a file on the command line proposes.
    assert_eq!(
        pin.map(|pin| pin.state.as_str()),
        Some("pending"),
        "{pins:#?}"
    );
}

#[test]
fn manifests_that_no_kustomization_lists_are_said_and_not_judged() {
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\n";
    let tree = Tree::right().with("argocd/service.yaml", service);
    let run = tree.krmguard("check --render never deploy").ended(0);
    assert!(
        run.stdout.contains("deploy/argocd/service.yaml"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout
            .contains("no kustomization lists these manifests"),
        "{}",
        run.stdout
    );
}
