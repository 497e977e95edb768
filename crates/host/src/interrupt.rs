//! What a run leaves outside itself, and its end where a signal interrupts it: no child lives on, no folder stays.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus};
use std::sync::{Mutex, MutexGuard, Once, PoisonError, RwLock, RwLockReadGuard};
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::iterator::Signals;
use signal_hook::low_level::emulate_default_handler;

/// What there is now.
static LEFT: Mutex<Left> = Mutex::new(Left {
    groups: Vec::new(),
    folders: Vec::new(),
});

/// Held by all who write into a folder, and for good by what removes them: nothing comes back behind it.
static WRITING: RwLock<()> = RwLock::new(());

struct Left {
    /// Children, each the leader of a process group of its own.
    groups: Vec<Pid>,
    folders: Vec<PathBuf>,
}

fn left() -> MutexGuard<'static, Left> {
    LEFT.lock().unwrap_or_else(PoisonError::into_inner)
}

/// While it is held a run is not ended, so that who writes files need not look behind. Not to be held for long.
pub(crate) fn unbroken() -> RwLockReadGuard<'static, ()> {
    WRITING.read().unwrap_or_else(PoisonError::into_inner)
}

/// Makes a folder that an interrupted run removes.
///
/// # Errors
/// Those of `make`.
pub(crate) fn keep<F: AsRef<Path>>(make: impl FnOnce() -> io::Result<F>) -> io::Result<F> {
    watch();
    let _unbroken = unbroken();
    let folder = make()?;
    left().folders.push(folder.as_ref().to_owned());
    Ok(folder)
}

/// The folder is gone.
pub(crate) fn forget(folder: &Path) {
    left().folders.retain(|kept| kept != folder);
}

/// Starts a command that leads a process group of its own, which an interrupted run ends.
///
/// # Errors
/// It cannot be started.
pub(crate) fn spawn(command: &mut Command) -> io::Result<Child> {
    watch();
    let _unbroken = unbroken();
    let child = command.spawn()?;
    left().groups.push(Pid::from_child(&child));
    Ok(child)
}

/// How the child ended, once it has.
///
/// # Errors
/// Those of [`Child::try_wait`].
pub(crate) fn ended(child: &mut Child) -> io::Result<Option<ExitStatus>> {
    let pid = Pid::from_child(child);
    // Under the lock, because its number may be another's as soon as it is asked for its end.
    let mut left = left();
    let status = child.try_wait()?;
    if status.is_some() {
        left.groups.retain(|kept| *kept != pid);
    }
    Ok(status)
}

/// Ends a child and its own children, which are of its process group.
pub(crate) fn end(child: &mut Child) {
    let pid = Pid::from_child(child);
    // It may have ended meanwhile.
    let _ = kill_process_group(pid, Signal::KILL);
    let _ = child.kill();
    let _ = child.wait();
    left().groups.retain(|kept| *kept != pid);
}

/// From now on a signal that ends the run ends its children and removes its folders first.
fn watch() {
    static WATCHED: Once = Once::new();
    WATCHED.call_once(|| {
        // Without it an interrupted run leaves its folders to the next one.
        if let Ok(mut signals) = Signals::new([SIGINT, SIGTERM]) {
            let clear = move || {
                if let Some(signal) = signals.forever().next() {
                    leave(signal);
                }
            };
            let _ = thread::Builder::new()
                .name("interrupt".to_owned())
                .spawn(clear);
        }
    });
}

/// Clears up, and ends the process as the signal would have: whoever waits for it, such as a shell, is told of the signal.
fn leave(signal: i32) {
    let _nobody_writes = WRITING.write().unwrap_or_else(PoisonError::into_inner);
    let left = left();
    for group in &left.groups {
        // It may have ended meanwhile.
        let _ = kill_process_group(*group, Signal::KILL);
    }
    for folder in &left.folders {
        // A child that is not quite dead may still have written something.
        for _ in 0..50 {
            if fs::remove_dir_all(folder).is_ok() || !folder.exists() {
                break;
            }
            thread::sleep(Duration::from_millis(10));
        }
    }
    let _ = emulate_default_handler(signal);
}
