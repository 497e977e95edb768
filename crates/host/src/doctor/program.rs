//! Programs of this machine: what they answer.

use std::io::{self, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

pub(super) use crate::programs::{Found, is_program, on_path};

/// No question here takes longer, on the slowest machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// What a program left behind.
#[derive(Debug)]
pub(super) struct Answer {
    pub(super) passed: bool,
    pub(super) stdout: String,
    pub(super) stderr: String,
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
