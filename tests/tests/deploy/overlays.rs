//! Every overlay builds, and means what deploy.md and its values say.

use serde_json::json;
use tests::krmguard::Krmguard;
use tests::objects::{self, Objects};
use tests::report;

use crate::{CENTRAL, EDGES, RELEASE, build, built, clusters, copy, output, source, unguarded};

const OPERATOR: &str = "apps/v1 Deployment monitoring/kube-prometheus-stack-operator";

/// What the values say is right already: the policies change nothing.
#[test]
fn every_overlay_builds_and_its_policies_change_nothing() {
    for cluster in clusters() {
        let Some(guarded) = build(cluster, &copy(cluster)) else {
            return;
        };
        assert!(
            guarded.stderr.starts_with("krmguard: pass: nothing fails"),
            "{cluster}: {}",
            guarded.stderr
        );
        let bare = unguarded(cluster, copy(cluster));
        let Some(bare) = build(cluster, &bare) else {
            return;
        };
        assert_eq!(guarded.passed(), bare.passed(), "{cluster}");
    }
}

/// Judged whole, as what is applied.
#[test]
fn no_policy_says_more_than_info_about_what_is_built() {
    for cluster in clusters() {
        let Some(built) = output(cluster) else {
            return;
        };
        let run = Krmguard::words("check --format json - --policies")
            .file(source(cluster, "policies.yaml"))
            .stdin(built)
            .run()
            .ended(0);
        let findings = report::findings(&run);
        let loud: Vec<_> = findings
            .iter()
            .filter(|finding| finding.severity != "info")
            .collect();
        assert!(loud.is_empty(), "{cluster}: {loud:#?}");
    }
}

fn count(objects: &Objects, kind: &str) -> usize {
    let of_it = objects.values().filter(|object| object["kind"] == kind);
    of_it.count()
}

#[test]
fn the_centre_is_a_full_server_of_two_that_sends_to_its_own_receiver() {
    let Some(built) = built(CENTRAL) else {
        return;
    };
    let prometheus =
        &built[&format!("monitoring.coreos.com/v1 Prometheus monitoring/{RELEASE}-prometheus")];
    let spec = &prometheus["spec"];
    assert_eq!(spec["replicas"], 2);
    assert_eq!(spec["retention"], "15d");
    assert_eq!(spec["thanos"], json!(null));
    assert_eq!(
        spec["externalLabels"],
        json!({"cluster": CENTRAL, "environment": "production"})
    );
    assert_eq!(
        spec["remoteWrite"][0]["url"],
        "http://thanos-receiver.monitoring.svc.cluster.local:19291/api/v1/receive"
    );
    let claim = &spec["storage"]["volumeClaimTemplate"]["spec"];
    assert_eq!(claim["resources"]["requests"]["storage"], "50Gi");
    assert_eq!(count(&built, "Alertmanager"), 1);
    assert_eq!(count(&built, "PrometheusAgent"), 0);
}

/// The chart's default password would stand in every build.
#[test]
fn grafana_takes_its_password_from_a_secret_that_is_not_built() {
    let Some(built) = built(CENTRAL) else {
        return;
    };
    let id = format!("apps/v1 Deployment monitoring/{RELEASE}-grafana");
    let env = &built[&id]["spec"]["template"]["spec"]["containers"][0]["env"];
    let names: Vec<_> = env
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|entry| entry["valueFrom"]["secretKeyRef"]["name"].as_str())
        .collect();
    assert_eq!(names, ["grafana-admin", "grafana-admin"]);
    let secrets: Vec<_> = built.keys().filter(|id| id.contains("Secret")).collect();
    assert_eq!(
        secrets,
        [&format!(
            "v1 Secret monitoring/alertmanager-{RELEASE}-alertmanager"
        )]
    );
    let sources = &built[&format!("v1 ConfigMap monitoring/{RELEASE}-grafana-datasource")];
    let sources = sources["data"]["datasource.yaml"]
        .as_str()
        .unwrap_or_default();
    let sources = objects::documents(sources);
    let sources = sources[0]["datasources"]
        .as_array()
        .cloned()
        .unwrap_or_default();
    assert_eq!(sources.len(), 1, "{sources:#?}");
    assert_eq!(
        sources[0]["url"],
        "http://thanos-query.monitoring.svc.cluster.local:10902"
    );
}

#[test]
fn an_edge_is_an_agent_that_buffers_six_hours_and_nothing_else() {
    for cluster in EDGES {
        let Some(built) = built(cluster) else {
            return;
        };
        let id = format!(
            "monitoring.coreos.com/v1alpha1 PrometheusAgent monitoring/{RELEASE}-prometheus"
        );
        let spec = &built[&id]["spec"];
        assert_eq!(spec["replicas"], 1);
        assert_eq!(
            spec["externalLabels"],
            json!({"cluster": cluster, "environment": "edge"})
        );
        assert_eq!(
            spec["additionalArgs"],
            json!([{"name": "storage.agent.retention.max-time", "value": "6h"}])
        );
        assert_eq!(
            spec["remoteWrite"][0]["url"],
            "http://thanos-receiver.k8s-cluster-01.miribit.lab/api/v1/receive"
        );
        let claim = &spec["storage"]["volumeClaimTemplate"]["spec"];
        assert_eq!(claim["resources"]["requests"]["storage"], "5Gi");
        for kind in [
            "Prometheus",
            "Alertmanager",
            "Secret",
            "Ingress",
            "ThanosRuler",
        ] {
            assert_eq!(count(&built, kind), 0, "{cluster}: {kind}");
        }
        let text = format!("{:?}", built.keys());
        assert!(!text.contains("grafana"), "{cluster}: {text}");
    }
}

#[test]
fn every_cluster_has_the_namespace_the_crds_and_the_exporters_and_no_test() {
    for cluster in clusters() {
        let Some(built) = built(cluster) else {
            return;
        };
        let namespace = &built["v1 Namespace /monitoring"];
        assert_eq!(
            namespace["metadata"]["labels"]["pod-security.kubernetes.io/enforce"],
            "privileged"
        );
        assert!(count(&built, "CustomResourceDefinition") > 0, "{cluster}");
        assert_eq!(count(&built, "DaemonSet"), 1, "{cluster}");
        assert_eq!(count(&built, "Pod"), 0, "{cluster}: a test of the chart");
        assert!(
            built.contains_key(&format!("v1 Service kube-system/{RELEASE}-coredns")),
            "{cluster}: the chart's kube-system Service was moved"
        );
        let arguments = &built[OPERATOR]["spec"]["template"]["spec"]["containers"][0]["args"];
        let arguments = arguments.as_array().cloned().unwrap_or_default();
        let pin = "--thanos-default-base-image=quay.io/thanos/thanos:v0.38.0";
        assert!(arguments.contains(&json!(pin)), "{cluster}: {arguments:?}");
    }
}
