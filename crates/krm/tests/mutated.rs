//! The laws, asked of mutated real input for seconds. `make fuzz` asks them without end.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod laws;

use std::path::Path;
use std::sync::LazyLock;
use std::time::Duration;

use krm::Input;
use laws::dice::Dice;
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// Pieces that mean something to YAML wherever they fall.
const PIECES: &[&str] = &[
    "\n",
    "\n",
    " ",
    "  ",
    "\t",
    "\r\n",
    ": ",
    ":",
    "- ",
    "-",
    "# c",
    " # c",
    "'",
    "\"",
    "\\",
    "[",
    "]",
    "{",
    "}",
    ", ",
    "|",
    "|\n",
    "|-\n",
    ">\n",
    "|+\n",
    "|2\n",
    "? ",
    "&a ",
    "*a",
    "<<: *a\n",
    "!!str ",
    "!t ",
    "\n---\n",
    "---\n",
    "\n...\n",
    "--- x",
    "%YAML 1.1\n",
    "kind: B\n",
    "\nkind: B\n",
    "  kind: B\n",
    "\"kind\": C\n",
    "kind : D\n",
    "apiVersion: v2\n",
    "  name: x\n",
    "  namespace: y\n",
    "  generateName: z\n",
    "metadata:\n",
    "metadata: {name: q}\n",
    "items:\n",
    "items: []\n",
    "kind: List\n",
    "~",
    "null",
    "\u{feff}",
    "é",
    "\u{2028}",
];

/// Objects of the samples and, where they are, of the fixtures, small enough to mutate by the thousand; and lists of
/// some of them.
static SEEDS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let fixtures = tests::fixtures::folder();
    let mut files = vec![
        root.join("tests/samples/edge/seed.yaml"),
        root.join("tests/samples/edge/right.yaml"),
    ];
    if fixtures.is_dir() {
        files.push(fixtures.join("rendered/seed/cluster-02-edge.yaml"));
        files.push(fixtures.join("rendered/right/cluster-01-central.yaml"));
    } else {
        tests::skip::say("fixtures: the samples alone are mutated");
    }
    let mut seeds = Vec::new();
    for file in files {
        let input = Input::read("seed", std::fs::read(file).unwrap()).unwrap();
        let mut items = String::new();
        for index in 0..input.len() {
            let text = &input.text()[input.span(index)];
            if text.len() > 2_500 {
                continue;
            }
            seeds.push(format!("{text}\n"));
            items += &format!("- {}\n", text.replace('\n', "\n  "));
            if items.len() > 2_500 {
                seeds.push(format!("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n{items}functionConfig:\n  kind: X\n"));
                items.clear();
            }
        }
    }
    assert!(seeds.len() > 10);
    seeds
});

/// A real text with up to four wounds, or two real documents.
fn mutated() -> impl Strategy<Value = String> {
    let wound = (
        any::<Index>(),
        0_usize..12,
        select(PIECES),
        0_u8..4,
        any::<Index>(),
    );
    (
        any::<Index>(),
        prop::collection::vec(wound, 0..5),
        any::<bool>(),
        any::<Index>(),
        any::<bool>(),
    )
        .prop_map(|(seed, wounds, two, other, crlf)| {
            let mut text = seed.get(&SEEDS).clone();
            if two {
                text = format!("{text}---\n{}", other.get(&SEEDS));
            }
            for (at, length, piece, how, from) in wounds {
                let boundary = |mut at: usize| {
                    while !text.is_char_boundary(at) {
                        at -= 1;
                    }
                    at
                };
                let start = boundary(at.index(text.len() + 1));
                let end = boundary((start + length).min(text.len())).max(start);
                match how {
                    0 => text.insert_str(start, piece),
                    1 => text.replace_range(start..end, piece),
                    2 => text.replace_range(start..end, ""),
                    // A line goes elsewhere.
                    _ => {
                        let mut lines: Vec<&str> = text.lines().collect();
                        let line = lines.remove(at.index(lines.len()));
                        lines.insert(from.index(lines.len() + 1), line);
                        text = lines.join("\n");
                        text.push('\n');
                    }
                }
            }
            match crlf {
                true if !text.contains('\r') => text.replace('\n', "\r\n"),
                _ => text,
            }
        })
}

const OBJECT: &str = "apiVersion: v1\nkind: A\nmetadata:\n  name: a\n";

/// [`OBJECT`] in a namespace.
fn spaced(namespace: &str) -> String {
    OBJECT.replace("  name", &format!("  namespace: {namespace}\n  name"))
}

