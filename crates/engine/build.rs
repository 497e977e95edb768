//! Tells the crate what its cached code depends on: the target, and the exact version of wasmtime.

#![allow(clippy::print_stdout, reason = "how a build script speaks to cargo")]

use std::error::Error;
use std::path::Path;
use std::{env, fs};

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rustc-env=KRMGUARD_TARGET={}", env::var("TARGET")?);

    // wasmtime's own check compares major versions only; code that a patch release compiles
    // otherwise must not be reused.
    let lock = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../../Cargo.lock");
    println!("cargo::rerun-if-changed={}", lock.display());
    let text = fs::read_to_string(&lock).map_err(|why| format!("{}: {why}", lock.display()))?;
    let version = version_of(&text, "wasmtime").ok_or("Cargo.lock does not name wasmtime")?;
    println!("cargo::rustc-env=KRMGUARD_WASMTIME={version}");
    Ok(())
}

fn version_of<'a>(lock: &'a str, package: &str) -> Option<&'a str> {
    let (_, rest) = lock.split_once(&format!("name = \"{package}\"\nversion = \""))?;
    rest.split('"').next()
}
