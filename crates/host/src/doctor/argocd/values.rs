//! The options in values of the chart `argo-cd`: in files of values, in what a kustomization inflates, and in an
//! Application that installs it.
//!
//! <https://github.com/argoproj/argo-helm/blob/main/charts/argo-cd/values.yaml>,
//! <https://argo-cd.readthedocs.io/en/stable/user-guide/helm/>

use std::fs;

use krm::{Input, Location, Page};
use serde_json::Value;

use super::{Options, Source, is_about_builds};
use crate::doctor::Spot;
use crate::doctor::functions::spot;
use crate::doctor::tree::Tree;

/// The mapping of settings in the chart's values, and in those of its releases before 5.0.
const SETTINGS: [&str; 2] = ["/configs/cm", "/server/config"];

/// A parameter of Helm escapes the dots of a key.
const PARAMETERS: [&str; 2] = ["configs.cm.", "server.config."];

/// What every form of the key has in it: files without it are not even parsed.
const NEEDLE: &str = "buildOptions";

pub(super) fn options(tree: &Tree) -> Vec<Options> {
    let mut found = Vec::new();
    for kustomization in &tree.kustomizations {
        for (entry, value) in kustomization.items("helmCharts") {
            let inline = value.get("valuesInline").unwrap_or(&Value::Null);
            found.extend(in_values(inline).into_iter().map(|said| {
                let pointer = format!("{entry}/valuesInline{}", said.pointer);
                said.at(spot(kustomization, &pointer))
            }));
        }
    }
    for file in &tree.files {
        let Ok(bytes) = fs::read(file) else { continue };
        if !String::from_utf8_lossy(&bytes).contains(NEEDLE) {
            continue;
        }
        match Input::read(file.as_str(), bytes.clone()) {
            Ok(input) if !input.is_empty() => found.extend(in_applications(&input)),
            _ => found.extend(Page::read(file.as_str(), bytes).iter().flat_map(in_file)),
        }
    }
    found
}

/// The options as some values have them.
struct Said {
    /// Where, in these values.
    pointer: String,
    key: String,
    words: String,
}

impl Said {
    fn at(self, at: Spot) -> Options {
        Options {
            source: Source::Values,
            at,
            key: self.key,
            said: Some(self.words),
        }
    }
}

impl From<Location> for Spot {
    fn from(location: Location) -> Spot {
        Spot {
            file: location.file,
            line: Some(location.line),
            column: Some(location.column),
        }
    }
}

/// The options in values of the chart, or in those of one that depends on it, under whatever name.
fn in_values(values: &Value) -> Vec<Said> {
    let below = values.as_object().into_iter().flatten();
    let below = below.map(|(key, value)| {
        let key = key.replace('~', "~0").replace('/', "~1");
        (format!("/{key}"), value)
    });
    std::iter::once((String::new(), values))
        .chain(below)
        .flat_map(|(base, values)| in_chart(&base, values))
        .collect()
}

fn in_chart(base: &str, values: &Value) -> Vec<Said> {
    let mut found = Vec::new();
    for at in SETTINGS {
        let Some(settings) = values.pointer(at).and_then(Value::as_object) else {
            continue;
        };
        // Somebody else makes the ConfigMap.
        if settings.get("create") == Some(&Value::Bool(false)) {
            continue;
        }
        for (key, value) in settings.iter().filter(|(key, _)| is_about_builds(key)) {
            // By `null` Helm takes a value away.
            if let Some(words) = value.as_str() {
                found.push(Said {
                    pointer: format!("{base}{at}/{key}"),
                    key: format!("{}.{key}", at[1..].replace('/', ".")),
                    words: words.to_owned(),
                });
            }
        }
    }
    found
}

/// A file that is no manifest.
fn in_file(page: &Page) -> Vec<Options> {
    let said = in_values(page.value()).into_iter();
    said.map(|said| {
        let at = page.locate(&said.pointer, None).into();
        said.at(at)
    })
    .collect()
}

/// Applications, and the templates of ApplicationSets.
fn in_applications(input: &Input) -> Vec<Options> {
    let mut found = Vec::new();
    for index in 0..input.len() {
        let id = input.id(index);
        let base = match (id.api_version.split_once('/'), id.kind.as_ref()) {
            (Some(("argoproj.io", _)), "Application") => "/spec",
            (Some(("argoproj.io", _)), "ApplicationSet") => "/spec/template/spec",
            _ => continue,
        };
        let Ok(value) = input.value(index) else {
            continue;
        };
        let several = value.pointer(&format!("{base}/sources"));
        let several = several.and_then(Value::as_array).map_or(0, Vec::len);
        let sources = (0..several).map(|at| format!("{base}/sources/{at}"));
        for source in sources.chain([format!("{base}/source")]) {
            let helm = format!("{source}/helm");
            let locate = |pointer: &str, range: Option<(u32, u32)>| {
                Spot::from(input.locate(index, &format!("{helm}{pointer}"), range))
            };
            found.extend(in_helm(value.pointer(&helm), &locate));
        }
    }
    found
}

/// `helm` of one source: values as a mapping, values as a text, and single parameters.
fn in_helm(
    helm: Option<&Value>,
    locate: &impl Fn(&str, Option<(u32, u32)>) -> Spot,
) -> Vec<Options> {
    let field = |key: &str| helm.and_then(|helm| helm.get(key));
    let mut found = Vec::new();
    if let Some(values) = field("valuesObject") {
        found.extend(in_values(values).into_iter().map(|said| {
            let at = locate(&format!("/valuesObject{}", said.pointer), None);
            said.at(at)
        }));
    }
    if let Some(text) = field("values").and_then(Value::as_str)
        && let Ok(page) = Page::read("values", text.into())
    {
        found.extend(in_values(page.value()).into_iter().map(|said| {
            let span = page.locate(&said.pointer, None).span;
            let range = u32::try_from(span.start)
                .ok()
                .zip(u32::try_from(span.end).ok());
            said.at(locate("/values", range))
        }));
    }
    let parameters = field("parameters").and_then(Value::as_array);
    for (index, parameter) in parameters.into_iter().flatten().enumerate() {
        let text = |key: &str| parameter.get(key).and_then(Value::as_str);
        let (Some(name), Some(words)) = (text("name"), text("value")) else {
            continue;
        };
        let key = PARAMETERS.iter().find_map(|above| name.strip_prefix(above));
        if key.is_some_and(|key| is_about_builds(&key.replace("\\.", "."))) {
            let said = Said {
                pointer: String::new(),
                key: name.replace("\\.", "."),
                words: words.to_owned(),
            };
            found.push(said.at(locate(&format!("/parameters/{index}/value"), None)));
        }
    }
    found
}
