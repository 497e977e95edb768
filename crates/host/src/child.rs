//! Another program, run to its end with nothing on its stdin, or to the end of patience.

use std::borrow::Cow;
use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::interrupt;

/// More than any program prints that is run here.
const MOST: u64 = 1 << 30;

const LOOK: Duration = Duration::from_millis(5);

/// What a program left behind.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) passed: bool,
    pub(crate) stdout: Vec<u8>,
    pub(crate) stderr: String,
}

impl Ended {
    /// What it printed, as text.
    pub(crate) fn printed(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.stdout)
    }
}

/// Why a program did not come to its end.
#[derive(Debug)]
pub(crate) enum Failed {
    /// It could not be started.
    Start(io::Error),
    /// It took longer than it may.
    Time(Duration),
}

/// Runs a command. After `limit`, or where the run itself is interrupted, it is ended with all that it started.
///
/// # Errors
/// It cannot be started, or it took too long.
pub(crate) fn run(mut command: Command, limit: Duration) -> Result<Ended, Failed> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    let mut child = interrupt::spawn(&mut command).map_err(Failed::Start)?;
    let stdout = child.stdout.take().map(reader);
    let stderr = child.stderr.take().map(reader);
    let started = Instant::now();
    let status = loop {
        match interrupt::ended(&mut child) {
            Ok(Some(status)) => break status,
            Ok(None) if started.elapsed() < limit => thread::sleep(LOOK),
            Ok(None) => {
                interrupt::end(&mut child);
                return Err(Failed::Time(limit));
            }
            Err(error) => {
                interrupt::end(&mut child);
                return Err(Failed::Start(error));
            }
        }
    };
    let collect = |reader: Option<thread::JoinHandle<Vec<u8>>>| {
        reader
            .and_then(|reader| reader.join().ok())
            .unwrap_or_default()
    };
    Ok(Ended {
        passed: status.success(),
        stdout: collect(stdout),
        stderr: String::from_utf8_lossy(&collect(stderr)).into_owned(),
    })
}

/// Reads a stream on a thread of its own: a full pipe would stop the child.
fn reader(pipe: impl Read + Send + 'static) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // What was read until the pipe broke is what there is.
        let _ = pipe.take(MOST).read_to_end(&mut bytes);
        bytes
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn sh(script: &str, limit: Duration) -> Result<Ended, Failed> {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", script]);
        run(command, limit)
    }

    #[test]
    fn what_takes_too_long_is_ended_with_its_children() {
        let started = Instant::now();
        let result = sh("sleep 60 & sleep 60", Duration::from_millis(100));
        assert!(matches!(result, Err(Failed::Time(_))), "{result:?}");
        assert!(started.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn a_refusal_says_why() {
        let ended = sh("echo no >&2; exit 3", Duration::from_secs(10)).unwrap();
        assert!(!ended.passed && ended.stderr == "no\n", "{ended:?}");
    }
}
