//! What fuzzing found in lists whose items and results come and go, one test each.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use krm::{Change, Changes, Input};
use serde_json::{Value, json};

const HEAD: &str = "apiVersion: v1\nkind: A\nmetadata:\n  name: a\n";

#[test]
fn a_comment_behind_the_list_does_not_become_part_of_what_is_appended() {
    let list = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n";
    let item = HEAD.trim_end().replace('\n', "\n  ");
    let text = format!("{list}- {item}\n      # comment\n");
    let created =
        json!({"apiVersion": "v1", "kind": "B", "metadata": {"name": "b"}, "x": "two\nlines"});
    let result = json!({"message": "two\nlines"});
    for changes in [
        Changes {
            created: vec![created.clone()],
            ..Changes::default()
        },
        Changes {
            results: vec![result.clone()],
            ..Changes::default()
        },
    ] {
        let input = Input::read("in", text.clone()).unwrap();
        let mut out = Vec::new();
        input.write(&changes, &mut out).unwrap();
        let again = Input::read("in", out).unwrap();
        assert!(again.text().contains("      # comment\n"));
        let values: Vec<Value> = (1..again.len())
            .map(|index| again.value(index).unwrap())
            .collect();
        assert_eq!(values, changes.created);
        assert_eq!(again.results().unwrap(), changes.results);
    }
}

#[test]
fn what_stands_below_an_item_that_goes_does_not_become_part_of_the_block_above() {
    let item = |name: &str, tail: &str| {
        format!("- apiVersion: v1\n  kind: A\n  metadata:\n    name: {name}\n{tail}")
    };
    let head = "apiVersion: v1\nkind: List\nitems:\n";
    let after = |tail: &str, rest: &str, created: &[Value]| {
        let first = item("a", tail);
        let text = format!("{head}{first}{}{rest}", item("b", ""));
        let input = Input::read("in", text).unwrap();
        let wanted = input.value(0).unwrap();
        let changes = Changes {
            objects: [(1, Change::Delete)].into(),
            created: created.to_vec(),
            ..Changes::default()
        };
        let mut out = Vec::new();
        input.write(&changes, &mut out).unwrap();
        let again = Input::read("in", out.clone()).unwrap();
        assert_eq!(again.value(0).unwrap(), wanted, "{}", again.text());
        let out = String::from_utf8(out).unwrap();
        out.strip_prefix(&format!("{head}{first}"))
            .unwrap()
            .to_owned()
    };
    let clipped = "  x: |\n    text\n";
    let kept = "  x: |+\n    text\n";
    let last = item("c", "");
    assert_eq!(after(clipped, "    # of b\n", &[]), "");
    assert_eq!(
        after(clipped, &format!("    # of b\n\n# of c\n{last}"), &[]),
        format!("\n# of c\n{last}")
    );
    assert_eq!(after(kept, &format!("\n{last}"), &[]), last);
    // Nothing is lost where no block could take it.
    let plain = "  x: y\n";
    assert_eq!(
        after(plain, &format!("    # of b\n\n{last}"), &[]),
        format!("    # of b\n\n{last}")
    );
    let created = json!({"apiVersion": "v1", "kind": "B", "metadata": {"name": "n"}});
    let written = after(kept, "\n    # of b\n", &[created]);
    assert!(
        written.starts_with("- {") && written.ends_with("    # of b\n"),
        "{written}"
    );
}

#[test]
fn a_block_that_is_appended_to_a_text_without_a_last_line_break_keeps_its_own() {
    let head = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n";
    let text = format!("{head}- {}", HEAD.trim_end().replace('\n', "\n  "));
    let created =
        json!({"apiVersion": "v1", "kind": "B", "metadata": {"name": "b"}, "x": "text\nend\n"});
    let result = json!({"message": "text\nend\n"});
    for (items, results) in [(true, false), (false, true), (true, true)] {
        let changes = Changes {
            created: items.then(|| created.clone()).into_iter().collect(),
            results: results.then(|| result.clone()).into_iter().collect(),
            ..Changes::default()
        };
        let mut out = Vec::new();
        let input = Input::read("in", text.clone()).unwrap();
        input.write(&changes, &mut out).unwrap();
        let again = Input::read("in", out).unwrap();
        let values: Vec<Value> = (1..again.len())
            .map(|index| again.value(index).unwrap())
            .collect();
        assert_eq!(values, changes.created, "{}", again.text());
        assert_eq!(
            again.results().unwrap(),
            changes.results,
            "{}",
            again.text()
        );
    }
}

#[test]
fn a_list_that_only_its_items_make_one_is_not_emptied() {
    let item = HEAD.trim_end().replace('\n', "\n  ");
    let flow = "{apiVersion: v1, kind: A, metadata: {name: a}}";
    let emptied = |text: String| {
        let input = Input::read("in", text).unwrap();
        let changes = Changes {
            objects: [(0, Change::Delete)].into(),
            ..Changes::default()
        };
        let mut out = Vec::new();
        let done = input.write(&changes, &mut out);
        done.map(|()| String::from_utf8(out).unwrap())
            .map_err(|why| why.to_string())
    };
    for items in [format!("\n- {item}"), format!(" [{flow}]")] {
        let why = emptied(format!("apiVersion: x/v1\nkind: Bag\nitems:{items}\n")).unwrap_err();
        assert!(why.contains("`Bag`") && why.contains("line 1"), "{why}");
        let list = emptied(format!("apiVersion: v1\nkind: BagList\nitems:{items}\n"));
        assert_eq!(list.unwrap(), "apiVersion: v1\nkind: BagList\nitems: []\n");
    }
}

#[test]
fn a_blank_line_with_a_tab_goes_with_the_plain_scalar_that_it_stands_behind() {
    let kept =
        "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: A, metadata: {name: a}}\n";
    let gone = "- apiVersion: v1\n  kind: A\n  metadata:\n    name: b\n\n     \t\n";
    let input = Input::read("in", format!("{kept}{gone}\n")).unwrap();
    let changes = Changes {
        objects: [(1, Change::Delete)].into(),
        ..Changes::default()
    };
    let mut out = Vec::new();
    input.write(&changes, &mut out).unwrap();
    assert_eq!(String::from_utf8(out).unwrap(), format!("{kept}\n"));
}
