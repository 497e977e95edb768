//! S305, key by key: what Thanos v0.38.0 reads, and what ends it at start.
#![allow(clippy::unwrap_used)]

mod reading;

use reading::{said, with};
use s3_secret_refs::schema::{Field, S3, STORES, Shape};
use serde_json::{Value, json};

/// Every key of `config`, as `section.key`, with values that are read and values that are not.
fn keys() -> Vec<(&'static str, Vec<Value>, Vec<Value>)> {
    let texts = || vec![json!("a"), json!(12), json!(true), json!(null)];
    let nested = || vec![json!([]), json!({"a": "b"})];
    let text = |key| (key, texts(), nested());
    let flag = |key| {
        let right = vec![json!(true), json!(false), json!(null)];
        let wrong = vec![
            json!("true"),
            json!("a"),
            json!(1),
            json!([true]),
            json!({}),
        ];
        (key, right, wrong)
    };
    let number = |key| {
        let right = vec![json!(0), json!(100), json!(null)];
        let wrong = vec![json!("100"), json!("a"), json!(true), json!([1]), json!({})];
        (key, right, wrong)
    };
    let duration = |key| {
        let right = vec![
            json!("90s"),
            json!("1m30s"),
            json!("250ms"),
            json!(0),
            json!(null),
        ];
        let wrong = vec![
            json!(90),
            json!("90"),
            json!("1.5m"),
            json!(""),
            json!("soon"),
            json!(true),
            json!([]),
            json!({}),
        ];
        (key, right, wrong)
    };
    let map = |key| {
        let right = vec![json!({}), json!({"a": "b", "c": 1}), json!(null)];
        let wrong = vec![json!("a"), json!(["a"]), json!(1), json!({"a": {"b": "c"}})];
        (key, right, wrong)
    };
    let section = |key| {
        (
            key,
            vec![json!({}), json!(null)],
            vec![json!("a"), json!([]), json!(true)],
        )
    };
    vec![
        ("bucket", vec![json!("metrics"), json!(12)], nested()),
        (
            "endpoint",
            vec![json!("minio"), json!("minio:9000"), json!("minio:9000/")],
            vec![
                json!("http://minio:9000"),
                json!("https://minio"),
                json!("minio:9000/metrics"),
                json!(""),
                json!(null),
                json!({"host": "minio"}),
            ],
        ),
        text("region"),
        flag("disable_dualstack"),
        flag("aws_sdk_auth"),
        ("access_key", vec![json!(""), json!(null)], nested()),
        flag("insecure"),
        flag("signature_version2"),
        ("secret_key", vec![json!(""), json!(null)], nested()),
        text("session_token"),
        map("put_user_metadata"),
        section("http_config"),
        duration("http_config.idle_conn_timeout"),
        duration("http_config.response_header_timeout"),
        flag("http_config.insecure_skip_verify"),
        duration("http_config.tls_handshake_timeout"),
        duration("http_config.expect_continue_timeout"),
        number("http_config.max_idle_conns"),
        number("http_config.max_idle_conns_per_host"),
        number("http_config.max_conns_per_host"),
        flag("http_config.disable_compression"),
        section("http_config.tls_config"),
        text("http_config.tls_config.ca_file"),
        (
            "http_config.tls_config.cert_file",
            vec![json!(null), json!("")],
            nested(),
        ),
        (
            "http_config.tls_config.key_file",
            vec![json!(null), json!("")],
            nested(),
        ),
        text("http_config.tls_config.server_name"),
        flag("http_config.tls_config.insecure_skip_verify"),
        section("trace"),
        flag("trace.enable"),
        (
            "list_objects_version",
            vec![json!(""), json!("v1"), json!("v2"), json!(null)],
            vec![json!("v3"), json!("V2"), json!(2), json!([])],
        ),
        (
            "bucket_lookup_type",
            vec![
                json!("auto"),
                json!("virtual-hosted"),
                json!("path"),
                json!(null),
            ],
            vec![
                json!(""),
                json!("dns"),
                json!("virtual-host"),
                json!("Path"),
                json!(true),
                json!([]),
            ],
        ),
        flag("send_content_md5"),
        flag("disable_multipart"),
        (
            "part_size",
            vec![json!(67108864), json!(0), json!(null)],
            vec![
                json!("64MB"),
                json!("67108864"),
                json!(-1),
                json!(true),
                json!({}),
            ],
        ),
        section("sse_config"),
        (
            "sse_config.type",
            vec![json!("SSE-S3"), json!(null)],
            vec![
                json!("AES256"),
                json!("sse-s3"),
                json!("SSE-KMS"),
                json!("SSE-C"),
                json!([]),
            ],
        ),
        text("sse_config.kms_key_id"),
        map("sse_config.kms_encryption_context"),
        text("sse_config.encryption_key"),
        text("sts_endpoint"),
        number("max_retries"),
    ]
}

#[test]
fn every_key_with_right_and_wrong_values() {
    for (key, right, wrong) in keys() {
        for value in right {
            let text = with(key, &value).to_string();
            assert_eq!(said(&text), [], "{text}");
        }
        for value in wrong {
            let text = with(key, &value).to_string();
            let last = key.rsplit('.').next().unwrap();
            let found = said(&text);
            let placed = found.iter().any(|(_, message)| message.contains(last));
            assert!(found.len() == 1 && placed, "{text}: {found:?}");
        }
    }
}

#[test]
fn the_table_has_every_key_and_no_other() {
    fn walk(fields: &[Field], path: &str, found: &mut Vec<String>) {
        for field in fields {
            let key = format!("{path}{}", field.key);
            if let Shape::Section(inner) = field.shape {
                walk(inner, &format!("{key}."), found);
            }
            found.push(key);
        }
    }
    let mut found = Vec::new();
    walk(S3, "", &mut found);
    let mut wanted: Vec<String> = keys().iter().map(|(key, _, _)| (*key).to_owned()).collect();
    found.sort();
    wanted.sort();
    assert_eq!(found, wanted);
}

#[test]
fn values_of_enumerations_are_taken_one_by_one() {
    for (kind, more) in [
        ("SSE-KMS", ("kms_key_id", "a")),
        ("SSE-C", ("encryption_key", "/etc/ssl/key")),
    ] {
        let mut document = with("sse_config.type", &json!(kind));
        document["config"]["sse_config"][more.0] = json!(more.1);
        assert_eq!(said(&document.to_string()), [], "{kind}");
    }
    for store in STORES {
        for name in [store.to_owned(), store.to_lowercase()] {
            let text =
                json!({"type": name, "config": {"bucket": "metrics", "endpoint": "minio:9000"}})
                    .to_string();
            assert_eq!(said(&text), [], "{text}");
        }
    }
    for (name, hint) in [
        ("S33", "did you mean `S3`?"),
        ("minio", "write one of"),
        ("AZUREE", "did you mean `AZURE`?"),
    ] {
        let found = said(&json!({"type": name, "config": {}}).to_string());
        assert!(
            found.len() == 1 && found[0].0 == format!("{name:?}") && found[0].1.contains(hint),
            "{found:?}"
        );
    }
}
