//! One request in, one answer out: units, configs, disabled rules, finding indexes, `describe`.
#![allow(clippy::unwrap_used)]

use krmguard_sdk::wire::{Change, Failure, Object, Outcome as Answer, Request};
use krmguard_sdk::{
    ConfigProblem, Description, Effect, Form, Outcome, Patch, Policy, ResourceSet, Role, Rule,
    Selector, Severity, Stage, Text, Unit,
};
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
struct Config {
    /// The label that every object must have.
    owner: String,
}

struct Owner;

const fn rule(id: &'static str, severity: Severity, effect: Effect) -> Rule {
    Rule {
        id,
        title: Text {
            en: "title",
            ko: "제목",
        },
        severity,
        effect,
        help: "help",
        remedy: "remedy",
        wrong: "wrong",
        right: "right",
        source: "https://example.org",
    }
}

const RULES: &[Rule] = &[
    rule("OW01", Severity::Error, Effect::Set),
    rule("OW02", Severity::Info, Effect::Report),
];

impl Policy for Owner {
    type Config = Config;
    const NAME: &'static str = "owner";
    const VERSION: &'static str = "1.2.3";

    fn describe() -> Description {
        Description {
            title: Text {
                en: "Owners",
                ko: "소유자",
            },
            selectors: vec![Selector::manifest("", "*").containing(&["metadata"])],
            rules: RULES,
            secrets: true,
        }
    }

    fn check(config: &Config) -> Vec<ConfigProblem> {
        let empty = config.owner.is_empty();
        empty
            .then(|| ConfigProblem::new("/owner", "must not be empty"))
            .into_iter()
            .collect()
    }

    fn check_unit(_: &Config, unit: &Unit) -> Vec<ConfigProblem> {
        Role::of(unit).err().into_iter().collect()
    }

    fn review(config: &Config, set: &ResourceSet, out: &mut Outcome) {
        for object in set.objects() {
            out.find("OW02", object)
                .say(format!("seen in {}", set.unit().name));
            if object.label("owner").is_none() {
                let finding = out.find("OW01", object).at("/metadata/labels/owner").id();
                out.edit(
                    "OW01",
                    finding,
                    object,
                    Patch::new().add("/metadata/labels", json!({"owner": config.owner})),
                );
            }
        }
        out.fact("objects", set.objects().len().to_string(), None);
    }
}

fn unit(id: u32, config: &str) -> Unit {
    Unit {
        id,
        name: format!("unit-{id}"),
        cluster: None,
        role: Some("edge".to_owned()),
        stage: Stage::Built,
        complete: true,
        config: config.to_owned(),
        disabled: Vec::new(),
        extra: Vec::new(),
    }
}

fn object(id: u32, unit: u32) -> Object {
    let content =
        json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": format!("o{id}")}})
            .to_string();
    Object {
        id,
        unit,
        form: Form::Manifest,
        content,
        extra: Vec::new(),
    }
}

fn ask(units: Vec<Unit>, objects: Vec<Object>) -> Result<Answer, Failure> {
    krmguard_sdk::evaluate::<Owner>(Request {
        units,
        objects,
        extra: Vec::new(),
    })
}

