//! A `helmCharts:` entry with its merged values, as policies see it.

use std::collections::HashMap;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use krmguard_engine::Form;
use serde_json::{Map, Value, json};

use super::blueprint::ChartNeed;
use super::library::Library;
use super::reach::Found;
use super::values::{Layer, Values};
use super::{Kustomization, Reference};
use crate::policyset::sort;
use crate::report::{ObjectRef, Place};
use crate::source::{Composed, Places, Sheet};
use crate::trouble::Trouble;

const API_VERSION: &str = "builtin";
const KIND: &str = "HelmChartInflationGenerator";

/// What says how values are put together: policies see what came of it.
const MERGING: [&str; 4] = [
    "valuesFile",
    "additionalValuesFiles",
    "valuesMerge",
    "valuesInline",
];

/// One entry, and the values files that it names.
#[derive(Debug)]
pub(super) struct Chart {
    sheet: Arc<Sheet>,
    /// The folder of its kustomization, without links.
    root: Utf8PathBuf,
    /// Where charts lie that are not pulled, as seen from there.
    home: String,
    /// Where the entry stands in the sheet.
    base: String,
    /// Its fields as written.
    fields: Map<String, Value>,
    layers: Vec<Layer>,
}

impl Chart {
    /// The entry at `base`; `overlay` is the folder of the kustomization that is built. Every values file that is
    /// named goes to `claimed`, whether it can be read or not.
    pub(super) fn read(
        kustomization: &Kustomization,
        (base, fields): (String, &Map<String, Value>),
        overlay: &Utf8Path,
        library: &mut Library,
        claimed: &mut Vec<Found>,
    ) -> Result<Chart, Vec<Trouble>> {
        let sheet = &kustomization.sheet;
        let mut troubles = Vec::new();
        if !fields.get("name").is_some_and(Value::is_string) {
            let trouble = sheet.trouble(&base, "the chart has no `name`");
            troubles.push(trouble.fix("name the chart, such as `name: kube-prometheus-stack`"));
        }
        let mut file = |text: &str, pointer: String| {
            let reference = Reference { text, pointer };
            let layer = values_file(kustomization, &reference, overlay, library, claimed);
            layer.map_err(|trouble| troubles.push(trouble)).ok()
        };
        let own = fields.get("valuesFile").filter(|value| !value.is_null());
        let own = own.and_then(Value::as_str).filter(|text| !text.is_empty());
        let own = own.and_then(|text| file(text, format!("{base}/valuesFile")));
        let more = fields
            .get("additionalValuesFiles")
            .and_then(Value::as_array);
        let more = more.into_iter().flatten().enumerate();
        let more: Vec<Layer> = more
            .filter_map(|(index, text)| {
                file(
                    text.as_str()?,
                    format!("{base}/additionalValuesFiles/{index}"),
                )
            })
            .collect();
        let inline = match fields.get("valuesInline") {
            None | Some(Value::Null) => None,
            Some(Value::Object(values)) => (!values.is_empty()).then(|| Layer {
                sheet: Arc::clone(sheet),
                base: format!("{base}/valuesInline"),
                file: None,
                own: kustomization.canonical.starts_with(overlay),
            }),
            Some(other) => {
                let what = format!("`valuesInline` is {}, not a mapping", sort(other));
                let trouble = sheet.trouble(&format!("{base}/valuesInline"), what);
                troubles.push(trouble.fix("write values as `name: value` lines below it"));
                None
            }
        };
        let layers = match order(sheet, &base, fields, own, inline) {
            Ok(layers) => layers.into_iter().chain(more).collect(),
            Err(trouble) => {
                troubles.push(trouble);
                Vec::new()
            }
        };
        let globals = kustomization.get("helmGlobals");
        let home = globals.and_then(|globals| globals.get("chartHome")?.as_str());
        let home = home.unwrap_or("charts");
        match troubles.is_empty() {
            true => Ok(Chart {
                sheet: Arc::clone(sheet),
                root: kustomization.canonical.clone(),
                home: home.to_owned(),
                base,
                fields: fields.clone(),
                layers,
            }),
            false => Err(troubles),
        }
    }

    /// The values files that it reads, without links.
    pub(super) fn files(&self) -> impl Iterator<Item = &Utf8PathBuf> {
        self.layers.iter().filter_map(|layer| layer.file.as_ref())
    }

    /// What a build of it takes.
    pub(super) fn need(&self) -> ChartNeed {
        let text = |field: &str| {
            let text = self.fields.get(field).and_then(Value::as_str);
            text.filter(|text| !text.is_empty()).map(str::to_owned)
        };
        ChartNeed {
            sheet: Arc::clone(&self.sheet),
            base: self.base.clone(),
            root: self.root.clone(),
            home: self.root.join(&self.home),
            name: text("name").unwrap_or_default(),
            version: text("version"),
            repo: text("repo"),
        }
    }

