//! Arguments of what serves kustomize's legacy exec plugins: the links, and the call under such a link.

use std::ffi::{OsStr, OsString};
use std::path::Path;

use camino::Utf8PathBuf;

use crate::policyset;

#[derive(Debug, clap::Args)]
pub(crate) struct KustomizeArgs {
    #[command(subcommand)]
    pub(crate) command: KustomizeCommand,
}

#[derive(Debug, clap::Subcommand)]
pub(crate) enum KustomizeCommand {
    /// Link krmguard into the folder of exec plugins: the way in for users of kubectl
    Install(InstallArgs),
}

#[derive(Debug, clap::Args)]
pub(crate) struct InstallArgs {
    /// The folder of plugins [default: where kustomize looks, KUSTOMIZE_PLUGIN_HOME first]
    #[arg(long, value_name = "DIR")]
    pub(crate) plugin_home: Option<Utf8PathBuf>,
}

/// A call under the name of a kind: kustomize runs it as an exec plugin, and no argument of ours is among its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PluginCall {
    /// The kind that it was called for.
    pub(crate) kind: String,
    /// What it was called with: the path of its configuration alone, if kustomize called it.
    pub(crate) arguments: Vec<OsString>,
}

impl PluginCall {
    /// `<kind lowercased>/<Kind>` is how kustomize's layout calls a program; None for any other name.
    pub(crate) fn of(words: impl IntoIterator<Item = OsString>) -> Option<PluginCall> {
        let mut words = words.into_iter();
        let program = words.next()?;
        let program = Path::new(&program);
        let name = program.file_name().and_then(OsStr::to_str)?;
        let kind = policyset::kinds().find(|kind| *kind == name)?;
        Some(PluginCall {
            kind: kind.to_owned(),
            arguments: words.collect(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn called(words: &[&str]) -> Option<PluginCall> {
        PluginCall::of(words.iter().map(OsString::from))
    }

    #[test]
    fn a_kind_is_a_plugin_and_the_program_itself_is_none() {
        let call = |kind: &str| {
            Some(PluginCall {
                kind: kind.to_owned(),
                arguments: vec!["/tmp/c".into()],
            })
        };
        assert_eq!(
            called(&["/h/krmguard.io/v1alpha1/policyset/PolicySet", "/tmp/c"]),
            call("PolicySet")
        );
        for builtin in krmguard_builtin::ALL {
            assert_eq!(called(&[builtin.kind, "/tmp/c"]), call(builtin.kind));
        }
        for other in ["krmguard", "/usr/bin/krmguard", "policyset", ""] {
            assert_eq!(called(&[other, "/tmp/c"]), None, "{other}");
        }
    }
}
