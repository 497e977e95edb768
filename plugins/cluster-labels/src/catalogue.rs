//! The rules of this policy as users read them.

use krmguard_sdk::{Effect, Rule, Severity, Text};

/// All rules, by id.
pub(crate) const RULES: &[Rule] = &[
    Rule {
        id: "CL01",
        title: Text {
            en: "Prometheus does not say which cluster its series come from",
            ko: "Prometheus가 시계열의 출처 클러스터를 표시하지 않습니다",
        },
        severity: Severity::Error,
        effect: Effect::Set,
        help: "Series of all clusters meet in one Thanos. Two clusters that send the same labels collide at the \
               receiver, and samples are lost (409, not retried); without the label nobody can tell them apart. An \
               empty value is no label: Prometheus drops it without a word.",
        remedy: "set the label in `spec.externalLabels` (chart value `prometheus.prometheusSpec.externalLabels`)",
        wrong: "spec: {externalLabels: {environment: edge}}",
        right: "spec: {externalLabels: {cluster: cluster-02-edge, environment: edge}}",
        source: "https://thanos.io/tip/thanos/storage.md/#external-labels",
    },
    Rule {
        id: "CL02",
        title: Text {
            en: "an external label has another value than configured",
            ko: "외부 레이블 값이 설정과 다릅니다",
        },
        severity: Severity::Error,
        effect: Effect::Report,
        help: "Either the manifest names the wrong cluster, or the config does: only a person knows. A changed value \
               starts new series and cuts their history, so nothing is changed unless `onConflict: overwrite` is \
               configured.",
        remedy: "correct the value here, or the unit's cluster, or configure `onConflict: overwrite`",
        wrong: "spec: {externalLabels: {cluster: cluster-03-edge}}",
        right: "spec: {externalLabels: {cluster: cluster-02-edge}}",
        source: "https://prometheus.io/docs/prometheus/latest/configuration/configuration/#configuration-file",
    },
    Rule {
        id: "CL11",
        title: Text {
            en: "a remote write does not force the cluster's label",
            ko: "원격 쓰기가 클러스터 레이블을 강제하지 않습니다",
        },
        severity: Severity::Info,
        effect: Effect::Set,
        help: "External labels are added only to series that lack them: an exporter that exposes a `cluster` label of \
               its own keeps it, which no manifest shows. With `force: true` a last write-relabel rule sets the label \
               on everything that leaves.",
        remedy: "let the last of the `writeRelabelConfigs` set the label",
        wrong: "remoteWrite: [{url: 'http://receiver/api/v1/receive'}]",
        right: "remoteWrite: [{url: 'http://receiver/api/v1/receive', writeRelabelConfigs: [{targetLabel: cluster, \
                replacement: cluster-02-edge}]}]",
        source: "https://prometheus.io/docs/prometheus/latest/configuration/configuration/#remote_write",
    },
    Rule {
        id: "CL13",
        title: Text {
            en: "an external label is overwritten with the configured value",
            ko: "외부 레이블을 설정된 값으로 덮어씁니다",
        },
        severity: Severity::Info,
        effect: Effect::Set,
        help: "`onConflict: overwrite` makes the config right wherever it and the manifest differ. The series go on \
               under the new value; those of the old one end.",
        remedy: "expect new series from the next rollout on",
        wrong: "spec: {externalLabels: {cluster: old-name}}",
        right: "spec: {externalLabels: {cluster: cluster-02-edge}}",
        source: "https://prometheus.io/docs/prometheus/latest/configuration/configuration/#configuration-file",
    },
];
