//! Patches do what RFC 6902 says, and their traces lead back.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use krm::patch::{self, PatchError};
use proptest::prelude::*;
use serde_json::{Value, json};

fn apply(mut value: Value, operations: Value) -> Result<(Value, patch::Trace), PatchError> {
    let trace = patch::parse(&operations.to_string())?.apply(&mut value)?;
    Ok((value, trace))
}

#[test]
fn errors_name_the_operation_and_the_place() {
    let refused = |operations: Value| {
        apply(json!({"a": [1], "b": "x"}), operations)
            .unwrap_err()
            .to_string()
    };
    assert!(
        patch::parse("[")
            .unwrap_err()
            .to_string()
            .contains("not JSON")
    );
    assert!(refused(json!({})).contains("not a list"));
    assert!(
        refused(json!([{"op": "test", "path": "/b", "value": "x"}, {"op": "add", "path": "/c"}]))
            .contains("operation 1 of the patch: it has no `value`")
    );
    assert!(refused(json!([{"op": "ad", "path": "/c"}])).contains("`ad` is no operation"));
    assert!(refused(json!([{"op": "remove", "path": "c"}])).contains("`c` is not a JSON pointer"));
    assert!(
        refused(json!([{"op": "remove", "path": "/a/1"}])).contains("nothing stands at `/a/1`")
    );
    assert!(refused(json!([{"op": "add", "path": "/a/3", "value": 1}])).contains("has 1 items"));
    assert!(
        refused(json!([{"op": "add", "path": "/a/01", "value": 1}]))
            .contains("no place in the list")
    );
    assert!(
        refused(json!([{"op": "add", "path": "/b/c", "value": 1}])).contains("within a scalar")
    );
    assert!(refused(json!([{"op": "move", "from": "/a", "path": "/a/0"}])).contains("into itself"));
    assert!(refused(json!([{"op": "remove", "path": ""}])).contains("whole value"));
    assert!(
        refused(json!([{"op": "test", "path": "/b", "value": "z"}])).contains("test of `/b` fails")
    );
}

#[test]
fn nothing_happens_when_one_operation_fails() {
    let mut value = json!({"a": 1});
    let patch = patch::parse(
        &json!([{"op": "remove", "path": "/a"}, {"op": "remove", "path": "/a"}]).to_string(),
    )
    .unwrap();
    assert!(patch.apply(&mut value).is_err());
    assert_eq!(value, json!({"a": 1}));
}

#[test]
fn traces_lead_back() {
    let before = json!({"l": [{"n": "a"}, {"n": "b"}, {"n": "c"}], "m": {"x": {"y": 1}}, "a/b": 1});
    let back = |operations: Value, pointer: &str| {
        apply(before.clone(), operations).unwrap().1.back(pointer)
    };
    assert_eq!(
        back(json!([{"op": "remove", "path": "/l/0"}]), "/l/0/n"),
        "/l/1/n"
    );
    assert_eq!(
        back(json!([{"op": "remove", "path": "/l/1"}]), "/l/0/n"),
        "/l/0/n"
    );
    assert_eq!(
        back(json!([{"op": "add", "path": "/l/1", "value": 1}]), "/l/2/n"),
        "/l/1/n"
    );
    assert_eq!(
        back(json!([{"op": "add", "path": "/l/1", "value": 1}]), "/l/1"),
        "/l"
    );
    assert_eq!(
        back(
            json!([{"op": "add", "path": "/m/z", "value": {"q": 1}}]),
            "/m/z/q"
        ),
        "/m"
    );
    assert_eq!(
        back(
            json!([{"op": "replace", "path": "/m", "value": {"x": {"z": 1}}}]),
            "/m/x/z"
        ),
        "/m/x"
    );
    assert_eq!(
        back(
            json!([{"op": "move", "from": "/m/x", "path": "/l/0"}]),
            "/l/0/y"
        ),
        "/m/x/y"
    );
    assert_eq!(
        back(
            json!([{"op": "move", "from": "/m/x", "path": "/l/0"}]),
            "/l/3/n"
        ),
        "/l/2/n"
    );
    assert_eq!(
        back(
            json!([{"op": "move", "from": "/l/0", "path": "/l/2"}]),
            "/l/0/n"
        ),
        "/l/1/n"
    );
    assert_eq!(
        back(
            json!([{"op": "move", "from": "/l/0", "path": "/l/-"}]),
            "/l/2/n"
        ),
        "/l/0/n"
    );
    assert_eq!(
        back(
            json!([{"op": "move", "from": "/a~1b", "path": "/m/c"}]),
            "/m/c"
        ),
        "/a~1b"
    );
    assert_eq!(
        back(
            json!([{"op": "add", "path": "/l/0", "value": 0}, {"op": "remove", "path": "/l/1"}]),
            "/l/1/n"
        ),
        "/l/1/n"
    );
    assert_eq!(back(json!([]), "/not/there"), "/not/there");
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(json!(null)),
        any::<bool>().prop_map(Value::from),
        (0..5_i64).prop_map(Value::from),
        "[a-c]".prop_map(Value::from)
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-c~/]", inner, 0..4)
                .prop_map(|map| Value::Object(map.into_iter().collect())),
        ]
    })
}

