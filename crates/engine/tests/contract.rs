//! The contract does not break under plugins that are already built.
#![allow(clippy::unwrap_used)]

use std::path::Path;

use wit_component::semver_check;
use wit_parser::{Resolve, WorldId};

/// `wit/policy.wit` as plugins of version 0.1 were built against. Until the first tag the contract
/// is a draft and this file may follow it; afterwards it never changes.
const FROZEN: &str = include_str!("frozen/policy-0.1.wit");

fn current() -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit/policy.wit"))
        .unwrap()
}

/// Whether a plugin of `old` fits a host of `new`.
fn fits(old: (&str, &str), new: (&str, &str)) -> bool {
    let mut resolve = Resolve::default();
    let mut push = |(text, world): (&str, &str), version: &str| -> WorldId {
        // Two packages of one name and version cannot be compared.
        let text = text.replacen(
            "krmguard:policy@0.1.0",
            &format!("krmguard:policy@{version}"),
            1,
        );
        let package = resolve.push_str(version, &text).unwrap();
        resolve.select_world(&[package], Some(world)).unwrap()
    };
    let (old, new) = (push(old, "0.0.1"), push(new, "0.0.2"));
    semver_check(resolve, old, new).is_ok()
}

#[test]
fn a_plugin_of_the_frozen_contract_fits() {
    let current = current();
    for world in ["plugin", "fleet-plugin"] {
        assert!(fits((FROZEN, world), (&current, world)), "world {world}");
    }
    // A fleet plugin is a plugin; the reverse is what the host probes for.
    assert!(fits((FROZEN, "fleet-plugin"), (&current, "plugin")));
    assert!(!fits((FROZEN, "plugin"), (&current, "fleet-plugin")));
}

#[test]
fn what_breaks_a_plugin_is_seen() {
    let changed = |from: &str, to: &str| {
        assert!(FROZEN.contains(from), "{from}");
        FROZEN.replacen(from, to, 1)
    };
    for broken in [
        changed(
            "message: string }\n\n  record finding",
            "message: string, more: bool }\n\n  record finding",
        ),
        changed("error, warning, info", "error, warning, info, debug"),
        changed(
            "validate-config: func(config: string)",
            "validate-config: func(config: string, more: bool)",
        ),
    ] {
        assert!(!fits((FROZEN, "plugin"), (&broken, "plugin")), "{broken}");
    }
    let grown = changed(
        "world plugin {",
        "interface more { f: func(); }\nworld plugin {",
    );
    assert!(fits((FROZEN, "plugin"), (&grown, "plugin")));
}
