//! What an edit does to the text, case by case.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use krm::{Change, Changes, Input, patch};
use serde_json::{Value, json};

fn changed(text: &str, index: usize, operations: &Value) -> Result<String, krm::WriteError> {
    let input = Input::read("in.yaml", text.as_bytes().to_vec()).unwrap();
    let mut value = input.value(index).unwrap();
    patch::parse(&operations.to_string())
        .unwrap()
        .apply(&mut value)
        .unwrap();
    written(
        &input,
        Changes {
            objects: [(index, Change::Replace(value))].into(),
            ..Changes::default()
        },
    )
}

fn written(input: &Input, changes: Changes) -> Result<String, krm::WriteError> {
    let mut out = Vec::new();
    input.write(&changes, &mut out)?;
    Ok(String::from_utf8(out).unwrap())
}

/// An object whose `spec` is `before`, patched, has `after` as its `spec`. Both start behind `spec:`.
#[track_caller]
fn spec(before: &str, operations: Value, after: &str) {
    let head = "apiVersion: v1\nkind: Thing\nmetadata:\n  name: x\n";
    for tail in [
        "",
        "\n",
        "\n# the end\n",
        "\n---\napiVersion: v1\nkind: Other\nmetadata: {name: other}\n",
    ] {
        let text = |spec: &str| format!("{head}spec:{spec}{tail}");
        assert_eq!(
            changed(&text(before), 0, &operations).unwrap(),
            text(after),
            "with the tail {tail:?}"
        );
        let lines = |spec: &str| text(spec).replace('\n', "\r\n");
        assert_eq!(
            changed(&lines(before), 0, &operations).unwrap(),
            lines(after),
            "with CRLF and the tail {tail:?}"
        );
    }
    // The same as an item of a list.
    let item = |spec: &str| {
        let body = format!("{head}spec:{spec}");
        let indented = body
            .lines()
            .map(|line| {
                if line.is_empty() {
                    "\n".to_owned()
                } else {
                    format!("  {line}\n")
                }
            })
            .collect::<String>();
        format!(
            "\u{feff}apiVersion: v1\nkind: List\nitems:\n# first\n- {}- kind: Other # second\n  apiVersion: v1\n  metadata:\n    name: z\n",
            indented.trim_start()
        )
    };
    assert_eq!(
        changed(&item(before), 0, &operations).unwrap(),
        item(after),
        "as a list item"
    );
}

#[test]
fn a_scalar_changes_in_its_place_and_its_quotes() {
    let set = |value: Value| json!([{"op": "replace", "path": "/spec/a", "value": value}]);
    spec(
        "\n  a: old # why\n  b: 1",
        set(json!("new")),
        "\n  a: new # why\n  b: 1",
    );
    spec(
        "\n  a: 'it''s' # why\n  b: 1",
        set(json!("it's new")),
        "\n  a: 'it''s new' # why\n  b: 1",
    );
    spec(
        "\n  a: \"x\\ty\"\n  b: 1",
        set(json!("é\"\t")),
        "\n  a: \"é\\\"\\t\"\n  b: 1",
    );
    spec("\n  a: \"5\"\n  b: 1", set(json!(6)), "\n  a: 6\n  b: 1");
    spec(
        "\n  a:   old\n  b: 1",
        set(json!("yes")),
        "\n  a:   \"yes\"\n  b: 1",
    );
    spec(
        "\n  a: 0x1F\n  b: 1_000",
        set(json!(true)),
        "\n  a: true\n  b: 1_000",
    );
    spec("\n  a:\n  b: 1", set(json!("x")), "\n  a: x\n  b: 1");
    spec(
        "\n  a: # why\n  b: 1",
        set(json!("x")),
        "\n  a: x # why\n  b: 1",
    );
    spec(
        "\n  a:\n    long\n    text\n  b: 1",
        set(json!("x")),
        "\n  a: x\n  b: 1",
    );
    spec(
        "\n  a: long\n    text\n  b: 1",
        set(json!("x")),
        "\n  a: x\n  b: 1",
    );
}

#[test]
fn a_block_scalar_keeps_its_indentation() {
    let set = |value: Value| json!([{"op": "replace", "path": "/spec/a", "value": value}]);
    spec(
        "\n  a: |\n      x: 1\n      y: 2\n  b: 1",
        set(json!("x: 1\ny: 3\n")),
        "\n  a: |\n      x: 1\n      y: 3\n  b: 1",
    );
    spec(
        "\n  a: |-\n    x\n    y\n  b: 1",
        set(json!("one")),
        "\n  a: |-\n    one\n  b: 1",
    );
    spec(
        "\n  a: |+\n    x\n\n\n  b: 1",
        set(json!("x\n\n")),
        "\n  a: |+\n    x\n\n  b: 1",
    );
    spec(
        "\n  a: one # why\n  b: 1",
        set(json!("x\ny\n")),
        "\n  a: | # why\n    x\n    y\n  b: 1",
    );
}

