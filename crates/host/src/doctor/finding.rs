//! What a look at a tree and a machine came to.

use camino::Utf8PathBuf;
use serde::Serialize;

use crate::report::{NotJudged, Severity, Verdict};
use crate::trouble::Trouble;

/// A place in a file, as the user would write it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub(crate) struct Spot {
    pub(crate) file: String,
    /// From 1.
    pub(crate) line: Option<usize>,
    /// From 1.
    pub(crate) column: Option<usize>,
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Finding {
    /// What kind of thing, in words that stay.
    pub(crate) code: &'static str,
    pub(crate) severity: Severity,
    /// None where it is the machine that is wrong.
    pub(crate) at: Option<Spot>,
    pub(crate) message: String,
    /// What comes of it.
    pub(crate) why: String,
    pub(crate) remedy: String,
}

/// Something that could not be looked at here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Unknown {
    /// What was not examined.
    pub(crate) what: String,
    /// What is lacking.
    pub(crate) lacking: String,
}

/// All of it.
#[derive(Debug, Default)]
pub(crate) struct Diagnosis {
    /// Worst first, then by place.
    pub(crate) findings: Vec<Finding>,
    pub(crate) unknown: Vec<Unknown>,
    pub(crate) not_read: Vec<NotJudged>,
}

impl Spot {
    pub(crate) fn of(trouble: &Trouble) -> Option<Spot> {
        Some(Spot {
            file: trouble.file.clone()?,
            line: trouble.at.map(|at| at.0),
            column: trouble.at.map(|at| at.1),
        })
    }
}

impl Diagnosis {
    /// Sorts, and leaves out what is said twice.
    pub(super) fn settle(&mut self) {
        let order = |one: &Finding, other: &Finding| {
            other
                .severity
                .cmp(&one.severity)
                .then_with(|| one.at.cmp(&other.at))
                .then_with(|| one.code.cmp(other.code))
                .then_with(|| one.message.cmp(&other.message))
        };
        self.findings.sort_by(order);
        self.findings.dedup();
        // What is wrong with the place of a function keeps its overlay from being read: that is one thing, not two.
        let findings = &self.findings;
        self.not_read.retain(|entry| {
            let told = |finding: &Finding| {
                finding.at.as_ref().is_some_and(|at| {
                    Some(&at.file) == entry.file.as_ref()
                        && at.line.is_some()
                        && at.line == entry.line
                })
            };
            !findings.iter().any(told)
        });
        self.not_read.sort_by(|one, other| {
            (&one.file, one.line, &one.message).cmp(&(&other.file, other.line, &other.message))
        });
        self.not_read.dedup_by(|one, other| {
            (&one.file, one.line, &one.message) == (&other.file, other.line, &other.message)
        });
    }

    pub(crate) fn count(&self, severity: Severity) -> usize {
        let of = |finding: &&Finding| finding.severity == severity;
        self.findings.iter().filter(of).count()
    }

    /// What could not be read was not examined, whatever else was found.
    pub(crate) fn verdict(&self) -> Verdict {
        match (self.not_read.is_empty(), self.count(Severity::Error)) {
            (false, _) => Verdict::NotJudged,
            (true, 0) => Verdict::Pass,
            (true, _) => Verdict::Violations,
        }
    }
}

/// Paths that lead to no YAML at all.
pub(super) fn nothing(paths: &[Utf8PathBuf]) -> impl Iterator<Item = NotJudged> {
    paths.iter().map(|path| {
        Trouble::new("there is no kustomization and no manifest")
            .in_file(path.as_str())
            .fix("name the folder of a tree that kustomize builds")
            .of_unit(path.as_str())
    })
}
