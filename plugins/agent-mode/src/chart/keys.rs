//! The values that kube-prometheus-stack 78.5 knows: what its `values.yaml` declares or a template reads.
//!
//! Source: the chart's archive, version 78.5.0. The words stand in one text instead of a list, which takes less room.

/// The minor release that the lists are of.
pub(super) const RELEASE: &str = "78.5";

/// A mapping of the values; any key that it does not know is ignored without a word.
pub(super) struct Map {
    /// A JSON pointer into the values.
    pub(super) path: &'static str,
    words: &'static str,
}

impl Map {
    /// The keys that it may have, in the order of their bytes.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'static str> {
        self.words.split_ascii_whitespace()
    }

    /// Whether it may have that key.
    pub(super) fn knows(&self, key: &str) -> bool {
        self.keys().any(|known| known == key)
    }
}

/// Keys of `prometheus.prometheusSpec` that the chart reads only where it renders a server.
pub(super) fn ignored_by_agents() -> impl Iterator<Item = &'static str> {
    IGNORED_BY_AGENTS.split_ascii_whitespace()
}

pub(super) const MAPS: &[Map] = &[
    Map {
        path: "",
        words: "additionalPrometheusRulesMap alertmanager cleanPrometheusOperatorObjectNames commonLabels \
                coreDns crds customRules defaultRules extraManifests fullnameOverride global grafana \
                kube-state-metrics kubeApiServer kubeControllerManager kubeDns kubeEtcd kubeProxy kubeScheduler \
                kubeStateMetrics kubeTargetVersionOverride kubeVersionOverride kubelet kubernetesServiceMonitors \
                nameOverride namespaceOverride nodeExporter prometheus prometheus-node-exporter \
                prometheus-windows-exporter prometheusOperator thanosRuler windowsMonitoring",
    },
    Map {
        path: "/prometheus",
        words: "additionalLabels additionalPodMonitors additionalRulesForClusterRole additionalServiceMonitors \
                agentMode annotations enabled extraSecret ingress ingressPerReplica networkPolicy \
                podDisruptionBudget prometheusSpec route service serviceAccount serviceMonitor servicePerReplica \
                thanosIngress thanosService thanosServiceExternal thanosServiceMonitor",
    },
    Map {
        path: "/prometheus/prometheusSpec",
        words: "additionalAlertManagerConfigs additionalAlertManagerConfigsSecret additionalAlertRelabelConfigs \
                additionalAlertRelabelConfigsSecret additionalArgs additionalConfig additionalConfigString \
                additionalPrometheusSecretsAnnotations additionalRemoteRead additionalRemoteWrite \
                additionalScrapeConfigs additionalScrapeConfigsSecret affinity alertingEndpoints \
                allowOverlappingBlocks apiserverConfig arbitraryFSAccessThroughSMs automountServiceAccountToken \
                configMaps containers disableCompaction dnsConfig dnsPolicy enableAdminAPI enableFeatures \
                enableOTLPReceiver enableRemoteWriteReceiver enforcedKeepDroppedTargets enforcedLabelLimit \
                enforcedLabelNameLengthLimit enforcedLabelValueLengthLimit enforcedNamespaceLabel \
                enforcedSampleLimit enforcedTargetLimit evaluationInterval excludedFromEnforcement exemplars \
                externalLabels externalUrl hostAliases hostNetwork ignoreNamespaceSelectors image initContainers \
                listenLocal logFormat logLevel maximumStartupDurationSeconds minReadySeconds \
                nameValidationScheme nodeSelector otlp overrideHonorLabels overrideHonorTimestamps paused \
                persistentVolumeClaimRetentionPolicy podAntiAffinity podAntiAffinityTopologyKey podMetadata \
                podMonitorNamespaceSelector podMonitorSelector podMonitorSelectorNilUsesHelmValues \
                podTargetLabels portName priorityClassName probeNamespaceSelector probeSelector \
                probeSelectorNilUsesHelmValues prometheusExternalLabelName prometheusExternalLabelNameClear \
                prometheusRulesExcludedFromEnforce query queryLogFile remoteRead remoteWrite \
                remoteWriteDashboards replicaExternalLabelName replicaExternalLabelNameClear replicas resources \
                retention retentionSize routePrefix ruleNamespaceSelector ruleSelector \
                ruleSelectorNilUsesHelmValues sampleLimit scrapeClasses scrapeConfigNamespaceSelector \
                scrapeConfigSelector scrapeConfigSelectorNilUsesHelmValues scrapeFailureLogFile scrapeInterval \
                scrapeProtocols scrapeTimeout secrets securityContext serviceDiscoveryRole \
                serviceMonitorNamespaceSelector serviceMonitorSelector serviceMonitorSelectorNilUsesHelmValues \
                serviceName shards storageSpec thanos tolerations topologySpreadConstraints tracingConfig tsdb \
                version volumeMounts volumes walCompression web",
    },
    Map {
        path: "/prometheusOperator",
        words: "admissionWebhooks affinity alertmanagerConfigNamespaces alertmanagerDefaultBaseImage \
                alertmanagerDefaultBaseImageRegistry alertmanagerInstanceNamespaces alertmanagerInstanceSelector \
                annotations automountServiceAccountToken clusterDomain containerSecurityContext denyNamespaces \
                dnsConfig enabled env extraArgs extraVolumeMounts extraVolumes fullnameOverride hostNetwork \
                image kubeletEndpointSliceEnabled kubeletEndpointsEnabled kubeletService labels lifecycle \
                livenessProbe logFormat logLevel namespaces networkPolicy nodeSelector podAnnotations \
                podDisruptionBudget podLabels priorityClassName prometheusConfigReloader \
                prometheusDefaultBaseImage prometheusDefaultBaseImageRegistry prometheusInstanceNamespaces \
                prometheusInstanceSelector readinessProbe resources revisionHistoryLimit secretFieldSelector \
                securityContext service serviceAccount serviceMonitor strategy terminationGracePeriodSeconds \
                thanosImage thanosRulerInstanceNamespaces thanosRulerInstanceSelector tls tolerations \
                verticalPodAutoscaler",
    },
    Map {
        path: "/alertmanager",
        words: "additionalLabels alertmanagerSpec annotations apiVersion config enableFeatures enabled \
                extraSecret forceDeployDashboards ingress ingressPerReplica namespaceOverride networkPolicy \
                podDisruptionBudget route secret service serviceAccount serviceMonitor servicePerReplica \
                stringConfig templateFiles tplConfig",
    },
    Map {
        path: "/alertmanager/alertmanagerSpec",
        words: "additionalArgs additionalConfig additionalConfigString additionalPeers affinity \
                alertmanagerConfigMatcherStrategy alertmanagerConfigNamespaceSelector alertmanagerConfigSelector \
                alertmanagerConfiguration automountServiceAccountToken clusterAdvertiseAddress \
                clusterGossipInterval clusterLabel clusterPeerTimeout clusterPushpullInterval configMaps \
                configSecret containers dnsConfig dnsPolicy externalUrl forceEnableClusterMode image \
                initContainers listenLocal logFormat logLevel minReadySeconds nodeSelector paused \
                persistentVolumeClaimRetentionPolicy podAntiAffinity podAntiAffinityTopologyKey podMetadata \
                portName priorityClassName replicas resources retention routePrefix scheme secrets \
                securityContext serviceName storage tlsConfig tolerations topologySpreadConstraints \
                useExistingSecret version volumeMounts volumes web",
    },
    Map {
        path: "/thanosRuler",
        words: "annotations enabled extraSecret ingress name podDisruptionBudget route service serviceAccount \
                serviceMonitor thanosRulerSpec",
    },
    Map {
        path: "/thanosRuler/thanosRulerSpec",
        words: "additionalArgs additionalConfig additionalConfigString affinity alertDropLabels alertQueryUrl \
                alertmanagersConfig alertmanagersUrl containers evaluationInterval externalPrefix \
                externalPrefixNilUsesHelmValues image initContainers labels listenLocal logFormat logLevel \
                nodeSelector objectStorageConfig paused podAntiAffinity podAntiAffinityTopologyKey podMetadata \
                portName priorityClassName queryConfig queryEndpoints replicas resources retention routePrefix \
                ruleNamespaceSelector ruleSelector ruleSelectorNilUsesHelmValues securityContext serviceName \
                storage tolerations topologySpreadConstraints volumeMounts volumes web",
    },
];

