//! No text of a finding holds a value of a Secret, and what stands literally elsewhere is marked as one.
#![allow(clippy::unwrap_used)]

use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use krmguard_sdk::embedded;
use krmguard_sdk::testing::{Setup, judge, read_stream};
use krmguard_sdk::wire::Finding;
use s3_secret_refs::S3SecretRefs;
use serde_json::Value;

/// Everything that a finding says.
fn texts(finding: &Finding) -> Vec<&str> {
    let notes = finding.related.iter().map(|note| note.message.as_str());
    let optional = [&finding.remedy, &finding.current, &finding.proposed];
    notes
        .chain([finding.message.as_str()])
        .chain(optional.into_iter().flatten().map(String::as_str))
        .collect()
}

/// The strings of six bytes and more in a value.
fn strings(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(map) => map.values().for_each(|value| strings(value, found)),
        Value::Array(items) => items.iter().for_each(|value| strings(value, found)),
        Value::String(text) if text.trim().len() >= 6 => found.push(text.trim().to_owned()),
        _ => {}
    }
}

/// The values of a Secret, and the strings of the documents in them.
fn secrets(object: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for section in ["data", "stringData"] {
        for text in object[section]
            .as_object()
            .into_iter()
            .flatten()
            .filter_map(|(_, value)| value.as_str())
        {
            let decoded = STANDARD
                .decode(text)
                .ok()
                .and_then(|bytes| String::from_utf8(bytes).ok());
            for text in decoded.iter().map(String::as_str).chain([text]) {
                found.push(text.to_owned());
                let document = embedded(text).ok();
                document
                    .iter()
                    .filter_map(|yaml| yaml.value())
                    .for_each(|value| strings(value, &mut found));
            }
        }
    }
    found.retain(|text| text.trim().len() >= 6);
    found
}

#[test]
fn no_finding_of_any_case_tells_a_value_of_a_secret() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/testdata");
    let mut compared = 0;
    for case in fs::read_dir(folder).unwrap() {
        let case = case.unwrap().path();
        let Ok(input) = fs::read_to_string(case.join("input.yaml")) else {
            continue;
        };
        let objects = read_stream(&input);
        let setup = fs::read_to_string(case.join("unit.yaml")).unwrap();
        let setup: Setup = serde_json::from_value(read_stream(&setup).remove(0)).unwrap();
        let Ok(judged) = judge::<S3SecretRefs>(&setup, &objects) else {
            continue;
        };
        let values: Vec<String> = objects
            .iter()
            .filter(|object| object["kind"] == "Secret")
            .flat_map(secrets)
            .collect();
        for finding in &judged.findings {
            for text in texts(finding) {
                for value in &values {
                    compared += 1;
                    assert!(
                        !text.contains(value.as_str()),
                        "{}: {} tells {value:?}: {text}",
                        case.display(),
                        finding.rule
                    );
                }
            }
        }
    }
    assert!(compared > 100, "only {compared} comparisons");
}

#[test]
fn literal_credentials_are_marked_where_they_stand() {
    let text = "type: S3\nconfig: {bucket: metrics, endpoint: 'minio:9000', insecure: true, access_key: canary-a, secret_key: canary-b}\n";
    let map = serde_json::json!({
        "apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "objstore"}, "data": {"objstore.yml": text},
    });
    let judged = judge::<S3SecretRefs>(&Setup::new("cluster", "central"), &[map]).unwrap();
    let marked: Vec<&str> = judged
        .findings
        .iter()
        .filter(|finding| finding.sensitive)
        .map(|finding| {
            let (start, end) = finding.at.as_ref().unwrap().range.unwrap();
            &text[start as usize..end as usize]
        })
        .collect();
    assert_eq!(marked, ["canary-a", "canary-b"]);
}
