//! A Secret's value stands nowhere but in the manifests that are passed through.

use crate::run::krmguard;
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

#[test]
fn a_finding_about_a_secret_shows_none_of_its_values() {
    let text = stream(&[STORE, &secret().replace("objstore.yml:", "objstore.yaml:")]);
    let run = krmguard(&edge("check", &["-"]), text.as_bytes());
    run.ends(1);
    assert!(run.stdout.contains("error[S302]"), "{}", run.stdout);
    assert!(!run.stdout.contains(CANARY), "{}", run.stdout);
}
