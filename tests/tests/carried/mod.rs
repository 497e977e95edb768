//! The policies that krmguard carries, loaded as the host loads them.

use krmguard_builtin::Builtin;
use krmguard_engine::{Cache, Engine, Known, Limits, Plugin};

/// Panics where it cannot be loaded.
pub(crate) fn load(builtin: &Builtin, limits: Limits) -> Plugin {
    let known = Known {
        sha256: builtin.sha256,
        describe: builtin.describe,
        profile: builtin.profile,
        fleet: builtin.fleet,
    };
    let loaded = Engine::new(Cache::default_dir())
        .and_then(|engine| engine.load(builtin.name, builtin.wasm, Some(known), limits));
    match loaded {
        Ok(plugin) => plugin,
        Err(error) => panic!("{}: {error}", builtin.name),
    }
}
