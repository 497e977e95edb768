//! A waiver holds through its day, is used by what it is for alone, and is named where it is not.

#![allow(clippy::unwrap_used)]

use super::*;
use crate::policyset::Subject;

fn waiver(rule: &str, expires: Option<&str>) -> Waiver {
    Waiver {
        rule: rule.to_owned(),
        subject: Subject::Object {
            kind: "Prometheus".to_owned(),
            namespace: Some("monitoring".to_owned()),
            name: "k8s".to_owned(),
        },
        reason: "because".to_owned(),
        expires: expires.map(|day| Date::parse(day).unwrap()),
        at: "/spec/waivers/0".to_owned(),
    }
}

fn object(namespace: Option<&str>) -> ObjectRef {
    ObjectRef {
        api_version: "monitoring.coreos.com/v1".to_owned(),
        kind: "Prometheus".to_owned(),
        namespace: namespace.map(str::to_owned),
        name: "k8s".to_owned(),
    }
}

fn on(day: &str, waiver: &Waiver) -> Waivers {
    Waivers::new(std::slice::from_ref(waiver), Date::parse(day).unwrap())
}

fn messages(waivers: &Waivers) -> Vec<String> {
    let notices = waivers.notices(&[], |_, _, what| Trouble::new(what));
    notices.into_iter().map(|notice| notice.message).collect()
}

#[test]
fn the_last_day_is_one_on_which_it_holds() {
    let waiver = waiver("CL10", Some("2026-11-22"));
    let here = object(Some("monitoring"));
    let last = on("2026-11-22", &waiver);
    let held = last.of("CL10", Some(&here)).unwrap();
    assert_eq!(held.reason, "because");
    assert_eq!(held.expires.as_deref(), Some("2026-11-22"));
    assert!(messages(&last).is_empty());

    let after = on("2026-11-23", &waiver);
    assert_eq!(after.of("CL10", Some(&here)), None);
    assert_eq!(
        messages(&after),
        [
            "the waiver of CL10 for Prometheus monitoring/k8s expired on 2026-11-22: it waives nothing"
        ]
    );
}

#[test]
fn only_that_rule_of_that_object_is_meant() {
    let waivers = on("2026-01-01", &waiver("CL10", None));
    assert_eq!(waivers.of("CL02", Some(&object(Some("monitoring")))), None);
    assert_eq!(waivers.of("CL10", Some(&object(Some("other")))), None);
    assert_eq!(waivers.of("CL10", Some(&object(None))), None);
    assert_eq!(waivers.of("CL10", None), None);
    assert_eq!(
        messages(&waivers),
        [
            "the waiver of CL10 for Prometheus monitoring/k8s waives nothing: there is no such finding"
        ]
    );
    waivers.cannot_tell();
    assert!(messages(&waivers).is_empty());
}
