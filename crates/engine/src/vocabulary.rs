//! The records of `wit/policy.wit` as plain structs: what goes to a policy and what comes back.
//!
//! Field order and names are the contract: wasmtime compares them with the component's own types
//! on the first call and refuses a plugin that was built against another world.

use serde::{Deserialize, Serialize};
use wasmtime::component::{ComponentType, Lift, Lower};

/// How bad a finding is. A rule has one, in its policy's catalogue.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ComponentType, Lift, Lower,
)]
#[serde(rename_all = "kebab-case")]
#[component(enum)]
#[repr(u8)]
pub enum Severity {
    #[component(name = "error")]
    Error,
    #[component(name = "warning")]
    Warning,
    #[component(name = "info")]
    Info,
}

/// When a policy sees the objects. Names are final only in `Built`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ComponentType, Lift, Lower,
)]
#[serde(rename_all = "kebab-case")]
#[component(enum)]
#[repr(u8)]
pub enum Stage {
    #[component(name = "source")]
    Source,
    #[component(name = "in-build")]
    InBuild,
    #[component(name = "built")]
    Built,
}

/// What an object is: a manifest, one `helmCharts:` entry, a kustomization file.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ComponentType, Lift, Lower,
)]
#[serde(rename_all = "kebab-case")]
#[component(enum)]
#[repr(u8)]
pub enum Form {
    #[component(name = "manifest")]
    Manifest,
    #[component(name = "chart-values")]
    ChartValues,
    #[component(name = "kustomization")]
    Kustomization,
}

/// What is judged as one. `config` is JSON; `disabled` names rules.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower)]
#[component(record)]
pub struct Unit {
    pub id: u32,
    pub name: String,
    pub cluster: Option<String>,
    pub role: Option<String>,
    pub stage: Stage,
    pub complete: bool,
    pub config: String,
    pub disabled: Vec<String>,
    pub extra: Vec<(String, String)>,
}

/// One object of a unit. `content` is JSON.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower)]
#[component(record)]
pub struct Object {
    pub id: u32,
    pub unit: u32,
    pub form: Form,
    pub content: String,
    pub extra: Vec<(String, String)>,
}

/// A place in an object: an RFC 6901 pointer (it may name a missing key) and, optionally, a range
/// of bytes within the decoded string found there.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower)]
#[component(record)]
pub struct Place {
    pub object: u32,
    pub pointer: String,
    pub range: Option<(u32, u32)>,
}

/// Another place that belongs to a finding.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower)]
#[component(record)]
pub struct Note {
    pub at: Option<Place>,
    pub message: String,
}

/// What a policy has to say. `current` and `proposed` are JSON.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower)]
#[component(record)]
pub struct Finding {
    pub rule: String,
    pub severity: Severity,
    pub unit: u32,
    pub at: Option<Place>,
    pub message: String,
    pub remedy: Option<String>,
    pub current: Option<String>,
    pub proposed: Option<String>,
    pub related: Vec<Note>,
    pub sensitive: bool,
    pub extra: Vec<(String, String)>,
}

/// What an edit does. The payloads are pairs because the contract's are.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower)]
#[component(variant)]
pub enum Change {
    /// Object, RFC 6902 document.
    #[component(name = "patch")]
    Patch((u32, String)),
    /// Object, its new JSON.
    #[component(name = "replace")]
    Replace((u32, String)),
    /// Unit, JSON of the new object.
    #[component(name = "create")]
    Create((u32, String)),
    /// Object.
    #[component(name = "delete")]
    Delete(u32),
}

/// A change, the rule it belongs to, and the index of the finding it mends.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower)]
#[component(record)]
pub struct Edit {
    pub rule: String,
    pub finding: Option<u32>,
    pub change: Change,
    pub extra: Vec<(String, String)>,
}

/// What a fleet rule gets to know about a unit.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower)]
#[component(record)]
pub struct Fact {
    pub unit: u32,
    pub key: String,
    pub value: String,
    pub at: Option<Place>,
}

/// One question: units and their objects.
#[derive(Debug, Clone, Default, PartialEq, Eq, ComponentType, Lift, Lower)]
#[component(record)]
pub struct Request {
    pub units: Vec<Unit>,
    pub objects: Vec<Object>,
    pub extra: Vec<(String, String)>,
}

/// The answer to it. `log` is an author's print.
#[derive(Debug, Clone, Default, PartialEq, Eq, ComponentType, Lift, Lower)]
#[component(record)]
pub struct Outcome {
    pub findings: Vec<Finding>,
    pub edits: Vec<Edit>,
    pub facts: Vec<Fact>,
    pub log: Vec<String>,
    pub extra: Vec<(String, String)>,
}

/// What is wrong with a config, and where in it (RFC 6901).
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower)]
#[component(record)]
pub struct ConfigProblem {
    pub pointer: String,
    pub message: String,
}

/// Why a policy declined to judge.
#[derive(Debug, Clone, PartialEq, Eq, ComponentType, Lift, Lower)]
#[component(variant)]
pub(crate) enum Failure {
    #[component(name = "invalid-config")]
    InvalidConfig(Vec<ConfigProblem>),
    #[component(name = "invalid-object")]
    InvalidObject((u32, String)),
    #[component(name = "other")]
    Other(String),
}
