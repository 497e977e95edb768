//! Units of any size: what makes each policy look from one object at others.

use krmguard_engine::Stage;
use serde_json::{Value, json};

/// A unit of any size.
pub(crate) struct Shape {
    pub(crate) name: &'static str,
    pub(crate) stage: Stage,
    /// The kind of those objects that no kustomization lists.
    pub(crate) unlisted: Option<&'static str>,
    /// Its objects for a size.
    pub(crate) make: fn(usize) -> Vec<Value>,
}

const fn built(name: &'static str, make: fn(usize) -> Vec<Value>) -> Shape {
    Shape {
        name,
        stage: Stage::Built,
        unlisted: None,
        make,
    }
}

pub(crate) const SHAPES: &[Shape] = &[
    built("Prometheuses", |n| each(n, prometheus)),
    built("Prometheuses with a tag", |n| {
        let mut objects = each(n, |at| {
            let mut object = prometheus(at);
            object["spec"]["tag"] = json!("v3.7.2");
            object
        });
        objects.extend(each(n, |at| workload(at, &json!(["--log.level=info"]))));
        objects
    }),
    built("Prometheuses beside their agents", |n| {
        pairs(n, prometheus, |at| {
            let mut agent = prometheus(at);
            agent["apiVersion"] = json!("monitoring.coreos.com/v1alpha1");
            agent["kind"] = json!("PrometheusAgent");
            agent
        })
    }),
    built("Prometheuses of one name in many namespaces", |n| {
        pairs(
            n,
            |at| place(prometheus(0), "p", &format!("n{at}")),
            |at| place(service(0), "s", &format!("n{at}")),
        )
    }),
    built("Services that select them", |n| {
        pairs(n, prometheus, service)
    }),
    built("NetworkPolicies that admit them", |n| {
        pairs(n, prometheus, |at| {
            policy(at, &json!({"podSelector": owned(at)}))
        })
    }),
    built("NetworkPolicies that admit them from everywhere", |n| {
        pairs(
            n,
            |at| place(prometheus(0), "p0", &format!("n{at}")),
            |at| {
                policy(
                    at,
                    &json!({"namespaceSelector": {}, "podSelector": owned(0)}),
                )
            },
        )
    }),
    built("autoscalers that target them", |n| {
        pairs(n, prometheus, |at| {
            json!({
                "apiVersion": "autoscaling.k8s.io/v1", "kind": "VerticalPodAutoscaler",
                "metadata": {"name": format!("v{at}"), "namespace": "monitoring"},
                "spec": {"targetRef": {
                    "apiVersion": "monitoring.coreos.com/v1", "kind": "Prometheus", "name": format!("p{at}"),
                }},
            })
        })
    }),
    built("plain Prometheuses with one configuration", |n| {
        let mut objects = each(n, |at| mounting(at, "config-0", "prometheus.yml"));
        let text = format!("{CONFIGURATION}{}", "# a line\n".repeat(n));
        objects.push(config_map("config-0", "prometheus.yml", &text));
        objects
    }),
    built("plain Prometheuses with their own configurations", |n| {
        pairs(
            n,
            |at| mounting(at, &format!("config-{at}"), "prometheus.yml"),
            |at| config_map(&format!("config-{at}"), "prometheus.yml", CONFIGURATION),
        )
    }),
    built("plain Prometheuses with the keys of one ConfigMap", |n| {
        let mut objects = each(n, |at| mounting(at, "config", &format!("k{at}.yml")));
        let keys = (0..n).map(|at| (format!("k{at}.yml"), Value::from(CONFIGURATION)));
        let mut map = config_map("config", "other", "");
        map["data"] = Value::Object(keys.collect());
        objects.push(map);
        objects
    }),
    built("Secrets and the stores that read them", |n| {
        pairs(
            n,
            |at| store(at, &format!("objstore-{at}"), "objstore.yml"),
            |at| secret(&format!("objstore-{at}"), DOCUMENT),
        )
    }),
    built("Secrets of one name in many namespaces", |n| {
        pairs(
            n,
            |at| {
                place(
                    store(at, "objstore", "objstore.yml"),
                    "s",
                    &format!("n{at}"),
                )
            },
            |at| place(secret("objstore", DOCUMENT), "objstore", &format!("n{at}")),
        )
    }),
    built("one Secret and the stores that read it", |n| {
        let mut objects = each(n, |at| store(at, "objstore", "objstore.yml"));
        objects.push(secret("objstore", DOCUMENT));
        objects
    }),
    built("one Secret that lacks what the stores ask of it", |n| {
        let mut objects = each(n, |at| store(at, "objstore", &format!("k{at}.yml")));
        objects.push(secret("objstore", DOCUMENT));
        objects
    }),
    built("stores whose Secrets are not there", |n| {
        pairs(
            n,
            |at| store(at, &format!("missing-object-store-{at}"), "objstore.yml"),
            |at| secret(&format!("another-secret-altogether-{at}"), DOCUMENT),
        )
    }),
    built("stores whose Secrets have got a hash", |n| {
        pairs(
            n,
            |at| store(at, &format!("objstore-{at}"), "objstore.yml"),
            |at| secret(&format!("objstore-{at}-2c9h4mf7tk"), DOCUMENT),
        )
    }),
    built("receivers and compactors of many buckets", |n| {
        let text = |at: usize| DOCUMENT.replace("thanos", &format!("bucket-{at}"));
        let mut objects = each(n, |at| store(at, &format!("objstore-{at}"), "objstore.yml"));
        objects.extend(each(n, |at| {
            let secret = format!("objstore-{}", (at + 1) % n);
            component(
                "c",
                at,
                ["compact", "receive"][at % 2],
                &secret,
                "objstore.yml",
            )
        }));
        objects.extend(each(n, |at| secret(&format!("objstore-{at}"), &text(at))));
        objects
    }),
    built("templates that an init container fills in", |n| {
        pairs(
            n,
            |at| {
                let volume =
                    json!({"name": "template", "secret": {"secretName": format!("template-{at}")}});
                let mut object = workload(at, &json!([]));
                object["spec"]["template"]["spec"]["volumes"] = json!([volume]);
                object["spec"]["template"]["spec"]["containers"][0]["volumeMounts"] =
                    json!([{"name": "template", "mountPath": "/template"}]);
                object
            },
            |at| {
                secret(
                    &format!("template-{at}"),
                    &DOCUMENT.replace("hunter2hunter2", "${SECRET_KEY}"),
                )
            },
        )
    }),
    built("variables of documents that many read", |n| {
        let mut objects = each(n, |at| store(at, "objstore", "objstore.yml"));
        let comments = "# $(MISSING)\n".repeat(n);
        objects.push(secret("objstore", &format!("{DOCUMENT}{comments}")));
        objects
    }),
    Shape {
        name: "documents that no kustomization lists",
        stage: Stage::Source,
        unlisted: Some("Secret"),
        make: |n| {
            let template = DOCUMENT.replace("hunter2hunter2", "${SECRET_KEY}");
            pairs(
                n,
                |at| store(at, &format!("objstore-{at}"), "objstore.yml"),
                |at| secret(&format!("objstore-{at}"), &template),
            )
        },
    },
    built("monitors", |n| {
        each(n, |at| {
            json!({
                "apiVersion": "monitoring.coreos.com/v1", "kind": "ServiceMonitor",
                "metadata": {"name": format!("m{at}"), "namespace": "monitoring"},
                "spec": {"endpoints": [{"relabelings": [{"targetLabel": "cluster", "replacement": format!("c{at}")}]}]},
            })
        })
    }),
    built("stale version labels that selectors use", |n| {
        pairs(n, labelled, |at| {
            json!({
                "apiVersion": "v1", "kind": "Service",
                "metadata": {"name": format!("s{at}"), "namespace": "monitoring"},
                "spec": {"selector": {"app.kubernetes.io/version": "v0.37.0", "app": format!("w{at}")}},
            })
        })
    }),
    built("stale version labels beside selectors of others", |n| {
        pairs(n, labelled, |at| {
            json!({
                "apiVersion": "monitoring.coreos.com/v1", "kind": "PodMonitor",
                "metadata": {"name": format!("s{at}"), "namespace": "monitoring"},
                "spec": {"selector": {"matchLabels": {
                    "app.kubernetes.io/version": "v0.37.0", "app": format!("other{at}"),
                }}},
            })
        })
    }),
    built("addresses of one query component", |n| {
        let addresses = (0..n).flat_map(|at| {
            [
                json!(format!("--store=dnssrv+store-{at}.monitoring.svc")),
                json!(format!("--endpoint=dnssrv+store-{at}.monitoring.svc")),
            ]
        });
        let args: Vec<Value> = std::iter::once(json!("query")).chain(addresses).collect();
        vec![workload(0, &Value::Array(args))]
    }),
    built("flags that Thanos does not know", |n| {
        each(n, |at| {
            workload(at, &json!(["query", format!("--query.replica-lable={at}")]))
        })
    }),
];

