//! Runs a policy natively against folders of golden cases. Not part of wasm builds.
//!
//! ```no_run
//! # use krmguard_sdk::{Description, Outcome, Policy, ResourceSet, Text};
//! # struct AgentMode;
//! # impl Policy for AgentMode {
//! #     type Config = (); const NAME: &'static str = ""; const VERSION: &'static str = "";
//! #     fn describe() -> Description { Description { title: Text { en: "", ko: "" }, selectors: vec![], rules: &[], secrets: false } }
//! #     fn review(_: &(), _: &ResourceSet, _: &mut Outcome) {}
//! # }
//! // tests/golden.rs of a policy's crate:
//! // #[test]
//! fn golden() {
//!     krmguard_sdk::testing::golden::<AgentMode>(concat!(env!("CARGO_MANIFEST_DIR"), "/testdata"));
//! }
//! ```
//!
//! A case is a folder:
//! - `<RULE>-fires-<what>/`: the rule must be among the findings;
//! - `<RULE>-near-<what>/`: the rule must not;
//! - `config-<what>/`: the policy must decline to judge.
//!
//! In it stand `unit.yaml` (`cluster`, `role`, `stage`, `complete`, `config`, `disabled`, `extra`), `input.yaml` (the
//! objects, whose form follows from their type), and what is expected: `findings.yaml` and, where something is edited, `output.yaml`; of a `config-` case
//! `problems.yaml`. With `BLESS=1` in the environment these three are written anew. `extra` is what the host says of
//! single objects:
//!
//! ```yaml
//! extra:
//!   HelmChartInflationGenerator kube-prometheus-stack: {shared: [/valuesInline/prometheus/prometheusSpec/retention]}
//!   Secret monitoring/thanos-s3-config: {listed: false}
//! ```
//!
//! A case of a fleet rule ([`golden_fleet`]) has `units.yaml` instead, a mapping of file names to what `unit.yaml` says,
//! and these files instead of `input.yaml`; its `findings.yaml` names the unit of each finding.
//!
//! [`examples`] holds the catalogue's examples to what they say.

mod case;
mod catalogue;
mod entry;
mod examples;
mod golden;
mod judge;
mod readme;
mod show;
mod units;

pub use case::Setup;
pub use entry::{chart_entry, fixture_entry};
pub use examples::{examples, examples_fleet};
pub use golden::{cases, cases_fleet, golden, golden_fleet};
pub use judge::{Judged, judge};
pub use readme::readme;
pub use show::difference;
pub use units::{Gathered, Given, gather};

use std::path::{Path, PathBuf};

use serde_json::Value;

/// Reads a stream of YAML documents; empty ones are passed over. Panics on what is no YAML.
pub fn read_stream(text: &str) -> Vec<Value> {
    let limits = krmguard_yaml::Limits::default();
    let documents = krmguard_yaml::parse(text, &limits)
        .unwrap_or_else(|why| panic!("{}", why.describe(text, &krmguard_yaml::Lines::new(text))));
    let values = documents.iter().map(|document| {
        document.to_json(&limits).unwrap_or_else(|why| {
            panic!("{}", why.describe(text, &krmguard_yaml::Lines::new(text)))
        })
    });
    values.filter(|value| !value.is_null()).collect()
}

/// Where the fixtures stand: `KRMGUARD_FIXTURES`, else `../shared/fixtures` beside the workspace, else `.fixtures` in
/// it. A test that needs them ends early on `None`, which prints `skipped: no fixtures`.
pub fn fixtures() -> Option<PathBuf> {
    let places = match std::env::var_os("KRMGUARD_FIXTURES") {
        Some(named) => vec![PathBuf::from(named)],
        None => {
            let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
            vec![root.join("../shared/fixtures"), root.join(".fixtures")]
        }
    };
    if let Some(found) = places.into_iter().find(|place| place.is_dir()) {
        return Some(found);
    }
    #[expect(
        clippy::print_stderr,
        reason = "the one way in which a test can say that it did not run"
    )]
    {
        eprintln!("skipped: no fixtures");
    }
    None
}

/// Whether expectations are to be written anew.
pub(crate) fn bless() -> bool {
    std::env::var_os("BLESS").is_some_and(|value| value == "1")
}
