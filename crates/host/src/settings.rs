//! Arguments as meant: defaults filled in, contradictions refused.

use camino::Utf8PathBuf;

use crate::args::{BuildArgs, FailOnArg, InputArgs, OutputArgs, PolicyArgs, RenderArg, Role};
use crate::build::Wishes;
use crate::project::{Project, Rendering};
use crate::report::{FailOn, Severity};
use crate::stdio::Prose;
use crate::trouble::Trouble;

/// What is read.
#[derive(Debug)]
pub(crate) enum Source {
    Stdin,
    /// Files and directories, at least one.
    Paths {
        paths: Vec<Utf8PathBuf>,
        /// Leave out what matches these, in directories.
        ignore: globset::GlobSet,
        as_one: bool,
    },
}

/// What is judged by, as far as the command line says it.
#[derive(Clone, Debug, Default)]
pub(crate) struct Judging {
    pub(crate) policies: Option<Utf8PathBuf>,
    pub(crate) cluster: Option<String>,
    pub(crate) role: Option<Role>,
    /// None: as the source is.
    pub(crate) complete: Option<bool>,
    /// Whether the texts of units are wanted after they were judged: to be written, or compared.
    pub(crate) texts: bool,
    /// Whether what earlier runs found may be used, and this one's be kept.
    pub(crate) remember: bool,
    /// True where what `check` proposes is applied on every unit's way to the cluster (`delivery: cmp`).
    pub(crate) delivered: bool,
}

impl Judging {
    pub(crate) fn new(typed: PolicyArgs) -> Judging {
        let complete = match (typed.complete, typed.incomplete) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        };
        Judging {
            policies: typed.policies,
            cluster: typed.cluster,
            role: typed.role,
            complete,
            delivered: false,
            texts: false,
            remember: false,
        }
    }

    /// True where the command line says what to judge by.
    pub(crate) fn is_said(&self) -> bool {
        self.policies.is_some() || self.cluster.is_some() || self.role.is_some()
    }
}

impl Source {
    /// What `typed` names, or what the nearest `krmguard.yaml` does.
    pub(crate) fn new(typed: InputArgs, project: Option<&Project>) -> Result<Source, Vec<Trouble>> {
        let InputArgs { paths, as_one } = typed;
        let ignore = project
            .map(|project| project.ignore.clone())
            .unwrap_or_default();
        let named = match (paths.is_empty(), project) {
            (true, Some(project)) => project.paths.clone(),
            (true, None) => return Err(vec![Project::missing()]),
            (false, _) => paths,
        };
        match named.iter().filter(|path| *path == "-").count() {
            0 => Ok(Source::Paths {
                paths: named,
                ignore,
                as_one,
            }),
            1 if named.len() == 1 => Ok(Source::Stdin),
            _ => Err(vec![
                Trouble::new("`-` (stdin) stands beside other paths")
                    .fix("judge stdin in a run of its own"),
            ]),
        }
    }
}

/// How overlays are built: as typed, else as the project says.
pub(crate) fn wishes(typed: BuildArgs, project: Option<&Project>) -> Wishes {
    let BuildArgs {
        render,
        charts,
        kustomize,
        helm,
    } = typed;
    Wishes {
        rendering: match render {
            RenderArg::Auto => project.map(|project| project.rendering).unwrap_or_default(),
            RenderArg::Always => Rendering::Required,
            RenderArg::Never => Rendering::Never,
        },
        kustomize,
        helm,
        charts,
    }
}

/// What fails, and how prose is laid out.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Output {
    pub(crate) fail_on: FailOn,
    pub(crate) diff: bool,
    no_color: bool,
}

impl Output {
    pub(crate) fn new(typed: &OutputArgs) -> Output {
        Output {
            fail_on: fail_on(&typed.fail_on),
            diff: typed.diff,
            no_color: typed.no_color,
        }
    }

    /// Colours only where a person sees them and has not asked for none (<https://no-color.org>).
    pub(crate) fn color(&self, prose: Prose) -> bool {
        let asked_for_none = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        !self.no_color && !asked_for_none && !dumb && prose.is_terminal()
    }
}

fn fail_on(typed: &[FailOnArg]) -> FailOn {
    typed.iter().fold(FailOn::default(), |so_far, typed| {
        so_far.stricter(match typed {
            FailOnArg::Error => FailOn::default(),
            FailOnArg::Warning => from(Severity::Warning),
            FailOnArg::Info => from(Severity::Info),
            FailOnArg::Change => FailOn {
                change: true,
                ..FailOn::default()
            },
        })
    })
}

fn from(severity: Severity) -> FailOn {
    FailOn {
        severity,
        change: false,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn input(paths: &[&str]) -> InputArgs {
        InputArgs {
            paths: paths.iter().map(Utf8PathBuf::from).collect(),
            as_one: false,
        }
    }

    #[test]
    fn a_dash_alone_is_stdin_and_beside_a_path_is_refused() {
        assert!(matches!(
            Source::new(input(&["-"]), None),
            Ok(Source::Stdin)
        ));
        assert!(matches!(
            Source::new(input(&["a.yaml"]), None),
            Ok(Source::Paths { .. })
        ));
        let refused = Source::new(input(&["-", "a.yaml"]), None).unwrap_err();
        assert!(refused[0].what.contains("stdin"), "{refused:?}");
    }

    #[test]
    fn change_does_not_relax_the_severity() {
        let both = fail_on(&[FailOnArg::Warning, FailOnArg::Change]);
        assert_eq!(both.severity, Severity::Warning);
        assert!(both.change);
        assert_eq!(fail_on(&[FailOnArg::Error]), FailOn::default());
    }
}
