//! Write-relabelling that loses the label, or nearly everything: CL06 and CL14.

use krmguard_sdk::pointer::join;
use krmguard_sdk::{Outcome, Resource};
use serde_json::Value;

use crate::relabel::{Effect, Relabel};

/// What every cluster has: a list of kept names without any of these keeps next to nothing.
const USUAL: [&str; 4] = [
    "up",
    "kube_pod_info",
    "node_cpu_seconds_total",
    "container_cpu_usage_seconds_total",
];

/// Judges every remote write of one Prometheus or PrometheusAgent. `own` are the values that say this cluster;
/// `forced` tells that a last rule sets the label again (CL11).
pub(crate) fn review(
    resource: &Resource,
    label: &str,
    own: &[&str],
    forced: bool,
    out: &mut Outcome,
) {
    for (index, remote) in resource.items_at("/spec/remoteWrite").iter().enumerate() {
        let base = join(&join("/spec/remoteWrite", index), "writeRelabelConfigs");
        let rules = resource.items_at(&base);
        if !forced {
            lost(resource, &base, label, own, out);
        }
        for (index, rule) in rules.iter().enumerate() {
            keeps_nothing(resource, &join(&base, index), rule, remote, out);
        }
    }
}

/// CL06: every rule after which the label is gone or another, unless a later one sets it again.
fn lost(resource: &Resource, base: &str, label: &str, own: &[&str], out: &mut Outcome) {
    let mut lost: Vec<(String, String)> = Vec::new();
    for (index, rule) in resource.items_at(base).iter().enumerate() {
        let at = join(base, index);
        let rule = Relabel(rule);
        let told = match rule.on(label) {
            Effect::None => continue,
            Effect::Constant { value, always } if own.contains(&value) => {
                if always {
                    lost.clear();
                }
                continue;
            }
            // Whether a constant is this cluster's name, nobody can tell without one.
            Effect::Constant { value, .. } if own.is_empty() && !value.is_empty() => continue,
            Effect::Constant { value: "", .. } => {
                (at, format!("the rule empties `{label}`, which removes it"))
            }
            Effect::Constant { value, .. } => (at, format!("the rule sets `{label}` to `{value}`")),
            Effect::Dropped => (
                join(&at, "regex"),
                format!("`{}` takes `{label}` away", rule.action()),
            ),
            Effect::Rewritten => (at, format!("the rule writes `{label}` from other labels")),
            Effect::Transformed => {
                let same = own
                    .iter()
                    .all(|value| rule.transformed(value).as_deref() == Some(*value));
                if same {
                    continue;
                }
                (at, format!("the rule changes the value of `{label}`"))
            }
        };
        lost.push(told);
    }
    for (at, told) in lost {
        out.find("CL06", resource).at(at).say(format!(
            "{told}: what leaves here no longer says which cluster it comes from"
        ));
    }
}

/// CL14: `keep` by name that keeps none of what every cluster has.
fn keeps_nothing(resource: &Resource, at: &str, rule: &Value, remote: &Value, out: &mut Outcome) {
    let rule = Relabel(rule);
    if rule.action() != "keep" || rule.sources() != ["__name__"] {
        return;
    }
    let Some(regex) = rule.regex() else {
        return;
    };
    if USUAL.iter().any(|name| regex.is_match(name)) {
        return;
    }
    let target = remote
        .get("name")
        .and_then(Value::as_str)
        .map(|name| format!(" `{name}`"))
        .unwrap_or_default();
    out.find("CL14", resource)
        .at(join(at, "regex"))
        .say(format!(
            "the remote write{target} keeps none of `{}`: hardly anything of this cluster arrives",
            USUAL.join("`, `")
        ));
}
