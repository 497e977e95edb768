//! The recommended version label of workloads that run Thanos: TV05 and TV14.

use krmguard_sdk::pointer::join;
use krmguard_sdk::{Outcome, Patch, Resource, Workload};
use serde_json::{Map, Value};

use crate::choosers::{Choosers, LABEL, selectors};
use crate::config::Pin;
use crate::version::Version;

/// Names the container that `kubectl` means when nobody names one.
const DEFAULT_CONTAINER: &str = "kubectl.kubernetes.io/default-container";

/// Where the workload's main container stands: the one that it names as such, else the first.
pub(crate) fn main_container(workload: &Workload<'_>) -> String {
    let metadata = workload
        .resource()
        .map_at(&join(workload.template_pointer(), "metadata"));
    let named = metadata
        .and_then(|metadata| {
            metadata
                .get("annotations")?
                .get(DEFAULT_CONTAINER)?
                .as_str()
        })
        .and_then(|name| {
            let containers = workload.spec()?.get("containers")?.as_array()?;
            containers
                .iter()
                .position(|container| container.get("name").and_then(Value::as_str) == Some(name))
        });
    let containers = join(&workload.spec_pointer(), "containers");
    join(&containers, named.unwrap_or(0))
}

/// Judges the labels of a workload whose main container runs, or will run, the pinned version.
pub(crate) fn review(
    workload: &Workload<'_>,
    choosers: &Choosers<'_>,
    pin: &Pin,
    out: &mut Outcome,
) {
    let resource = workload.resource();
    let template = join(&join(workload.template_pointer(), "metadata"), "labels");
    let own = "/metadata/labels".to_owned();
    let mut sites = vec![own];
    if !sites.contains(&template) {
        sites.push(template.clone());
    }
    sites.retain(|site| stale(resource, site, pin).is_some());
    if sites.is_empty() {
        return;
    }
    if let Some((chooser, pointer)) = chosen_by_version(workload, &template, choosers) {
        for site in &sites {
            let value = stale(resource, site, pin).unwrap_or_default();
            out.find("TV14", resource)
                .at(join(site, LABEL))
                .say(format!(
                    "`{LABEL}` says {value}, Thanos {} runs; it stays, because a selector uses it",
                    pin.version
                ))
                .current(value)
                .note_at(
                    chooser,
                    &*pointer,
                    format!("this selector asks for `{LABEL}`"),
                );
        }
        return;
    }
    for site in sites {
        let value = stale(resource, &site, pin).unwrap_or_default();
        let wanted = pin.version.spelled_like(value);
        let pointer = join(&site, LABEL);
        let finding = out
            .find("TV05", resource)
            .at(&*pointer)
            .say(format!(
                "`{LABEL}` says {value}, Thanos {} runs",
                pin.version
            ))
            .remedy(format!("set it to `{wanted}`"))
            .current(value)
            .proposed(&*wanted)
            .id();
        out.edit(
            "TV05",
            finding,
            resource,
            Patch::new().replace(pointer, wanted),
        );
    }
}

/// The label's value at `site`, where it is another version of Thanos than the pin. A version of another major
/// line is that of something around Thanos: a chart, a product.
fn stale<'a>(resource: &'a Resource, site: &str, pin: &Pin) -> Option<&'a str> {
    let value = resource.map_at(site)?.get(LABEL)?.as_str()?;
    let version = Version::parse(value)?;
    (version != pin.version && version.major == pin.version.major).then_some(value)
}

/// A selector that chooses these pods by the label: the workload's own, or another object's.
fn chosen_by_version<'a>(
    workload: &Workload<'a>,
    template: &str,
    choosers: &Choosers<'a>,
) -> Option<(&'a Resource, String)> {
    let resource = workload.resource();
    let none = Map::new();
    let labels = resource.map_at(template).unwrap_or(&none);
    let mut own = Vec::new();
    selectors(
        resource.at("/spec").unwrap_or(&Value::Null),
        "/spec",
        &mut own,
    );
    if let Some((pointer, _)) = own
        .into_iter()
        .find(|(_, selector)| selector.uses_label() && selector.matches(labels))
    {
        return Some((resource, pointer));
    }
    let chooser = choosers.of_pods(resource.namespace(), labels)?;
    Some((chooser.resource, chooser.pointer.clone()))
}
