//! The JSON report of `check --format json`, as a reader outside the project sees it.

use serde_json::Value;

use crate::krmguard::Run;

/// One finding, reduced to what tests ask of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    pub rule: String,
    pub severity: String,
    pub state: String,
    /// `Kind namespace/name`.
    pub object: String,
    pub pointer: String,
    /// Counted from 1.
    pub line: u64,
    pub message: String,
}

/// The findings of a report, in its order.
pub fn findings(run: &Run) -> Vec<Finding> {
    let report = parse(run);
    let Some(findings) = report["findings"].as_array() else {
        panic!("the report has no findings: {report}")
    };
    findings.iter().map(finding).collect()
}

/// The report as it stands.
pub fn parse(run: &Run) -> Value {
    match serde_json::from_str(&run.stdout) {
        Ok(report) => report,
        Err(error) => panic!(
            "the report is not JSON: {error}\n{}\n{}",
            run.stdout, run.stderr
        ),
    }
}

fn finding(value: &Value) -> Finding {
    let word = |pointer| {
        value
            .pointer(pointer)
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned()
    };
    Finding {
        rule: word("/rule"),
        severity: word("/severity"),
        state: word("/state"),
        object: format!(
            "{} {}/{}",
            word("/object/kind"),
            word("/object/namespace"),
            word("/object/name")
        ),
        pointer: word("/pointer"),
        line: value
            .pointer("/location/line")
            .and_then(Value::as_u64)
            .unwrap_or_default(),
        message: word("/message"),
    }
}
