//! What the real chart renders holds no object store reference: the policy has nothing to say about it.
#![allow(clippy::unwrap_used)]

use std::path::Path;

use krmguard_sdk::Stage;
use krmguard_sdk::testing::{Setup, fixtures, judge, read_stream};
use s3_secret_refs::S3SecretRefs;
use serde_json::Value;

fn read(path: &Path) -> Vec<Value> {
    read_stream(&std::fs::read_to_string(path).unwrap())
}

fn assert_silent(what: &str, objects: &[Value]) {
    assert!(objects.len() > 50, "{what}: only {} objects", objects.len());
    for (stage, complete) in [
        (Stage::Built, true),
        (Stage::InBuild, false),
        (Stage::Source, false),
    ] {
        let setup = Setup {
            stage,
            complete,
            ..Setup::new("cluster", "central")
        };
        let judged = judge::<S3SecretRefs>(&setup, objects).unwrap();
        assert!(
            judged.findings.is_empty() && judged.edits == 0,
            "{what}, {stage:?}: {:?}",
            judged.findings
        );
    }
}

#[test]
fn nothing_is_said_about_what_the_chart_renders() {
    let Some(fixtures) = fixtures() else { return };
    for kind in ["seed", "right"] {
        for cluster in ["01-central", "02-edge", "03-edge", "04-edge"] {
            let path = fixtures
                .join("rendered")
                .join(kind)
                .join(format!("cluster-{cluster}.yaml"));
            assert_silent(&format!("{kind} {cluster}"), &read(&path));
        }
    }
}

#[test]
fn nothing_is_said_about_what_kustomize_hands_on() {
    let Some(fixtures) = fixtures() else { return };
    for cluster in ["01-central", "02-edge"] {
        let path = fixtures
            .join("functions")
            .join(format!("cluster-{cluster}.resourcelist.yaml"));
        let list = read(&path).remove(0);
        assert_silent(cluster, list["items"].as_array().unwrap());
    }
}
