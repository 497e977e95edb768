//! What to judge by: a PolicySet, or one of the single-policy kinds, as a file or as a functionConfig.

mod fields;
mod nearest;
mod read;
mod rules;
pub(crate) mod table;
mod text;
mod waivers;

use camino::{Utf8Path, Utf8PathBuf};
use krmguard_builtin::Builtin;
use krmguard_engine::Limits;
use serde_json::Value;

pub(crate) use fields::{Field, Problems, sort};
pub(crate) use nearest::nearest;
pub(crate) use rules::{Level, RuleLevel};
pub(crate) use text::{Spot, Text};
#[cfg(test)]
pub(crate) use waivers::Subject;
pub(crate) use waivers::Waiver;

use crate::report::FailOn;
use crate::trouble::Trouble;

/// `apiVersion` of everything that is krmguard's own.
pub(crate) const API_VERSION: &str = "krmguard.io/v1alpha1";
/// `kind` of a PolicySet.
pub(crate) const KIND: &str = "PolicySet";

/// Every kind that a functionConfig of krmguard may have.
pub(crate) fn kinds() -> impl Iterator<Item = &'static str> {
    std::iter::once(KIND).chain(krmguard_builtin::ALL.iter().map(|builtin| builtin.kind))
}

/// Policies in the order in which they run, and the cluster they run for.
#[derive(Debug)]
pub(crate) struct PolicySet<'a> {
    pub(crate) cluster: Option<String>,
    /// `central` or `edge`.
    pub(crate) role: Option<String>,
    pub(crate) emit: Emit,
    pub(crate) fail_on: FailOn,
    /// No two for the same rule and object.
    pub(crate) waivers: Vec<Waiver>,
    /// At least one.
    pub(crate) entries: Vec<Entry>,
    /// None where no file says it: all built-in policies.
    pub(crate) text: Option<Text<'a>>,
}

/// What the function prints where all is well.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Emit {
    #[default]
    All,
    /// Nothing: kustomize wants that of what stands under `validators:`.
    Nothing,
}

/// One policy to run.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) plugin: PluginName,
    /// A JSON object; empty where none is given.
    pub(crate) config: Value,
    /// What is said about single rules, each once.
    pub(crate) rules: Vec<RuleLevel>,
    pub(crate) limits: Limits,
    /// Pointer to what names the plugin.
    pub(crate) plugin_at: String,
    /// Pointer to the config, present or not.
    pub(crate) config_at: String,
}

/// Which plugin is meant.
#[derive(Clone, Debug)]
pub(crate) enum PluginName {
    Builtin(&'static Builtin),
    File {
        /// As seen from the current directory.
        path: Utf8PathBuf,
        /// As written; None where it is missing.
        sha256: Option<String>,
    },
}

impl PolicySet<'static> {
    /// All built-in policies with their defaults, by name: no order among them changes a verdict,
    /// since what one sets another neither reads nor forbids.
    pub(crate) fn of_builtins() -> PolicySet<'static> {
        let entries = krmguard_builtin::ALL
            .iter()
            .map(|builtin| Entry {
                plugin: PluginName::Builtin(builtin),
                config: Value::Object(serde_json::Map::new()),
                rules: Vec::new(),
                limits: Limits::default(),
                plugin_at: String::new(),
                config_at: String::new(),
            })
            .collect();
        PolicySet {
            cluster: None,
            role: None,
            emit: Emit::default(),
            fail_on: FailOn::default(),
            waivers: Vec::new(),
            entries,
            text: None,
        }
    }

    /// The PolicySet in a file; plugin paths are seen from its folder.
    pub(crate) fn from_file(path: &Utf8Path) -> Result<PolicySet<'static>, Vec<Trouble>> {
        let text = Text::from_file(path).map_err(|trouble| vec![trouble])?;
        PolicySet::from_text(text, path.parent().unwrap_or(Utf8Path::new("")))
    }

    /// The PolicySet that is all of a text; plugin paths are seen from `folder`.
    pub(crate) fn from_text(
        text: Text<'static>,
        folder: &Utf8Path,
    ) -> Result<PolicySet<'static>, Vec<Trouble>> {
        let value = text.value().map_err(|trouble| vec![trouble])?;
        read::policy_set(text, &value, folder, krmguard_builtin::ALL)
    }
}

impl<'a> PolicySet<'a> {
    /// The functionConfig of a ResourceList; None where it has none. Plugin paths are seen from the
    /// current directory: a function is not told where its configuration lies.
    pub(crate) fn from_function_config(
        input: &'a krm::Input,
    ) -> Option<Result<PolicySet<'a>, Vec<Trouble>>> {
        let config = input.function_config()?;
        Some(match config {
            Ok(value) => read::policy_set(
                Text::function_config(input),
                &value,
                Utf8Path::new(""),
                krmguard_builtin::ALL,
            ),
            Err(error) => Err(vec![error.into()]),
        })
    }

    /// A complaint about the entry at `pointer`, with its place where there is a file.
    pub(crate) fn trouble(&self, pointer: &str, spot: Spot, what: impl Into<String>) -> Trouble {
        match &self.text {
            Some(text) => text.trouble(pointer, spot, what),
            None => Trouble::new(what),
        }
    }
}

impl From<krm::ReadError> for Trouble {
    fn from(error: krm::ReadError) -> Trouble {
        let krm::ReadError {
            file,
            line,
            column,
            what,
            fix,
        } = error;
        Trouble::new(what).in_file(file).at(line, column).fix(fix)
    }
}
