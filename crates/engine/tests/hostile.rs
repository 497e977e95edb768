//! No guest makes the host panic, hang or grow without bound; each is stopped with its own words.
#![allow(clippy::unwrap_used)]

mod guest;

use std::time::{Duration, Instant};

use guest::{ANSWER, Finding, Guest, request, tight, word};
use krmguard_engine::{Limit, Limits, PluginError};

const FOREVER: &str = "(loop $again (br $again)) (unreachable)";

/// What `evaluate` of the guest ends in.
fn end(guest: &Guest, limits: Limits) -> PluginError {
    guest
        .load(limits)
        .unwrap()
        .evaluate(&request())
        .unwrap_err()
}

fn why(guest: &Guest, limits: Limits) -> Limit {
    match end(guest, limits) {
        PluginError::Stopped { name, why } if name == "hostile" => why,
        other => panic!("{other}"),
    }
}

fn bad(guest: &Guest) -> String {
    match end(guest, tight()) {
        PluginError::BadAnswer { name, reason } if name == "hostile" => reason,
        other => panic!("{other}"),
    }
}

#[test]
fn a_harmless_guest_is_heard() {
    let plugin = Guest::answering(Finding::default().answer())
        .load(tight())
        .unwrap();
    assert_eq!(plugin.profile().rules.len(), 2);
    let outcome = plugin.evaluate(&request()).unwrap();
    assert_eq!(
        (outcome.findings.len(), outcome.findings[0].message.as_str()),
        (1, "{")
    );
    assert_eq!(plugin.validate_config("{}").unwrap(), []);
    assert!(!plugin.has_fleet());
}

#[test]
fn an_endless_loop_uses_up_its_fuel() {
    let limits = Limits {
        fuel_per_byte: 1000,
        ..tight()
    };
    let stopped = end(&Guest::evaluating(FOREVER), limits);
    // The unit's name and config and the object's content: 4 + 2 + 14 bytes.
    let granted = 50_000_000 + 20 * 1000;
    assert!(
        matches!(&stopped, PluginError::Stopped { why: Limit::Fuel { granted: fuel, input: 20 }, .. } if *fuel == granted)
    );
    assert_eq!(
        stopped.to_string(),
        "policy `hostile` stopped: it used up its fuel limit of 50020000 instructions, granted for 20 bytes of input"
    );
}

#[test]
fn fuel_runs_out_at_the_same_instruction_every_time() {
    let counted = r"(local $i i32)
        (loop $again
          (local.set $i (i32.add (local.get $i) (i32.const 1)))
          (br_if $again (i32.lt_u (local.get $i) (i32.const 1000))))
        (i32.const 0x8000)";
    let enough = |fuel_base| {
        let limits = Limits {
            fuel_base,
            ..tight()
        };
        let plugin = Guest::evaluating(counted).load(Limits {
            fuel_base,
            ..limits
        });
        plugin
            .and_then(|plugin| plugin.evaluate(&request()))
            .is_ok()
    };
    let (mut low, mut high) = (0, 1_000_000);
    while low + 1 < high {
        let middle = (low + high) / 2;
        if enough(middle) {
            high = middle
        } else {
            low = middle
        }
    }
    assert!((1000..100_000).contains(&high), "{high}");
    for _ in 0..20 {
        assert!(enough(high) && !enough(low));
    }
}

#[test]
fn the_clock_stops_what_fuel_does_not() {
    let limits = Limits {
        fuel_base: u64::MAX,
        wall: Duration::from_millis(200),
        ..tight()
    };
    let guest = Guest::evaluating(FOREVER).load(limits).unwrap();
    for _ in 0..2 {
        let start = Instant::now();
        let stopped = guest.evaluate(&request()).unwrap_err().to_string();
        assert_eq!(
            stopped,
            "policy `hostile` stopped: it ran longer than its time limit of 200ms"
        );
        assert!(start.elapsed() >= Duration::from_millis(200));
    }
}

