//! The source text of the list of policies.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Result;
use sha2::{Digest, Sha256};

use crate::describe::Described;

/// One policy, its files written.
pub(crate) struct Entry {
    name: String,
    sha256: String,
    wasm: PathBuf,
    describe: PathBuf,
    profile: PathBuf,
    fleet: bool,
}

impl Entry {
    /// Writes `<name>.wasm`, `<name>.json` and `<name>.profile.json`.
    pub(crate) fn write(
        out: &Path,
        name: &str,
        component: &[u8],
        described: &Described,
    ) -> Result<Self> {
        let file = |extension: &str| out.join(format!("{name}.{extension}"));
        let (wasm, json, profile) = (file("wasm"), file("json"), file("profile.json"));
        fs::write(&wasm, component)?;
        fs::write(&json, &described.text)?;
        fs::write(&profile, described.profile()?)?;
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
            profile,
            fleet: described.fleet,
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
        profile,
        fleet,
    } in entries
    {
        let kind = kind(name);
        let _ = writeln!(
            text,
            "    Builtin {{ name: {name:?}, kind: {kind:?}, sha256: {sha256:?}, \
             wasm: include_bytes!({wasm:?}), describe: include_str!({describe:?}), \
             profile: include_str!({profile:?}), fleet: {fleet} }},"
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
