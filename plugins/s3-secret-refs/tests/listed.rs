//! What a host says about a file that no kustomization lists: `listed: false` makes S307 S318, and hides it from
//! everything else.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use krmguard_sdk::Stage;
use krmguard_sdk::testing::{Setup, judge, read_stream};
use s3_secret_refs::S3SecretRefs;
use serde_json::Value;

const TEMPLATE: &str = "apiVersion: v1
kind: Secret
metadata: {name: thanos-s3-config, namespace: monitoring}
stringData:
  objstore.yml: |
    type: S3
    config: {bucket: metrics, endpoint: '${MINIO}'}
";

const STORE: &str = "apiVersion: apps/v1
kind: StatefulSet
metadata: {name: thanos-store, namespace: monitoring}
spec:
  template:
    spec:
      containers:
      - name: store
        image: quay.io/thanos/thanos:v0.38.0
        args: [store, --objstore.config=$(OBJSTORE)]
        env:
        - name: OBJSTORE
          valueFrom: {secretKeyRef: {name: thanos-s3-config, key: objstore.yml}}
";

fn rules(stage: Stage, listed: Option<&str>, stream: &str) -> Vec<String> {
    let said = listed.map(|listed| {
        let said = BTreeMap::from([("listed".to_owned(), Value::from(listed))]);
        ("Secret monitoring/thanos-s3-config".to_owned(), said)
    });
    let setup = Setup {
        stage,
        extra: said.into_iter().collect(),
        ..Setup::new("cluster-01-central", "central")
    };
    let judged = judge::<S3SecretRefs>(&setup, &read_stream(stream)).unwrap();
    judged
        .findings
        .into_iter()
        .map(|finding| finding.rule)
        .collect()
}

#[test]
fn a_file_that_no_kustomization_lists_is_a_template() {
    assert_eq!(rules(Stage::Source, Some("false"), TEMPLATE), ["S318"]);
    assert_eq!(rules(Stage::Source, Some("true"), TEMPLATE), ["S307"]);
    assert_eq!(rules(Stage::Source, None, TEMPLATE), ["S307"]);
    assert_eq!(rules(Stage::Built, Some("false"), TEMPLATE), ["S318"]);
}

#[test]
fn it_defines_nothing() {
    let both = format!("{STORE}---\n{TEMPLATE}");
    assert_eq!(rules(Stage::Source, Some("true"), &both), ["S307"]);
    assert_eq!(rules(Stage::Source, Some("false"), &both), ["S301", "S318"]);
}

#[test]
fn nothing_else_is_said_of_it() {
    let wrong = TEMPLATE
        .replace(
            "'${MINIO}'",
            "'minio:443', insecure: true, unknown: 1, access_key: \"a\\n\"",
        )
        .replace("stringData:\n", "data: {objstore.yml: e30=}\nstringData:\n");
    let mut listed = rules(Stage::Source, Some("true"), &wrong);
    listed.sort();
    listed.dedup();
    assert_eq!(listed, ["S305", "S309", "S312"]);
    assert!(rules(Stage::Source, Some("false"), &wrong).is_empty());
    let literal = wrong.replace("unknown: 1", "secret_key: example");
    assert_eq!(
        rules(Stage::Source, Some("false"), &literal),
        ["S306", "S306"]
    );
}

#[test]
fn what_reads_it_tells_a_document_from_any_other_text() {
    let placeholder = TEMPLATE.replace(
        "|\n    type: S3\n    config: {bucket: metrics, endpoint: '${MINIO}'}",
        "${OBJSTORE}",
    );
    assert!(rules(Stage::Source, Some("false"), &placeholder).is_empty());
    let both = format!("{STORE}---\n{placeholder}");
    assert_eq!(rules(Stage::Source, Some("false"), &both), ["S301", "S318"]);
}
