//! Asks without end: any string that is written comes back, as a value and as a key.
#![no_main]

#[path = "../../../crates/yaml/tests/strings/mod.rs"]
mod strings;

libfuzzer_sys::fuzz_target!(|text: &str| strings::law(text));
