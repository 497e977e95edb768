//! Workloads, their pod templates and containers.

use serde_json::{Map, Value};

use crate::args::CommandLine;
use crate::image::Image;
use crate::pointer::join;
use crate::set::Resource;
use crate::wire::Form;

/// Group, kind, and where the pod template (`metadata` and `spec` of the pod) stands.
pub(crate) const KINDS: &[(&str, &str, &str)] = &[
    ("apps", "Deployment", "/spec/template"),
    ("apps", "StatefulSet", "/spec/template"),
    ("apps", "DaemonSet", "/spec/template"),
    ("apps", "ReplicaSet", "/spec/template"),
    ("batch", "Job", "/spec/template"),
    ("batch", "CronJob", "/spec/jobTemplate/spec/template"),
    ("", "Pod", ""),
    ("", "PodTemplate", "/template"),
    ("", "ReplicationController", "/spec/template"),
];

/// A manifest with a pod template.
#[derive(Clone, Copy, Debug)]
pub struct Workload<'a> {
    resource: &'a Resource,
    template: &'static str,
}

impl<'a> Workload<'a> {
    /// The resource as a workload, if it is one.
    pub fn of(resource: &'a Resource) -> Option<Workload<'a>> {
        if resource.form() != Form::Manifest {
            return None;
        }
        let (_, _, template) = KINDS
            .iter()
            .find(|(group, kind, _)| resource.is(group, kind))?;
        Some(Workload { resource, template })
    }

    /// The object.
    pub fn resource(&self) -> &'a Resource {
        self.resource
    }

    /// Where the pod template stands; empty for a Pod, which is its own.
    pub fn template_pointer(&self) -> &'static str {
        self.template
    }

    /// Where the pod's spec stands.
    pub fn spec_pointer(&self) -> String {
        join(self.template, "spec")
    }

    /// The pod's spec.
    pub fn spec(&self) -> Option<&'a Map<String, Value>> {
        self.resource.map_at(&self.spec_pointer())
    }

    /// A label of the pods.
    pub fn pod_label(&self, key: &str) -> Option<&'a str> {
        self.resource
            .map_at(&join(self.template, "metadata"))?
            .get("labels")?
            .get(key)?
            .as_str()
    }

    /// The pod's volumes with their pointers.
    pub fn volumes(&self) -> impl Iterator<Item = (String, &'a Value)> + use<'a> {
        let base = join(&self.spec_pointer(), "volumes");
        self.resource
            .items_at(&base)
            .iter()
            .enumerate()
            .map(move |(index, volume)| (join(&base, index), volume))
    }

    /// All containers: init containers, containers, ephemeral containers. Items that are no mappings are passed over.
    pub fn containers(&self) -> impl Iterator<Item = Container<'a>> + use<'a> {
        let spec = self.spec_pointer();
        let resource = self.resource;
        let lots = [Lot::Init, Lot::Main, Lot::Ephemeral].into_iter();
        lots.flat_map(move |lot| Container::list(resource, &join(&spec, lot.key()), lot))
    }
}

/// Which of a pod's lists a container stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lot {
    /// `initContainers`
    Init,
    /// `containers`
    Main,
    /// `ephemeralContainers`
    Ephemeral,
}

impl Lot {
    fn key(self) -> &'static str {
        match self {
            Lot::Init => "initContainers",
            Lot::Main => "containers",
            Lot::Ephemeral => "ephemeralContainers",
        }
    }
}

/// One container of a pod template, or of a list like it in a custom resource.
#[derive(Clone, Debug)]
pub struct Container<'a> {
    pointer: String,
    value: &'a Value,
    lot: Lot,
}

impl<'a> Container<'a> {
    /// The containers of a list outside pod templates, such as `Prometheus` `/spec/containers`.
    pub fn list(resource: &'a Resource, pointer: &str, lot: Lot) -> Vec<Container<'a>> {
        let items = resource.items_at(pointer).iter().enumerate();
        items
            .filter(|(_, value)| value.is_object())
            .map(|(index, value)| Container {
                pointer: join(pointer, index),
                value,
                lot,
            })
            .collect()
    }

    /// Where it stands in the object.
    pub fn pointer(&self) -> &str {
        &self.pointer
    }

    /// Where one of its fields stands.
    pub fn field(&self, key: &str) -> String {
        join(&self.pointer, key)
    }

    /// The container itself.
    pub fn value(&self) -> &'a Value {
        self.value
    }

    /// Which list it stands in.
    pub fn lot(&self) -> Lot {
        self.lot
    }

    /// Its name, empty where it is absent.
    pub fn name(&self) -> &'a str {
        self.value
            .get("name")
            .and_then(Value::as_str)
            .unwrap_or_default()
    }

    /// Its image as written.
    pub fn image_text(&self) -> Option<&'a str> {
        self.value.get("image").and_then(Value::as_str)
    }

    /// Its image, taken apart.
    pub fn image(&self) -> Option<Image> {
        self.image_text().map(Image::parse)
    }

    /// What it runs.
    pub fn command_line(&self) -> CommandLine {
        CommandLine::read(self.value, &self.pointer)
    }

    /// The items of one of its sequences (`env`, `envFrom`, `volumeMounts`, `ports`) with their pointers.
    pub fn items(&self, key: &str) -> impl Iterator<Item = (String, &'a Value)> + use<'a> {
        let base = self.field(key);
        let items = self
            .value
            .get(key)
            .and_then(Value::as_array)
            .map_or(&[][..], Vec::as_slice);
        items
            .iter()
            .enumerate()
            .map(move |(index, item)| (join(&base, index), item))
    }
}
