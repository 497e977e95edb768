//! Edits are applied all or none, and places lead back to the source.

#![allow(clippy::unwrap_used)]

use krm::Input;
use krmguard_engine::{Stage, Unit as UnitRecord};
use serde_json::json;

use super::*;
use crate::review::Hints;
use crate::source::{Build, Files, Sources, Unit};

const TEXT: &str = "\
apiVersion: example.org/v1
kind: Thing
metadata:
  name: a
spec:
  first: 1
  word: one two
  last: 9
---
apiVersion: v1
kind: Secret
metadata:
  name: s
stringData:
  password: hunter22
---
apiVersion: v1
kind: Service
metadata:
  name: other
";

fn unit() -> Unit {
    let input = Input::read("in.yaml", TEXT.as_bytes().to_vec()).unwrap();
    Unit::of_manifests("in.yaml", vec![input])
}

/// A policy that selects these kinds, with a `set` rule S1 and a `report` rule R1.
fn policy(kinds: &[&str], secrets: bool) -> Profile {
    let selectors: Vec<Value> = kinds
        .iter()
        .map(|kind| json!({"group": "*", "version": "*", "kind": kind, "form": "manifest"}))
        .collect();
    let text = |words: &str| json!({"en": words, "ko": words});
    let rule = |id: &str, effect: &str| {
        json!({
            "id": id, "title": text(id), "severity": "error", "effect": effect,
            "help": "", "remedy": "", "wrong": "", "right": "", "source": "",
        })
    };
    serde_json::from_value(json!({
        "name": "p", "version": "1", "interface": "0.1.0", "title": text("p"), "configSchema": {},
        "secrets": secrets, "selectors": selectors, "rules": [rule("S1", "set"), rule("R1", "report")],
    }))
    .unwrap()
}

fn ask(policy: &Profile, bench: &mut Bench<'_>) -> Question {
    let record = UnitRecord {
        id: 0,
        name: "in.yaml".to_owned(),
        cluster: None,
        role: None,
        stage: Stage::Source,
        complete: false,
        config: "{}".to_owned(),
        disabled: Vec::new(),
        extra: Vec::new(),
    };
    let sources = UnitRecord {
        id: 1,
        ..record.clone()
    };
    Question::new(policy, record, sources, bench, Hints::Followed)
}

fn edit(change: Change) -> Edit {
    Edit {
        rule: "S1".to_owned(),
        finding: None,
        change,
        extra: Vec::new(),
    }
}

fn patch(object: u32, operations: &Value) -> Edit {
    edit(Change::Patch((object, operations.to_string())))
}

fn apply(
    policy: &Profile,
    question: &Question,
    bench: &mut Bench<'_>,
    edits: &[Edit],
) -> Result<(), String> {
    Draft::new(policy, question, bench, edits)?.commit(bench)
}

#[test]
fn a_later_policy_sees_the_edits_and_its_places_are_those_of_the_source() {
    let unit = unit();
    let first = policy(&["Thing"], false);
    let second = policy(&["Other"], false);
    let (mut bench, unreadable) = Bench::new(&unit, &[&first, &second], Hints::Followed);
    assert!(unreadable.is_empty());
    assert_eq!(bench.items.len(), 1, "only what is selected is parsed");

    let question = ask(&first, &mut bench);
    let edits = [
        patch(
            0,
            &json!([{"op": "replace", "path": "/kind", "value": "Other"}]),
        ),
        patch(
            0,
            &json!([{"op": "remove", "path": "/spec/first"}, {"op": "move", "from": "/spec/last", "path": "/spec/end"}]),
        ),
    ];
    apply(&first, &question, &mut bench, &edits).unwrap();

    assert!(
        ask(&first, &mut bench).request.objects.is_empty(),
        "it is no Thing any more"
    );
    let question = ask(&second, &mut bench);
    assert!(
        question.request.objects[0].content.contains("\"end\":9"),
        "{:?}",
        question.request
    );

    let item = &bench.items[0];
    assert_eq!(
        item.object.kind, "Thing",
        "reports name the object of the source"
    );
    let (pointer, place) = bench.place(item, "/spec/end", None);
    let place = place.unwrap();
    assert_eq!(
        (pointer.as_str(), place.line, place.exact),
        ("/spec/last", 8, true)
    );
    let (_, place) = bench.place(item, "/spec/word", Some((4, 7)));
    assert_eq!(&TEXT[place.unwrap().span], "two");
    assert_eq!(bench.changed(), 1);
}

