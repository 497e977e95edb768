//! Images of containers: TV01, TV07, TV08 and TV09.

use krmguard_sdk::{Outcome, Patch, Resource};

use crate::command::Thanos;
use crate::config::Pin;
use crate::image::{Verdict, differing};

/// Judges the image of one container.
pub(crate) fn review(resource: &Resource, thanos: &Thanos<'_>, pin: &Pin, out: &mut Outcome) {
    let pointer = thanos.image_pointer();
    report(resource, &pointer, thanos.image, &thanos.verdict, pin, out);
    downgrade(
        resource,
        &pointer,
        thanos.image,
        &thanos.verdict,
        "TV01",
        pin,
        out,
    );
    let Verdict::Wrong { image, running } = &thanos.verdict else {
        return;
    };
    let title = thanos.title();
    let message = match running {
        Some(running) if *running == pin.version => {
            format!(
                "{title} runs Thanos {running} as `{}`, not as `{image}`",
                thanos.image
            )
        }
        Some(running) => format!("{title} runs Thanos {running}, the pin is {}", pin.version),
        None => format!(
            "{title} runs Thanos without a version, the pin is {}",
            pin.version
        ),
    };
    let finding = out
        .find("TV01", resource)
        .at(&*pointer)
        .range(differing(thanos.image, image))
        .say(message)
        .remedy(format!("use `{image}`"))
        .current(thanos.image)
        .proposed(&**image)
        .id();
    out.edit(
        "TV01",
        finding,
        resource,
        Patch::new().replace(pointer, &**image),
    );
}

/// What no edit mends: images without a version (TV08, TV07).
pub(crate) fn report(
    resource: &Resource,
    pointer: &str,
    text: &str,
    verdict: &Verdict,
    pin: &Pin,
    out: &mut Outcome,
) {
    match verdict {
        Verdict::NoVersion => {
            let tag = krmguard_sdk::Image::parse(text).tag;
            let what = match tag.as_deref() {
                Some(tag) => format!("the tag `{tag}` of `{text}` is no version of Thanos"),
                None => format!("`{text}` has no tag, so that whatever is `latest` runs"),
            };
            out.find("TV08", resource)
                .at(pointer)
                .range(0..text.len())
                .say(format!(
                    "{what}: nothing says whether it is {}",
                    pin.version
                ))
                .current(text);
        }
        Verdict::UnknownDigest => {
            out.find("TV07", resource)
                .at(pointer)
                .range(0..text.len())
                .say(format!(
                    "`{text}` is a digest alone: nothing says whether it is {}",
                    pin.version
                ))
                .current(text);
        }
        _ => {}
    }
}

/// TV09, where `rule` is to set an older version than the one that runs.
pub(crate) fn downgrade(
    resource: &Resource,
    pointer: &str,
    text: &str,
    verdict: &Verdict,
    rule: &str,
    pin: &Pin,
    out: &mut Outcome,
) {
    let Some(newer) = verdict.newer_than(pin).filter(|_| !out.is_off(rule)) else {
        return;
    };
    out.find("TV09", resource)
        .at(pointer)
        .range(0..text.len())
        .say(format!(
            "Thanos {newer} runs here, which is newer than the pin {}: a downgrade",
            pin.version
        ))
        .current(newer.to_string())
        .proposed(pin.version.to_string());
}
