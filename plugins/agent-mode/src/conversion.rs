//! AG01, AG02, AG09, AG13 and AG16: a Prometheus becomes a PrometheusAgent.

use krmguard_sdk::{Outcome, Patch, Resource, ResourceSet};
use serde_json::{Value, json};

use crate::arguments::Fate;
use crate::companions::Companions;
use crate::facts::{AGENT_RETENTION, AGENT_RETENTION_DEFAULT, GROUP, ONLY_PROMETHEUS};
use crate::image::DefaultBase;
use crate::settings::Config;
use crate::{arguments, duration, image};

/// Whether AG01 turns this Prometheus into an agent, so that what only a server has goes with it.
pub(crate) fn converts(
    prometheus: &Resource,
    config: &Config,
    set: &ResourceSet,
    out: &Outcome,
) -> bool {
    prometheus.version() == "v1"
        && !config.excludes(prometheus)
        && !out.is_off("AG01")
        && twin(prometheus, set).is_none()
}

/// The agent of the same name, if there is one already.
fn twin<'a>(prometheus: &Resource, set: &'a ResourceSet) -> Option<&'a Resource> {
    set.get(
        GROUP,
        "PrometheusAgent",
        prometheus.namespace(),
        prometheus.name(),
    )
}

pub(crate) fn review(config: &Config, set: &ResourceSet, out: &mut Outcome) {
    let mut around = Around {
        companions: Companions::of(set, config),
        base_image: DefaultBase::of(set),
    };
    for prometheus in set
        .of_kind(GROUP, "Prometheus")
        .filter(|p| !config.excludes(p))
    {
        if let Some(agent) = twin(prometheus, set) {
            out.find("AG16", prometheus)
                .at("/kind")
                .say(format!(
                    "{prometheus} cannot become an agent: {agent} is already there, and both would scrape and send the \
                     same series"
                ))
                .remedy(format!("delete {prometheus}, or give one of the two another name"))
                .note_at(agent, "/metadata/name", "the agent of that name");
        } else if converts(prometheus, config, set, out) {
            convert(prometheus, config, &mut around, out);
        } else {
            arguments::review(prometheus, Fate::Stays, out);
        }
    }
}

/// What the conversion of each Prometheus looks at beside it.
struct Around<'a> {
    companions: Companions<'a>,
    base_image: DefaultBase<'a>,
}

fn convert<'a>(
    prometheus: &'a Resource,
    config: &Config,
    around: &mut Around<'a>,
    out: &mut Outcome,
) {
    let name = prometheus.name();
    let dropped: Vec<&str> = dropped(prometheus).collect();
    let folded = image::folded(prometheus, &around.base_image);

    let mut message = format!(
        "{prometheus} is a full server; on an edge it must be a PrometheusAgent, which scrapes and sends"
    );
    let carried: Vec<&&str> = dropped
        .iter()
        .filter(|field| has_value(prometheus, field))
        .collect();
    if !carried.is_empty() {
        let list = carried
            .iter()
            .map(|field| format!("`{field}`"))
            .collect::<Vec<_>>()
            .join(", ");
        message.push_str(&format!(
            ". Dropped, because an agent does not have them: {list}"
        ));
    }
    if let Some(image) = &folded {
        message.push_str(&format!(". The image becomes `{image}`"));
    }
    let mut finding = out
        .find("AG01", prometheus)
        .at("/kind")
        .say(message)
        .current("monitoring.coreos.com/v1 Prometheus")
        .proposed("monitoring.coreos.com/v1alpha1 PrometheusAgent");
    if prometheus
        .at("/spec/thanos")
        .is_some_and(|thanos| !thanos.is_null())
    {
        finding = finding.note_at(
            prometheus,
            "/spec/thanos",
            "any `thanos` map turns the sidecar on, one with `enabled: false` too: it goes with the server",
        );
    }
    let finding = finding.id();

    let mut patch = Patch::new()
        .replace("/apiVersion", "monitoring.coreos.com/v1alpha1")
        .replace("/kind", "PrometheusAgent");
    for field in &dropped {
        patch = patch.remove(format!("/spec/{field}"));
    }
    if let Some(image) = folded {
        patch = patch.add("/spec/image", image);
    }
    out.edit("AG01", finding, prometheus, patch);

    let fate = if buffer(prometheus, config, out) {
        Fate::BecomesWithArgument
    } else {
        Fate::Becomes
    };
    arguments::review(prometheus, fate, out);
    around.companions.follow(prometheus, out);

    let claims = prometheus
        .at("/spec/storage/volumeClaimTemplate")
        .is_some_and(|claim| !claim.is_null());
    let claims = if claims {
        format!(
            " The volume claims of `prometheus-{name}` stay behind unused: delete them once the agent runs."
        )
    } else {
        String::new()
    };
    out.find("AG09", prometheus)
        .at("/metadata/name")
        .say(format!(
            "the operator will replace the StatefulSet `prometheus-{name}` by `prom-agent-{name}`, behind the service \
             `prometheus-agent-operated`.{claims} An agent evaluates no PrometheusRule."
        ))
        .remedy("evaluate the rules on the central cluster");
}

/// The fields of the spec that an agent does not have.
fn dropped(prometheus: &Resource) -> impl Iterator<Item = &'static str> {
    let spec = prometheus.map_at("/spec");
    ONLY_PROMETHEUS
        .iter()
        .copied()
        .filter(move |field| spec.is_some_and(|spec| spec.contains_key(*field)))
}

/// Whether dropping the field loses something that was written: `null` and an empty string say nothing.
fn has_value(prometheus: &Resource, field: &str) -> bool {
    match prometheus.at(&format!("/spec/{field}")) {
        None | Some(Value::Null) => false,
        Some(Value::String(text)) => !text.is_empty(),
        Some(_) => true,
    }
}

/// AG02 and AG13: what `retention` says about the time that the edge shall bridge. Tells whether an argument
/// was appended.
fn buffer(prometheus: &Resource, config: &Config, out: &mut Outcome) -> bool {
    let Some(retention) = prometheus.str_at("/spec/retention") else {
        return false;
    };
    let (Some(wanted), Some(most)) = (
        duration::parse(retention),
        duration::parse(&config.max_buffer),
    ) else {
        return false;
    };
    if wanted == 0 || arguments::has(prometheus, AGENT_RETENTION) {
        return false;
    }
    if wanted > most {
        out.find("AG13", prometheus)
            .at("/spec/retention")
            .say(format!(
                "`retention: {retention}` is more than maxBuffer ({}): it is not carried over, and the agent buffers its \
                 own default of at most {AGENT_RETENTION_DEFAULT}",
                config.max_buffer
            ))
            .current(retention);
        return false;
    }
    let argument = json!({"name": AGENT_RETENTION, "value": retention});
    let finding = out
        .find("AG02", prometheus)
        .at("/spec/retention")
        .say(format!(
            "`retention: {retention}` becomes the argument `{AGENT_RETENTION}={retention}`: how long the agent buffers while \
             the receiver is away (its default is at most {AGENT_RETENTION_DEFAULT})"
        ))
        .current(retention)
        .proposed(argument.clone())
        .id();
    // Appending stays valid whether or not AG03's removals, which go by index, are applied.
    let patch = match prometheus.at("/spec/additionalArgs") {
        Some(Value::Array(_)) => Patch::new().add("/spec/additionalArgs/-", argument),
        _ => Patch::new().add("/spec/additionalArgs", json!([argument])),
    };
    out.edit("AG01", finding, prometheus, patch);
    true
}