    /// Why helm must not be run with it: kustomize hands these over where flags may stand, and one of helm's flags
    /// names a program to run.
    pub(super) fn refusals(&self) -> Vec<Trouble> {
        let flag = |field: &&str| {
            let text = self.fields.get(*field).and_then(Value::as_str);
            text.is_some_and(|text| text.trim_start().starts_with('-'))
        };
        let flags = ["name", "releaseName"]
            .into_iter()
            .filter(|field| flag(field));
        flags
            .map(|field| {
                let what = format!("`{field}` begins with `-`: helm would take it for a flag");
                let trouble = self.sheet.trouble(&format!("{}/{field}", self.base), what);
                trouble.fix("give it a name")
            })
            .collect()
    }

    /// The object that policies see. `users` says how many units read a values file.
    pub(super) fn compose(&self, users: &HashMap<Utf8PathBuf, usize>) -> Composed {
        let values = Values::merge(self.layers.clone());
        let many = |file: &Utf8PathBuf| users.get(file).is_some_and(|users| *users > 1);
        let shared = |layer: &Layer| !layer.own || layer.file.as_ref().is_some_and(many);
        let shared: Vec<String> = values
            .written_in(shared)
            .into_iter()
            .map(|pointer| format!("/valuesInline{pointer}"))
            .collect();
        let text = |field: &str| self.fields.get(field).and_then(Value::as_str);
        let name = text("releaseName")
            .or_else(|| text("name"))
            .unwrap_or_default();
        let mut value =
            json!({"apiVersion": API_VERSION, "kind": KIND, "metadata": {"name": name}});
        if let Value::Object(object) = &mut value {
            let fields = self.fields.iter();
            let told = fields.filter(|(field, _)| !MERGING.contains(&field.as_str()));
            let told = told.map(|(field, value)| (field.clone(), value.clone()));
            // A generator's own identity is the same, but for its name.
            object.extend(told.filter(|(field, _)| {
                !matches!(field.as_str(), "apiVersion" | "kind" | "metadata")
            }));
            object.insert(
                "valuesInline".to_owned(),
                Value::Object(values.merged.clone()),
            );
        }
        Composed {
            object: ObjectRef {
                api_version: API_VERSION.to_owned(),
                kind: KIND.to_owned(),
                namespace: None,
                name: name.to_owned(),
            },
            form: Form::ChartValues,
            value,
            extra: vec![("shared".to_owned(), json!(shared).to_string())],
            places: Arc::new(Lines {
                sheet: Arc::clone(&self.sheet),
                base: self.base.clone(),
                values,
            }),
        }
    }
}

/// The first layers in the order in which they are merged.
fn order(
    sheet: &Sheet,
    base: &str,
    fields: &Map<String, Value>,
    file: Option<Layer>,
    inline: Option<Layer>,
) -> Result<Vec<Layer>, Trouble> {
    let word = fields
        .get("valuesMerge")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let layers = match (word, inline) {
        ("" | "override", inline) => [file, inline],
        ("merge", inline) => [inline, file],
        // Without inline values there is nothing to replace the file with.
        ("replace", Some(inline)) => [Some(inline), None],
        ("replace", None) => [file, None],
        (other, _) => {
            let pointer = format!("{base}/valuesMerge");
            let trouble = sheet.trouble(&pointer, format!("`valuesMerge` is `{other}`"));
            return Err(trouble.fix("one of `override`, `merge` and `replace`"));
        }
    };
    Ok(layers.into_iter().flatten().collect())
}

fn values_file(
    kustomization: &Kustomization,
    reference: &Reference<'_>,
    overlay: &Utf8Path,
    library: &mut Library,
    claimed: &mut Vec<Found>,
) -> Result<Layer, Trouble> {
    let found = library.find(kustomization, reference).map_err(|lost| {
        let trouble = lost.trouble(&kustomization.sheet, reference);
        match reference.is_remote() {
            true => trouble
                .fix("values that lie elsewhere cannot be judged: keep them in the repository"),
            false => trouble,
        }
    })?;
    claimed.push(found.clone());
    let sheet = library.sheet(&found)?;
    match sheet.value() {
        Value::Null | Value::Object(_) => {}
        other => {
            let what = format!("the values are {}, not a mapping", sort(other));
            return Err(sheet
                .trouble("", what)
                .fix("write them as `name: value` lines"));
        }
    }
    let Found { canonical, .. } = found;
    Ok(Layer {
        sheet,
        base: String::new(),
        own: canonical.starts_with(overlay),
        file: Some(canonical),
    })
}

/// Where an entry's fields stand: values in their files, everything else in the entry.
#[derive(Debug)]
struct Lines {
    sheet: Arc<Sheet>,
    base: String,
    values: Values,
}

impl Places for Lines {
    fn at(&self, pointer: &str, range: Option<(u32, u32)>) -> Option<Place> {
        let values = pointer.strip_prefix("/valuesInline");
        match values.filter(|rest| rest.is_empty() || rest.starts_with('/')) {
            Some(rest) => self.values.place(rest, range),
            None => None,
        }
        .or_else(|| Some(self.sheet.place(&format!("{}{pointer}", self.base), range)))
    }
}
