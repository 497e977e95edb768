//! The rules of this policy as users read them.

use krmguard_sdk::{Effect, Rule, Severity, Text};

/// All rules, by id.
pub(crate) const RULES: &[Rule] = &[
    Rule {
        id: "S301",
        title: Text {
            en: "the Secret with the object store's configuration is not there",
            ko: "오브젝트 스토어 설정이 담긴 Secret이 없습니다",
        },
        severity: Severity::Error,
        effect: Effect::Report,
        help: "The pod waits for the Secret and never starts (`CreateContainerConfigError`, `FailedMount`). A reference \
               never crosses namespaces. Nothing is said where the unit is not complete: the Secret may be defined in \
               a part that is not in sight.",
        remedy: "define the Secret here, or list it under `assumeExisting` where it is made outside of this unit",
        wrong: "volumes: [{name: objstore, secret: {secretName: thanos-s3-conf}}]",
        right: "volumes: [{name: objstore, secret: {secretName: thanos-s3-config}}]",
        source: "https://kubernetes.io/docs/concepts/configuration/secret/#using-secrets-as-files-from-a-pod",
    },
    Rule {
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
        wrong: "secretKeyRef: {name: thanos-s3-config, key: objstore.yaml}",
        right: "secretKeyRef: {name: thanos-s3-config, key: objstore.yml}",
        source: "https://thanos.io/tip/thanos/storage.md/#configuring-access-to-object-storage",
    },
];
