//! The objects of one unit.

use std::cell::OnceCell;
use std::fmt;

use serde_json::{Map, Value};

use crate::chart::Chart;
use crate::role::Role;
use crate::wire::{Form, LISTED, Object, Place, Stage, Unit};
use crate::workload::Workload;

/// One object, with what names it at hand.
#[derive(Clone, Debug)]
pub struct Resource {
    id: u32,
    form: Form,
    value: Value,
    extra: Vec<(String, String)>,
}

impl Resource {
    /// Reads one object of a request.
    pub(crate) fn read(object: &Object) -> Result<Resource, String> {
        let value: Value =
            serde_json::from_str(&object.content).map_err(|why| format!("not JSON: {why}"))?;
        if !value.is_object() {
            return Err("an object must be a mapping".to_owned());
        }
        Ok(Resource {
            id: object.id,
            form: object.form,
            value,
            extra: object.extra.clone(),
        })
    }

    /// Its id in the request.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// What it is.
    pub fn form(&self) -> Form {
        self.form
    }

    /// What the host says of it under a key, such as [`crate::wire::SHARED`].
    pub fn extra(&self, key: &str) -> Option<&str> {
        let found = self.extra.iter().find(|(name, _)| name == key);
        found.map(|(_, value)| value.as_str())
    }

    /// A place in it: a JSON pointer, which may name a missing key.
    pub fn place(&self, pointer: impl Into<String>) -> Place {
        Place {
            object: self.id,
            pointer: pointer.into(),
            range: None,
        }
    }

    /// The whole object.
    pub fn value(&self) -> &Value {
        &self.value
    }

    /// `apiVersion`, empty where it is absent.
    pub fn api_version(&self) -> &str {
        text(self.value.get("apiVersion")).unwrap_or_default()
    }

    /// The group of `apiVersion`, empty for the core group.
    pub fn group(&self) -> &str {
        self.api_version()
            .rsplit_once('/')
            .map_or("", |(group, _)| group)
    }

    /// The version of `apiVersion`.
    pub fn version(&self) -> &str {
        let whole = self.api_version();
        whole.rsplit_once('/').map_or(whole, |(_, version)| version)
    }

    /// `kind`, empty where it is absent.
    pub fn kind(&self) -> &str {
        text(self.value.get("kind")).unwrap_or_default()
    }

    /// `metadata.name`, empty where it is absent.
    pub fn name(&self) -> &str {
        text(self.metadata("name")).unwrap_or_default()
    }

    /// `metadata.namespace`; an empty one counts as absent.
    pub fn namespace(&self) -> Option<&str> {
        text(self.metadata("namespace")).filter(|namespace| !namespace.is_empty())
    }

    /// Whether it is of that group and kind, in any version.
    pub fn is(&self, group: &str, kind: &str) -> bool {
        self.kind() == kind && self.group() == group
    }

    /// The value at a JSON pointer.
    pub fn at(&self, pointer: &str) -> Option<&Value> {
        self.value.pointer(pointer)
    }

    /// The string at a JSON pointer.
    pub fn str_at(&self, pointer: &str) -> Option<&str> {
        self.at(pointer)?.as_str()
    }

    /// The mapping at a JSON pointer.
    pub fn map_at(&self, pointer: &str) -> Option<&Map<String, Value>> {
        self.at(pointer)?.as_object()
    }

    /// The items of the sequence at a JSON pointer; none where there is no sequence.
    pub fn items_at(&self, pointer: &str) -> &[Value] {
        self.at(pointer)
            .and_then(Value::as_array)
            .map_or(&[], Vec::as_slice)
    }

    /// A label.
    pub fn label(&self, key: &str) -> Option<&str> {
        text(self.metadata("labels")?.get(key))
    }

    /// An annotation.
    pub fn annotation(&self, key: &str) -> Option<&str> {
        text(self.metadata("annotations")?.get(key))
    }

    /// What names it is asked for all the time: by keys, because a JSON pointer is taken apart anew at each use.
    fn metadata(&self, key: &str) -> Option<&Value> {
        self.value.get("metadata")?.get(key)
    }

    /// What [`ResourceSet::get`] finds it by.
    fn key(&self) -> (&str, Option<&str>, &str, &str) {
        (self.name(), self.namespace(), self.kind(), self.group())
    }
}

fn text(value: Option<&Value>) -> Option<&str> {
    value?.as_str()
}

/// `Kind namespace/name`, as reports print it.
impl fmt::Display for Resource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.namespace() {
            Some(namespace) => write!(f, "{} {namespace}/{}", self.kind(), self.name()),
            None => write!(f, "{} {}", self.kind(), self.name()),
        }
    }
}

/// The objects of one unit that the policy's selectors match, in the order of the input. Files that no kustomization
/// lists are in no unit's output: only [`ResourceSet::unlisted`] has them.
#[derive(Clone, Debug)]
pub struct ResourceSet {
    unit: Unit,
    resources: Vec<Resource>,
    unlisted: Vec<Resource>,
    /// The manifests in the order of their keys, of equal ones the first first; made when one is first asked for.
    by_key: OnceCell<Vec<usize>>,
}

