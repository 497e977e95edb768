//! Flags under the pinned version: TV06, TV12 and TV15.

use std::collections::BTreeSet;

use krmguard_sdk::{Flag, Outcome, Patch, Resource, Source, nearest};

use crate::command::Thanos;
use crate::config::Pin;
use crate::table::{ENDPOINT, RENAMED, RENAMED_SINCE, Table};

/// Judges the flags of one container that runs, or will run, the pinned version.
pub(crate) fn review(resource: &Resource, thanos: &Thanos<'_>, pin: &Pin, out: &mut Outcome) {
    let Some(subcommand) = thanos.subcommand.as_deref() else {
        return;
    };
    // Thanos knows long flags only; `-store` is no spelling of `--store`.
    let flags: Vec<Flag<'_>> = thanos
        .line
        .flags()
        .filter(|flag| flag.token.text.starts_with("--"))
        .collect();
    let renamed = |flag: &Flag<'_>| {
        subcommand == "query" && pin.version >= RENAMED_SINCE && RENAMED.contains(&flag.name)
    };
    rename(resource, thanos, &flags, renamed, pin, out);

    let Some(table) = Table::of(pin.version) else {
        return;
    };
    for flag in flags
        .iter()
        .filter(|flag| !renamed(flag) && is_literal(flag.name))
    {
        if !table.takes(subcommand, flag.name) {
            refuse(resource, subcommand, flag, table, pin, out);
        }
    }
}

/// TV15: said once, at the first container whose flags nobody checks.
pub(crate) fn review_table(resource: &Resource, thanos: &Thanos<'_>, pin: &Pin, out: &mut Outcome) {
    out.find("TV15", resource).at(thanos.image_pointer()).say(format!(
        "the flags of Thanos {} are not known here: those of this container and of the others were not checked",
        pin.version
    ));
}

/// TV06. One edit for the whole command line: which of two equal addresses goes depends on the others.
fn rename(
    resource: &Resource,
    thanos: &Thanos<'_>,
    flags: &[Flag<'_>],
    renamed: impl Fn(&Flag<'_>) -> bool,
    pin: &Pin,
    out: &mut Outcome,
) {
    let mut addresses: BTreeSet<&str> = flags
        .iter()
        .filter(|flag| flag.name == ENDPOINT)
        .filter_map(Flag::value)
        .collect();
    let mut patch = Patch::new();
    let (mut doubles_in_command, mut doubles_in_args) = (Vec::new(), Vec::new());
    let mut steps: Vec<(&Flag<'_>, bool)> = Vec::new();
    for flag in flags.iter().filter(|flag| renamed(flag)) {
        let double = flag.value().is_some_and(|value| addresses.contains(value));
        if double {
            for token in [Some(flag.token), flag.next].into_iter().flatten() {
                match token.source {
                    Source::Command => doubles_in_command.push(token.index),
                    Source::Args => doubles_in_args.push(token.index),
                }
            }
        } else {
            addresses.extend(flag.value());
            patch = patch.replace(&*flag.token.pointer, respelled(flag));
        }
        steps.push((flag, double));
    }
    let Some((first, double)) = steps.first() else {
        return;
    };
    let patch = patch
        .remove_items(&thanos.container.field("command"), doubles_in_command)
        .remove_items(&thanos.container.field("args"), doubles_in_args);

    let what = match steps.as_slice() {
        [_] => format!("`--{}` is", first.name),
        _ => format!("`--{}` and {} more are", first.name, steps.len() - 1),
    };
    let mut draft = out
        .find("TV06", resource)
        .at(&*first.token.pointer)
        .range(0..first.name.len() + 2)
        .say(format!(
            "{what} gone in Thanos {}: the query component ends at start (`unknown long flag`)",
            pin.version
        ))
        .remedy(if *double {
            format!("remove it: `--{ENDPOINT}` names the same address")
        } else {
            format!("write `{}`", respelled(first))
        })
        .current(&*first.token.text);
    if !*double {
        draft = draft.proposed(respelled(first));
    }
    for (flag, double) in &steps[1..] {
        let message = if *double {
            format!(
                "`--{}` names an address that `--{ENDPOINT}` has: it goes",
                flag.name
            )
        } else {
            format!("`--{}` becomes `--{ENDPOINT}`", flag.name)
        };
        draft = draft.note_at(resource, &*flag.token.pointer, message);
    }
    let finding = draft.id();
    out.edit("TV06", finding, resource, patch);
}

/// The flag's token under its new name.
fn respelled(flag: &Flag<'_>) -> String {
    match flag.joined {
        Some(value) => format!("--{ENDPOINT}={value}"),
        None => format!("--{ENDPOINT}"),
    }
}

/// TV12.
fn refuse(
    resource: &Resource,
    subcommand: &str,
    flag: &Flag<'_>,
    table: Table,
    pin: &Pin,
    out: &mut Outcome,
) {
    let Flag { name, .. } = flag;
    let (why, remedy) = if *name == "store-strict" {
        (
            "it is gone".to_owned(),
            format!("write `--{ENDPOINT}-strict`, and name each address once"),
        )
    } else if table.came_later(subcommand, name) {
        ("it came with v0.39".to_owned(), "remove it".to_owned())
    } else {
        let remedy = match nearest(name, table.flags(subcommand)) {
            Some(known) => format!("did you mean `--{known}`?"),
            None => "remove it".to_owned(),
        };
        (format!("`thanos {subcommand}` has no such flag"), remedy)
    };
    out.find("TV12", resource)
        .at(&*flag.token.pointer)
        .range(0..name.len() + 2)
        .say(format!(
            "Thanos {} refuses `--{name}` and ends at start: {why}",
            pin.version
        ))
        .remedy(remedy)
        .current(&*flag.token.text);
}

/// Whether the name is written out: a variable or a template in it means that nobody knows yet what it is.
fn is_literal(name: &str) -> bool {
    name.chars()
        .all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
}
