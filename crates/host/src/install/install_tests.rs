//! Links are made together or not at all, and nothing of anybody else is touched.

#![allow(clippy::unwrap_used)]

use super::*;

fn home() -> (tempfile::TempDir, Utf8PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = Utf8PathBuf::from_path_buf(folder.path().join("plugin")).unwrap();
    (folder, path)
}

#[test]
fn every_kind_has_its_link_and_a_second_time_nothing_is_new() {
    let (_held, home) = home();
    let program = Utf8Path::new("/opt/krmguard");
    let links = install_for(&home, program).unwrap();
    assert_eq!(links.len(), 1 + krmguard_builtin::ALL.len());
    assert_eq!(
        links[0].path,
        home.join("krmguard.io/v1alpha1/policyset/PolicySet")
    );
    for link in &links {
        assert_eq!(link.path.read_link_utf8().unwrap(), program);
    }
    let again = install_for(&home, program).unwrap();
    assert!(again.iter().all(|link| link.before == Before::Same));
}

#[test]
fn a_link_to_an_older_program_is_replaced() {
    let (_held, home) = home();
    install_for(&home, Utf8Path::new("/old/krmguard")).unwrap();
    let links = install_for(&home, Utf8Path::new("/new/krmguard")).unwrap();
    for link in &links {
        assert_eq!(link.path.read_link_utf8().unwrap(), "/new/krmguard");
        assert!(link.to_string().contains("(was /old/krmguard)"), "{link}");
    }
}

#[test]
fn what_is_somebody_elses_stays_and_then_nothing_is_linked() {
    let (_held, home) = home();
    let places: Vec<Utf8PathBuf> = places(&home).collect();
    let last = places.last().unwrap();
    fs::create_dir_all(last.parent().unwrap()).unwrap();
    for foreign in ["a file", "a link"] {
        match foreign {
            "a file" => fs::write(last, "#!/bin/sh\n").unwrap(),
            _ => {
                fs::remove_file(last).unwrap();
                symlink("/bin/cat", last).unwrap();
            }
        }
        let troubles = install_for(&home, Utf8Path::new("/opt/krmguard")).unwrap_err();
        assert_eq!(
            troubles[0].file.as_deref(),
            Some(last.as_str()),
            "{foreign}"
        );
        assert!(!places[0].exists() && fs::symlink_metadata(last).is_ok());
    }
}

#[test]
fn where_one_link_fails_the_others_go_again() {
    let (_held, home) = home();
    let places: Vec<Utf8PathBuf> = places(&home).collect();
    // A file where a folder belongs.
    let folder = places.last().unwrap().parent().unwrap();
    fs::create_dir_all(folder.parent().unwrap()).unwrap();
    fs::write(folder, "").unwrap();
    assert!(install_for(&home, Utf8Path::new("/opt/krmguard")).is_err());
    assert!(fs::symlink_metadata(&places[0]).is_err());
}
