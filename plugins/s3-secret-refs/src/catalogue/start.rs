//! Rules about components: whether they start, upload, and look at the same bucket.

use krmguard_sdk::{Effect, Rule, Severity, Text};

use super::{secret, store};

macro_rules! minio {
    () => {
        concat!(
            secret!(),
            "    type: S3\n    config: {bucket: metrics, endpoint: minio:9000, insecure: true}\n"
        )
    };
}

/// A workload of one Thanos container, up to its name.
macro_rules! named {
    () => {
        "apiVersion: apps/v1
kind: StatefulSet
metadata: {namespace: monitoring, name: "
    };
}

/// Its container, up to the arguments.
macro_rules! runs {
    () => {
        "}
spec:
  template:
    spec:
      containers:
        - name: thanos
          image: quay.io/thanos/thanos:v0.38.0
          args: "
    };
}

/// Its variable, up to the Secret's name.
macro_rules! variable {
    () => {
        "
          env:
            - name: OBJSTORE_CONFIG
              valueFrom: {secretKeyRef: {key: objstore.yml, name: "
    };
}

pub(super) const S304: Rule = Rule {
    id: "S304",
    title: Text {
        en: "Thanos cannot put the object store's configuration together",
        ko: "Thanos가 오브젝트 스토리지 설정을 구성할 수 없습니다",
    },
    severity: Severity::Error,
    effect: Effect::Report,
    help: "Fatal at start: `--objstore.config` and `--objstore.config-file` together; `$(VAR)` without such a variable, \
           in a comment of the document too, since variables are put in before the YAML is read; an empty document \
           (receivers and rulers take one without a byte for \"no object store\": S314). Variables that the kubelet or \
           `envFrom` may set are not spoken of.",
    remedy: "give exactly one document, and set each variable that it names",
    wrong: concat!(
        store!(),
        "---\n",
        secret!(),
        "    # the password is in $(PASSWORD)\n    type: S3\n    config: {bucket: metrics, endpoint: minio:9000, insecure: true}\n"
    ),
    right: concat!(store!(), "---\n", minio!()),
    source: "https://thanos.io/tip/thanos/storage.md/#configuring-access-to-object-storage",
};

pub(super) const S310: Rule = Rule {
    id: "S310",
    title: Text {
        en: "components that belong together use different parts of the object store",
        ko: "함께 동작해야 할 구성 요소들이 오브젝트 스토리지의 서로 다른 부분을 사용합니다",
    },
    severity: Severity::Warning,
    effect: Effect::Report,
    help: "A compactor whose `endpoint` or `prefix` differs from that of every store on its bucket compacts nothing \
           that is read; what a receiver uploads where no store reads is never seen again. Compared are the stores, \
           compactors and receivers of one unit whose documents are in sight.",
    remedy: "give both the same document",
    wrong: concat!(
        store!(),
        "---\n",
        named!(),
        "thanos-compact",
        runs!(),
        "[compact, --objstore.config=$(OBJSTORE_CONFIG)]",
        variable!(),
        "thanos-s3-compact}}\n---\n",
        minio!(),
        "---\napiVersion: v1\nkind: Secret\nmetadata: {name: thanos-s3-compact, namespace: monitoring}\nstringData:\n  objstore.yml: |\n    type: S3\n    prefix: edge\n    config: {bucket: metrics, endpoint: minio:9000, insecure: true}\n"
    ),
    right: concat!(
        store!(),
        "---\n",
        named!(),
        "thanos-compact",
        runs!(),
        "[compact, --objstore.config=$(OBJSTORE_CONFIG)]",
        variable!(),
        "thanos-s3-config}}\n---\n",
        minio!()
    ),
    source: "https://thanos.io/tip/components/compact.md/",
};

pub(super) const S311: Rule = Rule {
    id: "S311",
    title: Text {
        en: "a store or compactor without an object store",
        ko: "오브젝트 스토리지 없는 store 또는 compactor",
    },
    severity: Severity::Error,
    effect: Effect::Report,
    help: "`thanos store` and `thanos compact` require `--objstore.config` or `--objstore.config-file` and end at start \
           without.",
    remedy: "name the object store's configuration with `--objstore.config-file` or `--objstore.config`",
    wrong: concat!(named!(), "thanos-compact", runs!(), "[compact, --wait]\n"),
    right: concat!(
        named!(),
        "thanos-compact",
        runs!(),
        "[compact, --wait, --objstore.config=$(OBJSTORE_CONFIG)]",
        variable!(),
        "thanos-s3-config}}\n---\n",
        minio!()
    ),
    source: "https://thanos.io/tip/components/store.md/#flags",
};

pub(super) const S314: Rule = Rule {
    id: "S314",
    title: Text {
        en: "a receiver or ruler that never uploads",
        ko: "업로드하지 않는 receiver 또는 ruler",
    },
    severity: Severity::Warning,
    effect: Effect::Report,
    help: "A receiver that keeps samples, and a ruler without remote write, upload blocks only where they are given an \
           object store. Without one, or with an empty file for it, they run, and what they hold is gone after their \
           retention. A receiver that only routes (hashrings and no `--receive.local-endpoint`) keeps nothing.",
    remedy: "name the object store's configuration, or give a ruler remote write",
    wrong: concat!(
        named!(),
        "thanos-receive",
        runs!(),
        "[receive, '--label=replica=\"0\"']\n"
    ),
    right: concat!(
        named!(),
        "thanos-receive",
        runs!(),
        "[receive, '--label=replica=\"0\"', --objstore.config=$(OBJSTORE_CONFIG)]",
        variable!(),
        "thanos-s3-config}}\n---\n",
        minio!()
    ),
    source: "https://thanos.io/tip/components/receive.md/",
};
