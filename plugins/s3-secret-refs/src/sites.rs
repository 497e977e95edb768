//! Finds the sites: Thanos containers, the operator's Prometheus and ThanosRuler, and the values of their chart.

use krmguard_sdk::pointer::join;
use krmguard_sdk::{CommandLine, Container, Resource, ResourceSet, Workload};
use serde_json::Value;

use crate::chart;
use crate::environment::{Sources, expanded, sources};
use crate::site::{Candidate, Key, Site};
use crate::volume::Files;

/// The group of the operator's kinds.
pub(crate) const GROUP: &str = "monitoring.coreos.com";

/// Flags whose value is the configuration itself; with `-file` behind it, the path of a file that holds it.
pub(crate) const FLAGS: [&str; 2] = ["objstore.config", "objstore-to.config"];

/// All sites of a unit.
pub(crate) fn all(set: &ResourceSet) -> Vec<Site<'_>> {
    let mut sites = Vec::new();
    for workload in set.workloads() {
        for container in workload.containers() {
            of_container(&workload, &container, &mut sites);
        }
    }
    for prometheus in set.of_kind(GROUP, "Prometheus") {
        of_operand(prometheus, "/spec/thanos", &mut sites);
    }
    for ruler in set.of_kind(GROUP, "ThanosRuler") {
        of_operand(ruler, "/spec", &mut sites);
    }
    sites.extend(chart::sites(set));
    sites
}

fn of_container<'a>(workload: &Workload<'a>, container: &Container<'a>, sites: &mut Vec<Site<'a>>) {
    let line = container.command_line();
    if !is_thanos(container, &line) {
        return;
    }
    let resource = workload.resource();
    for flag in line
        .flags()
        .filter(|flag| flag.token.text.starts_with("--"))
    {
        let Some(value) = flag.value() else { continue };
        let found: Vec<Sources> = match flag.name.strip_suffix("-file") {
            Some(name) if FLAGS.contains(&name) => {
                let volumes_at = join(&workload.spec_pointer(), "volumes");
                let files = Files {
                    mounts: container
                        .value()
                        .get("volumeMounts")
                        .and_then(Value::as_array)
                        .map_or(&[], Vec::as_slice),
                    volumes: resource.items_at(&volumes_at),
                    volumes_at,
                };
                let path = expanded(container, value);
                path.and_then(|path| files.sources(&path, flag.value_pointer()))
                    .into_iter()
                    .collect()
            }
            None if FLAGS.contains(&flag.name) => sources(container, value),
            _ => continue,
        };
        sites.extend(found.into_iter().map(|found| Site {
            resource,
            namespace: resource.namespace(),
            what: format!("`--{}` of container `{}`", flag.name, container.name()),
            flag: Some(flag.token.pointer.clone()),
            candidates: found.candidates,
            others: found.others,
        }));
    }
}

/// Whether the container runs Thanos itself: its image is one, or its command names the program. A shell or a
/// wrapper reads flags of its own.
pub(crate) fn is_thanos(container: &Container<'_>, line: &CommandLine) -> bool {
    if line.shell {
        return false;
    }
    match &line.program {
        Some(program) => program.text.rsplit('/').next() == Some("thanos"),
        // Rancher's mirror is called `mirrored-thanos-thanos`.
        None => container
            .image()
            .is_some_and(|image| image.name() == "thanos" || image.name().ends_with("-thanos")),
    }
}

/// `objectStorageConfigFile`, which wins where both are set, and `objectStorageConfig`.
/// <https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.ThanosSpec>
fn of_operand<'a>(resource: &'a Resource, base: &str, sites: &mut Vec<Site<'a>>) {
    let file_at = join(base, "objectStorageConfigFile");
    if let Some(path) = resource.str_at(&file_at).filter(|path| !path.is_empty()) {
        let files = Files {
            mounts: resource.items_at(&join(base, "volumeMounts")),
            volumes: resource.items_at("/spec/volumes"),
            volumes_at: "/spec/volumes".to_owned(),
        };
        sites.extend(files.sources(path, &file_at).map(|found| Site {
            resource,
            namespace: resource.namespace(),
            what: "`objectStorageConfigFile`".to_owned(),
            flag: Some(file_at.clone()),
            candidates: found.candidates,
            others: found.others,
        }));
        return;
    }
    let at = join(base, "objectStorageConfig");
    let Some(reference) = resource.at(&at) else {
        return;
    };
    sites.extend(
        Candidate::read(reference, &at, "name", Key::Own).map(|candidate| Site {
            resource,
            namespace: resource.namespace(),
            what: "`objectStorageConfig`".to_owned(),
            flag: None,
            candidates: vec![candidate],
            others: false,
        }),
    );
}
