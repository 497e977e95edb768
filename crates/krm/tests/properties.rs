//! What holds for any input: the cheap proof agrees with the parser, edits read back, nothing panics.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use krm::{Change, Changes, Input};
use krmguard_yaml::emit::{self, Layout};
use krmguard_yaml::{Limits, parse};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

fn config(cases: u32) -> ProptestConfig {
    // PROPTEST_CASES asks for more.
    let config = ProptestConfig::default();
    ProptestConfig {
        cases: config.cases.max(cases),
        failure_persistence: None,
        ..config
    }
}

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

fn word() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z][a-z0-9-]{0,6}",
        1 => prop::sample::select(vec![
            "yes", "012", "1_000", "1e3", "null", "~", "", " x", "x ", "a: b", "a #b", "- x", "'q'", "\"", "two\nlines", "end\n", "\n", "\n\nx", " lead\n  more\n",
            "keep\n\n\n", "tab\tx", "é", "\u{2028}", "\u{7}", "---", "--- a", "{", "*a", "&a", "!t", "%", "@", "2024-01-01", "0x1f", ".inf", "=", "<<", "a\r\nb", "x\n---\ny", "\u{feff}",
        ]).prop_map(str::to_owned),
    ]
}

fn value(depth: u32) -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        4 => word().prop_map(Value::from),
        1 => any::<i32>().prop_map(Value::from),
        1 => any::<bool>().prop_map(Value::from),
        1 => Just(Value::Null),
        // Never a whole number: Go reads `2.0` back as `2`.
        1 => (-1000..1000_i32).prop_map(|number| Value::from(f64::from(2 * number + 1) / 8.0)),
        1 => Just(json!({})),
        1 => Just(json!([])),
    ];
    leaf.prop_recursive(depth, 32, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..5).prop_map(Value::from),
            prop::collection::vec((word(), inner), 1..5)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

/// Changes a value at some places, leaving most of it.
fn mutate(
    value: &Value,
    dice: &mut impl Iterator<Item = u8>,
    fresh: &mut impl Iterator<Item = Value>,
) -> Value {
    let roll = dice.next().unwrap_or(255);
    match value {
        Value::Object(map) => {
            let mut out: Map<String, Value> = Map::new();
            for (key, value) in map {
                match dice.next().unwrap_or(255) {
                    0..15 => {}
                    15..120 => {
                        out.insert(key.clone(), mutate(value, dice, fresh));
                    }
                    _ => {
                        out.insert(key.clone(), value.clone());
                    }
                }
            }
            if roll < 60 {
                out.insert(format!("n{roll}"), fresh.next().unwrap_or_default());
            }
            Value::Object(out)
        }
        Value::Array(items) => {
            let mut out = Vec::new();
            for item in items {
                match dice.next().unwrap_or(255) {
                    0..25 => {}
                    25..50 => out.extend([fresh.next().unwrap_or_default(), item.clone()]),
                    50..120 => out.push(mutate(item, dice, fresh)),
                    _ => out.push(item.clone()),
                }
            }
            if roll < 60 {
                out.push(fresh.next().unwrap_or_default());
            }
            Value::Array(out)
        }
        _ if roll < 100 => fresh.next().unwrap_or_default(),
        other => other.clone(),
    }
}

#[derive(Debug, Clone, Copy)]
enum Dress {
    Block,
    Indented,
    Item,
    Flow,
    Json,
    JsonLines,
}

fn dressed(value: &Value, dress: Dress) -> String {
    let layout = |sequence_indent| Layout {
        sequence_indent,
        newline: "\n",
    };
    let tail = "---\napiVersion: v1\nkind: Tail\nmetadata: {name: t}   # kept\n";
    match dress {
        Dress::Block => format!("# head\n{}\n{tail}", emit::node(value, 0, &layout(0))),
        Dress::Indented => format!("---\n{}\n{tail}", emit::node(value, 0, &layout(2))),
        Dress::Item => format!(
            "apiVersion: v1\nkind: List\nitems:\n  {}\n# end\nmetadata: {{}}\n",
            emit::item(value, 2, &layout(2))
        ),
        Dress::Flow => format!("{}\n{tail}", emit::flow(value)),
        Dress::Json => format!("{value}\n"),
        Dress::JsonLines => serde_json::to_string_pretty(value).unwrap(),
    }
}

fn dress() -> impl Strategy<Value = Dress> {
    prop::sample::select(vec![
        Dress::Block,
        Dress::Block,
        Dress::Indented,
        Dress::Item,
        Dress::Flow,
        Dress::Json,
        Dress::JsonLines,
    ])
}

