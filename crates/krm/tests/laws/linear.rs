//! Time in proportion to the text.

use std::time::{Duration, Instant};

use krm::Input;
use krmguard_yaml::{Limits, parse};

/// So much text that going back over it once per line would take minutes, and reading it once milliseconds.
const SIZE: usize = 256 * 1024;

/// `unit` repeated between `head` and `tail` is read, and its first object located in, before `patience` ends.
pub(crate) fn law(head: &str, unit: &str, tail: &str, patience: Duration) {
    if unit.is_empty() {
        return;
    }
    let text = format!("{head}{}{tail}", unit.repeat(SIZE / unit.len() + 1));
    let start = Instant::now();
    if let Ok(input) = Input::read("in", text.as_bytes().to_vec()) {
        for index in (0..input.len()).take(2) {
            let _ = input.value(index);
            let _ = input.locate(index, "/metadata/labels/a", Some((0, 1)));
        }
    }
    let read = start.elapsed();
    let limits = Limits::default();
    for document in parse(&text, &limits).unwrap_or_default() {
        let _ = document.to_json(&limits);
    }
    let parsed = start.elapsed() - read;
    assert!(
        read < patience && parsed < patience,
        "{read:?} by lines, {parsed:?} by the parser: {head:?}, {unit:?} repeated, {tail:?}"
    );
}
