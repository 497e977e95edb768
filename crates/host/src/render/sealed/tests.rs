//! What no format may show.

#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};

use super::*;
use crate::render::clean::is_unsafe;
use crate::render::sample::{finding, masker, not_judged, parse, printed, report, sealed};
use crate::render::{Look, brief, json, results, text};
use crate::report::Verdict;

const LOOK: Look = Look {
    color: false,
    diff: true,
};

/// Everything that a run can print, in all formats.
fn everything(report: Report) -> String {
    let sealed = sealed(report);
    let color = Look {
        color: true,
        ..LOOK
    };
    [
        printed(|out| text(out, &sealed, LOOK)),
        printed(|out| text(out, &sealed, color)),
        printed(|out| brief(out, &sealed, LOOK)),
        printed(|out| json(out, &sealed)),
        Value::from(results(&sealed)).to_string(),
    ]
    .concat()
}

#[test]
fn no_format_shows_a_secrets_value() {
    let mut whole = report();
    whole.not_judged.push(not_judged());
    whole.not_judged[0].message = "stopped at canary-of-the-secret".into();
    whole.not_judged[0].remedy = Some("remove canary-of-the-secret".into());
    let everything = everything(whole);
    for canary in ["canary", "'77'", "'78'", "short", "type: S3"] {
        assert!(!everything.contains(canary), "{canary} in:\n{everything}");
    }
    for kept in [
        "thanos-s3-config",
        "objstore.yml",
        "secret_key",
        "edge.yaml",
    ] {
        assert!(everything.contains(kept), "{kept}");
    }
}

#[test]
fn identities_stay_where_a_secret_holds_the_same_word() {
    let mut masker = masker();
    masker.learn("monitoring");
    masker.learn("/spec/replicas");
    masker.learn("edge.yaml");
    let sealed = Sealed::new(report(), masker);
    let shown = printed(|out| json(out, &sealed));
    for kept in ["\"monitoring\"", "\"/spec/replicas\"", "\"edge.yaml\""] {
        assert!(shown.contains(kept), "{kept}");
    }
}

#[test]
fn what_a_policy_calls_sensitive_is_hidden_whatever_its_length() {
    let mut whole = report();
    whole.findings = vec![
        Finding {
            sensitive: true,
            current: Some(json!({"k": "pw"})),
            proposed: Some(json!("canary-proposed")),
            ..whole.findings[1].clone()
        },
        Finding {
            message: "v0.37.2 and canary-proposed elsewhere".into(),
            ..finding()
        },
    ];
    whole.changes.clear();
    let everything = everything(whole);
    for canary in ["v0.37.2", "canary-proposed", "pw"] {
        assert!(!everything.contains(canary), "{canary} in:\n{everything}");
    }
}

#[test]
fn labels_of_a_secret_are_no_secret() {
    let secret = |pointer: &str| Finding {
        pointer: Some(pointer.to_owned()),
        current: Some(json!({"app": "x"})),
        ..report().findings[0].clone()
    };
    let shown = |pointer: &str| {
        let sealed = sealed(Report {
            findings: vec![secret(pointer)],
            ..report()
        });
        sealed.report().findings[0].current.clone().unwrap()
    };
    assert_eq!(shown("/metadata/labels"), json!({"app": "x"}));
    for pointer in [
        "",
        "/data",
        "/data/a",
        "/stringData/b/0",
        "/metadata",
        "/metadata/annotations/c",
    ] {
        assert_eq!(shown(pointer), json!({"app": "***"}), "{pointer}");
    }
}

#[test]
fn foreign_text_cannot_steer_the_terminal() {
    const EVIL: &str = "x\u{1b}[2J\u{202e}\nerror[ZZ99] forged\u{9b}31m\u{7f}";
    let mut whole = report();
    whole.not_judged.push(not_judged());
    whole.not_judged[0].unit = EVIL.into();
    whole.units[0].name = EVIL.into();
    whole.changes[0].file = EVIL.into();
    let finding = &mut whole.findings[1];
    finding.rule = EVIL.into();
    finding.message = EVIL.into();
    finding.remedy = Some(EVIL.into());
    finding.pointer = Some(format!("/{EVIL}"));
    finding.current = Some(json!(EVIL));
    finding.object.as_mut().unwrap().name = EVIL.into();
    finding.place.as_mut().unwrap().file = EVIL.into();
    let sealed = sealed(whole);
    for shown in [
        printed(|out| text(out, &sealed, LOOK)),
        printed(|out| brief(out, &sealed, LOOK)),
        printed(|out| json(out, &sealed)),
    ] {
        let unsafe_char = shown.chars().find(|c| *c != '\n' && is_unsafe(*c));
        assert_eq!(unsafe_char, None, "{shown}");
        assert!(
            !shown.lines().any(|line| line.starts_with("error[ZZ99]")),
            "{shown}"
        );
    }
    let read = parse(&printed(|out| json(out, &sealed)));
    assert!(
        read["findings"]
            .as_array()
            .unwrap()
            .iter()
            .any(|finding| finding["current"] == EVIL)
    );
}

#[test]
fn secrets_cut_out_of_a_list_are_outlined() {
    for text in [
        "- kind: Secret\n  stringData:\n    pin: '77'\n",
        "kind: Secret\n  stringData:\n    pin: '77'\n",
        "  - kind: Secret\n    stringData:\n      pin: '77'\n",
        "    kind: Secret\n    stringData:\n      pin: '77'\n",
        "kind: Secret\nstringData:\n  pin: '77'",
    ] {
        let sealed = sealed(report());
        let lines = sealed.lines(&sealed.report().changes[1], text);
        let shown: Vec<&str> = lines
            .iter()
            .map(|line| line.trim_start_matches(['-', ' ']))
            .collect();
        assert_eq!(shown, ["kind: ***", "stringData:", "pin: ***"], "{text}");
    }
}

#[test]
fn what_turns_out_late_is_masked_too() {
    let mut sealed = sealed(report());
    sealed.add_not_judged(NotJudged {
        message: "canary-of-the-secret\nbroke it".into(),
        ..not_judged()
    });
    assert_eq!(sealed.report().not_judged[0].message, "*** broke it");
    assert_eq!(sealed.report().verdict(), Verdict::NotJudged);
}
