//! What the commands read: made from the fixtures, or here.

use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, BufWriter, Write};
use std::path::{Path, PathBuf};

use ::tests::fixtures;

/// A list of the one object that the policies edit most.
pub(crate) const ONE_OBJECT: &str = "apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
- apiVersion: monitoring.coreos.com/v1
  kind: Prometheus
  metadata:
    name: kube-prometheus-stack-prometheus
    namespace: monitoring
  spec:
    additionalArgs:
    - name: enable-feature
      value: agent
    image: quay.io/prometheus/prometheus:v3.7.2
    remoteWrite:
    - url: http://thanos-receiver.k8s-cluster-01.miribit.lab/api/v1/receive
    retention: 6h
    version: v3.7.2
functionConfig:
  apiVersion: krmguard.io/v1alpha1
  kind: PolicySet
  metadata:
    name: cluster-02-edge
  spec:
    cluster:
      name: cluster-02-edge
      role: edge
    policies:
    - plugin: cluster-labels
    - plugin: agent-mode
    - plugin: thanos-version
    - plugin: s3-secret-refs
";

/// What kustomize hands to a function for an edge with its CRDs.
pub(crate) fn edge_list() -> Option<PathBuf> {
    fixtures::find("functions/cluster-02-edge.resourcelist.yaml")
}

/// The same of the central cluster, but for the `thanos: {enabled: false}` that a policy refuses: a refused list is
/// not written, and writing is to be part of the time.
pub(crate) fn central_list(to: &Path) -> io::Result<Option<PathBuf>> {
    let Some(list) = fixtures::find("functions/cluster-01-central.resourcelist.yaml") else {
        return Ok(None);
    };
    let refused = ["    thanos:", "      enabled: false"];
    let mut out = BufWriter::new(File::create(to)?);
    let mut held = None;
    for line in BufReader::new(File::open(list)?).lines() {
        let line = line?;
        match held.take() {
            Some(_) if line == refused[1] => continue,
            Some(first) => writeln!(out, "{first}")?,
            None => {}
        }
        if line == refused[0] {
            held = Some(line);
        } else {
            writeln!(out, "{line}")?;
        }
    }
    out.flush()?;
    Ok(Some(to.to_owned()))
}

/// Writes `number` files of one edge cluster each, every one with a name of its own, and answers with their paths and
/// their bytes in all. `None` without the fixtures.
pub(crate) fn clusters(folder: &Path, number: usize) -> io::Result<Option<(Vec<PathBuf>, u64)>> {
    const NAME: &str = "cluster-02-edge";
    let Some(edge) = fixtures::find(&format!("rendered/right/{NAME}.yaml")) else {
        return Ok(None);
    };
    let edge = fs::read_to_string(edge)?;
    fs::create_dir(folder)?;
    let mut files = Vec::with_capacity(number);
    let mut size = 0;
    for index in 0..number {
        // As long as the name that it replaces: all files have the same size.
        let name = format!("edge-site-{index:05}");
        let text = edge.replace(NAME, &name);
        let file = folder.join(format!("{name}.yaml"));
        fs::write(&file, &text)?;
        size += text.len() as u64;
        files.push(file);
    }
    Ok(Some((files, size)))
}

/// The CRDs of a ResourceList as a stream of documents, without the annotations that kustomize gave them on the way.
pub(crate) fn definitions(list: &Path, to: &Path) -> io::Result<()> {
    let mut out = BufWriter::new(File::create(to)?);
    let mut item = Item::default();
    for line in BufReader::new(File::open(list)?).lines() {
        let line = line?;
        if line.starts_with("- ") {
            item.write(&mut out)?;
            item = Item::default();
        } else if !line.starts_with(' ') && !line.is_empty() {
            // A field of the list itself: its items begin or end here.
            item.write(&mut out)?;
            item = Item::default();
            continue;
        }
        item.add(&line);
    }
    item.write(&mut out)?;
    out.flush()
}

/// An item of a ResourceList as kustomize writes it, in the making.
#[derive(Default)]
struct Item {
    text: String,
    definition: bool,
    /// Inside the value of an annotation that is left out.
    dropping: bool,
}

impl Item {
    fn add(&mut self, line: &str) {
        let line = line.get(2..).unwrap_or_default();
        self.definition |= line == "kind: CustomResourceDefinition";
        let nested = line.strip_prefix("    ");
        match nested {
            Some(key) if key.starts_with("  ") && self.dropping => return,
            Some(key) => {
                let name = key.split_once(": ").map_or(key, |(name, _)| name);
                let domain = name.split_once('/').map_or("", |(domain, _)| domain);
                self.dropping =
                    domain.ends_with("config.kubernetes.io") || domain.ends_with("config.k8s.io");
                if self.dropping {
                    return;
                }
            }
            None => self.dropping = false,
        }
        self.text.push_str(line);
        self.text.push('\n');
    }

    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        if self.definition {
            write!(out, "---\n{}", self.text)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn definitions_are_cut_out_of_a_list_without_what_kustomize_added() -> io::Result<()> {
        let folder = tempfile::tempdir()?;
        let (list, cut) = (folder.path().join("list"), folder.path().join("cut"));
        let text = "apiVersion: config.kubernetes.io/v1
kind: ResourceList
items:
- apiVersion: apiextensions.k8s.io/v1
  kind: CustomResourceDefinition
  metadata:
    annotations:
      kustomize.config.k8s.io/id: |
        kind: CustomResourceDefinition
      config.kubernetes.io/index: '0'
      operator.prometheus.io/version: 0.86.1
    name: a
  spec:
    group: example.test
- apiVersion: v1
  kind: Service
  metadata:
    name: b
functionConfig:
  kind: PolicySet
";
        fs::write(&list, text)?;
        definitions(&list, &cut)?;
        assert_eq!(
            fs::read_to_string(cut)?,
            "---
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata:
  annotations:
    operator.prometheus.io/version: 0.86.1
  name: a
spec:
  group: example.test
"
        );
        Ok(())
    }
}
