//! What the Prometheus operator starts: TV02, TV03, TV04 and TV11.

use krmguard_sdk::pointer::join;
use krmguard_sdk::{Image, Outcome, Patch, Resource, ResourceSet};
use serde_json::Value;

use crate::command::{BASE_IMAGE, BaseImage};
use crate::config::{Pin, Sidecar};
use crate::containers::{downgrade, report};
use crate::image::{Evidence, Verdict, differing, judge, pinned};
use crate::version::Version;

/// The group of the operator's kinds.
pub(crate) const GROUP: &str = "monitoring.coreos.com";

/// The repository that the operator uses when nobody names one.
const UPSTREAM: &str = "quay.io/thanos/thanos";

/// Judges the operator's argument and every kind that makes it start Thanos.
pub(crate) fn review(set: &ResourceSet, pin: &Pin, out: &mut Outcome) {
    let arguments: Vec<BaseImage<'_>> = set
        .workloads()
        .flat_map(|workload| {
            let containers: Vec<_> = workload.containers().collect();
            containers
                .into_iter()
                .flat_map(move |container| BaseImage::all(workload.resource(), &container))
        })
        .collect();
    for argument in &arguments {
        base_image(argument, pin, out);
    }
    // An argument at the pin, or one that TV03 sets to it, gives what names no image the pinned one.
    let follows = !arguments.is_empty()
        && arguments
            .iter()
            .all(|argument| match argument.verdict(pin) {
                Some(Verdict::Pinned) => true,
                Some(Verdict::Wrong { .. }) => !out.is_off("TV03"),
                _ => false,
            });
    let default = if follows {
        Unnamed::Pinned
    } else {
        Unnamed::Unknown
    };

    for ruler in set.of_kind(GROUP, "ThanosRuler") {
        operand(ruler, "/spec", "TV02", default, pin, out);
    }
    for prometheus in set.of_kind(GROUP, "Prometheus") {
        sidecar(prometheus, default, pin, out);
    }
}

/// What an object without an image of its own gets from the operator.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Unnamed {
    Pinned,
    Unknown,
}

/// TV03, and what no edit mends about the argument.
fn base_image(argument: &BaseImage<'_>, pin: &Pin, out: &mut Outcome) {
    let Some(verdict) = argument.verdict(pin) else {
        return;
    };
    let text = argument.image();
    let Verdict::Wrong { image, running } = &verdict else {
        let (rule, what) = match verdict {
            Verdict::NoVersion => ("TV08", "is no version of Thanos"),
            Verdict::UnknownDigest => (
                "TV07",
                "is a digest alone, and nothing says which version it is",
            ),
            _ => return,
        };
        out.find(rule, argument.resource)
            .at(&*argument.pointer)
            .range(argument.start..argument.token.len())
            .say(format!("`--{BASE_IMAGE}`: `{text}` {what}"))
            .current(text);
        return;
    };
    let what = match running {
        Some(running) if *running == pin.version => format!("is `{text}`, not `{image}`"),
        Some(running) => format!("is Thanos {running}, the pin is {}", pin.version),
        None => format!(
            "has no tag, so that the operator's own default version runs, not {}",
            pin.version
        ),
    };
    let whole = format!("{}{image}", &argument.token[..argument.start]);
    let range = differing(text, image);
    let finding = out
        .find("TV03", argument.resource)
        .at(&*argument.pointer)
        .range(argument.start + range.start..argument.start + range.end)
        .say(format!("the operator's `--{BASE_IMAGE}` {what}: sidecars and rulers without an image of their own run it"))
        .remedy(format!("set it to `{image}` (chart value `prometheusOperator.thanosImage.tag`)"))
        .current(&*argument.token)
        .proposed(&*whole)
        .id();
    out.edit(
        "TV03",
        finding,
        argument.resource,
        Patch::new().replace(&*argument.pointer, whole),
    );
}

/// TV04, or TV11 where a sidecar is allowed.
fn sidecar(prometheus: &Resource, default: Unnamed, pin: &Pin, out: &mut Outcome) {
    let Some(thanos) = prometheus
        .at("/spec/thanos")
        .filter(|thanos| !thanos.is_null())
    else {
        return;
    };
    if pin.sidecar == Sidecar::Pin {
        operand(prometheus, "/spec/thanos", "TV11", default, pin, out);
        return;
    }
    let why = match thanos.get("enabled") {
        Some(Value::Bool(false)) => {
            "; `enabled: false` turns it on, not off: the field is unknown to the operator, and a map that exists is all that it asks for"
        }
        _ => ": the operator adds it wherever the map exists, an empty one too",
    };
    out.find("TV04", prometheus)
        .at("/spec/thanos")
        .say(format!(
            "`spec.thanos` runs a Thanos sidecar beside Prometheus{why}"
        ))
        .current(thanos.clone());
}

