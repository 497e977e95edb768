//! Merging, and the places that values come from.

#![allow(clippy::unwrap_used)]

use serde_json::json;

use super::*;

fn layer(name: &str, yaml: &str, own: bool) -> Layer {
    Layer {
        sheet: Arc::new(Sheet::read(name, yaml.as_bytes().to_vec()).unwrap()),
        base: String::new(),
        file: Some(name.into()),
        own,
    }
}

const BASE: &str = "\
operator:
  enabled: true
prometheus:
  spec:
    nil: false
    list: [a, b]
    gone: 1
extra: {}
";

const EDGE: &str = "\
prometheus:
  agentMode: true
  spec:
    list:
      - c
    gone: null
    replicas: 1
grafana:
";

fn both() -> Values {
    Values::merge(vec![
        layer("base.yaml", BASE, false),
        layer("edge.yaml", EDGE, true),
    ])
}

#[test]
fn later_layers_win_lists_are_replaced_and_null_takes_away() {
    assert_eq!(
        Value::Object(both().merged),
        json!({
            "operator": {"enabled": true},
            "prometheus": {"spec": {"nil": false, "list": ["c"], "replicas": 1}, "agentMode": true},
            "extra": {},
        })
    );
    let over = Values::merge(vec![
        layer("a", "a: {b: 1, c: {d: 1}}\n", false),
        layer("b", "a: {b: {x: null}, c: 2}\n", true),
    ]);
    assert_eq!(Value::Object(over.merged), json!({"a": {"b": {}, "c": 2}}));
}

#[track_caller]
fn stands(values: &Values, pointer: &str, file: &str, line: usize, exact: bool) {
    let place = values.place(pointer, None).unwrap();
    assert_eq!(
        (place.file.as_str(), place.line, place.exact),
        (file, line, exact),
        "{pointer}"
    );
}

#[test]
fn a_value_stands_where_it_was_written_last() {
    let values = both();
    stands(&values, "/prometheus/spec/nil", "base.yaml", 5, true);
    stands(&values, "/prometheus/spec/list/0", "edge.yaml", 5, true);
    stands(&values, "/prometheus/agentMode", "edge.yaml", 2, true);
    stands(&values, "/prometheus/spec", "edge.yaml", 3, true);
    stands(&values, "/extra", "base.yaml", 8, true);
    // What null took away stands where the null does.
    stands(&values, "/prometheus/spec/gone", "edge.yaml", 6, true);
    stands(&values, "/grafana/enabled", "edge.yaml", 8, false);
}

#[test]
fn a_missing_key_belongs_where_its_parent_is_or_in_the_overlay() {
    let values = both();
    stands(&values, "/operator/image/tag", "base.yaml", 1, false);
    stands(
        &values,
        "/prometheus/spec/storageSpec",
        "edge.yaml",
        3,
        false,
    );
    stands(&values, "/alertmanager/enabled", "edge.yaml", 1, false);
    let turned = Values::merge(vec![
        layer("edge.yaml", EDGE, true),
        layer("base.yaml", BASE, false),
    ]);
    stands(&turned, "/alertmanager/enabled", "edge.yaml", 1, false);
    stands(
        &turned,
        "/prometheus/spec/storageSpec",
        "base.yaml",
        4,
        false,
    );
}

#[test]
fn what_others_wrote_is_known_leaf_by_leaf() {
    assert_eq!(
        both().written_in(|layer| !layer.own),
        ["/operator/enabled", "/prometheus/spec/nil", "/extra"]
    );
}
