//! The cargo within cargo that compiles the policies to wasm.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result, bail, ensure};

const TARGET: &str = "wasm32-unknown-unknown";
const PROFILE: &str = "plugin";

/// Compiles the policies; one module each, in their order.
pub(crate) fn compile(
    workspace: &Path,
    policies: &[String],
    target: &Path,
) -> Result<Vec<PathBuf>> {
    ensure!(
        has_target()?,
        "the wasm target is missing: run: rustup target add wasm32-unknown-unknown"
    );
    let mut cargo = Command::new(env::var_os("CARGO").context("CARGO is not set")?);
    cargo
        .current_dir(workspace)
        .args(["build", "--locked", "--quiet", "--lib"]);
    cargo
        .args(["--profile", PROFILE, "--target", TARGET])
        .arg("--target-dir")
        .arg(target);
    for policy in policies {
        cargo.args(["-p", policy]);
    }
    for (name, _) in env::vars_os().filter(|(name, _)| outer(name)) {
        cargo.env_remove(name);
    }
    cargo.env("CARGO_ENCODED_RUSTFLAGS", flags(workspace)?);

    let run = cargo
        .output()
        .with_context(|| format!("{}", cargo.get_program().display()))?;
    if !run.status.success() {
        bail!(
            "the policies did not compile\n{}",
            String::from_utf8_lossy(&run.stderr).trim_end()
        );
    }
    let folder = target.join(TARGET).join(PROFILE);
    Ok(policies
        .iter()
        .map(|name| folder.join(name.replace('-', "_") + ".wasm"))
        .collect())
}

/// Whether the variable belongs to the outer run and would change the bytes, or the place they are
/// put. The job server stays (both runs share the cores), and so does what says where crates come
/// from.
fn outer(name: &OsStr) -> bool {
    const KEPT: &[&str] = &[
        "CARGO_HOME",
        "CARGO_HTTP_",
        "CARGO_MAKEFLAGS",
        "CARGO_NET_",
        "CARGO_REGISTR",
        "CARGO_SOURCE_",
    ];
    let name = name.to_string_lossy();
    let compilers = [
        "RUSTFLAGS",
        "RUSTC_WRAPPER",
        "RUSTC_WORKSPACE_WRAPPER",
        "RUSTC_BOOTSTRAP",
    ];
    compilers.contains(&&*name)
        || name.starts_with("CARGO_") && !KEPT.iter().any(|kept| name.starts_with(kept))
}

/// Panic messages hold paths of source files: the bytes must not depend on where the checkout and
/// the crates lie.
fn flags(workspace: &Path) -> Result<OsString> {
    let mut flags = remap(workspace, "/krmguard");
    for registry in registries() {
        flags.push("\u{1f}");
        flags.push(remap(&registry, "/crates"));
    }
    Ok(flags)
}

fn remap(from: &Path, to: &str) -> OsString {
    let mut flag = OsString::from("--remap-path-prefix=");
    flag.push(from);
    flag.push("=");
    flag.push(to);
    flag
}

/// `registry/src/*`: sources of crates, one folder per registry or mirror.
fn registries() -> Vec<PathBuf> {
    let home = env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cargo")));
    let folders = home.and_then(|home| fs::read_dir(home.join("registry/src")).ok());
    let mut paths: Vec<PathBuf> = folders
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path())
        .collect();
    paths.sort();
    paths
}

/// Whether the compiler has a standard library for wasm.
fn has_target() -> Result<bool> {
    let mut rustc = Command::new(env::var_os("RUSTC").context("RUSTC is not set")?);
    let run = rustc
        .args(["--print", "target-libdir", "--target", TARGET])
        .output();
    let run = run.with_context(|| format!("{}", rustc.get_program().display()))?;
    let folder = String::from_utf8_lossy(&run.stdout).trim().to_owned();
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names = files.map(|file| file.file_name());
    Ok(names.any(|name| name.to_string_lossy().starts_with("libcore-")))
}
