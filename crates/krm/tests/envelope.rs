//! Documents, list items and results that come and go.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use krm::{Change, Changes, Input};
use serde_json::json;

fn written(input: &Input, changes: Changes) -> Result<String, krm::WriteError> {
    let mut out = Vec::new();
    input.write(&changes, &mut out)?;
    Ok(String::from_utf8(out).unwrap())
}

const STREAM: &str = "# head\napiVersion: v1\nkind: A\nmetadata: {name: a}\n---\n# only a comment\n---\n# about b\napiVersion: v1\nkind: B\nmetadata: {name: b}\n--- # c\napiVersion: v1\nkind: C\nmetadata: {name: c}\n";

#[test]
fn documents_go_with_their_marker() {
    let input = Input::read("in.yaml", STREAM).unwrap();
    let without = |objects: &[usize]| {
        let objects = objects
            .iter()
            .map(|index| (*index, Change::Delete))
            .collect();
        written(
            &input,
            Changes {
                objects,
                ..Changes::default()
            },
        )
        .unwrap()
    };
    let (head, rest) = STREAM.split_once("---\n").unwrap();
    assert_eq!(without(&[0]), rest);
    assert_eq!(
        without(&[1]),
        STREAM.replace(
            "---\n# about b\napiVersion: v1\nkind: B\nmetadata: {name: b}\n",
            ""
        )
    );
    assert_eq!(without(&[1, 2]), format!("{head}---\n# only a comment\n"));
    assert_eq!(without(&[]), STREAM);
}

#[test]
fn created_objects_are_appended_as_the_envelope_has_it() {
    let created = vec![
        json!({"apiVersion": "v1", "kind": "New", "metadata": {"name": "new"}, "spec": {"l": ["x: y"]}}),
    ];
    let with = |text: &str| {
        let input = Input::read("in", text).unwrap();
        written(
            &input,
            Changes {
                created: created.clone(),
                ..Changes::default()
            },
        )
        .unwrap()
    };
    let new = "apiVersion: v1\nkind: New\nmetadata:\n  name: new\nspec:\n  l:\n  - \"x: y\"\n";
    let indented = |by: &str| {
        format!(
            "{by}- {}",
            new.lines()
                .map(|line| format!("{by}  {line}\n"))
                .collect::<String>()
                .trim_start()
        )
    };
    assert_eq!(with(STREAM), format!("{STREAM}---\n{new}"));
    assert_eq!(with(STREAM.trim_end()), format!("{STREAM}---\n{new}"));
    let list = "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: A\n  metadata:\n    name: a\nmetadata: {}\n";
    assert_eq!(
        with(list),
        list.replace(
            "metadata: {}\n",
            &format!("{}metadata: {{}}\n", indented(""))
        )
    );
    let empty = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: [] # none\n";
    assert_eq!(
        with(empty),
        format!(
            "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: # none\n{}",
            indented("")
        )
    );
    let tight = "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[]}";
    assert_eq!(with(tight), tight.replace("[]", "[{\"apiVersion\":\"v1\",\"kind\":\"New\",\"metadata\":{\"name\":\"new\"},\"spec\":{\"l\":[\"x: y\"]}}]"));
}

#[test]
fn results_follow_the_last_entry_or_the_results_there_are() {
    let results = vec![
        json!({"message": "one", "severity": "info"}),
        json!({"message": "two"}),
    ];
    let add = |text: &str, objects: &[usize]| {
        let input = Input::read("in", text).unwrap();
        let objects = objects
            .iter()
            .map(|index| (*index, Change::Delete))
            .collect();
        written(
            &input,
            Changes {
                objects,
                results: results.clone(),
                ..Changes::default()
            },
        )
        .unwrap()
    };
    let list = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- apiVersion: v1\n  kind: A\n  metadata:\n    name: a\nfunctionConfig:\n  kind: X\n";
    let own = "results:\n- message: one\n  severity: info\n- message: two\n";
    assert_eq!(add(list, &[]), format!("{list}{own}"));
    let had = format!("{list}results: # ours\n- message: two\n");
    assert_eq!(
        add(&had, &[]),
        format!("{had}- message: one\n  severity: info\n")
    );
    let twice = add(list, &[]);
    assert_eq!(add(&twice, &[]), twice);
    let emptied = format!(
        "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\nfunctionConfig:\n  kind: X\n{own}"
    );
    assert_eq!(add(list, &[0]), emptied);
}

#[test]
fn a_block_scalar_at_the_very_end_does_not_gain_a_line_break() {
    let text = "apiVersion: v1\nkind: A\nmetadata:\n  name: a\ntext: |\n  cut";
    let input = Input::read("in", text).unwrap();
    let created = vec![json!({"apiVersion": "v1", "kind": "B", "metadata": {"name": "b"}})];
    let refused = written(
        &input,
        Changes {
            created,
            ..Changes::default()
        },
    )
    .unwrap_err();
    assert!(refused.to_string().contains("line break"), "{refused}");
}
