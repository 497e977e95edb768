//! A check that is interrupted while its overlays are built leaves nothing behind.

use std::fs;
use std::os::unix::process::ExitStatusExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tests::krmguard::program;
use tests::read;

use crate::written::Tree;

/// Until `what` holds; a test that waits longer has failed.
#[track_caller]
fn until(what: &str, holds: impl Fn() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < Duration::from_secs(30), "never: {what}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// The numbers of the processes that the programs of the tree have started.
fn started(tree: &Path) -> Vec<String> {
    let file = tree.join("started");
    match file.exists() {
        true => read(file).split_whitespace().map(str::to_owned).collect(),
        false => Vec::new(),
    }
}

fn kill(signal: &str, process: &str) -> bool {
    let status = Command::new("kill")
        .args([signal, process])
        .stderr(Stdio::null())
        .status();
    status.is_ok_and(|status| status.success())
}

/// Not a process any more, or one that only waits for somebody to ask how it ended.
fn is_dead(process: &str) -> bool {
    let state = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    let zombie = state
        .rsplit(')')
        .next()
        .is_some_and(|rest| rest.trim_start().starts_with('Z'));
    zombie || !kill("-0", process)
}

fn entries(folder: &Path) -> usize {
    fs::read_dir(folder).map_or(0, Iterator::count)
}

fn interrupted_by(signal: &str, number: i32) {
    let tree = Tree::right();
    let seen = tree.path().join("started");
    let slow = format!("sleep 300 & echo $$ $! >> {}; wait", seen.display());
    let tree = tree.program("kustomize", &slow).program("helm", &slow);
    let scratch = tree.path().join("scratch");
    fs::create_dir(&scratch).expect("a folder for scratch");
    let mut child: Child = Command::new(program())
        .args([
            "check",
            "deploy",
            "--kustomize",
            "kustomize",
            "--helm",
            "helm",
        ])
        .current_dir(tree.path())
        .env("TMPDIR", &scratch)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("krmguard");
    until("a program of the build runs", || {
        !started(tree.path()).is_empty()
    });
    assert!(entries(&scratch) > 0, "there is no scratch folder");

    assert!(kill(signal, &child.id().to_string()));
    let status = child.wait().expect("its end");
    // A shell says 128 + the signal of that.
    assert_eq!(status.signal(), Some(number), "{status}");
    assert_eq!(
        entries(&scratch),
        0,
        "something is left in the scratch folder"
    );
    until("the children are dead", || {
        started(tree.path()).iter().all(|process| is_dead(process))
    });
}

#[test]
fn by_ctrl_c_it_leaves_no_folder_and_no_child() {
    interrupted_by("-INT", 2);
}

#[test]
fn by_a_request_to_end_it_leaves_no_folder_and_no_child() {
    interrupted_by("-TERM", 15);
}
