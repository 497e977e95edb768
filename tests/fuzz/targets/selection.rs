//! Asks without end: what is never parsed is what no policy asked for.
#![no_main]

#[path = "../../../crates/krm/tests/laws/mod.rs"]
#[expect(dead_code, reason = "one law of several")]
mod laws;

libfuzzer_sys::fuzz_target!(|text: &str| laws::selection::law(text));
