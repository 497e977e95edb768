//! What the real Thanos and Prometheus' own checker say of the central manifests, where they are to be had.

#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tests::{objects, read, tools};

use crate::thanos::{COMPONENTS, arguments, manifests, workload};
use crate::{CENTRAL, source};

/// What kingpin says of a flag that it does not know, or of a value that it cannot read.
const REFUSED: &str = "thanos: error: ";

/// How long a program may take to say its first word.
const PATIENCE: Duration = Duration::from_secs(20);

/// The document that the template describes, its keys filled in. Nobody listens at its endpoint.
fn objstore() -> String {
    let template = objects::set(&read(source(CENTRAL, "thanos-s3-secret.yaml")));
    let secret = template.values().next().unwrap();
    let document = secret["stringData"]["objstore.yml"].as_str().unwrap();
    let filled = document
        .replace("${S3_ACCESS_KEY}", "key")
        .replace("${S3_SECRET_KEY}", "secret");
    assert!(!filled.contains("${"), "{filled}");
    filled.replace("minio.minio.svc.cluster.local:9000", "127.0.0.1:1")
}

/// A component's own arguments, with files, folders and addresses that this machine has.
fn grounded(component: &str, folder: &Path) -> Vec<String> {
    let file = |name: &str, text: &str| {
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let manifests = manifests();
    let ground = |argument: &str| {
        let Some((flag, value)) = argument.split_once('=') else {
            return argument.to_owned();
        };
        let value = match flag {
            "--objstore.config-file" => file("objstore.yml", &objstore()),
            "--receive.hashrings-file" => file(
                "hashrings.json",
                &in_config_map(&manifests, "hashrings.json"),
            ),
            "--rule-file" => file("rules.yaml", &in_config_map(&manifests, "thanos.yaml")),
            "--tsdb.path" | "--data-dir" => folder.join("data").display().to_string(),
            "--http-address"
            | "--grpc-address"
            | "--remote-write.address"
            | "--receive.capnproto-address" => "127.0.0.1:0".to_owned(),
            _ => value.replace("$(POD_NAME)", &format!("thanos-{component}-0")),
        };
        format!("{flag}={value}")
    };
    arguments(workload(&manifests, component))
        .into_iter()
        .map(ground)
        .collect()
}

fn in_config_map(manifests: &objects::Objects, key: &str) -> String {
    let texts = manifests
        .values()
        .filter_map(|object| object["data"][key].as_str());
    let mut texts = texts.map(str::to_owned);
    texts
        .next()
        .unwrap_or_else(|| panic!("no ConfigMap has {key}"))
}

/// The program's first words: until it logs, refuses its flags, or ends.
fn first_words(program: &Path, arguments: &[String]) -> String {
    words(program, arguments, &["level=", REFUSED], PATIENCE)
}

/// What a program says until it says one of `enough`, ends, or has had its time.
fn words(program: &Path, arguments: &[String], enough: &[&str], patience: Duration) -> String {
    let mut child = Command::new(program)
        .args(arguments)
        .env_clear()
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stderr = child.stderr.take().unwrap();
    let (say, hear) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let mut words = [0; 4096];
        while let Ok(read @ 1..) = stderr.read(&mut words) {
            if say
                .send(String::from_utf8_lossy(&words[..read]).into_owned())
                .is_err()
            {
                break;
            }
        }
    });
    let started = Instant::now();
    let mut said = String::new();
    while !enough.iter().any(|word| said.contains(word)) {
        match hear.recv_timeout(patience.saturating_sub(started.elapsed())) {
            Ok(more) => said.push_str(&more),
            Err(_) => break,
        }
    }
    end(&mut child);
    said
}

fn end(child: &mut Child) {
    let _ = child.kill();
    child.wait().unwrap();
}

#[test]
fn thanos_takes_every_argument_list() {
    let Some(thanos) = tools::find("thanos") else {
        return;
    };
    for component in COMPONENTS {
        let folder = tempfile::tempdir().unwrap();
        let mut arguments = grounded(component, folder.path());
        let said = first_words(&thanos, &arguments);
        assert!(
            said.contains("level=") && !said.contains(REFUSED),
            "thanos-{component} {arguments:?}:\n{said}"
        );
        arguments.push("--no-such-flag".to_owned());
        let said = first_words(&thanos, &arguments);
        assert!(said.contains(REFUSED), "thanos-{component}:\n{said}");
    }
}

#[test]
fn thanos_reads_the_objstore_document() {
    let Some(thanos) = tools::find("thanos") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let bucket = |document: &str| {
        let path = folder.path().join("objstore.yml");
        fs::write(&path, document).unwrap();
        let arguments = ["tools", "bucket", "ls"].map(str::to_owned);
        let config = format!("--objstore.config-file={}", path.display());
        let arguments = [&arguments[..], &[config]].concat();
        // Where the document is read, it tries for long to reach what nobody listens at.
        words(
            &thanos,
            &arguments,
            &["level=error", REFUSED],
            Duration::from_secs(4),
        )
    };
    let unreadable = |said: &str| said.contains("unmarshal");
    let said = bucket(&objstore());
    assert!(said.contains("loading bucket configuration"), "{said}");
    assert!(!unreadable(&said), "{said}");
    let said = bucket(&objstore().replace("bucket:", "buckets:"));
    assert!(unreadable(&said), "{said}");
}

#[test]
fn promtool_takes_the_rules() {
    let Some(promtool) = tools::find("promtool") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let check = |text: &str| {
        let path = folder.path().join("rules.yaml");
        fs::write(&path, text).unwrap();
        let output = Command::new(&promtool)
            .args(["check", "rules"])
            .arg(&path)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        (output.status.success(), said)
    };
    let mut rules = 0;
    for object in manifests().values() {
        let documents = object["data"].as_object().into_iter().flatten();
        let documents = documents.filter_map(|(_, text)| text.as_str());
        for text in documents.filter(|text| text.trim_start().starts_with("groups:")) {
            let (well, said) = check(text);
            assert!(well, "{said}");
            rules += 1;
        }
    }
    assert!(rules > 0, "there are no rules");
    let broken = "groups:\n- name: a\n  rules:\n  - {record: b, expr: 'up ='}\n";
    assert!(!check(broken).0);
}
