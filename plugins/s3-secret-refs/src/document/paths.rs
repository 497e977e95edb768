//! S308: files that the document names and the pod does not have.

use krmguard_sdk::Outcome;

use super::Document;
use crate::config::Config;
use crate::consumer::Consumer;

/// Keys whose values are paths.
const PATHS: [&str; 4] = [
    "/config/http_config/tls_config/ca_file",
    "/config/http_config/tls_config/cert_file",
    "/config/http_config/tls_config/key_file",
    "/config/sse_config/encryption_key",
];

/// Folders that the image or the kubelet fills.
const THERE: [&str; 6] = [
    "/etc/ssl/",
    "/etc/pki/",
    "/usr/share/",
    "/usr/local/share/",
    "/run/secrets/kubernetes.io/",
    "/var/run/secrets/kubernetes.io/",
];

/// Judges the paths of a document in every container that reads it.
pub(crate) fn review(
    document: &Document<'_>,
    consumers: &[Consumer<'_>],
    config: &Config,
    out: &mut Outcome,
) {
    for pointer in PATHS {
        let Some(path) = document
            .settled(pointer, config)
            .filter(|path| path.starts_with('/'))
        else {
            continue;
        };
        if THERE.iter().any(|folder| path.starts_with(folder)) {
            continue;
        }
        let key = pointer.rsplit('/').next().unwrap_or(pointer);
        let users = document
            .users
            .iter()
            .filter_map(|&index| consumers.get(index));
        for consumer in users {
            let Some(runs) = consumer
                .runs
                .as_ref()
                .filter(|runs| runs.files().mount(path).is_none() && !runs.injected(path))
            else {
                continue;
            };
            let draft = out
                .find("S308", document.resource)
                .say(format!("`{key}` names a file that {} of {} does not have: no volumeMount covers its path", runs.title(), consumer.resource))
                .note_at(consumer.resource, runs.container.field("volumeMounts"), "the volume should be mounted here");
            document.at_value(draft, pointer);
        }
    }
}
