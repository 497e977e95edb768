//! The policies that krmguard carries, as the engine sees them.
#![allow(clippy::unwrap_used)]

mod guest;

use std::borrow::Cow;
use std::sync::LazyLock;

use camino::Utf8Path;
use guest::unit;
use krmguard_builtin::{ALL, Builtin};
use krmguard_engine::{Cache, Engine, Known, Limits, Plugin, PluginError, Request};

fn known(policy: &Builtin) -> Option<Known> {
    Some(Known {
        sha256: policy.sha256,
        describe: policy.describe,
        profile: policy.profile,
        fleet: policy.fleet,
    })
}

/// One engine and one cache for all tests: compiling four policies takes a while.
static ENGINE: LazyLock<(tempfile::TempDir, Engine)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().unwrap();
    let path = Utf8Path::from_path(folder.path()).unwrap().join("code");
    let engine = Engine::new(Cache::Dir(path)).unwrap();
    for policy in ALL {
        let plugin = engine.load(policy.name, policy.wasm, known(policy), Limits::default());
        plugin.unwrap().validate_config("{}").unwrap();
    }
    (folder, engine)
});

fn load(policy: &Builtin, known: Option<Known>) -> Plugin {
    let plugin = ENGINE
        .1
        .load(policy.name, policy.wasm, known, Limits::default());
    plugin.unwrap()
}

#[test]
fn what_is_known_beforehand_is_what_the_bytes_say() {
    for policy in ALL {
        let (beforehand, read) = (load(policy, known(policy)), load(policy, None));
        assert_eq!(beforehand.sha256(), read.sha256());
        assert_eq!(
            format!("{:?}", beforehand.description()),
            format!("{:?}", read.description())
        );
        assert_eq!(
            format!("{:?}", beforehand.profile()),
            format!("{:?}", read.profile())
        );
        assert_eq!(beforehand.has_fleet(), read.has_fleet());
    }
}

#[test]
fn the_description_in_the_section_is_what_describe_answers() {
    for policy in ALL {
        let section = policy
            .wasm
            .windows(17)
            .rposition(|window| window == b"krmguard:describe")
            .unwrap();
        let mut renamed = policy.wasm.to_vec();
        renamed[section] = b'K';
        let asked = ENGINE
            .1
            .load(policy.name, renamed, None, Limits::default())
            .unwrap();
        let told = load(policy, known(policy));
        assert_eq!(
            format!("{:?}", asked.description()),
            format!("{:?}", told.description())
        );
    }
}

#[test]
fn an_unknown_config_field_is_declined_with_its_pointer() {
    for policy in ALL {
        let plugin = load(policy, known(policy));
        let problems = plugin.validate_config(r#"{"nosuchfield": 1}"#).unwrap();
        assert_eq!(problems.len(), 1, "{}: {problems:?}", policy.name);
        assert!(
            problems[0].message.contains("nosuchfield"),
            "{}: {problems:?}",
            policy.name
        );

        let mut unit = unit(1);
        unit.config = r#"{"nosuchfield": 1}"#.to_owned();
        let request = Request {
            units: vec![unit],
            ..Request::default()
        };
        let declined = plugin.evaluate(&request).unwrap_err();
        let PluginError::Config {
            problems: again, ..
        } = declined
        else {
            panic!("{declined}")
        };
        assert_eq!(again[0].message, problems[0].message);
    }
}

#[test]
fn a_unit_without_objects_is_well() {
    for policy in ALL {
        let mut unit = unit(1);
        unit.cluster = Some("cluster-02-edge".to_owned());
        let request = Request {
            units: vec![unit],
            ..Request::default()
        };
        let outcome = load(policy, known(policy)).evaluate(&request).unwrap();
        assert_eq!(
            (outcome.findings, outcome.edits),
            (Vec::new(), Vec::new()),
            "{}",
            policy.name
        );
    }
}

#[test]
fn bytes_may_be_borrowed_or_owned() {
    let first = &ALL[0];
    let owned: Cow<'static, [u8]> = Cow::Owned(first.wasm.to_vec());
    let owned = ENGINE
        .1
        .load(first.name, owned, known(first), Limits::default())
        .unwrap();
    assert_eq!(owned.sha256(), load(first, None).sha256());
}
