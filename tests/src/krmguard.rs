//! The built program, and one run of it.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

use crate::root;

/// The program that this build made: it lies beside the one that asks, or one folder above a test.
///
/// Panics, with what to do, where it was not built.
pub fn program() -> PathBuf {
    let exe = std::env::current_exe().unwrap_or_default();
    let folders = exe.ancestors().skip(1).take(2);
    let found = folders
        .map(|folder| folder.join("krmguard"))
        .find(|program| program.is_file());
    match found {
        Some(program) => program,
        None => panic!(
            "no krmguard beside {}: run `cargo build -p host` first (with the same profile)",
            exe.display()
        ),
    }
}

/// What a run left behind. `code` is the exit code; a signal is a failed test.
#[derive(Debug)]
pub struct Run {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl Run {
    /// The run, asserted to have ended with `code`; otherwise all that it said.
    #[track_caller]
    pub fn ended(self, code: i32) -> Run {
        assert_eq!(
            self.code,
            code,
            "exit code\n--- stderr\n{}\n--- stdout (its first 4000 bytes)\n{}",
            self.stderr,
            String::from_utf8_lossy(&self.stdout.as_bytes()[..self.stdout.len().min(4000)])
        );
        self
    }
}

/// A run in the making, from the repository's root.
pub struct Krmguard {
    command: Command,
    stdin: Option<Vec<u8>>,
}

impl Krmguard {
    pub fn new<S: AsRef<OsStr>>(arguments: impl IntoIterator<Item = S>) -> Self {
        let mut command = Command::new(program());
        command.args(arguments).current_dir(root());
        // What a developer's shell happens to hold must not change what is compared.
        for name in ["NO_COLOR", "CLICOLOR_FORCE", "RUST_LOG", "RUST_BACKTRACE"] {
            command.env_remove(name);
        }
        Self {
            command,
            stdin: None,
        }
    }

    /// `words` split at blanks: for arguments that hold none.
    pub fn words(words: &str) -> Self {
        Self::new(words.split_whitespace())
    }

    #[must_use]
    pub fn stdin(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.stdin = Some(bytes.into());
        self
    }

    #[must_use]
    pub fn file(mut self, path: impl Into<OsString>) -> Self {
        self.command.arg(path.into());
        self
    }

    /// In another folder than the repository's root.
    #[must_use]
    pub fn within(mut self, folder: impl AsRef<Path>) -> Self {
        self.command.current_dir(folder);
        self
    }

    #[must_use]
    pub fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs to the end. stdin is a pipe with what was given, else /dev/null.
    pub fn run(mut self) -> Run {
        let stdin = if self.stdin.is_some() {
            Stdio::piped()
        } else {
            Stdio::null()
        };
        self.command
            .stdin(stdin)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = match self.command.spawn() {
            Ok(child) => child,
            Err(error) => panic!("{:?}: {error}", self.command.get_program()),
        };
        let feeder = child.stdin.take().zip(self.stdin).map(|(mut pipe, bytes)| {
            // A program that refuses its input early closes the pipe; that is no failure of the test.
            thread::spawn(move || drop(pipe.write_all(&bytes)))
        });
        let output = match child.wait_with_output() {
            Ok(output) => output,
            Err(error) => panic!("krmguard: {error}"),
        };
        if let Some(feeder) = feeder {
            drop(feeder.join());
        }
        let Some(code) = output.status.code() else {
            panic!("krmguard ended by {}", output.status)
        };
        let text = |bytes: Vec<u8>, stream| match String::from_utf8(bytes) {
            Ok(text) => text,
            Err(_) => panic!("krmguard wrote {stream} that is not UTF-8"),
        };
        Run {
            code,
            stdout: text(output.stdout, "stdout"),
            stderr: text(output.stderr, "stderr"),
        }
    }
}
