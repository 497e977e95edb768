//! What a policy says about itself: selectors and the rule catalogue.

use serde::Serialize;
use serde_json::Value;

use crate::wire::{Form, Severity};

/// Version of `krmguard:policy` that this SDK speaks; `wit/policy.wit` is its home.
pub const INTERFACE: &str = "0.1.0";

/// A text in the two languages of the documentation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Text {
    /// English.
    pub en: &'static str,
    /// Korean.
    pub ko: &'static str,
}

/// Whether a rule proposes an edit or only speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// The policy proposes an edit.
    Set,
    /// The policy only says so.
    Report,
}

/// One rule of the catalogue, as constant data.
///
/// ```
/// use krmguard_sdk::{Effect, Rule, Severity, Text};
/// const RULES: &[Rule] = &[Rule {
///     id: "RO01",
///     title: Text { en: "a workload has no owner", ko: "워크로드에 소유자가 없습니다" },
///     severity: Severity::Error,
///     effect: Effect::Report,
///     help: "Alerts about a workload without an owner reach nobody.",
///     remedy: "add the label `owner`",
///     wrong: "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n",
///     right: "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {owner: team-x}}\n",
///     source: "https://example.org/owners",
/// }];
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// Stable id, printed with every finding.
    pub id: &'static str,
    /// What the rule is about, in half a sentence.
    pub title: Text,
    /// Severity of each of its findings.
    pub severity: Severity,
    /// Whether it proposes an edit.
    pub effect: Effect,
    /// Why the rule exists.
    pub help: &'static str,
    /// What to do; the default remedy of its findings.
    pub remedy: &'static str,
    /// An example that it speaks about: whole manifests, held to it by `testing::examples`.
    pub wrong: &'static str,
    /// The same example, mended.
    pub right: &'static str,
    /// The upstream document or issue that it rests on.
    pub source: &'static str,
}

/// Which objects a policy wants to see. `*` stands for any.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Selector {
    /// API group, empty for the core group.
    pub group: &'static str,
    /// API version.
    pub version: &'static str,
    /// Kind.
    pub kind: &'static str,
    /// `manifest`, `chart-values` or `kustomization`.
    pub form: &'static str,
    /// A hint: an object in which none of these occurs may be withheld. Empty: no hint.
    /// Each is ASCII without white space, of at least four bytes.
    pub containing: Vec<&'static str>,
}

impl Selector {
    /// Manifests of a group and kind in any version.
    pub fn manifest(group: &'static str, kind: &'static str) -> Selector {
        Selector {
            group,
            version: "*",
            kind,
            form: "manifest",
            containing: Vec::new(),
        }
    }

    /// `helmCharts:` entries with their merged values.
    pub fn chart_values() -> Selector {
        Selector {
            group: "",
            version: "builtin",
            kind: "HelmChartInflationGenerator",
            form: "chart-values",
            containing: Vec::new(),
        }
    }

    /// Kustomization files.
    pub fn kustomization() -> Selector {
        Selector {
            group: "kustomize.config.k8s.io",
            version: "*",
            kind: "*",
            form: "kustomization",
            containing: Vec::new(),
        }
    }

    /// Every manifest that carries a pod template (see [`crate::ResourceSet::workloads`]).
    pub fn workloads() -> Vec<Selector> {
        crate::workload::KINDS
            .iter()
            .map(|(group, kind, _)| Selector::manifest(group, kind))
            .collect()
    }

    /// The same selector with the hint that objects without any of the needles may be withheld.
    pub fn containing(mut self, needles: &[&'static str]) -> Selector {
        self.containing = needles.to_vec();
        self
    }

    /// Whether an object of this type and form is wanted; the hint is not looked at.
    pub fn matches(&self, group: &str, version: &str, kind: &str, form: Form) -> bool {
        let form = match form {
            Form::Manifest => "manifest",
            Form::ChartValues => "chart-values",
            Form::Kustomization => "kustomization",
        };
        let one = |mine: &str, theirs: &str| mine == "*" || mine == theirs;
        one(self.group, group)
            && one(self.version, version)
            && one(self.kind, kind)
            && one(self.form, form)
    }
}

/// What a policy's author writes down about it. The SDK adds name, version and config schema.
#[derive(Clone, Debug)]
pub struct Description {
    /// What the policy is for, in one line.
    pub title: Text,
    /// What it wants to see.
    pub selectors: Vec<Selector>,
    /// Its rules.
    pub rules: &'static [Rule],
    /// Whether it needs the values of Secrets.
    pub secrets: bool,
}

impl Description {
    /// The rule of that id.
    pub fn rule(&self, id: &str) -> Option<&'static Rule> {
        self.rules.iter().find(|rule| rule.id == id)
    }
}

/// The answer of `describe`; its schema is `wit/describe.schema.json`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Document {
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
    pub(crate) interface: &'static str,
    pub(crate) title: Text,
    pub(crate) selectors: Vec<Selector>,
    pub(crate) rules: &'static [Rule],
    pub(crate) config_schema: Value,
    pub(crate) secrets: bool,
}
