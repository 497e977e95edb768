//! One cause, one finding: what shows in a chart's values and in what the chart made of them is told where it is mended.

use crate::report::{Finding, ObjectRef, Related, State};

/// How a finding on values and one on a rendered object are known to have one cause.
struct Cause {
    /// The rule on values and the one on the object; None: any, if it is the same.
    rules: Option<(&'static str, &'static str)>,
    /// Where in the values.
    values: &'static str,
    kinds: &'static [&'static str],
    /// A part of the object's name that tells it from others of its kind.
    named: &'static str,
    /// Where in the object; what follows must be the same in both, as far as both say it. None: anywhere.
    field: Option<&'static str>,
}

/// <https://github.com/prometheus-community/helm-charts/tree/main/charts/kube-prometheus-stack/templates>
const CAUSES: [Cause; 8] = [
    Cause {
        rules: Some(("AG10", "AG01")),
        values: "/prometheus/agentMode",
        kinds: &["Prometheus"],
        named: "",
        field: None,
    },
    Cause {
        rules: Some(("TV10", "TV03")),
        values: "/prometheusOperator/thanosImage",
        kinds: &["Deployment"],
        named: "",
        field: None,
    },
    Cause {
        rules: Some(("TV10", "TV02")),
        values: "/thanosRuler/thanosRulerSpec/image",
        kinds: &["ThanosRuler"],
        named: "",
        field: None,
    },
    Cause {
        rules: Some(("AG07", "AG07")),
        values: "/alertmanager/enabled",
        kinds: &["Alertmanager"],
        named: "",
        field: None,
    },
    Cause {
        rules: Some(("AG07", "AG07")),
        values: "/grafana/enabled",
        kinds: &["Deployment", "StatefulSet"],
        named: "grafana",
        field: None,
    },
    Cause {
        rules: Some(("AG07", "AG07")),
        values: "/thanosRuler/enabled",
        kinds: &["ThanosRuler"],
        named: "",
        field: None,
    },
    Cause {
        rules: None,
        values: "/prometheus/prometheusSpec",
        kinds: &["Prometheus", "PrometheusAgent"],
        named: "",
        field: Some("/spec"),
    },
    Cause {
        rules: None,
        values: "/thanosRuler/thanosRulerSpec",
        kinds: &["ThanosRuler"],
        named: "",
        field: Some("/spec"),
    },
];

/// The chart nests what the object has directly.
const NESTED: &str = "/existingSecret";

/// Joins the findings of one unit that was built: what a chart's values caused is told at the values, with a note for
/// each object that shows it, and shares its outcome.
pub(crate) fn join(findings: Vec<Finding>) -> Vec<Finding> {
    let (mut causes, others): (Vec<_>, Vec<_>) = findings.into_iter().partition(is_on_values);
    let mut kept = Vec::with_capacity(others.len());
    for finding in others {
        match causes.iter_mut().find(|cause| is_caused(&finding, cause)) {
            Some(cause) => absorb(cause, &finding),
            None => kept.push(finding),
        }
    }
    causes.append(&mut kept);
    causes
}

fn is_on_values(finding: &Finding) -> bool {
    let chart = |object: &ObjectRef| object.api_version == "builtin";
    finding.object.as_ref().is_some_and(chart)
}

/// Whether a finding on an object that a chart made comes from what `cause` tells of the values.
fn is_caused(finding: &Finding, cause: &Finding) -> bool {
    // What stands in a file of its own is mended there.
    let (Some(object), None) = (&finding.object, &finding.place) else {
        return false;
    };
    let at = |finding: &'_ Finding| finding.pointer.clone().unwrap_or_default();
    let values = at(cause);
    let Some(values) = values.strip_prefix("/valuesInline") else {
        return false;
    };
    CAUSES.iter().any(|known| {
        let rules = match known.rules {
            Some((values, object)) => cause.rule == values && finding.rule == object,
            None => cause.rule == finding.rule,
        };
        let field = |rest: &str| match known.field {
            None => true,
            Some(field) => {
                let rest = rest.replace(NESTED, "");
                below(&at(finding), field).is_some_and(|own| agree(&rest, own))
            }
        };
        rules
            && known.kinds.contains(&object.kind.as_str())
            && object.name.contains(known.named)
            && below(values, known.values).is_some_and(field)
    })
}

/// What of a pointer is below another one.
fn below<'p>(pointer: &'p str, above: &str) -> Option<&'p str> {
    let rest = pointer.strip_prefix(above)?;
    (rest.is_empty() || rest.starts_with('/')).then_some(rest)
}

/// Whether one of two pointers is the other, or lies above it; the whole is above everything and says nothing.
fn agree(one: &str, other: &str) -> bool {
    let some = !one.is_empty() && !other.is_empty();
    some && (below(one, other).is_some() || below(other, one).is_some())
}

fn absorb(cause: &mut Finding, seen: &Finding) {
    let object = seen
        .object
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    let field = seen.pointer.as_deref().and_then(crate::render::field_path);
    let field = field.map(|field| format!(", {field}")).unwrap_or_default();
    let first = !cause
        .related
        .iter()
        .any(|note| note.message.starts_with(SEEN));
    cause.related.push(Related {
        message: format!("{SEEN} {object}{field}"),
        place: None,
    });
    if cause.state == State::Waived {
        return;
    }
    // The worst of its twins is its own.
    if first || weight(seen.state) > weight(cause.state) {
        cause.state = seen.state;
        cause.waiver.clone_from(&seen.waiver);
    }
}

const SEEN: &str = "also seen in";

fn weight(state: State) -> u8 {
    match state {
        State::Open => 3,
        State::Pending => 2,
        State::Fixed => 1,
        State::Waived => 0,
    }
}

#[cfg(test)]
#[path = "causes_tests.rs"]
mod tests;
