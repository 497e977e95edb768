//! `krmguard init`: what it finds out, what it asks for, what it writes, and that it overwrites nothing.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use tempfile::TempDir;

use crate::plant::{files, krmguard, plant, put};
use crate::run::Run;

const EDGE: &str = "deploy/overlays/edge-7/kustomization.yaml";
const CENTRE: &str = "deploy/overlays/hq/kustomization.yaml";

/// A tree with one edge, told by its values, and one centre, told by its manifests.
const TREE: [(&str, &str); 6] = [
    (
        "deploy/base/kustomization.yaml",
        "resources: [namespace.yaml]\n",
    ),
    (
        "deploy/base/namespace.yaml",
        "apiVersion: v1\nkind: Namespace\nmetadata: {name: monitoring}\n",
    ),
    (
        EDGE,
        "# The edge.
resources:
  - ../../base   # shared

helmCharts:
  - name: kube-prometheus-stack
    namespace: monitoring
    valuesInline:
      prometheus:
        agentMode: true
        prometheusSpec:
          externalLabels: {cluster: 'edge-seven'}
",
    ),
    (
        CENTRE,
        "resources:\n- ../../base\n- receive.yaml\ntransformers:\n- other.yaml # first\n",
    ),
    (
        "deploy/overlays/hq/receive.yaml",
        "apiVersion: apps/v1
kind: StatefulSet
metadata: {name: thanos-receive, namespace: monitoring}
spec:
  template:
    spec:
      containers:
      - name: receive
        image: quay.io/thanos/thanos:v0.38.0
        args: [receive]
",
    ),
    (
        "deploy/overlays/hq/other.yaml",
        "apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: labels}\nlabels: {a: b}\n",
    ),
];

fn init(folder: &Path, arguments: &[&str]) -> Run {
    krmguard(folder, &[&["init"], arguments].concat(), &[])
}

/// Refused: exit 2, all of `words`, and every file is as it was.
#[track_caller]
fn asks(folder: &Path, arguments: &[&str], words: &[&str]) {
    let before = files(folder);
    init(folder, arguments).refuses(&[words, &["to do: ", "nothing was written"]].concat());
    assert_eq!(files(folder), before);
}

fn replace(folder: &Path, file: &str, from: &str, to: &str) {
    let text = fs::read_to_string(folder.join(file)).unwrap();
    assert!(text.contains(from));
    put(folder, file, &text.replacen(from, to, 1));
}

#[test]
fn it_shows_what_it_would_write_and_writes_nothing() {
    let folder = plant(&TREE);
    let before = files(folder.path());
    let run = init(folder.path(), &["deploy"]);
    run.ends(0);
    assert_eq!(files(folder.path()), before);
    for line in [
        "+++ deploy/overlays/edge-7/policies.yaml",
        "+    name: edge-seven",
        "+    role: central",
        "+transformers:",
        "+++ krmguard.yaml",
        "+render: required",
    ] {
        assert!(
            run.stdout.lines().any(|it| it == line),
            "`{line}`: {}",
            run.stdout
        );
    }
    assert!(
        run.stdout
            .lines()
            .all(|line| line.starts_with(['+', '-', '@', ' '])),
        "{}",
        run.stdout
    );
    for words in [
        "cluster edge-seven by `externalLabels.cluster` (deploy/overlays/edge-7/kustomization.yaml:12)",
        "edge by `agentMode: true` (deploy/overlays/edge-7/kustomization.yaml:10)",
        "cluster hq by the folder's name; central by Thanos receive (deploy/overlays/hq/receive.yaml:10)",
        "nothing was written; with --write these 5 files are",
    ] {
        assert!(run.stderr.contains(words), "`{words}`: {}", run.stderr);
    }
}

