//! Input made to mislead or to exhaust, through the program: the right verdict or one clear message, in time and memory
//! that grow with the input and no faster.

use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use tests::krmguard::{Krmguard, Run, program};
use wait4::Wait4;

const EDGE: [&str; 6] = [
    "check",
    "--cluster",
    "cluster-02-edge",
    "--role",
    "edge",
    "-",
];
/// The comment holds a word that a policy looks for: without one the object would concern none, and be read by none.
const HEAD: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a # remote_write\n";

fn check(text: impl AsRef<[u8]>) -> Run {
    Krmguard::new(EDGE).stdin(text.as_ref()).run()
}

/// Judged, as so many objects, and well.
#[track_caller]
fn passes(text: impl AsRef<[u8]>, objects: usize) {
    let run = check(text).ended(0);
    let read = format!(
        "{objects} object{} read",
        if objects == 1 { "" } else { "s" }
    );
    assert!(run.stdout.contains(&read), "{}", run.stdout);
}

/// Not judged, exit code 2, and it is said once, in so many words.
#[track_caller]
fn refused(text: impl AsRef<[u8]>, words: &str) {
    let run = check(&text).ended(2);
    let said = format!("{}{}", run.stdout, run.stderr);
    assert_eq!(
        said.matches(words).count(),
        1,
        "{words:?} is not said once:\n{said}"
    );
    assert!(!said.contains("panicked"), "{said}");
    // What is not judged is not delivered either.
    let render = Krmguard::new(["render", "--cluster", "c", "--role", "edge", "-"]);
    let render = render.stdin(text.as_ref()).run().ended(2);
    assert_eq!(render.stdout, "");
}

#[test]
fn bombs_and_nesting() {
    let mut bomb = format!("{HEAD}data:\n  a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    for level in 1..20 {
        let aliases = vec![format!("*a{}", level - 1); 9].join(", ");
        bomb += &format!("  a{level}: &a{level} [{aliases}]\n");
    }
    refused(
        bomb,
        "the aliases of this document multiply into too many values",
    );
    let deep =
        |open: &str, close: &str| format!("{}x{}", open.repeat(100_000), close.repeat(100_000));
    refused(
        format!("{HEAD}data: {}\n", deep("[", "]")),
        "nested too deep",
    );
    refused(
        format!("{HEAD}data: {}\n", deep("{a: ", "}")),
        "nested deeper than 1000 levels",
    );
    refused(
        format!("{HEAD}data:\n{}\n", deep("- ", "")),
        "nested deeper than 1000 levels",
    );
    let json = "{\"apiVersion\": \"v1\", \"kind\": \"ConfigMap\", \"metadata\": {\"name\": \"a\"}, \"data\": ";
    refused(
        format!("{json}{}}}", "[".repeat(100_000)),
        "nested deeper than 500 levels",
    );
}

#[test]
fn twins() {
    let twins = "  k: v\n".repeat(100_000);
    refused(
        format!("{HEAD}data:\n{twins}"),
        "the key `k` stands twice in one mapping",
    );
    let nobody_looks = HEAD.replace(" # remote_write", "");
    passes(format!("{nobody_looks}data:\n{twins}"), 1);
    refused(
        format!("{HEAD}kind: Secret\n"),
        "the key `kind` stands twice in one mapping",
    );
    refused(
        format!("{HEAD}---\n{HEAD}"),
        "ConfigMap a stands here a second time",
    );
}

