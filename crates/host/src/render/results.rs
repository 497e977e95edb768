//! Findings as the `results:` of a ResourceList, as the KRM functions specification has them.

use serde_json::{Map, Value, json};

use super::field;
use super::sealed::Sealed;
use crate::report::{Finding, Origin, State};

/// One entry for each finding, in the report's order.
///
/// A fixed or waived finding is information: its severity is `info`, and its own stands in its tags.
pub(crate) fn results(sealed: &Sealed) -> Vec<Value> {
    sealed.report().findings.iter().map(entry).collect()
}

fn entry(finding: &Finding) -> Value {
    let mut entry = Map::new();
    entry.insert("message".into(), Value::from(message(finding)));
    let severity = match finding.state {
        State::Fixed | State::Waived => "info",
        State::Open | State::Pending => finding.severity.as_str(),
    };
    entry.insert("severity".into(), Value::from(severity));
    if let Some(reference) = reference(finding) {
        entry.insert("resourceRef".into(), reference);
        // A field belongs to a resource: without a reference it says nothing.
        if let Some(field) = field(finding) {
            entry.insert("field".into(), field);
        }
    }
    if let Some(file) = finding.origin.as_ref().and_then(file) {
        entry.insert("file".into(), file);
    }
    let mut tags = Map::new();
    tags.insert("rule".into(), Value::from(finding.rule.as_str()));
    tags.insert("state".into(), Value::from(finding.state.as_str()));
    if matches!(finding.state, State::Fixed | State::Waived) {
        tags.insert("severity".into(), Value::from(finding.severity.as_str()));
        if let Some(waiver) = &finding.waiver {
            tags.insert("waiver".into(), Value::from(waiver.reason.as_str()));
        }
    } else if let Some(remedy) = &finding.remedy {
        tags.insert("remedy".into(), Value::from(remedy.as_str()));
    }
    entry.insert("tags".into(), Value::Object(tags));
    Value::Object(entry)
}

/// Never empty: a result without a message is invalid.
fn message(finding: &Finding) -> &str {
    match finding.message.is_empty() {
        true => &finding.rule,
        false => &finding.message,
    }
}

/// Only with all that the specification asks for.
fn reference(finding: &Finding) -> Option<Value> {
    let object = finding.object.as_ref()?;
    if [&object.api_version, &object.kind, &object.name]
        .iter()
        .any(|part| part.is_empty())
    {
        return None;
    }
    let mut reference = Map::new();
    reference.insert(
        "apiVersion".into(),
        Value::from(object.api_version.as_str()),
    );
    reference.insert("kind".into(), Value::from(object.kind.as_str()));
    reference.insert("name".into(), Value::from(object.name.as_str()));
    if let Some(namespace) = &object.namespace {
        reference.insert("namespace".into(), Value::from(namespace.as_str()));
    }
    Some(Value::Object(reference))
}

fn field(finding: &Finding) -> Option<Value> {
    let mut field = Map::new();
    field.insert(
        "path".into(),
        Value::from(field::path(finding.pointer.as_deref()?)?),
    );
    if let Some(current) = &finding.current {
        field.insert("currentValue".into(), current.clone());
    }
    if let Some(proposed) = &finding.proposed {
        field.insert("proposedValue".into(), proposed.clone());
    }
    Some(Value::Object(field))
}

/// Only for a relative path with slashes; anything else is no `file` of the specification.
fn file(origin: &Origin) -> Option<Value> {
    let relative =
        !origin.path.is_empty() && !origin.path.starts_with('/') && !origin.path.contains('\\');
    relative.then(|| json!({"path": origin.path, "index": origin.index}))
}
