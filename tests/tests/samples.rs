//! The hand-written sample: a wrong edge cluster, and its right twin. Holds without the fixtures.

use std::collections::BTreeSet;

use tests::krmguard::{Krmguard, Run};
use tests::report::{self, Finding};
use tests::{lines, objects, read, root};

const SEED: &str = "tests/samples/edge/seed.yaml";
const RIGHT: &str = "tests/samples/edge/right.yaml";
const EDGE: &str = "--cluster cluster-02-edge --role edge";

fn run(command: &str, file: &str) -> Run {
    Krmguard::words(&format!("{command} {EDGE} {file}")).run()
}

fn sample(file: &str) -> String {
    read(root().join(file))
}

#[test]
fn render_makes_the_right_twin_of_the_seed() {
    let rendered = run("render", SEED).ended(0).stdout;
    objects::assert_same(&objects::set(&rendered), &objects::set(&sample(RIGHT)));
}

#[test]
fn check_refuses_the_seed() {
    let run = run("check --diff", SEED).ended(1);
    for rule in ["AG01", "AG02", "AG03", "AG04", "CL01", "TV03"] {
        assert!(
            run.stdout.contains(rule),
            "{rule} is not in the report:\n{}",
            run.stdout
        );
    }
}

#[test]
fn check_passes_the_right_twin() {
    run("check", RIGHT).ended(0);
    let findings = report::findings(&run("check --format json", RIGHT).ended(0));
    let loud: Vec<_> = findings
        .iter()
        .filter(|finding| finding.severity != "info")
        .collect();
    assert!(loud.is_empty(), "{loud:#?}");
}

#[test]
fn the_seed_breaks_these_rules_and_no_others() {
    let found = report::findings(&run("check --format json", SEED).ended(1));
    let rules = |severity: &str| -> BTreeSet<&str> {
        let of_it = found.iter().filter(|finding| finding.severity == severity);
        of_it.map(|finding| finding.rule.as_str()).collect()
    };
    assert_eq!(rules("error"), BTreeSet::from(["AG01", "AG03", "CL01"]));
    assert_eq!(rules("warning"), BTreeSet::from(["TV03"]));
    assert_eq!(rules("info"), BTreeSet::from(["AG02", "AG04", "AG09"]));
    // A loose file: nothing applies the edits, so they are pending and count.
    for finding in &found {
        let expected = if finding.rule == "AG09" {
            "open"
        } else {
            "pending"
        };
        assert_eq!(finding.state, expected, "{finding:?}");
    }
}

#[test]
fn each_finding_stands_at_the_line_it_speaks_of() {
    let seed = sample(SEED);
    let found = report::findings(&run("check --format json", SEED).ended(1));
    let line = |finding: &Finding| {
        let index = usize::try_from(finding.line).unwrap_or_default();
        seed.lines()
            .nth(index.wrapping_sub(1))
            .unwrap_or_default()
            .to_owned()
    };
    for (rule, object, expected) in [
        (
            "AG02",
            "Prometheus monitoring/edge-prometheus",
            "retention: 6h",
        ),
        (
            "AG04",
            "Service monitoring/edge-prometheus",
            "app.kubernetes.io/name: prometheus ",
        ),
        (
            "AG04",
            "PodDisruptionBudget monitoring/edge-prometheus",
            "app.kubernetes.io/name\": \"prometheus\"",
        ),
        (
            "AG04",
            "NetworkPolicy monitoring/edge-prometheus",
            "'app.kubernetes.io/name': 'prometheus'",
        ),
        (
            "CL01",
            "Prometheus monitoring/edge-prometheus",
            "externalLabels",
        ),
        (
            "TV03",
            "Deployment monitoring/edge-operator",
            "--thanos-default-base-image=",
        ),
    ] {
        let of_it = found
            .iter()
            .filter(|finding| finding.rule == rule && finding.object == object);
        let lines: Vec<_> = of_it.map(&line).collect();
        assert!(
            lines.iter().any(|line| line.contains(expected)),
            "{rule} {object}: {lines:#?}"
        );
    }
}

