//! What this machine lacks, and what its programs do: shown by the real ones and by stand-ins.

use std::path::Path;

use tempfile::TempDir;

use super::{RIGHT, SET, doctor, finds, found, tree};
use crate::plant::{bin, krmguard, plant, put, real, script};

#[test]
fn a_program_that_is_not_there_or_may_not_run() {
    let folder = plant(&RIGHT);
    let empty = TempDir::new().unwrap();
    let (found, document) = found(folder.path(), empty.path(), 1);
    assert_eq!(found, ["function-not-found overlays/edge/policies.yaml:6"]);
    let message = document["findings"][0]["message"].as_str().unwrap();
    assert_eq!(message, "`krmguard` is not on PATH");

    put(empty.path(), "krmguard", "no program");
    let (found, _) = self::found(folder.path(), empty.path(), 1);
    assert_eq!(
        found,
        ["function-not-executable overlays/edge/policies.yaml:6"]
    );

    // A path is seen from the folder of the kustomization that lists the function.
    let folder = tree(SET, "path: krmguard", "path: ./gate.sh");
    finds(
        &folder,
        1,
        &["function-not-found overlays/edge/policies.yaml:6"],
    );
    put(folder.path(), "overlays/edge/gate.sh", "#!/bin/sh\n");
    finds(
        &folder,
        1,
        &["function-not-executable overlays/edge/policies.yaml:6"],
    );
    script(
        folder.path(),
        "overlays/edge/gate.sh",
        "echo ran > ran; cat",
    );
    finds(&folder, 0, &[]);
    assert!(
        !folder.path().join("overlays/edge/ran").exists(),
        "nothing of a tree is run"
    );
}

#[test]
fn a_function_that_nobody_knows_how_to_run() {
    let annotation =
        "  annotations:\n    config.kubernetes.io/function: |\n      exec: {path: krmguard}\n";
    let folder = tree(SET, annotation, "");
    finds(
        &folder,
        1,
        &["function-unnamed overlays/edge/policies.yaml:4"],
    );
    let home = TempDir::new().unwrap();
    let environment: [(&str, &Path); 1] = [("KUSTOMIZE_PLUGIN_HOME", home.path())];
    krmguard(folder.path(), &["kustomize", "install"], &environment).ends(0);
    krmguard(folder.path(), &["doctor", "."], &environment).ends(0);
}

#[test]
fn a_kustomize_that_is_too_old_for_the_configuration() {
    let folder = tree(SET, "{path: krmguard}", "{path: krmguard, args: [fn]}");
    for (version, expected) in [
        (
            "v5.6.0",
            &["kustomize-too-old overlays/edge/policies.yaml:6"][..],
        ),
        ("v5.7.0", &[]),
    ] {
        let bin = bin();
        // Passes what has a known policy and stops the rest, as a kustomize with krmguard in it does.
        script(
            bin.path(),
            "kustomize",
            &format!(
                "[ \"$1\" = version ] && echo {version} && exit 0\nread -r line < policies.yaml\ncase $line in *no-such-policy*) exit 1;; esac\necho name: krmguard-canary"
            ),
        );
        let (found, document) = found(folder.path(), bin.path(), i32::from(!expected.is_empty()));
        assert_eq!(found, expected, "{document:#}");
        assert_eq!(document["notExamined"], serde_json::json!([]));
    }
}

#[test]
fn a_build_that_does_not_run_the_function() {
    let folder = plant(&RIGHT);
    for (body, code) in [
        ("echo name: krmguard-canary", "canary-not-stopped"),
        ("echo why it failed >&2; exit 1", "canary-fails"),
        ("exit 0", "canary-fails"),
    ] {
        let bin = bin();
        script(bin.path(), "kustomize", body);
        let (found, document) = found(folder.path(), bin.path(), 1);
        assert_eq!(found, [code], "{document:#}");
    }
}

#[test]
fn the_real_kustomize_runs_the_real_function() {
    let Some(kustomize) = real("kustomize") else {
        return;
    };
    let folder = plant(&RIGHT);
    let run = doctor(
        folder.path(),
        bin().path(),
        &["--kustomize", kustomize.to_str().unwrap(), "."],
    );
    run.ends(0);
    assert_eq!(run.stdout, "pass: nothing found\n");
    // A krmguard that echoes is none.
    let fake = TempDir::new().unwrap();
    script(fake.path(), "krmguard", "exec /bin/cat");
    let run = doctor(
        folder.path(),
        fake.path(),
        &["--kustomize", kustomize.to_str().unwrap(), "."],
    );
    run.ends(1);
    assert!(
        run.stdout.contains("error[canary-not-stopped]"),
        "{}",
        run.stdout
    );
}

#[test]
fn kubectl_alone_leaves_functions_out() {
    let Some(kubectl) = real("kubectl") else {
        return;
    };
    let folder = plant(&RIGHT);
    let bin = bin();
    std::os::unix::fs::symlink(kubectl, bin.path().join("kubectl")).unwrap();
    let (found, document) = found(folder.path(), bin.path(), 0);
    assert_eq!(
        found,
        ["kubectl-leaves-functions-out overlays/edge/policies.yaml:6"]
    );
    assert_eq!(document["findings"][0]["severity"], "warning");
    let message = document["findings"][0]["message"].as_str().unwrap();
    assert!(message.contains(" v"), "{message}");
}
