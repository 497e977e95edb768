//! The values of kube-prometheus-stack: TV10 and, on values, TV04 and TV08.

use krmguard_sdk::{Chart, Image, Outcome, Patch, ResourceSet};
use serde_json::Value;

use crate::config::{Pin, Sidecar};
use crate::image::{Evidence, Verdict, judge};

/// The chart that these rules know.
const CHART: &str = "kube-prometheus-stack";

/// A release of it whose own values are known, and the version of Thanos in them.
const RELEASE: (&str, &str) = ("78.5", "v0.39.2");

/// What the chart takes where nobody says a registry or a repository.
const REGISTRY: &str = "quay.io";
const REPOSITORY: &str = "thanos/thanos";

/// A registry for all images of the chart: it wins over each image's own.
const GLOBAL_REGISTRY: &str = "/global/imageRegistry";

pub(crate) fn review(set: &ResourceSet, pin: &Pin, out: &mut Outcome) {
    for chart in set.charts(CHART) {
        sidecar(chart, pin, out);
        if chart.is_on("/prometheusOperator/enabled", true) {
            image(chart, "/prometheusOperator/thanosImage", pin, out);
        }
        if chart.is_on("/thanosRuler/enabled", false) {
            image(chart, "/thanosRuler/thanosRulerSpec/image", pin, out);
        }
    }
}

/// TV04. The chart renders `thanos` where the mapping is not empty; an agent has none.
fn sidecar(chart: Chart<'_>, pin: &Pin, out: &mut Outcome) {
    let path = "/prometheus/prometheusSpec/thanos";
    let server =
        chart.is_on("/prometheus/enabled", true) && !chart.is_on("/prometheus/agentMode", false);
    let written = chart.at(path).and_then(Value::as_object);
    if !server || pin.sidecar == Sidecar::Pin || written.is_none_or(|map| map.is_empty()) {
        return;
    }
    let why = match chart.at(&format!("{path}/enabled")) {
        Some(Value::Bool(false)) => {
            "; `enabled: false` turns it on, not off: the map is not empty, so the chart renders it, and a map is all that \
             the operator asks for"
        }
        _ => ": the operator adds it wherever the chart renders this map",
    };
    out.find("TV04", chart.resource())
        .at(chart.pointer(path))
        .say(format!(
            "`prometheusSpec.thanos` runs a Thanos sidecar beside Prometheus{why}"
        ))
        .remedy("delete the key `prometheus.prometheusSpec.thanos`, or configure `sidecar: pin`");
}

/// The image that a mapping of `registry`, `repository`, `tag` and `sha` gives.
struct Written<'a> {
    chart: Chart<'a>,
    path: &'static str,
}

impl Written<'_> {
    fn text(&self, key: &str) -> Option<String> {
        match self.chart.at(&format!("{}/{key}", self.path))? {
            Value::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
            Value::Number(number) => Some(number.to_string()),
            _ => None,
        }
    }

    fn global_registry(&self) -> Option<&str> {
        let registry = self.chart.at(GLOBAL_REGISTRY)?.as_str()?;
        (!registry.is_empty()).then_some(registry)
    }

    /// The image with that tag.
    fn image(&self, tag: &str) -> String {
        let registry = match self.global_registry() {
            Some(registry) => registry.to_owned(),
            None => self.text("registry").unwrap_or_else(|| REGISTRY.to_owned()),
        };
        let repository = self
            .text("repository")
            .unwrap_or_else(|| REPOSITORY.to_owned());
        let digest = self.text("sha").map(|sha| format!("@sha256:{sha}"));
        format!(
            "{registry}/{repository}:{tag}{}",
            digest.unwrap_or_default()
        )
    }

    /// What has to be set so that `now` becomes `right`: keys and their values, the one to point at first.
    fn differences(&self, now: &Image, right: &Image, tag: Option<&str>) -> Vec<(&str, String)> {
        let mut differences = Vec::new();
        if right.tag.as_deref() != tag {
            differences.extend(right.tag.clone().map(|tag| ("tag", tag)));
        }
        if right.digest != now.digest {
            let sha = right.digest.as_deref().unwrap_or_default();
            differences.push(("sha", sha.trim_start_matches("sha256:").to_owned()));
        }
        if right.path != now.path {
            differences.push(("repository", right.path.clone()));
        }
        // The registry for all images is not this rule's to change.
        if right.registry != now.registry && self.global_registry().is_none() {
            let registry = right.registry.clone();
            differences.push((
                "registry",
                registry.unwrap_or_else(|| "docker.io".to_owned()),
            ));
        }
        differences
    }
}

/// TV10, and TV08 where the tag is no version.
fn image(chart: Chart<'_>, path: &'static str, pin: &Pin, out: &mut Outcome) {
    let written = Written { chart, path };
    let own = written.text("tag");
    let default = chart.is_release_of(RELEASE.0).then_some(RELEASE.1);
    // Of another release nobody knows the tag: none that could be the pin stands in for it.
    let now = written.image(own.as_deref().or(default).unwrap_or("v0.0.0"));
    let name = path.trim_start_matches('/').replace('/', ".");
    let (right, running) = match judge(&now, Evidence::Place, pin) {
        Some(Verdict::Wrong { image, running }) => (Image::parse(&image), running),
        Some(Verdict::NoVersion) => {
            out.find("TV08", chart.resource())
                .at(chart.pointer(&format!("{path}/tag")))
                .say(format!(
                    "`{name}` gives `{now}`, whose tag is no version of Thanos: nothing says whether it is {}",
                    pin.version
                ))
                .current(own.unwrap_or_default());
            return;
        }
        _ => return,
    };
    let differences = written.differences(&Image::parse(&now), &right, own.as_deref());
    let Some((first, value)) = differences.first() else {
        return;
    };
    let Some(patch) = chart.set(&format!("{path}/{first}"), value.as_str()) else {
        return;
    };
    let rest = differences.iter().skip(1);
    let patch = rest.fold(patch, |patch: Patch, (key, value)| {
        patch.add(chart.pointer(&format!("{path}/{key}")), value.as_str())
    });
    let message = match (&own, running) {
        (None, _) => format!(
            "`{name}.tag` is not set: the chart's own default{} runs, the pin is {}",
            default.map_or_else(String::new, |tag| format!(" ({tag})")),
            pin.version
        ),
        (Some(_), Some(running)) if running != pin.version => {
            format!("`{name}` is Thanos {running}, the pin is {}", pin.version)
        }
        _ => format!("`{name}` gives `{now}`, not `{right}`"),
    };
    let settings: Vec<String> = differences
        .iter()
        .map(|(key, value)| match value.as_str() {
            "" => format!("`{key}: \"\"`"),
            value => format!("`{key}: {value}`"),
        })
        .collect();
    let mut finding = out
        .find("TV10", chart.resource())
        .at(chart.pointer(&format!("{path}/{first}")))
        .say(message)
        .remedy(format!("set {} in `{name}`", settings.join(", ")))
        .proposed(value.as_str());
    if let Some(current) = chart.at(&format!("{path}/{first}")) {
        finding = finding.current(current.clone());
    }
    let finding = finding.id();
    out.edit("TV10", finding, chart.resource(), patch);
}