#[test]
fn bytes_lines_and_directives() {
    refused(format!("{HEAD}data: \0\n"), "control character U+0000");
    refused(
        [HEAD.as_bytes(), b"data: \xFF\n"].concat(),
        "the byte is not UTF-8",
    );
    refused(
        HEAD.replace('\n', "\r"),
        "a carriage return without a line feed",
    );
    refused(
        format!("{HEAD}data:\n\tx: y\n"),
        "a tab stands where YAML takes spaces only",
    );
    refused(
        format!("{HEAD}data: \"x\n---\ny\"\n"),
        "a quote is opened here and never closed",
    );
    refused(
        format!("{HEAD}---x: y\n"),
        "kubectl and kustomize split the file here",
    );
    refused(format!("%YAML 1.1\n{HEAD}"), "<stdin>:");
    passes(HEAD.replacen('\n', "\r\n", 2), 1);
    passes(format!("%YAML 1.1\n---\n{HEAD}"), 1);
    passes(format!("\u{feff}{HEAD}"), 1);
    passes(HEAD.replace("kind: ", "kind:\t"), 1);
    // The escape would colour the terminal, the line break would start a message of its own.
    let run = check(
        "{\"apiVersion\": \"v1\", \"kind\": \"x\\u001b[31m\\nnot judged: all\", \"metadata\": {}}",
    )
    .ended(2);
    let said = format!("{}{}", run.stdout, run.stderr);
    assert!(
        !said.contains('\u{1b}') && !said.contains("\nnot judged: all"),
        "{said:?}"
    );
}

/// A Prometheus on an edge is found wherever its kind truly stands, and nowhere else.
#[test]
fn a_kind_is_what_the_object_says_and_nothing_else_does() {
    let body = "metadata:\n  name: p\nspec:\n  version: v3.7.2\n";
    let prometheus = format!("apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\n{body}");
    for text in [
        prometheus.clone(),
        prometheus.replace("kind: ", "'kind': "),
        prometheus.replace("kind: ", "? kind\n: "),
        prometheus.replace("kind: Prometheus", "\"\\x6bind\": Prometheus"),
        prometheus.replace("kind: Prometheus", "kind: |-\n  Prometheus"),
        prometheus.replace("kind: Prometheus", "kind: &k Prometheus"),
        prometheus.replace("kind: Prometheus", "<<: {kind: Prometheus}"),
        format!("# kind: ConfigMap\n{prometheus}"),
        format!("{HEAD}data: |\n  ---\n  x\n---\n{prometheus}"),
        "--- {apiVersion: monitoring.coreos.com/v1, kind: Prometheus, metadata: {name: p}, spec: {version: v3.7.2}}\n".to_owned(),
        format!(
            "apiVersion: v1\nkind: List\nitems:\n- {}\n",
            prometheus.trim_end().replace('\n', "\n  ")
        ),
        format!(
            "apiVersion: example.com/v1\nkind: Harmless\nitems:\n- {}\n",
            prometheus.trim_end().replace('\n', "\n  ")
        ),
    ] {
        for text in [text.clone(), text.replace('\n', "\r\n")] {
            let run = check(&text);
            assert_eq!(run.code, 1, "{text}\n{}{}", run.stdout, run.stderr);
            assert!(
                run.stdout.contains("error[AG01] Prometheus p"),
                "{text}\n{}",
                run.stdout
            );
        }
    }
    let nested = prometheus.replace('\n', "\n  ");
    let nested = nested.trim_end();
    for field in [
        "# kind: Prometheus\n".to_owned(),
        format!("data: |\n  {nested}\n"),
        format!("data: |\n  x\n  ---\n  {nested}\n"),
        format!("data: \"\n  {nested}\"\n"),
        format!("data: '\n  ---\n  {nested}'\n"),
        format!("data:\n  {nested}\n"),
        format!("data:\n- {nested}\n"),
    ] {
        passes(format!("{HEAD}{field}"), 1);
        passes(format!("{HEAD}{field}").replace('\n', "\r\n"), 1);
    }
}