#[test]
fn a_policy_that_grows_meets_its_memory_limit() {
    let hog = "(loop $again (drop (memory.grow (i32.const 16))) (br $again)) (unreachable)";
    assert_eq!(
        why(&Guest::evaluating(hog), tight()),
        Limit::Memory(16 << 20)
    );
    assert_eq!(
        end(&Guest::evaluating(hog), tight()).to_string(),
        "policy `hostile` stopped: it asked for more memory than its limit of 16 MiB"
    );
}

#[test]
fn memory_asked_for_at_the_start_counts_too() {
    // Two pages are the guest's own.
    let limits = Limits {
        memory_bytes: 1 << 16,
        ..tight()
    };
    let Err(PluginError::Stopped { why, .. }) = Guest::default().load(limits) else {
        panic!()
    };
    assert_eq!(why, Limit::Memory(1 << 16));
}

#[test]
fn a_request_too_large_for_the_policy_meets_the_memory_limit() {
    let mut large = request();
    large.objects[0].content = " ".repeat(20 << 20);
    let limits = Limits {
        fuel_base: 1 << 40,
        ..tight()
    };
    let stopped = Guest::default()
        .load(limits)
        .unwrap()
        .evaluate(&large)
        .unwrap_err();
    assert!(
        matches!(
            stopped,
            PluginError::Stopped {
                why: Limit::Memory(_),
                ..
            }
        ),
        "{stopped}"
    );
}

#[test]
fn a_crash_is_the_authors() {
    let panic = end(&Guest::evaluating("(unreachable)"), tight()).to_string();
    assert_eq!(
        panic,
        "policy `hostile` stopped: it crashed: it panicked or aborted (wasm `unreachable`)"
    );
    let beyond = Guest::evaluating("(i32.load (i32.const -4))");
    assert_eq!(
        why(&beyond, tight()),
        Limit::Trap("wasm trap: out of bounds memory access".to_owned())
    );
    let zero = Guest::evaluating("(i32.div_u (i32.const 1) (i32.const 0))");
    assert_eq!(
        why(&zero, tight()),
        Limit::Trap("wasm trap: integer divide by zero".to_owned())
    );
}

#[test]
fn endless_recursion_does_not_touch_the_hosts_stack() {
    let guest = Guest {
        evaluate: "(call $deep (i32.const 1))".to_owned(),
        fields: "(func $deep (param i32) (result i32)
            (i32.add (call $deep (local.get 0)) (i32.const 1)))"
            .to_owned(),
        ..Guest::default()
    };
    let limits = Limits {
        fuel_base: u64::MAX,
        ..tight()
    };
    let Limit::Trap(how) = why(&guest, limits) else {
        panic!()
    };
    assert_eq!(how, "its calls are nested too deeply (512 KiB of stack)");
}

#[test]
fn a_crash_at_the_start_is_a_crash() {
    let fields = "(func $start (unreachable)) (start $start)".to_owned();
    let Err(stopped) = Guest {
        fields,
        ..Guest::default()
    }
    .load(tight()) else {
        panic!()
    };
    assert!(
        matches!(
            stopped,
            PluginError::Stopped {
                why: Limit::Trap(_),
                ..
            }
        ),
        "{stopped}"
    );
}

#[test]
fn a_call_does_not_see_what_another_left() {
    // Crashes if it was called before.
    let once = r"(if (global.get $called) (then (unreachable)))
        (global.set $called (i32.const 1)) (i32.const 0x8000)";
    let fields = "(global $called (mut i32) (i32.const 0))".to_owned();
    let plugin = Guest {
        fields,
        ..Guest::evaluating(once)
    }
    .load(tight())
    .unwrap();
    for _ in 0..3 {
        plugin.evaluate(&request()).unwrap();
    }
}

