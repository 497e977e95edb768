//! `-v`: what the program does, on stderr.

use std::io;

use tracing::Level;

/// `verbose` is how often `-v` was given; 0 keeps silent and costs nothing.
pub(crate) fn start(verbose: u8) {
    let level = match verbose {
        0 => return,
        1 => Level::INFO,
        _ => Level::DEBUG,
    };
    tracing_subscriber::fmt()
        .with_max_level(level)
        .with_writer(io::stderr)
        .with_ansi(false)
        .without_time()
        .with_target(false)
        .init();
}
