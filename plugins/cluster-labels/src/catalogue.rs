//! The rules of this policy as users read them. Their examples stand in `examples/`, each a whole manifest.

use krmguard_sdk::Effect::{Report, Set};
use krmguard_sdk::Severity::{Error, Info, Warning};
use krmguard_sdk::{Rule, Text};

const CONFIGURATION: &str =
    "https://prometheus.io/docs/prometheus/latest/configuration/configuration/#configuration-file";
const REMOTE_WRITE: &str =
    "https://prometheus.io/docs/prometheus/latest/configuration/configuration/#remote_write";
const MIGRATION: &str = "https://prometheus.io/docs/prometheus/latest/migration/";
const THANOS_LABELS: &str = "https://thanos.io/tip/thanos/storage.md/#external-labels";

/// All rules, by id.
pub(crate) const RULES: &[Rule] = &[
    Rule {
        id: "CL01",
        title: Text {
            en: "Prometheus does not say which cluster its series come from",
            ko: "Prometheus가 시계열의 출처 클러스터를 표시하지 않습니다",
        },
        severity: Error,
        effect: Set,
        help: "Series of all clusters meet in one Thanos. Two clusters that send the same labels collide at the \
               receiver, and samples are lost (409, not retried); without the label nobody can tell them apart. An \
               empty value is no label: Prometheus drops it without a word.",
        remedy: "set the label in `spec.externalLabels` (chart value `prometheus.prometheusSpec.externalLabels`)",
        wrong: include_str!("../examples/CL01/wrong.yaml"),
        right: include_str!("../examples/CL01/right.yaml"),
        source: THANOS_LABELS,
    },
    Rule {
        id: "CL02",
        title: Text {
            en: "an external label has another value than configured",
            ko: "외부 레이블 값이 설정과 다릅니다",
        },
        severity: Error,
        effect: Report,
        help: "Either the manifest names the wrong cluster, or the config does: only a person knows. A changed value \
               starts new series and cuts their history, so nothing is changed unless `onConflict: overwrite` is \
               configured.",
        remedy: "correct the value here, or the unit's cluster, or configure `onConflict: overwrite`",
        wrong: include_str!("../examples/CL02/wrong.yaml"),
        right: include_str!("../examples/CL02/right.yaml"),
        source: CONFIGURATION,
    },
    Rule {
        id: "CL04",
        title: Text {
            en: "a receiver or ruler on the central cluster carries the cluster's label",
            ko: "중앙 클러스터의 수신기나 룰러가 클러스터 레이블을 붙입니다",
        },
        severity: Error,
        effect: Report,
        help: "What the central cluster receives comes from everywhere. A `cluster` label on `thanos receive` \
               overwrites that of every edge: their series merge, and a query for one edge skips the store without a \
               warning. On a ruler every alert claims to be about the central cluster.",
        remedy: "remove the label; name the receiver or the ruler itself instead (`receive`, `receive_replica`, `ruler`)",
        wrong: include_str!("../examples/CL04/wrong.yaml"),
        right: include_str!("../examples/CL04/right.yaml"),
        source: "https://thanos.io/tip/components/receive.md/",
    },
    Rule {
        id: "CL05",
        title: Text {
            en: "a receiver's own labels are missing, unreadable, or the same on every replica",
            ko: "수신기 자체의 레이블이 없거나, 읽을 수 없거나, 모든 복제본에서 같습니다",
        },
        severity: Error,
        effect: Report,
        help: "A receiver that ingests ends at start without a `--label`, and on a value that is no Go string literal \
               (`--label=name=\"value\"`, the quotes included). With equal labels on several replicas everything \
               starts, but their blocks overlap, and one day the compactor halts.",
        remedy: "add `--label=receive_replica=\"$(POD_NAME)\"`, with `POD_NAME` in `env` from the field `metadata.name`",
        wrong: include_str!("../examples/CL05/wrong.yaml"),
        right: include_str!("../examples/CL05/right.yaml"),
        source: "https://thanos.io/tip/components/receive.md/",
    },
    Rule {
        id: "CL06",
        title: Text {
            en: "a remote write takes the cluster's label away",
            ko: "remote write가 클러스터 레이블을 없애거나 바꿉니다",
        },
        severity: Error,
        effect: Report,
        help: "Write-relabelling runs after the external labels are added: a rule that drops or rewrites the label \
               undoes it for everything that leaves. A later rule that sets it to this cluster's name mends that.",
        remedy: "leave the label out of the rule, or let a last rule set it (`force: true` in this policy's config)",
        wrong: include_str!("../examples/CL06/wrong.yaml"),
        right: include_str!("../examples/CL06/right.yaml"),
        source: REMOTE_WRITE,
    },
    Rule {
        id: "CL07",
        title: Text {
            en: "replicas that all send the same series",
            ko: "모든 복제본이 같은 시계열을 보냅니다",
        },
        severity: Error,
        effect: Report,
        help: "The operator tells replicas apart by an external label. With `replicaExternalLabelName: \"\"` there is \
               none: two replicas send one label set, and the receiver refuses or mixes their samples.",
        remedy: "remove `replicaExternalLabelName`, or run one replica",
        wrong: include_str!("../examples/CL07/wrong.yaml"),
        right: include_str!("../examples/CL07/right.yaml"),
        source: "https://prometheus-operator.dev/docs/api-reference/api/",
    },
    Rule {
        id: "CL08",
        title: Text {
            en: "a Prometheus configuration without the cluster's label",
            ko: "클러스터 레이블이 없는 Prometheus 설정입니다",
        },
        severity: Warning,
        effect: Report,
        help: "A Prometheus that no operator runs takes its external labels from `global.external_labels` of its \
               configuration. No workload here mounts this one; where a Prometheus does, it is CL18.",
        remedy: "set the label under `global.external_labels`",
        wrong: include_str!("../examples/CL08/wrong.yaml"),
        right: include_str!("../examples/CL08/right.yaml"),
        source: CONFIGURATION,
    },
    Rule {
        id: "CL09",
        title: Text {
            en: "clusters that send the same label, or a cluster that sends none",
            ko: "여러 클러스터가 같은 레이블을 보내거나, 레이블 없이 보냅니다",
        },
        severity: Error,
        effect: Report,
        help: "Equal label sets collide at the receiver: samples are refused (409, not retried) or silently \
               interleaved, and no 409 is no proof of health. A unit whose missing label CL01 sets counts as having it; \
               without the cluster's name CL01 has nothing to set.",
        remedy: "give each cluster a value of its own",
        wrong: include_str!("../examples/CL09/wrong.yaml"),
        right: include_str!("../examples/CL09/right.yaml"),
        source: THANOS_LABELS,
    },
    Rule {
        id: "CL10",
        title: Text {
            en: "a scrape rule writes the cluster's label",
            ko: "스크레이프 규칙이 클러스터 레이블을 덮어씁니다",
        },
        severity: Warning,
        effect: Report,
        help: "External labels are added only to series that have none of that name: what a relabelling writes wins. An \
               exporter that exposes a `cluster` label of its own wins too, which no manifest shows: see CL11.",
        remedy: "write another label, or force this cluster's on what leaves (`force: true` in this policy's config)",
        wrong: include_str!("../examples/CL10/wrong.yaml"),
        right: include_str!("../examples/CL10/right.yaml"),
        source: "https://prometheus-operator.dev/docs/developer/scrapeconfig/",
    },
    Rule {
        id: "CL11",
        title: Text {
            en: "a remote write does not force the cluster's label",
            ko: "remote write가 클러스터 레이블을 강제하지 않습니다",
        },
        severity: Info,
        effect: Set,
        help: "External labels are added only to series that lack them: an exporter that exposes a `cluster` label of \
               its own keeps it, which no manifest shows. With `force: true` a last write-relabel rule sets the label \
               on everything that leaves.",
        remedy: "let the last of the `writeRelabelConfigs` set the label",
        wrong: include_str!("../examples/CL11/wrong.yaml"),
        right: include_str!("../examples/CL11/right.yaml"),
        source: REMOTE_WRITE,
    },
    Rule {
        id: "CL12",
        title: Text {
            en: "an external label without a name or a value",
            ko: "이름이나 값이 없는 외부 레이블입니다",
        },
        severity: Error,
        effect: Report,
        help: "Prometheus drops a label with an empty value and starts without a word; a label with an empty name it \
               refuses.",
        remedy: "give it a value, or remove it",
        wrong: include_str!("../examples/CL12/wrong.yaml"),
        right: include_str!("../examples/CL12/right.yaml"),
        source: CONFIGURATION,
    },
    Rule {
        id: "CL13",
        title: Text {
            en: "an external label is overwritten with the configured value",
            ko: "외부 레이블을 설정된 값으로 덮어씁니다",
        },
        severity: Info,
        effect: Set,
        help: "`onConflict: overwrite` makes the config right wherever it and the manifest differ. The series go on \
               under the new value; those of the old one end.",
        remedy: "expect new series from the next rollout on",
        wrong: include_str!("../examples/CL13/wrong.yaml"),
        right: include_str!("../examples/CL13/right.yaml"),
        source: CONFIGURATION,
    },
    Rule {
        id: "CL14",
        title: Text {
            en: "a remote write that keeps hardly anything",
            ko: "remote write가 거의 아무것도 보내지 않습니다",
        },
        severity: Warning,
        effect: Report,
        help: "A `keep` on `__name__` drops all that it does not name. This one names none of `up`, `kube_pod_info`, \
               `node_cpu_seconds_total` and `container_cpu_usage_seconds_total`, which every cluster has: dashboards \
               and alerts on the central cluster find nothing.",
        remedy: "name what the central cluster needs in the rule's regex",
        wrong: include_str!("../examples/CL14/wrong.yaml"),
        right: include_str!("../examples/CL14/right.yaml"),
        source: REMOTE_WRITE,
    },
    Rule {
        id: "CL15",
        title: Text {
            en: "a variable in an external label",
            ko: "외부 레이블에 변수가 있습니다",
        },
        severity: Warning,
        effect: Report,
        help: "Prometheus 3 expands `$VAR` and `${VAR}` from its environment. One that is not set is empty, and a label \
               that is empty is dropped with no more than a warning in the log. `$(X)`, `$$` and a lone `$` are \
               literal.",
        remedy: "write the value, or `$$` for a dollar sign",
        wrong: include_str!("../examples/CL15/wrong.yaml"),
        right: include_str!("../examples/CL15/right.yaml"),
        source: MIGRATION,
    },
    Rule {
        id: "CL16",
        title: Text {
            en: "an external label that something else fills",
            ko: "다른 도구가 채워 넣는 외부 레이블입니다",
        },
        severity: Info,
        effect: Report,
        help: "A value that is one `${VAR}` is how Flux and envsubst mark what they fill before Prometheus sees it. \
               Where nothing does, Prometheus takes it from its environment, and an unset variable leaves no label.",
        remedy: "make sure that something fills it",
        wrong: include_str!("../examples/CL16/wrong.yaml"),
        right: include_str!("../examples/CL16/right.yaml"),
        source: MIGRATION,
    },
    Rule {
        id: "CL17",
        title: Text {
            en: "an external label with a name that needs quotes",
            ko: "따옴표가 필요한 이름의 외부 레이블입니다",
        },
        severity: Warning,
        effect: Report,
        help: "Prometheus 3 takes any UTF-8 name. PromQL needs quotes for one outside `[a-zA-Z_][a-zA-Z0-9_]*`, and \
               older readers refuse it.",
        remedy: "use letters, digits and `_`",
        wrong: include_str!("../examples/CL17/wrong.yaml"),
        right: include_str!("../examples/CL17/right.yaml"),
        source: "https://prometheus.io/docs/concepts/data_model/#metric-names-and-labels",
    },
    Rule {
        id: "CL18",
        title: Text {
            en: "a Prometheus runs on a configuration without the cluster's label",
            ko: "클러스터 레이블이 없는 설정으로 Prometheus가 실행됩니다",
        },
        severity: Error,
        effect: Report,
        help: "A Prometheus that no operator runs takes its external labels from `global.external_labels` of the \
               configuration that it mounts. Without the label nobody can tell its series from another cluster's.",
        remedy: "set the label under `global.external_labels`",
        wrong: include_str!("../examples/CL18/wrong.yaml"),
        right: include_str!("../examples/CL18/right.yaml"),
        source: CONFIGURATION,
    },
];
