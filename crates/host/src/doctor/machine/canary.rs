//! A small build with the real kustomize: one that must pass and one that krmguard must stop.

use std::fs;
use std::io;
use std::path::Path;

use crate::doctor::program::{self, Ended};
use crate::doctor::{Diagnosis, Finding, Unknown};
use crate::policyset::{API_VERSION, KIND};
use crate::render::clean;
use crate::report::Severity;
use crate::temporary::Folder;

/// What the build delivers.
const OBJECT: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: krmguard-canary\n";

const KUSTOMIZATION: &str = "resources:\n- object.yaml\ntransformers:\n- policies.yaml\n";

const FLAGS: [&str; 4] = ["build", "--enable-alpha-plugins", "--enable-exec", "."];

/// How much of a program's words is told.
const WIDTH: usize = 300;

/// Builds with `function`, a bare name, as the tree's functions name it.
pub(super) fn fly(kustomize: &Path, function: &str, diagnosis: &mut Diagnosis) {
    let policy = krmguard_builtin::ALL
        .first()
        .map_or("", |policy| policy.name);
    let built = build(kustomize, function, policy);
    // No policy has this name: a krmguard that runs judges nothing and stops the build.
    let stopped = build(kustomize, function, "no-such-policy");
    let (built, stopped) = match (built, stopped) {
        (Ok(built), Ok(stopped)) => (built, stopped),
        (Err(error), _) | (_, Err(error)) => {
            diagnosis.unknown.push(Unknown {
                what: "whether a build really runs krmguard".to_owned(),
                lacking: format!("the canary build cannot be made: {error}"),
            });
            return;
        }
    };
    let finding = |code, message, why: String, remedy: &str| Finding {
        code,
        severity: Severity::Error,
        at: None,
        message,
        why,
        remedy: remedy.to_owned(),
    };
    if !built.passed || !built.printed().contains("krmguard-canary") {
        diagnosis.findings.push(finding(
            "canary-fails",
            format!("a build with nothing wrong in it does not pass through `{function}`"),
            format!("kustomize says: {}", short(&built)),
            "run `krmguard --version` and `kustomize version`; both must be the programs that you mean",
        ));
    } else if stopped.passed {
        diagnosis.findings.push(finding(
            "canary-not-stopped",
            format!("a build that `{function}` must stop succeeds"),
            "kustomize left the function out, or what it ran is not krmguard: no build of this machine is judged".to_owned(),
            "see which programs they are: `command -v kustomize krmguard`",
        ));
    }
}

fn build(kustomize: &Path, function: &str, policy: &str) -> io::Result<Ended> {
    let folder = Folder::new()?;
    let annotation = serde_json::json!({"exec": {"path": function}}).to_string();
    let policies = serde_json::json!({
        "apiVersion": API_VERSION,
        "kind": KIND,
        "metadata": {"name": "canary", "annotations": {"config.kubernetes.io/function": annotation}},
        "spec": {"cluster": {"name": "canary", "role": "edge"}, "policies": [{"plugin": policy}]},
    });
    for (name, text) in [
        ("object.yaml", OBJECT),
        ("kustomization.yaml", KUSTOMIZATION),
        ("policies.yaml", &policies.to_string()),
    ] {
        fs::write(folder.path().join(name), text)?;
    }
    program::ask(kustomize, &FLAGS, folder.path())
}

/// The first words of what was said on stderr, on one line.
fn short(answer: &Ended) -> String {
    let said = clean(answer.stderr.trim()).into_owned();
    match said.char_indices().nth(WIDTH) {
        Some((end, _)) => format!("{}…", &said[..end]),
        None if said.is_empty() => "nothing".to_owned(),
        None => said,
    }
}
