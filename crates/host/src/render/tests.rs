//! What a whole report looks like in each format, and what none of them may show.

#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};

use super::sample::{finding, not_judged, printed, report, sealed};
use super::*;
use crate::report::{FailOn, Finding, Report, Severity, State};

const LOOK: Look = Look {
    color: false,
    diff: true,
};

#[test]
fn a_report_for_a_person() {
    let expected = r#"error[XX04] Prometheus monitoring/k8s: no cluster label
   --> edge.yaml:6:1
  6 | spec:
    | ^^^^
    field: spec.externalLabels.cluster (not there: the line shown is the nearest that is)
   change: (absent) -> "cluster-02-edge"
  pending: `krmguard render` would fix it

error[XX01] Prometheus monitoring/k8s: two replicas send everything twice
   --> edge.yaml:7:13
  7 |   replicas: 2
    |             ^
    field: spec.replicas
  current: 2
    to do: keep one replica

fixed error[XX02] Prometheus monitoring/k8s: an old Thanos
   --> edge.yaml:9:14
  9 |     version: v0.37.2
    |              ^^^^^^^
    field: spec.thanos.version
   change: "v0.37.2" -> "v0.38.0"
at source: keep one replica
    fixed: by krmguard's edit; it fails nothing

warning[XX03] Secret monitoring/thanos-s3-config: `secret_key` is ***
   --> edge.yaml:21:7
 21 |       ***
    |       ^^^
    field: stringData["objstore.yml"]
  current: {"pin":"***","deep":["***"]}
    to do: rotate ***
     note: edge.yaml:17:8: *** again
          | pin: ***

info[XX05] unit edge: cannot tell

edge (cluster cluster-02-edge, role edge, source, incomplete): 2 objects read, 2 judged, 2 changed
policies: sample, other
findings: 3 errors (1 open, 1 pending, 1 fixed), 1 warning (1 open), 1 info (1 open)
violations: 2 errors fail (12 ms)
"#;
    let sealed = sealed(report());
    assert_eq!(printed(|out| text(out, &sealed, Look::default())), expected);
}

#[test]
fn a_report_on_a_functions_stderr() {
    let expected = r#"krmguard: violations: 2 errors fail: XX04 Prometheus monitoring/k8s: no cluster label
  error[XX04] Prometheus monitoring/k8s: no cluster label (spec.externalLabels.cluster, edge.yaml:6:1)
    pending: "cluster-02-edge"
  error[XX01] Prometheus monitoring/k8s: two replicas send everything twice (spec.replicas, edge.yaml:7:13)
    to do: keep one replica
  fixed error[XX02] Prometheus monitoring/k8s: an old Thanos (spec.thanos.version, edge.yaml:9:14)
  warning[XX03] Secret monitoring/thanos-s3-config: `secret_key` is *** (stringData["objstore.yml"], edge.yaml:21:7)
    to do: rotate ***
  info: XX05
  2 objects read, 2 judged, 2 changed; policies: sample, other; 12 ms
"#;
    let sealed = sealed(report());
    assert_eq!(
        printed(|out| brief(out, &sealed, Look::default())),
        expected
    );
}

#[test]
fn colours_only_where_they_are_wanted() {
    let sealed = sealed(report());
    let plain = printed(|out| text(out, &sealed, LOOK));
    let coloured = printed(|out| {
        text(
            out,
            &sealed,
            Look {
                color: true,
                ..LOOK
            },
        )
    });
    assert!(!plain.contains('\u{1b}'));
    assert!(coloured.contains("\u{1b}[1;31merror[XX01]\u{1b}[0m"));
    let mut stripped = coloured.clone();
    for code in ["0", "1", "2", "31", "32", "1;31", "1;33", "1;36"] {
        stripped = stripped.replace(&format!("\u{1b}[{code}m"), "");
    }
    assert_eq!(stripped, plain);
}

