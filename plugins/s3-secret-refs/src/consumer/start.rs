//! Whether a component starts, and uploads: S303, S304 (its flags), S311 and S314.

use krmguard_sdk::{CommandLine, Outcome, ResourceSet};
use serde_json::Value;

use super::{Consumer, From, Job, Runs};
use crate::generated;
use crate::sites::FLAGS;

/// Judges the components, whatever their documents hold. Patches of a source overlay may add what is missing.
pub(crate) fn review(set: &ResourceSet, consumers: &[Consumer<'_>], out: &mut Outcome) {
    let patched = generated::patched(set);
    for consumer in consumers {
        if let Some(runs) = &consumer.runs {
            both(consumer, runs, out);
        }
        if !patched {
            unreachable(consumer, out);
            without(consumer, out);
        }
    }
}

/// S304: Thanos takes the configuration or a file that holds it, never both.
fn both(consumer: &Consumer<'_>, runs: &Runs<'_>, out: &mut Outcome) {
    for name in FLAGS {
        let given = |name: &str| {
            let mut flags = runs.line.all(name);
            flags.find(|flag| flag.value().is_some_and(|value| !value.is_empty()))
        };
        if let (Some(inline), Some(file)) = (given(name), given(&format!("{name}-file"))) {
            out.find("S304", consumer.resource)
                .at(&*file.token.pointer)
                .say(format!(
                    "{} has both `--{name}` and `--{name}-file`: Thanos ends at start",
                    runs.title()
                ))
                .remedy("keep one of the two flags")
                .note_at(
                    consumer.resource,
                    &*inline.token.pointer,
                    format!("`--{name}` is here"),
                );
        }
    }
}

/// S303 and S304: what a flag names is not there.
fn unreachable(consumer: &Consumer<'_>, out: &mut Outcome) {
    for used in &consumer.uses {
        let draft = match &used.from {
            From::Missing(gap) => out
                .find("S303", consumer.resource)
                .say(format!(
                    "{} names a file that is not there: {}",
                    used.what, gap.why
                ))
                .remedy(&*gap.remedy),
            From::Unset(name) => out
                .find("S304", consumer.resource)
                .say(format!(
                    "{} is `$({name})`, which the container does not set: Thanos ends at start",
                    used.what
                ))
                .remedy(format!(
                    "set `{name}` under `env`, from the Secret's key (`valueFrom.secretKeyRef`)"
                )),
            _ => continue,
        };
        let draft = draft.at(&*used.at);
        if let Some(range) = &used.range {
            draft.range(range.clone());
        }
    }
}

/// S311 and S314: no object store at all.
fn without(consumer: &Consumer<'_>, out: &mut Outcome) {
    let Some(runs) = &consumer.runs else {
        return operand(consumer, out);
    };
    // Kingpin reads further arguments from `@file`.
    let hidden = runs
        .line
        .tokens
        .iter()
        .any(|token| token.text.starts_with(['@', '$']));
    let asked = runs.line.flags().any(|flag| {
        let name = flag.name.strip_suffix("-file").unwrap_or(flag.name);
        (name == FLAGS[0] && flag.value() != Some(""))
            || matches!(flag.name, "help" | "help-long" | "help-man" | "version")
    });
    if hidden || asked {
        return;
    }
    let at =
        subcommand(&runs.line, consumer.job).unwrap_or_else(|| runs.container.pointer().to_owned());
    let title = runs.title();
    let (rule, message) = match consumer.job {
        Job::Store | Job::Compact => {
            let name = if consumer.job == Job::Store {
                "store"
            } else {
                "compact"
            };
            (
                "S311",
                format!("{title} runs `thanos {name}` without an object store: it ends at start"),
            )
        }
        Job::Receive if ingests(&runs.line) => (
            "S314",
            format!(
                "{title} receives samples and has no object store: blocks are never uploaded, and go with the retention"
            ),
        ),
        Job::Rule
            if !given(&runs.line, "remote-write.config")
                && !given(&runs.line, "remote-write.config-file") =>
        {
            (
                "S314",
                format!(
                    "{title} is a ruler with neither remote write nor an object store: what it records is never uploaded"
                ),
            )
        }
        _ => return,
    };
    out.find(rule, consumer.resource).at(at).say(message);
}

/// S314 of the operator's ruler.
fn operand(consumer: &Consumer<'_>, out: &mut Outcome) {
    let resource = consumer.resource;
    let set = |field: &str| {
        resource
            .at(&format!("/spec/{field}"))
            .is_some_and(|value| match value {
                Value::Null => false,
                Value::Array(items) => !items.is_empty(),
                _ => true,
            })
    };
    let argued = resource
        .items_at("/spec/additionalArgs")
        .iter()
        .any(|item| {
            let name = item.get("name").and_then(Value::as_str).unwrap_or_default();
            name.starts_with("objstore.") || name.starts_with("remote-write.")
        });
    let elsewhere = [
        "objectStorageConfig",
        "objectStorageConfigFile",
        "remoteWrite",
        "containers",
    ];
    if consumer.job == Job::Rule && !argued && !elsewhere.iter().any(|field| set(field)) {
        out.find("S314", resource)
            .at("/spec/objectStorageConfig")
            .say("this ruler has neither `remoteWrite` nor `objectStorageConfig`: what it records is never uploaded");
    }
}

/// Whether a receiver keeps samples: with hashrings and no endpoint of its own it only passes them on.
/// <https://thanos.io/tip/components/receive.md/>
pub(crate) fn ingests(line: &CommandLine) -> bool {
    let routes = given(line, "receive.hashrings") || given(line, "receive.hashrings-file");
    !routes || given(line, "receive.local-endpoint")
}

fn given(line: &CommandLine, name: &str) -> bool {
    line.all(name)
        .any(|flag| flag.value().is_some_and(|value| !value.is_empty()))
}

/// Where the subcommand stands.
fn subcommand(line: &CommandLine, job: Job) -> Option<String> {
    let name = match job {
        Job::Store => "store",
        Job::Compact => "compact",
        Job::Receive => "receive",
        Job::Rule => "rule",
        Job::Other => return None,
    };
    let words = line.words(super::global_takes_value);
    words
        .first()
        .filter(|word| word.text == name)
        .map(|word| word.pointer.clone())
}
