//! What fuzzing found, one test each.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::{Duration, Instant};

use krm::{Change, Changes, Input};
use serde_json::{Value, json};

const HEAD: &str = "apiVersion: v1\nkind: A\nmetadata:\n  name: a\n";

fn edited(text: &str, edit: impl Fn(&mut Value)) -> String {
    let input = Input::read("in", text).unwrap();
    let mut value = input.value(0).unwrap();
    edit(&mut value);
    let changes = Changes {
        objects: [(0, Change::Replace(value.clone()))].into(),
        ..Changes::default()
    };
    let mut out = Vec::new();
    input
        .write(&changes, &mut out)
        .unwrap_or_else(|why| panic!("{why}\n{text}"));
    let out = String::from_utf8(out).unwrap();
    assert_eq!(
        Input::read("in", out.clone()).unwrap().value(0).as_ref(),
        Ok(&value),
        "{out}"
    );
    out
}

/// As [`edited`], of what stands behind [`HEAD`] before and after.
#[track_caller]
fn becomes(before: &str, edit: impl Fn(&mut Value), after: &str) {
    let out = edited(&format!("{HEAD}{before}"), edit);
    assert_eq!(out.strip_prefix(HEAD), Some(after));
}

#[test]
fn a_key_without_a_colon_gets_one_with_its_value() {
    becomes(
        "spec:\n  ? a\n  ? b # why\n",
        |value| value["spec"]["b"] = json!("x"),
        "spec:\n  ? a\n  ? b # why\n  : x\n",
    );
    becomes(
        "spec:\n  ? a\n",
        |value| value["spec"]["a"] = json!({"b": [1]}),
        "spec:\n  ? a\n  :\n    b:\n    - 1\n",
    );
    becomes(
        "spec: {a, b: c}\n",
        |value| value["spec"]["a"] = json!("x"),
        "spec: {a: x, b: c}\n",
    );
    // Nor is the colon that the next key begins with this one's.
    becomes(
        "spec:\n  ? a\n  :: b\n",
        |value| value["spec"]["a"] = json!([1]),
        "spec:\n  ? a\n  :\n  - 1\n  :: b\n",
    );
    // The colon of the comment is not the key's.
    becomes(
        "spec:\n  ? a # b: c\n  : d\n",
        |value| value["spec"]["a"] = json!([1]),
        "spec:\n  ? a # b: c\n  :\n  - 1\n",
    );
}

#[test]
fn a_key_over_several_lines_says_that_it_is_one_with_its_value() {
    let set = |value: &mut Value| value["spec"]["b c"] = json!(1);
    becomes(
        "spec: {a: x, \"b\n  c\"}\n",
        set,
        "spec: {a: x, ? \"b\n  c\": 1}\n",
    );
    becomes(
        "spec: {a: x, ? \"b\n  c\"}\n",
        set,
        "spec: {a: x, ? \"b\n  c\": 1}\n",
    );
}

#[test]
fn a_comma_is_not_put_right_behind_a_colon() {
    becomes(
        "spec: [a:\n  ]\n",
        |value| value["spec"].as_array_mut().unwrap().push(json!(1)),
        "spec: [a: , 1\n  ]\n",
    );
}

#[test]
fn a_comma_is_not_put_right_behind_a_tag() {
    becomes(
        "spec:\n  [!!str , b]\n",
        |value| value["spec"] = json!(["", "c", "b"]),
        "spec:\n  [!!str , c , b]\n",
    );
    becomes(
        "spec: {a: !!str , b: c}\n",
        |value| drop(value["spec"].as_object_mut().unwrap().shift_remove("b")),
        "spec: {a: !!str}\n",
    );
    becomes(
        "spec: {\"a\":! }\n",
        |value| value["spec"]["b"] = json!(1),
        "spec: {\"a\":! , b: 1 }\n",
    );
}

#[test]
fn a_pair_in_a_list_gets_brackets_with_its_second_entry() {
    becomes(
        "spec: [? a : b, c: d]\n",
        |value| {
            value["spec"][0]["x"] = json!(1);
            value["spec"][1]["x"] = json!(2);
        },
        "spec: [{a: b, x: 1}, {c: d, x: 2}]\n",
    );
}

