//! S305 beyond single values: unknown keys at every level, keys that belong together, and texts that are no document.
#![allow(clippy::unwrap_used)]

mod reading;

use reading::{said, with};
use serde_json::json;

#[test]
fn unknown_keys_are_named_at_every_level() {
    for (key, value, at, hint) in [
        (
            "encrypt_sse",
            json!(true),
            "config",
            "sse_config: {type: SSE-S3}",
        ),
        (
            "sse_encryption",
            json!(true),
            "config",
            "sse_config: {type: SSE-S3}",
        ),
        (
            "storage_class",
            json!("STANDARD"),
            "config",
            "take the key out",
        ),
        (
            "s3forcepathstyle",
            json!(true),
            "config",
            "bucket_lookup_type: path",
        ),
        (
            "s3ForcePathStyle",
            json!(true),
            "config",
            "bucket_lookup_type: path",
        ),
        (
            "force_path_style",
            json!(true),
            "config",
            "bucket_lookup_type: path",
        ),
        (
            "signature_version",
            json!("v4"),
            "config",
            "signature_version2: true",
        ),
        (
            "dualstack_enabled",
            json!(true),
            "config",
            "disable_dualstack: true",
        ),
        ("prefix", json!("a"), "config", "one level up"),
        ("bukcet", json!("a"), "config", "did you mean `bucket`?"),
        (
            "secretkey",
            json!("a"),
            "config",
            "did you mean `secret_key`?",
        ),
        (
            "insecure_skip_verify",
            json!(true),
            "config",
            "move it under `config.http_config`",
        ),
        ("zzzzzzzz", json!(true), "config", "take it out"),
        (
            "http_config.ca_file",
            json!("/etc/ssl/a"),
            "http_config",
            "move it under `config.http_config.tls_config`",
        ),
        (
            "http_config.max_idle_cons",
            json!(1),
            "http_config",
            "did you mean `max_idle_conns`?",
        ),
        (
            "http_config.tls_config.cafile",
            json!("a"),
            "tls_config",
            "did you mean `ca_file`?",
        ),
        (
            "sse_config.kms_key",
            json!("a"),
            "sse_config",
            "did you mean `kms_key_id`?",
        ),
        (
            "trace.enabled",
            json!(true),
            "trace",
            "did you mean `enable`?",
        ),
    ] {
        let last = key.rsplit('.').next().unwrap();
        let text = with(key, &value).to_string();
        let found = said(&text);
        let message = format!("`{last}` is unknown in `{at}`");
        assert!(
            found.len() == 1
                && found[0].0 == format!("{last:?}")
                && found[0].1.contains(&message)
                && found[0].1.contains(hint),
            "{text}: {found:?}"
        );
    }
    for (key, hint) in [
        ("prefx", "did you mean `prefix`?"),
        ("bucket", "move it under `config`"),
        ("version", "take it out"),
    ] {
        for store in ["S3", "GCS"] {
            let mut document =
                json!({"type": store, "config": {"bucket": "metrics", "endpoint": "minio:9000"}});
            document[key] = json!("a");
            let found = said(&document.to_string());
            let message = format!("`{key}` is unknown at the top of the document");
            assert!(
                found.len() == 1
                    && found[0].0 == format!("{key:?}")
                    && found[0].1.contains(&message)
                    && found[0].1.contains(hint),
                "{store} {key}: {found:?}"
            );
        }
    }
}

#[test]
fn keys_that_want_or_exclude_one_another() {
    for (more, words) in [
        (
            json!({"access_key": "$(A)"}),
            "`access_key` stands without `secret_key`",
        ),
        (
            json!({"secret_key": "$(A)", "access_key": ""}),
            "`secret_key` stands without `access_key`",
        ),
        (
            json!({"aws_sdk_auth": true, "access_key": "$(A)", "secret_key": "$(A)"}),
            "`aws_sdk_auth: true` excludes `access_key`",
        ),
        (
            json!({"http_config": {"tls_config": {"cert_file": "/etc/ssl/a"}}}),
            "`cert_file` stands without `key_file`",
        ),
        (
            json!({"http_config": {"tls_config": {"key_file": "/etc/ssl/a"}}}),
            "`key_file` stands without `cert_file`",
        ),
        (
            json!({"sse_config": {"type": "SSE-KMS"}}),
            "`type: SSE-KMS` needs `kms_key_id`",
        ),
        (
            json!({"sse_config": {"type": "SSE-C"}}),
            "`type: SSE-C` needs `encryption_key`",
        ),
        (json!({"bucket": ""}), "`config` has no `bucket`"),
    ] {
        let mut document = with("region", &json!("a"));
        for (key, value) in more.as_object().unwrap() {
            document["config"][key] = value.clone();
        }
        let found = said(&document.to_string());
        assert!(
            found.len() == 1 && found[0].1.contains(words),
            "{document}: {found:?}"
        );
    }
    let right = json!({"type": "s3", "prefix": "a", "config": {
        "bucket": "metrics", "endpoint": "minio:9000", "access_key": "$(A)", "secret_key": "$(A)", "aws_sdk_auth": false,
        "http_config": {"tls_config": {"cert_file": "/etc/ssl/a", "key_file": "/etc/ssl/b"}},
    }});
    assert_eq!(said(&right.to_string()), []);
}

#[test]
fn documents_that_are_none() {
    for (text, words) in [
        ("- type: S3\n", "is no mapping"),
        ("S3\n", "is no mapping"),
        ("type: S3\n", "has no `config`"),
        ("config: {}\n", "names no `type`"),
        ("type: S3\nconfig: metrics\n", "`config` must be a mapping"),
        (
            "type: S3\ntype: S3\nconfig: {bucket: a, endpoint: b}\n",
            "stands twice",
        ),
        (
            "type: S3\nconfig:\n  bucket: a\n  bucket: b\n  endpoint: c\n",
            "stands twice",
        ),
        ("type: [S3\n", "is not what Thanos can read"),
        (
            "type: S3\nprefix: [a]\nconfig: {bucket: a, endpoint: b}\n",
            "`prefix` must be a text",
        ),
    ] {
        let found = said(text);
        assert!(
            found.len() == 1 && found[0].1.contains(words),
            "{text}: {found:?}"
        );
    }
    // Variables and placeholders may become anything.
    for text in [
        "$(A)\n",
        "type: $(A)\nconfig: {a: b}\n",
        "type: S3\nconfig: {bucket: a, endpoint: b, insecure: $(A), part_size: $(A)}\n",
    ] {
        assert_eq!(said(text), [], "{text}");
    }
    // As Go's YAML reads them.
    let text = "type: S3\nconfig:\n  bucket: 0123\n  endpoint: minio:9000\n  insecure: yes\n  send_content_md5: off\n  max_retries: 0x10\n";
    assert_eq!(said(text), []);
}
