//! The harness must fail where a policy or its cases are wrong.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use krmguard_sdk::testing::cases;
use krmguard_sdk::{
    Description, Effect, Outcome, Patch, Policy, ResourceSet, Rule, Selector, Severity, Text,
};
use schemars::JsonSchema;
use serde::Deserialize;

#[derive(Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
struct Config {}

const RULES: &[Rule] = &[OWNER];
const TWO_RULES: &[Rule] = &[
    OWNER,
    Rule {
        id: "OW02",
        ..OWNER
    },
];
const OWNER: Rule = Rule {
    id: "OW01",
    title: Text {
        en: "no owner",
        ko: "소유자 없음",
    },
    severity: Severity::Error,
    effect: Effect::Set,
    help: "help",
    remedy: "add the label",
    wrong: "wrong",
    right: "right",
    source: "https://example.org",
};

/// `LAPSE` chooses what a policy does wrong; 0 is nothing.
struct Owner<const LAPSE: u8>;

const NEVER_DONE: u8 = 1;
const BLIND_TO_WITHHELD: u8 = 2;
const BROKEN_PATCH: u8 = 3;
const UNKNOWN_RULE: u8 = 4;
const READS_SECRETS: u8 = 5;
const LEANS_ON_ANOTHER_RULE: u8 = 6;

impl<const LAPSE: u8> Policy for Owner<LAPSE> {
    type Config = Config;
    const NAME: &'static str = "owner";
    const VERSION: &'static str = "1.0.0";

    fn describe() -> Description {
        let selector = Selector::manifest("", "*");
        let selector = if LAPSE == BLIND_TO_WITHHELD {
            selector.containing(&["team"])
        } else {
            selector
        };
        Description {
            title: Text {
                en: "Owners",
                ko: "소유자",
            },
            selectors: vec![selector],
            rules: if LAPSE == LEANS_ON_ANOTHER_RULE {
                TWO_RULES
            } else {
                RULES
            },
            secrets: false,
        }
    }

    fn review(_: &Config, set: &ResourceSet, out: &mut Outcome) {
        for object in set.objects() {
            let secret = object.str_at("/data/owner") == Some("dGVhbQ==");
            if LAPSE == READS_SECRETS && secret {
                continue;
            }
            if object.label("owner").is_some() && LAPSE != NEVER_DONE {
                continue;
            }
            let rule = if LAPSE == UNKNOWN_RULE {
                "OW99"
            } else {
                "OW01"
            };
            let finding = out.find(rule, object).at("/metadata/labels/owner").id();
            let at = if LAPSE == BROKEN_PATCH {
                "/spec/nowhere/owner"
            } else {
                "/metadata/labels/owner"
            };
            out.edit(rule, finding, object, Patch::new().add(at, "team"));
            if LAPSE == LEANS_ON_ANOTHER_RULE {
                let patch = Patch::new().replace("/metadata/labels/owner", "crew");
                out.edit("OW02", None, object, patch);
            }
        }
    }
}

const WITHOUT: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  labels: {app: a}\n";
const WITH: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  labels: {owner: x}\n";
const FINDINGS: &str = "- {rule: OW01, severity: error, object: ConfigMap a, at: /metadata/labels/owner, message: no owner, \
                        remedy: add the label, fixed: true}\n";
const OUTPUT: &str =
    "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n  labels: {app: a, owner: team}\n";

fn case(folder: &Path, name: &str, files: &[(&str, &str)]) {
    let folder = folder.join(name);
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("unit.yaml"), "cluster: c\n").unwrap();
    for (file, text) in files {
        fs::write(folder.join(file), text).unwrap();
    }
}

/// A folder with the two cases that a right policy passes.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let fires = [
        ("input.yaml", WITHOUT),
        ("findings.yaml", FINDINGS),
        ("output.yaml", OUTPUT),
    ];
    case(folder.path(), "OW01-fires-bare", &fires);
    case(
        folder.path(),
        "OW01-near-owned",
        &[("input.yaml", WITH), ("findings.yaml", "[]\n")],
    );
    folder
}

/// What the harness says about a policy and a folder; empty when it is content.
fn verdict<P: Policy>(folder: &Path) -> String {
    match std::panic::catch_unwind(|| cases::<P>(folder, false)) {
        Ok(()) => String::new(),
        Err(panic) => panic
            .downcast_ref::<String>()
            .cloned()
            .unwrap_or_else(|| "panicked".to_owned()),
    }
}

#[test]
fn a_right_policy_passes() {
    assert_eq!(verdict::<Owner<0>>(folder().path()), "");
}

