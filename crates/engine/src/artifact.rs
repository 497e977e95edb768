//! What the bytes of a plugin say before any of its code runs.

use wasmparser::{Chunk, Parser, Payload};

use crate::PluginError;

/// The custom section in which a policy's description stands, so that it can be read without
/// running the policy.
const DESCRIBE: &str = "krmguard:describe";
/// Exports as `krmguard:policy/policy@0.1.0`; versions that differ in the patch only are the same.
const POLICY: &str = "krmguard:policy/policy";
const FLEET: &str = "krmguard:policy/fleet";
const INTERFACE: &str = "0.1";

/// The outline of a component that claims to be a policy.
#[derive(Debug)]
pub(crate) struct Artifact {
    pub(crate) describe: Option<String>,
    pub(crate) fleet: bool,
}

/// Reads the outline; nested modules are stepped over, so this costs microseconds.
pub(crate) fn read(name: &str, bytes: &[u8]) -> Result<Artifact, PluginError> {
    let refuse = |reason: String| PluginError::NotAPolicy {
        name: name.to_owned(),
        reason,
    };
    if let Some(reason) = not_a_component(bytes) {
        return Err(refuse(reason));
    }
    let outline = Outline::of(bytes)
        .map_err(|why| refuse(format!("the component is damaged or cut short: {why}")))?;
    if let Some(first) = outline.imports.first() {
        let more = match outline.imports.len() - 1 {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        return Err(refuse(format!(
            "it imports `{first}`{more}; a policy sees nothing but its request and must import nothing"
        )));
    }
    let exports = |interface| {
        outline
            .exports
            .iter()
            .find_map(|name| version(name, interface))
    };
    match exports(POLICY) {
        Some(version) if speaks(version) => {}
        Some(version) => {
            return Err(refuse(format!(
                "it was built for version {version} of krmguard:policy; this krmguard speaks {INTERFACE}"
            )));
        }
        None => {
            return Err(refuse(format!(
                "it is a component, but does not export `{POLICY}@{INTERFACE}.0`"
            )));
        }
    }
    Ok(Artifact {
        describe: outline.describe,
        fleet: exports(FLEET).is_some_and(speaks),
    })
}

fn version<'a>(export: &'a str, interface: &str) -> Option<&'a str> {
    export.strip_prefix(interface)?.strip_prefix('@')
}

fn speaks(version: &str) -> bool {
    version
        .strip_prefix(INTERFACE)
        .is_some_and(|patch| patch.starts_with('.'))
}

/// Why these bytes are no component, in the words of whoever named the file.
fn not_a_component(bytes: &[u8]) -> Option<String> {
    if Parser::is_component(bytes) {
        return None;
    }
    let reason = if bytes.is_empty() {
        "the file is empty"
    } else if Parser::is_core_wasm(bytes) {
        "it is a core WebAssembly module, not a component; `wasm-tools component new` makes one of it"
    } else if wasmtime::Engine::detect_precompiled(bytes).is_some() {
        "it is precompiled native code; name the .wasm it was compiled from"
    } else if bytes.starts_with(b"\0asm") {
        "it is WebAssembly of a version that is not known here"
    } else if bytes.trim_ascii_start().starts_with(b"(") {
        "it looks like WebAssembly text; compile it to a component first"
    } else {
        "it is not WebAssembly"
    };
    Some(reason.to_owned())
}

#[derive(Default)]
struct Outline {
    imports: Vec<String>,
    exports: Vec<String>,
    describe: Option<String>,
}

impl Outline {
    fn of(mut bytes: &[u8]) -> Result<Self, String> {
        let mut outline = Self::default();
        let mut parser = Parser::new(0);
        loop {
            let Chunk::Parsed { consumed, payload } = parser
                .parse(bytes, true)
                .map_err(|why| why.message().to_owned())?
            else {
                return Err("unexpected end".to_owned());
            };
            let nested = match payload {
                Payload::ModuleSection {
                    unchecked_range: range,
                    ..
                }
                | Payload::ComponentSection {
                    unchecked_range: range,
                    ..
                } => range.len(),
                Payload::End(_) => return Ok(outline),
                other => {
                    outline.add(other)?;
                    0
                }
            };
            bytes = bytes
                .get(consumed + nested..)
                .ok_or("a section reaches beyond the end")?;
        }
    }

    fn add(&mut self, payload: Payload<'_>) -> Result<(), String> {
        let plain = |why: wasmparser::BinaryReaderError| why.message().to_owned();
        match payload {
            Payload::ComponentImportSection(section) => {
                for import in section {
                    self.imports
                        .push(import.map_err(plain)?.name.name.to_owned());
                }
            }
            Payload::ComponentExportSection(section) => {
                for export in section {
                    self.exports
                        .push(export.map_err(plain)?.name.name.to_owned());
                }
            }
            Payload::CustomSection(section) if section.name() == DESCRIBE => {
                let text = std::str::from_utf8(section.data())
                    .map_err(|_| format!("its section `{DESCRIBE}` is not UTF-8"))?;
                self.describe = Some(text.to_owned());
            }
            _ => {}
        }
        Ok(())
    }
}
