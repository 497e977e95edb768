//! A fleet policy is asked with sorted members, and the harness fails where it or its cases are wrong.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use krmguard_sdk::testing::{cases, cases_fleet, examples, examples_fleet};
use krmguard_sdk::wire::{Failure, Outcome as Answer};
use krmguard_sdk::{
    Description, Effect, Fact, Fleet, FleetOutcome, Member, Outcome, Patch, Policy, ResourceSet,
    Rule, Selector, Severity, Stage, Text, Unit, judge,
};
use schemars::JsonSchema;
use serde::Deserialize;

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Config {
    shared: bool,
}

/// One port, one unit. `LAPSE` chooses what the policy does wrong; 0 is nothing.
struct Ports<const LAPSE: u8>;

const MINDS_THE_ORDER: u8 = 1;
const STATES_WHAT_IT_EDITS_AWAY: u8 = 2;
const SHALLOW_EXAMPLE: u8 = 3;
const RIGHT_IS_WRONG: u8 = 4;
const WRONG_IS_RIGHT: u8 = 5;
const UNEXPECTED_COMPANY: u8 = 6;

const fn rule(id: &'static str, effect: Effect, wrong: &'static str, right: &'static str) -> Rule {
    Rule {
        id,
        title: Text {
            en: "a port",
            ko: "포트",
        },
        severity: Severity::Error,
        effect,
        help: "help",
        remedy: "remedy",
        wrong,
        right,
        source: "https://example.org",
    }
}

const ONE: &str =
    "# cluster: a\napiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {port: 1}\n";
const SHARED: &str = "# cluster: a\napiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {port: 1}\n---\n# cluster: b\n\
                      apiVersion: v1\nkind: Service\nmetadata: {name: b}\nspec: {port: 1}\n";
const ZERO: &str = "# also: [PO01]\napiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {port: 0}\n---\n# cluster: b\n\
     apiVersion: v1\nkind: Service\nmetadata: {name: b}\nspec: {port: 1}\n";
const ZERO_ALONE: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {port: 0}\n";

const FITTING: &[Rule] = &[
    rule("PO01", Effect::Report, SHARED, ONE),
    rule("PO02", Effect::Set, ZERO, ONE),
];
const SHALLOW: &[Rule] = &[rule("PO01", Effect::Report, "spec: {port: 1}\n", ONE)];
const SWAPPED: &[Rule] = &[rule("PO01", Effect::Report, SHARED, SHARED)];
const HARMLESS: &[Rule] = &[rule("PO01", Effect::Report, ONE, ONE)];
const LONELY: &[Rule] = &[
    rule("PO01", Effect::Report, SHARED, ONE),
    rule("PO02", Effect::Set, ZERO_ALONE, ONE),
    rule("PO03", Effect::Report, ZERO_ALONE, ONE),
];

impl<const LAPSE: u8> Policy for Ports<LAPSE> {
    type Config = Config;
    const NAME: &'static str = "ports";
    const VERSION: &'static str = "1.0.0";

    fn describe() -> Description {
        Description {
            title: Text {
                en: "Ports",
                ko: "포트",
            },
            selectors: vec![Selector::manifest("", "Service")],
            rules: match LAPSE {
                SHALLOW_EXAMPLE => SHALLOW,
                RIGHT_IS_WRONG => SWAPPED,
                WRONG_IS_RIGHT => HARMLESS,
                UNEXPECTED_COMPANY => LONELY,
                _ => FITTING,
            },
            secrets: false,
        }
    }

    fn review(_: &Config, set: &ResourceSet, out: &mut Outcome) {
        for service in set.manifests() {
            let place = service.place("/spec/port");
            let port = service.at("/spec/port").unwrap().as_u64().unwrap();
            if port > 0 {
                out.fact("port", port.to_string(), place);
                continue;
            }
            let finding = out.find("PO02", service).at("/spec/port").id();
            out.edit(
                "PO02",
                finding,
                service,
                Patch::new().replace("/spec/port", 1),
            );
            let stated = match LAPSE {
                STATES_WHAT_IT_EDITS_AWAY => port,
                _ => 1,
            };
            out.fact("port", stated.to_string(), place);
        }
    }
}

