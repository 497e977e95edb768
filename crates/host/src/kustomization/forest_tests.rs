//! Trees as units: what is a leaf, what policies see of it, where each field stands.

#![allow(clippy::unwrap_used)]

use std::fs;

use krmguard_engine::Form;
use serde_json::{Value, json};

use super::*;
use crate::source::{Brought, Composed, Under};

struct Tree {
    _keep: tempfile::TempDir,
    root: Utf8PathBuf,
}

impl Tree {
    fn new(files: &[(&str, &str)]) -> Tree {
        let keep = tempfile::tempdir().unwrap();
        let root = Utf8PathBuf::from_path_buf(keep.path().canonicalize().unwrap()).unwrap();
        for (name, text) in files {
            let path = root.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Tree { _keep: keep, root }
    }

    /// As a walk would find them.
    fn grow(&self, folders: &[&str]) -> Forest {
        let folders: Vec<Utf8PathBuf> = folders
            .iter()
            .map(|folder| self.root.join(folder))
            .collect();
        Forest::grow(&self.root, &folders, &Ignore::default())
    }

    fn short<'t>(&self, path: &'t str) -> &'t str {
        path.strip_prefix(self.root.as_str())
            .unwrap()
            .trim_start_matches('/')
    }
}

const SET: &str = "\
apiVersion: krmguard.io/v1alpha1
kind: PolicySet
metadata: {name: edge}
spec:
  cluster: {name: edge, role: edge}
  policies: [{plugin: cluster-labels}]
";

const OVERLAY: &str = "\
resources: [../../base]
helmCharts:
  - name: stack
    version: 1.2.3
    releaseName: mon
    valuesFile: ../../base/values.yaml
    valuesInline:
      inline: 1
    additionalValuesFiles: [values-edge.yaml]
transformers: [policies.yaml]
";

const CONFIG_MAP: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n";

fn two_overlays() -> Tree {
    Tree::new(&[
        ("base/kustomization.yaml", "resources: [a.yaml]\n"),
        ("base/a.yaml", CONFIG_MAP),
        (
            "base/values.yaml",
            "prometheus:\n  scrape: 30s\n  empty: {}\n",
        ),
        ("overlays/one/kustomization.yaml", OVERLAY),
        (
            "overlays/one/values-edge.yaml",
            "prometheus:\n  agentMode: true\n",
        ),
        ("overlays/one/policies.yaml", SET),
        (
            "overlays/one/template.yaml",
            &CONFIG_MAP.replace("ConfigMap", "Secret"),
        ),
        ("overlays/two/kustomization.yaml", OVERLAY),
        ("overlays/two/values-edge.yaml", "prometheus: {}\n"),
        ("overlays/two/policies.yaml", SET),
    ])
}

fn chart(unit: &Unit) -> &Composed {
    unit.composed
        .iter()
        .find(|it| it.form == Form::ChartValues)
        .unwrap()
}

#[test]
fn leaves_are_units_with_all_that_they_list() {
    let tree = two_overlays();
    let forest = tree.grow(&["base", "overlays/one", "overlays/two"]);
    assert!(forest.not_judged.is_empty(), "{:?}", forest.not_judged);
    let names: Vec<&str> = forest
        .units
        .iter()
        .map(|unit| tree.short(&unit.name))
        .collect();
    assert_eq!(names, ["overlays/one", "overlays/two"]);
    let unit = &forest.units[0];
    assert_eq!(tree.short(unit.inputs()[0].name()), "base/a.yaml");
    assert!(!unit.complete, "a chart makes objects that are not seen");
    let beside: Vec<&str> = unit
        .beside
        .inputs
        .iter()
        .map(|input| tree.short(input.name()))
        .collect();
    assert_eq!(beside, ["overlays/one/template.yaml"]);
    let forms: Vec<Form> = unit.composed.iter().map(|it| it.form).collect();
    assert_eq!(
        forms,
        [Form::ChartValues, Form::Kustomization, Form::Kustomization]
    );
    let Brought::Listed { sets, .. } = &unit.brought else {
        panic!("{unit:?}")
    };
    assert_eq!(sets.len(), 1);
    assert_eq!(sets[0].under, Under::Transformers);
    assert_eq!(sets[0].set.cluster.as_deref(), Some("edge"));
}

