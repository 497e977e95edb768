//! The other programs that the tables compare with, where they are installed: `make tools-bench`.

use std::path::Path;

use ::tests::{root, tools};

use crate::lane::{Lane, Stage};
use crate::place::Place;
use crate::table::cores;

pub(crate) const KYAML: &str = "kyaml function that sets the label";
pub(crate) const CONFTEST: &str = "conftest, two rules";
pub(crate) const KUBECONFORM: &str = "kubeconform, parses only";

/// Go, on the framework for functions: it sets `externalLabels.cluster` of a ResourceList and nothing else.
pub(crate) fn kyaml_label() -> Option<Lane> {
    let program = tools::find("kyaml-label")?;
    Some(Lane::new(KYAML, Stage::new(program, [""; 0])).keeping_nothing())
}

/// Two rules that each read a field of one kind. `input` is `-` or a folder.
pub(crate) fn conftest(input: &Path) -> Option<Lane> {
    let program = tools::find("conftest")?;
    let stage = Stage::new(
        program,
        [
            "test".into(),
            "--no-color".into(),
            "--parser".into(),
            "yaml".into(),
            "--policy".into(),
            root().join("tests/peers/conftest").into_os_string(),
            input.as_os_str().to_owned(),
        ],
    );
    // The seed's list breaks a rule.
    Some(Lane::new(CONFTEST, stage).may_find().keeping_nothing())
}

/// It finds no schema in an empty folder, so what it does is parse. `input` is `-` or a folder.
pub(crate) fn kubeconform(place: &Place, input: &Path) -> Option<Lane> {
    let program = tools::find("kubeconform")?;
    let schemas = place.scratch("no-schemas/{{.ResourceKind}}.json");
    let stage = Stage::new(
        program,
        [
            "-ignore-missing-schemas".into(),
            "-schema-location".into(),
            schemas.into_os_string(),
            "-n".into(),
            cores().to_string().into(),
            input.as_os_str().to_owned(),
        ],
    );
    Some(Lane::new(KUBECONFORM, stage).keeping_nothing())
}
