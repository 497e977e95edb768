//! What `emit` writes comes back equal: from this crate, and from Go, whose answers stand in
//! `tables/emitted.tsv`. `BLESS=1` writes that table's texts anew; its head says how to have Go
//! answer them.
#![allow(clippy::unwrap_used, missing_docs)]

mod nasty;
mod strings;

use std::fmt::Write as _;

use krmguard_yaml::emit::{self, Layout};
use krmguard_yaml::{Limits, parse_one};
use nasty::NASTY;
use proptest::prelude::*;
use serde_json::{Map, Number, Value, json};

const HEAD: &str = "\
# Each string of tests/emit.rs as `emit` writes it: as a key and its value, as a list's item, and in brackets.
# Columns: the text as a JSON string; sigs.k8s.io/yaml v1.6.0; the same, strict (= when equal);
# go.yaml.in/yaml/v3 (= when equal to the first). `!` and a reason is a refusal.
# Make the answers anew: cd tests/peers/yaml-go && go run . < TABLE > NEW
";

fn long_key() -> String {
    "k".repeat(1_500)
}

fn layouts() -> [Layout; 3] {
    [
        Layout::default(),
        Layout {
            sequence_indent: 2,
            newline: "\n",
        },
        Layout {
            sequence_indent: 2,
            newline: "\r\n",
        },
    ]
}

/// The texts of the table, each with the value that must come back.
fn emitted() -> Vec<(String, Value)> {
    let layouts = layouts();
    let mut all = Vec::new();
    for (index, text) in NASTY
        .iter()
        .copied()
        .map(str::to_owned)
        .chain([long_key()])
        .enumerate()
    {
        let layout = &layouts[index % layouts.len()];
        let value = Value::String(text.clone());
        let pair: Map<String, Value> = [(text.clone(), value.clone()), ("zz".to_owned(), json!(1))]
            .into_iter()
            .collect();
        let pair = Value::Object(pair);
        let listed = json!({"l": [value, [value], {"k": value}], "zz": {"m": {"n": value}}});
        all.push((emit::node(&pair, 0, layout) + layout.newline, pair.clone()));
        all.push((emit::node(&listed, 0, layout) + layout.newline, listed));
        all.push((emit::flow(&json!([pair, value])), json!([pair, value])));
    }
    for value in [
        json!({}),
        json!([]),
        json!([[], {}]),
        json!({"a": {}, "b": []}),
        Value::Null,
        json!([null, true, false]),
    ] {
        all.push((emit::node(&value, 0, &layouts[0]), value));
    }
    for number in [
        "0",
        "-1",
        "18446744073709551615",
        "-9223372036854775808",
        "1.5",
        "-0.25",
        "1e21",
        "1.5e-7",
        "1e300",
    ] {
        let value = Value::Number(number.parse::<Number>().unwrap());
        all.push((
            emit::entry("n", &value, 0, &layouts[0]),
            json!({"n": value}),
        ));
    }
    all
}

fn read(text: &str) -> Value {
    let limits = Limits::default();
    parse_one(text, &limits)
        .and_then(|document| document.to_json(&limits))
        .unwrap_or_else(|why| panic!("{text:?}: {why}"))
}

#[test]
fn go_reads_it_back() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/tables/emitted.tsv");
    if std::env::var_os("BLESS").is_some() {
        let mut table = HEAD.to_owned();
        for (text, _) in emitted() {
            writeln!(table, "{}", serde_json::to_string(&text).unwrap()).unwrap();
        }
        std::fs::write(path, table).unwrap();
        return;
    }
    let table = std::fs::read_to_string(path).unwrap();
    let rows: Vec<&str> = table
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    let emitted = emitted();
    assert_eq!(
        rows.len(),
        emitted.len(),
        "the table is out of date: see its head"
    );
    for (row, (text, value)) in rows.into_iter().zip(emitted) {
        let cells: Vec<&str> = row.split('\t').collect();
        let [asked, go, strict, three] = cells.as_slice() else {
            panic!("no answer from Go: {row}")
        };
        let asked: String = serde_json::from_str(asked).unwrap();
        assert_eq!(asked, text, "the table is out of date: see its head");
        let go: Value =
            serde_json::from_str(go).unwrap_or_else(|_| panic!("{text:?}: Go says {go}"));
        assert_eq!(go, value, "{text:?}");
        assert_eq!((*strict, *three), ("=", "="), "{text:?}");
    }
}

