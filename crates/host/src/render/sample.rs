//! A small report for the renderers' tests, built from a real text so that places are true.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::Sealed;
use crate::mask::Masker;
use crate::report::{
    ChangedObject, Finding, NotJudged, ObjectRef, Origin, Place, Related, Report, Rule, Severity,
    State, UnitReport,
};

pub(super) const EDGE: &str = "\
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata:
  name: k8s
  namespace: monitoring
spec:
  replicas: 2
  thanos:
    version: v0.37.2
---
apiVersion: v1
kind: Secret
metadata:
  name: thanos-s3-config
  namespace: monitoring
stringData:
  pin: '77'
  objstore.yml: |
    type: S3
    config:
      secret_key: canary-of-the-secret
";

/// The place of `needle`, the first in `text` behind `after`.
pub(super) fn place(text: &str, after: &str, needle: &str) -> Place {
    let from = text.find(after).unwrap();
    let start = from + text[from..].find(needle).unwrap();
    let before = &text[..start];
    let document = before.rfind("---\n").map_or(0, |at| at + 4);
    let end = text[start..]
        .find("---\n")
        .map_or(text.len(), |at| start + at);
    Place {
        file: "edge.yaml".to_owned(),
        line: before.matches('\n').count() + 1,
        column: before.chars().rev().take_while(|c| *c != '\n').count() + 1,
        span: start..start + needle.len(),
        document: document..end,
        source: Arc::new(text.into()),
        start: 0,
        exact: true,
        in_secret: text[document..end].contains("kind: Secret\n"),
    }
}

pub(super) fn object(api_version: &str, kind: &str, name: &str) -> ObjectRef {
    ObjectRef {
        api_version: api_version.to_owned(),
        kind: kind.to_owned(),
        namespace: Some("monitoring".to_owned()),
        name: name.to_owned(),
    }
}

/// An open error on the replicas of the Prometheus.
pub(super) fn finding() -> Finding {
    Finding {
        rule: "XX01".to_owned(),
        severity: Severity::Error,
        state: State::Open,
        waiver: None,
        unit: "edge".to_owned(),
        also_in: Vec::new(),
        policy: "sample".to_owned(),
        object: Some(object("monitoring.coreos.com/v1", "Prometheus", "k8s")),
        index: Some(0),
        origin: None,
        pointer: Some("/spec/replicas".to_owned()),
        place: Some(place(EDGE, "replicas", "2")),
        message: "two replicas send everything twice".to_owned(),
        remedy: Some("keep one replica".to_owned()),
        current: Some(json!(2)),
        proposed: None,
        related: Vec::new(),
        sensitive: false,
    }
}

