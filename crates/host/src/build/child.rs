//! Another program, run with little environment, little patience, and nothing on its stdin.

use std::env;
use std::io::{self, Read};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process_group};

/// What a child needs to reach a chart's repository; everything else it must not see.
const PASSED: [&str; 13] = [
    "PATH",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "HELM_REGISTRY_CONFIG",
    "HELM_REPOSITORY_CONFIG",
    "SSH_AUTH_SOCK",
    "TZ",
];

/// More than any build prints.
const MOST: u64 = 1 << 30;

const LOOK: Duration = Duration::from_millis(5);

/// Why there is no output.
#[derive(Debug)]
pub(super) enum Failed {
    /// It could not be started.
    Start(io::Error),
    /// It took longer than it may.
    Time(Duration),
    /// It said no; what it said on stderr.
    Exit(String),
}

/// A command in a cleared environment, whose home and temporary folder are `home`.
pub(super) fn command(program: &Path, home: &Path) -> Command {
    let mut command = Command::new(program);
    command.env_clear();
    for name in PASSED {
        if let Some(value) = env::var_os(name) {
            command.env(name, value);
        }
    }
    command
        .env("HOME", home)
        .env("TMPDIR", home)
        .env("LC_ALL", "C");
    for (name, folder) in [
        ("XDG_CACHE_HOME", ".cache"),
        ("XDG_CONFIG_HOME", ".config"),
        ("XDG_DATA_HOME", ".data"),
    ] {
        command.env(name, home.join(folder));
    }
    command
}

/// What the command prints. After `limit` it is ended, with all that it started.
pub(super) fn run(mut command: Command, limit: Duration) -> Result<Vec<u8>, Failed> {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .process_group(0);
    let mut child = command.spawn().map_err(Failed::Start)?;
    let stdout = child.stdout.take().map(reader);
    let stderr = child.stderr.take().map(reader);
    let started = Instant::now();
    let status = loop {
        match child.try_wait() {
            Ok(Some(status)) => break status,
            Ok(None) if started.elapsed() < limit => thread::sleep(LOOK),
            Ok(None) => {
                end(&mut child);
                return Err(Failed::Time(limit));
            }
            Err(error) => {
                end(&mut child);
                return Err(Failed::Start(error));
            }
        }
    };
    let collect = |reader: Option<thread::JoinHandle<Vec<u8>>>| {
        reader
            .and_then(|reader| reader.join().ok())
            .unwrap_or_default()
    };
    let (stdout, stderr) = (collect(stdout), collect(stderr));
    match status.success() {
        true => Ok(stdout),
        false => Err(Failed::Exit(String::from_utf8_lossy(&stderr).into_owned())),
    }
}

fn reader(pipe: impl Read + Send + 'static) -> thread::JoinHandle<Vec<u8>> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // What was read until the pipe broke is what there is.
        let _ = pipe.take(MOST).read_to_end(&mut bytes);
        bytes
    })
}

/// Ends a child and its own children, which are of its process group.
fn end(child: &mut Child) {
    // It may have ended meanwhile.
    let _ = kill_process_group(Pid::from_child(child), Signal::KILL);
    let _ = child.kill();
    let _ = child.wait();
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    fn sh(script: &str, limit: Duration) -> Result<Vec<u8>, Failed> {
        let mut command = command(Path::new("/bin/sh"), Path::new("/nowhere"));
        command.args(["-c", script]);
        run(command, limit)
    }

    #[test]
    fn a_child_sees_no_environment_but_what_it_needs() {
        let seen = String::from_utf8(sh("env", Duration::from_secs(10)).unwrap()).unwrap();
        assert!(seen.contains("HOME=/nowhere\n"), "{seen}");
        assert!(!seen.contains("CARGO"), "{seen}");
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
        let result = sh("echo no >&2; exit 3", Duration::from_secs(10));
        assert!(
            matches!(&result, Err(Failed::Exit(why)) if why == "no\n"),
            "{result:?}"
        );
    }
}
