//! Manifests as different people write them: nothing is said against the right ones, and of each wrong twin just
//! the one rule that it breaks. `tests/corpus/<case>/case.yaml` says how it is judged, and why the twin is wrong.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use serde::Deserialize;
use tests::krmguard::{Krmguard, Run};
use tests::report::{self, Finding};
use tests::{lines, read, root};

const FOLDER: &str = "tests/corpus";

/// What people differ in: each has a case, whatever else comes and goes.
const TOPICS: [&str; 27] = [
    "agent-daemonset",
    "agent-stateful",
    "azure-document",
    "base64-data",
    "bitnami-receive",
    "cluster-external-secret",
    "crlf-compactor",
    "cronjob-bucket-tools",
    "env-from",
    "envsubst-init-container",
    "external-secret",
    "file-mount-items-subpath",
    "flux-substitution",
    "gcs-document",
    "kube-thanos-store",
    "kubectl-json",
    "minio-tls-9000",
    "mirror-by-digest",
    "monitor-relabelings",
    "projected-volume",
    "prometheus-ha-central",
    "raw-agent-deployment",
    "router-only-receive",
    "sealed-secret",
    "secret-generator-hash",
    "sops-secret",
    "stateless-ruler",
];

/// An edit that a person makes by mistake is small.
const LARGEST_EDIT: usize = 12;

/// `case.yaml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct About {
    /// One sentence: what the person thought, or what becomes of it.
    why: String,
    /// The rule that the wrong twin breaks.
    rule: String,
    /// A part of the line at which each of its findings stands.
    line: String,
    /// Rules at info that the wrong twin breaks as well.
    #[serde(default)]
    also: BTreeSet<String>,
    /// The cluster and its role, where no PolicySet beside it says them.
    cluster: Option<String>,
    role: Option<String>,
    policies: Option<String>,
    /// Whether nothing exists beside what is read; unset: as the program takes it.
    complete: Option<bool>,
    /// Read from a pipe, as the output of a build; otherwise as a file of the tree.
    #[serde(default)]
    built: bool,
}

struct Case {
    name: String,
    folder: PathBuf,
    /// `yaml` or `json`.
    format: &'static str,
    about: About,
}

impl Case {
    fn of(folder: PathBuf) -> Case {
        let about = folder.join("case.yaml");
        let about = match serde_yaml::from_str(&read(&about)) {
            Ok(about) => about,
            Err(error) => panic!("{}: {error}", about.display()),
        };
        let name = folder.file_name().unwrap_or_default().to_string_lossy();
        let json = folder.join("right.json").is_file();
        Case {
            name: name.into_owned(),
            format: if json { "json" } else { "yaml" },
            about,
            folder,
        }
    }

    /// Its manifests: `right` or `wrong`.
    fn text(&self, twin: &str) -> String {
        read(self.folder.join(format!("{twin}.{}", self.format)))
    }

    fn run(&self, words: &str, twin: &str) -> Run {
        let folder = format!("{FOLDER}/{}", self.name);
        let mut arguments: Vec<String> = words.split(' ').map(str::to_owned).collect();
        for (flag, value) in [
            ("--cluster", self.about.cluster.clone()),
            ("--role", self.about.role.clone()),
            (
                "--policies",
                self.about
                    .policies
                    .as_ref()
                    .map(|file| format!("{folder}/{file}")),
            ),
        ] {
            if let Some(value) = value {
                arguments.extend([flag.to_owned(), value]);
            }
        }
        match self.about.complete {
            Some(true) => arguments.push("--complete".to_owned()),
            Some(false) => arguments.push("--incomplete".to_owned()),
            None => {}
        }
        if self.about.built {
            Krmguard::new(arguments)
                .file("-")
                .stdin(self.text(twin))
                .run()
        } else {
            let file = format!("{folder}/{twin}.{}", self.format);
            Krmguard::new(arguments).file(file).run()
        }
    }
}

fn cases() -> Vec<Case> {
    let folder = root().join(FOLDER);
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) => panic!("{}: {error}", folder.display()),
    };
    let mut folders: Vec<PathBuf> = entries
        .filter_map(|entry| entry.ok().map(|entry| entry.path()))
        .collect();
    folders.sort();
    folders.into_iter().map(Case::of).collect()
}

