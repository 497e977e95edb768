//! Trees of files, and the real kustomize and kubectl that build them.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use crate::{krmguard, read, root, skip, tools};

/// How every kustomization begins.
pub const KUSTOMIZATION: &str =
    "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\n";

/// The flags without which no exec function runs.
pub const EXEC: [&str; 2] = ["--enable-alpha-plugins", "--enable-exec"];

/// A folder to build, and beside it one for programs and for what they saw: the first holds nothing that
/// a test did not write.
pub struct Tree {
    files: TempDir,
    beside: TempDir,
}

impl Default for Tree {
    fn default() -> Self {
        Self::new()
    }
}

impl Tree {
    /// An empty one.
    pub fn new() -> Self {
        let folder = || match tempfile::tempdir() {
            Ok(folder) => folder,
            Err(error) => panic!("no temporary folder: {error}"),
        };
        let (files, beside) = (folder(), folder());
        for name in ["bin", "seen", "tmp"] {
            create(&beside.path().join(name));
        }
        Self { files, beside }
    }

    /// Writes a file; `path` is relative, and its folders are made.
    #[must_use]
    pub fn with(self, path: &str, text: &str) -> Self {
        write(&self.inside(path), text);
        self
    }

    /// The kustomization of `folder` (empty: the tree's own): its first two lines, then `body`.
    #[must_use]
    pub fn kustomization(self, folder: &str, body: &str) -> Self {
        let path = self.inside(folder).join("kustomization.yaml");
        write(&path, &format!("{KUSTOMIZATION}{body}"));
        self
    }

    /// A shell script in the tree, executable.
    #[must_use]
    pub fn script(self, path: &str, body: &str) -> Self {
        executable(&self.inside(path), body);
        self
    }

    /// A shell script outside the tree, found on PATH before everything else.
    #[must_use]
    pub fn program(self, name: &str, body: &str) -> Self {
        executable(&self.beside.path().join("bin").join(name), body);
        self
    }

    /// A shell script where kustomize looks for the legacy plugin `kind` of `example.com/v1`.
    #[must_use]
    pub fn plugin(self, kind: &str, body: &str) -> Self {
        let folder = self.beside.path().join("plugins/example.com/v1");
        executable(&folder.join(kind.to_lowercase()).join(kind), body);
        self
    }

    /// Copies a folder of the repository to `path`, and what is in it.
    #[must_use]
    pub fn copy(self, folder: impl AsRef<Path>, path: &str) -> Self {
        copy(&root().join(folder), &self.inside(path));
        self
    }

    fn inside(&self, path: &str) -> PathBuf {
        assert!(!path.starts_with('/'), "{path} leaves the tree");
        self.files.path().join(path)
    }

    /// Where it lies.
    pub fn path(&self) -> &Path {
        self.files.path()
    }

    /// What a script wrote to `$SEEN/name`; `None` where it wrote nothing.
    pub fn seen(&self, name: &str) -> Option<String> {
        let path = self.beside.path().join("seen").join(name);
        path.is_file().then(|| read(path))
    }

    /// The names of the files that were left in the folder for temporary ones.
    pub fn left_behind(&self) -> Vec<String> {
        let entries = match fs::read_dir(self.beside.path().join("tmp")) {
            Ok(entries) => entries,
            Err(error) => panic!("tmp: {error}"),
        };
        entries
            .flatten()
            .map(|entry| entry.file_name().to_string_lossy().into_owned())
            .collect()
    }

    /// `kustomize build`; `None`, and said so, where there is no kustomize.
    pub fn kustomize(&self) -> Option<Build<'_>> {
        let program = tools::find("kustomize")?;
        Some(self.build(program, "build"))
    }

    /// The same, where helm is there too.
    pub fn kustomize_with_helm(&self) -> Option<Build<'_>> {
        tools::find("helm")?;
        Some(self.kustomize()?.flags(&["--enable-helm"]))
    }

    /// `kubectl kustomize`; `None`, and said so, where there is no kubectl.
    pub fn kubectl(&self) -> Option<Build<'_>> {
        let program = tools::find("kubectl")?;
        Some(self.build(program, "kustomize"))
    }

    fn build(&self, program: PathBuf, subcommand: &str) -> Build<'_> {
        let mut command = Command::new(program);
        command
            .arg(subcommand)
            .env("PATH", self.search_path())
            .env("SEEN", self.beside.path().join("seen"))
            .env("TMPDIR", self.beside.path().join("tmp"))
            .env("KUSTOMIZE_PLUGIN_HOME", self.beside.path().join("plugins"))
            .env_remove("RUST_LOG")
            .stdin(Stdio::null());
        Build {
            command,
            folder: self.files.path().to_owned(),
            tree: self,
        }
    }

    /// Our own programs, krmguard, what `make tools` installs, and the rest.
    fn search_path(&self) -> OsString {
        let program = krmguard::program();
        let own = [
            self.beside.path().join("bin"),
            program.parent().unwrap_or(Path::new(".")).to_owned(),
            root().join(".tools/bin"),
        ];
        let path = env::var_os("PATH").unwrap_or_default();
        match env::join_paths(own.into_iter().chain(env::split_paths(&path))) {
            Ok(path) => path,
            Err(error) => panic!("PATH: {error}"),
        }
    }
}

