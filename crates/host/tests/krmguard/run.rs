//! Runs the binary.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// What a run left behind.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Runs `krmguard` with these arguments and this stdin, in `folder`.
pub(crate) fn krmguard_in(folder: &Path, arguments: &[&str], stdin: &[u8]) -> Run {
    let mut child = Command::new(env!("CARGO_BIN_EXE_krmguard"))
        .args(arguments)
        .current_dir(folder)
        .env_remove("NO_COLOR")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut pipe = child.stdin.take().unwrap();
    let bytes = stdin.to_vec();
    // A child that refuses its arguments does not read: the pipe then breaks.
    let writer = std::thread::spawn(move || drop(pipe.write_all(&bytes)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    Run {
        code: output.status.code().expect("not killed"),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

pub(crate) fn krmguard(arguments: &[&str], stdin: &[u8]) -> Run {
    krmguard_in(Path::new("/"), arguments, stdin)
}

impl Run {
    /// Nothing was judged: exit 2, nothing on stdout, and one message that says all of `words`.
    #[track_caller]
    pub(crate) fn refuses(&self, words: &[&str]) {
        assert_eq!(self.code, 2, "{self:?}");
        assert_eq!(self.stdout, "", "{self:?}");
        for word in words {
            assert!(
                self.stderr.contains(word),
                "`{word}` is not in:\n{}",
                self.stderr
            );
        }
        assert!(!self.stderr.contains("panicked"), "{}", self.stderr);
    }

    /// As [`Run::refuses`], and the first line of stderr is the verdict, with the reason, and a remedy follows.
    #[track_caller]
    pub(crate) fn refuses_with_reason(&self, reason: &str, place: &str, remedy: &str) {
        self.refuses(&[reason, place, remedy]);
        let first = self.stderr.lines().next().unwrap();
        assert!(
            first.starts_with("krmguard: not judged: ") && first.contains(reason),
            "{}",
            self.stderr
        );
        let to_do: Vec<&str> = self
            .stderr
            .lines()
            .filter(|line| line.contains("to do:"))
            .collect();
        assert_eq!(to_do.len(), 1, "one message, one remedy:\n{}", self.stderr);
        assert!(to_do[0].contains(remedy), "{}", self.stderr);
    }

    #[track_caller]
    pub(crate) fn ends(&self, code: i32) -> &Run {
        assert_eq!(
            self.code, code,
            "stdout:\n{}\nstderr:\n{}",
            self.stdout, self.stderr
        );
        self
    }
}
