//! The engine: one wasmtime configuration for all policies.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use wasmtime::{Config, ModuleVersionStrategy, OptLevel};

use crate::cache::{Cache, Store};
use crate::plugin::{Known, Plugin};
use crate::watchdog::Watchdog;
use crate::{Limits, PluginError};

/// What policies run on. Cheap to clone.
#[derive(Clone)]
pub struct Engine {
    pub(crate) inner: Arc<Inner>,
}

pub(crate) struct Inner {
    pub(crate) wasmtime: wasmtime::Engine,
    pub(crate) store: Store,
    pub(crate) watchdog: Watchdog,
    /// What native code depends on beside the wasm, as part of a file's name.
    pub(crate) build: OnceLock<String>,
}

impl Engine {
    /// Starts. The disk is not touched and no thread is started before the first call of a policy.
    pub fn new(cache: Cache) -> Result<Self, PluginError> {
        let wasmtime = config()
            .and_then(|config| wasmtime::Engine::new(&config))
            .map_err(|why| PluginError::Engine(format!("{why:#}")))?;
        let inner = Inner {
            wasmtime,
            store: Store::new(cache),
            watchdog: Watchdog::new(),
            build: OnceLock::new(),
        };
        Ok(Self {
            inner: Arc::new(inner),
        })
    }

    /// Looks at the bytes of a policy. `name` is what messages call it: a policy's name or a path.
    ///
    /// Nothing is compiled, unless the policy carries no description that can be read: then it is
    /// asked for one.
    pub fn load(
        &self,
        name: &str,
        wasm: impl Into<Cow<'static, [u8]>>,
        known: Option<Known>,
        limits: Limits,
    ) -> Result<Plugin, PluginError> {
        Plugin::load(self, name, wasm.into(), known, limits)
    }
}

fn config() -> wasmtime::Result<Config> {
    let mut config = Config::new();
    config
        // Named, so that the features of the machine that compiles are not baked into code that
        // another machine finds in its cache.
        .target(env!("KRMGUARD_TARGET"))?
        .module_version(ModuleVersionStrategy::Custom(
            env!("KRMGUARD_WASMTIME").to_owned(),
        ))?
        .cranelift_opt_level(OptLevel::Speed)
        .consume_fuel(true)
        .epoch_interruption(true)
        // The same verdict everywhere: no bit of a NaN may differ, no instruction may be the
        // processor's choice.
        .cranelift_nan_canonicalization(true)
        .wasm_relaxed_simd(false)
        .wasm_memory64(false)
        .wasm_multi_memory(false)
        .wasm_tail_call(false)
        .max_wasm_stack(WASM_STACK)
        // Nobody reads them: a policy is built without names, and its author has native tests.
        .wasm_backtrace_max_frames(None)
        .generate_address_map(false)
        .native_unwind_info(false);
    Ok(config)
}

/// Bytes of native stack for a policy; its own limit, the caller's stack must have them.
pub(crate) const WASM_STACK: usize = 512 << 10;
