//! The five Thanos components: flags that v0.38.0 takes, and names that agree with one another.

use std::collections::BTreeSet;

use serde_json::Value;
use tests::krmguard::Krmguard;
use tests::objects::{self, Objects};
use tests::{fixtures, read, report};

use crate::{CENTRAL, source};

pub(crate) const COMPONENTS: [&str; 5] = ["receiver", "query", "store", "compactor", "ruler"];

pub(crate) fn manifests() -> Objects {
    let texts = COMPONENTS.map(|name| read(source(CENTRAL, &format!("thanos-{name}.yaml"))));
    objects::set(&texts.join("\n---\n"))
}

/// The workload of a component.
pub(crate) fn workload<'a>(manifests: &'a Objects, component: &str) -> &'a Value {
    let of_it = |object: &&Value| {
        object["metadata"]["name"] == *format!("thanos-{component}")
            && object["spec"]["template"].is_object()
    };
    match manifests.values().find(of_it) {
        Some(workload) => workload,
        None => panic!("thanos-{component} has no workload"),
    }
}

fn container(workload: &Value) -> &Value {
    &workload["spec"]["template"]["spec"]["containers"][0]
}

/// `subcommand --flag=value …`
pub(crate) fn arguments(workload: &Value) -> Vec<&str> {
    let arguments = container(workload)["args"].as_array();
    arguments
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect()
}

/// The values of a flag.
fn values<'a>(workload: &'a Value, flag: &str) -> Vec<&'a str> {
    arguments(workload)
        .into_iter()
        .filter_map(|argument| argument.strip_prefix(flag)?.strip_prefix('='))
        .collect()
}

#[test]
fn every_flag_is_one_that_v0_38_0_takes() {
    let Some(table) = fixtures::fact("thanos-flags-v0.38.0.json") else {
        return;
    };
    let manifests = manifests();
    for component in COMPONENTS {
        let workload = workload(&manifests, component);
        assert_eq!(
            container(workload)["image"],
            "quay.io/thanos/thanos:v0.38.0"
        );
        let arguments = arguments(workload);
        let known: BTreeSet<&str> = ["visible", "hidden_in_code"]
            .iter()
            .flat_map(|list| table[arguments[0]][list].as_array().into_iter().flatten())
            .filter_map(Value::as_str)
            .collect();
        assert!(!known.is_empty(), "{} is no subcommand", arguments[0]);
        for argument in &arguments[1..] {
            let flag = argument.strip_prefix("--").unwrap_or_default();
            let flag = flag.split('=').next().unwrap_or_default();
            assert!(known.contains(flag), "thanos-{component}: {argument}");
        }
    }
}

#[test]
fn no_policy_says_anything_about_them() {
    let files = COMPONENTS.map(|name| source(CENTRAL, &format!("thanos-{name}.yaml")));
    let mut run = Krmguard::words("check --as-one --format json --policies")
        .file(source(CENTRAL, "policies.yaml"));
    for file in files {
        run = run.file(file);
    }
    let findings = report::findings(&run.run().ended(0));
    assert_eq!(findings, []);
}

/// The hashring, the replicas, the Service and each receiver's own address are one fact written four times.
#[test]
fn the_receivers_find_one_another() {
    let manifests = manifests();
    let receiver = workload(&manifests, "receiver");
    let service = receiver["spec"]["serviceName"].as_str().unwrap_or_default();
    let replicas = receiver["spec"]["replicas"].as_u64().unwrap_or_default();
    let domain = format!("{service}.monitoring.svc.cluster.local:10901");
    assert_eq!(
        values(receiver, "--receive.local-endpoint"),
        [format!("$(POD_NAME).{domain}")]
    );
    let expected: Vec<Value> = (0..replicas)
        .map(|number| format!("thanos-receiver-{number}.{domain}").into())
        .collect();
    let config = &manifests["v1 ConfigMap monitoring/thanos-receiver-hashring"];
    let hashrings = config["data"]["hashrings.json"]
        .as_str()
        .unwrap_or_default();
    let hashrings: Value = serde_json::from_str(hashrings).unwrap_or_default();
    assert_eq!(hashrings[0]["endpoints"], Value::Array(expected));
    let factor = values(receiver, "--receive.replication-factor");
    assert!(
        factor[0]
            .parse::<u64>()
            .is_ok_and(|factor| factor <= replicas)
    );
    assert_eq!(
        values(receiver, "--label"),
        ["receive_replica=\"$(POD_NAME)\""]
    );
    assert!(manifests.contains_key(&format!("v1 Service monitoring/{service}")));
}

