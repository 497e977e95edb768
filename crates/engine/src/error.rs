//! Why a policy could not be loaded or asked, and whose fault it is.

use std::time::Duration;

use crate::vocabulary::ConfigProblem;

/// A failure. Never a finding: findings are data.
#[derive(Debug, Clone, thiserror::Error)]
pub enum PluginError {
    /// The file is not a policy. Usually a wrong path: the user's.
    #[error("`{name}` is not a policy: {reason}")]
    NotAPolicy { name: String, reason: String },
    /// The policy crashed or met a limit: its author's.
    #[error("policy `{name}` stopped: {why}")]
    Stopped { name: String, why: Limit },
    /// The policy declined its config: the user's.
    #[error("policy `{name}` declines its config: {}", listed(.problems))]
    Config {
        name: String,
        problems: Vec<ConfigProblem>,
    },
    /// The policy could not read an object (`object` is its id in the request): the user's.
    #[error("policy `{name}` cannot read an object: {message}")]
    Object {
        name: String,
        object: u32,
        message: String,
    },
    /// The policy answered what its contract does not allow: its author's.
    #[error("policy `{name}` gave an answer that is not one: {reason}; report this to its author")]
    BadAnswer { name: String, reason: String },
    /// The policy gave up for a reason of its own.
    #[error("policy `{name}` did not judge: {message}")]
    Other { name: String, message: String },
    /// The machine: not the policy's and not the user's.
    #[error("the engine for policies did not start: {0}")]
    Engine(String),
}

fn listed(problems: &[ConfigProblem]) -> String {
    let mut lines = problems
        .iter()
        .map(|problem| match problem.pointer.as_str() {
            "" => problem.message.clone(),
            pointer => format!("{pointer}: {}", problem.message),
        });
    let first = lines
        .next()
        .unwrap_or_else(|| "it does not say why".to_owned());
    lines.fold(first, |all, line| all + "; " + &line)
}

/// Why a policy was stopped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Limit {
    /// It spent its fuel (about one unit per instruction): `granted` for `input` bytes.
    Fuel { granted: u64, input: usize },
    /// It asked for more than this many bytes of memory.
    Memory(usize),
    /// It ran longer than this.
    Time(Duration),
    /// It crashed. The sentence says how.
    Trap(String),
}

impl std::fmt::Display for Limit {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Fuel { granted, input } => write!(
                out,
                "it used up its fuel limit of {granted} instructions, granted for {input} bytes of input"
            ),
            Self::Memory(bytes) => {
                write!(
                    out,
                    "it asked for more memory than its limit of {}",
                    Bytes(*bytes)
                )
            }
            Self::Time(wall) => write!(out, "it ran longer than its time limit of {wall:?}"),
            Self::Trap(how) => write!(out, "it crashed: {how}"),
        }
    }
}

struct Bytes(usize);

impl std::fmt::Display for Bytes {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        const MIB: usize = 1 << 20;
        if self.0.is_multiple_of(MIB) {
            write!(out, "{} MiB", self.0 / MIB)
        } else {
            write!(out, "{} bytes", self.0)
        }
    }
}
