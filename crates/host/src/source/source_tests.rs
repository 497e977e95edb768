//! Which files become units, and which are passed over.

#![allow(clippy::unwrap_used)]

use super::*;

const OBJECT: &str = "apiVersion: v1\nkind: Service\nmetadata:\n  name: NAME\n";

fn object(name: &str) -> String {
    OBJECT.replace("NAME", name)
}

fn folder(files: &[(&str, &str)]) -> (tempfile::TempDir, Utf8PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let root = Utf8PathBuf::from_path_buf(folder.path().to_owned()).unwrap();
    for (name, text) in files {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    (folder, root)
}

fn gather(paths: Vec<Utf8PathBuf>, as_one: bool) -> Harvest {
    let source = Source::Paths {
        paths,
        ignore: globset::GlobSet::empty(),
        as_one,
    };
    let mut harvest = Harvest::gather(&source, Trees::PassedOver);
    // As the judge takes them up.
    for file in std::mem::take(&mut harvest.waiting) {
        match file.read().and_then(|bytes| file.turn(bytes)) {
            Ok(Turned::Unit(unit)) => harvest.units.push(*unit),
            Ok(Turned::PassedOver(line)) => harvest.passed_over.push(line),
            Err(trouble) => harvest
                .not_judged
                .push(trouble.of_unit(file.path().as_str())),
        }
    }
    if harvest.units.is_empty() && harvest.not_judged.is_empty() {
        harvest.not_judged = std::mem::take(&mut harvest.if_nothing);
    }
    harvest
}

#[test]
fn a_folder_is_one_unit_for_each_manifest() {
    let (_keep, root) = folder(&[
        ("b.yaml", &object("b")),
        ("a/c.yml", &object("c")),
        ("a.yaml", &object("a")),
        ("kustomization.yaml", "resources: [a.yaml]\n"),
        ("values.yaml", "prometheus: {}\n"),
        (".git/x.yaml", "a: [\n"),
        (
            "policies.yaml",
            "apiVersion: krmguard.io/v1alpha1\nkind: PolicySet\nmetadata: {name: p}\n",
        ),
        ("charts/x/Chart.yaml", "apiVersion: v2\nname: x\n"),
        ("charts/x/templates/a.yaml", "{{ if }}\n"),
        ("notes.txt", "no manifest"),
    ]);
    let harvest = gather(vec![root.clone()], false);
    assert!(harvest.not_judged.is_empty(), "{:?}", harvest.not_judged);
    let names: Vec<&str> = harvest
        .units
        .iter()
        .map(|unit| unit.name.strip_prefix(root.as_str()).unwrap())
        .collect();
    assert_eq!(names, ["/a.yaml", "/b.yaml", "/a/c.yml"]);
    assert!(
        harvest
            .units
            .iter()
            .all(|unit| !unit.complete && unit.stage == Stage::Source)
    );
    assert_eq!(harvest.units[0].stem.as_deref(), Some("a"));
    let passed_over = harvest.passed_over.join("\n");
    for word in [
        "a kustomization",
        "values.yaml",
        "policies.yaml",
        "charts/x",
    ] {
        assert!(passed_over.contains(word), "{word} in {passed_over}");
    }
    assert_eq!(harvest.passed_over.len(), 4);
}

#[test]
fn what_is_named_must_be_manifests() {
    let (_keep, root) = folder(&[("values.yaml", "prometheus: {}\n")]);
    let harvest = gather(vec![root.join("values.yaml")], false);
    assert_eq!(harvest.units.len(), 0);
    assert_eq!(harvest.not_judged.len(), 1);
    let harvest = gather(vec![root.join("none.yaml")], false);
    assert!(
        harvest.not_judged[0].message.contains("cannot be read"),
        "{:?}",
        harvest.not_judged
    );
    let harvest = gather(vec![root.clone()], false);
    assert!(
        harvest.not_judged[0]
            .message
            .contains("no Kubernetes manifest"),
        "{:?}",
        harvest.not_judged
    );
}

#[test]
fn one_file_named_twice_is_read_once() {
    let (_keep, root) = folder(&[("a.yaml", &object("a"))]);
    let harvest = gather(vec![root.join("a.yaml"), root.clone()], false);
    assert_eq!(harvest.units.len(), 1);
}

#[test]
fn as_one_is_complete_and_its_ids_are_unique() {
    let (_keep, root) = folder(&[("a.yaml", &object("a")), ("b.yaml", &object("b"))]);
    let harvest = gather(vec![root.clone()], true);
    let [unit] = harvest.units.as_slice() else {
        panic!("{harvest:?}")
    };
    assert!(unit.complete);
    assert_eq!(unit.len(), 2);

    fs::write(root.join("c.yaml"), object("a")).unwrap();
    let harvest = gather(vec![root], true);
    assert!(harvest.units.is_empty());
    let [trouble] = harvest.not_judged.as_slice() else {
        panic!("{harvest:?}")
    };
    assert!(trouble.message.contains("a.yaml"), "{trouble:?}");
    assert!(
        trouble.file.as_deref().unwrap().ends_with("c.yaml"),
        "{trouble:?}"
    );
}
