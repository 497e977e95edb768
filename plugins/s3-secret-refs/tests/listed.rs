//! What a host may say about a unit's files: `listed: false` makes S307 S318.
#![allow(clippy::unwrap_used)]

use krmguard_sdk::evaluate;
use krmguard_sdk::wire::{Form, Object, Request, Stage, Unit};
use s3_secret_refs::{LISTED, S3SecretRefs};

fn rules(stage: Stage, extra: Vec<(String, String)>) -> Vec<String> {
    let secret = serde_json::json!({
        "apiVersion": "v1", "kind": "Secret", "metadata": {"name": "thanos-s3-config"},
        "stringData": {"objstore.yml": "type: S3\nconfig: {bucket: metrics, endpoint: '${MINIO}'}\n"},
    });
    let unit = Unit {
        id: 0,
        name: "template".to_owned(),
        cluster: None,
        role: None,
        stage,
        complete: false,
        config: String::new(),
        disabled: Vec::new(),
        extra,
    };
    let object = Object {
        id: 0,
        unit: 0,
        form: Form::Manifest,
        content: secret.to_string(),
        extra: Vec::new(),
    };
    let request = Request {
        units: vec![unit],
        objects: vec![object],
        extra: Vec::new(),
    };
    let outcome = evaluate::<S3SecretRefs>(request).unwrap();
    outcome
        .findings
        .into_iter()
        .map(|finding| finding.rule)
        .collect()
}

#[test]
fn a_file_that_no_kustomization_lists_is_a_template() {
    let says = |value: &str| vec![(LISTED.to_owned(), value.to_owned())];
    assert_eq!(rules(Stage::Source, says("false")), ["S318"]);
    assert_eq!(rules(Stage::Source, says("true")), ["S307"]);
    assert_eq!(rules(Stage::Source, Vec::new()), ["S307"]);
    assert_eq!(rules(Stage::Built, says("false")), ["S307"]);
}
