//! What a relabelling rule does to one label.
//! <https://prometheus.io/docs/prometheus/latest/configuration/configuration/#relabel_config>

use regex_lite::Regex;
use serde_json::Value;

/// A rule of `relabelings`, `metricRelabelings` or `writeRelabelConfigs`.
#[derive(Clone, Copy)]
pub(crate) struct Relabel<'a>(pub(crate) &'a Value);

/// What becomes of a label.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Effect<'a> {
    /// Nothing, or nobody can tell.
    None,
    /// It is gone.
    Dropped,
    /// It gets this value; `always` where no condition stands before it.
    Constant { value: &'a str, always: bool },
    /// It gets a value that other labels make.
    Rewritten,
    /// It gets a value that its own old value makes.
    Transformed,
}

impl<'a> Relabel<'a> {
    fn text(self, key: &str) -> Option<&'a str> {
        self.0.get(key).and_then(Value::as_str)
    }

    /// The action in lower case, as Prometheus reads it.
    pub(crate) fn action(self) -> String {
        match self.text("action").filter(|action| !action.is_empty()) {
            Some(action) => action.to_ascii_lowercase(),
            None => "replace".to_owned(),
        }
    }

    /// The labels whose values the regex is held against.
    pub(crate) fn sources(self) -> Vec<&'a str> {
        let list = self.0.get("sourceLabels").and_then(Value::as_array);
        list.into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    }

    /// The regex as Prometheus anchors it; `None` where it cannot be read here.
    pub(crate) fn regex(self) -> Option<Regex> {
        let text = self.text("regex").filter(|regex| !regex.is_empty());
        Regex::new(&format!("^(?s:{})$", text.unwrap_or("(.*)"))).ok()
    }

    fn matches_anything(self) -> bool {
        matches!(self.text("regex"), None | Some("" | ".*" | "(.*)"))
    }

    /// What it does to `label`.
    pub(crate) fn on(self, label: &str) -> Effect<'a> {
        let matches = || self.regex().map(|regex| regex.is_match(label));
        let action = self.action();
        match action.as_str() {
            "labeldrop" if matches() == Some(true) => Effect::Dropped,
            "labelkeep" if matches() == Some(false) => Effect::Dropped,
            "replace" | "lowercase" | "uppercase" | "hashmod"
                if self.text("targetLabel") == Some(label) =>
            {
                self.written(label, action == "replace")
            }
            // `labelmap` writes whatever labels there are: no manifest shows which.
            _ => Effect::None,
        }
    }

    fn written(self, label: &str, replace: bool) -> Effect<'a> {
        let replacement = self.text("replacement").unwrap_or("$1");
        if replace && !replacement.contains('$') {
            return Effect::Constant {
                value: replacement,
                always: self.matches_anything(),
            };
        }
        match self.sources()[..] {
            [source] if source == label => Effect::Transformed,
            _ => Effect::Rewritten,
        }
    }

    /// What it makes of the value of a label that it transforms; `None` where nobody can tell.
    pub(crate) fn transformed(self, value: &str) -> Option<String> {
        match self.action().as_str() {
            "lowercase" => Some(value.to_lowercase()),
            "uppercase" => Some(value.to_uppercase()),
            "replace" => {
                let regex = self.regex()?;
                let Some(captures) = regex.captures(value) else {
                    return Some(value.to_owned());
                };
                let mut text = String::new();
                captures.expand(self.text("replacement").unwrap_or("$1"), &mut text);
                Some(text)
            }
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;

    fn on(rule: &Value) -> Effect<'_> {
        Relabel(rule).on("cluster")
    }

    #[test]
    fn dropping_is_by_name() {
        for regex in ["cluster", "cl.*", "(cluster|region)", ".+", ""] {
            let rule = json!({"action": "labeldrop", "regex": regex});
            assert_eq!(on(&rule), Effect::Dropped, "{regex}");
        }
        for regex in ["clust", "cluster_id", "CLUSTER", "(unclosed", "__.*"] {
            let rule = json!({"action": "LabelDrop", "regex": regex});
            assert_eq!(on(&rule), Effect::None, "{regex}");
        }
        assert_eq!(
            on(&json!({"action": "labelkeep", "regex": "__name__|job"})),
            Effect::Dropped
        );
        assert_eq!(
            on(&json!({"action": "labelkeep", "regex": "__name__|clus.+"})),
            Effect::None
        );
    }

    #[test]
    fn writing_is_by_target() {
        let constant = json!({"targetLabel": "cluster", "replacement": "a"});
        assert_eq!(
            on(&constant),
            Effect::Constant {
                value: "a",
                always: true
            }
        );
        let conditional = json!({"action": "Replace", "sourceLabels": ["job"], "regex": "x", "targetLabel": "cluster", "replacement": "a"});
        assert_eq!(
            on(&conditional),
            Effect::Constant {
                value: "a",
                always: false
            }
        );
        let other = json!({"sourceLabels": ["job"], "targetLabel": "cluster"});
        assert_eq!(on(&other), Effect::Rewritten);
        let own =
            json!({"sourceLabels": ["cluster"], "targetLabel": "cluster", "regex": "(.+)-old"});
        assert_eq!(on(&own), Effect::Transformed);
        assert_eq!(
            on(&json!({"targetLabel": "clusters", "replacement": "a"})),
            Effect::None
        );
        assert_eq!(
            on(&json!({"action": "labelmap", "regex": "k8s_(.+)"})),
            Effect::None
        );
    }

    #[test]
    fn a_value_is_transformed_as_prometheus_does_it() {
        let rule = json!({"sourceLabels": ["cluster"], "targetLabel": "cluster", "regex": "(.+)-old", "replacement": "${1}-new"});
        assert_eq!(Relabel(&rule).transformed("a-old").unwrap(), "a-new");
        assert_eq!(Relabel(&rule).transformed("a").unwrap(), "a");
        let lower =
            json!({"action": "lowercase", "sourceLabels": ["cluster"], "targetLabel": "cluster"});
        assert_eq!(Relabel(&lower).transformed("A").unwrap(), "a");
    }
}
