//! What is read, how it was wrapped, and what is said about input that cannot be read.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use krm::{Envelope, Input, ReadError, Syntax};

fn read(text: &str) -> Result<Input, ReadError> {
    Input::read("in.yaml", text.as_bytes().to_vec())
}

fn ids(input: &Input) -> Vec<String> {
    (0..input.len())
        .map(|index| input.id(index).to_string())
        .collect()
}

/// The message for a text, without the file's name.
#[track_caller]
fn refused(text: impl AsRef<[u8]>) -> String {
    let why = Input::read("in.yaml", text.as_ref().to_vec())
        .unwrap_err()
        .to_string();
    why.strip_prefix("in.yaml:").unwrap().to_owned()
}

#[track_caller]
fn says(text: impl AsRef<[u8]>, place: &str, words: &str) {
    let why = refused(text);
    assert!(
        why.starts_with(&format!("{place}: ")),
        "{why:?} does not start with {place:?}"
    );
    assert!(why.contains(words), "{why:?} does not say {words:?}");
    assert!(why.contains("; "), "{why:?} does not say what to do");
}

const ONE: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: one\n";

#[test]
fn wrong_input_gets_one_message_with_its_place() {
    says("", "1:1", "empty");
    says(" \n\n", "1:1", "empty");
    says("# nothing\n---\n# here\n", "1:1", "no Kubernetes object");
    says(b"\x7fELF\x02\x01\x01\0\0", "1:5", "not text");
    says(b"a: b\n\xff\xfe", "2:1", "not UTF-8");
    says(b"\xff\xfea\0", "1:1", "UTF-16");
    says(
        "just words\n",
        "1:1",
        "where a Kubernetes object is expected",
    );
    says(
        "- a\n- b\n",
        "1:1",
        "a list where a Kubernetes object is expected",
    );
    says(ONE.replace("kind: ConfigMap\n", ""), "1:1", "no `kind`");
    says(
        ONE.replace("apiVersion: v1\n", ""),
        "1:1",
        "no `apiVersion`",
    );
    says(
        ONE.replace("  name: one\n", "  labels: {}\n"),
        "1:1",
        "(ConfigMap) has no `metadata.name`",
    );
    says(
        ONE.replace("one", "1.5"),
        "4:9",
        "`metadata.name` of the document is a number",
    );
    says(format!("{ONE}metadata:\n  name: two\n"), "5:1", "metadata");
    says(format!("{ONE}data: 'cut"), "5:7", "never closed");
    says(format!("{ONE}data: {{a: b"), "5:7", "never closed");
    says(format!("{ONE}\tdata: x"), "5:1", "tab");
    says(
        format!("{ONE}---\n{ONE}"),
        "6:1",
        "ConfigMap one stands here a second time, it is already at in.yaml:1:1",
    );
    says(format!("{ONE}---more\n"), "5:1", "split the file");
    says(ONE.replace('\n', "\r"), "1:15", "carriage return");
    says(format!("{ONE}# a\u{2028}b: c\n"), "5:4", "line separator");
    says(
        "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n",
        "1:1",
        "the ResourceList has no `items`",
    );
    says(
        "apiVersion: v1\nkind: List\n",
        "1:1",
        "the List has no `items`",
    );
    says(
        "apiVersion: v1\nkind: List\nitems: {}\n",
        "3:8",
        "`items` of the List is a mapping",
    );
    says(
        "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n",
        "4:3",
        "item 0 has no `kind`",
    );
    says(
        "apiVersion: v1\nkind: List\nitems:\n- 5\n",
        "4:3",
        "item 0 is a number",
    );
    says(
        "apiVersion: v1\nkind: List\nitems:\n-\n",
        "4:2",
        "item 0 is null",
    );
    says(
        "{\"apiVersion\": \"v1\",\n \"kind\": ",
        "2:10",
        "the text ends here",
    );
    says(
        "{\"kind\": \"A\",\n \"kind\": \"B\"}",
        "2:2",
        "the key `kind` stands twice",
    );
    says(
        format!("{ONE}---\napiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\n"),
        "6:1",
        "ResourceList stands among other documents",
    );
}

