//! Asks a policy what it is, so that no start of the host has to.

use anyhow::{Context, Result};
use wasmi::{Engine, Linker, Module, Store};

/// The core export of `describe`, as the component model names it.
const DESCRIBE: &str = "krmguard:policy/policy@0.1.0#describe";

/// Runs `describe` of a core module, in an interpreter: the build must not need a native compiler
/// for wasm.
pub(crate) fn ask(module: &[u8]) -> Result<String> {
    let engine = Engine::default();
    let module = Module::new(&engine, module)?;
    let mut store = Store::new(&engine, ());
    let instance = Linker::new(&engine).instantiate_and_start(&mut store, &module)?;
    let describe = instance
        .get_typed_func::<(), i32>(&store, DESCRIBE)
        .context("it exports no policy: does it call `krmguard_sdk::export!`?")?;
    if let Ok(initialize) = instance.get_typed_func::<(), ()>(&store, "_initialize") {
        initialize.call(&mut store, ())?;
    }
    // The canonical ABI returns a string by the address of its address and length.
    let at = describe.call(&mut store, ())?;
    let memory = instance
        .get_memory(&store, "memory")
        .context("it exports no memory")?;
    let word = |at: usize| -> Result<usize> {
        let bytes = memory
            .data(&store)
            .get(at..)
            .and_then(|rest| rest.first_chunk());
        Ok(usize::try_from(u32::from_le_bytes(
            *bytes.context("an address out of bounds")?,
        ))?)
    };
    let at = usize::try_from(at.cast_unsigned())?;
    let (start, length) = (word(at)?, word(at + 4)?);
    let text = memory
        .data(&store)
        .get(start..)
        .and_then(|rest| rest.get(..length))
        .context("a string out of bounds")?;
    Ok(String::from_utf8(text.to_vec())?)
}
