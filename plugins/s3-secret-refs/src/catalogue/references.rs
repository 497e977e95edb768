//! Rules about references: to Secrets, their keys, and files of them.

use krmguard_sdk::{Effect, Rule, Severity, Text};

use super::{secret, store};

/// The Secret that most examples read.
macro_rules! minio {
    () => {
        concat!(
            secret!(),
            "    type: S3\n    config: {bucket: metrics, endpoint: minio:9000, insecure: true}\n"
        )
    };
}

/// A store that reads the file at a path, where the Secret is mounted at `/etc/thanos`; and the Secret.
macro_rules! reads {
    ($path:literal) => {
        concat!(
            "apiVersion: apps/v1
kind: StatefulSet
metadata: {name: thanos-store, namespace: monitoring}
spec:
  template:
    spec:
      containers:
        - name: store
          image: quay.io/thanos/thanos:v0.38.0
          volumeMounts: [{name: objstore, mountPath: /etc/thanos}]
          args: [store, --objstore.config-file=",
            $path,
            "]
      volumes: [{name: objstore, secret: {secretName: thanos-s3-config}}]
---
",
            minio!()
        )
    };
}

pub(super) const S301: Rule = Rule {
    id: "S301",
    title: Text {
        en: "the Secret with the object store's configuration is not there",
        ko: "오브젝트 스토리지 설정이 담긴 Secret이 없습니다",
    },
    severity: Severity::Error,
    effect: Effect::Report,
    help: "The pod waits for the Secret and never starts (`CreateContainerConfigError`, `FailedMount`). A reference \
           never crosses namespaces. Nothing is said where the unit is not complete: the Secret may be defined in \
           a part that is not in sight.",
    remedy: "define the Secret here, or list it under `assumeExisting` where it is made outside of this unit",
    wrong: store!(),
    right: concat!(store!(), "---\n", minio!()),
    source: "https://kubernetes.io/docs/concepts/configuration/secret/#using-secrets-as-files-from-a-pod",
};

pub(super) const S302: Rule = Rule {
    id: "S302",
    title: Text {
        en: "the Secret has no such key",
        ko: "Secret에 해당 키가 없습니다",
    },
    severity: Severity::Error,
    effect: Effect::Report,
    help: "The pod does not start, or Thanos ends at start because the file is not there. Common spellings are \
           `objstore.yml`, `objstore.yaml`, `thanos.yaml` and `object-storage-configs.yaml`.",
    remedy: "ask for a key that the Secret has",
    wrong: reads!("/etc/thanos/objstore.yaml"),
    right: reads!("/etc/thanos/objstore.yml"),
    source: "https://thanos.io/tip/thanos/storage.md/#configuring-access-to-object-storage",
};

pub(super) const S303: Rule = Rule {
    id: "S303",
    title: Text {
        en: "no mounted volume has the file that the flag names",
        ko: "플래그가 가리키는 파일이 마운트된 볼륨에 없습니다",
    },
    severity: Severity::Error,
    effect: Effect::Report,
    help: "`--objstore.config-file` names a path. `mountPath`, `subPath` and `items` of the volume decide which file \
           stands where; where none stands at that path, Thanos ends at start. Files that an agent injects, and \
           volumes that are neither Secret nor ConfigMap, are not known and not spoken of.",
    remedy: "name the path at which the volume's file is mounted",
    wrong: reads!("/etc/config/objstore.yml"),
    right: reads!("/etc/thanos/objstore.yml"),
    source: "https://kubernetes.io/docs/concepts/storage/volumes/#using-subpath",
};

/// An entry of the chart; what follows are the lines of the ruler's `objectStorageConfig`.
macro_rules! ruler {
    ($config:literal) => {
        concat!(
            "apiVersion: builtin
kind: HelmChartInflationGenerator
metadata: {name: kube-prometheus-stack}
name: kube-prometheus-stack
version: 78.5.0
namespace: monitoring
valuesInline:
  thanosRuler:
    enabled: true
    thanosRulerSpec:
      objectStorageConfig:
",
            $config,
            "---\n",
            minio!()
        )
    };
}

pub(super) const S313: Rule = Rule {
    id: "S313",
    title: Text {
        en: "chart values whose object store the chart drops",
        ko: "차트가 읽지 않는 형식으로 적은 오브젝트 스토리지 설정입니다",
    },
    severity: Severity::Error,
    effect: Effect::Report,
    help: "The chart takes `existingSecret` (a Secret that is there) or `secret` (the document itself) of \
           `objectStorageConfig`. `name` and `key`, which is how the custom resource writes it, are dropped without a \
           word, and nothing is ever uploaded.",
    remedy: "write `objectStorageConfig: {existingSecret: {name: …, key: …}}`",
    wrong: ruler!("        name: thanos-s3-config\n        key: objstore.yml\n"),
    right: ruler!("        existingSecret: {name: thanos-s3-config, key: objstore.yml}\n"),
    source: "https://github.com/prometheus-community/helm-charts/blob/kube-prometheus-stack-78.5.0/charts/kube-prometheus-stack/templates/thanos-ruler/ruler.yaml",
};

pub(super) const S315: Rule = Rule {
    id: "S315",
    title: Text {
        en: "the reference and the generated Secret differ by the hash in its name",
        ko: "참조와 생성된 Secret의 이름이 해시 접미사만큼 다릅니다",
    },
    severity: Severity::Error,
    effect: Effect::Report,
    help: "kustomize puts a hash behind the names of generated Secrets and rewrites references to them, but not those \
           in the fields of `Prometheus` and `ThanosRuler`, which it does not know. What was built then points at \
           nothing. Inside a build both names are right, and nothing is said.",
    remedy: "switch the hash off (`generatorOptions: {disableNameSuffixHash: true}`), or teach kustomize the field with \
             a `nameReference` in `configurations`",
    wrong: "apiVersion: monitoring.coreos.com/v1
kind: ThanosRuler
metadata: {name: global, namespace: monitoring}
spec:
  objectStorageConfig: {name: thanos-s3-config, key: objstore.yml}
---
apiVersion: v1
kind: Secret
metadata: {name: thanos-s3-config-2c9h4mf7tk, namespace: monitoring}
stringData:
  objstore.yml: |
    type: S3
    config: {bucket: metrics, endpoint: minio:9000, insecure: true}
",
    right: "apiVersion: monitoring.coreos.com/v1
kind: ThanosRuler
metadata: {name: global, namespace: monitoring}
spec:
  objectStorageConfig: {name: thanos-s3-config, key: objstore.yml}
---
apiVersion: v1
kind: Secret
metadata: {name: thanos-s3-config, namespace: monitoring}
stringData:
  objstore.yml: |
    type: S3
    config: {bucket: metrics, endpoint: minio:9000, insecure: true}
",
    source: "https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/configurations/",
};

pub(super) const S316: Rule = Rule {
    id: "S316",
    title: Text {
        en: "the object store's configuration is optional",
        ko: "오브젝트 스토리지 설정이 선택 사항(optional)으로 되어 있습니다",
    },
    severity: Severity::Warning,
    effect: Effect::Report,
    help: "With `optional: true` the pod starts without the Secret, and Thanos then ends because the variable or file \
           is not there, or runs without ever uploading. Without it the kubelet waits for the Secret and says so.",
    remedy: "take `optional: true` out",
    wrong: concat!(store!(", optional: true"), "---\n", minio!()),
    right: concat!(store!(), "---\n", minio!()),
    source: "https://kubernetes.io/docs/concepts/configuration/secret/#restriction-secret-must-exist",
};
