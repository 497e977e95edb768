//! Arguments as typed.

mod about;
mod build;
mod doctor;
mod init;
mod kustomize;
mod reports;

use std::io;
use std::process::ExitCode;

use camino::Utf8PathBuf;
use clap::{ArgAction, Parser, Subcommand, ValueEnum};

pub(crate) use about::{ExplainArgs, ExplainFormat, Lang, SchemaArgs};
pub(crate) use build::{BuildArgs, RenderArg};
pub(crate) use doctor::DoctorArgs;
pub(crate) use init::{InitArgs, Saying};
pub(crate) use kustomize::{InstallArgs, KustomizeArgs, KustomizeCommand, PluginCall};
pub(crate) use reports::{ReportFile, ReportFormat};

use crate::stdio;

/// Judges and mends Kubernetes manifests with WebAssembly policies.
///
/// Without arguments: the KRM function where stdin is a pipe or a file, else `check` of what the nearest
/// krmguard.yaml names.
#[derive(Debug, Parser)]
#[command(name = "krmguard", version, disable_help_subcommand = true)]
struct CommandLine {
    #[command(subcommand)]
    command: Command,
    /// Say on stderr what is done; twice: in detail, with what policies log
    #[arg(short, long, global = true, action = ArgAction::Count)]
    verbose: u8,
}

/// What the program was asked to do.
#[derive(Debug)]
pub(crate) struct Args {
    pub(crate) command: Command,
    pub(crate) verbose: u8,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Judge manifests; write nothing
    Check(CheckArgs),
    /// Be a KRM function: a ResourceList or a stream on stdin, the edited one on stdout
    Fn(FnArgs),
    /// Print the edited manifests
    Render(RenderArgs),
    /// Policies: what there is
    Plugin(PluginArgs),
    /// Say what a rule is about, why, and what to do
    Explain(ExplainArgs),
    /// Print the JSON Schema of a PolicySet or of a policy's own kind, for editors
    Schema(SchemaArgs),
    /// Find what keeps a gate from running, or makes a tree wrong without a word
    Doctor(DoctorArgs),
    /// Set krmguard up for an existing tree; shows what it would write
    Init(InitArgs),
    /// kustomize without --enable-exec: exec plugins
    Kustomize(KustomizeArgs),
    /// By the name it was called under, not by a word.
    #[command(skip)]
    ExecPlugin(PluginCall),
}

#[derive(Debug, Default, clap::Args)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
    #[command(flatten)]
    pub(crate) build: BuildArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
    /// How the report is written to stdout
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: ReportFormat,
    /// Judge every file anew, whatever earlier runs found (compiled policies are still taken from their cache)
    #[arg(long)]
    pub(crate) no_cache: bool,
}

#[derive(Debug, Default, clap::Args)]
pub(crate) struct FnArgs {
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, Default, clap::Args)]
pub(crate) struct RenderArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[command(flatten)]
    pub(crate) policy: PolicyArgs,
    #[command(flatten)]
    pub(crate) output: OutputArgs,
}

#[derive(Debug, clap::Args)]
pub(crate) struct PluginArgs {
    #[command(subcommand)]
    pub(crate) command: PluginCommand,
}

#[derive(Debug, Subcommand)]
pub(crate) enum PluginCommand {
    /// The built-in policies, and those of a PolicySet
    List(PluginListArgs),
}

#[derive(Debug, clap::Args)]
pub(crate) struct PluginListArgs {
    /// List the policies of this PolicySet instead of the built-in ones
    #[arg(long, value_name = "FILE")]
    pub(crate) policies: Option<Utf8PathBuf>,
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}

/// What to read.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct InputArgs {
    /// Files, directories, or `-` for stdin; without any, what the nearest krmguard.yaml names
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<Utf8PathBuf>,
    /// Judge all files together: references resolve across them, ids are unique among them
    #[arg(long)]
    pub(crate) as_one: bool,
}

/// What to judge by.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct PolicyArgs {
    /// A PolicySet, or the functionConfig of a single policy
    #[arg(long, value_name = "FILE")]
    pub(crate) policies: Option<Utf8PathBuf>,
    /// The cluster the manifests are for; without a PolicySet: judge by all built-in policies
    #[arg(long, value_name = "NAME")]
    pub(crate) cluster: Option<String>,
    /// What that cluster is; alone: the cluster has the file's name
    #[arg(long, value_enum)]
    pub(crate) role: Option<Role>,
    /// Nothing exists beside what is read: what is not there is defined nowhere
    #[arg(long, conflicts_with = "incomplete")]
    pub(crate) complete: bool,
    /// Objects that are not read may exist
    #[arg(long)]
    pub(crate) incomplete: bool,
}

