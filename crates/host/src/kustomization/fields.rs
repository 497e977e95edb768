//! The fields of a kustomization: kustomize refuses any other, and so does whoever reads it here.

use serde_json::Value;

use crate::policyset::{nearest, sort};
use crate::source::Sheet;
use crate::trouble::Trouble;

#[derive(Clone, Copy)]
enum Shape {
    Text,
    /// A list of strings.
    Strings,
    /// A list of mappings.
    Items,
    Mapping,
}

use Shape::{Items, Mapping, Strings, Text};

/// <https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/>
const FIELDS: [(&str, Shape); 35] = [
    ("apiVersion", Text),
    ("kind", Text),
    ("metadata", Mapping),
    ("resources", Strings),
    ("bases", Strings),
    ("components", Strings),
    ("crds", Strings),
    ("namespace", Text),
    ("namePrefix", Text),
    ("nameSuffix", Text),
    ("commonLabels", Mapping),
    ("labels", Items),
    ("commonAnnotations", Mapping),
    ("patches", Items),
    ("patchesStrategicMerge", Strings),
    ("patchesJson6902", Items),
    ("images", Items),
    ("imageTags", Items),
    ("replicas", Items),
    ("replacements", Items),
    ("vars", Items),
    ("configMapGenerator", Items),
    ("secretGenerator", Items),
    ("generatorOptions", Mapping),
    ("helmCharts", Items),
    ("helmGlobals", Mapping),
    ("helmChartInflationGenerator", Items),
    ("configurations", Strings),
    ("generators", Strings),
    ("transformers", Strings),
    ("validators", Strings),
    ("buildMetadata", Strings),
    ("openapi", Mapping),
    ("sortOptions", Mapping),
    ("inventory", Mapping),
];

/// What is wrong with the fields of `sheet`, each with its place.
pub(super) fn troubles(sheet: &Sheet) -> Vec<Trouble> {
    let Value::Object(fields) = sheet.value() else {
        let what = match sheet.value() {
            Value::Null => "the kustomization is empty".to_owned(),
            other => format!("the kustomization is {}, not a mapping", sort(other)),
        };
        return vec![
            sheet
                .trouble("", what)
                .fix("list what to build under `resources:`"),
        ];
    };
    let mut troubles = Vec::new();
    for (name, value) in fields {
        let pointer = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
        match FIELDS.iter().find(|(known, _)| known == name) {
            Some((_, shape)) => shape.check(sheet, &pointer, name, value, &mut troubles),
            None => {
                let known = FIELDS.iter().map(|(known, _)| *known);
                let trouble = sheet.trouble_at_key(
                    &pointer,
                    format!("unknown field `{name}` in a kustomization"),
                );
                troubles.push(trouble.fix(match nearest(name, known) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => "remove it; kustomize refuses it".to_owned(),
                }));
            }
        }
    }
    troubles
}

impl Shape {
    fn check(
        self,
        sheet: &Sheet,
        pointer: &str,
        name: &str,
        value: &Value,
        troubles: &mut Vec<Trouble>,
    ) {
        let mut complain = |pointer: &str, name: &str, value: &Value, wanted: &str| {
            let what = format!("`{name}` is {}, not {wanted}", sort(value));
            troubles.push(
                sheet
                    .trouble(pointer, what)
                    .fix(format!("make it {wanted}")),
            );
        };
        match (self, value) {
            (_, Value::Null) | (Text, Value::String(_)) | (Mapping, Value::Object(_)) => {}
            (Strings | Items, Value::Array(items)) => {
                for (index, item) in items.iter().enumerate() {
                    let wanted = match (self, item) {
                        (Strings, Value::String(_)) | (Items, Value::Object(_)) => continue,
                        (Strings, _) => "a string",
                        _ => "a mapping",
                    };
                    let (pointer, name) =
                        (format!("{pointer}/{index}"), format!("{name}[{index}]"));
                    complain(&pointer, &name, item, wanted);
                }
            }
            (Text, _) => complain(pointer, name, value, "a string"),
            (Mapping, _) => complain(pointer, name, value, "a mapping"),
            (Strings | Items, _) => complain(pointer, name, value, "a list"),
        }
    }
}
