//! How a test says that it did not run.

use std::io::Write;

/// Says `skipped: no WHAT (TEST)` on the real stderr: what libtest captures nobody would read.
pub fn say(what: &str) {
    let thread = std::thread::current();
    let test = thread.name().unwrap_or("?");
    // In one piece, because tests speak at the same time. A closed stderr leaves nobody to tell.
    let line = format!("skipped: no {what} ({test})\n");
    let _ = std::io::stderr().write_all(line.as_bytes());
}

/// Whether the environment forbids skipping for want of `what`: `KRMGUARD_REQUIRE_TOOLS=kustomize,fixtures`.
pub fn forbidden(what: &str) -> bool {
    std::env::var("KRMGUARD_REQUIRE_TOOLS")
        .is_ok_and(|names| names.split([',', ' ']).any(|name| name == what))
}
