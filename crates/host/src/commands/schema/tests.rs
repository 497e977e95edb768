//! The schemas and the strict reader say the same of a PolicySet.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};

use boon::{Compiler, SchemaIndex, Schemas};
use camino::Utf8Path;
use serde_json::json;

use super::*;
use crate::policyset::{PluginName, PolicySet, Text};
use crate::shelf::Shelf;

/// Every field, and a config with lists, maps, words and nested mappings of each policy.
const WHOLE: &str = "
apiVersion: krmguard.io/v1alpha1
kind: PolicySet
metadata: {name: a, annotations: {config.kubernetes.io/function: 'exec: {path: krmguard}'}}
spec:
  cluster: {name: cluster-02-edge, role: edge}
  emit: all
  failOn: [warning, change]
  waivers:
  - {rule: CL02, object: Prometheus monitoring/k8s, reason: renamed in spring, expires: 2027-03-31}
  - {rule: AG05, object: {kind: PrometheusAgent, namespace: monitoring, name: k8s}, reason: not yet}
  policies:
  - plugin: cluster-labels
    config: {labels: {environment: edge}, onConflict: report, force: true, exclude: [{namespace: a, name: b}]}
  - plugin: agent-mode
    config: {remove: [Grafana], maxBuffer: 12h}
    rules: {AG09: ignore, AG15: error}
  - plugin: thanos-version
    config: {sidecar: pin}
  - plugin: s3-secret-refs
    config: {assumeExisting: [{namespace: monitoring, name: thanos-s3-config, keys: [objstore.yml]}]}
  # Without a config: one that is read under small limits is stopped, whatever it says.
  - plugin: s3-secret-refs
    limits: {fuel: 2000000000, fuelPerByte: 5000, memoryMiB: 64, seconds: 60}
";

const SINGLE: &str = "
apiVersion: krmguard.io/v1alpha1
kind: AgentMode
metadata: {name: a}
spec:
  cluster: {name: cluster-02-edge, role: edge}
  emit: none
  failOn: warning
  config: {remove: [Grafana], exclude: [{name: b}]}
  rules: {AG09: warning}
  waivers: [{rule: AG05, object: unit, reason: not yet}]
  limits: {seconds: 60}
";

fn value(yaml: &str) -> Value {
    Text::new("p.yaml".to_owned(), yaml.to_owned())
        .value()
        .unwrap()
}

/// What the strict reader and the policies' own reading of their config find wrong.
fn read(shelf: &mut Shelf, document: &Value) -> Result<(), Vec<Trouble>> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("p.yaml");
    fs::write(&file, document.to_string()).unwrap();
    let set = PolicySet::from_file(Utf8Path::from_path(&file).unwrap())?;
    let own = |entry: &crate::policyset::Entry| matches!(entry.plugin, PluginName::Builtin(_));
    match set.entries.iter().all(own) {
        true => shelf.policies(&set).map(drop),
        // Whether the file is there is no matter of shape.
        false => Ok(()),
    }
}

/// A schema as a validator reads it, itself valid by the meta-schema that it names.
struct Schema(Schemas, SchemaIndex);

impl Schema {
    fn new(kind: &str) -> Schema {
        const AT: &str = "https://krmguard.test/schema.json";
        let mut compiler = Compiler::new();
        compiler.add_resource(AT, wanted(kind).unwrap()).unwrap();
        let mut schemas = Schemas::new();
        let index = compiler
            .compile(AT, &mut schemas)
            .unwrap_or_else(|why| panic!("{kind}: {why:#}"));
        Schema(schemas, index)
    }

    fn check(&self, document: &Value) -> Result<(), String> {
        self.0
            .validate(document, self.1)
            .map_err(|why| format!("{why:#}"))
    }
}

/// The schemas that speak of such a document.
fn schemas(kind: &str) -> [Schema; 2] {
    [Schema::new(kind), Schema::new(ALL)]
}

/// Both take it, or both refuse it.
#[track_caller]
fn agree(document: &Value, schemas: &[Schema], shelf: &mut Shelf) -> bool {
    let taken = read(shelf, document);
    for schema in schemas {
        let fits = schema.check(document);
        assert_eq!(
            fits.is_ok(),
            taken.is_ok(),
            "{document:#}\nschema: {fits:?}\nreader: {taken:?}"
        );
    }
    taken.is_ok()
}

#[test]
fn the_policy_sets_of_this_repository_are_right_to_both() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR"))
        .ancestors()
        .nth(2)
        .unwrap();
    let overlays = fs::read_dir(workspace.join("deploy/overlays")).unwrap();
    let files: Vec<PathBuf> = overlays
        .map(|entry| {
            let overlay = entry.unwrap().path();
            overlay.join("kube-prometheus-stack/policies.yaml")
        })
        .filter(|file| file.is_file())
        .collect();
    assert!(files.len() >= 4, "{files:?}");
    let mut shelf = Shelf::open().unwrap();
    for file in files {
        let document = value(&fs::read_to_string(&file).unwrap());
        assert!(
            agree(&document, &schemas(KIND), &mut shelf),
            "{}",
            file.display()
        );
    }
}