/// Asks the same of every case, and fails with all that do not hold.
fn each(what: impl Fn(&Case) -> Result<(), String>) {
    let failures: Vec<String> = cases()
        .iter()
        .filter_map(|case| {
            let why = what(case).err()?;
            Some(format!("{}: {why}", case.name))
        })
        .collect();
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn ended(run: Run, code: i32) -> Result<Run, String> {
    if run.code == code {
        return Ok(run);
    }
    Err(format!(
        "exit code {} instead of {code}\n{}\n{}",
        run.code, run.stderr, run.stdout
    ))
}

fn rules(found: &[Finding], info: bool) -> BTreeSet<&str> {
    let of_it = found
        .iter()
        .filter(|finding| (finding.severity == "info") == info);
    of_it.map(|finding| finding.rule.as_str()).collect()
}

#[test]
fn every_case_is_whole() {
    let cases = cases();
    assert!(cases.len() >= 30, "{} cases", cases.len());
    let names: BTreeSet<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    let absent: Vec<_> = TOPICS
        .iter()
        .filter(|topic| !names.contains(*topic))
        .collect();
    assert!(absent.is_empty(), "{absent:?}");

    let rules: BTreeSet<&str> = cases.iter().map(|case| case.about.rule.as_str()).collect();
    assert!(rules.len() >= 20, "{rules:?}");
    for policy in ["AG", "CL", "S3", "TV"] {
        assert!(
            rules.iter().any(|rule| rule.starts_with(policy)),
            "{policy}"
        );
    }

    each(|case| {
        let mut expected = BTreeSet::from([
            "case.yaml".to_owned(),
            format!("right.{}", case.format),
            format!("wrong.{}", case.format),
        ]);
        expected.extend(case.about.policies.clone());
        let entries = fs::read_dir(&case.folder).map_err(|error| error.to_string())?;
        let files: BTreeSet<String> = entries
            .filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned()))
            .collect();
        if files != expected {
            return Err(format!("has {files:?}, not {expected:?}"));
        }
        let about = &case.about;
        if !matches!(
            (&about.policies, &about.cluster, &about.role),
            (Some(_), None, None) | (None, Some(_), Some(_))
        ) {
            return Err("needs either policies, or cluster and role".to_owned());
        }
        if about.line.trim().is_empty() || !about.why.trim_end().ends_with('.') {
            return Err("needs a line, and a sentence that says why".to_owned());
        }
        Ok(())
    });
}

#[test]
fn one_case_has_the_line_ends_of_windows() {
    for twin in ["right", "wrong"] {
        let text = Case::of(root().join(FOLDER).join("crlf-compactor")).text(twin);
        let ends = text.matches('\n').count();
        assert!(
            ends > 0 && text.matches("\r\n").count() == ends,
            "{twin}: a checkout changed them"
        );
    }
}

#[test]
fn each_twin_is_one_small_edit_away() {
    each(
        |case| match lines::changed(&case.text("right"), &case.text("wrong")).len() {
            1..=LARGEST_EDIT => Ok(()),
            many => Err(format!("{many} lines differ")),
        },
    );
}

#[test]
fn nothing_is_said_against_what_is_right() {
    each(|case| {
        let run = ended(
            case.run("check --format json --fail-on warning", "right"),
            0,
        )?;
        let found = report::findings(&run);
        let loud: Vec<_> = found
            .iter()
            .filter(|finding| finding.severity != "info")
            .collect();
        if !loud.is_empty() {
            return Err(format!("{loud:#?}"));
        }
        let rendered = ended(case.run("render", "right"), 0)?.stdout;
        let right = case.text("right");
        if rendered != right {
            return Err(format!(
                "rendered otherwise:\n{}",
                lines::diff(&right, &rendered)
            ));
        }
        Ok(())
    });
}

#[test]
fn what_is_wrong_breaks_one_rule() {
    each(|case| {
        let run = ended(
            case.run("check --format json --fail-on warning", "wrong"),
            1,
        )?;
        let found = report::findings(&run);
        if rules(&found, false) != BTreeSet::from([case.about.rule.as_str()]) {
            return Err(format!("not {} alone: {found:#?}", case.about.rule));
        }
        let also: BTreeSet<&str> = case.about.also.iter().map(String::as_str).collect();
        if rules(&found, true) != also {
            return Err(format!("at info not {also:?}: {found:#?}"));
        }
        let wrong = case.text("wrong");
        for finding in found
            .iter()
            .filter(|finding| finding.rule == case.about.rule)
        {
            let index = usize::try_from(finding.line)
                .unwrap_or_default()
                .wrapping_sub(1);
            let line = wrong.lines().nth(index).unwrap_or_default();
            if !line.contains(&case.about.line) {
                return Err(format!(
                    "{} stands at line {} ({line:?}), not at {:?}",
                    finding.rule, finding.line, case.about.line
                ));
            }
        }
        Ok(())
    });
}
