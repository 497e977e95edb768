//! Findings that a PolicySet takes as they are: which, why, and until when.

use std::fmt;

use serde_json::Value;

use super::fields::{Field, Problems, sort};
use super::table::{SUBJECT, WAIVER, names};
use crate::date::Date;
use crate::report::ObjectRef;

/// One entry of `waivers`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Waiver {
    /// As written; whether a policy has such a rule is known once all are loaded.
    pub(crate) rule: String,
    pub(crate) subject: Subject,
    /// Never empty.
    pub(crate) reason: String,
    /// The last day on which it holds.
    pub(crate) expires: Option<Date>,
    /// Pointer to the entry.
    pub(crate) at: String,
}

/// What the findings that are waived are about. One object, by its whole name: a pattern would waive what
/// nobody has looked at yet.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Subject {
    /// The unit as a whole: findings that name no object.
    Unit,
    Object {
        kind: String,
        /// None: the manifest names none.
        namespace: Option<String>,
        name: String,
    },
}

/// How a waiver calls what is about no object.
const UNIT: &str = "unit";

impl Subject {
    /// Whether a finding about `object` is meant.
    pub(crate) fn is(&self, object: Option<&ObjectRef>) -> bool {
        match (self, object) {
            (Subject::Unit, None) => true,
            (
                Subject::Object {
                    kind,
                    namespace,
                    name,
                },
                Some(object),
            ) => *kind == object.kind && *namespace == object.namespace && *name == object.name,
            _ => false,
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Subject::Unit => f.write_str("the unit"),
            Subject::Object {
                kind,
                namespace: Some(namespace),
                name,
            } => write!(f, "{kind} {namespace}/{name}"),
            Subject::Object { kind, name, .. } => write!(f, "{kind} {name}"),
        }
    }
}

/// Reads `waivers` of `spec`.
pub(super) fn read(spec: &Field<'_>, problems: &mut Problems) -> Vec<Waiver> {
    let Some(field) = spec.get("waivers") else {
        return Vec::new();
    };
    let mut waivers: Vec<Waiver> = Vec::new();
    for item in field.items(problems) {
        let Some(waiver) = waiver(&item, problems) else {
            continue;
        };
        let twin = waivers
            .iter()
            .find(|other| other.rule == waiver.rule && other.subject == waiver.subject);
        match twin {
            Some(twin) => problems.at(
                &item,
                format!(
                    "{} waives {} of {} a second time",
                    item.called(),
                    waiver.rule,
                    waiver.subject
                ),
                format!(
                    "keep one of the two: the first is {}",
                    Field {
                        value: item.value,
                        pointer: twin.at.clone()
                    }
                    .called()
                ),
            ),
            None => waivers.push(waiver),
        }
    }
    waivers
}

fn waiver(item: &Field<'_>, problems: &mut Problems) -> Option<Waiver> {
    let before = problems.len();
    if !item.is_mapping_of(&names(WAIVER), problems) || problems.len() > before {
        // A field that is misspelt is not called absent as well.
        return None;
    }
    let mut needed = |name: &str, fix: &str| {
        let field = item.get(name);
        if field.is_none() {
            problems.at(item, format!("{} has no `{name}`", item.called()), fix);
        }
        field
    };
    let rule = needed(
        "rule",
        "name the rule whose finding is waived, such as `rule: CL10`",
    );
    let object = needed(
        "object",
        "name the object as reports do: `object: Prometheus monitoring/k8s`",
    );
    let reason = needed(
        "reason",
        "say why the finding may stay: a waiver without a reason outlives everybody who knew it",
    );
    let rule = rule.and_then(|field| field.text(problems));
    let subject = object.and_then(|field| subject(&field, problems));
    let reason = reason.and_then(|field| sentence(&field, problems));
    let expires = match item.get("expires") {
        None => None,
        Some(field) => Some(date(&field, problems)?),
    };
    Some(Waiver {
        rule: rule?.to_owned(),
        subject: subject?,
        reason: reason?,
        expires,
        at: item.pointer.clone(),
    })
}

/// `Kind namespace/name`, `Kind name`, `unit`, or a mapping with `kind`, `namespace` and `name`.
fn subject(field: &Field<'_>, problems: &mut Problems) -> Option<Subject> {
    const FIX: &str = "write it as reports do, `Prometheus monitoring/k8s` or `ClusterRole k8s`, or as a mapping \
                       with `kind`, `namespace` and `name`; `unit` is for findings that name no object";
    match field.value {
        Value::String(text) => {
            let words: Vec<&str> = text.split_whitespace().collect();
            let subject = match words[..] {
                [UNIT] => Some(Subject::Unit),
                [kind, path] => {
                    let (namespace, name) = match path.split_once('/') {
                        Some((namespace, name)) => (Some(namespace.to_owned()), name),
                        None => (None, path),
                    };
                    let whole =
                        !name.is_empty() && !name.contains('/') && namespace.as_deref() != Some("");
                    whole.then(|| Subject::Object {
                        kind: kind.to_owned(),
                        namespace,
                        name: name.to_owned(),
                    })
                }
                _ => None,
            };
            let pattern = text.contains('*');
            if subject.is_none() || pattern {
                let what = match pattern {
                    true => format!("{} is a pattern: `{text}`", field.called()),
                    false => format!("{} names no object: `{text}`", field.called()),
                };
                let fix = match pattern {
                    true => {
                        "waive each object by its name, or give the rule another severity under the policy's `rules`"
                    }
                    false => FIX,
                };
                problems.at(field, what, fix);
                return None;
            }
            subject
        }
        Value::Object(_) => {
            let before = problems.len();
            if !field.is_mapping_of(&names(SUBJECT), problems) || problems.len() > before {
                return None;
            }
            let (kind, name) = (field.get("kind"), field.get("name"));
            let (Some(kind), Some(name)) = (kind, name) else {
                problems.at(
                    field,
                    format!("{} lacks `kind` or `name`", field.called()),
                    FIX,
                );
                return None;
            };
            let namespace = match field.get("namespace") {
                None => None,
                Some(namespace) => Some(namespace.text(problems)?.to_owned()),
            };
            Some(Subject::Object {
                kind: kind.text(problems)?.to_owned(),
                namespace,
                name: name.text(problems)?.to_owned(),
            })
        }
        other => {
            problems.at(field, format!("{} is {}", field.called(), sort(other)), FIX);
            None
        }
    }
}

/// Text that says something.
fn sentence(field: &Field<'_>, problems: &mut Problems) -> Option<String> {
    let text = field.text(problems)?.trim();
    if text.is_empty() {
        problems.at(
            field,
            format!("{} is blank", field.called()),
            "say why the finding may stay",
        );
        return None;
    }
    Some(text.to_owned())
}

fn date(field: &Field<'_>, problems: &mut Problems) -> Option<Date> {
    let date = field.value.as_str().and_then(Date::parse);
    if date.is_none() {
        let written = match field.value {
            Value::String(text) => text.clone(),
            value => value.to_string(),
        };
        problems.at(
            field,
            format!("{} is no date: `{written}`", field.called()),
            "write the last day on which the waiver holds as YYYY-MM-DD, such as 2027-03-31",
        );
    }
    date
}

#[cfg(test)]
#[path = "waivers_tests.rs"]
mod tests;
