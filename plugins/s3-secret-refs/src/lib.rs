//! The policy `s3-secret-refs`: object storage is reachable, and its keys are not in Git.
#![forbid(unsafe_code)]

mod catalogue;
mod config;
mod definition;
mod environment;
mod external;
mod generated;
mod hash;
mod judge;
mod site;
mod sites;
mod volume;

use krmguard_sdk::{ConfigProblem, Description, Outcome, Policy, ResourceSet, Selector, Text};

pub use crate::config::{Config, Existing, LiteralCredentials};

/// The policy.
pub struct S3SecretRefs;

impl Policy for S3SecretRefs {
    type Config = Config;
    const NAME: &'static str = "s3-secret-refs";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");

    fn describe() -> Description {
        let mut selectors: Vec<Selector> = Selector::workloads()
            .into_iter()
            .map(|selector| selector.containing(&["objstore"]))
            .collect();
        for kind in ["Prometheus", "ThanosRuler"] {
            selectors
                .push(Selector::manifest(sites::GROUP, kind).containing(&["objectStorageConfig"]));
        }
        selectors.extend(definition::selectors());
        Description {
            title: Text {
                en: "Object storage is reachable, and its keys are not in Git",
                ko: "오브젝트 스토리지에 접근할 수 있고 그 키는 Git에 없습니다",
            },
            selectors,
            rules: catalogue::RULES,
            // Which keys a Secret has is all that these rules ask.
            secrets: false,
        }
    }

    fn check(config: &Config) -> Vec<ConfigProblem> {
        config.problems()
    }

    fn review(config: &Config, set: &ResourceSet, out: &mut Outcome) {
        let sites = sites::all(set);
        if !sites.is_empty() {
            judge::review(set, &sites, &definition::all(set, config), out);
        }
    }
}

krmguard_sdk::export!(S3SecretRefs);
