//! A Secret's value appears nowhere but in the manifests that pass through.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tests::krmguard::{Krmguard, Run};

/// Values that no output of judging may hold. Each stands in a Secret of `manifests`.
const CANARIES: &[&str] = &[
    "canary-stringdata-4f1c",
    "canary-data-b64-77e0",
    "canary-in-objstore-access-9a2d",
    "canary-in-objstore-secret-51be",
    "canary-second-line-c3f8",
    "canary-in-json-e6a4",
    "canary \"quoted\" \\ 0d19",
    "canary-as-key-material-2b7f",
];

fn base64(text: &str) -> String {
    STANDARD.encode(text)
}

/// Wrong in many ways, so that there is much to say about it: about the objects that use the Secrets, and
/// about the Secrets.
fn manifests() -> String {
    format!(
        "apiVersion: v1
kind: Secret
metadata: {{name: thanos-s3-config, namespace: monitoring}}
stringData:
  objstore.yaml: |
    type: S3
    config:
      bucket: metrics
      endpoint: minio.example.test:443
      insecure: true
      access_key: {access}
      secret_key: {secret}
---
apiVersion: v1
kind: Secret
metadata:
  name: plain
  namespace: monitoring
data:
  encoded: {encoded}
  lines: {lines}
  document: {document}
stringData:
  password: {stringdata}
  quoted: \"canary \\\"quoted\\\" \\\\ 0d19\"
---
apiVersion: v1
kind: Secret
metadata: {{name: flow, namespace: monitoring, annotations: {{note: seen}}}}
stringData: {{tls.key: '{key}', short: abc}}
---
apiVersion: monitoring.coreos.com/v1
kind: Prometheus
metadata: {{name: main, namespace: monitoring}}
spec:
  version: v3.7.2
  image: quay.io/prometheus/prometheus:v3.7.2
  retention: 6h
  additionalArgs: [{{name: enable-feature, value: agent}}]
  thanos:
    objectStorageConfig: {{name: thanos-s3-config, key: objstore.yml}}
---
apiVersion: apps/v1
kind: StatefulSet
metadata: {{name: thanos-store, namespace: monitoring}}
spec:
  selector: {{matchLabels: {{app: store}}}}
  template:
    metadata: {{labels: {{app: store}}}}
    spec:
      containers:
      - name: store
        image: quay.io/thanos/thanos:v0.36.1
        args: [store, --objstore.config=$(OBJSTORE), --store-strict=x]
        env:
        - name: OBJSTORE
          valueFrom: {{secretKeyRef: {{name: thanos-s3-config, key: objstore.yml}}}}
        - name: PLAIN
          valueFrom: {{secretKeyRef: {{name: plain, key: password}}}}
",
        stringdata = CANARIES[0],
        encoded = base64(CANARIES[1]),
        access = CANARIES[2],
        secret = CANARIES[3],
        lines = base64(&format!("first line\n{}\n", CANARIES[4])),
        document = base64(&format!(
            "{{\"nested\": [{{\"password\": \"{}\"}}]}}",
            CANARIES[5]
        )),
        key = CANARIES[7],
    )
}

/// A canary in the spellings in which it stands in the input or could come out.
fn spellings(canary: &str) -> Vec<String> {
    let json = serde_json::to_string(canary).unwrap_or_default();
    vec![
        canary.to_owned(),
        base64(canary),
        json.trim_matches('"').to_owned(),
    ]
}

#[track_caller]
fn absent(text: &str, place: &str) {
    for canary in CANARIES {
        for spelling in spellings(canary) {
            assert!(
                !text.contains(&spelling),
                "{spelling:?} is in {place}:\n{text}"
            );
        }
    }
    let encoded = base64(&format!("first line\n{}\n", CANARIES[4]));
    assert!(
        !text.contains(&encoded),
        "the encoded lines are in {place}:\n{text}"
    );
}

fn judged(words: &str, input: &str) -> Run {
    let run = Krmguard::words(words).stdin(input).run();
    absent(&run.stderr, words);
    absent(&run.stdout, words);
    run
}

#[test]
fn the_input_holds_every_canary() {
    let input = manifests();
    for canary in CANARIES {
        let mut held = spellings(canary);
        held.push(base64(&format!("first line\n{canary}\n")));
        held.push(base64(&format!(
            "{{\"nested\": [{{\"password\": \"{canary}\"}}]}}"
        )));
        assert!(
            held.iter().any(|spelling| input.contains(spelling)),
            "{canary}"
        );
    }
}

