//! Any string that is written comes back: asked by `emit.rs`, and without end by a fuzz target of `tests/fuzz`.

use krmguard_yaml::emit::{self, Layout};
use krmguard_yaml::{Limits, parse_one};
use serde_json::{Map, Value, json};

/// What `emit` writes of a text, as a value and as a key, in blocks and in brackets, this crate's reader reads back,
/// and so does libyaml, whose scanner is the one in Go's YAML packages.
pub(crate) fn law(text: &str) {
    let value = Value::from(text);
    let pair: Map<String, Value> = [
        (text.to_owned(), value.clone()),
        (format!("{text}z"), json!([1])),
    ]
    .into_iter()
    .collect();
    let nested = json!({"a": [pair, [value]], "b": pair, "c": value});
    for layout in [
        Layout::default(),
        Layout {
            sequence_indent: 2,
            newline: "\r\n",
        },
    ] {
        let block = emit::node(&nested, 0, &layout) + layout.newline;
        comes_back(&block, &nested);
        let entry = emit::entry(text, &value, 0, &layout) + layout.newline;
        comes_back(&entry, &json!({text: text}));
        let item = emit::item(&nested, 0, &layout) + layout.newline;
        comes_back(&item, &json!([nested]));
    }
    comes_back(&emit::flow(&nested), &nested);
    comes_back(&format!("k: {}\n", emit::scalar(text)), &json!({"k": text}));
}

fn comes_back(written: &str, value: &Value) {
    let limits = Limits::default();
    let ours = parse_one(written, &limits).and_then(|document| document.to_json(&limits));
    assert_eq!(ours.as_ref(), Ok(value), "{written:?}");
    let libyaml: Result<Value, _> = serde_yaml::from_str(written);
    assert_eq!(libyaml.ok().as_ref(), Some(value), "{written:?}");
}
