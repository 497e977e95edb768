//! The policy `agent-mode`: edges run Prometheus as an agent, truly.
#![forbid(unsafe_code)]

mod agent;
mod arguments;
mod catalogue;
mod chart;
mod companions;
mod conversion;
mod duration;
mod facts;
mod forbidden;
mod image;
mod mounted;
mod raw;
mod remote_write;
mod settings;

use krmguard_sdk::{
    ConfigProblem, Description, Outcome, Policy, ResourceSet, Role, Selector, Text, Unit,
};

pub use settings::{Component, Config};

/// Judges edges, and on the central cluster only what concerns agents and receivers there, and chart values that do
/// nothing.
pub struct AgentMode;

impl Policy for AgentMode {
    type Config = Config;
    const NAME: &'static str = "agent-mode";
    const VERSION: &'static str = env!("CARGO_PKG_VERSION");

    fn describe() -> Description {
        Description {
            title: Text {
                en: "Edges run Prometheus as an agent, truly",
                ko: "엣지는 Prometheus를 진짜 에이전트로 실행합니다",
            },
            selectors: selectors(),
            rules: catalogue::RULES,
            secrets: false,
        }
    }

    fn check(config: &Config) -> Vec<ConfigProblem> {
        config.problems()
    }

    fn check_unit(_: &Config, unit: &Unit) -> Vec<ConfigProblem> {
        Role::of(unit).err().into_iter().collect()
    }

    fn review(config: &Config, set: &ResourceSet, out: &mut Outcome) {
        remote_write::review(config, set, out);
        chart::review(config, set, out);
        match set.role() {
            Some(Role::Edge) => {
                conversion::review(config, set, out);
                agent::review_edge(config, set, out);
                raw::review(config, set, out);
                forbidden::review(config, set, out);
            }
            Some(Role::Central) => agent::review_central(config, set, out),
            None => {}
        }
    }
}

fn selectors() -> Vec<Selector> {
    let mut selectors = vec![
        Selector::manifest(facts::GROUP, "Prometheus"),
        Selector::manifest(facts::GROUP, "PrometheusAgent"),
        Selector::manifest(facts::GROUP, "Alertmanager"),
        Selector::manifest(facts::GROUP, "ThanosRuler"),
        Selector::chart_values(),
    ];
    // AG04: nothing follows a Prometheus without naming it by this label.
    for (group, kind) in companions::SELECTING {
        selectors.push(Selector::manifest(group, kind).containing(&[facts::OWNER_LABEL]));
    }
    for (group, kind, _) in companions::TARGETING {
        selectors.push(Selector::manifest(group, kind).containing(&["Prometheus"]));
    }
    // AG06 and AG07 know workloads by the last element of an image's path; the operator's default image
    // (AG01) stands in a flag that names Prometheus too.
    let images = ["prometheus", "alertmanager", "grafana", "thanos"];
    let workloads = Selector::workloads().into_iter();
    let lasting = workloads.filter(|selector| !raw::SHORT_LIVED.contains(&selector.kind));
    selectors.extend(lasting.map(|selector| selector.containing(&images)));
    // AG06: a mounted configuration that an agent refuses has one of these keys.
    selectors.push(Selector::manifest("", "ConfigMap").containing(mounted::REFUSED));
    selectors
}

krmguard_sdk::export!(AgentMode);