/// Findings of every state, one in the Secret, and an edit of each object.
pub(super) fn report() -> Report {
    let secret = object("v1", "Secret", "thanos-s3-config");
    let edited = |kind: &str, from: &str, to: &str| {
        let (before, line) = match kind {
            "Secret" => (EDGE.split("---\n").nth(1).unwrap(), 11),
            _ => (EDGE.split("---\n").next().unwrap(), 1),
        };
        (before.to_owned(), before.replace(from, to), line)
    };
    let change =
        |object: &ObjectRef, (before, after, line): (String, String, usize)| ChangedObject {
            object: object.clone(),
            file: "edge.yaml".to_owned(),
            before,
            after,
            line,
        };
    let open = finding();
    let prometheus = open.object.clone().unwrap();
    Report {
        units: vec![UnitReport {
            name: "edge".to_owned(),
            cluster: Some("cluster-02-edge".to_owned()),
            role: Some("edge".to_owned()),
            stage: "source".to_owned(),
            complete: false,
            not_rendered: None,
            stand_ins: Vec::new(),
            objects: 2,
            judged: 2,
            changed: 2,
            policies: vec!["sample".to_owned(), "other".to_owned()],
        }],
        findings: vec![
            Finding {
                rule: "XX03".to_owned(),
                severity: Severity::Warning,
                object: Some(secret.clone()),
                pointer: Some("/stringData/objstore.yml".to_owned()),
                place: Some(place(
                    EDGE,
                    "stringData",
                    "secret_key: canary-of-the-secret",
                )),
                message: "`secret_key` is canary-of-the-secret".to_owned(),
                remedy: Some("rotate canary-of-the-secret".to_owned()),
                current: Some(json!({"pin": "77", "deep": ["canary-of-the-secret"]})),
                related: vec![Related {
                    message: "canary-of-the-secret again".to_owned(),
                    place: Some(place(EDGE, "pin", "'77'")),
                }],
                ..finding()
            },
            Finding {
                rule: "XX02".to_owned(),
                state: State::Fixed,
                pointer: Some("/spec/thanos/version".to_owned()),
                place: Some(place(EDGE, "thanos:", "v0.37.2")),
                message: "an old Thanos".to_owned(),
                current: Some(json!("v0.37.2")),
                proposed: Some(json!("v0.38.0")),
                origin: Some(Origin {
                    path: "base/prometheus.yaml".to_owned(),
                    index: 3,
                }),
                ..finding()
            },
            Finding {
                rule: "XX04".to_owned(),
                state: State::Pending,
                pointer: Some("/spec/externalLabels/cluster".to_owned()),
                place: Some(Place {
                    exact: false,
                    ..place(EDGE, "spec:", "spec")
                }),
                message: "no cluster label".to_owned(),
                remedy: None,
                current: None,
                proposed: Some(json!("cluster-02-edge")),
                ..finding()
            },
            Finding {
                rule: "XX05".to_owned(),
                severity: Severity::Info,
                object: None,
                pointer: None,
                place: None,
                message: "cannot tell".to_owned(),
                remedy: None,
                current: None,
                ..finding()
            },
            open,
        ],
        not_judged: Vec::new(),
        changes: vec![
            change(
                &secret,
                edited(
                    "Secret",
                    "canary-of-the-secret",
                    "canary-of-another\n  pin: '78'\n  more: short",
                ),
            ),
            change(
                &prometheus,
                edited(
                    "Prometheus",
                    "    version: v0.37.2\n",
                    "    version: v0.38.0\n  externalLabels: {}\n",
                ),
            ),
        ],
        elapsed: Duration::from_millis(12),
        ..Report::default()
    }
}

/// Something that was not judged.
pub(super) fn not_judged() -> NotJudged {
    NotJudged {
        unit: "broken.yaml".to_owned(),
        also_in: Vec::new(),
        policy: Some("sample".to_owned()),
        file: Some("broken.yaml".to_owned()),
        line: Some(3),
        column: Some(7),
        message: "the policy met its limit of fuel".to_owned(),
        remedy: Some("raise `limits.fuel`".to_owned()),
    }
}

/// What the rule of [`finding`] says about itself.
pub(super) fn rule() -> Rule {
    Rule {
        policy: "sample".to_owned(),
        id: "XX01".to_owned(),
        title: "one replica".to_owned(),
        severity: Severity::Warning,
        why: "Two replicas send everything twice.".to_owned(),
        remedy: "Keep one replica.".to_owned(),
        wrong: "spec:\n  replicas: 2\n".to_owned(),
        right: "spec:\n  replicas: 1\n".to_owned(),
        source: "https://example.com/source".to_owned(),
        page: Some("https://example.com/rules.md#xx01".to_owned()),
    }
}

/// What the Secret of the sample teaches.
pub(super) fn masker() -> Masker {
    let mut masker = Masker::new();
    masker.learn_secret(&json!({
        "stringData": {"pin": "77", "objstore.yml": "type: S3\nconfig:\n  secret_key: canary-of-the-secret\n"}
    }));
    masker
}

pub(super) fn sealed(report: Report) -> Sealed {
    Sealed::new(report, masker())
}

/// A renderer's output as text.
pub(super) fn printed(print: impl FnOnce(&mut Vec<u8>) -> std::io::Result<()>) -> String {
    let mut out = Vec::new();
    print(&mut out).unwrap();
    String::from_utf8(out).unwrap()
}

/// A value that no test can mistake for another.
pub(super) fn parse(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}
