//! The log against the standard's schema, and what the schema cannot say.

#![allow(clippy::unwrap_used)]

use serde_json::{Value, json};

use super::*;
use crate::render::sample::{
    EDGE, finding, not_judged, parse, place, printed, report, rule, sealed,
};
use crate::report::{Origin, Related, UnitReport, Waiver};

const STANDARD: &str = include_str!("../../../testdata/sarif-schema-2.1.0.json");

/// Fails where the log is not what the standard says.
fn valid(log: &Value) {
    let schema: Value = serde_json::from_str(STANDARD).unwrap();
    let address = schema["$id"].as_str().unwrap().to_owned();
    let mut compiler = boon::Compiler::new();
    compiler.enable_format_assertions();
    compiler.add_resource(&address, schema).unwrap();
    let mut schemas = boon::Schemas::new();
    let schema = compiler.compile(&address, &mut schemas).unwrap();
    if let Err(error) = schemas.validate(log, schema) {
        panic!("{error:#}\n{log:#}");
    }
}

fn log(report: Report) -> Value {
    let sealed = sealed(report);
    let log = parse(&printed(|out| {
        sarif(out, &sealed, Some(Path::new("/home/me")))
    }));
    valid(&log);
    log
}

fn with(finding: report::Finding) -> Report {
    Report {
        findings: vec![finding],
        ..report()
    }
}

#[test]
fn every_report_follows_the_standard() {
    let mut waived = finding();
    waived.state = State::Waived;
    waived.waiver = Some(Waiver {
        reason: "the old one goes in May".to_owned(),
        expires: Some("2031-05-31".to_owned()),
    });
    let mut lone = finding();
    (lone.object, lone.place, lone.pointer) = (None, None, None);
    let mut empty = finding();
    (empty.message, empty.remedy) = (String::new(), None);
    for report in [
        report(),
        with(waived),
        with(lone),
        with(empty),
        Report {
            not_judged: vec![not_judged(), NotJudged::default()],
            notices: vec![Notice {
                file: Some("policies.yaml".to_owned()),
                line: Some(9),
                message: "a waiver waives nothing".to_owned(),
                ..Notice::default()
            }],
            ..report()
        },
        Report {
            rules: vec![
                rule(),
                report::Rule {
                    why: String::new(),
                    title: String::new(),
                    page: None,
                    ..rule()
                },
            ]
            .into(),
            ..report()
        },
        Report::default(),
    ] {
        log(report);
    }
}

#[test]
fn the_schema_is_really_asked() {
    let mut log = log(report());
    log["runs"][0]["results"][0]["level"] = json!("fatal");
    assert!(std::panic::catch_unwind(|| valid(&log)).is_err());
}

#[test]
fn a_finding_says_where_what_and_which() {
    let log = log(Report {
        rules: vec![rule()].into(),
        ..report()
    });
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "utf16CodeUnits");
    let result = &run["results"][1];
    assert_eq!(
        (&result["ruleId"], &result["ruleIndex"], &result["level"]),
        (&json!("XX01"), &json!(0), &json!("error"))
    );
    assert_eq!(
        result["message"]["text"],
        "Prometheus monitoring/k8s: two replicas send everything twice. To do: keep one replica"
    );
    assert_eq!(
        result["locations"],
        json!([{
            "physicalLocation": {
                "artifactLocation": {"uri": "edge.yaml", "uriBaseId": "ROOT"},
                "region": {
                    "startLine": 7, "startColumn": 13, "endLine": 7, "endColumn": 14,
                    "byteOffset": EDGE.find("replicas: 2").unwrap() + 10, "byteLength": 1,
                    "snippet": {"text": "2"},
                },
            },
            "logicalLocations": [
                {"name": "k8s", "fullyQualifiedName": "Prometheus monitoring/k8s", "kind": "resource"},
            ],
        }])
    );
    assert_eq!(result["suppressions"], json!([]));
    let rule = &run["tool"]["driver"]["rules"][0];
    assert_eq!(rule["id"], "XX01");
    assert_eq!(rule["helpUri"], "https://example.com/rules.md#xx01");
    assert_eq!(rule["defaultConfiguration"]["level"], "warning");
    let markdown = rule["help"]["markdown"].as_str().unwrap();
    assert!(
        markdown.contains("```yaml\nspec:\n  replicas: 2\n```"),
        "{markdown}"
    );
}

#[test]
fn states_are_levels_and_suppressions() {
    let result = |state, waiver| {
        let finding = report::Finding {
            state,
            waiver,
            ..finding()
        };
        log(with(finding))["runs"][0]["results"][0].take()
    };
    for state in [State::Open, State::Pending] {
        let result = result(state, None);
        assert_eq!(
            (&result["level"], &result["suppressions"]),
            (&json!("error"), &json!([]))
        );
    }
    let fixed = result(State::Fixed, None);
    assert_eq!(
        (&fixed["level"], &fixed["suppressions"]),
        (&json!("note"), &json!([]))
    );
    let waiver = Waiver {
        reason: "known".to_owned(),
        expires: None,
    };
    let waived = result(State::Waived, Some(waiver));
    assert_eq!(
        waived["suppressions"],
        json!([{"kind": "external", "status": "accepted", "justification": "known"}])
    );
    for result in [fixed, waived] {
        assert!(result.get("kind").is_none() && result.get("baselineState").is_none());
    }
}

