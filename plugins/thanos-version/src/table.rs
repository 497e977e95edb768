//! The flags that Thanos v0.38.0 takes, subcommand by subcommand.
//!
//! Source: `cmd/thanos/*.go` and `pkg/extkingpin/flags.go` of <https://github.com/thanos-io/thanos/tree/v0.38.0>, hidden
//! flags included. A flag that is not here ends the process at start: `unknown long flag`.
//! `--no-<flag>` forms are not listed: kingpin derives them from the booleans.

use crate::version::Version;

/// The version that this table describes.
const DESCRIBED: Version = Version::release(0, 38, 0);

/// Flags of the query component that v0.38.0 knows as `--endpoint`.
/// Source: <https://github.com/thanos-io/thanos/pull/7890>.
pub(crate) const RENAMED: &[&str] = &["store", "rule", "metadata", "exemplar", "target"];

/// What [`RENAMED`] became.
pub(crate) const ENDPOINT: &str = "endpoint";

/// The first version without [`RENAMED`].
pub(crate) const RENAMED_SINCE: Version = Version::release(0, 38, 0);

/// Flags that came with v0.39: subcommand, flag.
const LATER: &[(&str, &[&str])] = &[
    (
        "query",
        &[
            "query.disable-fallback",
            "query.lazy-retrieval-max-buffered-responses",
        ],
    ),
    (
        "receive",
        &[
            "receive.lazy-retrieval-max-buffered-responses",
            "shipper.skip-corrupted-blocks",
        ],
    ),
    ("store", &["disable-admin-operations"]),
    ("rule", &["enable-feature", "shipper.skip-corrupted-blocks"]),
    ("sidecar", &["shipper.skip-corrupted-blocks"]),
    ("query-frontend", &["enable-feature"]),
];

/// The flags of one version.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Table(());

impl Table {
    /// The table of a version, where there is one.
    pub(crate) fn of(version: Version) -> Option<Table> {
        (version == DESCRIBED).then_some(Table(()))
    }

    /// Whether the subcommand takes the flag. `--no-x` is taken wherever `--x` is.
    pub(crate) fn takes(self, subcommand: &str, flag: &str) -> bool {
        let known = |name: &str| self.flags(subcommand).any(|flag| flag == name);
        known(flag) || flag.strip_prefix("no-").is_some_and(known)
    }

    /// All flags of a subcommand.
    pub(crate) fn flags(self, subcommand: &str) -> impl Iterator<Item = &'static str> {
        let own = SUBCOMMANDS
            .iter()
            .find(|(name, _)| *name == subcommand)
            .map_or(&[][..], |(_, lists)| *lists);
        [EVERYWHERE]
            .into_iter()
            .chain(own.iter().copied())
            .flat_map(str::split_ascii_whitespace)
    }

    /// Whether the flag is known to have come with a later version.
    pub(crate) fn came_later(self, subcommand: &str, flag: &str) -> bool {
        LATER
            .iter()
            .any(|(name, flags)| *name == subcommand && flags.contains(&flag))
    }
}

/// Whether Thanos has a subcommand of that name whose flags are known here.
pub(crate) fn is_described(subcommand: &str) -> bool {
    SUBCOMMANDS.iter().any(|(name, _)| *name == subcommand)
}

/// Flags before the subcommand that take a value: what follows them is no subcommand.
pub(crate) fn global_takes_value(flag: &str) -> bool {
    matches!(
        flag,
        "debug.name"
            | "log.level"
            | "log.format"
            | "tracing.config"
            | "tracing.config-file"
            | "auto-gomemlimit.ratio"
    )
}

/// Each subcommand with the lists of flags that it takes beside [`EVERYWHERE`].
const SUBCOMMANDS: &[(&str, &[&str])] = &[
    ("receive", &[GRPC, RECEIVE]),
    ("query", &[GRPC, QUERY]),
    ("store", &[GRPC, STORE]),
    ("compact", &[COMPACT]),
    ("rule", &[GRPC, RULE]),
    ("sidecar", &[GRPC, SIDECAR]),
    ("query-frontend", &[QUERY_FRONTEND]),
];

/// The application's own flags, and kingpin's (`--help-man`, completion).
const EVERYWHERE: &str = "
    auto-gomemlimit.ratio completion-bash completion-script-bash completion-script-zsh debug.name
    enable-auto-gomemlimit help help-long help-man http-address http-grace-period http.config log.format
    log.level tracing.config tracing.config-file version
";

/// What every component with a gRPC server and a Store API takes.
const GRPC: &str = "
    grpc-address grpc-grace-period grpc-server-max-connection-age grpc-server-tls-cert grpc-server-tls-client-ca
    grpc-server-tls-key grpc-server-tls-min-version request.logging-config request.logging-config-file
    store.limits.request-samples store.limits.request-series
";

