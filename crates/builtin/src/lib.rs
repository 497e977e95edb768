//! The policies of `plugins/` as bytes. The list is written by the build script.

/// One policy that krmguard carries.
#[derive(Debug, Clone, Copy)]
pub struct Builtin {
    /// The folder's name: `agent-mode`.
    pub name: &'static str,
    /// Its functionConfig kind, derived from the name: `AgentMode`.
    pub kind: &'static str,
    /// A component without imports.
    pub wasm: &'static [u8],
    /// Of `wasm`, lower-case hexadecimal.
    pub sha256: &'static str,
    /// What its `describe` answers (JSON).
    pub describe: &'static str,
    /// What a run needs of `describe` (JSON): a tenth of it.
    pub profile: &'static str,
    /// Whether it judges fleets, too.
    pub fleet: bool,
}

include!(concat!(env!("OUT_DIR"), "/list.rs"));
