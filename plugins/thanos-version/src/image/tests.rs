//! The verdict on images, case by case.
#![allow(clippy::unwrap_used)]

use super::*;

const KNOWN: &str = "sha256:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
const OLD: &str = "sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
const STRANGE: &str = "sha256:cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc";

fn pin(config: &str) -> Pin {
    Pin::of(&serde_json::from_str(config).unwrap()).unwrap()
}

fn with_digests() -> Pin {
    pin(&format!(
        r#"{{"digests": {{"{KNOWN}": "v0.38.0", "{OLD}": "v0.36.1"}}}}"#
    ))
}

fn right(text: &str, pin: &Pin) -> Option<String> {
    match judge(text, Evidence::Name, pin) {
        Some(Verdict::Wrong { image, .. }) => Some(image),
        Some(Verdict::Pinned) => Some(text.to_owned()),
        _ => None,
    }
}

#[test]
fn thanos_is_known_by_its_repository_in_any_mirror() {
    let pin = pin("{}");
    for (text, wanted) in [
        (
            "quay.io/thanos/thanos:v0.36.1",
            "quay.io/thanos/thanos:v0.38.0",
        ),
        ("thanosio/thanos:v0.36.1", "thanosio/thanos:v0.38.0"),
        (
            "docker.io/thanosio/thanos:0.36.1",
            "docker.io/thanosio/thanos:v0.38.0",
        ),
        (
            "registry.local/quay.io/thanos/thanos:v0.36.1",
            "registry.local/quay.io/thanos/thanos:v0.38.0",
        ),
        (
            "localhost:5000/thanos/thanos:v0.39.2",
            "localhost:5000/thanos/thanos:v0.38.0",
        ),
        (
            "registry.local/thanosio/thanos:0.36.1",
            "registry.local/thanosio/thanos:0.38.0",
        ),
        (
            "quay.io/thanos/thanos:0.38.0",
            "quay.io/thanos/thanos:v0.38.0",
        ),
        (
            "registry.local/thanos/thanos:0.38.0",
            "registry.local/thanos/thanos:0.38.0",
        ),
        (
            "quay.io/thanos/thanos:v0.38.0-rc.1",
            "quay.io/thanos/thanos:v0.38.0",
        ),
    ] {
        assert_eq!(right(text, &pin).as_deref(), Some(wanted), "{text}");
    }
}

#[test]
fn what_only_looks_like_thanos_is_left_alone() {
    let pin = pin("{}");
    for text in [
        "quay.io/observatorium/thanos-receive-controller:main-2022-12-09-d3fcf0a",
        "quay.io/thanos/thanos-operator:v0.1.0",
        "quay.io/prometheus-operator/prometheus-operator:v0.86.1",
        "marvel/thanos:v1.0.0",
        "thanos:v0.36.1",
        "quay.io/thanos/thanos-community:v0.1.0",
        "quay.io/thanos/thanos/fork:v0.36.1",
        "quay.io/thanos/thanos:${THANOS_TAG}",
        "{{ .Values.image }}",
        "$(REGISTRY)/thanos/thanos:v0.36.1",
        "",
    ] {
        assert_eq!(judge(text, Evidence::Name, &pin), None, "{text}");
    }
}

#[test]
fn a_place_that_holds_thanos_needs_no_known_name() {
    let pin = pin("{}");
    let wrong = |image: &str, running| Verdict::Wrong {
        image: image.to_owned(),
        running: Version::parse(running),
    };
    assert_eq!(
        judge(
            "harbor.corp/platform/metrics:v0.36.1",
            Evidence::Place,
            &pin
        ),
        Some(wrong("harbor.corp/platform/metrics:v0.38.0", "v0.36.1"))
    );
    assert_eq!(
        judge("harbor.corp/platform/metrics:blue", Evidence::Place, &pin),
        Some(Verdict::NoVersion)
    );
}