/// What fails, and how prose looks.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct OutputArgs {
    /// Fail from this severity up [default: error]; `change`: on any edit. Both may be given
    #[arg(long, value_name = "WHAT", value_enum)]
    pub(crate) fail_on: Vec<FailOnArg>,
    /// Write the report into a file too, such as sarif=krmguard.sarif; may be given several times
    #[arg(long = "output", value_name = "FORMAT=PATH", value_parser = ReportFile::parse)]
    pub(crate) reports: Vec<ReportFile>,
    /// Show the edits as a diff
    #[arg(long)]
    pub(crate) diff: bool,
    /// No colours (as the environment variable NO_COLOR)
    #[arg(long)]
    pub(crate) no_color: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    #[default]
    Text,
    Json,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Role {
    /// Holds the long-term storage and answers queries
    Central,
    /// Scrapes and sends to the centre
    Edge,
}

impl Role {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Role::Central => "central",
            Role::Edge => "edge",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FailOnArg {
    Error,
    Warning,
    Info,
    Change,
}

/// Arguments that mean nothing, or a call for help.
#[derive(Debug)]
pub(crate) struct Usage(clap::Error);

impl Usage {
    /// Prints it where it belongs. Help is data (0), an error is not judging (2).
    pub(crate) fn show(&self) -> ExitCode {
        // A closed stream cannot be told about.
        let _ = self.0.print();
        ExitCode::from(if self.0.use_stderr() { 2 } else { 0 })
    }
}

impl Args {
    /// What was typed, or what no arguments mean here.
    pub(crate) fn from_command_line() -> Result<Args, Usage> {
        if let Some(call) = PluginCall::of(std::env::args_os()) {
            return Ok(Args {
                command: Command::ExecPlugin(call),
                verbose: 0,
            });
        }
        if std::env::args_os().len() <= 1 {
            return Ok(Args::unsaid(stdio::stdin_offers_data()));
        }
        let typed = CommandLine::try_parse().map_err(Usage)?;
        Ok(Args {
            command: typed.command,
            verbose: typed.verbose,
        })
    }

    fn unsaid(stdin_offers_data: io::Result<bool>) -> Args {
        let command = match stdin_offers_data {
            Ok(true) => Command::Fn(FnArgs::default()),
            // A closed stdin offers nothing either.
            Ok(false) | Err(_) => Command::Check(CheckArgs::default()),
        };
        Args {
            command,
            verbose: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use clap::CommandFactory;

    use super::*;

    fn parse(words: &[&str]) -> Result<CommandLine, clap::Error> {
        CommandLine::try_parse_from(std::iter::once(&"krmguard").chain(words))
    }

    #[test]
    fn the_definition_is_sound() {
        CommandLine::command().debug_assert();
    }

    #[test]
    fn a_mistyped_role_is_answered_with_the_nearest_one() {
        let error = parse(&["check", "--role", "egde", "x.yaml"]).unwrap_err();
        let text = error.to_string();
        assert!(text.contains("'egde'") && text.contains("'edge'"), "{text}");
        assert_eq!(error.exit_code(), 2);
    }

    #[test]
    fn a_severity_and_change_stand_beside_each_other() {
        let line = parse(&["check", "--fail-on", "warning", "--fail-on", "change", "x"]).unwrap();
        let Command::Check(check) = line.command else {
            panic!()
        };
        assert_eq!(
            check.output.fail_on,
            [FailOnArg::Warning, FailOnArg::Change]
        );
    }

    #[test]
    fn complete_and_incomplete_exclude_each_other() {
        assert!(parse(&["check", "--complete", "--incomplete", "x"]).is_err());
    }

    #[test]
    fn nothing_said_means_fn_where_stdin_offers_data() {
        assert!(matches!(Args::unsaid(Ok(true)).command, Command::Fn(_)));
        assert!(matches!(Args::unsaid(Ok(false)).command, Command::Check(_)));
        let closed = Err(io::Error::from(io::ErrorKind::NotFound));
        assert!(matches!(Args::unsaid(closed).command, Command::Check(_)));
    }
}
