//! What a policy author depends on: `trait Policy`, `ResourceSet`, `Outcome` and `export!`.
//!
//! A policy is a config and a question about the objects of one unit:
//!
//! ```
//! use krmguard_sdk::{Description, Effect, Outcome, Policy, ResourceSet, Rule, Selector, Severity, Text};
//! use schemars::JsonSchema;
//! use serde::Deserialize;
//!
//! #[derive(Debug, Default, Deserialize, JsonSchema)]
//! #[serde(rename_all = "camelCase", deny_unknown_fields, default)]
//! pub struct Config { label: String }
//!
//! pub struct RequireOwner;
//!
//! impl Policy for RequireOwner {
//!     type Config = Config;
//!     const NAME: &'static str = "require-owner";
//!     const VERSION: &'static str = env!("CARGO_PKG_VERSION");
//!
//!     fn describe() -> Description {
//!         Description {
//!             title: Text { en: "Every workload has an owner", ko: "모든 워크로드에는 소유자가 있습니다" },
//!             selectors: Selector::workloads(),
//!             rules: RULES,
//!             secrets: false,
//!         }
//!     }
//!
//!     fn review(config: &Config, set: &ResourceSet, out: &mut Outcome) {
//!         for workload in set.workloads() {
//!             if workload.resource().label(&config.label).is_none() {
//!                 out.find("RO01", workload.resource()).at("/metadata/labels").say("no owner");
//!             }
//!         }
//!     }
//! }
//!
//! const RULES: &[Rule] = &[Rule {
//!     id: "RO01",
//!     title: Text { en: "a workload has no owner", ko: "워크로드에 소유자가 없습니다" },
//!     severity: Severity::Error,
//!     effect: Effect::Report,
//!     help: "Alerts about a workload without an owner reach nobody.",
//!     remedy: "add the label",
//!     wrong: "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\n",
//!     right: "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {owner: team-x}}\n",
//!     source: "https://example.org/owners",
//! }];
//!
//! krmguard_sdk::export!(RequireOwner);
//! ```
#![warn(missing_docs)]

mod args;
mod chart;
mod config;
mod description;
mod embedded;
mod evaluate;
mod exclude;
mod fleet;
#[cfg(target_arch = "wasm32")]
#[doc(hidden)]
pub mod guest;
mod image;
mod nearest;
mod outcome;
mod patch;
pub mod pointer;
mod policy;
mod role;
mod set;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;
pub mod wire;
mod workload;

pub use args::{CommandLine, Flag, Source, Token};
pub use chart::Chart;
pub use description::{Description, Effect, INTERFACE, Rule, Selector, Text};
pub use embedded::{Embedded, NotYaml, embedded};
pub use evaluate::{describe, evaluate, validate_config};
pub use exclude::Exclude;
pub use fleet::{Fleet, FleetOutcome, Member, judge};
pub use image::Image;
pub use nearest::nearest;
pub use outcome::{Draft, FindingId, Outcome};
pub use patch::Patch;
pub use policy::Policy;
pub use role::Role;
pub use set::{Resource, ResourceSet};
pub use wire::{ConfigProblem, Fact, Form, Place, Severity, Stage, Unit};
pub use workload::{Container, Lot, Workload};

/// Exports a policy from its crate as a `krmguard:policy` plugin; `export!(X, fleet)` one that is [`Fleet`] too.
/// Off wasm it expands to nothing.
#[cfg(target_arch = "wasm32")]
#[macro_export]
macro_rules! export {
    ($policy:ty) => {
        const _: () = {
            type Exported = $crate::guest::Bridge<$policy>;
            $crate::__export_plugin!(Exported);
        };
    };
    ($policy:ty, fleet) => {
        const _: () = {
            type Exported = $crate::guest::Bridge<$policy>;
    $crate::guest::export_fleet_plugin!(Exported with_types_in $crate::guest);
        };
    };
}

/// Exports a policy from its crate as a `krmguard:policy` plugin; `export!(X, fleet)` one that is [`Fleet`] too.
/// Off wasm it expands to nothing.
#[cfg(not(target_arch = "wasm32"))]
#[macro_export]
macro_rules! export {
    ($policy:ty) => {};
    ($policy:ty, fleet) => {};
}
