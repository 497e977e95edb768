//! One command of a table, and what its runs cost.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, Read};
use std::mem;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use wait4::Wait4;

use crate::place::{Place, copy};
use crate::statistics::median;

/// What krmguard finds in its cache folder (`KRMGUARD_CACHE_DIR`) when it starts.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cache {
    /// What the runs before left there.
    Warm,
    /// Nothing: the policies are compiled, too.
    Empty,
    /// The compiled policies and no result.
    Compiled,
}

impl Cache {
    /// Makes the folder what it is to be; not part of the time.
    fn prepare(self, place: &Place) -> io::Result<PathBuf> {
        let name = match self {
            Self::Warm => return Ok(place.scratch(WARM)),
            Self::Empty => "cache-empty",
            Self::Compiled => "cache-compiled",
        };
        let folder = place.scratch(name);
        if folder.is_dir() {
            fs::remove_dir_all(&folder)?;
        }
        if self == Self::Compiled {
            copy(&place.scratch(SEED), &folder)?;
        }
        Ok(folder)
    }
}

/// The cache folder of `Cache::Warm`.
pub(crate) const WARM: &str = "cache-warm";

/// The cache folder that `Cache::Compiled` begins with: whoever plans such a lane fills it.
pub(crate) const SEED: &str = "cache-seed";

/// One process of a lane.
pub(crate) struct Stage {
    pub(crate) program: PathBuf,
    pub(crate) arguments: Vec<OsString>,
}

impl Stage {
    pub(crate) fn new<A: Into<OsString>>(
        program: impl Into<PathBuf>,
        arguments: impl IntoIterator<Item = A>,
    ) -> Self {
        Self {
            program: program.into(),
            arguments: arguments.into_iter().map(Into::into).collect(),
        }
    }
}

/// A command, or several in a pipe.
pub(crate) struct Lane {
    pub(crate) label: String,
    stages: Vec<Stage>,
    stdin: Option<PathBuf>,
    folder: Option<PathBuf>,
    cache: Cache,
    /// Exit codes that are no failure of the run.
    codes: &'static [i32],
    /// Whether its first run does more than the later ones, and leaves something to them.
    pub(crate) fills_caches: bool,
    pub(crate) runs: Vec<Cost>,
}

/// What one run cost.
#[derive(Clone, Copy, Default)]
pub(crate) struct Cost {
    /// From the start of the first process to the end of the last.
    pub(crate) time: Duration,
    /// On all cores, outside the kernel.
    pub(crate) user: Duration,
    /// On all cores, inside the kernel.
    pub(crate) kernel: Duration,
    /// Resident bytes of the largest process, those that a process started and waited for among them.
    pub(crate) peak: u64,
}

impl Lane {
    pub(crate) fn new(label: impl Into<String>, stage: Stage) -> Self {
        Self {
            label: label.into(),
            stages: vec![stage],
            stdin: None,
            folder: None,
            cache: Cache::Warm,
            codes: &[0],
            fills_caches: true,
            runs: Vec::new(),
        }
    }

    /// Otherwise stdin is `/dev/null`.
    #[must_use]
    pub(crate) fn stdin(mut self, file: &Path) -> Self {
        self.stdin = Some(file.to_owned());
        self
    }

    /// The working directory.
    #[must_use]
    pub(crate) fn within(mut self, folder: &Path) -> Self {
        self.folder = Some(folder.to_owned());
        self
    }

    #[must_use]
    pub(crate) fn cache(mut self, cache: Cache) -> Self {
        self.cache = cache;
        // Otherwise every run finds the same.
        self.fills_caches = cache == Cache::Warm;
        self
    }

    /// For a program that ends with 1 where it found something.
    #[must_use]
    pub(crate) fn may_find(mut self) -> Self {
        self.codes = &[0, 1];
        self
    }

    /// For a program that keeps nothing between runs.
    #[must_use]
    pub(crate) fn keeping_nothing(mut self) -> Self {
        self.fills_caches = false;
        self
    }

    /// What reads the stdout of what is there so far.
    #[must_use]
    pub(crate) fn piped_into(mut self, stage: Stage) -> Self {
        self.stages.push(stage);
        self
    }

    pub(crate) fn median(&self) -> Duration {
        median(&self.times(|cost| cost.time))
    }

    pub(crate) fn times(&self, of: impl Fn(&Cost) -> Duration) -> Vec<Duration> {
        self.runs.iter().map(of).collect()
    }

    pub(crate) fn peak(&self) -> u64 {
        let peaks = self.runs.iter().map(|cost| cost.peak);
        peaks.max().unwrap_or_default()
    }

    /// One run, start to finish. An error where a process ends otherwise than it should, with what it said.
    pub(crate) fn run(&self, place: &Place) -> io::Result<Cost> {
        let cache = self.cache.prepare(place)?;
        let said = place.scratch("stderr");
        let stderr = File::create(&said)?;
        let mut stdin = match &self.stdin {
            Some(file) => Stdio::from(File::open(file)?),
            None => Stdio::null(),
        };
        let mut stdout = None;
        let started = Instant::now();
        let mut children: Vec<Child> = Vec::with_capacity(self.stages.len());
        for stage in &self.stages {
            if let Some(stdout) = stdout.take() {
                stdin = Stdio::from(stdout);
            }
            let mut command = Command::new(&stage.program);
            command
                .args(&stage.arguments)
                .env("PATH", &place.search_path)
                .env("KRMGUARD_CACHE_DIR", &cache)
                .stdin(mem::replace(&mut stdin, Stdio::null()))
                .stdout(Stdio::piped())
                .stderr(stderr.try_clone()?);
            if let Some(folder) = &self.folder {
                command.current_dir(folder);
            }
            let mut child = command.spawn()?;
            stdout = child.stdout.take();
            children.push(child);
        }
        if let Some(mut stdout) = stdout {
            // Through a small buffer: memory held here would count as a child's, which is at first a copy of this program.
            let mut buffer = [0; 64 << 10];
            while stdout.read(&mut buffer)? > 0 {}
        }
        let mut cost = Cost::default();
        let mut failed = None;
        for (child, stage) in children.into_iter().zip(&self.stages) {
            let ended = child.wait4()?;
            cost.user += ended.rusage.utime;
            cost.kernel += ended.rusage.stime;
            cost.peak = cost.peak.max(ended.rusage.maxrss);
            if !self.well_ended(ended.status) {
                failed = failed.or(Some((stage, ended.status)));
            }
        }
        cost.time = started.elapsed();
        match failed {
            None => Ok(cost),
            Some((stage, status)) => Err(io::Error::other(format!(
                "{}: {} ended with {status}: {}",
                self.label,
                stage.program.display(),
                fs::read_to_string(said)?.trim_end()
            ))),
        }
    }

    fn well_ended(&self, status: ExitStatus) -> bool {
        status.code().is_some_and(|code| self.codes.contains(&code))
    }
}