#[test]
fn the_verdict_is_last_for_a_person_and_first_for_kustomize() {
    let fixed_only = || {
        let mut whole = report();
        whole
            .findings
            .retain(|finding| finding.state == State::Fixed);
        whole
    };
    let change_fails = FailOn {
        change: true,
        ..FailOn::default()
    };
    let unjudged = || Report {
        not_judged: vec![not_judged()],
        ..fixed_only()
    };
    for (whole, last, first) in [
        (
            Report {
                findings: Vec::new(),
                ..report()
            },
            "pass: nothing fails (12 ms)",
            "krmguard: pass: nothing fails",
        ),
        (
            fixed_only(),
            "pass: nothing open fails, 1 finding fixed (12 ms)",
            "krmguard: pass: nothing open fails, 1 finding fixed",
        ),
        (
            Report {
                fail_on: change_fails,
                ..fixed_only()
            },
            "violations: an edit fails here (`--fail-on change`) (12 ms)",
            "krmguard: violations: an edit fails here (`--fail-on change`)",
        ),
        (
            unjudged(),
            "not judged: 1 thing could not be judged (12 ms)",
            "krmguard: not judged: 1 thing could not be judged: broken.yaml: the policy met its limit of fuel",
        ),
        (
            Report::default(),
            "not judged: nothing was read (0 ms)",
            "krmguard: not judged: nothing was read",
        ),
    ] {
        let sealed = sealed(whole);
        assert_eq!(
            printed(|out| text(out, &sealed, Look::default()))
                .lines()
                .last(),
            Some(last)
        );
        assert_eq!(
            printed(|out| brief(out, &sealed, Look::default()))
                .lines()
                .next(),
            Some(first)
        );
    }
}

#[test]
fn a_message_that_names_its_object_is_not_preceded_by_it() {
    for (message, expected) in [
        (
            "Prometheus monitoring/k8s is wrong",
            "error[XX01] Prometheus monitoring/k8s is wrong",
        ),
        (
            "Prometheus monitoring/k8s-b is wrong",
            "error[XX01] Prometheus monitoring/k8s: Prometheus monitoring/k8s-b is wrong",
        ),
    ] {
        let mut whole = report();
        whole.findings = vec![Finding {
            message: message.into(),
            ..finding()
        }];
        let sealed = sealed(whole);
        let text = printed(|out| text(out, &sealed, Look::default()));
        assert_eq!(text.lines().next(), Some(expected));
    }
}

#[test]
fn results_follow_the_specification() {
    let sealed = sealed(report());
    let entries = results(&sealed);
    assert_eq!(
        entries[2],
        json!({
            "message": "an old Thanos",
            "severity": "info",
            "resourceRef": {
                "apiVersion": "monitoring.coreos.com/v1", "kind": "Prometheus", "name": "k8s", "namespace": "monitoring",
            },
            "field": {"path": "spec.thanos.version", "currentValue": "v0.37.2", "proposedValue": "v0.38.0"},
            "file": {"path": "base/prometheus.yaml", "index": 3},
            "tags": {"rule": "XX02", "state": "fixed", "severity": "error"},
        })
    );
    assert_eq!(
        entries[4],
        json!({"message": "cannot tell", "severity": "info", "tags": {"rule": "XX05", "state": "open"}})
    );
    for entry in &entries {
        assert!(
            entry["tags"]
                .as_object()
                .unwrap()
                .values()
                .all(Value::is_string),
            "S16"
        );
        assert!(
            entry.get("field").is_none() || entry.get("resourceRef").is_some(),
            "S12"
        );
    }
}

#[test]
fn results_leave_out_what_would_be_invalid() {
    let entry = |change: &dyn Fn(&mut Finding)| {
        let mut finding = Finding {
            message: String::new(),
            ..report().findings[1].clone()
        };
        change(&mut finding);
        let sealed = sealed(Report {
            findings: vec![finding],
            ..report()
        });
        results(&sealed).remove(0)
    };
    assert_eq!(entry(&|_| {})["message"], "XX02", "S9");
    let nameless = entry(&|finding| finding.object.as_mut().unwrap().name.clear());
    assert_eq!(
        (nameless.get("resourceRef"), nameless.get("field")),
        (None, None),
        "S11"
    );
    assert_eq!(
        entry(&|finding| finding.pointer = Some(String::new())).get("field"),
        None,
        "S13"
    );
    for path in ["/abs", "a\\b", ""] {
        let entry = entry(&|finding| finding.origin.as_mut().unwrap().path = path.into());
        assert_eq!(entry.get("file"), None, "S15: {path}");
    }
    let open =
        entry(&|finding| (finding.state, finding.severity) = (State::Open, Severity::Warning));
    assert_eq!(open["severity"], "warning");
    assert_eq!(
        open["tags"],
        json!({"rule": "XX02", "state": "open", "remedy": "keep one replica"})
    );
}

#[test]
fn json_is_the_same_whatever_the_order_and_the_time() {
    let mut other = report();
    other.findings.reverse();
    other.changes.reverse();
    other.elapsed *= 7;
    let (one, other) = (sealed(report()), sealed(other));
    assert_eq!(
        printed(|out| json(out, &one)),
        printed(|out| json(out, &other))
    );
}
