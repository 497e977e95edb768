//! Asks a policy what it is, so that no start of the host has to.

use anyhow::{Context, Result};
use serde_json::{Value, json};
use wasmi::{Engine, Linker, Module, Store};

/// The core export of `describe`, as the component model names it.
const DESCRIBE: &str = "krmguard:policy/policy@0.1.0#describe";

/// The core exports of a policy that judges fleets begin with it.
const FLEET: &str = "krmguard:policy/fleet@";

/// What a policy says about itself.
pub(crate) struct Described {
    /// JSON.
    pub(crate) text: String,
    pub(crate) fleet: bool,
}

impl Described {
    /// What a run needs of it, which is what the engine's `Profile` reads.
    pub(crate) fn profile(&self) -> Result<String> {
        let whole: Value = serde_json::from_str(&self.text)?;
        let rules = whole["rules"].as_array().context("it has no rules")?;
        let rules = rules
            .iter()
            .map(|rule| json!({"id": rule["id"], "effect": rule["effect"]}));
        let profile = json!({
            "name": whole["name"],
            "selectors": whole["selectors"],
            "rules": rules.collect::<Vec<_>>(),
            "secrets": whole["secrets"],
        });
        Ok(profile.to_string())
    }
}

/// Runs `describe` of a core module, in an interpreter: the build must not need a native compiler
/// for wasm.
pub(crate) fn ask(module: &[u8]) -> Result<Described> {
    let engine = Engine::default();
    let module = Module::new(&engine, module)?;
    let fleet = module
        .exports()
        .any(|export| export.name().starts_with(FLEET));
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
    let text = String::from_utf8(text.to_vec())?;
    Ok(Described { text, fleet })
}