#[test]
fn a_second_run_changes_nothing() {
    let once = run("render", SEED).ended(0).stdout;
    let again = Krmguard::words(&format!("render {EDGE} -"))
        .stdin(once.as_str())
        .run()
        .ended(0);
    assert_eq!(lines::diff(&once, &again.stdout), "");
    let right = sample(RIGHT);
    assert_eq!(
        lines::diff(&right, &run("render", RIGHT).ended(0).stdout),
        ""
    );
}

#[test]
fn what_no_edit_touches_keeps_its_bytes() {
    let seed = sample(SEED);
    let rendered = run("render", SEED).ended(0).stdout;
    let (before, after) = (documents(&seed), documents(&rendered));
    assert_eq!(before.len(), after.len(), "documents");
    let touched = [
        "Service/edge-prometheus",
        "PodDisruptionBudget",
        "NetworkPolicy",
        "Deployment/edge-operator",
        "Prometheus/",
    ];
    let mut changed = 0;
    for (before, after) in before.iter().zip(&after) {
        let object = serde_json_of(before);
        let id = format!(
            "{}/{}",
            word(&object, "/kind"),
            word(&object, "/metadata/name")
        );
        if touched.iter().any(|prefix| id.starts_with(prefix)) {
            assert_ne!(before, after, "{id} was to be edited");
            changed += 1;
        } else {
            assert_eq!(before, after, "{id} was not to be touched");
        }
    }
    assert_eq!(changed, touched.len());
}

#[test]
fn an_edit_keeps_the_comments_and_the_style_around_it() {
    let seed = sample(SEED);
    let rendered = run("render", SEED).ended(0).stdout;
    for kept in [
        "    app.kubernetes.io/name: prometheus-agent    # the operator's label for the pods of a server",
        r#"    matchLabels: {"app.kubernetes.io/name": "prometheus-agent", "operator.prometheus.io/name": "edge-prometheus"}"#,
        "      'app.kubernetes.io/name': 'prometheus-agent'",
        r#"        - "--thanos-default-base-image=quay.io/thanos/thanos:v0.38.0""#,
        "    environment: edge           # and which of the three edges is it?",
        "                - {key: app.kubernetes.io/name, operator: In, values: [prometheus-agent]}",
    ] {
        assert!(
            rendered.lines().any(|line| line == kept),
            "{kept}\nis not in\n{}",
            lines::diff(&seed, &rendered)
        );
    }
}

#[test]
fn the_verdict_does_not_depend_on_the_format() {
    for (file, code) in [(SEED, 1), (RIGHT, 0)] {
        for format in ["text", "json", "sarif", "junit", "github"] {
            run(&format!("check --format {format}"), file).ended(code);
        }
    }
}

#[test]
fn any_edit_fails_where_that_was_asked_for() {
    run("check --fail-on change", SEED).ended(1);
    let refused = run("render --fail-on change", SEED).ended(1);
    assert_eq!(refused.stdout, "");
    run("render --fail-on change", RIGHT).ended(0);
}

#[test]
fn the_readmes_show_what_is_printed() {
    let printed = run("check --diff", SEED).ended(1).stdout;
    for readme in ["README.md", "README.ko.md"] {
        let text = sample(readme);
        let shown = text
            .split("```")
            .find(|block| block.trim_start().starts_with("error["));
        let Some(shown) = shown else {
            panic!("{readme} shows no finding")
        };
        for line in shown
            .lines()
            .filter(|line| !line.is_empty() && *line != "…")
        {
            // The time differs from run to run.
            let line = line
                .split_once(" ms)")
                .and_then(|(line, _)| line.rsplit_once(" ("))
                .map_or(line, |(line, _)| line);
            assert!(
                printed.lines().any(|real| real.starts_with(line)),
                "{readme}: {line:?} is not in\n{printed}"
            );
        }
    }
}

/// The texts between the `---` lines.
fn documents(stream: &str) -> Vec<String> {
    stream.split("\n---\n").map(str::to_owned).collect()
}

fn serde_json_of(document: &str) -> serde_json::Value {
    objects::documents(document).remove(0)
}

fn word<'a>(object: &'a serde_json::Value, pointer: &str) -> &'a str {
    object
        .pointer(pointer)
        .and_then(serde_json::Value::as_str)
        .unwrap_or_default()
}
