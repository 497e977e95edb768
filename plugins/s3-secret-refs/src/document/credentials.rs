//! S306 and S317, and S312 for line breaks behind a key.

use krmguard_sdk::{Outcome, ResourceSet, Stage};
use serde_json::Value;

use super::{Document, Within, is_open};
use crate::config::{Config, LiteralCredentials};
use crate::origin::{self, Origin};
use crate::yielded::Kind;

/// S312: what the object store will refuse.
pub(crate) fn line_breaks(document: &Document<'_>, out: &mut Outcome) {
    for key in ["access_key", "secret_key"] {
        let pointer = format!("/config/{key}");
        if document
            .value(&pointer)
            .and_then(Value::as_str)
            .is_some_and(|text| text.ends_with(['\n', '\r']))
        {
            let draft = out
                .find("S312", document.resource)
                .say(format!("`{key}` ends with a line break: Thanos starts, and the object store refuses every request"))
                .remedy("write the value on one line, or with `|-` instead of `|`");
            document.at_key(draft, &pointer);
        }
    }
}

/// S306 and S317: credentials that stand literally in a document.
pub(crate) fn literal(
    document: &Document<'_>,
    config: &Config,
    set: &ResourceSet,
    out: &mut Outcome,
) {
    let literal = |key: &&str| {
        let text = document
            .value(&format!("/config/{key}"))
            .and_then(Value::as_str);
        text.is_some_and(|text| {
            !text.is_empty()
                && !text.starts_with("ref+")
                && !text.starts_with("<path:")
                && !text.starts_with("${vault:")
                && !is_open(text, config)
        })
    };
    let found: Vec<&str> = ["access_key", "secret_key", "session_token"]
        .into_iter()
        .filter(literal)
        .collect();
    // The name of a key is no secret by itself.
    if found.iter().all(|key| *key == "access_key") {
        return;
    }
    let origin = origin::of(set, document.resource);
    let where_it_is = match (&document.within, origin) {
        (_, Origin::Generated) => return,
        (Within::Container, _) => "in a container of a manifest",
        (
            Within::Key {
                kind: Kind::ConfigMap,
                ..
            },
            _,
        ) => "in a ConfigMap",
        (Within::Key { .. }, Origin::File) => "in a file of the tree",
        (Within::Key { .. }, _) => "in a Secret that no generator is seen to have made",
    };
    let rule = match (origin, config.literal_credentials) {
        (Origin::File, LiteralCredentials::Error) => "S306",
        _ => "S317",
    };
    for key in found {
        let message = match set.stage() {
            Stage::Source => format!("`{key}` stands literally {where_it_is}, and so in Git"),
            _ => format!("`{key}` stands literally {where_it_is}"),
        };
        let draft = out.find(rule, document.resource).say(message).sensitive();
        document.at_value(draft, &format!("/config/{key}"));
    }
}
