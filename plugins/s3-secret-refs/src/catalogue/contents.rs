//! Rules about what stands in a document.

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

pub(super) const S305: Rule = Rule {
    id: "S305",
    title: Text {
        en: "the configuration is not what Thanos v0.38.0 reads",
        ko: "설정이 Thanos v0.38.0이 읽는 형식과 다릅니다",
    },
    severity: Severity::Error,
    effect: Effect::Report,
    help: "Thanos reads the document strictly: an unknown or doubled key, a value of the wrong type or outside its list \
           ends it at start, at the top and under `config`. Of stores other than S3 only the top is judged.",
    remedy: "write keys and values as Thanos reads them",
    wrong: concat!(
        store!(),
        "---\n",
        secret!(),
        "    type: S3\n    config:\n      bucket: metrics\n      endpoint: minio:9000\n      insecure: true\n      s3forcepathstyle: true\n"
    ),
    right: concat!(
        store!(),
        "---\n",
        secret!(),
        "    type: S3\n    config:\n      bucket: metrics\n      endpoint: minio:9000\n      insecure: true\n      bucket_lookup_type: path\n"
    ),
    source: "https://thanos.io/tip/thanos/storage.md/#s3",
};

pub(super) const S306: Rule = Rule {
    id: "S306",
    title: Text {
        en: "literal credentials in a file of the tree",
        ko: "트리의 파일에 자격 증명이 그대로 적혀 있습니다",
    },
    severity: Severity::Error,
    effect: Effect::Report,
    help: "Who reads the repository reads the bucket, and its history keeps the keys after they are taken out. A file of \
           the tree is an object of a source, or one whose origin annotation names a file. `literalCredentials: \
           warning` makes it S317.",
    remedy: "give the keys to a secret store or encrypt the file (ExternalSecret, SealedSecret, SOPS), and replace them: \
             they are known",
    wrong: concat!(
        "# stage: source\n",
        secret!(),
        "    type: S3\n    config: {bucket: metrics, endpoint: minio:9000, insecure: true, access_key: thanos, secret_key: example-secret-key}\n"
    ),
    right: "# stage: source
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: thanos-s3-config, namespace: monitoring}
spec:
  secretStoreRef: {kind: ClusterSecretStore, name: vault}
  data: [{secretKey: objstore.yml, remoteRef: {key: thanos, property: objstore.yml}}]
",
    source: "https://kubernetes.io/docs/concepts/security/secrets-good-practices/",
};

pub(super) const S307: Rule = Rule {
    id: "S307",
    title: Text {
        en: "a placeholder that nobody has filled in",
        ko: "채워지지 않은 자리 표시자가 남아 있습니다",
    },
    severity: Severity::Error,
    effect: Effect::Report,
    help: "`${X}`, `<x>`, `{{…}}`, CHANGEME and what `placeholders` lists are taken literally: of these Thanos expands \
           none, only `$(VAR)`. What Argo CD's Vault plugin (`<path:…>`) and vals (`ref+…`) fill in is no placeholder.",
    remedy: "fill it in, or name a variable of the container: `$(VAR)`",
    wrong: concat!(
        store!(),
        "---\n",
        secret!(),
        "    type: S3\n    config: {bucket: metrics, endpoint: \"${MINIO}\", insecure: true}\n"
    ),
    right: concat!(store!(), "---\n", minio!()),
    source: "https://thanos.io/tip/thanos/storage.md/#configuring-access-to-object-storage",
};

pub(super) const S308: Rule = Rule {
    id: "S308",
    title: Text {
        en: "a certificate or key file that no volume brings",
        ko: "어떤 볼륨도 제공하지 않는 인증서 또는 키 파일",
    },
    severity: Severity::Error,
    effect: Effect::Report,
    help: "`ca_file`, `cert_file`, `key_file` and `encryption_key` are paths in the container. Where no volumeMount covers \
           one, the file is not there. Folders of the image such as /etc/ssl and /etc/pki count as there.",
    remedy: "mount the volume with the file in the container that reads the document",
    wrong: concat!(
        store!(),
        "---\n",
        secret!(),
        "    type: S3\n    config:\n      bucket: metrics\n      endpoint: minio:9000\n      http_config: {tls_config: {ca_file: /etc/minio/ca.crt}}\n"
    ),
    right: concat!(
        store!(),
        "---\n",
        secret!(),
        "    type: S3\n    config:\n      bucket: metrics\n      endpoint: minio:9000\n      http_config: {tls_config: {ca_file: /etc/ssl/certs/ca-certificates.crt}}\n"
    ),
    source: "https://thanos.io/tip/thanos/storage.md/#s3",
};

