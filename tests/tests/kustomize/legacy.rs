//! The legacy exec plugin: the way in for users of kubectl, whose kustomize has no `--enable-exec`.
//! A small script stands for the function; what is shown is what kustomize and kubectl do with it.

use serde_json::Value;
use tests::kustomize::{Build, Built, Tree};
use tests::objects;

const OBJECTS: &str = "apiVersion: v1
kind: ConfigMap
metadata: {name: one}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: two}
";
const CONFIG: &str =
    "apiVersion: example.com/v1\nkind: Gate\nmetadata: {name: gate}\nspec: {strict: true}\n";
const ALPHA: [&str; 1] = ["--enable-alpha-plugins"];

/// Two objects, and a transformer that is neither container nor exec function by annotation.
fn tree(body: &str) -> Tree {
    Tree::new()
        .kustomization("", "resources: [objects.yaml]\ntransformers: [gate.yaml]\n")
        .with("objects.yaml", OBJECTS)
        .with("gate.yaml", CONFIG)
        .plugin("Gate", body)
}

/// Runs the build with kustomize and with kubectl, each in a tree of its own.
fn both(make: impl Fn() -> Tree, check: impl Fn(&Tree, Built)) {
    let programs: [fn(&Tree) -> Option<Build<'_>>; 2] = [Tree::kustomize, Tree::kubectl];
    for program in programs {
        let tree = make();
        if let Some(build) = program(&tree) {
            let built = build.flags(&ALPHA).run();
            check(&tree, built);
        }
    }
}

/// `<kind lowercased>/<Kind>` under `<group>/<version>`, called with the path of its config.
#[test]
fn trap_10_it_is_called_under_its_kind_with_one_temporary_config() {
    both(
        || {
            tree(
                "echo \"$#\" > \"$SEEN/count\"; echo \"$0\" > \"$SEEN/name\"; echo \"$1\" > \"$SEEN/path\"
cp \"$1\" \"$SEEN/config\"; cat",
            )
        },
        |tree, built| {
            objects::assert_same(&objects::set(&built.passed()), &objects::set(OBJECTS));
            assert_eq!(tree.seen("count").as_deref(), Some("1\n"));
            let name = tree.seen("name").unwrap_or_default();
            assert!(name.ends_with("/example.com/v1/gate/Gate\n"), "{name}");
            let path = tree.seen("path").unwrap_or_default();
            assert!(path.contains("/kust-plugin-config-"), "{path}");
            let config = tree.seen("config").unwrap_or_default();
            assert_eq!(objects::documents(&config), objects::documents(CONFIG));
            assert_eq!(tree.left_behind(), Vec::<String>::new());
        },
    );
}

/// No ResourceList: nothing says where the objects end but the separators, and no functionConfig is among them.
#[test]
fn trap_10_its_input_is_a_bare_stream_of_documents() {
    both(
        || tree("tee \"$SEEN/input\""),
        |tree, built| {
            built.passed();
            let input = tree.seen("input").unwrap_or_default();
            let kinds: Vec<Value> = objects::documents(&input)
                .iter()
                .map(|object| object["kind"].clone())
                .collect();
            assert_eq!(kinds, ["ConfigMap", "ConfigMap"]);
            assert!(!input.contains("ResourceList"), "{input}");
        },
    );
}

#[test]
fn trap_10_what_it_changes_is_built() {
    both(
        || tree("awk '1; /^metadata:$/ {print \"  labels: {seen: there}\"}'"),
        |_, built| {
            let built = objects::set(&built.passed());
            assert_eq!(built.len(), 2);
            for object in built.values() {
                assert_eq!(object["metadata"]["labels"]["seen"], "there");
            }
        },
    );
}

#[test]
fn trap_10_what_it_says_is_shown_only_where_it_fails() {
    both(
        || tree("echo prose >&2; cat"),
        |_, built| {
            assert_eq!(built.stderr, "");
            built.passed();
        },
    );
    both(
        || tree("echo prose >&2; cat; exit 1"),
        |_, built| {
            let stderr = built.refused();
            assert!(stderr.contains("prose"), "{stderr}");
            assert!(
                stderr.contains("failure in plugin configured via"),
                "{stderr}"
            );
        },
    );
}

/// The PolicySet then lies in the folder for temporary files for good: nothing secret belongs into one.
#[test]
fn trap_10_its_config_is_left_behind_where_it_fails() {
    both(
        || tree("exit 1"),
        |tree, built| {
            built.refused();
            let left = tree.left_behind();
            assert_eq!(left.len(), 1, "{left:?}");
            assert!(left[0].starts_with("kust-plugin-config-"), "{left:?}");
        },
    );
}

#[test]
fn trap_10_a_generator_is_given_nothing() {
    both(
        || {
            Tree::new()
                .kustomization("", "resources: [objects.yaml]\ngenerators: [gate.yaml]\n")
                .with("objects.yaml", OBJECTS)
                .with("gate.yaml", CONFIG)
                .plugin(
                    "Gate",
                    "cat > \"$SEEN/input\"; printf 'apiVersion: v1\\nkind: ConfigMap\\nmetadata: {name: made}\\n'",
                )
        },
        |tree, built| {
            let built = objects::set(&built.passed());
            assert!(built.contains_key("v1 ConfigMap /made"), "{built:#?}");
            assert_eq!(tree.seen("input").as_deref(), Some(""));
        },
    );
}

/// Without the flag it is an error, not silence: the one form that cannot be forgotten.
#[test]
fn trap_10_without_its_flag_the_build_fails() {
    let tree = tree("cat");
    for build in [tree.kustomize(), tree.kubectl()].into_iter().flatten() {
        let stderr = build.run().refused();
        assert!(stderr.contains("external plugins disabled"), "{stderr}");
    }
}
