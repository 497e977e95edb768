//! `$(VAR)` in an argument: the container's `env` and `envFrom`.

use krmguard_sdk::Container;
use krmguard_sdk::pointer::join;
use serde_json::Value;

use crate::site::{Candidate, Key};

/// Variables may stand in the values of others; a chain longer than this is a circle.
pub(crate) const DEPTH: usize = 8;

/// What gives one variable its value.
#[derive(Debug, Default)]
pub(crate) struct Sources {
    pub(crate) candidates: Vec<Candidate>,
    /// Something that is no Secret may give it.
    pub(crate) others: bool,
}

/// The names of the variables in `text`. `$$(X)` is literal.
/// <https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/>
pub(crate) fn variables(text: &str) -> Vec<&str> {
    let mut names = Vec::new();
    let mut rest = text;
    while let Some((_, after)) = rest.split_once('$') {
        if let Some(escaped) = after.strip_prefix('$') {
            rest = escaped;
        } else if let Some((name, tail)) = after
            .strip_prefix('(')
            .and_then(|inner| inner.split_once(')'))
        {
            names.push(name);
            rest = tail;
        } else {
            rest = after;
        }
    }
    names
}

/// The Secrets behind every variable in `text`, one entry per variable that a Secret may give.
pub(crate) fn sources(container: &Container<'_>, text: &str) -> Vec<Sources> {
    let mut found = Vec::new();
    collect(container, text, DEPTH, &mut found);
    found
}

/// `text` with the variables that have a literal value put in; `None` where another remains.
pub(crate) fn expanded(container: &Container<'_>, text: &str) -> Option<String> {
    let mut text = text.to_owned();
    for _ in 0..DEPTH {
        let Some(name) = variables(&text).first().map(|name| (*name).to_owned()) else {
            return Some(text);
        };
        let (_, entry) = defined(container, &name)?;
        let value = entry.get("value").and_then(Value::as_str)?;
        text = text.replace(&format!("$({name})"), value);
    }
    None
}

fn collect(container: &Container<'_>, text: &str, depth: usize, found: &mut Vec<Sources>) {
    if depth == 0 {
        return;
    }
    for name in variables(text) {
        match defined(container, name) {
            Some((pointer, entry)) => {
                if let Some(reference) = entry.pointer("/valueFrom/secretKeyRef") {
                    let at = format!("{pointer}/valueFrom/secretKeyRef");
                    let candidates: Vec<Candidate> =
                        Candidate::read(reference, &at, "name", Key::Own)
                            .into_iter()
                            .collect();
                    found.push(Sources {
                        candidates,
                        others: false,
                    });
                } else if let Some(value) = entry.get("value").and_then(Value::as_str) {
                    collect(container, value, depth - 1, found);
                }
            }
            None => found.push(from_all(container, name)),
        }
    }
}

/// The entry of `env` that counts: the last of that name.
pub(crate) fn defined<'a>(container: &Container<'a>, name: &str) -> Option<(String, &'a Value)> {
    container
        .items("env")
        .filter(|(_, entry)| entry.get("name").and_then(Value::as_str) == Some(name))
        .last()
}

/// What `envFrom` may give: every source whose prefix fits.
fn from_all(container: &Container<'_>, name: &str) -> Sources {
    let mut sources = Sources::default();
    for (pointer, entry) in container.items("envFrom") {
        let prefix = entry
            .get("prefix")
            .and_then(Value::as_str)
            .unwrap_or_default();
        let Some(key) = name.strip_prefix(prefix) else {
            continue;
        };
        match entry.get("secretRef") {
            Some(reference) => {
                let at = join(&pointer, "secretRef");
                let key = Key::Named {
                    key: Some(key),
                    at: at.clone(),
                };
                match Candidate::read(reference, &at, "name", key) {
                    Some(candidate) => sources.candidates.push(candidate),
                    None => sources.others = true,
                }
            }
            None => sources.others = true,
        }
    }
    sources
}

/// What a variable is at start.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Lookup {
    /// Nothing sets it.
    Unset,
    /// It is a key of one Secret in `envFrom`.
    Secret { name: String, key: String },
    /// It is set, or may be.
    Set,
}

/// What `name` is in a container. The runtime sets some variables itself, the kubelet those of Services.
/// <https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables>
pub(crate) fn lookup(container: &Container<'_>, name: &str) -> Lookup {
    let from_runtime = matches!(name, "HOSTNAME" | "HOME" | "PATH")
        || name.starts_with("KUBERNETES_")
        || name.ends_with("_SERVICE_HOST")
        || name.contains("_SERVICE_PORT")
        || name.contains("_PORT");
    if from_runtime || defined(container, name).is_some() {
        return Lookup::Set;
    }
    if container.items("envFrom").next().is_none() {
        return Lookup::Unset;
    }
    let Sources { candidates, others } = from_all(container, name);
    match candidates.into_iter().next() {
        Some(Candidate {
            name,
            key: Some(key),
            ..
        }) if !others && container.items("envFrom").count() == 1 => Lookup::Secret { name, key },
        _ => Lookup::Set,
    }
}

#[cfg(test)]
mod tests {
    use super::variables;

    #[test]
    fn variables_are_found_as_the_kubelet_finds_them() {
        assert_eq!(variables("$(A)"), ["A"]);
        assert_eq!(
            variables("type: S3\nkey: $(KEY)\nsecret: x$(SECRET)y"),
            ["KEY", "SECRET"]
        );
        for literal in ["$$(A)", "$A", "${A}", "$", "$(", "a(b)", "$$$$(A)"] {
            assert!(
                variables(literal).is_empty(),
                "{literal}: {:?}",
                variables(literal)
            );
        }
        assert_eq!(variables("$$$(A)"), ["A"]);
    }
}