#[test]
fn an_object_that_is_never_parsed_may_be_wrong_and_says_so_when_it_is() {
    let input = read(&format!(
        "{ONE}data:\n  a: 1\n  a: 2\n---\n{}",
        ONE.replace("one", "two")
    ))
    .unwrap();
    assert!(!input.parsed(0) && !input.parsed(1));
    let why = input.value(0).unwrap_err();
    assert_eq!((why.line, why.column), (7, 3), "{why}");
    assert!(input.value(1).is_ok() && input.parsed(1));
}

#[test]
fn envelopes() {
    let item =
        "- apiVersion: v1\n  kind: ConfigMap\n  metadata:\n    name: one\n    namespace: here\n";
    let other = "-   kind: Secret\n    apiVersion: v1\n    metadata:\n        generateName: two\n";
    let function = "functionConfig:\n  kind: X\n  items:\n  - not: this\n";
    let results = "results:\n- message: had\n";
    let head = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n";
    let indented = |by: &str| {
        format!("{item}{other}")
            .lines()
            .map(|line| format!("{by}{line}\n"))
            .collect::<String>()
    };
    for text in [
        format!("{head}items:\n{item}{other}{function}{results}"),
        format!("{function}{results}items:\n{item}{other}{head}"),
        format!(
            "\u{feff}{head}items: # these\n{}# between\n{function}{results}",
            indented("    ")
        ),
        format!("{head}items:\n{item}{other}{function}{results}").replace('\n', "\r\n"),
        format!("--- # start\n{head}items:\n{item}\n{other}{function}{results}...\n"),
    ] {
        let input = read(&text).unwrap();
        assert_eq!(
            (input.envelope(), input.syntax()),
            (Envelope::ResourceList, Syntax::Yaml)
        );
        assert_eq!(ids(&input), ["ConfigMap here/one", "Secret two"]);
        assert!(
            input.generated(1) && !input.parsed(0) && !input.parsed(1),
            "{text}"
        );
        assert_eq!(input.value(1).unwrap()["metadata"]["generateName"], "two");
        assert_eq!(input.function_config().unwrap().unwrap()["kind"], "X");
        assert_eq!(input.results().unwrap()[0]["message"], "had");
        assert!(
            text[input.span(0)].starts_with("apiVersion: v1")
                && text[input.span(0)].ends_with("namespace: here")
        );
    }
    let json = r#"{"kind":"ResourceList","apiVersion":"config.kubernetes.io/v1beta1","items":[{"apiVersion":"v1","kind":"A","metadata":{"name":"a"}}],"functionConfig":{"kind":"X"}}"#;
    for text in [
        json.to_owned(),
        format!("{json}\n"),
        format!("---\n{json}\n"),
    ] {
        let input = read(&text).unwrap();
        assert_eq!(
            (input.envelope(), input.syntax()),
            (Envelope::ResourceList, Syntax::Json)
        );
        assert_eq!(ids(&input), ["A a"]);
        assert_eq!(input.function_config().unwrap().unwrap()["kind"], "X");
        assert_eq!(
            &text[input.span(0)],
            r#"{"apiVersion":"v1","kind":"A","metadata":{"name":"a"}}"#
        );
    }
    let input =
        read("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\n").unwrap();
    assert!(input.is_empty() && input.function_config().is_none());
    let lines = "{\"apiVersion\":\"v1\",\"kind\":\"A\",\"metadata\":{\"name\":\"a\"}}\n{\"apiVersion\":\"v1\",\"kind\":\"B\",\"metadata\":{\"name\":\"b\"}}\n";
    assert_eq!(read(lines).unwrap().envelope(), Envelope::Json);
    assert_eq!(ids(&read(lines).unwrap()), ["A a", "B b"]);
    let stream = format!(
        "{ONE}---\nkind: PodList\napiVersion: v1\nitems:\n{item}---\n# nothing\n---\n{{kind: C, apiVersion: v1, metadata: {{name: c}}}}\n"
    );
    let input = read(&stream).unwrap();
    assert_eq!(input.envelope(), Envelope::Stream);
    assert_eq!(ids(&input), ["ConfigMap one", "ConfigMap here/one", "C c"]);
    // Kubectl and Argo CD would apply what stands in it, whatever it is called.
    let hidden =
        format!("apiVersion: example.com/v1\nkind: Harmless\nmetadata:\n  name: h\nitems:\n{item}");
    assert_eq!(ids(&read(&hidden).unwrap()), ["ConfigMap here/one"]);
    let custom = "apiVersion: example.com/v1\nkind: Menu\nmetadata:\n  name: m\nitems:\n- soup\n";
    assert_eq!(ids(&read(custom).unwrap()), ["Menu m"]);
}

