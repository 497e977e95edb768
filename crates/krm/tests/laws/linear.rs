//! Time in proportion to the text.

use std::fs;
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
    let start = clock();
    if let Ok(input) = Input::read("in", text.as_bytes().to_vec()) {
        for index in (0..input.len()).take(2) {
            let _ = input.value(index);
            let _ = input.locate(index, "/metadata/labels/a", Some((0, 1)));
        }
    }
    let read = clock() - start;
    let limits = Limits::default();
    for document in parse(&text, &limits).unwrap_or_default() {
        let _ = document.to_json(&limits);
    }
    let parsed = clock() - start - read;
    assert!(
        read < patience && parsed < patience,
        "{read:?} by lines, {parsed:?} by the parser: {head:?}, {unit:?} repeated, {tail:?}"
    );
}

/// CPU time of this thread where the system tells, else the time that passes: other work on the machine then counts.
pub(crate) fn clock() -> Duration {
    thread_local!(static START: Instant = Instant::now());
    let told = fs::read_to_string("/proc/thread-self/schedstat").ok();
    let nanoseconds = told.and_then(|line| line.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| START.with(Instant::elapsed), Duration::from_nanos)
}
