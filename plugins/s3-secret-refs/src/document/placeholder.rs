//! Values that nobody has filled in yet: S307 and S318.

use std::ops::Range;

use krmguard_sdk::Outcome;

use super::Document;
use crate::config::Config;
use crate::origin::{self, Rendered};

/// Words that mean "fill me in", without what may stand between their parts.
const WORDS: [&str; 3] = ["changeme", "change-me", "change_me"];

/// How `${…}` begins where the webhook of Bank-Vaults puts the value in.
/// <https://bank-vaults.dev/docs/mutating-webhook/configuration/#inline-mutation>
const BANK_VAULTS: &str = "vault:";

/// Every placeholder of a document, one finding per line.
pub(crate) fn review(
    document: &Document<'_>,
    config: &Config,
    rendered: &Rendered<'_>,
    out: &mut Outcome,
) {
    if document.users.is_empty() && rendered.has(document.resource) {
        return;
    }
    let rule = rule(document.resource);
    let mut start = 0;
    for line in document.text.split_inclusive('\n') {
        let content = &line[..comment(line)];
        if let Some((range, form)) = find(content, &config.placeholders) {
            let place = start + range.start..start + range.end;
            let message = match key(content) {
                Some(key) => format!(
                    "`{key}` in {} is a placeholder ({form}) that nobody has filled in",
                    document.name()
                ),
                None => format!(
                    "{} has a placeholder ({form}) that nobody has filled in",
                    document.name()
                ),
            };
            document.place(out.find(rule, document.resource).say(message), place);
        }
        start += line.len();
    }
}

/// The rule that speaks of placeholders in an object.
pub(crate) fn rule(resource: &krmguard_sdk::Resource) -> &'static str {
    if origin::is_template(resource) {
        "S318"
    } else {
        "S307"
    }
}

/// Whether a text is nothing but one placeholder.
pub(crate) fn is_all(text: &str) -> bool {
    let text = text.trim();
    find(text, &[]).is_some_and(|(range, form)| range == (0..text.len()) && form != Form::Word)
}

/// Whether a value holds one.
pub(crate) fn is_in(text: &str, own: &[String]) -> bool {
    find(text, own).is_some()
}

/// How a placeholder is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Form {
    Shell,
    Angle,
    Template,
    Word,
}

impl std::fmt::Display for Form {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Form::Shell => "`${…}`: Thanos expands only `$(VAR)`",
            Form::Angle => "`<…>`",
            Form::Template => "`{{…}}`",
            Form::Word => "a word that says so",
        })
    }
}

/// The first placeholder in a text, and how it is written.
pub(crate) fn find(text: &str, own: &[String]) -> Option<(Range<usize>, Form)> {
    let between = |open: &str, close: &str, inner: fn(&str) -> bool| {
        text.match_indices(open).find_map(|(start, _)| {
            let from = start + open.len();
            let length = text[from..].find(close)?;
            inner(&text[from..from + length]).then_some(start..from + length + close.len())
        })
    };
    let shell = between("${", "}", |name| {
        name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && !name.starts_with(BANK_VAULTS)
    });
    let template = between("{{", "}}", |inner| !inner.trim().is_empty());
    let angle = between("<", ">", |name| {
        name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "_-. ".contains(c))
    });
    let lower = text.to_ascii_lowercase();
    let word = WORDS
        .iter()
        .find_map(|word| lower.find(word).map(|start| start..start + word.len()));
    let named = own.iter().find_map(|word| {
        text.find(word.as_str())
            .map(|start| start..start + word.len())
    });
    let found = [
        (shell, Form::Shell),
        (template, Form::Template),
        (angle, Form::Angle),
        (word, Form::Word),
        (named, Form::Word),
    ];
    found
        .into_iter()
        .filter_map(|(range, form)| Some((range?, form)))
        .min_by_key(|(range, _)| range.start)
}

/// Where the comment of a line begins; its end where there is none.
fn comment(line: &str) -> usize {
    let bytes = line.as_bytes();
    (0..bytes.len())
        .find(|&index| {
            bytes[index] == b'#' && (index == 0 || bytes[index - 1].is_ascii_whitespace())
        })
        .unwrap_or(line.trim_end().len())
}

/// The key that a line names: the last one before its value in block style.
fn key(line: &str) -> Option<&str> {
    let (key, _) = line.trim().split_once(':')?;
    let key = key.trim_matches(['"', '\'', ' ']);
    (!key.is_empty() && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')).then_some(key)
}

#[cfg(test)]
mod tests {
    use super::{find, is_all};

    #[test]
    fn what_is_a_placeholder() {
        for (text, found) in [
            ("secret_key: ${SECRET_KEY}", "${SECRET_KEY}"),
            ("secret_key: ${SECRET_KEY:-none}", "${SECRET_KEY:-none}"),
            ("endpoint: <host>:9000", "<host>"),
            ("bucket: <your bucket name>", "<your bucket name>"),
            ("bucket: \"{{ .Values.bucket }}\"", "{{ .Values.bucket }}"),
            ("access_key: CHANGEME", "CHANGEME"),
            ("access_key: please-Change-Me", "Change-Me"),
            ("access_key: TODO-1", "TODO"),
        ] {
            let own = ["TODO".to_owned()];
            assert_eq!(
                find(text, &own).map(|(range, _)| &text[range]),
                Some(found),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_none() {
        for text in [
            "access_key: $(ACCESS_KEY)",
            "secret_key: $SECRET",
            "secret_key: a$b{c}d",
            // Argo CD's Vault plugin and vals put these in after the build.
            "secret_key: <path:secret/data/minio#secret>",
            "secret_key: ref+vault://secret/minio#/key",
            "secret_key: ${vault:secret/data/minio#secret}",
            "secret_key: a<b",
            "secret_key: a<1>b",
            "endpoint: minio.monitoring.svc:9000",
            "config: {trace: {enable: false}}",
            "config: {}",
        ] {
            assert_eq!(
                find(text, &[]).map(|(range, _)| &text[range]),
                None,
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_nothing_else() {
        assert!(
            is_all(" ${OBJSTORE} \n") && is_all("<base64>") && is_all("{{ .Values.objstore }}")
        );
        assert!(!is_all("a${OBJSTORE}") && !is_all("changeme") && !is_all(""));
    }
}