const CONFIGURATION: &str = "global: {external_labels: {cluster: other}}\nscrape_configs: []\nrule_files: [/rules/*.yml]\n\
                             remote_read: [{url: 'http://a'}]\n";

const DOCUMENT: &str = "type: S3\nconfig:\n  bucket: thanos\n  endpoint: minio.monitoring.svc:9000\n  \
                        access_key: thanos\n  secret_key: hunter2hunter2\n";

fn each(count: usize, make: impl Fn(usize) -> Value) -> Vec<Value> {
    (0..count).map(make).collect()
}

fn pairs(count: usize, one: impl Fn(usize) -> Value, other: impl Fn(usize) -> Value) -> Vec<Value> {
    (0..count).flat_map(|at| [one(at), other(at)]).collect()
}

fn place(mut object: Value, name: &str, namespace: &str) -> Value {
    object["metadata"]["name"] = json!(name);
    object["metadata"]["namespace"] = json!(namespace);
    object
}

fn prometheus(at: usize) -> Value {
    json!({
        "apiVersion": "monitoring.coreos.com/v1", "kind": "Prometheus",
        "metadata": {"name": format!("p{at}"), "namespace": "monitoring"},
        "spec": {
            "additionalArgs": [{"name": "enable-feature", "value": "agent"}],
            "version": "v3.7.2", "replicas": 1, "retention": "6h",
            "externalLabels": {"environment": "edge"},
            "remoteWrite": [{"url": "http://receiver/api/v1/receive"}],
            "ruleSelector": {"matchLabels": {"release": "edge"}},
            "thanos": {"objectStorageConfig": {"name": "objstore", "key": "objstore.yml"}},
        },
    })
}

