//! Time that grows with the text and no faster, shown by doubling it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

#[expect(dead_code, reason = "the clock of one law")]
mod laws;

use std::time::Duration;

use krm::Input;
use laws::linear::clock;

const HEAD: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n";

fn cost(text: &str) -> Duration {
    let once = || {
        let bytes = text.as_bytes().to_vec();
        let start = clock();
        if let Ok(input) = Input::read("in", bytes) {
            for index in 0..input.len() {
                let _ = input.value(index);
                let _ = input.locate(index, "/metadata/name", None);
            }
        }
        clock() - start
    };
    (0..2).map(|_| once()).min().unwrap()
}

/// A text of `n` pieces.
type Make = fn(usize) -> String;

#[test]
fn twice_the_text_takes_twice_the_time() {
    let documents: Make = |n| {
        (0..n)
            .map(|at| format!("{}---\n", HEAD.replace(": a", &format!(": c{at}"))))
            .collect()
    };
    let texts: &[(&str, usize, Make)] = &[
        ("one plain scalar", 2_000_000, |n| {
            format!("{HEAD}data: {}\n", "x".repeat(n))
        }),
        ("one quoted scalar", 2_000_000, |n| {
            format!("{HEAD}data: \"{}\"\n", "x".repeat(n))
        }),
        ("one scalar of many lines", 15_000, |n| {
            format!("{HEAD}data: 'x\n{}  '\n", "  it''s\n".repeat(n))
        }),
        ("one literal block", 30_000, |n| {
            format!("{HEAD}data: |\n{}", "  some text\n".repeat(n))
        }),
        ("many documents", 3_000, documents),
        ("many empty documents", 40_000, |n| {
            format!("{}{HEAD}", "---\n".repeat(n))
        }),
        ("many unclosed brackets", 15_000, |n| {
            "a: [\n---\n".repeat(n)
        }),
        ("many unclosed quotes", 15_000, |n| {
            "a: \"\n---\nb: '\n---\n".repeat(n)
        }),
        ("many keys", 10_000, |n| {
            format!(
                "{HEAD}data:\n{}",
                (0..n).map(|at| format!("  k{at}: v\n")).collect::<String>()
            )
        }),
        ("many twins", 20_000, |n| {
            format!("{HEAD}data:\n{}", "  k: v\n".repeat(n))
        }),
        ("many brackets", 20_000, |n| {
            format!("{HEAD}data: [{}]\n", "[], {}, ".repeat(n))
        }),
        ("many aliases", 20_000, |n| {
            format!("{HEAD}data:\n- &a x\n{}", "- *a\n- y\n".repeat(n))
        }),
        ("many anchors", 10_000, |n| {
            format!(
                "{HEAD}data:\n{}",
                (0..n)
                    .map(|at| format!("- &a{at} x\n- *a{at}\n"))
                    .collect::<String>()
            )
        }),
        ("many comments", 60_000, |n| {
            format!("{HEAD}{}", "# it's \"so\" [\n".repeat(n))
        }),
        ("many tabs", 60_000, |n| {
            format!("{HEAD}data: x{}# c\n", "\t".repeat(n))
        }),
        ("many objects in brackets", 2_000, |n| {
            let items: Vec<String> = (0..n)
                .map(|at| format!("{{apiVersion: v1, kind: A, metadata: {{name: a{at}}}}}"))
                .collect();
            format!(
                "apiVersion: v1\nkind: List\nitems: [{}]\n",
                items.join(",\n ")
            )
        }),
        ("many objects in JSON", 3_000, |n| {
            let items: Vec<String> = (0..n).map(|at| format!("{{\"apiVersion\":\"v1\",\"kind\":\"A\",\"metadata\":{{\"name\":\"a{at}\"}}}}")).collect();
            format!(
                "{{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[{}]}}",
                items.join(",")
            )
        }),
    ];
    for (name, n, make) in texts {
        let (once, twice) = (cost(&make(*n)), cost(&make(2 * n)));
        // Four times is what the square would take.
        assert!(
            twice < once * 3 + Duration::from_millis(20),
            "{name}: {once:?}, and {twice:?} for twice the text"
        );
    }
}