#[test]
fn entries_go_with_their_lines() {
    let remove = |path: &str| json!([{"op": "remove", "path": path}]);
    spec(
        "\n  a: 1 # one\n  # two\n  b: 2\n  c: 3",
        remove("/spec/a"),
        "\n  # two\n  b: 2\n  c: 3",
    );
    spec(
        "\n  a: 1\n  # two\n  b: 2 # b\n  # three\n  c: 3",
        remove("/spec/b"),
        "\n  a: 1\n  # two\n  # three\n  c: 3",
    );
    spec(
        "\n  a: 1\n  b:\n    x: |\n      text\n    # inside\n    q:\n    - 1\n  c: 3",
        remove("/spec/b"),
        "\n  a: 1\n  c: 3",
    );
    spec(
        "\n  a: 1\n  b: # why\n    x: 2 # gone\n  c: 3",
        remove("/spec/b/x"),
        "\n  a: 1\n  b: {} # why\n  c: 3",
    );
    spec(
        "\n  b:\n  - x\n  c: 3",
        remove("/spec/b/0"),
        "\n  b: []\n  c: 3",
    );
    spec("\n  a: 1", remove("/spec/a"), " {}");
    spec(
        "\n  - a: 1\n    b: 2\n  - c: 3",
        remove("/spec/0/a"),
        "\n  - b: 2\n  - c: 3",
    );
    spec(
        "\n  - a: 1\n    # about b\n    b: 2\n  - c: 3",
        remove("/spec/0/a"),
        "\n  - # about b\n    b: 2\n  - c: 3",
    );
    spec(
        "\n  - a: 1\n  - c: 3",
        remove("/spec/0/a"),
        "\n  - {}\n  - c: 3",
    );
    spec(
        "\n  - - a\n    - b\n  - c",
        remove("/spec/0/0"),
        "\n  - - b\n  - c",
    );
    spec("\n  \"a\": 1\n  'b': 2", remove("/spec/a"), "\n  'b': 2");
}

#[test]
fn entries_come_where_they_belong() {
    let add = |path: &str, value: Value| json!([{"op": "add", "path": path, "value": value}]);
    spec(
        "\n  a: 1\n  # about c\n  c: 3",
        add("/spec/b", json!(2)),
        "\n  a: 1\n  b: 2\n  # about c\n  c: 3",
    );
    spec(
        "\n  b: 1 # one\n  c: 3",
        add("/spec/a", json!("on")),
        "\n  a: \"on\"\n  b: 1 # one\n  c: 3",
    );
    spec(
        "\n  c: 1\n  a: 3",
        add("/spec/b", json!({"x": [1, {"q": null}]})),
        "\n  c: 1\n  a: 3\n  b:\n    x:\n    - 1\n    - q: null",
    );
    spec(
        "\n  a: 1\n  b: |+\n    text\n\n  d: 1",
        add("/spec/c", json!("x")),
        "\n  a: 1\n  b: |+\n    text\n\n  c: x\n  d: 1",
    );
    spec(
        "\n- name: x\n  z: 1",
        add("/spec/0/a", json!(2)),
        "\n- a: 2\n  name: x\n  z: 1",
    );
    spec(" {}", add("/spec/a", json!({"b": 1})), "\n  a:\n    b: 1");
    spec(" {} # why", add("/spec/a", json!(1)), " # why\n  a: 1");
    spec(
        "\n  a:\n    - 1\n  b: 2",
        add("/spec/c", json!([1])),
        "\n  a:\n    - 1\n  b: 2\n  c:\n    - 1",
    );
}

#[test]
fn list_items_are_aligned() {
    let remove = |path: &str| json!([{"op": "remove", "path": path}]);
    let add = |path: &str, value: Value| json!([{"op": "add", "path": path, "value": value}]);
    spec(
        "\n  - a # one\n  # two\n  - b\n  - c",
        remove("/spec/0"),
        "\n  # two\n  - b\n  - c",
    );
    spec(
        "\n  - name: a\n    v: 1\n  - name: b\n    v: 2",
        remove("/spec/0"),
        "\n  - name: b\n    v: 2",
    );
    spec(
        "\n  - a\n  - c",
        add("/spec/1", json!("b")),
        "\n  - a\n  - b\n  - c",
    );
    spec(
        "\n  - b # x\n  - c",
        add("/spec/0", json!("a")),
        "\n  - a\n  - b # x\n  - c",
    );
    spec(
        "\n- name: a\n  v: 1",
        add("/spec/-", json!({"name": "b", "args": ["x"]})),
        "\n- name: a\n  v: 1\n- name: b\n  args:\n  - x",
    );
    spec(
        "\n  - --a=1\n  - --b=2 # two\n  - --c=3",
        json!([{"op": "replace", "path": "/spec/1", "value": "--b=4"}]),
        "\n  - --a=1\n  - --b=4 # two\n  - --c=3",
    );
    spec(
        "\n  -   name: a\n      v: 1",
        add("/spec/0/w", json!(1)),
        "\n  -   name: a\n      v: 1\n      w: 1",
    );
}