/// `dnssrv+_grpc._tcp.NAME…` asks for the port of that name of a Service without an address.
#[test]
fn query_asks_headless_services_whose_port_is_named_grpc() {
    let manifests = manifests();
    let query = workload(&manifests, "query");
    let endpoints = values(query, "--endpoint");
    assert_eq!(endpoints.len(), 3);
    for endpoint in endpoints {
        let name = endpoint
            .strip_prefix("dnssrv+_grpc._tcp.")
            .and_then(|name| name.strip_suffix(".monitoring.svc.cluster.local"));
        let name = name.unwrap_or_else(|| panic!("{endpoint}"));
        let service = &manifests[&format!("v1 Service monitoring/{name}")];
        assert_eq!(service["spec"]["clusterIP"], "None", "{name}");
        let ports = service["spec"]["ports"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        let grpc = ports.iter().find(|port| port["name"] == "grpc");
        assert_eq!(
            grpc.map(|port| &port["port"]),
            Some(&10901.into()),
            "{name}"
        );
    }
}

/// What tells copies apart when they are written must be what Query and the compactor fold.
#[test]
fn replica_labels_agree() {
    let manifests = manifests();
    let query = workload(&manifests, "query");
    let folded = values(query, "--query.replica-label");
    assert_eq!(
        folded,
        ["prometheus_replica", "receive_replica", "rule_replica"]
    );
    let ruler = workload(&manifests, "ruler");
    assert_eq!(values(ruler, "--label"), ["rule_replica=\"$(POD_NAME)\""]);
    assert_eq!(values(ruler, "--alert.label-drop"), ["rule_replica"]);
    let compactor = workload(&manifests, "compactor");
    assert_eq!(
        values(compactor, "--deduplication.replica-label"),
        ["receive_replica"]
    );
    assert!(arguments(compactor).contains(&"--compact.enable-vertical-compaction"));
    assert_eq!(compactor["spec"]["replicas"], 1);
}

/// The receiver takes samples as old as an edge may hold them back.
#[test]
fn the_receiver_waits_as_long_as_an_edge_buffers() {
    let manifests = manifests();
    let receiver = workload(&manifests, "receiver");
    let values_of = &objects::documents(&read(source("cluster-02-edge", "values-edge.yaml")))[0];
    let buffer = &values_of["prometheus"]["prometheusSpec"]["additionalArgs"][0]["value"];
    assert_eq!(
        values(receiver, "--tsdb.out-of-order.time-window"),
        [buffer.as_str().unwrap_or_default()]
    );
}

/// Ingresses reach ports that their Services have: 19291 for writes, 10902 answers those with 404.
#[test]
fn ingresses_reach_the_right_ports() {
    let manifests = manifests();
    for (name, port) in [("thanos-receiver", 19291), ("thanos-query", 10902)] {
        let ingress = &manifests[&format!("networking.k8s.io/v1 Ingress monitoring/{name}")];
        let rule = &ingress["spec"]["rules"][0];
        let host = format!("{name}.k8s-cluster-01.miribit.lab");
        assert_eq!(rule["host"], *host);
        let backend = &rule["http"]["paths"][0]["backend"]["service"];
        assert_eq!(backend["port"]["number"], port);
        let service = &manifests[&format!(
            "v1 Service monitoring/{}",
            backend["name"].as_str().unwrap_or_default()
        )];
        let ports = service["spec"]["ports"]
            .as_array()
            .cloned()
            .unwrap_or_default();
        assert!(ports.iter().any(|entry| entry["port"] == port), "{name}");
    }
}

/// Restricted but for what a component needs, probed, bounded, spread, and scraped.
#[test]
fn every_component_is_hardened_bounded_and_watched() {
    let manifests = manifests();
    for component in COMPONENTS {
        let workload = workload(&manifests, component);
        let pod = &workload["spec"]["template"]["spec"];
        let container = container(workload);
        let at = |value: &Value, pointer: &str| value.pointer(pointer).cloned().unwrap_or_default();
        assert_eq!(
            at(pod, "/securityContext/runAsNonRoot"),
            true,
            "{component}"
        );
        assert_eq!(
            at(pod, "/securityContext/seccompProfile/type"),
            "RuntimeDefault",
            "{component}"
        );
        assert!(at(pod, "/securityContext/fsGroup").is_u64(), "{component}");
        assert!(
            at(pod, "/affinity/podAntiAffinity").is_object(),
            "{component}"
        );
        for (pointer, expected) in [
            ("/securityContext/readOnlyRootFilesystem", Value::Bool(true)),
            (
                "/securityContext/allowPrivilegeEscalation",
                Value::Bool(false),
            ),
            ("/securityContext/capabilities/drop/0", "ALL".into()),
            ("/livenessProbe/httpGet/path", "/-/healthy".into()),
            ("/readinessProbe/httpGet/path", "/-/ready".into()),
        ] {
            assert_eq!(at(container, pointer), expected, "{component}: {pointer}");
        }
        for pointer in ["/requests/cpu", "/requests/memory", "/limits/memory"] {
            let bound = at(&container["resources"], pointer);
            assert!(bound.is_string(), "{component}: {pointer}");
        }
        for kind in [
            "policy/v1 PodDisruptionBudget",
            "monitoring.coreos.com/v1 ServiceMonitor",
        ] {
            let id = format!("{kind} monitoring/thanos-{component}");
            assert!(manifests.contains_key(&id), "{id}");
        }
    }
}
