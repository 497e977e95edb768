//! The policy `thanos-version`: one Thanos, v0.38.0, everywhere.
#![forbid(unsafe_code)]

mod catalogue;
mod chart;
mod choosers;
mod command;
mod config;
mod containers;
mod flags;
mod image;
mod kustomization;
mod labels;
mod operator;
mod table;
mod version;

use krmguard_sdk::{ConfigProblem, Description, Outcome, Policy, ResourceSet, Selector, Text};

use crate::choosers::Choosers;
use crate::command::Thanos;
use crate::config::Pin;
pub use crate::config::{Config, Sidecar};
use crate::image::Verdict;
use crate::table::Table;

/// The policy.
pub struct ThanosVersion;

impl Policy for ThanosVersion {
    type Config = Config;
    const NAME: &'static str = "thanos-version";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");

    fn describe() -> Description {
        let workloads = [
            ("apps", "Deployment"),
            ("apps", "StatefulSet"),
            ("apps", "DaemonSet"),
            ("apps", "ReplicaSet"),
            ("batch", "Job"),
            ("batch", "CronJob"),
            ("", "Pod"),
            ("", "PodTemplate"),
        ];
        let mut selectors: Vec<Selector> = workloads
            .iter()
            .map(|(group, kind)| Selector::manifest(group, kind).containing(&["thanos"]))
            .collect();
        selectors.push(Selector::manifest(operator::GROUP, "ThanosRuler"));
        selectors.push(Selector::manifest(operator::GROUP, "Prometheus").containing(&["thanos"]));
        selectors.push(Selector::chart_values());
        selectors.push(Selector::kustomization().containing(&["thanos"]));
        selectors.extend(
            choosers::KINDS.iter().map(|(group, kind)| {
                Selector::manifest(group, kind).containing(&[choosers::LABEL])
            }),
        );
        Description {
            title: Text {
                en: "One Thanos, v0.38.0, everywhere",
                ko: "어디서나 하나의 Thanos, v0.38.0",
            },
            selectors,
            rules: catalogue::RULES,
            secrets: false,
        }
    }

    fn check(config: &Config) -> Vec<ConfigProblem> {
        Pin::of(config).err().unwrap_or_default()
    }

    fn review(config: &Config, set: &ResourceSet, out: &mut Outcome) {
        let Ok(pin) = Pin::of(config) else { return };
        let choosers = Choosers::of(set);
        let mut unchecked = Table::of(pin.version).is_none();
        for workload in set.workloads() {
            let main = labels::main_container(&workload);
            for container in workload.containers() {
                let is_main = container.pointer() == main;
                let Some(thanos) = Thanos::of(container, &pin) else {
                    continue;
                };
                containers::review(workload.resource(), &thanos, &pin, out);
                if !will_be_pinned(&thanos.verdict, out) {
                    continue;
                }
                flags::review(workload.resource(), &thanos, &pin, out);
                if unchecked && thanos.subcommand.is_some() {
                    flags::review_table(workload.resource(), &thanos, &pin, out);
                    unchecked = false;
                }
                if is_main {
                    labels::review(&workload, &choosers, &pin, out);
                }
            }
        }
        operator::review(set, &pin, out);
        chart::review(set, &pin, out);
        kustomization::review(set, &pin, out);
    }
}

/// Whether the container runs the pinned version once the edits are applied: what nobody knows, or nobody
/// changes, is not judged by it.
fn will_be_pinned(verdict: &Verdict, out: &Outcome) -> bool {
    match verdict {
        Verdict::Pinned => true,
        Verdict::Wrong { .. } => !out.is_off("TV01"),
        _ => false,
    }
}

krmguard_sdk::export!(ThanosVersion);
