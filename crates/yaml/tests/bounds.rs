//! Whatever the text: an answer, in bounded time, depth and memory.
#![allow(clippy::unwrap_used, missing_docs)]

mod texts;

use std::thread;
use std::time::{Duration, Instant};

use krmguard_yaml::{Error, ErrorKind, Limits, Lines, emit, parse, parse_one};
use proptest::prelude::*;
use serde_json::Value;

fn read(text: &str, limits: &Limits) -> Result<Vec<Value>, Error> {
    parse(text, limits)?
        .iter()
        .map(|document| document.to_json(limits))
        .collect()
}

fn kind(text: &str) -> ErrorKind {
    read(text, &Limits::default()).unwrap_err().kind
}

fn everything(text: &str) {
    let lines = Lines::new(text);
    match read(text, &Limits::default()) {
        Ok(values) => {
            for value in values {
                let written = emit::node(&value, 0, &emit::Layout::default()) + "\n";
                let again = parse_one(&written, &Limits::default())
                    .unwrap_or_else(|why| panic!("{written:?}: {why}"));
                let again = again.to_json(&Limits::default()).unwrap();
                assert_eq!(again, value, "{text:?} written {written:?}");
            }
        }
        Err(error) => {
            assert!(error.offset <= text.len(), "{text:?}: {error:?}");
            assert!(text.is_char_boundary(error.offset), "{text:?}: {error:?}");
            let said = error.describe(text, &lines);
            assert!(said.starts_with("line ") && !said.contains('\n'), "{said}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_panics(text in texts::text()) {
        everything(&text);
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        everything(&String::from_utf8_lossy(&bytes));
    }

    #[test]
    fn no_characters_panic(text in any::<String>()) {
        everything(&text);
    }

    #[test]
    fn no_pointer_panics(text in texts::text(), pointer in "[/a-c0-2~]{0,8}") {
        for document in parse(&text, &Limits::default()).unwrap_or_default() {
            let found = document.get(&pointer);
            let near = document.nearest(&pointer);
            prop_assert_eq!(near.is_some(), document.root.is_some());
            prop_assert_eq!(found.is_some(), near.is_some_and(|(_, _, exact)| exact));
        }
    }
}

/// A wasm guest has 1 MiB of stack, and this runs unoptimised.
#[test]
fn a_thousand_levels_fit_on_a_small_stack() {
    let on_small_stack = |work: fn()| {
        thread::Builder::new()
            .stack_size(768 * 1024)
            .spawn(work)
            .unwrap()
            .join()
            .unwrap()
    };
    on_small_stack(|| {
        for (open, close) in [("[", "]"), ("{a: ", "}"), ("- ", ""), ("? ", "")] {
            let deep = |levels: usize| format!("{}x{}", open.repeat(levels), close.repeat(levels));
            let limits = Limits {
                depth: usize::MAX,
                ..Limits::default()
            };
            let read = parse_one(&deep(1_000), &limits);
            let document = read.unwrap_or_else(|why| panic!("{open}: {why}"));
            if open != "? " {
                drop(document.to_json(&limits).unwrap());
            }
            for levels in [1_001, 100_000] {
                let error = parse_one(&deep(levels), &limits).unwrap_err();
                assert_eq!(error.kind, ErrorKind::TooDeep, "{open}: {error}");
            }
        }
        // Depth that only shows when aliases are followed.
        let mut text = format!("- &a0 {}x{}\n", "[".repeat(900), "]".repeat(900));
        for level in 1..200 {
            text += &format!("- &a{level} [*a{}]\n", level - 1);
        }
        let error = read(&text, &Limits::default()).unwrap_err();
        assert_eq!(error.kind, ErrorKind::TooDeep);
    });
}

#[test]
fn limits_hold() {
    let few = Limits {
        nodes: 10,
        ..Limits::default()
    };
    assert!(parse("[1, 2, 3, 4, 5, 6, 7, 8, 9]", &few).is_ok());
    assert_eq!(
        parse("[1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]", &few)
            .unwrap_err()
            .kind,
        ErrorKind::TooManyNodes
    );
    let flat = Limits {
        depth: 2,
        ..Limits::default()
    };
    assert!(parse("a: {b: c}", &flat).is_ok());
    assert_eq!(
        parse("a: {b: []}", &flat).unwrap_err().kind,
        ErrorKind::TooDeep
    );
}

#[test]
fn alias_bombs_go_out() {
    let mut bomb = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..12 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        bomb += &format!("a{level}: &a{level} [{aliases}]\n");
    }
    assert_eq!(kind(&bomb), ErrorKind::TooManyAliases);
    let mut merged = String::from("a0: &a0 {x: 1}\n");
    for level in 1..40 {
        let before = level - 1;
        merged += &format!("a{level}: &a{level} {{<<: [*a{before}, *a{before}]}}\n");
    }
    assert_eq!(kind(&merged), ErrorKind::TooManyAliases);
    // Plain reuse is not a bomb.
    let reuse = format!("- &a {{x: [1, 2]}}\n{}", "- *a\n- y: 1\n".repeat(5_000));
    assert_eq!(
        read(&reuse, &Limits::default()).unwrap()[0]
            .as_array()
            .unwrap()
            .len(),
        10_001
    );
    let limits = Limits {
        expanded: 100,
        ..Limits::default()
    };
    assert_eq!(
        read(&reuse, &limits).unwrap_err().kind,
        ErrorKind::TooManyAliases
    );
}

/// A reader that goes back over what it has read would need minutes for these.
#[test]
fn long_texts_take_time_in_proportion() {
    const N: usize = 200_000;
    let texts = [
        "- \n".repeat(N),
        "- # c\n".repeat(N),
        "# c\n".repeat(N),
        format!("[{}]", "a: b, ".repeat(N)),
        format!("[{}]", "a,\n".repeat(N)),
        "[".repeat(N),
        "- ".repeat(N),
        format!("a: |\n{}", "\n".repeat(N)),
        "- |+\n\n".repeat(N),
        "a: x\n   \t\n---\n".repeat(N),
        format!("- [{}]", "x\t\n  ,".repeat(N)),
        format!("a: \"{}\"", "x\u{2028}".repeat(N)),
        format!("- &a x\n{}", "- *a\n".repeat(N)),
        format!("a: '{}", "x ".repeat(N)),
        "...\n".repeat(N),
        format!("{}: x", "k".repeat(N)),
        (0..N).map(|index| format!("k{index}: v\n")).collect(),
    ];
    for text in texts {
        let start = Instant::now();
        drop(read(&text, &Limits::default()));
        assert!(
            start.elapsed() < Duration::from_secs(20),
            "{:?}…",
            &text[..20]
        );
    }
}

/// JSON is read by the same code: pretty-printed with tabs, with long lines, with its escapes.
#[test]
fn json_is_yaml() {
    let inner = format!(
        "\"{}\": [1, -2.5e-3, true, null, \"\\u00e9\\/\\ud83d\\ude00\\n\", {{}}]",
        "k".repeat(500)
    );
    let text = format!(
        "{{\n\t\"a\": {{\n\t\t{inner},\n\t\t\"b\": [\n\t\t\t1\n\t\t]\n\t}},\"c\":\"d\",\"e\":[[],{{}}]\n}}\n"
    );
    let limits = Limits::default();
    assert_eq!(
        read(&text, &limits).unwrap(),
        [serde_json::from_str::<Value>(&text).unwrap()]
    );
    let one_line = serde_json::to_string(&serde_json::from_str::<Value>(&text).unwrap()).unwrap();
    assert_eq!(
        read(&one_line, &limits).unwrap(),
        read(&text, &limits).unwrap()
    );
}
