//! From an object of a build back to the file that it was written in.

use camino::{Utf8Path, Utf8PathBuf};
use krm::Input;
use serde_json::Value;

use super::unit::Files;
use crate::kustomization::clean;
use crate::report::{ObjectRef, Place};

/// Where kustomize says a resource comes from; a YAML string.
const ORIGIN: &str = "config.kubernetes.io/origin";

/// The manifests that a build was made of.
#[derive(Debug)]
pub(crate) struct Sources {
    files: Files,
    /// Origins are seen from here.
    folder: Utf8PathBuf,
}

impl Sources {
    pub(crate) fn new(files: Files, folder: &Utf8Path) -> Sources {
        Sources {
            files,
            folder: folder.to_owned(),
        }
    }

    /// The field of a built object in its source: None for what no file of the tree holds, such as a chart's objects.
    pub(super) fn place(
        &self,
        built: &Input,
        index: usize,
        (pointer, range): (&str, Option<(u32, u32)>),
        object: &ObjectRef,
    ) -> Option<Place> {
        let value = built.value(index).ok()?;
        let file = self.origin(&value)?;
        let mut inputs = self.files.inputs.iter().enumerate();
        let (which, input) = inputs.find(|(_, input)| input.name() == file)?;
        let found = find(input, object)?;
        let same = input
            .value(found)
            .is_ok_and(|source| source.pointer(pointer) == value.pointer(pointer));
        self.files
            .place(which, found, (pointer, range.filter(|_| same)), object)
    }

    /// The file that a resource's origin names, as the user would write it.
    fn origin(&self, object: &Value) -> Option<Utf8PathBuf> {
        let annotations = object.pointer("/metadata/annotations")?;
        let limits = krmguard_yaml::Limits::default();
        let origin = krmguard_yaml::parse_one(annotations.get(ORIGIN)?.as_str()?, &limits);
        let origin = origin.and_then(|origin| origin.to_json(&limits)).ok()?;
        // Of another repository nothing is here.
        let local = origin.get("repo").is_none();
        let path = origin.get("path").and_then(Value::as_str)?;
        local.then(|| clean(&self.folder.join(path)))
    }
}

/// Origins name no document: the one of that kind and name is it, or the only one there is.
fn find(input: &Input, object: &ObjectRef) -> Option<usize> {
    let mut same = (0..input.len()).filter(|index| {
        let id = input.id(*index);
        id.kind == object.kind && id.name == object.name
    });
    match (same.next(), same.next()) {
        (Some(only), None) => Some(only),
        (Some(_), Some(_)) => (0..input.len()).find(|index| {
            let id = input.id(*index);
            id.kind == object.kind && id.name == object.name && id.namespace == object.namespace
        }),
        _ => (input.len() == 1).then_some(0),
    }
}
