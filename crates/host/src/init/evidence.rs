//! What an overlay's own values and manifests say about its cluster and its role, each with the place that says it.

use serde_json::Value;

use crate::args::Role;
use crate::report::Place;
use crate::source::{Seat, Unit};

/// One thing that says something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clue<T> {
    pub(super) what: T,
    /// `agentMode: true (values.yaml:9)`.
    pub(super) said: String,
}

/// The clues of one overlay.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    pub(super) clusters: Vec<Clue<String>>,
    pub(super) roles: Vec<Clue<Role>>,
}

/// The chart's values of Prometheus.
const SPEC: &str = "/valuesInline/prometheus/prometheusSpec";

/// What a Thanos component of the centre is told to be.
const CENTRAL: [&str; 6] = [
    "receive",
    "store",
    "query",
    "query-frontend",
    "compact",
    "rule",
];

impl Evidence {
    pub(super) fn of(unit: &Unit) -> Evidence {
        let mut evidence = Evidence::default();
        for (index, composed) in unit.composed.iter().enumerate() {
            let value = &composed.value;
            let seat = Seat::Composed(index);
            let said = |pointer: &str, words: &str| {
                let place = unit.place(seat, (pointer, None), &composed.object);
                told(words, place)
            };
            evidence.label(value, &format!("{SPEC}/externalLabels"), &said);
            let agent = "/valuesInline/prometheus/agentMode";
            if value.pointer(agent) == Some(&Value::Bool(true)) {
                evidence.is(Role::Edge, said(agent, "`agentMode: true`"));
            }
            let arguments = format!("{SPEC}/additionalArgs");
            if is_feature_agent(value.pointer(&arguments)) {
                evidence.is(Role::Edge, said(&arguments, "`enable-feature: agent`"));
            }
        }
        for (file, input) in unit.inputs().iter().enumerate() {
            for index in 0..input.len() {
                let id = input.id(index);
                let of_operator = id.group() == "monitoring.coreos.com";
                let workload = id.group() == "apps";
                if !of_operator && !workload {
                    continue;
                }
                let Ok(value) = input.value(index) else {
                    continue;
                };
                let object = crate::review::object_ref(id);
                let said = |pointer: &str, words: &str| {
                    let place = unit.place(Seat::File(file, index), (pointer, None), &object);
                    told(words, place)
                };
                if of_operator && matches!(id.kind.as_str(), "Prometheus" | "PrometheusAgent") {
                    evidence.label(&value, "/spec/externalLabels", &said);
                }
                if of_operator && id.kind == "PrometheusAgent" {
                    evidence.is(Role::Edge, said("/kind", "a PrometheusAgent"));
                }
                if workload && let Some((pointer, component)) = thanos(&value) {
                    evidence.is(
                        Role::Central,
                        said(&pointer, &format!("Thanos {component}")),
                    );
                }
            }
        }
        evidence
    }

    /// What a name tells by one of its words.
    pub(super) fn of_name(&mut self, name: &str) {
        let lower = name.to_ascii_lowercase();
        for word in lower.split(|c: char| !c.is_ascii_alphanumeric()) {
            let role = match word {
                "edge" | "edges" => Role::Edge,
                "central" | "centre" | "center" | "hub" => Role::Central,
                _ => continue,
            };
            self.is(role, format!("the name `{name}`"));
        }
    }

    fn is(&mut self, role: Role, said: String) {
        let clue = Clue { what: role, said };
        if !self.roles.contains(&clue) {
            self.roles.push(clue);
        }
    }

    fn label(&mut self, value: &Value, labels: &str, said: &dyn Fn(&str, &str) -> String) {
        let pointer = format!("{labels}/cluster");
        if let Some(name) = value.pointer(&pointer).and_then(Value::as_str)
            && !name.is_empty()
        {
            self.clusters.push(Clue {
                what: name.to_owned(),
                said: said(&pointer, "`externalLabels.cluster`"),
            });
        }
    }
}

fn told(words: &str, place: Option<Place>) -> String {
    match place {
        Some(Place { file, line, .. }) => format!("{words} ({file}:{line})"),
        None => words.to_owned(),
    }
}

/// The flag by which Prometheus 2 became an agent; with Prometheus 3 it says what was meant.
fn is_feature_agent(arguments: Option<&Value>) -> bool {
    let mut arguments = arguments.and_then(Value::as_array).into_iter().flatten();
    arguments.any(|argument| {
        let word = |field: &str| argument.get(field).and_then(Value::as_str);
        word("name") == Some("enable-feature")
            && word("value").is_some_and(|value| value.split(',').any(|it| it == "agent"))
    })
}

/// A workload's Thanos component of the centre, and where it says so.
fn thanos(workload: &Value) -> Option<(String, &'static str)> {
    let containers = workload
        .pointer("/spec/template/spec/containers")?
        .as_array()?;
    containers
        .iter()
        .enumerate()
        .find_map(|(index, container)| {
            let image = container.get("image")?.as_str()?;
            let name = image.rsplit('/').next()?;
            let name = name.split([':', '@']).next()?;
            let first = container.get("args")?.get(0)?.as_str()?;
            let component = CENTRAL.into_iter().find(|known| *known == first)?;
            let pointer = format!("/spec/template/spec/containers/{index}/args/0");
            (name == "thanos").then_some((pointer, component))
        })
}
