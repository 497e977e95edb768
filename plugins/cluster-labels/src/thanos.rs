//! Labels of Thanos components: the cluster's on a receiver or ruler (CL04), and those that a receiver needs (CL05).

use krmguard_sdk::pointer::join;
use krmguard_sdk::{CommandLine, Container, Flag, Outcome, ResourceSet, Role, Workload};
use serde_json::Value;

use crate::GROUP;
use crate::config::Config;
use crate::environment::{Variables, per_pod};
use crate::literal::is_literal;

/// Judges every Thanos container and every ThanosRuler that is not excluded.
pub(crate) fn review(config: &Config, set: &ResourceSet, out: &mut Outcome) {
    let central = set.role() == Some(Role::Central);
    if central {
        for ruler in set.of_kind(GROUP, "ThanosRuler") {
            let labels = ruler.map_at("/spec/labels");
            if labels.is_some_and(|labels| labels.contains_key(&config.label))
                && !config.excludes(ruler)
            {
                out.find("CL04", ruler)
                    .at(join("/spec/labels", &config.label))
                    .say(format!(
                        "the ruler puts its own `{0}` on every alert, over the `{0}` of the edge that it is about",
                        config.label
                    ));
            }
        }
    }
    for workload in set.workloads() {
        if config.excludes(workload.resource()) {
            continue;
        }
        for container in workload.containers() {
            let line = container.command_line();
            match subcommand(&container, &line) {
                Some("receive") if ingests(&line) => {
                    if central {
                        cluster_label(
                            &workload,
                            &line,
                            config,
                            "every series that it receives",
                            out,
                        );
                    }
                    receiver(&workload, &container, &line, out);
                }
                Some("rule") if central => {
                    cluster_label(&workload, &line, config, "every alert", out);
                }
                _ => {}
            }
        }
    }
}

/// The subcommand of a container that runs Thanos itself. A shell or a wrapper decides what runs.
fn subcommand<'a>(container: &Container<'_>, line: &'a CommandLine) -> Option<&'a str> {
    let thanos = match &line.program {
        Some(program) => program.text.rsplit('/').next() == Some("thanos"),
        // Rancher's mirror is called `mirrored-thanos-thanos`.
        None => container
            .image()
            .is_some_and(|image| image.name() == "thanos" || image.name().ends_with("-thanos")),
    };
    if !thanos || line.shell {
        return None;
    }
    let words = line.words(|flag| !matches!(flag, "help" | "version" | "h"));
    words.first().map(|word| word.text.as_str())
}

/// Whether a receiver writes series itself: one with hashrings and without an endpoint of its own only routes.
/// <https://github.com/thanos-io/thanos/blob/v0.38.0/cmd/thanos/receive.go>
fn ingests(line: &CommandLine) -> bool {
    let given = |name: &str| {
        line.all(name)
            .any(|flag| flag.value().is_none_or(|value| !value.is_empty()))
    };
    let hashrings = given("receive.hashrings-file") || given("receive.hashrings");
    !hashrings || given("receive.local-endpoint")
}

/// Whether a token may expand to any flag: a variable, or a file of flags.
fn opaque(line: &CommandLine) -> bool {
    line.tokens
        .iter()
        .any(|token| token.text.starts_with(['$', '@']))
}

fn cluster_label(
    workload: &Workload<'_>,
    line: &CommandLine,
    config: &Config,
    what: &str,
    out: &mut Outcome,
) {
    for flag in line.all("label") {
        let named = flag.value().and_then(|value| value.split_once('='));
        if named.is_some_and(|(name, _)| name == config.label) {
            at_value(out.find("CL04", workload.resource()), &flag).say(format!(
                "`--label` puts its own `{0}` on {what}, over the `{0}` of the edge that it comes from: edges can no longer \
                 be told apart, and a query for one of them skips this store",
                config.label
            ));
        }
    }
}

/// Points at a flag's value.
fn at_value<'a>(finding: krmguard_sdk::Draft<'a>, flag: &Flag<'_>) -> krmguard_sdk::Draft<'a> {
    let finding = finding.at(flag.value_pointer());
    match flag.value_range() {
        Some(range) => finding.range(range),
        None => finding,
    }
}

/// CL05.
fn receiver(
    workload: &Workload<'_>,
    container: &Container<'_>,
    line: &CommandLine,
    out: &mut Outcome,
) {
    let resource = workload.resource();
    let labels: Vec<Flag<'_>> = line.all("label").collect();
    if labels.is_empty() {
        if !opaque(line) {
            out.find("CL05", resource)
                .at(container.field("args"))
                .say(format!(
                    "container `{}` runs `thanos receive` without a `--label`: it ends at start (`no external labels \
                     configured for receive`)",
                    container.name()
                ));
        }
        return;
    }
    let variables = Variables::of(container);
    let mut sound = true;
    for flag in &labels {
        let Some(value) = flag.value() else {
            continue;
        };
        // What a variable holds that nobody sees here may well be right.
        let Some(text) = variables.expand(value) else {
            continue;
        };
        let wrong = match text.split_once('=') {
            None => "is no `name=\"value\"`",
            Some((_, literal)) if !is_literal(literal) => {
                "has a value that is no Go string literal: it needs double quotes of its own"
            }
            Some(_) => continue,
        };
        sound = false;
        at_value(out.find("CL05", resource), flag)
            .say(format!(
                "`--label={value}` {wrong}, so that Thanos ends at start"
            ))
            .remedy("write it as `--label=name=\"value\"`, the quotes included");
    }
    let replicas = resource.at("/spec/replicas").and_then(Value::as_u64);
    let Some(replicas @ 2..) = replicas else {
        return;
    };
    let unique = labels
        .iter()
        .any(|flag| flag.value().is_some_and(|value| per_pod(&variables, value)));
    if let (true, false, false, Some(last)) = (sound, unique, opaque(line), labels.last()) {
        at_value(out.find("CL05", resource), last)
            .say(format!(
                "{replicas} receivers with equal labels: they upload blocks that overlap, and nothing complains until the \
                 compactor halts"
            ))
            .remedy(
                "give each a label of its own: `--label=receive_replica=\"$(POD_NAME)\"`, with `POD_NAME` in `env` from \
                 the field `metadata.name`",
            )
            .note_at(resource, "/spec/replicas", "the replicas");
    }
}
