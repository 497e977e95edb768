//! Which images are Thanos, which version of it they are, and what they should be.

use krmguard_sdk::Image;

use crate::config::Pin;
use crate::version::Version;

/// Docker Hub, whose name may be left out.
const DOCKER_HUB: [&str; 3] = ["docker.io", "index.docker.io", "registry-1.docker.io"];

/// Owners whose repository `thanos` is Thanos, wherever a mirror puts it: the project's two names and a packager's two.
const OWNERS: [&str; 4] = ["thanos", "thanosio", "bitnami", "bitnamilegacy"];

/// What is known of an image beside its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Evidence {
    /// Nothing: only its repository says that it is Thanos.
    Name,
    /// The place where it stands holds a Thanos image, or its container runs a subcommand of Thanos.
    Place,
}

/// What an image comes to under the pin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is what it should be.
    Pinned,
    /// It should be `image`. `running` is the version that it is now, where its digest or its tag says so.
    Wrong {
        image: String,
        running: Option<Version>,
    },
    /// Its tag is no version of Thanos, or it has none.
    NoVersion,
    /// A digest that no config explains is all that it has.
    UnknownDigest,
    /// A listed registry's own tag: not for this policy to read.
    Own,
}

impl Verdict {
    /// The version that it would run before an edit, where that is newer than the pin.
    pub(crate) fn newer_than(&self, pin: &Pin) -> Option<Version> {
        match self {
            Verdict::Wrong {
                running: Some(running),
                ..
            } if *running > pin.version => Some(*running),
            _ => None,
        }
    }
}

/// The verdict on an image reference; `None` where it is not Thanos, or no reference at all (a template's `${TAG}`).
pub(crate) fn judge(text: &str, evidence: Evidence, pin: &Pin) -> Option<Verdict> {
    let image = Image::parse(text);
    if !is_reference(&image) || !is_thanos(&image, evidence, pin) {
        return None;
    }
    let listed = is_listed(&image, pin);
    let by_tag = image.tag.as_deref().and_then(Version::parse);
    let by_digest = image
        .digest
        .as_deref()
        .and_then(|digest| pin.digests.get(digest))
        .copied();
    let running = match (&image.digest, &image.tag) {
        // What runs is what the digest says, whatever the tag.
        (Some(_), _) if by_digest.is_some() => by_digest,
        (Some(_), None) => return Some(Verdict::UnknownDigest),
        _ if by_tag.is_some() => by_tag,
        _ if listed => return Some(Verdict::Own),
        _ => return Some(Verdict::NoVersion),
    };

    let mut right = image.clone();
    if let Some(repository) = pin.image.as_ref().filter(|_| !listed) {
        right.registry.clone_from(&repository.registry);
        right.path.clone_from(&repository.path);
    }
    let moved = right.repository() != image.repository();
    if by_digest == Some(pin.version) {
        // The digest stays: it is the pin. A tag beside it that names another version misleads.
        right.tag = match &image.tag {
            Some(tag) if by_tag.is_some() => Some(spelled(pin, tag, &right)),
            other => other.clone(),
        };
    } else {
        let tag = image
            .tag
            .as_deref()
            .filter(|_| by_tag.is_some())
            .unwrap_or("v");
        right.tag = Some(spelled(pin, tag, &right));
        // The tag claims the pin, and nothing is known against its digest: it stays where it is.
        let claimed = by_digest.is_none() && by_tag == Some(pin.version) && !moved;
        if !claimed {
            right.digest = image.digest.as_ref().and(pin.digest()).map(str::to_owned);
        }
    }
    let right = right.to_string();
    Some(if right == text {
        Verdict::Pinned
    } else {
        Verdict::Wrong {
            image: right,
            running,
        }
    })
}

/// `repository` with the pinned version as tag.
pub(crate) fn pinned(repository: &Image, pin: &Pin) -> String {
    let mut image = pin
        .image
        .clone()
        .filter(|_| !is_listed(repository, pin))
        .unwrap_or_else(|| repository.clone());
    image.tag = Some(pin.version.to_string());
    image.digest = None;
    image.to_string()
}

/// Bytes of a reference from where it begins to differ from `right`, cut at a separator: the tag, or all of it.
pub(crate) fn differing(text: &str, right: &str) -> std::ops::Range<usize> {
    let (old, new) = (Image::parse(text), Image::parse(right));
    let repository = old.repository();
    if repository != new.repository() || repository.len() >= text.len() {
        return 0..text.len();
    }
    repository.len() + 1..text.len()
}

/// Whether it has the form of a reference: a variable or a template in it means that nobody knows yet what it is.
/// Characters: <https://github.com/distribution/reference>.
pub(crate) fn is_reference(image: &Image) -> bool {
    let lower = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    let path = |element: &str| {
        !element.is_empty() && element.chars().all(|c| lower(c) || "._-".contains(c))
    };
    image.registry.as_deref().is_none_or(|host| {
        host.chars()
            .all(|c| c.is_ascii_alphanumeric() || ".:-".contains(c))
    }) && image.path.split('/').all(path)
        && image.tag.as_deref().is_none_or(|tag| {
            !tag.is_empty()
                && tag
                    .chars()
                    .all(|c| c.is_ascii_alphanumeric() || "._-".contains(c))
        })
        && image.digest.as_deref().is_none_or(|digest| {
            digest.split_once(':').is_some_and(|(algorithm, hex)| {
                !algorithm.is_empty()
                    && !hex.is_empty()
                    && hex.chars().all(|c| c.is_ascii_hexdigit())
            })
        })
}

fn is_thanos(image: &Image, evidence: Evidence, pin: &Pin) -> bool {
    if evidence == Evidence::Place {
        return true;
    }
    let owner = image.path.rsplit('/').nth(1);
    image.name() == "thanos"
        && (owner.is_some_and(|owner| OWNERS.contains(&owner))
            || is_listed(image, pin)
            || pin
                .image
                .as_ref()
                .is_some_and(|mine| mine.repository() == image.repository()))
}

fn is_listed(image: &Image, pin: &Pin) -> bool {
    let repository = image.repository();
    pin.registries.iter().any(|prefix| {
        repository
            .strip_prefix(prefix.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

/// The pin as a tag of that repository: the two upstream ones and the configured one have it with `v`, any other
/// mirror keeps its spelling.
fn spelled(pin: &Pin, tag: &str, repository: &Image) -> String {
    let configured = pin
        .image
        .as_ref()
        .is_some_and(|mine| mine.repository() == repository.repository());
    if configured || is_upstream(repository) {
        pin.version.to_string()
    } else {
        pin.version.spelled_like(tag)
    }
}

fn is_upstream(image: &Image) -> bool {
    match image.registry.as_deref() {
        Some("quay.io") => image.path == "thanos/thanos",
        None => image.path == "thanosio/thanos",
        Some(registry) => DOCKER_HUB.contains(&registry) && image.path == "thanosio/thanos",
    }
}

#[cfg(test)]
mod tests;
