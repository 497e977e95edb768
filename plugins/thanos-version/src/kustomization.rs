//! TV13: `images:` of a kustomization that override the pin.
//!
//! <https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/images/>

use krmguard_sdk::{Form, Image, Outcome, Resource, ResourceSet};
use serde_json::Value;

use crate::config::Pin;
use crate::image::{Evidence, Verdict, judge};

pub(crate) fn review(set: &ResourceSet, pin: &Pin, out: &mut Outcome) {
    for kustomization in set.of_form(Form::Kustomization) {
        for (index, entry) in kustomization.items_at("/images").iter().enumerate() {
            judge_entry(kustomization, index, entry, pin, out);
        }
    }
}

fn judge_entry(
    kustomization: &Resource,
    index: usize,
    entry: &Value,
    pin: &Pin,
    out: &mut Outcome,
) {
    let text = |key: &str| match entry.get(key)? {
        Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    let Some(name) = text("name") else { return };
    let (new_name, tag, digest) = (text("newName"), text("newTag"), text("digest"));
    // The tag of what is replaced stays: only a name can be wrong then, and only where one is configured.
    let kept = tag.is_none() && digest.is_none();
    if kept && (new_name.is_none() || pin.image.is_none()) {
        return;
    }
    let mut image = new_name.clone().unwrap_or_else(|| name.clone());
    match &tag {
        Some(tag) => image.push_str(&format!(":{tag}")),
        None if kept => image.push_str(&format!(":{}", pin.version)),
        None => {}
    }
    if let Some(digest) = &digest {
        image.push_str(&format!("@{digest}"));
    }
    // Whatever the new name is: it takes the place of Thanos.
    let evidence = match judge(&format!("{name}:{}", pin.version), Evidence::Name, pin) {
        Some(_) => Evidence::Place,
        None => Evidence::Name,
    };
    let Some(verdict) = judge(&image, evidence, pin) else {
        return;
    };
    let right = match &verdict {
        Verdict::Wrong { image, .. } => Some(Image::parse(image)),
        _ => None,
    };
    let pin_is = format!("the pin is {}", pin.version);
    let what = match (&verdict, &right) {
        (Verdict::Wrong { .. }, Some(right)) if moved_only(&verdict, pin) || kept => format!(
            "to `{}`; the configured repository is `{}`",
            Image::parse(&image).repository(),
            right.repository()
        ),
        (
            Verdict::Wrong {
                running: Some(running),
                ..
            },
            _,
        ) => format!("to Thanos {running}; {pin_is}"),
        (Verdict::NoVersion, _) => {
            format!("to `{image}`, whose tag is no version of Thanos; {pin_is}")
        }
        (Verdict::UnknownDigest, _) => {
            format!("to `{image}`, a digest of which nobody says what version it is; {pin_is}")
        }
        _ => return,
    };
    let (key, current, proposed) = match (digest, tag, new_name) {
        (Some(digest), _, _) => ("digest", digest, right.and_then(|right| right.digest)),
        (None, Some(tag), _) if !moved_only(&verdict, pin) => {
            ("newTag", tag, right.and_then(|right| right.tag))
        }
        (None, _, Some(name)) => ("newName", name, right.map(|right| right.repository())),
        (None, Some(tag), None) => ("newTag", tag, right.and_then(|right| right.tag)),
        (None, None, None) => return,
    };
    let finding = out
        .find("TV13", kustomization)
        .at(format!("/images/{index}/{key}"))
        .say(format!("`images:` moves `{name}` {what}"))
        .current(current);
    if let Some(proposed) = proposed {
        finding.proposed(proposed);
    }
}

/// Whether the version is the pin, and only the repository is another one.
fn moved_only(verdict: &Verdict, pin: &Pin) -> bool {
    matches!(verdict, Verdict::Wrong { running: Some(running), .. } if *running == pin.version)
}
