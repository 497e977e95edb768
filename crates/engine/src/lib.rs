//! Loads policies, bounds them, calls them. The only crate that names wasmtime.
//!
//! ```text
//! bytes ── artifact ──▶ description            (no code is compiled to learn what a policy selects)
//!   └───── code (cache) ──▶ one fresh instance per call ── answer ──▶ Outcome
//! ```

mod answer;
mod artifact;
mod cache;
mod code;
mod description;
mod directory;
mod engine;
mod error;
mod limits;
mod native;
mod plugin;
mod vocabulary;
mod watchdog;

pub use cache::Cache;
pub use description::{Description, Effect, Profile, Rule, RuleProfile, Selector, Text};
pub use directory::{Directory, Trusted, Unusable};
pub use engine::Engine;
pub use error::{Limit, PluginError};
pub use limits::Limits;
pub use plugin::{Known, Plugin};
pub use vocabulary::{
    Change, ConfigProblem, Edit, Fact, Finding, Form, Note, Object, Outcome, Place, Request,
    Severity, Stage, Unit,
};
