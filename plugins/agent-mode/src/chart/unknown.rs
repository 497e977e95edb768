//! CV01 and CV03: values that the chart does not know, and so ignores without a word.

use krmguard_sdk::pointer::join;
use krmguard_sdk::{Chart, Outcome, nearest};
use serde_json::Value;

use super::keys::{MAPS, Map, RELEASE};

/// Keys that were meant for another place: mapping, key, and the value that does what was meant.
const ELSEWHERE: &[(&str, &str, &str)] =
    &[("/prometheus/prometheusSpec", "mode", "prometheus.agentMode")];

/// Where the size of the volume belongs that many write as `storage`.
const SIZE: &str = "storageSpec.volumeClaimTemplate.spec.resources.requests.storage";

pub(super) fn review(chart: Chart<'_>, out: &mut Outcome) {
    if !chart.is_release_of(RELEASE) {
        return;
    }
    for map in MAPS {
        let Some(values) = chart.at(map.path).and_then(Value::as_object) else {
            continue;
        };
        for (key, value) in values {
            let known = value.is_null() || map.knows(key);
            if !known && !is_foreign(map, key) && !is_read_by_values(chart, map, key) {
                report(chart, map, key, value, out);
            }
        }
    }
}

/// Whether a key at the top is Helm's own (`tags`), or by its name holds nothing but anchors.
fn is_foreign(map: &Map, key: &str) -> bool {
    map.path.is_empty() && (key == "tags" || key.starts_with("x-"))
}

/// Whether a template in the values themselves reads the key: the chart passes many of them through `tpl`.
fn is_read_by_values(chart: Chart<'_>, map: &Map, key: &str) -> bool {
    fn occurs(needle: &str, value: &Value) -> bool {
        match value {
            Value::String(text) => text.contains(needle),
            Value::Array(items) => items.iter().any(|item| occurs(needle, item)),
            Value::Object(map) => map.values().any(|value| occurs(needle, value)),
            _ => false,
        }
    }
    let needle = format!(".Values.{}", dotted(map.path, key));
    let mut values = chart
        .values()
        .into_iter()
        .flat_map(|values| values.values());
    values.any(|value| occurs(&needle, value))
}

fn report(chart: Chart<'_>, map: &Map, key: &str, value: &Value, out: &mut Outcome) {
    let name = dotted(map.path, key);
    let meant = meant(map, key, value);
    let rule = match meant {
        Some(_) => "CV01",
        None => "CV03",
    };
    let finding = out
        .find(rule, chart.resource())
        .at(chart.pointer(&join(map.path, key)))
        .say(format!(
            "the chart does not know `{name}` and ignores it without a word"
        ));
    if let Some(meant) = meant {
        finding.remedy(format!("did you mean `{meant}`?"));
    }
}

/// The value that somebody most likely meant, as a path with dots.
fn meant(map: &Map, key: &str, value: &Value) -> Option<String> {
    let listed = ELSEWHERE
        .iter()
        .find(|(path, wrong, _)| *path == map.path && *wrong == key);
    if let Some((_, _, right)) = listed {
        return Some((*right).to_owned());
    }
    // A key at the wrong level, if there is one place only where it is right.
    let mut levels = MAPS
        .iter()
        .filter(|other| is_around(other.path, map.path) || is_around(map.path, other.path))
        .filter(|other| other.knows(key));
    if let (Some(level), None) = (levels.next(), levels.next()) {
        return Some(dotted(level.path, key));
    }
    let near = nearest(key, map.keys())?;
    Some(match (near, value) {
        ("storageSpec", Value::String(size)) => {
            format!("{}: {size}", dotted(map.path, SIZE))
        }
        _ => dotted(map.path, near),
    })
}

/// Whether the mapping at `outer` has the one at `inner` in it.
fn is_around(outer: &str, inner: &str) -> bool {
    inner
        .strip_prefix(outer)
        .is_some_and(|rest| rest.starts_with('/'))
}

/// A key as people write it: `prometheus.prometheusSpec.storage`.
fn dotted(path: &str, key: &str) -> String {
    match path.trim_start_matches('/').replace('/', ".") {
        path if path.is_empty() => key.to_owned(),
        path => format!("{path}.{key}"),
    }
}
