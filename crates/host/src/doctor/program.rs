//! Programs of this machine: where they are, and what they answer.

use std::env;
use std::io::{self, Read};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// No question here takes longer, on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a program left behind.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) passed: bool,
    pub(super) stdout: String,
    pub(super) stderr: String,
}

/// What PATH has under a name.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    Program(PathBuf),
    /// A file that may not be run.
    NoProgram(PathBuf),
    Nothing,
}

pub(super) fn on_path(name: &str) -> Found {
    let path = env::var_os("PATH").unwrap_or_default();
    let places = || {
        env::split_paths(&path)
            .filter(|folder| folder.is_absolute())
            .map(|folder| folder.join(name))
    };
    match places().find(|place| is_program(place)) {
        Some(program) => Found::Program(program),
        None => match places().find(|place| place.is_file()) {
            Some(file) => Found::NoProgram(file),
            None => Found::Nothing,
        },
    }
}

pub(super) fn is_program(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|about| about.is_file() && about.permissions().mode() & 0o111 != 0)
}

/// Runs a program to its end, or to the end of patience.
///
/// # Errors
/// It cannot be started, or it took too long and was ended.
pub(super) fn ask(program: &Path, arguments: &[&str], folder: &Path) -> io::Result<Answer> {
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let stdout = drain(child.stdout.take());
    let stderr = drain(child.stderr.take());
    let passed = wait(&mut child)?;
    let text = |reader: thread::JoinHandle<Vec<u8>>| {
        String::from_utf8_lossy(&reader.join().unwrap_or_default()).into_owned()
    };
    Ok(Answer {
        passed,
        stdout: text(stdout),
        stderr: text(stderr),
    })
}

/// Reads a stream on a thread of its own: a full pipe would stop the child.
fn drain(stream: Option<impl Read + Send + 'static>) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        if let Some(mut stream) = stream {
            // What was read before an error is what there is.
            let _ = stream.read_to_end(&mut bytes);
        }
        bytes
    })
}

fn wait(child: &mut Child) -> io::Result<bool> {
    let begun = Instant::now();
    loop {
        if let Some(status) = child.try_wait()? {
            return Ok(status.success());
        }
        if begun.elapsed() > PATIENCE {
            child.kill()?;
            child.wait()?;
            return Err(io::ErrorKind::TimedOut.into());
        }
        thread::sleep(Duration::from_millis(5));
    }
}
