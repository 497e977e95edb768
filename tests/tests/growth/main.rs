//! What a policy spends grows with its unit and no faster, shown by doubling the unit. It is counted in fuel, which is
//! the same on every machine, and held for every policy as it is shipped.

#[path = "../carried/mod.rs"]
mod carried;
mod fleets;
mod shapes;

use krmguard_builtin::{ALL, Builtin};
use krmguard_engine::{Form, Limits, Object, Plugin, PluginError, Request, Stage, Unit};
use serde_json::Value;
use tests::krmguard::Krmguard;

use crate::shapes::{SHAPES, Shape};

/// Objects, or pairs of objects, in the smallest of three units.
const FIRST: usize = 100;

/// How much the second doubling may add to what the first one added: in proportion it is 2, by the square 4.
const MOST: f64 = 2.5;

/// What does not count as growth: a buffer that doubles at another size, a tree that gets one more level.
const SLACK: f64 = 3_000_000.0;

/// It is asked for what a policy spends, so that nothing but a policy without end may stop it.
fn load(builtin: &Builtin) -> Plugin {
    let limits = Limits {
        fuel_base: 400_000_000_000,
        ..Limits::default()
    };
    carried::load(builtin, limits)
}

/// The objects of a unit that the policy selects, as the host would send them without any hint.
fn objects(plugin: &Plugin, shape: &Shape, values: &[Value]) -> Vec<Object> {
    let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    let selected = |value: &Value| {
        let api = text(value, "apiVersion");
        let (group, version) = api.rsplit_once('/').unwrap_or(("", &api));
        let selectors = plugin.profile().selectors.iter();
        let kind = text(value, "kind");
        selectors
            .into_iter()
            .any(|one| one.matches(group, version, &kind, Form::Manifest))
    };
    let extra = |value: &Value| match shape.unlisted == value["kind"].as_str() {
        true => vec![("listed".to_owned(), "false".to_owned())],
        false => Vec::new(),
    };
    (1..)
        .zip(values)
        .filter(|(_, value)| selected(value))
        .map(|(id, value)| Object {
            id,
            unit: 1,
            form: Form::Manifest,
            content: value.to_string(),
            extra: extra(value),
        })
        .collect()
}

fn unit(id: u32, role: &str, stage: Stage) -> Unit {
    Unit {
        id,
        name: format!("unit-{id:05}"),
        cluster: Some(format!("cluster-{id:05}-{role}")),
        role: Some(role.to_owned()),
        stage,
        complete: true,
        config: "{}".to_owned(),
        disabled: Vec::new(),
        extra: Vec::new(),
    }
}

fn spent(plugin: &Plugin, shape: &Shape, role: &str, count: usize) -> Result<u64, PluginError> {
    let request = Request {
        units: vec![unit(1, role, shape.stage)],
        objects: objects(plugin, shape, &(shape.make)(count)),
        extra: Vec::new(),
    };
    let (_, fuel) = plugin.evaluate_metered(&request)?;
    Ok(fuel)
}

/// What is wrong with how the costs of 1, 2 and 4 times the same grow, if anything.
fn too_steep(costs: [u64; 3]) -> Option<String> {
    let [once, twice, four] = costs.map(|cost| cost as f64);
    let (first, second) = (twice - once, four - twice);
    (second > first * MOST + SLACK).then(|| {
        format!(
            "{:.0}, {:.0} and {:.0} million: the second doubling adds {:.1} times what the first adds",
            once / 1e6,
            twice / 1e6,
            four / 1e6,
            second / first
        )
    })
}

#[test]
fn twice_the_unit_takes_twice_the_fuel() {
    let mut wrong = Vec::new();
    for builtin in ALL {
        let plugin = load(builtin);
        for shape in SHAPES {
            for role in ["edge", "central"] {
                let cost = |times: usize| spent(&plugin, shape, role, times * FIRST);
                let verdict = match (cost(1), cost(2), cost(4)) {
                    (Ok(once), Ok(twice), Ok(four)) => too_steep([once, twice, four]),
                    (Err(error), _, _) | (_, Err(error), _) | (_, _, Err(error)) => {
                        Some(error.to_string())
                    }
                };
                wrong.extend(
                    verdict.map(|why| format!("{} ({role}), {}: {why}", builtin.name, shape.name)),
                );
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn twice_the_fleet_takes_twice_the_fuel() {
    let mut wrong = Vec::new();
    for builtin in ALL {
        let plugin = load(builtin);
        if !plugin.has_fleet() {
            continue;
        }
        for (name, facts) in fleets::FLEETS {
            let costs = [1, 2, 4].map(|times| {
                let count = times * FIRST;
                let units: Vec<Unit> = (0..count)
                    .map(|at| Unit {
                        cluster: Some(fleets::cluster(name, at, count)),
                        ..unit(at as u32, "edge", Stage::Built)
                    })
                    .collect();
                match plugin.judge_metered(&units, &facts(count)) {
                    Ok((_, fuel)) => fuel,
                    Err(error) => panic!("{}, {name}: {error}", builtin.name),
                }
            });
            wrong.extend(too_steep(costs).map(|why| format!("{}, {name}: {why}", builtin.name)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The whole way, with the fuel that a policy has where nobody says otherwise.
#[test]
fn hundreds_of_prometheuses_in_one_unit_are_judged() {
    let all = SHAPES.iter().find(|shape| shape.name == "Prometheuses");
    let objects = all.map_or_else(Vec::new, |shape| (shape.make)(1600));
    let stream: Vec<String> = objects.iter().map(Value::to_string).collect();
    let run =
        Krmguard::words("check --no-cache --cluster cluster-02-edge --role edge --format json -")
            .stdin(stream.join("\n---\n"))
            .run()
            .ended(1);
    assert_eq!(
        run.stdout.matches("\"rule\": \"AG01\"").count(),
        1600,
        "{}",
        run.stderr
    );
}

/// The ratio is what tells: without this the law above could hold of anything.
#[test]
fn a_square_is_told_from_a_line() {
    let costs = |cost: fn(u64) -> u64| [FIRST as u64, 200, 400].map(cost);
    assert_eq!(too_steep(costs(|n| 1_000_000 + n * 100_000)), None);
    assert_eq!(
        too_steep(costs(|n| n * 40_000 * u64::from(n.ilog2()))),
        None
    );
    assert!(too_steep(costs(|n| n * 20_000 + n * n * 300)).is_some());
}
