//! What a user may configure, and what is wrong with it.

use krmguard_sdk::ConfigProblem;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// The config as written.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Config {
    /// Secrets that are made outside the tree. Without `namespace`: in any; without `keys`: whichever is asked for.
    pub assume_existing: Vec<Existing>,
    /// Texts beside the usual ones that mark a value nobody has filled in yet.
    pub placeholders: Vec<String>,
    /// How much credentials that stand literally in a source file matter: `error` is S306, `warning` S317.
    pub literal_credentials: LiteralCredentials,
}

/// A Secret that is made outside the tree.
#[derive(Clone, Debug, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Existing {
    /// Its namespace. Unset: any.
    #[serde(default)]
    pub namespace: Option<String>,
    /// Its name.
    pub name: String,
    /// Its keys. Empty: not known, so that any key is taken for one of them.
    #[serde(default)]
    pub keys: Vec<String>,
}

/// How much literal credentials matter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum LiteralCredentials {
    /// They fail the verdict.
    #[default]
    Error,
    /// They are worth a warning.
    Warning,
}

impl Config {
    /// Everything that is wrong with it.
    pub(crate) fn problems(&self) -> Vec<ConfigProblem> {
        let mut problems = Vec::new();
        for (index, existing) in self.assume_existing.iter().enumerate() {
            let at = format!("/assumeExisting/{index}");
            if !is_name(&existing.name) {
                let message = format!(
                    "`{}` is no name of a Secret: lower case letters, digits, `-` and `.`",
                    existing.name
                );
                problems.push(ConfigProblem::new(format!("{at}/name"), message));
            }
            if let Some(namespace) = existing
                .namespace
                .as_deref()
                .filter(|namespace| !is_name(namespace))
            {
                let message = format!("`{namespace}` is no namespace: leave it out for any");
                problems.push(ConfigProblem::new(format!("{at}/namespace"), message));
            }
            for (key, text) in existing
                .keys
                .iter()
                .enumerate()
                .filter(|(_, text)| !is_key(text))
            {
                let message =
                    format!("`{text}` is no key of a Secret: letters, digits, `-`, `_` and `.`");
                problems.push(ConfigProblem::new(format!("{at}/keys/{key}"), message));
            }
        }
        for (index, _) in self
            .placeholders
            .iter()
            .enumerate()
            .filter(|(_, text)| text.trim().is_empty())
        {
            let message = "an empty placeholder would be found everywhere";
            problems.push(ConfigProblem::new(
                format!("/placeholders/{index}"),
                message,
            ));
        }
        problems
    }
}

/// A DNS subdomain, as names of Secrets are.
/// <https://kubernetes.io/docs/concepts/overview/working-with-objects/names/>
pub(crate) fn is_name(text: &str) -> bool {
    let inner = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    text.len() <= 253
        && text.starts_with(inner)
        && text.ends_with(inner)
        && text.chars().all(|c| inner(c) || c == '-' || c == '.')
}

/// A key of `data`. <https://kubernetes.io/docs/concepts/configuration/secret/#restriction-names-data>
pub(crate) fn is_key(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= 253
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_.".contains(c))
}