#[test]
fn what_a_new_user_gets_wrong_is_wrong_to_both() {
    let mut shelf = Shelf::open().unwrap();
    let schemas = schemas(KIND);
    let head = "apiVersion: krmguard.io/v1alpha1\nkind: PolicySet\n";
    let wrong = [
        "",
        "spec:\n",
        "spec: {policies: []}\n",
        "spec: {policies: agent-mode}\n",
        "spec: {policies: [agent-mode]}\n",
        "spec: {polices: [{plugin: agent-mode}]}\n",
        "spec: {policies: [{name: agent-mode}]}\n",
        "spec: {policies: [{plugin: agentmode}]}\n",
        "spec: {policies: [{plugin: AgentMode}]}\n",
        "spec: {policies: [{plugin: agent-mode, config: {maxBufer: 6h}}]}\n",
        "spec: {policies: [{plugin: agent-mode, config: {maxBuffer: 6}}]}\n",
        "spec: {policies: [{plugin: agent-mode, config: {remove: Grafana}}]}\n",
        "spec: {policies: [{plugin: agent-mode, config: {remove: [grafana]}}]}\n",
        "spec: {policies: [{plugin: agent-mode, config: {sidecar: pin}}]}\n",
        "spec: {policies: [{plugin: agent-mode, config: [1]}]}\n",
        "spec: {policies: [{plugin: agent-mode, limits: {memory: 64}}]}\n",
        "spec: {policies: [{plugin: agent-mode, limits: {seconds: 0}}]}\n",
        "spec: {policies: [{plugin: ./own.wasm, sha256: abc}]}\n",
        "spec: {cluster: edge, policies: [{plugin: agent-mode}]}\n",
        "spec: {cluster: {role: egde}, policies: [{plugin: agent-mode}]}\n",
        "spec: {cluster: {name: 2}, policies: [{plugin: agent-mode}]}\n",
        "spec: {emit: nothing, policies: [{plugin: agent-mode}]}\n",
        "spec: {failOn: never, policies: [{plugin: agent-mode}]}\n",
        "spec: {policies: [{plugin: agent-mode}]}\nstatus: {}\n",
        "spec: {policies: [{plugin: agent-mode, rules: {CL01: ignore}}]}\n",
        "spec: {policies: [{plugin: agent-mode, rules: {AG05: off}}]}\n",
        "spec: {policies: [{plugin: agent-mode, rules: [AG05]}]}\n",
        "spec: {policies: [{plugin: agent-mode}], waivers: [{rule: AG05, object: unit}]}\n",
        "spec: {policies: [{plugin: agent-mode}], waivers: [{rule: AG05, reason: x}]}\n",
        "spec: {policies: [{plugin: agent-mode}], waivers: [{object: unit, reason: x}]}\n",
        "spec: {policies: [{plugin: agent-mode}], waivers: [{rule: AG05, object: k8s, reason: x}]}\n",
        "spec: {policies: [{plugin: agent-mode}], waivers: [{rule: AG05, object: P a/*, reason: x}]}\n",
        "spec: {policies: [{plugin: agent-mode}], waivers: [{rule: AG05, object: unit, reason: ' '}]}\n",
        "spec: {policies: [{plugin: agent-mode}], waivers: [{rule: AG05, object: unit, reason: x, expires: soon}]}\n",
        "spec: {policies: [{plugin: agent-mode}], waivers: [{rule: AG05, object: unit, reason: x, until: 2027-01-01}]}\n",
    ];
    for rest in wrong {
        let document = value(&format!("{head}{rest}"));
        assert!(!agree(&document, &schemas, &mut shelf), "{rest}");
    }
    let right = [
        "spec: {policies: [{plugin: agent-mode, config: }], cluster: , failOn: }\n",
        "spec: {policies: [{plugin: agent-mode, config: {}, limits: {}}]}\n",
        "spec: {policies: [{plugin: agent-mode}, {plugin: agent-mode}], failOn: []}\n",
    ];
    for rest in right {
        let document = value(&format!("{head}{rest}"));
        assert!(agree(&document, &schemas, &mut shelf), "{rest}");
    }
}