/// `thanos receive`
const RECEIVE: &str = "
    enable-feature hash-func label matcher-cache-size objstore.config objstore.config-file
    receive-forward-max-backoff receive-forward-timeout receive.capnproto-address receive.default-tenant-id
    receive.forward.async-workers receive.grpc-compression receive.grpc-service-config receive.hashrings
    receive.hashrings-algorithm receive.hashrings-file receive.hashrings-file-refresh-interval
    receive.limits-config receive.limits-config-file receive.limits-config-reload-timer receive.local-endpoint
    receive.otlp-enable-target-info receive.otlp-promote-resource-attributes receive.relabel-config
    receive.relabel-config-file receive.replica-header receive.replication-factor receive.replication-protocol
    receive.split-tenant-label-name receive.tenant-certificate-field receive.tenant-header
    receive.tenant-label-name remote-write.address remote-write.client-server-name remote-write.client-tls-ca
    remote-write.client-tls-cert remote-write.client-tls-key remote-write.client-tls-secure
    remote-write.client-tls-skip-verify remote-write.server-tls-cert remote-write.server-tls-client-ca
    remote-write.server-tls-key remote-write.server-tls-min-version shipper.allow-out-of-order-uploads
    shipper.ignore-unequal-block-size tsdb.allow-overlapping-blocks tsdb.block.expanded-postings-cache-size
    tsdb.enable-native-histograms tsdb.head.expanded-postings-cache-size tsdb.max-block-duration
    tsdb.max-exemplars tsdb.max-retention-bytes tsdb.memory-snapshot-on-shutdown tsdb.min-block-duration
    tsdb.no-lockfile tsdb.out-of-order.cap-max tsdb.out-of-order.time-window tsdb.path tsdb.retention
    tsdb.too-far-in-future.time-window tsdb.wal-compression tsdb.write-queue-size writer.intern
";

/// `thanos query`
const QUERY: &str = "
    alert.query-url deduplication.func enable-feature endpoint endpoint-group endpoint-group-strict
    endpoint-strict endpoint.info-timeout endpoint.sd-config endpoint.sd-config-file
    endpoint.sd-config-reload-interval exemplar.partial-response grpc-client-server-name grpc-client-tls-ca
    grpc-client-tls-cert grpc-client-tls-key grpc-client-tls-secure grpc-client-tls-skip-verify grpc-compression
    grpc.proxy-strategy metric-metadata.partial-response query.active-query-path query.auto-downsampling
    query.conn-metric.label query.default-evaluation-interval query.default-step query.default-tenant-id
    query.distributed-with-overlapping-interval query.dynamic-lookback-delta query.enable-x-functions
    query.enforce-tenancy query.instant.default.max_source_resolution query.lookback-delta query.max-concurrent
    query.max-concurrent-select query.metadata.default-time-range query.mode query.partial-response
    query.partition-label query.promql-engine query.replica-label
    query.telemetry.request-duration-seconds-quantiles query.telemetry.request-samples-quantiles
    query.telemetry.request-series-seconds-quantiles query.tenant-certificate-field query.tenant-header
    query.tenant-label-name query.timeout rule.partial-response selector-label selector.relabel-config
    selector.relabel-config-file store.response-timeout store.sd-dns-interval store.sd-dns-resolver
    store.sd-files store.sd-interval store.unhealthy-timeout target.partial-response web.disable-cors
    web.external-prefix web.prefix-header web.route-prefix
";

/// `thanos store`
const STORE: &str = "
    block-discovery-strategy block-meta-fetch-concurrency block-sync-concurrency bucket-web-label
    cache-index-header chunk-pool-size consistency-delay data-dir debug.advertise-compatibility-label
    debug.estimated-max-chunk-size debug.estimated-max-series-size debug.series-batch-size
    ignore-deletion-marks-delay index-cache-size index-cache.config index-cache.config-file matcher-cache-size
    max-time min-time objstore.config objstore.config-file selector.relabel-config selector.relabel-config-file
    store.caching-bucket.config store.caching-bucket.config-file store.enable-index-header-lazy-reader
    store.enable-lazy-expanded-postings store.grpc.downloaded-bytes-limit store.grpc.series-max-concurrency
    store.grpc.series-sample-limit store.grpc.touched-series-limit store.index-header-lazy-download-strategy
    store.index-header-lazy-reader-idle-timeout store.index-header-posting-offsets-in-mem-sampling
    store.posting-group-max-key-series-ratio sync-block-duration web.disable web.disable-cors
    web.external-prefix web.prefix-header
";

/// `thanos compact`
const COMPACT: &str = "
    block-discovery-strategy block-files-concurrency block-meta-fetch-concurrency
    block-viewer.global.sync-block-interval block-viewer.global.sync-block-timeout bucket-web-label
    compact.block-max-index-size compact.blocks-fetch-concurrency compact.cleanup-interval compact.concurrency
    compact.enable-vertical-compaction compact.progress-interval compact.skip-block-with-out-of-order-chunks
    consistency-delay data-dir debug.accept-malformed-index debug.halt-on-error debug.max-compaction-level
    deduplication.func deduplication.replica-label delete-delay disable-admin-operations downsample.concurrency
    downsampling.disable hash-func max-time min-time objstore.config objstore.config-file
    retention.resolution-1h retention.resolution-5m retention.resolution-raw selector.relabel-config
    selector.relabel-config-file wait wait-interval web.disable web.disable-cors web.external-prefix
    web.prefix-header web.route-prefix