#[test]
fn a_tag_that_is_no_version_is_not_replaced() {
    let pin = pin(r#"{"registries": ["registry.local/mirror"]}"#);
    for text in [
        "quay.io/thanos/thanos",
        "quay.io/thanos/thanos:latest",
        "quay.io/thanos/thanos:main-2025-04-03-1c1b9a2",
        "bitnami/thanos:0.38.0-debian-12-r1",
        "registry.local/mirrored/thanos/thanos:latest",
    ] {
        assert_eq!(
            judge(text, Evidence::Name, &pin),
            Some(Verdict::NoVersion),
            "{text}"
        );
    }
    assert_eq!(
        judge(
            "registry.local/mirror/thanos:0.38.0-build7",
            Evidence::Name,
            &pin
        ),
        Some(Verdict::Own)
    );
    assert_eq!(
        right("registry.local/mirror/thanos:0.36.1", &pin).as_deref(),
        Some("registry.local/mirror/thanos:0.38.0")
    );
}

#[test]
fn a_digest_decides_what_runs() {
    let digests = with_digests();
    let thanos = "quay.io/thanos/thanos";
    let cases = [
        (
            format!("{thanos}@{KNOWN}"),
            Some(format!("{thanos}@{KNOWN}")),
        ),
        (
            format!("{thanos}:latest@{KNOWN}"),
            Some(format!("{thanos}:latest@{KNOWN}")),
        ),
        (
            format!("{thanos}:v0.36.1@{KNOWN}"),
            Some(format!("{thanos}:v0.38.0@{KNOWN}")),
        ),
        (
            format!("{thanos}@{OLD}"),
            Some(format!("{thanos}:v0.38.0@{KNOWN}")),
        ),
        (
            format!("{thanos}:v0.38.0@{OLD}"),
            Some(format!("{thanos}:v0.38.0@{KNOWN}")),
        ),
        (
            format!("{thanos}:v0.36.1@{STRANGE}"),
            Some(format!("{thanos}:v0.38.0@{KNOWN}")),
        ),
        (
            format!("{thanos}:v0.38.0@{STRANGE}"),
            Some(format!("{thanos}:v0.38.0@{STRANGE}")),
        ),
        (
            format!("{thanos}:v0.36.1"),
            Some(format!("{thanos}:v0.38.0")),
        ),
    ];
    for (text, wanted) in cases {
        assert_eq!(right(&text, &digests), wanted, "{text}");
    }
    assert_eq!(
        judge(&format!("{thanos}@{STRANGE}"), Evidence::Name, &digests),
        Some(Verdict::UnknownDigest)
    );
    assert_eq!(
        judge(
            &format!("{thanos}:main@{STRANGE}"),
            Evidence::Name,
            &digests
        ),
        Some(Verdict::NoVersion)
    );
    assert_eq!(
        right(&format!("{thanos}:v0.36.1@{STRANGE}"), &pin("{}")),
        Some(format!("{thanos}:v0.38.0"))
    );
}

#[test]
fn the_repository_changes_only_when_one_is_configured() {
    let pin = pin(r#"{"image": "registry.local/thanos/thanos", "registries": ["mirror.local"]}"#);
    for (text, wanted) in [
        (
            "quay.io/thanos/thanos:v0.38.0",
            "registry.local/thanos/thanos:v0.38.0",
        ),
        (
            "thanosio/thanos:v0.36.1",
            "registry.local/thanos/thanos:v0.38.0",
        ),
        (
            "registry.local/thanos/thanos:v0.38.0",
            "registry.local/thanos/thanos:v0.38.0",
        ),
        (
            "mirror.local/thanos/thanos:v0.36.1",
            "mirror.local/thanos/thanos:v0.38.0",
        ),
    ] {
        assert_eq!(right(text, &pin).as_deref(), Some(wanted), "{text}");
    }
    assert_eq!(
        pinned(&Image::parse("quay.io/thanos/thanos"), &pin),
        "registry.local/thanos/thanos:v0.38.0"
    );
    assert_eq!(
        pinned(&Image::parse("mirror.local/x/thanos:v0.1.0"), &pin),
        "mirror.local/x/thanos:v0.38.0"
    );
}

#[test]
fn every_right_image_is_right() {
    for pin in [
        pin("{}"),
        with_digests(),
        pin(r#"{"image": "registry.local/thanos/thanos"}"#),
    ] {
        for text in [
            "quay.io/thanos/thanos:v0.36.1",
            "bitnami/thanos:0.36.1",
            "registry.local/a/thanos/thanos:0.39.0",
        ] {
            for digest in [
                "",
                "@sha256:bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
            ] {
                let once = right(&format!("{text}{digest}"), &pin).unwrap();
                assert_eq!(
                    judge(&once, Evidence::Name, &pin),
                    Some(Verdict::Pinned),
                    "{text}{digest} -> {once}"
                );
            }
        }
    }
}

#[test]
fn only_a_known_newer_version_is_a_downgrade() {
    let pin = with_digests();
    let newer = |text: &str| {
        judge(text, Evidence::Name, &pin)
            .unwrap()
            .newer_than(&pin)
            .map(|version| version.to_string())
    };
    assert_eq!(
        newer("quay.io/thanos/thanos:v0.39.2").as_deref(),
        Some("v0.39.2")
    );
    assert_eq!(
        newer("quay.io/thanos/thanos:v0.39.0-rc.0").as_deref(),
        Some("v0.39.0-rc.0")
    );
    for text in [
        "quay.io/thanos/thanos:v0.38.0",
        "quay.io/thanos/thanos:0.38.0",
        "quay.io/thanos/thanos:v0.36.1",
        "quay.io/thanos/thanos:latest",
    ] {
        assert_eq!(newer(text), None, "{text}");
    }
    assert_eq!(
        newer(&format!("quay.io/thanos/thanos:v0.39.2@{KNOWN}")),
        None,
        "the digest says that the pin runs"
    );
}

#[test]
fn the_place_is_the_tag_or_all() {
    let text = "quay.io/thanos/thanos:v0.39.2";
    assert_eq!(
        &text[differing(text, "quay.io/thanos/thanos:v0.38.0")],
        "v0.39.2"
    );
    assert_eq!(&text[differing(text, "mirror.local/thanos:v0.38.0")], text);
    assert_eq!(
        &"quay.io/thanos/thanos"
            [differing("quay.io/thanos/thanos", "quay.io/thanos/thanos:v0.38.0")],
        "quay.io/thanos/thanos"
    );
}
