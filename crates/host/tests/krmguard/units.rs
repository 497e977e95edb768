//! What a unit is taken for: its cluster, its completeness, what it is judged by.

use std::fs;

use crate::run::{krmguard, krmguard_in};
use crate::samples::{AGENT_MODE, PROMETHEUS, STORE, edge, list, policy_set};

#[test]
fn the_role_alone_names_the_cluster_after_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let bare = PROMETHEUS.replace("  externalLabels:\n    cluster: edge-7\n", "");
    fs::write(folder.path().join("edge-9.yaml"), &bare).unwrap();
    let run = krmguard_in(
        folder.path(),
        &["render", "--role", "edge", "edge-9.yaml"],
        b"",
    );
    run.ends(0);
    assert!(run.stdout.contains("cluster: edge-9\n"), "{}", run.stdout);
    krmguard(&["render", "--role", "edge", "-"], bare.as_bytes()).refuses(&["--cluster NAME"]);
}

#[test]
fn what_is_defined_nowhere_is_said_only_of_what_is_complete() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("store.yaml"), STORE).unwrap();
    let judge = |more: &[&str], stdin: &str| {
        krmguard_in(folder.path(), &edge("check", more), stdin.as_bytes())
    };
    judge(&["store.yaml"], "").ends(0);
    judge(&["--incomplete", "-"], STORE).ends(0);
    let function = list(
        &[STORE],
        &policy_set("  policies: [{plugin: s3-secret-refs}]\n"),
    );
    krmguard(&["fn"], function.as_bytes()).ends(0);
    for (more, stdin) in [
        (&["--complete", "store.yaml"][..], ""),
        (&["--as-one", "store.yaml"][..], ""),
        (&["-"][..], STORE),
    ] {
        let run = judge(more, stdin);
        run.ends(1);
        assert!(run.stdout.contains("error[S301]"), "{}", run.stdout);
    }
}

#[test]
fn the_command_lines_policies_stand_in_place_of_the_function_config() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("p.yaml");
    fs::write(
        &file,
        policy_set("  policies: [{plugin: cluster-labels}]\n"),
    )
    .unwrap();
    let text = list(&[PROMETHEUS], &policy_set(AGENT_MODE));
    let run = krmguard(
        &["fn", "--policies", file.to_str().unwrap()],
        text.as_bytes(),
    );
    run.ends(0);
    assert_eq!(run.stdout, text, "cluster-labels finds nothing to do");
}
