//! From a core module to a component that says what it is and imports nothing.

use std::borrow::Cow;

use anyhow::{Context, Result, ensure};
use wasm_encoder::{ComponentSection, CustomSection};
use wasmparser::{Parser, Payload};
use wit_component::ComponentEncoder;

/// The section that `crates/engine` reads.
const DESCRIBE: &str = "krmguard:describe";

/// Encodes the module and appends its description.
pub(crate) fn encode(module: &[u8], describe: &str) -> Result<Vec<u8>> {
    let encoder = ComponentEncoder::default().module(module)?.validate(true);
    let mut component = encoder
        .debug_names(false)
        .encode()
        .context("not to be encoded")?;
    let imports = imports(&component)?;
    ensure!(
        imports.is_empty(),
        "a policy imports nothing, but this one: {}",
        imports.join(", ")
    );
    let section = CustomSection {
        name: Cow::Borrowed(DESCRIBE),
        data: describe.as_bytes().into(),
    };
    section.append_to_component(&mut component);
    Ok(component)
}

/// What the component itself asks for. Components nested in it import too, from their parent.
fn imports(component: &[u8]) -> Result<Vec<String>> {
    let mut names = Vec::new();
    let mut depth = 0;
    for payload in Parser::new(0).parse_all(component) {
        match payload? {
            Payload::ModuleSection { .. } | Payload::ComponentSection { .. } => depth += 1,
            Payload::End(_) => depth -= 1,
            Payload::ComponentImportSection(section) if depth == 0 => {
                for import in section {
                    names.push(import?.name.name.to_owned());
                }
            }
            _ => {}
        }
    }
    Ok(names)
}
