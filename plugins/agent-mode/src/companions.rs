//! AG04: what selects or targets a Prometheus follows it when it becomes an agent. Its edits are AG01's.

use krmguard_sdk::pointer::join;
use krmguard_sdk::{Outcome, Patch, Resource, ResourceSet};
use serde_json::{Map, Value};

use crate::facts::{GROUP, NAME_LABEL, OWNER_LABEL};
use crate::settings::Config;

/// Kinds that select pods.
pub(crate) const SELECTING: &[(&str, &str)] = &[
    ("", "Service"),
    ("policy", "PodDisruptionBudget"),
    ("networking.k8s.io", "NetworkPolicy"),
];

/// Kinds that target a custom resource, and where.
pub(crate) const TARGETING: &[(&str, &str, &str)] = &[
    (
        "autoscaling.k8s.io",
        "VerticalPodAutoscaler",
        "/spec/targetRef",
    ),
    (
        "autoscaling",
        "HorizontalPodAutoscaler",
        "/spec/scaleTargetRef",
    ),
    ("keda.sh", "ScaledObject", "/spec/scaleTargetRef"),
];

const SERVER: &str = "prometheus";
const AGENT: &str = "prometheus-agent";

pub(crate) fn follow(prometheus: &Resource, config: &Config, set: &ResourceSet, out: &mut Outcome) {
    for pointer in own_selectors(prometheus) {
        // Inside its own object a selector that names nobody means these very pods.
        if let Some(selector) = prometheus.map_at(&pointer)
            && owner(selector).is_none_or(|owner| owner == prometheus.name())
        {
            rename(
                prometheus,
                &pointer,
                selector,
                "a selector for its own pods",
                out,
            );
        }
    }
    for (group, kind) in SELECTING {
        for companion in set
            .of_kind(group, kind)
            .filter(|companion| !config.excludes(companion))
        {
            for pointer in selectors(companion, prometheus) {
                let Some(selector) = companion.map_at(&pointer) else {
                    continue;
                };
                if by_owner_label(selector) == Some(prometheus.name()) {
                    rename(companion, &pointer, selector, "its selector", out);
                }
            }
        }
    }
    for (group, kind, pointer) in TARGETING {
        for companion in set
            .of_kind(group, kind)
            .filter(|companion| !config.excludes(companion))
        {
            retarget(companion, pointer, prometheus, out);
        }
    }
}

/// Label selectors in the Prometheus itself that are about its own pods.
fn own_selectors(prometheus: &Resource) -> Vec<String> {
    let anti = "/spec/affinity/podAntiAffinity";
    let each = |list: &str, inner: &str| -> Vec<String> {
        (0..prometheus.items_at(list).len())
            .map(|index| format!("{list}/{index}{inner}"))
            .collect()
    };
    let mut pointers = each(
        &format!("{anti}/preferredDuringSchedulingIgnoredDuringExecution"),
        "/podAffinityTerm/labelSelector",
    );
    pointers.extend(each(
        &format!("{anti}/requiredDuringSchedulingIgnoredDuringExecution"),
        "/labelSelector",
    ));
    pointers.extend(each("/spec/topologySpreadConstraints", "/labelSelector"));
    pointers
}

/// Selectors of a companion that can reach the pods of this Prometheus.
fn selectors(companion: &Resource, prometheus: &Resource) -> Vec<String> {
    let near = companion.namespace() == prometheus.namespace();
    match companion.kind() {
        "NetworkPolicy" => {
            let mut pointers = Vec::new();
            if near {
                pointers.push("/spec/podSelector".to_owned());
            }
            for (list, peers) in [("/spec/ingress", "from"), ("/spec/egress", "to")] {
                for rule in 0..companion.items_at(list).len() {
                    let list = format!("{list}/{rule}/{peers}");
                    for (index, peer) in companion.items_at(&list).iter().enumerate() {
                        if reaches(peer.get("namespaceSelector"), near, prometheus) {
                            pointers.push(format!("{list}/{index}/podSelector"));
                        }
                    }
                }
            }
            pointers
        }
        _ if near => vec!["/spec/selector".to_owned()],
        _ => Vec::new(),
    }
}

