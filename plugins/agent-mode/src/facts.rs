//! What Prometheus and its operator really do: the facts that the rules rest on.

/// The `spec` fields of `Prometheus` that `PrometheusAgent` does not have.
/// Source: the CRDs shipped with kube-prometheus-stack 78.5.0 (prometheus-operator v0.86.1).
pub(crate) const ONLY_PROMETHEUS: &[&str] = &[
    "additionalAlertManagerConfigs",
    "additionalAlertRelabelConfigs",
    "alerting",
    "allowOverlappingBlocks",
    "baseImage",
    "disableCompaction",
    "enableAdminAPI",
    "evaluationInterval",
    "exemplars",
    "prometheusRulesExcludedFromEnforce",
    "query",
    "queryLogFile",
    "remoteRead",
    "retention",
    "retentionSize",
    "ruleNamespaceSelector",
    "ruleQueryOffset",
    "ruleSelector",
    "rules",
    "sha",
    "shardRetentionPolicy",
    "tag",
    "thanos",
];

/// Flags that end an agent with exit code 3, their `--no-` forms too.
/// Source: `serverOnlyFlag` in prometheus v3.7.2 cmd/prometheus/main.go; run on the real binary.
const SERVER_ONLY_FLAGS: &[&str] = &[
    "storage.tsdb.path",
    "storage.tsdb.min-block-duration",
    "storage.tsdb.max-block-duration",
    "storage.tsdb.max-block-chunk-segment-size",
    "storage.tsdb.wal-segment-size",
    "storage.tsdb.retention.time",
    "storage.tsdb.retention.size",
    "storage.tsdb.no-lockfile",
    "storage.tsdb.allow-overlapping-compaction",
    "storage.tsdb.wal-compression",
    "storage.tsdb.wal-compression-type",
    "storage.tsdb.head-chunks-write-queue-size",
    "storage.tsdb.samples-per-chunk",
    "storage.tsdb.delayed-compaction.max-percent",
    "storage.remote.read-sample-limit",
    "storage.remote.read-concurrent-limit",
    "storage.remote.read-max-bytes-in-frame",
    "rules.alert.for-outage-tolerance",
    "rules.alert.for-grace-period",
    "rules.alert.resend-delay",
    "rules.max-concurrent-evals",
    "alertmanager.notification-queue-capacity",
    "alertmanager.notification-batch-size",
    "alertmanager.drain-notification-queue-on-shutdown",
    "query.lookback-delta",
    "query.timeout",
    "query.max-concurrency",
    "query.max-samples",
];

/// Whether a flag, its name without dashes, ends an agent with exit code 3.
pub(crate) fn server_only(flag: &str) -> bool {
    SERVER_ONLY_FLAGS.contains(&flag)
        || flag
            .strip_prefix("no-")
            .is_some_and(|flag| SERVER_ONLY_FLAGS.contains(&flag))
}

/// How long an agent keeps what it cannot send. Its default is `4h`.
pub(crate) const AGENT_RETENTION: &str = "storage.agent.retention.max-time";
pub(crate) const AGENT_RETENTION_DEFAULT: &str = "4h";

/// Where an agent keeps it; by default below the working directory.
pub(crate) const AGENT_PATH: &str = "storage.agent.path";

/// The flag by which 2.x was made an agent; it takes a list of features, separated by commas.
pub(crate) const FEATURE_FLAG: &str = "enable-feature";

/// What the operator runs where neither `image` nor `baseImage` says otherwise, and the release that it
/// runs where `version` does not. Source: prometheus-operator v0.86.1 pkg/operator/defaults.go.
pub(crate) const DEFAULT_BASE_IMAGE: &str = "quay.io/prometheus/prometheus";
pub(crate) const DEFAULT_VERSION: &str = "v3.7.2";

/// The operator's argument that replaces [`DEFAULT_BASE_IMAGE`].
pub(crate) const BASE_IMAGE_FLAG: &str = "prometheus-default-base-image";

/// The path on which Thanos Receive takes remote write.
pub(crate) const RECEIVE_PATH: &str = "/api/v1/receive";

/// API group of the Prometheus operator.
pub(crate) const GROUP: &str = "monitoring.coreos.com";

/// Label by which pods name the custom resource that they run for, and the one that says what they run.
pub(crate) const OWNER_LABEL: &str = "operator.prometheus.io/name";
pub(crate) const NAME_LABEL: &str = "app.kubernetes.io/name";
