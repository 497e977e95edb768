//! How much a finding counts: its severity, what became of it, and from when on a run fails.

use std::fmt;

use serde::{Deserialize, Serialize};

/// How bad a finding is, ordered: `Info < Warning < Error`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Severity {
    Info,
    Warning,
    Error,
}

impl Severity {
    /// From the worst to the mildest: the order in which counts are printed.
    pub(crate) const WORST_FIRST: [Severity; 3] =
        [Severity::Error, Severity::Warning, Severity::Info];

    /// `error`, `warning` or `info`, as every format spells it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What became of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum State {
    /// No policy proposes an edit: a person must act.
    Open,
    /// An edit is known, and nothing on this unit's way to the cluster applies it.
    Pending,
    /// An edit is known, and it was applied or will be on this unit's own way to the cluster.
    Fixed,
    /// The unit's PolicySet takes it as it is, and says why. Its edit is not applied.
    Waived,
}

impl State {
    /// In the order in which counts are printed.
    pub(crate) const ALL: [State; 4] = [State::Open, State::Pending, State::Fixed, State::Waived];

    /// `open`, `pending`, `fixed` or `waived`, as every format spells it.
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            State::Open => "open",
            State::Pending => "pending",
            State::Fixed => "fixed",
            State::Waived => "waived",
        }
    }
}

/// From when on findings and edits fail a run (`--fail-on`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FailOn {
    /// Open and pending findings of this severity and worse fail.
    pub(crate) severity: Severity,
    /// Any edit fails, applied or pending.
    pub(crate) change: bool,
}

impl Default for FailOn {
    fn default() -> FailOn {
        FailOn {
            severity: Severity::Error,
            change: false,
        }
    }
}

impl FailOn {
    /// The stricter of both in each respect: a command line cannot relax what a PolicySet asks for.
    pub(crate) fn stricter(self, other: FailOn) -> FailOn {
        FailOn {
            severity: self.severity.min(other.severity),
            change: self.change || other.change,
        }
    }
}
