//! Documents that are no objects: their values and their places.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use krm::Page;
use serde_json::json;

const VALUES: &str = "# about a\na:\n  b: 1\n  c:\n    - x\n\"d/e\": |-\n  one\n    two\n";

#[test]
fn a_value_stands_where_it_is_written() {
    let page = Page::read("values.yaml", VALUES.into()).unwrap();
    assert_eq!(
        page.value(),
        &json!({"a": {"b": 1, "c": ["x"]}, "d/e": "one\n  two"})
    );
    let at = |pointer: &str| {
        let found = page.locate(pointer, None);
        (found.line, found.column, found.exact)
    };
    assert_eq!(at("/a/b"), (3, 6, true));
    assert_eq!(at("/a/c/0"), (5, 7, true));
    assert_eq!(at("/a/x/y"), (2, 1, false));
    assert_eq!(at("/x"), (2, 1, false));
    assert_eq!(page.locate_key("/a/b").column, 3);
    let block = page.block("/d~1e").unwrap();
    assert_eq!(&page.text()[block], "  one\n    two\n");
    assert!(page.block("/a/b").is_none());
}

#[test]
fn nothing_is_null_and_two_documents_are_refused() {
    let empty = Page::read("v.yaml", "# only this\n".into()).unwrap();
    assert!(empty.value().is_null());
    assert_eq!(empty.locate("/a", None).line, 1);
    let error = Page::read("v.yaml", "a: 1\n---\nb: 2\n".into()).unwrap_err();
    assert_eq!((error.file.as_str(), error.line), ("v.yaml", 2));
    let error = Page::read("v.yaml", "a:\n\tb: 1\n".into()).unwrap_err();
    assert_eq!((error.line, error.column), (2, 1));
}
