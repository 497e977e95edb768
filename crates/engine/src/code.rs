//! From wasm to something that can be called: compiled, or as compiled earlier.

use std::fmt::Write as _;
use std::hash::{Hash, Hasher};

use sha2::{Digest, Sha256};
use wasmtime::component::Component;

use crate::engine::Inner;
use crate::native;

/// Compiles, and keeps what comes of it. The error is about the wasm: the cache never fails.
pub(crate) fn compile(engine: &Inner, wasm: &[u8], sha256: &str) -> wasmtime::Result<Component> {
    let entry = entry(engine, sha256);
    let component = Component::from_binary(&engine.wasmtime, wasm)?;
    match component.serialize() {
        Ok(code) => engine.store.write(&entry, &code),
        Err(why) => tracing::debug!("{entry} is not kept: {why:#}"),
    }
    Ok(component)
}

/// As compiled earlier, where it was kept.
pub(crate) fn cached(engine: &Inner, sha256: &str) -> Option<Component> {
    let entry = entry(engine, sha256);
    let code = engine.store.read(&entry)?;
    let loaded = native::load(&engine.wasmtime, &code);
    loaded
        .inspect_err(|why| tracing::debug!("{entry} is not used: {why:#}"))
        .ok()
}

/// The file's name: the wasm, and all that its native code depends on.
fn entry(engine: &Inner, sha256: &str) -> String {
    let build = engine.build.get_or_init(|| build(&engine.wasmtime));
    format!("{sha256}-{build}.cwasm")
}

/// wasmtime's own hash, which covers its version (as `engine.rs` sets it), the target and every setting that changes
/// code.
fn build(engine: &wasmtime::Engine) -> String {
    let mut build = Fingerprint(Sha256::new());
    engine.precompile_compatibility_hash().hash(&mut build);
    hex(&build.0.finalize())[..16].to_owned()
}

/// `sha256sum` of some bytes.
pub(crate) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut all, byte| {
        let _ = write!(all, "{byte:02x}");
        all
    })
}

/// The standard library's hashers may change with the compiler; a file name must not.
struct Fingerprint(Sha256);

impl Hasher for Fingerprint {
    fn write(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    fn finish(&self) -> u64 {
        0
    }
}
