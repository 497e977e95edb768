//! Files that are no policy: one clear sentence each, and no code of theirs is run.
#![allow(clippy::unwrap_used)]

mod guest;

use guest::{CATALOGUE, Guest, encode, world};
use krmguard_engine::{Cache, Engine, Limits, Plugin, PluginError};
use wit_parser::Resolve;

fn load(bytes: impl Into<Vec<u8>>) -> Result<Plugin, PluginError> {
    Engine::new(Cache::Off)?.load("p.wasm", bytes.into(), None, Limits::default())
}

fn reason(bytes: impl Into<Vec<u8>>) -> String {
    match load(bytes) {
        Err(PluginError::NotAPolicy { name, reason }) if name == "p.wasm" => reason,
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("loaded"),
    }
}

#[test]
fn what_is_no_component_is_called_what_it_is() {
    assert_eq!(reason(*b""), "the file is empty");
    assert_eq!(reason(*b"apiVersion: v1\n"), "it is not WebAssembly");
    assert_eq!(reason([0xff; 64]), "it is not WebAssembly");
    assert!(reason(*b"  (component)").starts_with("it looks like WebAssembly text"));
    assert!(
        reason(wat::parse_str("(module)").unwrap()).starts_with("it is a core WebAssembly module")
    );
    assert_eq!(
        reason(*b"\0asm\x63\0\0\0"),
        "it is WebAssembly of a version that is not known here"
    );
    let native = wasmtime::Engine::default().precompile_component(&Guest::default().component());
    assert!(reason(native.unwrap()).starts_with("it is precompiled native code"));
}

#[test]
fn a_component_cut_short_is_damaged() {
    let whole = Guest::default().component();
    for length in 8..whole.len() {
        match load(&whole[..length]) {
            // Cut between two sections, it is a component of fewer sections.
            Ok(_) => assert_eq!(
                whole[length], 0,
                "only a custom section can be done without"
            ),
            Err(PluginError::NotAPolicy { reason, .. }) => assert!(
                reason.starts_with("the component is damaged or cut short")
                    || reason.starts_with("it is a component, but does not export"),
                "{length}: {reason}"
            ),
            Err(other) => panic!("{other}"),
        }
    }
}

#[test]
fn a_component_that_is_not_valid_is_refused() {
    let mut bytes = Guest::default().component();
    let body = bytes
        .windows(3)
        .position(|window| window == [0x20, 0x03, 0x6a])
        .unwrap();
    // `local.get 3; i32.add` in the body of cabi_realloc becomes `local.get 99; i32.add`.
    bytes[body + 1] = 99;
    let reason = reason(bytes);
    assert!(reason.contains("unknown local 99"), "{reason}");
}

fn exporting(wit: &str) -> Vec<u8> {
    let mut resolve = Resolve::default();
    let package = resolve.push_str("other.wit", wit).unwrap();
    let world = resolve.select_world(&[package], None).unwrap();
    let mangling = wit_parser::ManglingAndAbi::Standard32;
    encode(
        wit_component::dummy_module(&resolve, world, mangling),
        &resolve,
        world,
    )
}

#[test]
fn a_component_of_something_else_is_no_policy() {
    let other = reason(exporting("package a:b; world w { export run: func(); }"));
    assert_eq!(
        other,
        "it is a component, but does not export `krmguard:policy/policy@0.1.0`"
    );
    let later = reason(exporting(
        "package krmguard:policy@0.2.0; interface policy { f: func(); } world w { export policy; }",
    ));
    assert_eq!(
        later,
        "it was built for version 0.2.0 of krmguard:policy; this krmguard speaks 0.1"
    );
}

#[test]
fn a_policy_of_another_shape_is_refused_on_the_call() {
    let shape = reason(exporting(
        "package krmguard:policy@0.1.0; world w { export policy; } \
         interface policy { describe: func() -> u32; }",
    ));
    assert!(
        shape.starts_with("its `describe` has another type"),
        "{shape}"
    );
    let lacking = reason(exporting(
        "package krmguard:policy@0.1.0; world w { export policy; } interface policy { f: func(); }",
    ));
    assert_eq!(
        lacking,
        "it does not export the function `describe` of `krmguard:policy/policy@0.1.0`"
    );
}

#[test]
fn a_policy_that_imports_is_refused_by_name() {
    let one = reason(exporting(
        "package krmguard:policy@0.1.0; interface clock { now: func() -> u64; } \
         interface policy { f: func(); } world w { import clock; export policy; }",
    ));
    assert_eq!(
        one,
        "it imports `krmguard:policy/clock@0.1.0`; \
         a policy sees nothing but its request and must import nothing"
    );
    let two = reason(exporting(
        "package a:b; world w { import x: func(); import y: func(); import z: func(); export run: func(); }",
    ));
    assert!(two.starts_with("it imports `x` and 2 more;"), "{two}");
}

/// A component with [`CATALOGUE`] in the section that is read without running it.
fn described(mut bytes: Vec<u8>) -> Vec<u8> {
    let name = b"krmguard:describe";
    let mut section = vec![u8::try_from(name.len()).unwrap()];
    section.extend(name);
    section.extend(CATALOGUE.bytes());
    bytes.push(0);
    // LEB128.
    let mut length = section.len();
    while length > 0x7f {
        bytes.push(u8::try_from(length & 0x7f).unwrap() | 0x80);
        length >>= 7;
    }
    bytes.push(u8::try_from(length).unwrap());
    bytes.extend(section);
    bytes
}

#[test]
fn a_description_in_a_section_is_read_without_running_the_policy() {
    // It crashes before it could answer anything.
    let fields = "(func $start (unreachable)) (start $start)".to_owned();
    let bytes = Guest {
        fields,
        ..Guest::default()
    }
    .component();
    let bytes = described(bytes);
    let plugin = load(bytes).unwrap();
    assert_eq!(plugin.profile().name, "hostile");
    let Err(PluginError::Stopped { .. }) = plugin.validate_config("{}") else {
        panic!()
    };
}

#[test]
fn a_fleet_policy_is_seen_without_running_it() {
    let (resolve, world) = world("fleet-plugin");
    let mangling = wit_parser::ManglingAndAbi::Standard32;
    let fleet = encode(
        wit_component::dummy_module(&resolve, world, mangling),
        &resolve,
        world,
    );
    let has_fleet = |bytes| load(described(bytes)).unwrap().has_fleet();
    assert!(has_fleet(fleet));
    assert!(!has_fleet(Guest::default().component()));
}
