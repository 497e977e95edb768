//! The forced label on remote writes: CL11.

use krmguard_sdk::pointer::join;
use krmguard_sdk::{Outcome, Patch, Resource};
use serde_json::{Value, json};

const REMOTE_WRITE: &str = "/spec/remoteWrite";

/// Puts the cluster's label last on every remote write.
pub(crate) fn review(resource: &Resource, label: &str, cluster: &str, out: &mut Outcome) {
    let rule = json!({"action": "replace", "targetLabel": label, "replacement": cluster});
    for (index, remote) in resource.items_at(REMOTE_WRITE).iter().enumerate() {
        if !remote.is_object() {
            continue;
        }
        let pointer = join(&join(REMOTE_WRITE, index), "writeRelabelConfigs");
        let rules = remote.get("writeRelabelConfigs").and_then(Value::as_array);
        if rules
            .and_then(|rules| rules.last())
            .is_some_and(|last| sets(last, label, cluster))
        {
            continue;
        }
        let finding = out
            .find("CL11", resource)
            .at(&*pointer)
            .say(format!("a series that brings a `{label}` of its own leaves with it; a last rule sets `{cluster}`"))
            .proposed(rule.clone())
            .id();
        let patch = match rules {
            Some(_) => Patch::new().add(format!("{pointer}/-"), rule.clone()),
            None => Patch::new().add(pointer, json!([rule])),
        };
        out.edit("CL11", finding, resource, patch);
    }
}

/// Whether a rule sets the label unconditionally: `replace` is the default action, and without source labels the
/// default regex matches. <https://prometheus.io/docs/prometheus/latest/configuration/configuration/#relabel_config>
fn sets(rule: &Value, label: &str, cluster: &str) -> bool {
    let text = |key: &str| rule.get(key).and_then(Value::as_str);
    text("action").is_none_or(|action| action.eq_ignore_ascii_case("replace"))
        && text("targetLabel") == Some(label)
        && text("replacement") == Some(cluster)
        && text("regex").is_none_or(|regex| regex.is_empty() || regex == "(.*)" || regex == ".*")
}
