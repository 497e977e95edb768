//! Byte ranges: what is cut out by a node's span reads as that node.
#![allow(clippy::unwrap_used, missing_docs)]

mod texts;

use krmguard_yaml::{Document, Kind, Limits, Node, Style, parse, parse_one};
use proptest::prelude::*;

fn read(text: &str) -> Document {
    parse_one(text, &Limits::default()).unwrap()
}

fn at<'a>(text: &'a str, document: &Document, pointer: &str) -> &'a str {
    &text[document.get(pointer).unwrap().span.clone()]
}

#[test]
fn scalars_with_quotes_and_headers() {
    let text = "a: plain # c\nb: 'it''s'\nc: \"q\\\"\"   \nd: x\n  y\ne: |- # c\n  one\n\n  two\n\n\n# c\nf: >+\n  x\n\n\ng: |2\n    deep\n  h\n";
    let document = read(text);
    assert_eq!(at(text, &document, "/a"), "plain");
    assert_eq!(at(text, &document, "/b"), "'it''s'");
    assert_eq!(at(text, &document, "/c"), "\"q\\\"\"");
    assert_eq!(at(text, &document, "/d"), "x\n  y");
    assert_eq!(at(text, &document, "/e"), "|- # c\n  one\n\n  two\n");
    assert_eq!(at(text, &document, "/f"), ">+\n  x\n\n\n");
    assert_eq!(at(text, &document, "/g"), "|2\n    deep\n  h\n");
}

#[test]
fn collections_from_first_entry_to_last_value() {
    let text = "m:\n  a: 1\n  b:\n  - x\n  - y   # c\n\nf: [ 1, {a: b} , ]  # c\ne: {}\n";
    let document = read(text);
    assert_eq!(at(text, &document, "/m"), "a: 1\n  b:\n  - x\n  - y");
    assert_eq!(at(text, &document, "/m/b"), "- x\n  - y");
    assert_eq!(at(text, &document, "/f"), "[ 1, {a: b} , ]");
    assert_eq!(at(text, &document, "/f/1"), "{a: b}");
    assert_eq!(at(text, &document, "/e"), "{}");
    assert_eq!(at(text, &document, ""), text.trim_end());
}

#[test]
fn dashes() {
    let text = "- a\n-   # c\n  - b\n  -\n-\n  k: v\n-";
    let document = read(text);
    let root = document.root.as_ref().unwrap().sequence().unwrap();
    assert_eq!(root.dashes, [0, 4, 22, 31]);
    assert_eq!(root.items[1].sequence().unwrap().dashes, [14, 20]);
    assert_eq!(root.items[1].sequence().unwrap().items[1].span, 21..21);
    assert_eq!(root.items[3].span, 32..32);
    assert!(
        read("[a, b]")
            .root
            .unwrap()
            .sequence()
            .unwrap()
            .dashes
            .is_empty()
    );
}

#[test]
fn values_that_are_not_written() {
    for (text, pointer, offset) in [
        ("a:", "/a", 2),
        ("a:   # c\nb: 1", "/a", 2),
        ("a :\n\nb: 1", "/a", 3),
        ("a: !!str   \nb: 1", "/a", 8),
        ("a: &x\nb: 1", "/a", 5),
        ("- \n- b", "/0", 1),
        ("{a, b: , \"c\":}", "/a", 2),
        ("{a, b: , \"c\":}", "/b", 6),
        ("{a, b: , \"c\":}", "/c", 13),
        ("? a\n\n? b\n", "/a", 3),
        ("- a:\n- b", "/0/a", 4),
    ] {
        let document = read(text);
        assert_eq!(
            document.get(pointer).unwrap().span,
            offset..offset,
            "{text:?}"
        );
    }
}

#[test]
fn properties_and_keys() {
    let text = "k: &a !!str 'v'\n&b l: !t\n  m: 1\n? &c o\n: *a\n";
    let document = read(text);
    let (node, key, exact) = document.nearest("/k").unwrap();
    assert!(exact);
    assert_eq!(&text[node.start..node.span.end], "&a !!str 'v'");
    assert_eq!(node.anchor.as_deref(), Some("a"));
    assert_eq!(node.tag.as_deref(), Some("!!str"));
    assert_eq!(&text[key.unwrap().span.clone()], "k");
    let (node, key, _) = document.nearest("/l").unwrap();
    assert_eq!(&text[node.start..node.span.end], "!t\n  m: 1");
    assert_eq!(&text[node.span.clone()], "m: 1");
    assert_eq!(&text[key.unwrap().start..key.unwrap().span.end], "&b l");
    let root = document.root.as_ref().unwrap();
    assert_eq!(root.span.start, 0);
    assert_eq!(at(text, &document, "/o"), "*a");
}

#[test]
fn byte_offsets_with_crlf_bom_and_wide_characters() {
    let text =
        "\u{feff}# 주석\r\n한글: \"값\"\r\nlist:\r\n- é\r\n- |\r\n  𝄞\r\n  y\r\n\r\nend: x\r\n";
    let document = read(text);
    assert_eq!(at(text, &document, "/한글"), "\"값\"");
    assert_eq!(at(text, &document, "/list/0"), "é");
    assert_eq!(at(text, &document, "/list/1"), "|\r\n  𝄞\r\n  y\r\n");
    assert_eq!(
        document.get("/list/1").unwrap().scalar().unwrap().value,
        "𝄞\ny\n"
    );
    assert_eq!(
        at(text, &document, ""),
        text[text.find("한글").unwrap()..].trim_end()
    );
}

