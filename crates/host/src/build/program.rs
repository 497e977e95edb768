//! Programs that build, with little environment.

use std::env;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::child;

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

/// Why there is no output.
#[derive(Debug)]
pub(super) enum Failed {
    /// It did not come to its end.
    Run(child::Failed),
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

/// What the command prints.
pub(super) fn run(command: Command, limit: Duration) -> Result<Vec<u8>, Failed> {
    let ended = child::run(command, limit).map_err(Failed::Run)?;
    match ended.passed {
        true => Ok(ended.stdout),
        false => Err(Failed::Exit(ended.stderr)),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_child_sees_no_environment_but_what_it_needs() {
        let mut command = command(Path::new("/bin/sh"), Path::new("/nowhere"));
        command.args(["-c", "env"]);
        let seen = run(command, Duration::from_secs(10)).unwrap();
        let seen = String::from_utf8(seen).unwrap();
        assert!(seen.contains("HOME=/nowhere\n"), "{seen}");
        assert!(!seen.contains("CARGO"), "{seen}");
    }
}
