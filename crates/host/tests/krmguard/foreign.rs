//! Foreign text in every format: no line of it is a command, no character of it acts or breaks a document.

use std::fs;

use crate::formats::FORMATS;
use crate::run::krmguard_in;
use crate::samples::edge;
use crate::standards;

/// A Prometheus whose names are attacks on whoever reads reports.
const NASTY: &str = r##"apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata:
  name: "x\n::error::pwned%0A,a:b\uFFFE\u0001\u001b[31m ]]> <b> {0} [c](d) ##[error]z\u202e"
  namespace: "n\r\n::set-output name=a::b"
spec:
  externalLabels: {"a\uFFFFb\n::error::k": "한글 👩 \uFFFF"}
  image: "quay.io/prometheus/prometheus:v3.0.0\n##vso[task.setvariable]x"
"##;

#[test]
fn names_are_neither_commands_nor_control_characters() {
    let folder = tempfile::tempdir().unwrap();
    let file = "a,b:c%0A\n::error::d.yaml";
    fs::write(folder.path().join(file), NASTY).unwrap();
    for format in FORMATS {
        let run = krmguard_in(
            folder.path(),
            &edge("check", &[file, "--format", format]),
            b"",
        );
        let said = &run.ends(1).stdout;
        assert!(said.contains("pwned"), "{format}: {said}");
        let acts = |c: char| {
            c.is_control() && c != '\n'
                || matches!(
                    c,
                    '\u{202e}' | '\u{2028}' | '\u{2029}' | '\u{fffe}' | '\u{ffff}'
                )
        };
        assert!(!said.contains(acts), "{format}: {said:?}");
        assert!(
            !said.contains("##[") && !said.contains("##vso["),
            "{format}: {said}"
        );
        let mut commands = (said.lines()).filter(|line| line.trim_start().starts_with("::"));
        match format {
            "github" => standards::github(said),
            _ => assert_eq!(commands.next(), None, "{format}"),
        }
        match format {
            "sarif" => standards::sarif(&serde_json::from_str(said).unwrap()),
            "junit" => standards::junit(said),
            _ => {}
        }
    }
}

#[test]
fn a_file_that_cannot_be_read_is_named_as_harmlessly() {
    let folder = tempfile::tempdir().unwrap();
    let file = "x\n::error::y.yaml";
    fs::write(folder.path().join(file), "a: [").unwrap();
    for format in FORMATS {
        let run = krmguard_in(
            folder.path(),
            &edge("check", &[file, "--format", format]),
            b"",
        );
        run.ends(2);
        for said in [&run.stdout, &run.stderr] {
            let forged = said
                .lines()
                .any(|line| line.trim_start().starts_with("::error::y"));
            assert!(!forged, "{format}: {said}");
        }
        if format == "junit" {
            standards::junit(&run.stdout);
        }
    }
}
