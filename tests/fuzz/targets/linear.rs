//! Asks without end: time in proportion to the text.
#![no_main]

#[path = "../../../crates/krm/tests/laws/mod.rs"]
#[expect(dead_code, reason = "one law of several")]
mod laws;

use std::time::Duration;

// Two NULs, which no YAML holds, part what is repeated from what stands around it.
libfuzzer_sys::fuzz_target!(|text: &str| {
    let mut parts = text.split('\0');
    if let (Some(head), Some(unit), Some(tail)) = (parts.next(), parts.next(), parts.next()) {
        laws::linear::law(head, unit, tail, Duration::from_secs(3));
    }
});
