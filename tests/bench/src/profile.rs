//! Where the work of a run goes: instructions of `krmguard fn` on the edge's list, by what they are for. They do not
//! vary with the machine as times do.

use std::fmt::Write;
use std::fs::{self, File};
use std::io;
use std::process::{Command, Stdio};

use ::tests::tools;

use crate::callgrind::{Counts, Function};
use crate::inputs;
use crate::lane::WARM;
use crate::lists;
use crate::place::Place;
use crate::statistics::count;

/// What instructions are for, in the order of the table.
const PURPOSES: [&str; 8] = [
    "start and end of the process",
    "read: take in the bytes, check the characters",
    "scan: find the objects, and those that no policy selects",
    "parse: trees of the selected objects",
    "ask: select, load compiled policies, encode, settle the answers",
    "guest: the policies themselves",
    "splice: edits as text",
    "write: results, reports, the output",
];
const PROCESS: usize = 0;
const READ: usize = 1;
const SCAN: usize = 2;
const PARSE: usize = 3;
const ASK: usize = 4;
const GUEST: usize = 5;
const SPLICE: usize = 6;
const WRITE: usize = 7;

/// Beginnings of paths in the program; the first that fits decides.
const PATHS: [(&str, usize); 21] = [
    ("krm::scan::", SCAN),
    ("krm::read::", READ),
    ("krm::text::", READ),
    ("krmguard::source::", READ),
    ("krm::tree::", PARSE),
    ("krm::input::", PARSE),
    ("krmguard_yaml::emit::", SPLICE),
    ("krmguard_yaml::", PARSE),
    ("granit_parser::", PARSE),
    ("krm::splice::", SPLICE),
    ("krm::write::", SPLICE),
    ("krmguard::edits::", SPLICE),
    ("krmguard::render::", WRITE),
    ("krmguard::stdio::", WRITE),
    ("krmguard::outlet::", WRITE),
    ("krmguard::main", PROCESS),
    ("krmguard::args::", PROCESS),
    ("krmguard", ASK),
    ("krm::", ASK),
    ("wasmtime", ASK),
    ("cranelift", ASK),
];

/// What it is chosen by.
pub(crate) const NAME: &str = "instructions";

type Shares = [f64; PURPOSES.len()];

/// `None` without valgrind or the fixtures, and said so.
pub(crate) fn of_the_edge_list(place: &Place) -> io::Result<Option<String>> {
    let (Some(valgrind), Some(list)) = (tools::find("valgrind"), inputs::edge_list()) else {
        return Ok(None);
    };
    // Under valgrind, compiling the policies would take minutes.
    lists::warm(place).stdin(&list).run(place)?;
    let counted = place.scratch("callgrind");
    let mut file = std::ffi::OsString::from("--callgrind-out-file=");
    file.push(&counted);
    let run = Command::new(valgrind)
        .args(["--tool=callgrind", "--quiet"])
        .arg(file)
        .arg(&place.symbols)
        .arg("fn")
        .env("KRMGUARD_CACHE_DIR", place.scratch(WARM))
        .stdin(File::open(list)?)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .output()?;
    if !run.status.success() {
        return Err(io::Error::other(format!(
            "valgrind ended with {}: {}",
            run.status,
            String::from_utf8_lossy(&run.stderr).trim_end()
        )));
    }
    let text = fs::read_to_string(counted)?;
    let counts = Counts::read(&text)
        .ok_or_else(|| io::Error::other("valgrind wrote a profile of another format"))?;
    Ok(Some(table(&counts)))
}

fn table(counts: &Counts) -> String {
    let total = counts.total();
    let mut text = format!(
        "\n### Where the work goes: `krmguard fn` on the edge's list, {} instructions\n\n| | instructions | share |\n| --- | --: | --: |\n",
        count(total)
    );
    for (purpose, instructions) in PURPOSES.iter().zip(by_purpose(counts)) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a positive number below 2^53"
        )]
        let whole = instructions.round() as u64;
        // Writing to a String cannot fail.
        let _ = writeln!(
            text,
            "| {purpose} | {} | {:.1} % |",
            count(whole),
            instructions * 100.0 / float(total)
        );
    }
    text.push_str(
        "\nCounted by callgrind; the policies were compiled before. What libraries execute (memory, text, JSON) counts for those who call \
         them; what the kernel executes (reading, writing, memory) is not counted: the list's own table has it as CPU time.\n",
    );
    text
}

