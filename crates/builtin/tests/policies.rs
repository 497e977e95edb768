//! What every policy that krmguard carries must be.
#![allow(clippy::unwrap_used)]

mod schema;

use std::collections::HashSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use krmguard_builtin::{ALL, Builtin};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use wasmparser::{Parser, Payload};

fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap()
        .to_owned()
}

fn described(policy: &Builtin) -> Value {
    serde_json::from_str(policy.describe).unwrap()
}

/// The sections of the component itself, not of what it nests.
fn sections(policy: &Builtin) -> Vec<Payload<'static>> {
    let mut depth = 0;
    let mut own = Vec::new();
    for payload in Parser::new(0).parse_all(policy.wasm) {
        let payload = payload.unwrap();
        match payload {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth -= 1,
            payload if depth == 0 => own.push(payload),
            _ => {}
        }
    }
    own
}

#[test]
fn every_folder_is_carried_under_its_name() {
    let mut folders: Vec<String> = std::fs::read_dir(workspace().join("plugins"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    folders.sort();
    assert_eq!(
        ALL.iter().map(|policy| policy.name).collect::<Vec<_>>(),
        folders
    );
    for policy in ALL {
        assert_eq!(described(policy)["name"], policy.name);
    }
}

#[test]
fn a_kind_is_derived_from_the_name() {
    let kind = |name: &str| ALL.iter().find(|policy| policy.name == name).unwrap().kind;
    assert_eq!(kind("agent-mode"), "AgentMode");
    assert_eq!(kind("s3-secret-refs"), "S3SecretRefs");
    let kinds: HashSet<&str> = ALL.iter().map(|policy| policy.kind).collect();
    assert_eq!(kinds.len(), ALL.len());
}

#[test]
fn a_policy_imports_nothing() {
    for policy in ALL {
        assert!(Parser::is_component(policy.wasm), "{}", policy.name);
        let imports = sections(policy)
            .into_iter()
            .filter_map(|section| match section {
                Payload::ComponentImportSection(section) => Some(section.count()),
                _ => None,
            });
        assert_eq!(imports.sum::<u32>(), 0, "{}", policy.name);
    }
}

#[test]
fn the_description_stands_in_the_component_too() {
    for policy in ALL {
        let section = sections(policy)
            .into_iter()
            .find_map(|section| match section {
                Payload::CustomSection(section) if section.name() == "krmguard:describe" => {
                    Some(section)
                }
                _ => None,
            });
        assert_eq!(
            section.unwrap().data(),
            policy.describe.as_bytes(),
            "{}",
            policy.name
        );
    }
}

#[test]
fn the_description_keeps_to_its_schema() {
    let schema = std::fs::read_to_string(workspace().join("wit/describe.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    for policy in ALL {
        assert_eq!(
            schema::problems(&schema, &described(policy)),
            [""; 0],
            "{}",
            policy.name
        );
    }

    let mut broken = described(&ALL[0]);
    broken["rules"][0]["id"] = json!("ag01");
    broken["selectors"][0]["containing"] = json!(["abc"]);
    broken["title"].as_object_mut().unwrap().remove("ko");
    assert_eq!(schema::problems(&schema, &broken).len(), 3);
}

#[test]
fn no_two_rules_have_one_id() {
    let mut seen = HashSet::new();
    for policy in ALL {
        let description = described(policy);
        for rule in description["rules"].as_array().unwrap() {
            let id = rule["id"].as_str().unwrap();
            assert!(seen.insert(id.to_owned()), "{}: {id}", policy.name);
        }
    }
}

#[test]
fn the_digest_is_that_of_the_bytes() {
    for policy in ALL {
        let digest = Sha256::digest(policy.wasm)
            .iter()
            .fold(String::new(), |mut text, byte| {
                write!(text, "{byte:02x}").unwrap();
                text
            });
        assert_eq!(policy.sha256, digest, "{}", policy.name);
    }
}

#[test]
fn the_bytes_do_not_say_where_they_were_built() {
    let here = workspace();
    for policy in ALL {
        let text = String::from_utf8_lossy(policy.wasm);
        for place in [
            here.to_str().unwrap(),
            "/registry/src/",
            env!("CARGO_TARGET_TMPDIR"),
        ] {
            assert!(!text.contains(place), "{} contains {place}", policy.name);
        }
    }
}
