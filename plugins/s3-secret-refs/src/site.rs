//! Where the configuration of an object store is asked for, and which Secrets could give it.

use krmguard_sdk::Resource;
use serde_json::Value;

use crate::config::{is_key, is_name};

/// One place that asks for an object store's configuration, and the Secrets that it can come from: one, or
/// several where `envFrom` or a projected volume lists more than one source.
#[derive(Debug)]
pub(crate) struct Site<'a> {
    /// The object that asks.
    pub(crate) resource: &'a Resource,
    /// The namespace in which the Secret is looked for; `None` where nobody names it yet.
    pub(crate) namespace: Option<&'a str>,
    /// Who asks, as messages name it: `` `--objstore.config-file` of container `store` ``.
    pub(crate) what: String,
    /// Where the asking itself stands, if apart from the Secret's name: the flag's token.
    pub(crate) flag: Option<String>,
    /// The Secrets.
    pub(crate) candidates: Vec<Candidate>,
    /// Something else could give it as well, such as a ConfigMap in `envFrom`.
    pub(crate) others: bool,
}

/// A Secret that is named, and the key of it that is asked for.
#[derive(Debug)]
pub(crate) struct Candidate {
    /// The Secret's name.
    pub(crate) name: String,
    /// Where the name stands.
    pub(crate) name_at: String,
    /// The key, where it is known.
    pub(crate) key: Option<String>,
    /// Where the key stands or follows from.
    pub(crate) key_at: String,
    /// The pod starts without it.
    pub(crate) optional: bool,
}

impl Candidate {
    /// A Secret that a reference names: `name`, `optional` and, where `key` says so, its own `key`.
    /// `None` where the name is missing, or a template's variable.
    pub(crate) fn read(
        reference: &Value,
        at: &str,
        name_field: &str,
        key: Key<'_>,
    ) -> Option<Candidate> {
        let name = reference
            .get(name_field)?
            .as_str()
            .filter(|name| is_name(name))?
            .to_owned();
        let name_at = format!("{at}/{name_field}");
        let (key, key_at) = match key {
            Key::Own => (
                reference.get("key").and_then(Value::as_str),
                format!("{at}/key"),
            ),
            Key::Named { key, at } => (key, at),
        };
        let key = key.filter(|key| is_key(key)).map(str::to_owned);
        let optional = reference
            .get("optional")
            .and_then(Value::as_bool)
            .unwrap_or(false);
        Some(Candidate {
            name,
            name_at,
            key,
            key_at,
            optional,
        })
    }
}

/// Where the key of a reference is named.
pub(crate) enum Key<'a> {
    /// In the reference itself.
    Own,
    /// Elsewhere; `None` where it cannot be known.
    Named { key: Option<&'a str>, at: String },
}
