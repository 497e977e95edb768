//! From the value of a key to the text of a document: base64, UTF-8 and what goes wrong with them (S312).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use krmguard_sdk::Resource;
use krmguard_sdk::pointer::join;
use serde_json::Value;

use super::placeholder;

/// What stands under a key.
#[derive(Debug)]
pub(crate) struct Content {
    /// Where.
    pub(crate) at: String,
    pub(crate) reading: Reading,
    /// The same key stands in `data` as well, where it is overruled: that place.
    pub(crate) overruled: Option<String>,
}

/// How a value reads.
#[derive(Debug)]
pub(crate) enum Reading {
    /// Text; `base`: how many bytes of the string come before it, where it stands there as such.
    Text { text: String, base: Option<usize> },
    /// The API server or Thanos refuses it.
    Broken(Broken),
    /// The whole value is a placeholder.
    Placeholder,
}

/// What is wrong with a value as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Broken {
    NotBase64,
    NotUtf8,
    /// Decoded it is base64 again.
    Twice,
    /// Base64 where plain text is wanted.
    Encoded,
}

impl Broken {
    /// What is wrong, and what to do.
    pub(crate) fn words(self) -> (&'static str, &'static str) {
        match self {
            Broken::NotBase64 => (
                "is no base64, and the API server refuses the Secret",
                "encode the document, or put it under `stringData` as it is",
            ),
            Broken::NotUtf8 => (
                "is no UTF-8 once it is decoded, and Thanos ends at start",
                "save the document as UTF-8 and encode it again",
            ),
            Broken::Twice => (
                "is encoded twice: Thanos reads base64 instead of YAML and ends at start",
                "encode the document once",
            ),
            Broken::Encoded => (
                "is base64 where the document itself is wanted: Thanos ends at start",
                "write the document as it is, or move the value to a Secret's `data`",
            ),
        }
    }
}

/// The value of a key of a Secret: `stringData` overrules `data`. `None`: absent, or nobody here can read it.
pub(crate) fn of_secret(resource: &Resource, key: &str) -> Option<Content> {
    let text = |section: &str| {
        let at = join(section, key);
        let text = resource.str_at(&at)?;
        (!sealed(resource, text)).then_some((at, text))
    };
    let encoded = text("/data");
    if let Some((at, plain)) = text("/stringData") {
        return Some(Content {
            at,
            reading: plain_text(plain),
            overruled: encoded.map(|(at, _)| at),
        });
    }
    let (at, encoded) = encoded?;
    Some(Content {
        at,
        reading: decoded(encoded),
        overruled: None,
    })
}

/// The value of a key of a ConfigMap.
pub(crate) fn of_config_map(resource: &Resource, key: &str) -> Option<Content> {
    let at = join("/data", key);
    let reading = plain_text(resource.str_at(&at)?);
    Some(Content {
        at,
        reading,
        overruled: None,
    })
}

/// SOPS keeps keys readable and encrypts values.
fn sealed(resource: &Resource, text: &str) -> bool {
    resource.at("/sops").is_some_and(Value::is_object) || text.starts_with("ENC[")
}

fn plain_text(text: &str) -> Reading {
    if hides_document(text) {
        return Reading::Broken(Broken::Encoded);
    }
    if placeholder::is_all(text) {
        return Reading::Placeholder;
    }
    // A byte order mark is tolerated.
    let (text, base) = match text.strip_prefix('\u{feff}') {
        Some(rest) => (rest, '\u{feff}'.len_utf8()),
        None => (text, 0),
    };
    Reading::Text {
        text: text.to_owned(),
        base: Some(base),
    }
}

fn decoded(encoded: &str) -> Reading {
    // Go's decoder passes over line breaks, and only over them.
    let compact: String = encoded
        .chars()
        .filter(|c| !matches!(c, '\n' | '\r'))
        .collect();
    let Ok(bytes) = STANDARD.decode(&compact) else {
        return if placeholder::is_all(encoded) {
            Reading::Placeholder
        } else {
            Reading::Broken(Broken::NotBase64)
        };
    };
    match String::from_utf8(bytes) {
        Err(_) => Reading::Broken(Broken::NotUtf8),
        Ok(text) if hides_document(&text) => Reading::Broken(Broken::Twice),
        Ok(text) if placeholder::is_all(&text) => Reading::Placeholder,
        Ok(text) => Reading::Text {
            text: text
                .strip_prefix('\u{feff}')
                .map(str::to_owned)
                .unwrap_or(text),
            base: None,
        },
    }
}

/// Whether a text is base64 of what reads like an object store's configuration.
fn hides_document(text: &str) -> bool {
    let compact: String = text.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    let bytes = (compact.len() >= 16)
        .then(|| STANDARD.decode(&compact).ok())
        .flatten();
    bytes
        .and_then(|bytes| String::from_utf8(bytes).ok())
        .is_some_and(|inner| inner.contains("type") && inner.contains(':'))
}
