//! Arguments that say whether overlays are built, and by what.

use camino::Utf8PathBuf;
use clap::ValueEnum;

/// How overlays of kustomizations are rendered.
#[derive(Debug, Default, clap::Args)]
pub(crate) struct BuildArgs {
    /// Whether overlays are built and judged as rendered
    #[arg(long, value_name = "WHEN", value_enum, default_value_t)]
    pub(crate) render: RenderArg,
    /// Charts that need not be pulled: NAME-VERSION/NAME in this folder [default: KRMGUARD_CHARTS]
    #[arg(long, value_name = "DIR")]
    pub(crate) charts: Option<Utf8PathBuf>,
    /// The kustomize program [default: KRMGUARD_KUSTOMIZE, then PATH]
    #[arg(long, value_name = "FILE")]
    pub(crate) kustomize: Option<Utf8PathBuf>,
    /// The helm program [default: KRMGUARD_HELM, then PATH]
    #[arg(long, value_name = "FILE")]
    pub(crate) helm: Option<Utf8PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum RenderArg {
    /// As krmguard.yaml says; without it: always
    #[default]
    Auto,
    /// An overlay that cannot be built is not judged
    Always,
    /// Sources only
    Never,
}
