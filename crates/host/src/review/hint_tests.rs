//! Nothing that may hold a needle is withheld, and no built-in policy judges otherwise for what is.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

use krm::Input;
use krmguard_engine::Stage;
use serde_json::json;

use super::*;
use crate::date::Date;
use crate::mask::Masker;
use crate::policyset::PolicySet;
use crate::review::{Delivery, Hints, Identity, Review, Terms, review};
use crate::shelf::Shelf;
use crate::source::Unit;
use crate::waivers::Waivers;

fn selector(needles: &[&str]) -> Selector {
    serde_json::from_value(json!({
        "group": "*", "version": "*", "kind": "*", "form": "*", "containing": needles,
    }))
    .unwrap()
}

fn finds(needle: &str, object: &Value) -> bool {
    wanted(std::iter::once(&selector(&[needle])), object)
}

#[test]
fn a_needle_is_found_in_every_decoded_key_and_scalar() {
    let object =
        json!({"kind": "Pod", "spec": {"a-needle-b": [1, true, {"k": "x\nother"}]}, "n": 123_456});
    for needle in ["needle", "other", "true", "2345", "kind", "Pod"] {
        assert!(finds(needle, &object), "{needle}");
    }
    assert!(!finds("Needle", &object));
    let both = [selector(&["nowhere"]), selector(&[])];
    assert!(wanted(both.iter(), &object), "one selector asks for all");
    assert!(!wanted(both[..1].iter(), &object));
}

#[test]
fn encoded_values_are_searched_decoded() {
    // `objstore`, once and twice in base64.
    for value in ["b2Jqc3RvcmU=", "YjJKcWMzUnZjbVU9", "b2Jq\n  c3RvcmU"] {
        let secret = json!({"kind": "Secret", "data": {"k": value}});
        assert!(finds("objstore", &secret), "{value}");
        let map = json!({"kind": "ConfigMap", "binaryData": {"k": value}, "data": {"k": "x"}});
        assert!(finds("objstore", &map), "{value}");
    }
    assert!(!finds(
        "objstore",
        &json!({"kind": "Secret", "data": {"k": "aGVsbG8="}, "stringData": {}})
    ));
    for odd in [json!("b2Jq"), json!({"k": "no base64!"})] {
        assert!(
            finds("objstore", &json!({"kind": "Secret", "data": odd})),
            "{odd}"
        );
    }
}

fn goldens() -> Vec<PathBuf> {
    let plugins = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../plugins");
    let folders = |path: PathBuf| {
        let mut folders: Vec<PathBuf> = fs::read_dir(path)
            .into_iter()
            .flatten()
            .map(|entry| entry.unwrap().path())
            .collect();
        folders.sort();
        folders
    };
    folders(plugins)
        .into_iter()
        .flat_map(|plugin| folders(plugin.join("testdata")))
        .filter(|case| case.join("input.yaml").is_file())
        .collect()
}

/// What all built-in policies say about a golden folder's input. Its config is that of one policy alone.
fn judged(case: &Path, shelf: &mut Shelf, hints: Hints) -> Option<Review> {
    let text = fs::read_to_string(case.join("unit.yaml")).unwrap_or_default();
    let limits = krmguard_yaml::Limits::default();
    let about = krmguard_yaml::parse_one(&text, &limits)
        .unwrap()
        .to_json(&limits)
        .unwrap();
    let word = |name: &str| about.get(name).and_then(Value::as_str).map(str::to_owned);
    let plugin = case.ancestors().nth(2)?.file_name()?.to_str()?;
    let mut set = PolicySet::of_builtins();
    set.entries.retain(|entry| match &entry.plugin {
        crate::policyset::PluginName::Builtin(builtin) => builtin.name == plugin,
        crate::policyset::PluginName::File { .. } => false,
    });
    if let Some(config) = about.get("config").filter(|config| config.is_object()) {
        set.entries.first_mut()?.config = config.clone();
    }
    // A folder about a wrong config has nothing to compare.
    let policies = shelf.policies(&set).ok()?;
    // What is no input for the host, such as a list of other forms than manifests, has none either.
    let input = Input::read("input.yaml", fs::read(case.join("input.yaml")).unwrap()).ok()?;
    let unit = Unit {
        stage: match word("stage").as_deref() {
            Some("built") => Stage::Built,
            Some("in-build") => Stage::InBuild,
            _ => Stage::Source,
        },
        complete: about
            .get("complete")
            .and_then(Value::as_bool)
            .unwrap_or_default(),
        ..Unit::of_manifests("input.yaml", vec![input])
    };
    let identity = Identity {
        cluster: word("cluster"),
        role: word("role"),
    };
    let waivers = Waivers::new(&[], Date::today().unwrap());
    let terms = Terms {
        identity: &identity,
        set: &set,
        policies: &policies,
        waivers: &waivers,
        delivery: Delivery::Applied,
        hints,
    };
    Some(review(&unit, &[terms], &mut Masker::new()))
}

#[test]
fn no_verdict_changes_for_the_hints() {
    let mut shelf = Shelf::open().unwrap();
    let mut compared = 0;
    for case in goldens() {
        let (Some(with), Some(without)) = (
            judged(&case, &mut shelf, Hints::Followed),
            judged(&case, &mut shelf, Hints::Ignored),
        ) else {
            continue;
        };
        let said = |review: &Review| {
            format!(
                "{:#?}\n{:#?}\n{:#?}\n{:#?}",
                review.findings, review.not_judged, review.changes, review.unit
            )
        };
        let facts = |review: &Review| {
            let facts = review
                .testimonies
                .iter()
                .flat_map(|testimony| &testimony.facts);
            facts
                .map(|fact| (fact.key.clone(), fact.value.clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(said(&with), said(&without), "{}", case.display());
        assert_eq!(facts(&with), facts(&without), "{}", case.display());
        compared += 1;
    }
    assert!(compared > 300, "{compared} goldens");
}
