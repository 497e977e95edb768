//! What a policy says about itself: what it selects and which rules it knows
//! (`wit/describe.schema.json`).

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::vocabulary::{Form, Severity};

/// What a run needs of [`Description`]: it is read from the same JSON without its texts, which are most of it.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Profile {
    pub name: String,
    pub selectors: Vec<Selector>,
    pub rules: Vec<RuleProfile>,
    /// As [`Description::secrets`].
    pub secrets: bool,
}

/// What a run needs of a [`Rule`].
#[derive(Debug, Clone, Deserialize)]
pub struct RuleProfile {
    pub id: String,
    pub effect: Effect,
}

/// The JSON of `describe`. Unknown fields are ignored: the schema grows.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Description {
    pub name: String,
    pub version: String,
    /// The version of `krmguard:policy` it speaks.
    pub interface: String,
    pub title: Text,
    pub selectors: Vec<Selector>,
    pub rules: Vec<Rule>,
    /// JSON Schema of the policy's `config`.
    pub config_schema: Value,
    /// Whether it needs the values of Secrets; otherwise the host sends them redacted.
    pub secrets: bool,
}

/// A sentence in the two languages of the documentation.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Text {
    pub en: String,
    pub ko: String,
}

/// Which objects a policy wants to see. `*` is any.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Selector {
    pub group: String,
    pub version: String,
    pub kind: String,
    /// None: any form.
    #[serde(default, deserialize_with = "any_form")]
    pub form: Option<Form>,
    /// Needles: an object in which provably none of them occurs need not be sent. Empty: no hint.
    #[serde(default)]
    pub containing: Vec<String>,
}

impl Selector {
    /// Whether an object of that kind is wanted. Says nothing about `containing`.
    pub fn matches(&self, group: &str, version: &str, kind: &str, form: Form) -> bool {
        let fits = |pattern: &str, word: &str| pattern == "*" || pattern == word;
        self.form.is_none_or(|own| own == form)
            && fits(&self.kind, kind)
            && fits(&self.group, group)
            && fits(&self.version, version)
    }
}

fn any_form<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Form>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Pattern {
        Form(Form),
        Any(Any),
    }
    #[derive(Deserialize)]
    enum Any {
        #[serde(rename = "*")]
        Any,
    }
    Ok(match Pattern::deserialize(from)? {
        Pattern::Form(form) => Some(form),
        Pattern::Any(Any::Any) => None,
    })
}

/// What a rule does about what it finds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// It proposes a change.
    Set,
    /// It only says so.
    Report,
}

/// One rule of the catalogue: it feeds `explain`, the documentation and SARIF.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Rule {
    pub id: String,
    pub title: Text,
    pub severity: Severity,
    pub effect: Effect,
    /// Why the rule exists.
    pub help: String,
    /// What to do.
    pub remedy: String,
    /// A manifest that breaks the rule.
    pub wrong: String,
    /// Its right twin.
    pub right: String,
    /// The upstream document or issue it rests on.
    pub source: String,
}
