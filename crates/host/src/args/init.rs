//! Arguments of `krmguard init`.

use camino::{Utf8Path, Utf8PathBuf};

use super::Role;

#[derive(Debug, clap::Args)]
pub(crate) struct InitArgs {
    /// The tree to set up
    #[arg(value_name = "PATH", default_value = ".")]
    pub(crate) path: Utf8PathBuf,
    /// Write what is shown; without it nothing is written
    #[arg(long)]
    pub(crate) write: bool,
    /// The cluster of an overlay that does not say it itself; may be given several times
    #[arg(long = "cluster", value_name = "[OVERLAY=]NAME", value_parser = Saying::<String>::parse)]
    pub(crate) clusters: Vec<Saying<String>>,
    /// The role (central or edge) of an overlay, or of all that do not say it themselves; may be given several times
    #[arg(long = "role", value_name = "[OVERLAY=]ROLE", value_parser = Saying::<Role>::parse)]
    pub(crate) roles: Vec<Saying<Role>>,
}

/// Something said about one overlay, or about all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Saying<T> {
    /// A folder as typed; None: all.
    pub(crate) overlay: Option<Utf8PathBuf>,
    pub(crate) what: T,
}

impl<T> Saying<T> {
    fn split(typed: &str) -> (Option<Utf8PathBuf>, &str) {
        match typed.rsplit_once('=') {
            Some((overlay, what)) => (Some(Utf8Path::new(overlay).to_owned()), what),
            None => (None, typed),
        }
    }
}

impl Saying<String> {
    fn parse(typed: &str) -> Result<Self, String> {
        let (overlay, name) = Self::split(typed);
        match name.is_empty() {
            true => Err("the name is empty".to_owned()),
            false => Ok(Saying {
                overlay,
                what: name.to_owned(),
            }),
        }
    }
}

impl Saying<Role> {
    fn parse(typed: &str) -> Result<Self, String> {
        let (overlay, word) = Self::split(typed);
        let role = <Role as clap::ValueEnum>::from_str(word, false)
            .map_err(|_| format!("`{word}` is no role; one of central, edge"))?;
        Ok(Saying {
            overlay,
            what: role,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_saying_is_about_one_overlay_or_about_all() {
        let saying = |overlay: Option<&str>, what| {
            Ok(Saying {
                overlay: overlay.map(Utf8PathBuf::from),
                what,
            })
        };
        assert_eq!(Saying::<Role>::parse("edge"), saying(None, Role::Edge));
        assert_eq!(
            Saying::<Role>::parse("o/a=b=central"),
            saying(Some("o/a=b"), Role::Central)
        );
        assert!(Saying::<Role>::parse("o=egde").is_err());
        assert!(Saying::<String>::parse("o=").is_err());
    }
}
