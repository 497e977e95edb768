//! The cheap proof agrees with the parser, and nothing panics.

use krm::{Changes, Input};
use krmguard_yaml::{Limits, parse};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::config;

/// What a full parse finds: the objects of a stream, lists taken apart. None where the parser refuses.
fn parsed(text: &str) -> Option<Vec<Value>> {
    let limits = Limits::default();
    let mut objects = Vec::new();
    for document in parse(text, &limits).ok()? {
        let value = document.to_json(&limits).ok()?;
        let kind = value["kind"].as_str().unwrap_or_default().to_owned();
        match &value["items"] {
            Value::Array(items)
                if kind.ends_with("List")
                    || (!items.is_empty()
                        && items.iter().all(|item| {
                            item.get("kind").is_some() && item.get("apiVersion").is_some()
                        })) =>
            {
                objects.extend(items.iter().cloned());
            }
            Value::Null
                if value.get("items").is_some()
                    && (kind == "ResourceList"
                        || (kind == "List" && value["apiVersion"] == "v1")) => {}
            _ if value.is_null() => {}
            _ => objects.push(value),
        }
    }
    Some(objects)
}

fn agrees(text: &str) -> Result<(), TestCaseError> {
    let Ok(input) = Input::read("in", text.as_bytes().to_vec()) else {
        return Ok(());
    };
    let mut out = Vec::new();
    input.write(&Changes::default(), &mut out).unwrap();
    prop_assert_eq!(out.as_slice(), text.as_bytes());
    let Some(expected) = parsed(text) else {
        return Ok(());
    };
    prop_assert_eq!(input.len(), expected.len(), "{}", text);
    for (index, value) in expected.iter().enumerate() {
        let id = input.id(index);
        prop_assert_eq!(&json!(id.kind), &value["kind"], "{}", text);
        prop_assert_eq!(&json!(id.api_version), &value["apiVersion"], "{}", text);
        let name = if input.generated(index) {
            &value["metadata"]["generateName"]
        } else {
            &value["metadata"]["name"]
        };
        prop_assert_eq!(&json!(id.name), name, "{}", text);
        let namespace = value["metadata"]
            .get("namespace")
            .cloned()
            .filter(|namespace| namespace != "")
            .unwrap_or_default();
        prop_assert_eq!(&json!(id.namespace), &namespace, "{}", text);
        prop_assert_eq!(&input.value(index).unwrap(), value, "{}", text);
        for pointer in ["", "/metadata/name", "/spec/x/0", "/nothing"] {
            let location = input.locate(index, pointer, Some((0, 1)));
            prop_assert!(text.get(location.span).is_some());
        }
    }
    Ok(())
}

/// Lines that mean different things in different places.
fn line() -> impl Strategy<Value = String> {
    let content = prop::sample::select(vec![
        "apiVersion: v1",
        "kind: A",
        "kind: B",
        "kind: List",
        "kind: 'C'",
        "\"kind\": D",
        "metadata:",
        "metadata: {name: q}",
        "name: x",
        "name: w",
        "namespace: s",
        "generateName: g-",
        "items:",
        "items: []",
        "- apiVersion: v1",
        "- kind: E",
        "-",
        "- - x",
        "- \"a: b\"",
        "- 'it''s",
        "- |",
        "x: |",
        "x: |-",
        "x: >+",
        "x: |2",
        "y: \"open",
        "shut\"",
        "z: 'open",
        "shut'",
        "z: it's",
        "plain text",
        "more: # why",
        "# comment",
        "text # comment",
        "w: [a,",
        "b]",
        "w: {a: b}",
        "v: {a: [",
        "]}",
        "]",
        "}",
        "<<: *m",
        "m: &m",
        "m: &m {a: b}",
        "n: *m",
        "!!str k: v",
        "? k",
        ": v",
        "---",
        "--- # c",
        "--- x",
        "...",
        "%YAML 1.1",
        "k:\tv",
        "\tk: v",
        "k: v ",
        "k : v",
        "",
        "  ",
        "a: b: c",
        "a:b",
        "- a: 1",
        "name:",
        "'",
        "\"",
        "a: \"\\\"\"",
        "spec:",
    ]);
    (
        prop::sample::select(vec![0_usize, 0, 0, 1, 2, 2, 2, 4, 4, 6]),
        content,
    )
        .prop_map(|(indent, content)| format!("{}{content}", " ".repeat(indent)))
}

/// A sound text in which some lines were put, dropped or moved.
fn text() -> impl Strategy<Value = String> {
    let base = prop::sample::select(vec![
        "apiVersion: v1\nkind: A\nmetadata:\n  name: a\n  namespace: b\nspec:\n  x:\n  - one: 1\n    two: |\n      text\n    three: 'x'\n---\n# c\napiVersion: v1\nkind: B\nmetadata:\n  labels:\n    a: b\n  name: b\n",
        "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n- apiVersion: v1\n  kind: A\n  metadata:\n    name: a\n  spec: \"x\n\n    y\"\n- kind: B\n  apiVersion: v1\n  metadata:\n    name: b\n  x: {a: [b,\n    c]}\n  z:\n  - |\n    - kind: C\n  - k: v\nfunctionConfig:\n  kind: X\nresults:\n- message: m\n",
        "kind: List\nitems:\n  - apiVersion: v1\n    kind: A\n    metadata:\n      name: a\n    text: plain\n      goes on\n  -\n    kind: B\n    apiVersion: v1\n    metadata:\n      generateName: b\napiVersion: v1\n",
    ]);
    let edit = (any::<prop::sample::Index>(), 0..4_u8, line());
    (base, prop::collection::vec(edit, 0..5), any::<bool>()).prop_map(|(base, edits, crlf)| {
        let mut lines: Vec<String> = base.lines().map(str::to_owned).collect();
        for (place, how, line) in edits {
            let at = place.index(lines.len() + 1);
            match how {
                0 | 1 => lines.insert(at, line),
                2 if at < lines.len() => {
                    lines.remove(at);
                }
                _ if at < lines.len() => {
                    let moved = lines.remove(at);
                    lines.insert(place.index(lines.len() + 1), format!(" {moved}"));
                }
                _ => {}
            }
        }
        lines.join(if crlf { "\r\n" } else { "\n" })
    })
}

proptest! {
    #![proptest_config(config(3_000))]

    #[test]
    fn the_cheap_proof_agrees_with_the_parser(text in text()) {
        agrees(&text)?;
    }

    #[test]
    fn any_lines_are_read_or_refused(lines in prop::collection::vec(line(), 0..14)) {
        agrees(&lines.join("\n"))?;
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(prop::sample::select(b"a:- \n\r\t\"'{}[],#&*!|>?%.\\\xc3\xa9\0kind".to_vec()), 0..60)) {
        let _ = Input::read("in", bytes);
    }
}
