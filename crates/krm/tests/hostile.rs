//! Input made to mislead or to exhaust: the right objects, or one message.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use krm::{Input, ReadError};

const HEAD: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n";

fn read(text: &str) -> Result<Input, ReadError> {
    Input::read("in", text.as_bytes().to_vec())
}

/// What the text holds, every object parsed; or what is said of it.
fn verdict(text: impl AsRef<[u8]>) -> String {
    let answer = Input::read("in", text.as_ref().to_vec()).and_then(|input| {
        let all = (0..input.len()).map(|index| {
            let value = input.value(index)?;
            assert_eq!(value["kind"], input.id(index).kind.as_str());
            Ok(input.id(index).to_string())
        });
        all.collect::<Result<Vec<_>, ReadError>>()
    });
    match answer {
        Ok(ids) => ids.join(", "),
        Err(why) => why.to_string(),
    }
}

#[track_caller]
fn is(text: impl AsRef<[u8]>, wanted: &str) {
    let verdict = verdict(text.as_ref());
    assert!(
        verdict == wanted || verdict.contains(wanted) && verdict.contains("; "),
        "{verdict:?} is not {wanted:?}"
    );
    assert!(!verdict.contains('\n'), "{verdict:?} is not one line");
}

#[test]
fn a_kind_that_is_not_the_objects_kind() {
    // In a comment, in strings of every style, in nested mappings and lists, in brackets, behind a block scalar.
    for field in [
        "# kind: Secret\n",
        "data: 'kind: Secret'\n",
        "data: \"\n  kind: Secret\n  \"\n",
        "data: 'x\n\n  kind: Secret'\n",
        "data: |\n  kind: Secret\n",
        "data: |2\n    x\n  kind: Secret\n",
        "data: >-\n\n  kind: Secret\n",
        "data: x\n  kind Secret\n",
        "data:\n  kind: Secret\n",
        "data:\n- kind: Secret\n- - kind: Secret\n",
        "data: {kind: Secret,\n  apiVersion: v2}\n",
        "data: [kind: Secret]\n",
        "\"data\":\n  kind: Secret\n",
        "data: &a\n  kind: Secret\n",
        "data: !!map\n  kind: Secret\n",
        "? data\n: kind: Secret\n",
        "data: # |\n  kind: Secret\n",
        "data: \"\\\"\"\n# '\n",
        "data: '#' # kind: Secret\n",
        "data: |\n  x\n # kind: Secret\n",
    ] {
        is(format!("{HEAD}{field}"), "ConfigMap a");
        is(
            format!("{HEAD}{field}").replace('\n', "\r\n"),
            "ConfigMap a",
        );
        is(format!("{field}{HEAD}"), "ConfigMap a");
        let list: String = format!("{HEAD}{field}").replace('\n', "\n  ");
        is(
            format!(
                "apiVersion: v1\nkind: List\nitems:\n- {}\n",
                list.trim_end()
            ),
            "ConfigMap a",
        );
    }
    is(
        format!("{HEAD}kind: Secret\n"),
        "the key `kind` stands twice",
    );
    is(
        format!("{HEAD}\"kind\": Secret\n"),
        "the key `kind` stands twice",
    );
    is(
        format!("{HEAD}kind : Secret\n"),
        "the key `kind` stands twice",
    );
    is(
        format!("{HEAD}? kind\n: Secret\n"),
        "the key `kind` stands twice",
    );
    is(
        format!("{HEAD}!!str kind: Secret\n"),
        "the key `kind` stands twice",
    );
    is(
        format!("{HEAD}<<: {{kind: Secret}}\n"),
        "readers disagree which one wins",
    );
}

