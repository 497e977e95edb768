//! How kustomize merges the values of a chart: what the host must do where it judges values without a build.

use serde_json::{Value, json};
use tests::kustomize::Tree;
use tests::objects;

use crate::charts::{ENTRY, with_chart};

const FILE: &str = "a: file
list: [1, 2]
map: {kept: file, both: file, gone: file}
";

/// The values that reach helm for this entry; `None` where a tool is absent.
fn values(more: &str) -> Option<Value> {
    let tree = with_chart(Tree::new(), ".")
        .with("values.yaml", FILE)
        .with(
            "one.yaml",
            "a: one\nmap: {both: one, first: one}\nlist: [7]\n",
        )
        .with("two.yaml", "a: two\nmap: {both: two}\n")
        .kustomization("", &format!("helmCharts:\n- {{{ENTRY}, {more}}}\n"));
    let stdout = tree.kustomize_with_helm()?.run().passed();
    let built = objects::set(&stdout);
    let values = built["v1 ConfigMap /values"]["data"]["values"].as_str();
    let mut values = match serde_json::from_str(values.unwrap_or_default()) {
        Ok(Value::Object(values)) => values,
        other => panic!("the chart did not print its values: {other:?}"),
    };
    // Helm lays them over the chart's own.
    assert_eq!(values.remove("own"), Some(json!("chart")));
    Some(Value::Object(values))
}

/// Asserts what kustomize makes of an entry, where there is a kustomize.
#[track_caller]
fn yields(more: &str, expected: &Value) {
    if let Some(values) = values(more) {
        assert_eq!(&values, expected);
    }
}

const INLINE: &str =
    "valuesInline: {a: inline, list: [3], map: {both: inline, gone: null, more: inline}}";

#[test]
fn values_inline_wins_over_the_file_lists_are_replaced_and_null_deletes() {
    let expected = json!({
        "a": "inline",
        "list": [3],
        "map": {"kept": "file", "both": "inline", "more": "inline"},
    });
    for merge in ["", ", valuesMerge: override"] {
        yields(
            &format!("valuesFile: values.yaml, {INLINE}{merge}"),
            &expected,
        );
    }
}

#[test]
fn values_merge_lets_the_file_win() {
    let more = format!("valuesFile: values.yaml, {INLINE}, valuesMerge: merge");
    yields(
        &more,
        &json!({
            "a": "file",
            "list": [1, 2],
            "map": {"kept": "file", "both": "file", "gone": "file", "more": "inline"},
        }),
    );
}

#[test]
fn values_replace_leaves_the_file_out() {
    let more = format!("valuesFile: values.yaml, {INLINE}, valuesMerge: replace");
    yields(
        &more,
        &json!({
            "a": "inline",
            "list": [3],
            "map": {"both": "inline", "gone": null, "more": "inline"},
        }),
    );
}

/// In their order, and over both the file and what stands inline.
#[test]
fn values_additional_files_win_the_last_most_of_all() {
    let more =
        format!("valuesFile: values.yaml, {INLINE}, additionalValuesFiles: [one.yaml, two.yaml]");
    yields(
        &more,
        &json!({
            "a": "two",
            "list": [7],
            "map": {"kept": "file", "both": "two", "first": "one", "more": "inline"},
        }),
    );
}

#[test]
fn values_without_a_file_begin_with_the_charts_own() {
    yields(
        "additionalValuesFiles: [two.yaml]",
        &json!({"a": "two", "map": {"both": "two"}}),
    );
}

/// The keys `y` and `n` are booleans to the reader of a kustomization, as `on` and `off` are.
#[test]
fn values_inline_are_read_as_yaml_1_1() {
    let Some(values) = values("valuesFile: values.yaml, valuesInline: {flag: on, mode: 010}")
    else {
        return;
    };
    assert_eq!(values["flag"], json!(true));
    assert_eq!(values["mode"], json!(8));
}