/// The witnesses read a text that the crate refuses, and the law of boundaries knows why.
#[track_caller]
fn excused(text: &str, why: &str) {
    let said = Input::read("in", text.to_owned()).unwrap_err().to_string();
    assert!(said.contains(why), "{said}");
    assert!(laws::readers::parsed(text).is_some(), "{text}");
    assert!(laws::readers::heard(text).is_some(), "{text}");
    laws::boundaries::law(text);
}

#[test]
fn an_object_without_an_id_may_be_refused() {
    for (from, to, why) in [
        ("kind: A\n", "", "no `kind`"),
        ("kind: A", "kind: ''", "no `kind`"),
        ("apiVersion: v1\n", "", "no `apiVersion`"),
        ("  name: a", "  uid: a", "no `metadata.name`"),
        ("name: a", "name: ''", "no `metadata.name`"),
    ] {
        excused(&OBJECT.replace(from, to), why);
    }
    excused(&spaced("[]"), "`metadata.namespace`");
}

#[test]
fn twins_may_be_refused_where_no_namespace_is_an_empty_one() {
    for twin in [OBJECT.to_owned(), spaced("''"), spaced("null")] {
        excused(&format!("{OBJECT}---\n{twin}"), "a second time");
        excused(&format!("{twin}---\n{OBJECT}"), "a second time");
    }
    // One in a namespace is no twin.
    let text = format!("{OBJECT}---\n{}", spaced("b"));
    assert_eq!(Input::read("in", text).unwrap().len(), 2);
}

#[test]
fn a_lone_carriage_return_and_a_list_of_no_objects_may_be_refused() {
    excused(&format!("{OBJECT}x: y\r"), "carriage return");
    let list = "apiVersion: v1\nkind: List\nitems: [a]\n";
    excused(list, "item 0 is text");
    let envelope = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n";
    excused(&format!("{OBJECT}---\n{envelope}"), "no `items`");
}

/// Wherever a byte order mark or a directive stands, one of the witnesses refuses what the crate refuses: they need
/// no excuse.
#[test]
fn byte_order_marks_and_directives_are_read_where_the_witnesses_read_them() {
    let other = OBJECT.replace("name: a", "name: b");
    let mark = '\u{feff}';
    let refused = [
        format!("{OBJECT}{mark}x: y\n"),
        format!("{OBJECT}{mark}---\n{other}"),
        format!("{OBJECT}---\n{mark}{other}"),
        format!("{OBJECT}{mark}"),
        format!("%YAML 1.1\n{OBJECT}"),
        format!("%YAML 2.0\n---\n{OBJECT}"),
        format!("{OBJECT}---\n%YAML 1.1\n---\n{other}"),
        format!("{OBJECT}x: a\n%b: 1\n"),
    ];
    for text in refused {
        assert!(Input::read("in", text.clone()).is_err(), "{text}");
        laws::boundaries::law(&text);
    }
    let read = [
        format!("{mark}{OBJECT}"),
        format!("{OBJECT}x: a{mark}b\n"),
        format!("{OBJECT}# a{mark}b\n"),
        format!("%YAML 1.1\n---\n{OBJECT}"),
        format!("{OBJECT}...\n%YAML 1.1\n---\n{other}"),
        format!("%TAG !e! tag:e,2000:\n---\n{OBJECT}"),
    ];
    for text in read {
        assert!(laws::readers::parsed(&text).is_some(), "{text}");
        Input::read("in", text.clone()).unwrap();
        laws::boundaries::law(&text);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_500, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn boundaries_are_those_of_a_full_parse(text in mutated()) {
        laws::boundaries::law(&text);
    }

    #[test]
    fn what_is_skipped_is_what_no_policy_selects(text in mutated()) {
        laws::selection::law(&text);
    }

    #[test]
    fn a_patch_reads_back_and_leaves_every_other_byte(text in mutated(), choices in prop::collection::vec(any::<u8>(), 0..80)) {
        laws::splice::law(&text, &mut Dice::new(&choices));
    }

    #[test]
    fn nothing_panics(text in mutated(), byte in any::<u8>(), at in any::<Index>()) {
        let mut bytes = text.into_bytes();
        if !bytes.is_empty() {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        laws::reading::law(&bytes);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn time_is_in_proportion(unit in prop::collection::vec(select(PIECES), 1..6), head in select(&["", "a: ", "- ", "kind: A\nx: \"", "apiVersion: v1\nkind: List\nitems:\n"][..])) {
        laws::linear::law(head, &unit.concat(), "\n", Duration::from_secs(20));
    }
}
