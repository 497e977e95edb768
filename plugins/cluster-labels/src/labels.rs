//! External labels that are there, whoever wrote them: CL12, CL15, CL16 and CL17.

use krmguard_sdk::pointer::join;
use krmguard_sdk::{Outcome, Resource};
use serde_json::Value;

use crate::config::{Config, OnConflict, is_legacy_name};
use crate::external::EXTERNAL;
use crate::variable::{expands, is_placeholder};

/// Judges the labels of one Prometheus or PrometheusAgent. `wanted` are the names that other rules speak about.
pub(crate) fn review(resource: &Resource, wanted: &[&str], config: &Config, out: &mut Outcome) {
    let Some(labels) = resource.map_at(EXTERNAL) else {
        return;
    };
    for (name, value) in labels {
        let pointer = join(EXTERNAL, name);
        let wanted = wanted.contains(&name.as_str());
        if name.is_empty() {
            out.find("CL12", resource)
                .at(pointer)
                .say("an external label without a name: Prometheus refuses its configuration")
                .remedy("remove it, or give it a name");
            continue;
        }
        if !is_legacy_name(name) {
            out.find("CL17", resource)
                .at(&*pointer)
                .say(format!(
                    "the external label `{name}` has a name outside `[a-zA-Z_][a-zA-Z0-9_]*`: PromQL needs quotes for it, \
                     and older readers refuse it"
                ));
        }
        match value.as_str() {
            Some("") if wanted && !out.is_off("CL01") => {}
            Some("") => {
                out.find("CL12", resource).at(pointer).say(format!(
                    "the external label `{name}` is empty: Prometheus drops it without a word"
                ));
            }
            Some(text) if expands(text) => {
                let replaced =
                    wanted && config.on_conflict == OnConflict::Overwrite && !out.is_off("CL13");
                if !replaced {
                    variable(resource, pointer, name, text, out);
                }
            }
            _ => {}
        }
    }
}

fn variable(resource: &Resource, pointer: String, name: &str, text: &str, out: &mut Outcome) {
    if is_placeholder(text) {
        out.find("CL16", resource)
            .at(pointer)
            .say(format!(
                "the external label `{name}` is `{text}`: fine where Flux or envsubst fills it; else Prometheus takes it \
                 from its environment, and drops the label where nothing is set"
            ))
            .current(Value::from(text));
        return;
    }
    out.find("CL15", resource)
        .at(pointer)
        .say(format!(
            "the external label `{name}` is `{text}`: Prometheus 3 takes the variable from its environment, and one \
             that is not set is empty"
        ))
        .current(Value::from(text));
}