pub(super) const S309: Rule = Rule {
    id: "S309",
    title: Text {
        en: "the endpoint is spoken to in another way than it seems",
        ko: "엔드포인트 접속 방식이 의도와 다를 수 있습니다",
    },
    severity: Severity::Warning,
    effect: Effect::Report,
    help: "`insecure` chooses http or https, the port does not: http to `:443` and https to `:80` fail. \
           `http_config.insecure_skip_verify` takes any certificate; the one inside `tls_config` has no effect.",
    remedy: "let port and `insecure` agree, and name the authority in `ca_file`",
    wrong: concat!(
        store!(),
        "---\n",
        secret!(),
        "    type: S3\n    config: {bucket: metrics, endpoint: \"minio:443\", insecure: true}\n"
    ),
    right: concat!(
        store!(),
        "---\n",
        secret!(),
        "    type: S3\n    config: {bucket: metrics, endpoint: \"minio:443\"}\n"
    ),
    source: "https://thanos.io/tip/thanos/storage.md/#s3",
};

pub(super) const S312: Rule = Rule {
    id: "S312",
    title: Text {
        en: "the Secret's value is encoded wrongly",
        ko: "Secret 값의 인코딩이 잘못되었습니다",
    },
    severity: Severity::Error,
    effect: Effect::Report,
    help: "Values of `data` are base64, once, of UTF-8 text; those of `stringData` are the text itself and overrule `data`. \
           A line break at the end of `access_key` or `secret_key` (`|` instead of `|-`, `echo` without `-n`) becomes part \
           of it: Thanos starts, and every request is refused.",
    remedy: "encode the text once, or write it under `stringData`",
    wrong: concat!(
        store!(),
        "---\n",
        "apiVersion: v1\nkind: Secret\nmetadata: {name: thanos-s3-config, namespace: monitoring}\ndata:\n  objstore.yml: \"type: S3\"\n"
    ),
    right: concat!(store!(), "---\n", minio!()),
    source: "https://kubernetes.io/docs/concepts/configuration/secret/#restriction-names-data",
};

pub(super) const S317: Rule = Rule {
    id: "S317",
    title: Text {
        en: "literal credentials, perhaps from a file of the tree",
        ko: "자격 증명이 그대로 적혀 있으며 트리의 파일에서 왔을 수 있습니다",
    },
    severity: Severity::Warning,
    effect: Effect::Report,
    help: "As S306, of what was built: nobody can see any more whether it came from a file. Nothing is said where a \
           generator is seen to have made it (a hash in the name, KSOPS, an origin annotation that names one). With \
           `literalCredentials: warning` it speaks of files too.",
    remedy: "let a generator or a controller make the Secret (KSOPS, ExternalSecret, SealedSecret)",
    wrong: concat!(secret!(), "    type: S3\n    config: {bucket: metrics, endpoint: minio:9000, insecure: true, access_key: thanos, secret_key: example-secret-key}\n"),
    right: "apiVersion: v1
kind: Secret
metadata: {name: thanos-s3-config-2c9h4mf7tk, namespace: monitoring}
stringData:
  objstore.yml: |
    type: S3
    config: {bucket: metrics, endpoint: minio:9000, insecure: true, access_key: thanos, secret_key: example-secret-key}
",
    source: "https://kubernetes.io/docs/concepts/security/secrets-good-practices/",
};

pub(super) const S318: Rule = Rule {
    id: "S318",
    title: Text {
        en: "a template with placeholders",
        ko: "자리 표시자가 있는 템플릿",
    },
    severity: Severity::Info,
    effect: Effect::Report,
    help: "As S307, in a file that no kustomization lists, or an object marked `config.kubernetes.io/local-config`: it \
           is not applied as it stands, so that envsubst or a person may fill it in first.",
    remedy: "fill it in before it is applied",
    wrong: "# stage: source
apiVersion: v1
kind: Secret
metadata:
  name: thanos-s3-config
  annotations: {config.kubernetes.io/local-config: \"true\"}
stringData:
  objstore.yml: |
    type: S3
    config: {bucket: metrics, endpoint: minio:9000, insecure: true, secret_key: \"${SECRET_KEY}\", access_key: \"$(ACCESS_KEY)\"}
",
    right: "# stage: source
apiVersion: v1
kind: Secret
metadata:
  name: thanos-s3-config
  annotations: {config.kubernetes.io/local-config: \"true\"}
stringData:
  objstore.yml: |
    type: S3
    config: {bucket: metrics, endpoint: minio:9000, insecure: true}
",
    source: "https://www.gnu.org/software/gettext/manual/html_node/envsubst-Invocation.html",
};
