//! krmguard as kustomize calls it: what is wrong stops the build, what can be set is set.

use tests::kustomize::{EXEC, Tree, exec};
use tests::objects;

use crate::{edge, policies, sample, tree};

#[test]
fn a_build_is_edited() {
    let tree = tree(&sample("seed.yaml"), "transformers", &edge(""));
    let Some(build) = tree.kustomize() else {
        return;
    };
    let built = build.flags(&EXEC).run().passed();
    objects::assert_same(&objects::set(&built), &objects::set(&sample("right.yaml")));
}

#[test]
fn a_violation_stops_the_build_and_the_first_line_says_why() {
    let centre = sample("seed.yaml").replace(
        "  retention: 6h\n",
        "  retention: 6h\n  thanos: {enabled: false}\n",
    );
    let tree = tree(
        &centre,
        "transformers",
        &policies("cluster-01-central", "central", ""),
    );
    let Some(build) = tree.kustomize() else {
        return;
    };
    let stderr = build.flags(&EXEC).run().refused();
    let first = stderr.lines().next().unwrap_or_default();
    assert!(
        first.contains("TV04"),
        "the first line does not name the rule:\n{stderr}"
    );
    assert!(
        stderr.contains("edge-prometheus"),
        "the object is not named:\n{stderr}"
    );
}

#[test]
fn a_policy_set_that_cannot_be_judged_by_stops_the_build() {
    let tree = tree(
        &sample("right.yaml"),
        "transformers",
        &edge("").replace("role: edge", "role: egde"),
    );
    let Some(build) = tree.kustomize() else {
        return;
    };
    let stderr = build.flags(&EXEC).run().refused();
    let first = stderr.lines().next().unwrap_or_default();
    assert!(
        first.contains("egde") && stderr.contains("edge"),
        "{stderr}"
    );
}

#[test]
fn a_silent_validator_passes_what_is_right() {
    let right = sample("right.yaml");
    let tree = tree(&right, "validators", &edge("  emit: none\n"));
    let Some(build) = tree.kustomize() else {
        return;
    };
    objects::assert_same(
        &objects::set(&build.flags(&EXEC).run().passed()),
        &objects::set(&right),
    );
}

#[test]
fn a_validator_stops_what_is_wrong() {
    let tree = tree(&sample("seed.yaml"), "validators", &edge("  emit: none\n"));
    let Some(build) = tree.kustomize() else {
        return;
    };
    let stderr = build.flags(&EXEC).run().refused();
    assert!(stderr.contains("AG01"), "{stderr}");
}

/// Dropping kustomize's internal annotations would lose the hash, or leave the reference dangling.
#[test]
fn hashed_names_and_references_to_them_survive() {
    let deployment = "apiVersion: apps/v1
kind: Deployment
metadata: {name: reader, namespace: monitoring}
spec:
  selector: {matchLabels: {app: reader}}
  template:
    metadata: {labels: {app: reader}}
    spec:
      containers: [{name: reader, image: registry.k8s.io/pause:3.10}]
      volumes: [{name: site, configMap: {name: site}}]
";
    let objects = format!("{}---\n{deployment}", sample("seed.yaml"));
    let tree = Tree::new()
        .kustomization(
            "",
            "resources: [objects.yaml]
transformers: [policies.yaml]
configMapGenerator:
- name: site
  namespace: monitoring
  literals: [rack=b-02]
",
        )
        .with("objects.yaml", &objects)
        .with("policies.yaml", &edge(""));
    let Some(build) = tree.kustomize() else {
        return;
    };
    let built = objects::set(&build.flags(&EXEC).run().passed());
    let hashed: Vec<_> = built
        .keys()
        .filter(|id| id.starts_with("v1 ConfigMap monitoring/site-"))
        .collect();
    assert_eq!(hashed.len(), 1, "{:#?}", built.keys());
    let name = hashed[0].rsplit('/').next();
    let reader = &built["apps/v1 Deployment monitoring/reader"];
    let reference = reader.pointer("/spec/template/spec/volumes/0/configMap/name");
    assert_eq!(reference.and_then(serde_json::Value::as_str), name);
    assert!(
        !build_books_left(&built),
        "kustomize's own annotations are in its output"
    );
}

