//! Stub.
pub(crate) fn run(_: &crate::args::InitArgs) -> std::process::ExitCode { std::process::ExitCode::from(2) }
