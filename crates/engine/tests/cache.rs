//! Native code is run only from where this user or root alone can have put it; without a cache all works.
#![allow(clippy::unwrap_used, clippy::print_stderr)]

mod guest;

use std::fs::{self, Permissions};
use std::os::unix::fs::{PermissionsExt, symlink};

use camino::{Utf8Path, Utf8PathBuf};
use guest::{Finding, Guest, request, tight};
use krmguard_engine::{Cache, Engine, Known, Limits};

/// The number of findings: 0 for `quiet`, 1 for `loud`.
fn findings(guest: &Guest, cache: &Utf8Path) -> usize {
    let engine = Engine::new(Cache::Dir(cache.to_owned())).unwrap();
    let plugin = engine
        .load("policy", guest.component(), None, tight())
        .unwrap();
    plugin.evaluate(&request()).unwrap().findings.len()
}

fn quiet() -> Guest {
    Guest::default()
}

fn loud() -> Guest {
    Guest::answering(Finding::default().answer())
}

struct Folder {
    _temporary: tempfile::TempDir,
    path: Utf8PathBuf,
}

impl Folder {
    fn new() -> Self {
        let temporary = tempfile::tempdir().unwrap();
        let path = Utf8Path::from_path(temporary.path())
            .unwrap()
            .join("krmguard/code");
        Self {
            _temporary: temporary,
            path,
        }
    }

    fn files(&self) -> Vec<Utf8PathBuf> {
        let entries = self
            .path
            .read_dir_utf8()
            .map(|entries| entries.map(|entry| entry.unwrap()));
        entries.map_or_else(
            |_| Vec::new(),
            |entries| entries.map(|entry| entry.into_path()).collect(),
        )
    }

    /// A cache that holds the code of `loud` under the name of `quiet`: whoever reads it is loud.
    fn exchanged() -> (Self, Utf8PathBuf) {
        let folder = Self::new();
        assert_eq!(findings(&loud(), &folder.path), 1);
        let code = folder.files().pop().unwrap();
        let moved = folder.path.join("moved");
        fs::rename(code, &moved).unwrap();
        assert_eq!(findings(&quiet(), &folder.path), 0);
        let own = folder
            .files()
            .into_iter()
            .find(|path| *path != moved)
            .unwrap();
        fs::rename(moved, &own).unwrap();
        (folder, own)
    }
}

fn mode(path: &Utf8Path) -> u32 {
    path.metadata().unwrap().permissions().mode() & 0o777
}

fn set_mode(path: &Utf8Path, mode: u32) {
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

#[test]
fn the_second_run_takes_what_the_first_one_kept() {
    let (folder, own) = Folder::exchanged();
    assert_eq!((mode(&folder.path), mode(&own)), (0o700, 0o600));
    assert_eq!(folder.files(), [own]);
    assert_eq!(findings(&quiet(), &folder.path), 1);
}

#[test]
fn a_folder_that_others_may_write_to_is_not_used() {
    for open in [0o720, 0o702, 0o777] {
        let (folder, _) = Folder::exchanged();
        set_mode(&folder.path, open);
        assert_eq!(findings(&quiet(), &folder.path), 0);
        assert_eq!(
            findings(&Guest::evaluating("(i32.const 0x8000) (nop)"), &folder.path),
            0
        );
        assert_eq!(folder.files().len(), 1, "nothing is written to it either");
    }
}

#[test]
fn a_file_that_others_may_write_to_is_compiled_anew() {
    let (folder, own) = Folder::exchanged();
    set_mode(&own, 0o622);
    assert_eq!(findings(&quiet(), &folder.path), 0);
    assert_eq!(mode(&own), 0o600, "and replaced");
    assert_eq!(findings(&quiet(), &folder.path), 0);
}

#[test]
fn what_another_user_owns_is_not_used() {
    const NOBODY: Option<u32> = Some(65534);
    let (folder, own) = Folder::exchanged();
    if std::os::unix::fs::chown(&own, NOBODY, None).is_err() {
        eprintln!("skipped: only root can give a file away");
        return;
    }
    assert_eq!(findings(&quiet(), &folder.path), 0);
    let (folder, _) = Folder::exchanged();
    std::os::unix::fs::chown(&folder.path, NOBODY, None).unwrap();
    assert_eq!(findings(&quiet(), &folder.path), 0);
}

#[test]
fn links_are_not_followed() {
    let (folder, own) = Folder::exchanged();
    let elsewhere = Folder::new();
    fs::create_dir_all(&elsewhere.path).unwrap();
    let target = elsewhere.path.join("code");
    fs::rename(&own, &target).unwrap();
    symlink(&target, &own).unwrap();
    assert_eq!(findings(&quiet(), &folder.path), 0);

    let (folder, _) = Folder::exchanged();
    let link = elsewhere.path.join("link");
    symlink(&folder.path, &link).unwrap();
    assert_eq!(findings(&quiet(), &link), 0);
}

#[test]
fn a_damaged_file_is_compiled_anew_and_replaced() {
    let (folder, own) = Folder::exchanged();
    let whole = fs::read(&own).unwrap();
    let damaged: [&[u8]; 5] = [
        b"",
        b"no code",
        &whole[..64],
        &whole[..whole.len() / 2],
        &whole[..whole.len() - 1],
    ];
    for bytes in damaged {
        fs::write(&own, bytes).unwrap();
        assert_eq!(findings(&quiet(), &folder.path), 0, "{} bytes", bytes.len());
        assert!(fs::read(&own).unwrap().len() > 4096, "it is whole again");
    }
}

#[test]
fn code_of_another_build_is_compiled_anew() {
    let (folder, own) = Folder::exchanged();
    // As a wasmtime of other settings would write it.
    let other = wasmtime::Engine::default()
        .precompile_component(&loud().component())
        .unwrap();
    fs::write(&own, other).unwrap();
    assert_eq!(findings(&quiet(), &folder.path), 0);
}

#[test]
fn a_folder_that_cannot_be_made_is_no_error() {
    assert_eq!(findings(&loud(), Utf8Path::new("/dev/null/krmguard")), 1);
    let engine = Engine::new(Cache::Off).unwrap();
    let plugin = engine
        .load("policy", loud().component(), None, tight())
        .unwrap();
    assert_eq!(plugin.evaluate(&request()).unwrap().findings.len(), 1);
}

#[test]
fn a_policy_that_nobody_calls_touches_nothing() {
    let folder = Folder::new();
    let engine = Engine::new(Cache::Dir(folder.path.clone())).unwrap();
    let known = Known {
        sha256: "abc",
        describe: guest::CATALOGUE,
        profile: guest::CATALOGUE,
        fleet: false,
    };
    let plugin = engine
        .load("policy", loud().component(), Some(known), Limits::default())
        .unwrap();
    assert_eq!(
        (plugin.profile().name.as_str(), plugin.sha256()),
        ("hostile", "abc")
    );
    assert!(!folder.path.exists());
}

#[test]
fn the_folder_does_not_grow_without_bound() {
    let folder = Folder::new();
    fs::create_dir_all(&folder.path).unwrap();
    set_mode(&folder.path, 0o700);
    for old in 0..100 {
        fs::write(folder.path.join(format!("old-{old}")), b"").unwrap();
    }
    std::thread::sleep(std::time::Duration::from_millis(20));
    assert_eq!(findings(&loud(), &folder.path), 1);
    let left = folder.files();
    assert_eq!(left.len(), 64);
    assert_eq!(
        left.iter()
            .filter(|path| path.extension() == Some("cwasm"))
            .count(),
        1
    );
}
