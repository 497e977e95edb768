//! Guests written by hand, byte for byte: what no SDK would ever let a policy do.
#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::time::Duration;

use krmguard_engine::{
    Cache, Engine, Form, Limits, Object, Plugin, PluginError, Request, Stage, Unit,
};
use wit_component::{ComponentEncoder, StringEncoding, embed_component_metadata};
use wit_parser::{Resolve, WorldId};

/// Where the answer of `evaluate` lies, unless a guest computes another.
pub(crate) const ANSWER: u32 = 0x8000;
const DESCRIBE: u32 = 0x400;

pub(crate) const CATALOGUE: &str = r#"{
  "name": "hostile", "version": "0.1.0", "interface": "0.1.0", "title": {"en": "a", "ko": "b"},
  "selectors": [{"group": "*", "version": "*", "kind": "*", "form": "*"}],
  "rules": [
    {"id": "HO01", "title": {"en": "a", "ko": "b"}, "severity": "error", "effect": "report",
     "help": "", "remedy": "", "wrong": "", "right": "", "source": ""},
    {"id": "HO02", "title": {"en": "a", "ko": "b"}, "severity": "error", "effect": "set",
     "help": "", "remedy": "", "wrong": "", "right": "", "source": ""}],
  "configSchema": true, "secrets": false}"#;

/// A core module with the exports of a policy. By default it finds nothing.
pub(crate) struct Guest {
    pub(crate) describe: String,
    /// The body of `evaluate`: six i32 in (`$units`, …), the address of the answer out.
    pub(crate) evaluate: String,
    /// The body of `validate-config`: `$at`, `$length` in.
    pub(crate) validate: String,
    /// More fields of the module.
    pub(crate) fields: String,
    /// Put at `ANSWER`.
    pub(crate) answer: Vec<u8>,
}

impl Default for Guest {
    fn default() -> Self {
        Self {
            describe: CATALOGUE.to_owned(),
            evaluate: format!("(i32.const {ANSWER})"),
            validate: format!("(i32.const {ANSWER})"),
            fields: String::new(),
            // Result: ok; then lists, all empty.
            answer: vec![0; 64],
        }
    }
}

impl Guest {
    pub(crate) fn evaluating(body: &str) -> Self {
        Self {
            evaluate: body.to_owned(),
            ..Self::default()
        }
    }

    pub(crate) fn answering(answer: Vec<u8>) -> Self {
        Self {
            answer,
            ..Self::default()
        }
    }

    pub(crate) fn module(&self) -> Vec<u8> {
        let mut describe = word(DESCRIBE + 8);
        describe.extend(word(u32::try_from(self.describe.len()).unwrap()));
        describe.extend(self.describe.bytes());
        let text = format!(
            r#"(module
              (memory (export "memory") 2)
              (global $free (mut i32) (i32.const 0x10000))
              (data (i32.const {DESCRIBE}) "{}")
              (data (i32.const {ANSWER}) "{}")
              (func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32)
                (local $at i32)
                (local.set $at (i32.and (i32.add (global.get $free) (i32.const 7)) (i32.const -8)))
                (global.set $free (i32.add (local.get $at) (local.get 3)))
                (block $fits
                  (loop $more
                    (br_if $fits (i32.le_u (global.get $free)
                      (i32.mul (memory.size) (i32.const 65536))))
                    (drop (memory.grow (i32.const 16)))
                    (br $more)))
                (local.get $at))
              (func (export "krmguard:policy/policy@0.1.0#describe") (result i32)
                (i32.const {DESCRIBE}))
              (func (export "krmguard:policy/policy@0.1.0#validate-config")
                (param $at i32) (param $length i32) (result i32) {})
              (func (export "krmguard:policy/policy@0.1.0#evaluate")
                (param $units i32) (param $n i32) (param $objects i32) (param $m i32)
                (param i32 i32) (result i32) {})
              {})"#,
            escaped(&describe),
            escaped(&self.answer),
            self.validate,
            self.evaluate,
            self.fields,
        );
        wat::parse_str(text).unwrap()
    }

    pub(crate) fn component(&self) -> Vec<u8> {
        let (resolve, world) = world("plugin");
        encode(self.module(), &resolve, world)
    }

    pub(crate) fn load(&self, limits: Limits) -> Result<Plugin, PluginError> {
        Engine::new(Cache::Off)?.load("hostile", self.component(), None, limits)
    }
}

pub(crate) fn encode(mut module: Vec<u8>, resolve: &Resolve, world: WorldId) -> Vec<u8> {
    embed_component_metadata(&mut module, resolve, world, StringEncoding::UTF8).unwrap();
    ComponentEncoder::default()
        .module(&module)
        .unwrap()
        .validate(true)
        .encode()
        .unwrap()
}

/// A world of `wit/policy.wit`.
pub(crate) fn world(name: &str) -> (Resolve, WorldId) {
    let mut resolve = Resolve::default();
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../wit/policy.wit");
    let package = resolve.push_file(file).unwrap();
    let world = resolve.select_world(&[package], Some(name)).unwrap();
    (resolve, world)
}

/// Limits that a test reaches quickly.
pub(crate) fn tight() -> Limits {
    Limits {
        fuel_base: 50_000_000,
        fuel_per_byte: 0,
        memory_bytes: 16 << 20,
        answer_bytes: 1 << 20,
        wall: Duration::from_secs(30),
    }
}

pub(crate) fn unit(id: u32) -> Unit {
    Unit {
        id,
        name: "unit".to_owned(),
        cluster: None,
        role: Some("edge".to_owned()),
        stage: Stage::Built,
        complete: true,
        config: "{}".to_owned(),
        disabled: Vec::new(),
        extra: Vec::new(),
    }
}

/// Unit 7 with object 3.
pub(crate) fn request() -> Request {
    let object = Object {
        id: 3,
        unit: 7,
        form: Form::Manifest,
        content: r#"{"kind":"Pod"}"#.to_owned(),
        extra: Vec::new(),
    };
    Request {
        units: vec![unit(7)],
        objects: vec![object],
        extra: Vec::new(),
    }
}

/// The answer `ok` with one finding, laid out as the canonical ABI wants it; text follows.
pub(crate) struct Finding<'a> {
    pub(crate) rule: &'a str,
    pub(crate) severity: u8,
    pub(crate) unit: u32,
    pub(crate) message: (u32, u32),
}

impl Finding<'_> {
    pub(crate) fn answer(&self) -> Vec<u8> {
        const FINDING: u32 = ANSWER + 64;
        const TEXT: u32 = FINDING + 108;
        let mut bytes = word(0);
        bytes.extend([word(FINDING), word(1)].concat());
        bytes.resize(64, 0);
        bytes.extend([word(TEXT), word(u32::try_from(self.rule.len()).unwrap())].concat());
        bytes.extend([self.severity, 0, 0, 0]);
        bytes.extend(word(self.unit));
        bytes.resize(64 + 44, 0);
        bytes.extend([word(self.message.0), word(self.message.1)].concat());
        bytes.resize(64 + 108, 0);
        bytes.extend(self.rule.bytes());
        bytes
    }
}

impl Default for Finding<'_> {
    fn default() -> Self {
        Self {
            rule: "HO01",
            severity: 0,
            unit: 7,
            message: (DESCRIBE + 8, 1),
        }
    }
}

pub(crate) fn word(value: u32) -> Vec<u8> {
    value.to_le_bytes().to_vec()
}

fn escaped(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("\\{byte:02x}")).collect()
}
