//! What a function says and what kustomize makes of it: results, an empty output, validators.

use tests::kustomize::{EXEC, Tree, exec};
use tests::objects;

use crate::{edge, sample, tree};

const OBJECT: &str = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: one}\ndata: {a: \"1\"}\n";

/// One object, and `./function.sh` under `list`.
fn function(list: &str, body: &str) -> Tree {
    Tree::new()
        .kustomization(
            "",
            &format!("resources: [object.yaml]\n{list}: [function.yaml]\n"),
        )
        .with("object.yaml", OBJECT)
        .with("function.yaml", &exec("./function.sh"))
        .script("function.sh", body)
}

#[test]
fn trap_1_an_error_among_the_results_fails_nothing_and_nobody_sees_it() {
    let tree = function(
        "transformers",
        "cat; echo 'results: [{message: all is lost, severity: error}]'",
    );
    let Some(build) = tree.kustomize() else {
        return;
    };
    let built = build.flags(&EXEC).run();
    assert!(!built.stderr.contains("all is lost"), "{}", built.stderr);
    let stdout = built.passed();
    objects::assert_same(&objects::set(&stdout), &objects::set(OBJECT));
}

#[test]
fn trap_1_a_failing_function_is_not_named_and_its_output_is_dropped() {
    let tree = function("transformers", "cat; echo prose >&2; exit 1");
    let Some(build) = tree.kustomize() else {
        return;
    };
    let stderr = build.flags(&EXEC).run().refused();
    assert_eq!(
        stderr.trim_end(),
        "prose\nError: couldn't execute function: exit status 1"
    );
}

#[test]
fn trap_1_what_krmguard_says_reaches_the_terminal_on_success_too() {
    let tree = tree(&sample("right.yaml"), "transformers", &edge(""));
    let Some(build) = tree.kustomize() else {
        return;
    };
    let built = build.flags(&EXEC).run();
    assert!(
        built.stderr.starts_with("krmguard: pass"),
        "{}",
        built.stderr
    );
    built.passed();
}

#[test]
fn trap_2_a_silent_transformer_deletes_every_resource() {
    let tree = function("transformers", "cat > /dev/null");
    let Some(build) = tree.kustomize() else {
        return;
    };
    let built = build.flags(&EXEC).run();
    assert_eq!(built.stderr, "");
    assert_eq!(built.passed(), "");
}

/// Why `emit: none` belongs to `validators:` alone, and why `check` and `doctor` look for it elsewhere.
#[test]
fn trap_2_a_silent_policy_set_under_transformers_deletes_them_too() {
    let tree = tree(
        &sample("right.yaml"),
        "transformers",
        &edge("  emit: none\n"),
    );
    let Some(build) = tree.kustomize() else {
        return;
    };
    assert_eq!(build.flags(&EXEC).run().passed(), "");
}

/// Nothing it selects, nothing it edits: the output still holds all that came in.
#[test]
fn trap_2_krmguard_never_answers_with_less_than_it_was_given() {
    let tree = tree(OBJECT, "transformers", &edge(""));
    let Some(build) = tree.kustomize() else {
        return;
    };
    let stdout = build.flags(&EXEC).run().passed();
    objects::assert_same(&objects::set(&stdout), &objects::set(OBJECT));
}

#[test]
fn trap_3_a_validator_that_echoes_its_input_fails() {
    let tree = function("validators", "cat");
    let Some(build) = tree.kustomize() else {
        return;
    };
    let stderr = build.flags(&EXEC).run().refused();
    assert!(
        stderr.starts_with("Error: validator shouldn't modify the resource map: nodes unequal:"),
        "{stderr}"
    );
}

#[test]
fn trap_3_a_validator_that_prints_nothing_or_no_items_passes() {
    let empty = "apiVersion: config.kubernetes.io/v1\\nkind: ResourceList\\nitems: []\\n";
    for answer in [String::new(), format!("; printf '{empty}'")] {
        let tree = function("validators", &format!("cat > /dev/null{answer}"));
        let Some(build) = tree.kustomize() else {
            return;
        };
        let stdout = build.flags(&EXEC).run().passed();
        objects::assert_same(&objects::set(&stdout), &objects::set(OBJECT));
    }
}

/// kustomize cannot say where a function is listed, so the PolicySet must: without `emit: none` it echoes.
#[test]
fn trap_3_a_policy_set_under_validators_must_say_that_it_is_silent() {
    let right = sample("right.yaml");
    let speaking = tree(&right, "validators", &edge(""));
    let Some(build) = speaking.kustomize() else {
        return;
    };
    let stderr = build.flags(&EXEC).run().refused();
    assert!(
        stderr.contains("validator shouldn't modify the resource map"),
        "{stderr}"
    );
    let silent = tree(&right, "validators", &edge("  emit: none\n"));
    let Some(build) = silent.kustomize() else {
        return;
    };
    let stdout = build.flags(&EXEC).run().passed();
    objects::assert_same(&objects::set(&stdout), &objects::set(&right));
}
