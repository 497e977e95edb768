//! Turns every folder of `plugins/` into a component, and writes the list of them.

#![allow(clippy::print_stdout, reason = "how a build script speaks to cargo")]

mod component;
mod describe;
mod list;
mod nested;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use anyhow::{Context, Result};

fn main() -> ExitCode {
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            // Cargo shows the lines of this directive as errors of its own.
            for line in format!("{why:#}").lines() {
                println!("cargo::error={line}");
            }
            ExitCode::SUCCESS
        }
    }
}

fn build() -> Result<()> {
    let manifest = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let workspace = manifest
        .ancestors()
        .nth(2)
        .context("crates/builtin has no workspace")?;
    let out = PathBuf::from(env::var("OUT_DIR")?);

    let policies = folders(&workspace.join("plugins"))?;
    watch(workspace, &policies)?;
    let modules = nested::compile(workspace, &policies, &out.join("plugins"))?;

    let mut entries = Vec::new();
    for (name, module) in policies.iter().zip(modules) {
        let module = fs::read(&module).with_context(|| module.display().to_string())?;
        let describe =
            describe::ask(&module).with_context(|| format!("plugins/{name}: describe"))?;
        let component = component::encode(&module, &describe.text)
            .with_context(|| format!("plugins/{name}"))?;
        entries.push(list::Entry::write(&out, name, &component, &describe)?);
    }
    fs::write(out.join("list.rs"), list::source(&entries))?;
    Ok(())
}

/// Names of the folders that hold a crate, sorted.
fn folders(plugins: &Path) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in fs::read_dir(plugins).with_context(|| plugins.display().to_string())? {
        let path = entry?.path();
        if path.join("Cargo.toml").is_file() {
            let name = path.file_name().and_then(|name| name.to_str());
            names.push(
                name.with_context(|| format!("{}: not UTF-8", path.display()))?
                    .to_owned(),
            );
        }
    }
    names.sort();
    Ok(names)
}

/// What the bytes depend on. A plugin's test data is not among it: blessing a golden file must not
/// rebuild the host. A new folder shows in `Cargo.lock`.
fn watch(workspace: &Path, policies: &[String]) -> Result<()> {
    let fixed = [
        "Cargo.toml",
        "Cargo.lock",
        "rust-toolchain.toml",
        "wit",
        "crates/builtin/build",
    ];
    let mut paths: Vec<PathBuf> = fixed.iter().map(|path| workspace.join(path)).collect();
    let crates = ["crates/sdk", "crates/yaml"].map(str::to_owned);
    for folder in policies
        .iter()
        .map(|name| format!("plugins/{name}"))
        .chain(crates)
    {
        for entry in fs::read_dir(workspace.join(folder))? {
            let path = entry?.path();
            let tests = path
                .file_name()
                .is_some_and(|name| name == "testdata" || name == "tests");
            if !tests && path.extension().is_none_or(|extension| extension != "md") {
                paths.push(path);
            }
        }
    }
    for path in paths {
        println!("cargo::rerun-if-changed={}", path.display());
    }
    Ok(())
}