#[test]
fn this_crate_reads_it_back() {
    for (text, value) in emitted() {
        assert_eq!(read(&text), value, "{text:?}");
    }
}

#[test]
fn plain_where_plain_will_do() {
    for (text, written) in [
        ("a", "a"),
        ("--flag=x", "--flag=x"),
        ("http://x:80/?q#f", "http://x:80/?q#f"),
        (
            "quay.io/thanos/thanos:v0.38.0",
            "quay.io/thanos/thanos:v0.38.0",
        ),
        ("v1.2.3", "v1.2.3"),
        ("10.0.0.1", "10.0.0.1"),
        ("100m", "100m"),
        ("it's", "it's"),
        ("a,b", "a,b"),
        ("한글", "한글"),
        ("", "\"\""),
        ("true", "\"true\""),
        ("a: b", "\"a: b\""),
        ("say \"x\": 'y'", "'say \"x\": ''y'''"),
        ("a\u{1b}", "\"a\\u001b\""),
    ] {
        assert_eq!(emit::scalar(text), written);
        assert_eq!(emit::key(text), written);
    }
    assert_eq!(
        emit::flow(&json!({"a": ["b,c", "d", 1]})),
        "{a: [\"b,c\", d, 1]}"
    );
}

#[test]
fn layout() {
    let value = json!({"a": {"b": [1, {"c": "x\ny\n", "d": []}, [2, 3]]}, "e": "f\n\ng", "h": "k\n\n", "i": " l\nm"});
    let plain = "a:\n  b:\n  - 1\n  - c: |\n      x\n      y\n    d: []\n  - - 2\n    - 3\ne: |-\n  f\n\n  g\nh: |+\n  k\n\ni: |2-\n   l\n  m";
    assert_eq!(emit::node(&value, 0, &Layout::default()), plain);
    let indented = plain
        .replace("\n  - ", "\n    - ")
        .replace("\n      ", "\n        ")
        .replace("\n    d", "\n      d")
        .replace("\n    - 3", "\n      - 3");
    assert_eq!(
        emit::node(
            &value,
            0,
            &Layout {
                sequence_indent: 2,
                newline: "\n"
            }
        ),
        indented
    );
    let crlf = Layout {
        sequence_indent: 0,
        newline: "\r\n",
    };
    assert_eq!(emit::node(&value, 0, &crlf), plain.replace('\n', "\r\n"));
    assert_eq!(
        emit::node(&json!({"a": 1, "b": [2]}), 4, &Layout::default()),
        "a: 1\n    b:\n    - 2"
    );
    assert_eq!(
        emit::item(&json!({"a": 1, "b": [2]}), 2, &Layout::default()),
        "- a: 1\n    b:\n    - 2"
    );
}

fn string() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(NASTY).prop_map(str::to_owned);
    let pieces = prop::collection::vec(piece, 1..4).prop_map(|pieces| pieces.concat());
    prop_oneof![3 => pieces, 1 => any::<String>(), 1 => "[ -~\n\t]{0,20}"]
}

fn value() -> impl Strategy<Value = Value> {
    let number = prop_oneof![
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        // Whole floats come back as integers, as they do from JSON.
        any::<f64>()
            .prop_filter("whole", |f| f.is_finite() && f.fract() != 0.0)
            .prop_map(Value::from),
    ];
    let leaf = prop_oneof![
        4 => string().prop_map(Value::String),
        1 => number,
        1 => any::<bool>().prop_map(Value::Bool),
        1 => Just(Value::Null),
    ];
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            prop::collection::vec((string(), inner), 0..4)
                .prop_map(|entries| Value::Object(entries.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn strings_come_back_from_libyaml_too(text in string(), long in 1_usize..60) {
        strings::law(&text);
        strings::law(&text.repeat(long));
    }

    #[test]
    fn values_come_back_equal(value in value(), layout in prop::sample::select(layouts().to_vec()), indent in 0_usize..5) {
        let document = json!({"k": value});
        let text = emit::node(&document, 0, &layout) + layout.newline;
        prop_assert_eq!(read(&text), document, "{:?}", text);

        let text = format!("{}{}{}", " ".repeat(indent), emit::item(&value, indent, &layout), layout.newline);
        prop_assert_eq!(read(&text), json!([value]), "{:?}", text);

        let text = emit::flow(&value);
        prop_assert_eq!(read(&text), value, "{:?}", text);
    }
}