/// Texts whose lines look like something that they are not. Each holds exactly these objects.
#[test]
fn the_scanner_is_not_fooled() {
    let cases: &[(&str, &[&str])] = &[
        // A quoted scalar that goes on at column 0.
        (
            "apiVersion: v1\nmetadata:\n  name: a\nspec: \"x\nkind: Secret\ny\"\nkind: ConfigMap\n",
            &["ConfigMap a"],
        ),
        (
            "apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: A\n  metadata:\n    name: a\n  text: 'x\n- apiVersion: v1\n  kind: B\n  metadata:\n    name: b\n\n  '\n",
            &["A a"],
        ),
        // A flow collection that goes on at column 0.
        (
            "apiVersion: v1\nspec: {x: [1,\nkind, Secret]\n}\nkind: ConfigMap\nmetadata:\n  name: a\n",
            &["ConfigMap a"],
        ),
        // A block scalar that looks like an object, and one whose indentation is given.
        (
            "apiVersion: v1\nkind: A\nmetadata:\n  name: a\ndata: |\n kind: B\n metadata:\n  name: b\n",
            &["A a"],
        ),
        (
            "apiVersion: v1\nkind: A\nmetadata:\n  name: a\n  annotations:\n    x: |2\n            \n      name: b\n",
            &["A a"],
        ),
        (
            "apiVersion: v1\nkind: A\nmetadata:\n  note: >-\n\n    name: b\n  name: a\n",
            &["A a"],
        ),
        // Plain scalars over several lines.
        (
            "apiVersion: v1\nkind: A\nmetadata:\n  name: a\n  note: it's\n    \"quoted\n    {here [and\nspec: {}\n",
            &["A a"],
        ),
        (
            "apiVersion: v1\nkind: A\nmetadata:\n  name:\n    a\n",
            &["A a"],
        ),
        (
            "apiVersion: v1\nkind: A\nmetadata:\n  name: a\n    b\n",
            &["A a b"],
        ),
        // Keys that only look different.
        (
            "apiVersion: v1\n\"kind\": A\nmetadata:\n  name: a\n",
            &["A a"],
        ),
        ("apiVersion: v1\nkind : A\nmetadata:\n  name: a\n", &["A a"]),
        (
            "apiVersion: v1\n? kind\n: A\nmetadata:\n  name: a\n",
            &["A a"],
        ),
        (
            "apiVersion: v1\n!!str kind: A\nmetadata:\n  name: a\n",
            &["A a"],
        ),
        (
            "base: &b\n  kind: A\n<<: *b\napiVersion: v1\nmetadata:\n  name: a\n",
            &["A a"],
        ),
        (
            "apiVersion: v1\nkind: &k A\nmetadata:\n  name: *k\n",
            &["A A"],
        ),
        ("apiVersion: v1\nkind:\tA\nmetadata:\n  name: a\n", &["A a"]),
        (
            "kind: A\napiVersion: v1\nmetadata: {name: a, namespace: \"b\"}\n",
            &["A b/a"],
        ),
        (
            "kind: A # not B\napiVersion: v1\nmetadata:\n    # c\n    namespace: 'b'\n    name: \"a\"\n",
            &["A b/a"],
        ),
        (
            "kind: \"\\x41\"\napiVersion: v1\nmetadata:\n  name: a\n",
            &["A a"],
        ),
        // Markers and directives.
        (
            "%YAML 1.1\n---\napiVersion: v1\nkind: A\nmetadata:\n  name: a\n...\n# end\n---\napiVersion: v1\nkind: B\nmetadata:\n  name: b\n",
            &["A a", "B b"],
        ),
        (
            "--- {kind: A, apiVersion: v1, metadata: {name: a}}\n--- # b\napiVersion: v1\nkind: B\nmetadata:\n  name: b\n",
            &["A a", "B b"],
        ),
        (
            "apiVersion: v1\nkind: A\nmetadata:\n  name: a\ndata: |\n  x\n---\napiVersion: v1\nkind: B\nmetadata:\n  name: b\n",
            &["A a", "B b"],
        ),
        (
            "apiVersion: v1\nkind: A\nmetadata:\n  name: a\n  labels:\n    text: ---\n    dash: '---'\n",
            &["A a"],
        ),
        // Dashes on the object's own line, or not.
        (
            "apiVersion: v1\nkind: List\nitems:\n-\n  # here\n  apiVersion: v1\n  kind: A\n  metadata:\n    name: a\n-   apiVersion: v1\n    kind: B\n    metadata:\n      name: b\n",
            &["A a", "B b"],
        ),
        (
            "apiVersion: v1\nkind: List\nitems:\n- &x\n  apiVersion: v1\n  kind: A\n  metadata: &m\n    name: a\n- apiVersion: v1\n  kind: B\n  metadata: *m\n",
            &["A a", "B a"],
        ),
        (
            "apiVersion: v1\nkind: List\nitems: [{apiVersion: v1, kind: A, metadata: {name: a}}]\n",
            &["A a"],
        ),
    ];
    for (text, expected) in cases {
        for text in [(*text).to_owned(), text.replace('\n', "\r\n")] {
            let input = read(&text).unwrap_or_else(|why| panic!("{why}\n{text}"));
            assert_eq!(ids(&input), *expected, "{text}");
            for index in 0..input.len() {
                match input.value(index) {
                    Ok(value) => assert_eq!(value["kind"], input.id(index).kind.as_str()),
                    // Go reads text at column 0 inside quotes and brackets; YAML 1.2 does not, and the parser
                    // refuses it when such an object is judged.
                    Err(why) => assert!(why.what.contains("not indented"), "{why}"),
                }
            }
        }
    }
}

