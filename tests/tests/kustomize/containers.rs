//! The container function: how kustomize calls docker, and krmguard behind that call.

use std::process::{Command, Stdio};

use tests::kustomize::{Build, EXEC, Tree};
use tests::{objects, skip, tools};

use crate::{edge, sample};

const IMAGE: &str = "localhost/krmguard:dev";
const ALPHA: [&str; 1] = ["--enable-alpha-plugins"];

/// The sample with its PolicySet as a container function.
fn tree(role: &str) -> Tree {
    let policies = edge("")
        .replace(
            "exec: {path: krmguard}",
            &format!("container: {{image: {IMAGE}}}"),
        )
        .replace("role: edge", &format!("role: {role}"));
    Tree::new()
        .kustomization(
            "",
            "resources: [objects.yaml]\ntransformers: [policies.yaml]\n",
        )
        .with("objects.yaml", &sample("seed.yaml"))
        .with("policies.yaml", &policies)
}

/// In docker's place: writes down how it was called, then is what the image holds.
fn with_recorder(tree: Tree) -> Tree {
    tree.program(
        "docker",
        "for word in \"$@\"; do echo \"$word\"; done > \"$SEEN/call\"; exec krmguard",
    )
}

const CALL: &str = "run --rm -i -a STDIN -a STDOUT -a STDERR --network none --user nobody \
--security-opt=no-new-privileges -e LOG_TO_STDERR=true -e STRUCTURED_RESULTS=true";

/// No argument follows the image, so the program without arguments is the function.
#[test]
fn trap_11_docker_is_called_like_this_and_the_function_without_arguments() {
    let programs: [fn(&Tree) -> Option<Build<'_>>; 2] = [Tree::kustomize, Tree::kubectl];
    for program in programs {
        let tree = with_recorder(tree("edge"));
        let Some(build) = program(&tree) else {
            continue;
        };
        let stdout = build.flags(&ALPHA).run().passed();
        objects::assert_same(&objects::set(&stdout), &objects::set(&sample("right.yaml")));
        let call = tree.seen("call").unwrap_or_default();
        let words: Vec<&str> = call.lines().collect();
        assert_eq!(words.join(" "), format!("{CALL} {IMAGE}"));
    }
}

/// `--enable-exec` has nothing to do with containers.
#[test]
fn trap_11_a_container_needs_no_enable_exec() {
    for flags in [&ALPHA[..], &EXEC] {
        let tree = with_recorder(tree("edge"));
        let Some(build) = tree.kustomize() else {
            return;
        };
        build.flags(flags).run().passed();
        assert!(tree.seen("call").is_some());
    }
}

#[test]
fn trap_11_a_refusal_behind_docker_stops_the_build() {
    let tree = with_recorder(tree("egde"));
    let Some(build) = tree.kustomize() else {
        return;
    };
    let stderr = build.flags(&ALPHA).run().refused();
    assert!(stderr.contains("egde"), "{stderr}");
}

/// The real engine and the real image, where both are there: `make image` makes it.
#[test]
fn trap_11_the_image_is_the_function() {
    let Some(docker) = tools::find("docker") else {
        return;
    };
    let answers = |words: &[&str]| {
        let mut command = Command::new(&docker);
        let command = command
            .args(words)
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        command
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success())
    };
    if !answers(&["info"]) {
        return skip::say("container engine that answers");
    }
    if !answers(&["image", "inspect", IMAGE]) {
        return skip::say(&format!("image {IMAGE}: run `make image`"));
    }
    let tree = tree("edge");
    let Some(build) = tree.kustomize() else {
        return;
    };
    let stdout = build.flags(&ALPHA).run().passed();
    objects::assert_same(&objects::set(&stdout), &objects::set(&sample("right.yaml")));
}