fn owned(at: usize) -> Value {
    json!({"matchLabels": {
        "operator.prometheus.io/name": format!("p{at}"), "app.kubernetes.io/name": "prometheus",
    }})
}

fn service(at: usize) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Service",
        "metadata": {"name": format!("s{at}"), "namespace": "monitoring"},
        "spec": {"selector": owned(at)["matchLabels"]},
    })
}

fn policy(at: usize, peer: &Value) -> Value {
    json!({
        "apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy",
        "metadata": {"name": format!("s{at}"), "namespace": "monitoring"},
        "spec": {"podSelector": {}, "ingress": [{"from": [peer]}]},
    })
}

fn workload(at: usize, args: &Value) -> Value {
    let image = match args[0].as_str() {
        Some("query" | "store" | "compact" | "receive") => "quay.io/thanos/thanos:v0.38.0",
        _ => "quay.io/prometheus-operator/prometheus-operator:v0.86.1",
    };
    json!({
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": format!("w{at}"), "namespace": "monitoring"},
        "spec": {"template": {
            "metadata": {"labels": {"app": format!("w{at}")}},
            "spec": {"containers": [{"name": "main", "image": image, "args": args}]},
        }},
    })
}

fn labelled(at: usize) -> Value {
    let mut object = workload(at, &json!(["query"]));
    let labels = &mut object["spec"]["template"]["metadata"]["labels"];
    labels["app.kubernetes.io/version"] = json!("v0.37.0");
    object
}

fn component(prefix: &str, at: usize, job: &str, secret: &str, key: &str) -> Value {
    let mut object = workload(
        at,
        &json!([
            job,
            format!("--objstore.config-file=/etc/thanos/{key}"),
            "--label=a=\"b\""
        ]),
    );
    object["metadata"]["name"] = json!(format!("{prefix}{at}"));
    let pod = &mut object["spec"]["template"]["spec"];
    pod["volumes"] = json!([{"name": "objstore", "secret": {"secretName": secret}}]);
    pod["containers"][0]["volumeMounts"] =
        json!([{"name": "objstore", "mountPath": "/etc/thanos"}]);
    object
}

fn store(at: usize, secret: &str, key: &str) -> Value {
    component("store", at, "store", secret, key)
}

fn mounting(at: usize, config_map: &str, key: &str) -> Value {
    let mut object = workload(
        at,
        &json!([format!("--config.file=/etc/prometheus/{key}"), "--agent"]),
    );
    let pod = &mut object["spec"]["template"]["spec"];
    pod["volumes"] = json!([{"name": "config", "configMap": {"name": config_map}}]);
    pod["containers"][0]["image"] = json!("quay.io/prometheus/prometheus:v3.7.2");
    pod["containers"][0]["volumeMounts"] =
        json!([{"name": "config", "mountPath": "/etc/prometheus"}]);
    object
}

fn config_map(name: &str, key: &str, text: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": {"name": name, "namespace": "monitoring"},
        "data": {key: text},
    })
}

fn secret(name: &str, text: &str) -> Value {
    json!({
        "apiVersion": "v1", "kind": "Secret",
        "metadata": {"name": name, "namespace": "monitoring"},
        "stringData": {"objstore.yml": text},
    })
}
