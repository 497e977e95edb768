//! What a run of the whole program costs: medians as ratios to `cat` of the same bytes, and peak memory.
//!
//! stdin is a file, stdout a pipe that is drained. All commands take turns in one run, so that whatever
//! else the machine does falls on all of them alike. `RUNS=n` sets the number of rounds (default 41); a
//! cold run, which compiles the policies, takes part in the first of them only.

use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, Stdio};
use std::time::{Duration, Instant};

use tests::{fixtures, krmguard};
use wait4::Wait4;

/// One command over one input, and what its runs cost.
struct Lane {
    label: &'static str,
    program: PathBuf,
    arguments: &'static [&'static str],
    /// `KRMGUARD_CACHE_DIR`: `None` for a fresh one each time, which is what "cold" means.
    warm: bool,
    times: Vec<Duration>,
    peak: u64,
}

const COLD_ROUNDS: usize = 11;

fn main() -> ExitCode {
    match measure() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // A closed stderr leaves nobody to tell.
            let _ = writeln!(io::stderr(), "bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn measure() -> io::Result<()> {
    let rounds = std::env::var("RUNS")
        .ok()
        .and_then(|runs| runs.parse().ok())
        .unwrap_or(41_usize);
    let folder = tempfile::tempdir()?;
    let mut out = io::stdout().lock();
    for (title, input) in inputs(folder.path())? {
        let size = fs::metadata(&input)?.len();
        let mut lanes = lanes();
        for round in 0..=rounds {
            for lane in &mut lanes {
                if !lane.warm && round > COLD_ROUNDS {
                    continue;
                }
                let (time, peak) = run(lane, &input, folder.path())?;
                // The first round fills caches: the page cache, and the one of compiled policies.
                if round > 0 {
                    lane.times.push(time);
                    lane.peak = lane.peak.max(peak);
                }
            }
        }
        let cat = median(&mut lanes[0].times);
        writeln!(out, "\n{title}: {size} bytes, {rounds} rounds")?;
        writeln!(
            out,
            "  {:<20} {:>10} {:>8} {:>10} {:>10}",
            "", "median", "x cat", "p95", "peak RSS"
        )?;
        for lane in &mut lanes {
            let median = median(&mut lane.times);
            writeln!(
                out,
                "  {:<20} {:>7.2} ms {:>8.2} {:>7.2} ms {:>6.1} MiB",
                lane.label,
                median.as_secs_f64() * 1e3,
                median.as_secs_f64() / cat.as_secs_f64(),
                percentile(&lane.times, 95).as_secs_f64() * 1e3,
                mebibytes(lane.peak),
            )?;
        }
    }
    writeln!(
        out,
        "\nA peak starts from that of this program, whose copy a child is at first: cat's is the floor."
    )
}

fn lanes() -> Vec<Lane> {
    let lane = |label, program: &Path, arguments, warm| Lane {
        label,
        program: program.to_owned(),
        arguments,
        warm,
        times: Vec::new(),
        peak: 0,
    };
    let krmguard = krmguard::program();
    vec![
        lane("cat", Path::new("cat"), &[], true),
        lane("krmguard fn", &krmguard, &["fn"], true),
        lane("krmguard fn, cold", &krmguard, &["fn"], false),
        lane("krmguard --version", &krmguard, &["--version"], true),
    ]
}

/// Start to finish of one process, and its peak memory in bytes.
fn run(lane: &Lane, input: &Path, folder: &Path) -> io::Result<(Duration, u64)> {
    let cold = folder.join("cold");
    let cache = if lane.warm {
        folder.join("warm")
    } else {
        cold.clone()
    };
    let started = Instant::now();
    let mut child = Command::new(&lane.program)
        .args(lane.arguments)
        .env("KRMGUARD_CACHE_DIR", cache)
        .stdin(File::open(input)?)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()?;
    if let Some(mut stdout) = child.stdout.take() {
        // Drained through a small buffer: memory held here would count as the child's (see the last line).
        let mut buffer = [0; 64 << 10];
        while stdout.read(&mut buffer)? > 0 {}
    }
    let ended = child.wait4()?;
    let time = started.elapsed();
    if !ended.status.success() {
        return Err(io::Error::other(format!(
            "{} ended with {}",
            lane.label, ended.status
        )));
    }
    if !lane.warm && cold.is_dir() {
        fs::remove_dir_all(cold)?;
    }
    Ok((time, ended.rusage.maxrss))
}

/// The list of a real edge, or one of its size and shape, and a list of one object.
fn inputs(folder: &Path) -> io::Result<Vec<(&'static str, PathBuf)>> {
    let one = folder.join("one.yaml");
    resource_list(&one, std::iter::once(prometheus()))?;
    let large = match fixtures::find("functions/cluster-02-edge.resourcelist.yaml") {
        Some(file) => ("a real edge with its CRDs", file),
        None => {
            let file = folder.join("large.yaml");
            let definitions = (0..10).map(definition);
            resource_list(&file, definitions.chain(std::iter::once(prometheus())))?;
            ("a made-up edge of a real one's size", file)
        }
    };
    Ok(vec![large, ("one object", one)])
}

/// Written item by item: what this program held at once would count in the peaks.
fn resource_list(file: &Path, items: impl Iterator<Item = String>) -> io::Result<()> {
    let mut out = File::create(file)?;
    out.write_all(b"apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n")?;
    for item in items {
        out.write_all(item.as_bytes())?;
    }
    out.write_all(
        b"functionConfig:
  apiVersion: krmguard.io/v1alpha1
  kind: PolicySet
  metadata:
    name: cluster-02-edge
  spec:
    cluster:
      name: cluster-02-edge
      role: edge
    policies:
    - plugin: cluster-labels
    - plugin: agent-mode
    - plugin: thanos-version
    - plugin: s3-secret-refs
",
    )
}

/// The one object that policies edit.
fn prometheus() -> String {
    "- apiVersion: monitoring.coreos.com/v1
  kind: Prometheus
  metadata:
    name: kube-prometheus-stack-prometheus
    namespace: monitoring
  spec:
    additionalArgs:
    - name: enable-feature
      value: agent
    image: quay.io/prometheus/prometheus:v3.7.2
    remoteWrite:
    - url: http://thanos-receiver.k8s-cluster-01.miribit.lab/api/v1/receive
    retention: 6h
    version: v3.7.2
"
    .to_owned()
}

/// A CustomResourceDefinition of about 470 kB: deep, and mostly descriptions, as the real ones are.
fn definition(number: usize) -> String {
    let mut text = format!(
        "- apiVersion: apiextensions.k8s.io/v1
  kind: CustomResourceDefinition
  metadata:
    name: kind{number}.example.test
  spec:
    group: example.test
    names:
      kind: Kind{number}
      plural: kind{number}
    scope: Namespaced
    versions:
    - name: v1
      schema:
        openAPIV3Schema:
          properties:
            spec:
              properties:
"
    );
    for field in 0..700 {
        text += &format!(
            "                field{field}:
                  description: |-
                    field{field} says how often this is asked for, and what is done when nothing answers:

                    it is kept until the next time, unless `field{}` is set, in which case that one decides.
                    It requires version >= v0.{number}.0 and is empty by default.
                  properties:
                    value:
                      description: 'value: a duration such as \"30s\"; what Kubernetes reads as a number is refused.'
                      pattern: ^(0|(([0-9]+)y)?(([0-9]+)w)?(([0-9]+)d)?(([0-9]+)h)?)$
                      type: string
                  type: object
",
            field + 1
        );
    }
    text
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    percentile(times, 50)
}

/// Of times that are sorted.
fn percentile(times: &[Duration], percent: usize) -> Duration {
    let last = times.len().saturating_sub(1);
    times
        .get((last * percent).div_ceil(100))
        .copied()
        .unwrap_or_default()
}

/// A MiB has 2^20 bytes; peaks are far below the 2^52 that a float counts exactly.
fn mebibytes(bytes: u64) -> f64 {
    (bytes >> 10) as f64 / 1024.0
}