#[test]
fn a_chart_is_its_entry_with_the_merged_values() {
    let tree = two_overlays();
    let forest = tree.grow(&["overlays/one"]);
    let chart = chart(&forest.units[0]);
    assert_eq!(
        chart.value,
        json!({
            "apiVersion": "builtin", "kind": "HelmChartInflationGenerator", "metadata": {"name": "mon"},
            "name": "stack", "version": "1.2.3", "releaseName": "mon",
            "valuesInline": {"prometheus": {"scrape": "30s", "empty": {}, "agentMode": true}, "inline": 1},
        })
    );
    let shared = |chart: &Composed| -> Value { serde_json::from_str(&chart.extra[0].1).unwrap() };
    assert_eq!(
        shared(chart),
        json!([
            "/valuesInline/prometheus/scrape",
            "/valuesInline/prometheus/empty"
        ])
    );
    for (pointer, file, line) in [
        ("/valuesInline/prometheus/scrape", "base/values.yaml", 2),
        (
            "/valuesInline/prometheus/agentMode",
            "overlays/one/values-edge.yaml",
            2,
        ),
        ("/valuesInline/inline", "overlays/one/kustomization.yaml", 8),
        (
            "/valuesInline/grafana/enabled",
            "overlays/one/values-edge.yaml",
            1,
        ),
        ("/version", "overlays/one/kustomization.yaml", 4),
        ("/namespace", "overlays/one/kustomization.yaml", 3),
    ] {
        let place = chart.places.at(pointer, None).unwrap();
        assert_eq!(
            (tree.short(&place.file), place.line),
            (file, line),
            "{pointer}"
        );
    }
}

#[test]
fn a_file_of_several_units_is_shared_wherever_it_lies() {
    let own = OVERLAY.replace("../../base/values.yaml", "values.yaml");
    let tree = Tree::new(&[
        ("base/a.yaml", CONFIG_MAP),
        ("base/kustomization.yaml", "resources: [a.yaml]\n"),
        ("overlays/one/kustomization.yaml", &own),
        ("overlays/one/values.yaml", "a: 1\n"),
        ("overlays/one/values-edge.yaml", "b: 1\n"),
        ("overlays/one/policies.yaml", SET),
        (
            "overlays/two/kustomization.yaml",
            &own.replace(": values.yaml", ": ../one/values.yaml"),
        ),
        ("overlays/two/values-edge.yaml", "b: 1\n"),
        ("overlays/two/policies.yaml", SET),
    ]);
    let shared = |folders: &[&str]| chart(&tree.grow(folders).units[0]).extra[0].1.clone();
    assert_eq!(shared(&["overlays/one"]), "[]");
    assert_eq!(
        shared(&["overlays/one", "overlays/two"]),
        r#"["/valuesInline/a"]"#
    );
}

#[test]
fn only_what_is_read_whole_is_complete() {
    let complete = |kustomization: &str| {
        let tree = Tree::new(&[
            ("o/kustomization.yaml", kustomization),
            ("o/a.yaml", CONFIG_MAP),
            ("o/set.yaml", SET),
            (
                "o/other.yaml",
                "apiVersion: builtin\nkind: PrefixTransformer\nmetadata: {name: p}\n",
            ),
        ]);
        let forest = tree.grow(&["o"]);
        assert!(forest.not_judged.is_empty(), "{:?}", forest.not_judged);
        forest.units[0].complete
    };
    assert!(complete("resources: [a.yaml]\ntransformers: [set.yaml]\n"));
    assert!(!complete(
        "resources: [a.yaml, github.com/x/y?ref=1]\ntransformers: [set.yaml]\n"
    ));
    assert!(!complete(
        "resources: [a.yaml]\ntransformers: [set.yaml, other.yaml]\n"
    ));
    assert!(!complete(
        "resources: [a.yaml]\nnamespace: x\ntransformers: [set.yaml]\n"
    ));
    assert!(!complete(
        "resources: [a.yaml]\nsecretGenerator: [{name: s, literals: [a=b]}]\n"
    ));
}