impl ResourceSet {
    pub(crate) fn new(unit: Unit, resources: Vec<Resource>) -> ResourceSet {
        let (unlisted, resources) = resources
            .into_iter()
            .partition(|resource| resource.extra(LISTED) == Some("false"));
        ResourceSet {
            unit,
            resources,
            unlisted,
            by_key: OnceCell::new(),
        }
    }

    /// The unit.
    pub fn unit(&self) -> &Unit {
        &self.unit
    }

    /// The cluster's name.
    pub fn cluster(&self) -> Option<&str> {
        self.unit.cluster.as_deref()
    }

    /// The cluster's role, where it is stated and known.
    pub fn role(&self) -> Option<Role> {
        Role::of(&self.unit).ok()
    }

    /// When the objects are seen.
    pub fn stage(&self) -> Stage {
        self.unit.stage
    }

    /// False: unseen objects may exist, so "defined nowhere" must not be said.
    pub fn complete(&self) -> bool {
        self.unit.complete
    }

    /// All objects, whatever their form.
    pub fn objects(&self) -> &[Resource] {
        &self.resources
    }

    /// The manifests of the unit's folder that no kustomization lists ([`LISTED`]).
    pub fn unlisted(&self) -> &[Resource] {
        &self.unlisted
    }

    /// The `helmCharts:` entries of a chart.
    pub fn charts(&self, name: &str) -> impl Iterator<Item = Chart<'_>> {
        self.resources
            .iter()
            .filter_map(Chart::of)
            .filter(move |chart| chart.name() == name)
    }

    /// The objects of one form.
    pub fn of_form(&self, form: Form) -> impl Iterator<Item = &Resource> {
        self.resources
            .iter()
            .filter(move |resource| resource.form == form)
    }

    /// The manifests.
    pub fn manifests(&self) -> impl Iterator<Item = &Resource> {
        self.of_form(Form::Manifest)
    }

    /// The manifests of a group and kind, in any version.
    pub fn of_kind(&self, group: &str, kind: &str) -> impl Iterator<Item = &Resource> {
        self.manifests()
            .filter(move |resource| resource.is(group, kind))
    }

    /// The manifest of that group, kind, namespace and name; of several the first. It may be asked for each object of a
    /// unit: it does not look through all of them.
    pub fn get(
        &self,
        group: &str,
        kind: &str,
        namespace: Option<&str>,
        name: &str,
    ) -> Option<&Resource> {
        let by_key = self.by_key.get_or_init(|| {
            let mut order: Vec<usize> = (0..self.resources.len())
                .filter(|&at| self.resources[at].form == Form::Manifest)
                .collect();
            order.sort_by(|&one, &other| {
                self.resources[one].key().cmp(&self.resources[other].key())
            });
            order
        });
        let wanted = (name, namespace, kind, group);
        let before = by_key.partition_point(|&at| self.resources[at].key() < wanted);
        let found = self.resources.get(*by_key.get(before)?)?;
        (found.key() == wanted).then_some(found)
    }

    /// Every manifest with a pod template: Deployment, StatefulSet, DaemonSet, ReplicaSet (`apps`), Job,
    /// CronJob (`batch`), Pod, PodTemplate and ReplicationController.
    pub fn workloads(&self) -> impl Iterator<Item = Workload<'_>> {
        self.manifests().filter_map(Workload::of)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use serde_json::json;

    use super::*;

    #[test]
    fn what_no_kustomization_lists_is_seen_only_when_asked_for() {
        let read = |id: u32, extra: &[(&str, &str)]| {
            let extra = extra
                .iter()
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()));
            let content = json!({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}});
            Resource::read(&Object {
                id,
                unit: 0,
                form: Form::Manifest,
                content: content.to_string(),
                extra: extra.collect(),
            })
            .unwrap()
        };
        let unit = Unit {
            id: 0,
            name: String::new(),
            cluster: None,
            role: None,
            stage: Stage::Source,
            complete: false,
            config: String::new(),
            disabled: Vec::new(),
            extra: Vec::new(),
        };
        let resources = vec![
            read(1, &[(LISTED, "false")]),
            read(2, &[(LISTED, "true"), ("more", "x")]),
            read(3, &[]),
        ];
        let set = ResourceSet::new(unit, resources);
        let ids = |resources: &[Resource]| resources.iter().map(Resource::id).collect::<Vec<_>>();
        assert_eq!(ids(set.objects()), [2, 3]);
        assert_eq!(ids(set.unlisted()), [1]);
        assert_eq!(set.of_kind("", "Secret").count(), 2);
        assert_eq!(set.get("", "Secret", None, "a").unwrap().id(), 2);
        assert!(set.get("", "Secret", Some("x"), "a").is_none());
        assert!(set.get("", "ConfigMap", None, "a").is_none());
        assert_eq!(set.objects()[0].extra("more"), Some("x"));
        assert_eq!(set.objects()[1].extra("more"), None);
    }
}
