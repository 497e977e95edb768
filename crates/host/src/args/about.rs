//! Arguments of the commands that judge nothing: what the rules are and what a PolicySet may hold.

use clap::ValueEnum;

/// One rule, or all of them.
#[derive(Debug, clap::Args)]
pub(crate) struct ExplainArgs {
    /// A rule's id, such as CL01 (case does not matter); without one, all rules are listed by policy
    #[arg(value_name = "RULE")]
    pub(crate) rule: Option<String>,
    /// Labels and titles in this language; what a rule says in full is English
    #[arg(long, value_enum, default_value_t)]
    pub(crate) lang: Lang,
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: ExplainFormat,
}

/// Which schema is wanted.
#[derive(Debug, clap::Args)]
pub(crate) struct SchemaArgs {
    /// PolicySet, a policy's own kind such as AgentMode, or `all`: whichever kind the file is
    #[arg(value_name = "KIND", default_value = "all")]
    pub(crate) kind: String,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Lang {
    #[default]
    En,
    Ko,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExplainFormat {
    #[default]
    Text,
    Json,
    /// As docs/rules.md has it
    Markdown,
}
