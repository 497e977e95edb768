//! What holds for any input, asked of random ones.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod edits;
mod reading;

use proptest::prelude::ProptestConfig;

fn config(cases: u32) -> ProptestConfig {
    // PROPTEST_CASES asks for more.
    let config = ProptestConfig::default();
    ProptestConfig {
        cases: config.cases.max(cases),
        failure_persistence: None,
        ..config
    }
}
