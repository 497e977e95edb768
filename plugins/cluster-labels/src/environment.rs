//! `$(VAR)` in an argument, as far as a container's `env` tells what it becomes.
//! <https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/>

use krmguard_sdk::Container;
use serde_json::Value;

/// Variables may stand in the values of others; a chain longer than this is a circle.
const DEPTH: usize = 8;

/// The variables of one container.
pub(crate) struct Variables<'a> {
    entries: Vec<&'a Value>,
    /// `envFrom` may define more.
    open: bool,
}

/// What a variable becomes.
enum Meaning<'a> {
    Text(&'a str),
    /// A field of the pod, such as `metadata.name`.
    Field(&'a str),
    /// It is defined nowhere, and `$(VAR)` stays as it is.
    Nothing,
    Unknown,
}

impl<'a> Variables<'a> {
    pub(crate) fn of(container: &Container<'a>) -> Variables<'a> {
        Variables {
            entries: container.items("env").map(|(_, entry)| entry).collect(),
            open: container.items("envFrom").next().is_some(),
        }
    }

    fn meaning(&self, name: &str) -> Meaning<'a> {
        let named = |entry: &&&Value| entry.get("name").and_then(Value::as_str) == Some(name);
        // The last entry of a name counts.
        let Some(entry) = self.entries.iter().rev().find(named) else {
            return match self.open {
                true => Meaning::Unknown,
                false => Meaning::Nothing,
            };
        };
        if let Some(field) = entry.pointer("/valueFrom/fieldRef/fieldPath") {
            return Meaning::Field(field.as_str().unwrap_or_default());
        }
        match (
            entry.get("valueFrom"),
            entry.get("value").and_then(Value::as_str),
        ) {
            (None, text) => Meaning::Text(text.unwrap_or_default()),
            _ => Meaning::Unknown,
        }
    }

    /// The text with its variables put in; fields of the pod as the letter `x`, for their values have neither quotes nor
    /// backslashes. `None` where something remains that nobody can see.
    pub(crate) fn expand(&self, text: &str) -> Option<String> {
        self.expand_within(text, DEPTH)
    }

    fn expand_within(&self, text: &str, depth: usize) -> Option<String> {
        let mut whole = String::new();
        for part in parts(text) {
            match part {
                Part::Text(text) => whole.push_str(text),
                Part::Variable(name) => match self.meaning(name) {
                    Meaning::Text(text) if depth > 0 => {
                        whole.push_str(&self.expand_within(text, depth - 1)?);
                    }
                    Meaning::Field(_) => whole.push('x'),
                    Meaning::Nothing => {
                        whole.push_str("$(");
                        whole.push_str(name);
                        whole.push(')');
                    }
                    Meaning::Text(_) | Meaning::Unknown => return None,
                },
            }
        }
        Some(whole)
    }

    fn differs_by_pod(&self, text: &str, depth: usize) -> bool {
        parts(text).into_iter().any(|part| match part {
            Part::Text(_) => false,
            Part::Variable(name) => match self.meaning(name) {
                Meaning::Field(field) => {
                    !matches!(field, "metadata.namespace" | "spec.serviceAccountName")
                }
                Meaning::Text(text) => depth > 0 && self.differs_by_pod(text, depth - 1),
                // A ConfigMap or a Secret says the same to every pod.
                Meaning::Nothing | Meaning::Unknown => false,
            },
        })
    }
}

/// Whether the text is another in every pod.
pub(crate) fn per_pod(variables: &Variables<'_>, text: &str) -> bool {
    variables.differs_by_pod(text, DEPTH)
}

enum Part<'t> {
    Text(&'t str),
    Variable(&'t str),
}

/// `$(NAME)` apart from what is literal; `$$` is an escaped `$`.
fn parts(text: &str) -> Vec<Part<'_>> {
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        let (before, after) = rest.split_at(at);
        parts.push(Part::Text(before));
        if let Some(tail) = after.strip_prefix("$$") {
            parts.push(Part::Text("$"));
            rest = tail;
        } else if let Some((name, tail)) = after
            .strip_prefix("$(")
            .and_then(|inner| inner.split_once(')'))
        {
            parts.push(Part::Variable(name));
            rest = tail;
        } else {
            parts.push(Part::Text("$"));
            rest = &after[1..];
        }
    }
    parts.push(Part::Text(rest));
    parts
}
