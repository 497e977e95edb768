//! Trees in a temporary folder, and the real programs that build them.

use std::fs;
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::run::Run;

/// Writes files, with the folders that they need.
pub(crate) fn plant(files: &[(&str, &str)]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        put(folder.path(), name, text);
    }
    folder
}

pub(crate) fn put(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, text).unwrap();
}

/// A program of a few lines of shell. A child writes it: a file that this process had open for writing may be busy
/// for as long as another thread's child has yet to start.
pub(crate) fn script(folder: &Path, name: &str, body: &str) {
    let mut child = Command::new("/bin/sh")
        .args(["-c", "cat > \"$0\" && chmod +x \"$0\"", name])
        .current_dir(folder)
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let text = format!("#!/bin/sh\n{body}\n");
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(text.as_bytes()).unwrap();
    drop(stdin);
    assert!(child.wait().unwrap().success());
}

/// A folder for PATH with krmguard in it.
pub(crate) fn bin() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    symlink(
        env!("CARGO_BIN_EXE_krmguard"),
        folder.path().join("krmguard"),
    )
    .unwrap();
    folder
}

/// Every file below a folder with its text, by name.
pub(crate) fn files(folder: &Path) -> Vec<(PathBuf, String)> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            match path.is_dir() {
                true => folders.push(path),
                false => found.push((path.clone(), fs::read_to_string(&path).unwrap())),
            }
        }
    }
    found.sort();
    found
}

/// The repository's root.
pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A file of `tests/samples/edge`.
pub(crate) fn sample(name: &str) -> String {
    fs::read_to_string(repository().join("tests/samples/edge").join(name)).unwrap()
}

/// Where a real program is: `.tools/bin`, else PATH. Says so where it is absent; fails where it is required.
pub(crate) fn real(name: &str) -> Option<PathBuf> {
    let own = repository().join(".tools/bin").join(name);
    let path = std::env::var_os("PATH").unwrap_or_default();
    let found = std::iter::once(own)
        .chain(std::env::split_paths(&path).map(|folder| folder.join(name)))
        .find(|program| program.is_file());
    if found.is_none() {
        let required = std::env::var("KRMGUARD_REQUIRE_TOOLS").unwrap_or_default();
        assert!(
            !required.split([',', ' ']).any(|word| word == name),
            "{name} is required here and absent: run `make tools`"
        );
        let test = std::thread::current();
        let test = test.name().unwrap_or("?").to_owned();
        // What libtest captures nobody would read.
        let _ = writeln!(std::io::stderr(), "skipped: no {name} ({test})");
    }
    found
}

/// Runs a program with nothing in its environment but what is given.
pub(crate) fn run(
    program: &Path,
    folder: &Path,
    arguments: &[&str],
    environment: &[(&str, &Path)],
) -> Run {
    let output = Command::new(program)
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("HOME", "/nonexistent")
        .envs(environment.iter().copied())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    Run {
        code: output.status.code().expect("not killed"),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}

/// krmguard, as [`run`] runs it.
pub(crate) fn krmguard(folder: &Path, arguments: &[&str], environment: &[(&str, &Path)]) -> Run {
    let program = Path::new(env!("CARGO_BIN_EXE_krmguard"));
    run(program, folder, arguments, environment)
}
