//! References to container images.

use std::fmt;

/// `[registry/]path[:tag][@digest]`, taken apart as written: nothing is defaulted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    /// The registry's host and port, where one is written.
    pub registry: Option<String>,
    /// The path below the registry, such as `thanos/thanos`.
    pub path: String,
    /// The tag, such as `v0.38.0`.
    pub tag: Option<String>,
    /// The digest, such as `sha256:…`.
    pub digest: Option<String>,
}

impl Image {
    /// Takes a reference apart. The first element is a registry when it has a dot or a colon or is
    /// `localhost`, as container runtimes read it.
    ///
    /// ```
    /// use krmguard_sdk::Image;
    /// let image = Image::parse("localhost:5000/mirror/thanos:v0.38.0@sha256:aa");
    /// assert_eq!(image.registry.as_deref(), Some("localhost:5000"));
    /// assert_eq!(image.name(), "thanos");
    /// assert_eq!(image.tag.as_deref(), Some("v0.38.0"));
    /// assert_eq!(image.repository(), "localhost:5000/mirror/thanos");
    /// ```
    pub fn parse(reference: &str) -> Image {
        let (rest, digest) = match reference.split_once('@') {
            Some((rest, digest)) => (rest, Some(digest.to_owned())),
            None => (reference, None),
        };
        // A colon after the last slash starts the tag; one before it belongs to the registry's port.
        let (repository, tag) = match rest.rsplit_once(':') {
            Some((repository, tag)) if !tag.contains('/') => (repository, Some(tag.to_owned())),
            _ => (rest, None),
        };
        let (registry, path) = match repository.split_once('/') {
            Some((first, path)) if first.contains(['.', ':']) || first == "localhost" => {
                (Some(first.to_owned()), path.to_owned())
            }
            _ => (None, repository.to_owned()),
        };
        Image {
            registry,
            path,
            tag,
            digest,
        }
    }

    /// The last element of the path, such as `thanos`.
    pub fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or_default()
    }

    /// Registry and path, without tag and digest.
    pub fn repository(&self) -> String {
        match &self.registry {
            Some(registry) => format!("{registry}/{}", self.path),
            None => self.path.clone(),
        }
    }
}

/// The reference as it was written.
impl fmt::Display for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.repository())?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = &self.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Image;

    #[test]
    fn every_reference_reads_back_as_written() {
        for (text, registry, path, tag, digest) in [
            ("thanos", None, "thanos", None, None),
            (
                "thanosio/thanos:v1",
                None,
                "thanosio/thanos",
                Some("v1"),
                None,
            ),
            (
                "quay.io/thanos/thanos",
                Some("quay.io"),
                "thanos/thanos",
                None,
                None,
            ),
            ("host:5000/thanos", Some("host:5000"), "thanos", None, None),
            (
                "localhost/a/b@sha256:00",
                Some("localhost"),
                "a/b",
                None,
                Some("sha256:00"),
            ),
            (
                "r.io/a:1@sha256:00",
                Some("r.io"),
                "a",
                Some("1"),
                Some("sha256:00"),
            ),
            ("", None, "", None, None),
        ] {
            let image = Image::parse(text);
            let parts = (
                image.registry.as_deref(),
                image.path.as_str(),
                image.tag.as_deref(),
                image.digest.as_deref(),
            );
            assert_eq!(parts, (registry, path, tag, digest), "{text}");
            assert_eq!(image.to_string(), text);
        }
    }
}
