//! Selectors that choose pods by the recommended version label.

use std::collections::{BTreeMap, BTreeSet};

use krmguard_sdk::pointer::join;
use krmguard_sdk::{Resource, ResourceSet};
use serde_json::{Map, Value};

use crate::operator::GROUP;

/// <https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/>
pub(crate) const LABEL: &str = "app.kubernetes.io/version";

/// Kinds beside workloads whose selectors choose pods: group, kind. They must contain [`LABEL`] to matter here.
pub(crate) const KINDS: [(&str, &str); 4] = [
    ("", "Service"),
    ("policy", "PodDisruptionBudget"),
    ("networking.k8s.io", "NetworkPolicy"),
    (GROUP, "PodMonitor"),
];

/// A selector of another object that asks for the label.
pub(crate) struct Chooser<'a> {
    pub(crate) resource: &'a Resource,
    pub(crate) pointer: String,
    selector: Selector<'a>,
}

impl<'a> Chooser<'a> {
    /// The namespace of the pods that it chooses; `None` where they may be in any.
    fn namespace(&self) -> Option<&'a str> {
        match self.resource.kind() {
            // It may choose pods of other namespaces; the other kinds cannot.
            "PodMonitor" => None,
            _ => self.resource.namespace(),
        }
    }
}

/// A label that pods of a namespace must have, as JSON. `None` as namespace: of any. `None` as label: none is asked for.
type Asked<'a> = (Option<&'a str>, Option<(&'a str, String)>);

/// All selectors of a unit that ask for the label.
pub(crate) struct Choosers<'a> {
    all: Vec<Chooser<'a>>,
    /// Each under that one of its labels which the fewest others ask for.
    by_label: BTreeMap<Asked<'a>, Vec<usize>>,
    /// The same for pods that name no namespace.
    anywhere: BTreeMap<Option<(&'a str, String)>, Vec<usize>>,
}

impl<'a> Choosers<'a> {
    pub(crate) fn of(set: &'a ResourceSet) -> Choosers<'a> {
        let all: Vec<Chooser<'a>> = KINDS
            .iter()
            .flat_map(|(group, kind)| set.of_kind(group, kind))
            .flat_map(choosers)
            .collect();
        let mut asked: BTreeMap<(&str, String), usize> = BTreeMap::new();
        for label in all.iter().flat_map(|chooser| chooser.selector.asked()) {
            *asked.entry(label).or_default() += 1;
        }
        let mut by_label: BTreeMap<Asked<'_>, Vec<usize>> = BTreeMap::new();
        let mut anywhere: BTreeMap<_, Vec<usize>> = BTreeMap::new();
        let mut seen = BTreeSet::new();
        for (at, chooser) in all.iter().enumerate() {
            let mut labels: Vec<(&str, String)> = chooser.selector.asked().collect();
            labels.sort();
            let rarest = labels.iter().min_by_key(|label| asked.get(*label)).cloned();
            // Of equal ones the first is named: no other has to be looked at.
            if seen.insert((Some(chooser.namespace()), labels.clone())) {
                by_label
                    .entry((chooser.namespace(), rarest.clone()))
                    .or_default()
                    .push(at);
            }
            if seen.insert((None, labels)) {
                anywhere.entry(rarest).or_default().push(at);
            }
        }
        Choosers {
            all,
            by_label,
            anywhere,
        }
    }

    /// The first that chooses pods with these labels.
    pub(crate) fn of_pods(
        &self,
        namespace: Option<&str>,
        labels: &Map<String, Value>,
    ) -> Option<&Chooser<'a>> {
        let asked = labels
            .iter()
            .map(|(key, value)| Some((key.as_str(), value.to_string())));
        let mut found: Vec<usize> = Vec::new();
        for label in asked.chain([None]) {
            match namespace {
                Some(_) => {
                    for scope in [namespace, None] {
                        found.extend(
                            self.by_label
                                .get(&(scope, label.clone()))
                                .into_iter()
                                .flatten(),
                        );
                    }
                }
                None => found.extend(self.anywhere.get(&label).into_iter().flatten()),
            }
        }
        found.sort_unstable();
        let mut found = found.into_iter().filter_map(|at| self.all.get(at));
        found.find(|chooser| chooser.selector.matches(labels))
    }
}

/// The selectors of one object that ask for the label.
fn choosers(resource: &Resource) -> Vec<Chooser<'_>> {
    let mut found = Vec::new();
    match (resource.kind(), resource.at("/spec/selector")) {
        // A Service's selector is a bare map of labels.
        ("Service", Some(Value::Object(map))) => {
            found.push((
                "/spec/selector".to_owned(),
                Selector {
                    labels: Some(map),
                    expressions: &[],
                },
            ));
        }
        _ => selectors(
            resource.at("/spec").unwrap_or(&Value::Null),
            "/spec",
            &mut found,
        ),
    }
    let choosers = found.into_iter().map(|(pointer, selector)| Chooser {
        resource,
        pointer,
        selector,
    });
    choosers
        .filter(|chooser| chooser.selector.uses_label())
        .collect()
}

/// A label selector.
#[derive(Clone, Copy)]
pub(crate) struct Selector<'a> {
    labels: Option<&'a Map<String, Value>>,
    expressions: &'a [Value],
}

/// Every label selector below `value`: the workload's own, those of its affinity and its spread constraints.
pub(crate) fn selectors<'a>(value: &'a Value, at: &str, found: &mut Vec<(String, Selector<'a>)>) {
    match value {
        Value::Object(map) => {
            let labels = map.get("matchLabels").and_then(Value::as_object);
            let expressions = map
                .get("matchExpressions")
                .and_then(Value::as_array)
                .map_or(&[][..], Vec::as_slice);
            if labels.is_some() || !expressions.is_empty() {
                found.push((
                    at.to_owned(),
                    Selector {
                        labels,
                        expressions,
                    },
                ));
                return;
            }
            for (key, value) in map {
                selectors(value, &join(at, key), found);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                selectors(item, &join(at, index), found);
            }
        }
        _ => {}
    }
}

impl<'a> Selector<'a> {
    /// Whether it asks for [`LABEL`].
    pub(crate) fn uses_label(&self) -> bool {
        let by_label = self.labels.is_some_and(|wanted| wanted.contains_key(LABEL));
        let mut keys = self.expressions.iter().map(|one| one.get("key"));
        by_label || keys.any(|key| key.and_then(Value::as_str) == Some(LABEL))
    }

    /// The labels that it asks for by their values, these as JSON.
    fn asked(&self) -> impl Iterator<Item = (&'a str, String)> + use<'a> {
        let wanted = self.labels.into_iter().flatten();
        wanted.map(|(key, value)| (key.as_str(), value.to_string()))
    }

    /// Whether the labels that it asks for by their values are those of the pods.
    pub(crate) fn matches(&self, labels: &Map<String, Value>) -> bool {
        let mut wanted = self.labels.into_iter().flatten();
        wanted.all(|(key, value)| labels.get(key) == Some(value))
    }
}