";

/// `thanos rule`
const RULE: &str = "
    alert.label-drop alert.query-template alert.query-url alert.relabel-config alert.relabel-config-file
    alertmanagers.config alertmanagers.config-file alertmanagers.sd-dns-interval alertmanagers.send-timeout
    alertmanagers.url data-dir eval-interval for-grace-period for-outage-tolerance grpc-query-endpoint hash-func
    label objstore.config objstore.config-file query query.config query.config-file query.default-step
    query.enable-x-functions query.http-method query.only-prometheus-params query.sd-dns-interval
    query.sd-dns-resolver query.sd-files query.sd-interval remote-write.config remote-write.config-file
    resend-delay restore-ignored-label rule-concurrent-evaluation rule-file rule-query-offset
    shipper.allow-out-of-order-uploads shipper.ignore-unequal-block-size shipper.meta-file-name
    shipper.upload-compacted tsdb.block-duration tsdb.no-lockfile tsdb.retention tsdb.wal-compression
    web.disable-cors web.external-prefix web.prefix-header web.route-prefix
";

/// `thanos sidecar`
const SIDECAR: &str = "
    hash-func min-time objstore.config objstore.config-file prometheus.get_config_interval
    prometheus.get_config_timeout prometheus.http-client prometheus.http-client-file prometheus.ready_timeout
    prometheus.url reloader.config-envsubst-file reloader.config-file reloader.method reloader.process-name
    reloader.retry-interval reloader.rule-dir reloader.watch-interval shipper.allow-out-of-order-uploads
    shipper.ignore-unequal-block-size shipper.meta-file-name shipper.upload-compacted tsdb.path
";

/// `thanos query-frontend`
const QUERY_FRONTEND: &str = "
    cache-compression-type labels.default-time-range labels.max-query-parallelism labels.max-retries-per-request
    labels.partial-response labels.response-cache-config labels.response-cache-config-file
    labels.response-cache-max-freshness labels.split-interval query-frontend.compress-responses
    query-frontend.default-tenant-id query-frontend.downstream-tripper-config
    query-frontend.downstream-tripper-config-file query-frontend.downstream-url
    query-frontend.enable-x-functions query-frontend.force-query-stats query-frontend.forward-header
    query-frontend.log-queries-longer-than query-frontend.org-id-header
    query-frontend.slow-query-logs-user-header query-frontend.tenant-certificate-field
    query-frontend.tenant-header query-frontend.vertical-shards query-range.align-range-with-step
    query-range.horizontal-shards query-range.max-query-length query-range.max-query-parallelism
    query-range.max-retries-per-request query-range.max-split-interval query-range.min-split-interval
    query-range.partial-response query-range.request-downsampled query-range.response-cache-config
    query-range.response-cache-config-file query-range.response-cache-max-freshness query-range.split-interval
    request.logging-config request.logging-config-file web.disable-cors
";

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn only_the_described_version_has_a_table() {
        assert!(Table::of(Version::release(0, 38, 0)).is_some());
        for text in ["v0.38.1", "v0.37.2", "v0.39.2", "v0.38.0-rc.1"] {
            assert!(Table::of(Version::parse(text).unwrap()).is_none(), "{text}");
        }
    }

    #[test]
    fn flags_belong_to_their_subcommand() {
        let table = Table::of(DESCRIBED).unwrap();
        for (subcommand, flag) in [
            ("query", "endpoint"),
            ("query", "no-query.partial-response"),
            ("query", "log.level"),
            ("store", "no-cache-index-header"),
            ("receive", "shipper.ignore-unequal-block-size"),
            ("rule", "query"),
            ("rule", "query.sd-dns-resolver"),
            ("compact", "compact.enable-vertical-compaction"),
            ("query-frontend", "request.logging-config"),
            ("sidecar", "objstore.config-file"),
        ] {
            assert!(table.takes(subcommand, flag), "{subcommand} {flag}");
        }
        for (subcommand, flag) in [
            ("query", "store"),
            ("query", "store-strict"),
            ("query", "objstore.config"),
            ("compact", "grpc-address"),
            ("store", "disable-admin-operations"),
            ("query-frontend", "enable-feature"),
        ] {
            assert!(!table.takes(subcommand, flag), "{subcommand} {flag}");
        }
        assert!(table.came_later("store", "disable-admin-operations"));
        assert!(!table.came_later("compact", "disable-admin-operations"));
    }

    #[test]
    fn no_flag_stands_twice_and_nothing_refused_is_listed() {
        let table = Table::of(DESCRIBED).unwrap();
        for (subcommand, _) in SUBCOMMANDS {
            let flags: Vec<&str> = table.flags(subcommand).collect();
            let mut once = flags.clone();
            once.sort_unstable();
            once.dedup();
            assert_eq!(once.len(), flags.len(), "{subcommand}");
            let refused = LATER
                .iter()
                .filter(|(name, _)| name == subcommand)
                .flat_map(|(_, flags)| *flags);
            for flag in refused {
                assert!(!table.takes(subcommand, flag), "{subcommand} {flag}");
            }
        }
    }
}
