//! Workflow commands as the runner reads them.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::render::sample::{finding, not_judged, printed, report, sealed};
use crate::report::Waiver;

fn lines(report: Report) -> Vec<String> {
    let sealed = sealed(report);
    let text = printed(|out| github(out, &sealed, None));
    text.lines().map(str::to_owned).collect()
}

fn with(finding: Finding) -> Report {
    Report {
        findings: vec![finding],
        ..report()
    }
}

#[test]
fn a_pull_request_shows_what_fails_first() {
    assert_eq!(
        lines(report()),
        [
            "::error file=edge.yaml,line=6,endLine=6,col=1,endColumn=4,title=XX04 (pending)::Prometheus monitoring/k8s: no cluster label",
            "::error file=edge.yaml,line=7,endLine=7,col=13,endColumn=13,title=XX01::Prometheus monitoring/k8s: two replicas send everything twice%0Ato do: keep one replica",
            "::warning file=edge.yaml,line=21,endLine=21,col=7,endColumn=38,title=XX03::Secret monitoring/thanos-s3-config: `secret_key` is ***%0Ato do: rotate ***",
            "::notice file=edge.yaml,line=9,endLine=9,col=14,endColumn=20,title=XX02 (fixed)::Prometheus monitoring/k8s: an old Thanos%0Ato do: keep one replica",
            "::notice title=XX05::unit edge: cannot tell",
            "krmguard: violations: 2 errors fail; 2 objects read, 2 judged, 2 changed; findings: 3 errors (1 open, 1 pending, 1 fixed), 1 warning (1 open), 1 info (1 open)",
        ]
    );
}

#[test]
fn foreign_text_is_neither_property_nor_command() {
    let mut nasty = finding();
    nasty.message = "50% off\r\n::set-env name=A::b ##[group]".to_owned();
    nasty.remedy = None;
    let place = nasty.place.as_mut().unwrap();
    place.file = "a,b:c%\n::x.yaml".to_owned();
    let lines = lines(with(nasty));
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert_eq!(
        lines[0],
        "::error file=a%2Cb%3Ac%25 %3A%3Ax.yaml,line=7,endLine=7,col=13,endColumn=13,title=XX01::Prometheus monitoring/k8s: 50%25 off ::set-env name=A::b \\u{23}#[group]"
    );
}

#[test]
fn stdin_is_no_file_to_annotate() {
    let mut piped = finding();
    piped.place.as_mut().unwrap().file = "<stdin>".to_owned();
    assert!(lines(with(piped))[0].starts_with("::error title=XX01::"));
}

#[test]
fn what_was_not_judged_and_what_is_waived_is_said() {
    let mut whole = with(Finding {
        state: State::Waived,
        waiver: Some(Waiver {
            reason: "known".to_owned(),
            expires: None,
        }),
        ..finding()
    });
    whole.not_judged.push(not_judged());
    whole.notices.push(Notice {
        message: "a waiver waives nothing".to_owned(),
        ..Notice::default()
    });
    let lines = lines(whole);
    assert_eq!(
        lines[0],
        "::error file=broken.yaml,line=3,col=7,title=not judged::broken.yaml, policy sample: the policy met its limit of fuel%0Ato do: raise `limits.fuel`"
    );
    assert!(lines[1].starts_with("::notice ") && lines[1].ends_with("%0Awaived: known"));
    assert_eq!(lines[2], "::warning title=note::a waiver waives nothing");
    assert!(lines[3].starts_with("krmguard: not judged: "));
}
