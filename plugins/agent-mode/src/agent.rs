//! AG05, AG08 and AG11, and AG03 on agents that are agents already.

use krmguard_sdk::{Outcome, Resource, ResourceSet};
use serde_json::Value;

use crate::arguments::Fate;
use crate::facts::GROUP;
use crate::settings::Config;
use crate::{arguments, conversion};

pub(crate) fn review_edge(config: &Config, set: &ResourceSet, out: &mut Outcome) {
    for agent in set
        .of_kind(GROUP, "PrometheusAgent")
        .filter(|agent| !config.excludes(agent))
    {
        arguments::review(agent, Fate::Stays, out);
        sends(agent, out);
        daemon_set(agent, out);
    }
    for prometheus in set.of_kind(GROUP, "Prometheus") {
        if conversion::converts(prometheus, config, set, out) {
            sends(prometheus, out);
        }
    }
}

pub(crate) fn review_central(config: &Config, set: &ResourceSet, out: &mut Outcome) {
    for agent in set
        .of_kind(GROUP, "PrometheusAgent")
        .filter(|agent| !config.excludes(agent))
    {
        out.find("AG08", agent).at("/kind").say(format!(
            "{agent} runs on the central cluster: an agent answers no query and evaluates no rule"
        ));
    }
}

/// AG05
fn sends(agent: &Resource, out: &mut Outcome) {
    let (what, current) = match agent.at("/spec/remoteWrite") {
        None | Some(Value::Null) => ("has no `remoteWrite`", None),
        Some(Value::Array(targets)) if targets.is_empty() => {
            ("has an empty `remoteWrite`", Some(Value::Array(Vec::new())))
        }
        Some(_) => return,
    };
    let finding = out.find("AG05", agent).at("/spec/remoteWrite").say(format!(
        "{agent} {what}: an agent without a target drops all that it scrapes"
    ));
    if let Some(current) = current {
        finding.current(current);
    }
}

/// AG11: what the resource definition shipped with prometheus-operator v0.86.1 refuses.
fn daemon_set(agent: &Resource, out: &mut Outcome) {
    if agent.str_at("/spec/mode") != Some("DaemonSet") {
        return;
    }
    let refused = [
        "replicas",
        "storage",
        "shards",
        "persistentVolumeClaimRetentionPolicy",
        "scrapeConfigSelector",
        "probeSelector",
    ];
    for field in refused {
        let at = format!("/spec/{field}");
        let Some(value) = agent.at(&at).filter(|value| !value.is_null()) else {
            continue;
        };
        let why = match field {
            "shards" if value.as_i64().is_some_and(|shards| shards > 1) => {
                "cannot be greater than 1"
            }
            "shards" => continue,
            _ => "cannot be set",
        };
        out.find("AG11", agent)
            .at(at)
            .say(format!(
                "`{field}` {why} when mode is DaemonSet: the API server refuses {agent}"
            ))
            .remedy(format!("remove `{field}`, or `mode: DaemonSet`"));
    }
}