#[test]
fn what_was_not_judged_is_a_failed_invocation() {
    let invocation = |report| log(report)["runs"][0]["invocations"][0].take();
    assert_eq!(invocation(report())["executionSuccessful"], true);
    let failed = invocation(Report {
        not_judged: vec![not_judged()],
        ..report()
    });
    assert_eq!(failed["executionSuccessful"], false);
    let notification = &failed["toolExecutionNotifications"][0];
    assert_eq!(notification["level"], "error");
    let text = notification["message"]["text"].as_str().unwrap();
    assert!(
        text.contains("met its limit of fuel. To do: raise"),
        "{text}"
    );
    assert_eq!(
        notification["locations"][0]["physicalLocation"]["region"]["startLine"],
        3
    );
    let nothing = invocation(Report::default());
    assert_eq!(nothing["executionSuccessful"], false);
    assert_eq!(
        nothing["toolExecutionNotifications"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[test]
fn a_message_is_neither_placeholder_nor_link() {
    let log = log(with(report::Finding {
        message: "{0} and {a: b} and [click](https://example.com)".to_owned(),
        remedy: None,
        ..finding()
    }));
    let text = log["runs"][0]["results"][0]["message"]["text"]
        .as_str()
        .unwrap();
    assert!(
        text.ends_with("{{0}} and {{a: b}} and [click] (https://example.com)"),
        "{text}"
    );
}

fn fingerprint(report: Report) -> Vec<String> {
    let log = log(report);
    let results = log["runs"][0]["results"].as_array().unwrap();
    let prints = results.iter().map(|result| {
        let print = &result["partialFingerprints"][fingerprint::NAME];
        print.as_str().unwrap().to_owned()
    });
    prints.collect()
}

#[test]
fn fingerprints_outlive_lines_and_tell_findings_apart() {
    let moved = format!("# one\n# two\n{EDGE}");
    let there = finding();
    let mut here = finding();
    here.place = Some(place(&moved, "replicas", "2"));
    assert_ne!(
        there.place.as_ref().unwrap().line,
        here.place.as_ref().unwrap().line
    );
    let before = fingerprint(with(there.clone()));
    assert_eq!(before, fingerprint(with(here.clone())));

    let change = |change: &dyn Fn(&mut report::Finding)| {
        let mut finding = finding();
        change(&mut finding);
        fingerprint(with(finding))
    };
    let others = [
        change(&|finding| finding.rule = "XX02".to_owned()),
        change(&|finding| finding.policy = "other".to_owned()),
        change(&|finding| finding.pointer = Some("/spec".to_owned())),
        change(&|finding| finding.object.as_mut().unwrap().name = "k9s".to_owned()),
        change(&|finding| finding.object.as_mut().unwrap().namespace = None),
        change(&|finding| finding.object = None),
        change(&|finding| finding.unit = "elsewhere".to_owned()),
    ];
    let mut all = others.to_vec();
    all.push(before);
    all.push(fingerprint(Report {
        findings: vec![there, here],
        ..report()
    }));
    let mut all = all.concat();
    all.sort();
    all.dedup();
    // Two that agree in all but the place: one is as it was alone, one is new.
    assert_eq!(all.len(), others.len() + 2);
}

#[test]
fn a_severity_of_the_policyset_leaves_the_catalogue_alone() {
    let log = log(Report {
        rules: vec![rule()].into(),
        findings: vec![finding()],
        ..report()
    });
    let run = &log["runs"][0];
    assert_eq!(run["results"][0]["level"], "error");
    let rule = &run["tool"]["driver"]["rules"][0];
    assert_eq!(rule["defaultConfiguration"]["level"], "warning");
}

#[test]
fn notes_are_related_locations() {
    let log = log(with(report::Finding {
        related: vec![
            Related {
                message: "here".to_owned(),
                place: Some(place(EDGE, "thanos", "v0.37.2")),
            },
            Related {
                message: "somewhere".to_owned(),
                place: None,
            },
        ],
        ..finding()
    }));
    let related = &log["runs"][0]["results"][0]["relatedLocations"];
    assert_eq!(related[0]["physicalLocation"]["region"]["startLine"], 9);
    assert_eq!(
        related[1],
        json!({"id": 1, "message": {"text": "somewhere"}})
    );
}

#[test]
fn an_origin_is_better_than_no_place() {
    let log = log(with(report::Finding {
        place: None,
        origin: Some(Origin {
            path: "base/a b.yaml".to_owned(),
            index: 0,
        }),
        ..finding()
    }));
    let location = &log["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(
        location,
        &json!({"artifactLocation": {"uri": "base/a%20b.yaml", "uriBaseId": "ROOT"}})
    );
}

#[test]
fn the_cluster_is_part_of_who_an_object_is() {
    let on = |cluster: &str| {
        fingerprint(Report {
            units: vec![UnitReport {
                cluster: Some(cluster.to_owned()),
                ..report().units.remove(0)
            }],
            ..with(finding())
        })
    };
    assert_ne!(on("cluster-02-edge"), on("cluster-03-edge"));
}
