//! The container function: how kustomize calls docker, and krmguard behind that call. `image.rs` has the real engine.

use tests::kustomize::{Build, EXEC, Tree};
use tests::objects;

use crate::{edge, sample};

const IMAGE: &str = "registry.example/krmguard:1";
/// `--enable-exec` has nothing to do with containers.
pub(crate) const ALPHA: [&str; 1] = ["--enable-alpha-plugins"];

/// The sample with its PolicySet as a container function.
pub(crate) fn tree(image: &str, role: &str) -> Tree {
    let policies = edge("")
        .replace(
            "exec: {path: krmguard}",
            &format!("container: {{image: '{image}'}}"),
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

/// In docker's place: writes down how it was called, then is `program`.
pub(crate) fn with_recorder(tree: Tree, program: &str) -> Tree {
    tree.program(
        "docker",
        &format!("for word in \"$@\"; do echo \"$word\"; done > \"$SEEN/call\"; exec {program}"),
    )
}

/// How docker was called, in one line.
pub(crate) fn call(tree: &Tree) -> String {
    let call = tree.seen("call").unwrap_or_default();
    call.lines().collect::<Vec<_>>().join(" ")
}

pub(crate) const CALL: &str = "run --rm -i -a STDIN -a STDOUT -a STDERR --network none --user nobody \
--security-opt=no-new-privileges -e LOG_TO_STDERR=true -e STRUCTURED_RESULTS=true";

/// No argument follows the image, so the program without arguments is the function.
#[test]
fn trap_11_docker_is_called_like_this_and_the_function_without_arguments() {
    let programs: [fn(&Tree) -> Option<Build<'_>>; 2] = [Tree::kustomize, Tree::kubectl];
    for program in programs {
        let tree = with_recorder(tree(IMAGE, "edge"), "krmguard");
        let Some(build) = program(&tree) else {
            continue;
        };
        let stdout = build.flags(&ALPHA).run().passed();
        objects::assert_same(&objects::set(&stdout), &objects::set(&sample("right.yaml")));
        assert_eq!(call(&tree), format!("{CALL} {IMAGE}"));
    }
}

#[test]
fn trap_11_a_container_needs_no_enable_exec() {
    for flags in [&ALPHA[..], &EXEC] {
        let tree = with_recorder(tree(IMAGE, "edge"), "krmguard");
        let Some(build) = tree.kustomize() else {
            return;
        };
        build.flags(flags).run().passed();
        assert!(tree.seen("call").is_some());
    }
}

#[test]
fn trap_11_a_refusal_behind_docker_stops_the_build() {
    let tree = with_recorder(tree(IMAGE, "egde"), "krmguard");
    let Some(build) = tree.kustomize() else {
        return;
    };
    let stderr = build.flags(&ALPHA).run().refused();
    assert!(stderr.contains("egde"), "{stderr}");
}
