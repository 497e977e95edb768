//! The document against its published schema.

#![allow(clippy::unwrap_used)]

use serde_json::json;

use super::*;
use crate::render::sample::{not_judged, parse, printed, report, sealed};

/// As far as JSON Schema is used by this one; a keyword that is not known here is an error.
struct Schema(Value);

impl Schema {
    fn published() -> Schema {
        let text = include_str!("../../../../../docs/report.schema.json");
        Schema(serde_json::from_str(text).unwrap())
    }

    fn check(&self, value: &Value) -> Result<(), String> {
        self.check_at(value, &self.0, "")
    }

    fn check_at(&self, value: &Value, schema: &Value, at: &str) -> Result<(), String> {
        let wrong = |what: String| Err(format!("{at}: {what}: {value}"));
        for (keyword, rule) in schema.as_object().unwrap() {
            match keyword.as_str() {
                "$schema" | "$defs" | "title" | "description" => {}
                "$ref" => {
                    let definition = rule.as_str().unwrap().strip_prefix('#').unwrap();
                    self.check_at(value, self.0.pointer(definition).unwrap(), at)?;
                }
                "anyOf" => {
                    let mut options = rule.as_array().unwrap().iter();
                    if !options.any(|option| self.check_at(value, option, at).is_ok()) {
                        return wrong("fits no option".to_owned());
                    }
                }
                "enum" if rule.as_array().unwrap().contains(value) => {}
                "type" if types(rule).any(|name| is(value, name)) => {}
                "minimum"
                    if value
                        .as_i64()
                        .is_none_or(|value| value >= rule.as_i64().unwrap()) => {}
                "enum" | "type" | "minimum" => return wrong(format!("not {keyword} {rule}")),
                "items" => {
                    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                        self.check_at(item, rule, &format!("{at}/{index}"))?;
                    }
                }
                "required" => {
                    for key in rule.as_array().unwrap() {
                        if value.get(key.as_str().unwrap()).is_none() {
                            return wrong(format!("{key} is missing"));
                        }
                    }
                }
                // Readers must tolerate new fields; here one that the schema does not tell is a mistake.
                "properties" => {
                    for (key, field) in value.as_object().into_iter().flatten() {
                        let Some(rule) = rule.get(key) else {
                            return wrong(format!("`{key}` is not described"));
                        };
                        self.check_at(field, rule, &format!("{at}/{key}"))?;
                    }
                }
                _ => {
                    return Err(format!(
                        "{at}: the keyword {keyword} is not known to this test"
                    ));
                }
            }
        }
        Ok(())
    }
}

fn types(rule: &Value) -> impl Iterator<Item = &str> {
    let one = rule.as_str().into_iter();
    one.chain(
        rule.as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str),
    )
}

fn is(value: &Value, name: &str) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => panic!("{name} is no type of JSON Schema"),
    }
}

fn document(report: Report) -> Value {
    let sealed = sealed(report);
    parse(&printed(|out| json(out, &sealed)))
}

#[test]
fn the_document_follows_its_schema() {
    let schema = Schema::published();
    let mut unjudged = report();
    unjudged.not_judged = vec![not_judged(), report::NotJudged::default()];
    let mut waived = report();
    waived.findings[0].state = State::Waived;
    waived.findings[0].waiver = Some(report::Waiver {
        reason: "because".to_owned(),
        expires: None,
    });
    waived.notices = vec![report::Notice::default()];
    for report in [report(), unjudged, waived, Report::default()] {
        assert_eq!(schema.check(&document(report)), Ok(()));
    }
}

#[test]
fn the_schema_refuses_what_is_wrong() {
    let schema = Schema::published();
    let whole = || document(report());
    for (pointer, wrong) in [
        ("/verdict", json!("fine")),
        ("/findings/0/severity", json!("fatal")),
        ("/findings/0/location/line", json!(0)),
        ("/findings/0/object", json!({"kind": "Secret"})),
        ("/findings/0/message", json!(null)),
        ("/summary/error", json!(3)),
        ("/units/0/objects", json!(-1)),
        ("/units/0", json!([])),
    ] {
        let mut document = whole();
        *document.pointer_mut(pointer).unwrap() = wrong;
        assert!(schema.check(&document).is_err(), "{pointer}");
    }
    let mut document = whole();
    document["extra"] = json!(1);
    assert!(schema.check(&document).is_err());
}

#[test]
fn the_document_says_what_the_report_says() {
    let mut whole = report();
    whole.not_judged.push(not_judged());
    let document = document(whole);
    assert_eq!(document["verdict"], "not-judged");
    assert_eq!(
        document["findings"][1],
        json!({
            "rule": "XX01",
            "severity": "error",
            "state": "open",
            "unit": "edge",
            "units": ["edge"],
            "policy": "sample",
            "object": {
                "apiVersion": "monitoring.coreos.com/v1", "kind": "Prometheus", "namespace": "monitoring", "name": "k8s",
            },
            "pointer": "/spec/replicas",
            "location": {"file": "edge.yaml", "line": 7, "column": 13},
            "message": "two replicas send everything twice",
            "remedy": "keep one replica",
            "current": 2,
            "related": [],
        })
    );
    assert_eq!(
        document["notJudged"][0]["location"],
        json!({"file": "broken.yaml", "line": 3, "column": 7})
    );
    assert_eq!(
        document["summary"]["error"],
        json!({"open": 1, "pending": 1, "fixed": 1, "waived": 0})
    );
    let keys: Vec<&String> = document.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        [
            "verdict",
            "units",
            "findings",
            "notJudged",
            "notices",
            "summary"
        ]
    );
}

#[test]
fn null_is_a_value_and_absent_is_none() {
    let mut whole = report();
    whole.findings.truncate(1);
    whole.findings[0].object = None;
    whole.findings[0].place = None;
    whole.findings[0].current = Some(Value::Null);
    let document = document(whole);
    let finding = document["findings"][0].as_object().unwrap();
    assert_eq!(finding.get("current"), Some(&Value::Null));
    assert_eq!(finding.get("proposed"), None);
}