#[test]
fn a_ring_and_a_double_base_are_told_where_they_stand() {
    let tree = Tree::new(&[
        ("a/kustomization.yaml", "resources: [../b]\n"),
        ("b/kustomization.yaml", "resources: [../a]\n"),
        ("c/kustomization.yaml", "resources: [a.yaml, b.yaml]\n"),
        ("c/a.yaml", CONFIG_MAP),
        ("c/b.yaml", CONFIG_MAP),
    ]);
    let forest = tree.grow(&["a", "b", "c"]);
    assert!(forest.units.is_empty());
    let said: Vec<(String, &str, Option<usize>)> = forest
        .not_judged
        .iter()
        .map(|it| {
            (
                it.message.replace(tree.root.as_str(), ""),
                tree.short(it.file.as_ref().unwrap()),
                it.line,
            )
        })
        .collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].0.contains("stands here a second time"), "{said:?}");
    assert_eq!((said[0].1, said[0].2), ("c/b.yaml", Some(1)));
    assert!(
        said[1].0.contains("leads back to /a/kustomization.yaml"),
        "{said:?}"
    );
    assert_eq!((said[1].1, said[1].2), ("b/kustomization.yaml", Some(1)));
}

/// What kustomize 5.8.1 and helm 3.21.4 hand to a chart's templates for the same files, but for keys that are null there.
#[test]
fn values_are_merged_as_kustomize_and_helm_merge_them() {
    let merged = |mode: &str| {
        let kustomization = format!(
            "helmCharts:\n- name: c\n  valuesFile: file.yaml\n  additionalValuesFiles: [more.yaml]\n  {mode}\n  valuesInline:\n    a: {{x: inline, gone: null, list: [3], z: inline, e: {{}}, gone2: 1}}\n    inl: {{gone: 1, keep: 1}}\n"
        );
        let tree = Tree::new(&[
            ("o/kustomization.yaml", &kustomization),
            (
                "o/file.yaml",
                "a: {x: file, w: file, gone: file, list: [1, 2]}\nonly: {file: 1}\nfnull: null\nm: {k: 1}\n",
            ),
            (
                "o/more.yaml",
                "a: {x: more, gone2: null}\ninl: {gone: null}\nm: 5\n",
            ),
        ]);
        let forest = tree.grow(&["o"]);
        assert!(forest.not_judged.is_empty(), "{:?}", forest.not_judged);
        chart(&forest.units[0]).value["valuesInline"].clone()
    };
    let inline_wins = json!({
        "a": {"e": {}, "list": [3], "x": "more", "w": "file", "z": "inline"},
        "inl": {"keep": 1}, "m": 5, "only": {"file": 1},
    });
    assert_eq!(merged(""), inline_wins);
    assert_eq!(merged("valuesMerge: override"), inline_wins);
    assert_eq!(
        merged("valuesMerge: merge"),
        json!({
            "a": {"e": {}, "gone": "file", "list": [1, 2], "x": "more", "w": "file", "z": "inline"},
            "inl": {"keep": 1}, "m": 5, "only": {"file": 1},
        })
    );
    assert_eq!(
        merged("valuesMerge: replace"),
        json!({
            "a": {"e": {}, "list": [3], "x": "more", "z": "inline"},
            "inl": {"keep": 1}, "m": 5,
        })
    );
}

#[test]
fn a_wrong_way_to_merge_is_told_at_its_word() {
    let kustomization = "helmCharts:\n- name: c\n  valuesMerge: overide\n  valuesInline: {a: 1}\n";
    let tree = Tree::new(&[("o/kustomization.yaml", kustomization)]);
    let forest = tree.grow(&["o"]);
    let [told] = forest.not_judged.as_slice() else {
        panic!("{forest:?}")
    };
    assert_eq!((told.line, told.column), (Some(3), Some(16)));
    assert!(told.message.contains("`overide`"), "{told:?}");
}

#[test]
fn a_chart_that_smuggles_in_a_flag_is_refused_before_anything_runs() {
    let kustomization = "helmCharts:\n- name: c\n  releaseName: --post-renderer=./evil.sh\n  valuesInline: {a: 1}\n";
    let tree = Tree::new(&[("o/kustomization.yaml", kustomization)]);
    let forest = tree.grow(&["o"]);
    let refusals = &forest.units[0].blueprint.as_ref().unwrap().refusals;
    let [refusal] = refusals.as_slice() else {
        panic!("{refusals:?}")
    };
    assert!(
        refusal.what.contains("helm would take it for a flag"),
        "{refusal:?}"
    );
    assert_eq!(refusal.at, Some((3, 16)));
}
