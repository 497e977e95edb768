//! What S305 says of a document that a store reads.

use krmguard_sdk::testing::{Setup, judge};
use s3_secret_refs::S3SecretRefs;
use serde_json::{Value, json};

/// A right document with one value put in.
pub(crate) fn with(key: &str, value: &Value) -> Value {
    let mut document =
        json!({"type": "S3", "config": {"bucket": "metrics", "endpoint": "minio:9000"}});
    put(&mut document["config"], key, value);
    document
}

fn put(map: &mut Value, key: &str, value: &Value) {
    match key.split_once('.') {
        Some((section, rest)) => {
            if !map[section].is_object() {
                map[section] = json!({});
            }
            put(&mut map[section], rest, value);
        }
        None => map[key] = value.clone(),
    }
}

/// What S305 says of a document that a store reads: the text that each finding stands on, and its message with the remedy.
pub(crate) fn said(text: &str) -> Vec<(String, String)> {
    let store = json!({
        "apiVersion": "apps/v1", "kind": "StatefulSet", "metadata": {"name": "store", "namespace": "monitoring"},
        "spec": {"template": {"spec": {"containers": [{
            "name": "store", "image": "quay.io/thanos/thanos:v0.38.0", "args": ["store", "--objstore.config=$(CONFIG)"],
            "env": [{"name": "A", "value": "a"}, {"name": "CONFIG", "valueFrom": {"secretKeyRef": {"name": "s3", "key": "objstore.yml"}}}],
        }]}}},
    });
    let secret = json!({
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s3", "namespace": "monitoring"},
        "stringData": {"objstore.yml": text},
    });
    let judged =
        judge::<S3SecretRefs>(&Setup::new("cluster", "central"), &[store, secret]).unwrap();
    let findings = judged
        .findings
        .into_iter()
        .filter(|finding| finding.rule == "S305");
    findings
        .map(|finding| {
            let (start, end) = finding.at.unwrap().range.unwrap();
            let words = format!("{} / {}", finding.message, finding.remedy.unwrap());
            (text[start as usize..end as usize].to_owned(), words)
        })
        .collect()
}
