//! S309: the endpoint's port against `insecure`, and certificates that nobody checks.

use krmguard_sdk::Outcome;
use serde_json::Value;

use super::Document;
use crate::config::Config;

/// Judges the transport of a document.
pub(crate) fn review(document: &Document<'_>, config: &Config, out: &mut Outcome) {
    let is_true = |pointer: &str| document.value(pointer).and_then(Value::as_bool) == Some(true);
    // A value that is put in later may be either.
    let known = matches!(
        document.value("/config/insecure"),
        None | Some(Value::Bool(_) | Value::Null)
    );
    let insecure = is_true("/config/insecure");
    if let Some(endpoint) = document
        .settled("/config/endpoint", config)
        .filter(|_| known)
    {
        let host = endpoint.strip_suffix('/').unwrap_or(endpoint);
        let message = if host.ends_with(":443") && insecure {
            Some((
                "`insecure: true` speaks http to port 443, where https is usual",
                "leave `insecure` out",
            ))
        } else if host.ends_with(":80") && !insecure {
            Some((
                "port 80 is http, but without `insecure: true` Thanos speaks https to it",
                "write `insecure: true`, or name the port of https",
            ))
        } else {
            None
        };
        if let Some((message, remedy)) = message {
            let draft = out
                .find("S309", document.resource)
                .say(message)
                .remedy(remedy);
            document.at_value(draft, "/config/endpoint");
        }
    }
    let (outer, inner) = (
        "/config/http_config/insecure_skip_verify",
        "/config/http_config/tls_config/insecure_skip_verify",
    );
    if insecure || !known {
        return;
    }
    if is_true(outer) {
        let draft = out
            .find("S309", document.resource)
            .say(
                "`insecure_skip_verify: true` takes any certificate: whoever answers gets the keys",
            )
            .remedy("name the authority in `http_config.tls_config.ca_file` instead");
        document.at_key(draft, outer);
    } else if is_true(inner) {
        let draft = out
            .find("S309", document.resource)
            .say("`insecure_skip_verify` in `tls_config` has no effect: the one in `http_config` overwrites it")
            .remedy("take it out, and name the authority in `ca_file`");
        document.at_key(draft, inner);
    }
}
