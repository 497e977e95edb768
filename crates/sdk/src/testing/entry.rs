//! `helmCharts:` entries for tests: the chart's name, its version, and values files merged in order.

use std::fs;

use serde_json::{Value, json};

use super::{fixtures, read_stream};

/// An entry of kube-prometheus-stack 78.5.0 as a host gives it to policies, with these values.
pub fn chart_entry(values: Value) -> Value {
    json!({
        "apiVersion": "builtin",
        "kind": "HelmChartInflationGenerator",
        "metadata": {"name": "kube-prometheus-stack"},
        "name": "kube-prometheus-stack",
        "repo": "https://prometheus-community.github.io/helm-charts",
        "version": "78.5.0",
        "releaseName": "kube-prometheus-stack",
        "namespace": "monitoring",
        "includeCRDs": true,
        "valuesInline": values,
    })
}

/// The entry of a cluster in the fixtures: `kind` is `seed` or `right`, `file` the values file over `values.yaml`.
/// `None` where there are no fixtures. Panics on a file that is not there.
pub fn fixture_entry(kind: &str, file: &str) -> Option<Value> {
    let folder = fixtures()?.join("values").join(kind);
    let mut values = json!({});
    for file in ["values.yaml", file] {
        let path = folder.join(file);
        let text =
            fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
        for document in read_stream(&text) {
            merge(&mut values, document);
        }
    }
    Some(chart_entry(values))
}

/// Mappings are merged, anything else is replaced.
fn merge(below: &mut Value, above: Value) {
    match (below, above) {
        (Value::Object(below), Value::Object(above)) => {
            for (key, value) in above {
                merge(below.entry(key).or_insert(Value::Null), value);
            }
        }
        (below, above) => *below = above,
    }
}
