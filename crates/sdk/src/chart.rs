//! One `helmCharts:` entry of a kustomization, with the values that are written for it.

use serde_json::{Map, Value};

use crate::patch::Patch;
use crate::set::Resource;
use crate::wire::Form;

/// Where the merged values stand in the entry.
const VALUES: &str = "/valuesInline";

/// A `helmCharts:` entry. Its values are those that somebody wrote: what the chart's own `values.yaml` adds is not
/// among them. Paths are JSON pointers into the values, such as `/prometheus/agentMode`.
#[derive(Clone, Copy, Debug)]
pub struct Chart<'a> {
    resource: &'a Resource,
}

impl<'a> Chart<'a> {
    pub(crate) fn of(resource: &'a Resource) -> Option<Chart<'a>> {
        (resource.form() == Form::ChartValues).then_some(Chart { resource })
    }

    /// The entry as an object, for findings and edits.
    pub fn resource(&self) -> &'a Resource {
        self.resource
    }

    /// The chart's name; the release's is the object's own.
    pub fn name(&self) -> &'a str {
        self.resource.str_at("/name").unwrap_or_default()
    }

    /// The namespace of the release.
    pub fn namespace(&self) -> Option<&'a str> {
        self.resource
            .str_at("/namespace")
            .filter(|namespace| !namespace.is_empty())
    }

    /// Whether it asks for exactly one version, which is a patch release of `minor`, such as `78.5`. A range, and no
    /// version at all, may become anything.
    pub fn is_release_of(&self, minor: &str) -> bool {
        let version = self.resource.str_at("/version").unwrap_or_default();
        version
            .trim_start_matches('v')
            .strip_prefix(minor)
            .and_then(|rest| rest.strip_prefix('.'))
            .is_some_and(|patch| {
                !patch.is_empty() && patch.bytes().all(|byte| byte.is_ascii_digit())
            })
    }

    /// All values.
    pub fn values(&self) -> Option<&'a Map<String, Value>> {
        self.resource.map_at(VALUES)
    }

    /// The value at a path. `null`, by which Helm takes the chart's default away, counts as absent.
    pub fn at(&self, path: &str) -> Option<&'a Value> {
        self.resource
            .at(&self.pointer(path))
            .filter(|value| !value.is_null())
    }

    /// Whether a template's `if` holds for the value at a path; `default` is the chart's own value.
    pub fn is_on(&self, path: &str, default: bool) -> bool {
        self.resource.at(&self.pointer(path)).map_or(default, holds)
    }

    /// Where a path is in the object.
    pub fn pointer(&self, path: &str) -> String {
        format!("{VALUES}{path}")
    }

    /// Sets the value at a path of mappings, which are made where they are missing; `None` where something on the way
    /// is no mapping.
    pub fn set(&self, path: &str, value: impl Into<Value>) -> Option<Patch> {
        let whole = self.pointer(path);
        let mut patch = Patch::new();
        let mut missing = false;
        for (end, _) in whole.match_indices('/').skip(1) {
            let parent = &whole[..end];
            match self.resource.at(parent).filter(|_| !missing) {
                Some(Value::Object(_)) => {}
                None | Some(Value::Null) => {
                    missing = true;
                    patch = patch.add(parent, Map::new());
                }
                Some(_) => return None,
            }
        }
        Some(patch.add(whole, value))
    }
}

/// Whether a template's `if` holds for a value: not for what is false, zero or empty.
/// <https://pkg.go.dev/text/template#hdr-Actions>
fn holds(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(on) => *on,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(map) => !map.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;
    use crate::wire::Object;

    fn resource(content: &Value) -> Resource {
        Resource::read(&Object {
            id: 0,
            unit: 0,
            form: Form::ChartValues,
            content: content.to_string(),
            extra: Vec::new(),
        })
        .unwrap()
    }

    #[test]
    fn an_if_of_a_template_holds_for_what_is_not_empty() {
        let entry = resource(&json!({"valuesInline": {
            "on": true, "off": false, "none": null, "zero": 0, "one": 1, "empty": "", "word": "false",
            "list": [], "map": {}, "full": {"enabled": false},
        }}));
        let chart = Chart::of(&entry).unwrap();
        for path in ["/on", "/one", "/word", "/full"] {
            assert!(chart.is_on(path, false), "{path}");
        }
        for path in ["/off", "/none", "/zero", "/empty", "/list", "/map"] {
            assert!(!chart.is_on(path, true), "{path}");
        }
        assert!(chart.is_on("/absent", true) && !chart.is_on("/absent/deeper", false));
        assert!(chart.at("/none").is_none() && chart.at("/off").is_some());
    }

    #[test]
    fn a_value_is_set_below_mappings_that_are_made_where_they_are_missing() {
        let set = |content: Value| {
            let entry = resource(&content);
            let patch = Chart::of(&entry).unwrap().set("/a/b/c", 1);
            patch.map(|patch| patch.to_value())
        };
        let whole = json!({"op": "add", "path": "/valuesInline/a/b/c", "value": 1});
        let made = |path: &str| json!({"op": "add", "path": path, "value": {}});
        assert_eq!(
            set(json!({})),
            Some(json!([
                made("/valuesInline"),
                made("/valuesInline/a"),
                made("/valuesInline/a/b"),
                whole
            ]))
        );
        assert_eq!(
            set(json!({"valuesInline": {"a": {"b": null}}})),
            Some(json!([made("/valuesInline/a/b"), whole]))
        );
        assert_eq!(
            set(json!({"valuesInline": {"a": {"b": {"c": 0}}}})),
            Some(json!([whole]))
        );
        assert_eq!(set(json!({"valuesInline": {"a": []}})), None);
    }

    #[test]
    fn only_an_exact_version_is_a_release() {
        let is = |version: Value| {
            let entry = resource(&json!({"version": version}));
            Chart::of(&entry).unwrap().is_release_of("78.5")
        };
        for version in ["78.5.0", "v78.5.0", "78.5.12"] {
            assert!(is(version.into()), "{version}");
        }
        for version in [
            "",
            "78.5",
            "~78.5.0",
            "78.5.x",
            "78.50.0",
            "79.0.0",
            "78.5.0-rc.1",
        ] {
            assert!(!is(version.into()), "{version}");
        }
        assert!(!is(Value::Null));
    }

    #[test]
    fn a_manifest_is_no_chart() {
        let content = json!({"kind": "HelmChartInflationGenerator"}).to_string();
        let manifest = Resource::read(&Object {
            id: 0,
            unit: 0,
            form: Form::Manifest,
            content,
            extra: Vec::new(),
        });
        assert!(Chart::of(&manifest.unwrap()).is_none());
    }
}