#[test]
fn brackets_stay_brackets() {
    let remove = |path: &str| json!([{"op": "remove", "path": path}]);
    let add = |path: &str, value: Value| json!([{"op": "add", "path": path, "value": value}]);
    spec(
        " {a: 1, b: 2, c: 3} # x",
        remove("/spec/a"),
        " {b: 2, c: 3} # x",
    );
    spec(" {a: 1, b: 2, c: 3}", remove("/spec/b"), " {a: 1, c: 3}");
    spec(" {a: 1, b: 2, c: 3}", remove("/spec/c"), " {a: 1, b: 2}");
    spec(" {a: 1}", remove("/spec/a"), " {}");
    spec(
        " {a: 1, c: 3}",
        add("/spec/b", json!("x, y")),
        " {a: 1, b: \"x, y\", c: 3}",
    );
    spec(
        " [a, c]",
        add("/spec/1", json!({"k": [1]})),
        " [a, {k: [1]}, c]",
    );
    spec(
        "\n  [a,\n   c]",
        add("/spec/-", json!("d")),
        "\n  [a,\n   c, d]",
    );
}

#[test]
fn aliases_are_written_out_or_refused_by_name() {
    let set = |path: &str| json!([{"op": "replace", "path": path, "value": "new"}]);
    spec(
        "\n  a: &x {k: old}\n  b: *x",
        set("/spec/b/k"),
        "\n  a: &x {k: old}\n  b:\n    k: new",
    );
    spec(
        "\n  a: &x\n    k: old\n  b: *x",
        set("/spec/a/k"),
        "\n  a: &x\n    k: new\n  b:\n    k: old",
    );
    spec(
        "\n  a: &x\n    k: old\n  b:\n    <<: *x\n    z: 1",
        set("/spec/b/k"),
        "\n  a: &x\n    k: old\n  b:\n    <<: *x\n    z: 1\n    k: new",
    );
    let text = "apiVersion: v1\nkind: Thing\nmetadata: {name: x}\nspec:\n  a: &shared\n    k: old\n  b:\n    <<: *shared\n    z: 1\n";
    let refused = changed(text, 0, &json!([{"op": "remove", "path": "/spec/b/k"}]))
        .unwrap_err()
        .to_string();
    assert!(
        refused.contains("in.yaml:8:")
            && refused.contains("`&shared`")
            && refused.contains("/spec/b/k"),
        "{refused}"
    );
    let refused = changed(text, 0, &set("/spec/a/k")).unwrap_err().to_string();
    assert!(refused.contains("`&shared`"), "{refused}");
}

#[test]
fn json_stays_json() {
    let pretty = "{\n    \"apiVersion\": \"v1\",\n    \"kind\": \"Thing\",\n    \"metadata\": {\"name\": \"x\"},\n    \"spec\": {\n        \"a\": [1, 2]\n    }\n}\n";
    let added = changed(pretty, 0, &json!([{"op": "add", "path": "/spec/b", "value": {"c": ["d"]}}, {"op": "remove", "path": "/spec/a/0"}])).unwrap();
    let expected = pretty.replace(
        "\"a\": [1, 2]\n",
        "\"a\": [2],\n        \"b\": {\n            \"c\": [\n                \"d\"\n            ]\n        }\n",
    );
    assert_eq!(added, expected);
    let tight = "{\"apiVersion\":\"v1\",\"kind\":\"Thing\",\"metadata\":{\"name\":\"x\"},\"spec\":{\"a\":1}}\n{\"apiVersion\":\"v1\",\"kind\":\"Thing\",\"metadata\":{\"name\":\"w\"}}\n";
    let added = changed(
        tight,
        0,
        &json!([{"op": "add", "path": "/spec/b", "value": {"c": "<\u{7}>"}}]),
    )
    .unwrap();
    assert_eq!(
        added,
        tight.replace("\"a\":1", "\"a\":1,\"b\":{\"c\":\"<\\u0007>\"}")
    );
    let added = changed(
        tight,
        1,
        &json!([{"op": "add", "path": "/spec", "value": 1}]),
    )
    .unwrap();
    assert_eq!(
        added,
        tight.replace("\"name\":\"w\"}", "\"name\":\"w\"},\"spec\":1")
    );
}
