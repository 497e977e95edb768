//! S305 beyond single values: keys that must be there, and keys that want or exclude one another.

use serde_json::{Map, Value};

use super::{Shaped, flaw, plain};
use crate::document::is_open;

impl Shaped<'_, '_, '_> {
    /// What no document of S3 can do without.
    pub(super) fn required(&mut self, map: &Map<String, Value>) {
        // What is no text has been said already.
        let text = |key: &str| match map.get(key) {
            Some(Value::Object(_) | Value::Array(_)) => None,
            value => Some(value.map(plain).unwrap_or_default()),
        };
        match text("endpoint") {
            None => {}
            Some(endpoint) if is_open(&endpoint, self.config) => {}
            Some(endpoint) if !endpoint.is_empty() => {
                let host = endpoint.strip_suffix('/').unwrap_or(&endpoint);
                if host.contains("://") {
                    let remedy = "write `host:port` only; `insecure: true` means http";
                    self.at_value(
                        "/config/endpoint",
                        flaw(
                            "`endpoint` must have no scheme: Thanos ends at start",
                            remedy,
                        ),
                    );
                } else if host.contains('/') {
                    let remedy = "write `host:port` only; the bucket stands in `bucket`, a folder in `prefix` beside `type`";
                    self.at_value(
                        "/config/endpoint",
                        flaw("`endpoint` must have no path: Thanos ends at start", remedy),
                    );
                }
            }
            Some(_) => self.at_key(
                "/config/endpoint",
                flaw(
                    "`config` has no `endpoint`: Thanos ends at start",
                    "write `endpoint: host:port`",
                ),
            ),
        }
        if text("bucket").is_some_and(|bucket| bucket.is_empty()) {
            let message = "`config` has no `bucket`: Thanos starts and fails on its first request";
            self.at_key(
                "/config/bucket",
                flaw(message, "write `bucket:` with the bucket's name"),
            );
        }
    }

    /// Keys that want or exclude one another.
    pub(super) fn pairs(&mut self, map: &Map<String, Value>) {
        let given = |pointer: &str| {
            let value = map
                .get(pointer)
                .or_else(|| self.document.value(&format!("/config/{pointer}")));
            value.is_some_and(|value| !plain(value).is_empty())
        };
        let twins = [
            ("access_key", "secret_key"),
            (
                "http_config/tls_config/cert_file",
                "http_config/tls_config/key_file",
            ),
        ];
        let mut flaws = Vec::new();
        for (one, other) in twins {
            for (there, missing) in [(one, other), (other, one)] {
                if given(there) && !given(missing) {
                    let name = |path: &str| path.rsplit('/').next().unwrap_or(path).to_owned();
                    let message = format!(
                        "`{}` stands without `{}`: Thanos ends at start",
                        name(there),
                        name(missing)
                    );
                    flaws.push((
                        format!("/config/{there}"),
                        flaw(message, "write both, or neither"),
                    ));
                }
            }
        }
        if map.get("aws_sdk_auth") == Some(&Value::Bool(true)) && given("access_key") {
            let message = "`aws_sdk_auth: true` excludes `access_key`: Thanos ends at start";
            flaws.push((
                "/config/aws_sdk_auth".to_owned(),
                flaw(message, "keep one of the two"),
            ));
        }
        let encryption = self
            .document
            .value("/config/sse_config/type")
            .and_then(Value::as_str);
        for (kind, key) in [("SSE-KMS", "kms_key_id"), ("SSE-C", "encryption_key")] {
            if encryption == Some(kind) && !given(&format!("sse_config/{key}")) {
                let message = format!("`type: {kind}` needs `{key}`: Thanos ends at start");
                flaws.push((
                    "/config/sse_config/type".to_owned(),
                    flaw(message, format!("write `{key}` beside it")),
                ));
            }
        }
        for (pointer, flaw) in flaws {
            self.at_key(&pointer, flaw);
        }
    }
}
