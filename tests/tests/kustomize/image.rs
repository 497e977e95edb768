//! The container function with a real engine and the real image: `KRMGUARD_IMAGE`, else what `make image` makes. It is the
//! image as it was last made, so make it anew where it disagrees.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::env;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::thread;

use tests::krmguard::Krmguard;
use tests::kustomize::{Build, Tree};
use tests::{objects, root, skip, tools};

use crate::containers::{self, ALPHA, CALL, call, with_recorder};
use crate::{edge, sample};

const MADE: &str = "localhost/krmguard:dev";

/// An image, and the engine that has it.
struct Image {
    engine: PathBuf,
    name: String,
}

impl Image {
    /// With the engine that `ENGINE` names, else podman or docker. `None`, and said so, where there is no engine that
    /// answers, or none has the image.
    fn find() -> Option<Self> {
        let name = env::var("KRMGUARD_IMAGE").unwrap_or_else(|_| MADE.to_owned());
        let engines = env::var("ENGINE").unwrap_or_else(|_| "podman docker".to_owned());
        let mut image = Self {
            engine: PathBuf::new(),
            name,
        };
        let mut answered = false;
        for engine in engines.split_whitespace().filter_map(tools::look) {
            image.engine = engine;
            answered |= image.says(&["info"]).is_some();
            if image.says(&["image", "inspect", &image.name]).is_some() {
                return Some(image);
            }
        }
        let lack = match answered {
            true => format!("image {}: run `make image`", image.name),
            false => "container engine that answers".to_owned(),
        };
        assert!(!skip::forbidden("image"), "required here: no {lack}");
        skip::say(&lack);
        None
    }

    /// The engine's answer, if it is one.
    fn says(&self, words: &[&str]) -> Option<Vec<u8>> {
        let mut command = Command::new(&self.engine);
        let command = command.args(words).stdin(Stdio::null());
        let output = command.output().ok()?;
        output.status.success().then_some(output.stdout)
    }

    /// The sample, judged by the image behind a `docker` that is the engine.
    fn tree(&self, role: &str) -> Tree {
        let engine = format!("'{}' \"$@\"", self.engine.display());
        with_recorder(containers::tree(&self.name, role), &engine)
    }

    /// A run of the function under these options: what it printed, and the milliseconds that it says it took.
    fn run(&self, options: &[&str], list: &str) -> (String, f64) {
        let mut child = Command::new(&self.engine)
            .args(["run", "--rm", "-i", "--network", "none"])
            .args(options)
            .arg(&self.name)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut stdin = child.stdin.take().unwrap();
        let list = list.to_owned();
        let feeder = thread::spawn(move || stdin.write_all(list.as_bytes()));
        let output = child.wait_with_output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{options:?}\n{stderr}");
        feeder.join().unwrap().unwrap();
        (
            String::from_utf8(output.stdout).unwrap(),
            milliseconds(&stderr),
        )
    }
}

/// The last line of a verdict ends with the time: `…; 12 ms` or `…; 3.1 s`.
fn milliseconds(verdict: &str) -> f64 {
    let time = verdict.trim_end().rsplit("; ").next().unwrap_or_default();
    let (number, unit) = time.split_once(' ').unwrap_or_default();
    let number: f64 = number
        .parse()
        .unwrap_or_else(|_| panic!("no time at its end:\n{verdict}"));
    if unit == "s" { number * 1000.0 } else { number }
}

/// What kustomize hands over.
fn list() -> String {
    let mut list = "apiVersion: config.kubernetes.io/v1\nkind: ResourceList\nitems:\n".to_owned();
    for object in objects::set(&sample("seed.yaml")).values() {
        list += &format!("- {object}\n");
    }
    list += &format!("functionConfig: {}\n", objects::documents(&edge(""))[0]);
    list
}

#[test]
fn trap_11_the_image_is_the_function() {
    let Some(image) = Image::find() else {
        return;
    };
    let programs: [fn(&Tree) -> Option<Build<'_>>; 2] = [Tree::kustomize, Tree::kubectl];
    for program in programs {
        let tree = image.tree("edge");
        let Some(build) = program(&tree) else {
            continue;
        };
        let stdout = build.flags(&ALPHA).run().passed();
        objects::assert_same(&objects::set(&stdout), &objects::set(&sample("right.yaml")));
        assert_eq!(call(&tree), format!("{CALL} {}", image.name));
    }
}

#[test]
fn trap_11_a_refusal_of_the_image_stops_the_build() {
    let Some(image) = Image::find() else {
        return;
    };
    let tree = image.tree("egde");
    let Some(build) = tree.kustomize() else {
        return;
    };
    let stderr = build.flags(&ALPHA).run().refused();
    assert!(stderr.contains("egde"), "{stderr}");
}

/// kustomize's `--as-current-user` runs it as anybody.
#[test]
fn the_image_serves_any_user_without_compiling_a_policy() {
    let Some(image) = Image::find() else {
        return;
    };
    let list = list();
    let expected = Krmguard::words("fn").stdin(list.clone()).run().ended(0);
    let (stdout, compiling) = image.run(&["-e", "KRMGUARD_CACHE_DIR=/nowhere"], &list);
    assert_eq!(stdout, expected.stdout);
    for options in [
        &["--user", "nobody"][..],
        &["--user", "12345:12345"],
        &["--user", "0:0"],
        &["--read-only", "--cap-drop", "all"],
    ] {
        let (stdout, time) = image.run(options, &list);
        assert_eq!(stdout, expected.stdout, "{options:?}");
        assert!(
            time * 4.0 < compiling,
            "{options:?}: {time} ms, where compiling takes {compiling} ms"
        );
    }
}

#[test]
fn the_image_holds_the_program_the_certificates_and_the_policies_alone() {
    let Some(image) = Image::find() else {
        return;
    };
    let created = image.says(&["create", &image.name]).unwrap();
    let container = String::from_utf8(created).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let archive = folder.path().join("image.tar");
    let archive = archive.to_str().unwrap();
    let exported = image.says(&["export", "--output", archive, container.trim()]);
    image.says(&["rm", container.trim()]).unwrap();
    exported.unwrap();
    let listed = Command::new("tar").args(["-tf", archive]).output().unwrap();
    let listed = String::from_utf8(listed.stdout).unwrap();
    let mut files: BTreeSet<&str> = listed.lines().filter(|path| !path.ends_with('/')).collect();
    // These are the engine's.
    files.retain(|path| {
        let own = ["dev/", "proc/", "run/", "sys/", ".dockerenv"];
        let etc = ["etc/hostname", "etc/hosts", "etc/mtab", "etc/resolv.conf"];
        !own.iter().any(|start| path.starts_with(start)) && !etc.contains(path)
    });
    let (policies, rest): (Vec<&str>, Vec<&str>) = files
        .into_iter()
        .partition(|path| path.starts_with("var/cache/krmguard/code-"));
    assert_eq!(
        rest,
        [
            "etc/group",
            "etc/passwd",
            "etc/ssl/certs/ca-certificates.crt",
            "usr/local/bin/krmguard"
        ]
    );
    let plugins = root().join("plugins").read_dir().unwrap().count();
    assert_eq!(policies.len(), plugins, "{policies:?}");
}
