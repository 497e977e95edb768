//! What earlier runs found: it saves work, and never changes a verdict, whatever became of the folder it is kept in.

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use tempfile::TempDir;

use crate::samples::{PROMETHEUS, secret, stream};

const UNITS: usize = 6;

/// A folder of edges and a cache of its own, in which the policies are compiled already.
struct Scene {
    folder: TempDir,
    cache: TempDir,
}

/// Compiled once for all tests, and kept between runs of them.
fn compiled() -> &'static Path {
    static FOLDER: OnceLock<PathBuf> = OnceLock::new();
    FOLDER.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiled");
        let edge = tempfile::tempdir().unwrap();
        fs::write(edge.path().join("edge.yaml"), agent(0)).unwrap();
        run(edge.path(), &folder, &["edge.yaml"]);
        folder
    })
}

fn agent(number: usize) -> String {
    PROMETHEUS
        .replace("kind: Prometheus", "kind: PrometheusAgent")
        .replace("monitoring.coreos.com/v1", "monitoring.coreos.com/v1alpha1")
        .replace("edge-7", &format!("edge-{number}"))
}

impl Scene {
    fn new() -> Scene {
        let scene = Scene {
            folder: tempfile::tempdir().unwrap(),
            cache: tempfile::tempdir().unwrap(),
        };
        let code = scene.cache.path().join("code-v1");
        fs::create_dir(&code).unwrap();
        fs::set_permissions(&code, fs::Permissions::from_mode(0o700)).unwrap();
        for file in fs::read_dir(compiled().join("code-v1")).unwrap() {
            let file = file.unwrap();
            fs::copy(file.path(), code.join(file.file_name())).unwrap();
        }
        for number in 0..UNITS {
            scene.write(number, &agent(number));
        }
        scene
    }

    fn write(&self, number: usize, text: &str) {
        fs::write(self.folder.path().join(format!("edge-{number}.yaml")), text).unwrap();
    }

    fn check(&self, more: &[&str]) -> Output {
        run(self.folder.path(), self.cache.path(), more)
    }

    /// What a run without any memory says.
    fn anew(&self) -> Output {
        self.check(&["--no-cache"])
    }

    fn results(&self) -> PathBuf {
        self.cache.path().join("results-v1")
    }

    fn file(&self) -> PathBuf {
        let files = fs::read_dir(self.results()).unwrap();
        let mut files = files.map(|file| file.unwrap().path());
        files
            .find(|file| file.extension().is_some_and(|end| end == "results"))
            .unwrap()
    }
}

fn run(folder: &Path, cache: &Path, more: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_krmguard"))
        .args(["check", "--role", "edge", "--format", "json", "."])
        .args(more)
        .current_dir(folder)
        .env("KRMGUARD_CACHE_DIR", cache)
        .output()
        .unwrap()
}

/// The same verdict and report; `one` may have said a line more on stderr.
#[track_caller]
fn same(one: &Output, other: &Output) {
    let report = |output: &Output| {
        let mut report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
        let map = report.as_object_mut().unwrap();
        map.retain(|key, _| !key.starts_with("elapsed") && !key.starts_with("duration"));
        report
    };
    assert_eq!(one.status.code(), other.status.code());
    assert_eq!(report(one), report(other));
    let lines = String::from_utf8_lossy(&one.stderr).lines().count();
    assert!(lines <= 1, "{}", String::from_utf8_lossy(&one.stderr));
}

#[test]
fn an_unchanged_tree_is_told_from_memory_and_a_changed_file_is_judged() {
    let scene = Scene::new();
    let first = scene.check(&[]);
    same(&first, &scene.anew());
    let kept = fs::read_to_string(scene.file()).unwrap();
    assert_eq!(kept.lines().count(), UNITS + 1, "{kept}");
    same(&scene.check(&[]), &first);
    assert_eq!(fs::read_to_string(scene.file()).unwrap(), kept);

    // Two clusters under one label: the facts of the files that did not change come from memory.
    scene.write(3, &agent(2));
    let collision = scene.check(&[]);
    let text = String::from_utf8_lossy(&collision.stdout);
    assert!(text.contains("CL02") || text.contains("CL09"), "{text}");
    same(&collision, &scene.anew());
    same(&scene.check(&[]), &collision);
}

#[test]
fn findings_come_back_with_their_places() {
    let scene = Scene::new();
    for number in 0..UNITS {
        scene.write(
            number,
            &agent(number).replace(
                "  remoteWrite:\n  - url: http://receiver.example.org/api/v1/receive\n",
                "",
            ),
        );
    }
    let first = scene.check(&[]);
    let report: serde_json::Value = serde_json::from_slice(&first.stdout).unwrap();
    let findings = report["findings"].as_array().unwrap();
    assert!(
        findings
            .iter()
            .filter(|finding| finding["rule"] == "AG05")
            .count()
            == UNITS,
        "{report}"
    );
    let again = scene.check(&[]);
    same(&again, &first);
    for format in ["text", "sarif", "junit", "github"] {
        let told = |more: &[&str]| {
            let output = scene.check(&[&["--format", format], more].concat());
            let text = String::from_utf8(output.stdout).unwrap();
            let timeless = |line: &&str| {
                !line.contains("fail (")
                    && !line.contains("timestamp")
                    && !line.contains("Utc")
                    && !line.contains("time=")
            };
            text.lines()
                .filter(timeless)
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        assert_eq!(told(&[]), told(&["--no-cache"]), "{format}");
    }
}

#[test]
fn other_terms_are_other_results() {
    let scene = Scene::new();
    let edge = scene.check(&[]);
    let as_central = Command::new(env!("CARGO_BIN_EXE_krmguard"))
        .args(["check", "--role", "central", "--format", "json", "."])
        .current_dir(scene.folder.path())
        .env("KRMGUARD_CACHE_DIR", scene.cache.path())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&as_central.stdout);
    assert!(text.contains("AG08"), "{text}");
    same(&scene.check(&[]), &edge);
}

