//! The real rendered stacks: what the policies make of the wrong ones is what the chart makes of the right values.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde_json::Value;

use crate::run::krmguard;

/// A file of the fixtures; None, said so, where there are none.
#[expect(clippy::print_stdout, reason = "a skipped test says so by name")]
fn fixture(name: &str) -> Option<(String, String)> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures");
    let root = std::env::var_os("KRMGUARD_FIXTURES").map_or_else(beside, PathBuf::from);
    let path = root.join(name);
    match fs::read_to_string(&path) {
        Ok(text) => Some((path.to_str().unwrap().to_owned(), text)),
        Err(_) => {
            println!("skipped: no fixtures");
            None
        }
    }
}

/// Objects by id, without what no policy invents.
fn objects(text: &str) -> BTreeMap<String, Value> {
    let input = krm::Input::read("x", text.as_bytes().to_vec()).unwrap();
    (0..input.len())
        .map(|index| {
            let id = input.id(index);
            let mut value = input.value(index).unwrap();
            if id.kind == "PrometheusAgent" {
                value["spec"].as_object_mut().unwrap().remove("storage");
            }
            (format!("{} {id}", id.api_version), value)
        })
        .collect()
}

/// What one line must be removed or added to make the other text.
fn changed_lines(before: &str, after: &str) -> Vec<String> {
    similar::TextDiff::from_lines(before, after)
        .iter_all_changes()
        .filter(|change| change.tag() != similar::ChangeTag::Equal)
        .map(|change| format!("{}{}", change.tag(), change.value().trim_end()))
        .collect()
}

fn unit(name: &str) -> [&str; 4] {
    let role = if name.ends_with("central") {
        "central"
    } else {
        "edge"
    };
    ["--cluster", name, "--role", role]
}

const EDGES: [&str; 3] = ["cluster-02-edge", "cluster-03-edge", "cluster-04-edge"];

#[test]
fn wrong_edges_become_what_the_chart_renders_for_right_values() {
    for name in EDGES {
        let (Some((seed, _)), Some((_, right))) = (
            fixture(&format!("rendered/seed/{name}.yaml")),
            fixture(&format!("rendered/right/{name}.yaml")),
        ) else {
            return;
        };
        let run = krmguard(&[&["render"], &unit(name)[..], &[&seed]].concat(), b"");
        run.ends(0);
        let (ours, charts) = (objects(&run.stdout), objects(&right));
        assert_eq!(
            ours.keys().collect::<Vec<_>>(),
            charts.keys().collect::<Vec<_>>()
        );
        for (id, value) in &charts {
            assert_eq!(&ours[id], value, "{id}");
        }
        let again = krmguard(
            &[&["render"], &unit(name)[..], &["-"]].concat(),
            run.stdout.as_bytes(),
        );
        again.ends(0);
        assert_eq!(again.stdout, run.stdout, "a second run changes nothing");
    }
}

#[test]
fn right_clusters_are_left_alone() {
    for name in EDGES.into_iter().chain(["cluster-01-central"]) {
        let Some((path, text)) = fixture(&format!("rendered/right/{name}.yaml")) else {
            return;
        };
        let run = krmguard(&[&["render"], &unit(name)[..], &[&path]].concat(), b"");
        run.ends(0);
        assert!(run.stdout == text, "{name} changes");
        let check = krmguard(
            &[&["check", "--format", "json"], &unit(name)[..], &[&path]].concat(),
            b"",
        );
        check.ends(0);
        let report: Value = serde_json::from_str(&check.stdout).unwrap();
        for finding in report["findings"].as_array().unwrap() {
            assert_eq!(finding["severity"], "info", "{finding}");
        }
    }
}

