//! Edits, new objects and removals read back, and leave the rest.

use krm::{Change, Changes, Input};
use krmguard_yaml::emit::{self, Layout};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use crate::config;

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
