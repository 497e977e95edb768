//! Small inputs: an edge with a Prometheus that must become an agent, and what can surround it.

/// A Prometheus as a chart writes it on an edge that does not know the agent mode.
pub(crate) const PROMETHEUS: &str = "\
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata:
  name: k8s
  namespace: monitoring
spec:
  # kept
  image: quay.io/prometheus/prometheus:v3.7.2
  version: v3.7.2
  replicas: 1
  externalLabels:
    cluster: edge-7
  remoteWrite:
  - url: http://receiver.example.org/api/v1/receive
";

pub(crate) const SERVICE: &str = "\
apiVersion: v1
kind: Service
metadata:
  name: other   # untouched
  namespace: monitoring
spec: {selector: {app: other}}
";

/// Its value must appear in no prose.
pub(crate) const CANARY: &str = "kanarienvogel-4711";

pub(crate) fn secret() -> String {
    format!(
        "apiVersion: v1\nkind: Secret\nmetadata:\n  name: store\n  namespace: monitoring\nstringData:\n  objstore.yml: |\n    type: S3\n    config: {{secret_key: {CANARY}}}\n"
    )
}

/// A stream of these objects.
pub(crate) fn stream(objects: &[&str]) -> String {
    objects.join("---\n")
}

/// A ResourceList of these objects; `config` is the functionConfig, or empty.
pub(crate) fn list(objects: &[&str], config: &str) -> String {
    let mut list = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\n".to_owned();
    if objects.is_empty() {
        list.push_str("items: []\n");
    } else {
        list.push_str("items:\n");
        for object in objects {
            for (number, line) in object.lines().enumerate() {
                list.push_str(if number == 0 { "- " } else { "  " });
                list.push_str(line);
                list.push('\n');
            }
        }
    }
    if !config.is_empty() {
        list.push_str("functionConfig:\n");
        for line in config.lines() {
            list.push_str(&format!("  {line}\n"));
        }
    }
    list
}

/// A PolicySet for the edge `edge-7` with this `spec.policies` and more of its spec.
pub(crate) fn policy_set(more: &str) -> String {
    format!(
        "apiVersion: krmguard.io/v1alpha1\nkind: PolicySet\nmetadata:\n  name: edge-7\n  annotations:\n    config.kubernetes.io/local-config: 'true'\nspec:\n  cluster: {{name: edge-7, role: edge}}\n{more}"
    )
}

pub(crate) const AGENT_MODE: &str = "  policies:\n  - plugin: agent-mode\n";

/// A Thanos store that reads its bucket from a Secret.
pub(crate) const STORE: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: store
  namespace: monitoring
spec:
  template:
    spec:
      containers:
      - name: store
        image: quay.io/thanos/thanos:v0.38.0
        args: [store, \"--objstore.config=$(OBJSTORE)\"]
        env:
        - name: OBJSTORE
          valueFrom: {secretKeyRef: {name: store, key: objstore.yml}}
";

/// The unit that most samples are for.
const EDGE: [&str; 4] = ["--cluster", "edge-7", "--role", "edge"];

/// The arguments that judge it by all built-in policies.
pub(crate) fn edge<'a>(command: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    [&[command], &EDGE[..], more].concat()
}