#[test]
fn the_wrong_centre_has_two_faults() {
    let name = "cluster-01-central";
    let Some((path, _)) = fixture(&format!("rendered/seed/{name}.yaml")) else {
        return;
    };
    let check = krmguard(
        &[&["check", "--format", "json"], &unit(name)[..], &[&path]].concat(),
        b"",
    );
    check.ends(1);
    let report: Value = serde_json::from_str(&check.stdout).unwrap();
    let mut faults: Vec<String> = report["findings"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|finding| finding["severity"] != "info")
        .map(|finding| {
            format!(
                "{} {} {}",
                finding["severity"], finding["rule"], finding["pointer"]
            )
            .replace('"', "")
        })
        .collect();
    faults.sort();
    assert_eq!(
        faults,
        [
            "error TV04 /spec/thanos",
            "warning TV03 /spec/template/spec/containers/0/args/9"
        ]
    );
    let render = krmguard(&[&["render"], &unit(name)[..], &[&path]].concat(), b"");
    render.ends(1);
    assert_eq!(render.stdout, "");
}

#[test]
fn a_real_function_call_changes_only_what_it_says() {
    let Some((_, text)) = fixture("functions/cluster-02-edge.resourcelist.yaml") else {
        return;
    };
    let run = krmguard(&["fn"], text.as_bytes());
    run.ends(0);
    let lines = changed_lines(&text, &run.stdout);
    let results = lines.iter().position(|line| line == "+results:").unwrap();
    let (edits, results) = lines.split_at(results);
    assert!(
        edits.iter().any(|line| line == "+  kind: PrometheusAgent"),
        "{edits:#?}"
    );
    assert!(edits.len() < 30, "{edits:#?}");
    assert!(
        results.iter().all(|line| line.starts_with('+')),
        "{results:#?}"
    );
    assert!(
        !edits
            .iter()
            .any(|line| line.contains("config.kubernetes.io")),
        "{edits:#?}"
    );

    let silent = text.replacen(
        "\n  spec:\n    cluster:\n",
        "\n  spec:\n    emit: none\n    cluster:\n",
        1,
    );
    assert_ne!(silent, text);
    assert_eq!(krmguard(&["fn"], silent.as_bytes()).stdout, "");
}

#[test]
fn a_real_function_call_of_the_centre_fails_until_the_sidecar_goes() {
    let Some((_, text)) = fixture("functions/cluster-01-central.resourcelist.yaml") else {
        return;
    };
    let run = krmguard(&["fn"], text.as_bytes());
    run.ends(1);
    assert_eq!(run.stdout, "");
    assert!(
        run.stderr.lines().next().unwrap().contains("TV04"),
        "{}",
        run.stderr
    );

    let mended = text.replacen("    thanos:\n      enabled: false\n", "", 1);
    assert_ne!(mended, text);
    let run = krmguard(&["fn"], mended.as_bytes());
    run.ends(0);
    let lines = changed_lines(&mended, &run.stdout);
    let results = lines.iter().position(|line| line == "+results:").unwrap();
    assert_eq!(results, 2, "{lines:#?}");
    assert!(
        lines[..2]
            .iter()
            .all(|line| line.contains("--thanos-default-base-image=")),
        "{lines:#?}"
    );
}

#[test]
fn the_order_of_the_policies_changes_no_output() {
    let name = "cluster-02-edge";
    let Some((path, _)) = fixture(&format!("rendered/seed/{name}.yaml")) else {
        return;
    };
    let built_in = krmguard(&[&["render"], &unit(name)[..], &[&path]].concat(), b"");
    built_in.ends(0);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("p.yaml");
    for order in [
        [
            "cluster-labels",
            "agent-mode",
            "thanos-version",
            "s3-secret-refs",
        ],
        [
            "thanos-version",
            "s3-secret-refs",
            "cluster-labels",
            "agent-mode",
        ],
    ] {
        let policies: String = order
            .iter()
            .map(|plugin| format!("  - plugin: {plugin}\n"))
            .collect();
        let set = format!(
            "apiVersion: krmguard.io/v1alpha1\nkind: PolicySet\nspec:\n  cluster: {{name: {name}, role: edge}}\n  policies:\n{policies}"
        );
        fs::write(&file, set).unwrap();
        let run = krmguard(
            &["render", "--policies", file.to_str().unwrap(), &path],
            b"",
        );
        run.ends(0);
        assert!(run.stdout == built_in.stdout, "{order:?}");
    }
}
