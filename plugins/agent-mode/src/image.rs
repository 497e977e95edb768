//! `baseImage`, `tag` and `sha` of a Prometheus, folded into the one `image` that an agent has.

use std::cell::OnceCell;

use krmguard_sdk::{Image, Resource, ResourceSet};

use crate::facts::{BASE_IMAGE_FLAG, DEFAULT_BASE_IMAGE, DEFAULT_VERSION};

/// The image that the operator would run, where only the fields that an agent lacks say so.
/// Source: prometheus-operator v0.86.1 pkg/operator/image.go: `image` wins, then a base image with a tag
/// or digest of its own, then `sha`, `tag`, `version`.
pub(crate) fn folded(prometheus: &Resource, default: &DefaultBase<'_>) -> Option<String> {
    let field = |name: &str| {
        let text = prometheus.str_at(&format!("/spec/{name}"))?.trim();
        (!text.is_empty()).then_some(text)
    };
    let (base, tag, sha) = (field("baseImage"), field("tag"), field("sha"));
    if field("image").is_some() || (base.is_none() && tag.is_none() && sha.is_none()) {
        return None;
    }
    let base = base.unwrap_or_else(|| default.image()).to_owned();
    let parsed = Image::parse(&base);
    if parsed.tag.is_some() || parsed.digest.is_some() {
        return Some(base);
    }
    if let Some(sha) = sha {
        return Some(format!("{base}@sha256:{sha}"));
    }
    let tag = tag.or_else(|| field("version")).unwrap_or(DEFAULT_VERSION);
    Some(format!("{base}:{tag}"))
}

/// The operator's default, which its own argument may replace: looked for once, where somebody asks.
pub(crate) struct DefaultBase<'a> {
    set: &'a ResourceSet,
    found: OnceCell<String>,
}

impl<'a> DefaultBase<'a> {
    pub(crate) fn of(set: &'a ResourceSet) -> DefaultBase<'a> {
        DefaultBase {
            set,
            found: OnceCell::new(),
        }
    }

    fn image(&self) -> &str {
        self.found.get_or_init(|| {
            let flag = self
                .set
                .workloads()
                .flat_map(|workload| workload.containers())
                .find_map(|container| {
                    let line = container.command_line();
                    line.flag(BASE_IMAGE_FLAG)?.value().map(str::to_owned)
                });
            flag.unwrap_or_else(|| DEFAULT_BASE_IMAGE.to_owned())
        })
    }
}