#[test]
fn nothing_of_a_unit_with_a_secret_is_kept() {
    let scene = Scene::new();
    scene.write(1, &stream(&[&agent(1), &secret()]));
    let first = scene.check(&[]);
    same(&scene.check(&[]), &first);
    let kept = fs::read_to_string(scene.file()).unwrap();
    assert_eq!(kept.lines().count(), UNITS, "{kept}");
    assert!(
        !kept.contains("kanarienvogel") && !kept.contains("edge-1.yaml"),
        "{kept}"
    );
}

#[test]
fn what_is_damaged_is_judged_anew() {
    let scene = Scene::new();
    let first = scene.check(&[]);
    let whole = fs::read(scene.file()).unwrap();
    let wrong: [(&str, Vec<u8>); 6] = [
        ("empty", Vec::new()),
        ("cut short", whole[..whole.len() / 2].to_vec()),
        (
            "of another version",
            [b"krmguard results 0\n".to_vec(), whole[19..].to_vec()].concat(),
        ),
        (
            "with turned bytes",
            whole
                .iter()
                .enumerate()
                .map(|(at, byte)| if at % 97 == 96 { byte ^ 1 } else { *byte })
                .collect(),
        ),
        ("no text", vec![0xFF; 4_096]),
        ("zeroes", vec![0; 4_096]),
    ];
    for (what, bytes) in wrong {
        fs::write(scene.file(), bytes).unwrap();
        same(&scene.check(&[]), &first);
        assert_eq!(fs::read(scene.file()).unwrap().len(), whole.len(), "{what}");
    }
    // A writer that was killed leaves its draft behind.
    fs::write(scene.results().join(".writing-abc"), &whole[..100]).unwrap();
    same(&scene.check(&[]), &first);
}

#[test]
fn a_forged_pass_needs_a_folder_that_others_may_write_to() {
    let scene = Scene::new();
    scene.check(&[]);
    fs::set_permissions(scene.results(), fs::Permissions::from_mode(0o777)).unwrap();
    scene.write(0, &agent(1));
    same(&scene.check(&[]), &scene.anew());
    fs::set_permissions(scene.results(), fs::Permissions::from_mode(0o700)).unwrap();
    fs::set_permissions(scene.file(), fs::Permissions::from_mode(0o666)).unwrap();
    same(&scene.check(&[]), &scene.anew());
}

#[test]
fn a_folder_that_cannot_be_written_to_costs_time_alone() {
    let scene = Scene::new();
    let first = scene.anew();
    fs::write(scene.results(), "a file in its place").unwrap();
    same(&scene.check(&[]), &first);
    fs::remove_file(scene.results()).unwrap();
    fs::create_dir(scene.results()).unwrap();
    fs::set_permissions(scene.results(), fs::Permissions::from_mode(0o500)).unwrap();
    same(&scene.check(&[]), &first);
}

/// A disk of 16 KiB in a mount namespace of its own, where the system allows one.
#[test]
fn a_full_disk_costs_time_alone() {
    let scene = Scene::new();
    let first = scene.anew();
    fs::create_dir(scene.results()).unwrap();
    let results = scene.results();
    let disk = format!(
        "mount -t tmpfs -o size=16k,mode=0700 tmpfs {0} && head -c 12000 /dev/zero > {0}/filler",
        results.display()
    );
    let alone = |script: &str| {
        Command::new("unshare")
            .args(["--user", "--map-root-user", "--mount", "sh", "-c", script])
            .current_dir(scene.folder.path())
            .env("KRMGUARD_CACHE_DIR", scene.cache.path())
            .output()
    };
    if !alone(&disk).is_ok_and(|output| output.status.success()) {
        let _ = writeln!(std::io::stderr(), "skipped: no mount namespace");
        return;
    }
    let krmguard = env!("CARGO_BIN_EXE_krmguard");
    let full = alone(&format!(
        "{disk} && exec {krmguard} check --role edge --format json ."
    ));
    same(&full.unwrap(), &first);
}

#[test]
fn many_runs_at_once_agree() {
    let scene = Scene::new();
    let first = scene.anew();
    std::thread::scope(|scope| {
        let runs: Vec<_> = (0..6).map(|_| scope.spawn(|| scene.check(&[]))).collect();
        for run in runs {
            same(&run.join().unwrap(), &first);
        }
    });
    same(&scene.check(&[]), &first);
    assert_eq!(
        fs::read_to_string(scene.file()).unwrap().lines().count(),
        UNITS + 1
    );
}
