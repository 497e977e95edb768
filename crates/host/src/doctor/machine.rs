//! Whether this machine runs what the tree lists: the programs, kustomize's age, and a canary build.

mod canary;

use std::path::{Path, PathBuf};

use camino::Utf8Path;
use serde_json::Value;

use super::config::Runs;
use super::functions::{Function, Functions};
use super::program::{self, Found};
use super::{Diagnosis, Finding, Unknown};
use crate::report::Severity;
use crate::trouble::Trouble;

/// The variable that names kustomize.
const VARIABLE: &str = "KRMGUARD_KUSTOMIZE";

/// The first version that knows `exec.args` and `exec.envs`.
const ARGUMENTS_SINCE: (u32, u32) = (5, 7);

/// The programs that build.
#[derive(Debug, Default)]
pub(crate) struct Machine {
    kustomize: Option<PathBuf>,
    kubectl: Option<PathBuf>,
}

impl Machine {
    /// By flag, by environment, on PATH. What is named must be there.
    pub(crate) fn find(kustomize: Option<&Utf8Path>) -> Result<Machine, Trouble> {
        let variable = std::env::var_os(VARIABLE).filter(|value| !value.is_empty());
        let said = match (kustomize, variable) {
            (Some(path), _) => Some((PathBuf::from(path), "--kustomize")),
            (None, Some(path)) => Some((PathBuf::from(path), VARIABLE)),
            (None, None) => None,
        };
        let on_path = |name: &str| match program::on_path(name) {
            Found::Program(program) => Some(program),
            Found::NoProgram(_) | Found::Nothing => None,
        };
        let kustomize = match said {
            Some((path, by)) => {
                let path = std::path::absolute(&path).unwrap_or(path);
                if !program::is_program(&path) {
                    let what = format!("{by} names {}, which is no program", path.display());
                    return Err(
                        Trouble::new(what).fix("name the kustomize program, or leave it out")
                    );
                }
                Some(path)
            }
            None => on_path("kustomize"),
        };
        Ok(Machine {
            kustomize,
            kubectl: on_path("kubectl"),
        })
    }
}

pub(super) fn look(machine: &Machine, functions: &Functions, diagnosis: &mut Diagnosis) {
    let execs: Vec<&Function> = functions.all.iter().filter(|it| it.is_exec()).collect();
    if execs.is_empty() {
        return;
    }
    let own = programs(&execs, &mut diagnosis.findings);
    let Some(kustomize) = &machine.kustomize else {
        diagnosis.unknown.push(Unknown {
            what: "whether a build really runs the functions".to_owned(),
            lacking: "there is no kustomize on PATH; name it with --kustomize FILE".to_owned(),
        });
        kubectl(machine, &execs, diagnosis);
        return;
    };
    age(kustomize, &execs, diagnosis);
    match own {
        Some(program) => canary::fly(kustomize, &program, diagnosis),
        None => diagnosis.unknown.push(Unknown {
            what: "whether a build really runs krmguard".to_owned(),
            lacking: "no function names a krmguard that is on PATH".to_owned(),
        }),
    }
    kubectl(machine, &execs, diagnosis);
}

/// Looks at every program that the functions name. Returns the krmguard of PATH, where one of them is that: nothing
/// that lies in a tree is run.
fn programs(execs: &[&Function], out: &mut Vec<Finding>) -> Option<String> {
    let mut own = None;
    let mut seen: Vec<(bool, PathBuf)> = Vec::new();
    for function in execs {
        let Runs::Exec { path, .. } = &function.runs else {
            continue;
        };
        let bare = !path.contains('/');
        let place = match bare {
            true => PathBuf::from(path),
            false => function.kustomization.canonical.join(path).into(),
        };
        let found = match bare {
            true => program::on_path(path),
            false if program::is_program(&place) => Found::Program(place.clone()),
            false if place.is_file() => Found::NoProgram(place.clone()),
            false => Found::Nothing,
        };
        if let (true, true, Found::Program(_)) = (bare, function.is_own(), &found) {
            own.get_or_insert_with(|| path.clone());
        }
        if seen.contains(&(bare, place.clone())) {
            continue;
        }
        seen.push((bare, place));
        let (code, message, remedy) = match (found, bare) {
            (Found::Program(_), _) => continue,
            (Found::NoProgram(file), true) => (
                "function-not-executable",
                format!("{} is not executable", file.display()),
                format!("chmod +x {}", file.display()),
            ),
            (Found::NoProgram(_), false) => (
                "function-not-executable",
                format!("`{path}` is not executable"),
                format!("chmod +x {path}, and commit it so: git update-index --chmod=+x {path}"),
            ),
            (Found::Nothing, true) if path.is_empty() => (
                "function-not-found",
                "the function names no program".to_owned(),
                "write `exec: {path: krmguard}`".to_owned(),
            ),
            (Found::Nothing, true) => (
                "function-not-found",
                format!("`{path}` is not on PATH"),
                format!("install {path} into a folder of PATH, here and wherever the tree is built"),
            ),
            (Found::Nothing, false) => (
                "function-not-found",
                format!("`{path}` does not exist"),
                "a path is seen from the folder of the kustomization that lists the function; a bare name is looked up on PATH".to_owned(),
            ),
        };
        out.push(Finding {
            code,
            severity: Severity::Error,
            at: Some(function.spot()),
            message,
            why: "kustomize cannot run the function: with both flags every build fails, and without `--enable-exec` it goes on as if the function were not there".to_owned(),
            remedy,
        });
    }
    own
}