impl<const LAPSE: u8> Fleet for Ports<LAPSE> {
    fn judge(members: &[Member<'_, Config>], out: &mut FleetOutcome) {
        for own in members.iter().filter(|member| !member.config().shared) {
            for fact in own.facts("port") {
                let other = members.iter().find(|other| {
                    other.unit().id != own.unit().id
                        && other.facts("port").any(|one| one.value == fact.value)
                        && (LAPSE != MINDS_THE_ORDER || other.unit().id > own.unit().id)
                });
                if let Some(other) = other {
                    let told = format!("{} shares {}", other.unit().name, fact.value);
                    let at = other.facts("port").next().and_then(|fact| fact.at.clone());
                    out.find("PO01", fact).say(told).note_place(at, "there");
                }
            }
        }
    }
}

fn unit(id: u32, name: &str, config: &str) -> Unit {
    Unit {
        id,
        name: name.to_owned(),
        cluster: Some(name.to_owned()),
        role: None,
        stage: Stage::Built,
        complete: true,
        config: config.to_owned(),
        disabled: Vec::new(),
        extra: Vec::new(),
    }
}

fn fact(unit: u32, port: &str) -> Fact {
    Fact {
        unit,
        key: "port".to_owned(),
        value: port.to_owned(),
        at: None,
    }
}

fn told(answer: &Answer) -> Vec<(u32, &str)> {
    let findings = answer.findings.iter();
    findings
        .map(|finding| (finding.unit, finding.message.as_str()))
        .collect()
}

#[test]
fn members_come_sorted_whatever_the_order_of_units_and_facts() {
    let units = [unit(1, "c", ""), unit(2, "a", ""), unit(3, "b", "")];
    let facts = [fact(1, "80"), fact(1, "443"), fact(2, "80"), fact(3, "443")];
    let forwards = judge::<Ports<0>>(units.to_vec(), facts.to_vec()).unwrap();
    let backwards = judge::<Ports<0>>(
        units.iter().rev().cloned().collect(),
        facts.iter().rev().cloned().collect(),
    )
    .unwrap();
    assert_eq!(
        told(&forwards),
        [
            (2, "c shares 80"),
            (3, "c shares 443"),
            (1, "b shares 443"),
            (1, "a shares 80")
        ]
    );
    assert_eq!(forwards, backwards);
}

#[test]
fn each_unit_has_its_own_config_and_rules_that_are_off() {
    let mut units = vec![
        unit(1, "a", r#"{"shared": true}"#),
        unit(2, "b", ""),
        unit(3, "c", ""),
    ];
    units[2].disabled.push("PO01".to_owned());
    let facts = vec![fact(1, "80"), fact(2, "80"), fact(3, "80")];
    let answer = judge::<Ports<0>>(units, facts).unwrap();
    assert_eq!(told(&answer), [(2, "a shares 80")]);
}

#[test]
fn what_cannot_be_judged_is_said() {
    let stray = judge::<Ports<0>>(vec![unit(1, "a", "")], vec![fact(2, "80")]);
    assert!(matches!(stray, Err(Failure::Other(why)) if why.contains("unit 2")));
    let config = judge::<Ports<0>>(vec![unit(1, "a", r#"{"share": true}"#)], Vec::new());
    assert!(
        matches!(config, Err(Failure::InvalidConfig(problems)) if problems[0].pointer == "/share")
    );
}

fn write(folder: &Path, files: &[(&str, &str)]) {
    for (file, text) in files {
        let path = folder.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
}

const A: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {port: 1}\n";
const Z: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: z}\nspec: {port: 0}\n";

/// A folder with cases that a right policy passes.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        &[
            (
                "PO01-fires-two/units.yaml",
                "a.yaml: {cluster: a}\nz.yaml: {cluster: z}\n",
            ),
            ("PO01-fires-two/a.yaml", A),
            ("PO01-fires-two/z.yaml", Z),
            ("PO02-fires-zero/unit.yaml", "cluster: a\n"),
            ("PO02-fires-zero/input.yaml", Z),
            ("PO01-near-one/units.yaml", "a.yaml: {cluster: a}\n"),
            ("PO01-near-one/a.yaml", A),
            ("PO02-near-one/unit.yaml", "cluster: a\n"),
            ("PO02-near-one/input.yaml", A),
        ],
    );
    cases_fleet::<Ports<0>>(folder.path(), true);
    folder
}

/// What a run says; empty when it is content.
fn verdict(run: impl FnOnce() + std::panic::UnwindSafe) -> String {
    match std::panic::catch_unwind(run) {
        Ok(()) => String::new(),
        Err(panic) => panic
            .downcast_ref::<String>()
            .cloned()
            .unwrap_or_else(|| "panicked".to_owned()),
    }
}

#[test]
fn a_case_of_several_units_names_the_unit_of_each_finding() {
    let folder = folder();
    let path = folder.path();
    assert_eq!(verdict(|| cases_fleet::<Ports<0>>(path, false)), "");
    let text = fs::read_to_string(path.join("PO01-fires-two/findings.yaml")).unwrap();
    assert!(
        text.contains("unit: a.yaml") && text.contains("message: z.yaml shares 1"),
        "{text}"
    );
    fs::write(
        path.join("PO01-fires-two/findings.yaml"),
        text.replace("a.yaml", "b.yaml"),
    )
    .unwrap();
    let told = verdict(|| cases_fleet::<Ports<0>>(path, false));
    assert!(told.contains("findings.yaml differs"), "{told}");
    assert!(verdict(|| cases::<Ports<0>>(path, false)).contains("no fleet rules"));
}

#[test]
fn a_fleet_policy_must_keep_its_contract() {
    let folder = folder();
    let path = folder.path();
    let order = verdict(|| cases_fleet::<Ports<MINDS_THE_ORDER>>(path, false));
    assert!(order.contains("PO01-fires-two: panicked"), "{order}");
    let edits = verdict(|| cases_fleet::<Ports<STATES_WHAT_IT_EDITS_AWAY>>(path, false));
    assert!(edits.contains("PO01-fires-two: panicked"), "{edits}");
}

#[test]
fn examples_must_be_whole_and_say_what_they_show() {
    assert_eq!(verdict(examples_fleet::<Ports<0>>), "");
    let alone = verdict(examples::<Ports<0>>);
    assert!(
        alone.contains("PO01: the wrong example fires {}"),
        "{alone}"
    );
    let shallow = verdict(examples_fleet::<Ports<SHALLOW_EXAMPLE>>);
    assert!(
        shallow.contains("wrong example is no whole object"),
        "{shallow}"
    );
    let swapped = verdict(examples_fleet::<Ports<RIGHT_IS_WRONG>>);
    assert!(swapped.contains("right example fires PO01"), "{swapped}");
    let harmless = verdict(examples_fleet::<Ports<WRONG_IS_RIGHT>>);
    assert!(harmless.contains("fires {}, not {\"PO01\"}"), "{harmless}");
    let company = verdict(examples_fleet::<Ports<UNEXPECTED_COMPANY>>);
    assert!(
        company.contains("PO03: the wrong example fires {\"PO02\"}"),
        "{company}"
    );
}
