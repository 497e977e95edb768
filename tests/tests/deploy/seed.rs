//! The values of the original design in the same tree: what the policies do to the build, edit by edit.

use serde_json::Value;
use tests::krmguard::Krmguard;
use tests::kustomize::Tree;
use tests::objects::{self, Objects};
use tests::{lines, read, root};

use crate::{CENTRAL, LOAD, RELEASE, build, copy, folder, source, unguarded};

const EDGE: &str = "cluster-02-edge";
const PROMETHEUS: &str =
    "monitoring.coreos.com/v1 Prometheus monitoring/kube-prometheus-stack-prometheus";
const AGENT: &str =
    "monitoring.coreos.com/v1alpha1 PrometheusAgent monitoring/kube-prometheus-stack-prometheus";

fn seed(file: &str) -> String {
    read(root().join("tests/samples/seed-values").join(file))
}

/// The tree with the original design's values for this cluster.
fn tree(cluster: &str, file: &str, values: &str) -> Tree {
    copy(cluster)
        .with(
            &format!("deploy/base/{RELEASE}/values.yaml"),
            &seed("values.yaml"),
        )
        .with(&format!("{}/{file}", folder(cluster)), values)
}

/// Guarded and unguarded, built.
fn both(cluster: &str, file: &str, values: &str) -> Option<(Objects, Objects)> {
    let guarded = build(cluster, &tree(cluster, file, values))?.passed();
    let bare = unguarded(cluster, tree(cluster, file, values));
    let bare = build(cluster, &bare)?.passed();
    Some((objects::set(&guarded), objects::set(&bare)))
}

/// The original design's values for this cluster, changed like this, built without the policies.
pub(crate) fn unguarded_seed(
    cluster: &str,
    file: &str,
    change: impl Fn(String) -> String,
) -> Option<Objects> {
    let bare = unguarded(cluster, tree(cluster, file, &change(seed(file))));
    Some(objects::set(&build(cluster, &bare)?.passed()))
}

/// What those of an edge would be if it were an agent.
pub(crate) fn as_agent(values: String) -> String {
    values
        .replace("agentMode: false", "agentMode: true")
        .replace(
            "- name: enable-feature",
            "- name: storage.agent.retention.max-time",
        )
        .replace("value: agent ", "value: 6h ")
}

/// The edits of one object, as lines; both are taken out of their sets.
fn edits(bare: &mut Objects, before: &str, guarded: &mut Objects, after: &str) -> String {
    let yaml = |object: Option<Value>, id: &str| match object {
        Some(object) => objects::yaml(&object),
        None => panic!("{id} was not built"),
    };
    lines::diff(
        &yaml(bare.remove(before), before),
        &yaml(guarded.remove(after), after),
    )
}

fn same(bare: &mut Objects, guarded: &mut Objects, id: &str) -> String {
    edits(bare, id, guarded, id)
}

const OPERATOR: &str = "apps/v1 Deployment monitoring/kube-prometheus-stack-operator";
const PINNED: &str = "\
-        - --thanos-default-base-image=quay.io/thanos/thanos:v0.39.2
+        - --thanos-default-base-image=quay.io/thanos/thanos:v0.38.0
";

/// The kind, what an agent does not have, the fake switch, the buffer, and the selectors that follow.
#[test]
fn an_edge_becomes_an_agent_and_nothing_else_is_touched() {
    let Some((mut guarded, mut bare)) = both(EDGE, "values-edge.yaml", &seed("values-edge.yaml"))
    else {
        return;
    };
    let agent = edits(&mut bare, PROMETHEUS, &mut guarded, AGENT);
    assert_eq!(
        agent,
        "\
-apiVersion: monitoring.coreos.com/v1
-kind: Prometheus
+apiVersion: monitoring.coreos.com/v1alpha1
+kind: PrometheusAgent
-  - name: enable-feature
-    value: agent
+  - name: storage.agent.retention.max-time
+    value: 6h
-              - prometheus
+              - prometheus-agent
-  enableAdminAPI: false
-  retention: 6h
-  ruleNamespaceSelector: {}
-  ruleSelector:
-    matchLabels:
-      release: kube-prometheus-stack
"
    );
    let service = "v1 Service monitoring/kube-prometheus-stack-prometheus";
    assert_eq!(
        same(&mut bare, &mut guarded, service),
        "\
-    app.kubernetes.io/name: prometheus
+    app.kubernetes.io/name: prometheus-agent
"
    );
    assert_eq!(same(&mut bare, &mut guarded, OPERATOR), PINNED);
    objects::assert_same(&guarded, &bare);
}

/// The chart's own agent, rendered from right values, is the oracle of the conversion. No policy invents storage.
#[test]
fn an_edge_becomes_what_the_chart_makes_of_agent_mode() {
    let file = "values-edge.yaml";
    let Some((guarded, _)) = both(EDGE, file, &seed(file)) else {
        return;
    };
    let Some(mut oracle) = unguarded_seed(EDGE, file, as_agent) else {
        return;
    };
    let mut guarded = guarded;
    assert_eq!(same(&mut oracle, &mut guarded, OPERATOR), PINNED);
    objects::assert_same(&guarded, &oracle);
}

/// The way of who has kubectl alone: its build skips the exec function silently, and the pipe does its work.
#[test]
fn kubectl_and_the_pipe_come_to_the_same_objects() {
    let file = "values-edge.yaml";
    let Some((guarded, _)) = both(EDGE, file, &seed(file)) else {
        return;
    };
    let tree = tree(EDGE, file, &seed(file));
    let Some(build) = tree.kubectl() else {
        return;
    };
    let build = build.at(&folder(EDGE)).flags(&LOAD);
    let build = build.flags(&["--enable-helm", "--enable-alpha-plugins"]);
    let piped = Krmguard::words("fn --policies")
        .file(source(EDGE, "policies.yaml"))
        .stdin(build.run().passed())
        .run()
        .ended(0);
    objects::assert_same(&objects::set(&piped.stdout), &guarded);
}

/// A sidecar that nobody wants cannot be edited away: the key belongs out of the values.
#[test]
fn the_centre_is_refused_for_the_sidecar_that_was_meant_to_be_off() {
    let values = seed("values-central.yaml");
    let tree = tree(CENTRAL, "values-central.yaml", &values);
    let Some(built) = build(CENTRAL, &tree) else {
        return;
    };
    let stderr = built.refused();
    let first = stderr.lines().next().unwrap_or_default();
    assert!(first.contains("TV04"), "{stderr}");
    assert!(stderr.contains("enabled: false"), "{stderr}");
}

#[test]
fn the_centre_without_it_is_pinned_and_nothing_else_is_touched() {
    let values = seed("values-central.yaml");
    let (before, after) = match values.split_once("    thanos:\n") {
        Some((before, rest)) => (before, rest.split_once('\n').map_or("", |(_, after)| after)),
        None => panic!("the seed has no thanos key"),
    };
    let values = format!("{before}{after}");
    let Some((mut guarded, mut bare)) = both(CENTRAL, "values-central.yaml", &values) else {
        return;
    };
    assert_eq!(same(&mut bare, &mut guarded, OPERATOR), PINNED);
    objects::assert_same(&guarded, &bare);
}