#[test]
fn a_range_in_a_string_that_was_edited_means_nothing_in_the_source() {
    let unit = unit();
    let policy = policy(&["Thing"], false);
    let (mut bench, _) = Bench::new(&unit, &[&policy], Hints::Followed);
    let question = ask(&policy, &mut bench);
    let edits = [patch(
        0,
        &json!([{"op": "replace", "path": "/spec/word", "value": "two"}]),
    )];
    apply(&policy, &question, &mut bench, &edits).unwrap();
    let (_, place) = bench.place(&bench.items[0], "/spec/word", Some((0, 3)));
    assert_eq!(&TEXT[place.unwrap().span], "one two");
}

#[test]
fn an_edit_that_fails_takes_all_of_the_answer_with_it() {
    let unit = unit();
    let policy = policy(&["Thing"], false);
    let (mut bench, _) = Bench::new(&unit, &[&policy], Hints::Followed);
    let question = ask(&policy, &mut bench);
    let good = patch(
        0,
        &json!([{"op": "replace", "path": "/spec/first", "value": 2}]),
    );
    for (bad, word) in [
        (
            patch(0, &json!([{"op": "remove", "path": "/spec/none"}])),
            "rule S1",
        ),
        (
            patch(0, &json!([{"op": "remove", "path": "/metadata/name"}])),
            "without apiVersion, kind or name",
        ),
        (edit(Change::Patch((0, "no json".to_owned()))), "rule S1"),
        (
            edit(Change::Replace((0, "[1]".to_owned()))),
            "without apiVersion, kind or name",
        ),
        (edit(Change::Patch((7, "[]".to_owned()))), "object 7"),
        (
            edit(Change::Create((
                0,
                json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "other"}})
                    .to_string(),
            ))),
            "a second Service other",
        ),
        (
            Edit {
                rule: "R1".to_owned(),
                ..good.clone()
            },
            "its effect is `report`",
        ),
    ] {
        let why = apply(&policy, &question, &mut bench, &[good.clone(), bad]).unwrap_err();
        assert!(why.contains(word), "{why}");
        assert_eq!(bench.changed(), 0, "{why}");
    }
    let gone = [edit(Change::Delete(0)), good];
    let why = apply(&policy, &question, &mut bench, &gone).unwrap_err();
    assert!(why.contains("deleted"), "{why}");
}

#[test]
fn a_redacted_secret_is_patched_as_it_is_and_never_replaced() {
    let unit = unit();
    let policy = policy(&["Secret"], false);
    let (mut bench, _) = Bench::new(&unit, &[&policy], Hints::Followed);
    let question = ask(&policy, &mut bench);
    let seen = question.request.objects[0].content.clone();
    assert!(!seen.contains("hunter22"), "{seen}");
    let why = apply(
        &policy,
        &question,
        &mut bench,
        &[edit(Change::Replace((0, seen)))],
    )
    .unwrap_err();
    assert!(why.contains("Secret s"), "{why}");
    let label = patch(
        0,
        &json!([{"op": "add", "path": "/metadata/labels", "value": {"a": "b"}}]),
    );
    apply(&policy, &question, &mut bench, &[label]).unwrap();
    let value = bench.items[0].value.as_ref().unwrap();
    assert_eq!(value["stringData"]["password"], "hunter22");
    assert_eq!(value["metadata"]["labels"]["a"], "b");
}

#[test]
fn an_edit_that_changes_nothing_is_no_change() {
    let unit = unit();
    let policy = policy(&["Thing"], false);
    let (mut bench, _) = Bench::new(&unit, &[&policy], Hints::Followed);
    let question = ask(&policy, &mut bench);
    let same = patch(
        0,
        &json!([{"op": "replace", "path": "/spec/first", "value": 1}]),
    );
    apply(&policy, &question, &mut bench, &[same]).unwrap();
    assert_eq!(bench.changed(), 0);
    assert!(bench.into_changes()[0].objects.is_empty());
}