/// CPU time and peak memory of a check of what `write` writes, which must end with `code`.
fn cost(code: i32, write: &dyn Fn(&mut dyn Write)) -> (Duration, u64) {
    let mut file = tempfile::tempfile().unwrap_or_else(|why| panic!("{why}"));
    let mut out = std::io::BufWriter::new(&mut file);
    write(&mut out);
    out.flush().unwrap_or_else(|why| panic!("{why}"));
    drop(out);
    let once = |mut file: File| {
        drop(file.seek(SeekFrom::Start(0)));
        let child = Command::new(program())
            .args(EDGE)
            .stdin(file)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        let mut child = child.unwrap_or_else(|why| panic!("{why}"));
        let reader = child.stdout.take().map(|mut stdout| {
            thread::spawn(move || {
                let mut text = String::new();
                drop(stdout.read_to_string(&mut text));
                text
            })
        });
        let end = child.wait4().unwrap_or_else(|why| panic!("{why}"));
        let text = reader
            .and_then(|reader| reader.join().ok())
            .unwrap_or_default();
        assert_eq!(end.status.code(), Some(code), "{text}");
        (end.rusage.utime + end.rusage.stime, end.rusage.maxrss)
    };
    let runs = (0..2).map(|_| once(file.try_clone().unwrap_or_else(|why| panic!("{why}"))));
    runs.min().unwrap_or_default()
}

/// Twice the input takes at most three times the CPU time (the square would take four times) and memory to match.
#[track_caller]
fn grows_with_its_input(code: i32, n: usize, write: impl Fn(&mut dyn Write, usize)) {
    let (time, memory) = cost(code, &|out| write(out, n));
    let (twice_time, twice_memory) = cost(code, &|out| write(out, 2 * n));
    assert!(
        twice_time < time * 3 + Duration::from_millis(200),
        "{time:?}, and {twice_time:?} for twice the input"
    );
    assert!(
        twice_memory < memory * 5 / 2 + (32 << 20),
        "{memory} bytes, and {twice_memory} for twice the input"
    );
}

fn put(out: &mut dyn Write, text: impl AsRef<[u8]>) {
    out.write_all(text.as_ref())
        .unwrap_or_else(|why| panic!("{why}"));
}

#[test]
fn one_scalar_of_100_megabytes() {
    let line = "x".repeat(1 << 20);
    for (open, close) in [
        ("data: ", "\n"),
        ("data: \"", "\"\n"),
        ("data: |\n  ", "\n"),
    ] {
        grows_with_its_input(0, 50, |out, n| {
            put(out, HEAD);
            put(out, open);
            (0..n).for_each(|_| put(out, &line));
            put(out, close);
        });
    }
}

#[test]
fn a_million_documents() {
    grows_with_its_input(0, 500_000, |out, n| {
        for at in 0..n {
            put(
                out,
                format!("---\napiVersion: v1\nkind: Endpoints\nmetadata:\n  name: e{at}\n"),
            );
        }
    });
    // Each of them unclosed: the first is refused, the rest are not looked through once per document.
    grows_with_its_input(2, 500_000, |out, n| {
        (0..n).for_each(|_| put(out, "a: [\n---\n"));
    });
}

#[test]
fn a_hundred_thousand_keys_and_edits() {
    grows_with_its_input(2, 100_000, |out, n| {
        put(out, format!("{HEAD}data:\n"));
        (0..n).for_each(|_| put(out, "  k: v\n"));
    });
    grows_with_its_input(1, 50_000, |out, n| {
        put(
            out,
            "apiVersion: monitoring.coreos.com/v1\nkind: Prometheus\nmetadata:\n  name: p\nspec:\n  externalLabels:\n",
        );
        (0..n).for_each(|at| put(out, format!("    k{at}: v\n")));
    });
    // Objects on one line of JSON: each finding has a column in it.
    grows_with_its_input(1, 70, |out, n| {
        put(out, "{\"apiVersion\":\"v1\",\"kind\":\"List\",\"items\":[");
        for at in 0..n {
            let comma = if at > 0 { "," } else { "" };
            put(
                out,
                format!(
                    "{comma}{{\"apiVersion\":\"monitoring.coreos.com/v1\",\"kind\":\"Prometheus\",\"metadata\":{{\"name\":\"p{at}\"}},\"spec\":{{\"version\":\"v3.7.2\"}}}}"
                ),
            );
        }
        put(out, "]}\n");
    });
}
