//! With which options Argo CD builds, as far as the tree says it.

mod settings;
mod values;

use super::functions::Functions;
use super::tree::Tree;
use super::{Finding, Spot};
use crate::report::Severity;

/// The key for kustomize; `.v5.8.1` behind it is one for that version.
const OPTIONS: &str = "kustomize.buildOptions";

/// What says how Argo CD builds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source {
    /// A ConfigMap of its settings, or a patch of one.
    Settings,
    /// Values of the chart that installs it.
    Values,
}

/// `kustomize.buildOptions` as one place of the tree has it.
#[derive(Debug)]
struct Options {
    source: Source,
    at: Spot,
    key: String,
    /// None where a ConfigMap does not say.
    said: Option<String>,
}

impl Options {
    fn has(&self, flag: &str) -> bool {
        let mut words = self.said.iter().flat_map(|said| said.split_whitespace());
        words.any(|word| word == flag || word.strip_prefix(flag) == Some("=true"))
    }

    fn suffices(&self) -> bool {
        self.has("--enable-alpha-plugins") && self.has("--enable-exec")
    }

    /// Something else writes it before it is applied: nobody knows yet what it will be.
    fn is_open(&self) -> bool {
        let said = self.said.as_deref().unwrap_or_default();
        ["{{", "${", "$("].iter().any(|open| said.contains(open))
    }
}

/// Whether a key of the settings is about kustomize's options.
fn is_about_builds(key: &str) -> bool {
    let rest = key.strip_prefix(OPTIONS);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(".v"))
}

pub(super) fn look(tree: &Tree, functions: &Functions, out: &mut Vec<Finding>) {
    let Some(function) = functions.all.iter().find(|it| it.is_exec()) else {
        return;
    };
    let mut all = settings::options(tree);
    all.extend(values::options(tree));
    let said = all.iter().any(|options| options.said.is_some());
    // One file of values is laid over another, and a patch over what the chart renders, in an order that the tree does not
    // tell: values are wrong where nothing in the tree is right.
    let right = all
        .iter()
        .any(|options| options.suffices() || options.is_open());
    for options in all {
        // One ConfigMap may be a patch of another: what one says, the others need not.
        let severity = match &options.said {
            Some(_) if options.is_open() => continue,
            Some(_) if options.source == Source::Values && right => continue,
            Some(_) => Severity::Error,
            None if said => continue,
            None => Severity::Warning,
        };
        let has = |flag: &str| options.has(flag);
        let listed = format!(
            "exec functions such as {} ({})",
            function.subject(),
            function.spot().file
        );
        let (message, why) = match (has("--enable-alpha-plugins"), has("--enable-exec")) {
            (true, true) => continue,
            (true, false) => (
                format!("`{}` has no `--enable-exec`", options.key),
                format!(
                    "Argo CD leaves {listed} out of every build, says nothing and delivers what nobody judged"
                ),
            ),
            (false, _) => (
                match &options.said {
                    Some(_) => format!("`{}` has no `--enable-alpha-plugins`", options.key),
                    None => format!("{} has no `{OPTIONS}`", settings::NAME),
                },
                format!(
                    "kustomize refuses {listed}, so Argo CD builds none of the overlays that list one"
                ),
            ),
        };
        out.push(Finding {
            code: "exec-not-enabled",
            severity,
            at: Some(options.at),
            message,
            why,
            remedy: "let it have `--enable-alpha-plugins --enable-exec`; where a plugin of Argo CD applies the policies, say `delivery: cmp` in krmguard.yaml".to_owned(),
        });
    }
}
