//! Asks without end: where documents and list items begin and end.
#![no_main]

#[path = "../../../crates/krm/tests/laws/mod.rs"]
#[expect(dead_code, reason = "one law of several")]
mod laws;

libfuzzer_sys::fuzz_target!(|text: &str| laws::boundaries::law(text));