#[test]
fn a_boundary_that_is_none() {
    // Indented, it is text; in the first column it ends the document for every reader.
    for marker in ["---", "...", "--- # x"] {
        is(
            format!("{HEAD}data: |\n  x\n  {marker}\n  y\n"),
            "ConfigMap a",
        );
        is(
            format!("{HEAD}data: \"x\n  {marker}\n  y\"\n"),
            "ConfigMap a",
        );
        is(format!("{HEAD}data: 'x\n  {marker}\n  y'\n"), "ConfigMap a");
        is(format!("{HEAD}data: \"x\n{marker}\ny\"\n"), "never closed");
        is(format!("{HEAD}data: 'x\n{marker}\ny'\n"), "never closed");
        is(format!("{HEAD}data: [x,\n{marker}\ny]\n"), "never closed");
    }
    let second = HEAD.replace("name: a", "name: b");
    is(
        format!("{HEAD}data: |\n  x\n---\n{second}"),
        "ConfigMap a, ConfigMap b",
    );
    is(
        format!("{HEAD}data: |+\n  x\n\n...\n---\n{second}"),
        "ConfigMap a, ConfigMap b",
    );
    is(format!("{HEAD}data: ---\n"), "ConfigMap a");
    is(format!("{HEAD}----\n"), "split the file here");
    is(format!("{HEAD}---x: y\n"), "split the file here");
    // List items in quotes, in blocks, and in brackets that go on in the first column.
    let forged = "- apiVersion: v1\n  kind: Secret\n  metadata:\n    name: forged";
    let item = HEAD.trim_end().replace('\n', "\n  ");
    for (open, close) in [("|\n    ", ""), ("\"", "\""), ("'", "'")] {
        let inner = forged.replace('\n', "\n    ");
        is(
            format!("apiVersion: v1\nkind: List\nitems:\n- {item}\n  data: {open}{inner}{close}\n"),
            "ConfigMap a",
        );
    }
    let list = format!("apiVersion: v1\nkind: List\nitems:\n- {item}\n  data: \"\n{forged}\"\n");
    // Go reads this, YAML 1.2 does not: no forged object in either case, and a message once it is parsed.
    assert_eq!(read(&list).unwrap().len(), 1);
    is(list, "not indented as its text would be");
}

#[test]
fn bytes_that_are_no_text() {
    is(
        format!("{HEAD}data: \0\n"),
        "in:5:7: this is not text: it holds the control character U+0000",
    );
    is(format!("\0{HEAD}"), "in:1:1: this is not text");
    is(
        [HEAD.as_bytes(), b"data: \xFF\n"].concat(),
        "in:5:7: this is not text: the byte is not UTF-8",
    );
    is([HEAD.as_bytes(), b"data: \xC0\xAF\n"].concat(), "not UTF-8");
    is(
        [HEAD.as_bytes(), b"data: \xED\xA0\x80\n"].concat(),
        "not UTF-8",
    );
    is(
        [HEAD.as_bytes(), b"data: \xF4\x90\x80\x80\n"].concat(),
        "not UTF-8",
    );
    is([b"\xFF\xFE".as_slice(), HEAD.as_bytes()].concat(), "UTF-16");
    is(format!("{HEAD}data: \u{7f}\n"), "U+007F");
    is(format!("{HEAD}data: \u{fffe}\n"), "U+FFFE");
    is(format!("\u{feff}{HEAD}"), "ConfigMap a");
    is(
        format!("{HEAD}\u{feff}data: x\n"),
        "a byte order mark in the middle of the text",
    );
}

#[test]
fn line_ends_and_tabs() {
    is(
        HEAD.replace('\n', "\r"),
        "a carriage return without a line feed",
    );
    is(
        format!("{HEAD}data: \"x\ry\"\n"),
        "a carriage return without a line feed",
    );
    // Mixed, each line ends as it ends.
    let mixed = format!("{}data: |\r\n  x\n  y\r\n", HEAD.replacen('\n', "\r\n", 2));
    is(&mixed, "ConfigMap a");
    assert_eq!(read(&mixed).unwrap().value(0).unwrap()["data"], "x\ny\n");
    is(
        format!("{HEAD}data:\n\tx: y\n"),
        "in:6:1: a tab stands where YAML takes spaces only",
    );
    is(
        format!("{HEAD}\tdata: y\n"),
        "a tab stands where YAML takes spaces only",
    );
    is(
        format!("{HEAD}data:\n  -\tx\n"),
        "a tab stands where YAML takes spaces only",
    );
    is(HEAD.replace("kind: ", "kind:\t"), "ConfigMap a");
    is(format!("{HEAD}data:\tx\t# c\n"), "ConfigMap a");
    is(format!("{HEAD}data: |\n  x\n  \ty\n"), "ConfigMap a");
    is(
        HEAD.replace("  name", "\tname"),
        "in:4:1: a tab stands where YAML takes spaces only",
    );
}

