//! Go, this crate and `serde_yaml`'s maintained fork on the same texts: mutated scalars, and what the fork writes.
//! `BLESS=1` writes the texts of the tables and `docs/yaml.md` anew; the tables' heads say how to have Go answer.
#![allow(clippy::unwrap_used, missing_docs)]

mod nasty;

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use krmguard_yaml::{Error, ErrorKind, Limits, parse};
use nasty::NASTY;
use serde_json::{Map, Value, json};

const ANSWERS: &str = "\
# Columns: the text as a JSON string; sigs.k8s.io/yaml v1.6.0; the same, strict (= when equal);
# go.yaml.in/yaml/v3 (= when equal to the first). `!` and a reason is a refusal.
# Make the answers anew: cd tests/peers/yaml-go && go run . < TABLE > NEW
";

struct Row {
    text: String,
    /// What sigs.k8s.io/yaml reads; none when it refuses.
    go: Option<Value>,
}

fn folder(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn blessing() -> bool {
    std::env::var_os("BLESS").is_some()
}

/// The rows of a table, which must be of these texts; none where the texts were written just now.
fn rows(name: &str, head: &str, texts: &[String]) -> Option<Vec<Row>> {
    let path = folder("tests/tables").join(name);
    let table = std::fs::read_to_string(&path).unwrap_or_default();
    let rows: Vec<Row> = table.lines().filter_map(row).collect();
    if rows.iter().map(|row| &row.text).eq(texts) {
        return Some(rows);
    }
    assert!(
        blessing(),
        "{name} is out of date: run with BLESS=1, and then have Go answer"
    );
    let mut table = format!("# {head}\n{ANSWERS}");
    for text in texts {
        writeln!(table, "{}", serde_json::to_string(text).unwrap()).unwrap();
    }
    std::fs::write(path, table).unwrap();
    None
}

fn row(line: &str) -> Option<Row> {
    let (text, answers) = line.split_once('\t')?;
    let go = answers.split('\t').next()?;
    Some(Row {
        text: serde_json::from_str(text).ok()?,
        go: (!go.starts_with('!')).then(|| serde_json::from_str(go).unwrap()),
    })
}

fn read(text: &str) -> Result<Value, Error> {
    let limits = Limits::default();
    let documents = parse(text, &limits)?;
    documents
        .first()
        .map_or(Ok(Value::Null), |document| document.to_json(&limits))
}

fn fork(text: &str) -> Option<Value> {
    let document = serde_yaml::Deserializer::from_str(text).next()?;
    serde::Deserialize::deserialize(document).ok()
}

/// The scalars of `read.tsv`, as they stand there behind `a: `.
fn scalars() -> Vec<Row> {
    let table = include_str!("tables/read.tsv");
    let section = table.split("# Keys, collections, layout").next().unwrap();
    let rows = section.lines().filter_map(row);
    rows.filter(|row| row.text.starts_with("a: ") && !row.text.contains('\n'))
        .collect()
}

/// The next number of a fixed sequence (xorshift): the same texts on every machine.
fn roll(state: &mut u64, end: usize) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    usize::try_from(*state % end as u64).unwrap()
}

/// Scalars with one to three characters put in, taken out, changed or doubled.
fn mutated() -> Vec<String> {
    const PIECES: &[char] = &[
        '0', '1', '2', '7', '8', '9', '.', '.', 'e', 'E', 'x', 'X', 'o', 'b', 'B', 'F', '_', '_',
        '+', '-', '-', ':', 'T', 'Z', '~', 'y', 'n', 'N', 'f', 'a', ' ', '#', '\'', '"', '!', '|',
        '>', '<', '=', '&', '*', '%', '@', '?', ',', '[', ']', '{', '}', '\\', '/', 'é',
    ];
    let seeds: Vec<String> = scalars()
        .into_iter()
        .map(|row| row.text["a: ".len()..].to_owned())
        .collect();
    let mut state = 0x5EED_u64;
    let mut texts = BTreeSet::new();
    while texts.len() < 1_200 {
        let mut scalar: Vec<char> = seeds[roll(&mut state, seeds.len())].chars().collect();
        for _ in 0..=roll(&mut state, 3) {
            let at = roll(&mut state, scalar.len() + 1);
            let piece = PIECES[roll(&mut state, PIECES.len())];
            match roll(&mut state, 4) {
                0 | 1 => scalar.insert(at, piece),
                2 if at < scalar.len() => scalar[at] = piece,
                3 if at < scalar.len() => drop(scalar.remove(at)),
                _ => {}
            }
        }
        texts.insert(format!("a: {}", scalar.into_iter().collect::<String>()));
    }
    texts.into_iter().collect()
}

#[test]
fn mutated_scalars_are_read_as_go_reads_them() {
    let head = "Scalars of read.tsv with one to three characters changed, from a fixed seed: tests/voices.rs.";
    let Some(rows) = rows("mutated.tsv", head, &mutated()) else {
        return;
    };
    let (mut strict, mut tolerant) = (0, 0);
    for Row { text, go } in rows {
        match (read(&text), go) {
            (Ok(ours), Some(go)) => assert_eq!(ours, go, "{text:?}"),
            (Err(_), None) => {}
            // Whether a text is YAML at all is judged otherwise in the ways that refused.tsv and tolerated.tsv name.
            (Err(why), Some(_)) => {
                let named = matches!(why.kind, ErrorKind::Tag | ErrorKind::Character(_));
                assert!(named, "{text:?}: Go reads it: {why}");
                strict += 1;
            }
            (Ok(ours), None) => {
                // The characters of an anchor's and a tag's name, and a `?` in brackets.
                let named = ["a: &", "a: !", "a: {"]
                    .iter()
                    .any(|start| text.starts_with(start));
                assert!(named, "{text:?}: Go refuses it, and it is read as {ours}");
                tolerant += 1;
            }
        }
    }
    assert_eq!((strict, tolerant), (12, 10));
}

