//! `make fixtures`, on the stand-in chart: what it makes, and that it makes all of it or nothing.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use std::process::Command;

use tests::kustomize::{Built, Tree};
use tests::objects::{self, Objects};
use tests::{read, root, skip, tools};

use crate::{CENTRAL, CHART, EDGES, clusters};

const ALLOWED: [(&str, &str); 1] = [("STAND_IN", "allow")];

/// `None`, and said so, where the project's own kustomize and helm are not in place.
fn render(tree: &Tree, charts: &Path, environment: &[(&str, &str)]) -> Option<Built> {
    for name in ["kustomize", "helm"] {
        tools::find(name)?;
        if !root().join(".tools/bin").join(name).is_file() {
            skip::say(&format!(".tools/bin/{name}"));
            return None;
        }
    }
    let mut command = Command::new(root().join("tests/fixtures/render"));
    command.arg(tree.path().join("made"));
    command.env_remove("STAND_IN").env("CHARTS", charts);
    command.envs(environment.iter().copied());
    Some(Built::from(command.output().unwrap()))
}

/// The stand-in chart is all that lies in it.
fn charts() -> Tree {
    Tree::new().copy(Path::new("tests/charts").join(CHART), CHART)
}

/// The files below a folder, by their paths.
fn files(folder: &Path) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let name = entry.file_name().into_string().unwrap();
        if entry.path().is_dir() {
            out.extend(
                files(&entry.path())
                    .iter()
                    .map(|file| format!("{name}/{file}")),
            );
        } else {
            out.insert(name);
        }
    }
    out
}

fn made(tree: &Tree, file: &str) -> String {
    read(tree.path().join("made").join(file))
}

/// The one object of this name among those that are Prometheus or PrometheusAgent.
fn kind(objects: &Objects) -> &str {
    let name = "monitoring/kube-prometheus-stack-prometheus";
    let mut found = objects.values().filter_map(|object| {
        let kind = object["kind"].as_str()?;
        (kind.starts_with("Prometheus") && objects::id(object).ends_with(name)).then_some(kind)
    });
    found.next().unwrap()
}

#[test]
fn the_fixtures_are_made_as_tests_read_them() {
    let tree = Tree::new();
    let Some(run) = render(&tree, charts().path(), &ALLOWED) else {
        return;
    };
    run.passed();
    let mut expected = BTreeSet::from(["made-from".to_owned()]);
    for set in ["seed", "right"] {
        expected.extend(clusters().map(|cluster| format!("rendered/{set}/{cluster}.yaml")));
        let values = ["values.yaml", "values-central.yaml", "values-edge-02.yaml"];
        expected.extend(values.map(|file| format!("values/{set}/{file}")));
    }
    let lists = [CENTRAL, EDGES[0]];
    expected.extend(lists.map(|cluster| format!("functions/{cluster}.resourcelist.yaml")));
    assert_eq!(files(&tree.path().join("made")), expected);
    // Nothing of the making is left.
    assert_eq!(fs::read_dir(tree.path()).unwrap().count(), 1);

    for cluster in clusters() {
        for (set, edge) in [("seed", "Prometheus"), ("right", "PrometheusAgent")] {
            let text = made(&tree, &format!("rendered/{set}/{cluster}.yaml"));
            let objects = objects::set(&text);
            let expected = if cluster == CENTRAL {
                "Prometheus"
            } else {
                edge
            };
            assert_eq!(kind(&objects), expected, "{set} {cluster}");
            assert!(text.contains(&format!("cluster: {cluster}\n")), "{cluster}");
            assert!(!text.contains("CustomResourceDefinition"), "{cluster}");
        }
    }
    for (cluster, role) in [(CENTRAL, "central"), (EDGES[0], "edge")] {
        let text = made(&tree, &format!("functions/{cluster}.resourcelist.yaml"));
        let list = &objects::documents(&text)[0];
        assert_eq!(list["kind"], "ResourceList");
        assert_eq!(list["functionConfig"]["kind"], "PolicySet");
        let unit = &list["functionConfig"]["spec"]["cluster"];
        assert_eq!(
            (&unit["name"], &unit["role"]),
            (&cluster.into(), &role.into())
        );
        assert_eq!(kind(&objects::items(list)), "Prometheus");
        assert!(text.contains("kind: CustomResourceDefinition"), "{cluster}");
    }
    let from = made(&tree, "made-from");
    assert!(from.contains("(stand-in)"), "{from}");
}

/// Tests would take for real what a stand-in prints.
#[test]
fn a_stand_in_chart_is_refused() {
    let tree = Tree::new();
    let Some(run) = render(&tree, charts().path(), &[]) else {
        return;
    };
    let said = run.refused();
    assert!(said.contains("is a stand-in"), "{said}");
    assert_eq!(fs::read_dir(tree.path()).unwrap().count(), 0);
}

#[test]
fn without_the_chart_or_with_another_version_there_is_one_word_and_nothing_is_made() {
    let path = format!("{CHART}/kube-prometheus-stack/Chart.yaml");
    let sheet = read(root().join("tests/charts").join(&path));
    for (charts, word) in [
        (Tree::new(), "no chart kube-prometheus-stack"),
        (
            charts().with(&path, &sheet.replace("\nversion: 7", "\nversion: 9")),
            "is not of version",
        ),
    ] {
        let tree = Tree::new();
        let Some(run) = render(&tree, charts.path(), &ALLOWED) else {
            return;
        };
        let said = run.refused();
        assert!(said.contains(word), "{said}");
        assert_eq!(said.lines().count(), 1, "{said}");
        assert_eq!(fs::read_dir(tree.path()).unwrap().count(), 0);
    }
}

/// What fails in the middle leaves what was there.
#[test]
fn a_chart_that_cannot_be_rendered_replaces_nothing() {
    let template = format!("{CHART}/kube-prometheus-stack/templates/broken.yaml");
    let broken = charts().with(
        &template,
        "{{ if .Values.prometheus.agentMode }}{{ fail \"no agents here\" }}{{ end }}\n",
    );
    let tree = Tree::new()
        .with("made/made-from", "an earlier run\n")
        .with("made/rendered/seed/cluster.yaml", "kind: Earlier\n");
    let before = files(tree.path());
    let Some(run) = render(&tree, broken.path(), &ALLOWED) else {
        return;
    };
    assert!(!run.passed);
    assert!(run.stderr.contains("no agents here"), "{}", run.stderr);
    assert_eq!(files(tree.path()), before);

    // Nor is a folder replaced that was not made here.
    let tree = Tree::new().with("made/notes.txt", "mine\n");
    let Some(run) = render(&tree, charts().path(), &ALLOWED) else {
        return;
    };
    let said = run.refused();
    assert!(said.contains("was not made here"), "{said}");
    assert_eq!(made(&tree, "notes.txt"), "mine\n");
}