#[test]
fn a_comment_indented_below_a_new_text_does_not_become_part_of_it() {
    becomes(
        "spec:\n  a: b\n    # c\n  d: e\n",
        |value| value["spec"]["a"] = json!("two\nlines"),
        "spec:\n  a: \"two\\nlines\"\n    # c\n  d: e\n",
    );
}

#[test]
fn a_block_at_the_end_of_the_text_gains_no_line_break() {
    becomes(
        "spec:\n  a: |\n    b",
        |value| value["spec"]["c"] = json!(1),
        "spec:\n  a: |-\n    b\n  c: 1",
    );
    becomes(
        "spec:\n  a: |2+ # c\n     b",
        |value| value["x"] = json!(1),
        "spec:\n  a: |2- # c\n     b\nx: 1",
    );
}

#[test]
fn a_block_at_the_end_of_the_text_goes_as_a_whole() {
    becomes(
        "spec:\n  |2\n   a\n  b",
        |value| {
            value["spec"] = json!(7);
            value["x"] = json!(1);
        },
        "spec: 7\nx: 1",
    );
}

#[test]
fn blanks_behind_an_entry_that_goes_do_not_become_part_of_the_block_above() {
    // A block of text keeps the line of blanks that it ends in, and would take another one.
    becomes(
        "spec:\n  |1-\n   a\n        \nb: c\n    ",
        |value| drop(value.as_object_mut().unwrap().shift_remove("b")),
        "spec:\n  |1-\n   a\n        \n",
    );
    becomes(
        "spec:\n  a: |\n    b\n  c: d\n\n      \n  e: f\n",
        |value| drop(value["spec"].as_object_mut().unwrap().shift_remove("c")),
        "spec:\n  a: |\n    b\n  e: f\n",
    );
    becomes(
        "spec:\n  a: |+\n    b\n  c: d\n\n  e: f\n",
        |value| drop(value["spec"].as_object_mut().unwrap().shift_remove("c")),
        "spec:\n  a: |+\n    b\n  e: f\n",
    );
    becomes(
        "spec:\n  a: |\n    b\n  c: d\n    # e\n  f: g\n",
        |value| drop(value["spec"].as_object_mut().unwrap().shift_remove("c")),
        "spec:\n  a: |\n    b\n  f: g\n",
    );
}

#[test]
fn a_block_before_a_last_line_that_goes_keeps_its_line_break() {
    becomes(
        "spec:\n  a: |\n    b\n  c: d",
        |value| drop(value["spec"].as_object_mut().unwrap().shift_remove("c")),
        "spec:\n  a: |\n    b\n",
    );
}

#[test]
fn a_last_line_without_a_break_goes_while_one_comes_before_it() {
    let out = edited(&format!("{HEAD}spec:\n  a: b"), |value| {
        value.as_object_mut().unwrap().shift_remove("spec");
        value["metadata"]["note"] = json!("text");
        value["x"] = json!(1);
    });
    assert_eq!(out, format!("{HEAD}  note: text\nx: 1"));
}

#[test]
fn a_key_of_more_than_1024_characters_is_written_in_brackets_too() {
    let key = "k".repeat(1_200);
    let out = edited(&format!("{HEAD}spec: {{a: b}}\n"), |value| {
        value["spec"][key.as_str()] = json!(1)
    });
    assert!(
        out.contains(&format!("spec: {{a: b, ? {key}: 1}}")),
        "{out}"
    );
}

#[test]
fn words_of_the_input_stand_on_the_line_of_their_message() {
    let said = |text: &str| Input::read("in", text).unwrap_err().to_string();
    let kind = said("apiVersion: v1\nkind: x\n\n  y\n");
    assert!(kind.contains("the document (x\\ny) has no"), "{kind}");
    let key = said("{\"kind\\u001b[31m\": 1, \"kind\\u001b[31m\": 2}");
    assert!(key.contains("`kind\\u{1b}[31m` stands twice"), "{key}");
    let long = said(&format!(
        "apiVersion: v1\nkind: {}\n",
        "k".repeat(1_000_000)
    ));
    assert!(
        long.len() < 600 && long.contains('…'),
        "{} bytes",
        long.len()
    );
}

