//! Programs of this machine: what they answer.

use std::io;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::child;
pub(super) use crate::child::Ended;
pub(super) use crate::programs::{Found, is_program, on_path};

/// No question here takes longer, on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Runs a program to its end, or to the end of patience.
///
/// # Errors
/// It cannot be started, or it took too long and was ended.
pub(super) fn ask(program: &Path, arguments: &[&str], folder: &Path) -> io::Result<Ended> {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(folder);
    child::run(command, PATIENCE).map_err(|failed| match failed {
        child::Failed::Start(error) => error,
        child::Failed::Time(_) => io::ErrorKind::TimedOut.into(),
    })
}