/// Whether a NetworkPolicy peer looks into the namespace of this Prometheus. Of a namespace's labels only
/// the one that the API server sets is known here.
fn reaches(namespaces: Option<&Value>, near: bool, prometheus: &Resource) -> bool {
    let Some(namespaces) = namespaces.filter(|value| !value.is_null()) else {
        return near;
    };
    let named = namespaces
        .get("matchLabels")
        .and_then(|labels| labels.get("kubernetes.io/metadata.name"));
    match (named.and_then(Value::as_str), prometheus.namespace()) {
        (Some(named), Some(namespace)) => named == namespace,
        _ => true,
    }
}

/// The places in a selector where a label is asked for by equality: a Service's plain map, `matchLabels`,
/// and `matchExpressions` with `In`.
fn asks<'a>(selector: &'a Map<String, Value>, label: &str) -> Vec<(String, &'a str)> {
    let mut found = Vec::new();
    let plain = |base: &str, labels: &'a Map<String, Value>| {
        Some((join(base, label), labels.get(label)?.as_str()?))
    };
    found.extend(plain("", selector));
    found.extend(
        selector
            .get("matchLabels")
            .and_then(Value::as_object)
            .and_then(|labels| plain("/matchLabels", labels)),
    );
    let expressions = selector
        .get("matchExpressions")
        .and_then(Value::as_array)
        .map_or(&[][..], Vec::as_slice);
    for (index, expression) in expressions.iter().enumerate() {
        let text = |key: &str| expression.get(key).and_then(Value::as_str);
        if text("key") == Some(label) && text("operator") == Some("In") {
            let values = expression
                .get("values")
                .and_then(Value::as_array)
                .map_or(&[][..], Vec::as_slice);
            for (position, value) in values.iter().enumerate() {
                let at = format!("/matchExpressions/{index}/values/{position}");
                found.extend(value.as_str().map(|value| (at, value)));
            }
        }
    }
    found
}

/// The custom resource that a selector names by the operator's own label.
fn by_owner_label(selector: &Map<String, Value>) -> Option<&str> {
    only(asks(selector, OWNER_LABEL))
}

/// The custom resource that a selector names, by any label that the operator gives its pods.
fn owner(selector: &Map<String, Value>) -> Option<&str> {
    let labels = [OWNER_LABEL, "app.kubernetes.io/instance", "prometheus"];
    labels
        .iter()
        .find_map(|label| asks(selector, label).first().map(|(_, value)| *value))
}

fn only(asked: Vec<(String, &str)>) -> Option<&str> {
    match asked.as_slice() {
        [(_, value)] => Some(value),
        _ => None,
    }
}

fn rename(
    resource: &Resource,
    pointer: &str,
    selector: &Map<String, Value>,
    what: &str,
    out: &mut Outcome,
) {
    let asked = asks(selector, NAME_LABEL);
    if asked.iter().any(|(_, value)| *value == AGENT) {
        return;
    }
    for (inner, _) in asked.iter().filter(|(_, value)| *value == SERVER) {
        let at = format!("{pointer}{inner}");
        let finding = out
            .find("AG04", resource)
            .at(at.clone())
            .say(format!(
                "{what} asks for `{NAME_LABEL}: {SERVER}`; the agent's pods carry `{AGENT}`"
            ))
            .current(SERVER)
            .proposed(AGENT)
            .id();
        out.edit("AG01", finding, resource, Patch::new().replace(at, AGENT));
    }
}

fn retarget(companion: &Resource, pointer: &str, prometheus: &Resource, out: &mut Outcome) {
    let text = |key: &str| companion.str_at(&join(pointer, key));
    let ours = companion.namespace() == prometheus.namespace()
        && text("kind") == Some("Prometheus")
        && text("name") == Some(prometheus.name())
        && text("apiVersion").is_some_and(|version| version.split('/').next() == Some(GROUP));
    if !ours {
        return;
    }
    let finding = out
        .find("AG04", companion)
        .at(join(pointer, "kind"))
        .say(format!(
            "{companion} targets {prometheus}, which becomes a PrometheusAgent"
        ))
        .remedy("target the kind PrometheusAgent in version v1alpha1")
        .current("Prometheus")
        .proposed("PrometheusAgent")
        .id();
    let patch = Patch::new()
        .replace(join(pointer, "apiVersion"), format!("{GROUP}/v1alpha1"))
        .replace(join(pointer, "kind"), "PrometheusAgent");
    out.edit("AG01", finding, companion, patch);
}