#[test]
fn a_foreign_plugin_may_have_any_config_and_needs_its_digest() {
    let schema = Schema::new(KIND);
    let with = |entry: Value| {
        let document = json!({"apiVersion": "krmguard.io/v1alpha1", "kind": KIND, "spec": {"policies": [entry]}});
        schema.check(&document)
    };
    let digest = "0a".repeat(32);
    let right = json!({"plugin": "./own.wasm", "sha256": digest, "config": {"any": [1]}});
    assert_eq!(with(right), Ok(()));
    assert!(with(json!({"plugin": "./own.wasm"})).is_err());
    assert!(with(json!({"plugin": "agent-mode", "sha256": digest})).is_err());
}

/// What stands in place of a value: a document made wrong in one spot, or made differently right.
fn replacements() -> Vec<Value> {
    vec![
        Value::Null,
        json!(true),
        json!(7),
        json!(-1),
        json!(1.5),
        json!(""),
        json!("zzz"),
        json!([]),
        json!([7]),
        json!(["zzz"]),
        json!({}),
        json!({"zzz": 1}),
    ]
}

fn pointers(value: &Value, at: String, found: &mut Vec<String>) {
    let step = |key: &str| format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                pointers(value, step(key), found);
            }
        }
        Value::Array(items) => {
            for (index, value) in items.iter().enumerate() {
                pointers(value, step(&index.to_string()), found);
            }
        }
        _ => {}
    }
    found.push(at);
}

/// Every document that differs from `whole` in one value or one key, and whether only a text is another one.
fn neighbours(whole: &Value) -> Vec<(Value, bool)> {
    let mut found = Vec::new();
    pointers(whole, String::new(), &mut found);
    let mut all = Vec::new();
    for pointer in found {
        for replacement in replacements() {
            let texts = whole.pointer(&pointer).unwrap().is_string() && replacement.is_string()
                || replacement == json!(["zzz"]);
            let mut copy = whole.clone();
            *copy.pointer_mut(&pointer).unwrap() = replacement;
            all.push((copy, texts));
        }
        let Some((parent, _)) = pointer.rsplit_once('/') else {
            continue;
        };
        let last = pointer[parent.len() + 1..]
            .replace("~1", "/")
            .replace("~0", "~");
        let mut without = whole.clone();
        if let Some(entries) = without.pointer_mut(parent).unwrap().as_object_mut() {
            let value = entries.shift_remove(&last).unwrap();
            all.push((without.clone(), false));
            let mut renamed = without;
            let entries = renamed
                .pointer_mut(parent)
                .unwrap()
                .as_object_mut()
                .unwrap();
            entries.insert(format!("{last}x"), value);
            all.push((renamed, false));
        }
    }
    all
}

#[test]
fn no_document_near_a_right_one_divides_them() {
    let mut shelf = Shelf::open().unwrap();
    for (kind, yaml) in [(KIND, WHOLE), ("AgentMode", SINGLE)] {
        let whole = value(yaml);
        let schemas = schemas(kind);
        assert!(agree(&whole, &schemas, &mut shelf));
        let (mut right, mut wrong) = (0, 0);
        for (document, only_a_text) in neighbours(&whole) {
            let fits = schemas[0].check(&document).is_ok();
            // What a text may say (a duration, a label's name) is the policy's to judge.
            if only_a_text && fits && read(&mut shelf, &document).is_err() {
                continue;
            }
            match agree(&document, &schemas[..1], &mut shelf) {
                true => right += 1,
                false => wrong += 1,
            }
        }
        assert!(
            right > 20 && wrong > 100,
            "{kind}: {right} right, {wrong} wrong"
        );
    }
}

#[test]
fn every_kind_has_a_schema_and_a_wrong_one_is_told_the_nearest() {
    for policy in catalogue::policies().unwrap() {
        let schema = wanted(policy.builtin.kind).unwrap();
        assert_eq!(schema["properties"]["kind"]["const"], policy.builtin.kind);
    }
    assert_eq!(wanted("policyset").unwrap(), wanted(KIND).unwrap());
    let trouble = wanted("AgentMod").unwrap_err();
    assert_eq!(trouble.what, "unknown kind `AgentMod`");
    assert_eq!(trouble.fix.as_deref(), Some("did you mean `AgentMode`?"));
}

/// Fields without a description, wherever they stand in `schema`.
fn silent(schema: &Value, at: &str, found: &mut Vec<String>) {
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let at = format!("{at}/{name}");
        let frame = matches!(name.as_str(), "apiVersion" | "kind" | "spec");
        if field["description"].is_null() && !frame {
            found.push(at.clone());
        }
        silent(field, &at, found);
        silent(&field["items"], &at, found);
    }
    for (name, schema) in schema["$defs"].as_object().into_iter().flatten() {
        silent(schema, &format!("{at}/{name}"), found);
    }
}

#[test]
fn every_field_says_what_it_is_for() {
    let mut found = Vec::new();
    silent(&wanted(ALL).unwrap(), "", &mut found);
    assert_eq!(found, [""; 0]);
}