#[test]
fn deleted_and_created_objects_are_changes() {
    let unit = unit();
    let policy = policy(&["Thing"], false);
    let (mut bench, _) = Bench::new(&unit, &[&policy], Hints::Followed);
    let question = ask(&policy, &mut bench);
    let new = json!({"apiVersion": "v1", "kind": "Service", "metadata": {"name": "new"}});
    let edits = [
        edit(Change::Delete(0)),
        edit(Change::Create((0, new.to_string()))),
    ];
    apply(&policy, &question, &mut bench, &edits).unwrap();
    assert_eq!(bench.changed(), 2);
    let changes = bench.into_changes().remove(0);
    assert_eq!(changes.objects.get(&0), Some(&krm::Change::Delete));
    assert_eq!(changes.created, [new]);
}

#[test]
fn the_state_follows_from_effect_edits_and_delivery() {
    let policy = policy(&["Thing"], false);
    let finding = |rule: &str, object: u32| engine::Finding {
        rule: rule.to_owned(),
        severity: engine::Severity::Error,
        unit: 0,
        at: Some(engine::Place {
            object,
            pointer: String::new(),
            range: None,
        }),
        message: String::new(),
        remedy: None,
        current: None,
        proposed: None,
        related: Vec::new(),
        sensitive: false,
        extra: Vec::new(),
    };
    let named = |index: u32| Edit {
        finding: Some(index),
        ..patch(0, &json!([]))
    };
    let unnamed = patch(0, &json!([]));
    let set = finding("S1", 0);
    let applied = Delivery::Applied;
    assert_eq!(state(0, &set, &[named(0)], &policy, applied), State::Fixed);
    assert_eq!(
        state(0, &set, &[named(0)], &policy, Delivery::Pending),
        State::Pending
    );
    assert_eq!(
        state(1, &set, &[named(0)], &policy, applied),
        State::Pending,
        "the edit mends another finding"
    );
    assert_eq!(
        state(0, &set, std::slice::from_ref(&unnamed), &policy, applied),
        State::Fixed
    );
    assert_eq!(
        state(0, &finding("S1", 1), &[unnamed], &policy, applied),
        State::Pending,
        "the edit is another object's"
    );
    assert_eq!(state(0, &set, &[], &policy, applied), State::Pending);
    assert_eq!(
        state(0, &finding("R1", 0), &[named(0)], &policy, applied),
        State::Open
    );
}

#[test]
fn what_a_built_unit_was_made_of_is_asked_about_as_its_source() {
    let beside = TEXT.replace("name: a\n", "name: beside\n");
    let beside = Input::read("beside.yaml", beside.into_bytes()).unwrap();
    let mut unit = unit();
    unit.beside = Files::new(vec![beside]);
    let policy = policy(&["Thing"], false);
    let asked = |unit: &Unit| {
        let (mut bench, _) = Bench::new(unit, &[&policy], Hints::Followed);
        let request = ask(&policy, &mut bench).request;
        let objects = request.objects.into_iter().map(|object| {
            let name = if object.content.contains("beside") {
                "beside"
            } else {
                "a"
            };
            (name, object.unit, object.extra)
        });
        (request.units.len(), objects.collect::<Vec<_>>())
    };
    let unlisted = || vec![("listed".to_owned(), "false".to_owned())];
    assert_eq!(
        asked(&unit),
        (1, vec![("a", 0, Vec::new()), ("beside", 0, unlisted())])
    );
    unit.build = Some(Build::Done {
        sources: Sources::new(Files::default(), "o".into()),
        stand_ins: Vec::new(),
    });
    assert_eq!(
        asked(&unit),
        (2, vec![("a", 0, Vec::new()), ("beside", 1, unlisted())])
    );
    unit.beside = Files::default();
    assert_eq!(asked(&unit), (1, vec![("a", 0, Vec::new())]));
}