#[test]
fn each_unit_is_judged_with_its_own_config_and_its_own_objects() {
    let units = vec![unit(1, r#"{"owner": "a"}"#), unit(2, r#"{"owner": "b"}"#)];
    let answer = ask(units, vec![object(10, 2), object(11, 1)]).unwrap();

    let seen: Vec<_> = answer
        .findings
        .iter()
        .map(|f| (f.unit, f.at.as_ref().unwrap().object, f.rule.as_str()))
        .collect();
    assert_eq!(
        seen,
        [
            (1, 11, "OW02"),
            (1, 11, "OW01"),
            (2, 10, "OW02"),
            (2, 10, "OW01")
        ]
    );
    assert_eq!(answer.facts.len(), 2);
    for (edit, (object, owner)) in answer.edits.iter().zip([(11, "a"), (10, "b")]) {
        let finding = &answer.findings[edit.finding.unwrap() as usize];
        assert_eq!(
            (finding.rule.as_str(), finding.at.as_ref().unwrap().object),
            ("OW01", object)
        );
        let Change::Patch(id, patch) = &edit.change else {
            panic!("{edit:?}")
        };
        assert_eq!(*id, object);
        assert!(patch.contains(owner), "{patch}");
    }
}

#[test]
fn severity_and_default_texts_come_from_the_catalogue() {
    let answer = ask(vec![unit(1, r#"{"owner": "a"}"#)], vec![object(1, 1)]).unwrap();
    let finding = answer
        .findings
        .iter()
        .find(|finding| finding.rule == "OW01")
        .unwrap();
    assert_eq!(
        (
            finding.severity,
            finding.message.as_str(),
            finding.remedy.as_deref()
        ),
        (Severity::Error, "title", Some("remedy"))
    );
}

#[test]
fn a_disabled_rule_says_and_edits_nothing_and_the_others_keep_their_indexes() {
    let mut first = unit(1, r#"{"owner": "a"}"#);
    first.disabled = vec!["OW02".to_owned()];
    let mut second = unit(2, r#"{"owner": "a"}"#);
    second.disabled = vec!["OW01".to_owned()];
    let answer = ask(vec![first, second], vec![object(1, 1), object(2, 2)]).unwrap();
    let rules: Vec<_> = answer
        .findings
        .iter()
        .map(|finding| (finding.unit, finding.rule.as_str()))
        .collect();
    assert_eq!(rules, [(1, "OW01"), (2, "OW02")]);
    assert_eq!(answer.edits.len(), 1);
    assert_eq!(answer.edits[0].finding, Some(0));
}

#[test]
fn every_units_config_problem_is_told() {
    let mut roleless = unit(2, r#"{"owner": "a"}"#);
    roleless.role = Some("egde".to_owned());
    let failure = ask(
        vec![unit(1, ""), roleless, unit(3, r#"{"ownr": "a"}"#)],
        vec![],
    )
    .unwrap_err();
    let Failure::InvalidConfig(problems) = failure else {
        panic!("{failure:?}")
    };
    let texts: Vec<_> = problems
        .iter()
        .map(|problem| (problem.pointer.as_str(), problem.message.as_str()))
        .collect();
    assert_eq!(
        texts,
        [
            ("/owner", "must not be empty"),
            (
                "",
                "unit unit-2: the role `egde` is neither `central` nor `edge`: did you mean `edge`?"
            ),
            ("/ownr", "unknown field `ownr`: did you mean `owner`?"),
        ]
    );
    assert!(krmguard_sdk::validate_config::<Owner>(r#"{"owner": "a"}"#).is_ok());
    assert!(krmguard_sdk::validate_config::<Owner>("{").is_err());
}

#[test]
fn a_broken_object_is_named() {
    let mut broken = object(5, 1);
    broken.content = "[1]".to_owned();
    let config = r#"{"owner": "a"}"#;
    assert!(matches!(
        ask(vec![unit(1, config)], vec![broken]),
        Err(Failure::InvalidObject(5, _))
    ));
    assert!(matches!(
        ask(vec![unit(1, config)], vec![object(6, 9)]),
        Err(Failure::InvalidObject(6, _))
    ));
}

#[test]
fn describe_follows_its_schema() {
    let schema: Value =
        serde_json::from_str(include_str!("../../../wit/describe.schema.json")).unwrap();
    let document: Value = serde_json::from_str(&krmguard_sdk::describe::<Owner>()).unwrap();
    assert_eq!(document["version"], "1.2.3");
    assert_eq!(
        document["configSchema"]["properties"]["owner"]["type"],
        "string"
    );
    fits(&document, &schema, &schema, "");

    let package = include_str!("../../../wit/policy.wit");
    assert!(package.contains(&format!(
        "package krmguard:policy@{};",
        krmguard_sdk::INTERFACE
    )));
}

/// As much of JSON Schema as `describe.schema.json` uses, patterns aside.
fn fits(value: &Value, schema: &Value, root: &Value, at: &str) {
    if let Some(reference) = schema["$ref"].as_str() {
        return fits(
            value,
            root.pointer(reference.trim_start_matches('#')).unwrap(),
            root,
            at,
        );
    }
    let is = |name: &str| match name {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        other => panic!("{at}: {other}"),
    };
    match &schema["type"] {
        Value::String(name) => assert!(is(name), "{at}: {value} is no {name}"),
        Value::Array(names) => assert!(
            names.iter().any(|name| is(name.as_str().unwrap())),
            "{at}: {value}"
        ),
        _ => {}
    }
    if let Some(choices) = schema["enum"].as_array() {
        assert!(
            choices.contains(value),
            "{at}: {value} is none of {choices:?}"
        );
    }
    for key in schema["required"].as_array().into_iter().flatten() {
        assert!(value.get(key.as_str().unwrap()).is_some(), "{at}: no {key}");
    }
    if let Some(properties) = schema["properties"].as_object() {
        for (key, value) in value.as_object().unwrap() {
            let known = properties
                .get(key)
                .unwrap_or_else(|| panic!("{at}: the schema does not know {key}"));
            fits(value, known, root, &format!("{at}/{key}"));
        }
    }
    for (index, item) in value.as_array().into_iter().flatten().enumerate() {
        fits(item, &schema["items"], root, &format!("{at}/{index}"));
    }
}
