//! What a PolicySet makes of single rules: another severity, or none of it.

use serde_json::Value;

use super::fields::{Field, Problems, sort};
use super::table::RULE_LEVELS;
use crate::report::Severity;

/// What a PolicySet says about one rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RuleLevel {
    /// As written; whether the policy has such a rule is known once it is loaded.
    pub(crate) rule: String,
    pub(crate) level: Level,
    /// Pointer to the entry.
    pub(crate) at: String,
}

/// How much a rule's findings count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    /// Its findings are dropped, and its edits are not applied.
    Ignore,
    Counts(Severity),
}

/// Reads `rules` of `parent`, where it has any.
pub(super) fn read(parent: Option<&Field<'_>>, problems: &mut Problems) -> Vec<RuleLevel> {
    let Some(field) = parent.and_then(|parent| parent.get("rules")) else {
        return Vec::new();
    };
    let Some(entries) = field.value.as_object() else {
        problems.at(
            &field,
            format!("{} is {}, not a mapping", field.called(), sort(field.value)),
            "write a line for each rule, such as `CL10: warning`",
        );
        return Vec::new();
    };
    entries
        .keys()
        .filter_map(|rule| {
            // An explicit null counts as absent.
            let entry = field.get(rule)?;
            Some(RuleLevel {
                rule: rule.clone(),
                level: level(&entry, problems)?,
                at: entry.pointer,
            })
        })
        .collect()
}

fn level(entry: &Field<'_>, problems: &mut Problems) -> Option<Level> {
    // To who reads YAML as Go does, `off` is false.
    let switch = match entry.value {
        Value::Bool(_) => true,
        Value::String(text) => ["off", "false", "none", "no", "disabled"]
            .iter()
            .any(|word| text.eq_ignore_ascii_case(word)),
        _ => false,
    };
    if switch {
        let written = match entry.value {
            Value::String(text) => text.clone(),
            value => value.to_string(),
        };
        problems.at(
            entry,
            format!("{} is `{written}`", entry.called()),
            "write `ignore` to drop the rule's findings and edits (not `off`: YAML readers take that for false), \
             or a severity: `info`, `warning` or `error`",
        );
        return None;
    }
    match entry.one_of(RULE_LEVELS, problems)? {
        "ignore" => Some(Level::Ignore),
        "info" => Some(Level::Counts(Severity::Info)),
        "warning" => Some(Level::Counts(Severity::Warning)),
        _ => Some(Level::Counts(Severity::Error)),
    }
}