const IGNORED_BY_AGENTS: &str = "additionalAlertManagerConfigs additionalAlertManagerConfigsSecret additionalAlertRelabelConfigs \
    additionalAlertRelabelConfigsSecret additionalRemoteRead alertingEndpoints allowOverlappingBlocks \
    disableCompaction enableAdminAPI evaluationInterval exemplars prometheusRulesExcludedFromEnforce query \
    queryLogFile remoteRead retention retentionSize ruleNamespaceSelector ruleSelector \
    ruleSelectorNilUsesHelmValues thanos";

#[cfg(test)]
mod tests {
    use super::*;

    fn knows(path: &str, key: &str) -> bool {
        MAPS.iter().any(|map| map.path == path && map.knows(key))
    }

    #[test]
    fn no_key_stands_twice() {
        let lists = MAPS.iter().map(|map| map.keys().collect::<Vec<_>>());
        for keys in lists.chain([ignored_by_agents().collect()]) {
            assert!(keys.windows(2).all(|pair| pair[0] < pair[1]), "{keys:?}");
        }
    }

    #[test]
    fn every_map_is_known_to_the_one_around_it() {
        for map in MAPS.iter().filter(|map| !map.path.is_empty()) {
            let (parent, key) = map.path.rsplit_once('/').unwrap_or_default();
            assert!(knows(parent, key), "{}", map.path);
        }
    }

    #[test]
    fn what_an_agent_ignores_is_known_to_the_chart() {
        for key in ignored_by_agents() {
            assert!(knows("/prometheus/prometheusSpec", key), "{key}");
        }
    }
}