/// The `image` and `version` at `base`: an image that is given decides what runs, the version decides which flags
/// the operator passes to it.
/// <https://github.com/prometheus-operator/prometheus-operator/blob/v0.86.1/pkg/operator/image.go>
fn operand(
    resource: &Resource,
    base: &str,
    rule: &'static str,
    default: Unnamed,
    pin: &Pin,
    out: &mut Outcome,
) {
    let Some(spec) = resource.map_at(base) else {
        return;
    };
    let text_of = |key: &str| {
        spec.get(key)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
    };
    let image_at = join(base, "image");
    let verdict = match text_of("image") {
        Some(text) => {
            // A template's variable: nobody knows yet what it will be.
            let Some(verdict) = judge(text, Evidence::Place, pin) else {
                return;
            };
            report(resource, &image_at, text, &verdict, pin, out);
            downgrade(resource, &image_at, text, &verdict, rule, pin, out);
            verdict
        }
        None => match (text_of("baseImage"), default) {
            (None, Unnamed::Pinned) => Verdict::Pinned,
            (own, _) => {
                let built = own.map(|base| built(base, &text_of));
                match built
                    .as_deref()
                    .and_then(|text| judge(text, Evidence::Place, pin))
                {
                    Some(Verdict::Pinned) => Verdict::Pinned,
                    _ => Verdict::Wrong {
                        image: pinned(&Image::parse(own.unwrap_or(UPSTREAM)), pin),
                        running: None,
                    },
                }
            }
        },
    };
    if let Verdict::Wrong { image, running } = &verdict {
        set_image(
            resource,
            &image_at,
            rule,
            (text_of("image"), image, *running),
            pin,
            out,
        );
    }
    if matches!(verdict, Verdict::Pinned)
        || matches!(verdict, Verdict::Wrong { .. }) && !out.is_off(rule)
    {
        set_version(
            resource,
            &join(base, "version"),
            rule,
            text_of("version"),
            pin,
            out,
        );
    }
}

/// The image that the operator makes of the deprecated fields, where there is no `image`.
fn built<'a>(base: &str, text_of: &impl Fn(&str) -> Option<&'a str>) -> String {
    let parsed = Image::parse(base);
    if parsed.tag.is_some() || parsed.digest.is_some() {
        return base.to_owned();
    }
    match (text_of("sha"), text_of("tag"), text_of("version")) {
        (Some(sha), _, _) => format!("{base}@sha256:{sha}"),
        (None, Some(tag), _) => format!("{base}:{tag}"),
        (None, None, Some(version)) => format!("{base}:{version}"),
        (None, None, None) => base.to_owned(),
    }
}

fn set_image(
    resource: &Resource,
    pointer: &str,
    rule: &'static str,
    (current, image, running): (Option<&str>, &str, Option<Version>),
    pin: &Pin,
    out: &mut Outcome,
) {
    let message = match (current, running) {
        (Some(current), Some(running)) if running == pin.version => {
            format!("the image is `{current}`, not `{image}`")
        }
        (Some(_), Some(running)) => {
            format!("the image is Thanos {running}, the pin is {}", pin.version)
        }
        _ => format!(
            "no `image`: the operator's default or the deprecated `baseImage` runs, which need not be {}",
            pin.version
        ),
    };
    let draft = out
        .find(rule, resource)
        .at(pointer)
        .say(message)
        .remedy(format!("set it to `{image}`"))
        .proposed(image);
    let finding = match current {
        Some(current) => draft.range(differing(current, image)).current(current).id(),
        None => draft.id(),
    };
    out.edit(rule, finding, resource, Patch::new().add(pointer, image));
}

fn set_version(
    resource: &Resource,
    pointer: &str,
    rule: &'static str,
    current: Option<&str>,
    pin: &Pin,
    out: &mut Outcome,
) {
    if current.and_then(Version::parse) == Some(pin.version) {
        return;
    }
    let wanted = pin.version.to_string();
    let message = match current {
        Some(current) => format!(
            "`version` is `{current}`: the operator passes the flags of that version to Thanos {wanted}"
        ),
        None => format!(
            "no `version`: the operator passes the flags of its own default version to Thanos {wanted}"
        ),
    };
    let draft = out
        .find(rule, resource)
        .at(pointer)
        .say(message)
        .remedy(format!("set it to `{wanted}`"))
        .proposed(&*wanted);
    let finding = match current {
        Some(current) => draft.current(current).id(),
        None => draft.id(),
    };
    out.edit(rule, finding, resource, Patch::new().add(pointer, wanted));
}
