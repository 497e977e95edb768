//! What a case is given: the unit and its objects.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::wire::{Form, Object, Stage, Unit};

/// A unit as `unit.yaml` describes it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Setup {
    /// The cluster's name.
    pub cluster: Option<String>,
    /// Its role as a user wrote it.
    pub role: Option<String>,
    /// When the objects are seen; `built` unless said.
    pub stage: Stage,
    /// Whether all objects are there; true unless said.
    pub complete: bool,
    /// The policy's config.
    pub config: Value,
    /// Rules that are off.
    pub disabled: Vec<String>,
    /// What the host says of single objects: `Kind namespace/name` to keys and values. A text is sent as it is,
    /// anything else as its JSON.
    pub extra: BTreeMap<String, BTreeMap<String, Value>>,
}

impl Default for Setup {
    fn default() -> Setup {
        Setup {
            cluster: None,
            role: None,
            stage: Stage::Built,
            complete: true,
            config: Value::Object(Map::new()),
            disabled: Vec::new(),
            extra: BTreeMap::new(),
        }
    }
}

impl Setup {
    /// A complete, built unit of that cluster and role with an empty config.
    pub fn new(cluster: &str, role: &str) -> Setup {
        Setup {
            cluster: Some(cluster.to_owned()),
            role: Some(role.to_owned()),
            ..Setup::default()
        }
    }

    pub(crate) fn unit(&self) -> Unit {
        Unit {
            id: 7,
            name: self.cluster.clone().unwrap_or_else(|| "unit".to_owned()),
            cluster: self.cluster.clone(),
            role: self.role.clone(),
            stage: self.stage,
            complete: self.complete,
            config: self.config.to_string(),
            disabled: self.disabled.clone(),
            extra: Vec::new(),
        }
    }

    /// The object of that index as a request carries it.
    pub(crate) fn object(&self, index: usize, value: &Value, unit: u32) -> Object {
        let said = self.extra.get(&title(value)).into_iter().flatten();
        let text = |value: &Value| {
            value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned)
        };
        Object {
            id: FIRST_ID + index as u32,
            unit,
            form: form(value),
            content: value.to_string(),
            extra: said
                .map(|(key, value)| (key.clone(), text(value)))
                .collect(),
        }
    }

    /// Fails where `extra` names an object that is not there: it would say nothing.
    pub(crate) fn knows(&self, objects: &[Value]) -> Result<(), String> {
        let there: Vec<String> = objects.iter().map(title).collect();
        match self.extra.keys().find(|name| !there.contains(name)) {
            Some(name) => Err(format!("extra: there is no object `{name}`")),
            None => Ok(()),
        }
    }
}

/// Ids start here, so that an index taken for an id does not go unseen.
pub(crate) const FIRST_ID: u32 = 100;

/// The form that the host would give it.
pub(crate) fn form(value: &Value) -> Form {
    let (group, version, kind) = identity(value);
    if (version, kind) == ("builtin", "HelmChartInflationGenerator") {
        Form::ChartValues
    } else if group == "kustomize.config.k8s.io" {
        Form::Kustomization
    } else {
        Form::Manifest
    }
}

/// Group, version and kind.
pub(crate) fn identity(value: &Value) -> (&str, &str, &str) {
    let text = |key: &str| value.get(key).and_then(Value::as_str).unwrap_or_default();
    let (group, version) = text("apiVersion")
        .rsplit_once('/')
        .unwrap_or(("", text("apiVersion")));
    (group, version, text("kind"))
}

/// `Kind namespace/name`, as findings name an object.
pub(crate) fn title(value: &Value) -> String {
    let text = |pointer: &str| {
        value
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
    };
    match text("/metadata/namespace") {
        "" => format!("{} {}", text("/kind"), text("/metadata/name")),
        namespace => format!("{} {namespace}/{}", text("/kind"), text("/metadata/name")),
    }
}