#[test]
fn what_it_writes_judges_the_tree_and_a_second_time_there_is_nothing_to_do() {
    let folder = plant(&TREE);
    let (edge, centre) = (TREE[2].1, TREE[3].1);
    let run = init(folder.path(), &["--write", "deploy"]);
    run.ends(0);
    let text = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
    // Comments, order, quotes and the indent of lists stay.
    assert_eq!(
        text(EDGE),
        format!("{edge}transformers:\n  - policies.yaml\n")
    );
    assert_eq!(text(CENTRE), format!("{centre}- policies.yaml\n"));
    let check = krmguard(folder.path(), &["check", "--format", "json"], &[]);
    let report: serde_json::Value = serde_json::from_str(&check.stdout).unwrap();
    let units: Vec<(&str, &str)> = report["units"]
        .as_array()
        .unwrap()
        .iter()
        .map(|unit| {
            (
                unit["cluster"].as_str().unwrap(),
                unit["role"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        units,
        [("edge-seven", "edge"), ("hq", "central")],
        "{}",
        check.stdout
    );

    let before = files(folder.path());
    for arguments in [&["deploy"][..], &["--write", "deploy"], &["--write"]] {
        let again = init(folder.path(), arguments);
        again.ends(0);
        assert_eq!(again.stdout, "");
        assert!(again.stderr.contains("nothing to do"), "{}", again.stderr);
    }
    assert_eq!(files(folder.path()), before);
}

#[test]
fn what_nothing_says_is_asked_for() {
    let folder = plant(&TREE);
    replace(folder.path(), CENTRE, "- receive.yaml\n", "");
    asks(
        folder.path(),
        &["--write", "deploy"],
        &[
            "deploy/overlays/hq/kustomization.yaml: nothing says whether cluster `hq`",
            "--role deploy/overlays/hq=central",
            // What is known of the other is told all the same.
            "cluster edge-seven",
        ],
    );
    let one = init(
        folder.path(),
        &["deploy", "--role", "deploy/overlays/hq=central"],
    );
    one.ends(0);
    assert!(one.stderr.contains("central by --role"), "{}", one.stderr);
    // A role for all is one for those that do not say theirs.
    let all = init(
        folder.path(),
        &[
            "deploy",
            "--role",
            "central",
            "--cluster",
            "./deploy/overlays/hq=top",
        ],
    );
    all.ends(0);
    assert!(
        all.stderr
            .contains("cluster top by --cluster; central by --role"),
        "{}",
        all.stderr
    );
    assert!(
        all.stderr.contains("edge by `agentMode: true`"),
        "{}",
        all.stderr
    );
}

#[test]
fn what_contradicts_itself_is_asked_for() {
    let folder = plant(&TREE);
    replace(
        folder.path(),
        "deploy/overlays/hq/receive.yaml",
        "receive]\n",
        "receive]\n---\napiVersion: monitoring.coreos.com/v1alpha1\nkind: PrometheusAgent\nmetadata: {name: a, namespace: monitoring}\nspec: {externalLabels: {cluster: hq}}\n",
    );
    asks(
        folder.path(),
        &["--write", "deploy"],
        &[
            "cluster `hq` looks like central",
            "like edge (a PrometheusAgent (deploy/overlays/hq/receive.yaml:13))",
        ],
    );
    init(
        folder.path(),
        &["deploy", "--role", "deploy/overlays/hq=edge"],
    )
    .ends(0);
}

#[test]
fn two_overlays_of_one_label_are_asked_for() {
    let folder = plant(&TREE);
    put(
        folder.path(),
        "deploy/overlays/edge-8/kustomization.yaml",
        TREE[2].1,
    );
    asks(
        folder.path(),
        &["--write", "deploy"],
        &[
            "both say that their cluster is `edge-seven`",
            "--cluster deploy/overlays/edge-7=edge-7",
            "--cluster deploy/overlays/edge-8=edge-8",
        ],
    );
    // The one whose folder has that name too is right; the other was copied.
    for name in ["edge-7", "edge-8"] {
        let file = format!("deploy/overlays/{name}/kustomization.yaml");
        replace(folder.path(), &file, "edge-seven", "edge-7");
    }
    let run = init(folder.path(), &["--write", "deploy"]);
    run.refuses(&["--cluster deploy/overlays/edge-8=edge-8"]);
    assert!(
        !run.stderr.contains("--cluster deploy/overlays/edge-7"),
        "{}",
        run.stderr
    );
}

#[test]
fn nothing_is_overwritten() {
    let folder = plant(&TREE);
    put(
        folder.path(),
        "deploy/overlays/hq/policies.yaml",
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: mine}\n",
    );
    asks(
        folder.path(),
        &["--write", "deploy"],
        &[
            "deploy/overlays/hq/policies.yaml:1:13: init would write a PolicySet here, and overwrites nothing",
        ],
    );
    // A PolicySet that is there is kept, and listed.
    let own = "apiVersion: krmguard.io/v1alpha1\nkind: PolicySet\nmetadata: {name: mine}\nspec:\n  cluster: {name: hq, role: central}\n  policies: [{plugin: agent-mode}]\n";
    put(folder.path(), "deploy/overlays/hq/policies.yaml", own);
    init(folder.path(), &["--write", "deploy"]).ends(0);
    let kept = fs::read_to_string(folder.path().join("deploy/overlays/hq/policies.yaml")).unwrap();
    assert_eq!(kept, own);
    let listed = fs::read_to_string(folder.path().join(CENTRE)).unwrap();
    assert!(listed.ends_with("- policies.yaml\n"), "{listed}");
}

#[test]
fn settings_that_are_there_stay() {
    let folder = plant(&TREE);
    put(
        folder.path(),
        "krmguard.yaml",
        "paths: [deploy]\nrender: optional\n",
    );
    let run = init(folder.path(), &["deploy"]);
    run.ends(0);
    assert!(!run.stdout.contains("krmguard.yaml"), "{}", run.stdout);
    put(folder.path(), "krmguard.yaml", "paths: [elsewhere]\n");
    let run = init(folder.path(), &["deploy"]);
    run.ends(0);
    assert!(
        run.stderr.contains("does not name this tree"),
        "{}",
        run.stderr
    );
    put(folder.path(), "krmguard.yaml", "path: [deploy]\n");
    asks(
        folder.path(),
        &["--write", "deploy"],
        &["krmguard.yaml:1:1", "did you mean `paths`?"],
    );
}

#[test]
fn a_tree_elsewhere_gets_its_settings_there() {
    let (folder, here) = (plant(&TREE), TempDir::new().unwrap());
    let tree = folder.path().join("deploy");
    init(here.path(), &["--write", tree.to_str().unwrap()]).ends(0);
    let settings = fs::read_to_string(tree.join("krmguard.yaml")).unwrap();
    assert!(settings.contains("paths:\n  - .\n"), "{settings}");
    assert!(files(here.path()).is_empty());
    krmguard(&tree.join("overlays"), &["init"], &[]).ends(0);
}

#[test]
fn where_one_file_cannot_be_written_none_is() {
    let folder = plant(&TREE);
    let hq = folder.path().join("deploy/overlays/hq");
    let mode = |mode: u32| fs::set_permissions(&hq, fs::Permissions::from_mode(mode)).unwrap();
    mode(0o555);
    // Whoever may write everywhere cannot be refused.
    if fs::write(hq.join("probe"), "").is_err() {
        let before = files(folder.path());
        let run = init(folder.path(), &["--write", "deploy"]);
        run.refuses(&["permission denied", "nothing was written"]);
        assert_eq!(files(folder.path()), before);
    }
    mode(0o755);
}

#[test]
fn what_is_wrong_with_the_tree_is_told() {
    let folder = plant(&TREE);
    asks(folder.path(), &["deplyo"], &["deplyo", "does not exist"]);
    asks(
        folder.path(),
        &["deploy/base/namespace.yaml"],
        &["it is no folder"],
    );
    asks(
        folder.path(),
        &["deploy", "--role", "deploy/overlays/hp=edge"],
        &[
            "--role names `deploy/overlays/hp`",
            "did you mean `deploy/overlays/hq`?",
        ],
    );
    init(folder.path(), &["deploy", "--role", "egde"]).refuses(&["no role", "central, edge"]);
    replace(folder.path(), EDGE, "resources:", "resuorces:");
    asks(
        folder.path(),
        &["--write", "deploy"],
        &["unknown field `resuorces`", "kustomization.yaml:2:1"],
    );
    let empty = TempDir::new().unwrap();
    asks(empty.path(), &[], &["there is no kustomization"]);
}
