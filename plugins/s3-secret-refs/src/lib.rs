//! The policy `s3-secret-refs`: object storage is reachable, and its keys are not in Git.
#![forbid(unsafe_code)]

mod bucket;
mod catalogue;
mod chart;
mod config;
mod consumer;
mod definition;
mod document;
mod environment;
mod external;
mod generated;
mod hash;
mod judge;
mod names;
mod origin;
mod site;
mod sites;
mod volume;
mod yielded;

use krmguard_sdk::{ConfigProblem, Description, Outcome, Policy, ResourceSet, Selector, Text};

use crate::definition::Definitions;

pub use crate::config::{Config, Existing, LiteralCredentials};
pub use crate::document::schema;

/// The policy.
pub struct S3SecretRefs;

impl Policy for S3SecretRefs {
    type Config = Config;
    const NAME: &'static str = "s3-secret-refs";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");

    fn describe() -> Description {
        let mut selectors: Vec<Selector> = Selector::workloads()
            .into_iter()
            .map(|selector| selector.containing(&["thanos"]))
            .collect();
        selectors.push(
            Selector::manifest(sites::GROUP, "Prometheus").containing(&["objectStorageConfig"]),
        );
        selectors.push(Selector::manifest(sites::GROUP, "ThanosRuler"));
        selectors.push(Selector::manifest("", "ConfigMap").containing(&document::NEEDLES));
        selectors.push(Selector::chart_values());
        selectors.extend(definition::selectors());
        Description {
            title: Text {
                en: "Object storage is reachable, and its keys are not in Git",
                ko: "오브젝트 스토리지에 접근할 수 있고 그 키는 Git에 없습니다",
            },
            selectors,
            rules: catalogue::RULES,
            // The documents of object stores stand in them.
            secrets: true,
        }
    }

    fn check(config: &Config) -> Vec<ConfigProblem> {
        config.problems()
    }

    fn review(config: &Config, set: &ResourceSet, out: &mut Outcome) {
        let sites = sites::all(set);
        if !sites.is_empty() {
            judge::review(set, &sites, &Definitions::of(set, config), out);
        }
        let consumers = consumer::all(set);
        consumer::review(set, &consumers, out);
        let documents = document::all(set, &consumers, out);
        document::review(&documents, &consumers, config, set, out);
        bucket::review(&documents, &consumers, config, out);
        document::review_unlisted(&consumers, config, set, out);
        chart::review(set, out);
    }
}

krmguard_sdk::export!(S3SecretRefs);
