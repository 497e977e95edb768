//! Random texts that look like YAML often enough, for property tests.

use proptest::prelude::*;
use proptest::sample::select;

const TOKENS: &[&str] = &[
    "a",
    "b",
    "x y",
    "1",
    "012",
    "on",
    "~",
    "null",
    ":",
    ": ",
    "- ",
    "-",
    "\n",
    "\n",
    "\n  ",
    "\n    ",
    "\n ",
    "\n- ",
    "\n  - ",
    " ",
    "  ",
    "# c",
    "#",
    "'q'",
    "\"q\"",
    "'",
    "\"",
    "[",
    "]",
    "{",
    "}",
    ",",
    ", ",
    "? ",
    "?",
    "|",
    "|-",
    "|+",
    ">",
    "|\n  ",
    ">\n  ",
    "&x ",
    "*x",
    "!!str ",
    "!t ",
    "<<: ",
    "\t",
    "\r\n",
    "\r",
    "\n---\n",
    "\n...\n",
    "한",
    "a: ",
    "b: ",
    "k: v\n",
    "- a\n",
    "\\",
    "%",
    "@",
    "|2\n   ",
    "\u{feff}",
    "\u{2028}",
    "\u{85}",
    "\0",
    "!!binary ",
];

const SEEDS: &[&str] = &[
    "a: 1\nb:\n  c: x\n  d:\n  - e\n  - f: g\n    h: 'i'\n",
    "kind: X\nmetadata:\n  name: n\n  labels: {a: b, c: \"d\"}\nspec:\n- |\n  line\n  two\n- [1, 2, {x: y}]\n# c\nend: >-\n  fold\n  ed\n",
    "a: &x\n  b: 1\nc:\n  <<: *x\n  d: 2\ne: [*x, \"q\"]\n",
    "- - a\n  - b\n-\n  - c\n- k:\n  - v\n",
    "a: |+\n  x\n\n\nb: |-\n    y\n   \nc: d # e\n\n",
    "---\na: b\n...\n---\nc: 'd\n  e'\n",
    "? - a\n: &k !!map\n  한: 값 # 주석\r\n  b:\r\n  - é\r\n",
];

fn token() -> impl Strategy<Value = &'static str> {
    select(TOKENS)
}

/// Tokens one after the other, or a sound text with up to three wounds.
pub(crate) fn text() -> impl Strategy<Value = String> {
    let tokens = prop::collection::vec(token(), 0..16).prop_map(|tokens| tokens.concat());
    let wound = (
        any::<prop::sample::Index>(),
        0_usize..5,
        token(),
        any::<bool>(),
    );
    let wounded = (select(SEEDS), prop::collection::vec(wound, 0..4)).prop_map(|(seed, wounds)| {
        let mut chars: Vec<char> = seed.chars().collect();
        for (at, length, token, insert) in wounds {
            let at = at.index(chars.len() + 1);
            let end = (at + length).min(chars.len());
            let new: Vec<char> = if insert {
                token.chars().collect()
            } else {
                Vec::new()
            };
            chars.splice(at..end, new);
        }
        chars.into_iter().collect()
    });
    prop_oneof![2 => tokens, 3 => wounded]
}
