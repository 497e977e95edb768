//! A Secret's value stands nowhere but in the manifests that are passed through.

use crate::formats::FORMATS;
use crate::run::{krmguard, krmguard_in};
use crate::samples::{CANARY, PROMETHEUS, STORE, edge, secret, stream};

#[test]
fn no_secret_value_is_printed() {
    let text = stream(&[PROMETHEUS, &secret()]);
    for arguments in [
        edge("check", &["--diff", "-"]),
        edge("check", &["--format", "json", "-"]),
    ] {
        let run = krmguard(&arguments, text.as_bytes());
        assert!(
            !run.stdout.contains(CANARY) && !run.stderr.contains(CANARY),
            "{run:?}"
        );
    }
    let run = krmguard(&edge("render", &["--diff", "-vv", "-"]), text.as_bytes());
    run.ends(0);
    assert!(!run.stderr.contains(CANARY), "{}", run.stderr);
    assert_eq!(run.stdout.matches(CANARY).count(), 1);
}

/// The key is wrong, and so are keys inside of it: findings stand at the Secret, and into its text.
#[test]
fn no_format_shows_a_secret_value() {
    let wrong = secret().replace("secret_key:", "bucket: 7, secretkey:");
    let encoded = "YWNjZXNzX2tleToga2FuYXJpZW52b2dlbC00NzEx";
    let second = format!(
        "apiVersion: v1\nkind: Secret\nmetadata: {{name: other, namespace: monitoring}}\ndata: {{objstore.yml: {encoded}}}\n"
    );
    let store = STORE
        .replace("name: store, key", "name: other, key")
        .replace("name: store\n", "name: two\n");
    let text = stream(&[PROMETHEUS, STORE, &wrong, &store, &second]);
    let folder = tempfile::tempdir().unwrap();
    for format in FORMATS {
        let output = format!("{format}=report");
        let arguments = edge(
            "check",
            &["-", "--diff", "--format", format, "--output", &output],
        );
        let run = krmguard_in(folder.path(), &arguments, text.as_bytes());
        run.ends(1);
        assert!(run.stdout.contains("S30"), "{format}: {}", run.stdout);
        let report = std::fs::read_to_string(folder.path().join("report")).unwrap();
        for said in [&run.stdout, &run.stderr, &report] {
            assert!(
                !said.contains(CANARY) && !said.contains(encoded),
                "{format}: {said}"
            );
        }
    }
}

#[test]
fn a_finding_about_a_secret_shows_none_of_its_values() {
    let text = stream(&[STORE, &secret().replace("objstore.yml:", "objstore.yaml:")]);
    let run = krmguard(&edge("check", &["-"]), text.as_bytes());
    run.ends(1);
    assert!(run.stdout.contains("error[S302]"), "{}", run.stdout);
    assert!(!run.stdout.contains(CANARY), "{}", run.stdout);
}

/// Values under six bytes are too common to be masked everywhere: a neighbour must not be shown at all.
#[test]
fn a_diff_of_a_list_on_one_line_shows_none_of_its_neighbours() {
    let secret = |name: &str| {
        format!(
            r#"{{"apiVersion":"v1","kind":"Secret","metadata":{{"name":"{name}"}},"stringData":{{"pin":"{name}-9z"}}}}"#
        )
    };
    let prometheus = r#"{"apiVersion":"monitoring.coreos.com/v1","kind":"Prometheus","metadata":{"name":"k8s","namespace":"monitoring"},"spec":{"version":"v3.7.2","remoteWrite":[{"url":"http://a.example/api/v1/receive"}]}}"#;
    let list = format!(
        r#"{{"apiVersion":"v1","kind":"List","items":[{},{prometheus},{}]}}"#,
        secret("a"),
        secret("b")
    );
    let run = krmguard(&edge("check", &["--diff", "-"]), list.as_bytes());
    run.ends(1);
    assert!(run.stdout.contains("PrometheusAgent"), "{}", run.stdout);
    for value in ["a-9z", "b-9z"] {
        assert!(!run.stdout.contains(value), "{}", run.stdout);
    }
}
