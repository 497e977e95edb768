//! The rules of this policy as users read them. Their examples stand in `examples/`, each a whole manifest.

use krmguard_sdk::{Effect, Rule, Severity, Text};

/// All rules, by id.
pub(crate) const RULES: &[Rule] = &[
    Rule {
        id: "TV01",
        title: Text {
            en: "a container runs another version of Thanos",
            ko: "컨테이너가 다른 버전의 Thanos를 실행합니다",
        },
        severity: Severity::Warning,
        effect: Effect::Set,
        help: "Receivers, stores and queriers of different versions speak different flags, block features and Store \
               API details; one version everywhere is what was tested together. Only the tag and the digest change; \
               the repository does where `image` is configured.",
        remedy: "use the pinned version",
        wrong: include_str!("../examples/TV01/wrong.yaml"),
        right: include_str!("../examples/TV01/right.yaml"),
        source: "https://github.com/thanos-io/thanos/releases/tag/v0.38.0",
    },
    Rule {
        id: "TV02",
        title: Text {
            en: "a ThanosRuler is not pinned",
            ko: "ThanosRuler의 버전이 고정되어 있지 않습니다",
        },
        severity: Severity::Warning,
        effect: Effect::Set,
        help: "The operator runs `spec.image` and chooses the flags that it passes by `spec.version`, each with a \
               default of its own. Unless both name the pin, another Thanos runs, or this one gets flags of another.",
        remedy: "set `spec.image` and `spec.version` to the pin",
        wrong: include_str!("../examples/TV02/wrong.yaml"),
        right: include_str!("../examples/TV02/right.yaml"),
        source: "https://github.com/prometheus-operator/prometheus-operator/blob/v0.86.1/pkg/thanos/statefulset.go",
    },
    Rule {
        id: "TV03",
        title: Text {
            en: "the operator starts another version of Thanos by default",
            ko: "오퍼레이터가 기본으로 다른 버전의 Thanos를 시작합니다",
        },
        severity: Severity::Warning,
        effect: Effect::Set,
        help: "kube-prometheus-stack 78.5.0 renders `--thanos-default-base-image=…:v0.39.2` on every cluster. Because \
               that image is tagged, `version`, `tag` and `sha` of a sidecar or a ruler select nothing.",
        remedy: "set the argument to the pinned image",
        wrong: include_str!("../examples/TV03/wrong.yaml"),
        right: include_str!("../examples/TV03/right.yaml"),
        source: "https://github.com/prometheus-operator/prometheus-operator/blob/v0.86.1/pkg/operator/image.go",
    },
    Rule {
        id: "TV04",
        title: Text {
            en: "Prometheus runs a Thanos sidecar",
            ko: "Prometheus가 Thanos 사이드카를 실행합니다",
        },
        severity: Severity::Error,
        effect: Effect::Report,
        help: "Series reach Thanos by remote write to the receiver; a sidecar beside it uploads the same samples a \
               second time. The operator adds one wherever `spec.thanos` is a map, whatever stands in it: \
               `thanos: {enabled: false}` turns the sidecar on, because `enabled` is a field that nobody knows.",
        remedy: "remove `spec.thanos` (chart value `prometheus.prometheusSpec.thanos`: delete the key), or configure \
                 `sidecar: pin`",
        wrong: include_str!("../examples/TV04/wrong.yaml"),
        right: include_str!("../examples/TV04/right.yaml"),
        source: "https://prometheus-operator.dev/docs/platform/thanos/",
    },
    Rule {
        id: "TV05",
        title: Text {
            en: "the version label names another version",
            ko: "버전 레이블이 다른 버전을 가리킵니다",
        },
        severity: Severity::Info,
        effect: Effect::Set,
        help: "`app.kubernetes.io/version` is what dashboards and people read. It is set where it exists, on the \
               workload and on its pods, in its own spelling, when the main container is Thanos.",
        remedy: "set the label to the pinned version",
        wrong: include_str!("../examples/TV05/wrong.yaml"),
        right: include_str!("../examples/TV05/right.yaml"),
        source: "https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/",
    },
    Rule {
        id: "TV06",
        title: Text {
            en: "a flag of the query component has a new name",
            ko: "query 컴포넌트의 플래그 이름이 바뀌었습니다",
        },
        severity: Severity::Error,
        effect: Effect::Set,
        help: "v0.38.0 removed `--store`, `--rule`, `--metadata`, `--exemplar` and `--target` of `thanos query`: it \
               ends at start with `unknown long flag`. `--endpoint` asks each address what it offers; an address \
               that stands twice is refused, so doubles go.",
        remedy: "write `--endpoint`, each address once",
        wrong: include_str!("../examples/TV06/wrong.yaml"),
        right: include_str!("../examples/TV06/right.yaml"),
        source: "https://github.com/thanos-io/thanos/pull/7890",
    },
    Rule {
        id: "TV07",
        title: Text {
            en: "an image is a digest that nobody explains",
            ko: "이미지가 알 수 없는 다이제스트로만 지정되어 있습니다",
        },
        severity: Severity::Error,
        effect: Effect::Report,
        help: "A digest without a tag may be any version. `digests` of the config says which one it is.",
        remedy: "add a tag, or name the digest's version under `digests` in this policy's config",
        wrong: include_str!("../examples/TV07/wrong.yaml"),
        right: include_str!("../examples/TV07/right.yaml"),
        source: "https://kubernetes.io/docs/concepts/containers/images/#image-names",
    },
    Rule {
        id: "TV08",
        title: Text {
            en: "an image's tag is no version of Thanos",
            ko: "이미지 태그가 Thanos 버전이 아닙니다",
        },
        severity: Severity::Error,
        effect: Effect::Report,
        help: "`latest`, `main-…` and no tag change under one's feet; `0.38.0-debian-12-r1` is a packager's build with \
               paths and users of its own, so that no other tag can be put in its place. Images of a registry under \
               `registries` are taken as they are.",
        remedy: "use a release, such as `quay.io/thanos/thanos:v0.38.0`, or list the registry under `registries`",
        wrong: include_str!("../examples/TV08/wrong.yaml"),
        right: include_str!("../examples/TV08/right.yaml"),
        source: "https://quay.io/repository/thanos/thanos?tab=tags",
    },
    Rule {
        id: "TV09",
        title: Text {
            en: "the pin is a downgrade",
            ko: "고정하려는 버전이 지금 쓰는 버전보다 낮습니다",
        },
        severity: Severity::Warning,
        effect: Effect::Report,
        help: "What runs is newer than the pin. An older Thanos may not know flags, index formats or block metadata \
               that the newer one has already written.",
        remedy: "read the release notes between the two versions, or raise `version` in this policy's config",
        wrong: include_str!("../examples/TV09/wrong.yaml"),
        right: include_str!("../examples/TV09/right.yaml"),
        source: "https://github.com/thanos-io/thanos/blob/v0.39.2/CHANGELOG.md",
    },
    Rule {
        id: "TV10",
        title: Text {
            en: "the chart's values leave Thanos at another version",
            ko: "차트 값에 Thanos 버전이 고정되어 있지 않습니다",
        },
        severity: Severity::Warning,
        effect: Effect::Set,
        help: "kube-prometheus-stack 78.5.0 brings v0.39.2: as `prometheusOperator.thanosImage` for every sidecar and ruler \
               without an image of its own, and as `thanosRuler.thanosRulerSpec.image`. What nobody sets there changes \
               with the chart.",
        remedy: "set `tag` to the pinned version",
        wrong: include_str!("../examples/TV10/wrong.yaml"),
        right: include_str!("../examples/TV10/right.yaml"),
        source: "https://github.com/prometheus-community/helm-charts/blob/kube-prometheus-stack-78.5.0/charts/kube-prometheus-stack/values.yaml",
    },
    Rule {
        id: "TV11",
        title: Text {
            en: "a Thanos sidecar is not pinned",
            ko: "Thanos 사이드카의 버전이 고정되어 있지 않습니다",
        },
        severity: Severity::Warning,
        effect: Effect::Set,
        help: "With `sidecar: pin` a sidecar may run, at the pinned version: `image` decides what runs, `version` \
               which flags the operator passes.",
        remedy: "set `spec.thanos.image` and `spec.thanos.version` to the pin",
        wrong: include_str!("../examples/TV11/wrong.yaml"),
        right: include_str!("../examples/TV11/right.yaml"),
        source: "https://github.com/prometheus-operator/prometheus-operator/blob/v0.86.1/pkg/prometheus/server/statefulset.go",
    },
    Rule {
        id: "TV12",
        title: Text {
            en: "a flag that the pinned version refuses",
            ko: "고정된 버전이 거부하는 플래그입니다",
        },
        severity: Severity::Error,
        effect: Effect::Report,
        help: "Thanos ends at start on a flag that it does not know: flags that were removed (`--store-strict`), that \
               came later (v0.39's), that belong to another component, or that are misspelt.",
        remedy: "remove the flag, or use the one that the pinned version has",
        wrong: include_str!("../examples/TV12/wrong.yaml"),
        right: include_str!("../examples/TV12/right.yaml"),
        source: "https://github.com/thanos-io/thanos/tree/v0.38.0/docs/components",
    },
    Rule {
        id: "TV13",
        title: Text {
            en: "a kustomization overrides the pinned image",
            ko: "kustomization의 `images:`가 고정된 이미지를 덮어씁니다",
        },
        severity: Severity::Error,
        effect: Effect::Report,
        help: "`images:` replaces name, tag and digest in everything that the kustomization builds, whatever the manifests \
               say. An entry for Thanos with another version moves all of it, without a trace in the manifests.",
        remedy: "remove the entry, or write the pinned version in it",
        wrong: include_str!("../examples/TV13/wrong.yaml"),
        right: include_str!("../examples/TV13/right.yaml"),
        source: "https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/",
    },
    Rule {
        id: "TV14",
        title: Text {
            en: "the version label is stale, and a selector uses it",
            ko: "버전 레이블이 실제 버전과 다른데 셀렉터가 그 레이블을 씁니다",
        },
        severity: Severity::Info,
        effect: Effect::Report,
        help: "Changing a label that a selector asks for cuts the pods off, and a workload's own selector cannot be \
               changed at all. So the label stays.",
        remedy: "take the version out of the selector (a workload must be recreated for it), then set the label",
        wrong: include_str!("../examples/TV14/wrong.yaml"),
        right: include_str!("../examples/TV14/right.yaml"),
        source: "https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#label-selector-updates",
    },
    Rule {
        id: "TV15",
        title: Text {
            en: "the pinned version's flags are not known here",
            ko: "고정된 버전의 플래그 목록이 없어 플래그를 검사하지 못합니다",
        },
        severity: Severity::Info,
        effect: Effect::Report,
        help: "Flags are checked against a table of the pinned version, which this policy has for v0.38.0. For any \
               other version it says once per unit that it did not look (TV12).",
        remedy: "compare the flags with `thanos <component> --help` of the pinned version",
        wrong: include_str!("../examples/TV15/wrong.yaml"),
        right: include_str!("../examples/TV15/right.yaml"),
        source: "https://thanos.io/tip/components/",
    },
];
