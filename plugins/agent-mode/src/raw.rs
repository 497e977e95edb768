//! AG06 and AG15: Prometheus run by a plain workload instead of the operator.

use krmguard_sdk::{CommandLine, Container, Flag, Lot, Outcome, ResourceSet, Workload};

use crate::facts::{AGENT_PATH, FEATURE_FLAG, server_only};
use crate::mounted::{self, Configurations};
use crate::settings::Config;

pub(crate) fn review(config: &Config, set: &ResourceSet, out: &mut Outcome) {
    let mut configurations = Configurations::default();
    for workload in set.workloads() {
        if config.excludes(workload.resource()) || !long_running(&workload) {
            continue;
        }
        for container in workload
            .containers()
            .filter(|container| container.lot() == Lot::Main)
        {
            if is_prometheus(&container) {
                judge(&workload, &container, out);
                configurations.review(&workload, &container, config, set, out);
            }
        }
    }
}

/// Kinds that come to an end, or run nothing by themselves.
pub(crate) const SHORT_LIVED: &[&str] = &["Job", "CronJob", "PodTemplate"];

/// Whether what the workload starts is meant to stay.
pub(crate) fn long_running(workload: &Workload<'_>) -> bool {
    !SHORT_LIVED.contains(&workload.resource().kind())
}

/// Whether a container runs the Prometheus of an image whose path ends with exactly `prometheus`. The image
/// also carries promtool, and a script in a shell may run anything.
pub(crate) fn is_prometheus(container: &Container<'_>) -> bool {
    let line = container.command_line();
    let program = line.program.as_ref().map(|token| base_name(&token.text));
    container
        .image()
        .is_some_and(|image| image.name() == "prometheus")
        && !line.shell
        && program.is_none_or(|program| program == "prometheus")
}

/// The last element of a path.
pub(crate) fn base_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or_default()
}

/// Whether what a container runs is an agent, as far as its manifest tells.
enum Mode {
    Agent,
    /// A full server.
    Server,
    Unknown,
}

fn judge(workload: &Workload<'_>, container: &Container<'_>, out: &mut Outcome) {
    let line = container.command_line();
    let release = release(container);
    let feature = line.all(FEATURE_FLAG).find(|flag| names_agent(flag));
    let mode = mode(&line, feature.as_ref(), release);
    match mode {
        Mode::Agent => {
            if line.flag(AGENT_PATH).is_none() && !opaque(&line) && !works_on_a_volume(container) {
                path_missing(workload, container, out);
            }
        }
        Mode::Server => server(workload, container, feature.as_ref(), release, out),
        // A variable may hold `--agent`; 2.x knows the feature and 3.x does not: where nobody can tell, nothing is said.
        Mode::Unknown => {}
    }
    if let (Some(flag), Some(3..), Mode::Agent | Mode::Unknown) = (&feature, release, &mode) {
        out.find("AG06", workload.resource())
            .at(flag.value_pointer())
            .say("the feature `agent` left Prometheus in 3.0, which only warns about it; `--agent` is what counts")
            .remedy(format!("remove `agent` from `--{FEATURE_FLAG}`"));
    }
    for flag in line.flags().filter(|flag| server_only(flag.name)) {
        out.find("AG06", workload.resource())
            .at(flag.token.pointer.as_str())
            .say(format!(
                "`--{}` is for servers only: an agent ends with exit code 3 on it",
                flag.name
            ))
            .remedy("remove it");
    }
}

fn mode(line: &CommandLine, feature: Option<&Flag<'_>>, release: Option<u64>) -> Mode {
    let last = line.flags().filter(|flag| flag.is("agent")).last();
    match (last, feature, release) {
        (Some(flag), _, _) if flag.name == "agent" => Mode::Agent,
        (Some(_), _, _) => Mode::Server,
        (None, Some(_), Some(..=2)) => Mode::Agent,
        (None, Some(_), None) => Mode::Unknown,
        (None, _, _) if opaque(line) => Mode::Unknown,
        (None, _, _) => Mode::Server,
    }
}

/// The major version that the image's tag states.
fn release(container: &Container<'_>) -> Option<u64> {
    let tag = container.image()?.tag?;
    let digits = tag.strip_prefix('v').unwrap_or(&tag);
    let end = digits
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(digits.len());
    // A date is no release.
    digits[..end].parse().ok().filter(|major| *major < 100)
}

fn names_agent(flag: &Flag<'_>) -> bool {
    flag.value()
        .is_some_and(|value| value.split(',').any(|feature| feature.trim() == "agent"))
}

/// Whether an argument is a variable, of Kubernetes or of a template: it may expand to any flag.
fn opaque(line: &CommandLine) -> bool {
    line.tokens.iter().any(|token| token.text.starts_with('$'))
}

/// A working directory that is stated and mounted is a fine place for the buffer.
fn works_on_a_volume(container: &Container<'_>) -> bool {
    let directory = container
        .value()
        .get("workingDir")
        .and_then(|value| value.as_str());
    directory.is_some_and(|directory| mounted::covering(container, directory).is_some())
}

fn server(
    workload: &Workload<'_>,
    container: &Container<'_>,
    feature: Option<&Flag<'_>>,
    release: Option<u64>,
    out: &mut Outcome,
) {
    let resource = workload.resource();
    if let Some(flag) = feature {
        let mut finding = out
            .find("AG06", resource)
            .at(flag.value_pointer())
            .say(format!(
                "{resource} is a full server: the feature `agent` left Prometheus in 3.0, which only warns about it"
            ))
            .remedy(format!("replace `--{FEATURE_FLAG}=agent` by `--agent`"));
        if let Some(range) = flag.value_range() {
            finding = finding.range(range);
        }
        finding.id();
        return;
    }
    if let Some(flag) = container.command_line().flag("no-agent") {
        out.find("AG06", resource)
            .at(flag.token.pointer.as_str())
            .say(format!(
                "{resource} is a full server on an edge: `--no-agent` says so"
            ))
            .remedy("replace it by `--agent`");
        return;
    }
    let wanted = match release {
        Some(..=2) => "`--enable-feature=agent`, or Prometheus 3 with `--agent`",
        _ => "`--agent`",
    };
    out.find("AG06", resource)
        .at(container.field("args"))
        .say(format!(
            "{resource} runs Prometheus as a full server on an edge: the container `{}` lacks {wanted}",
            container.name()
        ));
}

fn path_missing(workload: &Workload<'_>, container: &Container<'_>, out: &mut Outcome) {
    out.find("AG15", workload.resource())
        .at(container.field("args"))
        .say(format!(
            "{}: without `--{AGENT_PATH}` the container `{}` buffers in `data-agent` below its working directory",
            workload.resource(),
            container.name()
        ));
}