/// One build in the making.
pub struct Build<'a> {
    command: Command,
    folder: PathBuf,
    tree: &'a Tree,
}

impl Build<'_> {
    #[must_use]
    pub fn flags(mut self, flags: &[&str]) -> Self {
        self.command.args(flags);
        self
    }

    /// Builds this folder of the tree instead of its root.
    #[must_use]
    pub fn at(mut self, folder: &str) -> Self {
        self.folder = self.tree.path().join(folder);
        self
    }

    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.command.env(name, value);
        self
    }

    pub fn run(mut self) -> Built {
        self.command.arg(".").current_dir(&self.folder);
        match self.command.output() {
            Ok(output) => Built::from(output),
            Err(error) => panic!("{:?}: {error}", self.command.get_program()),
        }
    }
}

/// What a build left.
#[derive(Debug)]
pub struct Built {
    pub passed: bool,
    pub stdout: String,
    pub stderr: String,
}

impl From<Output> for Built {
    fn from(output: Output) -> Self {
        Self {
            passed: output.status.success(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        }
    }
}

impl Built {
    /// Its stdout, where it succeeded.
    #[track_caller]
    pub fn passed(self) -> String {
        assert!(self.passed, "the build failed:\n{}", self.stderr);
        self.stdout
    }

    /// Its stderr, where it failed and printed nothing.
    #[track_caller]
    pub fn refused(self) -> String {
        assert!(!self.passed, "the build passed:\n{}", self.stderr);
        assert_eq!(self.stdout, "");
        self.stderr
    }
}

/// The minor version of the kustomize 5 inside kubectl; `None`, and said so, where there is no kubectl.
pub fn embedded_minor() -> Option<u32> {
    let kubectl = tools::find("kubectl")?;
    let output = Command::new(kubectl)
        .args(["version", "--client", "--output", "json"])
        .output();
    let version = output
        .ok()
        .and_then(|output| serde_json::from_slice::<Value>(&output.stdout).ok())
        .and_then(|version| version["kustomizeVersion"].as_str().map(str::to_owned));
    let minor = version.as_deref().and_then(|version| {
        let minor = version.strip_prefix("v5.")?.split('.').next()?;
        minor.parse().ok()
    });
    if minor.is_none() {
        skip::say("kubectl with kustomize 5");
    }
    minor
}

/// A configuration for an exec function of the kind `Fn`, called as `path`.
pub fn exec(path: &str) -> String {
    function(&format!("exec: {{path: {path}}}"))
}

/// A configuration of the kind `Fn` with this text as its function annotation.
pub fn function(annotation: &str) -> String {
    format!(
        "apiVersion: example.com/v1
kind: Fn
metadata:
  name: fn
  annotations:
    config.kubernetes.io/function: |
      {annotation}
"
    )
}

fn executable(path: &Path, body: &str) {
    write(path, &format!("#!/bin/sh\n{body}\n"));
    if let Err(error) = fs::set_permissions(path, fs::Permissions::from_mode(0o755)) {
        panic!("{}: {error}", path.display());
    }
}

fn write(path: &Path, text: &str) {
    if let Some(folder) = path.parent() {
        create(folder);
    }
    if let Err(error) = fs::write(path, text) {
        panic!("{}: {error}", path.display());
    }
}

fn create(folder: &Path) {
    if let Err(error) = fs::create_dir_all(folder) {
        panic!("{}: {error}", folder.display());
    }
}

fn copy(from: &Path, to: &Path) {
    create(to);
    let entries = match fs::read_dir(from) {
        Ok(entries) => entries,
        Err(error) => panic!("{}: {error}", from.display()),
    };
    for entry in entries.flatten() {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else if let Err(error) = fs::copy(&from, &to) {
            panic!("{}: {error}", from.display());
        }
    }
}
