//! AG04: what selects or targets a Prometheus follows it when it becomes an agent. Its edits are AG01's.

use std::collections::BTreeMap;

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

/// Which Prometheuses a selector can reach.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Reach<'a> {
    /// Those beside it.
    In(Option<&'a str>),
    /// Those of a namespace that it names; one without a namespace may be there.
    Named(&'a str),
    Everywhere,
}

/// An object that targets a Prometheus, and where its reference stands.
type Target<'a> = (&'a Resource, &'static str);

/// What follows the Prometheuses of a unit, found once for all of them.
pub(crate) struct Companions<'a> {
    /// Selectors that ask for the pods of one custom resource, as places in their objects.
    selecting: Vec<(&'a Resource, String)>,
    /// Which of them, by the name that they ask for. A selector is renamed once, whatever many it reaches.
    by_owner: BTreeMap<(&'a str, Reach<'a>), Vec<usize>>,
    /// By the namespace and name of the Prometheus.
    targeting: BTreeMap<(Option<&'a str>, &'a str), Vec<Target<'a>>>,
}

impl<'a> Companions<'a> {
    pub(crate) fn of(set: &'a ResourceSet, config: &Config) -> Companions<'a> {
        let mut companions = Companions {
            selecting: Vec::new(),
            by_owner: BTreeMap::new(),
            targeting: BTreeMap::new(),
        };
        let of_kind = |group: &'static str, kind: &'static str| {
            set.of_kind(group, kind)
                .filter(|companion| !config.excludes(companion))
        };
        for (group, kind) in SELECTING {
            for companion in of_kind(group, kind) {
                companions.add_selectors(companion);
            }
        }
        for (group, kind, pointer) in TARGETING {
            for companion in of_kind(group, kind) {
                if let Some(name) = target(companion, pointer) {
                    companions
                        .targeting
                        .entry((companion.namespace(), name))
                        .or_default()
                        .push((companion, pointer));
                }
            }
        }
        companions
    }

    fn add_selectors(&mut self, companion: &'a Resource) {
        for (pointer, reach) in selectors(companion) {
            let Some(owner) = companion.map_at(&pointer).and_then(by_owner_label) else {
                continue;
            };
            let at = self.selecting.len();
            self.by_owner.entry((owner, reach)).or_default().push(at);
            self.selecting.push((companion, pointer));
        }
    }

    /// The selectors that can reach the pods of this Prometheus and were not asked for before, in the unit's order.
    fn take_selectors(&mut self, prometheus: &'a Resource) -> Vec<usize> {
        let name = prometheus.name();
        let mut keys = vec![
            (name, Reach::In(prometheus.namespace())),
            (name, Reach::Everywhere),
        ];
        match prometheus.namespace() {
            Some(namespace) => keys.push((name, Reach::Named(namespace))),
            None => {
                let named = (name, Reach::Named(""))..(name, Reach::Everywhere);
                keys.extend(self.by_owner.range(named).map(|(key, _)| *key));
            }
        }
        let taken = keys.iter().filter_map(|key| self.by_owner.remove(key));
        let mut taken: Vec<usize> = taken.flatten().collect();
        taken.sort_unstable();
        taken
    }

    /// Renames what selects or targets a Prometheus that becomes an agent.
    pub(crate) fn follow(&mut self, prometheus: &'a Resource, out: &mut Outcome) {
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
        for at in self.take_selectors(prometheus) {
            let (companion, pointer) = &self.selecting[at];
            if let Some(selector) = companion.map_at(pointer) {
                rename(companion, pointer, selector, "its selector", out);
            }
        }
        let key = (prometheus.namespace(), prometheus.name());
        for (companion, pointer) in self.targeting.get(&key).into_iter().flatten() {
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

/// The selectors of a companion, and what each can reach.
fn selectors(companion: &Resource) -> Vec<(String, Reach<'_>)> {
    let near = Reach::In(companion.namespace());
    if companion.kind() != "NetworkPolicy" {
        return vec![("/spec/selector".to_owned(), near)];
    }
    let mut selectors = vec![("/spec/podSelector".to_owned(), near)];
    for (list, peers) in [("/spec/ingress", "from"), ("/spec/egress", "to")] {
        for rule in 0..companion.items_at(list).len() {
            let list = format!("{list}/{rule}/{peers}");
            for (index, peer) in companion.items_at(&list).iter().enumerate() {
                let reach = reach(peer.get("namespaceSelector"), near);
                selectors.push((format!("{list}/{index}/podSelector"), reach));
            }
        }
    }
    selectors
}

/// Where a NetworkPolicy peer looks for pods. Of a namespace's labels only the one that the API server sets is known
/// here.
fn reach<'a>(namespaces: Option<&'a Value>, near: Reach<'a>) -> Reach<'a> {
    let Some(namespaces) = namespaces.filter(|value| !value.is_null()) else {
        return near;
    };
    let named = namespaces
        .get("matchLabels")
        .and_then(|labels| labels.get("kubernetes.io/metadata.name"));
    match named.and_then(Value::as_str) {
        Some(named) => Reach::Named(named),
        None => Reach::Everywhere,
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

/// The name of the Prometheus that the reference at `pointer` targets, if it does.
fn target<'a>(companion: &'a Resource, pointer: &str) -> Option<&'a str> {
    let text = |key: &str| companion.str_at(&join(pointer, key));
    let ours = text("kind") == Some("Prometheus")
        && text("apiVersion").is_some_and(|version| version.split('/').next() == Some(GROUP));
    text("name").filter(|_| ours)
}

fn retarget(companion: &Resource, pointer: &str, prometheus: &Resource, out: &mut Outcome) {
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
