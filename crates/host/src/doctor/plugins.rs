//! Functions without an annotation: kustomize looks for an exec plugin of the old layout, and for nothing else.

use camino::Utf8PathBuf;

use super::Finding;
use super::config::Runs;
use super::functions::Functions;
use super::program;
use crate::install::Home;
use crate::policyset::{API_VERSION, kinds};
use crate::report::Severity;

pub(super) fn look(functions: &Functions, out: &mut Vec<Finding>) {
    let home = Home::find(None).ok();
    for function in &functions.all {
        if !function.is_own() || function.runs != Runs::Unsaid {
            continue;
        }
        let kind = function.config.word("/kind");
        // An unknown kind is no function of ours, and is told where the tree is read.
        if !kinds().any(|known| known == kind) {
            continue;
        }
        let place = |home: &Home| -> Utf8PathBuf {
            let folder = home.path.join(API_VERSION);
            folder.join(kind.to_ascii_lowercase()).join(kind)
        };
        let place = home.as_ref().map(place);
        if place
            .as_ref()
            .is_some_and(|it| program::is_program(it.as_std_path()))
        {
            continue;
        }
        let place = place.map_or_else(|| "anywhere".to_owned(), |place| format!("at {place}"));
        out.push(Finding {
            code: "function-unnamed",
            severity: Severity::Error,
            at: Some(function.spot()),
            message: format!(
                "{} has no `config.kubernetes.io/function` annotation, and there is no exec plugin {place}",
                function.subject()
            ),
            why: "kustomize does not know what to run, and the build fails".to_owned(),
            remedy: "annotate it with `config.kubernetes.io/function: \"exec: {path: krmguard}\"`, or, for kubectl, run `krmguard kustomize install`".to_owned(),
        });
    }
}
