//! Places of every kind, and what of them is shown.

#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use super::*;

fn place(source: &str, span: Range<usize>) -> Place {
    Place {
        file: "f.yaml".to_owned(),
        line: 1,
        column: 1,
        span,
        document: 0..source.len(),
        source: Arc::new(source.into()),
        start: 0,
        exact: true,
        in_secret: false,
    }
}

/// The line of the first `needle`, and what of it the caret stands under.
fn shown(source: &str, needle: &str) -> (String, String) {
    let start = source.find(needle).unwrap();
    let excerpt = excerpt(
        &place(source, start..start + needle.len()),
        None,
        false,
        &Masker::new(),
    );
    let under = under(&excerpt);
    (excerpt.line, under)
}

/// The columns of the line that the caret marks.
fn under(excerpt: &Excerpt) -> String {
    let mut column = 0;
    let mut marked = String::new();
    for c in excerpt.line.chars() {
        if (excerpt.indent..excerpt.indent + excerpt.width).contains(&column) {
            marked.push(c);
        }
        column += UnicodeWidthChar::width(c).unwrap_or(0);
    }
    marked
}

#[test]
fn the_caret_stands_under_exactly_what_is_meant() {
    for (source, needle, line) in [
        ("a: 1\nb: two # x\n", "two", "b: two # x"),
        ("가나: 다라마 x\n", "다라마", "가나: 다라마 x"),
        ("\ta:\tvalue\n", "value", "    a:    value"),
        ("a: v\r\nb: w\r\n", "v", "a: v"),
        ("\u{feff}a: v\n", "a", "a: v"),
        ("e\u{301}a: v", "v", "e\u{301}a: v"),
    ] {
        assert_eq!(
            shown(source, needle),
            (line.to_owned(), needle.to_owned()),
            "{source:?}"
        );
    }
}

#[test]
fn control_characters_are_shown_and_counted() {
    let (line, under) = shown("a: \u{1b}[31mx\u{202e}y value", "value");
    assert_eq!(line, "a: \\u{1b}[31mx\\u{202e}y value");
    assert_eq!(under, "value");
}

#[test]
fn of_many_lines_the_first_is_shown() {
    let (line, under) = shown("a:\n  b: 1\n  c: 2\n", "b: 1\n  c: 2");
    assert_eq!((line.as_str(), under.as_str()), ("  b: 1", "b: 1"));
}

#[test]
fn the_key_of_a_block_stands_above_it() {
    let source = "spec:\n  thanos:\n    image: x\n";
    let start = source.find("image").unwrap();
    let of = |pointer| {
        excerpt(
            &place(source, start..start + 8),
            Some(pointer),
            false,
            &Masker::new(),
        )
        .above
    };
    assert_eq!(of("/spec/thanos").as_deref(), Some("  thanos:"));
    assert_eq!(of("/spec/thanos/image"), None);
    assert_eq!(of("/spec"), None);
}

#[test]
fn long_lines_are_clipped_around_the_caret() {
    for (before, after) in [
        (0, 500),
        (500, 0),
        (300, 300),
        (100_000, 100_000),
        (119, 119),
        (60, 900),
    ] {
        let source = format!("{}needle{}", "가".repeat(before), "x".repeat(after));
        let (line, under) = shown(&source, "needle");
        let width: usize = line.chars().filter_map(UnicodeWidthChar::width).sum();
        assert_eq!(under, "needle", "{before} {after}");
        assert!(width <= WIDTH, "{before} {after}: {width}");
        assert_eq!(line.starts_with('…'), before >= 60, "{before} {after}");
        assert_eq!(line.ends_with('…'), after > 0, "{before} {after}");
    }
}

#[test]
fn a_caret_wider_than_the_line_is_cut() {
    let source = format!("a: {}", "x".repeat(1_000));
    let excerpt = excerpt(&place(&source, 3..1_003), None, false, &Masker::new());
    assert!(excerpt.indent + excerpt.width <= WIDTH);
    assert_eq!(excerpt.indent, 3);
}

