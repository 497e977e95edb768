//! The source text of the list of policies.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use sha2::{Digest, Sha256};

/// One policy, its files written.
pub(crate) struct Entry {
    name: String,
    sha256: String,
    wasm: PathBuf,
    describe: PathBuf,
}

impl Entry {
    /// Writes `<name>.wasm` and `<name>.json`.
    pub(crate) fn write(out: &Path, name: &str, component: &[u8], describe: &str) -> Result<Self> {
        let file = |extension: &str| out.join(format!("{name}.{extension}"));
        let (wasm, json) = (file("wasm"), file("json"));
        fs::write(&wasm, component)?;
        fs::write(&json, describe)?;
        let sha256 = Sha256::digest(component)
            .iter()
            .fold(String::new(), |mut text, byte| {
                let _ = write!(text, "{byte:02x}");
                text
            });
        Ok(Self {
            name: name.to_owned(),
            sha256,
            wasm,
            describe: json,
        })
    }
}

/// `ALL`, as Rust.
pub(crate) fn source(entries: &[Entry]) -> String {
    let mut text = "/// All of them, sorted by name.\npub const ALL: &[Builtin] = &[\n".to_owned();
    for Entry {
        name,
        sha256,
        wasm,
        describe,
    } in entries
    {
        let kind = kind(name);
        let _ = writeln!(
            text,
            "    Builtin {{ name: {name:?}, kind: {kind:?}, sha256: {sha256:?}, \
             wasm: include_bytes!({wasm:?}), describe: include_str!({describe:?}) }},"
        );
    }
    text + "];\n"
}

/// `s3-secret-refs`: `S3SecretRefs`.
fn kind(name: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters
            .next()
            .map(|first| first.to_ascii_uppercase())
            .into_iter()
            .chain(letters)
            .collect::<String>()
    };
    name.split('-').map(word).collect()
}
