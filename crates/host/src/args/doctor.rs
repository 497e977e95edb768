//! Arguments of `krmguard doctor`.

use camino::Utf8PathBuf;

use super::Format;

#[derive(Debug, clap::Args)]
pub(crate) struct DoctorArgs {
    /// Files and folders to look into; without any, what the nearest krmguard.yaml names
    #[arg(value_name = "PATH")]
    pub(crate) paths: Vec<Utf8PathBuf>,
    /// The kustomize program [default: KRMGUARD_KUSTOMIZE, then PATH]
    #[arg(long, value_name = "FILE")]
    pub(crate) kustomize: Option<Utf8PathBuf>,
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
}
