//! Replicas that send the same series: CL07.

use krmguard_sdk::{Outcome, Resource};
use serde_json::Value;

const NAME: &str = "/spec/replicaExternalLabelName";

/// Judges one Prometheus or PrometheusAgent.
pub(crate) fn review(resource: &Resource, out: &mut Outcome) {
    // One agent per node scrapes its own node only: `replicas` counts nothing there.
    if resource.str_at("/spec/mode") == Some("DaemonSet") {
        return;
    }
    let replicas = resource.at("/spec/replicas").and_then(Value::as_u64);
    if let (Some(replicas @ 2..), Some("")) = (replicas, resource.str_at(NAME)) {
        out.find("CL07", resource)
            .at(NAME)
            .say(format!(
                "{replicas} replicas without a replica label: all send the same series, and the receiver refuses or mixes \
                 their samples"
            ))
            .note_at(resource, "/spec/replicas", "the replicas");
    }
}
