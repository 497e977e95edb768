//! The stand-in chart beside the real one: fewer objects and fewer fields, but none that says otherwise.

use serde_json::Value;
use tests::objects::{self, Objects};
use tests::{fixtures, read};

use crate::seed::{as_agent, unguarded_seed};
use crate::{CENTRAL, EDGES};

/// What the stand-in must render as the real chart does: the objects that policies look at.
const COMPARED: [&str; 4] = [
    " Prometheus monitoring/kube-prometheus-stack-prometheus",
    " PrometheusAgent monitoring/kube-prometheus-stack-prometheus",
    " Service monitoring/kube-prometheus-stack-prometheus",
    " Service kube-system/kube-prometheus-stack-coredns",
];

/// The pointers at which `ours` says something that `theirs` does not.
fn contradictions(ours: &Value, theirs: Option<&Value>, at: &str, out: &mut Vec<String>) {
    match (ours, theirs) {
        (Value::Object(ours), Some(Value::Object(theirs))) => {
            for (key, value) in ours {
                contradictions(value, theirs.get(key), &format!("{at}/{key}"), out);
            }
        }
        (ours, theirs) if Some(ours) != theirs => {
            out.push(format!("{at}: {ours}, the real chart: {theirs:?}"));
        }
        _ => {}
    }
}

fn compare(cluster: &str, ours: &Objects, theirs: &Objects) {
    let compared = |id: &&String| COMPARED.iter().any(|end| id.ends_with(end));
    let ids: Vec<_> = ours.keys().filter(compared).collect();
    assert_eq!(
        ids,
        Vec::from_iter(theirs.keys().filter(compared)),
        "{cluster}"
    );
    assert_eq!(ids.len(), 3, "{cluster}: {ids:?}");
    let mut out = Vec::new();
    for id in ids {
        contradictions(&ours[id], theirs.get(id), id, &mut out);
    }
    assert!(out.is_empty(), "{cluster}: {out:#?}");
}

fn real(values: &str, cluster: &str) -> Option<Objects> {
    let path = fixtures::find(&format!("rendered/{values}/{cluster}.yaml"))?;
    Some(objects::set(&read(path)))
}

#[test]
fn on_the_original_values_it_renders_nothing_that_the_real_chart_does_not() {
    for (cluster, file) in [
        (CENTRAL, "values-central.yaml"),
        (EDGES[0], "values-edge.yaml"),
    ] {
        let (Some(theirs), Some(ours)) = (
            real("seed", cluster),
            unguarded_seed(cluster, file, |values| values),
        ) else {
            return;
        };
        compare(cluster, &ours, &theirs);
    }
}

#[test]
fn in_agent_mode_neither() {
    let cluster = EDGES[0];
    let (Some(theirs), Some(ours)) = (
        real("right", cluster),
        unguarded_seed(cluster, "values-edge.yaml", as_agent),
    ) else {
        return;
    };
    compare(cluster, &ours, &theirs);
}
