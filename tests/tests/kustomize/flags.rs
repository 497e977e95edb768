//! The flags without which a function does not run, and what its configuration may say.

use tests::kustomize::{EXEC, Tree, embedded_minor, exec, function};
use tests::objects;

use crate::{edge, sample, tree};

const OBJECT: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\n";

/// One object, and a function that leaves a trace under `list`.
fn traced(list: &str) -> Tree {
    Tree::new()
        .kustomization(
            "",
            &format!("resources: [object.yaml]\n{list}: [function.yaml]\n"),
        )
        .with("object.yaml", OBJECT)
        .with("function.yaml", &exec("./function.sh"))
        .script("function.sh", "touch \"$SEEN/ran\"; cat")
}

#[test]
fn trap_4_without_enable_alpha_plugins_the_build_fails() {
    for flags in [&[][..], &["--enable-exec"]] {
        let tree = traced("transformers");
        let Some(build) = tree.kustomize() else {
            return;
        };
        let stderr = build.flags(flags).run().refused();
        assert_eq!(
            stderr.trim_end(),
            "Error: external plugins disabled; unable to load external plugin 'Fn'"
        );
    }
}

#[test]
fn trap_4_without_enable_exec_the_function_is_skipped_silently() {
    let tree = traced("transformers");
    let Some(build) = tree.kustomize() else {
        return;
    };
    let built = build.flags(&["--enable-alpha-plugins"]).run();
    assert_eq!(built.stderr, "");
    objects::assert_same(&objects::set(&built.passed()), &objects::set(OBJECT));
    assert_eq!(tree.seen("ran"), None);
}

/// What the README warns of: a gate that never ran looks green.
#[test]
fn trap_4_without_enable_exec_krmguard_is_never_asked() {
    let seed = sample("seed.yaml");
    let tree = tree(&seed, "transformers", &edge(""));
    let Some(build) = tree.kustomize() else {
        return;
    };
    let built = build.flags(&["--enable-alpha-plugins"]).run();
    assert_eq!(built.stderr, "");
    objects::assert_same(&objects::set(&built.passed()), &objects::set(&seed));
}

#[test]
fn trap_4_under_validators_the_message_misleads() {
    let tree = traced("validators");
    let Some(build) = tree.kustomize() else {
        return;
    };
    let stderr = build.flags(&["--enable-alpha-plugins"]).run().refused();
    assert!(
        stderr.starts_with("Error: validator shouldn't modify the resource map"),
        "{stderr}"
    );
    assert_eq!(tree.seen("ran"), None);
}

#[test]
fn trap_4_with_both_flags_it_runs() {
    let tree = traced("transformers");
    let Some(build) = tree.kustomize() else {
        return;
    };
    build.flags(&EXEC).run().passed();
    assert!(tree.seen("ran").is_some());
}

#[test]
fn trap_4_kubectl_has_no_enable_exec_and_skips_silently() {
    let tree = traced("transformers");
    let Some(build) = tree.kubectl() else {
        return;
    };
    let stderr = build.flags(&EXEC).run().refused();
    assert!(stderr.contains("unknown flag: --enable-exec"), "{stderr}");
    let Some(build) = tree.kubectl() else {
        return;
    };
    let stdout = build.flags(&["--enable-alpha-plugins"]).run().passed();
    objects::assert_same(&objects::set(&stdout), &objects::set(OBJECT));
    assert_eq!(tree.seen("ran"), None);
}

/// One object, and a function with arguments and an environment of its own.
fn with_arguments() -> Tree {
    Tree::new()
        .kustomization(
            "",
            "resources: [object.yaml]\ntransformers: [function.yaml]\n",
        )
        .with("object.yaml", OBJECT)
        .with(
            "function.yaml",
            &function("exec: {path: ./function.sh, args: [one, two], envs: [RACK=b-02]}"),
        )
        .script("function.sh", "echo \"$* $RACK\" > \"$SEEN/ran\"; cat")
}

#[test]
fn trap_5_arguments_and_an_environment_reach_the_function() {
    let tree = with_arguments();
    let Some(build) = tree.kustomize() else {
        return;
    };
    build.flags(&EXEC).run().passed();
    assert_eq!(tree.seen("ran").as_deref(), Some("one two b-02\n"));
}

/// Before 5.7.0 they are unknown fields: everything of ours goes into the functionConfig.
#[test]
fn trap_5_a_kustomize_before_5_7_refuses_them() {
    let tree = with_arguments();
    let (Some(minor), Some(build)) = (embedded_minor(), tree.kubectl()) else {
        return;
    };
    let built = build.flags(&["--enable-alpha-plugins"]).run();
    if minor < 7 {
        let stderr = built.refused();
        assert!(stderr.contains("unknown field \\\"args\\\""), "{stderr}");
    } else {
        built.passed();
    }
}

#[test]
fn trap_5_a_bare_name_is_looked_up_on_path_even_beside_a_file_of_that_name() {
    let tree = Tree::new()
        .kustomization(
            "",
            "resources: [object.yaml]\ntransformers: [function.yaml]\n",
        )
        .with("object.yaml", OBJECT)
        .with("function.yaml", &exec("marked"))
        .script("marked", "echo file > \"$SEEN/ran\"; cat")
        .program("marked", "echo PATH > \"$SEEN/ran\"; cat");
    let Some(build) = tree.kustomize() else {
        return;
    };
    build.flags(&EXEC).run().passed();
    assert_eq!(tree.seen("ran").as_deref(), Some("PATH\n"));
}

#[test]
fn trap_5_a_name_that_is_not_there_fails_the_build() {
    let tree = traced("transformers").with("function.yaml", &exec("no-such-program"));
    let Some(build) = tree.kustomize() else {
        return;
    };
    let stderr = build.flags(&EXEC).run().refused();
    assert!(stderr.contains("\"no-such-program\""), "{stderr}");
}

/// Neither the folder that kustomize was started in nor the one that is built.
#[test]
fn trap_5_a_relative_path_belongs_to_the_kustomization_that_lists_it() {
    let tree = Tree::new()
        .kustomization("", "resources: [base]\n")
        .kustomization(
            "base",
            "resources: [object.yaml]\ntransformers: [function.yaml]\n",
        )
        .with("base/object.yaml", OBJECT)
        .with("base/function.yaml", &exec("./function.sh"))
        .script("function.sh", "echo the root > \"$SEEN/ran\"; cat")
        .script("base/function.sh", "echo the base > \"$SEEN/ran\"; cat");
    let Some(build) = tree.kustomize() else {
        return;
    };
    build.flags(&EXEC).run().passed();
    assert_eq!(tree.seen("ran").as_deref(), Some("the base\n"));
}