/// Whether kustomize knows every field that the functions use.
fn age(kustomize: &Path, execs: &[&Function], diagnosis: &mut Diagnosis) {
    let needing = execs.iter().find_map(|function| match &function.runs {
        Runs::Exec {
            since_5_7: Some(field),
            ..
        } => Some((function, field)),
        _ => None,
    });
    let Some((function, field)) = needing else {
        return;
    };
    let answer = program::ask(kustomize, &["version"], Path::new("/"));
    let text = answer.ok().filter(|answer| answer.passed);
    let Some(version) = text.and_then(|answer| version(&answer.printed())) else {
        diagnosis.unknown.push(Unknown {
            what: format!("whether kustomize knows `exec.{field}`"),
            lacking: format!("`{} version` says no version", kustomize.display()),
        });
        return;
    };
    let (major, minor, patch) = version;
    if (major, minor) >= ARGUMENTS_SINCE {
        return;
    }
    diagnosis.findings.push(Finding {
        code: "kustomize-too-old",
        severity: Severity::Error,
        at: Some(function.spot()),
        message: format!(
            "the function uses `exec.{field}`, and kustomize {major}.{minor}.{patch} is here"
        ),
        why: format!("before 5.7.0 kustomize refuses `exec.{field}` and builds nothing"),
        remedy: format!(
            "write what `exec.{field}` says into the function's own configuration, or build with kustomize 5.7.0 or later"
        ),
    });
}

/// The first version in a text, such as `v5.8.1` or `{kustomize/v5.8.1 …}`.
fn version(text: &str) -> Option<(u32, u32, u32)> {
    text.split(|c: char| !c.is_ascii_digit() && c != '.')
        .find_map(|word| {
            let mut numbers = word.split('.').map(str::parse::<u32>);
            let mut next = || numbers.next()?.ok();
            Some((next()?, next()?, next()?))
        })
}

/// `kubectl kustomize` has no `--enable-exec`.
fn kubectl(machine: &Machine, execs: &[&Function], diagnosis: &mut Diagnosis) {
    let (Some(kubectl), Some(function)) = (&machine.kubectl, execs.first()) else {
        return;
    };
    let asked = program::ask(
        kubectl,
        &["version", "--client", "-o", "json"],
        Path::new("/"),
    );
    let answer = asked.ok().filter(|answer| answer.passed);
    let answer: Option<Value> = answer.and_then(|it| serde_json::from_slice(&it.stdout).ok());
    let embedded = answer
        .as_ref()
        .and_then(|it| it.get("kustomizeVersion")?.as_str());
    let embedded = embedded.map_or_else(String::new, |version| format!(" {version}"));
    let alone = machine.kustomize.is_none();
    diagnosis.findings.push(Finding {
        code: "kubectl-leaves-functions-out",
        severity: match alone {
            true => Severity::Warning,
            false => Severity::Info,
        },
        at: Some(function.spot()),
        message: match alone {
            true => format!("there is no kustomize here but the one in kubectl{embedded}"),
            false => format!("kubectl has a kustomize{embedded} of its own"),
        },
        why: "`kubectl kustomize` and `kubectl apply -k` have no `--enable-exec`: with --enable-alpha-plugins they leave exec functions out without a word, and charts they do not inflate unless told".to_owned(),
        remedy: "build with kustomize; or pipe: kubectl kustomize . | krmguard fn --policies FILE; or drop the function annotation and run `krmguard kustomize install`".to_owned(),
    });
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn a_version_is_found_in_what_kustomize_prints() {
        assert_eq!(version("v5.8.1\n"), Some((5, 8, 1)));
        assert_eq!(
            version("{kustomize/v4.5.7  2022-08-02T16:35:54Z  }"),
            Some((4, 5, 7))
        );
        assert_eq!(version("(devel)"), None);
        assert_eq!(
            version("Version: {Version:kustomize/v3.8.1 GitCommit:0b359d0e}"),
            Some((3, 8, 1))
        );
    }
}
