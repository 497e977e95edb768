//! Where fields stand.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use krm::Input;

const TEXT: &str = "# first\napiVersion: v1\nkind: A\nmetadata:\n  name: a\n---\napiVersion: v1\nkind: B\nmetadata:\n  name: b\n  labels: {k: \"vé w\"}\nspec:\n  args:\n  - --one\n  - '--two=x'\n  empty:\n  text: |\n    line 1\n      line 2\n  items:\n  - name: x\n    image: y:1\n";

#[track_caller]
fn at(pointer: &str, range: Option<(u32, u32)>, place: (usize, usize), text: &str, exact: bool) {
    let input = Input::read("in", TEXT).unwrap();
    let location = input.locate(1, pointer, range);
    assert_eq!(
        (
            location.line,
            location.column,
            &TEXT[location.span.clone()],
            location.exact
        ),
        (place.0, place.1, text, exact)
    );
    // The same within a list, with CRLF and a byte order mark.
    let (_, second) = TEXT.split_once("---\n").unwrap();
    let indented = second
        .lines()
        .map(|line| format!("   {line}\r\n"))
        .collect::<String>();
    let list = format!(
        "\u{feff}kind: List\r\napiVersion: v1\r\nitems:\r\n - {}",
        indented.trim_start()
    );
    let input = Input::read("in", list.clone()).unwrap();
    let location = input.locate(0, pointer, range);
    assert_eq!(
        (location.line, location.column, &list[location.span.clone()]),
        (place.0 - 3, place.1 + 3, text)
    );
}

#[test]
fn fields_and_their_parents() {
    at("", None, (7, 1), "apiVersion: v1", true);
    at("/kind", None, (8, 7), "B", true);
    at("/metadata", None, (9, 1), "metadata", true);
    at("/metadata/namespace", None, (9, 1), "metadata", false);
    at("/status/x", None, (7, 1), "apiVersion: v1", false);
    at("/spec/args/1", None, (15, 5), "'--two=x'", true);
    at("/spec/args/7", None, (13, 3), "args", false);
    at("/spec/empty", None, (16, 3), "empty", true);
    at("/spec/items/0", None, (21, 5), "name: x", true);
    at("/spec/items/0/ports", None, (21, 5), "name: x", false);
    at("/spec/items/0/image", None, (22, 12), "y:1", true);
    at("/spec/text", None, (17, 3), "text", true);
}

#[test]
fn ranges_within_scalars() {
    at("/spec/items/0/image", Some((2, 3)), (22, 14), "1", true);
    at("/spec/args/1", Some((2, 5)), (15, 8), "two", true);
    at("/metadata/labels/k", Some((4, 5)), (11, 19), "w", true);
    at("/spec/text", Some((9, 13)), (19, 7), "line", true);
    at("/spec/text", Some((0, 4)), (18, 5), "line", true);
    // Out of the string, and not on a character's border.
    at("/spec/args/0", Some((2, 99)), (14, 5), "--one", true);
    at(
        "/metadata/labels/k",
        Some((2, 3)),
        (11, 15),
        "\"vé w\"",
        true,
    );
}

#[test]
fn fields_of_the_function_config() {
    let text = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems: []\nfunctionConfig:\n  kind: X\n  spec:\n    a: b\n";
    let json = "{\"apiVersion\": \"config.kubernetes.io/v1\", \"kind\": \"ResourceList\", \"items\": [],\n\"functionConfig\": {\"spec\": {\"a\": 1}}}";
    let place = |text: &str, pointer: &str| {
        let location = Input::read("in", text)
            .unwrap()
            .locate_config(pointer)
            .unwrap();
        (
            location.line,
            location.column,
            text[location.span].to_owned(),
            location.exact,
        )
    };
    assert_eq!(place(text, "/spec/a"), (7, 8, "b".to_owned(), true));
    assert_eq!(place(text, "/spec/c"), (6, 3, "spec".to_owned(), false));
    assert_eq!(
        place(text, "/status"),
        (4, 1, "functionConfig".to_owned(), false)
    );
    assert_eq!(place(json, "/spec/a"), (2, 34, "1".to_owned(), true));
    assert!(
        Input::read("in", "kind: A\napiVersion: v1\nmetadata: {name: a}\n")
            .unwrap()
            .locate_config("")
            .is_none()
    );
}