#[test]
fn a_marker_within_a_value_ends_the_document_for_every_reader() {
    says(
        "apiVersion: v1\nkind: A\nmetadata:\n  name: a\nx: \"y\n---\nz\"\n",
        "5:4",
        "never closed",
    );
    says(
        "apiVersion: v1\nkind: A\nmetadata:\n  name: a\nx: [y,\n---\nz]\n",
        "5:4",
        "never closed",
    );
}

#[test]
fn one_id_over_several_inputs() {
    let first = read(ONE).unwrap();
    let second = Input::read(
        "other.yaml",
        format!("{}---\n{ONE}", ONE.replace("one", "two")).into_bytes(),
    )
    .unwrap();
    let why = krm::unique([&first, &second]).unwrap_err();
    assert_eq!((why.file.as_str(), why.line), ("other.yaml", 6));
    assert!(why.what.contains("in.yaml:1:1"), "{why}");
    // One object whatever its version; one name in two namespaces is two.
    says(
        format!("{ONE}---\n{}", ONE.replace("v1", "v2")),
        "6:1",
        "second time",
    );
    assert!(read(&format!("{ONE}---\n{ONE}  namespace: x\n")).is_ok());
    assert!(read(&format!("{ONE}---\n{}", ONE.replace("v1", "apps/v1"))).is_ok());
}
