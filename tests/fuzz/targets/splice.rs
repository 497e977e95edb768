//! Asks without end: edits read back, and nothing else moves.
#![no_main]

#[path = "../../../crates/krm/tests/laws/mod.rs"]
#[expect(dead_code, reason = "one law of several")]
mod laws;

// What stands behind a NUL, which no YAML holds, says how the text is patched.
libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let end = bytes
        .iter()
        .position(|byte| *byte == 0)
        .unwrap_or(bytes.len());
    if let Ok(text) = std::str::from_utf8(&bytes[..end]) {
        let choices = bytes.get(end + 1..).unwrap_or_default();
        laws::splice::law(text, &mut laws::dice::Dice::new(choices));
    }
});