fn pointer() -> impl Strategy<Value = String> {
    prop::collection::vec(
        prop_oneof![
            "[a-c]",
            "[0-3]",
            Just("-".to_owned()),
            Just("~0".to_owned()),
            Just("~1".to_owned())
        ],
        1..4,
    )
    .prop_map(|tokens| tokens.iter().map(|token| format!("/{token}")).collect())
}

fn operations() -> impl Strategy<Value = Value> {
    let one = prop_oneof![
        (pointer(), value())
            .prop_map(|(path, value)| json!({"op": "add", "path": path, "value": value})),
        pointer().prop_map(|path| json!({"op": "remove", "path": path})),
        (pointer(), value())
            .prop_map(|(path, value)| json!({"op": "replace", "path": path, "value": value})),
        (pointer(), pointer())
            .prop_map(|(from, path)| json!({"op": "move", "from": from, "path": path})),
        (pointer(), pointer())
            .prop_map(|(from, path)| json!({"op": "copy", "from": from, "path": path})),
        (pointer(), value())
            .prop_map(|(path, value)| json!({"op": "test", "path": path, "value": value})),
    ];
    prop::collection::vec(one, 1..5).prop_map(Value::from)
}

fn pointers(value: &Value, at: String, out: &mut Vec<String>) {
    out.push(at.clone());
    match value {
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(index, item)| pointers(item, format!("{at}/{index}"), out)),
        Value::Object(map) => map.iter().for_each(|(key, item)| {
            pointers(
                item,
                format!("{at}/{}", key.replace('~', "~0").replace('/', "~1")),
                out,
            );
        }),
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_json_patch_crate_agrees(before in value(), operations in operations()) {
        let mut theirs = before.clone();
        let parsed: json_patch::Patch = serde_json::from_value(operations.clone()).unwrap();
        // Its `patch` undoes what it did before an error, and panics where it cannot.
        let expected = json_patch::patch_unsafe(&mut theirs, &parsed);
        match apply(before.clone(), operations) {
            Ok((after, trace)) => {
                prop_assert!(expected.is_ok(), "{expected:?}");
                prop_assert_eq!(&after, &theirs);
                let mut all = Vec::new();
                pointers(&after, String::new(), &mut all);
                for pointer in all {
                    let back = trace.back(&pointer);
                    prop_assert!(before.pointer(&back).is_some(), "{} leads back to {}", pointer, back);
                }
            }
            Err(why) => prop_assert!(expected.is_err(), "{why}"),
        }
    }

    #[test]
    fn what_did_not_change_leads_back_to_its_equal(before in value(), operations in operations()) {
        // A list that grew or shrank at its front: each surviving marker is found where it was.
        let marked = json!({"a": [{"id": 0}, {"id": 1}, {"id": 2}], "b": before});
        if let Ok((after, trace)) = apply(marked.clone(), operations)
            && let Some(Value::Array(items)) = after.get("a")
        {
            for (index, item) in items.iter().enumerate() {
                let back = trace.back(&format!("/a/{index}"));
                if let (Some(id), Some(old)) = (item.get("id"), marked.pointer(&back).and_then(|old| old.get("id"))) {
                    prop_assert!(id == old || item != &json!({"id": id}) || !id.is_u64(), "{} became {}", old, id);
                }
            }
        }
    }
}