#[test]
fn documents() {
    let text = "# c\n---\na: 1\n# d\n---\n---\n# e\nb: 2\n...\n# f\n---\n{c: 3}\n";
    let documents = parse(text, &Limits::default()).unwrap();
    let spans: Vec<&str> = documents
        .iter()
        .map(|document| &text[document.span.clone()])
        .collect();
    assert_eq!(
        spans,
        ["---\na: 1", "---", "---\n# e\nb: 2\n...", "---\n{c: 3}"]
    );
    assert!(documents[1].root.is_none());
    assert!(parse("", &Limits::default()).unwrap().is_empty());
    assert!(
        parse("# only a comment\n", &Limits::default())
            .unwrap()
            .is_empty()
    );
}

#[test]
fn pointers() {
    let text = "a/b: {c~d: [x, y]}\n1: one\ntrue: yes\nx: &x {y: z}\nw: *x\n";
    let document = read(text);
    assert_eq!(at(text, &document, "/a~1b/c~0d/1"), "y");
    assert_eq!(at(text, &document, "/1"), "one");
    assert_eq!(at(text, &document, "/true"), "yes");
    assert!(document.get("/a~1b/c~0d/2").is_none());
    assert!(document.get("/a~1b/c~0d/01").is_none());
    let (node, key, exact) = document.nearest("/a~1b/c~0d/2/deep").unwrap();
    assert_eq!((&text[node.span.clone()], exact), ("[x, y]", false));
    assert_eq!(&text[key.unwrap().span.clone()], "c~d");
    let (node, _, exact) = document.nearest("/w/y").unwrap();
    assert_eq!((&text[node.span.clone()], exact), ("*x", false));
    let (_, key, exact) = document.nearest("nonsense").unwrap();
    assert!(key.is_none() && !exact);
}

/// A node's value without its place, style and anchors.
fn value(node: &Node) -> String {
    match &node.kind {
        Kind::Scalar(scalar) => format!("{:?}", scalar.value),
        Kind::Alias(name) => format!("*{name}"),
        Kind::Sequence(sequence) => {
            let items: Vec<String> = sequence.items.iter().map(value).collect();
            format!("[{}]", items.join(","))
        }
        Kind::Mapping(mapping) => {
            let entries: Vec<String> = mapping
                .entries
                .iter()
                .map(|(key, item)| format!("{}:{}", value(key), value(item)))
                .collect();
            format!("{{{}}}", entries.join(","))
        }
    }
}

fn has_alias(node: &Node) -> bool {
    value(node).contains('*')
}

/// Cuts `node` out and reads it again in a place like its own.
fn check(text: &str, node: &Node, is_key: bool) {
    let cut = &text[node.span.clone()];
    let line = text[..node.span.start]
        .rfind(['\n', '\r'])
        .map_or(0, |at| at + 1);
    let column = " ".repeat(
        text[line..node.span.start]
            .chars()
            .filter(|c| *c != '\u{feff}')
            .count(),
    );
    let want = value(node);
    let pair =
        matches!(&node.kind, Kind::Mapping(mapping) if mapping.flow) && !cut.starts_with('{');
    let style = node.scalar().map(|scalar| scalar.style);
    let block = matches!(style, Some(Style::Literal | Style::Folded));
    if block {
        assert!(cut.starts_with(['|', '>']), "{text:?}: {cut:?}");
    }
    // A block's indentation digit counts from its parent; a colon at a pair's end needs its blank.
    let digit = block
        && cut
            .lines()
            .next()
            .unwrap()
            .contains(|c: char| c.is_ascii_digit());
    let untestable = has_alias(node)
        || digit
        || (pair && cut.ends_with([':', '?']))
        || (is_key && style == Some(Style::Plain));
    if !untestable {
        let alone = match (block, pair) {
            (true, _) => format!("k: {cut}"),
            (_, true) => format!("[{cut}]"),
            _ => format!("{column}{cut}"),
        };
        let document = parse_one(&alone, &Limits::default())
            .unwrap_or_else(|why| panic!("{text:?}: {cut:?}: {why}"));
        let root = document.root.as_ref();
        let got = match (block, pair) {
            (true, _) => value(&root.unwrap().mapping().unwrap().entries[0].1),
            (_, true) => value(&root.unwrap().sequence().unwrap().items[0]),
            _ => root.map_or_else(|| "\"\"".to_owned(), value),
        };
        assert_eq!(got, want, "{text:?}: {cut:?}");
    }
    let inside = |child: &Node| {
        assert!(child.start <= child.span.start, "{text:?}");
        assert!(
            node.span.start <= child.start && child.span.end <= node.span.end,
            "{text:?}: {child:?}"
        );
    };
    match &node.kind {
        Kind::Scalar(_) | Kind::Alias(_) => {}
        Kind::Sequence(sequence) => {
            let dashes = if sequence.flow {
                0
            } else {
                sequence.items.len()
            };
            assert_eq!(sequence.dashes.len(), dashes, "{text:?}");
            for (dash, item) in sequence.dashes.iter().zip(&sequence.items) {
                assert_eq!(text.as_bytes()[*dash], b'-', "{text:?}");
                assert!(*dash < item.start, "{text:?}");
            }
            for item in &sequence.items {
                inside(item);
                check(text, item, false);
            }
        }
        Kind::Mapping(mapping) => {
            for (key, item) in &mapping.entries {
                inside(key);
                inside(item);
                assert!(key.span.end <= item.start, "{text:?}");
                check(text, key, true);
                check(text, item, false);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_cut_out_reads_the_same(text in texts::text()) {
        for document in parse(&text, &Limits::default()).unwrap_or_default() {
            if let Some(root) = &document.root {
                prop_assert!(document.span.start <= root.start && root.span.end <= document.span.end);
                check(&text, root, false);
            }
        }
    }
}
