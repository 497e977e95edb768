//! What an author implements.

use schemars::JsonSchema;
use serde::de::DeserializeOwned;

use crate::description::Description;
use crate::outcome::Outcome;
use crate::set::ResourceSet;
use crate::wire::{ConfigProblem, Unit};

/// A policy: a config and a question about the objects of one unit.
pub trait Policy: Sized {
    /// What the user may configure. Derive `Deserialize` with
    /// `#[serde(rename_all = "camelCase", deny_unknown_fields, default)]`, `JsonSchema` and `Default`.
    type Config: DeserializeOwned + JsonSchema + Default;

    /// The policy's name, such as `agent-mode`; its functionConfig kind is derived from it.
    const NAME: &'static str;

    /// The policy's version: `env!("CARGO_PKG_VERSION")`.
    const VERSION: &'static str;

    /// Selectors, rules and what else the host must know before it asks.
    fn describe() -> Description;

    /// What is wrong with a config beyond what its type says.
    fn check(config: &Self::Config) -> Vec<ConfigProblem> {
        let _ = config;
        Vec::new()
    }

    /// What the unit lacks so that this policy could judge it, such as a role ([`crate::Role::of`]).
    fn check_unit(config: &Self::Config, unit: &Unit) -> Vec<ConfigProblem> {
        let _ = (config, unit);
        Vec::new()
    }

    /// What the unit lacks so that these of its objects could be judged: for a need that only some objects
    /// raise, such as the cluster's name. Asked after [`Policy::check_unit`].
    fn check_set(config: &Self::Config, set: &ResourceSet) -> Vec<ConfigProblem> {
        let _ = (config, set);
        Vec::new()
    }

    /// Judges one unit. It must be a pure function of its arguments, and propose nothing on its own output.
    fn review(config: &Self::Config, set: &ResourceSet, out: &mut Outcome);
}