#[test]
fn directives() {
    for directive in [
        "%YAML 1.1",
        "%YAML 1.2",
        "%TAG ! tag:example.com,2000:",
        "%FOO bar",
    ] {
        is(format!("{directive}\n---\n{HEAD}"), "ConfigMap a");
        is(
            format!(
                "{HEAD}...\n{directive}\n---\n{}",
                HEAD.replace("name: a", "name: b")
            ),
            "ConfigMap a, ConfigMap b",
        );
    }
    is(format!("%YAML 1.1\n{HEAD}"), "in:");
    is(format!("%YAML 3.0\n---\n{HEAD}"), "in:");
    is(format!("%YAML 1.1\n%YAML 1.1\n---\n{HEAD}"), "in:");
    is(
        format!(
            "{HEAD}%YAML 1.1\n---\n{}",
            HEAD.replace("name: a", "name: b")
        ),
        "in:",
    );
    is(
        format!(
            "%TAG !k! tag:yaml.org,2002:\n---\n{}",
            HEAD.replace("kind: ", "kind: !k!str ")
        ),
        "ConfigMap a",
    );
    is(format!("{HEAD}data: |\n  %YAML 1.1\n"), "ConfigMap a");
}

#[test]
fn bombs() {
    let mut bomb = format!("{HEAD}data:\n  a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..20 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        bomb += &format!("  a{level}: &a{level} [{aliases}]\n");
    }
    is(
        &bomb,
        "the aliases of this document multiply into too many values",
    );
    let mut merges = format!("{HEAD}data:\n  a0: &a0 {{x: 1}}\n");
    for level in 1..40 {
        let before = level - 1;
        merges += &format!("  a{level}: &a{level} {{<<: [*a{before}, *a{before}]}}\n");
    }
    is(
        &merges,
        "the aliases of this document multiply into too many values",
    );
    is(
        format!("{HEAD}data: &a [*a]\n"),
        "stands inside the very value",
    );
    for deep in [
        format!("data: {}", "[".repeat(100_000)),
        format!("data: {}x{}", "[".repeat(100_000), "]".repeat(100_000)),
        format!("data: {}", "{a: ".repeat(100_000)),
        format!("data:\n{}x", "- ".repeat(100_000)),
        format!("data:\n{}x", "? ".repeat(100_000)),
        format!(
            "data:\n{}",
            (1..2_000)
                .map(|level| format!("{}a:\n", " ".repeat(level)))
                .collect::<String>()
        ),
    ] {
        is(format!("{HEAD}{deep}\n"), "nested");
    }
    let json = |deep: &str| {
        format!(
            "{{\"apiVersion\": \"v1\", \"kind\": \"A\", \"metadata\": {{\"name\": \"a\"}}, \"x\": {deep}}}"
        )
    };
    is(json(&"[".repeat(100_000)), "nested deeper than");
    is(json(&"{\"a\":".repeat(100_000)), "nested deeper than");
    is(
        format!("{HEAD}data:\n{}", "  k: v\n".repeat(100_000)),
        "in:7:3: the key `k` stands twice in one mapping (first at line 6)",
    );
    is(
        json(&format!("{{{}}}", ["\"k\": 1"; 100_000].join(","))),
        "the key `k` stands twice",
    );
}
