//! What is wrong, where, in the reader's words.
#![allow(clippy::unwrap_used, missing_docs)]

use krmguard_yaml::{Error, ErrorKind, Limits, Lines, parse, parse_one};

fn error(text: &str) -> Error {
    let limits = Limits::default();
    parse(text, &limits)
        .and_then(|documents| {
            documents
                .iter()
                .try_for_each(|document| document.to_json(&limits).map(drop))
        })
        .unwrap_err()
}

#[test]
fn each_mistake_has_its_place_and_words() {
    let mut wrong = Vec::new();
    for (text, said) in [
        (
            "a: 'x\n",
            "line 1, column 4: a quote is opened here and never closed",
        ),
        (
            "a: \"x\nb: 1\n",
            "line 1, column 4: a quote is opened here, and the lines below are not indented as its text would be: close it, or indent them",
        ),
        (
            "a: [1, 2\n",
            "line 1, column 4: `[` is opened here and never closed",
        ),
        (
            "a: {b: 1\n",
            "line 1, column 4: `{` is opened here and never closed",
        ),
        ("a: [1}\n", "line 1, column 4: `[` is closed by `}`"),
        (
            "a: 1]\nb: ]",
            "line 2, column 4: a bracket is closed here that is not open",
        ),
        (
            "a:\n\tb: 1\n",
            "line 2, column 1: a tab stands where YAML takes spaces only: indent with spaces",
        ),
        (
            "a:\n  b: 1\n \tc: 2\n",
            "line 3, column 2: a tab stands where YAML takes spaces only: indent with spaces",
        ),
        (
            "-\ta\n",
            "line 1, column 2: a tab stands where YAML takes spaces only: indent with spaces",
        ),
        (
            "a: |\n  x\n\ty\n",
            "line 3, column 1: a tab stands where YAML takes spaces only: indent with spaces",
        ),
        (
            "a: x\n\ty\n",
            "line 2, column 1: a tab stands where YAML takes spaces only: indent with spaces",
        ),
        (
            "한: 1\nb: 2\n한: 3\n",
            "line 3, column 1: the key `한` stands twice in one mapping (first at line 1)",
        ),
        (
            "x:\n- {a: 1, a: 2}",
            "line 2, column 10: the key `a` stands twice in one mapping (first at line 2)",
        ),
        (
            "1: a\n\"1\": b\n",
            "line 2, column 1: the key `1` stands twice in one mapping (first at line 1)",
        ),
        (
            "a: *b\nc: &b 1\n",
            "line 1, column 4: `*b` refers to `&b`, which stands nowhere before it in this document",
        ),
        (
            "a: &b [*b]",
            "line 1, column 8: `*b` stands inside the very value that `&b` names",
        ),
        (
            "a: x\0y\n",
            "line 1, column 5: a NUL character: this is not a text",
        ),
        (
            "a: \u{1b}[31m\n",
            "line 1, column 4: the control character U+001B, which YAML does not allow: write it as \"\\u001B\" in double quotes",
        ),
        (
            "a: x\u{2028}y\n",
            "line 1, column 5: the character U+2028 stands here as it is, which some readers take for a line break: write it as \"\\u2028\" in double quotes",
        ),
        (
            "a: \"\\d+\"",
            "line 1, column 4: double quotes know no such escape: write `\\\\` for a backslash, or use single quotes",
        ),
        (
            "a: b: c\n",
            "line 1, column 5: a `:` where none can stand: put quotes around a value that holds one",
        ),
        (
            "a: 1\n b: 2\n",
            "line 2, column 3: a `:` where none can stand: put quotes around a value that holds one",
        ),
        (
            "a:\n  b: 1\n c: 2\n",
            "line 3, column 2: a key is expected here: the line is indented wrongly, or the text before it lacks quotes",
        ),
        (
            "a: @x\n",
            "line 1, column 4: a text cannot start with `@`: put quotes around it",
        ),
        (
            "a: %x\n",
            "line 1, column 4: a text cannot start with `%`: put quotes around it",
        ),
        (
            "a: 'b' c\n",
            "line 1, column 8: text behind a closing quote: put the whole value into quotes",
        ),
        (
            "a: [1,,2]\n",
            "line 1, column 7: a value is expected here, before the comma or bracket",
        ),
        (
            "a: !!int x\n",
            "line 1, column 4: `x` is not what its tag `!!int` says",
        ),
        (
            "a: .inf\n",
            "line 1, column 4: infinity and not-a-number have no place in JSON: put quotes around it if text is meant",
        ),
        (
            "a:\n  ? [b]\n  : c\n",
            "line 2, column 5: a mapping or list cannot be a key",
        ),
        (
            "a:\n  null: b\n",
            "line 2, column 3: nothing (null) cannot be a key: give it a name or put quotes around it",
        ),
        (
            "<<: 1\n",
            "line 1, column 5: `<<` takes a mapping or a list of mappings",
        ),
        (
            "a: 1\n<<: {a: 2}\n",
            "line 1, column 1: `a` stands before a `<<` that sets it too, and readers disagree which one wins: put `<<` first",
        ),
        (
            "a: !b!c d\n",
            "line 1, column 4: a tag whose handle no `%TAG` declares",
        ),
    ] {
        let error = error(text);
        let ours = error.describe(text, &Lines::new(text));
        if ours != said {
            wrong.push(format!("{text:?}: {:?}\n  {ours}\n  {said}", error.kind));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn keys_too_long_for_one_line() {
    let long = "k".repeat(1_100);
    for text in [format!("{long}: v\n"), format!("a: 1\n{long}: v\n")] {
        let ours = error(&text).describe(&text, &Lines::new(&text));
        assert!(ours.contains("more than 1,024 characters"), "{ours}");
        let line = if text.starts_with('a') { 2 } else { 1 };
        assert!(
            ours.starts_with(&format!("line {line}, column 1:")),
            "{ours}"
        );
    }
    let text = format!("? {long}\n: v\n");
    assert!(parse_one(&text, &Limits::default()).is_ok());
}

#[test]
fn errors_move_with_their_text() {
    let error = error("a: 1\na: 2").moved(100);
    assert_eq!(error.offset, 105);
    assert_eq!(
        error.kind,
        ErrorKind::DuplicateKey {
            key: "a".to_owned(),
            first: 100
        }
    );
    assert_eq!(error.related(), Some(("first at line", 100)));
}

#[test]
fn one_document() {
    let limits = Limits::default();
    let error = parse_one("a: 1\n---\nb: 2\n", &limits).unwrap_err();
    assert_eq!((error.kind, error.offset), (ErrorKind::DocumentCount, 5));
    assert!(parse_one("", &limits).unwrap().root.is_none());
    assert!(
        parse_one("# c\n", &limits)
            .unwrap()
            .to_json(&limits)
            .unwrap()
            .is_null()
    );
}

#[test]
fn merges_in_place() {
    let text =
        "base: &b {a: 1, b: {c: 2}}\nmore: &m {b: 3, d: 4}\nx:\n  <<: [*b, *m]\n  a: 9\n  e: *b\n";
    let limits = Limits::default();
    let document = parse_one(text, &limits).unwrap();
    let json = document.to_json(&limits).unwrap();
    assert_eq!(
        json["x"],
        serde_json::json!({"a": 9, "b": {"c": 2}, "d": 4, "e": {"a": 1, "b": {"c": 2}}})
    );
    let part = document
        .node_to_json(document.get("/x/e").unwrap(), &limits)
        .unwrap();
    assert_eq!(part, json["base"]);
}
