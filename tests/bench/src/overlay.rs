//! `kustomize build` of an edge overlay: bare, with `cat` as its function, with krmguard as its function, and piped into
//! krmguard. The chart is the stand-in of `tests/charts`; the real one's CRDs stand beside it as resources, so that the
//! build has the size of a real one.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ::tests::kustomize::EXEC;
use ::tests::{root, tools};

use crate::inputs;
use crate::lane::{Lane, Stage};
use crate::place::{Place, copy};
use crate::statistics::count;
use crate::table::Table;

pub(crate) const NAME: &str = "build";
pub(crate) const BARE: &str = "`kustomize build`";
pub(crate) const WITH_CAT: &str = "with `cat` as its function";
pub(crate) const WITH_KRMGUARD: &str = "with `krmguard` as its function";
pub(crate) const PIPED: &str = "`kustomize build \\| krmguard fn --policies`";

const CHART: &str = "kube-prometheus-stack-78.5.0";
const RELEASE: &str = "kube-prometheus-stack";
const EDGE: &str = "deploy/overlays/cluster-02-edge/kube-prometheus-stack";
const BUDGET: Duration = Duration::from_secs(45);

/// `None` without kustomize, helm or the fixtures.
pub(crate) fn table(place: &Place) -> io::Result<Option<Table>> {
    let (Some(kustomize), Some(_), Some(list)) = (
        tools::find("kustomize"),
        tools::find("helm"),
        inputs::edge_list(),
    ) else {
        return Ok(None);
    };
    let definitions = place.scratch("crds.yaml");
    inputs::definitions(&list, &definitions)?;
    let size = fs::metadata(&definitions)?.len();

    copy(&root().join("deploy/base"), &place.scratch("deploy/base"))?;
    let policies = fs::read_to_string(root().join(EDGE).join("policies.yaml"))?;
    let echo = replaced(&policies, "exec: {path: krmguard}", "exec: {path: cat}")?;
    let bare = overlay(place, "bare", &definitions, None)?;
    let cat = overlay(place, "cat", &definitions, Some(&echo))?;
    let krmguard = overlay(place, "krmguard", &definitions, Some(&policies))?;

    let build = || {
        let flags = [
            "build",
            "--enable-helm",
            "--load-restrictor",
            "LoadRestrictionsNone",
            ".",
        ];
        Stage::new(&kustomize, flags)
    };
    let guarded = || {
        let mut stage = build();
        stage.arguments.splice(1..1, EXEC.map(Into::into));
        stage
    };
    let function = Stage::new(
        &place.krmguard,
        [
            "fn".into(),
            "--policies".into(),
            krmguard.join("policies.yaml").into_os_string(),
        ],
    );
    Ok(Some(Table {
        name: NAME,
        title: format!(
            "`kustomize build` of an edge, the stand-in chart and {} bytes of CRDs beside it",
            count(size)
        ),
        size,
        budget: BUDGET,
        base: "bare",
        lanes: vec![
            Lane::new(BARE, build()).within(&bare),
            Lane::new(WITH_CAT, guarded()).within(&cat),
            Lane::new(WITH_KRMGUARD, guarded()).within(&krmguard),
            Lane::new(PIPED, build()).within(&bare).piped_into(function),
        ],
        notes: vec!["Memory is that of the largest process of a build.".into()],
    }))
}

/// A copy of the edge's overlay beside the others, with the chart and the CRDs; `policies` is what its `policies.yaml`
/// becomes, and `None` lists none.
fn overlay(
    place: &Place,
    name: &str,
    definitions: &Path,
    policies: Option<&str>,
) -> io::Result<PathBuf> {
    let source = root().join(EDGE);
    let folder = place.scratch("deploy/overlays").join(name).join(RELEASE);
    copy(&source, &folder)?;
    let chart = folder.join("charts").join(CHART);
    if chart.is_dir() {
        // One that kustomize pulled.
        fs::remove_dir_all(&chart)?;
    }
    copy(&root().join("tests/charts").join(CHART), &chart)?;
    // The real chart's stand in their place.
    fs::remove_dir_all(chart.join(RELEASE).join("crds"))?;
    fs::copy(definitions, folder.join("crds.yaml"))?;

    let kustomization = folder.join("kustomization.yaml");
    let text = fs::read_to_string(&kustomization)?;
    let text = replaced(&text, "resources:\n", "resources:\n  - crds.yaml\n")?;
    let text = match policies {
        Some(policies) => {
            fs::write(folder.join("policies.yaml"), policies)?;
            text
        }
        None => replaced(&text, "transformers:\n  - policies.yaml\n", "")?,
    };
    fs::write(kustomization, text)?;
    Ok(folder)
}

fn replaced(text: &str, what: &str, with: &str) -> io::Result<String> {
    if !text.contains(what) {
        return Err(io::Error::other(format!(
            "{EDGE}: no `{}`",
            what.trim_end()
        )));
    }
    Ok(text.replacen(what, with, 1))
}