/// What the fork writes of each nasty string, as a key and its value.
fn forked() -> Vec<(String, Value)> {
    let pairs = NASTY.iter().map(|text| {
        let pair: Map<String, Value> = [
            ((*text).to_owned(), json!(text)),
            ("zz".to_owned(), json!(1)),
        ]
        .into_iter()
        .collect();
        Value::Object(pair)
    });
    pairs
        .map(|pair| (serde_yaml::to_string(&pair).unwrap(), pair))
        .collect()
}

#[test]
fn the_page_shows_what_the_fork_would_have_done() {
    let forked = forked();
    let texts: Vec<String> = forked.iter().map(|(text, _)| text.clone()).collect();
    let head =
        "What serde_yaml's fork writes of each string of tests/nasty, as a key and its value.";
    let Some(written) = rows("forked.tsv", head, &texts) else {
        return;
    };
    let mut page = PAGE.to_owned();
    let scalars = scalars();
    let readable: Vec<&Row> = scalars.iter().filter(|row| row.go.is_some()).collect();
    let mut differs = String::new();
    let mut count = 0;
    for row in &readable {
        let theirs = fork(&row.text);
        let number = |value: &Option<Value>| value.as_ref().and_then(|value| value["a"].as_f64());
        // One number, written `1` or `1.0`, is one value.
        if theirs == row.go || number(&theirs).is_some() && number(&theirs) == number(&row.go) {
            continue;
        }
        count += 1;
        let value = |value: Option<&Value>| {
            value.map_or("refused".to_owned(), |value| code(&value["a"].to_string()))
        };
        writeln!(
            differs,
            "| {} | {} | {} |",
            code(row.text["a: ".len()..].trim()),
            value(row.go.as_ref()),
            value(theirs.as_ref())
        )
        .unwrap();
    }
    page = page
        .replace("{scalars}", &readable.len().to_string())
        .replace("{differ}", &count.to_string())
        .replace("{reads}", &differs);
    let mut lost = String::new();
    let mut count = 0;
    for (Row { text, go }, (_, pair)) in written.iter().zip(&forked) {
        if go.as_ref() == Some(pair) {
            continue;
        }
        count += 1;
        let string = pair.as_object().unwrap().keys().next().unwrap();
        let line = text
            .lines()
            .find(|line| !line.starts_with("zz"))
            .unwrap_or_default();
        let heard = go
            .as_ref()
            .map_or("refuses it".to_owned(), |go| code(&go.to_string()));
        writeln!(
            lost,
            "| {} | {} | {heard} |",
            code(&json!(string).to_string()),
            code(line)
        )
        .unwrap();
    }
    page = page
        .replace("{strings}", &forked.len().to_string())
        .replace("{lost}", &count.to_string())
        .replace("{writes}", &lost);
    let path = folder("../../docs/yaml.md");
    if blessing() {
        std::fs::write(&path, &page).unwrap();
    }
    let there = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(there, page, "docs/yaml.md is out of date: run with BLESS=1");
}

/// Text in backquotes, fit for a table.
fn code(text: &str) -> String {
    if text.is_empty() {
        return "(nothing)".to_owned();
    }
    let safe: String = text
        .chars()
        .map(|c| match c {
            '|' => "\\|".to_owned(),
            c if c.is_control()
                || matches!(c, '\u{feff}' | '\u{2028}' | '\u{2029}' | '\u{200b}') =>
            {
                c.escape_default().to_string()
            }
            c => c.to_string(),
        })
        .collect();
    let cut: String = safe.chars().take(60).collect();
    let fence = if cut.contains('`') { "``" } else { "`" };
    let space = if cut.contains('`') || cut.starts_with(' ') || cut.ends_with(' ') {
        " "
    } else {
        ""
    };
    format!("{fence}{space}{cut}{space}{fence}")
}

const PAGE: &str = "\
# YAML, as Kubernetes reads it

Kubernetes reads manifests with Go's YAML packages: `sigs.k8s.io/yaml`, and in kustomize `go.yaml.in/yaml/v3`. They
resolve plain scalars as YAML 1.1 does. A tool that reads them otherwise judges another object than the one that is
applied, and a tool that writes them otherwise changes it. `crates/yaml` reads and writes as Go does; where Go's readers
disagree among themselves, it refuses and says why. Go's answers stand as tables in `crates/yaml/tests/tables`, so that
the tests need no Go; `tests/peers/yaml-go` makes them anew.

Beside Go stands a third voice in those tests: the maintained fork of `serde_yaml`, which reads YAML 1.2. This page is
what it would have done. It is written by `BLESS=1 cargo test -p krmguard-yaml --test voices`, and the same test
holds it to what the readers do.

## Read otherwise

Of {scalars} spellings of a scalar that Go reads, the fork reads {differ} otherwise or not at all. Each stands behind
`a: ` on a line of its own; values are JSON.

| written | Go, and krmguard | the fork |
| --- | --- | --- |
{reads}
## Written otherwise

Of {strings} strings that some reader gets wrong, each written by the fork as a key and as its value, Go reads {lost}
back as something else, or not at all. What `crates/yaml` writes of them Go reads back equal, every one
(`tests/tables/emitted.tsv`).

| string | the fork writes | Go reads |
| --- | --- | --- |
{writes}";