fn object(spec: &Value) -> Value {
    json!({"apiVersion": "v1", "kind": "Thing", "metadata": {"name": "thing"}, "spec": spec})
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

    #[test]
    fn an_edit_reads_back_and_leaves_the_rest(
        spec in value(4),
        dice in prop::collection::vec(any::<u8>(), 40),
        fresh in prop::collection::vec(value(2), 12),
        dress in dress(),
        crlf in any::<bool>(),
    ) {
        let before = object(&spec);
        let mut text = dressed(&before, dress);
        // A break inside a value would be another value.
        if crlf && !matches!(dress, Dress::Json | Dress::JsonLines) && !text.contains('\r') {
            text = text.replace('\n', "\r\n");
        }
        let input = Input::read("in", text.clone()).unwrap();
        prop_assert_eq!(&input.value(0).unwrap(), &before, "{}", text);
        let after = object(&mutate(&spec, &mut dice.into_iter(), &mut fresh.into_iter()));
        let changes = Changes { objects: [(0, Change::Replace(after.clone()))].into(), ..Changes::default() };
        let mut out = Vec::new();
        let wrote = input.write(&changes, &mut out);
        prop_assert!(wrote.is_ok(), "{:?}\n{}\n{}\n{}", wrote, text, before, after);
        let out = String::from_utf8(out).unwrap();
        let again = Input::read("in", out.clone()).unwrap();
        prop_assert_eq!(&again.value(0).unwrap(), &after, "{}\n{}", text, out);
        // A second run has nothing to do.
        let mut second = Vec::new();
        again.write(&changes, &mut second).unwrap();
        prop_assert_eq!(second.as_slice(), out.as_bytes());
        // What did not change stands there as it stood.
        let tail = &text[input.span(0).end..];
        prop_assert!(out.ends_with(tail.trim_start_matches(['\r', '\n'])), "{}\n{}", text, out);
        prop_assert!(out.starts_with(&text[..input.span(0).start]), "{}\n{}", text, out);
        if let (Dress::Block | Dress::Indented | Dress::Item, Value::Object(old), Value::Object(new)) = (dress, &spec, &after["spec"]) {
            for (key, _) in old.iter().filter(|(key, value)| new.get(*key) == Some(value)) {
                let place = input.locate(0, &format!("/spec/{}", key.replace('~', "~0").replace('/', "~1")), None);
                let line = text[place.span.start..].lines().next().unwrap();
                prop_assert!(out.contains(line), "{:?} is gone\n{}\n{}", line, text, out);
            }
        }
    }

    #[test]
    fn created_and_deleted_objects_read_back(
        specs in prop::collection::vec(value(2), 1..4),
        created in prop::collection::vec(value(2), 0..3),
        gone in prop::collection::vec(any::<bool>(), 4),
        dress in 0..5_u8,
    ) {
        let named = |specs: &[Value], prefix: &str| -> Vec<Value> {
            specs.iter().enumerate().map(|(index, spec)| {
                json!({"apiVersion": "v1", "kind": "Thing", "metadata": {"name": format!("{prefix}{index}")}, "spec": spec})
            }).collect()
        };
        let (old, new) = (named(&specs, "old"), named(&created, "new"));
        let layout = Layout { sequence_indent: 0, newline: "\n" };
        let list = json!({"apiVersion": "config.kubernetes.io/v1", "kind": "ResourceList", "items": old, "functionConfig": {"a": "b"}});
        let text = match dress {
            0 => old.iter().map(|value| emit::node(value, 0, &layout) + "\n").collect::<Vec<_>>().join("---\n"),
            1 => emit::node(&list, 0, &layout) + "\n",
            2 => list.to_string(),
            3 => old.iter().map(Value::to_string).collect::<Vec<_>>().join("\n"),
            _ => format!("# l\n{}\n", emit::flow(&list)),
        };
        let input = Input::read("in", text.clone()).unwrap();
        let objects = (0..old.len()).filter(|index| gone[*index]).map(|index| (index, Change::Delete)).collect();
        let results = if matches!(dress, 0 | 3) { Vec::new() } else { vec![json!({"message": "a: b\nc"})] };
        let changes = Changes { objects, created: new.clone(), results: results.clone() };
        let mut out = Vec::new();
        let wrote = input.write(&changes, &mut out);
        prop_assert!(wrote.is_ok(), "{:?}\n{}", wrote, text);
        let expected: Vec<Value> = old.into_iter().enumerate().filter(|(index, _)| !gone[*index]).map(|(_, value)| value).chain(new).collect();
        if expected.is_empty() && matches!(dress, 0 | 3) {
            return Ok(());
        }
        let out = String::from_utf8(out).unwrap();
        let again = Input::read("in", out.clone());
        prop_assert!(again.is_ok(), "{:?}\n{}\n{}", again, text, out);
        let again = again.unwrap();
        let values: Vec<Value> = (0..again.len()).map(|index| again.value(index).unwrap()).collect();
        prop_assert_eq!(values, expected, "{}\n{}", text, out);
        prop_assert_eq!(again.results().unwrap(), results);
    }
}
