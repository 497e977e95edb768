//! Runs every case of a policy's `testdata` and compares with what is written there.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use serde_json::{Map, Value};

use crate::fleet::Fleet;
use crate::policy::Policy;
use crate::testing::case::{Setup, title};
use crate::testing::catalogue::flaws;
use crate::testing::judge::{Judged, judge};
use crate::testing::units::{Gathered, Given, gather};
use crate::testing::{bless, read_stream, show};
use crate::wire::Failure;

/// What a case's name asks for.
enum Asks<'a> {
    Fires(&'a str),
    Near(&'a str),
    Declines,
}

impl<'a> Asks<'a> {
    fn of(name: &'a str) -> Option<Asks<'a>> {
        if name
            .strip_prefix("config-")
            .is_some_and(|what| !what.is_empty())
        {
            return Some(Asks::Declines);
        }
        let (rule, rest) = name.split_once('-')?;
        match rest.split_once('-')? {
            (_, "") => None,
            ("fires", _) => Some(Asks::Fires(rule)),
            ("near", _) => Some(Asks::Near(rule)),
            _ => None,
        }
    }
}

/// Runs all cases of a folder and panics with every difference. Each rule of the catalogue must have a case
/// that it fires on and a near miss. With `BLESS=1` in the environment expectations are written anew.
pub fn golden<P: Policy>(folder: impl AsRef<Path>) {
    cases::<P>(folder, bless());
}

/// As [`golden`], for a policy with fleet rules: a case with `units.yaml` instead of `unit.yaml` holds several units.
pub fn golden_fleet<P: Fleet>(folder: impl AsRef<Path>) {
    run::<P>(folder.as_ref(), bless(), Some(gather::<P>));
}

/// As [`golden`], with the environment left out of it.
pub fn cases<P: Policy>(folder: impl AsRef<Path>, bless: bool) {
    run::<P>(folder.as_ref(), bless, None);
}

/// As [`golden_fleet`], with the environment left out of it.
pub fn cases_fleet<P: Fleet>(folder: impl AsRef<Path>, bless: bool) {
    run::<P>(folder.as_ref(), bless, Some(gather::<P>));
}

/// Judges a fleet; of a policy without fleet rules there is none.
type Gather = fn(&[Given]) -> Result<Gathered, Failure>;

fn run<P: Policy>(folder: &Path, bless: bool, gather: Option<Gather>) {
    let mut names: Vec<String> = fs::read_dir(folder)
        .unwrap_or_else(|why| panic!("{}: {why}", folder.display()))
        .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
        .collect();
    names.sort();

    let mut seen: BTreeMap<&str, (bool, bool)> = P::describe()
        .rules
        .iter()
        .map(|rule| (rule.id, (false, false)))
        .collect();
    let mut wrong = flaws::<P>();
    for name in &names {
        let Some(asks) = Asks::of(name) else {
            wrong.push(format!(
                "{name}: a case is named RULE-fires-WHAT, RULE-near-WHAT or config-WHAT"
            ));
            continue;
        };
        match asks {
            Asks::Fires(rule) | Asks::Near(rule) => match seen.get_mut(rule) {
                Some((fires, _)) if matches!(asks, Asks::Fires(_)) => *fires = true,
                Some((_, near)) => *near = true,
                None => wrong.push(format!("{name}: the catalogue has no rule {rule}")),
            },
            Asks::Declines => {}
        }
        let folder = folder.join(name);
        let run = || match (folder.join("units.yaml").exists(), gather) {
            (false, _) => case::<P>(&folder, &asks, bless),
            (true, Some(gather)) => fleet_case(&folder, &asks, bless, gather),
            (true, None) => Err("units.yaml: the policy has no fleet rules".to_owned()),
        };
        match std::panic::catch_unwind(std::panic::AssertUnwindSafe(run)) {
            Ok(Ok(())) => {}
            Ok(Err(why)) => wrong.push(format!("{name}: {why}")),
            Err(_) => wrong.push(format!("{name}: panicked, see above")),
        }
    }
    for (rule, (fires, near)) in seen {
        if !fires {
            wrong.push(format!("{rule}: no case {rule}-fires-…"));
        }
        if !near {
            wrong.push(format!("{rule}: no case {rule}-near-…"));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} flaws in {} cases:\n\n{}\n",
        wrong.len(),
        names.len(),
        wrong.join("\n\n")
    );
}

fn case<P: Policy>(folder: &Path, asks: &Asks<'_>, bless: bool) -> Result<(), String> {
    let read =
        |file: &str| fs::read_to_string(folder.join(file)).map_err(|why| format!("{file}: {why}"));
    let unit = read_stream(&read("unit.yaml")?)
        .into_iter()
        .next()
        .unwrap_or_default();
    let setup: Setup = serde_json::from_value(unit).map_err(|why| format!("unit.yaml: {why}"))?;
    let input = if folder.join("input.yaml").exists() {
        read_stream(&read("input.yaml")?)
    } else {
        Vec::new()
    };
    setup
        .knows(&input)
        .map_err(|why| format!("unit.yaml: {why}"))?;

    let judged = match (judge::<P>(&setup, &input), asks) {
        (Err(Failure::InvalidConfig(problems)), Asks::Declines) => {
            return compare(folder, "problems.yaml", &[show::problems(&problems)], bless);
        }
        (Ok(_), Asks::Declines) => return Err("the policy judged instead of declining".to_owned()),
        (Err(failure), _) => return Err(format!("the policy did not judge: {failure:?}")),
        (Ok(judged), _) => judged,
    };
    let found = |rule: &str| judged.findings.iter().any(|finding| finding.rule == rule);
    let mut wrong = Vec::new();
    match asks {
        Asks::Fires(rule) if !found(rule) => wrong.push(format!("{rule} does not fire")),
        Asks::Near(rule) if found(rule) => wrong.push(format!("{rule} fires")),
        _ => {}
    }
    wrong.extend(
        compare(
            folder,
            "findings.yaml",
            &[show::findings(
                &judged.findings,
                &judged.fixed,
                &input,
                None,
            )],
            bless,
        )
        .err(),
    );
    wrong.extend(compare_output(folder, &judged, bless).err());
    wrong.extend(again::<P>(&setup, &input, &judged).err());
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n"))
    }
}

/// Several units: `units.yaml` says of each file what `unit.yaml` says of one.
fn fleet_case(folder: &Path, asks: &Asks<'_>, bless: bool, gather: Gather) -> Result<(), String> {
    let read =
        |file: &str| fs::read_to_string(folder.join(file)).map_err(|why| format!("{file}: {why}"));
    let units = read_stream(&read("units.yaml")?).into_iter().next();
    let units: Map<String, Value> = serde_json::from_value(units.unwrap_or_default())
        .map_err(|why| format!("units.yaml: {why}"))?;
    let mut given = Vec::new();
    for (name, setup) in units {
        let objects = read_stream(&read(&name)?);
        let setup: Setup =
            serde_json::from_value(setup).map_err(|why| format!("units.yaml: {name}: {why}"))?;
        setup
            .knows(&objects)
            .map_err(|why| format!("units.yaml: {name}: {why}"))?;
        given.push(Given {
            name,
            setup,
            objects,
        });
    }
    let gathered = gather(&given).map_err(|why| format!("the policy did not judge: {why:?}"))?;
    let found = |rule: &str| gathered.findings.iter().any(|finding| finding.rule == rule);
    let mut wrong = Vec::new();
    match asks {
        Asks::Fires(rule) if !found(rule) => wrong.push(format!("{rule} does not fire")),
        Asks::Near(rule) if found(rule) => wrong.push(format!("{rule} fires")),
        Asks::Declines => wrong.push("the policy judged instead of declining".to_owned()),
        _ => {}
    }
    let shown = show::findings(
        &gathered.findings,
        &gathered.fixed,
        &gathered.objects,
        Some(&gathered.units),
    );
    wrong.extend(compare(folder, "findings.yaml", &[shown], bless).err());
    if wrong.is_empty() {
        Ok(())
    } else {
        Err(wrong.join("\n"))
    }
}

/// A second run over the output proposes nothing and says nothing that the first did not leave open.
fn again<P: Policy>(setup: &Setup, input: &[Value], first: &Judged) -> Result<(), String> {
    let output = first.objects();
    let second =
        judge::<P>(setup, &output).map_err(|failure| format!("on its own output: {failure:?}"))?;
    if second.edits > 0 {
        let text = show::difference(&show::stream(&output), &show::stream(&second.objects()));
        return Err(format!("a second run over the output edits again:\n{text}"));
    }
    // An edit may turn one kind into another and move items: the rule and the object's name stay.
    let key = |judged: &Judged, objects: &[Value], index: usize| {
        let finding = &judged.findings[index];
        let about = Judged::index(finding)
            .and_then(|index| objects.get(index))
            .map(title);
        let name = about
            .as_deref()
            .and_then(|title| title.split_once(' '))
            .map(|(_, name)| name.to_owned());
        (finding.rule.clone(), name)
    };
    let mut open = BTreeMap::new();
    for index in (0..first.findings.len()).filter(|index| !first.fixed[*index]) {
        *open.entry(key(first, input, index)).or_insert(0_usize) += 1;
    }
    for index in 0..second.findings.len() {
        match open.get_mut(&key(&second, &output, index)) {
            Some(left) if *left > 0 => *left -= 1,
            _ => {
                let finding = &second.findings[index];
                return Err(format!(
                    "new on its own output: {}: {}",
                    finding.rule, finding.message
                ));
            }
        }
    }
    Ok(())
}

fn compare_output(folder: &Path, judged: &Judged, bless: bool) -> Result<(), String> {
    let path = folder.join("output.yaml");
    if judged.edits > 0 {
        return compare(folder, "output.yaml", &judged.objects(), bless);
    }
    match path.exists() {
        true if bless => fs::remove_file(&path).map_err(|why| format!("output.yaml: {why}")),
        true => Err("output.yaml expects edits, but there is none".to_owned()),
        false => Ok(()),
    }
}

/// Values are compared, not texts: the layout of a golden file is its author's.
fn compare(folder: &Path, file: &str, actual: &[Value], bless: bool) -> Result<(), String> {
    let path = folder.join(file);
    let expected = match fs::read_to_string(&path) {
        Ok(text) => read_stream(&text),
        Err(_) if bless => Vec::new(),
        Err(_) => {
            return Err(format!(
                "{file} is missing: write it, or run with BLESS=1\n{}",
                show::stream(actual)
            ));
        }
    };
    if expected == actual && path.exists() {
        return Ok(());
    }
    if bless {
        return fs::write(&path, show::stream(actual)).map_err(|why| format!("{file}: {why}"));
    }
    Err(format!(
        "{file} differs:\n{}",
        show::difference(&show::stream(&expected), &show::stream(actual))
    ))
}