#[test]
fn what_is_expected_must_be_found() {
    let folder = folder();
    fs::write(
        folder.path().join("OW01-fires-bare/findings.yaml"),
        FINDINGS.replace("no owner", "no master"),
    )
    .unwrap();
    let text = verdict::<Owner<0>>(folder.path());
    assert!(
        text.contains("-  message: no master") && text.contains("+  message: no owner"),
        "{text}"
    );

    let folder = self::folder();
    fs::write(
        folder.path().join("OW01-fires-bare/output.yaml"),
        OUTPUT.replace("team", "crew"),
    )
    .unwrap();
    assert!(verdict::<Owner<0>>(folder.path()).contains("output.yaml differs"));

    let folder = self::folder();
    fs::remove_file(folder.path().join("OW01-fires-bare/findings.yaml")).unwrap();
    assert!(verdict::<Owner<0>>(folder.path()).contains("findings.yaml is missing"));

    let folder = self::folder();
    fs::write(folder.path().join("OW01-near-owned/output.yaml"), WITH).unwrap();
    assert!(verdict::<Owner<0>>(folder.path()).contains("expects edits, but there is none"));
}

#[test]
fn a_case_must_be_what_its_name_says() {
    let folder = folder();
    fs::rename(
        folder.path().join("OW01-near-owned"),
        folder.path().join("OW01-fires-owned"),
    )
    .unwrap();
    let text = verdict::<Owner<0>>(folder.path());
    assert!(
        text.contains("OW01 does not fire") && text.contains("no case OW01-near-"),
        "{text}"
    );

    let folder = self::folder();
    fs::rename(
        folder.path().join("OW01-fires-bare"),
        folder.path().join("OW01-near-bare"),
    )
    .unwrap();
    let text = verdict::<Owner<0>>(folder.path());
    assert!(
        text.contains("OW01 fires") && text.contains("no case OW01-fires-"),
        "{text}"
    );

    for name in ["OW02-fires-x", "notes", "OW01-sometimes-x", "OW01-fires-"] {
        let folder = self::folder();
        case(
            folder.path(),
            name,
            &[("input.yaml", WITH), ("findings.yaml", "[]\n")],
        );
        assert!(verdict::<Owner<0>>(folder.path()).contains(name), "{name}");
    }
}

#[test]
fn a_config_case_must_be_declined_with_these_words() {
    let folder = folder();
    case(
        folder.path(),
        "config-unknown",
        &[(
            "problems.yaml",
            "[{at: /x, message: 'unknown field `x`: nothing can be set here'}]\n",
        )],
    );
    assert!(verdict::<Owner<0>>(folder.path()).contains("judged instead of declining"));
    fs::write(
        folder.path().join("config-unknown/unit.yaml"),
        "config: {x: 1}\n",
    )
    .unwrap();
    assert_eq!(verdict::<Owner<0>>(folder.path()), "");
    fs::write(
        folder.path().join("config-unknown/unit.yaml"),
        "config: {y: 1}\n",
    )
    .unwrap();
    assert!(verdict::<Owner<0>>(folder.path()).contains("problems.yaml differs"));
}

#[test]
fn a_policy_must_keep_its_contract() {
    assert!(verdict::<Owner<NEVER_DONE>>(folder().path()).contains("a second run over the output"));
    assert!(
        verdict::<Owner<BLIND_TO_WITHHELD>>(folder().path()).contains("OW01-fires-bare: panicked")
    );
    assert!(verdict::<Owner<BROKEN_PATCH>>(folder().path()).contains("OW01-fires-bare: panicked"));
    assert!(verdict::<Owner<UNKNOWN_RULE>>(folder().path()).contains("OW01-fires-bare: panicked"));
    let leaning = verdict::<Owner<LEANS_ON_ANOTHER_RULE>>(folder().path());
    assert!(leaning.contains("OW01-fires-bare: panicked"), "{leaning}");
}

#[test]
fn values_of_secrets_are_withheld_from_a_policy_that_does_not_ask_for_them() {
    let folder = folder();
    let secret = "apiVersion: v1\nkind: Secret\nmetadata:\n  name: a\ndata: {owner: dGVhbQ==}\n";
    case(
        folder.path(),
        "OW01-near-secret",
        &[("input.yaml", secret), ("findings.yaml", "[]\n")],
    );
    assert!(verdict::<Owner<READS_SECRETS>>(folder.path()).contains("OW01-near-secret"));
}

#[test]
fn expectations_are_written_on_request_and_then_hold() {
    let folder = folder();
    for file in ["findings.yaml", "output.yaml"] {
        fs::remove_file(folder.path().join("OW01-fires-bare").join(file)).unwrap();
    }
    fs::write(
        folder.path().join("OW01-near-owned/output.yaml"),
        "stale: true\n",
    )
    .unwrap();
    cases::<Owner<0>>(folder.path(), true);
    assert_eq!(verdict::<Owner<0>>(folder.path()), "");
    assert!(!folder.path().join("OW01-near-owned/output.yaml").exists());
}

#[test]
fn what_is_said_of_an_object_must_be_said_of_one_that_is_there() {
    let folder = folder();
    let unit = folder.path().join("OW01-fires-bare/unit.yaml");
    fs::write(&unit, "extra: {ConfigMap b: {listed: false}}\n").unwrap();
    let verdict_of = verdict::<Owner<0>>(folder.path());
    assert!(
        verdict_of.contains("there is no object `ConfigMap b`"),
        "{verdict_of}"
    );
    fs::write(&unit, "extra: {ConfigMap a: {listed: false}}\n").unwrap();
    assert!(verdict::<Owner<0>>(folder.path()).contains("OW01 does not fire"));
}
