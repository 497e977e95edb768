//! The records of `wit/policy.wit` as plain data, the same on every target.

use serde::{Deserialize, Serialize};

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// Something is lost or does not start.
    Error,
    /// It runs, but not as meant.
    Warning,
    /// Worth knowing.
    Info,
}

impl Severity {
    /// The word that reports use: `error`, `warning` or `info`.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        }
    }
}

/// When the policy sees the objects. Names are final only in `Built`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Files as a person wrote them.
    Source,
    /// A function inside a build: hash suffixes and references are still to come.
    InBuild,
    /// What would be applied.
    Built,
}

/// What an object is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Form {
    /// A rendered or written object.
    Manifest,
    /// One `helmCharts:` entry with its merged values in `valuesInline`.
    ChartValues,
    /// A kustomization file.
    Kustomization,
}

/// What is judged as one: ids are unique and references resolve within it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Unique in the request.
    pub id: u32,
    /// The unit's name as reports print it.
    pub name: String,
    /// The cluster's name, where it is known.
    pub cluster: Option<String>,
    /// The cluster's role as the user wrote it; see [`crate::Role::of`].
    pub role: Option<String>,
    /// When the objects are seen.
    pub stage: Stage,
    /// False: unseen objects may exist, so "defined nowhere" must not be said.
    pub complete: bool,
    /// The effective JSON config of this unit; empty means `{}`.
    pub config: String,
    /// Rules that are off here.
    pub disabled: Vec<String>,
    /// Room to grow.
    pub extra: Vec<(String, String)>,
}

/// The key in [`Object::extra`] under which a host says `false` of a manifest that no kustomization lists.
pub const LISTED: &str = "listed";

/// The key in [`Object::extra`] under which a host names what of a chart's values is not this unit's alone: a JSON
/// array of pointers into the object, one for each scalar, sequence or empty mapping that stands in a values file
/// outside of the kustomization's folder, or in one that several units use.
pub const SHARED: &str = "shared";

/// One object of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Object {
    /// Unique in the request.
    pub id: u32,
    /// The [`Unit::id`] it belongs to.
    pub unit: u32,
    /// What it is.
    pub form: Form,
    /// The object as JSON.
    pub content: String,
    /// What else the host says of it: [`LISTED`], [`SHARED`].
    pub extra: Vec<(String, String)>,
}

/// A place in an object.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// [`Object::id`].
    pub object: u32,
    /// RFC 6901; it may name a missing key.
    pub pointer: String,
    /// Bytes within the decoded string at `pointer`.
    pub range: Option<(u32, u32)>,
}

impl Place {
    /// The same place, narrowed to some bytes of the decoded string there.
    pub fn within(self, range: impl Into<Option<std::ops::Range<usize>>>) -> Place {
        let range = range.into();
        Place {
            range: range.map(|range| (range.start as u32, range.end as u32)),
            ..self
        }
    }
}

/// A remark beside a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Where the remark belongs.
    pub at: Option<Place>,
    /// What it says.
    pub message: String,
}

/// One thing that a rule has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Id of a rule of the catalogue.
    pub rule: String,
    /// The rule's severity.
    pub severity: Severity,
    /// [`Unit::id`].
    pub unit: u32,
    /// Where.
    pub at: Option<Place>,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub remedy: Option<String>,
    /// JSON of what stands there.
    pub current: Option<String>,
    /// JSON of what should.
    pub proposed: Option<String>,
    /// Remarks at other places.
    pub related: Vec<Note>,
    /// The text at `at` must be masked in all prose.
    pub sensitive: bool,
    /// Room to grow.
    pub extra: Vec<(String, String)>,
}

/// What an edit does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Object id, RFC 6902 document.
    Patch(u32, String),
    /// Object id, its new JSON.
    Replace(u32, String),
    /// Unit id, JSON of the new object.
    Create(u32, String),
    /// Object id.
    Delete(u32),
}

/// A proposed change, in the name of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edit {
    /// Id of a rule of the catalogue.
    pub rule: String,
    /// Index into [`Outcome::findings`].
    pub finding: Option<u32>,
    /// What it does.
    pub change: Change,
    /// Room to grow.
    pub extra: Vec<(String, String)>,
}

/// What one unit contributes to a fleet rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fact {
    /// [`Unit::id`].
    pub unit: u32,
    /// What the fact is about.
    pub key: String,
    /// What it says.
    pub value: String,
    /// Where it was read.
    pub at: Option<Place>,
}

/// What the host asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// The units.
    pub units: Vec<Unit>,
    /// Their objects.
    pub objects: Vec<Object>,
    /// Room to grow.
    pub extra: Vec<(String, String)>,
}

/// What the policy answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// What it has to say.
    pub findings: Vec<Finding>,
    /// What it proposes.
    pub edits: Vec<Edit>,
    /// What fleet rules need.
    pub facts: Vec<Fact>,
    /// An author's print.
    pub log: Vec<String>,
    /// Room to grow.
    pub extra: Vec<(String, String)>,
}

/// Something in the config that the policy declines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigProblem {
    /// RFC 6901 within the config; empty for the config as a whole and for what the unit lacks.
    pub pointer: String,
    /// What is wrong and what to write instead.
    pub message: String,
}

impl ConfigProblem {
    /// A problem at a pointer of the config.
    pub fn new(pointer: impl Into<String>, message: impl Into<String>) -> ConfigProblem {
        ConfigProblem {
            pointer: pointer.into(),
            message: message.into(),
        }
    }
}

/// Why a policy could not judge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// The user's config.
    InvalidConfig(Vec<ConfigProblem>),
    /// Object id, why.
    InvalidObject(u32, String),
    /// Anything else.
    Other(String),
}