/// Instructions by purpose. A function without a purpose of its own works for those who call it, in proportion to what
/// their calls cost.
fn by_purpose(counts: &Counts) -> Shares {
    let own: Vec<Option<usize>> = counts.functions.iter().map(purpose).collect();
    let shares = shares(counts, &own);
    let mut sums = Shares::default();
    for (function, shares) in counts.functions.iter().zip(shares) {
        for (sum, share) in sums.iter_mut().zip(shares) {
            *sum += share * float(function.instructions);
        }
    }
    sums
}

/// For each function how much of it works for each purpose; the shares of one add up to 1.
fn shares(counts: &Counts, own: &[Option<usize>]) -> Vec<Shares> {
    let only = |purpose: usize| {
        let mut shares = Shares::default();
        shares[purpose] = 1.0;
        shares
    };
    let mut now: Vec<Shares> = own
        .iter()
        .map(|purpose| purpose.map_or_else(Shares::default, only))
        .collect();
    // Each step carries purposes one call further down; library code calls itself this deep at most.
    for _ in 0..64 {
        let mut next = vec![Shares::default(); now.len()];
        for call in &counts.calls {
            let weight = float(call.instructions);
            for (sum, share) in next[call.callee].iter_mut().zip(now[call.caller]) {
                *sum += weight * share;
            }
        }
        for (shares, purpose) in next.iter_mut().zip(own) {
            let sum: f64 = shares.iter().sum();
            match purpose {
                Some(purpose) => *shares = only(*purpose),
                None if sum > 0.0 => shares.iter_mut().for_each(|share| *share /= sum),
                None => {}
            }
        }
        now = next;
    }
    for shares in &mut now {
        if shares.iter().sum::<f64>() == 0.0 {
            // What nobody of the program's calls: the loader, and the end of threads.
            *shares = only(PROCESS);
        }
    }
    now
}

/// `None` for what serves whoever calls it.
fn purpose(function: &Function) -> Option<usize> {
    if function.object.is_empty() {
        // Code without a file is what was compiled from WebAssembly.
        return Some(GUEST);
    }
    // `<krm::scan::Lines as Iterator>::next` and `<&mut krm::…` are the type's.
    let path = function.name.trim_start_matches(['<', '&']);
    let path = path.strip_prefix("mut ").unwrap_or(path);
    PATHS
        .iter()
        .find(|(beginning, _)| path.starts_with(beginning))
        .map(|(_, purpose)| *purpose)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "counts of instructions are below 2^53"
)]
fn float(count: u64) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::callgrind::Call;

    fn function(name: &str, object: &str, instructions: u64) -> Function {
        Function {
            name: name.to_owned(),
            object: object.to_owned(),
            instructions,
        }
    }

    #[test]
    fn a_library_works_for_those_who_call_it() {
        let counts = Counts {
            functions: vec![
                function("krm::scan::stream::cut", "krmguard", 10),
                function("<krmguard_yaml::tree::Node as Drop>::drop", "krmguard", 20),
                function("alloc::dealloc", "krmguard", 0),
                function("free", "libc.so.6", 40),
                function("0x1234", "", 5),
                function("_dl_start", "ld-linux-x86-64.so.2", 7),
            ],
            calls: vec![
                Call {
                    caller: 0,
                    callee: 2,
                    instructions: 10,
                },
                Call {
                    caller: 1,
                    callee: 2,
                    instructions: 30,
                },
                Call {
                    caller: 2,
                    callee: 3,
                    instructions: 40,
                },
                // Recursion gives a library no purpose of its own.
                Call {
                    caller: 3,
                    callee: 3,
                    instructions: 1000,
                },
            ],
        };
        let sums = by_purpose(&counts);
        assert!((sums[SCAN] - 20.0).abs() < 1e-6, "{sums:?}");
        assert!((sums[PARSE] - 50.0).abs() < 1e-6, "{sums:?}");
        assert!((sums[GUEST] - 5.0).abs() < 1e-6, "{sums:?}");
        assert!((sums[PROCESS] - 7.0).abs() < 1e-6, "{sums:?}");
    }
}
