//! The configuration of one function, and where its fields stand.

use krmguard_yaml::{Document, Limits, Lines};
use serde_json::Value;

use super::Spot;

/// The group of everything that is krmguard's own, whatever its version.
const OWN_GROUP: &str = "krmguard.io/";

/// The annotations by which an object says that a program or an image must run on it.
const FUNCTION: [&str; 2] = ["config.kubernetes.io/function", "config.k8s.io/function"];

/// One document of a text.
#[derive(Debug)]
pub(super) struct Config {
    pub(super) value: Value,
    place: Place,
}

#[derive(Debug)]
enum Place {
    In {
        file: String,
        text: String,
        document: Document,
    },
    /// The text stands in a kustomization: its item there is the place of all its fields.
    Item(Spot),
}

/// What a function's annotation says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Runs {
    Exec {
        path: String,
        /// The field that kustomize knows from 5.7.0 on, where one is used.
        since_5_7: Option<&'static str>,
    },
    /// An image, or something that kustomize runs in itself.
    Other,
    /// No annotation: a part of kustomize, or an exec plugin of the old layout.
    Unsaid,
}

impl Config {
    /// The documents of a file. What is no YAML has none.
    pub(super) fn of_file(file: &str, text: &str) -> Vec<Config> {
        Config::documents(text, |document| Place::In {
            file: file.to_owned(),
            text: text.to_owned(),
            document,
        })
    }

    /// The documents of a text that stands at `item`.
    pub(super) fn of_item(item: &Spot, text: &str) -> Vec<Config> {
        Config::documents(text, |_| Place::Item(item.clone()))
    }

    fn documents(text: &str, place: impl Fn(Document) -> Place) -> Vec<Config> {
        let limits = Limits::default();
        let documents = krmguard_yaml::parse(text, &limits).unwrap_or_default();
        let with_content = documents.into_iter().filter(|it| it.root.is_some());
        with_content
            .filter_map(|document| {
                Some(Config {
                    value: document.to_json(&limits).ok()?,
                    place: place(document),
                })
            })
            .collect()
    }

    /// Where a field stands, or its nearest parent.
    pub(super) fn spot(&self, pointer: &str) -> Spot {
        match &self.place {
            Place::Item(spot) => spot.clone(),
            Place::In {
                file,
                text,
                document,
            } => {
                let found = document.nearest(pointer);
                let start = found.map(|(node, ..)| node.span.start);
                let at = start.map(|start| Lines::new(text).at(text, start));
                Spot {
                    file: file.clone(),
                    line: at.map(|at| at.0),
                    column: at.map(|at| at.1),
                }
            }
        }
    }

    pub(super) fn word(&self, pointer: &str) -> &str {
        let value = self.value.pointer(pointer).and_then(Value::as_str);
        value.unwrap_or_default()
    }

    /// Whether krmguard is meant to read it.
    pub(super) fn is_own(&self) -> bool {
        self.word("/apiVersion").starts_with(OWN_GROUP)
    }

    /// The annotation's pointer, and what it says.
    pub(super) fn runs(&self) -> (String, Runs) {
        let annotations = self.value.pointer("/metadata/annotations");
        for name in FUNCTION {
            let Some(said) = annotations.and_then(|all| all.get(name)) else {
                continue;
            };
            let pointer = format!("/metadata/annotations/{}", name.replace('/', "~1"));
            return (pointer, Runs::of(said));
        }
        ("/metadata".to_owned(), Runs::Unsaid)
    }
}

impl Runs {
    fn of(said: &Value) -> Runs {
        let limits = Limits::default();
        let text = said.as_str().unwrap_or_default();
        let read = krmguard_yaml::parse_one(text, &limits)
            .and_then(|document| document.to_json(&limits))
            .unwrap_or_default();
        let Some(exec) = read.get("exec") else {
            return Runs::Other;
        };
        let is_used = |field: &&str| exec.get(*field).is_some_and(|value| !value.is_null());
        Runs::Exec {
            path: exec
                .get("path")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .to_owned(),
            since_5_7: ["args", "envs"].into_iter().find(is_used),
        }
    }
}
