//! What a run found: the one set of data that every output format prints and that the exit code is read from.

use std::cmp::Ordering;
use std::fmt;
use std::ops::Range;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use krm::Text;
use serde::{Deserialize, Serialize};
use serde_json::Value;

mod merge;
mod rule;
mod source;
mod weight;

pub(crate) use rule::{Rule, Rules};
pub(crate) use weight::{FailOn, Severity, State};

/// The answer of a whole run. It never depends on the output format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Verdict {
    /// Everything was judged and nothing that counts was found.
    Pass,
    /// Everything was judged and something that counts was found.
    Violations,
    /// Something could not be judged: whatever else was found, this is not a pass.
    NotJudged,
}

impl Verdict {
    /// 0 for a pass, 1 for violations, 2 where something was not judged.
    pub(crate) fn exit_code(self) -> u8 {
        match self {
            Verdict::Pass => 0,
            Verdict::Violations => 1,
            Verdict::NotJudged => 2,
        }
    }
}

impl From<Verdict> for ExitCode {
    fn from(verdict: Verdict) -> ExitCode {
        ExitCode::from(verdict.exit_code())
    }
}

/// The object that something is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct ObjectRef {
    /// `apps/v1`, or `v1` for the core group.
    pub(crate) api_version: String,
    pub(crate) kind: String,
    /// None for cluster-scoped objects and where the manifest names none.
    pub(crate) namespace: Option<String>,
    pub(crate) name: String,
}

impl ObjectRef {
    /// True for a core `Secret`: its values must not be printed.
    pub(crate) fn is_secret(&self) -> bool {
        self.kind == "Secret" && !self.api_version.contains('/')
    }
}

impl fmt::Display for ObjectRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.namespace {
            Some(namespace) => write!(f, "{} {}/{}", self.kind, namespace, self.name),
            None => write!(f, "{} {}", self.kind, self.name),
        }
    }
}

/// A place in a file that was read.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Place {
    /// As the user wrote it, or `<stdin>`.
    pub(crate) file: String,
    /// From 1.
    pub(crate) line: usize,
    /// From 1, in characters.
    pub(crate) column: usize,
    /// Bytes of `source` that are meant.
    pub(crate) span: Range<usize>,
    /// Bytes of `source` that hold the object: what must be read to know a Secret's keys from its values.
    pub(crate) document: Range<usize>,
    /// The text of the file, or of the lines in it on which the object stands.
    #[serde(with = "source")]
    pub(crate) source: Arc<Text>,
    /// Bytes of the file before `source`.
    pub(crate) start: usize,
    /// False: what the pointer names is absent, and this is its nearest parent.
    pub(crate) exact: bool,
    /// The object is a Secret: only keys of its lines may be shown.
    pub(crate) in_secret: bool,
}

/// Where a KRM host says an object came from (`internal.config.kubernetes.io/path` and `/index`,
/// or their older twins without `internal.`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Origin {
    pub(crate) path: String,
    /// 0 where the annotation is absent (S15).
    pub(crate) index: u32,
}

/// Something else worth a look beside a finding.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Related {
    pub(crate) message: String,
    pub(crate) place: Option<Place>,
}

/// Why somebody takes a finding as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Waiver {
    /// Never empty.
    pub(crate) reason: String,
    /// The last day on which it holds, `YYYY-MM-DD`.
    pub(crate) expires: Option<String>,
}

/// One thing that a rule has to say about a unit.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Finding {
    /// `AG01`.
    pub(crate) rule: String,
    /// That of the unchanged manifest, whatever the state: the rule's, or the one that the PolicySet gives it.
    pub(crate) severity: Severity,
    pub(crate) state: State,
    /// Why it is waived, where it is.
    pub(crate) waiver: Option<Waiver>,
    /// The unit's name.
    pub(crate) unit: String,
    /// The names of the other units that it is a finding of, see [`Report::join`].
    pub(crate) also_in: Vec<String>,
    /// The policy's name.
    pub(crate) policy: String,
    pub(crate) object: Option<ObjectRef>,
    /// Which document of its file, from 0.
    pub(crate) index: Option<usize>,
    pub(crate) origin: Option<Origin>,
    /// RFC 6901, valid in the source as far as it exists there. `""` is the whole object.
    pub(crate) pointer: Option<String>,
    pub(crate) place: Option<Place>,
    /// What is wrong.
    pub(crate) message: String,
    /// What to do.
    pub(crate) remedy: Option<String>,
    pub(crate) current: Option<Value>,
    pub(crate) proposed: Option<Value>,
    pub(crate) related: Vec<Related>,
    /// The value at the pointer, `current` and `proposed` must not be printed.
    pub(crate) sensitive: bool,
}

impl Finding {
    /// True where this finding fails the run by its severity.
    pub(crate) fn fails(&self, fail_on: FailOn) -> bool {
        let counts = matches!(self.state, State::Open | State::Pending);
        counts && self.severity >= fail_on.severity
    }