/// Each was read in time that grew with the square of its size.
#[test]
fn time_grows_with_the_text_and_no_faster() {
    const N: usize = 60_000;
    let keys = || (0..N).map(|at| format!("k{at}: v\n")).collect::<String>();
    let items = "- {apiVersion: v1, kind: A, metadata: {generateName: a}}\n".repeat(N);
    let texts = [
        // Each document's bracket was looked for to the end of the text.
        "a: [\n---\n".repeat(4 * N),
        // So was its `---`.
        "a: &a {apiVersion: v1, kind: A, metadata: {generateName: a}}\n<<: *a\n...\n".repeat(N),
        // Each item's list was looked for among all keys.
        format!("apiVersion: v1\n'kind': List\n{}items:\n{items}", keys()),
    ];
    for text in texts {
        let start = Instant::now();
        if let Ok(input) = Input::read("in", text.clone()) {
            for index in 0..input.len() {
                input.value(index).unwrap();
            }
        }
        assert!(
            start.elapsed() < Duration::from_secs(30),
            "{:?}… {:?}",
            &text[..20],
            start.elapsed()
        );
    }
    // Each place on an endless line was counted from its start.
    let items: Vec<String> = (0..N)
        .map(|at| {
            format!("{{\"apiVersion\":\"v1\",\"kind\":\"A\",\"metadata\":{{\"name\":\"a{at}\"}}}}")
        })
        .collect();
    let text = format!(
        "{{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[{}]}}",
        items.join(",")
    );
    let start = Instant::now();
    let input = Input::read("in", text.clone()).unwrap();
    for index in 0..input.len() {
        let place = input.locate(index, "/metadata/name", None);
        assert_eq!(place.column, place.span.start + 1);
    }
    assert!(
        start.elapsed() < Duration::from_secs(30),
        "{:?}",
        start.elapsed()
    );
    // Each new key was looked for among all old ones.
    let start = Instant::now();
    let data: String = keys().replace('k', "  k");
    edited(&format!("{HEAD}data:\n{data}"), |value| {
        value["data"]["new"] = json!("v");
    });
    assert!(
        start.elapsed() < Duration::from_secs(30),
        "{:?}",
        start.elapsed()
    );
}

#[test]
fn a_blank_line_with_a_tab_stays_with_the_plain_scalar_that_it_stands_behind() {
    // Go's reader takes it there and nowhere else.
    becomes(
        "spec:\n  a: {b: c}\n  d: e\n    \t\n\n",
        |value| {
            value["spec"].as_object_mut().unwrap().remove("d");
        },
        "spec:\n  a: {b: c}\n\n",
    );
    becomes(
        "spec:\n  d: e\n    \t\n\n",
        |value| value["spec"]["f"] = json!([1]),
        "spec:\n  d: e\n    \t\n  f:\n  - 1\n\n",
    );
}

#[test]
fn a_blank_line_that_has_become_the_last_stays() {
    becomes(
        "a: b\n\nc:\n !!binary 4444",
        |value| {
            value.as_object_mut().unwrap().remove("c");
        },
        "a: b\n",
    );
}

#[test]
fn a_tab_between_documents_is_refused_as_go_does() {
    for tail in ["...\n \t\n", "---\n\t\n", "---\n\t# why\n"] {
        let text = format!("{HEAD}{tail}");
        let input = Input::read("in", text.clone());
        let why = input.expect_err(&text).to_string();
        assert!(why.contains("a tab stands"), "{why}");
    }
}

#[test]
fn the_mark_of_a_long_key_goes_with_it_from_the_line_above() {
    becomes(
        "spec:\n  l: b\n  ?\n\n    a\n  m: c\n",
        |value| {
            value["spec"].as_object_mut().unwrap().remove("a");
        },
        "spec:\n  l: b\n  m: c\n",
    );
}