fn build_books_left(built: &objects::Objects) -> bool {
    built
        .values()
        .any(|object| object.to_string().contains("internal.config.kubernetes.io"))
}

/// The sample with these configurations under lists of its own.
fn listed(lists: &str) -> Tree {
    Tree::new()
        .kustomization("", &format!("resources: [objects.yaml]\n{lists}"))
        .with("objects.yaml", &sample("seed.yaml"))
}

/// Each sees what those before it made; a mended build passes the set that only looks.
#[test]
fn several_policy_sets_in_one_build_follow_one_another() {
    let all = edge("");
    let labels = all.replace(
        "  - plugin: agent-mode\n  - plugin: thanos-version\n  - plugin: s3-secret-refs\n",
        "",
    );
    let rest = all
        .replace("  - plugin: cluster-labels\n", "")
        .replace("name: cluster-02-edge\n", "name: rest\n");
    assert!(labels.len() < all.len() && rest.contains("name: rest"));
    let tree = listed("transformers: [labels.yaml, rest.yaml]\nvalidators: [looks.yaml]\n")
        .with("labels.yaml", &labels)
        .with("rest.yaml", &rest)
        .with("looks.yaml", &edge("  emit: none\n"));
    let Some(build) = tree.kustomize() else {
        return;
    };
    let built = build.flags(&EXEC).run();
    let verdicts = built.stderr.matches("krmguard: pass").count();
    assert_eq!(verdicts, 3, "{}", built.stderr);
    objects::assert_same(
        &objects::set(&built.passed()),
        &objects::set(&sample("right.yaml")),
    );
}

/// Without the set that mends, the one that looks stops the same build.
#[test]
fn a_policy_set_that_only_looks_mends_nothing() {
    let tree = listed("transformers: [labels.yaml]\nvalidators: [looks.yaml]\n")
        .with(
            "labels.yaml",
            &edge("").replace("  - plugin: agent-mode\n", ""),
        )
        .with("looks.yaml", &edge("  emit: none\n"));
    let Some(build) = tree.kustomize() else {
        return;
    };
    let stderr = build.flags(&EXEC).run().refused();
    assert!(stderr.contains("AG01"), "{stderr}");
}

/// A generator's call is none of krmguard's; what it made is judged and kept like the rest.
#[test]
fn a_generator_beside_it_is_left_alone() {
    let made = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: made, namespace: monitoring}\n";
    let tree = listed("generators: [function.yaml]\ntransformers: [policies.yaml]\n")
        .with("function.yaml", &exec("./function.sh"))
        .with("policies.yaml", &edge(""))
        .with("made.yaml", made)
        .script(
            "function.sh",
            "cat > \"$SEEN/input\"
printf 'apiVersion: config.kubernetes.io/v1\\nkind: ResourceList\\nitems:\\n- '
sed '1!s/^/  /' made.yaml",
        );
    let Some(build) = tree.kustomize() else {
        return;
    };
    let built = objects::set(&build.flags(&EXEC).run().passed());
    let expected = format!("{}---\n{made}", sample("right.yaml"));
    objects::assert_same(&built, &objects::set(&expected));
    let input = objects::documents(&tree.seen("input").unwrap_or_default());
    let given = objects::items(&input[0]);
    assert_eq!(Vec::from_iter(given.keys()), ["example.com/v1 Fn /fn"]);
}

/// A generator is given its own configuration and nothing else: a gate listed there is green whatever is built.
#[test]
fn a_policy_set_under_generators_sees_only_itself() {
    let seed = sample("seed.yaml");
    let tree = tree(&seed, "generators", &edge(""));
    let Some(build) = tree.kustomize() else {
        return;
    };
    let built = build.flags(&EXEC).run();
    assert!(
        built.stderr.contains("1 object read, 0 judged"),
        "{}",
        built.stderr
    );
    objects::assert_same(&objects::set(&built.passed()), &objects::set(&seed));
}