    /// By place, then rule, then pointer; findings without a place come last.
    fn order(&self, other: &Finding) -> Ordering {
        let place = |finding: &Finding| {
            finding
                .place
                .as_ref()
                .map(|place| (place.file.clone(), place.line, place.column))
        };
        let rest = |finding: &Finding| {
            (
                finding.rule.clone(),
                finding.pointer.clone(),
                finding.index,
                finding.unit.clone(),
                finding.message.clone(),
            )
        };
        let (mine, theirs) = (place(self), place(other));
        mine.is_none()
            .cmp(&theirs.is_none())
            .then_with(|| mine.cmp(&theirs))
            .then_with(|| rest(self).cmp(&rest(other)))
    }
}

/// What was judged as one.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct UnitReport {
    pub(crate) name: String,
    pub(crate) cluster: Option<String>,
    /// `central` or `edge`.
    pub(crate) role: Option<String>,
    /// `source`, `in-build` or `built`.
    pub(crate) stage: String,
    /// False: objects that were not seen may exist.
    pub(crate) complete: bool,
    /// Why only the sources of an overlay were judged, in a few words.
    pub(crate) not_rendered: Option<String>,
    /// Charts that stood in for the ones they are named after.
    pub(crate) stand_ins: Vec<String>,
    /// Objects read.
    pub(crate) objects: usize,
    /// Objects that some policy selected and saw.
    pub(crate) judged: usize,
    /// Objects with an edit, created and deleted ones included.
    pub(crate) changed: usize,
    /// Names, in the order in which they ran.
    pub(crate) policies: Vec<String>,
}

/// Something that could not be judged, and why.
#[derive(Clone, Debug, Default)]
pub(crate) struct NotJudged {
    /// The unit's name, or the path that was asked for.
    pub(crate) unit: String,
    /// The names of the other units of which it is true, too.
    pub(crate) also_in: Vec<String>,
    /// The policy that stopped; None where it is the input's fault.
    pub(crate) policy: Option<String>,
    pub(crate) file: Option<String>,
    /// From 1.
    pub(crate) line: Option<usize>,
    /// From 1, in characters.
    pub(crate) column: Option<usize>,
    pub(crate) message: String,
    pub(crate) remedy: Option<String>,
}

/// Something to know about the run itself that fails nothing: a waiver that has expired, or that waives nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Notice {
    pub(crate) file: Option<String>,
    /// From 1.
    pub(crate) line: Option<usize>,
    /// From 1, in characters.
    pub(crate) column: Option<usize>,
    pub(crate) message: String,
    pub(crate) remedy: Option<String>,
}

/// One document before and after all edits, for `--diff`.
#[derive(Clone, Debug)]
pub(crate) struct ChangedObject {
    pub(crate) object: ObjectRef,
    pub(crate) file: String,
    /// The document's text as read; empty for a created object.
    pub(crate) before: String,
    /// The document's text as written; empty for a deleted object.
    pub(crate) after: String,
    /// Line, from 1, on which `before` begins in `file` as read; of a created object the line on which
    /// `after` begins in it as written.
    pub(crate) line: usize,
}

/// Everything that a run has to say.
#[derive(Clone, Debug, Default)]
pub(crate) struct Report {
    pub(crate) units: Vec<UnitReport>,
    pub(crate) rules: Rules,
    pub(crate) findings: Vec<Finding>,
    pub(crate) not_judged: Vec<NotJudged>,
    pub(crate) notices: Vec<Notice>,
    pub(crate) changes: Vec<ChangedObject>,
    pub(crate) elapsed: Duration,
    pub(crate) fail_on: FailOn,
}

impl Report {
    /// Puts everything into the order in which all formats print it: the same input gives the same bytes,
    /// whatever the order in which it was named.
    pub(crate) fn sort(&mut self) {
        self.units.sort_by(|a, b| a.name.cmp(&b.name));
        self.findings.sort_by(Finding::order);
        self.not_judged.sort_by(|a, b| {
            let key = |entry: &NotJudged| {
                (
                    entry.unit.clone(),
                    entry.file.clone(),
                    entry.line,
                    entry.column,
                    entry.policy.clone(),
                    entry.message.clone(),
                )
            };
            key(a).cmp(&key(b))
        });
        self.notices.sort();
        self.notices.dedup();
        // Lines of created objects count in the written file: they come last.
        self.changes.sort_by(|a, b| {
            let key = |change: &ChangedObject| (change.before.is_empty(), change.line);
            a.file.cmp(&b.file).then_with(|| key(a).cmp(&key(b)))
        });
    }

    /// The answer. A report without a unit judged nothing, and that is not a pass.
    pub(crate) fn verdict(&self) -> Verdict {
        if !self.not_judged.is_empty() || self.units.is_empty() {
            Verdict::NotJudged
        } else if self.findings.iter().any(|f| f.fails(self.fail_on)) || self.change_fails() {
            Verdict::Violations
        } else {
            Verdict::Pass
        }
    }

    /// True where an edit alone fails the run (`--fail-on change`).
    pub(crate) fn change_fails(&self) -> bool {
        let edited = || {
            !self.changes.is_empty()
                || self.units.iter().any(|unit| unit.changed > 0)
                || (self.findings.iter()).any(|f| matches!(f.state, State::Pending | State::Fixed))
        };
        self.fail_on.change && edited()
    }

    /// How many findings have this severity and state.
    pub(crate) fn count(&self, severity: Severity, state: State) -> usize {
        self.findings
            .iter()
            .filter(|f| f.severity == severity && f.state == state)
            .count()
    }
}

#[cfg(test)]
mod tests;
