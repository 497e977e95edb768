//! Whatever the bytes: an answer, and one with a place.

use krm::{Changes, Input, ReadError};
use krmguard_yaml::{Limits, emit, parse, parse_one};
use serde_json::json;

/// Nothing panics, every message names a place in the text, and what was read is written and read again.
pub(crate) fn law(bytes: &[u8]) {
    match Input::read("in", bytes.to_vec()) {
        Ok(input) => every_question(&input),
        Err(why) => sound(&why),
    }
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let limits = Limits::default();
    match parse(text, &limits) {
        Ok(documents) => {
            for document in documents {
                let Ok(value) = document.to_json(&limits) else {
                    continue;
                };
                let written = emit::node(&value, 0, &emit::Layout::default()) + "\n";
                let again =
                    parse_one(&written, &limits).and_then(|document| document.to_json(&limits));
                assert_eq!(again.as_ref(), Ok(&value), "{written:?}");
            }
        }
        Err(why) => assert!(text.is_char_boundary(why.offset), "{why:?}"),
    }
}

fn every_question(input: &Input) {
    for index in 0..input.len() {
        let span = input.span(index);
        assert!(input.text().get(span).is_some());
        let deep = match input.value(index) {
            Ok(value) => value["spec"]
                .as_object()
                .and_then(|spec| spec.keys().next().cloned()),
            Err(why) => {
                sound(&why);
                None
            }
        };
        let deep = format!("/spec/{}", deep.unwrap_or_default());
        for pointer in [
            "",
            "/metadata/name",
            "/metadata/labels/a",
            "/spec/0",
            "/items/0",
            "nonsense",
            "/~2",
            &deep,
        ] {
            for range in [
                None,
                Some((0, 1)),
                Some((1, 0)),
                Some((3, 400)),
                Some((u32::MAX, u32::MAX)),
            ] {
                let place = input.locate(index, pointer, range);
                assert!(input.text().get(place.span.clone()).is_some(), "{place:?}");
                assert!(place.line > 0 && place.column > 0, "{place:?}");
            }
        }
    }
    if let Some(Err(why)) = input.function_config() {
        sound(&why);
    }
    if let Err(why) = input.results() {
        sound(&why);
    }
    let _ = input.locate_config("/spec/a");
    let created = vec![json!({"apiVersion": "v1", "kind": "New", "metadata": {"name": "new"}})];
    // An output that cannot be made is an error, never half an output.
    let mut out = Vec::new();
    if input
        .write(
            &Changes {
                created,
                ..Changes::default()
            },
            &mut out,
        )
        .is_err()
    {
        assert!(out.is_empty());
    }
}

fn sound(why: &ReadError) {
    assert!(why.line > 0 && why.column > 0, "{why:?}");
    assert!(!why.what.is_empty() && !why.fix.is_empty(), "{why:?}");
    let said = why.to_string();
    assert!(!said.contains('\n') && !said.ends_with('.'), "{said:?}");
}
