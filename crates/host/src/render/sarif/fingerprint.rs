//! What tells one finding from another when lines have moved.

use std::collections::HashMap;

use sha2::{Digest, Sha256};

use crate::report::{Finding, Report};

/// The name under which the fingerprint stands; the number changes with what goes into it.
pub(super) const NAME: &str = "krmguard/v1";

/// One fingerprint for each finding of `report`, in its order: of cluster, policy, rule, object and
/// pointer, and of nothing that an edit elsewhere in the file changes. Findings that agree in all of that
/// are numbered in the order of their places.
pub(super) fn fingerprints(report: &Report) -> Vec<String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut fingerprints = Vec::with_capacity(report.findings.len());
    for finding in &report.findings {
        let identity = identity(report, finding);
        let count = seen.entry(identity.clone()).or_default();
        let digest = Sha256::digest(format!("{identity}{count}"));
        *count += 1;
        // Half of it tells findings apart well enough.
        fingerprints.push(digest[..16].iter().map(|b| format!("{b:02x}")).collect());
    }
    fingerprints
}

/// The parts, each with its length, so that no two lists of parts are spelled alike.
fn identity(report: &Report, finding: &Finding) -> String {
    let unit = report.units.iter().find(|unit| unit.name == finding.unit);
    let cluster = unit.and_then(|unit| unit.cluster.as_deref());
    let mut parts = vec![
        cluster.unwrap_or(&finding.unit),
        &finding.policy,
        &finding.rule,
        finding.pointer.as_deref().unwrap_or("-"),
    ];
    if let Some(object) = &finding.object {
        parts.extend([
            object.api_version.as_str(),
            &object.kind,
            object.namespace.as_deref().unwrap_or("-"),
            &object.name,
        ]);
    }
    let spelled: Vec<String> = parts
        .into_iter()
        .map(|part| format!("{}:{part};", part.len()))
        .collect();
    spelled.concat()
}
