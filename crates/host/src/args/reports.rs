//! Arguments that say how a report is written and where to.

use camino::Utf8PathBuf;
use clap::ValueEnum;

/// The forms of a report. None of them changes the verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum ReportFormat {
    /// For a person
    #[default]
    Text,
    /// docs/report.schema.json
    Json,
    /// SARIF 2.1.0
    Sarif,
    /// JUnit XML
    Junit,
    /// Workflow commands of GitHub Actions
    Github,
}

/// A report beside the one on stdout.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReportFile {
    pub(crate) format: ReportFormat,
    pub(crate) path: Utf8PathBuf,
}

impl ReportFile {
    /// `FORMAT=PATH`.
    pub(super) fn parse(typed: &str) -> Result<ReportFile, String> {
        let names = || {
            let names = ReportFormat::value_variants().iter();
            let names = names.filter_map(ValueEnum::to_possible_value);
            let names: Vec<String> = names.map(|value| value.get_name().to_owned()).collect();
            names.join(", ")
        };
        let Some((format, path)) = typed.split_once('=') else {
            return Err(format!(
                "write FORMAT=PATH, such as sarif=krmguard.sarif; formats: {}",
                names()
            ));
        };
        let format = ReportFormat::from_str(format, false)
            .map_err(|_| format!("there is no format `{format}`; formats: {}", names()))?;
        match path {
            "" => Err("the path behind `=` is empty".to_owned()),
            "-" => {
                Err("`-` is no file: `check --format FORMAT` says what goes to stdout".to_owned())
            }
            path => Ok(ReportFile {
                format,
                path: path.into(),
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_report_file_is_a_format_and_a_path() {
        let file = |format, path: &str| {
            Ok(ReportFile {
                format,
                path: path.into(),
            })
        };
        assert_eq!(
            ReportFile::parse("sarif=out/a=b.sarif"),
            file(ReportFormat::Sarif, "out/a=b.sarif")
        );
        for (typed, said) in [
            ("report.json", "write FORMAT=PATH"),
            (
                "xml=report.xml",
                "formats: text, json, sarif, junit, github",
            ),
            ("json=", "empty"),
            ("json=-", "--format"),
        ] {
            let refused = ReportFile::parse(typed).expect_err(typed);
            assert!(refused.contains(said), "{typed}: {refused}");
        }
    }
}
