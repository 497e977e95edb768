//! The rules: what each is about, why, and what to do. Their examples stand in `examples/`, each a whole manifest.

use krmguard_sdk::Effect::{Report, Set};
use krmguard_sdk::Severity::{Error, Info, Warning};
use krmguard_sdk::{Rule, Text};

const AGENT_DOC: &str = "https://prometheus-operator.dev/docs/platform/prometheus-agent/";
const MIGRATION: &str = "https://prometheus.io/docs/prometheus/3.0/migration/";
const MAIN_GO: &str = "https://github.com/prometheus/prometheus/blob/v3.7.2/cmd/prometheus/main.go";
const CHART: &str = "https://github.com/prometheus-community/helm-charts/blob/kube-prometheus-stack-78.5.0/charts/kube-prometheus-stack/values.yaml";
const API_DOC: &str = "https://prometheus-operator.dev/docs/api-reference/api/";

pub(crate) const RULES: &[Rule] = &[
    Rule {
        id: "AG01",
        title: Text {
            en: "a full Prometheus server on an edge",
            ko: "엣지의 Prometheus가 에이전트가 아니라 서버로 실행됩니다",
        },
        severity: Error,
        effect: Set,
        help: "An edge scrapes and sends; storing, answering and alerting are the central cluster's work. Only the kind \
               PrometheusAgent makes the operator run Prometheus as an agent: `mode: agent` is read by nothing, and the \
               feature flag `agent` left Prometheus in 3.0. Fields that the kind does not have are dropped, `baseImage`, \
               `tag` and `sha` are folded into `image`, and `version` stays, because the operator picks the flag from it.",
        remedy: "make it a PrometheusAgent of the same name (chart value `prometheus.agentMode: true`)",
        wrong: include_str!("../examples/AG01/wrong.yaml"),
        right: include_str!("../examples/AG01/right.yaml"),
        source: AGENT_DOC,
    },
    Rule {
        id: "AG02",
        title: Text {
            en: "the server's retention becomes the agent's buffer",
            ko: "서버의 보존 기간이 에이전트의 버퍼 기간이 됩니다",
        },
        severity: Info,
        effect: Set,
        help: "An agent has no `retention`, but it keeps what it could not send yet: by default at most 4 hours. A server's \
               retention up to `maxBuffer` says how long the edge was meant to bridge, so it is carried over.",
        remedy: "set the argument `storage.agent.retention.max-time`",
        wrong: include_str!("../examples/AG02/wrong.yaml"),
        right: include_str!("../examples/AG02/right.yaml"),
        source: MAIN_GO,
    },
    Rule {
        id: "AG03",
        title: Text {
            en: "an argument that imitates agent mode, or that an agent refuses",
            ko: "에이전트 모드를 흉내 내거나 에이전트가 거부하는 인자입니다",
        },
        severity: Error,
        effect: Set,
        help: "The feature flag `agent` left Prometheus in 3.0: 3.x logs a warning and runs as a full server, and beside the \
               operator's own server flags 2.x ends with exit code 3. The argument `agent` is the operator's: given twice, \
               reconciliation fails. A server-only flag ends an agent with exit code 3.",
        remedy: "remove it; the kind PrometheusAgent is what makes an agent",
        wrong: include_str!("../examples/AG03/wrong.yaml"),
        right: include_str!("../examples/AG03/right.yaml"),
        source: MIGRATION,
    },
    Rule {
        id: "AG04",
        title: Text {
            en: "what selects the server's pods must follow it",
            ko: "서버 파드를 선택하던 셀렉터도 함께 바뀌어야 합니다",
        },
        severity: Info,
        effect: Set,
        help: "The pods of a PrometheusAgent carry `app.kubernetes.io/name: prometheus-agent`. A Service, PodDisruptionBudget, \
               NetworkPolicy or anti-affinity that still asks for `prometheus` selects nothing, and an autoscaler that \
               targets the kind Prometheus finds nothing.",
        remedy: "select `app.kubernetes.io/name: prometheus-agent`",
        wrong: include_str!("../examples/AG04/wrong.yaml"),
        right: include_str!("../examples/AG04/right.yaml"),
        source: AGENT_DOC,
    },
    Rule {
        id: "AG05",
        title: Text {
            en: "an agent that sends nowhere",
            ko: "데이터를 보낼 곳이 없는 에이전트입니다",
        },
        severity: Error,
        effect: Report,
        help: "An agent only sends. Without `remoteWrite` it starts, is ready and warns of nothing, and what it scraped is \
               never sent, not even when a target is added later.",
        remedy: "add the central receiver under `spec.remoteWrite`",
        wrong: include_str!("../examples/AG05/wrong.yaml"),
        right: include_str!("../examples/AG05/right.yaml"),
        source: AGENT_DOC,
    },
    Rule {
        id: "AG06",
        title: Text {
            en: "a Prometheus workload on an edge that is no agent, or that does not start as one",
            ko: "엣지의 Prometheus 워크로드가 에이전트가 아니거나 에이전트로 시작되지 않습니다",
        },
        severity: Error,
        effect: Report,
        help: "Without the operator, `--agent` makes Prometheus 3 an agent; the feature flag of 2.x is only warned about. An agent \
               ends with exit code 3 on a server-only flag, and with 2 on a configuration with non-empty `alerting`, \
               `rule_files` or `remote_read`.",
        remedy: "start Prometheus with `--agent` and `--storage.agent.path`, without server-only flags and without \
                 alerting, rules and remote read in its configuration",
        wrong: include_str!("../examples/AG06/wrong.yaml"),
        right: include_str!("../examples/AG06/right.yaml"),
        source: MAIN_GO,
    },
    Rule {
        id: "AG07",
        title: Text {
            en: "a component on an edge that belongs on the central cluster",
            ko: "중앙 클러스터에 있어야 할 구성 요소가 엣지에 있습니다",
        },
        severity: Error,
        effect: Report,
        help: "Alertmanager, Grafana and Thanos Ruler run once, on the central cluster; edges send by remote write, so a Thanos \
               sidecar has nothing to upload. A `thanos:` map turns the sidecar on whatever it says: `enabled: false` is a \
               map too.",
        remedy: "take it out of the edge's manifests, or name it in the config's `remove`",
        wrong: include_str!("../examples/AG07/wrong.yaml"),
        right: include_str!("../examples/AG07/right.yaml"),
        source: "https://github.com/prometheus-operator/prometheus-operator/blob/v0.86.1/pkg/prometheus/server/statefulset.go",
    },
    Rule {
        id: "AG08",
        title: Text {
            en: "a Prometheus agent on the central cluster",
            ko: "중앙 클러스터에 Prometheus 에이전트가 있습니다",
        },
        severity: Warning,
        effect: Report,
        help: "The central cluster's Prometheus evaluates rules and is queried; an agent does neither.",
        remedy: "run the kind Prometheus here (chart value `prometheus.agentMode: false`), or correct the unit's role",
        wrong: include_str!("../examples/AG08/wrong.yaml"),
        right: include_str!("../examples/AG08/right.yaml"),
        source: AGENT_DOC,
    },
    Rule {
        id: "AG09",
        title: Text {
            en: "what changes in the cluster when a server becomes an agent",
            ko: "서버가 에이전트로 바뀔 때 클러스터에서 달라지는 점입니다",
        },
        severity: Info,
        effect: Report,
        help: "The operator names an agent's StatefulSet `prom-agent-<name>` and its governing service \
               `prometheus-agent-operated`: pods start anew, the server's volume claims stay behind unused, and rules are \
               no longer evaluated there.",
        remedy: "delete the server's volume claims once the agent runs; evaluate rules on the central cluster",
        wrong: include_str!("../examples/AG09/wrong.yaml"),
        right: include_str!("../examples/AG09/right.yaml"),
        source: AGENT_DOC,
    },
    Rule {
        id: "AG10",
        title: Text {
            en: "the chart's values make an edge run a full server",
            ko: "차트 값 때문에 엣지에서 Prometheus가 서버로 실행됩니다",
        },
        severity: Error,
        effect: Set,
        help: "kube-prometheus-stack renders a Prometheus unless `prometheus.agentMode` is true, and a PrometheusAgent if \
               it is. Nothing else makes an agent: `additionalArgs: enable-feature=agent` starts a full server, and \
               `prometheusSpec.mode` is read by nothing.",
        remedy: "set `prometheus.agentMode: true`",
        wrong: include_str!("../examples/AG10/wrong.yaml"),
        right: include_str!("../examples/AG10/right.yaml"),
        source: CHART,
    },
    Rule {
        id: "AG11",
        title: Text {
            en: "a field that an agent in DaemonSet mode cannot have",
            ko: "DaemonSet 모드의 에이전트가 가질 수 없는 필드입니다",
        },
        severity: Error,
        effect: Report,
        help: "In `mode: DaemonSet` one agent runs per node: the resource definition itself refuses replicas, storage, more \
               than one shard and what else presumes a StatefulSet, so the object is never admitted.",
        remedy: "remove the field, or `mode: DaemonSet`",
        wrong: include_str!("../examples/AG11/wrong.yaml"),
        right: include_str!("../examples/AG11/right.yaml"),
        source: API_DOC,
    },
    Rule {
        id: "AG12",
        title: Text {
            en: "remote write 2.0 towards a receiver that speaks 1.0",
            ko: "1.0만 지원하는 수신기로 remote write 2.0을 보냅니다",
        },
        severity: Error,
        effect: Report,
        help: "Thanos Receive v0.38.0 speaks remote write 1.0 only. To a 2.0 message it answers 200 and stores nothing; the \
               sender drops the batch without a retry.",
        remedy: "remove `messageVersion`, or set it to `V1.0`",
        wrong: include_str!("../examples/AG12/wrong.yaml"),
        right: include_str!("../examples/AG12/right.yaml"),
        source: "https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/",
    },
    Rule {
        id: "AG13",
        title: Text {
            en: "a retention too long to become an agent's buffer",
            ko: "에이전트의 버퍼로 쓰기에는 보존 기간이 너무 깁니다",
        },
        severity: Warning,
        effect: Report,
        help: "A server's retention above `maxBuffer` was meant for storing, not for bridging an outage: an agent that buffers \
               for days fills its disk. No argument is set, and the agent's own default of at most 4 hours holds.",
        remedy: "set `storage.agent.retention.max-time` in `additionalArgs` to what the edge shall bridge, or raise `maxBuffer`",
        wrong: include_str!("../examples/AG13/wrong.yaml"),
        right: include_str!("../examples/AG13/right.yaml"),
        source: MAIN_GO,
    },
    Rule {
        id: "AG14",
        title: Text {
            en: "a component that the config removes from edges",
            ko: "설정에 따라 엣지에서 제거되는 구성 요소입니다",
        },
        severity: Error,
        effect: Set,
        help: "The config's `remove` names this component: on edges it is dropped instead of reported (AG07). What belongs to \
               it (services, accounts, secrets) stays, unused.",
        remedy: "disable it where it is rendered, such as `alertmanager.enabled: false` in the chart values",
        wrong: include_str!("../examples/AG14/wrong.yaml"),
        right: include_str!("../examples/AG14/right.yaml"),
        source: AGENT_DOC,
    },
    Rule {
        id: "AG15",
        title: Text {
            en: "an agent that buffers in its container's working directory",
            ko: "에이전트가 컨테이너의 작업 디렉터리에 버퍼를 둡니다",
        },
        severity: Warning,
        effect: Report,
        help: "Without `--storage.agent.path` the write-ahead log is `data-agent` below the working directory: lost with the \
               container, and fatal where the root file system is read-only.",
        remedy: "add `--storage.agent.path` with the path of a mounted volume",
        wrong: include_str!("../examples/AG15/wrong.yaml"),
        right: include_str!("../examples/AG15/right.yaml"),
        source: MAIN_GO,
    },
    Rule {
        id: "AG16",
        title: Text {
            en: "a server and an agent of one name",
            ko: "같은 이름의 서버와 에이전트가 함께 있습니다",
        },
        severity: Error,
        effect: Report,
        help: "The server would become the PrometheusAgent that is already there. Which of the two is meant, nobody but their \
               author knows; both scrape, and both send under the same labels.",
        remedy: "delete the Prometheus",
        wrong: include_str!("../examples/AG16/wrong.yaml"),
        right: include_str!("../examples/AG16/right.yaml"),
        source: AGENT_DOC,
    },
    Rule {
        id: "CV01",
        title: Text {
            en: "a chart value under a name that the chart does not know",
            ko: "차트가 모르는 이름으로 적은 값입니다",
        },
        severity: Error,
        effect: Report,
        help: "The chart has no schema for its values: a key that no template reads is ignored without a word. `storage: \
               50Gi` in `prometheusSpec` gives no volume, and the data lives in the pod; what is read is `storageSpec`.",
        remedy: "write the name that the chart reads",
        wrong: include_str!("../examples/CV01/wrong.yaml"),
        right: include_str!("../examples/CV01/right.yaml"),
        source: CHART,
    },
    Rule {
        id: "CV02",
        title: Text {
            en: "a chart value that does nothing on an agent",
            ko: "에이전트에서는 효과가 없는 차트 값입니다",
        },
        severity: Warning,
        effect: Report,
        help: "With `prometheus.agentMode: true` the chart leaves out what only a server has: retention, rules, queries, \
               alerting, remote read, the sidecar. Written in a file that an edge alone uses, such a value promises what \
               is not there. Nothing is said about files that other units use as well.",
        remedy: "remove it from the edge's values",
        wrong: include_str!("../examples/CV02/wrong.yaml"),
        right: include_str!("../examples/CV02/right.yaml"),
        source: CHART,
    },
    Rule {
        id: "CV03",
        title: Text {
            en: "a chart value that the chart does not know",
            ko: "차트가 모르는 값입니다",
        },
        severity: Warning,
        effect: Report,
        help: "The chart has no schema for its values: a key that no template reads is ignored without a word. No key that \
               the chart knows is near this one, so it may also be of another chart or version.",
        remedy: "remove it, or write the key that the chart reads",
        wrong: include_str!("../examples/CV03/wrong.yaml"),
        right: include_str!("../examples/CV03/right.yaml"),
        source: CHART,
    },
];