#[test]
fn no_report_shows_one() {
    for role in ["edge", "central"] {
        for how in [
            "",
            "--diff",
            "--format json",
            "--format json --diff",
            "-v -v",
        ] {
            let run = judged(
                &format!("check --cluster c --role {role} {how} -"),
                &manifests(),
            );
            assert_eq!(
                run.code, 1,
                "there is much to say: {}\n{}",
                run.stdout, run.stderr
            );
        }
    }
}

#[test]
fn what_passes_through_holds_each_as_often_as_the_input() {
    // Nothing here but what edits mend, so that the objects come out.
    let input = manifests()
        .replace(
            "  thanos:\n    objectStorageConfig: {name: thanos-s3-config, key: objstore.yml}\n",
            "",
        )
        .replace("objstore.yaml: |", "objstore.yml: |")
        .replace(", --store-strict=x", "")
        .replace("      insecure: true\n", "      insecure: false\n")
        .replace(
            "  retention: 6h\n",
            "  retention: 6h\n  remoteWrite: [{url: http://r.example.test/api/v1/receive}]\n",
        );
    for words in [
        "render --cluster c --role edge --diff -",
        "render --cluster c --role edge -v -v -",
    ] {
        let run = Krmguard::words(words).stdin(input.as_str()).run().ended(0);
        absent(&run.stderr, words);
        assert_ne!(run.stdout, input, "edits were made");
        for canary in CANARIES {
            for spelling in spellings(canary) {
                let (before, after) = (
                    input.matches(&spelling).count(),
                    run.stdout.matches(&spelling).count(),
                );
                assert_eq!(before, after, "{spelling:?} in the output of {words}");
            }
        }
    }
}

#[test]
fn no_result_of_a_function_shows_one() {
    let config = "functionConfig:
  apiVersion: krmguard.io/v1alpha1
  kind: PolicySet
  metadata: {name: c}
  spec:
    cluster: {name: c, role: edge}
    policies: [{plugin: cluster-labels}, {plugin: agent-mode}, {plugin: thanos-version}]
";
    let items: String = manifests()
        .replace(
            "  thanos:\n    objectStorageConfig: {name: thanos-s3-config, key: objstore.yml}\n",
            "",
        )
        .replace(", --store-strict=x", "")
        .replace(
            "  retention: 6h\n",
            "  retention: 6h\n  remoteWrite: [{url: http://r.example.test/api/v1/receive}]\n",
        )
        .split("---\n")
        .map(item)
        .collect();
    let input =
        format!("apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n{items}{config}");
    let run = Krmguard::new(["fn"]).stdin(input).run().ended(0);
    absent(&run.stderr, "stderr of fn");
    let results = run.stdout.find("\nresults:");
    let Some(at) = results else {
        panic!("no results:\n{}", run.stdout)
    };
    let rest = &run.stdout[at..];
    let end = rest.find("\nfunctionConfig:").unwrap_or(rest.len());
    absent(&rest[..end], "results");
}

/// One document as an item of a list.
fn item(document: &str) -> String {
    let mut lines = document
        .lines()
        .map(|line| format!("  {line}\n"))
        .collect::<String>();
    lines.replace_range(0..2, "- ");
    lines
}

#[test]
fn no_message_about_unreadable_input_shows_one() {
    let whole = manifests();
    for (what, broken) in [
        (
            "a key twice",
            whole.replace(
                "stringData:\n  password:",
                "stringData:\n  password: x\n  password:",
            ),
        ),
        (
            "a quote left open",
            whole.replace(
                "'canary-as-key-material-2b7f'",
                "'canary-as-key-material-2b7f",
            ),
        ),
        ("a tab", whole.replace("  password: ", "\tpassword: ")),
        (
            "cut short",
            whole[..whole.find("quoted").unwrap_or(0) + 18].to_owned(),
        ),
        (
            "base64 that is none",
            whole.replace("  encoded: ", "  encoded: %%"),
        ),
        (
            "two with one id",
            whole.replace("name: flow,", "name: plain,"),
        ),
    ] {
        assert_ne!(broken, whole, "{what}: nothing was broken");
        for words in [
            "check --cluster c --role edge -",
            "check --format json --cluster c --role edge -",
            "render --cluster c --role edge -",
        ] {
            let run = Krmguard::words(words).stdin(broken.as_str()).run();
            absent(&run.stderr, what);
            absent(&run.stdout, what);
            assert_ne!(run.code, 0, "{what}: {words}");
        }
    }
}
