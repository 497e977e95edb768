//! Asks without end: whatever the bytes, an answer.
#![no_main]

#[path = "../../../crates/krm/tests/laws/mod.rs"]
#[expect(dead_code, reason = "one law of several")]
mod laws;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| laws::reading::law(bytes));
