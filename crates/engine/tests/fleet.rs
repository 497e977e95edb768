//! A policy that judges fleets, made by hand: what goes to `judge`, and what is let through of its answer.
#![allow(clippy::unwrap_used)]

mod guest;

use guest::{ANSWER, Finding, Guest, encode, tight, unit, world};
use krmguard_engine::{Cache, Engine, Fact, Limit, Place, Plugin, PluginError};

/// Exports `judge`, whose body is this: four i32 in (`$units`, `$n`, `$facts`, `$m`), the address of the answer out.
fn fleet(body: &str, answer: Vec<u8>) -> Plugin {
    let guest = Guest {
        fields: format!(
            r#"(func (export "krmguard:policy/fleet@0.1.0#judge")
                 (param $units i32) (param $n i32) (param $facts i32) (param $m i32) (result i32) {body})"#
        ),
        answer,
        ..Guest::default()
    };
    let (resolve, world) = world("fleet-plugin");
    let component = encode(guest.module(), &resolve, world);
    Engine::new(Cache::Off)
        .unwrap()
        .load("fleet", component, None, tight())
        .unwrap()
}

fn fact(unit: u32, object: Option<u32>) -> Fact {
    Fact {
        unit,
        key: "cluster".to_owned(),
        value: "a".to_owned(),
        at: object.map(|object| Place {
            object,
            pointer: "/spec".to_owned(),
            range: None,
        }),
    }
}

fn bad(answer: Vec<u8>) -> String {
    let plugin = fleet(&format!("(i32.const {ANSWER})"), answer);
    match plugin.judge(&[unit(7), unit(8)], &[fact(7, Some(3))]) {
        Err(PluginError::BadAnswer { name, reason }) if name == "fleet" => reason,
        other => panic!("{other:?}"),
    }
}

#[test]
fn units_and_facts_arrive_and_findings_come_back() {
    // It says something only of two units and three facts.
    let counting = format!(
        "(if (result i32)
           (i32.and (i32.eq (local.get $n) (i32.const 2)) (i32.eq (local.get $m) (i32.const 3)))
           (then (i32.const {ANSWER}))
           (else (i32.const 0x7000)))"
    );
    let plugin = fleet(&counting, Finding::default().answer());
    assert!(plugin.has_fleet());
    let facts = [fact(7, None), fact(8, Some(3)), fact(8, None)];
    let outcome = plugin.judge(&[unit(7), unit(8)], &facts).unwrap();
    let [found] = outcome.findings.as_slice() else {
        panic!("{outcome:?}")
    };
    assert_eq!((found.rule.as_str(), found.unit), ("HO01", 7));
    let less = plugin.judge(&[unit(7)], &facts[..1]).unwrap();
    assert!(less.findings.is_empty());
}

#[test]
fn what_is_said_of_a_unit_nobody_asked_about_is_no_answer() {
    let stranger = Finding {
        unit: 9,
        ..Finding::default()
    };
    let reason = bad(stranger.answer());
    assert!(reason.contains("unit 9 was not in the request"), "{reason}");
}

#[test]
fn a_fleet_rule_is_bounded_as_any_other() {
    let plugin = fleet("(loop $again (br $again)) (unreachable)", vec![0; 64]);
    match plugin.judge(&[unit(7)], &[fact(7, None)]) {
        Err(PluginError::Stopped {
            why: Limit::Fuel { .. },
            ..
        }) => {}
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_policy_without_fleet_rules_is_refused_as_one() {
    let plugin = Guest::default().load(tight()).unwrap();
    assert!(!plugin.has_fleet());
    match plugin.judge(&[unit(7)], &[]) {
        Err(PluginError::NotAPolicy { reason, .. }) => {
            assert!(reason.contains("judge"), "{reason}")
        }
        other => panic!("{other:?}"),
    }
}