#[test]
fn an_answer_larger_than_its_limit_is_not_copied() {
    // Lines of the log that all name the same 48 KiB: 48 MiB in 8 KiB of guest memory.
    const LINES: u32 = 1024;
    let log = ANSWER + 64;
    let mut answer = vec![0; 28];
    answer.extend([word(log), word(LINES)].concat());
    answer.resize(64, 0);
    for _ in 0..LINES {
        answer.extend([word(0x14000), word(0xc000)].concat());
    }
    assert_eq!(
        bad(&Guest::answering(answer)),
        "it is larger than 1048576 bytes"
    );
}

#[test]
fn an_answer_outside_of_memory_is_none() {
    let beyond = |message| {
        bad(&Guest::answering(
            Finding {
                message,
                ..Finding::default()
            }
            .answer(),
        ))
    };
    assert!(beyond((u32::MAX - 3, 8)).contains("out of bounds"));
    assert!(beyond((0, 1 << 18)).contains("out of bounds"));
    let unaligned = Guest::evaluating("(i32.const 0x8001)");
    assert!(
        bad(&unaligned).contains("not aligned"),
        "{}",
        bad(&unaligned)
    );
    let far = Guest::evaluating("(i32.const -64)");
    assert!(bad(&far).contains("out of bounds"), "{}", bad(&far));
}

#[test]
fn an_answer_that_is_no_text_is_none() {
    let guest = Guest {
        fields: r#"(data (i32.const 0x200) "\ff\fe")"#.to_owned(),
        ..Guest::answering(
            Finding {
                message: (0x200, 2),
                ..Finding::default()
            }
            .answer(),
        )
    };
    assert!(bad(&guest).contains("utf-8"), "{}", bad(&guest));
}

#[test]
fn an_answer_names_what_exists() {
    let reason = |finding: Finding<'_>| bad(&Guest::answering(finding.answer()));
    assert_eq!(
        reason(Finding {
            rule: "HO99",
            ..Finding::default()
        }),
        "finding 0: its catalogue has no rule `HO99`"
    );
    assert_eq!(
        reason(Finding {
            unit: 8,
            ..Finding::default()
        }),
        "finding 0: unit 8 was not in the request"
    );
    let severity = reason(Finding {
        severity: 9,
        ..Finding::default()
    });
    assert!(severity.contains("discriminant"), "{severity}");
}

#[test]
fn a_failure_is_an_error_and_names_what_exists() {
    // failure: other("…") and invalid-object((9, "…")).
    let failure = |case: u8, first: u32| {
        let mut answer = vec![1, 0, 0, 0, case, 0, 0, 0];
        if case == 1 {
            answer.extend(word(first));
        }
        answer.extend([word(ANSWER + 64), word(4)].concat());
        answer.resize(64, 0);
        answer.extend(b"why?");
        end(&Guest::answering(answer), tight())
    };
    assert_eq!(
        failure(2, 0).to_string(),
        "policy `hostile` did not judge: why?"
    );
    let object = failure(1, 3);
    assert!(
        matches!(object, PluginError::Object { object: 3, .. }),
        "{object}"
    );
    let unknown = failure(1, 9);
    assert!(
        matches!(unknown, PluginError::BadAnswer { .. }),
        "{unknown}"
    );
}

#[test]
fn config_problems_come_back_in_order() {
    let problem = ANSWER + 16;
    let text = problem + 16;
    let mut answer = [vec![1, 0, 0, 0], word(problem), word(1), word(0)].concat();
    answer.extend([word(text), word(2), word(text + 2), word(3)].concat());
    answer.extend(b"/abad");
    let plugin = Guest::answering(answer).load(tight()).unwrap();
    let problems = plugin.validate_config("{}").unwrap();
    assert_eq!(
        (problems[0].pointer.as_str(), problems[0].message.as_str()),
        ("/a", "bad")
    );
}

#[test]
fn a_description_that_is_none_is_refused() {
    let Err(refused) = Guest {
        describe: "{}".to_owned(),
        ..Guest::default()
    }
    .load(tight()) else {
        panic!()
    };
    assert!(
        refused
            .to_string()
            .contains("description cannot be read: missing field"),
        "{refused}"
    );
}