#[test]
fn no_span_is_too_odd() {
    for source in ["", "\n", "\r\n", "가나", "a\nb", "a: 1\n\n", "\u{feff}"] {
        for start in 0..10 {
            for end in 0..10 {
                for document in [
                    0..0,
                    0..source.len(),
                    Range { start: 3, end: 1 },
                    1..2,
                    7..99,
                    usize::MAX..usize::MAX,
                ] {
                    for secret in [false, true] {
                        let place = Place {
                            document: document.clone(),
                            in_secret: secret,
                            ..place(source, start..end)
                        };
                        let shown = excerpt(&place, Some("/a"), false, &Masker::new());
                        assert!(
                            shown.width >= 1 && shown.indent <= WIDTH,
                            "{source:?} {start} {end}"
                        );
                    }
                }
            }
        }
    }
    let far = place("a: 1", usize::MAX - 1..usize::MAX);
    assert_eq!(excerpt(&far, None, false, &Masker::new()).line, "a: 1");
}

#[test]
fn masked_values_move_the_caret() {
    let mut masker = Masker::new();
    masker.learn("canary-in-a-configmap");
    let source = "a: canary-in-a-configmap, b";
    let at = |needle: &str| {
        let start = source.find(needle).unwrap();
        excerpt(
            &place(source, start..start + needle.len()),
            None,
            false,
            &masker,
        )
    };
    assert_eq!(at("b").line, "a: ***, b");
    assert_eq!(under(&at(", b")), ", b");
    assert_eq!(under(&at("in-a")), "***");
}

#[test]
fn a_value_that_begins_out_of_sight_is_hidden() {
    let mut masker = Masker::new();
    let secret: String = (0..900)
        .map(|n| char::from(b'a' + (n * 7 % 23) as u8))
        .collect();
    masker.learn(&secret);
    let source = format!("{}{secret} needle", "-".repeat(9_000));
    let start = source.find("needle").unwrap();
    let shown = excerpt(&place(&source, start..start + 6), None, false, &masker);
    assert!(shown.line.ends_with("*** needle"), "{}", shown.line);
}

#[test]
fn neighbours_on_one_line_are_not_shown() {
    let source = r#"[{"kind":"Secret","data":{"pin":"77"}},{"kind":"ConfigMap","a":"b"},{"kind":"Secret","pin":"78"}]"#;
    let start = source.find(r#"{"kind":"ConfigMap"#).unwrap();
    let end = start + source[start..].find('}').unwrap() + 1;
    let at = source.find(r#""b""#).unwrap();
    let place = Place {
        document: start..end,
        ..place(source, at..at + 3)
    };
    let shown = excerpt(&place, None, false, &Masker::new());
    assert_eq!(shown.line, r#"…{"kind":"ConfigMap","a":"b"}…"#);
    assert_eq!(under(&shown), r#""b""#);
}

#[test]
fn a_line_of_a_secret_shows_its_keys() {
    let source = "items:\n- kind: Secret\n  stringData:\n    pin: '77'  # old: 76\n";
    let start = source.find("'77'").unwrap();
    let of = |in_secret, hide| {
        let place = Place {
            document: source.find("kind").unwrap()..source.len(),
            in_secret,
            ..place(source, start..start + 4)
        };
        excerpt(&place, None, hide, &Masker::new())
    };
    assert_eq!(of(true, false).line, "    pin: ***");
    assert_eq!(under(&of(true, false)), "***");
    assert_eq!(of(false, true).line, "    pin: ***");
    assert_eq!(of(false, false).line, "    pin: '77'  # old: 76");
}

#[test]
fn an_unreadable_secret_shows_nothing() {
    let source = "kind: Secret\ndata: [canary\n pin: 77";
    let place = Place {
        in_secret: true,
        ..place(source, 19..25)
    };
    assert_eq!(excerpt(&place, None, false, &Masker::new()).line, "***");
}
