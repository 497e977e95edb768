//! What Thanos v0.38.0 reads in the configuration of an object store.
//!
//! <https://github.com/thanos-io/objstore/blob/d1dd89d41f97/providers/s3/s3.go>,
//! <https://github.com/thanos-io/objstore/blob/d1dd89d41f97/client/factory.go>

/// A key and what may stand there.
#[derive(Debug)]
pub struct Field {
    /// Its name.
    pub key: &'static str,
    /// Its value.
    pub shape: Shape,
}

/// What may stand under a key. Null counts as absent everywhere.
#[derive(Debug)]
pub enum Shape {
    /// Any scalar.
    Text,
    /// `true` or `false`, without quotes.
    Flag,
    /// A whole number.
    Number,
    /// Bytes, as a number.
    Size,
    /// Whole numbers with units: `90s`, `1m30s`.
    Duration,
    /// A mapping of texts.
    Texts,
    /// One of these, spelled so.
    Choice(&'static [&'static str]),
    /// A mapping of these.
    Section(&'static [Field]),
}

/// Keys at the top of every document.
pub const TOP: [&str; 3] = ["type", "config", "prefix"];

/// The object stores that `type` names, in any case.
pub const STORES: [&str; 10] = [
    "FILESYSTEM",
    "GCS",
    "S3",
    "AZURE",
    "SWIFT",
    "COS",
    "ALIYUNOSS",
    "BOS",
    "OCI",
    "OBS",
];

/// The store of that name.
pub(crate) fn store(name: &str) -> Option<&'static str> {
    STORES
        .into_iter()
        .find(|store| store.eq_ignore_ascii_case(name))
}

const fn field(key: &'static str, shape: Shape) -> Field {
    Field { key, shape }
}

/// `config` of an S3 store.
pub const S3: &[Field] = &[
    field("bucket", Shape::Text),
    field("endpoint", Shape::Text),
    field("region", Shape::Text),
    field("disable_dualstack", Shape::Flag),
    field("aws_sdk_auth", Shape::Flag),
    field("access_key", Shape::Text),
    field("insecure", Shape::Flag),
    field("signature_version2", Shape::Flag),
    field("secret_key", Shape::Text),
    field("session_token", Shape::Text),
    field("put_user_metadata", Shape::Texts),
    field("http_config", Shape::Section(HTTP)),
    field("trace", Shape::Section(&[field("enable", Shape::Flag)])),
    field("list_objects_version", Shape::Choice(&["", "v1", "v2"])),
    field(
        "bucket_lookup_type",
        Shape::Choice(&["auto", "virtual-hosted", "path"]),
    ),
    field("send_content_md5", Shape::Flag),
    field("disable_multipart", Shape::Flag),
    field("part_size", Shape::Size),
    field("sse_config", Shape::Section(SSE)),
    field("sts_endpoint", Shape::Text),
    field("max_retries", Shape::Number),
];

const HTTP: &[Field] = &[
    field("idle_conn_timeout", Shape::Duration),
    field("response_header_timeout", Shape::Duration),
    field("insecure_skip_verify", Shape::Flag),
    field("tls_handshake_timeout", Shape::Duration),
    field("expect_continue_timeout", Shape::Duration),
    field("max_idle_conns", Shape::Number),
    field("max_idle_conns_per_host", Shape::Number),
    field("max_conns_per_host", Shape::Number),
    field("disable_compression", Shape::Flag),
    field("tls_config", Shape::Section(TLS)),
];

const TLS: &[Field] = &[
    field("ca_file", Shape::Text),
    field("cert_file", Shape::Text),
    field("key_file", Shape::Text),
    field("server_name", Shape::Text),
    field("insecure_skip_verify", Shape::Flag),
];

const SSE: &[Field] = &[
    field("type", Shape::Choice(&["", "SSE-S3", "SSE-KMS", "SSE-C"])),
    field("kms_key_id", Shape::Text),
    field("kms_encryption_context", Shape::Texts),
    field("encryption_key", Shape::Text),
];

/// Keys of other programs and of older versions that are often seen in `config`, and what to write instead.
const OFTEN: [(&str, &str); 8] = [
    ("encrypt_sse", "write `sse_config: {type: SSE-S3}`"),
    ("sse_encryption", "write `sse_config: {type: SSE-S3}`"),
    (
        "storage_class",
        "Thanos does not choose it: take the key out and set it on the bucket",
    ),
    ("s3forcepathstyle", "write `bucket_lookup_type: path`"),
    ("force_path_style", "write `bucket_lookup_type: path`"),
    (
        "signature_version",
        "write `signature_version2: true`, or nothing for version 4",
    ),
    (
        "dualstack_enabled",
        "write `disable_dualstack: true`, or nothing",
    ),
    (
        "prefix",
        "it belongs one level up, beside `type` and `config`",
    ),
];

/// What to write instead of an often seen key of `config`.
pub(crate) fn often_seen(key: &str) -> Option<&'static str> {
    let key = key.to_ascii_lowercase();
    OFTEN
        .iter()
        .find(|(often, _)| *often == key)
        .map(|(_, hint)| *hint)
}

/// The section of `config` that knows a key, as a path: empty for `config` itself.
pub(crate) fn section_of(key: &str) -> Option<String> {
    fn search(fields: &[Field], key: &str, path: &str) -> Option<String> {
        if fields.iter().any(|field| field.key == key) {
            return Some(path.to_owned());
        }
        fields.iter().find_map(|field| match field.shape {
            Shape::Section(inner) => search(inner, key, &format!("{path}.{}", field.key)),
            _ => None,
        })
    }
    search(S3, key, "config")
}
