//! What is waived and what is noted, in each form.

#![allow(clippy::unwrap_used)]

use super::sample::{finding, parse, printed, report, sealed};
use super::*;
use crate::report::{Finding, Notice, Report, State, Waiver};

fn waived(expires: Option<&str>) -> Report {
    Report {
        findings: vec![Finding {
            state: State::Waived,
            waiver: Some(Waiver {
                reason: "canary-of-the-secret\nmoves soon".to_owned(),
                expires: expires.map(str::to_owned),
            }),
            ..finding()
        }],
        notices: vec![Notice {
            file: Some("p.yaml".to_owned()),
            line: Some(3),
            column: Some(5),
            message: "the waiver of XX09 waives nothing".to_owned(),
            remedy: Some("remove it".to_owned()),
        }],
        ..report()
    }
}

#[test]
fn a_person_reads_why_and_until_when() {
    let sealed = sealed(waived(Some("2027-01-31")));
    let text = printed(|out| text(out, &sealed, Look::default()));
    assert!(
        text.contains("waived error[XX01] Prometheus monitoring/k8s: "),
        "{text}"
    );
    assert!(
        text.contains("   waived: *** moves soon (until 2027-01-31)\n"),
        "{text}"
    );
    assert!(
        !text.contains("keep one replica"),
        "nothing is left to do: {text}"
    );
    assert!(
        text.contains(
            "note: the waiver of XX09 waives nothing\n   --> p.yaml:3:5\n    to do: remove it\n"
        ),
        "{text}"
    );
    assert!(text.contains("findings: 1 error (1 waived)\n"), "{text}");
    assert!(
        text.contains("pass: nothing open fails, 1 finding waived"),
        "{text}"
    );
}

#[test]
fn the_short_form_has_it_too() {
    let sealed = sealed(waived(None));
    let text = printed(|out| brief(out, &sealed, Look::default()));
    assert!(text.contains("  waived error[XX01] "), "{text}");
    assert!(text.contains("    waived: *** moves soon\n"), "{text}");
    assert!(
        text.contains(
            "  note: the waiver of XX09 waives nothing (p.yaml:3:5)\n    to do: remove it\n"
        ),
        "{text}"
    );
}

#[test]
fn machines_read_it_as_data() {
    let sealed = sealed(waived(None));
    let json = parse(&printed(|out| json(out, &sealed)));
    assert_eq!(json["findings"][0]["state"], "waived");
    assert_eq!(
        json["findings"][0]["waiver"]["expires"],
        serde_json::Value::Null
    );
    assert_eq!(json["summary"]["error"]["waived"], 1);
    assert_eq!(json["notices"][0]["location"]["line"], 3);
    let results = results(&sealed);
    assert_eq!(results[0]["severity"], "info");
    assert_eq!(results[0]["tags"]["state"], "waived");
    assert_eq!(results[0]["tags"]["severity"], "error");
    assert_eq!(results[0]["tags"]["waiver"], "*** moves soon");
}
